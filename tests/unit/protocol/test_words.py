"""Questions, doses and schedules in words: what the program asks, read back to people."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter

from adjuvant.protocol.model import ObservationGroup
from adjuvant.protocol.predicate import Predicate
from adjuvant.protocol.values import Sourced
from adjuvant.protocol.words import dose_count, group_words, predicate_words, quantity_words, source_words
from adjuvant.quantity import parse_quantity

READ = TypeAdapter(Predicate)
QUESTIONS: list[tuple[dict[str, Any], str]] = [
    ({"measure": "pain", "above": "goal"}, "pain, 0 to 10 above the patient's own goal"),
    ({"measure": "respiratory_rate", "below": "8 /min"}, "respiratory rate below 8 /min"),
    ({"measure": "systolic", "above": "180 mm[Hg]"}, "systolic blood pressure above 180 mmHg"),
    ({"measure": "age", "from": "18 a"}, "age at least 18 years"),
    (
        {"measure": "rescue_doses", "statistic": "count", "within": "8 h", "from": 2},
        "number of rescue doses of opioid within 8 h at least 2",
    ),
    ({"measure": "pain", "statistic": "mean", "within": "24 h", "up_to": 3}, "mean pain, 0 to 10 within 24 h at most 3"),
    (
        {"measure": "systolic", "of": "percent_rise_from_baseline", "from": "20 %"},
        "systolic blood pressure has risen from baseline by at least 20 %",
    ),
    ({"measure": "pain", "of": "fall_from_baseline", "from": 2}, "pain, 0 to 10 has fallen from baseline by at least 2"),
    ({"event": "hallucination"}, "hallucination"),
    ({"event": "hallucination", "nth": 2}, "hallucination, number 2 of the course"),
    ({"event": "hallucination", "grade": 3, "within": "24 h"}, "hallucination of grade 3 or more within 24 h"),
    ({"event": "hallucination", "unresolved_for": "24 h"}, "hallucination, unresolved for 24 h"),
    ({"taken": "ketamine", "within": "6 mo"}, "ketamine within 6 months"),
    ({"taken": "ketamine"}, "ketamine"),
    ({"attested": "consent", "question": "Is there consent?"}, "answered yes: Is there consent?"),
    ({"attested": "consent", "question": "?", "no_older_than": "1 d"}, "answered yes (an answer of the last 1 d): ?"),
    ({"measure": "sadness", "above": 4}, "sadness above 4"),
    ({"measure": "promis", "above": 50}, "PROMIS measures above 50"),
    ({"measure": "QTc", "above": 450}, "QTc above 450"),
    ({"event": "vivid_dreams"}, "vivid or unpleasant dreams, nightmares"),
    ({"taken": "xanthines"}, "theophylline and aminophylline"),
    ({"condition": "aneurysm"}, "aneurysm or dissection of an artery"),
    ({"not": {"event": "hallucination"}}, "not (hallucination)"),
    (
        {"all": [{"any": [{"event": "hallucination"}, {"taken": "ketamine"}]}, {"measure": "pain", "above": 4}]},
        "(hallucination or ketamine) and pain, 0 to 10 above 4",
    ),
]  # fmt: skip


@pytest.mark.hazard("H-043")
@pytest.mark.parametrize(("asked", "words"), QUESTIONS)
def test_a_question_is_told_as_the_program_asks_it(asked: dict[str, Any], words: str) -> None:
    assert predicate_words(READ.validate_python(asked)) == words


def test_a_condition_is_told_by_its_title_and_whether_it_is_of_the_past() -> None:
    now = predicate_words(READ.validate_python({"condition": "psychosis"}))
    ever = predicate_words(READ.validate_python({"condition": "psychosis", "state": "history"}))
    assert ever == f"a history of {now}"


@pytest.mark.parametrize(
    ("word", "kind"), [("condition", "sadness"), ("taken", "sadness"), ("event", "sadness")]
)
def test_a_name_that_nothing_has_is_told_as_it_stands(word: str, kind: str) -> None:
    assert "sadness" in predicate_words(READ.validate_python({word: kind}))


def test_what_is_no_question_is_told_as_it_stands() -> None:
    assert predicate_words("goal") == "goal"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("0.05 mg/kg/h", "0.05 mg/kg/h"),
        ("2 ug/kg/min", "2 microgram/kg/min"),
        ("18 a", "18 years"),
        ("2 wk", "2 weeks"),
        ("180 mm[Hg]", "180 mmHg"),
        ("0.125 mg", "0.125 mg"),
    ],
)
def test_a_quantity_is_written_whole_with_its_unit_for_people(value: str, words: str) -> None:
    assert quantity_words(parse_quantity(value)) == words


GROUPS: list[tuple[dict[str, Any], str]] = [
    ({"phases": [{"lasts": "1 h", "every": "15 min"}, {"every": "4 h"}]}, "every 15 min for 1 h, then every 4 h until the end"),
    ({"at": ["0 min", "10 min"]}, "at 0 min, 10 min from the dose"),
    ({"continuous": True}, "continuously"),
    ({"once": "before"}, "once, before the dose"),
    ({"unstated": True}, "when is not said"),
    (
        {"phases": [{"every": "4 h"}], "restart_on": ["dose_change", "bolus"], "after_end": "2 h"},
        "every 4 h until the end; anew after dose change and bolus; for 2 h after the end",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("when", "words"), GROUPS)
def test_a_schedule_is_told_in_full(when: dict[str, Any], words: str) -> None:
    group = ObservationGroup.model_validate({"items": ["pain", "systolic"], **when})
    assert group_words(group) == f"Pain, 0 to 10, systolic blood pressure: {words}"


def test_a_source_is_told_with_how_it_was_come_by_unless_it_was_read() -> None:
    def told(provenance: str) -> str:
        return source_words(Sourced.model_validate({"citation": "hardy2012", "provenance": provenance}))

    assert told("read") == "[hardy2012]"
    assert told("assumed") == "[hardy2012, assumed]"
    assert told("secondary") == "[hardy2012, read second-hand]"
    assert source_words(Sourced()) == ""


def test_one_dose_is_no_plural() -> None:
    assert (dose_count(1), dose_count(3)) == ("1 dose", "3 doses")


def test_what_is_observed_under_a_name_that_nothing_has_is_told_as_it_stands() -> None:
    group = ObservationGroup.model_validate({"items": ["sadness", "pain"], "continuous": True})
    assert group_words(group) == "Sadness, pain, 0 to 10: continuously"


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("1 wk", "1 week"), ("2 wk", "2 weeks"), ("1 a", "1 year"), ("18 a", "18 years"), ("1 mo", "1 month"),
        ("6 mo", "6 months"), ("1 h", "1 h"), ("1 mm[Hg]", "1 mmHg"), ("0.5 a", "0.5 years"), ("1 mg", "1 mg"),
    ],
)  # fmt: skip
def test_one_of_what_is_counted_stands_in_the_singular(written: str, words: str) -> None:
    assert quantity_words(parse_quantity(written)) == words
