"""Rows of medication counted by drug and unit as written, and by the names that nobody knows."""

from __future__ import annotations

from adjuvant.record import Drug, Outcome
from adjuvant.sources.base import QualityCounter
from adjuvant.sources.table.astray import MEDICATION
from adjuvant.sources.table.cells import Row
from adjuvant.sources.table.drugs import meant

__all__ = ["count_medicine"]

_AMOUNTS = ("dose", "rate", "quantity")


def count_medicine(
    row: Row,
    label: str,
    outcome: Outcome,
    counter: QualityCounter,
    drug: Drug | None = None,
    *,
    doubted: bool = False,
) -> None:
    """Count a row of medication; rows of other tables are passed over.

    Args:
        label: its file, as in the quality lines.
        outcome: what became of it.
        drug: of the event that it became; None where it became none.
        doubted: whether it is used with a warning.
    """
    if row.table.table not in MEDICATION:
        return
    found = drug if drug is not None else meant(row)
    if found is None:
        counter.medicine(label, "", _unit(row), outcome)
        return
    counter.medicine(label, found.name, _unit(row), outcome)
    if doubted:
        counter.medicine(label, found.name, _unit(row), Outcome.DOUBTED)
    if not found.ingredients:
        counter.unknown_name(label, row.written("drug") or found.text)


def _unit(row: Row) -> str:
    return next((unit for name in _AMOUNTS if (unit := row.unit_written(name))), "")
