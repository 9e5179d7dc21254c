"""How much was given within any span, by hand: rates and doses as charted, what cannot be counted, and by whom it is needed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from adjuvant.protocol import Situation
from adjuvant.protocol.chart import ChartEvent, Happened
from adjuvant.protocol.dosing import DosingWeight
from adjuvant.protocol.given import given_in_course, most_within
from adjuvant.protocol.regimen import Regimen
from adjuvant.quantity import parse_quantity
from adjuvant.unknown import Unknown
from bedside import BEGINS, Chart

Q = parse_quantity
SEVENTY = DosingWeight(Q("70 kg"), "actual", BEGINS, "70 kg")
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
DRIP = {"mode": "continuous_infusion", "start": "10 mg/h"}


def regimen(**fields: Any) -> Regimen:
    return Regimen.model_validate({"title": "x", "route": "intravenous", **fields})


def chart(*events: tuple[float, str, str], taken: tuple[tuple[str, float], ...] = ()) -> Situation:
    """What was charted so many hours before, and which drugs were given then."""
    charted = tuple(
        ChartEvent(BEGINS - timedelta(hours=hours), Happened(what), Q(dose) if dose else None)
        for hours, what, dose in events
    )
    drugs = tuple((name, BEGINS - timedelta(hours=hours)) for name, hours in taken)
    return Situation.at(BEGINS, replace(Chart().facts, ketamine=charted, taken=drugs))


def most(
    situation: Situation,
    dose: str = "10 mg/h",
    length: timedelta = DAY,
    weight: DosingWeight | None = SEVENTY,
    **fields: Any,
) -> Any:
    found = most_within(length, Q(dose), situation, regimen(**(fields or DRIP)), weight)
    return found if isinstance(found, Unknown) else str(found)


def test_rates_that_were_changed_count_each_for_its_own_time() -> None:
    """6 h of 20 mg/h and 6 h of 5 mg/h are 150 mg; with 12 h of 10 mg/h after them the day has 270."""
    assert most(chart((12, "start", "20 mg/h"), (6, "change", "5 mg/h"))) == "270 mg"


def test_a_rate_that_was_stopped_counts_until_then() -> None:
    """6 h of 20 mg/h, 6 h of nothing, 12 h of 10 mg/h."""
    assert most(chart((12, "start", "20 mg/h"), (6, "stop", ""))) == "240 mg"
    assert most(chart((12, "start", "30 mg/h"), (6, "stop", ""))) == "300 mg"


def test_rates_of_days_ago_are_passed_over_and_what_follows_is_counted() -> None:
    old = ((60, "start", "50 mg/h"), (50, "change", "20 mg/h"))
    assert most(chart(*old)) == "480 mg"
    assert most(chart(*old, (24, "change", "1 mg/h")), "1 mg/h") == "24 mg"


def test_a_rate_per_kilogram_counts_by_the_weight_and_one_of_long_ago_needs_none() -> None:
    running = chart((12, "start", "0.2 mg/kg/h"))  # 14 mg/h at 70 kg
    assert most(running) == "288 mg"  # 12 h of 14 and 12 h of 10
    unknown = most(running, weight=None)
    assert isinstance(unknown, Unknown)
    assert unknown.needs == (f"how much was given from {(BEGINS - 12 * HOUR).isoformat()} on",)
    over = chart((60, "start", "0.2 mg/kg/h"), (24, "change", "10 mg/h"))
    assert most(over, weight=None) == "240 mg"


def test_a_dose_per_kilogram_without_a_weight_is_not_counted() -> None:
    unknown = most(chart(), "1 mg/kg", weight=None)
    assert isinstance(unknown, Unknown) and unknown.needs == ("a body weight",)
    assert most(chart(), "1 mg/kg") == "70 mg"
    assert most(chart((12, "given", "1 mg/kg")), "10 mg", mode="injection", start="10 mg") == "80 mg"


def test_a_dose_of_just_a_day_ago_is_out_and_one_of_a_moment_less_is_in() -> None:
    shot = {"mode": "injection", "start": "10 mg"}
    assert most(chart((24, "given", "30 mg")), "10 mg", **shot) == "10 mg"
    assert most(chart((23.99, "given", "30 mg")), "10 mg", **shot) == "40 mg"


def test_while_a_rate_runs_a_dose_is_held_until_it_falls_out() -> None:
    """100 mg 20 h ago, and 10 mg/h from now on: for four hours more both are in the day."""
    assert most(chart((20, "given", "100 mg"))) == "240 mg"  # 100 + 40, and later 240
    assert most(chart((20, "given", "300 mg"))) == "340 mg"


def test_what_is_swallowed_goes_in_at_once_whatever_time_it_is_written_with() -> None:
    assert most(chart(), "100 mg", HOUR, mode="oral", start="100 mg", duration="2 h") == "100 mg"
    assert most(chart(), "100 mg", HOUR, mode="timed_infusion", start="100 mg", duration="2 h") == "50 mg"
    assert most(chart(), "100 mg", HOUR, mode="timed_infusion", start="100 mg") == "100 mg"


@pytest.mark.parametrize(
    ("taken", "at"),
    [
        ((("ketamine", 3),), 3),
        ((("esketamine", 3),), 3),
        ((("morphine", 5), ("ketamine", 3)), 3),
        ((("ketamine", 30), ("ketamine", 3)), 3),
        ((("morphine", 3),), None),
        ((("ketamine", 24),), None),
        ((("ketamine", 30),), None),
    ],
)
def test_ketamine_that_was_given_without_a_charted_dose_cannot_be_counted(
    taken: tuple[tuple[str, float], ...], at: float | None
) -> None:
    found = most(chart(taken=taken), "10 mg", mode="injection", start="10 mg")
    if at is None:
        assert found == "10 mg"
    else:
        assert found.needs == (f"how much ketamine was given at {(BEGINS - at * HOUR).isoformat()}",)


def test_ketamine_that_is_charted_with_its_dose_is_counted_once() -> None:
    both = chart((3, "given", "20 mg"), taken=(("ketamine", 3),))
    assert most(both, "10 mg", mode="injection", start="10 mg") == "30 mg"


def test_the_course_is_all_that_was_given_since_it_began_its_first_dose_among_it() -> None:
    shots = regimen(mode="injection", start="10 mg")
    assert str(given_in_course(chart(), shots, SEVENTY)) == "0 mg"
    two = chart((50, "given", "20 mg"), (2, "given", "1 mg/kg"))
    assert str(given_in_course(two, shots, SEVENTY)) == "90 mg"
    assert isinstance(given_in_course(two, shots, None), Unknown)


def test_a_dose_that_was_charted_with_its_time_goes_in_over_that_time() -> None:
    """60 mg over two hours, begun an hour ago: half of it fell into this hour."""
    slow = chart((1, "given", "60 mg"))
    (event,) = slow.facts.ketamine
    facts = replace(slow.facts, ketamine=(replace(event, over=Q("2 h")),))
    found = most(Situation.at(BEGINS, facts), "10 mg", HOUR, mode="injection", start="10 mg")
    assert found == "40 mg"


def test_a_dose_of_days_ago_is_passed_over_and_those_after_it_count() -> None:
    shots = chart((60, "given", "50 mg"), (2, "given", "20 mg"))
    assert most(shots, "10 mg", mode="injection", start="10 mg") == "30 mg"
