"""`adjuvant import`: any known format into the record store, with what became of every row."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adjuvant.cli.names import NO_NAMING, Naming, print_unknown_names
from adjuvant.cli.output import default_store, print_columns, print_json, progress
from adjuvant.errors import InputError, UsageError

if TYPE_CHECKING:
    from adjuvant.record import QualitySummary
    from adjuvant.sources import Stream, Terms

__all__ = ["print_quality", "run"]

_MEMBERS = 8


def run(
    record: Path | None,
    store: Path | None,
    source_format: str | None,
    patient: str | None,
    zone: str | None,
    replace: bool,
    template: Path | None,
    as_json: bool,
    names: Naming = NO_NAMING,
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
    names.refuse_early()
    chosen = source_format or sources.detect_format(record)
    lines = names.read()
    target = store or default_store()
    resumed = _say_resumed if not as_json else _silent
    with progress(f"importing {record.name}") as tell:

        def opener(after: str | None, work: Path) -> Stream:
            return sources.stream(
                record, chosen, patient=patient, zone=zone, terms=lines, progress=tell, after=after, work=work
            )

        written = sources.store.write_stream(
            target,
            opener,
            fingerprint=_fingerprint(record, chosen, patient, zone, lines),
            replace=replace,
            progress=tell,
            resumed=resumed,
        )
    count = sum(part.patients for part in written.parts)
    synthetic = names.quality is not None and sources.store.all_synthetic(written.parts)
    names.write(written.quality, written.source, count, written.events, synthetic)
    if as_json:
        print_json(
            {
                "store": str(target),
                "source": written.source,
                "patients": list(written.patients),
                "events": written.events,
                "quality": quality_json(written.quality),
            }
        )
        return
    patients = "1 patient" if count == 1 else f"{count:,} patients"
    print(f"{patients}, {written.events:,} events from {written.source}")
    more = written.info.patients - count
    print(f"Record store: {target}" + (f", which holds {more:,} more" if more else ""))
    print()
    print_quality(written.quality)
    print_unknown_names(written.quality, names.unknown_names)
    if names.quality is not None:
        print(f"\nData quality, the worst first: {names.quality}")


def _fingerprint(
    record: Path, chosen: str, patient: str | None, zone: str | None, terms: Terms | None
) -> dict[str, Any]:
    from adjuvant import sources

    try:
        return sources.fingerprint(record, chosen, patient=patient, zone=zone, terms=terms)
    except OSError as error:
        raise InputError(
            str(error.filename or record), f"cannot be read ({error.strerror})", "check its permissions"
        ) from error


def _say_resumed(patients: int) -> None:
    print(f"This import was stopped before: going on after {patients} finished patients.", file=sys.stderr)


def _silent(patients: int) -> None:
    """A script reads the answer alone."""


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
    from adjuvant.reports.quality import reasons_of

    tables = sorted({line.table for line in summary.lines})
    outcomes = [outcome for outcome in Outcome if summary.count(outcome)]
    print("What became of every row")
    print_columns(
        ["table", *[str(outcome) for outcome in outcomes]],
        [[table, *[f"{summary.count(outcome, table):,}" for outcome in outcomes]] for table in tables],
        right=range(1, len(outcomes) + 1),
    )
    reasons = reasons_of(summary, examples=True)
    if reasons:
        print("\nWhy")
    for one in reasons:
        line, more = one.line, len(one.members) - _MEMBERS
        print(f"  {line.table}: {line.count:,} {line.outcome}: {line.reason}")
        if one.members:
            named = ", ".join(f"{name} {count:,}" for name, count in one.members[:_MEMBERS])
            print(f"    {named}{f' and {more} more' if more > 0 else ''}")
        if line.remedy:
            print(f"    what to do: {line.remedy}")
        if one.examples:
            print(f"    for example: {one.examples[0]}")
    if any(line.outcome is Outcome.DOUBTED for line in summary.lines):
        print("Doubted rows are used, with a warning; a row with several warnings is counted for each.")
