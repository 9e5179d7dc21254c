"""Levels of one patient: what is in an answer, and what is asked in vain."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from adjuvant.errors import InputError
from adjuvant.pk import Absorption, Bolus, Covariates, Infusion, Regimen, load_model, simulate
from adjuvant.pk.levels import checked_times

ADULT = Covariates(70.0, 40)
KAMP = load_model("kamp2020")
GIVEN = Regimen((Infusion(0, 60, "0.5 mg/kg/h", "iv"),))


def said(make: Callable[[], Any]) -> str:
    with pytest.raises(InputError) as told:
        make()
    return str(told.value)


def test_times_may_repeat_and_never_go_back() -> None:
    assert checked_times([0, 0, 5, 5]).tolist() == [0, 0, 5, 5]
    assert said(lambda: checked_times([0, 3, 3, 2, 1])) == (
        "time 2 after 3: is out of order; give times in rising order."
    )
    assert said(lambda: checked_times([])) == "times: are no list of minutes; give one or more."
    assert said(lambda: checked_times([[1.0]])) == "times: are no list of minutes; give one or more."
    assert said(lambda: checked_times([-1.0])).startswith("time -1: is negative; give minutes")


def test_several_patients_are_asked_for_elsewhere() -> None:
    many = np.array([60.0, 70.0])
    assert said(lambda: simulate(KAMP, GIVEN, [60], Covariates(many))) == (
        "body weight: is one for each of several patients; give one patient's."
    )
    shares = Absorption("oral", np.array([0.1, 0.2]), 30.0, "a guess")
    dose = Regimen((Bolus(0, "10 mg", "oral"),))
    assert said(lambda: simulate(KAMP, dose, [60], ADULT, absorptions=[shares])) == (
        "share that arrives: is one for each of several patients; give one patient's."
    )


@pytest.mark.parametrize("rate", [0.0, -0.1, float("nan"), float("inf")])
def test_a_rate_of_the_place_of_action_is_above_zero(rate: float) -> None:
    words = said(lambda: simulate(KAMP, GIVEN, [60], ADULT, effect_per_min=rate))
    assert words.startswith("rate of the effect site") and "give it per minute, above zero" in words


def test_the_place_of_action_follows_the_blood_by_its_rate_and_is_there_only_where_it_is_asked_for() -> None:
    """Integrated by hand in small steps of the blood's own level: dCe/dt = ke0 (Cp - Ce)."""
    minutes = np.linspace(0, 120, 12001)
    rate = 0.08
    found = simulate(KAMP, GIVEN, minutes, ADULT, effect_per_min=rate)
    blood = found.ng_per_ml["ketamine"]
    by_hand = np.zeros_like(minutes)
    width = minutes[1]
    for place in range(1, len(minutes)):
        mean = (blood[place] + blood[place - 1]) / 2
        by_hand[place] = mean + (by_hand[place - 1] - mean) * np.exp(-rate * width)
    assert found.effect_ng_per_ml is not None
    np.testing.assert_allclose(found.effect_ng_per_ml, by_hand, rtol=1e-5, atol=1e-4)
    assert simulate(KAMP, GIVEN, [60], ADULT).effect_ng_per_ml is None


def test_an_answer_holds_its_minutes_its_drug_its_side_and_its_sources() -> None:
    found = simulate(KAMP, GIVEN, [30, 60], ADULT)
    assert found.times_min.tolist() == [30, 60] and found.model == "kamp2020"
    assert (found.drug, found.sampling) == ("ketamine", "arterial")
    assert [one.key for one in found.citations] == ["kamp2020_meta", "simtiva_code"]


def test_a_dose_per_kilogram_is_of_the_patients_weight() -> None:
    per_kg = simulate(KAMP, GIVEN, [60], ADULT).ng_per_ml["ketamine"]
    absolute = simulate(KAMP, Regimen((Infusion(0, 60, "35 mg/h", "iv"),)), [60], ADULT).ng_per_ml["ketamine"]
    np.testing.assert_allclose(per_kg, absolute, rtol=1e-14)


def test_only_what_is_asked_for_is_given_and_what_no_dose_reaches_is_zero() -> None:
    otto = load_model("otto2021")
    s_form = Regimen((Infusion(0, 60, "10 mg/h", "iv"),), "esketamine")
    both = simulate(otto, s_form, [60, 120], ADULT).ng_per_ml
    assert set(both) == {"ketamine", "norketamine"} and (both["norketamine"] > 0).all()
    assert set(simulate(otto, s_form, [60], ADULT, analytes=["ketamine"]).ng_per_ml) == {"ketamine"}
    nothing = Regimen((Bolus(0, "0 mg", "iv"),), "esketamine")
    assert all((level == 0).all() for level in simulate(otto, nothing, [0, 60], ADULT).ng_per_ml.values())
