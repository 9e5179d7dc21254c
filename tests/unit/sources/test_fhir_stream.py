"""FHIR patient by patient: as read at once, in order of id, on disk where memory does not hold it."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adjuvant.errors import InputError
from adjuvant.record import Outcome
from adjuvant.sources import collect, read, stream
from adjuvant.sources.fhir import sorting
from adjuvant.sources.spill import Spill
from charts import Json, a_fhir_dose, a_fhir_infusion, a_quantity

PEOPLE = ("anna", "berta", "carl")
RATE = a_quantity(2, "mg/h")


@pytest.fixture
def on_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Holds next to nothing, so that everything is sorted on disk."""
    monkeypatch.setattr(sorting, "Spill", partial(Spill, held=1000))


def lines_in(folder: Path, name: str, resources: Iterable[Json | None]) -> None:
    """Resources one a line; None is a blank line."""
    folder.mkdir(parents=True, exist_ok=True)
    text = "".join((json.dumps(item) if item is not None else "") + "\n" for item in resources)
    (folder / name).write_text(text, encoding="utf-8")


def patient(name: str) -> Json:
    return {"resourceType": "Patient", "id": name}


def of(name: str) -> dict[str, Any]:
    return {"subject": {"reference": f"Patient/{name}"}}


def interleaved(seed: int) -> list[Json]:
    """Resources of several patients, and of none, in no order."""
    chosen = random.Random(seed)
    found: list[Json] = [patient(name) for name in PEOPLE]
    found += [
        {"resourceType": "Medication", "id": "bag", "code": {"text": "Hydromorphone 2 mg/mL"}},
        {"resourceType": "Practitioner", "id": "doc"},
        a_fhir_dose("lost", subject={"display": "somebody"}),
    ]
    for number in range(30):
        name, hour = chosen.choice(PEOPLE), chosen.randint(10, 22)
        at = f"2031-03-0{chosen.randint(1, 9)}T{hour}:00:00Z"
        make: Callable[[], Json] = chosen.choice(
            [
                lambda name=name, at=at, number=number: a_fhir_dose(f"d{number}", at, **of(name)),
                lambda name=name, number=number: a_fhir_infusion(RATE, id=f"i{number}", **of(name)),
                lambda name=name, at=at, number=number: a_fhir_dose(
                    f"m{number}",
                    at,
                    medicationCodeableConcept=None,
                    medicationReference={"reference": "Medication/bag"},
                    **of(name),
                ),
            ]
        )
        found.append(make())
    chosen.shuffle(found)
    return found


