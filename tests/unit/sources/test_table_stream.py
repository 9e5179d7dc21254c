"""A mapped chart patient by patient: as read at once, in order of id, on disk where memory does not hold it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adjuvant.errors import InputError
from adjuvant.record import Outcome
from adjuvant.sources import collect, example_folder, read, stream
from adjuvant.sources.spill import Spill
from adjuvant.sources.table import rows as table_rows
from charts import MAPPING, a_chart, a_dose

PEOPLE = ("anna", "berta", "carl", "dora")
WITH_IDS = MAPPING.replace(
    "patient: patient, time: start, end: end", "patient: patient, id: end, time: start"
)
"""The column of ends holds an id of the row instead."""


@pytest.fixture
def on_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Holds a few rows only, so that every chart is sorted on disk."""
    monkeypatch.setattr(table_rows, "Spill", partial(Spill, held=1000))


def interleaved(seed: int, rows: int = 60) -> list[str]:
    """Rows of several patients in no order."""
    chosen = random.Random(seed)
    return [
        a_dose(
            chosen.randint(1, 28),
            chosen.randint(0, 23),
            patient=chosen.choice([*PEOPLE, ""]),
            drug=chosen.choice(["morphine", "Zubrovin", "oxycodone"]),
            dose=chosen.choice(["10 mg", "10 zorks", ""]),
        )
        for _ in range(rows)
    ]


def patients_csv(*names: str) -> str:
    return "patient\n" + "".join(f"{name}\n" for name in names)


@pytest.mark.usefixtures("on_disk")
@given(seed=st.integers(0, 10**6))
def test_each_patient_has_what_a_file_of_their_rows_alone_gives(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    """The other rows are blanked, so that lines keep their numbers."""
    folder = tmp_path_factory.mktemp("mar")
    rows = interleaved(seed)
    whole = read(a_chart(folder, "".join(rows), patients=patients_csv(*PEOPLE)))
    assert [record.patient.id for record in whole.records] == list(PEOPLE)
    for record in whole.records:
        name = record.patient.id
        own = [row if row.startswith((f'"{name}"', '""')) else "\n" for row in rows]
        alone = read(a_chart(folder, "".join(own), patients=patients_csv(name))).record()
        assert (alone.administrations, alone.unplaced) == (record.administrations, record.unplaced)
        given = [line for line in alone.quality.lines if line.table == "given.csv"]
        assert given == [line for line in record.quality.lines if line.table == "given.csv"]


@pytest.mark.parametrize("name", sorted(item.name for item in example_folder().iterdir() if item.is_dir()))
def test_a_chart_sorted_on_disk_is_the_chart_sorted_in_memory(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = read(example_folder() / name)
    monkeypatch.setattr(table_rows, "Spill", partial(Spill, held=1))
    assert collect(stream(example_folder() / name)) == held


@pytest.mark.usefixtures("on_disk")
def test_a_resumed_stream_goes_on_after_the_patient_and_counts_the_same_strays(tmp_path: Path) -> None:
    rows = [*interleaved(1), a_dose(3, 8, patient="astrid"), a_dose(3, 8, patient="zoe"), "anna,1,2\n"]
    folder = a_chart(tmp_path / "mar", "".join(rows), patients=patients_csv(*PEOPLE))
    first, second = stream(folder), stream(folder, after="berta", work=tmp_path / "work")
    everyone = list(first.records)
    assert list(second.records) == everyone[2:]
    assert first.strays.counted() == second.strays.counted()
    lines = [line for line in first.strays.counted().lines if line.table == "given.csv"]
    assert [line.examples for line in lines if "patients table" in line.reason] == [("astrid", "zoe")]
    assert list((tmp_path / "work").iterdir()) == [], "what was sorted on disk is removed"


def test_a_stream_that_is_given_up_leaves_nothing_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_rows, "Spill", partial(Spill, held=1))
    folder = a_chart(tmp_path / "mar", "".join(interleaved(2)), patients=patients_csv(*PEOPLE))
    records: Iterator[object] = stream(folder, work=tmp_path / "work").records
    next(records)
    assert list((tmp_path / "work").iterdir()) != []
    records.close()  # type: ignore[attr-defined]  it is a generator
    assert list((tmp_path / "work").iterdir()) == []


@pytest.mark.usefixtures("on_disk")
def test_a_row_with_the_id_of_another_patient_s_row_stops_the_read_and_names_both_lines(
    tmp_path: Path,
) -> None:
    rows = [a_dose(3, 8, end=str(number), patient=PEOPLE[number % 4]) for number in range(20)]
    rows.append(a_dose(4, 8, end="5", patient="dora"))
    folder = a_chart(tmp_path, "".join(rows), mapping=WITH_IDS, patients=patients_csv(*PEOPLE))
    with pytest.raises(InputError, match=r"given\.csv:22: administrations '5'.*first on line 7"):
        next(stream(folder).records)


@pytest.mark.usefixtures("on_disk")
def test_an_equal_row_with_the_same_id_is_a_duplicate_with_the_true_lines(tmp_path: Path) -> None:
    rows = [a_dose(3, 8, end=str(number), patient=PEOPLE[number % 4]) for number in range(20)]
    folder = a_chart(tmp_path, "".join([*rows, rows[5]]), mapping=WITH_IDS, patients=patients_csv(*PEOPLE))
    found = read(folder).quality
    (line,) = [line for line in found.lines if line.outcome is Outcome.DUPLICATE]
    assert line.examples == ("line 22 repeats line 7",)


def test_times_of_another_shape_are_told_at_the_end_of_the_stream(tmp_path: Path) -> None:
    rows = "".join(a_dose(3, 8).replace("2031-03-03T08:00", "3 March 2031") for _ in range(3))
    records = stream(a_chart(tmp_path, rows)).records
    with pytest.raises(InputError, match="3 rows have times of another shape"):
        list(records)
