"""The tables that a mapping may declare, and the fields of each: which are needed, which carry a unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from adjuvant.record import (
    AdministrationKind,
    AdministrationStatus,
    ConsentStatus,
    NotAssessable,
    PainKind,
    PainReporter,
)

__all__ = ["TABLES", "VITAL_KINDS", "TableFields"]

VITAL_KINDS = ("respiratory_rate", "spo2", "heart_rate", "systolic", "diastolic", "mean_pressure")
_CONSENT_SCOPES = ("treatment", "data use", "publication")
_FLAG = ("yes", "no")


@dataclass(frozen=True, slots=True)
class TableFields:
    """The fields of one table.

    Args:
        needed: fields that every mapping of it must fill, from a column or a constant.
        optional: fields that it may fill.
        units: fields that are quantities; ``<field>_unit`` may then name a column with the unit of each row.
        words: fields with a closed vocabulary, and its words.
    """

    needed: tuple[str, ...]
    optional: tuple[str, ...]
    units: tuple[str, ...] = ()
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """Every field that may be filled, unit columns among them."""
        return (*self.needed, *self.optional, *(f"{name}_unit" for name in self.units))


_DRUG = ("rxnorm", "strength", "route", "form")
_ORDERED = (
    "dose",
    "dose_high",
    "rate",
    "times_per_day",
    "every_hours",
    "as_needed",
    "status",
    "instructions",
)
_GIVEN = ("dose", "rate", "status", "reason_not_given", "as_needed", "patch", "wear_hours", "weight", "line")
TABLES: Mapping[str, TableFields] = MappingProxyType(
    {
        "patients": TableFields(
            ("id",),
            ("sex", "birth_date", "age_years", "death", "pain_goal", "synthetic", "note"),
            words={"synthetic": _FLAG},
        ),
        "encounters": TableFields(("patient", "time"), ("id", "end", "kind")),
        "conditions": TableFields(
            ("patient", "text"),
            ("id", "code", "code_system", "time", "status", "cancer"),
            words={"cancer": _FLAG},
        ),
        "allergies": TableFields(("patient", "text"), ("id", "code", "code_system", "status", "reaction")),
        "consents": TableFields(
            ("patient", "scope", "status"),
            ("id", "given_by", "time"),
            words={"scope": _CONSENT_SCOPES, "status": tuple(ConsentStatus)},
        ),
        "orders": TableFields(
            ("patient", "drug"),
            ("id", "time", "end", *_DRUG, *_ORDERED),
            units=("dose", "rate"),
            words={"as_needed": _FLAG},
        ),
        "dispenses": TableFields(
            ("patient", "drug", "time"),
            ("id", *_DRUG, "quantity", "days_supply"),
            units=("quantity",),
        ),
        "administrations": TableFields(
            ("patient", "drug", "time"),
            ("id", "order", "kind", "end", *_DRUG, *_GIVEN),
            units=("dose", "rate", "weight"),
            words={
                "kind": tuple(AdministrationKind),
                "status": tuple(AdministrationStatus),
                "as_needed": _FLAG,
            },
        ),
        "pain": TableFields(
            ("patient", "time", "scale"),
            ("id", "score", "reason", "reporter", "kind", "site"),
            words={
                "reason": tuple(NotAssessable),
                "reporter": tuple(PainReporter),
                "kind": tuple(PainKind),
            },
        ),
        "sedation": TableFields(("patient", "time", "scale", "score"), ("id",)),
        "vitals": TableFields(
            ("patient", "time"),
            ("id", "kind", "value", *VITAL_KINDS),
            units=("value", *VITAL_KINDS),
            words={"kind": VITAL_KINDS},
        ),
        "weights": TableFields(("patient", "time", "weight"), ("id", "method"), units=("weight",)),
        "adverse_events": TableFields(
            ("patient", "time", "event"), ("id", "end", "grade", "severity", "led_to")
        ),
    }
)
"""Every table by name, in the order in which they are read (patients first)."""
