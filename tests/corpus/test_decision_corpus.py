"""The decision corpus: a sample of it on every run, all of it in `make torture`; and that it would notice."""

from __future__ import annotations

import copy
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from adjuvant import sources
from adjuvant.library.folder import FOLDER
from adjuvant.outcomes import CourseOutcome
from adjuvant.protocol import read_listed, sited
from adjuvant.record import QualitySummary
from adjuvant.sources.base import Import
from corpus import run, situations
from corpus.cases import CASES, SAMPLED, Case, answer, case_of, evaluated, record_of, sample
from corpus.digests import OF_PROTOCOLS, SECTIONS, compared, digests_of, listed, read, sentence, written
from corpus.invariants import broken, documented
from corpus.twists import TWISTS
from running import Run

HOW = "see one with `scripts/decision-corpus explain CASE`; if the new answers are right, `scripts/decision-corpus update`"
Json = dict[str, Any]


@pytest.fixture(scope="module")
def sampled() -> dict[str, Any]:
    """Case id to digests of the sample, and what does not hold of its answers."""
    found = [run.one(case.number) for case in sample()]
    return {
        "digests": {case: digests for case, digests, _ in found},
        "wrong": [what for *_, wrong in found for what in wrong],
    }


@pytest.mark.slow
def test_no_answer_of_the_sample_has_changed_since_the_digests_were_kept(sampled: dict[str, Any]) -> None:
    difference = compared(read(), sampled["digests"], whole=False)
    assert not difference, "\n".join([*listed(difference), HOW])


@pytest.mark.slow
def test_what_holds_of_every_answer_holds_of_the_sample(sampled: dict[str, Any]) -> None:
    assert sampled["wrong"] == []


@pytest.mark.torture
def test_all_cases_are_as_they_were_kept_and_hold_what_every_answer_holds(record_property) -> None:
    found = list(run.digests_of_all(range(1, CASES + 1), 2))
    difference = compared(read(), {case: digests for case, digests, _ in found})
    record_property("figure", f"decision corpus: {CASES:,} cases, {len(difference.cases):,} changed")
    assert [what for *_, wrong in found for what in wrong] == []
    assert not difference, "\n".join([*listed(difference), HOW])


def test_every_case_has_its_line_of_digests() -> None:
    kept = read()
    assert sorted(kept) == [case_of(number).id for number in range(1, CASES + 1)]
    assert {len(digests) for digests in kept.values()} == {len(SECTIONS)}


def test_the_sample_holds_every_scenario_regimen_course_and_twist() -> None:
    cases = sample()
    assert len(cases) == SAMPLED
    assert len({case.scenario for case in cases}) == 6
    assert len({(case.regimen, case.ketamine) for case in cases}) == 18
    assert {twist for case in cases for twist in case.twists} == set(TWISTS)
    assert len({case.plan for case in cases}) > 15


@lru_cache(maxsize=1)
def a_case() -> Case:
    """A responder as generated, with one course that can be evaluated."""
    plain = (case for case in map(case_of, range(1, CASES)) if not case.twists and case.options == "defaults")
    return next(case for case in plain if case.scenario == "responder" and case.plan.startswith("cdc2022+us"))


@lru_cache(maxsize=1)
def an_outcome() -> CourseOutcome:
    """Its outcome."""
    found = evaluated(a_case())
    assert not isinstance(found, str)
    return found[0]


def test_a_case_is_the_same_whenever_it_is_made() -> None:
    case = next(case for case in sample() if len(case.twists) > 1)
    assert record_of(case) == record_of(case_of(case.number))
    assert record_of(case).patient.synthetic


def changed(answered: Json, path: str, value: Any) -> Json:
    made = copy.deepcopy(answered)
    where: Any = made["evaluations"][0]
    *steps, last = path.split(".")
    for step in steps:
        where = where[int(step)] if step.isdigit() else where[step]
    where[last] = value
    return made


@pytest.mark.parametrize(
    ("path", "section"),
    [
        ("verdict.headline", "finding"),
        ("verdict.flags", "finding"),
        ("pain.caveats", "pain"),
        ("opioids.warnings", "opioids"),
        ("responses.0.seen", "responses"),
        ("harms.missing", "harms"),
        ("quality.0.count", "quality"),
        ("windows.rules", "rest"),
        ("course.number", "rest"),
    ],
)
def test_one_word_of_an_answer_changes_the_digest_of_its_section_and_no_other(
    path: str, section: str
) -> None:
    answered = answer(a_case(), [an_outcome()])
    other = changed(answered, path, "another word")
    difference = compared({"0001": digests_of(answered)}, {"0001": digests_of(other)})
    assert [name for name, cases in difference.changed.items() if cases] == [section]
    assert f"{section} in 1" in sentence(difference)
    assert "1 of 1 cases changed" in " ".join(listed(difference))


