"""Quantities: exact, typed by dimension, never mixed across kinds."""

from decimal import Decimal
from fractions import Fraction

import pytest

from adjuvant.errors import QuantityError
from adjuvant.quantity import Quantity, parse_quantity, parse_unit


@pytest.mark.hazard("H-010")
@pytest.mark.parametrize("value", [0.1, float("nan"), float("inf"), True, None])
def test_floats_and_other_inexact_numbers_are_refused(value: object) -> None:
    with pytest.raises(QuantityError, match="not an exact number"):
        Quantity(value, "mg")  # type: ignore[arg-type]


@pytest.mark.hazard("H-010")
@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity")])
def test_a_decimal_that_is_not_finite_is_refused(value: Decimal) -> None:
    with pytest.raises(QuantityError, match="not finite"):
        Quantity(value, "mg")


@pytest.mark.hazard("H-001", "H-002")
@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("75 ug/h", "mg/d", Fraction(18, 10)),
        ("1 mg/min", "mg/h", 60),
        ("24 mg/d", "mg/h", 1),
        ("24 mg/(24.h)", "mg/h", 1),
        ("0.5 mg/kg/h", "ug/kg/min", Fraction(500, 60)),
        ("10 [lb_av]", "kg", Fraction(45359237, 10_000_000)),
        ("1000 ug", "mg", 1),
        ("5000 [iU]", "k[iU]", 5),
        ("30 mg/g", "ug/mg", 30),
        ("40 meq", "eq", Fraction(4, 100)),
    ],
)
def test_conversions_are_exact(text: str, unit: str, expected: Fraction) -> None:
    assert parse_quantity(text).in_(unit) == expected


@pytest.mark.hazard("H-004", "H-005")
@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("5 mg", "mL"),
        ("5 mg", "mg/h"),
        ("5 mg/kg", "mg"),
        ("5 mg/kg/h", "/h"),
        ("5 mg/kg/h", "mg/h"),
        ("5 mL/kg/h", "mL/h"),
        ("2 {tablet}", "mg"),
        ("2 {tablet}", "{capsule}"),
        ("5 mg/{tablet}", "mg"),
        ("5 [iU]", "mg"),
        ("40 meq", "mmol"),
        ("5 mg/5.mL", "mg/mL"),  # UCUM reads it as (5 mg / 5) times mL
    ],
)
def test_quantities_of_different_kinds_never_convert(text: str, unit: str) -> None:
    with pytest.raises(QuantityError, match="measures"):
        parse_quantity(text).to(unit)


@pytest.mark.hazard("H-013")
def test_tablets_times_their_strength_are_a_mass() -> None:
    dose = parse_quantity("2 {tablet}") * parse_quantity("5 mg/{tablet}")
    assert dose.in_("mg") == 10


def test_a_rate_per_body_weight_times_a_body_weight_is_still_per_body_weight_until_named() -> None:
    """A patient's 70 kg is a mass; only code that knows it to be the body weight may cancel it."""
    with pytest.raises(QuantityError):
        (parse_quantity("0.5 mg/kg/h") * parse_quantity("70 kg")).to("mg/h")


@pytest.mark.hazard("H-005", "H-006")
@pytest.mark.parametrize(
    ("dose", "weight", "unit", "expected"),
    [
        ("0.5 mg/kg", "70 kg", "mg", 35),
        ("0.1 mg/kg/h", "67.6 kg", "mg/h", Fraction(676, 100)),
        ("5 ug/kg/min", "70 kg", "mg/h", 21),
        ("0.5 mg/kg", "154 [lb_av]", "mg", Fraction(45359237 * 77, 10**8)),
    ],
)
def test_a_dose_per_kilogram_becomes_absolute_only_with_a_weight(
    dose: str, weight: str, unit: str, expected: Fraction
) -> None:
    assert parse_quantity(dose).for_body(parse_quantity(weight)).in_(unit) == expected


@pytest.mark.hazard("H-005")
@pytest.mark.parametrize(
    ("dose", "weight", "why"),
    [
        ("35 mg", "70 kg", "not per kilogram"),
        ("0.5 mg/kg", "0 kg", "not above zero"),
        ("0.5 mg/kg", "70 cm", "measures length, not mass"),
    ],
)
def test_a_weight_is_never_applied_to_what_does_not_want_one(dose: str, weight: str, why: str) -> None:
    with pytest.raises(QuantityError, match=why):
        parse_quantity(dose).for_body(parse_quantity(weight))


def test_require_names_the_field_and_both_kinds() -> None:
    with pytest.raises(QuantityError, match=r"dose 5 mg/h: measures mass per time, not mass"):
        parse_quantity("5 mg/h").require("dose", mass=1)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("5", "has no unit"),
        ("mg", "has no unit"),
        ("5mg", "has no space before its unit; write '5 mg'"),
        ("50%", "has no space before its unit; write '50 %'"),
        ("5-10mg", "has no unit"),
        ("5-10 mg", "range"),
        ("1O mg", "letter"),
        ("5 mgg", "not a UCUM code"),
        ("-5 mg", "negative"),
        ("5 MG", None),
    ],
)
def test_a_text_that_is_not_number_space_unit_is_refused(text: str, why: str | None) -> None:
    if why is None:  # MG is megagauss: UCUM, but no mass, so it fails where a dose is required
        with pytest.raises(QuantityError):
            parse_quantity(text).require("dose", mass=1)
    else:
        with pytest.raises(QuantityError, match=why):
            parse_quantity(text)


def test_comparison_converts_and_equality_compares_what_was_written() -> None:
    assert parse_quantity("1 g") > parse_quantity("999 mg")
    assert parse_quantity("1000 ug").same_as(parse_quantity("1 mg"))
    assert parse_quantity("1000 ug") != parse_quantity("1 mg")


