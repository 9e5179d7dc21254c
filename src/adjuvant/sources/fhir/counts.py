"""Resources of medication counted by drug and unit, and by the names that nobody knows."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from adjuvant.record import Outcome
from adjuvant.sources.base import QualityCounter
from adjuvant.sources.fhir import resources, shapes
from adjuvant.sources.fhir.decoding import as_type, listed, medicine_of
from adjuvant.sources.fhir.reading import Context, Found

__all__ = ["count_medicine"]

_TYPES = ("MedicationAdministration", "MedicationDispense", "MedicationRequest", "MedicationStatement")


class _Amounts(resources.MedicationShape, frozen=True):
    """The medicine of a resource, and where the four types state how much of it."""

    dosage: msgspec.Raw = msgspec.Raw()
    dosage_instruction: msgspec.Raw = msgspec.Raw()
    quantity: shapes.Quantity | None = None


@dataclass(frozen=True, slots=True)
class _Medicine:
    drug: str = ""
    unit: str = ""
    unknown: str = ""


def count_medicine(
    item: Found, context: Context, outcome: Outcome, quality: QualityCounter, *, doubted: bool = False
) -> None:
    """Count a resource by its drug and the first unit that it states; other types are passed over.

    Args:
        outcome: what became of it.
        doubted: whether it is used with a warning.
    """
    if item.type not in _TYPES:
        return
    found = _medicine(item, context)
    quality.medicine(item.type, found.drug, found.unit, outcome)
    if doubted:
        quality.medicine(item.type, found.drug, found.unit, Outcome.DOUBTED)
    if found.unknown:
        quality.unknown_name(item.type, found.unknown)


def _medicine(item: Found, context: Context) -> _Medicine:
    try:
        said = as_type(item.raw, _Amounts)
    except msgspec.DecodeError:
        return _Medicine()
    medicine, _ = medicine_of(said, context)
    unknown = "" if medicine.drug.ingredients else medicine.name
    # A medicine that nothing names has no name to be counted by, such as an address that leads nowhere.
    drug = medicine.drug.name if medicine.drug.ingredients else medicine.name
    return _Medicine(drug, _unit(item.type, said), unknown)


def _unit(kind: str, said: _Amounts) -> str:
    if kind == "MedicationDispense":
        return _written(said.quantity)
    if kind == "MedicationAdministration":
        try:
            one = as_type(said.dosage, resources.AdministrationDosage)
        except msgspec.DecodeError:
            return ""
        return _written(one.dose) or _written(one.rate_quantity) or _over(one.rate_ratio)
    raw = said.dosage_instruction if kind == "MedicationRequest" else said.dosage
    dosages, _ = listed(raw, resources.Dosage, "dosage")
    return next(filter(None, (_ordered(part) for dosage in dosages for part in dosage.dose_and_rate)), "")


def _ordered(part: resources.DoseAndRate) -> str:
    ends = (part.dose_range, part.rate_range)
    dose, rate = (_written(end.low or end.high) if end is not None else "" for end in ends)
    return (
        _written(part.dose_quantity) or dose or _written(part.rate_quantity) or _over(part.rate_ratio) or rate
    )


def _written(quantity: shapes.Quantity | None) -> str:
    return (quantity.unit or quantity.code or "").strip() if quantity is not None else ""


def _over(ratio: shapes.Ratio | None) -> str:
    if ratio is None:
        return ""
    return "/".join(filter(None, (_written(ratio.numerator), _written(ratio.denominator))))
