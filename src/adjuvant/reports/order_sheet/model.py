"""What an order sheet holds: one page, part by part, so that HTML and PDF say the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

__all__ = ["BLANK", "OrderSheet", "Row"]

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
class OrderSheet:
    """One page.

    Args:
        banner: why the sheet is not for use; empty where it is.
        who: label and value; an empty value is a blank to write on.
        rate: the one number of the pump, and its unit; both empty where the plan is refused.
        beside: dose, volume, time: label and value, in smaller type than the rate.
        ordered: how the rate compares with the order, and what it comes to in a day.
        refused: why there is no number.
        there, back: the two sums.
        meet: the sentence under them.
        limits: what binds; `others` what was made for other settings, strong where the order is above it.
        hold: what holds or ends ketamine.
        watch: what is observed and when.
        checks: what each of two people ticks.
        onward: what the day's total comes to by another route, as each source has it.
        by_hand: what is given without a pump, dose by dose; empty where a pump gives it.
        late: from when on what is due is late, in words behind the heading.
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
    watch: tuple[Row, ...]
    onward: tuple[Row, ...]
    drug: str
    by_hand: tuple[Row, ...]
    late: str
    checks: tuple[str, ...]
    signatures: tuple[str, ...]
    foot: str
    at: datetime
