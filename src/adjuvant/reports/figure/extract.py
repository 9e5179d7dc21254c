"""From an outcome to what the timeline draws: every choice is made here and said on the figure."""

from __future__ import annotations

from datetime import datetime

from adjuvant.outcomes.model import CourseKind, CourseOutcome
from adjuvant.outcomes.observed import charted_span
from adjuvant.reports.clock import ReportClock
from adjuvant.reports.course_facts import uncounted_ketamine
from adjuvant.reports.figure.data import (
    EventMark,
    Timeline,
    WindowBracket,
)
from adjuvant.reports.figure.drugs import drug_bars, ketamine_runs
from adjuvant.reports.figure.panels import event_words, opioid_panel, pain_panel, sedation_rails
from adjuvant.reports.words import count, hours
from adjuvant.timeline import Interval, hours_between

__all__ = ["clock_of", "timeline_of"]


def clock_of(outcome: CourseOutcome) -> ReportClock:
    """The report's clock: the record's zone, day 0 the local day on which the course starts."""
    local = outcome.record.local
    words = "start of the pseudo-course" if outcome.course.kind is CourseKind.PSEUDO else "first infusion"
    if outcome.course.kind is CourseKind.DECLARED and not outcome.course.exposures:
        words = "declared start of the course"
    return ReportClock(local, outcome.course.start.astimezone(local).date(), words)


def timeline_of(outcome: CourseOutcome) -> Timeline:
    """Everything that the timeline of one evaluated course shows."""
    from adjuvant.library import setting

    clock = clock_of(outcome)
    windows = outcome.windows
    days = clock.days(Interval(windows.before.start, windows.after.end))
    span = Interval(days[0].interval.start, days[-1].interval.end)
    charted = charted_span(outcome.record)
    # Charting every few hours does not end on the last minute; the library's gap says when it has ended.
    facts_end = None
    if charted is not None and charted.end < windows.after.end:
        silence = hours_between(charted.end, windows.after.end)
        facts_end = charted.end if silence > setting("pain_gap_h").value else None
    runs = ketamine_runs(outcome.course.exposures)
    title, detail = _ketamine_words(outcome)
    course = Interval(outcome.course.start, max(outcome.course.end, windows.during.end))
    ground = (
        Interval(windows.before.end, windows.after.start)
        if windows.before.end < windows.after.start
        else None
    )
    synthetic = " Synthetic data." if outcome.record.patient.synthetic else ""
    summary = f"Pain, ketamine, sedation, adverse events and opioids on one axis. {outcome.verdict.sentence}"
    return Timeline(
        title=f"What happened, and when: {clock.span_days(span)}",
        summary=f"{summary}{synthetic}",
        span=span,
        clock=clock,
        course=course,
        course_words=outcome.course.kind.value,
        ground=ground,
        brackets=_brackets(outcome, ground),
        ketamine=runs,
        ketamine_title=title,
        ketamine_detail=detail,
        pain=None if outcome.pain is None else pain_panel(outcome, outcome.pain),
        no_pain="no pain series could be used: not read is not none",
        sedation=sedation_rails(outcome, span),
        events=tuple(EventMark(event.at, event_words(event)) for event in outcome.adverse_events),
        opioids=opioid_panel(outcome),
        no_opioids="no medication is charted: not read is not none",
        drugs=drug_bars(outcome, span),
        facts_end=facts_end,
        outside=_outside(outcome, span),
    )


def _ketamine_words(outcome: CourseOutcome) -> tuple[str, str]:
    exposures = outcome.course.exposures
    if not exposures:
        uncounted = uncounted_ketamine(outcome)
        if uncounted:
            return "Ketamine", uncounted
        why = "pseudo-course" if outcome.course.kind is CourseKind.PSEUDO else "declared course"
        return "No ketamine charted", why
    names = tuple(dict.fromkeys(item.ingredient for item in exposures))
    routes = tuple(dict.fromkeys(item.route or "route not stated" for item in exposures))
    minutes = {round((item.end - item.start).total_seconds() / 60) for item in exposures}
    length = ""
    if len(minutes) == 1:
        (one,) = minutes
        if 0 < one < 300:
            length = f"{one} min each" if len(exposures) > 1 else f"{one} min"
    title = " + ".join(names)
    return title[:1].upper() + title[1:], ", ".join(part for part in (" + ".join(routes), length) if part)


def _brackets(outcome: CourseOutcome, ground: Interval | None) -> tuple[WindowBracket, ...]:
    windows, pain = outcome.windows, outcome.pain

    def asked(part: str) -> str:
        if pain is None:
            return "no pain series"
        window = pain.before if part == "before" else pain.after
        length = hours(window.window.hours)
        if window.not_assessable:
            return f"{window.scored} of {window.scored + window.not_assessable} readings, {length}"
        return f"{count(window.scored, 'reading')}, {length}"

    middle = "Pseudo-course" if outcome.course.kind is CourseKind.PSEUDO else "Course"
    found = [WindowBracket(windows.before, "Before", asked("before"), True)]
    if ground is not None:
        found.append(WindowBracket(ground, middle, "not counted", False))
    found.append(WindowBracket(windows.after, "After", asked("after"), True))
    return tuple(found)


def _outside(outcome: CourseOutcome, span: Interval) -> str:
    def off(moment: datetime) -> bool:
        return not span.start <= moment < span.end

    pain = sum(off(score.at) for score in outcome.pain_series.values)
    given = sum(off(item.start) for item in outcome.record.administrations)
    parts = [count(pain, "pain reading")] if pain else []
    parts += [count(given, "administration")] if given else []
    return f"Outside these days the record also holds {' and '.join(parts)}." if parts else ""
