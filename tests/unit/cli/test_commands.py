"""The other commands: import, evaluate, report, tables, demo, doctor."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from adjuvant import sources
from adjuvant.errors import InputError

pytestmark = pytest.mark.slow

RECONSTRUCTION = sources.example_folder() / "founding_case_reconstruction"
AS_REPORTED = sources.example_folder() / "founding_case_reported.reported.yaml"


def test_help_loads_nothing_heavy() -> None:
    """Answering --help must stay quick, so nothing that takes long to import may be imported for it."""
    script = (
        "import sys\n"
        "from adjuvant.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'pint', 'ucumvert', 'duckdb', 'pyarrow', 'numpy', 'rich', 'jinja2', 'typst', 'pydantic', 'ruamel'}\n"
        "print('LOADED', sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "LOADED []" in done.stdout


@pytest.mark.parametrize("words", [["frobnicate"], ["mme"], ["evaluate", "--nonsense"], ["tables", "show"]])
def test_bad_usage_exits_2(adjuvant: Any, words: list[str]) -> None:
    assert adjuvant(*words).code == 2


def test_an_unexpected_fault_is_one_line_and_exit_5(adjuvant: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("unlucky")

    monkeypatch.setattr("adjuvant.cli.doctor.run", broken)
    answer = adjuvant("doctor")
    assert answer.code == 5
    assert answer.err == (
        "adjuvant: internal error: ZeroDivisionError; "
        "set ADJUVANT_TRACEBACK=1, run it again and report what it prints.\n"
    )


@pytest.mark.hazard("H-086")
def test_a_full_disk_is_named_and_never_a_traceback(adjuvant: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", "/data/store")

    monkeypatch.setattr("adjuvant.cli.doctor.run", full)
    answer = adjuvant("doctor")
    assert answer.code == 3
    assert "/data/store: No space left on device" in answer.err


def test_evaluate_reads_a_source_and_a_store_with_the_same_result(adjuvant: Any, home: Path) -> None:
    direct = adjuvant("evaluate", RECONSTRUCTION, "--json")
    assert adjuvant("import", RECONSTRUCTION).code == 0
    stored = adjuvant("evaluate", "--json")
    assert direct.code == stored.code == 0
    assert direct.json == stored.json
    assert (home / "store").is_dir()


def test_evaluate_answers_the_documented_keys(adjuvant: Any) -> None:
    answer = adjuvant("evaluate", RECONSTRUCTION, "--json").json
    assert {
        "patient",
        "course",
        "windows",
        "pain",
        "opioids",
        "responses",
        "verdict",
        "quality",
        "citations",
    } <= set(answer)
    assert {"before", "during", "after"} <= set(answer["windows"])
    assert {"before", "after", "change", "percent", "covered_share"} <= set(answer["pain"])
    assert {"before", "after", "percent", "by_drug", "by_table", "stopped"} <= set(answer["opioids"])
    assert all({"key", "answer", "missing", "citation"} <= set(item) for item in answer["responses"])
    assert {item["answer"] for item in answer["responses"]} <= {"yes", "no", "cannot_evaluate"}


def test_evaluate_the_reported_figures_of_the_founding_case(adjuvant: Any) -> None:
    answer = adjuvant("evaluate", AS_REPORTED, "--json")
    assert answer.code == 0
    assert "458.8" in answer.out
    people = adjuvant("evaluate", AS_REPORTED)
    assert people.code == 0 and "as reported" in people.out.lower()


def test_windows_can_be_declared(adjuvant: Any) -> None:
    answer = adjuvant(
        "evaluate", RECONSTRUCTION, "--json", "--before-hours", "48", "--after-hours", "24"
    ).json
    assert (
        answer["windows"]["before"]
        != adjuvant("evaluate", RECONSTRUCTION, "--json").json["windows"]["before"]
    )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--course", "yesterday"], "START/END"),
        (["--course", "2026-01-01T00:00:00Z/2026-01-02T00:00:00Z", "--pseudo-course"], "--pseudo-course"),
        (["--before-hours", "-3"], "--before-hours"),
        (["--before-hours", "0"], "not above zero"),
        (["--onset-end", "soon"], "--onset-end"),
        (["--parenteral-table", "cdc2022"], "--table"),
    ],
)
def test_a_choice_that_makes_no_sense_is_bad_usage(adjuvant: Any, options: list[str], words: str) -> None:
    answer = adjuvant("evaluate", RECONSTRUCTION, *options)
    assert answer.code == 2
    assert words in answer.err


def test_no_store_yet_says_how_to_get_one(adjuvant: Any) -> None:
    answer = adjuvant("evaluate")
    assert answer.code == 2
    assert "adjuvant demo" in answer.err


def test_a_record_without_ketamine_says_so_and_offers_the_two_ways_on(adjuvant: Any, tmp_path: Path) -> None:
    generated = sources.synthetic.generate(1, seed=3)
    (record,) = generated.records
    without = [item for item in record.administrations if "ketamine" not in item.drug.name]
    import dataclasses

    bare = dataclasses.replace(record, administrations=tuple(without))
    sources.store.write(tmp_path / "s", dataclasses.replace(generated, records=(bare,)))
    answer = adjuvant("evaluate", tmp_path / "s")
    assert answer.code == 3
    assert "--course" in answer.err and "--pseudo-course" in answer.err


def test_report_writes_one_page_and_one_pdf(adjuvant: Any, tmp_path: Path) -> None:
    answer = adjuvant("report", RECONSTRUCTION, "--out", tmp_path / "out", "--json")
    assert answer.code == 0
    (written,) = answer.json["reports"]
    assert Path(written["html"]).read_text(encoding="utf-8").startswith("<!doctype html>")
    assert Path(written["pdf"]).read_bytes().startswith(b"%PDF")


@pytest.mark.slow
def test_demo_imports_evaluates_and_reports_every_example(adjuvant: Any, home: Path) -> None:
    answer = adjuvant("demo")
    assert answer.code == 0
    assert "synthetic" in answer.out.lower()
    assert len(list((home / "reports").glob("*.html"))) == len(list((home / "reports").glob("*.pdf")))
    assert len(list((home / "reports").glob("*.pdf"))) >= len(sources.example_records()) + 1
    again = adjuvant("demo")
    assert (again.code, again.out) == (0, answer.out)


def test_import_says_what_became_of_every_row(adjuvant: Any) -> None:
    answer = adjuvant("import", RECONSTRUCTION)
    assert "What became of every row" in answer.out
    rows = adjuvant("import", RECONSTRUCTION, "--replace", "--json").json["quality"]
    read = sum(row["count"] for row in rows if row["outcome"] == "read")
    rest = sum(row["count"] for row in rows if row["outcome"] not in ("read", "doubted"))
    assert read == rest > 100


def test_import_writes_a_template_that_imports(adjuvant: Any, tmp_path: Path) -> None:
    assert adjuvant("import", "--template", tmp_path / "ward").code == 0
    assert list((tmp_path / "ward").glob("*.yaml"))
    assert adjuvant("import").code == 2


def test_the_input_is_never_changed(adjuvant: Any, tmp_path: Path) -> None:
    before = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in RECONSTRUCTION.iterdir()}
    adjuvant("import", RECONSTRUCTION)
    adjuvant("report", RECONSTRUCTION, "--out", tmp_path)
    assert {
        path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in RECONSTRUCTION.iterdir()
    } == before


@pytest.mark.hazard("H-086")
@pytest.mark.parametrize("content", [b"", b"{", b"\x00\x01\x02", b"\x1f\x8b\x08\x00broken", b"a;b\n1;2\n"])
@pytest.mark.parametrize("name", ["x.json", "x.ndjson", "x.csv", "x.yaml", "x.json.gz", "x"])
def test_whatever_is_in_a_file_it_ends_in_one_line_and_exit_3(
    adjuvant: Any, tmp_path: Path, content: bytes, name: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    answer = adjuvant("import", path)
    assert answer.code == 3, answer.err
    assert answer.err.count("\n") == 1
    assert name in answer.err
    assert "internal error" not in answer.err


def test_tables_list_show_and_compare(adjuvant: Any) -> None:
    listed = adjuvant("tables", "list", "--json").json
    assert listed["default"] == "cdc2022+us_equianalgesic_classic"
    shown = adjuvant("tables", "show", "cdc2022", "--json").json
    (patch,) = [row for row in shown["rows"] if row["drug"] == "fentanyl"]
    assert (patch["factor"], patch["unit"]) == (2.4, "ug/h")
    compared = adjuvant("tables", "compare", "hydromorphone", "--route", "iv", "--json").json
    assert {20, 15, 12.5, 11} <= {row["factor"] for row in compared["rows"]}
    for words in (["list"], ["show", "cdc2016"], ["compare", "dilaudid"]):
        assert adjuvant("tables", *words).code == 0
    assert "converting a patient" in adjuvant("tables", "show", "cdc2016").out
    assert adjuvant("tables", "compare", "aspirine").code == 2
    assert adjuvant("tables", "show", "cdc2020").code in (2, 3)


def test_doctor_says_what_is_here_and_fails_where_something_needed_is_not(
    adjuvant: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = adjuvant("doctor")
    assert answer.code == 0 and "Everything that Adjuvant needs is here." in answer.out
    monkeypatch.setattr("adjuvant.library.table_keys", _broken)
    worse = adjuvant("doctor", "--json")
    assert worse.code == 3 and worse.json["ok"] is False
    assert "add it back" in json.dumps(worse.json)


def test_doctor_says_where_the_cache_is_and_whether_it_can_be_written(
    adjuvant: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cache() -> dict[str, Any]:
        answer = adjuvant("doctor", "--json")
        assert answer.code == 0  # nothing but time hangs on it
        return next(check for check in answer.json["checks"] if check["what"] == "cache")

    monkeypatch.setenv("ADJUVANT_CACHE", str(tmp_path / "here"))
    assert cache()["state"] == "ok" and str(tmp_path / "here") in cache()["detail"]
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    monkeypatch.setenv("ADJUVANT_CACHE", str(blocked))
    assert cache()["state"] == "missing" and "cannot be written" in cache()["detail"]
    assert "ADJUVANT_CACHE" in cache()["remedy"]
    monkeypatch.setenv("ADJUVANT_CACHE", "off")
    assert cache()["state"] == "off"


def _broken() -> tuple[str, ...]:
    raise InputError("opioids/x.yaml:1", "is gone", "add it back")


def test_a_reader_that_goes_away_ends_quietly(home: Path) -> None:
    done = subprocess.run(
        ["bash", "-c", f'{sys.executable} -m adjuvant tables list | true; echo "${{PIPESTATUS[0]}}"'],
        capture_output=True,
        text=True,
        env={**os.environ},
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout.strip() in {"0", "141"}  # all was written in time, or ended by the closed pipe
