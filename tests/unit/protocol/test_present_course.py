"""What counts as the present course: parts of one dose are one dose, and after long enough a course begins anew."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adjuvant.protocol import Guidance, Situation, Status
from adjuvant.protocol.compare import reference_weight
from adjuvant.protocol.present import present
from adjuvant.protocol.situation import Answer, WeightReading
from adjuvant.quantity import parse_quantity
from bedside import BEGINS, Chart, closed

HOME = closed(
    "henry_ford_home_sc"
)  # 0.5 mg/kg as three equal injections at 0, 15 and 30 min, four times, weekly
FOUNDING = closed("patel_ldk")  # three infusions of 0.5 mg/kg within five days
DAY = 24
SEVENTY = reference_weight(parse_quantity("70 kg"))


def at_home() -> Chart:
    return Chart().answering(HOME.protocol).calm(-0.5)


def weighed(found: Chart, hour: float, kilograms: int = 70) -> Chart:
    """A weight taken again: one of the week before is too old for the test's site."""
    again = WeightReading(BEGINS + timedelta(hours=hour), parse_quantity(f"{kilograms} kg"))
    return found.but(weights=(*found.facts.weights, again))


def decided(found: Chart, hour: float, yes: bool) -> Chart:
    said = Answer("another_course", yes, BEGINS + timedelta(hours=hour), "Dr Invented")
    return found.but(answers=(*found.facts.answers, said))


def dose(guidance: Guidance) -> str:
    (found,) = [one.amount for one in guidance.recommendations if one.amount is not None]
    return found.for_people()


def given(found: Chart, hour: float) -> int:
    situation = Situation.at(BEGINS + timedelta(hours=hour), found.facts)
    return len(present(situation, HOME.protocol.regimens["injections"], SEVENTY).state.given)


# --- parts of one dose ------------------------------------------------------------------------------------


def test_after_the_first_part_the_second_is_due_and_not_a_whole_dose() -> None:
    """35 mg for 70 kg in three equal parts is 11.67 mg each, at 0, 15 and 30 minutes."""
    found = at_home().ketamine(0, "given", "11.67 mg")
    early, due = found.ask(HOME, 0.1), found.ask(HOME, 0.25)
    assert (early.status, dose(early)) == (Status.CONTINUE, "11.67 mg")
    assert early.recommendations[0].words.startswith("Nothing is due yet; then give part 2 of 3 of 0.5 mg/kg")
    assert early.recommendations[0].due == BEGINS + timedelta(minutes=15)
    assert due.recommendations[0].words.startswith("Give part 2 of 3")


def test_three_parts_are_one_dose_and_the_next_is_due_a_week_after_the_first() -> None:
    found = at_home().ketamine(0, "given", "11.67 mg").ketamine(0.25, "given", "11.67 mg")
    found = found.ketamine(0.5, "given", "11.67 mg").calm(1)
    guidance = found.ask(HOME, 1)
    assert (guidance.status, dose(guidance)) == (Status.CONTINUE, "35 mg")
    assert guidance.recommendations[0].due == BEGINS + timedelta(days=7)


def test_twelve_parts_in_four_weeks_are_the_four_doses_of_the_course() -> None:
    found = at_home()
    for week in range(4):
        for part in (0, 0.25, 0.5):
            found = found.ketamine(week * 7 * DAY + part, "given", "11.67 mg")
    end = 3 * 7 * DAY + 1
    assert weighed(found.calm(end), end - 1).ask(HOME, end).status is Status.COMPLETE
    assert given(found, end) == 4
    assert given(found, end - 1 - 7 * DAY) == 3


def test_the_last_part_of_the_last_dose_is_still_asked_for() -> None:
    found = at_home()
    for week in range(3):
        found = found.ketamine(week * 7 * DAY, "given", "0.5 mg/kg")
    begun = 3 * 7 * DAY
    found = found.ketamine(begun, "given", "11.67 mg").calm(begun + 0.1)
    found = weighed(found, begun)
    guidance = found.ask(HOME, begun + 0.1)
    assert guidance.status is Status.CONTINUE
    assert "part 2 of 3" in guidance.recommendations[0].words


@pytest.mark.parametrize("charted", ["12 mg", "11.6 mg", "11.68 mg"])
def test_an_amount_that_is_no_third_of_the_dose_is_no_part_of_it(charted: str) -> None:
    found = at_home().ketamine(0, "given", charted).calm(0.1)
    assert found.ask(HOME, 0.25).status is Status.WITHHELD


@pytest.mark.parametrize("charted", ["11.7 mg", "11.667 mg"])
def test_a_part_is_known_by_its_rounding(charted: str) -> None:
    found = at_home().ketamine(0, "given", charted).calm(0.1)
    assert "part 2 of 3" in found.ask(HOME, 0.25).recommendations[0].words


