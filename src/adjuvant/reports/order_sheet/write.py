"""Writing an order sheet: one HTML file and one PDF, each whole or not there."""

from __future__ import annotations

from pathlib import Path

from adjuvant.errors import InputError, UsageError
from adjuvant.reports.order_sheet.html import order_html
from adjuvant.reports.order_sheet.model import OrderSheet
from adjuvant.reports.order_sheet.pdf import order_pdf
from adjuvant.reports.write import file_stem, write_files

__all__ = ["write_order"]


def write_order(
    sheet: OrderSheet, out: Path, parts: tuple[str, ...], *, replace: bool = False
) -> tuple[Path, Path]:
    """The two files of a sheet.

    Args:
        out: made if missing.
        parts: what the files are named by, such as the keys of protocol and scenario.
        replace: whether a sheet under the same name that says something else is replaced. The same sheet
            may be written again: it is the same bytes.
    Raises:
        UsageError: a file under that name says something else; nothing is written then.
        InputError: the folder cannot be made or written to, or what is there cannot be read.
    """
    stem = file_stem(("order", *parts))
    html, pdf = out / f"{stem}.html", out / f"{stem}.pdf"
    made = {html: order_html(sheet).encode("utf-8"), pdf: order_pdf(sheet)}
    if not replace:
        for path, data in made.items():
            _kept(path, data)
    write_files(made, out)
    return html, pdf


def _kept(path: Path, data: bytes) -> None:
    """Refuse where a file holds anything but these bytes."""
    try:
        there = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise InputError(
            str(path), f"is there and cannot be read: {error.strerror}", "choose another folder"
        ) from error
    if there != data:
        raise UsageError(
            str(path),
            "exists and is the sheet of another plan",
            "choose another folder, or add --replace if the old one is not in use",
        )
