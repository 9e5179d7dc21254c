"""A row at work: unit against mg per day, band, patches, and its words."""

from __future__ import annotations

from fractions import Fraction

import pytest

from adjuvant.errors import InternalError
from adjuvant.opioids.factor import apply_row, factor_words, row_place
from small_tables import a_row

RISING = a_row("methadone", bands=(("above 0", "4"), ("above 20", "8"), ("above 40", "10")))
FALLING = a_row("hydromorphone", bands=(("from 0", "12"), ("from 30", "10")))


@pytest.mark.parametrize(
    ("unit", "factor", "mg_per_day", "mme"),
    [
        ("mg", "1.5", 40, 60),
        ("ug", "0.3", 1, 300),  # 1 mg is 1000 micrograms
        ("ug/h", "2.4", Fraction("1.8"), 180),  # 1.8 mg a day is 75 micrograms an hour
    ],
)
def test_mme_follow_from_milligrams_a_day_whatever_the_rows_unit(
    unit: str, factor: str, mg_per_day: int | Fraction, mme: int
) -> None:
    row = apply_row(a_row("drug", factor, unit=unit))
    assert row.mme(Fraction(mg_per_day), Fraction(mg_per_day)) == mme
    assert row.mme_per_mg is not None
    assert row.mme_per_mg * mg_per_day == mme


def test_a_row_that_counts_patches_is_turned_into_hours_worn() -> None:
    row = apply_row(a_row("fentanyl", "7.2", unit="ug/h", forms="patch", per_patch_hours=Fraction(72)))
    assert row.factor(Fraction(0)) == Fraction("2.4")
    assert row.mme(Fraction("1.8"), Fraction("1.8")) == 180


@pytest.mark.parametrize(("total", "factor"), [("0.1", 4), ("20", 4), ("20.1", 8), ("40", 8), ("40.1", 10)])
def test_a_band_with_an_exclusive_edge_gives_the_edge_to_the_band_below(total: str, factor: int) -> None:
    assert apply_row(RISING).factor(Fraction(total)) == factor


@pytest.mark.parametrize(("total", "factor"), [("29.9", 12), ("30", 10), ("30.1", 10)])
def test_a_band_with_an_inclusive_edge_owns_it(total: str, factor: int) -> None:
    assert apply_row(FALLING).factor(Fraction(total)) == factor


def test_a_share_of_a_day_is_read_in_the_band_of_the_whole_day() -> None:
    row = apply_row(RISING)
    assert row.mme_per_mg is None
    assert row.mme(Fraction(15), Fraction(40)) == 15 * 8


def test_the_ends_of_an_interval_in_rising_bands_are_its_two_ends() -> None:
    assert apply_row(RISING).ends(Fraction(10), Fraction(45)) == (40, 450)


def test_where_a_band_falls_the_extremes_inside_the_interval_count() -> None:
    """From 25 to 31 mg: 300 at 25, nearly 360 just below 30, 300 at 30, 310 at 31."""
    assert apply_row(FALLING).ends(Fraction(25), Fraction(31)) == (300, 360)


def test_an_edge_at_an_end_of_the_interval_is_looked_at_from_the_inside() -> None:
    """Up to 30 mg the reading rises towards 360 although 30 mg itself reads 300; from 20 mg on it falls to 80."""
    assert apply_row(FALLING).ends(Fraction(20), Fraction(30)) == (240, 360)
    exclusive = apply_row(a_row("drug", bands=(("above 0", "8"), ("above 20", "4"))))
    assert exclusive.ends(Fraction(20), Fraction(21)) == (80, 160)


def test_an_edge_outside_the_interval_does_not_count() -> None:
    assert apply_row(FALLING).ends(Fraction(30), Fraction(31)) == (300, 310)
    assert apply_row(FALLING).ends(Fraction(10), Fraction(20)) == (120, 240)


def test_a_row_without_a_factor_cannot_be_applied() -> None:
    with pytest.raises(InternalError, match="has no factor"):
        apply_row(a_row("codeine"))


def test_a_rows_place_names_its_file_and_line() -> None:
    assert row_place(a_row("codeine", "1", line=41)) == "opioids/small.yaml:41"
    assert row_place(a_row("codeine", "1")) == "opioids/small.yaml"


def test_a_factor_in_words() -> None:
    assert factor_words(a_row("oxycodone", "1.5")) == "1.5 MME per mg"
    assert factor_words(a_row("fentanyl", "2.4", unit="ug/h")) == "2.4 MME/day per microgram/h"
    assert factor_words(a_row("codeine")) == "no factor"
    assert factor_words(RISING, Fraction(30)) == "8 MME per mg (band above 20 mg/day)"
    assert factor_words(RISING, Fraction(0)) == "4 MME per mg (band above 0 mg/day)"
    assert factor_words(FALLING, Fraction(30)) == "10 MME per mg (band from 30 mg/day)"
    assert factor_words(FALLING) == "12 MME per mg (band from 0 mg/day); 10 MME per mg (band from 30 mg/day)"
    patches = a_row("fentanyl", "7.2", unit="ug/h", per_patch_hours=Fraction(72))
    assert factor_words(patches) == (
        "7.2 MME/day per microgram/h and patch worn 72 h, so 2.4 MME/day per microgram/h while worn"
    )
