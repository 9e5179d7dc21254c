"""A strict reader of YAML 1.2: every value knows its file and line, and nothing is coerced or guessed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from fractions import Fraction
from pathlib import Path
from typing import Any

from adjuvant.errors import LibraryError, QuantityError
from adjuvant.library.folder import FOLDER
from adjuvant.library.parsed import PlainNode, kept, put
from adjuvant.library.quick import quick
from adjuvant.quantity import parse_decimal

__all__ = ["Entry", "closest", "read_file"]

_TAG = "tag:yaml.org,2002:"
_KINDS = {"MappingNode": "a mapping", "SequenceNode": "a list", "ScalarNode": "a single value"}
_SCALARS = {
    "str": "text", "int": "a number", "float": "a number", "bool": "true or false", "null": "empty",
    "timestamp": "a date",
}  # fmt: skip
_ABOUT_EQUAL = 0.05
_DEEPEST = 50  # a mapping within a mapping, and so on
_DIRECTIVE = re.compile(r"^\ufeff?%", re.MULTILINE)
_MENDED = {
    "'\\t'": "put spaces in place of the tab",
    "could not find expected ':'": "write `key: value`, with a space behind the colon",
    "mapping values are not allowed": "put quotes round text that holds a colon, and begin the keys of one "
    "mapping in one column",
    "expected <block end>": "begin the keys of one mapping, or the dashes of one list, in one column",
    "expected ',' or": 'close the bracket, and put quotes round a value that holds one, as in "180 mm[Hg]"',
}
"""What a person does about the syntax errors that people make, by a part of the parser's words."""
_NOT_FINITE = re.compile(r"[-+]?\.?(nan|inf|infinity)", re.IGNORECASE)


