"""The PDF: the same words, on A4, tagged, kept for good, and synthetic on every sheet."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from adjuvant.errors import InternalError
from adjuvant.reports import pdf, pdf_report
from adjuvant.reports.content import course_content
from adjuvant.reports.pdf import breakable, drawable

from .conftest import HOSTILE, build, build_reported, hostile, read_pdf


@pytest.fixture(scope="module")
def made() -> bytes:
    return pdf_report(build())


def test_the_same_outcome_gives_the_same_bytes(made) -> None:
    assert pdf_report(build()) == made


def test_its_date_is_the_end_of_the_after_window_and_not_a_clock(made) -> None:
    assert b"2026-03-13" in made or b"D:20260313" in made


def test_it_declares_itself_accessible_and_made_to_be_kept(made) -> None:
    assert re.search(rb"<pdfuaid:part>1</pdfuaid:part>", made)
    assert re.search(rb"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>", made)
    assert b"/Lang (en)" in made or b"/Lang(en)" in made


def test_every_sheet_says_synthetic_and_counts_itself(made, pdftotext, tmp_path) -> None:
    pages = read_pdf(made, pdftotext, tmp_path)
    for number, words in enumerate(pages, 1):
        assert "Adjuvant outcome report. Patient 0412, synthetic." in words
        assert f"Page {number} of {len(pages)}" in words


def test_a_reconstruction_says_so_on_every_sheet(pdftotext, tmp_path) -> None:
    outcome = build()
    patient = replace(
        outcome.record.patient, note="Synthetic reconstruction, inferred. Every time is invented."
    )
    record = replace(outcome.record, patient=patient)
    for words in read_pdf(pdf_report(replace(outcome, record=record)), pdftotext, tmp_path):
        assert "Synthetic reconstruction, inferred." in words


def test_a_real_patient_is_not_called_synthetic(pdftotext, tmp_path) -> None:
    outcome = build()
    record = replace(outcome.record, patient=replace(outcome.record.patient, synthetic=False))
    for words in read_pdf(pdf_report(replace(outcome, record=record)), pdftotext, tmp_path):
        assert "Patient 0412. Page" in words or "Patient 0412." in words
        assert ", synthetic" not in words


def test_the_figure_is_text_and_its_words_are_on_the_sheet(made, pdftotext, tmp_path) -> None:
    words = " ".join(read_pdf(made, pdftotext, tmp_path))
    for part in (
        "33.8 mg",
        "mean 6.9",
        "no reading",
        "28 h",
        "stopped day 4, 14:00",
        "declined",
        "personal goal 3",
    ):
        assert part in words, part


def test_all_fonts_are_the_house_typeface_and_embedded(made, pdftotext, tmp_path) -> None:
    file = tmp_path / "x.pdf"
    file.write_bytes(made)
    done = subprocess.run(
        [str(Path(pdftotext).with_name("pdffonts")), str(file)], capture_output=True, text=True, check=True
    )
    rows = done.stdout.splitlines()[2:]
    assert rows
    for row in rows:
        assert "+IBMPlexSans" in row
        assert row.split()[-5] == "yes"


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_printed_and_never_run(text: str, pdftotext, tmp_path) -> None:
    """typst markup, code, quotes and scripts of other alphabets are data; missing letters show their code point."""
    pages = read_pdf(pdf_report(hostile(text)), pdftotext, tmp_path)
    words = "".join(" ".join(pages).split())
    assert "Clinicalresponse." in words
    shown = "".join(drawable(text).split())[:12]
    assert shown in words


def test_letters_that_the_typeface_lacks_are_written_as_code_points() -> None:
    assert drawable("אb●") == "[U+05D0]b[U+25CF]"
    assert drawable("Ünïcode − × ≥ µ") == "Ünïcode − × ≥ µ"


def test_long_words_get_places_to_break_and_short_ones_none() -> None:
    assert breakable("administrations") == "administrations"
    assert breakable("a" * 30).replace("\u200b", "") == "a" * 30
    assert max(len(part) for part in breakable("a" * 300).split("\u200b")) == 12


def test_a_document_that_typst_refuses_is_an_error_that_says_why(monkeypatch) -> None:
    monkeypatch.setattr(pdf, "template_text", lambda name: '#panic("no")' if name == "page.typ" else "")
    with pytest.raises(InternalError, match="refused by typst"):
        pdf.pdf_of(course_content(build()))


def test_crowded_and_sparse_outcomes_become_pdfs_too(every_kind, pdftotext, tmp_path) -> None:
    for name in ("crowded", "sparse"):
        pages = read_pdf(pdf_report(every_kind[name]), pdftotext, tmp_path)
        assert "What happened, and when" in " ".join(pages)


def test_published_figures_become_a_pdf_without_a_timeline(pdftotext, tmp_path) -> None:
    words = " ".join(read_pdf(pdf_report(build_reported()), pdftotext, tmp_path))
    assert "No timeline is drawn" in words
    assert "458.8 MME/day" in words


def test_the_figure_stands_before_the_answers_and_each_sheet_says_who_decides(
    made, pdftotext, tmp_path
) -> None:
    sheets = read_pdf(made, pdftotext, tmp_path)
    whole = " ".join(" ".join(sheets).split())
    order = ["Harms, as charted", "What happened, and when", "published definition", "Opioids, drug by drug"]
    places = [whole.index(words) for words in order]
    assert places == sorted(places)
    assert all("A clinician decides." in sheet for sheet in sheets)
    assert "never for converting a patient from one opioid to another" in " ".join(sheets[0].split())
