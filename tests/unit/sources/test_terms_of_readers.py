"""The user's own lines in FHIR and in mapped CSV: unknown names are listed, and a line names them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from adjuvant.errors import UsageError
from adjuvant.record import MedicineCount, Outcome, QualitySummary
from adjuvant.sources import Terms, collect, read, stream
from adjuvant.sources.base import Import
from charts import a_bundle, a_chart, a_dose, a_fhir_dose, a_quantity

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
NDC = "http://hl7.org/fhir/sid/ndc"
BAG = "House Pain Bag 7"


def terms_of(folder: Path, *lines: str) -> Terms:
    """Terms with those lines: name, ingredients, strength, form, route."""
    path = folder / "terms.csv"
    path.write_text(
        "name,ingredients,strength,form,route\n" + "".join(f"{line}\n" for line in lines), encoding="utf-8"
    )
    return Terms.read(path)


def bundle(folder: Path, *resources: dict[str, Any]) -> Path:
    """A bundle of patient a and these resources."""
    file = folder / "chart.json"
    file.write_text(json.dumps(a_bundle(*resources)), encoding="utf-8")
    return file


def names_of(found: Import) -> list[tuple[str, int]]:
    """Unknown names and how many rows bear them, the most frequent first."""
    return sorted(((one.name, one.count) for one in found.quality.names), key=lambda one: -one[1])


def medicines_of(quality: QualitySummary) -> set[tuple[str, str, Outcome, int]]:
    """Drug, unit, outcome and count."""
    return {(item.drug, item.unit, item.outcome, item.count) for item in quality.medicines}


def drugs_of(found: Import) -> list[str]:
    """The drugs of all administrations."""
    return [event.drug.name for record in found.records for event in record.administrations]


# --- FHIR ------------------------------------------------------------------------------------------------------


def coded(*codes: tuple[str, str], text: str | None = None) -> dict[str, Any]:
    """A medicine by these codes and this text."""
    said = {"coding": [{"system": system, "code": code} for system, code in codes]}
    return {"medicationCodeableConcept": said | ({"text": text} if text else {})}


def test_unknown_names_of_fhir_administrations_are_listed_by_frequency_and_a_line_names_them(
    tmp_path: Path,
) -> None:
    doses = [a_fhir_dose(f"x{n}", f"2031-03-03T1{n}:00:00Z", **coded(text=BAG)) for n in range(3)]
    file = bundle(tmp_path, *doses, a_fhir_dose("y", **coded(text="Zubrovin")))
    first = read(file)
    assert names_of(first) == [(BAG, 3), ("Zubrovin", 1)]
    lines = terms_of(tmp_path, f"{BAG},bupivacaine + fentanyl,1 mg/mL + 2 ug/mL,injection,epidural")
    again = read(file, terms=lines)
    assert names_of(again) == [("Zubrovin", 1)]
    assert drugs_of(again).count("bupivacaine+fentanyl") == 3
    event = again.record().administrations[-1]
    assert (event.drug.text, event.form) == (BAG, "injection")
    assert [str(item.strength) for item in event.drug.ingredients] == ["1 mg/mL", "2 ug/mL"]
    assert collect(stream(file, terms=lines)).quality == again.quality


def test_a_line_gives_a_fhir_order_the_route_that_it_does_not_state(tmp_path: Path) -> None:
    order = {
        "resourceType": "MedicationRequest",
        "id": "r",
        "status": "active",
        "intent": "order",
        "subject": {"reference": "Patient/a"},
        "authoredOn": "2031-03-03T09:00:00Z",
        **coded(text="Oxy-House 5"),
        "dosageInstruction": [{"doseAndRate": [{"doseQuantity": a_quantity(1, "{tablet}")}]}],
    }
    file = bundle(tmp_path, order)
    assert names_of(read(file)) == [("Oxy-House 5", 1)]
    found = read(file, terms=terms_of(tmp_path, "oxy-house  5,oxycodone,5 mg/{tablet},tablet,oral"))
    (asked,) = found.record().requests
    assert (asked.drug.name, asked.form, asked.route) == ("oxycodone", "tablet", "oral")
    assert str(asked.drug.ingredients[0].strength) == "5 mg/{tablet}"
    assert medicines_of(found.quality) >= {("oxycodone", "{tablet}", Outcome.USED, 1)}


@pytest.mark.parametrize(
    ("code", "name"), [((RXNORM, "999999998"), "RxNorm 999999998"), ((NDC, "0001"), f"{NDC}|0001")]
)
def test_a_code_without_words_is_listed_under_the_name_that_a_line_can_bear(
    tmp_path: Path, code: tuple[str, str], name: str
) -> None:
    file = bundle(tmp_path, a_fhir_dose(**coded(code)))
    assert names_of(read(file)) == [(name, 1)]
    found = read(file, terms=terms_of(tmp_path, f"{name},fentanyl,,,"))
    assert (names_of(found), drugs_of(found)) == ([], ["fentanyl"])


def test_a_line_decides_against_a_code_as_it_does_against_an_omop_concept(tmp_path: Path) -> None:
    """The OMOP reader asks the user's lines first too; `test_omop` holds the same of a concept."""
    file = bundle(tmp_path, a_fhir_dose(**coded((RXNORM, "7052"), text=BAG)))
    assert drugs_of(read(file)) == ["morphine"]
    assert drugs_of(read(file, terms=terms_of(tmp_path, f"{BAG},fentanyl,,,"))) == ["fentanyl"]


