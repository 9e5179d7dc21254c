"""Reader of ``products.yaml``: medicines by RxNorm product code, with strength, form and route."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from adjuvant.errors import QuantityError
from adjuvant.library.bibliography import source_of
from adjuvant.library.drugs import code_of, drug_book
from adjuvant.library.facts import KnownProduct
from adjuvant.library.folder import FOLDER, shown_name
from adjuvant.library.routes import route_book
from adjuvant.library.strict import Entry, closest, read_file
from adjuvant.quantity import Quantity, parse_quantity

__all__ = ["product", "products", "read_products"]

_NOT_STATED = "not stated"


def read_products(path: Path) -> dict[str, KnownProduct]:
    """Products of one file, by code.

    Raises:
        LibraryError: an unknown ingredient, form or route, a strength without unit, one code for two things.
    """
    found: dict[str, KnownProduct] = {}
    for entry in read_file(path, shown_name(path)).fields(["products"])["products"].items():
        item = _product(entry)
        if item.rxnorm in found:
            raise entry.error(f"RxNorm {item.rxnorm} stands twice", "keep one of the two")
        if item.rxnorm in drug_book().by_rxnorm:
            raise entry.error(f"RxNorm {item.rxnorm} is an ingredient's code", "check the code")
        found[item.rxnorm] = item
    return found


def _product(entry: Entry) -> KnownProduct:
    fields = entry.fields(["rxnorm", "name", "ingredients", "citation", "provenance"], ["form", "route"])
    held: list[tuple[str, Quantity | None]] = []
    for name, strength in fields["ingredients"].pairs():
        if name not in drug_book().ingredients:
            known = drug_book().ingredients
            raise strength.error(f"{name!r} is not a known ingredient", closest(name, known))
        text = strength.text()
        held.append((name, None if text == _NOT_STATED else _strength(strength, text)))
    book = route_book()
    citation, provenance = source_of(fields)
    return KnownProduct(
        rxnorm=code_of(fields["rxnorm"]),
        name=fields["name"].text(),
        ingredients=tuple(held),
        form=fields["form"].one_of(book.forms, "form") if "form" in fields else None,
        route=fields["route"].one_of(book.routes, "route") if "route" in fields else None,
        citation=citation,
        provenance=provenance,
    )


def _strength(entry: Entry, text: str) -> Quantity:
    try:
        strength = parse_quantity(text)
    except QuantityError as error:
        raise entry.error(f"{text!r}: {error.rule}", error.remedy) from None
    if strength.value <= 0:
        raise entry.error(f"{text!r} is not above zero", "write the strength as it is printed")
    return strength


@lru_cache(maxsize=1)
def products() -> Mapping[str, KnownProduct]:
    """The library's products by RxNorm code; read once."""
    return read_products(FOLDER / "products.yaml")


def product(rxnorm: str) -> KnownProduct | None:
    """The product of that RxNorm code, or None."""
    return products().get(rxnorm)
