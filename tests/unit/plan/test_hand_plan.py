"""A dose that no pump gives, word by word: what is ticked, what is refused and why, and all of it in JSON.

At 72 kg 0.5 mg/kg are 36 mg: three parts of 12 mg, each 0.24 mL of 50 mg/mL.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest

from adjuvant.citation import Provenance
from adjuvant.errors import InternalError, RefusedError
from adjuvant.library.preparations import preparations
from adjuvant.plan import Limit, RefusedPlan, monitoring_schedule, read_setup
from adjuvant.plan.by_hand import HandPlan, by_hand
from adjuvant.plan.schedule import Running
from adjuvant.plan.wire import hand_json
from adjuvant.protocol import Facts, Sited, Situation
from adjuvant.protocol.body import Weight
from adjuvant.protocol.ceiling import Ceiling
from adjuvant.protocol.guardrail import Guardrail
from adjuvant.quantity import Quantity, parse_quantity
from bedside import BEGINS, Chart, closed
from infusions import advice, founding, situation, told

Q = parse_quantity
RAIL: dict[str, Any] = {
    "title": "A limit", "drug": "ketamine", "settings": "wards", "gives": "any", "kind": "maximum",
    "severity": "absolute", "binds": True, "citation": "rcht", "provenance": "read",
}  # fmt: skip
NAME, ROUTE = (
    "Name and number against the wristband", "Right route, and nothing with it that must not meet it",
)  # fmt: skip


def found(
    key: str = "henry_ford_home_sc", weight: str = "72 kg", regimen: str | None = None, *,
    vial: str | None = "50 mg/mL", ordered: str | None = None, known: dict[str, Guardrail] | None = None,
    sited: Sited | None = None,
) -> HandPlan | RefusedPlan | None:  # fmt: skip
    protocol = sited or closed(key)
    seen = situation(protocol, weight)
    return by_hand(
        advice(protocol, seen, regimen), protocol, seen, read_setup(vial=vial, ordered=ordered), known
    )


def planned(*args: Any, **stated: Any) -> HandPlan:
    plan = found(*args, **stated)
    assert isinstance(plan, HandPlan), plan
    return plan


def refused(*args: Any, **stated: Any) -> RefusedPlan:
    plan = found(*args, **stated)
    assert isinstance(plan, RefusedPlan), plan
    return plan


def rails(**other: Any) -> dict[str, Guardrail]:
    return {"one": Guardrail.model_validate(RAIL | other)}


# --- what is given, and what is ticked --------------------------------------------------------------------


def test_a_divided_dose_is_checked_by_its_parts_and_the_volume_of_each() -> None:
    assert planned().checks == (
        NAME, "Weight 72 kg, actual", "Ketamine 50 mg/mL in hand, expiry read", "3 of 12 mg, 0.24 mL", ROUTE,
    )  # fmt: skip


def test_a_dose_in_one_part_without_a_vial_has_no_volume() -> None:
    # Ten milligrams by mouth in syrup, whose strength nobody stated.
    plan = planned("mid_essex", regimen="oral", vial=None)
    assert plan.checks == (NAME, "Ketamine in hand, expiry read", "10 mg", ROUTE)
    assert (plan.weight, plan.vial, plan.drawn, plan.held) == (None, None, None, None)
    (part,) = plan.parts
    assert (part.number, part.at, str(part.amount), part.volume) == (1, BEGINS, "10 mg", None)


def test_a_dose_by_mouth_from_a_stated_vial_has_its_volume() -> None:
    # 10 mg of 10 mg/mL are 1 mL.
    plan = planned("mid_essex", regimen="oral", vial="10 mg/mL")
    assert plan.checks == (NAME, "Ketamine 10 mg/mL in hand, expiry read", "10 mg, 1 mL", ROUTE)
    (part,) = plan.parts
    assert part.volume is not None and str(part.volume) == str(plan.drawn) == "1 mL"
    assert plan.held == part.amount


def test_s_ketamine_by_nose_is_told_from_racemic_ketamine() -> None:
    # 56 mg in two equal parts of 28.
    plan = planned("importance_esketamine", vial=None)
    assert plan.drug == "esketamine"
    assert plan.checks == (
        NAME, "S-ketamine in hand, not racemic ketamine, expiry read", "2 of 28 mg", ROUTE,
    )  # fmt: skip


def test_what_is_given_is_of_the_protocol_s_regimen_and_of_this_advice() -> None:
    plan = planned("mid_essex", regimen="oral", vial=None)
    assert (plan.drug, plan.route, str(plan.dose), str(plan.amount), plan.times_per_day) == (
        "ketamine", "oral", "10 mg", "10 mg", 3,
    )  # fmt: skip
    injected = planned()
    assert (injected.route, str(injected.dose), str(injected.amount)) == (
        "subcutaneous",
        "0.5 mg/kg",
        "36 mg",
    )
    assert injected.weight is not None and str(injected.weight.value) == "72 kg"
    assert injected.vial is not None and str(injected.vial.strength) == "50 mg/mL"
    assert injected.guidance.regimen == "injections"
    assert injected.line.never == (("diazepam", "ketamine_label_legacy"),)


def test_a_dose_that_is_due_later_has_its_parts_then() -> None:
    # A week after the last one, which was given now.
    protocol = closed("henry_ford_home_sc")
    chart = Chart().answering(protocol.protocol).calm(-0.25, pain=8).ketamine(0, "given", "0.5 mg/kg").calm(1)
    facts = replace(chart.facts, weights=situation(protocol, "72 kg").facts.weights)
    seen = Situation.at(BEGINS + timedelta(hours=2), facts)
    guidance = advice(protocol, seen)
    plan = by_hand(guidance, protocol, seen, read_setup(vial="50 mg/mL"))
    assert isinstance(plan, HandPlan), plan
    week = BEGINS + timedelta(days=7)
    assert [one.at - week for one in plan.parts] == [timedelta(minutes=n) for n in (0, 15, 30)]
    # At that time six days have passed, and eight have not.
    setup = read_setup(vial="50 mg/mL")
    near = rails(kind="least_interval", interval="6 d")
    assert isinstance(by_hand(guidance, protocol, seen, setup, near), HandPlan)
    far = by_hand(guidance, protocol, seen, setup, rails(kind="least_interval", interval="8 d"))
    assert isinstance(far, RefusedPlan) and far.reasons[0].endswith(".") and "8 d must pass" in far.reasons[0]


def test_parts_that_were_charted_in_milligrams_are_one_dose_from_which_a_week_is_counted() -> None:
    # 12 mg at 0, 15 and 30 min are 36 mg at 0 min, which only the weight tells. A week from then keeps 7 days.
    protocol = closed("henry_ford_home_sc")
    chart = Chart().answering(protocol.protocol).calm(-0.25, pain=8).calm(1)
    for hour in (0, 0.25, 0.5):
        chart = chart.ketamine(hour, "given", "12 mg")
    facts = replace(chart.facts, weights=situation(protocol, "72 kg").facts.weights)
    seen = Situation.at(BEGINS + timedelta(hours=2), facts)
    week = rails(kind="least_interval", interval="7 d")
    plan = by_hand(advice(protocol, seen), protocol, seen, read_setup(vial="50 mg/mL"), week)
    assert isinstance(plan, HandPlan), plan
    assert plan.parts[0].at == BEGINS + timedelta(days=7)


def test_a_regimen_with_a_weight_of_its_own_is_dosed_by_that() -> None:
    # 72 kg, and 60 by height: 0.5 mg/kg of these are 30 mg.
    closed_ = closed("henry_ford_home_sc")
    own = closed_.protocol.regimens["injections"].model_copy(update={"weight": Weight(kind="ideal")})
    ideal = replace(closed_, protocol=closed_.protocol.model_copy(update={"regimens": {"injections": own}}))
    seen = situation(ideal, "72 kg")
    weights = tuple(
        replace(one, value=Q("60 kg")) if one.kind == "ideal" else one for one in seen.facts.weights
    )
    seen = replace(seen, facts=replace(seen.facts, weights=weights))
    plan = by_hand(advice(ideal, seen), ideal, seen, read_setup(vial="50 mg/mL"))
    assert isinstance(plan, HandPlan) and plan.weight is not None
    assert (plan.weight.kind, str(plan.amount)) == ("ideal", "30 mg")
    assert plan.checks[1] == "Weight 60 kg, ideal"


def test_limits_of_the_library_stand_beside_it_and_those_that_are_named_in_their_place() -> None:
    # Both are of a day's dose by mouth or under the skin; 36 mg are 1.5 mg/h of it.
    titles = {one.title for one in planned().limits}
    assert "Mid Essex, above which doses are unusual" in titles
    (one,) = planned(known=rails(limit="36 mg")).limits
    assert (one.title, str(one.here), str(one.delivers), one.kept) == ("A limit", "36 mg", "36 mg", True)


def test_a_ceiling_of_the_course_counts_what_was_given_before_beside_a_dose_by_hand() -> None:
    # 36 mg were given, and 36 mg are due: 72 of at most 80.
    protocol = closed("henry_ford_home_sc")
    ceiling = Ceiling.model_validate({"key": "course", "of": "course", "limit": "80 mg"})
    regimen = protocol.protocol.regimens["injections"].model_copy(update={"ceilings": (ceiling,)})
    own = replace(
        protocol, protocol=protocol.protocol.model_copy(update={"regimens": {"injections": regimen}})
    )
    chart = Chart().answering(own.protocol).calm(-0.25, pain=8).ketamine(0, "given", "0.5 mg/kg").calm(1)
    facts = replace(chart.facts, weights=situation(own, "72 kg").facts.weights)
    seen = Situation.at(BEGINS + timedelta(hours=2), facts)
    plan = by_hand(advice(own, seen), own, seen, read_setup(vial="50 mg/mL"), {})
    assert isinstance(plan, HandPlan), plan
    (one,) = plan.limits
    assert (str(one.here), str(one.delivers), one.kept) == ("80 mg", "72 mg", True)


# --- what is refused --------------------------------------------------------------------------------------


def test_a_limit_that_is_not_kept_refuses_in_its_own_words() -> None:
    plan = refused(known=rails(limit="35 mg"))
    assert plan.reasons == ("A limit: 36 mg is over 35 mg.",) and plan.remedy == ""
    assert plan.guidance.protocol == "henry_ford_home_sc"


def test_a_part_that_no_graduation_makes_says_what_can_be_drawn() -> None:
    # 20 kg: 10 mg, a third of it 1/15 mL of 50 mg/mL; 0.06 mL can be drawn, a tenth less.
    plan = refused(weight="20 kg")
    assert plan.reasons == (
        "≈ 0.0667 mL of 50 mg/mL cannot be drawn up: 0.06 mL can, 10 % less, and the house allows 2 %.",
    )
    assert plan.remedy == "take a weaker vial."
    assert plan.guidance.protocol == "henry_ford_home_sc"


def test_rounding_of_exactly_what_the_house_allows_is_drawn() -> None:
    # 3600/49 kg: three parts of 600/49 mg, 12/49 mL of 50 mg/mL. 0.24 mL can be drawn, 0.98 of it: 2 % less.
    assert preparations().greatest_rounding == Q("2 %")
    protocol = closed("henry_ford_home_sc")
    seen = situation(protocol)
    weighed = tuple(replace(one, value=Quantity(Fraction(3600, 49), "kg")) for one in seen.facts.weights)
    heavy = replace(seen, facts=replace(seen.facts, weights=weighed))
    plan = by_hand(advice(protocol, heavy), protocol, heavy, read_setup(vial="50 mg/mL"))
    assert isinstance(plan, HandPlan), plan
    assert plan.parts[0].volume == Quantity(Fraction(12, 49), "mL") and str(plan.drawn) == "0.24 mL"


def test_a_vial_that_its_label_wants_diluted_is_not_drawn_for_the_hand() -> None:
    plan = refused(vial="100 mg/mL")
    assert plan.reasons == ("vial 100 mg/mL is diluted before it is given, as its label asks.",)
    assert plan.remedy == "take a weaker vial."


def test_an_order_is_held_against_the_advice() -> None:
    assert planned(ordered="500 ug/kg") == planned()
    with pytest.raises(RefusedError, match=r"0\.5 mg/kg has /kg and 36 mg has not"):
        found(ordered="36 mg")


def test_a_weight_that_is_missing_is_named() -> None:
    protocol = closed("henry_ford_home_sc")
    seen = situation(protocol)
    bare = replace(seen, facts=replace(seen.facts, weights=()))
    guidance = advice(protocol, seen)
    plan = by_hand(guidance, protocol, bare, read_setup(vial="50 mg/mL"))
    assert isinstance(plan, RefusedPlan) and plan.reasons == ("Missing: actual body weight.",)
    assert plan.guidance is guidance


@pytest.mark.parametrize("amount", ["35 mg", None])
def test_advice_whose_milligrams_are_not_its_dose_is_a_fault(amount: str | None) -> None:
    protocol = closed("henry_ford_home_sc")
    seen = situation(protocol, "72 kg")
    guidance = advice(protocol, seen)
    wrong = tuple(
        replace(one, amount=Q(amount) if amount else None) if one.dose is not None else one
        for one in guidance.recommendations
    )
    with pytest.raises(InternalError) as caught:
        by_hand(replace(guidance, recommendations=wrong), protocol, seen, read_setup(vial="50 mg/mL"))
    assert told(caught.value) == (
        "dose 0.5 mg/kg", f"came to {amount} in the advice and to 36 mg here", "report this with the scenario",
    )  # fmt: skip


def test_a_regimen_that_the_protocol_has_not_and_one_that_a_pump_gives_are_no_plan_by_hand() -> None:
    protocol = closed("henry_ford_home_sc")
    seen = situation(protocol)
    guidance = replace(advice(protocol, seen), regimen="")
    assert by_hand(guidance, protocol, seen, read_setup(vial="50 mg/mL")) is None
    assert found(sited=founding()) is None


def test_a_dose_that_is_withheld_is_no_plan_by_hand() -> None:
    protocol = closed("henry_ford_home_sc")
    bare = replace(situation(protocol), facts=Facts("nobody", "UTC"))
    assert by_hand(advice(protocol, bare), protocol, bare, read_setup(vial="50 mg/mL")) is None


# --- in JSON ----------------------------------------------------------------------------------------------

AT = "2026-03-02T08:00:00+00:00"


def test_a_plan_by_hand_has_the_keys_of_the_reference() -> None:
    told_ = hand_json(planned(known=rails(limit="36 mg")))
    assert told_.pop("protocol")["key"] == "henry_ford_home_sc"
    part = {"amount": "12 mg", "volume": "0.24 mL", "drawn": "0.24 mL"}
    assert told_ == {
        "status": "start",
        "at": AT,
        "site": {"name": "Test hospital (invented)", "example": True},
        "hypothetical": None,
        "refused": None,
        "pump": None,
        "by_hand": {
            "drug": "ketamine",
            "route": "subcutaneous",
            "dose": "0.5 mg/kg",
            "amount": "36 mg",
            "uncapped": None,
            "times_per_day": None,
            "weight": {"value": "72 kg", "kind": "actual", "at": "2026-03-02T07:30:00+00:00"},
            "vial": "50 mg/mL",
            "parts": [
                {"at": AT, **part},
                {"at": "2026-03-02T08:15:00+00:00", **part},
                {"at": "2026-03-02T08:30:00+00:00", **part},
            ],
        },
        "limits": [
            {
                "title": "A limit", "limit": "at most 36 mg", "here": "36 mg", "delivers": "36 mg", "kept": True,
                "binds": True, "why": None, "citation": "rcht", "provenance": "read",
            }
        ],
        "checks": [
            NAME, "Weight 72 kg, actual", "Ketamine 50 mg/mL in hand, expiry read", "3 of 12 mg, 0.24 mL", ROUTE,
        ],
        "monitoring": None,
    }  # fmt: skip


def test_a_third_of_a_milligram_stays_exact_beside_what_can_be_drawn() -> None:
    # 70 kg: 35 mg in three; 35 ÷ 150 mL each.
    part = hand_json(planned(weight="70 kg"))["by_hand"]["parts"][0]
    assert part == {"at": AT, "amount": "35/3 mg", "volume": "7/30 mL", "drawn": "0.23 mL"}


def test_what_nobody_stated_is_null() -> None:
    found_ = hand_json(planned("mid_essex", regimen="oral", vial=None))["by_hand"]
    assert (found_["weight"], found_["vial"], found_["times_per_day"]) == (None, None, 3)
    assert found_["parts"] == [{"at": AT, "amount": "10 mg", "volume": None, "drawn": None}]


def test_what_is_watched_after_a_dose_by_hand_stands_with_it() -> None:
    protocol = closed("henry_ford_home_sc")
    schedule = monitoring_schedule(protocol, "injections", Running(BEGINS), BEGINS + timedelta(hours=4))
    watched = hand_json(planned(), schedule)["monitoring"]
    # The site of the tests observes every four hours.
    assert [one["at"] for one in watched["due"]] == ["2026-03-02T12:00:00+00:00"]


def test_a_limit_of_nothing_that_can_be_reckoned_is_null_beside_a_dose_by_hand() -> None:
    one = Limit("A limit", "at most 1 mg/kg", None, None, None, False, "for others", "x", Provenance.READ)
    (shown,) = hand_json(replace(planned(), limits=(one,)))["limits"]
    assert [shown[key] for key in ("here", "delivers", "kept", "why")] == [None, None, None, "for others"]
