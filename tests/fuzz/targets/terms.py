"""Fuzz target: the user's own lines of drug names, as CSV. Files as they come, and files built from likely cells.

An even first byte: the rest is the file. An odd one: the rest steers rows of likely and odd cells. The grammar: RFC 4180, read a
second time by hand; a header of known columns; ingredients joined with `+`, each a name of the library, or `other` or `none`
alone; as many strengths, each a decimal, a space and a mass per thing, volume or time in UCUM; a name never twice.
"""

from __future__ import annotations

from typing import Any

from adjuvant.errors import AdjuvantError
from adjuvant.library import ingredient
from adjuvant.sources.terms import COLUMNS, NOTES, Terms
from fuzz.promises import Choices, attempted, require
from fuzz.targets.decimals import decimal_of
from fuzz.targets.documents import workplace
from fuzz.targets.tables import rows_of
from fuzz.targets.units import unit_of

__all__ = ["DICTIONARY", "HUGE", "SEEDS", "check"]

_CELLS: list[list[str]] = [
    ["painaway", "Painaway ", "morphine", "Percocet 5/325", "NS", "saline", "", "Morphine (Dilaudid)", "fentanyl 25 mcg", "x" * 1200, "MS", "é"],
    ["morphine", "oxycodone+acetaminophen", "other", "none", "", "ketamine", "other+morphine", "morphine+morphine", "morfine", "+", "fentanyl +", "OTHER"],
    ["", "5 mg/{tablet}", "5 mg/{tablet} + 325 mg/{tablet}", "10 mg/mL", "25 ug/h", "0 mg/mL", "5 mg", "5 mL/mg", "1e3 mg/mL", "+"],
    ["", "tablet", "patch", "injection", "a form"],
    ["", "oral", "iv", "td", "by drone"],
]  # fmt: skip
_HEAD = b"name,ingredients,strength,form,route\n"
SEEDS = [
    b"\0" + _HEAD + b"Painaway,morphine,10 mg/mL,injection,iv\nNS,none,,,\nsomething,,,,\n", b"\0" + _HEAD, b"\0name\n", b"\0", b"\0\xff",
    b"\0name,ingredients,rows,tables,nearest\nx,other,5,orders,morphine\n", b"\0name,ingredient\nx,y\n", b"\0name,ingredients\nx,other\nX ,none\n",
    b"\0" + _HEAD + b'"a\nb",oxycodone+acetaminophen,"5 mg/{tablet} + 325 mg/{tablet}",tablet,oral\n', b"\0name;ingredients\nx;other\n",
    *(bytes([1, *(number * step % 256 for number in range(60))]) for step in (1, 3, 7, 31, 101)),
]  # fmt: skip
DICTIONARY = [
    "name,ingredients",
    ",strength",
    ",form",
    ",route",
    "other",
    "none",
    "morphine",
    "+",
    " + ",
    "\n",
    '"',
    "mg/mL",
    "5 ",
    "{tablet}",
    ";",
    "\x00",
]
HUGE = [b"\0" + _HEAD + b"x," + b"m" * 10**5 + b",,,\n", b"\0" + _HEAD + b"x," + b"morphine+" * 10**4 + b",,,\n", b"\0" + b"a" * 10**5 + b",ingredients\n",
        b"\0" + _HEAD + b"m" * 10**5 + b",other,,,\n", b"\0" + _HEAD + b"x,morphine," + b"5" * 10**5 + b",,\n", b"\0" + _HEAD + b"x,morphine,," + b"t" * 10**5 + b",\n",
        b"\0" + _HEAD + b"x,morphine,,," + b"o" * 10**5 + b"\n", b"\0" + b"," * 10**5 + b"\n"]  # fmt: skip


def check(data: bytes) -> None:
    """Lines are an error of ours, or each of them is one of the file, with its ingredients and strengths as written."""
    content = data[1:] if data[:1] and data[0] % 2 == 0 else _built(Choices(data[1:]))
    path = workplace() / "terms.csv"
    path.write_bytes(content)
    found = attempted(lambda: Terms.read(path))
    if isinstance(found, AdjuvantError) or content.startswith(b"\x1f\x8b"):
        return
    rows = [row for row in rows_of(content.decode("utf-8-sig")) or [] if any(cell.strip() for cell in row)]
    header = [name.strip() for name in rows[0]]
    require(
        set(header) <= {*COLUMNS, *NOTES} and len(set(header)) == len(header),
        "read, with an odd header",
        header,
    )
    known = [dict(zip(header, (" ".join(cell.split()) for cell in row), strict=True)) for row in rows[1:]]
    filled = [row for row in known if row["ingredients"]]
    require(len(found.drugs) == len(filled), "other lines than the file has", len(found.drugs), len(filled))
    require(found.open == len(known) - len(filled), "other open lines than the file has", found.open)
    for row in filled:
        line = found.drug(row["name"])
        require(line is not None, "a line was lost", row)
        assert line is not None
        _same(line, row)


def _same(line: Any, row: dict[str, str]) -> None:
    words = [word.strip() for word in row["ingredients"].split("+")]
    names = [None if word.lower() in ("other", "none") else ingredient(word) for word in words]
    held = line.ingredients
    require(len(held) == len(words), "other ingredients than written", row, held)
    for item, word, name in zip(held, words, names, strict=True):
        require(
            word.lower() in ("other", "none") or (name is not None and name.name == item.name),
            "another ingredient",
            word,
            item,
        )
    texts = [text.strip() for text in row["strength"].split("+")] if row.get("strength") else []
    require(len(texts) in (0, len(held)), "other strengths than written", row)
    for item, text in zip(held, texts, strict=False):
        number, _, code = text.partition(" ")
        value, (within, size) = decimal_of(number), unit_of(code.strip())
        mine = (
            None if item.strength is None else (item.strength.unit.factor, dict(item.strength.unit.dimension))
        )
        require(
            mine is not None and within and item.strength.value == value and value > 0,
            "another strength",
            text,
            item,
        )
        require(size is None or size == mine, "a strength in another unit", text, item)


def _built(choices: Choices) -> bytes:
    rows = ["name,ingredients,strength,form,route"]
    for _ in range(1 + choices.below(4)):
        cells = [choices.of(column) if choices.below(20) else choices.text() for column in _CELLS]
        rows.append(",".join(f'"{cell.replace(chr(34), 2 * chr(34))}"' for cell in cells))
    return "\n".join(rows).encode("utf-8", "surrogateescape")
