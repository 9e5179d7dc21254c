"""The vocabulary of an OMOP folder, as far as its rows use it: names, codes, ingredients, strengths."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from adjuvant.library.drugs import drug_book
from adjuvant.library.omop import omop_book
from adjuvant.sources.tables import Row, TableFolder

__all__ = ["Concept", "Vocabulary", "plain_id"]

_CONCEPTS = ("concept", "2b_concept")
_RELATIONS = ("concept_relationship", "2b_concept_relationship")
# How a relationship leads from what was written to what it means, and from a product to what it holds.
_MEANS = "Maps to"
_HOLDS = frozenset({"RxNorm has ing", "Has precise ing", "RxNorm ing of", "Maps to"})
_NO_CONCEPT = ("", "0")


def plain_id(text: str) -> str:
    """A concept id or code as digits: some folders hold them as decimals, such as ``308182.0``."""
    whole, point, rest = text.partition(".")
    return whole if point and not rest.strip("0") and whole.lstrip("-").isdigit() else text


@dataclass(frozen=True, slots=True)
class Concept:
    """One concept of the folder's own vocabulary."""

    id: str
    name: str
    vocabulary: str
    code: str
    invalid: str = ""


class Vocabulary:
    """The concepts that a folder's rows name, and what the folder says of them.

    Args:
        used: ids of concepts of medicines, and of everything else that rows name.
    """

    def __init__(self, folder: TableFolder, medicines: Iterable[str], others: Iterable[str] = ()) -> None:
        drugs = sorted({plain_id(item) for item in medicines} - set(_NO_CONCEPT))
        self.has_strengths = "drug_strength" in folder
        self.strengths: dict[str, list[Row]] = {}
        for row in _where(folder, "drug_strength", "drug_concept_id", drugs):
            self.strengths.setdefault(plain_id(row["drug_concept_id"]), []).append(row)
        self._related: dict[str, set[str]] = {}
        self._meant: dict[str, set[str]] = {}
        for table in _RELATIONS:
            for row in _where(folder, table, "concept_id_1", drugs):
                self._relate(row)
        known = sorted(drug_book().by_omop)
        if "concept_ancestor" in folder and drugs:
            where = {"descendant_concept_id": drugs, "ancestor_concept_id": known}
            for row in folder.rows("concept_ancestor", where=where):
                below, above = plain_id(row["descendant_concept_id"]), plain_id(row["ancestor_concept_id"])
                self._related.setdefault(below, set()).add(above)
        units = (
            row[name]
            for rows in self.strengths.values()
            for row in rows
            for name in (
                "ingredient_concept_id",
                "amount_unit_concept_id",
                "numerator_unit_concept_id",
                "denominator_unit_concept_id",
            )
        )
        meant = (item for items in self._meant.values() for item in items)
        wanted = {plain_id(item) for item in (*drugs, *others, *units, *meant)} - set(_NO_CONCEPT)
        self._concepts: dict[str, Concept] = {}
        for table in _CONCEPTS:
            for row in _where(folder, table, "concept_id", sorted(wanted)):
                concept = Concept(
                    plain_id(row["concept_id"]),
                    row["concept_name"],
                    row["vocabulary_id"],
                    plain_id(row["concept_code"]),
                    row["invalid_reason"],
                )
                self._concepts.setdefault(concept.id, concept)

    def _relate(self, row: Row) -> None:
        if row["invalid_reason"]:
            return
        first, second, kind = (
            plain_id(row["concept_id_1"]),
            plain_id(row["concept_id_2"]),
            row["relationship_id"],
        )
        if kind in _HOLDS:
            self._related.setdefault(first, set()).add(second)
        if kind == _MEANS and second != first:
            self._meant.setdefault(first, set()).add(second)

    def concept(self, concept_id: str) -> Concept | None:
        """The folder's own words on a concept, or None."""
        return self._concepts.get(plain_id(concept_id))

    def meant(self, concept_id: str) -> tuple[str, ...]:
        """The ids of the concepts that a local concept stands for, by valid "Maps to" relationships."""
        return tuple(sorted(self._meant.get(plain_id(concept_id), ())))

    def ingredients(self, concept_id: str) -> frozenset[str]:
        """The library's ingredients that the folder's tables say a product holds; empty where none does."""
        bare = plain_id(concept_id)
        book = drug_book().by_omop
        held = {plain_id(row["ingredient_concept_id"]) for row in self.strengths.get(bare, ())}
        return frozenset(book[item].name for item in held | self._related.get(bare, set()) if item in book)

    def unit(self, concept_id: str) -> str:
        """The UCUM code of a unit's concept, by the folder's vocabulary or the library; empty if unknown."""
        bare = plain_id(concept_id)
        known = omop_book().units.get(bare)
        if known is not None:
            return known
        found = self._concepts.get(bare)
        return found.code if found is not None and found.vocabulary == "UCUM" else ""

    def name(self, concept_id: str) -> str:
        """The name of a concept; empty where the folder has none."""
        found = self.concept(concept_id)
        return found.name if found is not None else ""

    @property
    def by_id(self) -> Mapping[str, Concept]:
        """Every concept that was found, by id."""
        return self._concepts


def _where(folder: TableFolder, table: str, column: str, wanted: list[str]) -> Iterator[Row]:
    if table in folder and wanted:
        yield from folder.rows(table, where={column: wanted})
