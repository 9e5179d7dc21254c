"""The page of data quality: its sentences, its order, its bars, and that nothing of a row becomes markup."""

from __future__ import annotations

import re

import pytest

from adjuvant.record import MedicineCount, Outcome, QualityLine, QualitySummary, UnknownName
from adjuvant.reports.quality import quality_html, quality_page
from adjuvant.reports.quality.bars import bar_svg
from adjuvant.reports.quality.content import MOST_NAMES, Bar
from adjuvant.reports.quality.sentences import in_words

HOSTILE = "<script>alert(1)</script>\"'&<img src=x onerror=alert(2)>\u202e{{ 7*7 }}"


def summary(
    *lines: QualityLine, medicines: tuple[MedicineCount, ...] = (), names: tuple[UnknownName, ...] = ()
) -> QualitySummary:
    return QualitySummary(lines, medicines, names)


def orders(read: int = 10085) -> QualitySummary:
    """A table of orders as OMOP without strengths gives it; synthetic."""
    return summary(
        QualityLine("drug_exposure", Outcome.READ, read),
        QualityLine("drug_exposure", Outcome.USED, read - 85),
        QualityLine("drug_exposure", Outcome.UNCONVERTIBLE, 60, "the end is before the start", "correct it", ("a 1",)),
        QualityLine("drug_exposure", Outcome.DUPLICATE, 20, "the row stands twice"),
        QualityLine("drug_exposure", Outcome.NOT_USED, 5, "the row's patient is not read"),
        QualityLine("drug_exposure", Outcome.DOUBTED, 9000, "the dose is unknown", "add drug_strength"),
        QualityLine("person", Outcome.READ, 7),
        QualityLine("person", Outcome.USED, 7),
        medicines=(
            MedicineCount("drug_exposure", "morphine", "mg", Outcome.USED, 100),
            MedicineCount("drug_exposure", "morphine", "mg", Outcome.DOUBTED, 40),
            MedicineCount("drug_exposure", "morphine", "mg", Outcome.UNCONVERTIBLE, 3),
            MedicineCount("drug_exposure", "heparin", "units", Outcome.USED, 9000),
            MedicineCount("drug_exposure", "Zubrovin", "", Outcome.USED, 12),
        ),
        names=(
            UnknownName("drug_exposure", "Zubrovin", 12),
            UnknownName("drug_exposure", "Morphne, oral", 3),
            UnknownName("rx", "Zubrovin", 1),
        ),
    )  # fmt: skip


def page_of(found: QualitySummary, examples: bool = True):
    return quality_page(found, source="omop: synthetic", patients=7, events=10007, examples=examples)


def test_the_opening_says_what_was_read_what_is_missing_and_what_it_means_for_mme() -> None:
    said = page_of(orders()).said
    assert said.verdict == (
        "3 of 103 rows of opioids or ketamine cannot be counted: totals are incomplete; "
        "40 more bear a warning; 16 rows have a drug that nobody knows."
    )
    assert said.body == (
        (
            "Of 10,092 rows in 2 tables, 10,007 (over 99 %) were used and 60 (under 1 %) say something that "
            "cannot be used."
        ),
        "9,000 rows of drug_exposure (89 %): the dose is unknown. To mend this: add drug_strength.",
        "60 rows of drug_exposure (under 1 %): the end is before the start. To mend this: correct it.",
        "16 rows bear 2 names that nobody knows here; any of them may be an opioid until a line says what it is.",
    )
    assert "no MME can be given" in said.limit
    assert "never taken for zero" in said.limit


