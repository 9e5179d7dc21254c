"""One situation from its number to its verdict: drawn, evaluated, planned, rounded, checked, and slipped by ten."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from fractions import Fraction
from functools import cache
from random import Random

from adjuvant.errors import AdjuvantError, InternalError
from adjuvant.plan import InfusionPlan, draft, read_setup
from adjuvant.protocol import Guidance, Sited, Situation, evaluate, lacking, load, protocol_keys, sited
from adjuvant.protocol.converting import Converted, by_the_new_route, converted
from adjuvant.protocol.gate import check_dose
from adjuvant.protocol.guardrail import Guardrail
from adjuvant.protocol.limits import with_own
from adjuvant.protocol.premises import dosing_weight, weight_to_compare
from adjuvant.protocol.present import present
from adjuvant.unknown import Unknown
from sweep.book import Rail, Way, ways
from sweep.chart import Chart
from sweep.defects import spoiled
from sweep.draw import SIDES, Drawn, draw
from sweep.figures import amount_of
from sweep.judged import DOSED, dose_faults, place_of, plan_faults
from sweep.limits import binding, margin
from sweep.moved import limits

__all__ = ["Case", "play", "site_of", "without_site"]

_BARE = 0.1
"""This share of the situations is of a protocol as its source gives it, which must withhold where it is incomplete.

