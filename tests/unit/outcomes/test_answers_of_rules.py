"""Applying a definition: a rule without a function is refused loudly."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from adjuvant.errors import InternalError
from adjuvant.library import responses
from adjuvant.outcomes import BeforeAfter, ResponseFacts, answer, answer_all
from adjuvant.outcomes.criteria import held_for
from adjuvant.unknown import Unknown


def test_a_definition_without_a_function_is_refused() -> None:
    rule = replace(responses()[0], key="invented")
    with pytest.raises(InternalError, match="response invented: has no function"):
        answer(ResponseFacts(), rule)


def test_all_are_answered_in_the_order_of_the_library() -> None:
    assert [item.key for item in answer_all(ResponseFacts())] == [rule.key for rule in responses()]


def test_a_threshold_is_read_from_the_library_and_from_nowhere_else() -> None:
    rule = next(rule for rule in responses() if rule.key == "responder_2_points")
    facts = ResponseFacts(pain=BeforeAfter(Fraction(8), Fraction(6)))
    assert answer(facts, rule).answer is True
    assert answer(facts, replace(rule, thresholds={"points": Fraction(3)})).answer is False


def test_relief_that_was_lost_stays_lost_whatever_came_later() -> None:
    later = Unknown("a day")
    assert held_for([True, False, False, True, later], 9, "more days") is False
    assert held_for([False, True, False, True], 4, "more days") is True
    assert held_for([True, later], 2, "more days") == later
    assert held_for([True], 2, "more days") == Unknown("more days")


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        (BeforeAfter(Fraction(9), Fraction(5)), "9 to 5 (−4, −44.4 %)"),
        (BeforeAfter(Unknown("x"), Unknown("y")), "unknown"),
        (BeforeAfter(Unknown("x"), Fraction(5)), "5 after"),
        (BeforeAfter(Fraction(0), Fraction(5)), "0 to 5 (+5)"),
        (BeforeAfter(Fraction(9), Unknown("y"), Fraction("-32.43")), "9 before (−32.43 % as printed)"),
    ],
)
def test_figures_are_shown_with_what_is_unknown(figures: BeforeAfter, words: str) -> None:
    assert figures.words() == words
