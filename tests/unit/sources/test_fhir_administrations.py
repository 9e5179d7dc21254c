"""MedicationAdministration: its shape in time, its amounts, what was not given, and what cannot be used."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from adjuvant.quantity import UnitStatus
from adjuvant.record import AdministrationKind, AdministrationStatus, Basis
from adjuvant.record.exposures import build_exposures
from fixtures.fhir.build import (
    DRUG_FORM,
    RXNORM,
    SNOMED,
    concept,
    dosage,
    given,
    imported,
    one_given,
    order,
    ratio,
    reasons,
    record_of,
    ucum,
)

FROM, TO = "2026-03-01T10:00:00+01:00", "2026-03-01T14:00:00+01:00"
TABLET = {"value": 2, "unit": "TAB", "system": DRUG_FORM, "code": "TAB"}
PATCH = ucum(1, "{patch}")
FENTANYL_PATCH = concept(None, (RXNORM, "197696", "72 HR Fentanyl 0.075 MG/HR Transdermal System"))


def shown(quantity: object) -> str | None:
    return None if quantity is None else str(quantity)


def iso(moment: Any) -> str | None:
    return None if moment is None else moment.isoformat()


# --- shapes in time -----------------------------------------------------------------------------------------------


def test_a_dose_at_an_instant(tmp_path: Path) -> None:
    found = one_given(tmp_path, {"dose": ucum(5, "mg")})
    assert (found.kind, shown(found.dose), found.rate) == (AdministrationKind.DOSE, "5 mg", None)
    assert (iso(found.start), found.end) == ("2026-03-01T09:00:00+00:00", None)
    assert (found.route, found.status, found.doubt) == ("intravenous", AdministrationStatus.GIVEN, "")


def test_a_dose_over_a_period_is_an_infusion_of_that_amount(tmp_path: Path) -> None:
    found = one_given(tmp_path, {"dose": ucum(35, "mg")}, drug="ketamine", until=TO)
    assert (found.kind, shown(found.dose), found.rate) == (AdministrationKind.INFUSION, "35 mg", None)
    assert iso(found.end) == "2026-03-01T13:00:00+00:00"


@pytest.mark.parametrize(
    ("amounts", "rate"),
    [
        ({"rateQuantity": ucum(0.2, "mg/h")}, "0.2 mg/h"),
        ({"rateRatio": ratio(ucum(4.8, "mg"), ucum(1, "d"))}, "4.8 mg/d"),
        ({"rateQuantity": ucum(0.1, "mg/kg/h")}, "0.1 mg/kg/h"),
        ({"rateQuantity": ucum(0, "mg/h")}, "0 mg/h"),
        ({"dose": ucum(0.2, "mg/h")}, "0.2 mg/h"),
    ],
)
def test_a_rate_over_a_period_is_an_infusion(tmp_path: Path, amounts: dict[str, Any], rate: str) -> None:
    found = one_given(tmp_path, amounts, until=TO)
    assert (found.kind, shown(found.rate), found.dose, found.doubt) == (
        AdministrationKind.INFUSION,
        rate,
        None,
        "",
    )


def test_a_ratio_of_12_mL_over_1_h_with_a_concentration_gives_the_mass(tmp_path: Path) -> None:
    """12 mL/h of 1 mg/mL over 4 h are 48 mg."""
    medication = {
        "resourceType": "Medication",
        "id": "m",
        "ingredient": [
            {"itemCodeableConcept": concept("ketamine"), "strength": ratio(ucum(50, "mg"), ucum(50, "mL"))}
        ],
    }
    row = given({"rateRatio": ratio(ucum(12, "mL"), ucum(1, "h"))}, until=TO, contained=[medication])
    del row["medicationCodeableConcept"]
    row["medicationReference"] = {"reference": "#m"}
    record = record_of(tmp_path, row)
    (only,) = record.administrations
    assert (shown(only.rate), only.drug.name, only.doubt) == ("12 mL/h", "ketamine", "")
    (exposure,) = build_exposures(record, frozenset({"ketamine"}), Basis.ADMINISTERED).items
    assert exposure.amount.in_("mg") == 48


@pytest.mark.hazard("H-004")
def test_millilitres_an_hour_without_a_concentration_are_unconvertible(tmp_path: Path) -> None:
    found = imported(tmp_path, given({"rateQuantity": ucum(12, "mL/h")}, drug="fentanyl", until=TO))
    (only,) = found.record("p1").administrations
    assert (only.unit_status, shown(only.rate)) == (UnitStatus.UNCONVERTIBLE, "12 mL/h")
    assert only.doubt == "a volume without a concentration: 12 mL/h of fentanyl"
    assert reasons(found, "MedicationAdministration") == {
        "unconvertible: a volume without a concentration": 1
    }


def test_a_dose_at_an_instant_with_a_rate_ends_when_it_has_run_in(tmp_path: Path) -> None:
    found = one_given(tmp_path, {"dose": ucum(35, "mg"), "rateQuantity": ucum(70, "mg/h")}, drug="ketamine")
    assert (found.kind, iso(found.end)) == (AdministrationKind.INFUSION, "2026-03-01T09:30:00+00:00")
    assert found.unit_status is UnitStatus.DERIVED


def test_a_rate_that_does_not_go_with_the_dose_is_said_to_be_unused(tmp_path: Path) -> None:
    found = imported(tmp_path, given({"dose": ucum(35, "mg"), "rateQuantity": ucum(70, "mL/h")}))
    (only,) = found.record("p1").administrations
    assert (only.kind, shown(only.dose), only.rate) == (AdministrationKind.DOSE, "35 mg", None)
    assert reasons(found, "MedicationAdministration") == {
        "doubted: its rate is not used: it does not go with the dose": 1
    }


def test_a_rate_at_one_moment_does_not_say_until_when_it_ran(tmp_path: Path) -> None:
    found = one_given(tmp_path, {"rateQuantity": ucum(1, "mg/h")})
    assert (found.kind, found.end) == (AdministrationKind.INFUSION, None)
    assert found.doubt == "a rate is charted at one moment, and not until when it ran"


@pytest.mark.parametrize(
    "row", [{"drug": "morphine", "by": "oral"}, {"drug": "morphine sulfate 15 MG Oral Tablet", "by": None}]
)
def test_a_tablet_with_a_period_is_taken_at_its_start(tmp_path: Path, row: dict[str, Any]) -> None:
    found = imported(tmp_path, given({"dose": TABLET}, until=TO, **row))
    (only,) = found.record("p1").administrations
    assert (only.kind, shown(only.dose), only.end) == (AdministrationKind.DOSE, "2 {tablet}", None)
    assert reasons(found, "MedicationAdministration") == {
        "doubted: a dose that is taken at once has a period: it is placed at its start": 1
    }


def test_a_tablet_with_a_period_of_days_may_be_many_doses_and_is_doubted(tmp_path: Path) -> None:
    """A hundred tablets at their period's start would be a day of 750 MME before a month of none."""
    row = {"dose": {**TABLET, "value": 100}, "route": concept("PO")}
    found = one_given(tmp_path, row, drug="oxycodone 5 MG Oral Tablet", until="2026-03-31T10:00:00+01:00")
    assert found.doubt == "a dose that is taken at once lasts a day or longer, and may be the sum of many"


