"""Fuzz target: a chart as CSV under its mapping. Files as they come, and files built from likely cells.

First byte 0: the rest is a mapping, then a line `====`, then one CSV that every name of a file leads to. First byte 1: the
rest is the CSV alone, under a fixed mapping of orders, administrations, pain and weights. Any other: the rest steers rows
of likely and odd cells under that mapping. CSV is RFC 4180 with a declared delimiter, read here a second time by hand: rows
and cells must be the same, every row is used or explained, and each dose, score and weight is the number in its cell.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

from adjuvant.errors import AdjuvantError
from adjuvant.record import Outcome
from adjuvant.sources.base import Import
from adjuvant.sources.table import MappingFile, load_mapping, read, reader
from fuzz.promises import Choices, attempted, require
from fuzz.targets.decimals import decimal_of
from fuzz.targets.documents import workplace

__all__ = ["DICTIONARY", "HUGE", "MAPPING", "SEEDS", "check", "rows_of"]

MAPPING = b"""version: 1
zone: Europe/Amsterdam
synthetic: true
tables:
  administrations:
    file: chart.csv
    columns: {patient: who, drug: drug, time: at, end: until, dose: dose, rate: rate, route: route, strength: strength, kind: kind}
    where: {table: given}
  orders:
    file: chart.csv
    columns: {patient: who, drug: drug, time: at, end: until, dose: dose, rate: rate, route: route, times_per_day: times}
    where: {table: ordered}
  pain:
    file: chart.csv
    columns: {patient: who, time: at, score: dose}
    constants: {scale: nrs_0_10}
    where: {table: pain}
  weights:
    file: chart.csv
    columns: {patient: who, time: at, weight: dose}
    units: {weight: kg}
    where: {table: weight}
