"""Drugs that stopped or started: a silence at one end, longer than a day and than any pause between."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction

from adjuvant.outcomes.model import DrugStop
from adjuvant.record import Exposure, ExposureKind, Exposures
from adjuvant.timeline import Interval, hours_between

__all__ = ["began_in", "ended_in", "exposure_label", "stopped_drugs"]


def stopped_drugs(exposures: Exposures, before: Interval, after: Interval) -> tuple[DrugStop, ...]:
    """The drugs, by route, that were running before and stayed away until the end of `after`.

    Running means an infusion, a patch or a pump in `before`, or at least two doses there. Stopped means that
    nothing follows its last exposure up to the end of `after` for more than 24 h and for longer than any
    earlier pause in it, so a tablet due every six hours is not called stopped two hours after the last one.

    Args:
        before, after: the observed parts of the windows.
    """
    groups: dict[str, list[Exposure]] = {}
    for item in exposures.items:
        if item.start < after.end and item.end >= before.start:
            groups.setdefault(exposure_label(item), []).append(item)
    stops = []
    for label, items in groups.items():
        spans = [(item.start, item.end) for item in items]
        inside = [item for item in items if _touches(item, before)]
        running = len(inside) > 1 or any(item.kind is not ExposureKind.DOSE for item in inside)
        at = max(end for _, end in spans)
        if running and ended_in(spans, after.end):
            stops.append(DrugStop(label, at))
    # What could not be counted may still have been given: a refused exposure forbids the claim.
    doubtful = {item.ingredient for item in exposures.refused if item.end is None or item.end > before.start}
    return tuple(
        sorted(
            (stop for stop in stops if groups[stop.label][0].ingredient not in doubtful),
            key=lambda stop: (stop.at, stop.label),
        )
    )


def exposure_label(item: Exposure) -> str:
    """Drug with its form or route, as the drug table names it, for example ``fentanyl patch``."""
    return " ".join(
        part for part in (item.ingredient, item.form if item.form == "patch" else item.route) if part
    )


def ended_in(spans: Sequence[tuple[datetime, datetime]], end: datetime) -> bool:
    """Whether the spans fell silent before `end`: for more than 24 h and longer than any pause in them."""
    last = max(stop for _, stop in spans)
    return last < end and _long(hours_between(last, end), spans)


def began_in(spans: Sequence[tuple[datetime, datetime]], start: datetime) -> bool:
    """Whether the spans began after `start` with a silence before them, by the same rule as `ended_in`."""
    first = min(begin for begin, _ in spans)
    return first > start and _long(hours_between(start, first), spans)


def _long(silence: Fraction, spans: Sequence[tuple[datetime, datetime]]) -> bool:
    reach: datetime | None = None
    pauses = [Fraction(24)]
    for begin, stop in sorted(spans):
        if reach is not None and begin > reach:
            pauses.append(hours_between(reach, begin))
        reach = stop if reach is None else max(reach, stop)
    return silence > max(pauses)


def _touches(item: Exposure, window: Interval) -> bool:
    if item.start == item.end:
        return item.start in window
    return item.start < window.end and item.end > window.start
