"""Drawing patients: the figures of a model for many, by its variability between people and occasions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from adjuvant.citation import Provenance
from adjuvant.errors import InputError
from adjuvant.pk.arrays import Floats
from adjuvant.pk.model import CompartmentModel, Variability
from adjuvant.pk.person import Covariates, Individual, typical

__all__ = ["DRAWN_TOGETHER", "draw", "draw_in_parts"]

DRAWN_TOGETHER = 8192
"""How many patients are drawn at once; the next ones follow from where the generator then stands."""


def draw(
    model: CompartmentModel,
    covariates: Covariates,
    count: int,
    generator: np.random.Generator,
    *,
    beyond_population: bool = False,
) -> Individual:
    """The figures of `count` patients of these covariates, on one occasion each.

    Parameters are log-normal around the typical value, and shares normal in their logit, with the covariances
    that the model prints. The same generator gives the same patients, however they are worked on afterwards.

    Args:
        covariates: one weight for all, or one for each patient.
    Raises:
        InputError: a model without variability, a number of patients that is none, or as for `typical`.
    """
    parts = list(draw_in_parts(model, covariates, count, generator, beyond_population=beyond_population))
    first = parts[0]
    if len(parts) == 1:
        return first
    values = {
        name: np.concatenate([np.asarray(part.values[name]) for part in parts]) if np.ndim(value) else value
        for name, value in first.values.items()
    }
    return Individual(values, first.notices, first.assumed)


def draw_in_parts(
    model: CompartmentModel,
    covariates: Covariates,
    count: int,
    generator: np.random.Generator,
    *,
    beyond_population: bool = False,
) -> Iterator[Individual]:
    """The patients that `draw` gives, some thousand at a time, so that their figures need no memory.

    Raises:
        InputError: as for `draw`.
    """
    if count < 1:
        raise InputError(f"{count} patients", "are none", "ask for one or more")
    weights = np.shape(covariates.weight_kg)
    if weights not in ((), (count,)):
        raise InputError(
            f"{weights[0]} body weights", f"are not one for each of {count} patients", "give as many"
        )
    between = model.between_subject
    if between is None:
        raise InputError(
            f"model {model.key}",
            "has no variability between people that anybody read",
            "use its typical patient, or a model that has one",
        )
    person = typical(model, covariates, beyond_population=beyond_population)
    assumed = list(person.assumed)
    notices = list(person.notices)
    if model.between_occasion is not None:
        notices.append(f"{model.key}: each patient is on one occasion; a second one would differ again.")
    for level in (between, model.between_occasion):
        guessed = [] if level is None else level.figures
        assumed += [
            f"{what} of {one.name}: {one.shown} (assumed)"
            for what, one in guessed
            if one.source.provenance is Provenance.ASSUMED
        ]
    for start in range(0, count, DRAWN_TOGETHER):
        size = min(DRAWN_TOGETHER, count - start)
        values = {
            name: value[start : start + size] if isinstance(value, np.ndarray) and value.ndim else value
            for name, value in person.values.items()
        }
        for level in (between, model.between_occasion):
            if level is not None:
                _vary(values, level, size, generator)
        yield Individual(values, tuple(notices), tuple(assumed))


def _vary(
    values: dict[str, float | Floats], level: Variability, count: int, generator: np.random.Generator
) -> None:
    """Multiply parameters by what is drawn for each patient; in the order of the names, to repeat it."""
    spreads = {name: float(one.value.value) for name, one in level.logs.items()}
    spreads |= {name: float(np.log1p(float(one.value.value) ** 2)) for name, one in level.as_cv.items()}
    names = sorted(spreads)
    for name, shift in zip(names, _drawn(names, spreads, level, count, generator), strict=True):
        values[name] = np.asarray(values[name] * np.exp(shift))
    for name in sorted(level.logits):
        spread = float(level.logits[name].value.value) ** (1 / 2)
        share = np.broadcast_to(np.asarray(values[name], dtype=np.float64), (count,))
        if (share >= 1).any():
            raise InputError(f"share {name}", "is not below one, so that it has no logit", "report it")
        odds = share / (1 - share) * np.exp(spread * generator.standard_normal(count))
        values[name] = odds / (1 + odds)


def _drawn(
    names: list[str],
    spreads: Mapping[str, float],
    level: Variability,
    count: int,
    generator: np.random.Generator,
) -> Floats:
    """Normal deviates of the logarithms, by name and patient, with their covariances."""
    matrix = np.diag([spreads[name] for name in names])
    for (one, other), figure in level.covariances.items():
        row, column = names.index(one), names.index(other)
        matrix[row, column] = matrix[column, row] = float(figure.value.value)
    return np.asarray(np.linalg.cholesky(matrix) @ generator.standard_normal((len(names), count)))
