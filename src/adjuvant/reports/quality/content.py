"""What the page of data quality says: counts, reasons, drugs, names, and the sentences above them."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from adjuvant.library import ingredient
from adjuvant.record import NamedRows, Outcome, QualityLine, QualitySummary
from adjuvant.record.near_names import nearest_drug
from adjuvant.reports.quality.reasons import Reason, reasons_of
from adjuvant.reports.quality.sentences import Cost, Said, sentences

__all__ = ["Bar", "DrugRow", "NameRow", "QualityPage", "Reason", "quality_page"]

LOST = (Outcome.UNCONVERTIBLE, Outcome.NOT_ASSESSABLE)
"""Rows that say something which cannot be used."""
_ORDER = {
    Outcome.UNCONVERTIBLE: 0,
    Outcome.NOT_ASSESSABLE: 0,
    Outcome.DOUBTED: 1,
    Outcome.DUPLICATE: 2,
    Outcome.NOT_USED: 3,
}
MOST_DRUGS, MOST_NAMES = 60, 60
_COUNTED = ("opioid", "ketamine")


@dataclass(frozen=True, slots=True)
class Bar:
    """What became of the rows of one table (or of one drug in one unit), each row once but for the doubted.

    Args:
        doubted: at most how many of those used bear a warning.
    """

    read: int
    used: int
    doubted: int
    lost: int
    duplicate: int
    not_used: int


@dataclass(frozen=True, slots=True)
class DrugRow:
    """One drug in one unit.

    Args:
        counted: whether it is an opioid or ketamine.
        known: whether the library knows it at all.
    """

    drug: str
    unit: str
    tables: str
    counted: bool
    known: bool
    bar: Bar


@dataclass(frozen=True, slots=True)
class NameRow:
    """A name that nobody knows, with the line that would name it."""

    name: str
    tables: str
    count: int
    nearest: str
    line: str


@dataclass(frozen=True, slots=True)
class QualityPage:
    """Everything on the page.

    Args:
        source: what was read, in words.
        mend: reasons that somebody can do something about, the worst first.
        passed_over: reasons of rows that were left out and need nothing.
        examples: whether raw text of rows is shown.
        synthetic: whether every patient is invented, as far as the records say so.
    """

    source: str
    patients: int
    events: int
    said: Said
    tables: tuple[tuple[str, Bar], ...]
    mend: tuple[Reason, ...]
    passed_over: tuple[Reason, ...]
    drugs: tuple[DrugRow, ...]
    more_drugs: int
    names: tuple[NameRow, ...]
    more_names: int
    rows_of_names: int
    examples: bool
    synthetic: bool


def quality_page(
    summary: QualitySummary,
    *,
    source: str,
    patients: int,
    events: int,
    examples: bool = True,
    synthetic: bool = False,
) -> QualityPage:
    """The page of one import.

    Args:
        summary: of the whole import.
        source: what was read, in words for a person.
        examples: False leaves out every raw text of a row but the names of drugs.
        synthetic: whether every patient is invented; the page then says so.
    """
    tables = tuple((table, _table_bar(summary, table)) for table in _tables(summary))
    reasons = reasons_of(summary, examples)
    medication = {item.table for item in summary.medicines}
    reasons.sort(key=lambda one: _badness(one.line, medication))
    mend = tuple(
        one
        for one in reasons
        if one.line.outcome not in (Outcome.NOT_USED, Outcome.DUPLICATE) or one.line.remedy
    )
    passed = tuple(one for one in reasons if one not in mend)
    drugs = _drugs(summary)
    names = summary.unknown_names()
    rows_of_names = sum(one.count for one in names)
    said = sentences(
        tables=[(table, bar.read, bar.used, bar.lost) for table, bar in tables],
        opioids=_together([row.bar for row in drugs if row.counted]) if drugs else None,
        worst=_worst(mend, medication),
        warned=sum(bar.doubted for table, bar in tables if table in medication),
        unknown=(rows_of_names, len(names)),
    )
    return QualityPage(
        source, patients, events, said, tables, mend, passed,
        drugs[:MOST_DRUGS], max(0, len(drugs) - MOST_DRUGS),
        _names(names[:MOST_NAMES]), max(0, len(names) - MOST_NAMES), rows_of_names, examples,
        synthetic,
    )  # fmt: skip


def _badness(line: QualityLine, medication: set[str]) -> tuple[int, bool, int, str]:
    """Lost before doubted; of those, medication before the rest, and then by number of rows."""
    return _ORDER[line.outcome], line.table not in medication, -line.count, line.reason


def _worst(mend: Iterable[Reason], medication: set[str]) -> list[Cost]:
    """The reasons that befell most rows, medication before the rest, for the opening."""
    found = [one for one in mend if one.line.outcome in (*LOST, Outcome.DOUBTED)]
    found.sort(key=lambda one: (one.line.table not in medication, -one.line.count, one.line.reason))
    return [Cost(one.line, one.share, one.unit) for one in found[:3]]


def _tables(summary: QualitySummary) -> list[str]:
    """Tables with rows, those with the most rows lost first."""
    read = {line.table: summary.count(Outcome.READ, line.table) for line in summary.lines}
    lost = {table: sum(summary.count(one, table) for one in LOST) for table in read}
    return sorted(
        (table for table in read if read[table]), key=lambda table: (-lost[table], -read[table], table)
    )


def _table_bar(summary: QualitySummary, table: str) -> Bar:
    count = {outcome: summary.count(outcome, table) for outcome in Outcome}
    return _bar(count, count[Outcome.READ])


def _bar(count: dict[Outcome, int], read: int) -> Bar:
    return Bar(
        read,
        count[Outcome.USED],
        min(count[Outcome.DOUBTED], count[Outcome.USED]),
        sum(count[one] for one in LOST),
        count[Outcome.DUPLICATE],
        count[Outcome.NOT_USED],
    )


def _drugs(summary: QualitySummary) -> tuple[DrugRow, ...]:
    """Each drug in each unit; opioids and ketamine first, and of those what lost the most rows."""
    counts: dict[tuple[str, str], Counter[Outcome]] = {}
    tables: dict[tuple[str, str], set[str]] = {}
    for item in summary.medicines:
        counts.setdefault((item.drug, item.unit), Counter())[item.outcome] += item.count
        tables.setdefault((item.drug, item.unit), set()).add(item.table)
    rows = []
    for (drug, unit), count in counts.items():
        parts = [ingredient(part) for part in drug.split("+")]
        read = sum(number for outcome, number in count.items() if outcome is not Outcome.DOUBTED)
        bar = _bar({outcome: count[outcome] for outcome in Outcome}, read - count[Outcome.READ])
        rows.append(
            DrugRow(
                drug,
                unit,
                ", ".join(sorted(tables[drug, unit])),
                any(part is not None and part.kind in _COUNTED for part in parts),
                any(part is not None for part in parts),
                bar,
            )
        )
    rows.sort(
        key=lambda row: (not row.counted, row.known, -row.bar.lost, -row.bar.doubted, -row.bar.read, row.drug)
    )
    return tuple(rows)


def _names(found: Iterable[NamedRows]) -> tuple[NameRow, ...]:
    return tuple(
        NameRow(one.name, ", ".join(one.tables), one.count, nearest_drug(one.name), _line(one.name))
        for one in found
    )


def _line(name: str) -> str:
    """The line of a terms file that waits for the ingredients of this name."""
    written = io.StringIO()
    csv.writer(written, lineterminator="").writerow([name, ""])
    return written.getvalue()


def _together(bars: Iterable[Bar]) -> Bar:
    found = list(bars)
    return Bar(
        *(
            sum(getattr(bar, name) for bar in found)
            for name in ("read", "used", "doubted", "lost", "duplicate", "not_used")
        )
    )
