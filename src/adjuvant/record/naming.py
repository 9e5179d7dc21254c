"""From a name and a code as records write them to a Drug, and to the form and route that they imply.

Names are compared word by word with the library's, never by their beginnings: ketorolac and ketoprofen are
not ketamine, apomorphine is not morphine, naloxone is an antagonist. A name that the library does not know
gives a Drug without ingredients. A code that contradicts the name is an error, because guessing which of the
two is right may count one opioid as another.
"""

from __future__ import annotations

import re
from functools import lru_cache

from adjuvant.codes import RxNorm
from adjuvant.errors import InputError
from adjuvant.library import ingredient, ingredient_by_rxnorm, product, setting
from adjuvant.quantity import Quantity
from adjuvant.record.medication import Drug, Ingredient
from adjuvant.record.name_form import form_of_name
from adjuvant.record.name_strength import amounts_of, share_out
from adjuvant.record.name_words import carrier, counted, mentions, unknown_parts

__all__ = ["partners_strength", "product_form", "resolve_drug"]

_PARTNERS = {"non-opioid analgesic", "NSAID"}
_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")


def resolve_drug(text: str | None, rxnorm: str | None = None, strength: Quantity | None = None) -> Drug:
    """The medicine that a name, an RxNorm code, or both of them mean.

    Args:
        text: the name as written, for example ``OxyCODONE (Immediate Release)`` or an RxNorm product name.
        rxnorm: an RxNorm ingredient or product code, bare.
        strength: the strength as the record states it apart from the name. Of a combination it is the
            strength of its one opioid (or its ketamine); with two of them it is not used.
    Returns:
        A Drug; without ingredients where the library knows neither name nor code.
    Raises:
        InputError: neither name nor code; a name too long to be one; a code of other characters than digits;
            name and code, or two parts of the name, mean different opioids; two strengths that differ; a
            strength of a combination's opioid that can only be its partner's.
    """
    name = (text or "").strip()
    code = RxNorm(rxnorm.strip()) if rxnorm is not None and rxnorm.strip() else None
    if not name and code is None:
        raise InputError("drug", "has neither a name nor a code", "write one of them")
    if len(name) > 1000:  # no product's name comes near it, and a search through a megabyte takes seconds
        raise InputError(f"drug {name[:60]!r}", "is too long for a name", "write the drug's name alone")
    place = f"drug {name!r}" if code is None else f"drug {name!r} with {code}"
    named = _by_name(name) if name else ()
    coded = _by_code(code.value) if code is not None else ()
    found = _agreed(place, named, coded)
    if strength is not None:
        found = _with_strength(place, found, strength)
    taken = partners_strength(found)
    if taken is not None:
        raise InputError(
            f"{place}: strength of {taken.name}",
            f"is {taken.strength}, which is that of its partner",
            "give the strength of each ingredient",
        )
    return Drug(name or _code_name(code) if code is not None else name, found, code)


def partners_strength(found: tuple[Ingredient, ...]) -> Ingredient | None:
    """The opioid of a combination with an analgesic whose strength can only be the analgesic's, or None.

    325 mg of a tablet with oxycodone are its paracetamol. The limit is the library's.
    """
    kinds = {item.name: getattr(ingredient(item.name), "kind", "") for item in found}
    if not _PARTNERS & set(kinds.values()):
        return None
    most = setting("combination_opioid_believed")
    for item in found:
        held = item.strength
        if kinds[item.name] == "opioid" and held is not None and _counts_things(held):
            mass = held.unit.code.partition("/")[0]
            if Quantity(held.value, mass).in_(most.unit) > most.value:
                return item
    return None


def _counts_things(strength: Quantity) -> bool:
    """Whether a strength is that of one tablet, capsule or other counted thing."""
    return "/{" in strength.unit.code


def product_form(text: str | None, rxnorm: str | None = None) -> tuple[str | None, str | None]:
    """Canonical form and route that a product's code or name implies; None for what it leaves open.

    Args:
        text: the name as written. ``Fentanyl Patch`` is transdermal, ``10 MG Oral Tablet`` oral, an injection
            may go into any of several places.
        rxnorm: an RxNorm product code, whose form and route win over the name's.
    """
    form, route = form_of_name(text.strip()) if text else (None, None)
    known = product(rxnorm.strip()) if rxnorm else None
    if known is None:
        return form, route
    return known.form or form, known.route or route


