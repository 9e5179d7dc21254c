"""Every line that is shown of one way of giving ketamine, word by word: with everything that can be said, and with little."""

from __future__ import annotations

from typing import Any

import pytest

from adjuvant.citation import Provenance
from adjuvant.protocol.facts import fact_lines
from adjuvant.protocol.reading import inherit
from written import plain

PAIN = {"measure": "pain", "from": 4}
EASED = {"measure": "pain", "below": 4}
OWN = {"citation": "hardy2012", "provenance": "assumed"}
DRIP = {"title": "A way", "route": "intravenous", "mode": "continuous_infusion"}
SHOT = {"title": "A way", "route": "intravenous", "mode": "injection"}


def lines(**regimen: Any) -> list[str]:
    """What is shown of a regimen whose protocol cites one source and has one other below it."""
    found = fact_lines(inherit(plain(regimens={"way": regimen}), "park2025", Provenance.READ))
    return dict(found)["Giving it: A way (way)"]


@pytest.mark.parametrize(
    ("mode", "route", "line"),
    [
        ("continuous_infusion", "intravenous", "Continuous infusion, intravenous [park2025]"),
        ("oral", "oral", "Oral [park2025]"),  # the route is not said twice
        ("not_stated", "subcutaneous", "How it is given is not said, subcutaneous [park2025]"),
    ],
)
def test_the_way_and_the_route_are_named_and_each_once(mode: str, route: str, line: str) -> None:
    assert lines(title="A way", route=route, mode=mode) == [line]


def test_for_whom_a_regimen_is() -> None:
    assert lines(**DRIP, when=PAIN)[1:] == ["For: pain, 0 to 10 at least 4 [park2025]"]


@pytest.mark.parametrize(
    ("loading", "line"),
    [
        ({"dose": "5 mg"}, "Loading dose: 5 mg [park2025]"),
        ({"dose": "5 mg", "over": "10 min"}, "Loading dose: 5 mg over 10 min [park2025]"),
        ({"dose": "5 mg", "optional": True}, "Loading dose: 5 mg, left to the prescriber [park2025]"),
        (
            {"dose": {"value": "5 mg", "printed": "0.005 g"}, "over": "10 min", "optional": True, "note": "once", **OWN},
            "Loading dose: 5 mg, printed as 0.005 g over 10 min, left to the prescriber (once) [hardy2012, assumed]",
        ),
    ],
)  # fmt: skip
def test_a_loading_dose_says_how_long_it_takes_and_whether_it_is_left_to_the_prescriber(
    loading: dict[str, Any], line: str
) -> None:
    assert lines(**DRIP, loading=loading)[1:] == [line]


def test_a_test_dose_says_when_it_is_judged_what_counts_and_what_follows() -> None:
    whole = {
        "doses": ("10 mg", {"value": "25 mg", "note": "if nothing came", **OWN}), "note": "in the morning",
        "evaluate_after": "1 h", "passed_when": EASED,
        "chooses": ({"tested": "10 mg", "then": "30 mg"}, {"tested": "25 mg", "then": {"value": "75 mg", **OWN}}),
    }  # fmt: skip
    assert lines(**SHOT, test_dose=whole)[1:] == [
        "Test dose: 10 mg, then 25 mg (if nothing came) [hardy2012, assumed] (in the morning) [park2025]",
        "Judged after: 1 h [park2025]",
        "It worked when: pain, 0 to 10 below 4 [park2025]",
        "After a test dose of 10 mg: 30 mg [park2025]",
        "After a test dose of 25 mg: 75 mg [hardy2012, assumed]",
    ]
    assert lines(**SHOT, test_dose={"doses": ("10 mg",)})[1:] == ["Test dose: 10 mg [park2025]"]