@pytest.mark.hazard("H-016")
@pytest.mark.parametrize("line", ["RxNorm 7052,other,,,", "rxnorm 7052,fentanyl,,,", "OMOP 1110410,none,,,"])
def test_a_line_for_a_code_never_turns_an_opioid_into_something_else(tmp_path: Path, line: str) -> None:
    with pytest.raises(Exception, match=r"terms\.csv:2: ingredients: .* contradicts the library.*morphine"):
        terms_of(tmp_path, line)


def test_the_strengths_that_a_medication_lists_are_added_to_a_line_and_a_contradiction_is_doubted(
    tmp_path: Path,
) -> None:
    strength = {"numerator": a_quantity(50, "ug"), "denominator": a_quantity(1, "mL")}
    listed = {"itemCodeableConcept": {"text": "Fentanyl"}, "strength": strength}
    bag = {"resourceType": "Medication", "id": "m", "code": {"text": BAG}, "ingredient": [listed]}
    dose = a_fhir_dose(medicationCodeableConcept=None, medicationReference={"reference": "Medication/m"})
    file = bundle(tmp_path, bag, dose)
    (event,) = read(file, terms=terms_of(tmp_path, f"{BAG},fentanyl,,,")).record().administrations
    assert [(item.name, str(item.strength)) for item in event.drug.ingredients] == [("fentanyl", "50 ug/mL")]
    (event,) = read(file, terms=terms_of(tmp_path, f"{BAG},fentanyl,2 ug/mL,,")).record().administrations
    assert "two strengths contradict each other" in event.doubt


def test_every_fhir_resource_of_medication_is_counted_by_drug_unit_and_outcome(tmp_path: Path) -> None:
    whose = {"subject": {"reference": "Patient/a"}, "medicationCodeableConcept": {"text": "Morphine"}}
    file = bundle(
        tmp_path,
        a_fhir_dose("given"),
        a_fhir_dose("again", "2031-03-03T10:00:00Z"),
        a_fhir_dose("again", "2031-03-03T10:00:00Z"),
        a_fhir_dose("error", status="entered-in-error"),
        a_fhir_dose("nobody", subject={"display": "somebody"}),
        {"resourceType": "MedicationDispense", "id": "d", "status": "completed", **whose,
         "whenHandedOver": "2031-03-03T09:00:00Z", "quantity": a_quantity(20, "{tablet}")},
        {"resourceType": "MedicationStatement", "id": "s", "status": "active", **whose,
         "effectiveDateTime": "2031-03-03T09:00:00Z",
         "dosage": [{"doseAndRate": [{"doseQuantity": a_quantity(10, "mg")}]}]},
    )  # fmt: skip
    found = read(file)
    given, used = "MedicationAdministration", Outcome.USED
    assert set(found.quality.medicines) >= {
        MedicineCount(given, "morphine", "mg", used, 2),
        MedicineCount(given, "morphine", "mg", Outcome.DUPLICATE, 1),
        MedicineCount(given, "morphine", "mg", Outcome.NOT_USED, 2),
        MedicineCount("MedicationDispense", "morphine", "{tablet}", used, 1),
        MedicineCount("MedicationStatement", "morphine", "mg", used, 1),
    }
    for table in (given, "MedicationDispense", "MedicationStatement"):
        counted = sum(
            item.count
            for item in found.quality.medicines
            if item.table == table and item.outcome is not Outcome.DOUBTED
        )
        assert counted == found.quality.count(Outcome.READ, table), "every resource once"
    assert collect(stream(file)).quality.medicines == found.quality.medicines


