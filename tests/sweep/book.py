"""The library and each example site read once more, as plain text: what the sweep holds the engine's answers against."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from adjuvant.library.folder import FOLDER
from sweep.figures import Dose, dose_of, hours_of

__all__ = ["Ceiling", "Rail", "Way", "believed", "house", "left_out", "observations", "rails", "ways"]

RATED = ("continuous_infusion", "syringe_driver")
BOLUS = ("slow_bolus", "injection")


@cache
def _text_once(path: Path) -> Any:
    return YAML(typ="base", pure=True).load(path.read_text(encoding="utf-8"))


def _text(path: Path) -> Any:
    """A file of the library with every scalar as it is written; the caller's own to change."""
    return deepcopy(_text_once(path))


@dataclass(frozen=True)
class Ceiling:
    """A protocol's own cap; a soft one asks for a review and refuses nothing."""

    key: str
    of: str
    limit: Dose
    strict: bool
    soft: bool


@dataclass(frozen=True)
class Rail:
    """A guardrail; `binds` says whether it does wherever no site adopts it."""

    key: str
    drug: str
    routes: tuple[str, ...]
    gives: str
    kind: str
    of: str
    absolute: bool
    limit: Dose | None
    interval: Fraction | None
    strict: bool
    binds: bool

    def covers(self, way: Way) -> bool:
        """Whether it is about what a regimen gives."""
        same = self.drug == way.drug and (not self.routes or way.route in self.routes)
        return same and (self.gives == "any" or (self.gives == "bolus") == (way.mode in BOLUS))


