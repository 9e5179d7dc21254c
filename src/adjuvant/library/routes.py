"""Reader of ``routes.yaml``: routes, dosage forms, and the spellings that records use for them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from adjuvant.citation import OF_LIBRARY, Citation, Provenance
from adjuvant.errors import LibraryError
from adjuvant.library.bibliography import source_of
from adjuvant.library.folder import FOLDER, shown_name
from adjuvant.library.strict import Entry, closest, read_file

__all__ = [
    "ROUTE_GROUPS",
    "FormPhrase",
    "Route",
    "RouteBook",
    "canonical_form",
    "canonical_route",
    "form_phrases",
    "read_routes",
    "route",
    "route_book",
    "route_group",
]

ROUTE_GROUPS = ("enteral", "transmucosal", "transdermal", "parenteral", "neuraxial", "other")
_NOISE = re.compile(r"\(qualifier value\)|\broute\b|\badministration\b")
_SPACES = re.compile(r"[\s_]+")


@dataclass(frozen=True, slots=True)
class Route:
    """One route of administration.

    Args:
        name: our word for it.
        group: one of `ROUTE_GROUPS`.
        counts_as: the route whose table row counts for it by a house rule, with `provenance` and `why`.
        with_form: the route that it means for a dosage form, for example ``{"patch": "transdermal"}``.
    """

    name: str
    group: str
    counts_as: str | None = None
    provenance: Provenance | None = None
    why: str = ""
    with_form: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FormPhrase:
    """Words of a product's name that say its form, its route, or both; None for what they leave open."""

    words: str
    form: str | None = None
    route: str | None = None


@dataclass(frozen=True, slots=True)
class RouteBook:
    """Everything in ``routes.yaml``: routes and forms by name, and by every spelling and code."""

    routes: Mapping[str, Route]
    forms: frozenset[str]
    route_spellings: Mapping[str, str]
    form_spellings: Mapping[str, str]
    phrases: tuple[FormPhrase, ...]
    citation: Citation
    provenance: Provenance


def _plain(text: str) -> str:
    """A spelling without case, repeated spaces and the words that terminologies add."""
    return _SPACES.sub(" ", _NOISE.sub(" ", text.lower())).strip(" .")


def read_routes(path: Path) -> RouteBook:
    """Routes and forms of one file.

    Raises:
        LibraryError: an unknown group or route, or one spelling or code for two things.
    """
    top = read_file(path, shown_name(path)).fields(["codes", "routes", "forms", "form_snomed", "phrases"])
    citation, provenance = source_of(top["codes"].fields(["citation", "provenance"]))
    entries = dict(top["routes"].pairs())
    routes: dict[str, Route] = {}
    spellings: dict[str, str] = {}
    for name, entry in entries.items():
        optional = ["names", "snomed", "counts_as", "provenance", "why", "with_form"]
        fields = entry.fields(["group"], optional)
        routes[name] = _route(name, fields, entries)
        _spell(spellings, entry, name, [_plain(name)])
        for key in ("names", "snomed"):
            if key in fields:
                _spell(spellings, fields[key], name, [_plain(word) for word in fields[key].words()])
    forms = dict(top["forms"].pairs())
    form_spellings: dict[str, str] = {}
    for name, entry in forms.items():
        _spell(form_spellings, entry, name, [_plain(name), *map(_plain, entry.words())])
    for name, entry in top["form_snomed"].pairs():
        _known(entry, name, forms, "form")
        _spell(form_spellings, entry, name, entry.words())
    phrases = tuple(_phrase(item, forms, routes) for item in top["phrases"].items())
    return RouteBook(routes, frozenset(forms), spellings, form_spellings, phrases, citation, provenance)


def _route(name: str, fields: Mapping[str, Entry], known: Mapping[str, Entry]) -> Route:
    counts_as, provenance, why = None, None, ""
    if "counts_as" in fields:
        counts_as = fields["counts_as"].one_of(known, "route")
        for needed in ("provenance", "why"):
            if needed not in fields:
                raise fields["counts_as"].error(f"is a rule without {needed!r}", f"add `{needed}:`")
        provenance = Provenance(fields["provenance"].one_of(OF_LIBRARY, "provenance"))
        why = fields["why"].text()
    with_form = (
        {form: entry.one_of(known, "route") for form, entry in fields["with_form"].pairs()}
        if "with_form" in fields
        else {}
    )
    group = fields["group"].one_of(ROUTE_GROUPS, "group of routes")
    return Route(name, group, counts_as, provenance, why, with_form)


def _spell(spellings: dict[str, str], entry: Entry, name: str, words: list[str]) -> None:
    for word in words:
        if spellings.setdefault(word, name) != name:
            raise entry.error(f"{word!r} already means {spellings[word]}", "one spelling means one thing")


def _known(entry: Entry, name: str, known: Mapping[str, object], what: str) -> None:
    if name not in known:
        raise entry.error(f"{name!r} is not a known {what}", closest(name, list(known)))


def _phrase(entry: Entry, forms: Mapping[str, Entry], routes: Mapping[str, Route]) -> FormPhrase:
    fields = entry.fields(["words"], ["form", "route"])
    form = fields["form"].one_of(forms, "form") if "form" in fields else None
    named = fields["route"].one_of(routes, "route") if "route" in fields else None
    if form is None and named is None:
        raise entry.error("says neither form nor route", "add `form:` or `route:`")
    return FormPhrase(fields["words"].text().lower(), form, named)


@lru_cache(maxsize=1)
def route_book() -> RouteBook:
    """The library's routes and forms; read once."""
    return read_routes(FOLDER / "routes.yaml")


def canonical_route(text: str | None, form: str | None = None) -> str | None:
    """Our word for a route as a record spells it, or None where the spelling is unknown or ambiguous.

    Args:
        text: ``PO``, ``IV DRIP``, ``Oral route (qualifier value)``, a SNOMED CT code, ...
        form: the canonical dosage form, where known: what is put on the skin as a patch acts through it.
    """
    if text is None:
        return None
    book = route_book()
    name = book.route_spellings.get(_plain(text))
    if name is not None and form is not None:
        return book.routes[name].with_form.get(form, name)
    return name


def canonical_form(text: str | None) -> str | None:
    """Our word for a dosage form as a record spells it, or None where that is unknown or ambiguous."""
    return None if text is None else route_book().form_spellings.get(_plain(text))


def route(name: str) -> Route:
    """What is known about a canonical route.

    Raises:
        LibraryError: not a canonical route.
    """
    book = route_book()
    if name not in book.routes:
        raise LibraryError(f"route {name!r}", "is not in routes.yaml", closest(name, book.routes))
    return book.routes[name]


def route_group(name: str) -> str:
    """The group of a canonical route: enteral, transmucosal, transdermal, parenteral, neuraxial or other.

    Raises:
        LibraryError: not a canonical route.
    """
    return route(name).group


def form_phrases() -> tuple[FormPhrase, ...]:
    """The phrases of product names that say form and route, longest first."""
    return tuple(sorted(route_book().phrases, key=lambda item: -len(item.words)))
