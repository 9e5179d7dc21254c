"""How levels change with each figure of a model and with each dose, by small differences or by JAX."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from adjuvant.errors import UsageError
from adjuvant.pk.absorptions import Absorption
from adjuvant.pk.arrays import Floats
from adjuvant.pk.figures import KE0, LevelFigure, depots_by, level_figures, share_name
from adjuvant.pk.inputs import Entry, Portion, portions_of
from adjuvant.pk.levels import Levels, simulate
from adjuvant.pk.model import CompartmentModel
from adjuvant.pk.person import Covariates, typical
from adjuvant.pk.regimen import Regimen, Span
from adjuvant.pk.solving import solve_entries
from adjuvant.pk.system import EFFECT, build

__all__ = [
    "Course",
    "LevelGradients",
    "course_of",
    "gradients_of",
    "is_bolus",
    "level_gradients",
    "portion_entry",
    "solved_with",
]

_STEP = 10**-3
"""How far a figure is moved, as a part of itself; what the five points leave is of its fourth power."""

_MOVED = (-2.0, -1.0, 1.0, 2.0)
_WEIGHTS = (1 / 12, -8 / 12, 8 / 12, -1 / 12)


@dataclass(frozen=True, slots=True)
class LevelGradients:
    """Levels of one typical patient by one model, and how they change with what goes into them.

    Args:
        levels: with all that must be said beside them.
        figures: what levels hang on, by name; the order is that of the first axis of `by_figure`.
        doses: stretches of constant rate and boluses; the order is that of the first axis of `by_dose`.
        by_figure: by analyte (and `system.EFFECT`, where a rate was given), ng/mL for one more of the
            figure's unit; shape (figures, times). All doses stay as they are.
        by_dose: the same for a mg more of a bolus, or a mg/min more of a stretch; shape (doses, times).
    """

    levels: Levels
    figures: Mapping[str, LevelFigure]
    doses: tuple[Span, ...]
    by_figure: Mapping[str, Floats]
    by_dose: Mapping[str, Floats]

    @property
    def dose_units(self) -> tuple[str, ...]:
        """Of each dose the unit that `by_dose` is for: mg or mg/min."""
        return tuple("mg" if is_bolus(span) else "mg/min" for span in self.doses)

    def level_of(self, analyte: str) -> Floats:
        """The level of an analyte, or of `system.EFFECT`, in ng/mL at each time."""
        if analyte == EFFECT and self.levels.effect_ng_per_ml is not None:
            return self.levels.effect_ng_per_ml
        return self.levels.ng_per_ml[analyte]

    def elasticity(self, analyte: str) -> Floats:
        """By which percent a level changes for one percent more of each figure; shape (figures, times).

        It is NaN where there is no level.
        """
        values = np.array([one.value for one in self.figures.values()])
        level = self.level_of(analyte)
        with np.errstate(divide="ignore", invalid="ignore"):
            shares = self.by_figure[analyte] * values[:, None] / level
        return np.where(level > 0, shares, np.nan)


@dataclass(frozen=True, slots=True)
class Course:
    """A regimen for one typical patient of a model: what both ways of differentiating begin with."""

    model: CompartmentModel
    levels: Levels
    figures: Mapping[str, LevelFigure]
    spans: tuple[Span, ...]
    absorptions: tuple[Absorption, ...]
    effect_per_min: float | None
    first_min: float

    @property
    def analytes(self) -> tuple[str, ...]:
        """What levels are given of, apart from the place of action."""
        return tuple(self.levels.ng_per_ml)

    @property
    def readouts(self) -> tuple[str, ...]:
        """The same, with the place of action where its rate was given."""
        return self.analytes if self.effect_per_min is None else (*self.analytes, EFFECT)

    @property
    def amounts(self) -> Floats:
        """Of each span mg, or mg/min."""
        return np.array([span.mg if is_bolus(span) else span.mg_per_min for span in self.spans])


def is_bolus(span: Span) -> bool:
    """Whether a span is an amount at once; a rate of zero is none."""
    return span.end_min == span.start_min


def course_of(
    model: CompartmentModel,
    regimen: Regimen,
    times_min: ArrayLike,
    covariates: Covariates,
    *,
    effect_per_min: float | None = None,
    absorptions: Sequence[Absorption] = (),
    analytes: Sequence[str] = (),
    beyond_population: bool = False,
) -> Course:
    """The levels of `simulate`, with its arguments and refusals, and what goes into them."""
    levels = simulate(
        model,
        regimen,
        times_min,
        covariates,
        effect_per_min=effect_per_min,
        absorptions=absorptions,
        analytes=analytes,
        beyond_population=beyond_population,
    )
    values = typical(model, covariates, beyond_population=beyond_population).values
    return Course(
        model,
        levels,
        level_figures(model, values, effect_per_min, absorptions),
        tuple(regimen.spans(float(covariates.weight_kg))),
        tuple(absorptions),
        effect_per_min,
        regimen.first_min,
    )


def level_gradients(
    model: CompartmentModel,
    regimen: Regimen,
    times_min: ArrayLike,
    covariates: Covariates,
    *,
    effect_per_min: float | None = None,
    absorptions: Sequence[Absorption] = (),
    analytes: Sequence[str] = (),
    beyond_population: bool = False,
    by: Literal["differences", "jax"] = "differences",
) -> LevelGradients:
    """Levels of a typical patient, and how they change with each figure and each dose.

    By a dose the change is exact, because levels are in proportion to amounts: it is the level that one mg,
    or one mg/min, brings. A nasal dose keeps its number of sprays. By a figure it is the derivative.

    Args:
        by: ``differences`` moves each figure by a thousandth, up and down and twice as far, and is right to
            about 10^-9 of the highest level; ``jax`` differentiates without error, and needs JAX.
            The other arguments are those of `simulate`.
    Raises:
        InputError: what `simulate` refuses; with ``jax``, a clearance that changes with time.
        UsageError: another way than these two, or ``jax`` where JAX is not installed.
    """
    if by not in ("differences", "jax"):
        raise UsageError(f"gradients by {by!r}", "are not there", "ask for them by differences or by jax")
    course = course_of(
        model,
        regimen,
        times_min,
        covariates,
        effect_per_min=effect_per_min,
        absorptions=absorptions,
        analytes=analytes,
        beyond_population=beyond_population,
    )
    if by == "differences":
        return gradients_of(course)
    from adjuvant.pk.level_function import LevelFunction

    return LevelGradients(course.levels, course.figures, course.spans, *LevelFunction(course).derivatives())


def gradients_of(course: Course) -> LevelGradients:
    """The same for a course that is there, by differences."""
    return LevelGradients(
        course.levels, course.figures, course.spans, _by_differences(course), _by_unit_doses(course)
    )


def portion_entry(portion: Portion, values: Mapping[str, float | Floats], amount: float | Floats) -> Entry:
    """What a part of a dose brings into the body, where the dose is of `amount` mg or mg/min."""
    span, kind = portion.span, portion.absorption
    share = values[share_name(kind.route)] if kind is not None else portion.share_of(values)
    if not is_bolus(span):
        return Entry(portion.into, span.start_min, span.end_min, mg_per_min=amount * share)
    if not portion.over:
        return Entry(portion.into, span.start_min, span.start_min, mg=amount * share)
    over = values[portion.over]
    return Entry(portion.into, span.start_min, span.start_min + over, mg_per_min=amount * share / over)


def _by_differences(course: Course) -> dict[str, Floats]:
    """Four patients for each figure, who have more or less of it and nothing else; all solved together."""
    count, moves = len(course.figures), np.array(_MOVED) * _STEP
    values: dict[str, float | Floats] = {}
    for place, (name, one) in enumerate(course.figures.items()):
        factors = np.ones((count, len(moves)))
        factors[place] += moves
        values[name] = one.value * factors.ravel()
    sizes = np.array([one.value for one in course.figures.values()])
    found = {}
    for name, levels in solved_with(course, values, course.amounts).items():
        moved = levels.reshape(len(levels), count, len(moves)) @ np.array(_WEIGHTS)
        # A figure of nothing cannot be moved by a part of itself.
        found[name] = (moved / np.where(sizes == 0, np.nan, sizes * _STEP)).T
    return found


def _by_unit_doses(course: Course) -> dict[str, Floats]:
    """What one mg, or one mg/min, of each dose brings by itself: a patient for each dose, all alike."""
    values = {name: one.value for name, one in course.figures.items()}
    levels = solved_with(course, values, np.eye(len(course.spans)))
    return {name: np.ascontiguousarray(curves.T) for name, curves in levels.items()}


def solved_with(course: Course, values: Mapping[str, float | Floats], amounts: Floats) -> dict[str, Floats]:
    """Levels with other figures, or other amounts (by dose and patient); of shape (times, patients)."""
    portions = portions_of(course.model, course.spans, course.absorptions)
    entries = [portion_entry(one, values, amounts[one.place]) for one in portions]
    system = build(
        course.model,
        values,
        entries={entry.state for entry in entries},
        analytes=course.analytes,
        effect_per_min=values.get(KE0),
        depots=depots_by(course.absorptions, values),
    )
    times = course.levels.times_min
    solved = solve_entries(system, entries, times, first_min=course.first_min)
    patients = np.size(amounts[0]) if np.ndim(amounts) > 1 else system.patients
    nothing = np.zeros((len(times), patients))
    return {name: solved.get(name, nothing) for name in course.readouts}
