"""Observations: pain with who reported it, sedation, vital signs, body weight, adverse events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from adjuvant.errors import InputError
from adjuvant.quantity import Quantity
from adjuvant.record.origin import Origin
from adjuvant.timeline import as_instant

__all__ = [
    "AdverseEvent",
    "BodyWeight",
    "NotAssessable",
    "PainKind",
    "PainReporter",
    "PainScore",
    "SedationScore",
    "VitalSign",
]


class PainReporter(StrEnum):
    """Whose judgement a pain score is. Scores of different reporters are never merged."""

    SELF = "self"
    PROXY = "proxy"
    BEHAVIOURAL = "behavioural scale"
    UNSTATED = "unstated"


class PainKind(StrEnum):
    """What a pain score refers to. Kinds are never merged."""

    CURRENT = "current"
    AVERAGE = "average"
    WORST = "worst"
    LEAST = "least"
    AFTER_INTERVENTION = "after intervention"
    ACCEPTABLE = "acceptable level"


class NotAssessable(StrEnum):
    """Why there is no score. None of these is a pain of zero."""

    ASLEEP = "asleep"
    SEDATED = "sedated"
    UNABLE = "unable to score"
    DECLINED = "declined"
    NOT_RECORDED = "not recorded"


@dataclass(frozen=True, slots=True)
class PainScore:
    """One pain reading, or the fact that none could be taken.

    Args:
        scale: the library's key of the scale, for example ``nrs_0_10``.
        value: points on that scale, or None with `not_assessable` saying why.
    Raises:
        InputError: both or neither of `value` and `not_assessable`.
    """

    id: str
    at: datetime
    scale: str
    origin: Origin
    value: Fraction | None = None
    not_assessable: NotAssessable | None = None
    reporter: PainReporter = PainReporter.UNSTATED
    kind: PainKind = PainKind.CURRENT
    site: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", as_instant(self.at))
        if (self.value is None) == (self.not_assessable is None):
            raise InputError(
                f"{self.origin}: pain score",
                "must have either a value or the reason why there is none",
                "give exactly one of the two",
            )


@dataclass(frozen=True, slots=True)
class SedationScore:
    """One reading on a sedation scale (``poss``, ``rass``, ``riker_sas``, ...), as written."""

    id: str
    at: datetime
    scale: str
    value: str
    origin: Origin

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", as_instant(self.at))


@dataclass(frozen=True, slots=True)
class VitalSign:
    """One vital sign.

    Args:
        kind: ``respiratory_rate``, ``spo2``, ``heart_rate``, ``systolic``, ``diastolic``, ``mean_pressure``.
        flagged: why the reading is doubted (flagged as an error, or physically impossible); empty if not.
    """

    id: str
    at: datetime
    kind: str
    value: Quantity
    origin: Origin
    flagged: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", as_instant(self.at))


@dataclass(frozen=True, slots=True)
class BodyWeight:
    """One weight, with how it was come by (measured, stated, estimated, unstated)."""

    id: str
    at: datetime
    value: Quantity
    origin: Origin
    method: str = "unstated"

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", as_instant(self.at))
        self.value.require("body weight", mass=1)


@dataclass(frozen=True, slots=True)
class AdverseEvent:
    """One unwanted event.

    Args:
        kind: the field's word, for example ``hallucination`` or ``dysphoria``; free text where unlisted.
        grade: CTCAE grade 1 to 5 where charted, else None.
        led_to: what was done, for example ``ketamine stopped``; empty if not said.
    """

    id: str
    at: datetime
    kind: str
    origin: Origin
    end: datetime | None = None
    grade: int | None = None
    severity: str | None = None
    led_to: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", as_instant(self.at))
        if self.end is not None:
            object.__setattr__(self, "end", as_instant(self.end))
