"""A course that is played: what is charted where advice is followed at once, and where the playing ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from adjuvant.protocol import Facts, Guidance, Situation, Status
from adjuvant.protocol.chart import ChartEvent, Happened
from adjuvant.protocol.guidance import Recommendation
from adjuvant.protocol.play import done, play
from adjuvant.quantity import parse_quantity
from bedside import BEGINS, Chart, closed

NOW = BEGINS + timedelta(hours=6)
LATER = NOW + timedelta(minutes=1)
RATE, RAISED, DOSE = parse_quantity("10 mg/h"), parse_quantity("15 mg/h"), parse_quantity("35 mg")
CHARTED = {
    "none": (),
    "running": ((0, "start", "10 mg/h"),),
    "paused": ((0, "start", "10 mg/h"), (3, "pause", None)),
    "between": ((0, "given", "35 mg"),),
    "stopped": ((0, "start", "10 mg/h"), (3, "stop", None)),
}


def where(phase: str) -> Situation:
    """Six hours after the beginning, with ketamine in that phase."""
    chart = Chart()
    for hour, what, dose in CHARTED[phase]:
        chart = chart.ketamine(hour, what, dose)
    found = Situation.at(NOW, chart.facts)
    assert found.state.phase == phase
    return found


def told(status: Status, *advice: Recommendation) -> Guidance:
    return Guidance(status, NOW, "eligible", advice)


def dosed(text: str, due: datetime | None = None) -> Recommendation:
    over = None if text.endswith("/h") else parse_quantity("40 min")
    return Recommendation("any", "Any.", (), dose=parse_quantity(text), over=over, due=due)


def charted(what: Happened, dose: str | None = None, over: str | None = None) -> tuple[ChartEvent, ...]:
    amount, time = (parse_quantity(one) if one is not None else None for one in (dose, over))
    return (ChartEvent(NOW, what, amount, time, source="played"),)


@pytest.mark.parametrize("status", [Status.STOP, Status.COMPLETE])
@pytest.mark.parametrize("phase", CHARTED)
def test_an_end_stops_whatever_has_begun_and_not_ended(status: Status, phase: str) -> None:
    stops = phase in ("running", "paused", "between")
    assert done(told(status), where(phase)) == (charted(Happened.STOP) if stops else ())


@pytest.mark.parametrize("phase", CHARTED)
def test_to_hold_pauses_what_runs_and_nothing_else(phase: str) -> None:
    expected = charted(Happened.PAUSE) if phase == "running" else ()
    assert done(told(Status.HOLD, dosed("10 mg/h")), where(phase)) == expected


@pytest.mark.parametrize("status", [Status.WITHHELD, Status.NOT_ELIGIBLE])
def test_a_dose_that_is_named_and_not_advised_is_not_given(status: Status) -> None:
    assert done(told(status, dosed("15 mg/h")), where("running")) == ()


def test_advice_without_a_dose_charts_nothing() -> None:
    assert done(told(Status.CONTINUE, Recommendation("observe", "Look.", ())), where("running")) == ()


def test_the_first_dose_that_is_named_is_the_one_that_is_given() -> None:
    loading = Recommendation("observe", "Look.", ())
    found = done(told(Status.START, loading, dosed("35 mg"), dosed("10 mg/h")), where("none"))
    assert found == charted(Happened.GIVEN, "35 mg", "40 min")


def test_a_running_rate_is_changed_to_another_and_not_to_itself() -> None:
    assert done(told(Status.CONTINUE, dosed("10 mg/h")), where("running")) == ()
    assert done(told(Status.CONTINUE, dosed("240 mg/d")), where("running")) == ()  # the same, in other words
    for status in (Status.RAISE, Status.LOWER, Status.CONTINUE):
        assert done(told(status, dosed("15 mg/h")), where("running")) == charted(Happened.CHANGE, "15 mg/h")


def test_a_pause_ends_where_it_is_said_to_go_on_and_by_no_lower_dose() -> None:
    assert done(told(Status.CONTINUE, dosed("10 mg/h")), where("paused")) == charted(Happened.RESUME)
    assert done(told(Status.LOWER, dosed("5 mg/h")), where("paused")) == ()


@pytest.mark.parametrize("phase", ["none", "between", "stopped"])
def test_a_dose_is_given_once_it_is_due_and_not_before(phase: str) -> None:
    for due in (None, NOW - timedelta(hours=1), NOW):
        found = done(told(Status.CONTINUE, dosed("35 mg", due)), where(phase))
        assert found == charted(Happened.GIVEN, "35 mg", "40 min")
    assert done(told(Status.CONTINUE, dosed("35 mg", LATER)), where(phase)) == ()


def test_a_rate_is_started_and_an_amount_is_given() -> None:
    assert done(told(Status.START, dosed("10 mg/h")), where("none")) == charted(Happened.START, "10 mg/h")


@pytest.mark.parametrize("hours", [0, 1, 3])
def test_every_hour_is_asked_from_the_first_to_the_last(hours: int) -> None:
    """Nothing but a weight is charted, so that nothing is ever begun and nothing ends."""

    def nothing(now: datetime, given: tuple[ChartEvent, ...]) -> Facts:
        assert given == ()
        return Chart().facts

    answers = play(closed("civik"), nothing, BEGINS, hours)
    assert [at for at, _ in answers] == [BEGINS + timedelta(hours=n) for n in range(hours + 1)]
    assert all(found.status is not Status.START and found.instant == at for at, found in answers)


def test_playing_ends_at_the_stop_and_what_was_advised_is_what_is_charted_next() -> None:
    site = closed("civik")
    seen: list[tuple[ChartEvent, ...]] = []

    def breathes_worse(now: datetime, given: tuple[ChartEvent, ...]) -> Facts:
        seen.append(given)
        hours = int((now - BEGINS) / timedelta(hours=1))
        chart = (
            Chart().answering(site.protocol).seen(-1, pain=8, pain_average=8, medd_intravenous=150).calm(-1)
        )
        for hour in range(hours + 1):
            chart = chart.calm(hour, respiratory_rate=16 if hour < 2 else 6)
        return replace(chart.facts, ketamine=(ChartEvent(BEGINS, Happened.STOP),))  # not looked at

    answers = play(site, breathes_worse, BEGINS, 24)
    assert [found.status for _, found in answers] == [Status.START, Status.CONTINUE, Status.STOP]
    (start,) = seen[1]
    assert (start.what, start.at, start.dose) == (
        Happened.START,
        BEGINS,
        answers[0][1].recommendations[0].dose,
    )
    assert seen == [(), (start,), (start,)]
