"""What is judged of a level is judged of that level: its own readings, its own time, and for whom it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from adjuvant.protocol import Guidance, Status
from adjuvant.protocol.situation import Answer, Effect
from bedside import BEGINS, Chart, closed


def chart(key: str) -> Chart:
    """A patient whom a protocol takes, with calm readings and pain of 8 an hour before the beginning."""
    return (
        Chart()
        .answering(closed(key).protocol)
        .calm(-1)
        .seen(-1, pain=8, pain_average=8, medd_intravenous=150)
    )


def dose(guidance: Guidance) -> str:
    (found,) = [one.dose for one in guidance.recommendations if one.dose is not None]
    return str(found)


def said(found: Chart, hour: float, key: str, yes: bool) -> Chart:
    """A clinician's answer at so many hours."""
    answer = Answer(key, yes, BEGINS + timedelta(hours=hour), "Dr Invented")
    return found.but(answers=(*found.facts.answers, answer))


def at_the_third_level() -> Chart:
    """Hardy's patient without relief: 100, 300 and, from 48 h, 500 mg/d."""
    found = said(chart("hardy_burst"), -1, "toxicity_not_acceptable", False)
    found = said(found, -1, "toxicity_not_bearable", False).ketamine(0, "start", "100 mg/d")
    return (
        found.ketamine(24, "change", "300 mg/d").ketamine(48, "change", "500 mg/d").seen(48, pain_average=8)
    )


def test_the_highest_level_is_not_futile_before_it_was_given_for_a_day() -> None:
    assert at_the_third_level().calm(50).ask(closed("hardy_burst"), 50).status is Status.CONTINUE


def test_the_highest_level_is_futile_once_a_day_of_it_brought_no_relief() -> None:
    found = at_the_third_level().calm(72).seen(72, pain_average=8, share_delivered=100)
    assert found.ask(closed("hardy_burst"), 72).status is Status.STOP


def test_pain_that_was_read_before_a_level_began_does_not_judge_that_level() -> None:
    """The pain of hour 24 led to 300 mg/d. It is a day old at hour 48, and says nothing of what 300 mg did."""
    site = closed("hardy_burst")
    found = said(chart("hardy_burst"), -1, "toxicity_not_acceptable", False)
    found = said(found, -1, "toxicity_not_bearable", False).ketamine(0, "start", "100 mg/d")
    found = (
        found.seen(24, pain_average=6)
        .ketamine(24, "change", "300 mg/d")
        .calm(48)
        .seen(48, share_delivered=100)
    )
    found = said(found, 47, "toxicity_not_acceptable", False)
    found = said(found, 47, "toxicity_not_bearable", False)
    guidance = found.ask(site, 48)
    assert guidance.status is Status.WITHHELD
    assert any("since the present dose began" in one.what for one in guidance.missing)
    assert found.seen(47, pain_average=6).ask(site, 48).status is Status.CONTINUE  # by 2 from 8: kept


def test_an_answer_about_the_level_before_is_none_about_the_present_one() -> None:
    found = said(chart("islhd_burst").ketamine(0, "start", "100 mg/d"), 24, "dose_effective", False).calm(24)
    site = closed("islhd_burst")
    assert found.ask(site, 24, "burst").status is Status.RAISE
    raised = found.ketamine(24, "change", "300 mg/d").calm(48)
    assert raised.ask(site, 48, "burst").status is Status.WITHHELD
    assert dose(said(raised, 47, "dose_effective", False).ask(site, 48, "burst")) == "500 mg/d"


def test_a_new_syringe_at_the_same_rate_begins_no_new_level() -> None:
    found = chart("civik").ketamine(0, "start", "0.05 mg/kg/h").ketamine(4, "change", "3.5 mg/h")
    again = chart("civik").ketamine(0, "start", "0.05 mg/kg/h").ketamine(4, "change", "0.05 mg/kg/h")
    assert again.calm(8).seen(8, pain=9).ask(closed("civik"), 8).status is Status.RAISE
    # 0.05 mg/kg/h x 70 kg = 3.5 mg/h, but no chart says so without the weight: the level is counted anew.
    assert found.calm(8).seen(8, pain=9).ask(closed("civik"), 8).status is Status.CONTINUE


def test_a_regimen_for_others_is_not_begun() -> None:
    """Mid Essex starts frail patients at 30 mg/d; 50 to 100 mg/d are for those who are not frail."""
    found = chart("mid_essex").but(conditions=(("frailty", BEGINS - timedelta(days=9), False),))
    assert found.ask(closed("mid_essex"), 0, "subcutaneous").status is Status.NOT_ELIGIBLE
    assert dose(found.ask(closed("mid_essex"), 0, "subcutaneous_frail")) == "30 mg/d"


