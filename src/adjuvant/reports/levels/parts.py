"""The parts of a page of levels, and how it writes a level."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from adjuvant.reports.levels.drawn import Drawing

__all__ = ["LevelsPage", "Section", "Table", "level", "side_words", "spanned"]

_SIDES = {"arterial": "arterial blood", "venous": "venous blood", "not_stated": "side of sampling not stated"}


@dataclass(frozen=True, slots=True)
class Table:
    """A table in words; `numbers` are the columns that end at the right."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page: a figure, a table, paragraphs, and items with a lead, in this order."""

    key: str
    title: str
    aside: str
    drawing: Drawing | None = None
    table: Table | None = None
    paragraphs: tuple[str, ...] = ()
    items: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class LevelsPage:
    """A whole page.

    Args:
        lines: one for each side of the circulation, under the headline.
        at: the document's date.
    """

    title: str
    subject: str
    badge: str
    who: tuple[tuple[str, str], ...]
    warning: str
    headline: str
    lines: tuple[str, ...]
    sections: tuple[Section, ...]
    sources: tuple[str, ...]
    at: datetime


def level(value: float) -> str:
    """A level for people: whole numbers from 10 on, one decimal under it, never more than was worked out."""
    if value >= 9.95:
        return f"{value:,.0f}"
    return "0" if value == 0 else "under 0.1" if value < 0.05 else f"{value:.1f}"


def spanned(low: float, high: float) -> str:
    """A range of levels, or the one level where both ends are shown alike."""
    return level(low) if level(low) == level(high) else f"{level(low)} to {level(high)}"


def side_words(sampling: str) -> str:
    """The side of the circulation in words."""
    return _SIDES[sampling]
