"""Every line that is shown of a protocol, word by word, of one that says everything once and of one that says nothing."""

from __future__ import annotations

from typing import Any

import pytest

from adjuvant.citation import Provenance
from adjuvant.library import responses
from adjuvant.library.vocabulary import interactions
from adjuvant.protocol import Protocol, limits, load
from adjuvant.protocol.facts import fact_lines, modifier_words
from adjuvant.protocol.guardrail import Modifier
from adjuvant.protocol.reading import inherit
from written import plain

PAIN = {"measure": "pain", "from": 4}
DRIP = {"title": "A drip", "route": "intravenous", "mode": "continuous_infusion", "start": "5 mg/h"}
OWN = {"citation": "hardy2012", "provenance": "assumed"}


def lines(heading: str, **fields: Any) -> list[str]:
    """What stands under one heading; every part of the protocol cites the same source but those that say another."""
    return dict(fact_lines(sourced(**fields)))[heading]


def sourced(**fields: Any) -> Protocol:
    return inherit(plain(**fields), "park2025", Provenance.READ)


def test_a_protocol_that_says_nothing_has_no_headings_and_one_that_says_all_has_all_in_order() -> None:
    assert fact_lines(sourced()) == []
    whole = sourced(
        criteria=({"key": "k", "kind": "include", "text": "Adults.", "when": PAIN},), regimens={"drip": DRIP},
        weight={"kind": "actual"}, rules=({"key": "k", "kind": "stop", "text": "Stop.", "when": PAIN},),
        monitoring=({"items": ("pain",), "continuous": True},), companions=({"role": "rescue", "drug": "midazolam"},),
        interactions=("benzodiazepine",), opioids={"statement": "Nothing."}, preparation=({"printed": "Mix."},),
        authority=({"act": "start", "who": ("a doctor", "a nurse")},), responses=("civik_cr_published",),
        results=({"says": "It helped."},), follow_up=({"says": "Call."},),
        conflicts=({"about": "Dose", "statements": ({"says": "a"}, {"says": "b"})},),
        absent=({"field": "course", "text": "No."},),
    )  # fmt: skip
    assert [heading for heading, _ in fact_lines(whole)] == [
        "Who may have it", "Giving it: A drip (drip)", "Smaller starts and more care, which change no dose here",
        "Body weight", "Rules", "What is observed", "Beside ketamine", "Drugs that meet ketamine", "Opioids",
        "Preparation", "Who may act", "What counts as a response", "Results", "Afterwards", "Sources disagree",
        "Not given by the source",
    ]  # fmt: skip
    found = dict(fact_lines(whole))
    assert found["Who may act"] == ["start: a doctor, a nurse [park2025]"]
    assert found["Results"] == ["It helped. [park2025]"]


@pytest.mark.parametrize(
    ("kind", "head"),
    [
        ("include", "Must"), ("exclude", "Must not"), ("relative", "Must not, unless a clinician weighs it"),
        ("caution", "Caution"), ("needs_test", "Test first"),
    ],
)  # fmt: skip
def test_each_kind_of_criterion_says_what_it_asks(kind: str, head: str) -> None:
    criterion = {
        "key": "k",
        "kind": kind,
        "text": "Consent.",
        "when": {"attested": "c", "question": "?"},
        **OWN,
    }
    assert lines("Who may have it", criteria=(criterion,)) == [f"{head}: Consent. [hardy2012, assumed]"]


@pytest.mark.parametrize(
    ("when", "read"),
    [
        (PAIN, " Read as: pain, 0 to 10 at least 4."),
        ({"event": "hallucination"}, " Read as: hallucination."),
        ({"taken": "morphine", "within": "24 h"}, " Read as: morphine within 24 h."),
        ({"taken": "morphine"}, ""),
        ({"condition": "psychosis"}, ""),
        ({"condition": "psychosis", "note": "By history."}, " By history."),
        (
            {"not": {**PAIN, "note": "One."}, "note": "Two."},
            " Read as: not (pain, 0 to 10 at least 4). Two. One.",
        ),
    ],
)
def test_what_the_program_asks_is_shown_where_a_figure_or_an_effect_decides(when: Any, read: str) -> None:
    rule = {"key": "k", "kind": "stop", "text": "Stop\n it.", "when": when}
    assert lines("Rules", rules=(rule,)) == [f"Stop: Stop it.{read} [park2025]"]


def test_a_rule_says_by_how_much_for_how_long_whom_who_and_where() -> None:
    asks = {"attested": "c", "question": "?"}
    base = {"key": "k", "text": "T.", "when": asks, "note": "n"}
    way = {"drip": DRIP}
    found = lines(
        "Rules", regimens=way,
        rules=(
            {**base, "kind": "reduce", "reduce_by": "33 %"}, {**base, "kind": "pause", "resume_after": "1 h"},
            {**base, "kind": "call", "call": "the team"},
            {**base, "kind": "futility", "who": ("a nurse", "a doctor"), "regimens": ("drip", "other")},
        ),
    )  # fmt: skip
    assert found == [
        "Reduce: T. Lower by 33 %. (n) [park2025]",
        "Pause: T. Judge it again after 1 h. (n) [park2025]",
        "Call: T. Call: the team. (n) [park2025]",
        "Futility: T. Who: a nurse, a doctor. Only under: drip, other. (n) [park2025]",
    ]


