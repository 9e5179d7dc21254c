"""SAFETY.md, tests/stories.yaml, the marks on the tests and the list of hazards say the same."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
HEADINGS = {"held": "## What is held today", "missing": "## Not yet held, and the layer that will hold it"}
# The layers that are built: a hazard of theirs that is held nowhere says why not.
LAYERS = {
    "pk",
    "quantity",
    "library",
    "record",
    "sources",
    "opioids",
    "symptoms",
    "protocol",
    "plan",
    "alerts",
    "outcomes",
    "reports",
    "cli",
}
# These wait for what cannot be in a layer of its own yet: a journal, a page, or a reader of height.
WAITING = {"H-020", "H-023", "H-025", "H-044", "H-055", "H-056", "H-058", "H-060", "H-061", "H-074", "H-075"}
ROW = re.compile(r"^\| (H-\d{3}) \|", re.MULTILINE)


@lru_cache(maxsize=1)
def stories() -> tuple[dict[str, dict[str, Any]], frozenset[str]]:
    """The stories by hazard, and the files whose tests can carry no mark."""
    reader = YAML(typ="safe", pure=True)
    found = reader.load((ROOT / "tests" / "stories.yaml").read_text(encoding="utf-8"))
    unmarked = frozenset(found.pop("unmarked"))
    return found, unmarked


def rows_under(heading: str) -> dict[str, list[str]]:
    """The cells of each row of the table under a heading of SAFETY.md, by hazard."""
    text = (ROOT / "SAFETY.md").read_text(encoding="utf-8")
    part = text.split(f"\n{heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in part.splitlines() if ROW.match(line)]
    ids = [ROW.match(line)[1] for line in lines]  # type: ignore[index]
    assert len(ids) == len(set(ids)), "one row a hazard"
    return {
        name: [cell.strip() for cell in line.strip("|").split(" | ")]
        for name, line in zip(ids, lines, strict=True)
    }


@lru_cache(maxsize=256)
def functions_of(file: str) -> dict[str, ast.FunctionDef]:
    """Every test function of a file, by name."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return {
        node.name: node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def marks(test: ast.FunctionDef, name: str) -> list[ast.Call]:
    """The marks of one name on a test."""
    calls = [item for item in test.decorator_list if isinstance(item, ast.Call)]
    return [call for call in calls if ast.unparse(call.func) == f"pytest.mark.{name}"]


def hazards_on(test: ast.FunctionDef) -> set[str]:
    """The hazards whose control a test holds, by its marks."""
    return {ast.literal_eval(item) for call in marks(test, "hazard") for item in call.args}


def listed(kind: str) -> Iterator[tuple[str, str, str]]:
    """Hazard, file and test of every entry of one kind."""
    for hazard, story in stories()[0].items():
        for entry in story.get(kind, ()):
            file, _, name = entry.partition("::")
            yield hazard, file, name


def test_the_table_of_what_is_held_and_the_stories_are_of_the_same_hazards() -> None:
    assert list(rows_under(HEADINGS["held"])) == list(stories()[0])


def test_every_story_says_its_control_and_names_a_test() -> None:
    for hazard, story in stories()[0].items():
        assert set(story) <= {"control", "tests", "open"}, hazard
        assert story["control"].endswith(".") and story["tests"], hazard
        assert len(story["tests"]) == len(set(story["tests"])), hazard


def test_every_test_that_a_story_names_exists_and_carries_its_mark() -> None:
    unmarked = stories()[1]
    for hazard, file, name in (*listed("tests"), *listed("open")):
        assert (ROOT / file).is_file(), file
        assert name in functions_of(file), f"{file}::{name} does not exist"
        assert file in unmarked or hazard in hazards_on(functions_of(file)[name]), (
            f"{file}::{name} lacks {hazard}"
        )


def test_a_file_is_called_unmarked_only_where_no_mark_can_stand() -> None:
    for file in stories()[1]:
        assert "import pytest" not in (ROOT / file).read_text(encoding="utf-8"), file


def test_a_gap_is_open_and_what_is_held_is_not() -> None:
    """A test that may fail holds nothing; a gap is marked strictly, so that closing it shows."""
    for _, file, name in listed("tests"):
        test = functions_of(file)[name]
        assert not marks(test, "xfail") and not marks(test, "skip"), f"{file}::{name}"
    for _, file, name in listed("open"):
        (mark,) = marks(functions_of(file)[name], "xfail")
        assert "strict=True" in ast.unparse(mark) and "reason=" in ast.unparse(mark), f"{file}::{name}"


def test_every_mark_names_a_hazard_that_has_a_story() -> None:
    known = set(stories()[0])
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for name, test in functions_of(path.relative_to(ROOT).as_posix()).items():
            assert hazards_on(test) <= known, f"{path.name}::{name}"


def test_every_gap_is_told_in_the_residual_risk() -> None:
    rows = rows_under(HEADINGS["held"])
    for hazard, story in stories()[0].items():
        assert ("**Open:**" in rows[hazard][-1]) == bool(story.get("open")), hazard


@pytest.mark.shared
def test_every_hazard_of_the_list_is_held_or_is_said_to_be_open(shared: Path) -> None:
    held, missing = (rows_under(heading) for heading in HEADINGS.values())
    hazards = json.loads((shared / "safety" / "hazards.json").read_text(encoding="utf-8"))
    assert set(held) | set(missing) == {item["id"] for item in hazards}
    built = {item["id"] for item in hazards if item["layer"] in LAYERS}
    assert built - set(held) <= WAITING, "a hazard of a layer that is built has no control"


@pytest.mark.shared
def test_each_severity_is_the_one_that_was_assessed(shared: Path) -> None:
    hazards = json.loads((shared / "safety" / "hazards.json").read_text(encoding="utf-8"))
    assessed = {item["id"]: item["severity"].split()[0] for item in hazards}
    for heading in HEADINGS.values():
        for hazard, cells in rows_under(heading).items():
            assert cells[2] == assessed[hazard], hazard


@pytest.mark.shared
def test_the_hazards_are_told_in_our_own_words(shared: Path) -> None:
    """No seven words in a row are those of the list."""

    def runs(text: str) -> set[tuple[str, ...]]:
        words = re.findall(r"[a-z0-9]+", text.lower())
        return {tuple(words[at : at + 7]) for at in range(len(words) - 6)}

    ours = runs((ROOT / "SAFETY.md").read_text(encoding="utf-8"))
    for item in json.loads((shared / "safety" / "hazards.json").read_text(encoding="utf-8")):
        for key in ("hazard", "sequence_of_events", "harm", "control", "test"):
            assert not ours & runs(item[key]), f"{item['id']}: {key}"
