"""Vital signs and body weights of ``chartevents``: doubted readings are kept and flagged, never mended."""

from __future__ import annotations

from collections.abc import Mapping

from adjuvant.errors import InputError, QuantityError
from adjuvant.quantity import Quantity, parse_unit
from adjuvant.record import BodyWeight, Outcome, VitalSign
from adjuvant.sources.belief import beyond_belief
from adjuvant.sources.gathering import Charts, Gathered, Item, instant, number
from adjuvant.sources.tables import Row

__all__ = ["VITALS", "WEIGHTS", "read_vitals", "read_weights"]

TABLE = "chartevents"
_REMEDY = "check the row in the source"

VITALS = {
    "respiratory rate": ("respiratory_rate", "/min"),
    "spo2": ("spo2", "%"),
    "o2 saturation pulseoxymetry": ("spo2", "%"),
    "heart rate": ("heart_rate", "/min"),
    "arterial bp [systolic]": ("systolic", "mm[Hg]"),
    "arterial bp [diastolic]": ("diastolic", "mm[Hg]"),
    "arterial bp mean": ("mean_pressure", "mm[Hg]"),
    "nbp [systolic]": ("systolic", "mm[Hg]"),
    "nbp [diastolic]": ("diastolic", "mm[Hg]"),
    "nbp mean": ("mean_pressure", "mm[Hg]"),
    "arterial blood pressure systolic": ("systolic", "mm[Hg]"),
    "arterial blood pressure diastolic": ("diastolic", "mm[Hg]"),
    "arterial blood pressure mean": ("mean_pressure", "mm[Hg]"),
    "art bp systolic": ("systolic", "mm[Hg]"),
    "art bp diastolic": ("diastolic", "mm[Hg]"),
    "art bp mean": ("mean_pressure", "mm[Hg]"),
    "non invasive blood pressure systolic": ("systolic", "mm[Hg]"),
    "non invasive blood pressure diastolic": ("diastolic", "mm[Hg]"),
    "non invasive blood pressure mean": ("mean_pressure", "mm[Hg]"),
}
"""Vital signs by their label in ``d_items``, in lower case: the record's kind, and the item's unit."""

# How the source spells those units; a row that names another one is not taken for it.
_SPELLINGS = {
    "/min": {"", "bpm", "insp/min"},
    "%": {"", "%"},
    "mm[Hg]": {"", "mmhg"},
    "kg": {"", "kg"},
    "[lb_av]": {"", "none", "lb", "lbs", "lbs."},
}

WEIGHTS = {
    "admission weight (kg)": "kg",
    "admission weight (lbs.)": "[lb_av]",
    "daily weight": "kg",
    "admit wt": "kg",
}
"""Weights by their label in ``d_items``, in lower case, and the unit; how each was come by is not charted."""


def read_vitals(reading: Charts, items: Mapping[str, Item], rows: list[tuple[Gathered, Row]]) -> None:
    """Vital signs, flagged where the chart calls them an error or the library does not believe them."""
    for gathered, row in rows:
        item = items[row["itemid"]]
        kind, unit = VITALS[item.label.lower()]
        value = _value(gathered, item, row, unit)
        if value is None:
            continue
        try:
            at = instant(row["charttime"], reading.local)
        except InputError as error:
            gathered.drop(Outcome.NOT_USED, TABLE, f"{item.label}: the time {error.rule}", row, error.remedy)
            continue
        flagged = "flagged as an error in the chart" if _is_error(row) else beyond_belief(kind, value)
        event = VitalSign(
            f"{TABLE}.{row['row_id']}", at, kind, value, reading.origin(TABLE, row, item.label), flagged
        )
        gathered.add("vitals", TABLE, event)
        if flagged:
            gathered.doubt(TABLE, f"{item.label}: {flagged}", row, _REMEDY)


def read_weights(reading: Charts, items: Mapping[str, Item], rows: list[tuple[Gathered, Row]]) -> None:
    """Body weights; one that is flagged, or that nobody can have, is not used."""
    for gathered, row in rows:
        item = items[row["itemid"]]
        value = _value(gathered, item, row, WEIGHTS[item.label.lower()])
        if value is None:
            continue
        reason = "flagged as an error in the chart" if _is_error(row) else beyond_belief("body_weight", value)
        at = None
        try:
            at = instant(row["charttime"], reading.local)
        except InputError as error:
            reason = reason or f"the time {error.rule}"
        if reason or at is None:
            gathered.drop(Outcome.NOT_USED, TABLE, f"{item.label}: {reason}", row, _REMEDY)
            continue
        event = BodyWeight(f"{TABLE}.{row['row_id']}", at, value, reading.origin(TABLE, row, item.label))
        gathered.add("weights", TABLE, event)


def _value(gathered: Gathered, item: Item, row: Row, unit: str) -> Quantity | None:
    if row["valueuom"].lower() not in _SPELLINGS[unit]:
        gathered.drop(
            Outcome.UNCONVERTIBLE,
            TABLE,
            f"{item.label}: charted in {row['valueuom']!r}, not in {unit}",
            row,
            _REMEDY,
        )
        return None
    try:
        value = number(row["valuenum"])
    except QuantityError as error:
        gathered.drop(Outcome.UNCONVERTIBLE, TABLE, f"{item.label}: the number {error.rule}", row, _REMEDY)
        return None
    if value is None:
        gathered.drop(Outcome.NOT_ASSESSABLE, TABLE, f"{item.label}: no number is charted", row)
        return None
    return Quantity(value, parse_unit(unit))


def _is_error(row: Row) -> bool:
    return row.get("error", "") not in ("", "0")
