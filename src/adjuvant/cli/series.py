"""A plain series of readings before and after, from JSON or the command line; nothing is guessed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from adjuvant.errors import AdjuvantError, InputError, UsageError

if TYPE_CHECKING:
    from adjuvant.outcomes.single_case import OverTime, Phases, SingleCase
    from adjuvant.record import PainScore

__all__ = ["Given", "is_series", "read_lists", "read_series"]

_KEYS = ("baseline", "followup", "improvement", "scale", "gap_h", "note")
_EXAMPLE = '{"baseline": [8, 7, 9], "followup": [5, 4, 4], "improvement": "decrease"}'
_MISSING = "NA"
_SMALLEST, _LARGEST = -9, 9
"""Powers of ten between which the first digit of a reading stands."""
_MOST = 2000
_FEWER = "give fewer, because every reading is compared with every other"
_MOST_HOURS = 24 * 366 * 1000
_DAY_ONE = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One entry of a series: its value or None, its time or None, its scale or None."""

    value: Fraction | None
    at: datetime | None = None
    scale: str | None = None


def is_series(text: str) -> bool:
    """Whether a JSON text is meant as a series, and not as a record: it names a baseline or a followup."""
    return any(f'"{key}"' in text for key in _KEYS[:2]) and '"resourceType"' not in text


@dataclass(frozen=True, slots=True)
class Given:
    """A series as it was read: its phases, the same over time, and what to say of it first."""

    phases: Phases
    over: OverTime
    warnings: tuple[str, ...]

    def metrics(self) -> SingleCase:
        """Every single-case metric of it."""
        from adjuvant.outcomes.single_case import metrics_of_phases

        return metrics_of_phases(self.phases, self.over, self.warnings)


def read_series(text: str) -> Given:
    """A series from JSON: ``baseline`` and ``followup``, numbers, null for a missing one.

    An entry may also be an object with ``value``, a time (``at_h``: hours on one clock; or ``at``: ISO 8601
    with its offset) and a ``scale``. ``improvement`` is ``decrease`` unless told otherwise.

    Raises:
        InputError: with the place in it, what is wrong.
    """
    from adjuvant.design.strict import Fields, decoded

    data = decoded(text)
    fields = Fields(data, "series", _KEYS)
    phases = [_entries(data, key) for key in _KEYS[:2]]
    gap = _number(data["gap_h"], "series.gap_h") if "gap_h" in fields else None
    if gap is not None and gap <= 0:
        raise InputError("series.gap_h", "is not above 0", "write hours, or leave it out")
    return _given(
        phases[0],
        phases[1],
        fields.text("improvement", "decrease"),
        fields.text("scale") if "scale" in fields else None,
        gap,
    )


def read_lists(before: str, after: str, improvement: str, scale: str | None) -> Given:
    """A series from two lists such as ``8,7,NA,9``, NA being a reading that is missing.

    Raises:
        UsageError: an item that is no number.
    """
    both = [_listed(*one) for one in (("--before", before), ("--after", after))]
    return _given(both[0], both[1], improvement, scale, None)


def _listed(option: str, text: str) -> list[_Reading]:
    from adjuvant.quantity import parse_decimal

    found: list[_Reading] = []
    for item in text.split(",") if text.strip() else []:
        if item.strip() == _MISSING:
            found.append(_Reading(None))
            continue
        try:
            found.append(_Reading(parse_decimal(item)))
        except AdjuvantError as error:
            raise UsageError(
                f"{option} {item!r}", error.rule, "write numbers such as 8,7,NA,9, NA for a missing one"
            ) from error
    return found


def _entries(data: dict[str, Any], key: str) -> list[_Reading]:
    if key not in data:
        raise InputError(f"series.{key}", "is missing", f"write {_EXAMPLE}")
    values = data[key]
    if not isinstance(values, list):
        raise InputError(f"series.{key}", "is no list", f"write {_EXAMPLE}")
    if len(values) > _MOST:
        raise InputError(f"series.{key}", f"holds {len(values):,} readings, more than {_MOST:,}", _FEWER)
    return [_entry(value, f"series.{key}[{number}]") for number, value in enumerate(values)]


def _entry(value: Any, place: str) -> _Reading:
    from adjuvant.design.strict import Fields
    from adjuvant.timeline import parse_instant

    if not isinstance(value, dict):
        return _Reading(_number(value, place))
    fields = Fields(value, place, ("value", "at_h", "at", "scale"))
    if "value" not in value:
        raise InputError(place, "has no value", "give one, or null where the reading is missing")
    if "at_h" in value and "at" in value:
        raise InputError(place, "has two times, `at` and `at_h`", "keep one of the two")
    at: datetime | None = None
    if "at_h" in value:
        hours = _number(value["at_h"], fields.at("at_h"))
        if hours is None or abs(hours) > _MOST_HOURS:
            raise InputError(
                fields.at("at_h"), "is no number of hours", "write hours on one clock, such as 4.5"
            )
        at = _DAY_ONE + timedelta(microseconds=int(hours * 3_600_000_000))
    elif "at" in value:
        at = parse_instant(fields.text("at"))
    return _Reading(
        _number(value["value"], f"{place}.value"), at, fields.text("scale") if "scale" in value else None
    )


