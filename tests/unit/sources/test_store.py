"""The record store: what stands in it, how it grows, and how a broken one shows."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from adjuvant.errors import InputError
from adjuvant.record import EVENT_KINDS, Outcome, PatientRecord, QualityLine, QualitySummary
from adjuvant.sources import detect_format, read, store
from adjuvant.sources.base import Import
from adjuvant.sources.store import writer
from builders import a_patient

READ = QualityLine("chart", Outcome.READ, 3)
USED = QualityLine("chart", Outcome.USED, 3)


def a_record(name: str = "anna", pain: int = 7) -> PatientRecord:
    """An invented patient with an infusion, a tablet and a score."""
    record = (
        a_patient().infusion("morphine", "1 mg/h", 0, 24).given("oxycodone", "5 mg", 2).pain(pain, 4).record()
    )
    named = replace(record, patient=replace(record.patient, id=name))
    return named.with_quality(QualitySummary((READ, USED)))


def an_import(*records: PatientRecord, source: str = "table: a folder") -> Import:
    """An import whose quality is the sum of its records'."""
    lines = QualitySummary.merged(line for record in records for line in record.quality.lines)
    return Import(tuple(records), lines, source)


# --- what stands in it -----------------------------------------------------------------------------------


def part_of(folder: Path) -> Path:
    """The only part of a small store."""
    (part,) = (folder / "parts").iterdir()
    return part


def test_a_store_has_a_part_with_a_table_for_each_kind_of_event_that_there_is(tmp_path: Path) -> None:
    store.write(tmp_path / "store", an_import(a_record()))
    assert {item.name for item in part_of(tmp_path / "store").iterdir()} == {
        f"{table}.parquet" for table in ("patients", "administrations", "pain", "quality", "exposures")
    }
    assert set(EVENT_KINDS) < set(store.TABLES)
    assert set(store.info(tmp_path / "store").tables) == set(store.TABLES)