@pytest.mark.usefixtures("on_disk")
@given(seed=st.integers(0, 10**6))
def test_each_patient_has_what_an_export_of_them_alone_gives(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    """The others' lines are blanked, so that places stay; what is no patient's stays too."""
    folder = tmp_path_factory.mktemp("bulk")
    everything = interleaved(seed)
    lines_in(folder, "all.ndjson", everything)
    whole = read(folder)
    assert [record.patient.id for record in whole.records] == list(PEOPLE)
    for record in whole.records:
        name = record.patient.id
        others = [item for item in PEOPLE if item != name]
        lines_in(
            folder,
            "all.ndjson",
            (None if any(other in json.dumps(item) for other in others) else item for item in everything),
        )
        alone = read(folder).record()
        assert alone == record


@pytest.mark.parametrize("name", ["cdc_opioid_fhir_examples", "fhir_r4_core_examples"])
def test_a_shared_folder_sorted_on_disk_gives_what_memory_gives(
    shared: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def said() -> object:
        try:
            return read(shared / "data" / name, zone="UTC")
        except InputError as error:
            return str(error)

    held = said()
    monkeypatch.setattr(sorting, "Spill", partial(Spill, held=1))
    assert said() == held


@pytest.mark.usefixtures("on_disk")
def test_orders_and_medications_in_other_files_are_found_and_overlaps_across_files_are_said(
    tmp_path: Path,
) -> None:
    order = {
        "resourceType": "MedicationRequest",
        "id": "r",
        "status": "active",
        "intent": "order",
        **of("anna"),
        "medicationReference": {"reference": "Medication/bag"},
        "dosageInstruction": [
            {"asNeededBoolean": True, "doseAndRate": [{"doseQuantity": a_quantity(2, "mg")}]}
        ],
    }
    bag = {"resourceType": "Medication", "id": "bag", "code": {"text": "Hydromorphone 2 mg/mL"}}
    asked = {"request": {"reference": "MedicationRequest/r"}}
    lines_in(tmp_path / "bulk", "a.ndjson", [a_fhir_dose("x", **of("anna"), **asked), patient("zoe")])
    lines_in(tmp_path / "bulk", "b.ndjson", [order, a_fhir_infusion(RATE, id="i", **of("anna"))])
    late = a_fhir_infusion(RATE, "2031-03-03T10:00:00Z", "2031-03-03T12:00:00Z", id="j", **of("anna"))
    lines_in(tmp_path / "bulk", "c.ndjson", [bag, patient("anna"), late])
    anna, zoe = read(tmp_path / "bulk").records
    assert (anna.patient.id, zoe.patient.id, zoe.event_count) == ("anna", "zoe", 0)
    assert anna.requests[0].drug.name == "hydromorphone"
    assert [event.as_needed for event in anna.administrations if event.id == "x"] == [True]
    (line,) = [line for line in anna.quality.lines if "covers the same time" in line.reason]
    assert line.examples == ("i and j",)


@pytest.mark.usefixtures("on_disk")
def test_a_resource_that_stands_in_several_files_counts_once_and_is_told_in_the_order_of_the_files(
    tmp_path: Path,
) -> None:
    names = ["z", "y", "x", "w", "v", "u", "t"]
    first = [{"resourceType": "Practitioner", "id": name} for name in names]
    again = [item | {"meta": {"versionId": "2"}} for item in first]
    lines_in(tmp_path / "bulk", "a.ndjson", [patient("anna"), *first])
    lines_in(tmp_path / "bulk", "b.ndjson", [*again, patient("anna"), a_fhir_dose("x", **of("anna"))])
    found = read(tmp_path / "bulk")
    assert found.record().event_count == 1
    (line,) = [
        line
        for line in found.quality.lines
        if (line.table, line.outcome) == ("Practitioner", Outcome.DUPLICATE)
    ]
    assert line.count == 7
    assert line.examples == tuple(
        f"Practitioner/{name}: b.ndjson:{row}" for row, name in enumerate(names[:5], start=1)
    )
    assert found.quality.count(Outcome.DUPLICATE, "Patient") == 1


@pytest.mark.usefixtures("on_disk")
def test_of_several_contradictions_the_first_in_the_files_is_told(tmp_path: Path) -> None:
    one = [{"resourceType": "Practitioner", "id": name, "active": True} for name in ("b", "a")]
    other = [item | {"active": False} for item in one]
    lines_in(tmp_path / "bulk", "a.ndjson", [patient("anna"), *one, *other])
    with pytest.raises(InputError, match=r"Practitioner/b: a\.ndjson:2 and a\.ndjson:4"):
        next(stream(tmp_path / "bulk").records)


@pytest.mark.usefixtures("on_disk")
def test_a_resumed_stream_goes_on_after_the_patient_and_counts_the_same_strays(tmp_path: Path) -> None:
    bundle = {
        "resourceType": "Bundle",
        "type": "searchset",
        "link": [{"relation": "next", "url": "https://example.org/page2"}],
        "entry": [{"resource": item} for item in interleaved(3)],
    }
    (tmp_path / "chart.json").write_text(json.dumps(bundle), encoding="utf-8")
    first = stream(tmp_path / "chart.json")
    second = stream(tmp_path / "chart.json", after="anna", work=tmp_path / "work")
    everyone = list(first.records)
    assert list(second.records) == everyone[1:]
    assert first.strays.counted() == second.strays.counted()
    assert list((tmp_path / "work").iterdir()) == [], "what was sorted on disk is removed"
    whole = collect(stream(tmp_path / "chart.json")).quality
    (line,) = [line for line in whole.lines if line.reason.startswith("the bundle says that there is more")]
    assert line.count == 1, "it stands on every record and counts once"
    assert whole.medicines == read(tmp_path / "chart.json").quality.medicines


def test_a_stream_that_is_given_up_leaves_nothing_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sorting, "Spill", partial(Spill, held=1))
    lines_in(tmp_path / "bulk", "a.ndjson", interleaved(4))
    records = stream(tmp_path / "bulk", work=tmp_path / "work").records
    next(records)
    assert list((tmp_path / "work").iterdir()) != []
    records.close()  # type: ignore[attr-defined]  it is a generator
    assert list((tmp_path / "work").iterdir()) == []


def test_an_export_without_patients_is_refused_by_a_stream_as_by_a_read(tmp_path: Path) -> None:
    lines_in(tmp_path / "bulk", "a.ndjson", [{"resourceType": "Practitioner", "id": "doc"}])
    for reading in (lambda: read(tmp_path / "bulk"), lambda: list(stream(tmp_path / "bulk").records)):
        with pytest.raises(InputError, match="holds no patient"):
            reading()
