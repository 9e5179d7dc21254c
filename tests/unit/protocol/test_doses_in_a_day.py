"""How much a regimen gives in 24 hours: what comes rarely counts whole, what comes often counts as often."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from adjuvant.protocol.dosing import DosingWeight, per_day
from adjuvant.protocol.regimen import Regimen
from adjuvant.quantity import Quantity
from adjuvant.unknown import Unknown

WEIGHT = DosingWeight(Quantity(70, "kg"), "actual", datetime(2026, 3, 2, 8, tzinfo=UTC), "actual body weight")


def regimen(**fields: Any) -> Regimen:
    """Half a milligram per kilogram into a vein over 40 minutes, with these fields beside."""
    whole = {"title": "x", "route": "intravenous", "mode": "timed_infusion", "start": "0.5 mg/kg", **fields}
    if whole["mode"] == "timed_infusion":
        whole.setdefault("duration", "40 min")
    return Regimen.model_validate(whole)


def day_of(one: Regimen) -> Quantity | Unknown:
    """What its first dose comes to in a day, at 70 kg."""
    assert one.start is not None and one.start.value is not None
    return per_day(one.start.value, one, WEIGHT)


@pytest.mark.parametrize(
    ("fields", "milligrams"),
    [
        # 0.5 mg/kg at 70 kg is 35 mg, however long ago the last dose was.
        ({}, 35),
        ({"course": {"infusions": 3, "within": "5 d"}}, 35),
        ({"course": {"infusions": 3, "spacing": "1 d"}}, 35),
        ({"course": {"infusions": 3, "spacing": "48 h"}}, 35),
        ({"course": {"infusions": 4, "spacing": "1 wk"}}, 35),
        # Two doses half an hour apart are both given on one day, and there are no more of them.
        ({"course": {"infusions": 2, "spacing": "30 min"}}, 70),
        ({"course": {"infusions": 6, "spacing": "12 h"}}, 70),
        # At 0, 10 and 20 hours there are three within a day.
        ({"course": {"infusions": 6, "spacing": "10 h"}}, 105),
        ({"course": {"spacing": "8 h", "at_most": "5 d"}}, 105),
        ({"mode": "oral", "times_per_day": 3}, 105),
        ({"mode": "oral", "every": "6 h"}, 140),
    ],
)
def test_a_day_holds_as_many_doses_as_fall_in_it(fields: dict[str, Any], milligrams: int) -> None:
    if fields.get("mode") == "oral":
        fields = {**fields, "route": "oral"}

    assert day_of(regimen(**fields)) == Quantity(milligrams, "mg/d")


def test_doses_by_mouth_without_their_number_are_not_known() -> None:
    assert isinstance(day_of(regimen(mode="oral", route="oral")), Unknown)
