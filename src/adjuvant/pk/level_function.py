"""LevelFunction: levels as a function of figures and amounts, for JAX to differentiate and to compile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from adjuvant.errors import InputError, UsageError
from adjuvant.pk.absorptions import Absorption
from adjuvant.pk.arrays import Floats
from adjuvant.pk.compiled import needs_jax
from adjuvant.pk.figures import KE0, depots_by
from adjuvant.pk.gradients import Course, course_of, is_bolus, portion_entry
from adjuvant.pk.inputs import Portion, portions_of
from adjuvant.pk.model import CompartmentModel
from adjuvant.pk.person import Covariates
from adjuvant.pk.regimen import Regimen
from adjuvant.pk.steps import steps_of
from adjuvant.pk.system import System, build, first_of, flows_of

if TYPE_CHECKING:
    from adjuvant.pk.jax_levels import Array

__all__ = ["LevelFunction", "in_doubles", "level_function"]

_MORE = 6
"""Halvings beyond those of the typical patient: figures may be up to 2^6 times as large."""


def in_doubles() -> AbstractContextManager[Any]:
    """A stretch of a program in which JAX reckons in doubles; outside of it nothing of JAX is altered.

    Raises:
        UsageError: JAX is not installed.
    """
    _there()
    import jax

    doubles: AbstractContextManager[Any] = jax.enable_x64(True)
    return doubles


def _there() -> None:
    needs_jax("a derivative by JAX", "ask for gradients by differences")


def level_function(
    model: CompartmentModel,
    regimen: Regimen,
    times_min: ArrayLike,
    covariates: Covariates,
    *,
    effect_per_min: float | None = None,
    absorptions: Sequence[Absorption] = (),
    analytes: Sequence[str] = (),
    beyond_population: bool = False,
) -> LevelFunction:
    """Levels as a function that JAX follows; the arguments, and what is refused, are those of `simulate`.

    Raises:
        InputError: what `simulate` refuses, or a clearance that changes with time.
        UsageError: JAX is not installed.
    """
    return LevelFunction(
        course_of(
            model,
            regimen,
            times_min,
            covariates,
            effect_per_min=effect_per_min,
            absorptions=absorptions,
            analytes=analytes,
            beyond_population=beyond_population,
        )
    )


class LevelFunction:
    """Levels of one patient as a function of the figures and of the amounts of each dose.

    Call it within `in_doubles`, by itself or in `jax.grad`, `jax.jit`, `jax.vmap` and the like; derivatives
    of any order are right. Where figures are far from those of the typical patient (rates 64 times as large)
    it answers NaN instead of wrong digits.

    Args:
        course: the patient and the regimen that it begins with.
    Raises:
        InputError: a clearance that changes with time.
        UsageError: JAX is not installed.
    """

    def __init__(self, course: Course) -> None:
        _there()
        self._course = course
        self._portions = portions_of(course.model, course.spans, course.absorptions)
        values = {name: one.value for name, one in course.figures.items()}
        system = build(
            course.model,
            values,
            entries={one.into for one in self._portions},
            analytes=course.analytes,
            effect_per_min=course.effect_per_min,
            depots=depots_by(course.absorptions, values),
        )
        if system.growth is not None:
            raise InputError(
                f"{course.model.key} by JAX",
                "has a clearance that changes with time, for which there is no solution by JAX",
                "ask for its gradients by differences",
            )
        self._states, self._reads = system.states, {name: row for name, (row, _) in system.readouts.items()}
        kept = [(one, _row(system, course.model, one)) for one in self._portions]
        together = [(one, row) for one, row in kept if row >= 0 and not (one.over and is_bolus(one.span))]
        self._apart = [(one, row) for one, row in kept if row >= 0 and one.over and is_bolus(one.span)]
        self._together = [one for one, _ in together]
        edges = np.unique(
            [minute for one in self._together for minute in (one.span.start_min, one.span.end_min)]
        )
        self._steps = steps_of(edges, course.levels.times_min)
        self._entered = sorted({row for _, row in together})
        self._at_once, self._over_time = self._where(together, edges)
        longest = max(course.levels.times_min[-1], edges[-1] if len(edges) else 0.0, 1.0)
        self._halvings = _halvings(system, longest) + _MORE

    def _where(self, together: Sequence[tuple[Portion, int]], edges: Floats) -> tuple[Floats, Floats]:
        """By entered state, edge (the first row is before all) and portion: whether it comes in there."""
        at_once, over_time = np.zeros((2, len(self._entered), len(edges) + 1, len(together)))
        for place, (one, row) in enumerate(together):
            state = self._entered.index(row)
            start, end = (
                int(np.searchsorted(edges, at)) + 1 for at in (one.span.start_min, one.span.end_min)
            )
            if is_bolus(one.span):
                at_once[state, start, place] = 1.0
            else:
                over_time[state, start:end, place] = 1.0
        return at_once, over_time

    @property
    def figures(self) -> dict[str, float]:
        """The figures of the typical patient, in the units of `LevelGradients.figures`."""
        return {name: one.value for name, one in self._course.figures.items()}

    @property
    def amounts(self) -> Floats:
        """Of each dose mg, or mg/min, as the regimen has them; shape (doses,)."""
        return self._course.amounts

    def __call__(self, figures: Mapping[str, Array], amounts: Array) -> dict[str, Array]:
        """Levels in ng/mL, by analyte (and `system.EFFECT`), each of shape (times,).

        Raises:
            InputError: a figure that is missing or unknown, or another number of amounts than of doses.
            UsageError: outside of `in_doubles`, where too few digits are left.
        """
        import jax.numpy as jnp

        from adjuvant.pk.jax_levels import amounts_after, amounts_at, matrix_of

        if jnp.result_type(float) != np.float64:
            raise UsageError(
                "levels by JAX", "are asked for in single precision", "work within `with in_doubles():`"
            )
        course, times = self._course, self._course.levels.times_min
        if odd := sorted(figures.keys() ^ course.figures.keys()):
            known = odd[0] in course.figures
            raise InputError(
                f"figure {odd[0]!r} of {course.model.key}",
                "is missing" if known else "is not known",
                f"give exactly these: {', '.join(course.figures)}",
            )
        if jnp.shape(amounts) != (len(course.spans),):
            raise InputError(
                f"amounts of shape {jnp.shape(amounts)}",
                f"are not one for each of {len(course.spans)} doses",
                "give them in the order of the regimen's spans",
            )
        edges, reads = flows_of(
            course.model,
            figures,
            analytes=course.analytes,
            effect_per_min=figures[KE0] if course.effect_per_min is not None else None,
            depots=depots_by(course.absorptions, figures),
        )
        matrix = matrix_of(edges, self._states)
        states = jnp.zeros((len(times), len(self._states)))
        if self._together:
            entries = [portion_entry(one, figures, amounts[one.place]) for one in self._together]
            brought = jnp.stack([jnp.asarray(one.mg + one.mg_per_min) for one in entries])
            at_once, over_time = ((where @ brought).T for where in (self._at_once, self._over_time))
            states += amounts_at(matrix, self._entered, at_once, over_time, self._steps, self._halvings)
        if self._apart:
            portions, rows = zip(*self._apart, strict=True)
            entries = [portion_entry(one, figures, amounts[one.place]) for one in portions]
            after = amounts_after(
                matrix,
                rows,
                jnp.array([one.start_min for one in entries]),
                jnp.stack([jnp.asarray(figures[one.over]) for one in portions]),
                times,
                self._halvings,
            )
            states += jnp.einsum(
                "e,ets->ts", jnp.stack([jnp.asarray(one.mg_per_min) for one in entries]), after
            )
        nothing = jnp.zeros(len(times))
        return {
            name: states[:, self._reads[name]] * reads[name][1] if name in self._reads else nothing
            for name in course.readouts
        }

    @cached_property
    def _compiled(self) -> Any:
        from adjuvant.pk.jax_levels import derivatives_of

        return derivatives_of(self)

    def derivatives(
        self, figures: Mapping[str, float] | None = None, amounts: ArrayLike | None = None
    ) -> tuple[dict[str, Floats], dict[str, Floats]]:
        """Derivatives by figures and by amounts, as `LevelGradients` has them.

        The first call compiles for a second or two; later ones, with other figures or amounts, do not.

        Args:
            figures, amounts: where they are wanted; those of the typical patient and of the regimen, unless
                told otherwise.
        Raises:
            InputError: one is no finite number, where figures are none or too far from the typical patient's.
        """
        with in_doubles():
            at = {name: float(one) for name, one in (figures or self.figures).items()}
            given = np.asarray(self.amounts if amounts is None else amounts, dtype=np.float64)
            by_figure, by_dose = self._compiled(at, given)
            one = {name: np.array([parts[each] for each in at]) for name, parts in by_figure.items()}
            two = {name: np.asarray(parts).T for name, parts in by_dose.items()}
        for parts in (*one.values(), *two.values()):
            if not np.isfinite(parts).all():
                raise InputError(
                    f"gradient of {self._course.model.key}",
                    "is no finite number: a figure is none, or far from that of the typical patient",
                    "begin with a patient who is nearer to it",
                )
        return one, two


def _row(system: System, model: CompartmentModel, portion: Portion) -> int:
    return system.row(first_of(model, portion.into))


def _halvings(system: System, longest: float) -> int:
    """As many as make the matrix small over the longest step, whatever it is; those of `exponential`."""
    fastest = float(np.abs(system.matrix[0]).max())
    return int(np.ceil(np.log2(max((2 * fastest + 1) * longest, 1.0))))
