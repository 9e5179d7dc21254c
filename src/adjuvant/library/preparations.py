"""Reader of preparations.yaml: vials and their strengths, diluents, storage, and the house's own numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from adjuvant.citation import Citation, Provenance
from adjuvant.errors import QuantityError
from adjuvant.library.bibliography import source_of
from adjuvant.library.folder import FOLDER, shown_name
from adjuvant.library.strict import Entry, read_file
from adjuvant.quantity import Quantity, parse_quantity

__all__ = ["Preparations", "Review", "Said", "Syringe", "Vial", "preparations", "read_preparations"]


_DRUGS = ("ketamine", "esketamine")


@dataclass(frozen=True, slots=True)
class Vial:
    """One strength in which ketamine or S-ketamine is supplied.

    Args:
        drug: ``ketamine`` (racemic) or ``esketamine``.
        strength: of the base, mg/mL.
        hydrochloride: the same as hydrochloride, mg/mL; None where a site gives only the base.
        diluent_at_least: millilitres of diluent for each millilitre, before it is given; None where it may be
            given as it is, or where nothing is said.
        citation: None for a site's own vial, of which `note` then holds the site's reference.
    """

    drug: str
    strength: Quantity
    hydrochloride: Quantity | None
    citation: Citation | None
    provenance: Provenance
    diluent_at_least: Fraction | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that a source says: of a diluent its name, of a drug how it is kept apart, of storage how.

    Args:
        of: whether of ketamine or of esketamine; empty for storage.
    """

    of: str
    name: str
    says: str
    citation: Citation
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Syringe:
    """A syringe that ketamine is drawn up in: what it holds, and its graduation, both in mL."""

    holds: Quantity
    step: Quantity


@dataclass(frozen=True, slots=True)
class Review:
    """What is asked before each further course.

    Args:
        charted_as: observations that count as having asked.
    """

    key: str
    asks: str
    charted_as: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Preparations:
    """Everything of preparations.yaml.

    Args:
        separate: drugs that must not meet ketamine in one syringe.
        greatest_rounding: the share of the ordered dose that rounding may take; a number of the house.
        rounding_why: why, in words.
        syringes: smallest first; house numbers.
        reviews: asked before each further course; house rules.
    """

    vials: tuple[Vial, ...]
    diluents: tuple[Said, ...]
    separate: tuple[Said, ...]
    storage: Said
    greatest_rounding: Quantity
    rounding_why: str
    syringes: tuple[Syringe, ...]
    reviews: tuple[Review, ...]


def read_preparations(path: Path) -> Preparations:
    """The preparations of one file.

    Raises:
        LibraryError: a strength or volume in another unit, a hydrochloride no heavier than its base, syringes
            that do not rise, a house number that claims a source, or no source where one belongs.
    """
    top = read_file(path, shown_name(path)).fields(["vials", "diluents", "separate", "storage", "house"])
    house = top["house"].fields(["greatest_rounding", "syringes", "reviews"])
    rounding = house["greatest_rounding"].fields(["value", "why", "provenance"])
    _of_the_house(rounding)
    return Preparations(
        vials=tuple(_vial(entry) for entry in top["vials"].items()),
        diluents=tuple(_said(entry, ["of", "name"]) for entry in top["diluents"].items()),
        separate=tuple(_said(entry, ["of", "drug", "says"]) for entry in top["separate"].items()),
        storage=_said(top["storage"], ["says"]),
        greatest_rounding=_measured(rounding["value"], "%"),
        rounding_why=rounding["why"].text(),
        syringes=_syringes(house["syringes"]),
        reviews=tuple(_review(entry) for entry in house["reviews"].items()),
    )


def _vial(entry: Entry) -> Vial:
    fields = entry.fields(
        ["drug", "strength", "hydrochloride", "citation", "provenance"], ["diluent_at_least", "note"]
    )
    base, salt = _measured(fields["strength"], "mg/mL"), _measured(fields["hydrochloride"], "mg/mL")
    if not base < salt:
        raise fields["hydrochloride"].error(
            f"{salt} is not above {base}, the base in it", "write the salt, which is heavier"
        )
    citation, provenance = source_of(fields)
    least = fields["diluent_at_least"].positive() if "diluent_at_least" in fields else None
    note = fields["note"].text() if "note" in fields else ""
    drug = fields["drug"].one_of(_DRUGS, "drug of a vial")
    return Vial(drug, base, salt, citation, provenance, least, note)


def _said(entry: Entry, names: list[str]) -> Said:
    fields = entry.fields([*names, "citation", "provenance"])
    citation, provenance = source_of(fields)
    name = next((fields[one].text() for one in ("name", "drug") if one in fields), "")
    of = fields["of"].one_of(_DRUGS, "drug that it is said of") if "of" in fields else ""
    return Said(of, name, fields["says"].text() if "says" in fields else "", citation, provenance)


def _syringes(entry: Entry) -> tuple[Syringe, ...]:
    found: list[Syringe] = []
    for item in entry.items():
        fields = item.fields(["holds", "step", "provenance"])
        _of_the_house(fields)
        one = Syringe(_measured(fields["holds"], "mL"), _measured(fields["step"], "mL"))
        if not one.step < one.holds:
            raise fields["step"].error(f"{one.step} is no graduation of {one.holds}", "write the graduation")
        found.append(one)
    for small, large in pairwise(found):
        if not (small.holds < large.holds and small.step <= large.step):
            raise entry.error(f"{large.holds} does not come after {small.holds}", "list the smallest first")
    return tuple(found)


def _review(entry: Entry) -> Review:
    fields = entry.fields(["key", "asks", "provenance"], ["charted_as"])
    _of_the_house(fields)
    charted = tuple(fields["charted_as"].words()) if "charted_as" in fields else ()
    return Review(fields["key"].text(), fields["asks"].text(), charted)


def _of_the_house(fields: Mapping[str, Entry]) -> None:
    # A number of the house is nobody's finding, and must not look like one.
    fields["provenance"].one_of((Provenance.ASSUMED.value,), "provenance of a number of the house")


def _measured(entry: Entry, unit: str) -> Quantity:
    text = entry.text()
    try:
        found = parse_quantity(text).to(unit)
    except QuantityError as error:
        raise entry.error(f"{error.thing} {error.rule}", f"write it in {unit}") from None
    if found.value <= 0:
        raise entry.error(f"{text} is not above zero", "write the figure as it is printed")
    return found


@lru_cache(maxsize=1)
def preparations() -> Preparations:
    """The preparations of the library; read once."""
    return read_preparations(FOLDER / "preparations.yaml")
