"""The pages and the schema that are made of the protocols are as made, and hold what a reader must not miss."""

from __future__ import annotations

import json
import re
import runpy
from pathlib import Path

import pytest
from pydantic import BaseModel

from adjuvant.library.studies import studies
from adjuvant.protocol import Profile, Protocol, lacking, load, protocol_keys
from adjuvant.protocol.guardrail import Guardrail
from adjuvant.protocol.values import Sourced

ROOT = Path(__file__).resolve().parents[2]
CLINICAL = ROOT / "docs" / "clinical"


@pytest.fixture(scope="module")
def made() -> dict[Path, str]:
    found: dict[Path, str] = runpy.run_path(str(ROOT / "scripts" / "protocol-docs"))["made"]()
    return found


def test_every_page_and_the_schema_are_as_made(made: dict[Path, str]) -> None:
    off = [path.name for path, text in made.items() if path.read_text(encoding="utf-8") != text]
    assert off == [], "run scripts/protocol-docs"


def test_there_is_no_page_of_a_protocol_that_is_gone(made: dict[Path, str]) -> None:
    assert set(CLINICAL.glob("*.md")) == {path for path in made if path.suffix == ".md"}
    assert set(CLINICAL.glob("figures/*")) == {path for path in made if path.suffix == ".svg"}


@pytest.mark.parametrize("key", protocol_keys())
def test_a_page_names_every_study_against_with_its_finding_and_every_gap(key: str) -> None:
    protocol = load(key).protocol
    page = (CLINICAL / f"{key}.md").read_text(encoding="utf-8")
    for study in (*protocol.evidence.studies, *protocol.evidence.against):
        assert studies()[study].title in page
        assert " ".join(studies()[study].finding.split()).replace("<", "&lt;") in page
    for need in lacking(protocol):
        assert f"`{need.field}`" in page


@pytest.mark.parametrize("key", protocol_keys())
def test_every_source_of_a_page_is_listed_with_an_identifier_or_a_named_document(key: str) -> None:
    page = (CLINICAL / f"{key}.md").read_text(encoding="utf-8")
    text, sources = page.split("## Sources\n")
    named = {part.split(")")[0] for part in text.split("](#")[1:]}
    listed = {line.split('id="')[1].split('"')[0] for line in sources.splitlines() if 'id="' in line}
    assert named == listed and named


def test_both_sides_of_the_founding_limit_stand_side_by_side() -> None:
    page = (CLINICAL / "patel_ldk.md").read_text(encoding="utf-8")
    table = page.split("**The dose and the limit of the same protocol**")[1].split("**")[0]
    assert "| Each infusion is 0.5 mg/kg, which is 35 mg at 70 kg. |" in table
    assert "| The dose is less than 35 mg per 70 kg. |" in table


def test_the_schema_is_that_of_the_form_and_refuses_unknown_keys() -> None:
    schema = json.loads((ROOT / "docs" / "reference" / "protocol.schema.json").read_text(encoding="utf-8"))
    assert set(schema["properties"]) == {field.alias or name for name, field in Protocol.model_fields.items()}
    closed = [form for form in (schema, *schema["$defs"].values()) if "properties" in form]
    assert closed and all(form["additionalProperties"] is False for form in closed)


def test_the_page_of_the_language_names_every_key_of_the_form() -> None:
    page = (ROOT / "docs" / "reference" / "protocol-language.md").read_text(encoding="utf-8")
    schema = json.loads((ROOT / "docs" / "reference" / "protocol.schema.json").read_text(encoding="utf-8"))
    keys = {key for form in (schema, *schema["$defs"].values()) for key in form.get("properties", ())}
    named = {word for code in re.findall(r"`([^`]+)`", page) for word in re.findall(r"[a-z_]+", code)}
    assert keys - named == set()


@pytest.mark.parametrize(("page", "form"), [("site-profile", Profile), ("guardrails", Guardrail)])
def test_the_page_of_a_form_names_every_key_of_it(page: str, form: type[BaseModel]) -> None:
    text = (ROOT / "docs" / "reference" / f"{page}.md").read_text(encoding="utf-8")
    own = set(form.model_fields) - set(Sourced.model_fields)
    assert {key for key in own if f"`{key}" not in text and f"{key}:" not in text} == set()
