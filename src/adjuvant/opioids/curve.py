"""MME of a record over time: totals of clock days, and the rolling 24-hour curve."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from zoneinfo import ZoneInfo

from adjuvant.library.model import TablePlan
from adjuvant.opioids.model import DayMME, MmeCurve
from adjuvant.opioids.rolling import rolling_points
from adjuvant.opioids.segments import Lot, as_microseconds, convert, lots_of, touches
from adjuvant.record import Exposures, Refusal
from adjuvant.timeline import ClockDay, Interval, clock_days

__all__ = ["daily_curve", "mme_curve", "mme_in"]

_ZERO = Fraction(0)


def mme_curve(exposures: Exposures, plan: TablePlan, span: Interval, local: ZoneInfo) -> MmeCurve:
    """Daily and rolling MME of opioid exposures by one plan.

    Args:
        exposures: of opioids alone, on one basis; as-needed orders are left out, as-needed doses given count.
        plan: the table, or the named pair, that converts all of them.
        span: what is drawn. Days are whole clock days that it touches; the rolling curve runs from its start
            to its end and looks back 24 h before it.
        local: zone of the clock days, which have 23, 24 or 25 hours.
    Returns:
        Nothing refused is in any total: the days it touches are marked as incomplete and say why.
    """
    lots = convert(lots_of(exposures), plan)
    days = clock_days(span, local)
    whole = Interval(days[0].interval.start, days[-1].interval.end)
    return MmeCurve(
        plan=plan.key,
        basis=exposures.basis,
        days=_days(exposures, lots, days),
        rolling=rolling_points(lots, span),
        refused=_refused(exposures, lots, whole),
        warnings=tuple(dict.fromkeys(table.warning for table in plan.tables if table.warning)),
    )


def daily_curve(exposures: Exposures, plan: TablePlan, span: Interval, local: ZoneInfo) -> tuple[DayMME, ...]:
    """The days of `mme_curve` alone: for the range over many plans, which needs no rolling curve."""
    return _days(exposures, convert(lots_of(exposures), plan), clock_days(span, local))


def mme_in(lots: Iterable[tuple[Lot, Fraction]], per_day: Fraction = Fraction(1)) -> Mapping[str, Fraction]:
    """MME by ingredient of masses (in mg) that belong to one day, or to the mean day of a longer span.

    Args:
        lots: converted lots, each with its mass; those without a row count nothing here.
        per_day: how many days the masses are spread over: a band goes by the mass of one day, summed over all
            lots that its row converts.
    """
    banded: dict[tuple[object, ...], Fraction] = defaultdict(Fraction)
    found: dict[str, Fraction] = defaultdict(Fraction)
    pairs = [(lot, mg, lot.applied) for lot, mg in lots]
    for lot, mg, _ in pairs:
        if lot.band_key is not None:
            banded[lot.band_key] += mg / per_day
    for lot, mg, row in pairs:
        if row is not None and mg:
            total = banded[lot.band_key] if lot.band_key is not None else _ZERO
            found[lot.ingredient] += row.mme(mg, total)
    return dict(sorted(found.items()))


def _days(exposures: Exposures, lots: Sequence[Lot], days: Sequence[ClockDay]) -> tuple[DayMME, ...]:
    # The days of one span follow each other without a gap, so their edges say where a moment belongs.
    edges = [as_microseconds(day.interval.start) for day in days]
    edges.append(as_microseconds(days[-1].interval.end))
    masses: list[dict[int, Fraction]] = [defaultdict(Fraction) for _ in days]
    refused: list[list[Refusal]] = [[] for _ in days]
    for number, lot in enumerate(lots):
        if lot.as_needed:
            continue
        hit = set()
        for item in lot.segments:
            first = max(bisect_right(edges, item.start) - 1, 0)
            for index in range(first, max(bisect_left(edges, item.end), first + 1)):
                if index < len(days) and item.touches(edges[index], edges[index + 1]):
                    masses[index][number] += item.mg_within(edges[index], edges[index + 1])
                    hit.add(index)
        for index in sorted(hit) if lot.refusal is not None else ():
            problem = lot.refused_in(edges[index], edges[index + 1])
            if problem is not None:
                refused[index].append(problem)
    for problem in exposures.refused:
        for index, day in enumerate(days):
            if touches(problem, day.interval):
                refused[index].append(problem)
    return tuple(
        _day(day, [(lots[number], mg) for number, mg in mass.items()], problems)
        for day, mass, problems in zip(days, masses, refused, strict=True)
    )


def _day(day: ClockDay, masses: list[tuple[Lot, Fraction]], refused: list[Refusal]) -> DayMME:
    by_drug = mme_in(masses)
    return DayMME(
        day=day,
        total=sum(by_drug.values(), _ZERO),
        by_drug=by_drug,
        complete=not refused,
        refused=tuple(refused),
    )


def _refused(exposures: Exposures, lots: Iterable[Lot], span: Interval) -> tuple[Refusal, ...]:
    start, end = as_microseconds(span.start), as_microseconds(span.end)
    found = [problem for problem in exposures.refused if touches(problem, span)]
    by_lot = (lot.refused_in(start, end) for lot in lots if not lot.as_needed)
    return (*found, *(problem for problem in by_lot if problem is not None))
