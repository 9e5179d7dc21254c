"""The sentences of a finding: calm, with figures and coverage, and free of words that claim too much."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from adjuvant.outcomes.evidence import TRIAL_EVIDENCE, TRIAL_KEYS, trial_evidence
from adjuvant.outcomes.words import CEILING, LIMIT, NOT_ASKED, counted, listed, signed

FORBIDDEN = re.compile(r"\b(effective|worked|significan\w*|proved|proven|safe|p ?[<=] ?0)\b", re.IGNORECASE)


def test_no_text_of_the_package_claims_more_than_was_seen(root: Path) -> None:
    """Every string of the code except docstrings; the limit says "cannot prove", which claims nothing."""
    for path in sorted((root / "src/adjuvant/outcomes").glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        prose = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
                assert not FORBIDDEN.search(node.value), f"{path.name}: {node.value!r}"


@pytest.mark.parametrize("text", ["it was effective", "P < 0.05", "proved", "significantly", "a safe dose"])
def test_the_scan_sees_a_claim(text: str) -> None:
    assert FORBIDDEN.search(text)


def test_the_ceiling_is_named_and_the_limit_stands_beside_every_finding() -> None:
    assert CEILING == "Consistent with benefit"
    assert "has not been asked yet" in LIMIT
    assert "One course cannot prove the cause." in LIMIT
    assert len(NOT_ASKED) == 3


def test_the_trials_are_told_with_every_finding_and_each_is_cited() -> None:
    text, cited = trial_evidence()
    assert text == TRIAL_EVIDENCE
    assert "larger placebo-controlled trials of ketamine in cancer pain, and two small ones, found no" in text
    assert "found more adverse effects" in text
    assert [item.key for item in cited] == list(TRIAL_KEYS)
    assert all(item.identifier for item in cited)


@pytest.mark.parametrize(
    ("items", "text"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_lists_read_as_people_write_them(items: list[str], text: str) -> None:
    assert listed(items) == text


def test_signs_and_numbers_of_things() -> None:
    from fractions import Fraction

    assert [signed(Fraction(value)) for value in (2, -2, 0)] == ["+2", "−2", "0"]
    assert signed(Fraction(1, 1000)) == "0"
    assert (counted(1, "reading", "readings"), counted(0, "reading", "readings")) == (
        "1 reading",
        "0 readings",
    )
