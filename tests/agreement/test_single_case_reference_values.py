"""Every single-case value that SingleCaseES 0.7.4 and scan 0.67.1 gave, read in place: six digits, or a difference
with its reason.

The values and their data stand in the shared material and are never copied here.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from adjuvant.outcomes.single_case import (
    Improvement,
    Phases,
    Piecewise,
    autocorrelation,
    baseline_corrected_tau,
    corrected_ranks,
    ird,
    lrr_d,
    lrr_i,
    nap,
    pand,
    pem,
    piecewise,
    piecewise_ar1,
    pnd,
    smd,
    tau,
    tau_u,
    tau_u_rows,
)
from adjuvant.outcomes.single_case.regression import TERMS
from adjuvant.unknown import Unknown

pytestmark = pytest.mark.shared

Entry = Mapping[str, Any]
CLOSED, FITTED = 1e-6, 1e-4  # the tolerances that the file itself suggests
# R's uniroot stops once it is this near to a root, so the ends that SingleCaseES prints hold four digits at best.
UNIROOT = 2.220446049250313e-16**0.25
OVERLAP = {
    "NAP": nap, "Tau": tau, "Tau-U": tau_u, "Tau-BC": baseline_corrected_tau, "PND": pnd, "PEM": pem, "PAND": pand,
    "IRD": ird, "SMD": smd, "LRRd": lrr_d, "LRRi": lrr_i,
}  # fmt: skip
BY_A_ROOT = {"NAP": (1, 0), "Tau": (2, -1), "Tau-BC": (2, -1)}
HOW_MANY = {
    "SingleCaseES": 77,
    "tau_u": 16,
    "nap": 8,
    "corrected_tau": 8,
    "AR=0": 8,
    "AR=1": 8,
    "autocorr": 8,
}


@pytest.fixture(scope="module")
def entries(shared: Path) -> list[Entry]:
    text = (shared / "outcomes" / "reference_values.json").read_text(encoding="utf-8")
    found: list[Entry] = [one for one in json.loads(text)["entries"] if "A" in one]
    return found


def phases_of(entry: Entry, improvement: str = "increase") -> Phases:
    both = [[Fraction(str(value)) for value in entry[side]] for side in ("A", "B")]
    return Phases.of_sessions(*both, Improvement(entry.get("improvement", improvement)))


def near(value: object, expected: float, tolerance: float = CLOSED) -> bool:
    assert isinstance(value, float | int | Fraction), value
    return math.isclose(value, expected, rel_tol=tolerance, abs_tol=tolerance)


def named(entries: list[Entry], part: str) -> list[Entry]:
    found = [one for one in entries if part in f"{one['package']} {one['metric']}"]
    assert len(found) == HOW_MANY[part], f"{part}: {len(found)} entries"
    return found


def test_every_entry_with_two_phases_belongs_to_a_test_below(entries: list[Entry]) -> None:
    assert len(entries) == sum(HOW_MANY.values())


def test_every_estimate_and_standard_error_of_singlecasees_agrees(entries: list[Entry]) -> None:
    for entry in named(entries, "SingleCaseES"):
        found, expected = OVERLAP[entry["metric"]](phases_of(entry)), entry["expected"]
        assert near(found.value, expected["est"]), entry["id"]
        if expected["se"] is None:
            assert found.standard_error is None, entry["id"]
        else:
            assert near(found.standard_error, expected["se"]), entry["id"]


def test_every_interval_of_singlecasees_agrees_as_far_as_its_root_finder_goes(entries: list[Entry]) -> None:
    at_one = 0
    for entry in named(entries, "SingleCaseES"):
        found, expected = OVERLAP[entry["metric"]](phases_of(entry)).interval, entry["expected"]
        if expected["ci_lower"] is None:
            assert found is None, entry["id"]
            continue
        assert isinstance(found, tuple)
        stretch = BY_A_ROOT.get(entry["metric"], (1, 0))[0]
        tolerance = stretch * UNIROOT if entry["metric"] in BY_A_ROOT else CLOSED
        if entry["metric"] in BY_A_ROOT and expected["est"] == 1 and expected["ci_lower"] == 1:
            # Every reading after is better. The equation then has the root 1 whatever the readings are, and that
            # is the one that uniroot meets at the edge: an interval without width from three readings.
            assert found[0] < 1 and found[1] == 1, entry["id"]
            at_one += 1
            continue
        assert math.isclose(found[0], expected["ci_lower"], abs_tol=tolerance, rel_tol=CLOSED), entry["id"]
        assert math.isclose(found[1], expected["ci_upper"], abs_tol=tolerance, rel_tol=CLOSED), entry["id"]
    assert at_one == 5


@pytest.mark.parametrize("at", [0, 1])
def test_the_ends_of_an_interval_of_nap_solve_the_equation_of_mee_in_newcombes_form(
    entries: list[Entry], at: int
) -> None:
    z = 1.959963984540054
    for entry in [one for one in named(entries, "SingleCaseES") if one["metric"] == "NAP"]:
        found, m, n = nap(phases_of(entry)), len(entry["A"]), len(entry["B"])
        assert isinstance(found.interval, tuple) and isinstance(found.value, float)
        x, h = found.interval[at], (m + n) / 2 - 1
        spread = x * (1 - x) * (1 + h * ((1 - x) / (2 - x) + x / (1 + x))) / (m * n)
        assert math.isclose((found.value - x) ** 2, z**2 * spread, rel_tol=1e-8, abs_tol=1e-12), entry["id"]


def test_every_line_of_scans_tau_u_agrees_but_for_three_habits(entries: list[Entry]) -> None:
    """scan prints the variance of S of its first three lines without the correction for ties that its own Z and
    standard error have; ours has it everywhere. And scan's interval at a tau of -1 is -1 to -1, and its
    standard error at a tau of 0 is missing; ours are unknown and there."""
    for entry in named(entries, "tau_u"):
        rows = tau_u_rows(phases_of(entry), "parker" if "parker" in entry["metric"] else "complete")
        assert not isinstance(rows, Unknown)
        assert list(rows) == list(entry["expected"])
        for name, expected in entry["expected"].items():
            row, place = rows[name], (entry["id"], name)
            counts = (row.pairs, row.positive, row.negative, row.ties, row.s, row.n)
            assert counts == tuple(expected[key] for key in ("pairs", "pos", "neg", "ties", "S", "n")), place
            assert near(row.denominator, expected["D"]) and near(row.tau, expected["Tau"]), place
            if expected["SE_Tau"] is None:
                assert row.s == 0, place  # scan divides Tau by Z, which is 0 by 0
            else:
                assert near(row.standard_error, expected["SE_Tau"]), place
            assert near(row.s / math.sqrt(row.var_s), expected["Z"]), place
            if expected["CI lower"] is None or expected["CI upper"] == expected["CI lower"]:
                assert isinstance(row.interval, Unknown) and abs(expected["Tau"]) >= 1, place
            else:
                assert isinstance(row.interval, tuple)
                assert near(row.interval[0], expected["CI lower"]), place
                assert near(row.interval[1], expected["CI upper"]), place
            untied = {
                "A vs. B": len(entry["A"]) * len(entry["B"]) * (row.n + 1) / 3,
                "Trend A": row.n * (row.n - 1) * (2 * row.n + 5) / 18,
                "Trend B": row.n * (row.n - 1) * (2 * row.n + 5) / 18,
            }
            assert near(untied.get(name, row.var_s), expected["VAR_S"]), place
            assert row.var_s <= expected["VAR_S"] * (1 + CLOSED), place


def test_nap_of_scan_is_ours_times_100_by_its_sign(entries: list[Entry]) -> None:
    """scan's d and R squared are Parker and Vannest's conversions of NAP, and W and p a rank test: all four follow
    from the counts, and none is among our metrics, because pain is not independent from reading to reading."""
    for entry in named(entries, "nap"):
        expected = entry["expected"]
        value = nap(phases_of(entry, "decrease" if entry["decreasing"] else "increase")).value
        assert near(value, expected["NAP"] / 100), entry["id"]
        assert isinstance(value, float)
        assert near(200 * value - 100, expected["NAP Rescaled"])
        d = math.sqrt(12) * (1 - math.sqrt((1 - value) / 0.5))
        assert near(d, expected["d"], 1e-4) and near(d**2 / (d**2 + 4), expected["R²"], 1e-4)
        pairs = len(entry["A"]) * len(entry["B"])
        assert expected["Pairs"] == pairs and near(value * pairs, expected["Non-overlaps"])


def test_every_rank_of_scans_corrected_tau_agrees_and_its_choice_follows_from_them(
    entries: list[Entry],
) -> None:
    for entry in named(entries, "corrected_tau"):
        ranks = corrected_ranks(phases_of(entry))
        assert not isinstance(ranks, Unknown)
        for name, rank in (
            ("Baseline autocorrelation", ranks.baseline),
            ("Uncorrected tau", ranks.uncorrected),
            ("Baseline corrected tau", ranks.corrected),
        ):
            expected, z = entry["expected"][name], rank.s / math.sqrt(rank.var_s)
            assert near(rank.tau_b, expected["tau"]) and near(z, expected["z"]), (entry["id"], name)
            assert near(math.erfc(abs(z) / math.sqrt(2)), expected["p"], 1e-5), (entry["id"], name)
        z = ranks.baseline.s / math.sqrt(ranks.baseline.var_s)
        assert (math.erfc(abs(z) / math.sqrt(2)) <= 0.05) == entry["correction_applied"], entry["id"]


@pytest.mark.parametrize(
    ("part", "fit", "value", "error", "tolerance"),
    [
        ("AR=0", piecewise, "Estimate", "Std. Error", CLOSED),
        ("AR=1", piecewise_ar1, "Value", "Std.Error", FITTED),
    ],
)
def test_every_piecewise_regression_of_scan_agrees(
    entries: list[Entry], part: str, fit: Any, value: str, error: str, tolerance: float
) -> None:
    for entry in named(entries, part):
        found = fit(phases_of(entry))
        assert isinstance(found, Piecewise), entry["id"]
        if found.phi is not None:
            assert near(found.phi, entry["phi"], FITTED), entry["id"]
        for term, key in zip(TERMS, ("(Intercept)", "mt", "phaseB", "interB"), strict=True):
            expected = entry["expected"][key]
            assert near(found.terms[term].value, expected[value], tolerance), (entry["id"], key)
            assert near(found.terms[term].standard_error, expected[error], tolerance), (entry["id"], key)


def test_every_autocorrelation_of_scan_agrees(entries: list[Entry]) -> None:
    for entry in named(entries, "autocorr"):
        phases = phases_of(entry)
        for key, values in (
            ("1", phases.before),
            ("2", phases.after),
            ("3", (*phases.before, *phases.after)),
        ):
            for lag in (1, 2, 3):
                expected = entry["expected"][key][f"Lag {lag}"]
                assert near(autocorrelation(values, lag), expected), (entry["id"], key, lag)
