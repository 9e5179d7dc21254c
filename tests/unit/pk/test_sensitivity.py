"""Which figure moves a level most, against what is known by hand and against levels that are solved anew."""

from __future__ import annotations

import numpy as np
import pytest

from adjuvant.errors import InputError
from adjuvant.pk import Covariates, Infusion, Regimen, absorption, bands
from adjuvant.pk.sensitivity import Sensitivity, sensitivities, sensitivity_json

ADULT = Covariates(70.0, 55)
FOUR_HOURS = Regimen((Infusion(60, 300, "10 mg/h", "iv"),))


def of(model: str, regimen: Regimen, times: list[float], percent: float = 10.0, **more) -> Sensitivity:
    found = bands(regimen, times, ADULT, models=(model,), patients=0, **more)
    (one,) = sensitivities(found, times, percent, more.get("absorptions", ()))
    return one


def row(one: Sensitivity, figure: str, analyte: str = "ketamine") -> np.ndarray:
    return one.changed[analyte][list(one.figures).index(figure)]


def test_a_tenth_more_clearance_takes_an_eleventh_off_a_level_that_no_longer_rises() -> None:
    """Rate over clearance, by hand; no other figure counts there, and its elasticity is minus one."""
    one = of("kamp2020", Regimen((Infusion(0, 10**6, "10 mg/h", "iv"),)), [10.0**6])
    assert float(row(one, "CL")[0]) == pytest.approx(-100 / 11, abs=1e-9)
    assert all(abs(float(row(one, name)[0])) < 1e-6 for name in one.figures if name != "CL")
    assert float(one.elasticity["ketamine"][list(one.figures).index("CL"), 0]) == pytest.approx(-1, abs=1e-9)


def test_in_a_model_of_rates_a_larger_volume_thins_every_level_alike() -> None:
    one = of("domino1982", FOUR_HOURS, [120.0, 300, 720], 25.0)
    np.testing.assert_allclose(row(one, "V1"), -20.0, rtol=1e-12)
    np.testing.assert_allclose(row(one, "V1", "effect site"), -20.0, rtol=1e-12)


def test_a_small_percent_comes_to_the_elasticity() -> None:
    one = of("kamp2020", FOUR_HOURS, [90.0, 300, 480], 1e-4)
    np.testing.assert_allclose(one.changed["ketamine"] / 1e-4, one.elasticity["ketamine"], atol=1e-5)


def test_the_rate_of_the_place_of_action_moves_its_level_alone() -> None:
    one = of("kamp2020", FOUR_HOURS, [65.0, 305])
    assert (row(one, "ke0") == 0).all()
    assert row(one, "ke0", "effect site")[0] > 1 and row(one, "ke0", "effect site")[1] < 0


def test_before_the_first_dose_and_for_a_share_of_one_there_is_nothing_to_say() -> None:
    one = of("otto2021", Regimen(FOUR_HOURS.doses, "esketamine"), [30.0, 300])
    assert one.figures["fm"].value == 1
    assert np.isnan(row(one, "fm", "norketamine")).all()
    assert np.isnan(one.changed["ketamine"][:, 0]).all() and np.isnan(one.elasticity["ketamine"][:, 0]).all()
    said = sensitivity_json(one)["figures"][list(one.figures).index("fm")]
    assert said["norketamine_percent"] == [None, None] and said["norketamine_elasticity"][0] is None
    assert said["norketamine_elasticity"][1] == pytest.approx(1)


def test_an_uptake_that_was_stated_is_a_figure_too_and_its_share_is_one_for_one() -> None:
    given = absorption("subcutaneous_assumed", half_life_min=20, share=0.9)
    under = Regimen((Infusion(60, 300, "10 mg/h", "subcutaneous"),))
    one = of("kamp2020", under, [90.0, 300], absorptions=[given])
    np.testing.assert_allclose(row(one, "share, subcutaneous"), 10.0, rtol=1e-10)
    assert row(one, "half-life of uptake, subcutaneous")[0] < -1
    assert sensitivity_json(one)["figures"][0]["norketamine_percent"] is None


@pytest.mark.parametrize("percent", [0.0, -10.0, float("nan")])
def test_a_percent_that_is_none_is_refused(percent: float) -> None:
    with pytest.raises(InputError, match="percent"):
        of("kamp2020", FOUR_HOURS, [300.0], percent)
