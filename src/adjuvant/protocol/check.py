"""What a protocol must hold beside its form: names that exist, rules that can fire, doses within reach."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from pydantic import BaseModel

from adjuvant.errors import QuantityError
from adjuvant.library import canonical_route, drug_book, responses
from adjuvant.library.naming import name_remedy
from adjuvant.library.routes import route_book, route_group
from adjuvant.library.strict import Entry, closest
from adjuvant.library.studies import studies
from adjuvant.library.vocabulary import (
    OBSERVATION_KINDS,
    KnownObservation,
    conditions,
    interactions,
    observations,
)
from adjuvant.protocol.body import Weight
from adjuvant.protocol.dosing import doses_per_day
from adjuvant.protocol.model import Protocol
from adjuvant.protocol.needs import WATCHED, lacking
from adjuvant.protocol.possible import why_never
from adjuvant.protocol.predicate import All, Event, Present, Seen, Taken
from adjuvant.protocol.reading import located, parts
from adjuvant.protocol.regimen import ROUTE_OF, Ceiling, Regimen
from adjuvant.protocol.values import Dose, is_rate, per_weight
from adjuvant.quantity import Quantity, show_exact

__all__ = ["check", "complaints", "word_complaints"]

_FIGURES = tuple(kind for kind in OBSERVATION_KINDS if kind not in ("effect", "assessment"))
Path = tuple[str | int, ...]
Complaint = tuple[Path, str, str]


def check(protocol: Protocol, top: Entry) -> None:
    """Refuse a protocol that cannot be what it says.

    Args:
        top: the file that it was read from, for the line of an error.
    Raises:
        LibraryError: an unknown name, a bound that no reading can reach, a ceiling under the start or out of
            reach, a weight that is used and not named, something both given and listed as absent, or
            something that execution needs neither given nor listed.
    """
    for path, rule, remedy in complaints(protocol):
        raise located(top, path).error(rule, remedy)


def complaints(protocol: Protocol) -> Iterator[Complaint]:
    """Everything that is wrong with a protocol: where, what, and what to do."""
    yield from _names(protocol)
    for path, part in parts(protocol):
        if isinstance(part, Seen | Present | Taken | Event):
            yield from _predicate(part, path)
        if isinstance(part, All) and (never := why_never(part)):
            yield (*path, "all"), never, "mend the bounds, or ask for one of them with `any`"
    yield from _keys(protocol)
    yield from _weight(protocol)
    for name, regimen in protocol.regimens.items():
        yield from _regimen(regimen, ("regimens", name))
    yield from _absent(protocol)


def word_complaints(form: BaseModel, routes: tuple[str, ...] = ()) -> Iterator[Complaint]:
    """What is wrong with the names and bounds of a mapping that is no protocol, such as a rule to adopt.

    Args:
        routes: of the mapping's field ``routes``, where it has one.
    """
    for n, word in enumerate(routes):
        yield from _route(word, ("routes", n))
    for path, part in parts(form):
        if isinstance(part, Seen | Present | Taken | Event):
            yield from _predicate(part, path)
        if isinstance(part, All) and (never := why_never(part)):
            yield (*path, "all"), never, "mend the bounds, or ask for one of them with `any`"


def _observation(word: str, path: Path, kinds: tuple[str, ...] = ()) -> Iterator[Complaint]:
    """A word that is no observation at all; only those of `kinds` are proposed in its place."""
    if word not in observations():
        fit = {key: one for key, one in observations().items() if not kinds or one.kind in kinds}
        yield path, f"{word!r} is no observation of observations.yaml", name_remedy(word, fit)


def _known(word: str, known: Any, path: Path, what: str, where: str) -> Iterator[Complaint]:
    if word not in known:
        yield path, f"{word!r} is no {what} of {where}", closest(word, known)


def _drugs_and_classes() -> set[str]:
    """What may stand for a drug: an ingredient, a class of interactions.yaml, or a kind of drugs.yaml."""
    ingredients = drug_book().ingredients
    kinds = {one.kind for one in ingredients.values()} - {"other"}
    return {*ingredients, *interactions(), *kinds}


def _names(protocol: Protocol) -> Iterator[Complaint]:
    drugs = _drugs_and_classes()
    for name, regimen in protocol.regimens.items():
        yield from _route(regimen.route, ("regimens", name, "route"))
        yield from _not_to_the_spine(regimen.route, ("regimens", name, "route"))
        if regimen.converted_from is not None and regimen.converted_from.from_ is not None:
            yield from _route(regimen.converted_from.from_, ("regimens", name, "converted_from", "from"))
        for n, conversion in enumerate(regimen.conversions):
            yield from _route(conversion.to, ("regimens", name, "conversions", n, "to"))
            yield from _not_to_the_spine(conversion.to, ("regimens", name, "conversions", n, "to"))
            if conversion.from_ is not None:
                yield from _route(conversion.from_, ("regimens", name, "conversions", n, "from"))
    for n, group in enumerate(protocol.monitoring):
        for item in group.items:
            yield from _observation(item, ("monitoring", n, "items"))
        yield from _regimens(protocol, group.regimens, ("monitoring", n, "regimens"))
    for n, rule in enumerate(protocol.rules):
        yield from _regimens(protocol, rule.regimens, ("rules", n, "regimens"))
    for n, companion in enumerate(protocol.companions):
        path: Path = ("companions", n)
        yield from _known(companion.drug, drugs, (*path, "drug"), "drug or class", "the library")
        if companion.route is not None:
            yield from _route(companion.route, (*path, "route"))
        for symptom in companion.symptoms:
            yield from _observation(symptom, (*path, "symptoms"))
    for n, key in enumerate(protocol.responses):
        yield from _known(
            key, {one.key for one in responses()}, ("responses", n), "response", "responses.yaml"
        )
    for n, key in enumerate(protocol.interactions):
        yield from _known(key, interactions(), ("interactions", n), "interaction", "interactions.yaml")
    for field in ("studies", "against"):
        for n, key in enumerate(getattr(protocol.evidence, field)):
            yield from _known(key, studies(), ("evidence", field, n), "study", "the folder evidence")


def _route(word: str, path: Path) -> Iterator[Complaint]:
    known = route_book().routes
    if word in known:
        return
    named = canonical_route(word)
    remedy = f"write {named!r}" if named is not None else closest(word, known)
    yield path, f"{word!r} is not the library's word for a route", remedy


def _not_to_the_spine(word: str, path: Path) -> Iterator[Complaint]:
    """Ketamine is never given beside the spinal cord: no dose for that can be written."""
    if word in route_book().routes and route_group(word) == "neuraxial":
        rule = f"ketamine is not given by the {word} route under any protocol here"
        yield path, rule, "write the route by which it is given"


def _regimens(protocol: Protocol, named: tuple[str, ...], path: Path) -> Iterator[Complaint]:
    for name in named:
        yield from _known(name, protocol.regimens, path, "regimen", "this protocol")


# --- rules that can fire ----------------------------------------------------------------------------------


def _predicate(part: Seen | Present | Taken | Event, path: Path) -> Iterator[Complaint]:
    if isinstance(part, Present):
        if part.condition not in conditions():
            rule = f"{part.condition!r} is no condition of conditions.yaml"
            yield (*path, "condition"), rule, name_remedy(part.condition, conditions())
    elif isinstance(part, Taken):
        yield from _known(part.taken, _drugs_and_classes(), (*path, "taken"), "drug or class", "the library")
    elif isinstance(part, Event):
        yield from _observation(part.event, (*path, "event"), ("effect",))
        if part.event in observations() and observations()[part.event].kind != "effect":
            yield (*path, "event"), f"{part.event!r} is a reading, not an unwanted effect", "ask by `measure`"
    elif part.measure not in observations():
        yield from _observation(part.measure, (*path, "measure"), _FIGURES)
    else:
        yield from _bound(part, observations()[part.measure], path)


def _bound(part: Seen, measure: KnownObservation, path: Path) -> Iterator[Complaint]:
    name, bound = part.bound
    where = (*path, name)
    if (part.statistic == "count") != (measure.kind == "count"):
        yield (
            (*path, "statistic"),
            f"{measure.key} is of kind {measure.kind}",
            "count events, and nothing else",
        )
    if measure.kind == "count" and part.within is None:
        yield path, f"counts {measure.key} without a span", "add `within:`"
    if measure.kind in ("effect", "assessment"):
        yield path, f"{measure.key} has no figure to compare", "ask by `event`, or by `attested`"
        return
    if bound == "goal":
        if measure.kind != "pain" or part.of != "value":
            yield where, "is the pain goal, and the reading is no score of pain", "give a figure"
        return
    wanted = "%" if part.of.startswith("percent") else measure.unit
    try:
        value = bound.in_(wanted) if isinstance(bound, Quantity) else bound
    except QuantityError as error:
        yield where, f"{error.thing} {error.rule}", f"give it in {wanted}"
        return
    if not isinstance(bound, Quantity) and wanted not in ("1", ""):
        yield where, f"{bound} has no unit", f"write it with its unit, {wanted}"
        return
    if part.of == "value" and not _reachable(name, value, measure):
        ends = f"{_shown(measure.low)} to {_shown(measure.high)}"
        yield where, f"no {measure.key} can be {name.replace('_', ' ')} {bound}", f"it runs from {ends}"


def _reachable(name: str, value: Fraction, measure: KnownObservation) -> bool:
    low, high = measure.low, measure.high
    if name == "above":
        return high is None or value < high
    if name == "from":
        return high is None or value <= high
    if name == "below":
        return low is None or value > low
    return low is None or value >= low


def _shown(end: Fraction | None) -> str:
    return "no end" if end is None else str(end)


# --- keys, weight, doses ----------------------------------------------------------------------------------


def _keys(protocol: Protocol) -> Iterator[Complaint]:
    lists: list[tuple[Path, tuple[Any, ...]]] = [
        (("criteria",), protocol.criteria),
        (("rules",), protocol.rules),
        *((("regimens", name, "ceilings"), one.ceilings) for name, one in protocol.regimens.items()),
    ]
    for path, items in lists:
        seen: set[str] = set()
        for n, item in enumerate(items):
            if item.key in seen:
                yield (*path, n, "key"), f"{item.key!r} stands twice", "give each a key of its own"
            seen.add(item.key)


def _weight(protocol: Protocol) -> Iterator[Complaint]:
    common: list[Regimen] = []
    for name, one in protocol.regimens.items():
        if one.weight is None:
            common.append(one)
        elif one.doses() or one.loading is not None:
            yield from _of_doses(one.weight, one.per_kilogram, ("regimens", name, "weight", "kind"))
    if any(one.doses() or one.loading is not None for one in common):
        yield from _of_doses(protocol.weight, any(one.per_kilogram for one in common), ("weight", "kind"))


def _of_doses(weight: Weight, used: bool, path: Path) -> Iterator[Complaint]:
    if used and weight.kind == "not_used":
        yield path, "is not_used, and doses are per kilogram", "name the weight, or not_stated"
    if not used and weight.kind != "not_used":
        yield path, "is named, and no dose is per kilogram", "write not_used"


def _regimen(regimen: Regimen, path: Path) -> Iterator[Complaint]:
    route = ROUTE_OF.get(regimen.mode)
    if route is not None and regimen.route != route:
        yield (*path, "route"), f"is {regimen.route}, and {regimen.mode} is given by {route}", "correct one"
    rule, times = regimen.converted_from, doses_per_day(regimen)
    if (
        rule is not None
        and rule.doses_per_day is not None
        and times is not None
        and times < rule.doses_per_day
    ):
        yield (
            (*path, "converted_from", "doses_per_day"),
            f"asks for {rule.doses_per_day} doses a day or more, and {show_exact(times)} are given",
            "correct one of the two",
        )
    for n, ceiling in enumerate(regimen.ceilings):
        yield from _ceiling(regimen, ceiling, (*path, "ceilings", n))


def _ceiling(regimen: Regimen, ceiling: Ceiling, path: Path) -> Iterator[Complaint]:
    counted: dict[str, bool] = {"rate": True, "single_dose": False}
    limits = [ceiling.limit] if ceiling.limit is not None else [one.limit for one in ceiling.readings]
    same = counted.get(ceiling.of) == regimen.rated
    per_time = ceiling.of in ("rate", "day", "hour")
    for limit in limits:
        cap = limit.ends[1]
        if is_rate(cap) != per_time:
            of = ceiling.of.replace("_", " ")
            remedy = "an amount per time, such as 100 mg/d" if per_time else "an amount, such as 100 mg"
            yield (*path, "limit"), f"{limit} does not limit a {of}", f"write {remedy}, or correct `of`"
            return
        for name, dose in regimen.doses():
            top = dose.ends[1]
            comparable = same and per_weight(top) == per_weight(cap) and name != "titration.step"
            if comparable and not ceiling.soft and top > cap:
                yield path, f"caps at {cap}, which is under {name} ({top})", "correct one of the two"
    if ceiling.limit is not None and same and not ceiling.soft:
        yield from _within_reach(regimen, ceiling.limit, path)


def _within_reach(regimen: Regimen, limit: Dose, path: Path) -> Iterator[Complaint]:
    titration, start, cap = regimen.titration, regimen.start, limit.ends[1]
    if titration is None or titration.kind != "steps" or titration.step is None or start is None:
        return
    first, step = start.ends[0], titration.step.ends[0]
    if per_weight(first) != per_weight(cap) or start.value is None or titration.step.value is None:
        return
    steps = (cap - first).value / step.in_(cap.unit)
    if steps.denominator != 1:
        yield path, f"is not met by steps of {step} from {first}", "correct start, step or ceiling"
        return
    longest = _longest(regimen)
    if longest is not None and titration.every is not None:
        needed = titration.every.ends[0] * steps
        if needed > longest:
            yield (
                path,
                f"is reached after {needed}, and the course ends after {longest}",
                "correct one of the two",
            )


def _longest(regimen: Regimen) -> Quantity | None:
    course = regimen.course
    if course is None:
        return None
    if course.at_most is not None:
        return course.at_most
    return course.fixed.ends[1] if course.fixed is not None else None


# --- what is absent ---------------------------------------------------------------------------------------


def _absent(protocol: Protocol) -> Iterator[Complaint]:
    listed = {one.field for one in protocol.absent}
    needs = lacking(protocol)
    # What is needed may have a value that says it is not known: a weight not_stated, or soft ceilings only.
    needed = {need.field for need in needs}
    for n, one in enumerate(protocol.absent):
        if one.field not in needed and _given(protocol, one.field):
            yield ("absent", n, "field"), f"{one.field} is given above", "take it out of the list"
    if protocol.kind != "protocol":
        return
    for need in needs:
        if need.field not in listed:
            yield (
                ("absent",),
                f"{need.field} is neither given nor listed as absent",
                f"give it, or list it under absent as {{field: {need.field}, text: ...}}: {need.why}",
            )


def _given(protocol: Protocol, field: str) -> bool:
    """Whether a dotted path leads to something; a topic in words leads to nothing."""
    topic, _, item = field.partition(".")
    if topic in ("rules", "monitoring"):  # named by what is watched, not by a place
        return item in ("pain", *WATCHED)
    here: Any = protocol
    for step in field.split("."):
        here = here.get(step) if isinstance(here, dict) else getattr(here, step, None)
        if here is None or here in ((), {}):
            return False
    return True
