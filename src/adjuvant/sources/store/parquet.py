"""One Parquet file per kind of event, written by row groups in a fixed order: equal records, equal bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from adjuvant.errors import AdjuvantError, InputError
from adjuvant.sources.store.columns import Column, TypePlan

__all__ = ["TableWriter", "read_rows", "schema_of"]

_ROWS_IN_GROUP = 1 << 15


def schema_of(columns: Sequence[Column]) -> Any:
    """The Arrow schema of some columns."""
    import pyarrow as pa

    types = {
        "text": pa.string(),
        "time": pa.timestamp("us", tz="UTC"),
        "date": pa.date32(),
        "flag": pa.bool_(),
        "whole": pa.int64(),
        "double": pa.float64(),
    }
    return pa.schema([pa.field(column.name, types[column.type]) for column in columns])


class TableWriter:
    """Writes rows of one plan, each with leading cells of its own, and counts them.

    Args:
        lead: the columns before the plan's, such as the patient's id.
    """

    def __init__(self, path: Path, lead: Sequence[Column], plan: TypePlan) -> None:
        import pyarrow.parquet as pq

        self.rows = 0
        self._path = path
        self._plan = plan
        self._schema = schema_of((*lead, *plan.columns))
        self._file = pq.ParquetWriter(path, self._schema, compression="zstd", version="2.6")
        self._waiting: list[list[Any]] = []

    def add(self, lead: Sequence[Any], value: Any) -> None:
        """Write one value.

        Raises:
            InputError: it holds what no Parquet file can, such as half a surrogate pair.
        """
        self._waiting.append([*lead, *self._plan.split(value)])
        self.rows += 1
        if len(self._waiting) >= _ROWS_IN_GROUP:
            self._flush()

    def close(self) -> None:
        """Write what is waiting and end the file."""
        self._flush()
        self._file.close()

    def abandon(self) -> None:
        """Let go of the file, whatever was written."""
        with suppress(OSError):  # the disk may be the reason why it is let go of
            self._file.close()

    def _flush(self) -> None:
        import pyarrow as pa

        if not self._waiting:
            return
        cells = list(zip(*self._waiting, strict=True))
        arrays = []
        for column, field in zip(cells, self._schema, strict=True):
            try:
                arrays.append(pa.array(column, type=field.type))
            except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError, UnicodeEncodeError) as error:
                raise InputError(
                    f"{self._path.stem}: {field.name}",
                    f"cannot be stored ({error})",
                    "correct it in the source",
                ) from error
        self._file.write_table(pa.Table.from_arrays(arrays, schema=self._schema))
        self._waiting.clear()


def read_rows(
    path: Path, lead: Sequence[Column], plan: TypePlan, patient: str | None = None
) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """The leading cells and the value of each row, in the order of the file.

    Args:
        patient: only the rows whose first leading cell is this.
    Raises:
        InputError: not a Parquet file, other columns, or a row that no value can be made of.
    """
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    schema = schema_of((*lead, *plan.columns))
    width = len(lead)
    try:
        with pq.ParquetFile(path) as file:
            if not file.schema_arrow.equals(schema):
                raise InputError(
                    str(path), "has other columns than this version writes", "import the source again"
                )
            for group in range(file.num_row_groups):
                table = file.read_row_group(group)
                if patient is not None:
                    table = table.filter(pc.equal(table.column(0), patient))
                columns = [column.to_pylist() for column in table.columns]
                for row in zip(*columns, strict=True):
                    yield row[:width], _joined(path, plan, row[width:])
    except (pa.ArrowException, OSError) as error:
        raise InputError(
            str(path), f"cannot be read as Parquet ({error})", "import the source again"
        ) from error


def _joined(path: Path, plan: TypePlan, row: Sequence[Any]) -> Any:
    try:
        return plan.join(row)
    except AdjuvantError as error:
        raise error.within(str(path)) from error
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            str(path), f"holds a row that cannot be read ({error})", "import the source again"
        ) from error
