"""Medication: what was ordered, what was dispensed and what was given, as three types that never mix."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from adjuvant.codes import RxNorm
from adjuvant.errors import InputError
from adjuvant.quantity import Quantity, UnitStatus
from adjuvant.record.origin import Origin
from adjuvant.timeline import as_instant

__all__ = [
    "AdministrationKind",
    "AdministrationStatus",
    "Drug",
    "Ingredient",
    "MedicationAdministration",
    "MedicationDispense",
    "MedicationRequest",
]


@dataclass(frozen=True, slots=True)
class Ingredient:
    """One active ingredient of a product.

    Args:
        name: the library's name for it (``fentanyl``), or the source's word where the library has none.
        strength: amount per counted unit (``5 mg/{tablet}``), per volume (``10 mg/mL``) or release rate of
            one patch (``75 ug/h``); None where the product does not say.
    """

    name: str
    strength: Quantity | None = None


@dataclass(frozen=True, slots=True)
class Drug:
    """A medicine as the record names it, and what the library knows it to be.

    Args:
        text: the name as written.
        ingredients: resolved active ingredients; empty where the name is not in the library.
        rxnorm: the code the record gives, if any.
    """

    text: str
    ingredients: tuple[Ingredient, ...] = ()
    rxnorm: RxNorm | None = None

    @property
    def name(self) -> str:
        """The ingredients' names joined with ``+``, or the text as written."""
        return "+".join(item.name for item in self.ingredients) or self.text


class AdministrationStatus(StrEnum):
    """Whether a charted administration really happened."""

    GIVEN = "given"
    NOT_GIVEN = "not given"
    UNKNOWN = "unknown"


class AdministrationKind(StrEnum):
    """The shape of an administration in time."""

    DOSE = "dose"
    """An amount at one moment: a tablet, a push, an injection."""
    INFUSION = "infusion"
    """A constant rate from start to end. A change of rate begins a new administration."""
    PATCH_ON = "patch on"
    PATCH_OFF = "patch off"
    PCA_DEMAND = "pca demand"
    """Demand doses that a pump delivered between start and end, charted as their sum."""


@dataclass(frozen=True, slots=True)
class MedicationAdministration:
    """One charted administration. Only GIVEN ones count as exposure.

    Args:
        start, end: instants; `end` is needed by INFUSION and PCA_DEMAND.
        dose: amount given in all (mass, or counted things or volume where a strength may turn it into mass).
        rate: mass per time of an infusion; for PATCH_ON the release rate of all patches applied together.
        patch: identity or site of a patch, by which PATCH_OFF finds its PATCH_ON.
        wear_hours: how long the order says that the patch stays on, if it does.
        unit_status: how the units were understood.
        doubt: why the amount or the unit cannot be used, in words; empty if it can.
        body_weight: the weight charted on the same row.
    """

    id: str
    drug: Drug
    kind: AdministrationKind
    start: datetime
    origin: Origin
    end: datetime | None = None
    route: str | None = None
    form: str | None = None
    dose: Quantity | None = None
    rate: Quantity | None = None
    status: AdministrationStatus = AdministrationStatus.GIVEN
    reason_not_given: str | None = None
    as_needed: bool | None = None
    patch: str | None = None
    wear_hours: Fraction | None = None
    unit_status: UnitStatus = UnitStatus.EXACT
    doubt: str = ""
    body_weight: Quantity | None = None
    request_id: str | None = None

    def __post_init__(self) -> None:
        _put_instants(self)
        if self.end is not None and self.end < self.start:
            raise InputError(str(self.origin), "ends before it starts", "correct the times in the source")


@dataclass(frozen=True, slots=True)
class MedicationRequest:
    """One order. It says what was asked for, never what was given.

    Args:
        start, end: the span in which the order was in force; None where the source does not say.
        dose: amount of one dose; `dose_high` the upper end where the order is a range.
        times_per_day: scheduled doses a day (the most allowed, if as needed), or None if not stated.
        rate: for a continuous infusion; for a patch its release rate.
        every_hours: how often a patch is changed.
        instruction: which of several dosage instructions of the same order, counted from 1.
    """

    id: str
    drug: Drug
    origin: Origin
    start: datetime | None = None
    end: datetime | None = None
    route: str | None = None
    form: str | None = None
    dose: Quantity | None = None
    dose_high: Quantity | None = None
    times_per_day: Fraction | None = None
    rate: Quantity | None = None
    every_hours: Fraction | None = None
    as_needed: bool | None = None
    status: str = "active"
    statement: bool = False
    """True for a patient's or clinician's statement of use (FHIR MedicationStatement)."""
    instruction: int = 1
    text: str = ""
    unit_status: UnitStatus = UnitStatus.EXACT
    doubt: str = ""

    def __post_init__(self) -> None:
        _put_instants(self)


@dataclass(frozen=True, slots=True)
class MedicationDispense:
    """One supply from a pharmacy: a quantity meant to last a number of days.

    Args:
        quantity: counted things, volume or patches handed out.
        days_supply: days it is meant to last.
    """

    id: str
    drug: Drug
    origin: Origin
    start: datetime
    quantity: Quantity | None = None
    days_supply: Fraction | None = None
    route: str | None = None
    form: str | None = None
    unit_status: UnitStatus = UnitStatus.EXACT
    doubt: str = ""

    def __post_init__(self) -> None:
        _put_instants(self)


def _put_instants(event: MedicationAdministration | MedicationRequest | MedicationDispense) -> None:
    for name in ("start", "end"):
        moment = getattr(event, name, None)
        if moment is not None:
            object.__setattr__(event, name, as_instant(moment))
