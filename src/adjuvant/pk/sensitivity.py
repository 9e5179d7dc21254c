"""Which figure of a model moves its levels most: each some percent higher by itself, and the levels anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from adjuvant.pk.absorptions import Absorption
from adjuvant.pk.arrays import Floats, finite
from adjuvant.pk.bands import Bands, ModelAnswer
from adjuvant.pk.effect_site import equilibration
from adjuvant.pk.figures import SHARE, LevelFigure
from adjuvant.pk.gradients import Course, course_of, gradients_of, solved_with
from adjuvant.pk.system import EFFECT

__all__ = ["Sensitivity", "sensitivities", "sensitivity_json"]

_PERCENT = 100.0


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """How levels of one model's typical patient change with its figures.

    Args:
        percent: by how much each figure is higher, by itself.
        figures: of the model, of the place of action and of uptake, by name.
        changed: by analyte (and `system.EFFECT`), by which percent a level is then higher, or lower where it
            is below zero; shape (figures, times). NaN where there is no level, or where a share cannot be so
            much higher, because it would be above one.
        elasticity: percent of a level for one percent of a figure, as the slope at the figure's own value has
            it; of the same shape. NaN where there is no level.
    """

    model: str
    sampling: str
    percent: float
    times_min: Floats
    figures: Mapping[str, LevelFigure]
    changed: Mapping[str, Floats]
    elasticity: Mapping[str, Floats]


def sensitivities(
    found: Bands, times_min: Sequence[float], percent: float, absorptions: Sequence[Absorption] = ()
) -> list[Sensitivity]:
    """Of each model of a forecast, in its order.

    Args:
        times_min: in rising order.
        percent: by how much a figure is higher; above zero.
        absorptions: those that the forecast was made with.
    Raises:
        InputError: minutes or a percent that are none.
    """
    finite("percent", percent, "give it above zero", above_zero=True)
    return [_of(one, found, times_min, percent, absorptions) for one in found.answers]


def _of(
    one: ModelAnswer,
    found: Bands,
    times_min: Sequence[float],
    percent: float,
    absorptions: Sequence[Absorption],
) -> Sensitivity:
    course = course_of(
        one.model,
        found.regimen,
        times_min,
        found.covariates,
        effect_per_min=equilibration().per_min,
        absorptions=[each for each in absorptions if one.model.paths_of(each.route) is None],
        beyond_population=True,  # whether it may be applied was asked when the forecast was made
    )
    gradients = gradients_of(course)
    return Sensitivity(
        one.model.key,
        one.model.sampling,
        percent,
        course.levels.times_min,
        course.figures,
        _changed(course, 1 + percent / _PERCENT),
        {name: gradients.elasticity(name) for name in course.readouts},
    )


def _changed(course: Course, factor: float) -> dict[str, Floats]:
    """A patient for each figure, who has more of it and of nothing else, against one with none more."""
    count = len(course.figures)
    higher = np.ones((count, count + 1)) + (factor - 1) * np.eye(count, count + 1)
    values: dict[str, float | Floats] = {
        name: one.value * higher[place] for place, (name, one) in enumerate(course.figures.items())
    }
    beyond = [one.unit == SHARE and one.value <= 1 < one.value * factor for one in course.figures.values()]
    changed = {}
    for name, levels in solved_with(course, values, course.amounts).items():
        with np.errstate(divide="ignore", invalid="ignore"):
            percent = _PERCENT * (levels[:, :-1] / levels[:, -1:] - 1)
        known = (levels[:, -1:] > 0) & ~np.array(beyond)
        changed[name] = np.where(known, percent, np.nan).T
    return changed


def sensitivity_json(one: Sensitivity) -> dict[str, Any]:
    """One model's answer in the keys that scripts rely on; null where there is nothing to say."""
    analytes = {"cp": "ketamine", "ce": EFFECT, "norketamine": "norketamine"}
    return {
        "model": one.model,
        "sampling": one.sampling,
        "times_min": [float(minute) for minute in one.times_min],
        "figures": [
            {
                "name": name,
                "value": figure.value,
                "unit": figure.unit,
                **{f"{key}_percent": _row(one.changed, of, place) for key, of in analytes.items()},
                **{f"{key}_elasticity": _row(one.elasticity, of, place) for key, of in analytes.items()},
            }
            for place, (name, figure) in enumerate(one.figures.items())
        ],
    }


def _row(rows: Mapping[str, Floats], analyte: str, place: int) -> list[float | None] | None:
    if analyte not in rows:
        return None
    return [None if np.isnan(each) else float(each) for each in rows[analyte][place]]
