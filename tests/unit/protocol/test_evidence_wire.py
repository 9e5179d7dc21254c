"""The evidence of a protocol as JSON: each key, each study by its file, and the negative trials whatever the protocol names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from adjuvant.library.folder import FOLDER
from adjuvant.protocol import load
from adjuvant.protocol.evidence_wire import evidence_json

CONTROLLED = {"hardy2012", "fallon2018", "salas2012", "ishizuka2007"}
"""The controlled trials in cancer pain that found no benefit, as their papers say of themselves."""


def as_written(path: Path) -> dict[str, Any]:
    """A file of the library as another reader has it."""
    found: dict[str, Any] = YAML(typ="safe", pure=True).load(path)
    return found


def told(key: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(evidence_json(load(key).protocol)))
    return found


@pytest.mark.parametrize("key", ["patel_ldk", "hardy_burst"])
def test_the_label_and_what_is_said_of_it_stand_with_their_source(key: str) -> None:
    written = as_written(FOLDER / "protocols" / key / "protocol.yaml")
    found, said = told(key), written["evidence"]
    assert set(found) == {"label", "statement", "citation", "provenance", "studies", "against"}
    assert (found["label"], found["statement"].split()) == (said["label"], said["statement"].split())
    assert found["citation"] == said.get("citation", written["citation"])
    assert found["provenance"] == said.get("provenance", written["provenance"])
    assert [one["key"] for one in found["studies"]] == said.get("studies", [])


def test_a_study_is_told_as_its_file_has_it() -> None:
    found = {one["key"]: one for one in told("patel_ldk")["against"]}
    for key in CONTROLLED:
        written = as_written(FOLDER / "evidence" / f"{key}.yaml")
        assert set(found[key]) == {
            "key", "title", "design", "controlled", "patients", "direction", "finding", "citation", "provenance",
        }  # fmt: skip
        assert found[key]["controlled"] is True and found[key]["direction"] == "negative"
        for name in ("title", "design", "finding"):
            assert found[key][name].split() == written[name].split()
        assert found[key]["patients"] == written.get("patients")
        assert (found[key]["citation"], found[key]["provenance"]) == (
            written["citation"],
            written["provenance"],
        )


def test_beside_what_a_protocol_names_only_negative_controlled_trials_in_cancer_pain_stand_against_it() -> (
    None
):
    for key in ("patel_ldk", "hardy_burst"):
        named = as_written(FOLDER / "protocols" / key / "protocol.yaml")["evidence"].get("against", [])
        found = [one["key"] for one in told(key)["against"]]
        assert found[: len(named)] == named
        assert len(found) == len(set(found))
        more = {one: as_written(FOLDER / "evidence" / f"{one}.yaml") for one in set(found) - set(named)}
        kinds = {(one["controlled"], one["direction"], one["pain"]) for one in more.values()}
        assert kinds <= {(True, "negative", "cancer")}
        assert set(found) >= CONTROLLED


def test_evidence_without_a_source_of_its_own_says_none() -> None:
    protocol = load("patel_ldk").protocol
    bare = protocol.evidence.model_copy(update={"provenance": None, "citation": None})
    found = evidence_json(protocol.model_copy(update={"evidence": bare}))
    assert (found["citation"], found["provenance"]) == (None, None)


def test_the_negative_trials_stand_against_a_protocol_that_names_none() -> None:
    protocol = load("patel_ldk").protocol
    silent = protocol.evidence.model_copy(update={"against": ()})
    found = evidence_json(protocol.model_copy(update={"evidence": silent}))["against"]
    assert {one["key"] for one in found} >= CONTROLLED
    assert {(one["controlled"], one["direction"]) for one in found} == {(True, "negative")}
