"""Writing an order sheet: one HTML file and one PDF, each whole or not there."""

from __future__ import annotations

from pathlib import Path

from adjuvant.reports.order_sheet.html import order_html
from adjuvant.reports.order_sheet.model import OrderSheet
from adjuvant.reports.order_sheet.pdf import order_pdf
from adjuvant.reports.write import file_stem, write_files

__all__ = ["write_order"]


def write_order(sheet: OrderSheet, out: Path, parts: tuple[str, ...]) -> tuple[Path, Path]:
    """The two files of a sheet.

    Args:
        out: made if missing.
        parts: what the files are named by, such as the scenario's key.
    Raises:
        InputError: the folder cannot be made or written to.
    """
    stem = file_stem(("order", *parts))
    html, pdf = out / f"{stem}.html", out / f"{stem}.pdf"
    write_files({html: order_html(sheet).encode("utf-8"), pdf: order_pdf(sheet)}, out)
    return html, pdf
