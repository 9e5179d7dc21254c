"""A forecast by every model that applies: sides apart, models and patients apart, and why a model is left out."""

from __future__ import annotations

import math

import numpy as np
import pytest

from adjuvant.errors import InputError, LibraryError
from adjuvant.pk import (
    Bolus,
    Covariates,
    Infusion,
    Regimen,
    absorption,
    bands,
    load_model,
    reported_ranges,
    simulate,
)
from adjuvant.pk.bands import Bands
from adjuvant.pk.person import NOT_STUDIED
from adjuvant.pk.reported import reported_effects

DAY = Regimen((Infusion(0, 1440, "0.1 mg/kg/h", "intravenous"),))
S_DAY = Regimen((Infusion(0, 1440, "0.1 mg/kg/h", "intravenous"),), "esketamine")
ADULT = Covariates(70.0, age_years=55)
TIMES = [60.0, 1440.0, 2880.0]


def keys(found: Bands) -> dict[str, list[str]]:
    return {side.sampling: [one.model.key for one in side.answers] for side in found.sides}


@pytest.mark.hazard("H-040")
def test_arterial_venous_and_unstated_levels_stand_apart() -> None:
    assert keys(bands(S_DAY, TIMES, ADULT, patients=0)) == {
        "arterial": ["kamp2020", "simons2022"],
        "venous": ["otto2021"],
        "not_stated": ["perezruixo2020"],
    }
    for side in bands(S_DAY, TIMES, ADULT, patients=0).sides:
        assert {one.model.sampling for one in side.answers} == {side.sampling}


def test_over_models_is_the_least_and_greatest_of_their_typical_patients() -> None:
    """The shared notes: 0.1 mg/kg/h for a day ends between 46 and 87 ng/mL, by Hijazi and by Clements."""
    found = bands(DAY, TIMES, ADULT, patients=0)
    (unstated,) = [side for side in found.sides if side.sampling == "not_stated"]
    low, high = unstated.over_models() or (np.zeros(3), np.zeros(3))
    assert round(float(low[1])) == 46 and round(float(high[1])) == 87
    alone = [
        simulate(load_model(key), DAY, TIMES, ADULT).ng_per_ml["ketamine"]
        for key in ("domino1982", "clements250", "hijazi2003")
    ]
    np.testing.assert_array_equal(low, np.min(alone, axis=0))
    np.testing.assert_array_equal(high, np.max(alone, axis=0))


def test_patients_of_one_model_do_not_depend_on_the_other_models() -> None:
    whole = bands(S_DAY, TIMES, ADULT, patients=50)
    (alone,) = bands(S_DAY, TIMES, ADULT, models=("otto2021",), patients=50).answers
    (same,) = [one for one in whole.answers if one.model.key == "otto2021"]
    assert alone.patients is not None and same.patients is not None
    np.testing.assert_array_equal(alone.patients.ng_per_ml["ketamine"], same.patients.ng_per_ml["ketamine"])


def test_a_model_without_variability_says_that_it_has_no_band_over_patients() -> None:
    for one in bands(DAY, TIMES, ADULT, patients=20).answers:
        known = load_model(one.model.key).between_subject is not None
        assert (one.patients is not None) == known
        assert bool(one.no_patients) != known


@pytest.mark.hazard("H-015")
def test_a_model_of_the_other_drug_is_left_out_with_its_rule() -> None:
    left = {one.model: one for one in bands(DAY, TIMES, ADULT, patients=0).left_out}
    assert (
        left["otto2021"].rule
        == "regimen of ketamine is of another drug than otto2021, which is of esketamine"
    )
    assert "no dose of the other" in left["otto2021"].remedy


@pytest.mark.parametrize(
    ("age", "weight", "inside"),
    [(55, 70, False), (None, 70, False), (5, 20, True), (13, 40, True), (16, 40, False)],
)
def test_a_model_of_children_answers_for_a_child_of_its_ages_alone(
    age: float | None, weight: float, inside: bool
) -> None:
    """Herd and Anderson studied children from one and a half to 14 years; an age that is not known is none of them."""
    found = bands(DAY, TIMES, Covariates(weight, age_years=age), patients=0)
    assert ("herd2007" in [one.model.key for one in found.answers]) == inside
    if not inside:
        (why,) = [one for one in found.left_out if one.model == "herd2007"]
        assert "not one of the children of 1.5 to 14 years that herd2007 was made from" in why.rule


