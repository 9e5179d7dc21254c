"""docs/reference/mme.md names every key that goes in, every key that comes out, and every reason of a refusal."""

from __future__ import annotations

from pathlib import Path

import pytest

from adjuvant import library
from adjuvant.opioids import mme_json, parse, parse_regimen
from adjuvant.record import RefusalReason

# Given to exposures of a record only; the page of the evaluation lists them.
ELSEWHERE = {RefusalReason.OVERLAP, RefusalReason.OPEN_PATCH, RefusalReason.NOT_CHARTED}


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return (root / "docs" / "reference" / "mme.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("key", [*parse._TOP, *parse._KEYS])
def test_every_key_of_the_input_is_listed(page: str, key: str) -> None:
    assert f"`{key}`" in page


def test_every_key_of_the_answer_is_listed(page: str) -> None:
    line = {"drug": "oxycodone", "route": "oral", "dose": "10 mg", "times_per_day": 4}
    spinal = {"drug": "morphine", "route": "epidural", "dose": "1 mg", "times_per_day": 1}
    answer = mme_json(parse_regimen({"medications": [line, spinal]}), library.default_plan())
    keys = {*answer, *answer["total"], *answer["tables"][0], *answer["lines"][0], *answer["range"]}
    keys |= {*answer["lines"][0]["derivation"][0], *answer["citations"][0], *answer["not_in_total"][0]}
    keys |= set(next(iter(answer["by_table"].values())))
    assert not {key for key in keys if f"`{key}`" not in page}


@pytest.mark.parametrize("reason", sorted(set(RefusalReason) - ELSEWHERE))
def test_every_reason_of_a_refusal_is_shown(page: str, reason: RefusalReason) -> None:
    assert f"\n{reason}: " in page or f"`{reason}`" in page