def test_a_period_without_length_is_a_moment(tmp_path: Path) -> None:
    found = one_given(tmp_path, {"dose": ucum(5, "mg")}, until=FROM)
    assert (found.kind, found.end) == (AdministrationKind.DOSE, None)


def test_a_period_without_an_end(tmp_path: Path) -> None:
    row = given({"rateQuantity": ucum(1, "mg/h")}, status="in-progress")
    del row["effectiveDateTime"]
    running = {**row, "effectivePeriod": {"start": FROM}}
    found = imported(tmp_path, running)
    (only,) = found.record("p1").administrations
    assert (only.kind, only.end, shown(only.rate)) == (AdministrationKind.INFUSION, None, "1 mg/h")
    assert reasons(found, "MedicationAdministration") == {"doubted: has no end": 1}
    total = {**running, "dosage": {"dose": ucum(20, "mg")}}
    assert record_of(tmp_path, total).administrations[0].doubt.startswith("it was still running")
    done = {**total, "status": "completed"}
    assert record_of(tmp_path, done).administrations[0].doubt == ""


# --- patches ---------------------------------------------------------------------------------------------------------


@pytest.mark.hazard("H-031")
def test_a_patch_is_put_on_for_its_period(tmp_path: Path) -> None:
    """75 ug/h over the four hours of the period are 300 ug."""
    record = record_of(
        tmp_path, given({"dose": PATCH}, until=TO, by=None, medicationCodeableConcept=FENTANYL_PATCH)
    )
    (only,) = record.administrations
    assert (only.kind, only.route, only.form) == (AdministrationKind.PATCH_ON, "transdermal", "patch")
    assert only.rate is not None
    assert only.rate.in_("ug/h") == 75
    (exposure,) = build_exposures(record, frozenset({"fentanyl"})).items
    assert exposure.amount.in_("ug") == 300


