"""What is known to be missing makes no complete total: whatever opioid cannot be counted, the answer says "at least".

The chart: 10 mg of oral morphine four times a day, so 40 MME a day; then one opioid row or resource more, which cannot be
used for one reason or another. What became of it, the evaluation must know.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from charts import (
    Json,
    a_bundle,
    a_chart,
    a_fhir_dose,
    a_fhir_infusion,
    a_quantity,
    a_row,
    days_of,
    pain_of,
    written,
)
from running import Run

COURSE = ("--course", "2031-03-05T09:00/2031-03-05T12:00")
KINDS = {
    "a push": {"drug": "hydromorphone", "route": "intravenous", "dose": "2 tablets"},
    "an infusion": {"drug": "fentanyl", "route": "intravenous", "kind": "infusion", "dose": "", "rate": "2 mL/h", "end": "2031-03-03T11:00"},
    "demand doses": {"drug": "hydromorphone", "route": "intravenous", "kind": "pca demand", "dose": "4"},
    "a patch": {"drug": "fentanyl", "route": "transdermal", "kind": "patch on", "dose": "", "rate": "25"},
    "methadone": {"drug": "methadone", "dose": "5-10 mg"},
    "a dose into the spine": {"route": "epidural"},
    "a drug no table knows": {"drug": "remifentanil", "route": "intravenous"},
    "an unknown route": {"route": "by post"},
    "no route": {"route": ""},
}  # fmt: skip


def incomplete(opioids: Json) -> bool:
    """Whether the answer says that the figure before is a lower bound, gives no percentage, and says why."""
    return (
        opioids["complete"]["before"] is False
        and opioids["percent"] is None
        and any("before" in need for need in opioids["missing"])
    )


@pytest.mark.hazard("H-034")
def test_the_chart_without_the_other_row_is_complete(adjuvant: Run, tmp_path: Path) -> None:
    """Otherwise the tests below could not fail."""
    chart = a_chart(tmp_path / "ward", days_of(1, 12), pain=pain_of(1, 12))
    opioids = adjuvant("evaluate", chart, *COURSE, "--json").json["opioids"]
    assert (opioids["before"], opioids["complete"]["before"], opioids["percent"]) == (40, True, 0)


@pytest.mark.hazard("H-034")
@pytest.mark.parametrize("kind", KINDS)
def test_an_opioid_of_any_kind_that_cannot_be_counted_leaves_a_lower_bound(
    adjuvant: Run, tmp_path: Path, kind: str
) -> None:
    cells: dict[str, Any] = KINDS[kind]
    chart = a_chart(tmp_path / "ward", days_of(1, 12) + a_row(**cells), pain=pain_of(1, 12))
    opioids = adjuvant("evaluate", chart, *COURSE, "--json").json["opioids"]
    assert opioids["before"] == 40
    assert incomplete(opioids)
    people = " ".join(adjuvant("evaluate", chart, *COURSE).out.split())
    assert "opioid log incomplete" in people and "at least 40" in people


@pytest.mark.hazard("H-034")
@pytest.mark.parametrize("kind", KINDS)
def test_it_is_a_lower_bound_from_the_record_store_too(adjuvant: Run, tmp_path: Path, kind: str) -> None:
    chart = a_chart(tmp_path / "ward", days_of(1, 12) + a_row(**KINDS[kind]), pain=pain_of(1, 12))
    assert adjuvant("import", chart).code == 0
    assert incomplete(adjuvant("evaluate", *COURSE, "--json").json["opioids"])


LOST_ROWS = {
    "a date without a time": a_row("2031-03-03"),
    "no time": a_row(""),
    "words for a time": a_row("in the morning"),
    "a code and no name": a_row(drug="", rxnorm="7804"),
    "too few fields": "a,2031-03-03T09:00,morphine\n",
}


@pytest.mark.hazard("H-034")
@pytest.mark.parametrize("case", LOST_ROWS)
def test_a_row_of_the_medication_chart_that_is_set_aside_leaves_no_complete_total(
    adjuvant: Run, tmp_path: Path, case: str
) -> None:
    chart = a_chart(tmp_path / "ward", days_of(1, 12) + LOST_ROWS[case], pain=pain_of(1, 12))
    assert incomplete(adjuvant("evaluate", chart, *COURSE, "--json").json["opioids"])


def a_stay(*more: Json, **bundle: Any) -> Json:
    """Twelve days in FHIR: morphine four times a day and pain every four hours, then whatever else."""
    days = range(1, 13)
    doses = [
        a_fhir_dose(f"m{day}-{hour}", f"2031-03-{day:02d}T{hour:02d}:00:00Z")
        for day in days
        for hour in (2, 8, 14, 20)
    ]
    readings = [
        {
            "resourceType": "Observation",
            "id": f"p{day}-{hour}",
            "status": "final",
            "subject": {"reference": "Patient/a"},
            "code": {"coding": [{"system": "http://loinc.org", "code": "72514-3"}]},
            "effectiveDateTime": f"2031-03-{day:02d}T{hour:02d}:30:00Z",
            "valueInteger": 5,
        }
        for day in days
        for hour in (0, 4, 8, 12, 16, 20)
    ]
    return a_bundle(*doses, *readings, *more, **bundle)


def from_fhir(adjuvant: Run, tmp_path: Path, stay: Json) -> Json:
    path = written(tmp_path / "stay.json", stay)
    answer: Json = adjuvant("evaluate", path, "--zone", "Europe/London", *COURSE, "--json").json
    return answer


@pytest.mark.hazard("H-034", "H-076")
@pytest.mark.parametrize(
    "resource",
    [
        a_fhir_dose(dosage={"route": {"text": "PO"}, "dose": a_quantity(10, "mg", "g")}),
        a_fhir_dose(dosage={"route": {"text": "PO"}, "dose": {"value": 10}}),
        a_fhir_infusion(a_quantity(2, "mL/h")),
        a_fhir_dose(dosage="10 mg"),
    ],
    ids=["a unit and a code that differ", "no unit", "millilitres an hour", "another shape"],
)
def test_a_resource_that_cannot_be_counted_leaves_a_lower_bound(
    adjuvant: Run, tmp_path: Path, resource: Json
) -> None:
    assert from_fhir(adjuvant, tmp_path, a_stay())["opioids"]["complete"]["before"] is True
    assert incomplete(from_fhir(adjuvant, tmp_path, a_stay(resource))["opioids"])


PARTIAL: dict[str, Json] = {
    "a next page": {"type": "searchset", "link": [{"relation": "next", "url": "https://example.org/2"}]},
    "fewer than it says": {"type": "searchset", "total": 5000},
}
FAULT = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "incomplete"}]}


@pytest.mark.hazard("H-077")
@pytest.mark.parametrize("case", [*PARTIAL, "a fault of the server"])
def test_a_bundle_that_is_not_all_there_says_so_on_every_page(
    adjuvant: Run, tmp_path: Path, case: str
) -> None:
    stay = a_stay(**PARTIAL[case]) if case in PARTIAL else a_stay(FAULT)
    answer = from_fhir(adjuvant, tmp_path, stay)
    assert answer["patient"]["note"].startswith("Incomplete: ")
    assert any(line["table"] == "Bundle" and line["outcome"] == "doubted" for line in answer["quality"])
    people = adjuvant("evaluate", tmp_path / "stay.json", "--zone", "Europe/London", *COURSE).out
    assert "Incomplete: " in people.split("Evaluable")[0], "above every figure"


@pytest.mark.hazard("H-077", "H-034")
@pytest.mark.parametrize("case", [*PARTIAL, "a fault of the server"])
def test_a_bundle_that_is_not_all_there_leaves_no_complete_total(
    adjuvant: Run, tmp_path: Path, case: str
) -> None:
    stay = a_stay(**PARTIAL[case]) if case in PARTIAL else a_stay(FAULT)
    assert incomplete(from_fhir(adjuvant, tmp_path, stay)["opioids"])


LOST_RESOURCES = {
    "no time": a_fhir_dose(at=None),
    "a date without a time": a_fhir_dose(at="2031-03-03"),
    "no patient": a_fhir_dose(subject=None),
    "an unknown status": a_fhir_dose(status="gone"),
}


@pytest.mark.hazard("H-034")
@pytest.mark.parametrize("case", LOST_RESOURCES)
def test_an_administration_that_is_set_aside_leaves_no_complete_total(
    adjuvant: Run, tmp_path: Path, case: str
) -> None:
    assert incomplete(from_fhir(adjuvant, tmp_path, a_stay(LOST_RESOURCES[case]))["opioids"])


@pytest.mark.hazard("H-034")
def test_a_drug_that_the_library_does_not_know_is_named_beside_the_finding(
    adjuvant: Run, tmp_path: Path
) -> None:
    """It may be an opioid, and it is in no figure. So many drugs are none that the total is not called incomplete for it."""
    chart = a_chart(tmp_path / "ward", days_of(1, 12) + a_row(drug="Zorblax"), pain=pain_of(1, 12))
    by_table = adjuvant("evaluate", chart, *COURSE, "--json").json
    unknown = a_fhir_dose(medicationCodeableConcept={"text": "Zorblax"})
    for answer in (by_table, from_fhir(adjuvant, tmp_path, a_stay(unknown))):
        (line,) = [text for text in answer["verdict"]["also_changed"] if "does not know" in text]
        assert line.startswith("Not examined") and "Zorblax" in line
    assert "Zorblax" in adjuvant("evaluate", chart, *COURSE).out.split("Before")[0], "above every figure"
