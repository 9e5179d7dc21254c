"""What single-case metrics answer to readings that are too few, all alike, missing, or at 0: one by one."""

from __future__ import annotations

from fractions import Fraction

import pytest

from adjuvant.errors import InputError
from adjuvant.outcomes.single_case import (
    Improvement,
    OverTime,
    Phases,
    baseline_corrected_tau,
    baseline_trend,
    ird,
    log_response_ratio,
    mean_change,
    metrics_of_phases,
    nap,
    pand,
    pem,
    percent_of_means,
    piecewise,
    piecewise_ar1,
    pnd,
    smd,
    spid_percent,
    tau_u,
)
from adjuvant.unknown import Unknown

NO_TIMES = OverTime.unknown(Unknown("the time of each reading"))


def needs(value: object) -> tuple[str, ...]:
    assert isinstance(value, Unknown), value
    return value.needs


def test_all_missing_after_leaves_every_metric_but_those_of_before_unknown() -> None:
    found = metrics_of_phases(Phases.of_sessions((8, 7, 8, 6), (None, None)), NO_TIMES)
    known = [one.key for one in found.metrics if not isinstance(one.estimate.value, Unknown)]
    assert known == ["baseline_trend", "autocorrelation_before"]
    assert needs(nap(found.phases).value) == ("a reading after",)
    assert "2 of 2 readings after are missing and left out." in found.warnings
    assert "No reading after: nothing can be compared." in found.warnings


def test_no_reading_at_all_leaves_every_metric_unknown() -> None:
    found = metrics_of_phases(Phases.of_sessions((), ()), NO_TIMES)
    assert all(isinstance(one.estimate.value, Unknown) for one in found.metrics)
    assert needs(nap(found.phases).value) == ("a reading before", "a reading after")


def test_one_reading_each_way_has_overlap_and_no_standard_error() -> None:
    one = Phases.of_sessions((9,), (5,))
    assert [figure(one).value for figure in (nap, pnd, pem, pand, ird)] == [1, 1, 1, 1, 1]
    assert needs(nap(one).standard_error) == ("two readings in each phase",)
    assert mean_change(one).value == -4 and isinstance(mean_change(one).standard_error, Unknown)
    for figure in (smd, tau_u, baseline_corrected_tau):
        assert needs(figure(one).value) == ("2 readings before instead of 1",)
    assert isinstance(log_response_ratio(one).value, Unknown)
    assert isinstance(piecewise(one), Unknown) and isinstance(piecewise_ar1(one), Unknown)


def test_two_numbers_never_look_certain() -> None:
    # The founding case as it was printed: 9 to 5. One pair says next to nothing, and the interval says so.
    found = nap(Phases.of_sessions((9,), (5,)))
    assert isinstance(found.interval, tuple)
    assert found.interval[0] < 0.3


def test_all_alike_is_no_change_and_no_spread() -> None:
    flat = Phases.of_sessions((5, 5, 5), (5, 5, 5, 5))
    assert nap(flat).value == 0.5 and pem(flat).value == 0.5 and pnd(flat).value == 0
    assert tau_u(flat).value == 0 and mean_change(flat).value == 0 and log_response_ratio(flat).value == 0
    for figure in (pand, ird, baseline_trend):
        assert needs(figure(flat).value) == ("readings that are not all alike",)
    assert "by whose spread" in needs(smd(flat).value)[0]
    for found in (mean_change(flat), log_response_ratio(flat)):
        assert needs(found.standard_error) == ("readings that differ within a phase",)
    fit = piecewise(flat)
    assert not isinstance(fit, Unknown)
    assert all(isinstance(term.standard_error, Unknown) for term in fit.terms.values())
    assert needs(piecewise_ar1(flat)) == ("readings that do not lie on the fitted line",)


def test_all_alike_before_alone_has_no_standardised_difference() -> None:
    steady = Phases.of_sessions((8, 8, 8), (4, 5, 6))
    assert isinstance(smd(steady).value, Unknown) and isinstance(baseline_trend(steady).value, Unknown)
    assert nap(steady).value == 1 and isinstance(log_response_ratio(steady).standard_error, float)


