"""Courses, what was given over a lifetime, and reviews of liver and bladder before another course."""

from __future__ import annotations

from datetime import timedelta

from adjuvant.plan import ledger
from adjuvant.protocol.chart import ChartEvent, Happened
from adjuvant.protocol.dosing import DosingWeight
from adjuvant.quantity import parse_quantity
from bedside import BEGINS

DAY = timedelta(days=1)


def at(hours: float, what: Happened, dose: str | None = None, over: str | None = None) -> ChartEvent:
    return ChartEvent(
        BEGINS + timedelta(hours=hours), what, parse_quantity(dose) if dose else None,
        parse_quantity(over) if over else None,
    )  # fmt: skip


THREE = [at(hour, Happened.GIVEN, "31 mg", "40 min") for hour in (0, 48, 96)]


def test_three_infusions_in_five_days_are_one_course() -> None:
    found = ledger(THREE, BEGINS + 10 * DAY)
    (course,) = found.courses
    assert str(course.given) == str(found.lifetime) == "93 mg"
    assert course.days == 5 and found.complete and course.ended == BEGINS + timedelta(hours=96, minutes=40)


def test_a_week_without_ketamine_begins_another_course() -> None:
    end = 96 + 40 / 60
    near = [*THREE, at(end + 7 * 24 - 1, Happened.GIVEN, "31 mg", "40 min")]
    far = [*THREE, at(end + 7 * 24 + 1, Happened.GIVEN, "31 mg", "40 min")]
    later = BEGINS + 30 * DAY
    assert [str(one.given) for one in ledger(near, later).courses] == ["124 mg"]
    assert [str(one.given) for one in ledger(far, later).courses] == ["93 mg", "31 mg"]


def test_a_rate_counts_for_the_time_that_it_ran_and_not_while_it_was_paused() -> None:
    events = [
        at(0, Happened.START, "4 mg/h"), at(10, Happened.PAUSE), at(12, Happened.RESUME),
        at(20, Happened.CHANGE, "6 mg/h"), at(30, Happened.STOP),
    ]  # fmt: skip
    found = ledger(events, BEGINS + 3 * DAY)
    assert str(found.lifetime) == "132 mg"  # 4 × 10 + 4 × 8 + 6 × 10


def test_what_runs_is_counted_up_to_the_instant_and_nothing_later_is_seen() -> None:
    events = [at(0, Happened.START, "4 mg/h"), at(48, Happened.STOP)]
    found = ledger(events, BEGINS + DAY)
    assert str(found.lifetime) == "96 mg" and found.courses[0].ended is None
    half = ledger([at(0, Happened.GIVEN, "30 mg", "40 min")], BEGINS + timedelta(minutes=20))
    assert str(half.lifetime) == "15 mg" and half.courses[0].ended is None


def test_doses_per_kilogram_count_with_a_weight_and_are_named_without_one() -> None:
    events = [at(0, Happened.GIVEN, "0.5 mg/kg", "40 min")]
    weight = DosingWeight(parse_quantity("62 kg"), "actual", BEGINS, "")
    assert str(ledger(events, BEGINS + DAY, weight).lifetime) == "31 mg"
    found = ledger(events, BEGINS + DAY)
    assert not found.complete and not found.courses[0].complete and "is not counted" in found.lacking[0]


def test_reviews_are_due_after_each_course_until_they_are_done() -> None:
    later = BEGINS + 20 * DAY
    assert {one.key: one.due for one in ledger([], later).reviews} == {"liver": False, "bladder": False}
    assert {one.key: one.due for one in ledger(THREE, later).reviews} == {"liver": True, "bladder": True}
    done = {"liver": BEGINS + 6 * DAY, "bladder": BEGINS - DAY}
    assert {one.key: one.due for one in ledger(THREE, later, reviewed=done).reviews} == {
        "liver": False,
        "bladder": True,
    }
    future = {"liver": later + DAY}
    assert next(one for one in ledger(THREE, later, reviewed=future).reviews if one.key == "liver").due


def test_a_chart_that_contradicts_itself_is_not_whole() -> None:
    found = ledger(
        [at(0, Happened.START, "4 mg/h"), at(1, Happened.START, "5 mg/h"), at(2, Happened.STOP)], BEGINS + DAY
    )
    assert not found.complete and "ketamine is running already" in found.lacking[0]
