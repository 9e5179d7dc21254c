"""S-ketamine: its own vials, its own name on every line, and a strength that only the site has."""

from __future__ import annotations

from pathlib import Path

import pytest

from adjuvant.errors import InputError, LibraryError, RefusedError
from adjuvant.library.folder import FOLDER
from adjuvant.plan import InfusionPlan, draft
from adjuvant.protocol import Sited, read_listed, sited
from adjuvant.reports.order_sheet import order_sheet
from adjuvant.reports.order_sheet.html import order_html
from infusions import advice, setup, situation


def at_a_site(folder: Path, more: str = "", vials: str = "") -> Sited:
    """The founding protocol written as one of S-ketamine, which it is not, at a site that keeps such vials."""
    source = FOLDER / "protocols" / "patel_ldk"
    own = folder / "patel_ldk"
    own.mkdir()
    text = (source / "protocol.yaml").read_text(encoding="utf-8")
    assert "\ndrug: ketamine\n" in text
    (own / "protocol.yaml").write_text(
        text.replace("\ndrug: ketamine\n", "\ndrug: esketamine\n"), encoding="utf-8"
    )
    profile = (source / "example_site.yaml").read_text(encoding="utf-8")
    lines = [line for line in profile.splitlines() if not line.startswith("vials:")]
    (own / "site.yaml").write_text("\n".join([*lines, vials, more, ""]), encoding="utf-8")
    return sited(read_listed(own / "protocol.yaml"), own / "site.yaml")


def planned(protocol: Sited, vial: str | None, bag: str = "50 mL", **stated: str) -> InfusionPlan:
    """31 mg at 62 kg, from one vial."""
    seen = situation(protocol)
    found = draft(advice(protocol, seen), protocol, seen, setup(vial=vial, bag=bag, **stated))
    assert isinstance(found, InfusionPlan), found
    return found


@pytest.mark.hazard("H-012", "H-015")
def test_31_mg_of_s_ketamine_are_6_2_ml_of_5_mg_per_ml(tmp_path: Path) -> None:
    """0.5 mg/kg × 62 kg = 31 mg; 31 ÷ 5 = 6.2 mL in 50 mL; over 40 minutes 50 ÷ 2/3 = 75 mL/h."""
    made = planned(at_a_site(tmp_path), "5 mg/mL").preparation
    assert (str(made.drawn), str(made.added), str(made.rate)) == ("6.2 mL", "43.8 mL", "75 mL/h")


@pytest.mark.hazard("H-015")
@pytest.mark.parametrize("racemic", ["10 mg/mL", "50 mg/mL", "100 mg/mL"])
def test_a_vial_of_racemic_ketamine_is_none_of_s_ketamine(tmp_path: Path, racemic: str) -> None:
    with pytest.raises(InputError, match=r"no strength that S-ketamine is supplied in.*5 mg/mL, 25 mg/mL"):
        planned(at_a_site(tmp_path), racemic)


@pytest.mark.hazard("H-012")
@pytest.mark.parametrize(("salt", "base"), [("5.77 mg/mL", "5 mg/mL"), ("28.83 mg/mL", "25 mg/mL")])
def test_the_hydrochloride_of_s_ketamine_is_named_as_such(tmp_path: Path, salt: str, base: str) -> None:
    with pytest.raises(InputError, match=f"hydrochloride; as base it is {base}"):
        planned(at_a_site(tmp_path), salt)


def test_a_strength_that_the_library_does_not_hold_is_refused_with_how_a_site_gives_it(
    tmp_path: Path,
) -> None:
    with pytest.raises(InputError, match="own_vials, with its reference"):
        planned(at_a_site(tmp_path), "1 mg/mL")


@pytest.mark.hazard("H-012")
def test_a_site_gives_its_own_strength_with_its_reference_and_the_plan_works(tmp_path: Path) -> None:
    """31 mL of 1 mg/mL and 19 mL of diluent; the site's list of kept vials does not exclude it."""
    own = 'own_vials: [{strength: 1 mg/mL, reference: "Pharmacy sheet 4"}]'
    made = planned(at_a_site(tmp_path, own, "vials: [5 mg/mL]"), "1 mg/mL").preparation
    assert (str(made.drawn), str(made.added), str(made.rate)) == ("31 mL", "19 mL", "75 mL/h")
    assert (made.vial.note, made.vial.provenance.value) == ("Pharmacy sheet 4", "site")


def test_a_site_that_lists_its_vials_has_no_others(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="not among the vials of the site's profile"):
        planned(at_a_site(tmp_path, "", "vials: [25 mg/mL]"), "5 mg/mL")


@pytest.mark.hazard("H-012")
@pytest.mark.parametrize(
    ("own", "words"),
    [
        ("own_vials: [{strength: 1 mg/mL}]", "reference"),
        ('own_vials: [{strength: 1 mg/mL, reference: ""}]', "reference"),
        ('own_vials: [{strength: 1 mg, reference: "Sheet 4"}]', "strength in mg/mL"),
        ('own_vials: [{strength: 0 mg/mL, reference: "Sheet 4"}]', "not above zero"),
        ('own_vials: [{strength: 1, reference: "Sheet 4"}]', "strength"),
        ('own_vials: [{strength: 1 mg/mL, reference: "Sheet 4", drug: ketamine}]', "drug"),
    ],
)
def test_a_strength_of_the_site_without_unit_or_reference_is_refused(
    tmp_path: Path, own: str, words: str
) -> None:
    with pytest.raises(LibraryError, match=words):
        at_a_site(tmp_path, own)


@pytest.mark.hazard("H-015")
def test_every_line_of_the_order_says_s_ketamine_and_none_says_ketamine_alone(tmp_path: Path) -> None:
    site = at_a_site(tmp_path)
    plan = planned(site, "5 mg/mL", diluent="glucose 5 %")
    page = order_html(order_sheet(plan, site, situation(site), None, "An invented patient"))
    assert "S-ketamine order: timed infusion, intravenous" in page
    assert "6.2 mL of S-ketamine 5 mg/mL" in page and "S-ketamine 31 mg in 50 mL" in page
    assert "S-ketamine 5 mg/mL in hand, not racemic ketamine, expiry read" in page
    assert " of ketamine " not in page and ">ketamine " not in page


def test_what_s_ketamine_must_not_meet_is_its_own_label_s(tmp_path: Path) -> None:
    """By the Swiss professional information; water for injections stands in the label of racemic ketamine alone."""
    site = at_a_site(tmp_path)
    never = {
        name for name, source in planned(site, "5 mg/mL").line.never if source == "esketamine_swiss_67994"
    }
    assert never == {
        "barbiturates",
        "diazepam",
        "sodium oxybate",
        "theophylline",
        "furosemide",
        "sodium bicarbonate",
    }
    with pytest.raises(InputError, match="water for injections"):
        planned(site, "5 mg/mL", diluent="water for injections")


@pytest.mark.hazard("H-015")
def test_the_heading_of_the_preparation_never_calls_s_ketamine_racemic(tmp_path: Path) -> None:
    site = at_a_site(tmp_path)
    page = order_html(
        order_sheet(planned(site, "5 mg/mL"), site, situation(site), None, "An invented patient")
    )
    assert "S-ketamine and not racemic ketamine, amounts as base." in page
    assert "Racemic ketamine" not in page
