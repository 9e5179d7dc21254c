"""The medicine of a resource: codes, names and ingredients are evidence apart from each other, and must agree."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from adjuvant.record import MedicationRequest
from fixtures.fhir.build import (
    DRUG_FORM,
    RXNORM,
    SNOMED,
    concept,
    dosage,
    imported,
    order,
    orders_of,
    ratio,
    reasons,
    ucum,
)

ONE = dosage(ucum(1, "mL"), times=(1, 1, "d"), by=None)


def of_concept(folder: Path, code: dict[str, Any]) -> MedicationRequest:
    (found,) = orders_of(folder, order([ONE], medicationCodeableConcept=code))
    return found


def of_medication(folder: Path, display: str | None = None, **fields: Any) -> MedicationRequest:
    """An order that refers to a contained Medication."""
    asked = order([ONE], contained=[{"resourceType": "Medication", "id": "m", **fields}])
    del asked["medicationCodeableConcept"]
    asked["medicationReference"] = {"reference": "#m", **({"display": display} if display else {})}
    (found,) = orders_of(folder, asked)
    return found


def parts(found: MedicationRequest) -> list[tuple[str, str | None]]:
    return [(item.name, str(item.strength) if item.strength else None) for item in found.drug.ingredients]


def ingredient(name: str, strength: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {"itemCodeableConcept": concept(name), **({"strength": strength} if strength else {}), **more}


def test_an_ingredient_by_code_and_by_name(tmp_path: Path) -> None:
    assert parts(of_concept(tmp_path, concept("morphine sulfate"))) == [("morphine", None)]
    assert parts(of_concept(tmp_path, concept(None, (RXNORM, "7052", None)))) == [("morphine", None)]


def test_a_product_by_its_name_has_strength_form_and_route(tmp_path: Path) -> None:
    code = concept(None, (RXNORM, "197696", "72 HR Fentanyl 0.075 MG/HR Transdermal System"))
    found = of_concept(tmp_path, code)
    assert parts(found) == [("fentanyl", "0.075 mg/h")]
    assert (found.form, found.route, str(found.drug.rxnorm)) == ("patch", "transdermal", "RxNorm 197696")


def test_many_codes_of_one_drug_are_one_drug(tmp_path: Path) -> None:
    """As an Epic export lists them: the ingredient, and product codes that the library need not know."""
    codes = [(RXNORM, code, None) for code in ("7052", "30236", "151999", "1745876")]
    atc = ("http://www.whocc.no/atc", "N02AA01", None)
    found = of_concept(tmp_path, concept("MORPHINE ER 20 MG CAPSULE", atc, *codes))
    assert parts(found) == [("morphine", "20 mg/{capsule}")]
    assert (found.drug.rxnorm, found.doubt.partition(":")[0]) == (None, "")


@pytest.mark.parametrize(
    "code",
    [
        concept("hydromorphone", (RXNORM, "7052", None)),
        concept(None, (RXNORM, "7052", None), (RXNORM, "3423", None)),
        concept("Morphine (Dilaudid)"),
        concept("ketamine", (RXNORM, "7052", "morphine")),
    ],
)
def test_codes_and_names_that_mean_different_drugs_are_a_doubt(tmp_path: Path, code: dict[str, Any]) -> None:
    found = of_concept(tmp_path, code)
    assert found.drug.ingredients == ()
    assert found.doubt.startswith(("its codes and names mean different drugs", "the drug cannot be told"))


def test_an_unknown_code_leaves_the_name(tmp_path: Path) -> None:
    assert parts(of_concept(tmp_path, concept("oxycodone", (RXNORM, "99999999", None)))) == [
        ("oxycodone", None)
    ]
    assert parts(of_concept(tmp_path, concept(None, (RXNORM, "99999999", None)))) == []
    assert parts(of_concept(tmp_path, concept("ketorolac"))) != [("ketamine", None)]


def test_a_code_that_is_no_code_is_a_doubt(tmp_path: Path) -> None:
    found = of_concept(tmp_path, concept("oxycodone", (RXNORM, "78O4", None)))
    assert found.doubt.startswith("the drug cannot be told")
    assert found.drug.rxnorm is None


def test_two_strengths_of_one_drug_contradict_each_other(tmp_path: Path) -> None:
    both = concept(
        "oxycodone hydrochloride 5 MG Oral Tablet", (RXNORM, "1", "oxycodone hydrochloride 10 MG Oral Tablet")
    )
    found = of_concept(tmp_path, both)
    assert parts(found) == [("oxycodone", None)]
    assert found.doubt.startswith("two strengths contradict each other: oxycodone")


# --- Medication ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("strength", "form", "shown"),
    [
        (ratio(ucum(10, "mg"), ucum(1, "mL")), None, "10 mg/mL"),
        (ratio(ucum(400, "mg"), ucum(500, "mL")), None, "0.8 mg/mL"),
        (ratio(ucum(5, "mg"), {"value": 1, "system": DRUG_FORM, "code": "TAB"}), "tablet", "5 mg/{tablet}"),
        (ratio(ucum(5, "mg"), ucum(1, "1")), "tablet", "5 mg/{tablet}"),
        (ratio(ucum(75, "ug"), ucum(1, "h")), "patch", "75 ug/h"),
        (None, None, None),
    ],
)
def test_the_strength_of_an_ingredient(
    tmp_path: Path, strength: Any, form: str | None, shown: str | None
) -> None:
    more = {"form": concept(form)} if form else {}
    found = of_medication(tmp_path, ingredient=[ingredient("fentanyl", strength)], **more)
    assert parts(found) == [("fentanyl", shown)]
    assert found.form == form


@pytest.mark.parametrize(
    ("strength", "why"),
    [
        (ratio(ucum(0, "mg"), ucum(1, "mL")), "strength is not above zero: 0 mg/1 mL"),
        (ratio(ucum(10, "mg"), ucum(0, "mL")), "strength divides by nothing"),
        ({"numerator": ucum(10, "mg")}, "strength is half a ratio: 10 mg"),
    ],
)
def test_a_strength_that_cannot_be_used_is_a_doubt(tmp_path: Path, strength: Any, why: str) -> None:
    assert of_medication(tmp_path, ingredient=[ingredient("fentanyl", strength)]).doubt.startswith(why)


def test_a_diluent_is_no_second_drug_and_an_unknown_part_is(tmp_path: Path) -> None:
    mixed = [
        ingredient("morphine", ratio(ucum(1, "mg"), ucum(1, "mL"))),
        ingredient("Sodium chloride 0.9 % solution"),
    ]
    assert parts(of_medication(tmp_path, ingredient=mixed)) == [("morphine", "1 mg/mL")]
    other = [ingredient("morphine"), ingredient("a substance that nobody knows")]
    assert parts(of_medication(tmp_path, ingredient=other)) == [
        ("morphine", None),
        ("a substance that nobody knows", None),
    ]
    passive = [ingredient("morphine"), ingredient("a preservative", isActive=False)]
    assert parts(of_medication(tmp_path, ingredient=passive)) == [("morphine", None)]


def test_a_medication_without_any_known_part_stays_unresolved(tmp_path: Path) -> None:
    found = of_medication(tmp_path, ingredient=[ingredient("nosuchine"), ingredient("dextrose")])
    assert (found.drug.ingredients, found.drug.text) == ((), "nosuchine / dextrose")


def test_name_and_ingredients_must_agree(tmp_path: Path) -> None:
    found = of_medication(tmp_path, code=concept("morphine"), ingredient=[ingredient("hydromorphone")])
    assert found.doubt.startswith(
        "its name and its ingredients mean different drugs: morphine and hydromorphone"
    )
    same = of_medication(
        tmp_path,
        code=concept("morphine"),
        ingredient=[ingredient("morphine", ratio(ucum(10, "mg"), ucum(1, "mL")))],
    )
    assert parts(same) == [("morphine", "10 mg/mL")]


def test_form_and_name_must_agree(tmp_path: Path) -> None:
    found = of_medication(tmp_path, code=concept("morphine 10 MG Oral Tablet"), form=concept("Capsule"))
    assert found.doubt.startswith("form and name contradict each other: capsule")


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"status": "entered-in-error"}, "its Medication was entered in error"),
        ({"modifierExtension": [{"url": "u:x"}]}, "its Medication carries rules that are not known here"),
        ({"implicitRules": "u:x"}, "its Medication carries rules that are not known here"),
    ],
)
def test_a_medication_that_does_not_hold_is_a_doubt(tmp_path: Path, fields: dict[str, Any], why: str) -> None:
    found = of_medication(tmp_path, code=concept("oxycodone 10 MG/ML Oral Solution"), **fields)
    assert found.doubt == why


# --- references -------------------------------------------------------------------------------------------------------


def refers(reference: dict[str, Any], *others: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    asked = order([dosage(ucum(5, "mg"), times=(1, 1, "d"))])
    del asked["medicationCodeableConcept"]
    return {**asked, "medicationReference": reference}, *others


MEDICATION = {"resourceType": "Medication", "id": "m1", "code": concept("oxycodone")}


def test_a_medication_of_the_bundle_is_used(tmp_path: Path) -> None:
    found = imported(
        tmp_path, *refers({"reference": "Medication/m1"}, MEDICATION, {**MEDICATION, "id": "m2"})
    )
    assert parts(found.record().requests[0]) == [("oxycodone", None)]
    assert reasons(found, "Medication") == {"not used: is referred to by nothing that is read": 1}


def test_a_medication_that_is_not_there_is_a_doubt_and_is_not_guessed_from_its_id(tmp_path: Path) -> None:
    found = imported(tmp_path, *refers({"reference": "Medication/fentanyl"}))
    (only,) = found.record().requests
    assert only.drug.ingredients == ()
    assert only.doubt == "its Medication is not in what was read: Medication/fentanyl"


def test_the_words_of_a_reference_stand_in_with_a_warning(tmp_path: Path) -> None:
    found = imported(tmp_path, *refers({"reference": "Medication/m9", "display": "oxycodone"}))
    assert parts(found.record().requests[0]) == [("oxycodone", None)]
    assert any("taken from the reference's words" in reason for reason in reasons(found, "MedicationRequest"))


@pytest.mark.parametrize(
    ("reference", "why"),
    [
        ({"reference": "#nothing"}, "its contained Medication is not there: #nothing"),
        ({}, "its Medication is not in what was read"),
    ],
)
def test_a_reference_to_nothing_is_a_doubt(tmp_path: Path, reference: dict[str, Any], why: str) -> None:
    assert imported(tmp_path, *refers(reference)).record().requests[0].doubt.startswith(why)


def test_no_medicine_and_two_medicines_are_doubts(tmp_path: Path) -> None:
    none = order([dosage(ucum(5, "mg"), times=(1, 1, "d"))])
    del none["medicationCodeableConcept"]
    assert imported(tmp_path, none).record().requests[0].doubt == "it names no medicine"
    two = order([dosage(ucum(5, "mg"), times=(1, 1, "d"))], medicationReference={"display": "morphine"})
    assert imported(tmp_path, two).record().requests[0].doubt == "it names its medicine twice"


def test_a_bad_contained_resource_is_a_doubt(tmp_path: Path) -> None:
    asked = order([ONE], contained=[{"resourceType": "Medication", "id": "m", "ingredient": "x"}])
    del asked["medicationCodeableConcept"]
    asked["medicationReference"] = {"reference": "#m"}
    assert (
        imported(tmp_path, asked)
        .record()
        .requests[0]
        .doubt.startswith("not valid FHIR R4: a contained resource")
    )


def test_a_medication_that_is_not_valid_has_its_own_line(tmp_path: Path) -> None:
    found = imported(tmp_path, *refers({"reference": "Medication/m1"}, {**MEDICATION, "code": "oxycodone"}))
    assert reasons(found, "Medication") == {"not used: is not valid FHIR R4": 1}
    assert "is not in what was read" in found.record().requests[0].doubt


# --- routes --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("route", "expected", "doubted"),
    [
        (concept(None, (SNOMED, "34206005", "Subcutaneous route")), "subcutaneous", False),
        (concept(None, (SNOMED, "34206005", None)), "subcutaneous", False),
        (concept("oral", ("urn:oid:1.2.840.114350", "15", "oral")), "oral", False),
        (concept("PO"), "oral", False),
        (concept("Injection", (SNOMED, "47625008", "Intravenous route")), "intravenous", False),
        (concept(None, (SNOMED, "47625008", "Oral route")), None, True),
        (concept("by carrier pigeon"), None, False),
        (concept(None, (SNOMED, "999", None)), None, False),
    ],
)
def test_a_route_by_its_code_and_its_words(
    tmp_path: Path, route: Any, expected: str | None, doubted: bool
) -> None:
    asked = order([dosage(ucum(5, "mg"), times=(1, 1, "d"), by=None, route=route)])
    (found,) = orders_of(tmp_path, asked)
    assert (found.route, found.doubt.startswith("the route contradicts itself")) == (expected, doubted)


def test_a_stated_route_that_is_not_known_is_not_replaced_by_the_product(tmp_path: Path) -> None:
    asked = order(
        [dosage(ucum(5, "mg"), times=(1, 1, "d"), by=None, route=concept("by carrier pigeon"))],
        drug="oxycodone 5 MG Oral Tablet",
    )
    assert orders_of(tmp_path, asked)[0].route is None
    silent = order([dosage(ucum(5, "mg"), times=(1, 1, "d"), by=None)], drug="oxycodone 5 MG Oral Tablet")
    assert orders_of(tmp_path, silent)[0].route == "oral"
