"""The closed form itself: one compartment and Bateman's function by hand, on every way through it, and when it is refused."""

from __future__ import annotations

import numpy as np
import pytest

from adjuvant.pk.closed_form import by_modes
from adjuvant.pk.inputs import Entry, timeline
from adjuvant.pk.modal import LARGEST_CONDITION, LEAST_GAP, Modes, decompose, trees
from adjuvant.pk.system import Edge, System, assemble

EVEN, UNEVEN = np.linspace(0.0, 240.0, 25), np.array([0.0, 1, 7, 20, 60, 61, 90, 150, 151, 240])


def one_compartment(loss: np.ndarray) -> System:
    edges = [Edge("central", "", loss)]
    return assemble(edges, entries={"central"}, reads={"central": ("central", 1000.0)})


def taken_in(intake: np.ndarray, loss: np.ndarray) -> System:
    edges = [Edge("intake", "central", intake), Edge("central", "", loss)]
    return assemble(edges, entries={"intake"}, reads={"central": ("central", 1000.0)})


def modes_of(system: System) -> Modes:
    found = decompose(system)
    assert found is not None
    return found


def by_hand(loss: np.ndarray, bolus: np.ndarray, rate: float, times: np.ndarray) -> np.ndarray:
    """A bolus at minute 0, an infusion from 60 to 150, and a bolus of 2 mg at 150, in one compartment."""
    times = times[:, None]
    first = bolus * np.exp(-loss * times)
    running = np.clip(times - 60, 0, 90)
    after = np.clip(times - 150, 0, None)
    infused = rate / loss * -np.expm1(-loss * running) * np.exp(-loss * after)
    last = np.where(times >= 150, 2.0 * np.exp(-loss * after), 0.0)
    return np.asarray(1000 * (first + infused + last))


@pytest.mark.parametrize("times", [EVEN, UNEVEN], ids=["even", "uneven"])
@pytest.mark.parametrize("patients", [1, 2, 999, 1000, 4001])
def test_each_of_many_patients_has_the_levels_of_one_compartment_by_hand(
    patients: int, times: np.ndarray
) -> None:
    """From a thousand patients on an even grid is gone through by recursion, and four thousand are one part."""
    loss = np.linspace(0.01, 0.05, patients)
    bolus = np.linspace(5.0, 9.0, patients)
    system = one_compartment(loss)
    given = timeline(
        system,
        [Entry("central", 0.0, 0.0, mg=bolus), Entry("central", 60.0, 150.0, mg_per_min=0.1),
         Entry("central", 150.0, 150.0, mg=2.0)],
    )  # fmt: skip
    found = by_modes(system, modes_of(system), given, times)["central"]
    assert found.shape == (len(times), patients)
    np.testing.assert_allclose(found, by_hand(loss, bolus, 0.1, times), rtol=1e-11)


@pytest.mark.parametrize("times", [EVEN, UNEVEN, EVEN[:1], np.array([30.0, 30.0, 30.0])], ids=str)
def test_many_patients_who_are_given_rates_of_their_own_have_batemans_function(times: np.ndarray) -> None:
    patients = 4001
    intake, loss = np.linspace(0.1, 0.2, patients), np.linspace(0.01, 0.04, patients)
    rate = np.linspace(0.5, 1.5, patients)
    system = taken_in(intake, loss)
    given = timeline(system, [Entry("intake", 0.0, 300.0, mg_per_min=rate)])
    found = by_modes(system, modes_of(system), given, times)["central"]
    t = times[:, None]
    grown = -np.expm1(-loss * t) / loss - (np.exp(-loss * t) - np.exp(-intake * t)) / (intake - loss)
    np.testing.assert_allclose(found, 1000 * rate * grown, rtol=1e-9, atol=1e-9)


def test_an_even_grid_that_begins_after_the_last_dose_begins_with_what_is_left_of_it() -> None:
    patients = 1000
    loss = np.linspace(0.01, 0.05, patients)
    system = one_compartment(loss)
    given = timeline(system, [Entry("central", 0.0, 0.0, mg=10.0)])
    times = np.linspace(45.0, 90.0, 10)
    found = by_modes(system, modes_of(system), given, times)["central"]
    np.testing.assert_allclose(found, 10_000 * np.exp(-loss * times[:, None]), rtol=1e-12)


