"""What a person may do about an alert: acknowledge it or put it off, both for a limited time; resolve it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal

from adjuvant.alerts.model import Alert, Change, Gravity, State
from adjuvant.errors import RefusedError, UsageError
from adjuvant.library.folder import FOLDER
from adjuvant.library.rules import read_settings
from adjuvant.protocol.judge import span
from adjuvant.quantity import Quantity
from adjuvant.timeline import as_instant

__all__ = ["Act", "acknowledge", "act", "longest_snooze", "resolve", "snooze"]


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that somebody did about an alert.

    Args:
        alert: its key.
        until: of a snooze.
        why: of a resolution.
    """

    at: datetime
    do: Literal["acknowledge", "snooze", "resolve"]
    alert: str
    by: str
    until: datetime | None = None
    why: str = ""


def act(alerts: Iterable[Alert], one: Act, snoozes: int | None = None) -> tuple[Alert, ...]:
    """The alerts once something was done about one of them.

    Args:
        snoozes: how often in a row an alert may be put off at this site; None where it does not say.
    Raises:
        UsageError: no such alert is there and unresolved, or as for `acknowledge`, `snooze` and `resolve`.
        RefusedError: as for `snooze`.
    """
    known = tuple(alerts)
    if not any(alert.key == one.alert and alert.active for alert in known):
        active = ", ".join(sorted(alert.key for alert in known if alert.active)) or "none"
        raise UsageError(
            f"{one.do} {one.alert!r} at {one.at.isoformat()}",
            f"is on no alert that was there then ({active})",
            "name one of them, or correct the time",
        )
    return tuple(
        _done(alert, one, snoozes) if alert.key == one.alert and alert.active else alert for alert in known
    )


def _done(alert: Alert, one: Act, snoozes: int | None) -> Alert:
    if one.do == "acknowledge":
        return acknowledge(alert, one.by, one.at)
    if one.do == "resolve":
        return resolve(alert, one.by, one.at, one.why)
    if one.until is None:
        raise UsageError(f"alert {alert.key}", "would be put off without an end", "say until when")
    return snooze(alert, one.by, one.at, one.until, snoozes)


@lru_cache(maxsize=1)
def _limits() -> dict[Gravity, Quantity]:
    found = read_settings(FOLDER / "alerts.yaml")
    most = found["snooze_gravest"], found["snooze_other"]
    gravest, other = (Quantity(one.value, one.unit) for one in most)
    return {Gravity.GRAVEST: gravest, Gravity.ACT: other, Gravity.NOTE: other}


def longest_snooze(gravity: Gravity) -> Quantity:
    """For how long an alert of that gravity may be put off at most."""
    return _limits()[gravity]


def acknowledge(alert: Alert, by: str, at: datetime) -> Alert:
    """The alert once somebody has seen it. It stays in view until what it is about is over.

    To have seen it lasts as long as it may be put off: where the chart then still shows it, it is open again.

    Raises:
        UsageError: nobody is named, or it is resolved.
    """
    _named(alert, by)
    until = as_instant(at) + span(longest_snooze(alert.gravity))
    return replace(
        _changed(alert, State.ACKNOWLEDGED, Change(at, State.ACKNOWLEDGED, "seen", by)), until=until
    )


def snooze(alert: Alert, by: str, at: datetime, until: datetime, times: int | None = None) -> Alert:
    """The alert put off until `until`; then it is open again.

    Args:
        times: how often in a row it may be put off; None for as often as somebody does.
    Raises:
        UsageError: nobody is named, it is resolved, or `until` is not later than `at`.
        RefusedError: it would be put off for longer than its gravity allows, or more often than `times`.
    """
    _named(alert, by)
    now, end = as_instant(at), as_instant(until)
    if end <= now:
        raise UsageError(
            f"alert {alert.key}", "would be put off to a time that has passed", "name a later one"
        )
    most = longest_snooze(alert.gravity)
    if end - now > span(most):
        raise RefusedError(
            f"alert {alert.key}",
            f"would be put off for {_minutes(end - now)} min; at most {most.for_people()} are allowed",
            "put it off for less, or acknowledge it",
        )
    if times is not None and alert.put_off >= times:
        raise RefusedError(
            f"alert {alert.key}",
            f"was put off {alert.put_off} times in a row; this site allows {times}",
            "see to what it is about; what is charted of it ends it",
        )
    change = Change(now, State.SNOOZED, f"put off until {end.isoformat()}", by)
    return replace(_changed(alert, State.SNOOZED, change), until=end)


def resolve(alert: Alert, by: str, at: datetime, why: str) -> Alert:
    """The alert ended by a person. Where the chart still shows it, the next review raises it again.

    Raises:
        UsageError: nobody is named, no reason is given, or it is resolved already.
    """
    _named(alert, by)
    if not why.strip():
        raise UsageError(f"alert {alert.key}", "would be resolved without a reason", "say why")
    return _changed(alert, State.RESOLVED, Change(at, State.RESOLVED, why.strip(), by))


def _named(alert: Alert, by: str) -> None:
    if not by.strip():
        raise UsageError(f"alert {alert.key}", "would be changed by nobody", "name who does it")
    if not alert.active:
        raise UsageError(f"alert {alert.key}", "is resolved", "look at the alerts that are open")


def _changed(alert: Alert, state: State, change: Change) -> Alert:
    if alert.history and change.at < alert.history[-1].at:
        raise UsageError(
            f"alert {alert.key}", "would be changed before its last change", "name a time that is not earlier"
        )
    return replace(alert, state=state, until=None, history=(*alert.history, change))


def _minutes(length: timedelta) -> int:
    return -(-length // timedelta(minutes=1))
