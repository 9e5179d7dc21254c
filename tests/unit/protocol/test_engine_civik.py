"""CIVIK's published rule: a step more every 8 h while pain is above goal or two rescues were needed."""

from __future__ import annotations

import pytest

from adjuvant.protocol import Guidance, Status
from adjuvant.quantity import parse_quantity
from bedside import Chart, at_a_site

YES = dict.fromkeys(("cancer_confirmed", "last_months", "line_for_five_days", "consent_signed"), True)


def chart() -> Chart:
    """A patient whom CIVIK takes: every question of it answered so, by the questions' own keys."""
    protocol = at_a_site("civik").protocol
    found = Chart().seen(-1, medd_intravenous=150, pain=8).calm(-1)
    for one in protocol.criteria:
        if getattr(one.when, "attested", None):
            found = found.answered(**{one.when.attested: one.kind == "include"})
        if getattr(one.when, "condition", None):
            found = found.answered(**{f"condition__{one.when.condition}": one.kind == "include"})
        if getattr(one.when, "taken", None) and one.when.taken != "ketamine":
            found = found.answered(**{f"taken__{one.when.taken}": one.kind == "include"})
    return found


def running(rate: str = "0.05 mg/kg/h") -> Chart:
    """The same once it runs, from hour 0."""
    return chart().ketamine(0, "start", rate)


def ask(found: Chart, hour: float) -> Guidance:
    return found.ask(at_a_site("civik"), hour)


def dose(guidance: Guidance) -> str:
    (found,) = [one.dose for one in guidance.recommendations if one.dose is not None]
    return str(found)


def test_the_first_rate_is_a_twentieth_of_a_milligram_per_kilogram_an_hour() -> None:
    guidance = ask(chart(), 0)
    assert (guidance.status, guidance.eligibility) == (Status.START, "eligible")
    assert dose(guidance) == "0.05 mg/kg/h"
    (amount,) = [one.amount for one in guidance.recommendations]
    assert amount is not None and amount.same_as(parse_quantity("3.5 mg/h"))  # 0.05 mg/kg/h x 70 kg


def test_pain_above_goal_after_eight_hours_raises_by_one_step() -> None:
    guidance = ask(running().calm(8).seen(8, pain=5), 8)
    assert guidance.status is Status.RAISE
    assert dose(guidance) == "0.1 mg/kg/h"


def test_two_rescues_in_eight_hours_raise_though_pain_is_at_goal() -> None:
    guidance = ask(running().calm(8).seen(8, pain=3).rescued(3, 7), 8)
    assert guidance.status is Status.RAISE


def test_one_rescue_and_pain_at_goal_keep_the_rate() -> None:
    guidance = ask(running().calm(8).seen(8, pain=3).rescued(3), 8)
    assert guidance.status is Status.CONTINUE
    assert dose(guidance) == "0.05 mg/kg/h"


def test_a_rescue_before_the_last_eight_hours_does_not_count() -> None:
    guidance = ask(running().calm(9).seen(9, pain=3).rescued(0.5, 8), 9)
    assert guidance.status is Status.CONTINUE


def test_nothing_is_raised_before_eight_hours_have_passed() -> None:
    guidance = ask(running().calm(7.5).seen(7.5, pain=9), 7.5)
    assert guidance.status is Status.CONTINUE
    (due,) = [one.due for one in guidance.recommendations]
    assert due is not None and due.hour == 16  # begun at 08:00


def test_the_highest_rate_is_half_a_milligram_per_kilogram_an_hour() -> None:
    guidance = ask(running("0.5 mg/kg/h").calm(8).seen(8, pain=9), 8)
    assert guidance.status is Status.CONTINUE
    assert dose(guidance) == "0.5 mg/kg/h"
    assert any("highest" in reason.text for one in guidance.recommendations for reason in one.because)


@pytest.mark.hazard("H-045")
def test_the_course_ends_after_five_days() -> None:
    assert ask(running().calm(119).seen(119, pain=2), 119).status is Status.CONTINUE
    assert ask(running().calm(120).seen(120, pain=2), 120).status is Status.COMPLETE


def test_a_rate_in_milligrams_per_hour_is_known_as_the_level_that_it_is() -> None:
    guidance = ask(running("3.5 mg/h").calm(8).seen(8, pain=5), 8)
    assert dose(guidance) == "0.1 mg/kg/h"


