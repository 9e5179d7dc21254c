"""Figures as a nurse reads them: exact where they end, marked where they are rounded, units in full."""

from __future__ import annotations

from fractions import Fraction

import pytest

from adjuvant.plan.figures import container_words, drug_words, figure, span_words, way_words, words
from adjuvant.quantity import Quantity


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("31", "31"),
        ("0.62", "0.62"),
        ("123456", "123456"),
        ("45.975", "45.975"),
        ("0.0001", "0.0001"),
        ("3.1539", "3.1539"),
        ("2.00006", "≈ 2.0001"),  # five decimals are one more than is shown
        ("5/6", "≈ 0.8333"),
        ("35/3", "≈ 11.6667"),
        ("-0.5", "\N{MINUS SIGN}0.5"),
    ],
)
def test_a_figure_is_exact_to_four_decimals_and_else_marked_as_rounded(value: str, shown: str) -> None:
    assert figure(Fraction(value)) == shown


def test_a_microgram_is_written_out_because_ug_is_misread() -> None:
    assert words(Quantity(Fraction(5, 2), "ug/kg/min")) == "2.5 microgram/kg/min"
    assert words(Quantity(31, "mg")) == "31 mg"


@pytest.mark.parametrize(
    ("length", "shown"),
    [
        (Quantity(Fraction(199, 2), "min"), "99 min"),
        (Quantity(Fraction(1199, 10), "min"), "119 min"),
        (Quantity(120, "min"), "2 h"),
        (Quantity(121, "min"), "2 h 1 min"),
        (Quantity(Fraction("24.4"), "h"), "24 h 24 min"),
        (Quantity(2, "d"), "48 h"),
    ],
)
def test_a_length_of_time_is_rounded_down_and_from_two_hours_on_in_hours(
    length: Quantity, shown: str
) -> None:
    assert span_words(length) == shown


def test_s_ketamine_is_written_as_such_and_every_other_drug_by_its_name() -> None:
    assert [drug_words(one) for one in ("esketamine", "ketamine")] == ["S-ketamine", "ketamine"]


@pytest.mark.parametrize(
    ("mode", "way", "container"),
    [
        ("timed_infusion", "timed infusion", "bag"),
        ("continuous_infusion", "continuous infusion", "bag"),
        ("slow_bolus", "slow dose by pump", "bag"),
        ("syringe_driver", "syringe driver", "syringe"),
    ],
)
def test_how_a_pump_gives_it_is_said_in_words_and_a_driver_holds_a_syringe(
    mode: str, way: str, container: str
) -> None:
    assert (way_words(mode), container_words(mode)) == (way, container)
