"""`adjuvant plan`: a scenario in, a plan out, a sheet written, and exit code 4 where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from running import Run

ROOT = Path(__file__).resolve().parents[3]
SCENARIO = ROOT / "tests" / "fixtures" / "plans" / "first_infusion.yaml"
STATED = ("--vial", "50 mg/mL", "--bag", "100 mL", "--pump-step", "0.1 mL/h", "--concentration", "1 mg/mL")


def test_it_prints_the_rate_the_arithmetic_twice_and_what_is_watched(adjuvant: Run) -> None:
    found = adjuvant("plan", SCENARIO, *STATED)
    assert found.code == 0
    for words in ("SET THE PUMP TO  50.7 mL/h", "From the order to the pump", "From the pump back", "Both meet.",
                  "Draw up 2 mL of ketamine 50 mg/mL: 100 mg.", "2026-03-02 -05:00: 09:15 A (09:30), 09:30 A (09:45)", "A: sedation, Pasero scale; dissociation;",
                  "an example profile, no site's own: not for use"):  # fmt: skip
        assert words in found.out


def test_json_has_the_rate_and_both_sums(adjuvant: Run) -> None:
    found = adjuvant("plan", SCENARIO, *STATED, "--json").json
    assert found["pump"]["rate"] == "50.7 mL/h" and found["refused"] is None
    assert found["preparation"]["left_in_bag"] == ["66.2 mL", "66.2 mg"]
    assert found["arithmetic"]["forward"][0] == {"sum": "0.5 mg/kg × 67.6 kg", "result": "33.8 mg"}
    assert found["arithmetic"]["backward"][-1]["result"] == "0.5 mg/kg"
    assert found["monitoring"]["due"][0]["at"] == "2026-03-02T14:15:00+00:00"


def test_the_sheet_is_written_as_html_and_pdf(adjuvant: Run, tmp_path: Path) -> None:
    found = adjuvant("plan", SCENARIO, *STATED, "--out", tmp_path / "sheets", "--json")
    html, pdf = map(Path, found.json["files"])
    assert "50.7" in html.read_text(encoding="utf-8") and pdf.read_bytes().startswith(b"%PDF")


def test_a_refused_plan_exits_4_with_a_sheet_that_has_no_number(adjuvant: Run, tmp_path: Path) -> None:
    silent = tmp_path / "silent.yaml"
    text = SCENARIO.read_text(encoding="utf-8").replace("../../../src", str(ROOT / "src"))
    silent.write_text(text[: text.index("answers:")] + text[text.index("steps:") :], encoding="utf-8")
    found = adjuvant("plan", silent, *STATED, "--out", tmp_path / "sheets")
    assert found.code == 4 and "NO RATE" in found.out and "SET THE PUMP" not in found.out
    (page,) = (tmp_path / "sheets").glob("*.html")
    assert "No rate" in page.read_text(encoding="utf-8")
    answer = adjuvant("plan", silent, *STATED, "--json")
    assert answer.code == 4 and answer.json["pump"] is None and answer.json["refused"]["reasons"]


REGIMEN = """{"medications": [
    {"drug": "fentanyl", "form": "patch", "route": "transdermal", "dose": "50 ug/h"},
    {"drug": "morphine", "route": "oral", "dose": "60 mg", "times_per_day": 2}]}"""


def test_the_opioids_are_reckoned_at_each_stage_and_nothing_is_applied(adjuvant: Run, tmp_path: Path) -> None:
    regimen = tmp_path / "regimen.json"
    regimen.write_text(REGIMEN, encoding="utf-8")
    asked = ("--opioids", regimen, "--cut", "0 %", "--stop", "fentanyl")
    found = adjuvant(
        "plan", SCENARIO, *STATED, *asked, "--patch-removed", "2026-03-02T08:00:00-05:00", "--json"
    )
    opioids = found.json["opioids"]
    assert opioids["applied"] is False and [one["stage"] for one in opioids["stages"]] == [
        "before",
        "during",
        "after",
    ]
    table = "cdc2022+us_equianalgesic_classic"
    totals = [one["tables"][table]["total"]["mme_per_day"] for one in opioids["stages"]]
    assert totals == [240, 240, 120]  # 50 ug/h × 2.4, and 120 mg × 1
    shown = adjuvant("plan", SCENARIO, *STATED, *asked)
    assert "counts until its removal is charted" in " ".join(shown.out.split())
    assert "refused" in shown.out and "never for converting" in shown.out
    assert adjuvant("plan", SCENARIO, *STATED, "--opioids", regimen, "--cut", "25 %").code == 4
    assert adjuvant("plan", SCENARIO, *STATED, "--cut", "0 %").code == 2


def test_the_courses_so_far_are_listed(adjuvant: Run) -> None:
    assert adjuvant("plan", SCENARIO, *STATED, "--json").json["ledger"]["courses"] == []


@pytest.mark.parametrize(
    ("stated", "code", "words"),
    [
        (("--bag", "50 mL"), 3, "vial: is not stated, and has no default; add --vial with its strength"),
        (("--vial", "50 mg/mL"), 3, "bag: is not stated, and has no default; add --bag with what it holds"),
        (("--vial", "10 mg/mL", "--bag", "50 mL"), 4, "not among the vials of the site's profile"),
        ((*STATED, "--ordered", "33.8 mg"), 4, "they are not one order"),
        ((*STATED, "--step", "7"), 2, "is not in the scenario, which has 1"),
    ],
)
def test_what_is_not_stated_or_not_kept_is_refused_in_words(
    adjuvant: Run, stated: tuple[str, ...], code: int, words: str
) -> None:
    found = adjuvant("plan", SCENARIO, *stated)
    assert found.code == code and words in found.err and found.out == ""


def test_all_that_is_not_stated_is_asked_for_at_once_each_with_its_option(
    adjuvant: Run, tmp_path: Path
) -> None:
    """The example site says its pump step; without that line it is asked for beside the two others."""
    assert adjuvant("plan", SCENARIO).err == (
        "adjuvant: vial and bag: are not stated, and none has a default; add --vial with its strength (read the "
        "vial: 10 mg/mL, 50 mg/mL, 100 mg/mL); --bag with what it holds once made up, such as '50 mL'.\n"
    )
    site = ROOT / "src/adjuvant/library/protocols/patel_ldk/example_site.yaml"
    text = site.read_text(encoding="utf-8")
    assert text.count("\npump_step: ") == 1
    lines = [line for line in text.splitlines() if not line.startswith("pump_step: ")]
    (tmp_path / "site.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    patient = SCENARIO.read_text(encoding="utf-8")
    old = "../../../src/adjuvant/library/protocols/patel_ldk/example_site.yaml"
    (tmp_path / "patient.yaml").write_text(patient.replace(old, "site.yaml"), encoding="utf-8")
    found = adjuvant("plan", tmp_path / "patient.yaml")
    assert (found.code, found.out) == (3, "")
    assert found.err.startswith("adjuvant: vial, bag and pump step: are not stated, and none has a default; ")
    for option in (
        "--vial with",
        "--bag with",
        "--pump-step with the least step of its rate, such as '0.1 mL/h'",
    ):
        assert option in found.err


def test_what_the_pump_shows_is_held_against_the_plan(adjuvant: Run) -> None:
    """33.8 is the dose in mg, typed as a rate: 33.8 mL/h of 1 mg/mL, two thirds of 50.7."""
    read = ("--pump-shows", "33.8 mL/h")
    found = adjuvant("plan", SCENARIO, *STATED, *read)
    assert "THE PUMP IS NOT SET AS PLANNED. Stop and look." in found.out
    assert "It shows 33.8 mL/h and the plan is 50.7 mL/h" in found.out
    assert adjuvant("plan", SCENARIO, *STATED, *read, "--json").json["pump_check"]["as_planned"] is False
    assert (
        "The pump is set as planned." in adjuvant("plan", SCENARIO, *STATED, "--pump-shows", "50.7 mL/h").out
    )
    assert adjuvant("plan", SCENARIO, *STATED, "--json").json["pump_check"] is None
    wrong = adjuvant("plan", SCENARIO, *STATED, "--pump-shows", "50.7 mg/h")
    assert (wrong.code, wrong.out) == (2, "") and "--pump-shows" in wrong.err


def test_a_bag_of_another_strength_is_told_beside_the_one_before(adjuvant: Run, tmp_path: Path) -> None:
    scenario = ROOT / "src/adjuvant/library/protocols/civik/scenarios/whole_course.yaml"
    bag = ("--vial", "50 mg/mL", "--bag", "50 mL", "--pump-step", "0.1 mL/h", "--concentration", "2 mg/mL")
    found = adjuvant("plan", scenario, *bag, "--bag-before", "1 mg/mL", "--step", "2", "--out", tmp_path)
    words = " ".join(found.out.split())
    assert "The bag before: 1 mg/mL at 5.8 mL/h. This bag: 2 mg/mL at 2.9 mL/h." in words
    assert "at the old rate this bag gives 11.6 mg/h where 5.8 mg/h are ordered" in words
    (page,) = tmp_path.glob("*.html")
    assert "at the old rate this bag gives 11.6" in " ".join(page.read_text(encoding="utf-8").split())
    told = adjuvant("plan", scenario, *bag, "--bag-before", "1 mg/mL", "--step", "2", "--json").json
    assert told["bag_change"]["old_rate"] == "5.8 mL/h"
