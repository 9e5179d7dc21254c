"""How much of many exposures falls in the 24 hours that end at each of many moments, of one long axis."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from adjuvant.opioids.segments import DAY_US
from adjuvant.opioids.vector import Floats, Ints, totals
from adjuvant.opioids.vector_sums import Prefix

__all__ = ["in_window"]

_PAIRS = 10**6


def in_window(times: Ints, low: Ints, high: Ints, amount: Floats) -> tuple[Floats, Floats]:
    """What is taken up in the 24 h before each time, and in those up to and with it.

    Every value is a sum of parts that are not below zero: what lies whole in the window, from running sums
    of whole numbers, and the part of each exposure that runs across one of the window's ends. So nothing
    cancels, and the error stays relative to the value itself.

    Args:
        times: rising; the starts and ends of the exposures and those moments a day later are among them.
        low, high: start and end of each exposure; equal for what happened at one moment.
    """
    since = times - DAY_US
    doses = high == low
    short = ~doses & (high - low <= DAY_US)
    long = ~doses & ~short
    before, after = _doses(times, *_sorted(low[doses], amount[doses]))
    running = _whole(times, low[short], high[short], amount[short])
    _add_edges(running, times, low[short], high[short], amount[short])
    _add_long(running, times, since, low[long], high[long], amount[long])
    return before + running, after + running


def _sorted(at: Ints, amount: Floats) -> tuple[Ints, Floats]:
    order = np.argsort(at, kind="stable")
    return at[order], amount[order]


def _doses(times: Ints, at: Ints, amount: Floats) -> tuple[Floats, Floats]:
    if not len(at):
        return np.zeros(len(times)), np.zeros(len(times))
    prefix = Prefix(amount)
    left, right = _counts(times, at)
    gone_left, gone_right = _counts(times, at + DAY_US)
    return prefix.between(gone_left, left), prefix.between(gone_right, right)


def _counts(times: Ints, at: Ints) -> tuple[Ints, Ints]:
    """How many of `at`, all of which are among `times`, lie before each time, and how many up to it."""
    here = np.bincount(np.searchsorted(times, at), minlength=len(times))
    upto = np.cumsum(here)
    return upto - here, upto


def _whole(times: Ints, low: Ints, high: Ints, amount: Floats) -> Floats:
    """Sum of what began and ended within the window; of what is no longer than the window."""
    if not len(low):
        return np.zeros(len(times))
    ends, by_end = _sorted(high, amount)
    starts, by_start = _sorted(low, amount)
    # Ended by now, less begun before the window: what ended before it began before it, too.
    ended = _counts(times, ends)[1]
    begun = _counts(times, starts + DAY_US)[0]
    return Prefix(by_end).difference(ended, Prefix(by_start), begun)


def _add_edges(values: Floats, times: Ints, low: Ints, high: Ints, amount: Floats) -> None:
    """Add what has run so far of exposures that run now, and what is left of those that leave."""
    length = (high - low).astype(np.float64)
    first, last = np.searchsorted(times, low, side="right"), np.searchsorted(times, high, side="left")
    for row, at in _pairs(first, last):
        part = amount[row] * ((times[at] - low[row]) / length[row])
        values += totals(at, part, len(values))
    leaving = np.searchsorted(times, low + DAY_US, side="right")
    left = np.searchsorted(times, high + DAY_US, side="left")
    for row, at in _pairs(leaving, left):
        part = amount[row] * ((high[row] + DAY_US - times[at]) / length[row])
        values += totals(at, part, len(values))


def _add_long(values: Floats, times: Ints, since: Ints, low: Ints, high: Ints, amount: Floats) -> None:
    length = (high - low).astype(np.float64)
    first = np.searchsorted(times, low, side="right")
    last = np.searchsorted(times, high + DAY_US, side="left")
    for row, at in _pairs(first, last):
        shared = np.minimum(high[row], times[at]) - np.maximum(low[row], since[at])
        values += totals(at, amount[row] * (shared / length[row]), len(values))


def _pairs(first: Ints, last: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Each row with each of its places from `first` up to, without, `last`, in blocks of bounded size."""
    number = np.maximum(last - first, 0)
    ends = np.cumsum(number)
    total = int(ends[-1]) if len(ends) else 0
    for begin in range(0, total, _PAIRS):
        places = np.arange(begin, min(begin + _PAIRS, total))
        row = np.searchsorted(ends, places, side="right")
        yield row, places - (ends[row] - number[row]) + first[row]
