"""The report's one clock: relative days, local times with their offset, and the zone named once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from adjuvant.quantity import show
from adjuvant.reports.words import listed
from adjuvant.timeline import ClockDay, Interval, as_instant, clock_days

__all__ = ["ReportClock", "offset_words"]

_MINUS = "\N{MINUS SIGN}"
_DATE = re.compile(r"(?<![\w-])\d{4}-\d{2}-\d{2}(?![\w-])")


def offset_words(moment: datetime, local: ZoneInfo) -> str:
    """The zone's distance from UTC at one instant, for example ``UTC−05:00``."""
    offset = moment.astimezone(local).utcoffset() or timedelta()
    minutes = round(offset.total_seconds() / 60)
    sign = _MINUS if minutes < 0 else "+"
    return f"UTC{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


@dataclass(frozen=True, slots=True)
class ReportClock:
    """Every time of a report is read on this clock, whatever zone the reader sits in.

    Args:
        local: the record's zone.
        zero: the local date that is day 0.
        zero_words: what day 0 is, for example ``first infusion``.
    """

    local: ZoneInfo
    zero: date
    zero_words: str

    @property
    def zone(self) -> str:
        """The zone's name."""
        return self.local.key

    def day(self, moment: datetime) -> int:
        """Number of the local calendar day that holds `moment`."""
        return (moment.astimezone(self.local).date() - self.zero).days

    def day_words(self, moment: datetime) -> str:
        """``day −3``."""
        return f"day {show(Fraction(self.day(moment)))}"

    def short(self, moment: datetime) -> str:
        """``day 4, 14:00``, for places where the offset is stated beside it."""
        return f"{self.day_words(moment)}, {moment.astimezone(self.local):%H:%M}"

    def full(self, moment: datetime) -> str:
        """``day 4, 14:00 (UTC−05:00)``."""
        return f"{self.short(moment)} ({offset_words(moment, self.local)})"

    def end(self, moment: datetime) -> str:
        """A time that ends something: midnight is written as 24:00 of the day before, with its offset."""
        clock = moment.astimezone(self.local)
        if (clock.hour, clock.minute, clock.second) != (0, 0, 0):
            return self.full(moment)
        before = as_instant(moment) - timedelta(seconds=1)
        return f"{self.day_words(before)}, 24:00 ({offset_words(before, self.local)})"

    def stamp(self, moment: datetime) -> str:
        """Date, time and offset as ISO 8601 writes them, for tables that others check."""
        return moment.astimezone(self.local).isoformat(sep=" ", timespec="minutes")

    def span_days(self, window: Interval) -> str:
        """``days −3 to −1`` or ``day 5``: the days that a window touches."""
        first, last = self.day(window.start), self.day(window.end - timedelta(microseconds=1))
        one, other = show(Fraction(first)), show(Fraction(last))
        return f"day {one}" if first == last else f"days {one} to {other}"

    def days(self, span: Interval) -> tuple[ClockDay, ...]:
        """Every clock day that `span` touches."""
        return clock_days(span, self.local)

    def changes(self, span: Interval) -> tuple[datetime, ...]:
        """Instants within `span` at which the clock was put forward or back, to the minute."""
        found = []
        for clock_day in self.days(span):
            start, end = clock_day.interval.start, clock_day.interval.end
            if start.astimezone(self.local).utcoffset() == end.astimezone(self.local).utcoffset():
                continue
            before = start.astimezone(self.local).utcoffset()
            while end - start > timedelta(minutes=1):
                middle = start + timedelta(minutes=((end - start) // timedelta(minutes=1)) // 2)
                if middle.astimezone(self.local).utcoffset() == before:
                    start = middle
                else:
                    end = middle
            if span.start <= end < span.end:
                found.append(end)
        return tuple(found)

    def dated(self, text: str) -> str:
        """The text with the relative day before each date that stands in it: ``day 2, 2026-03-07 08:00``."""
        return _DATE.sub(lambda found: f"{self._date_words(found[0])}{found[0]}", text)

    def _date_words(self, written: str) -> str:
        try:
            days = (date.fromisoformat(written) - self.zero).days
        except ValueError:
            return ""
        return f"day {show(Fraction(days))}, "

    def describe(self, span: Interval) -> str:
        """The zone, its offset over `span`, each change of the clock, and what day 0 is."""
        opening = f"Times are local, {self.zone}, {offset_words(span.start, self.local)}"
        turns = [
            f"from {self.day_words(at)} at {at.astimezone(self.local):%H:%M} {offset_words(at, self.local)}"
            for at in self.changes(span)
        ]
        clock = f"{opening}; {listed(turns)}" if turns else opening
        return f"{clock}. Day 0 is {self.zero_date}: {self.zero_words}."

    @property
    def zero_date(self) -> str:
        """Day 0 as a date."""
        return self.zero.isoformat()
