"""Drawn patients: their figures follow the printed variances, seeds repeat them, and quantiles need no curves."""

from __future__ import annotations

import numpy as np
import pytest

from adjuvant.errors import InputError, InternalError, UsageError
from adjuvant.pk import (
    Bolus,
    CompartmentModel,
    Covariates,
    Infusion,
    Regimen,
    draw,
    drawn_absorption,
    load_model,
    population_band,
    simulate,
    typical,
)
from adjuvant.pk.exponential import by_exponential
from adjuvant.pk.inputs import Entry, timeline
from adjuvant.pk.modal import decompose
from adjuvant.pk.population import curves
from adjuvant.pk.quantiles import QuantileSketch
from adjuvant.pk.solving import solve
from adjuvant.pk.system import build

OTTO, KAMP, SIMONS, NASAL, FLINT = (
    load_model(key) for key in ("otto2021", "kamp2020", "simons2022", "perezruixo2020", "flint2017")
)
ADULT = Covariates(70.0, age_years=45)
HOUR = Regimen((Infusion.of_amount(0, 60, "35 mg", "iv"),), "esketamine")
TIMES = np.linspace(0, 600, 41)


def generator(seed: int = 7) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_drawn_clearances_have_the_variances_and_the_covariance_of_the_paper() -> None:
    """Of 200,000 patients: log-variance of V1 0.084177, of CL 0.026048, covariance 0.02261; within four errors."""
    count = 200_000
    values = draw(OTTO, ADULT, count, generator()).values
    usual = typical(OTTO, ADULT).values
    logs = np.array([np.log(values[name] / usual[name]) for name in ("V1", "CL", "VM", "CLM")])
    found = np.cov(logs)
    printed = np.zeros((4, 4))
    printed[:2, :2] = [[0.084177, 0.02261], [0.02261, 0.026048]]
    printed[2:, 2:] = [[0.040426, 0.04456], [0.04456, 0.10319]]
    spread = np.sqrt((np.outer(np.diag(printed), np.diag(printed)) + printed**2) / count)
    assert (np.abs(found - printed) < 4 * spread).all()
    assert (np.abs(logs.mean(axis=1)) < 4 * np.sqrt(np.diag(printed) / count)).all()


def test_a_coefficient_of_variation_becomes_the_log_variance_that_has_it() -> None:
    """35 % of V1 of Kamp: the drawn volumes have a standard deviation of 0.35 of their mean."""
    volumes = np.asarray(draw(KAMP, ADULT, 400_000, generator()).values["V1"])
    assert volumes.std() / volumes.mean() == pytest.approx(0.35, rel=0.01)


def test_shares_are_drawn_in_their_logit_and_stay_below_one() -> None:
    shares = np.asarray(draw(NASAL, ADULT, 100_000, generator()).values["FRn"])
    assert shares.min() > 0 and shares.max() < 1
    logit = np.log(shares / (1 - shares))
    assert logit.var() == pytest.approx(0.501, rel=0.02)
    assert logit.mean() == pytest.approx(np.log(0.54 / 0.46), abs=0.01)


def test_variability_between_occasions_is_added_to_that_between_people() -> None:
    """The mean transit time of Simons: 0.021 between people and 0.751 between occasions."""
    drawn = draw(SIMONS, Covariates(70.0, age_years=25), 100_000, generator())
    times = np.log(np.asarray(drawn.values["MTT_K_NK"]))
    assert times.var() == pytest.approx(0.772, rel=0.02)
    assert any("one occasion" in notice for notice in drawn.notices)


