"""A small writer of SVG: elements with classes, text as text, coordinates to a hundredth."""

from __future__ import annotations

from html import escape

from adjuvant.reports.typeface import typeface
from adjuvant.reports.words import plain

__all__ = ["LABEL", "Span", "Svg", "span_width"]

LABEL = 12.0
"""Size of figure text, in the figure's own units."""

Span = tuple[str, str]
"""A piece of a label: its text and its classes (``b`` bold, ``i`` ink, ``t`` third ink, ``a`` accent)."""


def span_width(spans: tuple[Span, ...], size: float = LABEL) -> float:
    """How wide a label will be drawn."""
    return sum(
        typeface("Plex Cond", 600 if "b" in classes.split() else 400).width(plain(text), size)
        for text, classes in spans
    )


def place(value: float) -> str:
    """A coordinate without needless digits."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


class Svg:
    """Elements in drawing order. Classes carry all colour, so one figure serves light, dark and paper."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.boxes: list[tuple[float, float, float, float]] = []

    def line(self, x1: float, y1: float, x2: float, y2: float, classes: str) -> None:
        """A straight line."""
        self.parts.append(
            f'<line class="{classes}" x1="{place(x1)}" y1="{place(y1)}" x2="{place(x2)}" y2="{place(y2)}"/>'
        )

    def rect(self, x: float, y: float, width: float, height: float, classes: str, fill: str = "") -> None:
        """A rectangle; `fill` names a paint server."""
        paint = f' fill="{fill}"' if fill else ""
        self.parts.append(
            f'<rect class="{classes}" x="{place(x)}" y="{place(y)}" width="{place(max(width, 0.0))}"'
            f' height="{place(max(height, 0.0))}"{paint}/>'
        )

    def circle(self, x: float, y: float, radius: float, classes: str) -> None:
        """A circle."""
        self.parts.append(f'<circle class="{classes}" cx="{place(x)}" cy="{place(y)}" r="{place(radius)}"/>')

    def path(self, steps: list[tuple[str, float, float]], classes: str, *, close: bool = False) -> None:
        """A path of absolute moves (``M``) and lines (``L``)."""
        data = "".join(f"{command}{place(x)} {place(y)}" for command, x, y in steps)
        self.parts.append(f'<path class="{classes}" d="{data}{"Z" if close else ""}"/>')

    def text(self, x: float, y: float, spans: tuple[Span, ...], classes: str = "") -> None:
        """One line of text, edged in paper so that lines beneath stay apart from it.

        Args:
            classes: ``r`` ends it at x, ``m`` centres it there.
        """
        width = span_width(spans)
        left = {"r": x - width, "m": x - width / 2}.get(classes, x)
        self.boxes.append((left, y - LABEL + 1, left + width, y + 3))
        inside = "".join(
            f'<tspan class="{names}">{_safe(text)}</tspan>' if names else _safe(text) for text, names in spans
        )
        named = f"{classes} halo".strip()
        self.parts.append(f'<text class="{named}" x="{place(x)}" y="{place(y)}">{inside}</text>')

    def upright(self, x: float, top: float, bottom: float, classes: str, words: Svg) -> None:
        """A vertical line that leaves out the heights at which it would run through any text of `words`."""
        start = top
        for _, above, _, below in sorted(
            (box for box in words.boxes if box[0] - 2 < x < box[2] + 2), key=lambda box: box[1]
        ):
            if below <= start or above >= bottom:
                continue
            if above > start:
                self.line(x, start, x, above, classes)
            start = below
        if start < bottom:
            self.line(x, start, x, bottom, classes)

    def add(self, other: Svg) -> None:
        """Everything of another one, on top."""
        self.parts += other.parts
        self.boxes += other.boxes

    def joined(self) -> str:
        """The elements as text."""
        return "".join(self.parts)


def _safe(text: str) -> str:
    return escape(plain(text), quote=False)
