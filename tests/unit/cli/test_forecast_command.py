"""`adjuvant forecast`: a record in; what was given, what is on board, and what comes, for people and scripts."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from running import Run

EXAMPLES = Path(__file__).resolve().parents[3] / "src" / "adjuvant" / "sources" / "examples"
SPARING = EXAMPLES / "opioid_sparing"
AT = "2031-08-14T10:00-04:00"


def test_people_read_what_was_given_what_is_on_board_and_what_comes(adjuvant: Run) -> None:
    """By hand: 8 h each of 2.2, 4.5, 6.8, 9 and 11.2 mg/h, and 6 h of 13.5, are 350.6 mg."""
    found = adjuvant("forecast", SPARING, "--at", AT, "--patients", "50")
    assert found.code == 0
    words = " ".join(found.out.split())
    for said in (
        "Patient synthetic-opioid-sparing (synthetic), 2031-08-14 10:00-04:00",
        "350.6 mg of ketamine given so far. Runs now and goes on if nothing changes: 13.5 mg/h, intravenous.",
        "Weight 45 kg, charted 2031-08-06 08:30-04:00.",
        "On board now, 2031-08-14 10:00-04:00",
        "Side of sampling not stated: 136 to 251 ng/mL for a typical patient by 3 models",
        "Nothing here advises a dose.",
    ):
        assert said in words


def test_json_has_what_was_given_what_is_on_board_and_both_futures(adjuvant: Run) -> None:
    answer = adjuvant("forecast", SPARING, "--at", AT, "--patients", "0", "--json").json
    (found,) = answer["forecasts"]
    assert found["given"]["given_so_far_mg"] == pytest.approx(350.6)
    assert found["given"]["goes_on"] == [{"what": "13.5 mg/h", "route": "intravenous"}]
    assert [one["model"] for one in found["on_board_now"]] == [
        "kamp2020",
        "domino1982",
        "clements250",
        "hijazi2003",
    ]
    going = found["if_nothing_changes"]["sides"][0]["models"][0]["typical"]["cp_ng_per_mL"]
    stopping = found["if_it_stops_now"]["sides"][0]["models"][0]["typical"]["cp_ng_per_mL"]
    assert going[-1] > 100 * stopping[-1] > 0
    assert stopping[0] == pytest.approx(found["on_board_now"][0]["ketamine_ng_per_mL"], rel=1e-12)


def test_pages_are_written_with_now_and_both_futures(adjuvant: Run, tmp_path: Path) -> None:
    found = adjuvant("forecast", SPARING, "--at", AT, "--patients", "20", "--out", tmp_path, "--json").json
    html, pdf, table = map(Path, found["forecasts"][0]["files"])
    text = html.read_text(encoding="utf-8")
    for said in (
        "What was given",
        "If it stops now",
        "Synthetic: no real patient",
        "the same if it stops now",
    ):
        assert said in text
    assert re.search(r"<text[^>]*>(<tspan[^>]*>)?now", text)
    assert pdf.read_bytes().startswith(b"%PDF") and table.read_bytes().startswith(b"drug,minute,side")


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--at", "2031-08-10T10:00-04:00"], 3, "charts no ketamine as given up to 2031-08-10"),
        (["--at", "noon"], 3, "is not an ISO 8601 time"),
        (["--at", AT, "--weight", "62"], 2, "--weight '62'"),
        (["--at", AT, "--absorption", "oral"], 2, "is not KEY=SHARE,HALF-LIFE"),
        (["--at", AT, "--model", "otto2021"], 3, "is of another drug than otto2021"),
        (["--at", AT, "--ahead", "nan"], 2, "is no length of time"),
    ],
)
def test_what_cannot_be_forecast_is_refused(adjuvant: Run, options: list[str], code: int, said: str) -> None:
    found = adjuvant("forecast", SPARING, *options, "--json")
    assert found.code == code and said in found.err and not found.out


def test_a_record_without_a_weight_asks_for_one(adjuvant: Run, tmp_path: Path) -> None:
    for path in SPARING.iterdir():
        if path.name == "weights.csv":
            (tmp_path / path.name).write_text(path.read_text().splitlines()[0] + "\n", encoding="utf-8")
        elif path.is_file():
            (tmp_path / path.name).write_bytes(path.read_bytes())
    bare = adjuvant("forecast", tmp_path, "--at", AT, "--patients", "0")
    assert bare.code == 3 and "charts no body weight up to then; state it with --weight" in bare.err
    stated = adjuvant("forecast", tmp_path, "--at", AT, "--patients", "0", "--weight", "45 kg")
    assert stated.code == 0 and "Weight 45 kg, as stated on the command line." in stated.out


def s_ketamine(folder: Path) -> Path:
    """The same chart with S-ketamine in the place of the racemate."""
    for path in SPARING.iterdir():
        if path.is_file():
            text = path.read_text(encoding="utf-8").replace(",ketamine,", ",esketamine,")
            (folder / path.name).write_text(text, encoding="utf-8")
    return folder


def test_measured_levels_are_held_against_models_of_their_side(adjuvant: Run, tmp_path: Path) -> None:
    """A level of norketamine a quarter under what is expected says something of its own clearance alone."""
    (tmp_path / "chart").mkdir()
    levels = tmp_path / "levels.csv"
    levels.write_text(
        "time,analyte,level,side\n2031-08-14T03:00-04:00,ketamine,150 ng/mL,venous\n"
        "2031-08-14T03:00-04:00,norketamine,0.16 ug/mL,venous\n",
        encoding="utf-8",
    )
    chart = s_ketamine(tmp_path / "chart")
    options = ("--at", AT, "--patients", "0", "--measured", levels)
    (found,) = adjuvant("forecast", chart, *options, "--json", "--out", tmp_path / "out").json["forecasts"]
    held = found["held_against_levels"]
    (otto,) = held["models"]
    figures = {one["name"]: one["found"] / one["typical"] for one in otto["figures"]}
    assert otto["model"] == "otto2021" and figures["CLM"] > 1.1 and 0.9 < figures["CL"] < 1.1
    assert otto["levels"][1]["measured_ng_per_mL"] == 160
    assert {one["model"] for one in held["not_held"]} == {"kamp2020", "perezruixo2020"}
    text = Path(found["files"][0]).read_text(encoding="utf-8")
    assert "otto2021 against measured levels" in text and 'class="dot"' in text
    later = adjuvant("forecast", chart, "--at", "2031-08-14T02:00-04:00", *options[2:])
    assert later.code == 3 and "is later than the instant of now; leave it out, or move --at" in later.err


def test_an_occasion_is_one_of_measured_levels_after_the_first_dose_and_before_now(
    adjuvant: Run, tmp_path: Path
) -> None:
    """otto2021 has no variance between occasions, and says so where one is named."""
    (tmp_path / "chart").mkdir()
    chart, levels = s_ketamine(tmp_path / "chart"), tmp_path / "levels.csv"
    levels.write_text(
        "time,analyte,level,side\n2031-08-14T03:00-04:00,ketamine,150 ng/mL,venous\n", encoding="utf-8"
    )
    asked = ("forecast", chart, "--at", AT, "--patients", "0")
    alone = adjuvant(*asked, "--occasion", "2031-08-13T20:00-04:00")
    assert alone.code == 3 and "--occasion: is of measured levels, and none are given" in alone.err
    held = (*asked, "--measured", levels, "--occasion")
    for instant, words in (
        ("2031-08-14T11:00-04:00", "is later than the instant of now; leave it out, or move --at"),
        ("2031-08-12T12:00-04:00", "is not after the first dose that is counted, or the occasion before it"),
    ):
        refused = adjuvant(*held, instant)
        assert refused.code == 3 and f"--occasion {instant}: {words}" in refused.err
    twice = adjuvant(*held, "2031-08-13T20:00-04:00", "--occasion", "2031-08-13T20:00-04:00")
    assert twice.code == 3 and "in rising order" in twice.err
    said = " ".join(adjuvant(*held, "2031-08-13T20:00-04:00").out.split())
    assert "This model says nothing of what varies between occasions: the figures hold for all." in said


def test_levels_of_the_racemate_can_be_held_against_no_model_and_that_is_said(
    adjuvant: Run, tmp_path: Path
) -> None:
    levels = tmp_path / "levels.csv"
    levels.write_text(
        "time,analyte,level,side\n2031-08-14T03:00-04:00,ketamine,150 ng/mL,arterial\n", "utf-8"
    )
    found = adjuvant("forecast", SPARING, "--at", AT, "--patients", "0", "--measured", levels)
    assert found.code == 3 and "can be held against no model" in found.err
    levels.write_text("time,analyte,level\n", "utf-8")
    found = adjuvant("forecast", SPARING, "--at", AT, "--patients", "0", "--measured", levels)
    assert found.code == 3 and "has no column 'side'; head it time,analyte,level,side" in found.err


def test_pages_of_another_forecast_are_replaced_only_where_that_is_said(
    adjuvant: Run, tmp_path: Path
) -> None:
    first = ("forecast", SPARING, "--at", AT, "--patients", "0", "--out", tmp_path, "--json")
    assert adjuvant(*first).code == 0 and adjuvant(*first).code == 0
    other = adjuvant(*first, "--weight", "50 kg")
    assert (
        other.code == 2
        and "exists and is of another forecast; choose another folder, or add --replace" in other.err
    )
    assert adjuvant(*first, "--weight", "50 kg", "--replace").code == 0


@pytest.mark.hazard("H-041")
def test_a_drug_or_a_liver_that_changes_the_clearance_stands_before_every_level(
    adjuvant: Run, tmp_path: Path
) -> None:
    """The founding rows with clarithromycin beside them: for people, in JSON, on the page and in its figure."""
    from adjuvant.pk.altered import OUTSIDE

    chart = tmp_path / "chart"
    shutil.copytree(SPARING, chart)
    with (chart / "administrations.csv").open("a", encoding="utf-8") as rows:
        rows.write(
            "x,synthetic-opioid-sparing,2031-08-14T08:00-04:00,,clarithromycin,,dose,oral,tablet,500,mg,,,given,no,,\n"
        )
    with (chart / "conditions.csv").open("a", encoding="utf-8") as rows:
        rows.write(
            "y,synthetic-opioid-sparing,2031-08-06T00:00-04:00,hepatic failure,K72.9,ICD-10,active,no\n"
        )
    out = tmp_path / "out"
    words = " ".join(adjuvant("forecast", chart, "--at", AT, "--patients", "0").out.split())
    assert words.index(OUTSIDE) < words.index("On board now") and "clarithromycin" in words
    assert "hepatic failure (Severe disease of the liver, known since 2031-08-06" in words
    (found,) = adjuvant("forecast", chart, "--at", AT, "--patients", "0", "--json", "--out", out).json[
        "forecasts"
    ]
    assert found["outside_of_those_studied"][0] == OUTSIDE
    page = Path(found["files"][0]).read_text(encoding="utf-8")
    assert OUTSIDE in page and "Nobody like this patient was studied." in page
    (plain,) = adjuvant("forecast", SPARING, "--at", AT, "--patients", "0", "--json").json["forecasts"]
    assert plain["outside_of_those_studied"] == []
    assert any("what is not charted is not known" in one for one in plain["patient_facts"])
