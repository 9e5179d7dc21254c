"""Harm that came up on the way: reasons against ketamine, levels that were not borne, answers that grew old."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from adjuvant.protocol import Guidance, Status
from adjuvant.protocol.situation import Answer
from bedside import BEGINS, Chart, closed
from written import written


def chart(key: str) -> Chart:
    """A patient whom a protocol takes, with calm readings and pain of 8 an hour before the beginning."""
    return Chart().answering(closed(key).protocol).calm(-1).seen(-1, pain=8)


def said(found: Chart, hour: float, **answers: bool) -> Chart:
    """A clinician's answers at so many hours."""
    when = BEGINS + timedelta(hours=hour)
    new = tuple(Answer(key, yes, when, "Dr Invented") for key, yes in answers.items())
    return found.but(answers=(*found.facts.answers, *new))


def known(found: Chart, hour: float, condition: str) -> Chart:
    """A diagnosis that comes into the record at so many hours, over any answer before."""
    answers = tuple(one for one in found.facts.answers if one.key != f"condition:{condition}")
    return found.but(
        answers=answers,
        conditions=(*found.facts.conditions, (condition, BEGINS + timedelta(hours=hour), False)),
    )


def dose(guidance: Guidance) -> str:
    (found,) = [one.dose for one in guidance.recommendations if one.dose is not None]
    return str(found)


def burst(hours: float) -> Chart:
    """St Joseph's burst at 100 mg/d, not yet effective and well borne by a clinician's word."""
    found = chart("st_josephs_burst").ketamine(0, "start", "100 mg/d").calm(hours)
    return said(
        found,
        hours - 0.1,
        level_not_effective=True,
        trial_not_effective=False,
        significant_unwanted_effects=False,
    )


# --- reasons against ketamine -------------------------------------------------------------------------------


def test_a_reason_against_ketamine_that_comes_up_while_it_runs_lets_no_dose_rise() -> None:
    """The hospice gives none with epilepsy. It is diagnosed at hour 20, and hour 24 would bring 300 mg/d."""
    site = closed("st_josephs_burst")
    assert dose(burst(24).ask(site, 24)) == "300 mg/d"
    guidance = known(burst(24), 20, "epilepsy").ask(site, 24)
    assert guidance.status is Status.WITHHELD and not any(one.dose for one in guidance.recommendations)
    (issue,) = [one for one in guidance.issues if one.kind == "exclusion"]
    assert "Epilepsy" in issue.words and issue.because[0].rule == "epilepsy"


def test_a_reason_against_ketamine_does_not_take_away_a_lower_dose_a_stop_or_the_end() -> None:
    site = closed("st_josephs_burst")
    raised = known(chart("st_josephs_burst"), 20, "epilepsy").ketamine(0, "start", "100 mg/d")
    raised = raised.ketamine(24, "change", "300 mg/d").calm(30)
    assert dose(raised.felt(30, "hallucination").ask(site, 30)) == "100 mg/d"
    assert raised.seen(30.5, respiratory_rate=6).ask(site, 30.5).status is Status.STOP
    assert raised.calm(121).ask(site, 121).status is Status.COMPLETE


def test_pain_that_has_fallen_below_the_limit_of_entry_is_no_reason_against_going_on() -> None:
    """Fallon took nobody with pain below 4. Once ketamine has brought it to 2, that is what it is for."""
    site = closed("fallon_oral")
    name = next(iter(site.protocol.regimens))
    first = chart("fallon_oral").seen(-1, pain=8).ask(site, 0, name)
    given = chart("fallon_oral").ketamine(0, "given", dose(first)).calm(6).seen(6, pain=2)
    guidance = given.ask(site, 6, name)
    assert guidance.eligibility == "not eligible"
    assert not any(one.kind == "exclusion" for one in guidance.issues)


# --- a level that was not borne -----------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["vcog_burst", "st_josephs_burst"])
def test_a_level_that_was_lowered_is_not_gone_back_to(key: str) -> None:
    """The study keeps the highest level that is borne for three days; 500 mg/d brought hallucinations."""
    found = chart(key).ketamine(0, "start", "100 mg/d").ketamine(24, "change", "300 mg/d")
    found = found.ketamine(48, "change", "500 mg/d").felt(59, "hallucination")
    found = found.ketamine(60, "change", "300 mg/d").calm(84)
    found = said(
        found, 83.9, level_not_effective=True, trial_not_effective=False, significant_unwanted_effects=False
    )
    guidance = found.ask(closed(key), 84)
    assert (guidance.status, dose(guidance)) == (Status.CONTINUE, "300 mg/d")
    assert any("500 mg/d was given" in one.text for one in guidance.recommendations[0].because)


