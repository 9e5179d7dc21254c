"""The page of the specification is as made, and holds every test that it should: counted here without its generator."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reference" / "specification.md"
FOLDERS = ("spec", "properties", "scenarios")


@pytest.fixture(scope="module")
def making() -> ModuleType:
    """The module that makes the page."""
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        import specification_page
    finally:
        sys.path.remove(str(ROOT / "scripts"))
    return specification_page


@pytest.fixture(scope="module")
def text() -> str:
    return PAGE.read_text(encoding="utf-8")


def written_tests() -> set[str]:
    """The ids of the tests of the three folders, found by how a definition begins."""
    return {
        f"{path.relative_to(ROOT).as_posix()}::{name}"
        for folder in FOLDERS
        for path in (ROOT / "tests" / folder).glob("test_*.py")
        for name in re.findall(r"^def (test_\w+)\(", path.read_text(encoding="utf-8"), re.MULTILINE)
    }


def test_the_page_is_as_made() -> None:
    run = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "specification"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr


def test_every_specification_law_and_course_stands_in_a_chapter_with_its_id(text: str) -> None:
    chapters = text.split("\n## Scenarios of the protocols\n")[0]
    found = re.findall(r"`(tests/[\w/.]+::test_\w+)`", chapters)
    assert written_tests() - set(found) == set()
    assert len(found) == len(set(found)), "each stands once"


def test_every_id_on_the_page_is_that_of_a_test(text: str) -> None:
    for entry in set(re.findall(r"`(tests/[\w/.]+::test_\w+)`", text)):
        file, name = entry.split("::")
        assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8"), entry


def test_every_hazard_that_is_held_stands_with_all_its_tests(text: str) -> None:
    stories = YAML(typ="safe", pure=True).load((ROOT / "tests" / "stories.yaml").read_text(encoding="utf-8"))
    parts = dict(re.findall(r"\n### (H-\d{3})\n(.*?)(?=\n### |\Z)", text, re.DOTALL))
    assert set(parts) == set(stories) - {"unmarked"}
    for hazard, part in parts.items():
        named = re.findall(r"`(tests/\S+)`", part)
        assert named == [*stories[hazard]["tests"], *stories[hazard].get("open", ())], hazard
        assert "](../../SAFETY.md" in part


def test_every_scenario_of_the_library_stands_with_its_rule(text: str) -> None:
    folder = ROOT / "src" / "adjuvant" / "library" / "protocols"
    ids = {f"{path.parents[1].name}-{path.stem}" for path in folder.glob("*/scenarios/*.yaml")}
    assert len(ids) > 200
    assert set(re.findall(r"<br><sub>`([\w]+-\w+)`</sub> \|", text)) == ids


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("test_a_dose_of_0_5_mg_per_kg_is_refused", "A dose of 0.5 mg/kg is refused."),
        ("test_the_windows_read_458_8_and_310_0", "The windows read 458.8 and 310.0."),
        ("test_a_patch_of_75_is_180_and_not_504", "A patch of 75 is 180 and not 504."),
        ("test_loinc_54632_5_is_not_rass", "LOINC 54632-5 is not RASS."),
        ("test_a_day_s_mme", "A day's MME."),
        ("test_s_ketamine_is_another_drug", "S-ketamine is another drug."),
    ],
)
def test_the_name_of_a_test_is_a_sentence(making: ModuleType, name: str, sentence: str) -> None:
    assert making.sentence(name) == sentence


def test_a_module_without_a_chapter_makes_no_page(
    making: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = making._told()
    fewer = [{**one, "modules": one["modules"][1:]} for one in told["chapters"]]
    monkeypatch.setattr(making, "_told", lambda: {**told, "chapters": fewer})
    with pytest.raises(SystemExit, match=r"spec/test_hazard_protocols\.py"):
        making.page()


def test_what_is_shown_of_a_case_is_what_is_asked(text: str) -> None:
    """Two tables, looked up by hand: rates by their base of time, with how each was reckoned; and bands of methadone."""
    assert "| 3 mg/h | 216 | 3 × 24 = 72 mg a day, × 3 |" in text
    assert "| 20.1 | 160.8 |" in text
