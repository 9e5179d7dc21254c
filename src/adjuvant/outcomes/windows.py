"""The windows of an evaluation: before, during and after, and the rules that made them, in words."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from adjuvant.errors import InputError
from adjuvant.outcomes.courses import last_day
from adjuvant.outcomes.model import Course, CourseKind, Windows
from adjuvant.quantity import show_exact
from adjuvant.timeline import Interval, as_instant, local_midnight, local_text

__all__ = ["windows_for"]


def windows_for(
    course: Course,
    local: ZoneInfo,
    *,
    before_h: Fraction | None = None,
    after_h: Fraction | None = None,
    onset_end: datetime | None = None,
) -> Windows:
    """The windows of a course.

    Before ends at the local midnight that opens the first ketamine day, so that the infusion day is not in
    it; during runs from first start to last stop; after begins at the declared end of onset. Where nobody
    declared one, onset ends by the library's ``onset_h`` (0 h after the last stop), and after begins at the
    local midnight that closes that day, so that the last ketamine day is not in it: a house default, said so
    in `rules`. Lengths are elapsed hours, so a window across a change of the clocks keeps its length and its
    far edge stands an hour off midnight.

    Args:
        before_h, after_h: hours; the library's ``window_before_h`` and ``window_after_h`` unless given.
        onset_end: the end of onset, named before the data are seen.
    Raises:
        InputError: a length that is not above zero, or an end of onset that is not after the first start.
    """
    from adjuvant.library import setting

    length_before = setting("window_before_h").value if before_h is None else Fraction(before_h)
    length_after = setting("window_after_h").value if after_h is None else Fraction(after_h)
    for name, hours in (("before", length_before), ("after", length_after)):
        if hours <= 0:
            raise InputError(f"window {name}", f"is {show_exact(hours)} h long", "give more than 0 h")
    opening = local_midnight(course.start.astimezone(local).date(), local)
    settled = course.end + _hours(setting("onset_h").value)
    closing = local_midnight(last_day(settled, course.start, local) + timedelta(days=1), local)
    onset = closing if onset_end is None else as_instant(onset_end)
    if onset <= course.start:
        raise InputError(
            f"end of onset {onset.isoformat()}",
            f"is not after the course's first start, {course.start.isoformat()}",
            "name an instant after it",
        )
    single = course.end == course.start
    during = Interval(course.start, course.start + timedelta(minutes=1) if single else course.end)
    return Windows(
        before=Interval(opening - _hours(length_before), opening),
        during=during,
        after=Interval(onset, onset + _hours(length_after)),
        onset_end=onset,
        rules=_rules(course, local, length_before, length_after, onset, declared=onset_end is not None),
    )


def _hours(hours: Fraction) -> timedelta:
    return timedelta(microseconds=int(hours * 3600 * 10**6))


def _rules(
    course: Course, local: ZoneInfo, before: Fraction, after: Fraction, onset: datetime, *, declared: bool
) -> tuple[str, ...]:
    day = "pseudo-course's first day" if course.kind is CourseKind.PSEUDO else "first ketamine day"
    last = "pseudo-course's last day" if course.kind is CourseKind.PSEUDO else "last ketamine day"
    rules = [
        f"Before: {show_exact(before)} h to the midnight ({local.key}) that opens the {day}; it is left out.",
        "During: first start to last stop; it is not counted in either mean.",
    ]
    if course.end == course.start:
        rules.append("The course is one dose at one moment; during is drawn as one minute.")
    if declared:
        rules.append(
            f"After: {show_exact(after)} h from the declared end of onset, {local_text(onset, local)}."
        )
        if onset < course.end:
            rules.append("The declared end of onset lies before the last stop, so after overlaps the course.")
    else:
        rules.append(
            f"After: {show_exact(after)} h from the midnight ({local.key}) that closes the {last}. "
            "No end of onset was declared; this one is a house default (assumed), not taken from a source."
        )
    return tuple(rules)
