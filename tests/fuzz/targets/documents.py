"""Fuzz target: strict YAML. Files as they come, walked to the last value; and documents built so that they must be read.

An even first byte: the rest is the file. An odd one: the rest steers a tree of mappings, lists and single values, which is
written as YAML by the few lines below, read by the strict reader, and compared. Of YAML 1.2 the reader takes one document
in UTF-8 without anchors, aliases, tags of its own, or a key twice; a number is a decimal as in the target of that name.
"""

from __future__ import annotations

import json
import tempfile
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

from adjuvant.errors import AdjuvantError
from adjuvant.library.strict import Entry, read_file
from fuzz.promises import Choices, attempted, require
from fuzz.targets.decimals import decimal_of

__all__ = ["DICTIONARY", "HUGE", "SEEDS", "check", "workplace"]

SEEDS = [
    b"\0key: value\nnumber: 0.5\nlist: [1, 2.50, -3]\nflag: true\n", b"\0a: {b: [c, d], e: f}\nn: null\n", b"\0a: &x 1\nb: *x\n",
    b"\0a: !!python/object:os.system x\n", b"\0a: 1\na: 2\n", b"\0- 1\n- 2\n", b"\0a: |\n  text\n  more\n", b"\0a: 'it''s'\nb: \"\\u00e9\"\n",
    b"\0{a: 1, ? [b] : 2}\n", b"\0a: 012\nb: 0x1F\nc: 4:30\nd: no\ne: 1e3\nf: .inf\ng: 2026-03-01\n", b"\0", b"\0---\na: 1\n---\nb: 2\n",
    b"\0%YAML 1.1\n---\na: no\n", b"\0# nothing\n", b"\0a: !!float nan\n", b"\0<<: {a: 1}\n", b"\0a:\n", b"\0\xff\xfe", b"\0a: \x00\n",
    b"\0title: A protocol\nrules:\n  - rule: stop\n    because: {above: 3, unit: '{score}'}\n", b"\0? a\n: b\n", b"\0a: >-\n  x\n\n  y\n",
    *(bytes([1, *(number * step % 256 for number in range(60))]) for step in (1, 3, 7, 31, 101)),
]  # fmt: skip
DICTIONARY = [": ", "- ", "? ", "&a ", "*a", "!!str ", "!", "|\n", ">\n", "---\n", "...\n", "%YAML", "{", "}", "[", "]", ", ", "#", "'", '"',
              "<<: ", "null", "true", "~", ".nan", "0o7", "\t", "\\x00", "\u2028", "\ufeff"]  # fmt: skip
HUGE = [b"\0" + b"[" * 10**5, b"\0" + b"{a: " * 20_000, b"\0a: " + b"9" * 10**5, b"\0" + b"- " * 10**4, b"\0a: '" + b"x" * 10**5, b"\0" + b"? " * 10**4,
        b"\0" + b"&a " * 10**4, b"\0a: " + b"!" * 10**5, b"\0" + b"a" * 10**5, b"\0" + b"-" * 10**5, b"\0a: " + b"&" * 10**5]  # fmt: skip
_TEXTS = [
    "x",
    "no",
    "012",
    "4:30",
    "a: b",
    "- a",
    "é",
    "it's",
    '"',
    "#1",
    "",
    " ",
    "null",
    "[",
    "&a",
    "*a",
    "!t",
    "%",
    "@",
    "`",
    "?",
    "|",
    ">",
    "\t",
    "1",
]
_NODES = 400


@lru_cache(maxsize=1)
def workplace() -> Path:
    """A folder for the files of this process, in memory where the system has such a place."""
    memory = Path("/dev/shm")
    folder = tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None)
    _kept.append(folder)
    return Path(folder.name)


_kept: list[Any] = []


def check(data: bytes) -> None:
    """Either an error of ours, or a tree of which every value answers, each in its kind and no other."""
    path = workplace() / "document.yaml"
    if data[:1] and data[0] % 2 == 1:
        tree = _mapping(Choices(data[1:]), 0)
        path.write_text("".join(f"{line}\n" for line in _lines(tree, "")), encoding="utf-8")
        found = read_file(path, "document.yaml")
        _same(found, tree)
        return
    content = data[1:]
    path.write_bytes(content)
    top = attempted(lambda: read_file(path, "document.yaml"))
    if isinstance(top, AdjuvantError):
        return
    content.decode("utf-8")
    _walk(top)


