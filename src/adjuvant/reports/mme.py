"""MME as a report may say it: a lower bound where something was refused, nothing where nothing was read."""

from __future__ import annotations

from adjuvant.opioids.model import WindowMME
from adjuvant.outcomes.model import CourseOutcome
from adjuvant.outcomes.observed import charted_span, observed_part
from adjuvant.record import Basis
from adjuvant.reports.words import CANNOT, number
from adjuvant.timeline import Interval

__all__ = ["NOT_CHARTED", "absent_words", "charted", "charted_days", "mme_words", "watched", "window_words"]

NOT_CHARTED = "not charted"


def charted(window: WindowMME) -> bool:
    """Whether anything at all was charted from which opioids in this window could be known."""
    return window.charted


def mme_words(window: WindowMME, at_least: str = "at least ") -> str:
    """The window's mean a day: a number, a lower bound, ``not charted`` where nothing was, or ``cannot
    evaluate`` where no dose was counted.

    An incomplete window without one counted drug would read "at least 0", which looks like none.
    """
    if not charted(window):
        return NOT_CHARTED
    if window.complete:
        return number(window.per_day)
    return f"{at_least}{number(window.per_day)}" if window.per_day else CANNOT


def absent_words(window: WindowMME) -> str:
    """What stands for a drug that has no figure in a window: ``none``, or ``not read`` where nothing was."""
    return "not read" if mme_words(window) in (CANNOT, NOT_CHARTED) else "none"


def watched(outcome: CourseOutcome) -> Interval | None:
    """The part of the drawn days in which a dose would have been charted, or None if there is none.

    Orders and supply are in force whether or not anybody charts; administrations are not.
    """
    from adjuvant.library import setting

    whole = Interval(outcome.windows.before.start, outcome.windows.after.end)
    if outcome.opioids is None:
        return whole
    if outcome.opioids.curve.basis is not Basis.ADMINISTERED:
        return _in_force(outcome, whole)
    return observed_part(outcome.record, whole, setting("pain_gap_h").value)


def _in_force(outcome: CourseOutcome, whole: Interval) -> Interval | None:
    """Past the last order and the last charting nobody knows what was ordered next."""
    ends = [order.end for order in outcome.record.requests]
    span = charted_span(outcome.record)
    if not ends or span is None or any(end is None for end in ends):
        return whole
    reach = max([span.end, *(end for end in ends if end is not None)])
    return whole.overlap(Interval(whole.start, reach)) if reach > whole.start else None


def charted_days(outcome: CourseOutcome) -> tuple[Interval | None, ...]:
    """For each day of the curve the part of it in which doses were watched; None where none was.

    Days of a window in which nothing was charted are none of them watched: no line at 0 is drawn there.
    """
    opioids = outcome.opioids
    if opioids is None:
        return ()
    seen = watched(outcome)
    blank = [window.window for window in (opioids.before, opioids.after) if not charted(window)]
    span = charted_span(outcome.record)
    silent = span.end if span is not None and opioids.curve.basis is not Basis.ADMINISTERED else None
    found: list[Interval | None] = []
    for day in opioids.curve.days:
        inside = day.day.interval
        known = seen is not None and not any(inside.overlap(window) is not None for window in blank)
        # After the last charting, no opioid on order is not a reading of 0.
        known = known and not (silent is not None and inside.start >= silent and not day.total)
        found.append(inside.overlap(seen) if known and seen is not None else None)
    return tuple(found)


def window_words(outcome: CourseOutcome, window: WindowMME) -> str:
    """As `mme_words`; ``not charted`` also where a total of 0 rests on no day that was watched."""
    days = outcome.opioids.curve.days if outcome.opioids is not None else ()
    parts = zip(days, charted_days(outcome), strict=True)
    inside = [part for day, part in parts if day.day.interval.overlap(window.window) is not None]
    blind = bool(inside) and not window.per_day and window.complete and not any(inside)
    return NOT_CHARTED if blind else mme_words(window)
