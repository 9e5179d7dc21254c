"""Scenarios: an invented patient at one instant or several, and what the published rule advises."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import Field, PlainValidator, WithJsonSchema

from adjuvant.errors import InputError, QuantityError
from adjuvant.library.folder import typed_name
from adjuvant.library.naming import name_remedy
from adjuvant.library.strict import Entry, read_file
from adjuvant.library.vocabulary import conditions, observations
from adjuvant.protocol.chart import ChartEvent, Happened
from adjuvant.protocol.reading import form_of, located, want
from adjuvant.protocol.situation import Answer, Effect, Facts, Observed, WeightReading
from adjuvant.protocol.values import LONGEST, AnyQuantity, Duration, Form, Number, span
from adjuvant.quantity import Quantity, parse_quantity, show_exact
from adjuvant.timeline import parse_instant, zone

__all__ = ["Expected", "Scenario", "Step", "facts_of", "read_scenario"]


def _offset(value: object) -> timedelta:
    if isinstance(value, timedelta):
        return value
    shown = show_exact(value) if isinstance(value, Fraction) else repr(value)
    text = value if isinstance(value, str) else ""
    sign = -1 if text.startswith("-") else 1
    try:
        length = parse_quantity(text.removeprefix("-")).require("time", time=1)
    except QuantityError as error:
        raise ValueError(
            f"{shown} is no time from the beginning ({error.rule}); write such as 8 h or -2 h"
        ) from None
    if length.in_("s") > LONGEST // timedelta(seconds=1):
        raise ValueError("is further from the beginning than any life is long; write such as 8 h or -2 h")
    return sign * span(length)


Offset = Annotated[
    timedelta,
    PlainValidator(_offset),
    WithJsonSchema({"type": "string", "description": "time from the beginning, before it with a minus sign"}),
]


class Reading(Form):
    """One reading: a figure with the observation's unit, or the reason why there is none."""

    at: Offset
    value: AnyQuantity | Number | None = None
    unread: str = ""
    doubted: str = ""


class Given(Form):
    """One weight."""

    at: Offset
    value: AnyQuantity
    kind: Literal["actual", "ideal"] = "actual"
    method: str = "measured"


class Felt(Form):
    """One unwanted effect, or that it was looked for and not found."""

    at: Offset
    present: bool = True
    grade: Number | None = None
    until: Offset | None = None


class Known(Form):
    """One condition."""

    condition: str
    at: Offset
    history: bool = False


class Had(Form):
    """One drug that was given."""

    drug: str
    at: Offset


class Said(Form):
    """What a clinician answered, with name and time.

    Args:
        yes, no: keys of questions; ``condition:KEY`` and ``taken:KEY`` answer for conditions and drugs.
    """

    by: str
    at: Offset
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()


class Charted(Form):
    """One event of ketamine."""

    at: Offset
    what: Happened
    dose: AnyQuantity | None = None
    over: Duration | None = None


class Acted(Form):
    """One thing that somebody did about an alert.

    Args:
        alert: its key, such as ``overdue:pain``.
        until: of a snooze.
        why: of a resolution.
    """

    at: Offset
    do: Literal["acknowledge", "snooze", "resolve"]
    alert: str
    by: str
    until: Offset | None = None
    why: str = ""


class Expected(Form):
    """What the published rule says; only what is given is compared.

    Args:
        because: keys of rules that must be among the reasons.
        missing: words that must stand in what is missing.
        alerts: keys of alerts that must be there and not resolved.
        no_alerts: keys of alerts that must not.
    """

    status: str
    eligibility: str | None = None
    dose: AnyQuantity | None = None
    amount: AnyQuantity | None = None
    because: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    issues: tuple[str, ...] = ()
    alerts: tuple[str, ...] = ()
    no_alerts: tuple[str, ...] = ()


class Step(Form):
    """One instant at which the protocol is asked."""

    at: Offset
    expect: Expected | None = None


