"""What a scenario says where a guidance is not as the published rule has it: each difference in its own sentence."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from adjuvant.citation import Provenance
from adjuvant.protocol import Guidance, Status
from adjuvant.protocol.expect import differences
from adjuvant.protocol.guidance import Issue, Missing, Reason, Recommendation
from adjuvant.protocol.scenario import Expected
from adjuvant.quantity import parse_quantity

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def reason(rule: str) -> Reason:
    return Reason(rule, "Any.", "", None, "site", Provenance.READ)


def dosed(dose: str, amount: str, rule: str) -> Recommendation:
    return Recommendation("start", "Any.", (reason(rule),), parse_quantity(dose), parse_quantity(amount))


TWO_DOSES = Guidance(
    Status.START,
    NOON,
    "eligible",
    (dosed("0.5 mg/kg", "35 mg", "pain"), dosed("0.1 mg/kg/h", "7 mg/h", "infusion")),
    eligibility_because=(reason("grown_up"),),
    issues=(Issue("caution", "the liver"), Issue("limit", "a cap of 50 mg")),
)
NOTHING = Guidance(
    Status.WITHHELD,
    NOON,
    "cannot say",
    (),
    missing=(Missing("Pain score", "pain"), Missing("the weight", "weight")),
)


@pytest.mark.parametrize(
    ("guidance", "expected", "sentences"),
    [
        (TWO_DOSES, {"status": "start"}, ()),
        (TWO_DOSES, {"status": "hold"}, ("status is start, not hold",)),
        (TWO_DOSES, {"eligibility": "not eligible"}, ("eligibility is eligible, not not eligible",)),
        (TWO_DOSES, {"dose": "0.1 mg/kg/h", "amount": "35 mg"}, ()),
        (TWO_DOSES, {"dose": "500 ug/kg"}, ()),  # the same, in other words
        (TWO_DOSES, {"dose": "5 mg/kg"}, ("dose is 0.5 mg/kg, 0.1 mg/kg/h, not 5 mg/kg",)),
        (TWO_DOSES, {"amount": "350 mg"}, ("amount is 35 mg, 7 mg/h, not 350 mg",)),
        (NOTHING, {"dose": "5 mg"}, ("status is withheld, not start", "dose is not given, not 5 mg")),
        (TWO_DOSES, {"because": ("pain", "infusion", "grown_up")}, ()),
        (TWO_DOSES, {"because": ("sleep", "pain", "mood")}, ("sleep is not among the reasons", "mood is not among the reasons")),
        (NOTHING, {"status": "withheld", "missing": ("pain SCORE pain", "the weight weight")}, ()),
        (NOTHING, {"status": "withheld", "missing": ("age",)}, ("'age' is not named as missing; Pain score; the weight",)),
        (TWO_DOSES, {"missing": ("age",)}, ("'age' is not named as missing; nothing is",)),
        (TWO_DOSES, {"issues": ("caution the liver", "limit a cap")}, ()),
        (TWO_DOSES, {"issues": ("the kidney",)}, ("'the kidney' is not among the issues",)),
    ],
)  # fmt: skip
def test_each_difference_is_said(
    guidance: Guidance, expected: dict[str, object], sentences: tuple[str, ...]
) -> None:
    assert differences(guidance, Expected.model_validate({"status": "start"} | expected)) == sentences


def test_where_nothing_is_expected_nothing_differs() -> None:
    assert differences(NOTHING, None) == ()
