"""Ketamine courses: what makes one, what begins a new one, and what is set aside with a reason."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adjuvant.errors import InputError
from adjuvant.outcomes import (
    CourseKind,
    declared_course,
    evaluate,
    find_courses,
    pseudo_course,
    search_courses,
)
from adjuvant.record import AdministrationStatus, Drug
from builders import a_drug, a_patient

HOUR = timedelta(hours=1)


def test_a_course_runs_from_the_first_start_to_the_last_stop() -> None:
    patient = a_patient().ketamine("35 mg", 10).ketamine("35 mg", 34).ketamine("35 mg", 58, hours=2)
    (course,) = find_courses(patient.record())
    assert (course.start, course.end) == (patient.when(10), patient.when(60))
    assert (course.kind, course.number, len(course.exposures)) == (CourseKind.FOUND, 1, 3)


@pytest.mark.parametrize(
    ("free_days", "courses"), [(0, 1), (6, 1), (7, 2), (8, 2)], ids=lambda value: str(value)
)
def test_a_new_course_begins_after_seven_ketamine_free_days(free_days: int, courses: int) -> None:
    """Free days are whole local calendar days between the last ketamine day and the next."""
    patient = a_patient().ketamine("35 mg", 22).ketamine("35 mg", 24 * (free_days + 1) + 1)
    found = find_courses(patient.record())
    assert [course.number for course in found] == list(range(1, courses + 1))


def test_an_infusion_that_ends_at_midnight_ends_on_the_day_before() -> None:
    """Ketamine to midnight of day 0, again on day 8: days 1 to 7 are seven free days."""
    patient = a_patient().ketamine("35 mg", 20, hours=4).ketamine("35 mg", 24 * 8 + 1)
    assert len(find_courses(patient.record())) == 2


def test_free_days_are_days_of_the_patients_own_zone() -> None:
    """In Auckland 11:30 to 12:30 UTC crosses midnight, so the last ketamine day is a day later."""
    there = a_patient(zone="Pacific/Auckland", start="2026-06-01T00:00")
    first = there.infusion("ketamine", None, "23.5", "24.5", dose="35 mg")
    assert len(find_courses(first.ketamine("35 mg", 24 * 8 + 1).record())) == 1
    assert len(find_courses(first.ketamine("35 mg", 24 * 9 + 1).record())) == 2


@pytest.mark.hazard("H-015")
def test_racemic_ketamine_and_esketamine_never_share_a_course() -> None:
    patient = a_patient().ketamine("35 mg", 10).infusion("esketamine", None, 12, 13, dose="20 mg")
    first, second = find_courses(patient.record())
    assert {item.ingredient for item in first.exposures} == {"ketamine"}
    assert {item.ingredient for item in second.exposures} == {"esketamine"}


def test_orders_alone_make_no_course_and_are_named() -> None:
    found = search_courses(a_patient().order("ketamine", "35 mg", times=1).record())
    assert found.courses == ()
    assert "ordered, no administration charted" in found.ordered_only[0]


@pytest.mark.parametrize(
    "text",
    [
        "Ketamine (For Intubation)",
        "ketamine induction dose",
        "Ketamine RSI kit",
        "KETAMINE anesthesia",
        "ketamine for anaesthetic use",
    ],
)
def test_ketamine_for_intubation_or_anaesthesia_is_no_course(text: str) -> None:
    drug = a_drug("ketamine")
    named = type(drug)(text, drug.ingredients)
    found = search_courses(a_patient().given(named, "150 mg", 5, route="intravenous").record())
    assert found.courses == ()
    (aside,) = found.set_aside
    assert "not given as a course for pain" in aside.reason
    assert str(aside).startswith(
        f"{text} at 2026-03-02T05:00:00+00:00 (builder:administrations:1): its text says"
    )


def test_an_order_for_intubation_sets_the_dose_given_under_it_aside() -> None:
    patient = a_patient().order("ketamine", "150 mg", text="for intubation", id="o1")
    patient = patient.given("ketamine", "150 mg", 5, route="intravenous", request_id="o1")
    assert find_courses(patient.record()) == ()


def test_ketamine_set_aside_does_not_lengthen_a_course() -> None:
    drug = a_drug("ketamine")
    intubation = type(drug)("Ketamine (For Intubation)", drug.ingredients)
    patient = a_patient().ketamine("35 mg", 10).given(intubation, "150 mg", 30, route="intravenous")
    (course,) = find_courses(patient.record())
    assert course.end == patient.when(11)
    assert len(course.exposures) == 1


def test_ketamine_not_given_is_no_course_and_unsure_ketamine_is_set_aside() -> None:
    held = a_patient().held("ketamine", "35 mg", 5, route="intravenous")
    assert search_courses(held.record()).set_aside == ()
    assert find_courses(held.record()) == ()
    unsure = a_patient().given(
        "ketamine", "35 mg", 5, route="intravenous", status=AdministrationStatus.UNKNOWN
    )
    (aside,) = search_courses(unsure.record()).set_aside
    assert aside.reason == "the record does not say that it was given"


@pytest.mark.hazard("H-016")
def test_drugs_that_only_look_like_ketamine_are_none() -> None:
    patient = a_patient().given("ketorolac", "30 mg", 1).given("ketoprofen", "100 mg", 2)
    assert find_courses(patient.record()) == ()


def test_ketamine_without_a_usable_dose_still_makes_a_course() -> None:
    """It was given, so its time counts although its amount does not."""
    patient = a_patient().infusion("ketamine", None, 10, 12)
    (course,) = find_courses(patient.record())
    assert (course.start, course.end, course.exposures) == (patient.when(10), patient.when(12), ())


def test_a_declared_course_is_taken_at_its_word() -> None:
    start = a_patient().when(10)
    course = declared_course(start, start + 5 * HOUR)
    assert (course.kind, course.start, course.end) == (CourseKind.DECLARED, start, start + 5 * HOUR)


def test_a_declared_course_that_ends_before_it_starts_is_refused() -> None:
    start = a_patient().when(10)
    with pytest.raises(InputError, match="ends before it starts"):
        declared_course(start, start - HOUR)


def test_a_declared_course_needs_a_zone() -> None:
    start = a_patient().when(10)
    with pytest.raises(InputError, match="has no zone"):
        declared_course(start.replace(tzinfo=None), start)


def test_a_pseudo_course_is_24_h_around_the_midpoint_of_the_charted_pain() -> None:
    """The middle one of the scored readings at 10, 40 and 50 h lies at 40 h."""
    patient = a_patient().pain(5, 10).pain(None, 90, why="asleep").pain(6, 40).pain(4, 50)
    course = pseudo_course(patient.record())
    assert (course.start, course.end) == (patient.when(28), patient.when(52))
    assert course.kind is CourseKind.PSEUDO
    assert "pseudo" in course.kind.value


def test_a_pseudo_course_does_not_fall_into_the_silence_between_two_stays() -> None:
    patient = a_patient().pain(5, 0).pain(5, 4).pain(6, 8).pain(4, 2400).pain(4, 2404)
    course = pseudo_course(patient.record())
    assert course.start < patient.when(8) < course.end


def test_a_pseudo_course_of_a_patient_who_could_never_score_lies_among_the_attempts() -> None:
    patient = (
        a_patient().pain(None, 10, why="sedated").pain(None, 20, why="sedated").pain(None, 30, why="sedated")
    )
    course = pseudo_course(patient.record())
    assert (course.start, course.end) == (patient.when(8), patient.when(32))


def test_a_pseudo_course_needs_pain() -> None:
    with pytest.raises(InputError, match="no charted pain"):
        pseudo_course(a_patient().record())


@pytest.mark.parametrize(
    "text",
    [
        "Ketamine (per Anaesthetics pain team)",
        "Ketamine, anaesthesia consult",
        "ketamine for anaesthetics team",
    ],
)
def test_the_name_of_a_team_sets_nothing_aside(text: str) -> None:
    named = Drug(text, a_drug("ketamine").ingredients)
    assert len(find_courses(a_patient().infusion(named, None, 10, 11, dose="35 mg").record())) == 1


def test_a_reason_that_says_rapid_sequence_sets_the_dose_aside() -> None:
    patient = a_patient().ketamine("35 mg", 10)
    patient = patient.given("ketamine", "150 mg", 30, route="intravenous", reason_not_given="RSI")
    (course,) = find_courses(patient.record())
    assert course.end == patient.when(11)


@pytest.mark.parametrize(
    ("text", "route"), [("Ketamine mouthwash", "oral"), ("ketamine 5 % cream", None), ("ketamine", "topical")]
)
def test_ketamine_on_a_surface_is_no_course(text: str, route: str | None) -> None:
    named = Drug(text, a_drug("ketamine").ingredients)
    found = search_courses(a_patient().given(named, "20 mg", 5, route=route).record())
    assert found.courses == ()
    assert "not given as a course for pain" in found.set_aside[0].reason


def test_a_course_whose_last_infusion_has_no_stop_is_refused_with_the_reason() -> None:
    """Its end is not its start: nobody knows when after begins."""
    patient = a_patient().ketamine("35 mg", 10).infusion("ketamine", "5 mg/h", 34, None)
    found = search_courses(patient.record())
    assert found.courses == ()
    assert len(found.set_aside) == 2
    assert all("stop of the ketamine infusion is not charted" in aside.reason for aside in found.set_aside)


def test_an_open_infusion_that_another_row_follows_ends_there_and_the_windows_say_so() -> None:
    patient = a_patient().infusion("ketamine", "5 mg/h", 80, None).infusion("ketamine", "5 mg/h", 100, 104)
    record = patient.record()
    (course,) = find_courses(record)
    assert course.end == patient.when(104)
    rules = " ".join(evaluate(record, course).windows.rules)
    assert "is not charted: the next ketamine row, 2026-03-06 04:00+00:00, is taken as its end" in rules


def test_a_declared_course_over_an_open_infusion_says_that_its_stop_is_not_charted() -> None:
    patient = a_patient().infusion("ketamine", "5 mg/h", 80, None)
    rules = evaluate(patient.record(), declared_course(patient.when(80), patient.when(90))).windows.rules
    assert any("stop of the ketamine infusion" in rule and "may have run on" in rule for rule in rules)
