"""A line's amount in mg per day: what is multiplied by what, and what is refused before any table is asked."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from adjuvant.opioids import RegimenLine, line_from_request, parse_regimen
from adjuvant.opioids.amount import Measured, measure
from adjuvant.quantity import Quantity, UnitStatus, parse_quantity
from adjuvant.record import Drug, Ingredient, MedicationRequest, Origin, RefusalReason

OXYCODONE = Ingredient("oxycodone")
COMBINED = (Ingredient("oxycodone"), Ingredient("acetaminophen"))


FENTANYL = (Ingredient("fentanyl"),)


def a_line(
    text: str = "oxycodone", parts: tuple[Ingredient, ...] = (OXYCODONE,), **fields: Any
) -> RegimenLine:
    """A line, its amounts given as text: 10 mg of oral oxycodone four times a day, unless told otherwise."""
    plain = {"route": "oral", "dose": "10 mg", "times_per_day": 4, **fields}
    for name in ("dose", "strength", "rate", "demand", "weight"):
        if isinstance(plain.get(name), str):
            plain[name] = parse_quantity(plain[name])
    for name in (
        "times_per_day",
        "every_hours",
        "patches",
        "demands_per_day",
        "max_demands_per_day",
        "days_supply",
    ):
        if isinstance(plain.get(name), int | str):
            plain[name] = Fraction(plain[name])
    return RegimenLine("medications[0]", Drug(text, parts), **plain)


def amounts(line: RegimenLine) -> tuple[Fraction, Fraction]:
    """Scheduled and greatest mg per day of a line with one opioid."""
    found = measure(line)
    assert found.problem is None, found.problem
    (share,) = found.shares
    return share.scheduled, share.most


def problem(line: RegimenLine) -> tuple[RefusalReason, str]:
    found = measure(line)
    assert found.problem is not None, f"expected a refusal, not {found.shares}"
    assert found.shares == ()
    assert found.problem.remedy
    return found.problem.reason, found.problem.detail


# --- doses ----------------------------------------------------------------------------------------------------


def test_a_dose_is_multiplied_by_how_often() -> None:
    assert amounts(a_line()) == (40, 40)
    assert amounts(a_line(times_per_day=None, every_hours=6)) == (40, 40)
    assert amounts(a_line(every_hours=6)) == (40, 40)


def test_units_are_converted_and_never_dropped() -> None:
    assert amounts(a_line(dose="0.01 g", times_per_day=2)) == (20, 20)
    assert amounts(a_line(dose="10000 ug", times_per_day=2)) == (20, 20)


def test_counted_units_are_multiplied_by_their_strength() -> None:
    assert amounts(a_line(dose="2 {tablet}", strength="5 mg/{tablet}", times_per_day=3)) == (30, 30)
    stocked = (Ingredient("oxycodone", parse_quantity("5 mg/{tablet}")),)
    assert amounts(a_line(parts=stocked, dose="2 {tablet}", times_per_day=3)) == (30, 30)


def test_a_volume_is_multiplied_by_its_concentration() -> None:
    assert amounts(a_line(dose="2.5 mL", strength="2 mg/mL", times_per_day=4)) == (20, 20)


def test_a_dose_per_kilogram_is_multiplied_by_the_weight() -> None:
    assert amounts(a_line(dose="0.1 mg/kg", weight="70 kg", times_per_day=4)) == (28, 28)


def test_an_as_needed_dose_runs_from_none_to_its_maximum() -> None:
    assert amounts(a_line(as_needed=True)) == (0, 40)
    assert amounts(a_line(as_needed=True, times_per_day=None, every_hours=4)) == (0, 60)


def test_an_infusion_runs_all_day() -> None:
    by_rate = {"dose": None, "times_per_day": None, "route": "intravenous"}
    assert amounts(a_line(**by_rate, rate="0.2 mg/h")) == (Fraction("4.8"), Fraction("4.8"))
    assert amounts(a_line(**by_rate, rate="0.1 mL/h", strength="2 mg/mL")) == (
        Fraction("4.8"),
        Fraction("4.8"),
    )
    assert amounts(a_line(**by_rate, rate="0.002 mg/kg/h", weight="100 kg")) == (
        Fraction("4.8"),
        Fraction("4.8"),
    )
    assert amounts(a_line(**by_rate, rate="10 mg/d")) == (10, 10)
    assert amounts(a_line(**by_rate, rate="0.2 mg/h", as_needed=True)) == (0, Fraction("4.8"))


def test_a_pump_counts_its_basal_rate_and_the_demands_delivered() -> None:
    pump = {
        "dose": None,
        "times_per_day": None,
        "route": "intravenous",
        "rate": "0.2 mg/h",
        "demand": "0.1 mg",
    }
    assert amounts(a_line(**pump, demands_per_day=12)) == (6, 6)
    assert amounts(a_line(**pump, max_demands_per_day=12)) == (Fraction("4.8"), 6)
    assert amounts(a_line(**{**pump, "rate": None}, demands_per_day=12)) == (Fraction("1.2"), Fraction("1.2"))
    assert amounts(a_line(**{**pump, "rate": None}, demands_per_day=0)) == (0, 0)


@pytest.mark.parametrize(
    ("fields", "reason", "words"),
    [
        ({"dose": None}, RefusalReason.MISSING_DOSE, "neither a dose nor a rate"),
        ({"times_per_day": None}, RefusalReason.MISSING_TIMING, "nothing says how often"),
        ({"times_per_day": None, "as_needed": True}, RefusalReason.MISSING_TIMING, "without a maximum"),
        ({"times_per_day": 0}, RefusalReason.IMPLAUSIBLE, "not above zero"),
        ({"times_per_day": -1}, RefusalReason.IMPLAUSIBLE, "not above zero"),
        ({"times_per_day": 1441}, RefusalReason.IMPLAUSIBLE, "more often than every minute"),
        ({"times_per_day": None, "every_hours": 0}, RefusalReason.IMPLAUSIBLE, "not above zero"),
        ({"times_per_day": None, "every_hours": -6}, RefusalReason.IMPLAUSIBLE, "not above zero"),
        ({"times_per_day": 4, "every_hours": 8}, RefusalReason.AMBIGUOUS_DOSE, "contradict each other"),
        ({"days_supply": 0}, RefusalReason.IMPLAUSIBLE, "not above zero"),
        ({"dose": "2 {tablet}"}, RefusalReason.AMBIGUOUS_STRENGTH, "strength is not stated"),
        ({"dose": "2 {tablet}", "strength": "5 mg/{capsule}"}, RefusalReason.AMBIGUOUS_STRENGTH, "5 mg/{capsule}"),
        ({"dose": "2 mL"}, RefusalReason.MISSING_CONCENTRATION, "strength is not stated"),
        ({"dose": "0.1 mg/kg"}, RefusalReason.MISSING_WEIGHT, "without a body weight"),
        ({"dose": "5 mg/h"}, RefusalReason.AMBIGUOUS_DOSE, "is not a dose"),
        ({"dose": "5 h"}, RefusalReason.UNKNOWN_UNIT, "leads to no mass"),
        ({"dose": "1000 g", "times_per_day": 1}, RefusalReason.IMPLAUSIBLE, "is above 5000 mg, which is not believed"),
        ({"dose": "250 g"}, RefusalReason.IMPLAUSIBLE, "is above 5000 mg, which is not believed"),
        ({"rate": "1 mg/h"}, RefusalReason.AMBIGUOUS_DOSE, "states a dose, 10 mg, and a rate, 1 mg/h"),
        ({"dose": None, "rate": "1 mg/h"}, RefusalReason.AMBIGUOUS_DOSE, "runs all day"),
        ({"dose": None, "rate": "5 mg", "times_per_day": None}, RefusalReason.AMBIGUOUS_DOSE, "is not a rate"),
        (
            {"dose": None, "rate": "2 mL/h", "times_per_day": None},
            RefusalReason.MISSING_CONCENTRATION,
            "strength is not stated",
        ),
        (
            {"dose": None, "rate": "0.1 mg/kg/h", "times_per_day": None},
            RefusalReason.MISSING_WEIGHT,
            "without a body weight",
        ),
        ({"patches": 2}, RefusalReason.AMBIGUOUS_FORM, "is no patch"),
        ({"route": None}, RefusalReason.MISSING_ROUTE, "the route is not stated"),
        ({"demand": "1 mg"}, RefusalReason.AMBIGUOUS_DOSE, "pump's demand dose and also a dose"),
    ],
)  # fmt: skip
def test_what_a_line_lacks_or_contradicts_is_refused(
    fields: dict[str, Any], reason: RefusalReason, words: str
) -> None:
    found, detail = problem(a_line(**fields))
    assert found is reason
    assert words in detail


@pytest.mark.parametrize(
    ("fields", "reason", "words"),
    [
        ({}, RefusalReason.MISSING_TIMING, "without a number of demands"),
        ({"demands_per_day": 5, "max_demands_per_day": 9}, RefusalReason.AMBIGUOUS_DOSE, "both the demands"),
        ({"demands_per_day": -5}, RefusalReason.IMPLAUSIBLE, "is negative"),
        ({"demands_per_day": 5, "demand": None}, RefusalReason.MISSING_DOSE, "no demand dose is stated"),
        ({"demands_per_day": 5, "demand": "1 mL"}, RefusalReason.MISSING_CONCENTRATION, "1 mL of oxycodone"),
        (
            {"demands_per_day": 5, "rate": "1 mL/h"},
            RefusalReason.MISSING_CONCENTRATION,
            "1 mL/h of oxycodone",
        ),
        ({"demands_per_day": 5, "as_needed": True}, RefusalReason.AMBIGUOUS_DOSE, "as needed"),
    ],
)
def test_a_pump_that_does_not_add_up_is_refused(
    fields: dict[str, Any], reason: RefusalReason, words: str
) -> None:
    pump = {"dose": None, "times_per_day": None, "route": "intravenous", "demand": "0.1 mg"}
    found, detail = problem(a_line(**(pump | fields)))
    assert found is reason
    assert words in detail


def test_a_limit_of_belief_is_the_only_bound_and_it_is_no_clinical_one() -> None:
    """31.6 mg of fentanyl a day by a patient's own pump is published; 10 g of oxycodone at once is a slip."""
    rate = a_line("fentanyl", FENTANYL, dose=None, rate="31.6 mg/d", route="intravenous", times_per_day=None)
    assert amounts(rate)[0] == Fraction("31.6")
    assert amounts(a_line(dose="5 g")) == (20_000, 20_000)
    for line in (
        a_line(dose="10 g", times_per_day=2),
        a_line("fentanyl", FENTANYL, dose="50 mg", route="intravenous"),
    ):
        reason, detail = problem(line)
        assert reason is RefusalReason.IMPLAUSIBLE and "a limit of belief, not a clinical one" in detail


