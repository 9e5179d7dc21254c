"""The page on mutation testing says what its last run found, and gives each survivor the reason that is kept for it."""

from __future__ import annotations

import importlib.util
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def score() -> ModuleType:
    spec = importlib.util.spec_from_file_location("mutation_score", ROOT / "scripts" / "mutation_score.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where dataclasses look for what their annotations mean
    spec.loader.exec_module(module)
    return module


def kept(name: str) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = tomllib.loads(
        (ROOT / "tests" / "mutation" / name).read_text("utf-8")
    )
    return found


def test_the_page_is_written_from_the_last_score_and_the_reasons(score: ModuleType) -> None:
    text = (ROOT / "docs" / "reference" / "mutation-testing.md").read_text(encoding="utf-8")
    assert text == score.page(kept("score.toml"), score.reasons()), "run scripts/mutation_score.py --write"


def test_every_target_has_a_score_above_its_floor_and_names_tests_that_exist() -> None:
    targets, scores = kept("targets.toml"), kept("score.toml")
    assert list(targets) == list(scores)
    for name, target in targets.items():
        assert scores[name]["percent"] >= target["floor"] >= 90  # type: ignore[operator]
        named = [*target["tests"], *target.get("leave_out", ())]  # type: ignore[misc, attr-defined]
        assert all((ROOT / "tests" / path).exists() for path in named)


def test_every_survivor_has_a_reason_of_one_sentence_or_more(score: ModuleType) -> None:
    for change, why in score.reasons().items():
        assert len(why) > 20 and why[0].isupper() and why.endswith((".", ".)")), change
