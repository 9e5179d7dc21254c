"""Piecewise regression: level and slope before, and what changes in both; by least squares and with AR(1)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import stdtrit

from adjuvant.outcomes.single_case.estimate import LEVEL, Estimate
from adjuvant.outcomes.single_case.phases import Phases, short_of
from adjuvant.unknown import Unknown

__all__ = ["TERMS", "Piecewise", "piecewise", "piecewise_ar1"]

TERMS = ("level_before", "slope_before", "level_change", "slope_change")
"""Level at the first reading before and its slope; step at the first reading after; new slope less old."""

_NEAR = 1 - 1e-6
_Table = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Piecewise:
    """A fitted piecewise regression.

    Args:
        terms: by the names of `TERMS`, B minus A: points, and points a day or a session.
        phi: the autocorrelation of the errors that was fitted; None by least squares.
    """

    terms: dict[str, Estimate]
    phi: float | None = None


def piecewise(phases: Phases) -> Piecewise | Unknown:
    """y = b0 + b1 t + b2 D + b3 (t - T) D by ordinary least squares, D being 1 after.

    t counts from the first reading before and T is the time of the first reading after, in days where the
    readings are timed, else in sessions. Standard errors and intervals (Student's t with N - 4 degrees of
    freedom) take the errors to be independent.

    Returns:
        Unknown with fewer than two readings in a phase or five in all.
    Source: huitema2000.
    """
    made = _design(phases)
    if isinstance(made, Unknown):
        return made
    x, y = made
    coefficients, errors = _least_squares(x, y)
    return Piecewise(_estimates(coefficients, errors, len(y) - len(TERMS)))


def piecewise_ar1(phases: Phases) -> Piecewise | Unknown:
    """The same regression with errors that follow AR(1) from reading to reading, by maximum likelihood.

    The readings count as evenly spaced, over the course too. Standard errors are those of nlme, by N - 4.

    Returns:
        Unknown as `piecewise`, and where the line fits without an error or the likelihood has no peak inside.
    Source: scan_package, whose errors are those of nlme.
    """
    made = _design(phases)
    if isinstance(made, Unknown):
        return made
    x, y = made
    if _residual(x, y) <= _smallest(y):
        return Unknown("readings that do not lie on the fitted line")

    def loss(phi: float) -> float:
        rest = _residual(_whitened(x, phi), _whitened(y, phi))
        return len(y) / 2 * math.log(rest) - math.log(1 - phi**2) / 2

    # The likelihood of few readings can have two peaks: the highest point of a grid says where to look.
    grid = np.linspace(-_NEAR, _NEAR, 200)
    best = int(np.argmin([loss(float(one)) for one in grid]))
    if best in (0, len(grid) - 1):
        return Unknown("readings whose autocorrelation can be fitted inside -1 to 1")
    found = minimize_scalar(
        loss,
        bounds=(float(grid[best - 1]), float(grid[best + 1])),
        method="bounded",
        options={"xatol": 1e-12},
    )
    phi = float(found.x)
    coefficients, errors = _least_squares(_whitened(x, phi), _whitened(y, phi))
    return Piecewise(_estimates(coefficients, errors, len(y) - len(TERMS)), phi)


def _design(phases: Phases) -> tuple[_Table, _Table] | Unknown:
    m, n = len(phases.before), len(phases.after)
    short = short_of(phases, 2, 2)
    if short is not None:
        return short
    if m + n <= len(TERMS):
        return Unknown(f"{len(TERMS) + 1} readings instead of {m + n}")
    first, turn = phases.before_at[0], phases.after_at[0]
    time = [float(at - first) for at in (*phases.before_at, *phases.after_at)]
    since = [*[0.0] * m, *[float(at - turn) for at in phases.after_at]]
    after = [*[0.0] * m, *[1.0] * n]
    x = np.column_stack([np.ones(m + n), time, after, since])
    return x, np.array([float(one) for one in (*phases.before, *phases.after)])


def _whitened(table: _Table, phi: float) -> _Table:
    """Rows whose errors are independent where those of `table` follow AR(1) with `phi`."""
    rest = table[1:] - phi * table[:-1]
    return np.concatenate([table[:1] * math.sqrt(1 - phi**2), rest])


def _residual(x: _Table, y: _Table) -> float:
    coefficients = np.linalg.lstsq(x, y, rcond=None)[0]
    return float(np.sum((y - x @ coefficients) ** 2))


def _smallest(y: _Table) -> float:
    """A sum of squares that is rounding and nothing else."""
    return float(np.sum(y**2) + 1) * float(np.finfo(float).eps)


def _least_squares(x: _Table, y: _Table) -> tuple[list[float], list[float] | Unknown]:
    coefficients = np.linalg.lstsq(x, y, rcond=None)[0]
    rest = float(np.sum((y - x @ coefficients) ** 2))
    if rest <= _smallest(y):
        return [float(one) for one in coefficients], Unknown("readings that do not lie on the fitted line")
    scale = rest / (len(y) - x.shape[1])
    spread = np.diag(np.linalg.inv(x.T @ x)) * scale
    return [float(one) for one in coefficients], [math.sqrt(float(one)) for one in spread]


def _estimates(values: list[float], errors: list[float] | Unknown, freedom: int) -> dict[str, Estimate]:
    if isinstance(errors, Unknown):
        return {name: Estimate(value, errors, errors) for name, value in zip(TERMS, values, strict=True)}
    reach = float(stdtrit(freedom, (1 + LEVEL) / 2))
    return {
        name: Estimate(value, error, (value - reach * error, value + reach * error))
        for name, value, error in zip(TERMS, values, errors, strict=True)
    }
