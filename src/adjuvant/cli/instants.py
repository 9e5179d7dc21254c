"""The instant of `--at`: within what a record can tell of, held against its beginning and the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from adjuvant.errors import InputError

if TYPE_CHECKING:
    from adjuvant.record import PatientRecord

__all__ = ["instant_asked"]

_AHEAD = timedelta(days=1)
"""How far past its last entry a record may be asked about that is dated ahead of the clock."""
_BACKGROUND = frozenset({"conditions", "allergies"})
"""What is charted with the date on which it began, which may be years before anybody kept this record."""


def instant_asked(text: str, record: PatientRecord) -> datetime:
    """The instant of `--at`, in the record's zone where it has no offset.

    Raises:
        InputError: it is no time, is before the record begins, or is still to come. A record that is dated
            ahead of the clock is asked about until a day after its last entry.
    """
    from adjuvant.record.cut import last_fact
    from adjuvant.timeline import local_text, parse_instant

    instant = parse_instant(text, record.local)
    began, last, clock = _began(record), last_fact(record), now()
    if began is not None and instant < began:
        raise InputError(
            f"--at {text}",
            f"is before this record begins, at {local_text(began, record.local)}",
            "ask at that time or later; where the year is mistyped, correct it",
        )
    if instant <= clock:
        return instant
    if last is None or last <= clock:
        raise InputError(
            f"--at {text}",
            f"is later than now, {local_text(clock, record.local)}; what is still to come was not seen",
            "ask at a time that has passed",
        )
    if instant > last + _AHEAD:
        raise InputError(
            f"--at {text}",
            f"is more than a day after the last entry of this record, at {local_text(last, record.local)}, "
            "and what comes then was not seen",
            "ask at a time for which something is charted",
        )
    return instant


def now() -> datetime:
    """The clock of this machine, in UTC."""
    return datetime.now(UTC)


def _began(record: PatientRecord) -> datetime | None:
    """When the first thing was charted, apart from what bears its own beginning; None where nothing was."""
    from adjuvant.record import EVENT_KINDS

    kinds = [kind for kind in EVENT_KINDS if kind not in _BACKGROUND]
    events = [event for kind in kinds for event in getattr(record, kind)]
    times = [getattr(event, key, None) for event in events for key in ("at", "start")]
    return min((at for at in times if at is not None), default=None)
