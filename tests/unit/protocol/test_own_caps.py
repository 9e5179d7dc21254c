"""A protocol's own cap stands in the place of a dose that is above it, and both are shown; a guardrail only refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest

from adjuvant.library.folder import FOLDER
from adjuvant.plan import InfusionPlan, draft
from adjuvant.plan.order import cap_words
from adjuvant.plan.setup import read_setup
from adjuvant.plan.wire import plan_json
from adjuvant.protocol import (
    Guidance,
    Sited,
    Situation,
    Status,
    evaluate,
    facts_of,
    guidance_json,
    load,
    read_scenario,
)
from adjuvant.protocol import sited as at_site
from adjuvant.protocol.capping import capped
from adjuvant.protocol.chart import ChartEvent, Happened
from adjuvant.protocol.dosing import DosingWeight
from adjuvant.protocol.guardrail import Guardrail
from adjuvant.protocol.limits import guardrails
from adjuvant.protocol.regimen import Regimen
from adjuvant.protocol.situation import WeightReading
from adjuvant.protocol.titration import next_down, next_up, on_the_ladder
from adjuvant.quantity import Quantity, parse_quantity
from adjuvant.reports.order_sheet import order_sheet

PROTOCOLS = FOLDER / "protocols"
Q = parse_quantity


def uwhc() -> Sited:
    """0.3 mg/kg into a vein, at the example site; the protocol's own cap is 20 mg."""
    return at_site(load("uwhc_ed_bolus"), PROTOCOLS / "uwhc_ed_bolus" / "example_site.yaml")


def patient(kilograms: str, *given: tuple[float, str]) -> Situation:
    """The patient of the shipped scenario at another weight, and what was given so many hours before."""
    told = read_scenario(PROTOCOLS / "uwhc_ed_bolus" / "scenarios" / "first_dose.yaml")
    facts, now = facts_of(told), told.begins
    weight = WeightReading(now - timedelta(days=1), Quantity(Fraction(kilograms), "kg"))
    events = tuple(ChartEvent(now - timedelta(hours=hours), Happened.GIVEN, Q(dose)) for hours, dose in given)
    return Situation.at(now, replace(facts, weights=(weight,), ketamine=events))


def advice(kilograms: str, *given: tuple[float, str]) -> Guidance:
    return evaluate(uwhc(), patient(kilograms, *given))


@pytest.mark.hazard("H-018")
def test_at_67_kg_the_cap_of_20_mg_stands_in_the_place_of_20_1_mg_and_both_are_shown() -> None:
    guidance = advice("67")
    (dose,) = [one for one in guidance.recommendations if one.dose is not None]
    assert guidance.status is Status.START
    assert (str(dose.dose), str(dose.amount)) == ("20 mg", "20 mg")
    assert dose.words == (
        "Start with 20 mg over 10 min. The protocol's own cap applies, at most 20 mg; without it the dose would be "
        "0.3 mg/kg, which is 20.1 mg."
    )
    assert dose.uncapped is not None and dose.uncapped.because in dose.because
    because = dose.uncapped.because
    assert (because.rule, because.citation) == ("regimens.bolus.ceilings.greatest_dose", "uwhc_ed")


def test_json_holds_what_the_dose_would_be_without_the_cap_and_null_where_none_applied() -> None:
    (dose,) = guidance_json(advice("67"))["recommendations"]
    assert (dose["uncapped"]["dose"], dose["uncapped"]["amount"]) == ("0.3 mg/kg", "20.1 mg")
    assert dose["uncapped"]["because"]["citation"] == "uwhc_ed"
    (dose,) = guidance_json(advice("66"))["recommendations"]
    assert dose["uncapped"] is None and dose["amount"] == "19.8 mg"


def test_a_dose_of_exactly_the_cap_is_the_protocol_s_own() -> None:
    (dose,) = advice("200/3").recommendations  # 0.3 mg/kg of 66 2/3 kg is 20 mg
    assert (str(dose.dose), str(dose.amount), dose.uncapped) == ("0.3 mg/kg", "20 mg", None)


def test_what_was_given_as_the_cap_goes_on_as_the_cap() -> None:
    guidance = advice("67", (1, "20 mg"))
    (dose,) = [one for one in guidance.recommendations if one.dose is not None]
    assert (guidance.status, str(dose.dose)) == (Status.CONTINUE, "20 mg")
    assert dose.uncapped is not None and str(dose.uncapped.amount) == "20.1 mg"


def test_a_charted_dose_above_the_cap_is_none_of_the_protocol_s_and_the_cap_is_named() -> None:
    guidance = advice("67", (1, "0.3 mg/kg"))
    assert guidance.status is Status.WITHHELD
    (issue,) = [one for one in guidance.issues if one.kind == "step"]
    assert "none of the protocol's doses" in issue.words and "own cap, at most 20 mg" in issue.words


@pytest.mark.hazard("H-018")
def test_a_guardrail_under_the_cap_refuses_and_alters_nothing() -> None:
    low = guardrails()["uwhc_single"].model_copy(
        update={"limit": guardrails()["uwhc_single"].limit.model_copy(update={"value": Q("19 mg")})}  # type: ignore[union-attr]
    )
    guidance = evaluate(uwhc(), patient("67"), guardrails={**guardrails(), "uwhc_single": low})
    assert guidance.status is Status.WITHHELD
    assert [one for one in guidance.recommendations if one.dose is not None] == []
    assert any("20 mg is over 19 mg" in one.words for one in guidance.issues)


