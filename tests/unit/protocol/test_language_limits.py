"""Limits that published protocols ask of the language: ranges, weights of one regimen, reasons that are relative."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from adjuvant.errors import LibraryError
from adjuvant.protocol import Sited, Situation, Status, lacking, load
from adjuvant.protocol.facts import fact_lines
from adjuvant.protocol.gate import check_dose
from adjuvant.protocol.situation import WeightReading
from adjuvant.quantity import parse_quantity
from bedside import BEGINS, Chart
from written import written

# --- a ceiling as a range ---------------------------------------------------------------------------------

RANGE = (
    "driver: {title: Driver, route: subcutaneous, mode: syringe_driver, start: 100 mg/d, course: {at_most: 30 d}, "
    "ceilings: [{key: top, of: rate, limit: {low: 500 mg/d, high: 700 mg/d}}], "
    "titration: {kind: steps, step: 100 mg/d, every: 1 d, raise_when: {measure: pain, above: goal}}}"
)


def broken(site: Sited, rate: str) -> dict[str, bool]:
    """The protocol's own ceilings that a rate does not keep, each with whether it refuses."""
    regimen = site.protocol.regimens["driver"]
    situation = Situation.at(BEGINS + timedelta(hours=1), Chart().ketamine(0, "start", rate).facts)
    found = check_dose(parse_quantity(rate), site.protocol, regimen, situation, None, {})
    return {one.words.split("ceiling: ")[-1]: one.refuses for one in found if one.key == "top"}


@pytest.mark.parametrize(
    ("rate", "expected"),
    [
        ("500 mg/d", {}),
        ("600 mg/d", {"at most 500 mg/d": False}),
        ("700 mg/d", {"at most 500 mg/d": False}),
        ("800 mg/d", {"at most 500 mg/d": False, "at most 700 mg/d": True}),
    ],
)
def test_above_the_lower_end_a_review_is_asked_for_and_above_the_upper_none_is_given(
    tmp_path: Path, rate: str, expected: dict[str, bool]
) -> None:
    """The Symptom Control Companion: 500 mg is the limit, and arbitrary; the unit went no higher than 700."""
    assert broken(written(tmp_path, RANGE), rate) == expected


def test_the_dose_rises_through_the_range_with_a_word_and_stops_at_its_upper_end(tmp_path: Path) -> None:
    site = written(tmp_path, RANGE)
    running = Chart().ketamine(0, "start", "500 mg/d").calm(24, pain=8)
    raised = running.ask(site, 24)
    assert raised.status is Status.RAISE
    assert "usual ceiling: at most 500 mg/d" in " ".join(one.words for one in raised.issues)
    top = Chart().ketamine(0, "start", "700 mg/d").calm(24, pain=8).ask(site, 24)
    assert (top.status, str(top.recommendations[0].dose)) == (Status.CONTINUE, "700 mg/d")


def test_a_range_whose_upper_end_is_under_a_dose_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="caps at 90 mg/d, which is under start"):
        written(tmp_path, RANGE.replace("{low: 500 mg/d, high: 700 mg/d}", "{low: 50 mg/d, high: 90 mg/d}"))
    with pytest.raises(LibraryError, match="give each reading one figure"):
        written(
            tmp_path,
            RANGE.replace(
                "limit: {low: 500 mg/d, high: 700 mg/d}",
                "printed: x, readings: [{key: a, limit: {low: 500 mg/d, high: 700 mg/d}, strict: false}]",
            ),
        )


def test_a_range_is_shown_with_both_ends() -> None:
    lines = "\n".join(line for _, found in fact_lines(load("islhd_burst").protocol) for line in found)
    assert "500 mg/d to 700 mg/d; above 500 mg/d a review is asked for, 700 mg/d caps" in lines


# --- reasons against that are relative --------------------------------------------------------------------

DRIVER = "driver: {title: Driver, route: subcutaneous, mode: syringe_driver, start: 100 mg/d, course: {at_most: 5 d}}"
ABUSE = (
    "- {key: abuse, kind: relative, text: Active abuse of substances., when: {condition: substance_abuse}}"
)


def answered(**answers: bool) -> Chart:
    return Chart().calm(0, pain=8).answered(**answers)


def test_a_relative_reason_asks_a_clinician_to_weigh_it(tmp_path: Path) -> None:
    site = written(tmp_path, DRIVER, criteria=ABUSE)
    guidance = answered(condition__substance_abuse=True).ask(site, 0)
    assert (guidance.status, guidance.eligibility) == (Status.WITHHELD, "cannot say")
    assert "weighed:abuse" in " ".join(one.what for one in guidance.missing)


def test_a_relative_reason_that_was_weighed_is_shown_and_does_not_forbid(tmp_path: Path) -> None:
    site = written(tmp_path, DRIVER, criteria=ABUSE)
    guidance = answered(condition__substance_abuse=True, weighed__abuse=True).ask(site, 0)
    assert (guidance.status, guidance.eligibility) == (Status.START, "eligible")
    (issue,) = [one for one in guidance.issues if one.kind == "relative contraindication"]
    assert [reason.seen for reason in issue.because][-1] == "Dr Invented answered yes, 1 h ago"


def test_a_relative_reason_that_weighs_too_much_forbids(tmp_path: Path) -> None:
    site = written(tmp_path, DRIVER, criteria=ABUSE)
    guidance = answered(condition__substance_abuse=True, weighed__abuse=False).ask(site, 0)
    assert guidance.status is Status.NOT_ELIGIBLE
    assert [one.rule for one in guidance.eligibility_because] == ["abuse"]