"""
_HEADER = ["table", "who", "at", "until", "drug", "dose", "rate", "route", "strength", "kind", "times"]
_GOOD = b"""table,who,at,until,drug,dose,rate,route,strength,kind,times
given,p1,2026-03-01T10:00,,morphine,5 mg,,oral,,,
given,p1,2026-03-01 12:00,2026-03-01 14:00,fentanyl,,50 ug/h,iv,,infusion,
ordered,p1,2026-03-01T10:00Z,,oxycodone,5-10 mg,,oral,,,4
pain,p1,2026-03-29T02:30,,,7,,,,,
weight,p2,2026-10-25T02:30,,,70.5,,,,,
"""
_CELLS: list[list[str]] = [
    ["given", "ordered", "pain", "weight", "other", "GIVEN"],
    ["p1", "p2", "", "p1 ", "é", "'=1"],
    ["2026-03-01T10:00", "2026-03-01 10:00:30", "2026-03-29T02:30", "2026-10-25T02:30", "2026-10-25T02:30+02:00", "0001-01-01T00:00+14:00",
     "9999-12-31T23:59-14:00", "2026-02-30", "10:00", "", "20260301T1000Z", "2026-W10-1T10:00", "2026-03-01T24:00"],
    ["", "2026-03-01T12:00", "2026-02-01T00:00", "9999-12-31T23:59", "never"],
    ["morphine", "fentanyl", "ketamine", "oxycodone", "Percocet 5-325", "gabapentin", "", "unknown thing", "Morphine (Dilaudid)", "7052"],
    ["5 mg", "5mg", "5-10 mg", "0 mg", "", "7", "70.5", "10", "11", "-1", "1e3 mg", "5 mL", "2 tab", "asleep", "5 to 10 mg", "5 mg/0 mL", "9" * 41, "½"],
    ["", "50 ug/h", "2 mL/h", "0.1 mg/kg/h", "0 mg/h", "x"],
    ["oral", "iv", "td", "", "by drone", "sc"],
    ["", "5 mg/mL", "50 mg/250 mL", "5 mg/0 mL", "25 mcg/hr", "5"],
    ["", "dose", "infusion", "patch on", "patch off", "pca demand", "bolus", "flight"],
    ["", "4", "0", "1.5", "-2"],
]  # fmt: skip
SEEDS = [
    b"\0" + MAPPING + b"====\n" + _GOOD, b"\1" + _GOOD, b"\1" + _GOOD.replace(b"\n", b"\r\n"), b"\1", b"\1\xff", b"\1table,who\n", b"\0version: 1\n====\na\n",
    b'\1' + _GOOD + b'given,p1,2026-03-01T10:00,,"mor\nphine, 5 mg",5 mg,,,,,\n', b'\1' + _GOOD + b'given,"p1\n', b"\1" + _GOOD + b"given,p1\n", b"\1\x1f\x8b" + _GOOD,
    b"\0version: 1\nzone: UTC\ndelimiter: semicolon\ntables:\n  pain:\n    file: a.csv\n    columns: {patient: p, time: t, score: s}\n    constants: {scale: nrs_0_10}\n====\np;t;s\n1;2026-03-01;7\n",
    b"\0version: 1\nzone: UTC\ntime_format: '%d/%m/%Y %H:%M'\ndecimal_sign: ','\nempty: [NULL]\ntables:\n  weights:\n    file: a.csv\n    columns: {patient: p, time: t, weight: w}\n    units: {weight: kg}\n====\np,t,w\n1,01/02/2026 10:00,\"70,5\"\n",
    *(bytes([2, *(number * step % 256 for number in range(80))]) for step in (1, 3, 7, 31, 101)),
]  # fmt: skip
DICTIONARY = ["given,p1,", "ordered,", "pain,", ",", "\n", '"', '""', "\r\n", "2026-03-01T10:00", "5 mg", "version: 1\n", "zone: UTC\n", "columns: {", "file: x\n",
              "where: {", "values:\n", "units: {", "====\n", "\x00", "\ufeff", ";", "\t"]  # fmt: skip
HUGE = [b"\1" + _GOOD + b"given,p1,2026-03-01T10:00,,morphine," + b"9" * 10**5 + b" mg,,,,,\n", b"\1" + b"a," * 10**5, b'\1"' + b"x" * 10**6, b"\1" + b"\n" * 10**6,
        b"\1" + _GOOD + b"given,p1,2026-03-01T10:00,," + b"morphine " * 10**4 + b",5 mg,,,,,\n", b"\1" + _GOOD + b'given,"' + b'""' * 50_000 + b'",,,,,,,,,\n',
        b"\1" + _GOOD + b"given,p1," + b"2026-" * 20_000 + b",,morphine,5 mg,,,,,\n", b"\1" + _GOOD + b"pain,p1,2026-03-01T10:00,,," + b"1-" * 50_000 + b",,,,,\n",
        b"\1" + _GOOD + b"given,p1,2026-03-01T10:00,,morphine,5 mg,,oral," + b"5/" * 50_000 + b",,\n", b"\1" + _GOOD + b"given,p1,x,,morphine,5 mg,,,,,\n" * 1500]  # fmt: skip


def prepare() -> None:
    """Read each mapping once: the strict reader of YAML has a target of its own, and would take all of the time here."""
    reader.load_mapping = lambda path, zone=None: _loaded(path, (path / "mapping.yaml").read_bytes(), zone)


@lru_cache(maxsize=64)
def _loaded(path: Path, content: bytes, zone: str | None) -> MappingFile:
    return load_mapping(path, zone)


def check(data: bytes) -> None:
    """A chart is an error of ours, or every row is accounted for and every figure is that of its cell."""
    kind, rest = (data[0] if data else 1), data[1:]
    mapping, chart = MAPPING, rest
    if kind == 0:
        mapping, _, chart = rest.partition(b"====\n")
    elif kind != 1:
        chart = _built(Choices(rest))
    folder = workplace() / "chart"
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    (folder / "mapping.yaml").write_bytes(mapping)
    if kind == 0:
        found = attempted(lambda: load_mapping(folder))
        if isinstance(found, AdjuvantError):
            return
        for table in found.tables:
            own = re.fullmatch(r"[A-Za-z0-9_.]{1,30}", table.file.name) and table.file.name != "mapping.yaml"
            if own and table.file.parent == folder:
                table.file.write_bytes(chart)
    else:
        (folder / "chart.csv").write_bytes(chart)
    answer = attempted(lambda: read(folder))
    if not isinstance(answer, AdjuvantError):
        _accounted(answer)
        if kind != 0:
            _as_written(answer, chart)


def _built(choices: Choices) -> bytes:
    rows = [",".join(_HEADER)]
    for _ in range(1 + choices.below(6)):
        cells = [choices.of(column) if choices.below(24) else choices.text() for column in _CELLS]
        rows.append(",".join(f'"{cell.replace(chr(34), 2 * chr(34))}"' for cell in cells))
    return "\n".join(rows).encode("utf-8", "surrogateescape")


def _accounted(answer: Import) -> None:
    for summary in (answer.quality, *(record.quality for record in answer.records)):
        for table in {line.table for line in summary.lines}:
            require(summary.unaccounted(table) == 0, "a row is not accounted for", table, summary.lines)
        for line in summary.lines:
            require(line.count >= 0, "fewer rows than none", line)


def rows_of(text: str) -> list[list[str]] | None:
    """RFC 4180 by hand: the rows of cells; None where a quote stands where none may stand, or does not close."""
    rows: list[list[str]] = [[]]
    at, cell = 0, ""
    while at <= len(text):
        if text[at : at + 1] == '"':
            at += 1
            while True:
                end = text.find('"', at)
                if end < 0:
                    return None
                cell += text[at:end]
                if text[end + 1 : end + 2] != '"':
                    break
                cell, at = f'{cell}"', end + 2
            at = end + 1
            if text[at : at + 1] not in ("", ",", "\n", "\r"):
                return None
        else:
            end = min((found for sign in ",\r\n" if (found := text.find(sign, at)) >= 0), default=len(text))
            cell, at = text[at:end], end
        rows[-1].append(cell)
        cell, sign = "", text[at : at + 1]
        if sign != ",":
            at += text[at : at + 2] == "\r\n"
            rows.append([])
        at += 1
    return rows[:-1]


def _as_written(answer: Import, chart: bytes) -> None:
    text = chart.decode("utf-8-sig") if not chart.startswith(b"\x1f\x8b") else ""
    rows = [row for row in rows_of(text) or [] if any(cell.strip() for cell in row)]
    if not rows:
        return
    header = [name.strip() for name in rows[0]]
    known = [dict(zip(header, row, strict=True)) for row in rows[1:] if len(row) == len(header)]
    counted = sum(line.count for line in answer.quality.lines if line.outcome is Outcome.READ)
    require(counted == len(rows) - 1, "other rows than the file has", counted, len(rows) - 1)
    cells = {cell["dose"].strip() for cell in known}
    numbers = {number for cell in cells for number in _numbers(cell)}
    for record in answer.records:
        doses: list[Any] = [event.dose for event in (*record.administrations, *record.requests)]
        doses += [event.dose_high for event in record.requests] + [event.value for event in record.weights]
        for dose in doses:
            require(dose is None or dose.value in numbers, "a figure that no cell holds", dose, sorted(cells))
        for score in record.pain:
            require(
                score.value is None or score.value in numbers,
                "a score that no cell holds",
                score.value,
                sorted(cells),
            )
            require(score.value is None or 0 <= score.value <= 10, "a score outside its scale", score.value)
        for given in record.administrations:
            require(given.start.tzinfo is not None, "a time without a zone", given.start)


def _numbers(cell: str) -> set[Fraction]:
    found = {decimal_of(cell), *(decimal_of(piece) for piece in re.findall(r"[0-9]+(?:\.[0-9]+)?", cell))}
    return {number for number in found if number is not None}
