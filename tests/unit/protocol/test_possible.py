"""Bounds that must hold at once, against the line of numbers: what leaves something is taken, what leaves nothing is not."""

from __future__ import annotations

from typing import Any

import pytest

from adjuvant.protocol.possible import why_never
from adjuvant.protocol.predicate import All

CONTRARY = "asks for something and for its contrary at once"


def never(*parts: dict[str, Any]) -> str:
    return why_never(All.model_validate({"all": parts}))


def pain(**bounds: Any) -> dict[str, Any]:
    return {"measure": "pain", **bounds}


# Each pair of bounds on whole numbers, with what is left between them.
LEFT = [
    ((pain(above=4), pain(below=6)), True),
    ((pain(above=6), pain(below=4)), False),
    ((pain(above=4), pain(below=4)), False),
    ((pain(**{"from": 4}), pain(below=4)), False),
    ((pain(above=4), pain(up_to=4)), False),
    ((pain(**{"from": 4}), pain(up_to=4)), True),  # four itself
    ((pain(**{"from": 5}), pain(up_to=4)), False),
    ((pain(above=4),), True),
    ((pain(below=4), pain(up_to=4)), True),
    ((pain(above=4), pain(**{"from": 6})), True),
    # The strictest of several counts, in whatever order they stand.
    ((pain(**{"from": 4}), pain(above=4), pain(up_to=4)), False),
    ((pain(above=4), pain(**{"from": 4}), pain(up_to=4)), False),
    ((pain(up_to=4), pain(below=4), pain(**{"from": 4})), False),
    ((pain(below=4), pain(up_to=4), pain(**{"from": 4})), False),
    ((pain(above=2), pain(above=5), pain(below=4)), False),
    ((pain(above=5), pain(above=2), pain(below=4)), False),
    ((pain(below=8), pain(below=3), pain(above=4)), False),
    ((pain(below=3), pain(below=8), pain(above=4)), False),
    ((pain(**{"from": 2}), pain(above=1), pain(up_to=2)), True),
    ((pain(up_to=2), pain(below=3), pain(**{"from": 2})), True),
    # A list within the list must hold too; one of several need not.
    ((pain(above=6), {"all": [pain(below=4)]}), False),
    ((pain(above=6), {"any": [pain(below=4), pain(above=8)]}), True),
    # Another figure is another line.
    ((pain(above=6), {"measure": "pain_worst", "below": 4}), True),
    ((pain(above=6), pain(below=4, statistic="mean", within="24 h")), True),
    ((pain(above=6, within="8 h"), pain(below=4, within="24 h")), True),
    ((pain(above=6, within="8 h"), pain(below=4, within="8 h")), False),
    ((pain(above=6), pain(below=4, of="fall_from_baseline")), True),
    # The goal is the patient's, and may be anything; what follows it counts all the same.
    ((pain(above="goal"), pain(below="goal")), True),
    ((pain(above="goal"), pain(above=6), pain(below=4)), False),
]  # fmt: skip


@pytest.mark.hazard("H-043")
@pytest.mark.parametrize(("parts", "left"), LEFT)
def test_bounds_that_leave_nothing_between_them_can_never_hold(
    parts: tuple[dict[str, Any], ...], left: bool
) -> None:
    assert never(*parts) == ("" if left else "no pain can keep all the bounds that must hold at once")


def test_bounds_in_different_units_are_compared_as_what_they_are() -> None:
    weight = "body_weight"
    assert never({"measure": weight, "above": "60000 g"}, {"measure": weight, "below": "50 kg"})
    assert not never({"measure": weight, "above": "40000 g"}, {"measure": weight, "below": "50 kg"})
    rise = {"measure": "systolic", "of": "percent_rise_from_baseline"}
    assert never({**rise, "from": "20 %"}, {**rise, "below": "20 %"})


@pytest.mark.parametrize(
    "unknown", [{"measure": "sadness", "above": "5 mg"}, {"measure": "systolic", "above": "5 mg"}]
)
def test_a_bound_that_cannot_be_told_rules_nothing_out(unknown: dict[str, Any]) -> None:
    assert never(unknown, {**unknown, "above": None, "below": "1 mg"}) == ""
    assert never(unknown, pain(above=6), pain(below=4)) != ""


TOLD: list[dict[str, Any]] = [
    {"event": "hallucination"}, {"condition": "psychosis"}, {"taken": "morphine"}, {"attested": "consent", "question": "?"},
]  # fmt: skip


@pytest.mark.parametrize("asked", TOLD)
def test_what_is_asked_for_and_denied_can_never_hold_wherever_its_sources_are(asked: dict[str, Any]) -> None:
    denied = {"not": {**asked, "citation": "park2025", "provenance": "read", "note": "n"}}
    assert never(asked, denied) == never(denied, asked) == CONTRARY
    assert never(pain(above=4), {"all": [asked]}, denied) == CONTRARY
    assert never(asked, asked) == ""
    assert never(asked, {"any": [denied, pain(above=4)]}) == ""


def test_what_differs_in_anything_is_no_contrary() -> None:
    assert never({"event": "hallucination"}, {"not": {"event": "hallucination", "grade": 3}}) == ""
    assert never({"condition": "psychosis"}, {"not": {"condition": "psychosis", "state": "history"}}) == ""
    assert never({"taken": "morphine"}, {"not": {"event": "hallucination"}}) == ""
    assert never(pain(above=4), {"not": pain(above=4)}) == ""  # its own bounds are looked at, and no more
