"""The half-life of uptake that a reported time of the highest level stands for, in a given model."""

from __future__ import annotations

import numpy as np

from adjuvant.errors import InputError
from adjuvant.pk.absorptions import Absorption
from adjuvant.pk.arrays import finite
from adjuvant.pk.levels import simulate
from adjuvant.pk.model import CompartmentModel
from adjuvant.pk.person import Covariates
from adjuvant.pk.regimen import Bolus, Regimen

__all__ = ["half_life_for_peak"]

_AROUND = 10**-4
"""How far beside the peak the level is compared, as a part of the time."""
_HALVINGS = 60


def half_life_for_peak(
    model: CompartmentModel,
    route: str,
    peak_min: float,
    covariates: Covariates,
    *,
    beyond_population: bool = False,
) -> float:
    """The half-life of uptake, in minutes, with which one dose has its highest level at `peak_min`.

    It is inferred from the model, and another model gives another.

    Raises:
        InputError: no half-life puts the peak there, or the model has an absorption of its own.
    """
    peak = float(finite("time of the peak", peak_min, "give minutes above zero", above_zero=True))
    regimen = Regimen((Bolus(0, "1 mg", route),), model.drug)
    times = peak * np.array([1 - _AROUND, 1 + _AROUND])

    def rising(half_life: float) -> bool:
        given = Absorption(route, 1.0, half_life, "a search")
        levels = simulate(
            model,
            regimen,
            times,
            covariates,
            absorptions=[given],
            analytes=model.analytes[:1],
            beyond_population=beyond_population,
        ).ng_per_ml[model.analytes[0]]
        return bool(levels[1] > levels[0])

    short, long = peak / 1000, peak * 1000
    if rising(short) or not rising(long):
        raise InputError(
            f"highest level at {peak:g} min", f"is not reached in {model.key} by any uptake", "check the time"
        )
    for _ in range(_HALVINGS):
        middle = (short * long) ** (1 / 2)
        short, long = (short, middle) if rising(middle) else (middle, long)
    return short
