"""Deriving a unit from its UCUM code: sizes and kinds as UCUM's own tables define them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from adjuvant.errors import QuantityError
from adjuvant.quantity import parse_unit
from adjuvant.quantity.ucum import derive

MILLI, MICRO, HOUR = Fraction(1, 10**3), Fraction(1, 10**6), 3600


@pytest.mark.hazard("H-005", "H-007")
@pytest.mark.parametrize(
    ("code", "size", "kind"),
    [
        ("kg", 1, {"mass": 1}),
        ("mg", MICRO, {"mass": 1}),
        ("h", HOUR, {"time": 1}),
        ("mL", MICRO, {"length": 3}),
        ("ug/h", Fraction(1, 10**9) / HOUR, {"mass": 1, "time": -1}),
        # Only the bare kilogram that divides is a patient's; a gram that divides is a ratio.
        ("mg/kg", MICRO, {"mass": 1, "body_weight": -1}),
        ("mg/kg/h", MICRO / HOUR, {"mass": 1, "body_weight": -1, "time": -1}),
        ("mg/g", MILLI, {}),
        ("/kg", 1, {"body_weight": -1}),
        ("kg2/kg", 1, {"mass": 2, "body_weight": -1}),
        # Powers.
        ("m2", 1, {"length": 2}),
        ("cm2", Fraction(1, 10**4), {"length": 2}),
        ("cm3", MICRO, {"length": 3}),
        ("s-1", 1, {"time": -1}),
        ("/m2", 1, {"length": -2}),
        ("m.m", 1, {"length": 2}),
        ("m/s/s", 1, {"length": 1, "time": -2}),
        # Plain factors.
        ("(24.h)", 24 * HOUR, {"time": 1}),
        ("mg/(24.h)", MICRO / (24 * HOUR), {"mass": 1, "time": -1}),
        ("100.g", Fraction(1, 10), {"mass": 1}),
        ("1234567890123456789.g", Fraction(1234567890123456789, 1000), {"mass": 1}),
        ("/min", Fraction(1, 60), {"time": -1}),
        # An annotation alone counts things; beside a unit it only describes.
        ("{tablet}", 1, {"{tablet}": 1}),
        ("mg/{tablet}", MICRO, {"mass": 1, "{tablet}": -1}),
        ("{tablet}/d", Fraction(1, 86400), {"{tablet}": 1, "time": -1}),
        ("/{tablet}", 1, {"{tablet}": -1}),
        ("{score}.h", HOUR, {"{score}": 1, "time": 1}),
        ("g{creatinine}", MILLI, {"mass": 1}),
        ("mg/g{creatinine}", MILLI, {}),
        ("g/{tablet}.{tablet}", MILLI, {"mass": 1}),
        # Arbitrary units measure nothing but themselves, and take prefixes.
        ("[iU]", 1, {"[iU]": 1}),
        ("k[iU]", 1000, {"[iU]": 1}),
        ("m[iU]/mL", 1000, {"[iU]": 1, "length": -3}),
        ("meq/L", 1, {"eq": 1, "length": -3}),
        ("K", 1, {"temperature": 1}),
        ("cd", 1, {"luminosity": 1}),
        ("A", 1, {"current": 1}),
    ],
)
def test_a_code_has_its_exact_size_and_kind(code: str, size: Fraction, kind: dict[str, int]) -> None:
    assert derive(code) == (size, tuple(sorted(kind.items())))


def test_sizes_that_are_no_power_of_ten() -> None:
    assert derive("[lb_av]") == (Fraction(45359237, 10**8), (("mass", 1),))
    assert derive("[in_i]") == (Fraction(254, 10**4), (("length", 1),))
    assert derive("mol")[1] == (("substance", 1),)


@pytest.mark.parametrize("code", ["Cel", "[degF]", "B", "mgg", "mg//h", "mg/", "[nonsense]", "{", "(mg"])
def test_what_has_no_fixed_size_or_is_no_code_is_refused(code: str) -> None:
    with pytest.raises(QuantityError):
        derive(code)


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("{oral}{tablet}", "unit {oral}{tablet}: counts two things at once; write one, such as {tablet}."),
        *(
            (code, f"unit '{code}': is not a UCUM code; write one such as mg, ug/h or mg/{{tablet}}.")
            for code in ("{}", "mg/{}", "4-1", "mg/(/h)")
        ),
    ],
)
def test_what_only_a_lenient_grammar_takes_is_refused(code: str, sentence: str) -> None:
    with pytest.raises(QuantityError) as caught:
        derive(code)
    assert str(caught.value) == sentence


def test_a_code_that_is_not_shipped_is_derived_and_keeps_its_code() -> None:
    unit = parse_unit("100.ug/{squirt}/(36.h)")
    assert unit.code == "100.ug/{squirt}/(36.h)"
    assert unit.factor == Fraction(1, 10**7) / (36 * HOUR)
    assert dict(unit.dimension) == {"mass": 1, "{squirt}": -1, "time": -1}


@pytest.mark.parametrize("code", ["cm101", "cm-101", "cm99999999", "mg/cm99999999", "m2147483648"])
def test_a_monstrous_exponent_is_refused_before_it_is_worked_out(code: str) -> None:
    with pytest.raises(
        QuantityError, match=r"^exponent -?\d+: is beyond that of any unit; write one such as m2 or cm3"
    ):
        derive(code)
    assert derive("m100") == (1, (("length", 100),)) and derive("m-100") == (1, (("length", -100),))


@pytest.mark.parametrize("code", ["mg/0", "/0"])
def test_a_unit_divided_by_nothing_is_no_code(code: str) -> None:
    with pytest.raises(QuantityError) as caught:
        derive(code)
    assert (
        str(caught.value)
        == f"unit '{code}': is not a UCUM code; write one such as mg, ug/h or mg/{{tablet}}."
    )


def test_a_shipped_code_needs_no_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    parse_unit.cache_clear()

    def none(code: str) -> None:
        raise AssertionError(code)

    monkeypatch.setattr("adjuvant.quantity.ucum.derive", none)
    assert parse_unit("mg/kg/h").factor == MICRO / HOUR


def test_a_code_has_sixty_letters_at_most() -> None:
    sixty = "mg/{" + 55 * "x" + "}"
    assert len(sixty) == 60 and parse_unit(sixty).code == sixty
    with pytest.raises(QuantityError, match="is not a UCUM code"):
        parse_unit("mg/{" + 56 * "x" + "}")
