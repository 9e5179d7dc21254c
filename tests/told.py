"""An answer of a protocol as lines of text, so that a test can write down by hand all that is to be said."""

from __future__ import annotations

from datetime import datetime

from adjuvant.protocol import Guidance
from adjuvant.protocol.guidance import Reason, Recommendation
from bedside import BEGINS

_BESIDE = ("advisory", "modifier")


def told(guidance: Guidance) -> list[str]:
    """Status; each advice with dose, amount and when; its reasons; what is missing, amiss and too old.

    What the library's limits advise beside it, and alter nothing, is left out: it is no part of the protocol.
    """
    lines = [guidance.status.value]
    for one in guidance.recommendations:
        lines += [_advised(one), *(f"  {_reason(reason)}" for reason in one.because)]
    lines += [f"missing for {one.rule}: {one.what}" for one in guidance.missing]
    lines += [f"{one.kind}: {one.words}" for one in guidance.issues if one.kind not in _BESIDE]
    return [*lines, *(f"old: {words}" for words, _ in guidance.stale)]


def _advised(one: Recommendation) -> str:
    dose = f" [{one.dose}, {one.amount}]" if one.dose is not None or one.amount is not None else ""
    due = f" (hour {_hour(one.due)})" if one.due is not None else ""
    return f"{one.action}: {one.words}{dose}{due}"


def _reason(one: Reason) -> str:
    return f"{one.rule}: {one.text} [{one.citation}, {one.provenance.value}]"


def _hour(at: datetime) -> str:
    return f"{(at - BEGINS).total_seconds() / 3600:g}"
