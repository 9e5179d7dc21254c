"""What the opioid engine answers: lines with their derivations, daily totals, curves and window means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from adjuvant.citation import Citation, Provenance
from adjuvant.quantity import Quantity
from adjuvant.record import Basis, Refusal
from adjuvant.timeline import ClockDay, Interval

__all__ = [
    "CurvePoint",
    "DailyMME",
    "DayMME",
    "DrugMean",
    "LineAnswer",
    "LineStatus",
    "MmeCurve",
    "PlanTotal",
    "Spread",
    "Step",
    "Total",
    "WindowMME",
]


class LineStatus(StrEnum):
    """What became of one line of a regimen."""

    VALUE = "value"
    REFUSED = "refused"
    NOT_AN_OPIOID = "not_an_opioid"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a derivation, in words and figures, with the table row and citation it rests on."""

    text: str
    row: str | None = None
    citation: Citation | None = None
    provenance: Provenance | None = None


@dataclass(frozen=True, slots=True)
class Total:
    """MME per day.

    Args:
        value: what is scheduled or running.
        low, high: with as-needed doses at none and at their maximum; `high` is None once anything is refused.
        complete: False once any opioid line was refused.
    """

    value: Fraction
    low: Fraction
    high: Fraction | None
    complete: bool


@dataclass(frozen=True, slots=True)
class LineAnswer:
    """One line's answer. `value`, `low` and `high` are MME per day, None unless the status is VALUE."""

    subject: str
    ingredient: str | None
    status: LineStatus
    value: Fraction | None = None
    low: Fraction | None = None
    high: Fraction | None = None
    as_needed: bool = False
    refusal: Refusal | None = None
    derivation: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class DailyMME:
    """MME per day of a regimen, always with its tables and its definition.

    Args:
        plan: key of the table or named pair.
        definition: which "MME per day" this is, in words.
        by_drug: total per ingredient.
        without_buprenorphine: the same total with buprenorphine left out.
        warnings: scope warnings of the tables, printed with every figure.
    """

    plan: str
    definition: str
    total: Total
    lines: tuple[LineAnswer, ...]
    by_drug: Mapping[str, Total]
    without_buprenorphine: Total
    warnings: tuple[str, ...]
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanTotal:
    """The total of the same regimen, or the change between two, by one table or pair."""

    plan: str
    title: str
    total: Total | None
    refused: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class Spread:
    """The same regimen over every table or pair that covers every line, and those that do not."""

    covered: tuple[PlanTotal, ...]
    uncovered: tuple[PlanTotal, ...]


@dataclass(frozen=True, slots=True)
class DayMME:
    """MME of one clock day.

    Args:
        total: MME taken up within the day's instants; not scaled to 24 h on days of 23 or 25.
        by_drug: the same per ingredient.
        complete: False once any opioid exposure of the day was refused.
    """

    day: ClockDay
    total: Fraction
    by_drug: Mapping[str, Fraction]
    complete: bool
    refused: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """MME in the 24 h that end at `at`; between points the curve is a straight line, except that a
    dose makes a step: two points at the same instant, before and after."""

    at: datetime
    value: Fraction


@dataclass(frozen=True, slots=True)
class MmeCurve:
    """Daily and rolling MME of a record by one plan."""

    plan: str
    basis: Basis
    days: tuple[DayMME, ...]
    rolling: tuple[CurvePoint, ...]
    refused: tuple[Refusal, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DrugMean:
    """One ingredient by one route over a window: mean amount and MME per 24 h, with its derivation.

    Args:
        amount_per_day: mass per 24 h (for a patch also see `release_rate`, its mean rate while worn).
        mme_per_day: None where refused.
    """

    ingredient: str
    route: str | None
    form: str | None
    amount_per_day: Quantity
    mme_per_day: Fraction | None
    factor_words: str
    derivation: tuple[Step, ...]
    release_rate: Quantity | None = None

    @property
    def label(self) -> str:
        """Drug with its form or route, for a table's first column, for example ``fentanyl patch``."""
        return " ".join(
            part for part in (self.ingredient, self.form if self.form == "patch" else self.route) if part
        )


@dataclass(frozen=True, slots=True)
class WindowMME:
    """Mean MME per 24 h over a window, drug by drug.

    Args:
        per_day: of everything that a factor converts.
        complete: False once anything that touches the window was refused.
        high: with as-needed orders at their maximum; None once anything was refused. Given doses have none.
        charted: False where nothing about medication is charted in the window: `per_day` is then no figure,
            neither 0 nor a lower bound.
    """

    plan: str
    window: Interval
    per_day: Fraction
    drugs: tuple[DrugMean, ...]
    complete: bool
    refused: tuple[Refusal, ...] = ()
    without_buprenorphine: Fraction | None = None
    high: Fraction | None = None
    charted: bool = True