def test_how_much_for_how_long_and_how_often() -> None:
    timed = SHOT | {"mode": "timed_infusion"}
    assert lines(**timed, start="35 mg", duration="40 min", duration_at_least="30 min", every="8 h")[1:] == [
        "First dose: 35 mg [park2025]",
        "Over: 40 min [park2025]",
        "Over at least: 30 min [park2025]",
        "Every: 8 h [park2025]",
    ]
    assert lines(**SHOT, start={"value": "35 mg", "note": "slowly", **OWN}, times_per_day=3)[1:] == [
        "First dose: 35 mg (slowly) [hardy2012, assumed]",
        "Times a day: 3 [park2025]",
    ]
    assert lines(**SHOT, times_per_week=2, repeat_not_before="2 d", note="at home")[:] == [
        "Injection, intravenous (at home) [park2025]",
        "Times a week: 2 [park2025]",
        "Not again before: 2 d [park2025]",
    ]


def test_the_parts_of_a_dose_say_how_many_and_when() -> None:
    parts = {"parts": 3, "at": ("0 min", "15 min", "30 min")}
    assert lines(**SHOT, split=parts)[1:] == ["In 3 equal parts, at 0 min, 15 min, 30 min [park2025]"]


@pytest.mark.parametrize(
    ("ceiling", "line"),
    [
        ({"of": "single_dose", "limit": "50 mg"}, "Ceiling of single dose: at most 50 mg [park2025]"),
        (
            {"of": "rate", "limit": "20 mg/h", "soft": True, "note": "by habit"},
            "Usual ceiling of rate: at most 20 mg/h (by habit) [park2025]",
        ),
        (
            {"of": "single_dose", "limit": {"low": "50 mg", "high": "70 mg"}},
            "Ceiling of single dose: 50 mg to 70 mg; above 50 mg a review is asked for, 70 mg caps [park2025]",
        ),
        (
            {"of": "single_dose", "limit": {"low": "50 mg", "high": "70 mg"}, "soft": True},
            "Usual ceiling of single dose: 50 mg to 70 mg; more asks for a review [park2025]",
        ),
        (
            {
                "of": "single_dose", "printed": "under 35 mg per 70 kg",
                "readings": (
                    {"key": "each", "limit": "0.5 mg/kg", "strict": True},
                    {"key": "all", "limit": {"value": "35 mg", "note": "whoever it is"}, "strict": False},
                ),
            },
            ("Ceiling of single dose, printed as under 35 mg per 70 kg; a site reads it as one of: each: under 0.5 mg/kg; "
            "all: at most 35 mg (whoever it is) [park2025]"),
        ),
    ],
)  # fmt: skip
def test_a_ceiling_says_what_it_caps_and_whether_it_caps_or_asks(ceiling: dict[str, Any], line: str) -> None:
    assert lines(**SHOT, ceilings=({"key": "top", **ceiling},))[1:] == [line]


@pytest.mark.parametrize(
    ("conversion", "line"),
    [
        ({"to": "oral"}, "To oral: [park2025]"),
        ({"to": "oral", "ratio": 1, "printed": "Same dose."}, "To oral: 1 to 1 Same dose. [park2025]"),
        (
            {
                "from": "subcutaneous", "to": "oral", "ratio": 1, "ratio_low": "1/3", "ratio_high": 1, "printed": "Reports differ.",
                "first_dose_after": "6 h", "doses_per_day": 3, "note": "slowly", **OWN,
            },
            ("From subcutaneous to oral: 1 to 1 (1 to 1/3 up to 1 to 1) Reports differ. First dose after: 6 h. "
            "In at least 3 doses a day. (slowly) [hardy2012, assumed]"),
        ),
        ({"to": "oral", "ratio_low": 1, "printed": "One end."}, "To oral: One end. [park2025]"),
        ({"to": "oral", "ratio_high": 1, "printed": "One end."}, "To oral: One end. [park2025]"),
    ],
)  # fmt: skip
def test_a_conversion_says_its_routes_its_ratio_its_delay_and_its_doses(
    conversion: dict[str, Any], line: str
) -> None:
    assert lines(**DRIP, conversions=(conversion,))[1:] == [line]


