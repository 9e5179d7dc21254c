"""Readers of observations.yaml, conditions.yaml, interactions.yaml: the words protocols are written in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

from adjuvant.citation import Citation, Provenance
from adjuvant.errors import QuantityError
from adjuvant.library.bibliography import source_of
from adjuvant.library.drugs import drug_book
from adjuvant.library.folder import FOLDER, shown_name
from adjuvant.library.rules import unit_code
from adjuvant.library.strict import Entry, read_file
from adjuvant.quantity import Quantity, parse_quantity

__all__ = [
    "OBSERVATION_KINDS",
    "KnownCondition",
    "KnownInteraction",
    "KnownObservation",
    "conditions",
    "drugs_named",
    "effects_named",
    "interactions",
    "observations",
    "read_conditions",
    "read_interactions",
    "read_observations",
]

_NUMBERS = ("unit", "low", "high")
OBSERVATION_KINDS = ("pain", "vital", "sedation", "effect", "count", "derived", "assessment", "laboratory")
"""What an observation is: a score, a vital sign, an unwanted effect, a count, a figure worked out of
the record, a judgement in words, or a laboratory result."""


@dataclass(frozen=True, slots=True)
class KnownObservation:
    """One thing that is observed at the bedside or worked out of the record.

    Args:
        unit: UCUM, ``1`` for scores, counts and shares; empty where it has no figure.
        low, high: the ends beyond which no reading can lie; None where there are none.
        worse: ``up`` or ``down``, where one direction means more harm; empty where neither does.
        valid_for: how long a figure stands for itself, as a day's total does for a day; None where only how
            often it is observed can say so.
        includes: keys of unwanted effects, any of which counts as this one, which is their common name.
    """

    key: str
    title: str
    kind: str
    unit: str = ""
    low: Fraction | None = None
    high: Fraction | None = None
    worse: str = ""
    includes: tuple[str, ...] = ()
    note: str = ""
    valid_for: Quantity | None = None


@dataclass(frozen=True, slots=True)
class KnownCondition:
    """A condition that bears on ketamine.

    Args:
        icd10: beginnings of ICD-10 codes that mean it; none where no code does.
        snomed: SNOMED CT codes.
        names: words by which free text names it.
    """

    key: str
    title: str
    icd10: tuple[str, ...] = ()
    snomed: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class KnownInteraction:
    """Drugs that do something to ketamine, or ketamine to them.

    Args:
        drugs: ingredient names, as drugs.yaml and other_drugs.yaml have them where they do.
        effect: what may happen, in our words.
        advice: what the source advises; empty where it advises nothing.
    """

    key: str
    title: str
    drugs: tuple[str, ...]
    effect: str
    citation: Citation
    provenance: Provenance
    advice: str = ""
    note: str = ""


def read_observations(path: Path) -> dict[str, KnownObservation]:
    """Every observation of one file, by key.

    Raises:
        LibraryError: an unknown kind or unit, ends that do not rise, or an effect that includes what is none.
    """
    found: dict[str, KnownObservation] = {}
    groups: list[tuple[str, Entry]] = []
    for key, entry in read_file(path, shown_name(path)).pairs():
        fields = entry.fields(["title", "kind"], [*_NUMBERS, "worse", "includes", "note", "valid_for"])
        low = fields["low"].number(signed=True) if "low" in fields else None
        high = fields["high"].number(signed=True) if "high" in fields else None
        if low is not None and high is not None and low >= high:
            raise fields["high"].error("is not above the low end", "write the least value as low")
        found[key] = KnownObservation(
            key=key,
            title=fields["title"].text(),
            kind=fields["kind"].one_of(OBSERVATION_KINDS, "kind of observation"),
            unit=unit_code(fields["unit"]) if "unit" in fields else "",
            low=low,
            high=high,
            worse=fields["worse"].one_of(("up", "down"), "direction") if "worse" in fields else "",
            includes=_words(fields, "includes"),
            note=fields["note"].text() if "note" in fields else "",
            valid_for=_length(fields["valid_for"]) if "valid_for" in fields else None,
        )
        if "includes" in fields:
            groups.append((key, fields["includes"]))
    effects = {key for key, one in found.items() if one.kind == "effect"}
    for key, entry in groups:
        for word in entry.items():
            word.one_of(effects - {key}, "unwanted effect")
        if key not in effects:
            raise entry.error(f"belongs to {key}, which is no unwanted effect", "leave it out")
    return found


def read_conditions(path: Path) -> dict[str, KnownCondition]:
    """Every condition of one file, by key.

    Raises:
        LibraryError: no title, or neither a code nor a name.
    """
    found: dict[str, KnownCondition] = {}
    for key, entry in read_file(path, shown_name(path)).pairs():
        fields = entry.fields(["title"], ["icd10", "snomed", "names", "note"])
        if not {"icd10", "snomed", "names"} & set(fields):
            raise entry.error("has neither code nor name", "add `icd10:`, `snomed:` or `names:`")
        found[key] = KnownCondition(
            key=key,
            title=fields["title"].text(),
            icd10=_words(fields, "icd10"),
            snomed=_words(fields, "snomed"),
            names=_words(fields, "names"),
            note=fields["note"].text() if "note" in fields else "",
        )
    return found


def read_interactions(path: Path) -> dict[str, KnownInteraction]:
    """Every interaction of one file, by key.

    Raises:
        LibraryError: no drug, no effect, or no source.
    """
    found: dict[str, KnownInteraction] = {}
    for key, entry in read_file(path, shown_name(path)).pairs():
        fields = entry.fields(["title", "drugs", "effect", "citation", "provenance"], ["advice", "note"])
        citation, provenance = source_of(fields)
        found[key] = KnownInteraction(
            key=key,
            title=fields["title"].text(),
            drugs=_words(fields, "drugs"),
            effect=fields["effect"].text(),
            citation=citation,
            provenance=provenance,
            advice=fields["advice"].text() if "advice" in fields else "",
            note=fields["note"].text() if "note" in fields else "",
        )
    return found


def _words(fields: Mapping[str, Entry], name: str) -> tuple[str, ...]:
    return tuple(fields[name].words()) if name in fields else ()


def _length(entry: Entry) -> Quantity:
    try:
        return parse_quantity(entry.text()).require("length of time", time=1)
    except QuantityError as error:
        raise entry.error(f"{error.thing} {error.rule}", error.remedy) from None


@lru_cache(maxsize=1)
def observations() -> Mapping[str, KnownObservation]:
    """Every observation of the library, by key; read once."""
    return read_observations(FOLDER / "observations.yaml")


@lru_cache(maxsize=1)
def conditions() -> Mapping[str, KnownCondition]:
    """Every condition of the library, by key; read once."""
    return read_conditions(FOLDER / "conditions.yaml")


@lru_cache(maxsize=1)
def interactions() -> Mapping[str, KnownInteraction]:
    """Every interaction of the library, by key; read once."""
    return read_interactions(FOLDER / "interactions.yaml")


def drugs_named(word: str) -> frozenset[str]:
    """The ingredients that a protocol's word for a drug stands for: none where it is no such word.

    An ingredient stands for itself; a class of interactions.yaml for its drugs; a kind of drugs.yaml, such as
    ``benzodiazepine``, for every ingredient of that kind. ``other`` is no kind that a protocol could mean.
    """
    ingredients = drug_book().ingredients
    if word in ingredients:
        return frozenset({word})
    if word in interactions():
        return frozenset(interactions()[word].drugs)
    return frozenset(name for name, one in ingredients.items() if one.kind == word != "other")


def effects_named(key: str) -> frozenset[str]:
    """The unwanted effects any of which counts as this one, itself among them."""
    return frozenset({key, *observations()[key].includes})
