"""Writing records as CSV with a mapping, which people and the table reader can read back."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from adjuvant.errors import InputError
from adjuvant.quantity import Quantity, show_exact
from adjuvant.record import PatientRecord
from adjuvant.sources.table.fields import TABLES, VITAL_KINDS

__all__ = ["write_tables"]

# A spreadsheet takes a cell that begins so for a formula; one that begins with the apostrophe is marked
# too, so that what is written reads back exactly.
_FORMULA = re.compile(r"[=+\-@\t\r\n']")
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")

_Cells = dict[str, str]
# Table: the record's list, and the event's attribute for each field that is not called the same.
_LISTS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "encounters": ("encounters", {"time": "start"}),
    "conditions": ("conditions", {"time": "onset"}),
    "allergies": ("allergies", {}),
    "consents": ("consents", {"time": "at"}),
    "orders": ("requests", {"time": "start", "instructions": "text"}),
    "dispenses": ("dispenses", {"time": "start"}),
    "administrations": ("administrations", {"time": "start", "weight": "body_weight", "order": "request_id"}),
    "pain": ("pain", {"time": "at", "score": "value", "reason": "not_assessable"}),
    "sedation": ("sedation", {"time": "at", "score": "value"}),
    "vitals": ("vitals", {"time": "at"}),
    "weights": ("weights", {"time": "at", "weight": "value"}),
    "adverse_events": ("adverse_events", {"time": "at", "event": "kind"}),
}
_FIRST = ("id", "patient", "time", "end")
_LEFT_OUT = {"vitals": VITAL_KINDS}


def write_tables(
    records: Sequence[PatientRecord], folder: Path | str, *, heading: str = ""
) -> tuple[Path, ...]:
    """Write records of one zone into `folder`: a mapping, the patients, and one CSV for each kind of event.

    Args:
        heading: put as comment lines on top of the mapping.
    Returns:
        The files written. Columns that no row fills are left out. Times are local, with their offset. Text
        that a spreadsheet would run as a formula begins with an apostrophe, and the mapping then says
        ``escaped: true``, by which the reader takes it off again.
    Raises:
        InputError: records of several zones, no record at all, or an event that a plain row cannot say (a
            doubt, a fraction without an end, an ingredient list that its name does not imply).
    """
    zones = {record.patient.zone for record in records}
    if len(zones) != 1:
        raise InputError(f"{len(records)} records", f"are of {len(zones)} zones", "write one zone at a time")
    local = records[0].local
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    tables = {"patients": [_patient(record, local) for record in records]}
    for table, (name, renamed) in _LISTS.items():
        rows = [
            {"patient": record.patient.id, **_row(table, event, renamed, local)}
            for record in records
            for event in getattr(record, name)
        ]
        if rows:
            tables[table] = rows
    files = [target / "mapping.yaml"]
    columns = {table: _columns(table, rows) for table, rows in tables.items()}
    escaped = any(_escaped(text) != text for rows in tables.values() for row in rows for text in row.values())
    synthetic = all(record.patient.synthetic for record in records)
    files[0].write_text(_mapping(columns, zones.pop(), synthetic, heading, escaped), encoding="utf-8")
    for table, rows in tables.items():
        files.append(target / f"{table}.csv")
        files[-1].write_text(_csv(columns[table], rows, escaped), encoding="utf-8")
    return tuple(files)


def _patient(record: PatientRecord, local: ZoneInfo) -> _Cells:
    names = TABLES["patients"].names
    return {name: _text(getattr(record.patient, name), local) for name in names}


def _row(table: str, event: Any, renamed: Mapping[str, str], local: ZoneInfo) -> _Cells:
    if getattr(event, "doubt", "") or getattr(event, "flagged", ""):
        raise InputError(
            f"{event.origin}", "is doubted, which a row cannot say", "correct or leave out the event"
        )
    cells: _Cells = {}
    known = TABLES[table]
    for name in (*known.needed, *known.optional):
        if name == "patient" or name in _LEFT_OUT.get(table, ()):
            continue
        value = _value(event, renamed.get(name, name))
        if isinstance(value, Quantity):
            cells[name], cells[f"{name}_unit"] = _exact(value, event), value.unit.code
        else:
            cells[name] = _text(value, local)
    if table == "vitals":
        cells["id"] = cells["id"].removesuffix(f":{cells['kind']}")
    return cells


def _value(event: Any, name: str) -> Any:
    special: dict[str, Callable[[], Any]] = {
        "drug": lambda: event.drug.text,
        "rxnorm": lambda: event.drug.rxnorm.value if event.drug.rxnorm else None,
        "strength": lambda: _strength(event),
        "code": lambda: event.code.value if event.code else None,
        "code_system": lambda: event.code.system if event.code else None,
    }
    if name in special:
        return special[name]()
    return getattr(event, name, None)


def _strength(event: Any) -> str | None:
    strengths = [item.strength for item in event.drug.ingredients]
    if len(strengths) != 1 or strengths[0] is None:
        return None
    return f"{_exact(strengths[0], event)} {strengths[0].unit.code}"


def _exact(value: Quantity, event: Any) -> str:
    text = show_exact(value.value)
    if "/" in text:
        raise InputError(
            f"{event.origin}: {text} {value.unit}", "does not end as a decimal", "round it before"
        )
    return text


def _text(value: Any, local: ZoneInfo) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.astimezone(local).isoformat(timespec="minutes" if not value.second else "auto")
    return show_exact(value) if isinstance(value, Fraction) else str(value)


def _columns(table: str, rows: Iterable[_Cells]) -> list[str]:
    filled = {name for row in rows for name, text in row.items() if text}
    return [name for name in _in_pairs(table) if name in filled or name in TABLES[table].needed]


def _in_pairs(table: str) -> list[str]:
    """The fields in the order of TABLES, whose and when first, each unit beside its number."""
    known = TABLES[table]
    every = [*known.needed, *known.optional]
    names = [*(name for name in _FIRST if name in every), *(name for name in every if name not in _FIRST)]
    return [both for name in names for both in (name, f"{name}_unit") if both in known.names]


def _escaped(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) and not _PLAIN_NUMBER.fullmatch(text) else text


def _csv(columns: Sequence[str], rows: Iterable[_Cells], escaped: bool) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    shown = _escaped if escaped else str
    writer.writerows([shown(row.get(name, "")) for name in columns] for row in rows)
    return out.getvalue()


def _mapping(
    columns: Mapping[str, Sequence[str]], zone: str, synthetic: bool, heading: str, escaped: bool
) -> str:
    lines = [f"# {line}".rstrip() for line in heading.splitlines()]
    lines += ["version: 1", f"zone: {zone}", *(["synthetic: true"] if synthetic else [])]
    lines += [*(["escaped: true"] if escaped else []), "tables:"]
    for table, names in columns.items():
        lines += [f"  {table}:", f"    file: {table}.csv", "    columns:"]
        lines += [f"      {name}: {name}" for name in names]
    return "\n".join(lines) + "\n"
