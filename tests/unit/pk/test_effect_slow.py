"""The effect at once and the slow one, by an integral that is done by hand, and norketamine against relief."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from adjuvant.pk import Covariates, Infusion, Regimen, bands, load_model, simulate
from adjuvant.pk.effect_slow import effect_courses, opposed

ADULT = Covariates(70.0, age_years=40)
HUNDRED_HOURS = Regimen((Infusion(0, 6000, "20 mg/h", "intravenous"),), "esketamine")
GRID = np.arange(0, 20001, 10.0)


def followed(level: np.ndarray, half_life_min: float) -> np.ndarray:
    """What follows a level with a half-life, by the trapezoid rule over the grid."""
    rate, found = math.log(2) / half_life_min, [0.0]
    for (_, before), (_, after) in pairwise(enumerate(level)):
        kept = math.exp(-rate * 10)
        found.append(found[-1] * kept + rate * 10 * (before * kept + after) / 2)
    return np.array(found)


def test_the_slow_effect_follows_the_blood_with_its_half_life_of_days() -> None:
    found = bands(HUNDRED_HOURS, GRID, ADULT, models=("otto2021",), patients=0)
    (course,) = effect_courses(found, GRID)
    blood = simulate(load_model("otto2021"), HUNDRED_HOURS, GRID, ADULT).ng_per_ml["ketamine"]
    site = followed(blood, 10.9 * 1440)
    np.testing.assert_allclose(course.slow.typical[0], site / (10.5 + site), rtol=2e-4, atol=5e-4)
    fast, slow = followed(blood, 5.3 * 1440), followed(blood, 20.5 * 1440)
    every = [one / (half + one) for one in (fast, site, slow) for half in (4.37, 10.5, 21.2)]
    np.testing.assert_allclose(course.slow.span[0], np.min(every, axis=0), rtol=2e-4, atol=5e-4)
    np.testing.assert_allclose(course.slow.span[1], np.max(every, axis=0), rtol=2e-4, atol=5e-4)


def test_at_once_it_is_half_where_the_level_is_the_level_with_half() -> None:
    """In a long infusion the place of action has the level of the blood: half of the effect at 121.2 ng/mL."""
    rate = 0.51 * 237.73 * 95.2 / 1000  # mg/h that come to that level at the clearance that Otto prints
    steady = Regimen((Infusion(0, 30000, f"{rate:.6f} mg/h", "intravenous"),), "esketamine")
    found = bands(steady, [29999.0], ADULT, models=("otto2021",), patients=0)
    (course,) = effect_courses(found, [29999.0])
    assert float(course.at_once.typical[0][0]) == pytest.approx(0.5, abs=1e-3)


def test_the_one_is_gone_within_hours_and_the_other_is_there_weeks_later() -> None:
    times = [6000.0, 6000.0 + 1440, 6000.0 + 21 * 1440]
    found = bands(HUNDRED_HOURS, times, ADULT, patients=0)
    for course in effect_courses(found, times):
        assert course.at_once.typical[0][0] > 0.3 and course.at_once.typical[1][1] < 0.2
        assert course.at_once.typical[1][2] < 0.001 and course.slow.typical[0][2] > 0.3
        assert (course.at_once.span[0] <= course.at_once.typical[0]).all()
        assert (course.slow.span[1] >= course.slow.typical[1]).all()


def test_of_the_racemate_half_of_the_level_counts() -> None:
    times = [1440.0, 6000.0]
    both = []
    for drug, rate in (("esketamine", "10 mg/h"), ("ketamine", "20 mg/h")):
        regimen = Regimen((Infusion(0, 6000, rate, "intravenous"),), drug)
        both.append(effect_courses(bands(regimen, times, ADULT, models=("kamp2020",), patients=0), times)[0])
    np.testing.assert_allclose(both[0].slow.typical, both[1].slow.typical, rtol=1e-12)


def test_norketamine_takes_from_relief_what_the_study_says() -> None:
    """Olofsen 2012, in a line: 3.8 cm at 100 ng/mL of ketamine, 1.5 cm against it at 50 of norketamine."""
    times = [600.0, 6000.0, 6600.0]
    found = bands(HUNDRED_HOURS, times, ADULT, patients=0)
    scenario = {one.model: one for one in opposed(found)}
    assert set(scenario) == {"otto2021", "simons2022", "perezruixo2020"}
    (otto,) = [one for one in found.answers if one.model.key == "otto2021"]
    site, metabolite = otto.typical.effect_ng_per_ml, otto.typical.ng_per_ml["norketamine"]
    assert site is not None
    np.testing.assert_allclose(scenario["otto2021"].relief_cm, site * 0.038)
    np.testing.assert_allclose(scenario["otto2021"].against_cm, metabolite * 0.03)
    np.testing.assert_allclose(scenario["otto2021"].left_cm, site * 0.038 - metabolite * 0.03)
    assert scenario["otto2021"].beyond  # above 100 ng/mL, where nothing was reported


def test_there_is_no_such_scenario_for_the_racemate_and_within_what_was_reported_it_says_nothing_of_beyond() -> (
    None
):
    assert opposed(bands(Regimen((Infusion(0, 60, "5 mg/h", "iv"),)), [60.0], ADULT, patients=0)) == ()
    little = Regimen((Infusion(0, 60, "2 mg/h", "iv"),), "esketamine")
    assert not any(one.beyond for one in opposed(bands(little, [30.0, 60.0], ADULT, patients=0)))
