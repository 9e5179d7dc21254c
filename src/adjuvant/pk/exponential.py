"""Levels by the matrix exponential, patient by patient: where eigenvalues nearly meet, and for chains."""

from __future__ import annotations

import numpy as np

from adjuvant.pk.arrays import Floats
from adjuvant.pk.inputs import Timeline
from adjuvant.pk.system import System

__all__ = ["by_exponential", "exponential"]

_DIGITS = 12
"""Steps that agree in so many digits share one matrix exponential."""

_TERMS = 20
"""Terms of the series for a matrix of norm one; the next one is below 10^-19."""


def exponential(matrix: Floats, steps: Floats) -> Floats:
    """``exp(matrix * step)`` for each step, of a matrix with no negative entry off the diagonal.

    Flows between compartments are such a matrix. A multiple of the identity makes all of it non-negative, so
    that the series and the squarings only ever add what is positive: each entry keeps its digits, however
    near the eigenvalues are to each other and however small the entry is. (scipy's `expm` loses half of them
    where the diagonal of a triangular matrix has two values that are almost equal.)
    """
    shift = float(-matrix.diagonal().min())
    positive = matrix + shift * np.eye(len(matrix))
    norm = np.maximum(positive.sum(axis=0).max() * steps, 1.0)
    halvings = np.ceil(np.log2(norm)).astype(int)
    scaled = steps / 2.0**halvings
    part = positive * scaled[:, None, None]
    found = np.broadcast_to(np.eye(len(matrix)), part.shape).copy()
    for term in range(_TERMS, 0, -1):
        found = np.eye(len(matrix)) + part @ found / term
    found *= np.exp(-shift * scaled)[:, None, None]
    for squaring in range(int(halvings.max(initial=0))):
        chosen = halvings > squaring
        found[chosen] = found[chosen] @ found[chosen]
    return found


def by_exponential(system: System, given: Timeline, times_min: Floats) -> dict[str, Floats]:
    """Levels in ng/mL at `times_min`, which do not fall; by readout, each of shape (times, patients).

    At the minute of a bolus it is the level after it.
    """
    found = {name: np.zeros((len(times_min), system.patients)) for name in system.readouts}
    bounds = np.searchsorted(times_min, [*given.edges, np.inf])
    count = len(system.states)
    for patient in range(system.patients):
        own = patient if given.rates.shape[2] > 1 else 0
        state = np.zeros(count + 1)
        state[count] = 1.0
        for place, edge in enumerate(given.edges):
            state[:count] += given.pulses[place, :, own if given.pulses.shape[2] > 1 else 0]
            whole = np.zeros((count + 1, count + 1))
            whole[:count, :count] = system.matrix[patient]
            whole[:count, count] = given.rates[place, :, own]
            inner = times_min[bounds[place] : bounds[place + 1]]
            ends = given.edges[place + 1 : place + 2]
            steps = np.diff([edge, *inner, *ends])
            if not len(steps):
                continue
            kinds, which = np.unique(_rounded(steps), return_inverse=True)
            moves = exponential(whole, kinds)
            for step, kind in enumerate(which):
                state = moves[kind] @ state
                if step < len(inner):
                    for name, (row, scale) in system.readouts.items():
                        found[name][bounds[place] + step, patient] = state[row] * scale[patient]
    return found


def _rounded(steps: Floats) -> Floats:
    """Steps without the noise of their last digits."""
    with np.errstate(divide="ignore"):
        size = np.floor(np.log10(np.where(steps > 0, steps, 1.0)))
    unit = 10.0 ** (size - _DIGITS)
    return np.asarray(np.round(steps / unit) * unit)
