"""Patients, stays and diagnoses of MIMIC-III: hidden ages, deaths known to the day, malignant codes."""

from __future__ import annotations

from pathlib import Path

import pytest

from adjuvant.codes import Icd9
from adjuvant.record import Outcome
from adjuvant.sources.neoplasms import malignant
from mimic3_tables import Tables, a_folder, told


def stay(path: Path, **more: str) -> Tables:
    values = {"hadm_id": "1", "admittime": "2101-01-01 10:00:00", "dischtime": "2101-01-09 10:00:00"}
    return a_folder(path).add("admissions", **(values | {"admission_type": "EMERGENCY"} | more))


def test_age_is_that_at_the_first_stay(tmp_path: Path) -> None:
    folder = stay(tmp_path).add("patients", gender="M", dob="2050-01-02 00:00:00")
    patient = folder.record().patient
    assert (patient.age_years, patient.sex) == (50, "male")  # the birthday is one day after admission
    assert str(patient.birth_date) == "2050-01-02"
    assert not patient.synthetic


def test_an_age_that_the_source_hides_is_unknown_and_not_three_hundred(tmp_path: Path) -> None:
    folder = stay(tmp_path).add("patients", gender="F", dob="1800-06-01 00:00:00")
    record = folder.record()
    assert record.patient.age_years is None
    assert record.patient.birth_date is None
    assert "older than 89" in record.patient.note
    assert sum(told(record.quality, Outcome.DOUBTED).values()) == 1


def test_a_death_in_hospital_has_its_charted_time(tmp_path: Path) -> None:
    folder = stay(tmp_path, deathtime="2101-01-05 03:30:00").add("patients", dod="2101-01-05 00:00:00")
    death = folder.record().patient.death
    assert death is not None
    assert death.isoformat() == "2101-01-05T03:30:00+00:00"


def test_a_death_known_to_the_day_is_taken_as_its_end(tmp_path: Path) -> None:
    """The day's first instant would put the death before what was charted on that day."""
    folder = stay(tmp_path).add("patients", dod="2101-02-05 00:00:00")
    record = folder.record()
    assert record.patient.death is not None
    assert record.patient.death.isoformat() == "2101-02-06T00:00:00+00:00"
    assert "the death is known to the day only" in next(iter(told(record.quality, Outcome.DOUBTED)))


def test_a_date_of_death_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    record = stay(tmp_path).add("patients", dod="in spring").record()
    assert record.patient.death is None
    assert told(record.quality, Outcome.DOUBTED) == {"the date of death cannot be read": 1}


def test_charting_after_the_recorded_death_is_said(tmp_path: Path) -> None:
    folder = stay(tmp_path, deathtime="2101-01-02 07:00:00").chart("Pain Level", "None", "0")
    assert told(folder.record().quality, Outcome.DOUBTED) == {
        "events are charted after the recorded death": 1
    }


def test_stays_become_encounters(tmp_path: Path) -> None:
    folder = stay(tmp_path).add(
        "icustays",
        icustay_id="4",
        first_careunit="MICU",
        intime="2101-01-02 00:00:00",
        outtime="2101-01-01 00:00:00",
    )
    record = folder.record()
    assert [item.kind for item in record.encounters] == ["hospital, emergency", "intensive care, MICU"]
    assert record.encounters[1].end is None
    assert told(record.quality, Outcome.DOUBTED) == {
        "the stay ends before it begins; its end is left open": 1
    }


def test_a_stay_without_a_start_is_not_used(tmp_path: Path) -> None:
    record = stay(tmp_path, admittime="").record()
    assert record.encounters == ()
    assert told(record.quality, Outcome.NOT_USED) == {"the stay has no time of admission that can be read": 1}


def test_diagnoses_keep_code_title_and_whether_they_are_cancer(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).add(
        "d_icd_diagnoses", icd9_code="1985", long_title="Secondary neoplasm of bone"
    )
    for code in ("1985", "4019", ""):
        folder.add("diagnoses_icd", icd9_code=code)
    record = folder.record()
    assert [(item.text, item.code, item.cancer) for item in record.conditions] == [
        ("Secondary neoplasm of bone", Icd9("1985"), True),
        ("ICD-9-CM 4019", Icd9("4019"), False),
    ]
    assert told(record.quality, Outcome.NOT_USED) == {"the diagnosis has no code": 1}


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("1400", True),
        ("140.0", True),
        ("2089", True),
        ("20301", True),
        ("2090", True),
        ("20936", True),
        ("20970", True),
        ("20950", False),  # a benign carcinoid
        ("2100", False),
        ("2334", None),  # in situ
        ("2350", None),  # uncertain behaviour
        ("1398", False),
        ("V1046", None),  # a history of cancer: it was there, and nobody says whether it still is
        ("E8889", False),
        ("209", None),  # the bare category holds both
        ("C61", None),  # ICD-10 is another classification
        ("cancer", None),
    ],
)
def test_chapter_two_of_icd_9_says_what_is_malignant(code: str, answer: bool | None) -> None:
    assert malignant(code) is answer
