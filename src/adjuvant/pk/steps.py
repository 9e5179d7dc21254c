"""The way from change to change and from level to level, in one order, and which of its steps are alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adjuvant.pk.arrays import Floats
from adjuvant.pk.exponential import rounded

__all__ = ["Steps", "steps_of"]


@dataclass(frozen=True, slots=True)
class Steps:
    """The way through all edges and times, one point after the other.

    Args:
        minutes: the lengths of steps that occur; those that differ by rounding alone are one.
        which: of each step to a point, its length.
        running: the edge whose rates run in it, counted from 1; 0 for before all edges.
        given: the edge at the point, counted from 1; 0 where it is none.
        wanted: the points of the times.
    """

    minutes: Floats
    which: NDArray[np.intp]
    running: NDArray[np.intp]
    given: NDArray[np.intp]
    wanted: NDArray[np.intp]


def steps_of(edges: Floats, times_min: Floats) -> Steps:
    """The steps through `edges` and `times_min`, both in rising order."""
    points = np.unique(np.concatenate([edges, times_min]))
    lengths = np.diff(points, prepend=points[0])
    alike, which = np.unique(rounded(lengths), return_inverse=True)
    minutes = np.bincount(which, weights=lengths, minlength=len(alike)) / np.bincount(which)
    running = np.searchsorted(edges, points)
    is_edge = np.isin(points, edges)
    return Steps(
        minutes, which, running, np.where(is_edge, running + 1, 0), np.searchsorted(points, times_min)
    )
