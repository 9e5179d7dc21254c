"""FHIR timing to doses a day: every way of saying how often, compared where two of them are given."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from adjuvant.errors import QuantityError
from adjuvant.sources.fhir import shapes
from adjuvant.sources.fhir.numbers import number

__all__ = ["Schedule", "hours_of", "read_schedule"]

_HOURS = {
    "s": Fraction(1, 3600),
    "min": Fraction(1, 60),
    "h": Fraction(1),
    "d": Fraction(24),
    "wk": Fraction(7 * 24),
    # Calendar lengths: a month of 30 days and a year of 365, said so wherever they are used.
    "mo": Fraction(30 * 24),
    "a": Fraction(365 * 24),
}
_CALENDAR = ("mo", "a")
# HL7 v3 GTSAbbreviation: doses a day of each abbreviation that says so.
_BY_CODE = {
    "BID": Fraction(2),
    "TID": Fraction(3),
    "QID": Fraction(4),
    "QD": Fraction(1),
    "QOD": Fraction(1, 2),
    "AM": Fraction(1),
    "PM": Fraction(1),
    "BED": Fraction(1),
    "Q1H": Fraction(24),
    "Q2H": Fraction(12),
    "Q3H": Fraction(8),
    "Q4H": Fraction(6),
    "Q6H": Fraction(4),
    "Q8H": Fraction(3),
    "WK": Fraction(1, 7),
}
_GTS = (
    "http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation",
    "http://hl7.org/fhir/v3/GTSAbbreviation",
)
# Events that happen once a day. AC, PC and C mean every meal, and how many meals is not said.
_ONCE_A_DAY = frozenset(
    {
        "MORN",
        "MORN.early",
        "MORN.late",
        "NOON",
        "AFT",
        "AFT.early",
        "AFT.late",
        "EVE",
        "EVE.early",
        "EVE.late",
    }
    | {"NIGHT", "PHS", "HS", "WAKE", "CM", "CD", "CV", "ACM", "ACD", "ACV", "PCM", "PCD", "PCV"}
)
_DAYS = 7


@dataclass(frozen=True, slots=True)
class Schedule:
    """How often a dose is due.

    Args:
        per_day: doses a day; None where it is not said.
        most_per_day: the greatest number that a range of frequency or period allows; else `per_day`.
        every_hours: time from one dose to the next, where the timing says it as a period.
        lasting_hours: how long one giving lasts (an infusion over 4 h), if said.
        count: how many doses there are in all, if said.
        parts: the parts of the day that it names (``10:00:00``, ``MORN``), by which two instructions differ.
        doubt: why a timing that is given cannot be used.
        note: what a reader must know about how it was read.
    """

    per_day: Fraction | None = None
    most_per_day: Fraction | None = None
    every_hours: Fraction | None = None
    lasting_hours: Fraction | None = None
    count: int | None = None
    parts: frozenset[str] = frozenset()
    doubt: str = ""
    note: str = ""


def hours_of(unit: str | None) -> Fraction | None:
    """Hours in one of FHIR's units of time (s, min, h, d, wk, mo, a), or None if it is none of them."""
    return _HOURS.get(unit or "")


def read_schedule(timing: shapes.Timing | None) -> Schedule:
    """The schedule of a dosage; empty where nothing is said, with a doubt where it contradicts itself."""
    if timing is None:
        return Schedule()
    if timing.modifier_extension:
        return Schedule(doubt=f"the timing carries a modifier: {timing.modifier_extension[0].url}")
    if timing.event and timing.repeat is None and timing.code is None:
        return Schedule(count=len(timing.event))
    coded = _coded(timing.code)
    try:
        repeated = _repeated(timing.repeat) if timing.repeat is not None else Schedule()
    except QuantityError as error:
        return Schedule(doubt=f"the timing cannot be read: {error.thing} {error.rule}")
    if repeated.doubt or coded is None:
        return repeated
    said = repeated.per_day or repeated.most_per_day
    if said is None:
        return replace(repeated, per_day=coded, most_per_day=coded, every_hours=24 / coded)
    if said != coded:
        return Schedule(doubt=f"the timing contradicts itself: code {coded} doses a day, repeat {said}")
    return repeated


def _coded(code: shapes.Concept | None) -> Fraction | None:
    for coding in code.coding if code else ():
        if coding.system in _GTS and coding.code:
            return _BY_CODE.get(coding.code.upper())
    return None


