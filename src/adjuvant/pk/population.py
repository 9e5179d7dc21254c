"""Levels of many patients under one regimen: their curves, or quantiles without ever storing a curve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from adjuvant.citation import Citation
from adjuvant.errors import InputError
from adjuvant.pk.absorptions import Absorption
from adjuvant.pk.arrays import Floats
from adjuvant.pk.counting import Counting
from adjuvant.pk.drawing import DRAWN_TOGETHER, draw_in_parts
from adjuvant.pk.inputs import depots_of, entries_of
from adjuvant.pk.levels import checked_times, matched
from adjuvant.pk.model import CompartmentModel
from adjuvant.pk.person import Covariates, Individual
from adjuvant.pk.regimen import Regimen
from adjuvant.pk.solving import solve_entries
from adjuvant.pk.system import EFFECT, build

__all__ = ["Band", "curves", "population_band"]


@dataclass(frozen=True, slots=True)
class Band:
    """The spread of levels over drawn patients by one model. It is not the spread over models.

    Args:
        shares: the quantiles, each between 0 and 1.
        ng_per_ml: by analyte, one row for each share, one column for each time.
        effect_ng_per_ml: the same at the place of action; None where no rate was given.
    """

    model: str
    drug: str
    sampling: str
    patients: int
    times_min: Floats
    shares: tuple[float, ...]
    ng_per_ml: Mapping[str, Floats]
    effect_ng_per_ml: Floats | None
    notices: tuple[str, ...]
    assumed: tuple[str, ...]
    citations: tuple[Citation, ...]


def curves(
    model: CompartmentModel,
    person: Individual,
    regimen: Regimen,
    times_min: ArrayLike,
    weight_kg: float,
    *,
    effect_per_min: float | None = None,
    absorptions: Sequence[Absorption] = (),
    analytes: Sequence[str] = (),
) -> dict[str, Floats]:
    """The curves of every patient of `person`, in ng/mL; by analyte, of shape (times, patients).

    Args:
        weight_kg: the weight by which doses per kilogram are reckoned.
    """
    times = checked_times(times_min)
    matched(model, regimen)
    entries = entries_of(model, person.values, regimen.spans(weight_kg), absorptions)
    system = build(
        model,
        person.values,
        entries={entry.state for entry in entries},
        analytes=analytes,
        effect_per_min=effect_per_min,
        depots=depots_of(absorptions),
    )
    return solve_entries(system, entries, times, first_min=regimen.first_min)


def population_band(
    model: CompartmentModel,
    regimen: Regimen,
    times_min: ArrayLike,
    covariates: Covariates,
    *,
    patients: int,
    generator: np.random.Generator,
    shares: Sequence[float] = (0.05, 0.5, 0.95),
    effect_per_min: float | None = None,
    absorptions: Sequence[Absorption] = (),
    analytes: Sequence[str] = (),
    beyond_population: bool = False,
) -> Band:
    """Quantiles of the levels of patients drawn by the model's variability; no curve is stored.

    Args:
        patients: how many are drawn.
        generator: what they are drawn with; the same seed gives the same band.
        shares: the quantiles that are given, within one part in a thousand of the level.
    Raises:
        InputError: as for `simulate` and `draw`.
    """
    times = checked_times(times_min)
    matched(model, regimen)
    if np.ndim(covariates.weight_kg):
        raise InputError("body weight", "is one for each of several patients", "give one patient's")
    for one in absorptions:
        if np.shape(one.share) not in ((), (patients,)):
            rule = f"are not one for each of {patients} patients"
            raise InputError(f"{np.size(one.share)} shares by the route {one.route}", rule, "draw as many")
    names = [*(analytes or model.analytes), *([EFFECT] if effect_per_min is not None else [])]
    counting = Counting(names, times, patients)
    spans = regimen.spans(float(covariates.weight_kg))
    parts = draw_in_parts(model, covariates, patients, generator, beyond_population=beyond_population)
    done = 0
    for person in parts:
        size = min(DRAWN_TOGETHER, patients - done)
        given = [one.of(slice(done, done + size)) for one in absorptions]
        entries = entries_of(model, person.values, spans, given)
        system = build(
            model,
            person.values,
            entries={entry.state for entry in entries},
            analytes=analytes,
            effect_per_min=effect_per_min,
            depots=depots_of(given),
        )
        counting.solve(system, entries, size, first_min=regimen.first_min)
        done += size
    rows = counting.quantiles(shares)
    return Band(
        model=model.key,
        drug=regimen.drug,
        sampling=model.sampling,
        patients=patients,
        times_min=times,
        shares=tuple(shares),
        ng_per_ml={name: levels for name, levels in rows.items() if name != EFFECT},
        effect_ng_per_ml=rows.get(EFFECT),
        notices=(*person.notices, *(words for one in absorptions for words in one.beside(regimen.drug))),
        assumed=person.assumed,
        citations=tuple(one for one in (model.source.citation, model.source.copy) if one is not None),
    )
