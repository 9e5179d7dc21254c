"""The whole of an answer, word by word: what is advised and why, what is missing, and what a person must know beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from adjuvant.library.preparations import preparations
from adjuvant.protocol import Guidance, Sited, Status, lacking, load
from adjuvant.protocol.guidance import Issue
from adjuvant.protocol.situation import Answer
from bedside import BEGINS, Chart
from written import plain, written

REGIMENS = """\
shots: {title: Injections, route: intravenous, mode: injection, start: 20 mg, course: {infusions: 3, spacing: 48 h}}
drip: {title: Drip, route: intravenous, mode: continuous_infusion, start: 5 mg/h, course: {at_most: 5 d}}
mouth:
  title: By mouth after the drip
  route: oral
  mode: oral
  every: 8 h
  course: {at_most: 9 d}
  converted_from: {from: intravenous, to: oral, ratio: 1, first_dose_after: 6 h, doses_per_day: 3}
"""
CRITERIA = "- {key: sane, kind: exclude, text: No psychosis., when: {condition: psychosis}}\n"
RULES = """\
- key: ready
  kind: entry
  text: Not while something is against it.
  when: {attested: against_it, question: Is anything against a dose?}
"""


@cache
def site() -> Sited:
    with TemporaryDirectory() as folder:
        return written(Path(folder), REGIMENS, criteria=CRITERIA, rules=RULES)


def chart(against_it: bool | None = False) -> Chart:
    """Whom the protocol takes, calm half an hour before; and whether something is against a dose."""
    found = Chart().but(age_years=Fraction(50)).answered(condition__psychosis=False).calm(-0.5)
    return found if against_it is None else found.answered(against_it=against_it)


def told(guidance: Guidance) -> dict[str, Any]:
    """Whatever is said, without what is empty; limits that were made for others are looked at elsewhere."""
    parts = {
        "advice": [
            (one.action, one.words, [(reason.rule, reason.text) for reason in one.because])
            for one in guidance.recommendations
        ],
        "missing": [(one.what, one.rule) for one in guidance.missing],
        "issues": [(one.kind, one.words) for one in guidance.issues if one.kind != "advisory"],
    }
    return {"status": guidance.status, **{name: part for name, part in parts.items() if part}}


def at(hour: float) -> str:
    return (BEGINS + timedelta(hours=hour)).isoformat()


QUESTION = ("an answer to: Is anything against a dose?", "ready")
READY = [("ready", "Not while something is against it.")]


# --- before ketamine --------------------------------------------------------------------------------------


def test_whoever_may_have_it_starts_with_the_first_dose() -> None:
    assert told(chart().ask(site(), 0, "shots")) == {
        "status": Status.START,
        "advice": [("start", "Start with 20 mg.", [("regimens.shots.start", "the first dose is 20 mg")])],
    }


def test_what_is_against_a_dose_is_against_the_first_of_every_way() -> None:
    for regimen in ("shots", "drip"):
        assert told(chart(against_it=True).ask(site(), 0, regimen)) == {
            "status": Status.HOLD,
            "advice": [("hold", "Do not begin ketamine now.", READY)],
        }


def test_what_is_against_a_dose_and_cannot_be_told_withholds_the_first() -> None:
    assert told(chart(against_it=None).ask(site(), 0, "shots")) == {
        "status": Status.WITHHELD,
        "missing": [QUESTION],
    }


def test_every_rule_of_safety_that_is_met_is_against_beginning() -> None:
    found = chart(against_it=True).calm(0, respiratory_rate=6, sedation_poss=3).felt(0, "hallucination")
    assert told(found.ask(site(), 0, "shots")) == {
        "status": Status.HOLD,
        "advice": [
            (
                "hold",
                "Do not begin ketamine now.",
                [
                    ("breathing", "Fewer than 8."),
                    ("sedation", "POSS of 3."),
                    ("hallucinations", "Hallucinations."),
                    *READY,
                ],
            )
        ],
    }


def test_whoever_may_not_have_it_is_told_why_and_nothing_else_is_advised() -> None:
    found = chart(against_it=True).calm(0, respiratory_rate=6).answered(condition__psychosis=True)
    guidance = found.but(answers=found.facts.answers[1:]).ask(site(), 0, "shots")
    assert told(guidance) == {"status": Status.NOT_ELIGIBLE}
    assert [(one.rule, one.text) for one in guidance.eligibility_because] == [("sane", "No psychosis.")]


# --- while it is given ------------------------------------------------------------------------------------


def test_the_next_dose_is_not_given_while_something_is_against_it() -> None:
    given = chart(against_it=True).ketamine(0, "given", "20 mg").calm(48)
    guidance = given.but(
        answers=(
            *given.facts.answers,
            Answer("against_it", True, BEGINS + timedelta(hours=47), "Dr Invented"),
        )
    ).ask(site(), 48, "shots")
    assert told(guidance) == {
        "status": Status.HOLD,
        "advice": [("hold", "Do not give the next dose now.", READY)],
    }


def test_the_next_dose_is_withheld_where_it_cannot_be_told_whether_something_is_against_it() -> None:
    given = chart(against_it=None).ketamine(0, "given", "20 mg").calm(48)
    assert told(given.ask(site(), 48, "shots")) == {"status": Status.WITHHELD, "missing": [QUESTION]}


def test_what_is_against_a_dose_says_nothing_of_an_infusion_that_runs() -> None:
    for against in (True, None):
        running = chart(against_it=against).ketamine(0, "start", "5 mg/h").calm(4)
        assert told(running.ask(site(), 4, "drip")) == {
            "status": Status.CONTINUE,
            "advice": [
                ("continue", "Go on with 5 mg/h.", [("regimens.drip.start", "the dose does not change")])
            ],
        }


def test_a_rule_that_stops_goes_before_one_that_holds() -> None:
    running = (
        chart().ketamine(0, "start", "5 mg/h").calm(4, respiratory_rate=6, systolic=190, sedation_poss=4)
    )
    assert told(running.ask(site(), 4, "drip")) == {
        "status": Status.STOP,
        "advice": [("stop", "Stop ketamine.", [("breathing", "Fewer than 8."), ("pressure", "Above 180.")])],
    }


def test_a_hold_names_what_else_could_not_be_told() -> None:
    held = chart(against_it=None).ketamine(0, "given", "20 mg").calm(4, sedation_poss=3)
    known = tuple(one for one in held.facts.observed if one.measure != "respiratory_rate")
    guidance = held.but(observed=known).ask(site(), 4, "shots")
    assert (guidance.status, told(guidance)["advice"]) == (
        Status.HOLD,
        [("hold", "Hold ketamine, and judge it again.", [("sedation", "POSS of 3.")])],
    )
    assert [one.rule for one in guidance.missing] == ["breathing"]


def test_a_dose_that_is_not_given_names_what_else_could_not_be_told() -> None:
    held = chart(against_it=True).ketamine(0, "given", "20 mg").calm(4)
    known = tuple(one for one in held.facts.observed if one.measure != "respiratory_rate")
    guidance = held.but(observed=known).ask(site(), 4, "shots")
    assert told(guidance)["advice"] == [("hold", "Do not give the next dose now.", READY)]
    assert [one.rule for one in guidance.missing] == ["breathing"]


@pytest.mark.parametrize(
    ("regimen", "what", "dose"), [("shots", "given", "20 mg"), ("drip", "start", "5 mg/h")]
)
def test_what_excludes_a_patient_to_whom_it_is_given_withholds_and_takes_nothing_away(
    regimen: str, what: str, dose: str
) -> None:
    given = chart().ketamine(0, what, dose).calm(4)
    given = given.but(conditions=(("psychosis", BEGINS + timedelta(hours=1), False),))
    assert told(given.ask(site(), 4, regimen)) == {
        "status": Status.WITHHELD,
        "issues": [("exclusion", "this speaks against ketamine, which is being given: No psychosis")],
    }
    stopped = given.calm(5, respiratory_rate=6).ask(site(), 5, regimen)
    assert stopped.status is Status.STOP


# --- after it ---------------------------------------------------------------------------------------------


def stopped() -> Chart:
    """One injection, and the end of the course ten hours later."""
    return chart().ketamine(0, "given", "20 mg").ketamine(10, "stop")


def test_after_the_end_another_course_is_a_new_decision_and_says_from_when() -> None:
    """Seven days by the ledger, on top of the two from one dose to the next."""
    guidance = stopped().calm(12).ask(site(), 12, "shots")
    assert told(guidance) == {
        "status": Status.COMPLETE,
        "advice": [
            (
                "complete",
                "Ketamine was stopped; another course is a new decision.",
                [("regimens.shots.course", "Ketamine was stopped; another course is a new decision.")],
            )
        ],
    }
    assert guidance.recommendations[0].due == BEGINS + timedelta(hours=10, days=9)


def again(decided: bool | None, hour: float = 480) -> Guidance:
    """Twenty days after, calm, with an answer of an hour before or none."""
    later = stopped().calm(hour)
    answers: tuple[Answer, ...] = (
        Answer("against_it", False, BEGINS + timedelta(hours=hour), "Dr Invented"),
    )
    if decided is not None:
        answers += (Answer("another_course", decided, BEGINS + timedelta(hours=hour - 1), "Dr Invented"),)
    return later.but(answers=(*later.facts.answers, *answers)).ask(site(), hour, "shots")


def earlier(by: str) -> tuple[str, str]:
    reviews = [one.asks for one in preparations().reviews]
    assert len(reviews) > 1
    due = f"Due before it, by a rule of the house that refuses no start: {'; '.join(reviews)}."
    return (
        "earlier course",
        f"An earlier course ended at {at(10)}{by}. Another is counted from its own beginning. {due}",
    )


def test_another_course_waits_for_a_decision() -> None:
    assert told(again(None)) == {
        "status": Status.WITHHELD,
        "missing": [("a clinician's decision on another course (answer another_course)", "course")],
        "issues": [earlier("")],
    }


def test_another_course_that_is_decided_on_starts_anew_and_names_who_decided() -> None:
    assert told(again(decided=True)) == {
        "status": Status.START,
        "advice": [("start", "Start with 20 mg.", [("regimens.shots.start", "the first dose is 20 mg")])],
        "issues": [earlier("; Dr Invented decided on another")],
    }


def test_where_no_further_course_is_wanted_there_is_none() -> None:
    words = earlier("")[1]
    assert told(again(decided=False)) == {
        "status": Status.COMPLETE,
        "advice": [("complete", "No further course is wanted.", [("regimens.shots.course", words)])],
    }


def test_a_decision_of_the_moment_of_the_end_is_none_on_another_course() -> None:
    later = stopped().calm(480)
    at_the_end = Answer("another_course", True, BEGINS + timedelta(hours=10), "Dr Invented")
    guidance = later.but(answers=(*later.facts.answers, at_the_end)).ask(site(), 480, "shots")
    assert guidance.status is Status.WITHHELD
    just_after = replace(at_the_end, at=at_the_end.at + timedelta(seconds=1))
    assert (
        later.but(answers=(*later.facts.answers, just_after)).ask(site(), 480, "shots").status is Status.START
    )


# --- by another route -------------------------------------------------------------------------------------


def test_a_first_dose_by_another_route_says_how_it_was_worked_out_and_when_it_is_due() -> None:
    ended = chart().ended_by("intravenous", "5 mg/h")
    sum_of_it = "120 mg/d intravenous x 1, in 3 doses: 40 mg by the new route"
    because = [("regimens.mouth.converted_from", sum_of_it)]
    early, due = ended.calm(0).ask(site(), 0, "mouth"), ended.calm(5).ask(site(), 5, "mouth")
    assert told(early) == {
        "status": Status.START,
        "advice": [("start", "Nothing is due yet; then start with 40 mg.", because)],
    }
    assert early.recommendations[0].due == BEGINS + timedelta(hours=5)
    assert told(due) == {"status": Status.START, "advice": [("start", "Start with 40 mg.", because)]}
    assert due.recommendations[0].due is None


def test_a_first_dose_that_cannot_be_worked_out_names_what_it_needs() -> None:
    assert told(chart().ask(site(), 0, "mouth")) == {
        "status": Status.WITHHELD,
        "missing": [
            ("the end of an infusion (intravenous) that is converted from", "regimens.mouth.converted_from")
        ],
    }


def test_a_first_dose_that_a_test_dose_chooses_is_withheld_until_somebody_says_which_worked(
    tmp_path: Path,
) -> None:
    tested = (
        "drip: {title: D, route: intravenous, mode: continuous_infusion, course: {at_most: 5 d}, test_dose: "
        "{doses: [{value: 5 mg}], evaluate_after: 1 h, chooses: [{tested: 5 mg, then: 5 mg/h}]}, titration: {kind: none}}\n"
    )
    protocol = written(tmp_path, tested)
    chart = Chart().but(age_years=Fraction(50)).calm(-0.5)
    found = chart.ask(protocol, 0)
    assert (found.status, found.recommendations) == (Status.WITHHELD, ())
    assert [(one.what, one.rule) for one in found.missing] == [
        ("which test dose worked (answer one of test_dose:5 mg)", "start")
    ]
    worked = chart.but(answers=(Answer("test_dose:5 mg", True, BEGINS, "Dr Invented"),)).ask(protocol, 0)
    assert (worked.status, str(worked.recommendations[0].dose)) == (Status.START, "5 mg/h")


def test_of_a_protocol_that_gives_no_dose_no_regimen_can_be_named() -> None:
    silent = Sited(plain(), None, {}, "digest")
    found = Chart().ask(silent, 0)
    assert (found.status, found.regimen) == (Status.WITHHELD, "")
    assert [(one.what, one.rule) for one in found.missing] == [("which regimen of none", "regimens")]
    named = Chart().ask(silent, 0, "drip")
    assert (named.status, named.regimen) == (Status.WITHHELD, "drip")


def test_a_chart_that_contradicts_itself_is_told_whole_and_speaks_against_ketamine() -> None:
    chart = Chart().but(age_years=Fraction(50)).ketamine(0, "start", "5 mg/h").ketamine(1, "start", "5 mg/h")
    found = chart.ask(site(), 2, "drip")
    (said, against) = found.issues
    assert (said, against.kind, against.against) == (
        Issue("withheld", "the chart contradicts itself"), "contradiction", True,
    )  # fmt: skip
    assert "ketamine is running already" in against.words
    assert (found.regimen, found.missing, found.stale) == ("drip", (), ())


def test_a_protocol_with_gaps_is_told_with_each_of_them() -> None:
    bare = Sited(load("civik").protocol, None, {}, "digest")
    gaps = lacking(bare.protocol, "infusion")
    found = Chart().ask(bare, 0)
    assert found.issues == (Issue("withheld", "the protocol does not say all that giving it needs"),)
    assert gaps and [(one.what, one.rule) for one in found.missing] == [
        (f"{gap.field}: {gap.why}", gap.field) for gap in gaps
    ]
    assert (found.regimen, found.digest, found.instant) == ("infusion", "digest", BEGINS)


def test_an_age_of_nobody_is_told_whole_and_what_runs_is_warned_of() -> None:
    old = Chart().but(age_years=Fraction(130)).ketamine(0, "start", "5 mg/h").calm(1, respiratory_rate=6)
    found = old.ask(site(), 1, "drip")
    assert found.issues[0] == Issue("withheld", "nobody is of the age that is charted")
    assert [one.kind for one in found.issues[1:]] == ["warning"]
    (lack,) = found.missing
    assert (lack.what, lack.rule) == (
        "an age that is believed: 130 years is above 125 years, the most that is believed", "age",
    )  # fmt: skip
    assert found.regimen == "drip"
    nobody = (
        Chart().but(age_years=None).answered(condition__psychosis=False).calm(-0.5).answered(against_it=False)
    )
    assert [one.what for one in nobody.ask(site(), 0, "drip").missing] == ["age"]


def test_a_gap_of_another_regimen_withholds_nothing_of_this_one(tmp_path: Path) -> None:
    two = (
        "drip: {title: D, route: intravenous, mode: continuous_infusion, start: 5 mg/h, course: {at_most: 5 d}}\n"
        "gap: {title: G, route: intravenous, mode: continuous_infusion, course: {at_most: 5 d}}\n"
    )
    protocol = written(
        tmp_path, two, more="absent: [{field: regimens.gap.start, text: The start is not said.}]"
    )
    chart = Chart().but(age_years=Fraction(50)).calm(-0.5)
    assert chart.ask(protocol, 0, "drip").status is Status.START
    found = chart.ask(protocol, 0, "gap")
    assert [one.rule for one in found.missing] == ["regimens.gap.start"]


def test_of_a_regimen_that_there_is_not_nothing_is_warned_of() -> None:
    slow = Chart().ketamine(0, "start", "5 mg/h").calm(1, respiratory_rate=6)
    named = slow.ask(site(), 1, "no such")
    assert (named.status, named.issues) == (Status.WITHHELD, ())
    unnamed = slow.ask(site(), 1)
    assert [one.kind for one in unnamed.issues] == ["warning"]


FUTILE = """\
- {key: useless, kind: futility, text: Pain of 7., when: {measure: pain, from: 7}}
- {key: other_way, kind: stop, text: Pain of 9., when: {measure: pain, from: 9}, regimens: [elsewhere]}
"""
RISING = (
    "drip: {title: D, route: intravenous, mode: continuous_infusion, start: 5 mg/h, course: {at_most: 9 d}, titration: "
    "{kind: ladder, levels: [5 mg/h, 10 mg/h], every: 24 h, raise_when: {measure: pain, from: 4}}}\n"
    "elsewhere: {title: E, route: intravenous, mode: continuous_infusion, start: 5 mg/h, course: {at_most: 9 d}}\n"
)


def test_want_of_effect_is_judged_of_this_dose_and_once_it_had_its_time(tmp_path: Path) -> None:
    """A pain of before the present rate says nothing of it; and a rule of another regimen is none of this one's."""
    protocol = written(tmp_path, RISING, rules=FUTILE)
    chart = (
        Chart().but(age_years=Fraction(50)).ketamine(0, "start", "5 mg/h").ketamine(24, "change", "10 mg/h")
    )

    def judged(hour: float, *pains: tuple[float, int]) -> dict[str, bool | None]:
        found = chart.calm(hour)
        for at, pain in pains:
            found = found.seen(at, pain=pain)
        return {one.rule: one.answer for one in found.ask(protocol, hour, "drip").judged}

    assert "useless" not in judged(47, (47, 9))  # the level is kept for 24 hours
    assert judged(48, (48, 9))["useless"] is True
    assert judged(25.5, (23.9, 9)).get("useless") is None
    old = judged(48, (23.9, 9))
    assert old["useless"] is None
    assert "other_way" not in old and "breathing" in old


