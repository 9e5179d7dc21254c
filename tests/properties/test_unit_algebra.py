"""Laws of unit conversion: composition, not only round trips."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from adjuvant.quantity import Quantity, parse_unit

FAMILIES = [
    ["kg", "g", "mg", "ug", "ng", "[lb_av]", "[oz_av]"],
    ["h", "min", "s", "d", "wk", "(24.h)"],
    ["L", "mL", "uL", "dL"],
    ["mg/h", "ug/h", "ug/min", "mg/d", "mg/(24.h)", "g/d"],
    ["mg/kg/h", "ug/kg/min", "mg/kg/d", "ug/kg/h"],
    ["mg/mL", "ug/mL", "ng/mL", "g/L", "ug/dL"],
    ["mg/{tablet}", "ug/{tablet}", "g/{tablet}"],
]
VALUES = st.fractions(min_value=0, max_value=10**9, max_denominator=10**6)


@st.composite
def three_alike(draw: st.DrawFn) -> tuple[str, str, str]:
    family = draw(st.sampled_from(FAMILIES))
    return tuple(draw(st.sampled_from(family)) for _ in range(3))  # type: ignore[return-value]


@given(VALUES, three_alike())
def test_going_by_way_of_a_third_unit_changes_nothing(value: Fraction, units: tuple[str, str, str]) -> None:
    a, b, c = units
    assert Quantity(value, a).to(b).to(c) == Quantity(value, a).to(c)


@given(VALUES, three_alike())
def test_there_and_back_is_the_same(value: Fraction, units: tuple[str, str, str]) -> None:
    assert Quantity(value, units[0]).to(units[1]).to(units[0]) == Quantity(value, units[0])


@given(VALUES, VALUES, three_alike())
def test_adding_does_not_depend_on_the_unit_it_is_done_in(
    left: Fraction, right: Fraction, units: tuple[str, str, str]
) -> None:
    a, b, c = units
    one, two = Quantity(left, a), Quantity(right, b)
    assert (one + two).to(c) == one.to(c) + two.to(c)
    assert (one + two).same_as(two + one)


@given(st.sampled_from([unit for family in FAMILIES for unit in family]))
def test_a_unit_divided_by_itself_is_a_pure_number_of_size_one(code: str) -> None:
    ratio = parse_unit(code) / parse_unit(code)
    assert ratio.factor == 1
    assert [name for name, _ in ratio.dimension if name != "body_weight"] == []


@given(VALUES, st.integers(1, 10**6))
def test_a_rate_held_for_a_time_is_the_same_amount_in_any_units(rate: Fraction, minutes: int) -> None:
    by_hour = Quantity(rate, "mg/h") * Quantity(Fraction(minutes, 60), "h")
    by_minute = Quantity(rate, "mg/h").to("ug/min") * Quantity(minutes, "min")
    assert by_hour.in_("mg") == by_minute.in_("mg") == rate * minutes / 60