def closest(word: str, known: Collection[str]) -> str:
    """The known word that `word` was probably meant to be: ``did you mean 'factor'``; or a list of all."""
    known = {str(one) for one in known}  # members of an enumeration stand as their words
    near = get_close_matches(word, sorted(known), n=3, cutoff=0.6)
    if not near:
        return f"use one of: {', '.join(sorted(known))}"
    # Drugs with names alike are different drugs: where two are about equally near, both are named.
    nearness = {one: SequenceMatcher(None, word, one).ratio() for one in near}
    best = [one for one in near if nearness[one] >= max(nearness.values()) - _ABOUT_EQUAL]
    return f"did you mean {' or '.join(map(repr, best))}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One value of a library file, with the place it stands at.

    Args:
        node: the parsed YAML node.
        file: the file's name as errors show it, for example ``opioids/cdc2022.yaml``.
        path: where in the file, for example ``methadone.bands[2]``.
    """

    node: Any
    file: str
    path: str
    key_line: int = 0
    """Line of the key that an empty value belongs to; 0 for a value that stands somewhere itself."""

    @property
    def line(self) -> int:
        """Line in the file, counted from 1."""
        node = self.node
        return self.key_line or int(node.line if isinstance(node, PlainNode) else node.start_mark.line) + 1

    @property
    def place(self) -> str:
        """File, line and path in one string, as errors begin."""
        return f"{self.file}:{self.line}" + (f": {self.path}" if self.path else "")

    def error(self, rule: str, remedy: str) -> LibraryError:
        """An error about this value, for the caller to raise."""
        return LibraryError(self.place, rule, remedy.rstrip("."))

    def named(self, path: str) -> Entry:
        """The same value under a name that a person recognises, such as the drug's instead of ``rows[7]``."""
        return Entry(self.node, self.file, path, self.key_line)

    def _child(self, node: Any, step: str, key_line: int = 0) -> Entry:
        path = f"{self.path}{step}" if self.path else step.lstrip(".")
        return _checked(Entry(node, self.file, path, key_line))

    # --- containers -------------------------------------------------------------------------------------

    def fields(self, required: Collection[str], optional: Collection[str] = ()) -> dict[str, Entry]:
        """The fields of a mapping.

        Raises:
            LibraryError: not a mapping; an unknown, duplicate or missing key.
        """
        known = [*required, *optional]
        found: dict[str, Entry] = {}
        for key, value in self._pairs():
            if key.node.value not in known:
                raise key.error("is not a known key", closest(key.node.value, known))
            found[key.node.value] = value
        for name in required:
            if name not in found:
                raise self.error(f"has no {name!r}", f"add `{name}:`")
        return found

    def pairs(self) -> Iterator[tuple[str, Entry]]:
        """Key and value of a mapping whose keys are free, in file order; duplicate keys are refused."""
        for key, value in self._pairs():
            yield key.text(), value

    def _pairs(self) -> Iterator[tuple[Entry, Entry]]:
        self._want("MappingNode")
        seen: dict[str, int] = {}
        for key_node, value_node in self.node.value:
            key = self._child(key_node, f".{getattr(key_node, 'value', '?')}")
            key._want("ScalarNode")
            if key_node.value in seen:
                raise key.error(f"stands twice, first on line {seen[key_node.value]}", "keep one of the two")
            seen[key_node.value] = key.line
            empty = getattr(value_node, "value", None) == "" and value_node.style is None
            yield key, self._child(value_node, f".{key_node.value}", key.line if empty else 0)

    def items(self) -> list[Entry]:
        """The entries of a list that holds at least one."""
        self._want("SequenceNode")
        if not self.node.value:
            raise self.error("is an empty list", "name at least one, or leave the key out")
        return [self._child(node, f"[{index}]") for index, node in enumerate(self.node.value)]

    # --- single values ----------------------------------------------------------------------------------

    def text(self) -> str:
        """Text that is not blank. What YAML reads as a number, true, false or null must stand in quotes."""
        value = self._scalar(
            "str", 'write text; put quotes round it where it looks like something else, as in "7804"'
        )
        if not value.strip():
            raise self.error("is blank", "write something, or leave the key out")
        return value.strip()

    def words(self) -> list[str]:
        """A list of texts without repeats."""
        found: list[str] = []
        for item in self.items():
            word = item.text()
            if word in found:
                raise item.error(f"{word!r} stands twice", "keep one of the two")
            found.append(word)
        return found

    def one_of(self, choices: Collection[str], what: str) -> str:
        """Text that is one of `choices`; `what` names the kind of thing for the error."""
        value = self.text()
        if value not in choices:
            raise self.error(f"{value!r} is not a known {what}", closest(value, choices))
        return value

    def yes(self) -> bool:
        """``true`` or ``false``, nothing else."""
        return self._scalar("bool", "write true or false").lower() == "true"

    def number(self, *, signed: bool = False) -> Fraction:
        """An exact number, read from its text and never through a float.

        Raises:
            LibraryError: quoted, not finite, an exponent, a comma, a range, or negative unless `signed`.
        """
        self._want("ScalarNode")
        text = self.node.value
        if self.node.style in ("'", '"'):
            raise self.error(f"{text!r} stands in quotes", "write a number bare")
        if _NOT_FINITE.fullmatch(text):
            raise self.error(f"{text} is not a finite number", "leave it out and say why it is missing")
        sign = -1 if signed and text.startswith("-") else 1
        try:
            return sign * parse_decimal(text[1:] if sign < 0 else text)
        except QuantityError as error:
            raise self.error(f"{text[:40]!r} {error.rule}", error.remedy) from None

    def positive(self) -> Fraction:
        """An exact number above zero."""
        value = self.number()
        if value <= 0:
            raise self.error(f"{self.node.value} is not above zero", "write the figure as it is printed")
        return value

    def whole(self) -> int:
        """A whole number."""
        value = self.number(signed=True)
        if value.denominator != 1:
            raise self.error(f"{self.node.value} is not a whole number", "write one without a point")
        return int(value)

    def _scalar(self, kind: str, remedy: str) -> str:
        self._want("ScalarNode")
        actual = self.node.tag.removeprefix(_TAG)
        if actual != kind:
            shown = (
                f"{self.node.value[:40]!r} is {_SCALARS.get(actual, actual)}"
                if self.node.value
                else "is empty"
            )
            raise self.error(f"{shown}, not {_SCALARS[kind]}", remedy)
        return str(self.node.value)

    def _want(self, kind: str) -> None:
        actual = type(self.node).__name__
        if actual != kind:
            raise self.error(
                f"is {_KINDS[actual]}, not {_KINDS[kind]}", "see docs/reference/library.md for its form"
            )


