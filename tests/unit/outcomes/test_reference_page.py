"""The manual names every definition with the library's own words, and every key of the answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from adjuvant.library import responses
from adjuvant.outcomes import REPORTED_KEYS, evaluate, find_courses, outcome_json
from builders import a_patient


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return (root / "docs/reference/evaluate.md").read_text(encoding="utf-8")


def test_every_definition_stands_in_the_table_with_its_rule_and_source(page: str) -> None:
    written = [line for line in page.splitlines() if line.startswith("| `") and line.count("|") == 4]
    for rule in responses():
        label = f", {rule.provenance.label}" if rule.provenance.label else ""
        assert f"| `{rule.key}` | {rule.rule.strip()} | {rule.citation.key}{label} |" in written


def test_every_key_of_the_answer_is_named(page: str) -> None:
    patient = a_patient().ketamine("35 mg", 82)
    for hour in range(0, 192, 4):
        patient = patient.pain(8, hour).given("morphine", "10 mg", hour)
    record = patient.record()
    answer = outcome_json(evaluate(record, find_courses(record)[0]))
    names = set(answer)
    for part in ("patient", "course", "windows", "pain", "opioids", "verdict"):
        names |= set(answer[part])
    for items in (answer["responses"], answer["citations"], answer["opioids"]["by_table"].values()):
        names |= {key for item in items for key in item}
    assert not {name for name in names if f"`{name}`" not in page}


def test_every_reckoned_figure_of_a_report_is_named(page: str) -> None:
    assert all(f"`{key}`" in page for key in REPORTED_KEYS)
