"""No row of a real patient of the open data stands in this repository: they stay where they are, under their licence."""

from __future__ import annotations

import csv
import gzip
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# The keys by which a row would give itself away: of a stay, or of a person where no row has a stay.
KEYS = {
    "mimic3_demo/admissions.csv.gz": "hadm_id",
    "mimic3_demo/icustays.csv.gz": "icustay_id",
    "mimic4_demo_orders/admissions.csv.gz": "hadm_id",
    "mimic4_demo_orders/patients.csv.gz": "subject_id",
    "eicu_demo_partial/patient.csv.gz": "uniquepid",
    "mimic4_demo_omop53/person.csv.gz": "person_id",
}

pytestmark = pytest.mark.shared


def test_no_tracked_file_names_a_stay_or_a_person_of_the_open_data(shared: Path) -> None:
    """README, docs and test artefacts show invented patients only; identifiers of the demos would stand in their rows."""
    keys: set[str] = set()
    for name, column in KEYS.items():
        with gzip.open(shared / "data" / name, "rt", encoding="utf-8", newline="") as file:
            keys |= {row[column].strip() for row in csv.DictReader(file)}
    keys = {key for key in keys if len(key) > len("12345")}
    assert len(keys) > 100
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout
    found = [
        f"{name}: {key}"
        for name in tracked.decode().split("\0")
        if name and (ROOT / name).is_file()
        for key in re.findall(
            r"(?<![\w.])-?\d[\d-]*\d(?![\w.])", (ROOT / name).read_bytes().decode("utf-8", "replace")
        )
        if key in keys
    ]
    assert not found, found[:10]
