"""The page of the models is as made, holds every figure with its reading, and every source with its identifier."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from adjuvant.citation import Provenance
from adjuvant.library import citations
from adjuvant.pk import absorption_findings, incomplete_models, load_model, model_keys

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reference" / "ketamine-models.md"


@pytest.fixture(scope="module")
def page() -> str:
    return PAGE.read_text(encoding="utf-8")


def section(page: str, key: str) -> str:
    return page.split(f'## <a id="model-{key}"></a>')[1].split("\n## ")[0]


def test_the_page_is_as_made() -> None:
    made = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "level-models"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr


@pytest.mark.parametrize("key", model_keys())
def test_every_number_of_a_model_stands_in_its_table_with_how_it_was_come_by(key: str, page: str) -> None:
    rows = [line for line in section(page, key).splitlines() if line.startswith("| ")][1:]
    figures = load_model(key).figures
    assert len(rows) == len(figures)
    words = {Provenance.READ: "read", Provenance.SECONDARY: "copy", Provenance.ASSUMED: "**assumed**"}
    wanted = sorted((one.shown, words[one.source.provenance]) for one in figures)
    found = sorted((row.split(" | ")[1], row.split(" | ")[2].split(" ")[0]) for row in rows)
    assert found == wanted


@pytest.mark.parametrize("key", model_keys())
def test_every_warning_and_every_parameter_stands_in_the_section_of_its_model(key: str, page: str) -> None:
    own, model = section(page, key), load_model(key)
    for warning in model.warnings:
        assert f"- {' '.join(warning.split())}" in own
    flows = next(line for line in own.splitlines() if line.startswith("Flows: "))
    clearances = {flow.clearance or flow.rate for flow in model.flows}
    assert clearances <= set(re.findall(r"`([^`]+)`", flows))


def test_every_finding_of_a_route_and_every_publication_that_cannot_be_run_is_there(page: str) -> None:
    for finding in absorption_findings().values():
        assert f"| `{finding.key}` | {finding.route} | {finding.drug} |" in page
    for key in incomplete_models():
        assert f"- **{key}**: " in page


def test_every_source_that_is_named_is_listed_once_with_its_identifier(page: str) -> None:
    text, sources = page.split("## Sources\n")
    named = set(re.findall(r"\]\(#(?!model-)([a-z0-9_]+)\)", text))
    listed = re.findall(r'<a id="([a-z0-9_]+)">', sources)
    assert sorted(listed) == sorted(named) and named
    for line in sources.strip().splitlines():
        key = re.findall(r'id="([a-z0-9_]+)"', line)[0]
        assert line.endswith(citations()[key].identifier)


def test_no_two_places_of_the_page_have_one_name(page: str) -> None:
    anchors = re.findall(r'<a id="([^"]+)">', page)
    assert len(anchors) == len(set(anchors))


def test_what_is_assumed_is_in_bold(page: str) -> None:
    assert "| [kamp2020](#model-kamp2020) | ketamine and esketamine | arterial |" in page
    assert "| subcutaneous | ketamine | 0.75 to 1 |  |  |  | **assumed** |" in page