@pytest.mark.parametrize(
    "method",
    [concept("Remove"), concept("Patch removed."), concept(None, (SNOMED, "129303008", "Removal - action"))],
)
def test_a_patch_is_taken_off(tmp_path: Path, method: dict[str, Any]) -> None:
    on = given(
        {"dose": PATCH, "site": concept("left arm")},
        id="on",
        by=None,
        medicationCodeableConcept=FENTANYL_PATCH,
    )
    off = given(
        {"method": method, "site": concept("left arm")},
        id="off",
        at="2026-03-02T10:00:00+01:00",
        by=None,
        medicationCodeableConcept=FENTANYL_PATCH,
    )
    record = record_of(tmp_path, on, off)
    assert [(item.kind, item.patch, shown(item.dose)) for item in record.administrations] == [
        (AdministrationKind.PATCH_ON, "left arm", "1 {patch}"),
        (AdministrationKind.PATCH_OFF, "left arm", None),
    ]
    (exposure,) = build_exposures(record, frozenset({"fentanyl"})).items
    assert exposure.amount.in_("ug") == 75 * 24


def test_a_patch_wears_as_long_as_its_order_says(tmp_path: Path) -> None:
    asked = order([dosage(PATCH, times=(1, 48, "h"), by=None)], medicationCodeableConcept=FENTANYL_PATCH)
    row = given(
        {"dose": PATCH},
        by=None,
        medicationCodeableConcept=FENTANYL_PATCH,
        request={"reference": "MedicationRequest/o1"},
    )
    (only,) = record_of(tmp_path, asked, row).administrations
    assert (only.wear_hours, only.request_id) == (48, "o1")


def test_the_content_of_a_patch_is_not_what_it_gives(tmp_path: Path) -> None:
    row = given({"dose": ucum(7.5, "mg")}, by=None, medicationCodeableConcept=FENTANYL_PATCH)
    (only,) = record_of(tmp_path, row).administrations
    assert (only.rate, only.doubt) == (None, "a patch whose dose is not what it releases per hour: 7.5 mg")


# --- PCA ---------------------------------------------------------------------------------------------------------------


@pytest.mark.hazard("H-036")
@pytest.mark.parametrize(
    ("method", "kind", "doubted"),
    [
        ("PCA demand doses delivered", AdministrationKind.PCA_DEMAND, False),
        ("PCA basal", AdministrationKind.INFUSION, False),
        ("patient-controlled analgesia bolus", AdministrationKind.PCA_DEMAND, False),
        ("PCA", AdministrationKind.PCA_DEMAND, True),
    ],
)
def test_a_pump_says_whether_a_dose_was_delivered(
    tmp_path: Path, method: str, kind: AdministrationKind, doubted: bool
) -> None:
    found = one_given(tmp_path, {"dose": ucum(12, "mg"), "method": concept(method)}, until=TO)
    assert (found.kind, bool(found.doubt)) == (kind, doubted)


