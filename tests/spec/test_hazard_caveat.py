"""Wherever MME are shown, the words stand that they are for adding up and not for changing a patient's opioid."""

from __future__ import annotations

import html
import json
import re
import subprocess
from pathlib import Path

import pytest

from adjuvant import library, sources
from running import Run

TABLES = library.table_keys()
RECORDS = sources.example_records()
# Any of these says it: the tables' own warnings, the definition of MME a day, the foot of a report.
CAVEAT = re.compile(
    r"not for converting a patient|never for converting a patient|never for changing a patient|"
    r"not a dose to give|no prescription of another",
    re.IGNORECASE,
)
OXYCODONE = json.dumps(
    {"medications": [{"drug": "oxycodone", "route": "oral", "dose": "10 mg", "times_per_day": 4}]}
)


def cautioned(text: str) -> bool:
    return bool(CAVEAT.search(" ".join(text.split())))


def words_of(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<style.*?</style>", " ", page)))


@pytest.mark.hazard("H-028")
@pytest.mark.parametrize("table", TABLES)
def test_the_answer_of_mme_in_json_carries_the_caveat_by_every_table(adjuvant: Run, table: str) -> None:
    assert cautioned(adjuvant("mme", "-", "--table", table, "--json", stdin=OXYCODONE).out)


@pytest.mark.hazard("H-028")
def test_the_answer_of_mme_for_people_carries_the_caveat_by_the_default_tables(adjuvant: Run) -> None:
    assert cautioned(adjuvant("mme", "-", stdin=OXYCODONE).out)


@pytest.mark.hazard("H-028")
def test_the_answer_of_mme_for_people_carries_the_caveat_by_every_table(adjuvant: Run) -> None:
    bare = [key for key in TABLES if not cautioned(adjuvant("mme", "-", "--table", key, stdin=OXYCODONE).out)]
    assert bare == []


@pytest.mark.hazard("H-028")
@pytest.mark.parametrize("record", RECORDS, ids=lambda path: path.name)
def test_every_report_of_a_record_carries_the_caveat(adjuvant: Run, tmp_path: Path, record: Path) -> None:
    (written,) = adjuvant("report", record, "--out", tmp_path, "--json").json["reports"]
    page = words_of(Path(written["html"]).read_text(encoding="utf-8"))
    assert "MME" in page and cautioned(page)


@pytest.mark.hazard("H-028")
def test_the_printed_report_carries_the_caveat(adjuvant: Run, tmp_path: Path, pdftotext: Path) -> None:
    (written,) = adjuvant("report", RECORDS[0], "--out", tmp_path, "--json").json["reports"]
    text = subprocess.run(
        [str(pdftotext), written["pdf"], "-"], capture_output=True, text=True, check=True, timeout=60
    ).stdout
    assert "MME" in text and cautioned(text)


@pytest.mark.hazard("H-028")
def test_a_record_in_json_carries_the_caveat_beside_its_figures(adjuvant: Run) -> None:
    opioids = adjuvant("evaluate", RECORDS[0], "--json").json["opioids"]
    assert cautioned(json.dumps(opioids["warnings"]))


@pytest.mark.hazard("H-028")
@pytest.mark.parametrize("key", TABLES)
def test_a_conversion_table_is_never_shown_without_the_caveat(adjuvant: Run, key: str) -> None:
    assert cautioned(adjuvant("tables", "show", key).out)


@pytest.mark.hazard("H-028")
@pytest.mark.parametrize(
    "words",
    [
        ("evaluate", str(RECORDS[0])),
        ("evaluate", str(sources.example_reported()[0])),
        ("tables", "compare", "hydromorphone"),
    ],
    ids=["the summary of a record", "the summary of reported figures", "tables side by side"],
)
def test_every_page_in_the_terminal_carries_the_caveat(adjuvant: Run, words: tuple[str, ...]) -> None:
    answer = adjuvant(*words)
    assert answer.code == 0 and cautioned(answer.out)


@pytest.mark.hazard("H-028")
def test_a_report_of_reported_figures_carries_the_caveat(adjuvant: Run, tmp_path: Path) -> None:
    record = sources.example_reported()[0]
    (written,) = adjuvant("report", record, "--out", tmp_path, "--json").json["reports"]
    page = words_of(Path(written["html"]).read_text(encoding="utf-8"))
    assert "MME" in page and cautioned(page)


@pytest.mark.hazard("H-028")
def test_the_list_of_many_patients_carries_the_caveat(adjuvant: Run) -> None:
    for record in RECORDS[:2]:
        assert adjuvant("import", record).code == 0
    shown = adjuvant("evaluate").out
    assert "MME" in shown and cautioned(shown)
