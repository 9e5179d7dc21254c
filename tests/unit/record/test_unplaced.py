"""What a source says of medication and no event can hold stays in the record and in every total it may belong to."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from adjuvant.library import default_plan
from adjuvant.opioids import window_mme
from adjuvant.record import Basis, Drug, Refusal, RefusalReason, unknown_drugs
from adjuvant.record.exposures import build_exposures
from adjuvant.record.misspelt import misspelt
from adjuvant.record.naming import resolve_drug
from adjuvant.record.unplaced import unplaced
from adjuvant.timeline import Interval
from builders import a_patient

OPIOIDS = frozenset({"morphine", "oxycodone", "fentanyl", "hydromorphone"})


def a_lost(text: str = "morphine", basis: Basis | None = Basis.ADMINISTERED) -> tuple[Refusal, ...]:
    return unplaced(resolve_drug(text), text, basis, "time is empty", "fill it in")


@pytest.mark.parametrize(
    ("lost", "basis", "complete"),
    [
        (a_lost(), Basis.ADMINISTERED, False),
        (a_lost("Zorblax"), Basis.ADMINISTERED, False),
        (a_lost("paracetamol"), Basis.ADMINISTERED, True),
        (a_lost(), Basis.ORDERED, True),
        (a_lost(basis=Basis.ORDERED), Basis.ORDERED, False),
        (a_lost(basis=None), Basis.ORDERED, False),
    ],
)
def test_what_has_no_time_touches_every_window_of_its_basis(
    lost: tuple[Refusal, ...], basis: Basis, complete: bool
) -> None:
    built = a_patient().given("morphine", "10 mg", 1)
    record = built.record()
    record = type(record)(record.patient, administrations=record.administrations, unplaced=lost)
    window = Interval(built.when(500), built.when(524))
    found = window_mme(build_exposures(record, OPIOIDS, basis), default_plan(), window)
    assert found.complete is complete


def test_a_cut_record_keeps_what_may_have_been_before_the_cut() -> None:
    built = a_patient().given("morphine", "10 mg", 1)
    whole = built.record()
    later = Refusal("x", RefusalReason.MISSING_TIMING, "d", "r", built.when(50), built.when(60))
    record = type(whole)(whole.patient, unplaced=(*a_lost(), later))
    assert record.known_at(built.when(10)).unplaced == a_lost()
    assert set(record.known_at(built.when(50)).unplaced) == {*a_lost(), later}


def test_names_that_nobody_knows_are_listed_for_their_window_alone() -> None:
    built = a_patient().given("morphine", "10 mg", 1)
    known = built.record().administrations[0]
    other = replace(known, id="z", drug=Drug("Zorblax"))
    record = type(built.record())(built.record().patient, administrations=(known, other))
    day = timedelta(days=1)
    assert unknown_drugs(record, Interval(built.when(0), built.when(0) + day)) == ("Zorblax",)
    assert unknown_drugs(record, Interval(built.when(0) + day, built.when(0) + 2 * day)) == ()


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("oxycodon", {"oxycodone"}),
        ("Hydromorphon 2 mg", {"hydromorphone"}),
        ("codein", {"codeine"}),
        ("fentonyl patch", {"fentanyl"}),
        ("cocaine", set()),
        ("oxytocin", set()),
        ("apomorphine", set()),
        ("hydrocortisone", set()),
        ("oxycodone", set()),
        ("naloxone", set()),
    ],
)
def test_only_a_letter_or_two_make_a_name_one_that_is_asked_about(text: str, meant: set[str]) -> None:
    assert misspelt(text) == meant


def test_a_misspelt_opioid_is_refused_and_asked_about() -> None:
    whole = a_patient().given("oxycodone", "10 mg", 1).record()
    given = replace(whole.administrations[0], drug=resolve_drug("oxycodon"))
    record = replace(whole, administrations=(given,))
    (refused,) = build_exposures(record, OPIOIDS).refused
    assert (refused.reason, refused.ingredient) == (RefusalReason.UNKNOWN_DRUG, "oxycodone")
    assert "did you mean oxycodone?" in refused.remedy


@pytest.mark.parametrize(
    ("brand", "name"),
    [
        ("Shortec", "oxycodone"), ("Reltebon", "oxycodone"), ("Abtard", "oxycodone"), ("Filnarine", "morphine"),
        ("Mezolar", "fentanyl"), ("PecFent", "fentanyl"), ("Butec", "buprenorphine"), ("Sevodyne", "buprenorphine"),
        ("dipipanone", "dipipanone"), ("piritramide", "piritramide"), ("levomethadone", "levomethadone"),
    ],
)  # fmt: skip
def test_brands_of_the_ward_are_known(brand: str, name: str) -> None:
    assert [item.name for item in resolve_drug(brand).ingredients] == [name]


@pytest.mark.parametrize(("drug", "dose"), [("oxycodone", "10 g"), ("fentanyl", "50 mg")])
def test_a_dose_that_no_chart_can_mean_is_refused(drug: str, dose: str) -> None:
    (refused,) = build_exposures(a_patient().given(drug, dose, 1).record(), OPIOIDS).refused
    assert refused.reason is RefusalReason.IMPLAUSIBLE


def test_a_second_equal_patch_minutes_later_is_no_certain_change() -> None:
    """Two of 50 ug/h five minutes apart may be 50 or 100 ug/h; a change after 48 hours is a change."""
    soon = a_patient().patch_on("fentanyl", "50 ug/h", 0).patch_on("fentanyl", "50 ug/h", "0.08").pain(3, 30)
    refused = build_exposures(soon.record(), OPIOIDS).refused
    assert RefusalReason.OVERLAP in {item.reason for item in refused}
    late = a_patient().patch_on("fentanyl", "50 ug/h", 0).patch_on("fentanyl", "50 ug/h", 48).pain(3, 90)
    assert RefusalReason.OVERLAP not in {
        item.reason for item in build_exposures(late.record(), OPIOIDS).refused
    }