# --- status --------------------------------------------------------------------------------------------------------------


def test_what_was_not_given_says_why_and_is_no_exposure(tmp_path: Path) -> None:
    row = given({"dose": ucum("5-10", "mg")}, status="not-done", statusReason=[concept("asleep")])
    found = imported(tmp_path, row)
    (only,) = found.record("p1").administrations
    assert (only.status, only.reason_not_given, only.doubt) == (AdministrationStatus.NOT_GIVEN, "asleep", "")
    assert reasons(found, "MedicationAdministration") == {}
    assert build_exposures(found.record("p1"), frozenset({"morphine"})).items == ()


@pytest.mark.parametrize("status", ["on-hold", "unknown"])
def test_an_unknown_status_is_neither_given_nor_not_given(tmp_path: Path, status: str) -> None:
    found = imported(tmp_path, given({"dose": ucum(5, "mg")}, status=status))
    assert found.record("p1").administrations[0].status is AdministrationStatus.UNKNOWN
    assert reasons(found, "MedicationAdministration") == {"doubted: does not say whether it was given": 1}


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("entered-in-error", "not used: was entered in error"),
        ("given", "not used: has a status that R4 does not know"),
        (None, "not used: has a status that R4 does not know"),
    ],
)
def test_an_error_leaves_nothing_but_a_line(tmp_path: Path, status: str | None, reason: str) -> None:
    row = given({"dose": ucum(5, "mg")})
    row["status"] = status
    found = imported(tmp_path, row)
    assert found.record("p1").administrations == ()
    assert reasons(found, "MedicationAdministration") == {reason: 1}


def test_a_dose_that_was_stopped_early_is_doubted_and_a_rate_is_not(tmp_path: Path) -> None:
    total = one_given(tmp_path, {"dose": ucum(35, "mg")}, status="stopped", until=TO)
    assert total.doubt == "it was stopped before it was complete, and how much had been given is not charted"
    rate = one_given(tmp_path, {"rateQuantity": ucum(7, "mg/h")}, status="stopped", until=TO)
    assert rate.doubt == ""


# --- orders and parts ------------------------------------------------------------------------------------------------------


def test_an_administration_takes_as_needed_from_its_order(tmp_path: Path) -> None:
    asked = order([dosage(ucum(5, "mg"), times=(1, 4, "h"), asNeededBoolean=True)], drug="morphine")
    row = given({"dose": ucum(5, "mg")}, by="oral", request={"reference": "MedicationRequest/o1"})
    (only,) = record_of(tmp_path, asked, row).administrations
    assert (only.as_needed, only.request_id) == (True, "o1")
    (alone,) = record_of(tmp_path, row).administrations
    assert (alone.as_needed, alone.request_id) == (None, "o1")


def part(name: str, of: str) -> dict[str, Any]:
    return given(
        {"rateQuantity": ucum(1, "mg/h")},
        id=name,
        until=TO,
        partOf=[{"reference": f"MedicationAdministration/{of}"}],
    )


def test_a_whole_whose_parts_are_read_is_not_counted_beside_them(tmp_path: Path) -> None:
    whole = given({"dose": ucum(4, "mg")}, id="whole", until=TO)
    found = imported(tmp_path, whole, part("part", "whole"))
    assert [item.id for item in found.record("p1").administrations] == ["part"]
    assert reasons(found, "MedicationAdministration") == {
        "duplicate: is the whole of administrations that are read one by one": 1
    }


def test_two_parts_of_each_other_are_both_kept(tmp_path: Path) -> None:
    record = record_of(tmp_path, part("x", "y"), part("y", "x"))
    assert [item.id for item in record.administrations] == ["x", "y"]


