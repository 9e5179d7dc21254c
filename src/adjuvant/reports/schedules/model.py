"""What a page on schedules is made of: sentences, tables, figures and lists, the same for every format."""

from __future__ import annotations

from dataclasses import dataclass

from adjuvant.reports.figure.svg import Svg

__all__ = ["Figure", "Page", "Table"]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its heading.

    Args:
        right: columns whose cells end at the right.
        note: what is to be known to read it.
    """

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its words.

    Args:
        summary: the figure in words, for who cannot see it.
        caption: what is to be known to read it.
        layers: drawn in this order.
        narrow: the same for a phone, one under the other; empty where the figure itself is narrow enough.
    """

    title: str
    summary: str
    caption: str
    width: float
    height: float
    layers: tuple[Svg, ...]
    narrow: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A page on schedules.

    Args:
        badge: what stands beside the title in a frame; empty for nothing.
        who: whom it is about, in pairs of label and text.
        finding: the first sentences, the one that matters most first.
        limit: what it cannot say, on its own line.
        lists: headings, each with its lines.
        foot: of every sheet.
    """

    title: str
    subject: str
    badge: str
    who: tuple[tuple[str, str], ...]
    finding: tuple[str, ...]
    limit: str
    tables: tuple[Table, ...]
    figures: tuple[Figure, ...]
    lists: tuple[tuple[str, tuple[str, ...]], ...]
    foot: str
