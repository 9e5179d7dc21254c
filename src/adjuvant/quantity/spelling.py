"""Unit spellings met in hospital records, mapped to UCUM; what is not listed stays unconvertible."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from string import ascii_lowercase, ascii_uppercase

from adjuvant.errors import QuantityError
from adjuvant.quantity.unit import Unit, parse_unit

__all__ = ["UnitStatus", "meant", "read_unit", "spellings"]


class UnitStatus(StrEnum):
    """What happened to the unit of a value that was read."""

    EXACT = "exact"
    """Written as UCUM, or in a spelling that means one UCUM unit."""
    DERIVED = "derived"
    """Deduced from elsewhere in the record, such as a strength, a concentration or a drug's name."""
    UNCONVERTIBLE = "unconvertible"
    """Missing, unknown or contradictory: the value stays in view and is not used."""


_WORDS = {
    "mg": "mg", "g": "g", "ug": "ug", "ng": "ng", "kg": "kg", "h": "h", "min": "min", "d": "d", "s": "s",
    "mcg": "ug", "microgram": "ug", "micrograms": "ug", "µg": "ug", "μg": "ug", "mcgs": "ug",
    "milligram": "mg", "milligrams": "mg", "mgs": "mg", "gm": "g", "gram": "g", "grams": "g", "gms": "g",
    "nanogram": "ng", "nanograms": "ng", "kgs": "kg", "kilogram": "kg", "lb": "[lb_av]", "lbs": "[lb_av]",
    "ml": "mL", "cc": "mL", "millilitre": "mL", "milliliter": "mL", "l": "L", "ul": "uL",
    "hr": "h", "hrs": "h", "hour": "h", "hours": "h", "minute": "min", "minutes": "min", "mins": "min",
    "day": "d", "days": "d", "24h": "(24.h)", "24hr": "(24.h)", "24hrs": "(24.h)", "second": "s", "sec": "s",
    "tab": "{tablet}", "tabs": "{tablet}", "tablet": "{tablet}", "tablets": "{tablet}",
    "{tab}": "{tablet}", "{tbl}": "{tablet}", "tbl": "{tablet}",
    "cap": "{capsule}", "caps": "{capsule}", "capsule": "{capsule}", "capsules": "{capsule}",
    "{cap}": "{capsule}",
    "ptch": "{patch}", "patch": "{patch}", "patches": "{patch}",
    "film": "{film}", "spray": "{spray}", "actuat": "{actuat}", "vial": "{vial}", "syringe": "{syringe}",
    "bag": "{bag}", "amp": "{ampule}", "supp": "{suppository}", "loz": "{lozenge}", "dose": "{dose}",
}  # fmt: skip
_RUN_TOGETHER = {
    "mcghr": "ug/h", "mghr": "mg/h", "mcgkghr": "ug/kg/h", "mcgkgmin": "ug/kg/min", "mgkghr": "mg/kg/h",
    "mlhr": "mL/h", "cchr": "mL/h", "mcgmin": "ug/min", "mgmin": "mg/min", "mcg/kghr": "ug/kg/h",
}  # fmt: skip
# Only these are folded: the kelvin's sign is no capital k, and a Greek Mu looks like the M of milligram.
_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)


def spellings() -> tuple[str, ...]:
    """Every listed spelling, so that each can be checked."""
    return (*_WORDS, *_RUN_TOGETHER)


def meant(word: str) -> str | None:
    """The UCUM code that one listed word means, such as ``ug`` for ``mcg``; None for what is not listed."""
    return _WORDS.get(word.translate(_LOWER))


@lru_cache(maxsize=1024)
def read_unit(text: str) -> Unit:
    """The unit that a record's own spelling means; cached, as records write a few units again and again.

    Args:
        text: a listed spelling such as ``mcg/hour``, ``mg / 24 h`` or ``TAB``, in any case, or UCUM as it is.
    Raises:
        QuantityError: not listed. Nothing is ever guessed, and no unit is assumed for an empty text.
    """
    bare = text.strip()
    if not bare:
        raise QuantityError("unit ''", "is empty", "name the unit in the source")
    words = [_closed(word.strip(" ")) for word in bare.translate(_LOWER).split("/")]
    together = "/".join(words)
    if together in _RUN_TOGETHER:
        return parse_unit(_RUN_TOGETHER[together])
    pieces = [_WORDS.get(word) for word in words]
    # Records write MG and Mg for milligram; UCUM reads megagauss and megagram. Known spellings go first.
    known = "/".join(piece for piece in pieces if piece) if all(pieces) else None
    try:
        return parse_unit(known or bare)
    except QuantityError as error:
        raise QuantityError(
            f"unit {text[:60]!r}", "is neither UCUM nor a known spelling", "correct it, or add a mapping"
        ) from error


def _closed(word: str) -> str:
    # Of the spaces inside a word only the one in "24 h" is known; "2 4h" and "m g" spell nothing.
    return f"24{word[2:].lstrip(' ')}" if word.startswith("24 ") else word
