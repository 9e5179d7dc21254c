"""Every unit that the readers meet, against the independent UCUM library of the National Library of Medicine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import pytest

from adjuvant.errors import QuantityError
from adjuvant.quantity import Unit, parse_unit, read_unit
from adjuvant.quantity.spelling import spellings

# Units met in the FHIR examples, the library's tables and the readers' own output, beside every spelling.
MET = """
kg g mg ug ng [lb_av] [oz_av] h min s d wk mo L mL uL dL mg/h ug/h ug/min mg/min mg/d g/d mg/(24.h)
mg/kg mg/kg/h ug/kg/h ug/kg/min mg/kg/min mg/kg/d mL/h mL/min mg/mL ug/mL ng/mL g/L ug/dL mg/L
mm[Hg] /min {beats}/min {breaths}/min % cm m [in_i] mmol mmol/L meq eq [iU] 10*3/uL [drp] g{creatinine}
{tablet} {capsule} {patch} {film} mg/{tablet} ug/{actuat} mg/{patch} ug/h/{patch}
""".split()  # noqa: SIM905  a block of words reads better than a list of quoted ones
NOT_UCUM = ["mgg", "mcg", "units", "mgs", "mg-day", "tablet", "hr", "ug//h", "{tablet", "1O*3"]

Convert = Callable[[Sequence[dict[str, Any]]], list[dict[str, Any]]]


def _units() -> list[str]:
    return sorted({*MET, *(read_unit(spelling).code for spelling in spellings())})


@pytest.mark.hazard("H-007")
def test_every_unit_met_is_ucum_to_the_independent_library_too(node_ucum: Convert) -> None:
    answers = node_ucum([{"validate": code} for code in _units()])
    wrong = [
        (code, answer["message"])
        for code, answer in zip(_units(), answers, strict=True)
        if answer["status"] != "valid" or answer["code"] != code
    ]
    assert wrong == []


@pytest.mark.hazard("H-007")
def test_every_conversion_between_alike_units_agrees_with_the_independent_library(node_ucum: Convert) -> None:
    """The oracle computes in doubles: agreement is to one part in 10^12."""
    alike: dict[tuple[tuple[str, int], ...], list[Unit]] = {}
    for code in _units():
        unit = parse_unit(code)
        alike.setdefault(unit.dimension, []).append(unit)
    pairs = [pair for group in alike.values() for pair in [*pairwise(group), *pairwise(group[::-1])]]
    assert len(pairs) > 40
    answers = node_ucum([{"value": 7.5, "from": a.code, "to": b.code} for a, b in pairs])
    for (a, b), answer in zip(pairs, answers, strict=True):
        ours = float(a.ratio(b) * 15 / 2)
        assert answer["status"] == "succeeded", (a.code, b.code, answer["message"])
        assert answer["value"] == pytest.approx(ours, rel=1e-12), (a.code, b.code)


@pytest.mark.hazard("H-007")
@pytest.mark.parametrize("text", NOT_UCUM)
def test_what_the_independent_library_does_not_accept_is_not_accepted_here(
    node_ucum: Convert, text: str
) -> None:
    (answer,) = node_ucum([{"validate": text}])
    assert answer["status"] != "valid" or answer["code"] != text or answer["assumed"]
    with pytest.raises(QuantityError):
        parse_unit(text)


def test_units_of_different_kinds_convert_in_neither_library(node_ucum: Convert) -> None:
    for a, b in [("mg", "mL"), ("mg/h", "mg"), ("mg", "[iU]"), ("mm[Hg]", "mg")]:
        (answer,) = node_ucum([{"value": 1, "from": a, "to": b}])
        assert answer["status"] != "succeeded"
        with pytest.raises(QuantityError):
            parse_unit(a).ratio(parse_unit(b))


@pytest.mark.hazard("H-005")
def test_where_ucum_calls_two_things_alike_that_a_clinician_must_not_mix_we_refuse(
    node_ucum: Convert,
) -> None:
    """UCUM converts mg/kg to a pure number, and tablets to capsules; a dose must not."""
    for a, b in [("mg/kg/h", "/h"), ("{tablet}", "{capsule}"), ("mg/{tablet}", "mg")]:
        (answer,) = node_ucum([{"value": 1, "from": a, "to": b}])
        assert answer["status"] == "succeeded"
        with pytest.raises(QuantityError):
            parse_unit(a).ratio(parse_unit(b))
