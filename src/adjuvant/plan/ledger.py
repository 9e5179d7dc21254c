"""The ledger of repeated courses: each course, what was given over a lifetime, and which reviews are due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction

from adjuvant.errors import QuantityError
from adjuvant.library.preparations import preparations
from adjuvant.library.rules import setting
from adjuvant.protocol.chart import ChartEvent, fold
from adjuvant.protocol.dosing import DosingWeight, absolute
from adjuvant.protocol.judge import span
from adjuvant.protocol.values import is_rate
from adjuvant.quantity import Quantity
from adjuvant.timeline import as_instant, hours_between

__all__ = ["GivenCourse", "Ledger", "ReviewDue", "ledger"]


@dataclass(frozen=True, slots=True)
class GivenCourse:
    """One course as it was charted.

    Args:
        ended: the end of what was charted; None while ketamine runs.
        given: mg that were charted as given; rates count for the time they ran.
        complete: False where part of it could not be counted.
        days: elapsed days begun, from its first start to its last end.
    """

    began: datetime
    ended: datetime | None
    given: Quantity
    complete: bool
    days: int


@dataclass(frozen=True, slots=True)
class ReviewDue:
    """One review that is asked before a further course; a rule of the house.

    Args:
        last: when it was last done; None where nothing says so.
        due: whether it is due before another course.
    """

    key: str
    asks: str
    last: datetime | None
    due: bool


@dataclass(frozen=True, slots=True)
class Ledger:
    """All courses of one patient up to an instant.

    Args:
        lifetime: mg in all that could be counted.
        complete: False where something could not be: `lacking` names it; `lifetime` is then a lower bound.
    """

    courses: tuple[GivenCourse, ...]
    lifetime: Quantity
    complete: bool
    lacking: tuple[str, ...]
    reviews: tuple[ReviewDue, ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    began: datetime
    ended: datetime
    open: bool
    amount: Fraction | None


def ledger(
    events: Iterable[ChartEvent],
    until: datetime,
    weight: DosingWeight | None = None,
    reviewed: Mapping[str, datetime] | None = None,
) -> Ledger:
    """The courses that were charted up to an instant; nothing later is looked at.

    A new course begins after so many days without ketamine as evaluation.yaml says.

    Args:
        weight: for doses that were charted per kilogram; without it these are not counted, and said so.
        reviewed: when each review was last done, by its key.
    """
    now = as_instant(until)
    state = fold(events, now)
    lacking: list[str] = list(state.contradictions)
    pieces = [
        _piece(at, end or now, end is None, dose, weight, hours_between(at, end or now), lacking)
        for at, end, dose in state.rates
    ]
    for one in state.given:
        end = min(one.at + span(one.over), now) if one.over is not None else one.at
        if one.dose is not None:
            running = one.over is not None and one.at + span(one.over) > now
            piece = _piece(one.at, end, running, one.dose, weight, None, lacking)
            if running and one.over is not None and piece.amount is not None:
                # Of a dose that still runs, what has gone in so far.
                share = hours_between(one.at, now) / one.over.in_("h")
                piece = replace(piece, amount=piece.amount * share)
            pieces.append(piece)
    pieces.sort(key=lambda piece: (piece.began, piece.ended))
    courses = tuple(_course(group) for group in _grouped(pieces))
    total = sum((one.given.value for one in courses), Fraction(0))
    return Ledger(
        courses,
        Quantity(total, "mg"),
        not lacking,
        tuple(lacking),
        tuple(_reviews(courses, now, reviewed or {})),
    )


def _piece(
    began: datetime,
    ended: datetime,
    is_open: bool,
    dose: Quantity,
    weight: DosingWeight | None,
    hours: Fraction | None,
    lacking: list[str],
) -> _Piece:
    try:
        amount = absolute(dose, weight).value
    except QuantityError as error:
        lacking.append(f"{dose} of {began.isoformat()} is not counted: {error.rule}")
        return _Piece(began, ended, is_open, None)
    if is_rate(dose) != (hours is not None):
        lacking.append(f"{dose} of {began.isoformat()} is not counted: it is charted as another kind of dose")
        return _Piece(began, ended, is_open, None)
    return _Piece(began, ended, is_open, amount * hours if hours is not None else amount)


def _grouped(pieces: list[_Piece]) -> list[list[_Piece]]:
    gap = timedelta(days=int(setting("course_gap_days").value))
    found: list[list[_Piece]] = []
    end: datetime | None = None
    for piece in pieces:
        if end is None or piece.began - end >= gap:
            found.append([])
        found[-1].append(piece)
        end = max(end, piece.ended) if end is not None else piece.ended
    return found


def _course(pieces: list[_Piece]) -> GivenCourse:
    began, ended = pieces[0].began, max(piece.ended for piece in pieces)
    whole, rest = divmod(ended - began, timedelta(days=1))
    counted = [piece.amount for piece in pieces if piece.amount is not None]
    return GivenCourse(
        began,
        None if any(piece.open for piece in pieces) else ended,
        Quantity(sum(counted, Fraction(0)), "mg"),
        len(counted) == len(pieces),
        max(1, whole + (1 if rest else 0)),
    )


def _reviews(
    courses: tuple[GivenCourse, ...], now: datetime, reviewed: Mapping[str, datetime]
) -> Iterable[ReviewDue]:
    for one in preparations().reviews:
        last = reviewed.get(one.key)
        known = as_instant(last) if last is not None and as_instant(last) <= now else None
        ends = [course.ended for course in courses if course.ended is not None]
        due = bool(courses) and (known is None or any(end > known for end in ends))
        yield ReviewDue(one.key, one.asks, known, due)
