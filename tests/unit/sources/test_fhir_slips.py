"""A dosage's words beside its figures: a tenfold slip between the two is a doubt, whichever of them is right."""

from __future__ import annotations

from pathlib import Path

import pytest

from adjuvant.quantity import parse_quantity
from adjuvant.record import Basis
from adjuvant.record.exposures import build_exposures
from adjuvant.sources.fhir.slips import tenfold_doubt
from fixtures.fhir.build import dosage, given, imported, order, ucum


@pytest.mark.parametrize(
    ("words", "charted"),
    [
        ("10 mg IV every 4 hours", "100 mg"),
        ("Morphine 10mg", "1 mg"),
        ("fentanyl 50 mcg", "50 mg"),
        ("0.5 mg subcutaneously", "5 mg"),
        ("1,000 mcg", "0.1 mg"),
        ("run at 25 mcg/hr", "250 ug/h"),
        ("run at 2 mg/h", "2 ug/h"),
    ],
)
def test_words_and_figures_a_power_of_ten_apart_are_a_doubt(words: str, charted: str) -> None:
    doubt = tenfold_doubt(words, parse_quantity(charted))
    assert doubt.startswith("its words and its figures are a power of ten apart")
    assert words in doubt


@pytest.mark.parametrize(
    ("words", "charted"),
    [
        ("10 mg IV every 4 hours", "10 mg"),
        ("10000 mcg", "10 mg"),
        ("take 10 tablets of 5 mg (50 mg)", "50 mg"),  # the strength stands beside the dose
        ("two tablets of 5 mg", "10 mg"),  # twice, and no power of ten
        ("10 mg/mL, give 0.1 mL", "1 mg"),  # a concentration is no dose
        ("infuse at 10 mg/h", "100 mg"),  # a rate is no dose
        ("give 5 mg", "50 mL"),
        ("Dopamine 4mcg/kg/min", "400 mg"),
        ("60 mg per day in six doses", "6 mg"),
        ("40 mg/day", "4 mg"),
        ("as directed", "10 mg"),
        (None, "10 mg"),
    ],
)
def test_words_that_may_mean_the_same_are_none(words: str | None, charted: str) -> None:
    assert tenfold_doubt(words, parse_quantity(charted)) == ""


def test_either_end_of_a_range_may_be_what_the_words_name() -> None:
    low, high = parse_quantity("5 mg"), parse_quantity("10 mg")
    assert tenfold_doubt("5-10 mg as needed", low, high) == ""
    assert tenfold_doubt("0.5-1 mg as needed", low, high)


@pytest.mark.hazard("H-003")
def test_neither_an_order_nor_an_administration_with_such_a_slip_counts(tmp_path: Path) -> None:
    """Morphine 100 mg into a vein where the words say 10: 300 MME or 30, and nobody knows which."""
    rows = (
        given({"dose": ucum(100, "mg"), "text": "10 mg IV"}, drug="morphine"),
        order([dosage(ucum(100, "mg"), times=(1, 1, "d"), text="10 mg once a day")], drug="morphine"),
    )
    record = imported(tmp_path, *rows).record("p1")
    for basis in (Basis.ADMINISTERED, Basis.ORDERED):
        found = build_exposures(record, frozenset({"morphine"}), basis)
        assert not found.items
        (problem,) = found.refused
        assert "a power of ten apart" in problem.detail
