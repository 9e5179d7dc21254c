"""The rolling curve: MME in the 24 hours that end at each instant, as exact lines and steps."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from adjuvant.opioids.factor import AppliedRow
from adjuvant.opioids.model import CurvePoint
from adjuvant.opioids.segments import DAY_US, Lot, as_microseconds, as_moment
from adjuvant.timeline import Interval

__all__ = ["Track", "by_band", "rolling_points", "sweep"]

_ZERO = Fraction(0)


def rolling_points(lots: Iterable[Lot], span: Interval) -> tuple[CurvePoint, ...]:
    """MME taken up in (t - 24 h, t] for every t of `span`, both its ends included.

    Between two points the curve is a straight line. A dose enters at its moment and leaves 24 h of elapsed
    time later; each makes a step, drawn as two points at one instant, before and after. A band goes by the
    mass of the same 24 h; where a running dose carries that over an edge, the step is drawn within one
    microsecond. What was taken up before `span` and within 24 h counts. Nothing after t has a part in the
    value at t.

    Args:
        lots: converted; those without a row and as-needed orders are left out.
    """
    tracks = _tracks(lot for lot in lots if not lot.as_needed)
    start, end = as_microseconds(span.start), as_microseconds(span.end)
    times = {start, end, *(at for track in tracks for at in track.times if start < at < end)}
    points: list[CurvePoint] = []
    for at in sorted(times):
        before, after = tracks[0].at(at) if tracks else (_ZERO, _ZERO)
        for track in tracks[1:]:
            sides = track.at(at)
            before, after = before + sides[0], after + sides[1]
        moment = as_moment(at)
        if before != after and at > start:
            points.append(CurvePoint(moment, before))
        points.append(CurvePoint(moment, after))
    return tuple(points)


@dataclass(frozen=True, slots=True)
class Track:
    """A sum over the last 24 h: values just before and at each time, straight between times, zero outside."""

    times: list[int]
    before: list[Fraction]
    after: list[Fraction]

    def at(self, moment: int) -> tuple[Fraction, Fraction]:
        """The values just before and at any moment."""
        index = bisect_right(self.times, moment) - 1
        if index >= 0 and self.times[index] == moment:
            return self.before[index], self.after[index]
        if index < 0 or index + 1 == len(self.times):
            return _ZERO, _ZERO
        first, last = self.times[index], self.times[index + 1]
        low, high = self.after[index], self.before[index + 1]
        value = low if low == high else low + (high - low) * Fraction(moment - first, last - first)
        return value, value


def _tracks(lots: Iterable[Lot]) -> list[Track]:
    """One track in MME for all lots of fixed factor, and one for each group that shares a band."""
    fixed: list[tuple[int, int, Fraction]] = []
    banded: dict[tuple[object, ...], tuple[AppliedRow, list[tuple[int, int, Fraction]]]] = {}
    for lot in lots:
        row = lot.applied
        if row is None:
            continue
        factor, key = row.mme_per_mg, lot.band_key
        if key is None and factor is not None:
            fixed += [(item.start, item.end, item.mg * factor) for item in lot.segments]
        elif key is not None:
            banded.setdefault(key, (row, []))[1].extend(
                (item.start, item.end, item.mg) for item in lot.segments
            )
    tracks = [by_band(sweep(parts), row) for row, parts in banded.values()]
    return [sweep(fixed), *tracks] if fixed else tracks


def sweep(parts: Iterable[tuple[int, int, Fraction]]) -> Track:
    """The sum over the last 24 h of amounts spread from a start to an end, or given at one moment."""
    steps: dict[int, Fraction] = defaultdict(Fraction)
    slopes: dict[int, Fraction] = defaultdict(Fraction)
    for start, end, amount in parts:
        if start == end:
            steps[start] += amount
            steps[start + DAY_US] -= amount
            continue
        slope = amount / (end - start)
        for at, change in ((start, slope), (end, -slope), (start + DAY_US, -slope), (end + DAY_US, slope)):
            slopes[at] += change
    times = sorted(steps.keys() | slopes.keys())
    track = Track(times, [], [])
    value = slope = _ZERO
    last = 0
    for at in times:
        if slope:
            value += slope * (at - last)
        track.before.append(value)
        if at in steps:
            value += steps[at]
        track.after.append(value)
        if at in slopes:
            slope += slopes[at]
        last = at
    return track


def by_band(mass: Track, row: AppliedRow) -> Track:
    """A track of mg turned into MME by the band of each instant's own total."""
    times = sorted({*mass.times, *_crossings(mass, row)})
    track = Track(times, [], [])
    for at in times:
        before, after = mass.at(at)
        track.before.append(row.mme(before, before))
        track.after.append(row.mme(after, after))
    return track


def _crossings(mass: Track, row: AppliedRow) -> Iterable[int]:
    """The microseconds around each crossing of a band's edge on a slope."""
    edges = [band.edge / row.per_mg for band in row.row.bands[1:]]
    for index in range(len(mass.times) - 1):
        first, last = mass.times[index], mass.times[index + 1]
        low, high = mass.after[index], mass.before[index + 1]
        if low == high:
            continue
        for edge in edges:
            if min(low, high) <= edge <= max(low, high):
                at = first + (edge - low) / (high - low) * (last - first)
                around = (ceil(at) - 1, floor(at), floor(at) + 1)
                yield from (moment for moment in around if first < moment < last)
