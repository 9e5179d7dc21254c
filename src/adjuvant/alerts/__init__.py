"""Alerts: a charting aid of its own, off unless a site turns it on, in which nothing goes silent."""

from adjuvant.alerts.actions import Act, acknowledge, act, longest_snooze, resolve, snooze
from adjuvant.alerts.model import AID, Alert, Change, Gravity, Kind, State
from adjuvant.alerts.review import Review, review
from adjuvant.alerts.shown import View
from adjuvant.alerts.watching import Watch, look, watch

__all__ = [
    "AID",
    "Act",
    "Alert",
    "Change",
    "Gravity",
    "Kind",
    "Review",
    "State",
    "View",
    "Watch",
    "acknowledge",
    "act",
    "longest_snooze",
    "look",
    "resolve",
    "review",
    "snooze",
    "watch",
]
