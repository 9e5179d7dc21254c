"""The single values of a protocol file: read exactly, written back as they were, refused in whole sentences."""

from __future__ import annotations

import warnings
from datetime import date, timedelta
from fractions import Fraction
from typing import Annotated, Any

import pytest
from pydantic import TypeAdapter, ValidationError

from adjuvant.errors import QuantityError
from adjuvant.protocol import values
from adjuvant.protocol.model import ObservationGroup, Protocol, Rule, rated
from adjuvant.protocol.predicate import All, Attested, Event, Not, Present, Seen, Taken, question_key, walk
from adjuvant.protocol.values import (
    AnyQuantity,
    Dose,
    Duration,
    Number,
    Percent,
    Span,
    exactly,
    is_rate,
    per_weight,
    span,
)
from adjuvant.quantity import Quantity, parse_quantity
from written import plain

PAIN = {"measure": "pain", "from": 4}
REFUSED: list[tuple[Any, Any, str]] = [
    (AnyQuantity, 5, "5 has no unit; write number, space, unit, such as 5 mg"),
    (AnyQuantity, Fraction(1, 4), "0.25 has no unit; write number, space, unit, such as 5 mg"),
    (AnyQuantity, "5 furlong", None),
    (
        AnyQuantity, "five mg",
        ("'five mg' is no number; write number, space, unit, such as 5 mg, or a bare number where there is no unit, as for "
        "a score"),
    ),
    (Rule, {"key": "k", "kind": "call", "text": "t", "when": PAIN}, "names whom to call if, and only if, it is a rule of kind call"),
    (ObservationGroup, {"items": ["pain"]}, "needs exactly one of phases, at, continuous, once and unstated"),
    (
        ObservationGroup, {"items": ["pain"], "phases": [{"every": "1 h"}, {"every": "4 h"}]},
        "has a phase without an end before its last; give `lasts`",
    ),
    (Seen, {"measure": "pain"}, "needs exactly one of above, from, below and up_to"),
    (Dose, "5 h", "5 h measures time, which is no dose; write such as 0.5 mg/kg, 100 mg/d or 0.05 mg/kg/h"),
    (Dose, "0 mg", "0 mg is not above zero; leave the field out where there is no dose"),
    (Duration, "5 mg", "5 mg is no length of time; write such as 8 h, 30 min or 5 d"),
    (Duration, "10001 wk", "10001 wk is longer than any life; write such as 8 h, 30 min or 5 d"),
    (Percent, "0.5 mg", "0.5 mg is no share; write such as 33 %"),
    (Number, "0.5", "'0.5' is not a bare number; write one without quotes, or a share such as \"1/3\""),
    (Number, True, "True is not a bare number; write one without quotes, or a share such as \"1/3\""),
    (Number, 0.5, "0.5 is not a bare number; write one without quotes, or a share such as \"1/3\""),
    (Number, "01/3", None),
    (Number, "1/3 ", None),
    (Dose, {}, "gives both a value and a span, or neither; give `value`, or `low` and `high`"),
    (Dose, {"value": "5 mg", "high": "6 mg"}, "gives both a value and a span, or neither; give `value`, or `low` and `high`"),
    (Dose, {"value": "5 mg", "low": "4 mg"}, "gives both a value and a span, or neither; give `value`, or `low` and `high`"),
    (Dose, {"low": "5 mg"}, "gives one end of a span; give `low` and `high`"),
    (Dose, {"high": "5 mg"}, "gives one end of a span; give `low` and `high`"),
    (Dose, {"low": "5 mg", "high": "6 mg/h"}, "5 mg and 6 mg/h measure different things; use one unit"),
    (Dose, {"low": "6 mg", "high": "5 mg"}, "5 mg is not above 6 mg; give the lower end as `low`"),
    (Dose, {"low": "5 mg", "high": "5 mg"}, "5 mg is not above 5 mg; give the lower end as `low`"),
    (Span, {}, "gives both a value and a span, or neither; give `value`, or `low` and `high`"),
    (Span, {"value": "5 h", "low": "4 h"}, "gives both a value and a span, or neither; give `value`, or `low` and `high`"),
    (Span, {"value": "5 h", "high": "6 h"}, "gives both a value and a span, or neither; give `value`, or `low` and `high`"),
    (Span, {"low": "5 h"}, "needs `low` and `high`, and the lower end as `low`"),
    (Span, {"high": "5 h"}, "needs `low` and `high`, and the lower end as `low`"),
    (Span, {"low": "5 h", "high": "300 min"}, "needs `low` and `high`, and the lower end as `low`"),
    (Span, "0 h", "0 h is no time at all; write such as 8 h, or leave it out"),
]  # fmt: skip


