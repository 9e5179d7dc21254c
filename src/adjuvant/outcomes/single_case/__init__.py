"""Single-case metrics over two phases of readings: overlap, trend, size, time, regression, likeness."""

from adjuvant.outcomes.single_case.answer import SingleCase, metrics_of_course, metrics_of_phases
from adjuvant.outcomes.single_case.dependence import autocorrelation
from adjuvant.outcomes.single_case.estimate import Estimate
from adjuvant.outcomes.single_case.kendall import rank_correlation
from adjuvant.outcomes.single_case.magnitude import (
    log_response_ratio,
    lrr_d,
    lrr_i,
    mean_change,
    mean_of_percents,
    percent_change_of_means,
    percent_of_means,
    smd,
)
from adjuvant.outcomes.single_case.metrics import Metric, all_metrics
from adjuvant.outcomes.single_case.over_time import OverTime, spid, spid_percent
from adjuvant.outcomes.single_case.overlap import ird, nap, pand, pem, pnd, tau
from adjuvant.outcomes.single_case.phases import Improvement, Phases
from adjuvant.outcomes.single_case.regression import Piecewise, piecewise, piecewise_ar1
from adjuvant.outcomes.single_case.trend import (
    baseline_corrected_tau,
    baseline_trend,
    corrected_ranks,
    tau_u,
    tau_u_rows,
)
from adjuvant.outcomes.single_case.wire import single_case_json

__all__ = [
    "Estimate",
    "Improvement",
    "Metric",
    "OverTime",
    "Phases",
    "Piecewise",
    "SingleCase",
    "all_metrics",
    "autocorrelation",
    "baseline_corrected_tau",
    "baseline_trend",
    "corrected_ranks",
    "ird",
    "log_response_ratio",
    "lrr_d",
    "lrr_i",
    "mean_change",
    "mean_of_percents",
    "metrics_of_course",
    "metrics_of_phases",
    "nap",
    "pand",
    "pem",
    "percent_change_of_means",
    "percent_of_means",
    "piecewise",
    "piecewise_ar1",
    "pnd",
    "rank_correlation",
    "single_case_json",
    "smd",
    "spid",
    "spid_percent",
    "tau",
    "tau_u",
    "tau_u_rows",
]
