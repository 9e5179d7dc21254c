"""eICU vital signs, pain and sedation: what is doubted is flagged, and not assessable is never zero."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from adjuvant.record import NotAssessable, Outcome, PainKind
from eicu_tables import a_folder
from mimic3_tables import told

PAIN = "Pain Score/Goal"
SEDATION = "Sedation Scale/Score/Goal"


def test_a_row_of_pressures_is_three_readings_and_zero_is_flagged(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).add(
        "vitalaperiodic", observationoffset="60", noninvasivesystolic="120", noninvasivediastolic="0",
        noninvasivemean="",
    )  # fmt: skip
    record = folder.record()
    assert [(one.kind, str(one.value), bool(one.flagged)) for one in record.vitals] == [
        ("diastolic", "0 mm[Hg]", True),
        ("systolic", "120 mm[Hg]", False),
    ]
    assert record.quality.unaccounted("vitalaperiodic") == 0


def test_the_monitors_table_is_read_by_its_columns(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).add(
        "vitalperiodic", observationoffset="5", sao2="97", heartrate="88", respiration="14"
    )
    assert {one.kind: int(one.value.value) for one in folder.record().vitals} == {
        "spo2": 97,
        "heart_rate": 88,
        "respiratory_rate": 14,
    }


def test_rows_without_a_reading_or_a_time_are_counted(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).add("vitalaperiodic", observationoffset="60", paop="9")
    folder.add("vitalaperiodic", observationoffset="", noninvasivesystolic="120")
    record = folder.record()
    assert told(record.quality, Outcome.NOT_ASSESSABLE) == {"the row has no reading that is kept": 1}
    assert told(record.quality, Outcome.UNCONVERTIBLE) == {"no reading of the row can be read": 1}


def test_only_the_patients_own_breathing_is_a_vital_sign(tmp_path: Path) -> None:
    folder = a_folder(tmp_path)
    for label, value in (
        ("RR (patient)", "14"),
        ("Vent Rate", "12"),
        ("RR (patient)", ""),
        ("RR (patient)", "ERROR"),
    ):
        folder.add(
            "respiratorycharting", respchartoffset="60", respchartvaluelabel=label, respchartvalue=value
        )
    record = folder.record()
    assert [str(one.value) for one in record.vitals] == ["14 /min"]
    assert record.quality.count(Outcome.NOT_USED, "respiratorycharting") == 1
    assert record.quality.count(Outcome.NOT_ASSESSABLE, "respiratorycharting") == 1
    assert record.quality.count(Outcome.UNCONVERTIBLE, "respiratorycharting") == 1
    assert record.quality.unaccounted("respiratorycharting") == 0


@pytest.mark.parametrize(
    ("words", "value", "missing"),
    [
        ("4", 4, None),
        ("0", 0, None),
        ("Unable to Assess", None, NotAssessable.UNABLE),
        ("sleeping", None, NotAssessable.ASLEEP),
        ("Refused", None, NotAssessable.DECLINED),
    ],
)
def test_pain_is_a_number_or_the_reason_why_there_is_none(
    tmp_path: Path, words: str, value: int | None, missing: NotAssessable | None
) -> None:
    record = a_folder(tmp_path).nurse(PAIN, "Pain Score", words).record()
    (score,) = record.pain
    assert (score.value, score.not_assessable) == (None if value is None else Fraction(value), missing)
    assert record.quality.unaccounted("nursecharting") == 0


@pytest.mark.parametrize("words", ["11", "moderate", "4.5", "-1"])
def test_pain_in_other_words_or_beyond_the_scale_is_not_guessed(tmp_path: Path, words: str) -> None:
    record = a_folder(tmp_path).nurse(PAIN, "Pain Score", words).record()
    assert record.pain == ()
    assert record.quality.count(Outcome.UNCONVERTIBLE, "nursecharting") == 1


def test_a_pain_goal_is_an_acceptable_level(tmp_path: Path) -> None:
    (score,) = a_folder(tmp_path).nurse(PAIN, "Pain Goal", "3").record().pain
    assert score.kind is PainKind.ACCEPTABLE


def test_sedation_is_read_where_its_scale_is_named_at_the_same_moment(tmp_path: Path) -> None:
    folder = (
        a_folder(tmp_path).nurse(SEDATION, "Sedation Scale", "RASS").nurse(SEDATION, "Sedation Score", "-2")
    )
    folder.nurse(SEDATION, "Sedation Score", "3", offset="120")
    record = folder.record()
    assert [(one.scale, one.value) for one in record.sedation] == [("rass", "-2")]
    assert told(record.quality, Outcome.NOT_USED) == {
        "no scale of the sedation is named at its moment, or none that is known": 1
    }
    assert record.quality.unaccounted("nursecharting") == 0


def test_vital_signs_of_nurses_are_kept_and_other_cells_counted(tmp_path: Path) -> None:
    folder = (
        a_folder(tmp_path)
        .nurse("Respiratory Rate", "Respiratory Rate", "16")
        .nurse("O2 Saturation", "O2 Saturation", "0")
    )
    folder.nurse("Glasgow coma score", "GCS Total", "15").nurse(PAIN, "Pain Present", "yes")
    record = folder.record()
    assert {one.kind: bool(one.flagged) for one in record.vitals} == {"respiratory_rate": False, "spo2": True}
    assert record.quality.count(Outcome.NOT_USED, "nursecharting") == 2
    assert record.quality.unaccounted("nursecharting") == 0
