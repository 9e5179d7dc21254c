"""What a regimen puts into which state, and when: a Timeline of amounts at once and of constant rates."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from adjuvant.errors import InputError
from adjuvant.pk.absorptions import Absorption
from adjuvant.pk.arrays import Floats
from adjuvant.pk.checking import fraction_name
from adjuvant.pk.model import CompartmentModel, RoutePaths
from adjuvant.pk.regimen import Span
from adjuvant.pk.system import Depot, System

__all__ = ["Entry", "Timeline", "depots_of", "entries_of", "timeline"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A part of a dose that comes into one state: at once, or evenly from a minute to another.

    Args:
        mg, mg_per_min: one for all patients, or one for each.
        end_min: one for each patient where the length of the input differs between them.
    """

    state: str
    start_min: float
    end_min: float | Floats
    mg: float | Floats = 0.0
    mg_per_min: float | Floats = 0.0


@dataclass(frozen=True, slots=True)
class Timeline:
    """The minutes at which something changes, what comes in there at once, and the rates from there on.

    Args:
        edges: in rising order.
        pulses, rates: mg and mg/min by edge, state and patient; the last axis is 1 where all get the same.
    """

    edges: Floats
    pulses: Floats
    rates: Floats


def depots_of(absorptions: Sequence[Absorption]) -> list[Depot]:
    """The places of uptake that absorptions beside the model's own need."""
    return [
        Depot(_uptake(one.route), math.log(2) / one.half_life_min)
        for one in absorptions
        if one.half_life_min > 0
    ]


def _uptake(route: str) -> str:
    return f"uptake, {route}"


def entries_of(
    model: CompartmentModel,
    values: Mapping[str, float | Floats],
    spans: Sequence[Span],
    absorptions: Sequence[Absorption] = (),
) -> list[Entry]:
    """Every part of every dose, by the absorption that the model has for its route, or that is given.

    Raises:
        InputError: a route that the model knows nothing of, an absorption for one that it knows, two for one
            route, or a nasal dose that is not whole sprays.
    """
    found: list[Entry] = []
    own = _by_route(model, absorptions)
    for span in spans:
        if span.route in own:
            given = own[span.route]
            into = (
                _uptake(given.route) if given.half_life_min > 0 else model.measured_in(model.analytes[0]).name
            )
            found.append(_entry(into, span, given.share, 0.0))
            continue
        route = model.paths_of(span.route)
        if route is None:
            known = ", ".join(name for one in model.routes for name in one.routes)
            raise InputError(
                f"dose by the route {span.route}",
                f"has no absorption in {model.key}, which knows: {known}",
                "state its absorption, or choose a model that has the route",
            )
        sprayed = _sprayed(route, values, span, model)
        for path in route.paths:
            if span.mg_per_min and path.over:
                raise InputError(
                    f"infusion of {span.mg_per_min:g} mg/min by the route {span.route}",
                    f"is given over time, and {model.key} knows single doses by it only",
                    "give each dose at once",
                )
            share: float | Floats = 1.0
            for text in path.fractions:
                name, rest = fraction_name(text)
                share = share * (1.0 - sprayed[name] if rest else sprayed[name])
            found.append(_entry(path.into, span, share, values[path.over] if path.over else 0.0))
    return found


def _by_route(model: CompartmentModel, absorptions: Sequence[Absorption]) -> dict[str, Absorption]:
    found: dict[str, Absorption] = {}
    for one in absorptions:
        if model.paths_of(one.route) is not None:
            raise InputError(
                f"absorption by the route {one.route}",
                f"is stated, and {model.key} has its own",
                "leave it out, or choose a model that has none",
            )
        if one.route in found:
            raise InputError(f"absorption by the route {one.route}", "is stated twice", "state one")
        found[one.route] = one
    return found


def _sprayed(
    route: RoutePaths, values: Mapping[str, float | Floats], span: Span, model: CompartmentModel
) -> Mapping[str, float | Floats]:
    """The figures with the share of a spray as it is over all sprays of the dose."""
    if route.sprays is None:
        return values
    size = float(route.sprays.size.value.in_("mg"))
    sprays = span.mg / size
    if span.mg_per_min or (sprays > 1 and sprays != round(sprays)):
        given = f"{span.mg_per_min:g} mg/min" if span.mg_per_min else f"{span.mg:g} mg"
        raise InputError(
            f"dose of {given} by the route {span.route}",
            f"is not given in whole sprays of {size:g} mg, as in {model.key}",
            "give each dose at once, and in whole sprays",
        )
    if sprays <= 1:
        return values
    share, later = values[route.sprays.share], values[route.sprays.later]
    return {**values, route.sprays.share: share * (1.0 + (sprays - 1.0) * later) / sprays}


def _entry(into: str, span: Span, share: float | Floats, over: float | Floats) -> Entry:
    if span.mg_per_min:
        return Entry(into, span.start_min, span.end_min, mg_per_min=span.mg_per_min * share)
    if np.all(np.asarray(over) == 0):
        return Entry(into, span.start_min, span.start_min, mg=span.mg * share)
    return Entry(into, span.start_min, span.start_min + over, mg_per_min=span.mg * share / over)


def timeline(system: System, entries: Sequence[Entry]) -> Timeline:
    """Entries in order of time, for the states of a system.

    Raises:
        InputError: lengths of input that differ between patients; such patients are solved one by one.
    """
    minutes = {0.0} if not entries else set()
    for entry in entries:
        minutes |= {entry.start_min, _one(entry.end_min)}
    edges = np.array(sorted(minutes))
    parts = [part for entry in entries for part in (entry.mg, entry.mg_per_min)]
    width = np.broadcast_shapes((1,), *(np.shape(part) for part in parts))[0]
    pulses, rates = (np.zeros((len(edges), len(system.states), width)) for _ in range(2))
    for entry in entries:
        row = system.row(entry.state)
        row = system.row(f"{entry.state}.1") if row < 0 else row
        if row < 0:  # nothing that is read off depends on it
            continue
        start = int(np.searchsorted(edges, entry.start_min))
        end = int(np.searchsorted(edges, _one(entry.end_min)))
        pulses[start, row] += entry.mg
        rates[start:end, row] += entry.mg_per_min
    return Timeline(edges, pulses, rates)


def _one(minute: float | Floats) -> float:
    if np.size(minute) != 1:
        raise InputError(
            "length of an input", "differs between patients of one call", "solve these patients one by one"
        )
    return float(np.asarray(minute).flat[0])