# --- drugs ----------------------------------------------------------------------------------------------------


def test_a_drug_that_is_not_known_is_refused_because_it_could_be_an_opioid() -> None:
    reason, detail = problem(a_line("Painaway forte", ()))
    assert reason is RefusalReason.UNKNOWN_DRUG
    assert "'Painaway forte' is not a drug that the library knows, and could be an opioid" in detail


def test_a_product_with_an_unknown_ingredient_is_refused() -> None:
    found = measure(a_line("mixture", (OXYCODONE, Ingredient("mysterium"))))
    assert found.problem is not None
    assert "'mysterium'" in found.problem.detail
    assert found.opioids == ("oxycodone",)


@pytest.mark.parametrize("name", ["gabapentin", "ketamine", "naloxone", "acetaminophen"])
def test_a_drug_known_to_be_no_opioid_is_passed_over_whatever_else_it_lacks(name: str) -> None:
    found = measure(a_line(name, (Ingredient(name),), dose=None, route=None, times_per_day=None))
    assert found.not_an_opioid
    assert found.problem is None


def test_a_combination_counts_by_ingredient() -> None:
    line = a_line("oxycodone/acetaminophen", COMBINED, dose="2 {tablet}", strength="5 mg/{tablet}")
    found = measure(line)
    assert [(share.ingredient, share.scheduled) for share in found.shares] == [("oxycodone", 40)]
    assert found.others == ("paracetamol (non-opioid analgesic)",)


