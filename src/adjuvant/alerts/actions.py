"""What a person may do about an alert: acknowledge it, put it off for a limited time, resolve it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache

from adjuvant.alerts.model import Alert, Change, Gravity, State
from adjuvant.errors import RefusedError, UsageError
from adjuvant.library.folder import FOLDER
from adjuvant.library.rules import read_settings
from adjuvant.protocol.judge import span
from adjuvant.quantity import Quantity
from adjuvant.timeline import as_instant

__all__ = ["acknowledge", "longest_snooze", "resolve", "snooze"]


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

    Raises:
        UsageError: nobody is named, or it is resolved.
    """
    _named(alert, by)
    return _changed(alert, State.ACKNOWLEDGED, Change(at, State.ACKNOWLEDGED, "seen", by))


def snooze(alert: Alert, by: str, at: datetime, until: datetime) -> Alert:
    """The alert put off until `until`; then it is open again.

    Raises:
        UsageError: nobody is named, it is resolved, or `until` is not later than `at`.
        RefusedError: it would be put off for longer than its gravity allows.
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
