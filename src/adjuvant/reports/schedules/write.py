"""Writing a page on schedules: HTML, PDF, CSV and each figure as SVG, all of them or none."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from adjuvant.reports.pictures.standalone import standing_alone
from adjuvant.reports.schedules.html import schedules_html
from adjuvant.reports.schedules.model import Figure, Page
from adjuvant.reports.schedules.pdf import schedules_pdf
from adjuvant.reports.write import file_stem, write_files

__all__ = ["csv_text", "figure_file", "write_schedules"]


def figure_file(figure: Figure, *, faces: bool = True) -> str:
    """A figure as a file that stands alone."""
    return standing_alone(
        figure.title,
        figure.summary,
        figure.width,
        figure.height,
        *figure.layers,
        faces=faces,
        sheet="schedule_figures.css",
    )


def csv_text(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Rows as CSV; what is not known is an empty cell, and no zero."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(heads)
    lines.writerows([["" if cell is None else cell for cell in row] for row in rows])
    return out.getvalue()


def write_schedules(
    page: Page, table: tuple[Sequence[str], Sequence[Sequence[Any]]], out: Path, parts: Sequence[str]
) -> tuple[Path, ...]:
    """The files of a page.

    Args:
        table: heads and rows of the CSV.
        out: made if missing; a page of the same question replaces its own files.
        parts: what the files are named by.
    Raises:
        InputError: the folder cannot be made or written to.
    """
    stem = file_stem(tuple(parts))
    made = {
        out / f"{stem}.html": schedules_html(page).encode("utf-8"),
        out / f"{stem}.pdf": schedules_pdf(page),
        out / f"{stem}.csv": csv_text(*table).encode("utf-8"),
    }
    for place, figure in enumerate(page.figures):
        number = f"-{place + 1}" if len(page.figures) > 1 else ""
        made[out / f"{stem}{number}.svg"] = figure_file(figure).encode("utf-8")
    write_files(made, out)
    return tuple(made)
