"""Ingredients, their names and codes, products, and what counts as an opioid."""

from __future__ import annotations

from pathlib import Path

import pytest

from adjuvant.citation import Provenance
from adjuvant.errors import LibraryError
from adjuvant.library import (
    drug_book,
    drug_words,
    ingredient,
    ingredient_by_omop,
    ingredient_by_rxnorm,
    is_opioid,
    opioid_names,
    product,
)
from adjuvant.library import drugs as drug_files
from adjuvant.quantity import parse_quantity


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("morphine", "morphine"),
        ("MORPHINE SULFATE", "morphine"),
        ("Morphine sulphate pentahydrate", "morphine"),
        ("Dilaudid", "hydromorphone"),
        ("hydromorphone HCl", "hydromorphone"),
        ("pethidine", "meperidine"),
        ("acetaminophen", "paracetamol"),
        ("S-ketamine", "esketamine"),
        ("s(+)-ketamine", "esketamine"),
        ("Ketalar", "ketamine"),
        ("co-codamol", None),
        ("Percocet", None),
        ("morphin", None),
        ("sulfate", None),
        ("", None),
    ],
)
def test_a_name_a_salt_or_a_brand_means_one_ingredient(text: str, name: str | None) -> None:
    found = ingredient(text)
    assert (found.name if found else None) == name


@pytest.mark.hazard("H-015")
def test_ketamine_and_esketamine_are_two_drugs_of_one_kind() -> None:
    racemate, enantiomer = ingredient("ketamine"), ingredient("esketamine")
    assert racemate != enantiomer
    assert (racemate.rxnorm, enantiomer.rxnorm) == ("6130", "2119365")
    assert racemate.kind == enantiomer.kind == "ketamine"


def test_a_code_carries_where_it_was_read() -> None:
    morphine = ingredient_by_rxnorm("7052")
    assert morphine.name == "morphine"
    assert morphine.citation.key == "ohdsi_phenotypes"
    assert morphine.provenance is Provenance.READ
    assert ingredient_by_omop("1110410") is morphine
    assert ingredient_by_rxnorm("0") is None
    assert ingredient_by_omop("0") is None


@pytest.mark.parametrize("name", ["alfentanil", "sufentanil", "remifentanil", "diamorphine", "propoxyphene"])
def test_a_code_that_nobody_verified_is_not_there(name: str) -> None:
    assert ingredient(name).rxnorm is None


@pytest.mark.parametrize(
    "name", ["morphine", "buprenorphine", "tramadol", "nalbuphine", "Vicoprofen", "Dilaudid"]
)
def test_agonists_partial_and_mixed_ones_are_opioids(name: str) -> None:
    assert is_opioid(name) is (name != "Vicoprofen")


@pytest.mark.hazard("H-016")
@pytest.mark.parametrize(
    "name",
    ["naloxone", "naltrexone", "methylnaltrexone", "apomorphine", "ketorolac", "loperamide", "ketamine", "x"],
)
def test_antagonists_and_names_that_sound_alike_are_not(name: str) -> None:
    assert not is_opioid(name)


def test_opioid_names_are_the_library_s_own() -> None:
    assert {"morphine", "fentanyl", "methadone", "buprenorphine"} <= opioid_names()
    assert "naloxone" not in opioid_names()
    assert all(ingredient(name).name == name for name in opioid_names())


def test_the_co_interventions_of_a_course_have_their_kinds() -> None:
    kinds = {
        "dexamethasone": "corticosteroid",
        "gabapentin": "gabapentinoid",
        "pregabalin": "gabapentinoid",
        "haloperidol": "antipsychotic",
        "lorazepam": "benzodiazepine",
        "midazolam": "benzodiazepine",
        "diazepam": "benzodiazepine",
        "amitriptyline": "antidepressant",
        "duloxetine": "antidepressant",
        "paracetamol": "non-opioid analgesic",
        "ibuprofen": "NSAID",
        "ketorolac": "NSAID",
        "lidocaine": "local anaesthetic",
        "clonidine": "alpha-2 agonist",
        "naloxone": "opioid antagonist",
        "methadone": "opioid",
    }
    assert {name: ingredient(name).kind for name in kinds} == kinds


def test_a_product_gives_strengths_form_and_route() -> None:
    patch = product("197696")
    assert patch.ingredients == (("fentanyl", parse_quantity("0.075 mg/h")),)
    assert (patch.form, patch.route) == ("patch", "transdermal")
    percocet = product("1049640")
    assert percocet.ingredients == (
        ("paracetamol", parse_quantity("325 mg/{tablet}")),
        ("oxycodone", parse_quantity("5 mg/{tablet}")),
    )
    injection = product("1735002")
    assert injection.ingredients == (("fentanyl", None),)
    assert injection.route is None
    assert product("0") is None


def test_a_brand_of_a_combination_says_what_it_holds_and_no_strength() -> None:
    assert drug_book().brands["percocet"].ingredients == ("oxycodone", "paracetamol")


def test_words_of_a_name_lose_case_accents_and_signs() -> None:
    assert drug_words("HYDROmorphone (Dilaudid) 2mg/mL – Café") == (
        "hydromorphone",
        "dilaudid",
        "2mg",
        "ml",
        "cafe",
    )
    assert drug_words("patient's") == ("patients",)


def test_a_name_of_a_followed_drug_means_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list of other drugs may not take over what an opioid is called."""
    for name in ("drugs.yaml", "other_drugs.yaml"):
        text = (drug_files.FOLDER / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace("abciximab,", "Morphine,"), encoding="utf-8")
    monkeypatch.setattr(drug_files, "FOLDER", tmp_path)
    with pytest.raises(LibraryError, match=r"other_drugs\.yaml:\d+: drugs\[0\]: 'Morphine' .*morphine"):
        drug_book.__wrapped__()