def test_a_weight_outside_of_a_model_leaves_it_out_and_is_never_clamped() -> None:
    heavy = Covariates(110.0, age_years=25)
    found = bands(S_DAY, TIMES, heavy, patients=0)
    (why,) = [one for one in found.left_out if one.model == "simons2022"]
    assert why.rule == "body weight 110 kg is outside of 53 to 93 kg, which simons2022 was made for"
    beyond = bands(S_DAY, TIMES, heavy, patients=0, beyond_population=True)
    assert "simons2022" in [one.model.key for one in beyond.answers]
    assert "applied to 110 kg, outside of the 53 to 93 kg studied." in dict(beyond.by_model)["simons2022"]


def test_where_no_model_answers_it_is_refused_with_the_reason_of_each() -> None:
    under_the_skin = Regimen((Infusion(0, 60, "5 mg/h", "subcutaneous"),))
    with pytest.raises(InputError) as caught:
        bands(under_the_skin, TIMES, ADULT)
    assert "kamp2020: dose by the route subcutaneous has no absorption in kamp2020" in str(caught.value)
    given = absorption("subcutaneous_assumed", half_life_min=20, share=0.9)
    found = bands(under_the_skin, TIMES, ADULT, absorptions=[given], patients=0)
    assert any("half-life of uptake 20 min" in said for said in dict(found.by_model)["kamp2020"])


def test_a_model_keeps_its_own_absorption_where_others_need_one_that_is_stated() -> None:
    by_mouth = Regimen((Bolus(0, "84 mg", "oral"),), "esketamine")
    given = absorption("oral_fanta_s", half_life_min=30)
    found = bands(by_mouth, TIMES, ADULT, absorptions=[given], patients=0)
    (own,) = [one for one in found.answers if one.model.key == "perezruixo2020"]
    (same,) = bands(by_mouth, TIMES, ADULT, models=("perezruixo2020",), patients=0).answers
    np.testing.assert_array_equal(own.typical.ng_per_ml["ketamine"], same.typical.ng_per_ml["ketamine"])
    assert "kamp2020" in [one.model.key for one in found.answers]


@pytest.mark.hazard("H-040")
def test_what_must_be_said_is_said_and_what_is_assumed_is_named() -> None:
    found = bands(DAY, TIMES, ADULT, patients=10)
    assert found.notices == (
        NOT_STUDIED,
        "No model knows of a failing liver, or of other drugs that slow or speed the clearance of ketamine.",
        "Nothing here advises a dose.",
    )
    assert "coefficient of variation of CL: 0.25 (assumed)" in dict(found.assumed)["kamp2020"]
    assert set(dict(found.assumed)) == {"kamp2020"}


@pytest.mark.parametrize("patients", [-1, -1000])
def test_fewer_patients_than_none_are_refused(patients: int) -> None:
    with pytest.raises(InputError, match="patients: are fewer than none; ask for none or more"):
        bands(DAY, TIMES, ADULT, patients=patients)


def test_a_model_that_is_not_in_the_library_is_refused_by_name() -> None:
    with pytest.raises(
        LibraryError, match="model 'kamp2021': is not in the library; did you mean 'kamp2020'"
    ):
        bands(DAY, TIMES, ADULT, models=("kamp2021",))


def test_it_is_told_how_far_it_is() -> None:
    told: list[tuple[str, int, int]] = []
    bands(S_DAY, TIMES, ADULT, patients=0, tell=lambda what, done, total: told.append((what, done, total)))
    assert [one[0] for one in told] == ["kamp2020", "otto2021", "simons2022", "perezruixo2020"]
    assert [one[1:] for one in told] == [(0, 4), (1, 4), (2, 4), (3, 4)]


def test_ranges_and_effects_are_those_of_the_papers() -> None:
    """Zanos 2018: 70 to 160 and 100 to 250; Olofsen 2022: 0.51 (0.38 to 0.66) nmol/mL at 237.73 g/mol."""
    ends = {key: (one.low, one.high, one.drug) for key, one in reported_ranges().items()}
    assert ends["analgesia"] == (70, 160, "ketamine") and ends["dissociation"] == (100, 250, "ketamine")
    assert ends["psychedelic"] == (50, 200, "ketamine")
    assert ends["half_effect_s"][:2] == pytest.approx((0.38 * 237.73, 0.66 * 237.73))
    effects = reported_effects()
    assert effects.at_once.half_level == pytest.approx(0.51 * 237.73)
    assert effects.slow.half_lives_min == pytest.approx((5.3 * 1440, 10.9 * 1440, 20.5 * 1440))
    assert effects.of("esketamine") == 1 and effects.of("ketamine") == 0.5
    assert math.isclose(effects.norketamine.relief_cm - effects.norketamine.against_cm, 2.3)
