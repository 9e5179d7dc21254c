"""The pump beside the plan: another bag, another rate, and what the site does not make up."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adjuvant.errors import InputError
from adjuvant.plan import InfusionPlan, PumpCheck, RefusedPlan, check_pump, draft
from adjuvant.quantity import parse_quantity
from bedside import closed
from infusions import advice, founding, planned, setup, situation

Q = parse_quantity
CIVIK: dict[str, Any] = {"concentration": "1 mg/mL", "bag": "100 mL", "vial": "10 mg/mL"}


def civik(**stated: str | None) -> InfusionPlan:
    """The first rate of CIVIK for 60 kg: 0.05 mg/kg/h, 3 mg/h."""
    return planned("civik", "60 kg", **(CIVIK | stated))


# --- a bag of another strength ----------------------------------------------------------------------------


@pytest.mark.hazard("H-047")
def test_a_bag_of_another_strength_has_a_rate_of_its_own_and_both_stand_side_by_side() -> None:
    """3 mg/h from 5 mg/mL is 0.6 mL/h, from 1 mg/mL 3 mL/h. A bag of 5 at the old 3 mL/h would give 15 mg/h."""
    plan = civik(concentration="5 mg/mL", bag="50 mL", vial="50 mg/mL", bag_before="1 mg/mL")
    assert plan.preparation.rate.same_as(Q("0.6 mL/h"))
    change = plan.bag_change
    assert change is not None
    assert change.old_rate.same_as(Q("3 mL/h")) and change.kept.same_as(Q("15 mg/h"))
    assert "1 mg/mL at 3 mL/h" in change.words and "5 mg/mL at 0.6 mL/h" in change.words
    assert "at the old rate this bag gives 15 mg/h where 3 mg/h are ordered" in change.words
    assert "Old bag off, and the rate changed with it" in plan.checks


@pytest.mark.hazard("H-047")
def test_a_bag_of_the_same_strength_keeps_its_rate_and_says_so() -> None:
    change = civik(bag_before="1 mg/mL").bag_change
    assert change is not None and "the rate stays 3 mL/h" in change.words
    assert civik().bag_change is None


@pytest.mark.hazard("H-047")
def test_no_bag_follows_where_the_dose_has_an_end() -> None:
    with pytest.raises(InputError, match="the dose has an end of its own"):
        planned(bag_before="1 mg/mL")


@pytest.mark.hazard("H-047")
@settings(max_examples=60, deadline=None)
@given(before=st.sampled_from(["1 mg/mL", "2 mg/mL", "4 mg/mL"]), after=st.sampled_from(["1", "2", "5"]))
def test_whatever_bag_follows_the_milligrams_an_hour_stay_those_that_were_ordered(
    before: str, after: str
) -> None:
    plan = civik(concentration=f"{after} mg/mL", bag_before=before)
    made = plan.preparation
    assert made.rate.value * made.concentration.value == made.hourly.value <= plan.order.hourly.value
    change = plan.bag_change
    assert change is not None
    # The rate that is kept gives the order only where the strength is the same.
    assert (change.kept.value == plan.order.hourly.value) == (before == f"{after} mg/mL")


# --- what the pump shows ----------------------------------------------------------------------------------


@pytest.mark.hazard("H-049")
def test_milligrams_typed_into_the_field_for_millilitres_are_seen_at_the_first_look() -> None:
    """46.5 mg/h at 0.62 mg/mL is 75 mL/h; 46.5 in the field for mL/h gives 28.83 mg/h."""
    found = check_pump(planned().preparation, Q("46.5 mL/h"))
    assert found.as_planned is False
    assert found.words == ("It shows 46.5 mL/h and the plan is 75 mL/h: 0.62 times as much, 28.83 mg/h.")


@pytest.mark.hazard("H-049")
@pytest.mark.parametrize("shown", ["75.1 mL/h", "74.9 mL/h", "750 mL/h", "7.5 mL/h"])
def test_a_rate_that_is_not_the_planned_one_is_never_near_enough(shown: str) -> None:
    assert check_pump(planned().preparation, Q(shown)).as_planned is False
    assert check_pump(planned().preparation, Q("75 mL/h")) == PumpCheck(as_planned=True, words="")


# --- what a vial holds ------------------------------------------------------------------------------------


@pytest.mark.hazard("H-013")
@pytest.mark.parametrize(
    ("vial", "holds", "mass"),
    [("50 mg/mL", "10 mL", "500 mg"), ("10 mg/mL", "20 mL", "200 mg"), ("100 mg/mL", "5 mL", "500 mg")],
)
def test_a_vial_is_shown_with_its_whole_content_beside_its_strength(vial: str, holds: str, mass: str) -> None:
    made = civik(vial=vial, vial_holds=holds).preparation
    assert made.vial_content is not None
    content, volume = made.vial_content
    assert content.same_as(Q(mass)) and volume.same_as(Q(holds))
    assert civik(vial=vial).preparation.vial_content is None


# --- strengths of one's own -------------------------------------------------------------------------------


@pytest.mark.hazard("H-014")
def test_a_strength_that_is_not_on_the_site_s_list_is_refused() -> None:
    protocol = founding()
    assert protocol.profile is not None
    profile = protocol.profile.model_copy(update={"concentrations": (Q("1 mg/mL"), Q("2 mg/mL"))})
    listed = replace(protocol, profile=profile)
    seen = situation(listed)
    for strength, made in (("1 mg/mL", True), ("2 mg/mL", True), ("0.5 mg/mL", False), ("5 mg/mL", False)):
        plan = draft(advice(listed, seen), listed, seen, setup(concentration=strength, bag="100 mL"))
        assert isinstance(plan, InfusionPlan) is made, strength
        if isinstance(plan, RefusedPlan):
            assert plan.reasons == (
                f"{strength} in the bag is not among the strengths of the site's profile (1 mg/mL, 2 mg/mL).",
            )
            assert plan.remedy == "make it up at one of them, or have the profile changed."
    # The whole dose in one bag makes a strength of its own, which is on no list.
    assert isinstance(draft(advice(listed, seen), listed, seen, setup()), RefusedPlan)


def test_without_a_profile_or_a_list_every_strength_is_made() -> None:
    # 10 mg into a vein, without a kilogram in them: half a milligram per millilitre, as stated.
    for sited in (closed("emory_intranasal"), replace(closed("emory_intranasal"), profile=None)):
        seen = situation(sited)
        stated = setup(bag="20 mL", concentration="0.5 mg/mL")
        plan = draft(advice(sited, seen, "vein"), sited, seen, stated)
        assert isinstance(plan, InfusionPlan) and plan.preparation.concentration.same_as(Q("0.5 mg/mL"))
