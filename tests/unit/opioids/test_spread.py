"""The same regimen over several tables: only those that cover every line count, and none is ever mixed with another."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from adjuvant.errors import InputError
from adjuvant.library.model import TablePlan
from adjuvant.opioids import Spread, daily_mme, parse_regimen, plan_title, spread
from adjuvant.quantity import parse_quantity
from adjuvant.record import Drug, Ingredient, RefusalReason
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


def test_tables_that_band_a_drug_otherwise_keep_their_own_bands() -> None:
    methadone = {"drug": "methadone", "route": "oral", "dose": "10 mg", "times_per_day": 3}
    tables = (
        a_table(a_row("methadone", None, bands=(("above 0", "4"), ("above 20", "8"))), key="steep"),
        a_table(a_row("methadone", None, bands=(("above 0", "3"),)), key="flat"),
        a_table(a_row("methadone", "5"), key="plain"),
        a_table(a_row("methadone", "5"), key="as plain"),
    )
    found = spread(parse_regimen({"medications": [methadone]}), [TablePlan(table) for table in tables])
    assert {item.plan: item.total.value for item in found.covered if item.total} == {
        "steep": 240,
        "flat": 90,
        "plain": 150,
        "as plain": 150,
    }


def test_tables_that_count_patches_of_another_wear_keep_to_it_though_the_factor_is_the_same() -> None:
    """7.2 for one patch of three days, 16.8 for one of seven: 2.4 for each day of either."""
    patch = {"drug": "fentanyl", "form": "patch", "dose": "50 ug/h", "every_hours": 72}
    row = {"routes": "transdermal", "forms": "patch", "unit": "ug/h"}
    three = a_table(a_row("fentanyl", "7.2", per_patch_hours=Fraction(72), **row), key="three days")
    seven = a_table(a_row("fentanyl", "16.8", per_patch_hours=Fraction(168), **row), key="seven days")
    for tables in ((three, seven), (seven, three)):
        found = spread(parse_regimen({"medications": [patch]}), [TablePlan(table) for table in tables])
        assert [(item.plan, item.total and item.total.value) for item in found.covered] == [
            ("three days", 120)
        ]
        assert [item.plan for item in found.uncovered] == ["seven days"]


def test_a_product_of_two_opioids_is_valued_by_both_factors_of_each_table() -> None:
    """10 mg of morphine and 5 mg of oxycodone; the tables differ in one factor, in the other, or in neither."""
    (line,) = parse_regimen(
        {"medications": [{"drug": "morphine", "route": "oral", "dose": "1 {tablet}", "times_per_day": 1}]}
    )
    parts = (
        Ingredient("morphine", parse_quantity("10 mg/{tablet}")),
        Ingredient("oxycodone", parse_quantity("5 mg/{tablet}")),
    )
    tables = [
        a_table(a_row("morphine", morphine), a_row("oxycodone", oxycodone), key=f"{morphine} and {oxycodone}")
        for morphine, oxycodone in (("1", "1.5"), ("1", "2"), ("3", "2"), ("1", "1.50"))
    ]
    found = spread([replace(line, drug=Drug("two", parts))], [TablePlan(table) for table in tables])
    assert [item.total and item.total.value for item in found.covered] == [
        Fraction("17.5"),
        20,
        40,
        Fraction("17.5"),
    ]
