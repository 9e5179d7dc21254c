"""What must be said beside the counted doses: ketamine without an amount, opioids withheld, death."""

from __future__ import annotations

from adjuvant.outcomes.courses import ketamine_name
from adjuvant.outcomes.model import CourseKind, CourseOutcome
from adjuvant.record import AdministrationKind, AdministrationStatus
from adjuvant.reports.clock import ReportClock
from adjuvant.reports.words import count, sentence

__all__ = ["death_words", "uncounted_ketamine", "withheld_words"]


def uncounted_ketamine(outcome: CourseOutcome) -> str:
    """Ketamine charted as given within the course of which no amount could be made, in words; empty if none.

    Topical and oral rinses count too: what was charted is said, and whether it belongs to the course is for
    the reader. "No ketamine charted" would be false.
    """
    course = outcome.course
    if course.kind is CourseKind.PSEUDO:
        return ""
    counted = {item.start for item in course.exposures}
    found = [
        item
        for item in outcome.record.administrations
        if course.start <= item.start <= max(course.end, outcome.windows.during.end)
        and item.status is AdministrationStatus.GIVEN
        and ketamine_name(item.drug) is not None
        and item.start not in counted
    ]
    if not found:
        return ""
    open_ended = [item for item in found if item.kind is AdministrationKind.INFUSION and item.end is None]
    if len(open_ended) == len(found):
        return f"{count(len(found), 'ketamine infusion')} charted without a stop, amount not known"
    return f"{count(len(found), 'ketamine administration')} charted whose amount is not counted"


def death_words(outcome: CourseOutcome, clock: ReportClock) -> str:
    """When the patient died and where that stands to the course; empty where no death is recorded."""
    death = outcome.record.patient.death
    if death is None:
        return ""
    windows = outcome.windows
    if death < windows.before.start:
        where = "before the windows, which the record contradicts"
    elif death in windows.before:
        where = "in the window before"
    elif death < windows.after.start:
        where = "during the course"
    elif death in windows.after:
        where = "in the window after"
    else:
        where = "after the windows"
    return f"{clock.full(death)}, {where}"


def withheld_words(outcome: CourseOutcome) -> str:
    """Opioid doses that were due and held back, with the reasons charted, in the evaluation's own words."""
    lines = outcome.opioids.withheld if outcome.opioids is not None else ()
    return " ".join(sentence(line) for line in lines)
