"""Which drug, route and form a row names, resolved against the library once for each different spelling."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from adjuvant.errors import AdjuvantError, QuantityError
from adjuvant.library import canonical_form, canonical_route
from adjuvant.quantity import Quantity
from adjuvant.record import Drug
from adjuvant.sources.table.cells import Row, read_strength
from adjuvant.sources.terminology import Terminology

__all__ = ["Named", "meant", "named"]


@dataclass(frozen=True, slots=True)
class Named:
    """A row's drug, with canonical route and form; what the library does not know stays as it was written."""

    drug: Drug
    route: str | None
    form: str | None

    @property
    def known(self) -> bool:
        """Whether the library knows any of its ingredients."""
        return bool(self.drug.ingredients)


@lru_cache(maxsize=4096)
def _resolved(
    terminology: Terminology, name: str, code: str | None, strength: Quantity | None
) -> Drug | AdjuvantError:
    try:
        return terminology.resolve(name, code, strength=strength)
    except AdjuvantError as error:
        return error


def _name(row: Row) -> str | None:
    """The name that is looked up: as written where the user's own lines have it, else as the mapping says."""
    written = row.written("drug")
    own = written is not None and row.terminology.terms.drug(written) is not None
    return written if own else row.text("drug")


def meant(row: Row) -> Drug | None:
    """The drug of a row that may be no event, as far as it can be told; None where it names none."""
    name, code = _name(row), row.text("rxnorm")
    return None if name is None and code is None else row.terminology.drug(name, rxnorm=code)


def named(row: Row) -> Named:
    """The drug, route and form of a row; whatever cannot be resolved is a doubt or a refusal on the row.

    Raises:
        UnusableError: it names no drug at all.
    """
    name, code = _name(row) or row.need("drug"), row.text("rxnorm")
    written = row.written("drug") or name
    found = _resolved(row.terminology, name, code, _strength(row))
    if isinstance(found, AdjuvantError):
        row.refuse(f"drug {found.rule}", found.remedy, found.thing)
        found = Drug(written)
    elif not found.ingredients:
        row.doubt(
            "drug is not in the library, so it counts as no known drug",
            "if it is an opioid or ketamine, map its name under values: drug:",
            written,
        )
    implied = row.terminology.form(name, code) if found.ingredients else (None, None)
    form = _form(row) or implied[0]
    return Named(replace(found, text=written), _route(row, form) or implied[1], form)


def _strength(row: Row) -> Quantity | None:
    text = row.text("strength")
    if text is None:
        return None
    try:
        strength = read_strength(row.decimal(text))
    except QuantityError as error:
        row.refuse(f"strength {error.rule}", error.remedy, text)
        return None
    if strength.value == 0:
        row.refuse("strength is zero", "correct it in the source", text)
        return None
    return strength


def _route(row: Row, form: str | None) -> str | None:
    text = row.text("route")
    if text is None:
        return None
    found = canonical_route(text, form)
    if found is None:
        row.doubt("route is a word that nobody explains", "map it under values: route:", text)
    return found or text


def _form(row: Row) -> str | None:
    text = row.text("form")
    if text is None:
        return None
    found = canonical_form(text)
    if found is None:
        row.doubt("form is a word that nobody explains", "map it under values: form:", text)
    return found or text
