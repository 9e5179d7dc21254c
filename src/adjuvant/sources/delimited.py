"""Opening CSV with a declared delimiter: header checked, rows numbered by line, ragged rows never padded."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TextIO

from adjuvant.errors import InputError
from adjuvant.sources.limits import LIMITS
from adjuvant.sources.text import check_whole, open_text

__all__ = ["CsvRow", "CsvTable", "open_csv"]

_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_Ragged = Callable[[int, str, Sequence[str]], None]


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One row: the line of the file it begins on (the header is line 1), and its fields by column."""

    line: int
    fields: dict[str, str]


class CsvTable:
    """An open CSV file whose header has been checked.

    Attributes:
        path: the file.
        columns: the header's names, stripped, in order.
    """

    def __init__(
        self, path: Path, columns: tuple[str, ...], file: TextIO, delimiter: str, header_lines: int
    ) -> None:
        self.path = path
        self.columns = columns
        self._file = file
        self._delimiter = delimiter
        self._offset = header_lines

    def rows(self, on_ragged: _Ragged | None = None) -> Iterator[CsvRow]:
        """Every row that is not blank, in order.

        Args:
            on_ragged: called with line, reason and fields of a row with more or fewer than the header,
                which is then left out; None raises instead.
        Raises:
            InputError: such a row, or a quote that does not close.
        """
        reader = csv.reader(self._file, delimiter=self._delimiter, strict=True)
        begins = self._offset + 1
        wanted = len(self.columns)
        try:
            for values in reader:
                line, begins = begins, self._offset + reader.line_num + 1
                if not any(value.strip() for value in values):
                    continue
                if len(values) == wanted:
                    yield CsvRow(line, dict(zip(self.columns, values, strict=True)))
                    continue
                reason = f"has {len(values)} fields where the header has {wanted}"
                if on_ragged is None:
                    raise InputError(f"{self.path}:{line}", reason, "quote fields that hold the delimiter")
                on_ragged(line, reason, values)
        except csv.Error as error:
            raise _bad_quote(self.path, begins, error) from error


@contextmanager
def open_csv(path: Path | str, *, required: Sequence[str] = (), delimiter: str = ",") -> Iterator[CsvTable]:
    """A CSV file open for reading, quoted with ``"``, its header checked.

    Args:
        required: columns that must be there; others may be.
        delimiter: the one declared; it is never guessed, but a wrong one is recognised and named.
    Raises:
        InputError: as `open_text`; another delimiter, a missing, empty or repeated column name.
    """
    file = Path(path)
    # A packed file is unpacked once before a row is taken: no half of one is used, and none without an end.
    check_whole(file, longest=LIMITS.csv_line)
    with open_text(file, longest=LIMITS.csv_line) as text:
        reader = csv.reader(text, delimiter=delimiter, strict=True)
        try:
            header = next(reader, [])
            while not any(header):
                header = next(reader)
        except StopIteration:
            raise InputError(str(file), "has no header", "give the column names in its first line") from None
        except csv.Error as error:
            raise _bad_quote(file, 1, error) from error
        columns = tuple(name.strip() for name in header)
        _check_header(file, columns, delimiter, required)
        # The header's reader has buffered nothing beyond its own line: csv takes lines one at a time.
        yield CsvTable(file, columns, text, delimiter, reader.line_num)


def _check_header(file: Path, columns: tuple[str, ...], delimiter: str, required: Sequence[str]) -> None:
    missing = [name for name in required if name not in columns]
    if missing or len(columns) == 1:
        for other, name in _NAMES.items():
            pieces = {piece.strip().strip('"') for piece in delimiter.join(columns).split(other)}
            better = len([item for item in required if item in pieces]) > len(required) - len(missing)
            if other != delimiter and len(pieces) > 1 and (better or len(columns) == 1):
                declared = _NAMES.get(delimiter, repr(delimiter))
                raise InputError(
                    f"{file}:1",
                    f"is separated by {name}, not by {declared}",
                    f"declare the delimiter {other!r}",
                )
    if "" in columns:
        raise InputError(f"{file}:1", f"column {columns.index('') + 1} has no name", "name it in the header")
    repeated = [name for name, count in Counter(columns).items() if count > 1]
    if repeated:
        raise InputError(
            f"{file}:1", f"names the column {repeated[0]!r} twice", "rename or remove one of them"
        )
    if missing:
        near = get_close_matches(missing[0], columns, n=1, cutoff=0.6)
        hint = f"did you mean {near[0]!r}" if near else f"it has {', '.join(columns)}"
        named = ", ".join(repr(name) for name in missing)
        raise InputError(f"{file}:1", f"has no column {named}", hint)


def _bad_quote(file: Path, line: int, error: csv.Error) -> InputError:
    return InputError(
        f"{file}:{line}", f"is not well-formed CSV ({error})", 'close the quote, and double a " inside quotes'
    )