def test_warned_rows_of_medication_keep_the_opening_from_sounding_clean() -> None:
    """A reader may doubt the rows of a table without saying so drug by drug."""
    found = summary(
        QualityLine("drug_exposure", Outcome.READ, 100),
        QualityLine("drug_exposure", Outcome.USED, 100),
        QualityLine("drug_exposure", Outcome.DOUBTED, 100, "the dose is unknown"),
        medicines=(MedicineCount("drug_exposure", "morphine", "", Outcome.USED, 10),),
    )
    said = page_of(found).said
    assert said.verdict == "10 rows of opioids and ketamine were kept; 100 rows of medication bear a warning."
    assert "incomplete" in said.limit


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        (summary(), "No row was read."),
        (
            summary(QualityLine("rx", Outcome.READ, 1), QualityLine("rx", Outcome.USED, 1)),
            "1 row read; the reader of this format does not count those of opioids apart.",
        ),
        (
            summary(
                QualityLine("rx", Outcome.READ, 1),
                QualityLine("rx", Outcome.USED, 1),
                medicines=(MedicineCount("rx", "fentanyl+bupivacaine", "mL", Outcome.USED, 1),),
            ),
            "All 1 row of opioids and ketamine were used without a warning.",
        ),
        (
            summary(
                QualityLine("rx", Outcome.READ, 2),
                QualityLine("rx", Outcome.USED, 2),
                medicines=(MedicineCount("rx", "ketorolac", "mg", Outcome.USED, 2),),
            ),
            "2 rows read; none is known to be of an opioid or of ketamine.",
        ),
    ],
)
def test_the_verdict_claims_no_more_than_was_counted(found: QualitySummary, verdict: str) -> None:
    assert page_of(found).said.verdict == verdict


def test_the_worst_stands_first_and_what_needs_nothing_stands_last() -> None:
    page = page_of(orders())
    assert [one.line.reason for one in page.mend] == ["the end is before the start", "the dose is unknown"]
    assert [one.line.reason for one in page.passed_over] == [
        "the row stands twice",
        "the row's patient is not read",
    ]
    assert [row.drug for row in page.drugs] == ["morphine", "Zubrovin", "heparin"]
    assert page.drugs[0].bar == Bar(103, 100, 40, 3, 0, 0)
    assert [name for name, _ in page.tables] == ["drug_exposure", "person"]


def test_one_rule_that_befell_several_drugs_stands_once_with_its_rows_of_each() -> None:
    """So that a page of sixty rules does not hide three hundred rows behind fourteen sheets."""
    page = page_of(
        summary(
            QualityLine("rx", Outcome.READ, 100),
            QualityLine("rx", Outcome.USED, 94),
            QualityLine(
                "rx", Outcome.UNCONVERTIBLE, 2, "Fentanyl: the amount is empty", "look", ("f1", "f2")
            ),
            QualityLine("rx", Outcome.UNCONVERTIBLE, 4, "Morphine: the amount is empty", "look", ("m1",)),
            QualityLine("rx", Outcome.DOUBTED, 90, "systolic: no time is stated", "", ("s",)),
            QualityLine("rx", Outcome.DOUBTED, 80, "diastolic: no time is stated", ""),
            QualityLine("rx", Outcome.DOUBTED, 5, "heart rate: no time is stated", "another remedy"),
        )
    )
    found = [(one.line.reason, one.line.count, one.unit, one.share, one.members) for one in page.mend]
    assert found == [
        ("the amount is empty", 6, "row", "6 %", (("Morphine", 4), ("Fentanyl", 2))),
        ("no time is stated", 170, "warning", "", (("systolic", 90), ("diastolic", 80))),
        ("heart rate: no time is stated", 5, "row", "5 %", ()),
    ]
    assert page.mend[0].examples == ("m1", "f1", "f2"), "of each drug in turn"
    assert "170 warnings in rx: no time is stated." in page.said.body, "one row may bear two of them"
    html = quality_html(page)
    assert "Morphine 4, Fentanyl 2" in html
    assert re.search(r'6<span class="unit"> rows</span>', html), "a number has a unit"