def _repeated(repeat: shapes.Repeat) -> Schedule:
    lasting, doubt = _lasting(repeat)
    if doubt:
        return Schedule(doubt=doubt)
    counted = repeat.count if repeat.count_max is None else None
    if repeat.count_max is not None or (counted is not None and counted <= 0):
        most_of_all = repeat.count_max or repeat.count
        return Schedule(doubt=f"the number of doses in all is no number: {repeat.count} to {most_of_all}")
    times = tuple(item for item in repeat.time_of_day if item)
    events = tuple(item for item in repeat.when if item)
    parts = frozenset((*times, *events))
    by_clock, doubt = _by_clock(times, events)
    by_period, most, every, note, period_doubt = _by_period(repeat)
    if period_doubt:
        return Schedule(doubt=period_doubt)
    if most is None:
        if doubt:
            return Schedule(doubt=doubt)
        per_day = most = by_clock
    else:
        # Twice a day beside two times of day says one thing twice; one time of day says when, not how often.
        if by_clock is not None and by_clock != by_period and len(parts) > 1:
            said = by_period or f"up to {most}"
            return Schedule(doubt=f"the timing contradicts itself: {said} a day, {len(parts)} times of day")
        per_day = by_period
    per_day, most, doubt = _on_days(repeat, per_day, most)
    if doubt:
        return Schedule(doubt=doubt)
    return Schedule(per_day, most, every, lasting, counted, parts, "", note)


def _lasting(repeat: shapes.Repeat) -> tuple[Fraction | None, str]:
    value = number(repeat.duration, "timing duration")
    most = number(repeat.duration_max, "timing durationMax")
    if most is not None and most != value:
        return None, "the timing lasts a range of times"
    if value is None:
        return None, ""
    one = hours_of(repeat.duration_unit)
    if one is None or value <= 0:
        return None, f"the timing cannot be read: duration {value} {repeat.duration_unit}"
    return value * one, ""


def _by_clock(times: tuple[str, ...], events: tuple[str, ...]) -> tuple[Fraction | None, str]:
    if times:
        if len(set(times)) != len(times):
            return None, "the timing names one time of day twice"
        return Fraction(len(times)), ""
    if not events:
        return None, ""
    other = [event for event in events if event not in _ONCE_A_DAY]
    if other or len(set(events)) != len(events):
        return None, f"the timing does not say how many doses a day: {' '.join(events)}"
    return Fraction(len(events)), ""


def _by_period(
    repeat: shapes.Repeat,
) -> tuple[Fraction | None, Fraction | None, Fraction | None, str, str]:
    """Doses a day, the most of them, hours between two, a note and a doubt, from frequency and period."""
    period = number(repeat.period, "timing period")
    longest = number(repeat.period_max, "timing periodMax")
    nothing = (None, None, None, "")
    if period is None:
        named = len(repeat.time_of_day) or len(repeat.when)
        if repeat.frequency is not None and repeat.frequency != named:
            return *nothing, f"the timing cannot be read: frequency {repeat.frequency} without a period"
        return *nothing, ""
    one = hours_of(repeat.period_unit)
    if one is None:
        return *nothing, f"the timing cannot be read: period unit {repeat.period_unit}"
    if period <= 0:
        return *nothing, f"the timing cannot be read: period {period}"
    # FHIR: where no frequency is stated, the event happens once per period.
    least = Fraction(1 if repeat.frequency is None else repeat.frequency)
    if least <= 0:
        return *nothing, f"the timing cannot be read: frequency {repeat.frequency}"
    greatest = Fraction(repeat.frequency_max) if repeat.frequency_max is not None else least
    if greatest < least or (longest is not None and longest < period):
        return *nothing, "the timing has a range that falls"
    note = f"one {repeat.period_unit} counted as {one / 24} days" if repeat.period_unit in _CALENDAR else ""
    hours = period * one
    most = greatest * 24 / hours
    if greatest == least and longest in (None, period):
        return most, most, hours / least, note, ""
    return None, most, None, note, ""


def _on_days(
    repeat: shapes.Repeat, per_day: Fraction | None, most: Fraction | None
) -> tuple[Fraction | None, Fraction | None, str]:
    days = [day for day in repeat.day_of_week if day]
    if not days or len(set(days)) == _DAYS:
        return per_day, most, ""
    if repeat.period_unit == "wk" and per_day == Fraction(len(set(days)), _DAYS):
        return per_day, most, ""
    return None, None, f"the doses a day differ from day to day: {' '.join(days)} only"
