"""What falls in the last 24 hours at each break point, against the same sum written out exposure by exposure."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from adjuvant.opioids.vector_sums import present
from adjuvant.opioids.vector_window import breaks_of, in_window

HOUR = 3600 * 10**6
DAY = 24 * HOUR

# Whole hours meet each other's ends and the ends of windows; lone microseconds lie beside them.
moments = st.integers(0, 60).map(lambda hours: hours * HOUR) | st.integers(0, 3 * DAY)
lengths = (
    st.just(0) | st.integers(1, 50).map(lambda hours: hours * HOUR) | st.just(1) | st.integers(1, 2 * DAY)
)
amounts = st.sampled_from([0.0, 1e-3, 1.0, 7.5, 1e6]) | st.floats(0, 1e9)
given_parts = st.lists(st.tuples(moments, lengths, amounts), min_size=1, max_size=12)


def written_out(parts: list[tuple[int, int, float]], now: int, *, at: bool) -> Fraction:
    """The part of each that lies in the 24 h up to `now`; a dose given at `now` counts only with `at`."""
    total = Fraction(0)
    for start, length, amount in parts:
        if not length:
            inside = now - DAY < start <= now if at else now - DAY <= start < now
            total += Fraction(amount) * inside
        else:
            shared = min(start + length, now) - max(start, now - DAY)
            total += Fraction(amount) * Fraction(max(shared, 0), length)
    return total


@given(given_parts)
@settings(deadline=None, max_examples=200)
def test_each_break_point_has_what_was_taken_up_in_the_24_hours_before_it(
    parts: list[tuple[int, int, float]],
) -> None:
    low = np.array([start for start, _, _ in parts], dtype=np.int64)
    high = np.array([start + length for start, length, _ in parts], dtype=np.int64)
    breaks = breaks_of(low, high)
    before, after = in_window(breaks, low, high, np.array([amount for _, _, amount in parts]))
    for now, left, right in zip(breaks.times.tolist(), before.tolist(), after.tolist(), strict=True):
        for found, exact in (
            (left, written_out(parts, now, at=False)),
            (right, written_out(parts, now, at=True)),
        ):
            assert abs(Fraction(found) - exact) <= exact / 10**12 + Fraction(1, 10**15)


@given(given_parts, st.lists(moments, max_size=3))
@settings(deadline=None, max_examples=100)
def test_break_points_are_every_start_and_end_and_those_a_day_later_each_once(
    parts: list[tuple[int, int, float]], more: list[int]
) -> None:
    low = np.array([start for start, _, _ in parts], dtype=np.int64)
    high = np.array([start + length for start, length, _ in parts], dtype=np.int64)
    breaks = breaks_of(low, high, np.array(more, dtype=np.int64))
    wanted = {*low.tolist(), *high.tolist(), *(low + DAY).tolist(), *(high + DAY).tolist(), *more}
    assert breaks.times.tolist() == sorted(wanted)
    for places, asked in (
        (breaks.start, low),
        (breaks.end, high),
        (breaks.start_gone, low + DAY),
        (breaks.end_gone, high + DAY),
    ):
        assert np.array_equal(breaks.times[places], asked)


def test_break_points_at_the_far_end_of_the_axis_are_told_apart() -> None:
    low = np.array([10**18 - 1, 10**18], dtype=np.int64)
    breaks = breaks_of(low, low + 1, low + 2)
    assert breaks.times.tolist() == [10**18 + at for at in (-1, 0, 1, 2, DAY - 1, DAY, DAY + 1)]


def test_a_thousandth_is_left_whole_where_a_thousand_large_amounts_came_and_went() -> None:
    """A running sum of doubles would be off by more than the thousandth itself."""
    amounts = np.array([2.0**41 + turn / 7 for turn in range(1000)] + [1e-3])
    come = np.arange(1001)
    (*_, last) = present(1001, come, np.append(come[1:], 1001), amounts).tolist()
    assert last == 1e-3
