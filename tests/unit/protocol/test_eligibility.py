"""Who may have it, criterion by criterion: what decides, what is missing, what is only to be known, and what was weighed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from adjuvant.citation import Provenance
from adjuvant.protocol import Situation
from adjuvant.protocol.eligibility import Eligibility, eligible, missing_of, reasons
from adjuvant.protocol.finding import Context, Finding, Sight
from adjuvant.protocol.guidance import Issue, Missing, Reason
from adjuvant.protocol.situation import Answer, Facts
from adjuvant.protocol.values import Sourced
from adjuvant.unknown import Unknown
from bedside import BEGINS, Chart
from written import plain

SOURCE = {"citation": "park2025", "provenance": "read"}
DRIP = SOURCE | {"title": "Drip", "route": "intravenous", "mode": "continuous_infusion", "start": "5 mg/h"}
READ = Provenance.READ
CONSENT = {"attested": "consent", "question": "Did the patient consent?"}
PSYCHOSIS = {"condition": "psychosis"}


def criterion(kind: str, when: Any, key: str = "one", text: str = "It is so.") -> dict[str, Any]:
    return {"key": key, "kind": kind, "text": text, "when": when, **SOURCE}


def judged(
    *criteria: dict[str, Any], context: Context | None = None, when: Any = None, **facts: Any
) -> Eligibility:
    """Who may have it at the beginning, of a patient of whom only these facts are known."""
    drip = DRIP | ({"when": when} if when is not None else {})
    protocol = plain(criteria=criteria, regimens={"drip": drip})
    known = Facts("invented", "UTC", **facts)
    return eligible(protocol, "drip", Situation.at(BEGINS, known), context or Context({}))


def said(key: str, yes: bool, hours: float = 1) -> Answer:
    return Answer(key, yes, BEGINS - timedelta(hours=hours), "Dr Invented")


def because(words: str, hours: float = 1, key: str = "one", text: str = "It is so.") -> Reason:
    return Reason(key, text, words, BEGINS - timedelta(hours=hours), "park2025", READ)


YES = "Dr Invented answered yes, 1 h ago"
NO = "Dr Invented answered no, 1 h ago"


def test_what_must_be_and_is_lets_in_and_what_is_not_keeps_out() -> None:
    asked = criterion("include", CONSENT)
    assert judged(asked, answers=(said("consent", True),)) == Eligibility(
        "eligible", (because(YES),), (), (), ()
    )
    assert judged(asked, answers=(said("consent", False),)) == Eligibility(
        "not eligible", (because(NO),), (), (), ()
    )
    assert judged(asked) == Eligibility(
        "cannot say", (), (Missing("an answer to: Did the patient consent?", "one"),), (), ()
    )


def test_what_must_not_be_and_is_keeps_out_and_stands_against_ketamine_that_is_given() -> None:
    asked = criterion("exclude", CONSENT)
    assert judged(asked, answers=(said("consent", True),)) == Eligibility(
        "not eligible", (because(YES),), (), (), (), (because(YES),)
    )
    assert judged(asked, answers=(said("consent", False),)) == Eligibility(
        "eligible", (because(NO),), (), (), ()
    )


@pytest.mark.parametrize(
    ("when", "facts", "stands"),
    [
        (PSYCHOSIS, {"answers": (said("condition:psychosis", True),)}, True),
        ({"taken": "lorazepam"}, {"answers": (said("taken:lorazepam", True),)}, True),
        ({"taken": "lorazepam", "within": "2 d"}, {"taken": (("lorazepam", BEGINS - timedelta(days=1)),)}, False),
        ({"measure": "age", "above": "65 a"}, {"age_years": 70}, False),
        ({"all": [PSYCHOSIS, {"measure": "age", "above": "65 a"}]}, {"age_years": 70, "answers": (said("condition:psychosis", True),)}, False),
    ],
)  # fmt: skip
def test_a_reading_or_a_drug_of_late_keeps_out_and_takes_nothing_away_that_is_given(
    when: Any, facts: dict[str, Any], stands: bool
) -> None:
    found = judged(criterion("exclude", when), **facts)
    assert found.answer == "not eligible"
    assert found.excluded == (found.because if stands else ())


def test_what_keeps_out_decides_whatever_else_is_met_or_not_known() -> None:
    first, second, third = (
        criterion("include", CONSENT), criterion("exclude", PSYCHOSIS, "two", "None."),
        criterion("include", {"attested": "able", "question": "Is it?"}, "three", "Able."),
    )  # fmt: skip
    found = judged(first, second, third, answers=(said("consent", True), said("condition:psychosis", True)))
    assert found.answer == "not eligible"
    assert found.because == (because(f"Psychosis: {YES}", key="two", text="None."),)
    assert found.missing == (Missing("an answer to: Is it?", "three"),)
    both = judged(first, third, answers=(said("consent", True), said("able", True, 2)))
    assert [one.rule for one in both.because] == ["one", "three"]


@pytest.mark.parametrize("kind", ["caution", "needs_test"])
def test_a_caution_decides_nothing_and_is_said_where_it_holds_or_is_not_known(kind: str) -> None:
    asked, words = criterion(kind, CONSENT), kind.replace("_", " ")
    holds = judged(asked, answers=(said("consent", True),))
    assert holds == Eligibility(
        "eligible", (), (), (Issue(words, "It is so.", (because(YES),), against=True),), ()
    )
    unsure = judged(asked)
    bare = Reason("one", "It is so.", "", None, "park2025", READ)
    assert unsure == Eligibility(
        "eligible", (), (), (Issue(words, "It is so.; whether it holds is not known", (bare,)),), ()
    )
    assert judged(asked, answers=(said("consent", False),)) == Eligibility("eligible", (), (), (), ())


def test_after_a_caution_the_other_criteria_are_judged() -> None:
    found = judged(
        criterion("caution", CONSENT),
        criterion("include", PSYCHOSIS, "two"),
        answers=(said("condition:psychosis", False),),
    )
    assert found.answer == "not eligible"


WEIGHED = "weighed:one"
QUESTION = "an answer to: may ketamine be given in spite of one (answer weighed:one)?"


def test_a_reason_that_may_be_weighed_is_asked_about_and_holds_until_it_is() -> None:
    asked, there = criterion("relative", CONSENT), said("consent", True)
    open_ = judged(asked, answers=(there,))
    assert open_ == Eligibility("cannot say", (), (Missing(QUESTION, "one"),), (), (), (because(YES),))
    refused = judged(asked, answers=(there, said(WEIGHED, False)))
    assert refused == Eligibility("not eligible", (because(YES),), (), (), (), (because(YES),))
    by = "It is so. It counts against ketamine, and was weighed."
    weighed = because(YES, text=by)
    issue = Issue("relative contraindication", by, (because(YES), weighed), against=True)
    assert judged(asked, answers=(there, said(WEIGHED, True))) == Eligibility(
        "eligible", (weighed,), (), (issue,), ()
    )


def test_a_reason_that_may_be_weighed_and_is_not_there_lets_in_and_one_that_is_not_known_is_missing() -> None:
    asked = criterion("relative", CONSENT)
    assert judged(asked, answers=(said("consent", False),)) == Eligibility(
        "eligible", (because(NO),), (), (), ()
    )
    assert judged(asked).missing == (Missing("an answer to: Did the patient consent?", "one"),)


def test_after_a_reason_that_was_weighed_the_other_criteria_are_judged() -> None:
    two = criterion("exclude", PSYCHOSIS, "two")
    answers = (said("consent", True), said(WEIGHED, True), said("condition:psychosis", True))
    assert judged(criterion("relative", CONSENT), two, answers=answers).answer == "not eligible"


def test_answers_that_are_too_old_are_missing_and_named_as_old_with_their_time() -> None:
    context = Context({}, answers={"": timedelta(hours=2)})
    old = said("consent", True, 3)
    found = judged(criterion("include", CONSENT), context=context, answers=(old,))
    assert found.answer == "cannot say"
    assert found.stale == (("Dr Invented answered yes, 3 h ago", old.at),)
    weighed = said(WEIGHED, True, 4)
    both = judged(criterion("relative", CONSENT), context=context, answers=(said("consent", True), weighed))
    assert both.stale == (("Dr Invented answered yes, 4 h ago", weighed.at),)


def test_a_regimen_that_is_for_some_only_asks_so_as_a_criterion_of_its_own() -> None:
    old = {"measure": "age", "above": "65 a"}
    within = judged(when=old, age_years=70)
    assert within.answer == "eligible"
    (reason,) = within.because
    assert (reason.rule, reason.citation) == ("regimens.drip.when", "park2025")
    assert reason.text == "For whom this regimen is: age above 65 years."
    assert judged(when=old, age_years=60).answer == "not eligible"
    assert judged(when=old).missing == (Missing("age", "regimens.drip.when"),)
    assert judged(age_years=60) == Eligibility("eligible", (), (), (), ())


def test_a_criterion_that_fails_is_a_fault_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    from adjuvant.protocol import isolated

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(isolated, "judge", broken)
    found = judged(criterion("include", CONSENT), answers=(said("consent", True),))
    assert found.answer == "cannot say"
    assert [one.kind for one in found.cautions] == ["fault"]
    assert "ZeroDivisionError" in found.cautions[0].words


def test_a_reason_has_each_thing_that_was_seen_and_stands_alone_where_nothing_was() -> None:
    source = Sourced(citation="park2025", provenance=READ)
    two = Finding(True, (Sight("a", BEGINS), Sight("b", None)))
    assert reasons(two, "r", "t", source) == (
        Reason("r", "t", "a", BEGINS, "park2025", READ), Reason("r", "t", "b", None, "park2025", READ),
    )  # fmt: skip
    assert reasons(Finding(True), "r", "t", Sourced()) == (
        Reason("r", "t", "", None, "", Provenance.ASSUMED),
    )


def test_a_finding_lacks_what_it_needs_and_nothing_where_it_has_an_answer() -> None:
    assert missing_of(Finding(Unknown(("a", "b"))), "r") == (Missing("a", "r"), Missing("b", "r"))
    assert missing_of(Finding(False), "r") == missing_of(Finding(True), "r") == ()


def test_a_weight_within_bounds_lets_in() -> None:
    unweighed = Chart().but(weights=()).facts
    light = criterion("exclude", {"measure": "body_weight", "below": "40 kg"}, "light")
    protocol = plain(criteria=(light,), regimens={"drip": DRIP})
    assert eligible(protocol, "drip", Situation.at(BEGINS, Chart().facts), Context({})).answer == "eligible"
    assert eligible(protocol, "drip", Situation.at(BEGINS, unweighed), Context({})).answer == "cannot say"


def test_everything_that_is_met_is_missing_or_too_old_stands_in_the_order_of_the_criteria() -> None:
    """Two of each kind: none of them takes another's place."""
    context = Context({}, answers={"": timedelta(hours=2)})
    asked = [
        criterion("include", {"attested": f"a{n}", "question": f"A{n}?"}, f"include{n}") for n in range(2)
    ] + [criterion("exclude", {"attested": f"b{n}", "question": f"B{n}?"}, f"exclude{n}") for n in range(2)]
    none = judged(*asked, context=context)
    assert [one.rule for one in none.missing] == ["include0", "include1", "exclude0", "exclude1"]
    old = judged(
        *asked, context=context, answers=tuple(said(f"{k}{n}", True, 3) for k in "ab" for n in range(2))
    )
    assert len(old.stale) == len(old.missing) == 4
    against = judged(
        *asked, answers=(said("a0", False), said("a1", False), said("b0", True), said("b1", True))
    )
    assert [one.rule for one in against.because] == ["include0", "include1", "exclude0", "exclude1"]
    assert [one.rule for one in against.excluded] == ["exclude0", "exclude1"]


def test_two_reasons_that_were_weighed_stand_both_whichever_way() -> None:
    context = Context({}, answers={"": timedelta(hours=2)})
    two = [criterion("relative", {"attested": f"c{n}", "question": f"C{n}?"}, f"r{n}") for n in range(2)]
    there = (said("c0", True), said("c1", True))
    weighed = judged(*two, answers=(*there, said("weighed:r0", True), said("weighed:r1", True)))
    assert [one.rule for one in weighed.because] == ["r0", "r1"]
    refused = judged(*two, answers=(*there, said("weighed:r0", False), said("weighed:r1", False)))
    assert [one.rule for one in refused.because] == [one.rule for one in refused.excluded] == ["r0", "r1"]
    open_ = judged(*two, answers=there)
    assert [one.rule for one in open_.missing] == ["r0", "r1"]
    old = judged(
        *two, context=context, answers=(*there, said("weighed:r0", True, 3), said("weighed:r1", True, 3))
    )
    assert len(old.stale) == 2


def test_a_regimen_for_some_only_has_its_own_source_as_the_source_of_that() -> None:
    (reason,) = judged(when={"measure": "age", "above": "65 a"}, age_years=70).because
    assert reason.provenance is READ
