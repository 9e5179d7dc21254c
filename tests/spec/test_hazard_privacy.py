"""What nobody needs to see is neither read, nor stored, nor printed: names, numbers of identity, addresses.

A canary stands in every place of a record where such things stand. It must come out nowhere: not in the answer, not in an
error, not in the record store, not in a report.
"""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

import adjuvant as package
from charts import MAPPING, Json, a_bundle, a_chart, a_fhir_dose, a_quantity, a_row, days_of, pain_of, written
from running import Answer, Run

CANARY = "Zaunkoenig"
COURSE = ("--course", "2031-03-05T09:00/2031-03-05T12:00", "--zone", "Europe/London")
PERSON: Json = {
    "resourceType": "Patient",
    "id": "a",
    "text": {"status": "generated", "div": f"<div>{CANARY}</div>"},
    "identifier": [{"system": "https://example.org/mrn", "value": f"MRN-{CANARY}"}],
    "name": [{"family": CANARY, "given": [CANARY], "text": CANARY}],
    "telecom": [{"system": "phone", "value": CANARY}],
    "address": [{"line": [CANARY], "city": CANARY}],
    "contact": [{"name": {"family": CANARY}}],
    "generalPractitioner": [{"display": CANARY}],
}
ASIDE: Json = {
    "text": {"status": "generated", "div": f"<div>{CANARY}</div>"},
    "identifier": [{"value": CANARY}],
    "subject": {"reference": "Patient/a", "display": CANARY},
    "performer": [{"actor": {"display": CANARY}}],
    "note": [{"text": CANARY}],
}


def files_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def silent(*places: Answer | bytes) -> bool:
    texts = [
        place if isinstance(place, bytes) else (place.out + place.err).encode("utf-8") for place in places
    ]
    return not any(CANARY.encode() in text for text in texts)


def a_stay(*more: Json) -> Json:
    doses = [
        a_fhir_dose(f"m{day}-{hour}", f"2031-03-{day:02d}T{hour:02d}:00:00Z", **ASIDE)
        for day in range(1, 9)
        for hour in (2, 8, 14, 20)
    ]
    stay = a_bundle(*doses, *more)
    stay["entry"][0] = {"resource": PERSON}
    return stay


@pytest.mark.hazard("H-090")
def test_names_and_numbers_of_identity_in_fhir_come_out_nowhere(
    adjuvant: Run, home: Path, tmp_path: Path
) -> None:
    bad = a_fhir_dose("bad", dosage={"dose": a_quantity(-1, "mg")}, **ASIDE)
    path = written(tmp_path / "in" / "stay.json", a_stay(bad))
    told = [
        adjuvant("import", path, *COURSE[2:], "--json"),
        adjuvant("import", path, *COURSE[2:], "--replace"),
    ]
    told += [adjuvant("evaluate", *COURSE[:2], "--json"), adjuvant("evaluate", *COURSE[:2])]
    told += [adjuvant("report", *COURSE[:2], "--out", tmp_path / "out")]
    assert [answer.code for answer in told] == [0] * 5
    assert silent(*told, files_of(home), files_of(tmp_path / "out"))


ERRORS: dict[str, Json | bytes] = {
    "a time without zone": a_stay(a_fhir_dose("bad", at="2031-03-03T09:00:00", **ASIDE)),
    "two contents": a_stay(a_fhir_dose("m1-2", at="2031-03-03T09:00:00Z", **ASIDE)),
    "malformed": json.dumps(a_stay()).encode()[:-200],
}


@pytest.mark.hazard("H-090")
@pytest.mark.parametrize("case", ERRORS)
def test_an_error_about_fhir_names_the_place_and_not_the_person(
    adjuvant: Run, tmp_path: Path, case: str
) -> None:
    answer = adjuvant("import", written(tmp_path / "in" / "stay.json", ERRORS[case]))
    assert answer.code == 3 and "stay.json" in answer.err
    assert silent(answer)


@pytest.mark.hazard("H-090")
def test_two_patients_with_one_number_of_identity_are_named_by_their_ids(
    adjuvant: Run, tmp_path: Path
) -> None:
    twin = {**PERSON, "id": "b"}
    path = written(tmp_path / "in" / "stay.json", a_stay(twin))
    answer = adjuvant("import", path, *COURSE[2:], "--json")
    assert "bears the identifier of another Patient" in answer.out
    assert silent(answer)


@pytest.mark.hazard("H-090")
@pytest.mark.parametrize("bad", [{}, {"dose": "-5 mg"}, {"start": "yesterday"}, {"drug": "zorblax"}])
def test_columns_that_the_mapping_does_not_name_come_out_nowhere(
    adjuvant: Run, home: Path, tmp_path: Path, bad: dict[str, str]
) -> None:
    """The chart holds who gave each dose and the patient's name; the mapping asks for neither."""
    chart = a_chart(tmp_path / "ward", days_of(1, 8) + a_row(**bad), pain=pain_of(1, 8))
    given = chart / "given.csv"
    head, *rows = given.read_text(encoding="utf-8").splitlines()
    lines = [f"{head},nurse,name", *(f'{row},"{CANARY}","{CANARY}"' for row in rows), f"short,{CANARY}"]
    given.write_text("\n".join(lines) + "\n", encoding="utf-8")
    told = [adjuvant("import", chart, "--json"), adjuvant("import", chart, "--replace")]
    told += [
        adjuvant("evaluate", *COURSE[:2], "--json"),
        adjuvant("report", *COURSE[:2], "--out", tmp_path / "out"),
    ]
    assert [answer.code for answer in told] == [0] * 4
    assert silent(*told, files_of(home), files_of(tmp_path / "out"))


@pytest.mark.hazard("H-090")
def test_an_error_about_a_chart_names_file_and_row_and_no_other_cell(adjuvant: Run, tmp_path: Path) -> None:
    mapping = MAPPING.replace("{patient: patient, time: start", "{id: id, patient: patient, time: start")
    rows = [a_row(), a_row("2031-03-03T10:00")]
    chart = a_chart(tmp_path / "ward", mapping=mapping)
    head = "id," + (chart / "given.csv").read_text(encoding="utf-8").strip() + ",name\n"
    body = "".join(f'r1,{row.strip()},"{CANARY}"\n' for row in rows)
    (chart / "given.csv").write_text(head + body, encoding="utf-8")
    answer = adjuvant("import", chart)
    assert answer.code == 3 and "given.csv:3" in answer.err and "'r1'" in answer.err
    assert silent(answer)
    assert "morphine" not in answer.err


@pytest.mark.hazard("H-090")
def test_there_is_no_log_that_could_tell() -> None:
    """Nothing in the package logs or warns, and only the command line prints."""
    folder = Path(package.__file__).parent
    guilty: list[str] = []
    for path in sorted(folder.rglob("*.py")):
        place = path.relative_to(folder).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                names = [node.func.id] if not place.startswith("cli/") else []
            guilty += [
                f"{place}: {name}" for name in names if name.split(".")[0] in {"logging", "warnings", "print"}
            ]
    assert guilty == []


@pytest.mark.hazard("H-090")
def test_the_record_store_is_its_owners_alone(adjuvant: Run, home: Path, tmp_path: Path) -> None:
    assert adjuvant("import", a_chart(tmp_path / "ward", days_of(1, 2))).code == 0
    assert (home / "store").stat().st_mode & 0o077 == 0


def test_the_scan_for_canaries_sees_one(tmp_path: Path) -> None:
    shown: Any = Answer(0, f"x {CANARY} x", "")
    assert not silent(shown)
    assert not silent(written(tmp_path / "x", CANARY).read_bytes())