def test_an_antagonist_beside_an_opioid_is_not_counted() -> None:
    parts = (Ingredient("buprenorphine"), Ingredient("naloxone"))
    line = a_line(
        "Suboxone", parts, route="sublingual", dose="1 {film}", strength="4 mg/{film}", times_per_day=1
    )
    assert [share.ingredient for share in measure(line).shares] == ["buprenorphine"]


def test_a_bare_mass_of_a_combination_does_not_say_of_which_ingredient() -> None:
    reason, detail = problem(a_line("oxycodone/acetaminophen", COMBINED, dose="325 mg"))
    assert reason is RefusalReason.AMBIGUOUS_DOSE
    assert "does not say how much of it is oxycodone" in detail


@pytest.mark.parametrize(("dose", "mg"), [("5 mg", 20), ("10 mg", 40), ("2.5 mg", 10)])
def test_a_mass_that_fits_one_printed_strength_only_is_that_ingredients(dose: str, mg: int) -> None:
    assert amounts(a_line("oxycodone/acetaminophen 5/325", COMBINED, dose=dose)) == (mg, mg)
    stocked = tuple(
        Ingredient(part.name, parse_quantity(one))
        for part, one in zip(COMBINED, ("5 mg/{tablet}", "325 mg/{tablet}"), strict=True)
    )
    assert amounts(a_line("Percocet", stocked, dose=dose)) == (mg, mg)


