"""Warnings about administrations that may be one event charted twice; nothing is dropped for it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from adjuvant.record import AdministrationKind, AdministrationStatus, MedicationAdministration, Outcome
from adjuvant.sources.base import QualityCounter

__all__ = ["warn_of_overlaps"]

_TABLE = "MedicationAdministration"


def warn_of_overlaps(events: Iterable[MedicationAdministration], quality: QualityCounter) -> None:
    """Count a warning for each period that overlaps an earlier one, and for each event that equals another.

    FHIR exports mark rewritten rows as completed like all others, so that only the times show them. Whoever
    builds exposures decides what counts; here they are named.
    """
    reach: dict[tuple[str, str | None], tuple[datetime, str]] = {}
    seen: dict[tuple[object, ...], str] = {}
    given = [event for event in events if event.status is AdministrationStatus.GIVEN]
    for event in sorted(given, key=lambda item: (item.start, item.id)):
        dose = (event.dose.value, event.dose.unit.code) if event.dose is not None else None
        if dose is not None:
            same = (event.drug.name, event.route, event.kind, event.start, event.end, dose)
            if same in seen:
                quality.line(
                    Outcome.DOUBTED,
                    _TABLE,
                    "has the drug, time and dose of another administration: both are kept",
                    "remove one if it was charted twice",
                    f"{seen[same]} and {event.id}",
                )
            seen.setdefault(same, event.id)
        if event.kind is not AdministrationKind.INFUSION or event.end is None:
            continue
        key = (event.drug.name, event.route)
        until, other = reach.get(key, (event.start, ""))
        if event.start < until:
            quality.line(
                Outcome.DOUBTED,
                _TABLE,
                "covers the same time as another infusion of the drug: both are kept",
                "correct the times, or name the two orders if both were running",
                f"{other} and {event.id}",
            )
        reach[key] = max((until, other), (event.end, event.id))
