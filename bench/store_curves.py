"""Daily and rolling MME of a store of ten million administrations: speed, memory, and how cost grows.

Run it with ``python bench/store_curves.py``. A seed of invented patients (wholly synthetic: tablets, boluses,
and more than half infusion segments) goes through the store's own writer once; its parts are then repeated by
columns with other patient ids and times until ten million administrations stand on disk, with true checksums,
and are kept in ``.build/bench``. Each figure is the time from the store on disk to Parquet on disk, with two
processes, their start included. What the exposures cost is not in it: they are derived once, at import, and
the cost of that by record is printed. The exact engine answers some of the same patients, and must agree.

Beside it, in the same run, over the same rows: a bare DuckDB group-by (milligrams by patient and day of
start, no factor, no splitting at midnight), and a daily sum of milligrams by patient and drug in numpy and
pyarrow, with infusions split at UTC midnights (no bands, zones, refusals or rolling curve). Where pandas is
installed (it is no dependency), the same daily and rolling curves in pandas stand beside ours at a million
administrations, one process each. Last, how long `adjuvant store verify` takes for the largest store.
"""

from __future__ import annotations

import hashlib
import json
import math
import random
import resource
import shutil
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import _pandas_curves
import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from adjuvant import cohort, library
from adjuvant.library import opioid_names
from adjuvant.opioids import daily_curve
from adjuvant.quantity import Quantity
from adjuvant.record import (
    AdministrationKind,
    Basis,
    MedicationAdministration,
    Origin,
    Patient,
    PatientRecord,
    QualitySummary,
)
from adjuvant.record.exposures import build_exposures
from adjuvant.record.naming import resolve_drug
from adjuvant.sources import store
from adjuvant.sources.base import Import
from adjuvant.sources.store.derived import derive
from adjuvant.sources.store.manifest import Part, StoreInfo, StoreSource, sha256, write_manifest
from adjuvant.timeline import Interval, local_midnight, zone

WORK = Path(__file__).resolve().parents[1] / ".build" / "bench"
RECORDS = 10_000_000
DAILY, BOTH, MEMORY = 2_000_000, 1_000_000, 1 << 30
SEED_PATIENTS, SEED_PART = 399, 250  # as many as fill one part of a store
START = datetime(2026, 3, 1, 8, tzinfo=UTC)
ORIGIN = Origin("table", "invented.csv", "1", "invented")
SOURCE = "invented patients (synthetic)"


def patient(number: int) -> PatientRecord:
    """One invented stay: infusion segments of changing rate, boluses and tablets."""
    rng = random.Random(number)
    drugs = {name: resolve_drug(name) for name in ("morphine", "hydromorphone", "fentanyl", "oxycodone")}
    at = START + timedelta(minutes=rng.randrange(60 * 24 * 300))
    events: list[MedicationAdministration] = []

    def add(drug: str, kind: AdministrationKind, start: datetime, **more: Any) -> None:
        name = f"{number}.{len(events)}"
        events.append(
            MedicationAdministration(id=name, drug=drugs[drug], kind=kind, start=start, origin=ORIGIN, **more)
        )

    running = rng.choice(["morphine", "hydromorphone", "fentanyl"])
    most = {"morphine": 80, "hydromorphone": 12, "fentanyl": 2}[running]
    hours = 0.0
    while len(events) < SEED_PART:
        length = timedelta(minutes=rng.choice([30, 45, 60, 60, 60, 90, 120]))
        rate = Quantity(Fraction(rng.randint(1, most), 10), "mg/h")
        add(running, AdministrationKind.INFUSION, at, end=at + length, rate=rate, route="intravenous")
        hours += length / timedelta(hours=1)
        if rng.random() < 0.4:
            mg = Quantity(Fraction(rng.randint(1, 20), 5), "mg")
            add("morphine", AdministrationKind.DOSE, at + length / 3, dose=mg, route="intravenous")
        if rng.random() < 0.25:
            mg = Quantity(rng.choice([5, 10, 15, 20]), "mg")
            add("oxycodone", AdministrationKind.DOSE, at + length / 2, dose=mg, route="oral")
        at += length
        if rng.random() < 0.02:
            at += timedelta(hours=rng.randrange(1, 60))
    who = Patient(f"{number:06}", zone=rng.choice(["Europe/London", "America/New_York"]), synthetic=True)
    return PatientRecord(who, administrations=tuple(events[:SEED_PART]))


