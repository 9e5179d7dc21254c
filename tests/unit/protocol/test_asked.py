"""What is asked of a protocol is a regimen that it has and questions that it asks; all else is refused in words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from adjuvant.errors import LibraryError
from adjuvant.protocol import read_scenario
from adjuvant.protocol.asked import check_asked, check_regimen
from adjuvant.protocol.model import Protocol
from adjuvant.protocol.site import Sited
from written import plain

SCENARIO = """\
scenario: told
title: A chart
rule: None.
protocol: written
begins: "2026-03-02T08:00:00+01:00"
zone: Europe/Berlin
steps: [{at: 0 h}]
"""
WAYS = {
    name: {"title": name, "route": "intravenous", "mode": "continuous_infusion", "start": "5 mg/h"}
    for name in ("infusion", "driver")
}
ANOTHER = "name one that gives a dose (`adjuvant protocols list`)"


def asking(*questions: dict[str, Any]) -> Protocol:
    """A protocol of two regimens with a criterion for each question."""
    criteria = tuple(
        {"key": f"k{n}", "kind": "exclude", "text": "t.", "when": when} for n, when in enumerate(questions)
    )
    return plain(criteria=criteria, regimens=WAYS)


def refused(folder: Path, more: str, protocol: Protocol) -> tuple[str, str, str]:
    """Place, rule and remedy of the refusal of a scenario with these lines at its end."""
    path = folder / "told.yaml"
    path.write_text(SCENARIO + more, encoding="utf-8")
    with pytest.raises(LibraryError) as error:
        check_asked(read_scenario(path), Sited(protocol, None, {}, ""))
    return error.value.thing, error.value.rule, error.value.remedy


@pytest.mark.parametrize(
    ("kind", "rule", "use"),
    [
        (
            "guardrail", "is a guardrail, not a protocol to run: it holds limits and gives no dose",
            "; a site adopts a limit under `adopt_guardrails` of its profile",
        ),
        (
            "monitoring", "says what is observed, and is no protocol to run: it gives no dose",
            "; a site takes it up under `adopt_monitoring` of its profile",
        ),
        (
            "eligibility", "says whom ketamine is not for, and is no protocol to run: it gives no dose",
            "; a site takes it up under `adopt_criteria` of its profile",
        ),
        ("label", "is a label, not a protocol to run: it gives no dose here", ""),
        ("practice", "tells what a team did, and is no protocol to run: it gives no dose", ""),
        ("protocol", "cannot be run: its source gives no dose", ""),
    ],
)  # fmt: skip
def test_a_protocol_that_gives_no_dose_is_told_as_what_it_is_and_what_it_is_of_use_for(
    tmp_path: Path, kind: str, rule: str, use: str
) -> None:
    protocol = plain(kind=kind)
    assert refused(tmp_path, "", protocol) == ("told.yaml:4: protocol", f"'written' {rule}", ANOTHER + use)
    with pytest.raises(LibraryError) as error:
        check_regimen(protocol, None)
    assert (error.value.thing, error.value.rule, error.value.remedy) == (
        "protocol 'written'", rule, ANOTHER + use,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("regimen", "remedy"), [("infusions", "did you mean 'infusion'"), ("xyzzyqqq", "name one of them")]
)
def test_a_regimen_that_the_protocol_has_not_is_told_with_those_that_it_has(
    tmp_path: Path, regimen: str, remedy: str
) -> None:
    rule = "is no regimen of written, which has infusion, driver"
    assert refused(tmp_path, f"regimen: {regimen}\n", asking()) == (
        "told.yaml:8: regimen", f"{regimen!r} {rule}", remedy,
    )  # fmt: skip
    with pytest.raises(LibraryError) as error:
        check_regimen(asking(), regimen)
    assert (error.value.thing, error.value.rule, error.value.remedy) == (f"regimen {regimen!r}", rule, remedy)


@pytest.mark.parametrize("regimen", [None, "infusion", "driver"])
def test_a_regimen_that_it_has_and_none_at_all_may_be_asked_for(regimen: str | None) -> None:
    check_regimen(asking(), regimen)


PREGNANT = {"condition": "pregnancy"}
LORAZEPAM = {"taken": "lorazepam"}


@pytest.mark.parametrize(
    ("questions", "answers", "place", "key", "meant"),
    [
        ((PREGNANT,), "[{by: Dr A, at: 0 h, yes: [pregnancy]}]", "answers[0].yes", "pregnancy", "condition:pregnancy"),
        ((LORAZEPAM,), "[{by: Dr A, at: 0 h, no: [lorazepam]}]", "answers[0].no", "lorazepam", "taken:lorazepam"),
        (
            ({"any": (PREGNANT, LORAZEPAM)},),
            '[{by: Dr A, at: 0 h, no: ["condition:pregnancy"]}, {by: Dr A, at: 0 h, yes: [lorazepam]}]',
            "answers[1].yes", "lorazepam", "taken:lorazepam",
        ),
    ],
)  # fmt: skip
def test_an_answer_under_a_bare_name_is_told_by_which_name_it_is_asked_for(
    tmp_path: Path, questions: tuple[dict[str, Any], ...], answers: str, place: str, key: str, meant: str
) -> None:
    assert refused(tmp_path, f"answers: {answers}\n", asking(*questions)) == (
        f"told.yaml:8: {place}", f"{key!r} answers no question of this protocol", f"did you mean {meant!r}",
    )  # fmt: skip


def test_a_question_may_be_called_like_a_condition_and_its_bare_name_then_answers_it(tmp_path: Path) -> None:
    protocol = asking(PREGNANT, {"attested": "pregnancy", "question": "Is she?"}, LORAZEPAM)
    path = tmp_path / "told.yaml"
    answers = (
        'answers: [{by: Dr A, at: 0 h, yes: [pregnancy, "condition:pregnancy"], no: ["taken:lorazepam"]}]\n'
    )
    path.write_text(SCENARIO + "regimen: driver\n" + answers, encoding="utf-8")
    check_asked(read_scenario(path), Sited(protocol, None, {}, ""))


def test_an_answer_to_what_nobody_asks_is_refused_with_what_is_asked(tmp_path: Path) -> None:
    protocol = asking({"attested": "consent", "question": "Did the patient consent?"})
    _, rule, remedy = refused(tmp_path, "answers: [{by: Dr A, at: 0 h, yes: [consnet]}]\n", protocol)
    assert (rule, remedy) == ("'consnet' answers no question of this protocol", "did you mean 'consent'")
    _, rule, remedy = refused(tmp_path, "answers: [{by: Dr A, at: 0 h, no: [allergy]}]\n", protocol)
    assert remedy.startswith("use one of: another_course, consent, ")


def test_a_condition_of_the_library_may_be_answered_whether_or_not_the_protocol_asks(tmp_path: Path) -> None:
    """Another source may mind it, and the guidance then says so."""
    path = tmp_path / "told.yaml"
    path.write_text(
        SCENARIO + 'answers: [{by: Dr A, at: 0 h, yes: ["condition:psychosis"]}]\n', encoding="utf-8"
    )
    check_asked(read_scenario(path), Sited(asking(), None, {}, ""))
    _, rule, _ = refused(tmp_path, 'answers: [{by: Dr A, at: 0 h, yes: ["condition:no_such"]}]\n', asking())
    assert rule == "'condition:no_such' answers no question of this protocol"
