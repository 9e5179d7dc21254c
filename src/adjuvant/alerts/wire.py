"""Alerts as JSON with stable keys: what `adjuvant alerts` prints, and `adjuvant run` beside a guidance."""

from __future__ import annotations

from typing import Any

from adjuvant.alerts.model import AID, Alert
from adjuvant.alerts.watching import Watch

__all__ = ["OFF", "alerts_json"]

OFF = "Alerts are off: no site profile turns them on. A site does so with `alerts: true` in its profile."


def alerts_json(found: Watch) -> dict[str, Any]:
    """The alerts of one instant for programs: instants in UTC, the gravest first, resolved ones apart."""
    review = found.review
    return {
        "at": review.at.isoformat(),
        "on": review.on,
        "remedy": None if review.on else OFF,
        "what_this_is": AID,
        "open": [_alert(one) for one in review.active],
        "resolved": [_alert(one) for one in review.alerts if not one.active],
        "unwatched": list(found.unwatched),
        "proved": list(found.proved),
    }


def _alert(one: Alert) -> dict[str, Any]:
    return {
        "alert": one.key,
        "kind": one.kind.value,
        "gravity": one.gravity.name.lower(),
        "state": one.state.value,
        "text": one.words,
        "raised": one.raised.isoformat(),
        "until": one.until.isoformat() if one.until is not None else None,
        "put_off": one.put_off,
        "history": [
            {
                "at": change.at.isoformat(),
                "state": change.state.value,
                "text": change.words,
                "by": change.by or None,
            }
            for change in one.history
        ],
    }
