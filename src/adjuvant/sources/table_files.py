"""The files of a folder of tables: found by name, checked whole, with their headers and errors in words."""

from __future__ import annotations

import errno
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from adjuvant.errors import InputError
from adjuvant.sources.delimited import open_csv
from adjuvant.sources.text import missing_file

__all__ = ["TableFile", "explained", "find_tables"]

_ENDS = (".csv.gz", ".csv", ".parquet")
_FULL = ("No space left on device", "max_temp_directory_size")
"""What DuckDB says when it cannot keep on disk what it sorts."""
_EXACT = 1 << 53
"""Whole numbers below it are exact in a double."""
_LONGEST = 200
"""Signs of what DuckDB says that are passed on: it quotes lines, which may be long and are patients' data."""


@dataclass(frozen=True, slots=True)
class TableFile:
    """One file of a table.

    Args:
        written: its columns as written.
        read: the DuckDB expression that reads it, and `number` the one that numbers its rows (of CSV by line,
            where the header is line 1).
        kinds: the DuckDB type of each column, in the order of `written`; empty where all are text.
    """

    path: Path
    written: tuple[str, ...]
    read: str
    number: str
    kinds: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Its columns in lower case."""
        return tuple(name.lower() for name in self.written)

    def text(self, column: str) -> str:
        """The DuckDB expression of a column, by its lower-case name, as text without outer spaces.

        A whole number reads the same whatever type holds it: a patient is 123 in one table and 123.0 in the
        next, where a column with gaps was kept as a double. What is no number (NaN, infinity) stays a word
        that no number is read from. Bytes that are UTF-8 are the text that they spell.
        """
        place = self.columns.index(column)
        named = '"' + self.written[place].replace('"', '""') + '"'
        kind = self.kinds[place] if self.kinds else "VARCHAR"
        if kind in ("FLOAT", "DOUBLE") or (kind.startswith("DECIMAL") and not kind.endswith(",0)")):
            # The statistics of a Parquet file know no NaN, and a comparison alone may be decided by them.
            whole = f"isfinite({named}::double) and abs({named}) < {_EXACT} and {named} = trunc({named})"
            short = f"try_cast(trunc({named}) as bigint)::varchar"
            cast = f"case when {whole} then {short} else {named}::varchar end"
        elif kind == "BLOB":
            cast = f"coalesce(try(decode({named})), {named}::varchar)"
        else:
            cast = f"{named}::varchar"
        return f"coalesce(trim({cast}), '')"


def find_tables(
    path: Path, required: Mapping[str, Sequence[str]], what: str, needed: Sequence[str], events: Sequence[str]
) -> dict[str, TableFile]:
    """The known tables of a folder, each with its checked file.

    Args:
        required: the columns that each known table must have.
    Raises:
        InputError: see TableFolder.
    """
    if not path.exists():
        raise missing_file(path)
    if not path.is_dir():
        raise InputError(str(path), f"is a file, not a folder of {what} tables", "name the folder it lies in")
    found: dict[str, Path] = {}
    for item in sorted(path.iterdir()):
        name = item.name.lower()
        table = next((name.removesuffix(end) for end in _ENDS if name.endswith(end)), "")
        if table not in required:
            continue
        if table in found:
            raise InputError(
                str(path),
                f"holds the table {table} twice, as {found[table].name} and {item.name}",
                "keep one",
            )
        found[table] = item
    for table in needed:
        if table not in found:
            raise InputError(
                str(path),
                f"has no {table}.csv, {table}.csv.gz or {table}.parquet",
                f"add that table of {what}",
            )
    if not any(table in found for table in events):
        raise InputError(str(path), f"has none of {', '.join(events)}", "add at least one of these tables")
    return {table: _checked(file, required[table], what) for table, file in found.items()}


def _checked(file: Path, required: Sequence[str], what: str) -> TableFile:
    table = _parquet(file) if file.name.lower().endswith(".parquet") else _csv(file)
    repeated = sorted({name for name in table.columns if table.columns.count(name) > 1})
    if repeated:
        raise InputError(f"{file}:1", f"has the column {repeated[0]} twice", "rename one of the two")
    missing = [name for name in required if name not in table.columns]
    if missing:
        raise InputError(
            f"{file}:1",
            f"has no column {', '.join(missing)}",
            f"take the table as {what} has it; this one has {', '.join(table.columns)}",
        )
    return table


def _csv(file: Path) -> TableFile:
    with open_csv(file) as opened:
        written = tuple(opened.columns)
    # Everything is declared and nothing detected.
    columns = ", ".join(f"{_text(name)}: 'VARCHAR'" for name in written)
    read = (
        f"read_csv({_text(str(file))}, auto_detect=false, columns={{{columns}}}, header=true, delim=',', "
        "quote='\"', escape='\"', strict_mode=true, null_padding=false)"
    )
    return TableFile(file, written, read, "row_number() over () + 1")


def _parquet(file: Path) -> TableFile:
    import duckdb

    read = f"read_parquet({_text(str(file))}, file_row_number=true)"
    try:
        with duckdb.connect() as connection:
            columns = {
                name: str(kind)
                for name, kind, *_ in connection.execute(
                    " ".join(("describe select * from", read))
                ).fetchall()
                if name != "file_row_number"
            }
    except duckdb.Error as error:
        raise InputError(
            str(file), "is no Parquet file, or a damaged one", "copy or download it again"
        ) from error
    return TableFile(file, tuple(columns), read, "file_row_number + 1", tuple(columns.values()))


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def explained(file: Path, error: Exception) -> Exception:
    """What DuckDB says of a file, in the words of this program.

    Returns:
        An InputError that names the line where it is known; an OSError where not the file but the disk is at
        fault.
    """
    message = str(error).strip()
    if any(said in message for said in _FULL):
        return OSError(errno.ENOSPC, "no space is left for sorting the tables")
    line = re.search(r"CSV Error on Line: (\d+)", message)
    place = f"{file}:{line[1]}" if line else str(file)
    counts = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", message)
    if counts:
        return InputError(
            place, f"has {counts[2]} fields where the header has {counts[1]}", "correct or remove that line"
        )
    if message.startswith("Out of Memory"):
        return InputError(place, "needs more memory than a table may take", "split the table by patient")
    if "utf" in message.lower() or "unicode" in message.lower():
        return InputError(place, "is not UTF-8", "save the file as UTF-8")
    first = message.splitlines()[0] if message else "no reason given"
    if len(first) > _LONGEST:
        first = f"{first[:_LONGEST]} ..."
    kind = "Parquet" if file.name.lower().endswith(".parquet") else "CSV"
    return InputError(place, f"is not well-formed {kind} ({first})", "correct it, or export it again")
