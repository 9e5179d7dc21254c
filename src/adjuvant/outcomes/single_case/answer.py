"""The answer of `adjuvant metrics`: two phases, every metric, and what a reader must weigh first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from statistics import median

from adjuvant.outcomes.model import CourseKind, CourseOutcome
from adjuvant.outcomes.single_case.metrics import Metric, all_metrics
from adjuvant.outcomes.single_case.over_time import OverTime
from adjuvant.outcomes.single_case.phases import Improvement, Phases
from adjuvant.outcomes.single_case.trend import slope_before
from adjuvant.outcomes.words import counted
from adjuvant.quantity import show
from adjuvant.symptoms import scored
from adjuvant.timeline import Interval, hours_between
from adjuvant.unknown import Unknown

__all__ = ["DEPENDENCE", "LIMIT", "SIGN_WORDS", "SingleCase", "metrics_of_course", "metrics_of_phases"]

LIMIT = (
    "One course, before and after, is at most consistent with benefit. No number here says that the "
    "treatment did it, nor that it is more than this patient's own ups and downs."
)
"""Stands on every page and in every answer."""

DEPENDENCE = (
    "One reading of pain mostly resembles the one before it. Standard errors here, but for those of AR(1), "
    "take readings to be independent, so they are mostly too small, and so is every interval. No P value is "
    "given, because it would be wrong."
)

SIGN_WORDS = {
    "improvement": "positive (of a share: high) is improvement",
    "reversed": "negative is improvement, whatever the scale",
    "b_minus_a": "after minus before, as measured: of pain, negative is improvement",
    "none": "no direction",
}


@dataclass(frozen=True, slots=True)
class SingleCase:
    """Every single-case metric of one patient's two phases.

    Args:
        over: the time that the time-weighted figures rest on.
        warnings: what a reader must weigh before any number, in words.
    """

    phases: Phases
    over: OverTime
    metrics: tuple[Metric, ...]
    warnings: tuple[str, ...]

    def metric(self, key: str) -> Metric:
        """The metric of that key."""
        return next(one for one in self.metrics if one.key == key)


def metrics_of_phases(phases: Phases, over: OverTime, warnings: Sequence[str] = ()) -> SingleCase:
    """Every metric of two phases, with the warnings that the readings themselves call for."""
    return SingleCase(
        phases,
        over,
        all_metrics(phases, over),
        (*warnings, *_few(phases), *_separate(phases), *_drawn_on(phases), *phases.left_out),
    )


def metrics_of_course(outcome: CourseOutcome) -> SingleCase:
    """Every metric of the readings that an evaluation compares: its series, its windows before and after.

    Several readings at one moment count as their mean. Readings between the windows, and those that could
    not be taken, are left out and counted. Where no series speaks, every metric is Unknown.
    """
    windows, pain = outcome.windows, outcome.pain
    early, late = (_points(outcome, window) for window in (windows.before, windows.after))
    left: list[str] = []
    if pain is not None:
        between = len(scored(outcome.pain_series)) - len(early) - len(late)
        if between:
            left.append(_left(between, "between the windows"))
        for name, window in (("before", pain.before), ("after", pain.after)):
            if window.not_assessable:
                left.append(_left(window.not_assessable, f"{name} that could not be taken"))
    phases = Phases(
        before=tuple(value for _, value in early),
        after=tuple(value for _, value in late),
        improvement=Improvement.DECREASE,
        before_at=tuple(at for at, _ in early),
        after_at=tuple(at for at, _ in late),
        timed=True,
        left_out=tuple(left),
    )
    over = (
        OverTime.unknown(Unknown("a pain series on the 0 to 10 scale with a reading in the windows"))
        if pain is None
        else OverTime.of(pain.before, pain.after)
    )
    caveats = () if pain is None else pain.caveats
    pseudo = (outcome.verdict.limit,) if outcome.course.kind is CourseKind.PSEUDO else ()
    return metrics_of_phases(phases, over, (*pseudo, *outcome.flags, *caveats, *outcome.other_pain))


def _points(outcome: CourseOutcome, window: Interval) -> list[tuple[Fraction, Fraction]]:
    """Days since the windows began, and points, of each reading in a window."""
    start: datetime = outcome.windows.before.start
    inside = scored(outcome.pain_series.within(window))
    return [(hours_between(start, moment) / 24, value) for moment, value in inside]


def _left(count: int, which: str) -> str:
    verb = "is" if count == 1 else "are"
    return f"{counted(count, 'reading', 'readings')} {which} {verb} left out."


def _separate(phases: Phases) -> list[str]:
    """Said where every reading after is better: six metrics at their end are one finding and not six."""
    before, after = phases.better_up
    if not before or not after or min(after) <= max(before):
        return []
    said = (
        "Every reading after is better than every one before; the six measures of overlap all say just that."
    )
    return [said]


def _drawn_on(phases: Phases) -> list[str]:
    """Said where the line through the readings before leaves the scale of pain before the first one after."""
    from adjuvant.library import scale

    slope, nrs = slope_before(phases), scale("nrs_0_10")
    if isinstance(slope, Unknown) or not phases.after or nrs.low is None or nrs.high is None:
        return []
    if not all(nrs.low <= one <= nrs.high for one in (*phases.before, *phases.after)):
        return []
    levels = [y - slope * t for t, y in zip(phases.before_at, phases.before, strict=True)]
    there = median(levels) + slope * phases.after_at[0]
    if nrs.low <= there <= nrs.high:
        return []
    said = (
        "The line through the readings before, drawn on to the first reading after, would stand at "
        f"{show(there)}, outside {show(nrs.low)} to {show(nrs.high)}. Baseline-corrected Tau and the steps "
        "lean on such a line."
    )
    return [said]


def _few(phases: Phases) -> list[str]:
    from adjuvant.library import setting

    least = setting("evaluable_min_readings").value
    return [
        f"Only {counted(len(values), 'reading', 'readings')} {name}: "
        f"fewer than {show(least)} cannot show ups and downs."
        if values
        else f"No reading {name}: nothing can be compared."
        for name, values in (("before", phases.before), ("after", phases.after))
        if len(values) < least
    ]
