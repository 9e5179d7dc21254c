"""Patient, Encounter, Condition, AllergyIntolerance, Consent and MedicationDispense."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adjuvant.codes import Icd10
from adjuvant.quantity import UnitStatus
from adjuvant.record import ConsentStatus
from adjuvant.sources.fhir import read
from fixtures.fhir.build import (
    AT,
    RXNORM,
    SNOMED,
    SUBJECT,
    bundle,
    concept,
    dosage,
    given,
    imported,
    patient,
    reasons,
    record_of,
    ucum,
    write,
)

ICD10 = "http://hl7.org/fhir/sid/icd-10-cm"
CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
VERIFIED = "http://terminology.hl7.org/CodeSystem/condition-ver-status"


def iso(moment: Any) -> str | None:
    return None if moment is None else moment.isoformat()


def of(resource: str, **fields: Any) -> dict[str, Any]:
    return {"resourceType": resource, "id": "x1", **fields}


# --- Patient -------------------------------------------------------------------------------------------------------


def test_a_patient_has_id_sex_birth_and_death_and_no_name(tmp_path: Path) -> None:
    who = patient(deceasedDateTime="2026-03-09T04:00:00+01:00", name=[{"family": "Secret"}])
    found = read(write(tmp_path, who), zone="Europe/Amsterdam").record().patient
    assert (found.id, found.sex, found.birth_date, found.zone) == (
        "p1",
        "female",
        date(1961, 4, 5),
        "Europe/Amsterdam",
    )
    assert iso(found.death) == "2026-03-09T03:00:00+00:00"
    assert found.synthetic
    assert "Secret" not in repr(found)


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"birthDate": "1961"}, "doubted: birthDate is not a complete date"),
        ({"birthDate": "05.04.1961"}, "doubted: birthDate is not a complete date"),
        ({"deceasedDateTime": "2026-03-09"}, "doubted: deceasedDateTime is a date without a time of day"),
        ({"deceasedBoolean": True}, "doubted: died, and it does not say when"),
        ({"active": False}, "doubted: is marked as no longer in use (active: false)"),
        (
            {"link": [{"type": "replaced-by", "other": {"reference": "Patient/p2"}}]},
            "doubted: is linked to another Patient, whose resources are not merged",
        ),
        ({"birthDate": 1961}, "not used: is not valid FHIR R4"),
        ({"modifierExtension": [{"url": "u:x"}]}, "not used: carries rules that are not known here"),
    ],
)
def test_what_is_doubtful_about_a_patient(tmp_path: Path, more: dict[str, Any], reason: str) -> None:
    found = read(write(tmp_path, patient(**more)), zone="UTC")
    assert reasons(found, "Patient") == {reason: 1}
    assert found.record().patient.id == "p1"


@pytest.mark.parametrize("labels", [[], [{"code": "R"}]])
def test_a_patient_without_a_test_label_is_not_called_synthetic(tmp_path: Path, labels: list[Any]) -> None:
    assert not read(write(tmp_path, patient(meta={"security": labels}))).record().patient.synthetic


@pytest.mark.parametrize(
    ("times", "zone"),
    [
        (["2026-03-01T10:00:00+01:00", "2026-03-02T10:00:00+01:00"], "Etc/GMT-1"),
        (["2026-03-01T10:00:00-05:00"], "Etc/GMT+5"),
        (["2026-03-01T10:00:00Z"], "UTC"),
        (["2026-03-28T10:00:00+01:00", "2026-03-30T10:00:00+02:00"], "UTC"),
        (["2026-03-01T10:00:00+05:30"], "UTC"),
        ([], "UTC"),
    ],
)
def test_the_zone_of_clock_days_where_none_is_named(tmp_path: Path, times: list[str], zone: str) -> None:
    """Etc/GMT-1 is one hour east of Greenwich: the names of these zones count westward."""
    rows = [given({"dose": ucum(5, "mg")}, id=f"a{n}", at=at) for n, at in enumerate(times)]
    found = imported(tmp_path, *rows)
    assert found.record().patient.zone == zone
    assert any("no zone is named" in reason for reason in reasons(found, "Patient"))


def test_the_fixed_zone_has_the_offset_that_the_times_carry(tmp_path: Path) -> None:
    for offset, hours in (("+01:00", 1), ("-05:00", -5), ("+14:00", 14)):
        local = (
            imported(tmp_path, given({"dose": ucum(5, "mg")}, at=f"2026-03-01T10:00:00{offset}"))
            .record()
            .local
        )
        assert datetime(2026, 3, 1, 10, tzinfo=local).utcoffset() == timedelta(hours=hours)


def test_a_named_zone_needs_no_warning(tmp_path: Path) -> None:
    assert reasons(imported(tmp_path, zone="Europe/London"), "Patient") == {}


# --- Encounter ----------------------------------------------------------------------------------------------------------


def encounter(status: str | None = "finished", **more: Any) -> dict[str, Any]:
    kind = {
        "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode",
        "code": "IMP",
        "display": "inpatient encounter",
    }
    return of("Encounter", status=status, subject=SUBJECT, **{"class": kind, **more})


def test_an_encounter(tmp_path: Path) -> None:
    (found,) = record_of(tmp_path, encounter(period={"start": AT})).encounters
    assert (iso(found.start), found.end, found.kind) == (
        "2026-03-01T09:00:00+00:00",
        None,
        "inpatient encounter",
    )


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (encounter("planned", period={"start": AT}), "not used: is planned and has not begun"),
        (encounter("cancelled", period={"start": AT}), "not used: was cancelled"),
        (encounter("nonsense", period={"start": AT}), "not used: has a status that R4 does not know"),
        (encounter(), "unconvertible: has no start"),
        (
            encounter(period={"start": "2026-03-01"}),
            "unconvertible: period.start is a date without a time of day",
        ),
        (
            encounter(period={"start": AT, "end": "2026-02-01T10:00:00Z"}),
            "unconvertible: ends before it starts",
        ),
    ],
)
def test_an_encounter_that_is_not_used(tmp_path: Path, row: dict[str, Any], reason: str) -> None:
    assert reasons(imported(tmp_path, row), "Encounter") == {reason: 1}


def test_an_encounter_ending_on_a_date_is_open(tmp_path: Path) -> None:
    found = imported(tmp_path, encounter(period={"start": AT, "end": "2026-03-05"}))
    assert found.record().encounters[0].end is None
    assert reasons(found, "Encounter") == {"doubted: period.end is a date without a time of day": 1}


# --- Condition -------------------------------------------------------------------------------------------------------------


def condition(code: dict[str, Any], *, verified: str | None = "confirmed", **more: Any) -> dict[str, Any]:
    return of(
        "Condition",
        subject=SUBJECT,
        code=code,
        clinicalStatus=concept(None, (CLINICAL, "active", None)),
        **({"verificationStatus": concept(None, (VERIFIED, verified, None))} if verified else {}),
        **more,
    )


def test_a_condition_has_text_code_onset_and_status(tmp_path: Path) -> None:
    row = condition(concept(None, (ICD10, "C61", "Malignant neoplasm of prostate")), onsetDateTime=AT)
    (found,) = record_of(tmp_path, row).conditions
    assert (found.text, found.code, found.cancer) == ("Malignant neoplasm of prostate", Icd10("C61"), True)
    assert (iso(found.onset), found.status) == ("2026-03-01T09:00:00+00:00", "active, confirmed")


@pytest.mark.parametrize("verified", ["unconfirmed", "provisional", "differential"])
def test_a_diagnosis_that_is_only_considered_is_no_diagnosis_of_cancer(tmp_path: Path, verified: str) -> None:
    (found,) = record_of(
        tmp_path, condition(concept(None, (ICD10, "C61", None)), verified=verified)
    ).conditions
    assert (found.cancer, found.status) == (None, f"active, {verified}")


@pytest.mark.parametrize(
    ("verified", "reason"), [("refuted", "was refuted"), ("entered-in-error", "was entered in error")]
)
def test_a_refuted_diagnosis_is_left_out(tmp_path: Path, verified: str, reason: str) -> None:
    found = imported(tmp_path, condition(concept("cancer"), verified=verified))
    assert found.record().conditions == ()
    assert reasons(found, "Condition") == {f"not used: {reason}": 1}


def test_a_condition_in_words_alone_says_nothing_about_cancer(tmp_path: Path) -> None:
    (found,) = record_of(tmp_path, condition(concept("prostate cancer"), verified=None)).conditions
    assert (found.text, found.code, found.cancer) == ("prostate cancer", None, None)


def test_a_code_that_breaks_its_system_is_not_taken(tmp_path: Path) -> None:
    (found,) = record_of(tmp_path, condition(concept("x", (SNOMED, "12 34", None)))).conditions
    assert found.code is None


# --- AllergyIntolerance --------------------------------------------------------------------------------------------------------


def test_an_allergy(tmp_path: Path) -> None:
    row = of(
        "AllergyIntolerance",
        patient=SUBJECT,
        code=concept("Morphine"),
        clinicalStatus=concept(
            None, ("http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "active", None)
        ),
        reaction=[{"manifestation": [concept("itching")], "description": "whole body"}],
    )
    (found,) = record_of(tmp_path, row).allergies
    assert (found.text, found.status, found.reaction) == ("Morphine", "active", "itching; whole body")
    refuted = {**row, "verificationStatus": concept(None, ("urn:x", "refuted", None))}
    assert record_of(tmp_path, refuted).allergies == ()


# --- Consent --------------------------------------------------------------------------------------------------------------------

SCOPE = "http://terminology.hl7.org/CodeSystem/consentscope"
RULE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"


def consent(status: str = "active", scope: str = "treatment", **more: Any) -> dict[str, Any]:
    return of(
        "Consent",
        status=status,
        scope=concept(None, (SCOPE, scope, None)),
        patient=SUBJECT,
        dateTime=AT,
        **more,
    )


@pytest.mark.parametrize(
    ("row", "scope", "status"),
    [
        (consent(), "treatment", ConsentStatus.GIVEN),
        (consent(scope="research"), "data use", ConsentStatus.GIVEN),
        (consent(scope="patient-privacy"), "data use", ConsentStatus.GIVEN),
        (consent("draft"), "treatment", ConsentStatus.PENDING),
        (consent("proposed"), "treatment", ConsentStatus.PENDING),
        (consent("rejected"), "treatment", ConsentStatus.DECLINED),
        (consent(provision={"type": "permit"}), "treatment", ConsentStatus.GIVEN),
        (consent(provision={"type": "deny"}), "treatment", ConsentStatus.DECLINED),
        (consent(policyRule=concept(None, (RULE, "OPTIN", None))), "treatment", ConsentStatus.GIVEN),
        (consent(policyRule=concept(None, (RULE, "OPTOUT", None))), "treatment", ConsentStatus.DECLINED),
        ({**consent(), "scope": concept("Publication")}, "publication", ConsentStatus.GIVEN),
    ],
)
def test_a_consent_says_what_it_says(
    tmp_path: Path, row: dict[str, Any], scope: str, status: ConsentStatus
) -> None:
    (found,) = record_of(tmp_path, row).consents
    assert (found.scope, found.status, iso(found.at)) == (scope, status, "2026-03-01T09:00:00+00:00")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (consent("inactive"), "is no longer active, and does not say whether it was withdrawn or ran out"),
        (consent("entered-in-error"), "was entered in error"),
        (consent("nonsense"), "has a status that R4 does not know"),
        (consent(scope="adr"), "is a consent to something else"),
        (consent(provision={"type": "permit", "provision": [{"type": "deny"}]}), "permits with exceptions"),
        (consent(provision={"type": "deny", "provision": [{"type": "permit"}]}), "denies with exceptions"),
    ],
)
def test_a_consent_is_never_inferred(tmp_path: Path, row: dict[str, Any], reason: str) -> None:
    found = imported(tmp_path, row)
    assert found.record().consents == ()
    assert reasons(found, "Consent") == {f"not used: {reason}": 1}


def test_who_gave_a_consent(tmp_path: Path) -> None:
    row = consent(performer=[{"reference": "Patient/p1"}, {"display": "a daughter"}])
    assert record_of(tmp_path, row).consents[0].given_by == "Patient/p1; a daughter"


# --- MedicationDispense ----------------------------------------------------------------------------------------------------------------

OXYCODONE = concept(None, (RXNORM, "1049683", "oxycodone hydrochloride 10 MG Oral Tablet"))


def dispense(**more: Any) -> dict[str, Any]:
    return of(
        "MedicationDispense",
        **{
            "status": "completed",
            "medicationCodeableConcept": OXYCODONE,
            "subject": SUBJECT,
            "whenHandedOver": AT,
            "quantity": ucum(30, "{tablet}"),
            "daysSupply": ucum(10, "d", "days"),
            **more,
        },
    )


def test_a_dispense_has_quantity_and_days(tmp_path: Path) -> None:
    (found,) = record_of(tmp_path, dispense()).dispenses
    assert (str(found.quantity), found.days_supply, found.route, found.form) == (
        "30 {tablet}",
        10,
        "oral",
        "tablet",
    )
    assert (iso(found.start), found.doubt) == ("2026-03-01T09:00:00+00:00", "")


def test_a_dispense_on_a_date_counts_from_the_beginning_of_that_day(tmp_path: Path) -> None:
    found = imported(tmp_path, dispense(whenHandedOver="2026-07-01"), zone="Europe/Amsterdam")
    assert iso(found.record().dispenses[0].start) == "2026-06-30T22:00:00+00:00"
    assert reasons(found, "MedicationDispense") == {
        "doubted: is dated without a time: it counts from the beginning of that day": 1
    }


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"status": "in-progress"}, "not used: is being prepared and was not handed out"),
        ({"status": "declined"}, "not used: was declined and not handed out"),
        ({"whenHandedOver": None}, "unconvertible: does not say when it was handed out"),
        ({"whenHandedOver": "2026"}, "unconvertible: whenHandedOver is a date without a time of day"),
    ],
)
def test_what_was_not_handed_out_leaves_a_line(tmp_path: Path, more: dict[str, Any], reason: str) -> None:
    found = imported(tmp_path, dispense(**more))
    assert found.record().dispenses == ()
    assert reasons(found, "MedicationDispense") == {reason: 1}


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"quantity": ucum(-30, "{tablet}")}, "quantity is negative: -30 {tablet}"),
        ({"quantity": {"value": 30}}, "quantity has no unit: 30"),
        ({"quantity": ucum(30, "{patch}")}, "the dose counts another thing than the product"),
        ({"daysSupply": ucum(0, "d")}, "the days of supply are not a time: 0 d"),
        ({"daysSupply": ucum(10, "mg")}, "the days of supply are not a time: 10 mg"),
        (
            {"dosageInstruction": [dosage(by="oral"), dosage(by="intravenous")]},
            "its instructions name several routes",
        ),
        ({"dosageInstruction": "daily"}, "not valid FHIR R4: dosageInstruction"),
    ],
)
def test_a_supply_that_cannot_be_used_stays_in_view(tmp_path: Path, more: dict[str, Any], why: str) -> None:
    found = imported(tmp_path, dispense(**more))
    assert found.record().dispenses[0].doubt.startswith(why)
    assert found.quality.unaccounted("MedicationDispense") == 0


def test_days_in_words_are_derived_and_what_is_missing_is_warned_of(tmp_path: Path) -> None:
    (found,) = record_of(
        tmp_path, dispense(daysSupply={"value": 2, "unit": "days"}, quantity={"value": 4, "unit": "TAB"})
    ).dispenses
    assert (found.days_supply, found.unit_status) == (2, UnitStatus.DERIVED)
    assert reasons(imported(tmp_path, dispense(daysSupply=None)), "MedicationDispense") == {
        "doubted: does not say for how many days": 1
    }
    assert reasons(imported(tmp_path, dispense(quantity=None)), "MedicationDispense") == {
        "doubted: does not say how much was handed out": 1
    }


def test_a_bundle_of_one_patient_and_nothing_else_is_complete(tmp_path: Path) -> None:
    assert read(write(tmp_path, bundle(patient()))).record().patient.note == ""


def test_dates_of_onset_and_consent_are_not_instants(tmp_path: Path) -> None:
    ill = imported(tmp_path, condition(concept("pain"), onsetDateTime="2026-03"))
    assert ill.record().conditions[0].onset is None
    assert reasons(ill, "Condition") == {"doubted: onset is a date without a time of day": 1}
    asked = imported(tmp_path, {**consent(), "dateTime": "2026-03-01"})
    assert asked.record().consents[0].at is None
    assert reasons(asked, "Consent") == {"doubted: dateTime is a date without a time of day": 1}


def test_a_dispense_of_unknown_status_and_of_a_medication_that_is_not_there(tmp_path: Path) -> None:
    found = imported(
        tmp_path,
        dispense(
            status="unknown", medicationCodeableConcept=None, medicationReference={"display": "oxycodone"}
        ),
    )
    assert found.record().dispenses[0].drug.name == "oxycodone"
    assert reasons(found, "MedicationDispense") == {
        "doubted: does not say whether it was handed out": 1,
        "doubted: the Medication is not in what was read: its drug is taken from the reference's words": 1,
    }
