"""One clock in a report: relative days, local times, the offset on each, across the change of the clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from adjuvant.reports.clock import ReportClock, offset_words
from adjuvant.timeline import Interval

CLOCK = ReportClock(ZoneInfo("America/New_York"), date(2026, 3, 5), "first infusion")


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@pytest.mark.hazard("H-073")
def test_each_time_carries_the_offset_that_held_at_it() -> None:
    """New York puts its clocks forward on 8 March 2026 at 07:00 UTC."""
    assert CLOCK.full(utc(8, 6, 59)) == "day 3, 01:59 (UTC−05:00)"
    assert CLOCK.full(utc(8, 7)) == "day 3, 03:00 (UTC−04:00)"
    assert CLOCK.stamp(utc(8, 7)) == "2026-03-08 03:00-04:00"


def test_days_are_counted_from_the_first_infusion_with_a_true_minus() -> None:
    assert [CLOCK.day_words(utc(day, 12)) for day in (2, 5, 9)] == ["day −3", "day 0", "day 4"]


def test_an_end_at_midnight_belongs_to_the_day_that_it_ends() -> None:
    assert CLOCK.end(utc(5, 5)) == "day −1, 24:00 (UTC−05:00)"
    assert CLOCK.end(utc(9, 4)) == "day 3, 24:00 (UTC−04:00)"
    assert CLOCK.end(utc(5, 6)) == "day 0, 01:00 (UTC−05:00)"


def test_the_zone_is_named_once_with_every_change_of_its_clock() -> None:
    span = Interval(utc(2, 5), utc(13, 4))
    words = CLOCK.describe(span)
    assert words == (
        "Times are local, America/New_York, UTC−05:00; from day 3 at 03:00 UTC−04:00. "
        "Day 0 is 2026-03-05: first infusion."
    )
    assert len(CLOCK.days(span)) == 11
    assert CLOCK.changes(span) == (utc(8, 7),)


def test_a_zone_without_a_change_says_nothing_of_one() -> None:
    clock = ReportClock(ZoneInfo("UTC"), date(2026, 3, 5), "first infusion")
    assert clock.describe(Interval(utc(2, 0), utc(13, 0))).startswith(
        "Times are local, UTC, UTC+00:00. Day 0"
    )
    assert clock.changes(Interval(utc(2, 0), utc(13, 0))) == ()


def test_odd_offsets_are_written_whole() -> None:
    assert offset_words(utc(5, 0), ZoneInfo("Australia/Adelaide")) == "UTC+10:30"


def test_a_window_names_the_days_that_it_touches() -> None:
    assert CLOCK.span_days(Interval(utc(2, 5), utc(5, 5))) == "days −3 to −1"
    assert CLOCK.span_days(Interval(utc(5, 5), utc(5, 6))) == "day 0"
