"""The finding, its place on the ladder, and what stands above any figure: what else changed, what harm."""

from __future__ import annotations

from collections import Counter

from adjuvant.outcomes.cochanges import NOT_IN_RECORD
from adjuvant.outcomes.model import CourseOutcome, Verdict
from adjuvant.reports.clock import ReportClock
from adjuvant.reports.content.model import Finding, Flag, Mark, Rung
from adjuvant.reports.course_facts import death_words
from adjuvant.reports.figure.panels import event_words
from adjuvant.reports.words import (
    NBSP,
    bound,
    count,
    listed,
    sentence,
    times,
)
from adjuvant.timeline import Interval
from adjuvant.unknown import Ternary, Unknown

__all__ = ["also_changed_lines", "finding_of", "flags_of", "ladder_of", "sedation_counts"]

_LATER = ("Beyond own variability: not asked yet", "Durable: not asked yet")
_OUT = "Proof of cause: out of reach of one course"
# How the evaluation begins a line about what it could not look at, beside lines about what it saw.
_UNREAD = ("Not examined", "The record lists no drugs", NOT_IN_RECORD)


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
    detail = detail.split(". ")[0].rstrip(".")
    if isinstance(answer, Unknown):
        return Rung(title, "cannot", "Cannot evaluate", detail or f"missing: {listed(answer.needs)}")
    return Rung(title, "yes" if answer else "no", "Yes" if answer else "No", detail)


def _unasked(words: str) -> Rung:
    title, _, detail = words.rstrip(".").partition(": ")
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
    lines = outcome.also_changed
    changed = tuple(line for line in lines if not line.startswith(_UNREAD))
    return changed, tuple(line for line in lines if line not in changed)


def flags_of(outcome: CourseOutcome, clock: ReportClock) -> tuple[Flag, ...]:
    """Co-interventions and harms, above any figure."""
    changed, unread = also_changed_lines(outcome)
    if changed:
        rest = len(changed) - 3
        text = " ".join(sentence(clock.dated(line)) for line in changed[:3])
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
        flags.append(
            Flag(Mark.FLAG, "To weigh:", " ".join(sentence(clock.dated(line)) for line in outcome.flags))
        )
    return tuple(flags)


def _harm_words(outcome: CourseOutcome, clock: ReportClock) -> str:
    events = outcome.adverse_events
    if events:
        shown = [f"{event_words(event)}, {clock.full(event.at)}" for event in events[:3]]
        more = f"; {len(events) - 3} more" if len(events) > 3 else ""
        first = f"{count(len(events), 'adverse event')} charted: {'; '.join(shown)}{more}."
    else:
        first = "no adverse event charted, which is not none."
    counts = sedation_counts(outcome)
    second = (
        f" Sedation: {'; '.join(counts)}." if counts else " Sedation was not charted: not read is not none."
    )
    death = death_words(outcome, clock)
    died = f"Died {death}. " if death else ""
    return died + (first[:1].upper() + first[1:] if died else first) + second


def sedation_counts(outcome: CourseOutcome, window: Interval | None = None) -> tuple[str, ...]:
    """How often each value of each sedation scale was charted, as written."""
    from adjuvant.library import scale

    series = outcome.sedation if window is None else outcome.sedation.within(window)
    found = []
    for key in dict.fromkeys(score.scale for score in series.values):
        values = Counter(score.value for score in series.values if score.scale == key)
        words = ", ".join(f"{value}{NBSP}({times(many)})" for value, many in sorted(values.items()))
        name = "POSS" if key == "poss" else scale(key).title
        found.append(f"{name} {words}")
    return tuple(found)
