"""`adjuvant metrics`: a record, two lists or a series in; every metric out, and no P value anywhere."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from adjuvant.library.single_case import metric_words
from running import Run

EXAMPLES = Path(__file__).resolve().parents[3] / "src" / "adjuvant" / "sources" / "examples"
FOUNDING = EXAMPLES / "founding_case_reconstruction"
SERIES = {"baseline": [8, 7, 9], "followup": [5, 4, 7], "improvement": "decrease"}


def write(folder: Path, series: Any) -> Path:
    path = folder / "series.json"
    path.write_text(series if isinstance(series, str) else json.dumps(series), encoding="utf-8")
    return path


def timed(*readings: tuple[float, float | None]) -> list[dict[str, float | None]]:
    return [{"at_h": at, "value": value} for at, value in readings]


def flat(answer: Any) -> str:
    return " ".join(str(answer).split())


def test_a_series_as_the_design_has_it_answers_every_metric(adjuvant: Run, tmp_path: Path) -> None:
    answer = adjuvant("metrics", write(tmp_path, SERIES), "--json").json
    assert list(answer["metrics"]) == list(metric_words())
    found = answer["metrics"]["nap"]
    assert found["estimate"] == found["improvement"] == pytest.approx(8.5 / 9)
    assert found["b_minus_a"] == pytest.approx(0.5 / 9)
    assert answer["metrics"]["mean_change"]["estimate"] == pytest.approx(16 / 3 - 8)
    assert answer["metrics"]["spid"]["missing"] == ["the time of each reading"]
    assert answer["readings"]["n_before"] == 3 and answer["patient"] is None


def test_lists_a_file_and_standard_input_answer_alike(adjuvant: Run, tmp_path: Path) -> None:
    told = adjuvant("metrics", "--before", "8,7,9", "--after", "5, 4, 7", "--json").json
    assert told == adjuvant("metrics", write(tmp_path, SERIES), "--json").json
    assert told == adjuvant("metrics", "-", "--json", stdin=json.dumps(SERIES)).json


def test_the_direction_is_decrease_unless_told_otherwise(adjuvant: Run) -> None:
    fall = ("metrics", "--before", "8,7,9", "--after", "5,4,7", "--json")
    assert adjuvant(*fall).json["improvement"] == "decrease"
    rise = adjuvant(*fall, "--improvement", "increase").json["metrics"]["nap"]
    assert rise["estimate"] == rise["b_minus_a"] == pytest.approx(0.5 / 9)


def test_timed_readings_have_spid_and_areas(adjuvant: Run, tmp_path: Path) -> None:
    series = {"baseline": timed((0, 8), (4, 8)), "followup": timed((24, 6), (28, 4))}
    found = adjuvant("metrics", write(tmp_path, series), "--json").json
    values = {
        key: found["metrics"][key]["estimate"] for key in ("twa_before", "auc_after", "spid", "spid_percent")
    }
    assert values == {"twa_before": 8, "auc_after": 20, "spid": 12, "spid_percent": 37.5}
    assert found["readings"]["after_at"] == [1, pytest.approx(7 / 6)]
    assert found["covered"]["hours"] == {"before": 4, "after": 4}


def test_a_gap_is_left_out_unless_the_series_says_how_long_one_is(adjuvant: Run, tmp_path: Path) -> None:
    series: dict[str, Any] = {"baseline": timed((0, 8), (24, 6)), "followup": timed((48, 5), (72, 3))}
    closed = adjuvant("metrics", write(tmp_path, series), "--json").json["metrics"]
    assert closed["twa_before"]["estimate"] is None and "12 h apart" in closed["twa_before"]["missing"][0]
    opened = adjuvant("metrics", write(tmp_path, {**series, "gap_h": 24}), "--json").json["metrics"]
    assert opened["twa_before"]["estimate"] == 7


def test_the_courses_of_a_record_have_the_windows_of_evaluate(adjuvant: Run) -> None:
    answer, evaluated = (adjuvant(name, FOUNDING, "--json").json for name in ("metrics", "evaluate"))
    assert answer["windows"] == evaluated["windows"] and answer["course"] == evaluated["course"]
    assert answer["finding"] == evaluated["verdict"]["headline"]
    assert answer["metrics"]["twa_before"]["estimate"] == evaluated["pain"]["before"]
    assert answer["metrics"]["spid_percent"]["estimate"] == pytest.approx(-evaluated["pain"]["percent"])


def test_the_limit_stands_on_every_page_and_in_every_answer(adjuvant: Run) -> None:
    for asked in ((FOUNDING,), ("--before", "8,7", "--after", "5,4"), ("--before", "", "--after", "")):
        page = flat(adjuvant("metrics", *asked).out)
        assert "at most consistent with benefit" in page and "One reading of pain mostly resembles" in page
        assert "at most consistent with benefit" in adjuvant("metrics", *asked, "--json").json["limit"]


def test_no_p_value_and_no_interval_is_printed(adjuvant: Run) -> None:
    page = adjuvant("metrics", FOUNDING).out
    assert not re.search(r"\b[pP] ?[<=>]|95 ?%|significan", page)
    keys = set(re.findall(r'"(\w+)":', adjuvant("metrics", FOUNDING, "--json").out))
    assert not keys & {"p", "p_value", "z", "significant"}


def test_the_page_says_of_every_metric_what_it_is_and_what_it_does_not_say(adjuvant: Run) -> None:
    page = flat(adjuvant("metrics", EXAMPLES / "non_responder").out)
    for words in metric_words().values():
        assert words.title.split(" (")[0] in page
        # Cells go on over several lines beside another column: the words are looked for one by one.
        assert all(word in page for word in (*words.says.split(), *words.silent.split()))


def test_a_complete_separation_prints_no_standard_error_that_looks_like_certainty(adjuvant: Run) -> None:
    page = adjuvant("metrics", FOUNDING).out
    (line,) = [one for one in page.splitlines() if one.startswith("NAP ")]
    assert re.match(r"NAP +1 +\? +higher", line)
    assert adjuvant("metrics", FOUNDING, "--json").json["metrics"]["nap"]["standard_error"] > 0


def test_a_stop_for_harm_stands_above_every_figure(adjuvant: Run) -> None:
    page = adjuvant("metrics", EXAMPLES / "psychotomimetic_stop").out
    assert page.index("Stopped for hallucination") < page.index("NAP")


def test_readings_outside_0_to_10_count_where_no_scale_is_named_and_are_said_first(adjuvant: Run) -> None:
    answer = adjuvant("metrics", "--before", "58,70,79", "--after", "122,9", "--json").json
    assert answer["warnings"][0].startswith("4 of 5 readings (58, 70, 79, ...) lie outside 0 to 10")
    assert answer["metrics"]["nap"]["estimate"] == 0.5


@pytest.mark.parametrize(
    ("series", "words"),
    [
        (
            {"baseline": [8, 7, 11], "followup": [5], "scale": "nrs_0_10"},
            "reading 3 before, 11: is not on the scale",
        ),
        (
            {"baseline": [8], "followup": [5, -1], "scale": "nrs_0_10"},
            "reading 2 after, -1: is not on the scale",
        ),
        ({"baseline": [8], "followup": [5], "scale": "rass"}, "scale rass"),
        ({"baseline": [8], "followup": [5], "scale": "faces"}, "scale 'faces': does not exist"),
        (
            {"baseline": [{"value": 8, "scale": "nrs_0_10"}], "followup": [{"value": 5, "scale": "painad"}]},
            "readings on 2 scales (nrs_0_10, painad): cannot be compared",
        ),
        (
            {"baseline": [8], "followup": [{"value": 5, "scale": "painad"}], "scale": "nrs_0_10"},
            "readings on 2 scales",
        ),
        ({"baseline": [8]}, "series.followup: is missing"),
        ({"baseline": 8, "followup": [5]}, "series.baseline: is no list"),
        ({"baseline": ["8"], "followup": [5]}, "series.baseline[0] '8': is no number"),
        ({"baseline": [True], "followup": [5]}, "series.baseline[0] True: is no number"),
        ({"baseline": [8], "followup": [5], "improvement": "down"}, "improvement 'down': is no direction"),
        ({"baseline": [8], "followup": [5], "scores": 1}, "key 'scores': is not known"),
        ({"baseline": timed((0, 8)), "followup": [5]}, "1 of 2 readings: have no time"),
        (
            {"baseline": timed((4, 8), (0, 7)), "followup": timed((8, 5))},
            "times of the readings: do not rise",
        ),
        ({"baseline": timed((0, 8)), "followup": timed((0, 5))}, "times of the readings: do not rise"),
        (
            {"baseline": [{"at_h": 0, "at": "2026-03-01T08:00Z", "value": 8}], "followup": [5]},
            "has two times",
        ),
        ({"baseline": [{"at": "2026-03-01T08:00", "value": 8}], "followup": [5]}, "has no zone"),
        ({"baseline": [{"at_h": 0}], "followup": [5]}, "series.baseline[0]: has no value"),
        ({"baseline": [8], "followup": [5], "gap_h": 0}, "series.gap_h: is not above 0"),
        ('{"baseline": [8], "followup": [NaN]}', "NaN"),
        ('{"baseline": [8], "followup": [1e400]}', "too large or too small to be a reading"),
        ('{"baseline": [8], "followup": [1e-999999999]}', "too large or too small to be a reading"),
        ('{"baseline": [{"at_h": 1e9, "value": 8}], "followup": [5]}', "is no number of hours"),
        ('{"baseline": [8], "baseline": [7], "followup": [5]}', "stands twice"),
        ('{"baseline": [8], "followup": [5]', "is not JSON"),
        ('{"baseline": [1e' + "9" * 999 + '], "followup": [5]}', "too long a number"),
        ({"baseline": [8] * 2001, "followup": [5]}, "holds 2,001 readings, more than 2,000"),
        ({"baseline": [8] * 1500, "followup": [5] * 1500}, "3,000 readings: are more than 2,000"),
    ],
)
def test_a_series_that_cannot_be_used_says_what_and_where(
    adjuvant: Run, tmp_path: Path, series: Any, words: str
) -> None:
    answer = adjuvant("metrics", write(tmp_path, series), "--json")
    assert answer.code == 3 and answer.out == ""
    assert "series.json" in answer.err and words in answer.err and answer.err.count("\n") == 1


def test_a_missing_reading_is_counted_and_left_out(adjuvant: Run, tmp_path: Path) -> None:
    told = adjuvant("metrics", "--before", "8,NA,9", "--after", "5,4", "--json").json
    assert told["readings"]["before"] == [8, 9] and told["readings"]["before_at"] == [0, 2]
    assert told["readings"]["left_out"] == ["1 of 3 readings before is missing and left out."]
    assert (
        told
        == adjuvant("metrics", write(tmp_path, {"baseline": [8, None, 9], "followup": [5, 4]}), "--json").json
    )


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (("--before", "8,7"), "go together"),
        (("--after", "8,7"), "go together"),
        ((FOUNDING, "--before", "8", "--after", "7"), "cannot go with a file"),
        (("--before", "8,,7", "--after", "7"), "--before ''"),
        (("--before", "8-9", "--after", "7"), "--before '8-9'"),
        (("--before", "8,5", "--after", "seven"), "--after 'seven'"),
        ((FOUNDING, "--improvement", "increase"), "go with --before and --after"),
        ((FOUNDING, "--course", "2031"), "2031"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(
    adjuvant: Run, asked: tuple[object, ...], words: str
) -> None:
    answer = adjuvant("metrics", *asked)
    assert answer.code in (2, 3) and answer.out == "" and words in answer.err


def test_one_course_can_be_asked_for_by_its_number(adjuvant: Run) -> None:
    assert adjuvant("metrics", FOUNDING, "--course", "1", "--json").json["course"]["number"] == 1
    answer = adjuvant("metrics", FOUNDING, "--course", "2", "--json")
    assert (answer.code, answer.out) == (3, "") and "has no course 2" in answer.err


def test_a_course_that_starts_before_any_reading_says_so_and_answers(adjuvant: Run) -> None:
    asked = (FOUNDING, "--course", "2031-01-01T08:00/2031-01-01T09:00")
    answer = adjuvant("metrics", *asked, "--json").json
    assert answer["metrics"]["nap"]["missing"][0] == "a reading before"
    assert "No reading before: nothing can be compared." in answer["warnings"]
    assert "it needs a reading before" in flat(adjuvant("metrics", *asked).out)


def test_figures_that_a_document_reports_are_no_readings(adjuvant: Run) -> None:
    answer = adjuvant("metrics", EXAMPLES / "founding_case_reported.reported.yaml")
    assert answer.code == 3 and "no readings" in answer.err


def test_several_courses_are_a_line_each_with_the_finding_and_the_limit(
    adjuvant: Run, tmp_path: Path
) -> None:
    store = tmp_path / "store"
    for name in ("non_responder", "psychotomimetic_stop"):
        assert adjuvant("import", EXAMPLES / name, "--store", store).code == 0
    page = flat(adjuvant("metrics", store).out)
    assert "Stopped for hallucination" in page and "at most consistent with benefit" in page
    answers = adjuvant("metrics", store, "--json").json["courses"]
    assert [one["patient"]["id"] for one in answers] == [
        "synthetic-non-responder",
        "synthetic-psychotomimetic-stop",
    ]
