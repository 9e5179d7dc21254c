"""What running a protocol needs and its source does not give: each gap by name, with why nothing runs without it."""

from __future__ import annotations

from typing import Any

import pytest

from adjuvant.protocol import Need, lacking
from written import plain

AGED = {"measure": "age", "from": "18 a"}
PAIN = {"measure": "pain", "from": 4}
HELD = {
    "rules": tuple(
        {"key": f"k{n}", "kind": "stop", "text": "t", "when": when}
        for n, when in enumerate(
            (
                {"measure": "sedation_poss", "from": 3},
                {"measure": "respiratory_rate", "below": "8 /min"},
                {"measure": "systolic", "above": "180 mm[Hg]"},
                {"event": "hallucination"},
            )
        )
    ),
}
WATCHED = {
    "monitoring": (
        {"items": ("pain", "sedation_poss", "respiratory_rate", "systolic", "hallucination"), "continuous": True},
    ),
}  # fmt: skip
CRITERIA = {"criteria": ({"key": "adult", "kind": "include", "text": "t", "when": AGED},)}
SAFE: dict[str, Any] = {**HELD, **WATCHED, **CRITERIA}
DRIP = {
    "title": "x",
    "route": "intravenous",
    "mode": "continuous_infusion",
    "start": "5 mg/h",
    "course": {"at_most": "5 d"},
}
ORAL = {
    "title": "x",
    "route": "oral",
    "mode": "oral",
    "start": "10 mg",
    "times_per_day": 3,
    "course": {"at_most": "5 d"},
}
TIMED = {
    "title": "x", "route": "intravenous", "mode": "timed_infusion", "start": "10 mg", "duration": "1 h",
    "course": {"infusions": 1},
}  # fmt: skip


def gaps(way: dict[str, Any], **more: Any) -> list[tuple[str, str]]:
    """The gaps of one way of giving it, under a protocol that lacks nothing else."""
    regimen = {key: value for key, value in {**way, **more}.items() if value is not None}
    found = lacking(plain(**SAFE, weight={"kind": "actual"}, regimens={"only": regimen}))
    assert all(one.regimen == "only" for one in found)
    return [(one.field.removeprefix("regimens.only."), one.why) for one in found]


@pytest.mark.parametrize("way", [DRIP, ORAL, TIMED])
def test_what_says_all_lacks_nothing(way: dict[str, Any]) -> None:
    assert gaps(way) == []


