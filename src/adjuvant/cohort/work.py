"""The work on one part of a store, as a worker process does it: columns in, Parquet tables out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from adjuvant import library
from adjuvant.cohort.columns import read_columns
from adjuvant.cohort.tables import write_daily, write_equivalents, write_rolling
from adjuvant.opioids.vector import price
from adjuvant.opioids.vector_daily import daily
from adjuvant.opioids.vector_rolling import rolling
from adjuvant.record import Basis
from adjuvant.sources.store import Part
from adjuvant.sources.store.part import check_file

__all__ = ["Task", "begin", "done", "keep_memory"]

_KEPT = 30 << 20  # bytes; from 32 MiB on the C library of Linux learns nothing from it


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be done, in terms that travel to another process.

    Args:
        tables: keys of the table, and of the parenteral one if there is a pair.
        kinds: which of daily, rolling and equivalents.
        folder: where the tables go.
    """

    tables: tuple[str, str | None]
    basis: Basis
    kinds: tuple[str, ...]
    folder: Path


def begin() -> None:
    """Make a fresh worker use one thread, and keep its memory."""
    import pyarrow as pa

    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    keep_memory()


def keep_memory() -> None:
    """Let this process keep the memory of one part's arrays for those of the next.

    The C library of Linux hands arrays beyond 128 KiB back to the system at once, and asks for them again,
    page by page, in the next line: a third of the time went there. Once it has seen a larger array come and
    go it keeps up to twice as much; elsewhere this does nothing.
    """
    np.empty(_KEPT, dtype=np.uint8)


def done(task: Task, part: Part) -> dict[str, int]:
    """Work one part out; how many of everything there are.

    Raises:
        InputError: a table of it is missing, changed, or holds what no import writes.
    """
    for table in ("patients", "exposures", "exposure_refusals"):
        if table in part.files:
            check_file(part, table)
    found = read_columns(part, task.basis)
    prices = price(found.lots, library.plan(*task.tables))
    name = f"{part.name}.parquet"
    counts = Counter(
        patients=len(found.patients),
        exposures=len(found.batch.mg),
        exposures_refused=int(np.count_nonzero(prices.refused[found.batch.lot])),
        refusals=len(found.batch.refused_patient),
    )
    if "daily" in task.kinds:
        days = daily(found.batch, prices)
        write_daily(task.folder, name, found, prices, days)
        counts["days"] = len(days.day)
        counts["days_incomplete"] = int(np.count_nonzero(days.refused))
        counts["refusals_without_a_day"] = days.unplaced
    if "rolling" in task.kinds:
        curve = rolling(found.batch, prices)
        write_rolling(task.folder, name, found, curve)
        counts["rolling_points"] = len(curve.at)
    if "equivalents" in task.kinds:
        write_equivalents(task.folder, name, found, prices)
    return dict(counts)
