"""Levels from inputs that last differently long in each patient, all patients at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from adjuvant.pk.arrays import Floats
from adjuvant.pk.exponential import Moves, in_blocks, rounded
from adjuvant.pk.inputs import Entry
from adjuvant.pk.system import System

__all__ = ["by_ends"]


def by_ends(system: System, entries: Sequence[Entry], times_min: Floats) -> dict[str, Floats]:
    """Levels in ng/mL that `entries` alone bring, by readout, each of shape (times, patients).

    Each entry is followed by itself, while it lasts and from its end on, and the levels are added up: nothing
    is ever subtracted, so that a level keeps its digits, where there are chains too.
    """
    found = {name: np.zeros((len(times_min), system.patients)) for name in system.readouts}
    for part in in_blocks(system):
        moves = Moves(system.matrix[part])
        for entry in entries:
            row = system.row(entry.state)
            row = system.row(f"{entry.state}.1") if row < 0 else row
            if row >= 0:
                _one(system, moves, entry, row, times_min, found, part)
    return found


def _one(
    system: System,
    moves: Moves,
    entry: Entry,
    row: int,
    times_min: Floats,
    found: dict[str, Floats],
    part: slice,
) -> None:
    size = part.stop - part.start
    rate, ends = (
        np.broadcast_to(np.asarray(value, dtype=np.float64), (system.patients,))[part]
        for value in (entry.mg_per_min, entry.end_min)
    )
    # At the end of its input each patient has this, and at the first time after it what is left of it.
    at_end = moves.each(ends - entry.start_min)[1][:, :, row] * rate[:, None]
    after = np.searchsorted(times_min, ends)
    waits = np.where(after < len(times_min), times_min[np.minimum(after, len(times_min) - 1)] - ends, 0.0)
    left = np.einsum("pij,pj->pi", moves.each(waits)[0], at_end)
    state = np.zeros((size, moves.states))
    first = int(np.searchsorted(times_min, entry.start_min))
    before = entry.start_min
    steps = rounded(np.diff(times_min[first:], prepend=before)).tolist()
    for time, minutes in enumerate(steps, start=first):
        if minutes > 0:
            whole, brought = moves.over(minutes)
            state = np.einsum("pij,pj->pi", whole, state)
            state += brought[:, :, row] * np.where(time < after, rate, 0.0)[:, None]
        state = np.where(np.equal(after, time)[:, None], left, state)
        for name, (place, scale) in system.readouts.items():
            found[name][time, part] += state[:, place] * scale[part]
