"""Medication resources that become no event, and bundles that are not all there: what stands for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from zoneinfo import ZoneInfo

import msgspec

from adjuvant.record import Basis, Drug, Outcome, Refusal, RefusalReason
from adjuvant.record.unplaced import Span, day_span, unplaced
from adjuvant.sources.fhir import resources, shapes
from adjuvant.sources.fhir.decoding import UNREADABLE, as_type, medicine_of
from adjuvant.sources.fhir.reading import Context, Found, Reading, SetAside
from adjuvant.sources.fhir.times import ZoneNeeded, read_date, read_moment

__all__ = ["is_lost", "of_astray", "of_bundles", "of_resource"]

_BASES: Mapping[str, Basis] = MappingProxyType(
    {
        "MedicationAdministration": Basis.ADMINISTERED,
        "MedicationDispense": Basis.DISPENSED,
        "MedicationRequest": Basis.ORDERED,
        "MedicationStatement": Basis.ORDERED,
    }
)
_NEVER = ("not-done", "entered-in-error", "cancelled", "draft", "declined", "not-taken")
_UNKNOWN_STATUS = "has a status that R4 does not know"
# A resource about a group or a device is about no patient; the other strays may be any patient's.
_NOBODYS = "is not about a patient"


class _When(resources.MedicationShape, frozen=True):
    """What medication resources say of their time."""

    effective_date_time: str | None = None
    effective_period: shapes.Period | None = None
    when_handed_over: str | None = None


def is_lost(item: Found, reading: Reading) -> bool:
    """Whether an order, dispense or administration that may have been real left nothing in the record."""
    aside = reading.set_aside
    if reading.events or aside is None or item.type not in _BASES:
        return False
    return aside.outcome is Outcome.UNCONVERTIBLE or aside.reason in (*UNREADABLE, _UNKNOWN_STATUS)


def of_resource(item: Found, aside: SetAside, context: Context, whose: str = "") -> tuple[Refusal, ...]:
    """What stands for one resource that could not be used; nothing if it says that it never was.

    Args:
        whose: words for a resource whose patient is not known.
    """
    basis = _BASES.get(item.type)
    if basis is None:
        return ()
    try:
        said = as_type(item.raw, _When)
    except msgspec.DecodeError:
        said = None
    if said is not None and said.status in _NEVER:
        return ()
    drug = medicine_of(said, context)[0].drug if said is not None else Drug("medicine that cannot be read")
    span = _span(said, context) if said is not None else (None, None)
    timed = span[0] is not None and span[0] == span[1]
    return unplaced(
        drug,
        f"{drug.text}, {item.name}{whose}",
        basis,
        f"{aside.reason}: {aside.detail}" if aside.detail else aside.reason,
        aside.remedy or "correct the resource at the source",
        reason=RefusalReason.DOUBTED if timed or whose else RefusalReason.MISSING_TIMING,
        span=span,
        event=item.id,
    )


def _span(said: _When, context: Context) -> Span:
    """When it may have been: its moment, its day, or any time."""
    local = context.local or context.days
    period = said.effective_period
    if period is not None:
        start, end = (_edge(text, local) for text in (period.start, period.end))
        # Times that contradict each other, or an end that cannot be read, bound nothing.
        last = end[1] if period.end and end[1] is not None else None
        return (start[0], last) if last is None or start[0] is None or start[0] <= last else (None, None)
    return _edge(said.effective_date_time or said.when_handed_over, local)


def _edge(text: str | None, local: ZoneInfo) -> Span:
    try:
        moment = read_moment(text, "time", local)
    except ZoneNeeded:
        return None, None
    if moment.instant is not None:
        return moment.instant, moment.instant
    day = read_date((text or "")[: len("2026-03-01")])
    return day_span(day, local) if day is not None else (None, None)


def of_bundles(partial: Iterable[str]) -> tuple[Refusal, ...]:
    """For each reason why a read is not all there is: any drug, at any time, given, ordered or dispensed."""
    return tuple(
        Refusal(
            "the export",
            RefusalReason.DOUBTED,
            why,
            "export everything; until then every total is too low by an unknown amount",
        )
        for why in dict.fromkeys(partial)
    )


def of_astray(astray: Iterable[tuple[Found, SetAside]], context: Context) -> tuple[Refusal, ...]:
    """For each medication resource whose patient cannot be told: it may be any patient's of the read."""
    return tuple(
        refusal
        for item, aside in astray
        if aside.reason != _NOBODYS
        for refusal in of_resource(item, aside, context, ", patient not known")
    )
