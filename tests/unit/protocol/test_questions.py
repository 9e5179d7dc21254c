"""What a clinician may answer for a protocol, by which key, where what is missing belongs, and answers from a file."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest

from adjuvant.errors import LibraryError
from adjuvant.library.strict import read_file
from adjuvant.protocol import Sited, Situation, evaluate, load, protocol_keys
from adjuvant.protocol.answer_file import check_key, read_answers
from adjuvant.protocol.guidance import Missing
from adjuvant.protocol.questions import questions, settled_by
from adjuvant.protocol.situation import Answer
from bedside import BEGINS, Chart, at_a_site
from written import written

REGIMENS = """\
drip: {title: Drip, route: intravenous, mode: continuous_infusion, start: 5 mg/h, course: {at_most: 5 d}}
tested:
  title: Tested
  route: oral
  mode: oral
  every: 8 h
  course: {at_most: 9 d}
  test_dose:
    doses: [{value: 10 mg}]
    evaluate_after: 1 h
    chooses: [{tested: 10 mg, then: 10 mg}]
mouth:
  title: By mouth after the drip
  route: oral
  mode: oral
  every: 8 h
  course: {at_most: 9 d}
  converted_from: {from: intravenous, to: oral, ratio: 1, first_dose_after: 6 h, doses_per_day: 3}
"""
CRITERIA = """\
- {key: agreed, kind: include, text: Consent., when: {attested: consent, question: Did the patient consent?}}
- {key: pressed_at_all, kind: exclude, text: No hypertension., when: {condition: hypertension}}
- {key: pressed_high, kind: exclude, text: None that is not controlled., when: {condition: uncontrolled_hypertension}}
- {key: sane, kind: exclude, text: No psychosis., when: {condition: psychosis}}
- {key: calm, kind: exclude, text: No midazolam., when: {taken: midazolam}}
- {key: pressed, kind: relative, text: Raised pressure in the head., when: {condition: raised_intracranial_pressure}}
- {key: sore, kind: include, text: Pain of 4., when: {measure: pain, from: 4}}
- {key: worst, kind: include, text: Worst pain of 4., when: {measure: pain_worst, from: 4}}
- {key: sick, kind: exclude, text: No nausea of grade 3., when: {event: nausea, grade: 3}}
"""


@cache
def site() -> Sited:
    with TemporaryDirectory() as folder:
        return written(Path(folder), REGIMENS, criteria=CRITERIA)


def test_every_question_has_its_key_and_says_what_it_asks() -> None:
    found = questions(site())
    assert found["consent"] == "Did the patient consent?"
    assert found["condition:psychosis"] == "whether there is psychosis"
    assert found["taken:midazolam"] == "whether midazolam was taken"
    assert "Raised pressure in the head." in found["weighed:pressed"]
    assert "weighed:sane" not in found
    assert found["ended:intravenous"] == "whether what ended was intravenous"
    assert found["test_dose:10 mg"] == "whether the test dose of 10 mg worked"
    assert {"another_course", "opioid_review", "review:liver", "review:bladder"} <= set(found)
    assert all(found.values())
    assert found["opioid_review"] == "were the opioids reviewed since ketamine worked?"
    assert found["another_course"] == "is another course wanted?"


def test_a_site_s_own_question_on_the_opioids_is_among_them() -> None:
    own = "opioid_review: {when: {attested: better, question: Is it better?}, within: 24 h, reference: test}"
    bare = "chosen: [{field: weight.kind, value: actual, reference: test}]"
    assert questions(at_a_site("civik", f"{bare}\n{own}"))["better"] == "Is it better?"
    assert "better" not in questions(at_a_site("civik", bare))


@pytest.mark.parametrize(
    ("what", "place"),
    [
        ("an answer to: Did the patient consent?", "answers: consent"),
        ("an answer, given since the present dose began, to: Did the patient consent?", "answers: consent"),
        ("whether there is psychosis", "answers: condition:psychosis"),
        ("whether there is psychosis (of the last 5 h)", "answers: condition:psychosis"),
        ("whether there is hypertension", "answers: condition:hypertension"),
        ("whether there is hypertension that is not controlled", "answers: condition:uncontrolled_hypertension"),
        ("whether there is hypertension that is not controlled (of the last 5 h)", "answers: condition:uncontrolled_hypertension"),
        ("whether midazolam was taken", "answers: taken:midazolam"),
        ("Pain now", "readings: pain"),
        ("Pain now of the last 4 h", "readings: pain"),
        ("whether there is nausea", "effects: nausea"),
        ("the grade of nausea", "effects: nausea"),
        ("age", "age"),
        ("body weight", "weights"),
        ("the patient's own pain goal", "goal"),
        ("whether what ended was intravenous (answer ended:intravenous)", "answers: ended:intravenous"),
        ("which test dose worked (answer one of test_dose:10 mg)", "answers: test_dose:10 mg"),
        ("a rule that does not fail (ZeroDivisionError)", ""),
        ("an agent nobody asks for", ""),
    ],
)  # fmt: skip
def test_what_is_missing_is_told_with_its_place(what: str, place: str) -> None:
    from adjuvant.library.vocabulary import observations

    title = observations()["pain"].title
    assert settled_by(site(), Missing(what.replace("Pain now", title), "rule")) == place


@pytest.mark.parametrize("key", [key for key in protocol_keys() if load(key).protocol.regimens])
def test_whatever_a_bare_chart_lacks_has_a_place_or_is_a_gap_or_a_reading(key: str) -> None:
    """Answered where it says it belongs, nothing under that key is missing any more."""
    sited = at_a_site(key, "# nothing to choose")
    for name in sited.protocol.regimens:
        lacks = evaluate(sited, Situation.at(BEGINS, Chart().facts), name).missing
        asked = {settled_by(sited, one).removeprefix("answers: ") for one in lacks}
        keys = sorted(asked & set(questions(sited)))
        said = tuple(Answer(one, yes=True, at=BEGINS, by="Dr Invented") for one in keys)
        after = evaluate(sited, Situation.at(BEGINS, Chart().but(answers=said).facts), name).missing
        again = {settled_by(sited, one).removeprefix("answers: ") for one in after} & set(keys)
        assert not again, again


def read(folder: Path, text: str) -> tuple[Answer, ...]:
    path = folder / "answers.yaml"
    path.write_text(text, encoding="utf-8")
    return read_answers(path, site(), ZoneInfo("Europe/Berlin"))


def test_answers_of_a_file_have_name_and_time_in_the_record_s_zone(tmp_path: Path) -> None:
    text = """\