def test_what_is_observed_names_its_way_and_the_scale_of_effects() -> None:
    groups = (
        {"items": ("pain",), "continuous": True},
        {"items": ("pain",), "once": "before", "regimens": ("drip", "other")},
    )
    grading = {"scale": "Own scale", **OWN}
    heading = "What is observed"
    assert lines(heading, monitoring=groups, grading=grading) == [
        "Pain, 0 to 10: continuously [park2025]",
        "Pain, 0 to 10: once, before the dose (only under drip, other) [park2025]",
        "Grades of unwanted effects: Own scale [hardy2012, assumed]",
    ]
    assert lines(heading, grading={**grading, "every": "4 h"}) == [
        "Grades of unwanted effects: Own scale, every 4 h [hardy2012, assumed]"
    ]


def test_a_drug_beside_ketamine_says_all_that_its_source_says_of_it() -> None:
    found = lines(
        "Beside ketamine",
        companions=(
            {"role": "premedication", "drug": "midazolam"},
            {
                "role": "rescue", "drug": "haloperidol", "dose": {"value": "1 mg", "printed": "1000 ug"}, "route": "oral",
                "printed": "at night", "alternative_to": "midazolam", "incompatible_in_line": True, "note": "n", **OWN,
            },
        ),
    )  # fmt: skip
    assert found == [
        "Premedication: midazolam [park2025]",
        (
            "Rescue: haloperidol 1 mg, printed as 1000 ug, oral, at night, or instead of midazolam; it must not meet "
            "ketamine in one line (n) [hardy2012, assumed]"
        ),
    ]


def test_a_drug_that_meets_ketamine_is_told_by_its_title_or_as_it_stands() -> None:
    key, known = next(iter(interactions().items()))
    found = lines("Drugs that meet ketamine", interactions=(key, "sunlight"))
    assert found == [f"{known.title} [park2025]", "sunlight [park2025]"]


def test_the_opioids_are_told_line_by_line() -> None:
    assert lines("Opioids", opioids={"statement": "Cut them.", "note": "n", **OWN}) == [
        "Cut them. (n) [hardy2012, assumed]"
    ]
    full = {
        "statement": "Cut them.", "cut": ("25 %", "50 %"), "observed_cut": "30 %", "increase": "10 %",
        "stop_drugs": ("methadone", "fentanyl"), "review_after": "24 h",
        "rotation": {"of": "morphine", "to": "methadone", "reduce_by": "25 %", "printed": "slowly", **OWN},
    }  # fmt: skip
    assert lines("Opioids", opioids=full) == [
        "Cut them. [park2025]",
        "Cut at the start: 25 % or 50 % [park2025]",
        "Cut that was observed: 30 % [park2025]",
        "Rise that is allowed: 10 % [park2025]",
        "Stopped first: methadone, fentanyl [park2025]",
        "Reviewed after: 24 h [park2025]",
        "Rotation from morphine to methadone, lowered by 25 %; slowly [hardy2012, assumed]",
    ]
    bare = {"statement": "Cut them.", "rotation": {"of": "morphine", "to": "methadone"}}
    assert lines("Opioids", opioids=bare)[1:] == ["Rotation from morphine to methadone [park2025]"]


def test_a_preparation_is_told_part_by_part() -> None:
    full = {
        "concentration": ("1 mg/mL", "2 mg/mL"), "printed": "Mix.", "diluents": ("saline", "glucose"),
        "vials": ("10 mg/mL", "50 mg/mL"), "compatible": ("morphine", "midazolam"), "incompatible": ("a", "b"),
        "ask": ("c", "d"), "storage": "Cool.", "note": "n",
    }  # fmt: skip
    assert lines("Preparation", preparation=(full, {"storage": "Dark."})) == [
        (
            "1 mg/mL; 2 mg/mL; Mix.; in saline, glucose; vials of 10 mg/mL, 50 mg/mL; may meet morphine, midazolam; must not "
            "meet a, b; ask before it meets c, d; Cool. (n) [park2025]"
        ),
        "Dark. [park2025]",
    ]


def test_what_comes_afterwards_says_when_where_its_source_does() -> None:
    follow_up = ({"says": "Call."}, {"says": "See.", "after": {"low": "1 d", "high": "2 d"}, **OWN})
    assert lines("Afterwards", follow_up=follow_up) == [
        "Call. [park2025]", "See. Asked for 1 d to 2 d after the end. [hardy2012, assumed]",
    ]  # fmt: skip


def test_both_sides_of_a_conflict_stand_in_one_line_each_with_its_source() -> None:
    statements = ({"says": "10 mg", "note": "n"}, {"says": "20 mg", **OWN})
    assert lines("Sources disagree", conflicts=({"about": "Dose", "statements": statements},)) == [
        "Dose: 10 mg (n) [park2025] | 20 mg [hardy2012, assumed]"
    ]