def test_a_page_of_invented_patients_says_so_and_on_every_sheet() -> None:
    page = quality_page(orders(), source="omop: synthetic", patients=7, events=9, synthetic=True)
    html = quality_html(page)
    assert "Synthetic data. Not a person." in html
    assert "Adjuvant, data quality, synthetic data" in html
    assert "Synthetic data" not in quality_html(page_of(orders()))


def test_a_name_comes_with_the_line_that_would_name_it_and_a_question() -> None:
    page = page_of(orders())
    assert [(row.name, row.count, row.tables, row.nearest, row.line) for row in page.names] == [
        ("Zubrovin", 13, "drug_exposure, rx", "", "Zubrovin,"),
        ("Morphne, oral", 3, "drug_exposure", "morphine", '"Morphne, oral",'),
    ]
    many = summary(
        QualityLine("rx", Outcome.READ, 500),
        QualityLine("rx", Outcome.USED, 500),
        names=tuple(UnknownName("rx", f"Zub{number}", 1) for number in range(MOST_NAMES + 7)),
    )
    assert page_of(many).more_names == 7
    assert "7 more names: adjuvant import --unknown-names FILE" in quality_html(page_of(many))


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [(0, 10, "0 %"), (1, 1000, "under 1 %"), (999, 1000, "over 99 %"), (1000, 1000, "100 %"), (1, 3, "33 %"), (0, 0, "")],
)  # fmt: skip
def test_a_share_never_rounds_something_to_nothing_or_to_all(part: int, whole: int, words: str) -> None:
    assert in_words(part, whole) == words


def test_in_a_bar_every_part_that_has_a_row_is_seen_and_the_whole_is_full() -> None:
    drawn = bar_svg(Bar(1_000_000, 999_996, 1, 1, 1, 2))
    widths = {
        match[1]: float(match[2])
        for match in re.finditer(r'class="(\w+)" x="[\d.]+" y="[\d.]+" width="([\d.]+)"', drawn)
    }
    assert set(widths) == {"lost", "doubted", "used", "duplicate", "out"}
    assert min(widths.values()) >= 1
    assert sum(widths.values()) == pytest.approx(240, abs=2.1)
    assert 'class="lost"' not in bar_svg(Bar(5, 5, 0, 0, 0, 0))


def test_no_word_of_a_row_becomes_markup() -> None:
    found = summary(
        QualityLine(HOSTILE, Outcome.READ, 2),
        QualityLine(HOSTILE, Outcome.USED, 1),
        QualityLine(HOSTILE, Outcome.UNCONVERTIBLE, 1, HOSTILE, HOSTILE, (HOSTILE, "x" * 5000)),
        medicines=(MedicineCount(HOSTILE, HOSTILE, HOSTILE, Outcome.USED, 1),),
        names=(UnknownName(HOSTILE, HOSTILE, 1),),
    )
    html = quality_html(quality_page(found, source=HOSTILE, patients=1, events=1))
    assert "<script" not in html
    assert "<img" not in html
    assert "{{ 7*7 }}" in html, "shown, not computed"
    assert "&lt;script&gt;" in html
    assert "default-src &#39;none&#39;" in html or "default-src 'none'" in html


def test_without_examples_no_raw_text_of_a_row_is_on_the_page() -> None:
    with_them = quality_html(page_of(orders()))
    without = quality_html(page_of(orders(), examples=False))
    assert "a 1" in re.findall(r"<code><bdi>(.*?)</bdi>", with_them)
    assert "may so hold patient data" in with_them
    assert "--no-examples" in with_them
    assert "a 1" not in re.findall(r"<code><bdi>(.*?)</bdi>", without)
    assert "Raw text of rows is left out" in without


def test_the_page_is_one_file_that_asks_for_nothing() -> None:
    html = quality_html(page_of(orders()))
    assert "<script" not in html
    assert not re.search(r'(?:src|href)="(?!#)', html)
    assert "http" not in re.sub(r"<meta http-equiv", "", html)
    assert not re.search(r"<[^>]+ style=", html), "its own policy would forbid it"
