"""What the command answers to input that cannot be right: one line and exit 3, or a line on the row and the rest used.

Never a traceback, never a silent zero, and the input stays as it was.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from charts import (
    MAPPING,
    Json,
    a_bundle,
    a_chart,
    a_fhir_dose,
    a_fhir_infusion,
    a_quantity,
    a_row,
    written,
)
from running import Answer, Run

BUNDLE = json.dumps(a_bundle(*[a_fhir_dose(f"m{number}") for number in range(200)])).encode()
CUT_SHORT = gzip.compress(BUNDLE)[:-40]


@contextmanager
def unchanged(place: Path) -> Iterator[None]:
    """Whatever is done inside, the file or folder is afterwards as it was, to the byte and to the moment."""

    def seen() -> dict[str, tuple[bytes, int]]:
        paths = sorted(place.rglob("*")) if place.is_dir() else [place]
        return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in paths if path.is_file()}

    before = seen()
    assert before
    yield
    assert seen() == before


def one_line_and_exit_3(answer: Answer, *words: str) -> None:
    """The shape of every error: nothing on stdout, one line with thing, rule and remedy on stderr."""
    assert answer.code == 3, answer.err
    assert answer.out == ""
    assert answer.err.count("\n") == 1 and answer.err.startswith("adjuvant: ")
    assert "Traceback" not in answer.err and "internal error" not in answer.err
    assert "; " in answer.err and answer.err.endswith(".\n"), "a rule, then a remedy"
    for word in words:
        assert word in answer.err


# --- a regimen -----------------------------------------------------------------------------------------------


def a_regimen(**line: Any) -> str:
    """A regimen of one medicine: oral morphine four times a day unless told otherwise; None leaves a key out."""
    filled = {"drug": "morphine", "route": "oral", "times_per_day": 4, **line}
    return json.dumps({"medications": [{key: value for key, value in filled.items() if value is not None}]})


UNUSABLE_REGIMENS = {
    "malformed JSON": ('{"medications": [', ("line 1, column 18", "is not JSON")),
    "an empty file": ("", ("is empty",)),
    "blanks": (" \n\t", ("is empty",)),
    "a list": ("[]", ("is a list",)),
    "null": ("null", ("is null",)),
    "no medications": ("{}", ("medications: is missing",)),
    "an empty list": ('{"medications": []}', ("nothing listed is not nothing taken",)),
    "medications are text": ('{"medications": "morphine"}', ("medications: is text",)),
    "a number that is not finite": (
        '{"medications": [{"drug": "morphine", "times_per_day": NaN}]}',
        ("NaN", "not a finite number"),
    ),
    "an infinite number": (
        '{"medications": [{"drug": "morphine", "times_per_day": -Infinity}]}',
        ("Infinity", "not a finite number"),
    ),
    "a key twice": ('{"medications": [{"dose": "5 mg", "dose": "50 mg"}]}', ("'dose'", "stands twice")),
    "an unknown key": (a_regimen(doze="10 mg"), ("medications[0].doze", "'dose'")),
    "yes for a number": (a_regimen(dose="10 mg", times_per_day=True), ("medications[0].times_per_day",)),
    "a list for a dose": (a_regimen(dose=["10 mg"]), ("medications[0].dose",)),
    "a character nobody sees": (a_regimen(drug="mor\u202ephine", dose="10 mg"), ("cannot be printed",)),
    "nested without end": ("[" * 100_000, ("nested too deeply",)),
    "a weight without unit": (
        '{"weight": 70, "medications": [{"drug": "morphine"}]}',
        ("weight: is a number",),
    ),
}


@pytest.mark.hazard("H-086")
@pytest.mark.parametrize("case", UNUSABLE_REGIMENS)
def test_a_regimen_that_cannot_be_used_is_one_line_and_exit_3(
    adjuvant: Run, tmp_path: Path, case: str
) -> None:
    text, words = UNUSABLE_REGIMENS[case]
    path = written(tmp_path / "regimen.json", text)
    with unchanged(path):
        one_line_and_exit_3(adjuvant("mme", path, "--json"), str(path), *words)
    one_line_and_exit_3(adjuvant("mme", "-", stdin=text), "standard input", *words)


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", CUT_SHORT, b"\x00\x01"], ids=["UTF-16", "gzip", "binary"])
def test_a_regimen_that_is_no_text_is_one_line_and_exit_3(adjuvant: Run, tmp_path: Path, data: bytes) -> None:
    path = written(tmp_path / "regimen.json", data)
    with unchanged(path):
        one_line_and_exit_3(adjuvant("mme", path), str(path))


REFUSED_LINES = {
    "negative": ({"dose": "-10 mg"}, "implausible value", "'-10 mg' is negative"),
    "zero": ({"dose": "0 mg"}, "implausible value", "'0 mg' is zero"),
    "absurd": ({"dose": "10 kg"}, "implausible value", "is above 5000 mg, which is not believed"),
    "not a number": ({"dose": "NaN mg"}, "implausible value", "not a finite number"),
    "infinite": ({"dose": "inf mg"}, "implausible value", "not a finite number"),
    "a range": ({"dose": "5-10 mg"}, "ambiguous dose", "'5-10 mg' is a range"),
    "a range in words": ({"dose": "5 to 10 mg"}, "ambiguous dose", "is a range"),
    "a letter among digits": ({"dose": "1O mg"}, "ambiguous dose", "letter among its digits"),
    "a comma": ({"dose": "1,5 mg"}, "ambiguous dose", "comma"),
    "thousands": ({"dose": "1,000 mg"}, "ambiguous dose", "comma"),
    "a bare point": ({"dose": ".5 mg"}, "ambiguous dose", "bare point"),
    "an exponent": ({"dose": "1e3 mg"}, "ambiguous dose", "1e3"),
    "digits of another script": ({"dose": "١٠ mg"}, "ambiguous dose", "not a plain decimal"),
    "no unit": ({"dose": "10"}, "unknown unit", "has no unit"),
    "a bare number": ({"dose": 10}, "unknown unit", "has no unit"),
    "an unknown unit": ({"dose": "10 spoons"}, "unknown unit", "spoons"),
    "millilitres an hour without a concentration": (
        {"route": "intravenous", "rate": "2 mL/h", "times_per_day": None},
        "missing concentration",
        "2 mL/h",
    ),
    "no timing": ({"dose": "10 mg", "times_per_day": None}, "missing timing", ""),
    "no times a day": ({"dose": "10 mg", "times_per_day": 0}, "implausible value", ""),
    "fewer than none a day": ({"dose": "10 mg", "times_per_day": -4}, "implausible value", ""),
    "an unknown drug": (
        {"drug": "zorblax", "dose": "10 mg"},
        "unknown drug",
        "could be an opioid",
    ),
    "an unknown code": ({"drug": None, "rxnorm": "99999999", "dose": "10 mg"}, "unknown drug", "99999999"),
    "a code with letters": ({"drug": None, "rxnorm": "abc", "dose": "10 mg"}, "unknown drug", "abc"),
    "a code of another drug": ({"rxnorm": "4337", "dose": "10 mg"}, "unknown drug", "fentanyl"),
    "an unknown route": ({"route": "by post", "dose": "10 mg"}, "unknown route", "by post"),
    "no route": ({"route": None, "dose": "10 mg"}, "missing route", ""),
}


@pytest.mark.hazard("H-003", "H-009", "H-010", "H-085")
@pytest.mark.parametrize("case", REFUSED_LINES)
def test_a_line_that_cannot_be_right_is_refused_and_never_a_zero(adjuvant: Run, case: str) -> None:
    fields, reason, seen = REFUSED_LINES[case]
    answer = adjuvant("mme", "-", "--json", stdin=a_regimen(**fields))
    assert (answer.code, answer.err) == (0, "")
    total, (line,) = answer.json["total"], answer.json["lines"]
    assert (total["complete"], total["high"]) == (False, None)
    assert (line["status"], line["mme_per_day"], line["reason"]) == ("refused", None, reason)
    assert seen in line["detail"] and line["remedy"]
    people = adjuvant("mme", "-", stdin=a_regimen(**fields))
    assert people.code == 0
    assert "at least 0 MME" in people.out and "Incomplete" in people.out and line["remedy"] in people.out


@pytest.mark.parametrize("case", REFUSED_LINES)
def test_what_can_be_used_beside_it_is_used(adjuvant: Run, case: str) -> None:
    """Oxycodone 10 mg four times a day is 40 mg; by the factor 1.5 that is 60 MME, whatever else is refused."""
    bad = json.loads(a_regimen(**REFUSED_LINES[case][0]))["medications"][0]
    good = {"drug": "oxycodone", "route": "oral", "dose": "10 mg", "times_per_day": 4}
    answer = adjuvant("mme", "-", "--json", stdin=json.dumps({"medications": [bad, good]})).json
    assert answer["total"] == {"mme_per_day": 60, "low": 60, "high": None, "complete": False}
    assert [line["status"] for line in answer["lines"]] == ["refused", "value"]


@pytest.mark.hazard("H-003")
@pytest.mark.parametrize(
    "fields",
    [
        {"dose": "200 g"},
        {
            "drug": "fentanyl",
            "form": "patch",
            "route": "transdermal",
            "dose": "12.5 mg/h",
            "times_per_day": None,
        },
    ],
    ids=["a dose of 200 g", "a patch of 12.5 mg an hour"],
)
def test_what_no_chart_can_mean_no_regimen_can_mean_either(adjuvant: Run, fields: Json) -> None:
    """The table reader refuses single doses above 100 g and patches above 1 mg an hour."""
    total = adjuvant("mme", "-", "--json", stdin=a_regimen(**fields)).json["total"]
    assert total["complete"] is False


# --- rows of a chart -----------------------------------------------------------------------------------------

RUNNING = {"kind": "infusion", "route": "intravenous", "dose": "", "end": "2031-03-03T11:00"}
ROWS = {
    "negative": ({"dose": "-10 mg"}, "unconvertible", "dose is negative", "-10"),
    "zero": ({"dose": "0 mg"}, "unconvertible", "dose is zero", "0 mg"),
    "absurd": ({"dose": "1000 kg"}, "unconvertible", "dose is above 100 g", "1000 kg"),
    "not a number": ({"dose": "NaN mg"}, "unconvertible", "dose is not a finite number", "NaN"),
    "infinite": ({"dose": "inf mg"}, "unconvertible", "dose is not a finite number", "inf"),
    "a range": ({"dose": "5-10 mg"}, "unconvertible", "dose is a range", "5-10"),
    "a letter among digits": ({"dose": "1O mg"}, "unconvertible", "letter among its digits", "1O"),
    "a comma": ({"dose": "1,5 mg"}, "unconvertible", "comma", "1,5"),
    "no unit": ({"dose": "10"}, "unconvertible", "dose has no unit", "10"),
    "an unknown unit": ({"dose": "10 spoons"}, "unconvertible", "neither UCUM nor", "spoons"),
    "no dose": ({"dose": ""}, "unconvertible", "no dose is charted", ""),
    "millilitres an hour without a concentration": (
        dict(**RUNNING, rate="2 mL/h"),
        "unconvertible",
        "without a concentration",
        "2 mL/h",
    ),
    "a negative rate": (dict(**RUNNING, rate="-2 mg/h"), "unconvertible", "rate is negative", "-2"),
    "an end before the start": (
        dict(RUNNING, rate="2 mg/h", end="2031-03-03T08:00"),
        "unconvertible",
        "ends before it starts",
        "2031-03-03T08:00",
    ),
    "a date without a time": (
        {"start": "2031-03-03"},
        "not used",
        "date without a time of day",
        "2031-03-03",
    ),
    "no time at all": ({"start": ""}, "not used", "time is empty", ""),
    "words for a time": ({"start": "yesterday"}, "not used", "not an ISO 8601 time", "yesterday"),
    "an hour that the clocks skipped": (
        {"start": "2031-03-30T01:30"},
        "not used",
        "skipped",
        "2031-03-30T01:30",
    ),
    "an hour that happened twice": (
        {"start": "2031-10-26T01:30"},
        "not used",
        "happened twice",
        "2031-10-26T01:30",
    ),
    "no drug": ({"drug": ""}, "not used", "drug is empty", ""),
    "an unknown drug": ({"drug": "zorblax"}, "doubted", "not in the library", "zorblax"),
    "a code with letters": ({"rxnorm": "abc"}, "unconvertible", "other characters than digits", "abc"),
    "a code of another drug": ({"rxnorm": "4337"}, "unconvertible", "by its code", ""),
    "an unknown route": ({"route": "by post"}, "doubted", "route is a word that nobody explains", "by post"),
    "an unknown kind": (
        {"kind": "swallowed"},
        "unconvertible",
        "the mapping does not explain",
        "swallowed",
    ),
}


@pytest.mark.hazard("H-009")
@pytest.mark.parametrize("case", ROWS)
def test_a_row_of_a_chart_that_cannot_be_right_is_a_line_and_the_rest_is_used(
    adjuvant: Run, tmp_path: Path, case: str
) -> None:
    """Two good rows stand around the bad one, which is line 3; the line names file, row, rule and remedy."""
    cells, outcome, rule, seen = ROWS[case]
    chart = a_chart(tmp_path / "ward", a_row() + a_row(**cells) + a_row("2031-03-03T10:00"))
    with unchanged(chart):
        answer = adjuvant("import", chart, "--json")
    assert (answer.code, answer.err) == (0, "")
    lines = [item for item in answer.json["quality"] if item["table"] == "given.csv"]
    (line,) = [item for item in lines if item["reason"]]
    assert (line["outcome"], line["count"]) == (outcome, 1)
    assert rule in line["reason"] and line["remedy"]
    assert line["examples"][0].startswith("line 3") and seen in line["examples"][0]
    used = {item["outcome"]: item["count"] for item in lines if not item["reason"]}
    assert used == {"read": 3, "used": 3 if outcome == "doubted" else 2}
    assert "Why" in adjuvant("import", chart, "--replace").out


def changed(name: str, old: str, new: str) -> Any:
    def change(folder: Path) -> None:
        path = folder / name
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

    return change


def holding(name: str, data: bytes) -> Any:
    return lambda folder: (folder / name).write_bytes(data)


CHARTS = {
    "the wrong delimiter": (changed("given.csv", ",", ";"), "given.csv:1", "separated by semicolon"),
    "tabs": (changed("given.csv", ",", "\t"), "given.csv:1", "separated by tab"),
    "a missing column": (changed("given.csv", "drug", "medicine"), "given.csv:1", "no column 'drug'"),
    "a column twice": (changed("given.csv", "end,", "start,"), "given.csv:1", "'start' twice"),
    "an empty file": (holding("given.csv", b""), "given.csv", "is empty"),
    "a truncated gzip": (holding("given.csv", CUT_SHORT), "given.csv", "truncated or damaged gzip"),
    "a spreadsheet": (holding("given.csv", b"PK\x03\x04rest"), "given.csv", "spreadsheet"),
    "UTF-16": (holding("given.csv", "a,b\n".encode("utf-16")), "given.csv", "UTF-16"),
    "another encoding": (holding("given.csv", b"patient,start\na,\xe9\n"), "given.csv:2", "0xe9"),
    "a quote that does not close": (
        lambda folder: (folder / "given.csv").open("a").write('"a'),
        "given.csv:3",
        "not well-formed CSV",
    ),
    "a missing file": (lambda folder: (folder / "given.csv").unlink(), "given.csv", "does not exist"),
    "two records for one patient": (
        holding("patients.csv", b"patient,sex\na,f\na,m\n"),
        "patients.csv:3",
        "stands twice with different contents",
    ),
    "no patient": (holding("patients.csv", b"patient\n"), "mapping.yaml", "gives no patient"),
    "no zone": (changed("mapping.yaml", "zone: Europe/London\n", ""), "mapping.yaml:1", "declares no zone"),
    "a zone that is none": (
        changed("mapping.yaml", "Europe/London", "Mars/Olympus"),
        "mapping.yaml:2",
        "not an IANA zone",
    ),
    "an unknown field": (changed("mapping.yaml", "dose: dose", "doze: dose"), "mapping.yaml", "did you mean"),
    "a mapping that is no YAML": (
        holding("mapping.yaml", b"version: 1\nfoo"),
        "mapping.yaml:2",
        "not YAML",
    ),
    "an empty mapping": (holding("mapping.yaml", b""), "mapping.yaml", "is empty"),
}


@pytest.mark.hazard("H-086")
@pytest.mark.parametrize("case", CHARTS)
def test_a_chart_that_cannot_be_used_is_one_line_and_exit_3(adjuvant: Run, tmp_path: Path, case: str) -> None:
    spoil, place, rule = CHARTS[case]
    mapping = (
        MAPPING.replace("{id: patient}}", "{id: patient, sex: sex}}") if "two records" in case else MAPPING
    )
    chart = a_chart(tmp_path / "ward", a_row(), mapping=mapping)
    spoil(chart)
    with unchanged(chart):
        one_line_and_exit_3(adjuvant("import", chart, "--store", tmp_path / "store"), place, rule)
    assert not (tmp_path / "store").exists(), "nothing half-written is left behind"


@pytest.mark.parametrize("command", ["evaluate", "report"])
@pytest.mark.parametrize("case", ["the wrong delimiter", "a truncated gzip", "two records for one patient"])
def test_the_same_chart_is_refused_at_every_door(
    adjuvant: Run, tmp_path: Path, case: str, command: str
) -> None:
    spoil, place, rule = CHARTS[case]
    mapping = (
        MAPPING.replace("{id: patient}}", "{id: patient, sex: sex}}") if "two records" in case else MAPPING
    )
    chart = a_chart(tmp_path / "ward", a_row(), mapping=mapping)
    spoil(chart)
    more = ["--out", tmp_path / "out"] if command == "report" else []
    one_line_and_exit_3(adjuvant(command, chart, *more), place, rule)
    assert not (tmp_path / "out").exists()


# --- FHIR ----------------------------------------------------------------------------------------------------


def oral(dose: Json, **more: Any) -> Json:
    return a_fhir_dose(dosage={"route": {"text": "PO"}, "dose": dose}, **more)


RESOURCES = {
    "negative": (oral(a_quantity(-10, "mg")), "dose is negative", "-10 mg"),
    "zero": (oral(a_quantity(0, "mg")), "dose is zero", "0 mg"),
    "absurd": (oral(a_quantity(1_000_000, "g")), "dose is absurd", "1000000 g"),
    "a number in words": (oral(a_quantity("NaN", "mg")), "dose is not a number", "NaN"),
    "a range": (oral(a_quantity("5-10", "mg")), "dose is not a number", "5-10"),
    "a letter among digits": (oral(a_quantity("1O", "mg")), "dose is not a number", "1O"),
    "a limit for an amount": (oral({**a_quantity(10, "mg"), "comparator": "<"}), "dose is a limit", "<10 mg"),
    "no unit": (oral({"value": 10}), "dose has no unit", "10"),
    "an unknown unit": (oral(a_quantity(10, "spoons")), "unit code that cannot be read", "spoons"),
    "a unit and a code that differ": (oral(a_quantity(10, "mg", "g")), "contradict each other", "'g'"),
    "millilitres an hour without a concentration": (
        a_fhir_infusion(a_quantity(2, "mL/h")),
        "a volume without a concentration",
        "2 mL/h",
    ),
    "an end before the start": (
        a_fhir_infusion(a_quantity(2, "mg/h"), end="2031-03-03T07:00:00Z"),
        "ends before it starts",
        "07:00:00Z",
    ),
    "a date without a time": (a_fhir_dose(at="2031-03-03"), "date without a time of day", "2031-03-03"),
    "no time at all": (a_fhir_dose(at=None), "has no effective time", ""),
    "a time that is none": (a_fhir_dose(at="03/03/2031"), "not a FHIR dateTime", "03/03/2031"),
    "no medicine": (a_fhir_dose(medicationCodeableConcept=None), "names no medicine", ""),
    "a code of another drug": (
        a_fhir_dose(
            medicationCodeableConcept={
                "text": "Morphine",
                "coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "4337"}],
            }
        ),
        "mean different drugs",
        "fentanyl",
    ),
    "no patient": (a_fhir_dose(subject=None), "names no patient", ""),
    "an unknown status": (a_fhir_dose(status="gone"), "status that R4 does not know", "gone"),
    "another shape": (a_fhir_dose(dosage="10 mg"), "not valid FHIR R4", "dosage"),
}


@pytest.mark.parametrize("case", RESOURCES)
def test_a_resource_that_cannot_be_right_is_a_line_and_the_rest_is_used(
    adjuvant: Run, tmp_path: Path, case: str
) -> None:
    resource, rule, seen = RESOURCES[case]
    path = written(tmp_path / "chart.json", a_bundle(a_fhir_dose("good"), resource))
    with unchanged(path):
        answer = adjuvant("import", path, "--json", "--zone", "Europe/London")
    assert (answer.code, answer.err) == (0, "")
    lines = [item for item in answer.json["quality"] if item["table"] == "MedicationAdministration"]
    (line,) = [item for item in lines if item["reason"]]
    assert line["outcome"] in ("unconvertible", "not used") and line["count"] == 1
    assert rule in line["reason"] and line["remedy"]
    assert "chart.json: $.entry[2]" in line["examples"][0] and seen in line["examples"][0]
    assert {item["outcome"]: item["count"] for item in lines if not item["reason"]} == {"read": 2, "used": 1}


def test_a_drug_that_the_library_does_not_know_is_a_line_in_fhir_too(adjuvant: Run, tmp_path: Path) -> None:
    unknown = a_fhir_dose(medicationCodeableConcept={"text": "Zorblax"})
    path = written(tmp_path / "chart.json", a_bundle(unknown))
    answer = adjuvant("import", path, "--json", "--zone", "Europe/London").json
    assert [item for item in answer["quality"] if "library" in item["reason"]]


FHIR_FILES: dict[str, tuple[str, bytes | Json, tuple[str, ...]]] = {
    "malformed JSON": ("chart.json", BUNDLE[:5000], ("chart.json:1:5001", "not well-formed JSON")),
    "malformed ndjson": (
        "chart.ndjson",
        b'{"resourceType":"Patient","id":"a"}\n{"resourceType":\n',
        ("chart.ndjson:2", "not well-formed JSON"),
    ),
    "a truncated gzip": ("chart.json.gz", CUT_SHORT, ("chart.json.gz", "truncated or damaged gzip")),
    "a truncated gzip of lines": ("chart.ndjson.gz", CUT_SHORT, ("chart.ndjson.gz", "truncated")),
    "named gzip and none": ("chart.json.gz", BUNDLE, ("chart.json.gz", "is not gzip")),
    "an empty file": ("chart.json", b"", ("chart.json", "is empty")),
    "JSON that is no FHIR": ("chart.json", b'{"a": 1}', ("chart.json", "no FHIR resource")),
    "a list": ("chart.json", b"[1, 2]", ("chart.json", "no FHIR resource")),
    "a time without zone": (
        "chart.json",
        a_bundle(a_fhir_dose(at="2031-03-03T09:00:00")),
        ("chart.json: $.entry[1]", "has no zone", "Europe/London"),
    ),
    "two records for one patient": (
        "chart.json",
        a_bundle({"resourceType": "Patient", "id": "a", "gender": "female"}),
        ("Patient/a", "$.entry[0]", "$.entry[1]", "two different contents"),
    ),
    "one administration with two contents": (
        "chart.json",
        a_bundle(a_fhir_dose("x"), a_fhir_dose("x", at="2031-03-03T10:00:00Z")),
        ("MedicationAdministration/x", "two different contents"),
    ),
}


@pytest.mark.hazard("H-077", "H-079")
@pytest.mark.parametrize("case", FHIR_FILES)
def test_a_fhir_file_that_cannot_be_used_is_one_line_and_exit_3(
    adjuvant: Run, tmp_path: Path, case: str
) -> None:
    name, content, words = FHIR_FILES[case]
    path = written(tmp_path / name, content)
    with unchanged(path):
        one_line_and_exit_3(adjuvant("import", path, "--store", tmp_path / "store"), *words)
    assert not (tmp_path / "store").exists()


@pytest.mark.hazard("H-086")
@pytest.mark.parametrize("command", ["import", "evaluate"])
def test_a_bundle_of_nobody_is_one_line_and_exit_3(adjuvant: Run, tmp_path: Path, command: str) -> None:
    path = written(tmp_path / "chart.json", {"resourceType": "Bundle", "type": "searchset", "total": 0})
    one_line_and_exit_3(adjuvant(command, path), "chart.json", "no patient")


# --- whatever else ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--format", "hl7"], 2, "hl7"),
        (["--format", "fhir"], 3, "ward"),
        (["--format", "mimic3"], 3, "ward"),
        (["--format", "store"], 3, "manifest.json"),
        (["--patient", "b"], 3, "'b'"),
        (["--zone", "Mars/Olympus"], 3, "Mars/Olympus"),
    ],
)
def test_a_wrong_choice_names_what_was_chosen(
    adjuvant: Run, tmp_path: Path, arguments: list[str], code: int, words: str
) -> None:
    chart = a_chart(tmp_path / "ward", a_row())
    answer = adjuvant("import", chart, *arguments)
    assert answer.code == code
    assert answer.err.count("\n") == 1 and words in answer.err and answer.out == ""
