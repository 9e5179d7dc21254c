"""A MIMIC-III folder that cannot be used is refused by name; one that can is read whatever its case and packing."""

from __future__ import annotations

from pathlib import Path

import pytest

from adjuvant.errors import InputError
from adjuvant.record import Outcome
from adjuvant.sources import Terms, collect, detect_format, mimic3, read
from mimic3_tables import Tables, a_folder, told


def some(path: Path) -> Tables:
    return a_folder(path).chart("Pain Level", "Moderate", "5").order("Morphine Sulfate", "2", "mg", "IV")


@pytest.mark.parametrize("upper", [False, True])
@pytest.mark.parametrize("packed", [False, True])
def test_names_and_columns_may_be_in_either_case_and_packed(
    tmp_path: Path, upper: bool, packed: bool
) -> None:
    record = mimic3.read(some(tmp_path).write(upper=upper, packed=packed)).record()
    assert [score.value for score in record.pain] == [5]
    assert len(record.requests) == 1


def test_the_folder_is_recognised_and_read_by_the_front_door(tmp_path: Path) -> None:
    folder = some(tmp_path).write()
    assert detect_format(folder) == "mimic3"
    assert read(folder).records == mimic3.read(folder).records


def test_tables_that_are_not_there_are_named_in_the_source(tmp_path: Path) -> None:
    assert "without admissions" in some(tmp_path).read().source


@pytest.mark.parametrize("table", ["patients", "d_items"])
def test_a_folder_without_a_needed_table_is_refused(tmp_path: Path, table: str) -> None:
    folder = some(tmp_path).write()
    (folder / f"{table}.csv").unlink()
    with pytest.raises(
        InputError, match=rf"has no {table}\.csv, {table}\.csv\.gz or {table}\.parquet; add that table"
    ):
        mimic3.read(folder)


def test_a_folder_without_events_is_refused(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).write()
    (folder / "chartevents.csv").unlink()
    with pytest.raises(
        InputError, match="has none of chartevents, inputevents_mv, inputevents_cv, prescriptions"
    ):
        mimic3.read(folder)


def test_a_missing_column_is_named_with_its_file(tmp_path: Path) -> None:
    folder = some(tmp_path).write()
    file = folder / "chartevents.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("charttime", "when"), encoding="utf-8")
    with pytest.raises(InputError, match=r"chartevents\.csv:1: has no column charttime"):
        mimic3.read(folder)


def test_another_delimiter_is_recognised_and_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"\.csv:1: is separated by semicolon, not by comma"):
        mimic3.read(some(tmp_path).write(delimiter=";"))


def test_a_truncated_gzip_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    folder = some(tmp_path).write(packed=True)
    file = folder / "chartevents.csv.gz"
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) - 6])
    with pytest.raises(InputError, match=r"chartevents\.csv\.gz: is a truncated or damaged gzip file"):
        mimic3.read(folder)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    folder = some(tmp_path).write()
    (folder / "prescriptions.csv").write_bytes(b"")
    with pytest.raises(InputError, match=r"prescriptions\.csv: is empty"):
        mimic3.read(folder)


def test_a_row_with_too_few_fields_is_refused_with_its_line(tmp_path: Path) -> None:
    folder = some(tmp_path).write()
    with (folder / "chartevents.csv").open("a", encoding="utf-8") as file:
        file.write("99,7,short\n")
    with pytest.raises(InputError, match=r"chartevents\.csv:3: has 3 fields where the header has 15"):
        mimic3.read(folder)


def test_a_quote_that_does_not_close_is_refused(tmp_path: Path) -> None:
    folder = some(tmp_path).write()
    with (folder / "chartevents.csv").open("a", encoding="utf-8") as file:
        file.write('99,7,,,1,"2101-01-02 08:00:00,,,,,,,,,\n')
    with pytest.raises(
        InputError, match=r"chartevents\.csv.*(is not well-formed CSV|fields where the header has)"
    ):
        mimic3.read(folder)


def test_other_files_in_the_folder_are_left_alone(tmp_path: Path) -> None:
    folder = some(tmp_path).write()
    (folder / "LICENSE.md").write_text("a licence", encoding="utf-8")
    (folder / "caregivers.csv").write_text("not;a;table;we;read", encoding="utf-8")
    assert len(mimic3.read(folder).records) == 1


def test_bytes_that_are_not_utf_8_are_refused(tmp_path: Path) -> None:
    folder = some(tmp_path).chart("Pain Level", "Caf\N{LATIN SMALL LETTER E WITH ACUTE}").write()
    file = folder / "chartevents.csv"
    file.write_bytes(file.read_text(encoding="utf-8").encode("latin-1"))
    with pytest.raises(InputError, match=r"chartevents\.csv.*not UTF-8"):
        mimic3.read(folder)


