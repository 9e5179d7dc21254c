"""Fuzz target: units. UCUM's grammar is written down here a second time, by hand, with the sizes of common atoms.

    main       = [ "/" ] term
    term       = component *( ( "." / "/" ) component )
    component  = ( annotatable / number / "(" term ")" ) [ annotation ] / annotation
    annotatable = symbol [ [ "+" / "-" ] digits ]
    annotation = "{" 1*(printable ASCII but space, "{", "}") "}"

A symbol is a run of letters and the signs of UCUM, with square brackets closed; whether it names a unit is looked up in
the table below where it stands there, and is left to the independent library where it does not (`scripts/fuzz units
--oracle`). A hospital's spelling, in `read_unit`, is a slash-joined row of listed words in any case, with spaces round
the slashes and between a number and its word; and it means what its words mean.
"""

from __future__ import annotations

from fractions import Fraction

from adjuvant.errors import AdjuvantError
from adjuvant.quantity import parse_unit, read_unit
from adjuvant.quantity.spelling import spellings
from fuzz.promises import attempted, require, text_of

__all__ = ["DICTIONARY", "HUGE", "SEEDS", "accepted", "check", "meaning", "unit_of"]

_CODES = """
mg ug/h mg/kg/h mg/{tablet} {patch} mL/h 10*3/uL [lb_av] mm[Hg] (24.h) g{creatinine} /min % 1 [iU] Cel m2 s-1 kg/m2 mcg/hour
TAB mcghr MG/ML 24hrs µg /(m.s2) mm999 ((mg)) m0 m+2 {} 10^-3 dB m[H2O] [in_i'H2O] k[cal] mol/L/{x}
"""
SEEDS = [code.encode() for code in _CODES.split()] + [b"mg / h", b"24 hrs", b"mcg / kg / min", b"2 4h", b"{a b}", "\u212ag".encode()]  # fmt: skip
DICTIONARY = sorted(
    {
        *"./(){}[]%'*^+-",
        "mg",
        "kg",
        "ug",
        "/h",
        "10*",
        "[lb_av]",
        "{x}",
        "{tablet}",
        "da",
        "24",
        "99",
        "hour",
        "tab",
    }
)
HUGE = [b"m" * 10**6, b"(" * 10**6, b"mg/" * 30_000, b"m" + b"9" * 50, b"km" + b"9" * 50, b"Ym-" + b"9" * 50, b"(((((((((((((((((((((((((((((m",
        b"1/" * 29 + b"m", b"Ym99.Ym99.Ym99.Ym99.Ym99.Ym99.Ym99.Ym99.Ym99.Ym99.Ym99", b"9" * 60, b" " * 10**6 + b"mg"]  # fmt: skip
_LONGEST, _MOST_POWER = 60, 100
_SYMBOL = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz%'\"_")
_Size = tuple[Fraction, dict[str, int]]
# Sizes in kilogram, metre and second, from UCUM's own table (version 2.1), typed here and used nowhere else.
_ATOMS: dict[str, tuple[str, str, int]] = {
    "g": ("1/1000", "mass", 1), "m": ("1", "length", 1), "s": ("1", "time", 1), "min": ("60", "time", 1), "h": ("3600", "time", 1),
    "d": ("86400", "time", 1), "wk": ("604800", "time", 1), "L": ("1/1000", "length", 3), "l": ("1/1000", "length", 3),
    "%": ("1/100", "", 0), "10*": ("10", "", 0), "10^": ("10", "", 0), "[lb_av]": ("45359237/100000000", "mass", 1),
}  # fmt: skip
_METRIC = frozenset("gmsLl")
_PREFIXES = {
    "Y": 24, "Z": 21, "E": 18, "P": 15, "T": 12, "G": 9, "M": 6, "k": 3, "h": 2, "da": 1, "d": -1, "c": -2, "m": -3, "u": -6,
    "n": -9, "p": -12, "f": -15, "a": -18, "z": -21, "y": -24,
}  # fmt: skip
accepted: set[str] = set()
"""Codes that were read and are of the grammar, for the independent library to judge; at most so many."""
_KEPT = 4000


class _NotUcumError(Exception):
    pass


def _atom(symbol: str) -> _Size | None:
    """Size and dimension of a symbol of the table, with or without a prefix; None for any other."""
    for prefix, power in (("", 0), *_PREFIXES.items()):
        bare = symbol.removeprefix(prefix) if symbol.startswith(prefix) else ""
        if bare in _ATOMS and (not prefix or bare in _METRIC):
            if prefix and symbol in _ATOMS:
                continue
            size, dimension, exponent = _ATOMS[bare]
            return Fraction(size) * Fraction(10) ** power, {dimension: exponent} if dimension else {}
    return None


