"""Where no advice can be made while ketamine is given, every rule that would hold or stop it is shown, and never a dose."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adjuvant.plan.order import why_not
from adjuvant.protocol import Guidance, Situation, Status, guidance_json
from adjuvant.protocol.answers import Case
from adjuvant.protocol.eligibility import Eligibility
from adjuvant.protocol.finding import Context, Finding
from adjuvant.protocol.situation import Answer, WeightReading
from adjuvant.protocol.warned import safety_warnings
from adjuvant.quantity import parse_quantity
from bedside import BEGINS, Chart, closed
from written import written

ORAL = closed("oral_us")  # two regimens by mouth fit a dose of 20 mg
TITLES = ("By mouth in divided doses", "By mouth after an infusion")


def given_orally() -> Chart:
    return Chart().answering(ORAL.protocol).ketamine(0, "given", "20 mg")


def warned(guidance: Guidance) -> list[str]:
    return [one.words for one in guidance.issues if one.kind == "warning"]


@pytest.mark.parametrize(
    ("readings", "rule", "asks"),
    [
        ({"respiratory_rate": 6}, "breathing", "asks to stop ketamine"),
        ({"systolic": 190}, "pressure", "asks to stop ketamine"),
        ({"sedation_poss": 3}, "sedation", "asks to hold ketamine"),
    ],
)
def test_with_no_regimen_named_each_that_fits_shows_the_rule_that_is_met(
    readings: dict[str, int], rule: str, asks: str
) -> None:
    guidance = given_orally().calm(5, **readings).ask(ORAL, 5)
    assert guidance.status is Status.WITHHELD and guidance.missing[0].rule == "regimens"
    assert len(warned(guidance)) == 2
    for words, title in zip(warned(guidance), TITLES, strict=True):
        assert words.startswith(f"{title}: rule {rule} {asks}: ") and "Seen: " in words
    assert all(one.dose is None for one in guidance.recommendations)


def test_a_warning_names_the_rule_its_source_and_when_it_was_seen() -> None:
    guidance = given_orally().calm(5, respiratory_rate=6).ask(ORAL, 5)
    (issue, *_) = [one for one in guidance_json(guidance)["issues"] if one["kind"] == "warning"]
    (reason,) = issue["because"]
    assert (reason["rule"], reason["text"], reason["citation"], reason["at"]) == (
        "breathing",
        "Fewer than 8 breaths a minute.",
        "site",
        "2026-03-02T13:00:00+00:00",
    )
    assert any(one.startswith("Warning: By mouth") for one in why_not(guidance))


def test_a_calm_chart_a_reading_that_is_missing_and_ketamine_not_begun_warn_of_nothing() -> None:
    assert warned(given_orally().calm(5).ask(ORAL, 5)) == []
    assert warned(given_orally().ask(ORAL, 5)) == []
    assert warned(Chart().answering(ORAL.protocol).calm(5, respiratory_rate=6).ask(ORAL, 5)) == []


def test_a_regimen_of_rates_does_not_fit_an_amount_by_mouth() -> None:
    site = closed("sg_pall")  # one by mouth, one by a driver under the skin
    chart = Chart().answering(site.protocol).ketamine(0, "given", "10 mg").calm(5, respiratory_rate=6)
    titles = {one.title for one in site.protocol.regimens.values() if not one.rated}
    found = warned(chart.ask(site, 5))
    assert found and {one.split(": rule")[0] for one in found} == titles


def test_a_weight_that_is_too_old_keeps_the_dose_back_and_no_rule_of_safety() -> None:
    site = closed("civik")
    chart = Chart().answering(site.protocol).ketamine(0, "start", "0.05 mg/kg/h").calm(1, respiratory_rate=6)
    old = tuple(replace(one, at=one.at - timedelta(days=30)) for one in chart.facts.weights)
    guidance = chart.but(weights=old).ask(site, 1)
    assert guidance.status is Status.WITHHELD and guidance.missing[0].rule == "weight"
    assert any("rule breathing asks to stop ketamine" in one for one in warned(guidance))


def test_a_chart_that_contradicts_itself_warns_all_the_same() -> None:
    site = closed("civik")
    chart = Chart().answering(site.protocol).ketamine(0, "start", "0.05 mg/kg/h")
    guidance = chart.ketamine(0.5, "start", "0.05 mg/kg/h").calm(1, respiratory_rate=6).ask(site, 1)
    assert guidance.status is Status.WITHHELD
    assert {one.kind for one in guidance.issues} == {"withheld", "contradiction", "warning"}


@settings(max_examples=40, deadline=None)
@given(breaths=st.integers(1, 30), systolic=st.integers(80, 220), sedation=st.integers(1, 4))
def test_what_is_advised_of_a_named_regimen_is_warned_of_where_none_is_named(
    breaths: int, systolic: int, sedation: int
) -> None:
    chart = given_orally().calm(5, respiratory_rate=breaths, systolic=systolic, sedation_poss=sedation)
    named, unnamed = chart.ask(ORAL, 5, "oral"), chart.ask(ORAL, 5)
    asked = {
        one.rule
        for item in named.recommendations
        for one in item.because
        if named.status in (Status.STOP, Status.HOLD)
    }
    shown = {one.rule for item in unnamed.issues if item.kind == "warning" for one in item.because}
    assert asked - {"regimens.oral.course"} <= shown
    assert unnamed.status is Status.WITHHELD and all(one.dose is None for one in unnamed.recommendations)


# --- going down with something missing --------------------------------------------------------------------


def test_a_rate_is_lowered_though_a_reading_of_safety_is_missing_and_the_answer_names_it() -> None:
    site = closed("civik")
    chart = Chart().answering(site.protocol).ketamine(0, "start", "0.05 mg/kg/h").calm(3)
    chart = chart.ketamine(3, "change", "0.1 mg/kg/h").calm(4.5).felt(4.5, "hallucination")
    known = tuple(one for one in chart.facts.observed if one.measure != "respiratory_rate")
    guidance = chart.but(observed=known).ask(site, 5)
    assert guidance.status is Status.LOWER
    (dose,) = [one.dose for one in guidance.recommendations if one.dose is not None]
    assert str(dose) == "0.05 mg/kg/h"
    assert any("espiratory rate" in one.what and one.rule == "breathing" for one in guidance.missing)


def test_a_lower_single_dose_waits_for_the_reading_that_is_missing() -> None:
    chart = given_orally().calm(5).felt(5, "hallucination")
    known = tuple(one for one in chart.facts.observed if one.measure != "respiratory_rate")
    guidance = chart.but(observed=known).ask(ORAL, 6, "oral")
    assert guidance.status is Status.WITHHELD
    assert any(one.rule == "breathing" for one in guidance.missing)


# --- the words of a warning --------------------------------------------------------------------------------

TWO_WAYS = """\
drip: {title: Drip, route: intravenous, mode: continuous_infusion, start: 10 mg/h, course: {at_most: 5 d}}
mouth: {title: By mouth, route: oral, mode: oral, start: 80 mg, every: 8 h, course: {at_most: 9 d}}
"""
RULES = """\
- {key: fits, kind: entry, text: No dose while the pressure is high., when: {measure: systolic, above: "170 mm[Hg]"}}
- {key: nurse, kind: call, text: The pressure is high., call: the pain team, when: {measure: systolic, above: "170 mm[Hg]"}}
- {key: alone, kind: call, text: Nobody is there., call: the ward, when: {not: {attested: somebody_is_there, question: Is somebody there?}}}
- {key: bare, kind: call, text: No benzodiazepine was ever given., call: the ward, when: {not: {taken: benzodiazepine}}}
- {key: both, kind: stop, text: High and gasping., when: {all: [{measure: systolic, above: "170 mm[Hg]"}, {measure: respiratory_rate, above: 30 /min}]}}
"""


def high(tmp_path: Path, what: str, dose: str) -> list[str]:
    chart = Chart().ketamine(0, what, dose).calm(5, systolic=175, respiratory_rate=32)
    site = written(tmp_path, TWO_WAYS, rules=RULES)
    return warned(
        chart.but(answers=(Answer("somebody_is_there", False, BEGINS, "Dr Invented"),)).ask(site, 5)
    )


HIGH, GASPS = "systolic blood pressure 175 mmHg", "respiratory rate 32 per min"


def test_each_warning_says_its_regimen_its_rule_what_it_asks_and_what_was_seen(tmp_path: Path) -> None:
    assert high(tmp_path, "given", "80 mg") == [
        f"By mouth: rule fits asks to give no further dose now: No dose while the pressure is high. Seen: {HIGH}.",
        f"By mouth: rule nurse asks to call the pain team: The pressure is high. Seen: {HIGH}.",
        "By mouth: rule alone asks to call the ward: Nobody is there. Seen: Dr Invented answered no, 5 h ago.",
        (
            "By mouth: rule bare asks to call the ward: No benzodiazepine was ever given."
            " Seen: no benzodiazepine is in the record of drugs given."
        ),
        f"By mouth: rule both asks to stop ketamine: High and gasping. Seen: {HIGH}; {GASPS}.",
    ]


def test_a_rule_about_the_next_dose_says_nothing_of_an_infusion_that_runs_and_the_rules_after_it_do(
    tmp_path: Path,
) -> None:
    assert [one.split(" asks")[0] for one in high(tmp_path, "start", "10 mg/h")] == [
        "Drip: rule nurse", "Drip: rule alone", "Drip: rule bare", "Drip: rule both",
    ]  # fmt: skip


def test_a_warning_speaks_against_ketamine_and_stands_before_what_does_not() -> None:
    guidance = given_orally().calm(5, respiratory_rate=6).ask(ORAL, 5)
    assert all(one.against for one in guidance.issues if one.kind == "warning")
    assert [one.kind for one in guidance.issues][:2] == ["warning", "warning"]


def test_a_rule_of_which_nothing_was_seen_is_told_without_it(tmp_path: Path) -> None:
    protocol = written(
        tmp_path,
        "drip: {title: Drip, route: intravenous, mode: continuous_infusion, start: 5 mg/h, course: {at_most: 5 d}}",
    )
    rule = next(one for one in protocol.protocol.rules if one.key == "breathing")
    situation = Situation.at(BEGINS, Chart().facts)
    case = Case(
        protocol, "drip", protocol.protocol.regimens["drip"], situation, None, Context({}), {},
        ((rule, Finding(True)),), Eligibility("cannot say", (), (), (), (), ()),
    )  # fmt: skip
    assert [one.words for one in safety_warnings(case)] == [
        "Drip: rule breathing asks to stop ketamine: Fewer than 8."
    ]


def test_a_rule_on_milligrams_a_day_is_warned_of_by_the_weight_that_a_rate_per_kilogram_needs(
    tmp_path: Path,
) -> None:
    """0.2 mg/kg/h are 336 mg a day at 70 kg; the chart contradicts itself, so that nothing else is said."""
    drip = "drip: {title: Drip, route: intravenous, mode: continuous_infusion, start: 0.2 mg/kg/h, course: {at_most: 5 d}}"
    much = "- {key: much, kind: stop, text: Above 300., when: {measure: ketamine_per_day, above: 300 mg/d}}"
    protocol = written(tmp_path, drip, rules=much, weight="{kind: actual, no_older_than: 7 d}")
    twice = Chart().calm(0).ketamine(0, "start", "0.2 mg/kg/h").ketamine(1, "start", "0.2 mg/kg/h")
    assert any("rule much" in one for one in warned(twice.ask(protocol, 2)))
    light = twice.but(weights=(WeightReading(BEGINS, parse_quantity("62 kg")),))  # 297.6 mg a day
    assert not any("rule much" in one for one in warned(light.ask(protocol, 2)))


def test_a_regimen_s_own_weight_is_the_one_that_its_warnings_count_by(tmp_path: Path) -> None:
    """0.2 mg/kg/h are 336 mg a day at 70 kg, and 240 at an ideal weight of 50."""
    drip = (
        "drip: {title: Drip, route: intravenous, mode: continuous_infusion, start: 0.2 mg/kg/h, "
        "course: {at_most: 5 d}, weight: {kind: ideal, no_older_than: 7 d}}"
    )
    much = "- {key: much, kind: stop, text: Above 300., when: {measure: ketamine_per_day, above: 300 mg/d}}"
    protocol = written(tmp_path, drip, rules=much)
    twice = Chart().calm(0).ketamine(0, "start", "0.2 mg/kg/h").ketamine(1, "start", "0.2 mg/kg/h")
    weights = (
        WeightReading(BEGINS, parse_quantity("70 kg")), WeightReading(BEGINS, parse_quantity("50 kg"), "ideal"),
    )  # fmt: skip
    assert not any("rule much" in one for one in warned(twice.but(weights=weights).ask(protocol, 2)))
    heavy = (weights[0], WeightReading(BEGINS, parse_quantity("70 kg"), "ideal"))
    assert any("rule much" in one for one in warned(twice.but(weights=heavy).ask(protocol, 2)))
