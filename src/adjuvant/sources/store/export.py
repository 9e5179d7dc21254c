"""Taking tables out of a record store: one plain file each, over all parts, as Parquet or CSV."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from adjuvant.errors import InputError, UsageError
from adjuvant.sources.base import Progress, choose_patient
from adjuvant.sources.store.columns import plan_of
from adjuvant.sources.store.manifest import SCHEMA, StoreInfo, read_manifest
from adjuvant.sources.store.parquet import schema_of
from adjuvant.sources.store.part import PLANS, TABLES, check_file, ids_of, lead_of

__all__ = ["FORMATS", "export"]

FORMATS = ("parquet", "csv")
_RISKY = ("=", "+", "-", "@", "\t", "\r")


def export(
    path: Path | str,
    out: Path,
    *,
    format: str = "parquet",  # noqa: A002  the word of the command line
    tables: Sequence[str] = (),
    patient: str | None = None,
    progress: Progress | None = None,
) -> dict[str, int]:
    """Write tables of a store into a new folder, each whole or none at all.

    Text that a spreadsheet would run as a formula is written to CSV with an apostrophe before it.

    Args:
        format: one of FORMATS.
        tables: their names; none names all that have rows.
        patient: only this one's rows.
    Returns:
        How many rows each table has.
    Raises:
        UsageError: no such format or table.
        InputError: no store, an older one, a damaged part, no such patient; `out` is there and not empty, or
            cannot be written.
    """
    wanted = _wanted(format, tables)
    info = read_manifest(Path(path))
    if info.schema < SCHEMA:
        raise InputError(
            str(path), f"is of schema {info.schema}", "import into it once; that brings it up to date"
        )
    parts = list(info.parts)
    if patient is not None:
        parts = [part for part in parts if part.first <= patient <= part.last and patient in ids_of(part)]
        if not parts:
            choose_patient((name for part in info.parts for name in ids_of(part)), patient, str(path))
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InputError(str(out), "is there and not empty", "name a new folder; nothing is overwritten")
    chosen = [table for table in wanted if tables or any(table in part.files for part in parts)]
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
        try:
            counts = {
                table: _table(info, parts, table, fresh / f"{table}.{format}", patient)
                for table in _told(chosen, progress)
            }
            if out.exists():
                out.rmdir()
            fresh.rename(out)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    except OSError as error:
        raise InputError(
            str(out), f"cannot be written ({error.strerror or error})", "check the disk and its permissions"
        ) from error
    return counts


def _told(tables: Sequence[str], progress: Progress | None) -> Any:
    for done, table in enumerate(tables, start=1):
        yield table
        if progress is not None:
            progress("tables", done, len(tables))


def _wanted(form: str, tables: Sequence[str]) -> Sequence[str]:
    if form not in FORMATS:
        raise UsageError(f"format {form!r}", "is not known", f"use one of: {', '.join(FORMATS)}")
    for table in tables:
        if table not in TABLES:
            raise UsageError(f"table {table!r}", "is not known", f"use one of: {', '.join(TABLES)}")
    return [table for table in TABLES if not tables or table in tables]


def _table(info: StoreInfo, parts: Sequence[Any], table: str, file: Path, patient: str | None) -> int:
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.csv as pcsv
    import pyarrow.parquet as pq

    schema = schema_of((*lead_of(table), *plan_of(PLANS[table]).columns))
    rows = 0
    opened: Any = (
        pq.ParquetWriter(file, schema, compression="zstd")
        if file.suffix == ".parquet"
        else pcsv.CSVWriter(file, schema)
    )
    with opened as writer:
        for part in parts:
            if table not in part.files:
                continue
            check_file(part, table)
            with pq.ParquetFile(part.file(table)) as source:
                for group in range(source.num_row_groups):
                    found = source.read_row_group(group)
                    if patient is not None:
                        found = found.filter(pc.equal(found.column(0), patient))
                    rows += found.num_rows
                    writer.write_table(found if file.suffix == ".parquet" else _inert(pa, pc, found))
    return rows


def _inert(pa: Any, pc: Any, table: Any) -> Any:
    """The table with an apostrophe before each text that a spreadsheet would take for a formula."""
    columns = []
    for column in table.columns:
        if pa.types.is_string(column.type):
            risky = pc.is_in(pc.utf8_slice_codeunits(column, 0, 1), pa.array(_RISKY))
            column = pc.if_else(risky, pc.binary_join_element_wise("'", column, ""), column)
        columns.append(column)
    return pa.table(columns, schema=table.schema)
