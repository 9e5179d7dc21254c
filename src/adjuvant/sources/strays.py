"""Rows of a folder of tables that belong to nobody, because the table of people does not have them."""

from __future__ import annotations

from collections.abc import Iterable

from adjuvant.record import Outcome
from adjuvant.sources.base import QualityCounter
from adjuvant.sources.tables import TableFolder

__all__ = ["count_strays"]


def count_strays(
    folder: TableFolder, people: str, key: str, tables: Iterable[str], strays: QualityCounter
) -> None:
    """Count the rows of `tables` whose `key` is not among those of the table `people`."""
    known = {name for (name,) in folder.counts(people, key)}
    reason = f"the row's {key} is not in the {people} table"
    for table in tables:
        if table not in folder:
            continue
        for (name,), count in sorted(folder.counts(table, key).items()):
            if name not in known:
                strays.read(table, count)
                strays.line(
                    Outcome.NOT_USED,
                    table,
                    reason,
                    f"add the {key}, or remove the rows",
                    f"{key}={name}",
                    count,
                )
