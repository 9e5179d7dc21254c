"""Reader of ``drugs.yaml``: ingredients with their kinds, names and codes, and brands of combinations."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from adjuvant.citation import Citation, Provenance
from adjuvant.library.bibliography import source_of
from adjuvant.library.drug_names import Phrases, add_phrase, drug_words
from adjuvant.library.facts import Brand, KnownIngredient
from adjuvant.library.folder import FOLDER, shown_name
from adjuvant.library.other_drugs import NOT_A_DRUG, OTHER_DRUG, read_other_drugs
from adjuvant.library.strict import Entry, read_file

__all__ = [
    "DrugBook",
    "code_of",
    "drug_book",
    "drug_words",
    "ingredient",
    "ingredient_by_omop",
    "ingredient_by_rxnorm",
    "is_opioid",
    "opioid_names",
    "read_drugs",
]

_DIGITS = re.compile(r"[1-9]\d*")
_DRUG_KEYS = ["names", "brands", "rxnorm", "omop", "citation", "provenance", "note"]


@dataclass(frozen=True, slots=True)
class DrugBook:
    """Everything in ``drugs.yaml`` and, in the library's own book, in ``other_drugs.yaml``.

    Args:
        phrases: the ingredients that a name stands for, by the words of that name.
        salts: words that name a salt or an ester and say nothing about the active part.
        carriers: as `phrases`, of what drugs are dissolved in; they count where a name mentions no drug.
        doubtful: words in whose company a carrier's name says too little.
    """

    ingredients: Mapping[str, KnownIngredient]
    brands: Mapping[str, Brand]
    phrases: Mapping[tuple[str, ...], tuple[str, ...]]
    salts: frozenset[str]
    by_rxnorm: Mapping[str, KnownIngredient]
    by_omop: Mapping[str, KnownIngredient]
    carriers: Mapping[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)
    doubtful: frozenset[str] = frozenset()


def read_drugs(path: Path) -> DrugBook:
    """Drugs of one file.

    Raises:
        LibraryError: an unknown kind or ingredient, one name or code for two things, no source for a code.
    """
    top = read_file(path, shown_name(path)).fields(["kinds", "salts", "ingredients", "brands"])
    kinds = top["kinds"].words()
    phrases: Phrases = {}
    ingredients: dict[str, KnownIngredient] = {}
    codes: dict[tuple[str, str], KnownIngredient] = {}
    for name, entry in top["ingredients"].pairs():
        known = ingredients[name] = _ingredient(name, entry, kinds)
        for word in (name, *known.names):
            add_phrase(phrases, entry, word, (name,))
        for system, code in (("RxNorm", known.rxnorm), ("OMOP", known.omop)):
            if code is not None and codes.setdefault((system, code), known) is not known:
                raise entry.error(
                    f"{system} {code} already means {codes[system, code].name}", "check the code"
                )
    brands: dict[str, Brand] = {}
    for name, entry in top["brands"].pairs():
        held = tuple(item.one_of(ingredients, "ingredient") for item in entry.items())
        brands[name] = Brand(name, held)
        add_phrase(phrases, entry, name, held)
    return DrugBook(
        ingredients,
        brands,
        phrases,
        frozenset(top["salts"].words()),
        {code: known for (system, code), known in codes.items() if system == "RxNorm"},
        {code: known for (system, code), known in codes.items() if system == "OMOP"},
    )


def _ingredient(name: str, entry: Entry, kinds: list[str]) -> KnownIngredient:
    fields = entry.fields(["kind"], _DRUG_KEYS)
    codes = {key: code_of(fields[key]) for key in ("rxnorm", "omop") if key in fields}
    citation: Citation | None = None
    provenance: Provenance | None = None
    if codes:
        for needed in ("citation", "provenance"):
            if needed not in fields:
                raise entry.error(f"has a code without {needed!r}", f"add `{needed}:`")
        citation, provenance = source_of(fields)
    return KnownIngredient(
        name=name,
        kind=fields["kind"].one_of(kinds, "kind of drug"),
        names=tuple(word for key in ("names", "brands") if key in fields for word in fields[key].words()),
        rxnorm=codes.get("rxnorm"),
        omop=codes.get("omop"),
        citation=citation,
        provenance=provenance,
        note=fields["note"].text() if "note" in fields else "",
    )


def code_of(entry: Entry) -> str:
    """A code of digits, which stands in quotes."""
    value = entry.text()
    if not _DIGITS.fullmatch(value):
        raise entry.error(f"{value!r} is not a code of digits", 'write it in quotes, as in "7804"')
    return value


@lru_cache(maxsize=1)
def drug_book() -> DrugBook:
    """The library's drugs, with those of ``other_drugs.yaml``; read once."""
    book = read_drugs(FOLDER / "drugs.yaml")
    others = read_other_drugs(FOLDER / "other_drugs.yaml", dict(book.phrases))
    return replace(
        book,
        ingredients={**book.ingredients, **others.ingredients},
        phrases={**book.phrases, **others.drugs},
        carriers=others.carriers,
        doubtful=others.doubtful,
    )


def ingredient(name: str) -> KnownIngredient | None:
    """The ingredient of that name, synonym or single-ingredient brand, salts ignored; None if there is none.

    A combination's brand name (``Percocet``) is no ingredient and answers None.
    """
    book = drug_book()
    if name.lower() in (OTHER_DRUG, NOT_A_DRUG):
        return book.ingredients[name.lower()]
    words = drug_words(name)
    for candidate in (words, tuple(word for word in words if word not in book.salts)):
        meaning = book.phrases.get(candidate) or book.carriers.get(candidate)
        if meaning is not None:
            return book.ingredients[meaning[0]] if len(meaning) == 1 else None
    return None


def ingredient_by_rxnorm(code: str) -> KnownIngredient | None:
    """The ingredient of that RxNorm ingredient code, or None."""
    return drug_book().by_rxnorm.get(code)


def ingredient_by_omop(concept: str) -> KnownIngredient | None:
    """The ingredient of that OMOP concept id, or None."""
    return drug_book().by_omop.get(concept)


def is_opioid(name: str) -> bool:
    """Whether the name is that of an opioid agonist (partial and mixed ones too; antagonists are not)."""
    known = ingredient(name)
    return known is not None and known.kind == "opioid"


@lru_cache(maxsize=1)
def opioid_names() -> frozenset[str]:
    """The library's names of every opioid."""
    return frozenset(name for name, known in drug_book().ingredients.items() if known.kind == "opioid")
