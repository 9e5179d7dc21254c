"""A table of two gibibytes, imported by the command line within one gibibyte of memory."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from adjuvant.sources import store
from large_tables import an_omop_of
from measured import GIB_IN_MIB, measured

pytestmark = pytest.mark.torture

ROWS, PERSONS, STRANGERS = 12_000_000, 20_000, 380_000
OF_PERSONS = ROWS // (PERSONS + STRANGERS) * PERSONS
"""The rows go round the persons thirty times, so that each has thirty."""


def test_a_drug_exposure_of_two_gib_takes_less_than_one_gib_of_memory(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """A folder that was cut to a cohort by its persons alone: the table holds the rows of twenty times as many."""
    folder = an_omop_of(tmp_path / "omop", ROWS, persons=PERSONS, strangers=STRANGERS)
    size = (folder / "drug_exposure.csv").stat().st_size
    answer = measured("import", folder, "--store", tmp_path / "store", "--json", folder=tmp_path / "run")
    shutil.rmtree(folder)
    assert size > 2 << 30
    assert answer.code == 0, answer.err
    assert len(answer.json["patients"]) == PERSONS
    assert answer.json["events"] == OF_PERSONS
    told = {
        outcome: sum(
            line["count"]
            for line in answer.json["quality"]
            if (line["table"], line["outcome"]) == ("drug_exposure", outcome)
        )
        for outcome in ("read", "used", "not used")
    }
    assert told == {"read": ROWS, "used": OF_PERSONS, "not used": ROWS - OF_PERSONS}
    assert store.verify(tmp_path / "store").whole
    assert not (tmp_path / "store" / "work").exists()
    assert answer.peak_mib < GIB_IN_MIB
    record_property(
        "figure", f"{size / (1 << 30):.1f} GiB, {ROWS:,} rows, {OF_PERSONS:,} events: {answer.figure}"
    )
