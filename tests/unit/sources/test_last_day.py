"""31 December 9999, by which databases mean that something has no end: a line or a doubt, never a crash."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from adjuvant.errors import InputError
from adjuvant.record import Outcome
from adjuvant.timeline import day_end, zone
from mimic3_tables import a_folder as a_mimic3_folder
from omop_tables import MORPHINE, an_omop

LAST = "9999-12-31"


def test_a_day_ends_where_the_next_begins_and_the_last_day_of_the_calendar_is_refused() -> None:
    """The day of a clock change has 23 hours in London."""
    assert day_end(date(2026, 3, 29), zone("Europe/London")) == datetime(2026, 3, 29, 23, tzinfo=UTC)
    with pytest.raises(InputError, match="9999-12-31: is the last of the calendar, a mark for no date"):
        day_end(date(9999, 12, 31), zone("UTC"))


def test_an_exposure_of_omop_without_an_end_has_a_line_and_the_import_goes_on(tmp_path: Path) -> None:
    folder = an_omop(tmp_path).add("person", gender_concept_id="8532", year_of_birth="1960")
    folder.concept(MORPHINE, "morphine").exposure(MORPHINE, end=LAST).exposure(MORPHINE)
    found = folder.read()
    lines = [line for line in found.quality.lines if "last of the calendar" in line.reason]
    assert [(line.table, line.outcome, line.count) for line in lines] == [
        ("drug_exposure", Outcome.NOT_USED, 1)
    ]
    assert len(found.record().requests) == 1
    assert [refusal.ingredient for refusal in found.record().unplaced] == ["morphine"]


def test_other_rows_of_omop_without_an_end_have_lines(tmp_path: Path) -> None:
    folder = an_omop(tmp_path).add("person", gender_concept_id="8532", year_of_birth="1960")
    folder.concept(MORPHINE, "morphine").exposure(MORPHINE)
    folder.add(
        "visit_occurrence", visit_concept_id="9201", visit_start_date="2026-03-01", visit_end_date=LAST
    )
    folder.add(
        "observation_period", observation_period_start_date="2026-01-01", observation_period_end_date=LAST
    )
    folder.add("drug_era", drug_concept_id=MORPHINE, drug_era_start_date="2026-03-01", drug_era_end_date=LAST)
    folder.add("death", death_date=LAST)
    lines = [line for line in folder.read().quality.lines if "last of the calendar" in line.reason]
    assert {line.table for line in lines} == {"visit_occurrence", "observation_period", "drug_era", "death"}


def test_an_order_of_mimic3_without_an_end_is_open_and_doubted(tmp_path: Path) -> None:
    folder = a_mimic3_folder(tmp_path).order("Morphine Sulfate", "2", "mg", "IV", enddate=f"{LAST} 00:00:00")
    (order,) = folder.record().requests
    assert order.end is None
    assert "last of the calendar" in order.doubt
