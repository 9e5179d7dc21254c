"""What was done about alerts, from a file or a scenario, and what a scenario expects of them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from adjuvant.alerts.actions import Act
from adjuvant.alerts.watching import Watch
from adjuvant.errors import InputError
from adjuvant.library.strict import Entry, read_file
from adjuvant.protocol.reading import form_of, located
from adjuvant.protocol.scenario import Expected, Told
from adjuvant.protocol.values import Form
from adjuvant.timeline import parse_instant

__all__ = ["acts_of", "alert_differences", "read_acts"]


class _Line(Form):
    at: str
    do: Literal["acknowledge", "snooze", "resolve"]
    alert: str
    by: str
    until: str | None = None
    why: str = ""


class _File(Form):
    acts: tuple[_Line, ...]


def read_acts(path: Path, local: ZoneInfo) -> tuple[Act, ...]:
    """The acts of one file, as strict YAML: ``acts``, a list of ``at``, ``do``, ``alert``, ``by``.

    Args:
        local: the zone of times without an offset.
    Raises:
        LibraryError: an unknown or missing key, or a time that is none; with file and line.
    """
    top = read_file(path, path.name)
    found = []
    for n, one in enumerate(form_of(_File, top).acts):
        at = _instant(top, n, "at", one.at, local)
        until = _instant(top, n, "until", one.until, local) if one.until is not None else None
        found.append(Act(at, one.do, one.alert, one.by, until, one.why))
    return tuple(found)


def _instant(top: Entry, n: int, field: str, text: str, local: ZoneInfo) -> datetime:
    try:
        return parse_instant(text, local)
    except InputError as error:
        raise located(top, ("acts", n, field)).error(f"{error.thing} {error.rule}", error.remedy) from None


def acts_of(told: Told) -> tuple[Act, ...]:
    """The acts that a scenario tells."""
    begins = told.begins
    return tuple(
        Act(
            begins + one.at,
            one.do,
            one.alert,
            one.by,
            begins + one.until if one.until is not None else None,
            one.why,
        )
        for one in told.scenario.acts
    )


def alert_differences(found: Watch, expected: Expected | None) -> tuple[str, ...]:
    """What is not as a scenario expects of alerts, in words; only what it names is compared."""
    if expected is None:
        return ()
    there = {one.key for one in found.review.active}
    off = "" if found.review.on else " (alerts are off at this site)"
    return (
        *(f"no alert {key}{off}" for key in expected.alerts if key not in there),
        *(f"there is an alert {key}" for key in expected.no_alerts if key in there),
    )