def test_a_rule_that_climbs_whatever_was_borne_is_followed_as_it_stands() -> None:
    """Hardy has the next level wherever one is not kept, and says nothing of one that was lowered."""
    found = chart("hardy_burst").seen(-1, pain_average=8).ketamine(0, "start", "100 mg/d")
    found = found.ketamine(24, "change", "300 mg/d").ketamine(30, "change", "100 mg/d").calm(54)
    found = said(found, 53.9, toxicity_not_acceptable=False, toxicity_not_bearable=False)
    guidance = found.seen(54, pain_average=8, share_delivered=100).ask(closed("hardy_burst"), 54)
    assert (guidance.status, dose(guidance)) == (Status.RAISE, "300 mg/d")


def test_a_level_that_was_never_given_is_still_gone_up_to_after_a_lower_one() -> None:
    """300 mg/d were lowered to 100 and taken up again by a clinician: 500 mg/d were never given."""
    found = chart("vcog_burst").ketamine(0, "start", "100 mg/d").ketamine(24, "change", "300 mg/d")
    found = found.ketamine(30, "change", "100 mg/d").ketamine(40, "change", "300 mg/d").calm(64)
    guidance = said(found, 63.9, level_not_effective=True).ask(closed("vcog_burst"), 64)
    assert (guidance.status, dose(guidance)) == (Status.RAISE, "500 mg/d")


def test_a_rate_that_cannot_be_compared_may_have_been_higher() -> None:
    """The study knows no dose per kilogram. What 0.1 mg/kg/h came to nobody knows, so nothing rises after it."""
    found = (
        chart("vcog_burst").ketamine(0, "start", "0.1 mg/kg/h").ketamine(12, "change", "100 mg/d").calm(36)
    )
    guidance = said(found, 35.9, level_not_effective=True).ask(closed("vcog_burst"), 36)
    assert (guidance.status, dose(guidance)) == (Status.CONTINUE, "100 mg/d")


def test_a_rate_per_kilogram_is_no_dose_of_a_protocol_that_knows_none() -> None:
    guidance = chart("vcog_burst").ketamine(0, "start", "0.1 mg/kg/h").calm(24).ask(closed("vcog_burst"), 24)
    assert guidance.status is Status.WITHHELD
    assert any("none of the protocol's doses" in one.words for one in guidance.issues)


def test_a_dose_that_only_ever_rose_goes_on_rising() -> None:
    found = chart("vcog_burst").ketamine(0, "start", "100 mg/d").calm(24)
    assert dose(said(found, 23.9, level_not_effective=True).ask(closed("vcog_burst"), 24)) == "300 mg/d"


# --- answers that grew old ----------------------------------------------------------------------------------


@pytest.mark.hazard("H-039")
def test_an_answer_of_before_the_start_does_not_say_that_ketamine_does_no_harm() -> None:
    """That there are no significant unwanted effects of ketamine was said an hour before the first of it."""
    site = closed("st_josephs_burst")
    old = chart("st_josephs_burst").ketamine(0, "start", "100 mg/d").calm(24)
    old = said(old, -1, significant_unwanted_effects=False)
    old = said(old, 23.9, level_not_effective=True, trial_not_effective=False)
    guidance = old.ask(site, 24)
    assert guidance.status is Status.WITHHELD
    assert {one.rule for one in guidance.missing} == {"significant_effects"}
    assert dose(said(old, 23.95, significant_unwanted_effects=False).ask(site, 24)) == "300 mg/d"


@pytest.mark.hazard("H-039")
def test_a_dose_that_has_just_begun_goes_on_until_it_has_had_its_time() -> None:
    site = closed("st_josephs_burst")
    fresh = said(chart("st_josephs_burst"), -1, significant_unwanted_effects=False, trial_not_effective=False)
    fresh = fresh.ketamine(0, "start", "100 mg/d").calm(1)
    guidance = fresh.ask(site, 1)
    assert (guidance.status, dose(guidance)) == (Status.CONTINUE, "100 mg/d")


# --- harm that was answered -----------------------------------------------------------------------------------

QUESTION = "toxicity_not_bearable"


def at_highest(*, harm: bool | None = None, at: float = -480, hours: float = 84) -> Chart:
    """Hardy's trial at 500 mg/d since hour 48; by the end of day 3 all is asked but that."""
    found = chart("hardy_burst").seen(-1, pain_average=8).ketamine(0, "start", "100 mg/d")
    found = found.ketamine(24, "change", "300 mg/d").ketamine(48, "change", "500 mg/d").calm(hours)
    found = found.seen(hours, pain_average=3, share_delivered=100)
    found = said(found, hours, toxicity_not_acceptable=False)
    return found if harm is None else said(found, at, **{QUESTION: harm})


