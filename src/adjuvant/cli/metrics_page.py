"""The page of `adjuvant metrics`: what to weigh first, then each metric with what it does not say."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from adjuvant.cli.evaluate import NotEvaluated, many_alike
from adjuvant.cli.output import print_columns, print_filled, print_wrapped
from adjuvant.quantity import show
from adjuvant.unknown import Unknown

if TYPE_CHECKING:
    from adjuvant.outcomes import CourseOutcome
    from adjuvant.outcomes.single_case import Metric, SingleCase

__all__ = ["print_course", "print_many", "print_series"]

_GROUPS = (
    ("Overlap of the readings", ("nap", "tau", "pnd", "pem", "pand", "ird")),
    ("Trend", ("baseline_trend", "tau_u", "baseline_corrected_tau")),
    ("Size", ("mean_change", "percent_of_means", "smd", "lrr_d", "lrr_i")),
    ("Over time", ("twa_before", "twa_after", "auc_before", "auc_after", "spid", "spid_percent")),
    (
        "Piecewise regression",
        ("slope_before", "level_change", "slope_change", "ar1_level_change", "ar1_slope_change", "ar1_phi"),
    ),
    ("Likeness of neighbours", ("autocorrelation_before", "autocorrelation_after")),
)
# Signed, but neither way is good or bad by itself: a trend before is a reason for doubt.
_NOT_JUDGED = {"baseline_trend", "slope_before", "slope_change", "ar1_slope_change"}
_WIDTHS = (26, 8, 7, 6, 45)
_BRIEF = ("mean_change", "nap", "tau_u", "baseline_trend", "autocorrelation_before")


def print_series(found: SingleCase) -> None:
    """The metrics of a plain series."""
    print("Single-case metrics of a series")
    _print_body(found)


def print_many(items: Sequence[CourseOutcome | NotEvaluated], path: Path) -> None:
    """One line a course: a few metrics, and the finding of evaluate; what is not said stands beneath."""
    from adjuvant.outcomes.single_case import metrics_of_course
    from adjuvant.outcomes.single_case.answer import DEPENDENCE, LIMIT

    alike = many_alike([item for item in items if isinstance(item, NotEvaluated)])
    rows = []
    for item in items:
        if isinstance(item, NotEvaluated):
            if item.reason not in alike:
                rows.append([item.patient, "", "", *[""] * len(_BRIEF), item.reason])
            continue
        found = metrics_of_course(item)
        shown = [_value(found.metric(key)) for key in _BRIEF]
        counts = f"{len(found.phases.before)}, {len(found.phases.after)}"
        rows.append([item.record.patient.id, str(item.course.number), counts, *shown, item.verdict.headline])
    heads = ["change", "NAP", "Tau-U", "trend before", "lag 1"]
    if rows:
        print_columns(["patient", "course", "readings", *heads, "finding of evaluate"], rows, (3, 4, 5, 6, 7))
    for line in alike.values():
        print(line)
    print()
    print_filled(
        "Change of the mean in points, after minus before. Trend before: above 0, pain was getting better "
        "already; below 0, worse, which makes Tau-U larger. Lag 1: autocorrelation before.",
        0,
    )
    print_filled(LIMIT, 0)
    print_filled(DEPENDENCE, 0)
    print(f"\nFor one patient in full: adjuvant metrics {path} --patient ID")


def print_course(outcome: CourseOutcome) -> None:
    """The metrics of one course, the finding of evaluate above them."""
    from adjuvant.outcomes.single_case import metrics_of_course

    found, course = metrics_of_course(outcome), outcome.course
    print(f"Single-case metrics: {outcome.record.patient.id}, course {course.number} ({course.kind.value})")
    print_filled(f"What adjuvant evaluate finds, with opioids and harms: {outcome.verdict.headline}", 0)
    pain = outcome.pain
    if pain is not None:
        print_filled(_first_large(f"{pain.kind} pain, {pain.scale}, reporter {pain.reporter}."), 0)
    for rule in (outcome.windows.rules[0], outcome.windows.rules[2]):
        print_filled(rule, 0)
    _print_body(found)


def _print_body(found: SingleCase) -> None:
    from adjuvant.outcomes.single_case.answer import DEPENDENCE, LIMIT
    from adjuvant.outcomes.words import counted

    phases = found.phases
    print()
    print_filled(LIMIT, 0)
    print_filled(f"{DEPENDENCE} {_neighbours(found)}", 0)
    if found.warnings:
        print("\nWeigh first")
        for line in found.warnings:
            print_filled(_first_large(line))
    way = "fall" if phases.improvement.value == "decrease" else "rise"
    readings = counted(len(phases.before), "reading", "readings")
    print(f"\n{readings} before, {len(phases.after)} after; a {way} counts as better.")
    if phases.timed:
        hours = (found.over.before_hours, found.over.after_hours)
        print(f"Readings cover {show(hours[0], 0)} h before and {show(hours[1], 0)} h after.")
    for title, keys in _GROUPS:
        print(f"\n{title}\n")
        rows = [_row(found.metric(key), found) for key in keys]
        print_wrapped(
            ["metric", "value", "SE", "better", "what it says, and what it does not"], rows, _WIDTHS, (1, 2)
        )
    print()
    print_filled(
        "?: it cannot be said. So too the standard error of a complete separation, which is a convention and "
        "looks like certainty. No metric here has a threshold for a good result. Both signs (improvement; "
        "after minus before), intervals and citations stand in --json.",
        0,
    )


def _first_large(line: str) -> str:
    return line[:1].upper() + line[1:]


def _neighbours(found: SingleCase) -> str:
    """The autocorrelation of both phases in words, beside the sentence on what it does to standard errors."""
    parts = []
    for name in ("before", "after"):
        value = found.metric(f"autocorrelation_{name}").estimate.value
        parts.append(f"{name} {'unknown' if isinstance(value, Unknown) else _shown(value, '')}")
    return f"Autocorrelation of neighbours (lag 1): {', '.join(parts)}."


def _row(metric: Metric, found: SingleCase) -> list[str]:
    from adjuvant.outcomes.words import listed

    words, value = metric.words, metric.estimate.value
    if isinstance(value, Unknown):
        return [words.title, "?", "", "", f"Cannot say; it needs {listed(value.needs)}."]
    unit = words.unit.replace("unit of time", "day" if found.phases.timed else "session")
    way = ""
    if words.sign != "none" and metric.key not in _NOT_JUDGED:
        falls = words.sign == "reversed" or (
            words.sign == "b_minus_a" and found.phases.improvement.value == "decrease"
        )
        way = "lower" if falls else "higher"
    return [
        f"{words.title}\n{unit}",
        _shown(value, words.unit),
        _error(metric),
        way,
        f"{words.says}\n{words.silent}",
    ]


def _value(metric: Metric) -> str:
    value = metric.estimate.value
    return "?" if isinstance(value, Unknown) else _shown(value, metric.words.unit)


def _shown(value: float, unit: str) -> str:
    whole = unit.startswith(("%", "points x h"))
    return show(Fraction(value), 0 if whole else 2)


def _error(metric: Metric) -> str:
    error, value = metric.estimate.standard_error, metric.estimate.value
    if error is None:
        return ""
    if isinstance(error, Unknown):
        return "?"
    # Of a complete separation the standard error is a convention that looks like certainty.
    at_end = metric.key in ("nap", "tau", "baseline_corrected_tau") and value in (-1, 0, 1)
    return "?" if at_end and not (value == 0 and metric.key != "nap") else _shown(error, metric.words.unit)
