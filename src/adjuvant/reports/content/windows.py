"""The windows with their rules and clock, and the tables used, with whom they were made for."""

from __future__ import annotations

from adjuvant.outcomes.model import CourseOutcome
from adjuvant.reports.clock import ReportClock
from adjuvant.reports.content.model import Block, Cell, Column, Note, Section, Table
from adjuvant.reports.words import MME_CAVEAT, hours, listed, sentence
from adjuvant.timeline import Interval
from adjuvant.unknown import Unknown

__all__ = ["tables_used_section", "windows_section"]


def windows_section(outcome: CourseOutcome, clock: ReportClock) -> Section:
    """The windows with their instants, the rules that made them, and the clock they are told by."""
    windows = outcome.windows
    columns = (
        Column("Window", share=18),
        Column("From", share=30),
        Column("To", share=30),
        Column("Length", True, 10),
        Column("Counted", share=12),
    )
    rows = tuple(
        (
            Cell(name, strong=True),
            Cell(clock.full(window.start), sub=clock.stamp(window.start)),
            Cell(clock.end(window.end), sub=clock.stamp(window.end)),
            Cell(hours(window.hours)),
            Cell("yes" if counted else "no"),
        )
        for name, window, counted in (
            ("Before", windows.before, True),
            ("During", windows.during, False),
            ("After", windows.after, True),
        )
    )
    span = Interval(windows.before.start, windows.after.end)
    notes = [Note(sentence(rule)) for rule in windows.rules]
    if isinstance(outcome.rescue_per_day_before, Unknown):
        notes.append(Note(sentence(f"Rescue doses: missing {listed(outcome.rescue_per_day_before.needs)}")))
    return Section(
        "windows", "Windows and rules", "", (Table(columns, rows), *notes, Note(clock.describe(span)))
    )


def tables_used_section(outcome: CourseOutcome) -> Section | None:
    """The conversion tables behind the total, with whom they were made for and their warnings."""
    opioids = outcome.opioids
    if opioids is None:
        return None
    from adjuvant.errors import LibraryError
    from adjuvant.library import load_table

    blocks: list[Block] = []
    for key in opioids.plan.split("+"):
        try:
            table = load_table(key)
        except LibraryError:
            blocks.append(Note("This table is no longer in the library.", key))
            continue
        label = f" ({table.provenance.label})" if table.provenance.label else ""
        blocks.append(Note(sentence(f"{table.scope}{label}"), f"{table.title}."))
    blocks += [Note(sentence(warning)) for warning in opioids.warnings]
    blocks.append(Note(f"{MME_CAVEAT} They are not a dose to give."))
    return Section("used", "Tables used, and for whom they were made", "", tuple(blocks))