def test_doses_into_two_states_at_one_minute_add_up() -> None:
    system = assemble(
        [Edge("intake", "central", 0.2), Edge("central", "", 0.05)],
        entries={"intake", "central"}, reads={"central": ("central", 1.0)},
    )  # fmt: skip
    given = timeline(system, [Entry("intake", 0.0, 0.0, mg=10.0), Entry("central", 0.0, 0.0, mg=4.0)])
    found = by_modes(system, modes_of(system), given, UNEVEN)["central"][:, 0]
    bateman = 10 * 0.2 / 0.15 * (np.exp(-0.05 * UNEVEN) - np.exp(-0.2 * UNEVEN))
    np.testing.assert_allclose(found, bateman + 4 * np.exp(-0.05 * UNEVEN), rtol=1e-11)


def test_a_branch_that_nobody_reads_hides_none_that_somebody_does() -> None:
    """From the middle into two products; the level of either is the same, whichever is read beside it or not."""
    edges = [
        Edge("central", "one", 0.02),
        Edge("central", "two", 0.03),
        Edge("one", "", 0.1),
        Edge("two", "", 0.2),
    ]
    by_hand = {
        "one": 0.02 / (0.1 - 0.05) * (np.exp(-0.05 * UNEVEN) - np.exp(-0.1 * UNEVEN)),
        "two": 0.03 / (0.2 - 0.05) * (np.exp(-0.05 * UNEVEN) - np.exp(-0.2 * UNEVEN)),
    }
    for read in (["one"], ["two"], ["one", "two"]):
        system = assemble(edges, entries={"central"}, reads={name: (name, 1.0) for name in read})
        given = timeline(system, [Entry("central", 0.0, 0.0, mg=1.0)])
        found = by_modes(system, modes_of(system), given, UNEVEN)
        for name in read:
            np.testing.assert_allclose(found[name][:, 0], by_hand[name], rtol=1e-11, atol=1e-15)


def test_a_grid_that_is_nearly_even_is_not_taken_for_even() -> None:
    """A recursion over a grid whose last step is longer by a part in a thousand would be wrong by as much."""
    patients = 1000
    loss = np.full(patients, 0.03)
    system = one_compartment(loss)
    given = timeline(system, [Entry("central", 0.0, 0.0, mg=10.0)])
    times = np.array([0.0, 10.0, 20.0, 30.01])
    found = by_modes(system, modes_of(system), given, times)["central"]
    np.testing.assert_allclose(found[:, 0], 10_000 * np.exp(-0.03 * times), rtol=1e-12)


def test_two_readouts_of_which_one_sees_fewer_modes_do_not_mix() -> None:
    """What is upstream knows nothing of what follows: the intake by itself, and the blood after it."""
    intake, loss = np.array([0.2]), np.array([0.05])
    edges = [Edge("intake", "central", intake), Edge("central", "", loss)]
    system = assemble(
        edges, entries={"intake"}, reads={"central": ("central", 1.0), "intake": ("intake", 1.0)}
    )
    given = timeline(system, [Entry("intake", 0.0, 0.0, mg=10.0)])
    found = by_modes(system, modes_of(system), given, UNEVEN)
    np.testing.assert_allclose(found["intake"][:, 0], 10 * np.exp(-0.2 * UNEVEN), rtol=1e-12)
    bateman = 10 * 0.2 / 0.15 * (np.exp(-0.05 * UNEVEN) - np.exp(-0.2 * UNEVEN))
    np.testing.assert_allclose(found["central"][:, 0], bateman, rtol=1e-11, atol=1e-13)


# --- which patients keep their digits ---------------------------------------------------------------------------


def sound(intake: float, loss: float) -> bool:
    return bool(modes_of(taken_in(np.array([intake]), np.array([loss]))).sound[0])


def test_rates_that_nearly_meet_are_left_to_the_matrix_exponential_and_others_are_not() -> None:
    for gap, kept in ((1e-7, False), (1e-2, True), (0.5, True)):
        assert sound(0.05 * (1 + gap), 0.05) == kept, gap
    assert float(LEAST_GAP) == 1e-6 and LARGEST_CONDITION == 1000


@pytest.mark.parametrize("gap", [1 / 1200, 1 / 1001, 1 / 997, 1 / 800, 1 / 100])
def test_modes_that_cancel_each_other_a_thousandfold_are_not_sound_and_those_that_cancel_less_are(
    gap: float,
) -> None:
    """By hand: of intake a and loss k each mode is as long as sqrt(1 + (a / (a - k))^2) against its own left."""
    cancels = np.sqrt(1 + ((1 + gap) / gap) ** 2)
    assert sound(0.05 * (1 + gap), 0.05) == (cancels < 1000)


