"""Ketamine courses: found in administrations, declared, or a pseudo-course where there is no ketamine."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from adjuvant.errors import InputError
from adjuvant.outcomes.model import Course, CourseKind
from adjuvant.record import (
    AdministrationKind,
    AdministrationStatus,
    Basis,
    Drug,
    Exposure,
    MedicationAdministration,
    PatientRecord,
)
from adjuvant.timeline import as_instant, local_text

__all__ = [
    "CourseSearch",
    "SetAside",
    "declared_course",
    "find_courses",
    "ketamine_exposures",
    "ketamine_name",
    "last_day",
    "open_infusions",
    "pseudo_course",
    "search_courses",
]

# Words in a drug's text, its order or its reason that say that it was not given for pain. The name of a team
# is none of them: "per Anaesthetics pain team" is how a course for pain is often charted.
_TEAM = r"(?!\s+(?:\w+\s+)?(?:team|service|review|consult\w*|advice|registrar|doctor|department)\b)"
_ANAESTHETIC = re.compile(
    r"\b(?:intubat(?:ion|e|ing)|induction|rapid[ -]sequence|rsi|procedural sedation"
    r"|(?:for|general|under|during|ketamine) ana?esthe(?:sia|tic)s?\b" + _TEAM + r")\b",
    re.IGNORECASE,
)
_ON_A_SURFACE = re.compile(
    r"\b(?:mouth ?wash|mouth rinse|oral rinse|swish|gargle|cream|ointment|gel|topical)\b", re.IGNORECASE
)
_SURFACES = {"topical", "irrigation"}


@dataclass(frozen=True, slots=True)
class SetAside:
    """A ketamine administration that belongs to no course, and why."""

    administration: MedicationAdministration
    reason: str

    def __str__(self) -> str:
        item = self.administration
        return f"{item.drug.text} at {item.start.isoformat()} ({item.origin}): {self.reason}"


@dataclass(frozen=True, slots=True)
class CourseSearch:
    """The courses found in a record, and what was set aside on the way.

    Args:
        courses: in order of start; racemic ketamine and esketamine never share one.
        set_aside: ketamine that was charted and belongs to no course.
        ordered_only: ketamine orders of a record without one ketamine administration, in words.
    """

    courses: tuple[Course, ...]
    set_aside: tuple[SetAside, ...] = ()
    ordered_only: tuple[str, ...] = ()


def find_courses(record: PatientRecord) -> tuple[Course, ...]:
    """The ketamine courses of a record; `search_courses` also says what was set aside."""
    return search_courses(record).courses


def search_courses(record: PatientRecord) -> CourseSearch:
    """Courses found in ketamine that was charted as given.

    A new course begins after ``course_gap_days`` ketamine-free days (library): local calendar days on which
    no ketamine was given, counted between the last day of one run and the first day of the next. Racemic
    ketamine and esketamine are told apart and never merged. Orders alone make no course. Ketamine whose
    text, order or reason says that it was for intubation or anaesthesia, ketamine on skin or mucosa only
    (cream, mouthwash), and ketamine not known to have been given, is set aside. So is a whole run in which
    the stop of the last infusion is not charted: a course whose end nobody knows has no after.
    """
    kept: dict[str, list[MedicationAdministration]] = {}
    aside: list[SetAside] = []
    texts = {order.id: f"{order.drug.text} {order.text}" for order in record.requests}
    for item in record.administrations:
        name = ketamine_name(item.drug)
        if name is None or item.status is AdministrationStatus.NOT_GIVEN:
            continue
        words = f"{item.drug.text} {texts.get(item.request_id or '', '')} {item.reason_not_given or ''}"
        purpose = _ANAESTHETIC.search(words)
        surface = _surface(item, words)
        if surface:
            aside.append(SetAside(item, f"{surface}, so it was not given as a course for pain"))
        elif purpose:
            aside.append(
                SetAside(item, f"its text says {purpose[0]!r}, so it was not given as a course for pain")
            )
        elif item.status is AdministrationStatus.UNKNOWN:
            aside.append(SetAside(item, "the record does not say that it was given"))
        else:
            kept.setdefault(name, []).append(item)
    every = [run for name in sorted(kept) for run in _runs(kept[name], record.local)]
    runs = [run for run in every if not _open_at_end(run)]
    for run in every:
        aside += _without_an_end(run)
    runs.sort(key=lambda run: (run[0].start, run[0].id))
    courses = tuple(
        Course(
            start=run[0].start,
            end=_end_of(run),
            kind=CourseKind.FOUND,
            exposures=_exposures_of(record, run),
            number=number,
        )
        for number, run in enumerate(runs, start=1)
    )
    charted = any(ketamine_name(item.drug) for item in record.administrations)
    ordered = (
        ()
        if charted
        else tuple(
            f"{order.drug.text} ({order.origin}): ordered, no administration charted"
            for order in record.requests
            if ketamine_name(order.drug)
        )
    )
    return CourseSearch(courses, tuple(aside), ordered)


def declared_course(start: datetime, end: datetime) -> Course:
    """A course that a person names by its first start and last stop.

    Raises:
        InputError: a time without zone, or an end before the start.
    """
    first, last = as_instant(start), as_instant(end)
    if last < first:
        raise InputError(
            f"course {first.isoformat()}/{last.isoformat()}", "ends before it starts", "correct the two times"
        )
    return Course(first, last, CourseKind.DECLARED)


def pseudo_course(record: PatientRecord) -> Course:
    """A day around the midpoint of the charted pain, for a record without ketamine; it is always called that.

    The midpoint is the middle one of the scored readings (of all pain rows, where none is scored): half of
    them lie on each side of it, however many months of silence separate two stays. The length is the
    library's ``pseudo_course_h``.

    Raises:
        InputError: the record holds no pain.
    """
    from adjuvant.library import setting

    if not record.pain:
        raise InputError(
            f"patient {record.patient.id}",
            "has no charted pain, so there is no midpoint for a pseudo-course",
            "declare a course by its start and end",
        )
    readings = [score for score in record.pain if score.value is not None] or list(record.pain)
    middle = readings[(len(readings) - 1) // 2].at
    half = timedelta(seconds=int(setting("pseudo_course_h").value * 3600)) / 2
    return Course(middle - half, middle + half, CourseKind.PSEUDO)


def ketamine_name(drug: Drug) -> str | None:
    """``ketamine`` or ``esketamine`` where the drug is one of them, else None."""
    from adjuvant.library import ingredient

    for item in drug.ingredients:
        known = ingredient(item.name)
        if known is not None and known.kind == "ketamine":
            return known.name
    return None


def ketamine_exposures(record: PatientRecord, drugs: Iterable[Drug]) -> tuple[Exposure, ...]:
    """The exposures to the kinds of ketamine among `drugs`, as administered, in order of time."""
    from adjuvant.record.exposures import build_exposures

    names = frozenset(name for drug in drugs if (name := ketamine_name(drug)))
    return build_exposures(record, names, Basis.ADMINISTERED).items if names else ()


def open_infusions(record: PatientRecord, course: Course, local: ZoneInfo) -> tuple[str, ...]:
    """Sentences on ketamine infusions that began by the end of the course and whose stop is not charted.

    One that a later ketamine row follows is taken to have ended there at the latest. After the last of them
    nobody knows how long ketamine ran, and the windows rest on the declared end of the course alone.
    """
    if course.kind is CourseKind.PSEUDO:
        return ()
    rows = [
        item
        for item in record.administrations
        if ketamine_name(item.drug) and item.status is not AdministrationStatus.NOT_GIVEN
    ]
    found = []
    for item in rows:
        if not _is_open(item) or item.start > course.end:
            continue
        later = min((other.start for other in rows if other.start > item.start), default=None)
        if later is not None and later <= course.start:
            continue
        until = f"the next ketamine row, {local_text(later, local)}, is taken as its end" if later else ""
        if later is None or later > course.end:
            until = f"the course is taken to end {local_text(course.end, local)}; it may have run on"
        begun = local_text(item.start, local)
        found.append(f"The stop of the ketamine infusion that began {begun} is not charted: {until}.")
    return tuple(found)


def last_day(end: datetime, start: datetime, local: ZoneInfo) -> date:
    """The last local day of a span; a span that ends at midnight ends on the day before."""
    if end == start:
        return end.astimezone(local).date()
    return (end - timedelta(microseconds=1)).astimezone(local).date()


def _runs(items: list[MedicationAdministration], local: ZoneInfo) -> list[list[MedicationAdministration]]:
    from adjuvant.library import setting

    free = setting("course_gap_days").value
    runs: list[list[MedicationAdministration]] = []
    reach: date | None = None
    for item in sorted(items, key=lambda item: (item.start, item.id)):
        first = item.start.astimezone(local).date()
        last = last_day(item.end or item.start, item.start, local)
        if reach is None or Fraction((first - reach).days - 1) >= free:
            runs.append([])
            reach = last
        runs[-1].append(item)
        reach = max(reach, last)
    return runs


def _surface(item: MedicationAdministration, words: str) -> str:
    """What says that the ketamine was put on skin or mucosa only, or nothing."""
    if item.route in _SURFACES:
        return f"its route is {item.route}"
    found = _ON_A_SURFACE.search(f"{words} {item.form or ''}")
    return f"its text says {found[0]!r}" if found else ""


def _without_an_end(run: list[MedicationAdministration]) -> list[SetAside]:
    last = _open_at_end(run)
    why = "the stop of the ketamine infusion is not charted, so its course has no end"
    remedy = "chart the stop, or declare the course by its start and end"
    return [SetAside(item, f"{why}; {remedy}" if item in last else why) for item in (run if last else ())]


def _is_open(item: MedicationAdministration) -> bool:
    return item.kind is AdministrationKind.INFUSION and item.end is None


def _open_at_end(run: list[MedicationAdministration]) -> list[MedicationAdministration]:
    """The infusions of a run that no later ketamine row follows and whose stop is not charted."""
    latest = max(item.start for item in run)
    return [item for item in run if _is_open(item) and item.start == latest]


def _end_of(run: list[MedicationAdministration]) -> datetime:
    return max(item.end or item.start for item in run)


def _exposures_of(record: PatientRecord, run: list[MedicationAdministration]) -> tuple[Exposure, ...]:
    # Only this run's rows are shown to the builder, so that what was set aside cannot slip in.
    return ketamine_exposures(replace(record, administrations=tuple(run)), (item.drug for item in run))
