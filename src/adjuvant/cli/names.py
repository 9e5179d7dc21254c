"""Names that nobody knows: said after an import, and written as lines that a person completes."""

from __future__ import annotations

import csv
from collections import Counter
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
    """

    terms: Path | None = None
    unknown_names: Path | None = None
    quality: Path | None = None
    examples: bool = True

    def read(self) -> Terms | None:
        """The user's own lines, if a file of them is named."""
        from adjuvant.sources.terms import Terms

        return Terms.read(self.terms) if self.terms is not None else None

    def write(self, summary: QualitySummary, source: str, patients: int, events: int) -> None:
        """Write what is asked for."""
        if self.unknown_names is not None:
            write_unknown_names(summary, self.unknown_names)
        if self.quality is not None:
            from adjuvant.cli.quality import write_page

            write_page(self.quality, summary, source, patients, events, self.examples)


NO_NAMING = Naming()


def print_unknown_names(summary: QualitySummary, written: Path | None) -> None:
    """The most frequent unknown names, and how to name them."""
    from adjuvant.record.near_names import nearest_drug

    counts = _counts(summary)
    if not counts:
        return
    print(f"\nNames of drugs that nobody knows here: {len(counts)}, on {sum(counts.values())} rows")
    print_columns(
        ["rows", "name", "nearest known drug"],
        [
            [str(count), name[:60], f"{nearest_drug(name)}?" if nearest_drug(name) else ""]
            for name, count in counts.most_common(_SHOWN)
        ],
        right=[0],
    )
    if len(counts) > _SHOWN:
        print(f"and {len(counts) - _SHOWN} more")
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

    tables: dict[str, set[str]] = {}
    for one in summary.names:
        tables.setdefault(one.name, set()).add(one.table)
    try:
        with path.open("x", encoding="utf-8", newline="") as file:
            lines = csv.writer(file, lineterminator="\n")
            lines.writerow([*COLUMNS, *NOTES])
            for name, count in _counts(summary).most_common():
                blank = [""] * (len(COLUMNS) - 1)
                lines.writerow([name, *blank, count, " ".join(sorted(tables[name])), nearest_drug(name)])
    except FileExistsError:
        raise InputError(str(path), "exists already", "name another file, or remove it") from None
    except OSError as error:
        raise InputError(str(path), f"cannot be written ({error.strerror})", "name another file") from None


def _counts(summary: QualitySummary) -> Counter[str]:
    counts: Counter[str] = Counter()
    for one in sorted(summary.names, key=lambda one: one.name):
        counts[one.name] += one.count
    return counts
