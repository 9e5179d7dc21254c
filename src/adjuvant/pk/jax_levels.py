"""Amounts in a body as functions that JAX differentiates; imported only once JAX is there.

By the matrix exponential, and not by eigenvalues: its derivatives are as exact where eigenvalues meet, and of
any order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp

from adjuvant.pk.exponential import TERMS
from adjuvant.pk.steps import Steps
from adjuvant.pk.system import Edge

__all__ = ["Array", "amounts_after", "amounts_at", "derivatives_of", "exponential", "matrix_of"]

Array: TypeAlias = Any
"""A JAX array, or what stands for one while JAX follows a function; or a NumPy array."""


def exponential(matrix: Array, minutes: Array, halvings: int) -> Array:
    """``exp(matrix * minutes)`` of one matrix of flows, as `adjuvant.pk.exponential` has it.

    Args:
        halvings: how often the minutes may be halved; NaN where that does not make the matrix small.
    """
    unit = jnp.eye(matrix.shape[-1])
    # Neither the shift nor the halving alters the answer, and so they have no part in its derivatives.
    shift = jax.lax.stop_gradient(-jnp.diagonal(matrix).min())
    positive = matrix + shift * unit
    norm = jax.lax.stop_gradient(positive.sum(axis=0).max() * minutes)
    needed = jnp.ceil(jnp.log2(jnp.maximum(norm, 1.0)))
    scaled = minutes / 2.0**needed
    part = positive * scaled

    def term(found: Array, number: Array) -> tuple[Array, None]:
        return part @ found / number + unit, None

    def square(found: Array, number: Array) -> tuple[Array, None]:
        return jnp.where(number < needed, found @ found, found), None

    series, _ = jax.lax.scan(term, unit, jnp.arange(TERMS, 0, -1) * 1.0)
    whole, _ = jax.lax.scan(square, series * jnp.exp(-shift * scaled), jnp.arange(halvings) * 1.0)
    return jnp.where(needed <= halvings, whole, jnp.nan)


def matrix_of(edges: Sequence[Edge], states: Sequence[str]) -> Array:
    """Flows as a matrix, per minute, as `system.assemble` makes it for one patient."""
    where = {state: row for row, state in enumerate(states)}
    places: list[tuple[int, int]] = []
    amounts: list[Array] = []
    for edge in edges:
        if edge.source not in where:
            continue
        source = where[edge.source]
        if edge.takes:
            places.append((source, source))
            amounts.append(-edge.rate)
        if edge.to in where:
            places.append((where[edge.to], source))
            amounts.append(edge.rate * edge.share)
    rows, columns = zip(*places, strict=True)
    empty = jnp.zeros((len(states), len(states)))
    return empty.at[jnp.array(rows), jnp.array(columns)].add(jnp.stack([jnp.asarray(one) for one in amounts]))


def amounts_at(
    matrix: Array, entered: Sequence[int], pulses: Array, rates: Array, steps: Steps, halvings: int
) -> Array:
    """mg in each state at the times of `steps`, of shape (times, states).

    Args:
        entered: the states into which anything comes.
        pulses, rates: mg and mg/min by edge and entered state; the first row, before all edges, is zero.
    """
    size, count, pulses, rates = matrix.shape[0], len(entered), jnp.asarray(pulses), jnp.asarray(rates)
    into = jnp.eye(size)[:, jnp.array(entered, dtype=int)]
    # What comes in stands beside the states: one exponential has both what is left and what was brought.
    whole = jnp.zeros((size + count, size + count)).at[:size, :size].set(matrix).at[:size, size:].set(into)
    moves = jax.vmap(exponential, (None, 0, None))(whole, jnp.asarray(steps.minutes), halvings)[:, :size]

    def one(state: Array, now: tuple[Array, Array, Array]) -> tuple[Array, Array]:
        which, running, given = now
        state = moves[which] @ jnp.concatenate([state, rates[running]]) + into @ pulses[given]
        return state, state

    _, states = jax.lax.scan(one, jnp.zeros(size), (steps.which, steps.running, steps.given))
    return states[jnp.asarray(steps.wanted)]


def amounts_after(
    matrix: Array, rows: Sequence[int], start_min: Array, lasting_min: Array, times_min: Array, halvings: int
) -> Array:
    """mg in each state of inputs of 1 mg/min, each into a state of its own and as long as it says.

    Its shape is (inputs, times, states).
    """
    size = matrix.shape[0]

    def one(into: Array, start: Array, lasting: Array, time: Array) -> Array:
        whole = jnp.zeros((size + 1, size + 1)).at[:size, :size].set(matrix).at[:size, size].set(into)
        brought = exponential(whole, jnp.clip(time - start, 0.0, lasting), halvings)[:size, size]
        return exponential(matrix, jnp.maximum(time - start - lasting, 0.0), halvings) @ brought

    over: Callable[..., Array] = jax.vmap(jax.vmap(one, (None, None, None, 0)), (0, 0, 0, None))
    return over(jnp.eye(size)[jnp.array(rows)], start_min, lasting_min, jnp.asarray(times_min))


def derivatives_of(
    function: Callable[[Mapping[str, Array], Array], dict[str, Array]],
) -> Callable[[Mapping[str, Array], Array], tuple[Any, Any]]:
    """Its derivatives by figures and by amounts, compiled together."""
    return jax.jit(
        lambda figures, amounts: (
            jax.jacfwd(function, argnums=0)(figures, amounts),
            jax.jacfwd(function, argnums=1)(figures, amounts),
        )
    )
