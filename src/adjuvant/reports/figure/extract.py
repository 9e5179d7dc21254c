"""From an outcome to what the timeline draws: every choice is made here and said on the figure."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

from adjuvant.outcomes.model import CourseKind, CourseOutcome, PainSummary
from adjuvant.outcomes.observed import charted_span
from adjuvant.record import PainKind, PainReporter, SedationScore
from adjuvant.reports.clock import ReportClock
from adjuvant.reports.figure.data import (
    EventMark,
    MeanBar,
    MmeDay,
    OpioidPanel,
    PainPanel,
    SedationRail,
    Timeline,
    WindowBracket,
)
from adjuvant.reports.figure.drugs import drug_bars, ketamine_runs
from adjuvant.reports.words import count, hours, number, plain
from adjuvant.timeline import Interval, hours_between
from adjuvant.unknown import Unknown

__all__ = ["KIND_WORDS", "clock_of", "event_words", "sedation_bold", "timeline_of"]

KIND_WORDS = {
    PainKind.CURRENT: "Pain now",
    PainKind.AVERAGE: "Average pain",
    PainKind.WORST: "Worst pain",
    PainKind.LEAST: "Least pain",
    PainKind.AFTER_INTERVENTION: "Pain after intervention",
    PainKind.ACCEPTABLE: "Acceptable pain",
}
_REPORTERS = {
    PainReporter.SELF: "the patient's own report",
    PainReporter.PROXY: "reported by a proxy",
    PainReporter.BEHAVIOURAL: "by a behavioural scale",
    PainReporter.UNSTATED: "reporter not stated",
}
# The figure grammar of the house: the POSS character is bold from 2. Other scales are never judged here.
_BOLD_FROM = {"poss": 2}


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
        pain=None if outcome.pain is None else _pain(outcome, outcome.pain, span),
        no_pain="no pain series could be used: not read is not none",
        sedation=_sedation(outcome, span),
        events=tuple(EventMark(event.at, event_words(event)) for event in outcome.adverse_events),
        opioids=_opioids(outcome),
        no_opioids="no medication is charted: not read is not none",
        drugs=drug_bars(outcome, span),
        facts_end=facts_end,
        outside=_outside(outcome, span),
    )


def event_words(event: object) -> str:
    """An adverse event in a few words: kind, grade or severity, what was done."""
    grade = getattr(event, "grade", None)
    parts = [
        plain(str(getattr(event, "kind", ""))),
        f"grade {grade}" if grade is not None else plain(getattr(event, "severity", None) or ""),
        plain(getattr(event, "led_to", "")),
    ]
    return ", ".join(part for part in parts if part)


def sedation_bold(score: SedationScore) -> bool:
    """Whether the figure writes this reading in bold."""
    limit = _BOLD_FROM.get(score.scale)
    return limit is not None and score.value.strip().isdigit() and int(score.value) >= limit


def _ketamine_words(outcome: CourseOutcome) -> tuple[str, str]:
    exposures = outcome.course.exposures
    if not exposures:
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


def _pain(outcome: CourseOutcome, pain: PainSummary, span: Interval) -> PainPanel:
    from adjuvant.library import scale, setting
    from adjuvant.symptoms import gaps

    known = scale(pain.scale)
    low, high = known.low or Fraction(0), known.high or Fraction(10)
    whole = Interval(outcome.windows.before.start, outcome.windows.after.end)
    means = tuple(
        MeanBar(window.window, window.mean, window.covered_share)
        for window in (pain.before, pain.after)
        if not isinstance(window.mean, Unknown)
    )
    series = outcome.pain_series
    return PainPanel(
        title=f"{KIND_WORDS[pain.kind]}, {number(low)} to {number(high)}",
        detail=_REPORTERS[pain.reporter],
        low=low,
        high=high,
        readings=tuple((score.at, score.value) for score in series.values if score.value is not None),
        unassessed=tuple(
            (score.at, score.not_assessable.value)
            for score in series.values
            if score.not_assessable is not None
        ),
        means=means,
        gaps=gaps(series, whole) if len(series) else (whole,),
        goal=pain.goal,
        line_h=setting("pain_line_h").value,
    )


def _sedation(outcome: CourseOutcome, span: Interval) -> tuple[SedationRail, ...]:
    from adjuvant.library import scale

    rails = []
    for key in dict.fromkeys(score.scale for score in outcome.sedation.values):
        readings = tuple(
            (score.at, plain(score.value), sedation_bold(score))
            for score in outcome.sedation.values
            if score.scale == key and span.start <= score.at < span.end
        )
        if readings:
            short = key.split("_")[-1].upper() if key != "poss" else "POSS"
            title = scale(key).title
            rails.append(SedationRail(f"sedation, {short if len(title) > 14 else title}", readings))
    return tuple(rails)


def _opioids(outcome: CourseOutcome) -> OpioidPanel | None:
    opioids = outcome.opioids
    if opioids is None:
        return None
    ranges = opioids.curve_low_high or tuple((day.total, day.total) for day in opioids.curve.days)
    days = tuple(
        MmeDay(day.day.interval, day.total, low, high, day.complete)
        for day, (low, high) in zip(opioids.curve.days, ranges, strict=True)
    )
    afters = [change.after for change in opioids.by_table if change.after is not None]
    spread = ""
    if len(afters) > 1:
        low, high = number(min(afters)), number(max(afters))
        spread = (
            f"{low} to {high} over {len(afters)} tables"
            if low != high
            else f"the same over {len(afters)} tables"
        )
    return OpioidPanel(
        days=days,
        plan=opioids.plan_title,
        plans=len(opioids.by_table),
        before=_per_day(opioids.before.per_day, opioids.before.complete),
        after=_per_day(opioids.after.per_day, opioids.after.complete),
        after_range=spread,
        basis=opioids.basis,
    )


def _per_day(value: Fraction, complete: bool) -> str:
    return number(value) if complete else f"at least {number(value)}"


def _outside(outcome: CourseOutcome, span: Interval) -> str:
    def off(moment: datetime) -> bool:
        return not span.start <= moment < span.end

    pain = sum(off(score.at) for score in outcome.pain_series.values)
    given = sum(off(item.start) for item in outcome.record.administrations)
    parts = [count(pain, "pain reading")] if pain else []
    parts += [count(given, "administration")] if given else []
    return f"Outside these days the record also holds {' and '.join(parts)}." if parts else ""