@pytest.mark.parametrize(("form", "value", "words"), REFUSED)
def test_what_is_no_such_value_is_refused_with_what_to_write(
    form: Any, value: Any, words: str | None
) -> None:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(form).validate_python(value)
    (only,) = refused.value.errors()
    if words is not None:
        assert only["msg"] == f"Value error, {words}"


@pytest.mark.parametrize(
    ("form", "text", "value"),
    [
        (AnyQuantity, "180 mm[Hg]", parse_quantity("180 mm[Hg]")),
        (Duration, "0 min", parse_quantity("0 min")),
        (Duration, "10000 wk", parse_quantity("10000 wk")),
        (Percent, "33 %", parse_quantity("33 %")),
        (Number, 3, Fraction(3)),
        (Number, Fraction(1, 4), Fraction(1, 4)),
        (Number, "1/3", Fraction(1, 3)),
        (Number, "10/30", Fraction(1, 3)),
    ],
)
def test_what_is_one_is_read_exactly(form: Any, text: Any, value: Any) -> None:
    found = TypeAdapter(form).validate_python(text)
    assert found == value and type(found) is type(value)
    assert TypeAdapter(form).validate_python(found) == value


@pytest.mark.parametrize("text", ["5 mg", "0.5 mg/kg", "5 mg/h", "0.05 mg/kg/h", "2 ug/kg/min", "100 mg/d"])
def test_a_dose_is_an_amount_or_a_rate_of_drug_with_or_without_body_weight(text: str) -> None:
    read = TypeAdapter(Dose).validate_python
    (low, high), bare = read(text).ends, parse_quantity(text)
    assert low == high == bare and read(text) == read({"value": text}) == read(bare) == exactly(bare)
    assert str(read(text)) == text
    assert is_rate(bare) is text.endswith(("/h", "/d", "/min"))
    assert per_weight(bare) is ("/kg" in text)


@pytest.mark.parametrize(("form", "ends"), [(Dose, ("5 mg", "10 mg")), (Span, ("5 d", "7 d"))])
def test_a_span_has_two_ends_and_is_told_by_both(form: Any, ends: tuple[str, str]) -> None:
    found = TypeAdapter(form).validate_python({"low": ends[0], "high": ends[1]})
    assert tuple(map(str, found.ends)) == ends and str(found) == f"{ends[0]} to {ends[1]}"
    assert str(TypeAdapter(form).validate_python(ends[0])) == ends[0]


@pytest.mark.parametrize(("form", "thing"), [(Dose, "dose"), (Span, "length of time")])
def test_what_was_made_past_its_check_has_no_ends_and_says_so(form: Any, thing: str) -> None:
    kind = type(TypeAdapter(form).validate_python("5 mg" if form is Dose else "5 d"))
    for fields in ({}, {"low": parse_quantity("5 d")}, {"high": parse_quantity("5 d")}):
        with pytest.raises(QuantityError) as refused:
            kind.model_construct(**fields).ends  # noqa: B018
        assert (refused.value.thing, refused.value.rule, refused.value.remedy) == (
            thing,
            "has no value",
            "give one",
        )


def test_a_length_of_time_is_exact_to_the_microsecond() -> None:
    assert span(parse_quantity("90 min")) == timedelta(hours=1, minutes=30)
    assert span(Quantity(Fraction(1, 3), "s")) == timedelta(microseconds=333333)


