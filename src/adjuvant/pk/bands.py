"""Levels by every model that applies: the band over models and the band over patients, kept apart by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from adjuvant.errors import InputError
from adjuvant.pk.absorptions import Absorption
from adjuvant.pk.arrays import Floats
from adjuvant.pk.choice import LeftOut, applicable
from adjuvant.pk.effect_site import equilibration
from adjuvant.pk.levels import Levels, checked_times, simulate
from adjuvant.pk.model import SAMPLINGS, CompartmentModel
from adjuvant.pk.person import NOT_STUDIED, Covariates
from adjuvant.pk.population import Band, population_band
from adjuvant.pk.regimen import Regimen

__all__ = ["NOT_IN_IT", "NO_ADVICE", "Bands", "ModelAnswer", "Side", "bands"]

NO_ADVICE = "Nothing here advises a dose."
"""Said beside every forecast."""

NOT_IN_IT = (
    "No model knows of a failing liver, or of other drugs that slow or speed the clearance of ketamine."
)
"""Said beside every forecast too: levels may be far higher there, and no figure would show it."""

_SEED = 1
_SHARES = (0.05, 0.5, 0.95)


@dataclass(frozen=True, slots=True)
class ModelAnswer:
    """What one model says: its typical patient, and the spread between patients where it has one.

    Args:
        patients: quantiles over drawn patients; None where `no_patients` says why there are none.
    """

    model: CompartmentModel
    typical: Levels
    patients: Band | None
    no_patients: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """The models of one side of the circulation. Levels of two sides are never put together.

    Args:
        sampling: ``arterial``, ``venous``, or ``not_stated`` where nobody read it.
    """

    sampling: str
    answers: tuple[ModelAnswer, ...]

    def measuring(self, analyte: str) -> tuple[ModelAnswer, ...]:
        """The models that give a level of `analyte`."""
        return tuple(one for one in self.answers if analyte in one.typical.ng_per_ml)

    def over_models(self, analyte: str = "ketamine") -> tuple[Floats, Floats] | None:
        """The least and the greatest level of the typical patients; None where no model has it."""
        curves = [one.typical.ng_per_ml[analyte] for one in self.measuring(analyte)]
        return (np.min(curves, axis=0), np.max(curves, axis=0)) if curves else None


@dataclass(frozen=True, slots=True)
class Bands:
    """A forecast by every model that applies.

    Args:
        shares: the quantiles of the bands over patients.
        left_out: models that are not in it, and why.
        notices: what must be shown beside all of it; `by_model`, what must be said of each model.
        assumed: by model, the figures in it that nobody read in a source.
    """

    drug: str
    regimen: Regimen
    covariates: Covariates
    times_min: Floats
    shares: tuple[float, ...]
    sides: tuple[Side, ...]
    left_out: tuple[LeftOut, ...]
    notices: tuple[str, ...]
    by_model: tuple[tuple[str, tuple[str, ...]], ...]
    assumed: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def answers(self) -> tuple[ModelAnswer, ...]:
        """Every model's answer, side by side."""
        return tuple(one for side in self.sides for one in side.answers)


def bands(
    regimen: Regimen,
    times_min: ArrayLike,
    covariates: Covariates,
    *,
    models: Sequence[str] = (),
    absorptions: Sequence[Absorption] = (),
    patients: int = 1000,
    seed: int = _SEED,
    metabolite_patients: bool = False,
    beyond_population: bool = False,
    tell: Callable[[str, int, int], None] | None = None,
) -> Bands:
    """Levels of a typical patient by each model that applies, and of drawn ones by each with variances.

    Args:
        models: keys; every one that applies unless told otherwise.
        absorptions: for routes that a model knows nothing of.
        patients: how many are drawn for each model; none where it is 0.
        seed: of the drawing, for each model anew, so that a model's band does not depend on the others.
        metabolite_patients: whether norketamine is worked out for drawn patients too, which takes longer.
        tell: told what is worked out, how much is done, and of how much.
    Raises:
        InputError: no model applies, or as for `simulate`.
    """
    times = checked_times(times_min)
    if patients < 0:
        raise InputError(f"{patients} patients", "are fewer than none", "ask for none or more")
    inside, left_out = applicable(
        regimen, covariates, models=models, absorptions=absorptions, beyond_population=beyond_population
    )
    found: list[ModelAnswer] = []
    for place, (model, needed) in enumerate(inside):
        if tell is not None:
            tell(model.key, place, len(inside))
        alone = simulate(
            model,
            regimen,
            times,
            covariates,
            effect_per_min=equilibration().per_min,
            absorptions=needed,
            beyond_population=beyond_population,
        )
        spread = None
        why = "" if model.between_subject is not None else "no variability between people was read of it"
        if not why and not patients:
            why = "no patients were asked for"
        if not why:
            spread = population_band(
                model,
                regimen,
                times,
                covariates,
                patients=patients,
                generator=np.random.default_rng(seed),
                shares=_SHARES,
                absorptions=needed,
                analytes=model.analytes[:2] if metabolite_patients else model.analytes[:1],
                beyond_population=beyond_population,
            )
        found.append(ModelAnswer(model, alone, spread, why))
    sides = [
        Side(name, tuple(one for one in found if one.model.sampling == name))
        for name in SAMPLINGS
        if any(one.model.sampling == name for one in found)
    ]
    return Bands(
        drug=regimen.drug,
        regimen=regimen,
        covariates=covariates,
        times_min=times,
        shares=_SHARES,
        sides=tuple(sides),
        left_out=tuple(left_out),
        notices=(NOT_STUDIED, NOT_IN_IT, NO_ADVICE),
        by_model=tuple((one.model.key, _notes(one)) for one in found),
        assumed=tuple(
            (one.model.key, tuple(dict.fromkeys(_said(one, "assumed"))))
            for one in found
            if _said(one, "assumed")
        ),
    )


def _notes(one: ModelAnswer) -> tuple[str, ...]:
    """What is to be said of one model alone, without its name, which stands beside it."""
    own = (said for said in _said(one, "notices") if said != NOT_STUDIED)
    return tuple(dict.fromkeys(said.removeprefix(f"{one.model.key}: ") for said in own))


def _said(one: ModelAnswer, what: str) -> tuple[str, ...]:
    """What its typical patient and its drawn patients say of themselves."""
    both = (one.typical, *([one.patients] if one.patients is not None else []))
    return tuple(said for answer in both for said in getattr(answer, what))
