"""The regimen that the reference opens with: 381 MME a day scheduled, 471 with every as-needed dose."""

from __future__ import annotations

from typing import Any

import pytest

from adjuvant import library
from adjuvant.opioids import mme_json, read_regimen

REGIMEN = """
{"medications": [
  {"drug": "fentanyl", "form": "patch", "route": "transdermal", "dose": "75 ug/h"},
  {"drug": "oxycodone", "route": "oral", "dose": "10 mg", "times_per_day": 4},
  {"drug": "morphine", "route": "oral", "dose": "15 mg", "times_per_day": 6, "as_needed": true},
  {"drug": "hydromorphone", "route": "intravenous", "rate": "0.2 mg/h"},
  {"rxnorm": "7804", "route": "oral", "dose": "2 {tablet}", "strength": "5 mg/{tablet}", "times_per_day": 3}]}
"""


@pytest.fixture(scope="module")
def answer() -> dict[str, Any]:
    return mme_json(read_regimen(REGIMEN), library.default_plan(), library.spread_plans())


def test_the_total_counts_what_is_scheduled_and_the_interval_what_is_as_needed(
    answer: dict[str, Any],
) -> None:
    """75 x 2.4 + 40 x 1.5 + 4.8 x 20 + 30 x 1.5 = 180 + 60 + 96 + 45; as needed 90 more."""
    assert answer["total"] == {"mme_per_day": 381, "low": 381, "high": 471, "complete": True}
    assert answer["plan"] == "cdc2022+us_equianalgesic_classic"


def test_each_line_has_its_own_figure(answer: dict[str, Any]) -> None:
    lines = [(line["status"], line["mme_per_day"], line["low"], line["high"]) for line in answer["lines"]]
    assert lines == [
        ("value", 180, 180, 180),
        ("value", 60, 60, 60),
        ("value", 0, 0, 90),
        ("value", 96, 96, 96),
        ("value", 45, 45, 45),
    ]


def test_the_totals_by_drug_add_the_two_lines_of_oxycodone(answer: dict[str, Any]) -> None:
    assert answer["by_drug"]["oxycodone"]["mme_per_day"] == 105
    assert set(answer["by_drug"]) == {"fentanyl", "oxycodone", "morphine", "hydromorphone"}


@pytest.mark.hazard("H-029")
def test_the_range_holds_every_table_that_covers_all_five_lines(answer: dict[str, Any]) -> None:
    """ANZCA: 225 + 60 + 72 + 45. Classic alone, its patch at 2: 150 + 60 + 96 + 45."""
    covered = {
        key: entry["mme_per_day"] for key, entry in answer["by_table"].items() if entry["covers_every_line"]
    }
    assert covered == {
        "cdc2022+us_equianalgesic_classic": 381,
        "cdc2016+us_equianalgesic_classic": 381,
        "fpm_anzca_2021": 402,
        "us_equianalgesic_classic": 351,
    }
    assert (answer["range"]["low"], answer["range"]["high"]) == (351, 402)


def test_tables_that_do_not_cover_a_line_are_listed_with_what_they_lack(answer: dict[str, Any]) -> None:
    lacking = {
        key: entry["refused"] for key, entry in answer["by_table"].items() if not entry["covers_every_line"]
    }
    assert set(lacking) == {
        "cdc2016",
        "cdc2022",
        "cms2018",
        "heal2025",
        "uk_palliative_local",
        "vonkorff2008",
    }
    assert [item["subject"] for item in lacking["cdc2022"]] == ["medications[3] (hydromorphone)"]


@pytest.mark.hazard("H-028")
def test_the_tables_and_their_scope_stand_beside_the_figure(answer: dict[str, Any]) -> None:
    assert [table["key"] for table in answer["tables"]] == ["cdc2022", "us_equianalgesic_classic"]
    warning = " ".join(answer["warnings"])
    assert "outpatients" in warning
    assert "cancer-related and palliative pain" in warning
    assert "not for converting a patient from one opioid to another" in warning
    assert "never for changing a patient from one opioid to another" in answer["definition"]


@pytest.mark.hazard("H-026")
def test_every_figure_is_led_back_to_a_table_row_and_its_citation(answer: dict[str, Any]) -> None:
    cited = {citation["key"] for citation in answer["citations"]}
    for line in answer["lines"]:
        rows = [step for step in line["derivation"] if step["row"]]
        assert rows, line
        for step in rows:
            assert step["row"].startswith(("opioids/cdc2022.yaml:", "opioids/us_equianalgesic_classic.yaml:"))
            assert step["citation"] in cited
            assert step["provenance"] in {"read", "secondary", "inferred", "assumed"}
    patch = [step["text"] for step in answer["lines"][0]["derivation"]]
    assert patch[-1] == "75 microgram/h × 2.4 = 180 MME/day"