@dataclass(frozen=True, eq=False)
class Way:
    """One regimen of one protocol at its example site, with all that is common to the protocol."""

    key: str
    name: str
    drug: str
    route: str
    mode: str
    duration: Fraction | None
    times_per_day: Fraction | None
    times_per_week: int | None
    every_dose: Fraction | None
    repeat_not_before: Fraction | None
    levels: tuple[Dose, ...]
    first: Dose | None
    chooses: tuple[tuple[str, Dose], ...]
    ceilings: tuple[Ceiling, ...]
    titration: Mapping[str, Any]
    course: Mapping[str, Any]
    rules: tuple[Mapping[str, Any], ...]
    criteria: tuple[Mapping[str, Any], ...]
    valid: Mapping[str, Fraction]
    weight: str
    weight_cap: Fraction | None
    weight_age: Fraction | None
    adopted: frozenset[str]
    vials: tuple[str, ...]
    pump_step: str | None
    old_route: str = ""
    ratio: Fraction | None = None
    delay: Fraction = Fraction(0)
    strengths: tuple[str, ...] = field(default=())
    parts: tuple[Fraction, ...] = field(default=())

    @property
    def rated(self) -> bool:
        """Whether its doses are rates."""
        return self.mode in RATED

    @property
    def title(self) -> str:
        """Protocol and regimen."""
        return f"{self.key}.{self.name}"

    @property
    def level_kept(self) -> Fraction | None:
        """How long a level is kept, in hours."""
        every = self.titration.get("every")
        return hours_of(every if isinstance(every, str) else every["value"]) if every else None

    def course_hours(self, name: str) -> Fraction | None:
        """A length of the course, in hours."""
        found = self.course.get(name)
        return hours_of(found if isinstance(found, str) else found["value"]) if found else None

    @property
    def spacing(self) -> Fraction | None:
        """Hours from one single dose to the next."""
        if self.rated:
            return None
        found = self.course_hours("spacing") or self.every_dose
        if found is None and self.times_per_day is not None:
            found = 24 / self.times_per_day
        return found or self.repeat_not_before

    @cached_property
    def free(self) -> Fraction:
        """Hours without ketamine after which a dose begins another course."""
        least = Fraction(_text(FOLDER / "evaluation.yaml")["course_gap_days"]["value"]) * 24
        return max(least, self.course_hours("pause_between") or least) + (self.spacing or 0)

    @property
    def doses_a_day(self) -> Fraction | None:
        """The most doses in a day; None where that is not said and a day's total cannot be told."""
        if self.times_per_day is not None:
            return self.times_per_day
        if self.times_per_week is not None:
            return Fraction(1)
        if self.every_dose is not None:
            return 24 / self.every_dose
        spacing = self.course_hours("spacing")
        if spacing is not None:
            most = Fraction(max(1, -(-24 // spacing)))
            infusions = self.course.get("infusions")
            return most if infusions is None else min(most, Fraction(infusions))
        return (
            Fraction(1) if self.mode in ("slow_bolus", "timed_infusion", "injection", "intranasal") else None
        )

    def questions(self) -> Iterator[tuple[str, Any]]:
        """Every question that it asks, each with its place."""
        for kind, items in (("rule", self.rules), ("criterion", self.criteria)):
            for one in items:
                yield f"{kind} {one['key']}", one["when"]
        for name in ("raise_when", "keep_when", "lower_when"):
            if name in self.titration:
                yield f"titration {name}", self.titration[name]


# --- the library --------------------------------------------------------------------------------------------


@cache
def observations() -> Mapping[str, Mapping[str, Any]]:
    """Observations by key: unit, ends, how long a figure holds, what an effect includes."""
    found: Mapping[str, Mapping[str, Any]] = _text(FOLDER / "observations.yaml")
    return found


@cache
def rails() -> Mapping[str, Rail]:
    """Every guardrail of the library."""
    found = {}
    for key, one in _text(FOLDER / "guardrails.yaml")["guardrails"].items():
        found[key] = Rail(
            key, one["drug"], tuple(one.get("routes", ())), one["gives"], one["kind"],
            one.get("of", "single_dose"), one["severity"] == "absolute",
            dose_of(one["limit"]) if "limit" in one else None,
            hours_of(one["interval"]) if "interval" in one else None,
            one.get("strict") == "true", one["binds"] == "true",
        )  # fmt: skip
    return found


@cache
def believed() -> tuple[Fraction, Fraction]:
    """The least and the greatest body weight that is believed, in kilograms."""
    found = _text(FOLDER / "quality_limits.yaml")["body_weight"]
    return Fraction(found["low"]), Fraction(found["high"])


@dataclass(frozen=True)
class House:
    """Vials by strength with the diluent that each mL needs and the drug, syringes by what they hold, the greatest loss."""

    vials: Mapping[str, Fraction]
    drugs: Mapping[str, str]
    syringes: tuple[tuple[Fraction, Fraction], ...]
    greatest_loss: Fraction


@cache
def house() -> House:
    """What preparations.yaml says."""
    found = _text(FOLDER / "preparations.yaml")
    own = found["house"]
    return House(
        {one["strength"]: Fraction(one.get("diluent_at_least", 0)) for one in found["vials"]},
        {one["strength"]: one["drug"] for one in found["vials"]},
        tuple(
            (Fraction(one["holds"].split()[0]), Fraction(one["step"].split()[0])) for one in own["syringes"]
        ),
        Fraction(own["greatest_rounding"]["value"].split()[0]) / 100,
    )


@cache
def ways() -> tuple[Way, ...]:
    """Every regimen that an example site makes runnable, those without doses of their own last."""
    return tuple(
        sorted((one for one in _all_ways() if one.levels or one.ratio), key=lambda one: not one.levels)
    )


@cache
def left_out() -> tuple[str, ...]:
    """Regimens without doses, of their own or worked out of another route's: they are not swept."""
    return tuple(one.title for one in _all_ways() if not one.levels and not one.ratio)


@cache
def _all_ways() -> tuple[Way, ...]:
    paths = sorted((FOLDER / "protocols").glob("*/example_site.yaml"))
    return tuple(way for path in paths for way in _ways(path))


def _ways(path: Path) -> Iterator[Way]:
    site, whole = _text(path), _text(path.with_name("protocol.yaml"))
    for one in site.get("chosen", ()):
        _put(whole, one["field"].split("."), deepcopy(one["value"]))
    examples = _text(FOLDER / "rule_examples.yaml")["examples"]
    rules = [*whole.get("rules", ()), *site.get("rules", ())]
    rules += [examples[one["key"]]["rule"] for one in site.get("adopt_rules", ())]
    criteria = [*whole.get("criteria", ()), *site.get("criteria", ())]
    watched = [*whole.get("monitoring", ()), *site.get("monitoring", ())]
    for adopted, into, what in (
        ("adopt_criteria", criteria, "criteria"),
        ("adopt_monitoring", watched, "monitoring"),
    ):
        for one in site.get(adopted, ()):
            into += _text(FOLDER / "protocols" / one["key"] / "protocol.yaml").get(what, ())
    strengths = [
        text for one in whole.get("preparation", ()) if one.get("diluents") for text in one.get("concentration", ())
    ]  # fmt: skip
    for name, regimen in whole["regimens"].items():
        own = (
            [{"key": f"regimens.{name}.when", "kind": "include", "when": regimen["when"]}]
            if "when" in regimen
            else []
        )
        weight = regimen.get("weight", whole["weight"])
        age = weight.get("no_older_than") or site.get("weight_no_older_than")
        yield Way(
            key=whole["protocol"],
            name=name,
            drug=whole["drug"],
            route=regimen["route"],
            mode=regimen["mode"],
            duration=_hours(regimen.get("duration")),
            times_per_day=Fraction(regimen["times_per_day"]) if "times_per_day" in regimen else None,
            times_per_week=int(regimen["times_per_week"]) if "times_per_week" in regimen else None,
            every_dose=_hours(regimen.get("every")),
            repeat_not_before=_hours(regimen.get("repeat_not_before")),
            levels=_levels(regimen),
            first=dose_of(_value(regimen["start"])) if "start" in regimen else None,
            chooses=_chooses(regimen),
            ceilings=tuple(part for one in regimen.get("ceilings", ()) for part in _ceiling(one)),
            titration=regimen.get("titration", {}),
            course=regimen.get("course", {}),
            rules=tuple(one for one in rules if not one.get("regimens") or name in one["regimens"]),
            criteria=(*criteria, *own),
            valid=_valid(watched, name, _hours(site.get("grace")) or Fraction(0)),
            weight=weight["kind"],
            weight_cap=Fraction(weight["cap"].split()[0]) if "cap" in weight else None,
            weight_age=hours_of(age) if age else None,
            adopted=frozenset(one["key"] for one in site.get("adopt_guardrails", ())),
            vials=tuple(site.get("vials", ())),
            pump_step=site.get("pump_step"),
            old_route=regimen.get("converted_from", {}).get("from", ""),
            ratio=Fraction(regimen["converted_from"]["ratio"]) if "converted_from" in regimen else None,
            delay=_hours(regimen.get("converted_from", {}).get("first_dose_after")) or Fraction(0),
            strengths=tuple(dict.fromkeys(strengths)),
            parts=tuple(hours_of(at) for at in regimen["split"]["at"]) if "split" in regimen else (),
        )


def _put(whole: Any, steps: list[str], value: Any) -> None:
    """Write a site's value where it belongs; lists of the site are added to those of the source."""
    step, *rest = steps
    if isinstance(whole, list):
        _put(next(one for one in whole if one["key"] == step), rest, value)
        return
    if not rest:
        if isinstance(whole.get(step), list) and isinstance(value, list):
            value = [*whole[step], *value]
        if step == "value":
            whole.pop("low", None), whole.pop("high", None)
        whole[step] = value
        return
    held = whole.get(step, {})
    whole[step] = {"value": held} if isinstance(held, str) else held
    _put(whole[step], rest, value)


def _value(dose: Any) -> str:
    found: str = dose if isinstance(dose, str) else dose["value"]
    return found


def _hours(length: Any) -> Fraction | None:
    return hours_of(_value(length)) if length is not None else None


def _ceiling(one: Mapping[str, Any]) -> tuple[Ceiling, ...]:
    """A cap; of a range its two ends, of which the lower asks for a review."""
    if "limit" in one:
        held = one
    else:
        held = next(reading for reading in one["readings"] if reading["key"] == one["chosen"])
    strict, soft = held.get("strict") == "true", one.get("soft") == "true"
    if isinstance(held["limit"], Mapping) and "low" in held["limit"]:
        low, high = (dose_of(held["limit"][end]) for end in ("low", "high"))
        upper = Ceiling(one["key"], one["of"], high, strict, soft)
        return Ceiling(f"{one['key']}, lower end", one["of"], low, strict=False, soft=True), upper
    return (Ceiling(one["key"], one["of"], dose_of(_value(held["limit"])), strict, soft),)


def _chooses(regimen: Mapping[str, Any]) -> tuple[tuple[str, Dose], ...]:
    test = regimen.get("test_dose", {})
    return tuple((_value(one["tested"]), dose_of(_value(one["then"]))) for one in test.get("chooses", ()))


def _levels(regimen: Mapping[str, Any]) -> tuple[Dose, ...]:
    """Every dose that a regimen can come to, lowest first."""
    titration = regimen.get("titration", {})
    start = dose_of(_value(regimen["start"])) if "start" in regimen else None
    if titration.get("kind") == "ladder":
        found = [dose_of(_value(one)) for one in titration["levels"]]
        return tuple(found) if start is None or start in found else (start, *found)
    if start is None:
        found = [dose for _, dose in _chooses(regimen)]
    else:
        found = [start]
    step = titration.get("step")
    caps = [part for one in regimen.get("ceilings", ()) for part in _ceiling(one)]
    caps = [one for one in caps if not one.soft and one.limit[1:] == found[-1][1:]]
    if step is None or not caps:
        return tuple(found)
    by = dose_of(_value(step)).mg
    while True:
        following = Dose(found[-1].mg + by, found[-1].per_kg, found[-1].per_hour)
        if any(following.mg > one.limit.mg or (one.strict and following.mg == one.limit.mg) for one in caps):
            return tuple(found)
        found.append(following)


def _valid(groups: list[Any], name: str, grace: Fraction) -> dict[str, Fraction]:
    """How old each reading may be, in hours: the longest interval of the group that asks for it most often."""
    found: dict[str, Fraction] = {}
    for group in groups:
        if group.get("regimens") and name not in group["regimens"]:
            continue
        if "phases" in group:
            interval = max(hours_of(one["every"]) for one in group["phases"])
        elif "at" in group:
            times = sorted(hours_of(at) for at in group["at"])
            interval = max((late - early for early, late in pairwise(times)), default=times[0])
        else:
            continue
        for item in group["items"]:
            found[item] = min(found.get(item, interval + grace), interval + grace)
    return found
