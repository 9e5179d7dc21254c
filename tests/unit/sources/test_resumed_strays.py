"""A resumed import of tables counts the rows of nobody as the whole one does: the store keeps them once, at its end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import eicu_tables
import mimic3_tables
import mimic4_tables
from adjuvant.sources import stream
from omop_tables import PRESCRIBED, an_omop

NOBODY = "99"


def omop(path: Path) -> Path:
    """Persons 7 and 8, and a row of a person whom nobody knows."""
    found = an_omop(path)
    for person in ("7", "8"):
        found.add("person", person_id=person, year_of_birth="1950")
    found.exposure("9000088", PRESCRIBED, person_id=NOBODY)
    return found.write()


def mimic3(path: Path) -> Path:
    """The same as MIMIC-III."""
    found = mimic3_tables.a_folder(path)
    for person in ("7", "8"):
        found.add("patients", subject_id=person, gender="F", dob="2050-01-01 00:00:00")
    label = next(name for name, table in mimic3_tables.LABELS if table == "chartevents")
    return found.chart(label, "8", "8", subject_id=NOBODY).write()


def mimic4(path: Path) -> Path:
    """The same as MIMIC-IV."""
    found = mimic4_tables.a_folder(path)
    for person in ("7", "8"):
        found.add("patients", subject_id=person, gender="F", anchor_age="60", anchor_year="2131")
    return found.order("Morphine", "5", "mg", "IV", subject_id=NOBODY).write()


def eicu(path: Path) -> Path:
    """The same as eICU, whose rows name unit stays."""
    found = eicu_tables.a_folder(path)
    found.stay("1").stay("2", uniquepid="002-2", patienthealthsystemstayid="901")
    return found.infusion("60", "25", patientunitstayid=NOBODY).write()


@pytest.mark.parametrize("folder", [omop, mimic3, mimic4, eicu])
def test_rows_of_nobody_are_counted_in_a_resumed_import_too(
    folder: Callable[[Path], Path], tmp_path: Path
) -> None:
    place = folder(tmp_path / "tables")
    whole = stream(place)
    names = [record.patient.id for record in whole.records]
    assert len(names) == 2
    assert any(line.count for line in whole.strays.counted().lines)
    for after in names:
        resumed = stream(place, after=after)
        assert [record.patient.id for record in resumed.records] == [name for name in names if name > after]
        assert resumed.strays.counted() == whole.strays.counted()
