"""Files, bundles and folders: what cannot be read names file, line or path; what is incomplete says so."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from adjuvant.errors import InputError
from adjuvant.record import Outcome
from adjuvant.sources.fhir import read
from fixtures.fhir.build import (
    AT,
    SUBJECT,
    bundle,
    dosage,
    given,
    imported,
    observed,
    order,
    patient,
    reasons,
    ucum,
    write,
)

DOSE = {"dose": ucum(5, "mg")}


def refused(path: Path, **options: Any) -> InputError:
    with pytest.raises(InputError) as caught:
        read(path, **options)
    assert caught.value.exit_code == 3
    assert "\n" not in str(caught.value)
    return caught.value


# --- forms of files ---------------------------------------------------------------------------------------------------


def everything(tmp_path: Path) -> list[dict[str, Any]]:
    return [
        patient(),
        order([dosage(ucum(10, "mg"), times=(4, 1, "d"))]),
        given(DOSE),
        observed("72514-3", valueInteger=7),
    ]


@pytest.mark.parametrize("name", ["x.ndjson", "x.ndjson.gz", "x.jsonl", "x.json", "x.json.gz"])
def test_every_form_of_file_gives_the_same_facts(tmp_path: Path, name: str) -> None:
    rows = everything(tmp_path)
    lines = "".join(json.dumps(row) + "\n\n" for row in rows)
    path = write(tmp_path, bundle(*rows) if ".json" in name and "l" not in name else lines, name)
    record = read(path).record()
    assert [len(kind) for kind in (record.requests, record.administrations, record.pain)] == [1, 1, 1]
    assert read(path).source == f"fhir: {path}"


def test_a_single_resource_is_a_record(tmp_path: Path) -> None:
    found = read(write(tmp_path, given(DOSE)))
    assert found.record().patient.id == "p1"
    assert reasons(found, "Patient")["doubted: is referred to and was not read"] == 1


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    assert read(write(tmp_path, b"\xef\xbb\xbf" + json.dumps(patient()).encode())).record().patient.id == "p1"


def test_a_folder_is_read_with_all_folders_in_it(tmp_path: Path) -> None:
    (tmp_path / "MedicationRequest").mkdir()
    write(tmp_path / "MedicationRequest", order([dosage(ucum(10, "mg"), times=(1, 1, "d"))]), "o1.json")
    write(tmp_path, json.dumps(patient()) + "\n", "Patient.ndjson.gz")
    write(tmp_path, "read me", "README.md")
    found = read(tmp_path)
    assert len(found.record().requests) == 1
    assert found.record().requests[0].origin.row == "o1 (MedicationRequest/o1.json)"
    assert reasons(found, "file") == {"not used: is not named as FHIR": 1}


def test_the_input_is_never_changed(tmp_path: Path) -> None:
    path = write(tmp_path, bundle(*everything(tmp_path)))
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    read(path)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


def test_progress_is_told(tmp_path: Path) -> None:
    heard: list[tuple[str, int, int | None]] = []
    write(tmp_path, bundle(*everything(tmp_path)), "a.json")
    read(tmp_path, progress=lambda what, done, total=None: heard.append((what, done, total)))
    assert heard == [("FHIR files", 0, 1), ("FHIR resources", 0, 3)]


# --- files that cannot be read ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "name", "place", "rule", "remedy"),
    [
        (
            '{"a": 1,\n "b": tru}',
            "x.json",
            ":2:8",
            "is not well-formed JSON (invalid character)",
            "repair the export",
        ),
        (
            '{"resourceType": "Bundle", "entry": [',
            "x.json",
            ":1:38",
            "(input data was truncated)",
            "repair the export",
        ),
        ('{"a": 1,}', "x.json", ":1:9", "(trailing comma in object)", "repair the export"),
        ('{"value": NaN}', "x.json", ":1:11", "(invalid character)", "JSON has no NaN and no Infinity"),
        ('{"value": -Infinity}', "x.json", ":1:12", "(invalid character)", "JSON has no NaN and no Infinity"),
        ('{"a": 1}\n{"a": 2}', "x.json", ":2", "begins a second resource", "name the file .ndjson"),
        ("{'a': 1}", "x.json", ":1:2", "is not well-formed JSON", "repair the export"),
        ("", "x.json", "x.json", "is empty", "check the export"),
        ("  \n ", "x.json", "x.json", "is empty", "check the export"),
        ("[1, 2]", "x.json", "x.json", "is JSON, but no FHIR resource", "give a Bundle"),
        ('"text"', "x.json", "x.json", "is JSON, but no FHIR resource", "give a Bundle"),
        ("{}", "x.json", "x.json", "has no resourceType", "give FHIR R4 JSON"),
        (
            '{"resourceType": 5}',
            "x.json",
            "x.json",
            "has a resourceType that is not a name",
            "give FHIR R4 JSON",
        ),
        (
            '{"resourceType": null}',
            "x.json",
            "x.json",
            "has a resourceType that is not a name",
            "give FHIR R4",
        ),
        (
            '{"resourceType": "Pa tient"}',
            "x.json",
            "x.json",
            "resourceType that is not a name",
            "give FHIR R4",
        ),
        (
            '{"resourceType": "Bundle", "entry": 5}',
            "x.json",
            "x.json",
            "is not a valid Bundle (Expected `array`",
            "correct",
        ),
        (
            '{"resourceType": "Bundle", "entry": [{"resource": 5}]}',
            "x.json",
            "$.entry[0].resource",
            "is no FHIR",
            "give an",
        ),
        (
            '{"resourceType": "Bundle", "entry": [{"resource": {}}]}',
            "x.json",
            "$.entry[0].resource",
            "no resourceType",
            "give",
        ),
        (
            '{"resourceType":"Patient","id":"a"}\n{"a": }\n',
            "x.ndjson",
            "x.ndjson:2:7",
            "not well-formed JSON",
            "each line",
        ),
        (
            '{"resourceType":"Patient","id":"a"}\n[]\n',
            "x.ndjson",
            "x.ndjson:2",
            "no FHIR resource",
            "give a Bundle",
        ),
        (
            '{"resourceType":"Patient","id":"a"}\n{"id": 1}\n',
            "x.ndjson",
            "x.ndjson:2",
            "has no resourceType",
            "give FHIR",
        ),
        (b"\xff\xfe{\x00}\x00", "x.json", "x.json", "is UTF-16", "save it as UTF-8"),
        (b'{"a": "\xe9"}', "x.json", "x.json:1", "holds the byte 0xe9", "save the file as UTF-8"),
        (
            "<Bundle xmlns='http://hl7.org/fhir'/>",
            "x.json",
            ":1:1",
            "is not well-formed JSON",
            "repair the export",
        ),
    ],
)
def test_a_file_that_cannot_be_read_names_place_rule_and_remedy(
    tmp_path: Path, content: Any, name: str, place: str, rule: str, remedy: str
) -> None:
    error = refused(write(tmp_path, content, name))
    assert str(tmp_path / name) in error.thing
    assert place in error.thing
    assert rule in error.rule
    assert remedy in error.remedy


def test_a_name_that_stands_twice_in_one_object_is_refused(tmp_path: Path) -> None:
    """Parsers keep only the last of them: a dose of 5 mg would silently be 50 mg."""
    text = json.dumps(given(DOSE)).replace('"value": 5', '"value": 5, "value": 50')
    error = refused(write(tmp_path, text))
    assert error.rule == "names 'value' twice in one object"
    lines = json.dumps(patient()) + "\n" + text
    assert refused(write(tmp_path, lines, "x.ndjson")).thing.endswith("x.ndjson:2")


def test_a_truncated_gzip_is_refused(tmp_path: Path) -> None:
    whole = gzip.compress(json.dumps(bundle(*[patient(f"p{n}") for n in range(500)])).encode())
    for name in ("x.json.gz", "x.ndjson.gz"):
        (tmp_path / name).write_bytes(whole[: len(whole) // 2])
        assert "truncated or damaged gzip" in refused(tmp_path / name).rule


def test_nesting_without_end_is_refused(tmp_path: Path) -> None:
    deep = '{"resourceType": "Patient", "id": ' + "[" * 100000 + "]" * 100000 + "}"
    assert "not well-formed JSON" in refused(write(tmp_path, deep)).rule
    nested: dict[str, Any] = bundle()
    for _ in range(6):
        nested = bundle(nested)
    assert "bundles within bundles" in refused(write(tmp_path, nested)).rule


def test_no_path_and_a_folder_without_fhir_are_refused(tmp_path: Path) -> None:
    assert refused(tmp_path / "nothing.json").rule == "does not exist"
    write(tmp_path, "a,b", "x.csv")
    assert refused(tmp_path).rule == "holds no .json and no .ndjson file"


def test_one_bad_file_of_a_folder_stops_the_read_and_is_named(tmp_path: Path) -> None:
    write(tmp_path, patient(), "a.json")
    write(tmp_path, "{", "b.json")
    assert "b.json:1:2" in refused(tmp_path).thing


# --- releases ------------------------------------------------------------------------------------------------------------


def without(row: dict[str, Any], *names: str, **more: Any) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names} | more


@pytest.mark.parametrize(
    ("row", "release"),
    [
        (without(order([]), "medicationCodeableConcept", medication={"concept": {"text": "morphine"}}), "R5"),
        (without(given(DOSE), "effectiveDateTime", occurenceDateTime=AT), "R5"),
        ({"resourceType": "Encounter", "class": [{"coding": []}], "actualPeriod": {}}, "R5"),
        ({"resourceType": "Encounter", "class": [{"coding": []}]}, "R5"),
        ({"resourceType": "Consent", "status": "active", "decision": "permit"}, "R5"),
        ({"resourceType": "AllergyIntolerance", "type": {"text": "allergy"}}, "R5"),
        ({"resourceType": "MedicationUsage"}, "R5"),
        ({"resourceType": "MedicationStatement", "taken": "y"}, "STU3"),
        ({"resourceType": "Condition", "clinicalStatus": "active"}, "STU3"),
        (without(given(DOSE), "status", notGiven=False), "STU3"),
        ({"resourceType": "MedicationOrder"}, "DSTU2"),
        ({"resourceType": "MedicationAdministration", "wasNotGiven": False}, "DSTU2"),
    ],
)
def test_another_release_of_fhir_is_told_and_refused(
    tmp_path: Path, row: dict[str, Any], release: str
) -> None:
    error = refused(write(tmp_path, bundle(patient(), row)))
    assert f"in FHIR {release} and not in R4" in error.rule
    assert "$.entry[1].resource" in error.thing
    assert error.remedy == "export it as FHIR R4 (4.0.1)"


# --- bundles -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ({"type": "history"}, "is a history"),
        (
            {"implicitRules": "http://example.org/rules"},
            "follows rules that are not known here (http://example.org/rules)",
        ),
    ],
)
def test_a_bundle_that_may_mean_something_else_is_refused(
    tmp_path: Path, more: dict[str, Any], rule: str
) -> None:
    assert rule in refused(write(tmp_path, bundle(patient()) | more)).rule


PARTIAL = [
    (
        bundle(patient(), type="searchset", link=[{"relation": "next", "url": "http://example.org/?page=2"}]),
        "the bundle says that there is more (a link to the next page)",
    ),
    (bundle(patient(), type="searchset", link=[{"relation": "next"}]), "the bundle says that there is more"),
    (bundle(patient(), type="searchset", total=5), "the bundle holds fewer resources than it says"),
    (
        bundle(
            patient(),
            {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "exception"}]},
        ),
        "the server reports an error",
    ),
    (
        bundle(
            patient(),
            {"resourceType": "OperationOutcome", "issue": [{"severity": "warning", "code": "timeout"}]},
        ),
        "the server reports an error",
    ),
    (bundle(patient(), {"resourceType": "OperationOutcome", "issue": 5}), "an outcome that cannot be read"),
    (
        {
            **bundle(patient()),
            "entry": [{"resource": patient()}, {"response": {"status": "500 Internal Server Error"}}],
        },
        "the server did not answer for every entry",
    ),
]


@pytest.mark.hazard("H-077")
@pytest.mark.parametrize(("content", "why"), PARTIAL)
def test_a_partial_export_is_never_called_complete(tmp_path: Path, content: dict[str, Any], why: str) -> None:
    found = read(write(tmp_path, content))
    lines = [line for line in found.quality.lines if line.table == "Bundle" and why in line.reason]
    assert [(line.outcome, line.count) for line in lines] == [(Outcome.DOUBTED, 1)]
    assert found.record().patient.note.startswith("Incomplete: bundle.json")
    assert lines[0] in found.record().quality.lines


@pytest.mark.hazard("H-077")
def test_every_missing_page_is_noticed_and_all_pages_together_are_complete(tmp_path: Path) -> None:
    pages = 4
    for number in range(pages):
        link = [{"relation": "self", "url": f"http://example.org/?page={number}"}]
        if number < pages - 1:
            link.append({"relation": "next", "url": f"http://example.org/?page={number + 1}"})
        page = bundle(patient(f"p{number}"), type="searchset", total=pages, link=link)
        write(tmp_path, page, f"{number}.json")
    assert read(tmp_path).records[0].patient.note == ""
    for number in range(pages):
        part = tmp_path / f"without-{number}"
        part.mkdir()
        for name in range(pages):
            if name != number:
                shutil.copy(tmp_path / f"{name}.json", part)
        assert read(part).records[0].patient.note.startswith("Incomplete: ")


def test_a_complete_search_is_not_doubted(tmp_path: Path) -> None:
    answer = bundle(patient(), type="searchset", total=1)
    answer["entry"].append(
        {"resource": {"resourceType": "Practitioner", "id": "x"}, "search": {"mode": "include"}}
    )
    found = read(write(tmp_path, answer))
    assert found.record().patient.note == ""
    assert reasons(found, "Bundle") == {}


def test_a_search_within_a_batch_is_opened(tmp_path: Path) -> None:
    found = read(
        write(
            tmp_path, bundle(bundle(patient(), type="searchset"), bundle(given(DOSE)), type="batch-response")
        )
    )
    assert len(found.record().administrations) == 1


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"request": {"method": "DELETE"}}, "is to be deleted"),
        ({"modifierExtension": [{"url": "u:x"}]}, "its entry carries a modifier that is not known"),
    ],
)
def test_an_entry_that_is_not_meant_as_a_fact_is_left_out(
    tmp_path: Path, more: dict[str, Any], reason: str
) -> None:
    content = bundle(patient(), given(DOSE))
    content["entry"][1] |= more
    found = read(write(tmp_path, content))
    assert found.record().administrations == ()
    assert reasons(found, "Bundle.entry") == {f"not used: {reason}": 1}


# --- duplicates ----------------------------------------------------------------------------------------------------------------


def test_the_same_resource_twice_is_counted_once(tmp_path: Path) -> None:
    again = given(DOSE, meta={"lastUpdated": "2026-03-02T00:00:00Z"})
    found = imported(tmp_path, given(DOSE), again)
    assert len(found.record().administrations) == 1
    assert reasons(found, "MedicationAdministration") == {"duplicate: is the same resource again": 1}


def test_one_id_with_two_contents_names_both_places(tmp_path: Path) -> None:
    error = refused(write(tmp_path, bundle(patient(), given(DOSE), given({"dose": ucum(50, "mg")}))))
    assert error.thing == "MedicationAdministration/a1: bundle.json: $.entry[1] and bundle.json: $.entry[2]"
    assert error.rule == "are one resource with two different contents"


def test_two_records_for_one_patient_are_refused_if_they_differ(tmp_path: Path) -> None:
    write(tmp_path, patient(), "a.json")
    write(tmp_path, patient(gender="male"), "b.json")
    assert "a.json and b.json" in refused(tmp_path).thing


# --- patients --------------------------------------------------------------------------------------------------------------------


def test_two_patients_are_two_records(tmp_path: Path) -> None:
    other = given(DOSE, id="a2", subject={"reference": "Patient/p2"})
    path = write(tmp_path, bundle(patient(), patient("p2"), given(DOSE), other))
    found = read(path)
    assert [(r.patient.id, [a.id for a in r.administrations]) for r in found.records] == [
        ("p1", ["a1"]),
        ("p2", ["a2"]),
    ]
    alone = read(path, patient="p2")
    assert [record.patient.id for record in alone.records] == ["p2"]
    assert alone.quality.count(Outcome.READ, "MedicationAdministration") == 1
    with pytest.raises(InputError, match="holds 2 patients"):
        found.record()


def test_an_unknown_patient_is_refused_with_the_nearest(tmp_path: Path) -> None:
    path = write(tmp_path, patient("patient-one"))
    assert "did you mean 'patient-one'" in refused(path, patient="patient-on").remedy


def test_two_patients_with_one_identifier_are_named(tmp_path: Path) -> None:
    number = {"identifier": [{"system": "urn:mrn", "value": "12345"}]}
    found = read(write(tmp_path, bundle(patient(**number), patient("p2", **number))), zone="UTC")
    assert reasons(found, "Patient") == {
        "doubted: bears the identifier of another Patient, whose resources are not merged": 2
    }
    assert found.records[0].patient.note == "Patient/p2 bears the same identifier and is a record of its own."


@pytest.mark.parametrize(
    "subject",
    [
        {"reference": "Patient/p1"},
        {"reference": "Patient/p1/_history/3"},
        {"reference": "http://example.org/fhir/Patient/p1"},
        {"reference": "http://example.org/fhir/Patient/p1/_history/3"},
        {"reference": "urn:uuid:0b1c"},
        {"identifier": {"system": "urn:mrn", "value": "12345"}},
    ],
)
def test_every_way_to_name_the_patient(tmp_path: Path, subject: dict[str, Any]) -> None:
    content = bundle(
        patient(identifier=[{"system": "urn:mrn", "value": "12345"}]), given(DOSE, subject=subject)
    )
    content["entry"][0]["fullUrl"] = "urn:uuid:0b1c"
    assert len(read(write(tmp_path, content)).record("p1").administrations) == 1


def test_a_resource_without_an_id_is_named_by_its_address(tmp_path: Path) -> None:
    nameless = given(DOSE)
    del nameless["id"]
    content = bundle(patient(), nameless)
    content["entry"][1]["fullUrl"] = "urn:uuid:77aa"
    assert read(write(tmp_path, content)).record().administrations[0].id == "77aa"


@pytest.mark.parametrize(
    ("subject", "reason"),
    [
        (None, "names no patient"),
        ({"reference": "#inside"}, "is about a person who has no identity outside it"),
        ({"reference": "Group/herd"}, "is not about a patient"),
        ({"reference": "urn:uuid:unknown"}, "names a patient who cannot be found"),
        ({"display": "the lady in bed 4"}, "names a patient who cannot be found"),
        ({"identifier": {"value": "99"}}, "names a patient who cannot be found"),
        ("Patient/p1", "is not valid FHIR R4"),
    ],
)
def test_a_resource_of_nobody_is_a_line_and_a_note(tmp_path: Path, subject: Any, reason: str) -> None:
    row = without(given(DOSE), "subject", **({"subject": subject} if subject else {}))
    found = imported(tmp_path, row)
    assert found.record("p1").administrations == ()
    assert reasons(found, "MedicationAdministration") == {f"not used: {reason}": 1}
    assert (
        found.record("p1").patient.note
        == "1 medication resources belong to no known patient and are in no record."
    )


def test_a_resource_that_is_not_valid_stays_with_its_patient(tmp_path: Path) -> None:
    found = imported(tmp_path, {**given(DOSE), "status": 5})
    assert reasons(found, "MedicationAdministration") == {"not used: is not valid FHIR R4": 1}
    (line,) = [
        line
        for line in found.record("p1").quality.lines
        if line.table == "MedicationAdministration" and line.reason
    ]
    assert "Expected `str | null`, got `int` - at `$.status`" in line.examples[0]
    assert "could not be placed" in found.record("p1").patient.note


def test_resources_that_are_not_read_are_counted_by_type(tmp_path: Path) -> None:
    found = imported(
        tmp_path, {"resourceType": "Practitioner", "id": "x"}, {"resourceType": "NoSuchThing", "id": "y"}
    )
    assert reasons(found, "Practitioner") == {"not used: is not a kind of resource that is read": 1}
    assert reasons(found, "NoSuchThing") == {"not used: is not a kind of resource that is read": 1}


# --- times without a zone -----------------------------------------------------------------------------------------------------


@pytest.mark.hazard("H-079")
@pytest.mark.parametrize(
    "row",
    [
        given(DOSE, at="2026-03-01T10:00:00"),
        given(DOSE, at=AT, until="2026-03-01T12:00:00"),
        order([dosage(ucum(1, "mg"))], authoredOn="2026-03-01T10:00:00"),
        observed("72514-3", at="2026-03-01T10:00:00", valueInteger=3),
        patient("p9", deceasedDateTime="2026-03-01T10:00:00"),
        {
            "resourceType": "Encounter",
            "id": "e",
            "status": "finished",
            "subject": SUBJECT,
            "period": {"start": "2026-03-01T10:00:00"},
        },
    ],
)
def test_a_time_without_a_zone_is_refused_unless_one_is_named(tmp_path: Path, row: dict[str, Any]) -> None:
    path = write(tmp_path, bundle(patient(), row))
    error = refused(path)
    assert "$.entry[1]" in error.thing
    assert f"{row['resourceType']}/{row['id']}" in error.thing
    assert (error.rule, error.remedy) == ("has no zone", "name the zone of the record, such as Europe/London")
    assert read(path, zone="Europe/Amsterdam").records


@pytest.mark.hazard("H-079")
def test_a_named_zone_places_a_time_and_an_offset_wins_over_it(tmp_path: Path) -> None:
    local = imported(tmp_path, given(DOSE, at="2026-07-01T10:00:00"), zone="Europe/Amsterdam")
    assert local.record().administrations[0].start.isoformat() == "2026-07-01T08:00:00+00:00"
    offset = imported(tmp_path, given(DOSE, at="2026-07-01T10:00:00-05:00"), zone="Europe/Amsterdam")
    assert offset.record().administrations[0].start.isoformat() == "2026-07-01T15:00:00+00:00"


@pytest.mark.parametrize(
    ("at", "what"), [("2026-03-29T02:30:00", "was skipped"), ("2026-10-25T02:30:00", "happened twice")]
)
def test_a_local_time_that_a_clock_change_skipped_or_repeated_is_not_guessed(
    tmp_path: Path, at: str, what: str
) -> None:
    found = imported(tmp_path, given(DOSE, at=at), zone="Europe/Amsterdam")
    assert found.record().administrations == ()
    assert any(what in reason for reason in reasons(found, "MedicationAdministration"))


def test_an_unknown_zone_is_refused(tmp_path: Path) -> None:
    assert refused(write(tmp_path, patient()), zone="Mars/Olympus").rule == "is not an IANA zone"


def test_a_versioned_address_of_an_entry_names_the_entry(tmp_path: Path) -> None:
    content = bundle(patient(), given(DOSE, subject={"reference": "urn:uuid:0b1c/_history/2"}))
    content["entry"][0]["fullUrl"] = "urn:uuid:0b1c"
    assert len(read(write(tmp_path, content)).record("p1").administrations) == 1


def test_identifiers_without_a_value_tell_nobody_apart(tmp_path: Path) -> None:
    nobody = {"identifier": [{"system": "urn:mrn"}]}
    found = read(write(tmp_path, bundle(patient(**nobody), patient("p2", **nobody))), zone="UTC")
    assert reasons(found, "Patient") == {}
