"""MedicationRequest and MedicationStatement: every instruction counts, as needed is a most, contradictions are doubts."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from adjuvant.quantity import UnitStatus
from adjuvant.sources.fhir import read
from fixtures.fhir.build import (
    AT,
    DRUG_FORM,
    RXNORM,
    SUBJECT,
    bundle,
    concept,
    dosage,
    imported,
    one_order,
    order,
    orders_of,
    patient,
    ratio,
    reasons,
    record_of,
    ucum,
    write,
)

TABLET = {"value": 1, "unit": "TAB", "system": DRUG_FORM, "code": "TAB"}
DAILY = (1, 1, "d")
FENTANYL_PATCH = concept(None, (RXNORM, "197696", "72 HR Fentanyl 0.075 MG/HR Transdermal System"))
PATCH = ucum(1, "{patch}", "patch")


def shown(quantity: object) -> str | None:
    return None if quantity is None else str(quantity)


# --- dose, route, times ---------------------------------------------------------------------------------------


def test_a_plain_order_has_dose_times_route_and_span(tmp_path: Path) -> None:
    found = one_order(tmp_path, dosage(ucum(10, "mg"), times=(4, 1, "d")))
    assert (shown(found.dose), found.times_per_day, found.route) == ("10 mg", 4, "oral")
    assert found.start is not None
    assert found.start.isoformat() == "2026-03-01T09:00:00+00:00"
    assert (found.end, found.as_needed, found.statement, found.status) == (None, None, False, "active")
    assert (found.doubt, found.unit_status) == ("", UnitStatus.EXACT)


def test_the_raw_text_keeps_what_was_written(tmp_path: Path) -> None:
    raw = (
        '{"resourceType":"MedicationRequest","id":"o1","status":"active","intent":"order",'
        '"medicationCodeableConcept":{"text":"oxycodone"},"subject":{"reference":"Patient/p1"},'
        '"dosageInstruction":[{"text":"ten","timing":{"repeat":{"frequency":1,"period":12.0,"periodUnit":"h"}},'
        '"asNeededBoolean":false,"doseAndRate":[{"doseQuantity":{"value":0.10,"unit":"milligram",'
        '"system":"http://unitsofmeasure.org","code":"mg"}}]}]}'
    )
    (found,) = read(write(tmp_path, raw)).record("p1").requests
    assert found.dose is not None
    assert found.dose.value == Fraction(1, 10)
    assert found.origin.source == "fhir"
    assert found.origin.table == "MedicationRequest"
    assert found.origin.row == "o1 (bundle.json)"
    assert found.origin.raw == (
        "doseQuantity=0.10 milligram [mg]; asNeeded=false; "
        'timing={"repeat":{"frequency":1,"period":12.0,"periodUnit":"h"}}; text=ten'
    )


def test_micrograms_stay_micrograms(tmp_path: Path) -> None:
    """opioid-mme-r4 multiplies them as milligrams: 10,000 ug twice a day became 30,000 MME."""
    found = one_order(tmp_path, dosage(ucum(10000, "ug"), times=(2, 1, "d")))
    assert found.dose is not None
    assert found.dose.in_("mg") == 10


def test_intravenous_stays_intravenous(tmp_path: Path) -> None:
    """opioid-mme-r4 and COSRI count an intravenous order as oral."""
    found = one_order(
        tmp_path, dosage(ucum(1, "mg"), times=(6, 1, "d"), by="intravenous"), drug="hydromorphone"
    )
    assert (found.route, found.times_per_day) == ("intravenous", 6)


def test_every_dosage_instruction_counts(tmp_path: Path) -> None:
    """opioid-mme-r4 throws at a second instruction, COSRI ignores it: 10 mg and 20 mg a day are 30 mg."""
    repeat = {"frequency": 1, "period": 1, "periodUnit": "d"}
    morning = dosage(ucum(10, "mg"), timing={"repeat": {**repeat, "when": ["MORN"]}})
    evening = dosage(ucum(20, "mg"), timing={"repeat": {**repeat, "when": ["HS"]}})
    first, second = orders_of(tmp_path, order([morning, evening]))
    assert [
        (item.id, item.instruction, shown(item.dose), item.times_per_day, item.doubt)
        for item in (first, second)
    ] == [
        ("o1", 1, "10 mg", 1, ""),
        ("o1#2", 2, "20 mg", 1, ""),
    ]


def test_two_identical_orders_are_two_orders(tmp_path: Path) -> None:
    """opioid-mme-r4 drops the second of two equal orders: two 50 ug/h patches gave 120 instead of 240."""
    both = [
        order([dosage(PATCH, times=(1, 3, "d"), by=None)], id=name, drug="Fentanyl 50 mcg/hr patch")
        for name in "ab"
    ]
    first, second = orders_of(tmp_path, *both)
    assert (first.id, second.id) == ("a", "b")
    assert shown(first.rate) == shown(second.rate) == "50 ug/h"


def test_two_orders_without_an_id_are_two_orders(tmp_path: Path) -> None:
    nameless = order([dosage(ucum(10, "mg"), times=DAILY)])
    del nameless["id"]
    first, second = orders_of(tmp_path, nameless, nameless)
    assert first.id != second.id


def test_missing_timing_is_missing_and_not_zero(tmp_path: Path) -> None:
    """opioid-mme-r4 answers 0 MME for an order without timing."""
    found = imported(tmp_path, order([dosage(ucum(10, "mg"), text="as directed")]))
    (only,) = found.record("p1").requests
    assert (only.times_per_day, only.doubt, shown(only.dose)) == (None, "", "10 mg")
    assert reasons(found, "MedicationRequest") == {"doubted: does not say how often": 1}


def test_an_order_without_a_dosage_stays_in_view(tmp_path: Path) -> None:
    found = imported(tmp_path, order(None))
    (only,) = found.record("p1").requests
    assert (only.dose, only.rate, only.times_per_day, only.route) == (None, None, None, None)
    assert reasons(found, "MedicationRequest") == {"doubted: gives no dose": 1}


# --- as needed ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "needed"),
    [
        ({"asNeededBoolean": True}, True),
        ({"asNeededBoolean": False}, False),
        ({"asNeededCodeableConcept": concept("pain")}, True),
        ({"text": "5 mg every 4 hours as needed for pain"}, True),
        ({"patientInstruction": "Take one if needed."}, True),
        ({"text": "5 mg once a day"}, None),
        ({}, None),
    ],
)
def test_as_needed_is_said_or_not_said(tmp_path: Path, more: dict[str, Any], needed: bool | None) -> None:
    assert one_order(tmp_path, dosage(ucum(5, "mg"), times=DAILY, **more)).as_needed is needed


def test_words_that_say_as_needed_beside_a_field_that_says_not_are_a_doubt(tmp_path: Path) -> None:
    """Nobody chooses between 60 mg a day for certain and 60 mg at most."""
    both = {"asNeededBoolean": False, "text": "10 mg every 4 hours PRN"}
    found = one_order(tmp_path, dosage(ucum(10, "mg"), times=(1, 4, "h"), **both))
    assert found.doubt.startswith("its words say as needed, and its field says not")


@pytest.mark.parametrize(
    ("times", "most", "per_day"),
    [
        ((1, 4, "h"), None, 6),
        ((1, 4, "h"), ratio(ucum(20, "mg"), ucum(1, "d")), 4),
        ((1, 4, "h"), ratio(ucum(0.04, "g"), ucum(24, "h")), 6),
        ((1, 4, "h"), ratio(ucum(10, "mg"), ucum(12, "h")), 4),
        (None, ratio(ucum(20, "mg"), ucum(1, "d")), 4),
        (None, None, None),
    ],
)
def test_an_as_needed_order_says_the_most_that_it_allows(
    tmp_path: Path, times: Any, most: Any, per_day: int | None
) -> None:
    more = {"maxDosePerPeriod": most} if most else {}
    found = one_order(tmp_path, dosage(ucum(5, "mg"), times=times, asNeededBoolean=True, **more))
    assert (found.times_per_day, found.doubt) == (per_day, "")


def test_the_most_of_a_range_counts_its_upper_dose(tmp_path: Path) -> None:
    """5 to 10 mg, at most 40 mg a day: 4 times the upper dose, not 8."""
    amounts = [{"doseRange": {"low": ucum(5, "mg"), "high": ucum(10, "mg")}}]
    most = ratio(ucum(40, "mg"), ucum(1, "d"))
    found = one_order(
        tmp_path, dosage(times=(1, 2, "h"), asNeededBoolean=True, doseAndRate=amounts, maxDosePerPeriod=most)
    )
    assert (shown(found.dose), shown(found.dose_high), found.times_per_day) == ("5 mg", "10 mg", 4)


def test_an_interval_of_four_to_six_hours_allows_six_doses_as_needed_and_is_no_schedule(
    tmp_path: Path,
) -> None:
    repeat = {"repeat": {"frequency": 1, "period": 4, "periodMax": 6, "periodUnit": "h"}}
    needed = one_order(tmp_path, dosage(ucum(5, "mg"), timing=repeat, asNeededBoolean=True))
    assert (needed.times_per_day, needed.doubt) == (6, "")
    fixed = one_order(tmp_path, dosage(ucum(5, "mg"), timing=repeat))
    assert (fixed.times_per_day, fixed.doubt) == (None, "the schedule is a range of doses a day")


def test_a_schedule_above_its_own_maximum_is_a_doubt(tmp_path: Path) -> None:
    found = one_order(
        tmp_path,
        dosage(ucum(10, "mg"), times=(6, 1, "d"), maxDosePerPeriod=ratio(ucum(40, "mg"), ucum(1, "d"))),
    )
    assert found.doubt == "the schedule exceeds its own maximum dose per period: 40 mg/1 d"


@pytest.mark.parametrize(
    ("most", "note"),
    [
        (ratio({"value": 3}, ucum(1, "d")), "the maximum dose per period cannot be read and is not used"),
        (
            ratio(TABLET, ucum(1, "d")),
            "the maximum dose per period is in another unit than the dose and is not used",
        ),
    ],
)
def test_a_maximum_that_cannot_be_compared_is_said_to_be_unused(tmp_path: Path, most: Any, note: str) -> None:
    found = imported(tmp_path, order([dosage(ucum(5, "mg"), times=DAILY, maxDosePerPeriod=most)]))
    assert reasons(found, "MedicationRequest") == {f"doubted: {note}": 1}


# --- rates ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amounts", "rate"),
    [
        ({"rateQuantity": ucum(0.2, "mg/h")}, "0.2 mg/h"),
        ({"rateRatio": ratio(ucum(4.8, "mg"), ucum(24, "h"))}, "0.2 mg/h"),
        ({"rateQuantity": ucum(0.1, "mg/kg/h")}, "0.1 mg/kg/h"),
        ({"doseQuantity": ucum(0.2, "mg/h")}, "0.2 mg/h"),
        ({"rateRange": {"low": ucum(1, "mg/h"), "high": ucum(1000, "ug/h")}}, "1 mg/h"),
    ],
)
def test_a_continuous_rate(tmp_path: Path, amounts: dict[str, Any], rate: str) -> None:
    found = one_order(tmp_path, dosage(by="intravenous", doseAndRate=[amounts]), drug="hydromorphone")
    assert (shown(found.rate), found.dose, found.times_per_day, found.doubt) == (rate, None, None, "")


def test_a_range_of_rates_is_a_doubt(tmp_path: Path) -> None:
    amounts = [{"rateRange": {"low": ucum(1, "mg/h"), "high": ucum(2, "mg/h")}}]
    assert one_order(tmp_path, dosage(doseAndRate=amounts)).doubt == "the rate is a range: 1 mg/h to 2 mg/h"


def test_doses_that_run_in_at_a_rate_are_doses(tmp_path: Path) -> None:
    found = one_order(
        tmp_path,
        dosage(ucum(35, "mg"), rate=ucum(7, "mg/h"), times=DAILY, by="intravenous"),
        drug="ketamine",
    )
    assert (shown(found.dose), found.times_per_day, found.rate) == ("35 mg", 1, None)


def test_a_rate_over_a_duration_so_often_a_day_makes_a_dose(tmp_path: Path) -> None:
    """7 mg/h over 5 h once a day is 35 mg a day, and not 168."""
    repeat = {"frequency": 1, "period": 1, "periodUnit": "d", "duration": 5, "durationUnit": "h"}
    found = one_order(
        tmp_path, dosage(rate=ucum(7, "mg/h"), timing={"repeat": repeat}, by="intravenous"), drug="ketamine"
    )
    assert (shown(found.dose), found.times_per_day, found.rate) == ("35 mg", 1, None)
    assert found.unit_status is UnitStatus.DERIVED


def test_a_dose_beside_a_rate_without_times_is_what_the_bag_holds(tmp_path: Path) -> None:
    both = order([dosage(ucum(400, "mg"), rate=ucum(6, "mg/h"), by="intravenous")], drug="morphine")
    found = imported(tmp_path, both)
    (only,) = found.record("p1").requests
    assert (only.dose, shown(only.rate)) == (None, "6 mg/h")
    assert any("what the bag or syringe holds" in reason for reason in reasons(found))


def test_a_length_of_time_as_a_rate_does_not_change_the_dose(tmp_path: Path) -> None:
    found = one_order(tmp_path, dosage(ucum(7, "mg"), rate=ucum(4, "min"), times=DAILY))
    assert (shown(found.dose), found.rate, found.doubt) == ("7 mg", None, "")


def test_millilitres_an_hour_without_a_concentration_are_unconvertible(tmp_path: Path) -> None:
    found = one_order(tmp_path, dosage(rate=ucum(12, "mL/h"), by="intravenous"), drug="fentanyl")
    assert found.doubt == "a volume without a concentration: 12 mL/h of fentanyl"
    assert (shown(found.rate), found.unit_status) == ("12 mL/h", UnitStatus.UNCONVERTIBLE)


def test_millilitres_an_hour_with_a_concentration_can_be_used(tmp_path: Path) -> None:
    medication = {
        "resourceType": "Medication",
        "id": "m",
        "ingredient": [
            {
                "itemCodeableConcept": concept("fentanyl"),
                "strength": ratio(ucum(2500, "ug"), ucum(250, "mL")),
            },
            {
                "itemCodeableConcept": concept("Sodium chloride 0.9 %"),
                "strength": ratio(ucum(9, "g"), ucum(1, "L")),
            },
        ],
    }
    asked = order([dosage(rate=ucum(12, "mL/h"), by="intravenous")], contained=[medication])
    del asked["medicationCodeableConcept"]
    asked["medicationReference"] = {"reference": "#m"}
    (found,) = orders_of(tmp_path, asked)
    assert [(item.name, shown(item.strength)) for item in found.drug.ingredients] == [
        ("fentanyl", "10 ug/mL")
    ]
    assert (shown(found.rate), found.doubt) == ("12 mL/h", "")


# --- patches ------------------------------------------------------------------------------------------------------


@pytest.mark.hazard("H-031")
@pytest.mark.parametrize(
    ("dose", "times", "rate", "hours"),
    [
        (PATCH, (1, 3, "d"), "75 ug/h", 72),
        (PATCH, (1, 72, "h"), "75 ug/h", 72),
        # COSRI answers 270 MME for a 75 ug/h patch that is changed every 48 h: the release is the same.
        (PATCH, (1, 48, "h"), "75 ug/h", 48),
        (ucum(2, "{patch}"), (1, 3, "d"), "150 ug/h", 72),
        # opioid-mme-r4 answers 13,500 for a dose written as 75 ug/h.
        (ucum(75, "ug/h"), (1, 3, "d"), "75 ug/h", 72),
        ({"value": 1, "unit": "patch"}, (1, 3, "d"), "75 ug/h", 72),
    ],
)
def test_a_patch_has_a_release_rate_and_a_time_of_change(
    tmp_path: Path, dose: dict[str, Any], times: Any, rate: str, hours: int
) -> None:
    asked = order([dosage(dose, times=times, by=None)], medicationCodeableConcept=FENTANYL_PATCH)
    (found,) = orders_of(tmp_path, asked)
    assert found.rate is not None
    assert f"{found.rate.in_('ug/h')} ug/h" == rate
    assert (found.every_hours, found.form, found.route, found.doubt) == (hours, "patch", "transdermal", "")


def test_a_patch_in_milligrams_says_nothing_about_its_release(tmp_path: Path) -> None:
    """NotoMD and MedCalc-Bench treat patches as milligrams."""
    asked = order([dosage(ucum(60, "mg"), times=DAILY, by=None)], medicationCodeableConcept=FENTANYL_PATCH)
    (found,) = orders_of(tmp_path, asked)
    assert found.rate is None
    assert found.doubt == "a patch whose dose is not what it releases per hour: 60 mg"


def test_one_tablet_of_a_patch_is_a_doubt(tmp_path: Path) -> None:
    asked = order([dosage(TABLET, times=DAILY, by=None)], medicationCodeableConcept=FENTANYL_PATCH)
    (found,) = orders_of(tmp_path, asked)
    assert found.doubt == "the dose counts another thing than the product: 1 {tablet} of a patch"


def test_an_intravenous_patch_is_a_doubt(tmp_path: Path) -> None:
    asked = order([dosage(PATCH, times=DAILY, by="intravenous")], medicationCodeableConcept=FENTANYL_PATCH)
    (found,) = orders_of(tmp_path, asked)
    assert found.doubt.startswith("route and product contradict each other: intravenous")


def test_a_patch_without_a_time_of_change_is_warned_of(tmp_path: Path) -> None:
    asked = order([dosage(PATCH, by=None)], medicationCodeableConcept=FENTANYL_PATCH)
    assert reasons(imported(tmp_path, asked), "MedicationRequest") == {
        "doubted: does not say how often the patch is changed": 1
    }


# --- what is wrong -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dose", "why"),
    [
        (ucum(-5, "mg"), "dose is negative: -5 mg"),
        (ucum(0, "mg"), "dose is zero: 0 mg"),
        (ucum(10, "Mg"), "dose is absurd: 10 Mg"),
        (ucum(2000000, "mg"), "dose is absurd: 2000000 mg"),
        (ucum("5-10", "mg"), "dose is not a number"),
        (ucum(5, "min"), "dose is not an amount: 5 min"),
        (ucum(5, "1"), "dose does not say what it counts: 5 1"),
        ({"value": 5}, "dose has no unit: 5"),
        (
            {"value": 5, "unit": "mg", "system": "http://unitsofmeasure.org", "code": "g"},
            "dose has a unit and a code",
        ),
    ],
)
def test_a_dose_that_cannot_be_used_keeps_its_order_in_view(
    tmp_path: Path, dose: dict[str, Any], why: str
) -> None:
    found = imported(tmp_path, order([dosage(dose, times=DAILY)]))
    (only,) = found.record("p1").requests
    assert only.doubt.startswith(why)
    assert found.quality.unaccounted("MedicationRequest") == 0
    assert f"unconvertible: {only.doubt.partition(': ')[0]}" in reasons(found)


@pytest.mark.parametrize(
    ("amounts", "why"),
    [
        (
            [{"doseRange": {"low": ucum(10, "mg"), "high": ucum(5, "mg")}}],
            "the dose range falls: 10 mg to 5 mg",
        ),
        ([{"doseRange": {"low": ucum(1, "mg"), "high": TABLET}}], "the dose range mixes units"),
        ([{"doseRange": {"high": ucum(5, "mg")}}], "the dose range has one end only: 5 mg"),
        ([{"doseQuantity": ucum(5, "mg")}, {"doseQuantity": ucum(10, "mg")}], "several doses or rates"),
        ([{"rateQuantity": ucum(-1, "mg/h")}], "rate is negative: -1 mg/h"),
        ([{"rateQuantity": ucum(5, "mg")}], "rate is not an amount per time: 5 mg"),
        ([{"rateRatio": ratio(ucum(5, "mg"), ucum(1, "mL"))}], "rate is not an amount per time: 5 mg/mL"),
        ([{"rateQuantity": ucum(5, "kg/h")}], "rate is absurd: 5 kg/h"),
    ],
)
def test_a_range_or_rate_that_cannot_be_used_is_a_doubt(tmp_path: Path, amounts: Any, why: str) -> None:
    assert one_order(tmp_path, dosage(times=DAILY, doseAndRate=amounts)).doubt.startswith(why)


def role(code: str) -> dict[str, Any]:
    return concept(None, ("http://terminology.hl7.org/CodeSystem/dose-rate-type", code, None))


def test_an_ordered_and_a_calculated_dose_are_one_dose(tmp_path: Path) -> None:
    both = [
        {"type": role("ordered"), "doseQuantity": ucum(0.5, "mg/kg")},
        {"type": role("calculated"), "doseQuantity": ucum(35, "mg")},
    ]
    assert shown(one_order(tmp_path, dosage(times=DAILY, doseAndRate=both)).dose) == "35 mg"
    same = [
        {"type": role("ordered"), "doseQuantity": ucum(35, "mg")},
        {"type": role("calculated"), "doseQuantity": ucum(0.035, "g")},
    ]
    assert one_order(tmp_path, dosage(times=DAILY, doseAndRate=same)).doubt == ""
    other = [
        {"type": role("ordered"), "doseQuantity": ucum(35, "mg")},
        {"type": role("calculated"), "doseQuantity": ucum(70, "mg")},
    ]
    found = one_order(tmp_path, dosage(times=DAILY, doseAndRate=other))
    assert found.doubt == "ordered and calculated dose contradict each other: 35 mg and 70 mg"


def test_the_same_dose_said_twice_is_one_dose(tmp_path: Path) -> None:
    twice = [{"doseQuantity": ucum(5, "mg")}, {"doseQuantity": ucum(5, "mg")}]
    found = one_order(tmp_path, dosage(times=DAILY, doseAndRate=twice))
    assert (shown(found.dose), found.doubt) == ("5 mg", "")


def test_a_dosage_that_is_not_valid_does_not_hide_its_order(tmp_path: Path) -> None:
    found = imported(tmp_path, order(None, dosageInstruction=[{"doseAndRate": "ten"}]))
    (only,) = found.record("p1").requests
    assert only.drug.name == "oxycodone"
    assert only.doubt.startswith("not valid FHIR R4: dosageInstruction, Expected `array`")


def test_one_bad_instruction_of_two_leaves_the_order_used(tmp_path: Path) -> None:
    found = imported(
        tmp_path, order([dosage(ucum(10, "mg"), times=DAILY), dosage(ucum(-1, "mg"), times=DAILY)])
    )
    assert [item.doubt for item in found.record("p1").requests] == ["", "dose is negative: -1 mg"]
    assert reasons(found, "MedicationRequest") == {
        "doubted: one of its dosage instructions cannot be used": 1
    }


@pytest.mark.parametrize("where", ["order", "dosage", "timing"])
def test_a_modifier_is_never_passed_over(tmp_path: Path, where: str) -> None:
    modifier = {"modifierExtension": [{"url": "http://example.org/never"}]}
    one = dosage(ucum(10, "mg"), times=DAILY)
    if where == "dosage":
        one |= modifier
    elif where == "timing":
        one["timing"] |= modifier
    found = imported(tmp_path, order([one], **(modifier if where == "order" else {})))
    counts = reasons(found, "MedicationRequest")
    if where == "order":
        assert counts == {"not used: carries a modifier that is not known here": 1}
        assert "could not be placed" in found.record("p1").patient.note
    else:
        assert counts == {f"unconvertible: the {where} carries a modifier": 1}


def test_implicit_rules_are_never_passed_over(tmp_path: Path) -> None:
    found = imported(
        tmp_path, order([dosage(ucum(10, "mg"), times=DAILY)], implicitRules="http://example.org/rules")
    )
    assert found.record("p1").requests == ()
    assert reasons(found, "MedicationRequest") == {"not used: follows rules that are not known here": 1}


# --- status and intent ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"status": "entered-in-error"}, "not used: was entered in error"),
        ({"status": "draft"}, "not used: is a draft and was never in force"),
        ({"status": "cancelled"}, "not used: was cancelled before it was in force"),
        ({"status": "acctive"}, "not used: has a status that R4 does not know"),
        ({"intent": "proposal"}, "not used: is not an order"),
        ({"intent": "plan"}, "not used: is not an order"),
        ({"intent": "option"}, "not used: is not an order"),
        ({"doNotPerform": True}, "not used: says that the medicine must not be given (doNotPerform)"),
    ],
)
def test_what_is_no_order_in_force_is_left_out_with_a_line(
    tmp_path: Path, more: dict[str, Any], reason: str
) -> None:
    found = imported(tmp_path, order([dosage(ucum(10, "mg"), times=DAILY)], **more))
    assert found.record("p1").requests == ()
    assert reasons(found, "MedicationRequest") == {reason: 1}


def test_a_plan_that_reports_use_is_a_statement(tmp_path: Path) -> None:
    found = one_order(tmp_path, dosage(ucum(10, "mg"), times=DAILY), intent="plan", reportedBoolean=True)
    assert found.statement is True


@pytest.mark.parametrize("status", ["on-hold", "unknown", "completed", "stopped"])
def test_the_status_is_kept(tmp_path: Path, status: str) -> None:
    assert one_order(tmp_path, dosage(ucum(10, "mg"), times=DAILY), status=status).status == status


def test_an_order_that_is_over_without_an_end_is_warned_of(tmp_path: Path) -> None:
    found = imported(tmp_path, order([dosage(ucum(10, "mg"), times=DAILY)], status="stopped"))
    assert reasons(found, "MedicationRequest") == {"doubted: is over, and does not say since when": 1}


def test_an_instance_of_an_order_that_is_read_too_is_not_counted_again(tmp_path: Path) -> None:
    parent = order([dosage(ucum(10, "mg"), times=DAILY)])
    child = {
        **parent,
        "id": "o2",
        "intent": "instance-order",
        "basedOn": [{"reference": "MedicationRequest/o1"}],
    }
    found = imported(tmp_path, parent, child)
    assert [item.id for item in found.record("p1").requests] == ["o1"]
    assert reasons(found, "MedicationRequest") == {"duplicate: carries out an order that is read too": 1}
    alone = imported(tmp_path, child)
    assert [item.id for item in alone.record("p1").requests] == ["o2"]


def test_two_instances_of_each_other_are_both_kept(tmp_path: Path) -> None:
    one = dosage(ucum(10, "mg"), times=DAILY)
    pair = [
        order([one], id=a, intent="instance-order", basedOn=[{"reference": f"MedicationRequest/{b}"}])
        for a, b in ("xy", "yx")
    ]
    assert [item.id for item in orders_of(tmp_path, *pair)] == ["x", "y"]


# --- spans ------------------------------------------------------------------------------------------------------------


def bounded(**repeat: Any) -> dict[str, Any]:
    one = dosage(ucum(10, "mg"), times=DAILY)
    one["timing"]["repeat"] |= repeat
    return one


def iso(moment: Any) -> str | None:
    return None if moment is None else moment.isoformat()


@pytest.mark.parametrize(
    ("repeat", "start", "end"),
    [
        (
            {"boundsPeriod": {"start": "2026-03-02T08:00:00Z", "end": "2026-03-04T08:00:00Z"}},
            "2026-03-02T08:00:00+00:00",
            "2026-03-04T08:00:00+00:00",
        ),
        (
            {"boundsPeriod": {"end": "2026-03-04T08:00:00Z"}},
            "2026-03-01T09:00:00+00:00",
            "2026-03-04T08:00:00+00:00",
        ),
        ({"boundsDuration": ucum(2, "d")}, "2026-03-01T09:00:00+00:00", "2026-03-03T09:00:00+00:00"),
        ({"count": 3}, "2026-03-01T09:00:00+00:00", "2026-03-04T09:00:00+00:00"),
        ({}, "2026-03-01T09:00:00+00:00", None),
    ],
)
def test_the_span_of_an_order(tmp_path: Path, repeat: dict[str, Any], start: str, end: str | None) -> None:
    found = one_order(tmp_path, bounded(**repeat))
    assert (iso(found.start), iso(found.end), found.doubt) == (start, end, "")


@pytest.mark.parametrize(
    ("repeat", "why"),
    [
        (
            {"boundsPeriod": {"start": "2026-03-04T08:00:00Z", "end": "2026-03-02T08:00:00Z"}},
            "ends before it starts",
        ),
        (
            {"boundsRange": {"low": ucum(2, "d"), "high": ucum(5, "d")}},
            "the length of the treatment is a range",
        ),
        ({"boundsDuration": ucum(2, "mg")}, "the length of the treatment is not a time: 2 mg"),
        ({"boundsDuration": ucum(-2, "d")}, "the length of the treatment is not a time: -2 d"),
        ({"boundsDuration": ucum(900000, "a")}, "its end lies outside the calendar"),
    ],
)
def test_a_span_that_cannot_be_is_a_doubt(tmp_path: Path, repeat: dict[str, Any], why: str) -> None:
    assert one_order(tmp_path, bounded(**repeat)).doubt == why


def test_a_date_is_not_an_instant(tmp_path: Path) -> None:
    found = imported(tmp_path, order([bounded(boundsPeriod={"start": "2026-03-02", "end": "2026-03"})]))
    (only,) = found.record("p1").requests
    assert (only.start, only.end) == (None, None)
    assert reasons(found, "MedicationRequest") == {
        "doubted: boundsPeriod.start is a date without a time of day": 1,
        "doubted: boundsPeriod.end is a date without a time of day": 1,
    }


def test_a_single_dose_is_no_dose_a_day(tmp_path: Path) -> None:
    once = dosage(ucum(10, "mg"), timing={"repeat": {"count": 1}})
    assert one_order(tmp_path, once).doubt == "a number of doses in all, not how many a day: 1"
    at = dosage(ucum(10, "mg"), timing={"event": ["2026-03-02T08:00:00Z"]})
    found = one_order(tmp_path, at)
    assert (iso(found.start), found.times_per_day) == ("2026-03-02T08:00:00+00:00", None)


def test_an_expression_is_not_evaluated_and_said_so(tmp_path: Path) -> None:
    noted = {
        "extension": [
            {
                "url": "http://hl7.org/fhir/StructureDefinition/cqf-expression",
                "valueExpression": {"language": "text/cql", "expression": "Today()"},
            }
        ]
    }
    found = imported(tmp_path, order([dosage(ucum(10, "mg"), times=DAILY)], _authoredOn=noted))
    assert reasons(found, "MedicationRequest") == {
        "doubted: authoredOn is computed by an expression that is not evaluated": 1
    }


# --- instructions in sequence -----------------------------------------------------------------------------------------


def test_a_taper_is_not_added_up(tmp_path: Path) -> None:
    """FHIR means different sequence numbers to follow one another; without their times nobody knows which holds."""
    steps = [
        dosage(ucum(dose, "mg"), times=DAILY, sequence=number) for number, dose in ((1, 30), (2, 20), (3, 10))
    ]
    found = orders_of(tmp_path, order(steps))
    assert len(found) == 3
    assert {item.doubt for item in found} == {
        "its dosage instructions follow one another, and it does not say when each begins"
    }


def test_steps_with_their_own_periods_are_plain(tmp_path: Path) -> None:
    steps = []
    for number, (day, dose) in enumerate((("02", 30), ("04", 20)), start=1):
        step = bounded(
            boundsPeriod={"start": f"2026-03-{day}T00:00:00Z", "end": f"2026-03-{int(day) + 2:02}T00:00:00Z"}
        )
        steps.append({**step, "sequence": number, "doseAndRate": [{"doseQuantity": ucum(dose, "mg")}]})
    assert [item.doubt for item in orders_of(tmp_path, order(steps))] == ["", ""]


@pytest.mark.parametrize("numbers", [(1, 1), (None, None), (1, None)])
def test_instructions_of_one_sequence_number_run_side_by_side(
    tmp_path: Path, numbers: tuple[Any, Any]
) -> None:
    steps = [
        dosage(ucum(10, "mg"), times=DAILY, **({"sequence": number} if number else {})) for number in numbers
    ]
    assert [item.doubt for item in orders_of(tmp_path, order(steps))] == ["", ""]


# --- statements ---------------------------------------------------------------------------------------------------------


def statement(**more: Any) -> dict[str, Any]:
    return {
        "resourceType": "MedicationStatement",
        "id": "s1",
        "status": "active",
        "medicationCodeableConcept": concept("oxycodone"),
        "subject": SUBJECT,
        "effectiveDateTime": AT,
        "dosage": [dosage(ucum(10, "mg"), times=(2, 1, "d"))],
        **more,
    }


def test_a_statement_of_use_is_marked_as_one(tmp_path: Path) -> None:
    (found,) = orders_of(tmp_path, statement())
    assert (found.statement, shown(found.dose), found.times_per_day) == (True, "10 mg", 2)
    assert iso(found.start) == "2026-03-01T09:00:00+00:00"


def test_a_statement_has_the_period_that_it_states(tmp_path: Path) -> None:
    said = statement(effectivePeriod={"start": "2026-03-01T00:00:00Z", "end": "2026-03-05T00:00:00Z"})
    del said["effectiveDateTime"]
    (found,) = orders_of(tmp_path, said)
    assert (iso(found.start), iso(found.end)) == ("2026-03-01T00:00:00+00:00", "2026-03-05T00:00:00+00:00")


@pytest.mark.parametrize("status", ["entered-in-error", "not-taken", "intended", "nonsense"])
def test_a_statement_of_what_is_not_taken_is_left_out(tmp_path: Path, status: str) -> None:
    found = imported(tmp_path, statement(status=status))
    assert found.record("p1").requests == ()
    assert found.quality.unaccounted("MedicationStatement") == 0


def test_the_patient_alone_has_an_empty_record(tmp_path: Path) -> None:
    assert record_of(tmp_path).event_count == 0
    assert read(write(tmp_path, bundle(patient()))).record("p1").patient.sex == "female"


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (
            {"maxDosePerPeriod": ratio(ucum(0, "mg"), ucum(1, "d"))},
            "the maximum dose per period is not above zero: 0 mg/1 d",
        ),
        (
            {"maxDosePerPeriod": ratio(ucum(-20, "mg"), ucum(1, "d"))},
            "the maximum dose per period is not above zero: -20 mg/1 d",
        ),
    ],
)
def test_a_maximum_of_nothing_is_a_doubt(tmp_path: Path, more: dict[str, Any], why: str) -> None:
    assert one_order(tmp_path, dosage(ucum(5, "mg"), times=DAILY, asNeededBoolean=True, **more)).doubt == why


def test_a_range_of_patches_is_a_doubt(tmp_path: Path) -> None:
    amounts = [{"doseRange": {"low": PATCH, "high": ucum(2, "{patch}")}}]
    asked = order(
        [dosage(times=(1, 3, "d"), by=None, doseAndRate=amounts)], medicationCodeableConcept=FENTANYL_PATCH
    )
    assert orders_of(tmp_path, asked)[0].doubt == "the number of patches is a range"


def test_a_dose_in_patches_makes_a_patch_of_a_drug_whose_form_is_not_said(tmp_path: Path) -> None:
    found = one_order(tmp_path, dosage(PATCH, times=(1, 3, "d"), by=None), drug="buprenorphine")
    assert (found.form, found.rate, found.every_hours, found.doubt) == ("patch", None, 72, "")


def test_a_range_of_lengths_of_time_does_not_change_the_dose(tmp_path: Path) -> None:
    amounts = [
        {"doseQuantity": ucum(5, "mg"), "rateRange": {"low": ucum(2, "min"), "high": ucum(5, "min")}},
    ]
    found = one_order(tmp_path, dosage(times=DAILY, doseAndRate=amounts))
    assert (shown(found.dose), found.rate, found.doubt) == ("5 mg", None, "")


def test_an_infusion_ends_when_its_duration_is_over(tmp_path: Path) -> None:
    repeat = {"repeat": {"duration": 90, "durationUnit": "min"}}
    found = one_order(
        tmp_path, dosage(rate=ucum(20, "mg/h"), timing=repeat, by="intravenous"), drug="ketamine"
    )
    assert (shown(found.rate), iso(found.end)) == ("20 mg/h", "2026-03-01T10:30:00+00:00")
