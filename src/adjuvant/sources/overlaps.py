"""Warnings about administrations that may be one event charted twice; exposures decide what counts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from adjuvant.errors import AdjuvantError
from adjuvant.record import AdministrationKind, AdministrationStatus, MedicationAdministration, Outcome
from adjuvant.sources.base import QualityCounter
from adjuvant.timeline import hours_between

__all__ = ["warn_of_equals", "warn_of_overlaps"]

_RUNNING = (AdministrationKind.INFUSION, AdministrationKind.PCA_DEMAND)
_Reach = dict[str | None, tuple[datetime, str]]


def warn_of_overlaps(events: Iterable[MedicationAdministration], quality: QualityCounter, table: str) -> None:
    """Count a warning for each event that may repeat another one; all of them are kept.

    - A period that an earlier one of the same ingredient, route and kind covers, in part or whole. Exports
      mark rewritten rows as completed like all others, so that only the times show them. Exposures count the
      common time once and refuse the rest (`adjuvant.record.exposure_overlaps`), by the same rule as here.
    - Two named orders that run side by side: they are two, and both count.
    - A dose at a moment that is just what an infusion makes, in whose period it lies: some systems chart one
      infusion as a rate and, beside it, as an amount.
    - An event that equals another in drug, time and dose.

    Args:
        table: where the events come from, for the lines.
    """
    given = sorted(
        (event for event in events if event.status is AdministrationStatus.GIVEN),
        key=lambda event: (event.start, event.id),
    )
    _say_periods(given, quality, table)
    _say_amounts_beside_rates(given, quality, table)
    warn_of_equals(given, quality, table)


def _say_periods(given: list[MedicationAdministration], quality: QualityCounter, table: str) -> None:
    # Per ingredient, route and kind: per order (None: not named), how far it reaches, and which event so far.
    reaches: dict[tuple[str, str | None, AdministrationKind], _Reach] = {}
    for event in given:
        if event.kind not in _RUNNING or event.end is None or event.end <= event.start:
            continue
        shared, apart = "", ""
        for name in _names(event):
            reach = reaches.setdefault((name, event.route, event.kind), {})
            running = {order: far for order, far in reach.items() if far[0] > event.start}
            rivals = [
                far
                for order, far in running.items()
                if order == event.request_id or order is None or event.request_id is None
            ]
            shared = shared or max(rivals, default=(event.start, ""))[1]
            apart = apart or max(running.values(), default=(event.start, ""))[1]
            before = reach.get(event.request_id)
            reach[event.request_id] = max(filter(None, (before, (event.end, event.id))))
        if shared:
            quality.line(
                Outcome.DOUBTED,
                table,
                "covers the same time as another infusion of the drug: that time counts once",
                "correct the times, or name the two orders if both were running",
                f"{shared} and {event.id}",
            )
        elif apart:
            quality.line(
                Outcome.DOUBTED,
                table,
                "runs beside an infusion of the same drug by another order: both count",
                "check that there were two",
                f"{apart} and {event.id}",
            )


def _names(event: MedicationAdministration) -> tuple[str, ...]:
    return tuple(item.name for item in event.drug.ingredients) or (event.drug.text,)


def _say_amounts_beside_rates(
    given: list[MedicationAdministration], quality: QualityCounter, table: str
) -> None:
    running = [
        event for event in given if event.kind is AdministrationKind.INFUSION and event.end is not None
    ]
    for dose in given:
        if dose.kind is not AdministrationKind.DOSE or dose.dose is None:
            continue
        for infusion in running:
            if infusion.start > dose.start:
                break
            if _is_what_it_makes(dose, infusion):
                quality.line(
                    Outcome.DOUBTED,
                    table,
                    "is the amount that an infusion of the drug makes in whose time it lies: both are kept",
                    "remove the amount if it charts the infusion once more",
                    f"{infusion.id} and {dose.id}",
                )
                break


def _is_what_it_makes(dose: MedicationAdministration, infusion: MedicationAdministration) -> bool:
    end = infusion.end
    if end is None or dose.dose is None or not infusion.start <= dose.start <= end:
        return False
    if (infusion.drug.name, infusion.route) != (dose.drug.name, dose.route):
        return False
    try:
        if infusion.dose is not None:
            return infusion.dose.same_as(dose.dose)
        if infusion.rate is None or end <= infusion.start:
            return False
        made = infusion.rate.in_(f"{dose.dose.unit.code}/h") * hours_between(infusion.start, end)
    except AdjuvantError:  # a unit of another kind is another amount
        return False
    return made == dose.dose.value


def warn_of_equals(events: Iterable[MedicationAdministration], quality: QualityCounter, table: str) -> None:
    """Count a warning for each dose that equals an earlier one in drug, route, time and amount; both stay.

    A chart that was exported twice under new ids doubles every dose, and only their likeness shows it.
    """
    seen: dict[tuple[object, ...], str] = {}
    for event in events:
        if event.dose is None or event.status is not AdministrationStatus.GIVEN:
            continue
        dose = (event.dose.value, event.dose.unit.code)
        same = (event.drug.name, event.route, event.kind, event.start, event.end, dose)
        if same in seen:
            quality.line(
                Outcome.DOUBTED,
                table,
                "has the drug, time and dose of another administration: both are kept",
                "remove one if it was charted twice",
                f"{seen[same]} and {event.id}",
            )
        seen.setdefault(same, event.id)
