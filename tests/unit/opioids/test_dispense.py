"""A supply as a line: quantity times strength over days; patches by how long each is worn."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import pytest

from adjuvant.opioids import DailyMME, daily_mme, line_from_dispense
from adjuvant.quantity import parse_quantity
from adjuvant.record import MedicationDispense, Origin, RefusalReason
from adjuvant.record.naming import resolve_drug
from small_tables import a_plan, a_row

PLAN = a_plan(
    a_row("oxycodone", "1.5"),
    a_row("fentanyl", "2", routes="transdermal", forms="patch", unit="ug/h"),
)
BY_PATCH = a_plan(
    a_row("fentanyl", "6", routes="transdermal", forms="patch", unit="ug/h", per_patch_hours=Fraction(72))
)
TABLET = "oxycodone hydrochloride 10 MG Oral Tablet"
PATCH = "72 HR Fentanyl 0.075 MG/HR Transdermal System"


def a_dispense(text: str, quantity: str | None, days: int | None, **fields: Any) -> MedicationDispense:
    return MedicationDispense(
        id="1",
        drug=resolve_drug(text),
        origin=Origin("test", "dispense", "1"),
        start=datetime(2026, 3, 1, tzinfo=UTC),
        quantity=None if quantity is None else parse_quantity(quantity),
        days_supply=None if days is None else Fraction(days),
        **fields,
    )


def value(dispense: MedicationDispense, plan: Any = PLAN, **more: Any) -> Fraction:
    answer = daily_mme([line_from_dispense(dispense, **more)], plan)
    assert answer.total.complete, answer.lines[0].refusal
    return answer.total.value


def refusal(dispense: MedicationDispense, plan: Any = PLAN) -> tuple[RefusalReason, str]:
    answer: DailyMME = daily_mme([line_from_dispense(dispense)], plan)
    found = answer.lines[0].refusal
    assert found is not None
    return found.reason, found.detail


def test_quantity_times_strength_over_days() -> None:
    """120 tablets of 10 mg for 30 days are 40 mg a day, 60 MME at 1.5."""
    assert value(a_dispense(TABLET, "120 {tablet}", 30)) == 60


def test_the_derivation_shows_the_division() -> None:
    (line,) = daily_mme([line_from_dispense(a_dispense(TABLET, "120 {tablet}", 30))], PLAN).lines
    assert [step.text for step in line.derivation[2:4]] == [
        "120 tablet × 10 mg/tablet = 1200 mg",
        "1200 mg / 30 days = 40 mg/day",
    ]


def test_patches_are_worn_as_long_as_the_products_name_says() -> None:
    """Ten 72-hour patches of 75 for 30 days: one at a time. Twenty: two at a time."""
    assert value(a_dispense(PATCH, "10 {patch}", 30)) == 150
    assert value(a_dispense(PATCH, "20 {patch}", 30)) == 300


def test_the_wear_can_be_stated() -> None:
    """Fifteen patches changed every 48 hours for 30 days: one at a time."""
    assert value(a_dispense(PATCH, "15 {patch}", 30), wear_hours=Fraction(48)) == 150


def test_without_a_wear_only_a_row_that_counts_patches_can_answer() -> None:
    unnamed = a_dispense("Fentanyl 0.075 MG/HR Transdermal System", "10 {patch}", 30)
    assert refusal(unnamed) == (
        RefusalReason.MISSING_TIMING,
        "patches were handed out, and how long each is worn is not stated",
    )
    assert value(unnamed, BY_PATCH) == 150
    (line,) = daily_mme([line_from_dispense(unnamed)], BY_PATCH).lines
    assert any(
        "each worn 72 h, the wear that the table's row is made for" in step.text for step in line.derivation
    )


def test_a_row_that_counts_patches_refuses_another_wear() -> None:
    line = line_from_dispense(a_dispense(PATCH, "15 {patch}", 30), wear_hours=Fraction(48))
    (answer,) = daily_mme([line], BY_PATCH).lines
    assert answer.refusal is not None
    assert answer.refusal.reason is RefusalReason.NO_FACTOR


@pytest.mark.parametrize(
    ("dispense", "reason", "words"),
    [
        (a_dispense(TABLET, None, 30), RefusalReason.MISSING_DOSE, "the quantity is not stated"),
        (a_dispense(TABLET, "120 {tablet}", None), RefusalReason.MISSING_TIMING, "days of supply are not stated"),
        (a_dispense(TABLET, "120 {tablet}", 0), RefusalReason.IMPLAUSIBLE, "not above zero"),
        (a_dispense(PATCH, "10 {patch}", 0), RefusalReason.IMPLAUSIBLE, "not above zero"),
        (a_dispense(TABLET, "120 {capsule}", 30), RefusalReason.AMBIGUOUS_STRENGTH, "10 mg/{tablet}"),
        (a_dispense(TABLET, "120 {tablet}", 30, doubt="two rows"), RefusalReason.DOUBTED, "two rows"),
        (a_dispense("oxycodone", "120 {tablet}", 30, route="oral"), RefusalReason.AMBIGUOUS_STRENGTH, "not stated"),
        (a_dispense("oxycodone", "120 {tablet}", 30), RefusalReason.MISSING_ROUTE, "route is not stated"),
    ],
)  # fmt: skip
def test_what_a_supply_lacks_is_refused(
    dispense: MedicationDispense, reason: RefusalReason, words: str
) -> None:
    found, detail = refusal(dispense)
    assert found is reason
    assert words in detail
