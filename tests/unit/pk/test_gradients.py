"""How levels change with figures and doses: against what is known by hand, and against levels that are solved anew.

Every test goes both ways, by differences and by JAX, which are to give the same; the second compiles at first.
"""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from importlib.util import find_spec
from typing import Literal, TypeAlias

import numpy as np
import pytest

from adjuvant.errors import InputError, UsageError
from adjuvant.pk import (
    Bolus,
    Covariates,
    Infusion,
    LevelGradients,
    RateChange,
    Regimen,
    absorption,
    level_gradients,
    load_model,
    simulate,
)
from adjuvant.pk.system import EFFECT
from conftest import missing

By: TypeAlias = Literal["differences", "jax"]
OTTO, ADULT, KE0 = load_model("otto2021"), Covariates(70.0), 0.08
TIMES = np.array([0.0, 5, 10, 30, 31, 60, 90, 180, 200, 201, 240, 480, 1440])
# A rate that changes, a pause, and a bolus: every kind of dose.
MIXED = Regimen(
    (
        Infusion(10, 180, "20 mg/h", "iv", (RateChange(30, "0 mg/h"), RateChange(60, "10 mg/h"))),
        Bolus(200, "5 mg", "iv"),
    ),
    "esketamine",
)


@pytest.fixture(params=["differences", pytest.param("jax", marks=pytest.mark.slow)])
def by(request: pytest.FixtureRequest) -> By:
    way: By = request.param
    if way == "jax" and find_spec("jax") is None:
        missing("jax is not installed: `make install` installs it")
    return way


@cache
def mixed(by: By) -> LevelGradients:
    return level_gradients(OTTO, MIXED, TIMES, ADULT, effect_per_min=KE0, by=by)


def sizes(found: LevelGradients) -> np.ndarray:
    return np.array([one.value for one in found.figures.values()])


def with_unit(found: LevelGradients, *units: str) -> np.ndarray:
    return np.array([one.unit in units for one in found.figures.values()])


def test_figures_and_doses_are_named_with_their_units(by: By) -> None:
    found = mixed(by)
    units = {name: one.unit for name, one in found.figures.items()}
    assert units == {
        "V1": "L", "CL": "L/min", "V2": "L", "Q2": "L/min", "V3": "L", "Q3": "L/min", "VM": "L", "CLM": "L/min",
        "VMP": "L", "QM": "L/min", "fm": "1", "ke0": "/min",
    }  # fmt: skip
    assert [(one.start_min, one.end_min) for one in found.doses] == [
        (10, 30),
        (30, 60),
        (60, 180),
        (200, 200),
    ]
    assert found.dose_units == ("mg/min", "mg/min", "mg/min", "mg")
    for name in ("ketamine", "norketamine", EFFECT):
        assert found.by_figure[name].shape == (12, len(TIMES)) and found.by_dose[name].shape == (
            4,
            len(TIMES),
        )
    assert found.levels.notices and found.levels.citations


def test_what_a_dose_adds_is_the_level_that_it_brings_alone(by: By) -> None:
    """A mg/min from minute 30 to 60 too, where the pump stood still."""
    found = mixed(by)
    alone = [Infusion(10, 30, "1 mg/min", "iv"), Infusion(30, 60, "1 mg/min", "iv"), Infusion(60, 180, "1 mg/min", "iv"),
             Bolus(200, "1 mg", "iv")]  # fmt: skip
    for place, dose in enumerate(alone):
        levels = simulate(OTTO, Regimen((dose,), "esketamine"), TIMES, ADULT, effect_per_min=KE0)
        for name, curve in (*levels.ng_per_ml.items(), (EFFECT, levels.effect_ng_per_ml)):
            np.testing.assert_allclose(
                found.by_dose[name][place], curve, rtol=1e-10, atol=1e-12 * curve.max()
            )


def test_doses_times_what_each_adds_is_the_whole_level(by: By) -> None:
    found = mixed(by)
    amounts = np.array([20 / 60, 0, 10 / 60, 5])
    for name in ("ketamine", "norketamine", EFFECT):
        level = found.level_of(name)
        np.testing.assert_allclose(amounts @ found.by_dose[name], level, rtol=1e-11, atol=1e-12 * level.max())


