"""Frequencies as hospitals write them: what is known is read, and everything else says nothing."""

from __future__ import annotations

from fractions import Fraction

import pytest

from adjuvant.sources.frequencies import Frequency, read_frequency, says_as_needed


@pytest.mark.parametrize(
    ("written", "per_day", "every"),
    [
        ("Q4H", 6, 4),
        ("q4hr", 6, 4),
        ("Every 6 hours", 4, 6),
        ("EVERY 4 HR PRN Routine", 6, 4),
        ("q 12h", 2, 12),
        ("Q72H", "1/3", 72),
        ("Every 12 hours scheduled", 2, 12),
        ("EVERY OTHER DAY", "1/2", 48),
        ("Q5 Min", 288, "1/12"),
        ("BID", 2, None),
        ("TID W/MEALS", 3, None),
        ("3X/WEEK", "3/7", None),
        ("at bedtime", 1, None),
    ],
)
def test_a_known_frequency_says_how_many_doses_a_day(
    written: str, per_day: int | str, every: int | str | None
) -> None:
    found = read_frequency(written)
    assert found.per_day == Fraction(per_day)
    assert found.every_hours == (None if every is None else Fraction(every))
    assert not found.once


@pytest.mark.parametrize(
    "written", ["Q4H:PRN", "Q4H PRN", "Q4HPRN", "Q4HP", "q 4 hour PRN", "Q4HRSPRN", "Every 4 hours PRN"]
)
def test_every_spelling_of_as_needed_is_as_needed(written: str) -> None:
    assert read_frequency(written) == Frequency(Fraction(6), Fraction(4), True)


@pytest.mark.parametrize("written", ["ONCE", "Once X1", "NOW X1", "ONE TIME One Time Stat", "1X"])
def test_one_dose_in_all_is_not_one_a_day(written: str) -> None:
    found = read_frequency(written)
    assert (found.once, found.per_day) == (True, None)


@pytest.mark.parametrize(
    "written", ["", "ASDIR", "TITRATE TO", "INFUSION", ".STK-MED", "Pyxis", "Q0H", "q5min H4", "Q4-6H", "Q5M"]
)
def test_words_that_are_not_known_say_nothing(written: str) -> None:
    assert read_frequency(written) == Frequency()


def test_as_needed_alone_says_only_that() -> None:
    assert read_frequency("PRN") == Frequency(as_needed=True)
    assert read_frequency("Once PRN") == Frequency(as_needed=True, once=True)


@pytest.mark.parametrize(
    ("instruction", "answer"),
    [
        ("Take 1-2 tablets every 4 hours as needed for pain", True),
        ("TAKE 1 TAB PO Q4H PRN PAIN", True),
        ("10 mg p.r.n. for breakthrough pain", True),
        ("if required,  up to four times a day", True),
        ("Take two tablets every 12 hours", False),
        ("Use as directed; refill when the needed form arrives", False),
        ("", False),
    ],
)
def test_an_instruction_in_sentences_says_as_needed_or_not(instruction: str, answer: bool) -> None:
    assert says_as_needed(instruction) is answer
