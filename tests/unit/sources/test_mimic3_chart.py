"""Pain, sedation, vital signs and weights of the MIMIC-III chart."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from adjuvant.quantity import Quantity
from adjuvant.record import NotAssessable, Outcome, PainKind, PainReporter
from mimic3_tables import a_folder, told


@pytest.mark.hazard("H-038")
@pytest.mark.parametrize("label", ["Pain Level", "Pain Level Response"])
def test_unable_to_score_stored_as_zero_is_not_a_zero(tmp_path: Path, label: str) -> None:
    """Items 223791 and 224409 of MIMIC alike."""
    record = a_folder(tmp_path).chart(label, "Unable to Score", "0").record()
    (score,) = record.pain
    assert (score.value, score.not_assessable) == (None, NotAssessable.UNABLE)
    assert told(record.quality, Outcome.NOT_ASSESSABLE) == {f"{label}: unable to score": 1}
    assert "value=Unable to Score; valuenum=0" in score.origin.raw


@pytest.mark.parametrize(
    ("words", "number", "points"),
    [
        ("None", "0", 0),
        ("None to Mild", "1", 1),
        ("Mild to Moderate", "3", 3),
        ("Mild to Moderate.", "4", 4),  # the full stop is the source's own mark of the upper point
        ("Moderate to Severe.", "7", 7),
        ("Severe to Worse", "9", 9),
        ("0-None", "", 0),  # CareVue puts the points before the words
        ("7-Mod to Severe", "", 7),
        ("10-Worst", "", 10),
        ("4", "4", 4),
    ],
)
def test_the_words_give_the_points(tmp_path: Path, words: str, number: str, points: int) -> None:
    (score,) = a_folder(tmp_path).chart("Pain Level", words, number).record().pain
    assert score.value == points
    assert score.scale == "nrs_0_10"
    assert score.reporter is PainReporter.UNSTATED
    assert score.kind is PainKind.CURRENT


@pytest.mark.parametrize(
    ("words", "number", "reason"),
    [
        ("Moderate", "8", "Pain Level: the number beside the words says another level"),
        ("Moderate", "five", "Pain Level: is not a plain decimal number"),
        ("awful", "5", "Pain Level: the words are not on the list of pain levels"),
        ("11", "11", "Pain Level: the words are not on the list of pain levels"),
    ],
)
def test_a_level_that_cannot_be_read_is_counted_and_not_guessed(
    tmp_path: Path, words: str, number: str, reason: str
) -> None:
    record = a_folder(tmp_path).chart("Pain Level", words, number).record()
    assert record.pain == ()
    assert told(record.quality, Outcome.UNCONVERTIBLE) == {reason: 1}


def test_a_reading_flagged_as_an_error_is_not_used(tmp_path: Path) -> None:
    record = a_folder(tmp_path).chart("Pain Level", "Severe", "8", error="1").record()
    assert record.pain == ()
    assert told(record.quality, Outcome.NOT_USED) == {"Pain Level: the chart flags the row as an error": 1}


def test_kinds_of_pain_are_kept_apart(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).chart("Pain Level", "Severe", "8").chart("Pain Level Response", "Mild", "2")
    folder.chart("Pain Level Acceptable", "3-Mild to Mod")
    kinds = {score.kind: score.value for score in folder.record().pain}
    assert kinds == {PainKind.CURRENT: 8, PainKind.AFTER_INTERVENTION: 2, PainKind.ACCEPTABLE: 3}


def test_whether_pain_is_acceptable_is_no_level(tmp_path: Path) -> None:
    record = a_folder(tmp_path).chart("Pain Level Acceptable", "Yes").record()
    assert record.pain == ()
    assert sum(told(record.quality, Outcome.NOT_USED).values()) == 1


def test_a_reading_charted_under_two_items_counts_once(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).chart("Pain Level", "5-Moderate").chart("Pain Level (Rest)", "5-Moderate")
    record = folder.chart("Pain Level (Rest)", "2-Mild", at="2101-01-02 09:00:00").record()
    assert [(score.value, score.site) for score in record.pain] == [(5, None), (2, "at rest")]
    assert told(record.quality, Outcome.DUPLICATE) == {
        "Pain Level (Rest): the same reading is charted as pain level": 1
    }


def test_sedation_is_the_number_of_its_scale(tmp_path: Path) -> None:
    folder = (
        a_folder(tmp_path).chart("Riker-SAS Scale", "Very Sedated", "2").chart("Riker-SAS Scale", "Agitated")
    )
    folder.chart("Richmond-RAS Scale", "-1 Awakens to voice (eye opening/contact) > 10 sec", "-1")
    folder.chart("Richmond-RAS Scale", "+2 Frequent nonpurposeful movement, fights ventilator", "2")
    scores = sorted((score.scale, score.value) for score in folder.record().sedation)
    assert scores == [("rass", "-1"), ("rass", "2"), ("riker_sas", "2"), ("riker_sas", "5")]


def test_a_goal_of_sedation_is_no_reading(tmp_path: Path) -> None:
    record = a_folder(tmp_path).chart("Goal Richmond-RAS Scale", "0  Alert and calm", "0").record()
    assert record.sedation == ()
    assert sum(told(record.quality, Outcome.NOT_USED).values()) == 1


@pytest.mark.parametrize(
    ("label", "words", "number"),
    [
        ("Riker-SAS Scale", "sleepy", ""),
        ("Riker-SAS Scale", "Sedated", "4"),
        ("Richmond-RAS Scale", "calm", "0"),
    ],
)
def test_sedation_that_cannot_be_read_is_counted(tmp_path: Path, label: str, words: str, number: str) -> None:
    record = a_folder(tmp_path).chart(label, words, number).record()
    assert record.sedation == ()
    assert sum(told(record.quality, Outcome.UNCONVERTIBLE).values()) == 1


def test_vital_signs_carry_kind_and_unit(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).chart("Respiratory Rate", "14", "14", valueuom="insp/min")
    folder.chart("SpO2", "96", "96", valueuom="%")
    folder.chart("Non Invasive Blood Pressure systolic", "120", "120", valueuom="mmHg")
    found = {(vital.kind, str(vital.value), vital.flagged) for vital in folder.record().vitals}
    assert found == {
        ("respiratory_rate", "14 /min", ""),
        ("spo2", "96 %", ""),
        ("systolic", "120 mm[Hg]", ""),
    }


@pytest.mark.parametrize(
    ("label", "number"),
    [("Non Invasive Blood Pressure systolic", "11647"), ("SpO2", "0"), ("Respiratory Rate", "118")],
)
def test_an_absurd_reading_is_kept_and_flagged(tmp_path: Path, label: str, number: str) -> None:
    record = a_folder(tmp_path).chart(label, number, number).record()
    (vital,) = record.vitals
    assert vital.value.value == Fraction(number)
    assert "what is believed" in vital.flagged
    assert told(record.quality, Outcome.DOUBTED) == {f"{label}: {vital.flagged}": 1}


def test_a_vital_sign_flagged_as_an_error_is_kept_and_flagged(tmp_path: Path) -> None:
    (vital,) = a_folder(tmp_path).chart("SpO2", "98", "98", error="1").record().vitals
    assert vital.flagged == "flagged as an error in the chart"


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ({"valuenum": ""}, Outcome.NOT_ASSESSABLE),
        ({"valuenum": "high"}, Outcome.UNCONVERTIBLE),
        ({"valueuom": "kPa"}, Outcome.UNCONVERTIBLE),
        ({"charttime": "yesterday"}, Outcome.NOT_USED),
    ],
)
def test_a_vital_sign_that_cannot_be_read_is_counted(
    tmp_path: Path, change: dict[str, str], outcome: Outcome
) -> None:
    record = a_folder(tmp_path).chart("SpO2", "98", "98", **change).record()
    assert record.vitals == ()
    assert sum(told(record.quality, outcome).values()) == 1


@pytest.mark.hazard("H-006")
def test_weights_in_pounds_stay_in_pounds(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).chart("Admission Weight (Kg)", "70.5", "70.5", valueuom="kg")
    folder.chart("Admission Weight (lbs.)", "155", "155", at="2101-01-02 09:00:00")
    weights = folder.record().weights
    assert [weight.value for weight in weights] == [Quantity("70.5", "kg"), Quantity(155, "[lb_av]")]
    assert {weight.method for weight in weights} == {"unstated"}


def test_weights_without_a_number_are_counted(tmp_path: Path) -> None:
    record = a_folder(tmp_path).chart("Admission Weight (Kg)", "").record()
    assert record.weights == ()
    assert sum(told(record.quality, Outcome.NOT_ASSESSABLE).values()) == 1


def test_an_error_flag_that_cannot_be_read_is_taken_as_one(tmp_path: Path) -> None:
    record = a_folder(tmp_path).chart("Pain Level", "Mild", "2", error="?").record()
    assert record.pain == ()
    assert sum(told(record.quality, Outcome.NOT_USED).values()) == 1


@pytest.mark.parametrize(
    "change", [{"valuenum": "0"}, {"error": "1"}, {"charttime": ""}, {"valuenum": "4000"}]
)
def test_a_weight_that_nobody_can_have_is_not_used(tmp_path: Path, change: dict[str, str]) -> None:
    record = a_folder(tmp_path).chart("Admission Weight (Kg)", "70", "70", **change).record()
    assert record.weights == ()
    assert sum(told(record.quality, Outcome.NOT_USED).values()) == 1


def test_an_empty_reading_is_not_assessable(tmp_path: Path) -> None:
    record = a_folder(tmp_path).chart("Riker-SAS Scale", "").chart("Pain Level", "").record()
    assert sum(told(record.quality, Outcome.NOT_ASSESSABLE).values()) == 2


def test_a_time_that_cannot_be_read_is_counted(tmp_path: Path) -> None:
    folder = (
        a_folder(tmp_path).chart("Riker-SAS Scale", "Sedated", at="soon").chart("Pain Level", "Mild", at="")
    )
    assert sum(told(folder.record().quality, Outcome.UNCONVERTIBLE).values()) == 2


def test_other_items_are_counted_and_left_out(tmp_path: Path) -> None:
    record = a_folder(tmp_path).chart("Heart Rhythm", "SR").chart("Heart Rhythm", "AF", itemid="999").record()
    (line,) = [line for line in record.quality.lines if line.outcome is Outcome.NOT_USED]
    assert (line.count, line.examples) == (2, ("Heart Rhythm", "item 999, which d_items does not have"))
