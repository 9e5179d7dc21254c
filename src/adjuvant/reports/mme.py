"""MME as a report may say it: a lower bound where something was refused, nothing where nothing was read."""

from __future__ import annotations

from adjuvant.opioids.model import WindowMME
from adjuvant.outcomes.model import CourseOutcome
from adjuvant.outcomes.observed import observed_part
from adjuvant.record import Basis
from adjuvant.reports.words import CANNOT, number
from adjuvant.timeline import Interval

__all__ = ["absent_words", "mme_words", "watched"]


def mme_words(window: WindowMME, at_least: str = "at least ") -> str:
    """The window's mean a day: a number, a lower bound, or ``cannot evaluate`` where no dose was counted.

    An incomplete window without one counted drug would read "at least 0", which looks like none.
    """
    if window.complete:
        return number(window.per_day)
    return f"{at_least}{number(window.per_day)}" if window.per_day else CANNOT


def absent_words(window: WindowMME) -> str:
    """What stands for a drug that has no figure in a window: ``none``, or ``not read`` where nothing was."""
    return "not read" if mme_words(window) == CANNOT else "none"


def watched(outcome: CourseOutcome) -> Interval | None:
    """The part of the drawn days in which a dose would have been charted, or None if there is none.

    Orders and supply are in force whether or not anybody charts; administrations are not.
    """
    from adjuvant.library import setting

    whole = Interval(outcome.windows.before.start, outcome.windows.after.end)
    if outcome.opioids is None or outcome.opioids.curve.basis is not Basis.ADMINISTERED:
        return whole
    return observed_part(outcome.record, whole, setting("pain_gap_h").value)
