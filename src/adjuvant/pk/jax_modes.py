"""The closed form of many patients by JAX, on whatever device it has; imported only once JAX is there.

The same sums of exponentials as in `closed_form`, with the eigenvalues of `modal`. Derivatives are not its
work: those of eigenvectors are lost where eigenvalues meet.
"""

from __future__ import annotations

from functools import partial
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np

from adjuvant.pk.arrays import Floats
from adjuvant.pk.inputs import Timeline
from adjuvant.pk.modal import Modes
from adjuvant.pk.system import System

__all__ = ["by_jax"]

_Array: TypeAlias = Any


def by_jax(system: System, modes: Modes, given: Timeline, times_min: Floats) -> dict[str, Floats]:
    """Levels in ng/mL, as `closed_form.by_modes` gives them.

    Another number of patients or of times compiles anew.
    """
    place = np.searchsorted(given.edges, times_min, side="right")
    now = times_min - np.concatenate([times_min[:1], given.edges])[place]
    running = np.flatnonzero(np.concatenate([[False], given.rates.any(axis=(1, 2))])[place])
    weights = [
        np.ascontiguousarray((modes.right[:, row] * scale[:, None]).T)
        for row, scale in system.readouts.values()
    ]
    # A mode that a readout does not see has a weight of exactly zero, by the order of the blocks.
    seen = tuple(tuple(np.flatnonzero((weight != 0).any(axis=1)).tolist()) for weight in weights)
    lasting = np.diff(given.edges, append=given.edges[-1])
    falls, left = np.ascontiguousarray(modes.rates.T), np.ascontiguousarray(np.moveaxis(modes.left, 0, 2))
    with jax.enable_x64(True):
        levels = _levels(seen, falls, left, weights, given.pulses, given.rates, lasting, place, now, running)
        return {name: np.array(level) for name, level in zip(system.readouts, levels, strict=True)}


@partial(jax.jit, static_argnums=0)
def _levels(
    seen: tuple[tuple[int, ...], ...],
    falls: _Array,
    left: _Array,
    weights: list[_Array],
    pulses: _Array,
    rates: _Array,
    lasting: _Array,
    place: _Array,
    now: _Array,
    running: _Array,
) -> list[_Array]:
    """One array for each readout, of shape (times, patients); patients are the last axis of what differs."""

    def edge(state: _Array, at: tuple[_Array, ...]) -> tuple[_Array, tuple[_Array, _Array]]:
        pulse, rate, minutes = at
        state, push = state + (left * pulse).sum(axis=1), (left * rate).sum(axis=1) / falls
        over = falls * minutes
        return state * jnp.exp(over) + push * jnp.expm1(over), (state, push)

    _, reached = jax.lax.scan(edge, jnp.zeros_like(falls), (pulses, rates, lasting))
    states, pushes = (jnp.concatenate([jnp.zeros((1, *falls.shape)), part]) for part in reached)
    found = []
    for modes, weight in zip(seen, weights, strict=True):
        level = jnp.zeros((len(now), falls.shape[1]))
        more = jnp.zeros((len(running), falls.shape[1]))
        for mode in modes:
            over = now[:, None] * falls[mode]
            level += jnp.exp(over) * (states[:, mode] * weight[mode])[place]
            more += jnp.expm1(over[running]) * (pushes[:, mode] * weight[mode])[place[running]]
        found.append(level.at[running].add(more))
    return found
