"""daily_mme: MME per day of a regimen by one plan, line by line, with every step and every refusal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from adjuvant.errors import InputError
from adjuvant.library.model import TablePlan
from adjuvant.opioids.amount import Measured, measure
from adjuvant.opioids.derivation import derivation, plan_warnings
from adjuvant.opioids.line import RegimenLine
from adjuvant.opioids.model import DailyMME, LineAnswer, LineStatus
from adjuvant.opioids.pricing import Priced, RowTotal, Sum, drug_sums, line_share, price, row_totals
from adjuvant.record import Refusal

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
    found = [price(item, plan) for item in items]
    counted = [one for line in found if not isinstance(line, Refusal) for one in line]
    rows = row_totals(counted)
    sums = drug_sums(counted, rows)
    refused = [item for item, line in zip(items, found, strict=True) if isinstance(line, Refusal)]
    for item in refused:
        for name in item.opioids:
            sums.setdefault(name, Sum()).complete = False
    everything = Sum(complete=not refused)
    without = Sum(complete=all(set(item.opioids) == {"buprenorphine"} for item in refused))
    for name, part in sums.items():
        everything.add(part.value, part.low, part.high)
        if name != "buprenorphine":
            without.add(part.value, part.low, part.high)
    cited = [one.applied.row.citation for one in counted] + [table.citation for table in plan.tables]
    return DailyMME(
        plan=plan.key,
        definition=DEFINITION,
        total=everything.total(),
        lines=tuple(_answer(item, line, rows) for item, line in zip(items, found, strict=True)),
        by_drug={name: part.total() for name, part in sorted(sums.items())},
        without_buprenorphine=without.total(),
        warnings=plan_warnings(plan, sums),
        citations=tuple({citation.key: citation for citation in cited}.values()),
    )


def _answer(item: Measured, found: tuple[Priced, ...] | Refusal, rows: Mapping[int, RowTotal]) -> LineAnswer:
    subject, as_needed = item.line.subject, item.line.as_needed
    if item.not_an_opioid:
        steps = derivation(item, (), rows)
        return LineAnswer(subject, None, LineStatus.NOT_AN_OPIOID, as_needed=as_needed, derivation=steps)
    name = "+".join(item.opioids) or None
    if isinstance(found, Refusal):
        steps = derivation(item, (), rows)
        return LineAnswer(
            subject, name, LineStatus.REFUSED, as_needed=as_needed, refusal=found, derivation=steps
        )
    line = Sum()
    for one in found:
        line.add(*line_share(one, rows))
    steps = derivation(item, found, rows)
    return LineAnswer(
        subject, name, LineStatus.VALUE, line.value, line.low, line.high, as_needed, derivation=steps
    )
