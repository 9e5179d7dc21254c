"""Liver and bladder in and between courses: due before another, overdue by an interval, and said where none is given."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from adjuvant.alerts import watch
from adjuvant.library.preparations import preparations
from adjuvant.library.vocabulary import observations
from adjuvant.plan import CourseReview, course_reviews
from adjuvant.plan.course_reviews import course_reviews_json, reviewed
from adjuvant.protocol import Sited, Situation
from adjuvant.protocol.model import ObservationGroup
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


# --- what counts as a review, and by which interval ---------------------------------------------------------


def observing(*groups: dict[str, object]) -> Sited:
    """CIVIK at a site, whose monitoring is these groups alone."""
    site = at_a_site("civik", PLAIN)
    made = tuple(ObservationGroup.model_validate({"citation": "rcht", **one}) for one in groups)
    return replace(site, protocol=site.protocol.model_copy(update={"monitoring": made}))


def in_intervals(item: str, every: str, **other: object) -> dict[str, object]:
    return {"items": ["pain", item], "phases": [{"every": every}], **other}


def test_the_shortest_interval_of_those_that_ask_for_it_holds() -> None:
    chart = Chart().ketamine(0, "start", "0.05 mg/kg/h")
    site = observing(
        in_intervals("cystitis_symptoms", "12 h"),
        in_intervals("liver_function", "48 h"),
        in_intervals("liver_function", "24 h"),
        in_intervals("liver_function", "36 h"),
        {"items": ["liver_function"], "unstated": True},
    )
    assert of("liver", chart, 1, site).every == timedelta(hours=24)
    assert of("bladder", chart, 1, site).every == timedelta(hours=12)


def test_an_interval_of_another_regimen_is_not_taken() -> None:
    chart = Chart().ketamine(0, "start", "0.05 mg/kg/h")
    other = in_intervals("liver_function", "24 h", regimens=["another"])
    assert of("liver", chart, 1, observing(other)).every is None
    mine = in_intervals("liver_function", "48 h", regimens=["another", "infusion"])
    assert of("liver", chart, 1, observing(other, mine)).every == timedelta(hours=48)


def test_an_interval_counts_from_the_first_course_until_a_review_is_charted_and_then_from_that() -> None:
    site = observing(in_intervals("liver_function", "48 h"))
    assert of("liver", Chart(), 1, site).due_at is None
    # No course: what was charted before it makes nothing due.
    assert of("liver", with_liver_tests(Chart(), 0.5), 1, site).due_at is None
    assert of("liver", two_courses(), 30.1, site).due_at == BEGINS + timedelta(days=2)
    tested = of("liver", with_liver_tests(two_courses(), 29), 30.1, site)
    assert (tested.last, tested.due_at) == (BEGINS + timedelta(days=29), BEGINS + timedelta(days=31))


def test_the_latest_that_was_charted_is_the_last_review() -> None:
    chart = with_liver_tests(with_liver_tests(with_liver_tests(Chart(), 5), 9), 7)
    answer = Answer("review:liver", True, BEGINS + timedelta(days=8), "Dr Invented")
    seen = Situation.at(BEGINS + timedelta(days=20), chart.but(answers=(answer,)).facts)
    assert reviewed(seen) == {"liver": BEGINS + timedelta(days=9)}
    later = replace(answer, at=BEGINS + timedelta(days=10))
    seen = Situation.at(BEGINS + timedelta(days=20), chart.but(answers=(later,)).facts)
    assert reviewed(seen) == {"liver": BEGINS + timedelta(days=10)}


def test_an_answer_of_no_and_an_answer_to_the_other_question_are_no_review() -> None:
    at = BEGINS + timedelta(days=8)
    no = Chart().but(answers=(Answer("review:liver", False, at, "Dr Invented"),))
    assert reviewed(Situation.at(at, no.facts)) == {}
    bladder = Chart().but(answers=(Answer("review:bladder", True, at, "Dr Invented"),))
    assert reviewed(Situation.at(at, bladder.facts)) == {"bladder": at}


def test_other_observations_and_effects_are_no_review() -> None:
    chart = Chart().calm(1).felt(2, "hallucination")
    assert reviewed(Situation.at(BEGINS + timedelta(days=1), chart.facts)) == {}


def test_a_review_at_the_very_end_of_a_course_counts_for_the_next() -> None:
    site = at_a_site("civik", PLAIN)
    assert not of("liver", with_liver_tests(two_courses(), 3), 30.1, site).skipped
    # Of three courses the second has none after it; the third, which runs, asks for nothing yet.
    three = two_courses().ketamine(33 * DAY, "stop").ketamine(60 * DAY, "start", "0.05 mg/kg/h")
    assert of("liver", with_liver_tests(three, 10), 60.1, site).skipped
    assert not of("liver", with_liver_tests(three, 40), 60.1, site).skipped


def test_reviews_stand_in_the_order_of_the_library_with_what_is_asked() -> None:
    found = course_reviews(
        at_a_site("civik", PLAIN), "infusion", Situation.at(BEGINS + timedelta(days=1), Chart().facts)
    )
    assert [(one.key, one.asks) for one in found] == [(one.key, one.asks) for one in preparations().reviews]
    # Nothing was charted: nothing is due, late or skipped.
    assert {(one.last, one.due, one.every, one.due_at, one.overdue, one.skipped) for one in found} == {
        (None, False, None, None, False, False)
    }


def test_reviews_in_json_have_whole_hours_and_null_where_nothing_is_said() -> None:
    plain = CourseReview("liver", "liver tests", None, True, None, None, False, True)
    last, due = BEGINS, BEGINS + timedelta(hours=48)
    timed = CourseReview("bladder", "urgency", last, False, timedelta(hours=48.5), due, True, False)
    assert course_reviews_json([plain, timed]) == [
        {
            "key": "liver", "asks": "liver tests", "last": None, "due": True, "every_hours": None, "due_at": None,
            "overdue": False, "skipped": True,
        },
        {
            "key": "bladder", "asks": "urgency", "last": "2026-03-02T08:00:00+00:00", "due": False,
            "every_hours": 48, "due_at": "2026-03-04T08:00:00+00:00", "overdue": True, "skipped": False,
        },
    ]  # fmt: skip
