"""One patient with a million rows: imported, read back, and in a curve; memory grows with the rows of one patient."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from large_tables import an_omop_of
from measured import Measured, measured

pytestmark = pytest.mark.torture

ROWS = 1_000_000
BASE_MIB, KIB_A_ROW = 500, 5
"""What docs/reference/limits.md states: memory stays below 0.5 GiB and 5 KiB for each row of the largest patient."""

READ = """
import sys
from adjuvant.sources import store
(record,) = store.read(sys.argv[1]).records
print(record.patient.id, record.event_count)
"""


def test_a_patient_with_a_million_rows_takes_memory_by_the_row_and_no_more(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    folder, place, run = an_omop_of(tmp_path / "omop", ROWS, persons=1), tmp_path / "store", tmp_path / "run"
    imported = measured("import", folder, "--store", place, "--json", folder=run)
    assert imported.code == 0, imported.err
    assert (imported.json["patients"], imported.json["events"]) == (["1000000"], ROWS)
    back = measured("-c", READ, place, folder=run, program=sys.executable)
    assert back.code == 0, back.err
    assert back.out.split() == ["1000000", str(ROWS)]
    curve = measured(
        "cohort", "mme", place, "--basis", "administered", "--out", tmp_path / "mme", "--json", folder=run
    )
    assert curve.code == 0, curve.err
    assert (curve.json["counts"]["patients"], curve.json["counts"]["exposures"]) == (1, ROWS // 2)
    for name, answer in (("imported", imported), ("read back", back), ("in a curve", curve)):
        record_property("figure", f"one patient with {ROWS:,} rows, {name}: {answer.figure}")
        within_the_bound(name, answer)


def within_the_bound(name: str, answer: Measured) -> None:
    """The peak is what the documentation states, or less."""
    most = BASE_MIB + ROWS * KIB_A_ROW / 1024
    assert answer.peak_mib < most, f"{name}: {answer.peak_mib:.0f} MiB, and {most:.0f} MiB are stated"
