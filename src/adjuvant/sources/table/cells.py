"""Reading the cells of one row: words, times, numbers and quantities, with doubts kept beside them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import TypeVar

from adjuvant.errors import InputError, QuantityError
from adjuvant.quantity import Quantity, Unit, parse_decimal, parse_unit, read_unit
from adjuvant.record import Origin
from adjuvant.sources.table.mapping import MappingFile, TableMapping
from adjuvant.sources.terminology import Terminology
from adjuvant.timeline import as_instant, parse_instant

__all__ = ["Row", "UnusableError", "read_strength"]

T = TypeVar("T")
_RANGE = re.compile(r"([^\s]+?\s*(?:-|–|to)\s*[0-9.]+)(.*)", re.IGNORECASE)
_GLUED = re.compile(r"([0-9]+(?:[.,][0-9]+)?)([A-Za-zµμ%{\[].*)")
_STRENGTH = re.compile(r"([^/]+)/\s*([0-9][0-9.]*)\s*([^\d\s/].*)")


class UnusableError(Exception):
    """A row that cannot become an event: why, what to do, and the value concerned."""

    def __init__(self, reason: str, remedy: str, seen: str = "") -> None:
        self.reason = reason
        self.remedy = remedy
        self.seen = seen
        super().__init__(f"{reason}; {remedy}")


@dataclass(frozen=True, slots=True)
class Doubt:
    """One thing about a row that a person should look at."""

    reason: str
    remedy: str
    seen: str


@dataclass(slots=True)
class Row:
    """One row under its mapping.

    Attributes:
        line: of the file, where the row begins.
        doubts: warnings about a row that is used all the same.
        refused: why its amount, rate or time cannot be used, though the event stays in view.
        lacking: what is missing before its amount can become a mass; the event stays in view.
        terminology: what names and codes of drugs mean; one for all rows of a read.
    """

    mapping: MappingFile
    table: TableMapping
    line: int
    cells: dict[str, str]
    doubts: list[Doubt] = field(default_factory=list)
    refused: list[Doubt] = field(default_factory=list)
    lacking: list[Doubt] = field(default_factory=list)
    terminology: Terminology = field(default_factory=Terminology)

    # --- where ------------------------------------------------------------------------------------------

    @property
    def id(self) -> str:
        """The row's own id, or file and line, which are as unique."""
        return self.text("id") or f"{self.table.file.name}:{self.line}"

    @property
    def origin(self) -> Origin:
        """File, line and the mapped cells as they stood."""
        raw = "; ".join(
            f"{column}={self.cells[column]}"
            for column in dict.fromkeys(self.table.columns.values())
            if self.cells[column].strip()
        )
        return Origin("table", self.table.file.name, str(self.line), raw)

    def doubt(self, reason: str, remedy: str, seen: str = "") -> None:
        """Remember a warning; the row is used."""
        self.doubts.append(Doubt(reason, remedy, seen))

    def refuse(self, reason: str, remedy: str, seen: str = "") -> None:
        """Remember that the amount cannot be used; the event stays in view with this as its doubt."""
        self.refused.append(Doubt(reason, remedy, seen))

    def lack(self, reason: str, remedy: str, seen: str = "") -> None:
        """Remember what the amount needs; whoever computes with the event refuses it in its own words."""
        self.lacking.append(Doubt(reason, remedy, seen))

    @property
    def doubt_text(self) -> str:
        """Why the amount cannot be used, for the event's own `doubt`; empty if it can."""
        return "; ".join(f"{item.seen}: {item.reason}" if item.seen else item.reason for item in self.refused)

    # --- words ------------------------------------------------------------------------------------------

    def text(self, name: str) -> str | None:
        """The field's text, stripped and translated; None where it is empty or not mapped."""
        found = self.written(name)
        if found is None:
            return None
        return self.table.values.get(name, {}).get(found.casefold(), found)

    def written(self, name: str) -> str | None:
        """The field's text as it stands in the file, stripped; None where it is empty or not mapped."""
        if name in self.table.constants:
            return self.table.constants[name]
        column = self.table.columns.get(name)
        found = self.cells[column].strip() if column is not None else ""
        if self.mapping.escaped:
            found = found.removeprefix("'")
        return None if not found or found.casefold() in self.mapping.empty else found

    def need(self, name: str) -> str:
        """The field's text.

        Raises:
            UnusableError: it is empty.
        """
        found = self.text(name)
        if found is None:
            raise UnusableError(f"{name} is empty", "fill it in in the source")
        return found

    def word(self, name: str) -> str | None:
        """The field's word of its closed vocabulary, or None where it is empty.

        Raises:
            UnusableError: a word that the mapping does not explain.
        """
        found = self.text(name)
        if found is None:
            return None
        known = self.table.fields.words[name]
        if found.casefold() not in known:
            raise UnusableError(
                f"{name} is a word that the mapping does not explain",
                f"add it under values: {name}:, as one of: {', '.join(known)}",
                found,
            )
        return found.casefold()

    def flag(self, name: str) -> bool | None:
        """Yes or no; None where it is empty."""
        found = self.word(name)
        return None if found is None else found == "yes"

    # --- times ------------------------------------------------------------------------------------------

    def time(self, name: str) -> datetime | None:
        """The field's instant, or None where it is empty.

        Raises:
            UnusableError: not a time in the declared format, or one that a clock change skipped or repeated.
        """
        found = self.text(name)
        if found is None:
            return None
        shape = self.mapping.time_format
        try:
            if shape is None:
                return parse_instant(found, self.mapping.zone)
            value = datetime.strptime(found, shape)  # noqa: DTZ007  the zone is put on in the next line
            return as_instant(value) if value.tzinfo else parse_instant(value.isoformat(), self.mapping.zone)
        except InputError as error:
            raise UnusableError(f"{name} {error.rule}", error.remedy, found) from None
        except ValueError:
            raise UnusableError(
                f"{name} is not a time as {shape}", "correct it, or the time_format", found
            ) from None

    def need_time(self, name: str) -> datetime:
        """The field's instant.

        Raises:
            UnusableError: it is empty or no time.
        """
        found = self.time(name)
        if found is None:
            raise UnusableError(f"{name} is empty", "fill it in in the source")
        if self.table.nominal:
            self.doubt(
                "the file states no time, and a nominal one stands", "give the times, if they are known"
            )
        return found

    def date(self, name: str) -> date | None:
        """The field's calendar day, or None where it is empty."""
        found = self.text(name)
        if found is None:
            return None
        shape = self.mapping.date_format or "%Y-%m-%d"
        try:
            return datetime.strptime(found, shape).date()  # noqa: DTZ007  a day has no zone
        except ValueError:
            raise UnusableError(
                f"{name} is not a date as {shape}", "correct it, or the date_format", found
            ) from None

    def or_doubt(self, read: Callable[[str], T | None], name: str) -> T | None:
        """What `read` makes of a field that its event can spare; None with a doubt where it fails."""
        try:
            return read(name)
        except UnusableError as error:
            self.doubt(f"{error.reason}, so it is left out", error.remedy, error.seen)
        except InputError as error:
            self.doubt(f"{name} {error.rule}, so it is left out", error.remedy, error.thing)
        return None

    # --- numbers ----------------------------------------------------------------------------------------

    def decimal(self, text: str) -> str:
        """The text of a number with a point as its decimal sign, as the mapping declares it."""
        if self.mapping.decimal_sign == ",":
            if "." in text:
                raise QuantityError(
                    f"number {text[:60]!r}", "has a point where the mapping declares a comma", "correct it"
                )
            return text.replace(",", ".")
        return text

    def number(self, name: str) -> Fraction | None:
        """The field's plain number, or None where it is empty.

        Raises:
            QuantityError: a range, a sign, a letter among digits, not finite; quoted.
        """
        found = self.text(name)
        return None if found is None else parse_decimal(self.decimal(found))

    def unit_written(self, name: str) -> str:
        """The unit of a quantity as the column, the row or the cell writes it; empty where none does."""
        found = self.written(name) if name in self.table.fields.names else None
        if found is None:
            return ""
        return self.table.units.get(name) or self.written(f"{name}_unit") or _split(found)[1]

    def quantity_of(self, name: str, found: str) -> Quantity:
        """A text of a field (its own, or one end of a range in it) as a number with its unit.

        The unit is the column's, the row's, or the one written behind the number.

        Raises:
            QuantityError: the number or the unit cannot be read without guessing, or there is no unit.
        """
        declared = self.table.units.get(name) or self.text(f"{name}_unit")
        if declared is not None:
            return Quantity(parse_decimal(self.decimal(found)), read_unit(declared))
        number, unit = _split(found)
        value = parse_decimal(self.decimal(number))
        if not unit:
            raise QuantityError(
                f"quantity {found[:60]!r}",
                "has no unit",
                f"declare it under units: {name}:, or map {name}_unit",
            )
        return Quantity(value, read_unit(unit))


