"""Limits that published protocols ask of the language: ranges, weights of one regimen, reasons that are relative."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from adjuvant.errors import LibraryError
from adjuvant.protocol import Sited, Situation, Status, load
from adjuvant.protocol.facts import fact_lines
from adjuvant.protocol.gate import check_dose
from adjuvant.quantity import parse_quantity
from bedside import BEGINS, Chart
from written import written

# --- a ceiling as a range ---------------------------------------------------------------------------------

RANGE = (
    "driver: {title: Driver, route: subcutaneous, mode: syringe_driver, start: 100 mg/d, course: {at_most: 30 d}, "
    "ceilings: [{key: top, of: rate, limit: {low: 500 mg/d, high: 700 mg/d}}], "
    "titration: {kind: steps, step: 100 mg/d, every: 1 d, raise_when: {measure: pain, above: goal}}}"
)


def broken(site: Sited, rate: str) -> dict[str, bool]:
    """The protocol's own ceilings that a rate does not keep, each with whether it refuses."""
    regimen = site.protocol.regimens["driver"]
    situation = Situation.at(BEGINS + timedelta(hours=1), Chart().ketamine(0, "start", rate).facts)
    found = check_dose(parse_quantity(rate), site.protocol, regimen, situation, None, {})
    return {one.words.split("ceiling: ")[-1]: one.refuses for one in found if one.key == "top"}


@pytest.mark.parametrize(
    ("rate", "expected"),
    [
        ("500 mg/d", {}),
        ("600 mg/d", {"at most 500 mg/d": False}),
        ("700 mg/d", {"at most 500 mg/d": False}),
        ("800 mg/d", {"at most 500 mg/d": False, "at most 700 mg/d": True}),
    ],
)
def test_above_the_lower_end_a_review_is_asked_for_and_above_the_upper_none_is_given(
    tmp_path: Path, rate: str, expected: dict[str, bool]
) -> None:
    """The Symptom Control Companion: 500 mg is the limit, and arbitrary; the unit went no higher than 700."""
    assert broken(written(tmp_path, RANGE), rate) == expected


def test_the_dose_rises_through_the_range_with_a_word_and_stops_at_its_upper_end(tmp_path: Path) -> None:
    site = written(tmp_path, RANGE)
    running = Chart().ketamine(0, "start", "500 mg/d").calm(24, pain=8)
    raised = running.ask(site, 24)
    assert raised.status is Status.RAISE
    assert "usual ceiling: at most 500 mg/d" in " ".join(one.words for one in raised.issues)
    top = Chart().ketamine(0, "start", "700 mg/d").calm(24, pain=8).ask(site, 24)
    assert (top.status, str(top.recommendations[0].dose)) == (Status.CONTINUE, "700 mg/d")


def test_a_range_whose_upper_end_is_under_a_dose_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="caps at 90 mg/d, which is under start"):
        written(tmp_path, RANGE.replace("{low: 500 mg/d, high: 700 mg/d}", "{low: 50 mg/d, high: 90 mg/d}"))
    with pytest.raises(LibraryError, match="give each reading one figure"):
        written(
            tmp_path,
            RANGE.replace(
                "limit: {low: 500 mg/d, high: 700 mg/d}",
                "printed: x, readings: [{key: a, limit: {low: 500 mg/d, high: 700 mg/d}, strict: false}]",
            ),
        )


def test_a_range_is_shown_with_both_ends() -> None:
    lines = "\n".join(line for _, found in fact_lines(load("islhd_burst").protocol) for line in found)
    assert "500 mg/d to 700 mg/d; above 500 mg/d a review is asked for, above 700 mg/d none is given" in lines
