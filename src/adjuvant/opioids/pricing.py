"""Rows for lines: which row values each share, the day's total of each row, and each line's part of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from adjuvant.library.model import ConversionFactor, TablePlan
from adjuvant.opioids.amount import Measured
from adjuvant.opioids.factor import AppliedRow
from adjuvant.opioids.lookup import find_applied, find_applied_over
from adjuvant.opioids.memo import Memo
from adjuvant.opioids.model import LineAnswer, Total
from adjuvant.opioids.share import HOURS_A_DAY, Share, number
from adjuvant.record import Refusal, RefusalReason
from adjuvant.record.exposure_amounts import Problem

__all__ = [
    "Ends",
    "Priced",
    "PricedLine",
    "RowTotal",
    "add_up",
    "drug_parts",
    "line_share",
    "price",
    "prices",
    "row_totals",
    "total_of",
]

_ZERO = Fraction(0)

Ends = tuple[Fraction, Fraction, Fraction]
"""MME per day: scheduled, least and greatest. Where nothing is as needed the three are one object."""


@dataclass(slots=True)
class Priced:
    """One share with the row that values it.

    Args:
        scheduled, most: mg per day.
    """

    share: Share
    applied: AppliedRow
    scheduled: Fraction
    most: Fraction
    _ends: Ends | None = None

    @property
    def banded(self) -> bool:
        """Whether a band decides, which takes the day's total of every line."""
        return self.applied.mme_per_mg is None

    def ends(self) -> Ends | None:
        """MME per day; None where a band decides. Worked out when asked: most plans refuse a line or two."""
        each = self.applied.mme_per_mg
        if self._ends is None and each is not None:
            value = self.scheduled * each
            self._ends = value, value, value if self.most is self.scheduled else self.most * each
        return self._ends


@dataclass(slots=True)
class PricedLine:
    """A line by one plan.

    Args:
        shares: the rows for its shares; empty for a line that is refused or holds no opioid.
        answer: what was answered for the line, kept where no other line has a say in it.
    """

    item: Measured
    shares: tuple[Priced, ...] = ()
    refusal: Refusal | None = None
    answer: LineAnswer | None = None

    @property
    def banded(self) -> bool:
        """Whether the value takes the day's total of every line."""
        return any(one.banded for one in self.shares)


@dataclass(slots=True)
class RowTotal:
    """The day's total of one ingredient by one banded row, over every line that is counted."""

    applied: AppliedRow
    scheduled: Fraction = _ZERO
    most: Fraction = _ZERO

    def ends(self) -> Ends:
        """MME per day of the whole: scheduled, least and greatest."""
        value = self.applied.mme(self.scheduled, self.scheduled)
        if self.most == self.scheduled:
            return value, value, value
        least, greatest = self.applied.ends(self.scheduled, self.most)
        return value, least, greatest


