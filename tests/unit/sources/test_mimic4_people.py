"""MIMIC-IV people, stays, diagnoses of both versions, weights, and the ICU's own tables."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from adjuvant.codes import Icd9, Icd10
from adjuvant.errors import InputError
from adjuvant.quantity import Quantity
from adjuvant.record import NotAssessable, Outcome, PainKind
from adjuvant.sources import detect_format, mimic4
from mimic3_tables import told
from mimic4_tables import EIGHT, NINE, TEN, a_folder


def test_the_age_is_that_of_the_first_admission(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).add(
        "admissions", admittime="2133-05-01 10:00:00", dischtime="2133-05-09 10:00:00"
    )
    patient = folder.record().patient
    assert (patient.age_years, patient.sex, patient.birth_date) == (64, "female", None)


def test_an_age_above_89_is_hidden(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).add("patients", anchor_age="91", anchor_year="2130")
    assert folder.record().patient.age_years is None


def test_a_death_known_to_the_day_is_the_end_of_that_day(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).add("patients", anchor_age="old", anchor_year="2130", dod="2131-02-03")
    record = folder.record()
    assert record.patient.death is not None
    assert record.patient.death.isoformat() == "2131-02-04T00:00:00+00:00"
    assert told(record.quality, Outcome.DOUBTED) == {
        "the age cannot be read": 1,
        "the death is known to the day only, and is taken as the end of that day": 1,
    }


@pytest.mark.parametrize(
    ("code", "version", "typed", "cancer"),
    [
        ("1629", "9", Icd9("1629"), True),
        ("C3490", "10", Icd10("C3490"), True),
        ("I10", "10", Icd10("I10"), False),
    ],
)
def test_diagnoses_have_two_versions(
    tmp_path: Path, code: str, version: str, typed: object, cancer: bool
) -> None:
    folder = a_folder(tmp_path).add("diagnoses_icd", seq_num="1", icd_code=code, icd_version=version)
    folder.add("d_icd_diagnoses", icd_code=code, icd_version=version, long_title="A title")
    (one,) = folder.record().conditions
    assert (one.code, one.cancer, one.text) == (typed, cancer, "A title")


def test_a_diagnosis_without_code_or_version_is_counted(tmp_path: Path) -> None:
    folder = (
        a_folder(tmp_path)
        .add("diagnoses_icd", seq_num="1")
        .add("diagnoses_icd", icd_code="X", icd_version="11")
    )
    assert told(folder.record().quality, Outcome.NOT_USED) == {
        "the diagnosis has no code": 1,
        "the version of the code is neither 9 nor 10": 1,
    }


def test_weights_have_a_date_only_and_what_nobody_weighs_is_not_used(tmp_path: Path) -> None:
    folder = a_folder(tmp_path)
    for name, value in (
        ("Weight (Lbs)", "154"),
        ("Weight (Lbs)", "1"),
        ("Weight (Lbs)", "much"),
        ("BMI (kg/m2)", "25"),
    ):
        folder.add("omr", chartdate="2131-01-02", result_name=name, result_value=value)
    record = folder.record()
    (weight,) = record.weights
    assert (weight.value, weight.at.isoformat()) == (Quantity(154, "[lb_av]"), "2131-01-02T00:00:00+00:00")
    assert record.quality.count(Outcome.NOT_USED, "omr") == 2
    assert record.quality.count(Outcome.UNCONVERTIBLE, "omr") == 1
    assert record.quality.unaccounted("omr") == 0


@pytest.mark.hazard("H-038")
def test_unable_to_score_is_not_a_pain_of_zero(tmp_path: Path) -> None:
    folder = (
        a_folder(tmp_path)
        .chart("Pain Level", "Unable to Score", "0")
        .chart("Pain Level", "Moderate", "5", NINE)
    )
    folder.chart("Pain Level Response", "Unable to Score", "0", TEN)
    unable, moderate, response = folder.record().pain
    assert (unable.value, unable.not_assessable) == (None, NotAssessable.UNABLE)
    assert moderate.value == Fraction(5)
    assert (response.kind, response.value) == (PainKind.AFTER_INTERVENTION, None)


def test_sedation_is_the_number_and_its_goal_is_not_charted_as_a_score(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).chart("Richmond-RAS Scale", "-2  Light sedation, briefly awakens", "-2")
    folder.chart("Goal Richmond-RAS Scale", "0  Alert and calm", "0").chart("Respiratory Rate", "118", "118")
    record = folder.record()
    assert [(one.scale, one.value) for one in record.sedation] == [("rass", "-2")]
    assert [bool(one.flagged) for one in record.vitals] == [True]
    assert record.quality.unaccounted("chartevents") == 0


def test_the_icus_inputs_are_read_as_in_the_third_release(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).given("Fentanyl", "0.1", "mg", EIGHT, TEN, rate="50", rateuom="mcg/hour")
    folder.given(
        "Fentanyl", "0.1", "mg", EIGHT, TEN, rate="50", rateuom="mcg/hour", statusdescription="Rewritten"
    )
    folder.given(
        "Fentanyl",
        "0.3",
        "mg",
        TEN,
        "2131-01-02 12:00:00",
        rate="50",
        rateuom="mcg/hour",
        statusdescription="ChangeDose/Rate",
    )
    folder.given("Fentanyl", "0.1", "mg", "", TEN).given("Dextrose 5%", "100", "mL", EIGHT, TEN)
    record = folder.record()
    good, bad = record.administrations
    assert (good.rate, good.doubt) == (Quantity(50, "ug/h"), "")
    assert bad.doubt == "the amount over the duration is not the charted rate"
    assert record.quality.count(Outcome.DUPLICATE, "inputevents") == 1
    assert record.quality.unaccounted("inputevents") == 0


def test_overlapping_infusions_of_one_item_are_said(tmp_path: Path) -> None:
    folder = a_folder(tmp_path)
    for start, end in ((EIGHT, TEN), (NINE, TEN)):
        folder.given("Fentanyl", "0.1", "mg", start, end)
    assert any(
        "overlaps another infusion" in reason for reason in told(folder.record().quality, Outcome.DOUBTED)
    )


def test_stays_and_rows_of_nobody_are_counted(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).icu().icu(start="").add("omr", subject_id="8", result_name="Height")
    found = folder.read()
    assert [stay.kind for stay in found.record("7").encounters] == ["intensive care, Medical ICU"]
    assert told(found.quality, Outcome.NOT_USED) == {
        "the stay has no time of admission that can be read": 1,
        "the row's subject_id is not in the patients table": 1,
    }


def test_a_patient_twice_or_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds the patient 7 twice"):
        a_folder(tmp_path / "a").add("patients", anchor_age="5").add("patients", anchor_age="5").read()
    with pytest.raises(InputError, match="is not in it"):
        a_folder(tmp_path / "b").read(patient="9")


def test_a_folder_is_told_from_the_third_release_by_its_columns(tmp_path: Path) -> None:
    place = a_folder(tmp_path).chart("Pain Level", "None", "0").write()
    assert detect_format(place) == "mimic4"
    assert [record.patient.id for record in mimic4.stream(place, after="6").records] == ["7"]
    assert list(mimic4.stream(place, after="7").records) == []
