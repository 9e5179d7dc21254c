"""Rows for lines: which row values each share, the day's total of each row, and each line's part of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from adjuvant.library.model import ConversionFactor, TablePlan
from adjuvant.opioids.amount import Measured
from adjuvant.opioids.factor import AppliedRow
from adjuvant.opioids.lookup import find_applied
from adjuvant.opioids.model import Total
from adjuvant.opioids.share import HOURS_A_DAY, Share, number
from adjuvant.record import Refusal, RefusalReason
from adjuvant.record.exposure_amounts import Problem

__all__ = ["Priced", "RowTotal", "Sum", "drug_sums", "line_share", "price", "refuse", "row_totals"]

_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Priced:
    """One share with the row that values it.

    Args:
        scheduled, most: mg per day.
        value, high: MME per day; None where a band decides, which takes the day's total of every line.
    """

    ingredient: str
    scheduled: Fraction
    most: Fraction
    applied: AppliedRow
    share: Share
    value: Fraction | None
    high: Fraction | None


@dataclass(slots=True)
class RowTotal:
    """The day's total of one ingredient by one banded row, over every line that is counted."""

    applied: AppliedRow
    scheduled: Fraction = _ZERO
    most: Fraction = _ZERO

    def values(self) -> tuple[Fraction, Fraction, Fraction]:
        """MME per day of the whole: scheduled, least and greatest."""
        value = self.applied.mme(self.scheduled, self.scheduled)
        if self.most == self.scheduled:
            return value, value, value
        least, greatest = self.applied.ends(self.scheduled, self.most)
        return value, least, greatest


@dataclass(slots=True)
class Sum:
    """A total under way."""

    value: Fraction = _ZERO
    low: Fraction = _ZERO
    high: Fraction = _ZERO
    complete: bool = True

    def add(self, value: Fraction, low: Fraction, high: Fraction) -> None:
        """Add one part. While nothing is as needed the three figures are one, and are added once."""
        whole = self.value + value
        same = low is value and self.low is self.value
        self.low = whole if same else self.low + low
        same = high is value and self.high is self.value
        self.high = whole if same else self.high + high
        self.value = whole

    def total(self) -> Total:
        """The total, its high end open unless it is complete."""
        return Total(self.value, self.low, self.high if self.complete else None, self.complete)


def price(item: Measured, plan: TablePlan) -> tuple[Priced, ...] | Refusal:
    """The rows for a line's shares, or why one of them has none; empty for a line that holds no opioid."""
    if item.problem is not None:
        return refuse(item, item.problem)
    found: list[Priced] = []
    for share in item.shares:
        applied = find_applied(plan, share.ingredient, item.route, item.line.form)
        if isinstance(applied, Refusal):
            return refuse(item, Problem(applied.reason, applied.detail, applied.remedy))
        scheduled, most = share.scheduled, share.most
        wear = applied.row.per_patch_hours
        if wear is not None or share.patches_per_day is not None:
            problem = _wear_problem(applied.row, share)
            if problem is not None:
                return refuse(item, problem)
        if share.patches_per_day is not None and wear is not None:
            worn = share.patches_per_day * wear / HOURS_A_DAY
            most = most * worn
            scheduled = most if scheduled else scheduled
        each = applied.mme_per_mg
        value = None if each is None else scheduled * each
        high = value if each is None or most is scheduled else most * each
        found.append(Priced(share.ingredient, scheduled, most, applied, share, value, high))
    return tuple(found)


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


def refuse(item: Measured, problem: Problem) -> Refusal:
    """The refusal of a line for this problem."""
    name = "+".join(item.opioids) or None
    return Refusal(item.line.subject, problem.reason, problem.detail, problem.remedy, ingredient=name)


def row_totals(priced: Iterable[Priced]) -> dict[int, RowTotal]:
    """The day's totals of every banded row, by the identity of the row."""
    totals: dict[int, RowTotal] = {}
    for item in priced:
        if item.value is None:
            total = totals.setdefault(id(item.applied.row), RowTotal(item.applied))
            total.scheduled += item.scheduled
            total.most += item.most
    return totals


def drug_sums(priced: Iterable[Priced], rows: Mapping[int, RowTotal]) -> dict[str, Sum]:
    """The sums per ingredient; a banded row is added once, as the whole that its band was read for."""
    sums: dict[str, Sum] = {}
    for item in priced:
        if item.value is not None and item.high is not None:
            sums.setdefault(item.ingredient, Sum()).add(item.value, item.value, item.high)
    for row in rows.values():
        sums.setdefault(row.applied.row.ingredient, Sum()).add(*row.values())
    return sums


def line_share(one: Priced, rows: Mapping[int, RowTotal]) -> tuple[Fraction, Fraction, Fraction]:
    """One line's MME per day: scheduled, least and greatest; of a banded row pro rata of its milligrams."""
    if one.value is not None and one.high is not None:
        return one.value, one.value, one.high
    row = rows[id(one.applied.row)]
    value, least, greatest = row.values()
    part = one.scheduled / row.scheduled if row.scheduled else _ZERO
    most = one.most / row.most if row.most else _ZERO
    return value * part, least * part, greatest * most
