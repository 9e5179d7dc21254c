"""From rows of OMOP to an outcome: a ketamine course is found, pain and opioids are compared, by hand arithmetic."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

from adjuvant.outcomes import CourseKind, evaluate, find_courses
from omop_tables import GIVEN, MG, OXYCODONE, PAIN, Folder, an_omop

TABLET, KETAMINE = "9000001", "40054021"
FIRST = date(2026, 3, 5)
"""The first ketamine day; the chart runs from four days before to six days after it."""


def a_chart(path: Path) -> Folder:
    """Oxycodone 5 mg, 6 tablets a day before and 3 after; pain 8 and then 4 every 4 hours; 35 mg of ketamine."""
    folder = (
        an_omop(path)
        .concept(TABLET, "oxycodone hydrochloride 5 MG Oral Tablet")
        .strength(TABLET, OXYCODONE, amount_value="5", amount_unit_concept_id=MG)
        .strength(
            KETAMINE,
            "785649",
            numerator_value="50",
            numerator_unit_concept_id=MG,
            denominator_unit_concept_id="8587",
        )
        .exposure(
            KETAMINE,
            GIVEN,
            start=f"{FIRST} 10:00:00",
            end=f"{FIRST} 10:40:00",
            quantity="35",
            dose_unit_source_value="mg",
            route_source_value="IV",
        )
    )
    for number in range(-4, 7):
        day = FIRST + timedelta(days=number)
        before = day < FIRST
        for hour in range(1, 24, 4):
            folder.measure(PAIN, "8" if before else "4", at=f"{day} {hour:02}:00:00")
        for hour in range(2, 24, 4 if before else 8):
            start = f"{day} {hour:02}:00:00"
            folder.exposure(TABLET, GIVEN, start=start, end=start, quantity="1", route_source_value="PO")
    return folder


def test_a_ketamine_course_is_found_and_its_outcome_is_that_of_hand_arithmetic(tmp_path: Path) -> None:
    """6 x 5 mg of oxycodone are 30 mg a day, at a factor of 1.5 (CDC 2022) 45 MME; 3 x 5 mg are 22.5 MME: half."""
    record = a_chart(tmp_path).record()
    (course,) = find_courses(record)
    assert course.kind is not CourseKind.PSEUDO
    (dose,) = course.exposures
    assert (dose.amount.in_("mg"), dose.route) == (35, "intravenous")
    outcome = evaluate(record, course)
    assert outcome.pain is not None
    assert (outcome.pain.before.mean, outcome.pain.after.mean) == (8, 4)
    assert outcome.opioids is not None
    assert outcome.opioids.before.per_day == 45
    assert outcome.opioids.after.per_day == Fraction(45, 2)
    assert outcome.opioids.percent == -50
    assert outcome.opioids.before.complete
    assert outcome.opioids.after.complete


def test_a_row_that_only_a_number_names_keeps_the_same_outcome_from_being_complete(tmp_path: Path) -> None:
    folder = a_chart(tmp_path)
    start = f"{FIRST - timedelta(days=2)} 12:00:00"
    folder.exposure("9999999", GIVEN, start=start, end=start, quantity="1", drug_source_value="00409128331")
    record = folder.record()
    (course,) = find_courses(record)
    opioids = evaluate(record, course).opioids
    assert opioids is not None
    assert not opioids.before.complete
    assert opioids.after.complete
    assert "may be of any drug" in opioids.before.refused[0].detail
