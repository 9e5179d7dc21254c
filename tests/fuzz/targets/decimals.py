"""Fuzz target: decimals. The grammar is written down here a second time, by hand, and must be the whole of what is read.

    strict  = space* digits [ "." digits ] space*
    machine = space* [ "-" ] ( digits [ "." digits? ] | "." digits ) [ ("e" | "E") [ "+" | "-" ] 1*3digits ] space*

digits are 0 to 9; space is whatever Unicode calls white space; between the spaces stand at most 40 characters.
"""

from __future__ import annotations

from fractions import Fraction

from adjuvant.errors import AdjuvantError
from adjuvant.quantity import parse_decimal, show_exact
from fuzz.promises import attempted, require, text_of

__all__ = ["DICTIONARY", "HUGE", "SEEDS", "check", "decimal_of"]

SEEDS = [
    b"5", b"0.5", b" 12.50 ", b".5", b"5.", b"-5", b"+5", b"5-10", b"5 to 10", b"1,000", b"1e3", b"1E-3", b"NaN", b"inf",
    b"1O", b"00.10", b"1e999", b"1_000", b"0x1F", "٥".encode(), "½".encode(), b"", b"1.2.3", b"9" * 40, b"9" * 41,
]  # fmt: skip
DICTIONARY = [
    "-",
    "+",
    ".",
    ",",
    "e",
    "E",
    "e-",
    "NaN",
    "inf",
    " to ",
    "–",
    "_",
    "\u00a0",
    "²",
    "５",
    "O",
    "l",
]
HUGE = [
    b"9" * 10**6,
    b"." + b"5" * 10**6,
    b"1." * 500_000,
    b"1-" * 500_000,
    b" " * 10**6 + b"5",
    b"1e" + b"9" * 10**6,
    b"O1" * 500_000,
]
_DIGITS = "0123456789"
_LONGEST, _LONGEST_EXPONENT = 40, 3


def _run(text: str, at: int) -> int:
    while at < len(text) and text[at] in _DIGITS:
        at += 1
    return at


def decimal_of(text: str, *, machine: bool = False) -> Fraction | None:
    """The value of a text of the grammar, from its digits alone; None for any other text."""
    first, last = 0, len(text)
    while first < last and text[first].isspace():
        first += 1
    while last > first and text[last - 1].isspace():
        last -= 1
    text = text[first:last]
    if len(text) > _LONGEST:
        return None
    negative = machine and text.startswith("-")
    at = 1 if negative else 0
    point = _run(text, at)
    whole, part, at = text[at:point], "", point
    if at < len(text) and text[at] == ".":
        end = _run(text, at + 1)
        part, at = text[at + 1 : end], end
        if not ((part and whole) or (machine and (part or whole))):
            return None
    elif not whole:
        return None
    power = 0
    if machine and at < len(text) and text[at] in "eE":
        sign = text[at + 1 : at + 2]
        begin = at + 1 + (sign in ("+", "-") and sign != "")
        at = _run(text, begin)
        if not 1 <= at - begin <= _LONGEST_EXPONENT:
            return None
        power = (-1 if sign == "-" else 1) * sum(
            _DIGITS.index(digit) * 10**place for place, digit in enumerate(reversed(text[begin:at]))
        )
    if at != len(text):
        return None
    digits = whole + part
    value = sum(_DIGITS.index(digit) * 10**place for place, digit in enumerate(reversed(digits)))
    power -= len(part)
    return Fraction((-value if negative else value) * 10 ** max(power, 0), 10 ** max(-power, 0))


def check(data: bytes) -> None:
    """Read exactly if of the grammar, to the value of its digits; and what is written is read again."""
    text = text_of(data)
    for machine in (False, True):
        wanted = decimal_of(text, machine=machine)
        found = attempted(lambda text=text, machine=machine: parse_decimal(text, machine=machine))
        if isinstance(found, AdjuvantError):
            require(wanted is None, "refused, and of the grammar", text, machine, str(found))
            continue
        require(
            found == wanted, "read, and not of the grammar, or to another value", text, machine, found, wanted
        )
        shown = show_exact(found)
        if not machine and len(shown) <= _LONGEST:
            require(parse_decimal(shown) == found, "written so that it is read otherwise", text, shown)
