"""The gate that every dose passes last: what it compares, what it cannot compare, and what only advises."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from adjuvant.protocol import Protocol, Situation, load
from adjuvant.protocol.chart import ChartEvent, Happened
from adjuvant.protocol.dosing import DosingWeight
from adjuvant.protocol.gate import Breach, check_dose, guardrail_breaches
from adjuvant.protocol.guardrail import Guardrail
from adjuvant.protocol.model import Rule
from adjuvant.protocol.regimen import Regimen
from adjuvant.quantity import parse_quantity
from bedside import BEGINS, Chart

SEVENTY = DosingWeight(parse_quantity("70 kg"), "actual", BEGINS, "70 kg")
CIVIK = load("civik").protocol
WEEK: dict[str, Any] = {"course": {"infusions": 3, "spacing": "48 h"}}


def rail(**fields: object) -> Guardrail:
    whole = {
        "title": "It", "drug": "ketamine", "settings": "every use", "gives": "any", "kind": "maximum",
        "severity": "absolute", "binds": True, "citation": "hardy2012", "provenance": "read", **fields,
    }  # fmt: skip
    return Guardrail.model_validate(whole)


def regimen(**fields: object) -> Regimen:
    return Regimen.model_validate({"title": "x", "route": "intravenous", **fields})


def breaches(
    dose: str,
    limit: Guardrail,
    one: Regimen,
    weight: DosingWeight | None = SEVENTY,
    adopted: tuple[str, ...] = (),
) -> list[Breach]:
    return guardrail_breaches(parse_quantity(dose), CIVIK, one, None, weight, {"it": limit}, adopted)


INFUSION = regimen(mode="timed_infusion", start="0.5 mg/kg", duration="40 min", **WEEK)
RATE = regimen(mode="continuous_infusion", start="0.05 mg/kg/h")


@pytest.mark.parametrize(
    ("of", "limit", "one", "dose", "kept"),
    [
        ("rate", "1 mg/kg/h", INFUSION, "0.5 mg/kg", True),  # 0.75 mg/kg/h
        ("rate", "0.74 mg/kg/h", INFUSION, "0.5 mg/kg", False),
        ("rate", "52.5 mg/h", INFUSION, "0.5 mg/kg", True),  # exactly 0.75 x 70
        ("rate", "52.4 mg/h", INFUSION, "0.5 mg/kg", False),
        ("hour", "35 mg/h", INFUSION, "0.5 mg/kg", True),  # all of it falls in one hour
        ("hour", "34 mg/h", INFUSION, "0.5 mg/kg", False),
        ("single_dose", "35 mg", INFUSION, "0.5 mg/kg", True),
        ("single_dose", "34.9 mg", INFUSION, "0.5 mg/kg", False),
        ("day", "35 mg/d", INFUSION, "0.5 mg/kg", True),
        ("day", "84 mg/d", RATE, "0.05 mg/kg/h", True),
        ("day", "83 mg/d", RATE, "0.05 mg/kg/h", False),
        ("rate", "0.05 mg/kg/h", RATE, "0.05 mg/kg/h", True),
        ("hour", "3.4 mg/h", RATE, "0.05 mg/kg/h", False),
        ("single_dose", "1 mg", RATE, "0.05 mg/kg/h", True),  # a rate is no single dose
        (
            "rate",
            "1 mg/h",
            regimen(mode="oral", start="50 mg"),
            "50 mg",
            True,
        ),  # what is swallowed has no rate
    ],
)
@pytest.mark.hazard("H-018")
def test_a_dose_is_compared_as_the_limit_counts_it(
    of: str, limit: str, one: Regimen, dose: str, kept: bool
) -> None:
    assert (breaches(dose, rail(of=of, limit=limit), one) == []) is kept


def test_an_infusion_of_two_hours_counts_by_the_hour_at_its_rate() -> None:
    slow = regimen(mode="timed_infusion", start="1 mg/kg", duration="2 h")
    assert breaches("1 mg/kg", rail(of="hour", limit="35 mg/h"), slow) == []
    assert breaches("1 mg/kg", rail(of="hour", limit="34 mg/h"), slow)


def test_a_strict_limit_is_itself_too_much() -> None:
    (breach,) = breaches("0.5 mg/kg", rail(limit="0.5 mg/kg", strict=True), INFUSION)
    assert breach.refuses and "0.5 mg/kg is over 0.5 mg/kg" in breach.words


@pytest.mark.parametrize(
    ("limit", "dose", "one", "weight", "words"),
    [
        (rail(of="rate", limit="52 mg/h"), "0.5 mg/kg", INFUSION, None, "without a body weight"),
        (rail(of="day", limit="52 mg/d"), "0.05 mg/kg/h", RATE, None, "without a body weight"),
        (
            rail(of="rate", limit="1 mg/kg/h"),
            "0.5 mg/kg",
            regimen(mode="timed_infusion", start="0.5 mg/kg"),
            SEVENTY,
            "without over how long it is given",
        ),
        (
            rail(of="day", limit="50 mg/d"),
            "25 mg",
            regimen(mode="oral", start="25 mg"),
            SEVENTY,
            "without how often it is given in a day",
        ),
    ],
)
@pytest.mark.hazard("H-018")
def test_a_limit_that_cannot_be_compared_is_not_kept(
    limit: Guardrail, dose: str, one: Regimen, weight: DosingWeight | None, words: str
) -> None:
    (breach,) = breaches(dose, limit, one, weight)
    assert breach.refuses and words in breach.words


def test_a_limit_that_does_not_bind_advises_until_a_site_adopts_it() -> None:
    limit = rail(limit="0.35 mg/kg", binds=False, settings="surgery")
    (shown,) = breaches("0.5 mg/kg", limit, INFUSION)
    assert not shown.refuses and "made for surgery; it does not bind here" in shown.words
    (held,) = breaches("0.5 mg/kg", limit, INFUSION, adopted=("it",))
    assert held.refuses


@pytest.mark.parametrize("fields", [{"severity": "recommended"}, {"kind": "minimum"}])
def test_what_is_recommended_and_what_is_a_minimum_never_refuse(fields: dict[str, str]) -> None:
    limit = "0.35 mg/kg" if "severity" in fields else "5 mg/kg"
    (shown,) = breaches("0.5 mg/kg", rail(limit=limit, **fields), INFUSION, adopted=("it",))
    assert not shown.refuses


@pytest.mark.parametrize("fields", [{"routes": ["oral"]}, {"gives": "bolus"}, {"drug": "esketamine"}])
def test_a_limit_of_another_route_kind_or_drug_is_not_asked(fields: dict[str, object]) -> None:
    assert breaches("0.5 mg/kg", rail(limit="1 ug/kg", **fields), INFUSION) == []


@pytest.mark.parametrize(("minutes", "refused"), [(9, True), (10, False)])
def test_the_time_since_the_last_dose_is_kept_to_the_minute(minutes: int, refused: bool) -> None:
    given = ChartEvent(BEGINS - timedelta(minutes=minutes), Happened.GIVEN, parse_quantity("0.5 mg/kg"))
    situation = Situation.at(BEGINS, replace(Chart().facts, ketamine=(given,)))
    limit = rail(kind="least_interval", interval="10 min")
    found = guardrail_breaches(
        parse_quantity("0.5 mg/kg"), CIVIK, INFUSION, situation, SEVENTY, {"it": limit}
    )
    assert bool(found) is refused


def test_before_any_dose_no_interval_is_too_short() -> None:
    limit = rail(kind="least_interval", interval="10 min")
    situation = Situation.at(BEGINS, Chart().facts)
    assert guardrail_breaches(parse_quantity("1 mg"), CIVIK, INFUSION, situation, None, {"it": limit}) == []


# --- with what was given ---------------------------------------------------------------------------------


def after_a_dose(hours: float, dose: str | None = "20 mg", what: str = "given") -> Situation:
    """A dose so many hours ago."""
    at = BEGINS - timedelta(hours=hours)
    event = ChartEvent(at, Happened(what), parse_quantity(dose) if dose else None)
    return Situation.at(BEGINS, replace(Chart().facts, ketamine=(event,)))


SHOT = regimen(mode="injection", start="20 mg", course={"infusions": 9, "spacing": "24 h"})
DRIP = regimen(mode="continuous_infusion", start="5 mg/h")


@pytest.mark.hazard("H-018")
@pytest.mark.parametrize(
    ("of", "limit", "one", "dose", "before", "words"),
    [
        # By hand: two of 20 mg in a day are 40 mg; a dose of just 24 hours ago is of the day before.
        ("day", "40 mg/d", SHOT, "20 mg", after_a_dose(23), ""),
        ("day", "39 mg/d", SHOT, "20 mg", after_a_dose(23), "It: with what was given, 40 mg/d is over 39 mg/d"),
        ("day", "39 mg/d", SHOT, "20 mg", after_a_dose(24), ""),
        # A rate of 5 mg/h makes 120 mg a day; with 20 mg an hour before, a day has 20 + 23 x 5 = 135 mg.
        ("day", "135 mg/d", DRIP, "5 mg/h", after_a_dose(1), ""),
        ("day", "134 mg/d", DRIP, "5 mg/h", after_a_dose(1), "It: with what was given, 135 mg/d is over 134 mg/d"),
        # 35 mg over 40 minutes, begun 50 minutes after another: an hour has all of the one and ten minutes of the other.
        ("hour", "43.75 mg/h", INFUSION, "0.5 mg/kg", after_a_dose(5 / 6, "35 mg"), ""),
        ("hour", "43.7 mg/h", INFUSION, "0.5 mg/kg", after_a_dose(5 / 6, "35 mg"), "with what was given, 43.75 mg/h is over"),
        # A rate that ran twice as fast until now still fills the hour.
        ("hour", "10 mg/h", DRIP, "5 mg/h", after_a_dose(3, "10 mg/h", "start"), ""),
        ("hour", "9 mg/h", DRIP, "5 mg/h", after_a_dose(3, "10 mg/h", "start"), "with what was given, 10 mg/h is over 9 mg/h"),
        ("day", "99 mg/d", SHOT, "20 mg", after_a_dose(3, None), "It: cannot be compared without how much was given at "),
    ],
)  # fmt: skip
def test_a_guardrail_of_an_hour_or_a_day_counts_what_was_given(
    of: str, limit: str, one: Regimen, dose: str, before: Situation, words: str
) -> None:
    found = guardrail_breaches(
        parse_quantity(dose), CIVIK, one, before, SEVENTY, {"it": rail(of=of, limit=limit)}
    )
    assert [breach.refuses for breach in found] == ([True] if words else [])
    assert all(words in breach.words for breach in found)


def test_a_minimum_and_a_limit_of_one_dose_count_the_dose_alone() -> None:
    for limit in (rail(kind="minimum", of="day", limit="10 mg/d"), rail(of="single_dose", limit="20 mg")):
        assert (
            guardrail_breaches(parse_quantity("20 mg"), CIVIK, SHOT, after_a_dose(1), SEVENTY, {"it": limit})
            == []
        )


# --- the protocol's own steps -----------------------------------------------------------------------------


def steps(dose: str, running: str | None, protocol: Protocol = CIVIK) -> list[str]:
    events = () if running is None else (ChartEvent(BEGINS, Happened.START, parse_quantity(running)),)
    situation = Situation.at(BEGINS, replace(Chart().facts, ketamine=events))
    found = check_dose(parse_quantity(dose), protocol, protocol.regimens["infusion"], situation, SEVENTY, {})
    return [one.words for one in found if one.refuses]


@pytest.mark.hazard("H-003")
@pytest.mark.parametrize(
    ("dose", "running", "words"),
    [
        ("0.05 mg/kg/h", None, None),
        ("0.1 mg/kg/h", None, "is not the first dose, 0.05 mg/kg/h"),
        ("0.1 mg/kg/h", "0.05 mg/kg/h", None),
        ("0.15 mg/kg/h", "0.05 mg/kg/h", "is more than one level from 0.05 mg/kg/h"),
        ("0.12 mg/kg/h", "0.1 mg/kg/h", "is none of the protocol's doses"),
        ("0.1 mg/kg/h", "0.07 mg/kg/h", "0.07 mg/kg/h, which is charted, is none of the protocol's doses"),
        ("0.55 mg/kg/h", "0.5 mg/kg/h", "is none of the protocol's doses"),
        ("3.5 mg/h", None, None),  # the same dose at 70 kg
    ],
)
def test_a_dose_is_the_first_the_present_or_one_level_away(
    dose: str, running: str | None, words: str | None
) -> None:
    found = steps(dose, running)
    assert found == [] if words is None else any(words in one for one in found)


def test_a_first_dose_that_nobody_knows_lets_nothing_pass() -> None:
    (found, *_) = steps("0.1 mg/kg/h", None, load("benitez_rosario").protocol)
    assert "the first dose is not known" in found


def test_a_limit_in_an_answer_says_how_it_was_come_by() -> None:
    """ASRA's acute limits were read second-hand, and an answer that shows one must not pass it for read."""
    from adjuvant.citation import Provenance
    from adjuvant.protocol.answers import cited
    from adjuvant.protocol.limits import guardrails

    second_hand = [one for one in guardrails().values() if one.provenance is Provenance.SECONDARY]
    assert second_hand
    for rail in second_hand:
        reason = cited("asra", "a limit", rail)
        assert (reason.citation, reason.provenance) == (rail.citation, Provenance.SECONDARY)


