"""Laws of levels over random bodies and regimens: mass balance, superposition, and three solvers that agree.

The bodies are made of flows, not of the models' files: with one to three places for the drug, one or two for its
metabolite, a slow intake and a place of action. Some of them have rates that are equal, or nearly so.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adjuvant.pk import Bolus, Covariates, Infusion, RateChange, Regimen, load_model, simulate
from adjuvant.pk.closed_form import by_modes
from adjuvant.pk.exponential import by_exponential
from adjuvant.pk.inputs import Entry, timeline
from adjuvant.pk.modal import decompose
from adjuvant.pk.ode import by_ode
from adjuvant.pk.solving import solve
from adjuvant.pk.system import Edge, System, assemble

RATES = st.floats(min_value=-3.5, max_value=0.5).map(lambda power: 10.0**power)
MINUTES = st.integers(min_value=0, max_value=600).map(float)
STATES = ("intake", "central", "near", "far", "metabolite", "its far", "action")


@dataclass(frozen=True)
class Body:
    """Flows of a body, and what is read off: mg in each state."""

    edges: tuple[Edge, ...]
    states: tuple[str, ...]

    def system(self, *, kept: bool = False) -> System:
        edges = self.edges
        if kept:  # what leaves the body is collected instead of lost
            edges = tuple(
                Edge(edge.source, edge.to or "gone", edge.rate, edge.share, takes=edge.takes)
                for edge in edges
                if edge.takes and edge.source != "action"
            )
        states = [*self.states, "gone"] if kept else list(self.states)
        return assemble(
            edges,
            entries={"intake", "central"},
            reads={state: (state, 1.0) for state in states if not (kept and state == "action")},
        )


@st.composite
def bodies(draw: st.DrawFn) -> Body:
    """A body; for one in three the rates of loss and intake are one and the same, or all but."""
    loss, intake, metabolite_loss, action = (draw(RATES) for _ in range(4))
    likeness = draw(st.sampled_from(["apart", "equal", "nearly"]))
    if likeness != "apart":
        step = 0.0 if likeness == "equal" else draw(st.sampled_from([1e-12, 1e-9, 1e-7, 1e-5]))
        intake, metabolite_loss, action = loss * (1 + step), loss * (1 - step), loss * (1 + 2 * step)
    edges = [
        Edge("intake", "central", intake),
        Edge("central", "metabolite", loss),
        Edge("metabolite", "", metabolite_loss),
        Edge("central", "action", action, takes=False),
        Edge("action", "", action),
    ]
    states = ["intake", "central", "metabolite", "action"]
    for name, beside in (("near", "central"), ("far", "central"), ("its far", "metabolite")):
        if draw(st.booleans()):
            edges += [Edge(beside, name, draw(RATES)), Edge(name, beside, draw(RATES))]
            states.append(name)
    return Body(tuple(edges), tuple(states))


@st.composite
def doses(draw: st.DrawFn) -> list[Entry]:
    """One to four doses: at once or over time, into the blood or through a slow intake."""
    found = []
    for _ in range(draw(st.integers(min_value=1, max_value=4))):
        state, start = draw(st.sampled_from(["central", "intake"])), draw(MINUTES)
        amount = draw(st.floats(min_value=0.1, max_value=100))
        if draw(st.booleans()):
            found.append(Entry(state, start, start, mg=amount))
        else:
            lasting = draw(st.integers(min_value=1, max_value=600))
            found.append(Entry(state, start, start + lasting, mg_per_min=amount / lasting))
    return found


TIMES = np.array([0.0, 0.5, 1, 3, 10, 30, 60, 61, 90, 120, 200, 240, 300, 480, 720, 1000, 1440, 2880])


def total(entries: list[Entry], until: float) -> float:
    """Everything given up to a minute."""
    found = 0.0
    for entry in entries:
        found += entry.mg if entry.start_min <= until else 0.0
        found += entry.mg_per_min * min(max(until - entry.start_min, 0), entry.end_min - entry.start_min)
    return found


@given(bodies(), doses())
def test_what_is_in_the_body_and_what_has_left_it_is_what_was_given(body: Body, entries: list[Entry]) -> None:
    system = body.system(kept=True)
    levels = solve(system, timeline(system, entries), TIMES)
    inside = sum(levels.values())
    given_so_far = np.array([total(entries, minute) for minute in TIMES])
    np.testing.assert_allclose(
        inside, np.broadcast_to(given_so_far[:, None], (len(TIMES), 1)), rtol=1e-9, atol=1e-12
    )


@given(bodies(), doses())
def test_the_area_under_the_drug_is_the_dose_over_the_clearance(body: Body, entries: list[Entry]) -> None:
    """All drug leaves by the loss from the blood, so that its rate times the area is all that was given."""
    whole = total(entries, np.inf)
    loss = next(edge.rate for edge in body.edges if edge.source == "central" and edge.to == "metabolite")
    system = body.system()
    edges = timeline(system, entries).edges
    slow = np.abs(np.linalg.eigvals(system.matrix[0]).real).min()
    last = edges[-1] + 40 / slow
    nodes, weights = np.polynomial.legendre.leggauss(12)
    inside = [edges[-1] + (last - edges[-1]) * 2.0**-k for k in range(40)][::-1]
    cuts = [edges[0]]
    for start, end in pairwise(edges):
        cuts += [start + (end - start) * 2.0**-k for k in range(12)][::-1]
    cuts = np.unique([*cuts, *inside])
    minutes = np.concatenate([(a + b) / 2 + (b - a) / 2 * nodes for a, b in pairwise(cuts)])
    areas = np.concatenate([(b - a) / 2 * weights for a, b in pairwise(cuts)])
    level = solve(system, timeline(system, entries), minutes)["central"][:, 0]
    assert float(areas @ level) * loss == pytest.approx(whole, rel=1e-6)


@given(bodies(), doses(), doses())
def test_two_regimens_together_give_the_sum_of_their_levels(
    body: Body, first: list[Entry], second: list[Entry]
) -> None:
    system = body.system()
    one, two, both = (
        solve(system, timeline(system, entries), TIMES) for entries in (first, second, [*first, *second])
    )
    scale = total([*first, *second], np.inf)
    for state in body.states:
        np.testing.assert_allclose(both[state], one[state] + two[state], rtol=1e-9, atol=1e-12 * scale)


@given(bodies(), doses(), st.floats(min_value=0.001, max_value=1000))
def test_a_multiple_of_the_doses_gives_the_multiple_of_the_levels(
    body: Body, entries: list[Entry], factor: float
) -> None:
    system = body.system()
    more = [
        Entry(one.state, one.start_min, one.end_min, one.mg * factor, one.mg_per_min * factor)
        for one in entries
    ]
    once, multiple = (solve(system, timeline(system, part), TIMES) for part in (entries, more))
    scale = factor * total(entries, np.inf)
    for state in body.states:
        np.testing.assert_allclose(multiple[state], factor * once[state], rtol=1e-9, atol=1e-13 * scale)


@given(bodies(), doses(), st.integers(min_value=1, max_value=5000))
def test_doses_that_are_given_later_give_the_same_levels_later(
    body: Body, entries: list[Entry], later: int
) -> None:
    system = body.system()
    moved = [
        Entry(one.state, one.start_min + later, one.end_min + later, one.mg, one.mg_per_min)
        for one in entries
    ]
    now = solve(system, timeline(system, entries), TIMES)
    then = solve(system, timeline(system, moved), TIMES + later)
    for state in body.states:
        np.testing.assert_allclose(then[state], now[state], rtol=1e-9, atol=1e-12 * total(entries, np.inf))


@given(bodies(), doses())
def test_the_closed_form_agrees_with_the_matrix_exponential(body: Body, entries: list[Entry]) -> None:
    """Whatever `solve` chooses: where rates are equal it must not be the closed form, and the answer is as good."""
    system = body.system()
    given_to = timeline(system, entries)
    chosen, other = solve(system, given_to, TIMES), by_exponential(system, given_to, TIMES)
    for state in body.states:
        np.testing.assert_allclose(
            chosen[state], other[state], rtol=1e-8, atol=1e-11 * total(entries, np.inf)
        )


@settings(max_examples=8)
@given(bodies(), doses())
def test_the_adaptive_solver_agrees_with_what_is_chosen(body: Body, entries: list[Entry]) -> None:
    system = body.system()
    given_to = timeline(system, entries)
    chosen, oracle = solve(system, given_to, TIMES), by_ode(system, given_to, TIMES, tolerance=1e-8)
    for state in body.states:
        np.testing.assert_allclose(
            chosen[state], oracle[state], rtol=1e-5, atol=1e-6 * total(entries, np.inf)
        )


def test_equal_rates_are_not_left_to_the_closed_form() -> None:
    """Intake, loss of the drug and of its metabolite at one rate: t^2 e^-kt / 2 k^2, by hand."""
    rate = 0.05
    edges = [
        Edge("intake", "central", rate),
        Edge("central", "metabolite", rate),
        Edge("metabolite", "", rate),
    ]
    system = assemble(edges, entries={"intake"}, reads={"metabolite": ("metabolite", 1.0)})
    modes = decompose(system)
    assert modes is not None and not modes.sound.any()
    levels = solve(system, timeline(system, [Entry("intake", 0.0, 0.0, mg=10.0)]), TIMES)["metabolite"][:, 0]
    by_hand = 10 * (rate * TIMES) ** 2 / 2 * np.exp(-rate * TIMES)
    np.testing.assert_allclose(levels, by_hand, rtol=1e-11)


@pytest.mark.parametrize("gap", [1e-1, 1e-3, 1e-5, 2e-6, 1e-7, 1e-10])
def test_rates_that_draw_near_to_each_other_give_the_same_levels_to_nine_digits(gap: float) -> None:
    """Bateman's function of two rates, by hand with expm1 so that nothing cancels."""
    slow = 0.05
    fast = slow * (1 + gap)
    edges = [Edge("intake", "central", fast), Edge("central", "", slow)]
    system = assemble(edges, entries={"intake"}, reads={"central": ("central", 1.0)})
    levels = solve(system, timeline(system, [Entry("intake", 0.0, 0.0, mg=10.0)]), TIMES)["central"][:, 0]
    by_hand = 10 * fast * np.exp(-slow * TIMES) * -np.expm1(-(fast - slow) * TIMES) / (fast - slow)
    np.testing.assert_allclose(levels, by_hand, rtol=1e-9)


