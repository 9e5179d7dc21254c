"""A fault half-way is a fault: another exit code, nothing half-written, and never a figure that looks whole.

An answer that is incomplete is an answer: it exits with 0 and says ``complete: false``. A script must read that.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from charts import a_chart, a_row, days_of, pain_of
from running import Run

COURSE = ("--course", "2031-03-05T09:00/2031-03-05T12:00")


def a_ward(folder: Path) -> Path:
    return a_chart(folder, days_of(1, 12), pain=pain_of(1, 12))


def failing(message: str) -> Any:
    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", message)

    return fail


@pytest.mark.hazard("H-086")
@pytest.mark.parametrize(
    "part",
    ["part.TableWriter", "part.settle", "manifest.put_json", "writer.write_manifest", "wholes.put_json"],
)
def test_a_disk_that_fills_while_a_store_is_written_leaves_no_store(
    adjuvant: Run, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    monkeypatch.setattr(f"adjuvant.sources.store.{part}", failing("disk"))
    answer = adjuvant("import", a_ward(tmp_path / "ward"))
    assert answer.code == 3 and answer.out == "" and "No space left" in answer.err
    assert not (home / "store").exists()
    assert not home.exists() or not list(home.iterdir()), "nor anything hidden beside it"


@pytest.mark.hazard("H-086")
def test_a_report_that_fails_half_way_leaves_no_file(
    adjuvant: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page is made and the PDF is not: neither is there afterwards."""
    monkeypatch.setitem(
        __import__("adjuvant.reports.write", fromlist=["FORMATS"]).FORMATS, "pdf", failing("pdf")
    )
    answer = adjuvant("report", a_ward(tmp_path / "ward"), *COURSE, "--out", tmp_path / "out")
    assert answer.code == 3 and answer.out == ""
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").iterdir())


@pytest.mark.hazard("H-086")
@pytest.mark.parametrize("command", ["evaluate", "mme"])
def test_a_fault_before_the_end_leaves_nothing_on_standard_output(
    adjuvant: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """Half a JSON document could be taken for a whole one by whoever reads on."""

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a promise was broken")

    monkeypatch.setattr("adjuvant.outcomes.outcome_json", fail)
    monkeypatch.setattr("adjuvant.opioids.mme_json", fail)
    regimen = '{"medications": [{"drug": "morphine", "route": "oral", "dose": "5 mg", "times_per_day": 4}]}'
    arguments = (a_ward(tmp_path / "ward"), *COURSE) if command == "evaluate" else ("-",)
    answer = adjuvant(command, *arguments, "--json", stdin=regimen)
    assert (answer.code, answer.out) == (5, "")
    assert answer.err.count("\n") == 1


@pytest.mark.hazard("H-086")
def test_an_incomplete_answer_exits_with_0_and_says_so_inside(adjuvant: Run, tmp_path: Path) -> None:
    """The documented choice: 0 whenever an answer was produced. The flag, not the exit code, says whether it is whole."""
    line = {"drug": "morphine", "route": "oral", "dose": "5-10 mg", "times_per_day": 4}
    answer = adjuvant("mme", "-", "--json", stdin=json.dumps({"medications": [line]}))
    assert answer.code == 0 and answer.json["total"]["complete"] is False
    chart = a_chart(tmp_path / "ward", days_of(1, 12) + a_row(dose="5-10 mg"), pain=pain_of(1, 12))
    evaluated = adjuvant("evaluate", chart, *COURSE, "--json")
    assert evaluated.code == 0 and evaluated.json["opioids"]["complete"]["before"] is False


@pytest.mark.hazard("H-086")
@pytest.mark.parametrize("chart", ["no course", "no store"])
def test_where_nothing_could_be_evaluated_the_exit_code_says_so(
    adjuvant: Run, tmp_path: Path, chart: str
) -> None:
    arguments = (a_ward(tmp_path / "ward"),) if chart == "no course" else ()
    answer = adjuvant("evaluate", *arguments)
    assert answer.code in (2, 3) and answer.err.count("\n") == 1


@pytest.mark.hazard("H-085")
@pytest.mark.parametrize(
    "words", [["delete"], ["import", "--overwrite"], ["import", "--delete"], ["store", "drop"], ["clear"]]
)
def test_no_command_removes_a_record(adjuvant: Run, words: list[str]) -> None:
    answer = adjuvant(*words)
    assert answer.code == 2


@pytest.mark.hazard("H-085", "H-021")
def test_a_patient_is_replaced_only_by_name_of_the_option(adjuvant: Run, home: Path, tmp_path: Path) -> None:
    """The same id from another chart may be another person: refused, unless --replace says that it is meant."""
    first, second = tmp_path / "first", tmp_path / "second"
    assert adjuvant("import", a_chart(first, a_row(dose="10 mg"))).code == 0

    def files() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in (home / "store").rglob("*") if path.is_file()}

    kept = files()
    refused = adjuvant("import", a_chart(second, a_row(dose="99 mg")))
    assert refused.code == 3 and "patient a" in refused.err and "--replace" in refused.err
    assert files() == kept
    assert adjuvant("import", second, "--replace").code == 0


@pytest.mark.hazard("H-021")
def test_of_several_patients_one_must_be_named_before_a_course_is_declared(
    adjuvant: Run, tmp_path: Path
) -> None:
    both = "patient\na\nb\n"
    chart = a_chart(tmp_path / "ward", a_row() + a_row(patient="b"), patients=both, pain=pain_of(1, 12))
    answer = adjuvant("evaluate", chart, *COURSE)
    assert answer.code == 2 and "--patient" in answer.err


@pytest.mark.hazard("H-021")
def test_one_patients_rows_never_reach_the_other(adjuvant: Run, tmp_path: Path) -> None:
    """Patient b takes ten times as much; the figure of a is that of a alone, and each answer bears its own id."""
    rows = days_of(1, 12) + days_of(1, 12, patient="b", dose="100 mg")
    pain = pain_of(1, 12) + pain_of(1, 12).replace("a,", "b,")
    chart = a_chart(tmp_path / "ward", rows, patients="patient\na\nb\n", pain=pain)
    for patient, mme in (("a", 40), ("b", 400)):
        answer = adjuvant("evaluate", chart, "--patient", patient, *COURSE, "--json").json
        assert (answer["patient"]["id"], answer["opioids"]["before"]) == (patient, mme)
        assert f"Patient {patient}" in adjuvant("evaluate", chart, "--patient", patient, *COURSE).out
