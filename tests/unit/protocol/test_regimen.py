"""What a regimen may say of its doses, where each stands, and every level that it can come to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from adjuvant.protocol.regimen import Regimen, dose_spacing


def regimen(mode: str, **fields: Any) -> Regimen:
    """A regimen of one mode, by mouth or into a vein."""
    route = "oral" if mode == "oral" else "intravenous"
    return Regimen.model_validate({"title": "One way", "route": route, "mode": mode, **fields})


STEP = {"kind": "steps", "step": "10 mg"}
TO_MOUTH = {"from": "intravenous", "to": "oral"}


@pytest.mark.parametrize(
    ("mode", "fields", "words"),
    [
        ("oral", {"start": "5 mg/h"}, "start is 5 mg/h; oral is given as an amount"),
        ("slow_bolus", {"start": "5 mg/h"}, "start is 5 mg/h; slow bolus is given as an amount"),
        ("syringe_driver", {"start": "5 mg"}, "start is 5 mg; syringe driver is given as a rate"),
        (
            "oral", {"titration": {"kind": "steps", "step": "5 mg/h"}},
            "titration.step is 5 mg/h; oral is given as an amount",
        ),
        (
            "oral", {"test_dose": {"doses": ("5 mg",), "chooses": ({"tested": "5 mg", "then": "5 mg/h"},)}},
            "test_dose.chooses[0].then is 5 mg/h; oral is given as an amount",
        ),
        (
            "oral", {"start": "5 mg", "titration": {"kind": "steps", "step": "0.1 mg/kg"}},
            "mixes doses per kilogram with absolute ones; give one regimen for each",
        ),
        (
            "oral", {"start": "5 mg", "converted_from": TO_MOUTH},
            "has a first dose and works it out of another route; give one of the two",
        ),
        (
            "oral", {"titration": {"kind": "steps", "step": "0.1 mg/kg"}, "converted_from": TO_MOUTH},
            "works out an amount in milligrams, and gives rates or doses per kilogram",
        ),
        (
            "continuous_infusion", {"converted_from": {"from": "oral", "to": "intravenous"}},
            "works out an amount in milligrams, and gives rates or doses per kilogram",
        ),
        (
            "oral", {"converted_from": {"to": "oral"}},
            "converts to its own route, and names the one that it comes `from`; correct both",
        ),
        (
            "oral", {"converted_from": {"from": "intravenous", "to": "sublingual"}},
            "converts to its own route, and names the one that it comes `from`; correct both",
        ),
        (
            "oral", {"duration_at_least": "10 min"},
            "has a least duration, and is neither a timed infusion nor a slow bolus; leave it out",
        ),
        (
            "slow_bolus", {"duration_at_least": "10 min", "duration": "9 min"},
            "takes 9 min, which is under its least duration, 10 min; correct one",
        ),
        (
            "slow_bolus", {"duration_at_least": "10 min", "duration": {"low": "5 min", "high": "20 min"}},
            "takes 5 min, which is under its least duration, 10 min; correct one",
        ),
        (
            "oral", {"times_per_week": 3, "times_per_day": 1},
            "is given so often a week, and runs on or is given so often a day; give one of the two",
        ),
        (
            "syringe_driver", {"times_per_week": 3},
            "is given so often a week, and runs on or is given so often a day; give one of the two",
        ),
        (
            "syringe_driver", {"duration": "8 h"},
            "runs until it is stopped, and has a duration; give `course` its length",
        ),
    ],
)  # fmt: skip
def test_a_regimen_that_contradicts_itself_is_refused_with_what_to_do(
    mode: str, fields: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        regimen(mode, **fields)
    assert [one["msg"] for one in refused.value.errors()] == [f"Value error, {words}"]


@pytest.mark.parametrize(
    ("mode", "fields"),
    [
        ("slow_bolus", {"duration_at_least": "10 min", "duration": "10 min"}),
        ("slow_bolus", {"duration_at_least": "10 min", "duration": {"low": "10 min", "high": "20 min"}}),
        ("timed_infusion", {"duration_at_least": "10 min"}),
        ("oral", {"times_per_week": 3, "start": "5 mg"}),
        ("oral", {"converted_from": TO_MOUTH, "titration": STEP}),
    ],
)
def test_what_agrees_is_taken(mode: str, fields: dict[str, Any]) -> None:
    assert regimen(mode, **fields).mode == mode


def test_every_dose_is_told_with_the_path_that_it_has_in_the_file() -> None:
    chooses = ({"tested": "5 mg", "then": "10 mg"}, {"tested": "10 mg", "then": "20 mg"})
    one = regimen("oral", start="5 mg", test_dose={"doses": ("5 mg",), "chooses": chooses}, titration=STEP)
    assert [(path, str(dose)) for path, dose in one.doses()] == [
        ("start", "5 mg"), ("test_dose.chooses[0].then", "10 mg"), ("test_dose.chooses[1].then", "20 mg"),
        ("titration.step", "10 mg"),
    ]  # fmt: skip
    ladder = regimen("oral", titration={"kind": "ladder", "levels": ("5 mg", "10 mg")})
    assert [(path, str(dose)) for path, dose in ladder.doses()] == [
        ("titration.levels[0]", "5 mg"), ("titration.levels[1]", "10 mg"),
    ]  # fmt: skip


def test_a_regimen_is_per_kilogram_where_any_of_its_doses_is() -> None:
    assert not regimen("oral", start="5 mg").per_kilogram
    assert regimen("oral", start="0.1 mg/kg").per_kilogram
    assert regimen("oral", titration={"kind": "steps", "step": "0.1 mg/kg"}).per_kilogram
    assert regimen("continuous_infusion", start="5 mg/h", loading={"dose": "0.3 mg/kg"}).per_kilogram


LADDER = {"kind": "ladder", "levels": ("10 mg", "20 mg")}
TESTED = {
    "doses": ("5 mg", "10 mg"),
    "chooses": (
        {"tested": "5 mg", "then": "5 mg"}, {"tested": "10 mg", "then": "10 mg"}, {"tested": "20 mg", "then": "30 mg"},
    ),
}  # fmt: skip


def cap(limit: str, **more: Any) -> tuple[dict[str, Any], ...]:
    return ({"key": "most", "of": "single_dose", "limit": limit, **more},)


@pytest.mark.parametrize(
    ("fields", "levels"),
    [
        ({}, []),
        ({"start": "5 mg"}, ["5 mg"]),
        ({"start": "5 mg", "titration": LADDER}, ["5 mg", "10 mg", "20 mg"]),
        ({"start": "10 mg", "titration": LADDER}, ["10 mg", "20 mg"]),
        ({"start": "10000 ug", "titration": LADDER}, ["10 mg", "20 mg"]),  # the first level in another unit
        ({"titration": LADDER}, ["10 mg", "20 mg"]),
        ({"start": "10 mg", "titration": STEP}, ["10 mg"]),  # nothing says where the steps end
        ({"start": "10 mg", "titration": STEP, "ceilings": cap("40 mg")}, ["10 mg", "20 mg", "30 mg", "40 mg"]),
        (
            {"start": "10 mg", "titration": STEP, "ceilings": cap("40 mg", strict=True)},
            ["10 mg", "20 mg", "30 mg"],
        ),
        ({"start": "10 mg", "titration": STEP, "ceilings": cap("40 mg", soft=True)}, ["10 mg"]),
        ({"start": "10 mg", "titration": STEP, "ceilings": cap("40 mg/h")}, ["10 mg"]),
        ({"test_dose": TESTED}, ["5 mg", "10 mg", "30 mg"]),
        ({"test_dose": TESTED, "titration": {"kind": "free"}}, ["5 mg", "10 mg", "30 mg"]),
        # The steps go on from the dose that follows the last test dose.
        (
            {"test_dose": TESTED, "titration": STEP, "ceilings": cap("50 mg")},
            ["5 mg", "10 mg", "30 mg", "40 mg", "50 mg"],
        ),
    ],
)  # fmt: skip
def test_the_levels_are_every_dose_that_a_regimen_can_come_to_lowest_first(
    fields: dict[str, Any], levels: list[str]
) -> None:
    assert [str(level) for level in regimen("oral", **fields).levels] == levels


@pytest.mark.parametrize(
    ("mode", "fields", "hours"),
    [
        ("oral", {}, None),
        ("oral", {"times_per_day": 3}, 8),
        ("oral", {"times_per_day": 4}, 6),
        ("oral", {"every": "8 h", "times_per_day": 4}, 8),
        ("oral", {"every": {"low": "6 h", "high": "8 h"}, "times_per_day": 2}, 12),  # which of the two is not chosen
        ("oral", {"repeat_not_before": "5 h"}, 5),
        ("slow_bolus", {"course": {"spacing": "7 d"}, "every": "8 h"}, 168),
        ("slow_bolus", {"course": {"spacing": {"low": "7 d", "high": "14 d"}}, "every": "8 h"}, 8),
        ("slow_bolus", {"course": {"at_most": "5 d"}, "repeat_not_before": "5 h"}, 5),
        ("syringe_driver", {"every": "8 h"}, None),  # what runs has no next dose
    ],
)  # fmt: skip
def test_from_one_dose_to_the_next_is_as_the_course_says_or_else_the_day(
    mode: str, fields: dict[str, Any], hours: int | None
) -> None:
    assert dose_spacing(regimen(mode, **fields)) == (timedelta(hours=hours) if hours is not None else None)
