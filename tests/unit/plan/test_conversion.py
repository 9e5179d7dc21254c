"""From one route to another: each protocol's ratio, its doses and its delay, in order, in words and in JSON.

CIVIK at 62 kg begins with 3.1 mg/h, which is 74.4 mg in a day.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from adjuvant.citation import Provenance
from adjuvant.errors import InputError
from adjuvant.plan.conversion import Converted, converted, onward
from adjuvant.plan.figures import converted_words
from adjuvant.plan.wire import onward_json
from adjuvant.protocol import Sited, load
from adjuvant.protocol.model import Protocol
from adjuvant.protocol.regimen import Conversion
from adjuvant.quantity import Quantity, parse_quantity
from bedside import closed
from infusions import planned, told

Q = parse_quantity
DAY = Q("300 mg/d")
HALF = {"to": "oral", "ratio": "1/2"}


def way(**said: Any) -> Conversion:
    return Conversion.model_validate(said)


def speaking(
    name: str, *ways: dict[str, Any], drug: str = "ketamine", before: dict[str, Any] | None = None
) -> Protocol:
    """An infusion into a vein under another name, that goes on by these routes, or was begun from another."""
    civik = load("civik").protocol
    said = {
        "conversions": tuple(way(**one) for one in ways),
        "converted_from": way(**before) if before else None,
    }
    regimen = civik.regimens["infusion"].model_copy(update=said)
    return civik.model_copy(update={"protocol": name, "drug": drug, "regimens": {"infusion": regimen}})


def by_mouth(*protocols: Protocol, total: Quantity = DAY) -> tuple[Converted, ...]:
    return converted(total, "intravenous", "oral", protocols)


def days(found: tuple[Converted, ...]) -> list[tuple[str, str, str]]:
    return [(one.protocol, str(one.low), str(one.high)) for one in found]


# --- one total by every ratio -----------------------------------------------------------------------------


def test_half_of_300_mg_a_day_is_150_and_says_where_the_ratio_comes_from() -> None:
    (one,) = by_mouth(
        speaking("a", {**HALF, "printed": "Half by mouth.", "citation": "rcht", "provenance": "secondary"})
    )
    assert (one.protocol, one.to, str(one.low), str(one.high)) == ("a", "oral", "150 mg/d", "150 mg/d")
    assert one.ratio == "1/2 mg by the new route for 1 mg by the old"
    assert (one.printed, one.citation, one.provenance) == ("Half by mouth.", "rcht", Provenance.SECONDARY)
    assert (one.doses_per_day, one.each, one.after) == (None, None, None)


def test_a_ratio_without_a_source_has_none_made_up_and_counts_as_assumed() -> None:
    (one,) = by_mouth(speaking("a", HALF))
    assert (one.citation, one.provenance, one.printed) == ("", Provenance.ASSUMED, "")


def test_where_reports_differ_both_ends_stand() -> None:
    # A third to three halves of 300 mg.
    (one,) = by_mouth(speaking("a", {"to": "oral", "ratio": 1, "ratio_low": "1/3", "ratio_high": "3/2"}))
    assert days((one,)) == [("a", "100 mg/d", "450 mg/d")]
    assert one.ratio == "1/3 to 3/2 mg by the new route for 1 mg by the old"


def test_where_only_one_end_is_given_the_ratio_is_the_other() -> None:
    (low,) = by_mouth(speaking("a", {"to": "oral", "ratio": 1, "ratio_low": "1/3"}))
    (high,) = by_mouth(speaking("b", {"to": "oral", "ratio": 1, "ratio_high": 2}))
    assert days((low, high)) == [("a", "100 mg/d", "300 mg/d"), ("b", "300 mg/d", "600 mg/d")]


def test_a_way_on_without_a_ratio_is_left_out_and_the_next_is_still_read() -> None:
    silent, half_open = {"to": "oral", "printed": "Then by mouth."}, {"to": "oral", "ratio_low": 1}
    above = {"to": "oral", "ratio_high": 1}
    assert days(by_mouth(speaking("a", silent, half_open, above, HALF))) == [("a", "150 mg/d", "150 mg/d")]


def test_a_way_between_other_routes_is_left_out_and_the_next_is_still_read() -> None:
    other, elsewhere = {"to": "nasal", "ratio": 2}, {"from": "subcutaneous", "to": "oral", "ratio": 3}
    assert days(by_mouth(speaking("a", other, elsewhere, HALF))) == [("a", "150 mg/d", "150 mg/d")]
    (three,) = converted(DAY, "subcutaneous", "oral", [speaking("a", other, elsewhere, HALF)])
    assert str(three.low) == "900 mg/d"


def test_a_regimen_that_is_begun_from_another_route_has_its_ratio_too() -> None:
    begun = speaking("a", before={"from": "intravenous", "to": "oral", "ratio": 2})
    assert days(by_mouth(begun)) == [("a", "600 mg/d", "600 mg/d")]


def test_one_protocol_says_one_ratio_once_and_two_ratios_twice() -> None:
    again = {**HALF, "printed": "Said once more."}
    found = by_mouth(speaking("a", {**HALF, "printed": "First."}, again, {"to": "oral", "ratio": 1}))
    assert days(found) == [("a", "150 mg/d", "150 mg/d"), ("a", "300 mg/d", "300 mg/d")]
    assert found[0].printed == "First."


def test_the_least_stands_first_and_equals_stand_by_name() -> None:
    found = by_mouth(speaking("c", {"to": "oral", "ratio": 1}), speaking("b", HALF), speaking("a", HALF))
    assert [one.protocol for one in found] == ["a", "b", "c"]


def test_a_total_in_another_unit_is_a_day_s_total_and_an_amount_is_refused() -> None:
    assert days(by_mouth(speaking("a", HALF), total=Q("12.5 mg/h"))) == [("a", "150 mg/d", "150 mg/d")]
    for wrong in ("300 mg", "300 mg/kg/d"):
        with pytest.raises(InputError) as caught:
            by_mouth(speaking("a", HALF), total=Q(wrong))
        assert told(caught.value) == (
            f"total {wrong}", "is no amount per time", "give a day's total, such as 300 mg/d",
        )  # fmt: skip


def test_one_dose_is_the_day_s_total_over_the_fewest_doses_that_are_given() -> None:
    # 100 to 300 mg in four: 25 to 75 mg.
    (one,) = by_mouth(
        speaking("a", {"to": "oral", "ratio": 1, "ratio_low": "1/3", "ratio_high": 1, "doses_per_day": 4})
    )
    assert one.doses_per_day == 4 and one.each is not None
    assert [str(end) for end in one.each] == ["25 mg", "75 mg"]


def test_the_first_dose_comes_after_the_delay_that_is_given() -> None:
    (one,) = by_mouth(speaking("a", {**HALF, "first_dose_after": {"low": "4 h", "high": "8 h"}}))
    assert one.after is not None and [str(end) for end in one.after] == ["4 h", "8 h"]


# --- on from a plan ---------------------------------------------------------------------------------------


def going_on(*ways: dict[str, Any]) -> Sited:
    """CIVIK, which says how it goes on."""
    return replace(closed("civik"), protocol=speaking("civik", *ways))


def test_the_plan_s_own_protocol_stands_first_and_others_by_what_they_come_to() -> None:
    # 74.4 mg a day: as much, a half and a third; 37.2 and 24.8 mg.
    own = going_on({"to": "oral", "ratio": 1})
    others = [speaking("b", HALF), speaking("a", {"to": "oral", "ratio": "1/3"})]
    found = onward(planned("civik", bag="100 mL"), own, others)
    assert days(found) == [
        ("civik", "74.4 mg/d", "74.4 mg/d"), ("a", "24.8 mg/d", "24.8 mg/d"), ("b", "37.2 mg/d", "37.2 mg/d"),
    ]  # fmt: skip


def test_the_other_drug_is_not_asked_and_the_protocol_itself_not_twice() -> None:
    own = going_on({"to": "oral", "ratio": 1})
    others = [speaking("civik", HALF), speaking("b", HALF, drug="esketamine")]
    assert days(onward(planned("civik", bag="100 mL"), own, others)) == [("civik", "74.4 mg/d", "74.4 mg/d")]


def test_only_routes_that_the_protocol_itself_goes_on_by_are_asked_of_others() -> None:
    plan = planned("civik", bag="100 mL")
    nose = speaking("b", {"to": "nasal", "ratio": 1})
    assert onward(plan, going_on(), [speaking("a", HALF)]) == ()
    assert [one.protocol for one in onward(plan, going_on(HALF), [nose])] == ["civik"]
    elsewhere = {"from": "subcutaneous", "to": "oral", "ratio": 1}
    assert onward(plan, going_on(elsewhere), [speaking("a", HALF)]) == ()
    named = {"from": "intravenous", **HALF}
    assert days(onward(plan, going_on(named), [])) == [("civik", "37.2 mg/d", "37.2 mg/d")]


def test_a_protocol_that_goes_on_by_a_route_without_a_ratio_still_shows_those_that_give_one() -> None:
    found = onward(planned("civik", bag="100 mL"), going_on({"to": "oral"}), [speaking("a", HALF)])
    assert days(found) == [("a", "37.2 mg/d", "37.2 mg/d")]


def test_two_routes_stand_by_their_names() -> None:
    both = going_on({"to": "oral", "ratio": 1}, {"to": "nasal", "ratio": 2})
    assert [one.to for one in onward(planned("civik", bag="100 mL"), both, [])] == ["nasal", "oral"]


def test_a_dose_with_an_end_is_no_day_s_total() -> None:
    plan = planned()
    ways = tuple(way(**one) for one in (HALF,))
    sited = closed("patel_ldk")
    regimen = sited.protocol.regimens["infusion"].model_copy(update={"conversions": ways})
    own = sited.protocol.model_copy(update={"regimens": {"infusion": regimen}})
    assert onward(plan, replace(sited, protocol=own), []) == ()


# --- in words and in JSON ---------------------------------------------------------------------------------


def one_of(**other: Any) -> Converted:
    """300 mg a day that are 100 by mouth."""
    plain = Converted(
        "a", "oral", Q("100 mg/d"), Q("100 mg/d"), "1/3 mg by the new route for 1 mg by the old", None, "", "rcht",
        Provenance.READ,
    )  # fmt: skip
    return replace(plain, **other)


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({}, "a: 100 mg/d, in how many doses is not said, how long after the end is not said"),
        (
            {"doses_per_day": 4},
            "a: 100 mg/d, in at least 4 doses a day, of 25 mg, how long after the end is not said",
        ),
        (
            {"high": Q("300 mg/d"), "doses_per_day": 4, "after": (Q("4 h"), Q("8 h"))},
            (
                "a: 100 mg/d to 300 mg/d, in at least 4 doses a day, of 25 mg to 75 mg, the first one 4 h to 8 h "
                "after the end"
            ),
        ),
        (
            {"after": (Q("60 min"), Q("1 h"))},
            "a: 100 mg/d, in how many doses is not said, the first one 60 min after the end",
        ),
    ],
)
def test_a_way_on_is_one_sentence_that_says_what_is_not_said(other: dict[str, Any], words: str) -> None:
    assert converted_words(one_of(**other)) == words


def test_a_way_on_has_the_keys_of_the_reference_and_what_is_not_said_is_null() -> None:
    assert onward_json((one_of(),)) == [
        {
            "protocol": "a",
            "to": "oral",
            "ratio": "1/3 mg by the new route for 1 mg by the old",
            "per_day": ["100 mg/d", "100 mg/d"],
            "doses_per_day": None,
            "each": None,
            "first_dose_after": None,
            "printed": None,
            "citation": "rcht",
            "provenance": "read",
        }
    ]
    third = one_of(
        low=Quantity(Fraction(100, 3), "mg/d"),
        doses_per_day=4,
        printed="A third.",
        after=(Q("4 h"), Q("8 h")),
    )
    (found,) = onward_json((third,))
    assert found["per_day"] == ["100/3 mg/d", "100 mg/d"] and found["doses_per_day"] == 4
    assert found["each"] == ["25/3 mg", "25 mg"]
    assert (found["first_dose_after"], found["printed"]) == (["4 h", "8 h"], "A third.")