def _checked(entry: Entry) -> Entry:
    """`entry`, once it is plain: without anchor, alias or tag, each figure stands where it is used."""
    if isinstance(entry.node, PlainNode):  # it was plain when it was kept
        return entry
    if entry.node.anchor:
        raise entry.error(f"has the anchor &{entry.node.anchor}", "write the value out where it is used")
    tag, mark = entry.node.tag, entry.node.start_mark
    # A tag that is written out (`!!str ~`) makes text of what YAML has another word for.
    written = mark.buffer[mark.pointer : mark.pointer + 1] == "!"
    if written or tag.removeprefix(_TAG) not in {"map", "seq", *_SCALARS}:
        raise entry.error(f"has the tag {tag}", "write a plain value")
    return entry


def read_file(path: Path, name: str) -> Entry:
    """The top mapping of a YAML file.

    Args:
        path: the file.
        name: how errors name it.
    Raises:
        LibraryError: no such file, not UTF-8, not one YAML 1.2 document, empty, or not a mapping.
    """
    try:
        content = path.read_bytes()
        ours = path.resolve().is_relative_to(FOLDER)
        if ours and (known := kept(content)) is not None:
            return _top(known, name)
        text = content.decode("utf-8")
    except OSError as error:
        ours = path.is_relative_to(FOLDER)
        remedy = "restore the file" if ours else "check its path and whether it may be read"
        raise LibraryError(name, f"cannot be opened ({error.strerror})", remedy) from error
    except UnicodeDecodeError as error:
        raise LibraryError(name, f"is not UTF-8 text (byte {error.start})", "save it as UTF-8") from error
    node = (quick(text) if ours else None) or _composed(text, name)
    if ours:
        put(content, node)
    return _top(node, name)


def _top(node: Any, name: str) -> Entry:
    top = _checked(Entry(node, name, ""))
    top._want("MappingNode")
    return top


def _composed(text: str, name: str) -> Any:
    """The one YAML 1.2 document of a text as a tree of nodes."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    directive = _DIRECTIVE.search(text)
    if directive is not None:
        row = text.count("\n", 0, directive.start()) + 1
        rule = "begins with %, as a directive does, and one of them makes `no` mean false"
        raise LibraryError(f"{name}:{row}", rule, "leave the line out; every file is YAML 1.2")
    reader = YAML(typ="safe", pure=True)
    reader.max_depth = _DEEPEST
    try:
        node = reader.compose(text)
    except MarkedYAMLError as error:
        problem = " ".join(str(error.problem or error.context).split())
        # A key without its colon is only noticed behind it: the line of the slip is where the key begins.
        key_first = problem == "could not find expected ':'" and error.context_mark is not None
        mark = error.context_mark if key_first else error.problem_mark or error.context_mark
        line = f":{mark.line + 1}" if mark is not None else ""
        remedy = next((words for part, words in _MENDED.items() if part in problem), "mend the syntax")
        raise LibraryError(f"{name}{line}", f"is not YAML 1.2: {problem}", remedy) from error
    except (YAMLError, RecursionError) as error:
        problem = " ".join(str(error).split())[:120]
        raise LibraryError(name, f"is not YAML 1.2: {problem}", "restore the file") from error
    if node is None:
        raise LibraryError(name, "is empty", "restore the file")
    return node
