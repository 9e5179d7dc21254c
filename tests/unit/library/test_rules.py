"""Response definitions, settings of the method, and limits of belief."""

from __future__ import annotations

from fractions import Fraction

import pytest

from adjuvant.citation import Provenance
from adjuvant.errors import LibraryError
from adjuvant.library import plausible_limit, responses, setting, settings
from adjuvant.quantity import parse_unit

# Each definition of the clinical notes' section 4, by its name there.
DEFINITIONS = {
    "CID": {"cid"},
    "2 points, 30 %, 50 %": {"responder_2_points", "responder_30_percent", "responder_50_percent"},
    "IMMPACT tiers": {"immpact_minimal", "immpact_moderate", "immpact_substantial"},
    "PPG response": {"ppg_response"},
    "advanced-cancer anchors": {
        "mercadante_mcid",
        "mercadante_better",
        "mercadante_much_better",
        "mercadante_little_worse",
        "mercadante_worse",
    },
    "CIVIK CR / PR": {"civik_cr_published", "civik_pr_published", "civik_cr_registry"},
    "Hardy": {"hardy2012"},
    "Cheung favourable": {"cheung_favourable"},
    "Kannan": {"kannan2002"},
    "Bone-mets consensus": {
        "bone_mets_cr",
        "bone_mets_pr",
        "bone_mets_progression",
        "bone_mets_indeterminate",
    },
    "Chow 2002 integrated": {"chow2002_integrated"},
    "net pain relief": {"net_pain_relief"},
    "sustained": {
        "sustained_2_weeks",
        "sustained_8_weeks",
        "sustained_1_month",
        "sustained_3_months",
        "pickering_35_days",
    },
    "ASRA chronic positive": {"asra_chronic_positive"},
    "opioid sparing": {"opioid_sparing_25", "opioid_sparing_50"},
}
BY_KEY = {rule.key: rule for rule in responses()}


def test_every_definition_of_the_clinical_notes_is_here_and_no_other() -> None:
    assert set(BY_KEY) == set().union(*DEFINITIONS.values())


@pytest.mark.parametrize(
    ("key", "name", "value"),
    [
        ("cid", "points", "2"),
        ("cid", "percent", "30"),
        ("immpact_substantial", "points", "4"),
        ("immpact_substantial", "percent", "50"),
        ("mercadante_mcid", "points", "2.09"),
        ("mercadante_better", "points", "3.41"),
        ("mercadante_much_better", "points", "4.59"),
        ("mercadante_little_worse", "points_rise", "0.25"),
        ("mercadante_worse", "points_rise", "2.33"),
        ("civik_cr_published", "rescues_per_day_at_most", "3"),
        ("civik_cr_registry", "rescues_per_day_fewer_than", "4"),
        ("civik_cr_registry", "score_at_most", "3"),
        ("hardy2012", "points", "2"),
        ("hardy2012", "breakthrough_per_day_at_most", "4"),
        ("kannan2002", "points_more_than", "3"),
        ("kannan2002", "score_at_most", "3"),
        ("bone_mets_pr", "opioid_percent", "25"),
        ("chow2002_integrated", "opioid_percent", "50"),
        ("asra_chronic_positive", "time_more_than", "3"),
        ("sustained_2_weeks", "time", "2"),
    ],
)
def test_thresholds_are_the_published_ones(key: str, name: str, value: str) -> None:
    """From the cited texts as the clinical notes quote them."""
    assert BY_KEY[key].thresholds[name] == Fraction(value)


def test_what_was_not_read_is_labelled_so() -> None:
    assumed = {key for key, rule in BY_KEY.items() if rule.provenance is Provenance.ASSUMED}
    assert assumed == {"bone_mets_progression", "bone_mets_indeterminate", "asra_chronic_positive"}
    assert all(BY_KEY[key].limit for key in assumed)


def test_every_threshold_has_a_unit_and_every_rule_says_what_it_needs() -> None:
    for rule in responses():
        assert set(rule.units) == set(rule.thresholds), rule.key
        assert rule.needs, rule.key
        assert rule.rule.endswith("."), rule.key


def test_a_rule_is_a_response_unless_it_says_otherwise() -> None:
    others = {key: rule.concern for key, rule in BY_KEY.items() if rule.concern != "response"}
    assert others == {
        "mercadante_little_worse": "worsening",
        "mercadante_worse": "worsening",
        "bone_mets_progression": "progression",
        "bone_mets_indeterminate": "indeterminate",
        "net_pain_relief": "description",
        "pickering_35_days": "description",
    }


@pytest.mark.parametrize(
    ("key", "value", "unit"),
    [
        ("window_before_h", "72", "h"),
        ("window_after_h", "72", "h"),
        ("course_gap_days", "7", "d"),
        ("pseudo_course_h", "24", "h"),
        ("pain_gap_h", "12", "h"),
        ("pain_line_h", "8", "h"),
        ("evaluable_min_readings", "6", "{reading}"),
        ("evaluable_max_missing_share", "1/2", "1"),
        ("percent_baseline_flag", "4", "{points}"),
        ("opioid_rise_flag_percent", "25", "%"),
    ],
)
def test_settings_are_those_of_the_design(key: str, value: str, unit: str) -> None:
    assert setting(key).value == Fraction(value)
    assert setting(key).unit == unit


def test_a_house_rule_says_that_it_is_one_and_why() -> None:
    for item in settings().values():
        assert item.why.endswith(".")
        assert (item.citation is None) == (item.provenance is Provenance.ASSUMED), item.key
        assert item.unit == "1" or parse_unit(item.unit)


def test_an_unknown_setting_names_the_nearest() -> None:
    with pytest.raises(LibraryError, match="did you mean 'window_before_h'"):
        setting("window_befor_h")


@pytest.mark.parametrize(
    ("kind", "value", "doubted"),
    [
        ("spo2", "0", True),
        ("spo2", "1", False),
        ("spo2", "100", False),
        ("spo2", "101", True),
        ("systolic", "11647", True),
        ("systolic", "90", False),
        ("respiratory_rate", "118", True),
        ("respiratory_rate", "0", False),
        ("heart_rate", "0", True),
        ("body_weight", "6760", True),
    ],
)
def test_impossible_readings_are_doubted_and_possible_ones_are_not(
    kind: str, value: str, doubted: bool
) -> None:
    """SpO2 0, systolic 11,647 and a rate of 118 stand in real charts; apnoea is believed."""
    words = plausible_limit(kind).doubt(Fraction(value))
    assert bool(words) is doubted
    assert not doubted or ("below" in words or "above" in words)


def test_no_limit_is_near_a_value_that_calls_for_care() -> None:
    assert plausible_limit("spo2").low < 50
    assert plausible_limit("systolic").high > 300
    assert plausible_limit("no such reading") is None