def test_no_digest_of_the_library_no_version_and_no_path_is_in_an_answer() -> None:
    from adjuvant import __version__, library

    text = repr(answer(a_case(), [an_outcome()]))
    assert library.digest() not in text
    assert f"'{__version__}'" not in text
    assert str(Path(__file__).parents[2]) not in text


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("pain.percent", -90, "the percent is not that of the change"),
        ("pain.before", 11, "off the scale"),
        ("opioids.complete", {"before": False, "after": True}, "not complete"),
        ("opioids.before", 1, "do not add up"),
        ("verdict.headline", " ", "a sentence is empty"),
        ("verdict.evaluable", "no", "and not evaluable"),
        ("responses.0.answer", "perhaps", "is perhaps"),
        ("harms.adverse_events", [{"ketamine_stopped": "no"}] * 9, "was lost"),
        ("pain.new_key", 1, "keys of pain"),
    ],
)
def test_what_holds_of_every_answer_is_really_asked(path: str, value: Any, words: str) -> None:
    answered = answer(a_case(), [an_outcome()])
    assert list(broken(an_outcome(), answered["evaluations"][0], documented())) == []
    wrong = changed(answered, path, value)["evaluations"][0]
    assert any(words in what for what in broken(an_outcome(), wrong, documented()))


def test_the_file_of_digests_is_read_as_it_was_written(tmp_path: Path) -> None:
    kept = {"0002": ("a",) * len(SECTIONS), "0001": ("b",) * len(SECTIONS)}
    path = tmp_path / "digests.txt"
    path.write_text(written(kept), encoding="ascii")
    assert read(path) == kept
    assert read(tmp_path / "none") == {}
    assert compared(kept, {"0003": kept["0001"]}).gone == ("0001", "0002")
    assert sentence(compared(kept, kept)) == "No case of the decision corpus changed."


@pytest.mark.parametrize("twists", [(), ("unusable_amounts",), ("several_courses",), ("other_ketamine",)])
def test_a_case_is_answered_as_the_command_line_answers_it(
    adjuvant: Run, tmp_path: Path, twists: tuple[str, ...]
) -> None:
    """The same chart through a record store and `adjuvant evaluate --json`."""
    case = next(
        case
        for case in map(case_of, range(1, CASES))
        if case.twists == twists and case.options == "defaults" and "+" not in case.plan
    )
    answered = answer(case)
    sources.store.write(tmp_path / "store", Import((record_of(case),), QualitySummary(()), "synthetic"))
    said = adjuvant("evaluate", tmp_path / "store", "--table", case.plan, "--json")
    if "not_evaluated" in answered:
        assert said.code == 3
        return
    documents = said.json.get("evaluations", [said.json])
    for item in documents:
        del item["library_digest"]
    assert documents == json.loads(json.dumps(answered["evaluations"]))


# --- situations of protocols ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def asked() -> dict[str, Any]:
    """The same of a sample of the situations of protocols."""
    found = [run.one_situation(case.number) for case in situations.sample()]
    return {
        "digests": {case: digests for case, digests, _ in found},
        "wrong": [what for *_, wrong in found for what in wrong],
    }


@pytest.mark.slow
def test_no_guidance_and_no_plan_of_the_sample_has_changed_since_the_digests_were_kept(
    asked: dict[str, Any],
) -> None:
    kept = read(OF_PROTOCOLS.file)
    difference = compared(kept, asked["digests"], whole=False, sections=OF_PROTOCOLS.sections)
    assert not difference, "\n".join([*listed(difference), HOW])


@pytest.mark.slow
def test_what_holds_of_every_guidance_and_plan_holds_of_the_sample(asked: dict[str, Any]) -> None:
    assert asked["wrong"] == []


@pytest.mark.torture
def test_all_situations_are_as_they_were_kept_and_hold_what_every_guidance_holds(record_property) -> None:
    found = list(run.digests_of_all(range(1, situations.CASES + 1), 2, run.one_situation))
    new = {case: digests for case, digests, _ in found}
    difference = compared(read(OF_PROTOCOLS.file), new, sections=OF_PROTOCOLS.sections)
    record_property("figure", f"decision corpus: {len(new):,} situations, {len(difference.cases):,} changed")
    assert [what for *_, wrong in found for what in wrong] == []
    assert not difference, "\n".join([*listed(difference), HOW])


