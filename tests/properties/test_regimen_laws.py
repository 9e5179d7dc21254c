"""Laws of the daily total, over every table and named pair of the library and regimens drawn from their own rows."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adjuvant import library
from adjuvant.library.model import TablePlan
from adjuvant.opioids import DailyMME, LineStatus, daily_mme, find_factor, parse_regimen, spread
from adjuvant.quantity import show_exact
from adjuvant.record import Refusal

# Tables in which a higher dose can read fewer MME, because a band's factor falls. Nothing that promises
# monotonicity holds for them; a table that joins this list must say so in its warning.
FALLING = {"mdanderson_reddy2017"}
Medication = dict[str, Any]


@lru_cache(maxsize=1)
def plans() -> tuple[TablePlan, ...]:
    """Every table alone, and every named pair."""
    return (
        *(library.plan(key) for key in library.table_keys() if key != "neuraxial"),
        *library.named_pairs(),
    )


def falls(plan: TablePlan) -> bool:
    return any(not row.monotone for table in plan.tables for row in table.factors)


def test_the_tables_with_falling_bands_are_exactly_the_listed_ones() -> None:
    found = {key for key in library.table_keys() if falls(library.plan(key))}
    assert found == FALLING
    for key in FALLING:
        assert "fall" in library.load_table(key).warning


@lru_cache(maxsize=64)
def choices(plan: TablePlan) -> tuple[tuple[str, str, str | None], ...]:
    """Drug, route and form of everything the plan has a factor for, patches left out."""
    found = []
    for table in plan.tables:
        for row in table.factors:
            for route in sorted(row.routes - {"transdermal"}):
                form = None if row.forms is None else min(row.forms)
                if not isinstance(find_factor(plan, row.ingredient, route, form), Refusal):
                    found.append((row.ingredient, route, form))
    assert found, plan.key
    return tuple(dict.fromkeys(found))


def dose(mg: Fraction, unit: str = "mg") -> str:
    """An exact amount as text in the unit."""
    return (
        f"{show_exact(mg * {'mg': Fraction(1), 'ug': Fraction(1000), 'g': Fraction(1, 1000)}[unit])} {unit}"
    )


amounts = st.integers(1, 400_000).map(lambda n: Fraction(n, 1000))


def amounts_of(drug: str) -> st.SearchStrategy[Fraction]:
    """Doses in mg that are believed even where a law multiplies them by nine: up to 2 mg of the potent ones."""
    return amounts.map(lambda mg: mg / 200) if drug.endswith("fentanil") or drug == "fentanyl" else amounts


@st.composite
def regimens(draw: st.DrawFn, plan: TablePlan, size: int = 6, as_needed: bool = True) -> list[Medication]:
    """Up to `size` lines that the plan covers, patches among them where it has them."""
    medications: list[Medication] = []
    for _ in range(draw(st.integers(1, size))):
        drug, route, form = draw(st.sampled_from(choices(plan)))
        medication: Medication = {"drug": drug, "route": route, "dose": dose(draw(amounts_of(drug)))}
        medication["times_per_day"] = draw(st.integers(1, 12))
        if form is not None:
            medication["form"] = form
        if as_needed and draw(st.booleans()):
            medication["as_needed"] = True
        medications.append(medication)
    if not isinstance(find_factor(plan, "fentanyl", "transdermal", "patch"), Refusal) and draw(st.booleans()):
        rate = draw(st.integers(1, 300))
        medications.append({"drug": "fentanyl", "form": "patch", "dose": f"{rate} ug/h", "every_hours": 72})
    return medications


def total(medications: Sequence[Medication], plan: TablePlan) -> DailyMME:
    answer = daily_mme(parse_regimen({"medications": list(medications)}), plan)
    assert all(line.status is not LineStatus.REFUSED for line in answer.lines), [
        str(x.refusal) for x in answer.lines
    ]
    return answer


every_plan = st.sampled_from(plans())
rising_plan = st.sampled_from([plan for plan in plans() if not falls(plan)])


@given(st.data(), every_plan)
def test_the_order_of_the_lines_does_not_matter(data: st.DataObject, plan: TablePlan) -> None:
    medications = data.draw(regimens(plan))
    order = data.draw(st.permutations(range(len(medications))))
    first, second = total(medications, plan), total([medications[index] for index in order], plan)
    assert (second.total, second.by_drug, second.warnings) == (first.total, first.by_drug, first.warnings)
    for place, index in enumerate(order):
        mine, theirs = second.lines[place], first.lines[index]
        assert (mine.value, mine.low, mine.high) == (theirs.value, theirs.low, theirs.high)


@given(st.data(), every_plan)
def test_splitting_a_dose_over_two_lines_changes_nothing(data: st.DataObject, plan: TablePlan) -> None:
    medications = data.draw(regimens(plan))
    whole = medications[0]
    mg = Fraction(whole["dose"].split()[0])
    part = mg * Fraction(data.draw(st.integers(1, 999)), 1000)
    halves = [whole | {"dose": dose(part)}, whole | {"dose": dose(mg - part)}]
    assert total([*halves, *medications[1:]], plan).by_drug == total(medications, plan).by_drug


@given(st.data(), every_plan)
def test_splitting_how_often_over_two_lines_changes_nothing(data: st.DataObject, plan: TablePlan) -> None:
    medications = data.draw(regimens(plan))
    whole = medications[0] | {"times_per_day": 5}
    parts = [whole | {"times_per_day": 2}, whole | {"times_per_day": 3}]
    assert total([*parts, *medications[1:]], plan).total == total([whole, *medications[1:]], plan).total


@pytest.mark.hazard("H-008")
@given(st.data(), every_plan, st.sampled_from(["ug", "g"]))
def test_the_unit_of_a_dose_does_not_matter(data: st.DataObject, plan: TablePlan, unit: str) -> None:
    medications = data.draw(regimens(plan))
    rewritten = [
        item | {"dose": dose(Fraction(item["dose"].split()[0]), unit)}
        if item["dose"].endswith(" mg")
        else item
        for item in medications
    ]
    first, second = total(medications, plan), total(rewritten, plan)
    assert (second.total, second.by_drug) == (first.total, first.by_drug)


@given(st.data(), every_plan)
def test_the_total_is_the_sum_of_its_drugs_and_of_its_lines(data: st.DataObject, plan: TablePlan) -> None:
    answer = total(data.draw(regimens(plan)), plan)
    for name in ("value", "low", "high"):
        whole = getattr(answer.total, name)
        assert whole == sum(getattr(part, name) for part in answer.by_drug.values())
        assert whole == sum(getattr(line, name) for line in answer.lines)


@given(st.data(), every_plan)
def test_low_value_and_high_stand_in_order(data: st.DataObject, plan: TablePlan) -> None:
    answer = total(data.draw(regimens(plan)), plan)
    for part in (answer.total, answer.without_buprenorphine, *answer.by_drug.values()):
        assert part.high is not None
        assert 0 <= part.low <= part.value <= part.high


@given(st.data(), rising_plan)
def test_as_needed_reads_none_at_its_low_end_and_everything_at_its_high_end(
    data: st.DataObject, plan: TablePlan
) -> None:
    medications = data.draw(regimens(plan))
    answer = total(medications, plan).total
    assert answer.high == total([item | {"as_needed": False} for item in medications], plan).total.value
    scheduled = [item for item in medications if not item.get("as_needed")]
    assert answer.low == answer.value == (total(scheduled, plan).total.value if scheduled else 0)


@given(st.data(), rising_plan)
def test_a_higher_dose_never_reads_fewer_mme(data: st.DataObject, plan: TablePlan) -> None:
    medications = data.draw(regimens(plan))
    more = dose(Fraction(medications[0]["dose"].split()[0]) + data.draw(amounts_of(medications[0]["drug"])))
    first, second = (
        total(medications, plan).total,
        total([medications[0] | {"dose": more}, *medications[1:]], plan).total,
    )
    assert second.value >= first.value
    assert second.high is not None
    assert first.high is not None
    assert second.high > first.high


def test_in_a_falling_table_a_higher_dose_can_read_fewer_mme() -> None:
    """29.9 mg x 11.54 = 345.046; 30 mg x 9.86 = 295.8."""
    plan = library.plan("mdanderson_reddy2017")
    line = {"drug": "hydromorphone", "route": "iv", "times_per_day": 1}
    assert total([line | {"dose": "29.9 mg"}], plan).total.value == Fraction("345.046")
    assert total([line | {"dose": "30 mg"}], plan).total.value == Fraction("295.8")


def banded(item: Medication, plan: TablePlan) -> bool:
    row = find_factor(plan, item["drug"], item.get("route"), item.get("form"))
    return not isinstance(row, Refusal) and bool(row.bands)


@given(st.data(), every_plan, st.integers(1, 9))
def test_where_no_band_decides_twice_the_dose_is_twice_the_mme(
    data: st.DataObject, plan: TablePlan, times: int
) -> None:
    medications = [
        item for item in data.draw(regimens(plan)) if "every_hours" not in item and not banded(item, plan)
    ]
    if not medications:
        return
    larger = [item | {"dose": dose(Fraction(item["dose"].split()[0]) * times)} for item in medications]
    first, second = total(medications, plan).total, total(larger, plan).total
    assert second.high is not None
    assert first.high is not None
    assert (second.value, second.high) == (first.value * times, first.high * times)


@given(st.integers(1, 4), amounts, st.integers(1, 3))
def test_within_a_band_mme_are_linear(band: int, mg: Fraction, factor: int) -> None:
    """CDC 2016's bands for methadone: 4 to 20 mg, 8 to 40, 10 to 60, 12 above; edges belong to the band below."""
    lower, upper, mme = [(0, 20, 4), (20, 40, 8), (40, 60, 10), (60, 400, 12)][band - 1]
    total_mg = lower + (upper - lower) * mg / 400
    line = {"drug": "methadone", "route": "oral", "dose": dose(total_mg / factor), "times_per_day": factor}
    if (total_mg / factor * 10**9).denominator != 1 or "/" in line["dose"]:
        return  # a third cannot be written as a decimal
    assert total([line], library.plan("cdc2016")).total.value == total_mg * mme


