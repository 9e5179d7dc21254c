"""Vital signs and body weight: the code's kind, the value in its unit, and whether it can be believed."""

from __future__ import annotations

from adjuvant.errors import AdjuvantError
from adjuvant.library import plausible_limit
from adjuvant.quantity import Quantity
from adjuvant.record import Outcome
from adjuvant.sources.fhir import resources, shapes
from adjuvant.sources.fhir.reading import Reading, SetAside
from adjuvant.sources.fhir.terms import LOINC, codes_of, label
from adjuvant.sources.fhir.units import read_amount

__all__ = ["body_weight", "vital_kind", "vital_sign", "weight_method"]

_VITALS = {
    "9279-1": "respiratory_rate",
    "8867-4": "heart_rate",
    "59408-5": "spo2",
    "2708-6": "spo2",
    "8480-6": "systolic",
    "76534-7": "systolic",
    "8462-4": "diastolic",
    "76535-4": "diastolic",
    "8478-0": "mean_pressure",
    "76536-2": "mean_pressure",
}
_VITAL_UNITS = {
    "respiratory_rate": "/min",
    "heart_rate": "/min",
    "spo2": "%",
    "systolic": "mm[Hg]",
    "diastolic": "mm[Hg]",
    "mean_pressure": "mm[Hg]",
}
_WEIGHTS = {"29463-7": "unstated", "3141-9": "measured", "3142-7": "stated", "8335-2": "estimated"}
_SECONDS_A_MINUTE = 60


def vital_kind(code: shapes.Concept | None) -> str | None:
    """The kind of vital sign that a concept's LOINC codes mean together, or None."""
    kinds = {_VITALS[item] for item in codes_of(code, LOINC) if item in _VITALS}
    return kinds.pop() if len(kinds) == 1 else None


def weight_method(code: shapes.Concept | None) -> str | None:
    """How a body weight was come by, by its LOINC code; None where the code is of no body weight."""
    return next((_WEIGHTS[item] for item in codes_of(code, LOINC) if item in _WEIGHTS), None)


def vital_sign(part: resources.Value, kind: str, reading: Reading) -> tuple[Quantity, str]:
    """A vital sign in its own unit, and why it is hardly possible (empty if it is); it is kept either way.

    Raises:
        SetAside: no value, or one in a unit of another kind.
    """
    value = _in_unit(_measured(part, kind), kind)
    limit = plausible_limit(kind)
    flagged = limit.doubt(value.in_(limit.unit)) if limit is not None else ""
    if flagged:
        reading.warn("is hardly possible", "check the reading", flagged)
    return value, flagged


def body_weight(part: resources.Value, reading: Reading) -> Quantity:
    """A body weight as it was written; warned of where it is hardly possible.

    Raises:
        SetAside: no value, or none that is a weight.
    """
    value = _measured(part, "body weight")
    if not value.unit.has(mass=1) or value.value <= 0:
        raise SetAside(Outcome.UNCONVERTIBLE, "is no body weight", "give it in kg", str(value))
    limit = plausible_limit("body_weight")
    doubt = limit.doubt(value.in_(limit.unit)) if limit is not None else ""
    if doubt:
        reading.warn("is hardly possible", "check the reading", doubt)
    return value


def _in_unit(value: Quantity, kind: str) -> Quantity:
    """A value in the unit of its kind, whatever is said to be counted: 14 {breaths}/min is 14 /min."""
    unit = _VITAL_UNITS[kind]
    bare = {name: power for name, power in value.unit.dimension if not name.startswith("{")}
    if unit == "/min" and bare == {"time": -1}:
        return Quantity(value.value * value.unit.factor * _SECONDS_A_MINUTE, unit)
    try:
        return value.to(unit)
    except AdjuvantError as error:
        raise SetAside(
            Outcome.UNCONVERTIBLE, f"{kind} is in a unit of another kind", "", f"{value}"
        ) from error


def _measured(part: resources.Value, what: str) -> Quantity:
    """The quantity of a value, or the reason why there is none."""
    if part.data_absent_reason is not None:
        if part.value_quantity is not None:
            raise SetAside(Outcome.UNCONVERTIBLE, "has both a value and a reason why there is none")
        raise SetAside(Outcome.NOT_USED, "has no value", "", label(part.data_absent_reason))
    if part.value_quantity is None:
        raise SetAside(Outcome.NOT_USED, "has no value that is a quantity", "give it as valueQuantity")
    amount = read_amount(part.value_quantity, what)
    if amount.quantity is None:
        raise SetAside(
            Outcome.UNCONVERTIBLE, "has a value that cannot be used", "correct the value", amount.doubt
        )
    return amount.quantity
