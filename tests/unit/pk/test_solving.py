"""Which solution is taken, for patients together: each gets the answer that it would get alone."""

from __future__ import annotations

import numpy as np
import pytest

from adjuvant.errors import InputError
from adjuvant.pk import Covariates, Infusion, Regimen, load_model, typical
from adjuvant.pk.inputs import Entry, timeline
from adjuvant.pk.modal import decompose
from adjuvant.pk.ode import by_ode
from adjuvant.pk.solving import solve
from adjuvant.pk.system import Edge, System, assemble

TIMES = np.array([0.0, 1, 5, 20, 60, 61, 120, 300])


def taken_in(intake: np.ndarray, loss: np.ndarray) -> System:
    edges = [Edge("intake", "central", intake), Edge("central", "", loss)]
    return assemble(edges, entries={"intake"}, reads={"central": ("central", 1000.0)})


def test_patients_with_and_without_equal_rates_are_each_solved_as_alone() -> None:
    """Bateman's function by hand for the first and the third; t k e^-kt for the second, whose rates are equal."""
    intake, loss = np.array([0.2, 0.05, 0.01]), np.array([0.05, 0.05, 0.04])
    system = taken_in(intake, loss)
    modes = decompose(system)
    assert modes is not None and modes.sound.tolist() == [True, False, True]
    amounts = np.array([10.0, 20.0, 30.0])
    given = timeline(system, [Entry("intake", 0.0, 0.0, mg=amounts)])
    found = solve(system, given, TIMES)["central"]
    for patient, (a, k, mg) in enumerate(zip(intake, loss, amounts, strict=True)):
        by_hand = mg * k * TIMES * np.exp(-k * TIMES)
        if a != k:
            by_hand = mg * a / (a - k) * (np.exp(-k * TIMES) - np.exp(-a * TIMES))
        np.testing.assert_allclose(found[:, patient], 1000 * by_hand, rtol=1e-11, atol=1e-12)


def test_one_dose_for_all_reaches_those_with_equal_rates_too() -> None:
    system = taken_in(np.array([0.2, 0.05]), np.array([0.05, 0.05]))
    given = timeline(system, [Entry("intake", 0.0, 60.0, mg_per_min=0.5)])
    found = solve(system, given, TIMES)["central"]
    for patient in (0, 1):
        alone = system.of(slice(patient, patient + 1))
        own = solve(alone, timeline(alone, [Entry("intake", 0.0, 60.0, mg_per_min=0.5)]), TIMES)["central"]
        np.testing.assert_allclose(found[:, patient], own[:, 0], rtol=1e-13)


def test_one_body_that_is_given_different_amounts_is_as_many_patients_alike() -> None:
    """Half of the dose is half of the level, and a dose of none is no level; in Bateman's function by hand."""
    system = taken_in(np.array([0.2]), np.array([0.05]))
    given = timeline(system, [Entry("intake", 0.0, 0.0, mg=np.array([10.0, 5.0, 0.0]))])
    found = solve(system, given, TIMES)["central"]
    by_hand = 10 * 0.2 / 0.15 * (np.exp(-0.05 * TIMES) - np.exp(-0.2 * TIMES))
    np.testing.assert_allclose(found.T, 1000 * np.outer([1, 0.5, 0], by_hand), rtol=1e-11, atol=1e-12)
    one = timeline(system, [Entry("intake", 0.0, 0.0, mg=np.array([10.0]))])
    np.testing.assert_allclose(solve(system, one, TIMES)["central"][:, 0], found[:, 0], rtol=1e-14)


def test_a_clearance_that_grows_stays_so_for_patients_alike() -> None:
    """By hand: exp(-(0.1 t + 0.001 t^2 / 2)) of each dose."""
    edges = [Edge("central", "", 0.1, grows=0.001)]
    system = assemble(edges, entries={"central"}, reads={"central": ("central", 1.0)})
    given = timeline(system, [Entry("central", 0.0, 0.0, mg=np.array([8.0, 2.0]))])
    found = solve(system, given, np.array([0.0, 10.0, 30.0]))["central"]
    left = np.exp(-(0.1 * np.array([0, 10.0, 30.0]) + 0.001 * np.array([0, 100.0, 900.0]) / 2))
    np.testing.assert_allclose(found, np.outer(left, [8.0, 2.0]), rtol=1e-8)


