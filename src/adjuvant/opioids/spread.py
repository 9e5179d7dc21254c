"""spread: the same regimen over every table or named pair that covers every line, and those that do not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from adjuvant.library.model import TablePlan
from adjuvant.opioids.amount import Measured
from adjuvant.opioids.line import RegimenLine
from adjuvant.opioids.model import PlanTotal, Spread
from adjuvant.opioids.pricing import drug_parts, prices, row_totals, total_of
from adjuvant.opioids.regimen import measured_lines

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
    plans = tuple(plans)
    covered: list[PlanTotal] = []
    uncovered: list[PlanTotal] = []
    for plan, lines in zip(plans, zip(*(prices(item, plans) for item in items), strict=True), strict=True):
        refused = tuple(line.refusal for line in lines if line.refusal is not None)
        if refused:
            uncovered.append(PlanTotal(plan.key, plan_title(plan), None, refused))
        else:
            parts = drug_parts(lines, row_totals(lines)).values()
            total = total_of([part for some in parts for part in some])
            covered.append(PlanTotal(plan.key, plan_title(plan), total))
    return Spread(tuple(covered), tuple(uncovered))
