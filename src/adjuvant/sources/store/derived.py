"""Tables derived from a record when it is stored: its opioid exposures by basis, and what was refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adjuvant.library import opioid_names
from adjuvant.quantity import show_exact
from adjuvant.record import Basis, Exposure, PatientRecord, Refusal
from adjuvant.record.exposures import build_exposures
from adjuvant.sources.store.columns import double

__all__ = ["DERIVED", "ExposureRow", "RefusalRow", "derive"]


@dataclass(frozen=True, slots=True)
class ExposureRow:
    """One exposure to an opioid, laid out for analysis over whole stores.

    Args:
        start, end: instants; equal for what happened at one moment.
        mg: the nearest double of `mg_exact`; None where no double is so large.
        mg_exact: milligrams of the ingredient in all, as exact text.
        wear_hours: of a patch, how long it is ordered to be worn, as exact text.
        events: ids of the events that it was made of.
    """

    basis: str
    ingredient: str
    route: str | None
    form: str | None
    kind: str
    start: datetime
    end: datetime
    mg: float | None
    mg_exact: str
    wear_hours: str | None
    as_needed: bool | None
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RefusalRow:
    """What could be no exposure, and why; an unknown start or end has no bound."""

    basis: str
    ingredient: str | None
    start: datetime | None
    end: datetime | None
    reason: str
    subject: str
    detail: str
    remedy: str
    events: tuple[str, ...]


DERIVED: dict[str, type[Any]] = {"exposures": ExposureRow, "exposure_refusals": RefusalRow}
"""Name of each derived table and the type of its rows."""

_LISTS = {
    Basis.ADMINISTERED: "administrations",
    Basis.ORDERED: "requests",
    Basis.DISPENSED: "dispenses",
}


def derive(record: PatientRecord) -> Iterator[tuple[str, ExposureRow | RefusalRow]]:
    """The rows of the derived tables of one record, each with its table, in a stable order."""
    names = frozenset(opioid_names())
    for basis in sorted(_LISTS, key=lambda item: item.value):
        if not getattr(record, _LISTS[basis]) and not record.unplaced:
            continue
        found = build_exposures(record, names, basis)
        for item in sorted(found.items, key=_order):
            yield "exposures", _row(item, basis)
        for refusal in found.refused:
            yield "exposure_refusals", _refused(refusal, basis)


def _order(item: Exposure) -> tuple[object, ...]:
    return item.start, item.end, item.ingredient, item.route or "", item.form or "", item.events


def _row(item: Exposure, basis: Basis) -> ExposureRow:
    mg = item.amount.in_("mg")
    return ExposureRow(
        basis=basis.value,
        ingredient=item.ingredient,
        route=item.route,
        form=item.form,
        kind=item.kind.value,
        start=item.start,
        end=item.end,
        mg=double(mg),
        mg_exact=show_exact(mg),
        wear_hours=None if item.wear_hours is None else show_exact(item.wear_hours),
        as_needed=item.as_needed,
        events=item.events,
    )


def _refused(item: Refusal, basis: Basis) -> RefusalRow:
    return RefusalRow(
        basis=basis.value,
        ingredient=item.ingredient,
        start=item.start,
        end=item.end,
        reason=item.reason.value,
        subject=item.subject,
        detail=item.detail,
        remedy=item.remedy,
        events=item.events,
    )
