"""The colours of the house, light and dark, by the names that the style sheets use."""

from __future__ import annotations

import re

__all__ = ["DARK", "LIGHT", "resolved", "variables"]

LIGHT = {
    "paper": "#FFFFFF",
    "ground": "#F4F6F7",
    "ink": "#14202B",
    "ink2": "#43505C",
    "ink3": "#5C6975",
    "edge": "#83909B",
    "rule": "#D8DEE3",
    "accent": "#0B6172",
    "tint": "#DCECEF",
    "opioid": "#6B7782",
    "opioidfill": "#E2E6EA",
}
DARK = {
    "paper": "#131C23",
    "ground": "#0B1217",
    "ink": "#E9EEF2",
    "ink2": "#BAC5CE",
    "ink3": "#98A5B0",
    "edge": "#6F7E8A",
    "rule": "#2C3943",
    "accent": "#6CC3D1",
    "tint": "#16343C",
    "opioid": "#9AA7B2",
    "opioidfill": "#2A3640",
}


def variables(tokens: dict[str, str]) -> str:
    """The tokens as custom properties of a style sheet."""
    return "".join(f"--{name}:{colour};" for name, colour in tokens.items())


def resolved(css: str, tokens: dict[str, str], fonts: dict[str, str]) -> str:
    """A style sheet for a renderer that knows no variables: each one replaced by its colour.

    Args:
        fonts: families by the name the page gives them, put in place of each ``font-family``, by weight:
            ``{"400": ..., "600": ...}``; that renderer tells weights apart by family.
    """
    plain = re.sub(r"var\(--([a-z0-9]+)\)", lambda match: tokens[match[1]], css)
    plain = re.sub(r"font-family: [^;]+;", f"font-family: {fonts['400']}; font-stretch: condensed;", plain)
    return plain.replace("font-weight: 600;", f"font-family: {fonts['600']}; font-weight: 600;")
