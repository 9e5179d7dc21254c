"""What of a window was observed, and what the record looked like just before a moment."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import pytest

from adjuvant.outcomes.observed import charted_span, observed_part, seen_before
from adjuvant.timeline import Interval
from builders import PatientBuilder, a_patient

A = a_patient()
WINDOW = Interval(A.when(0), A.when(72))
SILENCE = Fraction(12)


def test_the_charted_span_runs_from_the_first_to_the_last_bedside_entry() -> None:
    patient = A.pain(5, 3).infusion("morphine", "1 mg/h", 5, 9).sedation("2", 7)
    assert charted_span(patient.record()) == Interval(A.when(3), A.when(9))


def test_orders_and_diagnoses_chart_nothing() -> None:
    assert charted_span(A.order("morphine", "10 mg", 0, 90, times=4).condition("cancer").record()) is None


def rows(*hours: int) -> PatientBuilder:
    """Rows of the medication chart, here of a drug that was not given."""
    patient = A
    for hour in hours:
        patient = patient.held("acetaminophen", "1 g", hour)
    return patient


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (range(0, 73, 8), (0, 72)),
        (range(12, 61, 8), (0, 72)),  # up to 12 h of silence at an edge is how charting ends
        (range(13, 62, 8), (13, 72)),
        (range(11, 60, 8), (0, 59)),
        (range(24, 49, 24), (0, 72)),  # once a day ends nothing
        (range(25, 48, 22), (25, 47)),
        ((-50, 8, 30), (0, 30)),  # charted before; a pause no longer than the window does not begin it
        ((-999, 30, 38, 46, 500), (30, 46)),  # a row far away is not the same run of charting
    ],
)
def test_only_a_long_silence_of_the_medication_chart_cuts_a_window(
    hours: Iterable[int], expected: tuple[int, int]
) -> None:
    part = observed_part(rows(*hours).record(), WINDOW, SILENCE)
    assert part == Interval(A.when(expected[0]), A.when(expected[1]))


def test_pain_readings_never_show_that_medication_was_charted() -> None:
    assert observed_part(A.with_pain(5).record(), WINDOW, SILENCE) is None
    patient = rows(0, 8, 16, 24).with_pain(5)
    assert observed_part(patient.record(), WINDOW, SILENCE) == Interval(A.when(0), A.when(24))


def test_a_window_without_any_charting_is_not_observed() -> None:
    assert observed_part(rows(80, 90).record(), WINDOW, SILENCE) is None
    assert observed_part(A.record(), WINDOW, SILENCE) is None


def test_death_cuts_a_window_without_any_grace() -> None:
    patient = a_patient(death=A.when(70))
    for hour in range(0, 70, 8):
        patient = patient.held("acetaminophen", "1 g", hour)
    assert observed_part(patient.record(), WINDOW, SILENCE) == Interval(A.when(0), A.when(70))


def test_nothing_that_begins_at_the_end_or_later_is_seen() -> None:
    patient = A.pain(5, 0).pain(6, 71).pain(7, 72).pain(8, 73)
    assert [score.value for score in seen_before(patient.record(), A.when(72), SILENCE).pain] == [5, 6]


def test_an_infusion_across_the_end_is_cut_off_there() -> None:
    patient = A.pain(5, 0).infusion("morphine", None, 60, 84, dose="24 mg")
    (cut,) = seen_before(patient.record(), A.when(72), SILENCE).administrations
    assert cut.end == A.when(72)
    assert cut.dose is not None
    assert cut.dose.in_("mg") == 12


def test_a_later_death_is_not_known_yet() -> None:
    patient = a_patient(death=A.when(72)).pain(5, 0)
    assert seen_before(patient.record(), A.when(72), SILENCE).patient.death is None
    assert seen_before(patient.record(), A.when(73), SILENCE).patient.death == A.when(72)


@pytest.mark.parametrize(("last", "until"), [(60, 72), (59, 59)])
def test_how_far_the_record_was_kept_does_not_hang_on_what_came_later(last: int, until: int) -> None:
    short = A.pain(5, 0).pain(5, last)
    one = seen_before(short.record(), A.when(72), SILENCE)
    other = seen_before(short.pain(5, 400).record(), A.when(72), SILENCE)
    assert one == other
    assert one.known_until == A.when(until)
