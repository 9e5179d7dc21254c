"""A dose in equal parts: their numbers and volumes; and small words of a plan that a nurse acts on."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from adjuvant.errors import InputError
from adjuvant.plan.order import why_not
from adjuvant.plan.parts import equal_parts
from adjuvant.protocol import load
from adjuvant.protocol.guidance import Issue, Missing
from adjuvant.quantity import parse_quantity
from bedside import BEGINS
from infusions import advice, founding, planned, situation, told


def test_three_parts_of_35_mg_are_numbered_and_each_is_seven_thirtieths_of_a_millilitre() -> None:
    # 35 ÷ 3 mg of 50 mg/mL: 35 ÷ 150 mL, about 0.23 mL.
    (split,) = [
        one.split for one in load("henry_ford_home_sc").protocol.regimens.values() if one.split is not None
    ]
    parts = equal_parts(parse_quantity("35 mg"), split, BEGINS, parse_quantity("50 mg/mL"))
    assert [one.number for one in parts] == [1, 2, 3]
    assert {(one.volume.value, one.volume.unit.code) for one in parts} == {(Fraction(7, 30), "mL")}


def test_a_strength_that_the_graduation_changes_a_little_is_said_as_it_comes_out() -> None:
    # 117 mg are 2.34 mL; 2.3 mL are 115 mg in 117 mL, 0.98290... mg/mL.
    made = planned("civik", bag="117 mL", concentration="1 mg/mL", pump_step="0.01 mL/h").preparation
    assert made.filled == "as stated, 1 mg/mL; ≈ 0.9829 mg/mL by the syringe's graduation"
    assert planned("civik", bag="100 mL").preparation.filled == "as civik makes it up, 1 mg/mL"
    own = planned("civik", bag="117 mL", pump_step="0.01 mL/h").preparation
    assert own.filled == "as civik makes it up, 1 mg/mL; ≈ 0.9829 mg/mL by the syringe's graduation"
    # 100 mg a day for 24.4 h are 101.667 mg, 2.033 mL; 2 mL are 100 mg in 20 mL.
    lasting = planned("islhd_burst", regimen="burst", bag="20 mL", lasts="24.4 h", pump_step="0.01 mL/h")
    assert lasting.preparation.filled == "so that the bag lasts 24.4 h; 5 mg/mL by the syringe's graduation"
    assert planned().preparation.filled == "one whole dose in the bag"


def test_no_bag_follows_a_dose_that_has_an_end() -> None:
    with pytest.raises(InputError) as caught:
        planned(bag_before="1 mg/mL")
    assert told(caught.value) == (
        "bag before, 1 mg/mL", "no bag follows: the dose has an end of its own", "leave it out",
    )  # fmt: skip


def test_why_there_is_no_plan_leaves_out_what_is_only_weighed() -> None:
    guidance = advice(founding(), situation(founding()))
    kinds = (
        "caution",
        "needs test",
        "advisory",
        "modifier",
        "relative contraindication",
        "earlier course",
        "contraindication",
    )
    issues = tuple(Issue(kind, f"Words of {kind}.", ()) for kind in kinds)
    found = why_not(replace(guidance, recommendations=(), issues=issues, missing=()))
    assert found == ("The protocol's answer is: start.", "Contraindication: Words of contraindication.")


def test_each_reason_why_there_is_no_plan_ends_with_one_point() -> None:
    guidance = advice(founding(), situation(founding()))
    said = replace(
        guidance,
        recommendations=(),
        issues=(Issue("limit", "More than X...", ()), Issue("conflict", "No X", ())),
        missing=(Missing("is it .5 mg or X?", ""), Missing("the weight.", ""), Missing("what X", "")),
    )
    assert why_not(said)[1:] == (
        "Missing: is it .5 mg or X.", "Missing: the weight.", "Missing: what X.", "Limit: More than X.",
        "Conflict: No X.",
    )  # fmt: skip
    # What the protocol says of it stands first, in its own words, and no sentence twice.
    twice = replace(
        said, recommendations=guidance.recommendations * 2, issues=(), missing=said.missing[:1] * 2
    )
    assert why_not(twice) == (
        "The protocol's answer is: start.", *[one.words for one in guidance.recommendations],
        "Missing: is it .5 mg or X.",
    )  # fmt: skip