def test_the_manifest_says_what_the_store_holds(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    info = store.write(folder, an_import(a_record()), imported_at=datetime(2026, 3, 1, tzinfo=UTC))
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["format"], manifest["schema"], manifest["patients"]) == ("adjuvant record store", 3, 1)
    (source,) = manifest["sources"]
    assert (source["source"], source["patients"]) == ("table: a folder", 1)
    assert source["imported_at"] == "2026-03-01T00:00:00+00:00"
    assert manifest["tables"]["administrations"] == 2
    (part,) = manifest["parts"]
    assert (part["first"], part["last"], part["patients"]) == ("anna", "anna", 1)
    assert part["sources"] == {"table: a folder": 1}
    for name, table in part["tables"].items():
        file = folder / "parts" / part["name"] / f"{name}.parquet"
        assert table["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert store.info(folder) == info
    assert str(tmp_path) not in (folder / "manifest.json").read_text(encoding="utf-8")


@pytest.mark.hazard("H-090")
def test_only_its_owner_may_look_into_it(tmp_path: Path) -> None:
    """It may hold patients' data."""
    store.write(tmp_path / "store", an_import(a_record()))
    assert (tmp_path / "store").stat().st_mode & 0o077 == 0


def test_no_instant_of_import_stands_in_it_unless_it_is_passed_in(tmp_path: Path) -> None:
    assert store.write(tmp_path / "store", an_import(a_record())).sources[0].imported_at is None


def test_the_columns_are_typed_for_analysis(tmp_path: Path) -> None:
    store.write(tmp_path / "store", an_import(a_record()))
    schema = pq.read_schema(part_of(tmp_path / "store") / "administrations.parquet")
    assert schema.field("start").type == pa.timestamp("us", tz="UTC")
    assert schema.field("dose").type == pa.string()
    assert schema.field("dose_number").type == pa.float64()
    assert {"patient", "dose_unit", "drug_name", "origin_raw", "unit_status", "doubt"} <= set(schema.names)


def test_any_engine_can_ask_it_questions(tmp_path: Path) -> None:
    store.write(tmp_path / "store", an_import(a_record()))
    file = str(part_of(tmp_path / "store") / "administrations.parquet")
    with duckdb.connect() as connection:
        found = connection.execute(
            "select drug_name, rate, rate_number, rate_unit, kind from read_parquet(?) where rate is not null",
            [file],
        ).fetchall()
    assert found == [("morphine", "1", 1.0, "mg/h", "infusion")]


def test_rows_stand_in_order_of_patient_and_time(tmp_path: Path) -> None:
    store.write(tmp_path / "store", an_import(a_record("zoe"), a_record("anna")))
    table = pq.read_table(part_of(tmp_path / "store") / "administrations.parquet").to_pydict()
    keys = list(zip(table["patient"], table["start"], table["id"], strict=True))
    assert keys == sorted(keys)


def test_a_record_that_was_cut_off_says_until_when(tmp_path: Path) -> None:
    record = a_record()
    cut = record.known_at(record.administrations[1].start)
    store.write(tmp_path / "store", an_import(cut))
    assert store.read(tmp_path / "store").records == (cut,)


def test_the_front_door_reads_a_store_by_its_folder_or_its_manifest(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    store.write(folder, an_import(a_record()))
    assert detect_format(folder) == "store"
    assert read(folder).records == store.read(folder / "manifest.json").records == (a_record(),)
    assert store.read(folder).source == f"record store {folder} (from table: a folder)"


def test_one_patient_is_read_without_the_others(tmp_path: Path) -> None:
    store.write(tmp_path / "store", an_import(a_record("anna"), a_record("zoe", pain=3)))
    found = store.read(tmp_path / "store", patient="zoe")
    assert found.records == (a_record("zoe", pain=3),)
    assert found.quality == found.records[0].quality
    with pytest.raises(InputError, match="patient 'zoo': is not in it; did you mean 'zoe'"):
        store.read(tmp_path / "store", patient="zoo")


def test_an_import_without_patients_is_a_store_too(tmp_path: Path) -> None:
    store.write(tmp_path / "store", Import((), QualitySummary((READ,)), "nobody"))
    again = store.read(tmp_path / "store")
    assert (again.records, again.quality) == ((), QualitySummary((READ,)))


def test_progress_is_told_while_writing_and_reading(tmp_path: Path) -> None:
    seen: list[tuple[str, int, int | None]] = []

    def progress(what: str, done: int, total: int | None = None) -> None:
        seen.append((what, done, total))

    store.write(tmp_path / "store", an_import(a_record()), progress=progress)
    assert seen == [("patients", 1, 1)]
    store.read(tmp_path / "store", progress=progress)
    assert seen[-1] == ("patients", 1, 1)


# --- how it grows ----------------------------------------------------------------------------------------


def test_a_second_import_keeps_the_patients_that_are_there(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    store.write(
        folder, an_import(a_record("zoe"), source="first"), imported_at=datetime(2026, 1, 1, tzinfo=UTC)
    )
    info = store.write(folder, an_import(a_record("anna"), source="second"))
    assert store.patients(folder) == ("anna", "zoe")
    assert [(item.source, item.patients, item.imported_at is None) for item in info.sources] == [
        ("first", 1, False),
        ("second", 1, True),
    ]
    assert store.read(folder).quality.count(Outcome.READ, "chart") == 6


@pytest.mark.hazard("H-022")
def test_the_same_import_twice_changes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    store.write(folder, an_import(a_record()))
    before = contents(folder)
    store.write(folder, an_import(a_record()))
    assert contents(folder) == before


def test_a_patient_of_the_same_source_is_brought_up_to_date(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    store.write(folder, an_import(a_record("anna"), a_record("zoe")))
    store.write(folder, an_import(a_record("anna", pain=2)))
    assert store.read(folder).records == (a_record("anna", pain=2), a_record("zoe"))
    assert store.read(folder).quality.count(Outcome.READ, "chart") == 6


@pytest.mark.hazard("H-021")
def test_a_patient_with_other_content_from_another_source_is_refused_by_name(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    store.write(folder, an_import(a_record("anna"), source="first"))
    with pytest.raises(
        InputError, match="patient anna: is there with other content, from first; import into another"
    ):
        store.write(folder, an_import(a_record("anna", pain=2), source="second"))
    assert store.read(folder).records == (a_record("anna"),)


def test_a_patient_with_the_same_content_from_another_source_is_welcome(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    store.write(folder, an_import(a_record("anna"), a_record("zoe"), source="first"))
    store.write(folder, an_import(a_record("anna"), source="second"))
    assert store.read(folder).records == (a_record("anna"), a_record("zoe"))
    assert store.read(folder).quality.count(Outcome.READ, "chart") == 6


def test_replace_lets_the_other_source_win(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    store.write(folder, an_import(a_record("anna"), source="first"))
    info = store.write(folder, an_import(a_record("anna", pain=2), source="second"), replace=True)
    assert store.read(folder).records == (a_record("anna", pain=2),)
    assert [item.source for item in info.sources] == ["second"]


def test_overwrite_begins_anew(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    store.write(folder, an_import(a_record("zoe"), source="first"))
    store.write(folder, an_import(a_record("anna"), source="second"), overwrite=True)
    assert store.patients(folder) == ("anna",)


@pytest.mark.hazard("H-021")
def test_two_records_for_one_patient_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="patient anna: has two records; merge them"):
        store.write(tmp_path / "store", an_import(a_record("anna"), a_record("anna", pain=1)))
    assert not (tmp_path / "store").exists()


# --- how a broken one shows ------------------------------------------------------------------------------


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a store, by its place in it."""
    return {
        str(item.relative_to(folder)): item.read_bytes()
        for item in sorted(folder.rglob("*"))
        if item.is_file()
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    store.write(tmp_path / "store", an_import(a_record()))
    return tmp_path / "store"


def test_a_store_without_a_manifest_is_half_written(folder: Path) -> None:
    (folder / "manifest.json").unlink()
    with pytest.raises(
        InputError, match=r"has no manifest\.json: it is no record store, or was half written"
    ):
        store.read(folder)


def test_a_missing_table_is_named(folder: Path) -> None:
    (part_of(folder) / "pain.parquet").unlink()
    with pytest.raises(
        InputError, match=r"pain\.parquet: is missing from the record store; import the source again"
    ):
        store.read(folder)


@pytest.mark.hazard("H-072")
def test_a_changed_table_is_named(folder: Path) -> None:
    file = part_of(folder) / "pain.parquet"
    file.write_bytes(file.read_bytes()[:-1] + b"?")
    with pytest.raises(InputError, match=r"pain\.parquet: is not the file that was written"):
        store.read(folder)


def test_another_schema_is_refused(folder: Path) -> None:
    change_manifest(folder, "schema", 4)
    with pytest.raises(InputError, match="is of schema 4, and this version reads 1, 2 and 3"):
        store.read(folder)


@pytest.mark.parametrize(
    ("key", "value", "rule"),
    [
        ("format", "something else", "is no manifest of an adjuvant record store"),
        ("parts", [{"name": "../elsewhere"}], "is incomplete"),
        ("parts", None, "is incomplete"),
        ("tables", None, "is incomplete"),
        ("sources", [{}], "is incomplete"),
        ("patients", "many", "is incomplete"),
    ],
)
def test_a_manifest_that_is_not_ours_or_not_whole_is_refused(
    folder: Path, key: str, value: object, rule: str
) -> None:
    change_manifest(folder, key, value)
    with pytest.raises(InputError, match=rule):
        store.read(folder)


@pytest.mark.parametrize("text", ["", "{", "[]", '"adjuvant record store"'])
def test_a_manifest_that_is_no_json_object_is_refused(folder: Path, text: str) -> None:
    (folder / "manifest.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"manifest\.json"):
        store.info(folder)


def test_a_path_that_is_no_store_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        store.read(tmp_path / "nowhere")
    file = tmp_path / "file"
    file.write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match="is a file, not a record store"):
        store.read(file)


def test_rows_that_cannot_be_read_are_refused_even_with_a_right_checksum(folder: Path) -> None:
    file = part_of(folder) / "pain.parquet"
    table = pq.read_table(file)
    broken = table.set_column(table.column_names.index("kind"), "kind", pa.array(["sometimes"]))
    reseal(folder, file, broken)
    with pytest.raises(InputError, match=r"pain\.parquet: holds a row that cannot be read"):
        store.read(folder)
    neither = table.set_column(table.column_names.index("value"), "value", pa.array([None], pa.string()))
    reseal(folder, file, neither)
    with pytest.raises(InputError, match=r"pain\.parquet: .*must have either a value or the reason"):
        store.read(folder)


def test_rows_of_a_patient_who_is_not_listed_are_refused(folder: Path) -> None:
    file = part_of(folder) / "pain.parquet"
    table = pq.read_table(file)
    reseal(folder, file, table.set_column(0, "patient", pa.array(["somebody"])))
    with pytest.raises(InputError, match="holds rows of 'somebody', who is not in patients"):
        store.read(folder)


def test_other_columns_or_another_format_are_refused(folder: Path) -> None:
    file = part_of(folder) / "pain.parquet"
    reseal(folder, file, pq.read_table(file).drop_columns(["site"]))
    with pytest.raises(InputError, match="has other columns than this version writes"):
        store.read(folder)
    file.write_text("patient,at\n", encoding="utf-8")
    reseal(folder, file, None)
    with pytest.raises(InputError, match="cannot be read as Parquet"):
        store.read(folder)


def test_text_that_no_file_can_hold_is_refused_and_nothing_is_left_behind(tmp_path: Path) -> None:
    record = a_record()
    broken = replace(record, patient=replace(record.patient, note="half a pair: \ud83d"))
    with pytest.raises(InputError, match="patients: note: cannot be stored"):
        store.write(tmp_path / "store", an_import(broken))
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_import_leaves_the_old_store_whole(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(writer, "write_manifest", interrupted)
    with pytest.raises(KeyboardInterrupt):
        store.write(folder, an_import(a_record("zoe"), source="second"))
    assert store.read(folder).records == (a_record(),)
    assert [item.name for item in folder.parent.iterdir()] == ["store"]


@pytest.mark.hazard("H-086")
def test_an_import_of_what_is_there_never_takes_a_table_away_even_for_a_moment(folder: Path) -> None:
    """A file that was removed and written again would be another one to the file system."""
    before = {item.name: item.stat().st_ino for item in part_of(folder).iterdir()}
    store.write(folder, an_import(a_record()))
    assert {item.name: item.stat().st_ino for item in part_of(folder).iterdir()} == before


@pytest.mark.parametrize("damage", ["changed", "gone", "one too many"])
def test_a_damaged_part_is_made_whole_by_importing_it_again(folder: Path, damage: str) -> None:
    before = contents(folder)
    file = part_of(folder) / "pain.parquet"
    match damage:
        case "changed":
            file.write_bytes(file.read_bytes()[:-1] + b"?")
        case "gone":
            file.unlink()
        case _:
            file.with_name("more.parquet").write_bytes(b"")
    store.write(folder, an_import(a_record()))
    assert contents(folder) == before


def test_a_disk_that_cannot_be_written_leaves_the_old_store_whole(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(folder)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("adjuvant.sources.store.manifest.settle", full)
    with pytest.raises(
        InputError, match=r"store: cannot be written \(No space left on device\); check the disk"
    ):
        store.write(folder, an_import(a_record("zoe"), source="second"))
    monkeypatch.undo()
    assert store.read(folder).records == (a_record(),)
    assert contents(folder) == before


def test_a_half_written_store_is_not_added_to_and_may_be_overwritten(folder: Path) -> None:
    (folder / "manifest.json").unlink()
    with pytest.raises(InputError, match="was half written; name a new folder, or remove this one"):
        store.write(folder, an_import(a_record("zoe")))
    store.write(folder, an_import(a_record("zoe")), overwrite=True)
    assert store.patients(folder) == ("zoe",)


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_folder_that_is_no_store_is_never_written_over(tmp_path: Path, overwrite: bool) -> None:
    mine = tmp_path / "thesis"
    mine.mkdir()
    (mine / "chapter.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(InputError, match=r"holds chapter\.txt, which is no part of a record store"):
        store.write(mine, an_import(a_record()), overwrite=overwrite)
    assert (mine / "chapter.txt").read_text(encoding="utf-8") == "years of work"
    with pytest.raises(InputError, match="is a file; name a folder"):
        store.write(mine / "chapter.txt", an_import(a_record()), overwrite=overwrite)


def test_an_empty_folder_may_become_a_store(tmp_path: Path) -> None:
    store.write(tmp_path, an_import(a_record()))
    assert store.patients(tmp_path) == ("anna",)


def change_manifest(folder: Path, key: str, value: object) -> None:
    file = folder / "manifest.json"
    manifest = json.loads(file.read_text(encoding="utf-8")) | {key: value}
    file.write_text(json.dumps(manifest), encoding="utf-8")


def reseal(folder: Path, file: Path, table: pa.Table | None) -> None:
    """Put another table in the place of one, with a checksum that fits it."""
    if table is not None:
        pq.write_table(table, file)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["parts"][0]["tables"][file.stem]["sha256"] = hashlib.sha256(file.read_bytes()).hexdigest()
    change_manifest(folder, "parts", manifest["parts"])
