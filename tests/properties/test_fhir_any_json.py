"""Whatever JSON comes: an error of ours, or records in which every resource is accounted for; and order never matters."""

from __future__ import annotations

import copy
import json
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from adjuvant.errors import InputError
from adjuvant.quantity import UnitStatus, parse_unit
from adjuvant.record import EVENT_KINDS, Origin
from adjuvant.sources.base import Import
from adjuvant.sources.fhir import read, shapes
from adjuvant.sources.fhir.units import read_amount
from fixtures.fhir.build import (
    ROUTES,
    UCUM,
    bundle,
    concept,
    dosage,
    given,
    observed,
    order,
    patient,
    ratio,
    ucum,
    write,
)

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**6), 10**6)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(
        ["mg", "5-10", "NaN", "Patient/p1", "#m", "2026", "2026-03-01", "2026-03-01T10:00:00Z", "0001-01-01T00:00:00+14:00",
         "9999-12-31T23:59:59-12:00", "completed", "active", "order", "1e999"]
    )
)  # fmt: skip
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
TYPES = ["Patient", "Encounter", "Condition", "AllergyIntolerance", "Consent", "MedicationRequest", "MedicationStatement",
         "MedicationDispense", "MedicationAdministration", "Medication", "Observation", "OperationOutcome", "Bundle"]  # fmt: skip
NAMES = ["id", "status", "intent", "subject", "patient", "code", "dosage", "dosageInstruction", "contained", "meta", "entry",
         "medicationCodeableConcept", "medicationReference", "effectiveDateTime", "effectivePeriod", "valueQuantity", "valueString",
         "component", "period", "scope", "quantity", "daysSupply", "whenHandedOver", "ingredient", "partOf", "basedOn", "link",
         "total", "birthDate", "identifier", "extension", "modifierExtension", "_effectiveDateTime", "issue"]  # fmt: skip


def sample() -> dict[str, Any]:
    """A synthetic bundle in which every kind of resource that is read stands once."""
    bag = {
        "resourceType": "Medication",
        "id": "m1",
        "ingredient": [
            {"itemCodeableConcept": concept("fentanyl"), "strength": ratio(ucum(10, "ug"), ucum(1, "mL"))}
        ],
    }
    subject = {"reference": "Patient/p1"}
    from_bag = given(
        {"rateRatio": ratio(ucum(12, "mL"), ucum(1, "h"))}, id="a2", until="2026-03-01T14:00:00+01:00"
    )
    del from_bag["medicationCodeableConcept"]
    return bundle(
        patient(),
        bag,
        {**from_bag, "medicationReference": {"reference": "Medication/m1"}},
        order([dosage(ucum(10, "mg"), times=(4, 1, "d"), asNeededBoolean=True)]),
        given({"dose": ucum(5, "mg")}),
        observed("72514-3", valueQuantity=ucum(7, "{score}")),
        observed(
            "85354-9",
            id="v2",
            component=[{"code": concept(None, ("http://loinc.org", "8480-6", None)), "valueQuantity": ucum(120, "mm[Hg]")}],
        ),
        {"resourceType": "Condition", "id": "c", "subject": subject, "code": concept("x")},
        {"resourceType": "Encounter", "id": "e", "status": "finished", "subject": subject, "period": {"start": "2026-03-01T10:00:00Z"}},
        {"resourceType": "MedicationDispense", "id": "d", "status": "completed", "subject": subject,
         "medicationCodeableConcept": concept("oxycodone"), "whenHandedOver": "2026-03-01", "quantity": ucum(30, "{tablet}")},
        {"resourceType": "Consent", "id": "k", "status": "active", "patient": subject, "scope": concept("treatment")},
    )  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value within a JSON value."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in items:
        yield from places(inner, (*path, name))


PATHS = [path for path in places(sample()) if path]


def changed(path: tuple[Any, ...], new: Any, *, drop: bool) -> dict[str, Any]:
    content = copy.deepcopy(sample())
    where: Any = content
    for name in path[:-1]:
        where = where[name]
    if drop:
        del where[path[-1]]
    else:
        where[path[-1]] = new
    return content


