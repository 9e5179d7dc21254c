"""Per kilogram to milligrams: by which weight, up to which cap, and never without one."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

import pytest

from adjuvant.errors import QuantityError
from adjuvant.protocol import load
from adjuvant.protocol.dosing import DosingWeight, absolute, as_charted, choose_weight, doses_per_day, per_day
from adjuvant.protocol.model import Weight
from adjuvant.protocol.regimen import Regimen
from adjuvant.quantity import parse_quantity
from adjuvant.unknown import Unknown

AT = datetime(2026, 3, 2, tzinfo=UTC)
EARLIER = datetime(2026, 3, 1, tzinfo=UTC)
ACTUAL, IDEAL = (parse_quantity("90 kg"), AT), (parse_quantity("60 kg"), EARLIER)
LIGHT = (parse_quantity("45 kg"), AT)


def weight(**fields: object) -> Weight:
    return Weight.model_validate(fields)


def regimen(**fields: object) -> Regimen:
    return Regimen.model_validate({"title": "x", "route": "oral", **fields})


def weighing(text: str) -> DosingWeight:
    return DosingWeight(parse_quantity(text), "actual", AT, text)


@pytest.mark.parametrize(
    ("kind", "actual", "kilograms", "chosen", "at"),
    [
        ("actual", ACTUAL, "90 kg", "actual", AT),
        ("ideal", ACTUAL, "60 kg", "ideal", EARLIER),
        ("lower_of_ideal_and_actual", ACTUAL, "60 kg", "ideal", EARLIER),
        ("lower_of_ideal_and_actual", LIGHT, "45 kg", "actual", AT),
    ],
)
@pytest.mark.hazard("H-005")
def test_the_weight_is_the_one_that_the_protocol_names(
    kind: str, actual: tuple, kilograms: str, chosen: str, at: datetime
) -> None:
    found = choose_weight(weight(kind=kind), actual, IDEAL)
    assert isinstance(found, DosingWeight)
    assert (str(found.value), found.kind, found.at) == (kilograms, chosen, at)


def test_a_weight_in_pounds_is_taken_in_kilograms() -> None:
    found = choose_weight(weight(kind="actual"), (parse_quantity("100 [lb_av]"), AT), None)
    assert isinstance(found, DosingWeight) and str(found.value) == "45.359237 kg"


def test_a_cap_holds_and_is_told() -> None:
    found = choose_weight(weight(kind="actual", cap="80 kg"), ACTUAL, None)
    assert isinstance(found, DosingWeight)
    assert str(found.value) == "80 kg"
    assert "90 kg" in found.derivation and "counted as 80 kg" in found.derivation


def test_a_weight_at_the_cap_is_itself() -> None:
    found = choose_weight(weight(kind="actual", cap="90 kg"), ACTUAL, None)
    assert isinstance(found, DosingWeight) and "counted" not in found.derivation


@pytest.mark.parametrize(
    ("kind", "actual", "ideal", "need"),
    [
        ("not_stated", ACTUAL, IDEAL, "which body weight the protocol doses by"),
        ("actual", None, IDEAL, "actual body weight"),
        ("ideal", ACTUAL, None, "ideal body weight"),
        ("lower_of_ideal_and_actual", ACTUAL, None, "lower of ideal and actual body weight"),
        ("lower_of_ideal_and_actual", None, IDEAL, "lower of ideal and actual body weight"),
    ],
)
@pytest.mark.hazard("H-005", "H-019")
def test_a_weight_that_is_missing_or_not_named_is_unknown_and_no_other_takes_its_place(
    kind: str, actual: tuple | None, ideal: tuple | None, need: str
) -> None:
    found = choose_weight(weight(kind=kind), actual, ideal)
    assert isinstance(found, Unknown) and found.needs == (need,)


def test_no_weight_is_asked_for_where_no_dose_is_per_kilogram() -> None:
    assert choose_weight(weight(kind="not_used"), ACTUAL, IDEAL) is None


@pytest.mark.hazard("H-005")
def test_a_dose_per_kilogram_without_a_weight_is_refused_and_an_absolute_one_needs_none() -> None:
    with pytest.raises(QuantityError) as refused:
        absolute(parse_quantity("0.5 mg/kg"), None)
    told = (refused.value.thing, refused.value.rule, refused.value.remedy)
    assert told == ("dose 0.5 mg/kg", "is per kilogram, and no weight is known", "chart the weight")
    assert str(absolute(parse_quantity("35 mg"), None)) == "35 mg"


@pytest.mark.hazard("H-005")
@pytest.mark.parametrize(
    ("dose", "milligrams"),
    [
        ("0.5 mg/kg", "35 mg"),
        ("0.05 mg/kg/h", "3.5 mg/h"),
        ("2 ug/kg/min", "8.4 mg/h"),
        ("120 mg/d", "5 mg/h"),
    ],
)
def test_milligrams_are_the_dose_times_the_weight(dose: str, milligrams: str) -> None:
    assert absolute(parse_quantity(dose), weighing("70 kg")).same_as(parse_quantity(milligrams))


@pytest.mark.hazard("H-005")
def test_a_weight_changes_no_absolute_dose() -> None:
    light, heavy = (absolute(parse_quantity("100 mg/d"), weighing(text)) for text in ("40 kg", "140 kg"))
    assert light.same_as(heavy)


@pytest.mark.parametrize(
    ("fields", "times"),
    [
        ({"mode": "oral", "times_per_day": 3}, 3),
        ({"mode": "oral", "every": "6 h"}, 4),
        ({"mode": "timed_infusion", "course": {"infusions": 3, "spacing": "12 h"}}, 2),
        ({"mode": "timed_infusion", "course": {"infusions": 3, "spacing": "48 h"}}, 1),  # whole on its day
        ({"mode": "timed_infusion", "course": {"infusions": 1, "spacing": "12 h"}}, 1),
        ({"mode": "timed_infusion", "course": {"spacing": "8 h", "at_most": "5 d"}}, 3),
        ({"mode": "oral", "every": {"low": "6 h", "high": "8 h"}}, None),
        ({"mode": "oral"}, None),
    ],
)
def test_how_often_it_is_given_in_a_day(fields: dict, times: int | None) -> None:
    assert doses_per_day(regimen(**fields)) == times


def test_a_day_of_a_rate_of_a_single_dose_and_of_one_that_nobody_counted() -> None:
    civik = load("civik").protocol.regimens["infusion"]
    assert str(per_day(parse_quantity("0.05 mg/kg/h"), civik, weighing("70 kg"))) == "84 mg/d"
    once = regimen(mode="timed_infusion")
    assert str(per_day(parse_quantity("0.5 mg/kg"), once, weighing("70 kg"))) == "35 mg/d"
    thrice = regimen(mode="oral", times_per_day=3)
    assert str(per_day(parse_quantity("25 mg"), thrice, None)) == "75 mg/d"
    unknown = per_day(parse_quantity("25 mg"), regimen(mode="oral"), None)
    assert isinstance(unknown, Unknown) and unknown.needs == ("how often it is given in a day",)


@pytest.mark.parametrize("mode", ["slow_bolus", "timed_infusion", "injection", "intranasal"])
def test_a_single_dose_of_which_nobody_says_how_often_is_a_day_s_total(mode: str) -> None:
    assert str(per_day(parse_quantity("25 mg"), regimen(mode=mode), None)) == "25 mg/d"


@pytest.mark.parametrize(
    ("charted", "exact", "same"),
    [
        ("35/3", "35/3", True),  # what has no decimals is itself
        ("1/3", "2/3", False),
        ("11.67", "35/3", True),
        ("11.667", "35/3", True),
        ("11.66", "35/3", False),
        ("11.68", "35/3", False),
        ("11.7", "11.75", True),  # a half is rounded up by some and down by others
        ("11.8", "11.75", True),
        ("11.7", "11.751", False),
        ("11.67", "11.6745", True),
        ("11.66667", "35/3", True),
        ("11.666667", "35/3", True),
        ("11.6666667", "35/3", False),  # nobody charts seven decimals
        ("12", "35/3", False),
    ],
)
def test_a_charted_figure_is_what_was_worked_out_or_its_rounding(
    charted: str, exact: str, same: bool
) -> None:
    assert as_charted(Fraction(charted), Fraction(exact)) is same
