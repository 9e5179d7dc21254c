"""The quick reading of a library file: libyaml finds the values, and ruamel's YAML 1.2 says what each is.

Only what both parsers read alike is read here. A file with anything else in it, an error above all, is left
to the parser in Python, whose tree and whose errors are the ones that count.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from adjuvant.library.parsed import MappingNode, PlainNode, ScalarNode, SequenceNode

__all__ = ["quick"]

_TAG = "tag:yaml.org,2002:"
_DEEPEST = 40  # a mapping within a mapping, and so on; what is deeper is for the other parser to judge
# Tabs, the line ends of other systems and of YAML 1.1, and odd spaces are where parsers differ.
_OTHER = re.compile(
    "[^\n -~\u00a1-\u167f\u1681-\u1fff\u2010-\u2027\u2030-\u205e\u2070-\u2fff\u3001-\ud7ff]|^%", re.MULTILINE
)
_FOLDED = re.compile(r">-\n +[^ \n]")  # the one form of folded text that our files have


class _OtherError(ValueError):
    """Something that is not read here."""


def quick(text: str) -> PlainNode | None:
    """The one plain document of a text as a tree of nodes; None where it is for the parser in Python.

    That is so wherever libyaml is not installed, and wherever the text holds an error, an anchor, an alias, a
    tag, a directive, the mark of a document, an empty value, a key that is no single value, folded text of
    another form than ``>-``, or characters beside letters, signs and plain spaces.
    """
    try:
        from _ruamel_yaml import CParser
        from ruamel.yaml.error import YAMLError
    except ImportError:
        return None
    if _OTHER.search(text):
        return None
    try:
        return _Reading(text, CParser(text)).document()
    except (YAMLError, ValueError, StopIteration):
        # Whatever libyaml does not like is read again, and refused in the words of the strict reader.
        return None


class _Reading:
    """One text on its way from events to nodes."""

    def __init__(self, text: str, parser: Any) -> None:
        self._text = text
        self._events: Iterator[Any] = iter(parser.get_event, None)

    def document(self) -> PlainNode:
        self._expect("StreamStartEvent")
        self._expect("DocumentStartEvent")
        top = next(self._events)
        if type(top).__name__ != "MappingStartEvent":
            raise _OtherError
        found = self._node(top, 0)
        self._expect("DocumentEndEvent")
        self._expect("StreamEndEvent")
        return found

    def _expect(self, kind: str) -> None:
        event = next(self._events)
        if type(event).__name__ != kind or getattr(event, "explicit", False):
            raise _OtherError

    def _node(self, event: Any, depth: int) -> PlainNode:
        kind = type(event).__name__
        if kind == "AliasEvent" or event.anchor is not None or event.tag is not None or depth > _DEEPEST:
            raise _OtherError
        if kind == "ScalarEvent":
            return self._scalar(event)
        line = event.start_mark.line
        events = self._events
        if kind == "SequenceStartEvent":
            items: list[PlainNode] = []
            while type(event := next(events)).__name__ != "SequenceEndEvent":
                items.append(self._node(event, depth + 1))
            return SequenceNode(_TAG + "seq", items, line)
        pairs: list[tuple[PlainNode, PlainNode]] = []
        while type(event := next(events)).__name__ != "MappingEndEvent":
            if type(event).__name__ != "ScalarEvent":
                raise _OtherError
            key = self._node(event, depth + 1)
            pairs.append((key, self._node(next(events), depth + 1)))
        return MappingNode(_TAG + "map", pairs, line)

    def _scalar(self, event: Any) -> ScalarNode:
        mark, style, value = event.start_mark, event.style or None, event.value
        if style is not None:
            if style not in "'\"" and not _FOLDED.match(self._text, mark.index):
                raise _OtherError
            return ScalarNode(_TAG + "str", value, mark.line, style)
        if not value:
            raise _OtherError
        return ScalarNode(_kind(value), value, mark.line)


@lru_cache(maxsize=8192)
def _kind(value: str) -> str:
    """The tag of a value without quotation marks, as ruamel's own YAML 1.2 has it."""
    from ruamel.yaml.nodes import ScalarNode as Scalar

    return str(_resolver()(Scalar, value, (True, False)))


@lru_cache(maxsize=1)
def _resolver() -> Callable[..., Any]:
    from ruamel.yaml import YAML

    resolve: Callable[..., Any] = YAML(typ="safe", pure=True).resolver.resolve
    return resolve
