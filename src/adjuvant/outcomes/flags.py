"""Flags: what a reader must weigh beside the finding, in words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from adjuvant.outcomes.courses import CourseSearch, ketamine_name
from adjuvant.outcomes.model import Course, CourseKind, OpioidSummary, ResponseAnswer, Windows
from adjuvant.outcomes.sparing import SPARING_RULE, differing_tables
from adjuvant.outcomes.words import counted, listed
from adjuvant.quantity import show
from adjuvant.record import AdministrationStatus, AdverseEvent, PatientRecord
from adjuvant.symptoms import unsettled_stops
from adjuvant.timeline import Interval, local_text
from adjuvant.unknown import Unknown

__all__ = ["died_when", "flags_of", "methadone_words", "strangers_in"]

_METHADONE = "methadone"


def flags_of(
    record: PatientRecord,
    course: Course,
    windows: Windows,
    opioids: OpioidSummary | None,
    answers: Sequence[ResponseAnswer],
    search: CourseSearch,
    local: ZoneInfo,
    *,
    events: Sequence[AdverseEvent] = (),
    pain: Sequence[str] = (),
    doubts: Sequence[str] = (),
) -> tuple[str, ...]:
    """Everything that stands above the figures because it may explain them; harms first.

    Args:
        record: nothing later than the end of after.
        search: what the course search of the same record set aside.
        events: the adverse events from the start of the course to the end of after.
        pain: flags about pain (`pain_flags`), which keep their place here.
        doubts: other reasons for a fall of opioids (`sparing_doubts`).
    """
    span = Interval(windows.before.start, windows.after.end)
    aside = [item for item in search.set_aside if item.administration.start in span]
    found = _death(record, course, windows, local)
    found += [
        f"Not settled whether ketamine was stopped for {event.kind}, {local_text(event.at, local)}: what was "
        f"done reads “{event.led_to.strip()}”."
        for event in unsettled_stops(events)
    ]
    found += _not_given(record, Interval(course.start, windows.after.end), local)
    found += pain
    found += _other_ketamine(record, course, span, {item.administration.id for item in aside}, local)
    found += [
        f"Set aside: {each.drug.text}, {local_text(each.start, local)}: {item.reason}."
        for item in aside
        for each in (item.administration,)
    ]
    if opioids is not None:
        found += _opioid_flags(opioids, answers)
    found += doubts
    strangers = strangers_in(record, windows)
    if strangers:
        more = len(strangers[5:])
        rest = f" and {more} more" if more else ""
        found.append(
            f"The library does not know {', '.join(strangers[:5])}{rest}: whether one of them is an opioid "
            "is not known."
        )
    return tuple(dict.fromkeys(found))


def died_when(record: PatientRecord, course: Course, windows: Windows) -> str:
    """When the patient died, as ``during the course``; empty where not before the end of after."""
    death = record.patient.death
    if death is None or death >= windows.after.end:
        return ""
    if death < course.start:
        return "before the course, as charted"
    if death <= course.end:
        return "during the course"
    return "inside the after window" if death in windows.after else "between the course and the after window"


def methadone_words(opioids: OpioidSummary) -> list[str]:
    """That methadone is in a total, whose factor is the least certain of all; empty where it is not."""
    windows = (("before", opioids.before), ("after", opioids.after))
    where = [name for name, mean in windows if any(drug.ingredient == _METHADONE for drug in mean.drugs)]
    if not where:
        return []
    text = f"Contains methadone {listed(where)}, on whose equivalence tables disagree widely: "
    return [text + "the total leans on that one factor."]


def strangers_in(record: PatientRecord, windows: Windows) -> tuple[str, ...]:
    """Drugs given in before or after of which the library knows no ingredient, as written."""
    from adjuvant.record.unknown_names import unknown_drugs

    names = (name for window in (windows.before, windows.after) for name in unknown_drugs(record, window))
    return tuple(sorted(set(names)))


def _death(record: PatientRecord, course: Course, windows: Windows, local: ZoneInfo) -> list[str]:
    death, when = record.patient.death, died_when(record, course, windows)
    if death is None or not when:
        return []
    return [f"The patient died {when}, {local_text(death, local)}; nothing later was observed."]


def _not_given(record: PatientRecord, span: Interval, local: ZoneInfo) -> list[str]:
    """Ketamine that was charted as not given, in the record's own words."""
    return [
        f"{item.drug.text} was charted as not given, {local_text(item.start, local)}: "
        f"“{(item.reason_not_given or 'no reason given').strip()}”."
        for item in record.administrations
        if item.status is AdministrationStatus.NOT_GIVEN
        and ketamine_name(item.drug) is not None
        and item.start in span
    ]


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

    rise, percent = setting("opioid_rise_flag_percent").value, opioids.percent
    before, after = opioids.before, opioids.after
    found = []
    if not isinstance(percent, Unknown):
        if percent >= rise:
            found.append(f"Opioids rose by {show(percent)} %, which is {show(rise)} % or more.")
    elif before.complete and after.complete and before.per_day == 0 < after.per_day:
        found.append(f"Opioids were begun: from 0 to {show(after.per_day)} MME a day.")
    found += methadone_words(opioids)
    for answer in answers:
        if answer.key.startswith("opioid_sparing") and answer.key != SPARING_RULE:
            found += differing_tables(opioids, answer)
    return found
