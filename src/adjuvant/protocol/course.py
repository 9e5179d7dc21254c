"""How far a course has come: what is due next, and whether it has reached its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from adjuvant.protocol.dosing import DosingWeight, absolute
from adjuvant.protocol.judge import span
from adjuvant.protocol.regimen import Course, Regimen, dose_spacing
from adjuvant.protocol.situation import Situation
from adjuvant.protocol.values import WEEK, per_weight
from adjuvant.quantity import Quantity

__all__ = [
    "Progress",
    "given_and_lowered",
    "level_kept",
    "level_since",
    "lowered_since",
    "progress",
    "taper_words",
]


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a course stands.

    Args:
        ended: why it has reached its end, in words; empty while it has not.
        field: the field of the course that says so.
        next_due: when the next single dose is due; None where none is, or nothing says when.
        ends_at: when it will end, where that is fixed.
    """

    ended: str = ""
    field: str = ""
    next_due: datetime | None = None
    ends_at: datetime | None = None


def level_since(regimen: Regimen, situation: Situation) -> datetime | None:
    """Since when the present dose has been given: the rate that runs, or the first of equal single doses."""
    state = situation.state
    if regimen.rated or not state.given:
        return state.since
    since = state.given[-1].at
    for one in reversed(state.given):
        if one.dose is None or state.dose is None or not one.dose.same_as(state.dose):
            break
        since = one.at
    return since


def lowered_since(regimen: Regimen, situation: Situation, weight: DosingWeight | None) -> datetime | None:
    """When the dose was last lowered, where that was its last change; None otherwise."""
    state = situation.state
    doses = [dose for _, _, dose in state.rates] if regimen.rated else [one.dose for one in state.given]
    if state.dose is None or (per_weight(state.dose) and weight is None):
        return None
    present = absolute(state.dose, weight)
    for dose in reversed(doses):
        if dose is None or (per_weight(dose) and weight is None):
            return None
        before = absolute(dose, weight)
        if not before.same_as(present):
            return level_since(regimen, situation) if present < before else None
    return None


def given_and_lowered(
    regimen: Regimen, situation: Situation, dose: Quantity, weight: DosingWeight | None
) -> bool:
    """Whether as much as `dose`, which is above the present one, was given before in the course.

    The dose then fell from there. A charted dose that only a body weight could compare, where none is known,
    counts as having been as much.
    """
    state = situation.state
    doses = [one for _, _, one in state.rates] if regimen.rated else [one.dose for one in state.given]
    return any(
        (per_weight(one) and weight is None) or absolute(one, weight) >= absolute(dose, weight)
        for one in doses
        if one is not None
    )


def level_kept(regimen: Regimen, situation: Situation) -> bool:
    """Whether the present dose has been given for as long as a level is kept before it is judged."""
    since, titration = level_since(regimen, situation), regimen.titration
    if since is None or titration is None or titration.every is None or titration.every.value is None:
        return True
    return situation.instant >= since + span(titration.every.value)


def taper_words(regimen: Regimen, situation: Situation) -> str:
    """How a course that is over is brought to its end, in words.

    Empty where the source ends it at once or does not say, and where only a longer course is brought down.
    """
    taper = regimen.course.taper if regimen.course is not None else None
    began = situation.state.began
    if taper is None:
        return ""
    if taper.if_longer_than is not None and (
        began is None or situation.instant - began <= span(taper.if_longer_than)
    ):
        return ""
    over = f" over {taper.over}" if taper.over is not None else ""
    return taper.printed or f"Ketamine is brought down gradually{over}."


def progress(regimen: Regimen, situation: Situation) -> Progress:
    """How far the course of a regimen has come at the situation's instant."""
    course, state, now = regimen.course, situation.state, situation.instant
    if course is None or state.began is None:
        return Progress()
    ends = _ends(course, state.began, level_since(regimen, situation))
    for field, at, words in ends:
        if now >= at:
            return Progress(words, field)
    ends_at = min((at for _, at, _ in ends), default=None)
    if regimen.rated:
        return Progress(ends_at=ends_at)
    given = len(state.given)
    if course.infusions is not None and given >= course.infusions:
        return Progress(f"all {course.infusions} of the course are given", "course.infusions")
    return Progress(next_due=_next(regimen, situation), ends_at=ends_at)


def _ends(course: Course, began: datetime, level_since: datetime | None) -> list[tuple[str, datetime, str]]:
    found: list[tuple[str, datetime, str]] = []

    def end(field: str, start: datetime, length: Quantity, words: str) -> None:
        found.append((f"course.{field}", start + span(length), words))

    if course.fixed is not None and course.fixed.value is not None:
        end("fixed", began, course.fixed.value, f"the course of {course.fixed} is over")
    if course.at_most is not None:
        end("at_most", began, course.at_most, f"the longest course, {course.at_most}, is over")
    if course.within is not None:
        end("within", began, course.within, f"the {course.within} of the course are over")
    if course.keep_effective is not None and level_since is not None:
        words = f"this level has been kept for {course.keep_effective}"
        end("keep_effective", level_since, course.keep_effective, words)
    return found


def _next(regimen: Regimen, situation: Situation) -> datetime | None:
    """When the next single dose is due, counted from the start of the last one."""
    given = situation.state.given
    if not given:
        return None
    spacing = dose_spacing(regimen)
    if spacing is None:
        return None
    often = regimen.times_per_week
    if often is None or len(given) < often:
        return given[-1].at + spacing
    # Not before the first of this week's doses is a week old.
    return max(given[-1].at + spacing, given[-often].at + WEEK)
