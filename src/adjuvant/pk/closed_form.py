"""Levels by the closed form, from event to event: directly at any minutes, or by recursion on even grids."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from adjuvant.pk.arrays import Floats
from adjuvant.pk.inputs import Timeline
from adjuvant.pk.modal import Modes
from adjuvant.pk.system import System

__all__ = ["by_modes"]

_EVEN = 10**-12
"""Steps that differ by less than this part of the time reached are even."""

_BULK = 1000
"""From so many patients on, an even grid is gone through step by step, all patients at once."""

_TOGETHER = 4000
"""How many patients are held in the processor's cache at once."""


def by_modes(system: System, modes: Modes, given: Timeline, times_min: Floats) -> dict[str, Floats]:
    """Levels in ng/mL at `times_min`, which do not fall; by readout, each of shape (times, patients).

    At the minute of a bolus it is the level after it.
    """
    found = {name: np.zeros((len(times_min), system.patients)) for name in system.readouts}
    for start in range(0, system.patients, _TOGETHER):
        part = slice(start, start + _TOGETHER)
        _some(system, modes, given, times_min, found, part)
    return found


@dataclass(frozen=True, slots=True)
class _View:
    """What readouts see of the modes: ng/mL for a mg in a mode, and which modes they see at all."""

    weights: dict[str, Floats]
    seen: dict[str, list[int]]
    readers: list[list[str]]


def _view(system: System, modes: Modes, part: slice) -> _View:
    weights = {
        name: np.ascontiguousarray((modes.right[part, row] * scale[part, None]).T)
        for name, (row, scale) in system.readouts.items()
    }
    # A mode that a readout does not see has a weight of exactly zero, by the order of the blocks.
    seen = {name: np.flatnonzero((weight != 0).any(axis=1)).tolist() for name, weight in weights.items()}
    count = len(system.states)
    return _View(weights, seen, [[name for name in seen if mode in seen[name]] for mode in range(count)])


def _some(
    system: System,
    modes: Modes,
    given: Timeline,
    times_min: Floats,
    found: dict[str, Floats],
    part: slice,
) -> None:
    rates = np.ascontiguousarray(modes.rates[part].T)  # (modes, patients)
    left = modes.left[part]
    view = _view(system, modes, part)
    state = np.zeros_like(rates)
    bounds = np.searchsorted(times_min, [*given.edges, np.inf])
    for place, edge in enumerate(given.edges):
        state = state + _projected(left, given.pulses[place], part)
        push = _projected(left, given.rates[place], part)
        now = times_min[bounds[place] : bounds[place + 1]] - edge
        if len(now):
            rows = slice(bounds[place], bounds[place + 1])
            into = {name: whole[rows, part] for name, whole in found.items()}
            even = rates.shape[1] >= _BULK and _is_even(now, float(times_min[-1]))
            (_recursion if even else _directly)(rates, view, state, push, now, into)
        if place + 1 < len(given.edges):
            lasting = given.edges[place + 1] - edge
            state = state * np.exp(rates * lasting) + push * np.expm1(rates * lasting) / rates


def _projected(left: Floats, amounts: Floats, part: slice) -> Floats:
    """Amounts by state (and patient) as amounts by mode and patient."""
    own = amounts[:, part] if amounts.shape[1] > 1 else amounts
    total = np.zeros((left.shape[1], left.shape[0]))
    for row in np.flatnonzero((own != 0).any(axis=1)):
        total += left[:, :, row].T * own[row]
    return total


def _is_even(now: Floats, reached: float) -> bool:
    steps = np.diff(now)
    return len(steps) > 1 and bool((np.abs(steps - steps.mean()) <= _EVEN * max(reached, 1.0)).all())


def _directly(
    rates: Floats, view: _View, state: Floats, push: Floats, now: Floats, into: dict[str, Floats]
) -> None:
    running = push.any()
    for mode, readers in enumerate(view.readers):
        if not readers:
            continue
        over = now[:, None] * rates[mode]
        level = np.exp(over) * state[mode]
        if running:
            level += np.expm1(over) * (push[mode] / rates[mode])
        for name in readers:
            into[name] += level * view.weights[name][mode]


def _recursion(
    rates: Floats, view: _View, state: Floats, push: Floats, now: Floats, into: dict[str, Floats]
) -> None:
    first = state * np.exp(rates * now[0]) + push * np.expm1(rates * now[0]) / rates
    step = (now[-1] - now[0]) / (len(now) - 1)
    decay, gain = np.exp(rates * step), push * np.expm1(rates * step) / rates
    # Each readout keeps its own copies of the modes, already in its unit: one product and one sum a step.
    stacked = {
        name: (
            np.ascontiguousarray(view.weights[name][view.seen[name]] * first[view.seen[name]]),
            np.ascontiguousarray(decay[view.seen[name]]),
            np.ascontiguousarray(view.weights[name][view.seen[name]] * gain[view.seen[name]]),
        )
        for name in into
    }
    running = push.any()
    for name, whole in into.items():
        modes, factor, added = stacked[name]
        for row in whole:
            np.copyto(row, modes[0])
            for mode in modes[1:]:  # faster than a reduction over an axis as short as this
                row += mode
            modes *= factor
            if running:
                modes += added
