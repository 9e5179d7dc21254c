"""The protocol's own cap in the place of a dose: what it says of it, in words and in JSON, beside every kind of plan.

A cap of 20 mg; at 67 kg 0.3 mg/kg would be 20.1 mg.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from adjuvant.citation import Provenance
from adjuvant.plan import InfusionPlan, read_setup
from adjuvant.plan.by_hand import HandPlan, by_hand
from adjuvant.plan.order import cap_words
from adjuvant.plan.wire import hand_json, plan_json
from adjuvant.protocol import Guidance
from adjuvant.protocol.guidance import Reason, Uncapped
from adjuvant.quantity import parse_quantity
from bedside import closed
from infusions import advice, planned, situation

TEXT = "the protocol's own cap applies, at most 20 mg"


def under_a_cap(guidance: Guidance, provenance: Provenance = Provenance.READ) -> Guidance:
    """The same advice, in which a cap stands in the place of its dose."""
    reason = Reason("regimens.bolus.ceilings.greatest_dose", TEXT, "", None, "uwhc_ed", provenance)
    cap = Uncapped(parse_quantity("0.3 mg/kg"), parse_quantity("20.1 mg"), reason)
    told = tuple(
        replace(one, uncapped=cap) if one.dose is not None else one for one in guidance.recommendations
    )
    return replace(guidance, recommendations=told)


IN_JSON = {
    "dose": "0.3 mg/kg",
    "amount": "20.1 mg",
    "because": {
        "rule": "regimens.bolus.ceilings.greatest_dose", "text": TEXT, "seen": None, "at": None,
        "citation": "uwhc_ed", "provenance": "read",
    },
}  # fmt: skip


def with_a_cap() -> InfusionPlan:
    plan = planned()
    return replace(plan, guidance=under_a_cap(plan.guidance))


@pytest.mark.parametrize(
    ("provenance", "source"),
    [
        (Provenance.READ, "[uwhc_ed]"),
        (Provenance.SECONDARY, "[uwhc_ed, read second-hand]"),
        (Provenance.ASSUMED, "[uwhc_ed, assumed]"),
    ],
)
def test_a_cap_is_one_sentence_with_its_source_and_how_it_was_come_by(
    provenance: Provenance, source: str
) -> None:
    guidance = under_a_cap(planned().guidance, provenance)
    assert cap_words(guidance) == f"The protocol's own cap applies, at most 20 mg {source}."


def test_without_a_cap_or_without_a_dose_there_are_no_words_of_one() -> None:
    guidance = planned().guidance
    assert cap_words(guidance) == ""
    assert cap_words(replace(guidance, recommendations=())) == ""


def test_a_plan_of_a_pump_has_the_cap_beside_its_order() -> None:
    assert plan_json(with_a_cap())["order"]["uncapped"] == IN_JSON
    silent = replace(planned(), guidance=replace(planned().guidance, recommendations=()))
    assert plan_json(silent)["order"]["uncapped"] is None


def test_a_plan_by_hand_has_the_cap_beside_its_dose() -> None:
    protocol = closed("henry_ford_home_sc")
    seen = situation(protocol, "72 kg")
    plan = by_hand(advice(protocol, seen), protocol, seen, read_setup(vial="50 mg/mL"))
    assert isinstance(plan, HandPlan) and hand_json(plan)["by_hand"]["uncapped"] is None
    capped = replace(plan, guidance=under_a_cap(plan.guidance))
    assert hand_json(capped)["by_hand"]["uncapped"] == IN_JSON
