"""Rewriting every text of a content at once, for a renderer that can draw less than a browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar

from adjuvant.reports.clock import ReportClock
from adjuvant.reports.content.model import Content
from adjuvant.reports.words import plain
from adjuvant.timeline import Interval

__all__ = ["harmless", "map_text"]

T = TypeVar("T")


def harmless(content: Content) -> Content:
    """The content with every text made plain, wherever in a record it came from; only the file's name is made
    of the text as it was, so that two names that look alike stay apart."""
    return replace(map_text(content, plain), slug_parts=content.slug_parts)


def map_text(thing: T, rewrite: Callable[[str], str]) -> T:
    """The same content with each of its texts rewritten; instants, numbers, marks and clocks stay."""
    return _mapped(thing, rewrite)  # type: ignore[no-any-return]  # it is of the type that came in


def _mapped(thing: Any, rewrite: Callable[[str], str]) -> Any:
    if isinstance(thing, str) and not isinstance(thing, Enum):
        return rewrite(thing)
    if isinstance(thing, tuple):
        return tuple(_mapped(item, rewrite) for item in thing)
    if is_dataclass(thing) and not isinstance(thing, type | ReportClock | Interval):
        changes = {item.name: _mapped(getattr(thing, item.name), rewrite) for item in fields(thing)}
        return replace(thing, **changes)
    return thing
