"""Loops that numba compiles: levels of many patients from event to event, stored or counted.

Patients are the last axis of every array, so that one instruction works on several of them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from adjuvant.pk.arrays import Floats
from adjuvant.pk.machine_code import machine_code

__all__ = ["counted", "walk"]

_RENEWED = 512
"""Steps on an even grid after which the recursion starts from the exact value again."""

_SIGN = np.int64(2**63 - 1)
_EXPONENT = np.int64(0x7FF0000000000000)


@machine_code
def _moved(
    rate: Floats, width: float, state: Floats, steady: Floats, into: Floats, low: int, lanes: int
) -> None:
    """A mode after `width` minutes; `steady` is its input over its rate."""
    part = rate[low : low + lanes]
    for lane in range(lanes):
        over = part[lane] * width
        if over > -0.5:  # one of the two is worked out so that neither loses digits
            less = np.expm1(over)
            into[lane] = state[lane] * (less + 1.0) + steady[lane] * less
        else:
            whole = np.exp(over)
            into[lane] = state[lane] * whole + steady[lane] * (whole - 1.0)


@machine_code
def _put(amounts: Floats, left: Floats, into: Floats, low: int, lanes: int) -> None:
    """Add amounts by state (and patient) to modes."""
    for row in range(amounts.shape[0]):
        given = amounts[row]
        if len(given) == 1:
            if given[0] != 0:
                for mode in range(into.shape[0]):
                    own, total, mg = left[mode, row, low : low + lanes], into[mode], given[0]
                    for lane in range(lanes):
                        total[lane] += own[lane] * mg
        else:
            for mode in range(into.shape[0]):
                own, total, mine = left[mode, row, low : low + lanes], into[mode], given[low : low + lanes]
                for lane in range(lanes):
                    total[lane] += own[lane] * mine[lane]


@machine_code
def _read(now: Floats, weights: Floats, seen: NDArray[np.int64], into: Floats, low: int, lanes: int) -> None:
    """A readout of the modes that it sees."""
    own, mode = weights[seen[0], low : low + lanes], now[seen[0]]
    for lane in range(lanes):
        into[lane] = own[lane] * mode[lane]
    for place in range(1, len(seen)):
        if seen[place] < 0:
            break
        own, mode = weights[seen[place], low : low + lanes], now[seen[place]]
        for lane in range(lanes):
            into[lane] += own[lane] * mode[lane]


@machine_code
def counted(
    levels: Floats,
    lanes: int,
    least: float,
    shift: int,
    first: NDArray[np.int64],
    counts: NDArray[np.uint32],
    none: NDArray[np.int64],
    reach: NDArray[np.int64],
    key: int,
) -> int:
    """Count levels of one time in their bins: 0 when done, 1 where bins are missing, 2 for what is no level.

    Where bins are missing, `reach` is widened to what they must hold, and nothing is counted.
    """
    bits = levels.view(np.int64)
    floor = np.array([least]).view(np.int64)[0]
    low, high, below, bad, absent = _SIGN, np.int64(0), np.int64(0), 0, 0
    for lane in range(lanes):
        own = bits[lane]
        there = own >= floor
        low = min(low, own if there else _SIGN)
        high = max(high, own if there else np.int64(0))
        below = max(below, own & _SIGN if own < 0 else np.int64(0))
        bad += 1 if (own & _EXPONENT) == _EXPONENT else 0
        absent += 0 if there else 1
    ends = np.array([below, high]).view(np.float64)
    if bad or ends[0] > least * (1.0 + max(ends[0], ends[1])):
        return 2
    if high:
        lowest, highest = low >> shift, high >> shift
        if lowest < first[key] or highest >= first[key] + counts.shape[1]:
            reach[key, 0] = min(reach[key, 0], lowest)
            reach[key, 1] = max(reach[key, 1], highest)
            return 1
        row, base = counts[key], first[key]
        if absent:
            for lane in range(lanes):
                if bits[lane] >= floor:
                    row[(bits[lane] >> shift) - base] += np.uint32(1)
        else:
            for lane in range(lanes):
                row[(bits[lane] >> shift) - base] += np.uint32(1)
    none[key] += absent
    return 0


@machine_code
def walk(
    rates: Floats,
    left: Floats,
    weights: Floats,
    seen: NDArray[np.int64],
    pulses: Floats,
    inputs: Floats,
    edges: Floats,
    times: Floats,
    bounds: NDArray[np.int64],
    plan: NDArray[np.int64],
    widths: Floats,
    out: Floats,
    span: tuple[int, int],
    block: int,
    least: float,
    shift: int,
    first: NDArray[np.int64],
    counts: NDArray[np.uint32],
    none: NDArray[np.int64],
    reach: NDArray[np.int64],
    todo: NDArray[np.bool_],
) -> tuple[int, int]:
    """Levels of the patients of `span`, stored in `out`, or counted where `out` has no patients.

    Args:
        rates: of shape (modes, patients); `left` has the states between them, `weights` the readouts first.
        seen: the modes of each readout, and -1 after the last.
        pulses, inputs: by edge, state and patient, as in a Timeline.
        bounds: the first time of each edge, and the number of times.
        plan: by edge, which of `widths` leads to its first time, from one time to the next (-1 where the grid
            is not even), and to the next edge.
        todo: by readout and time, what of the first block is not yet counted.
    Returns:
        the patient from which on it must be called again, with wider counts, or -1; 2 for what is no level.
    """
    modes, kinds, stored = rates.shape[0], len(widths), out.shape[2] > 0
    whole, less = np.empty((kinds, modes, block)), np.empty((kinds, modes, block))
    state, steady, now, gain = (
        np.empty((modes, block)),
        np.empty((modes, block)),
        np.empty((modes, block)),
        np.empty((modes, block)),
    )
    buffer = np.empty(block)
    for low in range(span[0], span[1], block):
        lanes = min(block, span[1] - low)
        short = False
        for kind in range(kinds):
            for mode in range(modes):
                rate = rates[mode, low : low + lanes]
                exact, minus = whole[kind, mode], less[kind, mode]
                for lane in range(lanes):
                    over = rate[lane] * widths[kind]
                    if over > -0.5:
                        value = np.expm1(over)
                        minus[lane] = value
                        exact[lane] = value + 1.0
                    else:
                        value = np.exp(over)
                        exact[lane] = value
                        minus[lane] = value - 1.0
        state[:, :lanes] = 0.0
        for edge in range(len(edges)):
            _put(pulses[edge], left, state, low, lanes)
            steady[:, :lanes] = 0.0
            _put(inputs[edge], left, steady, low, lanes)
            for mode in range(modes):
                own, rate = steady[mode], rates[mode, low : low + lanes]
                for lane in range(lanes):
                    own[lane] /= rate[lane]
            start, end = bounds[edge], bounds[edge + 1]
            step = plan[edge, 1]
            for time in range(start, end):
                if step < 0 or (time - start) % _RENEWED == 0:
                    if step >= 0 and time == start:
                        to = plan[edge, 0]
                        for mode in range(modes):
                            a, b, c = state[mode], steady[mode], now[mode]
                            e, f = whole[to, mode], less[to, mode]
                            for lane in range(lanes):
                                c[lane] = a[lane] * e[lane] + b[lane] * f[lane]
                            e, g = less[step, mode], gain[mode]
                            for lane in range(lanes):
                                g[lane] = b[lane] * e[lane]
                    else:
                        for mode in range(modes):
                            width = times[time] - edges[edge]
                            _moved(rates[mode], width, state[mode], steady[mode], now[mode], low, lanes)
                else:
                    for mode in range(modes):
                        c, e, g = now[mode], whole[step, mode], gain[mode]
                        for lane in range(lanes):
                            c[lane] = c[lane] * e[lane] + g[lane]
                for readout in range(len(seen)):
                    if stored:
                        into = out[readout, time, low : low + lanes]
                        _read(now, weights[readout], seen[readout], into, low, lanes)
                        continue
                    key = readout * len(times) + time
                    if not todo[key]:
                        continue
                    _read(now, weights[readout], seen[readout], buffer, low, lanes)
                    answer = counted(buffer, lanes, least, shift, first, counts, none, reach, key)
                    if answer == 2:
                        return low, 2
                    todo[key] = answer == 1
                    short = short or answer == 1
            if edge + 1 < len(edges):
                to = plan[edge, 2]
                for mode in range(modes):
                    a, b = state[mode], steady[mode]
                    e, f = whole[to, mode], less[to, mode]
                    for lane in range(lanes):
                        a[lane] = a[lane] * e[lane] + b[lane] * f[lane]
        if short:
            return low, 1
        todo[:] = True
    return -1, 0
