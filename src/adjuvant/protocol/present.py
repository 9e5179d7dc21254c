"""The present course of a regimen: an earlier course told apart, and the parts of one dose put together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from adjuvant.library.rules import setting
from adjuvant.protocol.capping import capped
from adjuvant.protocol.chart import ChartEvent, Happened, fold
from adjuvant.protocol.dosing import DosingWeight, absolute, as_charted
from adjuvant.protocol.regimen import Regimen, dose_spacing
from adjuvant.protocol.situation import Situation
from adjuvant.protocol.values import is_rate, per_weight, span
from adjuvant.quantity import Quantity

__all__ = ["PartsGiven", "free_interval", "parts_given", "present"]


@dataclass(frozen=True, slots=True)
class PartsGiven:
    """A dose in parts, of which not all are given.

    Args:
        dose: the whole dose, as the protocol writes it.
        given: when each part was given.
        next_due: when the next part is due.
    """

    dose: Quantity
    given: tuple[datetime, ...]
    next_due: datetime


def free_interval(regimen: Regimen) -> timedelta:
    """After how long without ketamine a dose begins a new course.

    It is the ledger's own time, or the protocol's pause between courses where that is longer; where doses are
    set apart, it counts from when the next of them was due.
    """
    free = timedelta(days=int(setting("course_gap_days").value))
    course = regimen.course
    if course is not None and course.pause_between is not None:
        free = max(free, span(course.pause_between))
    return free + (dose_spacing(regimen) or timedelta(0))


def present(situation: Situation, regimen: Regimen, weight: DosingWeight | None) -> Situation:
    """The same situation with ketamine as this regimen counts it: only the present course, in whole doses.

    What is charted is not changed; the ledger still counts every part and every course.
    """
    events = situation.facts.ketamine
    if not events:
        return situation
    whole, _ = _whole(events, regimen, weight)
    doses = regimen.course.infusions if regimen.course is not None else None
    state = fold(whole, situation.instant, free_interval(regimen), doses)
    return replace(situation, state=replace(state, contradictions=situation.state.contradictions))


def parts_given(situation: Situation, regimen: Regimen, weight: DosingWeight | None) -> PartsGiven | None:
    """The dose in parts that is not yet whole; None where there is none."""
    if regimen.split is None or situation.state.phase != "between":
        return None
    _, begun = _whole(situation.facts.ketamine, regimen, weight)
    if begun is None or begun.given[0] != situation.state.given[-1].at:
        return None
    spacing = dose_spacing(regimen)
    over = spacing is not None and situation.instant >= begun.given[0] + spacing
    return None if over else begun  # once the next dose is due, the last one is made whole no more


# --- parts of a dose --------------------------------------------------------------------------------------


def _whole(
    events: tuple[ChartEvent, ...], regimen: Regimen, weight: DosingWeight | None
) -> tuple[tuple[ChartEvent, ...], PartsGiven | None]:
    """The events with every run of parts as one dose at its first part; and the run that is open."""
    split = regimen.split
    if split is None:
        return events, None
    spacing = dose_spacing(regimen)
    found: list[ChartEvent] = []
    first: ChartEvent | None = None
    dose: Quantity | None = None
    given: list[datetime] = []
    for event in sorted(events, key=lambda one: one.at):
        of = _part_of(event, regimen, weight)
        if of is None:
            found.append(event)
            if event.what is Happened.STOP:
                first, given = None, []
            continue
        late = first is not None and spacing is not None and event.at >= first.at + spacing
        if first is None or late or len(given) == split.parts or dose is None or not of.same_as(dose):
            first, dose, given = event, of, []
            found.append(replace(event, dose=of, source=f"{event.source}, the first of {split.parts} parts"))
        given.append(event.at)
    if first is None or dose is None or len(given) == split.parts:
        return tuple(found), None
    return tuple(found), PartsGiven(dose, tuple(given), first.at + span(split.at[len(given)]))


def _part_of(event: ChartEvent, regimen: Regimen, weight: DosingWeight | None) -> Quantity | None:
    """The dose of the regimen that an event is one part of; None where it is none."""
    split, dose = regimen.split, event.dose
    if split is None or dose is None or event.what is not Happened.GIVEN or is_rate(dose):
        return None
    for level in (capped(regimen, one, weight).dose for one in regimen.levels):
        if per_weight(level) != per_weight(dose) and weight is None:
            continue
        same_kind = level.unit.commensurable(dose.unit)
        whole, charted = (
            (level.to(dose.unit), dose) if same_kind else (absolute(level, weight), absolute(dose, weight))
        )
        if as_charted(charted.value, whole.value / split.parts):
            return level
    return None
