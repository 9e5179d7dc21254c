"""Levels of a system for given inputs: the closed form where it keeps its digits, else what does."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

import numpy as np

from adjuvant.pk.arrays import Floats
from adjuvant.pk.closed_form import by_modes
from adjuvant.pk.exponential import by_exponential
from adjuvant.pk.inputs import Timeline
from adjuvant.pk.modal import Modes, decompose
from adjuvant.pk.ode import by_ode
from adjuvant.pk.system import System

__all__ = ["solve"]


def solve(system: System, given: Timeline, times_min: Floats, *, first_min: float = 0.0) -> dict[str, Floats]:
    """Levels in ng/mL at `times_min`, which do not fall; by readout, each of shape (times, patients).

    A clearance that changes with time is integrated adaptively. Else it is the closed form, and the matrix
    exponential for patients whose eigenvalues nearly meet, for chains, and for blocks with a cycle.
    """
    width = max(given.pulses.shape[2], given.rates.shape[2])
    if width > system.patients == 1:  # patients alike, who get different amounts
        system = _chosen(system, np.zeros(width, dtype=np.intp))
    if system.growth is not None:
        return by_ode(system, given, times_min, first_min=first_min)
    modes = decompose(system)
    if modes is None or not modes.sound.any():
        return by_exponential(system, given, times_min)
    if modes.sound.all():
        return by_modes(system, modes, given, times_min)
    found = {name: np.empty((len(times_min), system.patients)) for name in system.readouts}
    for chosen, closed in ((modes.sound, True), (~modes.sound, False)):
        some, part = _chosen(system, chosen), _given(given, chosen)
        levels = (
            by_modes(some, _modes(modes, chosen), part, times_min)
            if closed
            else by_exponential(some, part, times_min)
        )
        for name, curves in levels.items():
            found[name][:, chosen] = curves
    return found


_Flags: TypeAlias = np.ndarray[tuple[int], np.dtype[np.bool_]]
_Places: TypeAlias = np.ndarray[tuple[int], np.dtype[np.intp]]


def _chosen(system: System, chosen: _Flags | _Places) -> System:
    reads = {name: (row, scale[chosen]) for name, (row, scale) in system.readouts.items()}
    growth = None if system.growth is None else system.growth[chosen]
    return replace(system, matrix=system.matrix[chosen], growth=growth, readouts=reads)


def _modes(modes: Modes, chosen: _Flags) -> Modes:
    return Modes(modes.rates[chosen], modes.right[chosen], modes.left[chosen], modes.sound[chosen])


def _given(given: Timeline, chosen: _Flags) -> Timeline:
    def part(amounts: Floats) -> Floats:
        return amounts[:, :, chosen] if amounts.shape[2] > 1 else amounts

    return Timeline(given.edges, part(given.pulses), part(given.rates))
