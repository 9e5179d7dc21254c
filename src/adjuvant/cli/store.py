"""`adjuvant store`: what a record store holds, whether it is whole, and its tables as plain files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from adjuvant.cli.output import default_store, print_columns, print_json, progress
from adjuvant.errors import InputError

__all__ = ["export", "info", "refresh", "verify"]


def info(store: Path | None, as_json: bool) -> None:
    """Print what the store says about itself."""
    from adjuvant import sources
    from adjuvant.library import digest

    found = sources.store.info(_asked(store))
    place = _from_root(found.path)
    size = sum(item.stat().st_size for item in place.rglob("*") if item.is_file())
    stale = sum(part.library != digest() for part in found.parts)
    if as_json:
        print_json(
            {
                "store": str(place),
                "schema": found.schema,
                "adjuvant": found.adjuvant,
                "library_sha256": found.library,
                "bytes": size,
                "patients": found.patients,
                "parts": len(found.parts),
                "stale_parts": stale,
                "tables": found.tables,
                "sources": [_source(item) for item in found.sources],
            }
        )
        return
    print(f"Record store: {place}")
    print(
        f"{_many(found.patients, 'patient')} in {_many(len(found.parts), 'part')}, "
        f"{size / 2**20:,.1f} MiB, schema {found.schema}, written by adjuvant {found.adjuvant}"
    )
    if stale:
        print(
            f"The exposures of {_many(stale, 'part')} rest on another library: "
            f"run `adjuvant store refresh {place}`."
        )
    print()
    rows = [[item.source, f"{item.patients:,}"] for item in found.sources]
    print_columns(["imported from", "patients"], rows, right=[1])
    print()
    held = [[table, f"{count:,}"] for table, count in sorted(found.tables.items()) if count]
    print_columns(["table", "rows"], held, right=[1])


def _asked(store: Path | None) -> Path:
    """The folder of the store that is asked for; its manifest stands for it."""
    place = store or default_store()
    return place.parent if place.name == "manifest.json" and place.is_file() else place


def _from_root(path: Path) -> Path:
    """The folder of a store as it is named from anywhere, for a line that is kept or run elsewhere."""
    return Path(os.path.abspath(path))


def _source(item: Any) -> dict[str, Any]:
    at = item.imported_at
    return {
        "source": item.source,
        "patients": item.patients,
        "imported_at": at.isoformat() if at is not None else None,
    }


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def verify(store: Path | None, as_json: bool) -> None:
    """Check every file of the store; a fault ends with exit code 3."""
    from adjuvant import sources

    with progress("checking the store") as tell:
        report = sources.store.verify(_asked(store), tell)
    place = _from_root(report.info.path)
    files = sum(len(part.files) for part in report.info.parts) or len(report.info.files)
    if as_json:
        print_json(
            {
                "store": str(place),
                "whole": report.whole,
                "patients": report.info.patients,
                "files": files,
                "faults": [
                    {"thing": fault.thing, "rule": fault.rule, "remedy": fault.remedy}
                    for fault in report.faults
                ],
                "left_behind": [str(item) for item in report.left],
                "stale_parts": len(report.stale),
            }
        )
    elif report.whole:
        print(f"Whole: {_many(report.info.patients, 'patient')}, {_many(files, 'file')}, each as written.")
    for item in report.left if not as_json else ():
        print(f"Left behind by an import that was stopped: {item} (the next import goes on or removes it)")
    if report.stale and not as_json:
        print(
            f"The exposures of {_many(len(report.stale), 'part')} rest on another library: "
            f"run `adjuvant store refresh {place}`."
        )
    if report.faults:
        first, more = report.faults[0], len(report.faults) - 1
        rule = f"{first.rule}; and {_many(more, 'more fault')}, see --json" if more else first.rule
        raise InputError(first.thing, rule, first.remedy)


def export(
    store: Path | None, out: Path, tables: list[str], patient: str | None, form: str, as_json: bool
) -> None:
    """Write the store's tables as plain files."""
    from adjuvant import sources

    place = _from_root(sources.store.info(_asked(store)).path)
    with progress("exporting the store") as tell:
        counts = sources.store.export(place, out, format=form, tables=tables, patient=patient, progress=tell)
    if as_json:
        print_json({"store": str(place), "out": str(out), "format": form, "tables": counts})
        return
    print(f"{_many(len(counts), 'table')} written to {out}. They may hold patients' data.")
    print_columns(["file", "rows"], [[f"{name}.{form}", f"{n:,}"] for name, n in counts.items()], right=[1])


def refresh(store: Path | None, as_json: bool) -> None:
    """Work out the exposures anew where they rest on another library."""
    from adjuvant import sources

    place = _from_root(sources.store.info(_asked(store)).path)
    with progress("working out exposures") as tell:
        done = sources.store.refresh(place, tell)
    if as_json:
        print_json({"store": str(place), "parts_refreshed": done})
        return
    print(
        f"Exposures worked out anew in {_many(done, 'part')}." if done else "Nothing to do: all is current."
    )
