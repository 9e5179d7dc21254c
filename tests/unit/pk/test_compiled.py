"""The compiled path gives what NumPy gives, for any patients together, stored or counted; and it is only a choice.

The first run compiles for some seconds; later ones read what is kept on disk.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adjuvant.errors import InternalError, UsageError
from adjuvant.pk import Covariates, Infusion, Regimen, compiled, draw, load_model, population_band
from adjuvant.pk.closed_form import by_modes
from adjuvant.pk.compiled import by_kernels, chosen, count_by_kernels, modes_by_kernels
from adjuvant.pk.exponential import by_exponential
from adjuvant.pk.inputs import Entry, Timeline, timeline
from adjuvant.pk.modal import decompose
from adjuvant.pk.population import curves
from adjuvant.pk.quantiles import QuantileSketch
from adjuvant.pk.solving import chosen_amounts, chosen_modes, chosen_patients, solve
from adjuvant.pk.system import Edge, System, assemble, build
from conftest import missing

OTTO, ADULT = load_model("otto2021"), Covariates(70.0)
DAYS = Regimen(
    tuple(Infusion.of_amount(1440 * day, 60, "35 mg", "intravenous") for day in range(3)), "esketamine"
)
GRIDS = {
    "even": np.linspace(0, 1440, 97),
    "uneven": np.array([0.0, 0.5, 3, 30, 60, 61, 90, 91, 200, 499, 500, 501, 720, 1000, 1440]),
    "late": np.array([700.0]),
}


@pytest.fixture(autouse=True)
def _numba() -> None:
    if find_spec("numba") is None:
        missing("numba is not installed: `make install` installs it")


def patients(seed: int, count: int) -> System:
    """Random bodies of one shape; in a quarter of them two rates are equal, in another all but equal."""
    draws = np.random.default_rng(seed)

    def rate() -> np.ndarray:
        return 10 ** draws.uniform(-3.5, 0.5, count)

    intake, loss, metabolite, action = rate(), rate(), rate(), rate()
    kind = draws.integers(0, 4, count)
    intake = np.where(kind == 1, loss, intake)
    metabolite = np.where(kind == 2, loss * (1 + 10.0 ** draws.uniform(-12, -2, count)), metabolite)
    edges = [
        Edge("intake", "central", intake),
        Edge("central", "metabolite", loss),
        Edge("metabolite", "", metabolite),
        Edge("central", "action", action, takes=False),
        Edge("action", "", action),
    ]
    for name, beside in (("near", "central"), ("far", "central"), ("its far", "metabolite")):
        if draws.random() < 0.6:
            edges += [Edge(beside, name, rate()), Edge(name, beside, rate())]
    reads = {state: (state, 1000.0) for state in ("central", "metabolite", "action")}
    return assemble(edges, entries={"intake", "central"}, reads=reads)


def doses(seed: int, system: System) -> Timeline:
    """Some for all patients alike, and one that differs between them."""
    draws = np.random.default_rng(seed)
    own = draws.uniform(0, 1, system.patients) if draws.random() < 0.5 else 0.4
    return timeline(
        system,
        [
            Entry("central", 0.0, float(draws.integers(1, 90)), mg_per_min=0.5),
            Entry("intake", 90.0, 90.0, mg=float(draws.uniform(1, 20))),
            Entry("central", 200.0, 500.0, mg_per_min=own),
        ],
    )


@settings(max_examples=25)
@given(st.integers(min_value=0, max_value=10**6), st.sampled_from(sorted(GRIDS)))
def test_compiled_levels_are_those_of_the_closed_form(seed: int, grid: str) -> None:
    """From the same modes to 1e-12 of a patient's highest level, and to as much less as they cancel one another.

    From modes of its own too, but for what LAPACK loses: some roundings of the fastest rate, in all rates.
    """
    system = patients(seed, 70)
    given_to, times = doses(seed, system), GRIDS[grid]
    modes, own = decompose(system), modes_by_kernels(system)
    assert modes is not None and own is not None
    both = modes.sound & own.sound
    system, given_to = chosen_patients(system, both), chosen_amounts(given_to, both)
    modes, own = chosen_modes(modes, both), chosen_modes(own, both)
    slow = by_modes(system, modes, given_to, times)
    same, fast = (by_kernels(system, some, given_to, times) for some in (modes, own))
    cancelled = (np.linalg.norm(modes.right, axis=1) * np.linalg.norm(modes.left, axis=2)).max(axis=1)
    rounding = 1e-15 * np.abs(system.matrix).max(axis=(1, 2)) * times[-1] * cancelled
    # The highest of any kind: a small level of a metabolite is what is left of large amounts of what it comes from.
    highest = np.max([levels.max(axis=0) for levels in slow.values()], axis=0)
    limit = highest * 1e-12 * np.maximum(1, cancelled)
    for name, levels in slow.items():
        assert (np.abs(same[name] - levels) <= limit).all()
        assert (np.abs(fast[name] - levels) <= limit + highest * rounding).all()


@pytest.mark.parametrize("key", ["otto2021", "kamp2020"])
def test_of_drawn_patients_of_a_model_the_levels_agree_to_twelve_digits_of_the_highest(key: str) -> None:
    model = load_model(key)
    system = build(model, draw(model, ADULT, 2000, np.random.default_rng(6)).values, entries={"central"})
    given_to = timeline(system, [Entry("central", 0.0, 60.0, mg_per_min=0.6)])
    modes, own = decompose(system), modes_by_kernels(system)
    assert modes is not None and own is not None
    both = modes.sound & own.sound
    assert both.mean() > 0.99
    system = chosen_patients(system, both)
    slow = by_modes(system, chosen_modes(modes, both), given_to, GRIDS["even"])
    fast = by_kernels(system, chosen_modes(own, both), given_to, GRIDS["even"])
    for name, levels in slow.items():
        assert (np.abs(fast[name] - levels) <= 1e-12 * levels.max(axis=0)).all()


@settings(max_examples=25)
@given(st.integers(min_value=0, max_value=10**6))
def test_compiled_modes_are_eigenvectors_and_leave_out_the_same_patients(seed: int) -> None:
    """Right times rates is the matrix times right, and left undoes right; numbers near each other are not sound."""
    system = patients(seed, 70)
    modes, other = modes_by_kernels(system), decompose(system)
    assert modes is not None and other is not None
    assert (modes.sound == other.sound).mean() > 0.95  # those at a limit may fall on either side
    some = modes.sound
    rates, right, left = modes.rates[some], modes.right[some], modes.left[some]
    size = np.abs(system.matrix[some]).max(axis=(1, 2), keepdims=True)
    across = np.linalg.norm(right, axis=1, keepdims=True)
    assert (np.abs(system.matrix[some] @ right - right * rates[:, None]) <= 1e-11 * size * across).all()
    np.testing.assert_allclose(
        left @ right, np.broadcast_to(np.eye(len(system.states)), right.shape), atol=1e-9
    )


def test_equal_rates_go_to_the_matrix_exponential_in_the_compiled_path_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ADJUVANT_COMPILED", "always")
    system = patients(5, 60)
    given_to, times = doses(5, system), GRIDS["even"]
    modes = modes_by_kernels(system)
    assert modes is not None and 0 < modes.sound.sum() < 60
    found, exact = solve(system, given_to, times), by_exponential(system, given_to, times)
    for name, levels in exact.items():
        np.testing.assert_allclose(found[name], levels, rtol=1e-8, atol=1e-11 * levels.max())


def test_counts_are_those_of_the_stored_levels_however_many_threads_share_them() -> None:
    """2,500 patients in one, two and three parts; each counted level falls into the bin of the stored one."""
    person = draw(OTTO, ADULT, 2500, np.random.default_rng(4))
    system, given_to, times = a_day(person.values)
    modes = modes_by_kernels(system)
    assert modes is not None
    stored = by_kernels(system, modes, given_to, times)
    whole = QuantileSketch(2 * len(times))
    whole.add(np.concatenate([stored["ketamine"], stored["norketamine"]]))
    for parts in (1, 2, 3):
        tallies = [QuantileSketch(2 * len(times)) for _ in range(parts)]
        count_by_kernels(system, modes, given_to, times, tallies)
        for tally in tallies[1:]:
            tallies[0].merge(tally)
        assert tallies[0].patients == 2500
        for share in (0, 0.05, 0.5, 0.95, 1):
            assert np.array_equal(tallies[0].quantile(share), whole.quantile(share))


def a_day(values: dict[str, float | np.ndarray]) -> tuple[System, Timeline, np.ndarray]:
    system = build(OTTO, values, entries={"central"})
    return system, timeline(system, [Entry("central", 0.0, 60.0, mg_per_min=0.6)]), np.linspace(0, 1440, 60)


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -5.0])
def test_a_level_that_is_none_is_refused_where_levels_are_counted(bad: float) -> None:
    system, given_to, times = a_day(draw(OTTO, ADULT, 600, np.random.default_rng(4)).values)
    modes = modes_by_kernels(system)
    assert modes is not None
    rates = np.repeat(given_to.rates, 600, axis=2)
    rates[0, rates[0, :, 417] > 0, 417] = bad
    with pytest.raises(InternalError, match="a level: is NaN, infinite or negative"):
        count_by_kernels(
            system, modes, Timeline(given_to.edges, given_to.pulses, rates), times, [QuantileSketch(120)]
        )


def test_bands_and_curves_by_either_path_are_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """9,000 patients, which is more than are drawn at once; quantiles of the two may differ by one bin."""
    times, bands, stored = np.linspace(0, 600, 31), [], []
    for choice in ("never", "always"):
        monkeypatch.setenv("ADJUVANT_COMPILED", choice)
        bands.append(
            population_band(
                OTTO,
                DAYS,
                times,
                ADULT,
                patients=9000,
                generator=np.random.default_rng(2),
                effect_per_min=0.08,
            )
        )
        person = draw(OTTO, ADULT, 300, np.random.default_rng(2))
        stored.append(curves(OTTO, person, DAYS, times, 70.0, effect_per_min=0.08))
    for name in ("ketamine", "norketamine"):
        np.testing.assert_allclose(bands[0].ng_per_ml[name], bands[1].ng_per_ml[name], rtol=0.002)
        assert (bands[0].ng_per_ml[name] == bands[1].ng_per_ml[name]).mean() > 0.99
    for name, levels in stored[0].items():
        np.testing.assert_allclose(stored[1][name], levels, rtol=1e-10, atol=1e-12 * levels.max())


def test_a_readout_that_no_dose_reaches_is_zero_in_the_band(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADJUVANT_COMPILED", "always")
    nothing = Regimen((Infusion(0, 60, "0 mg/h", "intravenous"),), "esketamine")
    band = population_band(
        OTTO, nothing, [0.0, 60.0], ADULT, patients=300, generator=np.random.default_rng(2)
    )
    assert (band.ng_per_ml["norketamine"] == 0).all()


def test_little_work_stays_with_numpy_and_the_choice_can_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ADJUVANT_COMPILED", raising=False)
    assert not chosen(1000, 300) and chosen(10_000, 300)
    monkeypatch.setenv("ADJUVANT_COMPILED", "never")
    assert not chosen(10_000_000, 300)
    monkeypatch.setenv("ADJUVANT_COMPILED", "always")
    assert chosen(1, 1)
    monkeypatch.setenv("ADJUVANT_COMPILED", "yes")
    with pytest.raises(
        UsageError, match="ADJUVANT_COMPILED='yes': is no choice; set it to never, large, always or jax"
    ):
        chosen(1, 1)


def test_without_numba_everything_goes_by_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    """None in the place of a module is how Python marks one that cannot be imported."""
    for name in ("numba", "adjuvant.pk.kernels"):
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setattr(compiled, "find_spec", lambda _: None)
    compiled.usable.cache_clear()
    try:
        monkeypatch.delenv("ADJUVANT_COMPILED", raising=False)
        assert not chosen(10_000_000, 300)
        monkeypatch.setenv("ADJUVANT_COMPILED", "always")
        with pytest.raises(UsageError, match=r"ADJUVANT_COMPILED=always: needs numba, .*adjuvant\[fast\]"):
            chosen(1, 1)
    finally:
        compiled.usable.cache_clear()


def test_where_nothing_compiled_can_be_kept_everything_goes_by_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "adjuvant.pk.kernels", None)
    compiled.usable.cache_clear()
    try:
        monkeypatch.delenv("ADJUVANT_COMPILED", raising=False)
        assert not chosen(10_000_000, 300)
    finally:
        compiled.usable.cache_clear()
