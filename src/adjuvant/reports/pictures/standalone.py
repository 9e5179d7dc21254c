"""A figure as a picture of its own: its faces, its colours, and its words for who cannot see it."""

from __future__ import annotations

from html import escape

from adjuvant.reports.figure.svg import Svg, place
from adjuvant.reports.html import face_rules, template_text
from adjuvant.reports.tokens import DARK, LIGHT, variables
from adjuvant.reports.words import plain

__all__ = ["standing_alone"]

_MARGIN = 24.0


def standing_alone(
    title: str,
    summary: str,
    width: float,
    height: float,
    *layers: Svg,
    faces: bool = True,
    sheet: str = "spans.css",
) -> str:
    """One SVG file: text as text, no script, no link, nothing from elsewhere.

    Args:
        summary: the figure in words.
        layers: drawn in this order.
        faces: whether the typeface comes along, which makes up nearly all of a small file.
        sheet: the style sheet of this kind of figure, beside that of all figures.
    """
    style = (
        f"{face_rules('Plex Cond') if faces else ''}:root{{color-scheme:light dark;{variables(LIGHT)}}}\n"
        f"@media screen and (prefers-color-scheme: dark){{:root{{{variables(DARK)}}}}}\n"
        f"{template_text('figure.css')}{template_text(sheet)}"
    )
    body = "".join(layer.joined() for layer in layers)
    box = [place(value) for value in (-_MARGIN, -_MARGIN, width + 2 * _MARGIN, height + 2 * _MARGIN)]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" class="timeline"'
        f' viewBox="{" ".join(box)}" width="{box[2]}" height="{box[3]}" role="img" aria-labelledby="t d">'
        f'<title id="t">{escape(plain(title), quote=False)}</title>'
        f'<desc id="d">{escape(plain(summary), quote=False)}</desc><style>{style}</style>'
        f'<rect class="sheet" x="{box[0]}" y="{box[1]}" width="{box[2]}" height="{box[3]}"/>{body}</svg>\n'
    )
