"""A loop that numba compiles: the modes of many patients, by rotations.

Patients are the last axis of every array, so that one instruction works on several of them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from adjuvant.pk.arrays import Floats
from adjuvant.pk.machine_code import machine_code

__all__ = ["split"]

_LANES = 64
"""Patients that are split together; what they need stays in the nearest cache."""

_SWEEPS = 30
"""Rounds of rotations at most; three to six are enough where numbers are numbers."""

_SETTLED = 2.0**-54
"""An element off the diagonal that is smaller than this part of the two beside it changes no digit."""


@machine_code
def split(
    matrix: Floats,
    starts: NDArray[np.int64],
    links: NDArray[np.int64],
    rates: Floats,
    right: Floats,
    left: Floats,
    sound: NDArray[np.bool_],
    limits: Floats,
    first: int,
    last: int,
) -> None:
    """The modes of patients from `first` to before `last`, as `modal.decompose` has them.

    Args:
        matrix: of shape (states, states, patients).
        starts: the first state of each block, and the number of states.
        links: the two-way flows of each block as a tree: (from, to), nearer to its first state first.
        limits: the least gap of two eigenvalues, and the largest condition.
    """
    count = matrix.shape[0]
    scale, root = np.empty((count, _LANES)), np.empty((count, _LANES))
    form, turn = np.empty((count, count, _LANES)), np.empty((count, count, _LANES))
    push, part = np.empty((count, _LANES)), np.empty((count, _LANES))
    for low in range(first, last, _LANES):
        lanes = min(_LANES, last - low)
        high = low + lanes
        for row in range(count):
            for lane in range(lanes):
                scale[row, lane] = 1.0
        for link in range(links.shape[0]):
            here, there = links[link, 0], links[link, 1]
            ahead, back = matrix[there, here, low:high], matrix[here, there, low:high]
            for lane in range(lanes):
                scale[there, lane] = scale[here, lane] * ahead[lane] / back[lane]
        for row in range(count):
            for lane in range(lanes):
                root[row, lane] = np.sqrt(scale[row, lane])
        right[:, :, low:high] = 0.0
        left[:, :, low:high] = 0.0
        for block in range(len(starts) - 1):
            top, end = starts[block], starts[block + 1]
            for i in range(top, end):
                for j in range(top, end):
                    one, other = matrix[i, j, low:high], matrix[j, i, low:high]
                    for lane in range(lanes):
                        ratio = root[j, lane] / root[i, lane]
                        form[i, j, lane] = (one[lane] * ratio + other[lane] / ratio) / 2
                        turn[i, j, lane] = 1.0 if i == j else 0.0
            _diagonal(form, turn, top, end, lanes)
            for i in range(top, end):
                for lane in range(lanes):
                    rates[i, low + lane] = form[i, i, lane]
                for mode in range(top, end):
                    for lane in range(lanes):
                        right[i, mode, low + lane] = turn[i, mode, lane] * root[i, lane]
                        left[mode, i, low + lane] = turn[i, mode, lane] / root[i, lane]
        for block in range(len(starts) - 1):
            for mode in range(starts[block], starts[block + 1]):
                for later in range(block + 1, len(starts) - 1):
                    top, end = starts[later], starts[later + 1]
                    for j in range(top, end):
                        push[j, :lanes] = 0.0
                        for i in range(starts[block], top):
                            for lane in range(lanes):
                                push[j, lane] += matrix[j, i, low + lane] * right[i, mode, low + lane]
                    for own in range(top, end):
                        part[own, :lanes] = 0.0
                        for j in range(top, end):
                            for lane in range(lanes):
                                part[own, lane] += left[own, j, low + lane] * push[j, lane]
                        for lane in range(lanes):
                            apart = rates[mode, low + lane] - rates[own, low + lane]
                            over = part[own, lane]
                            part[own, lane] = over / apart if over != 0 else 0.0
                    for j in range(top, end):
                        for own in range(top, end):
                            for lane in range(lanes):
                                right[j, mode, low + lane] += right[j, own, low + lane] * part[own, lane]
                for before in range(block - 1, -1, -1):
                    top, end = starts[before], starts[before + 1]
                    for i in range(top, end):
                        push[i, :lanes] = 0.0
                        for j in range(end, starts[block + 1]):
                            for lane in range(lanes):
                                push[i, lane] += left[mode, j, low + lane] * matrix[j, i, low + lane]
                    for own in range(top, end):
                        part[own, :lanes] = 0.0
                        for i in range(top, end):
                            for lane in range(lanes):
                                part[own, lane] += push[i, lane] * right[i, own, low + lane]
                        for lane in range(lanes):
                            apart = rates[mode, low + lane] - rates[own, low + lane]
                            over = part[own, lane]
                            part[own, lane] = over / apart if over != 0 else 0.0
                    for i in range(top, end):
                        for own in range(top, end):
                            for lane in range(lanes):
                                left[mode, i, low + lane] += part[own, lane] * left[own, i, low + lane]
        for lane in range(lanes):
            good = True
            for mode in range(count):
                own = rates[mode, low + lane]
                across, along = 0.0, 0.0
                for row in range(count):
                    across += right[row, mode, low + lane] ** 2
                    along += left[mode, row, low + lane] ** 2
                if not (np.sqrt(across) * np.sqrt(along) < limits[1] and own < 0):
                    good = False
                for earlier in range(mode):
                    beside = rates[earlier, low + lane]
                    if not abs(own - beside) > limits[0] * max(abs(own), abs(beside)):
                        good = False
            sound[low + lane] = good


@machine_code
def _diagonal(form: Floats, turn: Floats, top: int, end: int, lanes: int) -> None:
    """Rotate symmetric matrices until nothing is left off their diagonals (Jacobi), patients side by side."""
    for _ in range(_SWEEPS):
        left_over = 0
        for p in range(top, end):
            for q in range(p + 1, end):
                across, pp, qq = form[p, q], form[p, p], form[q, q]
                for lane in range(lanes):
                    size = _SETTLED * _SETTLED * pp[lane] * qq[lane]
                    left_over += 1 if across[lane] * across[lane] > size else 0
        if left_over == 0:
            return
        for p in range(top, end):
            for q in range(p + 1, end):
                across, mirrored, pp, qq = form[p, q], form[q, p], form[p, p], form[q, q]
                tangents, sines, cosines = np.empty(lanes), np.empty(lanes), np.empty(lanes)
                for lane in range(lanes):
                    off = across[lane]
                    theta = (qq[lane] - pp[lane]) / (2 * off)
                    tangent = 1.0 / (abs(theta) + np.sqrt(theta * theta + 1.0))
                    tangent = -tangent if theta < 0 else tangent
                    tangent = tangent if off != 0 else 0.0
                    cosine = 1.0 / np.sqrt(tangent * tangent + 1.0)
                    tangents[lane], cosines[lane], sines[lane] = tangent, cosine, tangent * cosine
                    pp[lane] -= tangent * off
                    qq[lane] += tangent * off
                    across[lane] = 0.0
                    mirrored[lane] = 0.0
                for row in range(top, end):
                    one, other = turn[row, p], turn[row, q]
                    for lane in range(lanes):
                        a, b = one[lane], other[lane]
                        one[lane] = cosines[lane] * a - sines[lane] * b
                        other[lane] = sines[lane] * a + cosines[lane] * b
                    if row not in (p, q):
                        one, other = form[row, p], form[row, q]
                        for lane in range(lanes):
                            a, b = one[lane], other[lane]
                            one[lane] = cosines[lane] * a - sines[lane] * b
                            other[lane] = sines[lane] * a + cosines[lane] * b
                        form[p, row, :lanes] = one[:lanes]
                        form[q, row, :lanes] = other[:lanes]
