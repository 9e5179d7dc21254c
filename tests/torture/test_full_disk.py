"""A disk that is really full, while a store is written or tables are sorted: the earlier store stays, the import resumes."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from adjuvant.sources import store
from large_tables import an_omop_of
from measured import Measured, measured

pytestmark = pytest.mark.torture

AMPLE = 400 << 20


@dataclass
class Disk:
    """A small file system in memory."""

    path: Path

    def resize(self, size: int) -> None:
        """Give it so many bytes."""
        subprocess.run(["mount", "-o", f"remount,size={size // 1024}k", str(self.path)], check=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    place = tmp_path / "disk"
    place.mkdir()
    mount = shutil.which("mount")
    if mount is None:
        pytest.skip("there is no `mount` here, so no small disk can be filled")
    made = subprocess.run([mount, "-t", "tmpfs", "-o", "size=20m", "tmpfs", str(place)], capture_output=True)
    if made.returncode:
        pytest.skip("mounting is not allowed here (it takes root), so no small disk can be filled")
    try:
        yield Disk(place)
    finally:
        subprocess.run(["umount", str(place)], check=True)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a store, by its place in it."""
    return {str(item.relative_to(folder)): item.read_bytes() for item in folder.rglob("*") if item.is_file()}


def an_earlier_store(tmp_path: Path, place: Path) -> tuple[str, ...]:
    """A store of a few persons, whose ids lie behind those of all others; gives the ids."""
    folder = an_omop_of(tmp_path / "earlier", 50, persons=5)
    for table in ("person", "drug_exposure"):
        file = folder / f"{table}.csv"
        file.write_text(file.read_text(encoding="utf-8").replace("100000", "900000"), encoding="utf-8")
    assert measured("import", folder, "--store", place, folder=tmp_path / "run").code == 0
    return store.patients(place)


def refused_and_whole(answer: Measured, place: Path, before: tuple[str, ...], tmp_path: Path) -> None:
    """The import said in one line what the matter is, and the store is what it was."""
    assert answer.code == 3, answer.err
    assert "cannot be written (" in answer.err
    assert "no space" in answer.err.lower()
    assert "check the disk and its permissions, and import again" in answer.err
    assert len(answer.err.splitlines()) == 1
    verified = measured("store", "verify", place, folder=tmp_path / "run")
    assert verified.code == 0, verified.err
    assert store.patients(place) == before


def as_without_a_stop(folder: Path, tmp_path: Path) -> Path:
    """A store of both imports that nothing stopped."""
    other = tmp_path / "other"
    for source in (tmp_path / "earlier", folder):
        assert measured("import", source, "--store", other, folder=tmp_path / "run").code == 0
    return other


def test_a_disk_that_fills_while_the_store_is_written(disk: Disk, tmp_path: Path) -> None:
    """The first part is finished when the second meets the end of the disk; the same command goes on after it."""
    place = disk.path / "store"
    before = an_earlier_store(tmp_path, place)
    folder = an_omop_of(tmp_path / "omop", 160_000, persons=2_000)
    other = as_without_a_stop(folder, tmp_path)
    first, second, _ = [
        sum(item.stat().st_size for item in part.folder.iterdir()) for part in store.parts(other)
    ]
    disk.resize(first + second * 3 // 4)
    answer = measured("import", folder, "--store", place, folder=tmp_path / "run")
    refused_and_whole(answer, place, before, tmp_path)
    disk.resize(AMPLE)
    resumed = measured("import", folder, "--store", place, folder=tmp_path / "run")
    assert resumed.code == 0, resumed.err
    assert "This import was stopped before: going on after" in resumed.err
    assert contents(place) == contents(other)


def test_a_disk_that_fills_while_tables_are_sorted(disk: Disk, tmp_path: Path) -> None:
    """What is sorted lies in the store's `work` folder; the texts are random, so that packing does not help."""
    place = disk.path / "store"
    before = an_earlier_store(tmp_path, place)
    folder = an_omop_of(tmp_path / "omop", 40_000, persons=500, random=True)
    disk.resize(6 << 20)
    answer = measured("import", folder, "--store", place, folder=tmp_path / "run")
    refused_and_whole(answer, place, before, tmp_path)
    assert "no space is left for sorting the tables" in answer.err
    disk.resize(AMPLE)
    again = measured("import", folder, "--store", place, folder=tmp_path / "run")
    assert again.code == 0, again.err
    assert contents(place) == contents(as_without_a_stop(folder, tmp_path))
