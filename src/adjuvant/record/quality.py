"""Data quality: what became of every row that a reader met, with reasons, counts and examples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["MedicineCount", "NamedRows", "Outcome", "QualityLine", "QualitySummary", "UnknownName"]


class Outcome(StrEnum):
    """What became of a row."""

    READ = "read"
    USED = "used"
    NOT_ASSESSABLE = "not assessable"
    UNCONVERTIBLE = "unconvertible"
    DUPLICATE = "duplicate"
    DOUBTED = "doubted"
    NOT_USED = "not used"


@dataclass(frozen=True, slots=True)
class QualityLine:
    """One reason, how many rows it befell, and some of them.

    Args:
        table: the source's table, file or resource type.
        count: how many rows; a row with several doubts stands in several DOUBTED lines, which may so add
            up to more than the rows read.
        reason: in words; empty for READ and USED.
        remedy: what a person can do about it; empty where nothing need be done.
        examples: at most five row names or raw texts.
    """

    table: str
    outcome: Outcome
    count: int
    reason: str = ""
    remedy: str = ""
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MedicineCount:
    """How many rows of one medicine in one unit had one outcome.

    Args:
        drug: the library's name of it, or the text as written where the library has none.
        unit: the unit as written; empty where the row states none.
        outcome: as for a line; a DOUBTED row is counted as USED too.
    """

    table: str
    drug: str
    unit: str
    outcome: Outcome
    count: int


@dataclass(frozen=True, slots=True)
class UnknownName:
    """A drug's name as written that the library does not know, and how many rows bear it."""

    table: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class NamedRows:
    """One unknown name over all tables, in the spelling that most of its rows have.

    Args:
        tables: in alphabetical order.
        count: rows of every spelling that differs by capitals or blanks alone.
    """

    name: str
    tables: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class QualitySummary:
    """All quality lines of one read. Every row read is either used or stands in a line that says why not.

    Args:
        medicines: rows of medication by drug and unit, in order of table, drug, unit and outcome.
        names: names that no drug was found for, in order of table and name.
    """

    lines: tuple[QualityLine, ...] = ()
    medicines: tuple[MedicineCount, ...] = ()
    names: tuple[UnknownName, ...] = ()

    @classmethod
    def of(cls, summaries: Iterable[QualitySummary]) -> QualitySummary:
        """Several summaries added together, in a stable order."""
        lines: list[QualityLine] = []
        medicines: Counter[tuple[str, str, str, Outcome]] = Counter()
        names: Counter[tuple[str, str]] = Counter()
        for summary in summaries:
            lines += summary.lines
            for item in summary.medicines:
                medicines[item.table, item.drug, item.unit, item.outcome] += item.count
            for one in summary.names:
                names[one.table, one.name] += one.count
        order = {outcome: number for number, outcome in enumerate(Outcome)}
        keys = sorted(medicines, key=lambda key: (*key[:3], order[key[3]]))
        return cls(
            cls.merged(lines).lines,
            tuple(MedicineCount(*key, medicines[key]) for key in keys),
            tuple(UnknownName(*key, names[key]) for key in sorted(names)),
        )

    @classmethod
    def merged(cls, lines: Iterable[QualityLine]) -> QualitySummary:
        """The same lines with equal table, outcome and reason added together, in a stable order."""
        groups: dict[tuple[str, Outcome, str], QualityLine] = {}
        for line in lines:
            key = (line.table, line.outcome, line.reason)
            before = groups.get(key)
            groups[key] = (
                line
                if before is None
                else QualityLine(
                    line.table,
                    line.outcome,
                    before.count + line.count,
                    line.reason,
                    before.remedy or line.remedy,
                    (before.examples + line.examples)[:5],
                )
            )
        order = list(Outcome)
        return cls(tuple(sorted(groups.values(), key=lambda x: (x.table, order.index(x.outcome), x.reason))))

    def unknown_names(self) -> tuple[NamedRows, ...]:
        """The unknown names, the most frequent first; as one line of the user's own would name them.

        Neither capitals nor blanks tell such lines apart, so they tell no names apart here.
        """
        spellings: dict[str, Counter[str]] = {}
        tables: dict[str, set[str]] = {}
        for one in self.names:
            key = " ".join(one.name.split()).casefold()
            spellings.setdefault(key, Counter())[one.name] += one.count
            tables.setdefault(key, set()).add(one.table)
        found = [
            NamedRows(_most_written(counts), tuple(sorted(tables[key])), counts.total())
            for key, counts in spellings.items()
        ]
        return tuple(sorted(found, key=lambda item: (-item.count, item.name)))

    def count(self, outcome: Outcome, table: str | None = None) -> int:
        """How many rows had this outcome, in one table or in all."""
        return sum(
            line.count for line in self.lines if line.outcome is outcome and table in (None, line.table)
        )

    def unaccounted(self, table: str) -> int:
        """Rows read and neither used nor explained; anything but 0 is a defect of the reader.

        DOUBTED rows are used rows with a warning, so they are not counted here.
        """
        explained = (
            Outcome.USED,
            Outcome.NOT_ASSESSABLE,
            Outcome.UNCONVERTIBLE,
            Outcome.DUPLICATE,
            Outcome.NOT_USED,
        )
        return self.count(Outcome.READ, table) - sum(self.count(outcome, table) for outcome in explained)


def _most_written(counts: Counter[str]) -> str:
    return min(counts, key=lambda name: (-counts[name], name))
