"""What the tables have a say in: forms, wear, bands by the microgram, and the sentences about them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from adjuvant.library.model import TablePlan
from adjuvant.opioids import (
    daily_mme,
    line_from_dispense,
    line_from_request,
    mme_json,
    parse_regimen,
    read_regimen,
    spread,
)
from adjuvant.opioids.factor import apply_row
from adjuvant.opioids.window import window_mme
from adjuvant.quantity import UnitStatus, parse_quantity
from adjuvant.record import Basis, Drug, Ingredient, MedicationDispense, MedicationRequest, Origin
from adjuvant.record.naming import resolve_drug
from adjuvant.timeline import Interval
from builders import a_drug, a_patient
from builders import a_plan as built_plan
from builders import a_row as built_row
from small_tables import a_plan, a_row, a_table

BY_FORM = a_table(
    a_row("fentanyl", "0.1", routes="buccal", forms="tablet lozenge", unit="ug"),
    a_row("fentanyl", "0.2", routes="buccal", forms="film", unit="ug"),
    a_row("morphine", "1", forms="tablet"),
    a_row("morphine", "2"),
    key="forms",
)
BY_RELEASE = a_table(a_row("fentanyl", "2", routes="transdermal", forms="patch", unit="ug/h"), key="release")
BY_PATCH = a_table(
    a_row("fentanyl", "6", routes="transdermal", forms="patch", unit="ug/h", per_patch_hours=Fraction(72)),
    key="patches",
)


def regimen(*medications: dict[str, Any]) -> Any:
    return parse_regimen({"medications": list(medications)})


def buccal(form: str | None = None, dose: str = "100 ug") -> dict[str, Any]:
    stated = {"form": form} if form else {}
    return {"drug": "fentanyl", "route": "buccal", "dose": dose, "times_per_day": 2, **stated}


def a_patch(**more: Any) -> dict[str, Any]:
    return {"drug": "fentanyl", "form": "patch", "dose": "50 ug/h", **more}


def refusal(medication: dict[str, Any], table: Any, parenteral: Any = None) -> str:
    (line,) = daily_mme(regimen(medication), TablePlan(table, parenteral)).lines
    assert line.refusal is not None
    return f"{line.refusal.subject}: {line.refusal.detail}; {line.refusal.remedy}"


def test_the_range_goes_by_the_form_as_the_total_does() -> None:
    plans = (
        TablePlan(BY_FORM),
        TablePlan(a_table(a_row("fentanyl", "0.3", routes="buccal", unit="ug"), key="any")),
    )
    for form, value in (("tablet", 20), ("film", 40), ("lozenge", 20)):
        lines = regimen(buccal(form))
        assert daily_mme(lines, plans[0]).total.value == value
        assert [item.total.value for item in spread(lines, plans).covered if item.total] == [value, 60]
    found = spread(regimen(buccal()), plans)
    assert [item.plan for item in found.covered] == ["any"]
    assert [(item.plan, item.title) for item in found.uncovered] == [("forms", "Table forms")]


def test_what_a_table_has_only_in_other_forms_is_listed() -> None:
    assert refusal(buccal(), BY_FORM) == (
        "medications[0] (fentanyl): forms gives different factors buccal for lozenge or tablet; film; state the form"
    )
    assert refusal(buccal("solution"), BY_FORM) == (
        "medications[0] (fentanyl): forms has this drug buccal as lozenge or tablet; film only, not as solution; "
        "choose a table that has it, or report the dose beside the total"
    )
    assert refusal({"drug": "morphine", "route": "oral", "dose": "5 mg", "times_per_day": 2}, BY_FORM) == (
        "medications[0] (morphine): forms gives different factors oral for tablet; any other form; state the form"
    )


def test_what_a_table_has_only_by_other_routes_is_listed() -> None:
    table = a_table(
        a_row("morphine", "3", routes="intravenous subcutaneous"), a_row("oxycodone", "1"), key="t"
    )
    by_mouth = {"drug": "morphine", "route": "oral", "dose": "5 mg", "times_per_day": 2}
    elsewhere = "choose a table that has it, or report the dose beside the total"
    assert refusal(by_mouth, table) == (
        f"medications[0] (morphine): t has morphine for intravenous, subcutaneous only, not oral; {elsewhere}"
    )
    assert refusal({**by_mouth, "route": "parenteral"}, table) == (
        "medications[0] (morphine): t has morphine for intravenous, subcutaneous only, and the route says just "
        "parenteral; state which injected route it is"
    )
    oxycodone = {**by_mouth, "drug": "oxycodone", "route": "iv"}
    named = "name a parenteral table beside it, or a table that has this route"
    assert refusal(oxycodone, table) == (
        f"medications[0] (oxycodone): t has oxycodone for oral only, not intravenous; {named}"
    )
    assert refusal(oxycodone, table, a_table(key="p")) == (
        f"medications[0] (oxycodone): p has no row for oxycodone; {elsewhere}"
    )
    assert refusal({**by_mouth, "drug": "tramadol"}, table) == (
        f"medications[0] (tramadol): t has no row for tramadol; {elsewhere}"
    )


# --- wear -------------------------------------------------------------------------------------------------------


def test_a_table_that_counts_patches_wants_its_own_wear_to_one_part_in_a_hundred() -> None:
    assert daily_mme(regimen(a_patch(every_hours=72)), TablePlan(BY_PATCH)).total.value == 100
    for hours in ("72.72", "71.28"):
        fits = regimen(a_patch(every_hours=Fraction(hours).__float__()))
        assert daily_mme(fits, TablePlan(BY_PATCH)).total.complete, hours
    assert refusal(a_patch(every_hours=72.73), BY_PATCH) == (
        "medications[0] (fentanyl): small counts patches worn 72 h; this one is changed every 72.73 h; "
        "choose a table that counts the hours worn"
    )
    assert refusal(a_patch(every_hours=71.27), BY_PATCH).startswith("medications[0] (fentanyl): small counts")
    assert refusal(a_patch(times_per_day=0.5), BY_PATCH) == (
        "medications[0] (fentanyl): small counts patches worn 72 h; this one is changed every 48 h; "
        "choose a table that counts the hours worn"
    )
    assert refusal(a_patch(), BY_PATCH) == (
        "medications[0] (fentanyl): small counts patches worn 72 h; how often this one is changed is not stated; "
        "state how often the patch is changed"
    )
    assert daily_mme(regimen(a_patch(every_hours=48)), TablePlan(BY_RELEASE)).total.value == 100


def test_the_range_goes_by_the_wear_as_the_total_does() -> None:
    plans = (TablePlan(BY_RELEASE), TablePlan(BY_PATCH))
    assert [item.plan for item in spread(regimen(a_patch(every_hours=72)), plans).covered] == [
        "release",
        "patches",
    ]
    found = spread(regimen(a_patch(every_hours=48)), plans)
    assert ([item.plan for item in found.covered], [item.plan for item in found.uncovered]) == (
        ["release"],
        ["patches"],
    )


# --- a supply of patches ------------------------------------------------------------------------------------------


def a_dispense(text: str, quantity: str | None, days: int | None, **fields: Any) -> MedicationDispense:
    return MedicationDispense(
        id="1",
        drug=fields.pop("drug", None) or resolve_drug(text),
        origin=Origin("test", "dispense", "1"),
        start=datetime(2026, 3, 1, tzinfo=UTC),
        quantity=None if quantity is None else parse_quantity(quantity),
        days_supply=None if days is None else Fraction(days),
        **fields,
    )


PATCH = "72 HR Fentanyl 0.075 MG/HR Transdermal System"
UNNAMED = "Fentanyl 0.075 MG/HR Transdermal System"
TABLET = "oxycodone hydrochloride 10 MG Oral Tablet"


def told(dispense: MedicationDispense, plan: TablePlan) -> list[str]:
    (line,) = daily_mme([line_from_dispense(dispense)], plan).lines
    assert line.refusal is None, line.refusal
    return [step.text for step in line.derivation]


def test_a_supply_of_patches_tells_how_many_are_worn_at_a_time() -> None:
    assert told(a_dispense(PATCH, "20 {patch}", 30), TablePlan(BY_RELEASE)) == [
        f"as written: {PATCH}; dispensed 20 {{patch}} for 30 days",
        f"{PATCH} is fentanyl",
        "20 patches of 0.075 mg/h for 30 days, each worn 72 h: 2 worn at a time",
        "= 3.6 mg/day",
        "fentanyl: 2 MME/day per microgram/h",
        "150 microgram/h × 2 = 300 MME/day",
    ]


def test_a_supply_of_unstated_wear_takes_the_wear_of_the_row() -> None:
    """Five patches of 75 microgram/h in 30 days, 72 h each: half a patch at a time, 37.5 microgram/h."""
    steps = told(a_dispense(UNNAMED, "5 {patch}", 30), TablePlan(BY_PATCH))
    assert steps[2:] == [
        "5 patches of 0.075 mg/h for 30 days",
        "each worn 72 h, the wear that the table's row is made for = 0.9 mg/day",
        "fentanyl: 6 MME/day per microgram/h and patch worn 72 h, so 2 MME/day per microgram/h while worn",
        "37.5 microgram/h × 2 = 75 MME/day",
    ]


@pytest.mark.parametrize(
    ("dispense", "sentence"),
    [
        (a_dispense(TABLET, None, 30), "the quantity is not stated; state what was handed out"),
        (a_dispense(TABLET, "12 {tablet}", None), "the days of supply are not stated; state them"),
        (
            a_dispense(TABLET, "12 {tablet}", 0),
            "days of supply 0 is not above zero; correct it, or leave the line out if nothing is taken",
        ),
        (a_dispense(PATCH, "5 {patch}", 0), "days of supply are not above zero; correct the days of supply"),
        (
            a_dispense(UNNAMED, "5 {patch}", 30),
            "patches were handed out, and how long each is worn is not stated; state how many hours one patch is worn",
        ),
    ],
)  # fmt: skip
def test_a_supply_that_is_refused(dispense: MedicationDispense, sentence: str) -> None:
    plan = a_plan(a_row("oxycodone", "1"), *BY_RELEASE.factors)
    (line,) = daily_mme([line_from_dispense(dispense)], plan).lines
    assert line.refusal is not None
    assert f"{line.refusal.detail}; {line.refusal.remedy}" == sentence


def test_a_supply_for_one_day_or_less_is_divided_as_any_other() -> None:
    plan = TablePlan(a_table(a_row("oxycodone", "1")))
    assert daily_mme([line_from_dispense(a_dispense(TABLET, "2 {tablet}", 1))], plan).total.value == 20
    assert daily_mme(
        [line_from_dispense(a_dispense(PATCH, "1 {patch}", 1))], TablePlan(BY_RELEASE)
    ).total.complete


def test_a_dispense_keeps_where_it_stands_and_what_it_is() -> None:
    line = line_from_dispense(a_dispense(TABLET, "120 {tablet}", 30))
    assert line.place == "test:dispense:1" and line.subject == f"test:dispense:1 ({TABLET})"
    assert (line.form, line.route, line.every_hours) == ("tablet", "oral", None)
    assert (
        line_from_dispense(a_dispense(TABLET, "9 {tablet}", 3, form="capsule", route="rectal")).form
        == "capsule"
    )
    assert line_from_dispense(a_dispense(TABLET, "9 {tablet}", 3, route="rectal")).route == "rectal"
    stated = line_from_dispense(a_dispense(TABLET, "9 {tablet}", 3), wear_hours=Fraction(72))
    assert stated.every_hours is None, "only a patch is worn"


def test_a_dispense_by_code_alone_takes_form_and_route_of_its_product() -> None:
    drug = resolve_drug(None, "197696")
    line = line_from_dispense(a_dispense("", "10 {patch}", 30, drug=drug))
    assert (line.form, line.route) == ("patch", "transdermal")


# --- orders -------------------------------------------------------------------------------------------------------


def an_order(**fields: Any) -> MedicationRequest:
    plain = {
        "id": "1",
        "drug": Drug("morphine", (Ingredient("morphine"),)),
        "origin": Origin("t", "order", "1"),
    }
    return MedicationRequest(**(plain | fields))


def test_an_order_hands_on_everything_that_it_states() -> None:
    line = line_from_request(
        an_order(
            route="oral", form="tablet", dose=parse_quantity("10 mg"), every_hours=Fraction(6), as_needed=True
        )
    )
    assert (line.route, line.form, str(line.dose)) == ("oral", "tablet", "10 mg")
    assert (line.every_hours, line.times_per_day, line.rate, line.as_needed) == (6, None, None, True)


def test_only_a_patch_hides_its_dose_behind_its_release() -> None:
    both = {"dose": parse_quantity("2 mg"), "rate": parse_quantity("1 mg/h")}
    assert line_from_request(an_order(form="patch", **both)).dose is None
    assert str(line_from_request(an_order(form="injection", **both)).dose) == "2 mg"
    assert (
        str(line_from_request(an_order(form="patch", dose=parse_quantity("2 {patch}"))).dose) == "2 {patch}"
    )


def test_a_range_asks_for_the_one_amount() -> None:
    line = line_from_request(an_order(dose=parse_quantity("5 mg"), dose_high=parse_quantity("10 mg")))
    assert line.problem is not None
    assert f"{line.problem.detail}; {line.problem.remedy}" == (
        "the dose is a range, 5 mg to 10 mg; state the one amount that was meant"
    )


# --- bands by the microgram -----------------------------------------------------------------------------------------

MICRO = a_row("fentanyl", None, routes="buccal", unit="ug", bands=(("above 0", "0.1"), ("above 500", "0.2")))


def test_a_band_by_the_microgram_is_read_and_told_in_micrograms() -> None:
    lines = regimen(buccal("tablet", "200 ug"), buccal("tablet", "300 ug") | {"as_needed": True})
    first, second = daily_mme(lines, a_plan(MICRO)).lines
    assert [step.text for step in first.derivation][1:] == [
        "200 microgram × 2 a day = 0.4 mg/day",
        "fentanyl: 0.1 MME per microgram (band above 0 microgram/day)",
        (
            "scheduled: the day's total is 400 microgram, so 400 microgram of it × 0.1 = 40 MME/day; "
            "at most: the day's total is 1000 microgram, so 400 microgram of it × 0.2 = 80 MME/day"
        ),
    ]
    assert [step.text for step in second.derivation][2:] == [
        "as needed: from none to this maximum",
        "fentanyl: 0.1 MME per microgram (band above 0 microgram/day)",
        (
            "scheduled: the day's total is 400 microgram, so 0 microgram of it × 0.1 = 0 MME/day; "
            "at most: the day's total is 1000 microgram, so 600 microgram of it × 0.2 = 120 MME/day"
        ),
    ]
    (alone,) = daily_mme(regimen(buccal("tablet", "300 ug")), a_plan(MICRO)).lines
    assert [step.text for step in alone.derivation][2:] == [
        "fentanyl: 0.2 MME per microgram (band above 500 microgram/day)",
        "scheduled: the day's total is 600 microgram, so 600 microgram of it × 0.2 = 120 MME/day",
    ]


def test_the_ends_of_an_interval_are_read_in_the_rows_unit() -> None:
    rising = apply_row(MICRO)
    assert rising.ends(Fraction("0.4"), Fraction("0.6")) == (40, 120)
    falling = apply_row(
        a_row("fentanyl", None, routes="buccal", unit="ug", bands=(("above 0", "0.2"), ("above 500", "0.1")))
    )
    assert falling.ends(Fraction("0.4"), Fraction("0.6")) == (50, 100), "just above and at 500 microgram"
    assert falling.ends(Fraction("0.4"), Fraction("0.5")) == (80, 100)
    assert falling.ends(Fraction("0.5"), Fraction("0.9")) == (50, 100)


# --- strengths in other units -----------------------------------------------------------------------------------------


def test_a_printed_strength_in_grams_is_the_same_strength() -> None:
    parts = (
        Ingredient("oxycodone", parse_quantity("0.005 g/{tablet}")),
        Ingredient("acetaminophen", parse_quantity("0.325 g/{tablet}")),
    )
    (line,) = regimen({"drug": "oxycodone", "route": "oral", "dose": "2.5 mg", "times_per_day": 4})
    combined = replace(line, drug=Drug("Percocet", parts))
    assert daily_mme([combined], a_plan(a_row("oxycodone", "1"))).total.value == 10


# --- the answer -----------------------------------------------------------------------------------------------------


def test_the_answer_of_a_mixed_regimen_says_each_line_for_what_it_is() -> None:
    table = a_table(
        a_row("morphine", "1"),
        a_row("buprenorphine", None, routes="sublingual", refuse="nobody agrees"),
        key="t",
    )
    lines = regimen(
        {"drug": "morphine", "route": "oral", "dose": "5 mg", "times_per_day": 2},
        {"drug": "gabapentin", "route": "oral", "dose": "300 mg", "times_per_day": 3},
        {"drug": "buprenorphine", "route": "sublingual", "dose": "2 mg", "times_per_day": 1},
        {"drug": "squidol", "route": "oral", "dose": "2 mg", "times_per_day": 1},
        {"drug": "tramadol", "route": "oral", "dose": "2 mg"},
    )
    found = mme_json(lines, TablePlan(table), (TablePlan(table),))
    keys = ("status", "mme_per_day", "low", "high", "reason", "detail", "remedy")
    assert [tuple(line[key] for key in keys) for line in found["lines"]] == [
        ("value", 10, 10, 10, None, None, None),
        ("not_an_opioid", None, None, None, "not an opioid", None, None),
        (
            "refused", None, None, None, "no accepted factor", "t: nobody agrees",
            "report the dose beside the total, never in it",
        ),
        (
            "refused", None, None, None, "unknown drug",
            "'squidol' is not a drug that the library knows, and could be an opioid",
            "write the generic name or the RxNorm code",
        ),
        (
            "refused", None, None, None, "missing timing", "nothing says how often",
            "state times_per_day or every_hours",
        ),
    ]  # fmt: skip
    plain = {"row": None, "citation": None, "provenance": None}
    assert found["lines"][0]["derivation"] == [
        {"text": "as written: drug morphine; route oral; dose 5 mg; times_per_day 2", **plain},
        {"text": "5 mg × 2 a day = 10 mg/day", **plain},
        {
            "text": "morphine: 1 MME per mg",
            "row": "opioids/small.yaml",
            "citation": "invented",
            "provenance": "assumed",
        },
        {"text": "10 mg/day × 1 = 10 MME/day", **plain},
    ]
    assert found["range"]["note"] == (
        "no table covers every line: refused whatever the table are medications[3] (squidol), medications[4] (tramadol)"
    )
    (apart,) = found["not_in_total"]
    assert (apart["place"], apart["reason"]) == ("medications[2]", "no accepted factor")


def test_an_unknown_drug_is_quoted_up_to_sixty_letters() -> None:
    (line,) = daily_mme(regimen({"drug": "x" * 70, "route": "oral", "dose": "5 mg"}), a_plan()).lines
    assert line.refusal is not None and line.refusal.detail.startswith(f"'{'x' * 60}' is not a drug")


# --- windows --------------------------------------------------------------------------------------------------------

CHARTED = built_plan(
    built_row("morphine", "1"),
    built_row(
        "fentanyl",
        "6",
        "ug/h",
        routes="transdermal",
        forms=frozenset({"patch"}),
        per_patch_hours=Fraction(72),
    ),
)


def window(built: Any, start: int = 0, end: int = 24, plan: Any = CHARTED, **more: Any) -> Any:
    return window_mme(built.exposures(), plan, Interval(built.when(start), built.when(end)), **more)


def test_a_window_says_its_plan_and_its_span() -> None:
    built = a_patient().given("morphine", "10 mg", 1)
    answer = window(built)
    assert (answer.plan, answer.window) == (CHARTED.key, Interval(built.when(0), built.when(24)))


def test_a_patch_of_another_wear_is_refused_with_its_place_and_remedy() -> None:
    for wear, worn in ((48, "worn 48 h"), (None, "of unstated wear")):
        built = a_patient().patch_on("fentanyl", "50 ug/h", 0, wear=wear).patch_off("fentanyl", 24)
        (found,) = window(built).refused
        assert (found.subject, found.ingredient) == ("fentanyl transdermal patch", "fentanyl")
        assert found.detail.endswith(f"counts patches worn 72 h, and this one is {worn}")
        assert found.remedy == "state the ordered wear, or choose a table by release rate"


def test_an_amount_where_a_release_is_counted_is_refused_with_its_remedy() -> None:
    built = a_patient().given("fentanyl", "50 ug", 1, route="transdermal", form="patch")
    (found,) = window(built).refused
    assert (found.subject, found.ingredient) == ("fentanyl transdermal patch", "fentanyl")
    assert found.detail.endswith("converts a release rate, and only an amount is charted")
    assert found.remedy == "chart the patch by its release rate and its times"


def test_each_dose_is_told_by_its_time_and_whether_it_was_asked_for() -> None:
    built = a_patient().given("morphine", "10 mg", 1).given("morphine", "5 mg", 2, as_needed=True)
    (drug,) = window(built).drugs
    assert [step.text for step in drug.derivation] == [
        "2026-03-02 01:00+00:00 dose: 10 mg",
        "2026-03-02 02:00+00:00 dose: 5 mg; given as needed",
        "15 mg in 24 h = 15 mg per 24 h",
        "15 mg per 24 h × 1 MME per mg = 15 MME per 24 h",
    ]


def test_what_runs_over_the_edge_says_how_much_of_it_is_inside() -> None:
    built = a_patient().infusion("morphine", "1 mg/h", 12, 36, route="oral")
    (drug,) = window(built).drugs
    assert drug.derivation[0].text == (
        "2026-03-02 12:00+00:00 to 2026-03-03 12:00+00:00 infusion: 1 mg/h × 24 h = 24 mg; 12 mg of it in the window"
    )


def test_a_drug_is_listed_by_route_and_as_patch_or_not() -> None:
    plan = built_plan(built_row("fentanyl", "2", "ug/h", routes="transdermal", forms=frozenset({"patch"})))
    built = (
        a_patient()
        .patch_on("fentanyl", "50 ug/h", 0)
        .patch_off("fentanyl", 24)
        .given(a_drug("fentanyl"), "20 ug", 3, route="transdermal")
    )
    labels = sorted(drug.label for drug in window(built, plan=plan).drugs)
    assert labels == ["fentanyl patch", "fentanyl transdermal"]


# --- several lots on one line -----------------------------------------------------------------------------------------

BANDED = built_plan(
    built_row("methadone", None, bands=[("0", "4"), ("20", "8")]),
    built_row("fentanyl", None, "ug", routes="buccal", bands=[("0", "0.1"), ("500", "0.2")]),
    built_row("fentanyl", "2", "ug/h", routes="transdermal", forms=frozenset({"patch"})),
)


def test_two_forms_of_one_drug_are_read_in_the_band_of_both_together() -> None:
    built = (
        a_patient()
        .given("methadone", "30 mg", 1, form="tablet")
        .given("methadone", "30 mg", 2, form="solution")
    )
    (drug,) = window(built, 0, 48, BANDED).drugs
    assert (drug.mme_per_day, drug.amount_per_day.in_("mg")) == (240, 30)
    assert drug.factor_words == "8 MME per mg (band above 20 mg/day)"
    assert [step.text for step in drug.derivation] == [
        "2026-03-02 02:00+00:00 dose: 30 mg",
        "30 mg in 48 h = 15 mg per 24 h",
        "15 mg per 24 h × 8 MME per mg (band above 20 mg/day) = 120 MME per 24 h",
        "2026-03-02 01:00+00:00 dose: 30 mg",
        "30 mg in 48 h = 15 mg per 24 h",
        "15 mg per 24 h × 8 MME per mg (band above 20 mg/day) = 120 MME per 24 h",
    ]


def test_a_band_by_the_microgram_is_told_for_a_window_too() -> None:
    built = a_patient().given("fentanyl", "1200 ug", 1, route="buccal")
    (drug,) = window(built, 0, 48, BANDED).drugs
    assert (drug.factor_words, drug.mme_per_day) == (
        "0.2 MME per microgram (band above 500 microgram/day)",
        120,
    )


def test_patches_of_two_wears_worn_one_after_the_other_have_one_mean_release() -> None:
    """50 microgram/h for 12 h, then 100 for 24 h: 83.3 while worn."""
    built = (
        a_patient()
        .patch_on("fentanyl", "50 ug/h", 0, wear=72, site="arm")
        .patch_off("fentanyl", 12, site="arm")
        .patch_on("fentanyl", "100 ug/h", 12, wear=48, site="back")
        .patch_off("fentanyl", 36, site="back")
    )
    (drug,) = window(built, 0, 72, BANDED).drugs
    assert drug.release_rate is not None
    assert drug.release_rate.in_("ug/h") == Fraction(50 * 12 + 100 * 24, 36)


def test_what_is_not_counted_beside_what_is_says_its_amount_per_day() -> None:
    built = (
        a_patient()
        .patch_on("fentanyl", "50 ug/h", 0, wear=72, site="arm")
        .patch_off("fentanyl", 48, site="arm")
        .patch_on("fentanyl", "25 ug/h", 0, wear=48, site="back")
        .patch_off("fentanyl", 48, site="back")
    )
    (drug,) = window(built, 0, 96).drugs
    left = [step.text for step in drug.derivation if step.text.startswith("not counted")]
    assert [text.partition(" per 24 h: ")[0] for text in left] == ["not counted: 0.3 mg"]
    assert drug.mme_per_day == 50


def test_a_line_on_which_nothing_counts_tells_every_part() -> None:
    built = (
        a_patient()
        .patch_on("fentanyl", "50 ug/h", 0, wear=96, site="arm")
        .patch_off("fentanyl", 24, site="arm")
        .patch_on("fentanyl", "25 ug/h", 0, wear=48, site="back")
        .patch_off("fentanyl", 24, site="back")
    )
    (drug,) = window(built).drugs
    assert (drug.mme_per_day, drug.factor_words) == (None, "no factor")
    told = {step.text.split(" in 24 h")[0] for step in drug.derivation if " in 24 h = " in step.text}
    assert told == {"1200 microgram", "600 microgram"}
    assert sum(step.text.startswith("not counted") for step in drug.derivation) == 2


def test_times_are_told_in_the_patients_own_zone_at_both_ends() -> None:
    built = a_patient(zone="America/New_York").infusion("morphine", "1 mg/h", 1, 3, route="oral")
    (drug,) = window(built, local=ZoneInfo("America/New_York")).drugs
    assert drug.derivation[0].text == (
        "2026-03-02 01:00-05:00 to 2026-03-02 03:00-05:00 infusion: 1 mg/h × 2 h = 2 mg"
    )


def test_a_strength_in_grams_refuses_what_fits_no_ingredient() -> None:
    parts = (
        Ingredient("oxycodone", parse_quantity("0.005 g/{tablet}")),
        Ingredient("acetaminophen", parse_quantity("0.325 g/{tablet}")),
    )
    (line,) = regimen({"drug": "oxycodone", "route": "oral", "dose": "7 mg", "times_per_day": 4})
    assert not daily_mme(
        [replace(line, drug=Drug("Percocet", parts))], a_plan(a_row("oxycodone", "1"))
    ).total.complete


def test_a_strength_below_one_milligram_counts_too() -> None:
    parts = (Ingredient("hydromorphone"), Ingredient("acetaminophen"))
    (line,) = regimen({"drug": "hydromorphone", "route": "oral", "dose": "0.5 mg", "times_per_day": 4})
    combined = replace(line, drug=Drug("hydromorphone/acetaminophen 0.5/300", parts))
    assert daily_mme([combined], a_plan(a_row("hydromorphone", "1"))).total.value == 2


def test_a_dispense_whose_words_say_nothing_takes_the_form_of_its_code() -> None:
    drug = replace(resolve_drug(None, "197696"), text="as charted")
    line = line_from_dispense(a_dispense("", "10 {patch}", 30, drug=drug))
    assert (line.form, line.route) == ("patch", "transdermal")


def test_a_dispense_in_a_unit_that_nobody_reads_is_refused() -> None:
    line = line_from_dispense(a_dispense(TABLET, "10 {tablet}", 30, unit_status=UnitStatus.UNCONVERTIBLE))
    assert line.problem is not None and line.problem.detail.startswith("the unit cannot be read")


def test_a_line_per_kilogram_stands_where_it_stands() -> None:
    (line,) = read_regimen('{"medications": [{"drug": "morphine"}], "weight": "70 kg"}')
    assert line.place == "medications[0]"


# --- steps that stand only where they belong ----------------------------------------------------------------------


def steps_of(medication: dict[str, Any], plan: TablePlan) -> list[str]:
    (line,) = daily_mme(regimen(medication), plan).lines
    assert line.refusal is None
    return [step.text for step in line.derivation][1:]


def test_a_route_that_a_wider_row_covers_is_not_said_to_count_as_another() -> None:
    medication = {"drug": "morphine", "route": "iv", "dose": "2 mg", "times_per_day": 2}
    assert steps_of(medication, a_plan(a_row("morphine", "3", routes="parenteral"))) == [
        "2 mg × 2 a day = 4 mg/day",
        "morphine: 3 MME per mg",
        "4 mg/day × 3 = 12 MME/day",
    ]


def test_a_patch_of_the_rows_own_wear_needs_no_word_about_it() -> None:
    assert steps_of(a_patch(every_hours=72), TablePlan(BY_PATCH)) == [
        "50 microgram/h, worn 24 h a day = 1.2 mg/day",
        "how often the patch is changed does not multiply its release",
        "fentanyl: 6 MME/day per microgram/h and patch worn 72 h, so 2 MME/day per microgram/h while worn",
        "50 microgram/h × 2 = 100 MME/day",
    ]


def test_a_release_that_is_not_of_whole_patches_asks_for_the_product() -> None:
    (line,) = regimen({"drug": "Fentanyl 0.05 MG/HR Transdermal System", "dose": "75 ug/h"})
    stocked = replace(
        line, form="patch", drug=Drug("a patch", (Ingredient("fentanyl", parse_quantity("50 ug/h")),))
    )
    (answer,) = daily_mme([stocked], TablePlan(BY_RELEASE)).lines
    assert answer.refusal is not None
    assert f"{answer.refusal.detail}; {answer.refusal.remedy}" == (
        "a release of 75 ug/h is not that of whole patches of 50 ug/h; correct the release or the product"
    )


def test_a_refusal_of_two_opioids_names_both() -> None:
    both = Drug("two", (Ingredient("morphine"), Ingredient("oxycodone")))
    (line,) = regimen({"drug": "morphine", "route": "oral", "dose": "5 mg", "times_per_day": 2})
    (answer,) = daily_mme(
        [replace(line, drug=both)], a_plan(a_row("morphine", "1"), a_row("oxycodone", "1"))
    ).lines
    assert answer.refusal is not None and answer.refusal.ingredient == "morphine+oxycodone"


def test_a_pump_that_gave_nothing_reads_nothing_in_a_band() -> None:
    plan = a_plan(a_row("methadone", None, routes="intravenous", bands=(("above 0", "4"), ("above 20", "8"))))
    pump = {"drug": "methadone", "route": "iv", "demand": "1 mg", "demands_per_day": 0}
    (line,) = daily_mme(regimen(pump), plan).lines
    assert (line.value, line.low, line.high) == (0, 0, 0)


def test_the_most_that_may_be_taken_is_read_in_the_band_of_one_day() -> None:
    """15 mg a day at most, for two days: 30 mg in all, and yet the band of 15."""
    built = a_patient().order("methadone", "15 mg", 0, 48, times=1, as_needed=True)
    exposures = built.exposures(basis=Basis.ORDERED)
    found = window_mme(exposures, BANDED, Interval(built.when(0), built.when(48)))
    assert (found.per_day, found.high) == (0, 60)


# --- who a line is -------------------------------------------------------------------------------------------------


def test_every_line_keeps_its_subject_its_opioids_and_whether_it_was_as_needed() -> None:
    table = a_plan(a_row("morphine", "1"))
    asked = {"times_per_day": 2, "as_needed": True, "route": "oral", "dose": "5 mg"}
    lines = regimen(
        {"drug": "morphine", **asked}, {"drug": "gabapentin", **asked}, {"drug": "tramadol", **asked}
    )
    assert [(line.subject, line.ingredient, line.as_needed) for line in daily_mme(lines, table).lines] == [
        ("medications[0] (morphine)", "morphine", True),
        ("medications[1] (gabapentin)", None, True),
        ("medications[2] (tramadol)", "tramadol", True),
    ]
    both = Drug("two", (Ingredient("morphine"), Ingredient("oxycodone")))
    (answer,) = daily_mme([replace(lines[0], drug=both)], table).lines
    assert answer.ingredient == "morphine+oxycodone"
    assert "two is morphine + oxycodone" in [step.text for step in answer.derivation]


def test_a_line_that_nobody_wrote_out_is_told_by_its_parts() -> None:
    (line,) = regimen({"drug": "morphine", "route": "oral", "dose": "5 mg", "times_per_day": 2})
    (answer,) = daily_mme([replace(line, written="")], a_plan(a_row("morphine", "1"))).lines
    assert answer.derivation[0].text == "as written: morphine, oral, 5 mg"


def test_a_strength_of_two_opioids_or_of_another_product_asks_for_what_would_settle_it() -> None:
    (line,) = regimen(
        {
            "drug": "morphine",
            "route": "oral",
            "dose": "1 {tablet}",
            "times_per_day": 2,
            "strength": "5 mg/{tablet}",
        }
    )
    plan = a_plan(a_row("morphine", "1"), a_row("oxycodone", "1"))

    def refused(*parts: Ingredient) -> str:
        (answer,) = daily_mme([replace(line, drug=Drug("x", parts))], plan).lines
        assert answer.refusal is not None
        return f"{answer.refusal.detail}; {answer.refusal.remedy}"

    assert refused(Ingredient("morphine"), Ingredient("oxycodone")) == (
        "strength 5 mg/{tablet} does not say which of the product's opioids is meant; write one line for each opioid"
    )
    assert refused(Ingredient("morphine", parse_quantity("10 mg/{tablet}"))) == (
        "strength 5 mg/{tablet} is not that of the product named, 10 mg/{tablet}; correct the strength or the product"
    )


def test_a_mass_of_a_combination_says_whose_strength_it_fits() -> None:
    (line,) = regimen({"drug": "oxycodone", "route": "oral", "dose": "5 mg", "times_per_day": 2})
    drug = Drug("oxycodone/acetaminophen 5/325", (Ingredient("oxycodone"), Ingredient("acetaminophen")))
    (answer,) = daily_mme([replace(line, drug=drug)], a_plan(a_row("oxycodone", "1"))).lines
    assert "5 mg fits the printed strength of oxycodone only" in [step.text for step in answer.derivation]


def test_a_dose_may_be_taken_every_half_hour_and_as_often_as_every_minute() -> None:
    plan = a_plan(a_row("morphine", "1"))
    half = {"drug": "morphine", "route": "oral", "dose": "0.1 mg", "every_hours": 0.5}
    assert daily_mme(regimen(half), plan).total.value == Fraction(24, 5)
    minutes = {"drug": "morphine", "route": "oral", "dose": "0.01 mg", "times_per_day": 1440}
    assert daily_mme(regimen(minutes), plan).total.value == Fraction(72, 5)


def test_the_same_line_is_asked_of_one_table_after_another() -> None:
    lines = regimen({"drug": "morphine", "route": "oral", "dose": "5 mg", "times_per_day": 2})
    once, twice = a_plan(a_row("morphine", "1")), a_plan(a_row("morphine", "2"))
    assert [daily_mme(lines, plan).total.value for plan in (once, twice, once)] == [10, 20, 10]


def test_a_name_that_is_not_known_beside_one_that_is_refuses_the_line() -> None:
    (line,) = regimen({"drug": "morphine", "route": "oral", "dose": "5 mg", "times_per_day": 2})
    parts = (Ingredient("pethidine"), Ingredient("squidol"))
    (answer,) = daily_mme([replace(line, drug=Drug("x", parts))], a_plan()).lines
    assert answer.refusal is not None and answer.refusal.detail.startswith("'squidol' is not a drug")


def test_a_negative_count_is_quoted() -> None:
    (line,) = regimen({"drug": "morphine", "route": "oral", "dose": "5 mg", "times_per_day": -1})
    (answer,) = daily_mme([line], a_plan(a_row("morphine", "1"))).lines
    assert answer.refusal is not None and answer.refusal.detail == "times per day -1 is not above zero"


def test_a_day_that_nobody_believes_is_refused_though_each_dose_is_fair() -> None:
    often = {"drug": "morphine", "route": "po", "dose": "100 mg", "times_per_day": 1440}
    (answer,) = daily_mme(regimen(often), a_plan(a_row("morphine", "1"))).lines
    assert answer.refusal is not None
    assert answer.refusal.detail.startswith("144000 mg of morphine is above ")
    answered = daily_mme(regimen({**often, "times_per_day": 2}), a_plan(a_row("morphine", "1")))
    assert answered.total.value == 200 and answered.definition.startswith("MME per day: what is scheduled")
