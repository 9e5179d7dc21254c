"""Figures as the sweep counts them: text in, exact fractions out, with units worked out here and nowhere else."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import NamedTuple

from adjuvant.quantity import Quantity

__all__ = ["Dose", "amount_of", "dose_of", "figure_of", "hours_of", "length_of", "other_unit", "quantity"]

_MASS = {"ng": Fraction(1, 10**6), "ug": Fraction(1, 1000), "mg": Fraction(1), "g": Fraction(1000)}
_HOURS = {
    "s": Fraction(1, 3600),
    "min": Fraction(1, 60),
    "h": Fraction(1),
    "d": Fraction(24),
    "wk": Fraction(24 * 7),
    "mo": Fraction(24 * 30) + Fraction(21, 2),  # UCUM's month is a twelfth of a year of 365.25 days
    "a": Fraction(24 * 365) + 6,
}


class Dose(NamedTuple):
    """A dose: milligrams, or milligrams an hour where it is a rate; per kilogram of body weight or not."""

    mg: Fraction
    per_kg: bool
    per_hour: bool

    def for_body(self, kilograms: Fraction | None) -> Fraction | None:
        """Milligrams, or milligrams an hour, of this patient; None where the weight is needed and not known."""
        if not self.per_kg:
            return self.mg
        return None if kilograms is None else self.mg * kilograms

    def times(self, factor: Fraction) -> Dose:
        """The same kind of dose, so many times as large."""
        return Dose(self.mg * factor, self.per_kg, self.per_hour)


def dose_of(text: str) -> Dose:
    """``0.5 mg/kg/min`` and the like."""
    number, unit = text.split(" ", 1)
    return amount_of(Fraction(number), unit)


def amount_of(number: Fraction, unit: str) -> Dose:
    """A number and its unit as a dose."""
    mass, *rest = unit.split("/")
    per_kg = "kg" in rest
    times = [one for one in rest if one != "kg"]
    if len(times) > 1 or mass not in _MASS:
        raise ValueError(f"{unit!r} is no unit of dose")
    value = number * _MASS[mass]
    return Dose(value / _HOURS[times[0]] if times else value, per_kg, bool(times))


def hours_of(text: str) -> Fraction:
    """A length of time in hours."""
    number, unit = text.split(" ", 1)
    return Fraction(number) * _HOURS[unit]


def length_of(hours: Fraction) -> timedelta:
    """Hours as a length of time, down to the microsecond."""
    return timedelta(microseconds=int(hours * 3600 * 10**6))


def figure_of(text: str, unit: str) -> Fraction:
    """The figure of a bound, in its observation's own unit; bare where that has none."""
    number, _, written = text.partition(" ")
    if written in _HOURS and unit in _HOURS:
        return hours_of(text) / _HOURS[unit]
    if written not in (unit, "") or (not written and unit not in ("1", "")):
        raise ValueError(f"{text!r} is not written in {unit!r}")
    return Fraction(number)


def quantity(dose: Dose, kilograms: Fraction | None = None, unit: str = "") -> Quantity:
    """A dose as it is charted: as the protocol counts it, for this body, or in another unit of the same kind."""
    per_kg = dose.per_kg and kilograms is None
    value = dose.mg if kilograms is None or not dose.per_kg else dose.mg * kilograms
    found = Quantity(value, f"mg{'/kg' if per_kg else ''}{'/h' if dose.per_hour else ''}")
    return found.to(unit) if unit else found


def other_unit(level: Dose) -> str:
    """Another unit in which a dose may be charted."""
    if not level.per_hour:
        return "ug/kg" if level.per_kg else "g"
    return "ug/kg/min" if level.per_kg else "mg/d"
