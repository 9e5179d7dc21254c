"""Laws of the time-weighted mean, and of answers that may only turn one way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from adjuvant.record import NotAssessable, Origin, PainScore
from adjuvant.symptoms import gaps, time_weighted_mean
from adjuvant.timeline import Interval, Series, hours_between
from adjuvant.unknown import Unknown

T0 = datetime(2026, 3, 1, tzinfo=UTC)
WINDOW = Interval(T0, T0 + timedelta(hours=72))
LIMIT = Fraction(12)

minutes = st.integers(min_value=-600, max_value=72 * 60 + 600)
points = st.fractions(min_value=0, max_value=10, max_denominator=4)
rows = st.lists(st.tuples(minutes, points), max_size=30)


def scores(rows: Sequence[tuple[int, Fraction | None]]) -> Series[PainScore]:
    return Series.of(
        [
            PainScore(
                id=str(index),
                at=T0 + timedelta(minutes=minute),
                scale="nrs_0_10",
                origin=Origin("test", "rows", str(index)),
                value=value,
                not_assessable=NotAssessable.UNABLE if value is None else None,
            )
            for index, (minute, value) in enumerate(rows)
        ],
        at=lambda score: score.at,
    )


@given(rows)
def test_the_mean_lies_between_the_lowest_and_the_highest_reading(rows: list[tuple[int, Fraction]]) -> None:
    answer = time_weighted_mean(scores(rows), WINDOW, gap_h=LIMIT)
    inside = [value for minute, value in rows if 0 <= minute < 72 * 60]
    assert answer.scored == len(inside)
    assert 0 <= answer.covered_share <= 1
    if not isinstance(answer.mean, Unknown):
        assert min(inside) <= answer.mean <= max(inside)


@given(rows, st.randoms())
def test_the_order_of_the_rows_changes_nothing(rows: list[tuple[int, Fraction]], random: object) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = (time_weighted_mean(scores(each), WINDOW, gap_h=LIMIT) for each in (rows, shuffled))
    assert one == other


@given(rows, st.fractions(min_value=-3, max_value=3, max_denominator=4))
def test_shifting_every_score_shifts_the_mean_by_as_much(
    rows: list[tuple[int, Fraction]], shift: Fraction
) -> None:
    one = time_weighted_mean(scores(rows), WINDOW, gap_h=LIMIT).mean
    other = time_weighted_mean(scores([(at, value + shift) for at, value in rows]), WINDOW, gap_h=LIMIT).mean
    if isinstance(one, Unknown):
        assert one == other
    else:
        assert other == one + shift


@given(rows, st.integers(min_value=1, max_value=72 * 60 - 1))
def test_areas_of_two_halves_and_of_the_stretch_across_the_split_add_up(
    rows: list[tuple[int, Fraction]], minute: int
) -> None:
    """Nothing is drawn to a window's edge, so the one stretch that crosses the split belongs to neither half."""
    split = T0 + timedelta(minutes=minute)
    parts = [WINDOW, Interval(WINDOW.start, split), Interval(split, WINDOW.end)]
    whole, left, right = (_area(rows, part) for part in parts)
    assert whole == left + right + _bridge(rows, minute)


def _area(rows: list[tuple[int, Fraction]], window: Interval) -> Fraction:
    area = time_weighted_mean(scores(rows), window, gap_h=LIMIT).area
    return Fraction(0) if isinstance(area, Unknown) else area


def _bridge(rows: list[tuple[int, Fraction]], minute: int) -> Fraction:
    inside = [row for row in rows if 0 <= row[0] < 72 * 60]
    left = max((at for at, _ in inside if at < minute), default=None)
    right = min((at for at, _ in inside if at >= minute), default=None)
    if left is None or right is None or right - left > 12 * 60:
        return Fraction(0)
    low, high = ([value for at, value in inside if at == edge] for edge in (left, right))
    return (sum(low) / len(low) + sum(high) / len(high)) / 2 * Fraction(right - left, 60)


@given(rows, minutes)
def test_a_reading_that_could_not_be_taken_never_changes_the_mean(
    rows: list[tuple[int, Fraction]], minute: int
) -> None:
    one = time_weighted_mean(scores(rows), WINDOW, gap_h=LIMIT)
    other = time_weighted_mean(scores([*rows, (minute, None)]), WINDOW, gap_h=LIMIT)
    assert (one.mean, one.area, one.covered, one.scored) == (
        other.mean,
        other.area,
        other.covered,
        other.scored,
    )


@given(rows)
def test_readings_outside_the_window_have_no_say(rows: list[tuple[int, Fraction]]) -> None:
    inside = [row for row in rows if 0 <= row[0] < 72 * 60]
    answers = [time_weighted_mean(scores(each), WINDOW, gap_h=LIMIT) for each in (rows, inside)]
    assert answers[0] == answers[1]


@given(rows)
def test_covered_time_and_gaps_never_overlap(rows: list[tuple[int, Fraction]]) -> None:
    covered = time_weighted_mean(scores(rows), WINDOW, gap_h=LIMIT).covered
    silent = sum(
        (hours_between(gap.start, gap.end) for gap in gaps(scores(rows), WINDOW, gap_h=LIMIT)), Fraction(0)
    )
    assert covered + silent <= 72


@given(
    rows, st.integers(min_value=0, max_value=29), st.fractions(min_value=0, max_value=5, max_denominator=4)
)
def test_a_higher_score_never_lowers_the_mean(
    rows: list[tuple[int, Fraction]], index: int, more: Fraction
) -> None:
    assume(index < len(rows))
    raised = [(at, value + more if i == index else value) for i, (at, value) in enumerate(rows)]
    one, other = (time_weighted_mean(scores(each), WINDOW, gap_h=LIMIT).mean for each in (rows, raised))
    if not isinstance(one, Unknown):
        assert not isinstance(other, Unknown)
        assert other >= one