def test_many_patients_on_an_even_grid_are_each_as_alone() -> None:
    """The recursion over a grid and the direct form are two paths to one answer."""
    count, generator = 1500, np.random.default_rng(20260101)
    loss, out, back = (10 ** generator.uniform(-2.5, -0.5, count) for _ in range(3))
    edges = [Edge("central", "", loss), Edge("central", "far", out), Edge("far", "central", back)]
    system = assemble(edges, entries={"central"}, reads={"central": ("central", 1.0), "far": ("far", 1.0)})
    entries = [Entry("central", 0.0, 60.0, mg_per_min=1.0), Entry("central", 240.0, 240.0, mg=20.0)]
    grid = np.linspace(0, 480, 193)
    modes = decompose(system)
    assert modes is not None and modes.sound.all()
    whole = by_modes(system, modes, timeline(system, entries), grid)
    for patient in (0, 7, 1499):
        alone = system.of(slice(patient, patient + 1))
        own = decompose(alone)
        assert own is not None
        levels = by_modes(alone, own, timeline(alone, entries), grid)
        for state in ("central", "far"):
            np.testing.assert_allclose(whole[state][:, patient], levels[state][:, 0], rtol=1e-11, atol=1e-13)


def test_the_error_of_the_adaptive_solver_falls_with_its_tolerance() -> None:
    """Convergence, measured on three infusions of the model of Otto: each hundredth brings a tenth at least."""
    body = load_model("otto2021")
    regimen = Regimen(
        tuple(Infusion.of_amount(1440 * day, 60, "35 mg", "intravenous") for day in range(3)), "esketamine"
    )
    from adjuvant.pk.inputs import entries_of
    from adjuvant.pk.person import typical
    from adjuvant.pk.system import build

    person = typical(body, Covariates(70.0))
    entries = entries_of(body, person.values, regimen.spans(70.0))
    system = build(body, person.values, entries={"central"})
    times = np.linspace(10, 4320, 80)
    exact = by_exponential(system, timeline(system, entries), times)["norketamine"]
    errors = []
    for tolerance in (1e-4, 1e-6, 1e-8, 1e-10):
        levels = by_ode(system, timeline(system, entries), times, tolerance=tolerance, method="DOP853")[
            "norketamine"
        ]
        errors.append(float(np.abs(levels - exact).max() / exact.max()))
    assert all(later < earlier / 10 for earlier, later in pairwise(errors)), errors
    assert errors[-1] < 1e-9


