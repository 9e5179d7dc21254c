"""The example patients: all synthetic, all readable without a complaint, each showing what its name says."""

from __future__ import annotations

from pathlib import Path

import pytest

from adjuvant import sources
from adjuvant.library import opioid_names
from adjuvant.record import Basis, NotAssessable, Outcome
from adjuvant.record.exposures import build_exposures

FOLDERS = sources.example_records()
QUIET = {Outcome.READ, Outcome.USED, Outcome.NOT_ASSESSABLE}


def test_there_are_the_founding_case_in_both_forms_and_four_more() -> None:
    assert [folder.name for folder in FOLDERS] == [
        "founding_case_reconstruction",
        "half_missing",
        "non_responder",
        "opioid_sparing",
        "psychotomimetic_stop",
    ]
    assert [file.name for file in sources.example_reported()] == ["founding_case_reported.reported.yaml"]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_an_example_is_synthetic_and_says_so_on_the_patient_and_in_every_row(folder: Path) -> None:
    record = sources.read(folder).record()
    assert record.patient.synthetic
    assert record.patient.note.lower().startswith("synthetic")
    first_line = (folder / "mapping.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert "SYNTHETIC" in first_line
    for file in folder.glob("*.csv"):
        for line in file.read_text(encoding="utf-8").splitlines()[1:]:
            assert "synthetic-" in line, f"{file}: {line}"


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_an_example_is_read_to_the_last_row(folder: Path) -> None:
    found = sources.read(folder)
    assert {line.outcome for line in found.quality.lines} <= QUIET
    exposures = build_exposures(found.record(), opioid_names() | {"ketamine"}, Basis.ADMINISTERED)
    assert exposures.refused == ()
    assert any(item.ingredient == "ketamine" for item in exposures.items)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_examples_stand_where_a_visitor_looks_for_them(folder: Path, root: Path) -> None:
    shown = root / "examples" / folder.name
    assert shown.resolve() == folder.resolve(), "examples/ shows the files of the package; there is one copy"


def test_one_example_has_half_of_its_readings_missing() -> None:
    record = sources.read(sources.example_folder() / "half_missing").record()
    missing = [item for item in record.pain if item.not_assessable is not None]
    assert len(missing) * 2 == pytest.approx(len(record.pain), rel=0.2)
    assert sum(item.not_assessable is NotAssessable.NOT_RECORDED for item in missing) * 2 > len(missing)


def test_one_example_is_stopped_for_psychotomimetic_effects() -> None:
    record = sources.read(sources.example_folder() / "psychotomimetic_stop").record()
    (event,) = record.adverse_events
    assert (event.kind, event.led_to) == ("hallucination", "ketamine stopped")
