"""`adjuvant simulate`: a typed regimen in; bands for people, JSON and CSV for scripts, a page as HTML and PDF."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from running import Run

SHORT = {"weight_kg": 70, "drug": "ketamine", "doses": [{"route": "iv", "start_min": 0, "duration_min": 40, "amount": "35 mg"}]}  # fmt: skip


def written(folder: Path, **changed: Any) -> Path:
    path = folder / "regimen.json"
    path.write_text(json.dumps({**SHORT, **changed}), encoding="utf-8")
    return path


@pytest.mark.shared
def test_one_model_answers_in_the_keys_that_scripts_rely_on_with_the_levels_of_another_engine(
    adjuvant: Run, tmp_path: Path, shared: Path
) -> None:
    noted = json.loads((shared / "pk" / "reference_vectors.json").read_text(encoding="utf-8"))
    times = noted["regimens"]["iv_0.5mgkg_40min"]["t_min"]
    (vector,) = [
        one
        for one in noted["vectors"]
        if (one["model"], one["regimen"]) == ("Kamp2020_simtiva", "iv_0.5mgkg_40min")
        and "expm" in one["source"]
    ]
    found = adjuvant(
        "simulate", written(tmp_path, times_min=times), "--model", "kamp2020", "--json", "--patients", "5"
    ).json
    assert found["cp_ng_per_mL"] == pytest.approx(vector["cp"], rel=1e-9)
    assert (found["drug"], found["sampling"], found["norketamine_ng_per_mL"]) == (
        "ketamine",
        "arterial",
        None,
    )
    assert len(found["ce_ng_per_mL"]) == len(times) and found["patients"]["drawn"] == 5


def test_several_models_answer_side_by_side(adjuvant: Run, tmp_path: Path) -> None:
    found = adjuvant("simulate", written(tmp_path, age_years=55), "--json", "--patients", "20").json
    assert [side["sampling"] for side in found["sides"]] == ["arterial", "not_stated"]
    assert [one["model"] for one in found["sides"][0]["models"]] == ["kamp2020"]
    over = found["sides"][1]["over_models"]["ketamine_ng_per_mL"]
    assert over["models"] == ["domino1982", "clements250", "hijazi2003"]
    assert all(low <= high for low, high in zip(over["low"], over["high"], strict=True))
    assert {one["key"] for one in found["ranges"]} == {"analgesia", "dissociation", "psychedelic"}
    assert found["notices"][0].startswith("No model was made from wasted, dying or palliative patients")
    assert found["effects"]["norketamine_against_relief"] == []


def test_people_read_each_side_each_model_and_what_is_not_in_it(adjuvant: Run, tmp_path: Path) -> None:
    found = adjuvant("simulate", written(tmp_path, age_years=55), "--patients", "20")
    assert found.code == 0
    words = " ".join(found.out.split())
    for said in (
        "Predicted levels of ketamine (the racemate)",
        "Nothing here advises a dose.",
        "At the end of what is given, 40 min",
        "Side of sampling not stated: 177 to 240 ng/mL for a typical patient by 3 models",  # as five engines
        "otto2021: Regimen of ketamine is of another drug",
        "coefficient of variation of CL: 0.25 (assumed)",
    ):
        assert said in words


def test_a_page_a_pdf_and_a_table_of_every_number_are_written(adjuvant: Run, tmp_path: Path) -> None:
    found = adjuvant(
        "simulate", written(tmp_path), "--patients", "20", "--out", tmp_path / "out", "--json"
    ).json
    html, pdf, table = map(Path, found["files"])
    assert "Which model, and why they disagree" in html.read_text(encoding="utf-8")
    assert pdf.read_bytes().startswith(b"%PDF")
    rows = list(csv.DictReader(table.open(encoding="utf-8", newline="")))
    (kamp,) = [one for one in found["sides"][0]["models"] if one["model"] == "kamp2020"]
    shown = [float(row["ng_per_mL"]) for row in rows if (row["model"], row["what"], row["analyte"]) == ("kamp2020", "typical patient", "ketamine")]  # fmt: skip
    assert shown == pytest.approx(kamp["typical"]["cp_ng_per_mL"], rel=1e-8)
    assert {row["side"] for row in rows} == {"arterial", "not_stated"}


@pytest.mark.parametrize(
    ("changed", "options", "said"),
    [
        ({"drug": "esketamine"}, ["--model", "domino1982"], "is of another drug than domino1982"),
        ({"times_min": [10, 5]}, [], "time 5 after 10: is out of order"),
        ({"weight_kg": 0}, [], "body weight 0: is not above zero"),
        ({}, ["--model", "fanta2015_oral"], "cannot be run"),
    ],
)
def test_what_cannot_be_answered_leaves_with_3_and_prints_nothing(
    adjuvant: Run, tmp_path: Path, changed: dict[str, Any], options: list[str], said: str
) -> None:
    found = adjuvant("simulate", written(tmp_path, **changed), *options, "--json")
    assert found.code == 3 and said in found.err and not found.out


@pytest.mark.parametrize("hours", ["nan", "-1", "inf"])
def test_a_look_ahead_that_is_no_time_is_bad_usage(adjuvant: Run, tmp_path: Path, hours: str) -> None:
    found = adjuvant("simulate", written(tmp_path), f"--ahead={hours}")
    assert found.code == 2 and "is no length of time; give hours, zero or more" in found.err


def test_people_read_which_figure_moves_a_level_most(adjuvant: Run, tmp_path: Path) -> None:
    """In a model of rates a tenth more volume takes an eleventh off every level: 9.1 percent."""
    found = adjuvant(
        "simulate",
        written(tmp_path),
        "--model",
        "domino1982",
        "--patients",
        "0",
        "--sensitivity",
        "--ahead",
        "4",
    )
    assert found.code == 0
    words = " ".join(found.out.split())
    assert "What levels hang on: by how many percent they change where one figure is 10 % higher" in words
    assert "domino1982 V1 4.41 L -9.1 -9.1 -9.1" in words
    assert (
        "domino1982: with V1 10 % higher the level is 9.1 % lower at the end of what is given, 40 min."
        in words
    )
    assert "domino1982: no level shown changes by 1 % with any of k12, k21, ke0." in words


def test_scripts_read_what_every_figure_does_at_their_own_minutes(adjuvant: Run, tmp_path: Path) -> None:
    given = written(tmp_path, age_years=55, times_min=[0, 10, 40, 120])
    plain = adjuvant("simulate", given, "--json", "--patients", "0").json
    assert "sensitivity" not in plain
    found = adjuvant("simulate", given, "--json", "--patients", "0", "--sensitivity").json
    assert found["sensitivity"]["percent_higher"] == 10
    models = found["sensitivity"]["models"]
    assert [one["model"] for one in models] == ["kamp2020", "domino1982", "clements250", "hijazi2003"]
    assert models[0]["times_min"] == [0, 10, 40, 120]
    (volume,) = [one for one in models[1]["figures"] if one["name"] == "V1"]
    assert (volume["value"], volume["unit"]) == (pytest.approx(4.41, abs=0.01), "L")
    assert volume["cp_percent"][0] is None  # nothing is in the blood yet
    assert volume["cp_percent"][1:] == pytest.approx([-100 / 11] * 3)
    assert volume["cp_elasticity"][1:] == pytest.approx([-1] * 3)
    assert volume["norketamine_percent"] is None
    assert {key: value for key, value in found.items() if key != "sensitivity"} == plain


def test_where_there_is_no_level_nothing_is_said_to_move_it(adjuvant: Run, tmp_path: Path) -> None:
    given = written(tmp_path, times_min=[0])
    words = adjuvant("simulate", given, "--model", "domino1982", "--patients", "0", "--sensitivity").out
    assert "domino1982: no level at 0 min." in words and "no level shown changes" not in words
