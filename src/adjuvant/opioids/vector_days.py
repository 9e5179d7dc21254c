"""Local clock days of many instants at once: the midnights of a zone in a row, worked out once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np

from adjuvant.opioids.vector import Ints
from adjuvant.timeline import local_midnight, zone

__all__ = ["Midnights", "midnights"]

_EPOCH = datetime.fromtimestamp(0, UTC)
_EPOCH_DAY = _EPOCH.toordinal()
_TICK = timedelta(microseconds=1)
_DAY_US = 24 * 3600 * 10**6
_LEAST, _MOST = date.min.toordinal() + 2 - _EPOCH_DAY, date.max.toordinal() - 2 - _EPOCH_DAY
_KNOWN: dict[str, Midnights] = {}


class Midnights:
    """The midnights of one zone, as microseconds since 1970, by the number of their day since 1970."""

    def __init__(self, name: str) -> None:
        self._zone = zone(name)
        self._first = 0
        self._edges = np.array([self._midnight(0), self._midnight(1)], dtype=np.int64)

    def day(self, moments: Ints) -> Ints:
        """The local day of each moment, as days since 1970."""
        if not len(moments):
            return moments
        self._reach(int(moments.min()) // _DAY_US - 2, int(moments.max()) // _DAY_US + 2)
        # No clock is a whole day off UTC, so that the local day is that of UTC or one beside it.
        day = moments // _DAY_US
        place = np.clip(day - self._first, 0, len(self._edges) - 2)
        day += moments >= self._edges[place + 1]
        day -= moments < self._edges[place]
        return day

    def start(self, days: Ints) -> Ints:
        """The instant at which each day begins; the day before must have been asked for by `day`."""
        if not len(days):
            return days
        self._reach(int(days.min()) - 1, int(days.max()) + 1)
        return np.asarray(self._edges[days - self._first], dtype=np.int64)

    def _reach(self, low: int, high: int) -> None:
        low, high = max(low, _LEAST), min(high, _MOST)
        last = self._first + len(self._edges)
        before = [self._midnight(day) for day in range(low, self._first)]
        after = [self._midnight(day) for day in range(last, high + 1)]
        if before or after:
            parts = [np.array(before, np.int64), self._edges, np.array(after, np.int64)]
            self._edges = np.concatenate(parts)
            self._first = min(low, self._first)

    def _midnight(self, day: int) -> int:
        return (local_midnight(date.fromordinal(day + _EPOCH_DAY), self._zone) - _EPOCH) // _TICK


def midnights(name: str) -> Midnights:
    """The midnights of a zone, shared by all who ask."""
    if name not in _KNOWN:
        _KNOWN[name] = Midnights(name)
    return _KNOWN[name]
