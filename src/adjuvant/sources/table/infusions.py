"""Infusion rows that chart a rate and no end: each runs until the next row of the same drug and line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from adjuvant.record import AdministrationKind, AdministrationStatus, MedicationAdministration

__all__ = ["Charted", "close_infusions"]

Charted = tuple[MedicationAdministration, str]
"""An administration, and the infusion line that its row names (empty if none)."""


def close_infusions(charted: Iterable[Charted]) -> tuple[list[MedicationAdministration], list[str]]:
    """The administrations with their ends filled in, and the ids of infusions that nothing ends.

    Only charts that declare ``infusion_end: next row`` are read so. A row with a rate of zero ends the one
    before and is no infusion itself. Rows that were not given neither run nor end another.
    """
    done: list[MedicationAdministration] = []
    runs: dict[tuple[str, str | None, str], list[MedicationAdministration]] = {}
    for event, line in charted:
        runs_on = event.kind is AdministrationKind.INFUSION and event.end is None
        if runs_on and event.status is AdministrationStatus.GIVEN:
            runs.setdefault((event.drug.name, event.route, line), []).append(event)
        else:
            done.append(event)
    open_ended: list[str] = []
    for run in runs.values():
        run.sort(key=lambda event: (event.start, event.id))
        for event, following in zip(run, [*run[1:], None], strict=True):
            if event.rate is not None and event.rate.value == 0:
                continue
            if following is None:
                open_ended.append(event.id)
                done.append(event)
            else:
                done.append(replace(event, end=following.start))
    return done, open_ended