def add_up(values: Iterable[Fraction]) -> Fraction:
    """The exact sum, brought to lowest terms once: at every step it is the dear part of a Fraction."""
    over, under = 0, 1
    for value in values:
        more, part = value.as_integer_ratio()
        if part != under:
            common = lcm(under, part)
            over, more, under = over * (common // under), more * (common // part), common
        over += more
    return Fraction(over, under)


def total_of(parts: Sequence[Ends], *, complete: bool = True) -> Total:
    """The total of these parts, its high end open unless it is complete."""
    if len(parts) == 1:
        value, low, high = parts[0]
    else:
        value = add_up([part[0] for part in parts])
        low = value if all(part[1] is part[0] for part in parts) else add_up([part[1] for part in parts])
        high = value if all(part[2] is part[0] for part in parts) else add_up([part[2] for part in parts])
    return Total(value, low, high if complete else None, complete)


@dataclass(slots=True)
class _Known:
    """A line by the plan, and by the plans, that were asked for last; each pair is replaced as one."""

    one: tuple[TablePlan, PricedLine] | None = None
    over: tuple[tuple[TablePlan, ...], tuple[PricedLine, ...]] | None = None


_KNOWN: Memo[Measured, _Known] = Memo(lambda item: _Known())


def price(item: Measured, plan: TablePlan) -> PricedLine:
    """The rows for a line's shares, or why one of them has none; no row for a line that holds no opioid."""
    known = _KNOWN(item)
    one = known.one
    if one is None or one[0] is not plan:
        one = known.one = plan, _priced(item, plan)
    return one[1]


def prices(item: Measured, plans: tuple[TablePlan, ...]) -> tuple[PricedLine, ...]:
    """`price` by each of these plans."""
    known = _KNOWN(item)
    over = known.over
    if over is None or over[0] is not plans:
        over = known.over = plans, _priced_over(item, plans)
    return over[1]


def _priced(item: Measured, plan: TablePlan) -> PricedLine:
    if item.problem is not None:
        return _refused(item, item.problem)
    form = item.line.form
    return _by_rows(item, [find_applied(plan, share.ingredient, item.route, form) for share in item.shares])


def _priced_over(item: Measured, plans: tuple[TablePlan, ...]) -> tuple[PricedLine, ...]:
    if item.problem is not None or not item.shares:
        same = PricedLine(item) if item.problem is None else _refused(item, item.problem)
        return (same,) * len(plans)
    form = item.line.form
    rows = [find_applied_over(plans, share.ingredient, item.route, form) for share in item.shares]
    # Most plans have one of two or three factors for a line: it is worked out once for each of them.
    found: dict[object, PricedLine] = {}
    lines: list[PricedLine] = []
    for applied in zip(*rows, strict=True):
        key = id(applied[0]) if len(applied) == 1 else tuple(map(id, applied))
        line = found.get(key)
        if line is None:
            line = found[key] = _by_rows(item, applied)
        lines.append(line)
    return tuple(lines)


def _by_rows(item: Measured, rows: Sequence[AppliedRow | Refusal]) -> PricedLine:
    found: list[Priced] = []
    for share, applied in zip(item.shares, rows, strict=True):
        if isinstance(applied, Refusal):
            return _refused(item, Problem(applied.reason, applied.detail, applied.remedy))
        scheduled, most = share.scheduled, share.most
        wear = applied.row.per_patch_hours
        if wear is not None or share.patches_per_day is not None:
            problem = _wear_problem(applied.row, share)
            if problem is not None:
                return _refused(item, problem)
        if share.patches_per_day is not None and wear is not None:
            worn = share.patches_per_day * wear / HOURS_A_DAY
            most = most * worn
            scheduled = most if scheduled else scheduled
        found.append(Priced(share, applied, scheduled, most))
    return PricedLine(item, tuple(found))


def _wear_problem(row: ConversionFactor, share: Share) -> Problem | None:
    """Why a row does not fit how long a patch is worn, if it does not."""
    wear, stated = row.per_patch_hours, share.changed_hours
    if wear is None and share.patches_per_day is not None:
        detail = "patches were handed out, and how long each is worn is not stated"
        return Problem(RefusalReason.MISSING_TIMING, detail, "state how many hours one patch is worn")
    if wear is None or share.patches_per_day is not None:
        return None
    if stated is None:
        detail = (
            f"{row.table} counts patches worn {number(wear)} h; how often this one is changed is not stated"
        )
        return Problem(RefusalReason.MISSING_TIMING, detail, "state how often the patch is changed")
    # A third of a patch a day can only be written as 0.33 or 0.3333: one part in a hundred is the same.
    if abs(wear - stated) * 100 > wear:
        detail = (
            f"{row.table} counts patches worn {number(wear)} h; this one is changed every {number(stated)} h"
        )
        return Problem(RefusalReason.NO_FACTOR, detail, "choose a table that counts the hours worn")
    return None


def _refused(item: Measured, problem: Problem) -> PricedLine:
    name = "+".join(item.opioids) or None
    refusal = Refusal(item.line.subject, problem.reason, problem.detail, problem.remedy, ingredient=name)
    return PricedLine(item, refusal=refusal)


def row_totals(lines: Iterable[PricedLine]) -> dict[int, RowTotal]:
    """The day's totals of every banded row, by the identity of the row."""
    totals: dict[int, RowTotal] = {}
    for line in lines:
        for one in line.shares:
            if one.banded:
                total = totals.setdefault(id(one.applied.row), RowTotal(one.applied))
                total.scheduled += one.scheduled
                total.most += one.most
    return totals


def drug_parts(lines: Iterable[PricedLine], rows: Mapping[int, RowTotal]) -> dict[str, list[Ends]]:
    """What to add up per ingredient; a banded row stands once, as the whole that its band was read for."""
    parts: dict[str, list[Ends]] = {}
    for line in lines:
        for one in line.shares:
            ends = one.ends()
            if ends is not None:
                parts.setdefault(one.share.ingredient, []).append(ends)
    for row in rows.values():
        parts.setdefault(row.applied.row.ingredient, []).append(row.ends())
    return parts


def line_share(one: Priced, rows: Mapping[int, RowTotal]) -> Ends:
    """One line's MME per day: scheduled, least and greatest; of a banded row pro rata of its milligrams."""
    ends = one.ends()
    if ends is not None:
        return ends
    row = rows[id(one.applied.row)]
    value, least, greatest = row.ends()
    part = one.scheduled / row.scheduled if row.scheduled else _ZERO
    most = one.most / row.most if row.most else _ZERO
    return value * part, least * part, greatest * most
