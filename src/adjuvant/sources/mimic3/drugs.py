"""Which medicines of the chart are followed: those the library knows, and names that mention an opioid."""

from __future__ import annotations

from collections.abc import Mapping

from adjuvant.library import ingredient, opioid_names
from adjuvant.record import Drug
from adjuvant.record.exposure_amounts import unresolved
from adjuvant.sources.mimic3.reading import Reading

__all__ = ["NOT_FOLLOWED", "followed", "matters"]

NOT_FOLLOWED = "the item is no drug that is followed here"
"""Why rows of other items are not used."""


def followed(reading: Reading, table: str, counts: Mapping[tuple[str, str], int]) -> dict[str, Drug]:
    """The items of `table` that are charted and matter, by id, with the medicine that each label means.

    Args:
        counts: the table's rows by patient and item.
    """
    charted = {item for _, item in counts}
    items = (item for item in reading.items.values() if item.table == table and item.id in charted)
    return {item.id: drug for item in items if matters(drug := reading.drug(item.label))}


def matters(drug: Drug) -> bool:
    """Whether administrations of this medicine belong into the record.

    True for a name that the library resolves to a drug that is followed, and for one that it does not but
    that has the name or brand of an opioid or of ketamine in it as a whole word or nearly (``Hydromorphne``):
    such a row stays unresolved, and totals then refuse.
    """
    if drug.ingredients:
        known = [ingredient(item.name) for item in drug.ingredients]
        return any(item is None or item.followed for item in known)
    return unresolved(drug, opioid_names() | {"ketamine", "esketamine"}) is not None
