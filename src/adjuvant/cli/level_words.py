"""Predicted levels printed for people: one line a side, a table, and what must be said beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from typing import TYPE_CHECKING

from adjuvant.cli.output import print_columns, print_filled

if TYPE_CHECKING:
    from adjuvant.pk import Bands
    from adjuvant.pk.given import Given

__all__ = ["print_bands", "print_given"]


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


def print_bands(found: Bands, marks: Sequence[tuple[float, str]], now: str = "") -> None:
    """A forecast for people.

    Args:
        marks: minutes of the table, each with its words; each is among the forecast's own.
        now: what the first of them is called, where it is the present.
    """
    from adjuvant.reports.levels.pages import Shown, levels_page

    page = levels_page(Shown("", found, marks, now_min=marks[0][0] if now else None))
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
