"""A scenario becomes facts as they were told: times from the beginning, units of the observation, nothing guessed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from adjuvant.citation import Provenance
from adjuvant.errors import LibraryError
from adjuvant.protocol import Situation, facts_of, read_scenario
from adjuvant.protocol.expect import differences
from adjuvant.protocol.guidance import Guidance, Issue, Missing, Reason, Recommendation, Status
from adjuvant.protocol.scenario import Expected
from adjuvant.quantity import parse_quantity

TOLD = """\
scenario: told
title: A chart
rule: None.
protocol: civik
begins: "2026-03-02T08:00:00+01:00"
zone: Europe/Berlin
age: 61
goal: 3
weights: [{at: -1 h, value: "154 [lb_av]", method: stated}]
readings:
  pain: [{at: 8 h, value: 5}, {at: 9 h, unread: asleep}]
  systolic: [{at: 90 min, value: "130 mm[Hg]"}]
rescue: [3 h, 7 h]
effects:
  hallucination: [{at: 1 h, grade: 2, until: 2 h}]
conditions: [{condition: psychosis, at: -1 d, history: true}]
taken: [{drug: morphine, at: -30 min}]
charted_since: -3 d
answers: [{by: Dr Invented, at: -1 h, yes: [consent], no: ["condition:pregnancy"]}]
ketamine: [{at: 0 h, what: start, dose: 0.05 mg/kg/h}, {at: 8 h, what: given, dose: 5 mg, over: 10 min}]
steps: [{at: 8 h}, {at: -2 h}]
"""
SEVEN = datetime(2026, 3, 2, 7, tzinfo=UTC)  # 08:00 in Berlin


def read(folder: Path, text: str = TOLD):
    path = folder / "told.yaml"
    path.write_text(text, encoding="utf-8")
    return read_scenario(path)


def test_every_time_is_counted_from_the_beginning_with_its_offset(tmp_path: Path) -> None:
    told = read(tmp_path)
    assert [told.at(step) for step in told.scenario.steps] == [
        SEVEN + timedelta(hours=8),
        SEVEN - timedelta(hours=2),
    ]
    facts = facts_of(told)
    assert {one.measure: one.at for one in facts.observed}["systolic"] == SEVEN + timedelta(minutes=90)
    assert facts.taken == (("morphine", SEVEN - timedelta(minutes=30)),)
    assert facts.taken_known_since == SEVEN - timedelta(days=3)


def test_facts_are_as_told(tmp_path: Path) -> None:
    facts = facts_of(read(tmp_path))
    assert facts.synthetic and (facts.age_years, facts.goal) == (61, 3)
    assert [one.value for one in facts.observed if one.measure == "pain"] == [5, None]
    assert [one.source for one in facts.observed if one.measure == "pain"] == ["", "asleep"]
    assert len([one for one in facts.observed if one.measure == "rescue_doses"]) == 2
    (weight,) = facts.weights
    assert (str(weight.value), weight.method) == ("154 [lb_av]", "stated")
    (effect,) = facts.effects
    assert (effect.grade, effect.until) == (Fraction(2), SEVEN + timedelta(hours=2))
    assert {(one.key, one.yes, one.by) for one in facts.answers} == {
        ("consent", True, "Dr Invented"),
        ("condition:pregnancy", False, "Dr Invented"),
    }
    assert [(one.what.value, str(one.dose)) for one in facts.ketamine] == [
        ("start", "0.05 mg/kg/h"),
        ("given", "5 mg"),
    ]


@pytest.mark.hazard("H-010")
@pytest.mark.parametrize("value", [".nan", ".inf", "-.inf", "NaN", "1e400", "-", "five"])
def test_a_reading_that_is_no_finite_figure_is_refused(tmp_path: Path, value: str) -> None:
    with pytest.raises(LibraryError, match=r"told\.yaml:"):
        facts_of(read(tmp_path, TOLD.replace("value: 5}", f"value: {value}}}")))


@pytest.mark.hazard("H-010")
@pytest.mark.parametrize("dose", [".nan mg", "inf mg", "-5 mg", "0x5 mg", "5"])
def test_a_charted_dose_that_is_no_finite_amount_is_refused(tmp_path: Path, dose: str) -> None:
    with pytest.raises(LibraryError, match=r"told\.yaml:"):
        facts_of(read(tmp_path, TOLD.replace("dose: 5 mg", f'dose: "{dose}"')))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("steps: [{at: 8 h}, {at: -2 h}]", "steps: [{at: -99999999 d}]", "further from the beginning than any life"),
        ("rescue: [3 h, 7 h]", "rescue: [1e30 h]", "rescue"),
        ("begins: \"2026-03-02T08:00:00+01:00\"", "begins: \"9999-12-31T08:00:00+01:00\"", "edge of the calendar"),
        ("begins: \"2026-03-02T08:00:00+01:00\"", "begins: \"0001-01-02T08:00:00+01:00\"", "edge of the calendar"),
        ("over: 10 min", "over: 1000000000000 d", "is longer than any life"),
    ],
)  # fmt: skip
def test_a_time_that_no_calendar_holds_is_refused_in_words(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    assert old in TOLD
    path = tmp_path / "told.yaml"
    path.write_text(TOLD.replace(old, new), encoding="utf-8")
    with pytest.raises(LibraryError, match=words):
        read_scenario(path)


def test_nothing_later_than_a_step_is_known_at_it(tmp_path: Path) -> None:
    told = read(tmp_path)
    before = Situation.at(told.at(told.scenario.steps[1]), facts_of(told))
    assert before.state.phase == "none" and before.readings("pain") == ()


REASON = Reason("titration.raise_when", "pain", "pain 5", None, "park2025", Provenance.READ)
RAISED = Guidance(
    Status.RAISE,
    SEVEN,
    "eligible",
    (Recommendation("raise", "Raise.", (REASON,), parse_quantity("0.1 mg/kg/h"), parse_quantity("7 mg/h")),),
    issues=(Issue("advisory", "It is much."),),
    missing=(Missing("the weight", "weight"),),
)


def expected(**fields: object) -> Expected:
    return Expected.model_validate({"status": "raise", **fields})


def test_what_is_as_expected_differs_in_nothing_whatever_the_unit() -> None:
    same = expected(
        eligibility="eligible", dose="100 ug/kg/h", amount="168 mg/d", because=["titration.raise_when"],
        missing=["the weight"], issues=["much"],
    )  # fmt: skip
    assert differences(RAISED, same) == ()
    assert differences(RAISED, None) == ()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"status": "hold"}, "status is raise, not hold"),
        ({"eligibility": "cannot say"}, "eligibility is eligible, not cannot say"),
        ({"dose": "0.15 mg/kg/h"}, "dose is 0.1 mg/kg/h, not 0.15 mg/kg/h"),
        ({"amount": "8 mg/h"}, "amount is 7 mg/h, not 8 mg/h"),
        ({"because": ["start"]}, "start is not among the reasons"),
        ({"missing": ["pain"]}, "'pain' is not named as missing"),
        ({"issues": ["interval"]}, "'interval' is not among the issues"),
    ],
)
def test_each_thing_that_is_not_as_expected_is_named(fields: dict[str, object], words: str) -> None:
    assert differences(RAISED, expected(**fields)) == (words,)
