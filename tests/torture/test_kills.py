"""An import of real size that is killed at thirty random moments: never half a store, and in the end the same bytes."""

from __future__ import annotations

import random
import shutil
import subprocess
from collections.abc import Callable
from os import environ
from pathlib import Path

import pytest

from adjuvant.sources import store
from large_tables import an_omop_of
from measured import COMMAND, measured

pytestmark = pytest.mark.torture

KILLS = 30
ROWS = 105_000
"""A part takes 100,000 rows, so that a kill may fall before and after the first one is finished."""


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a store, by its place in it."""
    return {str(item.relative_to(folder)): item.read_bytes() for item in folder.rglob("*") if item.is_file()}


def killed(source: Path, place: Path, after: float, home: Path) -> bool:
    """Import, and kill the process so many seconds later; False if it had finished before."""
    process = subprocess.Popen(
        [COMMAND, "import", source, "--store", place],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**environ, "ADJUVANT_HOME": str(home)},
    )
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        process.kill()
    return process.wait() < 0


@pytest.mark.hazard("H-086")
def test_an_import_that_is_killed_at_thirty_random_moments_ends_in_the_same_bytes(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    run = tmp_path / "run"
    earlier, source = (
        an_omop_of(tmp_path / name, rows, persons=persons)
        for name, rows, persons in (("earlier", 50, 5), ("omop", ROWS, 1_300))
    )
    for file in earlier.iterdir():
        file.write_text(file.read_text(encoding="utf-8").replace("100000", "900000"), encoding="utf-8")
    old, new, place = (tmp_path / name for name in ("old", "new", "store"))
    assert measured("import", earlier, "--store", old, folder=run).code == 0
    shutil.copytree(old, new)
    whole = measured("import", source, "--store", new, folder=run)
    assert whole.code == 0, whole.err
    before, after = store.patients(old), store.patients(new)
    expected = contents(new)

    seed = random.randrange(1 << 32)
    moments, kills, finished = random.Random(seed), 0, 0
    shutil.copytree(old, place)
    while kills < KILLS:
        if killed(source, place, moments.uniform(0, whole.seconds), run / "home"):
            kills += 1
            assert store.patients(place) in (before, after), f"seed {seed}, kill {kills}: half a store"
            assert store.verify(place).whole, f"seed {seed}, kill {kills}: a damaged store"
        else:
            finished += 1
            assert contents(place) == expected, f"seed {seed}, after kill {kills}: another store"
            shutil.rmtree(place)
            shutil.copytree(old, place)
    last = measured("import", source, "--store", place, folder=run)
    assert last.code == 0, last.err
    assert contents(place) == expected, f"seed {seed}: another store in the end"
    record_property(
        "figure",
        f"{kills} kills of an import of {ROWS:,} rows (seed {seed}), which finished {finished + 1} times all the"
        f" same; without a kill: {whole.figure}",
    )
