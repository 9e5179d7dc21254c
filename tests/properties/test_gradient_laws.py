"""Laws of the levels that JAX works out: those of NumPy, with derivatives that small differences confirm.

Figures are drawn up to fivefold away from a model's own, for some bodies so that eigenvalues meet.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adjuvant.errors import InputError, UsageError
from adjuvant.pk import Bolus, Covariates, Individual, Infusion, RateChange, Regimen, draw, load_model
from adjuvant.pk.inputs import entries_of
from adjuvant.pk.level_function import LevelFunction, in_doubles, level_function
from adjuvant.pk.population import curves
from adjuvant.pk.solving import solve_entries
from adjuvant.pk.steps import steps_of
from adjuvant.pk.system import EFFECT, Edge, build
from conftest import missing

pytestmark = pytest.mark.slow
OTTO, ADULT, KE0 = load_model("otto2021"), Covariates(70.0), 0.08
TIMES = np.array([0.0, 5, 10, 30, 31, 60, 90, 180, 200, 201, 240, 480, 1440])


@pytest.fixture(autouse=True)
def _jax() -> None:
    if find_spec("jax") is None:
        missing("jax is not installed: `make install` installs it")


def regimen(amounts: np.ndarray) -> Regimen:
    """Two rates, a pause between them, and a bolus."""
    changes = (RateChange(30, "0 mg/min"), RateChange(60, f"{amounts[2]} mg/min"))
    return Regimen(
        (Infusion(10, 180, f"{amounts[0]} mg/min", "iv", changes), Bolus(200, f"{amounts[3]} mg", "iv")),
        "esketamine",
    )


@cache
def function() -> LevelFunction:
    return level_function(OTTO, regimen(np.ones(4)), TIMES, ADULT, effect_per_min=KE0)


def by_numpy(figures: dict[str, np.ndarray], amounts: np.ndarray) -> dict[str, np.ndarray]:
    """Levels of several patients, each with figures of their own, by the path that knows nothing of JAX."""
    entries = entries_of(OTTO, figures, regimen(amounts).spans(70.0))
    system = build(OTTO, figures, entries={"central"}, effect_per_min=figures["ke0"])
    return solve_entries(system, entries, TIMES)


def fastest(figures: dict[str, float]) -> float:
    matrix = build(OTTO, figures, entries={"central"}, analytes=("ketamine",)).matrix[0]
    return float(-np.linalg.eigvals(matrix).real.min())


@st.composite
def people(draw: st.DrawFn) -> dict[str, float]:
    """Figures of one patient; for one in three ke0 is an eigenvalue of the rest, and for another all but."""
    power = st.floats(min_value=-0.7, max_value=0.7)
    found = {name: value * 10 ** draw(power) for name, value in function().figures.items()}
    found["fm"] = draw(st.floats(min_value=0.01, max_value=1))
    likeness = draw(st.sampled_from(["apart", "equal", "nearly"]))
    if likeness != "apart":
        step = 0.0 if likeness == "equal" else draw(st.sampled_from([1e-12, 1e-9, 1e-7, 1e-5]))
        found["ke0"] = fastest(found) * (1 + step)
    return found


AMOUNTS = st.lists(st.integers(min_value=1, max_value=400), min_size=4, max_size=4).map(
    lambda tenths: np.array([tenths[0] / 100, 0.0, tenths[2] / 100, tenths[3] / 10])
)


@given(people(), AMOUNTS)
def test_levels_by_jax_are_those_of_numpy_to_twelve_digits_of_the_highest(
    figures: dict[str, float], amounts: np.ndarray
) -> None:
    import jax

    with in_doubles():
        found = jitted()({name: float(one) for name, one in figures.items()}, amounts)
        found = {name: np.asarray(level) for name, level in found.items()}
    exact = by_numpy({name: np.full(1, one) for name, one in figures.items()}, amounts)
    highest = max(level.max() for level in exact.values())
    for name, level in exact.items():
        assert np.abs(found[name] - level[:, 0]).max() <= 1e-12 * highest
    assert not jax.config.jax_enable_x64


@cache
def jitted():
    import jax

    return jax.jit(function().__call__)


@given(people(), AMOUNTS)
def test_derivatives_by_figures_are_those_of_small_differences(
    figures: dict[str, float], amounts: np.ndarray
) -> None:
    """Two patients for each figure, a hundred-thousandth apart, solved by NumPy; each to a millionth."""
    by_figure, _ = function().derivatives(figures, amounts)
    step, names = 1e-5, list(figures)
    count = len(names)
    moved = {name: np.full(2 * count, one) for name, one in figures.items()}
    for place, name in enumerate(names):
        moved[name][2 * place] *= 1 + step
        moved[name][2 * place + 1] *= 1 - step
    levels = by_numpy(moved, amounts)
    for analyte, curve in levels.items():
        slopes = (curve[:, ::2] - curve[:, 1::2]).T / (2 * step)
        exact = by_figure[analyte] * np.array(list(figures.values()))[:, None]
        # Beside a millionth of itself, a difference has the rounding of levels over the step.
        assert (np.abs(exact - slopes) <= 1e-6 * np.abs(slopes).max() + 1e-8 * curve.max()).all()


@given(people(), AMOUNTS)
def test_the_derivative_by_a_dose_is_the_level_that_its_unit_brings(
    figures: dict[str, float], amounts: np.ndarray
) -> None:
    _, by_dose = function().derivatives(figures, amounts)
    own = {name: np.full(1, one) for name, one in figures.items()}
    for place in range(4):
        alone = by_numpy(own, np.eye(4)[place])
        if place == 1:  # a rate where the regimen has a pause, which `regimen` cannot say
            continue
        for name, level in alone.items():
            np.testing.assert_allclose(by_dose[name][place], level[:, 0], rtol=1e-9, atol=1e-11 * level.max())


@given(people(), AMOUNTS)
def test_all_volumes_and_clearances_together_lower_every_level_in_proportion(
    figures: dict[str, float], amounts: np.ndarray
) -> None:
    """Euler's law, exactly: levels go with one over the size of a body."""
    by_figure, by_dose = function().derivatives(figures, amounts)
    size = np.array([0.0 if name in ("fm", "ke0") else one for name, one in figures.items()])
    for name, rows in by_figure.items():
        level = amounts @ by_dose[name]
        np.testing.assert_allclose(size @ rows, -level, rtol=1e-9, atol=1e-11 * level.max())


