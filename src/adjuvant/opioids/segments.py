"""Exposures sorted into lots that one factor converts, with exact mass in integer time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from adjuvant.library.model import ConversionFactor, TablePlan
from adjuvant.opioids.factor import AppliedRow
from adjuvant.opioids.lookup import find_applied
from adjuvant.quantity import show_exact
from adjuvant.record import Basis, Exposure, ExposureKind, Exposures, Refusal, RefusalReason
from adjuvant.timeline import Interval

__all__ = ["DAY_US", "Lot", "Segment", "as_microseconds", "as_moment", "convert", "lots_of", "touches"]

_Key = tuple[str, str | None, str | None, bool, Fraction | None, bool]
_FIRST = datetime.min.replace(tzinfo=UTC)
_TICK = timedelta(microseconds=1)
DAY_US = 24 * 3600 * 10**6
"""Microseconds in 24 hours; instants are whole microseconds, so that mass over time stays exact and fast."""


def as_microseconds(moment: datetime) -> int:
    """An instant as whole microseconds."""
    return (moment - _FIRST) // _TICK


def as_moment(microseconds: int) -> datetime:
    """The instant of `as_microseconds`, in UTC."""
    return _FIRST + microseconds * _TICK


@dataclass(frozen=True, slots=True)
class Segment:
    """One exposure in integer time: `mg` in all, evenly from `start` to `end`, or at one moment."""

    start: int
    end: int
    mg: Fraction
    exposure: Exposure

    def mg_within(self, start: int, end: int) -> Fraction:
        """How much of it falls in the half-open span; a moment at the span's end does not."""
        if self.start == self.end:
            return self.mg if start <= self.start < end else Fraction(0)
        shared = min(self.end, end) - max(self.start, start)
        if shared <= 0:
            return Fraction(0)
        whole = self.end - self.start
        return self.mg if shared == whole else self.mg * Fraction(shared, whole)

    def touches(self, start: int, end: int) -> bool:
        """Whether any of it falls in the half-open span."""
        return start <= self.start < end if self.start == self.end else self.start < end and self.end > start


@dataclass(frozen=True, slots=True)
class Lot:
    """All segments that one row of a plan converts, or that one reason keeps from being converted.

    Args:
        as_needed: True for as-needed orders (never for what was given): they carry the most that is allowed
            and stand beside totals, not in them.
        row: the row with its unit worked out, or why there is none; None before a plan was asked.
    """

    ingredient: str
    route: str | None
    form: str | None
    patch: bool
    wear_hours: Fraction | None
    as_needed: bool
    segments: tuple[Segment, ...]
    row: AppliedRow | Refusal | None = None

    @property
    def label(self) -> tuple[str, str | None, bool]:
        """What a table of drugs shows as one line: the ingredient, by its route, as patch or not."""
        return self.ingredient, self.route, self.form == "patch"

    @property
    def refusal(self) -> Refusal | None:
        """Why it cannot be converted, or None."""
        return self.row if isinstance(self.row, Refusal) else None

    @property
    def applied(self) -> AppliedRow | None:
        """The row that converts it, or None."""
        return self.row if isinstance(self.row, AppliedRow) else None

    @property
    def band_key(self) -> tuple[object, ...] | None:
        """The same for all lots whose masses add up before a band is chosen; None where no band decides."""
        if self.applied is None or self.applied.mme_per_mg is not None:
            return None
        row = self.applied.row
        return row.table, row.ingredient, row.unit.code, row.bands

    def mg_within(self, start: int, end: int) -> Fraction:
        """Mass of all its segments in the half-open span."""
        return sum((item.mg_within(start, end) for item in self.segments), Fraction(0))

    def refused_in(self, start: int, end: int) -> Refusal | None:
        """Its refusal, with time and events of the segments in the half-open span; None if none are."""
        inside = [item for item in self.segments if item.touches(start, end)]
        if self.refusal is None or not inside:
            return None
        return replace(
            self.refusal,
            start=as_moment(min(item.start for item in inside)),
            end=as_moment(max(item.end for item in inside)),
            events=tuple(dict.fromkeys(event for item in inside for event in item.exposure.events)),
        )


