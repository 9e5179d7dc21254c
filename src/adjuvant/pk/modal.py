"""The closed form: each state as a sum of exponentials, by the eigenvalues of blocks that exchange drug."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from adjuvant.pk.arrays import Floats
from adjuvant.pk.system import System

__all__ = ["LEAST_GAP", "LARGEST_CONDITION", "Modes", "decompose", "trees"]

LEAST_GAP = 10**-6
"""Eigenvalues nearer to each other than this part of the larger one are left to the matrix exponential."""

LARGEST_CONDITION = 10**3
"""So are systems whose modes cancel each other by more than this: doubles then keep too few digits."""


@dataclass(frozen=True, slots=True)
class Modes:
    """A system in modes that do not mix.

    Args:
        rates: eigenvalues per minute, below zero; shape (patients, modes).
        right: what each mode is in the states; shape (patients, states, modes).
        left: what each state is in the modes; shape (patients, modes, states).
        sound: the patients for whom the closed form keeps its digits.
    """

    rates: Floats
    right: Floats
    left: Floats
    sound: np.ndarray[tuple[int], np.dtype[np.bool_]]


def decompose(system: System) -> Modes | None:
    """The modes of a system; None where a block has a cycle, and is no tree of two-way flows.

    A tree of two-way flows is symmetric after scaling, so that its eigenvalues are real and its eigenvectors
    are found to full precision. Blocks further downstream are added one by one.
    """
    size, count = system.patients, len(system.states)
    rates = np.empty((size, count))
    own: list[tuple[list[int], Floats, Floats]] = []
    for block in system.blocks:
        rows = list(block)
        part = system.matrix[:, rows][:, :, rows]
        scale = _scaling(part)
        if scale is None:
            return None
        root = np.sqrt(scale)
        alike = part * root[:, None, :] / root[:, :, None]
        values, vectors = np.linalg.eigh((alike + alike.swapaxes(1, 2)) / 2)
        rates[:, rows] = values
        own.append((rows, vectors * root[:, :, None], vectors.swapaxes(1, 2) / root[:, None, :]))
    right = _extended(system.matrix, rates, own)
    turned = [(rows, back.swapaxes(1, 2), ahead.swapaxes(1, 2)) for rows, ahead, back in reversed(own)]
    left = _extended(system.matrix.swapaxes(1, 2), rates, turned).swapaxes(1, 2)
    with np.errstate(all="ignore"):
        bad = np.linalg.norm(right, axis=1) * np.linalg.norm(left, axis=2)
        sound = (bad < LARGEST_CONDITION).all(axis=1) & (rates < 0).all(axis=1) & (_gaps(rates) > LEAST_GAP)
    return Modes(rates, right, left, sound)


def _scaling(part: Floats) -> Floats | None:
    """What makes a block symmetric when each state is divided by it; None if nothing does."""
    links = _tree(part)
    if links is None:
        return None
    scale = np.ones(part.shape[:2])
    for here, there in links:
        scale[:, there] = scale[:, here] * part[:, there, here] / part[:, here, there]
    return scale


def trees(system: System) -> list[tuple[int, int]] | None:
    """The two-way flows of every block, from its first state on; None where a block has a cycle."""
    found: list[tuple[int, int]] = []
    for block in system.blocks:
        rows = np.array(block)
        links = _tree(system.matrix[:, rows][:, :, rows])
        if links is None:
            return None
        found += [(block[here], block[there]) for here, there in links]
    return found


def _tree(part: Floats) -> list[tuple[int, int]] | None:
    count = part.shape[1]
    links = (part != 0).any(axis=0)
    both = links & links.T & ~np.eye(count, dtype=bool)
    if (links & ~np.eye(count, dtype=bool) != both).any() or both.sum() != 2 * (count - 1):
        return None
    found: list[tuple[int, int]] = []
    done, todo = {0}, [0]
    while todo:
        here = todo.pop()
        for there in np.flatnonzero(both[here]).tolist():
            if there not in done:
                found.append((here, there))
                done.add(there)
                todo.append(there)
    return found


def _extended(matrix: Floats, rates: Floats, own: list[tuple[list[int], Floats, Floats]]) -> Floats:
    """Eigenvectors of the whole: those of each block, carried on into the blocks after it."""
    found = np.zeros_like(matrix)
    for place, (rows, vectors, _) in enumerate(own):
        found[:, np.array(rows)[:, None], rows] = vectors
        behind = list(rows)
        for later, ahead, back in own[place + 1 :]:
            with np.errstate(all="ignore"):  # where eigenvalues meet, which is seen to afterwards
                push = matrix[:, later][:, :, behind] @ found[:, behind][:, :, rows]
                if push.any():
                    apart = rates[:, None, rows] - rates[:, later][:, :, None]
                    found[:, np.array(later)[:, None], rows] = ahead @ ((back @ push) / apart)
            behind += later
    return found


def _gaps(rates: Floats) -> Floats:
    """The least distance of two eigenvalues, as a part of the larger one, for each patient."""
    if rates.shape[1] == 1:
        return np.ones(rates.shape[0])
    ordered = np.sort(-rates, axis=1)
    return np.asarray((np.diff(ordered, axis=1) / ordered[:, 1:]).min(axis=1))