def test_each_comparison_converts_and_knows_equal_from_less() -> None:
    less, same, more = parse_quantity("999 ug"), parse_quantity("1000 ug"), parse_quantity("1001 ug")
    one = parse_quantity("1 mg")
    assert [one < other for other in (less, same, more)] == [False, False, True]
    assert [one <= other for other in (less, same, more)] == [False, True, True]
    assert [one > other for other in (less, same, more)] == [True, False, False]
    assert [one >= other for other in (less, same, more)] == [True, True, False]


def test_things_of_another_kind_are_never_the_same() -> None:
    assert not parse_quantity("1 mg").same_as(parse_quantity("1 mL"))
    assert not parse_quantity("1 mg").same_as(parse_quantity("2 mg"))


def test_arithmetic_is_exact_and_carries_the_unit() -> None:
    total = parse_quantity("1.5 g") - parse_quantity("250 mg")
    assert (total.value, total.unit.code) == (Fraction(5, 4), "g")
    total = parse_quantity("1.5 g") + parse_quantity("250 mg")
    assert (total.value, total.unit.code) == (Fraction(7, 4), "g")
    part = parse_quantity("5 mg") / 3
    assert (part.value, part.unit.code) == (Fraction(5, 3), "mg")
    part = parse_quantity("5 mg") * 3
    assert (part.value, part.unit.code) == (15, "mg")
    part = parse_quantity("5 mg") * Fraction(1, 2)
    assert (part.value, part.unit.code) == (Fraction(5, 2), "mg")


def test_a_concentration_is_a_mass_over_a_volume() -> None:
    found = parse_quantity("5 mg") / parse_quantity("2 mL")
    assert (found.value, found.unit.code) == (Fraction(5, 2), "mg/mL")
    assert found.in_("ug/mL") == 2500
    assert (parse_quantity("6 mg") / parse_quantity("2 mg/h")).in_("min") == 180


def test_the_code_of_a_product_reads_back_as_the_same_unit() -> None:
    """A compound is put in brackets, a single unit is not."""
    rate, concentration, hour = (parse_quantity(f"1 {code}").unit for code in ("mL/h", "mg.mL", "h"))
    assert (hour * hour).code == "h.h"
    assert (rate * hour).code == "(mL/h).h"
    assert (hour / rate).code == "h/(mL/h)"
    assert (concentration / hour).code == "(mg.mL)/h"
    for unit in (hour * hour, rate * hour, hour / rate, concentration / hour):
        again = parse_quantity(f"1 {unit.code}").unit
        assert (again.factor, again.dimension) == (unit.factor, unit.dimension)


def test_exact_numbers_are_taken_as_they_are() -> None:
    values = [Quantity(value, "mg").value for value in ("0.5", Decimal("0.5"), Fraction(1, 2), 1)]
    assert values == [Fraction(1, 2), Fraction(1, 2), Fraction(1, 2), 1]


def test_a_unit_code_and_a_unit_are_one() -> None:
    unit = parse_quantity("1 mg").unit
    assert Quantity("2", unit) == Quantity("2", "mg")
    assert str(Quantity("2.50", unit)) == "2.5 mg" and str(unit) == "mg"


def test_a_light_body_counts_too() -> None:
    assert parse_quantity("2 mg/kg").for_body(parse_quantity("0.9 kg")).in_("mg") == Fraction(9, 5)
    assert parse_quantity("2 mg/kg").for_body(parse_quantity("1 kg")).in_("mg") == 2


def test_a_quantity_per_kilogram_that_is_no_body_weight_takes_no_weight() -> None:
    """kg/kg would be a body weight's share of itself: the code holds /kg, the kind is per body weight squared."""
    with pytest.raises(QuantityError, match="is not per kilogram of body weight"):
        parse_quantity("1 mg/kg/kg").for_body(parse_quantity("70 kg"))


def test_division_by_zero_is_refused() -> None:
    with pytest.raises(QuantityError, match="divides by zero"):
        parse_quantity("5 mg") / 0


@pytest.mark.hazard("H-011")
def test_microgram_is_written_in_full_for_people() -> None:
    assert parse_quantity("62 ug/h").for_people() == "62 microgram/h"
    assert parse_quantity("2 {tablet}").for_people() == "2 tablet"
    assert parse_quantity("2.345 mg").for_people() == "2.34 mg", "two places unless asked"
    assert parse_quantity("2.345 mg").for_people(1) == "2.3 mg"
    assert parse_quantity("2.345 mg").for_people(places=3) == "2.345 mg"


@pytest.mark.hazard("H-007")
@pytest.mark.parametrize(
    "code",
    [
        "km99999999999999999999",
        "4+2",
        "mg.4-1",
        "mg.(/h)",
        "{}",
        "mg/{}",
        "m{}",
        "{x}{x}",
        "{tablet}{capsule}",
    ],
)
def test_a_code_that_only_a_lenient_grammar_takes_is_no_unit(code: str) -> None:
    """An exponent without end, an exponent of a number, an annotation that says nothing or says two things."""
    with pytest.raises(QuantityError):
        parse_unit(code)


def test_what_is_no_unit_is_put_before_the_grammar_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from adjuvant.quantity import ucum, unit

    asked: list[str] = []
    derive = ucum.derive
    monkeypatch.setattr(ucum, "derive", lambda code: asked.append(code) or derive(code))
    unit._derived.cache_clear()
    told = []
    for _ in range(3):
        with pytest.raises(QuantityError) as refused:
            parse_unit("no-such-unit")
        told.append(str(refused.value))
    assert asked == ["no-such-unit"]
    assert set(told) == {told[0]}