# --- by code ---------------------------------------------------------------------------------------------


def _by_code(code: str) -> tuple[Ingredient, ...]:
    known = ingredient_by_rxnorm(code)
    if known is not None:
        return (Ingredient(known.name),)
    item = product(code)
    return (
        tuple(Ingredient(name, strength) for name, strength in item.ingredients) if item is not None else ()
    )


def _code_name(code: RxNorm) -> str:
    item, known = product(code.value), ingredient_by_rxnorm(code.value)
    return item.name if item is not None else known.name if known is not None else str(code)


# --- by name ---------------------------------------------------------------------------------------------


@lru_cache(maxsize=8192)
def _by_name(text: str) -> tuple[Ingredient, ...]:
    """The ingredients that a name mentions, in its order, with their strengths where it leaves no doubt."""
    _refuse_two_drugs(text)
    named = unknown_parts(text) or mentions(_without_square(text)) or mentions(text) or carrier(text)
    if not named:
        return ()
    form, _ = form_of_name(text)
    strengths = share_out(named, amounts_of(text), form)
    return tuple(Ingredient(item.name, strength) for item, strength in zip(named, strengths, strict=True))


def _without_square(text: str) -> str:
    """The name with blanks for a brand such as ``[Percocet]``, which only repeats it."""
    return re.sub(r"\[[^\[\]]*\]", lambda match: " " * len(match[0]), text)


def _refuse_two_drugs(text: str) -> None:
    """A name such as ``Morphine (Dilaudid)`` names two opioids, one of which is wrong."""
    inside = " ".join(match[1] or match[2] or "" for match in _BRACKETS.finditer(text))
    outer, inner = (
        counted(item.name for item in mentions(part)) for part in (_BRACKETS.sub(" ", text), inside)
    )
    if outer and inner and not outer & inner:
        raise InputError(
            f"drug {text!r}",
            f"names {_listed(outer)}, and {_listed(inner)} in brackets",
            "correct the name, or state which is meant",
        )


def _listed(names: frozenset[str]) -> str:
    return " and ".join(sorted(names)) or "neither an opioid nor ketamine"


# --- name, code and strength together ------------------------------------------------------------


def _agreed(
    place: str, named: tuple[Ingredient, ...], coded: tuple[Ingredient, ...]
) -> tuple[Ingredient, ...]:
    """The fuller of the two lists, with every strength that either gives.

    Raises:
        InputError: they do not mean the same opioids, neither contains the other, or two strengths differ.
    """
    if not named or not coded:
        return named or coded
    names, codes = ({item.name for item in side} for side in (named, coded))
    if counted(names) != counted(codes) or not (names <= codes or codes <= names):
        raise InputError(
            place,
            f"means {' + '.join(sorted(names))} by its name and {' + '.join(sorted(codes))} by its code",
            "correct the name or the code",
        )
    fuller, other = (coded, named) if names <= codes else (named, coded)
    strengths = {item.name: item.strength for item in other}
    return tuple(
        Ingredient(item.name, _one_strength(place, item.name, item.strength, strengths.get(item.name)))
        for item in fuller
    )


def _one_strength(place: str, name: str, first: Quantity | None, second: Quantity | None) -> Quantity | None:
    if first is None or second is None:
        return first if second is None else second
    if first.unit.commensurable(second.unit) and not first.same_as(second):
        raise InputError(
            f"{place}: strength of {name}", f"is {first} and also {second}", "correct one of the two"
        )
    return first


def _with_strength(place: str, found: tuple[Ingredient, ...], strength: Quantity) -> tuple[Ingredient, ...]:
    meant_for = counted(item.name for item in found)
    if len(found) > 1 and len(meant_for) != 1:
        return found
    meant = found[0].name if len(found) == 1 else next(iter(meant_for), None)
    return tuple(
        Ingredient(item.name, _one_strength(place, item.name, strength, item.strength))
        if item.name == meant
        else item
        for item in found
    )
