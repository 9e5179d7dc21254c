"""The doors of this package: an outcome in, a report out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from adjuvant.outcomes.model import CourseOutcome, ReportedOutcome

if TYPE_CHECKING:
    from adjuvant.reports.content import Content

__all__ = ["html_report", "pdf_report", "terminal_summary", "write_report"]

Outcome = CourseOutcome | ReportedOutcome


def _content(outcome: Outcome) -> Content:
    from adjuvant.reports.content import course_content, reported_content

    return reported_content(outcome) if isinstance(outcome, ReportedOutcome) else course_content(outcome)


def terminal_summary(
    outcome: Outcome, *, width: int = 80, color: bool = False, files: Sequence[Path | str] = ()
) -> str:
    """The finding and its figures as text.

    Args:
        width: columns, at least 60.
        color: bold and faint by ANSI codes; without it the text holds no escape.
        files: where the full reports are, shown at the end.
    """
    from adjuvant.reports.terminal import terminal_of

    return terminal_of(_content(outcome), width=width, color=color, files=tuple(str(file) for file in files))


def html_report(outcome: Outcome) -> str:
    """The report as one self-contained HTML file without request or script; light, dark, phone and print."""
    from adjuvant.reports.html import html_of

    return html_of(_content(outcome))


def pdf_report(outcome: Outcome) -> bytes:
    """The report as A4 PDF (PDF/UA-1 and PDF/A-2a), the same bytes for the same outcome.

    Raises:
        InternalError: typst refuses the document.
    """
    from adjuvant.reports.pdf import pdf_of

    return pdf_of(_content(outcome))


def write_report(
    outcome: Outcome,
    out_dir: Path | str,
    formats: Sequence[str] = ("html", "pdf"),
    *,
    overwrite: bool = True,
) -> tuple[Path, ...]:
    """The report as files named after the patient (or the document) and the course.

    Args:
        out_dir: made if missing.
        formats: ``html``, ``pdf``.
        overwrite: replace a report of the same name; False refuses.
    Returns:
        One path for each format, in the order asked for. Each file is written whole or not at all.
    Raises:
        UsageError: an unknown format, or an existing file that may not be replaced.
        InputError: a folder that cannot be written.
    """
    from adjuvant.reports.write import write_content

    return write_content(_content(outcome), Path(out_dir), formats, overwrite=overwrite)
