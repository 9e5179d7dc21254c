"""The schedule as people read it: each observation set named once, past times apart from those to come."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from string import ascii_uppercase

from adjuvant.library.vocabulary import observations
from adjuvant.plan.schedule import Due, MonitoringSchedule
from adjuvant.timeline import as_instant

__all__ = ["Rounds", "Timed", "grace_words", "item_words", "rounds", "times_words"]

_UNSAID = "no grace is set, so that nothing is called late"


@dataclass(frozen=True, slots=True)
class Timed:
    """One due time and the letter of what is observed at it."""

    letter: str
    due: Due


@dataclass(frozen=True, slots=True)
class Rounds:
    """A schedule, its observation sets named once.

    Args:
        sets: letter and what is observed, in words, in the order of their first times.
        past: what was due before the instant that was asked about, whether it was charted or not.
        to_come: the rest; what is due at the instant itself is due now.
    """

    sets: tuple[tuple[str, tuple[str, ...]], ...]
    past: tuple[Timed, ...]
    to_come: tuple[Timed, ...]


def item_words(item: str) -> str:
    """An observation's name within a sentence; a name that is written in capitals stays so."""
    name = observations()[item].title
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def rounds(schedule: MonitoringSchedule, now: datetime) -> Rounds:
    """The due times of a schedule by what is observed.

    Args:
        now: the instant of the advice.
    """
    instant = as_instant(now)
    known: dict[frozenset[str], tuple[str, tuple[str, ...]]] = {}
    timed = []
    for one in schedule.due:
        asked = frozenset(one.items)
        if asked not in known:
            known[asked] = (_letter(len(known)), tuple(map(item_words, one.items)))
        timed.append(Timed(known[asked][0], one))
    return Rounds(
        tuple(known.values()),
        tuple(one for one in timed if one.due.at < instant),
        tuple(one for one in timed if one.due.at >= instant),
    )


def _letter(n: int) -> str:
    return ascii_uppercase[n] if n < len(ascii_uppercase) else f"A{n}"


def times_words(timed: Iterable[Timed], local: tzinfo) -> tuple[tuple[str, str], ...]:
    """Days and times on a local clock, the end of the grace in brackets: ``09:15 A (09:30)``.

    A day whose offset changes stands twice, each time with its offset.
    """
    lines: dict[str, list[str]] = {}
    for one in timed:
        at = one.due.at.astimezone(local)
        late = one.due.late_after
        shown = f" ({late.astimezone(local):%H:%M})" if late is not None else ""
        # What belongs to one time stays on one line.
        said = f"{at:%H:%M} {one.letter}{shown}".replace(" ", "\N{NO-BREAK SPACE}")
        lines.setdefault(f"{at:%Y-%m-%d} {at.isoformat()[-6:]}", []).append(said)
    return tuple((day, ", ".join(times)) for day, times in lines.items())


def grace_words(schedule: MonitoringSchedule) -> str:
    """When what is due is late: the site's grace, or that it has set none; empty where nothing is due."""
    if not schedule.due:
        return ""
    grace = {one.late_after - one.at for one in schedule.due if one.late_after is not None}
    if not grace:
        return _UNSAID
    return (
        f"late {' or '.join(str(one // timedelta(minutes=1)) for one in sorted(grace))} min after it is due"
    )
