"""The words that protocols are written in: observations, conditions and interactions."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from adjuvant.errors import LibraryError
from adjuvant.library import drug_book
from adjuvant.library.vocabulary import (
    conditions,
    drugs_named,
    effects_named,
    interactions,
    observations,
    read_observations,
)

ICD10 = re.compile(r"[A-Z](\d[0-9A-Z](\.\d{1,2})?|\d)?")
"""A beginning of a code: a chapter's letter, a letter and a figure, three signs, or three and up to two more."""


def test_any_unwanted_effect_includes_every_other() -> None:
    effects = {key for key, one in observations().items() if one.kind == "effect"}

    assert set(observations()["any_unwanted_effect"].includes) == effects - {"any_unwanted_effect"}


def test_every_word_of_the_bedside_that_the_protocols_of_the_literature_use_is_there() -> None:
    wanted = {
        "pain", "pain_at_rest", "pain_on_movement", "pain_average", "pain_worst", "rescue_doses", "systolic",
        "diastolic", "mean_pressure", "heart_rate", "respiratory_rate", "spo2", "sedation", "dysphoria",
        "hallucination", "nausea", "vomiting", "mmse", "site_reaction", "satisfaction", "tolerance", "esas",
        "pgic", "pain_goal", "cadss", "bprs",
    }  # fmt: skip

    assert wanted <= set(observations())


def test_codes_of_conditions_have_the_form_of_icd_10() -> None:
    for one in conditions().values():
        assert all(ICD10.fullmatch(code) for code in one.icd10), one.key


def test_names_of_conditions_are_written_small_and_once() -> None:
    for one in conditions().values():
        assert all(name == name.lower() for name in one.names), one.key


def test_a_class_of_drugs_has_every_member_that_the_drugs_file_counts_to_its_kind() -> None:
    known = drug_book().ingredients
    for key, kind in (
        ("opioids", "opioid"), ("benzodiazepines", "benzodiazepine"), ("gabapentinoids", "gabapentinoid"),
    ):  # fmt: skip
        members = {name for name, one in known.items() if one.kind == kind}
        assert set(interactions()[key].drugs) == members


def test_an_effect_may_not_include_a_reading(tmp_path: Path) -> None:
    path = tmp_path / "observations.yaml"
    path.write_text(
        "pulse: {title: Pulse, kind: vital}\n"
        "nausea: {title: Nausea, kind: effect}\n"
        "any: {title: Any, kind: effect, includes: [nausea, pulse]}\n"
    )

    with pytest.raises(LibraryError, match=r"'pulse' is not a known unwanted effect"):
        read_observations(path)


def test_an_effect_may_not_include_itself(tmp_path: Path) -> None:
    path = tmp_path / "observations.yaml"
    path.write_text(
        "nausea: {title: Nausea, kind: effect}\n"
        "sickness: {title: Sickness, kind: effect, includes: [sickness]}\n"
    )

    with pytest.raises(LibraryError, match=r"'sickness' is not a known unwanted effect"):
        read_observations(path)


def test_a_reading_includes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "observations.yaml"
    path.write_text(
        "nausea: {title: Nausea, kind: effect}\npulse: {title: Pulse, kind: vital, includes: [nausea]}\n"
    )

    with pytest.raises(LibraryError, match="pulse, which is no unwanted effect"):
        read_observations(path)


@pytest.mark.parametrize(
    ("word", "drugs"),
    [
        ("haloperidol", {"haloperidol"}),
        ("esketamine", {"esketamine"}),
        ("ketamine", {"ketamine"}),  # an ingredient first, and a kind that takes in esketamine only then
        ("theophylline", {"theophylline"}),
        ("thyroid_hormones", {"levothyroxine", "liothyronine"}),
        ("gabapentinoid", {"gabapentin", "pregabalin"}),
        ("other", set()),
        ("mermaid", set()),
    ],
)
def test_a_word_for_a_drug_stands_for_ingredients(word: str, drugs: set[str]) -> None:
    assert drugs_named(word) == drugs


def test_an_effect_that_includes_others_is_met_by_any_of_them() -> None:
    assert "hallucination" in effects_named("psychotomimetic_effect")
    assert "nausea" not in effects_named("psychotomimetic_effect")
    assert effects_named("nausea") == {"nausea"}
