"""The founding case: as its report states it, and as a synthetic reconstruction that gives the same figures.

The report (Patel et al., Annals of Palliative Medicine) states: pain 9 before and 5 after, 458.8 MME a day before,
a fall by 32.43 %, fentanyl terminated. That stopping fentanyl patches of 62 microgram/h (50 + 12) explains the fall
is arithmetic, an inference and not a statement of the report:

    62 x 2.4 = 148.8        458.8 - 148.8 = 310.0        148.8 / 458.8 = 32.43 %

Every expected figure below is worked by hand from those words, and not taken from the program's own output.
"""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest

from adjuvant import outcomes, sources
from adjuvant.outcomes import CourseOutcome, ReportedOutcome
from adjuvant.record import ConsentStatus, PatientRecord
from adjuvant.unknown import Unknown

RECONSTRUCTION = sources.example_folder() / "founding_case_reconstruction"

# The regimen, and what it comes to: hydromorphone by vein 0.25 mg/h x 24 h + 25 x 0.2 mg = 11 mg, times 20;
# oxycodone 2 x 30 mg = 60 mg, times 1.5; fentanyl 50 + 12 = 62 microgram/h, times 2.4.
HYDROMORPHONE = (Fraction("0.25") * 24 + 25 * Fraction("0.2")) * 20
OXYCODONE = 2 * 30 * Fraction("1.5")
FENTANYL = (50 + 12) * Fraction("2.4")
BEFORE, AFTER = HYDROMORPHONE + OXYCODONE + FENTANYL, HYDROMORPHONE + OXYCODONE

YES = [
    "cid",
    "responder_2_points",
    "responder_30_percent",
    "kannan2002",
    "cheung_favourable",
    "opioid_sparing_25",
]
NO = ["responder_50_percent", "opioid_sparing_50"]
CANNOT = ["ppg_response", "civik_cr_published", "civik_pr_published", "civik_cr_registry"]


@pytest.fixture(scope="module")
def reported() -> ReportedOutcome:
    """The evaluation of what the report states."""
    document = sources.read_reported(sources.example_reported()[0])
    return outcomes.evaluate_reported(document.title, document.figures, document.tensions)


@pytest.fixture(scope="module")
def record() -> PatientRecord:
    """The reconstruction's record."""
    return sources.read(RECONSTRUCTION).record()


@pytest.fixture(scope="module")
def rebuilt(record: PatientRecord) -> CourseOutcome:
    """The evaluation of the reconstruction, by the default tables and windows."""
    (course,) = outcomes.find_courses(record)
    return outcomes.evaluate(record, course)


def test_the_arithmetic_of_the_inference_holds() -> None:
    worked = {"fentanyl": FENTANYL, "hydromorphone": HYDROMORPHONE, "oxycodone": OXYCODONE}
    assert worked == {"fentanyl": Fraction("148.8"), "hydromorphone": 220, "oxycodone": 90}
    assert {"before": Fraction("458.8"), "after": 310} == {"before": BEFORE, "after": AFTER}
    assert round(float((AFTER - BEFORE) / BEFORE * 100), 2) == -32.43


# --- as reported --------------------------------------------------------------------------------------------------


def test_as_reported_pain_falls_from_9_to_5(reported: ReportedOutcome) -> None:
    assert reported.change == -4
    assert reported.percent == Fraction(-400, 9)  # -44.4 %


def test_as_reported_the_opioids_fall_by_the_printed_percentage(reported: ReportedOutcome) -> None:
    assert reported.opioid_percent == Fraction("-32.43")
    printed = {figure.key: figure.as_printed for figure in reported.figures}
    assert printed["opioid_before"] == "458.8 MME/day"
    assert printed["fentanyl"] == "completely terminated"


def test_as_reported_every_figure_carries_its_words_and_the_report(reported: ReportedOutcome) -> None:
    for figure in reported.figures:
        assert figure.as_printed
        assert "Patel" in figure.citation.text
        assert figure.citation.doi is None, "the report's DOI was not read, so none is given"


@pytest.mark.parametrize(
    ("key", "word"),
    [(k, "yes") for k in YES] + [(k, "no") for k in NO] + [(k, "cannot_evaluate") for k in CANNOT],
)
def test_as_reported_the_definitions_answer(reported: ReportedOutcome, key: str, word: str) -> None:
    answers = {answer.key: answer for answer in reported.responses}
    assert answers[key].word == word
    assert bool(answers[key].missing) == (word == "cannot_evaluate")


def test_as_reported_its_variability_cannot_be_evaluated_and_the_page_says_so(
    reported: ReportedOutcome,
) -> None:
    assert "cannot be evaluated from reported figures" in reported.verdict.limit


def test_as_reported_the_tensions_are_shown(reported: ReportedOutcome) -> None:
    text = " ".join(reported.tensions)
    for words in ("35 mg/70 kg", "5-day period", "no time stamp"):
        assert words in text


