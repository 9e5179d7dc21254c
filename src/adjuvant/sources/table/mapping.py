"""The mapping file: which column of which CSV fills which field, in which zone, time format and units."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from adjuvant.errors import AdjuvantError, InputError
from adjuvant.library.strict import Entry, closest, read_file
from adjuvant.quantity import read_unit
from adjuvant.sources.table.fields import TABLES, TableFields
from adjuvant.sources.text import missing_file, open_text
from adjuvant.timeline import zone as named_zone

__all__ = ["MAPPING_NAMES", "MappingFile", "TableMapping", "load_mapping"]

MAPPING_NAMES = ("mapping.yaml", "mapping.yml")
_DELIMITERS = {
    "comma": ",",
    "semicolon": ";",
    "tab": "\t",
    "bar": "|",
    ",": ",",
    ";": ";",
    "\t": "\t",
    "|": "|",
}
_KEYS = (
    "zone", "time_format", "date_format", "delimiter", "decimal_sign", "empty", "synthetic", "note",
    "escaped",
)  # fmt: skip
# Readings may be worth keeping where no time is stated; a dose is not.
_READINGS = ("pain", "sedation", "vitals", "weights", "adverse_events")
_Texts = Mapping[str, str]
_NONE: _Texts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TableMapping:
    """How one CSV file fills one table.

    Args:
        table: key of TABLES.
        file: the CSV.
        columns: field to column.
        constants: field to a text that holds for every row.
        units: quantity field to the unit of its whole column.
        values: field to a map from the file's words, case-folded, to ours.
        where: column to the words (case-folded) that make a row belong to this table; other rows are left.
        end_is_next_row: an infusion row without an end runs until the next row of the same drug and line.
        nominal: the file states no times, and the constant that stands in their place is none.
    """

    table: str
    file: Path
    delimiter: str
    columns: _Texts
    constants: _Texts = field(default_factory=dict)
    units: _Texts = field(default_factory=dict)
    values: Mapping[str, _Texts] = field(default_factory=dict)
    where: Mapping[str, frozenset[str]] = field(default_factory=dict)
    end_is_next_row: bool = False
    nominal: bool = False

    @property
    def fields(self) -> TableFields:
        """The table's fields."""
        return TABLES[self.table]


@dataclass(frozen=True, slots=True)
class MappingFile:
    """A mapping as declared.

    Args:
        zone: zone of clock days, and of times without an offset.
        time_format, date_format: ``strptime`` formats; None means ISO 8601.
        decimal_sign: ``.`` or ``,``.
        empty: words that stand for an empty field, case-folded.
        synthetic: all patients are invented.
        note: put on every patient.
        escaped: an apostrophe before text that a spreadsheet would run as a formula is no part of the text.
    """

    path: Path
    zone: ZoneInfo
    tables: tuple[TableMapping, ...]
    time_format: str | None = None
    date_format: str | None = None
    decimal_sign: str = "."
    empty: frozenset[str] = frozenset()
    synthetic: bool = False
    note: str = ""
    escaped: bool = False

    @property
    def notes(self) -> str:
        """What stands on every patient: the declared note, and which tables state no times."""
        nominal = ", ".join(dict.fromkeys(item.table for item in self.tables if item.nominal))
        said = f"The source states no times of {nominal}: what stands there is nominal." if nominal else ""
        return " ".join(filter(None, (self.note, said)))


def load_mapping(path: Path, zone: str | None = None) -> MappingFile:
    """The mapping at `path`: the file, or the folder that holds ``mapping.yaml``.

    Args:
        zone: IANA zone where the mapping declares none.
    Raises:
        InputError: no mapping there, or it breaks a rule; names file, line, rule and remedy.
    """
    file = path
    if path.is_dir():
        file = next(
            (path / name for name in MAPPING_NAMES if (path / name).is_file()), path / MAPPING_NAMES[0]
        )
    if not file.exists():
        raise missing_file(file)
    with open_text(file) as text:
        text.read(1)  # refuses what is empty, binary or UTF-16 in the words of every other file
    top = read_file(file, str(file))
    found = top.fields(
        ("version", "tables"),
        _KEYS,
    )
    if found["version"].whole() != 1:
        raise found["version"].error("is not a version that this program reads", "write `version: 1`")
    delimiter = _delimiter(found.get("delimiter"), ",")
    tables = [
        _table(name, entry, file, delimiter)
        for name, listed in found["tables"].pairs()
        for entry in _one_or_more(name, listed)
    ]
    if not tables:
        raise found["tables"].error("declares no table", f"add one of: {', '.join(TABLES)}")
    decimal = found["decimal_sign"].one_of((".", ","), "decimal sign") if "decimal_sign" in found else "."
    return MappingFile(
        file,
        _zone(top, found.get("zone"), zone),
        tuple(sorted(tables, key=lambda item: list(TABLES).index(item.table))),
        _format(found.get("time_format"), "%H"),
        _format(found.get("date_format"), "%d"),
        decimal,
        frozenset(word.casefold() for word in found["empty"].words()) if "empty" in found else frozenset(),
        found["synthetic"].yes() if "synthetic" in found else False,
        found["note"].text() if "note" in found else "",
        found["escaped"].yes() if "escaped" in found else False,
    )


