"""Reviewing the alerts: what the chart shows now, joined with what was raised before. Nothing goes silent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from adjuvant.alerts.model import WORSE, Alert, Change, Gravity, Kind, State
from adjuvant.alerts.reach import further
from adjuvant.alerts.shown import Shown, View, shown, told

__all__ = ["Review", "review"]


@dataclass(frozen=True, slots=True)
class Review:
    """All alerts of one patient at one instant, resolved ones included.

    Args:
        on: False where the site has not turned alerts on; nothing new is raised then, and nothing is dropped.
        ungraced: True where the site has set no grace, so that nothing can be called late.
    """

    at: datetime
    on: bool
    alerts: tuple[Alert, ...]
    ungraced: bool = False

    @property
    def active(self) -> tuple[Alert, ...]:
        """Those that are not resolved, the gravest first, and of these what a rule asks for."""
        return tuple(
            sorted(
                (one for one in self.alerts if one.active),
                key=lambda one: (-one.gravity, one.kind is not Kind.RULE, one.raised, one.key),
            )
        )


def review(view: View, *, previous: Iterable[Alert] = (), on: bool) -> Review:
    """The alerts at the instant of `view`.

    An alert that was raised stays: as long as the chart shows what it is about, however it was acknowledged;
    when it grows worse it is open again; when a snooze or an acknowledgment ends it is open again; and when
    the chart no longer shows it, it is resolved and kept. What can no longer be told is not over. A death
    that is charted, and that nothing speaks against, ends what was to be done, and not the history.

    Args:
        on: whether the site has turned alerts on.
    """
    now = view.at
    found: list[Alert] = []
    met: set[str] = set()
    seen, failed = shown(view) if on else ({}, frozenset[str]())
    for alert in previous:
        if not alert.active or not on:
            found.append(alert)
            continue
        met.add(alert.key)
        if alert.key in seen:
            found.append(_still(alert, _timed(alert, seen[alert.key], view), now))
        elif not told(alert.key, view, failed):
            found.append(_awake(alert, now))
        else:
            why = "the patient's death is charted" if view.dead else "the chart no longer shows it"
            over = Change(now, State.RESOLVED, why)
            found.append(replace(alert, state=State.RESOLVED, until=None, history=(*alert.history, over)))
    for key, one in sorted(seen.items()):
        if key not in met:
            raised = Change(now, State.OPEN, one.words)
            alert = Alert(key, one.kind, one.gravity, one.words, now, count=one.count, reach=one.reach)
            found.append(replace(alert, history=(raised,)))
    schedule = view.schedule
    ungraced = schedule is not None and any(due.late_after is None for due in schedule.due)
    return Review(now, on, tuple(found), ungraced)


def _timed(alert: Alert, one: Shown, view: View) -> Shown:
    """What was to be done by a time and is not, once that time has passed since the chart first showed it."""
    if one.within is None or view.at <= alert.raised + one.within:
        return one
    words = f"Was due at {view.when(alert.raised + one.within)}: {one.words}"
    return replace(one, kind=Kind.OVERDUE, gravity=Gravity.GRAVEST, words=words)


def _still(alert: Alert, one: Shown, now: datetime) -> Alert:
    """The same alert: open again where it has grown worse, or where a snooze is over."""
    # What is open is in view however far it goes; what was put off was put off as it was then.
    gone = alert.state is not State.OPEN and further(alert.reach, one.reach)
    if (one.gravity, one.count) > (alert.gravity, alert.count) or gone:
        change = Change(now, State.OPEN, f"{WORSE}{one.words}")
        return replace(
            alert, kind=one.kind, gravity=max(one.gravity, alert.gravity), words=one.words,
            count=one.count, state=State.OPEN, until=None,
            history=(*alert.history, change), reach=one.reach,
        )  # fmt: skip
    # What has become less grave keeps the gravity that it was raised with, until it is over.
    reach = one.reach if alert.state is State.OPEN else alert.reach
    return _awake(replace(alert, words=one.words, reach=reach), now)


def _awake(alert: Alert, now: datetime) -> Alert:
    if alert.until is not None and now >= alert.until:
        asleep = "the snooze" if alert.state is State.SNOOZED else "the time of its acknowledgment"
        change = Change(now, State.OPEN, f"{asleep} is over, and the chart still shows it")
        return replace(alert, state=State.OPEN, until=None, history=(*alert.history, change))
    return alert
