"""The tables of a MIMIC-III folder: found, checked, and their rows read through DuckDB."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from adjuvant.errors import InputError
from adjuvant.sources.base import open_csv
from adjuvant.sources.text import missing_file

if TYPE_CHECKING:
    import duckdb

__all__ = ["TABLES", "Folder", "Row"]

Row = dict[str, str]
"""One row by lower-case column name; an empty field is an empty text, as CSV cannot tell it from none."""

TABLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "patients": ("subject_id", "gender", "dob", "dod"),
        "d_items": ("itemid", "label", "linksto"),
        "admissions": ("subject_id", "hadm_id", "admittime", "dischtime", "deathtime", "admission_type"),
        "icustays": ("subject_id", "icustay_id", "first_careunit", "intime", "outtime"),
        "diagnoses_icd": ("row_id", "subject_id", "hadm_id", "seq_num", "icd9_code"),
        "d_icd_diagnoses": ("icd9_code", "long_title"),
        "chartevents": (
            "row_id", "subject_id", "itemid", "charttime", "value", "valuenum", "valueuom", "error",
        ),
        "inputevents_mv": (
            "row_id", "subject_id", "starttime", "endtime", "itemid", "amount", "amountuom", "rate",
            "rateuom", "linkorderid", "ordercategoryname", "ordercategorydescription", "patientweight",
            "cancelreason", "statusdescription",
        ),
        "inputevents_cv": (
            "row_id", "subject_id", "charttime", "itemid", "amount", "amountuom", "rate", "rateuom",
            "orderid", "linkorderid", "stopped", "newbottle", "originalroute",
        ),
        "prescriptions": (
            "row_id", "subject_id", "startdate", "enddate", "drug_type", "drug", "prod_strength",
            "dose_val_rx", "dose_unit_rx", "form_val_disp", "form_unit_disp", "route",
        ),
    }
)  # fmt: skip
"""The tables that are read, and the columns of each that are needed; others are left alone."""

_NEEDED = ("patients", "d_items")
_EVENTS = ("chartevents", "inputevents_mv", "inputevents_cv", "prescriptions")
# Everything is declared and nothing detected. Names and clauses put around it are constants of this module.
_READ = (
    "read_csv(?, auto_detect=false, columns=?, header=true, delim=',', quote='\"', escape='\"', "
    "strict_mode=true, null_padding=false)"
)
_BLOCK = 1 << 20
_FETCH = 20_000


class Folder:
    """The MIMIC-III tables of one folder, each checked once before any is read.

    Args:
        path: a folder of ``TABLE.csv`` or ``TABLE.csv.gz``, names and columns in lower or upper case.
    Raises:
        InputError: no folder, no ``patients`` or ``d_items``, no table of events, a table twice, a damaged or
            empty file, another delimiter than the comma, a missing column.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._files = _find(path)
        self._columns = {name: _checked_header(file, TABLES[name]) for name, file in self._files.items()}
        self._connection: duckdb.DuckDBPyConnection | None = None

    def __contains__(self, table: str) -> bool:
        return table in self._files

    @property
    def missing(self) -> tuple[str, ...]:
        """The tables that the folder does not have."""
        return tuple(name for name in TABLES if name not in self._files)

    def rows(
        self, table: str, *, patient: str | None = None, items: Sequence[str] | None = None
    ) -> Iterator[Row]:
        """The rows of `table` in the order of the file, all of them or those of one patient or some items.

        Raises:
            InputError: the file is not well-formed CSV; names the line.
        """
        names = TABLES[table]
        for values in self._query(table, ", ".join(names), patient=patient, items=items):
            yield {name: (value or "").strip() for name, value in zip(names, values, strict=True)}

    def counts(self, table: str, *, patient: str | None = None) -> dict[tuple[str, str], int]:
        """How many rows each patient has of each item, by (subject_id, itemid)."""
        found = self._query(
            table, "subject_id, itemid, count(*)", patient=patient, after="group by subject_id, itemid"
        )
        return {((subject or "").strip(), (item or "").strip()): count for subject, item, count in found}

    def close(self) -> None:
        """Let go of the database."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _query(
        self,
        table: str,
        select: str,
        *,
        patient: str | None = None,
        items: Sequence[str] | None = None,
        after: str = "",
    ) -> Iterator[tuple[Any, ...]]:
        import duckdb

        if self._connection is None:
            self._connection = duckdb.connect()
        file = self._files[table]
        conditions: list[str] = []
        values: list[Any] = []
        if patient is not None:
            conditions.append("subject_id = ?")
            values.append(patient)
        if items is not None:
            conditions.append("list_contains(?, itemid)")
            values.append(list(items))
        where = f"where {' and '.join(conditions)}" if conditions else ""
        query = " ".join(("select", select, "from", _READ, where, after))
        columns = dict.fromkeys(self._columns[table], "VARCHAR")
        try:
            answer = self._connection.cursor().execute(query, [str(file), columns, *values])
            while rows := answer.fetchmany(_FETCH):
                yield from rows
        except duckdb.Error as error:
            raise _explained(file, str(error)) from error


def _find(path: Path) -> dict[str, Path]:
    if not path.exists():
        raise missing_file(path)
    if not path.is_dir():
        raise InputError(
            str(path), "is a file, not a folder of MIMIC-III tables", "name the folder it lies in"
        )
    found: dict[str, Path] = {}
    for item in sorted(path.iterdir()):
        name = item.name.lower().removesuffix(".gz")
        table = name.removesuffix(".csv")
        if name == table or table not in TABLES:
            continue
        if table in found:
            raise InputError(
                str(path),
                f"holds the table {table} twice, as {found[table].name} and {item.name}",
                "keep one",
            )
        found[table] = item
    for table in _NEEDED:
        if table not in found:
            raise InputError(
                str(path), f"has no {table}.csv or {table}.csv.gz", "add that table of MIMIC-III"
            )
    if not any(table in found for table in _EVENTS):
        raise InputError(str(path), f"has none of {', '.join(_EVENTS)}", "add at least one of these tables")
    return found


def _checked_header(file: Path, required: Sequence[str]) -> tuple[str, ...]:
    _check_whole(file)
    with open_csv(file) as table:
        columns = tuple(name.lower() for name in table.columns)
    missing = [name for name in required if name not in columns]
    if missing:
        raise InputError(
            f"{file}:1",
            f"has no column {', '.join(missing)}",
            f"take the table as MIMIC-III has it; this one has {', '.join(columns)}",
        )
    return columns


def _check_whole(file: Path) -> None:
    """Refuse a gzip file that is cut off or fails its own checksum, which a CSV reader may not notice."""
    with file.open("rb") as raw:
        if raw.read(2) != b"\x1f\x8b":
            return
    try:
        with gzip.open(file) as unpacked:
            while unpacked.read(_BLOCK):
                pass
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(
            str(file), "is a truncated or damaged gzip file", "copy or download it again"
        ) from error


def _explained(file: Path, message: str) -> InputError:
    line = re.search(r"CSV Error on Line: (\d+)", message)
    place = f"{file}:{line[1]}" if line else str(file)
    counts = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", message)
    if counts:
        return InputError(
            place, f"has {counts[2]} fields where the header has {counts[1]}", "correct or remove that line"
        )
    if "utf" in message.lower() or "unicode" in message.lower():
        return InputError(place, "is not UTF-8", "save the file as UTF-8")
    first = message.strip().splitlines()[0] if message.strip() else "no reason given"
    return InputError(place, f"is not well-formed CSV ({first})", "correct it, or export it again")