@settings(max_examples=4)
@given(st.integers(min_value=0, max_value=10**6))
def test_levels_of_random_regimens_by_jax_are_those_of_numpy(seed: int) -> None:
    """Of one patient by each of two models, given up to six doses at random minutes."""
    draws = np.random.default_rng(seed)
    key, drug = (("otto2021", "esketamine"), ("kamp2020", "ketamine"))[seed % 2]
    starts = np.cumsum(draws.integers(1, 200, int(draws.integers(1, 7))))
    doses = [
        Bolus(float(at), f"{draws.integers(1, 50)} mg", "iv")
        if draws.random() < 0.5
        else Infusion(
            float(at), float(at) + 1 + float(draws.integers(0, 300)), f"{draws.integers(1, 40)} mg/h", "iv"
        )
        for at in starts
    ]
    whole = Regimen((doses[0],), drug)
    for dose in doses[1:]:
        whole = whole.plus(Regimen((dose,), drug))
    times = np.sort(np.concatenate([draws.uniform(0, 2000, 20), starts]))
    one = level_function(load_model(key), whole, times, ADULT, effect_per_min=KE0)
    with in_doubles():
        found = {name: np.asarray(level) for name, level in one(one.figures, one.amounts).items()}
    person = Individual({name: np.full(1, value) for name, value in one.figures.items()}, (), ())
    exact = curves(load_model(key), person, whole, times, 70.0, effect_per_min=KE0)
    for name, level in exact.items():
        assert np.abs(found[name] - level[:, 0]).max() <= 1e-12 * level.max()


def test_patients_go_side_by_side_in_vmap() -> None:
    """Of 50 drawn patients, each curve is that of NumPy."""
    import jax

    person = draw(OTTO, ADULT, 50, np.random.default_rng(3))
    drawn = {
        name: np.broadcast_to(np.asarray(one, dtype=float), (50,)) for name, one in person.values.items()
    }
    amounts = np.array([0.3, 0, 0.2, 5])
    with in_doubles():
        many = jax.jit(jax.vmap(function(), ({**dict.fromkeys(drawn, 0), "ke0": None}, None)))
        found = {name: np.asarray(level) for name, level in many({**drawn, "ke0": KE0}, amounts).items()}
    exact = curves(OTTO, person, regimen(amounts), TIMES, 70.0, effect_per_min=KE0)
    for name, level in exact.items():
        assert found[name].shape == (50, len(TIMES))
        assert (np.abs(found[name].T - level) <= 1e-12 * level.max(axis=0)).all()


def test_the_slope_of_a_distance_from_measured_levels_and_its_curvature_are_right() -> None:
    """Mean squared distance, backwards through the curve, and second derivatives: by differences of each."""
    import jax
    import jax.numpy as jnp

    one, measured = function(), np.linspace(100, 5, len(TIMES))
    amounts = np.array([0.3, 0, 0.2, 5])

    def distance(logs, where=jnp):
        figures = {
            name: value * where.exp(logs[place]) for place, (name, value) in enumerate(one.figures.items())
        }
        return ((one(figures, amounts)["ketamine"] - measured) ** 2).mean()

    size, step = len(one.figures), 1e-4
    with in_doubles():
        level, slope = jax.jit(distance), jax.jit(jax.grad(distance))
        start, moves = np.full(size, 0.05), np.eye(size) * step
        around = np.array([(level(start + move) - level(start - move)) / (2 * step) for move in moves])
        gradient = np.asarray(slope(start))
        np.testing.assert_allclose(gradient, around, rtol=1e-5, atol=1e-7 * np.abs(around).max())
        bent = np.array([(slope(start + move) - slope(start - move)) / (2 * step) for move in moves])
        curvature = np.asarray(jax.jit(jax.hessian(distance))(start))
        np.testing.assert_allclose(curvature, bent, rtol=1e-5, atol=1e-6 * np.abs(bent).max())
        np.testing.assert_allclose(curvature, curvature.T, atol=1e-10 * np.abs(curvature).max())


