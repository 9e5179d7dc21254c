"""Rows dated far from all others of their patient, which are slips of the pen: set aside, not in silence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from adjuvant.library import setting
from adjuvant.record import Basis, MedicationAdministration, Outcome, Refusal, RefusalReason
from adjuvant.record.unplaced import unplaced
from adjuvant.sources.base import QualityCounter

__all__ = ["without_far_dates"]

# What was charted at the bedside. Orders, stays and diagnoses may well lie decades apart.
_CHARTED = ("administrations", "pain", "sedation", "vitals", "weights", "adverse_events")
_REASON = "is dated far from every other row of its patient, and is left out"
_REMEDY = "correct its date in the source"


def without_far_dates(
    events: Mapping[str, Any], birth: date | None, counter: QualityCounter
) -> tuple[dict[str, Any], tuple[Refusal, ...]]:
    """The lists of a record without what is charted decades away from the rest or before birth.

    Times that lie within `far_date_years` of each other hold together. The group of most rows is believed;
    of the others those that hold at most `far_date_share` of all rows are slips. A long history is so left
    alone, and so is a record of too few rows to say which of them is wrong.

    Args:
        events: the record's lists by name.
        counter: gets a DOUBTED line for each row that is left out.
    Returns:
        The lists that remain, and for each administration left out what stands in the record's `unplaced`.
    """
    slips = _slips([_at(event) for name in _CHARTED for event in events.get(name, ())], birth)
    kept: dict[str, Any] = {name: tuple(found) for name, found in events.items()}
    if not slips:
        return kept, ()
    refused: list[Refusal] = []
    for name in _CHARTED:
        for event in (item for item in kept.get(name, ()) if _at(item) in slips):
            origin = event.origin
            counter.line(
                Outcome.DOUBTED, origin.table, _REASON, _REMEDY, f"{origin.row}: {_at(event):%Y-%m-%d}"
            )
            if isinstance(event, MedicationAdministration):
                refused += unplaced(
                    event.drug,
                    event.drug.text,
                    Basis.ADMINISTERED,
                    f"{_REASON}: {_at(event):%Y-%m-%d %H:%M}",
                    _REMEDY,
                    reason=RefusalReason.IMPLAUSIBLE,
                    event=event.id,
                )
        if name in kept:
            kept[name] = tuple(item for item in kept[name] if _at(item) not in slips)
    return kept, tuple(refused)


def _at(event: Any) -> datetime:
    found: datetime = getattr(event, "at", None) or event.start
    return found


def _slips(times: list[datetime], birth: date | None) -> frozenset[datetime]:
    """The moments that cannot be right, as far as the others tell."""
    if not times:
        return frozenset()
    gap = timedelta(days=365.25 * float(setting("far_date_years").value))
    groups: list[list[datetime]] = []
    for time in sorted(times):
        if groups and time - groups[-1][-1] <= gap:
            groups[-1].append(time)
        else:
            groups.append([time])
    largest = max(groups, key=len)
    most = setting("far_date_share").value * len(times)
    found = {time for group in groups if group is not largest and len(group) <= most for time in group}
    if birth is not None:
        found |= {time for time in times if time.date() < birth - timedelta(days=1)}
    return frozenset(found)
