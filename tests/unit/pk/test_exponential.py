"""The matrix exponential: against sums by hand where eigenvalues meet, for patients and steps of their own."""

from __future__ import annotations

import numpy as np
import pytest

from adjuvant.pk.exponential import Moves, by_exponential, exponential, in_blocks, rounded
from adjuvant.pk.inputs import Entry, timeline
from adjuvant.pk.system import Edge, System, assemble

TIMES = np.array([0.0, 3.0, 10.0, 60.0, 60.0, 200.0])


def chain(rate: np.ndarray) -> System:
    """Two places one after the other with one and the same rate: t k e^-kt in the second."""
    edges = [Edge("intake", "central", rate), Edge("central", "", rate)]
    return assemble(edges, entries={"intake", "central"}, reads={"central": ("central", 1000.0)})


def jordan(rate: float, step: float) -> np.ndarray:
    decay = np.exp(-rate * step)
    return np.array([[decay, 0.0], [rate * step * decay, decay]])


@pytest.mark.parametrize("rate", [1e-6, 0.03, 0.5, 40.0])
@pytest.mark.parametrize("step", [0.0, 1e-3, 1.0, 17.0])
def test_two_equal_rates_by_hand_for_small_and_large_steps(rate: float, step: float) -> None:
    matrix = np.array([[[-rate, 0.0], [rate, -rate]]])
    found = exponential(matrix, np.array([step]))[0]
    np.testing.assert_allclose(found, jordan(rate, step), rtol=1e-12, atol=1e-300)


def test_matrices_and_steps_of_each_patient_are_each_as_alone() -> None:
    """One needs no halving, one a few, and one many: no patient's halvings are another's."""
    rates, steps = np.array([1e-4, 0.2, 3.0]), np.array([1.0, 30.0, 400.0])
    matrix = np.array([[[-rate, 0.0], [rate, -rate]] for rate in rates])
    together = exponential(matrix, steps)
    for place, (rate, step) in enumerate(zip(rates, steps, strict=True)):
        alone = exponential(matrix[place : place + 1], steps[place : place + 1])[0]
        np.testing.assert_allclose(together[place], alone, rtol=1e-13, atol=0)
        np.testing.assert_allclose(together[place], jordan(rate, step), rtol=1e-11, atol=1e-300)


def test_a_matrix_of_three_by_three_with_unequal_columns_is_that_of_numpy_by_eigenvalues() -> None:
    matrix = np.array([[-0.5, 0.1, 0.0], [0.3, -0.2, 0.4], [0.1, 0.05, -0.6]])
    values, vectors = np.linalg.eig(matrix)
    for step in (0.2, 5.0, 50.0):
        by_hand = (vectors * np.exp(values * step)) @ np.linalg.inv(vectors)
        found = exponential(matrix[None], np.array([step]))[0]
        np.testing.assert_allclose(found, by_hand.real, rtol=1e-10)
        np.testing.assert_allclose(exponential(matrix, np.array(step)), found, rtol=1e-14)


def test_moves_are_the_exponential_and_its_integral_and_are_kept() -> None:
    """The integral of e^-kt is (1 - e^-kt) / k."""
    moves = Moves(np.array([[[-0.1]], [[-0.4]]]))
    whole, brought = moves.over(7.0)
    np.testing.assert_allclose(whole[:, 0, 0], np.exp([-0.7, -2.8]), rtol=1e-13)
    np.testing.assert_allclose(brought[:, 0, 0], -np.expm1([-0.7, -2.8]) / [0.1, 0.4], rtol=1e-13)
    assert moves.over(7.0)[0] is whole
    each, _ = moves.each(np.array([1.0, 2.0]))
    np.testing.assert_allclose(each[:, 0, 0], np.exp([-0.1, -0.8]), rtol=1e-13)


