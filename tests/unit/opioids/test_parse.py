"""Reading a regimen: what is wrong with the whole is an error with a path, what is wrong with a line stays there."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from adjuvant.errors import InputError, LibraryError
from adjuvant.opioids import RegimenLine, parse, parse_regimen, read_regimen
from adjuvant.quantity import Quantity
from adjuvant.record import RefusalReason

OXYCODONE: dict[str, Any] = {"drug": "oxycodone", "route": "oral", "dose": "10 mg", "times_per_day": 4}


def one(**fields: Any) -> RegimenLine:
    """The single line of a regimen with these fields; a field that is None is left out."""
    medication = {key: value for key, value in {**OXYCODONE, **fields}.items() if value is not None}
    (line,) = parse_regimen({"medications": [medication]})
    return line


def test_every_field_is_read_into_its_own_type() -> None:
    line = one(
        drug="fentanyl", route="td", form="ptch", dose="2 {patch}", strength="75 mcg/hr", times_per_day=None,
        every_hours=72, patches=2, as_needed=False,
    )  # fmt: skip
    assert line.place == "medications[0]"
    assert line.drug.name == "fentanyl"
    assert (line.route, line.form) == ("transdermal", "patch")
    assert line.dose == Quantity(2, "{patch}")
    assert line.strength == Quantity(75, "ug/h")
    assert (line.times_per_day, line.every_hours, line.patches) == (None, 72, 2)
    assert line.as_needed is False
    assert line.problem is None


def test_a_pump_has_fields_of_its_own() -> None:
    pump = {"drug": "hydromorphone", "route": "iv", "rate": "0.2 mg/h", "demand": "0.1 mg"}
    lines = parse_regimen(
        {"medications": [pump | {"demands_per_day": 12}, pump | {"max_demands_per_day": 96}]}
    )
    assert [line.demand for line in lines] == [Quantity(Fraction(1, 10), "mg")] * 2
    assert [line.demands_per_day for line in lines] == [12, None]
    assert [line.max_demands_per_day for line in lines] == [None, 96]


def test_the_weight_of_the_patient_is_carried_to_every_line() -> None:
    lines = parse_regimen({"weight": "70 kg", "medications": [OXYCODONE, OXYCODONE]})
    assert [line.weight for line in lines] == [Quantity(70, "kg")] * 2


def test_a_code_alone_names_the_drug() -> None:
    assert one(drug=None, rxnorm="7804").drug.name == "oxycodone"


def test_what_was_written_is_kept_for_the_derivation() -> None:
    assert one(as_needed=True).written == (
        "drug oxycodone; route oral; dose 10 mg; times_per_day 4; as_needed true"
    )


@pytest.mark.parametrize("value", [4, 4.0, Decimal("4"), Decimal("4.0")])
def test_numbers_are_exact_however_they_were_decoded(value: object) -> None:
    assert one(times_per_day=value).times_per_day == 4


def test_decimals_of_the_text_are_read_as_written() -> None:
    text = '{"medications": [{"drug": "oxycodone", "route": "oral", "dose": "1 mg", "times_per_day": 0.1}]}'
    assert read_regimen(text)[0].times_per_day == Fraction(1, 10)
    assert parse_regimen(json.loads(text))[0].times_per_day == Fraction(1, 10)


# --- errors of the whole --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "thing", "words"),
    [
        ([OXYCODONE], "regimen", "is a list, not an object"),
        ("oxycodone", "regimen", "is text, not an object"),
        (None, "regimen", "is null, not an object"),
        (7, "regimen", "is a number, not an object"),
        (True, "regimen", "is true or false, not an object"),
        ({}, "medications", "is missing"),
        ({"medications": None}, "medications", "is missing"),
        ({"medications": {}}, "medications", "is an object, not a list"),
        ({"medications": []}, "medications", "nothing listed is not nothing taken"),
        ({"medicatons": [OXYCODONE]}, "medicatons", "write 'medications' if that was meant"),
        ({"medications": [OXYCODONE, "morphine"]}, "medications[1]", "is text, not an object"),
        ({"medications": [OXYCODONE, None]}, "medications[1]", "is null, not an object"),
        (
            {"medications": [OXYCODONE, OXYCODONE, {"drug": "morphine", "tims_per_day": 4}]},
            "medications[2].tims_per_day",
            "is not a known key; write 'times_per_day' if that was meant",
        ),
        ({"medications": [OXYCODONE | {"colour": "blue"}]}, "medications[0].colour", "known keys are drug, rxnorm"),
        ({"medications": [OXYCODONE | {"drug": 7804}]}, "medications[0].drug", "is a number, not text"),
        ({"medications": [OXYCODONE | {"rxnorm": 7804}]}, "medications[0].rxnorm", "write it in quotes"),
        ({"medications": [OXYCODONE | {"dose": ["10 mg"]}]}, "medications[0].dose", "is a list, not text"),
        ({"medications": [OXYCODONE | {"dose": True}]}, "medications[0].dose", "is true or false, not text"),
        ({"medications": [OXYCODONE | {"times_per_day": "4"}]}, "medications[0].times_per_day", "is text, not a"),
        ({"medications": [OXYCODONE | {"times_per_day": True}]}, "medications[0].times_per_day", "not a number"),
        ({"medications": [OXYCODONE | {"as_needed": "yes"}]}, "medications[0].as_needed", "write true or false"),
        ({"medications": [OXYCODONE | {"as_needed": 1}]}, "medications[0].as_needed", "is a number"),
        ({"weight": 70, "medications": [OXYCODONE]}, "weight", "is a number, not text"),
        ({"weight": "70", "medications": [OXYCODONE]}, "weight", "has no unit"),
        ({"weight": "70 mL", "medications": [OXYCODONE]}, "weight", "not mass"),
        ({"weight": "0 kg", "medications": [OXYCODONE]}, "weight", "is zero"),
    ],
)  # fmt: skip
def test_an_input_that_cannot_be_used_names_path_rule_and_remedy(
    data: object, thing: str, words: str
) -> None:
    with pytest.raises(InputError) as caught:
        parse_regimen(data)
    message = str(caught.value)
    assert message.startswith(thing)
    assert words in message
    assert "\n" not in message
    assert caught.value.exit_code == 3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("  \n", "is empty"),
        ("{", "line 1, column 2: is not JSON"),
        ('{"medications": [}', "is not JSON"),
        ("drug,dose\noxycodone,5 mg\n", "is not JSON"),
        ('{"medications": [{"times_per_day": NaN}]}', "number NaN: is not JSON and not a finite number"),
        ('{"medications": [{"times_per_day": -Infinity}]}', "number -Infinity"),
        ('{"medications": [], "medications": []}', "key 'medications': stands twice"),
        ('{"medications": [{"drug": "morphine", "drug": "oxycodone"}]}', "key 'drug': stands twice"),
        (b"\xff\xfe{}", "is not UTF-8 (byte 0)"),
        ("[" * 100_000, "nested too deeply"),
        ('{"medications": [{"times_per_day": ' + "1" * 10_000 + "}]}", "too long a number"),
        ('{"medications": [{"times_per_day": 1e' + "9" * 30 + "}]}", "too long a number"),
        ('{"' + "m" * 10**6 + '": 1}', "is not a known key"),
    ],
)
def test_a_text_that_is_no_regimen_is_one_line_of_error(text: str | bytes, words: str) -> None:
    with pytest.raises(InputError) as caught:
        read_regimen(text, "drugs.json")
    assert str(caught.value).startswith("drugs.json: ")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (
            {"medications": [{"drug": "mor\x00phine"}]},
            "medications[0].drug: 'mor\\x00phine' holds a character",
        ),
        ({"medications": [{"drug": "\ud800"}]}, "medications[0].drug: '\\ud800' holds a character"),
        ({"medications": [{"drug": "morphine", "dose": "5\x1b mg"}]}, "medications[0].dose"),
        ({"medi\ncations": []}, "'medi\\ncations': is not a known key"),
        ({"medications": [{"do\ud800se": "5 mg"}]}, "medications[0].'do\\ud800se': is not a known key"),
    ],
)
def test_what_cannot_be_printed_never_reaches_a_message(data: object, words: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_regimen(data)
    assert words in str(caught.value)
    assert str(caught.value).isprintable()


def test_a_line_break_in_a_name_is_a_space() -> None:
    assert one(drug="oxycodone\n hydrochloride").drug.text == "oxycodone hydrochloride"


def test_without_a_source_the_error_begins_with_the_path() -> None:
    with pytest.raises(InputError, match=r"^regimen: is empty"):
        read_regimen("")


def test_a_byte_order_mark_is_no_error() -> None:
    text = json.dumps({"medications": [OXYCODONE]}).encode("utf-8-sig")
    assert read_regimen(text)[0].drug.name == "oxycodone"


# --- problems of one line -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "reason", "words"),
    [
        ({"dose": "1O mg"}, RefusalReason.AMBIGUOUS_DOSE, "letter among its digits"),
        ({"dose": "5-10 mg"}, RefusalReason.AMBIGUOUS_DOSE, "'5-10 mg' is a range"),
        ({"dose": 10}, RefusalReason.UNKNOWN_UNIT, "dose 10 has no unit"),
        ({"dose": Decimal("0.50")}, RefusalReason.UNKNOWN_UNIT, "dose 0.50 has no unit"),
        ({"strength": "5 squid"}, RefusalReason.UNKNOWN_UNIT, "strength '5 squid'"),
        ({"route": "by magic"}, RefusalReason.UNKNOWN_ROUTE, "route 'by magic' is not known"),
        ({"drug": None}, RefusalReason.UNKNOWN_DRUG, "neither a drug nor a code"),
        ({"drug": "  "}, RefusalReason.UNKNOWN_DRUG, "neither a drug nor a code"),
        ({"drug": None, "rxnorm": "78o4"}, RefusalReason.UNKNOWN_DRUG, "78o4"),
        ({"times_per_day": Decimal("1E+400")}, RefusalReason.IMPLAUSIBLE, "times_per_day 1E+400"),
        ({"times_per_day": float("nan")}, RefusalReason.IMPLAUSIBLE, "times_per_day nan"),
        ({"times_per_day": float("inf")}, RefusalReason.IMPLAUSIBLE, "times_per_day inf"),
        ({"times_per_day": 10**200}, RefusalReason.IMPLAUSIBLE, "cannot be"),
    ],
)
def test_a_problem_of_one_line_is_kept_on_that_line(
    fields: dict[str, Any], reason: RefusalReason, words: str
) -> None:
    problem = one(**fields).problem
    assert problem is not None
    assert problem.reason is reason
    assert words in problem.detail


def test_the_other_lines_are_read_all_the_same() -> None:
    lines = parse_regimen({"medications": [OXYCODONE, OXYCODONE | {"dose": "?"}, OXYCODONE]})
    assert [line.problem is None for line in lines] == [True, False, True]


def test_null_is_the_same_as_leaving_the_key_out() -> None:
    given = dict.fromkeys(
        ("rxnorm", "form", "strength", "every_hours", "rate", "patches", "demand", "demands_per_day"), None
    )
    (line,) = parse_regimen({"medications": [OXYCODONE | given]})
    assert line == one()


def test_a_broken_library_is_no_fault_of_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise LibraryError("drugs.yaml:7: morphine", "has no kind", "add one")

    monkeypatch.setattr(parse, "resolve_drug", broken)
    with pytest.raises(LibraryError, match="has no kind"):
        one(drug="a name that nobody has asked for yet")


def test_a_form_that_is_not_known_is_kept_apart_and_not_guessed() -> None:
    line = one(form="gummy bear")
    assert (line.form, line.unread_form) == (None, "gummy bear")


def test_the_input_is_not_changed() -> None:
    data = {"weight": "70 kg", "medications": [dict(OXYCODONE)]}
    before = json.dumps(data)
    parse_regimen(data)
    assert json.dumps(data) == before