def test_a_least_duration_cannot_be_compared_without_how_long_a_dose_takes() -> None:
    limit = rail(kind="least_duration", interval="10 min")
    for over in ({}, {"duration": {"low": "5 min", "high": "20 min"}}):
        (breach,) = breaches("20 mg", limit, regimen(mode="timed_infusion", start="20 mg", **over))
        assert breach.words == "It: cannot be compared without over how long it is given"
        assert breach.refuses


def test_a_least_interval_is_kept_where_nothing_is_known_to_have_been_given() -> None:
    limit = rail(kind="least_interval", interval="10 min")
    assert breaches("20 mg", limit, INFUSION) == []


@pytest.mark.parametrize(
    ("soft", "words"), [(True, "the protocol's usual ceiling: "), (False, "the protocol's ceiling: ")]
)
def test_a_usual_ceiling_is_called_so(soft: bool, words: str) -> None:
    capped = regimen(
        mode="continuous_infusion", start="5 mg/h",
        ceilings=[{"key": "most", "of": "rate", "limit": "4 mg/h", "soft": soft}],
    )  # fmt: skip
    found = check_dose(
        parse_quantity("5 mg/h"), CIVIK, capped, Situation.at(BEGINS, Chart().facts), SEVENTY, {}
    )
    (breach,) = [one for one in found if one.key == "most"]
    assert words in breach.words
    assert breach.refuses is not soft


