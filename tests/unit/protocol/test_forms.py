"""What the form of a protocol cannot hold: each refusal in words, so that a file that passes means one thing."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from adjuvant.errors import QuantityError
from adjuvant.protocol.model import ObservationGroup, Rule
from adjuvant.protocol.predicate import Predicate
from adjuvant.protocol.regimen import Ceiling, Regimen, Split, Titration
from adjuvant.protocol.values import Dose, Duration, Number, Percent, Span

PAIN = {"measure": "pain", "from": 4}
LEVELS = ["100 mg/d", "300 mg/d"]
BASE = {"title": "x", "route": "oral"}

REFUSED: list[tuple[Any, Any, str]] = [
    (Dose, {"value": "5 mg", "low": "5 mg", "high": "6 mg"}, "gives both a value and a span, or neither"),
    (Dose, {}, "gives both a value and a span, or neither"),
    (Dose, {"low": "5 mg"}, "gives one end of a span"),
    (Dose, {"low": "5 mg", "high": "6 mg/h"}, "measure different things"),
    (Dose, {"low": "6 mg", "high": "5 mg"}, "5 mg is not above 6 mg"),
    (Dose, {"low": "5 mg", "high": "5000 ug"}, "is not above 5 mg"),
    (Dose, "5 mL", "which is no dose"),
    (Dose, "0 mg", "is not above zero"),
    (Dose, 5, "Input should be"),
    (Duration, "5 mg", "is no length of time"),
    (Duration, 5, "5 has no unit"),
    (Percent, "5 mg", "is no share"),
    (Number, "a third", "is not a bare number"),
    (Number, True, "is not a bare number"),
    (Number, "1/0", "is not a bare number"),
    (Span, {"value": "5 d", "low": "5 d", "high": "6 d"}, "gives both a value and a span"),
    (Span, {"low": "6 d", "high": "5 d"}, "needs `low` and `high`"),
    (Span, "0 min", "0 min is no time at all; write such as 8 h, or leave it out"),
    (Span, {"low": "0 h", "high": "5 d"}, "0 h is no time at all; write such as 8 h, or leave it out"),
    (Ceiling, {"key": "k", "of": "rate"}, "needs either a limit, or the readings"),
    (
        Ceiling,
        {"key": "k", "of": "rate", "limit": "5 mg/h", "readings": [{"key": "a", "limit": "5 mg/h", "strict": True}]},
        "needs either a limit, or the readings",
    ),
    (
        Ceiling,
        {"key": "k", "of": "rate", "chosen": "b", "readings": [{"key": "a", "limit": "5 mg/h", "strict": True}]},
        "'b' is none of its readings",
    ),
    (Split, {"parts": 3, "at": ["0 min", "30 min"]}, "names 2 times for 3 parts"),
    (Titration, {"kind": "steps", "levels": LEVELS}, "lists levels if, and only if, it is a ladder"),
    (Titration, {"kind": "ladder"}, "lists levels if, and only if, it is a ladder"),
    (Titration, {"kind": "ladder", "levels": LEVELS, "step": "50 mg/d"}, "is a ladder and has a step"),
    (Titration, {"kind": "steps", "step": "5 mg", "raise_when": PAIN, "keep_when": PAIN}, "says both when to raise"),
    (Titration, {"kind": "ladder", "levels": ["100 mg/d", "300 mg"]}, "measure different things"),
    (Titration, {"kind": "ladder", "levels": ["300 mg/d", "100 mg/d"]}, "is not above 300 mg/d"),
    (Titration, {"kind": "ladder", "levels": ["100 mg/d", "100 mg/d"]}, "is not above 100 mg/d"),
    (Regimen, {**BASE, "mode": "oral", "start": "5 mg/h"}, "oral is given as an amount"),
    (Regimen, {**BASE, "mode": "syringe_driver", "start": "5 mg"}, "syringe driver is given as a rate"),
    (
        Regimen,
        {**BASE, "mode": "oral", "start": "5 mg", "titration": {"kind": "steps", "step": "0.1 mg/kg"}},
        "mixes doses per kilogram with absolute ones",
    ),
    (Regimen, {**BASE, "mode": "syringe_driver", "start": "5 mg/h", "duration": "8 h"}, "and has a duration"),
    (Regimen, {**BASE, "mode": "drip", "start": "5 mg/h"}, "Input should be"),
    (Rule, {"key": "k", "kind": "stop", "text": "t", "when": PAIN, "reduce_by": "50 %"}, "make it `reduce`"),
    (Rule, {"key": "k", "kind": "stop", "text": "t", "when": PAIN, "resume_after": "1 h"}, "make it `pause`"),
    (Rule, {"key": "k", "kind": "stop", "text": "t", "when": PAIN, "call": "us"}, "only if, it is a rule of kind call"),
    (Rule, {"key": "k", "kind": "call", "text": "t", "when": PAIN}, "only if, it is a rule of kind call"),
    (ObservationGroup, {"items": ["pain"]}, "needs exactly one of phases, at"),
    (ObservationGroup, {"items": ["pain"], "continuous": True, "unstated": True}, "needs exactly one of phases, at"),
    (ObservationGroup, {"items": ["pain"], "phases": [{"every": "1 h"}, {"every": "4 h"}]}, "without an end before its last"),
    (ObservationGroup, {"items": [], "continuous": True}, "at least 1 item"),
    (Predicate, {"measure": "pain", "event": "hallucination", "from": 4}, "is no question"),
    (Predicate, {"measure": "pain", "above": 4, "below": 6}, "needs exactly one of above, from, below and up_to"),
]  # fmt: skip


@pytest.mark.hazard("H-043")
@pytest.mark.parametrize(("form", "value", "words"), REFUSED)
def test_what_could_be_read_in_two_ways_cannot_be_written(form: Any, value: Any, words: str) -> None:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(form).validate_python(value)
    assert words in str(refused.value)


def test_a_short_form_is_the_long_one() -> None:
    read = TypeAdapter(Dose).validate_python
    assert read("5 mg") == read({"value": "5 mg"})
    assert [str(end) for end in read({"low": "5 mg", "high": "10 mg"}).ends] == ["5 mg", "10 mg"]
    assert str(TypeAdapter(Span).validate_python({"low": "5 d", "high": "7 d"})) == "5 d to 7 d"


def test_nothing_is_changed_once_it_is_read_and_no_key_is_added() -> None:
    found = Split.model_validate({"parts": 2, "at": ["0 min", "30 min"]})
    with pytest.raises(ValidationError):
        found.parts = 3  # type: ignore[misc]
    with pytest.raises(ValidationError, match="Extra inputs"):
        Split.model_validate({"parts": 2, "at": ["0 min", "30 min"], "of": "5 mg"})


@pytest.mark.parametrize("form", [Dose, Span])
def test_a_value_that_was_made_past_its_own_check_has_no_ends(form: Any) -> None:
    made: BaseModel = type(
        TypeAdapter(form).validate_python("5 mg" if form is Dose else "5 d")
    ).model_construct()
    with pytest.raises(QuantityError, match="has no value"):
        made.ends  # noqa: B018


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"kind": "ladder", "levels": ["5 mg", "10 mg"], "step": "5 mg"}, "is a ladder and has a step; give one of the two"),
        ({"kind": "steps", "step": "5 mg", "raise_when": PAIN, "keep_when": PAIN}, "says both when to raise and when to keep; give one, the other follows"),
        ({"kind": "steps", "step": "5 mg", "always": True, "raise_when": PAIN}, "rises whatever the effect, and says when it rises; give one of the two"),
        ({"kind": "steps", "step": "5 mg", "always": True, "keep_when": PAIN}, "rises whatever the effect, and says when it rises; give one of the two"),
        ({"kind": "free", "always": True}, "rises whatever the effect, and has neither levels nor a step; give one of the two"),
        ({"kind": "ladder", "levels": [{"low": "5 mg", "high": "10 mg"}, {"low": "8 mg", "high": "20 mg"}]}, "level 8 mg to 20 mg is not above 5 mg to 10 mg; list levels in rising order"),
    ],
)  # fmt: skip
def test_a_titration_that_says_two_things_is_refused_in_these_words(
    fields: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValidationError) as error:
        Titration.model_validate(fields)
    assert [one["msg"] for one in error.value.errors()] == [f"Value error, {words}"]
