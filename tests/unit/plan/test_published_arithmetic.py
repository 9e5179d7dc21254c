"""The arithmetic of published preparations and orders, with the mistakes that were printed in them.

The facts are typed here from the sources that each test names.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest

from adjuvant.errors import RefusedError
from adjuvant.plan import RefusedPlan, draft
from adjuvant.plan.arithmetic import Sum, backward, forward
from adjuvant.plan.conversion import converted
from adjuvant.plan.parts import equal_parts
from adjuvant.protocol import load, protocol_keys
from adjuvant.quantity import parse_quantity
from bedside import BEGINS, closed
from infusions import advice, infusion, planned, setup, situation


def rate(dose: str, kilograms: int, strength: int) -> Fraction:
    """mL/h of a dose at so many mg/mL, of a pump with steps fine enough to show all of it."""
    one = Sum(parse_quantity(dose), Fraction(kilograms), None, Fraction(50), Fraction(strength), Fraction(50),
              Fraction("0.001"))  # fmt: skip
    there = forward(one)
    assert backward(one, Fraction(there.rate), None).dose.same_as(parse_quantity(dose))
    return Fraction(there.rate)


@pytest.mark.hazard("H-046")
def test_45_kg_at_0_3_mg_per_kg_per_hour_and_2_mg_per_ml_is_6_75_and_not_the_11_8_that_was_printed() -> None:
    # A protocol for emergency departments prints 11.8 mL/h for this; 0.3 × 45 ÷ 2 is 6.75.
    assert rate("0.3 mg/kg/h", 45, 2) == Fraction("6.75") != Fraction("11.8")


def test_70_kg_at_0_2_mg_per_kg_per_hour_is_7_ml_at_2_mg_per_ml_and_14_at_1() -> None:
    assert rate("0.2 mg/kg/h", 70, 2) == 7
    assert rate("0.2 mg/kg/h", 70, 1) == 14


def test_2_5_microgram_per_kg_per_minute_is_0_15_mg_per_kg_per_hour() -> None:
    # Froedtert's rate for adults.
    assert parse_quantity("2.5 ug/kg/min").to("mg/kg/h").value == Fraction("0.15")
    assert rate("2.5 ug/kg/min", 60, 1) == 9  # 0.15 × 60 ÷ 1


def test_100_mg_in_2_ml_made_up_with_98_ml_is_1_mg_per_ml() -> None:
    # The registry entry of CIVIK.
    made = planned("civik", bag="100 mL").preparation
    assert (str(made.drawn), str(made.added), str(made.mass)) == ("2 mL", "98 mL", "100 mg")
    assert str(made.concentration) == "1 mg/mL"


@pytest.mark.parametrize("printed", ["60 ug/h", "120 ug/h"])
def test_a_rate_printed_without_per_kilogram_is_refused_against_the_text_that_has_it(printed: str) -> None:
    # A Canadian page prints 60 to 120 ug/hr in its table and ug/kg/hr in its text: 70 times as much at 70 kg.
    with pytest.raises(RefusedError, match=r"has /kg and .* has not: they are not one order"):
        infusion("civik", bag="100 mL", ordered=printed)


def test_an_order_written_as_an_amount_is_refused_against_advice_that_is_a_rate() -> None:
    with pytest.raises(RefusedError, match=r"has per time and .* has not"):
        infusion("civik", bag="100 mL", ordered="0.05 mg/kg")


def test_an_order_in_other_words_for_the_same_dose_is_taken_and_another_dose_is_refused() -> None:
    assert planned(ordered="500 ug/kg").order.dose.same_as(parse_quantity("0.5 mg/kg"))
    with pytest.raises(RefusedError, match="another dose"):
        infusion(ordered="0.6 mg/kg")


@pytest.mark.parametrize(
    ("age", "weight", "for_whom"),
    [(59, "80 kg", "fixed"), (61, "80 kg", "by_weight"), (60, "80 kg", ""), (60, "60 kg", "by_weight")],
)
def test_the_military_handbook_says_nothing_for_80_kg_at_60_years(
    age: int, weight: str, for_whom: str
) -> None:
    # 10 mg/h under 60 years and from 70 kg; by weight over 60 years or under 70 kg.
    protocol = closed("maraa_ward")
    seen = situation(protocol, weight)
    seen = replace(seen, facts=replace(seen.facts, age_years=Fraction(age)))
    given = []
    for regimen in ("fixed", "by_weight"):
        plan = draft(advice(protocol, seen, regimen), protocol, seen, setup(bag="250 mL"))
        if isinstance(plan, RefusedPlan):
            assert plan.reasons[0] == "The protocol's answer is: not eligible."
            assert any("body weight" in one for one in plan.reasons[1:])
        else:
            given.append(regimen)
    assert given == ([for_whom] if for_whom else [])


def test_300_mg_a_day_under_the_skin_is_100_or_300_by_mouth_and_neither_is_a_default() -> None:
    # The Symptom Control Companion gives a third; Benitez-Rosario and colleagues as much.
    every = [load(key).protocol for key in protocol_keys()]
    found = {
        one.protocol: one for one in converted(parse_quantity("300 mg/d"), "subcutaneous", "oral", every)
    }
    assert str(found["islhd_burst"].low) == str(found["islhd_burst"].high) == "100 mg/d"
    assert str(found["benitez_rosario"].low) == "300 mg/d"
    assert found["islhd_burst"].citation != found["benitez_rosario"].citation


def test_half_a_milligram_per_kg_over_40_minutes_is_0_75_an_hour_and_within_a_cap_of_1() -> None:
    plan = planned(weight="70 kg")
    assert plan.order.hourly.value / 70 == Fraction("0.75")
    cap = next(one for one in plan.limits if one.limit == "at most 1 mg/kg/h")
    assert cap.kept


def test_35_mg_under_the_skin_in_three_equal_parts_is_11_67_mg_at_0_15_and_30_minutes() -> None:
    # Henry Ford, at home: 0.5 mg/kg in three parts.
    split = load("henry_ford_home_sc").protocol.regimens
    (one,) = [regimen.split for regimen in split.values() if regimen.split is not None]
    parts = equal_parts(
        parse_quantity("0.5 mg/kg").for_body(parse_quantity("70 kg")), one, BEGINS, parse_quantity("50 mg/mL")
    )
    assert [part.amount.for_people() for part in parts] == ["11.67 mg"] * 3
    assert sum(part.amount.value for part in parts) == 35
    assert [part.at - BEGINS for part in parts] == [
        timedelta(0),
        timedelta(minutes=15),
        timedelta(minutes=30),
    ]