def test_a_first_dose_by_conversion_is_said_so() -> None:
    way = {"title": "A way", "route": "oral", "mode": "oral"}
    found = lines(**way, converted_from={"from": "intravenous", "to": "oral", "ratio": 1, "printed": "Same."})
    assert found[1:] == ["First dose by conversion. From intravenous to oral: 1 to 1 Same. [park2025]"]


def test_a_ladder_lists_its_levels_and_what_moves_along_it() -> None:
    ladder = {
        "kind": "ladder", "levels": ("5 mg/h", {"value": "10 mg/h", "note": "by day", **OWN}), "every": "8 h",
        "raise_when": PAIN, "lower_when": EASED, "printed": "Go slowly.", "note": "with care",
    }  # fmt: skip
    assert lines(**DRIP, titration=ladder)[1:] == [
        "Levels: 5 mg/h, then 10 mg/h (by day) [hardy2012, assumed] [park2025]",
        "Judged every: 8 h [park2025]",
        "Up when: pain, 0 to 10 at least 4 [park2025]",
        "Down when: pain, 0 to 10 below 4 [park2025]",
        "As the source has it: Go slowly. [park2025]",
        "On raising it: with care [park2025]",
    ]


def test_steps_say_how_large_and_by_how_much_they_go_down() -> None:
    steps = {
        "kind": "steps",
        "step": "5 mg/h",
        "keep_when": EASED,
        "lower_when": PAIN,
        "lower_by": "50 %",
        **OWN,
    }
    assert lines(**DRIP, start="5 mg/h", titration=steps)[2:] == [
        "Step: 5 mg/h [hardy2012, assumed]",
        "Kept when: pain, 0 to 10 below 4; else up [hardy2012, assumed]",
        "Down, by 50 % when: pain, 0 to 10 at least 4 [hardy2012, assumed]",
    ]
    always = {"kind": "steps", "step": "5 mg/h", "every": "1 d", "always": True}
    assert lines(**DRIP, start="5 mg/h", titration=always)[-1] == (
        "Up: every interval brings the next level, whatever the effect [park2025]"
    )


@pytest.mark.parametrize(
    ("taper", "line"),
    [
        ({}, "Taper: gradually [park2025]"),
        ({"printed": "by halves", "over": "1 wk"}, "Taper: by halves, over 1 wk [park2025]"),
        (
            {"if_longer_than": "3 wk", "note": "slowly", **OWN},
            "Taper: after more than 3 weeks, gradually (slowly) [hardy2012, assumed]",
        ),
    ],
)
def test_a_taper_says_after_how_long_and_over_what_time(taper: dict[str, Any], line: str) -> None:
    assert lines(**DRIP, course={"taper": taper})[1:] == [line]


def test_a_course_says_how_many_how_far_apart_and_how_long() -> None:
    assert lines(**SHOT, course={"infusions": 3, "within": "5 d", "spacing": "48 h", "note": "as planned"})[
        1:
    ] == [
        "Course: 3 doses within 5 d [park2025]",
        "From one to the next: 48 h [park2025]",
        "On the course: as planned [park2025]",
    ]
    assert lines(**SHOT, course={"infusions": 1})[1:] == ["Course: 1 dose [park2025]"]
    assert lines(
        **DRIP, course={"fixed": "3 d", "keep_effective": "3 d", "at_most": "5 d", "pause_between": "4 wk"}
    )[1:] == [
        "Course: 3 d [park2025]",
        "The level that works is kept for 3 d, then ketamine stops [park2025]",
        "At most: 5 d [park2025]",
        "Between courses at least: 4 weeks [park2025]",
    ]


def test_what_a_patient_controls_beside_it_is_no_ketamine() -> None:
    beside = {"drug": "morphine", "route": "intravenous", "printed": "1 mg at once", "note": "at will"}
    assert lines(**DRIP, patient_controlled=beside)[1:] == [
        "Patient-controlled beside it: morphine, intravenous, 1 mg at once (at will) [park2025]"
    ]
