"""Flags: what a reader must weigh beside the finding, in words."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from adjuvant.outcomes.courses import CourseSearch, ketamine_name
from adjuvant.outcomes.model import Course, CourseKind, OpioidSummary, PlanChange, ResponseAnswer, Windows
from adjuvant.quantity import show
from adjuvant.record import AdministrationStatus, PatientRecord
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
    found = [
        *_other_ketamine(record, course, windows, local),
        *(
            f"Set aside: {item}."
            for item in search.set_aside
            if item.administration.start < windows.after.end
        ),
    ]
    death = record.patient.death
    if death is not None and death in windows.after:
        found.append("The patient died inside the after window; nothing later was observed.")
    if opioids is not None:
        found += _opioid_flags(opioids, answers)
    return tuple(found)


def _other_ketamine(record: PatientRecord, course: Course, windows: Windows, local: ZoneInfo) -> list[str]:
    found = []
    for item in record.administrations:
        name = ketamine_name(item.drug)
        if name is None or item.status is not AdministrationStatus.GIVEN:
            continue
        inside = course.start <= item.start <= course.end and course.kind is not CourseKind.PSEUDO
        if not inside and windows.before.start <= item.start < windows.after.end:
            at = item.start.astimezone(local).isoformat(sep=" ", timespec="minutes")
            found.append(f"{name} was also given outside this course, {at}.")
    return found


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
