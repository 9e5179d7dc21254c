"""Whatever comes in, a regimen is answered, refused line by line, or an error of one line: never anything else."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from adjuvant import library
from adjuvant.errors import InputError
from adjuvant.opioids import mme_json, parse_regimen, read_regimen
from adjuvant.opioids.parse import _KEYS

WORDS = [
    "morphine", "fentanyl", "methadone", "Percocet 5/325", "gabapentin", "Painaway", "oral", "po", "iv", "it", "td",
    "patch", "film", "tablet", "7804", "197696", "99999999", "10 mg", "0.01 g", "75 ug/h", "2 {tablet}", "2 {patch}",
    "5 mg/{tablet}", "2 mg/mL", "5 mL", "2 mL/h", "0.1 mg/kg", "0.1 mg/kg/h", "5-10 mg", "1O mg", "-5 mg", "NaN mg",
    "0 mg", "10", "mg", "1e9 mg", "10 [iU]", "37 Cel", "5 %", "1 kg", "9999999999999999 g", "1 mg/{patch}", "10 m", "",
]  # fmt: skip
numbers = st.one_of(
    st.integers(-2, 2000),
    st.floats(allow_nan=True, allow_infinity=True),
    st.decimals(allow_nan=True, allow_infinity=True),
)
anything = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, st.text(max_size=12), st.sampled_from(WORDS)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
likely = st.one_of(st.sampled_from(WORDS), numbers, st.booleans(), st.none())
medications = st.dictionaries(st.sampled_from(_KEYS), likely, max_size=9)


def answered(data: Any) -> None:
    """The input is answered in plain JSON that is true to itself, or it is an error of one printable line."""
    error: InputError | None = None
    answer: dict[str, Any] = {}
    try:
        answer = mme_json(parse_regimen(data), library.default_plan())
    except InputError as raised:
        error = raised
    if error is not None:
        assert str(error).isprintable()
        assert error.thing
        assert error.remedy
        return
    text = json.dumps(answer, allow_nan=False)
    assert len(answer["lines"]) == len(data["medications"])
    refused = [line for line in answer["lines"] if line["status"] == "refused"]
    assert answer["total"]["complete"] is not bool(refused)
    assert (answer["total"]["high"] is None) is bool(refused)
    assert answer["total"]["mme_per_day"] >= 0
    for line in refused:
        assert line["mme_per_day"] is None
        assert line["reason"]
        assert line["detail"]
        assert line["remedy"]
    assert json.loads(text) == answer


@given(anything)
def test_any_data_at_all(data: Any) -> None:
    answered(data)


@given(st.lists(anything, max_size=3))
def test_anything_in_the_place_of_a_medication(items: list[Any]) -> None:
    answered({"medications": items})


@given(st.lists(medications, min_size=1, max_size=3))
def test_every_mixture_of_known_keys_and_likely_values(items: list[dict[str, Any]]) -> None:
    answered({"weight": "70 kg", "medications": items})


@given(
    st.lists(medications.map(lambda item: {k: v for k, v in item.items() if isinstance(v, str)}), min_size=1)
)
def test_every_mixture_of_known_keys_and_texts(items: list[dict[str, str]]) -> None:
    answered({"medications": items})


@given(st.one_of(st.text(max_size=60), st.binary(max_size=60)))
def test_any_text_or_bytes_in_the_place_of_json(text: str | bytes) -> None:
    message = "file.json: an answer"
    try:
        read_regimen(text, "file.json")
    except InputError as error:
        message = str(error)
    assert message.startswith("file.json: ")
    assert "\n" not in message
