"""The JSON answer of an evaluation: its keys, its numbers, and what stands for what is unknown."""

from __future__ import annotations

import json
from typing import Any

from adjuvant.outcomes import declared_course, evaluate, find_courses, outcome_json
from adjuvant.record import PainReporter
from builders import PatientBuilder, a_patient

KEYS = [
    "patient",
    "course",
    "windows",
    "pain",
    "opioids",
    "harms",
    "responses",
    "verdict",
    "quality",
    "citations",
    "library_digest",
]


def a_course() -> PatientBuilder:
    patient = a_patient(zone="Europe/Berlin").ketamine("35 mg", 82)
    for hour in range(0, 240, 4):
        patient = patient.pain(8 if hour < 96 else 5, hour, reporter=PainReporter.SELF)
        patient = patient.given("morphine", "10 mg" if hour < 96 else "7 mg", hour)
    return patient


def answered(patient: PatientBuilder) -> dict[str, Any]:
    record = patient.record()
    return outcome_json(evaluate(record, find_courses(record)[0]))


def test_the_answer_has_the_documented_keys_in_their_order() -> None:
    answer = answered(a_course())
    assert list(answer) == KEYS
    assert {"before", "during", "after"} <= set(answer["windows"])
    assert {"before", "after", "change", "percent", "covered_share"} <= set(answer["pain"])
    assert {"before", "after", "percent", "by_drug", "by_table", "stopped"} <= set(answer["opioids"])
    for response in answer["responses"]:
        assert {"key", "answer", "missing", "citation"} <= set(response)
        assert response["answer"] in {"yes", "no", "cannot_evaluate"}
        assert bool(response["missing"]) is (response["answer"] == "cannot_evaluate")


def test_numbers_are_exact_and_falls_are_negative() -> None:
    answer = answered(a_course())
    assert [answer["pain"][key] for key in ("before", "after", "change", "percent")] == [8, 5, -3, -37.5]
    assert [answer["opioids"][key] for key in ("before", "after", "percent")] == [60, 42, -30]
    assert answer["opioids"]["by_drug"]["morphine oral"]["change"] == -18
    assert answer["opioids"]["by_table"][answer["opioids"]["table"]]["percent"] == -30


def test_times_carry_the_offset_of_the_records_zone() -> None:
    answer = answered(a_course())
    assert answer["windows"]["before"]["end"] == "2026-03-05T00:00:00+01:00"
    assert answer["course"]["start"] == "2026-03-05T10:00:00+01:00"


def test_every_cited_key_is_explained_in_the_citations() -> None:
    answer = answered(a_course())
    listed = {item["key"] for item in answer["citations"]}
    assert {item["citation"] for item in answer["responses"]} <= listed
    assert all(item["identifier"] and item["text"] for item in answer["citations"])


def test_the_answer_is_json_without_nan_and_the_same_every_time() -> None:
    one = json.dumps(answered(a_course()), allow_nan=False)
    assert one == json.dumps(answered(a_course()), allow_nan=False)


def test_what_is_unknown_is_null_and_says_what_is_missing() -> None:
    patient = a_patient().pain(5, 30).pain(5, 200)
    course = declared_course(patient.when(100), patient.when(101))
    answer = outcome_json(evaluate(patient.record(), course))
    assert answer["pain"]["change"] is None
    assert answer["pain"]["missing"]
    assert answer["opioids"]["before"] is None
    assert answer["opioids"]["missing"] == [
        "opioids before and after: the record names no opioid and charts no administration"
    ]
    assert answer["verdict"]["clinical_response"] == "cannot_evaluate"
    json.dumps(answer, allow_nan=False)


def test_a_window_of_which_nothing_was_read_has_no_opioid_figure() -> None:
    patient = a_patient().ketamine("35 mg", 82)
    for hour in range(0, 84, 4):
        patient = patient.pain(8, hour).given("morphine", "10 mg", hour)
    answer = answered(patient)
    assert answer["opioids"]["after"] is None
    assert answer["opioids"]["percent"] is None
    assert answer["opioids"]["complete"] == {"before": True, "after": False}
    assert answer["opioids"]["missing"]


def test_without_any_pain_or_medication_the_keys_are_the_same() -> None:
    whole, record = answered(a_course()), a_patient().pain(5, 90).record()
    answer = outcome_json(evaluate(record, declared_course(a_patient().when(82), a_patient().when(83))))
    for part in ("pain", "opioids"):
        assert list(answer[part]) == list(whole[part])
        assert [answer[part][key] for key in ("before", "after", "percent")] == [None, None, None]
    assert answer["pain"]["missing"] == ["pain on the 0 to 10 scale in the windows"]
    assert answer["verdict"]["headline"] == "Cannot say."


def test_tables_that_do_not_cover_every_line_are_listed_with_their_reason() -> None:
    patient = a_course().infusion("hydromorphone", "0.1 mg/h", 0, 240)
    uncovered = answered(patient)["opioids"]["uncovered"]
    assert "cdc2022" in uncovered
    assert all(item["reasons"] for item in uncovered.values())
