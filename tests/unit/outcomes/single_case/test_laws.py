"""What must hold of single-case metrics whatever the readings are."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adjuvant.outcomes.single_case import (
    Estimate,
    Improvement,
    OverTime,
    Phases,
    all_metrics,
    autocorrelation,
    baseline_corrected_tau,
    ird,
    log_response_ratio,
    lrr_d,
    lrr_i,
    mean_change,
    mean_of_percents,
    metrics_of_phases,
    nap,
    pand,
    pem,
    percent_change_of_means,
    pnd,
    single_case_json,
    smd,
    spid,
    spid_percent,
    tau,
    tau_u,
)
from adjuvant.unknown import Unknown

SCORES = st.lists(st.integers(0, 10), min_size=2, max_size=7)
WAYS = st.sampled_from(list(Improvement))
OVERLAP = (nap, tau, pnd, pem, pand, ird, tau_u, baseline_corrected_tau)
NO_TIMES = OverTime.unknown(Unknown("the time of each reading"))
Figure = Callable[[Phases], Estimate]


def same(first: Estimate, second: Estimate, factor: float = 1, shift: float = 0) -> bool:
    """Whether the second is the first on another scale, standard error and interval included."""
    other = first.times(factor, shift)

    def alike(one: object, two: object) -> bool:
        if isinstance(one, float | int) and isinstance(two, float | int):
            return math.isclose(one, two, rel_tol=1e-9, abs_tol=1e-9)
        if isinstance(one, tuple) and isinstance(two, tuple):
            return all(alike(*pair) for pair in zip(one, two, strict=True))
        return type(one) is type(two)

    return all(
        alike(getattr(other, name), getattr(second, name)) for name in ("value", "standard_error", "interval")
    )


def turned(phases: Phases) -> Phases:
    """The same readings from the other end of the scale, and the other way better."""
    way = Improvement.INCREASE if phases.improvement is Improvement.DECREASE else Improvement.DECREASE
    return Phases.of_sessions([10 - one for one in phases.before], [10 - one for one in phases.after], way)


@given(SCORES, SCORES, WAYS)
def test_a_scale_read_from_its_other_end_says_the_same(a: list[int], b: list[int], way: Improvement) -> None:
    phases = Phases.of_sessions(a, b, way)
    assert all(same(figure(phases), figure(turned(phases))) for figure in (*OVERLAP, smd))


@given(SCORES, SCORES)
def test_the_other_way_better_turns_every_signed_metric_over(a: list[int], b: list[int]) -> None:
    down, up = (Phases.of_sessions(a, b, way) for way in Improvement)
    assert same(nap(down), nap(up), -1, 1)
    assert all(same(figure(down), figure(up), -1) for figure in (tau, tau_u, baseline_corrected_tau, smd))
    assert same(lrr_d(down), lrr_d(up), -1) and same(lrr_i(down), lrr_i(up), -1)


@given(SCORES, SCORES, WAYS)
def test_phases_that_change_places_turn_nap_tau_and_the_ratio_over(
    a: list[int], b: list[int], way: Improvement
) -> None:
    there, back = Phases.of_sessions(a, b, way), Phases.of_sessions(b, a, way)
    assert same(nap(there), nap(back), -1, 1) and same(tau(there), tau(back), -1)
    assert same(log_response_ratio(there), log_response_ratio(back), -1)


@given(SCORES, SCORES, st.integers(1, 50), WAYS)
def test_a_shift_of_the_scale_alters_no_metric_but_the_ratios(
    a: list[int], b: list[int], shift: int, way: Improvement
) -> None:
    here = Phases.of_sessions(a, b, way)
    there = Phases.of_sessions([one + shift for one in a], [one + shift for one in b], way)
    assert all(same(figure(here), figure(there)) for figure in (*OVERLAP, smd, mean_change))


@given(SCORES, SCORES, st.integers(2, 50), WAYS)
def test_a_scale_of_another_width_alters_only_what_is_in_points(
    a: list[int], b: list[int], width: int, way: Improvement
) -> None:
    here = Phases.of_sessions(a, b, way)
    there = Phases.of_sessions([one * width for one in a], [one * width for one in b], way)
    assert all(same(figure(here), figure(there)) for figure in (*OVERLAP, smd, lrr_i))
    assert same(mean_change(here), mean_change(there), width)


@given(SCORES, SCORES, st.integers(2, 3))
def test_every_reading_taken_twice_leaves_the_shares_of_overlap_as_they_are(
    a: list[int], b: list[int], times: int
) -> None:
    here, there = Phases.of_sessions(a, b), Phases.of_sessions(a * times, b * times)
    for figure in (nap, pnd, pem, pand, ird):
        assert same(Estimate(figure(here).value), Estimate(figure(there).value))


@given(SCORES, SCORES, st.randoms())
def test_what_knows_no_time_does_not_depend_on_the_order(a: list[int], b: list[int], chance) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(a)
    chance.shuffle(shuffled)
    here, there = Phases.of_sessions(a, b), Phases.of_sessions(shuffled, b)
    assert all(same(figure(here), figure(there)) for figure in (nap, tau, pnd, pem, pand, ird, smd, lrr_d))


@given(SCORES, SCORES)
def test_pand_keeps_as_many_as_the_largest_set_without_overlap(a: list[int], b: list[int]) -> None:
    value = pand(Phases.of_sessions(a, b)).value
    if isinstance(value, Unknown):
        assert len({*a, *b}) == 1
        return
    marked = [(one, "before") for one in a] + [(one, "after") for one in b]

    def apart(kept: tuple[tuple[int, str], ...]) -> bool:
        late = [one for one, phase in kept if phase == "after"]
        early = [one for one, phase in kept if phase == "before"]
        return not late or not early or max(late) < min(early)

    most = next(
        size for size in range(len(marked), 0, -1) if any(apart(kept) for kept in combinations(marked, size))
    )
    assert math.isclose(value, most / len(marked))


@given(SCORES, SCORES)
def test_an_interval_holds_its_estimate_and_keeps_to_the_scale(a: list[int], b: list[int]) -> None:
    found = nap(Phases.of_sessions(a, b))
    assert isinstance(found.interval, tuple) and isinstance(found.value, float)
    assert 0 <= found.interval[0] <= found.value <= found.interval[1] <= 1
    assert found.interval[0] < found.interval[1]


@given(SCORES)
def test_autocorrelation_does_not_depend_on_the_direction_of_time(a: list[int]) -> None:
    values = [Fraction(one) for one in a]
    assert autocorrelation(values) == autocorrelation(values[::-1])


@given(st.lists(st.integers(0, 10), min_size=1, max_size=6), st.integers(1, 10))
def test_percent_of_means_is_the_mean_of_percents_where_all_begin_alike(
    after: list[int], before: int
) -> None:
    pairs = [(Fraction(before), Fraction(one)) for one in after]
    assert percent_change_of_means(pairs) == mean_of_percents(pairs)


@given(*[st.fractions(1, 10)] * 2, *[st.fractions(1, 70)] * 2, WAYS)
def test_spid_is_the_difference_of_the_means_times_the_hours_and_its_percent_that_of_the_means(
    before: Fraction, after: Fraction, early: Fraction, late: Fraction, way: Improvement
) -> None:
    over = OverTime(before, after, before * early, after * late, early, late, Fraction(1), Fraction(1))
    total, percent = spid(over, way).value, spid_percent(over, way).value
    assert isinstance(total, float) and isinstance(percent, float)
    assert math.isclose(total, way.sign * (over.after_area - before * late), abs_tol=1e-9)  # type: ignore[operator]
    assert math.isclose(percent * float(before * late), 100 * total, abs_tol=1e-6)


def numbers(value: object) -> list[float]:
    if isinstance(value, dict):
        return [one for item in value.values() for one in numbers(item)]
    if isinstance(value, list | tuple):
        return [one for item in value for one in numbers(item)]
    return [float(value)] if isinstance(value, int | float) else []


@given(*[st.lists(st.none() | st.integers(-3, 12), max_size=5)] * 2, WAYS)
def test_no_answer_ever_holds_nan_or_infinity_or_a_p_value(
    a: list[int | None], b: list[int | None], way: Improvement
) -> None:
    found = metrics_of_phases(Phases.of_sessions(a, b, way), NO_TIMES)
    answer = single_case_json(found)
    assert all(math.isfinite(one) for one in numbers(answer))
    for metric in answer["metrics"].values():
        assert (metric["estimate"] is None) <= bool(metric["missing"])
        assert not {"p", "p_value", "z"} & set(metric)


@given(SCORES, SCORES, WAYS)
def test_both_signs_are_named_and_agree(a: list[int], b: list[int], way: Improvement) -> None:
    for metric in all_metrics(Phases.of_sessions(a, b, way), NO_TIMES):
        better, raw = metric.improvement, metric.b_minus_a
        if metric.words.sign == "none":
            assert better is None and raw is None
        elif way is Improvement.INCREASE and isinstance(better, float):
            assert isinstance(raw, float) and math.isclose(better, raw, abs_tol=1e-12), metric.key
        elif isinstance(better, float) and metric.words.unit == "-1 to 1" and metric.key != "ird":
            assert isinstance(raw, float) and math.isclose(better, -raw, abs_tol=1e-12), metric.key


@pytest.mark.parametrize("figure", [nap, tau, pnd, pem, pand, ird])
@given(SCORES, SCORES)
def test_a_reading_after_that_improves_never_makes_overlap_worse(
    figure: Figure, a: list[int], b: list[int]
) -> None:
    before, after = (figure(Phases.of_sessions(a, values)).value for values in (b, [b[0] - 1, *b[1:]]))
    if isinstance(before, float) and isinstance(after, float):
        assert after >= before - 1e-12
