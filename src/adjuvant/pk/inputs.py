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

__all__ = ["Entry", "Portion", "Timeline", "depots_of", "entries_of", "portions_of", "timeline", "uptake_of"]


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
        Depot(uptake_of(one.route), math.log(2) / one.half_life_min)
        for one in absorptions
        if one.half_life_min > 0
    ]


def uptake_of(route: str) -> str:
    """The name of the place from which doses by `route` are taken up, where the model itself has none."""
    return f"uptake, {route}"


@dataclass(frozen=True, slots=True)
class Portion:
    """A part of a dose before any patient's figures: where it arrives, and which figures say how much of it.

    Args:
        place: which of the spans it is of.
        absorption: what says the share that arrives; None where the model itself does.
        fractions: figures of the model whose product is the share; one after a ``1 -`` counts as what
            it leaves.
        over: the figure for how long it comes in; empty for at once, or for as long as the span lasts.
        sprays: the figures for the share of the first spray and of later ones, and how many there are.
    """

    place: int
    into: str
    span: Span
    absorption: Absorption | None = None
    fractions: tuple[str, ...] = ()
    over: str = ""
    sprays: tuple[str, str, float] | None = None

    def share_of(self, values: Mapping[str, float | Floats]) -> float | Floats:
        """The share that arrives, by the figures of a patient or of several."""
        if self.absorption is not None:
            return self.absorption.share
        if self.sprays is not None:
            first, later, count = self.sprays
            whole = values[first] * (1.0 + (count - 1.0) * values[later]) / count
            values = {**values, first: whole}
        share: float | Floats = 1.0
        for text in self.fractions:
            name, rest = fraction_name(text)
            share = share * (1.0 - values[name] if rest else values[name])
        return share


def portions_of(
    model: CompartmentModel, spans: Sequence[Span], absorptions: Sequence[Absorption] = ()
) -> list[Portion]:
    """Every part of every dose, by the absorption that the model has for its route, or that is given.

    Raises:
        InputError: a route that the model knows nothing of, an absorption for one that it knows, two for one
            route, or a nasal dose that is not whole sprays.
    """
    found: list[Portion] = []
    own = _by_route(model, absorptions)
    for place, span in enumerate(spans):
        if span.route in own:
            given = own[span.route]
            slow = given.half_life_min > 0
            into = uptake_of(given.route) if slow else model.measured_in(model.analytes[0]).name
            found.append(Portion(place, into, span, given))
            continue
        route = model.paths_of(span.route)
        if route is None:
            known = ", ".join(name for one in model.routes for name in one.routes)
            raise InputError(
                f"dose by the route {span.route}",
                f"has no absorption in {model.key}, which knows: {known}",
                "state its absorption, or choose a model that has the route",
            )
        sprays = _sprayed(route, span, model)
        for path in route.paths:
            if span.mg_per_min and path.over:
                raise InputError(
                    f"infusion of {span.mg_per_min:g} mg/min by the route {span.route}",
                    f"is given over time, and {model.key} knows single doses by it only",
                    "give each dose at once",
                )
            found.append(Portion(place, path.into, span, None, path.fractions, path.over, sprays))
    return found


def entries_of(
    model: CompartmentModel,
    values: Mapping[str, float | Floats],
    spans: Sequence[Span],
    absorptions: Sequence[Absorption] = (),
) -> list[Entry]:
    """The same with the figures of `values`: what comes into which state, and when.

    Raises:
        InputError: as for `portions_of`.
    """
    return [
        _entry(one.into, one.span, one.share_of(values), values[one.over] if one.over else 0.0)
        for one in portions_of(model, spans, absorptions)
    ]


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


def _sprayed(route: RoutePaths, span: Span, model: CompartmentModel) -> tuple[str, str, float] | None:
    """The shares of sprays, and their number; None for one spray, or for a route without."""
    if route.sprays is None:
        return None
    size = float(route.sprays.size.value.in_("mg"))
    sprays = span.mg / size
    if span.mg_per_min or (sprays > 1 and sprays != round(sprays)):
        given = f"{span.mg_per_min:g} mg/min" if span.mg_per_min else f"{span.mg:g} mg"
        raise InputError(
            f"dose of {given} by the route {span.route}",
            f"is not given in whole sprays of {size:g} mg, as in {model.key}",
            "give each dose at once, and in whole sprays",
        )
    return (route.sprays.share, route.sprays.later, sprays) if sprays > 1 else None


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