@pytest.mark.parametrize(
    ("way", "more", "wanted"),
    [
        (DRIP, {"mode": "not_stated", "start": "5 mg"}, [("mode", "how it is given by this route is not said")]),
        (DRIP, {"start": None}, [("start", "the first dose is not given")]),
        (
            DRIP,
            {"start": {"low": "5 mg/h", "high": "6 mg/h"}},
            [("start.value", "the first dose is a span, 5 mg/h to 6 mg/h, and one must be chosen")],
        ),
        (
            DRIP,
            {"start": None, "test_dose": {"doses": ("5 mg",), "evaluate_after": "1 h"}},
            [("start", "the first dose is not given")],
        ),
        (
            DRIP,
            {"start": None, "test_dose": {"doses": ("5 mg",), "chooses": ({"tested": "5 mg", "then": "5 mg/h"},)}},
            [("test_dose.evaluate_after", "when the test dose is judged is not said")],
        ),
        (
            DRIP,
            {"weight": {"kind": "not_stated"}, "start": "0.1 mg/kg/h"},
            [("weight.kind", "doses are per kilogram, and of which weight is not said")],
        ),
        (DRIP, {"weight": {"kind": "not_stated"}}, []),
        (DRIP, {"weight": {"kind": "ideal"}, "start": "0.1 mg/kg/h"}, []),
        (
            TIMED,
            {"duration": None},
            [("duration", "over how long it is given is not said, so that its rate is unknown")],
        ),
        (
            TIMED,
            {"duration": None, "duration_at_least": "20 min"},
            [("duration", "it takes at least 20 min; how long it takes is not said")],
        ),
        (TIMED, {"duration": "1 h", "duration_at_least": "20 min"}, []),
        (
            TIMED,
            {"duration": {"low": "20 min", "high": "40 min"}},
            [("duration.value", "it is given over 20 min to 40 min, and one must be chosen")],
        ),
        (ORAL, {"times_per_day": None}, [("times_per_day", "how often it is given is not said")]),
        (ORAL, {"times_per_day": None, "every": "8 h"}, []),
        (ORAL, {"every": {"low": "6 h", "high": "8 h"}}, []),
        (
            ORAL,
            {"times_per_day": None, "every": {"low": "6 h", "high": "8 h"}},
            [("every.value", "it is given every 6 h to 8 h, and one must be chosen")],
        ),
        (
            ORAL,
            {"times_per_day": None, "times_per_week": 2},
            [("course.spacing", "it is given 2 times a week; on which days is not said")],
        ),
        (
            DRIP,
            {"loading": {"dose": "5 mg"}},
            [("loading.over", "over how long the loading dose is given is not said")],
        ),
        (DRIP, {"loading": {"dose": "5 mg", "over": "5 min"}}, []),
        (DRIP, {"test_dose": {"doses": ("5 mg",)}}, [("test_dose.evaluate_after", "when the test dose is judged is not said")]),
        (DRIP, {"course": None}, [("course", "how long, or how often, ketamine is given is not said")]),
        (DRIP, {"course": {}}, [("course.at_most", "nothing ends the course")]),
        (DRIP, {"course": {"infusions": 1}}, []),
        (DRIP, {"course": {"keep_effective": "2 d"}}, []),
        (DRIP, {"course": {"fixed": "2 d"}}, []),
        (
            DRIP,
            {"course": {"fixed": {"low": "2 d", "high": "3 d"}}},
            [("course.fixed.value", "the course lasts 2 d to 3 d, and one must be chosen")],
        ),
        (
            TIMED,
            {"course": {"infusions": 2}},
            [("course.spacing", "the time from one infusion to the next is not said")],
        ),
        (TIMED, {"course": {"infusions": 2, "spacing": "2 d"}}, []),
        (
            TIMED,
            {"course": {"infusions": 2, "spacing": {"low": "2 d", "high": "3 d"}}},
            [("course.spacing.value", "infusions are 2 d to 3 d apart, and one must be chosen")],
        ),
        (
            ORAL,
            {
                "route": "oral", "start": None,
                "converted_from": {"from": "intravenous", "to": "oral", "first_dose_after": {"low": "1 h", "high": "2 h"}},
            },
            [
                ("converted_from.ratio", "how much by the new route for the old is not said"),
                (
                    "converted_from.first_dose_after.value",
                    "the first dose comes after 1 h to 2 h, and one must be chosen",
                ),
            ],
        ),
        (
            ORAL,
            {"start": None, "converted_from": {"from": "intravenous", "to": "oral", "ratio": 1, "first_dose_after": "1 h"}},
            [],
        ),
        (ORAL, {"start": None, "converted_from": {"from": "intravenous", "to": "oral", "ratio": 1}}, []),
    ],
)  # fmt: skip
def test_each_gap_of_a_way_of_giving_it_has_its_name_and_its_reason(
    way: dict[str, Any], more: dict[str, Any], wanted: list[tuple[str, str]]
) -> None:
    assert gaps(way, **more) == wanted


READINGS = ({"key": "a", "limit": "5 mg/h", "strict": True}, {"key": "b", "limit": "6 mg/h", "strict": True})
PRINTED = {"key": "top", "of": "rate", "printed": "5 or 6", "readings": READINGS}
STEPS = {"kind": "steps", "step": "1 mg/h", "every": "8 h", "raise_when": PAIN}
CAP = {"key": "cap", "of": "rate", "limit": "9 mg/h"}


@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        ({"ceilings": (PRINTED,)}, [("ceilings.top.chosen", "'5 or 6' can be read in several ways")]),
        ({"ceilings": ({**PRINTED, "chosen": "a"},)}, []),
        ({"titration": {"kind": "none"}}, []),
        ({"titration": STEPS, "ceilings": (CAP,)}, []),
        ({"titration": STEPS}, [("ceilings", "the dose rises in steps without an end")]),
        ({"titration": STEPS, "ceilings": ({**CAP, "soft": True},)}, [("ceilings", "the dose rises in steps without an end")]),
        ({"titration": {**STEPS, "raise_when": None, "keep_when": PAIN}, "ceilings": (CAP,)}, []),
        ({"titration": {**STEPS, "raise_when": None, "always": True}, "ceilings": (CAP,)}, []),
        (
            {"titration": {"kind": "steps"}, "ceilings": (CAP,)},
            [
                ("titration.step", "the size of the step is not given"),
                ("titration.every", "how long a level is kept is not said"),
                ("titration.raise_when", "when the dose rises is not said"),
            ],
        ),
        (
            {
                "titration": {
                    **STEPS, "step": {"low": "1 mg/h", "high": "2 mg/h"}, "every": {"low": "4 h", "high": "8 h"},
                },
                "ceilings": (CAP,),
            },
            [
                ("titration.step.value", "the step is a span, 1 mg/h to 2 mg/h, and one must be chosen"),
                ("titration.every.value", "a level is kept 4 h to 8 h, and one must be chosen"),
            ],
        ),
        ({"titration": {"kind": "ladder", "levels": ("5 mg/h", "6 mg/h"), "every": "8 h", "raise_when": PAIN}}, []),
        (
            {"titration": {"kind": "ladder", "levels": ("5 mg/h", "6 mg/h"), "every": "8 h"}},
            [("titration.raise_when", "when the dose rises is not said")],
        ),
        (
            {"titration": {"kind": "free"}},
            [
                ("titration.step", "the source lets the dose rise and gives no step"),
                ("titration.every", "the source lets the dose rise and gives no interval"),
                ("titration.raise_when", "the source lets the dose rise and gives no rule"),
            ],
        ),
        (
            {"titration": {"kind": "free", "step": "1 mg/h", "every": "8 h", "raise_when": PAIN}},
            [("ceilings", "the dose rises in steps without an end")],
        ),
        ({"titration": {"kind": "free", "step": "1 mg/h", "every": "8 h", "raise_when": PAIN}, "ceilings": (CAP,)}, []),
    ],
)  # fmt: skip
def test_each_gap_of_a_dose_that_changes_has_its_name_and_its_reason(
    more: dict[str, Any], wanted: list[tuple[str, str]]
) -> None:
    assert gaps(DRIP, **more) == wanted


