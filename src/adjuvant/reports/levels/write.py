"""Writing a forecast: one HTML page, one PDF, and a CSV file of every number, each whole or not there."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from adjuvant.errors import InputError, UsageError
from adjuvant.reports.levels.html import levels_html
from adjuvant.reports.levels.parts import LevelsPage
from adjuvant.reports.levels.pdf import levels_pdf
from adjuvant.reports.write import file_stem, write_files

__all__ = ["csv_text", "write_levels"]


def csv_text(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Rows as CSV after RFC 4180; no cell begins like a formula of a spreadsheet."""
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\r\n")
    writer.writerow(heads)
    for row in rows:
        writer.writerow([f"'{cell}" if cell[:1] in ("=", "+", "@") else cell for cell in row])
    return made.getvalue()


def write_levels(
    page: LevelsPage,
    table: tuple[Sequence[str], Iterable[Sequence[str]]],
    out: Path,
    parts: Sequence[str],
    *,
    replace: bool = False,
) -> tuple[Path, ...]:
    """The three files of one forecast.

    Args:
        table: heads and rows of the CSV file.
        out: made if missing. The same forecast is the same file, and may be written again.
        parts: what the files are named by.
        replace: whether files of the same names that say something else are replaced.
    Raises:
        UsageError: a file of that name says something else; nothing is written then.
        InputError: the folder cannot be made or written to, or what is there cannot be read.
    """
    stem = file_stem(("levels", *parts))
    made = {
        out / f"{stem}.html": levels_html(page).encode("utf-8"),
        out / f"{stem}.pdf": levels_pdf(page),
        out / f"{stem}.csv": csv_text(*table).encode("utf-8"),
    }
    for path, data in made.items() if not replace else ():
        try:
            there = path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            why = f"is there and cannot be read: {error.strerror}"
            raise InputError(str(path), why, "choose another folder") from error
        if there != data:
            raise UsageError(
                str(path), "exists and is of another forecast", "choose another folder, or add --replace"
            )
    write_files(made, out)
    return tuple(made)
