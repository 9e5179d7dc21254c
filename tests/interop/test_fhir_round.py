"""A synthetic stay as FHIR R4: valid by an independent validator, read alike in every form, and counted as by hand."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from adjuvant.record import (
    EVENT_KINDS,
    AdministrationKind,
    AdministrationStatus,
    ConsentStatus,
    NotAssessable,
    Origin,
    PainReporter,
    PatientRecord,
)
from adjuvant.record.exposures import build_exposures
from adjuvant.sources import detect_format
from adjuvant.sources import read as read_any
from adjuvant.sources.fhir import read
from fixtures.fhir.build import write

COURSE = Path(__file__).resolve().parents[1] / "fixtures" / "fhir" / "synthetic_course.json"
ZONE = "Europe/Amsterdam"


@pytest.fixture(scope="module")
def content() -> dict[str, Any]:
    return json.loads(COURSE.read_text())


@pytest.fixture(scope="module")
def record() -> PatientRecord:
    return read(COURSE, zone=ZONE).record()


def resources(content: dict[str, Any]) -> Iterator[dict[str, Any]]:
    return (entry["resource"] for entry in content["entry"])


def amounts(record: PatientRecord, ingredient: str) -> Fraction:
    answer = build_exposures(record, frozenset({ingredient}))
    assert answer.refused == ()
    return sum((item.amount.in_("mg") for item in answer.items), Fraction(0))


# --- valid, and labelled -------------------------------------------------------------------------------------------


def test_the_fixture_is_valid_r4_by_an_independent_validator(content: dict[str, Any]) -> None:
    fhir = pytest.importorskip("fhir.resources.R4B")
    fhir.get_fhir_model_class("Bundle").model_validate(content)
    for resource in resources(content):
        fhir.get_fhir_model_class(resource["resourceType"]).model_validate(resource)


def test_the_fixture_says_that_it_is_synthetic(content: dict[str, Any], record: PatientRecord) -> None:
    assert all(
        {"HTEST"} <= {label["code"] for label in row["meta"]["security"]} for row in resources(content)
    )
    assert record.patient.synthetic


# --- by hand ----------------------------------------------------------------------------------------------------------


def test_the_amounts_are_those_of_the_chart(record: PatientRecord) -> None:
    """75 ug/h for 72 h; 0.4 mg/h for 24 h and 0.2 mg/h for 48 h; 7 mL/h of 1 mg/mL for 5 h, three times; two tablets."""
    assert amounts(record, "fentanyl") == Fraction("5.4")
    assert amounts(record, "hydromorphone") == Fraction("19.2")
    assert amounts(record, "ketamine") == 105
    assert amounts(record, "oxycodone") == 20


def test_the_orders_are_those_of_the_chart(record: PatientRecord) -> None:
    found = {item.id: item for item in record.requests}
    assert found["order-patch"].rate is not None
    assert (found["order-patch"].rate.in_("ug/h"), found["order-patch"].every_hours) == (75, 72)
    assert str(found["order-hydromorphone"].rate) == "0.4 mg/h"
    assert (found["order-oxycodone"].as_needed, found["order-oxycodone"].times_per_day) == (True, 4)
    assert (str(found["order-ketamine"].dose), found["order-ketamine"].times_per_day) == ("35 mg", 1)
    assert found["home-morphine"].statement
    assert {item.doubt for item in record.requests} == {""}


def test_what_was_not_given_and_what_is_as_needed(record: PatientRecord) -> None:
    found = {item.id: item for item in record.administrations}
    assert (found["oxycodone-2"].status, found["oxycodone-2"].reason_not_given) == (
        AdministrationStatus.NOT_GIVEN,
        "asleep",
    )
    assert found["oxycodone-1"].as_needed is True
    assert (found["patch-1"].kind, found["patch-1"].patch) == (AdministrationKind.PATCH_ON, "left upper arm")
    assert found["patch-1"].wear_hours == 72
    assert {item.doubt for item in record.administrations} == {""}


def test_pain_by_reporter_and_its_gaps(record: PatientRecord) -> None:
    assert [(item.id, item.value, item.not_assessable, item.reporter) for item in record.pain] == [
        ("pain-1", 9, None, PainReporter.SELF),
        ("pain-2", 8, None, PainReporter.SELF),
        ("pain-3", 9, None, PainReporter.PROXY),
        ("pain-4", None, NotAssessable.ASLEEP, PainReporter.UNSTATED),
        ("pain-5", None, NotAssessable.DECLINED, PainReporter.UNSTATED),
        ("pain-6", 6, None, PainReporter.UNSTATED),
        ("pain-7", 5, None, PainReporter.SELF),
        ("pain-8", 4, None, PainReporter.SELF),
    ]


def test_everything_else_of_the_stay(record: PatientRecord) -> None:
    assert [(item.text, item.cancer) for item in record.conditions] == [
        ("Malignant neoplasm of prostate", True),
        ("Secondary malignant neoplasm of bone", True),
    ]
    assert [(item.text, item.reaction) for item in record.allergies] == [("Penicillin", "rash")]
    assert [(item.scope, item.status) for item in record.consents] == [
        ("data use", ConsentStatus.PENDING),
        ("treatment", ConsentStatus.GIVEN),
    ]
    assert [(str(item.value), item.method) for item in record.weights] == [("70 kg", "measured")]
    assert [(item.scale, item.value) for item in record.sedation] == [("rass", "-1")]
    assert sorted((item.kind, str(item.value)) for item in record.vitals) == [
        ("diastolic", "74 mm[Hg]"),
        ("respiratory_rate", "14 /min"),
        ("spo2", "96 %"),
        ("systolic", "128 mm[Hg]"),
    ]
    assert [item.kind for item in record.encounters] == ["inpatient encounter"]
    assert record.patient.note == ""


def test_the_quality_of_the_read(content: dict[str, Any]) -> None:
    found = read(COURSE, zone=ZONE).quality
    lines = {(line.table, str(line.outcome), line.reason): line.count for line in found.lines if line.reason}
    assert lines == {
        ("MedicationRequest", "doubted", "the dose is worked out as rate times duration"): 1,
        ("Observation", "not assessable", "pain not assessable: asleep"): 1,
        ("Observation", "not assessable", "pain not assessable: declined"): 1,
        ("Observation", "not used", "is not an observation that is read"): 1,
        ("Observation", "not used", "was entered in error"): 1,
        ("Practitioner", "not used", "is not a kind of resource that is read"): 1,
    }
    assert sum(line.count for line in found.lines if line.outcome == "read") == 1 + len(content["entry"])


# --- every form, one record ------------------------------------------------------------------------------------------------


def facts(record: PatientRecord) -> Any:
    return record.patient, {
        kind: [
            replace(event, origin=Origin("fhir", "", "", event.origin.raw)) for event in getattr(record, kind)
        ]
        for kind in EVENT_KINDS
    }


@pytest.mark.parametrize(
    "form", ["stay.ndjson", "stay.ndjson.gz", "stay.json.gz", "folder by type", "pages", "searches"]
)
def test_every_form_of_the_same_resources_gives_the_same_record(
    tmp_path: Path, content: dict[str, Any], record: PatientRecord, form: str
) -> None:
    path = tmp_path
    rows = list(resources(content))
    if form.startswith("stay.ndjson"):
        path = write(tmp_path, "".join(json.dumps(row) + "\n" for row in rows), form)
    elif form == "stay.json.gz":
        path = write(tmp_path, content, form)
    elif form == "folder by type":
        for row in rows:
            (tmp_path / row["resourceType"]).mkdir(exist_ok=True)
            write(tmp_path / row["resourceType"], row, f"{row['id']}.json")
    elif form == "pages":
        for number in range(0, len(rows), 10):
            link = [{"relation": "self", "url": f"http://example.org/{number}"}]
            if number + 10 < len(rows):
                link.append({"relation": "next", "url": f"http://example.org/{number + 10}"})
            entries = content["entry"][number : number + 10]
            page = {
                "resourceType": "Bundle",
                "type": "searchset",
                "total": len(rows),
                "link": link,
                "entry": entries,
            }
            write(tmp_path, page, f"page-{number}.json")
    else:
        kinds = sorted({row["resourceType"] for row in rows})
        inner = [
            {
                "resourceType": "Bundle",
                "type": "searchset",
                "entry": [entry for entry in content["entry"] if entry["resource"]["resourceType"] == kind],
            }
            for kind in kinds
        ]
        outer = {
            "resourceType": "Bundle",
            "type": "batch-response",
            "entry": [{"resource": row} for row in inner],
        }
        path = write(tmp_path, outer, "answers.json")
    if form != "folder by type":  # a folder that holds only folders has to be named as FHIR
        assert detect_format(path) == "fhir"
    assert facts(read_any(path, "fhir", zone=ZONE).record()) == facts(record)


def test_references_by_urn_give_the_same_record(
    tmp_path: Path, content: dict[str, Any], record: PatientRecord
) -> None:
    """As a transaction writes them: every reference is the fullUrl of another entry."""
    text = json.dumps(content)
    for number, row in enumerate(resources(content)):
        name = f"{row['resourceType']}/{row['id']}"
        urn = f"urn:uuid:00000000-0000-4000-8000-{number:012}"
        text = text.replace(f'"reference": "{name}"', f'"reference": "{urn}"')
        text = text.replace(f'"fullUrl": "http://example.org/fhir/{name}"', f'"fullUrl": "{urn}"')
    found = read(write(tmp_path, text), zone=ZONE).record()
    ours, theirs = facts(found), facts(record)
    assert ours[0] == theirs[0]
    for kind in EVENT_KINDS:
        if kind != "consents":  # who gave it is kept as it was written
            assert [replace(e, origin=None) for e in ours[1][kind]] == [
                replace(e, origin=None) for e in theirs[1][kind]
            ]


# --- against another engine ------------------------------------------------------------------------------------------------------


def fhirpath(content: dict[str, Any], expression: str) -> list[Any]:
    evaluate = pytest.importorskip("fhirpathpy").evaluate
    with contextlib.redirect_stdout(io.StringIO()):  # it prints traces
        return list(evaluate(content, expression, {}))


@pytest.mark.parametrize(
    ("kind", "expression"),
    [
        ("administrations", "Bundle.entry.resource.where(resourceType = 'MedicationAdministration').id"),
        (
            "requests",
            "Bundle.entry.resource.where(resourceType = 'MedicationRequest' or resourceType = 'MedicationStatement').id",
        ),
        (
            "pain",
            "Bundle.entry.resource.where(code.coding.code = '72514-3' and status = 'final').id",
        ),
        ("conditions", "Bundle.entry.resource.where(resourceType = 'Condition').id"),
    ],
)
def test_the_ids_that_fhirpath_finds_are_the_ids_that_we_read(
    content: dict[str, Any], record: PatientRecord, kind: str, expression: str
) -> None:
    assert sorted(fhirpath(content, expression)) == sorted(event.id for event in getattr(record, kind))


def test_the_rates_that_fhirpath_finds_are_the_rates_that_we_read(
    content: dict[str, Any], record: PatientRecord
) -> None:
    found = fhirpath(content, "Bundle.entry.resource.dosage.rateQuantity.value")
    rates = [
        item.rate.value for item in record.administrations if item.rate and item.drug.name == "hydromorphone"
    ]
    assert sorted(Fraction(str(value)) for value in found) == sorted(rates)
