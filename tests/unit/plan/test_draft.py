"""From advice to a plan: what the two checkers tick, what is reckoned for the day, and what refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from adjuvant.errors import InputError
from adjuvant.plan import InfusionPlan, RefusedPlan, draft
from adjuvant.protocol import Situation
from adjuvant.protocol.body import Weight
from adjuvant.protocol.ceiling import Ceiling
from adjuvant.protocol.guardrail import Guardrail
from adjuvant.quantity import parse_quantity
from bedside import BEGINS, Chart, closed
from infusions import advice, founding, planned, setup, situation

RAIL = {
    "title": "A limit", "drug": "ketamine", "settings": "wards", "gives": "any", "kind": "maximum",
    "severity": "absolute", "binds": True, "citation": "rcht", "provenance": "read",
}  # fmt: skip


def rails(**other: object) -> dict[str, Guardrail]:
    return {"one": Guardrail.model_validate(RAIL | other)}


def test_a_rate_is_checked_without_a_volume_limit_and_a_new_bag_with_its_rate() -> None:
    # 62 kg: 3.1 mg/h; 100 mg in 100 mL.
    assert planned("civik", bag="100 mL", bag_before="2 mg/mL").checks == (
        "Name and number against the wristband",
        "Weight 62 kg, actual",
        "Ketamine 50 mg/mL in hand, expiry read",
        "Label: 100 mg in 100 mL, 1 mg/mL",
        "Old bag off, and the rate changed with it",
        "Pump in mL/h",
        "Right line, nothing in it that must not meet ketamine",
    )


def test_a_dose_without_kilograms_has_no_weight_to_check() -> None:
    # 10 mg of 50 mg/mL, the whole of them in one syringe of 20 mL.
    assert planned("emory_intranasal", regimen="vein", bag="20 mL").checks == (
        "Name and number against the wristband",
        "Ketamine 50 mg/mL in hand, expiry read",
        "Label: 10 mg in 20 mL, 0.5 mg/mL",
        "Pump in mL/h, volume limit set",
        "Right line, nothing in it that must not meet ketamine",
    )


def test_a_ceiling_of_the_course_counts_what_was_given_before_beside_the_dose_of_a_plan() -> None:
    # 31 mg were given, and 31 mg are due: 62 of at most 70.
    protocol = founding()
    ceiling = Ceiling.model_validate({"key": "course", "of": "course", "limit": "70 mg"})
    regimen = protocol.protocol.regimens["infusion"].model_copy(update={"ceilings": (ceiling,)})
    own = replace(protocol, protocol=protocol.protocol.model_copy(update={"regimens": {"infusion": regimen}}))
    chart = Chart().answering(own.protocol).calm(-0.25, pain=8).ketamine(0, "given", "31 mg")
    facts = replace(chart.calm(1.75, pain=8).facts, weights=situation(own).facts.weights)
    seen = Situation.at(BEGINS + timedelta(hours=2), facts)
    plan = draft(advice(own, seen), own, seen, setup(), {})
    assert isinstance(plan, InfusionPlan), plan
    (one,) = plan.limits
    assert (str(one.here), str(one.delivers), one.kept) == ("70 mg", "62 mg", True)


def test_all_that_is_given_in_a_day_stands_beside_the_dose() -> None:
    # One infusion of 31 mg in 48 h counts whole on its day; 3.1 mg/h for 24 h are 74.4 mg.
    assert str(planned().per_day) == "31 mg/d"
    assert str(planned("civik", bag="100 mL").per_day) == "74.4 mg/d"


def test_a_limit_of_the_library_refuses_in_words_and_has_no_remedy_of_its_own() -> None:
    seen = situation(founding())
    guidance = advice(founding(), seen)
    plan = draft(guidance, founding(), seen, setup(), rails(limit="30 mg"))
    assert isinstance(plan, RefusedPlan)
    assert plan.reasons == ("A limit: 31 mg is over 30 mg.",) and plan.remedy == ""
    assert plan.guidance is guidance
    held = draft(guidance, founding(), seen, setup(), rails(limit="31 mg"))
    assert isinstance(held, InfusionPlan) and [one.title for one in held.limits][-1] == "A limit"
    assert held.guidance is guidance


def test_without_guardrails_that_are_named_those_of_the_library_hold() -> None:
    titles = {one.title for one in planned().limits}
    assert {"ASRA, acute pain, greatest rate", "Faculty of Pain Medicine, greatest rate"} <= titles


def test_what_must_be_stated_is_asked_for_before_anything_is_refused() -> None:
    """A vial or a pump that is not stated is said first, also where the protocol advises nothing."""
    seen = situation(founding())
    silent = replace(seen, facts=replace(seen.facts, answers=()))
    guidance = advice(founding(), silent)
    assert isinstance(draft(guidance, founding(), silent, setup()), RefusedPlan)
    with pytest.raises(InputError, match="strength is not stated"):
        draft(guidance, founding(), silent, setup(vial=None))
    open_pump = replace(founding(), profile=None)
    with pytest.raises(InputError, match="pump step"):
        draft(guidance, open_pump, silent, setup(pump_step=None))


def test_an_order_is_held_against_the_advice_and_the_same_dose_is_taken() -> None:
    assert planned(ordered="0.5 mg/kg").preparation == planned().preparation


def test_a_dose_that_is_due_later_keeps_the_least_interval_then_as_the_advice_does() -> None:
    """Two days lie between two infusions: at the time when the next is due 24 h have passed, and 72 h have not."""
    protocol = founding()
    chart = Chart().answering(protocol.protocol).calm(-0.25, pain=8).ketamine(0, "given", "0.5 mg/kg")
    facts = replace(chart.calm(1.75, pain=8).facts, weights=situation(protocol).facts.weights)
    seen = Situation.at(BEGINS + timedelta(hours=2), facts)
    guidance = advice(protocol, seen)
    plan = draft(guidance, protocol, seen, setup(), rails(kind="least_interval", interval="24 h"))
    assert isinstance(plan, InfusionPlan) and plan.order.due == BEGINS + timedelta(hours=48)
    tight = draft(guidance, protocol, seen, setup(), rails(kind="least_interval", interval="72 h"))
    assert isinstance(tight, RefusedPlan) and "72 h must pass" in tight.reasons[0]


def test_a_regimen_with_a_weight_of_its_own_is_prepared_by_that() -> None:
    # 62 kg, and 60 by height: 0.5 mg/kg of these are 30 mg.
    protocol = founding()
    own = protocol.protocol.regimens["infusion"].model_copy(update={"weight": Weight(kind="ideal")})
    ideal = replace(protocol, protocol=protocol.protocol.model_copy(update={"regimens": {"infusion": own}}))
    seen = situation(ideal)
    weights = tuple(
        replace(one, value=parse_quantity("60 kg")) if one.kind == "ideal" else one
        for one in seen.facts.weights
    )
    seen = replace(seen, facts=replace(seen.facts, weights=weights))
    plan = draft(advice(ideal, seen), ideal, seen, setup())
    assert isinstance(plan, InfusionPlan), plan
    assert str(plan.preparation.mass) == "30 mg" and plan.checks[1] == "Weight 60 kg, ideal"


def test_parts_that_a_pump_gave_are_one_dose_from_which_a_week_is_counted() -> None:
    # 12 mg at 0, 15 and 30 min are 36 mg at 0 min for 72 kg, and the next is due a week from then.
    sited = closed("henry_ford_home_sc")
    length = founding().protocol.regimens["infusion"].duration
    pushed = sited.protocol.regimens["injections"].model_copy(
        update={"mode": "slow_bolus", "duration": length}
    )
    own = replace(sited, protocol=sited.protocol.model_copy(update={"regimens": {"injections": pushed}}))
    chart = Chart().answering(own.protocol).calm(-0.25, pain=8).calm(1)
    for hour in (0, 0.25, 0.5):
        chart = chart.ketamine(hour, "given", "12 mg")
    facts = replace(chart.facts, weights=situation(own, "72 kg").facts.weights)
    seen = Situation.at(BEGINS + timedelta(hours=2), facts)
    week = rails(kind="least_interval", interval="7 d")
    plan = draft(advice(own, seen), own, seen, setup(), week)
    assert isinstance(plan, InfusionPlan), plan
    assert plan.order.due == BEGINS + timedelta(days=7)


def test_a_cap_in_milligrams_is_prepared_without_the_kilograms() -> None:
    # 0.5 mg/kg at 62 kg would be 31 mg; the cap of 30 mg is what is ordered, drawn up and given.
    protocol = founding()
    ceiling = Ceiling.model_validate({"key": "most", "of": "single_dose", "limit": "30 mg"})
    under = protocol.protocol.regimens["infusion"].model_copy(update={"ceilings": (ceiling,)})
    own = replace(protocol, protocol=protocol.protocol.model_copy(update={"regimens": {"infusion": under}}))
    seen = situation(own)
    plan = draft(advice(own, seen), own, seen, setup(), {})
    assert isinstance(plan, InfusionPlan), plan
    assert plan.order.weight is not None and str(plan.order.dose) == "30 mg"
    made = plan.preparation
    assert (str(made.mass), str(made.total), str(made.dose)) == ("30 mg", "30 mg", "30 mg")


def test_what_is_ordered_and_what_flows_are_of_the_protocol_s_regimen() -> None:
    plan = planned("civik", bag="100 mL")
    order = plan.order
    assert (order.action, order.drug, order.route, order.mode) == (
        "start", "ketamine", "intravenous", "continuous_infusion",
    )  # fmt: skip
    assert order.over is None and order.hourly.same_as(order.amount)
    assert order.amount.same_as(parse_quantity("3.1 mg/h")) and closed("civik").digest == plan.guidance.digest
