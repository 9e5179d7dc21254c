"""The sum both ways, and every way in which the two could fail to meet."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

import pytest

from adjuvant.errors import InternalError
from adjuvant.plan.arithmetic import Backward, Forward, Line, Sum, agree, backward, forward
from adjuvant.quantity import Quantity, parse_quantity
from infusions import told

F = Fraction


def a_sum(
    dose: str, kilograms: str | None = None, minutes: int | None = None, drawn: str = "2", bag: str = "100",
    step: str = "0.1", whole: bool = False,
) -> Sum:  # fmt: skip
    """Of a vial of 50 mg/mL; 2 mL in 100 mL are 1 mg/mL."""
    return Sum(
        parse_quantity(dose), F(kilograms) if kilograms else None, F(minutes) if minutes else None,
        F(50), F(drawn), F(bag), F(step), whole,
    )  # fmt: skip


def both(one: Sum) -> tuple[Forward, Backward]:
    there = forward(one)
    back = backward(one, F(there.rate), F(there.volume) if there.volume is not None else None)
    agree(one, there, back)
    return there, back


def lines(found: Forward | Backward) -> list[tuple[str, str]]:
    return [(one.sum, one.result) for one in found.lines]


# --- there and back, line by line -------------------------------------------------------------------------


def test_a_dose_in_a_bag_of_another_size_line_by_line() -> None:
    # 61.3 kg: 30.65 mg at 1 mg/mL; 45.975 mL/h down to 45.9, of which 30.6 mL run in 40 min.
    there, back = both(a_sum("0.5 mg/kg", "61.3", 40))
    assert lines(there) == [
        ("0.5 mg/kg × 61.3 kg", "30.65 mg"),
        ("2 mL × 50 mg/mL ÷ 100 mL", "1 mg/mL"),
        ("30.65 mg ÷ 1 mg/mL", "30.65 mL"),
        ("30.65 mL × 60 min/h ÷ 40 min", "45.975 mL/h"),
        ("rounded down to steps of 0.1 mL/h", "45.9 mL/h"),
        ("45.9 mL/h for 40 min, rounded down", "30.6 mL"),
    ]
    assert lines(back) == [
        ("100 mg in 100 mL", "1 mg/mL"),
        ("45.9 mL/h × 1 mg/mL", "45.9 mg/h"),
        ("30.6 mL × 1 mg/mL", "30.6 mg"),
        ("30.6 mL ÷ 45.9 mL/h × 60 min/h", "40 min"),
        ("30.6 mg ÷ 61.3 kg", "≈ 0.4992 mg/kg"),
    ]
    assert (there.exact, there.rate, there.volume) == (Decimal("45.975"), Decimal("45.9"), Decimal("30.6"))
    assert (back.hourly, back.total, back.dose) == (F("45.9"), F("30.6"), Quantity(F(306, 613), "mg/kg"))


def test_a_whole_bag_is_the_dose_line_by_line() -> None:
    # 62 kg: 31 mg are 0.62 mL, made up to 50 mL, which run in 40 min.
    there, back = both(a_sum("0.5 mg/kg", "62", 40, drawn="0.62", bag="50", whole=True))
    assert lines(there) == [
        ("0.5 mg/kg × 62 kg", "31 mg"),
        ("31 mg ÷ 50 mg/mL, down to the syringe's graduation", "0.62 mL"),
        ("0.62 mL × 50 mg/mL ÷ 50 mL", "0.62 mg/mL"),
        ("the whole bag", "50 mL"),
        ("50 mL × 60 min/h ÷ 40 min", "75 mL/h"),
        ("rounded down to steps of 0.1 mL/h", "75 mL/h"),
        ("75 mL/h for 40 min, rounded down", "50 mL"),
    ]
    assert lines(back)[0] == ("31 mg in 50 mL", "0.62 mg/mL")


def test_what_is_drawn_for_a_whole_bag_stands_before_its_strength_whatever_stands_before_that() -> None:
    drawn = ("31 mg ÷ 50 mg/mL, down to the syringe's graduation", "0.62 mL")
    strength = ("0.62 mL × 50 mg/mL ÷ 50 mL", "0.62 mg/mL")
    whole: dict[str, Any] = {"minutes": 40, "drawn": "0.62", "bag": "50", "whole": True}
    assert lines(both(a_sum("31 mg", **whole))[0])[:2] == [drawn, strength]
    assert lines(both(a_sum("500 ug/kg", "62", **whole))[0])[:4] == [
        ("500 microgram/kg in mg/kg", "0.5 mg/kg"), ("0.5 mg/kg × 62 kg", "31 mg"), drawn, strength,
    ]  # fmt: skip


def test_a_rate_has_no_volume_and_no_total() -> None:
    there, back = both(a_sum("0.05 mg/kg/h", "62"))
    assert lines(there) == [
        ("0.05 mg/kg/h × 62 kg", "3.1 mg/h"),
        ("2 mL × 50 mg/mL ÷ 100 mL", "1 mg/mL"),
        ("3.1 mg/h ÷ 1 mg/mL", "3.1 mL/h"),
        ("rounded down to steps of 0.1 mL/h", "3.1 mL/h"),
    ]
    assert lines(back) == [
        ("100 mg in 100 mL", "1 mg/mL"),
        ("3.1 mL/h × 1 mg/mL", "3.1 mg/h"),
        ("3.1 mg/h ÷ 62 kg", "0.05 mg/kg/h"),
    ]
    assert there.volume is None and back.total is None


def test_another_unit_is_turned_into_milligrams_first_and_back_at_the_end() -> None:
    # 2.5 microgram/kg/min are 0.15 mg/kg/h; 60 kg, 9 mg/h.
    there, back = both(a_sum("2.5 ug/kg/min", "60"))
    assert lines(there)[:2] == [
        ("2.5 microgram/kg/min in mg/kg/h", "0.15 mg/kg/h"), ("0.15 mg/kg/h × 60 kg", "9 mg/h"),
    ]  # fmt: skip
    assert lines(back)[-2:] == [
        ("9 mg/h ÷ 60 kg", "0.15 mg/kg/h"), ("0.15 mg/kg/h in microgram/kg/min", "2.5 microgram/kg/min"),
    ]  # fmt: skip


def test_a_fixed_dose_has_no_line_with_kilograms() -> None:
    # 100 mg a day are 25/6 mg/h, and 4.1 mL/h of 1 mg/mL 98.4 mg a day.
    there, back = both(a_sum("100 mg/d"))
    assert lines(there)[0] == ("100 mg/d in mg/h", "≈ 4.1667 mg/h")
    assert lines(back)[-1] == ("4.1 mg/h in mg/d", "98.4 mg/d")
    assert both(a_sum("31 mg", None, 40))[1].dose.same_as(parse_quantity("31 mg"))


# --- rounding ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dose", "step", "rate"),
    [
        ("3 mg/h", "0.1", "3"), ("2.99 mg/h", "0.1", "2.9"), ("3.09 mg/h", "0.1", "3"),
        ("3 mg/h", "0.3", "3"), ("1 mg/h", "0.3", "0.9"), ("0.09 mg/h", "0.1", "0"),
        ("100 mg/d", "0.0001", "4.1666"), ("60 mg/d", "0.25", "2.5"),
    ],
)  # fmt: skip
def test_a_rate_goes_down_to_the_step_and_a_whole_number_of_steps_stays(
    dose: str, step: str, rate: str
) -> None:
    """At 1 mg/mL; each figure is reckoned by hand."""
    assert forward(a_sum(dose, step=step)).rate == Decimal(rate)


def test_what_a_division_leaves_in_the_last_digit_costs_no_step() -> None:
    """23 mg in 70 mL have no end in decimals; 2.3 mg/h of it are 7 mL/h, and not 6.9."""
    one = a_sum("2.3 mg/h", drawn="0.46", bag="70")
    there, back = both(one)
    assert there.rate == 7 and back.hourly == F("2.3")


def test_the_volume_goes_down_to_the_step_of_what_runs_in_the_time() -> None:
    # 1 mL/h for 40 min is 0.66... mL, down to 0.6.
    one = a_sum("0.6667 mg", None, 40)
    there, back = both(one)
    assert (there.rate, there.volume) == (Decimal("1.0"), Decimal("0.6"))
    assert back.total == F("0.6")


# --- where they do not meet -------------------------------------------------------------------------------


RATE = a_sum("0.05 mg/kg/h", "62")  # 3.1 mL/h at 1 mg/mL
DOSE = a_sum("0.5 mg/kg", "62", 40)  # 31 mg, 46.5 mL/h, 31 mL


def broken(one: Sum, there: Forward, back: Backward) -> list[str]:
    """The faults that are named; none where the sums are taken to meet."""
    try:
        agree(one, there, back)
    except InternalError as error:
        return error.rule.removeprefix("do not meet: ").split("; ")
    return []


def test_sums_that_do_not_meet_give_nothing() -> None:
    there, back = both(RATE)
    with pytest.raises(InternalError) as caught:
        agree(RATE, there, replace(back, hourly=F("3.2")))
    assert told(caught.value) == (
        "the two sums of 0.05 mg/kg/h",
        "do not meet: more flows in an hour than was ordered",
        "give nothing, and report this",
    )


def test_a_pump_rate_above_the_exact_one_is_a_fault_by_however_little() -> None:
    there, back = both(RATE)
    assert broken(RATE, replace(there, rate=Decimal("3.1000000001")), back) == [
        "the rate is above the exact one"
    ]


def exactly(value: str, grains: str) -> Decimal:
    """A value and so many millions of the last of the sixty decimals that are looked at."""
    with localcontext(prec=100):
        return Decimal(value) + Decimal(grains).scaleb(-54)


def test_a_difference_of_a_million_of_the_last_decimals_is_none_and_half_as_much_again_is_one() -> None:
    there, back = both(RATE)
    above, step = "the rate is above the exact one", "rounding took a whole step"
    assert broken(RATE, replace(there, rate=exactly("3.1", "1")), back) == []
    assert broken(RATE, replace(there, rate=exactly("3.1", "1.5")), back) == [above]
    assert broken(RATE, replace(there, rate=Decimal("3.0")), back) == []
    assert broken(RATE, replace(there, rate=exactly("3.0", "-1")), back) == [step]
    # Of the exact rate it is as much for each mg/h, and once more: 4.1 of them at 3.1 mg/h.
    off = "the exact rate is not the order's"
    assert broken(RATE, replace(there, exact=exactly("3.1", "4.1")), back) == []
    assert broken(RATE, replace(there, exact=exactly("3.1", "5")), back) == [off]


def test_rounding_by_a_whole_step_is_a_fault_and_by_less_is_not() -> None:
    there, back = both(RATE)
    assert broken(RATE, replace(there, rate=Decimal("2.99")), back) == ["rounding took a whole step"]
    assert broken(RATE, replace(there, rate=Decimal("3.01")), back) == []


@pytest.mark.parametrize("exact", ["3.1000000001", "3.0999999999"])
def test_an_exact_rate_that_is_not_the_order_s_is_a_fault_either_way(exact: str) -> None:
    there, back = both(RATE)
    wrong = replace(there, exact=Decimal(exact), rate=Decimal("3.0999"))
    assert broken(RATE, wrong, back) == ["the exact rate is not the order's"]


def test_an_exact_rate_is_held_to_the_order_over_its_minutes_and_a_whole_bag_to_the_bag() -> None:
    there, back = both(DOSE)
    half = replace(there, exact=there.exact / 2, rate=there.rate / 2, volume=Decimal("15.5"))
    assert broken(DOSE, half, back) == ["the exact rate is not the order's"]
    bag = a_sum("0.5 mg/kg", "62", 40, drawn="0.6", bag="50", whole=True)  # 30 mg of 31 by the syringe
    there, back = both(bag)
    assert back.total == 30 and there.exact == 75
    slow = replace(there, exact=Decimal("74.95"), rate=Decimal("74.9"), volume=Decimal("49.9"))
    assert broken(bag, slow, back) == ["the exact rate is not the order's"]


def test_more_in_an_hour_or_in_all_or_per_kilogram_than_was_ordered_is_a_fault() -> None:
    there, back = both(DOSE)
    more = F("0.0000001")
    assert broken(DOSE, there, replace(back, hourly=back.hourly + more)) == [
        "more flows in an hour than was ordered"
    ]
    assert back.total is not None
    assert broken(DOSE, there, replace(back, total=back.total + more)) == ["the amount is above the order"]
    above = Quantity(F("0.5") + more, "mg/kg")
    assert broken(DOSE, there, replace(back, dose=above)) == ["the dose that comes back is above the order"]
    # 0.5 mg/kg × 62 kg over 40 min are 46.5 mg/h and 31 mg: as much as that is what was ordered.
    assert (back.hourly, back.total) == (F("46.5"), 31)


def test_a_volume_that_is_not_what_runs_in_the_time_is_a_fault() -> None:
    there, back = both(DOSE)
    fault = "the volume is not what runs in the time"
    assert broken(DOSE, replace(there, volume=Decimal("31.01")), back) == [fault]
    assert broken(DOSE, replace(there, volume=Decimal("30.9")), back) == [fault]  # a whole step of 0.1 mL
    assert broken(DOSE, replace(there, volume=Decimal("30.91")), back) == []


def test_a_volume_above_the_bag_is_a_fault_and_the_whole_bag_is_none() -> None:
    exact = a_sum("0.5 mg/kg", "62", 40, drawn="0.62", bag="31")  # 31 mg in 31 mL
    there, back = both(exact)
    assert there.volume == 31
    small = replace(exact, bag=F(30), drawn=F("0.6"))  # 1 mg/mL as before
    assert broken(small, there, back) == ["the volume is above the bag"]


def test_every_fault_is_named_and_not_only_the_first() -> None:
    there, back = both(RATE)
    assert broken(RATE, replace(there, rate=Decimal(31)), replace(back, hourly=F(31))) == [
        "the rate is above the exact one", "more flows in an hour than was ordered",
    ]  # fmt: skip


def test_a_line_of_the_sum_is_what_is_done_and_what_comes_of_it() -> None:
    assert Line("1 + 1", "2") == Line(sum="1 + 1", result="2")
