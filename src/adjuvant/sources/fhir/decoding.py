"""Decoding one resource: typed, strict about shape, with the reason and the path where it does not fit."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any, TypeVar, cast

import msgspec

from adjuvant.record import Drug, Outcome
from adjuvant.sources.fhir import resources
from adjuvant.sources.fhir.medicines import Medicine, read_medicine
from adjuvant.sources.fhir.reading import Context, Found, SetAside

__all__ = ["UNREADABLE", "as_type", "contained_medication", "decode", "listed", "medicine_of"]

T = TypeVar("T")

UNREADABLE = (
    "is not valid FHIR R4",
    "carries a modifier that is not known here",
    "follows rules that are not known here",
)
"""Reasons for which a resource gives nothing although it may report something real."""


@lru_cache(maxsize=64)
def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)


def as_type(raw: msgspec.Raw, kind: type[T]) -> T:
    """JSON as a shape.

    Raises:
        msgspec.DecodeError: it does not fit, with the path of what does not.
    """
    try:
        return cast(T, _decoder(cast(Any, kind)).decode(raw))
    except (RecursionError, UnicodeDecodeError) as error:
        raise msgspec.DecodeError(str(error)) from error


def decode(found: Found, kind: type[T]) -> T:
    """A resource as its shape.

    Raises:
        SetAside: it is not valid FHIR R4; the detail says where.
    """
    try:
        return as_type(found.raw, kind)
    except msgspec.DecodeError as error:
        raise SetAside(
            Outcome.NOT_USED, "is not valid FHIR R4", "correct the resource at the source", str(error)
        ) from error


def listed(raw: msgspec.Raw, kind: type[T], what: str) -> tuple[tuple[T, ...], str]:
    """A list of shapes that stands undecoded in a resource, or none and the reason why it does not fit.

    One bad dosage must not make its whole order vanish: the order stays in view, doubted for this reason.
    """
    if bytes(raw) in (b"", b"null"):
        return (), ""
    try:
        return as_type(raw, tuple[kind, ...]), ""  # type: ignore[valid-type]  # the type is made at run time
    except msgspec.DecodeError as error:
        return (), f"not valid FHIR R4: {what}, {error}"


def contained_medication(
    contained: tuple[msgspec.Raw, ...], reference: str
) -> tuple[resources.Medication | None, str]:
    """The Medication within a resource that ``#id`` names, or None and the reason."""
    wanted = reference.removeprefix("#")
    for raw in contained:
        try:
            head = as_type(raw, resources.Head)
            if head.id == wanted and bytes(head.resource_type) == b'"Medication"':
                return as_type(raw, resources.Medication), ""
        except msgspec.DecodeError as error:
            return None, f"not valid FHIR R4: a contained resource, {error}"
    return None, f"its contained Medication is not there: {reference}"


def medicine_of(resource: resources.MedicationShape, context: Context) -> tuple[Medicine, list[str]]:
    """The medicine of an order or administration, and warnings about how it was found."""
    concept, reference = resource.medication_codeable_concept, resource.medication_reference
    names = context.terminology
    if concept is not None and reference is not None:
        return _doubted(read_medicine(names, concept), "it names its medicine twice"), []
    if concept is not None:
        return read_medicine(names, concept), []
    if reference is None:
        return _doubted(read_medicine(names, None), "it names no medicine"), []
    text = reference.reference or ""
    if text.startswith("#"):
        medication, why = contained_medication(resource.contained, text)
    else:
        key = context.known.key_of(reference)
        medication = context.known.medications.get(key) if key else None
        why = f"its Medication is not in what was read: {text}"
    if medication is not None:
        found = read_medicine(names, None, medication, reference.display)
        return found, []
    if reference.display and not text.startswith("#"):
        return read_medicine(names, None, None, reference.display), [
            "the Medication is not in what was read: its drug is taken from the reference's words"
        ]
    # An id such as Medication/fentanyl is an address and no name.
    return Medicine(Drug(reference.display or text or "unnamed"), doubt=why), []


def _doubted(medicine: Medicine, why: str) -> Medicine:
    return replace(medicine, doubt="; ".join(filter(None, (medicine.doubt, why))))
