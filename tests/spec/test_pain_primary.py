"""Which pain series an evaluation rests on: one series, chosen by a printed rule, and never a mixture."""

from __future__ import annotations

from fractions import Fraction

import pytest

from adjuvant.outcomes import PRIMARY_RULE, CourseOutcome, declared_course, evaluate
from adjuvant.record import PainKind, PainReporter
from builders import PatientBuilder, a_patient

DAY = 24
BEFORE, AFTER = range(0, 3 * DAY, 4), range(4 * DAY, 7 * DAY, 4)  # the course is on day 3


def series(
    patient: PatientBuilder, before: int, after: int, points: int = 5, **kind: object
) -> PatientBuilder:
    """So many readings in each window."""
    for hours, count in ((BEFORE, before), (AFTER, after)):
        for hour in hours[:count]:
            patient = patient.pain(points, hour, **kind)  # type: ignore[arg-type]
    return patient


def evaluated(patient: PatientBuilder) -> CourseOutcome:
    return evaluate(patient.record(), declared_course(patient.when(3 * DAY + 8), patient.when(3 * DAY + 9)))


SELF = {"reporter": PainReporter.SELF}
UNSTATED = {"reporter": PainReporter.UNSTATED}
PROXY = {"reporter": PainReporter.PROXY}
AVERAGE = {**SELF, "kind": PainKind.AVERAGE, "scale": "bpi_average"}
WORST = {**SELF, "kind": PainKind.WORST}
CPOT = {"reporter": PainReporter.BEHAVIOURAL, "scale": "cpot"}
PAST_WEEK = {**SELF, "scale": "nrs_past_week"}


@pytest.mark.parametrize(
    ("first", "second", "chosen"),
    [
        ((SELF, 10, 10), (UNSTATED, 12, 12), (PainReporter.SELF, PainKind.CURRENT)),  # enough of their own
        ((SELF, 5, 5), (UNSTATED, 12, 12), (PainReporter.UNSTATED, PainKind.CURRENT)),
        (
            (SELF, 18, 4),
            (UNSTATED, 5, 5),
            (PainReporter.UNSTATED, PainKind.CURRENT),
        ),  # the smaller count decides
        ((SELF, 6, 5), (UNSTATED, 5, 5), (PainReporter.SELF, PainKind.CURRENT)),  # then the sum
        ((SELF, 5, 5), (UNSTATED, 5, 5), (PainReporter.SELF, PainKind.CURRENT)),  # then the patient's own
        ((SELF, 2, 2), (PROXY, 18, 18), (PainReporter.SELF, PainKind.CURRENT)),
        ((SELF, 2, 2), (CPOT, 18, 18), (PainReporter.SELF, PainKind.CURRENT)),
        ((SELF, 2, 2), (PAST_WEEK, 18, 18), (PainReporter.SELF, PainKind.CURRENT)),
        ((SELF, 6, 6), (AVERAGE, 18, 18), (PainReporter.SELF, PainKind.CURRENT)),
        ((SELF, 1, 1), (AVERAGE, 18, 18), (PainReporter.SELF, PainKind.AVERAGE)),
        ((SELF, 5, 0), (AVERAGE, 3, 3), (PainReporter.SELF, PainKind.AVERAGE)),  # current on one side only
    ],
)
def test_the_series_with_the_most_readings_in_both_windows_speaks(
    first: tuple[dict[str, object], int, int],
    second: tuple[dict[str, object], int, int],
    chosen: tuple[PainReporter, PainKind],
) -> None:
    patient = a_patient()
    for kind, before, after in (first, second):
        patient = series(patient, before, after, **kind)
    outcome = evaluated(patient)
    assert outcome.pain is not None
    assert (outcome.pain.reporter, outcome.pain.kind) == chosen
    assert len(outcome.other_pain) == 1


@pytest.mark.parametrize("kind", [PROXY, CPOT, WORST, PAST_WEEK])
def test_what_is_no_self_report_of_now_or_average_never_speaks(kind: dict[str, object]) -> None:
    outcome = evaluated(series(a_patient(), 18, 18, **kind))
    assert outcome.pain is None
    assert len(outcome.pain_series) == 0
    assert len(outcome.other_pain) == 1
    assert "Pain cannot be compared" in outcome.verdict.sentence


