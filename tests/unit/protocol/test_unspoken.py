"""Charted conditions that the chosen protocol does not speak of, and the order in which findings are met."""

from __future__ import annotations

from datetime import UTC

import pytest

from adjuvant.cli.running import print_guidance
from adjuvant.library.vocabulary import conditions
from adjuvant.protocol import Guidance, Situation, Status, load, protocol_keys
from adjuvant.protocol.guidance import Issue, in_order
from adjuvant.protocol.predicate import AnyOf, Present, walk
from bedside import BEGINS, Chart, closed

WARD = "civik"


def ready(key: str) -> Chart:
    """A chart by which the protocol would begin."""
    chart = Chart().answering(closed(key).protocol).calm(-0.5)
    return chart.seen(-0.5, pain=8, pain_average=8, pain_worst=8, medd_oral=400, medd_intravenous=200)


def unspoken(guidance: Guidance) -> list[Issue]:
    return [one for one in guidance.issues if "does not speak of it" in one.words]


def asked_by(key: str) -> set[str]:
    """The conditions of a protocol's criteria, read without the module that is tested."""
    parts = (part for one in load(key).protocol.criteria for part in walk(one.when))
    return {part.condition for part in parts if isinstance(part, Present)}


def test_pregnancy_is_named_by_a_protocol_that_says_nothing_of_it_and_refuses_nothing() -> None:
    assert "pregnancy" not in asked_by(WARD)
    plain = ready(WARD).ask(closed(WARD), 0)
    found = ready(WARD).but(conditions=(("pregnancy", BEGINS, False),)).ask(closed(WARD), 0)
    assert plain.status is Status.START and unspoken(plain) == []
    assert (found.status, found.recommendations) == (plain.status, plain.recommendations)
    (issue,) = unspoken(found)
    assert issue.kind == "caution" and issue.words.startswith(
        f"Pregnancy is charted, and {WARD} does not speak of it. "
    )
    (because,) = issue.because
    source, criterion = because.rule.split(".")
    said = {one.key: one for one in load(source).protocol.criteria}[criterion]
    assert (because.text, because.citation, because.at) == (said.text, said.citation, BEGINS)
    assert said.kind == "exclude" and said.text in issue.words
    assert found.issues[0] == issue  # met before what only advises


def test_a_clinician_s_yes_counts_as_the_chart_does_and_a_no_says_nothing() -> None:
    yes = ready(WARD).answered(condition__pregnancy=True).ask(closed(WARD), 0)
    no = ready(WARD).answered(condition__pregnancy=False).ask(closed(WARD), 0)
    assert [len(unspoken(one)) for one in (yes, no)] == [1, 0]


def test_what_the_protocol_asks_itself_is_said_once() -> None:
    key = next(one for one in protocol_keys() if "pregnancy" in asked_by(one) and load(one).protocol.regimens)
    chart = ready(key).but(conditions=(("pregnancy", BEGINS, False),), answers=())
    name = next(iter(closed(key).protocol.regimens))
    assert unspoken(chart.ask(closed(key), 0, name)) == []


@pytest.mark.parametrize("key", ["hypertension", "pregnancy", "stroke"])
def test_a_condition_that_is_history_only_is_not_there(key: str) -> None:
    found = ready(WARD).but(conditions=((key, BEGINS, True),)).ask(closed(WARD), 0)
    assert unspoken(found) == []


# --- the order of findings --------------------------------------------------------------------------------


def test_what_speaks_against_comes_first_and_what_only_advises_last() -> None:
    told = [
        Issue("advisory", "a"),
        Issue("modifier", "b"),
        Issue("caution", "c", against=True),
        Issue("step", "d"),
    ]
    assert "".join(one.words for one in in_order(told)) == "cbda"


def test_avoid_ketamine_stands_before_every_finding_that_does_not_speak_against_it() -> None:
    found = ready(WARD).but(conditions=(("severe_liver_disease", BEGINS, False),)).ask(closed(WARD), 0)
    kinds = [(one.against, one.kind) for one in found.issues]
    assert kinds == sorted(kinds, key=lambda one: not one[0])
    assert "Avoid ketamine" in " ".join(one.words for one in found.issues if one.against)


def test_what_speaks_against_is_printed_between_the_headline_and_the_dose(
    capsys: pytest.CaptureFixture[str],
) -> None:
    chart = ready(WARD).but(conditions=(("pregnancy", BEGINS, False),))
    situation = Situation.at(BEGINS, chart.facts)
    print_guidance(chart.ask(closed(WARD), 0), closed(WARD), situation, UTC)
    printed = " ".join(capsys.readouterr().out.split())
    places = [printed.index(words) for words in ("START", "Caution: Pregnancy is charted", "Start with")]
    assert places == sorted(places)


