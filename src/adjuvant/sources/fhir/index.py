"""The resources of one read put in order: duplicates dropped, references resolved, each with its patient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import msgspec

from adjuvant.errors import InputError
from adjuvant.record import Outcome
from adjuvant.sources.base import QualityCounter
from adjuvant.sources.fhir import resources, shapes
from adjuvant.sources.fhir.decoding import as_type, listed
from adjuvant.sources.fhir.dosage import as_needed
from adjuvant.sources.fhir.orders import ORDERS_THEMSELVES, REQUEST_GONE
from adjuvant.sources.fhir.reading import Found, Known, Order, SetAside, key_of
from adjuvant.sources.fhir.timing import read_schedule

__all__ = ["Index", "build_index", "without_duplicates"]

_WHOLE = "MedicationAdministration"
_GENERIC = msgspec.json.Decoder(float_hook=Decimal)
_NEVER_GIVEN = ("entered-in-error", "not-done", "on-hold", "unknown")


class _Glance(shapes.Shape, frozen=True):
    """What tells whose a resource is and which others it refers to."""

    subject: shapes.Reference | None = None
    patient: shapes.Reference | None = None
    medication_reference: shapes.Reference | None = None
    part_of: tuple[shapes.Reference, ...] = ()
    status: str | None = None
    intent: str | None = None


class _PartOnly(shapes.Shape, frozen=True):
    """The subject alone, for a resource whose other elements are not valid."""

    subject: shapes.Reference | None = None
    patient: shapes.Reference | None = None


@dataclass(slots=True)
class Index:
    """Who is concerned by which resource.

    Args:
        patients: the Patient resources by id.
        mine: resources by patient id; also of patients whose Patient resource was not read.
        astray: resources that can be given to no patient, and why.
        known: what converters ask about other resources.
        referred: Medications that an order or administration refers to.
        identifiers: ids of the patients that bear each business identifier.
    """

    known: Known
    patients: dict[str, Found] = field(default_factory=dict)
    mine: dict[str, list[Found]] = field(default_factory=dict)
    astray: list[tuple[Found, SetAside]] = field(default_factory=list)
    referred: set[tuple[str, str]] = field(default_factory=set)
    identifiers: dict[tuple[str | None, str], list[str]] = field(default_factory=dict)


def without_duplicates(found: list[Found], quality: QualityCounter) -> tuple[list[Found], list[Found]]:
    """The resources, each once, and those met again, which are counted as duplicates.

    Two resources of one type and id are the same if they are equal in everything but `meta`. Orders that are
    equal in everything but their id are two orders.

    Raises:
        InputError: two resources of one type and id differ: one of them is not what is true.
    """
    first: dict[tuple[str, str], Found] = {}
    again: list[Found] = []
    for item in found:
        other = first.setdefault(item.key, item)
        if other is item:
            continue
        if _content(item) != _content(other):
            raise InputError(
                f"{item.name}: {other.place} and {item.place}",
                "are one resource with two different contents",
                "keep the one that holds",
            )
        quality.read(item.type)
        quality.line(
            Outcome.DUPLICATE, item.type, "is the same resource again", "", f"{item.name}: {item.place}"
        )
        again.append(item)
    return list(first.values()), again


def _content(item: Found) -> Any:
    try:
        content = _GENERIC.decode(item.raw)
    except (msgspec.DecodeError, RecursionError, ArithmeticError):
        return bytes(item.raw)
    content.pop("meta", None)
    return content


def build_index(found: list[Found], clinical: frozenset[str]) -> Index:
    """Patients, their resources and the references between them.

    Args:
        found: each resource once.
        clinical: the types of resources that belong to a patient.
    """
    addresses = {item.full_url: item.key for item in found if item.full_url}
    glances = {item.key: _glance(item) for item in found if item.type in clinical}
    index = Index(
        Known(
            medications=_medications(found),
            orders=_orders(found, glances),
            parents=_parents(glances, addresses),
            addresses=addresses,
        )
    )
    index.patients = {item.id: item for item in found if item.type == "Patient"}
    index.identifiers = _identifiers(index.patients)
    for glance in glances.values():
        key = key_of(glance.medication_reference, addresses) if isinstance(glance, _Glance) else None
        if key is not None:
            index.referred.add(key)
    for item in found:
        if item.type in clinical:
            whose = _whose(glances[item.key], addresses, index.identifiers)
            if isinstance(whose, SetAside):
                index.astray.append((item, whose))
            else:
                index.mine.setdefault(whose, []).append(item)
    for name in index.patients:
        index.mine.setdefault(name, [])
    return index


def _glance(item: Found) -> _Glance | _PartOnly | str:
    try:
        return as_type(item.raw, _Glance)
    except msgspec.DecodeError as error:
        try:
            return as_type(item.raw, _PartOnly)
        except msgspec.DecodeError:
            return str(error)


def _whose(
    glance: _Glance | _PartOnly | str,
    addresses: Mapping[str, tuple[str, str]],
    by_identifier: Mapping[tuple[str | None, str], list[str]],
) -> str | SetAside:
    """The id of the patient that a resource is about, or why it can be given to none."""
    if isinstance(glance, str):
        return SetAside(
            Outcome.NOT_USED, "is not valid FHIR R4", "correct the resource at the source", glance
        )
    reference = glance.subject or glance.patient
    remedy = "name its patient as Patient/ID"
    if reference is None:
        return SetAside(Outcome.NOT_USED, "names no patient", remedy)
    text = reference.reference or ""
    if text.startswith("#"):
        return SetAside(Outcome.NOT_USED, "is about a person who has no identity outside it", remedy, text)
    key = key_of(reference, addresses)
    if key is not None:
        if key[0] == "Patient":
            return key[1]
        return SetAside(Outcome.NOT_USED, "is not about a patient", remedy, text)
    if reference.identifier is not None and reference.identifier.value:
        owners = by_identifier.get((reference.identifier.system, reference.identifier.value), [])
        if len(owners) == 1:
            return owners[0]
    return SetAside(
        Outcome.NOT_USED, "names a patient who cannot be found", remedy, text or f"{reference.display}"
    )


def _identifiers(patients: Mapping[str, Found]) -> dict[tuple[str | None, str], list[str]]:
    found: dict[tuple[str | None, str], list[str]] = {}
    for name, item in patients.items():
        try:
            patient = as_type(item.raw, resources.Patient)
        except msgspec.DecodeError:
            continue
        for identifier in set(patient.identifier):
            if identifier.value:
                found.setdefault((identifier.system, identifier.value), []).append(name)
    return found


def _medications(found: list[Found]) -> dict[tuple[str, str], resources.Medication]:
    result: dict[tuple[str, str], resources.Medication] = {}
    for item in found:
        if item.type == "Medication":
            try:
                result[item.key] = as_type(item.raw, resources.Medication)
            except msgspec.DecodeError:
                continue  # its own line says so, and whoever refers to it misses it
    return result


def _orders(
    found: list[Found], glances: Mapping[tuple[str, str], _Glance | _PartOnly | str]
) -> dict[tuple[str, str], Order]:
    """What administrations may take from the orders that are in force themselves."""
    result: dict[tuple[str, str], Order] = {}
    for item in found:
        glance = glances.get(item.key)
        if item.type != "MedicationRequest" or not isinstance(glance, _Glance):
            continue
        if glance.intent not in ORDERS_THEMSELVES or glance.status in REQUEST_GONE:
            continue
        try:
            request = as_type(item.raw, resources.Request)
        except msgspec.DecodeError:
            continue
        dosages, _ = listed(request.dosage_instruction, resources.Dosage, "dosageInstruction")
        needed = {as_needed(dosage) for dosage in dosages}
        every = read_schedule(dosages[0].timing).every_hours if len(dosages) == 1 else None
        result[item.key] = Order(needed.pop() if len(needed) == 1 else None, every)
    return result


def _parents(
    glances: Mapping[tuple[str, str], _Glance | _PartOnly | str], addresses: Mapping[str, tuple[str, str]]
) -> frozenset[tuple[str, str]]:
    """Administrations whose parts were read too. Two that are each part of the other are neither."""
    above: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for key, glance in glances.items():
        if key[0] != _WHOLE or not isinstance(glance, _Glance):
            continue
        if glance.status not in _NEVER_GIVEN:
            wholes = {key_of(item, addresses) for item in glance.part_of}
            above[key] = {
                whole for whole in wholes if whole is not None and whole in glances and whole != key
            }
    found = {whole for each in above.values() for whole in each if whole[0] == _WHOLE}
    return frozenset(whole for whole in found if not _leads_back(whole, above))


def _leads_back(start: tuple[str, str], above: Mapping[tuple[str, str], set[tuple[str, str]]]) -> bool:
    seen: set[tuple[str, str]] = set()
    todo = list(above.get(start, ()))
    while todo:
        key = todo.pop()
        if key == start:
            return True
        if key not in seen:
            seen.add(key)
            todo += above.get(key, ())
    return False