def test_the_plan_and_its_sheet_show_both_figures_with_the_source() -> None:
    situation = patient("67")
    guidance = evaluate(uwhc(), situation)
    plan = draft(guidance, uwhc(), situation, read_setup(vial="10 mg/mL", bag="20 mL", pump_step="0.1 mL/h"))
    assert isinstance(plan, InfusionPlan), plan.reasons
    assert str(plan.order.amount) == "20 mg"
    told = plan_json(plan)
    assert (told["order"]["dose"], told["order"]["uncapped"]["amount"]) == ("20 mg", "20.1 mg")
    words = cap_words(guidance)
    assert (
        "at most 20 mg" in words and "0.3 mg/kg, which is 20.1 mg" in words and words.endswith("[uwhc_ed].")
    )


def test_the_order_sheet_prints_the_cap_beside_the_order() -> None:
    situation = patient("67")
    guidance = evaluate(uwhc(), situation)
    plan = draft(guidance, uwhc(), situation, read_setup(vial="10 mg/mL", bag="20 mL", pump_step="0.1 mL/h"))
    assert cap_words(guidance) in order_sheet(plan, uwhc(), situation).ordered


# --- the cap by itself ------------------------------------------------------------------------------------

SEVENTY = DosingWeight(Q("70 kg"), "actual", patient("70").instant, "70 kg")


def ladder(limit: str, of: str = "rate", **other: Any) -> Regimen:
    """0.1, 0.2, 0.3 and 0.4 mg/kg/h under one cap of the protocol's own."""
    fields: dict[str, Any] = {
        "title": "x", "route": "intravenous", "mode": "continuous_infusion", "start": "0.1 mg/kg/h",
        "titration": {"kind": "ladder", "levels": [f"0.{n} mg/kg/h" for n in (1, 2, 3, 4)], "every": "24 h"},
        "ceilings": [{"key": "own", "of": of, "limit": limit, **other}],
    }  # fmt: skip
    return Regimen.model_validate(fields)


def test_the_level_above_the_cap_is_the_cap_and_nothing_is_above_that() -> None:
    steps = ladder("15 mg/h")  # at 70 kg 7, 14, 21 and 28 mg/h
    up = next_up(steps, Q("0.2 mg/kg/h"), SEVENTY)
    assert up is not None and str(up) == "0.3 mg/kg/h"
    assert str(capped(steps, Q("0.3 mg/kg/h"), SEVENTY).dose) == "15 mg/h"
    assert next_up(steps, Q("15 mg/h"), SEVENTY) is None
    assert str(on_the_ladder(steps, Q("15 mg/h"), SEVENTY)) == "0.3 mg/kg/h"
    assert str(next_down(steps, Q("15 mg/h"), SEVENTY)) == "0.2 mg/kg/h"


@pytest.mark.parametrize(
    ("regimen", "weight"),
    [
        (ladder("15 mg/h", strict=True), SEVENTY),  # no greatest dose is under it
        (ladder("15 mg/h", soft=True), SEVENTY),  # asks for a review, and caps nothing
        (ladder("15 mg/h"), None),  # no figure for this patient
        (ladder("15 mg/h", of="hour"), SEVENTY),  # no size of a dose
    ],
)
def test_what_has_no_figure_to_stand_in_a_dose_s_place_is_not_applied(
    regimen: Regimen, weight: DosingWeight | None
) -> None:
    found = capped(regimen, Q("0.3 mg/kg/h"), weight)
    assert (str(found.dose), found.by) == ("0.3 mg/kg/h", None)


def test_the_lowest_of_several_caps_applies_and_of_a_range_its_upper_end() -> None:
    several = ladder("16 mg/h").model_copy(
        update={"ceilings": (*ladder("16 mg/h").ceilings, *ladder("0.15 mg/kg/h").ceilings)}
    )
    assert str(capped(several, Q("0.4 mg/kg/h"), SEVENTY).dose) == "0.15 mg/kg/h"
    spread = ladder("1 mg/h").model_copy(
        update={"ceilings": (ladder("1 mg/h").ceilings[0].model_copy(
            update={"limit": type(ladder("1 mg/h").ceilings[0].limit).model_validate({"low": "10 mg/h", "high": "20 mg/h"})}
        ),)}
    )  # fmt: skip
    assert str(capped(spread, Q("0.4 mg/kg/h"), SEVENTY).dose) == "20 mg/h"
    assert capped(spread, Q("0.2 mg/kg/h"), SEVENTY).by is None


def rail(limit: str) -> Guardrail:
    return Guardrail.model_validate(
        {"title": "It", "drug": "ketamine", "settings": "x", "gives": "any", "kind": "maximum", "severity": "absolute",
         "binds": True, "citation": "uwhc_ed", "provenance": "read", "limit": limit}
    )  # fmt: skip


def test_a_site_s_own_limit_under_the_cap_refuses_as_a_guardrail_does() -> None:
    site = replace(uwhc(), own_limits={"house": rail("18 mg")})
    guidance = evaluate(site, patient("67"))
    assert guidance.status is Status.WITHHELD
    assert any("20 mg is over 18 mg" in one.words for one in guidance.issues)
