"""Reasons on the page of data quality: one for each rule, with the drugs or readings that it befell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from adjuvant.record import Outcome, QualityLine, QualitySummary
from adjuvant.reports.quality.sentences import in_words

__all__ = ["Reason", "reasons_of"]

_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule that rows of one table broke.

    Args:
        line: with the count of all its rows; its reason names the subject only where there is but one.
        share: of the rows of its table, in words; empty where it cannot be said.
        examples: raw texts of rows, at most five.
        members: the subjects and how many rows each has, where one rule befell several.
        unit: what the count counts; a row that bears the same warning for two readings counts twice.
    """

    line: QualityLine
    share: str
    examples: tuple[str, ...]
    members: tuple[tuple[str, int], ...] = ()
    unit: str = "row"


def reasons_of(summary: QualitySummary, examples: bool) -> list[Reason]:
    """The reasons of a summary; those that differ in nothing but what they are about stand together.

    Args:
        examples: False leaves out every raw text of a row.
    """
    groups: dict[tuple[str, Outcome, str, str], list[QualityLine]] = {}
    for line in summary.lines:
        if line.reason and line.count:
            groups.setdefault((line.table, line.outcome, line.remedy, _rule(line)), []).append(line)
    return [_reason(lines, rule, summary, examples) for (*_, rule), lines in groups.items()]


def _reason(lines: list[QualityLine], rule: str, summary: QualitySummary, examples: bool) -> Reason:
    whole = summary.count(Outcome.READ, lines[0].table)
    lines = sorted(lines, key=lambda line: (-line.count, line.reason))
    raw = _some(lines) if examples else ()
    if len(lines) == 1:
        return Reason(lines[0], in_words(lines[0].count, whole), raw)
    together = replace(lines[0], count=sum(line.count for line in lines), reason=rule, examples=raw)
    members = tuple((line.reason.partition(": ")[0], line.count) for line in lines)
    if together.outcome is Outcome.DOUBTED:
        return Reason(together, "", raw, members, "warning")
    return Reason(together, in_words(together.count, whole), raw, members)


def _rule(line: QualityLine) -> str:
    """What is said of the subject, as in "Fentanyl: the amount is empty"."""
    subject, found, rule = line.reason.partition(": ")
    return rule if found and subject and rule else line.reason


def _some(lines: Iterable[QualityLine]) -> tuple[str, ...]:
    """Examples of each line in turn."""
    left = [list(line.examples) for line in lines]
    found: list[str] = []
    while any(left) and len(found) < _EXAMPLES:
        found += [one.pop(0) for one in left if one]
    return tuple(found[:_EXAMPLES])