@pytest.mark.parametrize("patients", [1, 2, 255, 256, 257, 600])
def test_patients_in_blocks_are_each_given_their_own_doses(patients: int) -> None:
    """t k e^-kt after a bolus of each patient's own, and 2 mg more into the blood at minute 60 for all."""
    rate, mg = np.linspace(0.01, 0.2, patients), np.linspace(1.0, 3.0, patients)
    system = chain(rate)
    given = timeline(system, [Entry("intake", 0.0, 0.0, mg=mg), Entry("central", 60.0, 60.0, mg=2.0)])
    found = by_exponential(system, given, TIMES)["central"]
    t = TIMES[:, None]
    later = np.where(t >= 60, 2.0 * np.exp(-rate * np.clip(t - 60, 0, None)), 0.0)
    np.testing.assert_allclose(
        found, 1000 * (mg * rate * t * np.exp(-rate * t) + later), rtol=1e-10, atol=1e-12
    )


@pytest.mark.parametrize("patients", [1, 2, 300])
def test_rates_of_each_patient_are_integrated_and_end_where_they_end(patients: int) -> None:
    """Into the blood itself: r (1 - e^-kt) / k while it runs to minute 10, and then e^-k of it."""
    rate, given_rate = np.linspace(0.02, 0.2, patients), np.linspace(0.5, 2.0, patients)
    system = chain(rate)
    given = timeline(system, [Entry("central", 0.0, 10.0, mg_per_min=given_rate)])
    found = by_exponential(system, given, TIMES)["central"]
    t = TIMES[:, None]
    by_hand = -np.expm1(-rate * np.clip(t, 0, 10)) / rate * np.exp(-rate * np.clip(t - 10, 0, None))
    np.testing.assert_allclose(found, 1000 * given_rate * by_hand, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(
    "times", [TIMES, np.array([5.0, 25.0]), np.array([0.0, 10.0, 30.0, 60.0, 90.0, 91.0])], ids=str
)
def test_doses_that_begin_and_end_at_many_minutes_are_the_sum_of_each_by_itself(times: np.ndarray) -> None:
    """Six minutes at which something changes, some of them between two looks, in one place of one rate by hand."""
    loss = 0.07
    system = assemble([Edge("central", "", loss)], entries={"central"}, reads={"central": ("central", 1.0)})
    doses = [(0.0, 4.0), (60.0, 2.0), (90.0, 1.0)]
    runs = [(10.0, 30.0, 0.3), (20.0, 40.0, 0.1)]
    given = timeline(
        system,
        [Entry("central", at, at, mg=mg) for at, mg in doses]
        + [Entry("central", start, end, mg_per_min=rate) for start, end, rate in runs],
    )
    by_hand = np.zeros(len(times))
    for at, mg in doses:
        by_hand += np.where(times >= at, mg * np.exp(-loss * np.clip(times - at, 0, None)), 0.0)
    for start, end, rate in runs:
        lasting, after = np.clip(times, start, end) - start, np.clip(times - end, 0, None)
        by_hand += rate / loss * -np.expm1(-loss * lasting) * np.exp(-loss * after)
    np.testing.assert_allclose(by_exponential(system, given, times)["central"][:, 0], by_hand, rtol=1e-11)


def test_blocks_hold_every_patient_once_and_no_more_than_memory_is_meant_for() -> None:
    for patients in (1, 256, 257, 1000):
        parts = list(in_blocks(chain(np.full(patients, 0.1))))
        assert [one.start for one in parts] == list(range(0, patients, 256))
        assert [one.stop for one in parts[:-1]] == [one.start for one in parts[1:]]
        assert parts[-1].stop == patients


def test_steps_that_differ_in_their_last_digits_alone_are_one() -> None:
    """0.1 + 0.2 is 0.30000000000000004: twelve digits are kept, of small steps as of large ones."""
    found = rounded(np.array([0.3, 0.1 + 0.2, 1e-7, 1e-7 * (1 + 1e-15), 5000.0, 0.0, 0.30001]))
    assert found[0] == found[1] and found[2] == found[3] and found[5] == 0 and found[0] != found[6]
    np.testing.assert_allclose(found, [0.3, 0.3, 1e-7, 1e-7, 5000.0, 0.0, 0.30001], rtol=1e-12)
    assert rounded(np.array([1.0000000001]))[0] != 1.0 and rounded(np.array([1 + 1e-14]))[0] == 1.0
