"""The same regimen over several tables: only those that cover every line count, and none is ever mixed with another."""

from __future__ import annotations

from typing import Any

import pytest

from adjuvant.errors import InputError
from adjuvant.library.model import TablePlan
from adjuvant.opioids import Spread, daily_mme, parse_regimen, plan_title, spread
from adjuvant.record import RefusalReason
from small_tables import a_row, a_table

ORAL = a_table(a_row("oxycodone", "2"), a_row("morphine", "1"), key="oral")
INJECTED = a_table(a_row("oxycodone", "3"), a_row("morphine", "5", routes="parenteral"), key="injected")
PLANS = (TablePlan(ORAL, INJECTED), TablePlan(ORAL), TablePlan(INJECTED))

OXYCODONE: dict[str, Any] = {"drug": "oxycodone", "route": "oral", "dose": "10 mg", "times_per_day": 1}
MORPHINE: dict[str, Any] = {"drug": "morphine", "route": "iv", "dose": "10 mg", "times_per_day": 1}


def over(*medications: dict[str, Any]) -> Spread:
    return spread(parse_regimen({"medications": list(medications)}), PLANS)


def test_a_plan_counts_where_it_covers_every_line() -> None:
    found = over(OXYCODONE, MORPHINE)
    assert {item.plan: item.total.value for item in found.covered if item.total} == {
        "oral+injected": 70,
        "injected": 80,
    }
    (missing,) = found.uncovered
    assert (missing.plan, missing.total) == ("oral", None)
    assert [refusal.reason for refusal in missing.refused] == [RefusalReason.NO_FACTOR]
    assert missing.refused[0].subject == "medications[1] (morphine)"


def test_each_total_is_that_of_the_plan_alone() -> None:
    lines = parse_regimen({"medications": [OXYCODONE, MORPHINE | {"as_needed": True}]})
    found = spread(lines, PLANS)
    by_plan = {plan.key: plan for plan in PLANS}
    for item in found.covered:
        assert item.total == daily_mme(lines, by_plan[item.plan]).total


def test_a_fault_of_the_line_leaves_no_plan() -> None:
    found = over(OXYCODONE, {"drug": "morphine", "route": "oral", "dose": "10 mg"})
    assert found.covered == ()
    assert len(found.uncovered) == len(PLANS)
    for item in found.uncovered:
        assert RefusalReason.MISSING_TIMING in [refusal.reason for refusal in item.refused]


def test_what_is_no_opioid_needs_no_cover() -> None:
    assert len(over(OXYCODONE, {"drug": "gabapentin"}).covered) == len(PLANS)
    (first, *_) = over({"drug": "gabapentin"}).covered
    assert first.total is not None
    assert (first.total.value, first.total.high) == (0, 0)


def test_no_line_is_an_error() -> None:
    with pytest.raises(InputError, match="nothing listed"):
        spread((), PLANS)


def test_a_pair_is_titled_by_both_its_tables() -> None:
    assert plan_title(PLANS[0]) == "Table oral; parenteral: Table injected"
    assert plan_title(PLANS[1]) == "Table oral"
