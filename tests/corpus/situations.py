"""The cases of protocols: which protocol at its example site, which invented chart, which syringe; and the answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction
from functools import cache
from typing import Any

from numpy.random import Generator, default_rng

from adjuvant.cli.planning import monitored
from adjuvant.errors import AdjuvantError
from adjuvant.library.folder import FOLDER
from adjuvant.plan import draft, read_setup
from adjuvant.plan.wire import plan_json
from adjuvant.protocol import Guidance, Sited, Situation, evaluate, guidance_json, load, sited
from adjuvant.protocol.predicate import Attested, walk
from adjuvant.protocol.situation import WeightReading
from adjuvant.protocol.titration import levels
from adjuvant.quantity import parse_quantity
from bedside import BEGINS, EFFECTS, Chart

__all__ = ["CASES", "SAMPLED", "Told", "answer", "broken", "case_of", "sample"]

SAMPLED = 200
_SEED = 20311129
# The protocols of the first 5,000 cases, and those that came later: each of these adds cases behind all others, so that
# no case ever becomes another.
_FIRST, _EACH = 5000, 170
_PROTOCOLS = (
    "benitez_rosario", "civik", "cleveland_ed_bolus", "comfort_care", "emory_intranasal", "fallon_oral", "fpm_infusion",
    "france_sc_bolus", "froedtert_infusion", "hardy_burst", "henry_ford_home_sc", "importance_esketamine", "islhd_burst",
    "jackson_burst", "kannan_oral", "lothian_scottish", "maraa_ward", "mercadante_bolus", "mid_essex",
    "oral_postoperative", "oral_us", "patel_ldk", "salas", "scirp_ed_bolus", "sg_pall", "st_josephs_burst",
    "step_singapore", "uwhc_ed_bolus", "vcog_burst",
)  # fmt: skip
_LATER = ("gwent",)
CASES = _FIRST + _EACH * len(_LATER)
_HOURS = (0, 0.5, 1, 4, 8, 9, 24, 25, 48, 49, 72, 96, 119, 120, 121, 200, 500)
_STORIES = (
    "new",
    "new",
    "new",
    "running",
    "running",
    "running",
    "changed",
    "paused",
    "stopped",
    "contradiction",
)
_HARMS = (*("none",) * 6, "breathing", "pressure", "sedation", "effect", "oxygen", "silence")
_WEIGHTS = ("40 kg", "52.5 kg", "58 kg", "70 kg", "88 kg", "120 kg", "250 kg")
_VIALS = (*("10 mg/mL", "50 mg/mL") * 4, "100 mg/mL", "25 mg/mL")
_BAGS = ("20 mL", "50 mL", "50 mL", "100 mL", "500 mL")
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """One case: everything about it follows from its number.

    Args:
        story: how ketamine stands; `hour` counts from its beginning.
        harm: what is charted that speaks against a dose, or what is not charted.
        answered: whether every question is answered in favour of ketamine.
        level: which level of the protocol runs.
    """

    number: int
    protocol: str
    regimen: str
    story: str
    hour: float
    harm: str
    answered: bool
    level: int
    weight: str
    vial: str
    bag: str

    @property
    def id(self) -> str:
        """P and the number in four digits."""
        return f"P{self.number:04d}"

    def __str__(self) -> str:
        questions = "answered" if self.answered else "one question against"
        return (
            f"{self.id}: {self.protocol}, {self.regimen}; {self.story}, hour {self.hour:g}; {self.harm}; {questions}; "
            f"{self.weight}, {self.vial}, {self.bag}"
        )


@cache
def site_of(key: str) -> Sited:
    """The protocol at its worked example of a site."""
    return sited(load(key), FOLDER / "protocols" / key / "example_site.yaml")


def case_of(number: int) -> Told:
    """The case with that number, from 1 to CASES."""
    rng = default_rng([_SEED, number, 1])
    turn, behind = number - 1, number - 1 - _FIRST
    key = _PROTOCOLS[turn % len(_PROTOCOLS)] if behind < 0 else _LATER[behind // _EACH]
    names = sorted(site_of(key).protocol.regimens)

    def one_of(choices: tuple[Any, ...]) -> Any:
        return choices[int(rng.integers(len(choices)))]

    return Told(
        number=number,
        protocol=key,
        regimen=names[int(rng.integers(len(names)))],
        story=one_of(_STORIES),
        hour=one_of(_HOURS),
        harm=one_of(_HARMS),
        answered=bool(rng.random() < 0.85),
        level=int(rng.integers(12)),
        weight=one_of(_WEIGHTS),
        vial=one_of(_VIALS),
        bag=one_of(_BAGS),
    )


def sample() -> tuple[Told, ...]:
    """Some 200 cases and a few of each later protocol, evenly spread: the same ones on each run."""
    return tuple(case_of(number) for number in range(1, CASES + 1, _FIRST // SAMPLED))


def situation_of(case: Told) -> Situation:
    """The invented chart of a case at its instant."""
    rng = default_rng([_SEED, case.number, 2])
    protocol = site_of(case.protocol).protocol
    hour = 0.0 if case.story == "new" else case.hour
    at = BEGINS + timedelta(hours=hour)
    chart = _watched(Chart().answering(protocol), case, hour, rng)
    weighed = at - timedelta(days=float(rng.choice([0.1, 0.5, 1, 2, 3, 4, 6, 8])))
    weight = parse_quantity(case.weight)
    kinds = [WeightReading(weighed, weight)]
    if rng.random() < 0.7:
        kinds.append(WeightReading(weighed, weight, kind="ideal"))
    chart = chart.but(
        weights=tuple(kinds),
        age_years=Fraction(int(rng.choice([17, 35, 48, 55, 61, 66, 74, 88]))),
        goal=Fraction(int(rng.integers(2, 6))) if rng.random() < 0.9 else None,
    )
    if not case.answered:
        asked = [
            one for one in protocol.criteria if any(isinstance(part, Attested) for part in walk(one.when))
        ]
        if asked:
            one = asked[int(rng.integers(len(asked)))]
            (key, *_) = [part.attested for part in walk(one.when) if isinstance(part, Attested)]
            facts = replace(chart.facts, answers=tuple(a for a in chart.facts.answers if a.key != key))
            chart = Chart(facts).answered(**{key: one.kind != "include"})
    return Situation.at(at, _ketamine(chart, case).facts)


def _watched(chart: Chart, case: Told, hour: float, rng: Generator) -> Chart:
    """Pain, vital signs and opioids as charted before the instant."""
    pain = int(rng.integers(1, 11))
    floor = int(rng.choice([30, 100, 150, 200, 250]))
    chart = chart.seen(hour - 0.5, medd_oral=3 * floor, medd_intravenous=floor, morphine_subcutaneous=floor)
    for back in range(0, 25, 4):
        chart = chart.seen(hour - 0.25 - back, pain=max(0, min(10, pain + int(rng.integers(-2, 3)))))
    chart = chart.seen(hour - 0.25, pain_average=pain, pain_worst=min(10, pain + 2))
    chart = chart.rescued(*(hour - 1 - 3 * n for n in range(int(rng.integers(0, 7)))))
    if case.harm == "silence":
        return chart.calm(hour - 30)
    other = {
        "breathing": {"respiratory_rate": int(rng.integers(5, 11))},
        "pressure": {"systolic": int(rng.choice([85, 185]))},
        "sedation": {"sedation_poss": int(rng.choice([3, 4]))},
        "oxygen": {"spo2": int(rng.choice([80, 91]))},
    }.get(case.harm, {})
    chart = chart.calm(hour - 0.25, **other)
    return chart.felt(hour - 0.2, EFFECTS[case.number % 2]) if case.harm == "effect" else chart


def _ketamine(chart: Chart, case: Told) -> Chart:
    """Ketamine as the story tells it, at one of the protocol's own levels."""
    if case.story == "new":
        return chart
    regimen = site_of(case.protocol).protocol.regimens[case.regimen]
    known = levels(regimen)
    if not known:
        return chart
    first, last = str(known[0]), str(known[case.level % len(known)])
    begins, changes = ("start", "change") if regimen.rated else ("given", "given")
    chart = chart.ketamine(0, begins, first if case.story == "changed" else last)
    half = case.hour / 2
    if case.story == "changed" and case.hour:
        return chart.ketamine(half, changes, last)
    if case.story == "paused" and regimen.rated:
        return chart.ketamine(half or 0.1, "pause")
    if case.story == "stopped" and case.hour:
        return chart.ketamine(half, "stop")
    if case.story == "contradiction":
        # Two beginnings, or a pause where nothing runs.
        again = ("start", first) if regimen.rated else ("pause", None)
        return chart.ketamine(half or 0.1, *again)
    return chart


