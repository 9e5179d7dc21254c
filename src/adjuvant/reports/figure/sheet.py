"""The sheet that all panels are drawn on: three layers, one axis, titles left or above."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from adjuvant.reports.figure.labels import fitted, wrapped
from adjuvant.reports.figure.layout import Axis, Layout
from adjuvant.reports.figure.svg import Svg

__all__ = ["LINE", "Sheet", "nice_step"]

LINE = 15.0
"""From one line of figure text to the next."""


@dataclass(slots=True)
class Sheet:
    """Where panels draw: `back` holds grids, fills and hatching, `front` holds data and words.

    The ketamine lines, which run through all panels, come between the two.

    Args:
        prefix: keeps the ids of several figures in one page apart.
    """

    axis: Axis
    layout: Layout
    prefix: str
    back: Svg = field(default_factory=Svg)
    front: Svg = field(default_factory=Svg)

    @property
    def hatch(self) -> str:
        """The paint of spans without a reading and of days that are incomplete."""
        return f"url(#{self.prefix}hatch)"

    def title(self, y: float, strong: str, detail: str, *, accent: bool = False, room: float = 34) -> float:
        """A panel's title: in the left gutter beside `y`, or on a line of its own where there is no gutter.

        Args:
            room: width kept free for the numbers of the panel's axis.
        Returns:
            The height that the title took from the panel: none beside it.
        """
        lead = "b a" if accent else "b i"
        second = "a" if accent else "t"
        if self.layout.stacked:
            width = self.layout.width
            self.front.text(0, y + 11, fitted(strong, lead, width))
            if not detail:
                return LINE + 3
            lines = wrapped(detail, second, width)
            for index, line in enumerate(lines, 1):
                self.front.text(0, y + 11 + LINE * index, line)
            return LINE * (1 + len(lines)) + 3
        width = self.layout.left - room
        lines = [*wrapped(strong, lead, width), *wrapped(detail, second, width)]
        for index, line in enumerate(lines):
            self.front.text(0, y + LINE * index, line)
        return 0.0

    def title_height(self, strong: str, detail: str, *, room: float = 34) -> float:
        """Height of the lines that a title takes in the left gutter."""
        if self.layout.stacked:
            return 0.0
        width = self.layout.left - room
        return LINE * len([*wrapped(strong, "b", width), *wrapped(detail, "", width)])

    def beside(self, y: float, strong: str, detail: str = "") -> None:
        """A value at the right end, beside the data it belongs to; nothing where there is no gutter."""
        if self.layout.stacked:
            return
        x, room = self.layout.x1 + 8, self.layout.right - 8
        if strong:
            self.front.text(x, y, fitted(strong, "b i", room))
        for index, line in enumerate(wrapped(detail, "t", room) if detail else []):
            self.front.text(x, y + LINE * (index + bool(strong)), line)


def nice_step(largest: Fraction, most: int) -> Fraction:
    """The smallest of 1, 2, 5, 10, 20, ... by which `most` steps reach `largest`."""
    step = Fraction(1)
    factors = (Fraction(2), Fraction(5, 2), Fraction(2))
    index = 0
    while step * most < largest:
        step *= factors[index % 3]
        index += 1
    return step
