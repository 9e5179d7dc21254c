"""Marks beside words, and dot strips, as small SVG; hidden from screen readers, because the word is there."""

from __future__ import annotations

from fractions import Fraction

from adjuvant.reports.content.model import Mark, Strip
from adjuvant.reports.figure.svg import place
from adjuvant.reports.words import percent

__all__ = ["mark_svg", "strip_scale_svg", "strip_svg"]

_SHAPES = {
    Mark.YES: '<circle class="f" cx="8" cy="8" r="7"/><path class="c" d="M4.6 8.3l2.4 2.4 4.6-5"/>',
    Mark.NO: '<circle class="l" cx="8" cy="8" r="6.2"/><path class="l" d="M4.8 8h6.4"/>',
    Mark.CANNOT: (
        '<rect class="l" x="1.8" y="1.8" width="12.4" height="12.4" rx="2" stroke-dasharray="2.6 2"/>'
        '<path class="l" d="M6 6.4c0-2.9 4.1-2.7 4.1-.3 0 1.6-2 1.6-2 3.2"/>'
        '<circle class="f" cx="8.1" cy="11.7" r=".95"/>'
    ),
    Mark.FLAG: '<path class="l" d="M3.5 14.5V2h9l-2.4 3.4 2.4 3.4H3.5"/>',
    Mark.HARM: '<path class="l" d="M8 1.5L14.5 8 8 14.5 1.5 8z"/>',
}
_WIDTH = 150.0


def mark_svg(mark: Mark, *, style: str = "", size: int = 15) -> str:
    """One mark; `style` goes inside where it stands alone."""
    if mark is Mark.NONE:
        return ""
    inside = f"<style>{style}</style>" if style else ""
    space = ' xmlns="http://www.w3.org/2000/svg"' if style else ""
    return (
        f'<svg{space} class="mark" width="{size}" height="{size}" viewBox="0 0 16 16" aria-hidden="true">'
        f"{inside}{_SHAPES[mark]}</svg>"
    )


def _x(value: Fraction, low: Fraction, high: Fraction) -> float:
    return 8 + float((value - low) / (high - low)) * (_WIDTH - 16)


def strip_svg(strip: Strip, *, style: str = "") -> str:
    """A dot on the scale that its table shares: filled for the reported choice."""
    x = _x(strip.value, strip.low, strip.high)
    ends = "".join(
        f'<line class="tick" x1="{place(edge)}" y1="4" x2="{place(edge)}" y2="14"/>'
        for edge in (8, _WIDTH - 8)
    )
    return _strip(
        f'<line x1="8" y1="9" x2="{place(_WIDTH - 8)}" y2="9"/>{ends}'
        f'<circle class="{"full" if strip.filled else "open"}" cx="{place(x)}" cy="9" r="4"/>',
        style,
    )


def strip_scale_svg(low: Fraction, high: Fraction, *, style: str = "") -> str:
    """The ends of the strips' scale, in words."""
    words = "".join(
        f'<text class="m" x="{place(x)}" y="13">{percent(value, 0, signed=True)}</text>'
        for x, value in ((18.0, low), (_WIDTH - 18, high))
    )
    return _strip(words, style)


def _strip(body: str, style: str) -> str:
    inside = f"<style>{style}</style>" if style else ""
    space = ' xmlns="http://www.w3.org/2000/svg"' if style else ""
    size = 'width="150" height="18" viewBox="0 0 150 18"'
    return f'<svg{space} class="strip" {size} aria-hidden="true">{inside}{body}</svg>'