def test_a_baseline_of_0_has_no_ratio_and_no_percent() -> None:
    nothing = Phases.of_sessions((0, 0, 0), (1, 2, 3))
    assert needs(log_response_ratio(nothing).value) == ("a mean above 0 before: a ratio of 0 is undefined",)
    assert needs(percent_of_means(nothing).value) == (
        "a mean before above 0: a percentage of 0 is undefined",
    )
    over = OverTime(
        Fraction(0), Fraction(2), Fraction(0), Fraction(8), *[Fraction(4)] * 2, *[Fraction(1)] * 2
    )
    assert needs(spid_percent(over, Improvement.DECREASE).value) == (
        "a mean before above 0: a percentage of 0 is undefined",
    )
    assert nap(nothing).value == 0


def test_no_pain_at_all_after_has_no_ratio_and_its_whole_percent() -> None:
    gone = Phases.of_sessions((8, 6), (0, 0))
    assert needs(log_response_ratio(gone).value) == ("a mean above 0 after: a ratio of 0 is undefined",)
    assert percent_of_means(gone).value == -100


def test_a_mean_below_0_has_no_ratio() -> None:
    below = Phases.of_sessions((-3, -1), (2, 3))
    assert needs(log_response_ratio(below).value) == ("a mean above 0 before: a ratio of less is undefined",)


@pytest.mark.parametrize(
    ("before_at", "after_at", "words"),
    [
        ((0, 1), (1, 2), "do not rise"),
        ((1, 0), (2, 3), "do not rise"),
        ((5, 6), (2, 3), "do not rise"),
        ((0,), (2, 3), "has 2 readings and 1 times"),
    ],
)
def test_times_that_make_no_course_are_refused(
    before_at: tuple[int, ...], after_at: tuple[int, ...], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        Phases(
            (Fraction(8), Fraction(7)),
            (Fraction(5), Fraction(4)),
            Improvement.DECREASE,
            tuple(map(Fraction, before_at)),
            tuple(map(Fraction, after_at)),
        )


def test_few_readings_are_said_first() -> None:
    found = metrics_of_phases(Phases.of_sessions((8, 7), (5, 4, 4, 5, 3, 7)), NO_TIMES)
    assert found.warnings == ("Only 2 readings before: fewer than 6 cannot show ups and downs.",)


def test_a_line_before_that_would_leave_the_scale_is_said_first() -> None:
    # 5, 7, 9 goes on to 11 at the first reading after, and 4, 6, 8 to 10, which is still on the scale.
    off, on = (metrics_of_phases(Phases.of_sessions(one, (7, 6)), NO_TIMES) for one in ((5, 7, 9), (4, 6, 8)))
    assert any("would stand at 11, outside 0 to 10" in line for line in off.warnings)
    assert not any("would stand" in line for line in on.warnings)


def test_readings_that_are_no_scores_of_0_to_10_have_no_line_held_against_it() -> None:
    found = metrics_of_phases(Phases.of_sessions((20, 30, 40), (7, 6)), NO_TIMES)
    assert not any("would stand" in line for line in found.warnings)


def test_a_complete_separation_is_one_finding_and_not_six() -> None:
    said = (
        "Every reading after is better than every one before; the six measures of overlap all say just that."
    )
    apart, touching = (
        metrics_of_phases(Phases.of_sessions((8, 7), one), NO_TIMES) for one in ((5, 6), (5, 7))
    )
    assert said in apart.warnings and said not in touching.warnings


def test_two_and_two_are_too_few_for_a_line_in_each_phase() -> None:
    assert needs(piecewise(Phases.of_sessions((8, 7), (5, 4)))) == ("5 readings instead of 4",)
    assert needs(piecewise(Phases.of_sessions((8,), (5, 4, 3, 2)))) == ("2 readings before instead of 1",)