def answer(case: Told) -> Json:
    """The guidance and the plan of a case, as JSON, without the digests of files."""
    site, situation = site_of(case.protocol), situation_of(case)
    guidance = evaluate(site, situation, case.regimen)
    planned, watch = _plan(case, guidance, site, situation)
    told = guidance_json(guidance)
    told.get("protocol", {}).pop("digest", None)
    return {
        "patient": case.id,
        "status": [told.pop("status"), told["eligibility"]["answer"]],
        "advice": [{**one, "because": None} for one in told["recommendations"]],
        "reasons": [told.pop("eligibility"), [one["because"] for one in told.pop("recommendations")]],
        "missing": [told.pop("missing"), told.pop("stale")],
        "issues": told.pop("issues"),
        "plan": planned,
        "watch": watch,
        **told,
    }


def _plan(case: Told, guidance: Guidance, site: Sited, situation: Situation) -> tuple[Json, Any]:
    """The plan and what is watched; an error in words where something stated cannot be used."""
    regimen = site.protocol.regimens[case.regimen]
    # Two in three of those that run are made up to last, as they are by a protocol that gives no concentration.
    lasts = ("12 h", "24 h", None)[case.number % 3] if regimen.rated else None
    try:
        stated = read_setup(vial=case.vial, bag=case.bag, pump_step="0.1 mL/h", lasts=lasts)
        plan = draft(guidance, site, situation, stated)
        planned: Json = plan_json(plan, monitored(plan, site, situation))
    except AdjuvantError as error:
        return {"error": str(error)}, None
    planned.pop("protocol", None)
    return planned, planned.pop("monitoring", None)