def _walk(top: Entry) -> None:
    waiting, met = [top], 0
    while waiting and met < _NODES:
        entry = waiting.pop()
        met += 1
        kind = type(entry.node).__name__
        require(entry.node.anchor is None, "an anchor was let through", entry.place)
        require(
            entry.line >= 1 and entry.place.startswith("document.yaml:"),
            "a value without a place",
            entry.place,
        )
        if kind == "MappingNode":
            pairs = attempted(lambda entry=entry: list(entry.pairs()))
            if not isinstance(pairs, AdjuvantError):
                keys = [key for key, _ in pairs]
                require(len(set(keys)) == len(keys), "a key twice", keys)
                waiting += [value for _, value in pairs]
        elif kind == "SequenceNode":
            items = attempted(entry.items)
            waiting += items if not isinstance(items, AdjuvantError) else []
        else:
            _single(entry)


def _single(entry: Entry) -> None:
    text, style = str(entry.node.value), entry.node.style
    number = attempted(lambda: entry.number(signed=True))
    bare = text[1:] if text.startswith("-") else text
    wanted = decimal_of(bare)
    if isinstance(number, Fraction):
        require(style not in ("'", '"') and wanted is not None, "a number, and not of the grammar", text)
        require(abs(number) == wanted, "a number read otherwise", text, number, wanted)
        require((number < 0) == (text.startswith("-") and wanted != 0), "a sign read otherwise", text, number)
    for read in (entry.whole, entry.positive, lambda: entry.one_of(("a", "b"), "word")):
        attempted(read)
    words, flag = attempted(entry.text), attempted(entry.yes)
    if isinstance(words, str):
        require(bool(words.strip()) and words == text.strip(), "a text read otherwise", text, words)
        plain = style in ("'", '"', "|", ">") or text not in ("true", "false", "null", "~", "")
        require(plain, "a word of YAML's own taken for text", text, style)
    if isinstance(flag, bool):
        require(text.lower() == str(flag).lower() and style is None, "no flag, and read as one", text)


# --- documents that must be read --------------------------------------------------------------------------------------


def _mapping(choices: Choices, depth: int) -> dict[str, Any]:
    keys = dict.fromkeys(f"{choices.of(_TEXTS).strip()}k{number}" for number in range(1 + choices.below(4)))
    return {key: _value(choices, depth + 1) for key in keys}


def _value(choices: Choices, depth: int) -> Any:
    kind = choices.below(6 if depth < 4 else 3)
    if kind == 0:
        return Decimal(choices.below(60_000)).scaleb(-choices.below(4)) * (-1 if choices.below(3) == 0 else 1)
    if kind == 1:
        return choices.below(2) == 0
    if kind == 2:
        return f"{choices.of(_TEXTS)}t{choices.of(_TEXTS)}"
    if kind == 3:
        return [_value(choices, depth + 1) for _ in range(1 + choices.below(4))]
    return _mapping(choices, depth + 1)


def _lines(tree: Any, margin: str) -> list[str]:
    found: list[str] = []
    pairs = (
        [("-", item) for item in tree]
        if isinstance(tree, list)
        else [(f"{json.dumps(key)}:", item) for key, item in tree.items()]
    )
    for start, item in pairs:
        if isinstance(item, dict | list):
            found += [f"{margin}{start}", *_lines(item, f"{margin}  ")]
        else:
            shown = f"{item:f}" if isinstance(item, Decimal) else json.dumps(item)
            found.append(f"{margin}{start} {shown}")
    return found


def _same(entry: Entry, tree: Any) -> None:
    if isinstance(tree, dict):
        pairs = dict(entry.pairs())
        require(list(pairs) == list(tree), "other keys", list(pairs), list(tree))
        for key, value in tree.items():
            _same(pairs[key], value)
    elif isinstance(tree, list):
        items = entry.items()
        require(len(items) == len(tree), "another length", len(items), tree)
        for item, value in zip(items, tree, strict=True):
            _same(item, value)
    elif isinstance(tree, bool):
        require(entry.yes() is tree, "another flag", tree)
    elif isinstance(tree, Decimal):
        require(entry.number(signed=True) == Fraction(tree), "another number", tree)
    else:
        require(entry.text() == tree.strip(), "another text", tree, entry.text())
