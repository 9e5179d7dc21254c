"""Comparisons: against sums by hand, on the same patients, with the sides of the circulation kept apart."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from adjuvant.design import (
    Asked,
    Compared,
    Schedule,
    compare_schedules,
    conclusions,
    groups,
    typed,
    uptake,
)
from adjuvant.design.measures import chance, hours_within
from adjuvant.errors import InputError
from adjuvant.pk import (
    Bolus,
    Covariates,
    Infusion,
    Regimen,
    absorption,
    equilibration,
    load_model,
    population_band,
    simulate,
)

BODY = Covariates(70, 60)
ASKED = Asked("blood", 30.0, 60.0, "a reason", 45.0, "a reason", None)


def constant(name: str, rate: str, hours: float = 96, drug: str = "ketamine") -> Schedule:
    return typed(name, Regimen((Infusion(0, hours * 60, rate, "intravenous"),), drug))


def compared(*schedules: Schedule, asked: Asked = ASKED, **more: Any) -> Compared:
    told: dict[str, Any] = {"patients": 200, "seed": 1, **more}
    found, left = groups(schedules[0].regimen.drug, BODY, **told)
    return compare_schedules(schedules, found, 70, asked, seed=1, left=tuple(left.items()), step_min=20)


def test_a_long_infusion_ends_at_rate_over_clearance() -> None:
    """Kamp: 3.5 mg/h over 84 L/h are 41.67 ng/mL."""
    one = compared(constant("steady", "3.5 mg/h", 240)).of("steady", "kamp2020")
    assert one is not None
    assert one.peak.typical == pytest.approx(3.5 / 84 * 1000, rel=1e-4)
    assert one.sampling == "arterial" and not one.typical_above


def test_at_twice_the_rate_the_peak_is_twice_as_high_in_every_model_and_every_share_of_the_patients() -> None:
    found = compared(constant("one", "3 mg/h"), constant("two", "6 mg/h"))
    for model in found.models:
        one, two = found.of("one", model), found.of("two", model)
        assert one is not None and two is not None
        assert two.peak.typical == pytest.approx(2 * one.peak.typical, rel=1e-9)
        if one.peak.median is not None and two.peak.median is not None:
            assert two.peak.median == pytest.approx(2 * one.peak.median, rel=1e-9)


def test_the_chance_is_the_share_of_patients_whose_clearance_is_low_enough() -> None:
    """At rest the level is rate over clearance: above 45 ng/mL for whoever clears less than 3.5 mg/h over 45."""
    found, _ = groups("ketamine", BODY, patients=400, seed=5, only=["kamp2020"])
    drawn = found[0].drawn
    assert drawn is not None
    clearance = np.asarray(drawn.values["CL"]) * 60
    by_hand = float((3.5 / clearance * 1000 > 45).mean())
    answer = compare_schedules([constant("steady", "3.5 mg/h", 480)], found, 70, ASKED, seed=5, step_min=120)
    one = answer.of("steady", "kamp2020")
    assert one is not None and one.above is not None
    assert one.above.share == pytest.approx(by_hand, abs=0.006) and 0.2 < by_hand < 0.6
    assert one.above.low < one.above.share < one.above.high and one.above.patients == 400


def test_hours_in_a_range_by_hand() -> None:
    """Up from 0 to 100 in 10 h and down again in 10: from 40 to 60 it is 2 h on each way."""
    times = np.array([0.0, 10.0, 20.0])
    levels = np.array([[0.0], [100.0], [0.0]])
    assert hours_within(times, levels, 40, 60)[0] == pytest.approx(4)
    assert hours_within(times, np.full((3, 1), 50.0), 40, 60)[0] == pytest.approx(20)
    assert hours_within(times, np.full((3, 1), 70.0), 40, 60)[0] == 0


def test_the_interval_of_a_share_is_wilsons() -> None:
    """20 of 100: 0.1334 to 0.2888, as textbooks have it; of none the lower end is nought, of all the upper one."""
    found = chance(20, 100)
    assert (found.low, found.high) == pytest.approx((0.1334, 0.2888), abs=5e-5)
    assert chance(0, 50).low == 0 and chance(50, 50).high == 1 and chance(0, 50).high > 0


def test_the_same_seed_gives_the_same_patients_whatever_else_is_asked_and_another_seed_gives_others() -> None:
    alone = compared(constant("one", "3 mg/h"), only=["kamp2020"]).of("one", "kamp2020")
    beside = compared(constant("two", "9 mg/h"), constant("one", "3 mg/h")).of("one", "kamp2020")
    other = compared(constant("one", "3 mg/h"), seed=2).of("one", "kamp2020")
    assert alone is not None and beside is not None and other is not None
    assert alone.peak == beside.peak and alone.above == beside.above
    assert alone.peak.median != other.peak.median


def test_models_of_another_drug_of_children_and_of_other_weights_are_left_out_with_the_reason() -> None:
    found = compared(constant("one", "3 mg/h"))
    left = dict(found.left)
    assert "is of another drug than otto2021" in left["otto2021"]
    assert "children of 1 to 18 years" in left["hornik2018"]
    assert set(found.models) == {"kamp2020", "clements250", "domino1982", "hijazi2003"}
    nobody, without_age = groups("ketamine", Covariates(70), patients=5, seed=1)
    assert "herd2007" in without_age and "herd2007" not in {one.model.key for one in nobody}
    child, _ = groups("ketamine", Covariates(30, 10), patients=5, seed=1)
    assert {"herd2007", "hornik2018"} <= {one.model.key for one in child}
    heavy, _ = groups("esketamine", Covariates(175, 60), patients=10, seed=1)
    assert "perezruixo2020" not in {one.model.key for one in heavy}


@pytest.mark.hazard("H-015")
@pytest.mark.hazard("H-040")
def test_s_ketamine_has_its_own_models_venous_ones_among_them_and_no_answer_mixes_the_sides() -> None:
    found = compared(constant("s", "2 mg/h", drug="esketamine"), patients=20)
    sides = {one.model: one.sampling for one in found.measured}
    assert sides["otto2021"] == "venous" and sides["kamp2020"] == "arterial"
    assert all(one.sampling == load_model(one.model).sampling for one in found.measured)


@pytest.mark.hazard("H-015")
def test_two_drugs_and_two_of_one_name_are_refused() -> None:
    with pytest.raises(InputError, match="are of two drugs"):
        compared(constant("one", "1 mg/h"), constant("two", "1 mg/h", drug="esketamine"))
    with pytest.raises(InputError, match="schedule 'one': stands twice"):
        compared(constant("one", "1 mg/h"), constant("one", "2 mg/h"))
    with pytest.raises(InputError, match="has no schedules"):
        compare_schedules([], [], 70, ASKED, seed=1)


def test_a_route_without_an_uptake_is_not_answered_and_with_one_it_is() -> None:
    skin = typed("skin", Regimen((Infusion(0, 1440, "3 mg/h", "subcutaneous"),)))
    with pytest.raises(InputError, match=r"has no answer: .*subcutaneous"):
        compared(skin)
    given = uptake("subcutaneous_assumed", half_life_min=20, share=0.8, because="a guess")
    found = compared(skin, constant("vein", "3 mg/h", 24), uptakes=[given])
    one, vein = found.of("skin", "domino1982"), found.of("vein", "domino1982")
    assert one is not None and vein is not None
    assert one.peak.typical == pytest.approx(0.8 * vein.peak.typical, rel=0.02)
    assert any("0.75 to 1, drawn evenly" in words for words in found.notices)
    with pytest.raises(InputError, match="has no reason"):
        uptake("subcutaneous_assumed", half_life_min=20, share=0.8, because=" ")


def test_what_every_model_says_survives_and_what_one_denies_does_not() -> None:
    """A higher rate peaks higher in every model. A fast dose beside a long one they judge differently."""
    found = compared(constant("low", "3 mg/h"), constant("high", "6 mg/h"))
    peaks = [one for one in conclusions(found) if one.about == "peak"]
    assert [(one.more, one.less, one.survives) for one in peaks] == [("high", "low", True)]
    assert len(peaks[0].yes) == 4
    quick = typed("quick", Regimen((Infusion.of_amount(0, 60, "14 mg", "intravenous"),)))
    level = simulate(load_model("kamp2020"), quick.regimen, [60], BODY).ng_per_ml["ketamine"][0]
    rate = f"{level * 84 / 1000:.3f} mg/h"  # so that Kamp's peaks are alike, and the others' are not
    mixed = compared(quick, constant("long", rate, 240))
    (one,) = [said for said in conclusions(mixed) if said.about == "peak"]
    assert not one.survives and "kamp2020" in one.alike


def test_a_chance_is_only_concluded_from_models_that_have_one() -> None:
    found = compared(constant("low", "1 mg/h"), constant("high", "9 mg/h"))
    (one,) = [said for said in conclusions(found) if said.about.startswith("chance")]
    assert one.yes == ("kamp2020",) and one.survives


@pytest.mark.hazard("H-040")
def test_what_must_be_said_is_said() -> None:
    found = compared(constant("one", "3 mg/h"))
    assert found.notices[0].startswith("Nothing here advises a dose by itself")
    assert any("palliative" in one for one in found.notices[1:])
    assert dict(found.assumed)["kamp2020"]


def test_the_level_at_the_place_of_action_lags_and_peaks_lower_after_a_short_infusion() -> None:
    quick = typed("quick", Regimen((Infusion.of_amount(0, 10, "10 mg", "intravenous"),)), hours=4)
    effect = Asked("effect", 30.0, 60.0, "a reason", 45.0, "a reason", equilibration().per_min)
    blood, site = compared(quick), compared(quick, asked=effect)
    for model in blood.models:
        one, other = blood.of("quick", model), site.of("quick", model)
        assert one is not None and other is not None
        assert other.peak.typical < one.peak.typical and other.peak_h > one.peak_h


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"of": "brain"}, "neither blood nor effect"),
        ({"of": "effect"}, "has no rate of equilibration"),
        ({"low": 60.0}, "range of 60 to 60 ng/mL: is upside down"),
        ({"ceiling": math.nan}, "ceiling nan: is not a finite number"),
        ({"range_because": " "}, "range: does not say where it is from"),
        ({"ceiling_because": ""}, "ceiling: does not say where it is from"),
    ],
)
def test_what_is_measured_is_stated_whole_or_refused(changed: dict[str, Any], words: str) -> None:
    told: dict[str, Any] = {
        "of": "blood", "low": 30.0, "high": 60.0, "range_because": "x", "ceiling": 45.0,
        "ceiling_because": "x", "effect_per_min": None, **changed,
    }  # fmt: skip
    with pytest.raises(InputError, match=words):
        Asked(**told)


def test_no_patients_an_unknown_model_and_none_that_applies_are_refused() -> None:
    with pytest.raises(InputError, match="0 patients: are none"):
        groups("ketamine", BODY, patients=0, seed=1)
    with pytest.raises(InputError, match="'kampf2020': is not in the library"):
        groups("ketamine", BODY, patients=1, seed=1, only=["kampf2020"])
    with pytest.raises(InputError, match="have no model that applies"):
        groups("ketamine", BODY, patients=1, seed=1, only=["otto2021"])


@pytest.mark.hazard("H-015")
def test_a_share_that_was_found_of_the_other_drug_is_called_assumed_wherever_it_is_used() -> None:
    """The slow-release tablet was studied for the S-form; of the racemate nobody found its share."""
    given = uptake("oral_slow_release_s", half_life_min=60, because="a guess")
    dose = Regimen((Bolus(0, "40 mg", "oral"),))
    crossed = "found of esketamine; that it is so of ketamine too is assumed"
    found = compared(typed("oral", dose, hours=8), patients=5, only=["kamp2020"], uptakes=[given])
    assert any(crossed in words for words in found.notices)
    own = Regimen((Bolus(0, "40 mg", "oral"),), "esketamine")
    same = compared(typed("oral", own, hours=8), patients=5, only=["kamp2020"], uptakes=[given])
    assert not any("is assumed" in words for words in same.notices)
    one = absorption("oral_slow_release_s", half_life_min=60)
    for regimen, said in ((dose, True), (own, False)):
        levels = simulate(load_model("kamp2020"), regimen, [60], BODY, absorptions=[one])
        band = population_band(
            load_model("kamp2020"), regimen, [60], BODY, patients=2, generator=np.random.default_rng(1),
            absorptions=[one],
        )  # fmt: skip
        assert any("is assumed" in words for words in levels.notices) == said
        assert any("is assumed" in words for words in band.notices) == said


def test_an_oral_dose_by_a_model_that_has_the_route_needs_no_uptake() -> None:
    dose = typed("oral", Regimen((Bolus(0, "40 mg", "oral"),), "esketamine"), hours=8)
    found = compared(dose, patients=5, only=["perezruixo2020"])
    one = found.of("oral", "perezruixo2020")
    assert one is not None and one.peak.typical > 0
