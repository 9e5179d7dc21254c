"""One formatter: nothing that a report prints can be misread for another dose."""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adjuvant.citation import Citation, Provenance
from adjuvant.quantity import Quantity
from adjuvant.reports.words import (
    NBSP,
    amount,
    bound,
    change,
    count,
    listed,
    number,
    percent,
    plain,
    sentence,
    short_name,
    times,
)

# The Institute for Safe Medication Practices' list of error-prone designations, for numbers.
SAFE_NUMBER = re.compile(r"−?(0|[1-9]\d{0,2}(,\d{3})*)(\.\d*[1-9])?")
exact = st.fractions(min_value=-(10**7), max_value=10**7, max_denominator=10**4)


@pytest.mark.hazard("H-011")
@given(value=exact, places=st.integers(0, 3))
def test_every_number_has_a_leading_zero_no_trailing_zero_and_commas_from_1000(value, places) -> None:
    assert SAFE_NUMBER.fullmatch(number(value, places)), number(value, places)


@given(value=exact, places=st.integers(0, 3))
def test_a_number_that_is_not_zero_never_reads_as_zero(value, places) -> None:
    shown = number(value, places)
    assert (shown == "0") == (value == 0)


@given(value=exact)
def test_a_shown_number_lies_within_half_a_unit_of_its_last_place(value) -> None:
    shown = Fraction(number(value, 1).replace("−", "-").replace(",", ""))
    if abs(value) >= Fraction(1, 10):
        assert abs(shown - value) <= Fraction(1, 20)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("0.5", "0.5"),
        ("1", "1"),
        ("1000", "1,000"),
        ("7527.04", "7,527"),
        ("-35.18", "−35.2"),
        ("0.004", "0.004"),
        ("999999.96", "1,000,000"),
    ],
)
def test_numbers_as_people_read_them(value: str, words: str) -> None:
    assert number(Fraction(value)) == words


def test_a_change_carries_its_sign_and_no_change_carries_none() -> None:
    assert (change(Fraction(2)), change(Fraction(-2)), change(Fraction(0))) == ("+2", "−2", "0")
    assert percent(Fraction(-35), signed=True) == f"−35{NBSP}%"


@pytest.mark.hazard("H-011")
def test_microgram_is_written_in_full_with_a_space_before_it() -> None:
    assert amount(Quantity("62", "ug/h")) == f"62{NBSP}microgram/h"
    assert bound("75 ug/h × 24 h") == f"75{NBSP}microgram/h × 24{NBSP}h"


def test_what_was_quoted_from_a_chart_keeps_its_own_spelling() -> None:
    assert "ug" in bound('charted "75 ug/h"')


def test_words_for_counts_lists_and_sentences() -> None:
    assert (count(1, "reading"), count(1200, "reading")) == (f"1{NBSP}reading", f"1,200{NBSP}readings")
    assert (times(1), times(3)) == ("once", f"3{NBSP}times")
    assert (listed(()), listed(("a",)), listed(("a", "b", "c"))) == ("", "a", "a, b and c")
    assert (sentence("  pain fell "), sentence("Why?"), sentence("")) == ("Pain fell.", "Why?", "")


@given(text=st.text(max_size=60))
def test_plain_text_holds_nothing_that_acts_without_being_seen(text) -> None:
    hidden = {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}
    shown = plain(text)
    assert not any(unicodedata.category(char) in hidden for char in shown)
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u200b")


@given(text=st.text(alphabet=st.characters(categories=("L", "N", "P", "S")), max_size=60))
def test_plain_text_leaves_what_can_be_seen_alone(text) -> None:
    assert plain(text) == text


def test_a_direction_override_is_shown_as_its_code_point() -> None:
    assert plain("\u202egnp.exe") == "[U+202E]gnp.exe"
    assert plain("a\nb\x00") == "a b[U+0000]"


@pytest.mark.parametrize(
    ("text", "key", "year", "name"),
    [
        ("Dalal S, Hui D, Nguyen L and others. Title. Cancer 2012", "dalal2012", 2012, "Dalal 2012"),
        ("Van der Velden JM, van der Linden YM. Title", "vandervelden2018", 2018, "Van der Velden 2018"),
        (
            "Six years of ambulatory ketamine for cancer pain at one centre. Pain Manag",
            "ambulatory2021",
            2021,
            "Ambulatory 2021",
        ),
        ("Centers for Medicare and Medicaid Services. Factors", "cms2018", 2018, "CMS 2018"),
        ("CIVIK, registered trial of continuous ketamine", "civik_registry", None, "CIVIK"),
    ],
)
def test_a_work_is_named_shortly_by_its_author_or_its_own_name(text, key, year, name) -> None:
    assert short_name(Citation(key, text, year, document="x")) == name


def test_a_work_that_was_not_read_itself_says_so() -> None:
    work = Citation("dworkin2008", "Dworkin RH, Turk DC. Title", 2008, pmid="1")
    assert short_name(work, Provenance.SECONDARY) == "Dworkin 2008, read second-hand"
    assert short_name(work, Provenance.ASSUMED) == "Dworkin 2008, assumed"