OPIOIDS = "opioids: What is done with them is not written here; plan it before ketamine begins."


def test_what_is_absent_ends_with_the_opioids_where_nothing_is_said_of_them() -> None:
    heading = "Not given by the source"
    absent = ({"field": "course", "text": "How long."},)
    assert lines(heading, absent=absent) == ["course: How long."]  # without a dose there is nothing to plan
    assert lines(heading, absent=absent, regimens={"a": DRIP}) == ["course: How long.", OPIOIDS]
    assert lines(heading, absent=absent, regimens={"a": DRIP}, opioids={"statement": "s"}) == [
        "course: How long."
    ]
    told = ({"field": "what is done with opioids", "text": "No."},)
    assert lines(heading, absent=told, regimens={"a": DRIP}) == ["what is done with opioids: No."]


@pytest.mark.parametrize(
    ("weight", "words"),
    [
        ({"kind": "actual"}, "Actual weight"),
        ({"kind": "ideal"}, "Ideal weight"),
        ({"kind": "lower_of_ideal_and_actual"}, "The lower of ideal and actual weight"),
        ({"kind": "not_stated"}, "Doses are per kilogram; which weight is meant is not said"),
        (
            {"kind": "actual", "cap": "100 kg", "no_older_than": "7 d"},
            "Actual weight, counted up to 100 kg, no older than 7 d",
        ),
    ],
)
def test_a_weight_is_told_with_its_cap_and_its_age_and_of_which_way(weight: Any, words: str) -> None:
    other = {**DRIP, "weight": weight}
    assert lines("Body weight", weight=weight, regimens={"a": DRIP}) == [f"{words} [park2025]"]
    assert lines("Body weight", regimens={"a": DRIP, "b": other}) == [f"Under b: {words} [park2025]"]
    loading = {**other, "start": None, "loading": {"dose": "5 mg"}}
    assert lines("Body weight", regimens={"b": loading}) == [f"Under b: {words} [park2025]"]
    assert lines("Body weight", weight=weight, regimens={"b": {**loading, "weight": None}}) == [
        f"{words} [park2025]"
    ]


def test_a_weight_of_no_dose_is_not_told_but_that_a_way_uses_none_is() -> None:
    unused, none = {**DRIP, "weight": {"kind": "not_used"}}, {**DRIP, "start": None}
    assert lines("Body weight", weight={"kind": "actual"}, regimens={"a": DRIP, "b": unused}) == [
        "Actual weight [park2025]", "Under b: no dose is per kilogram [park2025]",
    ]  # fmt: skip
    for weight, ways in (
        ("not_used", {"a": DRIP}), ("actual", {"a": none}), ("actual", {}),
        ("actual", {"a": {**none, "weight": {"kind": "actual"}}}),
    ):  # fmt: skip
        assert "Body weight" not in dict(fact_lines(sourced(weight={"kind": weight}, regimens=ways)))


def modifier(**fields: Any) -> Modifier:
    whole: dict[str, Any] = {"who": "frail", "title": "Frail", "advice": "Begin\n lower.", "citation": "park2025", "provenance": "read", **fields}  # fmt: skip
    return Modifier.model_validate(whole)


def test_whom_a_modifier_means_what_it_gives_and_by_which_route() -> None:
    assert modifier_words(modifier()) == "Frail: Begin lower. [park2025]"
    full = modifier(when={"condition": "frailty"}, start="30 mg/d", routes=("subcutaneous", "oral"), note="n")
    assert modifier_words(full) == (
        "Frail, that is frailty: Begin lower. Start: 30 mg/d. By this route only: subcutaneous, oral. (n) [park2025]"
    )


def test_a_modifier_is_shown_by_its_own_route_its_own_source_first_and_for_the_drug_that_it_is_of(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = {
        "any": modifier(title="Any", citation="hardy2012"),
        "vein": modifier(title="Vein", routes=("intravenous",), citation="hardy2012"),
        "mouth": modifier(title="Mouth", routes=("oral",), citation="hardy2012"),
        "own": modifier(title="Own"),
    }
    monkeypatch.setattr(limits, "modifiers", lambda: known)
    heading = "Smaller starts and more care, which change no dose here"
    found = lines(heading, regimens={"a": DRIP})
    assert [one.split(":")[0] for one in found] == ["Own", "Any", "Vein"]
    assert heading not in dict(fact_lines(sourced()))
    assert heading not in dict(fact_lines(sourced(drug="esketamine", regimens={"a": DRIP})))


def test_a_response_that_was_not_read_at_its_source_says_so() -> None:

    known = {one.key: one for one in responses()}
    shown = dict(fact_lines(load("hardy_burst").protocol))["What counts as a response"]
    assert known["hardy2012"].provenance.label
    (line,) = [one for one in shown if one.startswith("hardy2012: ")]
    assert line.endswith(f", {known['hardy2012'].provenance.label}]")
