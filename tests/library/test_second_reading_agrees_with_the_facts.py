"""Protocols of the second reading, and of other settings, against the shared notes that they were written from."""

from __future__ import annotations

import json
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from adjuvant.citation import Provenance
from adjuvant.library import citations
from adjuvant.library.folder import FOLDER
from adjuvant.library.studies import studies
from adjuvant.protocol.limits import rule_examples
from adjuvant.protocol.model import Protocol
from adjuvant.protocol.predicate import Seen, walk
from adjuvant.protocol.reading import read_protocol
from adjuvant.quantity import Quantity

pytestmark = pytest.mark.shared

# What each source of the second reading became: a protocol, or else the reason why it is none.
BECAME = {
    "islhd_symptom_control_companion": "islhd_burst",
    "statpearls_asra_summary": "asra_acute",
    "statpearls_ketamine": "statpearls",
    "fda_ketalar_2024": "us_label",
    "fda_legacy_dosing": "us_label",
    "fda_5_3_and_ae": "us_label",
    "swiss_label_bp": "swiss_label",
    "wgtn_icu": "wellington_icu",
    "cheo": "cheo_infusion",
    "cleveland_clinic_sddk": "cleveland_ed_bolus",
    "nct02772211_stop_rule": "depression_infusion",
    "nct00618397_stop_rule": "picu_infusion",
    "nct02341963_deescalation": "oral_postoperative",
    "nct02432456_froedtert": "froedtert_infusion",
    "nct01538745_bamc": "bamc_ed",
    "nct01316744_fallon": "fallon_oral",
    "nct02587130": "france_sc_bolus",
    "fpm_pm12_2021": "fpm_infusion",
    "fpm_2016": "fpm_infusion",
    "asra_news_2017_p46": "asra_news_ward",
    "maraa_allogy": "maraa_ward",
    "rcht_v6_confirm": "rcht_iv",
    "nsw_aci_chart": "nsw_chart",
    "bhs_ballarat": "ballarat",
    "northland_dhb": "northland",
    "henry_ford_home_sc_2024": "henry_ford_home_sc",
    "simoes_2024_home": "simoes_home",
    "medan_2021_iv_burst": "medan_iv_burst",
    "jackson2001_confirm": "jackson_burst",
    "scottish_guideline": "lothian_scottish",
    "sg_pall_ebook_confirm": "sg_pall",
    "vumc_handbook": "vumc_icu",
    "nch_ortho": "sarcoma_infusion",
    "marino": "marino_icu",
    "oxford_icu_drugs": "oxford_icu",
    "caf_actt": "austere_bolus",
    "anodyne_leaflet": "anodyne",
    "wrnmmc_2012": "",  # a count of infusions, with neither dose nor rule in the text read
    "bradford_sa0104": "",  # sections named, and cut off before any dose
    "kelowna": "",  # nothing with a figure in the text read
    "varg_tables": "",  # a printed table that is wrong; it tests the arithmetic of pumps
}


@lru_cache(maxsize=80)
def protocol(key: str) -> Protocol:
    return read_protocol(FOLDER / "protocols" / key / "protocol.yaml")


@pytest.fixture(scope="module")
def sources(shared: Path) -> dict[str, Any]:
    notes = json.loads((shared / "clinical" / "protocol_sources.json").read_text(encoding="utf-8"))
    return {one["id"]: one for one in notes["findings"]}


@pytest.fixture(scope="module")
def facts(shared: Path) -> dict[str, Any]:
    notes = json.loads((shared / "clinical" / "protocols.json").read_text(encoding="utf-8"))
    return {one["id"]: one for one in notes["protocols"]}


def under(whole: Any, path: str) -> Any:
    here = whole
    for step in path.split("/"):
        here = here[int(step)] if isinstance(here, list) else here[step]
    return here


def amounts(values: Any, unit: str) -> list[Quantity]:
    listed = values if isinstance(values, list) else [values]
    return [Quantity(Fraction(str(one)), unit) for one in listed]


def ends(dose: Any) -> list[Quantity]:
    low, high = dose.ends
    return [low] if low == high else [low, high]


def test_every_source_of_the_second_reading_became_something(sources: dict[str, Any]) -> None:
    assert set(BECAME) == set(sources)
    for key in BECAME.values():
        if key:
            assert protocol(key).protocol == key


