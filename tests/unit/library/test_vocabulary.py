"""The words that protocols are written in: observations, conditions and interactions."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from adjuvant.citation import Provenance
from adjuvant.errors import LibraryError
from adjuvant.library import citation, drug_book
from adjuvant.library.vocabulary import (
    KnownCondition,
    KnownInteraction,
    KnownObservation,
    conditions,
    drugs_named,
    effects_named,
    interactions,
    observations,
    read_conditions,
    read_interactions,
    read_observations,
)
from adjuvant.quantity import Quantity

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

    with pytest.raises(LibraryError, match=r"belongs to pulse, which is no unwanted effect; leave it out\."):
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


def at(folder: Path, text: str) -> Path:
    path = folder / "words.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_everything_that_a_file_says_of_an_observation_is_kept(tmp_path: Path) -> None:
    found = read_observations(
        at(
            tmp_path,
            "pulse: {title: Pulse, kind: vital, unit: /min, low: -1, high: 400.5, worse: up, note: Felt.,\n"
            "  valid_for: 4 h}\n"
            "sick: {title: Sick, kind: effect}\n"
            "ill: {title: Ill, kind: effect, includes: [sick]}\n",
        )
    )
    assert list(found.values()) == [
        KnownObservation(
            "pulse", "Pulse", "vital", "/min", Fraction(-1), Fraction("400.5"), "up", (), "Felt.",
            Quantity(4, "h"),
        ),
        KnownObservation("sick", "Sick", "effect"),
        KnownObservation("ill", "Ill", "effect", includes=("sick",)),
    ]  # fmt: skip
    assert list(found) == ["pulse", "sick", "ill"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("kind: vitals", "1: pulse.kind: 'vitals' is not a known kind of observation; did you mean 'vital'"),
        (
            "kind: vital, low: 5, high: 5",
            "pulse.high: is not above the low end; write the least value as low",
        ),
        (
            "kind: vital, low: 6, high: 5",
            "pulse.high: is not above the low end; write the least value as low",
        ),
        ("kind: vital, worse: left", "pulse.worse: 'left' is not a known direction; use one of: down, up"),
        ("kind: vital, valid_for: 5 mg", "pulse.valid_for: length of time"),
        ("kind: vital, valid_for: soon", "pulse.valid_for"),
        ("kind: vital, unit: beats", "pulse.unit"),
        ("kind: vital, normal: 5", "is not a known key"),
        ("low: 5", "1: pulse: has no 'kind'; add `kind:`"),
        ("kind: vital, includes: [pulse]", "'pulse' is not a known unwanted effect"),
    ],
)
def test_an_observation_that_breaks_its_form_is_refused(words: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(LibraryError) as caught:
        read_observations(at(tmp_path, f"pulse: {{title: Pulse, {words}}}\n"))
    assert said in str(caught.value)


def test_everything_that_a_file_says_of_a_condition_is_kept(tmp_path: Path) -> None:
    found = read_conditions(
        at(
            tmp_path,
            'a: {title: A, icd10: [I10, I11], snomed: ["38341003"], names: [one, two], note: Said.}\n'
            "b: {title: B, names: [three]}\nc: {title: C, icd10: [J45]}\nd: {title: D, snomed: ['1']}\n",
        )
    )
    assert list(found) == ["a", "b", "c", "d"]
    assert found["a"] == KnownCondition("a", "A", ("I10", "I11"), ("38341003",), ("one", "two"), "Said.")
    assert found["b"] == KnownCondition("b", "B", names=("three",))
    assert found["c"] == KnownCondition("c", "C", icd10=("J45",))
    assert found["d"] == KnownCondition("d", "D", snomed=("1",))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("title: A", "1: a: has neither code nor name; add `icd10:`, `snomed:` or `names:`"),
        ("title: A, note: Said.", "1: a: has neither code nor name; add"),
        ("names: [one]", "1: a: has no 'title'; add `title:`"),
        ("title: A, names: [one, one]", "a.names[1]: 'one' stands twice; keep one of the two"),
        ("title: A, name: [one]", "is not a known key; did you mean 'names'"),
        ("title: A, icd: [I10]", "is not a known key; did you mean 'icd10'"),
    ],
)
def test_a_condition_that_breaks_its_form_is_refused(words: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(LibraryError) as caught:
        read_conditions(at(tmp_path, f"a: {{{words}}}\n"))
    assert said in str(caught.value)


INTERACTION = (
    "a: {title: A, drugs: [one, two], effect: More., advice: Watch., note: Said.,\n"
    "  citation: azari2024, provenance: secondary}\n"
)


def test_everything_that_a_file_says_of_an_interaction_is_kept(tmp_path: Path) -> None:
    found = read_interactions(at(tmp_path, INTERACTION))
    assert found == {
        "a": KnownInteraction(
            "a", "A", ("one", "two"), "More.", citation("azari2024"), Provenance.SECONDARY, "Watch.", "Said."
        )
    }
    bare = read_interactions(at(tmp_path, INTERACTION.replace("advice: Watch., note: Said.,", "")))
    assert (bare["a"].advice, bare["a"].note) == ("", "")


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("title: A, ", "", "a: has no 'title'"),
        ("drugs: [one, two], ", "", "a: has no 'drugs'"),
        ("[one, two]", "[]", "a.drugs: is an empty list"),
        ("effect: More., ", "", "a: has no 'effect'"),
        (", provenance: secondary", "", "a: has no 'provenance'"),
        ("citation: azari2024, ", "", "a: has no 'citation'"),
        ("advice", "advise", "is not a known key; did you mean 'advice'"),
        ("note", "notes", "is not a known key; did you mean 'note'"),
    ],
)
def test_an_interaction_that_breaks_its_form_is_refused(
    was: str, now: str, said: str, tmp_path: Path
) -> None:
    assert was in INTERACTION
    with pytest.raises(LibraryError) as caught:
        read_interactions(at(tmp_path, INTERACTION.replace(was, now)))
    assert said in str(caught.value)


@pytest.mark.parametrize("read", [read_observations, read_conditions, read_interactions])
def test_an_error_names_the_file_it_stands_in(read: Callable[[Path], object], tmp_path: Path) -> None:
    path = at(tmp_path, "a: {}\n")
    with pytest.raises(LibraryError, match=rf"^{re.escape(tmp_path.name)}/words\.yaml:1: a: has no '"):
        read(path)


def test_both_ends_of_an_observation_may_lie_below_nought(tmp_path: Path) -> None:
    found = read_observations(at(tmp_path, "change: {title: Change, kind: derived, low: -9.5, high: -1}\n"))
    assert (found["change"].low, found["change"].high) == (Fraction("-9.5"), Fraction(-1))
