"""The dose over time of a regimen, by hand: the fastest rise that is allowed, and none."""

from __future__ import annotations

from fractions import Fraction

import pytest

from adjuvant.protocol import load
from adjuvant.protocol.compare import dose_over_time, reference_weight
from adjuvant.protocol.regimen import Regimen
from adjuvant.quantity import parse_quantity

SEVENTY = reference_weight(parse_quantity("70 kg"))


def stretches(regimen: Regimen, hours: int, *, highest: bool) -> list[tuple[Fraction, Fraction, Fraction]]:
    found = dose_over_time(regimen, SEVENTY, Fraction(hours), highest=highest)
    return [(one.start_h, one.end_h, one.mg_per_h) for one in found]


def of(**fields: object) -> Regimen:
    return Regimen.model_validate({"title": "x", "route": "intravenous", **fields})


def test_civik_rises_every_eight_hours_or_stays() -> None:
    civik = load("civik").protocol.regimens["infusion"]
    assert stretches(civik, 20, highest=True) == [
        (0, 8, Fraction("3.5")),
        (8, 16, Fraction(7)),
        (16, 20, Fraction("10.5")),
    ]
    assert stretches(civik, 20, highest=False) == [(0, 20, Fraction("3.5"))]


def test_the_last_level_is_kept_to_the_end_of_the_course() -> None:
    civik = load("civik").protocol.regimens["infusion"]
    found = stretches(civik, 1000, highest=True)
    assert found[-1] == (72, 120, 35)  # the tenth level, until the fifth day is over
    assert len(found) == 10


def test_single_infusions_stand_at_their_spacing_with_their_rate() -> None:
    three = of(
        mode="timed_infusion", start="0.5 mg/kg", duration="40 min",
        course={"infusions": 3, "spacing": "48 h", "at_most": "5 d"},
    )  # fmt: skip
    rate = Fraction("52.5")  # 35 mg in two thirds of an hour
    two_thirds = Fraction(2, 3)
    assert stretches(three, 200, highest=True) == [
        (0, two_thirds, rate),
        (48, 48 + two_thirds, rate),
        (96, 96 + two_thirds, rate),
    ]
    assert len(stretches(three, 48, highest=True)) == 1


@pytest.mark.parametrize(
    "regimen",
    [
        of(mode="timed_infusion", start="0.5 mg/kg"),
        of(mode="timed_infusion", start="0.5 mg/kg", duration={"low": "30 min", "high": "60 min"}),
        of(mode="continuous_infusion"),
    ],
)
def test_what_has_no_known_rate_is_left_out(regimen: Regimen) -> None:
    assert stretches(regimen, 48, highest=True) == []


def test_one_dose_without_spacing_is_one_stretch() -> None:
    once = of(mode="timed_infusion", start="35 mg", duration="1 h")
    assert stretches(once, 48, highest=False) == [(0, 1, 35)]


def test_a_dose_every_so_often_stands_as_often_as_the_course_says() -> None:
    often = of(
        mode="timed_infusion",
        start="35 mg",
        duration="1 h",
        every="12 h",
        course={"infusions": 2, "fixed": "2 d"},
    )
    assert stretches(often, 48, highest=False) == [(0, 1, 35), (12, 13, 35)]


def test_what_changes_at_a_time_nobody_gave_stays_at_its_first_rate() -> None:
    ladder = of(mode="syringe_driver", titration={"kind": "ladder", "levels": ["24 mg/d", "48 mg/d"]})
    assert stretches(ladder, 48, highest=True) == [(0, 48, 1)]
