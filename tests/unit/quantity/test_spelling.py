"""Unit spellings of hospital records: a listed meaning or a refusal, never a guess."""

import pytest

from adjuvant.errors import QuantityError
from adjuvant.quantity import parse_unit, read_unit


@pytest.mark.hazard("H-001")
@pytest.mark.parametrize(
    ("written", "ucum"),
    [
        ("mcg", "ug"),
        ("mcg/hour", "ug/h"),
        ("mcghr", "ug/h"),
        ("mghr", "mg/h"),
        ("mcg/kg/min", "ug/kg/min"),
        ("mcg/kg/hr", "ug/kg/h"),
        ("mg/hour", "mg/h"),
        ("MG", "mg"),
        ("Mg", "mg"),
        ("ml/hr", "mL/h"),
        ("cc/hr", "mL/h"),
        ("TAB", "{tablet}"),
        ("mg/24h", "mg/(24.h)"),
        ("grams", "g"),
        ("MCG / KG / Min", "ug/kg/min"),
        ("24 hr", "(24.h)"),
        ("mcg/kghr", "ug/kg/h"),
        ("mm[Hg]", "mm[Hg]"),
        ("{beats}/min", "{beats}/min"),
    ],
)
def test_listed_spellings_mean_one_ucum_unit(written: str, ucum: str) -> None:
    assert read_unit(written) == parse_unit(ucum)


@pytest.mark.hazard("H-001")
@pytest.mark.parametrize(
    "written",
    ["", "  ", "units?", "BAG OF", "mgs per", "ERROR", "mcg//hr", "/", "mg/\th", "mg/24 \th", "mg/24\u00a0h"],
)
def test_anything_else_is_refused(written: str) -> None:
    with pytest.raises(QuantityError):
        read_unit(written)


@pytest.mark.hazard("H-007")
def test_an_unknown_unit_never_becomes_a_gram() -> None:
    """The fault of a peer: every unit string it did not know was read as gram."""
    with pytest.raises(QuantityError, match="neither UCUM nor a known spelling"):
        read_unit("blob")


@pytest.mark.hazard("H-007")
@pytest.mark.parametrize(
    "text", ["\N{KELVIN SIGN}g", "\N{GREEK CAPITAL LETTER MU}G", "2 4h", "m g", "m cg/h", "T AB"]
)
def test_letters_that_only_look_alike_and_words_that_fall_apart_are_no_spelling(text: str) -> None:
    with pytest.raises(QuantityError, match="neither UCUM nor a known spelling"):
        read_unit(text)


@pytest.mark.parametrize(
    ("text", "code"), [("mg / hr", "mg/h"), ("mcg /kg/ min", "ug/kg/min"), ("mg/24 h", "mg/(24.h)")]
)
def test_spaces_round_a_stroke_and_after_24_are_read_over(text: str, code: str) -> None:
    assert read_unit(text).code == code
