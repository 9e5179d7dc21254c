"""Whether a predicate holds: true, false or not known, with all that was seen, what was too old, and what is needed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from adjuvant.library.vocabulary import effects_named, observations
from adjuvant.protocol.chart import ChartEvent, Happened
from adjuvant.protocol.finding import Context, Finding, Sight
from adjuvant.protocol.judge import judge
from adjuvant.protocol.predicate import All, AnyOf, Attested, Event, Not, Present, Taken
from adjuvant.protocol.situation import Answer, Effect, Facts, Situation
from adjuvant.quantity import parse_quantity
from adjuvant.unknown import Unknown
from bedside import BEGINS

NOW = BEGINS + timedelta(days=10)
BARELY = timedelta(seconds=1)


def ago(**time: float) -> Any:
    return NOW - timedelta(**time)


def found(predicate: Any, context: Context | None = None, **facts: Any) -> Finding:
    return judge(predicate, Situation.at(NOW, Facts("invented", "UTC", **facts)), context or Context())


def said(key: str, yes: bool, **time: float) -> Answer:
    return Answer(key, yes, ago(**time), "Dr Invented")


def yes(words: str, **time: float) -> Finding:
    return Finding(True, (Sight(words, ago(**time)),))


def no(words: str, **time: float) -> Finding:
    return Finding(False, (Sight(words, ago(**time)),))


# --- drugs ------------------------------------------------------------------------------------------------

MORPHINE = Taken(taken="morphine")
DAY = timedelta(days=1)


def test_a_drug_counts_for_a_day_where_the_rule_does_not_say_how_long() -> None:
    assert found(MORPHINE, taken=(("morphine", NOW - DAY),)) == yes("morphine was given", days=1)
    late = found(MORPHINE, taken=(("morphine", NOW - DAY - BARELY),))
    assert late == Finding(Unknown("whether morphine was taken"))


def test_a_drug_counts_as_far_back_as_the_rule_says() -> None:
    rule = Taken(taken="morphine", within=parse_quantity("60 d"))
    assert found(rule, taken=(("morphine", ago(days=60)),)) == yes("morphine was given", days=60)
    assert isinstance(found(rule, taken=(("morphine", ago(days=60) - BARELY),)).answer, Unknown)


def test_a_class_is_met_by_any_drug_of_it_and_the_last_is_named() -> None:
    given = (("lorazepam", ago(hours=8)), ("morphine", ago(hours=1)), ("midazolam", ago(hours=3)))
    assert found(Taken(taken="benzodiazepine"), taken=given) == yes("midazolam was given", hours=3)


def test_a_drug_was_not_given_where_all_that_is_given_would_be_known_for_so_long() -> None:
    none = no("no morphine is in the record of drugs given", days=1)
    assert found(MORPHINE, taken_known_since=ago(days=1)) == none
    assert found(MORPHINE, taken_known_since=ago(days=1) + BARELY) == Finding(
        Unknown("whether morphine was taken")
    )


def test_a_clinician_s_answer_about_a_drug_stands_before_the_record_s_silence() -> None:
    for answer, expected in ((True, yes), (False, no)):
        asked = found(
            MORPHINE, taken_known_since=ago(days=9), answers=(said("taken:morphine", answer, hours=2),)
        )
        assert asked == expected(f"Dr Invented answered {'yes' if answer else 'no'}, 2 h ago", hours=2)


def test_an_answer_about_a_drug_that_is_too_old_leaves_it_to_the_record() -> None:
    rule = Taken(taken="morphine", no_older_than=parse_quantity("1 h"))
    old = (said("taken:morphine", True, hours=2),)
    assert found(rule, answers=old) == Finding(
        Unknown("whether morphine was taken (of the last 1 h)"),
        stale=(Sight("Dr Invented answered yes, 2 h ago", ago(hours=2)),),
    )
    assert found(rule, answers=old, taken_known_since=ago(days=9)).answer is False


def test_ketamine_of_an_earlier_course_counts_and_that_of_the_present_one_does_not() -> None:
    rule = Taken(taken="ketamine", within=parse_quantity("60 d"))
    dose = parse_quantity("35 mg")
    present = ChartEvent(ago(days=2), Happened.GIVEN, dose)
    assert isinstance(found(rule, ketamine=(present,)).answer, Unknown)
    before = (("ketamine", ago(days=40)),)
    assert found(rule, ketamine=(present,), taken=before) == yes("ketamine was given", days=40)
    assert isinstance(found(rule, ketamine=(present,), taken=(("ketamine", ago(days=2)),)).answer, Unknown)
    assert isinstance(found(rule, taken=(("ketamine", ago(days=61)),)).answer, Unknown)


def test_other_drugs_given_during_the_present_course_count() -> None:
    present = ChartEvent(ago(days=2), Happened.GIVEN, parse_quantity("35 mg"))
    assert found(MORPHINE, ketamine=(present,), taken=(("morphine", ago(hours=1)),)).answer is True


# --- effects ----------------------------------------------------------------------------------------------

HALLUCINATION = Event(event="hallucination")


def effect(present: bool = True, kind: str = "hallucination", **time: float) -> Effect:
    return Effect(kind, ago(**time), present=present)


def test_an_effect_that_nobody_charted_is_not_known_to_be_absent() -> None:
    assert found(HALLUCINATION) == Finding(Unknown("whether there is hallucination"))


def test_an_effect_lasts_until_it_is_said_to_have_ended_or_is_looked_for_and_not_found() -> None:
    lasting = effect(hours=5)
    assert found(HALLUCINATION, effects=(lasting,)) == yes("Hallucination", hours=5)
    ended = Effect("hallucination", ago(hours=5), until=ago(hours=1))
    assert found(HALLUCINATION, effects=(ended,)) == no("Hallucination does not meet the rule", hours=5)
    gone = (lasting, effect(False, hours=2))
    assert found(HALLUCINATION, effects=gone) == no("Hallucination is not present", hours=2)


def test_an_effect_that_has_ended_counts_as_far_back_as_the_rule_says() -> None:
    rule = Event(event="hallucination", within=parse_quantity("4 h"))
    ended = Effect("hallucination", ago(hours=4), until=ago(hours=3))
    assert found(rule, effects=(ended,)) == yes("Hallucination", hours=4)
    earlier = Effect("hallucination", ago(hours=4) - BARELY, until=ago(hours=3))
    assert found(rule, effects=(earlier,)).answer is False


def test_an_effect_is_unresolved_for_so_long_only_while_it_lasts() -> None:
    rule = Event(event="hallucination", unresolved_for=parse_quantity("4 h"))
    assert found(rule, effects=(effect(hours=4),)) == yes("Hallucination", hours=4)
    assert found(rule, effects=(Effect("hallucination", ago(hours=4) + BARELY),)).answer is False
    assert found(rule, effects=(effect(hours=9), effect(False, hours=1))).answer is False
    assert found(rule, effects=(Effect("hallucination", ago(hours=9), until=ago(hours=1)),)).answer is False


def test_a_grade_is_met_from_it_on_and_one_that_is_not_charted_is_asked_for() -> None:
    rule = Event(event="hallucination", grade=2)
    graded = [Effect("hallucination", ago(hours=1), grade=parse_quantity(f"{n} 1").value) for n in (1, 2, 3)]
    assert [found(rule, effects=(one,)).answer for one in graded] == [False, True, True]
    assert found(rule, effects=(graded[2],)) == yes("Hallucination, grade 3", hours=1)
    assert found(rule, effects=(effect(hours=2),)) == Finding(
        Unknown("the grade of hallucination"), (Sight("Hallucination, no grade", ago(hours=2)),)
    )


def test_the_second_of_a_course_is_the_second_since_ketamine_began() -> None:
    rule = Event(event="hallucination", nth=2)
    begun = (ChartEvent(ago(days=2), Happened.START, parse_quantity("5 mg/h")),)
    before, at_once, now = effect(days=3), effect(days=2), effect(hours=1)
    assert found(rule, ketamine=begun, effects=(before, now)).answer is False
    assert found(rule, ketamine=begun, effects=(at_once, now)) == yes(
        "Hallucination, number 2 of this course", hours=1
    )
    assert found(rule, effects=(at_once, now)).answer is False  # no course


def test_that_an_effect_was_absent_is_believed_for_as_long_as_it_is_looked_for() -> None:
    context = Context(valid={"hallucination": timedelta(hours=4)})
    denied = effect(False, hours=4)
    assert found(HALLUCINATION, context, effects=(denied,)) == no("Hallucination is not present", hours=4)
    old = Effect("hallucination", ago(hours=4) - BARELY, present=False)
    late = found(HALLUCINATION, context, effects=(old,))
    assert late.answer == Unknown("whether there is hallucination, of the last 4 h")
    assert [one.at for one in late.stale] == [old.at] and late.stale[0].words.startswith(
        "Hallucination was last asked"
    )
    assert found(HALLUCINATION, context, effects=(effect(hours=50),)).answer is True  # it lasts


def test_a_common_name_is_met_by_any_of_its_effects_and_denied_by_all_of_them_or_itself() -> None:
    rule = Event(event="psychotomimetic_effect")
    all_of_them = (
        "unreality",
        "vivid_dreams",
        "empty_head",
        "dysphoria",
        "hallucination",
        "dissociation",
        "insobriety",
    )
    denied = tuple(effect(False, kind, hours=1) for kind in all_of_them)
    assert found(rule, effects=(effect(kind="dysphoria", hours=1),)) == yes("Dysphoria", hours=1)
    assert found(rule, effects=denied).answer is False
    assert isinstance(found(rule, effects=denied[1:]).answer, Unknown)
    assert found(rule, effects=(effect(False, "psychotomimetic_effect", hours=1),)).answer is False


# --- conditions -------------------------------------------------------------------------------------------


def test_a_condition_of_the_record_is_there_and_one_of_the_past_only_where_history_is_asked_for() -> None:
    known, past = ("psychosis", ago(days=5), False), ("psychosis", ago(days=8), True)
    present, history = Present(condition="psychosis"), Present(condition="psychosis", state="history")
    for rule in (present, history):
        assert found(rule, conditions=(past, known)) == yes("Psychosis is in the record", days=5)
        assert found(rule) == Finding(Unknown("whether there is psychosis"))
        assert isinstance(found(rule, conditions=(("glaucoma", ago(days=5), False),)).answer, Unknown)
    assert found(history, conditions=(past,)) == yes("Psychosis is in the record", days=8)
    assert isinstance(found(present, conditions=(past,)).answer, Unknown)


def test_a_clinician_s_answer_says_of_a_condition_that_it_is_there_or_not() -> None:
    rule = Present(condition="psychosis")
    answered = found(rule, answers=(said("condition:psychosis", False, days=3),))
    assert answered == no("Psychosis: Dr Invented answered no, 3 days ago", days=3)


# --- questions --------------------------------------------------------------------------------------------

AGREED = Attested(attested="agreed", question="Does the patient agree?")


def test_a_question_that_nobody_answered_is_named() -> None:
    assert found(AGREED) == Finding(Unknown("an answer to: Does the patient agree?"))


@pytest.mark.parametrize(
    ("own", "site", "oldest"),
    [
        (None, {}, None),
        (None, {"": DAY}, DAY),
        (None, {"agreed": DAY / 2, "": DAY}, DAY / 2),
        ("1 h", {"agreed": DAY / 2, "": DAY}, DAY / 24),
        (None, {"other": DAY / 2}, None),
    ],
)
def test_an_answer_may_be_as_old_as_the_rule_says_or_else_the_site(
    own: str | None, site: dict[str, timedelta], oldest: timedelta | None
) -> None:
    rule = AGREED.model_copy(update={"no_older_than": parse_quantity(own) if own else None})
    age = oldest or timedelta(days=9)
    in_time = Answer("agreed", True, NOW - age, "Dr Invented")
    assert found(rule, Context(answers=site), answers=(in_time,)).answer is True
    if oldest is not None:
        too_old = Answer("agreed", True, NOW - age - BARELY, "Dr Invented")
        late = found(rule, Context(answers=site), answers=(too_old,))
        assert isinstance(late.answer, Unknown) and [one.at for one in late.stale] == [too_old.at]


def test_the_latest_answer_counts_and_its_age_is_said() -> None:
    answers = (said("agreed", True, hours=9), said("agreed", False, hours=3))
    assert found(AGREED, answers=answers) == no("Dr Invented answered no, 3 h ago", hours=3)


@pytest.mark.parametrize("which", ["after", "answered_after"])
@pytest.mark.parametrize(("answer", "word"), [(True, "yes"), (False, "no")])
def test_an_answer_up_to_when_the_present_dose_began_says_nothing_of_it(
    which: str, answer: bool, word: str
) -> None:
    begun: dict[str, Any] = {which: ago(hours=3)}
    context = Context(**begun)
    assert found(AGREED, context, answers=(said("agreed", answer, hours=3),)) == Finding(
        Unknown("an answer, given since the present dose began, to: Does the patient agree?"),
        stale=(
            Sight(
                f"Dr Invented answered {word}, 3 h ago, before the present dose began: Does the patient agree?",
                ago(hours=3),
            ),
        ),
    )
    since = Answer("agreed", answer, ago(hours=3) + BARELY, "Dr Invented")
    assert found(AGREED, context, answers=(since,)).answer is answer


# --- together ---------------------------------------------------------------------------------------------


def test_of_what_is_joined_only_what_bears_on_the_answer_is_shown() -> None:
    facts: dict[str, Any] = {
        "answers": (said("agreed", True, hours=1),),
        "effects": (effect(False, hours=2),),
    }
    agreed, none = (
        Sight("Dr Invented answered yes, 1 h ago", ago(hours=1)),
        Sight("Hallucination is not present", ago(hours=2)),
    )
    assert found(All(all=(AGREED, HALLUCINATION)), **facts) == Finding(False, (none,))
    assert found(AnyOf(any=(AGREED, HALLUCINATION)), **facts) == Finding(True, (agreed,))
    both = All(all=(AGREED, Not.model_validate({"not": HALLUCINATION})))
    assert found(both, **facts) == Finding(True, (agreed, none))


def test_what_cannot_be_told_shows_all_that_was_seen_and_all_that_was_too_old() -> None:
    context = Context(valid={"hallucination": timedelta(hours=1)})
    facts: dict[str, Any] = {
        "answers": (said("agreed", True, hours=1),),
        "effects": (effect(False, hours=2),),
    }
    answer = found(All(all=(AGREED, HALLUCINATION)), context, **facts)
    assert answer.answer == Unknown("whether there is hallucination, of the last 1 h")
    assert answer.seen == (Sight("Dr Invented answered yes, 1 h ago", ago(hours=1)),)
    assert answer.stale == (Sight("Hallucination was last asked 2 h ago", ago(hours=2)),)
    turned = found(Not.model_validate({"not": All(all=(AGREED, HALLUCINATION))}), context, **facts)
    assert turned == answer


def test_ketamine_that_the_course_before_charted_is_seen_by_its_name_within_its_time() -> None:
    """A dose of an earlier course: on the boundary it counts, beyond it not, and a pause is no dose."""
    rule = Taken(taken="ketamine", within=parse_quantity("10 d"))

    def given_then_again(**time: float) -> Finding:
        before = ChartEvent(ago(**time), Happened.GIVEN, parse_quantity("20 mg"))
        facts = Facts("invented", "UTC", ketamine=(before,))
        situation = Situation.at(NOW, facts)
        return judge(rule, replace(situation, state=replace(situation.state, began=None)), Context())

    assert given_then_again(days=10) == yes("ketamine was given", days=10)
    assert isinstance(given_then_again(days=10, seconds=1).answer, Unknown)
    held = ChartEvent(ago(days=1), Happened.PAUSE)
    situation = Situation.at(NOW, Facts("invented", "UTC", ketamine=(held,)))
    assert isinstance(judge(rule, situation, Context()).answer, Unknown)


def common_name() -> tuple[str, tuple[str, ...]]:
    """An effect that stands for several, and those it stands for."""
    for key in observations():
        members = tuple(sorted(effects_named(key) - {key}))
        if len(members) > 1:
            return key, members
    raise AssertionError("no common name is left to try")


def test_of_a_common_name_each_that_was_looked_for_is_seen() -> None:
    key, members = common_name()
    denied = tuple(Effect(one, ago(hours=1), present=False) for one in members)
    finding = found(Event(event=key), effects=denied)
    assert finding.answer is False
    assert len(finding.seen) == len(members)


def test_occurrences_of_a_common_name_are_counted_together_and_the_last_is_told() -> None:
    key, members = common_name()
    begun = (ChartEvent(ago(days=3), Happened.START, parse_quantity("5 mg/h")),)
    two = (Effect(members[0], ago(hours=9)), Effect(members[1], ago(hours=5)))
    assert found(Event(event=key, nth=2), ketamine=begun, effects=two).answer is True
    three = tuple(Effect("nausea", ago(hours=hour), until=ago(hours=hour - 1)) for hour in (9, 7, 5))
    lasting = (*three[:2], Effect("nausea", ago(hours=5)))
    finding = found(Event(event="nausea", nth=3), ketamine=begun, effects=lasting)
    assert finding.answer is True and finding.seen[0].at == ago(hours=5)


def test_an_effect_that_ended_so_long_ago_that_nobody_looked_since_is_not_known() -> None:
    ended = (Effect("nausea", ago(hours=10), until=ago(hours=9)),)
    context = Context({"nausea": timedelta(hours=4)})
    finding = found(Event(event="nausea"), context, effects=ended)
    assert isinstance(finding.answer, Unknown)
    assert finding.stale == (Sight("Nausea was last asked 10 h ago", ago(hours=10)),)
    lasts = found(Event(event="nausea"), context, effects=(Effect("nausea", ago(hours=10)),))
    assert lasts.answer is True


def test_one_effect_of_a_common_name_twice_is_told_once() -> None:
    key, members = common_name()
    begun = (ChartEvent(ago(days=3), Happened.START, parse_quantity("5 mg/h")),)
    twice = (Effect(members[0], ago(hours=9)), Effect(members[0], ago(hours=5)))
    finding = found(Event(event=key, nth=2), ketamine=begun, effects=twice)
    assert finding.answer is True
    assert len(finding.seen) == 1