@pytest.mark.parametrize("slip", ["0.5 mg/h", "35 mg/h", "0.35 mg/h", "350 mg/h"])
def test_a_tenfold_slip_of_the_running_rate_is_no_level_and_nothing_is_advised_on_it(slip: str) -> None:
    found = running(slip).calm(8).seen(8, pain=5)
    guidance = ask(found, 8)
    if (
        slip == "35 mg/h"
    ):  # 0.5 mg/kg/h is the ceiling itself: no slip can be seen in it, and it goes no higher
        assert guidance.status is Status.CONTINUE
    else:
        assert guidance.status is Status.WITHHELD
        assert any("none of the protocol's doses" in issue.words for issue in guidance.issues)


def test_missing_pain_is_not_pain_at_goal() -> None:
    guidance = ask(running().calm(8), 8)
    assert guidance.status is Status.WITHHELD
    assert any("Pain" in one.what for one in guidance.missing)


def test_a_pain_score_of_nine_hours_ago_is_stale_and_says_so() -> None:
    guidance = ask(running().seen(-0.5, pain=2).calm(8.5), 8.5)
    assert guidance.status is Status.WITHHELD
    assert any("9 h old" in words for words, _ in guidance.stale)


def test_no_goal_cannot_be_exceeded_and_cannot_be_met() -> None:
    guidance = ask(running().but(goal=None).calm(8).seen(8, pain=5), 8)
    assert guidance.status is Status.WITHHELD
    assert any("goal" in one.what for one in guidance.missing)


def test_a_missing_respiratory_rate_withholds_whatever_the_pain() -> None:
    found = running().seen(8, pain=9, systolic=130, sedation_poss=1).but()
    guidance = ask(found, 8)
    assert guidance.status is Status.WITHHELD
    assert any("Respiratory rate" in one.what for one in guidance.missing)


def test_seven_breaths_stop_though_pain_is_ten() -> None:
    guidance = ask(running().calm(8, respiratory_rate=7).seen(8, pain=10), 8)
    assert guidance.status is Status.STOP
    assert [reason.rule for one in guidance.recommendations for reason in one.because] == ["breathing"]


def test_deep_sedation_holds_and_the_hold_lasts_an_hour() -> None:
    assert ask(running().calm(8, sedation_poss=3).seen(8, pain=9), 8).status is Status.HOLD
    paused = running().ketamine(8, "pause").calm(8.5).seen(8.5, pain=9)
    assert ask(paused, 8.5).status is Status.HOLD
    assert ask(paused.calm(9).seen(9, pain=9), 9).status is Status.CONTINUE


def test_hallucinations_lower_by_one_level_and_hold_at_the_lowest() -> None:
    lowered = ask(running("0.2 mg/kg/h").calm(8).felt(8, "hallucination").seen(8, pain=9), 8)
    assert (lowered.status, dose(lowered)) == (Status.LOWER, "0.15 mg/kg/h")
    lowest = ask(running().calm(8).felt(8, "hallucination").seen(8, pain=9), 8)
    assert lowest.status is Status.HOLD


def test_ketamine_within_six_months_excludes() -> None:
    found = chart()
    when = found.facts.ketamine
    assert not when
    given = found.but(taken=(("ketamine", found.facts.weights[0].at.replace(month=1)),))
    guidance = ask(given, 0)
    assert (guidance.status, guidance.eligibility) == (Status.NOT_ELIGIBLE, "not eligible")


def test_an_opioid_dose_under_the_floor_excludes_and_an_unknown_one_leaves_it_open() -> None:
    low = ask(chart().seen(-0.5, medd_intravenous=119), 0)
    assert low.eligibility == "not eligible"
    unknown = chart()
    unknown = unknown.but(
        observed=tuple(one for one in unknown.facts.observed if one.measure != "medd_intravenous")
    )
    guidance = ask(unknown, 0)
    assert (guidance.status, guidance.eligibility) == (Status.WITHHELD, "cannot say")


@pytest.mark.hazard("H-019")
def test_a_weight_of_last_month_withholds_and_is_named_with_its_age() -> None:
    found = chart()
    old = found.facts.weights[0]
    stale = found.but(weights=(type(old)(old.at.replace(month=2, day=1), old.value),))
    guidance = ask(stale, 0)
    assert guidance.status is Status.WITHHELD
    assert any("body weight of the last 7 d" in one.what for one in guidance.missing)


