"""spread: the same regimen over every table or named pair that covers every line, and those that do not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from adjuvant.library.model import TablePlan
from adjuvant.opioids.amount import Measured
from adjuvant.opioids.line import RegimenLine
from adjuvant.opioids.model import PlanTotal, Spread, Total
from adjuvant.opioids.pricing import Priced, Sum, drug_sums, price, row_totals
from adjuvant.opioids.regimen import measured_lines
from adjuvant.record import Refusal

__all__ = ["plan_title", "spread"]


def plan_title(plan: TablePlan) -> str:
    """What the plan is called: the table's title, or both with what each is used for."""
    if plan.parenteral is None:
        return plan.primary.title
    return f"{plan.primary.title}; parenteral: {plan.parenteral.title}"


def spread(lines: Iterable[RegimenLine], plans: Iterable[TablePlan]) -> Spread:
    """The total by each plan that covers every opioid line, and the plans that do not, with what they refuse.

    A line that is refused through its own fault (no timing, an unknown drug) is refused by every plan, so
    none covers the regimen then. Rows of different plans are never mixed.

    Raises:
        InputError: there are no lines.
    """
    return spread_of(measured_lines(lines), plans)


def spread_of(items: Sequence[Measured], plans: Iterable[TablePlan]) -> Spread:
    """`spread` of lines that are already measured."""
    covered: list[PlanTotal] = []
    uncovered: list[PlanTotal] = []
    for plan in plans:
        refused: list[Refusal] = []
        counted: list[Priced] = []
        for item in items:
            found = price(item, plan)
            if isinstance(found, Refusal):
                refused.append(found)
            else:
                counted += found
        if refused:
            uncovered.append(PlanTotal(plan.key, plan_title(plan), None, tuple(refused)))
        else:
            covered.append(PlanTotal(plan.key, plan_title(plan), _total(counted)))
    return Spread(tuple(covered), tuple(uncovered))


def _total(counted: Sequence[Priced]) -> Total:
    whole = Sum()
    for part in drug_sums(counted, row_totals(counted)).values():
        whole.add(part.value, part.low, part.high)
    return whole.total()