# --- the step rule ------------------------------------------------------------------------------------------

LADDER = regimen(
    mode="continuous_infusion", start="5 mg/h",
    titration={"kind": "ladder", "levels": ["5 mg/h", "10 mg/h", "20 mg/h"], "every": "24 h"},
)  # fmt: skip
BY_WEIGHT = regimen(
    mode="continuous_infusion", start="0.1 mg/kg/h",
    titration={"kind": "ladder", "levels": ["0.1 mg/kg/h", "0.2 mg/kg/h"], "every": "24 h"},
    ceilings=[{"key": "most", "of": "rate", "limit": "10 mg/h"}],
)  # fmt: skip


def stepped(
    dose: str, one: Regimen, chart: Chart, weight: DosingWeight | None = SEVENTY, protocol: Protocol = CIVIK
) -> tuple[Breach, ...]:
    """What the gate says of a dose five hours after the beginning, without any guardrail."""
    situation = Situation.at(BEGINS + timedelta(hours=5), chart.facts)
    return check_dose(parse_quantity(dose), protocol, one, situation, weight, {})


def test_a_dose_that_is_none_of_the_protocol_s_is_refused_in_its_name() -> None:
    assert stepped("7 mg/h", LADDER, Chart()) == (
        Breach("step", True, "7 mg/h is none of the protocol's doses", CIVIK),
    )


