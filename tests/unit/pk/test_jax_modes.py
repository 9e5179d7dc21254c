"""Levels of many patients by JAX are those of the closed form, where they are asked for; and only there."""

from __future__ import annotations

import sys
from importlib.util import find_spec

import numpy as np
import pytest

from adjuvant.errors import UsageError
from adjuvant.pk import Bolus, Covariates, Infusion, Regimen, compiled, draw, load_model
from adjuvant.pk.closed_form import by_modes
from adjuvant.pk.compiled import chosen, chosen_jax
from adjuvant.pk.exponential import by_exponential
from adjuvant.pk.inputs import Entry, timeline
from adjuvant.pk.modal import decompose
from adjuvant.pk.population import curves
from adjuvant.pk.solving import solve
from adjuvant.pk.system import build
from conftest import missing

OTTO, ADULT = load_model("otto2021"), Covariates(70.0)
GIVEN = Regimen((Infusion(30, 90, "35 mg/h", "iv"), Bolus(300, "10 mg", "iv")), "esketamine")
TIMES = np.array([0.0, 30, 45, 90, 91, 200, 300, 301, 600, 1440])


@pytest.fixture
def by_jax():
    if find_spec("jax") is None:
        missing("jax is not installed: `make install` installs it")
    from adjuvant.pk.jax_modes import by_jax

    return by_jax


def test_of_drawn_patients_the_levels_agree_to_twelve_digits_of_the_highest(by_jax) -> None:
    """With one rate for all patients and a bolus that differs between them."""
    count = 400
    draws = np.random.default_rng(5)
    system = build(OTTO, draw(OTTO, ADULT, count, draws).values, entries={"central"}, effect_per_min=0.08)
    given = timeline(
        system,
        [
            Entry("central", 30.0, 90.0, mg_per_min=0.6),
            Entry("central", 300.0, 300.0, mg=draws.uniform(1, 20, count)),
        ],
    )
    modes = decompose(system)
    assert modes is not None
    sound = modes.sound
    assert sound.mean() > 0.99
    slow, fast = (closed(system, modes, given, TIMES) for closed in (by_modes, by_jax))
    for name, levels in slow.items():
        assert (np.abs(fast[name] - levels) <= 1e-12 * levels.max(axis=0))[:, sound].all()
        assert (fast[name][:1] == 0).all()


def test_large_work_goes_by_jax_where_it_is_chosen_and_equal_rates_by_the_matrix_exponential(
    by_jax, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ADJUVANT_COMPILED", "never")
    person = draw(OTTO, ADULT, 50, np.random.default_rng(4))
    expected = curves(OTTO, person, GIVEN, TIMES, 70.0)
    monkeypatch.setenv("ADJUVANT_COMPILED", "jax")
    monkeypatch.setattr(compiled, "_LARGE", 500)
    assert chosen_jax(50, 10) and not chosen_jax(49, 10) and not chosen(50, 10)
    for name, levels in curves(OTTO, person, GIVEN, TIMES, 70.0).items():
        assert (np.abs(levels - expected[name]) <= 1e-12 * expected[name].max(axis=0)).all()
    plain = decompose(build(OTTO, person.values, entries={"central"}))
    assert plain is not None
    meets = np.where(np.arange(50) < 10, -plain.rates[:, 0], 0.08)  # ke0, which is an eigenvalue
    system = build(OTTO, person.values, entries={"central"}, effect_per_min=meets)
    given = timeline(system, [Entry("central", 0.0, 60.0, mg_per_min=0.6)])
    modes = decompose(system)
    assert modes is not None and not modes.sound[:10].any() and modes.sound[10:].any()
    found, exact = solve(system, given, TIMES), by_exponential(system, given, TIMES)
    for name, levels in exact.items():
        np.testing.assert_allclose(found[name], levels, rtol=1e-8, atol=1e-11 * levels.max())


def test_little_work_stays_with_numpy_whatever_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADJUVANT_COMPILED", "jax")
    monkeypatch.setitem(sys.modules, "jax", None)
    person = draw(OTTO, ADULT, 5, np.random.default_rng(4))
    assert curves(OTTO, person, GIVEN, TIMES, 70.0)["ketamine"].shape == (10, 5)


def test_without_jax_its_choice_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """None in the place of a module is how Python marks one that cannot be imported."""
    monkeypatch.setenv("ADJUVANT_COMPILED", "jax")
    monkeypatch.setitem(sys.modules, "jax", None)
    with pytest.raises(
        UsageError, match=r"ADJUVANT_COMPILED=jax: needs JAX, .*pip install 'adjuvant\[jax\]', or"
    ):
        chosen_jax(10_000, 300)
    monkeypatch.delenv("ADJUVANT_COMPILED")
    assert not chosen_jax(10_000, 300)
