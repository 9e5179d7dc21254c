"""Why models disagree: the few figures behind each model's levels, at one body weight."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from adjuvant.citation import Provenance
from adjuvant.library.folder import FOLDER, shown_name
from adjuvant.library.strict import read_file
from adjuvant.pk.levels import simulate
from adjuvant.pk.model import CompartmentModel
from adjuvant.pk.person import Covariates, typical
from adjuvant.pk.regimen import Bolus, Infusion, Regimen
from adjuvant.pk.source import quantity
from adjuvant.pk.system import build
from adjuvant.quantity import Quantity

__all__ = ["Behind", "HeldAgainst", "behind", "held_against", "read_held_against"]

_FILE = FOLDER / "ketamine" / "held_against.yaml"


@dataclass(frozen=True, slots=True)
class HeldAgainst:
    """The doses that all models are held against: a bolus, a rate, and hours of it; nobody is given them."""

    bolus: Quantity
    rate: Quantity
    hours: tuple[float, ...]


def read_held_against(path: Path) -> HeldAgainst:
    """The doses of one file.

    Raises:
        LibraryError: something is missing, or no dose, no rate or no length of time.
    """
    top = read_file(path, shown_name(path)).fields(["bolus", "rate", "after", "provenance"], ["note"])
    if top["provenance"].text() != Provenance.ASSUMED.value:
        raise top["provenance"].error("claims more than was read", "write `assumed`")
    for key, unit in (("bolus", "mg/kg"), ("rate", "mg/kg/h")):
        if not quantity(top[key]).unit.commensurable(Quantity(1, unit).unit):
            raise top[key].error(f"{quantity(top[key])} is not in {unit}", f"write it in {unit}")
    hours = []
    for entry in top["after"].items():
        after = quantity(entry)
        if not after.unit.commensurable(Quantity(1, "h").unit):
            raise entry.error(f"{after} is not in h", "write it in h")
        hours.append(float(after.in_("h")))
    return HeldAgainst(quantity(top["bolus"]), quantity(top["rate"]), tuple(hours))


@lru_cache(maxsize=1)
def held_against() -> HeldAgainst:
    """The doses that all models are held against; read once."""
    return read_held_against(_FILE)


@dataclass(frozen=True, slots=True)
class Behind:
    """What makes the levels of one model, for its typical patient.

    Args:
        central_l: the volume that a bolus goes into; it makes the level right after one.
        cleared_l_per_h: what is cleared of drug for good; it makes the level that a long infusion comes to.
        spread_l: volume at the end of all exchange, with a constant level; it makes how long the rise takes.
        last_half_life_h: the slowest fall, long after the end.
        after_bolus: ng/mL a minute after the bolus that was asked about.
        in_infusion: ng/mL at the hours of the infusion that was asked about.
    """

    model: CompartmentModel
    central_l: float
    cleared_l_per_h: float
    spread_l: float
    last_half_life_h: float
    after_bolus: float
    in_infusion: tuple[float, ...]


def behind(
    model: CompartmentModel,
    covariates: Covariates,
    bolus: Quantity | str,
    rate: Quantity | str,
    hours: Sequence[float],
    *,
    beyond_population: bool = False,
) -> Behind:
    """The figures behind one model, from its own equations.

    Clearance, spread and half-life come from the matrix of the typical patient: of ketamine alone, after a
    dose
    into a vein.

    Args:
        bolus, rate: a dose and an infusion that all models are held against, with their units.
        hours: of the infusion, at which a level is wanted.
    Raises:
        InputError: as for `typical`.
    """
    person = typical(model, covariates, beyond_population=beyond_population)
    central = model.measured_in(model.analytes[0])
    system = build(model, person.values, entries={central.name}, analytes=model.analytes[:1])
    matrix = system.matrix[0]
    row = system.row(central.name)
    given = np.zeros(len(system.states))
    given[row] = 1.0
    held = np.linalg.solve(-matrix, given)  # mg held in each place for each mg/min that goes in
    central_l = float(np.asarray(person.values[central.volume]))
    cleared_l_per_min = central_l / held[row]
    slowest = min(abs(np.linalg.eigvals(matrix).real))

    def level(dose: Bolus | Infusion, minutes: Sequence[float]) -> list[float]:
        return [
            float(one)
            for one in simulate(
                model,
                Regimen((dose,), model.drug),
                list(minutes),
                covariates,
                analytes=model.analytes[:1],
                beyond_population=beyond_population,
            ).ng_per_ml["ketamine"]
        ]

    run = Infusion(0.0, max(hours) * 60, rate, "intravenous")
    return Behind(
        model=model,
        central_l=central_l,
        cleared_l_per_h=cleared_l_per_min * 60,
        spread_l=float(held.sum() / held[row] * central_l),
        last_half_life_h=math.log(2) / slowest / 60,
        after_bolus=level(Bolus(0.0, bolus, "intravenous"), [1.0])[0],
        in_infusion=tuple(level(run, [hour * 60 for hour in hours])),
    )
