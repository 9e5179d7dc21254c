"""Where ketamine works and the opioids are as they were, their review is asked for, and late where a site says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adjuvant import library
from adjuvant.alerts import Gravity, Kind, State, watch
from adjuvant.errors import LibraryError
from adjuvant.library import responses
from adjuvant.outcomes.definitions import DEFINITIONS
from adjuvant.outcomes.facts import BeforeAfter, ResponseFacts
from adjuvant.protocol import Guidance, Situation
from adjuvant.protocol.charted import facts_from
from adjuvant.protocol.judge import Context, judge
from adjuvant.protocol.limits import response_questions
from adjuvant.protocol.opioid_review import KEY, opioid_review
from adjuvant.protocol.situation import Answer
from bedside import BEGINS, Chart, at_a_site
from builders import a_patient

PLAIN = "chosen: [{field: weight.kind, value: actual, reference: test}]\ngrace: 15 min\nalerts: true"
TIMED = PLAIN + "\nopioid_review: {within: 24 h, reference: test}"
OWN = PLAIN + "\nopioid_review: {when: {measure: pain, of: fall_from_baseline, from: 2}, reference: test}"


def at(hour: float):
    return BEGINS + timedelta(hours=hour)


def works(hour: float = 26, *, before: int = 150, after: int | None = 150) -> Chart:
    """CIVIK since hour 0: pain of 8 fell to 2 after a day, under the goal of 3, without rescue doses."""
    chart = Chart().calm(-0.5).seen(-0.5, pain=8, medd_intravenous=before)
    chart = chart.ketamine(0, "start", "0.05 mg/kg/h").calm(hour).seen(hour, pain=2)
    return chart if after is None else chart.seen(hour, medd_intravenous=after)


def asked(guidance: Guidance):
    """The review that is asked for; None where none is."""
    found = [one for one in guidance.recommendations if any(reason.rule == KEY for reason in one.because)]
    assert len(found) <= 1
    return found[0] if found else None


@pytest.mark.hazard("H-035")
def test_where_ketamine_works_and_the_opioids_are_as_they_were_their_review_is_asked_for() -> None:
    review = asked(works().ask(at_a_site("civik", PLAIN), 27))
    assert review is not None and review.action == "review" and review.dose is None
    assert {one.citation for one in review.because} == {"park2025", "civik_registry", "house"}
    assert any("pain 2; the goal is 3" in one.seen and one.at == at(26) for one in review.because)
    last = review.because[-1]
    assert "not lower than before" in last.text and "150 mg/d" in last.seen and last.at == at(26)


@pytest.mark.hazard("H-035")
@pytest.mark.parametrize(
    ("chart", "there"),
    [
        (works(after=150), True),
        (works(after=180), True),
        (works(after=149), False),
        (works(after=None), True),
        (works(26).seen(26.5, pain=8).rescued(26, 26.1, 26.2, 26.3, 26.4), False),
    ],
    ids=["as before", "risen", "lower", "not known", "no response"],
)
def test_it_is_asked_for_unless_the_opioids_are_known_to_have_fallen_or_ketamine_does_not_work(
    chart: Chart, there: bool
) -> None:
    assert (asked(chart.ask(at_a_site("civik", PLAIN), 27)) is not None) is there


def test_that_nobody_knows_whether_the_opioids_fell_is_said() -> None:
    review = asked(works(after=None).ask(at_a_site("civik", PLAIN), 27))
    assert review is not None and "not known" in review.because[-1].text


@pytest.mark.hazard("H-035")
def test_a_review_counts_once_ketamine_works_and_not_before() -> None:
    def reviewed(hour: float):
        chart = works()
        answer = Answer("opioid_review", True, at(hour), "Dr Invented")
        return asked(chart.but(answers=(answer,)).ask(at_a_site("civik", PLAIN), 27))

    assert reviewed(-1) is not None  # before ketamine
    assert reviewed(20) is not None  # before anybody could say that it works
    assert reviewed(26.5) is None


@pytest.mark.hazard("H-035")
def test_a_review_that_nobody_does_is_an_alert_and_then_overdue_and_cannot_be_closed_silently() -> None:
    site, chart = at_a_site("civik", TIMED), works()
    for hour in (30, 34, 38, 42, 46, 48.1):
        chart = chart.calm(hour).seen(hour, pain=2, medd_intravenous=150)

    def alert(hour: float, more: Chart | None = None):
        found = watch(site, (more or chart).facts, at(hour))
        return next((one for one in found.review.active if one.key == f"rule:{KEY}"), None)

    early = alert(48)
    assert early is not None and (early.kind, early.gravity) == (Kind.RULE, Gravity.ACT)
    assert early.raised == at(24)  # no more than three rescue doses in the first 24 hours
    assert alert(23.9) is None
    late = alert(48.2)
    assert late is not None and (late.kind, late.gravity) == (Kind.OVERDUE, Gravity.GRAVEST)
    assert late.state is State.OPEN and "Was due at" in late.words
    done = chart.but(answers=(Answer("opioid_review", True, at(48.15), "Dr Invented"),))
    assert alert(48.2, done) is None


@pytest.mark.hazard("H-035")
def test_what_a_site_calls_a_response_asks_by_the_site_s_own_rule() -> None:
    chart = (
        works().seen(26.5, pain=6).rescued(*(16 + n / 10 for n in range(5)))
    )  # more rescues than CIVIK lets pass
    assert asked(chart.ask(at_a_site("civik", PLAIN), 27)) is None
    review = asked(chart.ask(at_a_site("civik", OWN), 27))
    assert review is not None and review.because[0].citation == "site"


def test_where_nothing_says_when_ketamine_works_that_is_said_beside_the_alerts() -> None:
    chart = Chart().ketamine(0, "start", "0.1 mg/kg/h")
    found = watch(at_a_site("academic_ci", PLAIN), chart.facts, at(1))
    assert any("no review of the opioids is asked for" in one for one in found.unwatched)
    timed = watch(at_a_site("civik", PLAIN), works().facts, at(27))
    assert any("By when the opioids are reviewed is not said" in one for one in timed.unwatched)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("opioid_review: {reference: test}", "says nothing"),
        ("opioid_review: {when: {measure: mood_of_the_moon, from: 2}, reference: test}", "no observation"),
        ("opioid_review: {within: 24 h}", "reference"),
    ],
)
def test_a_profile_that_asks_for_a_review_without_sense_is_refused(line: str, words: str) -> None:
    with pytest.raises(LibraryError, match=words):
        at_a_site("civik", f"{PLAIN}\n{line}")


def test_a_response_that_can_no_longer_be_told_leaves_the_review_open() -> None:
    bare = Chart().ketamine(0, "start", "0.1 mg/kg/h").facts
    found = opioid_review(at_a_site("academic_ci", OWN), Situation.at(at(40), bare), Context())
    assert found is not None and found[0].answer is None and found[1] is None
    assert opioid_review(at_a_site("academic_ci", PLAIN), Situation.at(at(40), bare), Context()) is None


# --- the questions say what the definitions say -----------------------------------------------------------


@pytest.mark.hazard("H-035")
@given(
    before=st.integers(0, 10), after=st.integers(0, 10), goal=st.integers(0, 10), rescues=st.integers(0, 8),
    key=st.sampled_from(sorted(response_questions())),
)  # fmt: skip
def test_a_response_as_a_question_answers_as_the_published_definition_does(
    before: int, after: int, goal: int, rescues: int, key: str
) -> None:
    """Two implementations: the engine's questions, and the definitions by which courses are judged."""
    chart = Chart().but(goal=Fraction(goal)).seen(-1, pain=before, pain_average=before)
    chart = chart.ketamine(0, "start", "0.05 mg/kg/h").seen(30, pain=after, pain_average=after)
    chart = chart.rescued(*(29 - n / 10 for n in range(rescues)))
    valid = {name: timedelta(hours=4) for name in ("pain", "pain_average")}
    found = judge(response_questions()[key].when, Situation.at(at(30), chart.facts), Context(valid))
    facts = ResponseFacts(
        pain=BeforeAfter(Fraction(before), Fraction(after)),
        average=BeforeAfter(Fraction(before), Fraction(after)), goal=Fraction(goal),
        rescue_after=Fraction(rescues), tolerated=True,
    )  # fmt: skip
    rule = next(one for one in responses() if one.key == key)
    assert found.answer is DEFINITIONS[key][0](facts, rule)


# --- on a record ------------------------------------------------------------------------------------------


def test_a_record_tells_the_opioids_of_the_day_before_ketamine_and_of_now() -> None:
    chart = a_patient()
    for day in range(3):
        for hour in (0, 6, 12, 18):
            chart = chart.given("morphine", "30 mg", 24 * day + hour)
    chart = chart.infusion("ketamine", "5 mg/h", 24, 71)
    found = facts_from(chart.record(), chart.when(48), library.default_plan())
    seen = [(one.at, one.value) for one in found.observed if one.measure == "medd_oral"]
    assert seen == [(chart.when(24), Fraction(120)), (chart.when(48), Fraction(120))]


def test_what_was_given_before_ketamine_is_never_read_as_what_is_given_now() -> None:
    chart = (
        a_patient()
        .given("morphine", "30 mg", 0)
        .given("morphine", "30 mg", 20)
        .infusion("ketamine", "5 mg/h", 24, 71)
    )
    record = replace(chart.record(), administrations=chart.record().administrations)
    found = facts_from(record, chart.when(70), library.default_plan())
    last = [one for one in found.observed if one.measure == "medd_oral"][-1]
    assert last.at > chart.when(24)
