"""`adjuvant quality`: what became of every row of an import, as one page or as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from adjuvant.cli.evaluate import record_path
from adjuvant.cli.output import print_json, progress
from adjuvant.errors import InputError, UsageError

if TYPE_CHECKING:
    from adjuvant.record import QualitySummary

__all__ = ["quality_json", "run", "write_page"]


def run(
    record: Path | None,
    out: Path | None,
    source_format: str | None,
    zone: str | None,
    terms: Path | None,
    examples: bool,
    as_json: bool,
    replace: bool = False,
) -> None:
    """Write the page, or answer in JSON.

    Args:
        replace: whether a file under that name that says something else is replaced.
    """
    from adjuvant import sources
    from adjuvant.record import EVENT_KINDS
    from adjuvant.sources.terms import Terms

    path = record_path(record)
    if terms is None and (source_format or sources.detect_format(path)) == "store":
        info = sources.store.info(path)
        source, patients = "; ".join(one.source for one in info.sources) or str(path), info.patients
        events = sum(info.tables.get(table, 0) for table in EVENT_KINDS)
        synthetic = sources.store.all_synthetic(info.parts)
        summary = sources.store.quality_of(path)
        _answer(summary, source, patients, events, out, examples, synthetic, as_json, replace)
        return
    with progress(f"reading {path.name}") as tell:
        imported = sources.read(
            path, format=source_format, zone=zone, progress=tell, terms=Terms.read(terms) if terms else None
        )
    events = sum(item.event_count for item in imported.records)
    people = len(imported.records)
    synthetic = all(item.patient.synthetic for item in imported.records)
    summary = imported.quality
    _answer(summary, imported.source, people, events, out, examples, synthetic, as_json, replace)


def _answer(
    summary: QualitySummary,
    source: str,
    patients: int,
    events: int,
    out: Path | None,
    examples: bool,
    synthetic: bool,
    as_json: bool,
    replace: bool,
) -> None:
    if out is not None:
        write_page(out, summary, source, patients, events, examples, synthetic, replace=replace)
    if as_json:
        answer: dict[str, Any] = {"source": source, "patients": patients, "events": events}
        print_json(answer | quality_json(summary, examples))
    elif out is not None:
        print(f"Data quality: {out}")
    else:
        from adjuvant.cli.importing import print_quality
        from adjuvant.cli.names import print_unknown_names

        print_quality(summary)
        print_unknown_names(summary, None)


def write_page(
    out: Path,
    summary: QualitySummary,
    source: str,
    patients: int,
    events: int,
    examples: bool,
    synthetic: bool,
    *,
    replace: bool = False,
) -> None:
    """Write the page to a file.

    Args:
        replace: whether a file under that name that says something else is replaced. The same page may be
            written again.
    Raises:
        UsageError: a file under that name says something else; it is left as it is.
        InputError: it cannot be written.
    """
    from adjuvant.reports.quality import quality_html, quality_page

    page = quality_page(
        summary, source=source, patients=patients, events=events, examples=examples, synthetic=synthetic
    )
    made = quality_html(page).encode("utf-8", errors="replace")
    try:
        if not replace and out.exists() and out.read_bytes() != made:
            raise UsageError(
                str(out),
                "exists and says something else",
                "name another file, or add --replace if the old one is not in use",
            )
        out.write_bytes(made)
    except OSError as error:
        raise InputError(str(out), f"cannot be written ({error.strerror})", "name another file") from None


def quality_json(summary: QualitySummary, examples: bool) -> dict[str, Any]:
    """A summary for JSON: reasons, medicines and unknown names, each a list."""
    from adjuvant.record.near_names import nearest_drug

    return {
        "lines": [
            {
                "table": line.table,
                "outcome": str(line.outcome),
                "count": line.count,
                "reason": line.reason,
                "remedy": line.remedy,
                "examples": list(line.examples) if examples else [],
            }
            for line in summary.lines
        ],
        "medicines": [
            {
                "table": item.table,
                "drug": item.drug,
                "unit": item.unit,
                "outcome": str(item.outcome),
                "count": item.count,
            }
            for item in summary.medicines
        ],
        "names": [
            {
                "table": one.table,
                "name": one.name,
                "count": one.count,
                "nearest": nearest_drug(one.name) or None,
            }
            for one in summary.names
        ],
    }
