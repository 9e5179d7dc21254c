"""Rules of safety that speak against what is given, where no advice can be made: warnings, never a dose."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from adjuvant.protocol.answers import Case
from adjuvant.protocol.eligibility import reasons
from adjuvant.protocol.guidance import Issue
from adjuvant.protocol.regimen import Regimen
from adjuvant.protocol.situation import Situation
from adjuvant.protocol.values import is_rate

__all__ = ["fits", "safety_warnings"]

_ASKS: Mapping[str, str] = MappingProxyType(
    {
        "stop": "asks to stop ketamine",
        "futility": "asks to stop ketamine",
        "pause": "asks to hold ketamine",
        "entry": "asks to give no further dose now",
        "reduce": "asks to lower the dose",
        "call": "asks to call {call}",
    }
)


def fits(regimen: Regimen, situation: Situation) -> bool:
    """Whether what is charted may be of this regimen: a rate where it runs, an amount where it does not."""
    dose = situation.state.dose
    return dose is None or is_rate(dose) == regimen.rated


def safety_warnings(case: Case) -> tuple[Issue, ...]:
    """Every rule of safety of one regimen that is met, with what was seen."""
    found = []
    for rule, finding in case.rules:
        if rule.kind not in _ASKS or finding.answer is not True:
            continue
        if rule.kind == "entry" and case.regimen.rated:
            continue
        asks = _ASKS[rule.kind].format(call=rule.call)
        seen = "; ".join(dict.fromkeys(one.words for one in finding.seen))
        words = (
            f"{case.regimen.title}: rule {rule.key} {asks}: {rule.text}{f' Seen: {seen}.' if seen else ''}"
        )
        found.append(Issue("warning", words, reasons(finding, rule.key, rule.text, rule), against=True))
    return tuple(found)
