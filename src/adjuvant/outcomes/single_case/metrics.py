"""Every single-case metric of two phases, each with its words and both of its signs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from adjuvant.library.single_case import MetricWords, metric_words
from adjuvant.outcomes.single_case.dependence import autocorrelation
from adjuvant.outcomes.single_case.estimate import Estimate
from adjuvant.outcomes.single_case.magnitude import lrr_d, lrr_i, mean_change, percent_of_means, smd
from adjuvant.outcomes.single_case.over_time import OverTime, spid, spid_percent
from adjuvant.outcomes.single_case.overlap import ird, nap, pand, pem, pnd, tau
from adjuvant.outcomes.single_case.phases import Phases, short_of
from adjuvant.outcomes.single_case.regression import Piecewise, piecewise, piecewise_ar1
from adjuvant.outcomes.single_case.trend import baseline_corrected_tau, baseline_trend, tau_u
from adjuvant.unknown import Unknown

__all__ = ["Metric", "all_metrics"]


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric of one patient's two phases.

    Args:
        words: what it is called, says and does not say.
        estimate: as the metric is usually printed, by the sign that `words` names.
        improvement: the same so that positive (of a share: high) is improvement.
        b_minus_a: the same with a rise counted as improvement, which is the sign of B minus A and of scan.
            Both are None for a metric without direction.
    """

    words: MetricWords
    estimate: Estimate
    improvement: float | Unknown | None
    b_minus_a: float | Unknown | None

    @property
    def key(self) -> str:
        """The stable key."""
        return self.words.key


def all_metrics(phases: Phases, over: OverTime) -> tuple[Metric, ...]:
    """Every metric in the order of the library's single_case.yaml.

    Args:
        over: the same readings over time; `OverTime.unknown` where nobody said when they were taken.
    """
    plain, linked = piecewise(phases), piecewise_ar1(phases)
    found = _figures(phases, over, plain, linked)
    risen = _figures(phases.as_b_minus_a(), over, plain, linked)
    return tuple(_metric(words, found[key], risen[key], phases) for key, words in metric_words().items())


def _figures(
    phases: Phases, over: OverTime, plain: Piecewise | Unknown, linked: Piecewise | Unknown
) -> Mapping[str, Estimate]:
    by_phases: dict[str, Callable[[Phases], Estimate]] = {
        "nap": nap, "tau": tau, "pnd": pnd, "pem": pem, "pand": pand, "ird": ird,
        "baseline_trend": baseline_trend, "tau_u": tau_u, "baseline_corrected_tau": baseline_corrected_tau,
        "mean_change": mean_change, "percent_of_means": percent_of_means, "smd": smd, "lrr_d": lrr_d,
        "lrr_i": lrr_i,
    }  # fmt: skip
    return {
        **{key: figure(phases) for key, figure in by_phases.items()},
        "twa_before": _plain(over.before_mean),
        "twa_after": _plain(over.after_mean),
        "auc_before": _plain(over.before_area),
        "auc_after": _plain(over.after_area),
        "spid": spid(over, phases.improvement),
        "spid_percent": spid_percent(over, phases.improvement),
        "slope_before": _term(plain, "slope_before"),
        "level_change": _term(plain, "level_change"),
        "slope_change": _term(plain, "slope_change"),
        "ar1_level_change": _term(linked, "level_change"),
        "ar1_slope_change": _term(linked, "slope_change"),
        "ar1_phi": Estimate(linked if isinstance(linked, Unknown) else _phi(linked)),
        "autocorrelation_before": Estimate(_dependence(phases, "before")),
        "autocorrelation_after": Estimate(_dependence(phases, "after")),
    }


def _metric(words: MetricWords, found: Estimate, risen: Estimate, phases: Phases) -> Metric:
    if words.sign == "none":
        return Metric(words, found, None, None)
    if words.sign == "b_minus_a":
        return Metric(words, found, found.times(phases.improvement.sign).value, found.value)
    if words.sign == "reversed":
        return Metric(words, found, found.times(-1).value, risen.times(-1).value)
    return Metric(words, found, found.value, risen.value)


def _plain(value: Fraction | Unknown) -> Estimate:
    return Estimate(value if isinstance(value, Unknown) else float(value))


def _term(fit: Piecewise | Unknown, name: str) -> Estimate:
    return Estimate(fit, fit, fit) if isinstance(fit, Unknown) else fit.terms[name]


def _phi(fit: Piecewise) -> float | Unknown:
    return Unknown("a fit with AR(1)") if fit.phi is None else fit.phi


def _dependence(phases: Phases, name: str) -> float | Unknown:
    values = phases.before if name == "before" else phases.after
    short = short_of(phases, 1, 0) if name == "before" else short_of(phases, 0, 1)
    return autocorrelation(values) if short is None else short