@given(st.integers(min_value=1, max_value=10**6))
def test_the_unit_in_which_a_rate_is_written_changes_no_level(micrograms_per_h: int) -> None:
    times, person = [30.0, 60, 90, 600], Covariates(70.0)
    model = load_model("kamp2020")
    milligrams = f"{micrograms_per_h / 1000:.3f} mg/h"
    of = [
        simulate(model, Regimen((Infusion(0, 60, rate, "iv"),)), times, person).ng_per_ml["ketamine"]
        for rate in (f"{micrograms_per_h} ug/h", milligrams)
    ]
    np.testing.assert_allclose(of[0], of[1], rtol=1e-15)


def test_a_change_of_rate_is_two_infusions_one_after_the_other() -> None:
    times, person, model = np.linspace(0, 600, 61), Covariates(70.0), load_model("kamp2020")
    changed = Regimen((Infusion(0, 120, "10 mg/h", "iv", (RateChange(60, "20 mg/h"),)),))
    apart = Regimen((Infusion(0, 60, "10 mg/h", "iv"), Infusion(60, 120, "20 mg/h", "iv")))
    one, two = (simulate(model, regimen, times, person).ng_per_ml["ketamine"] for regimen in (changed, apart))
    np.testing.assert_allclose(one, two, rtol=1e-13)


def test_a_dose_per_kilogram_is_that_dose_for_the_weight() -> None:
    times, model = [1.0, 10, 100], load_model("kamp2020")
    person = Covariates(62.0)
    relative, absolute = (
        simulate(model, Regimen((Bolus(0, amount, "iv"),)), times, person).ng_per_ml["ketamine"]
        for amount in ("0.5 mg/kg", "31 mg")
    )
    np.testing.assert_allclose(relative, absolute, rtol=1e-14)