Drawn, not counted: every tenth would always be the same thresholds of a regimen that has twenty or thirty of them.
"""
_SLIPS = (24, 60, 100, 1000)


@dataclass
class Case:
    """One situation that was played.

    Args:
        faults: what was wrong with the answer or the plan; empty where every law is kept.
        seen: what was covered, each once.
    """

    number: int
    title: str
    faults: list[str] = field(default_factory=list)
    seen: Counter[tuple[str, ...]] = field(default_factory=Counter)
    story: list[str] = field(default_factory=list)


@cache
def site_of(key: str) -> Sited:
    """A protocol at its example site."""
    listed = load(key)
    return sited(listed, listed.path.with_name("example_site.yaml"))


@cache
def without_site() -> tuple[Sited, ...]:
    """Every protocol as its source gives it."""
    return tuple(sited(load(key)) for key in protocol_keys())


def play(seed: int, number: int, whole: bool = False) -> Case:
    """The situation of one number; the same seed and number are the same situation, whatever was played before.

    Args:
        whole: True to tell it even where nothing is wrong.
    """
    rng = Random(f"{seed}:{number}")
    known = ways()
    way = known[number % len(known)]
    turn = number // len(known)
    drawn = draw(rng, way, turn)
    drawn.facts, drawn.defects = spoiled(rng, way, drawn.facts, drawn.now)
    if rng.random() < _BARE:
        return _bare(number, drawn, rng.choice(without_site()))
    case = Case(number, way.title)
    chart = Chart(drawn.facts, drawn.now, way)
    way = chart.way
    protocol, forms, plain, moved = limits(rng, way, chart, site_of(way.key))
    situation = Situation.at(drawn.now, drawn.facts)
    guidance = evaluate(protocol, situation, way.name, forms)
    case.faults += dose_faults(guidance, chart, plain)
    case.story += [f"moved limit: {moved}"] if moved else []
    _cover(case, guidance, drawn, chart, plain, moved)
    advice = next((one for one in guidance.recommendations if one.dose is not None), None)
    if advice is not None:
        stated = _setup(rng, way, advice.amount.value if advice.amount is not None else Fraction(1))
        case.story.append(f"stated: {stated}")
        _plan(case, guidance, protocol, situation, chart, forms, plain, stated)
        _slipped(case, guidance, protocol, situation, way, forms, stated, rng.choice(_SLIPS))
    if case.faults or whole:
        case.story += _told(drawn, guidance)
    return case


def _bare(number: int, drawn: Drawn, protocol: Sited) -> Case:
    """A protocol without a site: nothing is advised while something that a run needs is lacking."""
    key = protocol.protocol.protocol
    case = Case(number, f"{key} without a site")
    situation = Situation.at(drawn.now, drawn.facts)
    for name in protocol.protocol.regimens or {"": None}:
        guidance = evaluate(protocol, situation, name or None)
        dosed = any(one.dose is not None for one in guidance.recommendations)
        if lacking(protocol.protocol, name or None) and (dosed or guidance.status.value != "withheld"):
            case.faults.append(f"{guidance.status} of an incomplete protocol")
        case.seen["without a site", key, guidance.status.value] += 1
    return case


# --- the plan -------------------------------------------------------------------------------------------------


def _setup(rng: Random, way: Way, amount: Fraction) -> dict[str, str]:
    """What the person who prepares it states: mostly what can be made up, sometimes what cannot."""
    from sweep.book import house

    vials = (
        way.vials
        if way.vials and rng.random() < 0.95
        else tuple(one for one, drug in house().drugs.items() if drug == way.drug)
    )
    stated = {
        "vial": rng.choice(vials),
        "bag": f"{rng.choice((10, 20, 50, 50, 100, 250, 500))} mL",
        "pump_step": way.pump_step or rng.choice(("0.01 mL/h", "0.1 mL/h", "0.1 mL/h", "0.5 mL/h", "1 mL/h")),
    }
    step = Fraction(stated["pump_step"].split()[0])
    hourly = amount if way.rated or not way.duration else amount / way.duration
    strengths = [
        one for one in ("0.1", "0.2", "0.4", "0.5", "1", "2", "4", "5", "10", "20", "50")
        if hourly / Fraction(one) >= 50 * step
    ]  # fmt: skip
    kind = rng.random()
    if way.rated and kind < 0.15:
        stated["lasts"] = rng.choice(("12 h", "24 h", "48 h"))
    elif way.strengths and kind < 0.4:
        stated["concentration"] = rng.choice(way.strengths)
    elif way.rated or kind < 0.6:
        stated["concentration"] = f"{rng.choice(strengths or ['1'])} mg/mL"
    return stated


def _plan(
    case: Case, guidance: Guidance, protocol: Sited, situation: Situation, chart: Chart,
    forms: Mapping[str, Guardrail], plain: Mapping[str, Rail], stated: Mapping[str, str],
) -> None:  # fmt: skip
    try:
        plan = draft(guidance, protocol, situation, read_setup(**stated), forms)
    except InternalError as error:
        case.faults.append(f"plan: {error}")
        return
    except AdjuvantError as error:
        case.seen["plan refused", _kind(f"{error.thing} {error.rule}")] += 1
        return
    if isinstance(plan, InfusionPlan):
        case.seen["plan", case.title] += 1
        case.seen["planned", stated["vial"], stated["pump_step"]] += 1
        case.faults += plan_faults(plan, chart, plain, stated)
    else:
        case.seen["plan refused", _kind(" ".join(plan.reasons))] += 1


_KINDS = {
    "not by a pump": "given by mouth, nose or needle, and not by a pump",
    "vials of the site": "a vial that the site does not keep",
    "house allows": "rounding would take more than the house allows",
    "less than the pump's step": "the pump's step is too coarse",
    "does not hold": "the bag is too small for what is drawn up",
    "is smaller than the dose": "the bag is too small for the dose",
    "too little to be drawn up": "too little to be drawn up",
    "equal volume": "too little diluent for the vial's label",
    "is not stated": "something was not stated",
    "concentration": "something was not stated",
    "none of the protocol's doses": "a limit",
    "is not the first dose": "a limit",
    "cannot be compared": "a limit",
    "does not keep": "a limit",
    "is over": "a limit",
    "must pass": "a limit",
    "as a lower dose": "a limit",
    "more than one level": "a limit",
}


def _kind(words: str) -> str:
    return next((kind for part, kind in _KINDS.items() if part in words), words)


def _slipped(
    case: Case, guidance: Guidance, protocol: Sited, situation: Situation, way: Way,
    forms: Mapping[str, Guardrail], stated: Mapping[str, str], other: int,
) -> None:  # fmt: skip
    """Ten times the dose is refused by the gate, as an order, and as advice that somebody altered."""
    (advice,) = [one for one in guidance.recommendations if one.dose is not None]
    assert advice.dose is not None and advice.amount is not None
    regimen = protocol.protocol.regimens[way.name]
    found = dosing_weight(protocol, situation, way.name)
    weight = None if isinstance(found, Unknown) else found or weight_to_compare(protocol, situation)
    change = converted(regimen, situation, weight)
    if isinstance(change, Converted):
        regimen, situation = change.regimen, by_the_new_route(situation, regimen)
    else:
        situation = present(situation, regimen, weight)
    dose = amount_of(Fraction(advice.dose.value), advice.dose.unit.code)
    kilograms = weight.value.in_("kg") if weight is not None else None
    every = with_own(protocol, forms)
    for factor in (10, other):
        wrong = advice.dose * factor
        if factor != 10 and place_of(dose.times(Fraction(factor)), way, kilograms) is not None:
            continue  # another dose of the protocol: no program can tell
        breaches = check_dose(wrong, protocol.protocol, regimen, situation, weight, every, way.adopted)
        if not any(one.refuses for one in breaches):
            case.faults.append(f"the gate lets {wrong} pass for {advice.dose}")
        case.seen["slip refused by the gate", f"times {factor}"] += 1
    tenfold = advice.dose * 10
    try:
        plan = draft(guidance, protocol, situation, replace(read_setup(**stated), ordered=tenfold), forms)
        if isinstance(plan, InfusionPlan):
            case.faults.append(f"an order of {tenfold} is planned for {advice.dose}")
    except AdjuvantError:
        case.seen["slip refused as an order", "times 10"] += 1
    altered = replace(advice, dose=tenfold, amount=advice.amount * 10)
    forged = replace(guidance, recommendations=(altered,))
    setup = read_setup(**{name: text for name, text in stated.items() if name != "lasts"} | {"bag": "500 mL"})
    try:
        plan = draft(forged, protocol, situation, setup, forms)
    except AdjuvantError as error:
        case.seen["slip refused as altered advice", _kind(f"{error.thing} {error.rule}")] += 1
        return
    if isinstance(plan, InfusionPlan):
        case.faults.append(f"altered advice of {tenfold} is planned for {advice.dose} ({guidance.status})")
    else:
        case.seen["slip refused as altered advice", _kind(" ".join(plan.reasons))] += 1


# --- what was covered -----------------------------------------------------------------------------------------


def _cover(
    case: Case, guidance: Guidance, drawn: Drawn, chart: Chart, plain: Mapping[str, Rail], moved: str
) -> None:
    way, seen, status = chart.way, case.seen, guidance.status.value
    seen["decision", way.title, status] += 1
    seen["phase", chart.phase, status] += 1
    for defect in drawn.defects:
        seen["defect", defect, status] += 1
    if _met(drawn, chart):
        seen["threshold", way.title, drawn.edge.title, SIDES[drawn.edge.side]] += 1
    for reason in _reasons(guidance):
        seen["withheld", reason] += 1
    advice = next((one for one in guidance.recommendations if one.dose is not None), None)
    if advice is not None and advice.dose is not None and status != "lower":
        dose = amount_of(Fraction(advice.dose.value), advice.dose.unit.code)
        for cap in way.ceilings:
            _margin(seen, f"{way.title} {cap.key}", margin(dose, cap, way, chart.kilograms(compare=True)))
        for rail in plain.values():
            if rail.kind == "maximum" and binding(rail, way):
                _margin(seen, rail.key, margin(dose, rail, way, chart.kilograms(compare=True)))
            elif (
                rail.interval is not None
                and binding(rail, way)
                and (chart.given or rail.kind != "least_interval")
            ):
                time = way.spacing if rail.kind == "least_interval" else way.duration
                seen["limit", rail.key, "at it" if time == rail.interval else "kept"] += 1
    for issue in guidance.issues:
        if issue.kind in ("guardrail", "advisory") and issue.because:
            seen["limit", issue.because[0].rule, "refused" if issue.kind == "guardrail" else "advised"] += 1


def _margin(seen: Counter[tuple[str, ...]], key: str, left: Fraction | str | None) -> None:
    if isinstance(left, Fraction):
        seen["limit", key, "at it" if left == 0 else "kept"] += 1


def _met(drawn: Drawn, chart: Chart) -> bool:
    """Whether the chart that came out, defects and all, stands on the side of the threshold that was meant."""
    edge, way = drawn.edge, chart.way
    if edge.kind == "figure":
        name = next(one for one in ("above", "from", "below", "up_to") if one in edge.question)
        wanted = {
            "above": edge.side > 0, "from": edge.side >= 0, "below": edge.side < 0, "up_to": edge.side <= 0
        }[name]  # fmt: skip
        after = chart.level_since if edge.place.startswith("titration") else None
        return chart.holds(edge.question, after) is wanted
    second = timedelta(seconds=edge.side)
    if edge.kind == "reading":
        found = chart.readings.get(edge.place)
        return bool(found) and chart.now - found[-1].at == _hours(way.valid[edge.place]) + second
    if edge.kind == "weight":
        weight = chart.weight("actual")
        return (
            weight is not None
            and way.weight_age is not None
            and chart.now - weight[1] == _hours(way.weight_age) + second
        )
    if edge.place == "interval":
        return bool(chart.given)
    start = chart.level_since if edge.place in ("level", "keep_effective") else chart.began
    length = way.level_kept if edge.place == "level" else way.course_hours(edge.place)
    return (
        start is not None
        and length is not None
        and abs(chart.now - start - _hours(length) - second) < timedelta(seconds=1) / 2
    )


def _hours(length: Fraction) -> timedelta:
    return timedelta(microseconds=int(length * 3600 * 10**6))


def _reasons(guidance: Guidance) -> Iterator[str]:
    if guidance.status.value in DOSED or guidance.status.value not in ("withheld",):
        return
    kinds = {one.kind for one in guidance.issues}
    if "contradiction" in kinds:
        yield "the chart contradicts itself"
    elif "guardrail" in kinds:
        yield "a limit refuses the dose"
    elif "step" in kinds:
        yield "the dose that is charted is none of the protocol's"
    elif any(one.rule == "weight" for one in guidance.missing):
        yield "no weight that may be used"
    elif guidance.missing:
        yield "something is missing or too old"
    else:
        yield "another reason"


def _told(drawn: Drawn, guidance: Guidance) -> list[str]:
    """The very situation, as a person reads it."""
    facts = drawn.facts
    lines = [f"instant: {drawn.now.isoformat()}", f"threshold: {drawn.edge.title}, {SIDES[drawn.edge.side]}"]
    lines += [f"defects: {', '.join(drawn.defects) or 'none'}", f"age {facts.age_years}, goal {facts.goal}"]
    lines += [f"weight {one.kind}: {one.value}, {drawn.now - one.at} ago" for one in facts.weights]
    lines += [
        f"{one.measure}: {one.value} {one.doubted}{one.source}, {drawn.now - one.at} ago"
        for one in facts.observed
    ]
    lines += [
        f"effect {one.kind}: {one.present}, {drawn.now - one.at} ago, until {one.until}"
        for one in facts.effects
    ]
    lines += [f"answer {one.key}: {one.yes}, {drawn.now - one.at} ago" for one in facts.answers]
    lines += [f"condition {key}: {now}" for key, now, _ in facts.conditions]
    lines += [f"given {name}: {now}" for name, now in facts.taken]
    lines += [f"ketamine {one.what}: {one.dose}, {drawn.now - one.at} ago" for one in facts.ketamine]
    lines += [f"answer of the protocol: {guidance.status}"]
    lines += [f"  advised: {one.words} due {one.due}" for one in guidance.recommendations]
    lines += [f"  issue: {one.kind}: {one.words}" for one in guidance.issues]
    return lines + [f"  missing: {one.what} ({one.rule})" for one in guidance.missing]
