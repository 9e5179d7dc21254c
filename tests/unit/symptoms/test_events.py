"""Adverse events of a window, and whether one of them ended the ketamine."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from adjuvant.record import AdverseEvent, Origin, Patient, PatientRecord
from adjuvant.symptoms import adverse_events_in, charts_none, ketamine_stop, stopped_ketamine, unsettled_stops
from adjuvant.timeline import Interval
from adjuvant.unknown import Unknown

T0 = datetime(2026, 3, 1, tzinfo=UTC)


def event(hour: float, *, hours: float | None = None, led_to: str = "") -> AdverseEvent:
    at = T0 + timedelta(hours=hour)
    end = None if hours is None else at + timedelta(hours=hours)
    return AdverseEvent(f"e{hour}", at, "hallucination", Origin("test", "rows", "1"), end=end, led_to=led_to)


def test_events_that_began_or_still_lasted_in_the_window_belong_to_it() -> None:
    events = (event(-5), event(-5.5, hours=6), event(-6, hours=6), event(0), event(9.5), event(10))
    record = PatientRecord(Patient("p", "UTC", synthetic=True), adverse_events=events)
    found = adverse_events_in(record, Interval(T0, T0 + timedelta(hours=10)))
    assert [item.id for item in found] == ["e-5.5", "e0", "e9.5"]


@pytest.mark.parametrize(
    ("words", "stopped"),
    [
        ("ketamine stopped", True),
        ("Stopped the ketamine infusion", True),
        ("esketamine discontinued", True),
        ("ketamine not stopped", False),
        ("ketamine reduced", False),
        ("LDK stopped", True),
        ("infusion stopped", True),
        ("Ketamine infusion ceased.", True),
        ("ketamine stopped, lorazepam given", True),
        ("ketamine stopped and lorazepam given", True),
        ("not tolerated; ketamine stopped", True),
        ("S-ketamine withdrawn", True),
        ("morphine stopped; ketamine continued", False),
        ("morphine stopped and ketamine continued", False),
        ("ketamine continued, morphine stopped", False),
        ("morphine infusion stopped", False),
        ("lorazepam 1 mg given", False),
        ("observed", False),
        ("oxycodone stopped", False),
        ("", False),
    ],
)
def test_only_the_records_own_words_say_that_ketamine_was_stopped(words: str, stopped: bool) -> None:
    assert bool(stopped_ketamine([event(0, led_to=words)])) is stopped


@pytest.mark.parametrize(
    "words",
    [
        "ketamine held",
        "ketamine off",
        "ketamine paused, restarted an hour later",
        "considered stopping ketamine",
        "ketamine stopped?",
        "ketamine could not be continued",
        "ketamine and morphine stopped",
        "stopped",
        "treatment withdrawn",
        "Ketamin gestoppt",
        "ketamine stopped without delay",
    ],
)
def test_text_that_leaves_the_stop_open_is_unknown_and_quoted(words: str) -> None:
    """Neither a yes nor a no is made of it: the words themselves are handed on."""
    said = ketamine_stop(event(0, led_to=words))
    assert isinstance(said, Unknown)
    assert words in said.needs[0]
    assert unsettled_stops([event(0, led_to=words)])
    assert not stopped_ketamine([event(0, led_to=words)])


def test_a_row_that_says_none_is_told_apart_from_an_event() -> None:
    rows = [replace(event(0), kind=kind) for kind in ("none", "No adverse events.", "nonconvulsive seizure")]
    assert [charts_none(row) for row in rows] == [True, True, False]
