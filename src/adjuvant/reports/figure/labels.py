"""Placing labels so that none covers another: in rows above, or one beneath another at the side."""

from __future__ import annotations

from dataclasses import dataclass

from adjuvant.reports.figure.svg import Span, span_width

__all__ = ["Label", "Placed", "fitted", "in_rows", "spread", "wrapped"]

_GAP = 8.0


@dataclass(frozen=True, slots=True)
class Label:
    """A label that wants to stand at `x`.

    Args:
        forms: the same label from its longest to its shortest form.
        anchor: ``start`` (text begins at x), ``middle`` or ``end``.
    """

    x: float
    forms: tuple[tuple[Span, ...], ...]
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class Placed:
    """A label's left edge, row and chosen form; `moved` if it could not stand where it wanted."""

    label: Label
    x: float
    row: int
    spans: tuple[Span, ...]
    moved: bool

    @property
    def width(self) -> float:
        """As drawn."""
        return span_width(self.spans)


def in_rows(
    labels: list[Label], left: float, right: float, most_rows: int = 3
) -> tuple[list[Placed], list[Label]]:
    """Labels put into rows, row 0 first, between two edges.

    A label keeps its place where one of its forms fits; else it takes the next row. What fits in no row is
    returned second, for the caller to say elsewhere; it is never drawn over another.
    """
    taken: list[list[tuple[float, float]]] = [[] for _ in range(most_rows)]
    placed: list[Placed] = []
    unplaced: list[Label] = []
    for label in labels:
        found = _first_fit(label, taken, left, right)
        if found is None:
            unplaced.append(label)
            continue
        taken[found.row].append((found.x, found.x + found.width))
        placed.append(found)
    return placed, unplaced


def _first_fit(
    label: Label, taken: list[list[tuple[float, float]]], left: float, right: float
) -> Placed | None:
    for row, spans_taken in enumerate(taken):
        for form in label.forms:
            width = span_width(form)
            if width > right - left:
                continue
            wanted = {"start": label.x, "middle": label.x - width / 2, "end": label.x - width}[label.anchor]
            x = min(max(wanted, left), right - width)
            if all(x >= end + _GAP or x + width + _GAP <= start for start, end in spans_taken):
                return Placed(label, x, row, form, moved=abs(x - wanted) > 1)
    return None


def spread(wanted: list[float], heights: list[float], top: float, bottom: float) -> list[float]:
    """Tops for boxes of these heights, each as near as may be to where it wants to stand, none on another.

    Returns:
        One top per box, in the order given. Boxes that are together higher than the room overrun its end.
    """
    order = sorted(range(len(wanted)), key=lambda index: (wanted[index], index))
    tops = list(wanted)
    floor = top
    for index in order:
        tops[index] = max(wanted[index], floor)
        floor = tops[index] + heights[index]
    ceiling = max(bottom, top + sum(heights))
    for index in reversed(order):
        tops[index] = min(tops[index], ceiling - heights[index])
        ceiling = tops[index]
    return tops


def fitted(text: str, classes: str, room: float) -> tuple[Span, ...]:
    """The text in one label no wider than `room`, ended with … where it had to be cut."""
    whole = ((text, classes),)
    if span_width(whole) <= room:
        return whole
    kept = text
    while kept and span_width(((kept.rstrip() + "…", classes),)) > room:
        kept = kept[:-1]
    return ((kept.rstrip() + "…", classes),)


def wrapped(text: str, classes: str, room: float) -> list[tuple[Span, ...]]:
    """The text in lines no wider than `room`, broken at spaces; a longer word is cut with …."""
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and span_width(((longer, classes),)) <= room:
            lines[-1] = longer
        elif word:
            lines.append(word)
    return [fitted(line, classes, room) for line in lines]