def _one_or_more(name: str, entry: Entry) -> list[Entry]:
    if name not in TABLES:
        raise entry.error("is not a known table", closest(name, TABLES))
    return entry.items() if type(entry.node).__name__ == "SequenceNode" else [entry]


def _zone(top: Entry, declared: Entry | None, given: str | None) -> ZoneInfo:
    name = declared.text() if declared else given
    if name is None:
        raise top.error(
            "declares no zone", "add `zone:` with an IANA name such as Europe/London, or pass --zone"
        )
    if declared and given and given != name:
        named_zone(given)
        raise declared.error(f"is {name}, and {given} was asked for", "leave one of the two out")
    try:
        return named_zone(name)
    except InputError as error:
        raise (declared or top).error(f"{name!r} {error.rule}", error.remedy) from None


def _delimiter(entry: Entry | None, otherwise: str) -> str:
    # A tab or a bare comma loses its meaning when stripped, so the node's own text is looked at.
    if entry is None:
        return otherwise
    text = str(entry.node.value)
    if text not in _DELIMITERS:
        raise entry.error(f"{text!r} is not a known delimiter", "write comma, semicolon, tab or bar")
    return _DELIMITERS[text]


def _format(entry: Entry | None, must_hold: str) -> str | None:
    if entry is None or entry.text().lower() == "iso":
        return None
    text = entry.text()
    if must_hold not in text and not (must_hold == "%H" and "%I" in text and "%p" in text):
        raise entry.error(
            f"{text!r} holds no {must_hold}", "write a strptime format such as %d/%m/%Y %H:%M, or iso"
        )
    try:
        datetime.strptime("", text)  # noqa: DTZ007  read for the format's own faults, before any row is
    except re.error:
        raise entry.error(f"{text!r} names one part of a time twice", "keep one of the two") from None
    except ValueError as error:
        if "directive" in str(error) or "stray" in str(error):
            raise entry.error(
                f"{text!r} is no format ({error})", "write one such as %d/%m/%Y %H:%M"
            ) from None
    return text


def _table(name: str, entry: Entry, file: Path, delimiter: str) -> TableMapping:
    fields = TABLES[name]
    keys = ("delimiter", "constants", "units", "values", "where", "infusion_end", "times")
    found = entry.fields(("file", "columns"), keys)
    columns = _fields(found["columns"], fields.names)
    constants = _fields(found["constants"], fields.names) if "constants" in found else {}
    for twice in sorted(constants.keys() & columns.keys()):
        raise found["constants"].error(f"{twice!r} is also a column", "keep one of the two")
    missing = [needed for needed in fields.needed if needed not in columns and needed not in constants]
    if missing:
        raise found["columns"].error(
            f"has no {missing[0]!r}", "name the column that holds it, or give a constant"
        )
    units = _fields(found["units"], fields.units) if "units" in found else {}
    for quantity, unit in units.items():
        if f"{quantity}_unit" in columns:
            raise found["units"].error(f"{quantity!r} also has a unit column", "keep one of the two")
        try:
            read_unit(unit)
        except AdjuvantError as error:
            raise found["units"].error(f"{quantity}: {unit!r} {error.rule}", error.remedy) from None
    return TableMapping(
        name,
        file.parent / found["file"].text(),
        _delimiter(found.get("delimiter"), delimiter),
        columns,
        constants,
        units,
        _values(found["values"], fields) if "values" in found else {},
        {key: _words(value) for key, value in found["where"].pairs()} if "where" in found else {},
        _next_row(name, found.get("infusion_end")),
        _nominal(name, found.get("times"), constants),
    )


def _fields(entry: Entry, known: tuple[str, ...]) -> dict[str, str]:
    return {field: value.text() for field, value in entry.fields((), known).items()}


def _values(entry: Entry, fields: TableFields) -> dict[str, _Texts]:
    found: dict[str, _Texts] = {}
    for name, words in entry.fields((), fields.names).items():
        allowed = fields.words.get(name)
        if name == "score" and "reason" in fields.words:
            allowed = fields.words["reason"]  # a word in the score's place says why there is none
        pairs: dict[str, str] = {}
        for word, meaning in words.pairs():
            pairs[word.casefold()] = meaning.one_of(allowed, "word here") if allowed else meaning.text()
        found[name] = pairs
    return found


def _words(entry: Entry) -> frozenset[str]:
    listed = entry.words() if type(entry.node).__name__ == "SequenceNode" else [entry.text()]
    return frozenset(word.casefold() for word in listed)


def _next_row(name: str, entry: Entry | None) -> bool:
    if entry is None:
        return False
    if name != "administrations":
        raise entry.error("belongs to administrations only", "leave it out here")
    return entry.one_of(("end column", "next row"), "way to end an infusion") == "next row"


def _nominal(name: str, entry: Entry | None, constants: Mapping[str, str]) -> bool:
    if entry is None or entry.one_of(("stated", "nominal"), "way to give times") == "stated":
        return False
    if name not in _READINGS:
        raise entry.error(
            "cannot be nominal here: a dose at a time that nobody stated makes a wrong total",
            f"leave it out; it belongs to {', '.join(_READINGS)}",
        )
    if "time" not in constants:
        raise entry.error("is nominal, and no constant stands for the time", "add `time:` to the constants")
    return True
