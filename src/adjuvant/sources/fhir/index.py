"""What the resources of one read say of each other: references resolved, each with its patient."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from typing import Any

import msgspec

from adjuvant.record import Outcome
from adjuvant.sources.fhir import resources, shapes
from adjuvant.sources.fhir.decoding import as_type, listed
from adjuvant.sources.fhir.dosage import as_needed
from adjuvant.sources.fhir.orders import ORDERS_THEMSELVES, REQUEST_GONE
from adjuvant.sources.fhir.reading import Found, Known, Order, SetAside, key_of
from adjuvant.sources.fhir.timing import read_schedule

__all__ = ["Index", "is_same"]

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


class Index:
    """Who is concerned by which resource.

    Resources are noted once each, in any order, with the number that says when they were met; then `settle`
    is called, and only then the rest can be asked. Of most resources nothing is kept but an address.

    Attributes:
        known: what converters ask about other resources.
        medications: number, place and key of each Medication.
        referred: Medications that an order or administration refers to.
        identifiers: ids of the patients that bear each business identifier.
        twins: by patient, the ids of all that bear one of its identifiers, where there are others.
    """

    def __init__(self) -> None:
        self.medications: list[tuple[int, Found]] = []
        self.referred: set[tuple[str, str]] = set()
        self.identifiers: dict[tuple[str | None, str], list[str]] = {}
        self.twins: dict[str, list[list[str]]] = {}
        self._addresses: dict[str, tuple[str, str]] = {}
        self._numbers: dict[str, int] = {}
        self._owners: dict[tuple[str | None, str], list[tuple[int, str]]] = {}
        self._valid: dict[tuple[str, str], resources.Medication] = {}
        self._orders: dict[tuple[str, str], Order] = {}
        self._parts: dict[tuple[str, str], tuple[shapes.Reference, ...]] = {}
        self._above: dict[tuple[str, str], set[tuple[str, str]]] = {}
        self._wholes: set[tuple[str, str]] = set()
        self._met: set[tuple[str, str]] = set()
        self._alike: dict[Order, Order] = {}

    @property
    def known(self) -> Known:
        """What converters ask about other resources, once every one of them has been given its patient."""
        above = {key: wholes & self._met for key, wholes in self._above.items()}
        return Known(self._valid, self._orders, _parents(above), self._addresses)

    def note(self, number: int, item: Found) -> None:
        """Keep what others may ask about a resource."""
        if item.full_url and number >= self._numbers.get(item.full_url, -1):
            # Of two resources at one address the later one holds.
            self._addresses[item.full_url] = item.key
            self._numbers[item.full_url] = number
        if item.type == "Patient":
            for key in _identifiers(item):
                self._owners.setdefault(key, []).append((number, item.id))
        elif item.type == "Medication":
            self.medications.append((number, replace(item, raw=msgspec.Raw())))
            with suppress(msgspec.DecodeError):  # its own line says so, and whoever refers to it misses it
                self._valid[item.key] = as_type(item.raw, resources.Medication)
        elif item.type == "MedicationRequest":
            order = _order(item)
            if order is not None:
                self._orders[item.key] = self._alike.setdefault(order, order)
        elif item.type == _WHOLE:
            glance = _glance(item)
            if isinstance(glance, _Glance) and glance.part_of and glance.status not in _NEVER_GIVEN:
                self._parts[item.key] = glance.part_of

    def settle(self) -> None:
        """Resolve what refers to others, once all are noted."""
        self._numbers.clear()
        for key, owners in sorted(self._owners.items(), key=lambda each: min(each[1])):
            self.identifiers[key] = [name for _, name in sorted(owners)]
            for name in self.identifiers[key] if len(owners) > 1 else ():
                self.twins.setdefault(name, []).append(self.identifiers[key])
        self._owners.clear()
        for key, parts in self._parts.items():
            wholes = {key_of(item, self._addresses) for item in parts}
            self._above[key] = {whole for whole in wholes if whole is not None and whole != key}
            self._wholes |= self._above[key]
        self._parts.clear()

    def valid(self, key: tuple[str, str]) -> bool:
        """Whether a Medication is valid FHIR R4."""
        return key in self._valid

    def whose(self, item: Found) -> str | SetAside:
        """The id of the patient that a clinical resource is about, or why it can be given to none."""
        glance = _glance(item)
        if item.key in self._wholes:
            self._met.add(item.key)
        if isinstance(glance, _Glance):
            key = key_of(glance.medication_reference, self._addresses)
            if key is not None:
                self.referred.add(key)
        return _whose(glance, self._addresses, self.identifiers)


def is_same(item: Found, other: Found) -> bool:
    """Whether two resources of one type and id are equal in everything but `meta`."""
    return bool(_content(item) == _content(other))


def _content(item: Found) -> Any:
    try:
        content = _GENERIC.decode(item.raw)
    except (msgspec.DecodeError, RecursionError, ArithmeticError):
        return bytes(item.raw)
    content.pop("meta", None)
    return content


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


def _identifiers(item: Found) -> list[tuple[str | None, str]]:
    try:
        patient = as_type(item.raw, resources.Patient)
    except msgspec.DecodeError:
        return []
    return list(dict.fromkeys((each.system, each.value) for each in patient.identifier if each.value))


def _order(item: Found) -> Order | None:
    """What administrations may take from an order that is in force itself."""
    glance = _glance(item)
    if not isinstance(glance, _Glance):
        return None
    if glance.intent not in ORDERS_THEMSELVES or glance.status in REQUEST_GONE:
        return None
    try:
        request = as_type(item.raw, resources.Request)
    except msgspec.DecodeError:
        return None
    dosages, _ = listed(request.dosage_instruction, resources.Dosage, "dosageInstruction")
    needed = {as_needed(dosage) for dosage in dosages}
    every = read_schedule(dosages[0].timing).every_hours if len(dosages) == 1 else None
    return Order(needed.pop() if len(needed) == 1 else None, every)


def _parents(above: Mapping[tuple[str, str], set[tuple[str, str]]]) -> frozenset[tuple[str, str]]:
    """Administrations whose parts were read too. Two that are each part of the other are neither."""
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
