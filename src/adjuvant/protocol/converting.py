"""A first dose by a new route, worked out of what was given by the old: ratio, delay and divided doses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from adjuvant.protocol.chart import ChartEvent, Happened, fold
from adjuvant.protocol.dosing import DosingWeight, absolute, as_charted, doses_per_day
from adjuvant.protocol.regimen import Conversion, Regimen
from adjuvant.protocol.situation import Situation
from adjuvant.protocol.values import exactly, per_weight, span
from adjuvant.quantity import Quantity, show_exact
from adjuvant.unknown import Unknown

__all__ = ["Converted", "by_the_new_route", "converted", "old_route_key"]


@dataclass(frozen=True, slots=True)
class Converted:
    """A regimen whose first dose was worked out.

    Args:
        regimen: with that dose as its start.
        due: the earliest time of the first dose.
        words: the whole arithmetic.
    """

    regimen: Regimen
    due: datetime
    words: str


def old_route_key(conversion: Conversion) -> str:
    """The question under which a clinician says that what ended was given by the old route."""
    return f"ended:{conversion.from_}"


def by_the_new_route(situation: Situation, regimen: Regimen) -> Situation:
    """The situation with the doses by the new route alone: those since the end of what ran by the old."""
    if regimen.converted_from is None:
        return situation
    _, new = _parted(situation)
    state = fold(new, situation.instant)
    return replace(situation, state=replace(state, contradictions=situation.state.contradictions))


def converted(regimen: Regimen, situation: Situation, weight: DosingWeight | None) -> Converted | Unknown:
    """The regimen with its first dose: the old route's last daily total, by the ratio, in as many doses.

    Args:
        situation: with everything that was charted, by both routes.
    Returns:
        Unknown where nothing by the old route was ended, nobody says by which route it was, or its total,
        the ratio or the number of doses is not known.
    """
    rule = regimen.converted_from
    if rule is None:
        return Unknown("what is converted")
    old, new = _parted(situation)
    state = fold(old, situation.instant)
    said = situation.answer(old_route_key(rule))
    if not state.rates or state.stopped is None:
        return Unknown(f"the end of an infusion ({rule.from_}) that is converted from")
    if said is None or not said.yes:
        return Unknown(f"whether what ended was {rule.from_} (answer {old_route_key(rule)})")
    rate, times = state.rates[-1][2], doses_per_day(regimen)
    if rule.ratio is None or times is None:
        return Unknown("the ratio of the two routes" if rule.ratio is None else "into how many doses")
    if per_weight(rate) and weight is None:
        return Unknown("the weight that the old rate was worked out with")
    total = absolute(rate, weight).to("mg/d")
    dose = Quantity(total.value * rule.ratio / times, "mg")
    first = next((one.dose for one in new if one.dose is not None), None)
    if first is not None and not per_weight(first) and as_charted(first.in_("mg"), dose.value):
        dose = first.to("mg")
    words = (
        f"{total.for_people()} {rule.from_} x {show_exact(rule.ratio)}, in {show_exact(times)} doses: "
        f"{dose.for_people()} by the new route"
    )
    delay = rule.first_dose_after.value if rule.first_dose_after is not None else None
    due = state.stopped + span(delay) if delay is not None else state.stopped
    return Converted(_with_start(regimen, dose), due, words)


def _parted(situation: Situation) -> tuple[tuple[ChartEvent, ...], tuple[ChartEvent, ...]]:
    """What was charted up to the last end of an infusion, and the single doses since."""
    events = situation.facts.ketamine
    ends = [n for n, one in enumerate(events) if one.what in (Happened.STOP, Happened.CHANGE, Happened.START)]
    cut = ends[-1] + 1 if ends else 0
    return events[:cut], events[cut:]


def _with_start(regimen: Regimen, dose: Quantity) -> Regimen:
    start = exactly(dose).model_copy(update={"citation": regimen.citation, "provenance": regimen.provenance})
    found = regimen.model_copy(update={"start": start})
    found.__dict__.pop("levels", None)  # worked out of another start
    return found
