"""How far a course has come: when it ends, when the next of so many doses a week is due, how it is brought down."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from adjuvant.protocol import Situation
from adjuvant.protocol.course import (
    Progress,
    level_kept,
    level_since,
    lowered_since,
    progress,
    taper_words,
)
from adjuvant.protocol.regimen import Regimen
from bedside import BEGINS, Chart

RATE = {"mode": "continuous_infusion", "route": "intravenous", "start": "5 mg/h"}
TWICE_A_WEEK = {
    "mode": "injection", "route": "subcutaneous", "start": "10 mg", "times_per_week": 2,
    "course": {"infusions": 8, "spacing": "2 d"},
}  # fmt: skip


def regimen(**fields: Any) -> Regimen:
    return Regimen.model_validate({"title": "Written", **fields})


def at(chart: Chart, hour: float) -> Situation:
    return Situation.at(BEGINS + timedelta(hours=hour), chart.facts)


def given(*at_hours: float) -> Chart:
    chart = Chart()
    for hour in at_hours:
        chart = chart.ketamine(hour, "given", "10 mg")
    return chart


def test_of_a_rate_the_end_is_known_and_no_dose_is_due() -> None:
    of_five_days = regimen(**RATE, course={"at_most": "5 d"})
    running = at(Chart().ketamine(0, "start", "5 mg/h"), 1)
    assert progress(of_five_days, running) == Progress(ends_at=BEGINS + timedelta(days=5))


def test_the_earliest_of_several_ends_is_the_end() -> None:
    both = regimen(**RATE, course={"at_most": "5 d", "keep_effective": "3 d"})
    raised = Chart().ketamine(0, "start", "5 mg/h").ketamine(24, "change", "10 mg/h")
    assert progress(both, at(raised, 25)).ends_at == BEGINS + timedelta(days=4)


def test_without_a_course_or_before_its_first_dose_nothing_is_told() -> None:
    endless, of_five_days = regimen(**RATE), regimen(**RATE, course={"at_most": "5 d"})
    assert progress(endless, at(Chart().ketamine(0, "start", "5 mg/h"), 1)) == Progress()
    assert progress(of_five_days, at(Chart(), 1)) == Progress()


@pytest.mark.parametrize(
    ("before", "due"),
    [
        ((0,), 48),  # two days after the first
        ((0, 48), 168),  # a third within the week would be one too many
        ((0, 48, 168), 216),  # two days after, and a week after the second
        ((0, 48, 200), 248),
        ((0, 120, 168), 288),
    ],
)
def test_the_next_of_two_doses_a_week_is_due_two_days_later_and_never_a_third_within_seven(
    before: tuple[float, ...], due: float
) -> None:
    found = progress(regimen(**TWICE_A_WEEK), at(given(*before), before[-1] + 1))
    assert found.next_due == BEGINS + timedelta(hours=due)


@pytest.mark.parametrize(
    ("taper", "days", "words"),
    [
        (None, 30, ""),
        ({}, 1, "Ketamine is brought down gradually."),
        ({"over": "24 h"}, 1, "Ketamine is brought down gradually over 24 h."),
        ({"over": {"low": "12 h", "high": "24 h"}}, 1, "Ketamine is brought down gradually over 12 h to 24 h."),
        ({"printed": "Halved each day."}, 1, "Halved each day."),
        ({"if_longer_than": "21 d"}, 21, ""),
        ({"if_longer_than": "21 d"}, 22, "Ketamine is brought down gradually."),
    ],
)  # fmt: skip
def test_how_ketamine_is_brought_to_its_end_is_told_as_the_source_has_it(
    taper: dict[str, Any] | None, days: int, words: str
) -> None:
    course = {"at_most": "60 d"} | ({"taper": taper} if taper is not None else {})
    running = at(Chart().ketamine(0, "start", "5 mg/h"), 24 * days)
    assert taper_words(regimen(**RATE, course=course), running) == words


def test_what_has_no_course_or_was_not_begun_is_not_brought_down() -> None:
    long = {"at_most": "60 d", "taper": {"if_longer_than": "21 d"}}
    assert taper_words(regimen(**RATE), at(Chart(), 1)) == ""
    assert taper_words(regimen(**RATE, course=long), at(Chart(), 24 * 30)) == ""


@pytest.mark.parametrize(
    ("amounts", "since"),
    [
        (("20 mg", "10 mg"), 8),
        (("20 mg", "10 mg", "10 mg"), 8),  # since the first of the equal ones
        (("10 mg", "20 mg"), None),
        (("10 mg", "10 mg"), None),
        (("20 mg", "10 mg", "15 mg"), None),  # its last change was a rise
    ],
)
def test_since_when_a_single_dose_is_lower_than_the_one_before(
    amounts: tuple[str, ...], since: float | None
) -> None:
    chart = Chart()
    for n, amount in enumerate(amounts):
        chart = chart.ketamine(8 * n, "given", amount)
    found = lowered_since(
        regimen(mode="oral", route="oral", start="10 mg", times_per_day=3), at(chart, 30), None
    )
    assert found == (BEGINS + timedelta(hours=since) if since is not None else None)


def test_a_level_is_kept_at_once_where_nothing_says_for_how_long() -> None:
    """Without titration, without an interval, or with one of two ends there is no time that it must have."""
    form: dict[str, Any] = {
        "title": "x",
        "route": "intravenous",
        "mode": "continuous_infusion",
        "start": "5 mg/h",
    }
    running = Situation.at(BEGINS + timedelta(hours=1), Chart().ketamine(0, "start", "5 mg/h").facts)
    for titration in (
        None, {"kind": "none"}, {"kind": "free", "every": {"low": "6 h", "high": "12 h"}},
    ):  # fmt: skip
        assert level_kept(Regimen.model_validate(form | {"titration": titration}), running)
    steps = form | {"titration": {"kind": "steps", "step": "5 mg/h", "every": "2 h"}}
    assert not level_kept(Regimen.model_validate(steps), running)
    later = Situation.at(BEGINS + timedelta(hours=2), running.facts)
    assert level_kept(Regimen.model_validate(steps), later)
    assert level_kept(Regimen.model_validate(steps), Situation.at(BEGINS, Chart().facts))


def test_equal_single_doses_are_one_level_since_the_first_of_them() -> None:
    form = {"title": "x", "route": "intravenous", "mode": "injection", "start": "10 mg"}
    shots = Regimen.model_validate(form)
    chart = Chart().ketamine(0, "given", "10 mg").ketamine(4, "given", "20 mg").ketamine(8, "given", "20 mg")
    assert level_since(shots, Situation.at(BEGINS + timedelta(hours=9), chart.facts)) == BEGINS + timedelta(
        hours=4
    )
    one = Situation.at(BEGINS + timedelta(hours=1), chart.facts)
    assert level_since(shots, one) == BEGINS
    nameless = chart.but(ketamine=(*chart.facts.ketamine[:2], replace(chart.facts.ketamine[2], dose=None)))
    assert level_since(
        shots, Situation.at(BEGINS + timedelta(hours=9), nameless.facts)
    ) == BEGINS + timedelta(hours=8)


def test_a_dose_without_its_amount_ends_the_level_before_it() -> None:
    shots = Regimen.model_validate(
        {"title": "x", "route": "intravenous", "mode": "injection", "start": "10 mg"}
    )
    chart = Chart().ketamine(0, "given", "20 mg").ketamine(4, "given", "20 mg").ketamine(8, "given", "20 mg")
    middle = (chart.facts.ketamine[0], replace(chart.facts.ketamine[1], dose=None), chart.facts.ketamine[2])
    seen = Situation.at(BEGINS + timedelta(hours=9), chart.but(ketamine=middle).facts)
    assert level_since(shots, seen) == BEGINS + timedelta(hours=8)
