"""Medication that could not be placed in a record: what is known of it, and what totals it leaves open."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from adjuvant.errors import AdjuvantError, InputError
from adjuvant.record.exposure import Basis, Refusal, RefusalReason
from adjuvant.record.medication import Drug
from adjuvant.record.naming import resolve_drug
from adjuvant.timeline import day_end, local_midnight

__all__ = ["Span", "day_span", "drug_named", "unplaced"]

Span = tuple[datetime | None, datetime | None]
"""First instant and end of the time in which something may have happened; None has no bound."""


def unplaced(
    drug: Drug | None,
    subject: str,
    basis: Basis | None,
    detail: str,
    remedy: str,
    *,
    reason: RefusalReason = RefusalReason.MISSING_TIMING,
    span: Span = (None, None),
    event: str = "",
) -> tuple[Refusal, ...]:
    """What stands in a record's `unplaced` for one row: a refusal for each ingredient that it may hold.

    Args:
        drug: what the row names, as far as it could be resolved; None where nothing can be read.
        subject: the drug or the row, in words.
        basis: whether the row says what was given, ordered or dispensed; None if that is not known either.
        span: when it may have been.
        event: the row's own id, if it has one.
    Returns:
        One refusal; several for a product of several ingredients. Without a known ingredient it may be any.
    """
    names: list[str | None] = [item.name for item in drug.ingredients] if drug is not None else []
    events = (event,) if event else ()
    return tuple(
        Refusal(subject, reason, detail, remedy, span[0], span[1], events, name, basis)
        for name in names or [None]
    )


def drug_named(text: str | None, rxnorm: str | None = None) -> Drug | None:
    """The drug that a row's words mean; without ingredients, or None, where they mean none that is known."""
    try:
        return resolve_drug(text, rxnorm)
    except AdjuvantError:
        return Drug(text) if text else None


def day_span(day: date, local: ZoneInfo) -> Span:
    """The whole of a local calendar day; without bounds for a day outside the calendar of instants."""
    try:
        return local_midnight(day, local), day_end(day, local)
    except (OverflowError, ValueError, InputError):
        return None, None
