"""Where things stand: the widths of screen, print and phone, and the one time axis that all panels share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from adjuvant.timeline import Interval, hours_between

__all__ = ["PHONE", "PRINT", "SCREEN", "Axis", "Layout"]


@dataclass(frozen=True, slots=True)
class Layout:
    """A width and its gutters, in the figure's units (a label is 12 high).

    Args:
        stacked: titles and values stand above each panel, because there is no room beside it.
    """

    name: str
    width: float
    left: float
    right: float
    stacked: bool = False

    @property
    def x0(self) -> float:
        """Left edge of the panels."""
        return self.left

    @property
    def numbers(self) -> float:
        """Where the numbers of a panel's axis end."""
        return self.left - (4 if self.stacked else 8)

    @property
    def x1(self) -> float:
        """Right edge of the panels."""
        return self.width - self.right


SCREEN = Layout("screen", 1104, 140, 140)
PRINT = Layout("print", 800, 136, 132)
PHONE = Layout("phone", 358, 34, 8, stacked=True)


@dataclass(frozen=True, slots=True)
class Axis:
    """Elapsed time along x: a day of 25 hours is drawn wider than one of 23."""

    span: Interval
    layout: Layout

    def x(self, moment: datetime) -> float:
        """Where an instant stands; outside the span, at its edge."""
        inside = min(max(moment, self.span.start), self.span.end)
        share = float(hours_between(self.span.start, inside) / self.span.hours)
        return self.layout.x0 + share * (self.layout.x1 - self.layout.x0)

    def per_hour(self) -> float:
        """Width of one hour."""
        return (self.layout.x1 - self.layout.x0) / float(self.span.hours)

    def shows(self, moment: datetime) -> bool:
        """Whether the instant lies on the figure."""
        return self.span.start <= moment <= self.span.end
