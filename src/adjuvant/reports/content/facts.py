"""The facts beneath the figures: each ketamine dose, each day, each reading, and the fate of every row."""

from __future__ import annotations

from datetime import datetime

from adjuvant.outcomes.model import CourseOutcome
from adjuvant.reports.clock import ReportClock, offset_words
from adjuvant.reports.content.model import Block, Cell, Column, Derivation, Table
from adjuvant.reports.content.opioids import refusal_lines
from adjuvant.reports.mme import charted_days
from adjuvant.reports.words import (
    NBSP,
    amount,
    count,
    number,
    sentence,
)
from adjuvant.timeline import Interval

__all__ = ["facts_blocks"]


def facts_blocks(outcome: CourseOutcome, clock: ReportClock) -> tuple[Block, ...]:
    """All facts beneath the figures, each in a table that opens on its own."""
    found = (
        _ketamine(outcome, clock),
        _days(outcome, clock),
        _readings(outcome, clock),
        *_sedation(outcome, clock),
        _rows(outcome),
    )
    return tuple(block for block in found if block is not None)


def _ketamine(outcome: CourseOutcome, clock: ReportClock) -> Derivation | None:
    exposures = outcome.course.exposures
    if not exposures:
        return None
    columns = (
        Column("From", share=24),
        Column("To", share=24),
        Column("Amount", True, 12),
        Column("Rate", True, 14),
        Column("As charted", share=26),
    )
    rows = tuple(
        (
            Cell(clock.full(item.start)),
            Cell(clock.full(item.end) if item.end > item.start else "at once", quiet=item.end == item.start),
            Cell(amount(item.amount)),
            Cell(amount(item.rate.to("mg/h")) if item.rate is not None else ""),
            Cell("; ".join((*item.steps, item.note)).strip("; "), quiet=True),
        )
        for item in exposures
    )
    title = "Ketamine, each administration"
    return Derivation(
        "f-ketamine", title, count(len(exposures), "row"), table=Table(columns, rows, small=True)
    )


def _days(outcome: CourseOutcome, clock: ReportClock) -> Derivation | None:
    opioids = outcome.opioids
    if opioids is None or not opioids.curve.days:
        return None
    columns = (
        Column("Day", share=24),
        Column("MME", True, 12),
        Column("Range over tables", True, 22),
        Column("Complete", share=42),
    )
    ranges = opioids.curve_low_high or tuple((day.total, day.total) for day in opioids.curve.days)
    rows = []
    for day, part, (low, high) in zip(opioids.curve.days, charted_days(outcome), ranges, strict=True):
        name = Cell(f"{clock.day_words(day.day.interval.start)}, {day.day.date.isoformat()}")
        if part is None:
            rows.append((name, Cell("not charted", quiet=True), Cell(), Cell("No; nothing is charted.")))
            continue
        words = ["yes"] if day.complete else ["no", *refusal_lines(day.refused)]
        if part.end < day.day.interval.end:
            words.append(f"charted until {clock.full(part.end)}")
        spread = f"{number(low)} to {number(high)}" if low != high else "one value"
        rows.append((name, Cell(number(day.total)), Cell(spread), Cell(sentence("; ".join(words)))))
    title = f"MME of each clock day, {opioids.basis}"
    return Derivation("f-days", title, count(len(rows), "day"), table=Table(columns, tuple(rows), small=True))


def _readings(outcome: CourseOutcome, clock: ReportClock) -> Derivation | None:
    span = Interval(outcome.windows.before.start, outcome.windows.after.end)
    scores = outcome.pain_series.within(span).values
    if not scores:
        return None
    words = [
        (score.at, number(score.value) if score.value is not None else str(score.not_assessable))
        for score in scores
    ]
    title = "Pain readings of these days, as charted"
    return Derivation("f-readings", title, count(len(words), "reading"), table=_by_day(words, clock, span))


def _sedation(outcome: CourseOutcome, clock: ReportClock) -> list[Derivation]:
    span = Interval(outcome.windows.before.start, outcome.windows.after.end)
    scores = outcome.sedation.within(span).values
    found = []
    for index, key in enumerate(dict.fromkeys(score.scale for score in scores), 1):
        words = [(score.at, score.value) for score in scores if score.scale == key]
        title = f"Sedation readings of these days, {key}, as charted"
        table = _by_day(words, clock, span)
        found.append(Derivation(f"f-sedation-{index}", title, count(len(words), "reading"), table=table))
    return found


def _by_day(readings: list[tuple[datetime, str]], clock: ReportClock, span: Interval) -> Table:
    """One row a day: its date and offset, then each time with what was charted at it."""
    columns = (Column("Day", share=30), Column("Time and reading", share=70))
    turns = clock.changes(span)
    rows = []
    for day in clock.days(span):
        inside = day.interval
        said = [f"{at.astimezone(clock.local):%H:%M}{NBSP}{words}" for at, words in readings if at in inside]
        if not said:
            continue
        offset = offset_words(inside.start, clock.local)
        for turn in turns:
            if turn in inside:
                offset += f", from {turn.astimezone(clock.local):%H:%M} {offset_words(turn, clock.local)}"
        name = f"{clock.day_words(inside.start)}, {day.date.isoformat()} ({offset})"
        rows.append((Cell(name), Cell(";  ".join(said))))
    return Table(columns, tuple(rows), small=True)


def _rows(outcome: CourseOutcome) -> Derivation | None:
    lines = outcome.quality.lines
    if not lines:
        return None
    columns = (
        Column("Table", share=20),
        Column("Fate", share=15),
        Column("Rows", True, 9),
        Column("Reason", share=34),
        Column("What can be done", share=22),
    )
    rows = tuple(
        (
            Cell(line.table),
            Cell(line.outcome.value),
            Cell(f"{line.count:,}"),
            Cell(line.reason, sub="; ".join(line.examples)),
            Cell(line.remedy, quiet=True),
        )
        for line in lines
    )
    return Derivation(
        "f-rows",
        "What became of every row read",
        count(len(rows), "line"),
        table=Table(columns, rows, small=True),
    )
