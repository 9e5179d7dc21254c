"""The data's quality: what the figures rest on, and what is not in the record."""

from __future__ import annotations

from collections import Counter

from adjuvant.outcomes.model import CourseOutcome
from adjuvant.record import Outcome
from adjuvant.reports.clock import ReportClock
from adjuvant.reports.content.model import Grid, Section
from adjuvant.reports.words import count, hours, listed, sentence
from adjuvant.timeline import Interval

__all__ = ["quality_section"]


def quality_section(outcome: CourseOutcome, clock: ReportClock) -> Section:
    """What the figures rest on, and what is not in the record."""
    items = [_pain_item(outcome, clock), _opioid_item(outcome), _sedation_item(outcome)]
    weights = len(outcome.record.weights)
    methods = sorted({item.method for item in outcome.record.weights})
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
        items.append(("Left out of the mean", sentence("; ".join(line for line in outcome.other_pain))))
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
        f"{hours(gap.hours)} from {clock.full(gap.start)}" for gap in (*pain.before.gaps, *pain.after.gaps)
    ]
    shown = "; ".join(gaps[:4]) + (f"; {len(gaps) - 4} more" if len(gaps) > 4 else "")
    if gaps:
        text = f"{text} Left out of the means: {shown}.".strip()
    text = " ".join([text, *(sentence(caveat) for caveat in pain.caveats)]).strip()
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
