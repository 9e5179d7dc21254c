"""The line beneath the title: who, how old, what illness, what weight, which course, until when."""

from __future__ import annotations

from datetime import date

from adjuvant.outcomes.model import CourseKind, CourseOutcome
from adjuvant.outcomes.observed import charted_span
from adjuvant.record import BodyWeight, Exposure
from adjuvant.reports.clock import ReportClock
from adjuvant.reports.course_facts import death_words, uncounted_ketamine
from adjuvant.reports.figure.drugs import ketamine_runs
from adjuvant.reports.words import (
    amount,
    count,
    listed,
)
from adjuvant.timeline import Interval

__all__ = ["facts_of"]


def facts_of(outcome: CourseOutcome, clock: ReportClock) -> tuple[tuple[str, str], ...]:
    """The line beneath the title."""
    patient = outcome.record.patient
    who = ", ".join(part for part in ((patient.sex or ""), _age(outcome)) if part)
    facts = [(f"Patient {patient.id}", who)]
    conditions = [item.text for item in outcome.record.conditions if item.text]
    if conditions:
        more = f" and {len(conditions) - 3} more" if len(conditions) > 3 else ""
        facts.append(("", "; ".join(conditions[:3]) + more))
    weight = _weight(outcome)
    if weight is not None:
        facts.append((amount(weight.value, 1), f"{clock.day_words(weight.at)}, {weight.method}"))
    facts.append((f"Course {outcome.course.number}", _course(outcome, clock)))
    if outcome.record.patient.death is not None:
        facts.append(("Died", death_words(outcome, clock)))
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
        uncounted = uncounted_ketamine(outcome)
        said = f"declared, {uncounted}" if uncounted else "declared, no ketamine charted"
        return f"{said}; {days}"
    names = listed(tuple(dict.fromkeys(item.ingredient for item in course.exposures)))
    routes = listed(tuple(dict.fromkeys(item.route or "route not stated" for item in course.exposures)))
    runs = ketamine_runs(course.exposures)
    total = " and ".join(_totals(course.exposures))
    dose = "dose" if all(not run.steps for run in runs) else "infusion"
    uncounted = uncounted_ketamine(outcome)
    uncounted = f"; {uncounted}" if uncounted else ""
    declared = " (declared)" if course.kind is CourseKind.DECLARED else ""
    return f"{names} {routes}, {count(len(runs), dose)}, {total} in all{uncounted}, {days}{declared}"


def _totals(exposures: tuple[Exposure, ...]) -> list[str]:
    """The amount of each kind of ketamine; milligrams of two drugs are never added."""
    kinds = tuple(dict.fromkeys(item.ingredient for item in exposures))
    found = []
    for kind in kinds:
        first, *rest = (item.amount for item in exposures if item.ingredient == kind)
        total = sum(rest, first)
        found.append(f"{amount(total)} of {kind}" if len(kinds) > 1 else amount(total))
    return found
