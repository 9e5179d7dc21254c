"""Pain over time: the time-weighted mean, its area, the share of the window that it rests on, the gaps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise

from adjuvant.record import NotAssessable, PainScore
from adjuvant.symptoms.series import scored
from adjuvant.timeline import Interval, Series, hours_between
from adjuvant.unknown import Unknown

__all__ = ["TimeWeighted", "gaps", "recall_mean", "time_weighted_mean"]

_BREAKING = (NotAssessable.SEDATED, NotAssessable.UNABLE)


@dataclass(frozen=True, slots=True)
class TimeWeighted:
    """Pain over one window.

    Args:
        mean: points, or Unknown with what is missing.
        area: points times hours over the covered time (AUC), or Unknown.
        covered: hours that the mean rests on.
        covered_share: the same as a share of the window, 0 to 1. It is printed beside every mean.
        scored, not_assessable: numbers of readings in the window.
        worst: the highest reading, or Unknown.
    """

    window: Interval
    mean: Fraction | Unknown
    area: Fraction | Unknown
    covered: Fraction
    covered_share: Fraction
    scored: int
    not_assessable: int
    worst: Fraction | Unknown


def time_weighted_mean(
    scores: Series[PainScore],
    window: Interval,
    *,
    gap_h: Fraction | None = None,
    where: str = "in the window",
) -> TimeWeighted:
    """Mean pain over `window` by the trapezoid rule: the sum of .5 (p_i + p_i+1) dt over the sum of dt.

    The sums run over neighbouring readings that both stand inside the window and are no more than `gap_h`
    apart. Nothing is carried past a reading, and nothing is drawn to the window's edges: a reading beyond
    the edge belongs to another phase, so the time between the edge and the nearest reading is not covered.
    Readings that could not be assessed are gaps, never zeros. One that could not be taken because the patient
    was sedated or unable to score breaks the line between its neighbours: what pain was there is not known,
    and it is not drawn from better hours. Asleep, declined and not recorded break nothing: nights would
    otherwise leave little of a chart of every four hours, and the limit on gaps still holds.

    Args:
        scores: one scale, one reporter, one kind; any spacing.
        window: half-open.
        gap_h: hours above which a stretch is left out; the library's ``pain_gap_h`` unless given. A stretch
            of exactly that length is kept.
        where: what the window is called where something is missing, for example ``before``.
    Returns:
        The mean is Unknown where nothing is covered: no reading, one reading, or none close enough together.
    Raises:
        InternalError: readings of several scales, reporters or kinds.
    Source: library setting ``pain_gap_h``.
    """
    limit = _limit(gap_h)
    inside = scores.within(window)
    points = scored(inside)
    broken = [moment for moment, score in inside if score.not_assessable in _BREAKING]
    area = covered = Fraction(0)
    for (start, low), (end, high) in pairwise(points):
        hours = hours_between(start, end)
        if hours <= limit and not any(start < moment < end for moment in broken):
            area += (low + high) / 2 * hours
            covered += hours
    readings = [score.value for score in inside.values if score.value is not None]
    missing = _missing(len(points), where, limit)
    return TimeWeighted(
        window=window,
        mean=area / covered if covered else missing,
        area=area if covered else missing,
        covered=covered,
        covered_share=covered / window.hours,
        scored=len(readings),
        not_assessable=len(inside) - len(readings),
        worst=max(readings) if readings else missing,
    )


def recall_mean(scores: Series[PainScore], window: Interval, *, where: str = "in the window") -> TimeWeighted:
    """Mean of recalled pain (average, worst or least of a day): the plain mean of the window's readings.

    Such a reading already speaks for the 24 h before it, so it is not joined to its neighbours by a line. The
    covered time is what those 24 h cover of the window; the area is the mean over that time.

    Raises:
        InternalError: readings of several scales, reporters or kinds.
    """
    inside = scores.within(window)
    points = scored(inside)
    covered, reach = Fraction(0), window.start
    for moment in points.times:
        start = max(reach, moment - timedelta(days=1))
        covered += hours_between(start, moment)
        reach = moment
    readings = [score.value for score in inside.values if score.value is not None]
    missing = _missing(0, where, Fraction(0))
    mean = sum(points.values, Fraction(0)) / len(points) if points else missing
    return TimeWeighted(
        window=window,
        mean=mean,
        area=mean if isinstance(mean, Unknown) else mean * covered,
        covered=covered,
        covered_share=covered / window.hours,
        scored=len(readings),
        not_assessable=len(inside) - len(readings),
        worst=max(readings) if readings else missing,
    )


def gaps(
    scores: Series[PainScore], window: Interval, *, gap_h: Fraction | None = None
) -> tuple[Interval, ...]:
    """Every span of `window` longer than `gap_h` without an assessed reading, its edges included.

    Args:
        gap_h: as in `time_weighted_mean`.
    """
    limit = _limit(gap_h)
    edges = (window.start, *scored(scores.within(window)).times, window.end)
    return tuple(Interval(start, end) for start, end in pairwise(edges) if hours_between(start, end) > limit)


def _limit(gap_h: Fraction | None) -> Fraction:
    if gap_h is not None:
        return gap_h
    from adjuvant.library import setting

    return setting("pain_gap_h").value


def _missing(readings: int, where: str, limit: Fraction) -> Unknown:
    if readings == 0:
        return Unknown(f"a pain score {where}")
    if readings == 1:
        return Unknown(f"a second pain score {where}, because a single one has no mean over time")
    return Unknown(
        f"two pain scores {where} no more than {limit} h apart, with no reading between them that sedation "
        "or inability prevented"
    )
