"""Covariates of a patient, the figures of a model for that patient, and what must be said of applying it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from adjuvant.citation import Provenance
from adjuvant.errors import InputError, InternalError
from adjuvant.library import plausible_limit
from adjuvant.pk.arrays import Floats, finite
from adjuvant.pk.model import CompartmentModel, Figure, WeightEffect
from adjuvant.quantity import Quantity, parse_unit

__all__ = ["NOT_STUDIED", "Covariates", "Individual", "bare", "for_people", "typical", "unit_of"]

NOT_STUDIED = (
    "No model was made from wasted, dying or palliative patients; their levels may be others than shown."
)
"""Said beside every level."""

_UNITS = ("L", "L/kg", "L/min", "L/min/kg", "/min", "min", "1")
_SHOWN = {"L": ("L", 1), "L/min": ("L/h", 60), "/min": ("/h", 60), "min": ("min", 1), "1": ("", 1)}
"""How a figure is shown to people, by the package's own unit: the word, and how many of it make one."""


@dataclass(frozen=True, slots=True)
class Covariates:
    """What a model may ask of a patient.

    Args:
        weight_kg: body weight, or one for each patient.
        age_years: None where it is not known.
        ancestry: those of the model's named ancestries that apply; none if it is empty.
    Raises:
        InputError: a weight or an age that is no finite number above zero, or that no person has.
    """

    weight_kg: float | Floats
    age_years: float | None = None
    ancestry: frozenset[str] = field(default=frozenset())

    def __post_init__(self) -> None:
        weight = finite("body weight", self.weight_kg, "give it in kg", above_zero=True)
        limit = plausible_limit("body_weight")
        if limit is None:
            raise InternalError("body weight", "has no limits of belief in the library", "restore the file")
        low, high = (float(Quantity(end, limit.unit).in_("kg")) for end in (limit.low, limit.high))
        if (weight < low).any() or (weight > high).any():
            odd = weight[(weight < low) | (weight > high)].flat[0]
            raise InputError(f"body weight {odd:g} kg", "is hardly possible", "check it, and give it in kg")
        if self.age_years is not None:
            finite("age", self.age_years, "give it in years, or leave it out where it is not known")
        object.__setattr__(self, "ancestry", frozenset(self.ancestry))


@dataclass(frozen=True, slots=True)
class Individual:
    """The figures of a model for one patient or several, as doubles in L, minutes and mg.

    Args:
        values: by parameter; an array where they differ between patients.
        notices: what must be said beside every answer.
        assumed: the figures that went in and that nobody read in a source, each in words.
    """

    values: Mapping[str, float | Floats]
    notices: tuple[str, ...]
    assumed: tuple[str, ...]


def bare(value: Quantity) -> float:
    """A value as a double in the package's own units, L and minutes; what is per body weight stays so."""
    for code in _UNITS:
        unit = parse_unit(code)
        if value.unit.commensurable(unit):
            return float(value.in_(unit))
    raise InputError(f"{value}", "has a unit that no model uses", "write it in L and min")


def unit_of(figure: Figure) -> str:
    """The unit that a figure has for one patient: that of `bare`, of which nothing is per body weight."""
    for code in _UNITS:
        if figure.value.unit.commensurable(parse_unit(code)):
            return code.removesuffix("/kg")
    raise InputError(f"{figure.value}", "has a unit that no model uses", "write it in L and min")


def for_people(model: CompartmentModel, name: str, value: float) -> str:
    """A figure of a patient with its unit: volumes in L, clearances in L/h, rates in /h, times in min.

    Args:
        value: in the package's own units, L and minutes, of this patient and not per kilogram.
    """
    shown, times = _SHOWN[unit_of(model.parameters[name])]
    return f"{value * times:.4g} {shown}".strip()


