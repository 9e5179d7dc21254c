"""What a record charts that changes the clearance of ketamine: each drug and each liver that is known is seen."""

from __future__ import annotations

from datetime import UTC

import pytest

from adjuvant.codes import Icd10
from adjuvant.library.vocabulary import conditions, interactions
from adjuvant.pk.altered import OUTSIDE, altered_clearance, outside_words
from adjuvant.record import AdministrationStatus
from builders import PatientBuilder, a_patient

BASE = a_patient().ketamine("35 mg", 0, 1)


def charted(built: PatientBuilder, hour: int = 10) -> list[str]:
    return [one.seen for one in altered_clearance(built.record(), built.when(hour))]


# Written down from the list of interactions, and not read by the code under test: what changes the level itself.
RAISES = {
    "clarithromycin", "darunavir", "diltiazem", "erythromycin", "fluconazole", "itraconazole",
    "ketoconazole", "lopinavir", "posaconazole", "ritonavir", "verapamil", "voriconazole", "diazepam",
    "clopidogrel", "ticlopidine", "amiodarone", "gemfibrozil",
}  # fmt: skip
LOWERS = {"carbamazepine", "phenobarbital", "phenytoin", "rifampin"}


@pytest.mark.hazard("H-041")
@pytest.mark.parametrize("drug", sorted(RAISES | LOWERS))
def test_every_drug_that_slows_or_speeds_the_clearance_is_seen_given_or_only_ordered(drug: str) -> None:
    for built in (BASE.given(drug, "100 mg", 2), BASE.order(drug, "100 mg", times=2)):
        (one,) = altered_clearance(built.record(), built.when(10))
        words = one.words(UTC)
        assert one.seen == drug and ("falls" in words) == (drug in LOWERS)
        assert ("last given 2026-03-02 02:00" in words) != ("ordered 2026-03-02 00:00" in words)


@pytest.mark.hazard("H-041")
def test_no_interaction_that_moves_a_level_is_forgotten() -> None:
    """Each entry of the list whose effect speaks of plasma, exposure or levels stands in the file."""
    moving = {
        key
        for key, one in interactions().items()
        if any(word in one.effect.lower() for word in ("plasma", "exposure", "level"))
    }
    from adjuvant.library.folder import FOLDER
    from adjuvant.pk.altered import read_altered

    assert moving == {one.key for one in read_altered(FOLDER / "ketamine" / "altered.yaml") if one.drugs}


@pytest.mark.hazard("H-041")
@pytest.mark.parametrize(
    ("text", "code", "title"),
    [
        ("Liver failure", None, "Severe disease of the liver"),
        ("", "K72.9", "Severe disease of the liver"),
        ("", "K76.7", "Severe disease of the liver"),
        ("Moderate hepatic impairment", None, "Moderate disease of the liver"),
        ("Cirrhosis", None, "Disease of the liver"),
        ("", "K74.6", "Disease of the liver"),
    ],
)
def test_a_liver_that_is_ill_is_seen_by_name_and_by_code(text: str, code: str | None, title: str) -> None:
    built = BASE.condition(text, code=None if code is None else Icd10(code))
    (one,) = altered_clearance(built.record(), built.when(10))
    assert one.why.title == title and one.why.provenance.label == "inferred"
    assert one.seen == (text or title)
    assert conditions()[one.why.condition].title == title


def test_what_is_over_was_not_given_or_comes_later_is_not_seen() -> None:
    assert charted(BASE) == []
    assert charted(BASE.condition("Cirrhosis", status="resolved")) == []
    assert charted(BASE.condition("Liverish", code=Icd10("I10"))) == []
    assert charted(BASE.given("clarithromycin", "500 mg", 12)) == []
    assert charted(BASE.given("clarithromycin", "500 mg", 2, status=AdministrationStatus.NOT_GIVEN)) == []
    assert charted(BASE.given("amoxicillin", "500 mg", 2).condition("Hypertension")) == []


def test_each_drug_stands_once_with_its_last_time_and_what_was_given_goes_before_an_order() -> None:
    built = (
        BASE.order("ritonavir", "100 mg", 0, 24, times=2)
        .given("ritonavir", "100 mg", 1)
        .given("ritonavir", "100 mg", 3)
    )
    (one,) = altered_clearance(built.record(), built.when(10))
    assert one.given and one.at == built.when(3) and one.why.key == "cyp3a4_inhibitors"


def test_words_begin_with_what_it_means_and_there_are_none_where_nothing_is_charted() -> None:
    built = BASE.given("clarithromycin", "500 mg", 2).condition("Cirrhosis")
    first, *others = outside_words(altered_clearance(built.record(), built.when(10)), UTC)
    assert first == OUTSIDE and len(others) == 2
    assert "charted at no known time" in others[1]
    assert outside_words((), UTC) == ()
