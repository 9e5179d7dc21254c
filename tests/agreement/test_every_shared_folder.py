"""Every folder of open data, from its files through the store to an outcome, or a reason, for every patient.

Nothing of a patient is printed or kept here. There is hardly any ketamine in these data: where a patient has none, a
pseudo-course stands at the midpoint of the charted pain, or, without pain, a declared span at the midpoint of whatever
is charted, so that the windows, the pain and the opioids of all of them are worked out. The figures that facts.json
holds were counted in SQL by somebody else.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adjuvant import sources
from adjuvant.errors import AdjuvantError
from adjuvant.outcomes import (
    Course,
    CourseOutcome,
    declared_course,
    evaluate,
    find_courses,
    outcome_json,
    pseudo_course,
)
from adjuvant.record import EVENT_KINDS, Outcome, PainKind, PatientRecord
from adjuvant.sources import store
from adjuvant.sources.base import Import

pytestmark = [pytest.mark.shared, pytest.mark.slow, pytest.mark.xdist_group("every-shared-folder")]

FORMATS = {
    "mimic3_demo": "mimic3",
    "mimic4_demo_orders": "mimic4",
    "mimic4_demo_omop53": "omop",
    "eicu_demo_partial": "eicu",
    "synthea27nj_omop54": "omop",
    "fhir_r4_core_examples": "fhir",
    "cdc_opioid_fhir_examples": "fhir",
    "medicaldata_pain": "table",
}
"""Every folder, and the reader it needs."""

FOLDERS = [name for name, needed in FORMATS.items() if needed in sources.FORMATS]

# The trial states no times, and its opioids as one total: no administration is made of a total.
SUPRACLAVICULAR = """\
version: 1
zone: UTC
empty: ["NA"]
note: "Supraclavicular block trial (medicaldata): opioid totals are reported figures and are not read as doses."
tables:
  patients:
    file: {file}
    columns: {{id: subject, age_years: age}}
  pain:
    - file: {file}
      columns: {{patient: subject, score: vps_rest}}
      constants: {{scale: nrs_0_10, reporter: self, site: at rest, time: "2000-01-01T00:00"}}
      times: nominal
    - file: {file}
      columns: {{patient: subject, score: vps_movement}}
      constants: {{scale: nrs_0_10, reporter: self, site: on movement, time: "2000-01-01T00:00"}}
      times: nominal
