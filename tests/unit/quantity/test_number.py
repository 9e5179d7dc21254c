"""Numbers: read without guessing, shown so that they cannot be misread."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adjuvant.errors import QuantityError
from adjuvant.quantity import json_number, parse_decimal, show, show_exact


@pytest.mark.parametrize(
    ("text", "value"), [("5", 5), ("0.5", Fraction(1, 2)), (" 12.50 ", Fraction(25, 2)), ("007", 7)]
)
def test_plain_decimals_are_read_exactly(text: str, value: Fraction) -> None:
    assert parse_decimal(text) == value


@pytest.mark.hazard("H-003", "H-009", "H-010")
@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("5-10", "range"),
        ("5 to 10", "range"),
        ("-5", "negative"),
        ("1e-3", "plain decimal"),
        ("1O", "letter among its digits"),
        ("l0", "letter among its digits"),
        ("1,0", "comma"),
        ("1.000,5", "comma"),
        (".5", "bare point"),
        ("5.", "plain decimal"),
        ("", "empty"),
        ("nan", "finite"),
        ("inf", "finite"),
        ("1.2.3", "plain decimal"),
        ("\u0665", "plain decimal"),
        ("\u00bd", "plain decimal"),
        ("0x10", "plain decimal"),
        ("1_000", "plain decimal"),
        ("9" * 41, "plain decimal"),
    ],
)
def test_what_could_be_misread_is_refused_and_quoted(text: str, why: str) -> None:
    with pytest.raises(QuantityError, match=why) as caught:
        parse_decimal(text)
    assert repr(text[:60]) in str(caught.value)


def test_a_database_column_may_carry_signs_and_exponents() -> None:
    assert parse_decimal("1.5e-05", machine=True) == Fraction(3, 200_000)
    assert parse_decimal("-.5", machine=True) == Fraction(-1, 2)
    with pytest.raises(QuantityError):
        parse_decimal("nan", machine=True)


@pytest.mark.hazard("H-003")
@given(st.text(max_size=50))
def test_no_text_is_read_other_than_as_python_reads_the_same_digits(text: str) -> None:
    try:
        value = parse_decimal(text)
    except QuantityError:
        return
    assert Fraction(text.strip()) == value
    assert set(text.strip()) <= set("0123456789.")


@given(st.fractions())
def test_the_exact_form_gives_the_number_back(value: Fraction) -> None:
    assert Fraction(show_exact(value)) == value


@pytest.mark.hazard("H-011")
@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (Fraction(5), 1, "5"),
        (Fraction(1, 2), 1, "0.5"),
        (Fraction(-3243, 100), 1, "\u221232.4"),
        (Fraction(310), 1, "310"),
        (Fraction(4588, 10), 1, "458.8"),
        (Fraction(1, 3), 2, "0.33"),
        (Fraction(0), 2, "0"),
        (Fraction(-1, 1000), 1, "0"),
        (Fraction(1995, 100), 1, "20"),
    ],
)
def test_numbers_for_people_have_a_leading_zero_no_trailing_zero_and_a_true_minus(
    value: Fraction, places: int, text: str
) -> None:
    assert show(value, places) == text


def test_one_place_is_shown_unless_asked() -> None:
    assert show(Fraction(125, 100)) == "1.2" and show(Fraction(135, 100)) == "1.4", "halves go to the even"
    assert show(Fraction(10**40) + Fraction(1, 4)) == "1" + 39 * "0" + "0.2", "however long"
    assert show(Fraction(-1, 4), 2) == "\u22120.25"


@pytest.mark.hazard("H-011")
@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(10), "10"),
        (Fraction(100), "100"),
        (Fraction(0), "0"),
        (Fraction(1, 2), "0.5"),
        (Fraction(1, 5), "0.2"),
        (Fraction(1, 8), "0.125"),
        (Fraction(1, 25), "0.04"),
        (Fraction(1, 80), "0.0125"),
        (Fraction(-203, 20), "-10.15"),
        (Fraction(1001, 100), "10.01"),
        (Fraction(7, 3), "7/3"),
        (Fraction(-7, 6), "-7/6"),
        (Fraction(1, 10**20), "0." + 19 * "0" + "1"),
        (Fraction(10**30 + 1, 2), "5" + 29 * "0" + ".5"),
        # Beyond what a double holds.
        (Fraction(1, 5**30), "0." + str(2**30).zfill(30)),
        (Fraction(1, 2 * 5**30), "0." + str(2**29).zfill(30)),
    ],
)
def test_the_exact_form_is_a_decimal_where_it_ends_and_a_fraction_where_it_does_not(
    value: Fraction, text: str
) -> None:
    assert show_exact(value) == text


def test_json_numbers_are_integers_where_they_are_whole_and_never_rounded() -> None:
    assert json_number(Fraction(381)) == 381 and isinstance(json_number(Fraction(381)), int)
    assert json_number(Fraction(4588, 10)) == 458.8


@pytest.mark.parametrize("text", ["." + "5" * 10**6, ".\N{SUPERSCRIPT TWO}", "." + "5" * 40])
def test_what_cannot_be_read_with_a_zero_before_it_is_not_offered_with_one(text: str) -> None:
    with pytest.raises(QuantityError) as caught:
        parse_decimal(text)
    assert "write 0" not in str(caught.value)


def test_a_half_is_rounded_to_a_whole_where_no_place_is_shown() -> None:
    assert (show(Fraction(5, 2), 0), show(Fraction(7, 2), 0)) == ("2", "4")
