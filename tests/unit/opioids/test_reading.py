"""A quantity in a regimen is read exactly or refused, quoted; nothing is guessed."""

from __future__ import annotations

from fractions import Fraction

import pytest

from adjuvant.opioids.reading import read_amount
from adjuvant.quantity import Quantity
from adjuvant.record import RefusalReason
from adjuvant.record.exposure_amounts import Problem


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("75 ug/h", "75", "ug/h"),
        ("75 mcg/hr", "75", "ug/h"),
        ("12.5 ug/h", "12.5", "ug/h"),
        ("0.01 g", "0.01", "g"),
        ("2 {tablet}", "2", "{tablet}"),
        ("2 tablets", "2", "{tablet}"),
        ("5 mg/{tablet}", "5", "mg/{tablet}"),
        ("5 MG", "5", "mg"),
        ("5\N{NO-BREAK SPACE}mg", "5", "mg"),
        ("  5   mg ", "5", "mg"),
        ("0.1 mg/kg/h", "0.1", "mg/kg/h"),
        ("10 mg/24h", "10", "mg/(24.h)"),
    ],
)
def test_a_plain_decimal_a_space_and_a_unit_are_read(text: str, value: str, unit: str) -> None:
    assert read_amount("dose", text) == Quantity(Fraction(value), unit)


@pytest.mark.parametrize(
    ("text", "reason", "words"),
    [
        ("5-10 mg", RefusalReason.AMBIGUOUS_DOSE, "is a range"),
        ("5 - 10 mg", RefusalReason.AMBIGUOUS_DOSE, "is a range"),
        ("5–10 mg", RefusalReason.AMBIGUOUS_DOSE, "is a range"),
        ("5 to 10 mg", RefusalReason.AMBIGUOUS_DOSE, "is a range"),
        ("5 mg or 10 mg", RefusalReason.AMBIGUOUS_DOSE, "is a range"),
        ("5 mg-10 mg", RefusalReason.AMBIGUOUS_DOSE, "is a range"),
        ("1O mg", RefusalReason.AMBIGUOUS_DOSE, "letter among its digits"),
        ("l0 mg", RefusalReason.AMBIGUOUS_DOSE, "letter among its digits"),
        ("1,5 mg", RefusalReason.AMBIGUOUS_DOSE, "comma"),
        (".5 mg", RefusalReason.AMBIGUOUS_DOSE, "begins with a bare point"),
        ("1e-3 mg", RefusalReason.AMBIGUOUS_DOSE, "not a plain decimal"),
        ("1.0.0 mg", RefusalReason.AMBIGUOUS_DOSE, "not a plain decimal"),
        ("two mg", RefusalReason.AMBIGUOUS_DOSE, "not a plain decimal"),
        ("5mg", RefusalReason.AMBIGUOUS_DOSE, "a space and a unit"),
        ("٥ mg", RefusalReason.AMBIGUOUS_DOSE, "not a plain decimal"),
        ("-5 mg", RefusalReason.IMPLAUSIBLE, "is negative"),
        ("NaN mg", RefusalReason.IMPLAUSIBLE, "is not a finite number"),
        ("inf mg", RefusalReason.IMPLAUSIBLE, "is not a finite number"),
        ("0 mg", RefusalReason.IMPLAUSIBLE, "is zero"),
        ("0.00 mg", RefusalReason.IMPLAUSIBLE, "is zero"),
        ("5", RefusalReason.UNKNOWN_UNIT, "has no unit"),
        ("5 units", RefusalReason.UNKNOWN_UNIT, "neither UCUM nor a known spelling"),
        ("5 MME", RefusalReason.UNKNOWN_UNIT, "neither UCUM nor a known spelling"),
        ("", RefusalReason.MISSING_DOSE, "is empty"),
        ("   ", RefusalReason.MISSING_DOSE, "is empty"),
    ],
)
def test_what_cannot_be_read_for_certain_is_refused_and_quoted(
    text: str, reason: RefusalReason, words: str
) -> None:
    answer = read_amount("dose", text)
    assert isinstance(answer, Problem), f"{text!r} was read as {answer}"
    assert answer.reason is reason
    assert words in answer.detail
    assert repr(text) in answer.detail
    assert answer.remedy


def test_the_field_is_named() -> None:
    answer = read_amount("strength", "5")
    assert isinstance(answer, Problem)
    assert answer.detail.startswith("strength '5'")


def test_a_zero_dose_asks_to_leave_the_line_out() -> None:
    answer = read_amount("dose", "0 mg")
    assert isinstance(answer, Problem)
    assert answer.remedy == "leave the line out if nothing is taken"
