"""Aware instants held in UTC, half-open intervals, clock days of 23 to 25 hours, immutable series."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from fractions import Fraction
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from adjuvant.errors import InputError, InternalError

__all__ = [
    "ClockDay",
    "Interval",
    "Series",
    "as_instant",
    "clock_days",
    "day_end",
    "hours_between",
    "local_text",
    "local_midnight",
    "on_the_clock",
    "parse_instant",
    "zone",
]

T = TypeVar("T")


def zone(name: str) -> ZoneInfo:
    """The time zone of an IANA name such as ``America/New_York``.

    Raises:
        InputError: no such zone.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InputError(
            f"time zone {name!r}", "is not an IANA zone", "write one such as Europe/London or UTC"
        ) from error


def as_instant(value: datetime) -> datetime:
    """The same moment, held in UTC, so that differences are elapsed time and never wall-clock time.

    Raises:
        InputError: the value has no zone, or is before the year 1 or after 9999 in UTC.
    """
    if value.tzinfo is None or value.utcoffset() is None:
        raise InputError(
            f"time {value.isoformat()}",
            "has no zone",
            "add an offset such as +01:00, or name the record's zone",
        )
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise InputError(
            f"time {value.isoformat()}", "is before the year 1 or after 9999 in UTC", "correct it"
        ) from None


def parse_instant(text: str, local: ZoneInfo | None = None) -> datetime:
    """An instant from ISO 8601 text.

    Args:
        text: ``2026-03-01T14:00:00+01:00``, or without an offset where `local` names the zone.
        local: the zone of times without an offset; None refuses them.
    Returns:
        The instant in UTC.
    Raises:
        InputError: not a time, a date without a time, no zone, or a local time that a clock
            change skipped or repeated.
    """
    try:
        # Digits alone, such as a count of milliseconds, would be read as the day that the first eight spell.
        if text.strip().isdecimal() and len(text.strip()) > len("20260301"):
            raise ValueError(text)
        value = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise InputError(
            f"time {text!r}", "is not an ISO 8601 time", "write 2026-03-01T14:00:00+01:00"
        ) from error
    if len(text.strip()) <= len("2026-03-01"):
        raise InputError(
            f"time {text!r}", "is a date without a time of day", "add the time, or read it as a date"
        )
    if value.tzinfo is not None:
        return as_instant(value)
    if local is None:
        raise InputError(
            f"time {text!r}", "has no zone", "add an offset such as +01:00, or name the record's zone"
        )
    early, late = (value.replace(tzinfo=local, fold=fold) for fold in (0, 1))
    if early.utcoffset() != late.utcoffset():
        skipped = as_instant(early).astimezone(local).replace(tzinfo=None) != value
        what = "was skipped" if skipped else "happened twice"
        raise InputError(f"time {text!r}", f"{what} when the clocks of {local.key} changed", "add its offset")
    return as_instant(early)


def local_text(moment: datetime, local: tzinfo) -> str:
    """A moment on a local clock, for people, its offset always with it: ``2026-03-05 18:00+01:00``."""
    return as_instant(moment).astimezone(local).isoformat(sep=" ", timespec="minutes")


_UTC_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|\+00:00)")


def on_the_clock(words: str, local: tzinfo) -> str:
    """A sentence for people, each instant that stands in it in UTC on a local clock instead."""
    return _UTC_INSTANT.sub(lambda found: local_text(datetime.fromisoformat(found[0]), local), words)


