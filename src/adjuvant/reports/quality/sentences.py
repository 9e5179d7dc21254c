"""The sentences that open the page of data quality: what was read, what is missing, what it means for MME."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from adjuvant.record import QualityLine

__all__ = ["Cost", "Said", "counted", "in_words", "number", "sentences"]


class _Counts(Protocol):
    @property
    def read(self) -> int: ...
    @property
    def used(self) -> int: ...
    @property
    def doubted(self) -> int: ...
    @property
    def lost(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Cost:
    """A reason that befell many rows, for the opening.

    Args:
        share: of the rows of its table, in words; empty where it cannot be said.
        unit: what the line's count counts, in the singular.
    """

    line: QualityLine
    share: str
    unit: str = "row"


@dataclass(frozen=True, slots=True)
class Said:
    """The opening.

    Args:
        verdict: one line.
        body: what lies behind it.
        limit: what it means for totals, and what nobody can say from these figures.
    """

    verdict: str
    body: tuple[str, ...]
    limit: str


def number(count: int) -> str:
    """A count with thin groups of three, as in 10,085."""
    return f"{count:,}"


def in_words(part: int, whole: int) -> str:
    """A share of rows in percent; never 0 % of something that exists, nor 100 % of something incomplete."""
    if not whole:
        return ""
    if part == whole:
        return "100 %"
    percent = part * 100 / whole
    if part and percent < 1:
        return "under 1 %"
    return "over 99 %" if percent > 99 else f"{percent:.0f} %"


def sentences(
    *,
    tables: Sequence[tuple[str, int, int, int]],
    opioids: _Counts | None,
    worst: Sequence[Cost],
    unknown: tuple[int, int],
    warned: int,
) -> Said:
    """The opening of the page.

    Args:
        tables: name, rows read, rows used, rows that could not be used, of each table.
        opioids: the rows of opioids and ketamine, all together; None where no drugs were counted.
        worst: the reasons that cost most.
        unknown: rows whose drug nobody knows, and how many names they bear.
        warned: at most how many rows of the tables of medication are used with a warning.
    """
    if not tables:
        return Said("No row was read.", ("Nothing that this import can be judged by was found.",), "")
    read, used, lost = (sum(counts) for counts in zip(*(row[1:] for row in tables), strict=True))
    body = [f"Of {_rows(read)} in {counted(len(tables), 'table')}, {_of(used, read)} were used."]
    if lost:
        body[0] = f"{body[0][:-1]} and {_of(lost, read)} say something that cannot be used."
    body += [
        f"{counted(one.line.count, one.unit)} {'of' if one.unit == 'row' else 'in'} {one.line.table}"
        f"{f' ({one.share})' if one.share else ''}: {one.line.reason}."
        + (f" To mend this: {one.line.remedy}." if one.line.remedy else "")
        for one in worst
    ]
    if unknown[0]:
        body.append(
            f"{_rows(unknown[0])} bear {counted(unknown[1], 'name')} that nobody knows here; any of them "
            "may be an opioid until a line says what it is."
        )
    sound = opioids is not None and not (opioids.lost or opioids.doubted or warned or unknown[0])
    return Said(_verdict(read, opioids, warned, unknown[0]), tuple(body), _SOUND if sound else _OPEN)


_OPEN = (
    "Where the dose, the time or the drug of a row is not known, no MME can be given for it. It is never "
    "taken for zero: a total over its time is reported as incomplete, with no upper bound."
)
_SOUND = (
    "A row that was never charted leaves no trace here: these figures say nothing of what is not in the data."
)


def _verdict(read: int, opioids: _Counts | None, warned: int, unknown: int) -> str:
    """One line: the rows of opioids, what became of them, and what else keeps totals open."""
    if opioids is None:
        return f"{_rows(read)} read; the reader of this format does not count those of opioids apart."
    if not opioids.read:
        first = f"{_rows(read)} read; none is known to be of an opioid or of ketamine"
    elif opioids.lost:
        first = (
            f"{number(opioids.lost)} of {_rows(opioids.read)} of opioids or ketamine cannot be counted: "
            "totals are incomplete"
        )
    elif opioids.doubted or warned:
        first = f"{_rows(opioids.read)} of opioids and ketamine were kept"
    else:
        first = f"All {_rows(opioids.read)} of opioids and ketamine were used without a warning"
    more = []
    if opioids.doubted:
        others = "more" if opioids.lost else "of them"
        more.append(f"{number(opioids.doubted)} {others} bear a warning")
    elif warned:
        more.append(f"{_rows(warned)} of medication bear a warning")
    if unknown:
        more.append(f"{_rows(unknown)} have a drug that nobody knows")
    return "; ".join([first, *more]) + "."


def _of(part: int, whole: int) -> str:
    return f"{number(part)} ({in_words(part, whole)})"


def _rows(count: int) -> str:
    return counted(count, "row")


def counted(count: int, word: str) -> str:
    """A count with its word, as in 1 row and 2 rows."""
    return f"{number(count)} {word}{'' if count == 1 else 's'}"
