"""Readings, counts and figures against a bound: what is known decides, and what is not known names what is missing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from pydantic import TypeAdapter

from adjuvant.library.vocabulary import observations
from adjuvant.protocol import Facts, Situation
from adjuvant.protocol.chart import ChartEvent, Happened
from adjuvant.protocol.dosing import DosingWeight
from adjuvant.protocol.figures import judge_figure
from adjuvant.protocol.finding import Context, Finding, Sight
from adjuvant.protocol.predicate import Seen
from adjuvant.protocol.situation import Observed, WeightReading
from adjuvant.quantity import parse_quantity
from adjuvant.unknown import Unknown

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SEEN = TypeAdapter(Seen)


def ago(hours: float) -> datetime:
    return NOON - timedelta(hours=hours)


def read(measure: str, value: Any, hours: float, **more: str) -> Observed:
    return Observed(measure, ago(hours), Fraction(value) if value is not None else None, **more)


def pain(value: Any, hours: float, **more: str) -> Observed:
    return read("pain", value, hours, **more)


def judged(
    asked: dict[str, Any], *observed: Observed, context: Context | None = None, **facts: Any
) -> Finding:
    """What the question comes to at noon; a pain is good for four hours."""
    told = Facts("one", "UTC", observed=observed, **facts)
    whole = context if context is not None else Context({"pain": timedelta(hours=4)})
    return judge_figure(SEEN.validate_python({"measure": "pain", **asked}), Situation.at(NOON, told), whole)


FOUR = {"from": Fraction(4)}


def test_the_latest_reading_decides_and_is_what_the_answer_rests_on() -> None:
    assert judged(FOUR, pain(7, 3), pain(2, 1)) == Finding(False, (Sight("pain 2", ago(1)),))
    assert judged(FOUR, pain(2, 3), pain(7, 1)) == Finding(True, (Sight("pain 7", ago(1)),))


@pytest.mark.parametrize(
    ("bound", "answers"),
    [("above", (False, False, True)), ("from", (False, True, True)), ("below", (True, False, False)), ("up_to", (True, True, False))],
)  # fmt: skip
def test_each_bound_is_kept_at_below_and_above_its_figure(bound: str, answers: tuple[bool, ...]) -> None:
    assert tuple(judged({bound: Fraction(4)}, pain(one, 1)).answer for one in (3, 4, 5)) == answers


def test_a_reading_counts_as_long_as_its_limit_of_age_says_and_no_longer() -> None:
    assert judged(FOUR, pain(7, 4)).answer is True
    late = judged(FOUR, pain(7, 4.5))
    assert late == Finding(
        Unknown("Pain, 0 to 10 of the last 4 h"), stale=(Sight("pain 7, 4.5 h old", ago(4.5)),)
    )
    assert judged({**FOUR, "within": "6 h"}, pain(7, 6)).answer is True
    assert judged({**FOUR, "within": "1 h"}, pain(7, 3)).answer == Unknown("Pain, 0 to 10 of the last 1 h")


def test_without_a_reading_or_a_limit_of_age_it_cannot_be_told() -> None:
    assert judged(FOUR) == Finding(Unknown("Pain, 0 to 10"))
    endless = judged(FOUR, pain(2, 3), pain(3, 2), pain(7, 1), context=Context())
    assert endless == Finding(
        Unknown("how old a reading of Pain, 0 to 10 may be"), (Sight("pain 7", ago(1)),)
    )


def test_a_reading_that_could_not_be_taken_or_is_doubted_decides_nothing() -> None:
    asleep = judged(FOUR, pain(7, 3), pain(None, 1, source="asleep"))
    assert asleep == Finding(
        Unknown("Pain, 0 to 10 (asleep)"), (Sight("pain, 0 to 10 could not be read", ago(1)),)
    )
    assert judged(FOUR, pain(None, 1)).answer == Unknown("Pain, 0 to 10 (it could not be read)")
    doubted = judged(FOUR, pain(7, 1, doubted="flagged"))
    assert doubted == Finding(
        Unknown("Pain, 0 to 10 that is not doubted (flagged)"), (Sight("pain 7", ago(1)),)
    )


def test_two_readings_of_one_moment_decide_where_both_do_and_only_then() -> None:
    assert judged(FOUR, pain(5, 1), pain(7, 1)) == Finding(True, (Sight("pain 5", ago(1)),))
    apart = judged(FOUR, pain(3, 1), pain(7, 1))
    assert apart == Finding(
        Unknown("one reading of Pain, 0 to 10: two of the same moment differ, pain 3 and pain 7"),
        (Sight("pain 3", ago(1)), Sight("pain 7", ago(1))),
    )
    assert judged(FOUR, pain(7, 1), pain(7, 1)).answer is True
    assert judged(FOUR, pain(3, 2), pain(7, 1)).answer is True  # an earlier one is none of that moment


def test_a_reading_of_a_dose_before_the_present_one_says_nothing_of_it() -> None:
    after = Context({"pain": timedelta(hours=4)}, after=ago(1))
    found = judged(FOUR, pain(7, 1), context=after)
    assert found == Finding(
        Unknown("Pain, 0 to 10 since the present dose began"), stale=(Sight("pain 7, 1 h old", ago(1)),)
    )
    assert judged(FOUR, pain(7, 0.5), context=after).answer is True
    mean = {**FOUR, "statistic": "mean", "within": "4 h"}
    assert judged(mean, pain(7, 1), context=after).answer is True  # a mean over hours is not of one dose


@pytest.mark.parametrize(("statistic", "value"), [("mean", "4"), ("highest", "7"), ("lowest", "2")])
def test_a_statistic_is_of_all_readings_of_its_span_that_can_be_used(statistic: str, value: str) -> None:
    """2, 3 and 7 are 12, a third of which is 4; an old one, a doubted one and one that was not taken do not count."""
    asked = {"statistic": statistic, "within": "8 h"}
    chart = (
        pain(10, 9), pain(3, 8), pain(7, 3), pain(2, 2), pain(10, 1, doubted="flagged"), pain(None, 0.5),
    )  # fmt: skip
    at_least = judged({**asked, "from": Fraction(value)}, *chart)
    assert at_least == Finding(True, (Sight(f"{statistic} of 3 readings: pain {value}", ago(2)),))
    assert judged({**asked, "above": Fraction(value)}, *chart).answer is False


def test_a_statistic_of_readings_none_of_which_can_be_used_cannot_be_told() -> None:
    found = judged(
        {**FOUR, "statistic": "mean", "within": "8 h"},
        pain(None, 3),
        pain(4, 2, doubted="x"),
        pain(5, 1, doubted="x"),
    )
    assert found == Finding(Unknown("Pain, 0 to 10 of the last 8 h"), (Sight("pain 5", ago(1)),))


def test_the_goal_is_the_patient_s_own_and_is_shown() -> None:
    above = {"above": "goal"}
    assert judged(above, pain(5, 1)) == Finding(
        Unknown("the patient's own pain goal"), (Sight("pain 5", ago(1)),)
    )
    assert judged(above, pain(5, 1), goal=Fraction(3)) == Finding(
        True, (Sight("pain 5; the goal is 3", ago(1)),)
    )
    assert judged(above, pain(3, 1), goal=Fraction(3)).answer is False


# --- changes from the baseline ------------------------------------------------------------------------------

BEGAN = (ChartEvent(ago(6), Happened.START, parse_quantity("5 mg/h")),)


@pytest.mark.parametrize(
    ("of", "now", "change"),
    [
        ("fall_from_baseline", 3, 5), ("rise_from_baseline", 10, 2),
        ("percent_fall_from_baseline", 2, 75), ("percent_rise_from_baseline", 10, 25),
    ],
)  # fmt: skip
def test_a_change_is_counted_from_the_last_reading_before_the_first_dose(
    of: str, now: int, change: int
) -> None:
    """The baseline is 8: to 3 it falls by 5, to 10 it rises by 2, to 2 it falls by 6 of 8, which are 75 %."""
    bound: Any = f"{change} %" if of.startswith("percent") else Fraction(change)
    chart = (pain(1, 12), pain(8, 6), pain(9, 5), pain(now, 1))
    found = judged({"of": of, "from": bound}, *chart, ketamine=BEGAN)
    assert found == Finding(True, (Sight(f"pain {now}; pain 8 before the first dose", ago(1)),))
    assert judged({"of": of, "above": bound}, *chart, ketamine=BEGAN).answer is False


def test_a_change_without_a_first_dose_or_a_baseline_or_from_nothing_is_none() -> None:
    fall = {"of": "fall_from_baseline", "from": Fraction(2)}
    before = judged(fall, pain(8, 1))
    assert before == Finding(False, (Sight("pain 8, which is the baseline", ago(1)),))
    lacking = judged(fall, pain(3, 1), ketamine=BEGAN)
    unknown = Unknown("Pain, 0 to 10 before the first dose, as the baseline")
    assert lacking == Finding(unknown, (Sight("pain 3", ago(1)),))
    for chart in (
        (pain(8, 7), pain(6, 7)),  # two of one moment
        (pain(8, 7, doubted="x"),),
        (pain(None, 7),),
    ):
        assert judged(fall, *chart, pain(3, 1), ketamine=BEGAN).answer == unknown
    assert (
        judged(fall, pain(6, 8), pain(8, 7), pain(8, 7), pain(None, 6.5), pain(6, 1), ketamine=BEGAN).answer
        is True
    )
    share = {"of": "percent_rise_from_baseline", "from": "20 %"}
    nothing = judged(share, pain(0, 7), pain(3, 1), ketamine=BEGAN)
    assert nothing == Finding(Unknown("a baseline of Pain, 0 to 10 above zero"), (Sight("pain 3", ago(1)),))
    assert (
        judged(
            {"of": "rise_from_baseline", "from": Fraction(3)}, pain(0, 7), pain(3, 1), ketamine=BEGAN
        ).answer
        is True
    )


# --- figures that are worked out ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("age", "asked", "answer", "words"),
    [
        # In the first year an age is told in months, and from then on in years.
        ("1/4", "2 mo", True, "age 3 months"), ("11/12", "1 a", False, "age 11 months"), ("1", "1 a", True, "age 1 year"),
        ("3/2", "1 a", True, "age 1.5 years"),
        # No year at all may be any number of months under twelve; it is under every bound of a year or more.
        ("0", "3 mo", Unknown("the age in months"), "age 0 years"), ("0", "11 mo", Unknown("the age in months"), "age 0 years"),
        ("0", "12 mo", False, "age 0 years"), ("0", "1 a", False, "age 0 years"), ("0", "18 mo", False, "age 0 years"),
        ("0", "0 a", True, "age 0 years"),
    ],
)  # fmt: skip
def test_an_age_in_the_first_year_is_asked_for_in_months_where_that_could_decide(
    age: str, asked: str, answer: Any, words: str
) -> None:
    found = judged({"measure": "age", "from": asked}, age_years=Fraction(age))
    assert found == Finding(answer, (Sight(words),))


def test_an_age_and_a_weight_are_taken_from_the_facts_in_any_unit() -> None:
    age = {"measure": "age", "from": "216 mo"}
    assert judged(age, age_years=Fraction(18)) == Finding(True, (Sight("age 18 years"),))
    assert judged(age, age_years=Fraction(17)).answer is False
    assert judged(age) == Finding(Unknown("age"))
    weight = {"measure": "body_weight", "below": "70 kg"}
    scales = (
        WeightReading(ago(3), parse_quantity("65000 g")),
        WeightReading(ago(1), parse_quantity("50 kg"), "ideal"),
    )
    assert judged(weight, weights=scales) == Finding(True, (Sight("weight 65000 g", ago(3)),))
    assert judged(weight, weights=scales[1:]) == Finding(Unknown("body weight"))


def test_the_days_of_ketamine_are_counted_from_the_first_dose() -> None:
    days = {"measure": "days_of_ketamine", "from": "2 d"}
    begun = (ChartEvent(ago(48), Happened.START, parse_quantity("5 mg/h")),)
    assert judged(days, ketamine=begun) == Finding(True, (Sight("2 days since the first dose", ago(48)),))
    assert judged(days, ketamine=BEGAN).answer is False
    assert judged(days).answer is False


def test_the_day_s_ketamine_is_the_rate_that_runs() -> None:
    day = {"measure": "ketamine_per_day", "above": "100 mg/d"}
    assert judged(day, ketamine=BEGAN) == Finding(True, (Sight("ketamine runs at 120 mg/d", ago(6)),))
    assert judged(day) == Finding(False, (Sight("ketamine is not running (none)"),))
    assert judged({"measure": "ketamine_per_day", "up_to": "0 mg/d"}).answer is True
    stopped = (*BEGAN, ChartEvent(ago(2), Happened.STOP))
    assert judged(day, ketamine=stopped) == Finding(
        False, (Sight("ketamine is not running (stopped)", ago(2)),)
    )
    kilo = (ChartEvent(ago(6), Happened.START, parse_quantity("0.1 mg/kg/h")),)
    assert judged(day, ketamine=kilo) == Finding(Unknown("the weight that the rate is worked out with"))
    seventy = Context(weight=DosingWeight(parse_quantity("70 kg"), "actual", NOON, "w"))
    found = judged(day, ketamine=kilo, context=seventy)  # 7 mg/h for 24 h
    assert found == Finding(True, (Sight("ketamine runs at 168 mg/d", ago(6)),))


def test_a_day_s_ketamine_that_somebody_charted_is_a_reading() -> None:
    day = {"measure": "ketamine_per_day", "above": "100 mg/d", "within": "24 h"}
    found = judged(day, read("ketamine_per_day", 90, 1), ketamine=BEGAN)
    assert found.answer is False and found.seen[0].at == ago(1)


# --- counts -------------------------------------------------------------------------------------------------

TWICE = {"measure": "rescue_doses", "statistic": "count", "within": "8 h"}


def rescues(*hours: float) -> tuple[Observed, ...]:
    return tuple(read("rescue_doses", 1, one) for one in hours)


@pytest.mark.parametrize(
    ("bound", "doses", "since", "answer"),
    [
        ("from", (7, 1), 9, True), ("from", (7,), 9, False), ("from", (), 9, False),
        ("from", (7, 1), None, True),  # more would change nothing
        ("from", (7,), None, None), ("above", (7, 5, 1), None, True), ("above", (7, 1), None, None),
        ("below", (7, 1), None, False), ("below", (7,), None, None), ("below", (7,), 9, True),
        ("up_to", (7, 5, 1), None, False), ("up_to", (7, 1), None, None),
        ("from", (8, 1), 9, False),  # what was given at the beginning of the span is outside it
        ("from", (7,), 8, False), ("from", (7,), 7.9, None),
    ],
)  # fmt: skip
def test_nothing_charted_is_none_only_where_all_of_the_span_was_charted(
    bound: str, doses: tuple[float, ...], since: float | None, answer: bool | None
) -> None:
    known = ago(since) if since is not None else None
    found = judged({**TWICE, bound: Fraction(2)}, *rescues(*doses), taken_known_since=known)
    wanted: Any = Unknown("all rescue doses of opioid of the last 8 h") if answer is None else answer
    assert found.answer == wanted and type(found.answer) is type(wanted)
    inside = [one for one in doses if one < 8]
    (sight,) = found.seen
    assert sight == Sight(
        f"{len(inside)} rescue doses of opioid in 8 h", ago(min(inside)) if inside else None
    )


def test_a_count_without_a_span_cannot_be_told() -> None:
    found = judged({**TWICE, "within": None, "from": Fraction(2)}, *rescues(1))
    assert found == Finding(Unknown("over how long Rescue doses of opioid are counted"))


def test_a_reading_of_a_name_that_the_library_has_not_is_told_by_that_name() -> None:
    assert judged({"measure": "sadness", "from": Fraction(4)}) == Finding(Unknown("sadness"))


def test_a_reading_without_a_limit_of_the_protocol_takes_the_observation_s_own() -> None:
    """observations.yaml says for how long a reading of it is good."""
    own = {
        key: one.valid_for
        for key, one in observations().items()
        if one.valid_for is not None and one.kind != "effect"
    }
    assert own
    for key, length in own.items():
        unit = observations()[key].unit
        hours = float(length.in_("h"))
        bound: Any = Fraction(0) if unit in ("1", "") else f"0 {unit}"
        asked = {"measure": key, "from": bound}
        if key in ("age", "body_weight", "days_of_ketamine"):
            continue
        assert judged(asked, read(key, 1, hours), context=Context()).answer is True, key
        assert isinstance(judged(asked, read(key, 1, hours + 1), context=Context()).answer, Unknown), key


def test_an_age_of_nobody_decides_nothing_and_says_why() -> None:
    found = judged({"measure": "age", "above": "65 a"}, age_years=Fraction(130))
    assert found.answer == Unknown(
        "an age that is believed: 130 years is above 125 years, the most that is believed"
    )
    assert judged({"measure": "age", "above": "65 a"}, age_years=Fraction(70)).answer is True
