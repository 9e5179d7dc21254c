"""Origin: where a fact was read, and its text as it stood there."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Origin"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where one fact came from.

    Args:
        source: the reader's name, for example ``mimic3`` or ``fhir``.
        table: the table, file or resource type.
        row: row number, row id or path within it.
        raw: the fields that were read, as they stood, ``name=text`` joined with ``; ``.
    """

    source: str
    table: str
    row: str
    raw: str = ""

    def __str__(self) -> str:
        return f"{self.source}:{self.table}:{self.row}"
