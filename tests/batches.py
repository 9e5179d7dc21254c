"""Exposures of patients laid in columns for the vectorised path, with their exact masses beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from adjuvant.opioids.segments import Lot, lots_of
from adjuvant.opioids.vector import UNBOUNDED, Batch
from adjuvant.record import Exposures

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def micro(moment: datetime | None) -> int:
    """Microseconds since 1970."""
    return UNBOUNDED if moment is None else (moment - EPOCH) // timedelta(microseconds=1)


def moment(microseconds: Any) -> datetime:
    return EPOCH + timedelta(microseconds=int(microseconds))


def batch_of(patients: Sequence[tuple[str, Exposures]]) -> tuple[Batch, list[Lot]]:
    """A batch of (zone, exposures), and its lots without segments."""
    lots: dict[Lot, int] = {}
    rows: list[tuple[int, int, int, int, Any]] = []
    refused = []
    for number, (_, exposures) in enumerate(patients):
        for lot in lots_of(exposures):
            which = lots.setdefault(replace(lot, segments=()), len(lots))
            for item in lot.segments:
                start, end = micro(item.exposure.start), micro(item.exposure.end)
                rows.append((number, which, start, end, item.mg))
        refused += [(number, micro(item.start), micro(item.end)) for item in exposures.refused]
    masses = [row[4] for row in rows]

    def column(index: int, of: Sequence[Sequence[Any]] = rows) -> Any:
        return np.array([row[index] for row in of], dtype=np.int64)

    return (
        Batch(
            zones=tuple(zone for zone, _ in patients),
            patient=column(0),
            lot=column(1),
            start=column(2),
            end=column(3),
            mg=np.array([float(mass) for mass in masses], dtype=np.float64),
            exact=lambda wanted: [masses[index] for index in wanted.tolist()],
            refused_patient=column(0, refused),
            refused_start=column(1, refused),
            refused_end=column(2, refused),
        ),
        list(lots),
    )