def test_as_reported_nothing_that_the_report_leaves_out_is_filled_in() -> None:
    document = sources.read_reported(sources.example_reported()[0])
    assert {"body weight", "length and rate of the infusions"} <= set(document.not_stated)
    keys = {figure.key for figure in document.figures}
    assert not keys & {"weight", "rate", "duration", "opioid_after", "pain_goal"}


# --- the reconstruction ---------------------------------------------------------------------------------------------


def test_the_reconstruction_says_what_it_is(record: PatientRecord) -> None:
    assert record.patient.synthetic
    assert record.patient.id == "synthetic-founding-case"
    for words in ("Synthetic reconstruction, inferred", "invented", "70 kg and 40 min are assumed"):
        assert words in record.patient.note


def test_consent_to_publication_was_not_possible(record: PatientRecord) -> None:
    assert [(item.scope, item.status) for item in record.consents] == [
        ("publication", ConsentStatus.NOT_POSSIBLE_DIED)
    ]


def test_the_course_is_three_infusions_of_35_mg_over_40_minutes_in_five_days(rebuilt: CourseOutcome) -> None:
    given = rebuilt.course.exposures
    assert [item.amount.in_("mg") for item in given] == [35, 35, 35]
    assert {item.end - item.start for item in given} == {timedelta(minutes=40)}
    assert [(item.start - given[0].start).days for item in given] == [0, 2, 4]


def by_hand(first: str, last: str) -> Fraction:
    """Mean pain between two days by the trapezoid rule, straight from the file and without the program."""
    with (RECONSTRUCTION / "pain.csv").open(newline="", encoding="utf-8") as file:
        points = [
            (datetime.fromisoformat(row["time"]), int(row["score"]))
            for row in csv.DictReader(file)
            if row["score"].isdigit() and first <= row["time"] < last
        ]
    steps = [((right - left).seconds // 3600, low, high) for (left, low), (right, high) in pairwise(points)]
    assert max(hours for hours, _, _ in steps) <= 12
    return sum((Fraction(hours * (low + high), 2) for hours, low, high in steps), Fraction(0)) / sum(
        hours for hours, _, _ in steps
    )


def test_mean_pain_is_exactly_9_before_and_5_after(rebuilt: CourseOutcome) -> None:
    assert by_hand("2031-01-10", "2031-01-13") == 9
    assert by_hand("2031-01-18", "2031-01-21") == 5
    assert rebuilt.pain is not None
    assert (rebuilt.pain.before.mean, rebuilt.pain.after.mean) == (9, 5)
    assert (rebuilt.pain.change, rebuilt.pain.percent) == (-4, Fraction(-400, 9))
    assert (rebuilt.pain.before.scored, rebuilt.pain.before.not_assessable) == (16, 2)


def test_opioids_are_exactly_458_8_before_and_310_after(rebuilt: CourseOutcome) -> None:
    assert rebuilt.opioids is not None
    assert rebuilt.opioids.plan == "cdc2022+us_equianalgesic_classic"
    assert (rebuilt.opioids.before.per_day, rebuilt.opioids.after.per_day) == (BEFORE, AFTER)
    assert rebuilt.opioids.percent == (AFTER - BEFORE) / BEFORE * 100
    assert rebuilt.opioids.before.complete
    assert rebuilt.opioids.after.complete


def test_only_fentanyl_changes_and_it_is_stopped(rebuilt: CourseOutcome) -> None:
    assert rebuilt.opioids is not None
    changed = {drug.label: drug.change for drug in rebuilt.opioids.drugs if drug.change}
    assert changed == {"fentanyl patch": -FENTANYL}
    assert [item.label for item in rebuilt.opioids.stopped] == ["fentanyl patch"]


def test_the_percentage_depends_on_the_table_and_each_table_is_named(rebuilt: CourseOutcome) -> None:
    """Worked by hand from the factors that other tables print for the same regimen.

    ANZCA 2021: fentanyl 3, hydromorphone by vein 15, oxycodone 1.5: 186 + 165 + 90 = 441, and 255 after.
    """
    assert rebuilt.opioids is not None
    tables = {change.plan: change for change in rebuilt.opioids.by_table}
    assert (tables["fpm_anzca_2021"].before, tables["fpm_anzca_2021"].after) == (441, 255)
    assert len({change.percent for change in rebuilt.opioids.by_table}) > 1


@pytest.mark.parametrize(
    ("key", "word"),
    [(k, "yes") for k in YES] + [(k, "no") for k in NO] + [("ppg_response", "cannot_evaluate")],
)
def test_the_reconstruction_answers_the_definitions_like_the_report(
    rebuilt: CourseOutcome, key: str, word: str
) -> None:
    assert {answer.key: answer.word for answer in rebuilt.responses}[key] == word


def test_the_verdict_stops_at_clinical_response(rebuilt: CourseOutcome) -> None:
    assert rebuilt.verdict.clinical_response is True
    assert rebuilt.verdict.not_asked
    assert not isinstance(rebuilt.verdict.evaluable, Unknown)
