"""Amounts in a product's name, such as ``10 MG``, ``2 MG/ML`` and ``5-325 MG``, and what each is per."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from adjuvant.quantity import Quantity

__all__ = ["Amount", "Mention", "amounts_of", "share_out"]

_MASS = {
    "mg": "mg", "milligram": "mg", "milligrams": "mg", "g": "g", "gm": "g", "gram": "g", "grams": "g",
    "mcg": "ug", "ug": "ug", "µg": "ug", "μg": "ug", "microgram": "ug", "micrograms": "ug",
}  # fmt: skip
_PER = {
    "ml": "mL", "hr": "h", "hrs": "h", "hour": "h", "h": "h", "actuat": "{actuat}", "actuation": "{actuat}",
    "spray": "{actuat}", "tab": "{tablet}", "tablet": "{tablet}", "cap": "{capsule}", "capsule": "{capsule}",
    "film": "{film}", "lozenge": "{lozenge}", "suppository": "{suppository}",
}  # fmt: skip
_COUNTED = {"tablet", "capsule", "film", "lozenge", "suppository"}
_NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
_MASS_WORDS, _PER_WORDS = ("|".join(sorted(words, key=len, reverse=True)) for words in (_MASS, _PER))
_AMOUNT = re.compile(
    rf"(?<![\w.])(?P<numbers>{_NUMBER}(?:\s*[-/]\s*{_NUMBER})*)\s*(?P<mass>{_MASS_WORDS})\b"
    rf"(?:\s*/\s*(?P<count>{_NUMBER})?\s*(?P<per>{_PER_WORDS})\b)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Amount:
    """One amount as it stands in a name.

    Args:
        start: position in the name.
        values: its numbers, more than one for ``5-325 MG``.
        mass: UCUM code of the mass.
        per: UCUM code of what it is per, or None where the name does not say.
        count: how many of `per`.
    """

    start: int
    values: tuple[Fraction, ...]
    mass: str
    per: str | None
    count: Fraction


@dataclass(frozen=True, slots=True)
class Mention:
    """An ingredient named at a position of the text."""

    start: int
    name: str


def amounts_of(text: str) -> tuple[Amount, ...]:
    """Every amount of mass in `text`, in order."""
    found = []
    for match in _AMOUNT.finditer(text):
        numbers = tuple(Fraction(item.replace(",", "")) for item in re.findall(_NUMBER, match["numbers"]))
        count = Fraction(match["count"].replace(",", "")) if match["count"] else Fraction(1)
        per = _PER[match["per"].lower()] if match["per"] else None
        if count > 0:
            found.append(Amount(match.start(), numbers, _MASS[match["mass"].lower()], per, count))
    return tuple(found)


def share_out(
    mentions: Sequence[Mention], amounts: Sequence[Amount], form: str | None
) -> tuple[Quantity | None, ...]:
    """The strength of each mentioned ingredient; None wherever the name leaves a doubt.

    Args:
        mentions: the ingredients in the order of the name.
        amounts: the amounts of the name.
        form: the canonical form, which turns ``10 MG`` into ``10 mg/{tablet}``.
    Returns:
        One entry per mention. With one ingredient, one amount, or the only one that says what it is per. With
        several, as many amounts, each after its own name or all in the same order; else none at all.
    """
    nothing = tuple(None for _ in mentions)
    if len(mentions) == 1:
        stated = [item for item in amounts if item.per is not None]
        chosen = stated if len(stated) == 1 else amounts
        if len(chosen) != 1 or len(chosen[0].values) != 1:
            return nothing
        return (_strength(chosen[0].values[0], chosen[0], form),)
    pairs = [(value, item) for item in amounts for value in item.values]
    if len(pairs) != len(mentions):
        return nothing
    last_name = max(item.start for item in mentions)
    after_all = all(item.start > last_name for item in amounts)
    starts = [item.start for item in mentions]
    each_own = len(amounts) == len(mentions) and all(
        start < amount.start and (following is None or amount.start < following)
        for start, amount, following in zip(starts, amounts, [*starts[1:], None], strict=True)
    )
    if not (after_all or each_own):
        return nothing
    return tuple(_strength(value, item, form) for value, item in pairs)


def _strength(value: Fraction, amount: Amount, form: str | None) -> Quantity | None:
    """One strength; a rate counts only for a patch, for ``MG/HR`` of an infusion is an order."""
    if value <= 0 or (amount.per == "h" and form != "patch"):
        return None
    per = amount.per
    if per is None:
        if form not in _COUNTED:
            return None
        per = f"{{{form}}}"
    return Quantity(value / amount.count, f"{amount.mass}/{per}")
