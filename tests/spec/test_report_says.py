"""What a report says and never says: the example patients, evaluated and put on paper, screen and terminal.

Harm stands beside benefit, a gap stays a gap, missing is not "no", and no single course proves a cause.
"""

from __future__ import annotations

import re
import subprocess
from decimal import Decimal
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path

import pytest

from adjuvant import sources
from adjuvant.outcomes import CourseOutcome, ReportedOutcome, evaluate, evaluate_reported, find_courses
from adjuvant.reports import html_report, pdf_report, terminal_summary
from adjuvant.unknown import Unknown

EXAMPLES = [path.name for path in sources.example_records()]
NEVER = re.compile(
    r"\b(effective|effectively|efficacious|worked|works|significant|significantly|proved|proven|proves|safe|safely|"
    r"cured?|confirmed|p\s*[<=]\s*0?\.\d+)\b",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def outcomes() -> dict[str, CourseOutcome]:
    """The first course of each example patient."""
    found = {}
    for path in sources.example_records():
        (record,) = sources.read(path).records
        found[path.name] = evaluate(record, find_courses(record)[0])
    return found


@pytest.fixture(scope="module")
def reported() -> ReportedOutcome:
    """The founding case as its document prints it."""
    document = sources.read_reported(sources.example_reported()[0])
    return evaluate_reported(document.title, document.figures, document.tensions)


class Words(HTMLParser):
    """The words of a page, section by section; styles left out."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.sections: dict[str, str] = {}
        self.section, self.skip = "top", False
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "section":
            self.section = dict(attrs)["id"] or ""
        self.skip = tag in ("style", "title") or (self.skip and tag != "body")

    def handle_endtag(self, tag: str) -> None:
        if tag == "section":
            self.section = "between"
        self.skip = False

    def handle_data(self, data: str) -> None:
        if not self.skip:
            text = self.sections.get(self.section, "") + " " + data
            self.sections[self.section] = " ".join(text.replace("\u00a0", " ").split())

    @property
    def all(self) -> str:
        return " ".join(self.sections.values())


def shown(value: Fraction, places: int = 1) -> str:
    """A number as the house writes it, reckoned here once more: no trailing zero, commas, a true minus."""
    rounded = round(Decimal(value.numerator) / Decimal(value.denominator), places)
    text = f"{rounded:,.{places}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace("-", "−")


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_figure_is_the_evaluations_own(name: str, outcomes) -> None:
    outcome = outcomes[name]
    page = Words(html_report(outcome))
    top, text = page.sections["top"], terminal_summary(outcome)
    for window in (outcome.pain.before, outcome.pain.after):
        if not isinstance(window.mean, Unknown):
            assert any(f" {shown(window.mean, places)} " in top for places in (1, 2, 3))
            assert f"{shown(window.covered_share * 100, 0)} %" in top
    if not isinstance(outcome.pain.change, Unknown):
        assert any(f" {shown(outcome.pain.change, places)} " in top for places in (1, 2, 3))
    for window in (outcome.opioids.before, outcome.opioids.after):
        assert f" {shown(window.per_day)} " in top
        assert f" {shown(window.per_day)} " in text
    for change in outcome.opioids.by_table:
        if change.percent is not None:
            assert f"{shown(change.percent)} %".removeprefix("−") in page.sections["tables"]
    for change in outcome.opioids.drugs:
        for mean in (change.before, change.after):
            if mean is not None and mean.mme_per_day is not None:
                assert f" {shown(mean.mme_per_day)} " in page.sections["opioids"]
    for day in outcome.opioids.curve.days:
        assert f" {shown(day.total)} " in page.sections["facts"]


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_definition_answers_in_its_own_words(name: str, outcomes) -> None:
    answers = Words(html_report(outcomes[name])).sections["answers"]
    words = {"yes": "Yes", "no": "No", "cannot_evaluate": "Cannot evaluate"}
    for answer in outcomes[name].responses:
        at = answers.index(answer.title)
        assert words[answer.word] in answers[at : at + 900]
        assert all(need.replace(" %", " %") in answers for need in answer.missing)


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_report_never_claims_more_than_was_seen(name: str, outcomes) -> None:
    """Citations keep the titles of the works they name; everything else is our own voice."""
    page = Words(html_report(outcomes[name]))
    ours = " ".join(text for key, text in page.sections.items() if key != "sources")
    assert not NEVER.findall(ours)
    assert not NEVER.findall(terminal_summary(outcomes[name]))
    assert "Proof of cause" in page.sections["top"]
    assert "out of reach of one course" in page.sections["top"]
    assert "not been asked yet" in page.sections["top"]


@pytest.mark.hazard("H-071")
@pytest.mark.parametrize("name", EXAMPLES)
def test_harm_stands_beside_benefit_in_every_form(name: str, outcomes) -> None:
    outcome = outcomes[name]
    page, text = Words(html_report(outcome)), terminal_summary(outcome)
    for words in (page.sections["top"], text):
        assert "Harms:" in words
        assert "Adverse events" in words
        assert words.index("Harms:") < words.index("Before")
    if outcome.adverse_events:
        for event in outcome.adverse_events:
            assert event.kind in page.sections["harms"]
    else:
        assert "None charted is not none" in page.sections["harms"]
    assert "Sedation" in page.sections["harms"]


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_trials_without_benefit_are_named_whatever_the_finding(name: str, outcomes) -> None:
    evidence = Words(html_report(outcomes[name])).sections["evidence"]
    assert "found no difference from placebo" in evidence
    for trial in ("Hardy 2012", "Salas 2012", "Ishizuka 2007", "Fallon 2018", "Mercadante 2000"):
        assert trial in evidence


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_page_and_every_sheet_of_an_invented_patient_says_so(
    name: str, outcomes, pdftotext, tmp_path
) -> None:
    outcome = outcomes[name]
    assert "Synthetic data. Not a person." in Words(html_report(outcome)).sections["top"]
    assert "Synthetic data. Not a person." in terminal_summary(outcome)
    file = tmp_path / "report.pdf"
    file.write_bytes(pdf_report(outcome))
    words = subprocess.run(
        [str(pdftotext), str(file), "-"], capture_output=True, check=True, timeout=60
    ).stdout
    sheets = words.decode().split("\f")[:-1]
    assert len(sheets) >= 3
    for number, sheet in enumerate(sheets, 1):
        assert f"Page {number} of {len(sheets)}" in sheet.replace("\u00a0", " ")
        assert ", synthetic." in " ".join(sheet.split())
        if name.endswith("reconstruction"):
            assert "reconstruction, inferred" in " ".join(sheet.split())


def test_the_one_stopped_for_hallucination_says_that_first(outcomes) -> None:
    top = Words(html_report(outcomes["psychotomimetic_stop"])).sections["top"]
    assert "Stopped for" in top
    assert top.index("Stopped for") < top.index("Pain fell" if "Pain fell" in top else "Pain")
    assert "hallucination" in top


def test_half_the_readings_missing_shows_in_the_cover_the_gaps_and_the_rail(outcomes) -> None:
    outcome = outcomes["half_missing"]
    page = Words(html_report(outcome))
    assert "not recorded" in page.sections["quality"]
    assert f"{shown(outcome.pain.before.covered_share * 100, 0)} %" in page.sections["top"]
    assert "Left out of the means" in page.sections["quality"]


def test_tables_that_cannot_count_a_drug_are_refused_with_the_drug_and_the_reason(outcomes) -> None:
    outcome = outcomes["founding_case_reconstruction"]
    tables = Words(html_report(outcome)).sections["tables"]
    for change in outcome.opioids.uncovered:
        assert change.title in tables
        for refusal in change.refused:
            assert f"{refusal.ingredient}: {refusal.reason}" in tables


@pytest.mark.hazard("H-073")
@pytest.mark.parametrize("name", EXAMPLES)
def test_one_zone_is_named_and_each_time_in_a_table_carries_its_offset(name: str, outcomes) -> None:
    outcome = outcomes[name]
    page = Words(html_report(outcome))
    assert outcome.record.patient.zone in page.sections["windows"]
    times = re.findall(r"day −?\d+, \d\d:\d\d(.{0,8})", page.sections["windows"])
    assert times
    assert all(after.startswith(" (UTC") for after in times)


def test_figures_of_a_document_stay_as_printed_and_what_follows_is_marked(reported) -> None:
    page = Words(html_report(reported))
    for figure in reported.figures:
        assert " ".join(figure.as_printed.split()) in page.sections["figures"]
    assert "Pain, change in points (derived) −4" in page.sections["derived"]
    assert "Opioids, change in percent (as printed) −32.43 %" in page.sections["derived"]
    for line in reported.tensions:
        assert line[1:40] in page.sections["tensions"]
    assert "No timeline is drawn" in page.sections["unknown"]
    assert not re.search(r"<svg[^>]*timeline", html_report(reported))
    assert not NEVER.findall(" ".join(text for key, text in page.sections.items() if key != "sources"))


def test_a_report_of_figures_is_written_on_paper_too(reported, pdftotext, tmp_path) -> None:
    file = Path(tmp_path) / "reported.pdf"
    file.write_bytes(pdf_report(reported))
    words = subprocess.run(
        [str(pdftotext), str(file), "-"], capture_output=True, check=True, timeout=60
    ).stdout
    assert "As printed, not derived from doses." in " ".join(words.decode().split())