"""


@dataclass(frozen=True)
class Evaluated:
    """One folder: as imported, as the store gives it back, and the outcome or the reason of each patient."""

    imported: Import
    stored: Import
    outcomes: dict[str, CourseOutcome | str]


Take = Callable[[str], Evaluated]


@pytest.fixture(scope="session")
def taken(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Take:
    """A folder by name, imported and evaluated once."""
    done: dict[str, Evaluated] = {}

    def take(name: str) -> Evaluated:
        if name not in done:
            work = tmp_path_factory.mktemp(name)
            folder = shared / "data" / name
            if FORMATS[name] == "table":
                file = json.dumps(str(folder / "supraclavicular.csv"))
                (work / "mapping.yaml").write_text(SUPRACLAVICULAR.format(file=file), encoding="utf-8")
                folder = work / "mapping.yaml"
            imported = sources.read(folder, zone="UTC")
            store.write(work / "records", imported)
            stored = store.read(work / "records")
            done[name] = Evaluated(
                imported, stored, {record.patient.id: _outcome(record) for record in stored.records}
            )
        return done[name]

    return take


def _outcome(record: PatientRecord) -> CourseOutcome | str:
    try:
        return evaluate(record, _course(record), plans=())
    except AdjuvantError as error:
        return f"{error.rule}; {error.remedy}"


def _course(record: PatientRecord) -> Course:
    found = find_courses(record)
    if found:
        return found[0]
    if not record.pain:
        moments = sorted(_moments(record))
        if moments:
            middle = moments[0] + (moments[-1] - moments[0]) / 2
            return declared_course(middle, middle + timedelta(days=1))
    return pseudo_course(record)


def _moments(record: PatientRecord) -> list[datetime]:
    events = [event for kind in EVENT_KINDS for event in getattr(record, kind)]
    found = (getattr(event, "start", None) or getattr(event, "at", None) for event in events)
    return [moment for moment in found if moment is not None]


def facts(shared: Path, part: str) -> dict[str, Any]:
    found = json.loads((shared / "data" / "facts.json").read_text(encoding="utf-8"))[part]
    assert isinstance(found, dict)
    return found


def test_no_folder_is_left_out(shared: Path) -> None:
    assert {path.name for path in (shared / "data").iterdir() if path.is_dir()} == set(FORMATS)


@pytest.mark.parametrize("name", FOLDERS)
def test_the_folder_is_recognised_by_itself(shared: Path, name: str) -> None:
    if FORMATS[name] != "table":
        assert sources.detect_format(shared / "data" / name) == FORMATS[name]


@pytest.mark.parametrize("name", FOLDERS)
def test_every_row_of_the_folder_is_accounted_for(taken: Take, name: str) -> None:
    quality = taken(name).imported.quality
    tables = {line.table for line in quality.lines}
    assert tables
    assert {table: quality.unaccounted(table) for table in tables} == dict.fromkeys(tables, 0)
    for line in quality.lines:
        assert bool(line.reason) is (line.outcome not in (Outcome.READ, Outcome.USED)), line


@pytest.mark.parametrize("name", FOLDERS)
def test_the_store_gives_back_what_was_imported(taken: Take, name: str) -> None:
    found = taken(name)
    assert len(found.stored.records) == len(found.imported.records)
    before = sorted(found.imported.records, key=lambda record: record.patient.id)
    for one, other in zip(before, sorted(found.stored.records, key=lambda r: r.patient.id), strict=True):
        assert other.patient == one.patient
        assert all(getattr(other, kind) == getattr(one, kind) for kind in EVENT_KINDS)
        assert other.unplaced == one.unplaced
        assert other.quality.lines == one.quality.lines


@pytest.mark.parametrize("name", FOLDERS)
def test_every_patient_has_figures_or_reasons(taken: Take, name: str) -> None:
    found = taken(name)
    assert set(found.outcomes) == {record.patient.id for record in found.stored.records}
    for patient, outcome in found.outcomes.items():
        if isinstance(outcome, str):
            assert len(outcome.split()) > 3, patient
            continue
        answer = outcome_json(outcome)
        json.dumps(answer, allow_nan=False)
        for part in ("pain", "opioids"):
            assert answer[part]["percent"] is not None or answer[part]["missing"], (patient, part)
        for response in answer["responses"]:
            assert bool(response["missing"]) is (response["answer"] == "cannot_evaluate"), patient
        assert answer["verdict"], patient


@pytest.mark.parametrize("name", FOLDERS)
def test_an_opioid_that_could_not_be_counted_keeps_its_window_from_being_complete(
    taken: Take, name: str
) -> None:
    for outcome in taken(name).outcomes.values():
        if isinstance(outcome, str) or outcome.opioids is None:
            continue
        for window in (outcome.opioids.before, outcome.opioids.after):
            assert not (window.refused and window.complete)


def test_mimic3_agrees_with_its_facts(taken: Take, shared: Path) -> None:
    known, records = facts(shared, "mimic3"), taken("mimic3_demo").stored.records
    assert len(records) == known["patients"]
    cancer = [record for record in records if any(item.cancer for item in record.conditions)]
    assert len(cancer) == known["cancer_patients"]
    scored = [
        record
        for record in records
        if any(score.kind is PainKind.CURRENT and score.value is not None for score in record.pain)
    ]
    assert len(scored) == known["pain_patients"]


def test_omop_agrees_with_its_facts(taken: Take, shared: Path) -> None:
    known, found = facts(shared, "omop"), taken("mimic4_demo_omop53")
    assert len(found.stored.records) == known["persons"]
    assert sum(len(record.requests) for record in found.stored.records) == known["drug_exposure"]
    assert not any(isinstance(outcome, str) for outcome in found.outcomes.values())


@pytest.mark.skipif("mimic4_demo_orders" not in FOLDERS, reason="no reader of MIMIC-IV yet")
def test_mimic4_orders_agree_with_their_facts(taken: Take, shared: Path) -> None:
    known, found = facts(shared, "mimic4_orders"), taken("mimic4_demo_orders")
    assert len(found.stored.records) == known["patients"]
    assert found.imported.quality.count(Outcome.READ, "prescriptions") == known["rx"]
    ketamine = sum(
        item.name == "ketamine"
        for record in found.stored.records
        for order in record.requests
        for item in order.drug.ingredients
    )
    assert ketamine == known["ketamine_rx"]
    # Two orders for an intubation are no course.
    assert not any(find_courses(record) for record in found.stored.records)


@pytest.mark.skipif("eicu_demo_partial" not in FOLDERS, reason="no reader of eICU yet")
def test_eicu_agrees_with_its_facts(taken: Take, shared: Path) -> None:
    found = taken("eicu_demo_partial")
    assert found.imported.quality.count(Outcome.READ, "patient") == facts(shared, "eicu")["stays"]


def test_synthea_persons_are_synthetic_and_have_pain(taken: Take) -> None:
    records = taken("synthea27nj_omop54").stored.records
    assert len(records) == 28
    assert all(record.patient.synthetic for record in records)
    assert all(record.pain for record in records)


def test_the_trial_keeps_its_scores_and_makes_no_dose_of_its_totals(taken: Take, shared: Path) -> None:
    """Counted from the CSV: two scores a patient, where they are there; totals of opioids are no administrations."""
    with (shared / "data" / "medicaldata_pain" / "supraclavicular.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    expected = Counter(
        (row["subject"], place, row[column])
        for row in rows
        for column, place in (("vps_rest", "at rest"), ("vps_movement", "on movement"))
        if row[column] not in ("", "NA")
    )
    records = taken("medicaldata_pain").stored.records
    found = Counter(
        (record.patient.id, score.site, str(score.value))
        for record in records
        for score in record.pain
        if score.value is not None
    )
    assert found == expected
    assert len(records) == len(rows) == 103
    for record in records:
        assert not record.administrations
        assert "The source states no times of pain" in record.patient.note
        assert "reported figures" in record.patient.note