def test_the_same_seed_draws_the_same_patients_and_another_seed_others() -> None:
    first, again, other = (draw(OTTO, ADULT, 50, generator(seed)).values["CL"] for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_each_drawn_curve_is_that_of_the_patient_alone() -> None:
    person = draw(OTTO, ADULT, 6, generator())
    whole = curves(OTTO, person, HOUR, TIMES, 70.0)
    for patient in range(6):
        alone = type(person)(
            {name: float(np.broadcast_to(value, (6,))[patient]) for name, value in person.values.items()},
            (),
            (),
        )
        own = curves(OTTO, alone, HOUR, TIMES, 70.0)
        for name in ("ketamine", "norketamine"):
            np.testing.assert_allclose(whole[name][:, patient], own[name][:, 0], rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("model", [OTTO, KAMP, NASAL], ids=lambda model: model.key)
def test_the_closed_form_of_drawn_patients_keeps_nine_digits(model: CompartmentModel) -> None:
    """Against the matrix exponential, for 200 patients of each model and all that it measures."""
    person = draw(model, ADULT, 200, generator(3))
    system = build(model, person.values, entries={"central"}, effect_per_min=0.0835)
    modes = decompose(system)
    assert modes is not None and modes.sound.mean() > 0.9
    given = timeline(
        system, [Entry("central", 0.0, 60.0, mg_per_min=0.5), Entry("central", 90.0, 90.0, mg=5.0)]
    )
    closed = solve(system, given, TIMES[1:])
    other = by_exponential(system, given, TIMES[1:])
    for name, levels in closed.items():
        np.testing.assert_allclose(levels, other[name], rtol=1e-9)


def test_patients_whose_films_last_differently_long_get_their_dose_all_the_same() -> None:
    """The time over which the film gives off its drug differs between occasions; mass arrives all the same."""
    film = Regimen((Bolus(0, "50 mg", "sublingual"),), "esketamine")
    person = draw(SIMONS, Covariates(70.0, age_years=25), 4, generator())
    minutes = np.concatenate([np.arange(0, 600, 0.5), np.arange(600, 40001, 20.0)])
    found = curves(SIMONS, person, film, minutes, 70.0, analytes=["ketamine"])["ketamine"]
    areas = np.trapezoid(found, minutes, axis=0)
    by_hand = 50 * np.asarray(person.values["F1"]) / np.asarray(person.values["CL"]) * 1000
    np.testing.assert_allclose(areas, by_hand, rtol=1e-3)


def test_a_model_without_variability_draws_nobody() -> None:
    with pytest.raises(InputError, match="domino1982: has no variability between people that anybody read"):
        draw(load_model("domino1982"), ADULT, 10, generator())
    with pytest.raises(InputError, match="0 patients: are none; ask for one or more"):
        draw(OTTO, ADULT, 0, generator())
    with pytest.raises(InputError, match="2 body weights: are not one for each of 3 patients"):
        draw(OTTO, Covariates(np.array([60.0, 70.0])), 3, generator())


def test_variability_that_was_assumed_is_named_beside_the_band() -> None:
    regimen = Regimen(HOUR.doses, "ketamine")
    band = population_band(KAMP, regimen, TIMES, ADULT, patients=50, generator=generator())
    assert "coefficient of variation of CL: 0.25 (assumed)" in band.assumed and len(band.assumed) == 6
    assert any("palliative" in notice for notice in band.notices)


def test_streaming_quantiles_are_those_of_the_stored_curves_within_a_thousandth() -> None:
    count = 5000  # more than is worked out at once
    shares = (0.05, 0.25, 0.5, 0.75, 0.95)
    band = population_band(
        OTTO, HOUR, TIMES, ADULT, patients=count, generator=generator(), shares=shares, effect_per_min=0.08
    )
    person = draw(OTTO, ADULT, count, generator())
    stored = curves(OTTO, person, HOUR, TIMES, 70.0, effect_per_min=0.08)
    for name, rows in (*band.ng_per_ml.items(), ("effect site", band.effect_ng_per_ml)):
        exact = np.quantile(stored[name], shares, axis=1, method="lower")
        np.testing.assert_allclose(rows, exact, rtol=0.001 * 1.0001, atol=1e-9)


def test_the_median_band_is_near_the_typical_curve_and_its_ends_lie_around_it() -> None:
    band = population_band(OTTO, HOUR, TIMES, ADULT, patients=4000, generator=generator())
    low, middle, high = band.ng_per_ml["ketamine"][:, 1:]
    usual = simulate(OTTO, HOUR, TIMES, ADULT).ng_per_ml["ketamine"][1:]
    np.testing.assert_allclose(middle, usual, rtol=0.05)
    assert (low < usual).all() and (usual < high).all()


def test_the_memory_of_quantiles_does_not_grow_with_the_patients() -> None:
    draws = generator()
    sketch = QuantileSketch(100)
    sketch.add(np.exp(draws.normal(0, 1, (100, 1000)).clip(-3, 3)))
    held = sketch.bytes_held
    for _ in range(20):
        sketch.add(np.exp(draws.normal(0, 1, (100, 1000)).clip(-3, 3)))
    assert sketch.patients == 21_000
    assert sketch.bytes_held < 1.1 * held
    assert held < 100 * 21_000 * 8 / 2


def test_the_order_in_which_patients_are_added_changes_no_quantile() -> None:
    levels = np.exp(generator().normal(0, 3, (5, 300)))
    one, other = QuantileSketch(5), QuantileSketch(5)
    one.add(levels)
    for part in (levels[:, 200:], levels[:, :10], levels[:, 10:200]):
        other.add(part)
    for share in (0, 0.1, 0.5, 1):
        assert np.array_equal(one.quantile(share), other.quantile(share))


def test_levels_of_zero_are_counted_as_none_and_bad_ones_are_refused() -> None:
    sketch = QuantileSketch(1)
    sketch.add(np.array([[0.0, 0.0, 0.0, 8.0]]))
    assert sketch.quantile(0.5)[0] == 0
    assert sketch.quantile(1)[0] == pytest.approx(8, rel=0.001)
    for bad in (float("nan"), float("inf"), -1.0):
        with pytest.raises(InternalError, match="a level: is NaN, infinite or negative"):
            sketch.add(np.array([[bad]]))
    with pytest.raises(UsageError, match=r"quantile 1\.5: is not between 0 and 1"):
        sketch.quantile(1.5)
    with pytest.raises(UsageError, match="is asked of no patients"):
        QuantileSketch(1).quantile(0.5)
    with pytest.raises(UsageError, match="relative error 0: is not between 0 and 1"):
        QuantileSketch(1, 0)


def test_the_spread_of_a_share_is_part_of_the_band() -> None:
    """A share between 0.75 and 1: the area of each patient is that share of the dose over the clearance."""
    regimen = Regimen((Bolus(0, "20 mg", "sc"),))
    count = 3000
    shares = drawn_absorption("subcutaneous_assumed", count, generator(), half_life_min=20)
    assert 0.75 <= np.min(shares.share) < 0.76 and 0.99 < np.max(shares.share) <= 1
    person = draw(KAMP, ADULT, count, generator(8))
    minutes = np.concatenate([np.arange(0, 600, 1.0), np.arange(600, 20001, 10.0)])
    few = [shares.of(slice(0, 5))]
    some = type(person)(
        {name: np.broadcast_to(value, (count,))[:5] for name, value in person.values.items()}, (), ()
    )
    levels = curves(KAMP, some, regimen, minutes, 70.0, absorptions=few)["ketamine"]
    by_hand = 20 * np.asarray(shares.share)[:5] / np.asarray(person.values["CL"])[:5] * 1000
    np.testing.assert_allclose(np.trapezoid(levels, minutes, axis=0), by_hand, rtol=1e-3)
    band = population_band(
        KAMP,
        regimen,
        TIMES,
        ADULT,
        patients=count,
        generator=generator(8),
        absorptions=[shares],
        shares=[0.5],
    )
    stored = curves(KAMP, person, regimen, TIMES, 70.0, absorptions=[shares])["ketamine"]
    exact = np.quantile(stored, 0.5, axis=1, method="lower")
    np.testing.assert_allclose(band.ng_per_ml["ketamine"][0], exact, rtol=0.00101)
    assert any("drawn evenly, which is assumed" in notice for notice in band.notices)


def test_a_mean_with_a_standard_deviation_is_drawn_with_both() -> None:
    drawn = drawn_absorption("oral_slow_release_s", 200_000, generator(), half_life_min=60)
    shares = np.asarray(drawn.share)
    assert (shares.mean(), shares.std()) == (pytest.approx(0.15, abs=0.001), pytest.approx(0.08, abs=0.001))


def test_a_share_without_spread_and_too_few_shares_are_refused() -> None:
    with pytest.raises(InputError, match="absorption 'oral_yanagihara': says nothing of a spread"):
        drawn_absorption("oral_yanagihara", 10, generator(), half_life_min=30)
    with pytest.raises(InputError, match="absorption 'oral_yanagihar': is not in the library"):
        drawn_absorption("oral_yanagihar", 10, generator(), half_life_min=30)
    shares = drawn_absorption("subcutaneous_assumed", 5, generator(), half_life_min=20)
    regimen = Regimen((Bolus(0, "20 mg", "sc"),))
    with pytest.raises(
        InputError, match="5 shares by the route subcutaneous: are not one for each of 6 patients"
    ):
        population_band(KAMP, regimen, TIMES, ADULT, patients=6, generator=generator(), absorptions=[shares])
    with pytest.raises(InputError, match="share that arrives: is one for each of several patients"):
        simulate(KAMP, regimen, TIMES, ADULT, absorptions=[shares])


def test_patients_who_are_alike_and_get_different_amounts_are_told_apart() -> None:
    alike = typical(KAMP, ADULT)
    shares = drawn_absorption("subcutaneous_assumed", 4, generator(), half_life_min=20)
    regimen = Regimen((Bolus(0, "20 mg", "sc"),))
    found = curves(KAMP, alike, regimen, [60.0], 70.0, absorptions=[shares])["ketamine"][0]
    drawn = np.asarray(shares.share)
    np.testing.assert_allclose(found / found[0], drawn / drawn[0], rtol=1e-12)


def test_children_are_drawn_with_the_clearance_that_grows() -> None:
    child = Covariates(10.0, age_years=1)
    regimen = Regimen((Infusion(0, 600, "0.5 mg/kg/h", "iv"),), "esketamine")
    band = population_band(FLINT, regimen, [300.0, 900.0], child, patients=3, generator=generator())
    assert (band.ng_per_ml["norketamine"] > 0).all()


def test_films_that_last_differently_long_are_solved_together_as_alone() -> None:
    """Two films and an infusion, at even and at odd minutes; alone each patient's input has one length."""
    regimen = Regimen(
        (
            Bolus(0, "50 mg", "sublingual"),
            Infusion(30, 90, "10 mg/h", "iv"),
            Bolus(200, "50 mg", "sublingual"),
        ),
        "esketamine",
    )
    person = draw(SIMONS, Covariates(70.0, age_years=25), 5, generator())
    times = np.array([0.0, 5, 10, 13, 20, 30, 31.5, 90, 100, 200, 203, 230, 400, 1440])
    whole = curves(SIMONS, person, regimen, times, 70.0, effect_per_min=0.08)
    for patient in range(5):
        alone = type(person)(
            {name: float(np.broadcast_to(value, (5,))[patient]) for name, value in person.values.items()},
            (),
            (),
        )
        own = curves(SIMONS, alone, regimen, times, 70.0, effect_per_min=0.08)
        for name, levels in own.items():
            np.testing.assert_allclose(whole[name][:, patient], levels[:, 0], rtol=1e-11, atol=1e-14)