def _split(text: str) -> tuple[str, str]:
    # What is no plain number before a unit ("5 - 10 mg", "1Omg") stays together, for parse_decimal to refuse.
    between = _RANGE.fullmatch(text)
    if between:
        return between[1], between[2].strip()
    number, _, unit = text.partition(" ")
    glued = _GLUED.fullmatch(number)
    if glued is None or unit.strip():
        return number, unit.strip()
    try:
        read_unit(glued[2])
    except QuantityError:
        return text, ""
    return glued[1], glued[2]


def read_strength(text: str) -> Quantity:
    """A strength or concentration: ``5 mg/{tablet}``, ``10 mg/mL``, ``50 mg/250 mL``, ``75 ug/h``.

    Raises:
        QuantityError: not a number and a unit, or a unit that is not known.
    """
    number, unit = _split(text)
    value = parse_decimal(number)
    if not unit:
        raise QuantityError(
            f"strength {text[:60]!r}", "has no unit", "write it as in 10 mg/mL or 5 mg/{tablet}"
        )
    over = _STRENGTH.fullmatch(unit)
    if over:
        under = parse_decimal(over[2])
        if under == 0:
            raise QuantityError(
                f"strength {text[:60]!r}", "divides by zero", "correct what stands under the stroke"
            )
        return Quantity(value / under, _per(over[1], over[3]))
    return Quantity(value, read_unit(unit))


def _per(over: str, under: str) -> Unit:
    return parse_unit(f"{read_unit(over).code}/{read_unit(under).code}")
