"""Adverse events of a window, and whether one of them ended the ketamine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from adjuvant.record import AdverseEvent, Origin, Patient, PatientRecord
from adjuvant.symptoms import adverse_events_in, stopped_ketamine
from adjuvant.timeline import Interval

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
        ("oxycodone stopped", False),
        ("", False),
    ],
)
def test_only_the_records_own_words_say_that_ketamine_was_stopped(words: str, stopped: bool) -> None:
    assert bool(stopped_ketamine([event(0, led_to=words)])) is stopped
