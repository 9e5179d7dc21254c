"""`adjuvant cohort mme`: a whole store in one command, for people and as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from adjuvant.cli.output import CAVEAT
from adjuvant.sources.examples import example_records


def test_a_store_becomes_parquet_tables_and_the_answer_says_how_much(adjuvant: Any, tmp_path: Path) -> None:
    place, out = tmp_path / "store", tmp_path / "mme"
    assert adjuvant("import", example_records()[0], "--store", place).code == 0
    answer = adjuvant("cohort", "mme", place, "--out", out, "--table", "cdc2022", "--workers", 1)
    assert answer.code == 0 and CAVEAT in answer.out and "days incomplete" in answer.out
    asked = ("cohort", "mme", place, "--out", out, "--table", "cdc2022", "--workers", 1)
    said = adjuvant(*asked, "--replace", "--json").json
    (file,) = (out / "daily").iterdir()
    assert pq.read_metadata(file).num_rows == said["counts"]["days"] > 0
    assert said["plan"] == "cdc2022" and said["caveat"] == CAVEAT


def test_a_basis_that_is_none_is_bad_usage(adjuvant: Any, tmp_path: Path) -> None:
    answer = adjuvant("cohort", "mme", tmp_path, "--basis", "guessed")
    assert answer.code == 2 and "administered, ordered, dispensed" in answer.err


def test_curves_that_are_there_are_replaced_only_when_it_is_said(adjuvant: Any, tmp_path: Path) -> None:
    place, out = tmp_path / "store", tmp_path / "mme"
    assert adjuvant("import", example_records()[0], "--store", place).code == 0
    asked = ("cohort", "mme", place, "--out", out, "--table", "cdc2022", "--workers", 1)
    assert adjuvant(*asked).code == 0
    (file,) = (out / "daily").iterdir()
    before = file.read_bytes(), file.stat().st_mtime_ns
    again = adjuvant(*asked)
    assert (again.code, again.out) == (2, "")
    assert str(out) in again.err and "exists and holds something" in again.err and "--replace" in again.err
    assert (file.read_bytes(), file.stat().st_mtime_ns) == before
    assert adjuvant(*asked, "--replace").code == 0


def test_a_folder_of_somebody_else_is_not_replaced_whatever_is_said(adjuvant: Any, tmp_path: Path) -> None:
    place, out = tmp_path / "store", tmp_path / "mine"
    assert adjuvant("import", example_records()[0], "--store", place).code == 0
    out.mkdir()
    (out / "letter.txt").write_text("mine", encoding="utf-8")
    assert adjuvant("cohort", "mme", place, "--out", out, "--workers", 1, "--replace").code == 3
    assert (out / "letter.txt").read_text(encoding="utf-8") == "mine"
