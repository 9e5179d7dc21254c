"""All that is known at one instant: an effect that ended later has not ended yet, and two values contradict each other."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest

from adjuvant.errors import QuantityError
from adjuvant.protocol import Situation
from adjuvant.protocol.situation import Answer, Effect, WeightReading
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


def test_what_does_not_change_with_time_is_kept_as_it_is() -> None:
    facts = Chart().but(patient="P", zone="Europe/Berlin", sex="female", hypothetical="as if").facts
    known = Situation.at(BEGINS, facts).facts
    assert (known.patient, known.zone, known.sex, known.synthetic) == ("P", "Europe/Berlin", "female", True)
    assert (known.age_years, known.goal, known.hypothetical) == (61, 3, "as if")
    assert known.taken_known_since == facts.taken_known_since


def test_a_condition_and_a_drug_are_known_from_their_very_instant_on() -> None:
    facts = Chart().but(conditions=(("stroke", BEGINS, False),), taken=(("morphine", BEGINS),)).facts
    known = Situation.at(BEGINS, facts).facts
    assert (known.conditions, known.taken) == ((("stroke", BEGINS, False),), (("morphine", BEGINS),))
    before = Situation.at(BEGINS - timedelta(microseconds=1), facts).facts
    assert (before.conditions, before.taken) == ((), ())


def test_yes_and_no_at_one_moment_contradict_each_other_and_a_later_word_does_not() -> None:
    def said(*answers: tuple[bool, float]) -> tuple[str, ...]:
        given = tuple(Answer("consent", yes, BEGINS + hours * HOUR, "Dr Invented") for yes, hours in answers)
        return Situation.at(BEGINS + 9 * HOUR, Chart().but(answers=given).facts).contradictions()

    assert said((True, 0), (False, 0)) == ("consent is answered yes and no at 2026-03-02T08:00:00+00:00",)
    assert said((True, 0), (True, 0)) == said((True, 0), (False, 1)) == said((True, 0)) == ()


def test_a_weight_that_is_no_mass_is_refused_by_its_name() -> None:
    with pytest.raises(QuantityError, match="body weight 70 cm: measures length, not mass"):
        WeightReading(BEGINS, parse_quantity("70 cm"))
