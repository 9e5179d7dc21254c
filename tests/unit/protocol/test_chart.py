"""What was charted of ketamine, folded into where it stands; what cannot all be true is named."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from adjuvant.errors import InputError
from adjuvant.protocol.chart import ChartEvent, Happened, KetamineState, fold
from adjuvant.quantity import parse_quantity

BEGINS = datetime(2026, 3, 2, 8, tzinfo=UTC)


def events(*told: tuple[float, str] | tuple[float, str, str]) -> list[ChartEvent]:
    return [
        ChartEvent(
            BEGINS + timedelta(hours=one[0]),
            Happened(one[1]),
            parse_quantity(one[2]) if len(one) > 2 else None,
        )
        for one in told
    ]


def state(hour: float, *told: tuple) -> KetamineState:
    return fold(events(*told), BEGINS + timedelta(hours=hour))


def test_nothing_charted_is_nothing_given() -> None:
    found = state(5)
    assert (found.phase, found.dose, found.contradictions) == ("none", None, ())
    assert (found.hours_at_dose(BEGINS), found.hours_of_course(BEGINS)) == (0, 0)


def test_an_infusion_begins_changes_pauses_resumes_and_stops() -> None:
    told = [(0, "start", "100 mg/d"), (24, "change", "300 mg/d"), (30, "pause"), (31, "resume"), (48, "stop")]
    assert state(1, *told).phase == "running"
    changed = state(25, *told)
    assert (changed.phase, str(changed.dose)) == ("running", "300 mg/d")
    assert changed.hours_at_dose(BEGINS + timedelta(hours=25)) == 1
    assert changed.hours_of_course(BEGINS + timedelta(hours=25)) == 25
    assert state(30.5, *told).phase == "paused"
    assert state(31, *told).phase == "running"
    stopped = state(49, *told)
    assert (stopped.phase, stopped.stopped) == ("stopped", BEGINS + timedelta(hours=48))
    assert stopped.contradictions == ()
    spans = [((end - start) / timedelta(hours=1), str(dose)) for start, end, dose in stopped.rates if end]
    assert spans == [(24, "100 mg/d"), (6, "300 mg/d"), (17, "300 mg/d")]


def test_what_is_charted_later_is_not_seen_whatever_the_order() -> None:
    told = events((0, "start", "100 mg/d"), (24, "change", "300 mg/d"))
    assert str(fold(reversed(told), BEGINS + timedelta(hours=23)).dose) == "100 mg/d"


def test_single_doses_are_counted_and_stand_between() -> None:
    found = state(30, (0, "given", "35 mg"), (24, "given", "35 mg"))
    assert (found.phase, len(found.given), found.began) == ("between", 2, BEGINS)


def test_a_single_dose_beside_an_infusion_leaves_the_infusion_running() -> None:
    found = state(2, (0, "start", "100 mg/d"), (1, "given", "10 mg"))
    assert (found.phase, str(found.dose), len(found.given)) == ("running", "100 mg/d", 1)


CONTRADICTIONS = {
    "a start while it runs": (
        [(0, "start", "100 mg/d"), (1, "start", "100 mg/d")],
        "ketamine is running already",
    ),
    "a start while it is paused": (
        [(0, "start", "100 mg/d"), (1, "pause"), (2, "start", "100 mg/d")],
        "ketamine is paused already",
    ),
    "a start without a dose": ([(0, "start")], "no dose is charted with it"),
    "a change without a dose": ([(0, "start", "100 mg/d"), (1, "change")], "no dose is charted with it"),
    "a dose without an amount": ([(0, "given")], "no dose is charted with it"),
    "a change of nothing": ([(0, "change", "100 mg/d")], "nothing is running"),
    "a pause of nothing": ([(0, "pause")], "nothing is running"),
    "a pause of what is paused": (
        [(0, "start", "100 mg/d"), (1, "pause"), (2, "pause")],
        "nothing is running",
    ),
    "a change after the end": (
        [(0, "start", "100 mg/d"), (1, "stop"), (2, "change", "300 mg/d")],
        "nothing is running",
    ),
    "a resumption of what runs": ([(0, "start", "100 mg/d"), (1, "resume")], "nothing is paused"),
    "a resumption after the end": (
        [(0, "start", "100 mg/d"), (1, "stop"), (2, "resume")],
        "nothing is paused",
    ),
    "an end of nothing": ([(0, "stop")], "nothing is given"),
    "an end after the end": ([(0, "start", "100 mg/d"), (1, "stop"), (2, "stop")], "nothing is given"),
    "two rates at one moment": (
        [(0, "start", "100 mg/d"), (1, "change", "300 mg/d"), (1, "change", "500 mg/d")],
        "change and change are charted for the same moment",
    ),
    "a pause and an end at one moment": (
        [(0, "start", "100 mg/d"), (1, "pause"), (1, "stop")],
        "pause and stop are charted for the same moment",
    ),
    "the same twice": ([(0, "given", "35 mg"), (0, "given", "35 mg")], "given is charted twice"),
}


@pytest.mark.hazard("H-052")
@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_events_that_cannot_follow_one_another_are_named_and_nothing_is_dropped(name: str) -> None:
    told, words = CONTRADICTIONS[name]
    found = state(48, *told).contradictions
    assert any(words in one for one in found), found


def test_an_entry_without_a_zone_is_refused() -> None:
    with pytest.raises(InputError, match=r"zone|offset"):
        ChartEvent(datetime(2026, 3, 2, 8), Happened.STOP)
