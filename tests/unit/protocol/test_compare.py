"""A regimen on the common scale, by hand: what it begins at and comes to, its ceilings, and its dose over time."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import pytest

from adjuvant.protocol import Protocol, load
from adjuvant.protocol.compare import Compared, Stretch, compare, dose_over_time, reference_weight
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


def test_a_ladder_longer_than_the_time_looked_at_is_cut_there_and_no_level_lasts_no_time() -> None:
    ladder = of(
        mode="syringe_driver",
        titration={
            "kind": "ladder", "levels": ["24 mg/d", "48 mg/d", "72 mg/d"], "every": {"low": "6 h", "high": "12 h"},
        },
    )  # fmt: skip
    assert stretches(ladder, 12, highest=True) == [(0, 6, 1), (6, 12, 2)]  # the shorter end is the fastest
    assert stretches(ladder, 20, highest=True) == [(0, 6, 1), (6, 12, 2), (12, 20, 3)]


def test_a_dose_that_rises_whatever_the_effect_rises_in_both() -> None:
    always = of(
        mode="syringe_driver",
        titration={"kind": "ladder", "levels": ["24 mg/d", "48 mg/d"], "every": "6 h", "always": True},
    )
    assert (
        stretches(always, 12, highest=False) == stretches(always, 12, highest=True) == [(0, 6, 1), (6, 12, 2)]
    )


def test_a_single_dose_that_rises_is_drawn_at_its_highest_or_at_its_first() -> None:
    often = of(
        mode="timed_infusion", duration="2 h", every="24 h", course={"infusions": 2},
        titration={"kind": "ladder", "levels": ["10 mg", "30 mg"], "every": "24 h"},
    )  # fmt: skip
    assert stretches(often, 48, highest=True) == [(0, 2, 15), (24, 26, 15)]
    assert stretches(often, 48, highest=False) == [(0, 2, 5), (24, 26, 5)]
    assert stretches(often, 25, highest=False) == [(0, 2, 5), (24, 25, 5)]  # the second is cut


# --- the row of a regimen ----------------------------------------------------------------------------------


def row(weight: str = "70 kg", *, criteria: tuple[dict[str, Any], ...] = (), **fields: Any) -> Compared:
    """The row of a protocol with this one regimen."""
    protocol = Protocol.model_validate(
        {
            "protocol": "quiet", "version": "1", "title": "A quiet night", "kind": "protocol", "drug": "esketamine",
            "citation": "park2025", "provenance": "read", "summary": "x", "read": "x",
            "weight": {"kind": "actual"}, "evidence": {"label": "consensus", "statement": "x"},
            "criteria": criteria,
            "regimens": {"night": {"title": "x", "route": "subcutaneous", **fields}},
        }
    )  # fmt: skip
    (found,) = compare([protocol], reference_weight(parse_quantity(weight)))
    return found


def milligrams(*figures: int) -> tuple[Any, ...]:
    return tuple(parse_quantity(f"{one} mg") for one in figures)


def a_day(figure: int | str) -> Any:
    return parse_quantity(f"{figure} mg/d")


RISING = {
    "mode": "continuous_infusion",
    "start": "0.1 mg/kg/h",
    "titration": {
        "kind": "ladder", "every": "8 h", "levels": ["0.1 mg/kg/h", "0.2 mg/kg/h", "0.3 mg/kg/h"],
        "raise_when": {"measure": "pain", "from": 4},
    },
}  # fmt: skip
AGED = {"measure": "age", "from": "18 a"}


def test_every_figure_of_a_row_is_worked_out_at_the_weight_that_is_asked_for() -> None:
    """At 70 kg 0.1, 0.2 and 0.3 mg/kg/h are 7, 14 and 21 mg/h, which are 168, 336 and 504 mg in a day."""
    kinds = ("include", "exclude", "relative", "caution", "needs_test")
    found = row(
        **RISING,
        ceilings=(
            {"key": "rate", "of": "rate", "limit": "0.4 mg/kg/h"},
            {"key": "day", "of": "day", "limit": "500 mg/d", "soft": True},
        ),
        course={"keep_effective": "2 d", "at_most": "4 d"},
        criteria=tuple({"key": kind, "kind": kind, "text": "x", "when": AGED} for kind in kinds),
    )
    eight, hour = Fraction(8), Fraction
    assert found == Compared(
        protocol="quiet",
        title="A quiet night",
        regimen="night",
        drug="esketamine",
        route="subcutaneous",
        mode="continuous_infusion",
        start=(a_day(168), a_day(168)),
        top=a_day(504),
        cap=a_day(672),
        usual=a_day(500),
        printed=False,
        over_time=(
            Stretch(hour(0), eight, hour(7)), Stretch(eight, hour(16), hour(14)), Stretch(hour(16), hour(96), hour(21)),
        ),
        kept=(Stretch(hour(0), hour(96), hour(7)),),
        ends=True,
        why_not="",
        caps=("at most 0.4 mg/kg/h", "at most 500 mg/d"),
        course="effective level kept 2 d; at most 4 d",
        entry=3,  # a caution and a test decide nothing about who may have it
        evidence="consensus",
        # No rule holds for any of the four effects that must be watched, and nobody watches them, nor pain.
        lacking=9,
        rises=True,
    )  # fmt: skip
    # 8 h at 7, 8 h at 14 and 8 h at 21 mg/h; then three days of 24 h at 21 mg/h; then it has ended.
    assert found.by_day == milligrams(336, 504, 504, 504, 0)
    assert (found.start or ())[0].unit.code == "mg/d"


def test_every_regimen_has_its_row_in_the_order_given() -> None:
    protocols = [load("froedtert_infusion").protocol, load("civik").protocol]
    rows = compare(protocols, SEVENTY)
    wanted = [(one.protocol, name) for one in protocols for name in one.regimens]
    assert [(one.protocol, one.regimen) for one in rows] == wanted and len(wanted) > 2


def test_a_weight_to_compare_at_is_nobody_s_and_says_so() -> None:
    found = reference_weight(parse_quantity("70000 g"))
    assert (str(found.value), found.kind, found.derivation) == ("70 kg", "reference", "compared at 70000 g")
    assert found.value.unit.code == "kg" and found.at == datetime(1, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"mode": "continuous_infusion"}, "the source gives no dose"),
        ({"mode": "oral", "start": "10 mg"}, "how often it is given in a day is not said"),
        (
            {
                "mode": "oral",
                "route": "oral",
                "converted_from": {"from": "intravenous", "to": "oral", "ratio": 1},
            },
            "the first dose is worked out of what was given before (intravenous)",
        ),
    ],
)
def test_a_row_without_a_first_dose_says_why(fields: dict[str, Any], why: str) -> None:
    found = row(**fields)
    assert (found.start, found.top, found.why_not, found.over_time, found.by_day) == (None, None, why, (), ())


def test_a_span_is_capped_at_both_ends_each_for_itself() -> None:
    """0.1 to 0.3 mg/kg: at 70 kg 7 to 21 mg, at 250 kg 25 to 75 mg; the cap is 20 mg, given once."""
    bolus = {
        "mode": "slow_bolus", "start": {"low": "0.1 mg/kg", "high": "0.3 mg/kg"},
        "ceilings": ({"key": "one", "of": "single_dose", "limit": "20 mg"},),
    }  # fmt: skip
    assert row("60 kg", **bolus).start == (a_day(6), a_day(18))
    assert row("70 kg", **bolus).start == (a_day(7), a_day(20))
    assert row("250 kg", **bolus).start == (a_day(20), a_day(20))
    assert row("70 kg", **bolus).top == a_day(20)  # it does not rise: its greatest first dose


def test_the_first_doses_that_a_test_dose_chooses_are_a_span_whatever_their_order() -> None:
    chooses = ({"tested": "5 mg", "then": "48 mg/d"}, {"tested": "3 mg", "then": "24 mg/d"})
    test_dose = {"doses": ("3 mg", "5 mg"), "chooses": chooses}
    found = row(mode="syringe_driver", test_dose=test_dose)
    assert (found.start, found.why_not) == ((a_day(24), a_day(48)), "")
    assert row(mode="syringe_driver", test_dose={"doses": ("3 mg",)}).start is None


def test_of_first_doses_that_are_spans_the_least_and_the_greatest_end_count() -> None:
    wide, narrow = {"low": "24 mg/d", "high": "96 mg/d"}, {"low": "48 mg/d", "high": "72 mg/d"}
    for thens in ((wide, narrow), (narrow, wide)):
        chooses = tuple({"tested": "3 mg", "then": then} for then in thens)
        found = row(mode="syringe_driver", test_dose={"doses": ("3 mg",), "chooses": chooses})
        assert found.start == (a_day(24), a_day(96))


def ceiling(of_: str, limit: str, *, soft: bool = False) -> dict[str, Any]:
    return {"key": f"{of_}_{limit}", "of": of_, "limit": limit, "soft": soft}


@pytest.mark.parametrize(
    ("ceilings", "cap", "usual"),
    [
        ((), None, None),
        ((ceiling("rate", "10 mg/h"),), 240, None),
        ((ceiling("rate", "10 mg/h"), ceiling("day", "200 mg/d")), 200, None),
        ((ceiling("day", "300 mg/d"), ceiling("rate", "10 mg/h")), 240, None),
        ((ceiling("rate", "10 mg/h", soft=True), ceiling("rate", "20 mg/h")), 480, 240),
        ((ceiling("day", "3 mg/kg/d"),), 210, None),
        ((ceiling("single_dose", "10 mg"),), None, None),  # of a loading dose, say: no dose of the day
        ((ceiling("hour", "10 mg"), ceiling("course", "100 mg")), None, None),
        ((ceiling("course", "100 mg"), ceiling("rate", "10 mg/h")), 240, None),
    ],
)
def test_the_cap_of_an_infusion_is_its_lowest_that_comes_to_a_day(
    ceilings: tuple[dict[str, Any], ...], cap: int | None, usual: int | None
) -> None:
    found = row(mode="continuous_infusion", start="1 mg/h", ceilings=ceilings)
    wanted = tuple(None if one is None else a_day(one) for one in (cap, usual))
    assert (found.cap, found.usual) == wanted
    assert all(one is None or one.unit.code == "mg/d" for one in (found.cap, found.usual))


@pytest.mark.parametrize(
    ("often", "ceilings", "cap"),
    [
        ({"times_per_day": 3}, (ceiling("single_dose", "20 mg"),), 60),
        ({"times_per_day": 3}, (ceiling("rate", "20 mg/h"),), None),  # of the infusion before it
        ({"times_per_day": 3}, (ceiling("rate", "20 mg/h"), ceiling("single_dose", "20 mg")), 60),
        ({}, (ceiling("single_dose", "20 mg"),), None),
        ({}, (ceiling("single_dose", "20 mg"), ceiling("day", "50 mg/d")), 50),
    ],
)
def test_the_cap_of_doses_by_mouth_is_that_of_one_as_often_as_it_is_given(
    often: dict[str, int], ceilings: tuple[dict[str, Any], ...], cap: int | None
) -> None:
    found = row(mode="oral", start="10 mg", ceilings=ceilings, **often)
    assert found.cap == (None if cap is None else a_day(cap))


def test_a_ceiling_that_a_site_must_read_has_no_figure_until_it_is_read() -> None:
    readings = (
        {"key": "low", "limit": "100 mg/d", "strict": False}, {"key": "high", "limit": "200 mg/d", "strict": False},
    )  # fmt: skip
    printed = {"key": "day", "of": "day", "printed": "100 or 200", "readings": readings}
    fields = {"mode": "syringe_driver", "start": "24 mg/d"}
    unread = row(**fields, ceilings=(printed, ceiling("day", "300 mg/d")))
    assert (unread.printed, unread.cap) == (True, a_day(300))
    assert unread.caps == ("100 or 200 (how that is read is not chosen)", "at most 300 mg/d")
    read = row(**fields, ceilings=({**printed, "chosen": "high"},))
    assert (read.printed, read.cap) == (False, a_day(200))


PAIN = {"measure": "pain", "from": 4}


@pytest.mark.parametrize(
    ("fields", "top"),
    [
        ({"start": "24 mg/d"}, 24),  # it does not rise
        ({"start": "24 mg/d", "titration": {"kind": "none"}}, 24),
        ({"start": "24 mg/d", "titration": {"kind": "none"}, "ceilings": (ceiling("day", "90 mg/d"),)}, 24),
        ({"start": {"low": "24 mg/d", "high": "48 mg/d"}}, 48),
        ({"start": "24 mg/d", "titration": {"kind": "free"}}, None),  # and nothing says how far
        ({"start": "24 mg/d", "titration": {"kind": "free"}, "ceilings": (ceiling("day", "90 mg/d"),)}, 90),
        # Levels that a site may give it do not end a rise that the source leaves open.
        (
            {
                "start": "24 mg/d", "titration": {"kind": "free", "step": "24 mg/d"},
                "ceilings": (ceiling("rate", "80 mg/d"), ceiling("day", "90 mg/d")),
            },
            80,
        ),
        ({"start": "24 mg/d", "titration": {"kind": "steps"}}, None),
        ({"start": "24 mg/d", "titration": {"kind": "steps"}, "ceilings": (ceiling("day", "90 mg/d"),)}, 90),
        # 24 and 48: two levels, of which the second is the top, though the cap is higher.
        (
            {
                "start": "24 mg/d", "titration": {"kind": "steps", "step": "24 mg/d"},
                "ceilings": (ceiling("rate", "60 mg/d"),),
            },
            48,
        ),
        # 24, 48 and 72: the next would be above the cap of the rate.
        (
            {
                "start": "24 mg/d", "titration": {"kind": "steps", "step": "24 mg/d"},
                "ceilings": (ceiling("rate", "90 mg/d"),),
            },
            72,
        ),
        ({"titration": {"kind": "ladder", "levels": ["24 mg/d"]}}, 24),
        ({"titration": {"kind": "ladder", "levels": ["24 mg/d", "48 mg/d"]}}, 48),
        (
            {"titration": {"kind": "ladder", "levels": ["24 mg/d", "48 mg/d"]}, "ceilings": (ceiling("day", "36 mg/d"),)},
            36,
        ),
    ],
)  # fmt: skip
def test_the_top_is_what_its_own_levels_or_its_cap_come_to(fields: dict[str, Any], top: int | None) -> None:
    assert row(mode="syringe_driver", **fields).top == (None if top is None else a_day(top))


def test_the_top_of_doses_of_which_nobody_says_how_many_is_the_cap_of_the_day() -> None:
    ladder = {"kind": "ladder", "levels": ["10 mg", "20 mg"]}
    found = row(mode="oral", titration=ladder, ceilings=(ceiling("day", "50 mg/d"),))
    assert (found.top, found.start, found.rises) == (a_day(50), None, True)


@pytest.mark.parametrize(
    ("fields", "known"),
    [
        ({"start": "24 mg/d"}, True),
        ({"start": "24 mg/d", "titration": {"kind": "none"}}, True),
        ({"start": "24 mg/d", "titration": {"kind": "ladder", "levels": ["24 mg/d"], "every": "8 h"}}, True),
        ({"start": "24 mg/d", "titration": {"kind": "ladder", "levels": ["24 mg/d"]}}, False),
        ({"start": "24 mg/d", "titration": {"kind": "free", "every": "8 h"}}, False),
        ({"start": "24 mg/d", "titration": {"kind": "steps", "every": "8 h"}}, False),
        (
            {
                "start": "24 mg/d", "titration": {"kind": "steps", "step": "24 mg/d", "every": "8 h"},
                "ceilings": (ceiling("rate", "48 mg/d"),),
            },
            True,
        ),
        (
            {
                "start": "24 mg/d", "titration": {"kind": "free", "step": "24 mg/d", "every": "8 h"},
                "ceilings": (ceiling("rate", "48 mg/d"),),
            },
            True,
        ),
    ],
)  # fmt: skip
def test_the_first_days_of_an_infusion_are_left_out_where_its_rise_is_not_said(
    fields: dict[str, Any], known: bool
) -> None:
    found = row(mode="syringe_driver", **fields)
    assert (bool(found.over_time), bool(found.kept)) == (known, known)


def test_the_first_days_are_five_and_what_runs_on_is_cut_there() -> None:
    (only,) = row(mode="syringe_driver", start="24 mg/d").over_time
    assert (only.start_h, only.end_h) == (0, 5 * 24)


@pytest.mark.parametrize(
    ("fields", "days"),
    [
        ({}, ()),  # how often it is given is not said
        ({"course": {"infusions": 3}}, ()),
        ({"course": {"infusions": 1}}, (10, 0, 0, 0, 0)),
        ({"course": {"infusions": 1, "spacing": {"low": "24 h", "high": "48 h"}}}, (10, 0, 0, 0, 0)),
        ({"course": {"infusions": 3, "spacing": "48 h"}}, (10, 0, 10, 0, 10)),
        ({"course": {"infusions": 9, "spacing": "24 h"}}, (10, 10, 10, 10, 10)),
        ({"course": {"infusions": 3, "spacing": {"low": "24 h", "high": "48 h"}}}, ()),
        ({"every": "12 h", "course": {"infusions": 3}}, (20, 10, 0, 0, 0)),
        # Without a number of doses they go on until the course is over, or as far as is looked.
        ({"every": "12 h"}, (20, 20, 20, 20, 20)),
        ({"every": "12 h", "course": {"at_most": "36 h"}}, (20, 10, 0, 0, 0)),
        ({"every": {"low": "8 h", "high": "12 h"}, "course": {"infusions": 3}}, ()),
        # The course says when the next one comes, before how often it may.
        ({"every": "12 h", "course": {"infusions": 2, "spacing": "24 h"}}, (10, 10, 0, 0, 0)),
    ],
)
def test_the_first_days_of_single_doses_are_known_once_it_is_said_when_the_next_one_comes(
    fields: dict[str, Any], days: tuple[int, ...]
) -> None:
    found = row(mode="timed_infusion", start="10 mg", duration="1 h", **fields)
    assert found.by_day == milligrams(*days)
    assert found.ends


def test_a_day_takes_its_own_part_of_what_goes_on_over_midnight() -> None:
    """20 mg over two hours, every 23 hours: the second begins an hour before the second day does."""
    found = row(mode="timed_infusion", start="20 mg", duration="2 h", every="23 h", course={"infusions": 2})
    assert found.by_day == milligrams(30, 10, 0, 0, 0)
    assert found.by_day[0].unit.code == "mg"


@pytest.mark.parametrize(
    ("course", "ends"),
    [
        (None, False),
        ({}, False),
        ({"at_most": "5 d"}, True),
        ({"at_most": "119 h"}, True),
        ({"at_most": "121 h"}, False),
        ({"at_most": "14 d"}, False),
        ({"fixed": "5 d"}, True),
        ({"fixed": {"low": "3 d", "high": "6 d"}}, False),
        ({"fixed": "6 d", "at_most": "2 d"}, False),
        ({"at_most": "14 d", "keep_effective": "2 d"}, True),
    ],
)
def test_an_infusion_ends_within_the_first_days_or_runs_on(course: dict[str, Any] | None, ends: bool) -> None:
    found = row(mode="syringe_driver", start="24 mg/d", course=course)
    assert found.ends is ends


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, ""),
        ({"course": {}}, ""),
        ({"course": {"infusions": 1}}, "1 dose"),
        ({"course": {"infusions": 3, "within": "5 d"}}, "3 doses within 5 d"),
        ({"course": {"infusions": 3}, "times_per_week": 2}, "2 a week; 3 doses"),
        ({"course": {"fixed": {"low": "3 d", "high": "5 d"}}}, "3 d to 5 d"),
        ({"course": {"keep_effective": "48 h"}}, "effective level kept 48 h"),
        (
            {"course": {"infusions": 2, "fixed": "2 d", "keep_effective": "1 d", "at_most": "3 d"}, "times_per_week": 1},
            "1 a week; 2 doses; 2 d; effective level kept 1 d; at most 3 d",
        ),
    ],
)  # fmt: skip
def test_a_course_is_told_in_the_order_in_which_it_is_asked_for(fields: dict[str, Any], words: str) -> None:
    assert row(mode="timed_infusion", start="10 mg", duration="1 h", **fields).course == words


@pytest.mark.parametrize(
    ("titration", "rises"), [(None, False), ({"kind": "none"}, False), ({"kind": "free"}, True)]
)
def test_a_dose_rises_where_its_titration_is_of_any_kind_but_none(
    titration: dict[str, Any] | None, rises: bool
) -> None:
    assert row(mode="syringe_driver", start="24 mg/d", titration=titration).rises is rises
