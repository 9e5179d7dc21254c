"""Terms: the user's own lines that say which drug a name of their records means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

from adjuvant.errors import AdjuvantError, InputError
from adjuvant.library import canonical_form, canonical_route, drug_book, ingredient, ingredient_by_omop
from adjuvant.library.omop import omop_book
from adjuvant.library.other_drugs import NOT_A_DRUG, OTHER_DRUG
from adjuvant.quantity import Quantity, parse_quantity
from adjuvant.record import Drug, Ingredient
from adjuvant.record.naming import resolve_drug
from adjuvant.sources.delimited import open_csv

__all__ = ["COLUMNS", "NOTES", "Terms"]

COLUMNS = ("name", "ingredients", "strength", "form", "route")
"""What a line says; the first two must be there."""
NOTES = ("rows", "tables", "nearest")
"""Columns of the list of unknown names that only inform, and are not read."""
_WORDS = {"other": OTHER_DRUG, "none": NOT_A_DRUG}
_COUNTED = ("opioid", "ketamine")
_CODE = re.compile(r"(?P<system>rxnorm|omop) (?P<code>[0-9]+)", re.IGNORECASE)
_Form = tuple[str | None, str | None]


@dataclass(frozen=True, slots=True)
class Terms:
    """The user's own lines.

    Args:
        drugs: what each name means, by `key` of the name.
        digest: of the file, so that an import can tell whether it changed.
        forms: canonical form and route by `key`, for the lines that state any.
        open: how many lines have no ingredients yet; their names stay unknown.
    """

    drugs: Mapping[str, Drug] = field(default_factory=lambda: MappingProxyType({}))
    digest: str = ""
    forms: Mapping[str, _Form] = field(default_factory=lambda: MappingProxyType({}))
    open: int = 0

    @staticmethod
    def key(name: str) -> str:
        """What tells names apart: neither capitals nor the number of blanks do."""
        return " ".join(name.split()).casefold()

    def drug(self, name: str) -> Drug | None:
        """What the user's own line says that `name` means; None where there is no line."""
        return (self.drugs.get(self.key(name)) or self.drugs.get(name)) if self.drugs else None

    def form(self, name: str) -> tuple[str | None, str | None]:
        """The form and route that the user's own line states."""
        return self.forms.get(self.key(name), (None, None)) if self.forms else (None, None)

    @classmethod
    def read(cls, path: Path | str) -> Terms:
        """The lines of a CSV file: name, ingredients, and optionally strength, form and route.

        Several ingredients are joined with ``+``, their strengths likewise. ``other`` stands for a drug that
        is neither an opioid nor ketamine, ``none`` for a name that is no drug. A line without ingredients is
        not yet filled in, and is passed over.

        Raises:
            InputError: with file and line: a column, an ingredient, a strength, a form or a route that nobody
                knows; a name twice; a line that contradicts what the library knows of an opioid.
        """
        file = Path(path)
        drugs: dict[str, Drug] = {}
        forms: dict[str, _Form] = {}
        seen: dict[str, int] = {}
        open_lines = 0
        with open_csv(file, required=COLUMNS[:2]) as table:
            for column in table.columns:
                if column not in (*COLUMNS, *NOTES):
                    near = get_close_matches(column, COLUMNS, n=1, cutoff=0.6)
                    hint = f"did you mean {near[0]!r}" if near else f"it may have {', '.join(COLUMNS)}"
                    raise InputError(f"{file}:1", f"has a column {column!r} that is not known", hint)
            for row in table.rows():
                place = f"{file}:{row.line}"
                cells = {name: " ".join(row.fields.get(name, "").split()) for name in COLUMNS}
                if not cells["name"]:
                    raise InputError(f"{place}: name", "is empty", "write the name as the record writes it")
                if not cells["ingredients"]:
                    open_lines += 1
                    continue
                key = cls.key(cells["name"])
                if key in seen:
                    rule = f"{cells['name']!r} stands in line {seen[key]} already"
                    raise InputError(f"{place}: name", rule, "keep one of the two")
                seen[key] = row.line
                drugs[key] = _drug(place, cells)
                forms[key] = _form(place, cells)
        digest = sha256(file.read_bytes()).hexdigest()
        return cls(MappingProxyType(drugs), digest, MappingProxyType(forms), open_lines)


