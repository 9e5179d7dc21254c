"""Routes and forms as records spell them."""

from __future__ import annotations

import pytest

from adjuvant.citation import Provenance
from adjuvant.errors import LibraryError
from adjuvant.library import canonical_form, canonical_route, form_phrases, route, route_group


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("PO", "oral"),
        ("po/ng", "oral"),
        ("PO (oral)", "oral"),
        ("Oral route (qualifier value)", "oral"),
        ("26643006", "oral"),
        ("NG", "enteral tube"),
        ("PER G TUBE", "enteral tube"),
        ("IV", "intravenous"),
        ("IV DRIP", "intravenous"),
        ("IVPCA", "intravenous"),
        ("Intravenous  Push", "intravenous"),
        ("47625008", "intravenous"),
        ("SC", "subcutaneous"),
        ("SQ", "subcutaneous"),
        ("SubQ", "subcutaneous"),
        ("Subcutaneous (Subcutane)", "subcutaneous"),
        ("CSCI", "subcutaneous"),
        ("IM", "intramuscular"),
        ("INJ", "parenteral"),
        ("SL", "sublingual"),
        ("BUCCAL", "buccal"),
        ("NU", "nasal"),
        ("TD", "transdermal"),
        ("TP", "topical"),
        ("PR", "rectal"),
        ("ED", "epidural"),
        ("PCEA", "epidural"),
        ("IT", "intrathecal"),
        ("IH", "inhaled"),
        (" intravenous. ", "intravenous"),
    ],
)
def test_a_hospital_spelling_or_a_code_means_one_route(text: str, name: str) -> None:
    assert canonical_route(text) == name


@pytest.mark.parametrize(
    "text", ["", "IN", "RE", ".ROUTE", "MISC", "DEVICE", "ZPYXVEND", "see instructions", None]
)
def test_an_ambiguous_or_unknown_spelling_stays_unknown(text: str | None) -> None:
    """IN is intranasal in one hospital and inhaled in another."""
    assert canonical_route(text) is None


def test_a_patch_put_on_the_skin_acts_through_it() -> None:
    assert canonical_route("TP", "patch") == "transdermal"
    assert canonical_route("TP", "cream") == "topical"
    assert canonical_route("TP") == "topical"
    assert canonical_route("PO", "patch") == "oral"
    assert canonical_route("warp", "patch") is None


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("oral", "enteral"),
        ("enteral tube", "enteral"),
        ("rectal", "enteral"),
        ("sublingual", "transmucosal"),
        ("nasal", "transmucosal"),
        ("transdermal", "transdermal"),
        ("intravenous", "parenteral"),
        ("subcutaneous", "parenteral"),
        ("parenteral", "parenteral"),
        ("epidural", "neuraxial"),
        ("intrathecal", "neuraxial"),
        ("topical", "other"),
        ("inhaled", "other"),
    ],
)
def test_every_route_has_its_group(name: str, group: str) -> None:
    assert route_group(name) == group


def test_a_group_is_asked_of_canonical_routes_only() -> None:
    with pytest.raises(LibraryError, match=r"route 'PO': is not in routes\.yaml"):
        route_group("PO")


def test_a_feeding_tube_counts_as_oral_by_a_house_rule_that_says_so() -> None:
    tube = route("enteral tube")
    assert tube.counts_as == "oral"
    assert tube.provenance is Provenance.ASSUMED
    assert tube.why
    assert route("oral").counts_as is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("TAB", "tablet"),
        ("tablets", "tablet"),
        ("Transdermal System", "patch"),
        ("PTCH", "patch"),
        ("TROC", "lozenge"),
        ("UDCUP", "solution"),
        ("SUPP", "suppository"),
        ("SPRY", "spray"),
        ("385219001", "injection"),
        ("Film-coated tablet (qualifier value)", "tablet"),
    ],
)
def test_a_spelling_or_a_code_means_one_form(text: str, name: str) -> None:
    assert canonical_form(text) == name


@pytest.mark.parametrize("text", ["SYR", "BAG", "VIAL", "", None])
def test_a_container_is_no_form(text: str | None) -> None:
    """A syringe may be for the mouth."""
    assert canonical_form(text) is None


def test_phrases_of_product_names_come_longest_first() -> None:
    lengths = [len(phrase.words) for phrase in form_phrases()]
    assert lengths == sorted(lengths, reverse=True)
