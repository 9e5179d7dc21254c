"""`adjuvant run FOLDER`: every scenario is played, each has its line, and one that does not hold fails the whole."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from running import Run

QUIET = Path(__file__).resolve().parents[3] / "docs" / "how-to" / "quiet_nights"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The invented protocol of the how-to with its scenario twice, once in a folder of its own."""
    place = tmp_path / "quiet_nights"
    shutil.copytree(QUIET, place)
    (place / "more").mkdir()
    text = (place / "first_day.yaml").read_text(encoding="utf-8")
    again = text.replace("protocol: protocol.yaml", "protocol: ../protocol.yaml")
    again = again.replace("site: site.yaml", "site: ../site.yaml").replace(
        "scenario: first_day", "scenario: second_day"
    )
    (place / "more" / "second_day.yaml").write_text(again, encoding="utf-8")
    return place


def test_every_scenario_has_a_line_and_the_last_says_how_many_hold(adjuvant: Run, folder: Path) -> None:
    found = adjuvant("run", folder)
    assert found.code == 0, found.err
    lines = found.out.splitlines()
    assert [line.partition(":")[0] for line in lines[:2]] == [
        "holds  first_day.yaml",
        "holds  more/second_day.yaml",
    ]
    assert lines[-1] == "2 scenarios: 2 hold, 0 do not, 0 not played. 3 other YAML files in the folder."


def test_one_that_does_not_hold_fails_the_whole_with_what_is_not_as_expected(
    adjuvant: Run, folder: Path
) -> None:
    path = folder / "more" / "second_day.yaml"
    text = path.read_text(encoding="utf-8")
    assert "status: raise" in text
    path.write_text(text.replace("status: raise", "status: stop"), encoding="utf-8")
    found = adjuvant("run", folder)
    assert found.code == 1
    assert "NOT AS EXPECTED  more/second_day.yaml: status is raise, not stop" in found.out
    assert "2 scenarios: 1 hold, 1 do not, 0 not played." in found.out
    answer = adjuvant("run", folder, "--json")
    assert answer.code == 1
    assert [one["unexpected"] for one in answer.json["scenarios"]] == [[], ["status is raise, not stop"]]
    assert (answer.json["holding"], answer.json["not_holding"], answer.json["not_played"]) == (1, 1, 0)


@pytest.mark.parametrize("broken", ["scenario: a\ntitle: [", "scenario: a\n", ""])
def test_one_that_cannot_be_played_is_named_and_the_others_are_played(
    adjuvant: Run, folder: Path, broken: str
) -> None:
    (folder / "broken.yaml").write_text(broken, encoding="utf-8")
    found = adjuvant("run", folder)
    assert found.code == 3
    assert "NOT PLAYED  broken.yaml: " in found.out and "holds  first_day.yaml" in found.out
    assert "3 scenarios: 2 hold, 0 do not, 1 not played." in found.out


def test_a_folder_without_a_scenario_and_a_picture_of_a_folder_are_refused(
    adjuvant: Run, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    nothing = adjuvant("run", tmp_path / "empty")
    assert (nothing.code, nothing.out) == (3, "") and "holds no scenario" in nothing.err
    drawn = adjuvant("run", folder, "--figure", tmp_path / "one.svg")
    assert (drawn.code, drawn.out) == (2, "") and "--figure: draws one scenario" in drawn.err
