"""Figures that a document reports: the founding case as reported, and what is refused."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest

from adjuvant.citation import Citation
from adjuvant.errors import InputError
from adjuvant.outcomes import REPORTED_KEYS, evaluate_reported, reported_json
from adjuvant.outcomes.model import ReportedOutcome
from adjuvant.record import ReportedFigure
from adjuvant.unknown import Unknown

CASE = Citation("case", "A case report.", document="a case report, abstract")


def figure(key: str, printed: str, value: str | None = None) -> ReportedFigure:
    return ReportedFigure(key, printed, CASE, None if value is None else Fraction(value))


FOUNDING = (
    figure("pain_before", "average 9/10 NRS", "9"),
    figure("pain_after", "daily alleviation to NRS 5", "5"),
    figure("opioid_before", "458.8 MME/day", "458.8"),
    figure("opioid_percent", "−32.43 %", "-32.43"),
    figure("fentanyl", "completely terminated"),
)


def founding() -> ReportedOutcome:
    return evaluate_reported("The founding case as reported", FOUNDING, ("one tension",))


def words(outcome: ReportedOutcome) -> dict[str, str]:
    return {answer.key: answer.word for answer in outcome.responses}


def test_the_change_of_pain_is_4_points_and_44_4_percent() -> None:
    outcome = founding()
    assert outcome.change == -4
    assert outcome.percent == Fraction(-400, 9)


def test_the_change_of_opioids_is_used_as_printed() -> None:
    outcome = founding()
    assert outcome.opioid_percent == Fraction("-32.43")
    assert any("458.8 MME/day and −32.43 % give 310 MME/day after" in line for line in outcome.derived)


def test_what_two_numbers_answer_and_what_they_cannot() -> None:
    said = words(founding())
    assert said["responder_2_points"] == "yes"
    assert said["responder_30_percent"] == "yes"
    assert said["responder_50_percent"] == "no"
    assert said["ppg_response"] == "cannot_evaluate"
    assert said["kannan2002"] == "yes"
    assert said["cheung_favourable"] == "yes"
    assert said["cid"] == "yes"
    for key in ("civik_cr_published", "civik_pr_published", "civik_cr_registry", "hardy2012"):
        assert said[key] == "cannot_evaluate"
    for key in ("bone_mets_cr", "bone_mets_pr", "bone_mets_progression", "bone_mets_indeterminate"):
        assert said[key] == "cannot_evaluate"


def test_what_would_follow_if_the_reported_pain_were_worst_pain_is_noted_and_not_answered() -> None:
    assert any(
        line.startswith(
            "Bone-metastasis consensus, partial: would say yes if the reported pain stood for worst"
        )
        for line in founding().derived
    )


def test_its_variability_cannot_be_evaluated_and_the_verdict_says_so() -> None:
    verdict = founding().verdict
    assert verdict.headline == "Clinical response, as reported."
    assert verdict.sentence == (
        "Pain is reported to have fallen by 4 points (9 to 5, 44 %). Opioids are reported to have fallen by 32.43 %, "
        "as printed. Also reported: fentanyl completely terminated."
    )
    assert "cannot be evaluated from reported figures" in verdict.limit
    assert verdict.evaluable is False
    assert any("variability: cannot be evaluated" in rung for rung in verdict.not_asked)


def test_the_json_is_stable_and_holds_what_was_printed() -> None:
    answer = reported_json(founding())
    assert list(answer) == [
        "title",
        "reported",
        "pain",
        "opioids",
        "derived",
        "responses",
        "verdict",
        "tensions",
        "notes",
        "not_stated",
        "citations",
    ]
    assert answer["reported"][0] == {
        "key": "pain_before",
        "as_printed": "average 9/10 NRS",
        "value": 9,
        "unit": "",
        "citation": "case",
        "provenance": "read",
    }
    assert answer["pain"] == {"change": -4, "percent": pytest.approx(-44.444, abs=0.001)}
    assert answer["opioids"] == {"percent": -32.43}
    assert answer["tensions"] == ["one tension"]
    json.dumps(answer, allow_nan=False)


def test_average_pain_counts_as_pain_and_answers_what_asks_for_the_average() -> None:
    outcome = evaluate_reported(
        "a case",
        (
            figure("average_pain_before", "9", "9"),
            figure("average_pain_after", "5", "5"),
            figure("rescue_after", "4 a day", "4"),
        ),
    )
    assert outcome.change == -4
    assert words(outcome)["hardy2012"] == "yes"


def test_worst_pain_answers_the_bone_consensus() -> None:
    outcome = evaluate_reported(
        "a case",
        (
            figure("worst_pain_before", "9", "9"),
            figure("worst_pain_after", "5", "5"),
            figure("opioid_percent", "−32.43 %", "-32.43"),
        ),
    )
    assert words(outcome)["bone_mets_pr"] == "yes"
    assert not any("worst pain" in line for line in outcome.derived)


def test_doses_without_a_printed_percentage_are_our_arithmetic() -> None:
    outcome = evaluate_reported(
        "a case", (figure("opioid_before", "200", "200"), figure("opioid_after", "150", "150"))
    )
    assert outcome.opioid_percent == -25
    assert "from the two printed doses" in outcome.verdict.sentence
    assert words(outcome)["opioid_sparing_25"] == "yes"


def test_doses_beside_a_printed_percentage_are_checked_in_words() -> None:
    outcome = evaluate_reported(
        "a case",
        (
            figure("opioid_before", "200", "200"),
            figure("opioid_after", "150", "150"),
            figure("opioid_percent", "−30 %", "-30"),
        ),
    )
    assert outcome.opioid_percent == -30
    assert "200 to 150 MME/day is −25 % by our arithmetic." in outcome.derived


def test_a_document_without_the_figures_cannot_be_evaluated() -> None:
    outcome = evaluate_reported("a case", ())
    assert isinstance(outcome.change, Unknown)
    assert isinstance(outcome.opioid_percent, Unknown)
    assert outcome.verdict.headline == "Cannot say, as reported."
    assert set(words(outcome).values()) == {"cannot_evaluate"}


@pytest.mark.parametrize(
    ("figures", "message"),
    [
        ((figure("pain_before", "9", "9"), figure("pain_before", "8", "8")), "is reported twice"),
        ((figure("pain_before", "severe"),), "'severe' has no number"),
        ((figure("pain_before", "90/100", "90"),), "off the 0 to 10 scale"),
        ((figure("pain_goal", "−1", "-1"),), "off the 0 to 10 scale"),
        ((figure("opioid_before", "−5", "-5"),), "is below zero"),
        ((figure("rescue_after", "−5", "-5"),), "is below zero"),
    ],
)
def test_figures_that_cannot_be_are_refused(figures: tuple[ReportedFigure, ...], message: str) -> None:
    with pytest.raises(InputError, match=message):
        evaluate_reported("a case", figures)


def test_every_reckoned_key_is_said_in_words() -> None:
    assert all(REPORTED_KEYS.values())


def test_pain_that_rose_or_stayed_is_said_plainly() -> None:
    rose = evaluate_reported("a case", (figure("pain_before", "5", "5"), figure("pain_after", "6", "6")))
    assert "risen by 1 point (5 to 6, 20 %)" in rose.verdict.sentence
    stayed = evaluate_reported("a case", (figure("pain_before", "5", "5"), figure("pain_after", "5", "5")))
    assert "unchanged at 5" in stayed.verdict.sentence
    assert stayed.verdict.headline == "No clinical response, as reported."  # pain alone answers it
