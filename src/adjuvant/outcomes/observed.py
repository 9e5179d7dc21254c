"""What of a window was observed: the record cut at its end, and the part whose medication was charted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

from adjuvant.record import EVENT_KINDS, AdministrationKind, Basis, PatientRecord
from adjuvant.timeline import Interval, hours_between

__all__ = ["charted_span", "medication_run", "observed_part", "seen_before"]

_BEDSIDE = ("administrations", "pain", "sedation", "vitals", "weights", "adverse_events")
_PATCHES = (AdministrationKind.PATCH_ON, AdministrationKind.PATCH_OFF)
_OPEN = datetime.max.replace(tzinfo=UTC)
_DAY = Fraction(24)

Span = tuple[datetime, datetime]


def seen_before(record: PatientRecord, end: datetime, silence_h: Fraction) -> PatientRecord:
    """The record as it stood just before `end`: nothing that begins at `end` or later is in it.

    It counts as kept up to `end` where its charting comes within `silence_h` hours of it, else up to its
    last charted thing; what was charted later has no say in that.
    """
    cut = record.known_at(end)
    kept: dict[str, Any] = {
        name: tuple(event for event in getattr(cut, name) if _begun(event) is None or _begun(event) < end)
        for name in EVENT_KINDS
    }
    patient = cut.patient
    if patient.death is not None and patient.death >= end:
        patient = replace(patient, death=None)
    seen = replace(cut, patient=patient, **kept)
    charted = charted_span(seen)
    reach = end if charted is None or hours_between(charted.end, end) <= silence_h else charted.end
    limits = [moment for moment in (reach, record.known_until, patient.death) if moment is not None]
    return replace(seen, known_until=min(limits))


def charted_span(record: PatientRecord) -> Interval | None:
    """From the first to the last thing charted at the bedside, and no further than the patient's death.

    Orders, stays and diagnoses are not counted: they say nothing about who was watching. Whether somebody
    charted medication is another question, which only `observed_part` answers.
    """
    moments: list[datetime] = []
    for name in _BEDSIDE:
        for event in getattr(record, name):
            moments.append(_begun(event))
            end = getattr(event, "end", None)
            if end is not None:
                moments.append(end)
    if record.patient.death is not None:
        moments = [moment for moment in moments if moment <= record.patient.death]
    if not moments or min(moments) == max(moments):
        return None
    return Interval(min(moments), max(moments))


def observed_part(
    record: PatientRecord, window: Interval, silence_h: Fraction, basis: Basis = Basis.ADMINISTERED
) -> Interval | None:
    """The part of `window` in which medication was charted, or None where none of it was.

    The evidence is the medication chart alone: rows of any drug, given or charted as not given (for orders
    and for supply, the time that each covers). A pain score says that somebody came by, not that the chart of
    medicines is at hand. An edge is cut back to the first or last row inside the window where the silence
    beyond it is longer than `silence_h` hours and than any pause in the window (of which a day at most
    counts: a tablet once a day ends nothing). It is not cut where the chart goes on beyond the edge after a
    pause no longer than the window. Death always cuts it.
    """
    spans = sorted(_medication(record, basis))
    inside = [span for span in spans if span[0] < window.end and span[1] >= window.start]
    if not inside:
        return None
    first = max(window.start, inside[0][0])
    last = min(window.end, max(stop for _, stop in inside))
    limit = max(silence_h, min(_DAY, _longest_pause(inside)))
    earlier = max((stop for _, stop in spans if stop < window.start), default=None)
    later = min((begin for begin, _ in spans if begin >= window.end), default=None)
    start, end = window.start, window.end
    goes_back = earlier is not None and hours_between(earlier, first) <= window.hours
    if hours_between(window.start, first) > limit and not goes_back:
        start = first
    goes_on = later is not None and hours_between(last, later) <= window.hours
    if hours_between(last, window.end) > limit and not goes_on:
        end = last
    death = record.patient.death
    if death is not None and death < end:
        end = death
    return Interval(start, end) if start < end else None


def medication_run(record: PatientRecord, span: Interval) -> Interval | None:
    """The whole run of medication charting that touches `span`, which may begin before it: rows of any drug
    with no pause between them longer than the span. None where nothing is charted in the span, or one moment.
    """
    spans = sorted(_medication(record, Basis.ADMINISTERED))
    run: Span | None = None
    for begin, stop in spans:
        if run is not None and hours_between(run[1], begin) <= span.hours:
            run = (run[0], max(run[1], stop))
        elif run is not None and run[1] >= span.start:
            break
        else:
            run = (begin, stop)
    if run is None or run[0] >= span.end or run[1] < span.start or run[0] == run[1]:
        return None
    return Interval(*run)


def _medication(record: PatientRecord, basis: Basis) -> Iterator[Span]:
    """The times that the medication chart, the orders or the supply speak of."""
    if basis is Basis.ORDERED:
        for order in record.requests:
            if order.start is not None:
                yield order.start, max(order.start, order.end or _OPEN)
        return
    if basis is Basis.DISPENSED:
        for supply in record.dispenses:
            hours = (supply.days_supply or Fraction(0)) * 24
            yield supply.start, supply.start + timedelta(seconds=int(hours * 3600))
        return
    worn: dict[str, datetime] = {}
    for item in record.administrations:
        yield item.start, item.end or item.start
        if item.kind in _PATCHES:
            # From one row of a patch to its next it was on the chart; an ordered wear is only a plan.
            if item.drug.text in worn:
                yield worn[item.drug.text], item.start
            worn[item.drug.text] = item.start


def _longest_pause(spans: list[Span]) -> Fraction:
    reach = spans[0][1]
    longest = Fraction(0)
    for (_, before), (begin, _) in pairwise(spans):
        reach = max(reach, before)
        if begin > reach:
            longest = max(longest, hours_between(reach, begin))
    return longest


def _begun(event: Any) -> Any:
    for name in ("at", "start", "onset"):
        moment = getattr(event, name, None)
        if moment is not None:
            return moment
    return None
