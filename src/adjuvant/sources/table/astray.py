"""Rows of medication that become no event: what stands for them, so that no total hides them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType

from adjuvant.errors import AdjuvantError
from adjuvant.record import Basis, Refusal, RefusalReason
from adjuvant.record.unplaced import Span, day_span, unplaced
from adjuvant.sources.table.cells import Row, UnusableError
from adjuvant.sources.table.drugs import meant

__all__ = ["MEDICATION", "NobodysRows", "of_row"]

MEDICATION: Mapping[str, Basis] = MappingProxyType(
    {"administrations": Basis.ADMINISTERED, "orders": Basis.ORDERED, "dispenses": Basis.DISPENSED}
)
"""The tables whose rows may not vanish, and what their rows say."""

_ANY: Span = (None, None)
_SHOWN = 5


def of_row(row: Row, reason: str, remedy: str, seen: str = "") -> tuple[Refusal, ...]:
    """What stands for a row of a known patient that cannot become an event; nothing if it was not given.

    Args:
        reason, seen: why it cannot be used, and the text concerned.
    """
    basis = MEDICATION.get(row.table.table)
    if basis is None or _not_given(row):
        return ()
    text = row.text("drug")
    drug = meant(row)
    lost_time = "time" in reason.split(" ", 1)[0] or row.text("time") is None
    return unplaced(
        drug,
        f"{text or 'unnamed drug'}, line {row.line} of {row.table.file.name}",
        basis,
        f"{reason}, charted as {seen!r}" if seen else reason,
        remedy,
        reason=RefusalReason.MISSING_TIMING if lost_time else RefusalReason.UNKNOWN_DRUG,
        span=_span(row),
        event=row.id,
    )


def _not_given(row: Row) -> bool:
    try:
        return "status" in row.table.fields.words and row.word("status") == "not given"
    except UnusableError:
        return False


def _span(row: Row) -> Span:
    """When the row may have happened: its moment, its day if only that can be read, or any time at all."""
    text = row.text("time")
    if text is None:
        return _ANY
    try:
        start = row.need_time("time")
    except UnusableError:
        day = _day(text, row.mapping.time_format, row.mapping.date_format)
        return day_span(day, row.mapping.zone) if day is not None else _ANY
    runs = row.table.table != "administrations" or row.text("rate") is not None
    try:
        runs = runs or row.word("kind") not in (None, "dose")
    except (UnusableError, AdjuvantError):
        runs = True
    return start, None if runs else start


def _day(text: str, time_format: str | None, date_format: str | None) -> date | None:
    """The calendar day of a text whose time of day cannot be used, or None."""
    shapes = [shape for shape in (time_format, date_format, "%Y-%m-%d", "%Y-%m-%dT%H:%M") if shape]
    shapes += [shape.split(" ", 1)[0] for shape in shapes]
    for candidate in (text, text.split(" ", 1)[0]):
        for shape in shapes:
            if not all(part in shape for part in ("%d", "%m")) or "%" not in shape:
                continue
            try:
                return datetime.strptime(candidate, shape).date()  # noqa: DTZ007  only its day is taken
            except ValueError:
                continue
    return None


@dataclass(slots=True)
class _Lines:
    """Rows of one drug: how many, the lines of the first, and the time over which they may fall."""

    count: int = 0
    shown: list[int] = field(default_factory=list)
    span: Span = _ANY

    def add(self, lines: list[int], count: int, span: Span) -> None:
        self.span = span if self.count == 0 else _over(self.span, span)
        self.shown = (self.shown + lines)[:_SHOWN]
        self.count += count

    def __str__(self) -> str:
        shown = ", ".join(map(str, self.shown))
        more = self.count - len(self.shown)
        return f"lines {shown} and {more} more" if more else f"line(s) {shown}"


class NobodysRows:
    """Rows of medication whose patient cannot be told: each may belong to any patient of the read."""

    def __init__(self) -> None:
        self._rows: dict[tuple[Basis | None, str, str, str | None], _Lines] = {}

    def add(self, row: Row) -> None:
        """Remember a row that names no patient."""
        basis = MEDICATION.get(row.table.table)
        if basis is None or _not_given(row):
            return
        text = row.text("drug")
        drug = meant(row)
        why = f"of {row.table.file.name} name no patient"
        names: list[str | None] = [item.name for item in drug.ingredients] if drug is not None else []
        for name in names or [None]:
            key = (basis, text or "unnamed drug", why, name)
            self._rows.setdefault(key, _Lines()).add([row.line], 1, _span(row))

    def add_torn(self, file: str, lines: list[int], count: int, tables: tuple[str, ...]) -> None:
        """Remember rows whose fields do not fit their header, so that none of them can be trusted.

        Args:
            lines: of the first of them, `count` in all.
        """
        for basis in dict.fromkeys(MEDICATION[name] for name in tables if name in MEDICATION):
            why = f"of {file} have another number of fields than the header"
            key = (basis, "unreadable row", why, None)
            self._rows.setdefault(key, _Lines()).add(lines, count, _ANY)

    def refusals(self) -> tuple[Refusal, ...]:
        """One refusal for each drug, over all of its rows and all the time that they may fall in."""
        return tuple(
            Refusal(
                f"{subject}, patient not known" if name is not None or basis is None else subject,
                RefusalReason.DOUBTED,
                f"{rows} {why}: they may be this patient's",
                "correct the rows in the source",
                *rows.span,
                ingredient=name,
                basis=basis,
            )
            for (basis, subject, why, name), rows in self._rows.items()
        )


def _over(one: Span, other: Span) -> Span:
    """The time that holds both; an end that either leaves open is open."""
    starts, ends = (one[0], other[0]), (one[1], other[1])
    first = None if None in starts else min(filter(None, starts))
    return first, None if None in ends else max(filter(None, ends))