def test_whether_a_regimen_is_for_this_patient_must_be_known() -> None:
    guidance = chart("mid_essex").ask(closed("mid_essex"), 0, "subcutaneous")
    assert guidance.status is Status.WITHHELD
    assert [one.rule for one in guidance.missing] == ["regimens.subcutaneous.when"]


def test_a_second_single_dose_needs_the_vital_signs_of_a_first() -> None:
    """The emergency protocol gives no dose above a systolic pressure of 180, and a repeat is a dose."""
    given = chart("cleveland_ed_bolus").ketamine(0, "given", "0.2 mg/kg")
    calm, high = given.calm(0.5), given.calm(0.5).seen(0.6, systolic=181)
    assert calm.ask(closed("cleveland_ed_bolus"), 0.5).status is Status.CONTINUE
    site = closed("cleveland_ed_bolus")
    held = high.ask(site, 0.6)
    assert held.status in (Status.HOLD, Status.STOP)
    mild = given.calm(0.5).seen(0.55, heart_rate=151).ask(site, 0.6)
    assert mild.status is Status.HOLD
    assert "vital_signs" in {reason.rule for one in mild.recommendations for reason in one.because}


def oral() -> Chart:
    """Three doses of 10 mg by mouth in a day, eight hours apart."""
    found = chart("mid_essex").ketamine(0, "given", "10 mg").ketamine(8, "given", "10 mg")
    return found.ketamine(16, "given", "10 mg")


def test_a_dose_by_mouth_rises_by_its_step_once_it_has_had_its_time() -> None:
    """Mid Essex: each of the three doses may rise by 10 mg; the test's site judges after a day."""
    site = closed("mid_essex")
    early = oral().calm(23).seen(23, pain=6).ask(site, 23, "oral")
    assert (early.status, dose(early)) == (Status.CONTINUE, "10 mg")
    later = oral().calm(24).seen(24, pain=6).ask(site, 24, "oral")
    assert (later.status, dose(later)) == (Status.RAISE, "20 mg")
    eased = oral().calm(24).seen(24, pain=3).ask(site, 24, "oral")
    assert (eased.status, dose(eased)) == (Status.CONTINUE, "10 mg")


def test_no_dose_is_announced_that_would_fall_after_the_course() -> None:
    """Three infusions within five days: with two days between, a second on the fourth day is the last."""
    late = chart("patel_ldk").ketamine(0, "given", "0.5 mg/kg").ketamine(100, "given", "0.5 mg/kg").calm(101)
    guidance = late.ask(closed("patel_ldk"), 101)
    assert guidance.status is Status.COMPLETE
    assert "no further dose falls within the course" in guidance.recommendations[0].words.lower()


def test_a_dose_in_parts_says_its_parts() -> None:
    found = chart("henry_ford_home_sc").ask(closed("henry_ford_home_sc"), 0)
    assert found.status is Status.START
    assert "in 3 equal parts, at 0 min, 15 min, 30 min" in found.recommendations[0].words


def test_a_dose_that_a_rule_lowered_by_a_share_goes_on_as_it_is() -> None:
    """1 mg/kg, a third lower 0.67: the registry's own figures; no other dose in between is one of them."""
    site = closed("oral_postoperative")
    lower = chart("oral_postoperative").ketamine(0, "given", "1 mg/kg").ketamine(8, "given", "0.67 mg/kg")
    found = lower.calm(10)
    none = Effect("any_unwanted_effect", BEGINS + timedelta(hours=10), present=False)
    found = found.but(effects=(*found.facts.effects, none))
    guidance = found.ask(site, 10)
    assert (guidance.status, dose(guidance)) == (Status.CONTINUE, "0.67 mg/kg")
    slip = (
        chart("oral_postoperative").ketamine(0, "given", "1 mg/kg").ketamine(8, "given", "0.8 mg/kg").calm(10)
    )
    slip = slip.but(effects=(*slip.facts.effects, none))
    assert slip.ask(site, 10).status is Status.WITHHELD


def test_a_course_that_is_over_is_not_gone_on_with_at_a_lower_dose() -> None:
    """Salas ends after 48 hours; hallucinations at hour 73 are no reason for half a milligram per kilogram."""
    found = chart("salas").ketamine(0, "start", "1 mg/kg/d").calm(73).felt(73, "hallucination")
    assert found.ask(closed("salas"), 73).status is Status.COMPLETE