class _Reader:
    """Recursive descent over the grammar; `known` turns False at the first symbol that the table does not hold."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.known = text, 0, True

    def here(self) -> str:
        return self.text[self.at : self.at + 1]

    def main(self) -> _Size:
        if self.here() == "/":
            self.at += 1
            found = _over((Fraction(1), {}), self.term())
        else:
            found = self.term()
        if self.at != len(self.text):
            raise _NotUcumError
        return found

    def term(self) -> _Size:
        found = self.component()
        while self.here() in (".", "/") and self.here():
            sign = self.here()
            self.at += 1
            right = self.component()
            found = _over(found, right) if sign == "/" else _times(found, right)
        return found

    def component(self) -> _Size:
        if self.here() == "(":
            self.at += 1
            found = self.term()
            if self.here() != ")":
                raise _NotUcumError
            self.at += 1
            return self.annotated(found)
        if self.here() == "{":
            return Fraction(1), {self.annotation(): 1}
        begin = self.at
        number = self.digits()
        if number and self.text[begin : self.at] == "10" and self.here() in ("*", "^") and self.here():
            self.at += 1
            found = self.powered(self.text[begin : self.at])
        elif number:
            if number[0] == "0":
                raise _NotUcumError
            found = Fraction(int(number)), {}
        else:
            found = self.powered(self.symbol())
        return self.annotated(found)

    def annotated(self, found: _Size) -> _Size:
        if self.here() == "{":
            self.annotation()
        return found

    def digits(self) -> str:
        begin = self.at
        while self.here() in tuple("0123456789"):
            self.at += 1
        return self.text[begin : self.at]

    def symbol(self) -> str:
        begin = self.at
        while self.here() in _SYMBOL or self.here() == "[":
            if self.here() == "[":
                end = self.text.find("]", self.at)
                if end < 0:
                    raise _NotUcumError
                self.at = end
            self.at += 1
        if begin == self.at:
            raise _NotUcumError
        return self.text[begin : self.at]

    def powered(self, symbol: str) -> _Size:
        sign = self.here() if self.here() in ("+", "-") else ""
        self.at += len(sign)
        digits = self.digits()
        if (sign and not digits) or digits.startswith("0") or int(digits or "1") > _MOST_POWER:
            raise _NotUcumError
        power = int(digits or "1") * (-1 if sign == "-" else 1)
        found = _atom(symbol)
        if found is None:
            self.known = False
            return Fraction(1), {}
        return found[0] ** power, {name: value * power for name, value in found[1].items()}

    def annotation(self) -> str:
        end = self.text.find("}", self.at)
        inside = self.text[self.at + 1 : end]
        if end < 0 or not inside or any(not "!" <= sign <= "~" or sign == "{" for sign in inside):
            raise _NotUcumError
        self.at = end + 1
        return f"{{{inside}}}"


def _times(left: _Size, right: _Size, sign: int = 1) -> _Size:
    joined = dict(left[1])
    for name, power in right[1].items():
        joined[name] = joined.get(name, 0) + sign * power
    return left[0] * right[0] ** sign, joined


def _over(left: _Size, right: _Size) -> _Size:
    # The one rule that is ours and not UCUM's: a kilogram that divides is the patient's body weight.
    if right == (Fraction(1), {"mass": 1}):
        right = (Fraction(1), {"body_weight": 1})
    return _times(left, right, -1)


def unit_of(code: str) -> tuple[bool, _Size | None]:
    """Whether a code is of the grammar, and its size and dimension where the table holds all of its symbols."""
    if not code or len(code) > _LONGEST or not code.isascii():
        return False, None
    reader = _Reader(code)
    try:
        factor, exponents = reader.main()
    except _NotUcumError:
        return False, None
    return True, (
        factor,
        {name: power for name, power in exponents.items() if power},
    ) if reader.known else None


def _words(text: str) -> list[str] | None:
    """The listed words that a spelling is made of; None if it is made of anything else."""
    known = spellings()
    folded = "".join(chr(ord(sign) + 32) if "A" <= sign <= "Z" else sign for sign in text.strip(" "))
    pieces = [piece.strip(" ") for piece in folded.split("/")]
    if "/".join(pieces) in known:
        return ["/".join(pieces)]
    closed = [f"24{piece[2:].lstrip(' ')}" if piece.startswith("24 ") else piece for piece in pieces]
    # A spelling that is run together, such as mcghr, is a whole one and no part of a row.
    return closed if all(piece in known and "/" not in read_unit(piece).code for piece in closed) else None


def meaning(text: str) -> tuple[bool, _Size | None]:
    """Whether a text is of one of the two grammars, and its size and dimension where the table gives them."""
    bare = text.strip()
    words = _words(bare)
    if words is None:
        return unit_of(bare)
    # What one listed word means is looked up; what a row of them means follows from UCUM's grammar.
    return unit_of("/".join(read_unit(word).code for word in words))


def check(data: bytes) -> None:
    """Read only if of a grammar, with the size that the table gives it; of the grammar and the table, always read."""
    text = text_of(data)
    within, size = unit_of(text)
    found = attempted(lambda: parse_unit(text))
    if isinstance(found, AdjuvantError):
        require(size is None, "refused, and of the grammar", text, str(found))
    else:
        require(within, "read, and not of the grammar", text, found)
        mine = (found.factor, dict(found.dimension))
        require(found.factor > 0, "read as a unit of no size", text, found.factor)
        require(size is None or size == mine, "read to another size", text, mine, size)
        if len(accepted) < _KEPT:
            accepted.add(text)
    spelled = attempted(lambda: read_unit(text))
    known, wanted = meaning(text)
    if isinstance(spelled, AdjuvantError):
        require(wanted is None, "refused, and a known spelling", text, str(spelled))
    else:
        require(known, "read, and of neither grammar", text, spelled)
        mine = (spelled.factor, dict(spelled.dimension))
        require(wanted is None or wanted == mine, "read to another unit", text, mine, wanted)
