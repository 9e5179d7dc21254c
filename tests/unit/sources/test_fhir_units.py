"""FHIR quantities: the coded unit decides, the displayed one is compared with it, and nothing is guessed (H-076)."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import msgspec
import pytest

from adjuvant.quantity import UnitStatus
from adjuvant.sources.fhir import shapes
from adjuvant.sources.fhir.units import read_amount, read_fraction
from fixtures.fhir.build import DRUG_FORM, SNOMED, UCUM


def amount(**fields: Any):
    return read_amount(msgspec.json.decode(json.dumps(fields), type=shapes.Quantity), "dose")


def written(text: str):
    """A quantity from JSON text itself, where the spelling of the number matters."""
    return read_amount(msgspec.json.decode(text, type=shapes.Quantity), "dose")


@pytest.mark.hazard("H-076")
@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"value": 5, "unit": "mg", "system": UCUM, "code": "mg"}, "5 mg"),
        ({"value": 5, "system": UCUM, "code": "ug"}, "5 ug"),
        ({"value": 5, "unit": "milligram", "system": UCUM, "code": "mg"}, "5 mg"),
        ({"value": 5, "unit": "a word nobody knows", "system": UCUM, "code": "mg"}, "5 mg"),
        ({"value": 2, "unit": "tablets", "system": UCUM, "code": "{tbl}"}, "2 {tablet}"),
        ({"value": 2, "system": UCUM, "code": "{tablets}"}, "2 {tablet}"),
        ({"value": 2, "system": UCUM, "code": "{Tablet}"}, "2 {tablet}"),
        ({"value": 5, "system": UCUM, "code": "mg/{tbl}"}, "5 mg/{tablet}"),
        ({"value": 1, "unit": "TAB", "system": DRUG_FORM, "code": "TAB"}, "1 {tablet}"),
        ({"value": 1, "unit": "tab", "system": DRUG_FORM, "code": "tab"}, "1 {tablet}"),
        ({"value": 2, "unit": "puffs", "system": DRUG_FORM, "code": "PUFF"}, "2 {puff}"),
        ({"value": 1, "system": DRUG_FORM, "code": "SPRY"}, "1 {spray}"),
        ({"value": 1, "unit": "patch", "system": DRUG_FORM, "code": "patch"}, "1 {patch}"),
        ({"value": 1, "system": SNOMED, "code": "385057009"}, "1 {tablet}"),
    ],
)
def test_a_coded_unit_is_exact(fields: dict[str, Any], shown: str) -> None:
    found = amount(**fields)
    assert (str(found.quantity), found.status, found.doubt) == (shown, UnitStatus.EXACT, "")


@pytest.mark.hazard("H-076")
@pytest.mark.parametrize(
    ("unit", "code", "system"),
    [
        ("mg", "g", UCUM),
        ("mg", "ug", UCUM),
        ("mcg", "mg", UCUM),
        ("mL", "mg", UCUM),
        ("mg", "mg/mL", UCUM),
        ("mg/h", "mg", UCUM),
        ("capsules", "TAB", DRUG_FORM),
        ("patch", "{tablet}", UCUM),
        # Upper and lower case differ in UCUM: Mg is a megagram, a billion milligrams.
        ("mg", "Mg", UCUM),
    ],
)
def test_a_unit_and_a_code_that_contradict_each_other_are_both_quoted_and_not_used(
    unit: str, code: str, system: str
) -> None:
    found = amount(value=5, unit=unit, system=system, code=code)
    assert found.quantity is None
    assert found.status is UnitStatus.UNCONVERTIBLE
    assert "contradict each other" in found.doubt
    assert repr(unit) in found.doubt
    assert repr(code) in found.doubt


@pytest.mark.hazard("H-076")
@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"value": 5}, "has no unit: 5"),
        ({"value": 5, "unit": ""}, "has no unit: 5"),
        ({"value": 5, "unit": "  "}, "cannot be read"),
        ({"value": 5, "unit": "snorkels"}, "a unit without code that cannot be read: 'snorkels'"),
        ({"value": 5, "unit": "mg", "system": UCUM, "code": "mcg"}, "unit code that cannot be read: mcg"),
        ({"value": 5, "unit": "ea", "system": UCUM, "code": "ea"}, "unit code that cannot be read: ea"),
        ({"value": 5, "unit": "mg", "system": "urn:local", "code": "mg"}, "mg of urn:local"),
        ({"value": 5, "system": DRUG_FORM, "code": "XYZ"}, "XYZ of"),
        ({"value": 5, "system": SNOMED, "code": "38341003"}, "38341003"),
        ({"unit": "mg", "system": UCUM, "code": "mg"}, "has no value"),
        ({"value": None, "unit": "mg", "system": UCUM, "code": "mg"}, "has no value"),
        ({"value": 5, "comparator": "<", "system": UCUM, "code": "mg"}, "is a limit, not an amount: <5"),
        ({"value": "5-10", "system": UCUM, "code": "mg"}, "is a range"),
        ({"value": "1O", "system": UCUM, "code": "mg"}, "letter among its digits"),
        ({"value": "10", "system": UCUM, "code": "mg"}, "is text where FHIR wants a number"),
        ({"value": "NaN", "system": UCUM, "code": "mg"}, "not a finite number"),
        ({"value": True, "system": UCUM, "code": "mg"}, "is not a number"),
        ({"value": [5], "system": UCUM, "code": "mg"}, "is not a number"),
    ],
)
def test_what_cannot_be_read_is_quoted_and_never_guessed(fields: dict[str, Any], why: str) -> None:
    found = amount(**fields)
    assert found.quantity is None
    assert found.status is UnitStatus.UNCONVERTIBLE
    assert found.doubt.startswith("dose ")
    assert why in found.doubt


@pytest.mark.hazard("H-076")
@pytest.mark.parametrize(
    ("unit", "shown"),
    [("mg", "5 mg"), ("mcg/hr", "5 ug/h"), ("TAB", "5 {tablet}"), ("capsules", "5 {capsule}")],
)
def test_a_unit_that_is_only_displayed_is_read_as_spelled_and_marked_derived(unit: str, shown: str) -> None:
    for found in (amount(value=5, unit=unit), amount(value=5, unit=unit, system=UCUM)):
        assert (str(found.quantity), found.status) == (shown, UnitStatus.DERIVED)


def test_a_code_without_its_system_is_no_better_than_a_displayed_unit() -> None:
    assert amount(value=5, code="mg").status is UnitStatus.DERIVED


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.10", Fraction(1, 10)),
        ("0.1", Fraction(1, 10)),
        ("1e-3", Fraction(1, 1000)),
        ("-0.5", Fraction(-1, 2)),
        ("0.30000000000000004", Fraction(30000000000000004, 10**17)),
    ],
)
def test_numbers_are_exactly_those_written(text: str, value: Fraction) -> None:
    found = written(f'{{"value": {text}, "system": "{UCUM}", "code": "mg"}}')
    assert found.quantity is not None
    assert found.quantity.value == value
    assert found.shown == f"{text} mg"


def test_a_number_too_long_to_be_meant_is_refused_and_not_computed() -> None:
    assert written(f'{{"value": 1e999999, "system": "{UCUM}", "code": "mg"}}').quantity is None
    assert written(f'{{"value": {"9" * 500}, "system": "{UCUM}", "code": "mg"}}').quantity is None


def test_an_absent_value_carries_its_reason() -> None:
    noted = {
        "extension": [
            {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}
        ]
    }
    assert amount(_value=noted, system=UCUM, code="mg").doubt == "dose has no value (unknown)"


def fraction(top: dict[str, Any] | None, bottom: dict[str, Any] | None):
    parts = {name: part for name, part in (("numerator", top), ("denominator", bottom)) if part is not None}
    return read_fraction(msgspec.json.decode(json.dumps(parts), type=shapes.Ratio), "rate")


def coded(value: float, code: str) -> dict[str, Any]:
    return {"value": value, "system": UCUM, "code": code}


@pytest.mark.parametrize(
    ("top", "bottom", "shown"),
    [
        (coded(12, "mL"), coded(1, "h"), "12 mL/h"),
        (coded(250, "mL"), coded(2, "h"), "125 mL/h"),
        (coded(400, "mg"), coded(500, "mL"), "0.8 mg/mL"),
        (coded(6, "mg"), coded(1, "d"), "6 mg/d"),
        (coded(5, "mg"), {"value": 1, "system": DRUG_FORM, "code": "TAB"}, "5 mg/{tablet}"),
    ],
)
def test_a_ratio_is_one_quantity(top: dict[str, Any], bottom: dict[str, Any], shown: str) -> None:
    found = fraction(top, bottom)
    assert (str(found.quantity), found.status) == (shown, UnitStatus.EXACT)


def test_a_mass_over_a_kilogram_is_a_dose_for_a_body_and_no_pure_number() -> None:
    found = fraction(coded(0.5, "mg"), coded(1, "kg"))
    assert found.quantity is not None
    assert found.quantity.unit.has(mass=1, body_weight=-1)


@pytest.mark.parametrize(
    ("top", "bottom", "why"),
    [
        (None, coded(1, "h"), "half a ratio"),
        (coded(12, "mL"), None, "half a ratio"),
        (None, None, "half a ratio"),
        (coded(12, "mL"), coded(0, "h"), "divides by nothing"),
        (coded(12, "mL"), coded(-1, "h"), "divides by nothing"),
        (coded(12, "mL"), {"value": 1}, "has no unit"),
        ({"value": 12}, coded(1, "h"), "has no unit"),
    ],
)
def test_half_a_ratio_and_a_ratio_over_nothing_are_refused(top: Any, bottom: Any, why: str) -> None:
    found = fraction(top, bottom)
    assert found.quantity is None
    assert why in found.doubt


@pytest.mark.parametrize(
    ("unit", "code"),
    [("breaths/min", "{breaths}/min"), ("/min", "{beats}/min"), ("mm", "mm"), ("score", "{score}")],
)
def test_an_annotation_only_describes_what_is_counted(unit: str, code: str) -> None:
    assert amount(value=14, unit=unit, system=UCUM, code=code).status is UnitStatus.EXACT


def test_a_ratio_of_units_too_long_for_one_code_is_still_a_ratio() -> None:
    long = "{" + "x" * 55 + "}"
    found = fraction(coded(6, long), coded(2, "h"))
    assert found.quantity is not None
    assert found.quantity.value == 3
    assert found.quantity.unit.has(**{long: 1, "time": -1})
