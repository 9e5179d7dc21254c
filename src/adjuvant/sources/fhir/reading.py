"""What reading one resource gives: events, the reason why there are none, and what a reader must know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from adjuvant.record import Origin, Outcome
from adjuvant.sources.fhir import resources, shapes
from adjuvant.sources.terminology import Terminology

__all__ = ["Context", "Found", "Known", "Order", "Reading", "SetAside", "doubtful", "key_of"]


class SetAside(Exception):  # noqa: N818  not an error: a way to leave a converter with its reason
    """A resource that gives no event, and why."""

    def __init__(self, outcome: Outcome, reason: str, remedy: str = "", detail: str = "") -> None:
        self.outcome = outcome
        self.reason = reason
        self.remedy = remedy
        self.detail = detail
        super().__init__(reason)


def doubtful(doubts: Sequence[str], remedy: str) -> SetAside:
    """The reason of an event that stays in view and cannot be used: that of its first doubt.

    Doubts are written ``reason: detail``; the reason is the same for all of a kind, so that they add up.
    """
    reason = doubts[0].partition(": ")[0]
    detail = "; ".join(dict.fromkeys(doubts)).removeprefix(reason).removeprefix(": ").removeprefix("; ")
    return SetAside(Outcome.UNCONVERTIBLE, reason, remedy, detail)


@dataclass(frozen=True, slots=True)
class Found:
    """One resource as it was met.

    Args:
        place: file and path or line, for a person.
        type: its resourceType.
        id: its own id, or one made from its fullUrl or place.
        raw: its JSON text.
        full_url: its address in its bundle, if it has one.
    """

    place: str
    type: str
    id: str
    raw: msgspec.Raw
    full_url: str | None = None

    @property
    def key(self) -> tuple[str, str]:
        """Type and id, by which other resources refer to it."""
        return self.type, self.id

    @property
    def name(self) -> str:
        """``Type/id``, as references write it."""
        return f"{self.type}/{self.id}"

    def origin(self, *fields: str) -> Origin:
        """The origin of an event read from it, with the fields as they stood."""
        return Origin(
            "fhir", self.type, f"{self.id} ({self.place})", "; ".join(part for part in fields if part)
        )


@dataclass(slots=True)
class Reading:
    """What one resource gave.

    Args:
        events: pairs of the record's list and the event.
        set_aside: why the resource counts as not used (its events, if any, stay in view with a doubt).
        doubts: reasons, remedies and details of warnings on a resource that is used.
    """

    events: list[tuple[str, Any]] = field(default_factory=list)
    set_aside: SetAside | None = None
    doubts: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, kind: str, event: Any) -> None:
        """Add an event to one of the record's lists."""
        self.events.append((kind, event))

    def warn(self, reason: str, remedy: str = "", detail: str = "") -> None:
        """Add a warning on a resource that is used."""
        if (reason, remedy, detail) not in self.doubts:
            self.doubts.append((reason, remedy, detail))


@dataclass(frozen=True, slots=True)
class Known:
    """What other resources of the same read say.

    Args:
        medications: Medication resources by type and id.
        orders: what administrations may take from each order that is in force, by type and id.
        parents: administrations that others of the read are parts of.
        addresses: type and id of each resource by its address in its bundle.
    """

    medications: Mapping[tuple[str, str], resources.Medication]
    orders: Mapping[tuple[str, str], Order]
    parents: frozenset[tuple[str, str]]
    addresses: Mapping[str, tuple[str, str]]

    def key_of(self, reference: shapes.Reference | None) -> tuple[str, str] | None:
        """Type and id of the resource that a literal reference names; None where it names none."""
        return key_of(reference, self.addresses)


@dataclass(frozen=True, slots=True)
class Order:
    """What an administration may take from the order that it names."""

    as_needed: bool | None = None
    every_hours: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """What a converter needs beside the resource.

    Args:
        local: the zone that the caller named for times without one, or None.
        days: the zone of the record's clock days.
        known: the other resources of the read.
        terminology: what names and codes of drugs mean.
    """

    local: ZoneInfo | None
    days: ZoneInfo
    known: Known
    terminology: Terminology


def key_of(
    reference: shapes.Reference | None, addresses: Mapping[str, tuple[str, str]]
) -> tuple[str, str] | None:
    """Type and id that a literal reference names: by full address first, then as ``Type/id`` at its end."""
    text = (reference.reference or "").strip() if reference else ""
    if not text or text.startswith("#"):
        return None
    if text in addresses:
        return addresses[text]
    bare = text.partition("/_history/")[0]
    if bare in addresses:
        return addresses[bare]
    pieces = [piece for piece in bare.split("/") if piece]
    if len(pieces) < len(("Type", "id")) or ":" in pieces[-1]:
        return None
    return pieces[-2], pieces[-1]
