"""Every refusal of a number, unit or quantity, word for word: the thing as written, the rule, the remedy."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from adjuvant.errors import QuantityError
from adjuvant.quantity import Quantity, parse_decimal, parse_quantity, parse_unit, read_unit
from adjuvant.quantity.ucum import derive

PLAIN = "write digits with at most one point, such as 0.5 or 12"
UCUM = "is not a UCUM code; write one such as mg, ug/h or mg/{tablet}"
SAME = "give the quantity in a unit of the same kind"
LONG = "m" * 61


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", f"number '': is empty; {PLAIN}."),
        ("NaN", f"number 'NaN': is not a finite number; {PLAIN}."),
        ("inf", f"number 'inf': is not a finite number; {PLAIN}."),
        ("-inf", f"number '-inf': is not a finite number; {PLAIN}."),
        ("Infinity", f"number 'Infinity': is not a finite number; {PLAIN}."),
        ("5-10", f"number '5-10': is a range, not one number; {PLAIN}."),
        ("5 – 10", f"number '5 – 10': is a range, not one number; {PLAIN}."),
        ("2.5 to 10", f"number '2.5 to 10': is a range, not one number; {PLAIN}."),
        ("-5", f"number '-5': is negative; {PLAIN}."),
        (
            "1,5",
            f"number '1,5': has a comma, which may be a decimal sign or a thousands sign; {PLAIN}.",
        ),
        (".5", "number '.5': begins with a bare point; write 0.5."),
        (".75", "number '.75': begins with a bare point; write 0.75."),
        (".", f"number '.': begins with a bare point; {PLAIN}."),
        ("." + 38 * "5", f"number '.{38 * '5'}': begins with a bare point; write 0.{38 * '5'}."),
        ("." + 39 * "5", f"number '.{39 * '5'}': begins with a bare point; {PLAIN}."),
        (".5x", f"number '.5x': begins with a bare point; {PLAIN}."),
        ("1O", f"number '1O': has a letter among its digits; {PLAIN}."),
        ("I5", f"number 'I5': has a letter among its digits; {PLAIN}."),
        ("x5", f"number 'x5': is not a plain decimal number; {PLAIN}."),
        ("7x", f"number '7x': is not a plain decimal number; {PLAIN}."),
        ("1" * 70, f"number '{'1' * 60}': is not a plain decimal number; {PLAIN}."),
    ],
)
def test_a_number_that_could_be_misread(text: str, sentence: str) -> None:
    assert refusal(lambda: parse_decimal(text)) == sentence


def test_a_number_of_forty_digits_is_the_longest() -> None:
    assert parse_decimal("1" * 40) == int("1" * 40)
    with pytest.raises(QuantityError):
        parse_decimal("1" * 41)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: Quantity(0.5, "mg"), "number 0.5: is a float, not an exact number; pass text or a Decimal."),  # type: ignore[arg-type]
        (
            lambda: Quantity(True, "mg"),
            "number True: is a bool, not an exact number; pass text or a Decimal.",
        ),
        (
            lambda: Quantity(Decimal("NaN"), "mg"),
            "number NaN: is not finite; leave it out and say why it is missing.",
        ),
        (
            lambda: Quantity("5 mg", "mg"),
            f"number '5 mg': is not a plain decimal number; {PLAIN}.",
        ),
        (
            lambda: parse_quantity("5 mg") / 0,
            "5 mg / 0: divides by zero; check the second quantity.",
        ),
        (
            lambda: parse_quantity("5 mg") / parse_quantity("0 mL"),
            "5 mg / 0 mL: divides by zero; check the second quantity.",
        ),
        (
            lambda: parse_quantity("35 mg").for_body(parse_quantity("70 kg")),
            "quantity 35 mg: is not per kilogram of body weight; use it as it stands.",
        ),
        (
            lambda: parse_quantity("2 mg/kg").for_body(parse_quantity("0 kg")),
            "body weight 0 kg: is not above zero; correct the weight.",
        ),
        (
            lambda: parse_quantity("2 mg/kg").for_body(parse_quantity("70 cm")),
            "body weight 70 cm: measures length, not mass; give it in such a unit.",
        ),
        (
            lambda: parse_quantity("5 mg/h").require("dose", mass=1),
            "dose 5 mg/h: measures mass per time, not mass; give it in such a unit.",
        ),
        (
            lambda: parse_quantity("5"),
            "quantity '5': has no unit; write number, space, unit, such as 5 mg.",
        ),
        (
            lambda: parse_quantity("5" * 70),
            f"quantity '{'5' * 60}': has no unit; write number, space, unit, such as 5 mg.",
        ),
        (
            lambda: parse_quantity(f"{'5' * 59}mg"),
            f"quantity '{'5' * 59}m': has no space before its unit; write '{'5' * 59} mg'.",
        ),
        (
            lambda: parse_quantity("5 mg").to("mL/h"),
            f"unit mg: measures mass, and mL/h measures length^3 per time; {SAME}.",
        ),
        (
            lambda: parse_quantity("5 mg/kg/h").to("mg/g"),
            f"unit mg/kg/h: measures mass per body weight per time, and mg/g measures a pure number; {SAME}.",
        ),
        (
            lambda: parse_quantity("5 {tablet}").to("/m2"),
            f"unit {{tablet}}: measures tablet, and /m2 measures number per length^2; {SAME}.",
        ),
        (
            lambda: parse_quantity("5 N").to("mol.g"),
            f"unit N: measures length x mass per time^2, and mol.g measures mass x substance; {SAME}.",
        ),
    ],
)
def test_a_quantity_that_is_none(call: Callable[[], object], sentence: str) -> None:
    assert refusal(call) == sentence


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: parse_unit(""), f"unit '': {UCUM}."),
        (lambda: parse_unit(LONG), f"unit '{LONG[:60]}': {UCUM}."),
        (lambda: parse_unit("µg"), "unit 'µg': is not a UCUM code; write 'ug', if that is meant."),
        (lambda: parse_unit("mgg"), f"unit 'mgg': {UCUM}."),
        (lambda: derive("mg//h"), f"unit 'mg//h': {UCUM}."),
        (lambda: derive("[nonsense]"), f"unit '[nonsense]': {UCUM}."),
        (
            lambda: derive("Cel"),
            "unit Cel: has no fixed ratio to other units; use a linear unit such as K or mg.",
        ),
        (
            lambda: derive("dB"),
            "unit dB: has no fixed ratio to other units; use a linear unit such as K or mg.",
        ),
        (lambda: read_unit(" "), "unit '': is empty; name the unit in the source."),
        (
            lambda: read_unit("BAG OF"),
            "unit 'BAG OF': is neither UCUM nor a known spelling; correct it, or add a mapping.",
        ),
        (
            lambda: read_unit("x" * 70),
            f"unit '{'x' * 60}': is neither UCUM nor a known spelling; correct it, or add a mapping.",
        ),
    ],
)
def test_a_unit_that_is_none(call: Callable[[], object], sentence: str) -> None:
    assert refusal(call) == sentence


def refusal(call: Callable[[], object]) -> str:
    """What the refusal says."""
    with pytest.raises(QuantityError) as caught:
        call()
    return str(caught.value)
