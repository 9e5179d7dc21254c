"""What a protocol must say before it can be run, and what of that is lacking."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from adjuvant.protocol.model import Protocol
from adjuvant.protocol.predicate import Event, Seen, walk
from adjuvant.protocol.regimen import BY_MOUTH, TIMED, Conversion, Regimen, Titration

__all__ = ["WATCHED", "Need", "lacking"]

WATCHED: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "sedation": frozenset(
            {"sedation", "sedation_poss", "sedation_rass", "sedation_ramsay", "oversedation"}
        ),
        "respiratory_rate": frozenset({"respiratory_rate", "respiratory_depression", "apnoea"}),
        "systolic": frozenset({"systolic", "mean_pressure", "raised_blood_pressure"}),
        "hallucination": frozenset(
            {"hallucination", "psychotomimetic_effect", "dissociation", "any_unwanted_effect"}
        ),
    }
)
"""What must hold ketamine by some rule before a protocol may run, and the observations that count as each. No
source gives them for palliative care: a site chooses them with its own reference."""
_PAIN = frozenset({"pain", "pain_average", "pain_worst"})
_NAMES = {
    "pain": "pain",
    "sedation": "sedation",
    "respiratory_rate": "breathing",
    "systolic": "blood pressure",
    "hallucination": "hallucination",
}
_HOLDS = frozenset({"pause", "reduce", "stop"})


@dataclass(frozen=True, slots=True)
class Need:
    """Something that execution needs and the protocol does not give.

    Args:
        field: the path of the field, as site profiles and lists of absent fields name it.
        why: why nothing runs without it.
        regimen: the regimen that it belongs to; empty where it is the whole protocol's.
    """

    field: str
    why: str
    regimen: str = ""


def lacking(protocol: Protocol, regimen: str | None = None) -> tuple[Need, ...]:
    """What is lacking to run a protocol.

    Args:
        regimen: only this regimen and what is common to all; None for every regimen.
    """
    found = list(_common(protocol, regimen))
    for name, one in protocol.regimens.items():
        if regimen in (None, name):
            found += [Need(f"regimens.{name}.{field}", why, name) for field, why in _of_regimen(one)]
    return tuple(found)


def _common(protocol: Protocol, regimen: str | None) -> Iterator[Need]:
    if not protocol.regimens:
        yield Need("regimens", "no dose is given")
    asked = [one for name, one in protocol.regimens.items() if regimen in (None, name) and one.weight is None]
    if protocol.weight.kind == "not_stated" and any(one.per_kilogram for one in asked):
        yield Need("weight.kind", "doses are per kilogram, and of which weight is not said")
    if not any(one.kind in ("include", "exclude") for one in protocol.criteria):
        yield Need("criteria", "whom it takes and whom it does not is not said")
    held = _held(protocol)
    for item, observed in WATCHED.items():
        if not observed & held:
            yield Need(f"rules.{item}", f"no rule holds ketamine for {_NAMES[item]}")
    watched = {item for group in protocol.monitoring if not group.unstated for item in group.items}
    for item, observed in {"pain": _PAIN, **WATCHED}.items():
        if not observed & watched:
            yield Need(f"monitoring.{item}", f"how often {_NAMES[item]} is observed is not said")


def _held(protocol: Protocol) -> set[str]:
    """The observations by which some rule holds, lowers or stops ketamine."""
    found: set[str] = set()
    for rule in protocol.rules:
        if rule.kind in _HOLDS:
            for part in walk(rule.when):
                if isinstance(part, Seen):
                    found.add(part.measure)
                elif isinstance(part, Event):
                    found.add(part.event)
    return found


def _of_regimen(regimen: Regimen) -> Iterator[tuple[str, str]]:
    own = regimen.weight
    if own is not None and own.kind == "not_stated" and regimen.per_kilogram:
        yield "weight.kind", "doses are per kilogram, and of which weight is not said"
    if regimen.mode == "not_stated":
        yield "mode", "how it is given by this route is not said"
    chooses = regimen.test_dose is not None and regimen.test_dose.chooses
    if regimen.converted_from is not None:
        yield from _of_conversion(regimen.converted_from)
    elif regimen.start is None and not chooses:
        yield "start", "the first dose is not given"
    elif regimen.start is not None and regimen.start.value is None:
        yield "start.value", f"the first dose is a span, {regimen.start}, and one must be chosen"
    if regimen.mode in TIMED:
        if regimen.duration is None and regimen.duration_at_least is not None:
            yield "duration", f"it takes at least {regimen.duration_at_least}; how long it takes is not said"
        elif regimen.duration is None:
            yield "duration", "over how long it is given is not said, so that its rate is unknown"
        elif regimen.duration.value is None:
            yield "duration.value", f"it is given over {regimen.duration}, and one must be chosen"
    if regimen.mode in BY_MOUTH:
        if regimen.times_per_day is None and regimen.every is None and regimen.times_per_week is None:
            yield "times_per_day", "how often it is given is not said"
        elif regimen.times_per_day is None and regimen.every is not None and regimen.every.value is None:
            yield "every.value", f"it is given every {regimen.every}, and one must be chosen"
    if regimen.loading is not None and regimen.loading.over is None:
        yield "loading.over", "over how long the loading dose is given is not said"
    if regimen.test_dose is not None and regimen.test_dose.evaluate_after is None:
        yield "test_dose.evaluate_after", "when the test dose is judged is not said"
    for ceiling in regimen.ceilings:
        if ceiling.readings and ceiling.chosen is None:
            yield f"ceilings.{ceiling.key}.chosen", f"{ceiling.printed!r} can be read in several ways"
    yield from _of_titration(regimen)
    yield from _of_course(regimen)


def _of_conversion(rule: Conversion) -> Iterator[tuple[str, str]]:
    if rule.ratio is None:
        yield "converted_from.ratio", "how much by the new route for the old is not said"
    if rule.first_dose_after is not None and rule.first_dose_after.value is None:
        after = rule.first_dose_after
        yield (
            "converted_from.first_dose_after.value",
            f"the first dose comes after {after}, and one must be chosen",
        )


def _of_titration(regimen: Regimen) -> Iterator[tuple[str, str]]:
    titration = regimen.titration
    if titration is None or titration.kind == "none":
        return
    if titration.kind == "free":
        yield from _of_free(regimen, titration)
        return
    if titration.kind == "steps" and titration.step is None:
        yield "titration.step", "the size of the step is not given"
    elif titration.step is not None and titration.step.value is None:
        yield "titration.step.value", f"the step is a span, {titration.step}, and one must be chosen"
    if titration.every is None:
        yield "titration.every", "how long a level is kept is not said"
    elif titration.every.value is None:
        yield "titration.every.value", f"a level is kept {titration.every}, and one must be chosen"
    if titration.raise_when is None and titration.keep_when is None and not titration.always:
        yield "titration.raise_when", "when the dose rises is not said"
    hard = [one for one in regimen.caps if not one.soft]
    if titration.kind == "steps" and not hard:
        yield "ceilings", "the dose rises in steps without an end"


def _of_free(regimen: Regimen, titration: Titration) -> Iterator[tuple[str, str]]:
    """A dose that rises in a way the source leaves open: a site gives the steps, or says it does not rise."""
    for name, what in (("step", "step"), ("every", "interval"), ("raise_when", "rule")):
        if getattr(titration, name) is None:
            yield f"titration.{name}", f"the source lets the dose rise and gives no {what}"
    if titration.step is not None and all(one.soft for one in regimen.caps):
        yield "ceilings", "the dose rises in steps without an end"


def _of_course(regimen: Regimen) -> Iterator[tuple[str, str]]:
    course = regimen.course
    if course is None:
        yield "course", "how long, or how often, ketamine is given is not said"
        return
    ends = (course.infusions, course.fixed, course.keep_effective, course.at_most)
    if all(end is None for end in ends):
        yield "course.at_most", "nothing ends the course"
    several = course.infusions is not None and course.infusions > 1
    if regimen.times_per_week is not None and course.spacing is None:
        yield (
            "course.spacing",
            f"it is given {regimen.times_per_week} times a week; on which days is not said",
        )
    elif several and course.spacing is None:
        yield "course.spacing", "the time from one infusion to the next is not said"
    elif course.spacing is not None and course.spacing.value is None:
        yield "course.spacing.value", f"infusions are {course.spacing} apart, and one must be chosen"
    if course.fixed is not None and course.fixed.value is None:
        yield "course.fixed.value", f"the course lasts {course.fixed}, and one must be chosen"
