"""How much of many exposures falls in the 24 hours that end at each break point, on one long axis of time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from adjuvant.opioids.segments import DAY_US
from adjuvant.opioids.vector import Floats, Ints, totals
from adjuvant.opioids.vector_sums import present

__all__ = ["Breaks", "breaks_of", "in_window"]

_PAIRS = 10**6


@dataclass(frozen=True, slots=True)
class Breaks:
    """The moments at which the curve of some exposures may bend or step.

    Args:
        times: each once, rising: the start and the end of every exposure, and those moments a day later.
        start, end: which of them each exposure's start and end is.
        start_gone, end_gone: which of them is a day after that.
    """

    times: Ints
    start: Ints
    end: Ints
    start_gone: Ints
    end_gone: Ints


def breaks_of(low: Ints, high: Ints, more: Ints | None = None) -> Breaks:
    """The break points of exposures from `low` to `high`, and more moments among them.

    Args:
        low, high: between 0 and 2**60; equal for what happened at one moment.
    """
    runs = np.flatnonzero(high > low)
    starts, by_start = _rising(low)
    ends, by_end = _rising(high[runs])
    rows = [starts, ends, starts + DAY_US, ends + DAY_US]
    times, places = _merged(rows if more is None else [*rows, np.sort(more)])
    start, start_gone = (_as_asked(place, by_start) for place in (places[0], places[2]))
    end, end_gone = start.copy(), start_gone.copy()
    end[runs], end_gone[runs] = (_as_asked(place, by_end) for place in (places[1], places[3]))
    return Breaks(times, start, end, start_gone, end_gone)


def _rising(moments: Ints) -> tuple[Ints, Ints | None]:
    """The moments in order, and the order that they are in now; None where they rise already."""
    if not np.any(moments[1:] < moments[:-1]):
        return moments, None
    order = np.argsort(moments, kind="stable")
    return moments[order], order


def _as_asked(places: Ints, order: Ints | None) -> Ints:
    if order is None:
        return places
    found = np.empty_like(places)
    found[order] = places
    return found


def _merged(rows: Sequence[Ints]) -> tuple[Ints, list[Ints]]:
    """All moments of rows that rise, each once; and for each row the places of its own.

    Each moment carries the number of its row in its lowest bits through one sort, which merges what is
    sorted already; so nothing has to be searched for afterwards.
    """
    bits = len(rows).bit_length()
    keys = np.concatenate([(row << bits) | number for number, row in enumerate(rows)])
    keys.sort(kind="stable")
    times = keys >> bits
    fresh = np.ones(len(keys), dtype=np.bool_)
    np.not_equal(times[1:], times[:-1], out=fresh[1:])
    place = np.cumsum(fresh) - 1
    keys &= (1 << bits) - 1
    return times[np.flatnonzero(fresh)], [
        place[np.flatnonzero(keys == number)] for number in range(len(rows))
    ]


def in_window(breaks: Breaks, low: Ints, high: Ints, amount: Floats) -> tuple[Floats, Floats]:
    """What is taken up in the 24 h before each break point, and in those up to and with it.

    Every value is a sum of parts that are not below zero: what lies whole in the window, from running sums
    of whole numbers, and the part of each exposure that runs across one of the window's ends. So nothing
    cancels, and the error stays relative to the value itself.

    Args:
        breaks: of these exposures.
        low, high: start and end of each exposure; equal for what happened at one moment.
    """
    length = high - low
    values = np.zeros(len(breaks.times))
    # A running sum over the sides of the points: number 2n is just before point n, 2n + 1 at it.
    whole = np.flatnonzero(length <= DAY_US)
    moment = length[whole] == 0
    come = breaks.end[whole] * 2 + moment
    gone = breaks.start_gone[whole] * 2 + np.where(moment, 1, 2)
    sides = present(2 * len(values), come, gone, amount[whole])
    running = np.flatnonzero((length > 0) & (length <= DAY_US))
    each = amount[running] / length[running]
    _add_edge(values, breaks, breaks.start[running], breaks.end[running], each, low[running])
    first, last = breaks.start_gone[running], breaks.end_gone[running]
    _add_edge(values, breaks, first, last, -each, high[running] + DAY_US)
    _add_long(values, breaks, np.flatnonzero(length > DAY_US), low, high, amount)
    return sides[::2] + values, sides[1::2] + values


def _add_edge(values: Floats, breaks: Breaks, first: Ints, last: Ints, each: Floats, anchor: Ints) -> None:
    """Add, at the points between two, `each` times the way from the anchor.

    So what has run so far of exposures that run now, and what is left of those that leave.
    """
    for rows, number, at in _between(first, last):
        way = breaks.times[at] - np.repeat(anchor[rows], number)
        values += totals(at, np.repeat(each[rows], number) * way, len(values))


def _add_long(values: Floats, breaks: Breaks, long: Ints, low: Ints, high: Ints, amount: Floats) -> None:
    """Add the part within the window of exposures that are longer than it."""
    for rows, number, at in _between(breaks.start[long], breaks.end_gone[long]):
        row, now = np.repeat(long[rows], number), breaks.times[at]
        shared = np.minimum(high[row], now) - np.maximum(low[row], now - DAY_US)
        values += totals(at, amount[row] * (shared / (high[row] - low[row])), len(values))


def _between(first: Ints, last: Ints) -> Iterator[tuple[slice, Ints, Ints]]:
    """Some rows at a time, the number of places between `first` and `last` of each, and all those places."""
    number = np.maximum(last - first - 1, 0)
    ends = np.cumsum(number)
    low, done = 0, 0
    while low < len(number):
        high = max(int(np.searchsorted(ends, done + _PAIRS, side="right")), low + 1)
        rows = slice(low, high)
        counted, total = number[rows], int(ends[high - 1]) - done
        skipped = first[rows] + 1 - (ends[rows] - counted - done)
        yield rows, counted, np.arange(total) + np.repeat(skipped, counted)
        low, done = high, int(ends[high - 1])
