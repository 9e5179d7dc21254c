"""Single-case metrics as JSON with stable keys; docs/reference/metrics.md names them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from adjuvant.citation import Citation
from adjuvant.outcomes.single_case.answer import DEPENDENCE, LIMIT, SIGN_WORDS, SingleCase
from adjuvant.outcomes.single_case.estimate import LEVEL, Interval95
from adjuvant.outcomes.single_case.kendall import Rank
from adjuvant.outcomes.single_case.metrics import Metric
from adjuvant.outcomes.single_case.trend import corrected_ranks, tau_u_rows
from adjuvant.quantity import json_number
from adjuvant.unknown import Unknown

__all__ = ["single_case_json"]

Json = dict[str, Any]


def single_case_json(found: SingleCase) -> Json:
    """The metrics of one patient's two phases.

    Numbers are unrounded; what is unknown is null, with what it would need in `missing`. A standard error or
    an interval is null also where the method has none. No P value is among them.
    """
    phases, over = found.phases, found.over
    return {
        "improvement": phases.improvement.value,
        "limit": LIMIT,
        "dependence": DEPENDENCE,
        "signs": SIGN_WORDS,
        "interval_level": LEVEL,
        "warnings": list(found.warnings),
        "readings": {
            "before": [json_number(one) for one in phases.before],
            "after": [json_number(one) for one in phases.after],
            "before_at": [json_number(one) for one in phases.before_at],
            "after_at": [json_number(one) for one in phases.after_at],
            "time_unit": "days" if phases.timed else "sessions",
            "n_before": len(phases.before),
            "n_after": len(phases.after),
            "left_out": list(phases.left_out),
        },
        "covered": {
            "hours": {"before": json_number(over.before_hours), "after": json_number(over.after_hours)},
            "share": {"before": json_number(over.before_share), "after": json_number(over.after_share)},
        },
        "metrics": {one.key: _metric(one) for one in found.metrics},
        "as_scan": _as_scan(found),
        "citations": [
            {"key": one.key, "text": one.text, "identifier": one.identifier} for one in _cited(found)
        ],
    }


def _metric(found: Metric) -> Json:
    words, estimate = found.words, found.estimate
    needs = [
        need
        for one in (estimate.value, estimate.standard_error, estimate.interval)
        if isinstance(one, Unknown)
        for need in one.needs
    ]
    return {
        "title": words.title,
        "estimate": _number(estimate.value),
        "standard_error": _number(estimate.standard_error),
        "interval": _ends(estimate.interval),
        "unit": words.unit,
        "sign": words.sign,
        "improvement": _number(found.improvement),
        "b_minus_a": _number(found.b_minus_a),
        "missing": list(dict.fromkeys(needs)),
        "says": words.says,
        "does_not_say": words.silent,
        "citation": None if words.citation is None else words.citation.key,
        "provenance": words.provenance.value,
    }


def _as_scan(found: SingleCase) -> Json:
    """The variants of scan, by its own names and denominators, with its sign of B minus A."""
    tables: Json = {}
    for method in ("complete", "parker"):
        rows = tau_u_rows(found.phases, method)
        tables[method] = (
            {"missing": list(rows.needs)}
            if isinstance(rows, Unknown)
            else {
                name: {key: _ends(one) if key == "interval" else _number(one) for key, one in _parts(row)}
                for name, row in rows.items()
            }
        )
    ranks = corrected_ranks(found.phases)
    corrected = (
        {"missing": list(ranks.needs)}
        if isinstance(ranks, Unknown)
        else {
            "baseline_trend": _rank(ranks.baseline),
            "uncorrected": _rank(ranks.uncorrected),
            "corrected": _rank(ranks.corrected),
        }
    )
    return {"tau_u": tables, "corrected_tau": corrected}


def _parts(row: Any) -> list[tuple[str, Any]]:
    return [(name, getattr(row, name)) for name in row.__dataclass_fields__]


def _rank(rank: Rank) -> Json:
    return {
        "s": rank.s,
        "var_s": json_number(rank.var_s),
        "tau_b": _number(rank.tau_b),
        "standard_error": _number(rank.standard_error),
        "n": rank.n,
    }


def _cited(found: SingleCase) -> list[Citation]:
    every = {
        one.key: one
        for metric in found.metrics
        for one in (metric.words.citation, *metric.words.also)
        if one is not None
    }
    return [every[key] for key in sorted(every)]


def _number(value: float | Fraction | Unknown | None) -> float | int | None:
    if value is None or isinstance(value, Unknown):
        return None
    return json_number(value) if isinstance(value, Fraction) else value


def _ends(value: Interval95 | Unknown | None) -> list[float] | None:
    return None if value is None or isinstance(value, Unknown) else list(value)
