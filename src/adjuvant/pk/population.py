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
from adjuvant.pk.drawing import draw
from adjuvant.pk.inputs import Entry, depots_of, entries_of, timeline
from adjuvant.pk.levels import checked_times, matched
from adjuvant.pk.model import CompartmentModel
from adjuvant.pk.person import Covariates, Individual
from adjuvant.pk.quantiles import QuantileSketch
from adjuvant.pk.regimen import Regimen
from adjuvant.pk.solving import solve
from adjuvant.pk.system import EFFECT, build

__all__ = ["Band", "curves", "population_band"]

_PART = 2000
"""How many patients are worked out at once where curves are not stored."""


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
    if any(np.size(entry.end_min) > 1 for entry in entries):
        return _one_by_one(
            model, person, entries, times, effect_per_min, absorptions, analytes, regimen.first_min
        )
    system = build(
        model,
        person.values,
        entries={entry.state for entry in entries},
        analytes=analytes,
        effect_per_min=effect_per_min,
        depots=depots_of(absorptions),
    )
    return solve(system, timeline(system, entries), times, first_min=regimen.first_min)


def _one_by_one(
    model: CompartmentModel,
    person: Individual,
    entries: Sequence[Entry],
    times: Floats,
    effect_per_min: float | None,
    absorptions: Sequence[Absorption],
    analytes: Sequence[str],
    first_min: float,
) -> dict[str, Floats]:
    """Patients whose inputs last differently long, each by itself."""
    count = max(np.size(value) for value in person.values.values())
    found: dict[str, Floats] = {}
    for patient in range(count):

        def own(value: float | Floats, place: int = patient) -> float:
            return float(np.asarray(value).flat[place] if np.size(value) > 1 else np.asarray(value).flat[0])

        parts = [
            Entry(one.state, one.start_min, own(one.end_min), own(one.mg), own(one.mg_per_min))
            for one in entries
        ]
        system = build(
            model,
            {name: own(value) for name, value in person.values.items()},
            entries={entry.state for entry in parts},
            analytes=analytes,
            effect_per_min=effect_per_min,
            depots=depots_of(absorptions),
        )
        for name, curve in solve(system, timeline(system, parts), times, first_min=first_min).items():
            found.setdefault(name, np.empty((len(times), count)))[:, patient] = curve[:, 0]
    return found


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
    person = draw(model, covariates, patients, generator, beyond_population=beyond_population)
    names = [*(analytes or model.analytes), *([EFFECT] if effect_per_min is not None else [])]
    sketches = {name: QuantileSketch(len(times)) for name in names}
    for start in range(0, patients, _PART):
        part = slice(start, min(start + _PART, patients))
        some = Individual(
            {
                name: value[part] if isinstance(value, np.ndarray) and value.ndim else value
                for name, value in person.values.items()
            },
            (),
            (),
        )
        levels = curves(
            model,
            some,
            regimen,
            times,
            float(covariates.weight_kg),
            effect_per_min=effect_per_min,
            absorptions=[one.of(part) for one in absorptions],
            analytes=analytes,
        )
        width = part.stop - part.start
        for name in names:
            sketches[name].add(
                np.broadcast_to(levels.get(name, np.zeros((len(times), 1))), (len(times), width))
            )
    rows = {name: np.array([sketch.quantile(share) for share in shares]) for name, sketch in sketches.items()}
    return Band(
        model=model.key,
        drug=regimen.drug,
        sampling=model.sampling,
        patients=patients,
        times_min=times,
        shares=tuple(shares),
        ng_per_ml={name: levels for name, levels in rows.items() if name != EFFECT},
        effect_ng_per_ml=rows.get(EFFECT),
        notices=(*person.notices, *(one.said for one in absorptions)),
        assumed=person.assumed,
        citations=tuple(one for one in (model.source.citation, model.source.copy) if one is not None),
    )
