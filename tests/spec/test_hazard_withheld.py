"""Opioids that were due and not given are no opioids spared: the window says so, and no response rests on them."""

from __future__ import annotations

from pathlib import Path

import pytest

from charts import MAPPING, Json, a_chart, a_dose, pain_of
from running import Run

COURSE = ("--course", "2031-03-05T09:00/2031-03-05T12:00")
# The columns that hold a strength and a code elsewhere hold the status and its reason here.
STATUS = MAPPING.replace("rxnorm: rxnorm, strength: strength", "status: strength, reason_not_given: rxnorm")
HOURS = (2, 8, 14, 20)


def a_ward(folder: Path, *left_out: tuple[int, int]) -> Path:
    """Morphine four times a day; the doses of `left_out` (day, hour) are charted as not given, for want of supply."""
    rows = "".join(
        a_dose(day, hour, strength="not given", rxnorm="no supply")
        if (day, hour) in left_out
        else a_dose(day, hour, strength="given")
        for day in range(1, 13)
        for hour in HOURS
    )
    return a_chart(folder, rows, pain=pain_of(1, 12), mapping=STATUS)


def evaluated(adjuvant: Run, chart: Path) -> Json:
    answer: Json = adjuvant("evaluate", chart, *COURSE, "--json").json
    return answer


@pytest.mark.hazard("H-037")
def test_a_regular_dose_that_was_left_out_is_flagged_and_not_silently_averaged(
    adjuvant: Run, tmp_path: Path
) -> None:
    """One of the twelve doses of 6 to 8 March is left out: 110 mg over three days, so 36.7 MME a day."""
    chart = a_ward(tmp_path / "ward", (7, 8))
    answer = evaluated(adjuvant, chart)
    assert round(answer["opioids"]["after"], 1) == 36.7
    (said,) = answer["opioids"]["withheld"]
    assert "morphine" in said and "1 dose not given after" in said and "no supply" in said
    assert any("withheld" in flag and "no supply" in flag for flag in answer["verdict"]["flags"])
    shown = adjuvant("evaluate", chart, *COURSE).out
    assert "withheld" in shown.split("Before")[0], "above every figure"


@pytest.mark.hazard("H-037")
def test_without_a_dose_left_out_nothing_is_flagged(adjuvant: Run, tmp_path: Path) -> None:
    answer = evaluated(adjuvant, a_ward(tmp_path / "ward"))
    assert answer["opioids"]["withheld"] == []
    assert not any("withheld" in flag for flag in answer["verdict"]["flags"])


@pytest.mark.hazard("H-037", "H-070")
def test_a_fall_for_want_of_supply_is_no_response_by_opioid_sparing(adjuvant: Run, tmp_path: Path) -> None:
    """Half of the doses after are left out, so the figure falls by half; nothing was spared."""
    left_out = [(day, hour) for day in (6, 7, 8) for hour in (8, 20)]
    answer = evaluated(adjuvant, a_ward(tmp_path / "ward", *left_out))
    assert answer["opioids"]["percent"] == -50
    assert answer["verdict"]["clinical_response"] != "yes"
