"""Figures of a plan as people read them: exact where the decimals end soon, marked where they are rounded."""

from __future__ import annotations

from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING

from adjuvant.quantity import Quantity, show, show_exact
from adjuvant.quantity.quantity import readable_unit

if TYPE_CHECKING:
    from adjuvant.plan.conversion import Converted

__all__ = [
    "container_words",
    "converted_words",
    "drug_words",
    "figure",
    "span_words",
    "way_words",
    "words",
]

_PLACES = 4
"""Decimals at which a figure that goes on is shown rounded, and marked so."""


def figure(value: Fraction) -> str:
    """A number: exact where it ends within a few decimals, else rounded and marked with ≈."""
    exact = show_exact(value)
    _, _, part = exact.partition(".")
    if "/" not in exact and len(part) <= _PLACES:
        return exact.replace("-", "\N{MINUS SIGN}")
    return f"≈ {show(value, _PLACES)}"


def words(value: Quantity) -> str:
    """A quantity: its figure and its unit in full, ``microgram`` and never ``ug``."""
    return f"{figure(value.value)} {readable_unit(value.unit.code)}"


def converted_words(one: Converted) -> str:
    """A day's total by another route: as much, in how many doses, and how long after the old route."""

    def ends(pair: tuple[Quantity, Quantity]) -> str:
        low, high = pair
        return words(low) if low.same_as(high) else f"{words(low)} to {words(high)}"

    parts = [f"{one.protocol}: {ends((one.low, one.high))}"]
    if one.each is not None:
        parts.append(f"in at least {one.doses_per_day} doses a day, of {ends(one.each)}")
    else:
        parts.append("in how many doses is not said")
    if one.after is not None:
        parts.append(f"the first one {ends(one.after)} after the end")
    else:
        parts.append("how long after the end is not said")
    return ", ".join(parts)


def drug_words(drug: str) -> str:
    """The drug as it is written on an order: ``S-ketamine`` and never only its chemist's name."""
    return {"esketamine": "S-ketamine"}.get(drug, drug)


def way_words(mode: str) -> str:
    """How a pump gives it: ``timed infusion``, ``syringe driver``; a slow bolus is named as what it is."""
    return {"slow_bolus": "slow dose by pump"}.get(mode, mode.replace("_", " "))


def container_words(mode: str) -> str:
    """What is made up and runs: a syringe in a syringe driver, else a bag."""
    return "syringe" if mode == "syringe_driver" else "bag"


def span_words(length: Quantity) -> str:
    """A length of time in whole minutes, rounded down; from two hours on, in hours and minutes."""
    minutes = floor(length.in_("min"))
    if minutes < 2 * 60:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if rest else f"{hours} h"
