"""Doses, rates and other figures of a row: read strictly, or refused on the row with the reason."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from adjuvant.errors import QuantityError
from adjuvant.quantity import Quantity, UnitStatus
from adjuvant.sources.table.cells import Row, UnusableError
from adjuvant.sources.table.drugs import Named
from adjuvant.sources.table.limits import beyond

__all__ = ["Amount", "amount", "end_after", "needs_strength", "number", "ordered_range"]

_RANGE = re.compile(
    r"([0-9]+(?:[.,][0-9]+)?)\s*(?:-|–|to)\s*([0-9]+(?:[.,][0-9]+)?)\s*([^\d\s].*)?", re.IGNORECASE
)
_MASS, _RATE = {"mass": 1}, {"mass": 1, "time": -1}


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure as read, and how its unit was understood."""

    value: Quantity | None
    status: UnitStatus = UnitStatus.EXACT


def amount(row: Row, name: str, *, zero_means: str = "", patch: bool = False, given: bool = True) -> Amount:
    """The quantity of a field; one that cannot be used is refused on the row.

    Args:
        zero_means: what to do about a zero, where it is a contradiction; empty where zero is a fair value.
        patch: the field is the release rate of patches.
        given: the field is something that is given, so the limits of credulity for doses and rates hold.
    """
    text = row.text(name)
    if text is None:
        return Amount(None)
    found = _amount_of(row, name, text, zero_means)
    why = beyond(found.value, patch=patch) if given and found.value is not None else ""
    if why:
        row.refuse(f"{name} {why}", "correct the number or its unit", str(found.value))
    return found


def _amount_of(row: Row, name: str, text: str, zero_means: str = "") -> Amount:
    try:
        found = row.quantity_of(name, text)
    except QuantityError as error:
        row.refuse(f"{name} {error.rule}", error.remedy, error.thing)
        unit = error.thing.startswith(("unit", "quantity"))
        return Amount(None, UnitStatus.UNCONVERTIBLE if unit else UnitStatus.EXACT)
    if found.value == 0 and zero_means:
        row.refuse(f"{name} is zero", zero_means, str(found))
    return Amount(found)


def ordered_range(row: Row) -> tuple[Amount, Quantity | None]:
    """The dose of an order and the upper end of its range: two columns, or one text such as ``5-10 mg``."""
    text = row.text("dose") or ""
    matched = _RANGE.fullmatch(text)
    if matched is None:
        return amount(row, "dose", zero_means="correct the order"), amount(row, "dose_high").value
    low, high = (_amount_of(row, "dose", f"{matched[n]} {matched[3] or ''}".strip()) for n in (1, 2))
    if low.value is not None and high.value is not None and high.value <= low.value:
        row.refuse("dose is a range that does not rise", "correct the order", text)
    return low, high.value


def number(row: Row, name: str) -> Fraction | None:
    """A plain number above zero, or None where it is empty or refused on the row."""
    try:
        found = row.number(name)
    except QuantityError as error:
        row.refuse(f"{name} {error.rule}", error.remedy, error.thing)
        return None
    if found == 0:
        row.refuse(f"{name} is zero", "correct it in the source")
        return None
    return found


def end_after(row: Row, start: datetime | None, name: str = "end") -> datetime | None:
    """The end, or None where it is empty; no time, or one before the start, is refused on the row."""
    try:
        end = row.time(name)
    except UnusableError as error:
        row.refuse(error.reason, error.remedy, error.seen)
        return None
    if end is not None and start is not None and end < start:
        row.refuse("it ends before it starts", "correct the times in the source", row.text(name) or "")
        return None
    return end


def needs_strength(row: Row, what: str, found: Amount, named: Named, *, rate: bool = False) -> UnitStatus:
    """How the unit of `found` was understood, once volume and counted things are checked for a strength.

    A volume without a concentration, or tablets without a strength, lack something: it is said on the row.
    """
    if found.value is None or not named.known:
        return found.status
    unit = found.value.unit
    wanted = _RATE if rate else _MASS
    if unit.has(**wanted) or any(name == "body_weight" for name, _ in unit.dimension):
        return found.status
    strengths = [item.strength for item in named.drug.ingredients if item.strength is not None]
    if any((unit * strength.unit).has(**wanted) for strength in strengths):
        return UnitStatus.DERIVED
    volume = any(name == "length" for name, _ in unit.dimension)
    lacks = "a concentration" if volume else "a strength"
    row.lack(
        f"{what} is in {unit}, without {lacks}",
        "map the strength column, or correct the unit",
        str(found.value),
    )
    return found.status
