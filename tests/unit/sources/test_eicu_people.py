"""eICU people: one record is a hospital stay, its times count from the admission, and no relation is invented."""

from __future__ import annotations

from pathlib import Path

import pytest

from adjuvant.codes import Icd9, Icd10
from adjuvant.errors import InputError
from adjuvant.record import Outcome
from adjuvant.sources import detect_format, eicu
from eicu_tables import a_folder
from mimic3_tables import told


def test_a_record_is_a_hospital_stay_whose_unit_stays_lie_as_their_offsets_say(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).stay()
    folder.stay("2", hospitaladmitoffset="-3120", hospitaldischargeoffset="1000", unitadmittime24="09:06:00",
                unitdischargeoffset="600")  # fmt: skip
    record = folder.record()
    assert [(stay.start.isoformat(), stay.kind) for stay in record.encounters] == [
        ("2200-01-01T05:06:00+00:00", "hospital"),
        ("2200-01-01T07:06:00+00:00", "intensive care, Med-Surg ICU"),
        ("2200-01-03T09:06:00+00:00", "intensive care, Med-Surg ICU"),
    ]
    assert record.encounters[0].end is not None
    assert told(record.quality, Outcome.DOUBTED) == {}


def test_the_record_says_that_its_day_is_invented_and_whose_it_is(tmp_path: Path) -> None:
    note = a_folder(tmp_path).stay().record().patient.note
    assert "the invented day 2200-01-01" in note
    assert "the person 002-1" in note


def test_two_hospital_stays_of_one_person_are_two_records(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).stay().stay("2", patienthealthsystemstayid="901")
    assert [record.patient.id for record in folder.read().records] == ["900", "901"]


def test_ages_over_89_are_hidden_and_not_a_number(tmp_path: Path) -> None:
    record = a_folder(tmp_path).stay(age="> 89").record()
    assert record.patient.age_years is None
    assert record.patient.note.endswith("the source hides the age.")


@pytest.mark.parametrize(
    ("values", "doubt"),
    [
        ({"age": "old"}, "the age cannot be read"),
        ({"hospitaladmittime24": ""}, "the hospital admission has no time of day; midnight is taken"),
        (
            {"hospitaladmitoffset": ""},
            "the admission to the unit cannot be placed; its times count as from the",
        ),
        ({"unitdischargeoffset": ""}, "the unit stay has no end that can be read"),
        ({"unitadmittime24": "11:00:00"}, "the time of day of the unit admission does not fit its offset"),
        (
            {"admissionweight": "0.5"},
            "the admissionweight is below what is believed of a body weight, and is not",
        ),
        ({"admissionweight": "heavy"}, "the admissionweight is not a plain decimal number"),
        (
            {"hospitaldischargeoffset": "-4000"},
            "the discharge from the hospital contradicts itself; it is left open",
        ),
    ],
)
def test_what_is_odd_about_a_stay_is_said(tmp_path: Path, values: dict[str, str], doubt: str) -> None:
    known = {"unitadmittime24": ""} if "hospitaladmit" in str(values) else {}
    record = a_folder(tmp_path).stay(**(known | values)).record()
    (said,) = told(record.quality, Outcome.DOUBTED)
    assert said.startswith(doubt)
    assert record.quality.unaccounted("patient") == 0


def test_weights_stand_at_admission_and_discharge(tmp_path: Path) -> None:
    record = a_folder(tmp_path).stay(dischargeweight="68").record()
    assert [(str(one.value), one.at.isoformat()) for one in record.weights] == [
        ("70.5 kg", "2200-01-01T07:06:00+00:00"),
        ("68 kg", "2200-01-03T07:06:00+00:00"),
    ]


def test_a_death_is_taken_as_the_discharge_and_a_contradicted_one_is_none(tmp_path: Path) -> None:
    died = a_folder(tmp_path / "a").stay(hospitaldischargestatus="Expired").record()
    assert died.patient.death is not None
    assert died.patient.death.isoformat() == "2200-01-04T01:46:00+00:00"
    in_unit = (
        a_folder(tmp_path / "b").stay(unitdischargestatus="Expired", hospitaldischargestatus="").record()
    )
    assert in_unit.patient.death is not None
    assert in_unit.patient.death.isoformat() == "2200-01-03T07:06:00+00:00"
    unclear = a_folder(tmp_path / "c").stay(unitdischargestatus="Expired").record()
    assert unclear.patient.death is None


@pytest.mark.parametrize(
    ("codes", "first", "cancer"),
    [
        ("162.9, C34.90", Icd9("162.9"), True),
        ("C78.7", Icd10("C78.7"), True),
        ("401.9, I10", Icd9("401.9"), False),
        ("E11.9", Icd10("E11.9"), False),
        ("E950.9", Icd9("E950.9"), False),
        ("V10.3", Icd9("V10.3"), None),
        ("", None, None),
    ],
)
def test_a_diagnosis_is_cancer_by_its_codes(
    tmp_path: Path, codes: str, first: object, cancer: bool | None
) -> None:
    folder = a_folder(tmp_path).add("diagnosis", diagnosisstring="oncology|chest tumors", icd9code=codes)
    (one,) = folder.record().conditions
    assert (one.code, one.cancer, one.onset) == (first, cancer, None)
    assert one.text == "oncology: chest tumors"


def test_a_diagnosis_without_words_or_code_is_counted(tmp_path: Path) -> None:
    record = a_folder(tmp_path).add("diagnosis").record()
    assert told(record.quality, Outcome.NOT_USED) == {"the diagnosis has neither words nor a code": 1}


def test_rows_of_a_unit_stay_that_nobody_has_are_strays(tmp_path: Path) -> None:
    found = a_folder(tmp_path).infusion("60", "50", patientunitstayid="77").read()
    assert told(found.quality, Outcome.NOT_USED) == {
        "the row's patientunitstayid is not in the patient table": 1
    }
    assert found.quality.unaccounted("infusiondrug") == 0


def test_a_stay_that_is_not_there_or_stands_twice_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not in it"):
        a_folder(tmp_path / "a").read(patient="901")
    with pytest.raises(InputError, match="holds the unit stay 1 twice"):
        a_folder(tmp_path / "b").stay().stay().read()
    with pytest.raises(InputError, match="to 2 persons"):
        a_folder(tmp_path / "c").stay().stay("2", uniquepid="002-2").read()


def test_many_stays_are_read_in_batches_and_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eicu, "_BATCH", 2)
    folder = a_folder(tmp_path)
    for number in ("1", "2", "3"):
        folder.stay(number, patienthealthsystemstayid=f"90{number}").infusion(
            "60", "50", patientunitstayid=number
        )
    told_of: list[tuple[int, int | None]] = []
    found = eicu.read(folder.write(), progress=lambda what, done, total=None: told_of.append((done, total)))
    assert [len(record.unplaced) for record in found.records] == [1, 1, 1]
    assert told_of == [(1, 3), (2, 3), (3, 3)]


def test_a_folder_of_eicu_tables_is_recognised_and_resumes(tmp_path: Path) -> None:
    place = a_folder(tmp_path).stay().stay("2", patienthealthsystemstayid="901").write()
    assert detect_format(place) == "eicu"
    assert [record.patient.id for record in eicu.stream(place, after="900").records] == ["901"]
    assert [record.patient.id for record in eicu.stream(place, patient="900").records] == ["900"]