def test_a_part_entered_in_error_does_not_hide_its_whole(tmp_path: Path) -> None:
    whole = given({"dose": ucum(4, "mg")}, id="whole", until=TO)
    record = record_of(tmp_path, whole, {**part("part", "whole"), "status": "entered-in-error"})
    assert [item.id for item in record.administrations] == ["whole"]


def test_overlapping_periods_of_one_drug_are_named_and_both_kept(tmp_path: Path) -> None:
    """FHIR exports mark rewritten infusions as completed like all others."""
    rows = [
        given(
            {"rateQuantity": ucum(1, "mg/h")},
            id=name,
            at=f"2026-03-01T{start}:00:00Z",
            until=f"2026-03-01T{end}:00:00Z",
        )
        for name, start, end in (("a", "10", "14"), ("b", "12", "16"), ("c", "16", "18"))
    ]
    found = imported(tmp_path, *rows)
    assert len(found.record("p1").administrations) == 3
    (line,) = [line for line in found.quality.lines if "covers the same time" in line.reason]
    assert (line.count, line.examples) == (1, ("a and b",))


def test_equal_administrations_are_named_and_both_kept(tmp_path: Path) -> None:
    found = imported(tmp_path, given({"dose": ucum(5, "mg")}, id="a"), given({"dose": ucum(5, "mg")}, id="b"))
    assert len(found.record("p1").administrations) == 2
    (line,) = [line for line in found.quality.lines if line.reason.startswith("has the drug, time and dose")]
    assert line.examples == ("a and b",)


# --- what is wrong ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amounts", "why"),
    [
        ({"dose": ucum(-5, "mg")}, "dose is negative: -5 mg"),
        ({"dose": ucum(0, "mg")}, "dose is zero: 0 mg"),
        ({"dose": ucum(5, "kg")}, "dose is absurd: 5 kg"),
        ({"dose": ucum("5-10", "mg")}, "dose is not a number"),
        ({"dose": ucum("1O", "mg")}, "dose is not a number"),
        ({"dose": {"value": 5}}, "dose has no unit: 5"),
        ({"dose": {**ucum(5, "g"), "unit": "mg"}}, "dose has a unit and a code that contradict each other"),
        ({"dose": {**ucum(5, "mg"), "comparator": "<"}}, "dose is a limit, not an amount"),
        ({"rateQuantity": ucum(-1, "mg/h")}, "rate is negative: -1 mg/h"),
        ({"rateQuantity": ucum(1, "mg")}, "rate is not an amount per time: 1 mg"),
        (
            {"rateQuantity": ucum(1, "mg/h"), "rateRatio": ratio(ucum(1, "mg"), ucum(1, "h"))},
            "two rates are charted",
        ),
        ({"dose": "five"}, "not valid FHIR R4: dosage, Expected `object | null`"),
        (
            {"dose": ucum(5, "mg"), "modifierExtension": [{"url": "u:x"}]},
            "the dosage carries a modifier: u:x",
        ),
    ],
)
def test_an_amount_that_cannot_be_used_stays_in_view(
    tmp_path: Path, amounts: dict[str, Any], why: str
) -> None:
    found = imported(tmp_path, given(amounts, until=TO))
    (only,) = found.record("p1").administrations
    assert why in only.doubt
    refused = build_exposures(found.record("p1"), frozenset({"morphine"}))
    assert (len(refused.items), len(refused.refused)) == (0, 1)
    assert found.quality.unaccounted("MedicationAdministration") == 0


def test_a_dose_in_words_alone_is_missing_and_kept_as_text(tmp_path: Path) -> None:
    found = imported(tmp_path, given({"text": "5 mg slowly"}))
    (only,) = found.record("p1").administrations
    assert only.dose is None
    assert only.origin.raw.endswith("text=5 mg slowly")
    assert reasons(found, "MedicationAdministration") == {"doubted: charts neither dose nor rate": 1}


