"""The manual names every single-case metric with its source, and every key of the answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from adjuvant.library.single_case import metric_words
from adjuvant.outcomes import evaluate, find_courses
from adjuvant.outcomes.single_case import metrics_of_course, single_case_json
from builders import a_patient


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return (root / "docs/reference/metrics.md").read_text(encoding="utf-8")


def test_every_metric_stands_in_the_table_with_its_source(page: str) -> None:
    rows = [line for line in page.splitlines() if line.startswith("| `") and line.count("|") == 5]
    for words in metric_words().values():
        (row,) = [line for line in rows if f"`{words.key}`" in line]
        assert words.citation is None or words.citation.key in row
        assert words.provenance.label in row


def test_every_key_of_the_answer_is_named(page: str) -> None:
    patient = a_patient().ketamine("35 mg", 82)
    for hour in range(0, 192, 4):
        patient = patient.pain(8 if hour < 80 else 5, hour)
    record = patient.record()
    answer: dict[str, Any] = single_case_json(metrics_of_course(evaluate(record, find_courses(record)[0])))
    names = {*answer, *answer["readings"], *answer["covered"], *answer["metrics"]["nap"], *answer["as_scan"]}
    names |= {*answer["signs"], *answer["as_scan"]["tau_u"], *answer["citations"][0]}
    assert not {name for name in names if f"`{name}`" not in page}
