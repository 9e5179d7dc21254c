"""daily_mme: MME per day of a regimen by one plan, line by line, with every step and every refusal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from adjuvant.errors import InputError
from adjuvant.library.model import TablePlan
from adjuvant.opioids.amount import Measured, measure
from adjuvant.opioids.derivation import derivation, plan_warnings
from adjuvant.opioids.line import RegimenLine
from adjuvant.opioids.model import DailyMME, LineAnswer, LineStatus
from adjuvant.opioids.pricing import (
    PricedLine,
    RowTotal,
    drug_parts,
    line_share,
    price,
    row_totals,
    total_of,
)

__all__ = ["DEFINITION", "daily_mme"]

DEFINITION = (
    "MME per day: what is scheduled or running over 24 hours, with as-needed doses at none (low) and at "
    "their maximum (high). A measure of exposure for adding up, never for changing a patient from one "
    "opioid to another."
)


def daily_mme(lines: Iterable[RegimenLine], plan: TablePlan) -> DailyMME:
    """MME per day of a regimen by one plan.

    Args:
        lines: from `read_regimen` or `parse_regimen`; order does not matter, and lines are never merged.
        plan: a table or a named pair.
    Returns:
        The total, its lines with their derivations, and the totals per ingredient. A banded row is read at
        the day's total of its ingredient over all lines, at each end of the interval, and each line has its
        share of that pro rata.
    Raises:
        InputError: there are no lines; nothing listed is not nothing taken.
    """
    return assess(measured_lines(lines), plan)


def measured_lines(lines: Iterable[RegimenLine]) -> tuple[Measured, ...]:
    """The amounts of every line.

    Raises:
        InputError: there are no lines.
    """
    found = tuple(measure(line) for line in lines)
    if not found:
        raise InputError(
            "regimen", "has no line, and nothing listed is not nothing taken", "list each medicine"
        )
    return found


def assess(items: Sequence[Measured], plan: TablePlan) -> DailyMME:
    """`daily_mme` of lines that are already measured."""
    lines = [price(item, plan) for item in items]
    rows = row_totals(lines)
    parts = drug_parts(lines, rows)
    refused = [line.item for line in lines if line.refusal is not None]
    open_ended = {name for item in refused for name in item.opioids}
    for name in open_ended:
        parts.setdefault(name, [])
    spared = [part for name, some in parts.items() if name != "buprenorphine" for part in some]
    cited = [one.applied.row.citation for line in lines for one in line.shares]
    cited += [table.citation for table in plan.tables]
    return DailyMME(
        plan=plan.key,
        definition=DEFINITION,
        total=total_of([part for some in parts.values() for part in some], complete=not refused),
        lines=tuple(_answer(line, rows) for line in lines),
        by_drug={
            name: total_of(some, complete=name not in open_ended) for name, some in sorted(parts.items())
        },
        without_buprenorphine=total_of(
            spared, complete=all(set(item.opioids) == {"buprenorphine"} for item in refused)
        ),
        warnings=plan_warnings(plan, parts),
        citations=tuple({citation.key: citation for citation in cited}.values()),
    )


def _answer(line: PricedLine, rows: Mapping[int, RowTotal]) -> LineAnswer:
    if line.banded:
        return _answer_by(line, rows)
    if line.answer is None:
        line.answer = _answer_by(line, rows)
    return line.answer


def _answer_by(line: PricedLine, rows: Mapping[int, RowTotal]) -> LineAnswer:
    item = line.item
    subject, as_needed = item.line.subject, item.line.as_needed
    steps = derivation(item, line.shares, rows)
    if item.not_an_opioid:
        return LineAnswer(subject, None, LineStatus.NOT_AN_OPIOID, as_needed=as_needed, derivation=steps)
    name = "+".join(item.opioids) or None
    if line.refusal is not None:
        return LineAnswer(
            subject, name, LineStatus.REFUSED, as_needed=as_needed, refusal=line.refusal, derivation=steps
        )
    whole = total_of([line_share(one, rows) for one in line.shares])
    return LineAnswer(
        subject, name, LineStatus.VALUE, whole.value, whole.low, whole.high, as_needed, derivation=steps
    )
