"""The figures behind each model, against what the papers print of them."""

from __future__ import annotations

import pytest

from adjuvant.pk import Covariates, Infusion, Regimen, load_model, simulate
from adjuvant.pk.disagreement import Behind, behind

ADULT = Covariates(70.0, age_years=40)


def of(key: str) -> Behind:
    return behind(load_model(key), ADULT, "0.1 mg/kg", "0.1 mg/kg/h", [1, 6, 24], beyond_population=True)


@pytest.mark.parametrize(
    ("key", "clearance", "half_life"),
    [
        ("hijazi2003", 36.0 * 70 * 60 / 1000, 4.9),  # the abstract: 36.0 mL/min/kg, 4.9 h
        ("clements250", 19.1 * 70 * 60 / 1000, 183 / 60),  # the shared notes, worked out there: 19.1, 183 min
        ("kamp2020", 84.0, None),
        ("otto2021", 95.2, None),
        ("simons2022", 1.48 * 60, None),
    ],
)
def test_clearance_and_the_last_half_life_are_those_of_the_paper(
    key: str, clearance: float, half_life: float | None
) -> None:
    found = of(key)
    assert found.cleared_l_per_h == pytest.approx(clearance, rel=5e-3)
    if half_life is not None:
        assert found.last_half_life_h == pytest.approx(half_life, rel=0.015)


def test_volumes_are_the_central_one_and_the_sum_of_all() -> None:
    """Kamp: 25 L, and 25 + 56 + 157 = 238 L; Domino: 0.063 L/kg at 70 kg."""
    assert of("kamp2020").central_l == pytest.approx(25) and of("kamp2020").spread_l == pytest.approx(238)
    assert of("domino1982").central_l == pytest.approx(0.063 * 70)


def test_after_a_bolus_domino_stands_far_above_clements_and_after_a_day_below() -> None:
    """The shared notes: after a bolus the models differ tenfold, and in an infusion much less."""
    domino, clements = of("domino1982"), of("clements250")
    assert domino.after_bolus > 6 * clements.after_bolus
    assert domino.in_infusion[2] < clements.in_infusion[2] < 2 * domino.in_infusion[2]


def test_the_level_in_the_infusion_is_that_of_the_model() -> None:
    regimen = Regimen((Infusion(0, 1440, "0.1 mg/kg/h", "iv"),))
    level = simulate(load_model("kamp2020"), regimen, [60, 360, 1440], ADULT).ng_per_ml["ketamine"]
    assert of("kamp2020").in_infusion == pytest.approx(list(level))