def minding(key: str) -> dict[str, str]:
    """By protocol of the library, the gravest kind by which it minds a condition by itself, read anew."""
    order = ("exclude", "relative", "caution", "needs_test")
    found: dict[str, str] = {}
    for name in protocol_keys():
        for one in load(name).protocol.criteria:
            options = one.when.any if isinstance(one.when, AnyOf) else (one.when,)
            alone = any(
                isinstance(part, Present) and part.condition == key and part.state == "present"
                for part in options
            )
            if alone and one.kind in order:
                found[name] = min(found.get(name, one.kind), one.kind, key=order.index)
    return found


@pytest.mark.parametrize("key", ["pregnancy", "raised_intracranial_pressure", "severe_liver_disease"])
def test_it_names_who_minds_it_most_how_many_more_do_and_what_was_charted(key: str) -> None:
    minds = minding(key)
    assert key not in asked_by(WARD) and len(minds) > 1
    found = ready(WARD).but(conditions=((key, BEGINS, False),)).ask(closed(WARD), 0)
    (issue,) = unspoken(found)
    (because,) = issue.because
    source = because.rule.partition(".")[0]
    order = ("exclude", "relative", "caution", "needs_test")
    assert minds[source] == min(minds.values(), key=order.index)
    assert issue.words.endswith(f" {len(minds) - 1} more of the library mind it.")
    title = conditions()[key].title
    assert because.seen == f"{title} is in the record"
    said = {one.key: one for one in load(source).protocol.criteria}[because.rule.partition(".")[2]]
    assert because.provenance is said.provenance
    assert issue.against


def test_two_conditions_are_named_both_and_one_that_is_asked_hides_none() -> None:
    two = (("pregnancy", BEGINS, False), ("glaucoma", BEGINS, False))
    found = unspoken(ready(WARD).but(conditions=two).ask(closed(WARD), 0))
    names = sorted(one.words.partition(" is charted")[0] for one in found)
    assert names == ["Glaucoma", "Pregnancy"]
    history = (("pregnancy", BEGINS, True), ("glaucoma", BEGINS, False))
    assert len(unspoken(ready(WARD).but(conditions=history).ask(closed(WARD), 0))) == 1


def test_where_one_source_alone_minds_it_no_others_are_counted() -> None:
    single = [key for key in conditions() if len(minding(key)) == 1 and key not in asked_by(WARD)]
    assert single
    for key in single[:3]:
        found = unspoken(ready(WARD).but(conditions=((key, BEGINS, False),)).ask(closed(WARD), 0))
        assert [one for one in found if "more of the library" in one.words] == []
        (issue,) = found
        assert issue.words.endswith(issue.because[0].text)


def test_of_every_condition_the_gravest_voice_is_the_one_that_is_named() -> None:
    order = ("exclude", "relative", "caution", "needs_test")
    for key in conditions():
        minds = minding(key)
        if not minds or key in asked_by(WARD):
            continue
        found = unspoken(ready(WARD).but(conditions=((key, BEGINS, False),)).ask(closed(WARD), 0))
        sources = {
            one.because[0].rule.partition(".")[0]: one
            for one in found
            if one.words.startswith(conditions()[key].title)
        }
        ((source, _),) = sources.items()
        assert minds[source] == min(minds.values(), key=order.index), key


def test_a_condition_that_the_protocol_asks_of_hides_no_other() -> None:
    minded = [key for key in conditions() if minding(key)]
    key = next(
        one for one in protocol_keys() if load(one).protocol.regimens and asked_by(one) & set(minded[:-5])
    )  # fmt: skip
    charted = tuple((one, BEGINS, False) for one in minded)
    name = next(iter(closed(key).protocol.regimens))
    found = unspoken(ready(key).but(conditions=charted).ask(closed(key), 0, name))
    others = {conditions()[one].title for one in minded if one not in asked_by(key)}
    assert {one.words.partition(" is charted")[0] for one in found} == others


def test_a_clinician_s_yes_brings_what_others_advise_of_such_patients() -> None:
    found = ready(WARD).answered(condition__severe_liver_disease=True).ask(closed(WARD), 0)
    assert any("Avoid ketamine" in one.words for one in found.issues if one.kind == "modifier")
