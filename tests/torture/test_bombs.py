"""A gzip file of a few megabytes that unpacks to ten gigabytes, in place of each kind of file: refused at once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from large_tables import a_bomb
from measured import GIB_IN_MIB, measured

pytestmark = pytest.mark.torture

UNPACKED = 10 * 10**9
QUICKLY = 60
"""Seconds, on a machine that has other work."""


def a_table(place: Path) -> Path:
    """In place of a table of an OMOP folder."""
    place.mkdir()
    (place / "person.csv").write_text(
        "person_id,gender_concept_id,year_of_birth\n1,8532,1960\n", encoding="utf-8"
    )
    head = b"drug_exposure_id,person_id,drug_concept_id,drug_exposure_start_date,drug_type_concept_id\n"
    a_bomb(place / "drug_exposure.csv.gz", head, b"1,1,0,2026-01-01,32818\n", UNPACKED)
    return place


def a_bundle(place: Path) -> Path:
    """As one FHIR document."""
    return a_bomb(place.with_name("bomb.json.gz"), b'{"resourceType":"Bundle","entry":[{}', b",{}", UNPACKED)


def resources(place: Path) -> Path:
    """As FHIR resources, one a line."""
    return a_bomb(place.with_name("bomb.ndjson.gz"), b"", b'{"resourceType":"Basic","id":"1"}\n', UNPACKED)


def a_mapped_table(place: Path) -> Path:
    """As a CSV file under a mapping."""
    place.mkdir()
    (place / "mapping.yaml").write_text(
        "version: 1\nzone: UTC\ntime_format: iso\ntables:\n  pain:\n    file: pain.csv.gz\n"
        "    columns:\n      patient: patient\n      time: at\n      score: score\n    constants:\n      scale: nrs_0_10\n",
        encoding="utf-8",
    )
    a_bomb(place / "pain.csv.gz", b"patient,at,score\n", b"1,2026-01-01T00:00:00Z,5\n", UNPACKED)
    return place


@pytest.mark.parametrize(
    "make", [a_table, a_bundle, resources, a_mapped_table], ids=lambda make: make.__name__
)
def test_a_gzip_bomb_is_refused_in_words_quickly_and_in_little_memory(
    tmp_path: Path, make: Callable[[Path], Path], record_property: Callable[[str, object], None]
) -> None:
    bomb = make(tmp_path / "bomb")
    packed = sum(item.stat().st_size for item in tmp_path.rglob("*.gz"))
    answer = measured("import", bomb, "--store", tmp_path / "store", folder=tmp_path / "run", timeout=300)
    shutil.rmtree(bomb) if bomb.is_dir() else bomb.unlink()
    assert packed < 40_000_000
    assert answer.code == 3, answer.err
    assert "unpacks to more than 200 times its size" in answer.err
    assert "unpack it yourself and name the unpacked file" in answer.err
    assert answer.err.count("\n") == 1
    assert not (tmp_path / "store").exists()
    assert answer.peak_mib < GIB_IN_MIB
    assert answer.seconds < QUICKLY
    record_property("figure", f"gzip bomb {make.__name__}, {packed / 1e6:.0f} MB packed: {answer.figure}")
