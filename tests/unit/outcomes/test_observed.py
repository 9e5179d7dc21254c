"""What of a window was observed, and what the record looked like just before a moment."""

from __future__ import annotations

from fractions import Fraction

import pytest

from adjuvant.outcomes.observed import charted_span, observed_part, seen_before
from adjuvant.timeline import Interval
from builders import a_patient

A = a_patient()
WINDOW = Interval(A.when(0), A.when(72))
SILENCE = Fraction(12)


def test_the_charted_span_runs_from_the_first_to_the_last_bedside_entry() -> None:
    patient = A.pain(5, 3).infusion("morphine", "1 mg/h", 5, 9).sedation("2", 7)
    assert charted_span(patient.record()) == Interval(A.when(3), A.when(9))


def test_orders_and_diagnoses_chart_nothing() -> None:
    assert charted_span(A.order("morphine", "10 mg", 0, 90, times=4).condition("cancer").record()) is None


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (0, 72, (0, 72)),
        (12, 60, (0, 72)),  # up to 12 h of silence at an edge is how charting ends
        (13, 59, (13, 59)),
        (-50, 59, (0, 59)),
        (13, 500, (13, 72)),
    ],
)
def test_only_a_long_silence_cuts_a_window(first: int, last: int, expected: tuple[int, int]) -> None:
    part = observed_part(A.pain(5, first).pain(5, last).record(), WINDOW, SILENCE)
    assert part == Interval(A.when(expected[0]), A.when(expected[1]))


def test_a_window_without_any_charting_is_not_observed() -> None:
    assert observed_part(A.pain(5, 80).pain(5, 90).record(), WINDOW, SILENCE) is None
    assert observed_part(A.record(), WINDOW, SILENCE) is None


def test_death_cuts_a_window_without_any_grace() -> None:
    patient = a_patient(death=A.when(70)).pain(5, 0).pain(5, 68)
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
