"""What is observed, for the back of an order sheet: a grid to write readings in, and every later time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from adjuvant.library.vocabulary import observations
from adjuvant.plan import MonitoringSchedule
from adjuvant.plan.rounds import Timed, grace_words, item_words, rounds, times_words
from adjuvant.protocol import Protocol
from adjuvant.protocol.words import group_words
from adjuvant.quantity.quantity import readable_unit
from adjuvant.reports.order_sheet.model import Grid, GridRow, Row
from adjuvant.timeline import local_text

__all__ = ["Watch", "sentence", "watch_of"]

_COLUMNS = 12
"""Columns that a page of A4 has room for, each wide enough to write a figure in by hand."""
_UNITS = {"mm[Hg]": "mmHg", "/min": "per min", "1": ""}


@dataclass(frozen=True, slots=True)
class Watch:
    """The back page's part on watching.

    Args:
        grid: to write the first readings in; None where no time is due.
        rows: what is watched at no time of the grid.
        late: when what is due is late, in words; empty where nothing is due.
    """

    grid: Grid | None
    rows: tuple[Row, ...]
    late: str


def sentence(text: str) -> str:
    """A phrase with a capital."""
    return text[:1].upper() + text[1:]


def watch_of(
    protocol: Protocol,
    regimen: str,
    now: datetime,
    schedule: MonitoringSchedule | None,
    local: tzinfo,
) -> Watch:
    """What is observed from the instant of the advice on.

    Args:
        schedule: None where the times are not known; the protocol's own words then stand for them.
    """
    if schedule is None:
        groups = (one for one in protocol.monitoring if not one.regimens or regimen in one.regimens)
        return Watch(None, tuple(Row("", group_words(one)) for one in groups), "")
    found = rounds(schedule, now)
    first, later = found.to_come[:_COLUMNS], found.to_come[_COLUMNS:]
    rows = []
    if schedule.continuous:
        rows.append(Row("Without a break", _listed(schedule.continuous), strong=True))
    if found.past:
        last = local_text(found.past[-1].due.at, local)
        rows.append(
            Row("Past", f"{len(found.past)} times before this order, the last {last}; see the sheet before")
        )
    letters = {one.letter for one in later}
    for letter, items in found.sets:
        if letter in letters:
            rows.append(Row(f"Round {letter}", sentence("; ".join(items))))
    rows += [Row(f"Later, {day}", words) for day, words in times_words(later, local)]
    if schedule.after:
        rows.append(Row("Once it has ended", _listed(schedule.after)))
    rows += [
        Row("When is not said", sentence(words.removesuffix(": when is not said")))
        for words in schedule.unstated
    ]
    if not (rows or first or schedule.before):
        rows.append(
            Row("Observed", "the protocol names nothing: the site writes what, and when ______________")
        )
    grid = _grid(schedule, first, local) if first or schedule.before else None
    return Watch(grid, tuple(rows), grace_words(schedule))


def _listed(items: tuple[str, ...]) -> str:
    return sentence("; ".join(map(item_words, items)))


def _grid(schedule: MonitoringSchedule, first: tuple[Timed, ...], local: tzinfo) -> Grid:
    heads: list[tuple[str, str]] = [("", "before")] if schedule.before else []
    asked: list[frozenset[str]] = [frozenset(schedule.before)] if schedule.before else []
    day = ""
    for one in first:
        at = one.due.at.astimezone(local)
        today = f"{at.day} {at:%b}"
        heads.append((today if today != day else "", f"{at:%H:%M}"))
        asked.append(frozenset(one.due.items))
        day = today
    order = dict.fromkeys((*schedule.before, *(item for one in first for item in one.due.items)))
    rows = tuple(GridRow(*_named(item), tuple(item in column for column in asked)) for item in order)
    note = "Grey is not asked then. " if not all(all(row.asked) for row in rows) else ""
    return Grid(tuple(heads), rows, f"{note}If the start moves, write the new times above the printed ones.")


def _named(item: str) -> tuple[str, str]:
    """An observation and its unit, apart: the unit is set in lighter type."""
    known = observations()[item]
    name, _, scale = known.title.partition(", ")
    unit = _UNITS.get(known.unit, readable_unit(known.unit) if known.unit else "")
    return name, ", ".join(part for part in (scale, unit) if part)
