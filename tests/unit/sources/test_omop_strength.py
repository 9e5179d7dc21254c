"""What a quantity of OMOP means: each case worked by hand from the published conventions.

Those conventions are OHDSI's page "How to calculate drug dose" (cases 1 to 4 and 6) and the guidance on
``drug_exposure.quantity`` in the data model's list of fields. Where the two contradict each other, no dose is read.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from adjuvant.library import opioid_names
from adjuvant.quantity import Quantity
from adjuvant.record import Basis, Exposure, Refusal
from adjuvant.record.exposures import build_exposures
from omop_tables import (
    ACTUATION,
    DISPENSED,
    FENTANYL,
    GIVEN,
    HOUR,
    MG,
    ML,
    MORPHINE,
    OXYCODONE,
    UG,
    Folder,
    an_omop,
)

TABLET, SOLUTION, INJECTION, PATCH, COMBINED = "9000001", "9000002", "9000003", "9000004", "9000005"


def of(folder: Folder, basis: Basis) -> tuple[tuple[Exposure, ...], tuple[Refusal, ...]]:
    found = build_exposures(folder.record(), opioid_names(), basis)
    return found.items, found.refused


def given(folder: Folder) -> Exposure:
    items, refused = of(folder, Basis.ADMINISTERED)
    assert not refused, refused[0].detail
    (only,) = items
    return only


def refused(folder: Folder, basis: Basis = Basis.ADMINISTERED) -> str:
    items, why = of(folder, basis)
    assert not items
    (only,) = why
    return only.detail


def tablets(path: Path, quantity: str, kind: str = GIVEN, **more: str) -> Folder:
    """Oxycodone 5 mg tablets: drug_strength gives an amount and no denominator (case 1)."""
    return (
        an_omop(path)
        .concept(TABLET, "oxycodone hydrochloride 5 MG Oral Tablet")
        .strength(TABLET, OXYCODONE, amount_value="5", amount_unit_concept_id=MG)
        .exposure(
            TABLET,
            kind,
            quantity=quantity,
            **({"end": "2026-03-02 08:00:00"} if kind == GIVEN else {}) | more,
        )
    )


def test_the_quantity_of_tablets_counts_pieces(tmp_path: Path) -> None:
    """Case 1: dose = quantity x amount_value = 2 x 5 mg = 10 mg."""
    item = given(tablets(tmp_path, "2"))
    assert item.amount.same_as(Quantity(10, "mg"))
    assert (item.ingredient, item.route, item.form) == ("oxycodone", "oral", "tablet")


def test_half_a_tablet_is_half_its_amount(tmp_path: Path) -> None:
    """The list of fields allows parts of a tablet: 0.5 x 5 mg = 2.5 mg."""
    assert given(tablets(tmp_path, "0.5")).amount.same_as(Quantity(Fraction(5, 2), "mg"))


def test_dispensed_tablets_are_spread_over_the_days_of_supply(tmp_path: Path) -> None:
    """20 x 5 mg = 100 mg over 10 days, so 10 mg a day."""
    (item,), why = of(tablets(tmp_path, "20", DISPENSED, days_supply="10"), Basis.DISPENSED)
    assert not why
    assert item.rate is not None
    assert item.rate.in_("mg/d") == 10
    assert item.amount.same_as(Quantity(100, "mg"))


def test_an_order_has_a_daily_dose_only_where_its_days_of_supply_are_stated(tmp_path: Path) -> None:
    """Daily dose = dose / duration: 20 x 5 mg / 10 d = 10 mg a day; without the days 20 may be one dose."""
    (item,), why = of(tablets(tmp_path / "a", "20", "32838", days_supply="10"), Basis.ORDERED)
    assert not why
    assert item.rate is not None
    assert item.rate.in_("mg/d") == 10
    assert (
        refused(tablets(tmp_path / "b", "20", "32838"), Basis.ORDERED) == "how many doses a day is not stated"
    )


def test_dates_that_contradict_the_days_of_supply_make_no_daily_dose(tmp_path: Path) -> None:
    why = refused(tablets(tmp_path, "20", "32838", days_supply="30"), Basis.ORDERED)
    assert "the dates and the days of supply contradict each other" in why


def test_puffs_count_with_the_numerator(tmp_path: Path) -> None:
    """Case 2: the denominator is an actuation; 3 puffs x 0.1 mg = 0.3 mg."""
    folder = (
        an_omop(tmp_path)
        .concept(SOLUTION, "fentanyl 0.1 MG/ACTUAT Nasal Spray")
        .strength(
            SOLUTION,
            FENTANYL,
            numerator_value="0.1",
            numerator_unit_concept_id=MG,
            denominator_unit_concept_id=ACTUATION,
        )
        .exposure(SOLUTION, GIVEN, quantity="3", end="2026-03-02 08:00:00")
    )
    assert given(folder).amount.same_as(Quantity(Fraction(3, 10), "mg"))


def solution(path: Path, quantity: str, size: str, total: str, *, unit: str = "") -> Folder:
    return (
        an_omop(path)
        .concept(SOLUTION, "morphine sulfate Oral Solution")
        .strength(
            SOLUTION,
            MORPHINE,
            numerator_value=total,
            numerator_unit_concept_id=MG,
            denominator_value=size,
            denominator_unit_concept_id=ML,
        )
        .exposure(SOLUTION, GIVEN, quantity=quantity, end="2026-03-02 08:00:00", dose_unit_source_value=unit)
    )


def test_the_quantity_of_a_quantified_solution_counts_packs(tmp_path: Path) -> None:
    """Case 3: 1250 mg in 5 mL, two of them are 2500 mg; here 10 mg in 5 mL, and 2 x 10 mg = 20 mg."""
    assert given(solution(tmp_path, "2", "5", "10")).amount.same_as(Quantity(20, "mg"))


def test_the_quantity_of_a_plain_concentration_is_a_volume(tmp_path: Path) -> None:
    """Case 4: no denominator_value, so the quantity is in mL: 7.5 mL x 2 mg/mL = 15 mg."""
    assert given(solution(tmp_path, "7.5", "", "2")).amount.same_as(Quantity(15, "mg"))


def test_a_unit_of_volume_on_the_row_makes_a_quantified_solution_a_volume(tmp_path: Path) -> None:
    """10 mg in 5 mL are 2 mg/mL; 2 mL are 4 mg, and not 2 packs of 10 mg."""
    assert given(solution(tmp_path, "2", "5", "10", unit="mL")).amount.same_as(Quantity(4, "mg"))


def test_a_strength_per_gram_takes_a_quantity_in_grams(tmp_path: Path) -> None:
    """Case 4, second part: mg per mg, times 1000 because the quantity is in g: 0.5 g x 0.01 mg/mg = 5 mg."""
    folder = (
        an_omop(tmp_path)
        .concept(SOLUTION, "morphine Oral Gel")
        .strength(
            SOLUTION,
            MORPHINE,
            numerator_value="0.01",
            numerator_unit_concept_id=MG,
            denominator_unit_concept_id=MG,
        )
        .exposure(SOLUTION, GIVEN, quantity="0.5", end="2026-03-02 08:00:00", route_source_value="PO")
    )
    assert given(folder).amount.same_as(Quantity(5, "mg"))


def injection(
    path: Path, quantity: str, *, size: str = "", total: str = "2", unit: str = "", end: str = ""
) -> Folder:
    return (
        an_omop(path)
        .concept(INJECTION, "morphine sulfate Injectable Solution")
        .strength(
            INJECTION,
            MORPHINE,
            numerator_value=total,
            numerator_unit_concept_id=MG,
            denominator_value=size,
            denominator_unit_concept_id=ML,
        )
        .exposure(
            INJECTION,
            GIVEN,
            quantity=quantity,
            end=end or "2026-03-02 08:00:00",
            route_source_value="IV",
            dose_unit_source_value=unit,
        )
    )


def test_the_quantity_of_an_injection_is_refused_where_two_conventions_contradict_each_other(
    tmp_path: Path,
) -> None:
    """The page of doses reads 80 of 2 mg/mL as 80 mL (160 mg), the list of fields as 80 mg of ingredient."""
    why = refused(injection(tmp_path, "80"))
    assert "80 may be mL of 2 mg/mL, or the amount itself" in why


@pytest.mark.parametrize(
    ("unit", "size", "total", "milligrams"),
    [
        ("mL", "", "2", 6),  # 3 mL x 2 mg/mL
        ("mg", "", "2", 3),  # the amount itself
        ("vial", "2", "10", 30),  # 3 vials x 10 mg
        ("mL", "2", "10", 15),  # 3 mL x 10 mg / 2 mL
    ],
)
def test_the_unit_of_its_row_says_how_an_injection_is_counted(
    tmp_path: Path, unit: str, size: str, total: str, milligrams: int
) -> None:
    item = given(injection(tmp_path, "3", unit=unit, size=size, total=total))
    assert item.amount.same_as(Quantity(milligrams, "mg"))


def test_an_injection_of_1_mg_per_ml_means_the_same_by_both_conventions(tmp_path: Path) -> None:
    assert given(injection(tmp_path, "4", total="1")).amount.same_as(Quantity(4, "mg"))


def test_what_is_injected_over_a_span_is_an_infusion(tmp_path: Path) -> None:
    """24 mg from 08:00 to 20:00 are 2 mg/h."""
    item = given(injection(tmp_path, "24", unit="mg", end="2026-03-02 20:00:00"))
    assert item.rate is not None
    assert item.rate.in_("mg/h") == 2


def patches(path: Path, kind: str, quantity: str, **more: str) -> Folder:
    return (
        an_omop(path)
        .concept(PATCH, "72 HR fentanyl 0.025 MG/HR Transdermal System")
        .strength(
            PATCH,
            FENTANYL,
            numerator_value="0.025",
            numerator_unit_concept_id=MG,
            denominator_unit_concept_id=HOUR,
        )
        .exposure(PATCH, kind, quantity=quantity, **more)
    )


def test_a_patch_counts_by_its_release(tmp_path: Path) -> None:
    """Case 6: the rate is the numerator; 25 ug/h from the 2nd, 08:00, to the 5th, 08:00 (72 h) are 1.8 mg."""
    item = given(patches(tmp_path, GIVEN, "1", end="2026-03-05 08:00:00"))
    assert item.rate is not None
    assert item.rate.in_("ug/h") == 25
    assert item.amount.same_as(Quantity(Fraction(9, 5), "mg"))


@pytest.mark.parametrize(("kind", "basis"), [(DISPENSED, Basis.DISPENSED), ("32838", Basis.ORDERED)])
def test_ten_patches_for_thirty_days_are_one_at_a_time(tmp_path: Path, kind: str, basis: Basis) -> None:
    """10 x 72 h fill 30 x 24 h once."""
    folder = patches(tmp_path, kind, "10", days_supply="30", end="2026-04-01 08:00:00")
    (item,), why = of(folder, basis)
    assert not why
    assert item.rate is not None
    assert item.rate.in_("ug/h") == 25


def test_several_ingredients_have_a_strength_each(tmp_path: Path) -> None:
    """2 tablets of oxycodone 10 mg with acetaminophen 325 mg: 20 mg of oxycodone."""
    folder = (
        an_omop(tmp_path)
        .concept(COMBINED, "acetaminophen 325 MG / oxycodone hydrochloride 10 MG Oral Tablet [Percocet]")
        .concept("9000010", "acetaminophen")
        .strength(COMBINED, "9000010", amount_value="325", amount_unit_concept_id=MG)
        .strength(COMBINED, OXYCODONE, amount_value="10", amount_unit_concept_id=MG)
        .exposure(COMBINED, GIVEN, quantity="2", end="2026-03-02 08:00:00")
    )
    assert given(folder).amount.same_as(Quantity(20, "mg"))
    (event,) = folder.record().administrations
    assert {item.name: str(item.strength) for item in event.drug.ingredients} == {
        "paracetamol": "325 mg/{tablet}",
        "oxycodone": "10 mg/{tablet}",
    }


def test_a_strength_in_micrograms_is_converted(tmp_path: Path) -> None:
    folder = (
        an_omop(tmp_path)
        .concept(TABLET, "fentanyl Sublingual Tablet")
        .strength(TABLET, FENTANYL, amount_value="100", amount_unit_concept_id=UG)
        .exposure(TABLET, GIVEN, quantity="2", end="2026-03-02 08:00:00")
    )
    assert given(folder).amount.same_as(Quantity(Fraction(1, 5), "mg"))


# --- what makes a dose unknown ---------------------------------------------------------------------------


def test_without_drug_strength_no_dose_is_known_even_where_the_name_states_one(tmp_path: Path) -> None:
    folder = (
        an_omop(tmp_path)
        .concept(TABLET, "oxycodone hydrochloride 5 MG Oral Tablet")
        .exposure(TABLET, quantity="20", days_supply="10")
    )
    (order,) = folder.record().requests
    assert order.dose is None
    assert "the folder has no drug_strength" in refused(folder, Basis.ORDERED)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"invalid_reason": "D"}, "no valid row"),
        ({"valid_end_date": "2025-12-31"}, "no valid row"),
        ({"valid_start_date": "2026-03-03"}, "no valid row"),
        ({"drug_concept_id": "9999999"}, "no valid row"),
        ({"box_size": "30"}, "a box of 30, and the quantity may count boxes or pieces"),
        ({"amount_value": "10"}, "5 mg/{tablet} by the name, 10 mg/{tablet} by drug_strength"),
        ({"amount_unit_concept_id": "8510"}, "its unit is not known"),
        ({"amount_unit_concept_id": "0"}, "its unit is not known"),
        ({"amount_value": "0"}, "a strength that is not above zero"),
        ({"amount_value": "five"}, "the strength in drug_strength 'five' is not a plain decimal number"),
        (
            {"numerator_value": "5", "numerator_unit_concept_id": MG},
            "neither an amount nor a concentration, or both",
        ),
    ],
)
def test_a_row_of_strength_that_cannot_be_trusted_gives_no_dose(
    tmp_path: Path, change: dict[str, str], words: str
) -> None:
    folder = tablets(tmp_path, "2")
    folder.rows["drug_strength"][0] |= change
    assert words in refused(folder)


@pytest.mark.parametrize(
    ("quantity", "unit", "words"),
    [
        ("", "", "the quantity is not stated"),
        ("two", "", "the quantity 'two'"),
        ("0", "", "a dose of zero is charted as given"),
        ("-1", "", "is negative"),
        ("5", "mg", "5 mg, and drug_strength counts {tablet}"),
    ],
)
def test_a_quantity_that_means_nothing_certain_gives_no_dose(
    tmp_path: Path, quantity: str, unit: str, words: str
) -> None:
    assert words in refused(tablets(tmp_path, quantity, dose_unit_source_value=unit))


def test_a_box_of_one_is_a_piece(tmp_path: Path) -> None:
    folder = tablets(tmp_path, "2")
    folder.rows["drug_strength"][0]["box_size"] = "1"
    assert given(folder).amount.same_as(Quantity(10, "mg"))


def test_two_strengths_of_one_ingredient_are_refused(tmp_path: Path) -> None:
    folder = tablets(tmp_path, "2").strength(TABLET, OXYCODONE, amount_value="7", amount_unit_concept_id=MG)
    folder.rows["concept"][0]["concept_name"] = "oxycodone Oral Tablet"
    assert "oxycodone of" in refused(folder)


@pytest.mark.parametrize(
    ("name", "quantity", "words"),
    [
        ("fentanyl 0.025 MG/HR Transdermal System", "10", "how often the patch is changed is not stated"),
        ("72 HR fentanyl 0.025 MG/HR Transdermal System", "7", "the patches do not fill the days of supply"),
    ],
)
def test_patches_whose_wear_is_not_known_or_does_not_fit_make_no_rate(
    tmp_path: Path, name: str, quantity: str, words: str
) -> None:
    folder = patches(tmp_path, "32838", quantity, days_supply="30", end="2026-04-01 08:00:00")
    folder.rows["concept"][0]["concept_name"] = name
    assert words in refused(folder, Basis.ORDERED)


def test_refills_may_explain_dates_that_go_on_after_the_days_of_supply(tmp_path: Path) -> None:
    """20 tablets for 10 days, twice refilled: 10 mg a day until the recorded end."""
    folder = tablets(tmp_path, "20", "32838", days_supply="10", refills="2", end="2026-04-01 08:00:00")
    (item,), why = of(folder, Basis.ORDERED)
    assert not why
    assert item.rate is not None
    assert (item.rate.in_("mg/d"), item.end.day) == (10, 1)


def test_a_release_per_hour_of_what_is_no_patch_is_refused(tmp_path: Path) -> None:
    folder = patches(tmp_path, GIVEN, "1", end="2026-03-05 08:00:00")
    folder.rows["concept"][0]["concept_name"] = "fentanyl Oral Tablet"
    assert "a release per hour, and the product is no patch" in refused(folder)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"denominator_unit_concept_id": "0"}, "the denominator of drug_strength cannot be read"),
        ({"denominator_value": "0"}, "the denominator of drug_strength cannot be read"),
        ({"numerator_value": ""}, "neither an amount nor a concentration"),
    ],
)
def test_a_concentration_without_a_denominator_that_can_be_read_gives_no_dose(
    tmp_path: Path, change: dict[str, str], words: str
) -> None:
    folder = solution(tmp_path, "2", "5", "10")
    folder.rows["drug_strength"][0] |= change
    assert words in refused(folder)


def test_a_mass_of_a_pack_is_the_amount_itself(tmp_path: Path) -> None:
    assert given(solution(tmp_path, "15", "5", "10", unit="mg")).amount.same_as(Quantity(15, "mg"))


def test_a_volume_of_a_pack_that_is_measured_by_mass_is_refused(tmp_path: Path) -> None:
    folder = solution(tmp_path, "2", "5", "10", unit="mL")
    folder.rows["drug_strength"][0]["denominator_unit_concept_id"] = MG
    assert "the quantity's own unit" in refused(folder) or "2 mL, and drug_strength" in refused(folder)


def test_ingredients_counted_in_different_units_are_refused(tmp_path: Path) -> None:
    folder = (
        an_omop(tmp_path)
        .concept(COMBINED, "fentanyl / morphine Oral Solution")
        .strength(COMBINED, FENTANYL, amount_value="1", amount_unit_concept_id=MG)
        .strength(
            COMBINED,
            MORPHINE,
            numerator_value="2",
            numerator_unit_concept_id=MG,
            denominator_unit_concept_id=ML,
        )
        .exposure(COMBINED, GIVEN, quantity="2", end="2026-03-02 08:00:00")
    )
    items, why = of(folder, Basis.ADMINISTERED)
    assert not items
    assert all("counts the ingredients of the product in different units" in one.detail for one in why)


def test_the_partners_strength_is_never_the_opioids(tmp_path: Path) -> None:
    """A row of drug_strength on the wrong ingredient would make 650 mg of oxycodone of two tablets."""
    folder = an_omop(tmp_path).concept("9000900", "oxycodone / acetaminophen Oral Tablet")
    folder.strength("9000900", OXYCODONE, amount_value="325", amount_unit_concept_id=MG)
    folder.exposure("9000900", GIVEN, quantity="2", end="2026-03-02 08:00:00")
    (event,) = folder.record().administrations
    assert event.dose is None
    assert "325 mg/{tablet}" in event.doubt