@pytest.mark.hazard("H-039")
def test_harm_that_was_answered_before_the_course_is_asked_anew_and_shown_with_its_answer_and_its_age() -> (
    None
):
    """Twenty days before the first ketamine nobody can have said what this course does."""
    guidance = at_highest(harm=True).ask(closed("hardy_burst"), 84)
    assert guidance.status is Status.WITHHELD
    assert {one.rule for one in guidance.missing} == {"toxicity_at_highest"}
    assert any(
        "answered yes, 23.5 days ago, before the present dose began" in words for words, _ in guidance.stale
    )


@pytest.mark.hazard("H-039")
@pytest.mark.parametrize("harm", [True, False, None])
def test_a_dose_that_goes_down_names_the_stop_that_cannot_be_told(harm: bool | None) -> None:
    """Hallucinations lower it at once; whether it should stop is still asked, whatever was said before the course."""
    site, found = closed("hardy_burst"), at_highest(harm=harm).felt(84, "hallucination")
    guidance = found.ask(site, 84)
    assert (guidance.status, dose(guidance)) == (Status.LOWER, "300 mg/d")
    (lack,) = [one for one in guidance.missing if one.rule == "toxicity_at_highest"]
    assert "Is the toxicity of ketamine more than the patient can bear?" in lack.what
    assert not said(found, 83.95, **{QUESTION: False}).ask(site, 84).missing


def test_a_pause_names_the_stop_that_cannot_be_told() -> None:
    guidance = at_highest().seen(84.1, sedation_poss=3).ask(closed("hardy_burst"), 84.2)
    assert guidance.status is Status.HOLD
    assert {one.rule for one in guidance.missing} == {"toxicity_at_highest"}


@pytest.mark.hazard("H-039")
@pytest.mark.parametrize("at", [10, 47, 60])
def test_harm_that_was_answered_in_this_course_grows_no_milder_by_time(at: float) -> None:
    """At whatever level it was said, it stops ketamine within the level's day and after it, until answered anew."""
    site = closed("hardy_burst")
    for hours in (61, 84, 110):
        found = at_highest(harm=True, at=at, hours=hours)
        assert found.ask(site, hours).status is Status.STOP
        assert said(found, hours - 0.01, **{QUESTION: False}).ask(site, hours).status is Status.CONTINUE


def test_harm_that_the_dose_was_lowered_for_is_asked_anew_of_the_lower_one() -> None:
    found = chart("hardy_burst").seen(-1, pain_average=8).ketamine(0, "start", "100 mg/d")
    found = found.ketamine(24, "change", "300 mg/d").ketamine(31, "change", "100 mg/d").calm(55)
    found = said(found, 30, toxicity_not_acceptable=True).seen(55, pain_average=8, share_delivered=100)
    kept = found.calm(54).ask(closed("hardy_burst"), 54)
    assert (kept.status, dose(kept)) == (Status.CONTINUE, "100 mg/d")
    asked = found.ask(closed("hardy_burst"), 55)
    assert asked.status is Status.WITHHELD
    assert {one.rule for one in asked.missing} == {"toxicity_lowers"}
    raised = said(found, 54.9, toxicity_not_acceptable=False).ask(closed("hardy_burst"), 55)
    assert (raised.status, dose(raised)) == (Status.RAISE, "300 mg/d")


def test_harm_of_a_dose_that_is_given_again_after_a_lower_one_still_counts() -> None:
    """300 mg/d were too much at hour 30, were lowered, and run again: nobody has said that they are borne now."""
    found = chart("hardy_burst").seen(-1, pain_average=8).ketamine(0, "start", "100 mg/d")
    found = found.ketamine(24, "change", "300 mg/d").ketamine(31, "change", "100 mg/d")
    found = found.ketamine(56, "change", "300 mg/d").calm(81).seen(81, pain_average=8, share_delivered=100)
    guidance = said(found, 30, toxicity_not_acceptable=True).ask(closed("hardy_burst"), 81)
    assert (guidance.status, dose(guidance)) == (Status.LOWER, "100 mg/d")


def test_all_that_speaks_against_ketamine_is_named_once_and_speaks_against_it(tmp_path: Path) -> None:
    criteria = (
        "- {key: sane, kind: exclude, text: No psychosis., when: {condition: psychosis}}\n"
        "- {key: drugged, kind: exclude, text: Never drug X., when: {condition: stroke}}\n"
    )
    drip = "drip: {title: Drip, route: intravenous, mode: continuous_infusion, start: 5 mg/h, course: {at_most: 5 d}}"
    protocol = written(tmp_path, drip, criteria=criteria)
    chart = Chart().calm(0, pain=8).answered(condition__psychosis=True, condition__stroke=True)
    found = chart.ketamine(0, "start", "5 mg/h").calm(1, pain=8).ask(protocol, 1)
    (issue,) = [one for one in found.issues if one.kind == "exclusion"]
    assert issue.words == "this speaks against ketamine, which is being given: No psychosis; Never drug X"
    assert issue.against and found.issues[0] == issue