@pytest.mark.parametrize(
    ("name", "dose"),
    [
        ("oxycodone/acetaminophen 5/325", "325 mg"),  # either 65 times the one or the other
        ("oxycodone/acetaminophen 5/325", "650 mg"),
        ("oxycodone/acetaminophen 7.5/325", "325 mg"),  # the other's strength
        ("oxycodone/acetaminophen 5/325", "7 mg"),  # nobody's
        ("oxycodone/acetaminophen 5/325/40", "5 mg"),  # three figures for two ingredients
        ("oxycodone/acetaminophen 5", "5 mg"),
        ("oxycodone/acetaminophen 0/325", "5 mg"),
    ],
)
def test_a_mass_that_may_be_another_ingredients_is_refused(name: str, dose: str) -> None:
    assert problem(a_line(name, COMBINED, dose=dose))[0] is RefusalReason.AMBIGUOUS_DOSE


def test_an_ingredient_under_another_of_its_names_is_the_same() -> None:
    parts = (Ingredient("pethidine"), Ingredient("acetaminophen"))
    assert measure(a_line("pethidine", parts[:1], dose="50 mg")).opioids == ("meperidine",)
    assert amounts(a_line("pethidine/acetaminophen 50/325", parts, dose="50 mg")) == (200, 200)


def test_one_known_strength_of_two_is_not_enough() -> None:
    parts = (Ingredient("oxycodone", parse_quantity("5 mg/{tablet}")), Ingredient("acetaminophen"))
    assert problem(a_line("Percocet", parts, dose="5 mg"))[0] is RefusalReason.AMBIGUOUS_DOSE


def test_a_stated_strength_must_be_the_products() -> None:
    stocked = (Ingredient("oxycodone", parse_quantity("5 mg/{tablet}")),)
    assert amounts(a_line(parts=stocked, dose="1 {tablet}", strength="5000 ug/{tablet}")) == (20, 20)
    reason, detail = problem(a_line(parts=stocked, dose="1 {tablet}", strength="10 mg/{tablet}"))
    assert reason is RefusalReason.AMBIGUOUS_STRENGTH
    assert "is not that of the product named, 5 mg/{tablet}" in detail


def test_one_strength_for_two_opioids_is_ambiguous() -> None:
    both = (Ingredient("morphine"), Ingredient("oxycodone"))
    line = a_line("morphine and oxycodone", both, dose="1 {capsule}", strength="12 mg/{capsule}")
    assert problem(line)[0] is RefusalReason.AMBIGUOUS_STRENGTH


def test_two_opioids_of_one_product_both_count() -> None:
    both = tuple(
        Ingredient(name, parse_quantity(one))
        for name, one in (("morphine", "12 mg/{capsule}"), ("oxycodone", "8 mg/{capsule}"))
    )
    found = measure(a_line("morphine and oxycodone", both, dose="1 {capsule}", times_per_day=2))
    assert [(share.ingredient, share.scheduled) for share in found.shares] == [
        ("morphine", 24),
        ("oxycodone", 16),
    ]


