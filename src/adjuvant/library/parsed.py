"""Files of the library once they are parsed, kept by the digest of their bytes: YAML reads slowly.

The cache saves the parsing and nothing else: what a file means is checked anew on every read. An entry is
found by the SHA-256 of the file that it was made of, and carries that of its own name and text; one that does
not match is not used, and a cache that cannot be written is done without.
"""

from __future__ import annotations

import json
import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

__all__ = [
    "MappingNode",
    "PlainNode",
    "ScalarNode",
    "SequenceNode",
    "cache_folder",
    "entry",
    "keep",
    "kept",
    "put",
]

_FORM = b"2"  # of the entries: raised when they change, so that none of another form is read
_TAG = "tag:yaml.org,2002:"
_TAGS = ("map", "seq", "str", "int", "float", "bool", "null", "timestamp")
_OFF = "off"


@dataclass(slots=True)
class PlainNode:
    """A node without anchor, alias or tag of its own, as the strict reader takes it.

    Args:
        tag: as YAML resolves it.
        value: text; or nodes; or pairs of them.
        line: where it begins, counted from 0.
        style: of a scalar: its quotation marks, or None.
    """

    tag: str
    value: Any
    line: int
    style: str | None = None


class MappingNode(PlainNode):
    """A mapping: its value is a list of pairs of nodes."""

    __slots__ = ()


class SequenceNode(PlainNode):
    """A list: its value is a list of nodes."""

    __slots__ = ()


class ScalarNode(PlainNode):
    """A single value: its value is its text."""

    __slots__ = ()


def cache_folder() -> Path | None:
    """Where parsed files are kept: ``ADJUVANT_CACHE``, else in the user's cache; None if it is ``off``."""
    chosen = os.environ.get("ADJUVANT_CACHE")
    if chosen == _OFF:
        return None
    base = os.environ.get("XDG_CACHE_HOME")
    try:
        return Path(chosen) if chosen else (Path(base) if base else Path.home() / ".cache") / "adjuvant"
    except RuntimeError:  # an account without a home
        return None


def kept(content: bytes) -> PlainNode | None:
    """The parsed form of a file of these bytes, or None where none is kept whole."""
    place = _place(content)
    packed = None if place is None else entry(place)
    try:
        return None if packed is None else _unpacked(packed)
    except (ValueError, TypeError, IndexError):
        return None


def put(content: bytes, node: Any) -> None:
    """Keep the parsed form of a file; one with an anchor, alias or tag of its own is left to its errors."""
    place = _place(content)
    packed = _packed(node) if place is not None else None
    if place is not None and packed is not None:
        keep(place, packed)


def entry(place: Path) -> Any:
    """What an entry holds, or None.

    None is for an entry that is not there, that is damaged or stands under another's name, and for one that
    belongs to somebody else or that anybody may write.
    """
    try:
        with place.open("rb") as file:
            if not _own(os.fstat(file.fileno())):
                return None
            digest, _, text = file.read().partition(b"\n")
        return json.loads(text) if _seal(place, text) == digest else None
    except (OSError, ValueError):
        return None


def keep(place: Path, data: Any) -> None:
    """Keep data as an entry, whole or not at all; a cache that cannot be written is done without."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    half = place.with_name(f"{place.name}.{os.getpid()}")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        half.write_bytes(_seal(place, text) + b"\n" + text)
        half.replace(place)
    except OSError:
        with suppress(OSError):
            half.unlink()


def _seal(place: Path, text: bytes) -> bytes:
    """SHA-256 over an entry's name and its text."""
    return sha256(place.name.encode() + b"\n" + text).hexdigest().encode()


def _own(status: os.stat_result) -> bool:
    """Whether a file is ours or the system's, and not for anybody to write."""
    us = os.getuid() if hasattr(os, "getuid") else 0
    return status.st_uid in (us, 0) and not status.st_mode & stat.S_IWOTH


def _place(content: bytes) -> Path | None:
    folder = cache_folder()
    return None if folder is None else folder / "library" / f"{sha256(_FORM + content).hexdigest()}.json"


def _packed(node: Any) -> list[Any] | None:
    """A parsed node as lists: the tag's number, the line, and the value, with its style where it has one."""
    name = str(node.tag).removeprefix(_TAG)
    if isinstance(node, PlainNode):
        line = node.line
    else:
        mark = node.start_mark
        line = mark.line
        if node.anchor or mark.buffer[mark.pointer : mark.pointer + 1] == "!":
            return None
    if name not in _TAGS:
        return None
    kind = type(node).__name__
    if kind == "ScalarNode":
        found: list[Any] = [_TAGS.index(name), line, node.value]
        return [*found, node.style] if node.style else found
    inner: list[Any] = []
    parts = [part for pair in node.value for part in pair] if kind == "MappingNode" else node.value
    for part in parts:
        packed = _packed(part)
        if packed is None:
            return None
        inner.append(packed)
    return [_TAGS.index(name), line, inner]


def _unpacked(packed: list[Any]) -> PlainNode:
    number, line, value = packed[:3]
    tag = _TAG + _TAGS[number]
    if not isinstance(value, list):
        return ScalarNode(tag, value, line, packed[3] if len(packed) > 3 else None)
    parts = [_unpacked(part) for part in value]
    if _TAGS[number] == "map":
        return MappingNode(tag, list(zip(parts[::2], parts[1::2], strict=True)), line)
    return SequenceNode(tag, parts, line)
