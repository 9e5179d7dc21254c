"""What a window of the opioid figures lacks: charting, doses that were ordered, doses that were withheld."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from zoneinfo import ZoneInfo

from adjuvant.opioids.model import WindowMME
from adjuvant.quantity import show
from adjuvant.record import (
    AdministrationStatus,
    Exposure,
    Exposures,
    MedicationAdministration,
    MedicationRequest,
    PatientRecord,
    Refusal,
    RefusalReason,
)
from adjuvant.timeline import Interval, hours_between, local_text

__all__ = ["missing_orders", "short_charting", "uncharted", "with_refusals", "withheld"]

_CHART = "medication chart"
_NEVER_IN_FORCE = {"cancelled", "draft", "entered-in-error", "declined"}
_DAY = Fraction(24)


def uncharted(plan: str, name: str, window: Interval, local: ZoneInfo) -> WindowMME:
    """The answer for a window in which nothing about medication is charted: refused, and marked so.

    Nothing charted is not nothing given, so it is neither a complete 0 nor a lower bound.
    """
    refusal = Refusal(
        subject=_CHART,
        reason=RefusalReason.NOT_CHARTED,
        detail=f"nothing is charted in the window {name} ({_dates(window, local)})",
        remedy="read the administrations of that time, or choose another window",
        start=window.start,
        end=window.end,
    )
    return WindowMME(plan, window, Fraction(0), (), complete=False, refused=(refusal,), charted=False)


def short_charting(
    record: PatientRecord, name: str, window: Interval, part: Interval, local: ZoneInfo
) -> Refusal | None:
    """The refusal of a mean whose window is charted for less than the library's ``charted_share_min``; the
    time after the patient's death is no part of what could be charted."""
    from adjuvant.library import setting

    death = record.patient.death
    end = window.end if death is None else min(window.end, death)
    if part.hours >= setting("charted_share_min").value * hours_between(window.start, end):
        return None
    return Refusal(
        subject=_CHART,
        reason=RefusalReason.NOT_CHARTED,
        detail=(
            f"medication is charted for {show(part.hours)} of the {show(window.hours)} h {name} "
            f"({_dates(part, local)}), too little for a mean"
        ),
        remedy="read the administrations of the rest, or choose another window",
        start=window.start,
        end=window.end,
    )


def missing_orders(
    record: PatientRecord, exposures: Exposures, part: Interval, local: ZoneInfo
) -> tuple[Refusal, ...]:
    """Opioids that are ordered regularly in `part` while the chart there holds no regular dose of them.

    Looked for is a row, given or not given, of the same ingredient by a route of the same group; a dose that
    is charted as needed does not stand for the regular order. An order must have been in force for at least
    one of its intervals (a day, where it names none) before a dose can be missing. An order that does not say
    that it is as needed counts as regular.
    """
    found: dict[tuple[str, str], Refusal] = {}
    for order in record.requests:
        if order.status in _NEVER_IN_FORCE or order.statement or order.as_needed or not _due(order, part):
            continue
        for ingredient in _opioids(order):
            if _charted(record, exposures, order, ingredient, part):
                continue
            how = "ordered regularly" if order.as_needed is False else "ordered, not said to be as needed"
            label = " ".join(filter(None, (ingredient, order.route)))
            since = "" if order.start is None else f" since {local_text(order.start, local)}"
            found.setdefault(
                (ingredient, order.route or ""),
                Refusal(
                    subject=label,
                    reason=RefusalReason.MISSING_DOSE,
                    detail=f"{how}{since}, but no dose is charted",
                    remedy="read the chart on which these doses stand, given or not given",
                    start=part.start,
                    end=part.end,
                    events=(order.id,),
                    ingredient=ingredient,
                ),
            )
    return tuple(found.values())


def with_refusals(window: WindowMME, refusals: Iterable[Refusal]) -> WindowMME:
    """The window with more that had to be refused in it: then it is incomplete and has no upper end."""
    more = tuple(refusals)
    if not more:
        return window
    return replace(window, complete=False, high=None, refused=(*window.refused, *more))


def withheld(record: PatientRecord, windows: Iterable[tuple[str, Interval]]) -> tuple[str, ...]:
    """Opioid doses charted as not given, a line for each window and drug, with the count of each reason."""
    lines = []
    for name, window in windows:
        reasons: dict[str, Counter[str]] = {}
        for item in record.administrations:
            if item.status is not AdministrationStatus.NOT_GIVEN or item.start not in window:
                continue
            for ingredient in _opioids(item):
                label = " ".join(filter(None, (ingredient, item.route)))
                reasons.setdefault(label, Counter())[item.reason_not_given or "no reason charted"] += 1
        for label, counts in sorted(reasons.items()):
            total = counts.total()
            each = ", ".join(f"{reason} ({count})" for reason, count in counts.most_common())
            lines.append(f"{label}: {total} {'dose' if total == 1 else 'doses'} not given {name}: {each}")
    return tuple(lines)


def _due(order: MedicationRequest, part: Interval) -> bool:
    start = part.start if order.start is None else max(order.start, part.start)
    end = part.end if order.end is None else min(order.end, part.end)
    if end <= start:
        return False
    every = order.every_hours or (_DAY / order.times_per_day if order.times_per_day else _DAY)
    return hours_between(start, end) >= every


def _opioids(event: MedicationRequest | MedicationAdministration) -> Iterator[str]:
    from adjuvant.library import is_opioid

    return (part.name for part in event.drug.ingredients if is_opioid(part.name))


def _charted(
    record: PatientRecord, exposures: Exposures, order: MedicationRequest, ingredient: str, part: Interval
) -> bool:
    def touches(item: MedicationAdministration | Exposure) -> bool:
        end = item.end or item.start
        return item.start < part.end and (end > part.start or item.start >= part.start)

    for row in record.administrations:
        if touches(row) and ingredient in _opioids(row):
            named = row.request_id == order.id
            if named or (not _as_needed(row, record) and _same_group(row.route, order.route)):
                return True
    # A patch put on earlier is worn on; its row stands before the window.
    return any(
        item.ingredient == ingredient
        and touches(item)
        and not item.as_needed
        and item.start < part.start
        and _same_group(item.route, order.route)
        for item in exposures.items
    )


def _as_needed(row: MedicationAdministration, record: PatientRecord) -> bool:
    if row.as_needed is not None:
        return row.as_needed
    said = [order.as_needed for order in record.requests if order.id == row.request_id]
    return bool(said) and all(said)


def _same_group(one: str | None, other: str | None) -> bool:
    from adjuvant.library import route_group

    return one is None or other is None or one == other or route_group(one) == route_group(other)


def _dates(window: Interval, local: ZoneInfo) -> str:
    return f"{local_text(window.start, local)} to {local_text(window.end, local)}"