def built(records: int, seed: Path, place: Path) -> Path:
    """A store of so many administrations: parts of the seed repeated with other ids and times."""
    if (place / "manifest.json").is_file():
        return place
    shutil.rmtree(place, ignore_errors=True)
    (place / "parts").mkdir(parents=True)
    info = store.info(seed)
    parts: list[Part] = []
    number = 0
    while sum(part.rows["administrations"] for part in parts) < records:
        for part in info.parts:
            left = records - sum(made.rows["administrations"] for made in parts)
            if left > 0:
                parts.append(repeated(part, place, number, max(left // SEED_PART, 1)))
        number += 1
        print(f"\r  building {place.name}: {len(parts)} parts", end="", flush=True, file=sys.stderr)
    print(file=sys.stderr)
    shutil.copytree(seed / "sources", place / "sources")
    tables: dict[str, int] = {}
    for part in parts:
        for table, rows in part.rows.items():
            tables[table] = tables.get(table, 0) + rows
    people = sum(part.patients for part in parts)
    write_manifest(
        StoreInfo(
            path=place, schema=info.schema, adjuvant=info.adjuvant, library=info.library, patients=people,
            tables=tables, sources=(StoreSource(SOURCE, people, None),), parts=tuple(parts),
            wholes=wholes(seed),
        )
    )  # fmt: skip
    return place


def wholes(seed: Path) -> dict[str, str]:
    manifest = json.loads((seed / "manifest.json").read_text())
    return {item["source"]: item["quality_sha256"] for item in manifest["sources"]}


def repeated(part: Part, place: Path, number: int, most: int) -> Part:
    """A part with ids and times of its own, of at most so many patients."""
    fresh = place / "parts" / f"new{number}{part.name}"
    fresh.mkdir()
    names = pq.read_table(part.file("patients"), columns=["patient"])["patient"].to_pylist()[:most]
    last = names[-1]
    shift = pa.scalar(timedelta(days=number % 60), pa.duration("us"))
    rows = {}
    for table in part.files:
        found = pq.read_table(part.file(table))
        found = found.filter(pc.less_equal(found["patient"], last))
        for at, field in enumerate(found.schema):
            if field.name == "patient" or (table, field.name) == ("patients", "id"):
                text = pc.binary_join_element_wise(f"{number:04}", found[field.name], "-")
                found = found.set_column(at, field, text.cast(field.type))
            elif pa.types.is_timestamp(field.type):
                found = found.set_column(at, field, pc.add(found.column(at), shift).cast(field.type))
        pq.write_table(
            found, fresh / f"{table}.parquet", compression="zstd", version="2.6", row_group_size=1 << 15
        )
        rows[table] = found.num_rows
    files = {table: sha256(fresh / f"{table}.parquet") for table in sorted(rows)}
    sealed = hashlib.sha256(
        "\n".join(f"{table} {seal}" for table, seal in files.items()).encode()
    ).hexdigest()
    folder = place / "parts" / sealed[:24]
    fresh.rename(folder)
    return Part(
        folder, f"{number:04}-{names[0]}", f"{number:04}-{last}", len(names), rows, files, part.library,
        {SOURCE: len(names)},
    )  # fmt: skip


class Peak:
    """The largest resident memory of this process and its children together, looked at often."""

    def __enter__(self) -> Peak:
        self.most, self._over = 0, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        import os

        while not self.most or not self._over.wait(0.05):
            self.most = max(self.most, sum(_resident(pid) for pid in _tree(os.getpid())))


def _tree(pid: int) -> list[int]:
    found = [pid]
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [child for name in file.read_text().split() for child in _tree(int(name))]
        except OSError:
            continue
    return found


def _resident(pid: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def processor() -> float:
    """Seconds of processor time of this process and of those children of it that have ended."""
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def curves(place: Path, kinds: tuple[str, ...]) -> tuple[float, float, int]:
    """Seconds, seconds of processor time, and peak memory of the whole process tree."""
    out = WORK / "out"
    plan = library.default_plan()
    begun = processor()
    with Peak() as peak:
        took = timed(lambda: cohort.write_mme(place, out, plan, kinds=kinds, workers=2))
    return took, processor() - begun, peak.most


def by_duckdb(place: Path) -> None:
    files = str(place / "parts" / "*" / "exposures.parquet")
    out = str(WORK / "duckdb.parquet")
    duckdb.execute("SET threads = 2")
    duckdb.execute(
        f"COPY (SELECT patient, start::DATE AS day, sum(mg) AS mg FROM '{files}' GROUP BY ALL) TO '{out}'"
    )


def by_arrow(place: Path) -> None:
    """By parts: infusions split at UTC midnights in numpy, then summed by pyarrow."""
    out = WORK / "arrow"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    day_us = 86_400_000_000
    for part in store.parts(place):
        found = pq.read_table(part.file("exposures"), columns=["patient", "ingredient", "start", "end", "mg"])
        start, end = (found[name].cast(pa.int64()).to_numpy() for name in ("start", "end"))
        first, last = start // day_us, np.maximum(end - 1, start) // day_us
        number = last - first + 1
        row = np.repeat(np.arange(len(start)), number)
        day = np.repeat(first, number) + np.arange(len(row)) - np.repeat(np.cumsum(number) - number, number)
        inside = np.minimum(end[row], (day + 1) * day_us) - np.maximum(start[row], day * day_us)
        mg = found["mg"].to_numpy()[row] * inside_share(inside, (end - start)[row])
        split = found.select(["patient", "ingredient"]).take(pa.array(row))
        split = split.append_column("day", pa.array(day)).append_column("mg", pa.array(mg))
        pq.write_table(
            split.group_by(["patient", "day", "ingredient"]).aggregate([("mg", "sum")]),
            out / f"{part.name}.parquet",
        )


def by_pandas(place: Path, size: int) -> None:
    """Ours and pandas' over the same store, in one process each, to the same day's totals."""
    if not _pandas_curves.here():
        print("pandas is not installed, so nothing is compared with it; `pip install pandas` beside Adjuvant")
        return
    out, plan = WORK / "pandas", library.default_plan()
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    sums: list[float] = []
    theirs = timed(lambda: sums.append(_pandas_curves.write_curves(place, out, plan)))
    mine = timed(lambda: cohort.write_mme(place, WORK / "one", plan, workers=1))
    files = sorted((WORK / "one" / "daily").iterdir())
    total = sum(pc.sum(pq.read_table(file, columns=["mme"])["mme"]).as_py() for file in files)
    assert math.isclose(total, sums[0], rel_tol=1e-6), (total, sums[0])
    print(
        f"daily + rolling in pandas, one process: {theirs:.2f} s for {size:,} records; ours, one process too:"
        f" {mine:.2f} s, {theirs / mine:.1f} times as fast"
    )


def inside_share(inside: Any, whole: Any) -> Any:
    return np.divide(inside, whole, out=np.ones(len(whole)), where=whole > 0)


def agree(place: Path, people: int) -> tuple[int, float]:
    """Days compared with the exact engine, and its records a second; the last answer is of `place`."""
    part = store.parts(place)[0]
    names = pq.read_table(part.file("patients"), columns=["patient"])["patient"].to_pylist()
    records = [store.read(place, patient=name).records[0] for name in names[:people]]
    rows = pq.read_table(WORK / "out" / "daily" / f"{part.name}.parquet").to_pylist()
    days, took, events = 0, 0.0, 0
    for record in records:
        local = zone(record.patient.zone)
        mine = {row["day"]: row["mme"] for row in rows if row["patient"] == record.patient.id}
        span = Interval(
            local_midnight(min(mine), local), local_midnight(max(mine) + timedelta(days=1), local)
        )
        exposures = build_exposures(record, frozenset(opioid_names()), Basis.ADMINISTERED)
        begun = time.perf_counter()
        exact = daily_curve(exposures, library.default_plan(), span, local)
        took += time.perf_counter() - begun
        events += len(record.administrations)
        for day in exact:
            value = mine.get(day.day.date, 0.0)
            assert abs(Fraction(value) - day.total) <= Fraction(1, 10**9) * max(1, day.total), day
        days += len(mine)
    return days, events / took


def _whole(place: Path) -> None:
    report = store.verify(place)
    assert report.whole and not report.stale, report.faults


def growth(sizes: list[int], costs: list[float]) -> float:
    """The power of the size with which the cost grows, fitted to all of them; 1 is linear."""
    return float(np.polyfit(np.log(sizes), np.log(costs), 1)[0])


def main(records: int = RECORDS) -> None:
    WORK.mkdir(parents=True, exist_ok=True)
    seed = WORK / f"seed-{library.digest()[:12]}"
    people = [patient(number) for number in range(SEED_PATIENTS)]
    many = sum(len(person.administrations) for person in people)
    infusions = sum(
        item.kind is AdministrationKind.INFUSION for person in people for item in person.administrations
    )
    deriving = timed(lambda: [list(derive(person)) for person in people[:40]]) / (40 * SEED_PART)
    if not (seed / "manifest.json").is_file():
        took = timed(lambda: store.write(seed, Import(tuple(people), QualitySummary(), SOURCE)))
        print(f"seed: {many:,} administrations of {len(people)} invented patients written in {took:.0f} s")
    sizes = sorted({size for size in (10_000, 100_000, 1_000_000) if size < records} | {records})
    stores = {size: built(size, seed, WORK / f"store-{size}-{library.digest()[:12]}") for size in sizes}
    print(f"{infusions / many:.0%} of the administrations are infusion segments; two processes")
    curves(stores[sizes[0]], ("daily", "rolling"))  # reads the library, which is no part of any size's cost
    costs: dict[str, list[float]] = {}
    busy: dict[str, list[float]] = {}
    for label, kinds, target in (
        ("daily", ("daily",), DAILY),
        ("daily + rolling", ("daily", "rolling"), BOTH),
    ):
        for size in sizes:
            took, used, peak = curves(stores[size], kinds)
            costs.setdefault(label, []).append(took)
            busy.setdefault(label, []).append(used)
            rate = size / took
            print(
                f"{label:16} {size:>11,} records {took:8.2f} s {rate:>11,.0f} records/s"
                f" ({rate / target:.2f} of the target), peak {peak / 2**20:,.0f} MiB"
                f" ({peak / MEMORY:.2f} of the limit); processors busy {used:.2f} s",
                flush=True,
            )
        for what, cost in (("time", costs[label]), ("processor time", busy[label])):
            whole, last = growth(sizes, cost), growth(sizes[-2:], cost[-2:])
            print(
                f"{label:16} {what} grows with records to the power {whole:.2f} over all sizes"
                f" (starting the processes included), {last:.2f} over the last step"
            )
    days, exact = agree(stores[sizes[-1]], 5)
    print(f"the exact engine agrees on {days} days of 5 patients; daily totals alone: {exact:,.0f} records/s")
    group, arrow = timed(lambda: by_duckdb(stores[records])), timed(lambda: by_arrow(stores[records]))
    for label, found in costs.items():
        print(
            f"{label:16} takes {found[-1] / group:.2f} times a bare DuckDB group-by ({group:.2f} s) and"
            f" {found[-1] / arrow:.2f} times a daily sum in numpy and pyarrow ({arrow:.2f} s)"
        )
    by_pandas(stores[sizes[-2]], sizes[-2])
    checking = timed(lambda: _whole(stores[records]))
    rate = records / checking
    print(f"`adjuvant store verify` of {records:,} records: {checking:.1f} s, {rate:,.0f} records/s")
    print(f"Exposures are derived at import, once: {deriving * 1e6:.0f} microseconds a record, not counted.")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else RECORDS)
