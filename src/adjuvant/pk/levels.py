"""Levels of one typical patient under a regimen, with all that must be said beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from adjuvant.citation import Citation
from adjuvant.errors import InputError
from adjuvant.pk.absorptions import Absorption
from adjuvant.pk.arrays import Floats, finite
from adjuvant.pk.inputs import depots_of, entries_of, timeline
from adjuvant.pk.model import CompartmentModel
from adjuvant.pk.person import Covariates, typical
from adjuvant.pk.regimen import Regimen
from adjuvant.pk.solving import solve
from adjuvant.pk.system import EFFECT, build

__all__ = ["Levels", "checked_times", "matched", "of_drug", "simulate"]


@dataclass(frozen=True, slots=True)
class Levels:
    """Levels of one patient by one model. It is one model's answer, and no truth.

    Args:
        times_min: minutes from the start of the simulation.
        ng_per_ml: by analyte, at those minutes; at the minute of a bolus it is the level after it.
        effect_ng_per_ml: at the place of action; None where no rate of equilibration was given.
        notices: what must be shown beside it: of the model, of who was studied, of this patient.
        assumed: the figures in it that nobody read in a source, in words; shown beside it too.
        citations: of the model and of the text its figures were copied from.
    """

    model: str
    drug: str
    sampling: str
    times_min: Floats
    ng_per_ml: Mapping[str, Floats]
    effect_ng_per_ml: Floats | None
    notices: tuple[str, ...]
    assumed: tuple[str, ...]
    citations: tuple[Citation, ...]


def checked_times(times_min: ArrayLike) -> Floats:
    """Minutes to give levels at.

    Raises:
        InputError: none, NaN, negative, or out of order.
    """
    found = finite("time", times_min, "give minutes from the start of the simulation, zero or more")
    if found.ndim != 1 or not len(found):
        raise InputError("times", "are no list of minutes", "give one or more")
    if (np.diff(found) < 0).any():
        place = int(np.flatnonzero(np.diff(found) < 0)[0])
        raise InputError(
            f"time {found[place + 1]:g} after {found[place]:g}",
            "is out of order",
            "give times in rising order",
        )
    return found


def matched(model: CompartmentModel, regimen: Regimen) -> None:
    """Refuse a regimen of another drug than the model is of.

    Raises:
        InputError: racemic ketamine in a model of S-ketamine, or the other way round.
    """
    of_drug(model, regimen.drug)


def of_drug(model: CompartmentModel, drug: str) -> None:
    """Refuse another drug than the model is of.

    Raises:
        InputError: as for `matched`.
    """
    if drug not in (model.drug, *model.also):
        raise InputError(
            f"regimen of {drug}",
            f"is of another drug than {model.key}, which is of {model.drug}",
            "choose a model of the drug that is given; a dose of one is no dose of the other",
        )


def simulate(
    model: CompartmentModel,
    regimen: Regimen,
    times_min: ArrayLike,
    covariates: Covariates,
    *,
    effect_per_min: float | None = None,
    absorptions: Sequence[Absorption] = (),
    analytes: Sequence[str] = (),
    beyond_population: bool = False,
) -> Levels:
    """Levels of a typical patient.

    Args:
        times_min: minutes to give levels at, in rising order.
        effect_per_min: the rate of equilibration with the place of action (ke0), if its level is wanted.
        absorptions: by routes that the model knows nothing of; each is named beside the answer.
        analytes: what is given; all that the model has, unless told otherwise.
        beyond_population: apply the model to a weight outside of those studied; the answer then says so.
    Raises:
        InputError: what cannot be answered, with the thing, the rule and the remedy.
    """
    times = checked_times(times_min)
    matched(model, regimen)
    if effect_per_min is not None:
        finite("rate of the effect site", effect_per_min, "give it per minute, above zero", above_zero=True)
    if np.ndim(covariates.weight_kg):
        raise InputError("body weight", "is one for each of several patients", "give one patient's")
    if any(np.ndim(one.share) for one in absorptions):
        raise InputError("share that arrives", "is one for each of several patients", "give one patient's")
    person = typical(model, covariates, beyond_population=beyond_population)
    entries = entries_of(model, person.values, regimen.spans(float(covariates.weight_kg)), absorptions)
    system = build(
        model,
        person.values,
        entries={entry.state for entry in entries},
        analytes=analytes,
        effect_per_min=effect_per_min,
        depots=depots_of(absorptions),
    )
    solved = solve(system, timeline(system, entries), times, first_min=regimen.first_min)
    levels = {name: curves[:, 0] for name, curves in solved.items() if name != EFFECT}
    for name in analytes or model.analytes:
        levels.setdefault(name, np.zeros(len(times)))  # no dose reaches it
    return Levels(
        model=model.key,
        drug=regimen.drug,
        sampling=model.sampling,
        times_min=times,
        ng_per_ml=levels,
        effect_ng_per_ml=solved[EFFECT][:, 0] if effect_per_min is not None else None,
        notices=(*person.notices, *(words for one in absorptions for words in one.beside(regimen.drug))),
        assumed=person.assumed,
        citations=tuple(one for one in (model.source.citation, model.source.copy) if one is not None),
    )
