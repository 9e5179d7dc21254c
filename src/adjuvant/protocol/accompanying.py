"""What is advised beside the dose: a drug for a symptom that is there, and what follows the end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from adjuvant.citation import Provenance
from adjuvant.protocol.eligibility import reasons
from adjuvant.protocol.finding import Context, title_of
from adjuvant.protocol.guidance import Reason, Recommendation
from adjuvant.protocol.isolated import judge_alone
from adjuvant.protocol.model import Companion, Protocol
from adjuvant.protocol.predicate import Event
from adjuvant.protocol.situation import Situation
from adjuvant.protocol.values import span

__all__ = ["afterwards", "rescues"]


def rescues(protocol: Protocol, situation: Situation, context: Context) -> Iterator[Recommendation]:
    """The drugs that the protocol names for unwanted effects which are there; a prescriber orders them."""
    for one in protocol.companions:
        if one.role != "rescue":
            continue
        for symptom in one.symptoms:
            finding = judge_alone(Event(event=symptom), situation, context)
            if finding.answer is True:
                words = f"For {title_of(symptom).lower()} the protocol names {_drug(one)}."
                yield Recommendation("rescue", words, reasons(finding, f"companions.{one.drug}", words, one))
                break


def _drug(one: Companion) -> str:
    dose = f" {one.dose}" if one.dose is not None else ""
    route = f", {one.route}" if one.route else ""
    printed = f", {one.printed.rstrip('.')}" if one.printed else ""
    instead = f", instead of {one.alternative_to}" if one.alternative_to else ""
    return f"{one.drug}{dose}{route}{printed}{instead}"


def afterwards(protocol: Protocol, situation: Situation) -> Iterator[Recommendation]:
    """What the protocol asks for at set times after the end of ketamine, each with when it is due."""
    ended = _ended(situation)
    for one in protocol.follow_up:
        if one.after is None or ended is None:
            continue
        source = Reason(
            "follow_up", one.says, "", None, one.citation or "", one.provenance or Provenance.ASSUMED
        )
        words = f"{one.says.rstrip('.')} ({one.after} after the end)."
        yield Recommendation("observe", words, (source,), due=ended + span(one.after.ends[0]))


def _ended(situation: Situation) -> datetime | None:
    """When ketamine ended: its stop, or the end of the last single dose; None while a rate runs."""
    state = situation.state
    if state.phase == "stopped":
        return state.stopped
    if state.phase != "between" or not state.given:
        return None
    last = state.given[-1]
    return last.at + span(last.over) if last.over is not None else last.at
