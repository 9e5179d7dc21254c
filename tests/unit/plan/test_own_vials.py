"""A vial that only the site keeps: its salt is named as such, its label is kept, and it stands first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adjuvant.citation import Provenance
from adjuvant.errors import InputError
from adjuvant.plan import InfusionPlan, RefusedPlan, Setup, draft
from adjuvant.plan.setup import vial_of
from adjuvant.protocol.site import OwnVial
from adjuvant.quantity import parse_quantity
from bedside import closed
from infusions import advice, setup, situation, told


def test_the_salt_of_a_vial_of_the_site_s_own_is_named_and_one_without_a_salt_is_passed_over() -> None:
    site = closed("civik")
    assert site.profile is not None
    bare = OwnVial.model_validate({"strength": "20 mg/mL", "reference": "Sheet 3"})
    salted = OwnVial.model_validate(
        {"strength": "40 mg/mL", "hydrochloride": "46.1 mg/mL", "reference": "Sheet 4"}
    )
    sited = replace(site, profile=site.profile.model_copy(update={"own_vials": (bare, salted)}))
    for salt, base in (("46.1 mg/mL", "40 mg/mL"), ("57.67 mg/mL", "50 mg/mL")):
        with pytest.raises(InputError) as caught:
            vial_of(Setup(vial=parse_quantity(salt)), sited)
        assert told(caught.value) == (
            f"vial {salt}", f"is the strength of the hydrochloride; as base it is {base}", f"state {base}",
        )  # fmt: skip
    found = vial_of(Setup(vial=parse_quantity("40 mg/mL")), sited)
    assert (found.drug, str(found.hydrochloride), found.citation) == ("ketamine", "46.1 mg/mL", None)
    assert (found.note, found.provenance, found.diluent_at_least) == ("Sheet 4", Provenance.SITE, None)
    # The site's own are asked about first, and stand first.
    with pytest.raises(InputError, match="read the vial: 20 mg/mL, 40 mg/mL, 10 mg/mL, 50 mg/mL, 100 mg/mL"):
        vial_of(Setup(), sited)


def test_a_label_that_asks_for_more_than_an_equal_volume_says_how_much() -> None:
    site = closed("civik")
    assert site.profile is not None
    own = OwnVial.model_validate(
        {"strength": "40 mg/mL", "diluent_at_least": 3, "reference": "Pharmacy sheet 4"}
    )
    sited = replace(site, profile=site.profile.model_copy(update={"own_vials": (own,)}))
    seen = situation(sited)

    def made(strength: str) -> InfusionPlan | RefusedPlan:
        stated = setup(vial="40 mg/mL", bag="40 mL", concentration=strength, pump_step="0.001 mL/h")
        return draft(advice(sited, seen), sited, seen, stated)

    # 10 mg/mL in 40 mL are 10 mL and 30 of diluent; 11 mg/mL are 11 mL, and 29 are less than 33.
    assert isinstance(made("10 mg/mL"), InfusionPlan)
    plan = made("11 mg/mL")
    assert isinstance(plan, RefusedPlan)
    assert plan.reasons == (
        "11 mL of 40 mg/mL in 40 mL has less diluent than the 3 mL for each mL that its label asks for.",
    )
