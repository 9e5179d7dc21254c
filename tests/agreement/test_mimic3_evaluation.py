"""Every MIMIC-III demo patient with pain, evaluated with a pseudo-course: an outcome or a reason for each.

There is no ketamine in these data. A pseudo-course of 24 h at the midpoint of the charted pain exercises the
windows, and is called that. Nothing of a patient's row is printed or kept here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import pytest

from adjuvant.errors import InputError
from adjuvant.outcomes import CourseKind, CourseOutcome, evaluate, find_courses, outcome_json, pseudo_course
from adjuvant.record import PatientRecord
from adjuvant.sources import mimic3
from adjuvant.symptoms import time_weighted_mean
from adjuvant.unknown import Unknown

pytestmark = [pytest.mark.shared, pytest.mark.slow, pytest.mark.xdist_group("mimic3-evaluation")]


@pytest.fixture(scope="module")
def records(shared: Path) -> tuple[PatientRecord, ...]:
    return tuple(mimic3.read(shared / "data" / "mimic3_demo").records)


@pytest.fixture(scope="module")
def outcomes(records: tuple[PatientRecord, ...]) -> Mapping[str, CourseOutcome]:
    return {record.patient.id: evaluate(record, pseudo_course(record)) for record in records if record.pain}


def test_every_patient_gets_an_outcome_or_a_reason(
    records: tuple[PatientRecord, ...], outcomes: Mapping[str, CourseOutcome], shared: Path
) -> None:
    facts = json.loads((shared / "data" / "facts.json").read_text(encoding="utf-8"))["mimic3"]
    assert len(records) == facts["patients"]
    assert len(outcomes) >= facts["pain_patients"]  # the facts count one of the two pain items
    for record in records:
        if record.patient.id not in outcomes:
            with pytest.raises(InputError, match="no charted pain"):
                pseudo_course(record)


def test_there_is_no_ketamine_and_every_course_says_that_it_is_pseudo(
    records: tuple[PatientRecord, ...], outcomes: Mapping[str, CourseOutcome]
) -> None:
    assert not any(find_courses(record) for record in records)
    for outcome in outcomes.values():
        assert outcome.course.kind is CourseKind.PSEUDO
        assert outcome.verdict.headline == "Pseudo-course, no ketamine given."
        assert "says nothing about ketamine" in outcome.verdict.limit


def test_every_figure_that_is_missing_says_what_it_needs(outcomes: Mapping[str, CourseOutcome]) -> None:
    for outcome in outcomes.values():
        answer = outcome_json(outcome)
        json.dumps(answer, allow_nan=False)
        for part in ("pain", "opioids"):
            assert (answer[part]["percent"] is None) <= bool(answer[part]["missing"])
        for response in answer["responses"]:
            assert bool(response["missing"]) is (response["answer"] == "cannot_evaluate")


def test_some_patients_can_be_compared_and_their_means_are_those_of_the_readings(
    outcomes: Mapping[str, CourseOutcome],
) -> None:
    compared = [
        outcome
        for outcome in outcomes.values()
        if outcome.pain is not None and not isinstance(outcome.pain.change, Unknown)
    ]
    assert compared
    for outcome in compared:
        assert outcome.pain is not None
        for window in (outcome.pain.before, outcome.pain.after):
            again = time_weighted_mean(outcome.pain_series, window.window)
            points = [
                score.value
                for score in outcome.pain_series.within(window.window).values
                if score.value is not None
            ]
            assert window.mean == again.mean
            assert not isinstance(window.mean, Unknown)
            assert min(points) <= window.mean <= max(points)
            assert 0 < window.covered_share <= 1


def test_opioids_are_compared_somewhere_and_never_over_a_refusal(
    records: tuple[PatientRecord, ...], outcomes: Mapping[str, CourseOutcome]
) -> None:
    """Most stays are shorter than two windows of three days, so a comparison is looked for over two days, too."""
    days = Fraction(48)
    shorter = [
        evaluate(record, pseudo_course(record), plans=(), before_h=days, after_h=days)
        for record in records
        if record.pain
    ]
    known = [
        outcome.opioids
        for outcome in (*outcomes.values(), *shorter)
        if outcome.opioids is not None and not isinstance(outcome.opioids.percent, Unknown)
    ]
    assert known
    for opioids in known:
        assert opioids.before.complete
        assert opioids.after.complete
        assert opioids.before.per_day > 0


def test_a_window_in_which_no_medication_is_charted_has_no_figure_and_stops_nothing(
    outcomes: Mapping[str, CourseOutcome],
) -> None:
    """Orders that end long before a window, and a stay without an infusion in it, are not a complete 0."""
    found = [
        outcome
        for outcome in outcomes.values()
        if outcome.opioids is not None and not outcome.opioids.after.charted
    ]
    assert {outcome.opioids.basis for outcome in found if outcome.opioids} == {"administered", "ordered"}
    for outcome in found:
        assert outcome.opioids is not None
        assert not outcome.opioids.after.complete
        assert outcome.opioids.stopped == ()
        assert outcome_json(outcome)["opioids"]["after"] is None


def test_not_assessable_readings_are_counted_apart(outcomes: Mapping[str, CourseOutcome]) -> None:
    """Two in five rows of the pain item could not be scored; none of them is a pain of zero."""
    found = [
        window.not_assessable
        for outcome in outcomes.values()
        if outcome.pain is not None
        for window in (outcome.pain.before, outcome.pain.after)
    ]
    assert sum(found) > 0