def typical(
    model: CompartmentModel, covariates: Covariates, *, beyond_population: bool = False
) -> Individual:
    """The figures of `model` for a typical patient of these covariates.

    Args:
        beyond_population: apply it to a weight outside of those that were studied; the answer then says so.
    Raises:
        InputError: a weight outside of those studied, an age that the model needs and that is not known, or
            an ancestry that it does not name.
    """
    weight = np.asarray(covariates.weight_kg, dtype=np.float64)
    notices = _notices(model, covariates, beyond_population)
    plain, per_kg = _figures(model)
    values: dict[str, float | Floats] = {
        name: value * weight if name in per_kg else value for name, value in plain.items()
    }
    assumed = [_said(one) for one in model.parameters.values() if one.source.provenance is Provenance.ASSUMED]
    if model.weight is not None:
        reference, powers = _powers(model.weight)
        over = weight / reference
        for name, power in powers.items():
            values[name] = values[name] * over**power
        guessed = [
            one for one in model.weight.exponents.values() if one.source.provenance is Provenance.ASSUMED
        ]
        if guessed and (over != 1).any():
            assumed.append("how volumes and clearances go with the body weight (assumed)")
    if model.age is not None:
        values[model.age.parameter] = _aged(model, values[model.age.parameter], covariates.age_years)
    for name in covariates.ancestry:
        if name not in model.ancestry:
            raise InputError(
                f"ancestry {name!r}",
                f"is not one that {model.key} names",
                f"use one of: {', '.join(model.ancestry) or 'none'}",
            )
        for parameter, factor in model.ancestry[name].items():
            values[parameter] = values[parameter] * float(factor.value.value)
    if model.ancestry and not covariates.ancestry:
        notices.append(f"{model.key}: taken as of none of these ancestries: {', '.join(model.ancestry)}.")
    own = {name: float(value) if np.ndim(value) == 0 else value for name, value in values.items()}
    return Individual(own, tuple(notices), tuple(assumed))


_FIGURES: dict[int, tuple[CompartmentModel, dict[str, float], frozenset[str]]] = {}


def _figures(model: CompartmentModel) -> tuple[dict[str, float], frozenset[str]]:
    """The parameters of a model as doubles, and which are per kilogram; reckoned once for each model."""
    known = _FIGURES.get(id(model))
    if known is None or known[0] is not model:
        plain = {name: bare(one.value) for name, one in model.parameters.items()}
        per_kg = frozenset(
            name for name, one in model.parameters.items() if "body_weight" in dict(one.value.unit.dimension)
        )
        known = _FIGURES[id(model)] = (
            model,
            plain,
            per_kg,
        )  # the model is kept, so that its id stays its own
    return known[1], known[2]


_POWERS: dict[int, tuple[WeightEffect, float, dict[str, float]]] = {}


def _powers(effect: WeightEffect) -> tuple[float, dict[str, float]]:
    """The reference weight in kg and the powers by parameter, as doubles; reckoned once for each model."""
    known = _POWERS.get(id(effect))
    if known is None or known[0] is not effect:
        powers = {name: float(one.value.value) for name, one in effect.exponents.items()}
        known = _POWERS[id(effect)] = (effect, float(effect.reference.value.in_("kg")), powers)
    return known[1], known[2]


def _said(one: Figure) -> str:
    return f"{one.name} {one.shown} ({one.source.label})"


def _aged(model: CompartmentModel, value: float | Floats, age_years: float | None) -> float | Floats:
    if model.age is None:
        return value
    if age_years is None:
        raise InputError(
            "age", f"is not known, and {model.key} needs it for {model.age.parameter}", "give it in years"
        )
    above = max(0.0, age_years - float(model.age.above.value.in_("a")))
    fall = float(model.age.falls_by.value.in_("L/min/a")) * above
    if (np.asarray(value) <= fall).any():
        raise InputError(
            f"age {age_years:g} years",
            f"leaves nothing of {model.age.parameter} in {model.key}",
            "choose another model",
        )
    return value - fall


def _notices(model: CompartmentModel, covariates: Covariates, beyond: bool) -> list[str]:
    found = [NOT_STUDIED, *model.warnings]
    who = model.population
    weight = np.asarray(covariates.weight_kg, dtype=np.float64)
    if who.weight_low is None or who.weight_high is None:
        found.append(f"{model.key}: the weights of those studied were not read; {who.who}")
    else:
        low, high = (float(one.value.in_("kg")) for one in (who.weight_low, who.weight_high))
        outside = (weight < low) | (weight > high)
        if outside.any():
            odd = weight[outside].flat[0]
            if not beyond:
                raise InputError(
                    f"body weight {odd:g} kg",
                    f"is outside of {low:g} to {high:g} kg, which {model.key} was made for",
                    "choose a model that covers it, or ask for it beyond the population, which is then said",
                )
            found.append(
                f"{model.key}: applied to {odd:g} kg, outside of the {low:g} to {high:g} kg studied."
            )
    if who.age_low is None or who.age_high is None:
        found.append(f"{model.key}: the ages of those studied were not read.")
    elif covariates.age_years is None:
        found.append(f"{model.key}: the age is not known, so that nobody can say whether it was studied.")
    else:
        low, high = (float(one.value.in_("a")) for one in (who.age_low, who.age_high))
        if not low <= covariates.age_years <= high:
            own = f"{covariates.age_years:g} years"
            found.append(f"{model.key}: applied at {own}, outside of the {low:g} to {high:g} years studied.")
    return found
