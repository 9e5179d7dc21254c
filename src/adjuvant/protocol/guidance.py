"""What evaluating a protocol answers: status, what is advised and why, what is missing, what is stale."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from adjuvant.citation import Provenance
from adjuvant.quantity import Quantity

__all__ = [
    "Guidance",
    "Issue",
    "Judged",
    "Missing",
    "Reason",
    "Recommendation",
    "Status",
    "Uncapped",
    "in_order",
]


class Status(StrEnum):
    """What is advised. A clinician decides."""

    START = "start"
    CONTINUE = "continue"
    RAISE = "raise"
    LOWER = "lower"
    HOLD = "hold"
    """Pause what runs, or do not give what is due."""
    STOP = "stop"
    COMPLETE = "complete"
    """The course has reached its end."""
    NOT_ELIGIBLE = "not eligible"
    WITHHELD = "withheld"
    """No dose is advised, because something needed is missing, contradictory or beyond a limit."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that advice rests on.

    Args:
        rule: key of the criterion, rule or field.
        text: the rule in words.
        seen: what was seen that it applies to; empty where nothing was.
        at: when that was charted.
        citation: key in citations.yaml, or ``site``.
    """

    rule: str
    text: str
    seen: str
    at: datetime | None
    citation: str
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Uncapped:
    """What a dose would be without the protocol's own cap, and the cap that applied.

    Args:
        dose: as the protocol counts it; of a dose in parts, the whole.
        amount: the same in milligrams, or milligrams per hour.
    """

    dose: Quantity
    amount: Quantity
    because: Reason


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One thing to do.

    Args:
        action: the status it serves, or ``review``, ``call``, ``observe``, ``rescue`` or ``loading``.
        dose: as the protocol counts it (per kilogram where it does).
        amount: the same in milligrams, or milligrams per hour.
        over: how long it takes, of a dose with an end.
        uncapped: what the dose would be, where the protocol's own cap stands in its place.
        words: in a sentence; in two where a cap applied.
    """

    action: str
    words: str
    because: tuple[Reason, ...]
    dose: Quantity | None = None
    amount: Quantity | None = None
    over: Quantity | None = None
    due: datetime | None = None
    uncapped: Uncapped | None = None


@dataclass(frozen=True, slots=True)
class Issue:
    """Something a person must know beside the advice: a contradiction, a limit, a caution, a conflict.

    Args:
        against: whether it speaks against the dose or against ketamine in this patient; it then comes first.
    """

    kind: str
    words: str
    because: tuple[Reason, ...] = ()
    against: bool = False


def in_order(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """What speaks against ketamine first, what is to be known next, limits that only advise last."""
    return tuple(sorted(issues, key=lambda one: (not one.against, one.kind == "advisory")))


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that was needed and not known, and which rule needed it."""

    what: str
    rule: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What one rule comes to by itself. Advice names the gravest rules only; here each one stands.

    Args:
        answer: None where it cannot be told; `missing` then names what is needed.
        fault: the name of the fault, where judging it failed.
    """

    rule: str
    kind: str
    answer: bool | None
    text: str
    because: tuple[Reason, ...] = ()
    missing: tuple[str, ...] = ()
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Guidance:
    """The answer of a protocol for one situation.

    Args:
        eligibility: ``eligible``, ``not eligible`` or ``cannot say``.
        eligibility_because: the criteria that decided it.
        digest: SHA-256 of the protocol's file and of the site profile it was run with.
        example: whether the site profile is a worked example and no site's own.
        hypothetical: why the ketamine is not real, where it is not.
        judged: every rule of the regimen by itself; empty where advice was withheld before any was judged.
    """

    status: Status
    instant: datetime
    eligibility: str
    recommendations: tuple[Recommendation, ...]
    eligibility_because: tuple[Reason, ...] = ()
    issues: tuple[Issue, ...] = ()
    missing: tuple[Missing, ...] = ()
    stale: tuple[tuple[str, datetime | None], ...] = ()
    protocol: str = ""
    version: str = ""
    regimen: str = ""
    digest: str = ""
    site: str = ""
    example: bool = False
    hypothetical: str = ""
    judged: tuple[Judged, ...] = ()
