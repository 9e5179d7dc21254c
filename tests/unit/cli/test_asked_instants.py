"""`--at`: the instant that a record is asked about is within what it can tell of, and no instant is still to come."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adjuvant.cli import instants
from adjuvant.cli.instants import instant_asked
from adjuvant.errors import InputError
from adjuvant.record import Condition, Origin, PatientRecord
from builders import a_patient
from running import Run

ROOT = Path(__file__).resolve().parents[3]
CHART = ROOT / "src" / "adjuvant" / "sources" / "examples" / "psychotomimetic_stop"
NOON = "2026-03-02T12:00"


@pytest.fixture
def record() -> PatientRecord:
    """A patient charted from noon to two o'clock."""
    return a_patient(start=NOON).pain(5, 0).pain(4, 2).record()


def set_clock(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    at = datetime.fromisoformat(text)
    monkeypatch.setattr(instants, "now", lambda: at)


@pytest.mark.parametrize("text", ["2026-03-02T12:00:00Z", "2026-03-02T15:00:00Z", "2026-03-05T09:00:00Z"])
def test_from_the_first_entry_to_now_every_instant_may_be_asked(
    record: PatientRecord, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    set_clock(monkeypatch, "2026-03-05T09:00:00+00:00")
    assert instant_asked(text, record) == datetime.fromisoformat(text)


def test_an_instant_that_is_still_to_come_is_refused_for_it_was_not_seen(
    record: PatientRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(monkeypatch, "2026-03-05T09:00:00+00:00")
    with pytest.raises(
        InputError, match=r"--at 2026-03-05T09:00:01Z: is later than now, .*was not seen; ask"
    ):
        instant_asked("2026-03-05T09:00:01Z", record)


def test_an_instant_before_the_first_entry_is_refused_with_when_the_record_begins(
    record: PatientRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(monkeypatch, "2026-03-05T09:00:00+00:00")
    with pytest.raises(InputError, match=r"before this record begins, at 2026-03-02 .*; ask at that time"):
        instant_asked("2026-03-02T11:59:59Z", record)


def test_a_record_dated_ahead_of_the_clock_is_asked_until_a_day_after_its_last_entry(
    record: PatientRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The invented and the de-identified have dates of their own: the clock says nothing about them."""
    set_clock(monkeypatch, "2020-01-01T00:00:00+00:00")
    last = "2026-03-03T14:00:00Z"
    assert instant_asked(last, record) == datetime.fromisoformat(last)
    with pytest.raises(InputError, match="more than a day after the last entry of this record"):
        instant_asked("2026-03-03T14:00:01Z", record)


def test_an_old_diagnosis_does_not_make_the_record_begin_with_it(
    record: PatientRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = Condition(
        "c1", "Cancer", Origin("builder", "conditions", "1", ""), onset=datetime(2011, 5, 1, tzinfo=UTC)
    )
    set_clock(monkeypatch, "2026-03-05T09:00:00+00:00")
    with pytest.raises(InputError, match="is before this record begins"):
        instant_asked("2015-03-02T12:00:00Z", replace(record, conditions=(old,)))


def test_of_a_record_without_an_entry_the_clock_alone_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, "2026-03-05T09:00:00+00:00")
    nothing = a_patient(start=NOON).record()
    assert instant_asked("1999-01-01T00:00:00Z", nothing).year == 1999
    with pytest.raises(InputError, match="is later than now"):
        instant_asked("2026-03-06T09:00:00Z", nothing)


def test_the_clock_is_the_machine_s_in_utc() -> None:
    before = datetime.now(UTC)
    assert before <= instants.now() <= datetime.now(UTC)


@pytest.mark.parametrize("command", ["advise", "alerts"])
@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("2099-01-01T00:00", "after the last entry of this record"),
        ("1999-01-01T00:00", "before this record begins"),
    ],
)
def test_the_commands_refuse_an_instant_that_the_record_cannot_tell_of(
    adjuvant: Run, command: str, at: str, words: str
) -> None:
    found = adjuvant(command, "--protocol", "hardy_burst", "--record", CHART, "--at", at)
    assert (found.code, found.out) == (3, "")
    assert words in found.err and found.err.startswith(f"adjuvant: --at {at}: is ")
