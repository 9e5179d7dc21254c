"""The manual of the daily total, as a pharmacist would check it: one line, its arithmetic, its answer.

By the default pair: CDC 2022 for what is swallowed or worn, the classic US table for injections.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from adjuvant import library
from adjuvant.opioids import DailyMME, daily_mme, parse_regimen
from adjuvant.record import RefusalReason

FOUR_TIMES: dict[str, Any] = {"times_per_day": 4}


def answer(medication: dict[str, Any], plan: str | None = None) -> DailyMME:
    chosen = library.default_plan() if plan is None else library.plan(plan)
    return daily_mme(parse_regimen({"weight": "70 kg", "medications": [medication]}), chosen)


COUNTED = [
    # drug, how it is written, scheduled MME, greatest MME, arithmetic
    ("morphine", {"route": "po", "dose": "15 mg", **FOUR_TIMES}, "60", "60", "60 mg x 1"),
    ("MS Contin", {"route": "po", "dose": "30 mg", "every_hours": 12}, "60", "60", "60 mg x 1"),
    ("oxycodone", {"route": "po", "dose": "10 mg", **FOUR_TIMES}, "60", "60", "40 mg x 1.5"),
    ("oxycodone", {"route": "po", "dose": "0.01 g", **FOUR_TIMES}, "60", "60", "40 mg x 1.5"),
    ("oxycodone", {"route": "po", "dose": "10 mg", "every_hours": 4, "as_needed": True}, "0", "90", "60 mg x 1.5"),
    ("OxyCODONE (Immediate Release)", {"route": "po", "dose": "10 mg", **FOUR_TIMES}, "60", "60", "40 mg x 1.5"),
    ("hydromorphone", {"route": "po", "dose": "4 mg", **FOUR_TIMES}, "80", "80", "16 mg x 5"),
    ("hydromorphone", {"route": "iv", "dose": "1 mg", "every_hours": 4}, "120", "120", "6 mg x 20"),
    ("hydromorphone", {"route": "sc", "rate": "10 mg/24h"}, "200", "200", "10 mg x 20"),
    ("hydromorphone", {"route": "iv", "rate": "0.5 mL/h", "strength": "2 mg/mL"}, "480", "480", "24 mg x 20"),
    ("hydromorphone", {"route": "iv", "rate": "0.005 mg/kg/h"}, "168", "168", "0.35 mg/h x 24 = 8.4 mg x 20"),
    (
        "hydromorphone",
        {"route": "iv", "rate": "0.2 mg/h", "demand": "0.1 mg", "demands_per_day": 12},
        "120", "120", "(4.8 + 1.2) mg x 20",
    ),
    (
        "hydromorphone",
        {"route": "iv", "rate": "0.2 mg/h", "demand": "0.1 mg", "max_demands_per_day": 96},
        "96", "288", "4.8 mg x 20; (4.8 + 9.6) mg x 20",
    ),
    ("fentanyl", {"form": "patch", "dose": "25 mcg/hr"}, "60", "60", "25 x 2.4"),
    ("fentanyl", {"form": "patch", "dose": "12.5 ug/h", "patches": 2}, "60", "60", "25 x 2.4"),
    ("72 HR Fentanyl 0.075 MG/HR Transdermal System", {"dose": "1 patch", "every_hours": 72}, "180", "180", "75 x 2.4"),
    ("fentanyl", {"route": "iv", "rate": "50 ug/h"}, "360", "360", "1200 ug x 0.3"),
    ("methadone", {"route": "po", "dose": "10 mg", "every_hours": 8}, "141", "141", "30 mg x 4.7"),
    ("tapentadol", {"route": "po", "dose": "50 mg", **FOUR_TIMES}, "80", "80", "200 mg x 0.4"),
    ("tramadol", {"route": "po", "dose": "50 mg", **FOUR_TIMES}, "40", "40", "200 mg x 0.2"),
    (
        "hydrocodone/acetaminophen",
        {"route": "po", "dose": "1 {tablet}", "strength": "5 mg/{tablet}", **FOUR_TIMES},
        "20", "20", "20 mg of hydrocodone x 1",
    ),
    (
        "acetaminophen 325 MG / oxycodone hydrochloride 2.5 MG Oral Tablet",
        {"dose": "2 tabs", **FOUR_TIMES},
        "30", "30", "8 x 2.5 mg x 1.5",
    ),
    ("morphine", {"route": "ng tube", "dose": "15 mg", **FOUR_TIMES}, "60", "60", "by the oral row, assumed"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("drug", "written", "scheduled", "most", "arithmetic"),
    COUNTED,
    ids=[f"{drug} {how}" for drug, _, _, _, how in COUNTED],
)
def test_a_line_is_counted(
    drug: str, written: dict[str, Any], scheduled: str, most: str, arithmetic: str
) -> None:
    total = answer({"drug": drug, **written}).total
    assert total.complete, arithmetic
    assert (total.value, total.low, total.high) == (Fraction(scheduled), Fraction(scheduled), Fraction(most))


REFUSED = [
    ("remifentanil", {"route": "iv", "rate": "100 ug/h"}, RefusalReason.NO_FACTOR),
    ("methadone", {"route": "iv", "dose": "5 mg", **FOUR_TIMES}, RefusalReason.NO_CONSENSUS),
    ("morphine", {"route": "it", "dose": "1 mg", "times_per_day": 1}, RefusalReason.NEURAXIAL),
    ("morphine", {"route": "epidural", "rate": "0.1 mg/h"}, RefusalReason.NEURAXIAL),
    ("buprenorphine", {"route": "sl", "dose": "8 mg", "times_per_day": 1}, RefusalReason.NO_FACTOR),
    ("fentanyl", {"form": "patch", "dose": "8.4 mg"}, RefusalReason.AMBIGUOUS_DOSE),
    ("morphine", {"route": "iv", "rate": "2 mL/h"}, RefusalReason.MISSING_CONCENTRATION),
    ("codeine", {"route": "parenteral", "dose": "30 mg", "times_per_day": 1}, RefusalReason.MISSING_ROUTE),
    ("Morphine (Dilaudid)", {"route": "iv", "dose": "1 mg", "times_per_day": 1}, RefusalReason.UNKNOWN_DRUG),
]


@pytest.mark.parametrize(
    ("drug", "written", "reason"), REFUSED, ids=[f"{row[0]} {row[2]}" for row in REFUSED]
)
def test_a_line_is_refused_and_the_total_says_so(
    drug: str, written: dict[str, Any], reason: RefusalReason
) -> None:
    found = answer({"drug": drug, **written})
    refusal = found.lines[0].refusal
    assert refusal is not None
    assert refusal.reason is reason, refusal
    assert (found.total.value, found.total.high, found.total.complete) == (0, None, False)


def test_a_code_that_contradicts_its_name_is_refused() -> None:
    found = answer({"drug": "morphine", "rxnorm": "7804", "route": "po", "dose": "10 mg", "times_per_day": 1})
    refusal = found.lines[0].refusal
    assert refusal is not None
    assert refusal.reason is RefusalReason.UNKNOWN_DRUG
    assert "morphine" in refusal.detail
    assert "oxycodone" in refusal.detail


@pytest.mark.parametrize(
    "drug", ["ketamine", "ketorolac", "naloxone", "gabapentin", "lorazepam", "dexamethasone", "acetaminophen"]
)
def test_what_is_no_opioid_is_passed_over(drug: str) -> None:
    found = answer({"drug": drug, "route": "po", "dose": "10 mg", "times_per_day": 1})
    assert found.lines[0].status.value == "not_an_opioid"
    assert (found.total.value, found.total.complete) == (0, True)


@pytest.mark.parametrize(
    ("plan", "factor"),
    [
        ("us_equianalgesic_classic", 20),
        ("fpm_anzca_2021", 15),
        ("uk_bnf_openprescribing", Fraction("12.5")),
        ("mdanderson_reddy2017", Fraction("11.54")),
        ("treillet2018", 11),
    ],
)
def test_one_milligram_of_injected_hydromorphone_reads_11_to_20_by_table(plan: str, factor: Fraction) -> None:
    line = {"drug": "hydromorphone", "route": "iv", "dose": "1 mg", "times_per_day": 1}
    assert answer(line, plan).total.value == factor


@pytest.mark.parametrize(
    ("plan", "factor"),
    [("cdc2022", "2.4"), ("cms2018", "2.4"), ("fpm_anzca_2021", "3"), ("us_equianalgesic_classic", "2")],
)
def test_one_microgram_an_hour_of_a_patch_reads_2_to_3_by_table(plan: str, factor: str) -> None:
    line = {"drug": "fentanyl", "form": "patch", "dose": "1 ug/h", "every_hours": 72}
    assert answer(line, plan).total.value == Fraction(factor)
