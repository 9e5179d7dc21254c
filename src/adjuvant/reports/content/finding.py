"""The top of the report: who, what was found, how far up the ladder, what else changed, what harm."""

from __future__ import annotations

from collections import Counter
from datetime import date
from fractions import Fraction

from adjuvant.outcomes.model import CourseKind, CourseOutcome, Verdict
from adjuvant.outcomes.observed import charted_span
from adjuvant.record import BodyWeight
from adjuvant.reports.clock import ReportClock
from adjuvant.reports.content.model import Finding, Flag, KeyRow, KeyTable, Mark, Rung
from adjuvant.reports.figure.drugs import ketamine_runs
from adjuvant.reports.figure.extract import KIND_WORDS, event_words
from adjuvant.reports.words import (
    CANNOT,
    NBSP,
    amount,
    bound,
    change,
    count,
    listed,
    number,
    percent,
    plain,
    sentence,
    times,
)
from adjuvant.symptoms import adverse_events_in
from adjuvant.timeline import Interval
from adjuvant.unknown import Ternary, Unknown

__all__ = [
    "also_changed_lines",
    "facts_of",
    "finding_of",
    "flags_of",
    "key_table",
    "ladder_of",
    "sedation_counts",
]

_LATER = ("Beyond own variability: not asked yet", "Durable: not asked yet")
_OUT = "Proof of cause: out of reach of one course"
# How the evaluation begins a line about what it could not look at, beside lines about what it saw.
_UNREAD = ("Not examined", "The record lists no drugs", "Radiotherapy")


def facts_of(outcome: CourseOutcome, clock: ReportClock) -> tuple[tuple[str, str], ...]:
    """The line beneath the title."""
    patient = outcome.record.patient
    who = ", ".join(part for part in (plain(patient.sex or ""), _age(outcome)) if part)
    facts = [(f"Patient {plain(patient.id)}", who)]
    conditions = [plain(item.text) for item in outcome.record.conditions if item.text]
    if conditions:
        more = f" and {len(conditions) - 3} more" if len(conditions) > 3 else ""
        facts.append(("", "; ".join(conditions[:3]) + more))
    weight = _weight(outcome)
    if weight is not None:
        facts.append((amount(weight.value, 1), f"{clock.day_words(weight.at)}, {plain(weight.method)}"))
    facts.append((f"Course {outcome.course.number}", _course(outcome, clock)))
    charted = charted_span(outcome.record)
    if charted is not None:
        facts.append(("Facts until", clock.end(charted.end)))
    facts.append(("Day 0", f"{clock.zero_date}, {clock.zone}"))
    return tuple(facts)


def _age(outcome: CourseOutcome) -> str:
    patient = outcome.record.patient
    if patient.age_years is not None:
        return str(patient.age_years)
    if patient.birth_date is None:
        return ""
    at: date = outcome.course.start.astimezone(outcome.record.local).date()
    before = (at.month, at.day) < (patient.birth_date.month, patient.birth_date.day)
    return str(at.year - patient.birth_date.year - before)


def _weight(outcome: CourseOutcome) -> BodyWeight | None:
    """The last weight up to the course; a later one would not be what it was dosed by."""
    known = [item for item in outcome.record.weights if item.at <= outcome.course.start]
    return known[-1] if known else None


def _course(outcome: CourseOutcome, clock: ReportClock) -> str:
    course = outcome.course
    days = clock.span_days(Interval(course.start, max(course.end, outcome.windows.during.end)))
    if course.kind is CourseKind.PSEUDO:
        return f"pseudo-course, no ketamine given; {days}"
    if not course.exposures:
        return f"declared, no ketamine charted; {days}"
    names = listed(tuple(dict.fromkeys(item.ingredient for item in course.exposures)))
    routes = listed(tuple(dict.fromkeys(item.route or "route not stated" for item in course.exposures)))
    runs = ketamine_runs(course.exposures)
    total = course.exposures[0].amount
    for item in course.exposures[1:]:
        total += item.amount
    dose = "dose" if all(not run.steps for run in runs) else "infusion"
    declared = " (declared)" if course.kind is CourseKind.DECLARED else ""
    return f"{names} {routes}, {count(len(runs), dose)}, {amount(total)} in all, {days}{declared}"


def finding_of(verdict: Verdict) -> Finding:
    """The finding, in the evaluation's own words."""
    return Finding(bound(verdict.headline), sentence(verdict.sentence), sentence(verdict.limit))


