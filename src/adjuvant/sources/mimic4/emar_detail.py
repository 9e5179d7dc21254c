"""The details of one row of the medication record: what was scanned, dose by dose, and the pump's rate."""

from __future__ import annotations

from dataclasses import dataclass, field

from adjuvant.errors import QuantityError
from adjuvant.quantity import Quantity, UnitStatus, parse_decimal, read_unit
from adjuvant.sources.tables import Row

__all__ = ["Details", "Measure"]

_UNREAD = "an amount, a rate or a unit cannot be read"


@dataclass(frozen=True, slots=True)
class Measure:
    """An amount or a rate, or why there is none."""

    value: Quantity | None = None
    status: UnitStatus = UnitStatus.EXACT
    doubt: str = ""


@dataclass(slots=True)
class Details:
    """All rows of ``emar_detail`` of one row of ``emar``.

    The row without a ``parent_field_ordinal`` says what was due; each numbered row is one product that was
    scanned, and what was given is their sum.
    """

    rows: list[Row] = field(default_factory=list)

    def first(self, column: str) -> str:
        """The first field of a column that is not empty."""
        return next((row[column] for row in self.rows if row[column]), "")

    def unit(self) -> str:
        """The unit of what was given, as written."""
        return self.first("dose_given_unit") or self.first("product_unit") or self.first("infusion_rate_unit")

    def given(self) -> Measure:
        """What was given in all: the sum of the scanned doses, else of the products; never the dose due."""
        scanned = [row for row in self.rows if row["parent_field_ordinal"]]
        for rows in (scanned, self.rows):
            for amount, unit in (("dose_given", "dose_given_unit"), ("product_amount_given", "product_unit")):
                parts = [(row[amount], row[unit]) for row in rows if row[amount]]
                if parts:
                    return _sum(parts)
        return Measure()

    def differs_from_due(self, given: Quantity) -> bool:
        """Whether the sum is not the dose that was due, though nobody says that it was incomplete."""
        if self.first("complete_dose_not_given").lower() in ("yes", "y", "true"):
            return False
        try:
            due = Quantity(parse_decimal(self.first("dose_due")), read_unit(self.first("dose_due_unit")))
            return given.unit.commensurable(due.unit) and not given.same_as(due)
        except QuantityError:
            return False

    def rate(self) -> Measure:
        """The pump's rate from this row on."""
        return self._one_rate("infusion_rate")

    def prior_rate(self) -> Measure:
        """The rate until this row."""
        return self._one_rate("prior_infusion_rate")

    def _one_rate(self, column: str) -> Measure:
        parts = {(row[column], row["infusion_rate_unit"]) for row in self.rows if row[column]}
        if not parts:
            return Measure()
        if len(parts) > 1:
            return Measure(doubt="the row states two rates")
        return _sum(sorted(parts))


def _sum(parts: list[tuple[str, str]]) -> Measure:
    try:
        found = [Quantity(parse_decimal(value), read_unit(unit)) for value, unit in parts]
        total = found[0]
        for part in found[1:]:
            total = total + part
    except QuantityError as error:
        return Measure(None, UnitStatus.UNCONVERTIBLE, f"{_UNREAD}: {error.thing} {error.rule}")
    return Measure(total, doubt="the amount is negative" if total.value < 0 else "")
