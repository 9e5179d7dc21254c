"""Counting levels of many patients as they are solved, for quantiles that need no curve."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from adjuvant.pk.arrays import Floats
from adjuvant.pk.compiled import chosen, count_by_kernels, modes_by_kernels, threads
from adjuvant.pk.inputs import Entry, Timeline, timeline
from adjuvant.pk.quantiles import QuantileSketch
from adjuvant.pk.solving import (
    chosen_amounts,
    chosen_modes,
    chosen_patients,
    matched_widths,
    solve,
    solve_entries,
)
from adjuvant.pk.system import System

__all__ = ["Counting"]

_AT_ONCE = 2_000_000
"""Levels that are held at once where they are solved by NumPy."""


class Counting:
    """Counts of levels, by readout and time, over patients that come in parts.

    Args:
        names: the readouts; one that a part does not have is zero in it.
        times_min: minutes, which do not fall.
        patients: how many will come; by that the path is chosen, and not by their parts.
    """

    def __init__(self, names: Sequence[str], times_min: Floats, patients: int) -> None:
        self._times = times_min
        self._sketches = {name: QuantileSketch(len(times_min)) for name in names}
        self._fast = chosen(patients, len(times_min))
        self._tallies: list[QuantileSketch] = []
        self._order: tuple[str, ...] = ()

    @property
    def together(self) -> int:
        """How many patients are best solved at once where their levels are held."""
        return max(_AT_ONCE // (len(self._times) * max(len(self._sketches), 1)), 1)

    def add(self, levels: dict[str, Floats], patients: int) -> None:
        """Count curves, by readout of shape (times, patients)."""
        none = np.zeros((len(self._times), 1))
        for name, sketch in self._sketches.items():
            sketch.add(np.broadcast_to(levels.get(name, none), (len(self._times), patients)))

    def solve(self, system: System, entries: Sequence[Entry], patients: int, *, first_min: float) -> None:
        """Solve patients and count their levels; a system of one is taken for all of them."""
        if any(np.size(entry.end_min) > 1 for entry in entries):
            self.add(solve_entries(system, entries, self._times, first_min=first_min), patients)
            return
        given = timeline(system, entries)
        system = matched_widths(system, given)
        if system.patients < patients:
            system = chosen_patients(system, np.zeros(patients, dtype=np.intp))
        modes = modes_by_kernels(system) if self._fast and system.growth is None else None
        if modes is None or not modes.sound.any():
            self._stored(system, given, first_min)
            return
        if not modes.sound.all():
            rest = ~modes.sound
            self._stored(chosen_patients(system, rest), chosen_amounts(given, rest), first_min)
            system, given = chosen_patients(system, modes.sound), chosen_amounts(given, modes.sound)
            modes = chosen_modes(modes, modes.sound)
        if not self._tallies:
            self._order = tuple(system.readouts)
            rows = len(self._order) * len(self._times)
            self._tallies = [QuantileSketch(rows) for _ in range(threads())]
        count_by_kernels(system, modes, given, self._times, self._tallies)
        for name, sketch in self._sketches.items():
            if name not in self._order:
                sketch.add(np.zeros((len(self._times), system.patients)))

    def _stored(self, system: System, given: Timeline, first_min: float) -> None:
        for start in range(0, system.patients, self.together):
            some = np.zeros(system.patients, dtype=np.bool_)
            some[start : start + self.together] = True
            own, part = chosen_patients(system, some), chosen_amounts(given, some)
            self.add(solve(own, part, self._times, first_min=first_min), own.patients)

    def quantiles(self, shares: Sequence[float]) -> dict[str, Floats]:
        """By readout one row for each share, one column for each time."""
        for tally in self._tallies:
            for place, name in enumerate(self._order):
                first = place * len(self._times)
                self._sketches[name].merge(tally.rows(slice(first, first + len(self._times))))
        self._tallies = []
        return {
            name: np.array([sketch.quantile(share) for share in shares])
            for name, sketch in self._sketches.items()
        }
