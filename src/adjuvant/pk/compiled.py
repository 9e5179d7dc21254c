"""The compiled path: the same closed form over many patients at once, if numba is installed.

Threads share the patients; how many there are changes no digit. Without numba, or for little work, everything
goes by NumPy. ``ADJUVANT_COMPILED`` is ``never``, ``large`` (the default), ``always``, or ``jax``: then large
work goes by JAX on whatever device it has, and nothing by numba.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from adjuvant.errors import InternalError, UsageError
from adjuvant.pk.arrays import Floats
from adjuvant.pk.inputs import Timeline
from adjuvant.pk.modal import LARGEST_CONDITION, LEAST_GAP, Modes, trees
from adjuvant.pk.quantiles import LEAST_LEVEL, QuantileSketch
from adjuvant.pk.system import System

__all__ = [
    "by_kernels",
    "chosen",
    "chosen_jax",
    "count_by_kernels",
    "modes_by_kernels",
    "needs_jax",
    "threads",
    "usable",
]

_CHOICE = "ADJUVANT_COMPILED"

_LARGE = 2_000_000
"""From so many levels on numba is worth importing, which takes as long as NumPy takes for them."""

_LEAST_PART = 256
"""A thread is not started for fewer patients than this."""

_STORED, _COUNTED = 128, 2048
"""Patients that are taken together: as many as stay in cache; more where bins are visited."""

_EVEN = 10**-12
"""Steps that differ by less than this part of the time reached are even."""


def chosen(patients: int, times: int) -> bool:
    """Whether levels of so many patients at so many times go by the compiled path.

    Raises:
        UsageError: a choice that is none, or ``always`` where numba is not installed.
    """
    choice = _choice()
    if choice in ("never", "jax") or (choice == "large" and patients * times < _LARGE):
        return False
    there = usable()
    if choice == "always" and not there:
        raise UsageError(
            f"{_CHOICE}=always",
            "needs numba, and a folder in which it may keep what it compiles",
            "run: pip install 'adjuvant[fast]', and set NUMBA_CACHE_DIR to a folder you may write",
        )
    return there


def chosen_jax(patients: int, times: int) -> bool:
    """Whether levels of so many patients at so many times go by JAX.

    Raises:
        UsageError: a choice that is none, or ``jax`` where JAX is not installed.
    """
    if _choice() != "jax" or patients * times < _LARGE:
        return False
    needs_jax(f"{_CHOICE}=jax", "leave the choice out")
    return True


def needs_jax(what: str, instead: str) -> None:
    """Refuse `what` where JAX is not installed.

    Args:
        instead: what may be done without it.
    Raises:
        UsageError: it names what to install.
    """
    if find_spec("jax") is None or find_spec("jaxlib") is None:
        raise UsageError(
            what, "needs JAX, which is not installed", f"run: pip install 'adjuvant[jax]', or {instead}"
        )


def _choice() -> str:
    choice = os.environ.get(_CHOICE, "large")
    if choice not in ("never", "large", "always", "jax"):
        raise UsageError(
            f"{_CHOICE}={choice!r}", "is no choice", "set it to never, large, always or jax, or leave it out"
        )
    return choice


@lru_cache(maxsize=1)
def usable() -> bool:
    """Whether numba is installed, and can keep what it compiles."""
    if find_spec("numba") is None:
        return False
    try:
        import adjuvant.pk.kernels
        import adjuvant.pk.mode_kernels  # noqa: F401  # to see whether they can be
    except (ImportError, RuntimeError):  # numba is broken, or may write no folder and would compile each time
        return False
    return True


def modes_by_kernels(system: System) -> Modes | None:
    """The modes of a system, as `modal.decompose` gives them; None where a block has a cycle."""
    from adjuvant.pk.mode_kernels import split

    links = trees(system)
    if links is None:
        return None
    count, size = len(system.states), system.patients
    matrix = np.ascontiguousarray(np.moveaxis(system.matrix, 0, 2))
    rates, right, left = (np.empty((*(count,) * axes, size)) for axes in (1, 2, 2))
    sound = np.empty(size, dtype=np.bool_)
    starts = np.array([0, *np.cumsum([len(block) for block in system.blocks])])
    tree = np.array(links, dtype=np.int64).reshape(-1, 2)
    limits = np.array([LEAST_GAP, LARGEST_CONDITION], dtype=np.float64)
    _shared(size, lambda low, high: split(matrix, starts, tree, rates, right, left, sound, limits, low, high))
    return Modes(rates.T, np.moveaxis(right, 2, 0), np.moveaxis(left, 2, 0), sound)


def by_kernels(system: System, modes: Modes, given: Timeline, times_min: Floats) -> dict[str, Floats]:
    """Levels in ng/mL, as `closed_form.by_modes` gives them."""
    walk = _prepared(system, modes, given, times_min)
    found = np.empty((len(system.readouts), len(times_min), system.patients))
    none = QuantileSketch(0)
    _shared(
        system.patients,
        lambda low, high: walk(
            found, (low, high), _STORED, LEAST_LEVEL, 0, *_counters(none), np.zeros(0, dtype=np.bool_)
        ),
    )
    return dict(zip(system.readouts, found, strict=True))


def count_by_kernels(
    system: System, modes: Modes, given: Timeline, times_min: Floats, tallies: list[QuantileSketch]
) -> None:
    """Count levels without storing them, by readout and then by time; each thread in a tally of its own.

    Raises:
        InternalError: a level that is no finite number, or well below zero.
    """
    walk = _prepared(system, modes, given, times_min)
    nowhere = np.empty((len(system.readouts), len(times_min), 0))
    bounds = _bounds(system.patients, len(tallies))

    def one(place: int) -> None:
        tally, start, end = tallies[place], bounds[place], bounds[place + 1]
        todo = np.ones(len(system.readouts) * len(times_min), dtype=np.bool_)
        now = start
        while now >= 0:
            counters = _counters(tally)
            now, answer = walk(nowhere, (now, end), _COUNTED, LEAST_LEVEL, tally.shift, *counters, todo)
            if answer == _NO_LEVEL:
                raise InternalError("a level", "is NaN, infinite or negative", "report it with the regimen")
            if now >= 0:
                tally.widen(counters[3])
        tally.patients += end - start

    _each(len(bounds) - 1, one)


_NO_LEVEL = 2


def _counters(
    tally: QuantileSketch,
) -> tuple[NDArray[np.int64], NDArray[np.uint32], NDArray[np.int64], NDArray[np.int64]]:
    return tally.first, tally.counts, tally.none, tally.wanted()


def threads() -> int:
    """How many threads there are to share patients."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _bounds(patients: int, parts: int) -> list[int]:
    parts = max(min(parts, patients // _LEAST_PART), 1)
    return [patients * place // parts for place in range(parts + 1)]


def _shared(patients: int, work: Callable[[int, int], object]) -> None:
    bounds = _bounds(patients, threads())
    _each(len(bounds) - 1, lambda place: work(bounds[place], bounds[place + 1]))


def _each(parts: int, work: Callable[[int], object]) -> None:
    """Each part in a thread of its own, the last one in this."""
    if parts == 1:
        work(0)
        return
    with ThreadPoolExecutor(parts - 1) as pool:
        others = [pool.submit(work, place) for place in range(parts - 1)]
        work(parts - 1)
        for other in others:
            other.result()


def _prepared(
    system: System, modes: Modes, given: Timeline, times_min: Floats
) -> Callable[..., tuple[int, int]]:
    """`kernels.walk` with all of its arguments up to where levels go."""
    from adjuvant.pk.kernels import walk

    rates = np.ascontiguousarray(modes.rates.T)
    left = np.ascontiguousarray(np.moveaxis(modes.left, 0, 2))
    weights = np.empty((len(system.readouts), len(rates), system.patients))
    for place, (row, scale) in enumerate(system.readouts.values()):
        np.multiply(modes.right[:, row].T, scale, out=weights[place])
    # A mode that a readout does not see has a weight of exactly zero, by the order of the blocks.
    seen = np.full((len(weights), len(rates)), -1, dtype=np.int64)
    for place, weight in enumerate(weights):
        own = np.flatnonzero((weight != 0).any(axis=1))
        seen[place, : len(own)] = own
        seen[place, 0] = own[0] if len(own) else 0
    bounds = np.searchsorted(times_min, [*given.edges, np.inf])
    plan = np.full((len(given.edges), 3), -1, dtype=np.int64)
    widths: dict[float, int] = {}
    reached = float(times_min[-1])
    alike = _step(times_min, reached)
    for place, edge in enumerate(given.edges):
        now = times_min[bounds[place] : bounds[place + 1]] - edge
        if place + 1 < len(given.edges):
            plan[place, 2] = widths.setdefault(float(given.edges[place + 1] - edge), len(widths))
        step = _step(now, reached) if alike is None and len(now) else alike
        if len(now) and step is not None:
            plan[place, 0] = widths.setdefault(float(now[0]), len(widths))
            plan[place, 1] = widths.setdefault(step, len(widths))
    ready: tuple[Any, ...] = (
        rates,
        left,
        weights,
        seen,
        np.ascontiguousarray(given.pulses),
        np.ascontiguousarray(given.rates),
        np.ascontiguousarray(given.edges, dtype=np.float64),
        times_min,
        bounds,
        plan,
        np.array([*widths] or [0.0]),
    )
    return lambda *where: walk(*ready, *where)


def _step(minutes: Floats, reached: float) -> float | None:
    """The step of an even grid; None for one that is not even."""
    if len(minutes) == 1:
        return 0.0
    steps = np.diff(minutes)
    step = float(minutes[-1] - minutes[0]) / len(steps)
    return step if (np.abs(steps - step) <= _EVEN * max(reached, 1.0)).all() else None
