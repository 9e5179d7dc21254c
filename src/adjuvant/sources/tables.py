"""Folders of tables as CSV or Parquet, read through DuckDB patient by patient, in bounded memory.

Nothing in the folder is changed. Large tables are copied once to Parquet, sorted by patient, into a working
folder; small ones are taken as they are.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adjuvant.errors import InternalError
from adjuvant.sources.table_files import TableFile, explained, find_tables

if TYPE_CHECKING:
    import duckdb

__all__ = ["Row", "TableFolder", "TableShape"]

Row = dict[str, str]
"""One row by lower-case column name, with ``row_number``; what is empty or not there is an empty text."""

_SMALL = 32 << 20
"""Bytes on disk up to which a table is kept in memory and not sorted on disk."""
_BATCH = 200_000
"""Rows of all tables together that one batch of patients holds at most, unless one patient alone has more."""
_FETCH = 20_000
_MEMORY = "400MB"
_ROW = "row_number"


@dataclass(frozen=True, slots=True)
class TableShape:
    """What is read of one table.

    Args:
        columns: needed; a file without one is refused.
        optional: read where they are there, else empty.
        key: the column that names the patient; None for a lookup table.
    """

    columns: tuple[str, ...]
    optional: tuple[str, ...] = ()
    key: str | None = None


class TableFolder:
    """The tables of one folder, each checked once before any is read.

    Args:
        path: a folder of ``TABLE.csv``, ``TABLE.csv.gz`` or ``TABLE.parquet``, names and columns in any case.
        shapes: the tables that are read, by lower-case name.
        what: the kind of folder, for errors.
        needed: tables without which it cannot be used.
        events: tables of which at least one must be there.
        work: a folder for tables sorted on disk, found again by a later call with the same folder; None uses
            a temporary one that `close` removes.
    Raises:
        InputError: no folder, a table missing or there twice, a damaged or empty file, another delimiter than
            the comma, a missing column.
    """

    def __init__(
        self,
        path: Path,
        shapes: Mapping[str, TableShape],
        *,
        what: str,
        needed: Sequence[str],
        events: Sequence[str],
        work: Path | None = None,
    ) -> None:
        self.path = path
        self._shapes = shapes
        self._tables = find_tables(
            path, {name: shape.columns for name, shape in shapes.items()}, what, needed, events
        )
        self._work = work
        self._own: tempfile.TemporaryDirectory[str] | None = None
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._ready: dict[str, str] = {}

    def __contains__(self, table: str) -> bool:
        return table in self._tables

    @property
    def missing(self) -> tuple[str, ...]:
        """The tables that the folder does not have."""
        return tuple(name for name in self._shapes if name not in self._tables)

    @property
    def files(self) -> Mapping[str, Path]:
        """The file of each table."""
        return {name: table.path for name, table in self._tables.items()}

    def columns(self, table: str) -> tuple[str, ...]:
        """The columns of the file of `table`, in lower case, also those that are not read."""
        return self._tables[table].columns

    def rows(
        self,
        table: str,
        *,
        keys: Sequence[str] | None = None,
        where: Mapping[str, Sequence[str]] | None = None,
    ) -> Iterator[Row]:
        """The rows of `table` in the order of the file, or those of some patients in order of key and row.

        Args:
            keys: only rows of these patients.
            where: only rows that have, in each of these columns, one of its values.
        Raises:
            InputError: the file is damaged; names the line where it is known.
        """
        shape = self._shapes[table]
        names = (*shape.columns, *shape.optional, _ROW)
        clause, values = self._clause(shape, keys, where)
        order = f" order by {shape.key}, {_ROW}" if keys is not None else f" order by {_ROW}"
        for found in self._query(table, f"{', '.join(names)}", clause + order, values):
            yield {name: str(value) for name, value in zip(names, found, strict=True)}

    def counts(
        self, table: str, *columns: str, keys: Sequence[str] | None = None
    ) -> dict[tuple[str, ...], int]:
        """How many rows there are of each combination of values; of all patients, or of some."""
        listed = ", ".join(columns)
        clause, values = self._clause(self._shapes[table], keys, None)
        grouped = f" group by {listed}" if listed else ""
        select = f"{listed}, count(*)" if listed else "count(*)"
        return {
            tuple(found[:-1]): found[-1] for found in self._query(table, select, clause + grouped, values)
        }

    def batches(self, table: str, *, after: str | None = None) -> Iterator[tuple[str, ...]]:
        """The ids of `table`'s key in order of their text, so many at a time that a batch stays bounded.

        Args:
            after: only ids greater than this one.
        """
        keyed = [name for name in self._tables if self._shapes[name].key is not None]
        parts = [
            " ".join(
                ("select", f"{self._shapes[name].key} as id, count(*) as n, {name == table} as own", "from")
            )
            + f" {self._source(name)} group by 1"
            for name in keyed
        ]
        query = " ".join(
            (
                "select id, sum(n) from (",
                " union all ".join(parts),
                ") where id > ? group by id having bool_or(own) order by id",
            )
        )
        batch: list[str] = []
        rows = 0
        for name, count in self._execute(query, [after if after is not None else ""], self._tables[table]):
            if batch and rows + count > _BATCH:
                yield tuple(batch)
                batch, rows = [], 0
            batch.append(name)
            rows += count
        if batch:
            yield tuple(batch)

    def close(self) -> None:
        """Let go of the database, and of the temporary folder if there is one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._ready.clear()
        if self._own is not None:
            self._own.cleanup()
            self._own = None

    # --- how it is done ------------------------------------------------------------------------------------

    def _clause(
        self, shape: TableShape, keys: Sequence[str] | None, where: Mapping[str, Sequence[str]] | None
    ) -> tuple[str, list[Any]]:
        conditions: list[str] = []
        values: list[Any] = []
        if keys is not None:
            if shape.key is None:
                raise InternalError("a lookup table", "has no patients", "report this as a defect")
            # The bounds let a sorted table pass over most of its file.
            conditions.append(f"{shape.key} between ? and ? and {shape.key} in (select unnest(?::varchar[]))")
            values += [min(keys, default=""), max(keys, default=""), list(keys)]
        for column, wanted in (where or {}).items():
            if column not in (*shape.columns, *shape.optional):
                raise InternalError(f"column {column!r}", "is not read", "report this as a defect")
            conditions.append(f"{column} in (select unnest(?::varchar[]))")
            values.append(list(wanted))
        return (f" where {' and '.join(conditions)}" if conditions else ""), values

    def _query(self, table: str, select: str, rest: str, values: list[Any]) -> Iterator[tuple[Any, ...]]:
        # Names and clauses are constants of the readers; what comes from outside is bound.
        query = " ".join(("select", select, "from", self._source(table), rest))
        yield from self._execute(query, values, self._tables[table])

    def _execute(self, query: str, values: list[Any], file: TableFile) -> Iterator[tuple[Any, ...]]:
        import duckdb

        try:
            answer = self._database().cursor().execute(query, values)
            while rows := answer.fetchmany(_FETCH):
                yield from rows
        except duckdb.Error as error:
            raise explained(file.path, error) from error

    def _database(self) -> duckdb.DuckDBPyConnection:
        import duckdb

        if self._connection is None:
            spill = self._folder() / "spill"
            settings: dict[str, str | bool | int | float | list[str]] = {
                "memory_limit": _MEMORY,
                "temp_directory": str(spill),
                "threads": "2",
            }
            self._connection = duckdb.connect(config=settings)
            # Moments that Parquet holds with a zone are written in that of the machine if nothing is said.
            self._connection.execute("set global TimeZone = 'UTC'")
        return self._connection

    def _folder(self) -> Path:
        if self._work is not None:
            self._work.mkdir(parents=True, exist_ok=True)
            return self._work
        if self._own is None:
            self._own = tempfile.TemporaryDirectory(prefix="adjuvant-tables-")
        return Path(self._own.name)

    def _source(self, table: str) -> str:
        """What a query reads `table` from: a table in memory, a sorted copy, or the file itself."""
        ready = self._ready.get(table)
        if ready is not None:
            return ready
        shape, file = self._shapes[table], self._tables[table]
        large = file.path.stat().st_size > _SMALL
        if large and shape.key is None:
            found = f"({self._texts(shape, file)})"
        elif large:
            found = f"read_parquet({_quoted(self._sorted(table, shape, file))})"
        else:
            found = f'"table_{table}"'
            self._run(f"create table {found} as {self._texts(shape, file)}", file)
        self._ready[table] = found
        return found

    def _sorted(self, table: str, shape: TableShape, file: TableFile) -> Path:
        """A copy of a large table, sorted by patient; one that an earlier call made is taken as it is."""
        state = file.path.stat()
        named = f"{file.path.resolve()} {state.st_size} {state.st_mtime_ns} {shape}"
        place = self._folder() / f"{table}.{hashlib.sha256(named.encode()).hexdigest()[:16]}.parquet"
        if not place.exists():
            unfinished = place.with_suffix(".unfinished")
            ordered = " ".join(
                ("select * from (", self._texts(shape, file), f") order by {shape.key}, {_ROW}")
            )
            options = "(format parquet, compression zstd, row_group_size 30000)"
            self._run(" ".join(("copy (", ordered, ") to", _quoted(unfinished), options)), file)
            unfinished.replace(place)
        return place

    def _run(self, statement: str, file: TableFile) -> None:
        for _ in self._execute(statement, [], file):
            pass

    def _texts(self, shape: TableShape, file: TableFile) -> str:
        """A query of the columns that are read as texts without outer spaces, and the number of each row."""
        columns = [
            f"{file.text(name)} as {name}" if name in file.columns else f"'' as {name}"
            for name in (*shape.columns, *shape.optional)
        ]
        return " ".join(("select", ", ".join(columns), f", {file.number} as {_ROW} from", file.read))


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
