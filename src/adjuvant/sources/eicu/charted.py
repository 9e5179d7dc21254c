"""Vital signs of three tables, and pain and sedation as nurses chart them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

from adjuvant.errors import QuantityError
from adjuvant.library import scale
from adjuvant.quantity import Quantity
from adjuvant.record import NotAssessable, Outcome, PainKind, PainScore, SedationScore, VitalSign
from adjuvant.sources.belief import beyond_belief
from adjuvant.sources.eicu.reading import Reading, Stay, origin
from adjuvant.sources.gathering import Gathered, number
from adjuvant.sources.tables import Row

__all__ = ["read_nurse_charting", "read_respiratory_charting", "read_vitals"]

_REMEDY = "check the row in the source"
_Kinds = Mapping[str, tuple[str, str]]

# Columns of the monitors' tables: the record's kind, and the documented unit.
_COLUMNS: Mapping[str, tuple[str, str, _Kinds]] = MappingProxyType(
    {
        "vitalaperiodic": (
            "vitalaperiodicid",
            "observationoffset",
            {
                "noninvasivesystolic": ("systolic", "mm[Hg]"),
                "noninvasivediastolic": ("diastolic", "mm[Hg]"),
                "noninvasivemean": ("mean_pressure", "mm[Hg]"),
            },
        ),
        "vitalperiodic": (
            "vitalperiodicid",
            "observationoffset",
            {
                "sao2": ("spo2", "%"),
                "heartrate": ("heart_rate", "/min"),
                "respiration": ("respiratory_rate", "/min"),
                "systemicsystolic": ("systolic", "mm[Hg]"),
                "systemicdiastolic": ("diastolic", "mm[Hg]"),
                "systemicmean": ("mean_pressure", "mm[Hg]"),
            },
        ),
    }
)
# What the patient breathes and the oximeter reads; settings and rates of a machine are no vital signs.
_RESPIRATORY: _Kinds = {
    "rr (patient)": ("respiratory_rate", "/min"),
    "spontaneous respiratory rate": ("respiratory_rate", "/min"),
    "rr spont": ("respiratory_rate", "/min"),
    "adult con pt/vent spo2": ("spo2", "%"),
    "niv pt/vent spo2_5": ("spo2", "%"),
}
_NURSES: Mapping[tuple[str, str], tuple[str, str]] = {
    ("heart rate", "heart rate"): ("heart_rate", "/min"),
    ("respiratory rate", "respiratory rate"): ("respiratory_rate", "/min"),
    ("o2 saturation", "o2 saturation"): ("spo2", "%"),
    ("non-invasive bp", "non-invasive bp systolic"): ("systolic", "mm[Hg]"),
    ("non-invasive bp", "non-invasive bp diastolic"): ("diastolic", "mm[Hg]"),
    ("non-invasive bp", "non-invasive bp mean"): ("mean_pressure", "mm[Hg]"),
    ("invasive bp", "invasive bp systolic"): ("systolic", "mm[Hg]"),
    ("invasive bp", "invasive bp diastolic"): ("diastolic", "mm[Hg]"),
    ("invasive bp", "invasive bp mean"): ("mean_pressure", "mm[Hg]"),
}
_PAIN = {
    ("pain score/goal", "pain score"): PainKind.CURRENT,
    ("pain score/goal", "pain goal"): PainKind.ACCEPTABLE,
}
_SEDATION_SCORE = ("sedation scale/score/goal", "sedation score")
_SEDATION_SCALE = ("sedation scale/score/goal", "sedation scale")
_SCALES = {"rass": "rass", "sas": "riker_sas", "riker": "riker_sas"}
PAIN_SCALE = "nrs_0_10"
_MISSING = {
    "asleep": NotAssessable.ASLEEP,
    "sleeping": NotAssessable.ASLEEP,
    "sedated": NotAssessable.SEDATED,
    "unable to assess": NotAssessable.UNABLE,
    "unable to score": NotAssessable.UNABLE,
    "unable": NotAssessable.UNABLE,
    "refused": NotAssessable.DECLINED,
    "n/a": NotAssessable.NOT_RECORDED,
}
_WHOLE = re.compile(r"[+-]?\d+")
_RESPIRATION, _NURSING = "respiratorycharting", "nursecharting"


def read_vitals(reading: Reading) -> None:
    """The monitors' tables: each row has several readings of one moment; a row without any is said to."""
    for table, (key, offset, columns) in _COLUMNS.items():
        for gathered, stay, row in reading.rows(table, key):
            if not any(row[column] for column in columns):
                gathered.drop(Outcome.NOT_ASSESSABLE, table, "the row has no reading that is kept", row)
                continue
            read = [
                _vital(reading, gathered, table, stay, offset, row, column, columns[column], f".{column}")
                for column in columns
                if row[column]
            ]
            if any(read):
                gathered.counter.used(table)
            else:
                gathered.drop(Outcome.UNCONVERTIBLE, table, "no reading of the row can be read", row, _REMEDY)


def read_respiratory_charting(reading: Reading) -> None:
    """The patient's own breathing and the oximeter; everything else of the table is counted."""
    table = _RESPIRATION
    if table not in reading.folder:
        return
    column = "respchartvaluelabel"
    labels = _spellings(reading, table, column)
    wanted = [label for label in labels if label.lower() in _RESPIRATORY]
    for gathered, stay, row in reading.rows(table, "respchartid", {column: wanted}):
        kind = _RESPIRATORY[row[column].lower()]
        _single(reading, gathered, table, stay, "respchartoffset", row, "respchartvalue", kind, row[column])
    taken = {(label,) for label in _RESPIRATORY}
    reading.count_others(
        table, (column,), taken, "the item is a setting, a machine's rate, or none that is kept"
    )