def test_a_chain_whose_middle_cancels_both_ways_is_not_sound() -> None:
    """By hand: the middle mode is about 40 long in what follows and 40 in what goes before, 1600 in all."""
    a, gap = 0.2, 1 / 40
    b = a * (1 - gap)
    c = b * (1 - gap)
    edges = [Edge("a", "b", np.array([a])), Edge("b", "c", np.array([b])), Edge("c", "", np.array([c]))]
    middle = np.hypot(1, b / (b - c)) * np.hypot(1, a / (a - b))
    first = np.sqrt(1 + (a / (a - b)) ** 2 + (a * b / ((b - a) * (c - a))) ** 2)
    assert first < 1000 < middle
    assert not modes_of(assemble(edges, entries={"a"}, reads={"c": ("c", 1.0)})).sound.any()


def test_slow_rates_are_as_far_apart_as_fast_ones_of_the_same_ratio() -> None:
    assert sound(3e-7, 1e-7) and sound(3.0, 1.0)


def test_a_state_that_nothing_leaves_is_not_solved_by_the_closed_form_and_its_neighbour_is() -> None:
    """A rate of zero is no exponential that dies out; each patient is judged by its own rates."""
    modes = modes_of(one_compartment(np.array([0.0, 0.5, 1.5])))
    assert modes.sound.tolist() == [False, True, True]
    assert modes.rates[:, 0].tolist() == [0.0, -0.5, -1.5]


def test_each_patients_least_distance_is_taken_of_its_own_rates() -> None:
    edges = [Edge("a", "b", np.array([0.3, 0.3])), Edge("b", "c", np.array([0.2, 0.02])),
             Edge("c", "", np.array([0.02, 0.02 * (1 + 1e-9)]))]  # fmt: skip
    system = assemble(edges, entries={"a"}, reads={"c": ("c", 1.0)})
    assert modes_of(system).sound.tolist() == [True, False]


def test_left_and_right_modes_undo_each_other_and_make_the_matrix() -> None:
    edges = [
        Edge("central", "near", 0.2), Edge("near", "central", 0.1), Edge("central", "far", 0.05),
        Edge("far", "central", 0.01), Edge("central", "product", 0.03), Edge("product", "", 0.02),
    ]  # fmt: skip
    system = assemble(edges, entries={"central"}, reads={"product": ("product", 1.0)})
    modes = modes_of(system)
    assert modes.sound.all()
    right, left, matrix = modes.right[0], modes.left[0], system.matrix[0]
    np.testing.assert_allclose(right @ left, np.eye(len(matrix)), atol=1e-12)
    np.testing.assert_allclose(right @ np.diag(modes.rates[0]) @ left, matrix, atol=1e-13)


def test_two_way_flows_are_a_tree_or_none() -> None:
    star = [Edge("hub", one, 0.1) for one in "abc"] + [Edge(one, "hub", 0.2) for one in "abc"]
    system = assemble(star, entries={"hub"}, reads={"hub": ("hub", 1.0)})
    found = trees(system)
    assert found is not None and len(found) == 3
    hub = system.row("hub")
    assert {frozenset(link) for link in found} == {frozenset((hub, system.row(one))) for one in "abc"}
    chain = [Edge("hub", "next", 0.1)] + [Edge(a, b, 0.3) for a, b in (("next", "far"), ("far", "next"))]
    both = assemble([*star, *chain, Edge("next", "", 0.2)], entries={"hub"}, reads={"far": ("far", 1.0)})
    links = trees(both)
    assert links is not None and len(links) == 4
    assert frozenset((both.row("next"), both.row("far"))) in {frozenset(link) for link in links}
    ring = [Edge(a, b, 0.1) for a, b in ("ab", "bc", "ca")] + [Edge(b, a, 0.2) for a, b in ("ab", "bc", "ca")]
    one_way = [Edge("a", "b", 0.1), Edge("b", "c", 0.1), Edge("c", "a", 0.1)]
    for edges in (ring, one_way, [*one_way, Edge("b", "a", 0.1)]):
        body = assemble(edges, entries={"a"}, reads={"a": ("a", 1.0)})
        assert trees(body) is None and decompose(body) is None
