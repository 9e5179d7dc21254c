"""Which level a charted dose is, what lies beside it, and what a rule that lowers by a share made of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from adjuvant.protocol import Situation
from adjuvant.protocol.compare import reference_weight
from adjuvant.protocol.regimen import Regimen
from adjuvant.protocol.titration import first_dose, lowered_by_rule, next_down, next_up, on_the_ladder
from adjuvant.quantity import parse_quantity
from adjuvant.unknown import Unknown
from bedside import BEGINS, Chart
from written import plain

SEVENTY = reference_weight(parse_quantity("70 kg"))
LEVELS = ("0.1 mg/kg/h", "0.2 mg/kg/h", "0.3 mg/kg/h", "0.4 mg/kg/h")


def rate(*caps: str) -> Regimen:
    """Levels of 7, 14, 21 and 28 mg/h at 70 kg."""
    return Regimen.model_validate(
        {
            "title": "Written", "route": "intravenous", "mode": "continuous_infusion", "start": LEVELS[0],
            "titration": {"kind": "ladder", "levels": LEVELS},
            "ceilings": [{"key": f"cap{n}", "of": "rate", "limit": cap} for n, cap in enumerate(caps)],
        }
    )  # fmt: skip


@pytest.mark.parametrize(
    ("caps", "dose", "up", "down"),
    [
        ((), "0.2 mg/kg/h", "0.3 mg/kg/h", "0.1 mg/kg/h"),
        ((), "14 mg/h", "0.3 mg/kg/h", "0.1 mg/kg/h"),
        ((), "28 mg/h", None, "0.3 mg/kg/h"),
        ((), "7 mg/h", "0.2 mg/kg/h", None),
        # 15 mg/h stand for 0.3 and for 0.4 mg/kg/h, however the dose is written.
        (("15 mg/h",), "15 mg/h", None, "0.2 mg/kg/h"),
        (("15 mg/h",), "0.3 mg/kg/h", None, "0.2 mg/kg/h"),
        # 0.2 mg/kg/h, the cap, is charted as 14 mg/h: what is above it comes to the same.
        (("0.2 mg/kg/h",), "14 mg/h", None, "0.1 mg/kg/h"),
    ],
)
def test_what_lies_above_and_below_a_dose(
    caps: tuple[str, ...], dose: str, up: str | None, down: str | None
) -> None:
    charted = parse_quantity(dose)
    found = [step(rate(*caps), charted, SEVENTY) for step in (next_up, next_down)]
    assert [str(one) if one is not None else None for one in found] == [up, down]


def test_beside_a_dose_that_is_no_level_lies_nothing_that_is_known() -> None:
    for step in (next_up, next_down):
        found = step(rate(), parse_quantity("9 mg/h"), SEVENTY)
        assert isinstance(found, Unknown)
        assert found.needs == ("a dose of this protocol: 9 mg/h is none of its levels",)


@pytest.mark.parametrize("dose", ["7 mg/h", "7 mg"])
def test_without_a_weight_nobody_says_which_level_a_dose_in_milligrams_is(dose: str) -> None:
    assert on_the_ladder(rate(), parse_quantity(dose), None) is None


def test_an_amount_is_no_level_of_a_rate() -> None:
    assert on_the_ladder(rate(), parse_quantity("7 mg"), SEVENTY) is None
    assert on_the_ladder(rate(), parse_quantity("7 mg/h"), SEVENTY) == parse_quantity("0.1 mg/kg/h")


# --- lowered by a share -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("charted", "events", "caps", "reached"),
    [
        ("10.5 mg/h", 2, (), True),  # 14 mg/h less a quarter
        ("7.875 mg/h", 3, (), True),  # and less another
        ("7.875 mg/h", 1, (), False),  # which takes a second change
        ("10.4 mg/h", 2, (), False),
        ("17.5 mg/h", 2, (), False),  # a quarter more
        ("11.25 mg/h", 2, ("15 mg/h",), True),  # the cap less a quarter
        ("15.75 mg/h", 2, ("15 mg/h",), False),  # 0.3 mg/kg/h less a quarter, which was never given
    ],
)
def test_a_dose_that_a_rule_brought_from_a_level_is_known(
    charted: str, events: int, caps: tuple[str, ...], reached: bool
) -> None:
    rule: dict[str, Any] = {
        "key": "seen", "kind": "reduce", "text": "Seen.", "when": {"event": "hallucination"}, "reduce_by": "25 %",
    }  # fmt: skip
    chart = Chart().ketamine(0, "start", charted if events == 1 else "14 mg/h")
    for n in range(1, events):
        chart = chart.ketamine(n, "change", charted if n == events - 1 else "10.5 mg/h")
    situation = Situation.at(BEGINS + timedelta(hours=9), chart.facts)
    found = lowered_by_rule(plain(rules=[rule]), rate(*caps), situation, SEVENTY)
    assert found == (parse_quantity(charted) if reached else None)


def test_where_nothing_was_given_no_rule_brought_it_there() -> None:
    assert lowered_by_rule(plain(), rate(), Situation.at(BEGINS, Chart().facts), SEVENTY) is None


# --- the first dose ---------------------------------------------------------------------------------------

TESTED = {
    "doses": ["10 mg", "25 mg"],
    "chooses": [{"tested": "10 mg", "then": "20 mg"}, {"tested": "25 mg", "then": "50 mg"}],
}
ASKED = "which test dose worked (answer one of test_dose:10 mg, test_dose:25 mg)"


def oral(**fields: Any) -> Regimen:
    return Regimen.model_validate({"title": "Written", "route": "oral", "mode": "oral", **fields})


@pytest.mark.parametrize(
    ("fields", "answers", "first"),
    [
        ({"start": "10 mg"}, {}, "10 mg"),
        ({"start": {"low": "10 mg", "high": "20 mg"}}, {}, "the first dose"),
        ({}, {}, "the first dose"),
        ({"test_dose": {"doses": ["10 mg"]}}, {}, "the first dose"),
        ({"test_dose": TESTED}, {}, ASKED),
        ({"test_dose": TESTED}, {"test_dose__10 mg": False}, ASKED),
        ({"test_dose": TESTED}, {"test_dose__10 mg": False, "test_dose__25 mg": True}, "50 mg"),
    ],
)
def test_the_first_dose_is_the_one_that_is_written_or_that_a_test_dose_chose(
    fields: dict[str, Any], answers: dict[str, bool], first: str
) -> None:
    found = first_dose(oral(**fields), Situation.at(BEGINS, Chart().answered(**answers).facts))
    assert (found.needs[0] if isinstance(found, Unknown) else str(found)) == first


def test_without_a_patient_no_test_dose_has_worked() -> None:
    found = first_dose(oral(test_dose=TESTED))
    assert isinstance(found, Unknown) and found.needs == (ASKED,)
