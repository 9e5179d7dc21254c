"""The end of a course is told as its source has it: at once, or brought down over some time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adjuvant.library.folder import FOLDER
from adjuvant.protocol import Facts, Situation, Status, load, sited
from adjuvant.protocol.course import taper_words
from bedside import BEGINS, Chart, closed


def at(facts: Facts, hour: float) -> Situation:
    return Situation.at(BEGINS + timedelta(hours=hour), facts)


@pytest.mark.parametrize(("days", "gradual"), [(20, False), (21, False), (22, True)])
def test_more_than_three_weeks_of_ketamine_are_ended_gradually(days: int, gradual: bool) -> None:
    """Three weeks themselves are not more than three weeks."""
    regimen = load("lothian_scottish").protocol.regimens["subcutaneous"]
    given = at(Chart().ketamine(0, "start", "100 mg/d").facts, days * 24)

    assert ("gradually" in taper_words(regimen, given)) is gradual


def test_an_infusion_that_its_source_weans_over_half_a_day_or_a_day_is_not_said_to_end_at_once() -> None:
    site = sited(load("fpm_infusion"), FOLDER / "protocols" / "fpm_infusion" / "example_site.yaml")
    chart = Chart().answering(site.protocol).ketamine(0, "start", "0.05 mg/kg/h").calm(120).seen(120, pain=2)
    denied = chart.felt(119, "any_unwanted_effect").facts.effects[-1]
    chart = chart.but(effects=(*chart.facts.effects, type(denied)(denied.kind, denied.at, present=False)))
    guidance = chart.ask(site, 120)
    (advice,) = [one for one in guidance.recommendations if one.action == "complete"]

    assert guidance.status is Status.COMPLETE
    assert "12 to 24 hours" in advice.words
    assert [one.citation for one in advice.because if one.rule.endswith("course.taper")] == ["fpm2021"]


def test_a_course_that_its_source_ends_at_once_is_not_said_to_be_brought_down() -> None:
    site = closed("civik")
    chart = Chart().answering(site.protocol).ketamine(0, "start", "0.05 mg/kg/h").calm(120).seen(120, pain=2)
    (advice,) = [one for one in chart.ask(site, 120).recommendations if one.action == "complete"]

    assert [one.rule for one in advice.because] == ["regimens.infusion.course.fixed"]
