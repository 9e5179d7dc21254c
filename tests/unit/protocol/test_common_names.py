"""Common names in rules: an effect that includes others, and a kind of drugs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from adjuvant.library.vocabulary import effects_named
from adjuvant.protocol.judge import Context, judge
from adjuvant.protocol.predicate import Event, Taken
from adjuvant.protocol.situation import Effect, Facts, Situation
from adjuvant.unknown import Unknown

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
PSYCHOTOMIMETIC = Event(event="psychotomimetic_effect")


def asked(predicate: Event | Taken, *effects: Effect, **facts: object) -> object:
    known = Facts(patient="p1", zone="UTC", effects=effects, **facts)  # type: ignore[arg-type]
    return judge(predicate, Situation.at(NOW, known), Context()).answer


def test_one_effect_that_is_there_makes_the_common_name_true() -> None:
    assert asked(PSYCHOTOMIMETIC, Effect("vivid_dreams", NOW - HOUR, True)) is True


def test_one_that_is_not_there_says_nothing_of_the_others() -> None:
    assert isinstance(asked(PSYCHOTOMIMETIC, Effect("vivid_dreams", NOW - HOUR, False)), Unknown)


def test_a_no_to_the_common_name_is_a_no() -> None:
    assert asked(PSYCHOTOMIMETIC, Effect("psychotomimetic_effect", NOW - HOUR, False)) is False


def test_a_no_to_each_of_them_is_a_no() -> None:
    members = effects_named("psychotomimetic_effect") - {"psychotomimetic_effect"}
    assert asked(PSYCHOTOMIMETIC, *(Effect(key, NOW - HOUR, False) for key in members)) is False


def test_a_yes_to_one_outweighs_a_later_no_to_the_common_name() -> None:
    both = (
        Effect("hallucination", NOW - 2 * HOUR, True),
        Effect("psychotomimetic_effect", NOW - HOUR, False),
    )
    assert asked(PSYCHOTOMIMETIC, *both) is True


def test_an_effect_outside_the_common_name_does_not_count() -> None:
    assert isinstance(asked(PSYCHOTOMIMETIC, Effect("nausea", NOW - HOUR, True)), Unknown)


@pytest.mark.parametrize(("drug", "kind"), [("lorazepam", "benzodiazepine"), ("morphine", "opioids")])
def test_a_drug_answers_for_its_kind_and_its_class(drug: str, kind: str) -> None:
    assert asked(Taken(taken=kind), taken=((drug, NOW - HOUR),)) is True


def test_a_drug_of_another_kind_does_not_answer() -> None:
    known = {"taken": (("haloperidol", NOW - HOUR),), "taken_known_since": NOW - timedelta(days=3)}
    assert asked(Taken(taken="benzodiazepine"), **known) is False
