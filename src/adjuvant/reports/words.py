"""How a report writes numbers, amounts and other people's text: one formatter, so that no page differs."""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction

from adjuvant.citation import Citation, Provenance
from adjuvant.quantity import Quantity, show
from adjuvant.quantity.quantity import readable_unit
from adjuvant.unknown import Unknown

__all__ = [
    "CANNOT",
    "MME_CAVEAT",
    "NBSP",
    "amount",
    "bound",
    "change",
    "count",
    "hours",
    "listed",
    "number",
    "percent",
    "plain",
    "sentence",
    "short_name",
    "shared_unit",
    "times",
    "value_or_why",
]

NBSP = "\N{NO-BREAK SPACE}"
CANNOT = "cannot evaluate"
MME_CAVEAT = "MME are for adding up doses, never for converting a patient from one opioid to another."
"""Stands wherever a report shows MME."""
_SHOWN_AS_CODE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_LONGEST_NAME = 24
_JOINERS = "\u200c\u200d"  # they shape letters and emoji; they reorder nothing


def number(value: Fraction | int, places: int = 1) -> str:
    """A number for people: a leading zero, no trailing zero, a comma from 1,000 on, a true minus sign.

    Args:
        places: decimals at most; more where these would leave nothing but 0 of a value that is not 0.
    """
    exact = Fraction(value)
    while exact and places < 9 and show(exact, places) in ("0", "\N{MINUS SIGN}0"):
        places += 1
    text = show(exact, places)
    sign = "\N{MINUS SIGN}" if text.startswith("\N{MINUS SIGN}") else ""
    whole, point, rest = text.removeprefix(sign).partition(".")
    return f"{sign}{int(whole):,}{point}{rest}"


def change(value: Fraction | int, places: int = 1) -> str:
    """A difference with its sign; 0 has none."""
    text = number(value, places)
    return text if value <= 0 or text == "0" else f"+{text}"


def percent(value: Fraction | int, places: int = 1, *, signed: bool = False) -> str:
    """Percent of a hundred, with its sign where asked: ``35 %``, ``−35 %``."""
    return f"{change(value, places) if signed else number(value, places)}{NBSP}%"


def hours(value: Fraction, places: int = 1) -> str:
    """A length of time in hours."""
    return f"{number(value, places)}{NBSP}h"


def amount(quantity: Quantity, places: int = 2) -> str:
    """A quantity for people: microgram in full, a space before the unit."""
    return f"{number(quantity.value, places)}{NBSP}{readable_unit(quantity.unit.code)}"


def shared_unit(first: Quantity, second: Quantity) -> Quantity:
    """`second` in the unit of `first` where they measure the same, so that two figures can be compared."""
    return second.to(first.unit) if first.unit.commensurable(second.unit) else second


def count(many: int, one: str, more: str | None = None) -> str:
    """``1 reading``, ``2 readings``, ``1,200 readings``."""
    return f"{many:,}{NBSP}{one if many == 1 else more or one + 's'}"


def listed(items: tuple[str, ...] | list[str]) -> str:
    """Items in a row with commas and a final ``and``."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def times(many: int) -> str:
    """``once``, ``2 times``."""
    return "once" if many == 1 else count(many, "time")


def bound(text: str) -> str:
    """The text with each number held to its unit, so that no line ends between the two; microgram in full.

    What stands in quotation marks was charted so, and stays so.
    """
    spelled = re.sub(r"(?<![\"'“\d.])(\d[\d.,]*) ug(?![A-Za-z])", r"\1 microgram", text)
    return re.sub(r"(?<=\d) (?=(%|h|mg|mL|kg|MME|microgram|min|points?)(?![A-Za-z]))", NBSP, spelled)


def sentence(text: str) -> str:
    """The text with a capital first letter and a full stop; numbers held to units."""
    bare = bound(text.strip())
    if not bare:
        return ""
    return bare[0].upper() + bare[1:] + ("" if bare[-1] in ".!?" else ".")


def value_or_why(value: Fraction | Unknown, places: int = 1) -> str:
    """The number, or ``cannot evaluate``; what is missing is said elsewhere, beside it."""
    return CANNOT if isinstance(value, Unknown) else number(value, places)


def short_name(citation: Citation, provenance: Provenance | None = None) -> str:
    """First author with the year, or what else names the work shortly, and how it was read where that was
    not in the text itself."""
    author = re.match(r"([^\W\d][\w' -]{1,40}?) [A-Z]{1,3}(?=,| and\b| et\b|\.)", citation.text)
    name = author[1] if author else citation.text.split(",")[0].split(".")[0]
    if not author and len(name) > _LONGEST_NAME:
        letters = re.sub(r"_pmc\d+$", "", citation.key)
        letters = re.sub(r"_|(?<=[a-z])(?=\d{4}$)", " ", letters)
        name = letters.upper() if len(letters.split()[0]) <= 4 else letters[:1].upper() + letters[1:]
    if citation.year and not re.search(r"\d{4}", name):
        name = f"{name} {citation.year}"
    label = provenance.label if provenance else ""
    return f"{name}, {label}" if label else name


def plain(text: str) -> str:
    """Text from outside made harmless to look at: no control, no direction override, no invisible mark.

    Line ends and tabs become spaces; every other character that would act without being seen is written as
    its code point, for example ``[U+202E]``. Nothing is dropped.
    """
    return "".join(_visible(char) for char in text)


def _visible(char: str) -> str:
    if char in "\n\r\t\v\f":
        return " "
    if char in _JOINERS or unicodedata.category(char) not in _SHOWN_AS_CODE:
        return char
    return f"[U+{ord(char):04X}]"
