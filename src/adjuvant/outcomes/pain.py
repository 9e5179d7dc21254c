"""Pain before and after a course: which series speaks, what it says, and with which caveats."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction

from adjuvant.outcomes.model import PainSummary, WindowPain, Windows
from adjuvant.quantity import show
from adjuvant.record import NotAssessable, PainKind, PainReporter, PainScore, PatientRecord
from adjuvant.symptoms import (
    PainSeries,
    acceptable_level,
    gaps,
    pain_series,
    recall_mean,
    scored,
    time_weighted_mean,
)
from adjuvant.timeline import Interval, Series
from adjuvant.unknown import Unknown

__all__ = ["PRIMARY_RULE", "percent_change", "primary_series", "self_report", "summary_of", "window_pain"]

PRIMARY_RULE = (
    "Pain is taken from one series only, on the 0 to 10 numeric scale, reported by the patient or with the "
    "reporter unstated: current pain, or average pain where only that can be averaged well in both windows. "
    "A series can where both windows hold enough readings or are covered for half of their time. The "
    "patient's own report goes before an unstated reporter where it can; then the most readings decide (the "
    "smaller of the two counts, then the sum). Sites are never mixed. Other scales, reporters, kinds and "
    "sites are listed and never merged into it."
)

_REPORTERS = (PainReporter.SELF, PainReporter.UNSTATED)
# The scales on which a definition's points are points; a look back over a week is none of them.
_SCALES: Mapping[PainKind, tuple[str, ...]] = {
    PainKind.CURRENT: ("nrs_0_10",),
    PainKind.AVERAGE: ("nrs_0_10", "bpi_average"),
    PainKind.WORST: ("nrs_0_10", "bpi_worst"),
}
_Standing = tuple[bool, bool, bool]
_RECALLED = (PainKind.AVERAGE, PainKind.WORST, PainKind.LEAST)


def self_report(record: PatientRecord, kind: PainKind) -> tuple[PainSeries, ...]:
    """The record's series of one kind (current, average or worst) on a 0 to 10 scale of that kind, by the
    patient or with the reporter unstated."""
    return tuple(
        series
        for series in pain_series(record)
        if series.kind is kind and series.reporter in _REPORTERS and series.scale in _SCALES[kind]
    )


def primary_series(
    record: PatientRecord,
    windows: Windows,
    kinds: tuple[PainKind, ...] = (PainKind.CURRENT, PainKind.AVERAGE),
) -> PainSeries | None:
    """The series that the evaluation rests on by `PRIMARY_RULE`.

    Returns:
        Of the first of `kinds` that is read well in both windows; else of the first with a mean in both; else
        of the first with readings in both; else of the first that has any; else None.
    """
    ranked: list[tuple[_Standing, PainSeries]] = []
    for kind in kinds:
        found = [series for series in self_report(record, kind) if sum(_counts(series, windows))]
        if found:
            best = min(found, key=lambda series: _order(series, windows))
            ranked.append((_standing(best, windows), best))
    return max(ranked, key=lambda one: one[0])[1] if ranked else None


def _order(series: PainSeries, windows: Windows) -> tuple[object, ...]:
    counts = _counts(series, windows)
    well = _standing(series, windows)[0]
    own = series.reporter is PainReporter.SELF
    return (
        not (well and own),
        not well,
        -min(counts),
        -sum(counts),
        _REPORTERS.index(series.reporter),
        series.site is not None,
        series.site or "",
        series.scale,
    )


def _standing(series: PainSeries, windows: Windows) -> _Standing:
    """How well a series can be compared: read well in both windows, a mean in both, a reading in both."""
    from adjuvant.library import setting

    if not min(_counts(series, windows)):
        return False, False, False
    both = [window_pain(series, window, "") for window in (windows.before, windows.after)]
    if any(isinstance(window.mean, Unknown) for window in both):
        return False, False, True
    least, most = setting("evaluable_min_readings").value, setting("evaluable_max_missing_share").value
    enough = all(window.scored >= least or window.covered_share >= 1 - most for window in both)
    return enough, True, True


def summary_of(series: PainSeries, record: PatientRecord, windows: Windows) -> PainSummary:
    """Pain of one series before and after, its change in points and percent, and the caveats."""
    before = window_pain(series, windows.before, "before")
    after = window_pain(series, windows.after, "after")
    change: Fraction | Unknown
    if isinstance(before.mean, Unknown) or isinstance(after.mean, Unknown):
        change = Unknown(_needs(before.mean) + _needs(after.mean))
    else:
        change = after.mean - before.mean
    goal = acceptable_level(record, windows.during.start)
    caveats = [
        *_baseline_caveats(before.mean),
        *_reading_caveats(series.scores, windows),
    ]
    if series.kind is not PainKind.CURRENT:
        caveats.append(f"Current pain was not read in both windows; this is {series.kind} pain.")
    if series.by_site:
        caveats.append(f"Several sites are charted; this is pain at one: {series.site or 'no site stated'}.")
    if series.reporter is PainReporter.UNSTATED:
        caveats.append("Who reported the pain is not stated.")
    if goal is not None and record.patient.pain_goal is None:
        caveats.append(f"The goal {show(goal)} is the last acceptable level charted before the course.")
    return PainSummary(
        scale=series.scale,
        reporter=series.reporter,
        kind=series.kind,
        before=before,
        after=after,
        change=change,
        percent=percent_change(before.mean, after.mean),
        caveats=tuple(caveats),
        goal=goal,
    )


def window_pain(series: PainSeries, window: Interval, name: str) -> WindowPain:
    """Pain of one series over one window; `name` is what the window is called where something is missing.

    Current pain is averaged over time. Pain recalled over a day (average, worst, least) is averaged over its
    readings, each of which speaks for the 24 h before it.
    """
    recalled = series.kind in _RECALLED
    mean = recall_mean if recalled else time_weighted_mean
    result = mean(series.scores, window, where=name)
    return WindowPain(
        window=window,
        mean=result.mean,
        covered_share=result.covered_share,
        area=result.area,
        scored=result.scored,
        not_assessable=result.not_assessable,
        worst=result.worst,
        gaps=gaps(series.scores, window, gap_h=Fraction(24) if recalled else None),
    )


def percent_change(before: Fraction | Unknown, after: Fraction | Unknown) -> Fraction | Unknown:
    """Change in percent of the baseline, negative for a fall; Unknown at baseline 0, which defines none."""
    if isinstance(before, Unknown) or isinstance(after, Unknown):
        return Unknown(_needs(before) + _needs(after))
    if before == 0:
        return Unknown("a baseline above 0: a percentage of 0 is undefined")
    return (after - before) / before * 100


def _counts(series: PainSeries, windows: Windows) -> tuple[int, int]:
    return len(scored(series.scores.within(windows.before))), len(scored(series.scores.within(windows.after)))


def _needs(value: Fraction | Unknown) -> tuple[str, ...]:
    return value.needs if isinstance(value, Unknown) else ()


def _baseline_caveats(baseline: Fraction | Unknown) -> list[str]:
    from adjuvant.library import setting

    flagged = setting("percent_baseline_flag").value
    if isinstance(baseline, Unknown):
        return []
    if baseline == 0:
        return ["Baseline pain is 0: a percent change is undefined."]
    if baseline < flagged:
        return [f"Baseline pain is below {show(flagged)}: a percent change exaggerates small differences."]
    return []


def _reading_caveats(scores: Series[PainScore], windows: Windows) -> list[str]:
    found: list[str] = []
    for name, window in (("before", windows.before), ("after", windows.after)):
        inside = scores.within(window)
        sedated = sum(score.not_assessable is NotAssessable.SEDATED for score in inside.values)
        if sedated:
            words = "reading" if sedated == 1 else "readings"
            found.append(f"{sedated} {words} {name} could not be taken because the patient was sedated.")
        instants: dict[datetime, int] = {}
        for moment, score in inside:
            instants[moment] = instants.get(moment, 0) + (score.value is not None)
        shared = sum(count > 1 for count in instants.values())
        if shared:
            moments = "1 moment" if shared == 1 else f"{shared} moments"
            holds = "holds" if shared == 1 else "hold"
            found.append(f"{moments} {name} {holds} several readings; their mean stands for it.")
    return found
