"""Levels by the matrix exponential, patients together: where eigenvalues nearly meet, and for chains."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from adjuvant.pk.arrays import Floats
from adjuvant.pk.inputs import Timeline
from adjuvant.pk.system import System

__all__ = ["TERMS", "Moves", "by_exponential", "exponential", "in_blocks", "rounded"]

_DIGITS = 12
"""Steps that agree in so many digits share one matrix exponential."""

_BLOCK = 256
"""How many patients are worked out at once."""

TERMS = 20
"""Terms of the series for a matrix of norm one; the next one is below 10^-19."""


def exponential(matrix: Floats, steps: Floats) -> Floats:
    """``exp(matrix * step)`` of matrices with no negative entry off the diagonal; both may be for several.

    Flows between compartments are such a matrix. A multiple of the identity makes all of it non-negative, so
    that the series and the squarings only ever add what is positive: each entry keeps its digits, however
    near the eigenvalues are to each other and however small the entry is. (scipy's `expm` loses half of them
    where the diagonal of a triangular matrix has two values that are almost equal.)

    Args:
        matrix: of shape (..., states, states); one for all steps, or one for each.
        steps: one for all matrices, or one for each.
    """
    size = matrix.shape[-1]
    shift = -matrix.diagonal(axis1=-2, axis2=-1).min(axis=-1)
    positive = matrix + np.asarray(shift)[..., None, None] * np.eye(size)
    norm = np.maximum(positive.sum(axis=-2).max(axis=-1) * steps, 1.0)
    halvings = np.ceil(np.log2(norm)).astype(int)
    scaled = steps / 2.0**halvings
    part = positive * scaled[..., None, None]
    found = np.broadcast_to(np.eye(size), part.shape).copy()
    for term in range(TERMS, 0, -1):
        found = part @ found
        found /= term
        found += np.eye(size)
    found *= np.exp(-shift * scaled)[..., None, None]
    for squaring in range(int(halvings.max(initial=0))):
        chosen = halvings > squaring
        found[chosen] = found[chosen] @ found[chosen]
    return found


class Moves:
    """What some minutes do to amounts, and to what comes in meanwhile, for each patient of a system.

    Args:
        matrix: of shape (patients, states, states).
    """

    def __init__(self, matrix: Floats) -> None:
        patients, self.states, _ = matrix.shape
        # The unit inputs stand beside the states; what they bring is the integral of the exponential.
        self._whole = np.zeros((patients, 2 * self.states, 2 * self.states))
        self._whole[:, : self.states, : self.states] = matrix
        self._whole[:, : self.states, self.states :] = np.eye(self.states)
        self._known: dict[float, tuple[Floats, Floats]] = {}

    def over(self, minutes: float) -> tuple[Floats, Floats]:
        """The exponential, and its integral, over minutes that are the same for all; kept."""
        if minutes not in self._known:
            self._known[minutes] = self.each(np.full(len(self._whole), minutes))
        return self._known[minutes]

    def each(self, minutes: Floats) -> tuple[Floats, Floats]:
        """The same over minutes of each patient."""
        found = exponential(self._whole, minutes)
        return found[:, : self.states, : self.states], found[:, : self.states, self.states :]


def in_blocks(system: System) -> Iterator[slice]:
    """The patients of a system, so many at a time as memory is meant for."""
    for start in range(0, system.patients, _BLOCK):
        yield slice(start, min(start + _BLOCK, system.patients))


def by_exponential(system: System, given: Timeline, times_min: Floats) -> dict[str, Floats]:
    """Levels in ng/mL at `times_min`, which do not fall; by readout, each of shape (times, patients).

    At the minute of a bolus it is the level after it.
    """
    found = {name: np.zeros((len(times_min), system.patients)) for name in system.readouts}
    for part in in_blocks(system):
        _some(system, given, times_min, found, part)
    return found


def _some(system: System, given: Timeline, times_min: Floats, found: dict[str, Floats], part: slice) -> None:
    moves = Moves(system.matrix[part])
    bounds = np.searchsorted(times_min, [*given.edges, np.inf])
    state = np.zeros((part.stop - part.start, len(system.states)))
    for place, edge in enumerate(given.edges):
        state = state + _amounts(given.pulses[place], part)
        push = _amounts(given.rates[place], part)
        inner = times_min[bounds[place] : bounds[place + 1]]
        steps = rounded(np.diff([edge, *inner, *given.edges[place + 1 : place + 2]]))
        for step, minutes in enumerate(steps.tolist()):
            if minutes > 0:
                whole, brought = moves.over(minutes)
                state = np.einsum("pij,pj->pi", whole, state) + np.einsum("pij,pj->pi", brought, push)
            if step < len(inner):
                for name, (row, scale) in system.readouts.items():
                    found[name][bounds[place] + step, part] = state[:, row] * scale[part]


def _amounts(amounts: Floats, part: slice) -> Floats:
    return (amounts[:, part] if amounts.shape[1] > 1 else amounts).T


def rounded(steps: Floats) -> Floats:
    """Steps without the noise of their last digits, so that those alike share one exponential."""
    with np.errstate(divide="ignore"):
        size = np.floor(np.log10(np.where(steps > 0, steps, 1.0)))
    unit = 10.0 ** (size - _DIGITS)
    return np.asarray(np.round(steps / unit) * unit)
