"""`adjuvant protocols names`: the words that protocols, profiles and scenarios may use, found by a part."""

from __future__ import annotations

import textwrap

from adjuvant.cli.output import line_width, print_json

__all__ = ["list_names"]

_FIGURES = ("pain", "vital", "sedation", "count", "derived", "laboratory")
Name = tuple[str, str, str]
"""Key, title, and the unit of its figure; empty where it has none."""


def names() -> dict[str, list[Name]]:
    """Every word, under a heading that says where it stands in a file."""
    from adjuvant.library.routes import route_book
    from adjuvant.library.vocabulary import conditions, interactions, observations
    from adjuvant.protocol.limits import rule_examples

    seen = observations().values()
    return {
        "Readings: `measure`, `items`, `readings`": [
            (one.key, one.title, "" if one.unit == "1" else one.unit) for one in seen if one.kind in _FIGURES
        ],
        "Unwanted effects: `event`, `items`, `effects`": [
            (one.key, one.title, "") for one in seen if one.kind == "effect"
        ],
        "Observed in words: `items`": [(one.key, one.title, "") for one in seen if one.kind == "assessment"],
        "Conditions: `condition`": [(one.key, one.title, "") for one in conditions().values()],
        "Routes: `route`": [(key, "", "") for key in route_book().routes],
        "Classes of drugs: `taken`, `interactions`": [
            (one.key, one.title, "") for one in interactions().values()
        ],
        "Rules that a site may adopt: `adopt_rules`": [
            (key, one.rule.text, "") for key, one in rule_examples().items()
        ],
    }


def list_names(part: str, as_json: bool) -> None:
    """Print the words whose key or title holds `part`; all of them where it is empty."""
    asked = part.lower().replace("_", " ")
    found = {
        heading: [one for one in group if asked in f"{one[0]} {one[1]}".lower().replace("_", " ")]
        for heading, group in names().items()
    }
    if as_json:
        print_json(
            {
                "names": [
                    {"key": key, "title": title, "unit": unit, "stands_in": heading.partition(": ")[2]}
                    for heading, group in found.items()
                    for key, title, unit in group
                ]
            }
        )
        return
    if not any(found.values()):
        print(f"No name holds {part!r}. `adjuvant protocols names` lists them all.")
        return
    for heading, group in found.items():
        if not group:
            continue
        print(f"{heading}\n")
        for key, title, unit in group:
            words = f"{key}{f' ({unit})' if unit else ''}{f': {title}' if title else ''}"
            print(textwrap.fill(words, line_width(), initial_indent="  ", subsequent_indent="      "))
        print()