def test_what_is_common_to_all_is_asked_for_once_and_first() -> None:
    protocol = plain(
        weight={"kind": "not_stated"},
        regimens={"a": {**DRIP, "start": "0.1 mg/kg/h"}, "b": {**DRIP, "start": None}},
    )
    assert lacking(protocol) == (
        Need("weight.kind", "doses are per kilogram, and of which weight is not said"),
        Need("criteria", "whom it takes and whom it does not is not said"),
        Need("rules.sedation", "no rule holds ketamine for sedation"),
        Need("rules.respiratory_rate", "no rule holds ketamine for breathing"),
        Need("rules.systolic", "no rule holds ketamine for blood pressure"),
        Need("rules.hallucination", "no rule holds ketamine for hallucination"),
        Need("monitoring.pain", "how often pain is observed is not said"),
        Need("monitoring.sedation", "how often sedation is observed is not said"),
        Need("monitoring.respiratory_rate", "how often breathing is observed is not said"),
        Need("monitoring.systolic", "how often blood pressure is observed is not said"),
        Need("monitoring.hallucination", "how often hallucination is observed is not said"),
        Need("regimens.b.start", "the first dose is not given", "b"),
    )  # fmt: skip
    common = [need for need in lacking(protocol) if not need.regimen]
    # Of one way only its own gaps and the common ones; the weight is no gap of a way that doses by none.
    assert lacking(protocol, "a") == tuple(common)
    assert lacking(protocol, "b") == (
        *common[1:],
        Need("regimens.b.start", "the first dose is not given", "b"),
    )


def test_a_protocol_without_a_way_of_giving_it_gives_no_dose() -> None:
    assert lacking(plain(**SAFE)) == (Need("regimens", "no dose is given"),)


@pytest.mark.parametrize(
    ("kind", "lacks"), [("include", False), ("exclude", False), ("relative", True), ("caution", True)]
)
def test_only_what_includes_or_excludes_says_whom_it_takes(kind: str, lacks: bool) -> None:
    criteria = ({"key": "k", "kind": kind, "text": "t", "when": AGED},)
    found = lacking(plain(**HELD, **WATCHED, criteria=criteria, regimens={"a": DRIP}))
    assert bool(found) is lacks


@pytest.mark.parametrize(
    ("kind", "more", "holds"),
    [
        ("pause", {}, True),
        ("reduce", {}, True),
        ("stop", {}, True),
        ("review", {}, False),
        ("entry", {}, False),
        ("call", {"call": "us"}, False),
    ],
)
def test_only_a_rule_that_pauses_lowers_or_stops_holds_ketamine(
    kind: str, more: dict[str, str], holds: bool
) -> None:
    rule = {"key": "k", "kind": kind, "text": "t", "when": {"any": (PAIN, {"event": "dissociation"})}, **more}
    found = {one.field for one in lacking(plain(rules=(rule,)))}
    assert ("rules.hallucination" not in found) is holds  # a dissociation counts as one
    assert {"rules.sedation", "rules.systolic", "rules.respiratory_rate"} <= found


def test_a_group_of_which_nobody_says_when_watches_nothing() -> None:
    group = {**WATCHED["monitoring"][0], "continuous": False, "unstated": True}
    found = lacking(plain(**HELD, **CRITERIA, monitoring=(group,), regimens={"a": DRIP}))
    names = ("pain", "sedation", "respiratory_rate", "systolic", "hallucination")
    assert [one.field for one in found] == [f"monitoring.{name}" for name in names]
    worst = {"items": ("pain_worst",), "once": "before"}
    assert "monitoring.pain" not in {one.field for one in lacking(plain(monitoring=(worst,)))}
