"""The one gate that every dose must pass last: the protocol's own steps and ceilings, then the guardrails."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from adjuvant.protocol.capping import capped
from adjuvant.protocol.ceiling import ceiling_words
from adjuvant.protocol.chart import ChartEvent
from adjuvant.protocol.counting import WINDOWS, over_ceiling
from adjuvant.protocol.dosing import DosingWeight, absolute, per_day
from adjuvant.protocol.given import most_within
from adjuvant.protocol.guardrail import Guardrail
from adjuvant.protocol.judge import span
from adjuvant.protocol.model import Protocol
from adjuvant.protocol.regimen import TIMED, Ceiling, Regimen
from adjuvant.protocol.situation import Situation
from adjuvant.protocol.titration import (
    first_dose,
    levels,
    lowered_by_rule,
    place_on_the_ladder,
    same_dose,
)
from adjuvant.protocol.values import WEEK, Sourced, is_rate, per_weight
from adjuvant.protocol.words import quantity_words
from adjuvant.quantity import Quantity
from adjuvant.unknown import Unknown

__all__ = ["Breach", "as_counted", "check_dose", "covers", "day_breaches", "guardrail_breaches"]

_HOUR = Quantity(1, "h")


@dataclass(frozen=True, slots=True)
class Breach:
    """One limit that a dose does not keep.

    Args:
        key: of the ceiling, guardrail or rule.
        refuses: False for limits that only advise.
        words: the limit and what the dose comes to.
        source: the mapping that the limit stands in, with its citation and how it was come by.
    """

    key: str
    refuses: bool
    words: str
    source: Sourced


def check_dose(
    dose: Quantity,
    protocol: Protocol,
    regimen: Regimen,
    situation: Situation,
    weight: DosingWeight | None,
    guardrails: Mapping[str, Guardrail],
    adopted: Iterable[str] = (),
) -> tuple[Breach, ...]:
    """Every limit that a dose would break if it were given now. An empty answer lets it pass.

    A dose is never altered here. It must be the protocol's first dose, the present one, or one level from it,
    each as the protocol's own cap leaves it; it must keep the protocol's ceilings; and it must keep every
    guardrail that binds.

    Args:
        adopted: keys of guardrails that the site has adopted.
    """
    found = [
        *_week(regimen, situation),
        *_steps(dose, protocol, regimen, situation, weight),
        *_ceilings(dose, regimen, situation, weight),
    ]
    found += guardrail_breaches(dose, protocol, regimen, situation, weight, guardrails, adopted)
    return tuple(found)


def _week(regimen: Regimen, situation: Situation) -> list[Breach]:
    """More doses in seven days than the protocol gives."""
    often = regimen.times_per_week
    if often is None:
        return []
    given = [one for one in situation.state.given if one.at > situation.instant - WEEK]
    if len(given) < often:
        return []
    words = f"{len(given)} doses were given in the last 7 days, and the protocol gives {often} a week"
    return [Breach("times_per_week", True, words, regimen)]


def _steps(
    dose: Quantity, protocol: Protocol, regimen: Regimen, situation: Situation, weight: DosingWeight | None
) -> list[Breach]:
    place = place_on_the_ladder(regimen, dose, weight)
    present = situation.state.dose
    lowered = lowered_by_rule(protocol, regimen, situation, weight)
    if place is None and lowered is not None and same_dose(lowered, dose, weight):
        return []
    if place is None and any(same_dose(level, dose, weight) for level in levels(regimen)):
        return []  # a level above the protocol's own cap, which refuses it
    if place is None:
        return [Breach("step", True, f"{dose} is none of the protocol's doses", protocol)]
    if present is None or situation.state.phase in ("none", "stopped"):
        first = first_dose(regimen, situation)
        if isinstance(first, Unknown):
            return [Breach("step", True, f"the first dose is not known: {', '.join(first.needs)}", protocol)]
        if not same_dose(capped(regimen, first, weight).dose, dose, weight):
            return [Breach("step", True, f"{dose} is not the first dose, {first}", protocol)]
        return []
    here = place_on_the_ladder(regimen, present, weight)
    if here is None:
        return [
            Breach("step", True, f"{present}, which is charted, is none of the protocol's doses", protocol)
        ]
    if abs(place - here) > 1:
        return [Breach("step", True, f"{dose} is more than one level from {levels(regimen)[here]}", protocol)]
    return []


def _ceilings(
    dose: Quantity, regimen: Regimen, situation: Situation, weight: DosingWeight | None
) -> list[Breach]:
    return [
        Breach(
            one.ceiling.key,
            not one.ceiling.soft,
            f"{dose} does not keep the protocol's {_usual(one.ceiling)}ceiling: {ceiling_words(one.ceiling)}"
            + (f"; {one.words}" if one.words else ""),
            one.ceiling,
        )
        for one in over_ceiling(regimen, dose, situation, weight)
    ]


def _usual(ceiling: Ceiling) -> str:
    return "usual " if ceiling.soft else ""


def guardrail_breaches(
    dose: Quantity,
    protocol: Protocol,
    regimen: Regimen,
    situation: Situation | None,
    weight: DosingWeight | None,
    guardrails: Mapping[str, Guardrail],
    adopted: Iterable[str] = (),
) -> list[Breach]:
    """The guardrails that a dose does not keep.

    A limit that cannot be compared, because a weight or a duration is not known, is not kept.
    """
    taken_up = frozenset(adopted)
    found: list[Breach] = []
    for key, rail in guardrails.items():
        if rail.drug != protocol.drug or not covers(rail, regimen):
            continue
        if rail.kind == "least_interval":
            words = _least_interval(rail, situation)
        elif rail.kind == "least_duration":
            words = _least_duration(rail, regimen)
        else:
            words = _beyond(dose, rail, regimen, situation, weight)
        if not words:
            continue
        binds = rail.kind != "minimum" and rail.severity == "absolute" and (rail.binds or key in taken_up)
        scope = "" if binds else f" (made for {rail.settings}; it does not bind here)"
        found.append(Breach(key, binds, f"{rail.title}: {words}{scope}", rail))
    return found


def day_breaches(
    dose: Quantity,
    before: ChartEvent,
    protocol: Protocol,
    regimen: Regimen,
    situation: Situation,
    weight: DosingWeight | None,
    guardrails: Mapping[str, Guardrail],
    adopted: Iterable[str] = (),
) -> list[Breach]:
    """The limits on what was given that a dose does not keep with another before it, not yet charted.

    Args:
        before: such as a loading dose, with its moment.
    """
    state = situation.state
    after = replace(situation, state=replace(state, given=(*state.given, before)))
    of_a_day = {
        key: rail for key, rail in guardrails.items() if rail.kind == "maximum" and rail.of in WINDOWS
    }
    return [
        *_ceilings(dose, regimen, after, weight),
        *guardrail_breaches(dose, protocol, regimen, after, weight, of_a_day, adopted),
    ]


def covers(rail: Guardrail, regimen: Regimen) -> bool:
    """Whether a guardrail is about what a regimen gives, by route and by what is given."""
    if rail.routes and regimen.route not in rail.routes:
        return False
    bolus = regimen.mode in ("slow_bolus", "injection")
    return rail.gives == "any" or (rail.gives == "bolus") == bolus


def _beyond(
    dose: Quantity,
    rail: Guardrail,
    regimen: Regimen,
    situation: Situation | None,
    weight: DosingWeight | None,
) -> str:
    """What a dose comes to against a limit; empty where it keeps it, or is of another kind.

    An hour and a day hold what the regimen gives in one, and no less than what was given as it is charted.
    """
    if rail.limit is None or rail.limit.value is None:
        return "the limit has no single figure, so that nothing can be compared with it"
    limit = rail.limit.value
    value = as_counted(dose, rail, regimen, weight)
    if value is None:
        return ""
    words = _against(value, limit, rail, weight)
    if words or situation is None or rail.kind == "minimum" or rail.of not in WINDOWS:
        return words
    length, unit = WINDOWS[rail.of]
    most = most_within(span(length), dose, situation, regimen, weight)
    held = most if isinstance(most, Unknown) else Quantity(most.value, unit)
    words = _against(held, limit, rail, weight)
    return f"with what was given, {words}" if words and isinstance(held, Quantity) else words


def _against(value: Quantity | Unknown, limit: Quantity, rail: Guardrail, weight: DosingWeight | None) -> str:
    """What is said of a value that does not keep a limit, or cannot be compared with it; else nothing."""
    if isinstance(value, Unknown):
        return f"cannot be compared without {', '.join(value.needs)}"
    if per_weight(value) != per_weight(limit):
        if weight is None:
            return "cannot be compared without a body weight"
        value, limit = absolute(value, weight), absolute(limit, weight)
    if not value.unit.commensurable(limit.unit):
        return ""
    value = value.to(limit.unit)
    if rail.kind == "minimum":
        return f"{quantity_words(value)} is under {quantity_words(limit)}" if value < limit else ""
    kept = value < limit if rail.strict else value <= limit
    return "" if kept else f"{quantity_words(value)} is over {quantity_words(limit)}"


def as_counted(
    dose: Quantity, rail: Guardrail, regimen: Regimen, weight: DosingWeight | None
) -> Quantity | Unknown | None:
    """A dose as a limit counts it: the amount, the rate, or what is given in an hour or a day.

    Returns:
        None where the limit counts another kind of thing; Unknown where a weight or a duration is missing.
    """
    if rail.of == "single_dose":
        return None if is_rate(dose) else dose
    if rail.of == "day":
        if per_weight(dose) and weight is None:
            return Unknown("a body weight")
        return per_day(dose, regimen, weight)
    if is_rate(dose):
        return dose
    # Of an amount with an end, the rate is the amount over its duration.
    if regimen.mode not in TIMED:
        return None
    if regimen.duration is None or regimen.duration.value is None:
        return Unknown("over how long it is given")
    rate = dose / regimen.duration.value
    if rail.of == "hour":
        longer = regimen.duration.value >= _HOUR
        return rate if longer else dose / _HOUR
    return rate


def _least_duration(rail: Guardrail, regimen: Regimen) -> str:
    """Why one dose goes in too fast; empty where it does not, and for what has no end."""
    if rail.interval is None or regimen.mode not in TIMED:
        return ""
    if regimen.duration is None or regimen.duration.value is None:
        return "cannot be compared without over how long it is given"
    over = regimen.duration.value
    kept = over > rail.interval if rail.strict else over >= rail.interval
    sign = "more than" if rail.strict else "at least"
    return (
        ""
        if kept
        else f"it takes {quantity_words(over)}, and is to take {sign} {quantity_words(rail.interval)}"
    )


def _least_interval(rail: Guardrail, situation: Situation | None) -> str:
    if rail.interval is None or situation is None or not situation.state.given:
        return ""
    last = situation.state.given[-1].at
    passed = situation.instant - last
    if passed >= span(rail.interval):
        return ""
    return f"the last dose was {passed // timedelta(minutes=1)} min ago, and {rail.interval} must pass"
