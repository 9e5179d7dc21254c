"""A protocol's own ceilings: figures, readings and spans, which of them is strict, and in what words."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from adjuvant.protocol.ceiling import Ceiling, ceiling_words, is_strict, limit_of
from adjuvant.quantity import parse_quantity

READINGS = (
    {"key": "each", "limit": "0.5 mg/kg", "strict": True},
    {"key": "all", "limit": "35 mg", "strict": False},
)
SPAN = {"low": "50 mg", "high": "70 mg"}


def ceiling(**fields: Any) -> Ceiling:
    return Ceiling.model_validate({"key": "top", "of": "single_dose", **fields})


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "needs either a limit, or the readings that a site chooses from"),
        (
            {"limit": "35 mg", "readings": READINGS},
            "needs either a limit, or the readings that a site chooses from",
        ),
        ({"readings": READINGS, "chosen": "none"}, "'none' is none of its readings"),
        (
            {"readings": ({"key": "each", "limit": SPAN, "strict": True},)},
            "has a reading that is a span; give each reading one figure",
        ),
    ],
)
def test_a_ceiling_without_one_figure_to_hold_is_refused(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        ceiling(**fields)
    (error,) = caught.value.errors()
    assert error["msg"] == f"Value error, {words}"


@pytest.mark.parametrize(
    ("fields", "limit", "strict", "words"),
    [
        ({"limit": "35 mg"}, "35 mg", False, "at most 35 mg"),
        ({"limit": "35 mg", "strict": True}, "35 mg", True, "under 35 mg"),
        ({"limit": "35 mg", "printed": "no more than 35"}, "35 mg", False, "no more than 35 (read as at most 35 mg)"),
        ({"readings": READINGS, "printed": "< 35"}, None, False, "< 35 (how that is read is not chosen)"),
        ({"readings": READINGS, "printed": "< 35", "chosen": "each"}, "0.5 mg/kg", True, "< 35 (read as under 0.5 mg/kg)"),
        ({"readings": READINGS, "printed": "< 35", "chosen": "all"}, "35 mg", False, "< 35 (read as at most 35 mg)"),
    ],
)  # fmt: skip
def test_the_figure_its_strictness_and_its_words_are_those_of_the_limit_or_of_the_reading_that_was_chosen(
    fields: dict[str, Any], limit: str | None, strict: bool, words: str
) -> None:
    found = ceiling(**fields)
    assert (limit_of(found), is_strict(found), ceiling_words(found)) == (
        parse_quantity(limit) if limit else None, strict, words,
    )  # fmt: skip


def test_one_figure_is_one_part_and_a_span_asks_from_its_lower_end_and_caps_at_its_upper() -> None:
    one = ceiling(limit="35 mg", strict=True)
    assert one.parts() == (one,)
    low, high = ceiling(limit=SPAN, strict=True, note="by weight").parts()
    assert low == ceiling(limit="50 mg", soft=True, note="by weight")
    assert high == ceiling(limit="70 mg", strict=True, note="by weight")
