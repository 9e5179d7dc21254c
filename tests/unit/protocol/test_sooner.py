"""Doses that were given too soon after one another: said with both times, and counted all the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adjuvant.citation import Provenance
from adjuvant.protocol import Guidance, Sited, Situation, Status
from adjuvant.protocol.guidance import Reason
from adjuvant.protocol.sooner import given_too_soon
from bedside import BEGINS, Chart, closed
from written import written

SHOTS = "shots: {{title: Shots, route: intravenous, mode: injection, start: 20 mg, {often}}}\n"
TWO_DAYS = "course: {infusions: 3, spacing: 48 h}"


def site(tmp_path: Path, often: str = TWO_DAYS) -> Sited:
    return written(tmp_path, SHOTS.format(often=often))


def given(*hours: float, dose: str = "20 mg") -> Chart:
    found = Chart().calm(-0.5)
    for hour in hours:
        found = found.ketamine(hour, "given", dose)
    return found.calm(hours[-1] + 0.01)


def said(guidance: Guidance) -> list[str]:
    return [one.words for one in guidance.issues if one.kind == "too soon"]


def asked(site_: Sited, *hours: float, **more: Any) -> Guidance:
    return given(*hours, **more).ask(site_, hours[-1] + 0.02)


@pytest.mark.hazard("H-022")
def test_a_second_dose_twenty_minutes_after_the_first_is_said_where_two_days_are_set(tmp_path: Path) -> None:
    guidance = asked(site(tmp_path), 0, 1 / 3)
    words = (
        f"20 mg was given at {(BEGINS + timedelta(minutes=20)).isoformat()}, 20 min after the dose before it, and the "
        "protocol sets 48 h from one to the next. If it was charted twice, mend the chart; if it was given, it counts, "
        "and whoever prescribes has to know"
    )
    (issue,) = [one for one in guidance.issues if one.kind == "too soon"]
    assert (issue.words, issue.against) == (words, True)
    assert issue.because == (
        Reason("regimens.shots.course.spacing", words, "", None, "park2025", Provenance.READ),
    )
    assert guidance.issues[0] == issue  # before whatever does not speak against ketamine


def test_it_counts_and_the_next_is_due_from_it(tmp_path: Path) -> None:
    found = site(tmp_path)
    second = asked(found, 0, 1)
    assert (second.status, second.recommendations[0].due) == (Status.CONTINUE, BEGINS + timedelta(hours=49))
    assert asked(found, 0, 1, 2).status is Status.COMPLETE
    assert len(said(asked(found, 0, 1, 2))) == 2


@pytest.mark.parametrize(
    ("often", "after", "soon"),
    [
        (TWO_DAYS, 43, True),  # nine tenths of 48 h are 43.2
        (TWO_DAYS, 43.5, False),
        ("every: 8 h, course: {at_most: 9 d}", 7, True),
        ("every: 8 h, course: {at_most: 9 d}", 7.3, False),
        ("repeat_not_before: 1 h, course: {at_most: 9 d}", 0.8, True),
        ("repeat_not_before: 1 h, course: {at_most: 9 d}", 0.95, False),
        ("times_per_day: 3, course: {at_most: 9 d}", 1, False),  # three a day is not every eight hours
    ],
)
def test_a_tenth_sooner_is_how_wards_work_and_more_is_too_soon(
    tmp_path: Path, often: str, after: float, soon: bool
) -> None:
    assert bool(said(asked(site(tmp_path, often), 0, after))) is soon


def test_hours_are_said_from_two_on(tmp_path: Path) -> None:
    found = site(tmp_path)
    for gap, words in ((1.5, "90 min"), (2, "2 h"), (2.5, "2 h 30 min")):
        (one,) = said(asked(found, 0, gap))
        assert f", {words} after the dose before it" in one


def test_a_rate_that_changes_is_no_dose_and_the_parts_of_one_dose_are_one() -> None:
    home = closed("henry_ford_home_sc")
    parts = Chart().answering(home.protocol).calm(-0.5)
    for hour in (0, 0.25, 0.5):
        parts = parts.ketamine(hour, "given", "11.67 mg")
    assert said(parts.calm(1).ask(home, 1)) == []
    drip = closed("civik")
    running = Chart().answering(drip.protocol).ketamine(0, "start", "0.05 mg/kg/h").calm(0.5)
    assert said(running.ketamine(0.5, "change", "0.1 mg/kg/h").calm(1).ask(drip, 1)) == []


def test_a_dose_without_its_amount_is_said_all_the_same(tmp_path: Path) -> None:
    chart = given(0)
    nameless = chart.but(
        ketamine=(
            *chart.facts.ketamine,
            replace(chart.facts.ketamine[0], at=BEGINS + timedelta(minutes=20), dose=None),
        )
    )
    protocol = site(tmp_path).protocol.regimens["shots"]
    (found,) = given_too_soon(protocol, Situation.at(BEGINS + timedelta(hours=1), nameless.facts))
    assert found[0] == "course.spacing"
    assert found[1].startswith("A dose without its amount was given at ")


@pytest.mark.parametrize(
    ("often", "hours", "field"),
    [
        (TWO_DAYS, 48, "course.spacing"),
        ("course: {at_most: 5 d}, every: 12 h", 12, "every"),
        ("course: {at_most: 5 d}, repeat_not_before: 4 h", 4, "repeat_not_before"),
    ],
)
def test_a_tenth_sooner_is_how_wards_work_and_a_minute_more_is_said_by_its_field(
    tmp_path: Path, often: str, hours: int, field: str
) -> None:
    regimen = site(tmp_path, often).protocol.regimens["shots"]

    def told(minutes: float) -> list[str]:
        chart = given(0).ketamine(minutes / 60, "given", "20 mg")
        return [
            one for one, _ in given_too_soon(regimen, Situation.at(BEGINS + timedelta(days=5), chart.facts))
        ]

    least = hours * 60 * 9 / 10
    assert told(least) == []
    assert told(least - 1) == [field]
