"""Alerts: a charting aid of its own, off unless a site turns it on, in which nothing goes silent."""

from adjuvant.alerts.actions import acknowledge, longest_snooze, resolve, snooze
from adjuvant.alerts.model import AID, Alert, Change, Gravity, Kind, State
from adjuvant.alerts.review import Review, review

__all__ = [
    "AID",
    "Alert",
    "Change",
    "Gravity",
    "Kind",
    "Review",
    "State",
    "acknowledge",
    "longest_snooze",
    "resolve",
    "review",
    "snooze",
]
