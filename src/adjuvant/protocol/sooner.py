"""Doses that were given sooner after one another than the protocol sets them apart."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from adjuvant.library.rules import setting
from adjuvant.protocol.chart import ChartEvent
from adjuvant.protocol.regimen import Regimen
from adjuvant.protocol.situation import Situation
from adjuvant.protocol.values import span
from adjuvant.protocol.words import quantity_words
from adjuvant.quantity import Quantity

__all__ = ["given_too_soon"]


def given_too_soon(regimen: Regimen, situation: Situation) -> tuple[tuple[str, str], ...]:
    """Each dose of the present course that came too soon after the one before it.

    Doses so often a day have no least time between them. A little less than what is set is
    how wards work; how little, evaluation.yaml says.

    Args:
        situation: with ketamine as the regimen counts it: of a dose in parts, the whole.
    Returns:
        The field of the regimen that sets doses apart, and what is to be said, for each such dose.
    """
    apart = _apart(regimen)
    if apart is None:
        return ()
    field, length = apart
    share = 1 - setting("dose_early_believed").value / 100
    least = span(length) * share.numerator / share.denominator
    return tuple(
        (field, _words(earlier, later, length))
        for earlier, later in pairwise(situation.state.given)
        if later.at - earlier.at < least
    )


def _words(earlier: ChartEvent, later: ChartEvent, length: Quantity) -> str:
    dose = quantity_words(later.dose) if later.dose is not None else "A dose without its amount"
    gap = _minutes(later.at - earlier.at)
    return (
        f"{dose} was given at {later.at.isoformat()}, {gap} after the dose before it, and the protocol sets "
        f"{length} from one to the next. If it was charted twice, mend the chart; if it was "
        "given, it counts, and whoever prescribes has to know"
    )


def _apart(regimen: Regimen) -> tuple[str, Quantity] | None:
    """What sets single doses apart, by the field that says it."""
    if regimen.rated:
        return None
    course = regimen.course
    if course is not None and course.spacing is not None and course.spacing.value is not None:
        return "course.spacing", course.spacing.value
    if regimen.every is not None and regimen.every.value is not None:
        return "every", regimen.every.value
    if regimen.repeat_not_before is not None:
        return "repeat_not_before", regimen.repeat_not_before
    return None


def _minutes(gap: timedelta) -> str:
    hours, minutes = divmod(gap // timedelta(minutes=1), 60)
    if hours < 2:
        return f"{60 * hours + minutes} min"
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"