def test_a_reason_to_stop_between_the_parts_stops_them() -> None:
    found = at_home().ketamine(0, "given", "11.67 mg").calm(0.1, respiratory_rate=6)
    assert found.ask(HOME, 0.25).status is Status.STOP


# --- a course after another --------------------------------------------------------------------------------


def founding() -> Chart:
    """Three infusions in the first five days, and nothing since."""
    found = Chart().answering(FOUNDING.protocol).seen(-1, pain=8).calm(-1)
    for hour in (0, 48, 96):
        found = found.ketamine(hour, "given", "0.5 mg/kg")
    return found.ketamine(97, "stop")


def test_a_stop_ends_the_course_and_says_when_another_could_begin() -> None:
    soon = founding().calm(98).ask(FOUNDING, 98)
    assert soon.status is Status.COMPLETE
    assert soon.recommendations[0].due is not None
    # Seven days by evaluation.yaml, from when a next dose would have been due (24 h by the test's site).
    assert soon.recommendations[0].due == BEGINS + timedelta(hours=97 + 7 * DAY + 24)


def test_another_course_waits_for_a_clinician_to_decide_on_it() -> None:
    later = 97 + 9 * DAY
    found = weighed(founding().calm(later, pain=8), later)
    asked = found.ask(FOUNDING, later)
    assert asked.status is Status.WITHHELD
    assert "another_course" in " ".join(one.what for one in asked.missing)
    # An answer from before the first course is no answer to this one.
    assert found.answered(another_course=True).ask(FOUNDING, later).status is Status.WITHHELD


def test_a_second_course_begins_anew_with_the_first_dose_of_three() -> None:
    later = 97 + 9 * DAY
    # The test's site reads the printed limit as under 35 mg, so that 68 kg may have their 34 mg.
    found = decided(weighed(founding().calm(later, pain=8), later, 68), later, True)
    begun = found.ask(FOUNDING, later)
    assert (begun.status, dose(begun)) == (Status.START, "34 mg")
    assert "earlier course" in [one.kind for one in begun.issues]
    second = found.ketamine(later, "given", "0.5 mg/kg").calm(later + 20, pain=8)
    going = second.ask(FOUNDING, later + 20)
    assert going.status is Status.CONTINUE  # one of three is given, and not four


def test_no_further_course_is_wanted_once_a_clinician_says_so() -> None:
    later = 97 + 9 * DAY
    guidance = decided(weighed(founding().calm(later, pain=8), later), later, False).ask(FOUNDING, later)
    assert guidance.status is Status.COMPLETE
    assert guidance.recommendations[0].words == "No further course is wanted."


def test_a_gap_in_a_chart_that_no_stop_was_charted_for_begins_no_course() -> None:
    """Kannan gives three doses a day: a chart that is silent for nine days may not have been kept."""
    site = closed("kannan_oral")
    found = Chart().answering(site.protocol).seen(-1, pain=8).ketamine(0, "given", "0.5 mg/kg")
    silent = weighed(found, 9 * DAY).calm(10 * DAY).ask(site, 10 * DAY)
    assert "earlier course" not in [one.kind for one in silent.issues]
    ended = weighed(found.ketamine(8, "stop"), 9 * DAY).calm(10 * DAY).ask(site, 10 * DAY)
    assert "another_course" in " ".join(one.what for one in ended.missing)


def test_a_course_whose_doses_are_all_given_needs_no_stop_to_be_over() -> None:
    found = founding()
    whole = found.but(ketamine=tuple(one for one in found.facts.ketamine if one.dose is not None))
    later = 97 + 9 * DAY
    asked = weighed(whole.calm(later, pain=8), later).ask(FOUNDING, later)
    assert "another_course" in " ".join(one.what for one in asked.missing)


def test_a_start_soon_after_a_stop_goes_on_with_the_same_course() -> None:
    found = Chart().answering(closed("civik").protocol).seen(-1, medd_intravenous=150, pain=8).calm(-1)
    soon = (
        found.ketamine(0, "start", "0.05 mg/kg/h").ketamine(24, "stop").ketamine(48, "start", "0.05 mg/kg/h")
    )
    late = (
        found.ketamine(0, "start", "0.05 mg/kg/h").ketamine(24, "stop").ketamine(240, "start", "0.05 mg/kg/h")
    )
    # CIVIK runs five days: from the first start, unless the second begins a course of its own.
    assert soon.calm(120, pain=2).ask(closed("civik"), 120).status is Status.COMPLETE
    assert weighed(late, 239).calm(250, pain=2).ask(closed("civik"), 250).status is Status.CONTINUE
    assert weighed(late, 239).calm(360, pain=2).ask(closed("civik"), 360).status is Status.COMPLETE
