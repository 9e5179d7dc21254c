"""What was charted of ketamine until one instant, folded into the state it is in; contradictions are kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from adjuvant.quantity import Quantity
from adjuvant.timeline import as_instant, hours_between

__all__ = ["ChartEvent", "Happened", "KetamineState", "fold"]


class Happened(StrEnum):
    """What was charted."""

    START = "start"
    """An infusion was begun at `dose`, a rate."""
    CHANGE = "change"
    """Its rate was changed to `dose`."""
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    """Ketamine was ended."""
    GIVEN = "given"
    """One dose was given: an amount, over `over` where it was an infusion with an end."""


@dataclass(frozen=True, slots=True)
class ChartEvent:
    """One charted event of ketamine.

    Args:
        dose: as charted, per kilogram or absolute; None for a pause, resume or stop.
        over: how long one dose took.
        source: the raw entry it was read from.
        route: canonical route, where the record says one; a scenario's is the protocol's.
    """

    at: datetime
    what: Happened
    dose: Quantity | None = None
    over: Quantity | None = None
    source: str = ""
    route: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", as_instant(self.at))


@dataclass(frozen=True, slots=True)
class KetamineState:
    """Where ketamine stands.

    Args:
        phase: ``none`` given yet, ``running``, ``paused``, ``between`` doses, or ``stopped``.
        dose: the rate that runs or was paused, or the last single dose.
        since: when the present rate began, or went on after a pause; of single doses, when the last was
            given. A rate that is charted again unchanged has not begun anew.
        began: the first dose of the course.
        earlier: the end of the course before, once so long has passed that a dose begins another.
        given: single doses, oldest first.
        rates: every rate with its span; the end of the one that runs is None.
        contradictions: what cannot all be true, in words.
    """

    phase: str = "none"
    dose: Quantity | None = None
    since: datetime | None = None
    began: datetime | None = None
    stopped: datetime | None = None
    paused: datetime | None = None
    given: tuple[ChartEvent, ...] = ()
    rates: tuple[tuple[datetime, datetime | None, Quantity], ...] = ()
    contradictions: tuple[str, ...] = ()
    earlier: datetime | None = None

    def hours_at_dose(self, at: datetime) -> Fraction:
        """Hours since the present dose began; zero where there is none."""
        return hours_between(self.since, at) if self.since is not None else Fraction(0)

    def hours_of_course(self, at: datetime) -> Fraction:
        """Hours since the first dose; zero where there is none."""
        return hours_between(self.began, at) if self.began is not None else Fraction(0)


def fold(
    events: Iterable[ChartEvent], until: datetime, free: timedelta | None = None, doses: int | None = None
) -> KetamineState:
    """The state at `until`, from events at or before it; later ones are not looked at.

    Args:
        free: after how long without ketamine a dose begins a new course, of which alone the state then
            tells; None for everything that was charted, as one.
        doses: how many single doses a course has. Without an end that is charted, or all of them, nobody can
            say that a course is over: a gap may be a chart that was not kept.

    Events that cannot follow one another are named in `contradictions`, and the state then says no more than
    what was charted last.
    """
    state = KetamineState()
    known = sorted((event for event in events if event.at <= as_instant(until)), key=lambda one: one.at)
    for event in known:
        if event.what in (Happened.START, Happened.GIVEN):
            state = _anew(state, event.at, free, doses)
        state = _next(state, event)
    state = _anew(state, as_instant(until), free, doses)
    same = [
        f"{first.what} and {second.what} are charted for the same moment, {first.at.isoformat()}"
        for first, second in pairwise(known)
        if first.at == second.at and (first.what, first.dose) != (second.what, second.dose)
    ]
    twice = [
        f"{first.what} is charted twice at {first.at.isoformat()}"
        for first, second in pairwise(known)
        if first.at == second.at and (first.what, first.dose) == (second.what, second.dose)
    ]
    return replace(state, contradictions=(*state.contradictions, *same, *twice))


def _anew(state: KetamineState, at: datetime, free: timedelta | None, doses: int | None) -> KetamineState:
    """The state with which a new course begins, where so long has passed without ketamine; else as it is."""
    all_given = state.phase == "between" and doses is not None and len(state.given) >= doses
    if free is None or not (state.phase == "stopped" or all_given):
        return state
    ends = [state.stopped] if state.phase == "stopped" else []
    if state.given:
        last = state.given[-1]
        ends.append(
            last.at + timedelta(seconds=int(last.over.in_("s"))) if last.over is not None else last.at
        )
    ended = max((one for one in ends if one is not None), default=None)
    if ended is None or at - ended < free:
        return state
    return KetamineState(contradictions=state.contradictions, earlier=ended)


def _next(state: KetamineState, event: ChartEvent) -> KetamineState:
    fault = _impossible(state, event)
    if fault:
        when = event.at.isoformat()
        state = replace(state, contradictions=(*state.contradictions, f"{event.what} at {when}: {fault}"))
    if event.what is Happened.GIVEN:
        return replace(
            state,
            phase="between" if state.phase in ("none", "between", "stopped") else state.phase,
            dose=event.dose if state.phase not in ("running", "paused") else state.dose,
            since=event.at if state.phase not in ("running", "paused") else state.since,
            began=state.began or event.at,
            given=(*state.given, event),
        )
    if event.what in (Happened.START, Happened.CHANGE):
        if state.phase == "running" and event.what is Happened.CHANGE and _same(state.dose, event.dose):
            # A new syringe at the same rate begins no new level.
            return state
        rates = _closed(state.rates, event.at)
        if event.dose is not None:
            rates = (*rates, (event.at, None, event.dose))
        return replace(
            state, phase="running", dose=event.dose, since=event.at, began=state.began or event.at,
            paused=None, stopped=None, rates=rates,
        )  # fmt: skip
    if event.what is Happened.PAUSE:
        return replace(state, phase="paused", paused=event.at, rates=_closed(state.rates, event.at))
    if event.what is Happened.RESUME:
        rates = state.rates if state.dose is None else (*state.rates, (event.at, None, state.dose))
        return replace(state, phase="running", paused=None, since=event.at, rates=rates)
    return replace(state, phase="stopped", stopped=event.at, rates=_closed(state.rates, event.at))


def _same(one: Quantity | None, other: Quantity | None) -> bool:
    return one is not None and other is not None and one.same_as(other)


def _impossible(state: KetamineState, event: ChartEvent) -> str:
    if event.what in (Happened.START, Happened.CHANGE, Happened.GIVEN) and event.dose is None:
        return "no dose is charted with it"
    if event.what is Happened.START and state.phase in ("running", "paused"):
        return f"ketamine is {state.phase} already"
    if event.what in (Happened.CHANGE, Happened.PAUSE) and state.phase != "running":
        return "nothing is running"
    if event.what is Happened.RESUME and state.phase != "paused":
        return "nothing is paused"
    if event.what is Happened.STOP and state.phase in ("none", "stopped"):
        return "nothing is given"
    return ""


def _closed(
    rates: tuple[tuple[datetime, datetime | None, Quantity], ...], at: datetime
) -> tuple[tuple[datetime, datetime | None, Quantity], ...]:
    if not rates or rates[-1][1] is not None:
        return rates
    start, _, dose = rates[-1]
    return (*rates[:-1], (start, at if at > start else start + timedelta(0), dose))
