"""One rule apart from all others: what it comes to by itself, and that one which fails silences no other."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from adjuvant.protocol.finding import Context, Finding, Sight
from adjuvant.protocol.guidance import Issue, Judged
from adjuvant.protocol.isolated import fault_issues, judge_alone, judged
from adjuvant.protocol.model import Rule
from adjuvant.protocol.predicate import Attested
from adjuvant.protocol.situation import Answer, Facts, Situation
from adjuvant.unknown import Unknown
from bedside import BEGINS

ASKS = {"attested": "agreed", "question": "Agreed?"}
RULE = Rule.model_validate({"key": "agreed", "kind": "pause", "text": "Held until agreed.", "when": ASKS})


@pytest.mark.parametrize(
    ("finding", "answer", "missing", "fault"),
    [
        (Finding(True), True, (), ""),
        (Finding(False), False, (), ""),
        (Finding(Unknown(("a weight", "an age"))), None, ("a weight", "an age"), ""),
        (Finding(Unknown("a rule that does not fail (KeyError)"), fault="KeyError"), None,
         ("a rule that does not fail (KeyError)",), "KeyError"),
    ],
)  # fmt: skip
def test_a_rule_by_itself_holds_does_not_or_cannot_be_told_and_says_what_it_needs(
    finding: Finding, answer: bool | None, missing: tuple[str, ...], fault: str
) -> None:
    because: tuple[Any, ...] = ("a reason",)
    assert judged(RULE, finding, because) == Judged(
        "agreed", "pause", answer, "Held until agreed.", because, missing, fault
    )


def test_what_fails_cannot_be_told_and_names_its_fault_and_what_does_not_is_judged_as_ever() -> None:
    answer = Answer("agreed", True, BEGINS, "Dr Invented")
    now = Situation.at(BEGINS + timedelta(hours=1), Facts("invented", "UTC", answers=(answer,)))
    whole = judge_alone(Attested.model_validate(ASKS), now, Context())
    assert whole == Finding(True, (Sight("Dr Invented answered yes, 1 h ago", BEGINS),))
    assert judge_alone(Attested.model_validate(ASKS), now, None) == Finding(  # type: ignore[arg-type]
        Unknown("a rule that does not fail (AttributeError)"), fault="AttributeError"
    )


def test_each_rule_that_failed_is_named_and_no_other() -> None:
    found = iter([("first", Finding(True)), ("second", Finding(Unknown("x"), fault="KeyError"))])
    assert fault_issues(found) == (
        Issue("fault", "second could not be judged (KeyError): it says nothing, and is not thereby met"),
    )
