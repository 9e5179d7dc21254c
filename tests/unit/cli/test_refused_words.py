"""Broken input of `run`, `advise`, `plan` and `alerts`: one line that names thing, rule and remedy, and its exit code."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from running import Answer, Run

ROOT = Path(__file__).resolve().parents[3]
LIBRARY = ROOT / "src" / "adjuvant" / "library" / "protocols"
FIRST = ROOT / "tests" / "fixtures" / "plans" / "first_infusion.yaml"
CHART = ROOT / "src" / "adjuvant" / "sources" / "examples" / "psychotomimetic_stop"
WARD = ROOT / "docs" / "reference" / "example_ward"
STATED = ("--vial", "50 mg/mL", "--bag", "100 mL", "--pump-step", "0.1 mL/h", "--concentration", "1 mg/mL")
WEIGHTS = "weights: [{at: -24 h, value: 67.6 kg}]"
SITE = "site: ../../../src/adjuvant/library/protocols/patel_ldk/example_site.yaml"


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    """The invented patient of whom everything is known, in a folder of this test's own."""
    path = tmp_path / "patient.yaml"
    text = FIRST.read_text(encoding="utf-8")
    assert SITE in text and WEIGHTS in text
    path.write_text(text.replace("../../../src", str(ROOT / "src")), encoding="utf-8")
    return path


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def refused(answer: Answer, code: int, *words: str) -> None:
    """Nothing on stdout, one line on stderr that has every part."""
    assert (answer.code, answer.out) == (code, ""), answer.err
    assert answer.err.startswith("adjuvant: ") and answer.err.count("\n") == 1
    for one in words:
        assert one in answer.err


# --- what a file says wrongly -------------------------------------------------------------------------------

BROKEN = {
    "an unknown protocol": (
        "protocol: patel_ldk\n", "protocol: patel_lkd\n", "protocol 'patel_lkd'", "is not in the library", "did you mean 'patel_ldk'",
    ),
    "a profile for another protocol": (
        "patel_ldk/example_site.yaml", "civik/example_site.yaml", "example_site.yaml:7: protocol", "is for civik", "approve this version, or run the other",
    ),
    "a profile that is nowhere": (
        "site: ", "site: none.yaml # ", "none.yaml", "cannot be opened", "check its path",
    ),
    "a weight in millilitres": (
        "value: 67.6 kg", "value: 67.6 mL", "patient.yaml:11: weights[0]", "67.6 mL is no weight", "give it in kg",
    ),
    "a weight without a unit": (
        "value: 67.6 kg", "value: 67.6", "patient.yaml:11: weights[0].value", "67.6 has no unit", "write number, space, unit, such as 5 mg",
    ),
    "a pressure in kilograms": (
        'value: "128 mm[Hg]"', "value: 128 kg", "patient.yaml:14: readings.systolic[0]", "unit kg measures mass", "give it in mm[Hg]",
    ),
    "an unknown key": (
        "goal: 4", "gaol: 4", "patient.yaml:10: gaol", "'gaol' is not a known key", "did you mean 'goal'",
    ),
    "an unknown key of a reading": (
        "pain: [{at: -10 min, value: 9}]", "pain: [{at: -10 min, value: 9, by: nurse}]", "patient.yaml:13: readings.pain[0].by", "'by' is not a known key", "use one of",
    ),
    "an instant without its offset": (
        'begins: "2026-03-02T09:00:00-05:00"', 'begins: "2026-03-02T09:00:00"', "patient.yaml:7: begins", "has no zone", "add an offset such as +01:00",
    ),
    "a zone that is none": (
        "zone: America/New_York", "zone: America/Newyork", "patient.yaml:8: zone", "'America/Newyork' is not an IANA zone", "write one such as Europe/London",
    ),
    "an answer under a bare name": (
        "- condition:stroke", "- stroke", "patient.yaml:28: answers[0].no", "'stroke' answers no question of this protocol", "did you mean 'condition:stroke'",
    ),
    "a regimen that is none": (
        "protocol: patel_ldk\n", "protocol: patel_ldk\nregimen: infuson\n", "patient.yaml:6: regimen", "'infuson' is no regimen of patel_ldk, which has infusion", "did you mean 'infusion'",
    ),
    "a guardrail": (
        "protocol: patel_ldk\nsite: ", "protocol: asra_acute\n# ", "patient.yaml:5: protocol", "'asra_acute' is a guardrail, not a protocol to run", "name one that gives a dose",
    ),
}  # fmt: skip


