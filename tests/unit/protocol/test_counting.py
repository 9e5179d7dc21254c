"""Each ceiling of a protocol means what its unit and window say, with what was given taken from the chart."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adjuvant.protocol import Situation
from adjuvant.protocol.ceiling import Ceiling
from adjuvant.protocol.chart import ChartEvent, Happened
from adjuvant.protocol.counting import counted, over_ceiling
from adjuvant.protocol.dosing import DosingWeight
from adjuvant.protocol.regimen import Regimen
from adjuvant.quantity import Quantity, parse_quantity
from adjuvant.unknown import Unknown
from bedside import BEGINS, Chart

Q = parse_quantity
SEVENTY = DosingWeight(Q("70 kg"), "actual", BEGINS, "70 kg")


def by_mouth(of: str, limit: str, **other: Any) -> Regimen:
    return made(of, limit, route="oral", mode="oral", start="100 mg", every="6 h", **other)


def running(of: str, limit: str, **other: Any) -> Regimen:
    return made(of, limit, route="intravenous", mode="continuous_infusion", start="10 mg/h", **other)


def infused(of: str, limit: str, **other: Any) -> Regimen:
    return made(of, limit, route="intravenous", mode="timed_infusion", start="60 mg", duration="2 h", **other)


def made(of: str, limit: str, **fields: Any) -> Regimen:
    soft = fields.pop("soft", False)
    ceiling = {"key": "own", "of": of, "limit": limit, "soft": soft}
    return Regimen.model_validate({"title": "x", "ceilings": [ceiling], **fields})


def chart(*events: tuple[float, str, str], at: float = 0) -> Situation:
    """What was charted so many hours before: ``given``, ``start``, ``change`` or ``stop``, with its dose."""
    charted = tuple(
        ChartEvent(BEGINS - timedelta(hours=hours), Happened(what), Q(dose) if dose else None)
        for hours, what, dose in events
    )
    return Situation.at(BEGINS + timedelta(hours=at), replace(Chart().facts, ketamine=charted))


def told(regimen: Regimen, dose: str, situation: Situation, weight: DosingWeight | None = SEVENTY) -> Any:
    """What the one ceiling counts, as text."""
    found = counted(regimen.caps[0], Q(dose), regimen, situation, weight)
    return found if found is None or isinstance(found, Unknown) else str(found)


def kept(regimen: Regimen, dose: str, situation: Situation, weight: DosingWeight | None = SEVENTY) -> bool:
    return over_ceiling(regimen, Q(dose), situation, weight) == ()


SIX_HOURLY = tuple((hours, "given", "100 mg") for hours in (24, 18, 12, 6))


def test_a_ceiling_of_the_day_counts_what_was_given_in_the_24_hours_before_the_dose() -> None:
    sixth = by_mouth("day", "400 mg/d")
    assert told(sixth, "100 mg", chart(*SIX_HOURLY)) == "400 mg/d"  # that of just 24 hours ago counts no more
    assert kept(sixth, "100 mg", chart(*SIX_HOURLY))
    sooner = tuple((hours, "given", "100 mg") for hours in (21, 16, 11, 6))
    assert told(sixth, "100 mg", chart(*sooner)) == "500 mg/d"
    (over,) = over_ceiling(sixth, Q("100 mg"), chart(*sooner), SEVENTY)
    assert over.words == "with what was given, it comes to 500 mg/d"


def test_a_day_holds_at_least_what_the_regimen_gives_in_one() -> None:
    assert told(by_mouth("day", "400 mg/d"), "100 mg", chart()) == "400 mg/d"
    assert not kept(by_mouth("day", "399 mg/d"), "100 mg", chart())


def test_a_rate_that_was_lowered_is_held_to_the_day_with_what_ran_before() -> None:
    before = chart((12, "start", "20 mg/h"))
    # After 12 h at 20 mg/h, the 24 hours in which 12 h at 10 mg/h follow hold 360 mg: more than 240 mg of either.
    assert told(running("day", "400 mg/d"), "10 mg/h", before) == "360 mg/d"
    assert kept(running("day", "360 mg/d"), "10 mg/h", before)
    assert not kept(running("day", "359 mg/d"), "10 mg/h", before)


def test_a_ceiling_of_the_hour_is_held_against_any_hour() -> None:
    assert told(running("hour", "20 mg/h"), "10 mg/h", chart()) == "10 mg/h"
    assert told(infused("hour", "20 mg/h"), "60 mg", chart()) == "30 mg/h"  # over two hours
    assert told(by_mouth("hour", "20 mg/h"), "100 mg", chart((0.5, "given", "100 mg"))) == "200 mg/h"
    assert told(by_mouth("hour", "20 mg/h"), "100 mg", chart((1, "given", "100 mg"))) == "100 mg/h"


def test_a_ceiling_of_the_rate_is_held_against_the_amount_over_its_time() -> None:
    assert told(infused("rate", "30 mg/h"), "60 mg", chart()) == "30 mg/h"
    assert kept(infused("rate", "30 mg/h"), "60 mg", chart())
    assert not kept(infused("rate", "29 mg/h"), "60 mg", chart())
    assert kept(infused("rate", "0.5 mg/kg/h"), "60 mg", chart())
    assert told(by_mouth("rate", "1 mg/h"), "100 mg", chart()) is None  # what is swallowed has no rate
    without = infused("rate", "30 mg/h").model_copy(update={"duration": None})
    (over,) = over_ceiling(without, Q("60 mg"), chart(), SEVENTY)
    assert over.words == "it cannot be compared without over how long it is given"


def test_a_ceiling_of_the_course_counts_what_was_given_in_it_with_the_dose() -> None:
    five = tuple((hours, "given", "60 mg") for hours in (96, 72, 48, 24))
    assert told(infused("course", "300 mg"), "60 mg", chart(*five)) == "300 mg"
    assert kept(infused("course", "300 mg"), "60 mg", chart(*five))
    (over,) = over_ceiling(infused("course", "299 mg"), Q("60 mg"), chart(*five), SEVENTY)
    assert over.words == "300 mg of the course, with what was given"


def test_a_rate_that_runs_has_a_course_s_ceiling_until_all_of_it_is_given() -> None:
    before = chart((10, "start", "10 mg/h"))
    assert told(running("course", "200 mg"), "10 mg/h", before) == "100 mg"
    assert kept(running("course", "100.1 mg"), "10 mg/h", before)
    (over,) = over_ceiling(running("course", "100 mg"), Q("10 mg/h"), before, SEVENTY)
    assert over.words == "100 mg was given in the course"


@pytest.mark.hazard("H-018")
@pytest.mark.parametrize("of", ["hour", "day", "course"])
def test_what_was_given_and_is_not_known_refuses_and_is_named(of: str) -> None:
    limit = {"hour": "1000 mg/h", "day": "1000 mg/d", "course": "1000 mg"}[of]
    taken = (("ketamine", BEGINS - timedelta(minutes=30)),)
    known = chart((1, "given", "100 mg"))
    unknown = replace(known, facts=replace(known.facts, taken=taken))
    (over,) = over_ceiling(by_mouth(of, limit), Q("100 mg"), unknown, SEVENTY)
    assert "cannot be compared without how much ketamine was given at 2026-03-02T07:30" in over.words
    per_kg = chart((0.5, "given", "1 mg/kg"))
    (over,) = over_ceiling(by_mouth(of, limit), Q("100 mg"), per_kg, None)
    assert "cannot be compared without how much was given at" in over.words
    (over,) = over_ceiling(by_mouth(of, limit, soft=True), Q("100 mg"), unknown, SEVENTY)
    assert over.ceiling.soft and "cannot be compared" in over.words  # it asks for a review, and says why


@pytest.mark.parametrize("slip", [(1, "given", "100 mg/h"), (1, "start", "100 mg")])
def test_what_is_charted_as_another_kind_of_dose_is_not_known(slip: tuple[float, str, str]) -> None:
    (over,) = over_ceiling(by_mouth("day", "1000 mg/d"), Q("100 mg"), chart(slip), SEVENTY)
    assert "cannot be compared without how much was given" in over.words


def test_a_limit_of_another_kind_than_it_counts_is_not_kept() -> None:
    assert not kept(by_mouth("day", "1000 mg"), "100 mg", chart())


def test_ketamine_that_is_charted_both_as_a_dose_and_as_a_drug_given_is_known() -> None:
    known = chart((0.5, "given", "100 mg"))
    both = replace(known, facts=replace(known.facts, taken=(("ketamine", BEGINS - timedelta(minutes=30)),)))
    assert told(by_mouth("hour", "500 mg/h"), "100 mg", both) == "200 mg/h"


HOURS = st.lists(st.integers(1, 60), unique=True, max_size=8)


@settings(max_examples=100, deadline=None)
@given(hours=HOURS, amounts=st.lists(st.integers(1, 300), min_size=8, max_size=8), dose=st.integers(1, 300))
def test_the_day_that_ends_with_a_dose_is_never_counted_lower_than_it_is(
    hours: list[int], amounts: list[int], dose: int
) -> None:
    events = sorted(zip(hours, amounts, strict=False), reverse=True)
    situation = chart(*((float(hour), "given", f"{amount} mg") for hour, amount in events))
    regimen = by_mouth("day", "1000 mg/d").model_copy(update={"times_per_day": 1, "every": None})
    by_hand = dose + sum(
        amount for hour, amount in events if hour < 24
    )  # added up once more, in whole numbers
    found = counted(regimen.caps[0], Quantity(Fraction(dose), "mg"), regimen, situation, SEVENTY)
    assert found == Quantity(by_hand, "mg/d")


@settings(max_examples=100, deadline=None)
@given(
    of=st.sampled_from(["hour", "day", "course"]), hours=HOURS, dose=st.integers(1, 300), more=st.integers(1, 300),
    extra=st.integers(1, 60),
)  # fmt: skip
def test_more_given_before_or_a_higher_dose_never_counts_for_less(
    of: str, hours: list[int], dose: int, more: int, extra: int
) -> None:
    limit = {"hour": "1 mg/h", "day": "1 mg/d", "course": "1 mg"}[of]
    one = by_mouth(of, limit)

    def value(events: list[int], amount: int) -> Fraction:
        known = chart(*((float(hour), "given", "50 mg") for hour in sorted(events, reverse=True)))
        found = counted(one.caps[0], Quantity(amount, "mg"), one, known, SEVENTY)
        assert isinstance(found, Quantity)
        return Fraction(found.value)

    assert value(hours, dose) <= value(hours, dose + more)
    assert value(hours, dose) <= value([*hours, extra + Fraction(1, 2)], dose)  # type: ignore[list-item]


def test_a_ceiling_whose_reading_nobody_chose_has_no_figure_to_keep() -> None:
    open_ = Ceiling.model_validate(
        {"key": "own", "of": "day", "printed": "x", "readings": [{"key": "a", "limit": "1 mg/d", "strict": False}]}
    )  # fmt: skip
    regimen = by_mouth("day", "1 mg/d").model_copy(update={"ceilings": (open_,)})
    assert over_ceiling(regimen, Q("100 mg"), chart(), SEVENTY) == ()


def test_what_falls_out_of_the_day_while_a_rate_runs_adds_nothing_to_it() -> None:
    """Half a milligram 23 h ago leaves the day an hour from now; at the end of the next there are 24 mg in it."""
    assert told(running("day", "100 mg/d"), "1 mg/h", chart((23, "given", "0.5 mg"))) == "24 mg/d"


def test_a_course_of_which_nothing_was_given_counts_the_dose_alone() -> None:
    assert told(infused("course", "300 mg"), "60 mg", chart()) == "60 mg"


def test_a_course_that_was_charted_per_kilogram_is_counted_by_the_weight() -> None:
    assert told(infused("course", "300 mg"), "60 mg", chart((24, "given", "1 mg/kg"))) == "130 mg"
    unknown = told(infused("course", "300 mg"), "60 mg", chart((24, "given", "1 mg/kg")), None)
    assert isinstance(unknown, Unknown)


def test_an_amount_over_its_time_says_what_rate_it_comes_to() -> None:
    (over,) = over_ceiling(infused("rate", "29 mg/h"), Q("60 mg"), chart(), SEVENTY)
    assert over.words == "it comes to 30 mg/h"
    (itself,) = over_ceiling(infused("single_dose", "59 mg"), Q("60 mg"), chart(), SEVENTY)
    assert itself.words == ""


def alone(regimen: Regimen, dose: str, weight: DosingWeight | None = SEVENTY) -> Any:
    """What the one ceiling counts of a dose by itself, as the regimen gives it."""
    found = counted(regimen.caps[0], Q(dose), regimen, None, weight)
    return found if found is None or isinstance(found, Unknown) else str(found)


def test_a_dose_by_itself_counts_as_the_regimen_gives_it() -> None:
    assert alone(by_mouth("single_dose", "400 mg"), "100 mg") == "100 mg"
    assert alone(running("single_dose", "400 mg"), "10 mg/h") is None
    assert alone(by_mouth("day", "400 mg/d"), "100 mg") == "400 mg/d"
    assert alone(by_mouth("day", "400 mg/d"), "1 mg/kg") == "280 mg/d"
    assert alone(by_mouth("hour", "400 mg/h"), "100 mg") is None
    assert alone(infused("course", "400 mg"), "60 mg") == "60 mg"
    assert alone(infused("course", "400 mg"), "1 mg/kg") == "70 mg"
    assert alone(running("course", "400 mg"), "10 mg/h") == "0 mg"


@pytest.mark.parametrize("of", ["day", "hour", "course"])
def test_a_dose_per_kilogram_is_counted_with_a_weight_and_not_without(of: str) -> None:
    limit = {"day": "400 mg/d", "hour": "400 mg/h", "course": "400 mg"}[of]
    unknown = alone(by_mouth(of, limit), "1 mg/kg", None)
    assert isinstance(unknown, Unknown) and unknown.needs == ("a body weight",)
    with_chart = told(by_mouth(of, limit), "1 mg/kg", chart((0.5, "given", "1 mg/kg")))
    assert with_chart == {"day": "280 mg/d", "hour": "140 mg/h", "course": "140 mg"}[of]


def test_a_ceiling_per_kilogram_is_kept_by_the_weight() -> None:
    assert kept(by_mouth("day", "4 mg/kg/d"), "1 mg/kg", chart())
    assert not kept(by_mouth("day", "3.9 mg/kg/d"), "1 mg/kg", chart())


def test_a_ceiling_of_another_kind_hides_none_that_comes_after_it() -> None:
    two = by_mouth("rate", "1 mg/h")
    two = two.model_copy(update={"ceilings": (*two.ceilings, *by_mouth("single_dose", "50 mg").ceilings)})
    assert [one.ceiling.of for one in over_ceiling(two, Q("100 mg"), chart(), SEVENTY)] == ["single_dose"]


def test_how_often_a_dose_is_given_is_asked_for_where_a_day_s_cap_needs_it_and_a_usual_one_does_not() -> None:
    """A gap of the protocol is told as a gap; a usual ceiling would only repeat it."""
    for soft, words in (
        (False, ["it cannot be compared without how often it is given in a day"]),
        (True, []),
    ):
        often = made("day", "400 mg/d", soft=soft, route="oral", mode="oral", start="100 mg")
        assert [one.words for one in over_ceiling(often, Q("100 mg"), chart(), SEVENTY)] == words


def test_what_was_given_and_cannot_be_counted_is_said_of_a_usual_ceiling_too() -> None:
    nameless = chart((3, "given", "1 mg/kg"))
    (over,) = over_ceiling(by_mouth("day", "400 mg/d", soft=True), Q("100 mg"), nameless, None)
    assert over.words.startswith("it cannot be compared without how much was given at ")
    (single,) = over_ceiling(
        made("course", "400 mg", soft=True, route="oral", mode="oral", start="100 mg"),
        Q("100 mg"),
        nameless,
        None,
    )
    assert single.words.startswith("it cannot be compared without how much was given at ")


def both(first: Regimen, second: Regimen) -> Regimen:
    """The first with the ceilings of the second after its own."""
    return first.model_copy(update={"ceilings": (*first.ceilings, *second.ceilings)})


def test_every_ceiling_is_compared_whatever_became_of_the_one_before() -> None:
    kept_first = both(by_mouth("single_dose", "200 mg"), by_mouth("day", "399 mg/d"))
    assert [one.ceiling.of for one in over_ceiling(kept_first, Q("100 mg"), chart(), SEVENTY)] == ["day"]
    nameless = chart((3, "given", "1 mg/kg"))
    unknown_first = both(by_mouth("day", "400 mg/d"), by_mouth("single_dose", "50 mg"))
    found = over_ceiling(unknown_first, Q("100 mg"), nameless, None)
    assert [one.ceiling.of for one in found] == ["day", "single_dose"]


def test_a_usual_ceiling_of_a_dose_per_kilogram_says_what_it_lacks() -> None:
    facts = replace(chart().facts, taken=(("ketamine", BEGINS - timedelta(hours=3)),))
    soft = by_mouth("day", "400 mg/d", soft=True)
    (over,) = over_ceiling(soft, Q("1 mg/kg"), Situation.at(BEGINS, facts), SEVENTY)
    assert over.words.startswith("it cannot be compared without how much ketamine was given at ")
