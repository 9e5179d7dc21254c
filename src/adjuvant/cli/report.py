"""`adjuvant report`: the HTML and PDF report of each course."""

from __future__ import annotations

from pathlib import Path

from adjuvant.cli.evaluate import Choices, NotEvaluated, evaluated, many_alike, one_line, record_path
from adjuvant.cli.output import print_json
from adjuvant.errors import InputError

__all__ = ["run", "write_reports"]


def run(record: Path | None, out: Path, choices: Choices, as_json: bool) -> None:
    """Write the reports and say where they are."""
    path = record_path(record)
    written, skipped = write_reports(path, out, choices)
    if as_json:
        print_json(
            {
                "reports": [{"html": str(html), "pdf": str(pdf)} for _, html, pdf in written],
                "not_evaluated": [{"patient": item.patient, "reason": item.reason} for item in skipped],
            }
        )
    else:
        for title, html, pdf in written:
            print(title)
            print(f"  {html}\n  {pdf}")
        alike = many_alike(skipped)
        for item in skipped:
            if item.reason not in alike:
                print(f"{item.patient}: no report, {item.reason}")
        for line in alike.values():
            print(f"No report of {line}")
    if not written:
        raise InputError(
            str(path),
            f"gave no report: {_why(skipped)}",
            "name the course with --course START/END, or try the windows with --pseudo-course",
        )


def write_reports(
    path: Path, out: Path, choices: Choices
) -> tuple[list[tuple[str, Path, Path]], list[NotEvaluated]]:
    """Write every report; returns title and two paths each, and the patients without one."""
    from adjuvant.reports import write_report

    written: list[tuple[str, Path, Path]] = []
    skipped: list[NotEvaluated] = []
    for item in evaluated(path, choices):
        if isinstance(item, NotEvaluated):
            skipped.append(item)
            continue
        html, pdf = write_report(item, out)
        written.append((": ".join(part for part in one_line(item) if part), html, pdf))
    return written, skipped


def _why(skipped: list[NotEvaluated]) -> str:
    """The reasons, each once, with its first patient or the number of them."""
    patients: dict[str, list[str]] = {}
    for item in skipped:
        patients.setdefault(item.reason, []).append(item.patient)
    said = [
        f"{names[0] if len(names) == 1 else f'each of {len(names):,} patients'} {reason}"
        for reason, names in patients.items()
    ]
    return "; ".join(said[:3]) + (f"; and {len(said) - 3} more reasons" if len(said) > 3 else "")
