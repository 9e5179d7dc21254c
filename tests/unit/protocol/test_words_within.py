"""A title within a sentence: small at its beginning, unless it is a name."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest

from adjuvant.library.vocabulary import observations
from adjuvant.protocol.finding import hours, lowered, text_of


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Pain", "pain"),
        ("Respiratory rate", "respiratory rate"),
        ("Sedation, Pasero scale", "sedation, Pasero scale"),
        ("Performance status, ECOG", "performance status, ECOG"),
        ("Sedation and agitation, Richmond scale", "sedation and agitation, Richmond scale"),
        ("Brief Pain Inventory, interference", "Brief Pain Inventory, interference"),
        ("Mini-Mental State Examination", "Mini-Mental State Examination"),
        ("PROMIS measures", "PROMIS measures"),
        ("QTc interval", "QTc interval"),
        ("Us or them", "us or them"),
        ("A rash", "A rash"),
        ("", ""),
    ],
)
def test_a_title_within_a_sentence_keeps_its_names(title: str, words: str) -> None:
    assert lowered(title) == words


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(minutes=90), "1.5 h"), (timedelta(hours=1), "1 h"), (timedelta(hours=47), "47 h"),
        (timedelta(hours=48), "2 days"), (timedelta(hours=60), "2.5 days"), (timedelta(hours=360), "15 days"),
    ],
)  # fmt: skip
def test_a_length_is_in_hours_and_from_two_days_on_in_days(length: timedelta, words: str) -> None:
    assert hours(length) == words


def test_a_figure_stands_with_its_unit_as_people_write_it() -> None:
    assert text_of("systolic", Fraction(130)) == "systolic blood pressure 130 mmHg"
    assert text_of("respiratory_rate", Fraction(12)) == "respiratory rate 12 per min"
    assert text_of("pain", Fraction(5)) == "pain 5"
    assert text_of("spo2", Fraction(96)).endswith(" 96 %")


def test_a_figure_of_what_has_no_unit_stands_alone() -> None:
    bare = [key for key, one in observations().items() if one.unit == ""]
    assert bare
    assert all(text_of(key, Fraction(3)).endswith(" 3") for key in bare)


def test_a_very_long_time_is_told_to_the_day() -> None:
    assert hours(timedelta(days=1000)) == "1000 days"
