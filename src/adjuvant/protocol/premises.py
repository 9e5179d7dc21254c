"""What judging rests on: the weight that doses are worked out with, and how old readings may be."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any, get_args

from adjuvant.protocol.belief import weight_needed
from adjuvant.protocol.dosing import DosingWeight, choose_weight
from adjuvant.protocol.judge import span
from adjuvant.protocol.model import Drug, ObservationGroup
from adjuvant.protocol.present import present
from adjuvant.protocol.site import Sited
from adjuvant.protocol.situation import Situation, WeightReading
from adjuvant.quantity import Quantity
from adjuvant.unknown import Unknown

__all__ = [
    "answer_ages",
    "dosing_weight",
    "interval_of",
    "other_drug",
    "other_route",
    "validity",
    "weight_change",
    "weight_to_compare",
    "weight_too_old",
]


def dosing_weight(sited: Sited, situation: Situation, regimen: str) -> DosingWeight | Unknown | None:
    """The weight that doses per kilogram of a regimen are worked out with at this instant.

    Returns:
        None where no dose is per kilogram; Unknown where the weight is missing, too old, or not said which.
    """
    rule = sited.protocol.weight_of(regimen)
    oldest = _oldest(sited, regimen)
    found: dict[str, Any] = {"actual": None, "ideal": None}
    for kind in found:
        reading = situation.weight(kind)
        if reading is None:
            continue
        if rule.kind != "not_used" and oldest is None:
            return Unknown("how old a weight may be (no_older_than)")
        if kind == "actual" and weight_too_old(sited, situation, regimen) is not None:
            return Unknown(f"a body weight of the last {oldest}")
        needed = weight_needed(situation, kind, weight_change(sited)) if rule.kind != "not_used" else ""
        if needed:
            return Unknown(needed)
        found[kind] = (reading.value, reading.at)
    return choose_weight(rule, found["actual"], found["ideal"])


def weight_too_old(sited: Sited, situation: Situation, regimen: str) -> WeightReading | None:
    """The latest actual weight where it is older than a regimen takes one; None where it is not."""
    oldest, reading = _oldest(sited, regimen), situation.weight("actual")
    if oldest is None or reading is None or situation.instant - reading.at <= span(oldest):
        return None
    return reading


def _oldest(sited: Sited, regimen: str) -> Quantity | None:
    """How old a weight may be, by the protocol or else by the site; None where neither says."""
    profile = sited.profile
    own = sited.protocol.weight_of(regimen).no_older_than
    return own or (profile.weight_no_older_than if profile is not None else None)


def weight_change(sited: Sited) -> Quantity | None:
    """By how much two weighings may differ at this site, a share; None where it has no rule of its own."""
    return sited.profile.weight_change_at_most if sited.profile is not None else None


def other_drug(sited: Sited, situation: Situation, name: str) -> tuple[str, ...]:
    """Where the other of racemic ketamine and S-ketamine was given in the present course, from when on.

    Milligrams of one are no milligrams of the other: nothing can be worked out of what runs.
    """
    protocol = sited.protocol
    state = present(situation, protocol.regimens[name], None).state
    if state.began is None or state.phase in ("none", "stopped"):
        return ()
    others = frozenset(get_args(Drug)) - {protocol.drug}
    given = [one for one in situation.facts.taken if one[0] in others and one[1] >= state.began]
    return tuple(
        f"{name} is charted at {at.isoformat()}, and {protocol.protocol} gives {protocol.drug}: "
        "milligrams of one are no milligrams of the other"
        for name, at in sorted(given, key=lambda one: one[1])[:1]
    )


def other_route(sited: Sited, situation: Situation, name: str) -> tuple[str, ...]:
    """Where ketamine was given in the present course by a route that is not the regimen's, from when on.

    Into a vein a milligram does more than under the skin or by mouth: a dose of one route is no level of
    another. The route that a regimen converts from is one of its own.
    """
    regimen = sited.protocol.regimens[name]
    state = present(situation, regimen, None).state
    if state.began is None or state.phase in ("none", "stopped"):
        return ()
    own = {regimen.route, regimen.converted_from.from_ if regimen.converted_from is not None else None}
    given = [
        one
        for one in situation.facts.ketamine
        if one.route is not None and one.route not in own and one.at >= state.began
    ]
    return tuple(
        f"ketamine is charted as {one.route} at {one.at.isoformat()}, and {sited.protocol.protocol} ({name}) "
        f"gives it as {regimen.route}: a dose by one route is no dose by another"
        for one in sorted(given, key=lambda one: one.at)[:1]
    )


def weight_to_compare(sited: Sited, situation: Situation) -> DosingWeight | None:
    """The actual weight, by which a limit per kilogram is compared where no dose is per kilogram."""
    profile, reading = sited.profile, situation.weight("actual")
    oldest = profile.weight_no_older_than if profile is not None else None
    if reading is None or (oldest is not None and situation.instant - reading.at > span(oldest)):
        return None
    if weight_needed(situation, "actual", weight_change(sited)):
        return None
    return DosingWeight(reading.value.to("kg"), "actual", reading.at, "to compare limits with")


def validity(sited: Sited, name: str) -> dict[str, timedelta]:
    """How old the latest reading of each observation may be: its interval and a site's grace."""
    grace = timedelta(0)
    if sited.profile is not None and sited.profile.grace is not None:
        grace = span(sited.profile.grace)
    found: dict[str, timedelta] = {}
    for group in sited.protocol.monitoring:
        interval = interval_of(group)
        if interval is None or (group.regimens and name not in group.regimens):
            continue
        for item in group.items:
            found[item] = min(found.get(item, timedelta.max), interval + grace)
    return found


def answer_ages(sited: Sited) -> dict[str, timedelta]:
    """How old clinicians' answers may be at this site, by the question's key; the empty key: all others."""
    profile = sited.profile
    if profile is None:
        return {}
    found = {key: span(age) for key, age in profile.answer_ages.items()}
    if profile.answers_no_older_than is not None:
        found[""] = span(profile.answers_no_older_than)
    return found


def interval_of(group: ObservationGroup) -> timedelta | None:
    """The longest interval at which a group is observed; None where it is not observed in intervals."""
    if group.phases:
        return max(span(phase.every) for phase in group.phases)
    if group.at:
        times = sorted(span(at) for at in group.at)
        gaps = [late - early for early, late in pairwise(times)]
        return max(gaps) if gaps else times[0]
    return None