@pytest.mark.parametrize(
    ("key", "name", "path", "unit"),
    [
        ("islhd_burst", "burst_robust", "islhd_symptom_control_companion/dose/robust_or_severe_start_mg_per_24h", "mg/d"),
        ("henry_ford_home_sc", "injections", "henry_ford_home_sc_2024/dose/mg_per_kg", "mg/kg"),
        ("fpm_infusion", "infusion", "fpm_pm12_2021/dose/start_mg_per_kg_h", "mg/kg/h"),
        ("asra_news_ward", "infusion", "asra_news_2017_p46/dose/start_mg_per_kg_h", "mg/kg/h"),
        ("cleveland_ed_bolus", "bolus", "cleveland_clinic_sddk/dose/mg_per_kg", "mg/kg"),
        ("froedtert_infusion", "adults", "nct02432456_froedtert/dose/adult_mcg_per_kg_min", "ug/kg/min"),
        ("froedtert_infusion", "elderly", "nct02432456_froedtert/dose/elderly_mcg_per_kg_min", "ug/kg/min"),
        ("cheo_infusion", "infusion", "cheo/dose/low_dose_pain_mcg_per_kg_h", "ug/kg/h"),
        ("wellington_icu", "bolus", "wgtn_icu/dose/analgesia_bolus_mg", "mg"),
        ("wellington_icu", "infusion", "wgtn_icu/dose/analgesia_infusion_mg_per_h", "mg/h"),
        ("simoes_home", "infusion", "simoes_2024_home/dose/start_mg_per_day", "mg/d"),
        ("medan_iv_burst", "burst", "medan_2021_iv_burst/dose/day1", "mg/d"),
        ("depression_infusion", "infusion", "nct02772211_stop_rule/dose/mg_per_kg", "mg/kg"),
        ("picu_infusion", "low", "nct00618397_stop_rule/dose/levels_mg_per_kg_h/0", "mg/kg/h"),
        ("picu_infusion", "middle", "nct00618397_stop_rule/dose/levels_mg_per_kg_h/1", "mg/kg/h"),
        ("picu_infusion", "high", "nct00618397_stop_rule/dose/levels_mg_per_kg_h/2", "mg/kg/h"),
        ("oral_postoperative", "oral", "nct02341963_deescalation/dose/po_mg_per_kg", "mg/kg"),
        ("sarcoma_infusion", "after_surgery", "nch_ortho/dose/mg_per_kg_h", "mg/kg/h"),
        ("sarcoma_infusion", "during_surgery", "nch_ortho/dose/intraop_mg_per_kg_h", "mg/kg/h"),
        ("marino_icu", "infusion", "marino/dose/mcg_per_kg_h", "ug/kg/h"),
        ("oxford_icu", "bolus", "oxford_icu_drugs/dose/iv_bolus_mg_per_kg", "mg/kg"),
        ("oxford_icu", "infusion", "oxford_icu_drugs/dose/infusion_mcg_per_kg_min", "ug/kg/min"),
        ("vumc_icu", "sedation", "vumc_handbook/dose/infusion_mg_per_kg_h", "mg/kg/h"),
        ("austere_bolus", "bolus", "caf_actt/dose/analgesic_mg_per_kg", "mg/kg"),
        ("statpearls", "bolus", "statpearls_ketamine/dose/subdissociative_iv_mg_per_kg", "mg/kg"),
    ],
)  # fmt: skip
def test_the_first_dose_of_the_second_reading_is_that_of_the_notes(
    sources: dict[str, Any], key: str, name: str, path: str, unit: str
) -> None:
    start = protocol(key).regimens[name].start

    assert start is not None
    assert ends(start) == amounts(under(sources, path), unit)


@pytest.mark.parametrize(
    ("key", "name", "path", "unit"),
    [
        ("henry_ford_inpatient", "infusion", "henry_ford_2020/dose/start_mg_per_kg_h", "mg/kg/h"),
        ("academic_ci", "infusion", "academic_ci_2026/dose/start_median_mg_per_kg_h", "mg/kg/h"),
        ("uwhc_ed_bolus", "bolus", "ed_bolus_uwhc/dose/mg_per_kg", "mg/kg"),
        ("scirp_ed_bolus", "bolus", "ed_bolus_scirp/dose/mg_per_kg", "mg/kg"),
        ("importance_esketamine", "nose", "important_nct04666623/dose/mg", "mg"),
    ],
)
def test_the_first_dose_of_other_settings_is_that_of_the_notes(
    facts: dict[str, Any], key: str, name: str, path: str, unit: str
) -> None:
    start = protocol(key).regimens[name].start

    assert start is not None
    assert ends(start) == amounts(under(facts, path), unit)