def test_a_body_a_percent_larger_in_all_volumes_and_clearances_has_levels_a_percent_lower(by: By) -> None:
    """Levels go with one over all of them together, so that their elasticities add up to minus one."""
    found = mixed(by)
    some = with_unit(found, "L", "L/min")
    for name in ("ketamine", "norketamine", EFFECT):
        level = found.level_of(name)
        lost = (sizes(found)[:, None] * found.by_figure[name])[some].sum(axis=0)
        np.testing.assert_allclose(lost, -level, atol=1e-9 * level.max())


def test_faster_flows_are_a_faster_clock(by: By) -> None:
    """After a bolus, all flows a percent faster do what a percent more of time does."""
    given, times = Regimen((Bolus(0, "10 mg", "iv"),), "esketamine"), np.array([1.0, 20, 100, 400])
    found = level_gradients(OTTO, given, times, ADULT, effect_per_min=KE0, by=by)
    step = 1e-5
    later, earlier = (
        simulate(OTTO, given, times * (1 + sign * step), ADULT, effect_per_min=KE0) for sign in (1, -1)
    )
    some = with_unit(found, "L/min", "/min")
    for name in ("ketamine", "norketamine"):
        slope = (later.ng_per_ml[name] - earlier.ng_per_ml[name]) / (2 * step)
        quicker = (sizes(found)[:, None] * found.by_figure[name])[some].sum(axis=0)
        np.testing.assert_allclose(quicker, slope, atol=1e-8 * found.level_of(name).max())


def test_at_a_level_that_no_longer_rises_only_clearance_counts(by: By) -> None:
    """Rate over clearance, by hand: its derivative is minus itself over the clearance, and all others are none."""
    weeks = Regimen((Infusion(0, 10**6, "6 mg/h", "iv"),), "esketamine")
    found = level_gradients(OTTO, weeks, [10**6], ADULT, analytes=("ketamine",), by=by)
    clearance = found.figures["CL"].value
    level = 1000 * 0.1 / clearance
    assert float(found.level_of("ketamine")[0]) == pytest.approx(level, rel=1e-9)
    rows = dict(zip(found.figures, found.by_figure["ketamine"][:, 0] * sizes(found), strict=True))
    assert rows.pop("CL") == pytest.approx(-level, rel=1e-9)
    assert max(abs(one) for one in rows.values()) < 1e-8 * level
    assert found.by_dose["ketamine"][0, 0] == pytest.approx(1000 / clearance, rel=1e-9)
    assert dict(zip(found.figures, found.elasticity("ketamine")[:, 0], strict=True))["CL"] == pytest.approx(
        -1
    )


def test_before_the_first_dose_there_is_nothing_to_change_and_no_percent_of_it(by: By) -> None:
    found = mixed(by)
    assert (found.by_figure["ketamine"][:, 0] == 0).all() and (found.by_dose["ketamine"][:, 0] == 0).all()
    assert np.isnan(found.elasticity("ketamine")[:, 0]).all()


def test_a_metabolite_goes_with_the_share_that_becomes_it_and_the_drug_does_not(by: By) -> None:
    found = mixed(by)
    share = list(found.figures).index("fm")
    level = found.level_of("norketamine")
    np.testing.assert_allclose(
        found.by_figure["norketamine"][share] * found.figures["fm"].value, level, rtol=1e-9
    )
    assert (np.abs(found.by_figure["ketamine"][share]) <= 1e-9 * found.level_of("ketamine").max()).all()


