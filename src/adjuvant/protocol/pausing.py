"""How long a pause lasts: what the rules that held ketamine in it say, and not what other rules would."""

from __future__ import annotations

from datetime import datetime

from adjuvant.protocol.answers import Case, answer, own
from adjuvant.protocol.eligibility import reasons
from adjuvant.protocol.guidance import Guidance, Reason, Recommendation, Status
from adjuvant.protocol.isolated import judge_alone
from adjuvant.protocol.judge import Finding, span
from adjuvant.protocol.model import Rule
from adjuvant.protocol.situation import Situation

__all__ = ["still_paused"]


def still_paused(case: Case) -> Guidance | None:
    """The answer while a pause has to last; None once its time has passed.

    A rule's time counts from the pause, or from when it began to hold during it. Where no rule held when
    ketamine was paused, nobody can say which one it was for, and the longest of all is waited for.
    """
    paused = case.situation.state.paused
    # A rule without a time of its own lasts only as long as what it asks for is there.
    waits = [(rule, span(rule.resume_after)) for rule, _ in case.rules if rule.resume_after is not None]
    if paused is None or not waits:
        return None
    found = _held(case, [rule for rule, _ in waits], paused)
    ends: list[tuple[datetime, Rule, Finding | None]] = [
        (found[rule.key][0] + wait, rule, found[rule.key][1]) for rule, wait in waits if rule.key in found
    ]
    if not ends:
        ends = [(paused + wait, rule, None) for rule, wait in waits]
    until, rule, finding = max(ends, key=lambda one: one[0])
    if case.situation.instant >= until:
        return None
    if finding is None:
        words = "no rule is known to have asked for this pause, so the longest of all pauses is kept"
        because: tuple[Reason, ...] = (own(case, "rules", words),)
    else:
        because = reasons(finding, rule.key, f"{rule.text} The pause for it lasts {rule.resume_after}.", rule)
    advice = Recommendation("hold", "Keep holding ketamine.", because, due=until)
    return answer(case, Status.HOLD, (advice,))


def _held(case: Case, rules: list[Rule], paused: datetime) -> dict[str, tuple[datetime, Finding]]:
    """The rules that held at the pause or began to hold during it, by key: when each first did, on what."""
    facts, now = case.situation.facts, case.situation.instant
    charted = {one.at for one in facts.observed} | {one.at for one in facts.effects}
    charted |= {one.at for one in facts.answers}
    moments = [paused, *sorted(at for at in charted if paused < at <= now)]
    found: dict[str, tuple[datetime, Finding]] = {}
    for at in moments:
        then = Situation.at(at, facts)
        for rule in rules:
            if rule.key in found:
                continue
            finding = judge_alone(rule.when, then, case.context)
            if finding.answer is True:
                found[rule.key] = (at, finding)
    return found