def read_nurse_charting(reading: Reading) -> None:
    """Pain, sedation and vital signs of the nurses' flowsheet; everything else of the table is counted."""
    table = _NURSING
    if table not in reading.folder:
        return
    columns = ("nursingchartcelltypevallabel", "nursingchartcelltypevalname")
    known = {*_NURSES, *_PAIN, _SEDATION_SCORE, _SEDATION_SCALE}
    wanted = [
        label
        for label in _spellings(reading, table, columns[0])
        if label.lower() in {one for one, _ in known}
    ]
    rows = [
        entry
        for entry in reading.rows_of(table, "nursingchartid", {columns[0]: wanted})
        if _named(entry[2]) in known
    ]
    scales = {
        (stay.id, row["nursingchartoffset"]): row["nursingchartvalue"].lower()
        for _, stay, row in rows
        if _named(row) == _SEDATION_SCALE
    }
    for gathered, stay, row in rows:
        gathered.counter.read(table)
        named = _named(row)
        if named in _NURSES:
            _single(
                reading,
                gathered,
                table,
                stay,
                "nursingchartoffset",
                row,
                "nursingchartvalue",
                _NURSES[named],
                named[1],
            )
        elif named in _PAIN:
            _pain(reading, gathered, stay, row, _PAIN[named])
        elif named == _SEDATION_SCORE:
            _sedation(reading, gathered, stay, row, scales.get((stay.id, row["nursingchartoffset"]), ""))
        else:
            gathered.counter.used(table)
    reading.count_others(table, columns, known, "the item is neither pain, sedation nor vital sign")


def _named(row: Row) -> tuple[str, str]:
    return row["nursingchartcelltypevallabel"].lower(), row["nursingchartcelltypevalname"].lower()


def _spellings(reading: Reading, table: str, column: str) -> list[str]:
    return sorted({label for (label,) in reading.folder.counts(table, column, keys=tuple(reading.stays))})


def _single(
    reading: Reading, gathered: Gathered, table: str, stay: Stay, offset: str, row: Row, column: str,
    kind: tuple[str, str], label: str,
) -> None:  # fmt: skip
    """One row that has one reading."""
    if not row[column]:
        gathered.drop(Outcome.NOT_ASSESSABLE, table, f"{label}: no value is charted", row)
    elif _vital(reading, gathered, table, stay, offset, row, column, kind):
        gathered.counter.used(table)
    else:
        gathered.drop(
            Outcome.UNCONVERTIBLE, table, f"{label}: the value or its time cannot be read", row, _REMEDY
        )


def _vital(
    reading: Reading, gathered: Gathered, table: str, stay: Stay, offset: str, row: Row, column: str,
    kind: tuple[str, str], name: str = "",
) -> bool:  # fmt: skip
    """Keep one reading; False where its value or its time cannot be read."""
    at = reading.moment(stay, row[offset])
    try:
        value = number(row[column])
    except QuantityError:
        value = None
    if value is None or at is None:
        return False
    reading_of = Quantity(value, kind[1])
    flagged = beyond_belief(kind[0], reading_of)
    event = VitalSign(f"{table}.{row['row_id']}{name}", at, kind[0], reading_of, origin(table, row), flagged)
    gathered.keep("vitals", event)
    if flagged:
        gathered.doubt(table, f"{column if name else kind[0]}: {flagged}", row, _REMEDY)
    return True


def _pain(reading: Reading, gathered: Gathered, stay: Stay, row: Row, kind: PainKind) -> None:
    words = row["nursingchartvalue"].lower()
    missing = _MISSING.get(words)
    value = Fraction(int(words)) if _WHOLE.fullmatch(words) else None
    at = reading.moment(stay, row["nursingchartoffset"])
    beyond = value is not None and not _on_scale(value)
    if at is None or beyond or (value is None and missing is None):
        what = "the pain is not on a scale of 0 to 10" if beyond else "the pain or its time cannot be read"
        outcome = Outcome.UNCONVERTIBLE if words else Outcome.NOT_ASSESSABLE
        gathered.drop(outcome, _NURSING, what if words else "no pain is charted", row, _REMEDY)
        return
    event = PainScore(
        id=f"{_NURSING}.{row['row_id']}",
        at=at,
        scale=PAIN_SCALE,
        origin=origin(_NURSING, row),
        value=value,
        not_assessable=missing,
        kind=kind,
    )
    gathered.keep("pain", event)
    if missing is not None:
        gathered.drop(Outcome.NOT_ASSESSABLE, _NURSING, f"pain: {missing}", row)
        return
    gathered.counter.used(_NURSING)
    gathered.doubt(_NURSING, "the chart does not name the scale of the pain; it is taken as 0 to 10", row)


def _on_scale(value: Fraction) -> bool:
    known = scale(PAIN_SCALE)
    return known.low is not None and known.high is not None and known.low <= value <= known.high


def _sedation(reading: Reading, gathered: Gathered, stay: Stay, row: Row, named: str) -> None:
    chosen = _SCALES.get(named)
    value = row["nursingchartvalue"]
    at = reading.moment(stay, row["nursingchartoffset"])
    if chosen is None:
        gathered.drop(
            Outcome.NOT_USED,
            _NURSING,
            "no scale of the sedation is named at its moment, or none that is known",
            row,
        )
    elif at is None or _WHOLE.fullmatch(value) is None:
        gathered.drop(
            Outcome.UNCONVERTIBLE, _NURSING, "the sedation or its time cannot be read", row, _REMEDY
        )
    else:
        event = SedationScore(
            f"{_NURSING}.{row['row_id']}", at, chosen, value.removeprefix("+"), origin(_NURSING, row)
        )
        gathered.add("sedation", _NURSING, event)