def test_of_a_dose_under_the_skin_share_and_half_life_of_uptake_are_figures_too(by: By) -> None:
    """Against levels with another half-life; the level is in proportion to the share."""
    model, given = load_model("kamp2020"), Regimen((Infusion(0, 240, "10 mg/h", "subcutaneous"),))

    def uptake(half_life: float) -> list:
        return [absorption("subcutaneous_assumed", half_life_min=half_life, share=0.9)]

    times = [30.0, 240, 300]
    found = level_gradients(model, given, times, ADULT, absorptions=uptake(20), by=by)
    rows = dict(zip(found.figures, found.by_figure["ketamine"], strict=True))
    more, less = (
        simulate(model, given, times, ADULT, absorptions=uptake(half)).ng_per_ml["ketamine"]
        for half in (20.001, 19.999)
    )
    np.testing.assert_allclose(rows["half-life of uptake, subcutaneous"], (more - less) / 0.002, rtol=1e-6)
    np.testing.assert_allclose(rows["share, subcutaneous"], found.level_of("ketamine") / 0.9, rtol=1e-10)
    assert found.figures["half-life of uptake, subcutaneous"].unit == "min"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("key", "regimen"),
    [
        (
            "simons2022",
            Regimen((Bolus(10, "50 mg", "sublingual"), Infusion(60, 90, "10 mg/h", "iv")), "esketamine"),
        ),
        ("perezruixo2020", Regimen((Bolus(10, "56 mg", "nasal"),), "esketamine")),
    ],
)
def test_chains_sprays_and_inputs_that_last_as_long_as_a_figure_says_go_both_ways(
    key: str, regimen: Regimen
) -> None:
    if find_spec("jax") is None:
        missing("jax is not installed: `make install` installs it")
    model, adult, times = (
        load_model(key),
        Covariates(70.0, 40),
        np.array([5.0, 10, 15, 20, 30, 35, 60, 75, 120, 600]),
    )
    one, two = (level_gradients(model, regimen, times, adult, by=by) for by in ("differences", "jax"))
    for name in model.analytes:
        moved = (one.by_figure[name] - two.by_figure[name]) * sizes(one)[:, None]
        assert np.abs(moved).max() <= 1e-9 * one.level_of(name).max()
        np.testing.assert_allclose(
            one.by_dose[name], two.by_dose[name], rtol=1e-10, atol=1e-12 * one.by_dose[name].max()
        )
    lasting = list(one.figures).index({"simons2022": "D1", "perezruixo2020": "ka_n"}[key])
    assert np.abs(two.by_figure["ketamine"][lasting]).max() > 0


@pytest.mark.slow
def test_of_a_clearance_that_changes_there_are_differences_and_no_jax() -> None:
    flint, given, child = (
        load_model("flint2017"),
        Regimen((Infusion(0, 60, "10 mg/h", "iv"),), "esketamine"),
        Covariates(30.0),
    )
    found = level_gradients(flint, given, [30.0, 60, 400], child, beyond_population=True)
    slope = found.by_figure["norketamine"][list(found.figures).index("slope")]
    assert slope[-1] < 0  # the clearance grows by it, and the level is the lower
    some = with_unit(found, "L", "L/min")
    lost = (sizes(found)[:, None] * found.by_figure["ketamine"])[some].sum(axis=0)
    np.testing.assert_allclose(lost, -found.level_of("ketamine"), rtol=1e-6)
    if find_spec("jax") is not None:
        with pytest.raises(
            InputError, match=r"flint2017 by JAX: has a clearance that changes .*by differences"
        ):
            level_gradients(flint, given, [30.0], child, beyond_population=True, by="jax")


def test_without_jax_differences_are_there_and_jax_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """None in the place of a module is how Python marks one that cannot be imported."""
    for name in ("jax", "jaxlib"):
        monkeypatch.setitem(sys.modules, name, None)
    assert level_gradients(OTTO, MIXED, TIMES, ADULT).by_figure["ketamine"].any()
    with pytest.raises(
        UsageError, match=r"a derivative by JAX: needs JAX, .*install 'adjuvant\[jax\]', or .*differences"
    ):
        level_gradients(OTTO, MIXED, TIMES, ADULT, by="jax")


def test_another_way_than_these_two_is_refused() -> None:
    with pytest.raises(
        UsageError, match="gradients by 'magic': are not there; ask for them by differences or by jax"
    ):
        level_gradients(OTTO, MIXED, TIMES, ADULT, by="magic")  # type: ignore[arg-type]


def test_jax_is_not_imported_until_it_is_asked_for() -> None:
    code = "import sys, adjuvant.pk, adjuvant.pk.level_function; sys.exit(sys.modules.get('jax') is not None)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
