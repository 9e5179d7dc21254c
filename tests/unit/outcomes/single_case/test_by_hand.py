"""Each single-case metric on readings so few that a person can work it out on paper."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.stats import multivariate_normal

from adjuvant.outcomes.single_case import (
    Improvement,
    Phases,
    Piecewise,
    autocorrelation,
    baseline_corrected_tau,
    baseline_trend,
    corrected_ranks,
    ird,
    log_response_ratio,
    lrr_d,
    lrr_i,
    mean_change,
    mean_of_percents,
    nap,
    pand,
    pem,
    percent_change_of_means,
    percent_of_means,
    piecewise,
    piecewise_ar1,
    pnd,
    rank_correlation,
    smd,
    tau,
    tau_u,
    tau_u_rows,
)
from adjuvant.outcomes.single_case.trend import slope_before
from adjuvant.unknown import Unknown

# Of pain: 8, 7, 9 before; 5, 4, 7 after. Of nine pairs eight are better and one (7, 7) is a tie.
PAIN = Phases.of_sessions((8, 7, 9), (5, 4, 7))


def close(value: object, expected: float) -> bool:
    assert isinstance(value, float), value
    return math.isclose(value, expected, rel_tol=1e-12, abs_tol=1e-12)


def test_nap_counts_a_tie_half() -> None:
    assert close(nap(PAIN).value, 8.5 / 9)


def test_tau_is_pairs_better_less_pairs_worse() -> None:
    assert close(tau(PAIN).value, 8 / 9)


def test_pnd_asks_for_better_than_the_best_before_and_a_tie_is_not_better() -> None:
    assert close(pnd(PAIN).value, 2 / 3)


def test_pem_asks_for_better_than_the_median_and_counts_a_tie_half() -> None:
    assert close(pem(PAIN).value, 1)
    assert close(pem(Phases.of_sessions((8, 7, 9), (8, 4))).value, 0.75)


def test_pand_keeps_what_is_left_once_the_fewest_are_removed() -> None:
    # One of the two sevens goes: five of six stay.
    assert close(pand(PAIN).value, 5 / 6)


def test_ird_is_the_improved_after_less_the_improved_before() -> None:
    # Half a reading overlaps in each phase: 2.5 of 3 after improved, 0.5 of 3 before.
    assert close(ird(PAIN).value, 2.5 / 3 - 0.5 / 3)


def test_tau_u_takes_the_trend_before_off() -> None:
    # Of the three pairs before, one got better (8, 7) and two got worse: the trend is -1, and 8 + 1 is 9 of 9.
    assert close(tau_u(PAIN).value, 1)


def test_tau_u_of_scan_has_other_denominators_and_the_sign_of_b_minus_a() -> None:
    # S is -8 for A against B and -9 with the trend. Complete: of 12 pairs two are not compared alike in tau-b.
    rows = {method: tau_u_rows(PAIN, method) for method in ("complete", "parker")}
    complete, parker = rows["complete"], rows["parker"]
    assert not isinstance(complete, Unknown) and not isinstance(parker, Unknown)
    assert close(parker["A vs. B - Trend A"].tau, -9 / 9)
    assert close(complete["A vs. B"].tau, -8 / 8.5)
    assert close(complete["A vs. B - Trend A"].tau, -9 / math.sqrt(12 * 14))


def test_the_unbiased_standard_error_of_nap_of_four_pairs() -> None:
    # 6, 8 before and 5, 7 after: three of four pairs are better. The squares of the row sums of what each pair
    # departs from 0.75 by make 1/16, those of the columns 1/16, all of them 3/16: 3/16 + 1/8 + 1/8 - 3/8 = 1/16.
    found = nap(Phases.of_sessions((6, 8), (5, 7)))
    assert close(found.value, 0.75) and close(found.standard_error, 0.25)


def test_the_trend_before_is_positive_where_pain_was_falling_already() -> None:
    assert baseline_trend(Phases.of_sessions((8, 7, 6), (1,))).value == 1
    assert baseline_trend(Phases.of_sessions((6, 7, 8), (1,))).value == -1


def test_a_fall_that_only_goes_on_is_no_change_after_the_baseline_is_corrected() -> None:
    going_on = Phases.of_sessions((8, 7, 6), (5, 4, 3))
    assert nap(going_on).value == 1 and baseline_corrected_tau(going_on).value == 0
    ranks = corrected_ranks(going_on)
    assert not isinstance(ranks, Unknown)
    assert ranks.corrected.s == 0 and ranks.uncorrected.s == -9 and ranks.baseline.s == -3


def test_the_slope_before_is_the_median_of_all_pairs() -> None:
    # Slopes of 9, 7, 8: -2, +1 and -1/2.
    assert slope_before(Phases.of_sessions((9, 7, 8), (1,))) == Fraction(-1, 2)


def test_a_missing_reading_keeps_its_session() -> None:
    gap = Phases.of_sessions((8, None, 6), (None, 4, 3))
    assert gap.before_at == (0, 2) and gap.after_at == (4, 5)
    assert baseline_corrected_tau(gap).value == 0
    assert gap.left_out == (
        "1 of 3 readings before is missing and left out.",
        "1 of 3 readings after is missing and left out.",
    )


def test_the_change_of_the_mean_is_after_minus_before_with_the_error_of_two_samples() -> None:
    # 8 and 16/3; variances 1 and 7/3.
    found = mean_change(PAIN)
    assert close(found.value, 16 / 3 - 8) and close(found.standard_error, math.sqrt(1 / 3 + 7 / 9))


def test_the_standardised_mean_difference_of_three_and_three() -> None:
    # Mean 8 and SD 1 before, 5 after, no spread after: J is 1 - 3/7, and g is 3 J.
    found, g = smd(Phases.of_sessions((7, 8, 9), (5, 5, 5))), 12 / 7
    assert close(found.value, g)
    assert close(found.standard_error, 4 / 7 * math.sqrt(1 / 3 + g**2 / 4))


def test_the_log_response_ratio_of_half() -> None:
    # Means 10 and 5, variances 4 and 1, three each: both corrections are 1/150, and ln 0.5 is left.
    halved = Phases.of_sessions((8, 10, 12), (4, 5, 6))
    for ratio, sign in ((log_response_ratio, 1), (lrr_d, 1), (lrr_i, -1)):
        assert close(ratio(halved).value, sign * math.log(0.5))
        assert close(ratio(halved).standard_error, math.sqrt(2 / 75))


def test_the_two_log_response_ratios_keep_their_sign_of_improvement_where_a_rise_is_better() -> None:
    doubled = Phases.of_sessions((4, 5, 6), (8, 10, 12), Improvement.INCREASE)
    assert close(lrr_d(doubled).value, -math.log(2)) and close(lrr_i(doubled).value, math.log(2))


def test_percent_of_means_is_not_the_mean_of_percents() -> None:
    # Two patients, 10 to 5 and 2 to 2: means 6 and 3.5, percents -50 and 0.
    pairs = [(Fraction(10), Fraction(5)), (Fraction(2), Fraction(2))]
    assert percent_change_of_means(pairs) == Fraction(-250, 6)
    assert mean_of_percents(pairs) == -25
    assert close(percent_of_means(Phases.of_sessions((10, 2), (5, 2))).value, -250 / 6)


def test_one_patient_at_0_before_leaves_the_mean_of_percents_unknown_and_not_smaller() -> None:
    pairs = [(Fraction(10), Fraction(5)), (Fraction(0), Fraction(2))]
    assert mean_of_percents(pairs) == Unknown("a reading before above 0 in every pair, which 1 of 2 lack")
    assert percent_change_of_means(pairs) == -30


def test_piecewise_regression_finds_the_step_from_where_the_line_would_have_come() -> None:
    # 8, 7, 6 would go on to 5; 3, 3, 3 is a step of -2 and a slope that rises by 1.
    fit = piecewise(Phases.of_sessions((8, 7, 6), (3, 3, 3)))
    assert isinstance(fit, Piecewise)
    found = {name: one.value for name, one in fit.terms.items()}
    expected = {"level_before": 8, "slope_before": -1, "level_change": -2, "slope_change": 1}
    assert all(math.isclose(found[name], value, abs_tol=1e-9) for name, value in expected.items())  # type: ignore[arg-type]
    assert all(isinstance(one.standard_error, Unknown) for one in fit.terms.values())


def test_piecewise_regression_counts_days_where_the_readings_are_timed() -> None:
    half_days = Phases(
        *((Fraction(8), Fraction(7), Fraction(6)), (Fraction(3), Fraction(3), Fraction(3))),
        Improvement.DECREASE,
        (Fraction(0), Fraction(1, 2), Fraction(1)),
        (Fraction(5), Fraction(6), Fraction(7)),
        timed=True,
    )
    fit = piecewise(half_days)
    assert isinstance(fit, Piecewise)
    # -2 a day: at day 5 the line would stand at -2, so 3 is a step of +5.
    assert math.isclose(fit.terms["slope_before"].value, -2, abs_tol=1e-9)  # type: ignore[arg-type]
    assert math.isclose(fit.terms["level_change"].value, 5, abs_tol=1e-9)  # type: ignore[arg-type]


def test_the_likeliest_autocorrelation_is_that_of_the_multivariate_normal_distribution() -> None:
    readings = ((8, 9, 7, 7, 8, 6, 7, 8), (5, 6, 6, 4, 3, 4, 5, 5, 6))
    fit = piecewise_ar1(Phases.of_sessions(*readings))
    assert isinstance(fit, Piecewise) and fit.phi is not None
    y = np.array([*readings[0], *readings[1]], dtype=float)
    m, n = len(readings[0]), len(y)
    time, after = np.arange(n, dtype=float), (np.arange(n) >= m).astype(float)
    x = np.column_stack([np.ones(n), time, after, after * (time - m)])

    def loss(phi: float) -> float:
        shape = phi ** np.abs(np.subtract.outer(np.arange(n), np.arange(n))) / (1 - phi**2)
        inverse = np.linalg.inv(shape)
        beta = np.linalg.solve(x.T @ inverse @ x, x.T @ inverse @ y)
        rest = y - x @ beta
        scale = float(rest @ inverse @ rest) / n
        return -float(multivariate_normal.logpdf(rest, cov=scale * shape))

    best = minimize_scalar(loss, bounds=(-0.99, 0.99), method="bounded", options={"xatol": 1e-10})
    assert math.isclose(fit.phi, float(best.x), abs_tol=1e-5)


def test_autocorrelation_of_one_to_four_is_a_quarter() -> None:
    # Departures -1.5, -0.5, 0.5, 1.5: (0.75 - 0.25 + 0.75) / 5.
    assert autocorrelation([Fraction(one) for one in (1, 2, 3, 4)]) == 0.25


def test_rank_correlation_corrects_its_variance_for_ties() -> None:
    # Four readings with a pair alike, against time: (4 x 3 x 13 - 2 x 1 x 9) / 18.
    rank = rank_correlation((1, 1, 2, 3), range(4))
    assert (rank.s, rank.tied, rank.var_s) == (5, (1, 0), Fraction(156 - 18, 18))
    assert close(rank.tau_b, 5 / math.sqrt(5 * 6))


@pytest.mark.parametrize("metric", [nap, tau, pnd, pem, pand, ird, tau_u, baseline_corrected_tau, smd])
def test_a_fall_is_better_unless_told_otherwise(metric) -> None:  # type: ignore[no-untyped-def]
    fallen, risen = Phases.of_sessions((8, 7, 9), (2, 1)), Phases.of_sessions((2, 1, 3), (8, 9))
    assert metric(fallen).value > metric(risen).value


def test_the_interval_of_a_step_is_that_of_student_with_four_parameters_taken_off() -> None:
    # Eight readings leave four degrees of freedom, for which tables of Student's t print 2.776.
    fit = piecewise(Phases.of_sessions((8, 9, 7, 8), (5, 6, 4, 4)))
    assert isinstance(fit, Piecewise)
    step = fit.terms["level_change"]
    assert isinstance(step.interval, tuple) and isinstance(step.standard_error, float)
    assert math.isclose((step.interval[1] - step.interval[0]) / 2 / step.standard_error, 2.776, abs_tol=5e-4)
