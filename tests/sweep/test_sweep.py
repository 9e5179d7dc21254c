"""The sweep finds nothing wrong in a few hundred situations, repeats itself, and notices an engine that was broken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import ROUND_CEILING, Decimal
from importlib import import_module
from typing import Any

import pytest

import sweep.cases
from adjuvant.protocol import Status
from adjuvant.protocol.capping import Capped
from adjuvant.quantity import Quantity
from sweep.book import ways
from sweep.cases import play
from sweep.covered import enough_for_all
from sweep.draw import edges
from sweep.run import sweep as swept

FEW = 11
"""Situations of each regimen."""


@pytest.mark.hazard("H-003", "H-046")
def test_a_few_hundred_random_situations_break_no_law_and_reach_every_decision(
    record_property: Callable[[str, object], None],
) -> None:
    found = swept(FEW * len(ways()), seed=3)
    record_property("figure", str(found))
    assert [(one.number, one.faults) for one in found.broken] == []
    assert found.missed == []


def test_a_situation_is_the_same_alone_and_over_any_number_of_workers() -> None:
    together, apart = swept(60, seed=5), swept(60, seed=5, workers=2)
    assert together.seen == apart.seen
    alone = play(5, 41, whole=True)
    play(5, 7)
    assert play(5, 41, whole=True).story == alone.story
    assert play(6, 41, whole=True).story != alone.story


def test_a_sweep_that_withholds_everything_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    right = sweep.cases.evaluate

    def shy(*args: Any) -> Any:
        return replace(right(*args), status=Status.WITHHELD, recommendations=(), judged=())

    monkeypatch.setattr(sweep.cases, "evaluate", shy)
    found = swept(2 * len(ways()))
    assert not found.broken
    assert {"decision start", "decision raise", "plan"} <= set(found.missed)


def test_a_large_sweep_must_meet_every_threshold_from_both_sides() -> None:
    assert enough_for_all() < 10**6
    assert all({one.side for one in edges(way)} == {-1, 0, 1} for way in ways())
    assert sum(len(edges(way)) for way in ways()) > 1000


def test_every_threshold_is_played_at_its_site_though_some_situations_have_none() -> None:
    """Every tenth without a site were always the same three of the thirty thresholds of a regimen, never met so."""
    place, way = next((n, one) for n, one in enumerate(ways()) if len(edges(one)) % 10 == 0)
    number, turns = len(edges(way)), range(4 * len(edges(way)))
    played = {turn % number for turn in turns if play(1, turn * len(ways()) + place).title == way.title}
    assert played == set(range(number))


# --- an engine that was broken on purpose -----------------------------------------------------------------------


def _up(value: Decimal, step: Decimal) -> Decimal:
    return (value / step).to_integral_value(rounding=ROUND_CEILING) * step


def _nothing(*args: object, **named: object) -> tuple[()]:
    return ()


def _none(*args: object, **named: object) -> None:
    return None


def _two_up(regimen: Any, dose: Any, weight: Any) -> Quantity | None:
    known = [one.value for one in regimen.levels]
    place = known.index(dose.value) if dose.value in known else 0
    return regimen.levels[place + 2] if place + 2 < len(known) else None


def _no_cap(regimen: Any, dose: Any, weight: Any) -> Capped:
    return Capped(dose)


def _later_too(items: Any, now: Any) -> Any:
    return tuple(sorted(items, key=lambda one: one.at))


BROKEN: dict[str, list[tuple[str, str, Any]]] = {
    "no gate": [("adjuvant.protocol.answers", "check_dose", _nothing), ("adjuvant.plan.draft", "breaches", _nothing)],
    "a rate that is rounded up": [
        ("adjuvant.plan.arithmetic", "_floor", _up), ("adjuvant.plan.preparation", "agree", _none)
    ],
    "a rate that is rounded up, before two sums": [("adjuvant.plan.arithmetic", "_floor", _up)],
    "what is missing is taken for normal": [("adjuvant.protocol.evaluate", "missing_of", _nothing)],
    "a protocol's own cap that is not applied": [
        ("adjuvant.protocol.answers", "capped", _no_cap), ("adjuvant.protocol.answers", "check_dose", _nothing)
    ],
    "a protocol's own cap that is not shown": [("adjuvant.protocol.answers", "uncapped_of", _none)],
    "two levels at once": [("adjuvant.protocol.running", "next_up", _two_up), ("adjuvant.protocol.answers", "check_dose", _nothing)],
    "an order that is not compared": [("adjuvant.plan.draft", "same_order", _none)],
    "a lower dose that nobody looks at": [("adjuvant.plan.draft", "not_lower", _nothing)],
    "a pause without an end": [("adjuvant.protocol.running", "still_paused", _none)],
    "the future is seen": [("adjuvant.protocol.situation", "_until", _later_too)],
    "a dose by the new route that is not divided": [("adjuvant.protocol.converting", "doses_per_day", lambda regimen: 1)],
    "a dose by the new route before its time": [("adjuvant.protocol.converting", "span", lambda length: timedelta(0))],
    "a weight that nobody has": [("adjuvant.protocol.premises", "weight_needed", lambda *args: "")],
    "a site's own limit that is not asked": [("adjuvant.protocol.limits", "with_own", lambda sited, rails: rails)],
    "a stop that cannot be told is not named": [("adjuvant.protocol.evaluate", "_open_too", lambda found, unsure: found)],
    "harm that was answered is forgotten with time": [("adjuvant.protocol.harm", "lowered_since", lambda *args: args)],
    "a single dose that rises before its time": [("adjuvant.protocol.running", "level_kept", lambda *args: True)],
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("fault", BROKEN)
def test_an_engine_that_is_broken_is_noticed(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name, instead in BROKEN[fault]:
        monkeypatch.setattr(import_module(module), name, instead)
    assert any(play(1, number).faults for number in range(6000)), fault