def test_the_palliative_burst_has_the_levels_and_days_of_the_notes(sources: dict[str, Any]) -> None:
    dose, burst = (
        sources["islhd_symptom_control_companion"]["dose"],
        protocol("islhd_burst").regimens["burst"],
    )
    assert burst.titration is not None and burst.titration.every is not None and burst.course is not None

    assert [end for level in burst.titration.levels for end in ends(level)] == amounts(
        dose["levels_mg_per_24h"], "mg/d"
    )
    assert burst.titration.every.ends[0] == Quantity(1, "d")
    assert burst.course.keep_effective == Quantity(3, "d")
    (conversion,) = burst.conversions
    assert conversion.ratio == Fraction(1, 3)
    assert conversion.doses_per_day == 4


def test_three_hundred_milligrams_become_one_hundred_or_three_hundred_by_mouth() -> None:
    # Test vector 8 of the notes: both are shown, and neither is a default.
    given = Quantity(300, "mg/d")
    rules = {
        "islhd_burst": protocol("islhd_burst").regimens["oral_after_burst"].converted_from,
        "benitez_rosario": protocol("benitez_rosario").regimens["oral"].converted_from,
    }
    ratios = {key: rule.ratio for key, rule in rules.items() if rule is not None}

    assert {key: given * ratio for key, ratio in ratios.items() if ratio is not None} == {
        "islhd_burst": Quantity(100, "mg/d"),
        "benitez_rosario": Quantity(300, "mg/d"),
    }
    for key in ratios:
        assert any("mouth" in conflict.about for conflict in protocol(key).conflicts), key


@pytest.mark.parametrize(("key", "path"), [("henry_ford_home_sc", "henry_ford_home_sc_2024/dose/given_as")])
def test_the_founding_dose_under_the_skin_comes_in_three_parts(
    sources: dict[str, Any], key: str, path: str
) -> None:
    injections = protocol(key).regimens["injections"]
    assert injections.split is not None and injections.start is not None and injections.course is not None

    assert under(sources, path) == "three equal injections at 0, 15, 30 min"
    assert injections.split.parts == 3
    assert list(injections.split.at) == amounts([0, 15, 30], "min")
    # Test vector 10 of the notes: a third of 35 mg at 70 kg is 11.67 mg.
    third = injections.start.ends[0].for_body(Quantity(70, "kg")).in_("mg") / injections.split.parts
    assert round(third, 2) == Fraction("11.67")
    assert injections.course.infusions == 1 + 3


def test_the_rates_of_a_trial_come_to_the_hourly_ones_of_the_notes() -> None:
    # Test vector 4 of the notes.
    start = protocol("froedtert_infusion").regimens["adults"].start

    assert start is not None
    assert start.ends[0].in_("mg/kg/h") == Fraction("0.15")
    assert protocol("froedtert_infusion").weight.kind == "lower_of_ideal_and_actual"


def test_at_sixty_years_neither_rule_of_the_handbook_speaks() -> None:
    # Test vector 7 of the notes: the bounds of both rules leave out that age.
    bounds = {}
    for name, regimen in protocol("maraa_ward").regimens.items():
        for part in walk(regimen.when):
            if isinstance(part, Seen) and part.measure == "age":
                kind, value = part.bound
                bounds[name] = (kind, str(value))

    assert bounds == {"fixed": ("below", "60 a"), "by_weight": ("above", "60 a")}


@pytest.mark.parametrize("group", [0, 1])
def test_the_phases_of_monitoring_are_those_of_the_notes(facts: dict[str, Any], group: int) -> None:
    noted = facts["rcht_iv_nursing"]["monitoring"][group]["schedule"]
    phases = protocol("rcht_iv").monitoring[group].phases

    assert [phase.every.in_("min") for phase in phases] == [one["every_min"] for one in noted]
    assert [phase.lasts.in_("h") for phase in phases[:-1] if phase.lasts] == [
        one["for_h"] for one in noted[:-1]
    ]
    assert phases[-1].lasts is None
    assert noted[-1]["until"] == "cessation"


def test_instants_of_observation_are_those_of_the_notes(sources: dict[str, Any]) -> None:
    first, sedation, later = sources["nct01538745_bamc"]["monitoring"]
    vitals, drowsy = protocol("bamc_ed").monitoring
    following = list(
        range(first["at_min"][-1] + later["every_min"], later["until_min"] + 1, later["every_min"])
    )

    assert list(vitals.at) == amounts(first["at_min"] + following, "min")
    assert list(drowsy.at) == amounts(sedation["at_min"] + following, "min")