@given(st.data(), every_plan)
def test_the_same_lines_twice_count_twice(data: st.DataObject, plan: TablePlan) -> None:
    medications = [item for item in data.draw(regimens(plan)) if not banded(item, plan)]
    if not medications:
        return
    once, twice = total(medications, plan).total, total([*medications, *medications], plan).total
    assert once.high is not None
    assert (twice.value, twice.low, twice.high) == (2 * once.value, 2 * once.low, 2 * once.high)


@given(st.data(), rising_plan)
def test_refusing_a_line_never_raises_the_total_and_always_shows(
    data: st.DataObject, plan: TablePlan
) -> None:
    medications = data.draw(regimens(plan))
    place = data.draw(st.integers(0, len(medications) - 1))
    fault = data.draw(
        st.sampled_from([{"dose": "5-10 mg"}, {"dose": "10"}, {"route": "by magic"}, {"drug": "Painaway"}])
    )
    broken = [item | fault if index == place else item for index, item in enumerate(medications)]
    whole = total(medications, plan).total
    answer = daily_mme(parse_regimen({"medications": broken}), plan)
    assert answer.lines[place].status is LineStatus.REFUSED
    assert answer.total.value <= whole.value
    assert answer.total.low <= whole.low
    assert (answer.total.complete, answer.total.high) == (False, None)
    assert spread(parse_regimen({"medications": broken}), plans()).covered == ()


