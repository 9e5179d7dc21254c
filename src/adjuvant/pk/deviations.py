"""What may differ between patients and occasions: the deviations of a model, with their covariance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from adjuvant.pk.arrays import Floats
from adjuvant.pk.model import CompartmentModel, Variability

__all__ = ["Deviation", "deviations_of"]


@dataclass(frozen=True, slots=True)
class Deviation:
    """A parameter that deviates from that of the typical patient.

    Args:
        occasion: 0 where it is between patients; else the occasion that it is of.
        logit: whether on the scale of the logit, and not of the logarithm.
        spread: standard deviation on that scale.
    """

    name: str
    occasion: int
    logit: bool
    spread: float


def deviations_of(model: CompartmentModel, occasions: int) -> tuple[list[Deviation], Floats]:
    """Every deviation of a model, and the inverse of their covariance in units of their spreads."""
    listed: list[Deviation] = []
    blocks: list[Floats] = []
    levels = [(0, model.between_subject)]
    levels += [(number, model.between_occasion) for number in range(1, occasions + 1)]
    for occasion, level in levels:
        if level is None:
            continue
        own, matrix = _of_level(level, occasion)
        listed += own
        blocks.append(np.asarray(np.linalg.inv(matrix), dtype=np.float64))
    whole = np.zeros((len(listed), len(listed)))
    at = 0
    for block in blocks:
        whole[at : at + len(block), at : at + len(block)] = block
        at += len(block)
    return listed, whole


def _of_level(level: Variability, occasion: int) -> tuple[list[Deviation], Floats]:
    spreads: Mapping[str, float] = {
        **{name: float(one.value.value) ** (1 / 2) for name, one in level.logs.items()},
        **{
            name: float(np.log1p(float(one.value.value) ** 2)) ** (1 / 2) for name, one in level.as_cv.items()
        },
    }
    own = [Deviation(name, occasion, logit=False, spread=spread) for name, spread in sorted(spreads.items())]
    own += [
        Deviation(name, occasion, logit=True, spread=float(one.value.value) ** (1 / 2))
        for name, one in sorted(level.logits.items())
    ]
    matrix, where = np.eye(len(own)), {one.name: place for place, one in enumerate(own)}
    for (first, second), figure in level.covariances.items():
        row, column = where[first], where[second]
        together = float(figure.value.value) / (own[row].spread * own[column].spread)
        matrix[row, column] = matrix[column, row] = together
    return own, matrix
