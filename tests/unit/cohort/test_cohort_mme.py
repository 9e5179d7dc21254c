"""MME of whole stores: the per-patient engine's figures, whoever works them out, and nothing from a bad store."""

from __future__ import annotations

import json
import shutil
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from adjuvant import cohort, library
from adjuvant.errors import InputError, UsageError
from adjuvant.library import opioid_names
from adjuvant.opioids.curve import mme_curve
from adjuvant.record import Basis, PatientRecord
from adjuvant.record.exposures import build_exposures
from adjuvant.sources import read as read_any
from adjuvant.sources import store
from adjuvant.sources.base import Import
from adjuvant.sources.examples import example_records
from adjuvant.sources.store.manifest import MANIFEST, sha256
from adjuvant.timeline import Interval, local_midnight, zone

PLAN = library.default_plan()


@pytest.fixture(scope="module")
def synthetic(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[PatientRecord, ...]]:
    """The synthetic example patients in a store of two parts."""
    place = tmp_path_factory.mktemp("cohort") / "store"
    for folder in example_records():
        store.write(place, read_any(folder))
    return place, store.read(place).records


def table(out: Path, name: str) -> Any:
    files = sorted((out / name).iterdir())
    return pa.concat_tables([pq.read_table(file) for file in files], promote_options="permissive")


def near(found: float, exact: Fraction) -> bool:
    return abs(Fraction(found) - exact) <= Fraction(1, 10**9) * max(1, abs(exact))


def agrees(out: Path, records: tuple[PatientRecord, ...], basis: Basis, plan: Any) -> int:
    """How many days and points were compared with the engine that works patient by patient."""
    days, drugs, points = (table(out, name) for name in ("daily", "daily_drugs", "rolling"))
    compared = 0
    for record in records:
        name, local = record.patient.id, zone(record.patient.zone)
        mine, parts, curve = (
            found.filter(pc.equal(found["patient"].cast(pa.string()), name)).to_pylist()
            for found in (days, drugs, points)
        )
        if not mine:
            continue
        first, last = mine[0]["day"], mine[-1]["day"]
        span = Interval(local_midnight(first, local), local_midnight(last + timedelta(days=1), local))
        exposures = build_exposures(record, frozenset(opioid_names()), basis)
        exact = mme_curve(exposures, plan, span, local)
        by_day = {day.day.date: day for day in exact.days}
        told: dict[date, dict[str, float]] = {}
        for row in parts:
            told.setdefault(row["day"], {})[row["ingredient"]] = row["mme"]
        for row in mine:
            day = by_day.pop(row["day"])
            assert near(row["mme"], day.total)
            assert row["complete"] is day.complete and row["refused"] == len(day.refused)
            found = told.get(row["day"], {})
            assert found.keys() == day.by_drug.keys()
            assert all(near(found[drug], value) for drug, value in day.by_drug.items())
        assert not any(day.total or day.refused for day in by_day.values())
        values: dict[Any, list[Fraction]] = {}
        for point in exact.rolling[1:-1]:
            values.setdefault(point.at, []).append(point.value)
        for row in curve:
            if span.start < row["at"] < span.end:
                assert near(row["before"], values[row["at"]][0]) and near(row["after"], values[row["at"]][-1])
        compared += len(mine) + len(curve)
    return compared


@pytest.mark.parametrize("key", ["cdc2022", "cdc2016", "mdanderson_reddy2017"])
@pytest.mark.parametrize("basis", [Basis.ADMINISTERED, Basis.ORDERED])
def test_the_synthetic_examples_have_the_curves_of_the_engine(
    synthetic: tuple[Path, tuple[PatientRecord, ...]], tmp_path: Path, key: str, basis: Basis
) -> None:
    place, records = synthetic
    plan = library.plan(key)
    cohort.write_mme(place, tmp_path / "out", plan, basis=basis, workers=1)
    compared = agrees(tmp_path / "out", records, basis, plan)
    assert compared > 100 or basis is Basis.ORDERED


@pytest.mark.shared
@pytest.mark.parametrize(
    "name",
    [
        "mimic4_demo_orders",
        pytest.param("mimic3_demo", marks=pytest.mark.slow),
        pytest.param("eicu_demo_partial", marks=pytest.mark.slow),
    ],
)
def test_real_charts_have_the_curves_of_the_engine(shared: Path, tmp_path: Path, name: str) -> None:
    found = read_any(shared / "data" / name)
    store.write(tmp_path / "store", found)
    compared = 0
    for basis in (Basis.ADMINISTERED, Basis.ORDERED):
        cohort.write_mme(tmp_path / "store", tmp_path / "out", PLAN, basis=basis, workers=1)
        compared += agrees(tmp_path / "out", found.records, basis, PLAN)
    assert compared > 100