def test_a_first_dose_is_the_first_and_after_a_stop_too() -> None:
    second = (Breach("step", True, "10 mg/h is not the first dose, 5 mg/h", CIVIK),)
    assert stepped("5 mg/h", LADDER, Chart()) == ()
    assert stepped("10 mg/h", LADDER, Chart()) == second
    stopped = Chart().ketamine(0, "start", "5 mg/h").ketamine(4, "stop")
    assert stepped("10 mg/h", LADDER, stopped) == second
    assert stepped("5 mg/h", LADDER, stopped) == ()


def test_while_it_runs_a_dose_is_at_most_one_level_from_the_present() -> None:
    running = Chart().ketamine(0, "start", "5 mg/h")
    assert stepped("10 mg/h", LADDER, running) == ()
    assert stepped("20 mg/h", LADDER, running) == (
        Breach("step", True, "20 mg/h is more than one level from 5 mg/h", CIVIK),
    )
    odd = Chart().ketamine(0, "start", "7 mg/h")
    assert stepped("5 mg/h", LADDER, odd) == (
        Breach("step", True, "7 mg/h, which is charted, is none of the protocol's doses", CIVIK),
    )


def test_where_a_test_dose_chooses_the_first_dose_is_not_known_until_one_worked() -> None:
    chosen = regimen(
        mode="continuous_infusion",
        test_dose={
            "doses": [{"value": "5 mg"}, {"value": "10 mg"}], "evaluate_after": "1 h",
            "chooses": [{"tested": "5 mg", "then": "5 mg/h"}, {"tested": "10 mg", "then": "10 mg/h"}],
        },
    )  # fmt: skip
    words = (
        "the first dose is not known: which test dose worked (answer one of test_dose:5 mg, test_dose:10 mg)"
    )
    assert stepped("10 mg/h", chosen, Chart()) == (Breach("step", True, words, CIVIK),)
    worked = Chart().answered(**{"test_dose__10 mg": True})
    assert stepped("10 mg/h", chosen, worked) == ()
    assert stepped("5 mg/h", chosen, worked) == (
        Breach("step", True, "5 mg/h is not the first dose, 10 mg/h", CIVIK),
    )