def test_a_dose_that_was_lowered_is_not_lowered_twice_for_the_same_hallucinations() -> None:
    """Charted at hour 8, lowered at hour 8: at hour 9 they still last, and only newer ones lower again."""
    found = chart("civik").ketamine(0, "start", "0.2 mg/kg/h").calm(7.5).seen(7.5, pain=9)
    found = found.felt(8, "hallucination")
    assert dose(found.ask(closed("civik"), 8)) == "0.15 mg/kg/h"
    after = found.ketamine(8, "change", "0.15 mg/kg/h")
    kept = after.ask(closed("civik"), 9)
    assert (kept.status, dose(kept)) == (Status.CONTINUE, "0.15 mg/kg/h")
    assert "hallucinations" in {reason.rule for one in kept.recommendations for reason in one.because}
    again = after.felt(9, "hallucination").ask(closed("civik"), 9.1)
    assert (again.status, dose(again)) == (Status.LOWER, "0.1 mg/kg/h")


def test_a_dose_that_was_lowered_does_not_rise_while_the_hallucinations_last() -> None:
    found = chart("civik").ketamine(0, "start", "0.2 mg/kg/h").felt(8, "hallucination")
    found = found.ketamine(8, "change", "0.15 mg/kg/h")
    calm = found.seen(16, pain=9, respiratory_rate=16, systolic=130, sedation_poss=1)
    assert calm.ask(closed("civik"), 16).status is Status.CONTINUE
    gone = found.calm(16).seen(16, pain=9)
    assert gone.ask(closed("civik"), 16).status is Status.RAISE


@pytest.mark.hazard("H-003")
def test_a_share_is_never_taken_of_a_dose_that_is_none_of_the_protocol_s() -> None:
    """50 mg/kg by mouth is a slip for 1 mg/kg, and two thirds of a slip are another: it is held."""
    found = chart("oral_postoperative").ketamine(0, "given", "50000 ug/kg").calm(2)
    found = said(found, -1, "since_the_day_of_surgery", False).felt(1, "any_unwanted_effect")
    ended = found.facts.effects[-1]
    found = found.but(
        effects=(*found.facts.effects[:-1], replace(ended, until=BEGINS + timedelta(hours=1.5)))
    )
    guidance = found.ask(closed("oral_postoperative"), 2)
    assert guidance.status is Status.HOLD
    assert [one.dose for one in guidance.recommendations] == [None]
    right = found.but(ketamine=()).ketamine(0, "given", "1 mg/kg").ask(closed("oral_postoperative"), 2)
    assert (right.status, dose(right)) == (Status.LOWER, "0.67 mg/kg")


def test_a_pause_is_not_cut_short_by_a_reason_to_lower() -> None:
    """Sedation paused it at hour 4 for an hour; hallucinations half an hour later are no reason to go on lower."""
    found = chart("civik").ketamine(0, "start", "0.2 mg/kg/h").ketamine(4, "pause").calm(4.4)
    found = found.seen(4.4, pain=9).felt(4.4, "hallucination")
    early = found.ask(closed("civik"), 4.5)
    assert early.status is Status.HOLD and [one.dose for one in early.recommendations] == [None]
    assert early.recommendations[0].due == BEGINS + timedelta(hours=5)
    later = found.ask(closed("civik"), 5)
    assert (later.status, dose(later)) == (Status.LOWER, "0.15 mg/kg/h")


def test_a_lower_single_dose_is_not_advised_while_what_would_hold_it_is_not_known() -> None:
    """Of a rate that runs less is safer than more; a lower dose by mouth is a dose all the same."""
    oral = chart("islhd_burst").ketamine(0, "given", "20 mg").calm(5).felt(5, "hallucination")
    blind = tuple(one for one in oral.facts.observed if one.measure != "respiratory_rate")
    assert oral.ask(closed("islhd_burst"), 5.5, "oral").status is Status.LOWER
    guidance = oral.but(observed=blind).ask(closed("islhd_burst"), 5.5, "oral")
    assert guidance.status is Status.WITHHELD and guidance.missing
    running = chart("civik").ketamine(0, "start", "0.2 mg/kg/h").calm(5).felt(5, "hallucination")
    blind = tuple(one for one in running.facts.observed if one.measure != "respiratory_rate")
    assert running.but(observed=blind).ask(closed("civik"), 5.5).status is Status.LOWER
