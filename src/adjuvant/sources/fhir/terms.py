"""Coded concepts: their words, their codes, and the route they mean, compared between code and display."""

from __future__ import annotations

from collections.abc import Iterator

from adjuvant.codes import Code, code_from_system
from adjuvant.errors import InputError
from adjuvant.library import canonical_form, canonical_route
from adjuvant.sources.fhir import shapes

__all__ = [
    "LOINC",
    "RXNORM",
    "SNOMED",
    "code_in",
    "codes_of",
    "form_of",
    "label",
    "route_of",
    "typed_code",
    "words_of",
]

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"


def words_of(concept: shapes.Concept | None) -> list[str]:
    """Every text of a concept: its own first, then the displays, each once."""
    if concept is None:
        return []
    found = [concept.text, *(coding.display for coding in concept.coding)]
    return list(dict.fromkeys(text.strip() for text in found if text and text.strip()))


def label(concept: shapes.Concept | None) -> str:
    """A concept for a person: its first words, else its first code; empty if it has neither."""
    for text in words_of(concept):
        return text
    for coding in concept.coding if concept else ():
        if coding.code:
            return f"{coding.system or 'no system'}|{coding.code}"
    return ""


def codes_of(concept: shapes.Concept | None, system: str) -> list[str]:
    """The codes that a concept carries of one system, each once."""
    found = (coding.code for coding in (concept.coding if concept else ()) if coding.system == system)
    return list(dict.fromkeys(code for code in found if code))


def code_in(concept: shapes.Concept | None, *codes: str) -> bool:
    """Whether a concept carries one of these codes, in any system."""
    return any(coding.code in codes for coding in (concept.coding if concept else ()))


def typed_code(concept: shapes.Concept | None) -> Code | None:
    """The first code of a concept in a system that we have a type for, or None."""
    for coding in concept.coding if concept else ():
        if coding.system and coding.code:
            try:
                typed = code_from_system(coding.system, coding.code)
            except InputError:
                continue
            if typed is not None:
                return typed
    return None


def _spellings(concept: shapes.Concept) -> Iterator[str]:
    for coding in concept.coding:
        # A bare code means something only in its own system; those of others may be any number.
        if coding.code and (
            coding.system == SNOMED or (coding.system or "").endswith("RouteOfAdministration")
        ):
            yield coding.code
    yield from words_of(concept)


def route_of(concept: shapes.Concept | None, form: str | None) -> tuple[str | None, str]:
    """The canonical route of a concept, and a doubt where its code and its words mean different routes.

    An unknown route gives None without a doubt: it was said, and the raw text keeps it.
    """
    if concept is None:
        return None, ""
    found = {name for text in _spellings(concept) if (name := canonical_route(text, form)) is not None}
    if len(found) > 1:
        # "By injection" contains every way to inject.
        found.discard("parenteral")
    if len(found) > 1:
        return None, f"the route contradicts itself: {label(concept)}, {' and '.join(sorted(found))}"
    return next(iter(found), None), ""


def form_of(concept: shapes.Concept | None) -> str | None:
    """The canonical dosage form of a concept, or None where it is unknown or its code and words differ."""
    if concept is None:
        return None
    texts = [*codes_of(concept, SNOMED), *words_of(concept)]
    found = {name for text in texts if (name := canonical_form(text)) is not None}
    return found.pop() if len(found) == 1 else None
