"""Which drug a row of ``drug_exposure`` means: by its concept, what that holds, or the source's words."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from adjuvant.library import ingredient_by_omop
from adjuvant.library.omop import omop_book
from adjuvant.record import Drug, Ingredient
from adjuvant.record.name_words import counted
from adjuvant.record.naming import product_form
from adjuvant.sources.omop.vocabulary import Concept, Vocabulary, plain_id
from adjuvant.sources.tables import Row
from adjuvant.sources.terminology import Terminology
from adjuvant.sources.terms import Terms

__all__ = ["Named", "DrugNames"]

# An NDC or another code; a name has at least one word.
_WORD = re.compile(r"[A-Za-z]{3}")
_RXNORM = "RxNorm"
_UNMAPPED = "0"


@dataclass(frozen=True, slots=True)
class Named:
    """The drug of a row.

    Args:
        drug: without ingredients where the library knows none of the names.
        form, route: canonical, as far as the names imply them.
        by_words: whether any name in words was there; without one the row may be any drug.
        doubt: what is odd about the names, in words; empty if nothing is.
    """

    drug: Drug
    form: str | None
    route: str | None
    by_words: bool
    doubt: str = ""


class DrugNames:
    """Names the drugs of one folder; each combination of concept and words is looked at once.

    Args:
        terms: the user's own lines.
    """

    def __init__(self, vocabulary: Vocabulary, terms: Terms | None) -> None:
        self._vocabulary = vocabulary
        self._terms = terms
        self._terminology = Terminology(terms)
        self._known: dict[tuple[str, str, str], Named] = {}

    def of(self, row: Row) -> Named:
        """The drug of a row. A concept of 0 says nothing, and the source's own words are looked at."""
        key = (
            plain_id(row["drug_concept_id"]),
            plain_id(row["drug_source_concept_id"]),
            row["drug_source_value"],
        )
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._name(*key)
        return found

    def _name(self, concept_id: str, source_id: str, source_value: str) -> Named:
        own = self._by_terms(concept_id, source_value)
        if own is not None:
            return own
        found = self._by_record(concept_id, source_id, source_value)
        # The list of unknown names holds the words of what was not found: a line for them answers it.
        listed = self._terms.drug(found.drug.text) if self._terms and not found.drug.ingredients else None
        return found if listed is None else self._stated(found.drug.text, listed, found.drug.text)

    def _by_record(self, concept_id: str, source_id: str, source_value: str) -> Named:
        """What the row and the folder's vocabulary say, without the user's own lines."""
        said = self._said(concept_id, source_id, source_value)
        known = [(text, drug) for text, drug in said if drug.ingredients]
        # A concept of an ingredient says less than a product's name, and never anything else.
        held = self._vocabulary.ingredients(concept_id)
        meanings = {counted(item.name for item in drug.ingredients) for _, drug in known}
        if held:
            meanings.add(counted(held))
        texts = [text for text, _ in said if text]
        if len(meanings) > 1:
            both = " | ".join(dict.fromkeys([*texts, *sorted(held)]))
            return Named(Drug(both), None, None, True, "the names of the row mean different drugs")
        words = [text for text in texts if _WORD.search(text)]
        if known:
            text, drug = known[0]
        elif held:
            text = words[0] if words else self._code(concept_id, source_value)
            drug = Drug(text, tuple(Ingredient(name) for name in sorted(held)))
        else:
            text = words[0] if words else self._code(concept_id, source_value)
            drug = Drug(text)
        forms = [product_form(name, drug.rxnorm.value if drug.rxnorm else None) for name in words or [text]]
        form = next((form for form, _ in forms if form), None)
        route = next((route for _, route in forms if route), None)
        concept = self._vocabulary.concept(concept_id)
        doubt = f"the concept is no longer valid ({concept.invalid})" if concept and concept.invalid else ""
        return Named(drug, form, route, bool(words or held or known), doubt)

    def _by_terms(self, concept_id: str, source_value: str) -> Named | None:
        """What the user's own lines say of the source's words or code, the concept's name, or its number."""
        if self._terms is None:
            return None
        name = self._vocabulary.name(concept_id)
        for text in (source_value, name, f"OMOP {concept_id}", concept_id):
            drug = self._terms.drug(text) if text else None
            if drug is not None:
                return self._stated(text, drug, name or source_value or drug.text)
        return None

    def _stated(self, line: str, drug: Drug, text: str) -> Named:
        """The drug of a user's line under the words of the record, with the form and route of that line."""
        form, route = product_form(drug.text, drug.rxnorm.value if drug.rxnorm else None)
        stated = self._terms.form(line) if self._terms else (None, None)
        return Named(replace(drug, text=text), stated[0] or form, stated[1] or route, True)

    def _said(self, concept_id: str, source_id: str, source_value: str) -> list[tuple[str, Drug]]:
        """Everything that a row says of its drug, the standard concept first, each resolved by itself."""
        said: list[tuple[str, Drug]] = []
        for one in dict.fromkeys((concept_id, source_id, *self._vocabulary.meant(source_id))):
            if one and one != _UNMAPPED:
                said += self._by_concept(one, self._vocabulary.concept(one))
        if _WORD.search(source_value):
            said.append((source_value, self._drug(source_value)))
        return said

    def _by_concept(self, concept_id: str, concept: Concept | None) -> list[tuple[str, Drug]]:
        code = omop_book().products.get(concept_id)
        if concept is not None and concept.vocabulary == _RXNORM and concept.code.isdigit():
            code = concept.code
        known = ingredient_by_omop(concept_id)
        text = concept.name if concept is not None else known.name if known is not None else ""
        if not text and code is None:
            return []
        drug = self._drug(text, code)
        return [(text or drug.text, drug)]

    def _drug(self, text: str, code: str | None = None) -> Drug:
        return self._terminology.drug(text, rxnorm=code)

    @staticmethod
    def _code(concept_id: str, source_value: str) -> str:
        concept = f"OMOP concept {concept_id}" if concept_id and concept_id != _UNMAPPED else "no concept"
        return f"{concept} ({source_value})" if source_value else concept