def ladder_of(verdict: Verdict) -> tuple[Rung, ...]:
    """Five rungs, always: two answered today, two not asked yet, and one that no single course can reach."""
    later = [_unasked(words) for words in verdict.not_asked or _LATER]
    if not any(rung.state == "out" for rung in later):
        later.append(_unasked(_OUT))
    return (
        _rung("Evaluable", verdict.evaluable, verdict.evaluable_words),
        _rung("Clinical response", verdict.clinical_response, verdict.response_words),
        *later,
    )


def _rung(title: str, answer: Ternary, words: str) -> Rung:
    # The evaluation's words name the rung again and go on to count; the ladder has room for the first of it.
    detail = words.partition(": ")[2] or words
    detail = plain(detail.split(". ")[0].rstrip("."))
    if isinstance(answer, Unknown):
        return Rung(title, "cannot", "Cannot evaluate", detail or f"missing: {listed(answer.needs)}")
    return Rung(title, "yes" if answer else "no", "Yes" if answer else "No", detail)


def _unasked(words: str) -> Rung:
    title, _, detail = plain(words).rstrip(".").partition(": ")
    title = title.replace("the patient's own", "own")
    if "out of reach" in detail:
        return Rung(title, "out", "Not claimed", detail)
    if detail.startswith("cannot be evaluated"):
        return Rung(
            title, "cannot", "Cannot evaluate", detail.removeprefix("cannot be evaluated").strip(" ,;")
        )
    return Rung(title, "later", "Not asked yet", detail if detail != "not asked yet" else "")


