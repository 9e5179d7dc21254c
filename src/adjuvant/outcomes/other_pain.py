"""The pain series that the finding does not rest on, with their own means, so that none is hidden."""

from __future__ import annotations

from fractions import Fraction

from adjuvant.outcomes.model import PainSummary, WindowPain, Windows
from adjuvant.outcomes.pain import window_pain
from adjuvant.quantity import show
from adjuvant.record import PainKind, PatientRecord
from adjuvant.symptoms import PainSeries, pain_series
from adjuvant.timeline import Interval
from adjuvant.unknown import Unknown

__all__ = ["other_pain"]

_OF_NOW = (PainKind.CURRENT, PainKind.AVERAGE, PainKind.WORST, PainKind.LEAST)


def other_pain(
    record: PatientRecord, primary: PainSeries | None, pain: PainSummary | None, windows: Windows
) -> tuple[str, ...]:
    """Every other series with readings around the course, a line each: its readings and its means.

    Worst pain that rose while the primary fell stands first, because a lower mean can hide it: by a series of
    worst pain, or by the highest reading of the primary itself.
    """
    span = Interval(windows.before.start, windows.after.end)
    fell = pain is not None and not isinstance(pain.change, Unknown) and pain.change < 0
    first: list[str] = []
    lines: list[str] = []
    if pain is not None and fell:
        first += _risen("The highest reading of the same series", pain.before.worst, pain.after.worst)
    for series in pain_series(record):
        inside = series.scores.within(span)
        if not len(inside) or series == primary:
            continue
        before, after = (
            window_pain(series, window, name)
            for name, window in (("before", windows.before), ("after", windows.after))
        )
        missed = sum(score.value is None for score in inside.values)
        means = ""
        if series.kind in _OF_NOW:
            means = f"; mean {_mean(before)} before, {_mean(after)} after"
        lines.append(
            f"{series.label}: {len(inside) - missed} scored, {missed} not assessable{means}; "
            "left out of the summary."
        )
        if fell and series.kind is PainKind.WORST:
            first += _risen(series.label[:1].upper() + series.label[1:], before.mean, after.mean)
    return (*first, *lines)


def _risen(what: str, before: Fraction | Unknown, after: Fraction | Unknown) -> list[str]:
    if isinstance(before, Unknown) or isinstance(after, Unknown) or after <= before:
        return []
    return [f"{what} rose from {show(before)} to {show(after)} while the primary series fell."]


def _mean(window: WindowPain) -> str:
    return "unknown" if isinstance(window.mean, Unknown) else show(window.mean)
