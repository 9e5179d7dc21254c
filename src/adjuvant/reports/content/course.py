"""The content of a report on one evaluated course."""

from __future__ import annotations

from adjuvant import __version__
from adjuvant.outcomes.model import CourseOutcome
from adjuvant.reports.clock import ReportClock
from adjuvant.reports.content.answers import answers_section
from adjuvant.reports.content.appendix import appendix_sections
from adjuvant.reports.content.cites import Cites
from adjuvant.reports.content.evidence import evidence_section
from adjuvant.reports.content.finding import finding_of, flags_of, ladder_of
from adjuvant.reports.content.harms import changes_section, harms_section
from adjuvant.reports.content.header import facts_of
from adjuvant.reports.content.key import key_table
from adjuvant.reports.content.model import Content, Section, Sources
from adjuvant.reports.content.opioids import opioids_section, tables_section
from adjuvant.reports.content.quality import quality_section
from adjuvant.reports.content.text import harmless
from adjuvant.reports.content.windows import tables_used_section, windows_section
from adjuvant.reports.figure.extract import clock_of, timeline_of
from adjuvant.reports.words import sentence

__all__ = ["SYNTHETIC", "course_content", "versions"]

SYNTHETIC = "Synthetic data. Not a person."
_TITLE = "Adjuvant outcome report"
# What fits at the foot of a sheet; the whole name and the whole warning stand at the head of the report.
_LONGEST_NAME, _LONGEST_WARNING = 48, 60


def course_content(outcome: CourseOutcome) -> Content:
    """Everything a report on this course says, in the order in which it is read."""
    clock, cites = clock_of(outcome), Cites()
    patient = outcome.record.patient
    name = f"Patient {patient.id}"
    synthetic = ", synthetic" if patient.synthetic else ""
    sections = _sections(outcome, clock, cites)
    cites.add(outcome.citations)
    sources = Section(
        "sources",
        "Sources and versions",
        "",
        (Sources((*cites.items(), *versions(outcome.library_digest), *_readers(outcome))),),
    )
    main = [section for section in sections if not section.appendix]
    back = [section for section in sections if section.appendix]
    warning = sentence(patient.note)
    first = _cut(warning.split(". ")[0].rstrip("."), _LONGEST_WARNING)
    content = Content(
        title=_TITLE,
        subject=f"{name}, course {outcome.course.number}{synthetic}",
        slug_parts=(patient.id, f"course-{outcome.course.number}"),
        badge=SYNTHETIC if patient.synthetic else "",
        warning=warning,
        facts=facts_of(outcome, clock),
        finding=finding_of(outcome.verdict),
        ladder=ladder_of(outcome.verdict),
        flags=flags_of(outcome, clock),
        key=key_table(outcome, clock),
        timeline=timeline_of(outcome),
        no_timeline="",
        sections=(*main, sources, *back),
        sheet_words=f"{_TITLE}. {_cut(name, _LONGEST_NAME)}{synthetic}." + (f" {first}." if first else ""),
        fixed_at=int(outcome.windows.after.end.timestamp()),
    )
    return harmless(content)


def _sections(outcome: CourseOutcome, clock: ReportClock, cites: Cites) -> list[Section]:
    rest_on = "Applied to the two means where a rule names no other reading. "
    rest_on += sentence(outcome.verdict.response_words)
    found: list[Section | None] = [
        harms_section(outcome, clock),
        answers_section(outcome.responses, cites, rest_on.strip()),
        opioids_section(outcome, clock),
        tables_section(outcome.opioids) if outcome.opioids is not None else None,
        evidence_section(cites),
        changes_section(outcome, clock),
        quality_section(outcome, clock),
        windows_section(outcome, clock),
        tables_used_section(outcome),
        *appendix_sections(outcome, clock, cites),
    ]
    return [section for section in found if section is not None]


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def versions(library_digest: str) -> tuple[str, ...]:
    """The program and the library of numbers that made this report."""
    spaced = " ".join(library_digest[start : start + 8] for start in range(0, len(library_digest), 8))
    made = f"Adjuvant {__version__}."
    return (
        made,
        f"Library of numbers, SHA-256 {spaced}." if spaced else "Library of numbers: digest not given.",
    )


def _readers(outcome: CourseOutcome) -> tuple[str, ...]:
    names = {
        item.origin.source
        for kind in ("administrations", "requests", "pain", "sedation", "adverse_events")
        for item in getattr(outcome.record, kind)
    }
    return (f"Record read by: {', '.join(sorted(names))}.",) if names else ()
