"""Telling what a path holds, and reading it; and the figures that a document merely reports."""

from __future__ import annotations

import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from adjuvant import sources
from adjuvant.citation import Provenance
from adjuvant.errors import InputError, LibraryError, UsageError


def make(folder: Path, *names: str, content: str = "x\n") -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("names", "wanted"),
    [
        (("manifest.json", "pain.parquet"), "store"),
        (("mapping.yaml", "pain.csv"), "table"),
        (("PATIENTS.csv", "D_ITEMS.csv"), "mimic3"),
        (("patients.csv.gz", "chartevents.csv.gz"), "mimic3"),
        (("person.parquet", "drug_exposure.parquet"), "omop"),
        (("PERSON.csv", "DRUG_EXPOSURE.csv.gz"), "omop"),
        (("bundle.json", "README.md"), "fhir"),
        (("Patient.ndjson",), "fhir"),
        (("case.reported.yaml",), "reported"),
    ],
)
def test_a_folder_is_told_by_the_files_in_it(tmp_path: Path, names: tuple[str, ...], wanted: str) -> None:
    assert sources.detect_format(make(tmp_path, *names)) == wanted


@pytest.mark.parametrize(
    ("name", "content", "wanted"),
    [
        ("bundle.json", "{}", "fhir"),
        ("export.ndjson.gz", "{}", "fhir"),
        ("mapping.yaml", "version: 1", "table"),
        ("my-ward.yml", "version: 1", "table"),
        ("case.reported.yaml", "version: 1", "reported"),
        ("manifest.json", "{}", "store"),
        ("noname", '  {"resourceType": "Bundle"}', "fhir"),
    ],
)
def test_a_file_is_told_by_its_name_or_else_by_its_first_sign(
    tmp_path: Path, name: str, content: str, wanted: str
) -> None:
    assert sources.detect_format(make(tmp_path, name, content=content) / name) == wanted


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ((), "is an empty folder; name the folder that holds the record"),
        (("notes.txt",), "is of no format that can be read; give one of these: a record store"),
        (("docs/settings.json", "readme.txt"), "is of no format that can be read"),
        (
            ("facts.json", "hospital/person.csv", "hospital/drug_exposure.csv", "ward/mapping.yaml"),
            r"is no record itself, but holds folders that are; name one of them: \S*hospital \(omop\), \S*ward",
        ),
        (("pain.csv",), "holds CSV files without a mapping.yaml; write one"),
    ],
)
def test_a_folder_of_no_known_format_is_refused_with_what_was_looked_for(
    tmp_path: Path, names: tuple[str, ...], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        sources.detect_format(make(tmp_path, *names))


def test_fhir_in_folders_of_its_own_is_still_found_and_a_store_beside_it_is_no_mistake(
    tmp_path: Path,
) -> None:
    make(tmp_path, "deep/Patient/p.json", content='{"resourceType": "Patient"}')
    assert sources.detect_format(tmp_path) == "fhir"
    make(tmp_path, "bundle.json", content='{"resourceType": "Bundle"}')
    make(tmp_path, "records/manifest.json")
    assert sources.detect_format(tmp_path) == "fhir"


def test_a_bare_csv_is_refused_because_nobody_has_declared_its_columns(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"put a mapping\.yaml beside it"):
        sources.detect_format(make(tmp_path, "pain.csv") / "pain.csv")


def test_a_text_file_that_is_no_json_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is of no format"):
        sources.detect_format(make(tmp_path, "letter", content="Dear colleague") / "letter")


def test_a_path_that_does_not_exist_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    make(tmp_path, "bundle.json")
    with pytest.raises(InputError, match=r"does not exist; did you mean bundle\.json"):
        sources.detect_format(tmp_path / "bundel.json")


def test_an_unknown_format_is_a_wrong_call(tmp_path: Path) -> None:
    with pytest.raises(
        UsageError,
        match="format 'excel': is not known; use one of: store, fhir, mimic3, mimic4, eicu, omop, table",
    ):
        sources.read(tmp_path, format="excel")


def test_reported_figures_are_no_record() -> None:
    with pytest.raises(InputError, match="holds figures that a document reports"):
        sources.read(sources.example_reported()[0])


def test_importing_sources_loads_no_reader() -> None:
    """`adjuvant --help` must not pay for readers that it does not use."""
    code = "import sys, json; import adjuvant.sources; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stdout))
    assert not loaded & {
        "duckdb",
        "numpy",
        "pint",
        "ruamel.yaml",
        "adjuvant.sources.table",
        "adjuvant.sources.fhir",
    }


def test_a_reader_is_reached_by_its_name_and_nothing_else_is() -> None:
    assert sources.table.read.__module__ == "adjuvant.sources.table.reader"
    assert sources.__getattr__("synthetic").generate.__module__ == "adjuvant.sources.synthetic.generator"
    with pytest.raises(AttributeError, match="no attribute 'excel'"):
        _ = sources.excel


# --- figures as reported ------------------------------------------------------------------------------------

REPORTED = """\
version: 1
title: A case
citation: {key: somebody, text: Somebody, document: A letter}
figures:
  - {key: pain_before, as_printed: "9/10", value: 9, unit: NRS points, provenance: read}
  - {key: relief, as_printed: for months, provenance: secondary}
tensions: [one thing]
not_stated: [another]
"""


def reported(folder: Path, old: str = "", new: str = "") -> Path:
    assert old in REPORTED
    file = folder / "case.reported.yaml"
    file.write_text(REPORTED.replace(old, new) if old else REPORTED, encoding="utf-8")
    return file


def test_reported_figures_keep_their_words_their_citation_and_how_they_were_read(tmp_path: Path) -> None:
    found = sources.read_reported(reported(tmp_path))
    first, second = found.figures
    assert (first.key, first.as_printed, first.value, first.unit) == (
        "pain_before",
        "9/10",
        Fraction(9),
        "NRS points",
    )
    assert (second.value, second.unit, second.provenance) == (None, "", Provenance.SECONDARY)
    assert first.citation.document == "A letter"
    assert (found.tensions, found.not_stated, found.notes) == (("one thing",), ("another",), ())


def test_the_folder_of_a_reported_file_can_be_named(tmp_path: Path) -> None:
    assert sources.read_reported(reported(tmp_path).parent).title == "A case"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "version: 1",
            "version: 2",
            "case.reported.yaml:1: version: is not a version that this program reads",
        ),
        ("key: relief", "key: pain_before", "'pain_before' stands twice"),
        (", unit: NRS points", "", "has a value without a unit"),
        ("value: 9", "value: nine", "'nine' is not a plain decimal number"),
        ("provenance: read", "provenance: rumour", "'rumour' is not a known provenance"),
        (", document: A letter", "", "names no DOI, PMID, registry number or document"),
        ("tensions:", "tension:", "did you mean 'tensions'"),
        ("title: A case\n", "", "has no 'title'"),
    ],
)
def test_a_wrong_reported_file_is_refused_with_line_and_remedy(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    with pytest.raises(LibraryError) as caught:
        sources.read_reported(reported(tmp_path, old, new))
    assert words in str(caught.value)
    assert "case.reported.yaml:" in str(caught.value)


def test_a_missing_or_empty_reported_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        sources.read_reported(tmp_path / "case.reported.yaml")
    with pytest.raises(InputError, match="does not exist"):
        sources.read_reported(tmp_path)
    (tmp_path / "case.reported.yaml").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="is empty"):
        sources.read_reported(tmp_path / "case.reported.yaml")


def test_a_folder_that_keeps_each_resource_type_in_a_folder_of_its_own_is_fhir(tmp_path: Path) -> None:
    (tmp_path / "Patient").mkdir()
    (tmp_path / "Patient" / "a.json").write_text('{"resourceType": "Patient", "id": "a"}', encoding="utf-8")
    assert sources.detect_format(tmp_path) == "fhir"
