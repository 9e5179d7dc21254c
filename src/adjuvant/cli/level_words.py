"""Predicted levels printed for people: one line a side, a table, and what must be said beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from typing import TYPE_CHECKING

import numpy as np

from adjuvant.cli.output import print_columns, print_filled

if TYPE_CHECKING:
    from adjuvant.pk import Bands
    from adjuvant.pk.arrays import Floats
    from adjuvant.pk.given import Given
    from adjuvant.pk.sensitivity import Sensitivity

__all__ = ["print_bands", "print_given", "print_sensitivities"]

_SHOWN_PERCENT = 1.0
"""A figure that changes no level by so much is named without its numbers."""


def print_given(given: Given, local: tzinfo, said: Sequence[str]) -> None:
    """What was given, what runs, and what was assumed, for people."""
    from adjuvant.reports.levels.given import given_section

    section = given_section(given, local, said)
    print(section.title)
    for text in section.paragraphs:
        print_filled(text)
    if section.table is not None:
        print_columns(section.table.heads, section.table.rows)
    for lead, text in section.items:
        print_filled(f"{lead} {text}".strip())
    print()


def print_bands(
    found: Bands, marks: Sequence[tuple[float, str]], now: str = "", outside: Sequence[str] = ()
) -> None:
    """A forecast for people.

    Args:
        marks: minutes of the table, each with its words; each is among the forecast's own.
        now: what the first of them is called, where it is the present.
        outside: why nobody like this patient was studied.
    """
    from adjuvant.reports.levels.pages import Shown, levels_page

    page = levels_page(Shown("", found, marks, now_min=marks[0][0] if now else None, outside=tuple(outside)))
    print(page.title)
    print_filled(page.warning)
    print(f"\n{page.headline}")
    for line in page.lines:
        print_filled(line[:1].upper() + line[1:])
    (table,) = [one.table for one in page.sections if one.key == "table" and one.table is not None]
    print("\nng/mL, the typical patient (5 to 95 of 100 drawn patients)")
    print_columns(table.heads, table.rows, right=table.numbers)
    for title, key in (("Not in it", "left"), ("Assumed", "assumed"), ("Each model", "notes")):
        rows = [one for one in page.sections if one.key == key]
        if not rows:
            continue
        print(f"\n{title}")
        for item in rows[0].items:
            print_filled(f"{item[0]}: {item[1]}")
        for row in rows[0].table.rows if rows[0].table is not None else ():
            print_filled(f"{row[0]}: {row[1]}")


def print_sensitivities(found: Sequence[Sensitivity], marks: Sequence[tuple[float, str]]) -> None:
    """Which figure of each model moves its levels most, for people.

    Args:
        marks: minutes of the table, each with its words; each is among those of `found`.
    """
    percent = f"{found[0].percent:g} %"
    print(f"\nWhat levels hang on: by how many percent they change where one figure is {percent} higher")
    rows: list[list[str]] = []
    lines: list[str] = []
    for one in found:
        columns = [int(np.searchsorted(one.times_min, minute)) for minute, _ in marks]
        changed = one.changed["ketamine"][:, columns]
        largest = np.where(np.isnan(changed), 0.0, np.abs(changed)).max(axis=1)
        names = list(one.figures)
        order = [int(place) for place in np.argsort(-largest, kind="stable")]
        shown = [place for place in order if largest[place] >= _SHOWN_PERCENT]
        for place in shown:
            figure = one.figures[names[place]]
            value = f"{figure.value:.3g} {figure.unit}".removesuffix(" 1")
            rows.append(
                [one.model, names[place], value, *(_changed(each) for each in changed[place].tolist())]
            )
        lines.append(_most(one, changed, marks, percent))
        others = [names[place] for place in order if place not in shown]
        if others and not np.isnan(changed).all():
            named = ", ".join(others)
            lines.append(f"{one.model}: no level shown changes by {_SHOWN_PERCENT:g} % with any of {named}.")
    if rows:
        heads = ["model", "figure", "its value", *(words for _, words in marks)]
        print_columns(heads, rows, right=range(2, len(heads)))
    for line in lines:
        print_filled(line)


def _most(one: Sensitivity, changed: Floats, marks: Sequence[tuple[float, str]], percent: str) -> str:
    """In one sentence, what moves the level of the headline most."""
    first = changed[:, 0]
    if np.isnan(first).all():
        return f"{one.model}: no level {marks[0][1]}."
    place = int(np.nanargmax(np.abs(first)))
    way = "higher" if first[place] > 0 else "lower"
    name = list(one.figures)[place]
    by = f"{abs(first[place]):.1f} %"
    return f"{one.model}: with {name} {percent} higher the level is {by} {way} {marks[0][1]}."


def _changed(percent: float) -> str:
    return (
        "no level" if np.isnan(percent) else f"{percent:+.1f}".replace("-0.0", "0.0").replace("+0.0", "0.0")
    )
