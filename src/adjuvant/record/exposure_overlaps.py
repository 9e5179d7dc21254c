"""Infusions charted twice: each moment of one ingredient by one route counts once, the rest is refused."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from adjuvant.record.exposure import Exposure, ExposureKind, Refusal, RefusalReason
from adjuvant.record.exposure_amounts import Problem, refusal
from adjuvant.record.medication import MedicationAdministration
from adjuvant.timeline import hours_between, local_text

__all__ = ["without_overlaps"]

_Running = tuple[MedicationAdministration, Exposure]


def without_overlaps(running: Iterable[_Running], local: ZoneInfo) -> tuple[list[Exposure], list[Refusal]]:
    """The exposures that remain once no moment counts twice, and an OVERLAP refusal for each that was cut.

    Two infusions of the same ingredient by the same route (or two sums of demand doses) that cover the same
    time are taken for one that was charted twice, unless each names an order and the orders differ: two
    orders can run side by side, and then they add. A row that names no order could belong to any, so it is
    never added on top of another. The one that began first counts (of two that began together, the one with
    the lesser id); of the other the part after it counts, in proportion, and the common part is refused.
    Whichever of the two was right, the time they share is reported as incomplete. What began first is known
    at every instant, so no later row changes an earlier figure.
    """
    groups: dict[tuple[str, str | None, ExposureKind], list[_Running]] = {}
    for event, item in running:
        groups.setdefault((item.ingredient, item.route, item.kind), []).append((event, item))
    items: list[Exposure] = []
    refused: list[Refusal] = []
    for group in groups.values():
        # Per order (None: not named), how far its counted time reaches, and which event reaches so far.
        reach: dict[str | None, tuple[datetime, str]] = {}
        for event, item in sorted(group, key=lambda pair: (pair[1].start, pair[0].id)):
            rivals = [
                far
                for order, far in reach.items()
                if order == event.request_id or order is None or event.request_id is None
            ]
            until, other = max(rivals, default=(item.start, ""))
            if until <= item.start:
                kept: Exposure | None = item
            else:
                kept = _rest(item, until, other)
                refused.append(_overlap(event, item, min(until, item.end), other, local))
            if kept is not None:
                items.append(kept)
                before = reach.get(event.request_id)
                reach[event.request_id] = max(filter(None, (before, (item.end, event.id))))
    return items, refused


def _rest(item: Exposure, start: datetime, other: str) -> Exposure | None:
    """The part of `item` from `start` on, or None if nothing is left."""
    if start >= item.end:
        return None
    share = hours_between(start, item.end) / hours_between(item.start, item.end)
    note = f"only the part after {other}, which covers the time before, is counted"
    return replace(
        item, start=start, amount=item.amount * share, note="; ".join(filter(None, (item.note, note)))
    )


def _overlap(
    event: MedicationAdministration, item: Exposure, until: datetime, other: str, local: ZoneInfo
) -> Refusal:
    problem = Problem(
        RefusalReason.OVERLAP,
        f"covers the same time as {other} until {local_text(until, local)}, "
        "and nothing says that they are two orders",
        "correct the times, or name the two orders if both were running",
    )
    found = refusal(
        event.drug,
        problem,
        event=event.id,
        local=local,
        start=item.start,
        end=until,
        ingredient=item.ingredient,
    )
    return replace(found, events=(other, event.id))