def test_a_body_in_which_drug_goes_round_is_not_left_to_the_closed_form() -> None:
    """Three places one after the other and back to the first have no real modes; the adaptive solver agrees."""
    edges = [
        Edge("first", "second", 0.3),
        Edge("second", "third", 0.2),
        Edge("third", "first", 0.1),
        Edge("first", "", 0.05),
    ]
    system = assemble(edges, entries={"first"}, reads={"third": ("third", 1.0)})
    assert decompose(system) is None
    given = timeline(system, [Entry("first", 0.0, 30.0, mg_per_min=1.0)])
    found, oracle = solve(system, given, TIMES)["third"], by_ode(system, given, TIMES)["third"]
    np.testing.assert_allclose(found, oracle, rtol=1e-8, atol=1e-10)


def test_minutes_at_the_very_end_of_all_inputs_have_their_level() -> None:
    """The adaptive solver is asked at the minute of the last event only, when nothing is left to integrate."""
    edges = [Edge("central", "", 0.1, grows=0.001)]
    system = assemble(edges, entries={"central"}, reads={"central": ("central", 1.0)})
    given = timeline(system, [Entry("central", 0.0, 0.0, mg=8.0), Entry("central", 10.0, 10.0, mg=2.0)])
    found = solve(system, given, np.array([0.0, 10.0]))["central"][:, 0]
    assert found == pytest.approx([8, 8 * np.exp(-(0.1 * 10 + 0.001 * 100 / 2)) + 2], rel=1e-9)


def test_states_that_change_no_answer_are_left_out() -> None:
    from adjuvant.pk.system import build

    model = load_model("simons2022")
    values = typical(model, Covariates(70.0, age_years=25)).values
    drug = build(model, values, entries={"central"}, analytes=["ketamine"])
    assert set(drug.states) == {"central", "shallow", "deep"}
    whole = build(model, values, entries={"mouth", "gut"})
    assert {"mouth", "gut", "gut_to_liver.1", "to_norketamine.2", "to_hydroxynorketamine.2"} <= set(
        whole.states
    )


def test_inputs_that_last_differently_long_are_refused_for_patients_together() -> None:
    system = taken_in(np.array([0.2, 0.1]), np.array([0.05, 0.05]))
    with pytest.raises(InputError, match="length of an input: differs between patients of one call"):
        timeline(system, [Entry("intake", 0.0, np.array([10.0, 20.0]), mg_per_min=1.0)])


def test_a_figure_that_was_copied_says_where_it_stands() -> None:
    figure = load_model("otto2021").parameters["V1"]
    assert figure.source.label == "read second-hand in nlmixr2lib_models"
    assert load_model("kamp2020").between_subject.as_cv["CL"].source.label == "assumed"  # type: ignore[union-attr]


def test_a_weight_per_patient_gives_each_their_own_figures() -> None:
    weights = np.array([50.0, 70.0, 90.0])
    values = typical(load_model("kamp2020"), Covariates(weights)).values
    np.testing.assert_allclose(values["V1"], 25 * weights / 70, rtol=1e-14)


def test_a_pause_is_a_rate_of_zero() -> None:
    from adjuvant.pk import RateChange, simulate

    model = load_model("kamp2020")
    paused = Regimen(
        (Infusion(0, 90, "10 mg/h", "iv", (RateChange(30, "0 mg/h"), RateChange(60, "10 mg/h"))),)
    )
    apart = Regimen((Infusion(0, 30, "10 mg/h", "iv"), Infusion(60, 90, "10 mg/h", "iv")))
    one, other = (
        simulate(model, of, TIMES, Covariates(70.0)).ng_per_ml["ketamine"] for of in (paused, apart)
    )
    np.testing.assert_allclose(one, other, rtol=1e-13)
