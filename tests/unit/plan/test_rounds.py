"""The schedule as it is read: observation sets named once, times on the clock of the patient, past apart from to come."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from adjuvant.plan.rounds import grace_words, item_words, rounds, times_words
from adjuvant.plan.schedule import Due, MonitoringSchedule

START = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)  # half an hour before the clocks of London go forward
BOTH, PAIN = ("pain", "spo2"), ("pain",)


def schedule(*due: tuple[int, tuple[str, ...]], grace: int | None = 15) -> MonitoringSchedule:
    found = []
    for minutes, items in due:
        at = START + timedelta(minutes=minutes)
        late = at + timedelta(minutes=grace) if grace is not None else None
        found.append(Due(at, late, items, ()))
    return MonitoringSchedule((), tuple(found), (), (), (), START + timedelta(hours=24))


def test_what_is_asked_again_has_the_letter_it_had_and_its_order_is_no_other_set() -> None:
    found = rounds(schedule((15, BOTH), (30, PAIN), (45, ("spo2", "pain"))), START)
    assert [letter for letter, _ in found.sets] == ["A", "B"]
    assert [one.letter for one in found.to_come] == ["A", "B", "A"]
    assert found.sets[0][1] == ("pain, 0 to 10", "oxygen saturation")


def test_what_is_due_at_the_instant_itself_is_not_past() -> None:
    found = rounds(schedule((15, PAIN), (30, PAIN), (45, PAIN)), START + timedelta(minutes=30))
    assert [one.due.at for one in found.past] == [START + timedelta(minutes=15)]
    assert len(found.to_come) == 2


def test_times_are_on_the_local_clock_and_a_day_that_changes_its_offset_says_both() -> None:
    # A time, its letter and its grace are held together: no line breaks within.
    found = rounds(schedule((15, PAIN), (45, BOTH)), START)
    assert times_words(found.to_come, ZoneInfo("Europe/London")) == (
        (
            "2026-03-29 +00:00",
            "00:45\u00a0A\u00a0(02:00)",
        ),  # late a quarter of an hour on, when it is two by the clock
        ("2026-03-29 +01:00", "02:15\u00a0B\u00a0(02:30)"),
    )


def test_without_a_grace_no_time_is_late_and_that_is_said() -> None:
    bare = schedule((15, PAIN), grace=None)
    assert times_words(rounds(bare, START).to_come, UTC) == (("2026-03-29 +00:00", "00:45\u00a0A"),)
    assert grace_words(bare) == "no grace is set, so that nothing is called late"
    assert grace_words(schedule((15, PAIN))) == "late 15 min after it is due"
    assert grace_words(schedule()) == ""


def test_more_sets_than_letters_have_names_of_their_own() -> None:
    from adjuvant.library.vocabulary import observations

    keys = list(observations())[:30]
    found = rounds(schedule(*((n + 1, (key,)) for n, key in enumerate(keys))), START)
    assert len({letter for letter, _ in found.sets}) == 30
    assert [letter for letter, _ in found.sets][24:28] == ["Y", "Z", "A26", "A27"]


def test_a_name_of_capitals_keeps_them_within_a_sentence() -> None:
    assert item_words("systolic") == "systolic blood pressure"
    assert item_words("promis") == "PROMIS measures" and item_words("mood") == "mood"


def test_times_of_one_day_stand_on_one_line() -> None:
    found = rounds(schedule((15, PAIN), (25, BOTH), (24 * 60, PAIN)), START)
    assert times_words(found.to_come, UTC) == (
        ("2026-03-29 +00:00", "00:45\u00a0A\u00a0(01:00), 00:55\u00a0B\u00a0(01:10)"), ("2026-03-30 +00:00", "00:30\u00a0A\u00a0(00:45)"),
    )  # fmt: skip
    assert times_words((), UTC) == ()


def test_two_graces_stand_in_rising_order_and_a_time_without_one_adds_none() -> None:
    (long,), (short,), (bare,) = (
        schedule((n, PAIN), grace=grace).due for n, grace in ((15, 120), (30, 20), (45, None))
    )
    both = replace(schedule(), due=(bare, long, short))
    assert grace_words(both) == "late 20 or 120 min after it is due"


def test_an_instant_in_another_zone_is_the_same_instant() -> None:
    found = rounds(
        schedule((15, PAIN), (45, PAIN)), (START + timedelta(minutes=30)).astimezone(ZoneInfo("Asia/Tokyo"))
    )
    assert [len(one) for one in (found.past, found.to_come)] == [1, 1]