def also_changed_lines(outcome: CourseOutcome) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What changed, and what could not be looked at, in two lists."""
    lines = [plain(line) for line in outcome.also_changed]
    changed = tuple(line for line in lines if not line.startswith(_UNREAD))
    return changed, tuple(line for line in lines if line not in changed)


def flags_of(outcome: CourseOutcome, clock: ReportClock) -> tuple[Flag, ...]:
    """Co-interventions and harms, above any figure."""
    changed, unread = also_changed_lines(outcome)
    if changed:
        rest = len(changed) - 3
        text = " ".join(sentence(line) for line in changed[:3])
        text += f" {count(rest, 'more change')}, listed below." if rest > 0 else ""
        also = Flag(Mark.FLAG, "Also changed:", text)
    else:
        text = (
            " ".join(sentence(line) for line in unread)
            or "The record names nothing else, which is not nothing."
        )
        also = Flag(Mark.FLAG, "Also changed: nothing seen.", text)
    flags = [also, Flag(Mark.HARM, "Harms:", _harm_words(outcome, clock))]
    if outcome.flags:
        flags.append(Flag(Mark.FLAG, "To weigh:", " ".join(sentence(plain(line)) for line in outcome.flags)))
    return tuple(flags)


def _harm_words(outcome: CourseOutcome, clock: ReportClock) -> str:
    events = outcome.adverse_events
    if events:
        shown = [f"{event_words(event)} ({clock.short(event.at)})" for event in events[:3]]
        more = f"; {len(events) - 3} more" if len(events) > 3 else ""
        first = f"{count(len(events), 'adverse event')} charted: {'; '.join(shown)}{more}."
    else:
        first = "no adverse event charted, which is not none."
    counts = sedation_counts(outcome)
    second = (
        f" Sedation: {'; '.join(counts)}." if counts else " Sedation was not charted: not read is not none."
    )
    return first + second


def sedation_counts(outcome: CourseOutcome, window: Interval | None = None) -> tuple[str, ...]:
    """How often each value of each sedation scale was charted, as written."""
    from adjuvant.library import scale

    series = outcome.sedation if window is None else outcome.sedation.within(window)
    found = []
    for key in dict.fromkeys(score.scale for score in series.values):
        values = Counter(plain(score.value) for score in series.values if score.scale == key)
        words = ", ".join(f"{value}{NBSP}({times(many)})" for value, many in sorted(values.items()))
        name = "POSS" if key == "poss" else scale(key).title
        found.append(f"{name} {words}")
    return tuple(found)


def key_table(outcome: CourseOutcome, clock: ReportClock) -> KeyTable:
    """Benefit and harm in one table: before, after, change, how sure."""
    windows = outcome.windows
    rows = [_pain_row(outcome), _opioid_row(outcome)]
    rows.append(
        _plain_row(
            "Rescue doses",
            "given, per day",
            outcome.rescue_per_day_before,
            outcome.rescue_per_day_after,
            ("counted", "from the administration record"),
        )
    )
    before, after = outcome.goal_share_before, outcome.goal_share_after
    goal = outcome.pain.goal if outcome.pain is not None else None
    sub = (
        f"pain {number(goal)} or less, of those assessed"
        if goal is not None
        else "no personal goal is recorded"
    )
    rows.append(_share_row(sub, before, after))
    rows.append(_events_row(outcome))
    return KeyTable(clock.span_days(windows.before), clock.span_days(windows.after), tuple(rows))


def _figure(value: Fraction | Unknown | None, form: str = "") -> str:
    if value is None or isinstance(value, Unknown):
        return CANNOT
    return number(value) + form


def _pain_row(outcome: CourseOutcome) -> KeyRow:
    pain = outcome.pain
    if pain is None:
        return KeyRow("Pain", "no series could be used", CANNOT, CANNOT, "", "not read", "which is not none")
    shares = (pain.before.covered_share, pain.after.covered_share)
    rests = "time that each mean rests on"
    if isinstance(pain.change, Unknown):
        rests = f"missing: {plain(pain.change.needs[0])}"
    return KeyRow(
        title="Pain, time-weighted mean",
        sub=f"{KIND_WORDS[pain.kind].lower()}, points",
        before=_figure(pain.before.mean),
        after=_figure(pain.after.mean),
        change="" if isinstance(pain.change, Unknown) else change(pain.change),
        sure=" and ".join(percent(share * 100, 0) for share in shares) + " covered",
        sure_sub=rests,
        anchor="d-pain",
    )


def _opioid_row(outcome: CourseOutcome) -> KeyRow:
    opioids = outcome.opioids
    title, sub = "Opioids", "oral morphine mg equivalents a day"
    if opioids is None:
        return KeyRow(title, sub, CANNOT, CANNOT, "", "not read", "no medication is charted")
    percents = [item.percent for item in opioids.by_table if item.percent is not None]
    if isinstance(opioids.percent, Unknown):
        sure, sure_sub = "no percentage", f"missing: {plain(opioids.percent.needs[0])}"
    elif len(percents) > 1:
        low, high = change(min(percents)), percent(max(percents), signed=True)
        same = change(min(percents)) == change(max(percents))
        sure = "the same" if same else f"{low} to {high}"
        sure_sub = f"over {len(percents)} conversion tables"
    else:
        sure, sure_sub = "one table only", "no other covers every dose"
    return KeyRow(
        title=title,
        sub=f"{sub}, {opioids.basis}",
        before=("at least " if not opioids.before.complete else "") + number(opioids.before.per_day),
        after=("at least " if not opioids.after.complete else "") + number(opioids.after.per_day),
        change="" if isinstance(opioids.percent, Unknown) else percent(opioids.percent, signed=True),
        sure=sure,
        sure_sub=sure_sub,
        anchor="d-opioids",
    )


def _plain_row(
    title: str, sub: str, before: Fraction | Unknown, after: Fraction | Unknown, sure: tuple[str, str]
) -> KeyRow:
    missing = [need for end in (before, after) if isinstance(end, Unknown) for need in end.needs]
    if isinstance(before, Unknown) or isinstance(after, Unknown):
        words = ("missing", plain(missing[0]))
        return KeyRow(title, sub, _figure(before), _figure(after), "", *words)
    return KeyRow(title, sub, number(before), number(after), change(after - before), *sure)


def _share_row(sub: str, before: Fraction | Unknown, after: Fraction | Unknown) -> KeyRow:
    title = "Readings at personal goal"
    if isinstance(before, Unknown) or isinstance(after, Unknown):
        return _plain_row(title, sub, before, after, ("", ""))
    ends = [percent(end * 100, 0) for end in (before, after)]
    points = change((after - before) * 100, 0)
    return KeyRow(title, sub, ends[0], ends[1], points, "percentage points", "described, not tested")


def _events_row(outcome: CourseOutcome) -> KeyRow:
    windows = outcome.windows
    since = Interval(outcome.course.start, windows.after.end)
    before = len(adverse_events_in(outcome.record, windows.before))
    after = len(adverse_events_in(outcome.record, since))
    listed_since = len([event for event in outcome.adverse_events if event.at in since])
    return KeyRow(
        "Adverse events",
        "charted; after = from the first ketamine on",
        f"{before}",
        f"{max(after, listed_since)}",
        "",
        "as charted",
        "none charted is not none",
    )
