"""One patient's figures from measured levels: the most probable ones, by the model's own variances."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from adjuvant.errors import InputError, InternalError
from adjuvant.pk.arrays import Floats
from adjuvant.pk.deviations import deviations_of
from adjuvant.pk.measured import Measured, fitting
from adjuvant.pk.model import CompartmentModel, Residual
from adjuvant.pk.person import Covariates, Individual, typical
from adjuvant.pk.population import curves
from adjuvant.pk.regimen import Bolus, Infusion, Regimen
from adjuvant.pk.reported import in_ng_per_ml, reported_effects

__all__ = ["Estimate", "Learned", "Misfit", "estimate"]

_STEP = 10**-4
"""Of a deviation, in units of its own spread, by which slopes are taken."""

_ROUNDS = 100
_FARTHEST = 2.0
"""Spreads that a round moves a figure at most."""
_HALVINGS = 24
_ENOUGH = 10**-9
_MUCH, _NOTHING = 1 / 2**2, 1 / 2**4
"""Shares of a spread: from the one on, levels changed a figure; under the other, they said nothing of it."""
_STILL = 10**-3
"""A figure that moved by less, as a share of it, is said to stay."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What the levels say of one figure.

    Args:
        occasion: 0 for the patient; else the occasion that it is of.
        typical, found: before and after.
        spread_before, spread_after: standard deviation of its logarithm (or logit), before and after.
    """

    name: str
    occasion: int
    typical: float
    found: float
    spread_before: float
    spread_after: float

    @property
    def told(self) -> float:
        """The share of its spread that the levels took away: 0 where they said nothing of it, towards 1."""
        return 1.0 - self.spread_after / self.spread_before


@dataclass(frozen=True, slots=True)
class Misfit:
    """One measured level against the model.

    Args:
        before, after: what the typical patient and this patient would have.
        expected_spread: of such a level over patients and samples before it was measured, as a share of it.
        surprise: how many such spreads it lies from the typical patient's level.
        residual: how many spreads of a single sample it lies from this patient's own level.
    """

    measured: Measured
    before: float
    after: float
    expected_spread: float
    surprise: float
    residual: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """The most probable figures of a patient, how sure they are, and what the levels did not say.

    Args:
        learned: figure by figure; misfits: level by level.
        deviations, covariance: in units of each figure's own spread before.
        problem: what it was made from.
    """

    model: CompartmentModel
    learned: tuple[Learned, ...]
    misfits: tuple[Misfit, ...]
    deviations: Floats
    covariance: Floats
    notices: tuple[str, ...]
    problem: _Problem = field(repr=False, compare=False)

    def drawn(
        self, times_min: Floats, draws: int, generator: np.random.Generator, shares: Sequence[float]
    ) -> Floats:
        """Quantiles of ketamine at `times_min` over what this patient's figures may be; by share and time.

        It is how sure the estimate is, without the error of single samples, and it holds in this model alone.
        """
        root = np.linalg.cholesky(self.covariance)
        sets = self.deviations + generator.standard_normal((draws, len(self.deviations))) @ root.T
        level = self.problem.at(sets, times_min, self.model.analytes[:1])[self.model.analytes[0]]
        return np.quantile(level, list(shares), axis=1)

    @property
    def statement(self) -> tuple[str, ...]:
        """What the data changed and what they did not, in plain sentences."""
        changed = [one for one in self.learned if one.told >= _MUCH]
        silent = [one for one in self.learned if one.told < _NOTHING]
        partly = [one for one in self.learned if one not in changed and one not in silent]
        said = []
        for one in changed:
            where = f" on occasion {one.occasion}" if one.occasion else ""
            said.append(
                f"{one.name}{where}: {one.found / one.typical:.2f} times the typical figure; the levels took "
                f"{one.told:.0%} of its spread away."
            )
        if partly:
            said.append(f"Little was learned of {_names(partly)}.")
        still = [one for one in silent if abs(one.found / one.typical - 1) < _STILL]
        if still:
            stay = "it stays" if len(still) == 1 else "they stay"
            said.append(f"Nothing was learned of {_names(still)}: {stay} as in the typical patient.")
        said += [
            f"Next to nothing was learned of {_names([one])}: it moved by "
            f"{one.found / one.typical - 1:+.1%}, mostly along with what it varies with."
            for one in silent
            if one not in still
        ]
        if len(self.problem.starts) > 1 and self.model.between_occasion is None:
            said.append("This model says nothing of what varies between occasions: the figures hold for all.")
        odd = [one for one in self.misfits if abs(one.surprise) > 2]
        if odd:
            said.append(
                f"{len(odd)} of {len(self.misfits)} levels lie where fewer than 1 in 20 patients of "
                "this model would have them: check dose, time, side and laboratory before you believe it."
            )
        far = [one for one in self.misfits if abs(one.residual) > 2]
        if far:
            said.append(
                f"{len(far)} of {len(self.misfits)} levels lie far from the patient's own curve: this model "
                "does not describe them together."
            )
        return tuple(said)


def _names(some: Sequence[Learned]) -> str:
    return ", ".join(f"{one.name}{f' on occasion {one.occasion}' if one.occasion else ''}" for one in some)


class _Problem:
    """The levels as a function of deviations, each in units of its own spread; many sets at a time."""

    def __init__(
        self,
        model: CompartmentModel,
        regimen: Regimen,
        covariates: Covariates,
        measured: Sequence[Measured],
        starts: Sequence[float],
        beyond: bool,
    ) -> None:
        self.model, self.regimen, self.measured = model, regimen, measured
        self.weight = float(covariates.weight_kg)
        self.person = typical(model, covariates, beyond_population=beyond)
        self.starts = list(starts)
        self.deviations, self.prior = deviations_of(model, len(self.starts))
        self.times = np.unique([one.at_min for one in measured])
        self.rows = np.searchsorted(self.times, [one.at_min for one in measured])

    def values(self, sets: Floats, occasion: int) -> dict[str, float | Floats]:
        """The figures of one occasion for each set of deviations."""
        found: dict[str, float | Floats] = dict(self.person.values)
        for place, one in enumerate(self.deviations):
            if one.occasion not in (0, occasion):
                continue
            shift, value = one.spread * sets[:, place], np.asarray(found[one.name], dtype=np.float64)
            if one.logit:
                odds = value / (1 - value) * np.exp(shift)
                found[one.name] = np.asarray(odds / (1 + odds))
            else:
                found[one.name] = np.asarray(value * np.exp(shift))
        return found

    def at(self, sets: Floats, times: Floats, analytes: Sequence[str]) -> dict[str, Floats]:
        """Levels by analyte, of shape (times, sets). Each dose carries the figures of its own occasion."""
        total = {name: np.zeros((len(times), len(sets))) for name in analytes}
        for place, start in enumerate(self.starts):
            until = self.starts[place + 1] if place + 1 < len(self.starts) else np.inf
            part = _between(self.regimen, start if place else -1.0, until)
            if part is None:
                continue
            person = Individual(self.values(sets, place + 1), (), ())
            found = curves(self.model, person, part, times, self.weight, analytes=analytes)
            for name, level in found.items():
                total[name] += level
        return total

    def levels(self, sets: Floats) -> Floats:
        """Predicted levels, by set and measurement."""
        found = self.at(sets, self.times, sorted({one.analyte for one in self.measured}))
        rows = zip(self.rows, self.measured, strict=True)
        return np.stack([found[one.analyte][row] for row, one in rows], axis=1)

    def variances(self, levels: Floats) -> Floats:
        """Of single samples around these levels."""
        return np.stack(
            [
                _variance(self.model.residual[one.analyte], levels[:, at])
                for at, one in enumerate(self.measured)
            ],
            axis=1,
        )

    def slopes(self, at: Floats) -> tuple[Floats, Floats]:
        """Levels at `at`, and how they change with each deviation; shape (measurements, deviations)."""
        count = len(at)
        sets = np.concatenate([at[None], at + _STEP * np.eye(count), at - _STEP * np.eye(count)])
        levels = self.levels(sets)
        return levels[0], ((levels[1 : count + 1] - levels[count + 1 :]) / (2 * _STEP)).T

    def objective(self, sets: Floats) -> Floats:
        """Minus twice the logarithm of the posterior density, but for a constant, of each set."""
        levels = self.levels(sets)
        seen = np.array([one.ng_per_ml for one in self.measured])
        spread = self.variances(levels)
        prior = np.einsum("si,ij,sj->s", sets, self.prior, sets)
        return np.asarray(((seen - levels) ** 2 / spread + np.log(spread)).sum(axis=1) + prior)

    def information(self, at: Floats) -> tuple[Floats, Floats]:
        """The slope of half the objective, and what is expected of its curvature; for the next step."""
        levels, slope = self.slopes(at)
        seen = np.array([one.ng_per_ml for one in self.measured])
        spread = self.variances(levels[None])[0]
        # How the variance changes with the level, taken like the slopes.
        wide = (
            self.variances((levels * (1 + _STEP))[None])[0] - self.variances((levels * (1 - _STEP))[None])[0]
        )
        by_level = wide / (2 * _STEP * levels)
        change = slope * by_level[:, None]
        off = seen - levels
        down = (
            -slope.T @ (off / spread) + change.T @ ((1 / spread - off**2 / spread**2) / 2) + self.prior @ at
        )
        bend = (
            slope.T @ (slope / spread[:, None]) + change.T @ (change / spread[:, None] ** 2) / 2 + self.prior
        )
        return down, bend


def estimate(
    model: CompartmentModel,
    regimen: Regimen,
    covariates: Covariates,
    measured: Sequence[Measured],
    *,
    occasions: Sequence[float] = (0.0,),
    beyond_population: bool = False,
) -> Estimate:
    """The most probable figures of a patient (maximum a posteriori), by what the model prints.

    The prior is the model's variability between people and, for each occasion, between occasions; the error
    of single samples is its own. Each dose carries the figures of the occasion in which it begins: what is
    left of an earlier one is cleared as it was then. How sure they are follows from the expected curvature.

    Args:
        occasions: the minute from which each counts, in rising order; the first is that of the first dose.
    Raises:
        InputError: levels that cannot be held against the model, see `fitting`; occasions out of order; a
            level at a time at which the model has none yet.
    """
    fitting(model, measured)
    starts = [float(one) for one in occasions]
    if not starts or any(not later > earlier for earlier, later in itertools.pairwise(starts)):
        raise InputError(
            "occasions", "are none or out of order", "give the minute from which each counts, rising"
        )
    problem = _Problem(model, regimen, covariates, measured, starts, beyond_population)
    if (problem.levels(np.zeros((1, len(problem.deviations)))) <= 0).any():
        raise InputError("measured level", "stands where the model has none yet", "check its time")
    best = _climbed(problem)
    levels, _ = problem.slopes(best)
    _, bend = problem.information(best)
    covariance = np.asarray(np.linalg.inv(bend), dtype=np.float64)
    prior = np.asarray(np.linalg.inv(problem.prior), dtype=np.float64)
    before, early = problem.slopes(np.zeros(len(best)))
    noise = problem.variances(np.stack([before, levels]))
    wide = np.sqrt(np.einsum("mi,ij,mj->m", early, prior, early) + noise[0])
    seen = np.array([one.ng_per_ml for one in measured])
    return Estimate(
        model=model,
        learned=tuple(_learned(problem, best, covariance, prior)),
        misfits=tuple(
            Misfit(
                one, float(before[at]), float(levels[at]), float(wide[at] / before[at]),
                float((seen[at] - before[at]) / wide[at]), float((seen[at] - levels[at]) /
                np.sqrt(noise[1][at])),
            )
            for at, one in enumerate(measured)
        ),
        deviations=best,
        covariance=covariance,
        notices=problem.person.notices,
        problem=problem,
    )  # fmt: skip


def _climbed(problem: _Problem) -> Floats:
    """The deviations of least objective: steps by the expected curvature, shortened until each goes down."""
    best = np.zeros(len(problem.deviations))
    value = float(problem.objective(best[None])[0])
    for _ in range(_ROUNDS):
        down, bend = problem.information(best)
        step = np.linalg.solve(bend, down)
        # A level that was keyed wrong asks for a step to volumes of nothing, which no solver takes.
        step *= _FARTHEST / max(float(np.abs(step).max()), _FARTHEST)
        tries = np.array([best - step / 2**halving for halving in range(_HALVINGS)])
        values = problem.objective(tries)
        if not np.isfinite(values).any():
            raise InternalError("an estimate", "left the numbers", "report it with the levels")
        place = int(np.nanargmin(values))
        if value - float(values[place]) <= _ENOUGH * (1 + abs(value)):
            return tries[place] if values[place] < value else best
        best, value = tries[place], float(values[place])
    return best


def _learned(problem: _Problem, best: Floats, covariance: Floats, prior: Floats) -> list[Learned]:
    found = []
    for place, one in enumerate(problem.deviations):
        shift = one.spread * best[place]
        before = float(np.asarray(problem.person.values[one.name]))
        odds = before / (1 - before) * np.exp(shift) if one.logit else 0.0
        after = odds / (1 + odds) if one.logit else before * np.exp(shift)
        wide, narrow = (one.spread * float(np.sqrt(matrix[place, place])) for matrix in (prior, covariance))
        found.append(Learned(one.name, one.occasion, before, float(after), wide, narrow))
    return found


def _variance(error: Residual, levels: Floats) -> Floats:
    """Of a single sample around its level; what is of the logarithm counts as relative."""
    relative = sum(float(one.value.value) ** 2 for one in (error.proportional, error.log) if one is not None)
    molar = reported_effects().g_per_mol.value
    absolute = in_ng_per_ml(error.additive.value, molar) ** 2 if error.additive is not None else 0.0
    return np.asarray(relative * levels**2 + absolute)


def _between(regimen: Regimen, start: float, until: float) -> Regimen | None:
    """The doses that begin in a stretch of time; an infusion belongs to where it begins."""

    def begins(dose: Bolus | Infusion) -> float:
        return dose.at_min if isinstance(dose, Bolus) else dose.start_min

    parts = [regimen, *_flat(regimen.alongside)]
    kept = [tuple(dose for dose in part.doses if start <= begins(dose) < until) for part in parts]
    whole = [Regimen(doses, regimen.drug) for doses in kept if doses]
    if not whole:
        return None
    found = whole[0]
    for other in whole[1:]:
        found = found.plus(other)
    return found


def _flat(parts: Sequence[Regimen]) -> list[Regimen]:
    return [one for part in parts for one in (part, *_flat(part.alongside))]
