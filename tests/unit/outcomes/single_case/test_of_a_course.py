"""Single-case metrics of a patient's course: the windows and the series of the evaluation, and nothing else."""

from __future__ import annotations

import math
from datetime import timedelta
from fractions import Fraction

from adjuvant.outcomes import declared_course, evaluate, find_courses, pseudo_course
from adjuvant.outcomes.single_case import SingleCase, metrics_of_course, nap, single_case_json
from adjuvant.unknown import Unknown
from builders import PatientBuilder, a_patient

# Ketamine at hour 80 of a record that begins at midnight: before is hours 0 to 72, after 96 to 168.
COURSE = 80


def of(patient: PatientBuilder) -> SingleCase:
    record = patient.record()
    (course,) = find_courses(record)
    return metrics_of_course(evaluate(record, course))


def treated() -> PatientBuilder:
    return a_patient().ketamine("35 mg", COURSE)


def test_the_readings_are_those_of_the_windows_before_and_after() -> None:
    patient = treated()
    for hour in range(0, 192, 8):
        patient = patient.pain(8 if hour < 96 else 5, hour)
    found = of(patient)
    assert found.phases.before == (8,) * 9 and found.phases.after == (5,) * 9
    assert found.phases.before_at[:3] == (0, Fraction(1, 3), Fraction(2, 3)) and found.phases.after_at[0] == 4
    assert "3 readings between the windows are left out." in found.warnings
    assert found.metric("mean_change").estimate.value == -3


def test_the_means_over_time_are_those_that_evaluate_prints() -> None:
    patient = treated()
    for hour, points in ((0, 8), (4, 6), (12, 9), (100, 4), (102, 6), (108, 2)):
        patient = patient.pain(points, hour)
    record = patient.record()
    outcome = evaluate(record, find_courses(record)[0])
    found = metrics_of_course(outcome)
    assert outcome.pain is not None and not isinstance(outcome.pain.percent, Unknown)
    assert found.metric("twa_before").estimate.value == float(Fraction(88, 12))  # (28 + 60) / 12
    assert found.metric("auc_after").estimate.value == 34  # 10 + 24
    assert found.metric("spid").estimate.value == float(Fraction(88, 12) * 8 - 34)
    percent = found.metric("spid_percent").estimate.value
    assert isinstance(percent, float) and math.isclose(percent, -float(outcome.pain.percent))


def test_scales_are_never_mixed() -> None:
    patient = treated()
    for hour in range(0, 168, 4):
        patient = patient.pain(8, hour).pain(1, hour + 1, scale="painad")
    found = of(patient)
    assert {*found.phases.before, *found.phases.after} == {8}
    assert any("painad" in line for line in found.warnings)


def test_a_course_before_any_reading_has_no_metric_and_says_what_it_needs() -> None:
    patient = treated()
    for hour in range(96, 168, 4):
        patient = patient.pain(5, hour)
    found = of(patient)
    assert nap(found.phases).value == Unknown("a reading before")
    assert "No reading before: nothing can be compared." in found.warnings
    assert found.metric("twa_after").estimate.value == 5
    known = {one.key for one in found.metrics if not isinstance(one.estimate.value, Unknown)}
    assert known == {"twa_after", "auc_after"}


def test_no_pain_series_at_all_leaves_every_metric_unknown() -> None:
    found = of(treated())
    assert all(isinstance(one.estimate.value, Unknown) for one in found.metrics)
    assert single_case_json(found)["readings"]["n_before"] == 0


def test_readings_that_could_not_be_taken_are_counted_and_are_no_zeros() -> None:
    patient = treated()
    for hour in range(0, 168, 4):
        patient = patient.pain(8, hour) if hour % 8 else patient.pain(None, hour, why="asleep")
    found = of(patient)
    assert {*found.phases.before, *found.phases.after} == {8}
    assert "9 readings before that could not be taken are left out." in found.warnings


def test_several_readings_at_one_moment_are_one_reading() -> None:
    patient = treated()
    for hour in range(0, 168, 4):
        patient = patient.pain(8, hour).pain(6, hour)
    found = of(patient)
    assert found.phases.before == (7,) * 18


def test_what_evaluate_warns_of_stands_here_too() -> None:
    patient = treated()
    for hour in range(0, 168, 4):
        patient = patient.pain(min(9, 4 + hour // 12) if hour < 96 else 4, hour)
    assert any("started at a peak of pain" in line for line in of(patient).warnings)


def test_a_pseudo_course_says_that_no_ketamine_was_given() -> None:
    record = a_patient().with_pain(6, days=8).record()
    found = metrics_of_course(evaluate(record, pseudo_course(record)))
    assert found.warnings[0].startswith("No ketamine was given")


def test_a_declared_course_is_taken_as_declared() -> None:
    patient = a_patient().with_pain(6, days=8)
    start = patient.when(COURSE)
    record = patient.record()
    found = metrics_of_course(evaluate(record, declared_course(start, start + timedelta(hours=1))))
    assert len(found.phases.before) == 18 and len(found.phases.after) == 18
