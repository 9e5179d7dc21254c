"""How often a dose is due, from every way in which FHIR says it; contradictions are doubts and never a choice."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import msgspec
import pytest

from adjuvant.sources.fhir import shapes
from adjuvant.sources.fhir.timing import Schedule, read_schedule

GTS = "http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation"


def schedule(repeat: dict[str, Any] | None = None, code: str | None = None, **more: Any) -> Schedule:
    fields = {**more, **({"repeat": repeat} if repeat is not None else {})}
    if code is not None:
        fields["code"] = {"coding": [{"system": GTS, "code": code}]}
    return read_schedule(msgspec.json.decode(json.dumps(fields), type=shapes.Timing))


def every(frequency: Any, period: Any, unit: str, **more: Any) -> dict[str, Any]:
    return {"frequency": frequency, "period": period, "periodUnit": unit, **more}


# Hand arithmetic: a day has 24 h or 1440 min, a week 7 d; the last three are worked cases of the OMTK logic tests.
@pytest.mark.parametrize(
    ("repeat", "per_day"),
    [
        (every(1, 1, "d"), 1),
        (every(4, 1, "d"), 4),
        (every(1, 4, "h"), 6),
        (every(2, 4, "h"), 12),
        (every(1, 12.0, "h"), 2),
        (every(1, 30, "min"), 48),
        (every(1, 3, "d"), Fraction(1, 3)),
        (every(1, 1, "wk"), Fraction(1, 7)),
        (every(2, 1, "wk"), Fraction(2, 7)),
        (every(10, 1, "mo"), Fraction(1, 3)),
        ({"period": 1, "periodUnit": "d"}, 1),
        ({"timeOfDay": ["10:00:00"]}, 1),
        ({"timeOfDay": ["10:00:00", "22:00:00"]}, 2),
        (every(2, 1, "d", timeOfDay=["10:00:00", "22:00:00"]), 2),
        (every(1, 12, "h", timeOfDay=["10:00:00", "22:00:00"]), 2),
        ({"when": ["MORN", "HS"]}, 2),
        (every(1, 1, "d", when=["HS"]), 1),
        (every(1, 2, "d", when=["HS"]), Fraction(1, 2)),
        ({"frequency": 2, "timeOfDay": ["10:00:00", "22:00:00"]}, 2),
        (every(1, 1, "d", dayOfWeek=["mon", "tue", "wed", "thu", "fri", "sat", "sun"]), 1),
        (every(2, 1, "wk", dayOfWeek=["mon", "thu"]), Fraction(2, 7)),
    ],
)
def test_doses_a_day(repeat: dict[str, Any], per_day: Any) -> None:
    found = schedule(repeat)
    assert (found.per_day, found.most_per_day, found.doubt) == (per_day, per_day, "")


@pytest.mark.parametrize(
    ("code", "per_day"), [("BID", 2), ("TID", 3), ("QID", 4), ("Q4H", 6), ("Q6H", 4), ("QOD", Fraction(1, 2))]
)
def test_an_abbreviation_says_how_often(code: str, per_day: Any) -> None:
    assert schedule(code=code).per_day == per_day
    assert schedule(every(per_day.numerator, per_day.denominator, "d"), code=code).per_day == per_day
    assert schedule({"count": 10}, code=code) == Schedule(
        Fraction(per_day), Fraction(per_day), 24 / Fraction(per_day), count=10
    )


@pytest.mark.parametrize(
    ("repeat", "most"),
    [
        (every(1, 4, "h", periodMax=6), 6),
        (every(1, 1, "d", frequencyMax=3), 3),
        (every(1, 4, "h", periodMax=6, frequencyMax=2), 12),
    ],
)
def test_a_range_has_a_most_and_no_number_of_its_own(repeat: dict[str, Any], most: int) -> None:
    found = schedule(repeat)
    assert (found.per_day, found.most_per_day, found.every_hours, found.doubt) == (None, most, None, "")


def test_the_time_between_two_doses_is_kept_for_patches() -> None:
    assert schedule(every(1, 72, "h")).every_hours == 72
    assert schedule(every(1, 3, "d")).every_hours == 72
    assert schedule(every(1, 48, "h")).every_hours == 48
    assert schedule(every(2, 1, "wk")).every_hours == 84
    assert schedule({"timeOfDay": ["08:00:00"]}).every_hours is None


def test_calendar_months_are_said_to_have_been_counted() -> None:
    assert schedule(every(1, 1, "mo")).note == "one mo counted as 30 days"
    assert schedule(every(1, 1, "d")).note == ""


def test_how_long_one_giving_lasts() -> None:
    assert schedule({"duration": 33.33, "durationUnit": "h"}).lasting_hours == Fraction("33.33")
    assert schedule({"duration": 30, "durationUnit": "min"}).lasting_hours == Fraction(1, 2)


@pytest.mark.parametrize(
    "timing", [None, {}, {"repeat": {}}, {"repeat": {"boundsPeriod": {"start": "2026-03-01"}}}]
)
def test_no_timing_says_nothing(timing: dict[str, Any] | None) -> None:
    shape = None if timing is None else msgspec.json.decode(json.dumps(timing), type=shapes.Timing)
    found = read_schedule(shape)
    assert (found.per_day, found.most_per_day, found.every_hours, found.doubt) == (None, None, None, "")


@pytest.mark.parametrize(
    ("repeat", "why"),
    [
        (every(10, 1, "mg"), "period unit mg"),
        (every(1, 1, "H"), "period unit H"),
        ({"frequency": 1, "period": 1}, "period unit None"),
        (every(1, 0, "d"), "period 0"),
        (every(1, -1, "d"), "period -1"),
        (every(0, 1, "d"), "frequency 0"),
        (every(-2, 1, "d"), "frequency -2"),
        (every(1, "4-6", "h"), "is a range"),
        ({"frequency": 3}, "frequency 3 without a period"),
        ({"frequency": 3, "timeOfDay": ["10:00:00"]}, "frequency 3 without a period"),
        (every(3, 1, "d", frequencyMax=1), "a range that falls"),
        (every(1, 6, "h", periodMax=4), "a range that falls"),
        (every(3, 1, "d", timeOfDay=["10:00:00", "22:00:00"]), "contradicts itself"),
        (every(1, 1, "d", when=["MORN", "HS"]), "contradicts itself"),
        (every(1, 4, "h", periodMax=6, timeOfDay=["10:00:00", "22:00:00"]), "contradicts itself"),
        ({"timeOfDay": ["10:00:00", "10:00:00"]}, "names one time of day twice"),
        ({"when": ["AC"]}, "does not say how many doses a day: AC"),
        ({"when": ["MORN", "MORN"]}, "does not say how many doses a day"),
        (every(4, 1, "d", dayOfWeek=["mon"]), "differ from day to day: mon only"),
        (every(1, 1, "wk", dayOfWeek=["mon", "thu"]), "differ from day to day: mon thu only"),
        ({"duration": 0, "durationUnit": "h"}, "cannot be read: duration 0 h"),
        ({"duration": 2}, "cannot be read: duration 2"),
        ({"duration": 2, "durationMax": 4, "durationUnit": "h"}, "lasts a range of times"),
        ({"count": 0}, "is no number: 0"),
        ({"count": 2, "countMax": 5}, "is no number: 2 to 5"),
    ],
)
def test_a_timing_that_contradicts_itself_or_cannot_be_read_is_a_doubt(
    repeat: dict[str, Any], why: str
) -> None:
    found = schedule(repeat)
    assert why in found.doubt
    assert (found.per_day, found.most_per_day) == (None, None)


def test_a_code_and_a_repeat_that_differ_are_a_doubt() -> None:
    assert "code 2 doses a day, repeat 3" in schedule(every(3, 1, "d"), code="BID").doubt


def test_a_modifier_on_the_timing_is_a_doubt() -> None:
    found = schedule(every(1, 1, "d"), modifierExtension=[{"url": "http://example.org/not"}])
    assert found.doubt == "the timing carries a modifier: http://example.org/not"


def test_single_events_are_so_many_doses_in_all() -> None:
    assert schedule(event=["2026-03-01T10:00:00Z", "2026-03-01T14:00:00Z"]) == Schedule(count=2)


def test_an_unknown_abbreviation_says_nothing() -> None:
    assert schedule(code="ONCE-IN-A-BLUE-MOON") == Schedule()
    assert schedule(every(3, 1, "d"), code="ONCE-IN-A-BLUE-MOON").per_day == 3
