"""Unknown names from an import to a filled-in file and back, and the page of data quality, on the command line."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from charts import a_chart, a_dose

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A synthetic OMOP folder: one person, one order of a name that only its house knows."""
    place = tmp_path / "omop"
    place.mkdir()
    (place / "person.csv").write_text(
        "person_id,gender_concept_id,year_of_birth,month_of_birth,day_of_birth\n1,8507,1970,1,1\n", "utf-8"
    )
    columns = (
        "drug_exposure_id,person_id,drug_concept_id,drug_exposure_start_date,drug_exposure_start_datetime,"
        "drug_exposure_end_date,drug_exposure_end_datetime,drug_type_concept_id,quantity,sig,route_concept_id,"
        "drug_source_value,drug_source_concept_id,route_source_value,dose_unit_source_value"
    )
    rows = [
        f"{number},1,0,2026-03-01,2026-03-01 08:00:00,2026-03-01,2026-03-01 09:00:00,32818,1,,0,{name},0,IV,mg"
        for number, name in enumerate(["House Pain Bag 7", "House Pain Bag 7", "Zubrovin"], start=1)
    ]
    (place / "drug_exposure.csv").write_text("\n".join([columns, *rows]) + "\n", "utf-8")
    return place


def test_an_unknown_name_is_listed_filled_in_and_then_known(adjuvant, folder: Path, tmp_path: Path) -> None:
    lines = tmp_path / "names.csv"
    first = adjuvant("import", folder, "--unknown-names", lines)
    assert first.code == 0, first.err
    assert "Names of drugs that nobody knows here: 2, on 3 rows" in first.out
    assert f"import again with --terms {lines}" in first.out
    with lines.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["name"], row["ingredients"], row["rows"], row["tables"]) for row in rows] == [
        ("House Pain Bag 7", "", "2", "drug_exposure"),
        ("Zubrovin", "", "1", "drug_exposure"),
    ]
    rows[0]["ingredients"] = "bupivacaine + fentanyl"
    rows[1]["ingredients"] = "other"
    with lines.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    second = adjuvant("import", folder, "--replace", "--terms", lines)
    assert second.code == 0, second.err
    assert "Names of drugs that nobody knows" not in second.out
    answer = adjuvant("quality", folder, "--terms", lines, "--json").json
    assert answer["names"] == []
    assert {item["drug"] for item in answer["medicines"]} == {"bupivacaine+fentanyl", "other drug"}


def test_what_somebody_filled_in_is_never_overwritten(adjuvant, folder: Path, tmp_path: Path) -> None:
    lines = tmp_path / "names.csv"
    lines.write_text("name,ingredients\nZubrovin,other\n", encoding="utf-8")
    answer = adjuvant("import", folder, "--unknown-names", lines)
    assert answer.code == 3
    assert "names.csv: exists already" in answer.err
    assert lines.read_text(encoding="utf-8") == "name,ingredients\nZubrovin,other\n"
    nowhere = adjuvant("import", folder, "--replace", "--unknown-names", tmp_path / "no" / "names.csv")
    assert nowhere.code == 3
    assert "cannot be written" in nowhere.err


def test_a_file_that_could_not_be_written_stops_the_import_before_it_begins(
    adjuvant, folder: Path, tmp_path: Path
) -> None:
    """Whoever imports for an hour must not learn at its end that the list is refused."""
    (tmp_path / "there.csv").write_text("", encoding="utf-8")
    (tmp_path / "there.html").write_text("", encoding="utf-8")
    store = tmp_path / "store"
    for option, path in (
        ("--unknown-names", tmp_path / "there.csv"),
        ("--unknown-names", tmp_path / "no" / "names.csv"),
        ("--quality", tmp_path / "no" / "page.html"),
        ("--quality", tmp_path / "there.html"),
        ("--quality", tmp_path),
    ):
        answer = adjuvant("import", folder, "--store", store, option, path)
        assert answer.code == 3
        assert str(path) in answer.err
        assert not store.exists()


def test_spellings_that_one_line_would_name_stand_in_one_line(adjuvant, folder: Path, tmp_path: Path) -> None:
    """Capitals and blanks tell no lines apart, so two of them would refuse each other."""
    rows = (folder / "drug_exposure.csv").read_text("utf-8")
    row = rows.splitlines()[-1].replace("3,1,0", "4,1,0", 1).replace("Zubrovin", "ZUBROVIN")
    (folder / "drug_exposure.csv").write_text(f"{rows}{row}\n{row.replace('4,', '5,', 1)}\n", "utf-8")
    lines, store = tmp_path / "names.csv", tmp_path / "store"
    first = adjuvant("import", folder, "--store", store, "--unknown-names", lines)
    assert first.code == 0, first.err
    assert "nobody knows here: 2, on 5 rows" in first.out
    with lines.open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
    assert [(row["name"], row["rows"]) for row in listed] == [("ZUBROVIN", "3"), ("House Pain Bag 7", "2")]
    lines.write_text(lines.read_text("utf-8").replace("ZUBROVIN,", "ZUBROVIN,other"), "utf-8")
    answer = adjuvant("quality", folder, "--terms", lines, "--json").json
    assert [one["name"] for one in answer["names"]] == ["House Pain Bag 7"]