def test_a_medicine_that_nothing_names_has_no_name_to_list(tmp_path: Path) -> None:
    gone = {"medicationCodeableConcept": None, "medicationReference": {"reference": "Medication/fentanyl"}}
    found = read(bundle(tmp_path, a_fhir_dose("n", medicationCodeableConcept=None), a_fhir_dose(**gone)))
    assert names_of(found) == []
    assert medicines_of(found.quality) == {("", "mg", Outcome.UNCONVERTIBLE, 2)}


# --- mapped CSV ------------------------------------------------------------------------------------------------


def test_unknown_names_of_a_mapped_table_are_listed_by_frequency_and_a_line_names_them(
    tmp_path: Path,
) -> None:
    rows = "".join(a_dose(3, hour, drug=BAG, dose="4 mL", strength="") for hour in (8, 9, 10))
    folder = a_chart(tmp_path / "mar", rows + a_dose(3, 11, drug="Zubrovin"))
    assert names_of(read(folder)) == [(BAG, 3), ("Zubrovin", 1)]
    lines = terms_of(tmp_path, f"{BAG},hydromorphone,2 mg/mL,injection,intravenous", "zubrovin,other,,,")
    found = read(folder, terms=lines)
    assert names_of(found) == []
    event = found.record().administrations[0]
    assert (event.drug.name, event.drug.text, event.form) == ("hydromorphone", BAG, "injection")
    assert str(event.drug.ingredients[0].strength) == "2 mg/mL"
    assert medicines_of(found.quality) >= {
        ("hydromorphone", "mL", Outcome.USED, 3),
        ("other drug", "mg", Outcome.USED, 1),
    }


def test_a_line_decides_against_a_code_of_a_mapped_table_too(tmp_path: Path) -> None:
    folder = a_chart(tmp_path / "mar", a_dose(3, 8, drug=BAG, rxnorm="7052"))
    assert drugs_of(read(folder)) == ["morphine"]
    assert drugs_of(read(folder, terms=terms_of(tmp_path, f"{BAG},fentanyl,,,"))) == ["fentanyl"]


def test_a_strength_of_the_row_that_differs_from_that_of_the_line_is_refused(tmp_path: Path) -> None:
    folder = a_chart(tmp_path / "mar", a_dose(3, 8, drug=BAG, dose="4 mL", strength="1 mg/mL"))
    (event,) = (
        read(folder, terms=terms_of(tmp_path, f"{BAG},hydromorphone,2 mg/mL,,")).record().administrations
    )
    assert "is 2 mg/mL by your own line and also 1 mg/mL" in event.doubt
    assert event.drug.ingredients == ()


def test_every_row_of_medication_of_a_mapped_table_is_counted_once(tmp_path: Path) -> None:
    rows = (
        a_dose(3, 8)
        + a_dose(3, 9, dose="10 zorks")
        + a_dose(3, 10, route="upwards")
        + a_row_without(start="")
        + a_row_without(patient="")
        + a_row_without(patient="zoe")
    )
    found = read(a_chart(tmp_path / "mar", rows))
    assert medicines_of(found.quality) == {
        ("morphine", "mg", Outcome.USED, 2),
        ("morphine", "mg", Outcome.DOUBTED, 1),
        ("morphine", "zorks", Outcome.UNCONVERTIBLE, 1),
        ("morphine", "mg", Outcome.NOT_USED, 3),
    }
    assert sum(item.count for item in found.quality.medicines if item.outcome is not Outcome.DOUBTED) == 6


def a_row_without(**cells: str) -> str:
    """A row of `given.csv` with these cells instead."""
    return a_dose(3, 12, **cells) if "start" not in cells else a_dose(3, 12).replace("2031-03-03T12:00", "")


def test_a_row_that_becomes_no_event_is_placed_by_the_user_s_line(tmp_path: Path) -> None:
    folder = a_chart(tmp_path / "mar", a_dose(3, 12, drug=BAG).replace("2031-03-03T12:00", ""))
    assert [item.ingredient for item in read(folder).record().unplaced] == [None]
    found = read(folder, terms=terms_of(tmp_path, f"{BAG},hydromorphone,,,"))
    assert [item.ingredient for item in found.record().unplaced] == ["hydromorphone"]


def test_a_store_was_read_already_and_says_so(tmp_path: Path) -> None:
    store = tmp_path / "store"
    store.mkdir()
    (store / "manifest.json").write_text("{}", encoding="utf-8")
    with pytest.raises(UsageError, match="a record store keeps what was made of them"):
        read(store, terms=terms_of(tmp_path, f"{BAG},other,,,"))
