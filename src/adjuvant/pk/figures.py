"""Every figure that a level hangs on, by name: of the model, of the place of action and of absorptions."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adjuvant.errors import InternalError
from adjuvant.pk.absorptions import Absorption
from adjuvant.pk.arrays import Floats
from adjuvant.pk.inputs import uptake_of
from adjuvant.pk.model import CompartmentModel
from adjuvant.pk.person import unit_of
from adjuvant.pk.system import Depot

__all__ = ["KE0", "SHARE", "LevelFigure", "depots_by", "half_life_name", "level_figures", "share_name"]

KE0 = "ke0"
"""The name of the rate of equilibration with the place of action."""

SHARE = "1"
"""The unit of what is a bare number: shares, all of them."""


@dataclass(frozen=True, slots=True)
class LevelFigure:
    """One figure for one patient: in L, L/min, min, 1/min, or a bare number, as its unit says."""

    value: float
    unit: str


def share_name(route: str) -> str:
    """What the share of doses by `route` that arrives is called."""
    return f"share, {route}"


def half_life_name(route: str) -> str:
    """What the half-life of uptake of doses by `route` is called."""
    return f"half-life of uptake, {route}"


def level_figures(
    model: CompartmentModel,
    values: Mapping[str, float | Floats],
    effect_per_min: float | None,
    absorptions: Sequence[Absorption],
) -> dict[str, LevelFigure]:
    """The figures of one patient, first those of the model in the order of its file.

    Args:
        values: of the model, as `typical` gives them.
    Raises:
        InternalError: a model that calls a figure of its own as another is called here.
    """
    found = {
        name: LevelFigure(float(values[name]), unit_of(model.parameters[name])) for name in model.parameters
    }
    more: dict[str, LevelFigure] = {}
    if effect_per_min is not None:
        more[KE0] = LevelFigure(float(effect_per_min), "/min")
    for one in absorptions:
        more[share_name(one.route)] = LevelFigure(float(one.share), SHARE)
        if one.half_life_min > 0:
            more[half_life_name(one.route)] = LevelFigure(float(one.half_life_min), "min")
    for name in more.keys() & found.keys():
        raise InternalError(f"figure {name} of {model.key}", "has a name that is taken", "rename it")
    return {**found, **more}


def depots_by(absorptions: Sequence[Absorption], figures: Mapping[str, float | Floats]) -> list[Depot]:
    """The places of uptake that absorptions need, with the half-lives of `figures`."""
    return [
        Depot(uptake_of(one.route), math.log(2) / figures[half_life_name(one.route)])
        for one in absorptions
        if one.half_life_min > 0
    ]
