"""Rows whose route, weight or amount contradicts the product: refused, lest one route or unit count as another."""

from __future__ import annotations

import pytest

from adjuvant.record import Basis, Drug, Refusal, RefusalReason
from builders import a_drug, a_patient

FENTANYL = a_drug("fentanyl").ingredients
MORPHINE = a_drug("morphine").ingredients


def refused(built, basis: Basis = Basis.ADMINISTERED) -> Refusal:
    exposures = built.exposures(basis=basis)
    assert not exposures.items, exposures.items
    (problem,) = exposures.refused
    return problem


# --- the route -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "route", "reason"),
    [
        ("Fentanyl Epidural", "intravenous", RefusalReason.NEURAXIAL),
        ("Fentanyl (Intrathecal)", "intravenous", RefusalReason.NEURAXIAL),
        ("Fentanyl PCEA", "oral", RefusalReason.NEURAXIAL),
        ("Fentanyl Patch", "intravenous", RefusalReason.AMBIGUOUS_FORM),
        ("Fentanyl Nasal Spray", "subcutaneous", RefusalReason.AMBIGUOUS_FORM),
        ("Fentanyl 2 MG Buccal Tablet", "intravenous", RefusalReason.AMBIGUOUS_FORM),
    ],
)
def test_a_dose_whose_name_says_another_route_is_refused(
    name: str, route: str, reason: RefusalReason
) -> None:
    """Counted by the vein, 100 ug from an epidural bag or a mouthful would be many times what it is."""
    problem = refused(a_patient().given(Drug(name, FENTANYL), "100 ug", route=route))
    assert problem.reason is reason
    assert name in problem.detail
    assert route in problem.detail


def test_an_oral_liquid_charted_as_injected_is_refused() -> None:
    liquid = Drug("Morphine Sulfate Oral Solution", MORPHINE)
    assert refused(a_patient().given(liquid, "10 mg", route="intravenous")).reason is (
        RefusalReason.AMBIGUOUS_FORM
    )


def test_an_infusion_and_a_bag_meant_for_the_spine_never_run_into_a_vein() -> None:
    bag = Drug("Bupivacaine / Fentanyl Epidural", FENTANYL)
    assert refused(a_patient().infusion(bag, "20 ug/h")).reason is RefusalReason.NEURAXIAL


@pytest.mark.parametrize("form", ["patch", None])
def test_a_patch_that_is_charted_into_a_vein_is_refused(form: str | None) -> None:
    """25 ug/h through the skin and 25 ug/h into a vein are two different doses of any table."""
    patch = Drug("fentanyl" if form else "Fentanyl Patch", FENTANYL)
    built = a_patient().patch_on(patch, "25 ug/h", wear=72, route="intravenous", form=form)
    assert refused(built).reason is RefusalReason.AMBIGUOUS_FORM


def test_an_order_and_a_supply_are_held_to_the_same() -> None:
    liquid = Drug("Morphine Sulfate Oral Solution", MORPHINE)
    built = a_patient().order(liquid, "10 mg", times=4, route="intravenous")
    assert refused(built, Basis.ORDERED).reason is RefusalReason.AMBIGUOUS_FORM


@pytest.mark.parametrize(
    ("name", "route"),
    [
        ("Morphine Injection", "oral"),  # a vial may be drunk
        ("Morphine IV Soln", "subcutaneous"),
        ("Morphine 10 MG Oral Tablet", "enteral tube"),
        ("Morphine 10 MG Oral Tablet", "rectal"),
        ("Morphine (IV / Epidural / Intrathecal)", "intravenous"),  # a vial for any of them
        ("Morphine", "intravenous"),
    ],
)
def test_a_name_that_leaves_the_route_open_contradicts_nothing(name: str, route: str) -> None:
    exposures = a_patient().given(Drug(name, MORPHINE), "10 mg", route=route).exposures()
    assert not exposures.refused
    assert len(exposures.items) == 1


# --- the weight ------------------------------------------------------------------------------------------------


