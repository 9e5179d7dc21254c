"""Time: aware instants, half-open intervals, days of 23 and 25 hours, series that never look ahead."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adjuvant.errors import InputError, InternalError
from adjuvant.timeline import (
    Interval,
    Series,
    as_instant,
    clock_days,
    hours_between,
    local_midnight,
    parse_instant,
    zone,
)

LONDON = zone("Europe/London")
NEW_YORK = zone("America/New_York")
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(
    lambda moment: moment.replace(tzinfo=UTC)
)


@pytest.mark.hazard("H-079")
def test_a_time_without_a_zone_is_refused_unless_the_record_names_one() -> None:
    with pytest.raises(InputError, match="has no zone"):
        parse_instant("2026-03-01T14:00:00")
    assert parse_instant("2026-03-01T14:00:00", NEW_YORK) == datetime(2026, 3, 1, 19, tzinfo=UTC)


def test_a_date_is_not_read_as_midnight() -> None:
    with pytest.raises(InputError, match="date without a time"):
        parse_instant("2026-03-01", LONDON)


@pytest.mark.parametrize("text", ["1610120800000", "1610120800", "20260301080000", "1610120800000000"])
def test_a_count_of_milliseconds_is_not_read_as_the_day_that_its_first_digits_spell(text: str) -> None:
    """1610120800000 ms is an evening of January 2021; its first eight digits spell 8 December 1610."""
    with pytest.raises(InputError, match="not an ISO 8601 time"):
        parse_instant(text, LONDON)


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01T00:00:00Z", "01/03/2026 14:00"])
def test_what_is_not_iso_8601_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="not an ISO 8601 time"):
        parse_instant(text, LONDON)


def test_a_local_time_that_the_clock_change_skipped_is_refused() -> None:
    """London skipped 01:00 to 02:00 on 29 March 2026."""
    with pytest.raises(InputError, match="was skipped"):
        parse_instant("2026-03-29T01:30:00", LONDON)


@pytest.mark.hazard("H-079")
def test_a_local_time_that_happened_twice_is_refused_and_its_offset_resolves_it() -> None:
    """London repeated 01:00 to 02:00 on 25 October 2026."""
    with pytest.raises(InputError, match="happened twice"):
        parse_instant("2026-10-25T01:30:00", LONDON)
    assert parse_instant("2026-10-25T01:30:00+01:00") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert parse_instant("2026-10-25T01:30:00+00:00") == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_an_unknown_zone_is_named() -> None:
    with pytest.raises(InputError, match="Europe/Lundon"):
        zone("Europe/Lundon")


def test_elapsed_hours_cross_a_clock_change_correctly() -> None:
    """Midnight to midnight on the two change days of London is 23 and 25 elapsed hours."""
    assert (
        hours_between(local_midnight(date(2026, 3, 29), LONDON), local_midnight(date(2026, 3, 30), LONDON))
        == 23
    )
    assert (
        hours_between(local_midnight(date(2026, 10, 25), LONDON), local_midnight(date(2026, 10, 26), LONDON))
        == 25
    )


@pytest.mark.parametrize(
    ("local", "day", "hours"),
    [
        (LONDON, date(2026, 3, 29), 23),
        (LONDON, date(2026, 10, 25), 25),
        (NEW_YORK, date(2026, 3, 8), 23),
        (NEW_YORK, date(2026, 11, 1), 25),
        (NEW_YORK, date(2026, 6, 1), 24),
        (zone("America/Santiago"), date(2026, 9, 6), 23),  # midnight itself is skipped
        (zone("Australia/Lord_Howe"), date(2026, 4, 5), Fraction(49, 2)),  # a change of half an hour
    ],
)
def test_clock_days_have_the_hours_that_the_clocks_gave_them(
    local: object, day: date, hours: Fraction
) -> None:
    noon = as_instant(datetime(day.year, day.month, day.day, 12, tzinfo=local))  # type: ignore[arg-type]
    (found,) = clock_days(Interval(noon, noon + timedelta(minutes=1)), local)  # type: ignore[arg-type]
    assert found.date == day
    assert found.interval.hours == hours


@given(
    INSTANTS, st.integers(1, 2000), st.sampled_from(["Europe/London", "America/New_York", "Asia/Kathmandu"])
)
def test_clock_days_tile_the_span_without_gap_or_overlap(start: datetime, hours: int, name: str) -> None:
    span = Interval(start, start + timedelta(hours=hours))
    days = clock_days(span, zone(name))
    assert days[0].interval.start <= span.start and span.end <= days[-1].interval.end
    assert all(a.interval.end == b.interval.start for a, b in pairwise(days))
    covered = sum((day.interval.overlap(span) or day.interval).hours for day in days)
    assert covered == span.hours


def test_an_interval_holds_its_start_and_not_its_end() -> None:
    span = Interval(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))
    assert span.start in span
    assert span.end not in span


@pytest.mark.hazard("H-010")
@pytest.mark.parametrize("shift", [timedelta(0), timedelta(seconds=-1)])
def test_an_interval_that_does_not_end_after_it_starts_is_refused(shift: timedelta) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    with pytest.raises(InputError, match="does not end after it starts"):
        Interval(start, start + shift)


def test_an_interval_needs_zones() -> None:
    with pytest.raises(InputError, match="has no zone"):
        Interval(datetime(2026, 1, 1), datetime(2026, 1, 2))


@given(INSTANTS, INSTANTS, INSTANTS, INSTANTS)
def test_overlap_is_symmetric_and_lies_in_both(a: datetime, b: datetime, c: datetime, d: datetime) -> None:
    if a == b or c == d:
        return
    one, two = Interval(min(a, b), max(a, b)), Interval(min(c, d), max(c, d))
    common = one.overlap(two)
    assert common == two.overlap(one)
    if common is not None:
        assert one.start <= common.start and common.end <= one.end
        assert two.start <= common.start and common.end <= two.end
    else:
        assert one.end <= two.start or two.end <= one.start


@given(st.lists(INSTANTS, max_size=30), INSTANTS)
def test_a_series_never_shows_anything_later_than_the_instant(
    times: list[datetime], moment: datetime
) -> None:
    series = Series.of(times, at=lambda value: value)
    assert [value for _, value in series.until(moment)] == sorted(t for t in times if t <= moment)
    before = series.last_before(moment)
    assert before is None or before[0] < moment


def test_equal_times_keep_the_order_in_which_they_came() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert Series.of(["b", "a"], at=lambda _: now).values == ("b", "a")


def test_a_series_built_by_hand_must_be_in_order_and_of_equal_lengths() -> None:
    early, late = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    with pytest.raises(InternalError, match="times that go back"):
        Series((late, early), (1, 2))
    with pytest.raises(InternalError, match="unequal numbers"):
        Series((early,), ())


@pytest.mark.parametrize("text", ["0001-01-01T00:00+14:00", "9999-12-31T23:59-12:00"])
def test_a_time_that_utc_cannot_hold_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="before the year 1 or after 9999"):
        parse_instant(text)


def test_a_first_hour_of_the_calendar_in_a_zone_is_refused_too() -> None:
    with pytest.raises(InputError, match="before the year 1 or after 9999"):
        parse_instant("0001-01-01T00:00", zone("Asia/Tokyo"))
