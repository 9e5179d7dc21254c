"""Exposure: how much of one ingredient entered the patient, by which route, over which time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from adjuvant.quantity import Quantity
from adjuvant.timeline import as_instant

__all__ = ["Basis", "Exposure", "ExposureKind", "Exposures", "Refusal", "RefusalReason"]


class Basis(StrEnum):
    """What exposures were built from. Bases are never mixed."""

    ADMINISTERED = "administered"
    ORDERED = "ordered"
    DISPENSED = "dispensed"


class ExposureKind(StrEnum):
    """The shape of an exposure in time."""

    DOSE = "dose"
    INFUSION = "infusion"
    PATCH = "patch"
    PCA_DEMAND = "pca demand"


class RefusalReason(StrEnum):
    """Why no figure is given. A refusal stands where a silent zero would mislead."""

    UNKNOWN_DRUG = "unknown drug"
    UNKNOWN_UNIT = "unknown unit"
    UNKNOWN_ROUTE = "unknown route"
    MISSING_ROUTE = "missing route"
    MISSING_DOSE = "missing dose"
    MISSING_TIMING = "missing timing"
    NOT_CHARTED = "not charted"
    MISSING_WEIGHT = "missing body weight"
    AMBIGUOUS_DOSE = "ambiguous dose"
    AMBIGUOUS_STRENGTH = "ambiguous strength"
    AMBIGUOUS_FORM = "ambiguous form"
    MISSING_CONCENTRATION = "missing concentration"
    NO_FACTOR = "no factor in the table"
    NEURAXIAL = "neuraxial route"
    NO_CONSENSUS = "no accepted factor"
    OVERLAP = "overlapping records"
    OPEN_PATCH = "patch removal not charted"
    DOUBTED = "doubted in the record"
    IMPLAUSIBLE = "implausible value"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A structured refusal: what is refused, why, and what would mend it.

    Args:
        subject: the line, drug or event, in words.
        reason: the kind of refusal.
        detail: what was seen, quoted.
        remedy: what to do about it.
        start, end: when the refused exposure was; the same instant twice for a single dose. An unknown start
            reaches back without bound, an unknown end forward: all that time is incomplete.
        events: ids of the record's events concerned.
        ingredient: the drug it concerns, if known.
        basis: whether it concerns what was given, ordered or dispensed; None where it may be any of them.
    """

    subject: str
    reason: RefusalReason
    detail: str
    remedy: str
    start: datetime | None = None
    end: datetime | None = None
    events: tuple[str, ...] = ()
    ingredient: str | None = None
    basis: Basis | None = None

    def __str__(self) -> str:
        return f"{self.subject}: {self.reason}: {self.detail}; {self.remedy}."


@dataclass(frozen=True, slots=True)
class Exposure:
    """One ingredient given over one span at a constant rate, or at one moment.

    Args:
        ingredient: the library's name.
        route, form: canonical keys of the library (``intravenous``, ``patch``), None where not stated.
        start, end: instants; equal for a DOSE.
        amount: mass over the whole span.
        rate: mass per time; for a PATCH its release rate; None for a DOSE.
        as_needed: True where it was ordered as needed. Given, it counts as given; merely ordered or
            dispensed, `amount` is the most that the order allows, and totals leave it out.
        wear_hours: how long the order says that each patch stays on; None if it does not.
        steps: the unit steps that led from what was charted to `amount`, in words.
        note: what a reader of the derivation must know, for example "removal not charted".
    """

    ingredient: str
    route: str | None
    form: str | None
    kind: ExposureKind
    start: datetime
    end: datetime
    amount: Quantity
    basis: Basis
    rate: Quantity | None = None
    as_needed: bool | None = None
    events: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    note: str = ""
    wear_hours: Fraction | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "start", as_instant(self.start))
        object.__setattr__(self, "end", as_instant(self.end))
        self.amount.require("exposure", mass=1)
        if self.rate is not None:
            self.rate.require("exposure rate", mass=1, time=-1)


@dataclass(frozen=True, slots=True)
class Exposures:
    """All exposures of a record on one basis, in order of time, and what had to be refused."""

    basis: Basis
    items: tuple[Exposure, ...] = ()
    refused: tuple[Refusal, ...] = ()
