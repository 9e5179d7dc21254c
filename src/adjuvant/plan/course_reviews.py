"""The reviews of liver and bladder in and between courses: when each was last charted, and when it is due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from adjuvant.library.preparations import preparations
from adjuvant.plan.ledger import ledger
from adjuvant.protocol.premises import interval_of
from adjuvant.protocol.site import Sited
from adjuvant.protocol.situation import Situation

__all__ = ["CourseReview", "course_reviews", "course_reviews_json", "reviewed"]


@dataclass(frozen=True, slots=True)
class CourseReview:
    """One review.

    Args:
        last: when it was last charted; None where nothing says so.
        due: whether it is due before another course; a rule of the house.
        every: the interval that the protocol or the site gives; None where neither does.
        due_at: when it is due by that interval.
        overdue: whether that time has passed.
        skipped: whether a further course was begun without it.
    """

    key: str
    asks: str
    last: datetime | None
    due: bool
    every: timedelta | None
    due_at: datetime | None
    overdue: bool
    skipped: bool


def reviewed(situation: Situation) -> dict[str, datetime]:
    """When each review was last charted: as an observation that counts as it, or as a clinician's answer."""
    facts = situation.facts
    found: dict[str, datetime] = {}
    for one in preparations().reviews:
        times = [item.at for item in facts.observed if item.measure in one.charted_as]
        times += [item.at for item in facts.effects if item.kind in one.charted_as]
        answer = situation.answer(f"review:{one.key}")
        times += [answer.at] if answer is not None and answer.yes else []
        if times:
            found[one.key] = max(times)
    return found


def course_reviews(sited: Sited, regimen: str, situation: Situation) -> tuple[CourseReview, ...]:
    """Every review at an instant, by the courses charted and by the interval of the protocol or site.

    When reviews are due hangs on the times of the courses alone, and not on how much was given.
    """
    now = situation.instant
    found = ledger(situation.facts.ketamine, now, reviewed=reviewed(situation))
    known = {one.key: one.charted_as for one in preparations().reviews}
    answers: list[CourseReview] = []
    for one in found.reviews:
        every = _every(sited, regimen, known[one.key])
        base = one.last or (found.courses[0].began if found.courses else None)
        due_at = base + every if base is not None and every is not None and found.courses else None
        skipped = any(
            course.ended is not None and (one.last is None or course.ended > one.last)
            for course in found.courses[:-1]
        )
        overdue = due_at is not None and now > due_at
        answers.append(CourseReview(one.key, one.asks, one.last, one.due, every, due_at, overdue, skipped))
    return tuple(answers)


def _every(sited: Sited, regimen: str, items: Iterable[str]) -> timedelta | None:
    wanted = set(items)
    groups = [
        one
        for one in sited.protocol.monitoring
        if (not one.regimens or regimen in one.regimens) and wanted & set(one.items)
    ]
    return min((length for one in groups if (length := interval_of(one)) is not None), default=None)


def course_reviews_json(reviews: Iterable[CourseReview]) -> list[dict[str, Any]]:
    """Reviews as JSON: instants in UTC, ``every_hours`` null where no interval is given."""
    return [
        {
            "key": one.key,
            "asks": one.asks,
            "last": one.last.isoformat() if one.last is not None else None,
            "due": one.due,
            "every_hours": one.every // timedelta(hours=1) if one.every is not None else None,
            "due_at": one.due_at.isoformat() if one.due_at is not None else None,
            "overdue": one.overdue,
            "skipped": one.skipped,
        }
        for one in reviews
    ]
