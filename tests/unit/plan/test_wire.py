"""A plan as JSON: every key that `docs/reference/plan.md` lists, with figures reckoned by hand beside them.

The man weighs 67.6 kg. 0.5 mg/kg × 67.6 kg = 33.8 mg over 40 min, so 50.7 mg/h. Made up to 1 mg/mL in 100 mL:
100 mg, 2 mL of a vial of 50 mg/mL, and 98 mL of glucose. 33.8 mL are given at 50.7 mL/h; 66.2 mL and 66.2 mg stay
in the bag, 8 mL and 400 mg in a vial of 10 mL.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from adjuvant.citation import Provenance
from adjuvant.plan import InfusionPlan, InTheLine, Limit, Running, monitoring_schedule
from adjuvant.plan.pump import check_pump
from adjuvant.plan.wire import plan_json, pump_json
from adjuvant.quantity import parse_quantity
from bedside import BEGINS
from infusions import founding, planned, refused

AT = "2026-03-02T08:00:00+00:00"


def founding_plan() -> InfusionPlan:
    return planned(
        weight="67.6 kg", bag="100 mL", concentration="1 mg/mL", vial_holds="10 mL", diluent="glucose 5 %"
    )


def test_a_plan_says_of_whom_it_is_by_which_protocol_and_at_which_site() -> None:
    found = plan_json(founding_plan())
    assert {key: found[key] for key in ("status", "at", "protocol", "site", "hypothetical", "refused")} == {
        "status": "start",
        "at": AT,
        "protocol": {
            "key": "patel_ldk",
            "version": "local protocol of 2019, as a case report describes it",
            "regimen": "infusion",
            "digest": founding().digest,
        },
        "site": {"name": "Example hospital (invented)", "example": True},
        "hypothetical": None,
        "refused": None,
    }


def test_what_only_would_hold_and_a_site_that_is_not_named_stand_in_json_too() -> None:
    plan = founding_plan()
    found = plan_json(replace(plan, guidance=replace(plan.guidance, site="", hypothetical="a weight")))
    assert found["site"] is None and found["hypothetical"] == "a weight"


def test_the_pump_has_one_rate_with_what_it_was_before_rounding() -> None:
    assert plan_json(founding_plan())["pump"] == {
        "rate": "50.7 mL/h",  # 33.8 mL × 60 ÷ 40
        "step": "0.1 mL/h",
        "before_rounding": "50.7 mL/h",
        "volume": "33.8 mL",
        "over": "40 min",
    }


def test_the_order_stands_with_the_weight_that_it_was_reckoned_by() -> None:
    assert plan_json(founding_plan())["order"] == {
        "action": "start",
        "drug": "ketamine",
        "route": "intravenous",
        "mode": "timed_infusion",
        "dose": "0.5 mg/kg",
        "amount": "33.8 mg",
        "hourly": "50.7 mg/h",
        "weight": {"value": "67.6 kg", "kind": "actual", "at": "2026-03-02T07:30:00+00:00"},
        "due": AT,
        "uncapped": None,
    }


def test_what_the_pump_delivers_stands_beside_what_rounding_takes() -> None:
    # 61.3 kg: 30.65 mg, 45.975 mL/h at 1 mg/mL, down to 45.9; in 40 min 30.6 mL and mg of 30.65.
    made = plan_json(planned(weight="61.3 kg", concentration="1 mg/mL"))["delivers"]
    assert made == {
        "hourly": "45.9 mg/h",
        "total": "30.6 mg",
        "dose": "306/613 mg/kg",  # 30.6 mg ÷ 61.3 kg has no end in decimals
        "per_day": "30.6 mg/d",  # infusions are 48 h apart: one in a day at most
        "less_per_hour": "0.075 mg/h",
        "less_percent": "100/613 %",  # 0.05 mg of 30.65 mg
    }


def test_the_preparation_says_what_is_drawn_added_and_left() -> None:
    assert plan_json(founding_plan())["preparation"] == {
        "vial": "50 mg/mL",
        "drawn": "2 mL",
        "mass": "100 mg",
        "diluent": "glucose 5 %",
        "added": "98 mL",
        "bag": "100 mL",
        "concentration": "1 mg/mL",
        "filled": "as stated, 1 mg/mL",
        "lasts": "2/3 h",  # the 40 min of the dose
        "left_in_bag": ["66.2 mL", "66.2 mg"],
        "vials": 1,
        "left_in_vials": ["8 mL", "400 mg"],
        "vial_content": ["500 mg", "10 mL"],
    }


def test_the_arithmetic_stands_line_by_line_both_ways() -> None:
    assert plan_json(founding_plan())["arithmetic"] == {
        "forward": [
            {"sum": "0.5 mg/kg × 67.6 kg", "result": "33.8 mg"},
            {"sum": "2 mL × 50 mg/mL ÷ 100 mL", "result": "1 mg/mL"},
            {"sum": "33.8 mg ÷ 1 mg/mL", "result": "33.8 mL"},
            {"sum": "33.8 mL × 60 min/h ÷ 40 min", "result": "50.7 mL/h"},
            {"sum": "rounded down to steps of 0.1 mL/h", "result": "50.7 mL/h"},
            {"sum": "50.7 mL/h for 40 min, rounded down", "result": "33.8 mL"},
        ],
        "backward": [
            {"sum": "100 mg in 100 mL", "result": "1 mg/mL"},
            {"sum": "50.7 mL/h × 1 mg/mL", "result": "50.7 mg/h"},
            {"sum": "33.8 mL × 1 mg/mL", "result": "33.8 mg"},
            {"sum": "33.8 mL ÷ 50.7 mL/h × 60 min/h", "result": "40 min"},
            {"sum": "33.8 mg ÷ 67.6 kg", "result": "0.5 mg/kg"},
        ],
        "agree": True,
    }


def test_each_limit_has_its_words_both_figures_and_where_it_comes_from() -> None:
    found = {one["title"]: one for one in plan_json(founding_plan())["limits"]}
    assert found["The protocol's own, single dose"] == {
        "title": "The protocol's own, single dose",
        "limit": "< 35 mg/70 kg (read as at most 0.5 mg/kg)",
        "here": "33.8 mg",
        "delivers": "33.8 mg",
        "kept": True,
        "binds": True,
        "why": None,
        "citation": "patel2021",
        "provenance": "read",
    }
    assert found["Faculty of Pain Medicine, greatest rate"] == {
        "title": "Faculty of Pain Medicine, greatest rate",
        "limit": "at most 0.5 mg/kg/h",
        "here": "33.8 mg/h",  # 0.5 × 67.6
        "delivers": "50.7 mg/h",
        "kept": False,
        "binds": False,
        "why": "for chronic pain without cancer, in hospital under a pain service",
        "citation": "fpm2021",
        "provenance": "secondary",
    }


def test_a_limit_that_cannot_be_reckoned_for_this_patient_has_no_figures() -> None:
    one = Limit("A limit", "at most 1 mg/kg/h", None, None, None, False, "for others", "x", Provenance.READ)
    (found,) = plan_json(replace(founding_plan(), limits=(one,)))["limits"]
    assert found["here"] is None and found["delivers"] is None and found["kept"] is None


def test_what_may_meet_ketamine_in_the_line_stands_by_kind_each_with_its_source() -> None:
    line = InTheLine(
        (("diazepam", "a"),), (("midazolam", "b"),), (("haloperidol", "c"),), (("A text.", "d"),)
    )
    assert plan_json(replace(founding_plan(), line=line))["line"] == {
        "never": [{"drug": "diazepam", "citation": "a"}],
        "ask": [{"drug": "midazolam", "citation": "b"}],
        "may": [{"drug": "haloperidol", "citation": "c"}],
        "given": [{"text": "A text.", "citation": "d"}],
    }


def test_two_people_check_the_label_that_was_reckoned() -> None:
    assert plan_json(founding_plan())["checks"] == [
        "Name and number against the wristband",
        "Weight 67.6 kg, actual",
        "Ketamine 50 mg/mL in hand, expiry read",
        "Label: 100 mg in 100 mL, 1 mg/mL",
        "Pump in mL/h, volume limit set",
        "Right line, nothing in it that must not meet ketamine",
    ]


def test_what_is_watched_stands_with_its_due_times_and_the_site_s_grace() -> None:
    half = BEGINS + timedelta(minutes=20)
    running = Running(BEGINS, BEGINS + timedelta(minutes=40))
    plan, schedule = founding_plan(), monitoring_schedule(founding(), "infusion", running, half)
    asked = replace(schedule, before=("nausea",), after=("tolerance",), continuous=("spo2",))
    found = plan_json(plan, asked)["monitoring"]
    assert plan_json(plan)["monitoring"] is None
    (due,) = found.pop("due")
    # The site's quarter of an hour, and its grace of 15 min.
    assert due.pop("at") == "2026-03-02T08:15:00+00:00"
    assert due.pop("late_after") == "2026-03-02T08:30:00+00:00"
    assert list(due) == ["items"] and due["items"] == list(schedule.due[0].items)
    assert {"sedation_poss", "dissociation", "pain"} <= set(due["items"])
    (unstated,) = found.pop("unstated")
    assert unstated.startswith("Character of the pain") and unstated.endswith("when is not said")
    assert found == {
        "until": "2026-03-02T08:20:00+00:00",
        "before": ["nausea"],
        "after": ["tolerance"],
        "continuous": ["spo2"],
    }
    never_late = replace(schedule, due=(replace(schedule.due[0], late_after=None),))
    assert plan_json(plan, never_late)["monitoring"]["due"][0]["late_after"] is None


def test_a_rate_has_no_end_and_leaves_open_what_is_left() -> None:
    # CIVIK at 62 kg: 0.05 mg/kg/h, 3.1 mg/h, 3.1 mL/h at its own 1 mg/mL; 100 mL then last 100 ÷ 3.1 h.
    found = plan_json(planned("civik", bag="100 mL"))
    assert (found["pump"]["rate"], found["pump"]["volume"], found["pump"]["over"]) == ("3.1 mL/h", None, None)
    assert found["delivers"]["total"] is None and found["delivers"]["per_day"] == "74.4 mg/d"  # 3.1 × 24
    made = found["preparation"]
    assert made["lasts"] == "1000/31 h"
    assert [made[key] for key in ("diluent", "left_in_bag", "vials", "left_in_vials")] == [None] * 4


def test_a_plan_of_a_fixed_dose_has_no_weight_and_one_of_unknown_interval_no_sum_for_the_day() -> None:
    plan = founding_plan()
    bare = replace(plan, order=replace(plan.order, weight=None), per_day=None)
    found = plan_json(bare)
    assert found["order"]["weight"] is None and found["delivers"]["per_day"] is None


def test_a_refused_plan_has_its_reasons_and_nothing_that_a_pump_could_be_set_to() -> None:
    plan = refused(bag="20 mL", concentration="1 mg/mL")
    found = plan_json(plan)
    assert set(found) == {
        "status", "at", "protocol", "site", "hypothetical", "refused", "pump", "order", "preparation",
    }  # fmt: skip
    assert found["pump"] is found["order"] is found["preparation"] is None
    assert found["refused"] == {
        # 0.5 mg/kg × 62 kg ÷ 1 mg/mL is 31 mL.
        "reasons": ["bag of 20 mL is smaller than the dose, 31 mL."],
        "remedy": "take a larger bag, or make it stronger.",
    }
    assert plan_json(replace(plan, remedy=""))["refused"]["remedy"] is None


def test_a_change_of_bag_has_both_strengths_and_what_the_old_rate_would_give() -> None:
    # 3.1 mg/h of 2 mg/mL is 1.55 mL/h, of steps of 0.1 mL/h 1.5; 1.5 mL/h of 1 mg/mL are 1.5 mg/h, half.
    found = plan_json(planned("civik", bag="100 mL", bag_before="2 mg/mL"))["bag_change"]
    words = found.pop("words")
    assert found == {"before": "2 mg/mL", "old_rate": "1.5 mL/h", "at_the_old_rate": "1.5 mg/h"}
    assert words == (
        "The bag before: 2 mg/mL at 1.5 mL/h. This bag: 1 mg/mL at 3.1 mL/h. Change bag and rate together: at the "
        "old rate this bag gives 1.5 mg/h where 3.1 mg/h are ordered."
    )
    assert "bag_change" not in plan_json(planned("civik", bag="100 mL"))


def test_a_pump_that_shows_the_wrong_rate_says_how_many_times_it_is() -> None:
    # 31 mL/h of 1 mg/mL are 31 mg/h where 3.1 are planned.
    made = planned("civik", bag="100 mL").preparation
    assert pump_json(check_pump(made, parse_quantity("3.1 mL/h"))) == {"as_planned": True, "words": None}
    assert pump_json(check_pump(made, parse_quantity("31 mL/h"))) == {
        "as_planned": False,
        "words": "It shows 31 mL/h and the plan is 3.1 mL/h: 10 times as much, 31 mg/h.",
    }
