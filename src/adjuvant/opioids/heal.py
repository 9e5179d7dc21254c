"""The four HEAL definitions of MME per day, by date, with and without buprenorphine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from adjuvant import library
from adjuvant.citation import Citation
from adjuvant.errors import InputError
from adjuvant.library.model import TablePlan
from adjuvant.opioids.amount import Measured
from adjuvant.opioids.line import RegimenLine
from adjuvant.opioids.model import Total
from adjuvant.opioids.regimen import assess, measured_lines

__all__ = ["HealAnswer", "HealDefinition", "HealFigures", "HealSupply", "heal_definitions", "heal_figures"]

_NOTHING = Total(Fraction(0), Fraction(0), Fraction(0), complete=True)
_DAY = timedelta(days=1)


class HealDefinition(StrEnum):
    """Which "MME per day" is meant. The four differ several-fold on the same prescriptions."""

    TOTAL_DAYS_SUPPLY = "total days supply"
    """All MME over the days of supply added up, overlapping ones twice."""
    ON_THERAPY_DAYS = "on-therapy days"
    """All MME over the calendar days that have any supply, each counted once."""
    FIXED_WINDOW = "fixed observation window"
    """All MME over the days of a window fixed beforehand."""
    MAXIMUM_DAY = "maximum day"
    """The largest sum that any one calendar day has."""


@dataclass(frozen=True, slots=True)
class HealSupply:
    """One prescription or dispense: the same line on `days` calendar days from `start`.

    Args:
        line: what is taken on each of these days.
        days: whole calendar days, at least one.
    """

    line: RegimenLine
    start: date
    days: int

    @property
    def end(self) -> date:
        """The first calendar day after the supply."""
        return self.start + self.days * _DAY


@dataclass(frozen=True, slots=True)
class HealFigures:
    """The four figures, and what they were made of; None where there is no day to divide by.

    Args:
        total: MME over all days.
        days_supply: days of supply added up.
        therapy_days: calendar days with any supply.
        window_days: days of the fixed window; None if none was named.
    """

    total: Total
    days_supply: int
    therapy_days: int
    window_days: int | None
    by_definition: Mapping[HealDefinition, Total | None]


@dataclass(frozen=True, slots=True)
class HealAnswer:
    """The four definitions with and without buprenorphine, by one plan."""

    plan: str
    with_buprenorphine: HealFigures
    without_buprenorphine: HealFigures
    citation: Citation


def heal_figures(
    total: Total, maximum_day: Total, *, days_supply: int, therapy_days: int, window_days: int | None
) -> HealFigures:
    """The four figures from counts that somebody else made, as the HEAL calculator's interface takes them.

    Args:
        total: MME over all days.
        maximum_day: MME of the largest day.
    Raises:
        InputError: a negative count, or a window without a day.
    """
    for name, count in (("days of supply", days_supply), ("therapy days", therapy_days)):
        if count < 0:
            raise InputError(f"{name} {count}", "is negative", "count the days again")
    if window_days is not None and window_days <= 0:
        raise InputError(f"window of {window_days} days", "has no day", "name a window of at least one day")
    return HealFigures(
        total,
        days_supply,
        therapy_days,
        window_days,
        {
            HealDefinition.TOTAL_DAYS_SUPPLY: _over(total, days_supply),
            HealDefinition.ON_THERAPY_DAYS: _over(total, therapy_days),
            HealDefinition.FIXED_WINDOW: _over(total, window_days),
            HealDefinition.MAXIMUM_DAY: maximum_day,
        },
    )


def heal_definitions(
    supplies: Iterable[HealSupply], plan: TablePlan, *, window: tuple[date, date] | None = None
) -> HealAnswer:
    """The four figures by date.

    Every calendar day is valued with all supplies that cover it together, so that bands are read at the day's
    total and overlaps count on the days they happen. Each figure is a `Total`: scheduled, and the interval
    over as-needed lines.

    Args:
        supplies: prescriptions or dispenses, in any order, overlapping or not.
        window: first day, and first day after it. Only days inside it count for the fixed window; the others
            have no window figure if None.
    Raises:
        InputError: no supply, a supply without a day, or a window that ends before it begins.
    Source: Adams 2025 (the library's heal2025 table).
    """
    found = list(supplies)
    for item in found:
        if item.days < 1:
            thing = f"{item.line.subject}: {item.days} days"
            raise InputError(thing, "is not a day of supply", "give whole days")
    if window is not None and window[1] <= window[0]:
        thing = f"window {window[0]} to {window[1]}"
        raise InputError(thing, "does not end after it starts", "correct the two days")
    measured = measured_lines(item.line for item in found)
    both = list(zip(found, measured, strict=True))
    others = [pair for pair in both if set(pair[1].opioids) != {"buprenorphine"}]
    return HealAnswer(
        plan.key,
        _figures(both, plan, window),
        _figures(others, plan, window),
        library.load_table("heal2025").citation,
    )


_Pairs = Sequence[tuple[HealSupply, Measured]]


def _figures(pairs: _Pairs, plan: TablePlan, window: tuple[date, date] | None) -> HealFigures:
    opioids = [pair for pair in pairs if not pair[1].not_an_opioid]
    days: dict[date, Total] = {}
    for first, after, total in _stretches(opioids, plan):
        for offset in range((after - first).days):
            days[first + offset * _DAY] = total
    inside = [total for day, total in days.items() if window is None or window[0] <= day < window[1]]
    whole = _sum(days.values())
    figures = heal_figures(
        whole,
        _most(days.values()),
        days_supply=sum(item.days for item, _ in opioids),
        therapy_days=len(days),
        window_days=None if window is None else (window[1] - window[0]).days,
    )
    fixed = _over(_sum(inside), figures.window_days)
    return HealFigures(
        whole,
        figures.days_supply,
        figures.therapy_days,
        figures.window_days,
        {**figures.by_definition, HealDefinition.FIXED_WINDOW: fixed},
    )


def _stretches(pairs: _Pairs, plan: TablePlan) -> Iterable[tuple[date, date, Total]]:
    """Runs of days with the same supplies, each valued once."""
    edges = sorted({edge for item, _ in pairs for edge in (item.start, item.end)})
    for first, after in pairwise(edges):
        active = [measured for item, measured in pairs if item.start <= first < item.end]
        if active:
            yield first, after, assess(active, plan).total


def _sum(totals: Iterable[Total]) -> Total:
    result = _NOTHING
    for total in totals:
        high = None if result.high is None or total.high is None else result.high + total.high
        complete = result.complete and total.complete
        result = Total(result.value + total.value, result.low + total.low, high, complete)
    return result


def _most(totals: Iterable[Total]) -> Total:
    listed = list(totals) or [_NOTHING]
    highs = [total.high for total in listed]
    known = [high for high in highs if high is not None]
    complete = all(total.complete for total in listed)
    return Total(
        max(total.value for total in listed),
        max(total.low for total in listed),
        max(known) if len(known) == len(highs) else None,
        complete,
    )


def _over(total: Total, days: int | None) -> Total | None:
    if not days:
        return None
    high = None if total.high is None else total.high / days
    return Total(total.value / days, total.low / days, high, total.complete)
