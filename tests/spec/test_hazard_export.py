"""What is written out is whole, says how much it is, and does nothing when somebody opens it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from adjuvant import sources
from adjuvant.sources.table.writer import write_tables
from charts import a_chart, a_row, days_of, pain_of
from running import Run

PAYLOADS = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "=HYPERLINK(1)", "\t=1+1"]
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"
COURSE = ("--course", "2031-03-05T09:00/2031-03-05T12:00")


@pytest.mark.hazard("H-072")
def test_a_record_store_counts_and_seals_every_table(adjuvant: Run, home: Path, tmp_path: Path) -> None:
    """48 doses and 72 readings go in: the manifest says so, and one row less is refused, the file named."""
    assert adjuvant("import", a_chart(tmp_path / "ward", days_of(1, 12), pain=pain_of(1, 12))).code == 0
    tables = json.loads((home / "store" / "manifest.json").read_text(encoding="utf-8"))["tables"]
    assert (tables["administrations"], tables["pain"]) == (48, 72)
    import duckdb

    (file,) = (home / "store" / "parts").glob("*/pain.parquet")
    duckdb.sql(f"copy (select * from '{file}' limit 71) to '{tmp_path / 'less.parquet'}'")
    file.write_bytes((tmp_path / "less.parquet").read_bytes())
    answer = adjuvant("evaluate", *COURSE)
    assert answer.code == 3 and "pain.parquet" in answer.err and "checksum" in answer.err


@pytest.mark.hazard("H-072")
@pytest.mark.parametrize("written", ["0.1", "0.10000000000000000001", "12.50", "123456789012.123456789", "1"])
def test_a_number_comes_back_from_the_store_to_its_last_digit(
    adjuvant: Run, home: Path, tmp_path: Path, written: str
) -> None:
    assert adjuvant("import", a_chart(tmp_path / "ward", a_row(dose=f"{written} ug"))).code == 0
    (kept,) = sources.read(home / "store").record().administrations
    (read,) = sources.read(tmp_path / "ward").record().administrations
    assert kept == read and kept.dose is not None and str(kept.dose.unit) == "ug"


@pytest.mark.hazard("H-072")
@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_cell_of_a_written_csv_begins_a_formula(tmp_path: Path, payload: str) -> None:
    """A spreadsheet runs a cell that begins with one of = + - @, a tab or a line end. Refusing it would do too."""
    chart = a_chart(tmp_path / "ward", a_row(drug=payload))
    try:
        files = write_tables(sources.read(chart).records, tmp_path / "out")
    except sources.base.InputError:
        return
    cells = [
        cell.strip('"')
        for file in files
        if file.suffix == ".csv"
        for line in file.read_text(encoding="utf-8").splitlines()[1:]
        for cell in line.split(",")
    ]
    assert not [cell for cell in cells if re.match(r"[=@\t\r]|[+-](?![0-9.]+$)", cell)]


@pytest.mark.hazard("H-080", "H-072")
def test_other_peoples_text_does_nothing_on_the_page(adjuvant: Run, tmp_path: Path) -> None:
    """It stands there to be read, escaped, and the page's own policy forbids every script."""
    chart = a_chart(
        tmp_path / "ward", days_of(1, 12) + a_row(drug=HOSTILE.replace('"', "")), pain=pain_of(1, 12)
    )
    assert adjuvant("report", chart, *COURSE, "--out", tmp_path / "out").code == 0
    (page,) = (tmp_path / "out").glob("*.html")
    text = page.read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(1)" in text
    assert "<script" not in text.lower() and "<img src=x" not in text
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    assert policy is not None and "default-src 'none'" in policy[1] and "unsafe" not in policy[1]


@pytest.mark.hazard("H-080")
@pytest.mark.parametrize("name", ["../../escape", "a/b", "..", "con", "a\\b", "<script>"])
def test_a_patients_id_never_leads_out_of_the_folder(adjuvant: Run, tmp_path: Path, name: str) -> None:
    chart = a_chart(tmp_path / "ward", pain=pain_of(1, 12), patients=f"patient\n{name}\n")
    for file in ("given.csv", "pain.csv"):
        path = chart / file
        rows = path.read_text(encoding="utf-8").replace("\na,", f"\n{name},")
        path.write_text(rows, encoding="utf-8")
    before = set(tmp_path.rglob("*"))
    assert adjuvant("report", chart, *COURSE, "--out", tmp_path / "out").code == 0
    made = set(tmp_path.rglob("*")) - before - {tmp_path / "out"}
    assert {path.parent for path in made} == {tmp_path / "out"} and len(made) == 2
