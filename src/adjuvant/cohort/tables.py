"""The answers as Parquet tables: the same bytes for the same store, whoever worked them out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from adjuvant.cohort.columns import PartColumns
from adjuvant.opioids.vector import Floats, Ints, Prices, equivalents
from adjuvant.opioids.vector_daily import Daily
from adjuvant.opioids.vector_rolling import Rolling

__all__ = ["write_daily", "write_equivalents", "write_rolling"]

_DOUBLES = ("before", "after", "mg", "mme")


def write_daily(folder: Path, name: str, found: PartColumns, prices: Prices, days: Daily) -> None:
    """`daily` and `daily_drugs`."""
    import pyarrow as pa

    dates = pa.array(days.day.astype(np.int32), pa.int32()).cast(pa.date32())
    whose = days.patient
    _write(
        folder / "daily" / name,
        {
            "patient": _texts(whose, found.patients),
            "day": dates,
            "mme": pa.array(days.total),
            "complete": pa.array(days.refused == 0),
            "refused": pa.array(days.refused.astype(np.int32)),
        },
    )
    _write(
        folder / "daily_drugs" / name,
        {
            "patient": _texts(whose[days.drug_row], found.patients),
            "day": dates.take(pa.array(days.drug_row)),
            "ingredient": _texts(days.drug, prices.ingredients),
            "mme": pa.array(days.drug_mme),
        },
    )


def write_rolling(folder: Path, name: str, found: PartColumns, curve: Rolling) -> None:
    """`rolling`."""
    import pyarrow as pa

    _write(
        folder / "rolling" / name,
        {
            "patient": _texts(curve.patient, found.patients),
            "at": _moments(curve.at),
            "before": pa.array(curve.before),
            "after": pa.array(curve.after),
        },
    )


def write_equivalents(folder: Path, name: str, found: PartColumns, prices: Prices) -> None:
    """`equivalents`."""
    import pyarrow as pa

    batch, lots = found.batch, prices.lots
    mme: Floats = equivalents(batch, prices)
    status = [
        "refused" if lot.refusal is not None else "by band" if lot.band_key else "fixed" for lot in lots
    ]
    _write(
        folder / "equivalents" / name,
        {
            "patient": _texts(batch.patient, found.patients),
            "ingredient": _texts(prices.ingredient[batch.lot], prices.ingredients),
            "route": _texts(batch.lot, [lot.route for lot in lots]),
            "form": _texts(batch.lot, [lot.form for lot in lots]),
            "start": _moments(batch.start),
            "end": _moments(batch.end),
            "mg": pa.array(batch.mg),
            "mme": pa.array(mme, mask=np.isnan(mme)),
            "status": _texts(batch.lot, status),
            "reason": _texts(
                batch.lot, [str(lot.refusal) if lot.refusal is not None else None for lot in lots]
            ),
            "as_needed": pa.array(prices.aside[batch.lot]),
        },
    )


def _texts(codes: Ints, values: Sequence[str | None]) -> Any:
    import pyarrow as pa

    distinct = sorted({value for value in values if value is not None})
    places = {value: number for number, value in enumerate(distinct)}
    mapped = np.array(
        [places.get(value, -1) if value is not None else -1 for value in values], dtype=np.int32
    )
    indices = mapped[codes] if len(mapped) else np.zeros(0, dtype=np.int32)
    return pa.DictionaryArray.from_arrays(
        pa.array(indices, mask=indices < 0), pa.array(distinct, pa.string())
    )


def _moments(microseconds: Ints) -> Any:
    import pyarrow as pa

    return pa.array(microseconds).cast(pa.timestamp("us", tz="UTC"))


def _write(file: Path, columns: dict[str, Any]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    texts = [name for name, column in columns.items() if pa.types.is_dictionary(column.type)]
    packed: dict[str, str] = {
        name: "DELTA_BINARY_PACKED" for name in ("at", "start", "end") if name in columns
    }
    # The first bytes of doubles are much alike: side by side they take less space, and less time to pack.
    packed |= {name: "BYTE_STREAM_SPLIT" for name in _DOUBLES if name in columns}
    pq.write_table(
        pa.table(columns),
        file,
        compression="lz4",
        use_dictionary=texts,
        column_encoding=packed or None,
        write_statistics=[name for name in columns if name not in _DOUBLES],
        version="2.6",
    )