def test_a_relative_reason_that_nobody_asked_for_is_not_known_whatever_was_weighed(tmp_path: Path) -> None:
    site = written(tmp_path, DRIVER, criteria=ABUSE)
    assert answered(weighed__abuse=True).ask(site, 0).eligibility == "cannot say"
    assert answered(condition__substance_abuse=False).ask(site, 0).status is Status.START


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("exclude", Status.NOT_ELIGIBLE), ("relative", Status.WITHHELD), ("caution", Status.START)],
)
def test_an_absolute_reason_a_relative_one_and_a_caution_are_three_things(
    tmp_path: Path, kind: str, expected: Status
) -> None:
    site = written(tmp_path, DRIVER, criteria=ABUSE.replace("kind: relative", f"kind: {kind}"))
    assert answered(condition__substance_abuse=True).ask(site, 0).status is expected


def test_the_chronic_consensus_has_its_reasons_as_relative_ones() -> None:
    kinds = {one.key: one.kind for one in load("asra_chronic").protocol.criteria}
    relative = {key for key, kind in kinds.items() if kind == "relative"}
    assert relative == {
        "cardiovascular_disease", "pregnancy", "psychosis", "raised_intracranial_pressure",
        "raised_intraocular_pressure", "substance_abuse",
    }  # fmt: skip
    assert kinds["severe_liver_disease"] == "exclude" and kinds["moderate_liver_disease"] == "caution"


# --- a weight of one regimen ------------------------------------------------------------------------------

TWO_WEIGHTS = """\
fixed: {title: Fixed, route: intravenous, mode: continuous_infusion, start: 10 mg/h, weight: {kind: not_used}, course: {at_most: 5 d}}
ideal: {title: Ideal, route: intravenous, mode: continuous_infusion, start: 0.1 mg/kg/h, weight: {kind: ideal, no_older_than: 30 d}, course: {at_most: 5 d}}
capped: {title: Capped, route: intravenous, mode: continuous_infusion, start: 0.1 mg/kg/h, course: {at_most: 5 d}}
"""


def weighed(actual: str, ideal: str) -> Chart:
    at = BEGINS - timedelta(hours=1)
    both = (WeightReading(at, parse_quantity(actual)), WeightReading(at, parse_quantity(ideal), "ideal"))
    return Chart().but(weights=both).calm(0, pain=8)


@pytest.mark.parametrize(
    ("name", "amount"), [("fixed", "10 mg/h"), ("ideal", "6 mg/h"), ("capped", "10 mg/h")]
)
def test_each_regimen_doses_by_its_own_weight(tmp_path: Path, name: str, amount: str) -> None:
    """120 kg, ideally 60: 0.1 mg/kg/h is 6 mg/h by ideal weight, and 10 mg/h by weight counted up to 100 kg."""
    site = written(tmp_path, TWO_WEIGHTS, weight="{kind: actual, cap: 100 kg, no_older_than: 7 d}")
    guidance = weighed("120 kg", "60 kg").ask(site, 0, name)
    assert [str(one.amount) for one in guidance.recommendations if one.amount is not None] == [amount]


def test_a_regimen_without_doses_per_kilogram_asks_for_no_weight(tmp_path: Path) -> None:
    site = written(tmp_path, TWO_WEIGHTS, weight="{kind: actual, cap: 100 kg, no_older_than: 7 d}")
    nobody = Chart().but(weights=()).calm(0, pain=8)
    assert nobody.ask(site, 0, "fixed").status is Status.START
    assert nobody.ask(site, 0, "ideal").status is Status.WITHHELD


def test_a_weight_that_a_regimen_does_not_use_and_one_that_it_lacks_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match=r"weight\.kind: is named, and no dose is per kilogram"):
        written(
            tmp_path,
            TWO_WEIGHTS.replace("weight: {kind: not_used}", "weight: {kind: actual}"),
            weight="{kind: actual}",
        )
    with pytest.raises(LibraryError, match=r"weight\.kind: is not_used, and doses are per kilogram"):
        written(
            tmp_path,
            TWO_WEIGHTS.replace("{kind: ideal, no_older_than: 30 d}", "{kind: not_used}"),
            weight="{kind: actual}",
        )


def test_a_weight_that_a_regimen_does_not_state_is_a_gap_of_that_regimen_alone() -> None:
    gaps = {
        name: {need.field for need in lacking(load("islhd_burst").protocol, name)}
        for name in ("burst", "by_weight")
    }
    assert "regimens.by_weight.weight.kind" in gaps["by_weight"]
    assert not any("weight" in field for field in gaps["burst"])


@pytest.mark.parametrize(
    ("of", "limit", "wanted"),
    [
        ("day", "50 mg", "an amount per time, such as 100 mg/d"),
        ("hour", "50 mg", "an amount per time, such as 100 mg/d"),
        ("rate", "0.5 mg/kg", "an amount per time, such as 100 mg/d"),
        ("single_dose", "5 mg/h", "an amount, such as 100 mg"),
        ("course", "50 mg/d", "an amount, such as 100 mg"),
    ],
)
def test_a_ceiling_is_in_the_unit_of_what_it_caps(tmp_path: Path, of: str, limit: str, wanted: str) -> None:
    drip = (
        "drip: {title: Drip, route: intravenous, mode: continuous_infusion, start: 5 mg/h, course: {at_most: 5 d}, "
        "ceilings: [{key: most, CEILING}]}\n"
    )
    words = f"{limit} does not limit a {of.replace('_', ' ')}; write {wanted}, or correct `of`"
    with pytest.raises(LibraryError, match=re.escape(words)):
        written(tmp_path, drip.replace("CEILING", f"of: {of}, limit: {limit}"))
    reading = f"of: {of}, printed: so much, readings: [{{key: one, limit: {limit}, strict: true}}]"
    with pytest.raises(LibraryError, match=re.escape(words)):
        written(tmp_path, drip.replace("CEILING", reading))