def test_a_broken_terms_file_stops_the_import_with_its_line(adjuvant, folder: Path, tmp_path: Path) -> None:
    lines = tmp_path / "terms.csv"
    lines.write_text("name,ingredients\nMorphine Sulfate,other\n", encoding="utf-8")
    answer = adjuvant("import", folder, "--terms", lines)
    assert answer.code == 3
    assert f"{lines}:2: ingredients" in answer.err
    assert "contradicts the library" in answer.err


def test_a_store_does_not_heed_terms_and_says_what_does(adjuvant, folder: Path, tmp_path: Path) -> None:
    lines, store = tmp_path / "terms.csv", tmp_path / "store"
    lines.write_text("name,ingredients\nZubrovin,other\n", encoding="utf-8")
    assert adjuvant("import", folder, "--store", store).code == 0
    answer = adjuvant("quality", store, "--terms", lines)
    assert answer.code == 2
    assert "import the source again" in answer.err


def test_names_of_a_mapped_chart_are_listed_and_named(adjuvant, tmp_path: Path) -> None:
    chart = a_chart(tmp_path / "mar", a_dose(3, 8, drug="Zubrovin") + a_dose(3, 9, drug="Zubrovin"))
    lines = tmp_path / "names.csv"
    assert adjuvant("import", chart, "--store", tmp_path / "s", "--unknown-names", lines).code == 0
    assert "Zubrovin,,,,,2,given.csv," in lines.read_text(encoding="utf-8")
    lines.write_text("name,ingredients\nZubrovin,other\n", encoding="utf-8")
    answer = adjuvant("quality", chart, "--terms", lines, "--json").json
    assert answer["names"] == []
    assert [(one["drug"], one["unit"], one["count"]) for one in answer["medicines"]] == [
        ("other drug", "mg", 2)
    ]


def test_the_page_is_written_from_an_import_and_from_the_store(
    adjuvant, folder: Path, tmp_path: Path
) -> None:
    page, later, store = tmp_path / "quality.html", tmp_path / "later.html", tmp_path / "store"
    imported = adjuvant("import", folder, "--store", store, "--quality", page, "--no-examples")
    assert imported.code == 0, imported.err
    assert f"Data quality, the worst first: {page}" in imported.out
    assert "3 rows have a drug that nobody knows" in page.read_text(encoding="utf-8")
    assert "Raw text of rows is left out" in page.read_text(encoding="utf-8")
    again = adjuvant("quality", store, "--out", later)
    assert again.code == 0, again.err
    assert "House Pain Bag 7" in later.read_text(encoding="utf-8")
    assert "What became of every row" in adjuvant("quality", store).out
    answer = adjuvant("quality", store, "--json", "--no-examples").json
    assert answer["patients"] == 1
    assert [one["count"] for one in answer["names"]] == [2, 1]
    assert all(line["examples"] == [] for line in answer["lines"])
    assert adjuvant("quality", store, "--out", tmp_path / "no" / "page.html").code == 3


def test_a_page_that_says_something_else_is_replaced_only_when_it_is_said(
    adjuvant, folder: Path, tmp_path: Path
) -> None:
    page, store = tmp_path / "quality.html", tmp_path / "store"
    assert adjuvant("import", folder, "--store", store, "--quality", page).code == 0
    # The same page may be written again: it is the same bytes.
    assert adjuvant("quality", store, "--out", page).code == 0
    page.write_text("signed by somebody", encoding="utf-8")
    again = adjuvant("quality", store, "--out", page)
    assert (again.code, again.out) == (2, "")
    assert (
        str(page) in again.err and "exists and says something else" in again.err and "--replace" in again.err
    )
    assert page.read_text(encoding="utf-8") == "signed by somebody"
    assert adjuvant("quality", store, "--out", page, "--replace").code == 0
    assert "What became of every row" in page.read_text(encoding="utf-8")
    page.write_text("signed by somebody", encoding="utf-8")
    assert adjuvant("import", folder, "--store", store, "--quality", page, "--replace").code == 0
    assert page.read_text(encoding="utf-8") != "signed by somebody"
