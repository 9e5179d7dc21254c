"""What an order sheet holds, page by page and part by part, so that HTML and PDF say the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

__all__ = ["BLANK", "Grid", "GridRow", "Opioids", "OrderSheet", "PatchRow", "Row", "TableRow"]

BLANK = ""
"""A value that nobody has stated: a line to write on, and never a default."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: what, what is done, and the sum or source behind it."""

    name: str
    text: str
    sum: str = ""
    strong: bool = False


@dataclass(frozen=True, slots=True)
class GridRow:
    """One observation of the grid: its name, its scale or unit, and at which columns it is asked."""

    name: str
    unit: str
    asked: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A grid to write readings in.

    Args:
        heads: day and time of each column; the day only where it is another than in the column before.
        note: how it is filled in.
    """

    heads: tuple[tuple[str, str], ...]
    rows: tuple[GridRow, ...]
    note: str


@dataclass(frozen=True, slots=True)
class TableRow:
    """MME a day at each stage: by one table in all where `whole`, else of one drug under it."""

    name: str
    cells: tuple[str, ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class PatchRow:
    """A patch that is worn, what is known of it, and what whoever sees it off writes."""

    name: str
    text: str
    blanks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Opioids:
    """The page on the opioids beside ketamine.

    Args:
        statement: what the protocol says of them, with its source; `choice`, the cuts it leaves.
        heads: of the columns, one for each stage.
        legend: how the figures are read; `notes`, what a reader must know, each a sentence.
    """

    statement: str
    choice: str
    heads: tuple[str, ...]
    rows: tuple[TableRow, ...]
    legend: str
    patches: tuple[PatchRow, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OrderSheet:
    """The front to set up by, the back to watch by, and where it was asked a page on the opioids.

    Args:
        banner: why the sheet is not for use; empty where it is.
        who: label and value; an empty value is a blank to write on.
        rate: the one number of the pump, and its unit; both empty where the plan is refused.
        beside: dose, volume, time: label and value, in smaller type than the rate; what is given by hand.
        ordered: how the rate compares with the order, and what it comes to in a day.
        refused: why there is no number.
        there, back: the two sums.
        meet: the sentence under them.
        limits: what binds; `others` what was made for other settings, strong where the order is above it.
        hold: what holds or ends ketamine.
        holds: what it is made up in and runs from: bag or syringe.
        grid: to write readings in; None where no time is known or due.
        watch: what is observed at no time of the grid.
        courses: courses so far, and reviews that are due.
        evidence: what supports the protocol and what speaks against it, as its page has it.
        given: what is written once it has been given.
        opioids: the page on them; None where nobody asked.
        whole: whether front and back are one page, as where a dose by hand has no grid.
        checks: what each of two people ticks.
        onward: what the day's total comes to by another route, as each source has it.
        by_hand: what is given without a pump, dose by dose; empty where a pump gives it.
        late: when what is due is late, in words.
        drug: what is in the vial, and how it is counted.
        foot: protocol, versions, digests.
        at: the instant of the advice.
    """

    title: str
    subject: str
    banner: str
    who: tuple[tuple[str, str], ...]
    rate: tuple[str, str]
    beside: tuple[tuple[str, str], ...]
    ordered: str
    refused: tuple[str, ...]
    remedy: str
    prepare: tuple[Row, ...]
    there: tuple[Row, ...]
    back: tuple[Row, ...]
    meet: str
    limits: tuple[Row, ...]
    others: tuple[Row, ...]
    line: tuple[Row, ...]
    hold: tuple[Row, ...]
    holds: str
    grid: Grid | None
    watch: tuple[Row, ...]
    courses: tuple[Row, ...]
    evidence: str
    given: tuple[str, ...]
    opioids: Opioids | None
    whole: bool
    onward: tuple[Row, ...]
    drug: str
    by_hand: tuple[Row, ...]
    late: str
    checks: tuple[str, ...]
    signatures: tuple[str, ...]
    foot: str
    at: datetime
