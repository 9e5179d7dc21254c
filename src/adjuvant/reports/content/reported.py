"""The content of a report on figures that a document states: as printed first, arithmetic marked as such."""

from __future__ import annotations

from fractions import Fraction

from adjuvant import __version__
from adjuvant.outcomes.model import ReportedOutcome
from adjuvant.reports.content.answers import answers_section
from adjuvant.reports.content.cites import Cites
from adjuvant.reports.content.evidence import evidence_section
from adjuvant.reports.content.finding import finding_of, ladder_of
from adjuvant.reports.content.model import Cell, Column, Content, Flag, Mark, Note, Section, Sources, Table
from adjuvant.reports.content.text import harmless
from adjuvant.reports.words import CANNOT, MME_CAVEAT, change, number, percent, sentence
from adjuvant.unknown import Unknown

__all__ = ["NO_TIMELINE", "reported_content"]

NO_TIMELINE = (
    "No timeline is drawn: the document publishes no series of readings and no doses with their times, "
    "and none is made up here."
)
_TITLE = "Adjuvant report on published figures"


def reported_content(outcome: ReportedOutcome) -> Content:
    """Everything a report on published figures says."""
    cites = Cites()
    title = outcome.title
    years = [figure.citation.year for figure in outcome.figures if figure.citation.year]
    sections = [
        _figures(outcome, cites),
        _derived(outcome),
        answers_section(outcome.responses, cites, "Applied to the figures as printed."),
        _notes(outcome),
        _tensions(outcome),
        _unknown(outcome),
        evidence_section(cites),
    ]
    cites.add(outcome.citations)
    sections.append(
        Section(
            "sources", "Sources and versions", "", (Sources((*cites.items(), f"Adjuvant {__version__}.")),)
        )
    )
    content = Content(
        title=_TITLE,
        subject=title,
        slug_parts=("reported", outcome.title),
        badge="",
        warning="Figures as a document prints them. Nothing here was derived from doses or readings.",
        facts=((title, ""),),
        finding=finding_of(outcome.verdict),
        ladder=ladder_of(outcome.verdict),
        flags=(
            Flag(Mark.FLAG, "As reported:", "the document's own figures; what else changed is not known."),
            Flag(Mark.HARM, "Harms:", "no adverse event is given as a figure here; not given is not none."),
        ),
        key=None,
        timeline=None,
        no_timeline=NO_TIMELINE,
        sections=tuple(section for section in sections if section is not None),
        sheet_words=f"{_TITLE}. {title}. As printed, not derived from doses.",
        fixed_at=_year_start(max(years)) if years else 0,
    )
    return harmless(content)


def _year_start(year: int) -> int:
    """Seconds from 1970 to the first instant of a year: the only date that a printed page gives."""
    from datetime import UTC, datetime

    return int(datetime(year, 1, 1, tzinfo=UTC).timestamp())


def _figures(outcome: ReportedOutcome, cites: Cites) -> Section:
    columns = (
        Column("Figure", share=26),
        Column("As printed", share=34),
        Column("Read as", True, 20),
        Column("Source", share=20),
    )
    rows = tuple(
        (
            Cell(sentence(figure.key.replace("_", " ")).rstrip("."), strong=True),
            Cell(figure.as_printed),
            Cell(f"{number(figure.value, 2)} {figure.unit}".strip() if figure.value is not None else "words"),
            Cell(cites.ref(figure.citation, figure.provenance), quiet=True),
        )
        for figure in outcome.figures
    )
    aside = "In the document's own words. None was computed here."
    return Section("figures", "Figures as printed", aside, (Table(columns, rows), *_caveat(outcome)))


def _caveat(outcome: ReportedOutcome) -> tuple[Note, ...]:
    """The words that belong to MME, where the document prints any."""
    printed = (f"{figure.key} {figure.unit} {figure.as_printed}".lower() for figure in outcome.figures)
    return (Note(MME_CAVEAT),) if any("mme" in words or "morphine" in words for words in printed) else ()


def _derived(outcome: ReportedOutcome) -> Section:
    columns = (Column("Change", share=50), Column("Figure", True, 22), Column("Missing", share=28))
    printed = {figure.value for figure in outcome.figures if "%" in figure.unit and figure.value is not None}
    rows = tuple(
        _derived_row(title, value, form, printed)
        for title, value, form in (
            ("Pain, change in points", outcome.change, "points"),
            ("Pain, change in percent", outcome.percent, "percent"),
            ("Opioids, change in percent", outcome.opioid_percent, "percent"),
        )
    )
    aside = "Arithmetic on the printed figures, marked as derived."
    notes = tuple(Note(sentence(line)) for line in outcome.derived)
    return Section("derived", "What follows from them", aside, (Table(columns, rows), *notes))


def _derived_row(
    title: str, value: Fraction | Unknown, form: str, printed: set[Fraction]
) -> tuple[Cell, ...]:
    if isinstance(value, Unknown):
        return (Cell(title, strong=True), Cell(CANNOT), Cell("; ".join(need for need in value.needs)))
    figure = percent(value, 2, signed=True) if form == "percent" else change(value, 2)
    how = "as printed" if form == "percent" and value in printed else "derived"
    return (Cell(f"{title} ({how})", strong=True), Cell(figure), Cell())


def _tensions(outcome: ReportedOutcome) -> Section | None:
    if not outcome.tensions:
        return None
    notes = tuple(Note(sentence(item)) for item in outcome.tensions)
    return Section("tensions", "Where the document is in tension with itself", "", notes)


def _notes(outcome: ReportedOutcome) -> Section | None:
    if not outcome.notes:
        return None
    notes = tuple(Note(sentence(item)) for item in outcome.notes)
    return Section("notes", "What else the document says", "", notes)


def _unknown(outcome: ReportedOutcome) -> Section:
    said = ": the document does not state it"
    needs = dict.fromkeys(need.removesuffix(said) for answer in outcome.responses for need in answer.missing)
    notes = [Note(NO_TIMELINE)]
    if needs:
        notes.append(Note(sentence("; ".join(needs)), "Not printed, and so not answered:"))
    if outcome.not_stated:
        missed = sentence("; ".join(outcome.not_stated))
        notes.append(Note(missed, "Looked for in the document and not stated:"))
    notes.append(
        Note("Whether the change exceeds the patient's own ups and downs cannot be asked of two figures.")
    )
    return Section("unknown", "What is not known", "Not printed is not none.", tuple(notes))
