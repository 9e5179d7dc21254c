"""The course of an effect: at once and over days beside each other, and norketamine against pain relief."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import ArrayLike

from adjuvant.pk.absorptions import Absorption
from adjuvant.pk.arrays import Floats
from adjuvant.pk.bands import Bands, ModelAnswer
from adjuvant.pk.effect_site import equilibration
from adjuvant.pk.levels import checked_times, simulate
from adjuvant.pk.reported import Effects, reported_effects

__all__ = ["EFFECT_NOTICES", "EffectCourse", "Share", "Norketamine", "effect_courses", "opposed"]

EFFECT_NOTICES = (
    (
        "Shares of the greatest effect that a study found, by a curve of exponent one, which is assumed. No "
        "pain of "
        "any patient is predicted."
    ),
    (
        "The slow effect is of complex regional pain syndrome after 100 hours of S-ketamine; a third of "
        "those treated had "
        "none. Nobody had cancer."
    ),
)
"""Said beside every course of an effect."""


@dataclass(frozen=True, slots=True)
class Share:
    """A share of the greatest effect over time: by the reported values, and over their reported spans.

    Args:
        typical: least and greatest over models, by the values themselves.
        span: least and greatest over models and over both spans, of the half-life and of the level with half.
    """

    typical: tuple[Floats, Floats]
    span: tuple[Floats, Floats]


@dataclass(frozen=True, slots=True)
class EffectCourse:
    """The effect at once and the slow one of the models of one side."""

    sampling: str
    models: tuple[str, ...]
    times_min: Floats
    at_once: Share
    slow: Share


def effect_courses(
    found: Bands,
    times_min: ArrayLike,
    absorptions: Sequence[Absorption] = (),
    *,
    beyond_population: bool = False,
) -> tuple[EffectCourse, ...]:
    """The course of both effects, side by side of the circulation, for the typical patients of a forecast.

    Each follows the level in blood with its own half-life, by the same equation: minutes for one, days for
    the
    other. The share of the greatest effect is ``level / (level with half + level)`` there. Of the racemate,
    half of
    the level is taken for S-ketamine.

    Args:
        times_min: minutes, in rising order; for the slow effect they may run over weeks.
        absorptions, beyond_population: as they were for the forecast.
    Raises:
        InputError: as for `simulate`.
    """
    times = checked_times(times_min)
    effects = reported_effects()
    slow, quick = effects.slow, effects.at_once
    rates = equilibration()
    quick_rates = (rates.span_per_min[1], rates.per_min, rates.span_per_min[0])
    slow_rates = tuple(math.log(2) / half for half in slow.half_lives_min)
    courses = []
    for side in found.sides:

        def at(answer: ModelAnswer, rate: float) -> Floats:
            needed = [one for one in absorptions if answer.model.paths_of(one.route) is None]
            site = simulate(
                answer.model,
                found.regimen,
                times,
                found.covariates,
                effect_per_min=rate,
                absorptions=needed,
                analytes=answer.model.analytes[:1],
                beyond_population=beyond_population,
            ).effect_ng_per_ml
            return effects.of(found.drug) * (np.zeros(len(times)) if site is None else site)

        courses.append(
            EffectCourse(
                side.sampling,
                tuple(one.model.key for one in side.answers),
                times,
                _share(side.answers, at, quick_rates, (quick.low, quick.half_level, quick.high)),
                _share(side.answers, at, slow_rates, slow.half_levels),
            )
        )
    return tuple(courses)


def _share(
    answers: Sequence[ModelAnswer],
    at: Callable[[ModelAnswer, float], Floats],
    rates: Sequence[float],
    halves: Sequence[float],
) -> Share:
    sites = {(one.model.key, rate): at(one, rate) for one, rate in product(answers, rates)}
    keys = [one.model.key for one in answers]
    own = [sites[key, rates[1]] / (halves[1] + sites[key, rates[1]]) for key in keys]
    every = [
        sites[key, rate] / (half + sites[key, rate]) for key in keys for rate in rates for half in halves
    ]
    return Share(_ends(own), _ends(every))


def _ends(curves: Sequence[Floats]) -> tuple[Floats, Floats]:
    return np.min(curves, axis=0), np.max(curves, axis=0)


@dataclass(frozen=True, slots=True)
class Norketamine:
    """The scenario in which norketamine works against pain relief, by one model, in cm of a scale of ten.

    Args:
        relief_cm: by S-ketamine alone, at the place of action.
        against_cm: what norketamine takes away from it.
        beyond: whether a level lies above the one at which the two were told apart, so that the line is
        drawn on.
    """

    model: str
    sampling: str
    times_min: Floats
    relief_cm: Floats
    against_cm: Floats
    beyond: bool

    @property
    def left_cm(self) -> Floats:
        """Relief less what norketamine takes away; below zero where it takes more."""
        return self.relief_cm - self.against_cm


def opposed(found: Bands) -> tuple[Norketamine, ...]:
    """The scenario for every model that gives levels of norketamine; none where no model of the drug does.

    Both contribute in a line through nothing and through the one point that was reported. The level of
    ketamine is
    that at the place of action. That of norketamine is the one in blood, which is an assumption: how fast
    the place
    of action follows it was not read.
    """
    effects: Effects = reported_effects()
    point = effects.norketamine
    answers = []
    for one in found.answers:
        levels = one.typical
        if (
            "norketamine" not in levels.ng_per_ml
            or levels.effect_ng_per_ml is None
            or found.drug != "esketamine"
        ):
            continue
        ketamine, norketamine = levels.effect_ng_per_ml, levels.ng_per_ml["norketamine"]
        answers.append(
            Norketamine(
                one.model.key,
                one.model.sampling,
                levels.times_min,
                ketamine * (point.relief_cm / point.ketamine),
                norketamine * (point.against_cm / point.norketamine),
                bool((ketamine > point.ketamine).any() or (norketamine > point.norketamine).any()),
            )
        )
    return tuple(answers)