def _drug(place: str, cells: Mapping[str, str]) -> Drug:
    names = [_ingredient(place, word.strip()) for word in cells["ingredients"].split("+")]
    if len(set(names)) < len(names):
        raise InputError(f"{place}: ingredients", "name one of them twice", "name each once")
    if len(names) > 1 and set(names) & set(_WORDS.values()):
        rule = f"{cells['ingredients']!r} joins 'other' or 'none' with something else"
        raise InputError(f"{place}: ingredients", rule, "name the ingredients, or write that word alone")
    _refuse_contradiction(place, cells["name"], names)
    strengths = _strengths(place, cells["strength"], names)
    held = tuple(Ingredient(name, strength) for name, strength in zip(names, strengths, strict=True))
    return Drug(cells["name"], held)


def _form(place: str, cells: Mapping[str, str]) -> _Form:
    form = canonical_form(cells["form"]) if cells["form"] else None
    if cells["form"] and form is None:
        raise InputError(
            f"{place}: form", f"{cells['form']!r} is not known", "write one such as tablet, patch, injection"
        )
    route = canonical_route(cells["route"], form) if cells["route"] else None
    if cells["route"] and route is None:
        raise InputError(
            f"{place}: route", f"{cells['route']!r} is not known", "write one such as oral or intravenous"
        )
    return form, route


def _ingredient(place: str, word: str) -> str:
    if word.casefold() in _WORDS:
        return _WORDS[word.casefold()]
    known = ingredient(word) if word else None
    if known is not None:
        return known.name
    book = drug_book()
    near = get_close_matches(word.lower(), sorted(book.ingredients), n=1, cutoff=0.75)
    remedy = f"did you mean {near[0]!r}? Or write " if near else "write "
    raise InputError(
        f"{place}: ingredients",
        f"{word!r} is not an ingredient that the library knows",
        remedy + "'other' for a drug that is neither an opioid nor ketamine, 'none' for no drug",
    )


def _refuse_contradiction(place: str, name: str, names: list[str]) -> None:
    """A line may add to what the library knows of a name; it may not turn an opioid into something else."""
    try:
        library = {item.name for item in _of_library(name)}
    except AdjuvantError:
        return  # a name that contradicts itself: the line is what decides it
    here = set(names)
    if _counted(library) - here or (_counted(here) - library and not library <= here | _passed_over(library)):
        raise InputError(
            f"{place}: ingredients",
            f"{' + '.join(names)} contradicts the library, to which {name!r} means "
            f"{' + '.join(sorted(library))}",
            "name all that is in it, or remove the line",
        )


def _of_library(name: str) -> tuple[Ingredient, ...]:
    """What the library knows of a line's name, which may be a code: ``RxNorm 7804``, ``OMOP 1124957``."""
    code = _CODE.fullmatch(name)
    if code is None:
        return resolve_drug(name).ingredients
    if code["system"].casefold() == "rxnorm":
        return resolve_drug(None, code["code"]).ingredients
    known = ingredient_by_omop(code["code"])
    if known is not None:
        return (Ingredient(known.name),)
    rxnorm = omop_book().products.get(code["code"])
    return resolve_drug(None, rxnorm).ingredients if rxnorm is not None else ()


def _counted(names: set[str]) -> set[str]:
    known = drug_book().ingredients
    return {name for name in names if name in known and known[name].kind in _COUNTED}


def _passed_over(names: set[str]) -> set[str]:
    """What nobody follows, such as the saline that a drug is dissolved in, need not be named."""
    known = drug_book().ingredients
    return {name for name in names if name in known and not known[name].followed}


def _strengths(place: str, text: str, names: list[str]) -> list[Quantity | None]:
    if not text:
        return [None] * len(names)
    parts = [part.strip() for part in text.split("+")]
    if len(parts) != len(names):
        raise InputError(
            f"{place}: strength",
            f"{text!r} gives {len(parts)} for {len(names)} ingredients",
            "give one for each, joined with + in the same order",
        )
    found: list[Quantity | None] = []
    for part in parts:
        try:
            strength = parse_quantity(part)
        except AdjuvantError as error:
            raise InputError(f"{place}: strength", f"{part!r}: {error.rule}", error.remedy) from None
        if strength.value <= 0 or not _is_strength(strength):
            raise InputError(
                f"{place}: strength",
                f"{part!r} is no strength",
                "write it as in 5 mg/{tablet}, 10 mg/mL or, for a patch, 25 ug/h",
            )
        found.append(strength)
    return found


def _is_strength(strength: Quantity) -> bool:
    return "/" in strength.unit.code and strength.unit.code.partition("/")[0] in (
        "mg",
        "ug",
        "g",
        "mcg",
        "ng",
    )
