"""All that is known at one instant: an effect that ended later has not ended yet, and two values contradict each other."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from adjuvant.protocol import Situation
from adjuvant.protocol.situation import Effect, WeightReading
from adjuvant.quantity import parse_quantity
from bedside import BEGINS, Chart

HOUR = timedelta(hours=1)


def test_an_effect_that_ended_later_lasts_still_and_keeps_all_else() -> None:
    sick = Effect("nausea", BEGINS, True, Fraction(2), BEGINS + 2 * HOUR, "row 7")
    facts = Chart().but(effects=(sick,)).facts
    assert Situation.at(BEGINS + HOUR, facts).facts.effects == (
        Effect("nausea", BEGINS, True, Fraction(2), None, "row 7"),
    )
    assert Situation.at(BEGINS + 2 * HOUR, facts).facts.effects == (sick,)
    assert Situation.at(BEGINS + 3 * HOUR, facts).facts.effects == (sick,)
    assert Situation.at(BEGINS - HOUR, facts).facts.effects == ()


def test_two_weights_of_one_kind_and_moment_contradict_each_other() -> None:
    def said(*weights: WeightReading) -> tuple[str, ...]:
        return Situation.at(BEGINS, Chart().but(weights=weights).facts).contradictions()

    first, second = (
        WeightReading(BEGINS, parse_quantity("70 kg")),
        WeightReading(BEGINS, parse_quantity("72 kg")),
    )
    assert said(first, second) == (
        "two actual weights are charted for 2026-03-02T08:00:00+00:00: 70 kg and 72 kg",
    )
    assert said(first, WeightReading(BEGINS, parse_quantity("70000 g"))) == ()
    assert said(first, WeightReading(BEGINS, parse_quantity("60 kg"), "ideal")) == ()
    assert said(first, WeightReading(BEGINS - HOUR, parse_quantity("72 kg"))) == ()
