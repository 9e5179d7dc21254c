"""Regimens whose first dose comes out of another route's: what ran by the old route, and the one dose that follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from typing import NamedTuple

from adjuvant.protocol.chart import ChartEvent
from adjuvant.protocol.situation import Answer
from sweep.book import Way
from sweep.figures import Dose, amount_of, length_of

__all__ = ["NewRoute", "by_ratio", "new_route"]


class NewRoute(NamedTuple):
    """What a chart comes to by the new route.

    Args:
        way: the regimen with its one dose; without any where that cannot be told.
        events: what was charted by the new route.
        not_before: the earliest time of the first dose; None where nothing by the old route has ended.
    """

    way: Way
    events: list[ChartEvent]
    not_before: datetime | None


def by_ratio(way: Way, hourly: Fraction) -> Way:
    """A regimen once so many milligrams an hour ran by the old route: a day of it, by the ratio, in its doses."""
    assert way.ratio is not None and way.doses_a_day is not None
    dose = Dose(hourly * 24 * way.ratio / way.doses_a_day, per_kg=False, per_hour=False)
    return replace(way, levels=(dose,), first=dose)


def new_route(
    way: Way, events: Sequence[ChartEvent], answer: Answer | None, kilograms: Fraction | None
) -> NewRoute:
    """What is known by the new route: all that follows the last that was charted of an infusion.

    Args:
        answer: a clinician's, whether what ended was given by the old route.
    """
    ends = [n for n, one in enumerate(events) if one.what.value in ("start", "change", "stop")]
    cut = ends[-1] + 1 if ends else 0
    old, new = events[:cut], list(events[cut:])
    if not old or old[-1].what.value != "stop":
        return NewRoute(way, new, None)
    rates = [one.dose for one in old if one.what.value in ("start", "change") and one.dose is not None]
    hourly = amount_of(Fraction(rates[-1].value), rates[-1].unit.code).for_body(kilograms) if rates else None
    if hourly is None or answer is None or not answer.yes:
        return NewRoute(way, new, None)
    return NewRoute(by_ratio(way, hourly), new, old[-1].at + length_of(way.delay))
