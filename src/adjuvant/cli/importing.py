"""`adjuvant import`: any known format into the record store, with what became of every row."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from adjuvant.cli.output import default_store, print_columns, print_json, progress
from adjuvant.errors import UsageError

if TYPE_CHECKING:
    from adjuvant.record import QualitySummary

__all__ = ["print_quality", "run"]


def run(
    record: Path | None,
    store: Path | None,
    source_format: str | None,
    patient: str | None,
    zone: str | None,
    replace: bool,
    template: Path | None,
    as_json: bool,
) -> None:
    """Import `record` into the store, or write the CSV template."""
    from adjuvant import sources

    if template is not None and record is not None:
        raise UsageError(
            "--template", "was given together with something to import", "do one after the other"
        )
    if template is not None:
        written = sources.table.write_template(template)
        print(f"Wrote a mapping and its CSV files to {template}:")
        for path in written:
            print(f"  {path}")
        print(f"Fill them in, then run: adjuvant import {template}")
        return
    if record is None:
        raise UsageError(
            "adjuvant import", "was given nothing to import", "name a file or folder, or use --template DIR"
        )
    target = store or default_store()
    with progress(f"reading {record.name}") as tell:
        imported = sources.read(record, format=source_format, patient=patient, zone=zone, progress=tell)
    with progress("writing the store") as tell:
        sources.store.write(target, imported, replace=replace, progress=tell)
    if as_json:
        print_json(
            {
                "store": str(target),
                "source": imported.source,
                "patients": [item.patient.id for item in imported.records],
                "events": sum(item.event_count for item in imported.records),
                "quality": quality_json(imported.quality),
            }
        )
        return
    events = sum(item.event_count for item in imported.records)
    patients = "1 patient" if len(imported.records) == 1 else f"{len(imported.records)} patients"
    print(f"{patients}, {events} events from {imported.source}")
    print(f"Record store: {target}")
    print()
    print_quality(imported.quality)


def quality_json(summary: QualitySummary) -> list[dict[str, Any]]:
    """A quality summary for JSON, one object per line."""
    return [
        {
            "table": line.table,
            "outcome": str(line.outcome),
            "count": line.count,
            "reason": line.reason,
            "remedy": line.remedy,
            "examples": list(line.examples),
        }
        for line in summary.lines
    ]


def print_quality(summary: QualitySummary) -> None:
    """The quality lines for a terminal: counts first, then each reason with its remedy and an example."""
    from adjuvant.record import Outcome

    tables = sorted({line.table for line in summary.lines})
    outcomes = [outcome for outcome in Outcome if summary.count(outcome)]
    print("What became of every row")
    print_columns(
        ["table", *[str(outcome) for outcome in outcomes]],
        [[table, *[str(summary.count(outcome, table)) for outcome in outcomes]] for table in tables],
        right=range(1, len(outcomes) + 1),
    )
    reasons = [line for line in summary.lines if line.reason]
    if reasons:
        print("\nWhy")
    for line in reasons:
        print(f"  {line.table}: {line.count} {line.outcome}: {line.reason}")
        if line.remedy:
            print(f"    what to do: {line.remedy}")
        if line.examples:
            print(f"    for example: {line.examples[0]}")