def test_two_series_are_never_averaged_together() -> None:
    patient = series(series(a_patient(), 10, 10, 8, **SELF), 18, 18, 1, **PROXY)
    outcome = evaluated(patient)
    assert outcome.pain is not None
    assert outcome.pain.before.mean == 8


def test_average_pain_in_place_of_current_pain_is_said_to_be_that() -> None:
    outcome = evaluated(series(a_patient(), 3, 3, 6, **AVERAGE))
    assert outcome.pain is not None
    assert outcome.pain.before.mean == 6
    assert any("this is average pain" in caveat for caveat in outcome.pain.caveats)


def test_the_rule_is_printed_with_the_windows() -> None:
    assert PRIMARY_RULE in evaluated(series(a_patient(), 6, 6, **SELF)).windows.rules


def test_a_reader_is_told_of_readings_lost_to_sedation_and_of_crowded_moments() -> None:
    patient = (
        series(a_patient(), 6, 6, **SELF).pain(None, 30, why="sedated", **SELF).pain(7, BEFORE[0], **SELF)
    )
    outcome = evaluated(patient)
    assert outcome.pain is not None
    caveats = " ".join(outcome.pain.caveats)
    assert "1 reading before could not be taken because the patient was sedated." in caveats
    assert "1 moment before holds several readings" in caveats
    assert outcome.pain.before.worst == 7


def test_the_mean_of_a_moment_with_two_sites_counts_once() -> None:
    """4 and 8 at the first moment stand for 6; then 6 again: the mean is 6."""
    patient = a_patient()
    for hour in (0, 4, 4 * DAY, 4 * DAY + 4):
        patient = patient.pain(6, hour, **SELF) if hour else patient.pain(4, 0, **SELF).pain(8, 0, **SELF)
    outcome = evaluated(patient)
    assert outcome.pain is not None
    assert outcome.pain.before.mean == 6


def test_gaps_are_listed_with_the_windows_edges() -> None:
    outcome = evaluated(a_patient().pain(5, 0, **SELF).pain(5, 4, **SELF).pain(5, 4 * DAY, **SELF))
    assert outcome.pain is not None
    assert [gap.hours for gap in outcome.pain.before.gaps] == [Fraction(68)]
    assert [gap.hours for gap in outcome.pain.after.gaps] == [Fraction(72)]


def test_the_series_left_out_are_listed_with_their_means() -> None:
    outcome = evaluated(series(series(a_patient(), 10, 10, 8, **SELF), 12, 12, 3, **UNSTATED))
    (line,) = outcome.other_pain
    assert "reporter unstated: 24 scored, 0 not assessable; mean 3 before, 3 after" in line


def test_worst_pain_that_rose_while_current_pain_fell_is_said_first() -> None:
    patient = a_patient()
    for hours, now, worst in ((BEFORE, 6, 7), (AFTER, 4, 10)):
        for hour in hours:
            patient = patient.pain(now, hour, **SELF)  # type: ignore[arg-type]
        patient = patient.pain(worst, hours[3], **WORST)  # type: ignore[arg-type]
    first, *_ = evaluated(patient).other_pain
    assert first.startswith("Worst pain") and "rose from 7 to 10 while the primary series fell" in first


def test_sites_are_never_mixed() -> None:
    """The back stays at 8, the hip goes from 4 to 1: the one with the most readings speaks."""
    patient = a_patient()
    for hours, back, hip in ((BEFORE, 8, 4), (AFTER, 8, 1)):
        for number, hour in enumerate(hours):
            patient = patient.pain(back, hour, site="back", **SELF)  # type: ignore[arg-type]
            if number % 2:
                patient = patient.pain(hip, hour, site="Hip", **SELF)  # type: ignore[arg-type]
    outcome = evaluated(patient)
    assert outcome.pain is not None
    assert (outcome.pain.before.mean, outcome.pain.after.mean) == (8, 8)
    assert "mean 4 before, 1 after" in outcome.other_pain[0] and "hip" in outcome.other_pain[0]
    assert any("pain at one: back" in caveat for caveat in outcome.pain.caveats)
