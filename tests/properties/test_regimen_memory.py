"""The engine remembers lines that it met: whatever it met before, it answers as one that meets them first."""

from __future__ import annotations

import copy
import json
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adjuvant import library
from adjuvant.errors import InputError
from adjuvant.opioids import daily_mme, mme_json, parse_regimen, read_regimen, spread
from adjuvant.opioids.pricing import add_up, total_of

# Few values, so that lines come back, alone and beside others.
medications = st.fixed_dictionaries(
    {
        "drug": st.sampled_from(
            ["morphine", "methadone", "fentanyl", "buprenorphine", "gabapentin", "squidol"]
        )
    },
    optional={
        "route": st.sampled_from(["oral", "intravenous", "transdermal", "epidural"]),
        "form": st.sampled_from(["patch", "tablet"]),
        "dose": st.sampled_from(["5 mg", "12.5 mg", "25 ug/h", "5-10 mg"]),
        "times_per_day": st.sampled_from([2, 3, 4]),
        "as_needed": st.booleans(),
    },
)
regimens = st.lists(medications, min_size=1, max_size=4).map(lambda lines: json.dumps({"medications": lines}))
plans = st.sampled_from(
    [library.default_plan(), library.plan("cdc2016"), library.plan("mdanderson_reddy2017")]
)


def met_first(text: str) -> Any:
    """The lines from decoded data: objects of their own, of which nothing is remembered."""
    return parse_regimen(json.loads(text, parse_float=Decimal))


@given(st.lists(st.tuples(regimens, plans), min_size=1, max_size=6))
def test_what_was_met_before_changes_no_answer(asked: list[tuple[str, Any]]) -> None:
    over = library.spread_plans()
    for text, plan in asked:
        assert mme_json(read_regimen(text), plan, over) == mme_json(met_first(text), plan, over)
        assert daily_mme(read_regimen(text), plan) == daily_mme(met_first(text), plan)
        assert spread(read_regimen(text), list(over)) == spread(met_first(text), iter(over))


@given(regimens, plans)
def test_an_answer_belongs_to_whom_it_was_given(text: str, plan: Any) -> None:
    first = mme_json(read_regimen(text), plan)
    kept = copy.deepcopy(first)
    spoil(first)
    assert mme_json(read_regimen(text), plan) == kept


def spoil(data: Any) -> None:
    """Overwrite everything in an answer that can be overwritten."""
    for item in list(data.values() if isinstance(data, dict) else data):
        if isinstance(item, dict | list):
            spoil(item)
    data.clear()


def test_lines_that_only_compare_equal_are_told_apart() -> None:
    def text(times: str) -> str:
        line = f'{{"drug": "morphine", "route": "oral", "dose": "5 mg", "times_per_day": {times}}}'
        return f'{{"medications": [{line}]}}'

    assert [line.written.rpartition(" ")[2] for one in ("1", "1.0") for line in read_regimen(text(one))] == [
        "1",
        "1.0",
    ]
    with pytest.raises(InputError, match="times_per_day: is true or false, not a number"):
        read_regimen(text("true"))


def test_a_line_keeps_the_place_where_it_stands() -> None:
    line = {"drug": "morphine", "route": "oral", "dose": "5 mg", "times_per_day": 4}
    both = read_regimen(json.dumps({"medications": [line, line]}))
    assert [one.place for one in both] == ["medications[0]", "medications[1]"]


def test_a_line_per_kilogram_takes_the_weight_that_stands_beside_it() -> None:
    line = {"drug": "morphine", "route": "iv", "dose": "0.1 mg/kg", "times_per_day": 4}
    plan = library.default_plan()

    def mg(weight: str | None) -> str:
        answer = daily_mme(read_regimen(json.dumps({"medications": [line], "weight": weight})), plan)
        return " ".join(step.text for step in answer.lines[0].derivation)

    assert "= 20 mg/day" in mg("50 kg") and "= 40 mg/day" in mg("100 kg") and "= 20 mg/day" in mg("50 kg")
    assert "mg/day" not in mg(None)


fractions = st.fractions(min_value=0, max_denominator=5000)


@given(st.lists(fractions))
def test_adding_up_is_the_exact_sum(values: list[Fraction]) -> None:
    assert add_up(values) == sum(values, Fraction(0))


@given(st.lists(st.tuples(fractions, fractions, fractions)), st.booleans())
def test_a_total_adds_up_each_end(parts: list[tuple[Fraction, Fraction, Fraction]], complete: bool) -> None:
    found = total_of(parts, complete=complete)
    assert found.value == sum(part[0] for part in parts)
    assert found.low == sum(part[1] for part in parts)
    assert found.high == (sum(part[2] for part in parts) if complete else None)
    assert found.complete is complete


def test_the_same_lines_are_asked_over_other_tables_in_turn() -> None:
    """What is remembered of a line by some plans is no answer by others."""
    line = {"drug": "methadone", "route": "oral", "dose": "15 mg", "times_per_day": 2}
    lines = read_regimen(json.dumps({"medications": [line]}))
    ranges = [
        tuple(library.plan(key) for key in keys) for keys in (("cdc2016", "cdc2022"), ("cdc2022", "cdc2016"))
    ]
    for plans_asked in (*ranges, *ranges):
        found = [(item.plan, item.total and item.total.value) for item in spread(lines, plans_asked).covered]
        alone = [(plan.key, daily_mme(lines, plan).total.value) for plan in plans_asked]
        assert found == alone and len({value for _, value in alone}) == 2
