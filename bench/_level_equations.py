"""The equations of the reference job, written out by hand for solvers that are not ours, and what it asks.

S-ketamine in three compartments and S-norketamine in two, as Otto and others publish them, in mg and minutes.
They are plain arithmetic, so that numbers and arrays of NumPy, JAX and torch alike can be put into them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from ketamine_levels import GRID, MAN, OTTO, REGIMEN

from adjuvant.pk import draw
from adjuvant.pk.arrays import Floats
from adjuvant.pk.person import Individual
from adjuvant.pk.population import curves

__all__ = ["ANALYTES", "RATES", "STATES", "Question", "asked", "rates_of", "slope"]

STATES = ("central", "deep", "shallow", "metabolite", "far")
RATES = ("out", "to_deep", "from_deep", "to_shallow", "from_shallow", "formed", "lost", "to_far", "from_far")
ANALYTES = {"ketamine": 0, "norketamine": 3}
"""Of each analyte the place in `STATES` of what is measured."""


@dataclass(frozen=True, slots=True)
class Question:
    """What every solver is asked.

    Args:
        person: the drawn patients, as our closed form takes them.
        rates: `RATES`, per minute, one for each patient.
        scale: by analyte, ng/mL for a mg, one for each patient.
        edges: minutes at which the pump changes, the start first, and the end of the question last.
        pushes: mg per minute between each two of them.
        times: minutes at which levels are wanted.
    """

    person: Individual
    rates: Mapping[str, Floats]
    scale: Mapping[str, Floats]
    edges: tuple[float, ...]
    pushes: tuple[float, ...]
    times: Floats

    @property
    def patients(self) -> int:
        """How many it is asked of."""
        return len(self.rates["out"])

    def some(self, patients: int, first: int = 0) -> Question:
        """The same of a few patients, from the `first` on, for other solvers; ours takes all."""
        rates = {name: one[first : first + patients] for name, one in self.rates.items()}
        scale = {name: one[first : first + patients] for name, one in self.scale.items()}
        return replace(self, rates=rates, scale=scale)

    def ours(self) -> dict[str, Floats]:
        """The closed form for every drawn patient, ng/mL of shape (times, patients)."""
        return curves(OTTO, self.person, REGIMEN, self.times, MAN.weight_kg)


def asked(patients: int) -> Question:
    """The reference job for so many drawn patients."""
    person = draw(OTTO, MAN, patients, np.random.default_rng(1))
    values = {
        name: np.broadcast_to(np.asarray(value, dtype=float), (patients,))
        for name, value in person.values.items()
    }
    spans, last = REGIMEN.spans(MAN.weight_kg), float(GRID[-1])
    edges = sorted({0.0, last, *(one.start_min for one in spans), *(one.end_min for one in spans)})
    pushes = [
        sum(one.mg_per_min for one in spans if one.start_min <= start < one.end_min) for start in edges[:-1]
    ]
    scale = {"ketamine": 1000 / values["V1"], "norketamine": 1000 / values["VM"]}
    return Question(person, rates_of(values), scale, tuple(edges), tuple(pushes), GRID)


def rates_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """`RATES` per minute, of volumes in L and clearances in L a minute."""
    return {
        "out": values["CL"] / values["V1"],
        "to_deep": values["Q2"] / values["V1"],
        "from_deep": values["Q2"] / values["V2"],
        "to_shallow": values["Q3"] / values["V1"],
        "from_shallow": values["Q3"] / values["V3"],
        "formed": values["fm"] * values["CL"] / values["V1"],
        "lost": values["CLM"] / values["VM"],
        "to_far": values["QM"] / values["VM"],
        "from_far": values["QM"] / values["VMP"],
    }


def slope(rates: Mapping[str, Any], push: Any, amounts: Sequence[Any]) -> tuple[Any, ...]:
    """What each of `STATES` gains in a minute, in mg, while the pump gives `push`."""
    central, deep, shallow, metabolite, far = amounts
    leaves = rates["out"] + rates["to_deep"] + rates["to_shallow"]
    return (
        push - leaves * central + rates["from_deep"] * deep + rates["from_shallow"] * shallow,
        rates["to_deep"] * central - rates["from_deep"] * deep,
        rates["to_shallow"] * central - rates["from_shallow"] * shallow,
        rates["formed"] * central - (rates["lost"] + rates["to_far"]) * metabolite + rates["from_far"] * far,
        rates["to_far"] * metabolite - rates["from_far"] * far,
    )
