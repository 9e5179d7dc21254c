"""When what is observed: due times by elapsed time, each with its grace, by a protocol's phases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from adjuvant.errors import InputError
from adjuvant.protocol.chart import ChartEvent, Happened
from adjuvant.protocol.judge import span
from adjuvant.protocol.model import ObservationGroup, Protocol
from adjuvant.protocol.site import Sited
from adjuvant.protocol.words import group_words
from adjuvant.timeline import as_instant

__all__ = ["Due", "MonitoringSchedule", "Running", "monitoring_schedule", "running_of"]


_BEGINS = (Happened.START, Happened.GIVEN)


@dataclass(frozen=True, slots=True)
class Due:
    """What is due at one instant.

    Args:
        at: an instant in UTC; elapsed time from the dose, whatever the clocks on the wall do.
        late_after: the end of the grace; None where the site has set none: nothing can then be called late.
        items: keys of observations.yaml, in the protocol's order.
        why: the groups that ask for them, in words.
    """

    at: datetime
    late_after: datetime | None
    items: tuple[str, ...]
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MonitoringSchedule:
    """Everything that is observed while ketamine is given and after.

    Args:
        before: asked before the dose, at any time before it; `after`, once it has ended.
        continuous: watched without a break.
        unstated: named by the source without saying when, in words.
        due: in rising order, no instant twice.
        until: the horizon that was asked for; due times after it are not listed.
    """

    before: tuple[str, ...]
    due: tuple[Due, ...]
    after: tuple[str, ...]
    continuous: tuple[str, ...]
    unstated: tuple[str, ...]
    until: datetime

    def due_in(self, start: datetime, end: datetime) -> tuple[Due, ...]:
        """What is due from `start` up to but not at `end`."""
        return tuple(one for one in self.due if as_instant(start) <= one.at < as_instant(end))


@dataclass(frozen=True, slots=True)
class Running:
    """When ketamine runs: what a schedule is counted from.

    Args:
        began: the start of the infusion, or of the dose.
        ended: its end, known or planned; None while it runs on.
        changes: when the dose was changed.
        boluses: when one dose was given.
    """

    began: datetime
    ended: datetime | None = None
    changes: tuple[datetime, ...] = ()
    boluses: tuple[datetime, ...] = ()


def running_of(events: Iterable[ChartEvent]) -> Running:
    """What was charted, as a schedule needs it.

    Raises:
        InputError: ketamine was not begun.
    """
    runs: list[list[ChartEvent]] = [[]]
    for event in sorted(events, key=lambda one: one.at):
        # What is begun after ketamine was ended is watched from its own beginning on.
        if event.what in _BEGINS and any(one.what is Happened.STOP for one in runs[-1]):
            runs.append([])
        runs[-1].append(event)
    known = runs[-1]
    begun = [one for one in known if one.what in _BEGINS]
    if not begun:
        raise InputError("monitoring", "ketamine was not begun", "chart its start")
    ended = next((one.at for one in reversed(known) if one.what is Happened.STOP), None)
    if known[-1].what is Happened.GIVEN and known[-1].over is not None:
        ended = known[-1].at + span(known[-1].over)
    return Running(
        begun[0].at,
        ended,
        tuple(one.at for one in known if one.what is Happened.CHANGE),
        tuple(one.at for one in begun if one.what is Happened.GIVEN),
    )


def monitoring_schedule(sited: Sited, regimen: str, running: Running, until: datetime) -> MonitoringSchedule:
    """The schedule of a regimen from its beginning up to a horizon.

    Instants are counted in elapsed time: four hours after a dose are four hours on a day of 23 or 25 hours.

    Args:
        until: the horizon, which is included.
    Raises:
        InputError: an instant without zone, a horizon before the beginning, or an interval of no length.
    """
    began, horizon = as_instant(running.began), as_instant(until)
    if horizon < began:
        raise InputError("monitoring", "ends before ketamine begins", "choose a later horizon")
    grace = sited.profile.grace if sited.profile is not None else None
    found: dict[datetime, tuple[list[str], list[str]]] = {}
    groups = _groups(sited.protocol, regimen)
    for group in groups:
        for at in _times(group, running, horizon):
            items, why = found.setdefault(at, ([], []))
            items += [one for one in group.items if one not in items]
            why.append(group_words(group))
    return MonitoringSchedule(
        before=_once(one for one in groups if one.once == "before"),
        due=tuple(
            Due(at, at + span(grace) if grace is not None else None, tuple(items), tuple(dict.fromkeys(why)))
            for at, (items, why) in sorted(found.items())
        ),
        after=_once(one for one in groups if one.once == "after"),
        continuous=_once(one for one in groups if one.continuous),
        unstated=tuple(group_words(one) for one in groups if one.unstated),
        until=horizon,
    )


def _groups(protocol: Protocol, regimen: str) -> tuple[ObservationGroup, ...]:
    return tuple(one for one in protocol.monitoring if not one.regimens or regimen in one.regimens)


def _once(groups: Iterable[ObservationGroup]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item for one in groups for item in one.items))


def _times(group: ObservationGroup, running: Running, horizon: datetime) -> Iterator[datetime]:
    """The instants of one group, those of an earlier beginning up to the one that made it begin anew."""
    origins = {as_instant(running.began)}
    if "dose_change" in group.restart_on:
        origins |= {as_instant(at) for at in running.changes}
    if "bolus" in group.restart_on or group.at:
        origins |= {as_instant(at) for at in running.boluses}
    starts = sorted(at for at in origins if at <= horizon)
    ended = as_instant(running.ended) if running.ended is not None else None
    for start, following in zip(starts, [*starts[1:], datetime.max.replace(tzinfo=UTC)], strict=True):
        for at in _from(group, start, ended):
            if at > horizon or at >= following:
                break
            yield at


def _from(group: ObservationGroup, start: datetime, ended: datetime | None) -> Iterator[datetime]:
    """Instants without a horizon; the last phase may go on without an end."""
    if group.at:
        yield from sorted(start + span(at) for at in group.at)
        return
    stop = None
    if ended is not None:
        stop = ended + (span(group.after_end) if group.after_end is not None else timedelta(0))
    at = begin = start
    for phase in group.phases:
        every = span(phase.every)
        if every <= timedelta(0):
            raise InputError(f"interval {phase.every}", "has no length", "correct the protocol's phase")
        # A phase with a length of its own is observed to its end, though a short infusion ended before it.
        limit = begin + span(phase.lasts) if phase.lasts is not None else stop
        while limit is None or at + every <= limit:
            at += every
            yield at
        begin = at = limit