def broken(case: Told, answered: Json) -> Iterator[str]:
    """What does not hold of one answer, in words; nothing where all does."""
    status, eligibility = answered["status"]
    doses = [one for one in answered["advice"] if one["dose"] is not None]
    if status in ("withheld", "not eligible", "stop", "complete") and doses:
        yield f"{status}, and a dose is advised"
    if status == "start" and eligibility != "eligible":
        yield f"start, and {eligibility}"
    if status == "withheld" and not (answered["missing"][0] or answered["issues"]):
        yield "withheld without a reason"
    if case.story == "contradiction" and case.hour and answered["plan"].get("pump"):
        yield "a plan is made of a chart that contradicts itself"
    reasons = [one for group in answered["reasons"][1] for one in group] + answered["reasons"][0]["because"]
    if any(one["at"] is not None and one["at"] > answered["at"] for one in reasons):
        yield "something later than the instant was seen"
    plan = answered["plan"]
    if plan.get("pump") and not doses:
        yield "a plan without a dose"
    if plan.get("pump"):
        ordered, given = (Fraction(plan[part]["hourly"].split()[0]) for part in ("order", "delivers"))
        if given > ordered:
            yield f"the pump gives {given} mg/h of {ordered}"
        if any(one["binds"] and one["kept"] is False for one in plan["limits"]):
            yield "a plan breaks a limit that binds"
