"""Patches release by the hour: how many are worn counts, how often they are changed does not."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from adjuvant.opioids import LineStatus, daily_mme, parse_regimen
from adjuvant.opioids.amount import measure
from adjuvant.record import RefusalReason
from small_tables import a_plan, a_row

PATCH: dict[str, Any] = {"drug": "fentanyl", "form": "patch", "route": "transdermal", "dose": "75 ug/h"}
BY_HOUR = a_row("fentanyl", "2", routes="transdermal", forms="patch", unit="ug/h")
BY_MASS = a_row("fentanyl", "100", routes="transdermal", forms="patch")
BY_PATCH = a_row(
    "fentanyl", "6", routes="transdermal", forms="patch", unit="ug/h", per_patch_hours=Fraction(72)
)


def a_patch(**fields: Any) -> dict[str, Any]:
    return {key: value for key, value in {**PATCH, **fields}.items() if value is not None}


def released(**fields: Any) -> Fraction:
    """Micrograms per hour, on average over the day."""
    (line,) = parse_regimen({"medications": [a_patch(**fields)]})
    found = measure(line)
    assert found.problem is None, found.problem
    return found.shares[0].scheduled * 1000 / 24


@pytest.mark.hazard("H-031")
@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"form": None},
        {"route": None},
        {"dose": None, "rate": "75 ug/h"},
        {"rate": "0.075 mg/h"},
        {"dose": "0.075 mg/h"},
        {"dose": "1.8 mg/d"},
        {"dose": "1 {patch}", "strength": "75 ug/h"},
        {"dose": "1 patch", "strength": "75 mcg/hr"},
        {"dose": None, "strength": "75 ug/h", "patches": 1},
        {"every_hours": 72},
        {"every_hours": 48},
        {"times_per_day": 0.3333},
        {"times_per_day": 1},
    ],
)
def test_one_patch_of_75_releases_75_however_it_is_written_or_changed(fields: dict[str, Any]) -> None:
    assert released(**fields) == 75


@pytest.mark.parametrize(
    "product", ["Fentanyl 0.075 MG/HR Transdermal System", "Fentanyl 0.025 MG/HR Transdermal System"]
)
def test_whole_patches_of_the_product_named_are_no_contradiction(product: str) -> None:
    assert released(drug=product) == 75


@pytest.mark.parametrize(
    "fields",
    [
        {"patches": 2},
        {"dose": "2 {patch}", "strength": "75 ug/h"},
        {"dose": "2 {patch}", "strength": "75 ug/h", "patches": 2},
        {"dose": None, "strength": "75 ug/h", "patches": 2},
    ],
)
def test_patches_worn_at_once_add_up(fields: dict[str, Any]) -> None:
    assert released(**fields) == 150


@pytest.mark.hazard("H-033")
@pytest.mark.parametrize("nominal", ["12", "12.5"])
def test_what_is_written_is_used_whether_12_or_12_and_a_half(nominal: str) -> None:
    assert released(dose=f"{nominal} ug/h") == Fraction(nominal)


@pytest.mark.parametrize(
    ("fields", "reason", "words"),
    [
        ({"dose": "8.4 mg"}, RefusalReason.AMBIGUOUS_DOSE, "8.4 mg is not the release rate of a patch"),
        ({"dose": "60 ug"}, RefusalReason.AMBIGUOUS_DOSE, "is not the release rate of a patch"),
        ({"dose": "2 {tablet}"}, RefusalReason.AMBIGUOUS_DOSE, "is not the release rate of a patch"),
        ({"dose": None}, RefusalReason.MISSING_DOSE, "the release rate is not stated"),
        ({"dose": "1 {patch}"}, RefusalReason.AMBIGUOUS_STRENGTH, "the strength of the patch is not stated"),
        (
            {"dose": "1 {patch}", "strength": "8.4 mg/{patch}"},
            RefusalReason.AMBIGUOUS_STRENGTH,
            "not a release",
        ),
        (
            {"dose": "2 {patch}", "strength": "75 ug/h", "patches": 1},
            RefusalReason.AMBIGUOUS_DOSE,
            "contradict",
        ),
        (
            {"drug": "Fentanyl 0.05 MG/HR Transdermal System"},
            RefusalReason.AMBIGUOUS_STRENGTH,
            "not that of whole",
        ),
        ({"rate": "50 ug/h"}, RefusalReason.AMBIGUOUS_DOSE, "a dose, 75 ug/h, and a rate, 50 ug/h"),
        ({"patches": 0}, RefusalReason.IMPLAUSIBLE, "0 patches"),
        ({"patches": -1}, RefusalReason.IMPLAUSIBLE, "-1 patches"),
        ({"every_hours": 0}, RefusalReason.IMPLAUSIBLE, "not above zero"),
        ({"dose": "75 mg/h"}, RefusalReason.IMPLAUSIBLE, "is above 1 mg/h, which is not believed"),
        ({"demand": "10 ug"}, RefusalReason.AMBIGUOUS_DOSE, "no demand dose"),
        ({"route": "oral"}, RefusalReason.UNKNOWN_ROUTE, "a patch is not given oral"),
    ],
)
def test_what_is_no_release_rate_is_refused(
    fields: dict[str, Any], reason: RefusalReason, words: str
) -> None:
    (line,) = parse_regimen({"medications": [a_patch(**fields)]})
    problem = measure(line).problem
    assert problem is not None
    assert problem.reason is reason
    assert words in problem.detail


def test_a_transdermal_gel_is_no_patch() -> None:
    (line,) = parse_regimen({"medications": [a_patch(form="gel", dose="5 mg", times_per_day=2)]})
    assert measure(line).shares[0].scheduled == 10


def test_a_patch_by_each_kind_of_row() -> None:
    """75 ug/h is 1.8 mg a day: by the hour 75 x 2 = 150, by the mass 1.8 x 100 = 180, by the patch 75 x 6 / 3 = 150."""
    lines = parse_regimen({"medications": [a_patch(every_hours=72)]})
    totals = [daily_mme(lines, a_plan(row)).total.value for row in (BY_HOUR, BY_MASS, BY_PATCH)]
    assert totals == [150, 180, 150]


def test_an_as_needed_patch_runs_from_none_to_worn_all_day() -> None:
    total = daily_mme(parse_regimen({"medications": [a_patch(as_needed=True)]}), a_plan(BY_HOUR)).total
    assert (total.value, total.low, total.high) == (0, 0, 150)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [({}, RefusalReason.MISSING_TIMING), ({"every_hours": 48}, RefusalReason.NO_FACTOR)],
)
def test_a_row_that_counts_patches_needs_the_wear_that_it_was_made_for(
    fields: dict[str, Any], reason: RefusalReason
) -> None:
    (line,) = daily_mme(parse_regimen({"medications": [a_patch(**fields)]}), a_plan(BY_PATCH)).lines
    assert line.status is LineStatus.REFUSED
    assert line.refusal is not None
    assert line.refusal.reason is reason
    assert "counts patches worn 72 h" in line.refusal.detail


def test_a_third_of_a_patch_a_day_is_every_three_days_although_it_cannot_be_written_exactly() -> None:
    lines = parse_regimen({"medications": [a_patch(times_per_day=0.3333)]})
    assert daily_mme(lines, a_plan(BY_PATCH)).total.value == 150


def test_the_derivation_says_that_changes_do_not_multiply() -> None:
    lines = parse_regimen({"medications": [a_patch(every_hours=48)]})
    texts = [step.text for step in daily_mme(lines, a_plan(BY_HOUR)).lines[0].derivation]
    assert texts[1:] == [
        "75 microgram/h, worn 24 h a day = 1.8 mg/day",
        "how often the patch is changed does not multiply its release",
        "fentanyl: 2 MME/day per microgram/h",
        "75 microgram/h × 2 = 150 MME/day",
    ]