def test_a_kind_of_value_is_checked_written_as_text_and_described_in_the_schema() -> None:
    def check(value: object) -> Quantity:
        if value != "five":
            raise ValueError("is not five")
        return parse_quantity("5 mg")

    kind = TypeAdapter(Annotated[Quantity, *values._kept(check, "an example", "what it is")])
    found = kind.validate_python("five")
    assert found == parse_quantity("5 mg")
    with pytest.raises(ValidationError, match="is not five"):
        kind.validate_python("six")
    assert (kind.dump_python(found), kind.dump_json(found)) == ("5 mg", b'"5 mg"')
    described = {"type": "string", "description": "what it is", "examples": ["an example"]}
    assert kind.json_schema() == described
    # What is written is described too: a text.
    assert kind.json_schema(mode="serialization")["type"] == "string"


def test_the_schema_says_of_each_kind_of_value_what_it_is() -> None:
    for kind, words in (
        (AnyQuantity, "number, space, UCUM unit"), (Duration, "a length of time: number, space, unit"),
        (Percent, "a share: number, space, %"),
    ):  # fmt: skip
        assert TypeAdapter(kind).json_schema()["description"] == words


WAYS = {
    "drip": {"title": "x", "route": "intravenous", "mode": "continuous_infusion"},
    "mouth": {"title": "x", "route": "oral", "mode": "oral"},
}


def test_ketamine_is_a_rate_where_every_way_that_is_meant_gives_one() -> None:
    both: Protocol = plain(regimens=WAYS)
    assert (rated(both), rated(both, "drip"), rated(both, "mouth")) == (False, True, False)
    assert rated(plain(regimens={"drip": WAYS["drip"]})) is True
    assert rated(plain()) is True  # there is none that is not


def test_the_weight_of_a_way_is_its_own_or_else_that_of_the_whole() -> None:
    own = {**WAYS["drip"], "weight": {"kind": "ideal"}}
    found = plain(weight={"kind": "actual"}, regimens={"own": own, "drip": WAYS["drip"]})
    assert [found.weight_of(name).kind for name in ("own", "drip", "unknown")] == [
        "ideal",
        "actual",
        "actual",
    ]


def test_a_question_names_the_key_under_which_somebody_answers_it() -> None:
    asked = (
        (Attested(attested="consent", question="?"), "consent"), (Present(condition="frailty"), "condition:frailty"),
        (Taken(taken="morphine"), "taken:morphine"), (Event(event="hallucination"), ""),
    )  # fmt: skip
    for part, key in asked:
        assert question_key(part) == key


def test_a_question_and_all_within_it_are_walked_through_from_outside() -> None:
    inner = {"any": [{"event": "hallucination"}, {"not": {"taken": "morphine"}}]}
    whole = All.model_validate({"all": [{"condition": "frailty"}, inner]})
    frail, either = whole.all
    hallucination, denied = either.any  # type: ignore[union-attr]
    assert isinstance(denied, Not)
    assert list(walk(whole)) == [whole, frail, either, hallucination, denied, denied.not_]
    # What is one already is taken as it is.
    assert All(all=(frail, denied)).all == (frail, denied)


def test_a_value_is_written_as_text_without_a_doubt_about_its_kind() -> None:
    """Pydantic warns, on the error stream, of a value that is not of the kind that it was told."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for kind, text in ((AnyQuantity, "5 mm[Hg]"), (Duration, "8 h"), (Percent, "33 %"), (Number, "1/3")):
            adapter: TypeAdapter[Any] = TypeAdapter(kind)
            assert adapter.dump_json(adapter.validate_python(text)) == f'"{text}"'.encode()


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (date(2026, 1, 2), "2026-01-02 has no unit; write number, space, unit, such as 5 mg"),
        (Fraction(5, 2), "2.5 has no unit; write number, space, unit, such as 5 mg"),
        ("x" * 61, f"{'x' * 60!r} is no number; write number"),
        ("5 mgg", "unit 'mgg' is not a UCUM code; "),
    ],
)
def test_what_is_no_quantity_is_told_in_its_own_words(value: Any, words: str) -> None:
    with pytest.raises(ValidationError) as error:
        TypeAdapter(values.AnyQuantity).validate_python(value)
    assert words in error.value.errors()[0]["msg"]
