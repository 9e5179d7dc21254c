"""The one dose after which the highest level at the place of action is a target."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from adjuvant.errors import InputError, InternalError
from adjuvant.pk.arrays import finite
from adjuvant.pk.levels import simulate
from adjuvant.pk.model import CompartmentModel
from adjuvant.pk.person import Covariates
from adjuvant.pk.regimen import Infusion, Regimen
from adjuvant.quantity import Quantity

__all__ = ["TargetBolus", "effect_bolus", "linear"]

_SECONDS = 60
_FIRST_S, _SEARCHED_S = 3600, 86400
"""Seconds after a dose in which the highest level is looked for, at first and at most."""


@dataclass(frozen=True, slots=True)
class TargetBolus:
    """One dose after which the place of action just reaches a level.

    Args:
        amount_mg: given evenly over `over_s` seconds.
        after_s: when the level there is highest, in seconds from when all of it is in.
    """

    amount_mg: float
    over_s: float
    after_s: float


def effect_bolus(
    model: CompartmentModel,
    covariates: Covariates,
    target_ng_per_ml: float,
    *,
    effect_per_min: float,
    over_s: int = 1,
    beyond_population: bool = False,
) -> TargetBolus:
    """The dose into a vein after which the highest level at the place of action is the target.

    The model is linear: it is the target over the highest level after a unit dose. The peak is looked for at
    whole seconds, as peers do.

    Args:
        over_s: seconds over which it is given, evenly.
    Raises:
        InputError: a target that is none, or as for `simulate`.
    Source: shafer1992.
    """
    target = float(finite("target", target_ng_per_ml, "give it in ng/mL, above zero", above_zero=True))
    if over_s < 1:
        raise InputError(f"bolus over {over_s} s", "has no length", "give whole seconds, one or more")
    linear(model)
    unit = Infusion(0, over_s / _SECONDS, Quantity(Fraction(_SECONDS, over_s), "mg/min"), "intravenous")
    last = _FIRST_S
    while True:
        seconds = np.arange(over_s, over_s + last, dtype=np.float64)
        found = simulate(
            model,
            Regimen((unit,), model.drug),
            seconds / _SECONDS,
            covariates,
            effect_per_min=effect_per_min,
            analytes=model.analytes[:1],
            beyond_population=beyond_population,
        ).effect_ng_per_ml
        if found is None:
            raise InternalError("level at the place of action", "is missing", "report it")
        place = int(found.argmax())
        if place + 1 < len(seconds):
            return TargetBolus(target / float(found[place]), float(over_s), float(seconds[place]) - over_s)
        if last >= _SEARCHED_S:
            raise InputError(
                f"rate of the effect site {effect_per_min:g} /min",
                "is so slow that the highest level comes after a day",
                "choose a faster one",
            )
        last = _SEARCHED_S


def linear(model: CompartmentModel) -> None:
    """Refuse a model under which doses do not add up.

    Raises:
        InputError: a clearance that changes with time.
    """
    if any(flow.grows for flow in model.flows):
        raise InputError(
            f"target by {model.key}",
            "has a clearance that changes with time, so that doses do not add up",
            "choose another model",
        )
