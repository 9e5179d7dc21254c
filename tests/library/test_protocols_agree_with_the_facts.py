"""Doses, steps, times and limits of protocol files against the shared notes that their sources were read for."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from adjuvant.library.folder import FOLDER
from adjuvant.protocol.model import Protocol
from adjuvant.protocol.reading import read_protocol
from adjuvant.protocol.regimen import Regimen
from adjuvant.quantity import Quantity, parse_quantity

pytestmark = pytest.mark.shared


@lru_cache(maxsize=40)
def protocol(key: str) -> Protocol:
    return read_protocol(FOLDER / "protocols" / key / "protocol.yaml")


def regimen(key: str, name: str) -> Regimen:
    return protocol(key).regimens[name]


@pytest.fixture(scope="module")
def facts(shared: Path) -> dict[str, Any]:
    notes = json.loads((shared / "clinical" / "protocols.json").read_text(encoding="utf-8"))
    return {one["id"]: one for one in notes["protocols"]}


def under(facts: dict[str, Any], path: str) -> Any:
    here: Any = facts
    for step in path.split("/"):
        here = here[int(step)] if isinstance(here, list) else here[step]
    return here


def amounts(values: Any, unit: str) -> list[Quantity]:
    return [parse_quantity(f"{one} {unit}") for one in (values if isinstance(values, list) else [values])]


def ends(dose: Any) -> list[Quantity]:
    low, high = dose.ends
    return [low] if low == high else [low, high]


@pytest.mark.parametrize(
    ("key", "name", "path", "unit"),
    [
        ("patel_ldk", "infusion", "patel2021_ldk_garnet/dose/per_infusion_mg_per_kg", "mg/kg"),
        ("civik", "infusion", "civik_nct03362073/dose/start_mg_per_kg_h", "mg/kg/h"),
        ("step_singapore", "infusion", "provido_aljibe2021_step/dose/start_mg_per_24h", "mg/d"),
        ("salas", "infusion", "salas2012_civi_rct/dose/start_mg_per_kg_day", "mg/kg/d"),
        ("mercadante_bolus", "quarter", "mercadante2000_bolus/dose/levels_mg_per_kg/0", "mg/kg"),
        ("mercadante_bolus", "half", "mercadante2000_bolus/dose/levels_mg_per_kg/1", "mg/kg"),
        ("oral_us", "oral", "docslib5135884_oral_conversion/dose/naive_start_mg", "mg"),
        ("kannan_oral", "oral", "kannan2002_oral/dose/mg_per_kg", "mg/kg"),
        ("mid_essex", "subcutaneous", "mid_essex_palliative/options/1/start_mg_per_24h", "mg/d"),
        ("mid_essex", "subcutaneous_frail", "mid_essex_palliative/options/1/frail_start_mg_per_24h", "mg/d"),
        ("st_josephs_burst", "burst", "st_josephs_nz_burst/dose/start_mg_per_24h", "mg/d"),
    ],
)
def test_the_first_dose_is_that_of_the_notes(
    facts: dict[str, Any], key: str, name: str, path: str, unit: str
) -> None:
    start = regimen(key, name).start

    assert start is not None
    assert ends(start) == amounts(under(facts, path), unit)


@pytest.mark.parametrize(
    ("key", "path", "unit"),
    [
        ("hardy_burst", "hardy2012_burst_rct/dose/levels_mg_per_24h", "mg/d"),
        ("jackson_burst", "jackson2001_burst/dose/levels_mg_per_24h", "mg/d"),
        ("vcog_burst", "vcog_pm1_00_burst/dose/levels_mg_per_24h", "mg/d"),
    ],
)
def test_a_ladder_has_the_levels_of_the_notes(facts: dict[str, Any], key: str, path: str, unit: str) -> None:
    titration = regimen(key, "burst").titration

    assert titration is not None
    assert [end for level in titration.levels for end in ends(level)] == amounts(under(facts, path), unit)


def test_civik_rises_as_the_notes_say(facts: dict[str, Any]) -> None:
    dose, infusion = facts["civik_nct03362073"]["dose"], regimen("civik", "infusion")
    titration, course = infusion.titration, infusion.course
    assert titration is not None and titration.step is not None and titration.every is not None
    assert course is not None and course.fixed is not None
    (ceiling,) = infusion.ceilings
    assert ceiling.limit is not None

    assert ends(titration.step) == amounts(dose["step_mg_per_kg_h"], "mg/kg/h")
    assert titration.every.ends[0] == parse_quantity(f"{dose['step_interval_h']} h")
    assert ends(ceiling.limit) == amounts(dose["max_mg_per_kg_h"], "mg/kg/h")
    assert course.fixed.ends[0] == parse_quantity(f"{facts['civik_nct03362073']['duration_days']} d")


def test_the_founding_course_and_its_limit_are_those_of_the_notes(facts: dict[str, Any]) -> None:
    dose, infusion = facts["patel2021_ldk_garnet"]["dose"], regimen("patel_ldk", "infusion")
    course = infusion.course
    assert course is not None

    assert course.infusions == dose["infusions_per_course"]
    assert course.within == parse_quantity(f"{dose['course_window_days']} d")
    assert course.spacing is None
    assert infusion.duration is None is facts["patel2021_ldk_garnet"]["infusion_duration_min"]
    (ceiling,) = infusion.ceilings
    assert ceiling.chosen is None
    assert len(ceiling.readings) == 4


def test_the_founding_scores_are_taken_as_often_as_the_notes_say(facts: dict[str, Any]) -> None:
    (every,) = (
        one["interval_h"] for one in facts["patel2021_ldk_garnet"]["monitoring"] if "interval_h" in one
    )
    (timed,) = (one for one in protocol("patel_ldk").monitoring if not one.unstated)

    assert timed.items == ("pain",)
    assert [phase.every for phase in timed.phases] == [parse_quantity(f"{every} h")]


@pytest.mark.parametrize(
    ("key", "path", "unit"),
    [
        ("salas", "salas2012_civi_rct/monitoring/0/at_h", "h"),
        ("mercadante_bolus", "mercadante2000_bolus/monitoring/0/at_min", "min"),
    ],
)
def test_instants_of_observation_are_those_of_the_notes(
    facts: dict[str, Any], key: str, path: str, unit: str
) -> None:
    (group,) = (one for one in protocol(key).monitoring if one.at)

    assert list(group.at) == amounts(under(facts, path), unit)


def test_a_test_dose_stays_as_printed_and_chooses_the_rate_of_the_notes(facts: dict[str, Any]) -> None:
    dose, trial = (
        facts["benitez_rosario2011_rotation"]["dose"],
        regimen("benitez_rosario", "infusion").test_dose,
    )
    assert trial is not None

    assert [ends(one)[0] for one in trial.doses] == amounts(dose["test_bolus_mg_sc"], "mg")
    assert [ends(one.tested)[0] for one in trial.chooses] == amounts(dose["test_bolus_mg_sc"], "mg")
    rates = amounts(dose["infusion_mg_per_kg_h_by_bolus"], "mg/kg/h")
    assert [ends(one.then)[0] for one in trial.chooses] == rates


def test_ratios_of_mouth_to_injection_that_disagree_stand_side_by_side() -> None:
    for key in ("benitez_rosario", "oral_us"):
        (conflict,) = (one for one in protocol(key).conflicts if "by mouth" in one.about)
        assert {one.citation for one in conflict.statements} == {
            "benitez2011", "islhd_companion", "oral_us_sheet",
        }  # fmt: skip


def test_the_oral_sheet_is_that_of_the_notes(facts: dict[str, Any]) -> None:
    dose, oral = facts["docslib5135884_oral_conversion"]["dose"], regimen("oral_us", "oral")
    conversion = regimen("oral_us", "oral_after_infusion").converted_from
    assert conversion is not None
    (highest,) = oral.ceilings
    assert oral.every is not None and oral.titration is not None and oral.titration.every is not None
    assert conversion.first_dose_after is not None and highest.limit is not None

    assert oral.every.ends[0] == parse_quantity(f"{dose['interval_h']} h")
    assert list(oral.titration.every.ends) == amounts(dose["titrate_every_h"], "h")
    assert list(conversion.first_dose_after.ends) == amounts(
        dose["first_oral_dose_after_infusion_stop_h"], "h"
    )
    reported = [str(one) for one in dose["conversion_reported_po_per_iv"]]
    assert [float(conversion.ratio_low or 0), float(conversion.ratio_high or 0)] == [
        float(one) for one in reported
    ]
    assert ends(highest.limit) == amounts(dose["max_reported_mg_day"], "mg/d")
    assert highest.soft


def test_comfort_care_ends_and_tries_at_the_doses_of_the_notes(facts: dict[str, Any]) -> None:
    hospital, home = facts["comfort_care_sc"]["options"]
    (rule,) = protocol("comfort_care").rules
    bound = rule.when.all[0].bound  # type: ignore[union-attr]
    trial = regimen("comfort_care", "home_oral").test_dose
    assert trial is not None and trial.evaluate_after is not None

    assert rule.kind == "futility"
    assert f"> {bound[1].value} mg/24 h" in hospital["futility_stop"]
    assert bound[0] == "above"
    assert [ends(one)[0] for one in trial.doses] == amounts(home["test_dose_mg"], "mg")
    assert trial.evaluate_after.ends[0] == parse_quantity(f"{home['evaluate_after_h']} h")


def test_a_dose_from_memory_says_so(facts: dict[str, Any]) -> None:
    assert "memory" in facts["nhs_lothian_scottish"]["dose_unverified"]["verification"]
    for one in protocol("lothian_scottish").regimens.values():
        assert all(dose.provenance == "assumed" for _, dose in one.doses())
    titration = regimen("st_josephs_burst", "burst").titration
    assert titration is not None
    assert [str(level.provenance) for level in titration.levels] == ["read", "assumed", "assumed"]


@pytest.mark.parametrize("key", ["hardy_burst", "salas"])
def test_a_protocol_that_its_own_trial_did_not_support_says_so(facts: dict[str, Any], key: str) -> None:
    notes = {"hardy_burst": "hardy2012_burst_rct", "salas": "salas2012_civi_rct"}[key]

    assert "NEGATIVE" in json.dumps(facts[notes])
    assert protocol(key).evidence.label == "negative_rct"


def test_every_protocol_names_the_negative_trials_in_cancer_pain(shared: Path) -> None:
    studies = json.loads((shared / "clinical" / "evidence.json").read_text(encoding="utf-8"))["studies"]
    negative = {one["id"] for one in studies if one["direction"] == "negative" and "RCT" in one["design"]}
    in_cancer = {key for key in negative if not key.startswith("pickering")}

    assert in_cancer == {"hardy2012", "salas2012", "ishizuka2007", "fallon2018"}
    for path in sorted((FOLDER / "protocols").glob("*/protocol.yaml")):
        assert in_cancer <= set(read_protocol(path).evidence.against), path.parent.name
