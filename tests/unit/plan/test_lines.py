"""What may meet ketamine in one line: the protocol, the label and the interactions, each named with its source."""

from __future__ import annotations

from dataclasses import replace

from adjuvant.library.vocabulary import interactions
from adjuvant.plan import InTheLine
from adjuvant.plan.lines import in_the_line
from adjuvant.protocol.model import Companion, Preparation, Protocol
from bedside import BEGINS
from infusions import founding, situation


def prepared(*made: dict[str, object]) -> Protocol:
    """The founding protocol, with what a preparation says of other drugs."""
    parts = tuple(Preparation.model_validate({"printed": "as printed", **one}) for one in made)
    return founding().protocol.model_copy(update={"preparation": parts})


def found(protocol: Protocol, *taken: str) -> InTheLine:
    seen = situation(founding())
    facts = replace(seen.facts, taken=tuple((drug, BEGINS) for drug in taken))
    return in_the_line(protocol, replace(seen, facts=facts))


def test_each_drug_stands_once_with_the_source_that_named_it_first() -> None:
    line = found(
        prepared(
            {
                "incompatible": ["diazepam"],
                "ask": ["midazolam"],
                "compatible": ["haloperidol"],
                "citation": "rcht",
            },
            {"ask": ["midazolam"], "compatible": ["morphine"], "citation": "cheo"},
        )
    )
    assert line.never == (("diazepam", "rcht"),)  # and not again by the label
    assert line.ask == (("midazolam", "rcht"),)
    assert line.may == (("haloperidol", "rcht"), ("morphine", "cheo"))


def test_what_must_never_meet_it_is_not_among_what_may() -> None:
    """One source lets diazepam into the line; the label keeps it apart, and the stricter word stands."""
    line = found(prepared({"compatible": ["diazepam", "haloperidol"]}))
    assert line.may == (("haloperidol", ""),)
    assert line.never == (("diazepam", "ketamine_label_legacy"),)


def test_what_a_preparation_says_without_a_source_has_none_made_up() -> None:
    line = found(prepared({"incompatible": ["x"], "ask": ["midazolam"]}))
    assert line.never[0] == ("x", "") and line.ask == (("midazolam", ""),)


def test_a_class_that_must_never_meet_it_keeps_each_of_its_drugs_from_what_may() -> None:
    line = found(prepared({"incompatible": ["barbiturates"], "compatible": ["phenobarbital", "haloperidol"]}))
    assert [name for name, _ in line.may] == ["haloperidol"]


def test_a_drug_that_is_given_beside_it_meets_it_unless_its_source_keeps_it_apart() -> None:
    apart = {"role": "rescue", "drug": "haloperidol", "incompatible_in_line": True, "citation": "rcht"}
    beside = {"role": "rescue", "drug": "midazolam", "citation": "rcht"}
    given = tuple(
        Companion.model_validate(one) for one in (apart, beside, {**apart, "drug": "x", "citation": None})
    )
    line = found(prepared({"compatible": ["haloperidol"]}).model_copy(update={"companions": given}))
    assert line.never == (("haloperidol", "rcht"), ("x", ""), ("diazepam", "ketamine_label_legacy"))
    assert line.may == ()


def test_an_interaction_is_told_with_the_drugs_that_the_patient_takes_and_no_others() -> None:
    one = next(iter(interactions().values()))
    first, *others = sorted(one.drugs)
    (text, source), *_ = [pair for pair in found(prepared(), first).taken if pair[1] == one.citation.key]
    assert text == f"{one.title} ({first}): {one.effect} {one.advice}".strip()
    assert source == one.citation.key
    if others:
        (both, _), *_ = [pair for pair in found(prepared(), first, others[0]).taken if pair[1] == source]
        assert f"({', '.join(sorted((first, others[0])))})" in both
    assert found(prepared()).taken == ()
