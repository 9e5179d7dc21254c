"""What was charted of ketamine, folded into where it stands; what cannot all be true is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

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


# --- whole states -----------------------------------------------------------------------------------------


def at(hour: float) -> datetime:
    return BEGINS + timedelta(hours=hour)


FIVE, TEN, SHOT = parse_quantity("5 mg/h"), parse_quantity("10 mg/h"), parse_quantity("20 mg")
STARTED = (0, "start", "5 mg/h")


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ((), KetamineState()),
        ((STARTED,), KetamineState("running", FIVE, at(0), at(0), rates=((at(0), None, FIVE),))),
        (
            (STARTED, (8, "change", "10 mg/h")),
            KetamineState("running", TEN, at(8), at(0), rates=((at(0), at(8), FIVE), (at(8), None, TEN))),
        ),
        (  # a new syringe at the same rate, in other words, begins no new level
            (STARTED, (8, "change", "120 mg/d")),
            KetamineState("running", FIVE, at(0), at(0), rates=((at(0), None, FIVE),)),
        ),
        (
            (STARTED, (8, "pause")),
            KetamineState("paused", FIVE, at(0), at(0), paused=at(8), rates=((at(0), at(8), FIVE),)),
        ),
        (
            (STARTED, (8, "pause"), (9, "resume")),
            KetamineState("running", FIVE, at(9), at(0), rates=((at(0), at(8), FIVE), (at(9), None, FIVE))),
        ),
        (
            (STARTED, (8, "pause"), (9, "stop")),
            KetamineState("stopped", FIVE, at(0), at(0), at(9), at(8), rates=((at(0), at(8), FIVE),)),
        ),
        (
            (STARTED, (8, "stop"), (9, "start", "10 mg/h")),
            KetamineState("running", TEN, at(9), at(0), rates=((at(0), at(8), FIVE), (at(9), None, TEN))),
        ),
        (
            (STARTED, (8, "stop")),
            KetamineState("stopped", FIVE, at(0), at(0), at(8), rates=((at(0), at(8), FIVE),)),
        ),
    ],
)  # fmt: skip
def test_what_is_charted_of_an_infusion_is_one_whole_state(
    told: tuple[Any, ...], expected: KetamineState
) -> None:
    assert state(10, *told) == expected


@pytest.mark.parametrize("before", ["running", "paused"])
def test_a_single_dose_beside_an_infusion_changes_nothing_of_it(before: str) -> None:
    told = [STARTED, *([(4, "pause")] if before == "paused" else [])]
    alone, beside = state(10, *told), state(10, *told, (6, "given", "20 mg"))
    (dose,) = beside.given
    assert (dose.at, dose.dose) == (at(6), SHOT)
    assert beside == replace(alone, given=(dose,)) and beside.phase == before


@pytest.mark.parametrize("ended", [False, True])
def test_single_doses_stand_between_and_the_last_is_the_one_that_counts(ended: bool) -> None:
    first, second = events((0, "given", "20 mg"), (8, "given", "10 mg"))
    told = [(0, "given", "20 mg"), *([(4, "stop")] if ended else []), (8, "given", "10 mg")]
    assert state(10, *told) == KetamineState(
        "between", second.dose, at(8), at(0), at(4) if ended else None, given=(first, second)
    )


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (((0, "start"),), "start at {0}: no dose is charted with it"),
        ((STARTED, (1, "change")), "change at {1}: no dose is charted with it"),
        (((0, "given"),), "given at {0}: no dose is charted with it"),
        ((STARTED, (1, "start", "5 mg/h")), "start at {1}: ketamine is running already"),
        ((STARTED, (1, "pause"), (2, "start", "5 mg/h")), "start at {2}: ketamine is paused already"),
        (((1, "change", "5 mg/h"),), "change at {1}: nothing is running"),
        (((1, "pause"),), "pause at {1}: nothing is running"),
        ((STARTED, (1, "resume")), "resume at {1}: nothing is paused"),
        (((1, "stop"),), "stop at {1}: nothing is given"),
        ((STARTED, (1, "stop"), (2, "stop")), "stop at {2}: nothing is given"),
    ],
)
def test_what_cannot_follow_is_said_with_its_moment(told: tuple[Any, ...], words: str) -> None:
    assert state(10, *told).contradictions == (words.format(*(at(n).isoformat() for n in range(3))),)


@pytest.mark.parametrize("what", [(2, "stop"), (2, "change", "10 mg/h"), (2, "pause")])
def test_two_entries_of_one_moment_are_named_and_a_rate_has_no_span_below_nothing(
    what: tuple[Any, ...],
) -> None:
    found = state(10, (2, "start", "5 mg/h"), what)
    assert found.rates[0] == (at(2), at(2), FIVE)
    assert found.contradictions == (
        f"start and {what[1]} are charted for the same moment, {at(2).isoformat()}",
    )


def test_one_entry_twice_is_named_as_that() -> None:
    found = state(10, (0, "given", "20 mg"), (0, "given", "20 mg"))
    assert found.contradictions == (f"given is charted twice at {at(0).isoformat()}",)
    other = state(10, (0, "given", "20 mg"), (0, "given", "10 mg"))
    assert other.contradictions == (f"given and given are charted for the same moment, {at(0).isoformat()}",)


def test_the_time_at_a_dose_and_of_a_course_is_counted_in_hours() -> None:
    found = state(30, STARTED, (24, "change", "10 mg/h"))
    assert (found.hours_at_dose(at(30)), found.hours_of_course(at(30))) == (6, 30)


# --- a course after another -------------------------------------------------------------------------------

WEEK = timedelta(days=7)


def course(hour: float, *told: Any, doses: int | None = None) -> KetamineState:
    return fold(events(*told), at(hour), WEEK, doses)


def test_after_an_end_and_long_enough_without_it_a_dose_begins_a_new_course() -> None:
    ended = (STARTED, (10, "stop"))
    assert course(177, *ended).phase == "stopped"  # an hour short of a week
    assert course(178, *ended) == KetamineState(earlier=at(10))
    again = course(200, *ended, (190, "start", "10 mg/h"))
    assert again == KetamineState(
        "running", TEN, at(190), at(190), rates=((at(190), None, TEN),), earlier=at(10)
    )
    assert course(200, *ended, (177, "start", "10 mg/h")).began == at(0)


def test_without_an_end_that_is_charted_only_all_doses_of_a_course_end_it() -> None:
    two = ((0, "given", "20 mg"), (48, "given", "20 mg"))
    assert course(400, *two).phase == "between"
    assert course(400, *two, doses=3).phase == "between"
    assert course(400, *two, doses=2) == KetamineState(earlier=at(48))
    assert course(215, *two, doses=2).phase == "between"  # an hour short of a week after the last
    assert course(216, *two, doses=2).phase == "none"


def test_a_dose_that_took_time_ends_once_it_is_in() -> None:
    long = ChartEvent(at(0), Happened.GIVEN, SHOT, over=parse_quantity("2 h"))
    for hour, phase in ((169, "between"), (170, "none")):
        assert fold([long], at(hour), WEEK, 1).phase == phase


def test_the_later_of_a_stop_and_the_last_dose_ends_a_course() -> None:
    assert course(200, (0, "given", "20 mg"), (40, "stop")).earlier is None
    assert course(208, (0, "given", "20 mg"), (40, "stop")).earlier == at(40)


def test_what_contradicted_itself_in_an_earlier_course_is_still_said() -> None:
    found = course(400, STARTED, (1, "resume"), (10, "stop"))
    assert found.contradictions == (f"resume at {at(1).isoformat()}: nothing is paused",)


def test_a_dose_long_after_the_last_of_a_course_begins_another_where_it_is_known_how_many_it_has() -> None:
    events = tuple(
        ChartEvent(BEGINS + timedelta(hours=hour), Happened.GIVEN, parse_quantity("20 mg"))
        for hour in (0, 24, 48, 1000)
    )
    late = BEGINS + timedelta(hours=1001)
    again = fold(events, late, timedelta(days=7), 3)
    assert (again.began, len(again.given)) == (BEGINS + timedelta(hours=1000), 1)
    assert again.earlier == BEGINS + timedelta(hours=48)
    one = fold(events, late, timedelta(days=7))
    assert (one.began, len(one.given)) == (BEGINS, 4)