@pytest.mark.hazard("H-019")
@pytest.mark.parametrize("weight", ["3500 kg", "0.5 kg", "700 kg"])
def test_a_dose_per_body_weight_is_refused_where_the_weight_is_hardly_possible(weight: str) -> None:
    """3500 stands in a column of kilograms where a newborn was weighed in grams."""
    problem = refused(a_patient().infusion("fentanyl", "1 ug/kg/h", weight=weight))
    assert problem.reason is RefusalReason.IMPLAUSIBLE
    assert "hardly possible" in problem.detail


# --- the amount ------------------------------------------------------------------------------------------------


@pytest.mark.hazard("H-003")
@pytest.mark.parametrize("hours", ["1/12", 1, 12, 24])
def test_a_rate_in_milligrams_that_can_only_be_micrograms_is_refused(hours: object) -> None:
    """50 mg/h of fentanyl is a thousand times the usual 50 ug/h, however often the chart repeats it."""
    problem = refused(a_patient().infusion("fentanyl", "50 mg/h", 0, hours))
    assert problem.reason is RefusalReason.IMPLAUSIBLE


def test_an_amount_over_hours_that_can_only_be_micrograms_is_refused() -> None:
    problem = refused(a_patient().infusion("fentanyl", None, 0, 1, dose="50 mg"))
    assert problem.reason is RefusalReason.IMPLAUSIBLE


def test_demand_doses_that_can_only_be_micrograms_are_refused() -> None:
    assert refused(a_patient().pca("fentanyl", 0, 4, demand="200 mg")).reason is RefusalReason.IMPLAUSIBLE


def test_a_push_over_a_minute_is_a_dose_and_not_a_rate_for_a_day() -> None:
    """500 ug in a minute would be 720 mg a day, and nobody gives it for longer than the minute."""
    exposures = a_patient().infusion("fentanyl", None, 0, "1/60", dose="500 ug").exposures()
    assert not exposures.refused
    assert exposures.items[0].amount.in_("ug") == 500


@pytest.mark.hazard("H-003")
def test_a_patch_that_releases_milligrams_an_hour_is_refused() -> None:
    assert refused(a_patient().patch_on("fentanyl", "25 mg/h", wear=72)).reason is RefusalReason.IMPLAUSIBLE


@pytest.mark.parametrize(
    "built",
    [
        a_patient().order("fentanyl", rate="50 mg/h", route="intravenous"),
        a_patient().order("fentanyl", "100 mg", times=4, route="buccal"),
        a_patient().order("fentanyl", "1 {patch}", strength="25 mg/h", route="transdermal", every_hours=72),
    ],
)
def test_an_order_that_can_only_be_meant_in_micrograms_is_refused(built: object) -> None:
    assert refused(built, Basis.ORDERED).reason is RefusalReason.IMPLAUSIBLE


@pytest.mark.hazard("H-033")
@pytest.mark.parametrize(
    ("product", "charted"),
    [("25 ug/h", "250 ug/h"), ("12.5 ug/h", "125 ug/h"), ("25 ug/h", "2.5 ug/h"), ("50 ug/h", "75 ug/h")],
)
def test_a_release_that_is_not_that_of_the_named_patch_is_refused(product: str, charted: str) -> None:
    """125 for a patch of 12.5 is the classic slip: ten times the dose, for three days."""
    built = a_patient().patch_on(a_drug("fentanyl", product), charted, wear=72)
    problem = refused(built)
    assert problem.reason is RefusalReason.AMBIGUOUS_DOSE
    assert "one patch of the product releases" in problem.detail


@pytest.mark.hazard("H-033")
@pytest.mark.parametrize(
    ("product", "charted", "counted"),
    [
        ("25 ug/h", "25 ug/h", 25),
        ("12.5 ug/h", "12 ug/h", 12),
        ("25 ug/h", "50 ug/h", 50),
        ("0.025 mg/h", "75 ug/h", 75),
    ],
)
def test_one_patch_or_a_few_of_the_named_product_count_as_charted(
    product: str, charted: str, counted: int
) -> None:
    exposures = a_patient().patch_on(a_drug("fentanyl", product), charted, wear=72).exposures()
    assert not exposures.refused
    (item,) = exposures.items
    assert item.rate is not None
    assert item.rate.in_("ug/h") == counted
