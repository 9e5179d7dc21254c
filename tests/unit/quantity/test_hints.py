"""What an error proposes for a unit that is not UCUM: the one that the words say, and nothing where they do not."""

from __future__ import annotations

import pytest

from adjuvant.errors import QuantityError
from adjuvant.quantity import parse_quantity
from adjuvant.quantity.hints import how_to_write

GENERAL = "write one such as mg, ug/h or mg/{tablet}"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("160 mmHg", "mm[Hg]"),
        ("24 hours", "h"),
        ("18 years", "a"),
        ("50 mg/day", "mg/d"),
        ("50 mg per day", "mg/d"),
        ("100 mg/24h", "mg/d"),
        ("5 mcg/kg/min", "ug/kg/min"),
        ("3 \u00b5g/h", "ug/h"),
        ("8 per minute", "/min"),
        ("8 breaths/min", "/min"),
        ("90 bpm", "/min"),
        ("33 percent", "%"),
    ],
)
def test_a_unit_in_the_words_of_a_ward_is_refused_and_its_ucum_code_is_named(
    written: str, meant: str
) -> None:
    with pytest.raises(QuantityError) as caught:
        parse_quantity(written)
    assert caught.value.rule == "is not a UCUM code"
    assert caught.value.remedy == f"write {meant!r}, if that is meant"


@pytest.mark.parametrize(
    "written", ["5 puffs", "50 mg/shift", "5 mg//h", "5 mg per", "7 /", "1 nonsense per hour"]
)
def test_a_unit_that_says_nothing_known_is_not_guessed_at(written: str) -> None:
    with pytest.raises(QuantityError) as caught:
        parse_quantity(written)
    assert caught.value.remedy == GENERAL


def test_of_a_unit_longer_than_units_are_only_its_first_sixty_characters_are_looked_at() -> None:
    in_time, too_late = f"mg{' ' * 56}/h", f"mg{' ' * 57}/h"
    assert (len(in_time), len(too_late)) == (60, 61)
    assert how_to_write(in_time) == "write 'mg/h', if that is meant"
    assert how_to_write(too_late) == GENERAL
