"""Answering every response definition of the library, each with its rule, its citation and what it saw."""

from __future__ import annotations

from adjuvant.errors import InternalError
from adjuvant.library.facts import ResponseRule
from adjuvant.outcomes.definitions import DEFINITIONS
from adjuvant.outcomes.facts import BeforeAfter, ResponseFacts
from adjuvant.outcomes.model import ResponseAnswer
from adjuvant.quantity import show
from adjuvant.unknown import Unknown

__all__ = ["answer", "answer_all"]

_ASKS_GOAL = ("ppg_response", "civik_cr_published", "civik_cr_registry")
_NAMES = {
    "pain": "pain",
    "average": "average pain",
    "worst": "worst pain",
    "opioid": "opioids",
    "rescue_after": "rescue doses a day after",
    "goal": "personal goal",
    "tolerated": "toxicity acceptable",
    "days": "days observed after",
}


def answer_all(facts: ResponseFacts) -> tuple[ResponseAnswer, ...]:
    """Every definition in the library, in the library's order, applied to one patient's figures."""
    from adjuvant.library import responses

    return tuple(answer(facts, rule) for rule in responses())


def answer(facts: ResponseFacts, rule: ResponseRule) -> ResponseAnswer:
    """One definition applied.

    Raises:
        InternalError: the library defines a response for which there is no function.
    """
    if rule.key not in DEFINITIONS:
        raise InternalError(f"response {rule.key}", "has no function", "add it to outcomes/definitions.py")
    function, shown = DEFINITIONS[rule.key]
    figures = (f"{_NAMES[name]} {_words(facts, name)}" for name in shown)
    return ResponseAnswer(
        key=rule.key,
        title=rule.title,
        rule=rule.rule,
        seen="; ".join([*figures, *_caveats(facts, rule)]),
        answer=function(facts, rule),
        citation=rule.citation,
        provenance=rule.provenance,
    )


def _caveats(facts: ResponseFacts, rule: ResponseRule) -> list[str]:
    """What was true of the patient before the course already, so that a yes is no improvement."""
    from adjuvant.library import setting

    limits, found = rule.thresholds, []
    for figure, name, level in (
        (facts.pain, "pain", limits.get("score_at_most")),
        (facts.worst, "worst pain", limits.get("score")),
        (facts.pain, "pain", facts.goal if rule.key in _ASKS_GOAL else None),
    ):
        if level is None or isinstance(level, Unknown) or isinstance(figure.before, Unknown):
            continue
        if figure.before <= level:
            found.append(f"{name} stood at {show(level)} or below before the course already")
    low = setting("percent_baseline_flag").value
    before = facts.pain.before
    if "percent" in limits and not isinstance(before, Unknown) and before < low:
        found.append(f"the baseline is below {show(low)}, where a percentage says little")
    return found


def _words(facts: ResponseFacts, name: str) -> str:
    value = getattr(facts, name)
    if name == "days":
        return str(len(value))
    if isinstance(value, BeforeAfter):
        return value.words("MME/day" if name == "opioid" else "")
    if isinstance(value, Unknown):
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return show(value)