_RECENT: dict[int, tuple[Exposures, tuple[Lot, ...]]] = {}
_MOST_RECENT = 24


def lots_of(exposures: Exposures) -> tuple[Lot, ...]:
    """The exposures in lots, before any table is asked; in the same order, whatever order they came in.

    The same exposures are asked for by plan after plan and window after window, so the latest are remembered
    by identity; what is remembered is held, and its identity cannot pass to another.
    """
    known = _RECENT.get(id(exposures))
    if known is None:
        if len(_RECENT) >= _MOST_RECENT:
            _RECENT.clear()
        known = _RECENT[id(exposures)] = exposures, _sorted_lots(exposures)
    return known[1]


def _sorted_lots(exposures: Exposures) -> tuple[Lot, ...]:
    groups: dict[_Key, list[Segment]] = {}
    for item in exposures.items:
        patch = item.kind is ExposureKind.PATCH
        as_needed = bool(item.as_needed) and exposures.basis is not Basis.ADMINISTERED
        key = (item.ingredient, item.route, item.form, patch, item.wear_hours if patch else None, as_needed)
        start, end = as_microseconds(item.start), as_microseconds(item.end)
        groups.setdefault(key, []).append(Segment(start, end, item.amount.in_("mg"), item))
    order = sorted(groups, key=lambda key: ["" if part is None else str(part) for part in key])
    return tuple(Lot(*key, tuple(sorted(groups[key], key=_by_time))) for key in order)


def _by_time(item: Segment) -> tuple[int, int, tuple[str, ...]]:
    return item.start, item.end, item.exposure.events


def convert(lots: Iterable[Lot], plan: TablePlan) -> tuple[Lot, ...]:
    """The lots with the plan's row for each.

    MME are mass times factor, whatever the row's unit: a row per mg or microgram directly; a row per
    microgram/h, which gives MME per 24 h of that release, as a twenty-fourth of it per microgram released.

    A row that counts patches was made for patches worn a certain time: it converts only patches that are
    ordered to be worn exactly so long. A row by release rate converts only what has one. Else it is refused.
    """
    return tuple(replace(lot, row=_row(lot, plan)) for lot in lots)


def _row(lot: Lot, plan: TablePlan) -> AppliedRow | Refusal:
    found = find_applied(plan, lot.ingredient, lot.route, lot.form)
    if isinstance(found, Refusal):
        return found
    problem = _misfit(lot, found.row)
    return found if problem is None else problem


def _misfit(lot: Lot, row: ConversionFactor) -> Refusal | None:
    subject = " ".join(part for part in (lot.ingredient, lot.route, lot.form) if part)
    if not row.unit.has(mass=1) and not lot.patch:
        return Refusal(
            subject,
            RefusalReason.AMBIGUOUS_DOSE,
            f"{row.table} converts a release rate, and only an amount is charted",
            "chart the patch by its release rate and its times",
            ingredient=lot.ingredient,
        )
    hours = row.per_patch_hours
    if hours is None or lot.wear_hours == hours:
        return None
    worn = "of unstated wear" if lot.wear_hours is None else f"worn {show_exact(lot.wear_hours)} h"
    return Refusal(
        subject,
        RefusalReason.MISSING_TIMING if lot.wear_hours is None else RefusalReason.NO_FACTOR,
        f"{row.table} counts patches worn {show_exact(hours)} h, and this one is {worn}",
        "state the ordered wear, or choose a table by release rate",
        ingredient=lot.ingredient,
    )


def touches(refusal: Refusal, span: Interval) -> bool:
    """Whether a refusal concerns the half-open span; an unknown start or end has no bound."""
    start, end = refusal.start, refusal.end
    if start is not None and start >= span.end:
        return False
    if end is None or end > span.start:
        return True
    return start == end == span.start