def test_a_dose_that_a_rule_lowered_to_goes_on_whichever_way_it_is_written() -> None:
    """Half of 0.1 mg/kg/h is 3.5 mg/h at 70 kg; without a weight nobody can say that it is."""
    first = CIVIK.rules[0] if CIVIK.rules else None
    form = {
        "key": "half",
        "kind": "reduce",
        "text": "Half.",
        "when": {"event": "nausea"},
        "reduce_by": "50 %",
    }
    rule = Rule.model_validate(form)
    protocol = CIVIK.model_copy(update={"rules": (rule,)})
    halved = Chart().ketamine(0, "start", "7 mg/h").ketamine(2, "change", "3.5 mg/h")
    assert stepped("0.05 mg/kg/h", BY_WEIGHT, halved, protocol=protocol) == ()
    assert stepped("3.5 mg/h", BY_WEIGHT, halved, protocol=protocol) == ()
    (breach, *_) = stepped("0.05 mg/kg/h", BY_WEIGHT, halved)  # no rule lowers
    assert breach.words == "0.05 mg/kg/h is none of the protocol's doses"
    assert first is None or first.reduce_by is None


def test_a_level_above_the_protocol_s_own_cap_is_refused_by_the_cap_alone() -> None:
    """0.2 mg/kg/h is 14 mg/h at 70 kg, over the cap of 10; as a level it is the protocol's own."""
    for dose in ("14 mg/h", "0.2 mg/kg/h"):
        found = stepped(dose, BY_WEIGHT, Chart().ketamine(0, "start", "7 mg/h"))
        assert [(one.key, one.refuses) for one in found] == [("most", True)]


def test_a_limit_that_cannot_be_compared_says_all_that_it_lacks() -> None:
    (breach,) = breaches("20 mg/h", rail(of="rate", limit="0.1 mg/kg/h"), RATE, None)
    assert breach.words == "It: cannot be compared without a body weight"
    (span,) = breaches("20 mg/h", rail(of="rate", limit={"low": "1 mg/h", "high": "2 mg/h"}), RATE)
    assert span.words == "It: the limit has no single figure, so that nothing can be compared with it"


