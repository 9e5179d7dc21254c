"""Names that nobody knows: said after an import, and written as lines that a person completes."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from adjuvant.cli.output import print_columns
from adjuvant.errors import InputError

if TYPE_CHECKING:
    from adjuvant.record import QualitySummary
    from adjuvant.sources.terms import Terms

__all__ = ["NO_NAMING", "Naming", "print_unknown_names", "write_unknown_names"]

_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Naming:
    """What an import is told of names, and what it writes of them and of its quality.

    Args:
        terms: file of the user's own lines.
        unknown_names: file to write unknown names to.
        quality: file to write the page of data quality to.
        examples: whether that page holds raw text of rows.
        replace: whether a page of data quality that is there already is replaced.
    """

    terms: Path | None = None
    unknown_names: Path | None = None
    quality: Path | None = None
    examples: bool = True
    replace: bool = False

    def read(self) -> Terms | None:
        """The user's own lines, if a file of them is named."""
        from adjuvant.sources.terms import Terms

        return Terms.read(self.terms) if self.terms is not None else None

    def refuse_early(self) -> None:
        """Refuse files that could not be written at the end, before an import of an hour begins.

        Raises:
            InputError: as `write_unknown_names` and `write_page`.
        """
        if self.unknown_names is not None and self.unknown_names.exists():
            raise _exists(self.unknown_names)
        if self.quality is not None and self.quality.is_file() and not self.replace:
            raise InputError(
                str(self.quality),
                "exists already",
                "name another file, or add --replace, which replaces the page and the patients of the store",
            )
        for path in (self.unknown_names, self.quality):
            if path is not None and not path.parent.is_dir():
                raise InputError(
                    str(path), "cannot be written (its folder does not exist)", "make the folder first"
                )
            if path is not None and path.is_dir():
                raise InputError(str(path), "cannot be written (it is a folder)", "name a file")

    def write(
        self, summary: QualitySummary, source: str, patients: int, events: int, synthetic: bool
    ) -> None:
        """Write what is asked for."""
        if self.unknown_names is not None:
            write_unknown_names(summary, self.unknown_names)
        if self.quality is not None:
            from adjuvant.cli.quality import write_page

            write_page(
                self.quality, summary, source, patients, events, self.examples, synthetic, replace=True
            )


NO_NAMING = Naming()


def print_unknown_names(summary: QualitySummary, written: Path | None) -> None:
    """The most frequent unknown names, and how to name them."""
    from adjuvant.record.near_names import nearest_drug

    names = summary.unknown_names()
    if not names:
        return
    rows = sum(item.count for item in names)
    print(f"\nNames of drugs that nobody knows here: {len(names):,}, on {rows:,} rows")
    print_columns(
        ["rows", "name", "nearest known drug"],
        [
            [
                f"{item.count:,}",
                item.name[:60],
                f"{nearest_drug(item.name)}?" if nearest_drug(item.name) else "",
            ]
            for item in names[:_SHOWN]
        ],
        right=[0],
    )
    if len(names) > _SHOWN:
        print(f"and {len(names) - _SHOWN:,} more")
    print("Any of them may be an opioid, and totals over their time say so.")
    if written is None:
        print("All of them, ready to fill in: add --unknown-names FILE; then import again with --terms FILE.")
    else:
        print(f"All of them, ready to fill in: {written}; then import again with --terms {written}")


def write_unknown_names(summary: QualitySummary, path: Path) -> None:
    """Write every unknown name, the most frequent first, as lines of a terms file without ingredients.

    Raises:
        InputError: the file exists, or cannot be written; what somebody filled in is never overwritten.
    """
    from adjuvant.record.near_names import nearest_drug
    from adjuvant.sources.terms import COLUMNS, NOTES

    try:
        with path.open("x", encoding="utf-8", newline="") as file:
            lines = csv.writer(file, lineterminator="\n")
            lines.writerow([*COLUMNS, *NOTES])
            blank = [""] * (len(COLUMNS) - 1)
            for item in summary.unknown_names():
                nearest = nearest_drug(item.name)
                lines.writerow([item.name, *blank, item.count, " ".join(item.tables), nearest])
    except FileExistsError:
        raise _exists(path) from None
    except OSError as error:
        raise InputError(str(path), f"cannot be written ({error.strerror})", "name another file") from None


def _exists(path: Path) -> InputError:
    return InputError(str(path), "exists already, and may be filled in", "name another file, or remove it")