def accounted(content: Any, name: str = "x.json", zone: str | None = None) -> Import | None:
    """The import, every row of which is used or explained; None where it was refused with an error of ours."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            found = read(write(Path(folder), content, name), zone=zone)
        except InputError:
            return None
    for summary in (found.quality, *(record.quality for record in found.records)):
        for table in {line.table for line in summary.lines}:
            assert summary.unaccounted(table) == 0, table
    return found


@for_all(st.one_of(JSON, st.dictionaries(st.sampled_from(["resourceType", *NAMES]), JSON, max_size=6)))
def test_any_json_is_refused_or_accounted_for(content: Any) -> None:
    accounted(content)


@for_all(st.binary(max_size=200))
def test_any_bytes_are_refused_or_accounted_for(content: bytes) -> None:
    accounted(content)
    accounted(content, "x.ndjson")
    accounted(b"\x1f\x8b" + content, "x.ndjson")


RESOURCE = st.fixed_dictionaries(
    {"resourceType": st.sampled_from(TYPES)},
    optional=dict.fromkeys(NAMES, JSON),  # type: ignore[arg-type]
)


@for_all(st.lists(RESOURCE, max_size=4), st.sampled_from([None, "Europe/Amsterdam"]))
def test_any_resources_are_refused_or_accounted_for(rows: list[Any], zone: str | None) -> None:
    accounted({"resourceType": "Bundle", "entry": [{"resource": row} for row in rows]}, zone=zone)


@for_all(st.sampled_from(PATHS), JSON, st.booleans(), st.sampled_from([None, "UTC"]))
def test_a_good_bundle_with_any_one_thing_changed_is_refused_or_accounted_for(
    path: tuple[Any, ...], new: Any, drop: bool, zone: str | None
) -> None:
    accounted(changed(path, new, drop=drop), zone=zone)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: ".".join(map(str, path)))
def test_a_good_bundle_with_any_one_thing_missing_or_wrong(path: tuple[Any, ...]) -> None:
    """Every element in turn: gone, a text, a negative number, an object."""
    accounted(changed(path, None, drop=True))
    for new in ("x", -1, {}):
        accounted(changed(path, new, drop=False))


# --- order ---------------------------------------------------------------------------------------------------------


def facts(found: Import) -> list[Any]:
    """Every event whole, but for the place at which it was read."""
    return [
        (
            record.patient,
            {
                kind: [
                    replace(event, origin=Origin("fhir", event.origin.table, event.id, event.origin.raw))
                    for event in events
                ]
                for kind in EVENT_KINDS
                if (events := getattr(record, kind))
            },
        )
        for record in found.records
    ]


@for_all(st.permutations(sample()["entry"]))
def test_the_order_of_resources_does_not_matter(entries: list[Any]) -> None:
    shuffled, plain = accounted({**sample(), "entry": entries}), accounted(sample())
    assert shuffled is not None
    assert plain is not None
    assert facts(shuffled) == facts(plain)
    assert [(line.table, line.outcome, line.reason, line.count) for line in shuffled.quality.lines] == [
        (line.table, line.outcome, line.reason, line.count) for line in plain.quality.lines
    ]


@for_all(st.permutations(sample()["entry"]), st.integers(0, len(sample()["entry"])))
def test_a_bundle_and_the_same_resources_in_two_files_are_the_same(entries: list[Any], cut: int) -> None:
    rows = [json.dumps(entry["resource"]) + "\n" for entry in entries]
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), bundle(*(entry["resource"] for entry in entries[:cut])), "a.json")
        write(Path(folder), "".join(rows[cut:]) or json.dumps(patient()), "b.ndjson")
        apart = read(folder)
    together = accounted(sample())
    assert together is not None
    assert facts(apart) == facts(together)


# --- quantities ------------------------------------------------------------------------------------------------------

CODES = ["mg", "g", "ug", "mL", "L", "kg", "mg/mL", "mg/h", "{tablet}", "h", "mg/kg", "mg/kg/h"]


@pytest.mark.hazard("H-076")
@for_all(
    st.decimals(-1000, 1000, allow_nan=False, places=4),
    st.sampled_from([*CODES, "", "mcg", "MG ", "milligram", "nonsense"]),
    st.sampled_from([None, *CODES, "a word"]),
)
def test_a_quantity_is_accepted_exactly_if_its_code_is_ucum_and_its_display_does_not_contradict(
    value: Any, code: str, unit: str | None
) -> None:
    fields = {"system": UCUM, **({"code": code} if code else {}), **({"unit": unit} if unit else {})}
    text = json.dumps(fields)[:-1] + f', "value": {value}}}'
    found = read_amount(msgspec.json.decode(text, type=shapes.Quantity), "dose")
    if code in CODES:
        known = parse_unit(unit) if unit in CODES else None
        agrees = known is None or (known.dimension, known.factor) == (
            parse_unit(code).dimension,
            parse_unit(code).factor,
        )
    else:
        agrees = not code and unit in CODES
    assert (found.quantity is not None) == agrees
    assert (found.status is UnitStatus.UNCONVERTIBLE) != agrees
    if found.quantity is not None:
        assert found.quantity.value == Fraction(value)
        assert found.quantity.unit == parse_unit(code or unit or "")


@for_all(st.sampled_from(sorted(ROUTES)), st.decimals("0.001", 500, places=3), st.integers(1, 12))
def test_an_order_is_what_was_ordered(route: str, dose: Any, times: int) -> None:
    asked = order([dosage(None, times=(times, 1, "d"), by=route)])
    text = json.dumps(bundle(patient(), asked)).replace(
        '"dosageInstruction": [{',
        f'"dosageInstruction": [{{"doseAndRate": [{{"doseQuantity": {{"value": {dose}, "system": "{UCUM}", "code": "mg"}}}}], ',
    )
    found = accounted(text)
    assert found is not None
    (only,) = found.record("p1").requests
    assert only.dose is not None
    assert (only.dose.value, only.times_per_day, only.route, only.doubt) == (Fraction(dose), times, route, "")
