"""Courses at their edges: what runs on, what overlaps, what cannot be counted, and days that are only begun."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adjuvant.library.rules import setting
from adjuvant.plan import Ledger, ledger
from adjuvant.protocol.chart import ChartEvent, Happened
from adjuvant.protocol.dosing import DosingWeight
from adjuvant.quantity import parse_quantity
from bedside import BEGINS

DAY = timedelta(days=1)
WEIGHT = DosingWeight(parse_quantity("62 kg"), "actual", BEGINS, "")


def at(hours: float, what: Happened, dose: str | None = None, over: str | None = None) -> ChartEvent:
    return ChartEvent(
        BEGINS + timedelta(hours=hours), what, parse_quantity(dose) if dose else None,
        parse_quantity(over) if over else None,
    )  # fmt: skip


def given(found: Ledger) -> list[str]:
    return [str(one.given) for one in found.courses]


def test_a_course_begins_anew_after_exactly_the_days_without_ketamine_that_are_asked() -> None:
    gap = int(setting("course_gap_days").value)
    whole = [at(0, Happened.GIVEN, "10 mg"), at(24 * gap, Happened.GIVEN, "20 mg")]
    less = [at(0, Happened.GIVEN, "10 mg"), at(24 * gap - 0.1, Happened.GIVEN, "20 mg")]
    assert given(ledger(whole, BEGINS + 60 * DAY)) == ["10 mg", "20 mg"]
    assert given(ledger(less, BEGINS + 60 * DAY)) == ["30 mg"]


def test_the_days_without_ketamine_count_from_the_latest_end_and_not_from_the_last_start() -> None:
    # An infusion of ten days, and a dose by mouth in its first: the next dose is six days after the infusion ended.
    events = [
        at(0, Happened.GIVEN, "240 mg", "240 h"), at(1, Happened.GIVEN, "10 mg"),
        at(240 + 6 * 24, Happened.GIVEN, "20 mg"),
    ]  # fmt: skip
    assert given(ledger(events, BEGINS + 60 * DAY)) == ["270 mg"]
    # Counted from the end of the first course, and not of the second, a third would be another than it is.
    three = [at(24 * day, Happened.GIVEN, "10 mg") for day in (0, 10, 20)]
    assert given(ledger(three, BEGINS + 60 * DAY)) == ["10 mg", "10 mg", "10 mg"]


@pytest.mark.parametrize(("hours", "days"), [(0, 1), (1, 1), (24, 1), (24.1, 2), (48, 2), (96, 4), (96.7, 5)])
def test_days_are_those_that_were_begun(hours: float, days: int) -> None:
    events = (
        [at(0, Happened.START, "4 mg/h"), at(hours, Happened.STOP)]
        if hours
        else [at(0, Happened.GIVEN, "4 mg")]
    )
    (course,) = ledger(events, BEGINS + 60 * DAY).courses
    assert course.days == days


def test_a_course_ends_with_its_latest_end_and_runs_while_any_part_of_it_does() -> None:
    events = [at(0, Happened.GIVEN, "240 mg", "240 h"), at(1, Happened.GIVEN, "10 mg")]
    (ended,) = ledger(events, BEGINS + 20 * DAY).courses
    assert ended.ended == BEGINS + timedelta(hours=240) and ended.began == BEGINS
    (runs,) = ledger(events, BEGINS + timedelta(hours=120)).courses
    assert runs.ended is None and str(runs.given) == "130 mg"  # half of 240, and 10


def test_a_dose_that_ends_at_this_instant_has_ended() -> None:
    (course,) = ledger([at(0, Happened.GIVEN, "30 mg", "40 min")], BEGINS + timedelta(minutes=40)).courses
    assert course.ended == BEGINS + timedelta(minutes=40) and str(course.given) == "30 mg"


def test_a_dose_that_runs_and_cannot_be_counted_leaves_the_course_open_and_not_whole() -> None:
    found = ledger([at(0, Happened.GIVEN, "0.5 mg/kg", "40 min")], BEGINS + timedelta(minutes=20))
    (course,) = found.courses
    assert (course.ended, course.complete, found.complete) == (None, False, False)
    assert str(course.given) == str(found.lifetime) == "0 mg"


def test_what_is_charted_per_kilogram_without_a_weight_is_named_with_its_time() -> None:
    events = [at(0, Happened.GIVEN, "0.5 mg/kg"), at(24, Happened.GIVEN, "10 mg")]
    found = ledger(events, BEGINS + 5 * DAY)
    assert found.lacking == (
        "0.5 mg/kg of 2026-03-02T08:00:00+00:00 is not counted: is per kilogram, and no weight is known",
    )
    assert str(found.lifetime) == "10 mg" and not found.complete  # at least that
    (course,) = found.courses
    assert str(course.given) == "10 mg" and not course.complete
    whole = ledger(events, BEGINS + 5 * DAY, WEIGHT)
    assert str(whole.lifetime) == "41 mg" and whole.complete and whole.lacking == ()


def test_a_rate_that_is_charted_as_one_dose_is_not_counted_and_said() -> None:
    found = ledger([at(0, Happened.GIVEN, "4 mg/h", "40 min")], BEGINS + 5 * DAY)
    assert found.lacking == (
        "4 mg/h of 2026-03-02T08:00:00+00:00 is not counted: it is charted as another kind of dose",
    )
    assert str(found.lifetime) == "0 mg" and not found.courses[0].complete
    running = ledger([at(0, Happened.GIVEN, "4 mg/h", "40 min")], BEGINS + timedelta(minutes=20))
    assert running.courses[0].ended is None and found.courses[0].ended == BEGINS + timedelta(minutes=40)


def test_a_rate_per_kilogram_counts_for_the_hours_that_it_ran() -> None:
    events = [at(0, Happened.START, "0.05 mg/kg/h"), at(10, Happened.STOP)]
    assert str(ledger(events, BEGINS + 5 * DAY, WEIGHT).lifetime) == "31 mg"  # 3.1 mg/h for 10 h


def test_a_review_counts_from_the_instant_at_which_it_was_done() -> None:
    events = [at(0, Happened.GIVEN, "31 mg", "40 min")]
    end, later = BEGINS + timedelta(minutes=40), BEGINS + 20 * DAY

    def liver(done: timedelta) -> tuple[bool, bool]:
        found = ledger(events, later, reviewed={"liver": end + done}).reviews
        (one,) = [item for item in found if item.key == "liver"]
        return one.due, one.last is not None

    assert liver(timedelta(0)) == (False, True)
    assert liver(-timedelta(minutes=1)) == (True, True)
    assert liver(later - end) == (False, True)  # at this very instant
    assert liver(later - end + timedelta(minutes=1)) == (True, False)  # nothing later is seen


def test_a_review_that_was_done_before_this_course_ended_is_not_due_while_it_runs() -> None:
    events = [at(0, Happened.START, "4 mg/h")]
    found = ledger(events, BEGINS + DAY, reviewed={"liver": BEGINS - DAY})
    assert {one.key: one.due for one in found.reviews} == {"liver": False, "bladder": True}


def test_without_a_course_nothing_is_due_and_nothing_was_given() -> None:
    found = ledger([], BEGINS)
    assert found.courses == () and str(found.lifetime) == "0 mg" and found.complete
    assert [one.due for one in found.reviews] == [False, False]
