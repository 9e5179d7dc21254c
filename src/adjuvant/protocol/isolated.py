"""Judging one rule apart from all others: a rule that fails says nothing, and silences no other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from adjuvant.protocol.finding import Context, Finding
from adjuvant.protocol.guidance import Issue, Judged
from adjuvant.protocol.judge import judge
from adjuvant.protocol.model import Rule
from adjuvant.protocol.situation import Situation
from adjuvant.unknown import Unknown

__all__ = ["fault_issues", "judge_alone", "judged"]


def judge_alone(predicate: Any, situation: Situation, context: Context) -> Finding:
    """Whether `predicate` holds; where judging it fails, it cannot be told, and the fault is named."""
    try:
        return judge(predicate, situation, context)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one rule, the others are still judged
        name = type(error).__name__
        return Finding(Unknown(f"a rule that does not fail ({name})"), fault=name)


def fault_issues(found: Iterator[tuple[str, Finding]]) -> tuple[Issue, ...]:
    """What a person must know of rules that failed."""
    return tuple(
        Issue(
            "fault", f"{key} could not be judged ({finding.fault}): it says nothing, and is not thereby met"
        )
        for key, finding in found
        if finding.fault
    )


def judged(rule: Rule, finding: Finding, because: tuple[Any, ...]) -> Judged:
    """What one rule comes to, whatever the advice rests on."""
    unsure = finding.answer if isinstance(finding.answer, Unknown) else None
    return Judged(
        rule.key,
        rule.kind,
        None if isinstance(finding.answer, Unknown) else finding.answer,
        rule.text,
        because,
        tuple(unsure.needs) if unsure is not None else (),
        finding.fault,
    )
