"""`adjuvant mme`: the JSON interface and exit codes that others script against."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

REGIMEN: dict[str, Any] = {
    "medications": [
        {"drug": "fentanyl", "form": "patch", "route": "transdermal", "dose": "75 ug/h"},
        {"drug": "oxycodone", "route": "oral", "dose": "10 mg", "times_per_day": 4},
        {"drug": "morphine", "route": "oral", "dose": "15 mg", "times_per_day": 6, "as_needed": True},
        {"drug": "hydromorphone", "route": "intravenous", "rate": "0.2 mg/h"},
        {
            "rxnorm": "7804",
            "route": "oral",
            "dose": "2 {tablet}",
            "strength": "5 mg/{tablet}",
            "times_per_day": 3,
        },
    ]
}


def test_the_documented_regimen_answers_the_documented_totals(adjuvant: Any) -> None:
    """75 x 2.4 + 4 x 10 x 1.5 + 0.2 x 24 x 20 + 3 x 2 x 5 x 1.5 = 381; as needed 6 x 15 = 90 more."""
    answer = adjuvant("mme", "-", "--json", stdin=json.dumps(REGIMEN))
    assert answer.code == 0
    assert answer.json["total"] == {"mme_per_day": 381, "low": 381, "high": 471, "complete": True}
    assert [line["status"] for line in answer.json["lines"]] == ["value"] * 5


@pytest.mark.hazard("H-086")
def test_a_refused_line_still_exits_0_and_says_incomplete(adjuvant: Any) -> None:
    regimen = {
        "medications": [
            *REGIMEN["medications"],
            {"drug": "morphine", "route": "epidural", "rate": "0.1 mg/h"},
        ]
    }
    answer = adjuvant("mme", "-", "--json", stdin=json.dumps(regimen))
    assert answer.code == 0
    assert answer.json["total"]["complete"] is False
    assert answer.json["total"]["high"] is None
    assert answer.json["lines"][-1]["status"] == "refused"


def test_people_read_the_total_first_then_every_step_with_its_citation(adjuvant: Any) -> None:
    answer = adjuvant("mme", "-", stdin=json.dumps(REGIMEN))
    assert answer.out.startswith("381 (381 to 471 with as-needed doses) MME a day")
    assert "75 microgram/h × 2.4 = 180 MME/day" in answer.out
    assert "10.15585/mmwr.rr7103a1" in answer.out
    assert "cancer-related and palliative pain" in answer.out


@pytest.mark.hazard("H-085", "H-086")
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "standard input"),
        ("{", "standard input"),
        ("[]", "standard input"),
        ('{"medications": 5}', "medications"),
        ('{"medications": [{"drug": "morphine", "rout": "oral"}]}', "rout"),
        ('{"medications": [], "medications": []}', "twice"),
    ],
)
def test_an_input_that_cannot_be_used_is_one_line_on_stderr_and_exit_3(
    adjuvant: Any, text: str, words: str
) -> None:
    answer = adjuvant("mme", "-", "--json", stdin=text)
    assert answer.code == 3
    assert answer.out == ""
    assert answer.err.startswith("adjuvant: ") and answer.err.count("\n") == 1
    assert words in answer.err


@pytest.mark.hazard("H-085")
def test_a_bare_number_is_refused_and_never_given_a_unit(adjuvant: Any) -> None:
    regimen = {"medications": [{"drug": "morphine", "route": "oral", "dose": "15", "times_per_day": 4}]}
    (line,) = adjuvant("mme", "-", "--json", stdin=json.dumps(regimen)).json["lines"]
    assert line["status"] == "refused"
    assert "unit" in json.dumps(line)


def test_a_missing_file_is_named_with_what_to_do(adjuvant: Any, tmp_path: Path) -> None:
    answer = adjuvant("mme", tmp_path / "none.json")
    assert answer.code == 3
    assert "none.json: does not exist; check the path" in answer.err


def test_an_unknown_table_names_the_nearest_one(adjuvant: Any) -> None:
    answer = adjuvant("mme", "-", "--table", "cdc2020", stdin=json.dumps(REGIMEN))
    assert answer.code in (2, 3)
    assert "cdc2022" in answer.err


def test_a_parenteral_table_alone_is_bad_usage(adjuvant: Any) -> None:
    answer = adjuvant("mme", "-", "--parenteral-table", "us_equianalgesic_classic", stdin=json.dumps(REGIMEN))
    assert answer.code == 2
    assert "--table" in answer.err


def test_one_table_alone_refuses_what_it_does_not_cover(adjuvant: Any) -> None:
    """CDC 2022 has no row for intravenous hydromorphone; the others still add to 285."""
    answer = adjuvant("mme", "-", "--table", "cdc2022", "--json", stdin=json.dumps(REGIMEN))
    assert answer.json["total"] == {"mme_per_day": 285, "low": 285, "high": None, "complete": False}
