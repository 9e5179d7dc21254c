"""Harms in full, and what else changed, where the lines at the top cannot hold it."""

from __future__ import annotations

from adjuvant.outcomes.model import CourseOutcome
from adjuvant.reports.clock import ReportClock
from adjuvant.reports.content.finding import also_changed_lines, sedation_counts
from adjuvant.reports.content.model import Block, Cell, Column, Grid, Note, Section, Table
from adjuvant.reports.course_facts import death_words, withheld_words
from adjuvant.reports.words import count, sentence
from adjuvant.timeline import Interval

__all__ = ["changes_section", "harms_section"]


def harms_section(outcome: CourseOutcome, clock: ReportClock) -> Section:
    """Every adverse event charted, sedation window by window, and readings that sedation prevented."""
    blocks: list[Block] = []
    death = death_words(outcome, clock)
    if death:
        blocks.append(Note(f"{death}.", "Died:"))
    if outcome.adverse_events:
        columns = (
            Column("Adverse event", share=26),
            Column("When", share=28),
            Column("Grade or severity", share=20),
            Column("What was done", share=26),
        )
        rows = tuple(
            (
                Cell(event.kind, strong=True),
                Cell(
                    clock.full(event.at) + (f" to {clock.full(event.end)}" if event.end is not None else "")
                ),
                Cell(
                    f"grade {event.grade}" if event.grade is not None else (event.severity or "not charted")
                ),
                Cell(event.led_to or "not charted", quiet=not event.led_to),
            )
            for event in outcome.adverse_events
        )
        blocks.append(Table(columns, rows))
    else:
        blocks.append(Note("No adverse event is charted. None charted is not none: nobody may have asked."))
    held = withheld_words(outcome)
    if held:
        blocks.append(Note(held, "Opioid doses withheld:"))
    windows = outcome.windows
    spans = [("Before", windows.before), ("After", windows.after)]
    if windows.before.end < windows.after.start:
        spans.insert(1, ("Between", Interval(windows.before.end, windows.after.start)))
    items = []
    for name, span in spans:
        counts = sedation_counts(outcome, span)
        missed = sum(
            score.not_assessable is not None and score.not_assessable.value == "sedated"
            for score in outcome.pain_series.within(span).values
        )
        words = "; ".join(counts) if counts else "not read, which is not none"
        if missed:
            words += f". Pain could not be asked for sedation: {count(missed, 'time')}"
        items.append((f"Sedation, {name.lower()}", sentence(words)))
    blocks.append(Grid(tuple(items)))
    return Section(
        "harms", "Harms, as charted", "Benefit is never shown without them.", tuple(blocks), leading=True
    )


def changes_section(outcome: CourseOutcome, clock: ReportClock) -> Section | None:
    """All co-interventions, where the flag above could not hold them."""
    changed, unread = also_changed_lines(outcome)
    if not changed:
        return None
    blocks: list[Block] = [Note(sentence(clock.dated(line))) for line in (*changed, *unread)]
    aside = "Each of these may explain part of a change by itself."
    return Section("changes", "What else changed", aside, tuple(blocks))
