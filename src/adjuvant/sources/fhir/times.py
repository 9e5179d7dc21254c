"""FHIR dates and times: instants where they are complete, and the reason why not where they are partial."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from adjuvant.errors import InputError
from adjuvant.sources.fhir import shapes
from adjuvant.timeline import parse_instant

__all__ = ["Moment", "ZoneNeeded", "fixed_zone", "offset_of", "read_date", "read_moment"]

_SHAPE = re.compile(
    r"(?P<date>\d{4}(-\d{2}(-\d{2})?)?)"
    r"(?P<time>T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(?P<offset>Z|[+-]\d{2}:\d{2})?)?"
)
_REMEDY = "write it as 2026-03-01T14:00:00+01:00"


class ZoneNeeded(InputError):  # noqa: N818  says what is needed
    """A time without a zone in a read for which no zone was named: nothing of it can be placed in time."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A dateTime of FHIR.

    Args:
        instant: in UTC; None where there is none or it is partial.
        text: as written; empty where there is none.
        doubt: why a text gave no instant, in words.
    """

    instant: datetime | None = None
    text: str = ""
    doubt: str = ""


def read_moment(
    text: str | None, what: str, local: ZoneInfo | None, note: shapes.PrimitiveNote | None = None
) -> Moment:
    """The instant of a dateTime; a date alone is not one.

    Args:
        what: the element's name, for the words.
        local: the zone of times without an offset.
        note: the extensions beside the element, which may say why it is absent or how it was made.
    Raises:
        ZoneNeeded: a time without an offset, and no `local`.
    """
    noted = _noted(note)
    if not text:
        return Moment(doubt=f"{what} is absent ({noted})" if noted else "")
    match = _SHAPE.fullmatch(text)
    if match is None:
        return Moment(None, text, f"{what} is not a FHIR dateTime")
    if match["offset"] is None and match["time"] is not None and local is None:
        raise ZoneNeeded(
            f"{what} {text}", "has no zone", "name the zone of the record, such as Europe/London"
        )
    # An expression that a server would evaluate is not evaluated here; what is written is what is known.
    doubt = f"{what} is computed by an expression that is not evaluated" if noted else ""
    if match["time"] is None:
        return Moment(None, text, doubt or f"{what} is a date without a time of day")
    try:
        instant = parse_instant(text, local)
    except InputError as error:
        return Moment(None, text, f"{what} {error.rule}")
    except OverflowError:
        return Moment(None, text, f"{what} lies outside the calendar")
    return Moment(instant, text, doubt)


def _noted(note: shapes.PrimitiveNote | None) -> str:
    """What an extension beside a dateTime says that changes its meaning; empty if nothing."""
    for extension in note.extension if note else ():
        if extension.url.endswith(("/data-absent-reason", "/iso21090-nullFlavor")):
            return extension.value_code or "reason not given"
        if "cqf-" in extension.url and "xpression" in extension.url:
            return "expression"
    return ""


def read_date(text: str | None) -> date | None:
    """A complete calendar date, or None: a year alone is not one."""
    try:
        return date.fromisoformat(text) if text and len(text) == len("2026-03-01") else None
    except ValueError:
        return None


def offset_of(text: str) -> str | None:
    """The offset that a dateTime was written with, such as ``+01:00`` or ``Z``; None if it has none."""
    match = _SHAPE.fullmatch(text)
    return match["offset"] if match and match["time"] else None


def fixed_zone(offsets: set[str]) -> str | None:
    """The IANA zone of records whose times all carry one whole-hour offset, such as ``Etc/GMT-1`` for +01:00.

    None where they carry several (summer and winter time, or systems that write Z), none or a broken hour.
    """
    if len(offsets) != 1:
        return None
    (only,) = offsets
    if only in ("Z", "+00:00", "-00:00"):
        return "UTC"
    hours = timedelta(hours=int(only[1:3]), minutes=int(only[4:6])) / timedelta(hours=1)
    if not hours.is_integer() or hours > (12 if only[0] == "-" else 14):
        return None
    # The names of these zones count westward: Etc/GMT-1 is one hour EAST of Greenwich.
    return f"Etc/GMT{'-' if only[0] == '+' else '+'}{int(hours)}"