def _number(value: Any, place: str) -> Fraction | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise InputError(
            f"{place} {value!r}", "is no number", "write a bare number, or null for a missing one"
        )
    digits = Decimal(value)
    if digits and not _SMALLEST <= digits.adjusted() <= _LARGEST:
        raise InputError(f"{place} {value!s:.40}", "is too large or too small to be a reading", "correct it")
    return Fraction(value)


def _given(
    before: Sequence[_Reading],
    after: Sequence[_Reading],
    improvement: str,
    scale: str | None,
    gap_h: Fraction | None,
) -> Given:
    from adjuvant.outcomes.single_case import Improvement, OverTime, Phases
    from adjuvant.unknown import Unknown

    ways = [one.value for one in Improvement]
    if improvement not in ways:
        raise InputError(f"improvement {improvement!r}", "is no direction", f"write {' or '.join(ways)}")
    way = Improvement(improvement)
    every = [*before, *after]
    if len(every) > _MOST:
        raise InputError(f"{len(every):,} readings", f"are more than {_MOST:,}", _FEWER)
    warnings = tuple(_on_scale(before, after, scale))
    phases = Phases.of_sessions([one.value for one in before], [one.value for one in after], way)
    timed = [one for one in every if one.at is not None]
    if not timed:
        over = OverTime.unknown(Unknown("the time of each reading"))
        return Given(phases, over, warnings)
    if len(timed) < len(every):
        raise InputError(
            f"{len(every) - len(timed)} of {len(every)} readings",
            "have no time",
            "give each its time, or none",
        )
    return Given(_timed(before, after, phases), _over(before, after, gap_h), warnings)


def _on_scale(before: Sequence[_Reading], after: Sequence[_Reading], named: str | None) -> list[str]:
    """What to say of the scale.

    Raises:
        InputError: several scales, one that the library does not know, or a reading that is not on it.
    """
    from adjuvant import library

    every = [*before, *after]
    scales = {one.scale for one in every if one.scale is not None} | ({named} if named else set())
    if len(scales) > 1:
        raise InputError(
            f"readings on {len(scales)} scales ({', '.join(sorted(scales))})",
            "cannot be compared with one another",
            "keep the readings of one",
        )
    for key in scales:
        known = library.scale(key)
        if known.low is None or known.high is None:
            raise InputError(f"scale {key}", "has words and no numbers", "name a scale of numbers")
        for name, values in (("before", before), ("after", after)):
            for number, one in enumerate(values, 1):
                if one.value is not None and not known.low <= one.value <= known.high:
                    raise InputError(
                        f"reading {number} {name}, {float(one.value):g}",
                        f"is not on the scale {key} ({float(known.low):g} to {float(known.high):g})",
                        "correct it, or write it as missing",
                    )
        return []
    nrs = library.scale("nrs_0_10")
    if nrs.low is None or nrs.high is None:
        return []
    off = [one.value for one in every if one.value is not None and not nrs.low <= one.value <= nrs.high]
    if not off:
        return []
    shown = ", ".join(f"{float(one):g}" for one in off[:3]) + (", ..." if len(off) > 3 else "")
    lie, slips, count = (
        ("lies", "it is a slip", "it counts") if len(off) == 1 else ("lie", "they are slips", "they count")
    )
    stand = "as it stands" if len(off) == 1 else "as they stand"
    said = (
        f"{len(off)} of {len(every)} readings ({shown}) {lie} outside 0 to 10; on the scale of pain {slips}. "
        f"No scale was named, so {count} {stand}."
    )
    return [said]


def _timed(before: Sequence[_Reading], after: Sequence[_Reading], phases: Phases) -> Phases:
    """The phases with days in place of sessions; times that do not rise are refused there."""
    from adjuvant.timeline import hours_between

    start = min(one.at for one in (*before, *after) if one.at is not None)

    def days(values: Sequence[_Reading]) -> tuple[Fraction, ...]:
        return tuple(
            hours_between(start, one.at) / 24
            for one in values
            if one.at is not None and one.value is not None
        )

    return replace(phases, before_at=days(before), after_at=days(after), timed=True)


def _over(before: Sequence[_Reading], after: Sequence[_Reading], gap_h: Fraction | None) -> OverTime:
    """Time-weighted means from the first to the last reading of each phase, the gap rule as everywhere."""
    from adjuvant.outcomes.single_case import OverTime
    from adjuvant.symptoms import time_weighted_mean
    from adjuvant.timeline import Interval, Series
    from adjuvant.unknown import Unknown

    found = []
    for name, values in (("before", before), ("after", after)):
        scores = _scores(values)
        if not scores:
            return OverTime.unknown(Unknown(f"a reading {name}"))
        window = Interval(scores[0].at, scores[-1].at + timedelta(microseconds=1))
        series = Series.of(scores, at=lambda score: score.at)
        found.append(time_weighted_mean(series, window, gap_h=gap_h, where=name))
    return OverTime.of(*found)


def _scores(values: Sequence[_Reading]) -> list[PainScore]:
    from adjuvant.record import NotAssessable, Origin, PainScore

    return [
        PainScore(
            id=str(number),
            at=one.at,
            scale="unstated",
            origin=Origin("series", "readings", str(number)),
            value=one.value,
            not_assessable=NotAssessable.NOT_RECORDED if one.value is None else None,
        )
        for number, one in enumerate(values)
        if one.at is not None
    ]
