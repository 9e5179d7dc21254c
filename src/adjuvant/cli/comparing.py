"""`adjuvant compare`: schedules in, the same patients under each of them out, model by model."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from adjuvant.cli.output import line_width, print_filled, print_json, print_wrapped, progress
from adjuvant.errors import InputError

if TYPE_CHECKING:
    from adjuvant.reports.schedules import Page, Table

__all__ = ["print_page", "question_text", "run"]

_WIDEST = 44


def question_text(name: str) -> tuple[str, str, Path]:
    """What a question is called, its text, and the folder that its paths count from.

    Raises:
        InputError: no such file, or one that cannot be read.
    """
    if name == "-":
        return "standard input", sys.stdin.read(), Path()
    path = Path(name)
    try:
        return name, path.read_text(encoding="utf-8-sig"), path.parent
    except UnicodeDecodeError:
        raise InputError(name, "is not UTF-8", "save it as UTF-8") from None
    except OSError as error:
        raise InputError(
            name, f"cannot be read ({error.strerror})", "give a file that exists, or -"
        ) from None


def run(name: str, out: Path | None, as_json: bool) -> None:
    """Compare the schedules of a question, print them, and write the page where a folder is named.

    Raises:
        InputError: with the file and the place in it, what is missing or wrong there.
    """
    from adjuvant.design import compare_schedules
    from adjuvant.design.compare import applicable_drug
    from adjuvant.design.question import read_compare
    from adjuvant.design.wire import COMPARED_HEADS, compared_json, compared_rows
    from adjuvant.reports.schedules import compared_page, write_schedules

    title, text, folder = question_text(name)
    try:
        asked = read_compare(text, folder)
        drug = applicable_drug(asked.schedules)
        found, left = asked.common.groups(drug)
        with progress("schedules") as tell:
            answer = compare_schedules(
                asked.schedules,
                found,
                asked.common.weight_kg,
                asked.common.asked,
                seed=asked.common.seed,
                left=tuple(left.items()),
                tell=tell,
            )
    except InputError as error:
        raise error.within(title) from error
    page = compared_page(
        answer,
        subject=Path(title).stem,
        note=asked.common.note,
        age_years=asked.common.covariates.age_years,
    )
    written: tuple[Path, ...] = ()
    if out is not None:
        rows = (COMPARED_HEADS, compared_rows(answer))
        written = write_schedules(page, rows, out, ("compare", Path(title).stem.replace("_", "-")))
    if as_json:
        print_json({**compared_json(answer), "files": [str(one) for one in written]})
        return
    print_page(page)
    for one in written:
        print(f"  {one}")


def print_page(page: Page) -> None:
    """A page for people at a terminal: the finding, the tables, the lists."""
    print_filled(f"{page.title}: {page.subject}", 0)
    print_filled("; ".join(f"{name.lower()} {text}" for name, text in page.who) + ".", 0)
    print()
    for one in page.finding:
        print_filled(one, 0)
    print_filled(page.limit, 0)
    for table in page.tables:
        print(f"\n{table.title}\n")
        _print_table(table)
        if table.note:
            print()
            print_filled(table.note, 0)
    for name, lines in page.lists:
        print(f"\n{name}")
        for line in lines:
            print_filled(line)
    print()
    print_filled(page.foot, 0)


def _print_table(table: Table) -> None:
    columns = range(len(table.heads))
    cells = [table.heads, *table.rows]
    widths = [min(_WIDEST, max(len(row[at]) for row in cells)) for at in columns]
    while sum(widths) + 2 * (len(widths) - 1) > line_width() and max(widths) > 8:
        widths[widths.index(max(widths))] -= 1
    print_wrapped(list(table.heads), [list(row) for row in table.rows], widths, right=list(table.right))
