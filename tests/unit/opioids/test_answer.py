"""The JSON answer: its keys are a promise, its numbers unrounded, its refusals structured."""

from __future__ import annotations

import json
from typing import Any

from adjuvant.library.model import TablePlan
from adjuvant.opioids import mme_json, parse_regimen
from small_tables import a_row, a_table

ORAL = a_table(
    a_row("oxycodone", "1.5", line=7),
    a_row("morphine", "1"),
    a_row("buprenorphine", "30", routes="sublingual"),
    key="oral",
    warning="for outpatients",
)
INJECTED = a_table(a_row("morphine", "3", routes="parenteral"), key="injected")
PLAN = TablePlan(ORAL, INJECTED)
PLANS = (PLAN, TablePlan(ORAL))


def answer(*medications: dict[str, Any]) -> dict[str, Any]:
    """The answer, once through JSON."""
    found = mme_json(parse_regimen({"medications": list(medications)}), PLAN, PLANS)
    again: dict[str, Any] = json.loads(json.dumps(found, allow_nan=False))
    assert again == found, "the answer is plain JSON data"
    return again


OXYCODONE: dict[str, Any] = {"drug": "oxycodone", "route": "oral", "dose": "10 mg", "times_per_day": 3}
AS_NEEDED: dict[str, Any] = {
    "drug": "morphine", "route": "iv", "dose": "2 mg", "every_hours": 4, "as_needed": True,
}  # fmt: skip


def test_the_keys_are_stable() -> None:
    found = answer(OXYCODONE)
    assert list(found) == [
        "tables", "total", "by_drug", "by_table", "lines", "plan", "definition", "range", "without_buprenorphine",
        "not_in_total", "warnings", "citations", "library_digest",
    ]  # fmt: skip
    assert list(found["tables"][0]) == [
        "key", "title", "used_for", "scope", "warning", "evidence", "provenance", "guidance", "citation", "digest",
    ]  # fmt: skip
    assert list(found["lines"][0]) == [
        "place", "drug", "ingredient", "route", "form", "as_needed", "status", "mme_per_day", "low", "high",
        "reason", "detail", "remedy", "derivation",
    ]  # fmt: skip
    assert list(found["lines"][0]["derivation"][0]) == ["text", "row", "citation", "provenance"]
    assert list(found["by_table"]["oral"]) == [
        "title",
        "covers_every_line",
        "mme_per_day",
        "low",
        "high",
        "refused",
    ]
    assert list(found["range"]) == ["tables", "low", "high", "note"]


def test_a_total_is_exactly_four_keys() -> None:
    found = answer(OXYCODONE, AS_NEEDED)
    assert found["total"] == {"mme_per_day": 45, "low": 45, "high": 81, "complete": True}
    assert found["by_drug"] == {
        "morphine": {"mme_per_day": 0, "low": 0, "high": 36, "complete": True},
        "oxycodone": {"mme_per_day": 45, "low": 45, "high": 45, "complete": True},
    }


def test_the_tables_say_what_they_are_used_for_and_carry_their_warning() -> None:
    tables = answer(OXYCODONE)["tables"]
    assert [(table["key"], table["used_for"]) for table in tables] == [
        ("oral", "all but parenteral routes"),
        ("injected", "parenteral routes"),
    ]
    assert tables[0]["warning"] == "for outpatients"
    assert tables[0]["provenance"] == "assumed"
    assert tables[0]["citation"] == {
        "key": "invented",
        "identifier": "a test",
        "text": "Nobody. Invented figures for a test.",
    }
    alone = mme_json(parse_regimen({"medications": [OXYCODONE]}), PLANS[1], PLANS)
    assert [table["used_for"] for table in alone["tables"]] == ["everything"]


def test_by_table_lists_what_covers_and_what_does_not() -> None:
    found = answer(OXYCODONE, AS_NEEDED)
    assert found["by_table"]["oral+injected"] == {
        "title": "Table oral; parenteral: Table injected",
        "covers_every_line": True,
        "mme_per_day": 45,
        "low": 45,
        "high": 81,
        "refused": [],
    }
    missing = found["by_table"]["oral"]
    assert (missing["covers_every_line"], missing["mme_per_day"], missing["high"]) == (False, None, None)
    assert missing["refused"] == [
        {
            "subject": "medications[1] (morphine)",
            "reason": "no factor in the table",
            "detail": "oral has morphine for oral only, not intravenous",
            "remedy": "name a parenteral table beside it, or a table that has this route",
        }
    ]
    assert found["range"] == {
        "tables": 1,
        "low": 45,
        "high": 45,
        "note": "over the tables and named pairs that cover every line",
    }


def test_a_refused_line_is_structured_and_the_total_open_above() -> None:
    found = answer(OXYCODONE, {"drug": "morphine", "route": "oral", "dose": "10 mg"})
    assert found["total"] == {"mme_per_day": 45, "low": 45, "high": None, "complete": False}
    line = found["lines"][1]
    assert (line["status"], line["mme_per_day"], line["low"], line["high"]) == ("refused", None, None, None)
    assert (line["reason"], line["detail"]) == ("missing timing", "nothing says how often")
    assert line["remedy"] == "state times_per_day or every_hours"
    assert found["range"] == {
        "tables": 0,
        "low": None,
        "high": None,
        "note": "no table covers every line: refused whatever the table are medications[1] (morphine)",
    }


def test_where_no_table_covers_every_line_the_range_says_so() -> None:
    found = answer({"drug": "hydromorphone", "route": "oral", "dose": "2 mg", "times_per_day": 1})
    assert found["range"]["note"] == "no table or named pair covers every line"


def test_what_is_no_opioid_says_so() -> None:
    line = answer({"drug": "gabapentin"})["lines"][0]
    assert (line["status"], line["reason"], line["mme_per_day"]) == ("not_an_opioid", "not an opioid", None)


def test_a_dose_without_equivalence_is_reported_beside_the_total() -> None:
    spinal = {"drug": "morphine", "route": "intrathecal", "dose": "1 mg", "times_per_day": 2}
    found = answer(OXYCODONE, spinal)
    assert found["not_in_total"] == [
        {
            "place": "medications[1]",
            "ingredient": "morphine",
            "route": "intrathecal",
            "mg_per_day": [{"ingredient": "morphine", "unit": "mg", "low": 2, "high": 2}],
            "reason": "neuraxial route",
        }
    ]
    assert found["total"]["complete"] is False


def test_with_and_without_buprenorphine() -> None:
    film = {"drug": "buprenorphine", "route": "sublingual", "dose": "2 mg", "times_per_day": 1}
    found = answer(OXYCODONE, film)
    assert found["total"]["mme_per_day"] == 105
    assert found["without_buprenorphine"]["mme_per_day"] == 45


def test_numbers_are_not_rounded() -> None:
    third = OXYCODONE | {"times_per_day": None, "every_hours": 36}
    assert answer(third)["total"]["mme_per_day"] == 10


def test_a_derivation_names_row_citation_and_provenance() -> None:
    found = answer(OXYCODONE)
    (factor,) = [step for step in found["lines"][0]["derivation"] if step["row"]]
    assert factor == {
        "text": "oxycodone: 1.5 MME per mg",
        "row": "opioids/small.yaml:7",
        "citation": "invented",
        "provenance": "assumed",
    }
    assert [citation["key"] for citation in found["citations"]] == ["invented"]


def test_the_librarys_own_range_is_used_unless_plans_are_named() -> None:
    found = mme_json(parse_regimen({"medications": [OXYCODONE]}), PLAN)
    assert "cdc2022" in found["by_table"]
    assert len(found["library_digest"]) == 64
