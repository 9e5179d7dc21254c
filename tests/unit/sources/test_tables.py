"""Folders of tables: CSV and Parquet alike, patient by patient, in order, from memory or from a sorted copy."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import duckdb
import pytest

from adjuvant.errors import InputError, InternalError
from adjuvant.sources import tables
from adjuvant.sources.tables import TableFolder, TableShape

SHAPES = {
    "people": TableShape(("id",), ("name",), "id"),
    "events": TableShape(("id", "what"), ("value",), "id"),
    "words": TableShape(("word",), ("meaning",)),
}
PEOPLE = "ID,Name\n10,Ann\n9, Bob \n-3,Cy\n"
EVENTS = "id,what,value,more\n9,a,1,x\n10,b,2,x\n9,c,,x\n-3,a,4,x\n"


def folder(path: Path, *, parquet: bool = False, **more: Any) -> TableFolder:
    for name, text in (("PEOPLE", PEOPLE), ("events", EVENTS), ("words", "word,meaning\na,one\nb,two\n")):
        (path / f"{name}.csv").write_text(text, encoding="utf-8")
        if parquet:
            duckdb.sql(f"copy (from read_csv('{path}/{name}.csv')) to '{path}/{name}.parquet'")
            (path / f"{name}.csv").unlink()
    return opened(path, **more)


def opened(path: Path, **more: Any) -> TableFolder:
    return TableFolder(path, SHAPES, what="test", needed=("people",), events=("events",), **more)


@pytest.fixture(params=["memory", "sorted"])
def large(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    if request.param == "sorted":
        monkeypatch.setattr(tables, "_SMALL", 0)
    return bool(request.param == "sorted")


@pytest.mark.parametrize("parquet", [False, True])
def test_rows_are_texts_by_lower_case_column_in_order_of_patient_and_row(
    tmp_path: Path, parquet: bool, large: bool
) -> None:
    found = folder(tmp_path, parquet=parquet)
    first = 1 if parquet else 2
    assert list(found.rows("events", keys=["9", "-3"])) == [
        {"id": "-3", "what": "a", "value": "4", "row_number": str(first + 3)},
        {"id": "9", "what": "a", "value": "1", "row_number": str(first)},
        {"id": "9", "what": "c", "value": "", "row_number": str(first + 2)},
    ]
    assert [row["what"] for row in found.rows("events")] == ["a", "b", "c", "a"]
    assert [row["name"] for row in found.rows("people")] == ["Ann", "Bob", "Cy"]
    found.close()


def test_where_leaves_only_rows_with_those_values(tmp_path: Path, large: bool) -> None:
    found = folder(tmp_path)
    assert [row["id"] for row in found.rows("events", where={"what": ["a"], "value": ["1", "7"]})] == ["9"]
    assert [row["meaning"] for row in found.rows("words", where={"word": ["b"]})] == ["two"]
    assert list(found.rows("events", keys=[], where={"what": ["a"]})) == []


def test_counts_are_by_value_and_by_patient(tmp_path: Path, large: bool) -> None:
    found = folder(tmp_path)
    assert found.counts("events", "what") == {("a",): 2, ("b",): 1, ("c",): 1}
    assert found.counts("events", "id", "what", keys=["9"]) == {("9", "a"): 1, ("9", "c"): 1}
    assert found.counts("events") == {(): 4}


def test_batches_are_in_order_of_the_text_of_the_id_and_bounded(
    tmp_path: Path, large: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = folder(tmp_path)
    assert list(found.batches("people")) == [("-3", "10", "9")]
    assert list(found.batches("people", after="-3")) == [("10", "9")]
    # 2 rows of -3, 2 of 10 and 3 of 9 over both tables.
    monkeypatch.setattr(tables, "_BATCH", 4)
    assert list(found.batches("people")) == [("-3", "10"), ("9",)]
    monkeypatch.setattr(tables, "_BATCH", 1)
    assert list(found.batches("people")) == [("-3",), ("10",), ("9",)]


def test_a_working_folder_is_found_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "_SMALL", 0)
    (tmp_path / "data").mkdir()
    work = tmp_path / "work"
    found = folder(tmp_path / "data", work=work)
    assert len(list(found.rows("events"))) == 4
    found.close()
    (kept,) = work.glob("events.*.parquet")
    stamp = kept.stat().st_mtime_ns
    again = opened(tmp_path / "data", work=work)
    assert len(list(again.rows("events"))) == 4
    assert kept.stat().st_mtime_ns == stamp
    again.close()
    (tmp_path / "data" / "events.csv").write_text(EVENTS + "9,d,1,x\n", encoding="utf-8")
    changed = opened(tmp_path / "data", work=work)
    assert len(list(changed.rows("events"))) == 5
    changed.close()


def test_a_temporary_folder_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "_SMALL", 0)
    found = folder(tmp_path)
    assert list(found.rows("events"))
    own = found._folder()
    assert own.exists()
    found.close()
    found.close()
    assert not own.exists()


def test_a_folder_says_what_it_has(tmp_path: Path) -> None:
    found = folder(tmp_path)
    (tmp_path / "words.csv").unlink()
    less = opened(tmp_path)
    assert "words" in found
    assert "words" not in less
    assert less.missing == ("words",)
    assert found.columns("events") == ("id", "what", "value", "more")
    assert found.files["people"].name == "PEOPLE.csv"


def test_a_packed_table_is_read(tmp_path: Path) -> None:
    found = folder(tmp_path)
    (tmp_path / "events.csv").unlink()
    with gzip.open(tmp_path / "events.csv.gz", "wt", encoding="utf-8") as file:
        file.write(EVENTS)
    found = opened(tmp_path)
    assert len(list(found.rows("events"))) == 4


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("events.csv", "id;what\n1;a\n", "delimiter|semicolon"),
        ("events.csv", "", "is empty"),
        ("events.csv", "id,value\n1,2\n", "has no column what"),
        ("events.csv", "id,what,WHAT\n1,2,3\n", "twice"),
        ("events.csv.gz", EVENTS, "holds the table events twice"),
        ("events.parquet", EVENTS, "holds the table events twice"),
        ("words.parquet", "PAR1 or not", "twice|is no Parquet file"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_by_name(
    tmp_path: Path, name: str, content: str, words: str
) -> None:
    folder(tmp_path)
    (tmp_path / "words.csv").unlink()
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=words) as caught:
        opened(tmp_path)
    assert str(tmp_path) in str(caught.value)


def test_a_truncated_packed_file_is_refused(tmp_path: Path) -> None:
    folder(tmp_path)
    (tmp_path / "events.csv").unlink()
    (tmp_path / "events.csv.gz").write_bytes(gzip.compress(EVENTS.encode())[:-6])
    with pytest.raises(InputError, match="truncated or damaged gzip file"):
        opened(tmp_path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"id,what,value\n1,a,2,3\n", "has 4 fields where the header has 3|is not well-formed CSV"),
        (b"id,what,value\n1,\xff\xfe,3\n", "is not UTF-8"),
    ],
)
def test_a_damaged_line_is_named_when_it_is_reached(tmp_path: Path, content: bytes, words: str) -> None:
    folder(tmp_path)
    (tmp_path / "events.csv").write_bytes(content)
    with pytest.raises(InputError, match=words):
        list(opened(tmp_path).rows("events"))


def test_a_folder_without_what_it_needs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        opened(tmp_path / "none")
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    with pytest.raises(InputError, match="has none of events"):
        opened(tmp_path)
    with pytest.raises(InputError, match="is a file, not a folder of test tables"):
        opened(tmp_path / "people.csv")
    (tmp_path / "people.csv").unlink()
    with pytest.raises(InputError, match=r"has no people\.csv, people\.csv\.gz or people\.parquet"):
        opened(tmp_path)


def test_asking_for_what_is_not_read_is_a_defect(tmp_path: Path) -> None:
    found = folder(tmp_path)
    with pytest.raises(InternalError):
        list(found.rows("events", where={"more": ["x"]}))
    with pytest.raises(InternalError):
        list(found.rows("words", keys=["a"]))
