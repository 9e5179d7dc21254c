"""The opioids beside ketamine and the courses so far, as JSON: the keys of `docs/reference/plan.md`, reckoned by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from adjuvant.library import default_plan
from adjuvant.opioids import parse_regimen
from adjuvant.plan import Ledger, ledger, opioid_stages
from adjuvant.plan.beside_wire import ledger_json, opioid_stages_json
from adjuvant.plan.ledger import GivenCourse
from adjuvant.protocol import load
from adjuvant.protocol.chart import ChartEvent, Happened
from adjuvant.quantity import Quantity, parse_quantity
from bedside import BEGINS

SG = load("sg_pall").protocol  # leaves a cut by half

LINES = parse_regimen(
    {
        "medications": [
            {"drug": "fentanyl", "form": "patch", "route": "transdermal", "dose": "50 ug/h"},
            {"drug": "morphine", "route": "oral", "dose": "60 mg", "times_per_day": 2},
            {"drug": "morphine", "route": "oral", "dose": "15 mg", "times_per_day": 6, "as_needed": True},
        ]
    }
)


def test_each_stage_has_its_totals_by_table_and_drug() -> None:
    # CDC 2022: 50 ug/h of fentanyl by patch is 120, 2 × 60 mg of morphine 120, six rescue doses of 15 mg up to 90.
    found = opioid_stages_json(opioid_stages(LINES, SG, [default_plan()], parse_quantity("50 %")))
    (table,) = found["stages"][0]["tables"]
    assert table == default_plan().key
    assert [(one["stage"], one["title"]) for one in found["stages"]] == [
        ("before", "Before ketamine, as listed"), ("during", "While ketamine is given, cut by 50 %"),
    ]  # fmt: skip
    before, during = (one["tables"][table] for one in found["stages"])
    assert before == {
        "total": {"mme_per_day": 240, "low": 240, "high": 330, "complete": True},
        "by_drug": {
            "fentanyl": {"mme_per_day": 120, "low": 120, "high": 120, "complete": True},
            "morphine": {"mme_per_day": 120, "low": 120, "high": 210, "complete": True},
        },
    }
    # The patch and the rescue doses are left, and half is kept of the 120 that are scheduled.
    assert during["total"] == {"mme_per_day": 180, "low": 180, "high": 270, "complete": True}
    assert during["by_drug"]["morphine"] == {"mme_per_day": 60, "low": 60, "high": 150, "complete": True}


def test_the_choices_that_the_protocol_leaves_stand_beside_the_one_that_was_made() -> None:
    found = opioid_stages(LINES, SG, [default_plan()], parse_quantity("50 %"))
    told = opioid_stages_json(found)
    assert {key: told[key] for key in ("choices", "cut", "applied")} == {
        "choices": ["0 %", "50 %"], "cut": "50 %", "applied": False,
    }  # fmt: skip
    assert SG.opioids is not None and told["statement"] == SG.opioids.statement
    assert told["citation"] == SG.opioids.citation and told["notes"] == list(found.notes)
    assert set(told) == {
        "statement", "citation", "choices", "cut", "applied", "stages", "patches", "notes", "review_after",
    }  # fmt: skip


def test_each_patch_says_whether_it_stops_and_when_it_was_seen_to_be_off() -> None:
    found = opioid_stages(LINES, SG, [default_plan()], parse_quantity("0 %"), "fentanyl")
    worn = {"line": "fentanyl patch 50 microgram/h", "stops": True, "removed_at": None}
    assert opioid_stages_json(found)["patches"] == [worn]
    off = opioid_stages(LINES, SG, [default_plan()], parse_quantity("0 %"), "fentanyl", BEGINS)
    assert opioid_stages_json(off)["patches"] == [{**worn, "removed_at": "2026-03-02T08:00:00+00:00"}]


def test_what_a_protocol_does_not_say_of_opioids_is_null_and_a_review_has_its_time() -> None:
    silent = replace(opioid_stages(LINES, SG, [default_plan()]), statement="", citation="", review_after=None)
    told = opioid_stages_json(silent)
    assert [told[key] for key in ("statement", "citation", "cut", "review_after")] == [None] * 4
    reviewed = replace(silent, review_after=parse_quantity("48 h"))
    assert opioid_stages_json(reviewed)["review_after"] == "48 h"


def test_a_total_that_is_not_whole_has_no_upper_end() -> None:
    # How often it is taken is not said: nothing is counted for it, and the sum may be anything above.
    unsaid = parse_regimen({"medications": [{"drug": "morphine", "route": "oral", "dose": "60 mg"}]})
    found = opioid_stages_json(opioid_stages(unsaid, SG, [default_plan()]))
    assert found["stages"][0]["tables"][default_plan().key]["total"] == {
        "mme_per_day": 0, "low": 0, "high": None, "complete": False,
    }  # fmt: skip


def test_courses_have_their_times_their_milligrams_and_their_days() -> None:
    events = [
        ChartEvent(BEGINS, Happened.GIVEN, parse_quantity("31 mg"), parse_quantity("40 min")),
        ChartEvent(BEGINS + timedelta(days=20), Happened.START, parse_quantity("4 mg/h")),
    ]
    liver = datetime(2026, 3, 10, 9, tzinfo=UTC)
    found = ledger_json(ledger(events, BEGINS + timedelta(days=22), reviewed={"liver": liver}))
    assert found == {
        "courses": [
            {
                "began": "2026-03-02T08:00:00+00:00",
                "ended": "2026-03-02T08:40:00+00:00",
                "given": "31 mg",
                "complete": True,
                "days": 1,
            },
            {
                "began": "2026-03-22T08:00:00+00:00",
                "ended": None,  # it runs: 4 mg/h for 48 h so far
                "given": "192 mg",
                "complete": True,
                "days": 2,
            },
        ],
        "lifetime": "223 mg",
        "complete": True,
        "lacking": [],
        "reviews": [
            {
                "key": "liver",
                "asks": "liver tests since the last course",
                "last": "2026-03-10T09:00:00+00:00",
                "due": False,  # done after the only course that has ended
            },
            {
                "key": "bladder",
                "asks": "pain of the urinary tract, urgency, frequency or blood in the urine",
                "last": None,
                "due": True,
            },
        ],
    }


def test_what_could_not_be_counted_is_named_and_a_third_of_a_milligram_stays_exact() -> None:
    third = GivenCourse(BEGINS, BEGINS, Quantity(Fraction(100, 3), "mg"), False, 1)
    found = ledger_json(Ledger((third,), Quantity(Fraction(100, 3), "mg"), False, ("a dose",), ()))
    assert found["courses"][0]["given"] == found["lifetime"] == "100/3 mg"
    assert found["courses"][0]["complete"] is found["complete"] is False and found["lacking"] == ["a dose"]
