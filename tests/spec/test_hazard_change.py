"""No figure changes unnoticed: what it rests on is named with it, sealed by a digest, and held by figures from elsewhere.

The totals below were reckoned by hand from the published factors named beside them, not by this program.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from adjuvant import __version__, library
from charts import a_chart, days_of, pain_of
from running import Run

COURSE = ("--course", "2031-03-05T09:00/2031-03-05T12:00")
ONE_OF_EACH = [
    {"drug": "morphine", "route": "oral", "dose": "30 mg", "times_per_day": 2},
    {"drug": "oxycodone", "route": "oral", "dose": "20 mg", "times_per_day": 3},
    {"drug": "fentanyl", "form": "patch", "route": "transdermal", "dose": "50 ug/h"},
]
# Morphine 60 mg, oxycodone 60 mg, fentanyl 50 microgram an hour.
BY_HAND = {
    "cdc2022": 270,  # 60 × 1 + 60 × 1.5 + 50 × 2.4
    "cdc2016": 270,  # the same three factors
    "fpm_anzca_2021": 300,  # 60 × 1 + 60 × 1.5 + 50 × 3
    "us_equianalgesic_classic": 250,  # 60 × 1 + 60 × 30/20 + 50 × 2
}


@pytest.mark.hazard("H-088", "H-027", "H-029")
@pytest.mark.parametrize("table", BY_HAND)
def test_a_decision_reads_today_as_it_was_reckoned_by_hand(adjuvant: Run, table: str) -> None:
    answer = adjuvant("mme", "-", "--table", table, "--json", stdin=json.dumps({"medications": ONE_OF_EACH}))
    assert answer.json["total"]["mme_per_day"] == BY_HAND[table]
    assert [item["key"] for item in answer.json["tables"]] == [table]


@pytest.mark.hazard("H-088", "H-017")
def test_a_store_says_by_which_program_and_which_library_it_was_written(
    adjuvant: Run, home: Path, tmp_path: Path
) -> None:
    assert adjuvant("import", a_chart(tmp_path / "ward", days_of(1, 2))).code == 0
    manifest = json.loads((home / "store" / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["adjuvant"], manifest["library_sha256"]) == (__version__, library.digest())


@pytest.mark.hazard("H-088", "H-017")
def test_a_report_says_by_which_program_and_which_library_it_was_made(adjuvant: Run, tmp_path: Path) -> None:
    chart = a_chart(tmp_path / "ward", days_of(1, 12), pain=pain_of(1, 12))
    assert adjuvant("report", chart, *COURSE, "--out", tmp_path / "out").code == 0
    (page,) = (tmp_path / "out").glob("*.html")
    text = re.sub(r"<[^>]+>|\s", "", page.read_text(encoding="utf-8"))
    assert f"Adjuvant{__version__}" in text and library.digest() in text


@pytest.mark.hazard("H-017")
@pytest.mark.parametrize("command", [("tables", "list"), ("mme", "-"), ("evaluate", "examples")])
def test_a_library_that_is_not_whole_stops_every_command(
    adjuvant: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    """A file of figures that breaks its rules is one line with its name and line, never a rule that went quiet."""
    from adjuvant.errors import LibraryError

    def broken(*_: object) -> None:
        raise LibraryError("opioids/cdc2022.yaml:21: fentanyl", "has no factor", "restore the file")

    monkeypatch.setattr("adjuvant.library.tables.load_table", broken)
    monkeypatch.setattr("adjuvant.library.load_table", broken)
    monkeypatch.setattr("adjuvant.library.default_plan", broken)
    chart = a_chart(tmp_path / "ward", days_of(1, 12), pain=pain_of(1, 12))
    arguments = (command[0], chart, *COURSE) if command[0] == "evaluate" else command
    answer = adjuvant(*arguments, stdin=json.dumps({"medications": ONE_OF_EACH}))
    assert answer.code == 3 and "opioids/cdc2022.yaml:21" in answer.err and answer.out == ""
