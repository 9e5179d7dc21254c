"""Flags: what a reader must weigh beside the finding, in words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from adjuvant.outcomes.courses import CourseSearch, ketamine_name
from adjuvant.outcomes.model import Course, CourseKind, OpioidSummary, PlanChange, ResponseAnswer, Windows
from adjuvant.outcomes.words import counted
from adjuvant.quantity import show
from adjuvant.record import AdministrationStatus, PatientRecord
from adjuvant.timeline import Interval, local_text
from adjuvant.unknown import Unknown

__all__ = ["flags_of"]


def flags_of(
    record: PatientRecord,
    course: Course,
    windows: Windows,
    opioids: OpioidSummary | None,
    answers: Sequence[ResponseAnswer],
    search: CourseSearch,
    local: ZoneInfo,
) -> tuple[str, ...]:
    """Everything that stands above the figures because it may explain them.

    Args:
        record: nothing later than the end of after.
        search: what the course search of the same record set aside.
    """
    span = Interval(windows.before.start, windows.after.end)
    aside = [item for item in search.set_aside if item.administration.start in span]
    found = _other_ketamine(record, course, span, {item.administration.id for item in aside}, local)
    found += [
        f"Set aside: {each.drug.text}, {local_text(each.start, local)}: {item.reason}."
        for item in aside
        for each in (item.administration,)
    ]
    death = record.patient.death
    if death is not None and death in windows.after:
        found.append("The patient died inside the after window; nothing later was observed.")
    if opioids is not None:
        found += _opioid_flags(opioids, answers)
    return tuple(found)


def _other_ketamine(
    record: PatientRecord, course: Course, span: Interval, aside: Collection[str], local: ZoneInfo
) -> list[str]:
    """Ketamine in the span that is not the course's: at another time, or of the other kind."""
    own = {item.ingredient for item in course.exposures}
    times: dict[str, list[datetime]] = {}
    for item in record.administrations:
        name = ketamine_name(item.drug)
        given = item.status is AdministrationStatus.GIVEN and item.id not in aside and item.start in span
        within = course.kind is not CourseKind.PSEUDO and course.start <= item.start <= course.end
        if name is not None and given and not (within and (not own or name in own)):
            times.setdefault(name, []).append(item.start)
    return [
        f"{name.capitalize()} was also given outside this course: {counted(len(when), 'time', 'times')}, "
        f"first {local_text(when[0], local)}."
        for name, when in sorted(times.items())
    ]


def _opioid_flags(opioids: OpioidSummary, answers: Sequence[ResponseAnswer]) -> list[str]:
    from adjuvant.library import setting

    rise = setting("opioid_rise_flag_percent").value
    found = []
    if not isinstance(opioids.percent, Unknown) and opioids.percent >= rise:
        found.append(f"Opioids rose by {show(opioids.percent)} %, which is {show(rise)} % or more.")
    for answer in answers:
        if answer.key.startswith("opioid_sparing") and not isinstance(answer.answer, Unknown):
            differing = _differing(opioids.by_table, answer)
            if differing:
                found.append(
                    f"{answer.title}: {answer.word} by {opioids.plan_title}, the opposite by "
                    f"{len(differing)} of the {len(opioids.by_table)} tables that cover every line."
                )
    return found


def _differing(plans: Sequence[PlanChange], answer: ResponseAnswer) -> list[PlanChange]:
    from adjuvant.library import responses

    (rule,) = [rule for rule in responses() if rule.key == answer.key]
    (threshold,) = rule.thresholds.values()
    known = [item for item in plans if item.percent is not None]
    return [item for item in known if (-(item.percent or 0) >= threshold) is not answer.answer]
