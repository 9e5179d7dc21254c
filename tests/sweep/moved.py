"""The limits of one situation: the guardrails as they are, all adopted, one moved beside the dose, or one of the site's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache
from random import Random
from typing import Any, NamedTuple

from adjuvant.library.strict import Entry
from adjuvant.protocol import Sited, load
from adjuvant.protocol.guardrail import Guardrail
from adjuvant.protocol.limits import guardrails, own_limit
from adjuvant.protocol.site import OwnLimit, read_profile
from adjuvant.quantity import Quantity
from sweep.book import BOLUS, Rail, Way, rails
from sweep.chart import Chart
from sweep.draw import SIDES
from sweep.figures import Dose, quantity
from sweep.judged import place_of
from sweep.limits import capped, counted

__all__ = ["Limits", "limits", "own_limits"]

_MOVED = 10**6
_COUNTED = ("single_dose", "rate", "hour", "day")


class Limits(NamedTuple):
    """What binds a dose: as the engine takes it, and as the sweep counts it.

    Args:
        moved: the key of the limit that was drawn, in words; empty where none was.
    """

    protocol: Sited
    forms: Mapping[str, Guardrail]
    plain: Mapping[str, Rail]
    moved: str


@cache
def _adopted_all() -> tuple[Mapping[str, Guardrail], Mapping[str, Rail]]:
    """Every guardrail of the library, each of them binding."""
    forms = {key: one.model_copy(update={"binds": True}) for key, one in guardrails().items()}
    return forms, {key: replace(one, binds=True) for key, one in rails().items()}


@cache
def _entry() -> Entry:
    """Some profile; only an error would name a line of it."""
    return read_profile(load("civik").path.with_name("example_site.yaml"))[1]


def own_limits() -> tuple[str, ...]:
    """Every kind of limit that a site may set for itself, as they are named here."""
    return tuple(f"site.{of}{per}" for of in _COUNTED for per in ("", "_per_kg"))


def limits(rng: Random, way: Way, chart: Chart, protocol: Sited) -> Limits:
    """The limits of one situation."""
    kind = rng.random()
    if kind < 0.35:
        return Limits(protocol, guardrails(), rails(), "")
    if kind < 0.45:
        return Limits(protocol, *_adopted_all(), "")
    return _own(rng, way, chart, protocol) if kind < 0.65 else _moved(rng, way, chart, protocol)


def _own(rng: Random, way: Way, chart: Chart, protocol: Sited) -> Limits:
    """The guardrails, and one limit of the site's own beside the dose; now and then of what is not given here."""
    of = rng.choice([one for one in _COUNTED if one == "day" or (one == "single_dose") is not way.rated])
    per_kg, strict, side = rng.random() < 0.5, rng.random() < 0.3, rng.choice(tuple(SIDES))
    routes = rng.choice(((), (), (way.route,), ("epidural",), (way.route, "epidural")))
    bolus = "bolus" if way.mode in BOLUS else "infusion"
    gives = rng.choice(("any", "any", bolus, bolus, "infusion" if bolus == "bolus" else "bolus"))
    name = f"{of}{'_per_kg' if per_kg else ''}"
    limit = Dose(Fraction(1), per_kg, of != "single_dose")
    rail = Rail(
        f"site.{name}", way.drug, routes, gives, "maximum", of, absolute=True, limit=limit, interval=None,
        strict=strict, binds=True,
    )  # fmt: skip
    limit = _beside(rng, rail, way, chart, side) or limit
    unit = f"mg{'/kg' if per_kg else ''}/d" if of == "day" else ""
    form = own_limit(
        OwnLimit(
            key=name, title="Our own limit", routes=routes, gives=gives, of=of,  # type: ignore[arg-type]
            limit=quantity(limit, unit=unit), strict=strict, reference="Sheet 1 (invented)",
        ),
        protocol.protocol.drug, _entry(),
    )  # fmt: skip
    sited = replace(protocol, own_limits={rail.key: form})
    return Limits(sited, guardrails(), {**rails(), rail.key: replace(rail, limit=limit)}, rail.key)


def _moved(rng: Random, way: Way, chart: Chart, protocol: Sited) -> Limits:
    """One guardrail that covers what is given, moved to just under, at, or just over the dose."""
    about = [one for one in rails().values() if one.covers(way) and one.kind != "minimum"]
    as_they_are = Limits(protocol, guardrails(), rails(), "")
    if not about:
        return as_they_are
    # An interval refuses only what follows another dose, which few regimens give: it is drawn more often.
    timed = [one for one in about if one.kind == "least_interval" and way.spacing is not None]
    rail = rng.choice(timed if timed and rng.random() < 0.6 else about)
    form, plain = guardrails()[rail.key], rail
    side = rng.choice(tuple(SIDES))
    strict = rng.random() < 0.3
    update: dict[str, Any] = {"binds": True, "severity": "absolute"}
    if rail.kind in ("least_interval", "least_duration"):
        spacing = (way.spacing if rail.kind == "least_interval" else way.duration) or Fraction(1)
        interval = spacing - side * rng.choice((Fraction(1, 3600), spacing / 2))
        form = form.model_copy(update=update | {"interval": Quantity(interval, "h")})
        plain = replace(plain, binds=True, absolute=True, interval=interval)
    else:
        limit = _beside(rng, rail, way, chart, side)
        if limit is None or form.limit is None:
            return as_they_are
        form = form.model_copy(
            update=update
            | {"limit": form.limit.model_copy(update={"value": quantity(limit)}), "strict": strict}
        )
        plain = replace(plain, binds=True, absolute=True, limit=limit, strict=strict)
    forms, every = {**guardrails(), rail.key: form}, {**rails(), rail.key: plain}
    return Limits(protocol, forms, every, rail.key)


def _beside(rng: Random, rail: Rail, way: Way, chart: Chart, side: int) -> Dose | None:
    """A limit that the first, the present or the next dose is just under, at, or just over."""
    kilograms = chart.kilograms(compare=True)
    here = place_of(chart.dose, way, kilograms) if chart.dose is not None else None
    place = 0 if here is None else min(here + rng.choice((0, 0, 1)), len(way.levels) - 1)
    dose = chart.tested() if here is None else way.levels[place]
    dose = capped(dose, way, kilograms)[0] if dose is not None else None
    found = counted(dose, rail.of, way) if dose is not None else None
    if not isinstance(found, Dose) or rail.limit is None or found.per_hour != rail.limit.per_hour:
        return None
    if found.per_kg != rail.limit.per_kg:
        if kilograms is None:
            return None
        found = Dose(
            found.mg * kilograms if found.per_kg else found.mg / kilograms, rail.limit.per_kg, found.per_hour
        )
    return found.times(1 - Fraction(side, _MOVED))
