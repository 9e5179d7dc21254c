"""Levels by an adaptive solver of differential equations: the oracle, and the path of changing clearances."""

from __future__ import annotations

import numpy as np

from adjuvant.errors import InternalError
from adjuvant.pk.arrays import Floats
from adjuvant.pk.inputs import Timeline
from adjuvant.pk.system import System

__all__ = ["TIGHT", "by_ode"]

TIGHT = 10**-11
"""The relative error of a step that is asked for unless told otherwise."""

_FLOOR = 10**-16
"""The absolute error of a step, as a part of all that is given."""


def by_ode(
    system: System,
    given: Timeline,
    times_min: Floats,
    *,
    tolerance: float = TIGHT,
    method: str = "Radau",
    first_min: float = 0.0,
) -> dict[str, Floats]:
    """Levels in ng/mL at `times_min`, which do not fall; by readout, each of shape (times, patients).

    Args:
        tolerance: the relative error of a step.
        method: one of scipy's: Radau is for stiff equations; DOP853 is of high order for others.
        first_min: the minute of the first dose, from which a changing clearance counts.
    """
    found = {name: np.zeros((len(times_min), system.patients)) for name in system.readouts}
    for patient in range(system.patients):
        levels = _one(
            system.of(slice(patient, patient + 1)),
            _own(given, patient),
            times_min,
            tolerance,
            method,
            first_min,
        )
        for name, curve in levels.items():
            found[name][:, patient] = curve
    return found


def _own(given: Timeline, patient: int) -> Timeline:
    def part(amounts: Floats) -> Floats:
        place = patient if amounts.shape[2] > 1 else 0
        return amounts[:, :, place : place + 1]

    return Timeline(given.edges, part(given.pulses), part(given.rates))


def _one(
    system: System, given: Timeline, times_min: Floats, tolerance: float, method: str, first_min: float
) -> dict[str, Floats]:
    from scipy.integrate import solve_ivp

    matrix = system.matrix[0]
    growth = np.zeros_like(matrix) if system.growth is None else system.growth[0]
    state = np.zeros(len(system.states))
    bounds = np.searchsorted(times_min, [*given.edges, np.inf])
    ends = [*given.edges[1:], max(float(times_min[-1]), float(given.edges[-1]))]
    lasting = np.diff(given.edges, append=given.edges[-1])
    total = given.pulses.sum() + (given.rates[:, :, 0].sum(axis=1) * lasting).sum()
    found = {name: np.zeros(len(times_min)) for name in system.readouts}
    for place, (start, end) in enumerate(zip(given.edges, ends, strict=True)):
        state = state + given.pulses[place, :, 0]
        push = given.rates[place, :, 0]
        inner = times_min[bounds[place] : bounds[place + 1]]
        if end == start:
            for name, (row, scale) in system.readouts.items():
                found[name][bounds[place] : bounds[place + 1]] = state[row] * scale[0]
            continue

        def slope(minute: float, amounts: Floats, push: Floats = push) -> Floats:
            return np.asarray((matrix + (minute - first_min) * growth) @ amounts + push)

        def jacobian(minute: float, _: Floats) -> Floats:
            return np.asarray(matrix + (minute - first_min) * growth)

        solved = solve_ivp(
            slope,
            (start, end),
            state,
            method=method,
            t_eval=np.unique([*inner, end]),
            rtol=tolerance,
            atol=_FLOOR * total,
            **({"jac": jacobian} if method == "Radau" else {}),
        )
        if not solved.success:
            raise InternalError(
                f"levels from minute {start:g} to {end:g}", solved.message, "report it with the regimen"
            )
        where = np.searchsorted(solved.t, inner)
        for name, (row, scale) in system.readouts.items():
            found[name][bounds[place] : bounds[place + 1]] = solved.y[row, where] * scale[0]
        state = solved.y[:, -1]
    return found
