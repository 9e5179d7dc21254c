"""Telling R5, STU3 and DSTU2 from R4 by the elements that only they have, so that none is read as R4."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from adjuvant.errors import InputError

__all__ = ["check_release"]

_MEDICATION_R5 = frozenset({"medication"})
# Elements at the top of a resource that R4 does not have, by the release that has them.
_FOREIGN: Mapping[str, Mapping[str, frozenset[str]]] = {
    "R5": {
        "MedicationRequest": _MEDICATION_R5 | {"effectiveDosePeriod", "renderedDosageInstruction"},
        "MedicationAdministration": _MEDICATION_R5
        | {"occurenceDateTime", "occurencePeriod", "occurenceTiming", "occurrenceDateTime", "isSubPotent"},
        "MedicationDispense": _MEDICATION_R5 | {"renderedDosageInstruction"},
        "MedicationStatement": _MEDICATION_R5 | {"adherence", "renderedDosageInstruction"},
        "Encounter": frozenset({"actualPeriod", "plannedStartDate", "admission"}),
        "Consent": frozenset({"decision", "grantor", "controller", "subject"}),
        "Condition": frozenset({"participant"}),
        "AllergyIntolerance": frozenset({"participant"}),
        "Observation": frozenset({"triggeredBy", "bodyStructure"}),
        "MedicationUsage": frozenset({"resourceType"}),
    },
    "STU3": {
        "MedicationRequest": frozenset({"context", "definition"}),
        "MedicationStatement": frozenset({"taken"}),
        "MedicationAdministration": frozenset({"notGiven", "reasonNotGiven", "prescription", "definition"}),
        "Condition": frozenset({"assertedDate"}),
        "AllergyIntolerance": frozenset({"assertedDate"}),
        "Consent": frozenset({"consentingParty", "except"}),
    },
    "DSTU2": {
        "MedicationOrder": frozenset({"resourceType"}),
        "MedicationStatement": frozenset({"wasNotTaken"}),
        "MedicationAdministration": frozenset(
            {"wasNotGiven", "effectiveTimeDateTime", "effectiveTimePeriod"}
        ),
        "Condition": frozenset({"patient", "dateRecorded"}),
    },
}
# Elements of R4 whose JSON type differs elsewhere: the first character of the value tells.
_OTHER_TYPE: Mapping[tuple[str, str], tuple[bytes, str]] = {
    ("Encounter", "class"): (b"[", "R5"),
    ("AllergyIntolerance", "type"): (b"{", "R5"),
    ("AllergyIntolerance", "clinicalStatus"): (b'"', "STU3"),
    ("AllergyIntolerance", "verificationStatus"): (b'"', "STU3"),
    ("Condition", "clinicalStatus"): (b'"', "STU3"),
    ("Condition", "verificationStatus"): (b'"', "STU3"),
    ("MedicationAdministration", "category"): (b"[", "R5"),
    ("MedicationDispense", "category"): (b"[", "R5"),
}


def check_release(kind: str, fields: Mapping[str, msgspec.Raw], place: str) -> None:
    """Refuse a resource of another release of FHIR: the same words mean other things there.

    Args:
        fields: the elements at the top of the resource.
    Raises:
        InputError: it has an element, or a type of element, that R4 does not have.
    """
    for release, kinds in _FOREIGN.items():
        foreign = sorted(kinds.get(kind, frozenset()) & fields.keys())
        if foreign:
            raise _refused(place, kind, foreign[0], release)
    for (of, name), (begins, release) in _OTHER_TYPE.items():
        if of == kind and name in fields and bytes(fields[name])[:1] == begins:
            raise _refused(place, kind, name, release)


def _refused(place: str, kind: str, name: str, release: str) -> InputError:
    what = "is a resource" if name == "resourceType" else f"has {name!r}, which is written so"
    return InputError(
        f"{place}: {kind}", f"{what} in FHIR {release} and not in R4", "export it as FHIR R4 (4.0.1)"
    )