def test_two_processes_write_the_same_bytes_as_one(
    synthetic: tuple[Path, tuple[PatientRecord, ...]], tmp_path: Path
) -> None:
    _, records = synthetic
    wide = tmp_path / "wide"
    for record in records:  # one import each, so that there are several parts
        store.write(wide, Import((record,), record.quality, f"only {record.patient.id}"))
    assert len(store.parts(wide)) > 1
    told: list[tuple[int, int | None]] = []
    kinds = ("daily", "rolling", "equivalents")
    one = cohort.write_mme(wide, tmp_path / "one", PLAN, kinds=kinds, workers=1)
    two = cohort.write_mme(
        wide,
        tmp_path / "two",
        PLAN,
        kinds=kinds,
        workers=2,
        progress=lambda _, done, total=None: told.append((done, total)),
    )
    assert one.counts == two.counts and told[-1] == (len(store.parts(wide)), len(store.parts(wide)))
    files = sorted(
        file.relative_to(tmp_path / "one") for file in (tmp_path / "one").rglob("*") if file.is_file()
    )
    assert len(files) > 4
    for file in files:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_equivalents_are_mass_times_factor_and_say_where_there_is_none(
    synthetic: tuple[Path, tuple[PatientRecord, ...]], tmp_path: Path
) -> None:
    place, _ = synthetic
    cohort.write_mme(place, tmp_path / "out", library.plan("cdc2022"), kinds=("equivalents",), workers=1)
    rows = table(tmp_path / "out", "equivalents").to_pylist()
    assert {row["status"] for row in rows} >= {"refused"} or all(row["mme"] is not None for row in rows)
    for row in rows:
        assert (row["mme"] is None) == (row["status"] != "fixed")
        assert (row["reason"] is None) == (row["status"] != "refused")


def test_the_manifest_says_table_library_store_and_counts(
    synthetic: tuple[Path, tuple[PatientRecord, ...]], tmp_path: Path
) -> None:
    place, records = synthetic
    answer = cohort.write_mme(place, tmp_path / "out", PLAN, workers=1)
    said = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert said["plan"] == PLAN.key and said["library_sha256"] == library.digest()
    assert said["store"] == str(place) and said["counts"] == answer.counts
    assert said["counts"]["patients"] == len(records)
    assert said["counts"]["days"] == table(tmp_path / "out", "daily").num_rows


def rewritten(place: Path, change: Any) -> Path:
    """The store with its first table of exposures changed, checksums and all; the file."""
    manifest = json.loads((place / MANIFEST).read_text())
    part = next(part for part in manifest["parts"] if "exposures" in part["tables"])
    file = place / "parts" / part["name"] / "exposures.parquet"
    pq.write_table(change(pq.read_table(file)), file)
    part["tables"]["exposures"]["sha256"] = sha256(file)
    (place / MANIFEST).write_text(json.dumps(manifest))
    return file


def filled(name: str, value: Any) -> Any:
    def change(found: Any) -> Any:
        at = found.schema.get_field_index(name)
        column = pa.array([value, *found.column(name).to_pylist()[1:]], found.schema.field(name).type)
        return found.set_column(at, name, column)

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (filled("mg", float("nan")), "no finite number"),
        (filled("mg", -1.0), "below zero"),
        (filled("mg", None), "too large for a double"),
        (filled("start", None), "has no start"),
        (filled("patient", "zzz nobody"), "who is not in patients"),
        (lambda found: found.set_column(found.schema.get_field_index("end"), "end", pc.subtract(found["start"], pa.scalar(1, pa.duration("us")))), "ends before it starts"),
        (lambda found: found.drop_columns(["mg"]), "has no column mg"),
        (lambda found: found.take(list(reversed(range(found.num_rows)))), "not in order"),
    ],
)  # fmt: skip
def test_a_table_that_no_import_writes_is_refused_by_name(
    synthetic: tuple[Path, tuple[PatientRecord, ...]], tmp_path: Path, change: Any, words: str
) -> None:
    place = tmp_path / "store"
    store.write(place, Import(synthetic[1], store.quality_of(synthetic[0]), "all"))
    file = rewritten(place, change)
    with pytest.raises(InputError, match=words) as error:
        cohort.write_mme(place, tmp_path / "out", PLAN, workers=1)
    assert str(file) in str(error.value)
    assert not (tmp_path / "out").exists() and not list(tmp_path.glob(".out*"))


def test_a_file_that_is_no_parquet_or_was_changed_is_refused(
    synthetic: tuple[Path, tuple[PatientRecord, ...]], tmp_path: Path
) -> None:
    place = tmp_path / "store"
    shutil.copytree(synthetic[0], place)
    file = next(part.file("exposures") for part in store.parts(place) if "exposures" in part.files)
    file.write_bytes(b"PAR1 but not really")
    with pytest.raises(InputError, match="checksum differs"):
        cohort.write_mme(place, tmp_path / "out", PLAN, workers=1)


def test_exposures_of_another_library_are_refused_and_the_remedy_named(
    synthetic: tuple[Path, tuple[PatientRecord, ...]], tmp_path: Path
) -> None:
    place = tmp_path / "store"
    shutil.copytree(synthetic[0], place)
    text = (place / MANIFEST).read_text()
    (place / MANIFEST).write_text(text.replace(library.digest(), "0" * 64))
    with pytest.raises(InputError, match="adjuvant store refresh"):
        cohort.write_mme(place, tmp_path / "out", PLAN)


def test_a_folder_that_is_not_ours_stays_and_ours_is_replaced(
    synthetic: tuple[Path, tuple[PatientRecord, ...]], tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("keep")
    with pytest.raises(InputError, match="no folder that this command wrote"):
        cohort.write_mme(synthetic[0], tmp_path / "mine", PLAN, workers=1)
    for _ in range(2):
        cohort.write_mme(synthetic[0], tmp_path / "out", PLAN, kinds=("daily",), workers=1)
    assert not (tmp_path / "out" / "rolling").exists()


@pytest.mark.parametrize("more", [{"kinds": ("weekly",)}, {"kinds": ()}, {"workers": 0}])
def test_what_is_no_choice_is_said(
    synthetic: tuple[Path, tuple[PatientRecord, ...]], tmp_path: Path, more: dict[str, Any]
) -> None:
    with pytest.raises(UsageError):
        cohort.write_mme(synthetic[0], tmp_path / "out", PLAN, **more)