def test_a_further_course_is_told_beside_whatever_else_is_missing_or_advised(tmp_path: Path) -> None:
    """An earlier course ended; another is asked for, and a safety question is open too."""
    chart = Chart().but(age_years=Fraction(50)).answered(condition__psychosis=False).calm(-0.5)
    ended = chart.ketamine(-2000, "start", "5 mg/h").ketamine(-1900, "stop")
    found = ended.ask(site(), 0, "drip")
    assert [one.what for one in found.missing] == [
        "an answer to: Is anything against a dose?",
        "a clinician's decision on another course (answer another_course)",
    ]
    assert [one.kind for one in found.issues] == ["earlier course"]


def test_a_pain_of_before_the_present_rate_is_no_want_of_its_effect(tmp_path: Path) -> None:
    protocol = written(tmp_path, RISING.replace("every: 24 h", "every: 1 h"), rules=FUTILE)
    chart = (
        Chart().but(age_years=Fraction(50)).ketamine(0, "start", "5 mg/h").ketamine(24, "change", "10 mg/h")
    )
    before = chart.calm(25.5).seen(23.9, pain=9).ask(protocol, 25.5, "drip")
    assert {one.rule: one.answer for one in before.judged}["useless"] is None
    since = chart.calm(25.5).seen(25.2, pain=9).ask(protocol, 25.5, "drip")
    assert {one.rule: one.answer for one in since.judged}["useless"] is True


def test_a_reading_that_one_regimen_asks_for_is_as_old_as_that_regimen_says(tmp_path: Path) -> None:
    protocol = written(
        tmp_path, RISING, rules="- {key: air, kind: stop, text: Below 90., when: {measure: spo2, below: 90 %}}",
        monitoring="- {items: [spo2], phases: [{every: 4 h}], regimens: [drip]}",
    )  # fmt: skip
    chart = Chart().but(age_years=Fraction(50)).calm(-1)
    assert chart.ask(protocol, 0, "drip").status is Status.START
