"""What guidance shows of patients of one kind: frail, old, with a failing liver, in their first year, in a second course."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest

from adjuvant.protocol import Guidance, Status, load
from adjuvant.protocol.judge import Context, judge
from adjuvant.protocol.predicate import Seen, walk
from adjuvant.protocol.situation import Situation
from adjuvant.quantity import Quantity
from adjuvant.unknown import Unknown
from bedside import BEGINS, Chart, closed

CIVIK = closed("civik")
DRIVER = closed("jackson_burst")


def started(site: Any, **facts: Any) -> Guidance:
    chart = Chart().answering(site.protocol).seen(-1, medd_intravenous=150, medd_oral=400, pain=8).calm(-1)
    heavy = tuple(replace(one, value=Quantity(70, "kg")) for one in chart.facts.weights)
    plain = {"age_years": Fraction(50), "weights": heavy}  # neither old nor light
    return chart.but(**(plain | facts)).ask(site, 0)


def modifiers(guidance: Guidance) -> dict[str, str]:
    """Key of each modifier that is shown, with its source."""
    found = [one for one in guidance.issues if one.kind == "modifier"]
    return {one.because[0].rule: one.because[0].citation for one in found}


def condition(key: str) -> dict[str, Any]:
    return {"conditions": ((key, BEGINS, False),)}


def test_a_frail_patient_is_shown_what_the_source_begins_with_by_this_route_and_no_dose_changes() -> None:
    plain, frail = started(DRIVER), started(DRIVER, **condition("frailty"))
    assert modifiers(plain) == {} and modifiers(frail) == {"mid_essex_frail": "mid_essex"}
    (issue,) = [one for one in frail.issues if one.kind == "modifier"]
    assert "Its start: 30 mg/d." in issue.words and "It alters no dose here." in issue.words
    assert frail.recommendations == plain.recommendations
    assert modifiers(started(CIVIK, **condition("frailty"))) == {}  # its source means the skin


@pytest.mark.parametrize(
    ("key", "sources"),
    [
        (
            "severe_liver_disease",
            {"asra_severe_liver": "cohen2018", "scottish_severe_liver": "scottish_palliative"},
        ),
        ("moderate_liver_disease", {"asra_moderate_liver": "cohen2018"}),
        ("renal_impairment", {"wellington_renal": "wellington_icu"}),
    ],
)
def test_a_failing_organ_is_shown_with_what_each_source_advises(key: str, sources: dict[str, str]) -> None:
    assert modifiers(started(CIVIK, **condition(key))) == sources


@pytest.mark.parametrize(("years", "shown"), [(60, False), (61, False), (64, False), (65, True)])
def test_the_elderly_are_those_from_where_the_source_draws_its_line(years: int, shown: bool) -> None:
    assert ("froedtert_elderly" in modifiers(started(CIVIK, age_years=Fraction(years)))) is shown


def test_of_whom_nothing_is_known_nothing_is_said() -> None:
    assert modifiers(started(CIVIK, age_years=None, weights=())) == {}


# --- the first year of life -------------------------------------------------------------------------------

UNDER_THREE_MONTHS = next(
    part
    for one in load("scirp_ed_bolus").protocol.criteria
    for part in walk(one.when)
    if isinstance(part, Seen) and part.measure == "age" and part.bound[0] == "below"
)


def under_three_months(years: Fraction) -> Any:
    assert isinstance(UNDER_THREE_MONTHS, Seen)
    situation = Situation.at(BEGINS, replace(Chart().facts, age_years=years))
    return judge(UNDER_THREE_MONTHS, situation, Context()).answer


@pytest.mark.parametrize(
    ("months", "under"),
    [(Fraction(1, 2), True), (Fraction(2), True), (Fraction(3), False), (Fraction(11), False)],
)
def test_an_infant_is_held_against_a_limit_in_months(months: Fraction, under: bool) -> None:
    assert under_three_months(months / 12) is under


@pytest.mark.hazard("H-010")
def test_an_age_of_no_years_is_no_answer_where_months_are_asked_for() -> None:
    answer = under_three_months(Fraction(0))
    assert isinstance(answer, Unknown) and answer.needs == ("the age in months",)
    assert under_three_months(Fraction(1)) is False


# --- a further course -------------------------------------------------------------------------------------


@pytest.mark.hazard("H-044")
def test_a_further_course_names_the_reviews_of_liver_and_bladder_and_asks_a_clinician_to_decide() -> None:
    chart = Chart().answering(DRIVER.protocol).ketamine(0, "start", "100 mg/d").ketamine(24, "stop")
    weighed = tuple(replace(one, at=BEGINS + timedelta(days=39)) for one in chart.facts.weights)
    guidance = chart.calm(24 * 40 - 1, pain=8).but(weights=weighed).ask(DRIVER, 24 * 40)
    assert guidance.status is Status.WITHHELD
    assert any("another_course" in one.what for one in guidance.missing)
    words = " ".join(one.words for one in guidance.issues if one.kind == "earlier course")
    assert (
        "liver tests since the last course" in words and "urgency, frequency or blood in the urine" in words
    )
    assert "refuses no start" in words
