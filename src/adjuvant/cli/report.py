"""`adjuvant report`: the HTML and PDF report of each course."""

from __future__ import annotations

from pathlib import Path

from adjuvant.cli.evaluate import Choices, NotEvaluated, evaluated, one_line, record_path
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
        for item in skipped:
            print(f"{item.patient}: no report, {item.reason}")
    if not written:
        raise InputError(
            str(path),
            "gave no report: " + "; ".join(f"{item.patient} {item.reason}" for item in skipped[:3]),
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
