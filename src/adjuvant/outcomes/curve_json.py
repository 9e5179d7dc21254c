"""The opioid curves for JSON: MME of each clock day, and of the 24 hours that end at each change."""

from __future__ import annotations

from typing import Any

from adjuvant.outcomes.model import CourseOutcome
from adjuvant.outcomes.observed import observed_part
from adjuvant.quantity import json_number
from adjuvant.record import Basis
from adjuvant.timeline import Interval

__all__ = ["curve_json"]


def curve_json(outcome: CourseOutcome) -> dict[str, Any]:
    """``daily`` and ``rolling_24h`` of the chosen plan, over the span of the three windows.

    A day of which no medication was charted has no figure (null), never 0; a day that is charted in part, or
    of which anything was refused, is not complete. The rolling figure at an instant is the MME of the 24
    hours that end there; two points at one instant are before and after a dose. Points outside the charted
    span are left out.
    """
    from adjuvant.library import setting

    opioids = outcome.opioids
    if opioids is None or not opioids.curve.days:
        return {"daily": [], "rolling_24h": []}
    record, local, curve = outcome.record, outcome.record.local, opioids.curve
    basis, silence = Basis(opioids.basis), setting("pain_gap_h").value
    span = Interval(outcome.windows.before.start, outcome.windows.after.end)
    seen = observed_part(record, span, silence, basis)
    blank = [window.window for window in (opioids.before, opioids.after) if not window.charted]
    daily = []
    for day in curve.days:
        inside = day.day.interval
        part = inside.overlap(seen) if seen is not None else None
        if any(inside.overlap(window) is not None for window in blank):
            part = None
        daily.append(
            {
                "date": day.day.date.isoformat(),
                "mme": None if part is None else json_number(day.total),
                "complete": day.complete and part == inside,
            }
        )
    rolling = [
        {"at": point.at.astimezone(local).isoformat(), "mme": json_number(point.value)}
        for point in curve.rolling
        if seen is not None
        and seen.start <= point.at <= seen.end
        and not any(point.at in window for window in blank)
    ]
    return {"daily": daily, "rolling_24h": rolling}
