"""Figures of a row of a table: what each reads as, and the doubt, word for word, of one that cannot be used."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from adjuvant.quantity import UnitStatus, parse_quantity
from adjuvant.record import Drug, Ingredient
from adjuvant.sources.table.amounts import Amount, amount, end_after, needs_strength, number, ordered_range
from adjuvant.sources.table.cells import Row
from adjuvant.sources.table.drugs import Named
from adjuvant.sources.table.mapping import MappingFile, TableMapping

PLAIN = "write digits with at most one point, such as 0.5 or 12"
UTC_ZONE = ZoneInfo("UTC")


def a_row(**cells: str) -> Row:
    """A row whose columns have the names of their fields."""
    columns = {name: name for name in ("dose", "dose_high", "rate", "end", "times", *cells)}
    table = TableMapping("orders", Path("orders.csv"), ",", columns)
    return Row(
        MappingFile(Path("mapping.yaml"), UTC_ZONE, (table,)),
        table,
        7,
        {**dict.fromkeys(columns, ""), **cells},
    )


def said(row: Row) -> list[str]:
    """Each refusal of a row: reason, remedy, and what was seen."""
    return [f"{item.reason}; {item.remedy} [{item.seen}]" for item in row.refused]


# --- one quantity -----------------------------------------------------------------------------------------------


def test_an_empty_cell_is_no_amount_and_no_fault() -> None:
    row = a_row()
    assert amount(row, "dose") == Amount(None, UnitStatus.EXACT)
    assert said(row) == []


def test_a_number_with_its_unit_is_read_exactly() -> None:
    row = a_row(dose="12.5 mcg", rate="2 mg/h")
    assert amount(row, "dose") == Amount(parse_quantity("12.5 ug"), UnitStatus.EXACT)
    assert amount(row, "rate") == Amount(parse_quantity("2 mg/h"), UnitStatus.EXACT)
    assert said(row) == []


@pytest.mark.hazard("H-003")
@pytest.mark.parametrize(
    ("text", "status", "sentence"),
    [
        ("1,5 mg", UnitStatus.EXACT, f"dose has a comma, which may be a decimal sign or a thousands sign; {PLAIN} [number '1,5']"),
        ("-5 mg", UnitStatus.EXACT, f"dose is negative; {PLAIN} [number '-5']"),
        ("5", UnitStatus.UNCONVERTIBLE, "dose has no unit; declare it under units: dose:, or map dose_unit [quantity '5']"),
        (
            "5 squid",
            UnitStatus.UNCONVERTIBLE,
            "dose is neither UCUM nor a known spelling; correct it, or add a mapping [unit 'squid']",
        ),
    ],
)  # fmt: skip
def test_a_figure_that_cannot_be_read_is_refused_and_says_whether_its_unit_is_the_fault(
    text: str, status: UnitStatus, sentence: str
) -> None:
    row = a_row(dose=text)
    assert amount(row, "dose") == Amount(None, status)
    assert said(row) == [sentence]


def test_a_zero_is_refused_only_where_it_contradicts_and_stays_the_value() -> None:
    row = a_row(dose="0 mg")
    assert amount(row, "dose").value == parse_quantity("0 mg") and said(row) == []
    assert amount(row, "dose", zero_means="leave the row out").value == parse_quantity("0 mg")
    assert said(row) == ["dose is zero; leave the row out [0 mg]"]


def test_what_nothing_real_reaches_is_refused_where_something_is_given() -> None:
    row = a_row(dose="5000000 mg")
    assert str(amount(row, "dose").value) == "5000000 mg"
    (sentence,) = said(row)
    assert sentence.startswith("dose is above ") and sentence.endswith(
        ", which nothing real reaches; correct the number or its unit [5000000 mg]"
    )
    looked_at = a_row(dose="5000000 mg")
    amount(looked_at, "dose", given=False)
    assert said(looked_at) == []


def test_a_release_rate_has_a_limit_of_its_own() -> None:
    """5 mg/h is a fair infusion, and no patch."""
    infusion, patch = a_row(rate="5 mg/h"), a_row(rate="5 mg/h")
    amount(infusion, "rate")
    amount(patch, "rate", patch=True)
    assert said(infusion) == [] and len(said(patch)) == 1


# --- ranges -----------------------------------------------------------------------------------------------------


@pytest.mark.hazard("H-009")
@pytest.mark.parametrize("text", ["5-10 mg", "5 - 10 mg", "5 to 10 mg", "5 TO 10 mg", "5–10 mg", "5 -10mg"])
def test_a_range_in_one_cell_has_two_ends(text: str) -> None:
    row = a_row(dose=text)
    low, high = ordered_range(row)
    assert (low, high) == (Amount(parse_quantity("5 mg")), parse_quantity("10 mg"))
    assert said(row) == []


def test_a_range_may_stand_in_two_cells() -> None:
    row = a_row(dose="5 mg", dose_high="10 mg")
    low, high = ordered_range(row)
    assert (low.value, high) == (parse_quantity("5 mg"), parse_quantity("10 mg"))
    row = a_row(dose="5 mg")
    assert ordered_range(row) == (Amount(parse_quantity("5 mg")), None)
    assert ordered_range(a_row()) == (Amount(None), None)


def test_a_range_may_begin_at_none() -> None:
    row = a_row(dose="0-10 mg")
    assert ordered_range(row) == (Amount(parse_quantity("0 mg")), parse_quantity("10 mg"))
    assert said(row) == []


def test_an_order_of_nothing_is_refused() -> None:
    row = a_row(dose="0 mg")
    ordered_range(row)
    assert said(row) == ["dose is zero; correct the order [0 mg]"]


@pytest.mark.parametrize("text", ["10-5 mg", "5-5 mg"])
def test_a_range_must_rise(text: str) -> None:
    row = a_row(dose=text)
    ordered_range(row)
    assert said(row) == [f"dose is a range that does not rise; correct the order [{text}]"]


def test_a_range_without_a_readable_unit_is_refused_at_both_ends() -> None:
    row = a_row(dose="5-10 squid")
    low, high = ordered_range(row)
    assert (low, high) == (Amount(None, UnitStatus.UNCONVERTIBLE), None)
    wrong = "dose is neither UCUM nor a known spelling; correct it, or add a mapping [unit 'squid']"
    assert said(row) == [wrong, wrong]
    row = a_row(dose="5-10")
    assert ordered_range(row)[0].value is None
    missing = "dose has no unit; declare it under units: dose:, or map dose_unit"
    assert said(row) == [f"{missing} [quantity '5']", f"{missing} [quantity '10']"]


def test_a_range_with_one_end_that_cannot_be_read_does_not_compare_them() -> None:
    row = a_row(dose="5-1,0 mg")
    low, high = ordered_range(row)
    assert (low.value, high) == (parse_quantity("5 mg"), None)
    assert len(said(row)) == 1
    row = a_row(dose="1,0-5 mg")
    low, high = ordered_range(row)
    assert (low.value, high) == (None, parse_quantity("5 mg"))
    assert len(said(row)) == 1


# --- plain numbers and ends -----------------------------------------------------------------------------------


def test_a_plain_number_is_above_zero_or_refused() -> None:
    row = a_row(times="2.5")
    assert number(row, "times") == Fraction(5, 2)
    assert number(row, "dose") is None and said(row) == []
    row = a_row(times="0")
    assert number(row, "times") is None
    assert said(row) == ["times is zero; correct it in the source []"]
    row = a_row(times="3x")
    assert number(row, "times") is None
    assert said(row) == [f"times is not a plain decimal number; {PLAIN} [number '3x']"]


START = datetime(2031, 3, 1, 8, tzinfo=UTC)


def test_an_end_stands_at_or_after_its_start() -> None:
    for text, hour in (("2031-03-01T09:00", 9), ("2031-03-01T08:00", 8)):
        row = a_row(end=text)
        assert end_after(row, START) == START.replace(hour=hour) and said(row) == []
    row = a_row(end="2031-03-01T07:59")
    assert end_after(row, None) == datetime(2031, 3, 1, 7, 59, tzinfo=UTC), "no start, nothing to compare"
    assert end_after(a_row(), START) is None
    assert end_after(row, START) is None
    assert said(row) == ["it ends before it starts; correct the times in the source [2031-03-01T07:59]"]


def test_an_end_that_is_no_time_is_refused_with_what_stood_there() -> None:
    row = a_row(end="noon")
    assert end_after(row, START) is None
    (sentence,) = said(row)
    assert sentence.startswith("end ") and sentence.endswith(" [noon]") and "; " in sentence
    assert row.refused[0].remedy


# --- strengths --------------------------------------------------------------------------------------------------


def a_drug(*strengths: str | None) -> Named:
    parts = tuple(
        Ingredient(f"drug{index}", None if text is None else parse_quantity(text))
        for index, text in enumerate(strengths)
    )
    return Named(Drug("a drug", parts), "oral", None)


@pytest.mark.hazard("H-013")
@pytest.mark.parametrize(
    ("text", "strengths", "rate", "status", "lacks"),
    [
        ("5 mg", [None], False, UnitStatus.EXACT, ""),
        ("5 mg/kg", [None], False, UnitStatus.EXACT, ""),
        ("5 mg/kg/h", [None], True, UnitStatus.EXACT, ""),
        ("5 mg/h", [None], True, UnitStatus.EXACT, ""),
        ("2 mL", ["5 mg/mL"], False, UnitStatus.DERIVED, ""),
        ("2 mL/h", ["5 mg/mL"], True, UnitStatus.DERIVED, ""),
        ("2 {tablet}", [None, "5 mg/{tablet}"], False, UnitStatus.DERIVED, ""),
        ("2 mL", [None], False, UnitStatus.EXACT, "dose is in mL, without a concentration"),
        ("2 mL/h", [None], True, UnitStatus.EXACT, "dose is in mL/h, without a concentration"),
        ("2 {tablet}", [None], False, UnitStatus.EXACT, "dose is in {tablet}, without a strength"),
        ("2 {tablet}", ["5 mg/mL"], False, UnitStatus.EXACT, "dose is in {tablet}, without a strength"),
        ("2 mg/h", [None], False, UnitStatus.EXACT, "dose is in mg/h, without a strength"),
        ("2 {tablet}", [], False, UnitStatus.EXACT, ""),
    ],
)
def test_what_is_no_mass_needs_a_strength(
    text: str, strengths: list[str | None], rate: bool, status: UnitStatus, lacks: str
) -> None:
    row = a_row()
    found = Amount(parse_quantity(text))
    assert needs_strength(row, "dose", found, a_drug(*strengths), rate=rate) is status
    assert [(item.reason, item.remedy, item.seen) for item in row.lacking] == (
        [(lacks, "map the strength column, or correct the unit", text)] if lacks else []
    )


def test_an_amount_that_was_not_read_lacks_nothing_more() -> None:
    row = a_row()
    assert (
        needs_strength(row, "dose", Amount(None, UnitStatus.UNCONVERTIBLE), a_drug(None))
        is UnitStatus.UNCONVERTIBLE
    )
    assert row.lacking == []
