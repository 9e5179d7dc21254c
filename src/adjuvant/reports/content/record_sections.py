"""Harms in full, what else changed, the data's quality, the windows and their rules, the tables used."""

from __future__ import annotations

from collections import Counter

from adjuvant.outcomes.model import CourseOutcome
from adjuvant.record import Outcome
from adjuvant.reports.clock import ReportClock
from adjuvant.reports.content.finding import also_changed_lines, sedation_counts
from adjuvant.reports.content.model import Block, Cell, Column, Grid, Note, Section, Table
from adjuvant.reports.words import count, hours, listed, number, plain, sentence
from adjuvant.timeline import Interval
from adjuvant.unknown import Unknown

__all__ = ["changes_section", "harms_section", "quality_section", "tables_used_section", "windows_section"]


def harms_section(outcome: CourseOutcome, clock: ReportClock) -> Section:
    """Every adverse event charted, sedation window by window, and readings that sedation prevented."""
    blocks: list[Block] = []
    if outcome.adverse_events:
        columns = (
            Column("Adverse event", share=26),
            Column("When", share=28),
            Column("Grade or severity", share=20),
            Column("What was done", share=26),
        )
        rows = tuple(
            (
                Cell(plain(event.kind), strong=True),
                Cell(
                    clock.full(event.at) + (f" to {clock.full(event.end)}" if event.end is not None else "")
                ),
                Cell(
                    f"grade {event.grade}"
                    if event.grade is not None
                    else plain(event.severity or "not charted")
                ),
                Cell(plain(event.led_to) or "not charted", quiet=not event.led_to),
            )
            for event in outcome.adverse_events
        )
        blocks.append(Table(columns, rows))
    else:
        blocks.append(Note("No adverse event is charted. None charted is not none: nobody may have asked."))
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


def changes_section(outcome: CourseOutcome) -> Section | None:
    """All co-interventions, where the flag above could not hold them."""
    changed, unread = also_changed_lines(outcome)
    if not changed:
        return None
    blocks: list[Block] = [Note(sentence(line)) for line in (*changed, *unread)]
    aside = "Each of these may explain part of a change by itself."
    return Section("changes", "What else changed", aside, tuple(blocks))


def quality_section(outcome: CourseOutcome, clock: ReportClock) -> Section:
    """What the figures rest on, and what is not in the record."""
    items = [_pain_item(outcome, clock), _opioid_item(outcome), _sedation_item(outcome)]
    weights = len(outcome.record.weights)
    methods = sorted({plain(item.method) for item in outcome.record.weights})
    items.append(
        (f"Weight: {count(weights, 'reading')}", sentence(listed(methods)))
        if weights
        else ("Weight: not in the record", "No dose a kilogram can be said.")
    )
    span = Interval(outcome.windows.before.start, outcome.windows.after.end)
    turns = len(clock.changes(span))
    items.append(
        ("Times: one clock", f"{clock.zone}. {count(turns, 'change')} of the clock in these days.")
        if turns
        else ("Times: one clock", f"{clock.zone}. No change of the clock in these days.")
    )
    quality = outcome.quality
    parts = [
        f"{quality.count(kind):,} {kind.value}"
        for kind in Outcome
        if kind is not Outcome.READ and quality.count(kind)
    ]
    lost = sum(quality.unaccounted(table) for table in {line.table for line in quality.lines})
    if lost:
        parts.append(f"{lost:,} unaccounted for, which is a defect of the reader")
    read = f"Rows: {quality.count(Outcome.READ):,} read"
    items.append((read, sentence(", ".join(parts)) or "The reader left no account of its rows."))
    if outcome.other_pain:
        items.append(
            ("Left out of the mean", sentence("; ".join(plain(line) for line in outcome.other_pain)))
        )
    absent = [
        name
        for name, there in (
            ("sedation", outcome.record.sedation),
            ("adverse events", outcome.record.adverse_events),
            ("consent", outcome.record.consents),
            ("a personal pain goal", outcome.pain is not None and outcome.pain.goal is not None),
            ("vital signs", outcome.record.vitals),
        )
        if not there
    ]
    items.append(
        ("Not in the record", sentence(listed((*absent, "mood, function and the patient's own words"))))
    )
    return Section("quality", "Data quality", "Every row and its fate: appendix.", (Grid(tuple(items)),))


def _pain_item(outcome: CourseOutcome, clock: ReportClock) -> tuple[str, str]:
    pain = outcome.pain
    if pain is None:
        return ("Pain: no series could be used", "Not read is not none.")
    scored = pain.before.scored + pain.after.scored
    asked = scored + pain.before.not_assessable + pain.after.not_assessable
    reasons: Counter[str] = Counter()
    for window in (pain.before.window, pain.after.window):
        for score in outcome.pain_series.within(window).values:
            if score.not_assessable is not None:
                reasons[score.not_assessable.value] += 1
    words = [f"{many} {why}" for why, many in reasons.items()]
    text = sentence(", ".join(words))
    gaps = [
        f"{hours(gap.hours)} from {clock.short(gap.start)}" for gap in (*pain.before.gaps, *pain.after.gaps)
    ]
    shown = "; ".join(gaps[:4]) + (f"; {len(gaps) - 4} more" if len(gaps) > 4 else "")
    if gaps:
        text = f"{text} Left out of the means: {shown}.".strip()
    text = " ".join([text, *(sentence(plain(caveat)) for caveat in pain.caveats)]).strip()
    return (f"Pain: {scored:,} of {count(asked, 'reading')} scored in the two windows", text or "No caveat.")


def _opioid_item(outcome: CourseOutcome) -> tuple[str, str]:
    opioids = outcome.opioids
    if opioids is None:
        return ("Opioids: not read", "No medication is charted; that is not none.")
    days = opioids.curve.days
    whole = sum(day.complete for day in days)
    refused = len({*opioids.curve.refused, *(one for day in days for one in day.refused)})
    words = f"From what was {opioids.basis}; never mixed with another basis. "
    words += f"{count(refused, 'refusal')}, listed above or in the appendix." if refused else "No refusal."
    return (f"Opioids: {whole} of {count(len(days), 'day')} complete", words)


def _sedation_item(outcome: CourseOutcome) -> tuple[str, str]:
    many = len(outcome.sedation)
    if not many:
        return ("Sedation: not in the record", "Not read is not none.")
    return (f"Sedation: {count(many, 'reading')}", "As written; values of different scales are never merged.")


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
    notes = [Note(sentence(plain(rule))) for rule in windows.rules]
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
            blocks.append(Note("This table is no longer in the library.", plain(key)))
            continue
        label = f" ({table.provenance.label})" if table.provenance.label else ""
        blocks.append(Note(sentence(f"{table.scope}{label}"), f"{table.title}."))
    blocks += [Note(sentence(plain(warning))) for warning in opioids.warnings]
    blocks.append(
        Note(
            f"MME compares opioid exposure. It is not a dose to give, and {number(1)} MME of one drug "
            "is no prescription of another."
        )
    )
    return Section("used", "Tables used, and for whom they were made", "", tuple(blocks))
