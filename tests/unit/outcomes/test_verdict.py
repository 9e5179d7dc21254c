"""The headline is never stronger than the evidence; sparing, toxicity and a stop are claimed only where charted."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from adjuvant.outcomes import CourseOutcome, evaluate, find_courses, outcome_json, pseudo_course
from adjuvant.outcomes.headline import Seen, headline_of
from adjuvant.record import PainReporter
from adjuvant.unknown import Unknown
from builders import PatientBuilder, a_drug, a_patient

DAY = 24


def chart(before: int = 8, after: int = 4, *, points: dict[int, int] | None = None) -> PatientBuilder:
    """Ketamine on days 3 to 5; pain every four hours, `points` overriding it day by day."""
    patient = a_patient()
    for day in (3, 4, 5):
        patient = patient.ketamine("35 mg", day * DAY + 10)
    for hour in range(0, 10 * DAY, 4):
        usual = before if hour < 5 * DAY else after
        patient = patient.pain((points or {}).get(hour // DAY, usual), hour, reporter=PainReporter.SELF)
    return patient


def morphine(patient: PatientBuilder, *doses: tuple[int, int, str], drug: str = "morphine") -> PatientBuilder:
    """Oral doses every six hours; each (first day, day after the last, dose)."""
    for first, last, dose in doses:
        for hour in range(first * DAY, last * DAY, 6):
            patient = patient.given(drug, dose, hour)
    return patient


def steady(patient: PatientBuilder) -> PatientBuilder:
    return morphine(patient, (0, 10, "20 mg"))


HALVED = ((0, 4, "20 mg"), (4, 10, "10 mg"))


def seen(patient: PatientBuilder) -> CourseOutcome:
    record = patient.record()
    return evaluate(record, find_courses(record)[0])


def flags(patient: PatientBuilder) -> str:
    return " ".join(seen(patient).flags)


def answer(patient: PatientBuilder, key: str) -> Any:
    return next(item for item in seen(patient).responses if item.key == key)


# --- the headline ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "headline"),
    [
        ({}, "Clinical response."),
        ({"evaluable": False}, "Not evaluable; pain fell by 4 points."),
        ({"evaluable": False, "change": Fraction(1)}, "Not evaluable; pain rose by 1 point."),
        ({"evaluable": False, "change": Fraction(0)}, "Not evaluable; pain unchanged."),
        ({"low": True}, "Clinical response from a low baseline."),
        ({"opioids": ", with opioids up by 60 %"}, "Clinical response, with opioids up by 60 %."),
        ({"died": "during the course"}, "Clinical response; the patient died during the course."),
        ({"change": Unknown("pain")}, "Cannot say."),
        ({"response": Unknown("a percentage")}, "Cannot say."),
        ({"response": False}, "No clinical response."),
        ({"response": False, "sparing": True, "change": Fraction(0)}, "Opioid sparing, pain unchanged."),
        ({"response": False, "sparing": True, "change": Fraction(-1)}, "Opioid sparing, pain no higher."),
        ({"response": False, "sparing": Unknown("it")}, "No clinical response."),
        ({"evaluable": False, "stopped_for": ("delirium", "delirium")}, "Stopped for delirium."),
        ({"pseudo": True}, "Pseudo-course, no ketamine given."),
    ],
)
def test_a_headline_says_what_was_seen_and_no_more(changes: dict[str, Any], headline: str) -> None:
    usual: dict[str, Any] = {"response": True, "evaluable": True, "change": Fraction(-4)}
    assert headline_of(Seen(**(usual | changes))) == headline


def test_a_low_baseline_reaches_headline_and_sentence() -> None:
    verdict = seen(steady(chart(3, 2))).verdict
    assert verdict.headline == "Clinical response from a low baseline."
    assert "33 % of a baseline below 4" in verdict.sentence
    assert "below 4" not in seen(steady(chart(4, 2))).verdict.sentence


def test_opioids_that_rose_reach_the_headline() -> None:
    verdict = seen(morphine(chart(), (0, 4, "20 mg"), (4, 10, "32 mg"))).verdict
    assert verdict.headline == "Clinical response, with opioids up by 60 %."


def test_a_pseudo_course_has_no_response() -> None:
    record = steady(a_patient().with_pain(8, days=5).with_pain(4, start=5 * DAY, days=5)).record()
    verdict = evaluate(record, pseudo_course(record)).verdict
    assert isinstance(verdict.clinical_response, Unknown)
    assert isinstance(verdict.opioid_sparing, Unknown)
    assert "windows only" in verdict.response_words


# --- opioid sparing ----------------------------------------------------------------------------------------


def test_sparing_stands_beside_the_response_and_is_none() -> None:
    verdict = seen(morphine(chart(5, 5), *HALVED)).verdict
    assert (verdict.clinical_response, verdict.opioid_sparing) == (False, True)
    assert "opioid sparing, whose cause this record does not say" in verdict.sentence


@pytest.mark.parametrize(
    ("doses", "other", "flag"),
    [
        (((0, 4, "20 mg"),), ("oxycodone", (4, 10, "3 mg")), "Oxycodone oral was given after and not before"),
        (((0, 2, "20 mg"),), ("oxycodone", (0, 10, "1 mg")), "stopped before the first ketamine"),
        (((0, 1, "40 mg"), (1, 2, "30 mg"), (2, 10, "20 mg")), None, "Opioids were falling before"),
    ],
)
def test_a_fall_with_another_reason_is_no_sparing(doses: Any, other: Any, flag: str) -> None:
    patient = morphine(chart(5, 5), *doses)
    if other is not None:
        patient = morphine(patient, other[1], drug=other[0])
    verdict = seen(patient).verdict
    assert isinstance(verdict.opioid_sparing, Unknown)
    assert verdict.headline == "No clinical response."
    assert flag in flags(patient)


def test_doses_withheld_are_quoted_and_are_no_sparing() -> None:
    patient = morphine(chart(5, 5), (0, 5, "20 mg"), (7, 10, "5 mg"))
    for hour in (121, 127, 133):
        patient = patient.held("morphine", "20 mg", hour, reason="RR 6, unrousable")
    assert "Doses of morphine were withheld: “RR 6, unrousable” (3 doses)." in flags(patient)
    assert seen(patient).verdict.headline == "No clinical response."


def test_a_new_drug_that_nobody_knows_is_a_flag_and_no_sparing() -> None:
    patient = morphine(chart(5, 5), *HALVED)
    for hour in range(6 * DAY, 9 * DAY, 12):
        patient = patient.given(type(a_drug("x"))("Zorbatol 10"), "10 mg", hour)
    assert "unknown to the library: Zorbatol 10" in flags(patient)
    assert seen(patient).verdict.headline == "No clinical response."


# --- pain --------------------------------------------------------------------------------------------------


def test_a_start_at_a_peak_is_a_flag() -> None:
    """4, 4 and 10 on the three days before: a mean near 6, and the last day 4 points above it."""
    assert "started at a peak of pain: 10" in flags(steady(chart(points={0: 4, 1: 4, 2: 10, 3: 10, 4: 10})))


def test_a_trend_before_the_start_is_a_flag_and_steady_pain_is_none() -> None:
    falling = flags(steady(chart(points={0: 8, 1: 7, 2: 6})))
    assert (
        "Pain was falling before the first ketamine: 8 on the first day of before, 6 on the last" in falling
    )
    assert "rising" in flags(steady(chart(points={0: 5, 1: 6, 2: 7})))
    assert not any(word in flags(steady(chart())) for word in ("peak", "falling", "rising"))


def test_a_window_lost_to_sedation_is_named_with_what_was_charted() -> None:
    patient = steady(a_patient().ketamine("35 mg", 3 * DAY + 10))
    for hour in range(0, 7 * DAY, 4):
        lost = hour >= 4 * DAY and hour % 12 != 0
        patient = patient.pain(
            None if lost else 4, hour, why="sedated" if lost else None, reporter=PainReporter.SELF
        )
    patient = patient.sedation("1", 97).sedation("4", 120).vital("respiratory_rate", "6 /min", 121)
    found = flags(patient.vital("spo2", "82 %", 121).vital("spo2", "97 %", 130))
    assert "12 of 18 readings after could not be taken because the patient was sedated or asleep" in found
    assert "sedation (poss) 1 to 4" in found
    assert "lowest respiratory rate 6" in found
    assert "lowest oxygen saturation 82 %" in found
    assert seen(patient).verdict.headline.startswith(("Not evaluable", "Cannot say"))


# --- harms -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hour", "words"),
    [
        (4 * DAY, "during the course"),
        (5 * DAY + 20, "between the course and the after window"),
        (7 * DAY, "inside the after window"),
    ],
)
def test_a_death_from_the_first_ketamine_on_is_in_headline_sentence_flag_and_answer(
    hour: int, words: str
) -> None:
    patient = steady(chart())
    record = replace_death(patient, hour)
    outcome = evaluate(record, find_courses(patient.record())[0])
    assert f"the patient died {words}" in outcome.verdict.headline
    assert outcome.verdict.sentence.startswith(f"The patient died {words}.")
    assert outcome.flags[0].startswith(f"The patient died {words}")
    assert outcome_json(outcome)["harms"]["death"] is not None


def replace_death(patient: PatientBuilder, hour: int) -> Any:
    from dataclasses import replace

    record = patient.record()
    return replace(record, patient=replace(record.patient, death=patient.when(hour)))


@pytest.mark.parametrize(
    ("events", "word"),
    [
        ([], "cannot_evaluate"),
        ([("constipation", 2 * DAY, 1, "")], "cannot_evaluate"),  # before the ketamine; nothing since
        ([("drowsiness", 4 * DAY, 1, ""), ("nausea", 5 * DAY, 2, "ketamine reduced")], "yes"),
        ([("none", 6 * DAY, None, "")], "yes"),
        ([("cardiac arrest", 4 * DAY, 4, "")], "cannot_evaluate"),
        ([("confusion", 4 * DAY, None, "")], "cannot_evaluate"),
        ([("drowsiness", 4 * DAY, 1, "ketamine held")], "cannot_evaluate"),
        ([("drowsiness", 4 * DAY, 1, "ketamine stopped")], "no"),
    ],
)
def test_toxicity_is_acceptable_only_where_the_record_says_so(events: list[Any], word: str) -> None:
    patient = steady(chart())
    patient = patient.given("oxycodone", "5 mg", 7 * DAY + 1, as_needed=True)
    for hour in range(0, 10 * DAY, 6):  # no morphine dose is as needed, so the count of rescues is known
        patient = patient.given("acetaminophen", "500 mg", hour, as_needed=False)
    for kind, hour, grade, led_to in events:
        patient = patient.adverse(kind, hour, grade=grade, led_to=led_to)
    facts = answer(patient, "civik_pr_published")
    if word == "yes":
        assert not any("toxicity" in need for need in facts.missing)
    elif word == "no":
        assert facts.word == "no"
    else:
        assert any("whether toxicity was acceptable" in need for need in facts.missing)


def test_words_that_leave_a_stop_open_are_quoted() -> None:
    patient = steady(chart()).adverse("hallucination", 4 * DAY, led_to="ketamine paused")
    outcome = seen(patient)
    assert "what was done reads “ketamine paused”" in outcome.flags[0]
    assert "Whether ketamine was stopped for hallucination is not settled." in outcome.verdict.sentence
    (event,) = outcome_json(outcome)["harms"]["adverse_events"]
    assert event["ketamine_stopped"] == "cannot_evaluate"


def test_another_drugs_stop_is_not_ketamines() -> None:
    patient = steady(chart()).adverse("itch", 4 * DAY, led_to="morphine stopped; ketamine continued")
    assert seen(patient).verdict.headline == "Clinical response."


def test_ketamine_that_was_not_given_is_a_flag() -> None:
    patient = steady(chart()).held("ketamine", "35 mg", 4 * DAY + 20, reason="agitated", route="intravenous")
    assert "charted as not given" in flags(patient)
    assert "“agitated”" in flags(patient)


def test_the_answer_holds_the_harms_beside_the_benefit() -> None:
    patient = steady(chart()).adverse("hallucination", 4 * DAY, grade=2).sedation("3", 4 * DAY + 1)
    harms = outcome_json(seen(patient.vital("spo2", "88 %", 5 * DAY)))["harms"]
    assert [event["kind"] for event in harms["adverse_events"]] == ["hallucination"]
    assert harms["sedation"] == {"poss": {"before": {}, "after": {}, "between": {"3": 1}}}
    assert harms["lowest"]["spo2"] == [{"value": 88, "unit": "%"}]
    assert (harms["death"], harms["missing"]) == (None, [])
    empty = outcome_json(seen(steady(chart())))["harms"]
    assert len(empty["missing"]) == 2


# --- what was true before already --------------------------------------------------------------------------


def test_a_yes_at_a_level_that_pain_had_already_says_so() -> None:
    kannan = answer(steady(chart(0, 0)), "kannan2002")
    assert kannan.word == "yes"
    assert "pain stood at 3 or below before the course already" in kannan.seen
    assert "already" not in answer(steady(chart(8, 2)), "kannan2002").seen


def test_methadone_is_said_in_flag_and_warning() -> None:
    outcome = seen(morphine(chart(), (0, 10, "10 mg"), drug="methadone"))
    assert outcome.opioids is not None
    assert any("Contains methadone before and after" in text for text in outcome.flags)
    assert any("Contains methadone" in text for text in outcome.opioids.warnings)


def test_opioids_begun_are_a_flag() -> None:
    patient = chart().on("acetaminophen", "3000 mg/d", days=10)
    assert "Opioids were begun: from 0 to 80 MME a day." in flags(morphine(patient, (4, 10, "20 mg")))