def test_at_a_minimum_itself_nothing_is_said() -> None:
    low = rail(kind="minimum", of="day", limit="240 mg/d")
    assert breaches("10 mg/h", low, RATE) == []
    (under,) = breaches("9 mg/h", low, RATE)
    assert under.words.startswith("It: 216 mg/d is under 240 mg/d")
    assert not under.refuses


def test_more_doses_in_seven_days_than_the_protocol_gives_are_refused_in_its_name() -> None:
    twice = regimen(mode="injection", start="20 mg", times_per_week=2, course={"at_most": "60 d"})
    chart = Chart().ketamine(-7 * 24 + 5, "given", "20 mg").ketamine(0, "given", "20 mg")
    assert stepped("20 mg", twice, chart) == ()  # the first is a week old to the hour
    sooner = Chart().ketamine(-7 * 24 + 5.1, "given", "20 mg").ketamine(0, "given", "20 mg")
    words = "2 doses were given in the last 7 days, and the protocol gives 2 a week"
    assert stepped("20 mg", twice, sooner) == (Breach("times_per_week", True, words, twice),)


def test_a_level_that_runs_is_found_by_the_weight_it_was_charted_with() -> None:
    """3.5 mg/h are 0.05 mg/kg/h at 70 kg: the next level is one step away."""
    ladder = regimen(
        mode="continuous_infusion", start="0.05 mg/kg/h",
        titration={"kind": "ladder", "levels": ["0.05 mg/kg/h", "0.1 mg/kg/h"], "every": "24 h"},
    )  # fmt: skip
    assert stepped("0.1 mg/kg/h", ladder, Chart().ketamine(0, "start", "3.5 mg/h")) == ()


def test_a_ceiling_of_the_day_is_held_against_what_was_charted() -> None:
    """60 mg an hour ago and 20 mg an hour from now on: any day has at most 480 mg, and with the dose 500."""
    capped = regimen(
        mode="continuous_infusion",
        start="20 mg/h",
        ceilings=[{"key": "most", "of": "day", "limit": "499 mg/d"}],
    )
    chart = Chart().ketamine(4, "start", "60 mg/h")
    found = stepped("20 mg/h", capped, chart)
    assert [one.key for one in found if one.key == "most"] == ["most"]


@pytest.mark.parametrize("mode", ["slow_bolus", "injection"])
def test_what_is_given_at_once_is_a_bolus_to_a_limit(mode: str) -> None:
    at_once = regimen(mode=mode, start="20 mg", duration="2 min")
    assert [one.key for one in breaches("20 mg", rail(limit="10 mg", gives="bolus"), at_once)] == ["it"]
    assert breaches("20 mg", rail(limit="10 mg", gives="infusion"), at_once) == []


def test_a_dose_over_just_an_hour_counts_in_the_hour_with_all_of_it() -> None:
    hourly = regimen(mode="timed_infusion", start="35 mg", duration="1 h")
    assert breaches("35 mg", rail(of="hour", limit="35 mg/h"), hourly) == []
    assert breaches("35 mg", rail(of="hour", limit="34 mg/h"), hourly)
    assert breaches("10 mg/h", rail(of="single_dose", limit="5 mg"), RATE) == []


def test_a_minimum_of_the_day_is_held_against_what_the_regimen_gives_in_one() -> None:
    """25 mg every 8 h are 75 mg a day, whatever was charted of it so far."""
    often = regimen(mode="injection", start="25 mg", every="8 h")
    low = rail(kind="minimum", of="day", limit="60 mg/d")
    chart = Chart().ketamine(0, "given", "25 mg")
    situation = Situation.at(BEGINS + timedelta(hours=8), chart.facts)
    dose = parse_quantity("25 mg")
    assert guardrail_breaches(dose, CIVIK, often, situation, SEVENTY, {"it": low}, ()) == []


def test_a_limit_of_another_kind_than_the_dose_says_nothing_of_it() -> None:
    assert breaches("10 mg/h", rail(of="day", limit="5 mg"), RATE) == []