@given(st.data(), every_plan)
def test_what_is_no_opioid_changes_no_figure(data: st.DataObject, plan: TablePlan) -> None:
    medications = data.draw(regimens(plan))
    other = {
        "drug": data.draw(
            st.sampled_from(["gabapentin", "ketamine", "naloxone", "lorazepam", "dexamethasone"])
        )
    }
    assert total([other, *medications], plan).total == total(medications, plan).total


@pytest.mark.hazard("H-027")
@given(st.data(), every_plan)
def test_no_answer_mixes_tables(data: st.DataObject, plan: TablePlan) -> None:
    answer = total(data.draw(regimens(plan)), plan)
    places = {step.row for line in answer.lines for step in line.derivation if step.row}
    assert places
    assert {place.split("/")[1].split(".")[0] for place in places} <= {table.key for table in plan.tables}


@given(st.data(), every_plan)
def test_the_spread_says_what_each_plan_says_alone(data: st.DataObject, plan: TablePlan) -> None:
    lines = parse_regimen({"medications": data.draw(regimens(plan))})
    found = spread(lines, plans())
    assert len(found.covered) + len(found.uncovered) == len(plans())
    by_key = {one.key: one for one in plans()}
    assert plan.key in {item.plan for item in found.covered}
    for item in found.covered:
        assert item.total == daily_mme(lines, by_key[item.plan]).total
    for item in found.uncovered:
        assert not daily_mme(lines, by_key[item.plan]).total.complete
