"""What a figure of levels holds before it is drawn: rows of panels, bands, ranges, doses, and now."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Dot", "DrawnBand", "Drawing", "Gutter", "Panel", "Rate", "Row"]


@dataclass(frozen=True, slots=True)
class DrawnBand:
    """A band over time; where low and high are the same it is drawn as a line, and `label` says of what.

    Args:
        style: ``first``, ``second``, ``third`` for what stands beside each other, ``stop`` for the other
        future.
        label: what it is; `detail` what must be known of it; `end` its value where the time ends.
    """

    hours: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    style: str
    label: str
    detail: str = ""
    end: str = ""


@dataclass(frozen=True, slots=True)
class Dot:
    """A measured level."""

    hour: float
    level: float


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel: its words above and what is drawn in it; `absent` says why nothing is."""

    title: str
    bands: tuple[DrawnBand, ...]
    absent: str = ""
    dots: tuple[Dot, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """Panels of one side of the circulation, on one scale."""

    title: str
    detail: str
    panels: tuple[Panel, ...]


@dataclass(frozen=True, slots=True)
class Gutter:
    """A range at the side of every panel.

    Args:
        style: ``fill`` is shaded through the panels, ``outline`` edged, ``bar`` stands at the side alone.
    """

    title: str
    low: float
    high: float
    style: str


@dataclass(frozen=True, slots=True)
class Rate:
    """A stretch of constant rate in mg/h; a single dose has no length, and `mg` instead of a rate."""

    start_h: float
    end_h: float
    mg_per_h: float
    mg: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """A whole figure.

    Args:
        unit: of all panels.
        least: what the scale reaches at least; exactly that where `whole`, as of percent.
        now_h: None where everything is a forecast of what was typed in.
        clock: what hour 0 is, in words.
    """

    key: str
    title: str
    summary: str
    unit: str
    rows: tuple[Row, ...]
    rates: tuple[Rate, ...]
    rate_title: str
    ranges: tuple[Gutter, ...]
    end_h: float
    clock: str
    notes: tuple[str, ...]
    least: float = 0.0
    whole: bool = False
    now_h: float | None = None
    now: str = ""