@pytest.mark.parametrize("command", ["run", "plan"])
@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_scenario_names_the_place_the_rule_and_the_remedy(
    adjuvant: Run, scenario: Path, tmp_path: Path, name: str, command: str
) -> None:
    old, new, *words = BROKEN[name]
    change(scenario, old, new)
    sheets = tmp_path / "sheets"
    asked = (*STATED, "--out", sheets) if command == "plan" else ()
    refused(adjuvant(command, scenario, *asked), 3, *words)
    assert not sheets.exists()  # a plan that is none leaves no sheet


# --- files that cannot be read, folders that cannot be written ------------------------------------------------


@pytest.mark.parametrize("command", ["run", "plan"])
def test_a_file_that_cannot_be_read_is_named_with_the_reason(
    adjuvant: Run, tmp_path: Path, command: str
) -> None:
    asked = STATED if command == "plan" else ()
    refused(adjuvant(command, tmp_path / "none.yaml", *asked), 3, "No such file", "check its path")
    if command == "plan":
        refused(adjuvant(command, tmp_path, *asked), 3, "Is a directory", "check its path")
    else:  # it plays every scenario of a folder, and here is none
        refused(adjuvant(command, tmp_path), 3, "holds no scenario", "name the folder that does")
    noise = tmp_path / "noise.yaml"
    noise.write_bytes(b"\xff\xfe\x00protocol")
    refused(
        adjuvant(command, noise, *asked), 3, "noise.yaml", "is not UTF-8 text (byte 0)", "save it as UTF-8"
    )
    noise.write_bytes(b"")
    refused(adjuvant(command, noise, *asked), 3, "noise.yaml", "is empty", "restore the file")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root reads every file")
def test_a_file_that_may_not_be_read_is_named_with_the_reason(adjuvant: Run, scenario: Path) -> None:
    scenario.chmod(0)
    refused(adjuvant("run", scenario), 3, "patient.yaml", "Permission denied", "whether it may be read")


def test_a_folder_that_cannot_be_written_is_named_and_no_plan_is_printed(
    adjuvant: Run, scenario: Path, tmp_path: Path
) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file", encoding="utf-8")
    refused(
        adjuvant("plan", scenario, *STATED, "--out", taken),
        2,
        str(taken),
        "exists already",
        "choose another folder",
    )
    refused(
        adjuvant("plan", scenario, *STATED, "--out", taken / "under"), 3,
        "under", "cannot be", "choose",
    )  # fmt: skip
    assert taken.read_text(encoding="utf-8") == "a file"


# --- what is stated wrongly ---------------------------------------------------------------------------------

