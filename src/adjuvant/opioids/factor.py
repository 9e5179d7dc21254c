"""A table row at work: its unit against mg per day, its band, and its factor in words."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from adjuvant.errors import InternalError
from adjuvant.library.model import Band, ConversionFactor
from adjuvant.quantity import parse_unit, show_exact

__all__ = ["AppliedRow", "apply_row", "factor_words", "row_place"]

_HOURS_A_DAY = Fraction(24)
_ONE = Fraction(1)


@dataclass(frozen=True, slots=True)
class AppliedRow:
    """A row made ready for amounts in mg per day.

    Args:
        per_mg: how many of the row's units (mg or ug per day, or ug/h round the clock) 1 mg/day is.
        mme_per_mg: MME per day for 1 mg/day; None where bands decide.
        each: MME per day for one of the row's units; None where bands decide.
        words: the factor in words; empty where bands decide.
    """

    row: ConversionFactor
    per_mg: Fraction
    mme_per_mg: Fraction | None
    words: str = ""
    each: Fraction | None = None

    def in_units(self, mg_per_day: Fraction) -> Fraction:
        """An amount in mg per day in the row's own units."""
        return mg_per_day if self.per_mg is _ONE else mg_per_day * self.per_mg

    def factor(self, daily: Fraction) -> Fraction:
        """MME per row unit at a day's total of `daily` row units; while worn, where it counts patches."""
        found = self.row.at(daily)
        if found is None:
            raise InternalError(row_place(self.row), "has no factor", "look it up with find_factor")
        hours = self.row.per_patch_hours
        return found if hours is None else found * _HOURS_A_DAY / hours

    def mme(self, mg_per_day: Fraction, total_mg_per_day: Fraction) -> Fraction:
        """MME per day of one share, given the day's total by this row; both in mg per day."""
        if self.mme_per_mg is not None:
            return mg_per_day * self.mme_per_mg
        return mg_per_day * self.per_mg * self.factor(total_mg_per_day * self.per_mg)

    def ends(self, least_mg: Fraction, most_mg: Fraction) -> tuple[Fraction, Fraction]:
        """Least and greatest MME per day of any total from `least_mg` to `most_mg` a day.

        Where a band's factor falls, the extremes may stand at an edge inside the interval: both sides of
        every such edge are looked at.
        """
        least, most = least_mg * self.per_mg, most_mg * self.per_mg
        readings = [least * self.factor(least), most * self.factor(most)]
        if not self.row.monotone:
            for below, band in zip(self.row.bands, self.row.bands[1:], strict=False):
                if least < band.edge <= most:
                    readings.append(band.edge * below.factor)
                if least <= band.edge < most:
                    readings.append(band.edge * band.factor)
        return min(readings), max(readings)


def apply_row(row: ConversionFactor) -> AppliedRow:
    """The row with its unit worked out: 1 mg/day in its own units, and its MME where no band decides."""
    per_mg = parse_unit("mg" if row.unit.has(mass=1) else "mg/d").ratio(row.unit)
    per_mg = _ONE if per_mg == 1 else per_mg
    banded = AppliedRow(row, per_mg, None)
    if row.bands:
        return banded
    each = banded.factor(Fraction(0))
    return AppliedRow(row, per_mg, per_mg * each, factor_words(row), each)


def row_place(row: ConversionFactor) -> str:
    """Where the row stands in the library, for example ``opioids/cdc2022.yaml:41``."""
    return f"opioids/{row.table}.yaml:{row.line}" if row.line else f"opioids/{row.table}.yaml"


def factor_words(row: ConversionFactor, daily: Fraction | None = None) -> str:
    """The factor in words.

    Args:
        daily: the day's total in the row's unit, which settles the band; None lists every band.
    Returns:
        For example ``1.5 MME per mg``, ``2.4 MME/day per microgram/h``, or with a band
        ``8 MME per mg (band above 20 mg/day)``.
    """
    unit = row.unit.code.replace("ug", "microgram")
    each = f"MME per {unit}" if row.unit.has(mass=1) else f"MME/day per {unit}"
    if row.bands and daily is None:
        return "; ".join(f"{show_exact(band.factor)} {each} ({_edge(band, unit)})" for band in row.bands)
    if row.bands and daily is not None:
        band = row.band_at(daily)
        return f"{show_exact(band.factor)} {each} ({_edge(band, unit)})"
    if row.factor is None:
        return "no factor"
    words = f"{show_exact(row.factor)} {each}"
    if row.per_patch_hours is None:
        return words
    hourly = row.factor * _HOURS_A_DAY / row.per_patch_hours
    return (
        f"{words} and patch worn {show_exact(row.per_patch_hours)} h, "
        f"so {show_exact(hourly)} {each} while worn"
    )


def _edge(band: Band, unit: str) -> str:
    return f"band {'from' if band.inclusive else 'above'} {show_exact(band.edge)} {unit}/day"