def test_the_infusion_that_has_a_rule_of_stopping_is_watched_as_the_notes_say(
    sources: dict[str, Any],
) -> None:
    dose = sources["nct02772211_stop_rule"]["dose"]
    infusion = protocol("depression_infusion").regimens["infusion"]
    continuous, pressure = protocol("depression_infusion").monitoring
    assert infusion.duration is not None and infusion.course is not None

    assert infusion.duration.ends[0] == Quantity(dose["over_min"], "min")
    assert infusion.course.infusions == dose["n"]
    assert infusion.course.within == Quantity(dose["weeks"], "wk")
    assert continuous.continuous
    (phase,) = pressure.phases
    assert phase.every == Quantity(sources["nct02772211_stop_rule"]["monitoring"][1]["interval_min"], "min")


def test_a_rule_to_adopt_asks_what_its_protocol_asks() -> None:
    # The same rule stands in the protocol it comes from and among the examples; the two must not part.
    pairs = {
        "depression_pressure_pulse_dissociation": ("depression_infusion", "pressure_pulse_dissociation"),
        "cleveland_vital_signs": ("cleveland_ed_bolus", "vital_signs"),
        "scirp_vital_signs": ("scirp_ed_bolus", "vital_signs"),
        "swiss_label_pressure": ("swiss_label", "pressure_at_rest"),
        "picu_new_events": ("picu_infusion", "new_events"),
        "picu_oversedation": ("picu_infusion", "oversedation"),
        "fpm_first_effect": ("fpm_infusion", "first_effect"),
        "fpm_second_effect": ("fpm_infusion", "second_effect"),
        "oral_resolved_reduce": ("oral_postoperative", "resolved_reduce"),
        "oral_persisting_stop": ("oral_postoperative", "persisting_stop"),
        "nsw_call": ("nsw_chart", "call"),
    }
    for key, (source, name) in pairs.items():
        example = rule_examples()[key].rule
        (rule,) = (one for one in protocol(source).rules if one.key == name)
        same = ("kind", "when", "reduce_by", "resume_after", "call", "citation", "provenance")
        assert {field: getattr(example, field) for field in same} == {
            field: getattr(rule, field) for field in same
        }, key


def test_every_study_of_the_notes_is_in_the_library_with_its_number_of_patients(shared: Path) -> None:
    noted = json.loads((shared / "clinical" / "evidence.json").read_text(encoding="utf-8"))["studies"]
    names = {"park2024_civik": "park2025", "jackson2010_vcog": "jackson2010", "important_trial": "importance"}

    assert {names.get(one["id"], one["id"]) for one in noted} == set(studies())
    for one in noted:
        study = studies()[names.get(one["id"], one["id"])]
        if one["n"] is not None:
            assert study.patients == one["n"], study.key
        assert study.citation.key in citations()


def test_no_study_is_made_better_than_the_notes_have_it(shared: Path) -> None:
    noted = json.loads((shared / "clinical" / "evidence.json").read_text(encoding="utf-8"))["studies"]
    names = {"park2024_civik": "park2025", "jackson2010_vcog": "jackson2010", "important_trial": "importance"}
    # These two were read as titles when the notes were made; their abstracts have been read since.
    read_since = {"azari2024": "neutral", "jiao2024": "positive"}
    for one in noted:
        key = names.get(one["id"], one["id"])
        word = one["direction"].split(" ")[0].split("/")[0].rstrip(",")
        wanted = {"mood": ("neutral", "unknown"), "guideline-changing": ("neutral",)}.get(word, (word,))
        assert studies()[key].direction in ((read_since[key],) if key in read_since else wanted), key


def test_the_two_readings_of_the_oral_reduction_stand_side_by_side(sources: dict[str, Any]) -> None:
    """The notes lower the dose for an effect that has not gone; the registry's own text for one that has."""
    assert "unresolved AE within 8 h" in sources["nct02341963_deescalation"]["hold_stop"]["rule"]
    (conflict,) = protocol("oral_postoperative").conflicts
    own, summary = conflict.statements
    assert (own.provenance, summary.provenance) == (Provenance.READ, Provenance.SECONDARY)
    assert own.says.startswith("One that has gone") and summary.says.startswith("One that has not gone")
