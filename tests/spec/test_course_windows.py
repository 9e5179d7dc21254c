"""The windows of a course: before, during and after, on days of 23, 24 and 25 hours."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from adjuvant.errors import InputError
from adjuvant.outcomes import declared_course, windows_for
from adjuvant.outcomes.model import Windows

BERLIN = ZoneInfo("Europe/Berlin")


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def shown(moment: datetime) -> str:
    return moment.astimezone(BERLIN).isoformat(sep=" ", timespec="minutes")


def windows(start: str, end: str, **options: object) -> Windows:
    return windows_for(declared_course(local(start), local(end)), BERLIN, **options)  # type: ignore[arg-type]


@pytest.mark.hazard("H-070")
def test_the_infusion_day_is_in_neither_window() -> None:
    """72 h to the midnight that opens the first ketamine day; 72 h from the midnight that closes the last."""
    made = windows("2026-02-10T14:00", "2026-02-12T15:00")
    assert (shown(made.before.start), shown(made.before.end)) == (
        "2026-02-07 00:00+01:00",
        "2026-02-10 00:00+01:00",
    )
    assert (shown(made.during.start), shown(made.during.end)) == (
        "2026-02-10 14:00+01:00",
        "2026-02-12 15:00+01:00",
    )
    assert (shown(made.after.start), shown(made.after.end)) == (
        "2026-02-13 00:00+01:00",
        "2026-02-16 00:00+01:00",
    )
    assert made.onset_end == made.after.start


def test_a_course_that_ends_at_midnight_ends_on_the_day_before() -> None:
    made = windows("2026-02-10T14:00", "2026-02-12T00:00")
    assert shown(made.after.start) == "2026-02-12 00:00+01:00"


def test_a_declared_end_of_onset_begins_the_after_window() -> None:
    made = windows("2026-02-10T14:00", "2026-02-10T15:00", onset_end=local("2026-02-12T08:30"))
    assert shown(made.after.start) == "2026-02-12 08:30+01:00"
    assert any("declared end of onset" in rule for rule in made.rules)


def test_an_assumed_end_of_onset_says_that_it_is_a_house_default() -> None:
    rules = " ".join(windows("2026-02-10T14:00", "2026-02-10T15:00").rules)
    assert "house default (assumed)" in rules


def test_across_the_change_to_summer_time_before_keeps_its_72_hours() -> None:
    """The clocks of Berlin skip an hour on 2026-03-29, so 72 h before the 31st begin at 23:00 on the 27th."""
    made = windows("2026-03-31T10:00", "2026-03-31T11:00")
    assert shown(made.before.start) == "2026-03-27 23:00+01:00"
    assert shown(made.before.end) == "2026-03-31 00:00+02:00"
    assert made.before.hours == 72


def test_across_the_change_to_winter_time_after_keeps_its_72_hours() -> None:
    made = windows("2026-10-24T10:00", "2026-10-24T11:00")
    assert shown(made.after.start) == "2026-10-25 00:00+02:00"
    assert shown(made.after.end) == "2026-10-27 23:00+01:00"
    assert made.after.hours == 72


def test_windows_of_other_lengths_say_so() -> None:
    made = windows("2026-02-10T14:00", "2026-02-10T15:00", before_h=Fraction(48), after_h=Fraction(168))
    assert (made.before.hours, made.after.hours) == (48, 168)
    assert made.rules[0].startswith("Before: 48 h")
    assert made.rules[-1].startswith("After: 168 h")


def test_a_single_dose_is_drawn_as_one_minute() -> None:
    made = windows("2026-02-10T14:00", "2026-02-10T14:00")
    assert made.during.end - made.during.start == timedelta(minutes=1)
    assert any("one minute" in rule for rule in made.rules)


@pytest.mark.parametrize("name", ["before_h", "after_h"])
@pytest.mark.parametrize("hours", [0, -1])
def test_a_window_without_length_is_refused(name: str, hours: int) -> None:
    with pytest.raises(InputError, match="give more than 0 h"):
        windows("2026-02-10T14:00", "2026-02-10T15:00", **{name: Fraction(hours)})


def test_an_end_of_onset_before_the_course_is_refused() -> None:
    with pytest.raises(InputError, match="is not after the course's first start"):
        windows("2026-02-10T14:00", "2026-02-10T15:00", onset_end=local("2026-02-10T14:00"))


def test_an_end_of_onset_inside_the_course_is_allowed_and_said() -> None:
    made = windows("2026-02-10T14:00", "2026-02-14T15:00", onset_end=local("2026-02-12T00:00"))
    assert any("overlaps the course" in rule for rule in made.rules)
