"""Ways of giving that published protocols ask of the language, each written as a file, read and run."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from adjuvant.errors import LibraryError
from adjuvant.protocol import Guidance, Situation, Status, lacking, load
from adjuvant.protocol.compare import dose_over_time, reference_weight
from adjuvant.protocol.dosing import per_day
from adjuvant.protocol.facts import fact_lines
from adjuvant.protocol.gate import check_dose
from adjuvant.quantity import parse_quantity
from bedside import BEGINS, Chart
from written import written


def dose(guidance: Guidance) -> str:
    (found,) = [one.dose for one in guidance.recommendations if one.dose is not None]
    return str(found)


def said(key: str) -> str:
    return "\n".join(line for _, lines in fact_lines(load(key).protocol) for line in lines)


def calm(hour: float = 0, pain: int = 7) -> Chart:
    return Chart().seen(hour, pain=pain).calm(hour)


# --- in the cheek -----------------------------------------------------------------------------------------

CHEEK = "cheek: {title: In the cheek, route: buccal, mode: buccal, start: 10 mg, times_per_day: 3, course: {at_most: 5 d}}"


def test_a_dose_in_the_cheek_is_given_and_repeated(tmp_path: Path) -> None:
    site = written(tmp_path, CHEEK)
    assert dose(calm().ask(site, 0)) == "10 mg"
    later = calm(8).ketamine(0, "given", "10 mg").ask(site, 8)
    assert (later.status, dose(later)) == (Status.CONTINUE, "10 mg")


def test_how_often_a_dose_in_the_cheek_is_given_must_be_said(tmp_path: Path) -> None:
    with pytest.raises(
        LibraryError, match=r"regimens\.cheek\.times_per_day is neither given nor listed as absent"
    ):
        written(tmp_path, CHEEK.replace("times_per_day: 3, ", ""))


def test_the_cheek_is_not_the_mouth(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="is oral, and buccal is given by buccal"):
        written(tmp_path, CHEEK.replace("route: buccal", "route: oral"))


def test_a_route_whose_way_of_giving_is_not_said_waits_for_a_site() -> None:
    """Gwent names mouth, cheek and skin; how it is given under the skin was not read."""
    gwent = load("gwent").protocol
    assert {one.route for one in gwent.regimens.values()} == {"oral", "buccal", "subcutaneous"}
    assert "regimens.subcutaneous.mode" in {need.field for need in lacking(gwent)}
    assert "How it is given is not said, subcutaneous" in said("gwent")


# --- over at least so long --------------------------------------------------------------------------------

PUSH = "push: {title: Push, route: intravenous, mode: slow_bolus, start: 10 mg, duration_at_least: 60 s, course: {infusions: 1}"


def test_a_least_duration_asks_a_site_how_long_a_dose_takes(tmp_path: Path) -> None:
    absent = "absent:\n  - {field: regimens.push.duration, text: How long it takes.}"
    site = written(tmp_path, PUSH + "}", more=absent)
    (need,) = lacking(site.protocol)
    assert (need.field, need.why) == (
        "regimens.push.duration",
        "it takes at least 60 s; how long it takes is not said",
    )
    assert calm().ask(site, 0).status is Status.WITHHELD


@pytest.mark.parametrize("seconds", [60, 61, 300])
def test_a_dose_that_takes_long_enough_is_given(tmp_path: Path, seconds: int) -> None:
    site = written(tmp_path, f"{PUSH}, duration: {seconds} s}}")
    assert calm().ask(site, 0).status is Status.START


def test_a_duration_under_the_least_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="takes 59 s, which is under its least duration, 60 s"):
        written(tmp_path, PUSH + ", duration: 59 s}")


def test_the_label_s_sixty_seconds_hold_for_every_push_into_a_vein(tmp_path: Path) -> None:
    """The label: a dose into a vein goes in over 60 seconds, whatever a protocol says of it."""
    short = PUSH.replace("duration_at_least: 60 s", "duration: 59 s") + "}"
    guidance = calm().ask(written(tmp_path, short), 0)
    assert guidance.status is Status.WITHHELD
    assert any("it takes 59 s, and is to take at least 60 s" in one.words for one in guidance.issues)


def test_an_infusion_of_two_hours_exactly_is_under_the_chronic_guideline_s_time(tmp_path: Path) -> None:
    """The guideline has more than two hours, which advises and does not refuse."""
    hours = {}
    for length in ("120 min", "121 min"):
        text = f"drip: {{title: Drip, route: intravenous, mode: timed_infusion, start: 90 mg, duration: {length}, course: {{infusions: 1}}}}"
        guidance = calm().ask(written(tmp_path, text), 0)
        assert guidance.status is Status.START
        hours[length] = "more than 2 h" in " ".join(one.words for one in guidance.issues)
    assert hours == {"120 min": True, "121 min": False}


# --- a rise whatever the effect ---------------------------------------------------------------------------

DAYS = (
    "days: {title: By the day, route: subcutaneous, mode: syringe_driver, start: 100 mg/d, course: {fixed: 5 d}, "
    "titration: {kind: ladder, levels: [100 mg/d, 300 mg/d, 500 mg/d], every: 1 d, always: true}}"
)


def rising(dose_now: str, hour: float, **readings: int) -> Chart:
    found = Chart().calm(-0.5).ketamine(0, "start", "100 mg/d")
    if dose_now != "100 mg/d":
        found = found.ketamine(24, "change", dose_now)
    return found.calm(hour, **readings)


@pytest.mark.parametrize("pain", [0, 3, 10])
def test_each_day_brings_the_next_level_whatever_the_pain_and_without_a_score(
    tmp_path: Path, pain: int
) -> None:
    """Medan: 100, 300 and 500 mg, day by day."""
    site = written(tmp_path, DAYS)
    early, due = rising("100 mg/d", 23).seen(23, pain=pain), rising("100 mg/d", 24).seen(24, pain=pain)
    assert (early.ask(site, 23).status, dose(early.ask(site, 23))) == (Status.CONTINUE, "100 mg/d")
    assert (due.ask(site, 24).status, dose(due.ask(site, 24))) == (Status.RAISE, "300 mg/d")
    assert rising("100 mg/d", 24).ask(site, 24).status is Status.RAISE
    assert dose(rising("300 mg/d", 48).ask(site, 48)) == "500 mg/d"


def test_a_rise_whatever_the_effect_waits_for_safety_all_the_same(tmp_path: Path) -> None:
    site = written(tmp_path, DAYS)
    assert rising("100 mg/d", 24).felt(24, "hallucination").ask(site, 24).status is not Status.RAISE
    assert rising("100 mg/d", 24, respiratory_rate=7).ask(site, 24).status is Status.STOP
    silent = Chart().calm(-0.5).ketamine(0, "start", "100 mg/d")
    assert silent.ask(site, 24).status is Status.WITHHELD


def test_a_rise_whatever_the_effect_has_no_rule_of_effect_beside_it(tmp_path: Path) -> None:
    both = DAYS.replace("always: true", "always: true, raise_when: {measure: pain, above: goal}")
    with pytest.raises(LibraryError, match="rises whatever the effect, and says when it rises"):
        written(tmp_path, both)
    with pytest.raises(LibraryError, match="has neither levels nor a step"):
        written(tmp_path, DAYS.replace("kind: ladder, levels: [100 mg/d, 300 mg/d, 500 mg/d]", "kind: free"))


def test_the_comparison_lets_it_rise_even_where_nothing_rises_by_effect(tmp_path: Path) -> None:
    regimen = written(tmp_path, DAYS).protocol.regimens["days"]
    stretches = dose_over_time(
        regimen, reference_weight(parse_quantity("70 kg")), Fraction(72), highest=False
    )
    assert [one.mg_per_h * 24 for one in stretches] == [100, 300, 500]


# --- so many times a week ---------------------------------------------------------------------------------

WEEKLY = (
    "nose: {title: By the nose, route: nasal, mode: intranasal, start: 50 mg, times_per_week: 2, "
    "course: {spacing: 48 h, at_most: 28 d}}"
)


def given_at(*hours: float) -> Chart:
    found = Chart()
    for hour in hours:
        found = found.ketamine(hour, "given", "50 mg")
    return found


def due_hours(guidance: Guidance) -> float:
    (advice,) = [one for one in guidance.recommendations if one.dose is not None]
    assert advice.due is not None
    return (advice.due - BEGINS).total_seconds() / 3600


def test_a_third_dose_waits_until_the_first_of_the_week_is_seven_days_old(tmp_path: Path) -> None:
    site = written(tmp_path, WEEKLY)
    assert due_hours(given_at(0).calm(1).ask(site, 1)) == 48
    assert due_hours(given_at(0, 48).calm(50).ask(site, 50)) == 168
    assert due_hours(given_at(0, 48, 168).calm(169).ask(site, 169)) == 216


def test_a_third_dose_in_a_week_is_stopped_at_the_gate(tmp_path: Path) -> None:
    site = written(tmp_path, WEEKLY)
    regimen = site.protocol.regimens["nose"]
    keys = {}
    for hour in (100, 168):
        situation = Situation.at(BEGINS + timedelta(hours=hour), given_at(0, 48).facts)
        found = check_dose(parse_quantity("50 mg"), site.protocol, regimen, situation, None, {})
        keys[hour] = [one.key for one in found if one.refuses]
    assert keys == {100: ["times_per_week"], 168: []}


def test_the_days_of_the_week_must_be_said_before_it_runs(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match=r"2 times a week; on which days is not said"):
        written(tmp_path, WEEKLY.replace("spacing: 48 h, ", ""))
    with pytest.raises(LibraryError, match=r"give one of the two"):
        written(tmp_path, WEEKLY.replace("times_per_week: 2", "times_per_week: 2, times_per_day: 1"))


def test_a_dose_twice_a_week_counts_whole_on_its_day(tmp_path: Path) -> None:
    regimen = written(tmp_path, WEEKLY).protocol.regimens["nose"]
    assert per_day(parse_quantity("50 mg"), regimen, None) == parse_quantity("50 mg/d")