# --- orders ---------------------------------------------------------------------------------------------------


def an_order(**fields: Any) -> MedicationRequest:
    plain = {
        "id": "1",
        "drug": Drug("oxycodone", (OXYCODONE,)),
        "origin": Origin("fhir", "MedicationRequest", "1"),
        "route": "oral",
        "dose": Quantity(10, "mg"),
        "times_per_day": Fraction(4),
        "text": "10 mg four times a day",
    }
    return MedicationRequest(**(plain | fields))


def test_an_order_becomes_a_line() -> None:
    line = line_from_request(an_order())
    assert line.place == "fhir:MedicationRequest:1"
    assert line.written == "10 mg four times a day"
    assert amounts(line) == (40, 40)
    assert amounts(line_from_request(an_order(as_needed=True))) == (0, 40)
    by_weight = an_order(dose=parse_quantity("0.1 mg/kg"))
    assert amounts(line_from_request(by_weight, Quantity(70, "kg"))) == (28, 28)


def test_a_range_in_an_order_is_refused_with_both_ends() -> None:
    reason, detail = problem(line_from_request(an_order(dose_high=Quantity(20, "mg"))))
    assert reason is RefusalReason.AMBIGUOUS_DOSE
    assert "10 mg to 20 mg" in detail
    assert amounts(line_from_request(an_order(dose_high=Quantity(10, "mg")))) == (40, 40)


def test_what_the_reader_doubted_is_refused() -> None:
    reason, detail = problem(line_from_request(an_order(doubt="the unit is 'stat'")))
    assert reason is RefusalReason.DOUBTED
    assert detail.startswith("the unit is 'stat', at fhir:MedicationRequest:1")


def test_a_unit_that_no_reader_could_convert_is_refused() -> None:
    reason, detail = problem(line_from_request(an_order(unit_status=UnitStatus.UNCONVERTIBLE)))
    assert reason is RefusalReason.UNKNOWN_UNIT
    assert "cannot be read" in detail


def test_an_order_of_patches_counts_what_they_release_together() -> None:
    """Two patches of 50 and their release of 100 microgram/h: 2.4 mg a day."""
    patches = an_order(
        drug=Drug("fentanyl", (Ingredient("fentanyl", parse_quantity("50 ug/h")),)),
        route="transdermal",
        form="patch",
        dose=parse_quantity("2 {patch}"),
        rate=parse_quantity("100 ug/h"),
        times_per_day=None,
        every_hours=Fraction(72),
    )
    assert amounts(line_from_request(patches)) == (Fraction("2.4"), Fraction("2.4"))


def test_a_line_of_json_reaches_the_same_amounts() -> None:
    (line,) = parse_regimen(
        {"medications": [{"drug": "oxycodone", "route": "po", "dose": "10 mg", "times_per_day": 4}]}
    )
    found: Measured = measure(line)
    assert found.shares[0].steps == ("10 mg × 4 a day = 40 mg/day",)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"drug": "Percocet", "dose": "2 {tablet}", "strength": "325 mg/{tablet}", "route": "oral"},
         RefusalReason.AMBIGUOUS_STRENGTH),
        ({"drug": "morphine oral solution", "dose": "10 mg", "route": "intravenous"},
         RefusalReason.AMBIGUOUS_FORM),
        ({"drug": "fentanyl epidural", "rate": "25 ug/h", "route": "intravenous"}, RefusalReason.NEURAXIAL),
    ],
)  # fmt: skip
def test_a_line_that_its_own_name_contradicts_is_refused(
    fields: dict[str, Any], reason: RefusalReason
) -> None:
    """Two tablets with 325 mg of paracetamol are no 650 mg of oxycodone, and a mouthful is no injection."""
    (line,) = parse_regimen({"medications": [{**fields, "times_per_day": 4}]})
    problem = measure(line).problem
    assert problem is not None
    assert problem.reason is reason


def test_the_opioids_own_strength_in_a_combination_counts() -> None:
    (line,) = parse_regimen({"medications": [
        {"drug": "Percocet", "dose": "2 {tablet}", "strength": "5 mg/{tablet}", "route": "oral", "times_per_day": 4}
    ]})  # fmt: skip
    (share,) = measure(line).shares
    assert share.scheduled == 40