@pytest.mark.hazard("H-019")
@pytest.mark.parametrize(
    "slip", ["700 kg", "70000 kg", "70 g"], ids=["no point", "grams as kg", "kg as grams"]
)
def test_a_weight_that_nobody_has_is_none_to_work_a_dose_out_with(slip: str) -> None:
    """70 kg with a slip of the pen: nobody was ever as heavy, and 70 g weigh less than any newborn."""
    found = chart()
    one = found.facts.weights[0]
    guidance = ask(found.but(weights=(type(one)(one.at, parse_quantity(slip)),)), 0)
    assert guidance.status is Status.WITHHELD
    assert not [advice for advice in guidance.recommendations if advice.dose is not None]
    assert any(
        "a body weight that is believed" in lack.what and slip in lack.what for lack in guidance.missing
    )
    assert not guidance.stale


@pytest.mark.hazard("H-042")
def test_without_a_site_profile_nothing_runs_and_every_gap_is_named() -> None:
    from adjuvant.protocol import lacking, load, sited

    listed = load("civik")
    guidance = chart().ask(sited(listed), 0)
    assert guidance.status is Status.WITHHELD
    assert {one.rule for one in guidance.missing} == {need.field for need in lacking(listed.protocol)}


def test_two_weights_at_one_moment_contradict_and_withhold() -> None:
    found = chart()
    one = found.facts.weights[0]
    both = found.but(weights=(one, type(one)(one.at, parse_quantity("7 kg"))))
    guidance = ask(both, 0)
    assert guidance.status is Status.WITHHELD
    assert any("two actual weights" in issue.words for issue in guidance.issues)


@pytest.mark.hazard("H-052")
def test_running_and_stopped_at_once_contradict_and_withhold() -> None:
    guidance = ask(
        running().ketamine(4, "stop").ketamine(5, "change", "0.1 mg/kg/h").calm(8).seen(8, pain=5), 8
    )
    assert guidance.status is Status.WITHHELD
    assert any("nothing is running" in issue.words for issue in guidance.issues)


def test_two_pressures_of_one_moment_matter_only_where_the_rule_could_go_either_way() -> None:
    alike = running().calm(8, systolic=130).seen(8, pain=3, systolic=140)
    assert ask(alike, 8).status is Status.CONTINUE
    either = running().calm(8, systolic=130).seen(8, pain=3, systolic=190)
    guidance = ask(either, 8)
    assert guidance.status is Status.WITHHELD
    (lack,) = [one.what for one in guidance.missing if "two of the same moment differ" in one.what]
    assert "130" in lack and "190" in lack  # the figure that would stop ketamine is in sight
    both = running().calm(8, systolic=185).seen(8, pain=3, systolic=190)
    assert ask(both, 8).status is Status.STOP


def test_an_effect_that_was_denied_later_is_over() -> None:
    found = running("0.1 mg/kg/h").felt(2, "hallucination").calm(8).seen(8, pain=3)
    assert ask(found, 8).status is Status.CONTINUE


LOWERED = """chosen:
  - {field: weight.kind, value: actual, reference: test}
  - {field: regimens.infusion.titration.lower_when, value: {event: dysphoria}, reference: test}"""


def test_a_dose_that_may_have_to_fall_is_neither_raised_nor_kept_until_that_is_known() -> None:
    site = at_a_site("civik", LOWERED)
    unasked = running("0.1 mg/kg/h").calm(8).seen(8, pain=9)
    guidance = unasked.ask(site, 8)
    assert guidance.status is Status.WITHHELD
    assert any("dysphoria" in one.what for one in guidance.missing)
    felt = unasked.felt(8, "dysphoria").ask(site, 8)
    assert (felt.status, dose(felt)) == (Status.LOWER, "0.05 mg/kg/h")


def test_an_advisory_names_its_source_and_how_it_was_read() -> None:
    from adjuvant.protocol.limits import guardrails

    guidance = ask(running("0.5 mg/kg/h").calm(8).seen(8, pain=9), 8)
    shown = [(issue, issue.because[0]) for issue in guidance.issues if issue.kind == "advisory"]
    assert shown
    for _, reason in shown:
        rail = guardrails()[reason.rule]
        assert (reason.citation, reason.provenance) == (rail.citation, rail.provenance)
