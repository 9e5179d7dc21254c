"""What judging rests on: the other drug and the other route in a course, how old weights and answers may be."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from adjuvant.protocol import Sited, Situation
from adjuvant.protocol.body import Weight
from adjuvant.protocol.dosing import DosingWeight, choose_weight
from adjuvant.protocol.premises import (
    answer_ages,
    dosing_weight,
    interval_of,
    other_drug,
    other_route,
    validity,
    weight_too_old,
)
from adjuvant.protocol.present import present
from adjuvant.protocol.regimen import Regimen
from adjuvant.protocol.situation import WeightReading
from adjuvant.quantity import parse_quantity
from adjuvant.unknown import Unknown
from bedside import BEGINS, Chart, at_a_site
from written import written

HOUR = timedelta(hours=1)
CHOSEN = "chosen: [{field: weight.kind, value: actual, reference: test}]"
REGIMENS = """\
drip: {title: Drip, route: intravenous, mode: continuous_infusion, start: 5 mg/h, course: {at_most: 5 d}}
mouth:
  title: By mouth after the drip
  route: oral
  mode: oral
  every: 8 h
  course: {at_most: 9 d}
  converted_from: {from: intravenous, to: oral, ratio: 1, first_dose_after: 6 h, doses_per_day: 3}
"""


@pytest.fixture
def site(tmp_path: Path) -> Sited:
    return written(tmp_path, REGIMENS)


def at(chart: Chart, hour: float = 10) -> Situation:
    return Situation.at(BEGINS + hour * HOUR, chart.facts)


def taking(chart: Chart, *given: tuple[str, float]) -> Chart:
    """Drugs given so many hours after the beginning."""
    return chart.but(taken=tuple((name, BEGINS + hour * HOUR) for name, hour in given))


def running() -> Chart:
    return Chart().ketamine(1, "start", "5 mg/h")


def test_the_other_drug_in_the_course_is_told_once_by_its_first_dose(site: Sited) -> None:
    chart = taking(running(), ("esketamine", 6), ("esketamine", 3), ("morphine", 2))
    (found,) = other_drug(site, at(chart), "drip")
    assert found == (
        "esketamine is charted at 2026-03-02T11:00:00+00:00, and written gives ketamine: "
        "milligrams of one are no milligrams of the other"
    )
    assert other_drug(site, at(taking(running(), ("ketamine", 3))), "drip") == ()


def test_what_was_given_before_the_course_or_where_none_runs_is_no_matter(site: Sited) -> None:
    before = taking(running(), ("esketamine", 0.5))
    assert other_drug(site, at(before), "drip") == ()
    first = taking(running(), ("esketamine", 1))
    assert len(other_drug(site, at(first), "drip")) == 1
    assert other_drug(site, at(taking(Chart(), ("esketamine", 3))), "drip") == ()
    stopped = taking(running().ketamine(8, "stop"), ("esketamine", 3))
    assert other_drug(site, at(stopped), "drip") == ()


def by(chart: Chart, *routes: str | None) -> Chart:
    """The same events, each by its route."""
    events = tuple(replace(one, route=route) for one, route in zip(chart.facts.ketamine, routes, strict=True))
    return chart.but(ketamine=events)


def test_another_route_in_the_course_is_told_once_by_its_first_dose(site: Sited) -> None:
    twice = running().ketamine(3, "change", "6 mg/h").ketamine(5, "change", "7 mg/h")
    (found,) = other_route(site, at(by(twice, "intravenous", "subcutaneous", "oral")), "drip")
    assert found == (
        "ketamine is charted as subcutaneous at 2026-03-02T11:00:00+00:00, and written (drip) gives it as "
        "intravenous: a dose by one route is no dose by another"
    )
    backwards = by(twice, "intravenous", "subcutaneous", "oral")
    turned = backwards.but(ketamine=tuple(reversed(backwards.facts.ketamine)))
    assert other_route(site, at(turned), "drip") == (found,)


def test_its_own_route_one_that_is_not_charted_and_the_one_it_converts_from_are_no_other(site: Sited) -> None:
    assert other_route(site, at(by(running(), "intravenous")), "drip") == ()
    assert other_route(site, at(by(running(), None)), "drip") == ()
    assert other_route(site, at(by(running(), "intravenous")), "mouth") == ()
    assert len(other_route(site, at(by(running(), "subcutaneous")), "mouth")) == 1
    assert len(other_route(site, at(by(running(), "oral")), "drip")) == 1


def test_where_no_course_runs_no_route_is_another(site: Sited) -> None:
    stopped = by(running().ketamine(8, "stop"), "subcutaneous", "subcutaneous")
    assert other_route(site, at(stopped), "drip") == ()
    assert other_route(site, at(Chart()), "drip") == ()


def test_answers_are_as_old_as_the_site_says_and_single_ones_as_it_says_of_them() -> None:
    ages = f"{CHOSEN}\nanswers_no_older_than: 24 h\nanswer_ages: {{consent_signed: 7 d}}"
    assert answer_ages(at_a_site("civik", ages)) == {
        "": timedelta(hours=24),
        "consent_signed": timedelta(days=7),
    }
    assert answer_ages(at_a_site("civik", CHOSEN)) == {}
    assert answer_ages(replace(at_a_site("civik", CHOSEN), profile=None)) == {}


def test_a_weight_is_too_old_only_once_its_time_has_passed(tmp_path: Path) -> None:
    """Seven days by the protocol, three by one of its regimens."""
    two = (
        "drip: {title: Drip, route: intravenous, mode: continuous_infusion, start: 0.1 mg/kg/h, course: {at_most: 5 d}}\n"
        "other: {title: Other, route: intravenous, mode: continuous_infusion, start: 0.1 mg/kg/h, "
        "course: {at_most: 5 d}, weight: {kind: actual, no_older_than: 3 d}}"
    )
    site = written(tmp_path, two, weight="{kind: actual, no_older_than: 7 d}")
    reading = WeightReading(BEGINS, parse_quantity("70 kg"))
    chart = Chart().but(weights=(reading,))
    assert weight_too_old(site, at(chart, 7 * 24), "drip") is None
    assert weight_too_old(site, at(chart, 7 * 24 + 0.1), "drip") == reading
    assert weight_too_old(site, at(chart, 3 * 24), "other") is None
    assert weight_too_old(site, at(chart, 3 * 24 + 0.1), "other") == reading


@pytest.mark.parametrize(
    ("times", "hours"),
    [
        ("at: [0 h, 1 h, 4 h, 6 h]", 3), ("at: [4 h, 0 h, 1 h]", 3), ("at: [5 h]", 5),
        ("phases: [{every: 15 min, lasts: 1 h}, {every: 4 h}]", 4),
    ],
)  # fmt: skip
def test_the_interval_of_a_group_is_its_longest(tmp_path: Path, times: str, hours: int) -> None:
    drip = "drip: {title: D, route: intravenous, mode: continuous_infusion, start: 5 mg/h, course: {at_most: 5 d}}"
    site = written(tmp_path, drip, monitoring=f"- {{items: [nausea], {times}}}")
    (group,) = [one for one in site.protocol.monitoring if "nausea" in one.items]
    assert interval_of(group) == hours * HOUR


def test_how_old_a_weight_may_be_is_asked_for_where_nobody_says(tmp_path: Path) -> None:
    drip = "drip: {title: D, route: intravenous, mode: continuous_infusion, start: 0.1 mg/kg/h, course: {at_most: 5 d}}"
    silent = written(tmp_path, drip, weight="{kind: actual}")
    found = dosing_weight(silent, at(Chart()), "drip")
    assert isinstance(found, Unknown) and found.needs == ("how old a weight may be (no_older_than)",)


def test_a_protocol_that_uses_no_weight_minds_none_that_is_odd(site: Sited) -> None:
    odd = Chart().but(
        weights=(
            WeightReading(BEGINS - HOUR, parse_quantity("62 kg")), WeightReading(BEGINS, parse_quantity("6.2 kg")),
        )
    )  # fmt: skip
    assert dosing_weight(site, at(odd), "drip") is None


def test_the_ideal_weight_is_found_where_no_actual_one_is_charted(tmp_path: Path) -> None:
    drip = "drip: {title: D, route: intravenous, mode: continuous_infusion, start: 0.1 mg/kg/h, course: {at_most: 5 d}}"
    ideal = written(tmp_path, drip, weight="{kind: ideal, no_older_than: 7 d}")
    chart = Chart().but(weights=(WeightReading(BEGINS, parse_quantity("55 kg"), "ideal"),))
    found = dosing_weight(ideal, at(chart), "drip")
    assert isinstance(found, DosingWeight) and (str(found.value), found.kind) == ("55 kg", "ideal")


def test_a_regimen_s_own_weight_is_too_old_by_its_own_time(tmp_path: Path) -> None:
    two = (
        "drip: {title: Drip, route: intravenous, mode: continuous_infusion, start: 0.1 mg/kg/h, course: {at_most: 5 d}}\n"
        "other: {title: Other, route: intravenous, mode: continuous_infusion, start: 0.1 mg/kg/h, "
        "course: {at_most: 5 d}, weight: {kind: actual, no_older_than: 3 d}}"
    )
    site = written(tmp_path, two, weight="{kind: actual, no_older_than: 7 d}")
    chart = Chart().but(weights=(WeightReading(BEGINS, parse_quantity("70 kg")),))
    late = at(chart, 4 * 24)
    found = dosing_weight(site, late, "other")
    assert isinstance(found, Unknown) and found.needs == ("a body weight of the last 3 d",)
    assert isinstance(dosing_weight(site, late, "drip"), DosingWeight)
    guidance = chart.ask(site, 4 * 24, "other")
    assert (guidance.regimen, guidance.stale) == ("other", (("weight 70 kg", BEGINS),))


def test_how_old_readings_may_be_is_the_shortest_interval_and_the_site_s_grace(tmp_path: Path) -> None:
    drips = (
        "drip: {title: D, route: intravenous, mode: continuous_infusion, start: 5 mg/h, course: {at_most: 5 d}}\n"
        "other: {title: O, route: intravenous, mode: continuous_infusion, start: 5 mg/h, course: {at_most: 5 d}}"
    )
    groups = (
        "- {items: [nausea], phases: [{every: 8 h}]}\n"
        "- {items: [nausea, spo2], phases: [{every: 2 h}], regimens: [other]}\n"
        "- {items: [nausea], phases: [{every: 6 h}]}"
    )
    site = written(tmp_path, drips, monitoring=groups)
    drip, other = validity(site, "drip"), validity(site, "other")
    assert (drip["nausea"], other["nausea"]) == (6 * HOUR, 2 * HOUR)
    assert "spo2" not in drip and other["spo2"] == 2 * HOUR
    graced = validity(at_a_site("civik", f"{CHOSEN}\ngrace: 15 min"), "infusion")
    assert graced["pain"] == validity(at_a_site("civik", CHOSEN), "infusion")["pain"] + HOUR / 4


def test_of_two_weights_that_are_alike_the_actual_one_is_named() -> None:
    rule = Weight.model_validate({"kind": "lower_of_ideal_and_actual"})
    alike = parse_quantity("70 kg")
    found = choose_weight(rule, (alike, BEGINS), (alike, BEGINS - HOUR))
    assert isinstance(found, DosingWeight) and (found.kind, found.at) == ("actual", BEGINS)


def test_a_regimen_without_a_course_leaves_what_was_charted_as_one() -> None:
    form = {"title": "x", "route": "intravenous", "mode": "continuous_infusion", "start": "5 mg/h"}
    seen = at(running())
    assert present(seen, Regimen.model_validate(form), None).state.began == seen.state.began
