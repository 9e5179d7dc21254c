"""Rows whose fields are not as many as the header's: whose they may be, by their first field."""

from __future__ import annotations

from collections.abc import Container

from adjuvant.sources.table.astray import NobodysRows

__all__ = ["TornRows"]

_SHOWN = 5


class TornRows:
    """Rows that cannot be taken apart; of each first field the first lines and their number are kept."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str, tuple[str, ...]], tuple[int, list[int]]] = {}

    def add(self, first: str, file: str, line: int, kinds: tuple[str, ...]) -> None:
        """Remember a row.

        Args:
            first: its first field where that is the patient's id; empty otherwise.
            kinds: the tables that its file fills.
        """
        count, lines = self._rows.setdefault((first, file, kinds), (0, []))
        if count < _SHOWN:
            lines.append(line)
        self._rows[first, file, kinds] = (count + 1, lines)

    def give(self, rows: NobodysRows, *, known: Container[str], of: str | None = None) -> None:
        """Put rows among those of `rows`: the ones whose first field is `of`, or nobody's that is known."""
        chosen: dict[tuple[str, tuple[str, ...]], tuple[int, list[int]]] = {}
        for (first, file, kinds), (count, lines) in self._rows.items():
            if first == of if of is not None else first not in known:
                before, shown = chosen.get((file, kinds), (0, []))
                chosen[file, kinds] = (before + count, sorted([*shown, *lines])[:_SHOWN])
        for (file, kinds), (count, lines) in chosen.items():
            rows.add_torn(file, lines, count, kinds)
