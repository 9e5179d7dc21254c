"""The terminal summary: the finding first, in 80 columns, with no escape that was not asked for."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adjuvant.reports import terminal_summary
from adjuvant.reports.cells import cells, cut, pad, wrap

from .conftest import HOSTILE, build, build_reported, hostile

ANSI = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize("width", [60, 80, 120])
def test_every_line_fits_whatever_the_record_brings(every_kind, width: int) -> None:
    for outcome in every_kind.values():
        assert max(cells(line) for line in terminal_summary(outcome, width=width).splitlines()) <= width


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_neither_widens_a_line_nor_reaches_the_terminal_as_a_command(text: str) -> None:
    shown = terminal_summary(hostile(text))
    assert max(cells(line) for line in shown.splitlines()) <= 80
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]", shown)


def test_the_finding_comes_before_any_figure(outcome) -> None:
    text = terminal_summary(outcome)
    order = [
        "Synthetic data. Not a person.",
        "Clinical response.",
        "One course cannot",
        "Evaluable",
        "Harms:",
        "Before",
    ]
    places = [text.index(part) for part in order]
    assert places == sorted(places)


def test_a_terminal_gets_no_escape_unless_colour_is_asked_for() -> None:
    assert "\x1b" not in terminal_summary(hostile(HOSTILE[7]))
    coloured = terminal_summary(build(), color=True)
    assert ANSI.search(coloured)
    assert ANSI.sub("", coloured) == terminal_summary(build())


def test_answers_are_grouped_and_what_is_missing_is_named(outcome) -> None:
    text = " ".join(terminal_summary(outcome).split())
    assert "Yes (1) Clinically important difference" in text
    assert "No (1) IMMPACT, substantial" in text
    assert "Cannot evaluate (1) Hardy trial rule" in text
    assert "Missing average pain before and after (BPI)" in text


def test_a_long_list_of_what_is_missing_says_how_much_more_there_is(outcome, make) -> None:
    from dataclasses import replace

    from adjuvant.unknown import Unknown

    answers = tuple(
        replace(outcome.responses[2], key=f"k{index}", answer=Unknown(f"reading {index}"))
        for index in range(9)
    )
    assert "3 more in the full report" in " ".join(terminal_summary(make(responses=answers)).split())


def test_where_the_files_are_stands_last_and_unbroken(outcome) -> None:
    path = "a-very-long-folder-name/" * 5 + "report.html"
    assert terminal_summary(outcome, files=[path]).rstrip("\n").splitlines()[-1] == path


def test_a_narrower_terminal_than_60_gets_60() -> None:
    assert terminal_summary(build(), width=20) == terminal_summary(build(), width=60)


def test_figures_of_a_document_have_their_own_summary() -> None:
    text = terminal_summary(build_reported())
    assert "458.8 MME/day" in text
    assert "No timeline is drawn" in text
    assert text.count("No timeline is drawn") == 1


@given(text=st.text(max_size=80), width=st.integers(4, 40))
def test_padding_gives_exactly_the_columns_asked_for(text, width) -> None:
    assert cells(pad(text, width)) == cells(pad(text, width, right=True)) == width
    assert cells(cut(text, width)) <= width


@given(text=st.text(alphabet="ab 漢é👩", max_size=80), width=st.integers(6, 40))
def test_wrapping_fits_and_loses_nothing_but_spaces(text, width) -> None:
    lines = wrap(text, width, "  ")
    assert all(cells(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_wide_letters_take_two_columns_and_marks_none() -> None:
    assert (cells("ab"), cells("漢字"), cells("e\u0301"), cells("👩")) == (2, 4, 1, 2)
