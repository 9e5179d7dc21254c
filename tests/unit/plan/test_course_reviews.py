"""Liver and bladder in and between courses: due before another, overdue by an interval, and said where none is given."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adjuvant.alerts import watch
from adjuvant.library.preparations import preparations
from adjuvant.library.vocabulary import observations
from adjuvant.plan import course_reviews
from adjuvant.protocol import Sited, Situation
from adjuvant.protocol.situation import Answer, Effect, Observed
from bedside import BEGINS, Chart, at_a_site

PLAIN = "chosen: [{field: weight.kind, value: actual, reference: test}]\ngrace: 15 min\nalerts: true"
# The only source with an interval for the liver is a summary on chronic pain, every 48 h; a site takes it up here.
TIMED = PLAIN + "\nadopt_monitoring: [{key: fpm_infusion, reference: test}]"
DAY = 24


def two_courses() -> Chart:
    """Three days of CIVIK, and again from day 30."""
    first = Chart().ketamine(0, "start", "0.05 mg/kg/h").ketamine(3 * DAY, "stop")
    return first.ketamine(30 * DAY, "start", "0.05 mg/kg/h")


def with_liver_tests(chart: Chart, day: float) -> Chart:
    one = Observed("liver_function", BEGINS + timedelta(days=day), None, "panel 7, charted")
    return chart.but(observed=(*chart.facts.observed, one))


def of(key: str, chart: Chart, day: float, site: Sited):
    found = course_reviews(site, "infusion", Situation.at(BEGINS + timedelta(days=day), chart.facts))
    return next(one for one in found if one.key == key)


def alerts(chart: Chart, day: float, site: Sited) -> set[str]:
    found = watch(site, chart.facts, BEGINS + timedelta(days=day))
    return {one.key for one in found.review.active if one.key.startswith("review:")}


def test_what_counts_as_having_asked_is_an_observation_of_the_library() -> None:
    assert all(name in observations() for one in preparations().reviews for name in one.charted_as)
    assert all(one.charted_as for one in preparations().reviews)


@pytest.mark.hazard("H-044")
def test_a_further_course_that_is_begun_without_a_review_is_an_alert_until_it_is_charted() -> None:
    site = at_a_site("civik", PLAIN)
    liver = of("liver", two_courses(), 30.1, site)
    assert (liver.last, liver.due, liver.skipped) == (None, True, True)
    assert alerts(two_courses(), 30.1, site) == {"review:liver", "review:bladder"}
    done = with_liver_tests(two_courses(), 29)
    assert not of("liver", done, 30.1, site).skipped
    assert alerts(done, 30.1, site) == {"review:bladder"}
    asked = done.but(effects=(Effect("cystitis_symptoms", BEGINS + timedelta(days=29), present=False),))
    assert alerts(asked, 30.1, site) == set()


@pytest.mark.hazard("H-044")
def test_a_review_of_before_the_last_course_s_end_does_not_count_for_the_next() -> None:
    site = at_a_site("civik", PLAIN)
    assert of("liver", with_liver_tests(two_courses(), 2), 30.1, site).skipped
    answer = Answer("review:liver", True, BEGINS + timedelta(days=20), "Dr Invented")
    assert not of("liver", two_courses().but(answers=(answer,)), 30.1, site).skipped


@pytest.mark.hazard("H-044")
def test_a_first_course_is_due_for_nothing_before_it_and_for_a_review_after_it() -> None:
    site = at_a_site("civik", PLAIN)
    first = Chart().ketamine(0, "start", "0.05 mg/kg/h")
    assert not of("liver", Chart(), 0, site).due
    assert not of("liver", first, 1, site).skipped and alerts(first, 1, site) == set()
    assert of("liver", first.ketamine(2 * DAY, "stop"), 3, site).due


@pytest.mark.hazard("H-044")
def test_an_interval_that_a_protocol_or_site_gives_makes_it_overdue_to_the_minute() -> None:
    site, chart = at_a_site("civik", TIMED), Chart().ketamine(0, "start", "0.05 mg/kg/h")
    liver = of("liver", chart, 2, site)
    assert liver.every == timedelta(hours=48) and liver.due_at == BEGINS + timedelta(hours=48)
    assert not liver.overdue and of("liver", chart, 2.001, site).overdue
    assert "review:liver" in alerts(chart, 2.001, site) and "review:liver" not in alerts(chart, 2, site)
    assert not of("liver", with_liver_tests(chart, 1), 2.9, site).overdue
    assert of("liver", with_liver_tests(chart, 1), 3.1, site).overdue


@pytest.mark.hazard("H-044")
def test_that_no_interval_is_given_is_said() -> None:
    chart = Chart().ketamine(0, "start", "0.05 mg/kg/h")
    assert of("liver", chart, 1, at_a_site("civik", PLAIN)).every is None
    found = watch(at_a_site("civik", PLAIN), chart.facts, BEGINS + timedelta(days=1))
    assert sum("No interval is given for it" in words for words in found.unwatched) == 2