WRONG = {
    "no vial": (("--bag", "100 mL"), 3, "vial: is not stated, and has no default", "add --vial with its strength", "read the vial: "),
    "a vial without a unit": (("--vial", "50", "--bag", "100 mL"), 3, "vial '50'", "has no unit", "write it in mg/mL"),
    "a vial in percent": (("--vial", "5 %", "--bag", "100 mL"), 3, "vial '5 %'", "measures a pure number", "write it in mg/mL"),
    "a vial of no strength": (("--vial", "0 mg/mL", "--bag", "100 mL"), 3, "vial '0 mg/mL'", "is not above zero", "state what is in hand"),
    "no bag": (("--vial", "50 mg/mL"), 3, "bag: is not stated, and has no default", "add --bag", "such as \'50 mL\'"),
    "a bag in milligrams": (("--vial", "50 mg/mL", "--bag", "50 mg"), 3, "bag '50 mg'", "measures mass", "write it in mL"),
    "a diluent that nobody names": ((*STATED, "--diluent", "milk"), 3, "diluent 'milk'", "is none that the protocol or the label names", "use "),
    "another pump than the site's": ((*STATED[:4], "--pump-step", "1 mL/h"), 4, "pump step 1 mL/h", "is not that of the site's pump, 0.1 mL/h", "take that pump"),
    "a step that is not there": ((*STATED, "--step", "2"), 2, "step 2", "is not in the scenario, which has 1", "choose one of them"),
    "a cut in words": ((*STATED, "--opioids", "REGIMEN", "--cut", "half"), 2, "--cut 'half'", "has no unit", "such as 25 %"),
    "opioids that are nowhere": ((*STATED, "--opioids", "none.json"), 3, "none.json", "does not exist", "check the path"),
    "a patch that is seen off before it is": (
        (*STATED, "--opioids", "REGIMEN", "--cut", "0 %", "--stop", "fentanyl", "--patch-removed", "2026-03-02T09:01:00-05:00"),
        3, "--patch-removed 2026-03-02T09:01:00-05:00", "is later than the instant of the advice", "state when it was seen to be off",
    ),
    "a patch off without its drug": (
        (*STATED, "--opioids", "REGIMEN", "--cut", "0 %", "--patch-removed", "2026-03-02T08:00:00-05:00"),
        3, "removal of a patch", "comes without the drug that stops", "name the drug of the patch",
    ),
    "a time that is none": (
        (*STATED, "--opioids", "REGIMEN", "--cut", "0 %", "--stop", "fentanyl", "--patch-removed", "noon"),
        3, "time 'noon'", "is not an ISO 8601 time", "write ",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_stated_wrongly_is_refused_in_one_line(
    adjuvant: Run, scenario: Path, tmp_path: Path, name: str
) -> None:
    stated, code, *words = WRONG[name]
    regimen = tmp_path / "regimen.json"
    patch = '{"drug": "fentanyl", "form": "patch", "route": "transdermal", "dose": "50 ug/h"}'
    regimen.write_text(f'{{"medications": [{patch}]}}', encoding="utf-8")
    asked = [str(regimen) if one == "REGIMEN" else one for one in stated]
    refused(adjuvant("plan", scenario, *asked), code, *words)


# --- what a chart lacks: an answer, and no number -------------------------------------------------------------

LACKS = {
    "no weight": ("sex: male", "Missing: actual body weight."),
    "a weight that is charted later": ("weights: [{at: 1 h, value: 67.6 kg}]", "Missing: actual body weight."),
    "two weights at one time": (
        "weights: [{at: -24 h, value: 67.6 kg}, {at: -24 h, value: 80 kg}]", "67.6 kg and 80 kg",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LACKS)
def test_without_one_weight_there_is_no_rate_and_the_reason_stands_in_its_place(
    adjuvant: Run, scenario: Path, name: str
) -> None:
    weights, words = LACKS[name]
    change(scenario, WEIGHTS, weights)
    answer = adjuvant("plan", scenario, *STATED)
    assert answer.code == 4 and words in " ".join(answer.out.split())
    assert "NO RATE" in answer.out and "WITHHELD" in answer.out and "mL/h" not in answer.out
    told = adjuvant("run", scenario)
    assert told.code == 0 and "WITHHELD" in told.out and "mg over" not in told.out


# --- a record ------------------------------------------------------------------------------------------------

ASKED = {
    "an unknown protocol": ({"--protocol": "hardy_brust"}, "protocol 'hardy_brust'", "is not in the library", "did you mean 'hardy_burst'"),
    "a profile for another protocol": ({"--protocol": "civik"}, "site.yaml:8: protocol", "is for hardy_burst", "approve this version, or run the other"),
    "a profile that is nowhere": ({"--site": "none.yaml"}, "none.yaml", "cannot be opened", "check its path"),
    "a record that is nowhere": ({"--record": "nowhere"}, "nowhere", "does not exist", "check the path"),
    "a patient that is not in it": ({"--patient": "nobody"}, "patient 'nobody'", "is not in it", "check the id"),
    "a time in words": ({"--at": "yesterday"}, "time 'yesterday'", "is not an ISO 8601 time", "write 2026-03-01T14:00:00+01:00"),
    "a regimen that is none": ({"--regimen": "brust"}, "regimen 'brust'", "is no regimen of hardy_burst, which has", "did you mean 'burst'"),
    "a guardrail": ({"--protocol": "asra_acute", "--site": None}, "protocol 'asra_acute'", "is a guardrail, not a protocol to run", "name one that gives a dose (`adjuvant protocols list`)", "`adopt_guardrails`"),
    "a schedule": ({"--protocol": "rcht_iv", "--site": None}, "protocol 'rcht_iv'", "is no protocol to run", "`adopt_monitoring`"),
    "a source without a dose": ({"--protocol": "fitzgibbon", "--site": None}, "protocol 'fitzgibbon'", "cannot be run: its source gives no dose", "name one that gives a dose"),
    "a format that is none": ({"--format": "paper"}, "format 'paper'", "is not known", "use one of: store, fhir"),
    "a zone that is none": ({"--zone": "Europe/Londom"}, "time zone 'Europe/Londom'", "is not an IANA zone", "write one such as Europe/London"),
}  # fmt: skip


@pytest.mark.parametrize("command", ["advise", "alerts"])
@pytest.mark.parametrize("name", ASKED)
def test_a_question_about_a_record_that_cannot_be_asked_is_refused_in_one_line(
    adjuvant: Run, name: str, command: str
) -> None:
    changed, *words = ASKED[name]
    asked: dict[str, object] = {
        "--protocol": "hardy_burst", "--record": CHART, "--at": "2031-08-18T19:45", "--site": WARD / "site.yaml", **changed,
    }  # fmt: skip
    found = adjuvant(command, *(part for pair in asked.items() if pair[1] is not None for part in pair))
    assert found.code in (2, 3) and found.out == "", found.err
    refused(found, found.code, *words)
    assert found.code == (2 if "--format" in changed else 3)