def test_where_three_rates_are_one_level_and_derivative_are_those_by_hand() -> None:
    """Intake, loss and loss of the metabolite at one rate k: k^2 t^2 e^-kt / 2 of a mg, and its derivative by k."""
    import jax

    from adjuvant.pk.jax_levels import amounts_at, matrix_of

    states, rate, times = ("intake", "central", "metabolite"), 0.05, np.array([1.0, 10, 40, 100, 300])
    steps = steps_of(np.array([0.0]), times)
    pulse = np.array([[0.0], [1.0]])

    def level(k):
        edges = [Edge("intake", "central", k), Edge("central", "metabolite", k), Edge("metabolite", "", k)]
        return amounts_at(matrix_of(edges, states), [0], pulse, 0 * pulse, steps, 20)[:, 2]

    with in_doubles():
        found, slope = np.asarray(level(rate)), np.asarray(jax.jacfwd(level)(rate))
        back = np.asarray(jax.jacrev(level)(rate))
    decay = np.exp(-rate * times)
    np.testing.assert_allclose(found, (rate * times) ** 2 / 2 * decay, rtol=1e-12)
    by_hand = (rate * times**2 - rate**2 * times**3 / 2) * decay
    np.testing.assert_allclose(slope, by_hand, rtol=1e-10, atol=1e-13)
    np.testing.assert_allclose(back, by_hand, rtol=1e-10, atol=1e-13)


def test_single_precision_is_refused_and_stays_what_it_was_elsewhere() -> None:
    import jax.numpy as jnp

    with pytest.raises(
        UsageError, match=r"levels by JAX: are asked for in single precision; work within `with in_do"
    ):
        function()(function().figures, function().amounts)
    function().derivatives()
    assert jnp.asarray(1.0).dtype == np.float32


def test_figures_that_are_none_or_far_away_give_no_gradient_instead_of_a_wrong_one() -> None:
    for wrong in ({"CL": float("nan")}, {"CL": function().figures["CL"] * 1e9}):
        with pytest.raises(
            InputError, match=r"gradient of otto2021: is no finite number: .* begin with a patient who"
        ):
            function().derivatives({**function().figures, **wrong})
    with in_doubles():
        far = jitted()({**function().figures, "CL": function().figures["CL"] * 1e9}, np.ones(4))
    assert np.isnan(np.asarray(far["ketamine"])[1:]).any()


def test_figures_thirty_times_away_keep_their_digits() -> None:
    """All flows that much faster, which is within what the halvings of time are kept ready for."""
    figures = {
        name: one * (30 if name in ("CL", "Q2", "Q3", "CLM", "QM", "ke0") else 1)
        for name, one in function().figures.items()
    }
    amounts = np.array([0.3, 0, 0.2, 5])
    with in_doubles():
        found = {name: np.asarray(level) for name, level in jitted()(figures, amounts).items()}
    exact = by_numpy({name: np.full(1, one) for name, one in figures.items()}, amounts)
    for name, level in exact.items():
        assert np.abs(found[name] - level[:, 0]).max() <= 1e-12 * max(one.max() for one in exact.values())


def test_a_figure_or_an_amount_too_few_or_too_many_is_refused() -> None:
    figures, amounts = function().figures, function().amounts
    fewer = {name: one for name, one in figures.items() if name != "V2"}
    with pytest.raises(InputError, match="figure 'V2' of otto2021: is missing; give exactly these: V1, CL"):
        function().derivatives(fewer)
    with pytest.raises(InputError, match="figure 'CL2' of otto2021: is not known; give exactly these"):
        function().derivatives({**figures, "CL2": 1.0})
    with pytest.raises(InputError, match=r"amounts of shape \(3,\): are not one for each of 4 doses"):
        function().derivatives(figures, amounts[:3])


def test_the_place_of_action_is_left_out_where_no_rate_is_given() -> None:
    one = level_function(OTTO, regimen(np.ones(4)), [60.0], ADULT, analytes=("norketamine",))
    with in_doubles():
        assert list(one(one.figures, one.amounts)) == ["norketamine"]
    assert EFFECT not in one.figures and "ke0" not in one.figures
