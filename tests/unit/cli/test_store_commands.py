"""`adjuvant store`: a store says what it holds, whether it is whole, and gives its tables out."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from charts import a_chart, a_row, days_of
from running import Run


@pytest.fixture
def store(adjuvant: Run, tmp_path: Path) -> Path:
    """Two invented patients, each with three days of morphine four times a day."""
    chart = a_chart(
        tmp_path / "ward",
        days_of(1, 3) + days_of(1, 3, patient="b"),
        patients="patient\na\nb\n",
    )
    folder = tmp_path / "store"
    assert adjuvant("import", chart, "--store", folder).code == 0
    return folder


def part(store: Path) -> Path:
    (found,) = (store / "parts").iterdir()
    return found


def test_info_says_what_the_store_holds(adjuvant: Run, store: Path) -> None:
    answer = adjuvant("store", "info", store, "--json").json
    rows = len(pq.read_table(part(store) / "administrations.parquet"))
    assert (answer["schema"], answer["patients"], answer["parts"], answer["stale_parts"]) == (3, 2, 1, 0)
    assert answer["tables"]["administrations"] == rows
    assert [item["patients"] for item in answer["sources"]] == [2]
    assert answer["bytes"] == sum(item.stat().st_size for item in store.rglob("*") if item.is_file())
    text = adjuvant("store", "info", store).out
    assert "2 patients in 1 part" in text and "administrations" in text


@pytest.mark.parametrize("typed", ["store", "./store/../store", "store/", "store/manifest.json"])
def test_a_store_is_one_store_however_its_path_was_typed(
    adjuvant: Run, store: Path, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    monkeypatch.chdir(store.parent)
    size = sum(item.stat().st_size for item in store.rglob("*") if item.is_file())
    answer = adjuvant("store", "info", typed, "--json").json
    assert (answer["store"], answer["bytes"]) == (str(store), size)
    assert adjuvant("store", "info", typed).out.startswith(f"Record store: {store}\n")
    assert adjuvant("store", "verify", typed, "--json").json["store"] == str(store)
    assert adjuvant("store", "refresh", typed, "--json").json["store"] == str(store)
    assert adjuvant("store", "export", typed, "--out", "out", "--json").json["store"] == str(store)


def test_inside_its_folder_a_store_has_its_name(
    adjuvant: Run, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(store)
    assert adjuvant("store", "info", ".").out.startswith(f"Record store: {store}\n")


def test_a_whole_store_is_called_whole(adjuvant: Run, store: Path) -> None:
    answer = adjuvant("store", "verify", store)
    assert answer.code == 0 and answer.out.startswith("Whole: 2 patients")
    assert adjuvant("store", "verify", store, "--json").json["whole"] is True


@pytest.mark.hazard("H-072")
@pytest.mark.parametrize("how", ["changed", "gone", "summary gone"])
def test_a_damaged_store_is_named_with_exit_code_3(adjuvant: Run, store: Path, how: str) -> None:
    file = part(store) / "administrations.parquet"
    if how == "changed":
        file.write_bytes(file.read_bytes()[:-1] + b"?")
    elif how == "gone":
        file.unlink()
    else:
        (file,) = (store / "sources").iterdir()
        file.unlink()
    answer = adjuvant("store", "verify", store)
    assert (answer.code, answer.out) == (3, "") and file.name in answer.err and "import" in answer.err
    told = json.loads(adjuvant("store", "verify", store, "--json").out)
    assert told["whole"] is False and file.name in told["faults"][0]["thing"]


def test_rows_out_of_order_or_too_few_are_found_even_with_a_right_checksum(
    adjuvant: Run, store: Path
) -> None:
    import hashlib

    file = part(store) / "administrations.parquet"
    whole = pq.read_table(file)
    order = list(range(whole.num_rows))
    for broken, words in ((whole.take(order[::-1]), "not in order"), (whole.slice(1), "rows, not")):
        pq.write_table(broken, file)
        manifest = json.loads((store / "manifest.json").read_text(encoding="utf-8"))
        seal = hashlib.sha256(file.read_bytes()).hexdigest()
        manifest["parts"][0]["tables"]["administrations"]["sha256"] = seal
        (store / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        answer = adjuvant("store", "verify", store)
        assert answer.code == 3 and words in answer.err


def test_what_a_stopped_import_left_behind_is_named_and_does_no_harm(adjuvant: Run, store: Path) -> None:
    (store / "parts" / "abandoned").mkdir()
    answer = adjuvant("store", "verify", store)
    assert answer.code == 0 and "abandoned" in answer.out


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_tables_come_out_with_every_row(adjuvant: Run, store: Path, tmp_path: Path, form: str) -> None:
    answer = adjuvant("store", "export", store, "--out", tmp_path / "out", "--as", form, "--json").json
    rows = len(pq.read_table(part(store) / "administrations.parquet"))
    assert answer["tables"]["administrations"] == rows
    file = tmp_path / "out" / f"administrations.{form}"
    if form == "csv":
        with file.open(encoding="utf-8", newline="") as opened:
            found = [row["patient"] for row in csv.DictReader(opened)]
    else:
        found = pq.read_table(file).column("patient").to_pylist()
    assert len(found) == rows and set(found) == {"a", "b"}


def test_one_table_of_one_patient_comes_out_alone(adjuvant: Run, store: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert (
        adjuvant("store", "export", store, "--out", out, "--table", "exposures", "--patient", "b").code == 0
    )
    assert [item.name for item in out.iterdir()] == ["exposures.parquet"]
    assert set(pq.read_table(out / "exposures.parquet").column("patient").to_pylist()) == {"b"}


def test_an_export_overwrites_nothing_and_knows_its_tables_and_patients(
    adjuvant: Run, store: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work", encoding="utf-8")
    answer = adjuvant("store", "export", store, "--out", tmp_path / "mine")
    assert answer.code == 3 and "nothing is overwritten" in answer.err
    assert adjuvant("store", "export", store, "--out", tmp_path / "o", "--table", "drugs").code == 2
    assert adjuvant("store", "export", store, "--out", tmp_path / "o", "--as", "xlsx").code == 2
    unknown = adjuvant("store", "export", store, "--out", tmp_path / "o", "--patient", "c")
    assert unknown.code == 3 and "is not in it" in unknown.err
    assert not (tmp_path / "o").exists()


@pytest.mark.hazard("H-072")
def test_text_that_a_spreadsheet_would_run_is_inert_in_csv(adjuvant: Run, tmp_path: Path) -> None:
    chart = a_chart(tmp_path / "ward", a_row(drug="=HYPERLINK(1)"))
    assert adjuvant("import", chart, "--store", tmp_path / "s").code == 0
    assert adjuvant("store", "export", tmp_path / "s", "--out", tmp_path / "out", "--as", "csv").code == 0
    with (tmp_path / "out" / "administrations.csv").open(encoding="utf-8", newline="") as opened:
        (row,) = csv.DictReader(opened)
    assert row["drug_text"] == "'=HYPERLINK(1)"


def test_exposures_that_rest_on_another_library_are_worked_out_anew(
    adjuvant: Run, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = pq.read_table(part(store) / "exposures.parquet")
    manifest = json.loads((store / "manifest.json").read_text(encoding="utf-8"))
    manifest["parts"][0]["library_sha256"] = "of another year"
    (store / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert f"another library: run `adjuvant store refresh {store}`" in adjuvant("store", "verify", store).out
    assert adjuvant("store", "refresh", store, "--json").json["parts_refreshed"] == 1
    assert adjuvant("store", "info", store, "--json").json["stale_parts"] == 0
    assert pq.read_table(part(store) / "exposures.parquet").equals(before)
    assert "Nothing to do" in adjuvant("store", "refresh", store).out
