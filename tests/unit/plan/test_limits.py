"""Limits beside what is delivered: what refuses, what is only shown, and what cannot be compared.

The founding dose at 62 kg: 0.5 mg/kg, 31 mg over 40 min, so 46.5 mg/h.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from adjuvant.citation import Provenance
from adjuvant.plan.limits import adopted, breaches, limits, not_lower
from adjuvant.protocol import Sited, Situation
from adjuvant.protocol.ceiling import Ceiling
from adjuvant.protocol.dosing import DosingWeight
from adjuvant.protocol.guardrail import Guardrail
from adjuvant.protocol.regimen import Regimen
from adjuvant.quantity import parse_quantity
from bedside import BEGINS, Chart, closed
from infusions import founding, situation

Q = parse_quantity
WEIGHT = DosingWeight(Q("62 kg"), "actual", BEGINS, "")
RAIL: dict[str, Any] = {
    "title": "A limit", "drug": "ketamine", "settings": "wards", "gives": "any", "kind": "maximum",
    "severity": "absolute", "binds": True, "citation": "rcht", "provenance": "read",
}  # fmt: skip


def capped(*ceilings: dict[str, Any], key: str = "patel_ldk", name: str = "infusion") -> Regimen:
    """A regimen of the library with other ceilings."""
    sited = founding() if key == "patel_ldk" else closed(key)
    made = tuple(Ceiling.model_validate({"key": f"own_{n}", **one}) for n, one in enumerate(ceilings))
    return sited.protocol.regimens[name].model_copy(update={"ceilings": made})


def rails(**other: Any) -> dict[str, Guardrail]:
    return {"one": Guardrail.model_validate(RAIL | other)}


def shown(
    regimen: Regimen, dose: str = "0.5 mg/kg", known: dict[str, Guardrail] | None = None,
    weight: DosingWeight | None = WEIGHT,
) -> list[tuple[str, str | None, str | None, bool | None, bool]]:  # fmt: skip
    found = limits(Q(dose), regimen, founding(), weight, known or {})
    return [
        (one.limit, str(one.here) if one.here else None, str(one.delivers) if one.delivers else None, one.kept, one.binds)
        for one in found
    ]  # fmt: skip


# --- ceilings of the protocol -----------------------------------------------------------------------------


def test_a_ceiling_of_one_dose_stands_beside_the_dose_in_milligrams() -> None:
    assert shown(capped({"of": "single_dose", "limit": "0.5 mg/kg"})) == [
        ("at most 0.5 mg/kg", "31 mg", "31 mg", True, True)
    ]
    assert shown(capped({"of": "single_dose", "limit": "0.5 mg/kg", "strict": True})) == [
        ("under 0.5 mg/kg", "31 mg", "31 mg", False, True)
    ]


def test_a_ceiling_of_the_day_stands_beside_all_that_is_given_in_a_day() -> None:
    # 3.1 mg/h for 24 h are 74.4 mg. Limits and what is delivered are shown in mg/h.
    day = {"of": "day", "limit": "80 mg/d"}
    assert shown(capped(day, key="civik"), "0.05 mg/kg/h") == [
        ("at most 80 mg/d", "10/3 mg/h", "3.1 mg/h", True, True)
    ]
    assert shown(capped({**day, "limit": "70 mg/d"}, key="civik"), "0.05 mg/kg/h")[0][3] is False


def test_a_ceiling_of_the_rate_stands_beside_a_rate() -> None:
    rate = {"of": "rate", "limit": "0.04 mg/kg/h"}
    assert shown(capped(rate, key="civik"), "0.05 mg/kg/h") == [
        ("at most 0.04 mg/kg/h", "2.48 mg/h", "3.1 mg/h", False, True)  # 0.04 × 62
    ]


def test_a_ceiling_of_the_rate_stands_beside_the_amount_over_its_time() -> None:
    assert shown(capped({"of": "rate", "limit": "0.5 mg/kg/h"})) == [
        ("at most 0.5 mg/kg/h", "31 mg/h", "46.5 mg/h", False, True)  # 31 mg in 40 min
    ]
    assert shown(capped({"of": "rate", "limit": "46.5 mg/h"}))[0][3] is True


def test_each_ceiling_is_judged_alone() -> None:
    low, high = {"of": "single_dose", "limit": "30 mg"}, {"of": "single_dose", "limit": "35 mg"}
    assert [one[3] for one in shown(capped(low, high))] == [False, True]
    assert [one[3] for one in shown(capped(high, low))] == [True, False]


def test_a_ceiling_of_the_course_counts_what_was_given_before() -> None:
    # 31 mg were given, and 31 are to follow: 62 mg.
    given = Situation.at(BEGINS + timedelta(hours=48), Chart().ketamine(0, "given", "31 mg").facts)

    def course(limit: str) -> list[tuple[str, bool | None]]:
        regimen = capped({"of": "course", "limit": limit})
        found = limits(Q("0.5 mg/kg"), regimen, founding(), WEIGHT, {}, given)
        return [(str(one.delivers), one.kept) for one in found]

    assert course("62 mg") == [("62 mg", True)]
    assert course("61 mg") == [("62 mg", False)]
    alone = limits(Q("0.5 mg/kg"), capped({"of": "course", "limit": "61 mg"}), founding(), WEIGHT, {})
    assert [(str(one.delivers), one.kept) for one in alone] == [("31 mg", True)]


def test_a_ceiling_of_another_kind_of_dose_is_not_called_kept() -> None:
    """It says nothing of this dose: `kept` would be a comfort that nobody has worked out."""
    swallowed = capped({"of": "rate", "limit": "0.5 mg/kg/h"}).model_copy(update={"mode": "oral"})
    assert shown(swallowed) == [("at most 0.5 mg/kg/h", "31 mg/h", None, None, True)]
    assert shown(capped({"of": "single_dose", "limit": "35 mg"}, key="civik"), "0.05 mg/kg/h") == [
        ("at most 35 mg", "35 mg", None, None, True)
    ]


def test_a_ceiling_of_a_day_whose_doses_nobody_counts_is_not_called_kept() -> None:
    """An absolute one is then not kept, and refuses; a usual one cannot be compared."""
    silent = capped({"of": "day", "limit": "200 mg"}).model_copy(
        update={"mode": "oral", "course": None, "every": None, "times_per_day": None}
    )
    assert shown(silent)[0][2:4] == (None, False)
    soft = silent.model_copy(update={"ceilings": (silent.ceilings[0].model_copy(update={"soft": True}),)})
    assert shown(soft)[0][2:4] == (None, None)


def test_a_usual_ceiling_asks_for_a_review_and_says_so() -> None:
    (one,) = limits(
        Q("0.5 mg/kg"), capped({"of": "single_dose", "limit": "30 mg", "soft": True, "citation": "rcht"}),
        founding(), WEIGHT, {},
    )  # fmt: skip
    assert (one.title, one.why) == ("The protocol's own, single dose", "asks for a review, and does not cap")
    assert (one.kept, one.binds) == (False, False)
    assert (one.citation, one.provenance) == (
        "rcht",
        Provenance.ASSUMED,
    )  # as long as nobody says how it was come by


def test_a_ceiling_that_is_read_at_its_source_keeps_that_and_one_that_caps_needs_no_word() -> None:
    (one,) = limits(
        Q("0.5 mg/kg"), capped({"of": "single_dose", "limit": "31 mg", "provenance": "secondary"}),
        founding(), WEIGHT, {},
    )  # fmt: skip
    assert (one.why, one.citation, one.provenance) == ("", "", Provenance.SECONDARY)


def test_a_ceiling_that_is_left_open_is_not_shown() -> None:
    reading = {"key": "a", "limit": "35 mg", "strict": True}
    assert shown(capped({"of": "single_dose", "printed": "< 35 mg/70 kg", "readings": [reading]})) == []


def test_without_a_weight_a_limit_per_kilogram_has_no_figure_for_this_patient() -> None:
    fixed = capped({"of": "single_dose", "limit": "35 mg"})
    assert shown(fixed, "31 mg", weight=None) == [("at most 35 mg", "35 mg", "31 mg", True, True)]
    rail = rails(limit="0.5 mg/kg")
    assert shown(capped(), "31 mg", rail, None) == [("at most 0.5 mg/kg", None, "31 mg", None, True)]


# --- guardrails -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limit", "strict", "words", "kept"),
    [
        ("31 mg", False, "at most 31 mg", True), ("31 mg", True, "under 31 mg", False),
        ("31.1 mg", True, "under 31.1 mg", True), ("30.9 mg", False, "at most 30.9 mg", False),
    ],
)  # fmt: skip
def test_a_guardrail_is_kept_up_to_its_figure_and_a_strict_one_below_it(
    limit: str, strict: bool, words: str, kept: bool
) -> None:
    assert shown(capped(), known=rails(limit=limit, strict=strict)) == [(words, limit, "31 mg", kept, True)]


def test_a_guardrail_of_the_rate_stands_beside_the_rate_that_flows() -> None:
    found = shown(capped(), known=rails(of="rate", limit="1 mg/kg/h"))
    assert found == [("at most 1 mg/kg/h", "62 mg/h", "46.5 mg/h", True, True)]


def test_a_guardrail_of_the_day_counts_a_dose_per_kilogram_by_the_weight() -> None:
    # One infusion of 31 mg on its day; 40 mg/d are 5/3 mg/h, and 31 mg/d are 31/24.
    found = shown(capped(), known=rails(of="day", limit="40 mg/d"))
    assert found == [("at most 40 mg/d", "5/3 mg/h", "31/24 mg/h", True, True)]
    per_kilogram = shown(capped(), known=rails(of="day", limit="0.4 mg/kg/d"))
    assert [one[3] for one in per_kilogram] == [False]
    # Without a weight nobody can say.
    assert [one[1:4] for one in shown(capped(), known=rails(of="day", limit="40 mg/d"), weight=None)] == [
        ("5/3 mg/h", None, None)
    ]


def test_a_guardrail_of_another_drug_kind_or_way_of_giving_is_not_shown() -> None:
    for other in (
        {"drug": "esketamine", "limit": "35 mg"},
        {"kind": "minimum", "limit": "35 mg"},
        {"gives": "bolus", "limit": "35 mg"},
        {"routes": ["oral"], "limit": "35 mg"},
        {"kind": "least_interval", "interval": "1 h"},
    ):
        assert shown(capped(), known=rails(**other)) == []
    # A limit of one dose says nothing of a rate.
    assert shown(capped(key="civik"), "0.05 mg/kg/h", rails(limit="35 mg")) == []


def test_a_guardrail_binds_where_it_is_absolute_and_binds_or_is_adopted() -> None:
    assert [one[-1] for one in shown(capped(), known=rails(limit="35 mg"))] == [True]
    for other in ({"binds": False}, {"severity": "recommended"}):
        (one,) = limits(Q("0.5 mg/kg"), capped(), founding(), WEIGHT, rails(limit="35 mg", **other))
        assert (one.binds, one.why) == (False, "for wards")
    (one,) = limits(Q("0.5 mg/kg"), capped(), founding(), WEIGHT, rails(limit="35 mg"))
    assert (one.title, one.why, one.citation, one.provenance) == ("A limit", "", "rcht", Provenance.READ)
    (one,) = limits(Q("0.5 mg/kg"), capped(), adopting("one"), WEIGHT, rails(limit="35 mg", binds=False))
    assert one.binds and adopted(adopting("one")) == ("one",)
    assert adopted(replace(founding(), profile=None)) == ()


def test_a_guardrail_without_a_source_has_none_made_up_and_counts_as_assumed() -> None:
    bare = rails(limit="35 mg", citation=None, provenance=None)
    (one,) = limits(Q("0.5 mg/kg"), capped(), founding(), WEIGHT, bare)
    assert (one.citation, one.provenance) == ("", Provenance.ASSUMED)


def test_a_guardrail_whose_limit_has_two_ends_has_no_figure_and_is_not_shown() -> None:
    assert shown(capped(), known=rails(limit={"low": "30 mg", "high": "35 mg"})) == []


def test_limits_that_bind_stand_first() -> None:
    known = rails(limit="35 mg", binds=False, title="Shown") | {
        "two": Guardrail.model_validate(RAIL | {"limit": "40 mg", "title": "Binds"})
    }
    own = capped({"of": "single_dose", "limit": "35 mg"})
    found = limits(Q("0.5 mg/kg"), own, founding(), WEIGHT, known)
    assert [one.title for one in found] == ["The protocol's own, single dose", "Binds", "Shown"]


class Adopts:
    """What a profile says of one guardrail that a site has adopted."""

    def __init__(self, key: str) -> None:
        self.key = key


def adopting(key: str) -> Sited:
    profile = founding().profile
    assert profile is not None
    return replace(founding(), profile=profile.model_copy(update={"adopt_guardrails": (Adopts(key),)}))


# --- what refuses -----------------------------------------------------------------------------------------


def refusals(
    regimen: Regimen, known: dict[str, Guardrail], ordered: str = "0.5 mg/kg", delivered: str = "0.5 mg/kg",
    sited: Sited | None = None,
) -> list[tuple[str, str]]:  # fmt: skip
    here = sited or founding()
    found = breaches(Q(ordered), Q(delivered), regimen, here, situation(here), WEIGHT, known)
    return [(one.key, one.words) for one in found]


def test_what_is_kept_refuses_nothing() -> None:
    assert refusals(capped({"of": "single_dose", "limit": "31 mg"}), rails(limit="31 mg")) == []


def test_the_order_and_what_the_pump_gives_are_both_held_to_the_ceiling() -> None:
    tight = capped({"of": "single_dose", "limit": "30 mg"})
    assert refusals(tight, {}) == [
        ("own_0", "0.5 mg/kg does not keep the protocol's ceiling: at most 30 mg"),
        ("own_0", "0.5 mg/kg does not keep at most 30 mg"),
    ]
    # What is delivered may be under it: 0.48 mg/kg × 62 kg = 29.76 mg. The order is still above.
    assert refusals(tight, {}, delivered="0.48 mg/kg") == [
        ("own_0", "0.5 mg/kg does not keep the protocol's ceiling: at most 30 mg")
    ]
    assert ("own_0", "0.6 mg/kg does not keep at most 35 mg") in refusals(
        capped({"of": "single_dose", "limit": "35 mg"}), {}, delivered="0.6 mg/kg"
    )


def test_a_ceiling_of_the_day_refuses_by_the_day_s_sum() -> None:
    assert refusals(capped({"of": "day", "limit": "31 mg/d"}), {}) == []  # one infusion a day at most
    assert len(refusals(capped({"of": "day", "limit": "30 mg/d"}), {})) == 2


def test_a_ceiling_of_the_course_refuses_with_what_was_given_before_and_says_how_much_that_is() -> None:
    # 31 mg were given two days ago, and 31 are ordered.
    given = Situation.at(BEGINS + timedelta(hours=48), Chart().ketamine(0, "given", "0.5 mg/kg").facts)
    dose, regimen = Q("0.5 mg/kg"), capped({"of": "course", "limit": "61 mg"})
    found = breaches(dose, dose, regimen, founding(), given, WEIGHT, {})
    counted = "62 mg of the course, with what was given"
    assert [one.words for one in found] == [
        f"0.5 mg/kg does not keep the protocol's ceiling: at most 61 mg; {counted}",
        f"0.5 mg/kg does not keep at most 61 mg; {counted}",
    ]
    # Each holds the limit that it is about.
    assert [one.source for one in found] == [regimen.ceilings[0]] * 2


def test_a_usual_ceiling_and_a_limit_that_does_not_bind_refuse_nothing() -> None:
    soft = capped({"of": "single_dose", "limit": "30 mg", "soft": True})
    assert refusals(soft, rails(limit="30 mg", binds=False)) == []
    assert refusals(soft, rails(limit="30 mg", severity="recommended")) == []


def test_a_guardrail_is_said_once_though_order_and_delivery_both_break_it() -> None:
    assert refusals(capped(), rails(limit="30 mg")) == [("one", "A limit: 31 mg is over 30 mg")]
    assert len(refusals(capped(), rails(limit="30 mg"), delivered="0.49 mg/kg")) == 2


def test_a_guardrail_that_a_site_adopts_refuses_there() -> None:
    known = rails(limit="30 mg", binds=False)
    # The order alone is over it: what is delivered, 0.48 mg/kg × 62 kg, is 29.76 mg.
    assert refusals(capped(), known, delivered="0.48 mg/kg", sited=adopting("one")) == [
        ("one", "A limit: 31 mg is over 30 mg")
    ]
    assert len(refusals(capped(), known, sited=adopting("one"))) == 1
    assert len(refusals(capped(), known, "0.4 mg/kg", "0.6 mg/kg", sited=adopting("one"))) == 2  # and no step


# --- a lower dose -----------------------------------------------------------------------------------------


def running(dose: str | None) -> Situation:
    chart = Chart() if dose is None else Chart().ketamine(0, "start", dose)
    return Situation.at(BEGINS + timedelta(hours=1), chart.facts)


def test_a_lower_dose_is_under_the_one_that_is_charted_in_milligrams_an_hour() -> None:
    assert not_lower(Q("0.15 mg/kg/h"), running("0.2 mg/kg/h"), WEIGHT) == ()
    # 12.4 mg/h is what 0.2 mg/kg/h comes to at 62 kg.
    assert not_lower(Q("0.19 mg/kg/h"), running("12.4 mg/h"), WEIGHT) == ()
    assert not_lower(Q("0.2 mg/kg/h"), running("12.4 mg/h"), WEIGHT) == (
        "0.2 mg/kg/h is advised as a lower dose, and is not under 12.4 mg/h, which is charted.",
    )


def test_an_amount_is_no_lower_dose_than_a_rate() -> None:
    assert not_lower(Q("1 mg"), running("12.4 mg/h"), WEIGHT) == (
        "1 mg is advised as a lower dose, and is not under 12.4 mg/h, which is charted.",
    )


def test_whether_it_is_lower_is_not_known_where_nothing_is_charted_or_no_weight_is() -> None:
    assert not_lower(Q("0.1 mg/kg/h"), running(None), WEIGHT) == (
        "Whether 0.1 mg/kg/h is a lower dose is not known: no dose is charted.",
    )
    assert not_lower(Q("3 mg/h"), running("0.2 mg/kg/h"), None) == (
        "Whether 3 mg/h is a lower dose is not known: 0.2 mg/kg/h is charted.",
    )
    assert not_lower(Q("3 mg/h"), running("4 mg/h"), None) == ()
