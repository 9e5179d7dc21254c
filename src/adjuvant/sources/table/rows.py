"""One pass over the CSV files of a mapping: each row sorted to its patient, on disk where need be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import msgspec

from adjuvant.errors import InputError
from adjuvant.record import Outcome
from adjuvant.sources.base import Progress, QualityCounter, open_csv
from adjuvant.sources.spill import Spill
from adjuvant.sources.table.astray import NobodysRows
from adjuvant.sources.table.cells import Row
from adjuvant.sources.table.counts import count_medicine
from adjuvant.sources.table.mapping import MappingFile, TableMapping
from adjuvant.sources.table.torn import TornRows
from adjuvant.sources.terminology import Terminology

__all__ = ["Rows", "SortedRow"]

_EVERY = 2000  # rows between two reports of progress


class _Kept(msgspec.Struct, array_like=True, gc=False):
    """A row as it is sorted: its number in the order of reading, where it stands, and its fields."""

    number: int
    source: int
    line: int
    values: list[str]


class _Named(msgspec.Struct, array_like=True, gc=False):
    """A row that bears an id of its own: whose it is, where it stands, and what tells its contents."""

    number: int
    source: int
    line: int
    patient: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class _Source:
    """One table of one file."""

    table: TableMapping
    label: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SortedRow:
    """One row of a patient.

    Args:
        label: its file, as quality lines name it.
        repeats: the line of a row with the same id that stood before it in another patient's rows, or None.
    """

    row: Row
    label: str
    repeats: int | None


class Rows:
    """All rows of the files, by patient.

    Args:
        only: keep only the rows of this patient; those of others are not counted.
        work: a folder for what is sorted on disk.
    Attributes:
        names: the ids of all patients that any row names.
        nobody: what became of rows that name no patient.
        astray: rows of medication that may be any patient's.
        torn: rows whose fields are not as many as the header's.
    """

    def __init__(
        self, mapping: MappingFile, only: str | None, terminology: Terminology, work: Path | None
    ) -> None:
        self.names: set[str] = set()
        self.nobody = QualityCounter()
        self.astray = NobodysRows()
        self.torn = TornRows()
        self._mapping = mapping
        self._only = only
        self._terminology = terminology
        self._sources: list[_Source] = []
        self._number = 0
        self._rows = Spill(work)
        self._ids = Spill(work)
        self._foreign: dict[int, int] = {}
        self._encoder = msgspec.msgpack.Encoder()

    def read(self, progress: Progress | None) -> None:
        """Take every row of every file.

        Raises:
            InputError: a file that cannot be used; one id with two contents.
        """
        by_file: dict[tuple[Path, str], list[TableMapping]] = {}
        for table in self._mapping.tables:
            by_file.setdefault((table.file, table.delimiter), []).append(table)
        for (file, delimiter), tables in by_file.items():
            self._read_file(file, delimiter, tables, progress)
        with closing(self._ids):
            self._check_ids()

    def patients(self) -> Iterator[tuple[str, list[SortedRow]]]:
        """Each patient with all rows, in order of id; the rows in the order of the files."""
        decoder = msgspec.msgpack.Decoder(_Kept)
        for who, entries in self._rows.groups():
            yield who, [self._sorted(decoder.decode(data)) for data in entries]

    def close(self) -> None:
        """Remove what was sorted on disk."""
        self._rows.close()
        self._ids.close()

    # --- how it is done ------------------------------------------------------------------------------------

    def _sorted(self, kept: _Kept) -> SortedRow:
        source = self._sources[kept.source]
        cells = dict(zip(source.columns, kept.values, strict=True))
        row = Row(self._mapping, source.table, kept.line, cells, terminology=self._terminology)
        return SortedRow(row, source.label, self._foreign.get(kept.number))

    def _read_file(
        self, file: Path, delimiter: str, tables: list[TableMapping], progress: Progress | None
    ) -> None:
        needed = {column for table in tables for column in (*table.columns.values(), *table.where)}
        kinds = tuple(table.table for table in tables)
        columns: Sequence[str] = ()

        def ragged(line: int, reason: str, fields: Sequence[str]) -> None:
            # The first field stands in its place however many are missing behind it.
            keys = {table.columns.get("id" if table.table == "patients" else "patient") for table in tables}
            first = fields[0].strip() if fields and columns[0] in keys else ""
            self.torn.add(first, file.name, line, kinds)
            self.nobody.read(file.name)
            rule = "its fields are not as many as the header's"
            remedy = "quote fields that hold the delimiter"
            self.nobody.line(Outcome.NOT_USED, file.name, rule, remedy, f"line {line} {reason}")

        with open_csv(file, required=sorted(needed), delimiter=delimiter) as opened:
            columns = opened.columns
            begins = len(self._sources)
            for table in tables:
                label = file.name if len(tables) == 1 else f"{file.name} ({table.table})"
                self._sources.append(_Source(table, label, opened.columns))
            for count, found in enumerate(opened.rows(ragged), start=1):
                if progress is not None and count % _EVERY == 0:
                    progress(file.name, count)
                belongs = False
                for number, table in enumerate(tables, start=begins):
                    if _belongs(table, found.fields):
                        belongs = True
                        self._take(number, found.line, found.fields)
                if not belongs:
                    rule = "belongs to no table by its `where`"
                    self.nobody.read(file.name)
                    self.nobody.line(Outcome.NOT_USED, file.name, rule, "", f"line {found.line}")

    def _take(self, number: int, line: int, cells: dict[str, str]) -> None:
        """Sort one row to its patient, or count it where it names none."""
        source = self._sources[number]
        row = Row(self._mapping, source.table, line, cells, terminology=self._terminology)
        key = "id" if source.table.table == "patients" else "patient"
        who = row.text(key)
        if who is None:
            self.nobody.read(source.label)
            self.nobody.line(
                Outcome.NOT_USED, source.label, f"{key} is empty", "fill it in in the source", f"line {line}"
            )
            self.astray.add(row)
            count_medicine(row, source.label, Outcome.NOT_USED, self.nobody)
            return
        self.names.add(who)
        if self._only is not None and who != self._only:
            return
        values = list(cells.values())
        self._rows.add(who, self._encoder.encode(_Kept(self._number, number, line, values)))
        own = row.text("id")
        if own is not None:
            digest = blake2b(self._encoder.encode(sorted(cells.items())), digest_size=16).digest()
            named = _Named(self._number, number, line, who, digest)
            self._ids.add(f"{source.table.table}\0{own}", self._encoder.encode(named))
        self._number += 1

    def _place(self, named: _Named) -> tuple[Path, int]:
        return self._sources[named.source].table.file, named.line

    def _check_ids(self) -> None:
        """Find rows that repeat an id: the first that contradicts stops the read.

        An equal row of the same patient shows again when that patient's rows are taken. One of another
        patient, as two tables of one file may make it, is remembered.
        """
        decoder = msgspec.msgpack.Decoder(_Named)
        worst: tuple[_Named, _Named, str] | None = None
        for key, entries in self._ids.groups():
            first: _Named | None = None
            for named in map(decoder.decode, entries):
                if first is None:
                    first = named
                elif named.digest != first.digest:
                    if worst is None or named.number < worst[0].number:
                        worst = (named, first, key.partition("\0")[2])
                elif named.patient != first.patient and self._place(named) != self._place(first):
                    self._foreign[named.number] = first.line
        if worst is not None:
            named, first, own = worst
            table = self._sources[named.source].table
            raise InputError(
                f"{table.file}:{named.line}: {table.table} {own!r}",
                f"stands twice with different contents, first on line {first.line}",
                "correct one of the two, or map another column to id",
            )


def _belongs(table: TableMapping, cells: Mapping[str, str]) -> bool:
    return all(cells[column].strip().casefold() in words for column, words in table.where.items())
