"""Laws of target control over random targets and limits: no limit is passed, and every rate can be set."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from adjuvant.pk import Covariates, RateLimits, load_model, simulate, target_rates

LEVELS = st.floats(min_value=5, max_value=400)
STEPS = st.sampled_from([Fraction(1, 100), Fraction(1, 10), Fraction(1, 4), Fraction(1, 3), Fraction(2)])


@settings(max_examples=25)
@given(
    key=st.sampled_from(["kamp2020", "domino1982", "clements250", "hijazi2003"]),
    of=st.sampled_from(["blood", "effect"]),
    target=LEVELS,
    step=STEPS,
    rate=st.integers(min_value=2, max_value=300),
    day=st.integers(min_value=1, max_value=600),
    whole=st.integers(min_value=1, max_value=900),
    above=st.none() | st.floats(min_value=1, max_value=2),
    interval=st.sampled_from([1, 2, 5, 10, 30]),
    half_life=st.floats(min_value=0.5, max_value=13),
)
def test_no_limit_is_ever_passed_and_each_rate_is_a_multiple_of_the_pumps_step(
    key: str,
    of: str,
    target: float,
    step: Fraction,
    rate: int,
    day: int,
    whole: int,
    above: float | None,
    interval: int,
    half_life: float,
) -> None:
    model, body, per_min = load_model(key), Covariates(70), np.log(2) / half_life
    highest = None if above is None else target * above
    kept = RateLimits(step, Fraction(rate), Fraction(day), Fraction(whole), highest)
    found = target_rates(
        model, body, target, kept, of=of, hours=6, interval_min=interval, effect_per_min=per_min
    )
    rates = [value for _, value in found.rows]
    assert all(value >= 0 and (value / step).denominator == 1 and value <= rate for value in rates)
    assert found.total_mg <= min(day, whole)
    # Levels at minutes that the table itself was never looked at.
    minutes = np.linspace(0, 720, 7207)
    levels = simulate(model, found.regimen("intravenous", "ketamine"), minutes, body, effect_per_min=per_min)
    assert levels.effect_ng_per_ml is not None
    blood, effect = levels.ng_per_ml["ketamine"], levels.effect_ng_per_ml
    assert (blood if of == "blood" else effect).max() <= target * (1 + 1e-6)
    if highest is not None:
        assert blood.max() <= highest * (1 + 1e-6)
