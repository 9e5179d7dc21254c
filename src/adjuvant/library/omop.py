"""Reader of ``omop.yaml``: what concept numbers of the OMOP common data model mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from adjuvant.citation import Citation, Provenance
from adjuvant.errors import QuantityError
from adjuvant.library.bibliography import source_of
from adjuvant.library.drugs import code_of
from adjuvant.library.folder import FOLDER, shown_name
from adjuvant.library.medicines import product
from adjuvant.library.strict import Entry, read_file
from adjuvant.quantity import parse_unit

__all__ = ["DRUG_BASES", "Convention", "DrugType", "Measured", "OmopBook", "omop_book", "read_omop"]

DRUG_BASES = ("ordered", "dispensed", "administered", "statement")
"""What a row of ``drug_exposure`` can be evidence of."""

_MEANINGS = (
    "respiratory_rate", "heart_rate", "spo2", "systolic", "diastolic", "mean_pressure", "body_weight",
    "pain without a scale",
)  # fmt: skip
_SEXES = ("male", "female")
_PARTS = (
    "conventions",
    "drug_types",
    "units",
    "measurements",
    "more_measurements",
    "products",
    "visits",
    "sexes",
)


@dataclass(frozen=True, slots=True)
class Convention:
    """How a quantity is read in one case, in our words."""

    rule: str
    citation: Citation
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class DrugType:
    """One type concept of ``drug_exposure``: its name, and one of `DRUG_BASES`."""

    name: str
    basis: str
    citation: Citation
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Measured:
    """What one concept of ``measurement`` or ``observation`` measures, and its LOINC code."""

    loinc: str
    means: str
    citation: Citation
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class OmopBook:
    """Everything in ``omop.yaml``, by concept id.

    Args:
        conventions: by the case that they are of; the only part that is not by concept id.
        units: UCUM codes.
        products: RxNorm codes of products.
        visits: the names of kinds of visits.
        sexes: ``male`` or ``female``.
    """

    conventions: Mapping[str, Convention]
    drug_types: Mapping[str, DrugType]
    units: Mapping[str, str]
    measured: Mapping[str, Measured]
    products: Mapping[str, str]
    visits: Mapping[str, str]
    sexes: Mapping[str, str]


def read_omop(path: Path) -> OmopBook:
    """The meanings of one file.

    Raises:
        LibraryError: a part without a source, a concept that is no number or stands twice, a unit that is
            not UCUM, a word that is not one of those allowed.
    """
    top = read_file(path, shown_name(path)).fields(_PARTS)
    conventions = {}
    for name, entry in top["conventions"].pairs():
        fields = entry.fields(["rule", "citation", "provenance"])
        conventions[name] = Convention(fields["rule"].text(), *source_of(fields))
    types = {}
    entries, source = _part(top["drug_types"])
    for concept, entry in entries.items():
        fields = entry.fields(["name", "basis"])
        basis = fields["basis"].one_of(DRUG_BASES, "basis")
        types[concept] = DrugType(fields["name"].text(), basis, *source)
    measured: dict[str, Measured] = {}
    for name in ("measurements", "more_measurements"):
        entries, source = _part(top[name])
        for concept, entry in entries.items():
            if concept in measured:
                raise entry.error("stands in both parts", "keep one of the two")
            fields = entry.fields(["loinc", "means"])
            means = fields["means"].one_of(_MEANINGS, "meaning")
            measured[concept] = Measured(fields["loinc"].text(), means, *source)
    units = {concept: _unit(entry) for concept, entry in _part(top["units"])[0].items()}
    products = {concept: _product(entry) for concept, entry in _part(top["products"])[0].items()}
    sexes = {concept: entry.one_of(_SEXES, "sex") for concept, entry in _part(top["sexes"])[0].items()}
    visits = {concept: entry.text() for concept, entry in _part(top["visits"])[0].items()}
    return OmopBook(conventions, types, units, measured, products, visits, sexes)


def _part(part: Entry) -> tuple[dict[str, Entry], tuple[Citation, Provenance]]:
    fields = part.fields(["citation", "provenance", "concepts"])
    found: dict[str, Entry] = {}
    for concept, entry in fields["concepts"].pairs():
        if not (concept.isascii() and concept.isdigit()):
            raise entry.error(f"{concept!r} is not a concept id", 'write its digits in quotes, as in "8576"')
        found[concept] = entry
    return found, source_of(fields)


def _unit(entry: Entry) -> str:
    code = entry.text()
    try:
        parse_unit(code)
    except QuantityError as error:
        raise entry.error(f"{code!r} {error.rule}", error.remedy) from error
    return code


def _product(entry: Entry) -> str:
    code = code_of(entry)
    if product(code) is None:
        raise entry.error(f"RxNorm {code} is not in products.yaml", "add the product there first")
    return code


@lru_cache(maxsize=1)
def omop_book() -> OmopBook:
    """The library's meanings of OMOP concepts; read once."""
    return read_omop(FOLDER / "omop.yaml")
