"""Bars of proportions as inline SVG: grey is used, hatched doubted, black lost, outlined left out."""

from __future__ import annotations

from adjuvant.reports.quality.content import Bar

__all__ = ["bar_svg", "key_svg"]

_WIDTH, _HEIGHT, _LEAST = 240.0, 12, 2.0
_PARTS = ("lost", "doubted", "used", "duplicate", "out")


def bar_svg(bar: Bar) -> str:
    """One bar over the whole width: every part that has a row is seen, however few they are."""
    counts = {
        "lost": bar.lost,
        "doubted": bar.doubted,
        "used": bar.used - bar.doubted,
        "duplicate": bar.duplicate,
        "out": max(0, bar.read - bar.used - bar.lost - bar.duplicate),
    }
    widths = _widths([counts[name] for name in _PARTS], max(bar.read, 1))
    x, drawn = 0.0, []
    for name, width in zip(_PARTS, widths, strict=True):
        if width:
            drawn.append(_part(name, x, width))
        x += width
    return _svg(_WIDTH, "".join(drawn), "share")


def key_svg(part: str) -> str:
    """The mark of one part, for the words that explain it."""
    return _svg(20, _part(part, 0, 20), "mark")


def _widths(counts: list[int], whole: int) -> list[float]:
    least = [_LEAST if count else 0.0 for count in counts]
    left = _WIDTH - sum(least)
    return [small + count / whole * left for small, count in zip(least, counts, strict=True)]


def _part(name: str, x: float, width: float) -> str:
    inset = 0.5 if name in ("duplicate", "out") else 0
    rect = (
        f'<rect class="{name}" x="{x + inset:.2f}" y="{inset}" width="{max(width - 2 * inset, 0.5):.2f}" '
        f'height="{_HEIGHT - 2 * inset}"/>'
    )
    if name != "doubted":
        return rect
    strokes = "".join(
        f'<path class="hatch" d="M{at:.2f} {_HEIGHT}L{min(at + 6, x + width):.2f} '
        f'{max(_HEIGHT - 12, _HEIGHT - (min(at + 6, x + width) - at) * 2):.2f}"/>'
        for at in (x + step * 4 for step in range(int(width // 4)))
    )
    return rect + strokes


def _svg(width: float, inside: str, kind: str) -> str:
    return (
        f'<svg class="{kind}" viewBox="0 0 {width:g} {_HEIGHT}" preserveAspectRatio="none" '
        f'aria-hidden="true" focusable="false">{inside}</svg>'
    )
