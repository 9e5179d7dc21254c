"""What sources advise for patients of one kind, such as the frail, where this patient is one."""

from __future__ import annotations

from adjuvant.citation import Provenance
from adjuvant.protocol.guardrail import Modifier
from adjuvant.protocol.guidance import Issue, Reason
from adjuvant.protocol.isolated import judge_alone
from adjuvant.protocol.judge import Context
from adjuvant.protocol.model import Protocol
from adjuvant.protocol.predicate import Present
from adjuvant.protocol.regimen import Regimen
from adjuvant.protocol.situation import Situation
from adjuvant.protocol.words import quantity_words

__all__ = ["modifier_advice"]


def modifier_advice(
    protocol: Protocol, regimen: Regimen, situation: Situation, context: Context
) -> tuple[Issue, ...]:
    """Every modifier of the library that means this patient and this route; none alters a dose.

    Those of the protocol's own source come first. Of whom nothing is known, nothing is said: that a patient
    is not frail stands in no record.
    """
    from adjuvant.protocol.limits import modifiers

    if protocol.drug != "ketamine":
        return ()
    about = [(key, one) for key, one in modifiers().items() if not one.routes or regimen.route in one.routes]
    about.sort(key=lambda pair: pair[1].citation != protocol.citation)
    return tuple(found for key, one in about if (found := _advised(key, one, situation, context)) is not None)


def _advised(key: str, one: Modifier, situation: Situation, context: Context) -> Issue | None:
    whom = one.when if one.when is not None else Present(condition=one.who)
    finding = judge_alone(whom, situation, context)
    if finding.answer is not True:
        return None
    start = f" Its start: {quantity_words(one.start.value)}." if one.start and one.start.value else ""
    words = f"{one.title}: {one.advice}{start} It alters no dose here."
    seen = finding.seen[0] if finding.seen else None
    reason = Reason(
        key, one.advice, seen.words if seen is not None else "", seen.at if seen is not None else None,
        one.citation or "", one.provenance or Provenance.ASSUMED,
    )  # fmt: skip
    return Issue("modifier", words, (reason,), against=one.against)