@pytest.mark.parametrize(
    ("when", "reason"),
    [
        ({"effectiveDateTime": "2026-03-01"}, "effectiveDateTime is a date without a time of day"),
        ({"effectiveDateTime": "2026-03"}, "effectiveDateTime is a date without a time of day"),
        ({"effectiveDateTime": "yesterday"}, "effectiveDateTime is not a FHIR dateTime"),
        ({"effectiveDateTime": "2026-02-30T10:00:00Z"}, "effectiveDateTime is not an ISO 8601 time"),
        (
            {"effectiveDateTime": "0001-01-01T00:00:00+14:00"},
            "effectiveDateTime is before the year 1 or after 9999 in UTC",
        ),
        ({}, "has no effective time"),
        ({"effectivePeriod": {"end": TO}}, "has no start"),
        (
            {"effectivePeriod": {"start": "2026-03-01", "end": TO}},
            "effectivePeriod.start is a date without a time of day",
        ),
        (
            {"effectivePeriod": {"start": FROM, "end": "2026-03-01"}},
            "effectivePeriod.end is a date without a time of day",
        ),
        ({"effectivePeriod": {"start": TO, "end": FROM}}, "ends before it starts"),
    ],
)
def test_what_cannot_be_placed_in_time_is_a_line_and_a_note(
    tmp_path: Path, when: dict[str, Any], reason: str
) -> None:
    row = given({"dose": ucum(5, "mg")}, at=None) | when
    found = imported(tmp_path, row)
    assert found.record("p1").administrations == ()
    assert reasons(found, "MedicationAdministration") == {f"unconvertible: {reason}": 1}
    assert (
        found.record("p1").patient.note
        == "1 medication resources could not be placed in it: see the data quality."
    )


def test_an_absent_time_says_why(tmp_path: Path) -> None:
    noted = {
        "extension": [
            {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "masked"}
        ]
    }
    row = given({"dose": ucum(5, "mg")}, at=None) | {"_effectiveDateTime": noted}
    assert reasons(imported(tmp_path, row), "MedicationAdministration") == {
        "unconvertible: effectiveDateTime is absent (masked)": 1
    }


def test_half_a_day_by_halves_is_exact(tmp_path: Path) -> None:
    found = one_given(tmp_path, {"dose": ucum(0.1, "mg"), "rateQuantity": ucum(0.3, "mg/h")})
    assert found.end is not None
    assert (found.end - found.start).total_seconds() == 1200
    assert found.dose is not None
    assert found.dose.value == Fraction(1, 10)


def test_no_dosage_at_all_stays_in_view(tmp_path: Path) -> None:
    row = given()
    del row["dosage"]
    (found,) = record_of(tmp_path, row).administrations
    assert (found.dose, found.rate, found.route, found.doubt) == (None, None, None, "")


def test_a_rate_that_is_a_length_of_time_does_not_change_the_dose(tmp_path: Path) -> None:
    found = imported(tmp_path, given({"dose": ucum(7, "mg"), "rateQuantity": ucum(4, "min")}))
    (only,) = found.record("p1").administrations
    assert (shown(only.dose), only.rate, only.doubt) == ("7 mg", None, "")
    assert reasons(found, "MedicationAdministration") == {
        "doubted: its rate is a length of time, which does not change the dose": 1
    }


def test_a_patch_of_a_drug_whose_form_and_strength_are_not_said(tmp_path: Path) -> None:
    (found,) = record_of(tmp_path, given({"dose": PATCH}, drug="fentanyl", by="transdermal")).administrations
    assert (found.kind, found.form, found.rate) == (AdministrationKind.PATCH_ON, "patch", None)


def test_the_words_of_a_reference_stand_in_with_a_warning(tmp_path: Path) -> None:
    row = given(
        {"dose": ucum(5, "mg")}, medicationReference={"reference": "Medication/m9", "display": "morphine"}
    )
    del row["medicationCodeableConcept"]
    found = imported(tmp_path, row)
    assert found.record("p1").administrations[0].drug.name == "morphine"
    assert any("taken from the reference's words" in reason for reason in reasons(found))
