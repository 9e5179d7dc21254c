"""Levels of a system for given inputs: the closed form where it keeps its digits, else what does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from adjuvant.errors import InputError
from adjuvant.pk.apart import by_ends
from adjuvant.pk.arrays import Floats
from adjuvant.pk.closed_form import by_modes
from adjuvant.pk.compiled import by_kernels, chosen, chosen_jax, modes_by_kernels
from adjuvant.pk.exponential import by_exponential
from adjuvant.pk.inputs import Entry, Timeline, timeline
from adjuvant.pk.modal import Modes, decompose
from adjuvant.pk.ode import by_ode
from adjuvant.pk.system import System

__all__ = ["chosen_amounts", "chosen_modes", "chosen_patients", "matched_widths", "solve", "solve_entries"]


def solve(system: System, given: Timeline, times_min: Floats, *, first_min: float = 0.0) -> dict[str, Floats]:
    """Levels in ng/mL at `times_min`, which do not fall; by readout, each of shape (times, patients).

    A clearance that changes with time is integrated adaptively. Else it is the closed form, and the matrix
    exponential for patients whose eigenvalues nearly meet, for chains, and for blocks with a cycle.
    """
    system = matched_widths(system, given)
    if system.growth is not None:
        return by_ode(system, given, times_min, first_min=first_min)
    fast = chosen(system.patients, len(times_min))
    modes = modes_by_kernels(system) if fast else decompose(system)
    closed = by_kernels if fast else by_modes
    if chosen_jax(system.patients, len(times_min)):
        from adjuvant.pk.jax_modes import by_jax as closed
    if modes is None or not modes.sound.any():
        return by_exponential(system, given, times_min)
    if modes.sound.all():
        return closed(system, modes, given, times_min)
    # All of them at once, without picking any out; those whose digits are lost are then solved again.
    with np.errstate(all="ignore"):
        found = closed(system, modes, given, times_min)
    rest = ~modes.sound
    again = by_exponential(chosen_patients(system, rest), chosen_amounts(given, rest), times_min)
    for name, curves in again.items():
        found[name][:, rest] = curves
    return found


def solve_entries(
    system: System, entries: Sequence[Entry], times_min: Floats, *, first_min: float = 0.0
) -> dict[str, Floats]:
    """The same for entries, some of which may last differently long in each patient.

    Raises:
        InputError: such entries where a clearance changes with time.
    """
    apart = [entry for entry in entries if np.size(entry.end_min) > 1]
    common = timeline(system, [entry for entry in entries if np.size(entry.end_min) == 1])
    if not apart:
        return solve(system, common, times_min, first_min=first_min)
    if system.growth is not None:
        raise InputError(
            "inputs that last differently long",
            "go with a clearance that changes with time, for which there is no solution together",
            "solve these patients one by one",
        )
    width = max(np.size(entry.end_min) for entry in apart)
    if width > system.patients == 1:
        system = chosen_patients(system, np.zeros(width, dtype=np.intp))
    found = by_ends(system, apart, times_min)
    if common.pulses.any() or common.rates.any():
        for name, curves in solve(system, common, times_min, first_min=first_min).items():
            found[name] += curves
    return found


def matched_widths(system: System, given: Timeline) -> System:
    """The system for as many patients as amounts are given for: patients alike, who get different amounts."""
    width = max(given.pulses.shape[2], given.rates.shape[2])
    if width > system.patients == 1:
        return chosen_patients(system, np.zeros(width, dtype=np.intp))
    return system


_Flags: TypeAlias = np.ndarray[tuple[int], np.dtype[np.bool_]]
_Places: TypeAlias = np.ndarray[tuple[int], np.dtype[np.intp]]


def chosen_patients(system: System, chosen: _Flags | _Places) -> System:
    """The system of some of its patients."""
    reads = {name: (row, scale[chosen]) for name, (row, scale) in system.readouts.items()}
    growth = None if system.growth is None else system.growth[chosen]
    return replace(system, matrix=system.matrix[chosen], growth=growth, readouts=reads)


def chosen_modes(modes: Modes, chosen: _Flags) -> Modes:
    """The modes of some of the patients."""
    return Modes(modes.rates[chosen], modes.right[chosen], modes.left[chosen], modes.sound[chosen])


def chosen_amounts(given: Timeline, chosen: _Flags) -> Timeline:
    """What some of the patients are given."""

    def part(amounts: Floats) -> Floats:
        return amounts[:, :, chosen] if amounts.shape[2] > 1 else amounts

    return Timeline(given.edges, part(given.pulses), part(given.rates))