answers:
  - {by: Dr A, at: 2026-03-02T08:00, yes: [consent], no: ["condition:psychosis", "taken:midazolam"]}
  - {by: Dr B, at: "2026-03-02T08:00:00+00:00", no: [consent]}
"""
    seven, eight = (datetime(2026, 3, 2, hour, tzinfo=UTC) for hour in (7, 8))
    assert read(tmp_path, text) == (
        Answer("consent", yes=True, at=seven, by="Dr A"),
        Answer("condition:psychosis", yes=False, at=seven, by="Dr A"),
        Answer("taken:midazolam", yes=False, at=seven, by="Dr A"),
        Answer("consent", yes=False, at=eight, by="Dr B"),
    )


@pytest.mark.parametrize(
    ("line", "place", "rule", "remedy"),
    [
        ("{by: ' ', at: 2026-03-02T08:00, yes: [consent]}", "answers[0].by", "is blank", "write something"),
        ("{by: Dr A, at: at noon, yes: [consent]}", "answers[0].at", "", ""),
        ("{by: Dr A, at: 2026-03-02T08:00, yes: [consnet]}", "answers[0].yes", "'consnet' answers no", "did you mean 'consent'"),
        ("{by: Dr A, at: 2026-03-02T08:00, no: [psychosis]}", "answers[0].no", "'psychosis' answers no", "'condition:psychosis'"),
        ("{by: Dr A, at: 2026-03-02T08:00, maybe: [consent]}", "answers[0]", "", ""),
        ("{by: Dr A, yes: [consent]}", "answers[0]", "", ""),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_used_is_refused_with_its_place(
    tmp_path: Path, line: str, place: str, rule: str, remedy: str
) -> None:
    with pytest.raises(LibraryError) as error:
        read(tmp_path, f"answers:\n  - {line}\n")
    assert f"answers.yaml:2: {place}" in error.value.thing
    assert rule in error.value.rule
    assert remedy in error.value.remedy


def test_a_bare_name_is_told_with_the_name_that_is_asked_for_whatever_else_is_called_alike() -> None:
    place = read_file(Path(__file__).parents[2] / "fixtures" / "plans" / "first_infusion.yaml", "told.yaml")
    for known, bare in (("condition:stroke", "stroke"), ("taken:morphine", "morphine")):
        with pytest.raises(LibraryError) as error:
            check_key(bare, {known: "?", f"{bare}s": "?"}, place)
        assert error.value.remedy == f"did you mean '{known}'"
    with pytest.raises(LibraryError) as error:
        check_key("strok", {"strokes": "?"}, place)
    assert error.value.remedy == "did you mean 'strokes'"
