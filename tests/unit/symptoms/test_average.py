"""The time-weighted mean: trapezoids between neighbouring readings inside the window, worked by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from adjuvant.record import NotAssessable, Origin, PainScore
from adjuvant.symptoms import gaps, recall_mean, time_weighted_mean
from adjuvant.timeline import Interval, Series
from adjuvant.unknown import Unknown
from builders import a_patient

T0 = datetime(2026, 3, 1, tzinfo=UTC)
LIMIT = Fraction(12)


def readings(*rows: tuple[float, int | None]) -> Series[PainScore]:
    return Series.of(
        [
            PainScore(
                id=str(index),
                at=T0 + timedelta(hours=hour),
                scale="nrs_0_10",
                origin=Origin("test", "rows", str(index)),
                value=None if value is None else Fraction(value),
                not_assessable=NotAssessable.ASLEEP if value is None else None,
            )
            for index, (hour, value) in enumerate(rows)
        ],
        at=lambda score: score.at,
    )


def window(start: float, end: float) -> Interval:
    return Interval(T0 + timedelta(hours=start), T0 + timedelta(hours=end))


def test_the_mean_weighs_each_stretch_by_its_length() -> None:
    """4 to 8 over 2 h is 12 point-hours, 8 to 2 over 6 h is 30: 42 over 8 h is 5.25."""
    answer = time_weighted_mean(readings((0, 4), (2, 8), (8, 2)), window(0, 10), gap_h=LIMIT)
    assert (answer.area, answer.covered, answer.mean) == (42, 8, Fraction(21, 4))
    assert answer.covered_share == Fraction(4, 5)
    assert (answer.scored, answer.not_assessable, answer.worst) == (3, 0, 8)


@pytest.mark.parametrize(
    ("apart", "covered"),
    [(Fraction(12), 12), (Fraction(1201, 100), 0)],
    ids=["12 h exactly", "just above 12 h"],
)
def test_a_stretch_counts_up_to_the_gap_limit_and_not_beyond(apart: Fraction, covered: int) -> None:
    answer = time_weighted_mean(readings((0, 4), (float(apart), 6)), window(0, 24), gap_h=LIMIT)
    assert answer.covered == covered
    assert isinstance(answer.mean, Unknown) is (covered == 0)


def test_a_long_gap_is_left_out_and_not_bridged() -> None:
    """Two stretches of 4 h at 8 and at 2; the 16 h between them count for neither: (32 + 8) / 8 = 5."""
    answer = time_weighted_mean(readings((0, 8), (4, 8), (20, 2), (24, 2)), window(0, 48), gap_h=LIMIT)
    assert (answer.mean, answer.covered) == (5, 8)


def test_nothing_is_drawn_from_the_readings_to_the_windows_edges() -> None:
    """A reading beyond the edge belongs to another phase: only the 4 h between 4 and 8 are covered."""
    answer = time_weighted_mean(readings((0, 10), (4, 6), (8, 6), (12, 10)), window(2, 10), gap_h=LIMIT)
    assert (answer.mean, answer.covered, answer.scored) == (6, 4, 2)


def test_a_reading_at_the_windows_end_belongs_to_the_next_window() -> None:
    rows = readings((0, 4), (4, 4), (8, 10))
    assert time_weighted_mean(rows, window(0, 8), gap_h=LIMIT).scored == 2
    assert time_weighted_mean(rows, window(8, 16), gap_h=LIMIT).scored == 1


def test_a_single_reading_is_counted_but_has_no_mean() -> None:
    answer = time_weighted_mean(readings((4, 7)), window(0, 24), gap_h=LIMIT)
    assert isinstance(answer.mean, Unknown)
    assert "a single one has no mean over time" in answer.mean.needs[0]
    assert isinstance(answer.area, Unknown)
    assert (answer.scored, answer.covered_share, answer.worst) == (1, 0, 7)


@pytest.mark.hazard("H-038")
def test_no_reading_is_not_a_pain_of_zero() -> None:
    answer = time_weighted_mean(readings((4, None), (8, None)), window(0, 24), gap_h=LIMIT)
    assert isinstance(answer.mean, Unknown)
    assert isinstance(answer.worst, Unknown)
    assert (answer.scored, answer.not_assessable) == (0, 2)


def test_an_hour_that_the_clocks_skip_is_not_counted() -> None:
    """Across the spring change, 01:00 to 03:00 local is one elapsed hour; times are held in UTC."""
    from zoneinfo import ZoneInfo

    berlin = ZoneInfo("Europe/Berlin")
    local = [datetime(2026, 3, 29, 1, tzinfo=berlin), datetime(2026, 3, 29, 3, tzinfo=berlin)]
    scores = Series.of(
        [
            PainScore(str(i), at, "nrs_0_10", Origin("test", "rows", str(i)), value=Fraction(5))
            for i, at in enumerate(local)
        ],
        at=lambda score: score.at,
    )
    answer = time_weighted_mean(scores, Interval(local[0], local[0] + timedelta(days=1)), gap_h=LIMIT)
    assert answer.covered == 1


def test_gaps_are_every_span_over_the_limit_with_the_windows_edges() -> None:
    rows = readings((13, 5), (20, 5), (33, 5))
    assert gaps(rows, window(0, 45), gap_h=LIMIT) == (window(0, 13), window(20, 33))


def test_a_span_of_exactly_the_limit_is_no_gap() -> None:
    assert gaps(readings((12, 5), (24, 5)), window(0, 36), gap_h=LIMIT) == ()


def test_a_reading_that_could_not_be_taken_does_not_close_a_gap() -> None:
    assert gaps(readings((0, 5), (6, None), (13, 5)), window(0, 14), gap_h=LIMIT) == (window(0, 13),)


def test_a_window_without_readings_is_one_gap() -> None:
    assert gaps(readings(), window(0, 24), gap_h=LIMIT) == (window(0, 24),)


def test_recalled_pain_is_the_mean_of_its_readings_each_speaking_for_the_day_before() -> None:
    """Daily readings 8, 6, 4 at 08:00: mean 6; they speak for 8 + 24 + 24 of the 72 hours."""
    answer = recall_mean(readings((8, 8), (32, 6), (56, 4)), window(0, 72))
    assert (answer.mean, answer.covered, answer.covered_share) == (6, 56, Fraction(7, 9))
    assert answer.area == 6 * 56


def test_two_recalled_readings_of_one_day_do_not_cover_it_twice() -> None:
    assert recall_mean(readings((30, 8), (36, 6)), window(0, 72)).covered == 30


def test_one_recalled_reading_has_a_mean_and_none_has_not() -> None:
    assert recall_mean(readings((30, 8)), window(0, 72)).mean == 8
    assert isinstance(recall_mean(readings((30, None)), window(0, 72)).mean, Unknown)


@pytest.mark.parametrize(
    ("why", "covered"),
    [("sedated", 4), ("unable to score", 4), ("asleep", 12), ("declined", 12), ("not recorded", 12)],
)
def test_only_a_reading_that_sedation_or_inability_prevented_breaks_the_line(why: str, covered: int) -> None:
    """8 at 0 h, 2 at 8 h, 2 at 12 h, and something at 4 h: with the break only the last 4 h at 2 are left."""
    patient = a_patient().pain(8, 0).pain(None, 4, why=why).pain(2, 8).pain(2, 12)
    rows = Series.of(patient.record().pain, at=lambda score: score.at)
    answer = time_weighted_mean(rows, Interval(patient.when(0), patient.when(24)), gap_h=LIMIT)
    assert answer.covered == covered
    assert answer.mean == (2 if covered == 4 else 4)