class Scenario(Form):
    """An invented patient, told as a chart.

    Args:
        scenario: its key, the name of its file.
        rule: the passage of the source that `expect` follows, in our own words.
        begins: the instant that all times are counted from, with its offset.
        site: a site profile, as a path from the scenario's own folder; empty to run without one.
        charted_since: from when on every drug that was given would be known.
        died: when the patient died; nothing is advised from then on.
        acts: what was done about alerts.
    """

    PAGE: ClassVar[str] = "docs/reference/scenarios.md"

    scenario: str
    title: str
    rule: str
    protocol: str
    regimen: str | None = None
    site: str = ""
    begins: str
    zone: str
    age: Number | None = None
    sex: str | None = None
    goal: Number | None = None
    weights: tuple[Given, ...] = ()
    readings: dict[str, tuple[Reading, ...]] = Field(default_factory=dict)
    rescue: tuple[Offset, ...] = ()
    effects: dict[str, tuple[Felt, ...]] = Field(default_factory=dict)
    conditions: tuple[Known, ...] = ()
    taken: tuple[Had, ...] = ()
    charted_since: Offset | None = None
    died: Offset | None = None
    answers: tuple[Said, ...] = ()
    ketamine: tuple[Charted, ...] = ()
    acts: tuple[Acted, ...] = ()
    steps: tuple[Step, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Told:
    """A scenario with its file, from which errors take their line.

    Args:
        site: the site profile's path; None to run without one.
    """

    scenario: Scenario
    top: Entry
    site: Path | None
    begins: datetime

    def at(self, step: Step) -> datetime:
        """The instant of one step."""
        return self.begins + step.at


def read_scenario(path: Path) -> Told:
    """The scenario of one file.

    Raises:
        LibraryError: it breaks its form, or names an observation or condition that the library does not know.
        InputError: its beginning is no instant.
    """
    top = read_file(path, typed_name(path))
    want(top, "scenario")
    found = form_of(Scenario, top)
    for kind, known in (("readings", observations()), ("effects", observations())):
        for name in getattr(found, kind):
            if name not in known:
                raise located(top, (kind, name)).error(
                    f"{name!r} is no observation", name_remedy(name, known)
                )
    for n, one in enumerate(found.conditions):
        if one.condition not in conditions():
            raise located(top, ("conditions", n)).error(
                f"{one.condition!r} is no condition", name_remedy(one.condition, conditions())
            )
    try:
        begins = parse_instant(found.begins)
    except InputError as error:
        raise located(top, ("begins",)).error(f"{error.thing} {error.rule}", error.remedy) from None
    try:
        zone(found.zone)
    except InputError as error:
        raise located(top, ("zone",)).error(f"{error.thing} {error.rule}", error.remedy) from None
    first, last = (datetime(year, 1, 1, tzinfo=UTC) for year in (MINYEAR, MAXYEAR))
    if not first + 2 * LONGEST < begins < last - 2 * LONGEST:
        raise located(top, ("begins",)).error(
            f"{found.begins} is at the edge of the calendar", "give a day of this patient's life"
        )
    return Told(found, top, path.parent / found.site if found.site else None, begins)


def facts_of(told: Told) -> Facts:
    """Everything that a scenario tells, in the form in which a situation is made of it.

    Raises:
        LibraryError: a reading has another unit than its observation, or none.
    """
    one, begins = told.scenario, told.begins
    observed = [
        Observed(measure, begins + item.at, _value(told, measure, n, item), item.unread, item.doubted)
        for measure, items in one.readings.items()
        for n, item in enumerate(items)
    ]
    observed += [Observed("rescue_doses", begins + at, Fraction(1)) for at in one.rescue]
    return Facts(
        patient=f"scenario {one.scenario}",
        zone=one.zone,
        age_years=one.age,
        sex=one.sex,
        goal=one.goal,
        synthetic=True,
        observed=tuple(observed),
        effects=tuple(
            Effect(
                kind,
                begins + item.at,
                item.present,
                item.grade,
                begins + item.until if item.until is not None else None,
            )
            for kind, items in one.effects.items()
            for item in items
        ),
        weights=tuple(
            WeightReading(begins + item.at, _weight(told, n, item.value), item.kind, item.method)
            for n, item in enumerate(one.weights)
        ),
        conditions=tuple((item.condition, begins + item.at, item.history) for item in one.conditions),
        taken=tuple((item.drug, begins + item.at) for item in one.taken),
        taken_known_since=begins + one.charted_since if one.charted_since is not None else None,
        died=begins + one.died if one.died is not None else None,
        answers=tuple(
            Answer(key, yes, begins + item.at, item.by)
            for item in one.answers
            for keys, yes in ((item.yes, True), (item.no, False))
            for key in keys
        ),
        ketamine=tuple(
            ChartEvent(begins + item.at, item.what, item.dose, item.over, f"event {n + 1}")
            for n, item in enumerate(one.ketamine)
        ),
    )


def _weight(told: Told, n: int, value: Quantity) -> Quantity:
    if not value.unit.has(mass=1):
        raise located(told.top, ("weights", n)).error(f"{value} is no weight", "give it in kg")
    return value


def _value(told: Told, measure: str, n: int, item: Reading) -> Fraction | None:
    place = located(told.top, ("readings", measure, n))
    if (item.value is None) == (not item.unread):
        raise place.error("needs either a value or, under `unread`, why there is none", "give one of the two")
    unit = observations()[measure].unit
    if not isinstance(item.value, Quantity):
        if item.value is not None and unit not in ("1", ""):
            raise place.error(f"{item.value} has no unit", f"write it with its unit, {unit}")
        return item.value
    try:
        return item.value.in_(unit or "1")
    except QuantityError as error:
        raise place.error(f"{error.thing} {error.rule}", f"give it in {unit}") from None
