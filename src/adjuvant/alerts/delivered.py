"""What a pump is charted to have delivered, against what was ordered over the same time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from functools import lru_cache

from adjuvant.library.facts import Setting
from adjuvant.library.folder import FOLDER
from adjuvant.library.rules import read_settings
from adjuvant.protocol.dosing import DosingWeight, absolute
from adjuvant.protocol.judge import span
from adjuvant.protocol.situation import Observed, Situation
from adjuvant.protocol.values import per_weight
from adjuvant.quantity import Quantity
from adjuvant.timeline import hours_between
from adjuvant.unknown import Unknown

__all__ = ["MEASURE", "Compared", "delivered", "setting"]

MEASURE = "ketamine_delivered"


@dataclass(frozen=True, slots=True)
class Compared:
    """What was delivered over one stretch of time, and what was ordered.

    Args:
        ordered, given: mg.
    """

    since: datetime
    at: datetime
    ordered: Fraction
    given: Fraction

    @property
    def differs(self) -> Quantity | None:
        """By what share of the order it differs; None where nothing was ordered and something was given."""
        if self.ordered == 0:
            return Quantity(0, "%") if self.given == 0 else None
        return Quantity(abs(self.given - self.ordered) * 100 / self.ordered, "%")


@lru_cache(maxsize=1)
def _settings() -> Mapping[str, Setting]:
    return read_settings(FOLDER / "alerts.yaml")


def setting(key: str) -> Quantity:
    """A number of alerts.yaml with its unit."""
    found = _settings()[key]
    return Quantity(found.value, found.unit)


def delivered(
    situation: Situation, began: datetime, weight: DosingWeight | None
) -> tuple[Compared, ...] | Unknown:
    """The last reading of the pump's total against the order, over the last stretch and the whole course.

    A stretch is no shorter than alerts.yaml says, so that the first readings may not be compared yet: the
    answer is then empty, as it is where the pump was never read.

    Args:
        began: the beginning of the present course, at which the pump stood at nothing.
        weight: for rates per kilogram.
    """
    readings = [one for one in situation.readings(MEASURE) if one.at >= began]
    if not readings:
        return ()
    last = readings[-1]
    if last.value is None or last.doubted:
        return Unknown(f"what the pump delivered ({last.doubted or last.source or 'it could not be read'})")
    if weight is None and any(per_weight(dose) for dose in _doses(situation)):
        return Unknown("the body weight that the order is worked out with")
    earliest = last.at - span(setting("delivered_after"))
    bases = [Observed(MEASURE, began, Fraction(0)), *(one for one in readings if one.value is not None)]
    usable = [one for one in bases if one.at <= earliest and not one.doubted]
    found: list[Compared] = []
    for base in dict.fromkeys([*usable[-1:], *usable[:1]]):
        if base.value is None:
            continue
        if last.value < base.value:
            return Unknown("what the pump delivered since it was last read: its total has fallen")
        ordered = _ordered(situation, base.at, last.at, weight)
        found.append(Compared(base.at, last.at, ordered, last.value - base.value))
    return tuple(found)


def _doses(situation: Situation) -> list[Quantity]:
    state = situation.state
    return [dose for *_, dose in state.rates] + [one.dose for one in state.given if one.dose is not None]


def _ordered(situation: Situation, start: datetime, end: datetime, weight: DosingWeight | None) -> Fraction:
    """Milligrams that the charted rates and doses come to from `start` to `end`."""
    total = Fraction(0)
    for began, ended, rate in situation.state.rates:
        first, last = max(began, start), min(ended or end, end)
        if last > first:
            total += absolute(rate, weight).in_("mg/h") * hours_between(first, last)
    for one in situation.state.given:
        if one.dose is None:
            continue
        over = span(one.over) if one.over is not None else timedelta(0)
        mass = absolute(one.dose, weight).in_("mg")
        first, last = max(one.at, start), min(one.at + over, end)
        if over > timedelta(0):
            total += (
                mass
                * max(Fraction(0), hours_between(first, max(first, last)))
                / hours_between(one.at, one.at + over)
            )
        elif start < one.at <= end:
            total += mass
    return total
