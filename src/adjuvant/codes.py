"""One type per coding system, so that a code of one never stands where another belongs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from adjuvant.errors import InputError

__all__ = ["Code", "Icd9", "Icd10", "Loinc", "OmopConcept", "RxNorm", "Snomed", "code_from_system"]


@dataclass(frozen=True, slots=True, order=True)
class Code:
    """A code in a named system. Use the subclasses; equality includes the class.

    Raises:
        InputError: the code is empty, or breaks the form of its system.
    """

    value: str
    system: ClassVar[str] = ""
    uri: ClassVar[str] = ""
    digits_only: ClassVar[bool] = False

    def __post_init__(self) -> None:
        if not self.value or self.value.strip() != self.value:
            raise InputError(
                f"{self.system} code {self.value!r}", "is empty or has stray spaces", "write the bare code"
            )
        if self.digits_only and not (self.value.isascii() and self.value.isdigit()):
            raise InputError(
                f"{self.system} code {self.value!r}",
                "has other characters than digits",
                "write the bare code",
            )

    def __str__(self) -> str:
        return f"{self.system} {self.value}"


@dataclass(frozen=True, slots=True, order=True)
class RxNorm(Code):
    """A concept of RxNorm (drug, product or ingredient)."""

    system: ClassVar[str] = "RxNorm"
    uri: ClassVar[str] = "http://www.nlm.nih.gov/research/umls/rxnorm"
    digits_only: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, order=True)
class Loinc(Code):
    """A LOINC observation code."""

    system: ClassVar[str] = "LOINC"
    uri: ClassVar[str] = "http://loinc.org"


@dataclass(frozen=True, slots=True, order=True)
class Snomed(Code):
    """A SNOMED CT concept."""

    system: ClassVar[str] = "SNOMED CT"
    uri: ClassVar[str] = "http://snomed.info/sct"
    digits_only: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, order=True)
class OmopConcept(Code):
    """A concept of the OMOP vocabularies."""

    system: ClassVar[str] = "OMOP"
    uri: ClassVar[str] = "https://athena.ohdsi.org"
    digits_only: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, order=True)
class Icd9(Code):
    """An ICD-9-CM code, as written, with or without its point."""

    system: ClassVar[str] = "ICD-9-CM"
    uri: ClassVar[str] = "http://hl7.org/fhir/sid/icd-9-cm"


@dataclass(frozen=True, slots=True, order=True)
class Icd10(Code):
    """An ICD-10 or ICD-10-CM code, as written."""

    system: ClassVar[str] = "ICD-10"
    uri: ClassVar[str] = "http://hl7.org/fhir/sid/icd-10-cm"


_BY_NAME: dict[str, type[Code]] = {
    name: kind
    for kind in (RxNorm, Loinc, Snomed, OmopConcept, Icd9, Icd10)
    for name in (kind.uri, kind.system)
}
_BY_NAME["http://hl7.org/fhir/sid/icd-10"] = Icd10


def code_from_system(system: str, value: str) -> Code | None:
    """The typed code for a FHIR system address or a system's name, or None if it is not one of ours."""
    kind = _BY_NAME.get(system)
    return kind(value) if kind is not None else None