def test_every_situation_has_its_line_of_digests() -> None:
    kept = read(OF_PROTOCOLS.file)
    assert sorted(kept) == [situations.case_of(number).id for number in range(1, situations.CASES + 1)]
    assert {len(digests) for digests in kept.values()} == {len(OF_PROTOCOLS.sections)}


def test_every_protocol_that_can_run_is_among_the_situations() -> None:
    """One that is missing is added to `_LATER` in situations.py; then `scripts/decision-corpus update`."""
    protocols = {path.parent.name for path in (FOLDER / "protocols").glob("*/example_site.yaml")}
    assert {case.protocol for case in situations.sample()} == protocols


@pytest.mark.slow
def test_the_situations_reach_every_status_and_both_plans_and_refusals() -> None:
    answers = [situations.answer(case) for case in situations.sample()]
    reached = {one["status"][0] for one in answers}
    assert reached >= {"start", "continue", "raise", "hold", "stop", "complete", "not eligible", "withheld"}
    assert sum(bool(one["plan"].get("pump")) for one in answers) >= 10
    assert sum(bool(one["plan"].get("refused")) for one in answers) >= 50


def planned() -> tuple[situations.Told, Json]:
    """The first situation that is planned."""
    for case in map(situations.case_of, range(1, situations.CASES)):
        answered = situations.answer(case)
        if answered["plan"].get("pump"):
            return case, answered
    raise AssertionError("no situation is planned")


@pytest.mark.parametrize(
    ("path", "section"),
    [
        ("status.0", "status"),
        ("advice.0.dose", "advice"),
        ("reasons.1.0.0.seen", "reasons"),
        ("issues", "issues"),
        ("missing.0", "missing"),
        ("plan.pump.rate", "plan"),
        ("plan.arithmetic.forward.0.result", "plan"),
        ("watch.due.0.items", "watch"),
        ("at", "rest"),
    ],
)
def test_one_word_of_a_guidance_or_a_plan_changes_the_digest_of_its_section_and_no_other(
    path: str, section: str
) -> None:
    _, answered = planned()
    other = copy.deepcopy(answered)
    where: Any = other
    *steps, last = path.split(".")
    for step in steps:
        where = where[int(step)] if step.isdigit() else where[step]
    where[int(last) if last.isdigit() else last] = "another word"
    digests = [digests_of(one, OF_PROTOCOLS) for one in (answered, other)]
    found = [name for name, a, b in zip(OF_PROTOCOLS.sections, *digests, strict=True) if a != b]
    assert found == [section]


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("status", ["withheld", "eligible"], "and a dose is advised"),
        ("status", ["start", "cannot say"], "start, and cannot say"),
        ("at", "2020-01-01T00:00:00+00:00", "later than the instant"),
        ("plan.delivers.hourly", "999999 mg/h", "the pump gives"),
        ("advice", [], "a plan without a dose"),
    ],
)
def test_what_holds_of_every_guidance_is_really_asked(path: str, value: Any, words: str) -> None:
    case, answered = planned()
    assert list(situations.broken(case, answered)) == []
    where: Any = answered
    *steps, last = path.split(".")
    for step in steps:
        where = where[step]
    where[last] = value
    assert any(words in what for what in situations.broken(case, answered))


def test_no_digest_of_a_file_is_in_a_situation_s_answer() -> None:
    case, answered = planned()
    text = repr(answered)
    assert situations.site_of(case.protocol).digest not in text
    assert str(Path(__file__).parents[2]) not in text


@pytest.mark.slow
def test_a_change_of_one_dose_is_found_in_the_situations_of_its_protocol(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """CIVIK begun at twice its first rate: its situations change, the advice among them, and not all of them."""
    folder = FOLDER / "protocols" / "civik"
    text = (folder / "protocol.yaml").read_text(encoding="utf-8")
    assert "start: 0.05 mg/kg/h" in text
    path = tmp_path / "civik" / "protocol.yaml"
    path.parent.mkdir()
    path.write_text(text.replace("start: 0.05 mg/kg/h", "start: 0.1 mg/kg/h", 1), encoding="utf-8")
    other = sited(read_listed(path), folder / "example_site.yaml")
    monkeypatch.setattr(situations, "site_of", lambda key: other)
    cases = [case for case in map(situations.case_of, range(1, 1500)) if case.protocol == "civik"]
    new = {case.id: run.one_situation(case.number)[1] for case in cases}
    found = compared(read(OF_PROTOCOLS.file), new, whole=False, sections=OF_PROTOCOLS.sections)
    assert found.changed["advice"] and len(found.cases) < len(cases)
