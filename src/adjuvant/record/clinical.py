"""Patient, encounter, condition, allergy and the three kinds of consent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from adjuvant.codes import Code
from adjuvant.record.origin import Origin
from adjuvant.timeline import as_instant

__all__ = ["Allergy", "Condition", "Consent", "ConsentStatus", "Encounter", "Patient"]


@dataclass(frozen=True, slots=True)
class Patient:
    """Who the record is about.

    Args:
        zone: IANA zone in which the record's clock days run.
        synthetic: True for an invented patient; every page and export then says so.
        note: what a reader of any page must know, for example that a record is a reconstruction.
    """

    id: str
    zone: str
    sex: str | None = None
    birth_date: date | None = None
    death: datetime | None = None
    age_years: int | None = None
    synthetic: bool = False
    note: str = ""
    pain_goal: int | None = None
    """The personalised pain goal on the 0 to 10 scale, if the patient was asked."""

    def __post_init__(self) -> None:
        if self.death is not None:
            object.__setattr__(self, "death", as_instant(self.death))


@dataclass(frozen=True, slots=True)
class Encounter:
    """One stay or visit."""

    id: str
    start: datetime
    origin: Origin
    end: datetime | None = None
    kind: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "start", as_instant(self.start))
        if self.end is not None:
            object.__setattr__(self, "end", as_instant(self.end))


@dataclass(frozen=True, slots=True)
class Condition:
    """One diagnosis or problem, with its code where the source gives one."""

    id: str
    text: str
    origin: Origin
    code: Code | None = None
    onset: datetime | None = None
    status: str = ""
    cancer: bool | None = None
    """True or False where the code or the source says so; None where it does not."""

    def __post_init__(self) -> None:
        if self.onset is not None:
            object.__setattr__(self, "onset", as_instant(self.onset))


@dataclass(frozen=True, slots=True)
class Allergy:
    """One recorded allergy or intolerance."""

    id: str
    text: str
    origin: Origin
    code: Code | None = None
    status: str = ""
    reaction: str = ""


class ConsentStatus(StrEnum):
    """Where a consent stands. It is never inferred."""

    NOT_SOUGHT = "not sought"
    PENDING = "pending"
    GIVEN = "given"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    NOT_POSSIBLE_DIED = "not possible: died"
    NOT_POSSIBLE_CAPACITY = "not possible: lost capacity"


@dataclass(frozen=True, slots=True)
class Consent:
    """Consent to one thing: ``treatment``, ``data use`` or ``publication``."""

    id: str
    scope: str
    status: ConsentStatus
    origin: Origin
    given_by: str | None = None
    at: datetime | None = None

    def __post_init__(self) -> None:
        if self.at is not None:
            object.__setattr__(self, "at", as_instant(self.at))
