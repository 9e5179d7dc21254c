"""What the list of unknown names asks, its own lines can answer: filled in and read again, no name is left.

The list is written from the open data, each line is answered with "other drug", and the same folder is read with it.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from adjuvant import sources
from adjuvant.cli.names import write_unknown_names
from adjuvant.sources.terms import Terms

pytestmark = [pytest.mark.shared, pytest.mark.slow]


@pytest.mark.parametrize(
    "name",
    [
        "mimic4_demo_omop53",
        "synthea27nj_omop54",
        "mimic3_demo",
        "mimic4_demo_orders",
        "eicu_demo_partial",
    ],
)
def test_a_list_of_unknown_names_that_is_filled_in_leaves_none(
    shared: Path, tmp_path: Path, name: str
) -> None:
    folder, written = shared / "data" / name, tmp_path / "names.csv"
    before = sources.read(folder).quality
    assert before.names, "the folder has names that nobody knows"
    write_unknown_names(before, written)
    with written.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with written.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(row | {"ingredients": "other"} for row in rows)
    after = sources.read(folder, terms=Terms.read(written)).quality
    assert [one.name for one in after.names] == []