def hours_between(start: datetime, end: datetime) -> Fraction:
    """Elapsed hours from `start` to `end`, exact to the microsecond."""
    elapsed = as_instant(end) - as_instant(start)
    return Fraction(elapsed // timedelta(microseconds=1), 3_600_000_000)


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """The half-open span [start, end): the start belongs to it, the end does not.

    Raises:
        InputError: an end without zone, or an end that is not after the start.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "start", as_instant(self.start))
        object.__setattr__(self, "end", as_instant(self.end))
        if self.end <= self.start:
            raise InputError(
                f"interval {self.start.isoformat()} to {self.end.isoformat()}",
                "does not end after it starts",
                "correct the two times",
            )

    @property
    def hours(self) -> Fraction:
        """Elapsed hours, exact."""
        return hours_between(self.start, self.end)

    def __contains__(self, moment: datetime) -> bool:
        return self.start <= as_instant(moment) < self.end

    def overlap(self, other: Interval) -> Interval | None:
        """The common part, or None if there is none."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Interval(start, end) if start < end else None


def local_midnight(day: date, local: ZoneInfo) -> datetime:
    """The instant at which a local calendar day begins."""
    # fold=0 takes the first of two midnights; a skipped midnight maps to the first instant of the day.
    naive = datetime.combine(day, time())
    return as_instant(naive.replace(tzinfo=local))


def day_end(day: date, local: ZoneInfo) -> datetime:
    """The instant at which a local calendar day ends.

    Raises:
        InputError: the last day of the calendar, 9999-12-31, by which databases mean that there is no end.
    """
    if day == date.max:
        raise InputError(
            f"date {day}", "is the last of the calendar, a mark for no date", "leave the field empty"
        )
    return local_midnight(day + timedelta(days=1), local)


@dataclass(frozen=True, slots=True)
class ClockDay:
    """A local calendar day and the instants it spans: 24 hours, or 23 or 25 when the clocks change."""

    date: date
    interval: Interval


def clock_days(span: Interval, local: ZoneInfo) -> tuple[ClockDay, ...]:
    """Every local calendar day that `span` touches, whole days, in order."""
    first = span.start.astimezone(local).date()
    days: list[ClockDay] = []
    day = first
    while True:
        start = local_midnight(day, local)
        if start >= span.end:
            return tuple(days)
        end = local_midnight(day + timedelta(days=1), local)
        if end > span.start:
            days.append(ClockDay(day, Interval(start, end)))
        day += timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Series(Generic[T]):
    """Values in order of time; equal times keep the order in which they came.

    Args:
        times: instants in UTC, not decreasing.
        values: one per time.
    Raises:
        InternalError: lengths differ or times decrease; use `Series.of`, which sorts.
    """

    times: tuple[datetime, ...]
    values: tuple[T, ...]

    def __post_init__(self) -> None:
        if len(self.times) != len(self.values):
            raise InternalError(
                "Series", "has unequal numbers of times and values", "pass one value per time"
            )
        if any(later < earlier for earlier, later in zip(self.times, self.times[1:], strict=False)):
            raise InternalError("Series", "has times that go back", "build it with Series.of")

    @classmethod
    def of(cls, values: Iterable[T], at: Callable[[T], datetime]) -> Series[T]:
        """A series of `values`, sorted by `at` of each."""
        rows = sorted(((as_instant(at(value)), value) for value in values), key=lambda row: row[0])
        return cls(tuple(row[0] for row in rows), tuple(row[1] for row in rows))

    def __len__(self) -> int:
        return len(self.times)

    def __iter__(self) -> Iterator[tuple[datetime, T]]:
        return iter(zip(self.times, self.values, strict=True))

    def within(self, window: Interval) -> Series[T]:
        """The part whose times fall in the half-open window."""
        low, high = bisect_left(self.times, window.start), bisect_left(self.times, window.end)
        return Series(self.times[low:high], self.values[low:high])

    def until(self, moment: datetime) -> Series[T]:
        """What was known at `moment`: values at or before it, nothing later."""
        high = bisect_right(self.times, as_instant(moment))
        return Series(self.times[:high], self.values[:high])

    def last_before(self, moment: datetime) -> tuple[datetime, T] | None:
        """The last value strictly before `moment`, or None."""
        index = bisect_left(self.times, as_instant(moment)) - 1
        return (self.times[index], self.values[index]) if index >= 0 else None
