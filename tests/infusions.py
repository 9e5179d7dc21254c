"""Plans for tests: the founding protocol at its example site, and others with every gap closed, at any weight."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import cache

from adjuvant.errors import AdjuvantError
from adjuvant.plan import InfusionPlan, RefusedPlan, Setup, draft, read_setup
from adjuvant.protocol import Guidance, Sited, Situation, evaluate, load, sited
from adjuvant.protocol.situation import WeightReading
from adjuvant.quantity import parse_quantity
from bedside import BEGINS, Chart, closed

USUAL = {"vial": "50 mg/mL", "bag": "50 mL", "pump_step": "0.1 mL/h"}


@cache
def founding() -> Sited:
    """The founding protocol as the invented example site runs it."""
    listed = load("patel_ldk")
    return sited(listed, listed.path.with_name("example_site.yaml"))


def situation(protocol: Sited, weight: str = "62 kg", chart: Chart | None = None) -> Situation:
    """A patient for whom nothing speaks against ketamine, of one weight, at the beginning."""
    found = chart or Chart().answering(protocol.protocol).calm(-0.25, pain=8, pain_average=8, pain_worst=8)
    found = found.seen(-0.25, medd_oral=400, medd_intravenous=200, morphine_subcutaneous=100)
    at = BEGINS - timedelta(minutes=30)
    facts = replace(found.facts, weights=(WeightReading(at, parse_quantity(weight)),))
    ideal = WeightReading(at, parse_quantity(weight), kind="ideal")
    return Situation.at(BEGINS, replace(facts, weights=(*facts.weights, ideal)))


def advice(protocol: Sited, seen: Situation, regimen: str | None = None) -> Guidance:
    """What the protocol advises."""
    return evaluate(protocol, seen, regimen)


def infusion(
    key: str = "patel_ldk", weight: str = "62 kg", regimen: str | None = None, **stated: str | None
) -> InfusionPlan | RefusedPlan:
    """The plan of one infusion; what is not stated here is `USUAL`, and None leaves it out."""
    protocol = founding() if key == "patel_ldk" else closed(key)
    seen = situation(protocol, weight)
    return draft(advice(protocol, seen, regimen), protocol, seen, setup(**stated))


def setup(**stated: str | None) -> Setup:
    """What is usual, with other values, or without those that are None."""
    return read_setup(**(USUAL | stated))


def planned(*args: str, **stated: str | None) -> InfusionPlan:
    """The same, where a plan is expected."""
    found = infusion(*args, **stated)
    assert isinstance(found, InfusionPlan), found
    return found


def refused(*args: str, **stated: str | None) -> RefusedPlan:
    """The same, where none is expected."""
    found = infusion(*args, **stated)
    assert isinstance(found, RefusedPlan), found
    return found


def told(error: AdjuvantError) -> tuple[str, str, str]:
    """All that a person reads of an error: the thing, the rule and the remedy."""
    return error.thing, error.rule, error.remedy
