"""What supports a protocol and what speaks against it stands in the JSON of run, advise and plan as on their pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from adjuvant.library.studies import studies
from adjuvant.protocol import load, protocol_keys
from adjuvant.protocol.evidence_wire import evidence_json
from running import Run

ROOT = Path(__file__).resolve().parents[3]
FIRST = ROOT / "tests" / "fixtures" / "plans" / "first_infusion.yaml"
CHART = ROOT / "src" / "adjuvant" / "sources" / "examples" / "psychotomimetic_stop"
STATED = ("--vial", "50 mg/mL", "--bag", "100 mL", "--pump-step", "0.1 mL/h", "--concentration", "1 mg/mL")
NEGATIVE = {"hardy2012", "fallon2018", "salas2012", "ishizuka2007"}
"""The controlled trials in cancer pain that found no benefit, as their papers say of themselves."""

ASKED: dict[str, tuple[object, ...]] = {
    "run": ("run", FIRST),
    "plan": ("plan", FIRST, *STATED),
    "advise": ("advise", "--protocol", "patel_ldk", "--record", CHART, "--at", "2031-08-18T19:45"),
}


@pytest.mark.parametrize("command", ASKED)
def test_the_evidence_stands_in_the_answer_with_its_label_and_citations(adjuvant: Run, command: str) -> None:
    found: dict[str, Any] = adjuvant(*ASKED[command], "--json").json["evidence"]
    told = load("patel_ldk").protocol.evidence
    assert (found["label"], found["statement"]) == ("uncontrolled", told.statement)
    assert found["citation"] == told.citation
    assert [one["key"] for one in found["studies"]] == list(told.studies)
    for one in (*found["studies"], *found["against"]):
        study = studies()[one["key"]]
        assert (one["title"], one["finding"]) == (study.title, study.finding)
        assert one["citation"] == study.citation.key and one["citation"]


@pytest.mark.parametrize("key", protocol_keys())
def test_no_protocol_is_shown_without_the_negative_trials(key: str) -> None:
    protocol = load(key).protocol
    found = evidence_json(protocol)
    against = [one["key"] for one in found["against"]]
    assert set(against) >= NEGATIVE | set(protocol.evidence.against)
    assert len(against) == len(set(against))
    assert all(one["direction"] == "negative" for one in found["against"] if one["key"] in NEGATIVE)
