"""What the library holds about opioid conversion: tables, factors, bands, and plans of two tables."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from adjuvant.citation import Citation, Provenance
from adjuvant.quantity import Unit

__all__ = ["Band", "ConversionFactor", "ConversionTable", "TablePlan"]


@dataclass(frozen=True, slots=True)
class Band:
    """A factor that holds from its lower edge up to the next band's.

    Args:
        edge: lower edge, in the factor's dose unit per day.
        inclusive: True for ``from:`` (the edge is this band's), False for ``above:`` (the one below's).
    """

    edge: Fraction
    inclusive: bool
    factor: Fraction


@dataclass(frozen=True, slots=True)
class ConversionFactor:
    """One row of a table: oral morphine milligrams per unit of this drug by this route and form.

    Args:
        routes: canonical routes it covers.
        forms: canonical forms it covers, or None for any form.
        unit: ``mg`` or ``ug`` of drug; or ``ug/h`` of continuous release, the factor then being MME per day.
        factor: None where `bands` apply or `refuse` says why there is none.
        bands: by the day's TOTAL of the ingredient by this row, lower edges rising.
        per_patch_hours: where the row counts patches and not hours, the wear it was made for; else None.
        low, high: the range its source prints, if any.
        refuse: why this row must not be computed; None if it may.
        line: line in its file, for error messages and derivations.
        published: other figures that its source or the literature prints, shown and never computed with.
        equianalgesic_mg: the dose that its source prints as equal to the table's oral morphine, if it does.
    """

    table: str
    ingredient: str
    routes: frozenset[str]
    forms: frozenset[str] | None
    unit: Unit
    factor: Fraction | None
    bands: tuple[Band, ...]
    citation: Citation
    provenance: Provenance
    per_patch_hours: Fraction | None = None
    low: Fraction | None = None
    high: Fraction | None = None
    refuse: str | None = None
    note: str = ""
    line: int = 0
    published: tuple[Fraction, ...] = ()
    equianalgesic_mg: Fraction | None = None

    @property
    def row(self) -> str:
        """Where the row stands, for a derivation: ``opioids/cdc2022.yaml:14``."""
        return f"opioids/{self.table}.yaml:{self.line}"

    def at(self, daily: Fraction) -> Fraction | None:
        """The factor for a day's total of `daily` units; None where the row gives none.

        A total at or below the first, exclusive edge (zero) takes the first band.
        """
        return self.band_at(daily).factor if self.bands else self.factor

    def band_at(self, daily: Fraction) -> Band:
        """The band that a day's total falls in. Only for rows that have bands."""
        chosen = self.bands[0]
        for band in self.bands[1:]:
            if daily > band.edge or (band.inclusive and daily == band.edge):
                chosen = band
        return chosen

    @property
    def monotone(self) -> bool:
        """False where a higher dose may read fewer MME because a band's factor falls."""
        factors = [band.factor for band in self.bands]
        return all(low <= high for low, high in pairwise(factors))


@dataclass(frozen=True, slots=True)
class ConversionTable:
    """A published conversion table.

    Args:
        key: its ``table_id``.
        scope: whom it was made for.
        evidence: what of it was really read.
        warning: the scope warning printed with every figure; empty if none.
        guidance: False for a table that is a peer's code and not guidance.
        in_spread: whether it counts in the range over tables (a whole table that was read).
        digest: SHA-256 of its file.
        left_out: why it does not count in the range, in one sentence; empty if it does.
        notes: what a reader of the whole table should know.
    """

    key: str
    title: str
    scope: str
    evidence: str
    citation: Citation
    provenance: Provenance
    factors: tuple[ConversionFactor, ...]
    warning: str = ""
    guidance: bool = True
    in_spread: bool = True
    digest: str = ""
    left_out: str = ""
    notes: str = ""

    def rows(self, ingredient: str) -> tuple[ConversionFactor, ...]:
        """Every row for one ingredient."""
        return tuple(row for row in self.factors if row.ingredient == ingredient)


@dataclass(frozen=True, slots=True)
class TablePlan:
    """The table, or the named pair of tables, that one total is computed by.

    With a pair, parenteral routes come from `parenteral` and everything else from `primary`; rows of
    different tables are never mixed otherwise.

    Args:
        why: why the pair is named, in one sentence; empty for a single table or an unnamed pair.
        in_spread: whether it counts in the range over tables.
    """

    primary: ConversionTable
    parenteral: ConversionTable | None = None
    why: str = ""
    in_spread: bool = True

    @property
    def key(self) -> str:
        """``cdc2022`` or ``cdc2022+us_equianalgesic_classic``."""
        return self.primary.key if self.parenteral is None else f"{self.primary.key}+{self.parenteral.key}"

    @property
    def title(self) -> str:
        """For people: ``CDC 2022`` or ``CDC 2022, parenteral by US equianalgesic, classic``."""
        if self.parenteral is None:
            return self.primary.title
        return f"{self.primary.title}, parenteral by {self.parenteral.title}"

    @property
    def tables(self) -> tuple[ConversionTable, ...]:
        """The one or two tables."""
        return (self.primary,) if self.parenteral is None else (self.primary, self.parenteral)
