"""`compare` and `design`: the shipped examples, JSON with its keys, every refusal with its place, and exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from running import Run

EXAMPLES = Path(__file__).resolve().parents[3] / "docs" / "reference" / "example_schedules"


def example(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    found["patients"] = 40
    return found


@pytest.fixture
def asked(tmp_path: Path) -> Callable[[dict[str, Any]], str]:
    def write(question: dict[str, Any]) -> str:
        path = tmp_path / "question.json"
        path.write_text(json.dumps(question), encoding="utf-8")
        return str(path)

    return write


def test_compare_answers_in_json_with_its_keys(adjuvant: Run, asked: Callable[[dict[str, Any]], str]) -> None:
    answer = adjuvant("compare", asked(example("founding")), "--json")
    assert answer.code == 0
    assert set(answer.json) == {
        "weight_kg", "asked", "patients", "seed", "schedules", "measured", "conclusions", "left_out",
        "unanswered", "assumed", "notices", "not_known", "files",
    }  # fmt: skip
    one = answer.json["measured"][0]
    assert set(one) == {
        "schedule", "model", "sampling", "peak_ng_per_mL", "peak_h", "in_range_h", "above_ceiling",
        "typical_above_ceiling",
    }  # fmt: skip
    names = [item["name"] for item in answer.json["schedules"]]
    assert names == ["patel_ldk infusion", "35 mg over 4 h, three times", "5 mg/h for 4 days"]
    assert [item["total_mg"] for item in answer.json["schedules"]] == pytest.approx([105, 105, 480])
    assert answer.json["notices"][0].startswith("Nothing here advises a dose")
    for told in answer.json["conclusions"]:
        assert told["survives_every_model"] == (bool(told["yes"]) and not told["no"] and not told["alike"])


def test_compare_is_printed_for_people_and_written_to_a_folder(
    adjuvant: Run, asked: Callable[[dict[str, Any]], str], tmp_path: Path
) -> None:
    answer = adjuvant("compare", asked(example("founding")), "--out", str(tmp_path / "out"))
    assert answer.code == 0 and "What survives every model" in answer.out
    assert all(len(line) <= 100 for line in answer.out.splitlines() if str(tmp_path) not in line)
    names = sorted(one.name for one in (tmp_path / "out").iterdir())
    assert names == [f"adjuvant-compare-question.{ending}" for ending in ("csv", "html", "pdf", "svg")]


def test_the_same_question_gives_the_same_answer_to_the_last_digit(
    adjuvant: Run, asked: Callable[[dict[str, Any]], str]
) -> None:
    question = asked(example("founding"))
    assert adjuvant("compare", question, "--json").out == adjuvant("compare", question, "--json").out


def test_design_searches_and_answers_with_a_frontier_for_each_model(
    adjuvant: Run, asked: Callable[[dict[str, Any]], str]
) -> None:
    question = example("search")
    question["space"] = {"rates": ["20 mg/h", "45 mg/h"], "durations": ["40 min", "1 h"]}
    answer = adjuvant("design", asked(question), "--json")
    assert answer.code == 0 and answer.json["tried"] == 4
    assert set(answer.json["frontiers"]) == {"clements250", "domino1982", "hijazi2003", "kamp2020"}
    assert set(answer.json["frontier_of_every_model"]) <= set(answer.json["kept_in_every_model"])
    assert all(one["because"] for one in answer.json["refused"])
    people = adjuvant("design", asked(question))
    assert "Frontier by kamp2020" in people.out and "Bound to the ceilings of the protocol" in people.out


def test_design_gives_rates_for_a_level_and_exit_code_4_where_limits_refuse_them(
    adjuvant: Run, asked: Callable[[dict[str, Any]], str], tmp_path: Path
) -> None:
    question = example("target")
    answer = adjuvant("design", asked(question), "--json", "--out", str(tmp_path / "out"))
    assert answer.code == 0 and answer.json["rows"] and not answer.json["refused"]
    assert answer.json["citation"] == "doi:10.1007/BF01070999"
    assert len(answer.json["files"]) == 3
    question["target"] |= {"highest_rate": "90 mg/h", "interval": "5 min", "level": "250 ng/mL"}
    refused = adjuvant("design", asked(question), "--json")
    assert refused.code == 4 and refused.json["rows"] == [] and refused.json["total_mg"] is None
    assert "0.5 mg/kg/h" in refused.json["refused"][0]
    words = adjuvant("design", asked(question))
    assert words.code == 4 and "Refused" in words.out and "mL/h" not in words.out


def test_design_forecasts_the_next_steps_of_a_protocol(
    adjuvant: Run, asked: Callable[[dict[str, Any]], str], tmp_path: Path
) -> None:
    answer = adjuvant("design", asked(example("next_steps")), "--json", "--out", str(tmp_path / "out"))
    assert answer.code == 0
    assert [one["action"] for one in answer.json["options"]] == ["keep", "raise", "lower", "stop"]
    assert {one["sampling"] for one in answer.json["options"][0]["expected"]} == {"arterial", "not_stated"}
    assert "evaluate" not in adjuvant("design", asked(example("next_steps"))).err


def changed(name: str, path: str, value: Any) -> dict[str, Any]:
    """An example with one thing changed; `...` takes it out."""
    found = example(name)
    *way, last = path.split(".")
    place: Any = found
    for step in way:
        place = place[int(step)] if step.isdecimal() else place[step]
    if value is ...:
        del place[last]
    else:
        place[int(last) if last.isdecimal() else last] = value
    return found


@pytest.mark.parametrize(
    ("name", "path", "value", "words"),
    [
        ("founding", "weight_kg", ..., "weight_kg: is missing"),
        ("founding", "weight_kg", "70", 'weight_kg "70": is no bare number'),
        ("founding", "weight_kg", 700, "body weight 700 kg: is hardly possible"),
        ("founding", "wieght_kg", 70, "key 'wieght_kg': is not known"),
        ("founding", "range.low", "70", "range.low '70'"),
        ("founding", "range.low", 70, "range.low 70: has no unit"),
        ("founding", "range.low", "70 mg", "range.low '70 mg'"),
        ("founding", "range.because", ..., "range.because: is missing"),
        ("founding", "ceiling", ..., "ceiling: is missing"),
        ("founding", "patients", 0, "0 patients: are none"),
        ("founding", "patients", 1.5, "patients 1.5: is no whole number"),
        ("founding", "models", ["kampf2020"], "'kampf2020': is not in the library"),
        ("founding", "effect_half_life", "0 min", "effect_half_life: is not above zero"),
        ("founding", "of", "brain", "neither blood nor effect"),
        ("founding", "schedules", [], "schedules: is no list with entries"),
        ("founding", "schedules", {}, "schedules: is no list with entries"),
        (
            "founding",
            "schedules.0.site",
            "nowhere.yaml",
            "schedules[0].site 'nowhere.yaml': is no site profile",
        ),
        ("founding", "schedules.0.site", ..., "schedules[0]: patel_ldk"),
        ("founding", "schedules.0.protocol", "patel", "schedules[0]"),
        ("founding", "schedules.0.rises", "fast", "choose one of: never, fastest"),
        ("founding", "schedules.2.drug", "cocaine", "schedules[2]"),
        ("founding", "schedules.2.doses.0.rate", "5 mg", "schedules[2].doses[0]: rate 5 mg"),
        ("founding", "schedules.2.doses.0.amount", "5 mg", "schedules[2].doses[0]: has an amount and a rate"),
        ("founding", "schedules.2.doses.0.end_min", 60, "has an end and a duration"),
        ("founding", "schedules.2.doses.0.duration_min", ..., "has neither an end nor a duration"),
        ("founding", "schedules.2.name", "patel_ldk infusion", "stands twice"),
        ("search", "protocol", ..., "protocol: is missing"),
        ("search", "pump", ..., "pump: is missing"),
        ("search", "pump.step", "0.1 mg/h", "pump.step '0.1 mg/h'"),
        ("search", "space", ..., "asks for 0 things"),
        ("search", "target", {}, "asks for 2 things"),
        ("search", "objectives", ..., "objectives: are missing"),
        ("search", "objectives", ["pain"], "objective 'pain': is not known"),
        (
            "search",
            "space.rates",
            {"from": "5 mg/h", "to": "50 mg/h", "by": "7 mg/h"},
            "from one end to the other",
        ),
        ("search", "space.begins", ["9 am"], "is no time of day"),
        ("search", "space.begins", ["09:60"], "is no time of day"),
        ("search", "limits.working_hours", "18:00-08:00", "are no stretch of one day"),
        ("search", "chances.0.at_most", 1, "is no share below one"),
        ("search", "chances.0.because", ..., "chances[0].because: is missing"),
        ("search", "regimen", "drip", "'drip': is not one of patel_ldk"),
        ("target", "target.model", "kampf", "target"),
        ("target", "target.highest_rate", ..., "target.highest_rate: is missing"),
        ("target", "target.interval", "7 min", "no whole number of intervals"),
        ("next_steps", "next_steps.present", "9 mg/kg/h", "is none of the protocol's levels"),
        ("next_steps", "next_steps.now_min", 10, "goes on after minute 10"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused_with_its_place(
    name: str, path: str, value: Any, words: str, adjuvant: Run, asked: Callable[[dict[str, Any]], str]
) -> None:
    command = "compare" if name == "founding" else "design"
    answer = adjuvant(command, asked(changed(name, path, value)))
    assert answer.code == 3, answer.out
    assert words in answer.err and answer.err.count("\n") == 1 and "question.json" in answer.err


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "is not JSON"),
        ('{"weight_kg": NaN}', "NaN: is no number"),
        ('{"weight_kg": 70, "weight_kg": 7}', "stands twice"),
        ("[]", "is no object"),
        ("", "is not JSON"),
        (f'{{"weight_kg": 1e{"9" * 999}}}', "holds too long a number"),
        (f'{{"weight_kg": {"9" * 9999}}}', "holds too long a number"),
    ],
)
def test_what_is_no_question_is_refused(text: str, words: str, adjuvant: Run, tmp_path: Path) -> None:
    path = tmp_path / "question.json"
    path.write_text(text, encoding="utf-8")
    for command in ("compare", "design"):
        answer = adjuvant(command, str(path))
        assert answer.code == 3 and words in answer.err


def test_a_file_that_is_not_there_or_not_text_is_refused(adjuvant: Run, tmp_path: Path) -> None:
    assert "cannot be read" in adjuvant("compare", str(tmp_path / "none.json")).err
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe\x00")
    assert "is not UTF-8" in adjuvant("design", str(tmp_path / "bytes.json")).err