def test_the_same_table_twice_is_refused(tmp_path: Path) -> None:
    folder = some(tmp_path).write()
    (folder / "CHARTEVENTS.csv.gz").write_bytes(b"")
    with pytest.raises(InputError, match="holds the table chartevents twice, as CHARTEVENTS"):
        mimic3.read(folder)


def test_a_path_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        mimic3.read(tmp_path / "nowhere")
    file = tmp_path / "patients.csv"
    file.write_text("subject_id\n", encoding="utf-8")
    with pytest.raises(InputError, match="is a file, not a folder of MIMIC-III tables"):
        mimic3.read(file)


def test_an_unknown_patient_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="patient '8': is not in it; it holds 7"):
        some(tmp_path).read(patient="8")


def test_a_patient_twice_is_refused(tmp_path: Path) -> None:
    folder = some(tmp_path).add("patients").add("patients")
    with pytest.raises(InputError, match="patients: holds the patient 7 twice"):
        folder.read()


def test_rows_of_a_patient_who_is_not_listed_are_counted_and_not_used(tmp_path: Path) -> None:
    folder = some(tmp_path).chart("Pain Level", "None", "0", subject_id="8")
    folder.chart("Heart Rhythm", "SR", subject_id="8")
    imported = folder.read()
    reason = "the row's subject_id is not in the patients table"
    assert told(imported.quality, Outcome.NOT_USED)[reason] == 2
    assert imported.quality.unaccounted("chartevents") == 0


def test_only_the_asked_for_patient_is_read(tmp_path: Path) -> None:
    folder = some(tmp_path).add("patients", gender="F").add("patients", subject_id="8", gender="M")
    folder.chart("Pain Level", "None", "0", subject_id="8")
    both, one = folder.read(), folder.read(patient="8")
    assert [record.patient.id for record in both.records] == ["7", "8"]
    assert one.records == both.records[1:]
    assert one.quality == both.records[1].quality


def test_patients_come_in_the_same_records_one_at_a_time_all_at_once_and_after_a_stop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = some(tmp_path).add("patients", gender="F")
    for name in ("8", "10"):
        folder.add("patients", subject_id=name, gender="M").chart("Pain Level", "None", "0", subject_id=name)
    place, whole = folder.write(), folder.read()
    assert [record.patient.id for record in whole.records] == ["10", "7", "8"]
    monkeypatch.setattr("adjuvant.sources.tables._BATCH", 1)
    assert collect(mimic3.stream(place)) == whole
    monkeypatch.setattr("adjuvant.sources.tables._SMALL", 0)
    assert collect(mimic3.stream(place, work=tmp_path / "work")) == whole
    assert collect(mimic3.stream(place, work=tmp_path / "work")) == whole
    assert tuple(mimic3.stream(place, after="10").records) == whole.records[1:]


def test_the_users_own_lines_on_names_are_taken(tmp_path: Path) -> None:
    place = a_folder(tmp_path).order("House Mix 7", "2", "mg", "IV").write()
    lines = tmp_path / "terms.csv"
    lines.write_text("name,ingredients\nHouse Mix 7,morphine\n", encoding="utf-8")
    (plain,), (told_by) = mimic3.read(place).record().requests, mimic3.read(place, terms=Terms.read(lines))
    assert plain.drug.ingredients == ()
    assert [item.name for item in told_by.record().requests[0].drug.ingredients] == ["morphine"]
    assert [one.name for one in mimic3.read(place).quality.names] == ["House Mix 7"]
    assert told_by.quality.names == ()


def test_times_are_utc_unless_a_zone_is_named(tmp_path: Path) -> None:
    folder = some(tmp_path)
    utc = folder.read().record("7")
    eastern = folder.read(zone="America/New_York").record("7")
    assert utc.pain[0].at.isoformat() == "2101-01-02T08:00:00+00:00"
    assert eastern.pain[0].at.isoformat() == "2101-01-02T13:00:00+00:00"
    assert utc.patient.zone == "UTC"
    assert "they are taken in UTC" in utc.patient.note
    with pytest.raises(InputError, match="is not an IANA zone"):
        folder.read(zone="Mars/Phobos")


def test_progress_is_told_after_each_step(tmp_path: Path) -> None:
    seen: list[tuple[str, int, int | None]] = []
    mimic3.read(
        some(tmp_path).write(), progress=lambda what, done, total=None: seen.append((what, done, total))
    )
    assert [done for _, done, _ in seen] == list(range(1, len(seen) + 1))
    assert seen[-1][1] == seen[-1][2]
