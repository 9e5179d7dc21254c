"""What `plan`, `run`, `advise` and `alerts` print: within the terminal, in words, on the patient's clock, past as past."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from adjuvant.library.vocabulary import observations
from running import Run

ROOT = Path(__file__).resolve().parents[3]
LIBRARY = ROOT / "src" / "adjuvant" / "library" / "protocols"
CHART = ROOT / "src" / "adjuvant" / "sources" / "examples" / "psychotomimetic_stop"
WARD = ROOT / "docs" / "reference" / "example_ward"
COURSE = LIBRARY / "civik" / "scenarios" / "whole_course.yaml"
BAG = ("--vial", "50 mg/mL", "--bag", "50 mL", "--pump-step", "0.1 mL/h", "--concentration", "2 mg/mL")
REGIMEN = """{"medications": [
    {"drug": "fentanyl", "form": "patch", "route": "transdermal", "dose": "50 ug/h"},
    {"drug": "hydromorphone", "route": "intravenous", "dose": "1 mg", "times_per_day": 6, "as_needed": true},
    {"drug": "morphine", "route": "oral", "dose": "60 mg", "times_per_day": 2}]}"""
ASKED = (
    "--protocol",
    "hardy_burst",
    "--record",
    CHART,
    "--at",
    "2031-08-18T19:45",
    "--site",
    WARD / "site.yaml",
)


def commands(folder: Path) -> dict[str, tuple[object, ...]]:
    regimen = folder / "regimen.json"
    regimen.write_text(REGIMEN, encoding="utf-8")
    first = ROOT / "tests" / "fixtures" / "plans" / "first_infusion.yaml"
    opioids = ("--opioids", regimen, "--cut", "0 %", "--stop", "fentanyl")
    return {
        "a plan with its opioids": (
            "plan", first, *BAG[:2], "--bag", "100 mL", "--concentration", "1 mg/mL", *opioids,
            "--patch-removed", "2026-03-02T08:00:00-05:00", "--vial-holds", "10 mL",
        ),
        "a plan of a later step": ("plan", COURSE, *BAG, "--bag-before", "1 mg/mL", "--step", "2"),
        "a plan in equal parts": (
            "plan", LIBRARY / "importance_esketamine" / "scenarios" / "first_dose.yaml", "--vial", "25 mg/mL",
        ),
        "a course": ("run", COURSE),
        "a night with alerts": ("run", WARD / "night.yaml"),
        "advice": ("advise", *ASKED),
        "alerts": ("alerts", *ASKED, "--acts", WARD / "acts.yaml"),
    }  # fmt: skip


_SHOWN: dict[str, str] = {}


@pytest.fixture
def shown(adjuvant: Run, tmp_path: Path) -> dict[str, str]:
    """What each command prints, at its full width; asked once for all tests of this module."""
    if not _SHOWN:
        _SHOWN.update({name: adjuvant(*command).out for name, command in commands(tmp_path).items()})
    return _SHOWN


@pytest.mark.parametrize("width", [80, pytest.param(60, marks=pytest.mark.slow)])
def test_nothing_is_wider_than_the_terminal(
    adjuvant: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, width: int
) -> None:
    monkeypatch.setattr("adjuvant.cli.output.line_width", lambda: width)
    for name, command in commands(tmp_path).items():
        lines = adjuvant(*command).out.splitlines()
        assert [line for line in lines if len(line) > width] == [], name
        # The room that there is is used: it is no narrow page in a wide window.
        assert max(map(len, lines)) > width - 15, name


def test_a_window_of_a_hundred_and_twenty_columns_has_lines_of_a_hundred(shown: dict[str, str]) -> None:
    for name, out in shown.items():
        assert 85 < max(map(len, out.splitlines())) <= 100, name


def test_no_key_of_the_library_s_observations_is_printed(shown: dict[str, str]) -> None:
    keys = {key for key in observations() if "_" in key}
    for name, out in shown.items():
        # An alert is acknowledged by its key, which stands behind its kind, and a question by its own; what is
        # missing says under which key it is charted.
        said = re.sub(r"(readings|effects):\s+\w+", "", out)
        words = set(re.findall(r"(?<![:`\w])\w+(?![\w`])", said))
        assert not words & keys, name


@pytest.mark.parametrize("name", ["a course", "a night with alerts", "advice", "alerts"])
def test_instants_are_on_the_clock_of_the_patient(shown: dict[str, str], name: str) -> None:
    assert re.search(r"\d{4}-\d\d-\d\dT\d\d", shown[name]) is None
    offset = "+01:00" if name in ("advice", "alerts") else "+00:00"  # London in August; the others in UTC
    assert set(re.findall(r"\d\d:\d\d([+-]\d\d:\d\d)", shown[name])) == {offset}


def test_a_reason_ends_in_one_mark(shown: dict[str, str]) -> None:
    for name, out in shown.items():
        assert re.search(r"\.:|\?\.|\.\.(?!\.)", " ".join(out.split())) is None, name


def test_what_was_due_before_the_advice_is_past_and_the_rest_is_to_come(shown: dict[str, str]) -> None:
    """Ketamine runs since 08:06 and is asked about at 16:06: every quarter of an hour, then each hour."""
    later, first = shown["a plan of a later step"], shown["a plan with its opioids"]
    past, come = later.index("Past at 2026-03-02 16:06+00:00"), later.index("To come")
    assert past < later.index("08:21 A (08:36)") < later.index("15:06 A (15:21)") < come
    assert come < later.index("16:06 B (16:21)") < later.index("17:06 A (17:21)")
    assert "Past at" not in first and "To come" in first


def test_no_figure_is_parted_from_its_unit_nor_a_time_from_its_grace(shown: dict[str, str]) -> None:
    for name, out in shown.items():
        for line in out.splitlines():
            assert re.match(r"\s+(%|mg|mL|kg|min|h|\(\d\d:\d\d\))([ ,.;:]|$)", line) is None, (name, line)


def test_what_rounding_takes_stands_beside_what_it_may_take(shown: dict[str, str]) -> None:
    words = " ".join(shown["a plan with its opioids"].split())
    assert "of the dose 0 % less, where rounding may take 2 %." in words


def test_a_protocol_that_names_no_observation_says_so(adjuvant: Run) -> None:
    shown = adjuvant("plan", LIBRARY / "fallon_oral" / "scenarios" / "first_dose.yaml").out
    assert "names nothing that is observed: the site says what is." in shown


def test_mme_stand_by_table_and_drug_with_what_is_stopped_and_what_is_refused(
    shown: dict[str, str],
) -> None:
    """CDC 2022: 50 × 2.4 and 120 × 1. The second of the pair: 6 mg of hydromorphone × 20, only where it is needed."""
    plan = shown["a plan with its opioids"]
    rows = [re.split(r"\s{2,}", line.strip()) for line in plan.splitlines()]
    at = rows.index(["cdc2022+us_equianalgesic_classic", "240 to 360", "240 to 360", "120 to 240"])
    assert rows[at + 1 : at + 4] == [
        ["fentanyl", "120", "120", "stopped"],
        ["hydromorphone", "0 to 120", "0 to 120", "0 to 120"],
        ["morphine", "120", "120", "120"],
    ]
    alone = rows.index(["cdc2022", "at least 240", "at least 240", "at least 120"])
    assert rows[alone + 2] == ["hydromorphone", "refused", "refused", "refused"]
    assert ["uk_palliative_local", "refused", "refused", "refused"] in rows  # never nought
    assert "fentanyl patch 50 microgram/h: seen to be off at 2026-03-02 08:00-05:00." in plan


# --- the files of two plans ----------------------------------------------------------------------------------


def sheets(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_scenarios_of_one_name_have_sheets_of_their_own(adjuvant: Run, tmp_path: Path) -> None:
    for key in ("fallon_oral", "importance_esketamine"):
        path = LIBRARY / key / "scenarios" / "first_dose.yaml"
        assert adjuvant("plan", path, "--out", tmp_path / "sheets").code == 0
    assert sheets(tmp_path / "sheets") == [
        "adjuvant-order-fallon-oral-first-dose.html", "adjuvant-order-fallon-oral-first-dose.pdf",
        "adjuvant-order-importance-esketamine-first-dose.html",
        "adjuvant-order-importance-esketamine-first-dose.pdf",
    ]  # fmt: skip


def test_the_sheet_of_another_plan_is_not_replaced_unless_that_is_asked(
    adjuvant: Run, tmp_path: Path
) -> None:
    asked = ("plan", COURSE, *BAG, "--step", "2", "--out", tmp_path)
    assert adjuvant(*asked).code == 0
    before = {path: path.read_bytes() for path in tmp_path.glob("adjuvant-order-*")}
    assert len(before) == 2
    assert adjuvant(*asked).code == 0  # the same plan is the same bytes
    stronger = [("1 mg/mL" if part == "2 mg/mL" else part) for part in asked]
    refused = adjuvant(*stronger)
    assert (refused.code, refused.out) == (2, "")
    assert (
        "adjuvant-order-civik-whole-course-step-2.html: exists and is the sheet of another plan"
        in refused.err
    )
    assert "choose another folder, or add --replace" in refused.err
    assert {path: path.read_bytes() for path in tmp_path.glob("adjuvant-order-*")} == before
    assert adjuvant(*stronger, "--replace").code == 0
    assert all(path.read_bytes() != data for path, data in before.items())


def test_where_only_one_of_the_two_files_is_of_another_plan_neither_is_written(
    adjuvant: Run, tmp_path: Path
) -> None:
    asked = ("plan", COURSE, *BAG, "--step", "2", "--out", tmp_path)
    (tmp_path / "adjuvant-order-civik-whole-course-step-2.pdf").write_bytes(b"mine")
    refused = adjuvant(*asked)
    assert refused.code == 2 and ".pdf: exists" in refused.err
    assert sheets(tmp_path) == ["adjuvant-order-civik-whole-course-step-2.pdf"]
