"""What a rule asks of a patient at one instant: readings, counts, conditions, drugs, events, their joins."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from adjuvant.protocol.values import AnyQuantity, Duration, Number, Sourced

__all__ = [
    "All",
    "AnyOf",
    "Attested",
    "Compared",
    "Event",
    "Not",
    "Predicate",
    "Present",
    "Seen",
    "Taken",
    "question_key",
    "walk",
]

Limit = Literal["goal"] | AnyQuantity | Number
Statistic = Literal["latest", "mean", "highest", "lowest", "count"]
Relation = Literal[
    "value",
    "fall_from_baseline",
    "rise_from_baseline",
    "percent_fall_from_baseline",
    "percent_rise_from_baseline",
]
_BOUNDS = ("above", "from_", "below", "up_to")


class Compared(Sourced):
    """Exactly one bound: above (more than), from (at least), below (less than) or up_to (at most).

    ``goal`` is the patient's own pain goal.
    """

    above: Limit | None = None
    from_: Limit | None = Field(default=None, alias="from")
    below: Limit | None = None
    up_to: Limit | None = None

    @model_validator(mode="after")
    def _one_bound(self) -> Compared:
        if len(self._given()) != 1:
            raise ValueError("needs exactly one of above, from, below and up_to")
        return self

    def _given(self) -> list[str]:
        return [name for name in _BOUNDS if getattr(self, name) is not None]

    @property
    def bound(self) -> tuple[str, Any]:
        """Which bound it is, and its value."""
        (name,) = self._given()
        return name.rstrip("_"), getattr(self, name)


class Seen(Compared):
    """A reading, or a figure worked out of readings, against a bound.

    Args:
        measure: key of observations.yaml, such as ``pain`` or ``systolic``.
        statistic: which of several readings; ``count`` counts events such as rescue doses.
        within: how far back readings count; without it, as long as the measure's own limit of age says.
        of: the reading itself, or its change from the baseline that was charted before the first dose.
    """

    measure: str
    statistic: Statistic = "latest"
    within: Duration | None = None
    of: Relation = "value"


class Present(Sourced):
    """A condition of conditions.yaml that the patient has, or once had.

    Args:
        no_older_than: how old a clinician's answer may be; without it, what the site says.
    """

    condition: str
    state: Literal["present", "history"] = "present"
    no_older_than: Duration | None = None


class Taken(Sourced):
    """A drug, a class of drugs of interactions.yaml or a kind of drugs.yaml, that was given or is ordered.

    Args:
        within: how far back it counts; without it, only what is current.
        no_older_than: how old a clinician's answer may be; without it, what the site says.
    """

    taken: str
    within: Duration | None = None
    no_older_than: Duration | None = None


class Event(Sourced):
    """An unwanted effect of observations.yaml; one that includes others is met by any of them.

    Args:
        grade: least grade on the protocol's own scale of grading; without it, any.
        unresolved_for: how long it must have lasted.
        within: how far back it counts; without it, only what has not resolved.
        nth: which occurrence of the course it must be, counted from one.
    """

    event: str
    grade: Number | None = None
    unresolved_for: Duration | None = None
    within: Duration | None = None
    nth: int | None = Field(default=None, ge=1)


class Attested(Sourced):
    """What no record holds in a form that a program could judge: a clinician answers it, with name and time.

    Args:
        attested: the key of the question.
        question: in words, to be answered yes or no.
        no_older_than: how old the answer may be; without it, what the site says.
    """

    attested: str
    question: str
    no_older_than: Duration | None = None


class All(Sourced):
    """True where every one is."""

    all: tuple[Predicate, ...] = Field(min_length=1)


class AnyOf(Sourced):
    """True where at least one is."""

    any: tuple[Predicate, ...] = Field(min_length=1)


class Not(Sourced):
    """True where it is false; what cannot be told stays so."""

    not_: Predicate = Field(alias="not")


_KINDS: dict[str, type[Sourced]] = {
    "measure": Seen,
    "condition": Present,
    "taken": Taken,
    "event": Event,
    "attested": Attested,
    "all": All,
    "any": AnyOf,
    "not": Not,
}


def _kind(value: Any) -> str | None:
    """Which kind a mapping is: the one telling key that it has."""
    if isinstance(value, Sourced):
        return next((key for key, form in _KINDS.items() if type(value) is form), None)
    found = [key for key in _KINDS if isinstance(value, dict) and key in value]
    return found[0] if len(found) == 1 else None


Predicate = Annotated[
    Annotated[Seen, Tag("measure")]
    | Annotated[Present, Tag("condition")]
    | Annotated[Taken, Tag("taken")]
    | Annotated[Event, Tag("event")]
    | Annotated[Attested, Tag("attested")]
    | Annotated[All, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[Not, Tag("not")],
    Discriminator(
        _kind,
        custom_error_type="predicate",
        custom_error_message="is no question; give one of measure, condition, taken, event, attested, "
        "all, any and not",
    ),
]

All.model_rebuild()
AnyOf.model_rebuild()
Not.model_rebuild()


def walk(predicate: Any) -> Iterator[Any]:
    """The predicate and every one within it, outermost first."""
    yield predicate
    if isinstance(predicate, All | AnyOf):
        for part in predicate.all if isinstance(predicate, All) else predicate.any:
            yield from walk(part)
    if isinstance(predicate, Not):
        yield from walk(predicate.not_)


def question_key(part: Any) -> str:
    """The key under which a clinician answers what is asked; empty where readings and events answer it."""
    if isinstance(part, Attested):
        return part.attested
    if isinstance(part, Present):
        return f"condition:{part.condition}"
    return f"taken:{part.taken}" if isinstance(part, Taken) else ""
