"""Every official FHIR R4 example and opioid test bundle is used, or fails with a clear reason, counted from the JSON itself.

What is expected of a file is worked out here from plain JSON and from a table of hand-read exceptions, never by the
reader. That the files are valid R4 is said by fhir.resources.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec
import pytest

from adjuvant.errors import InputError
from adjuvant.record import AdministrationKind, MedicationRequest, Outcome
from adjuvant.sources.base import Import
from adjuvant.sources.fhir import read, shapes
from adjuvant.sources.fhir.timing import read_schedule

pytestmark = pytest.mark.shared

SHARED = Path(os.environ.get("ADJUVANT_SHARED") or Path(__file__).resolve().parents[3] / "shared")
CORE = "data/fhir_r4_core_examples"
CDC = "data/cdc_opioid_fhir_examples"
BUNDLES = "opioids/fhir_bundles"
READ = {
    "AllergyIntolerance",
    "Condition",
    "Consent",
    "Encounter",
    "MedicationAdministration",
    "MedicationDispense",
    "MedicationRequest",
    "MedicationStatement",
    "Observation",
    "Patient",
}
# Body weight, the two pressures of a panel, and what shared/clinical/codes.json lists as vital signs and pain.
OBSERVED = {
    "29463-7",
    "3141-9",
    "3142-7",
    "8335-2",
    "8480-6",
    "8462-4",
    "9279-1",
    "8867-4",
    "2708-6",
    "59408-5",
} | {
    "8478-0",
    "76536-2",
    "76534-7",
    "76535-4",
    "72514-3",
    "75893-8",
}
# Orders and administrations that nobody could count, each read by hand.
UNCONVERTIBLE = {
    # UCUM has no "drop" and no "ea"; U is the unit of enzyme activity there, and not of insulin.
    "MedicationRequest-medrx0304.json": "dose has a unit code that cannot be read",
    "MedicationRequest-medrx0326.json": "dose has a unit code that cannot be read",
    "MedicationRequest-medrx0329.json": "dose has a unit code that cannot be read",
    "MedicationRequest-medrx0334.json": "dose has a unit code that cannot be read",
    "MedicationRequest-medrx0320.json": "dose is not an amount",
    "MedicationRequest-medrx0321.json": "dose is not an amount",
    "MedicationAdministration-medadmin0308.json": "dose is not an amount",
    # 3 mg, then 10 mg, then 30 mg "until tolerated", numbered 1 to 3, with no dates.
    "MedicationRequest-medrx0317.json": "its dosage instructions follow one another, and it does not say when each begins",
    # "as a single dose": no number a day.
    "MedicationRequest-medrx0332.json": "a number of doses in all, not how many a day",
    # One tablet of a film (Suboxone), one film of a capsule (hydromorphone).
    "cpg__MedicationRequest-buprenorphine.json": "the dose counts another thing than the product",
    "MedicationRequest-buprenorphine.json": "the dose counts another thing than the product",
    "cpg__MedicationRequest-extended-release-opioid.json": "the dose counts another thing than the product",
    # They refer to Medications that are other files: alone nobody knows the drug.
    "MedicationRequest-extended-release-opioid.json": "its Medication is not in what was read",
    "MedicationRequest-fentanyl.json": "its Medication is not in what was read",
    "MedicationRequest-methadone.json": "its Medication is not in what was read",
    "MedicationRequest-opioid.json": "its Medication is not in what was read",
    "MedicationRequest-oxycodone.json": "its Medication is not in what was read",
}


def files(*folders: str) -> list[Path]:
    """Every JSON file of these folders; none where the shared material is missing, and the tests then skip."""
    return [path for folder in folders for path in sorted((SHARED / folder).rglob("*.json"))]


def date_only(text: str | None) -> bool:
    return bool(text) and "T" not in str(text)


def expected(path: Path, resource: dict[str, Any]) -> str:
    """What becomes of a file that is read alone, from its JSON."""
    kind = resource["resourceType"]
    if kind == "Medication":
        return "not used: is referred to by nothing that is read"
    if kind not in READ:
        return "not used: is not a kind of resource that is read"
    if kind == "Patient":
        return "used"
    subject = (resource.get("subject") or {}).get("reference", "")
    if subject.startswith("#"):
        return "not used: is about a person who has no identity outside it"
    if not subject.startswith("Patient/"):
        return "not used: is not about a patient"
    if resource.get("status") == "entered-in-error":
        return "not used: was entered in error"
    if kind == "Encounter":
        start = resource.get("period", {}).get("start")
        if start is None:
            return "unconvertible: has no start"
        return "unconvertible: period.start is a date without a time of day" if date_only(start) else "used"
    if kind == "Observation":
        return expected_of_observation(resource)
    medication = resource.get("medicationReference", {}).get("reference", "#")
    if kind.startswith("Medication") and not medication.startswith("#"):
        return "unconvertible: its Medication is not in what was read"
    if path.name in UNCONVERTIBLE:
        return f"unconvertible: {UNCONVERTIBLE[path.name]}"
    return "used"


def expected_of_observation(resource: dict[str, Any]) -> str:
    concepts = [resource["code"], *(part["code"] for part in resource.get("component", []))]
    loinc = {
        coding.get("code")
        for concept in concepts
        for coding in concept.get("coding", [])
        if coding.get("system") == "http://loinc.org"
    }
    if not loinc & OBSERVED:
        return "not used: is not an observation that is read"
    if resource["status"] == "cancelled":
        return "not used: was cancelled"
    if date_only(resource.get("effectiveDateTime")):
        return "unconvertible: effectiveDateTime is a date without a time of day"
    return "used"


def became(found: Import, kind: str) -> Counter[str]:
    """What the reader says became of the resources of one type; warnings left out."""
    counts: Counter[str] = Counter()
    for line in found.quality.lines:
        if line.table == kind and line.outcome not in (Outcome.READ, Outcome.DOUBTED):
            counts[f"{line.outcome}: {line.reason}" if line.reason else str(line.outcome)] += line.count
    return counts


def test_no_file_of_the_three_folders_is_passed_over() -> None:
    assert [len(files(folder)) for folder in (CORE, CDC, BUNDLES)] == [102, 82, 29]


@pytest.mark.parametrize("path", files(CORE, CDC, BUNDLES), ids=lambda path: path.name)
def test_each_file_is_used_or_fails_with_the_reason_that_its_json_gives(path: Path) -> None:
    resource = json.loads(path.read_text())
    found = read(path)
    kind = resource["resourceType"]
    assert became(found, kind) == {expected(path, resource): 1}
    assert found.quality.unaccounted(kind) == 0
    assert sum(line.count for line in found.quality.lines if line.outcome is Outcome.READ) == 1


@pytest.mark.parametrize("folder", [CORE, CDC])
def test_a_whole_folder_agrees_with_its_files(shared: Path, folder: str) -> None:
    """Together the orders find their Medications; everything else is the sum of the files."""
    found = read(shared / folder)
    resources = [(path, json.loads(path.read_text())) for path in files(folder)]
    held = {f"Medication/{row['id']}" for _, row in resources if row["resourceType"] == "Medication"}
    used = {
        row["medicationReference"]["reference"] for _, row in resources if "medicationReference" in row
    } & held
    sums: dict[str, Counter[str]] = {}
    for path, row in resources:
        outcome = expected(path, row)
        if f"{row['resourceType']}/{row['id']}" in used:
            outcome = "used"
        if row.get("medicationReference", {}).get("reference") in held:
            doubt = UNCONVERTIBLE.get(path.name)
            outcome = f"unconvertible: {doubt}" if doubt else "used"
        sums.setdefault(row["resourceType"], Counter())[outcome] += 1
    assert {kind: became(found, kind) for kind in sums} == sums
    assert sum(map(Counter.total, sums.values())) == len(resources)
    subjects = {
        row["subject"]["reference"].removeprefix("Patient/")
        for _, row in resources
        if row["resourceType"] in READ and row.get("subject", {}).get("reference", "").startswith("Patient/")
    }
    patients = {row["id"] for _, row in resources if row["resourceType"] == "Patient"}
    assert {record.patient.id for record in found.records} == subjects | patients


def test_the_files_are_valid_r4_by_an_independent_validator() -> None:
    """The one exception puts extensions beside `validityPeriod`, which is no primitive; that element is not read."""
    fhir = pytest.importorskip("fhir.resources.R4B")
    invalid = []
    for path in files(CORE, CDC, BUNDLES):
        content = json.loads(path.read_text())
        try:
            fhir.get_fhir_model_class(content["resourceType"]).model_validate(content)
        except ValueError:
            invalid.append(path.parent.parent.name)
    assert invalid == ["patient-mme-greater-than-fifty"]


def test_nothing_that_is_valid_is_called_invalid() -> None:
    for path in files(CORE, CDC, BUNDLES):
        assert not [line for line in read(path).quality.lines if "not valid FHIR R4" in line.reason], (
            path.name
        )


# --- what the medication examples say, read by hand -----------------------------------------------------------------------


def order(shared: Path, name: str, folder: str = CORE) -> tuple[MedicationRequest, ...]:
    return read(shared / folder / f"{name}.json").records[0].requests


@pytest.mark.parametrize(
    ("name", "drug", "dose", "high", "times", "needed", "route"),
    [
        # one to two tablets every 4-6 hours as needed: at most six times a day
        ("MedicationRequest-medrx0301", "oxycodone", "1 {tablet}", "2 {tablet}", 6, True, "oral"),
        ("MedicationRequest-medrx0308", "hydrocodone+paracetamol", "1 {tablet}", None, 6, True, "oral"),
        ("MedicationRequest-medrx0315", "lorazepam", "0.05 mg/kg", "0.1 mg/kg", 96, True, "intravenous"),
        ("MedicationRequest-medrx0333", "oxycodone", "1 {tablet}", "2 {tablet}", 1, None, "oral"),
        ("MedicationRequest-medrx0318", "vancomycin", "500 mg", None, 4, None, "intravenous"),
        (
            "MedicationStatement-example001",
            "paracetamol+diphenhydramine",
            "1 {tablet}",
            "2 {tablet}",
            1,
            True,
            "oral",
        ),
        ("MedicationStatement-example003", None, "1 {tablet}", None, None, False, "oral"),
    ],
)
def test_core_orders(
    shared: Path,
    name: str,
    drug: str | None,
    dose: str,
    high: str | None,
    times: Any,
    needed: Any,
    route: str,
) -> None:
    (found,) = order(shared, name)
    assert (found.drug.name if found.drug.ingredients else None) == drug
    assert (str(found.dose), str(found.dose_high) if found.dose_high else None) == (dose, high)
    assert (found.times_per_day, found.as_needed, found.route) == (times, needed, route)
    assert found.start is None, "authoredOn is a date in all of them"


def test_two_and_three_instructions_all_count(shared: Path) -> None:
    assert [item.route for item in order(shared, "MedicationRequest-medrx0339")] == ["vaginal", "topical"]
    assert [str(item.dose) for item in order(shared, "MedicationRequest-medrx0317")] == [
        "3 mg",
        "10 mg",
        "30 mg",
    ]


def test_the_fentanyl_patch_of_the_core_examples(shared: Path) -> None:
    record = read(shared / CORE / "MedicationAdministration-medadmin0312.json").records[0]
    (found,) = record.administrations
    assert (found.kind, str(found.rate), found.route) == (
        AdministrationKind.PATCH_ON,
        "25 ug/h",
        "transdermal",
    )
    assert found.end is not None
    assert (found.end - found.start).total_seconds() == 4 * 3600


# --- the opioid bundles -----------------------------------------------------------------------------------------------------

MME_R4 = f"{BUNDLES}/cqframework_opioid-mme-r4/MMECalculatorTests"


def cases(kind: str) -> list[dict[str, Any]]:
    path = SHARED / "opioids" / "cases.json"
    found = json.loads(path.read_text())["cases"] if path.exists() else []
    return [case for case in found if case["kind"] == kind]


@pytest.mark.parametrize("case", cases("fhir_bundle"), ids=lambda case: case["id"])
def test_the_medicines_of_the_bundles_are_those_of_the_case_list(shared: Path, case: dict[str, Any]) -> None:
    """cases.json lists dose and timing of each bundle as somebody else took them out of the JSON."""
    folder = case["input"]["fhir_bundle_dir"].replace("bundles/", "opioids/fhir_bundles/", 1)
    (record,) = read(shared / folder).records
    wanted = case["input"]["meds"]
    assert len(record.requests) == len(wanted)
    for found, medicine in zip(record.requests, wanted, strict=True):
        asked = medicine["doseAndRate"][0]["doseQuantity"]
        assert found.dose is not None
        assert (found.dose.value, found.dose.unit.code) == (Fraction(str(asked["value"])), asked["code"])
        assert found.as_needed is medicine["asNeeded"]
        assert found.times_per_day == per_day_by_hand(medicine["timing"])
        assert (found.doubt, found.status) == ("", "active")


def per_day_by_hand(timing: dict[str, Any]) -> Fraction:
    if "timeOfDay" in timing:
        return Fraction(len(timing["timeOfDay"]))
    hours = {"h": 1, "d": 24}[timing["periodUnit"]]
    return Fraction(timing["frequency"] * 24) / (Fraction(str(timing["period"])) * hours)


@pytest.mark.parametrize(
    ("name", "drug", "milligrams_a_day", "microgram_an_hour"),
    [
        ("mmecalc", "morphine", 20, None),
        ("patient-mme-greater-than-fifty", "fentanyl", None, 75),
        ("patient-mme-less-than-fifty", "oxycodone", 20, None),
        ("patient-mme-with-timeofday", "oxycodone", 20, None),
    ],
)
def test_the_daily_amounts_behind_the_reference_answers(
    shared: Path, name: str, drug: str, milligrams_a_day: int | None, microgram_an_hour: int | None
) -> None:
    """The GuidanceResponses answer 20, 180, 30 and 30 MME: 20 x 1, 75 x 2.4, 20 x 1.5 and 20 x 1.5."""
    (record,) = read(shared / MME_R4 / name).records
    (found,) = record.requests
    assert found.drug.name == drug
    if milligrams_a_day is not None:
        assert found.dose is not None
        assert found.times_per_day is not None
        assert found.dose.in_("mg") * found.times_per_day == milligrams_a_day
    else:
        assert found.rate is not None
        assert (found.rate.in_("ug/h"), found.every_hours) == (microgram_an_hour, 72)


def test_no_medicines_are_no_orders(shared: Path) -> None:
    (record,) = read(shared / MME_R4 / "patient-no-meds").records
    assert record.requests == ()


def test_one_id_with_two_contents_in_two_repositories_is_refused_by_name(shared: Path) -> None:
    with pytest.raises(InputError, match="are one resource with two different contents") as caught:
        read(shared / BUNDLES)
    assert "uwcirg_cosri" in caught.value.thing
    assert "cqframework_opioid-mme-r4" in caught.value.thing


@pytest.mark.parametrize("case", cases("timing"), ids=lambda case: case["id"])
def test_timings_agree_with_the_omtk_logic_tests(case: dict[str, Any]) -> None:
    given = case["input"]
    text = {
        "repeat": {
            "frequency": given["frequency"],
            "period": given["period"],
            "periodUnit": given["period_unit"],
        }
    }
    found = read_schedule(msgspec.json.decode(json.dumps(text), type=shapes.Timing))
    wanted = case["expected"]["doses_per_day"]
    if wanted is None:
        assert found.per_day is None
        assert found.doubt
    else:
        assert found.per_day is not None
        # The reference answers are printed with eight decimals.
        assert abs(found.per_day - Fraction(str(wanted))) < Fraction(1, 10**7)
