"""Fuzz target: dose text of regimens and of charts, against a reader written down by hand.

    dose   = space* decimal 1*space unit space*          (decimal and unit as in the targets of those names)
    range  = space* decimal space* ( "-" / "–" / "to" ) space* decimal 1*space unit space*      (orders of a chart only)

A dose is above zero in a regimen. In a chart the space before the unit may be missing where the unit is a letter's, and
a bare number takes the unit of its column; nothing else is read. What looks like a range is never read as one number.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from adjuvant.errors import AdjuvantError
from adjuvant.opioids.reading import read_amount
from adjuvant.quantity import Quantity, parse_quantity
from adjuvant.record.exposure_amounts import Problem
from adjuvant.sources.table import MappingFile, TableMapping
from adjuvant.sources.table.amounts import amount, ordered_range
from adjuvant.sources.table.cells import Row, read_strength
from fuzz.promises import attempted, require, text_of
from fuzz.targets.decimals import decimal_of
from fuzz.targets.units import meaning, unit_of

__all__ = ["DICTIONARY", "HUGE", "SEEDS", "check", "dose_agrees", "dose_of"]

SEEDS = [text.encode() for text in (
    "5 mg", "75 ug/h", " 0.5  mg/kg/h ", "5-10 mg", "5 - 10 mg", "5 to 10 mg", "5mg", "1Omg", "10", "mg", "-5 mg", "5 mg-10 mg",
    "0 mg", "1e3 mg", "NaN mg", "5 {tablet}", "10 mg/mL", "50 mg/250 mL", "5 mg/{tablet}", "2 m-1", "1,5 mg", "5–10 mg", "5 or 10 mg",
    "5  mcg / hour", "1 000 mg", "5 4-1", "5\u00a0mg", "0.5 mg 10 mg", "½ {tablet}", "5 mg to 10 mg", "10 mg/5 mL", "5-10", "5 10 mg",
)]  # fmt: skip
DICTIONARY = [
    " mg",
    " ug/h",
    "-",
    " to ",
    "–",
    " or ",
    "/mL",
    "{tablet}",
    "0.",
    "e3",
    "TO",
    "mg/250 mL",
    "\u00a0",
    ",",
]
HUGE = [b"9" * 10**6 + b" mg", b"5 " * 500_000 + b"mg", b"5-" * 500_000, b"5 to " * 200_000, b"5 " + b"m" * 10**6,
        b"1 " + b"to" * 500_000, b" " * 10**6, b"1/" * 500_000, b"5" + b" " * 10**6 + b"mg", b"1.1.1" * 200_000, b"a-" * 500_000]  # fmt: skip
_RANGE_SIGNS = ("-", "–", "to")


def _row(**cells: str) -> Row:
    return Row(_mapping(), _table(), 2, cells)


@lru_cache(maxsize=1)
def _mapping() -> MappingFile:
    return MappingFile(Path("mapping.yaml"), ZoneInfo("UTC"), ())


@lru_cache(maxsize=1)
def _table() -> TableMapping:
    return TableMapping("orders", Path("orders.csv"), ",", {"dose": "dose"})


def dose_of(text: str) -> tuple[Fraction, Any] | None:
    """Number, and size and dimension of the unit, of a text of the first grammar; None for any other."""
    bare = text.strip()
    cut = next((at for at, sign in enumerate(bare) if sign.isspace()), len(bare))
    number, (known, size) = decimal_of(bare[:cut]), meaning(bare[cut:])
    return None if number is None or not known else (number, size)


def dose_agrees(found: Quantity, wanted: tuple[Fraction, Any] | None, text: str) -> None:
    """Number and unit are those that the grammar gives."""
    require(wanted is not None, "read, and not of the grammar", text, found)
    assert wanted is not None
    size = (found.unit.factor, dict(found.unit.dimension))
    require(found.value == wanted[0], "read to another number", text, found, wanted)
    require(wanted[1] is None or wanted[1] == size, "read to another unit", text, found, wanted)


def _no_range_in(text: str) -> bool:
    # A unit with a dash or a word inside may look like the second half of a range, and is then refused: safe, and said.
    digits = [at for at, sign in enumerate(text) if sign in "0123456789"]
    inner = text[digits[0] : digits[-1]] if digits else ""
    return not any(sign in inner for sign in ("-", "–", "—", "~", "to", "or", "and"))


def check(data: bytes) -> None:
    """Every reader of doses, on the same text."""
    text = text_of(data)
    wanted = dose_of(text)
    found = attempted(lambda: read_amount("dose", text))
    require(not isinstance(found, AdjuvantError), "raised in the place of a problem", text, found)
    if isinstance(found, Quantity):
        dose_agrees(found, wanted, text)
        require(found.value > 0, "a dose of nothing", text)
    elif isinstance(found, Problem):
        whole = f"{found.detail}; {found.remedy}"
        require(
            bool(found.detail and found.remedy) and len(whole) < 1000,
            "a problem that cannot be read",
            text,
            whole,
        )
        plain = wanted is not None and wanted[1] is not None and wanted[0] > 0 and _no_range_in(text)
        require(not plain, "refused, and of the grammar", text, whole)
    read = attempted(lambda: parse_quantity(text))
    if isinstance(read, Quantity):
        # A file of the library is in UCUM as it stands, and in no hospital's spelling.
        number, _, code = text.strip().partition(" ")
        value, (known, size) = decimal_of(number), unit_of(code.strip())
        dose_agrees(read, None if value is None or not known else (value, size), text)
    _charted(text)
    strength = attempted(lambda: read_strength(text))
    if isinstance(strength, Quantity):
        require(strength.value >= 0, "a strength below nothing", text, strength)
        require(any(sign in "0123456789" for sign in text), "a strength without a digit", text, strength)


def _charted(text: str) -> None:
    row = _row(dose=text)
    bare = text.strip()
    low, high = ordered_range(row)
    if row.text("dose") is None:
        require(low.value is None and high is None, "a dose out of nothing", text)
        return
    for item in row.refused:
        require(bool(item.reason and item.remedy), "a refusal without reason or remedy", text)
    if low.value is None:
        require(bool(row.refused), "neither read nor refused", text)
        return
    if row.refused:
        return
    if high is not None:
        require(
            _is_range(bare, low.value.value, high.value),
            "read as a range, and not of the grammar",
            text,
            low,
            high,
        )
        require(low.value.unit == high.unit, "a range of two units", text, low, high)
        require(high.value > low.value.value, "a range that does not rise", text, low, high)
        return
    single = amount(_row(dose=text), "dose")
    require(single.value == low.value, "two readers that differ", text, single, low)
    dose_agrees(low.value, dose_of(bare) or dose_of(_parted(bare)), text)


def _parted(text: str) -> str:
    """The text with a space before the first character that belongs to no number."""
    at = next((at for at, sign in enumerate(text) if sign not in "0123456789."), len(text))
    return f"{text[:at]} {text[at:]}"


def _is_range(text: str, low: Fraction, high: Fraction) -> bool:
    folded = text.replace("TO", "to").replace("To", "to").replace("tO", "to")
    for sign in _RANGE_SIGNS:
        left, found, right = folded.partition(sign)
        upper = next(
            (at for at, one in enumerate(right.strip()) if one not in "0123456789."), len(right.strip())
        )
        if found and decimal_of(left) == low and decimal_of(right.strip()[:upper]) == high:
            return True
    return False
