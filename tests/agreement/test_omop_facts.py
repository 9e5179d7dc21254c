"""The OMOP reader agrees with figures that somebody else counted in SQL, on both open data sets.

The figures are those of facts.json, and counts that DuckDB makes here from the files alone, without the reader. The
data stay in the shared folder: MIMIC-IV demo data in OMOP 5.3 (PhysioNet, ODbL 1.0), and Synthea27Nj in OMOP 5.4
(28 synthetic persons, Apache-2.0).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from adjuvant.library import default_plan, ingredient_by_omop, opioid_names
from adjuvant.opioids import daily_curve
from adjuvant.record import Basis, Outcome
from adjuvant.record.exposures import build_exposures
from adjuvant.sources import omop, store
from adjuvant.sources.base import Import
from adjuvant.timeline import Interval

pytestmark = [pytest.mark.shared, pytest.mark.slow, pytest.mark.xdist_group("omop")]


class Tables:
    """The files of a folder in SQL, every column as text where they are CSV."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.connection = duckdb.connect()

    def of(self, table: str) -> str:
        parquet = self.folder / f"{table}.parquet"
        if parquet.exists():
            return f"'{parquet}'"
        return (
            f"read_csv('{self.folder}/{table}.csv.gz', all_varchar=true, header=true, delim=',', quote='\"')"
        )

    def all(self, query: str) -> list[tuple[Any, ...]]:
        return self.connection.sql(query).fetchall()

    def one(self, query: str) -> Any:
        ((value,),) = self.all(query)
        return value


@pytest.fixture(scope="module")
def mimic_sql(shared: Path) -> Tables:
    return Tables(shared / "data" / "mimic4_demo_omop53")


@pytest.fixture(scope="module")
def synthea_sql(shared: Path) -> Tables:
    return Tables(shared / "data" / "synthea27nj_omop54")


@pytest.fixture(scope="module")
def mimic(mimic_sql: Tables) -> Import:
    return omop.read(mimic_sql.folder)


@pytest.fixture(scope="module")
def synthea(synthea_sql: Tables) -> Import:
    return omop.read(synthea_sql.folder)


def test_persons_and_rows_are_those_of_the_facts(mimic: Import, shared: Path) -> None:
    facts = json.loads((shared / "data" / "facts.json").read_text(encoding="utf-8"))["omop"]
    assert len(mimic.records) == facts["persons"]
    assert mimic.quality.count(Outcome.READ, "drug_exposure") == facts["drug_exposure"]
    assert sum(len(record.requests) for record in mimic.records) == facts["drug_exposure"]


@pytest.mark.parametrize("data", ["mimic", "synthea"])
def test_every_row_of_every_table_is_read(data: str, request: pytest.FixtureRequest) -> None:
    imported: Import = request.getfixturevalue(data)
    sql: Tables = request.getfixturevalue(f"{data}_sql")
    for table in sorted({line.table for line in imported.quality.lines}):
        rows = sql.one(f"select count(*) from {sql.of(table)}")
        assert imported.quality.count(Outcome.READ, table) == rows, table
        assert imported.quality.unaccounted(table) == 0


def test_the_versions_are_those_of_cdm_source(mimic: Import, synthea: Import) -> None:
    assert "OMOP CDM 5.3.1 (MIMIC IV)" in mimic.records[0].patient.note
    assert "OMOP CDM 5.4 (NJ)" in synthea.records[0].patient.note
    assert all(record.patient.synthetic for record in synthea.records)
    assert not any(record.patient.synthetic for record in mimic.records)


def test_without_drug_strength_no_dose_is_ever_known(mimic: Import, synthea: Import) -> None:
    for record in (*mimic.records, *synthea.records):
        assert all(order.dose is None for order in record.requests)
        assert all(supply.quantity is None for supply in record.dispenses)
        for basis in Basis:
            assert not build_exposures(record, opioid_names(), basis).items


def test_opioids_that_words_name_are_found_behind_concept_zero_and_behind_local_concepts(
    mimic: Import, mimic_sql: Tables
) -> None:
    """SQL: rows whose source value has the word; 10 of the 67 have the concept 0."""
    table = mimic_sql.of("drug_exposure")
    for word in ("hydromorphone", "fentanyl"):
        for concept in ("= '0'", "<> '0'"):
            rows = mimic_sql.one(
                f"select count(*) from {table} where drug_concept_id {concept} "
                f"and lower(drug_source_value) like '%{word}%'"
            )
            zero = "; drug_concept_id=0;"
            found = [
                order
                for record in mimic.records
                for order in record.requests
                if order.drug.name == word and (zero in f"; {order.origin.raw};") == (concept == "= '0'")
            ]
            assert len(found) == rows > 0, (word, concept)


def test_codes_cannot_be_named_and_stay_unresolved(mimic: Import, mimic_sql: Tables) -> None:
    """SQL: rows whose source value is an NDC (digits only); none of their concepts is in the folder."""
    rows = mimic_sql.one(
        f"select count(*) from {mimic_sql.of('drug_exposure')} where regexp_matches(drug_source_value, '^[0-9]+$')"
    )
    reason = "the row names its medicine by numbers alone, and may be of any drug"
    counted = sum(line.count for line in mimic.quality.lines if line.reason == reason)
    coded = [
        order
        for record in mimic.records
        for order in record.requests
        if re.fullmatch(r"OMOP concept \d+ \(\d+\)", order.drug.text)
    ]
    assert len(coded) == rows == 8462
    assert not any(order.drug.ingredients for order in coded)
    assert rows <= counted <= rows + 100  # a few words of less than three letters are no names either


def test_every_era_of_an_opioid_that_no_named_row_accounts_for_is_refused(
    mimic: Import, mimic_sql: Tables
) -> None:
    """SQL: eras of each opioid's concept, and the named rows that start within each."""
    eras = mimic_sql.all(
        "select person_id, drug_concept_id, drug_era_start_date, drug_era_end_date, drug_exposure_count::int "
        f"from {mimic_sql.of('drug_era')}"
    )
    starts = mimic_sql.all(
        "select person_id, lower(drug_source_value), drug_exposure_start_date "
        f"from {mimic_sql.of('drug_exposure')} where regexp_matches(lower(drug_source_value), 'hydromorph|fentanyl')"
    )
    expected: Counter[str] = Counter()
    for person, concept, first, last, rows in eras:
        known = ingredient_by_omop(concept)
        if known is None or (known.kind != "opioid" and known.name != "ketamine"):
            continue
        named = sum(
            who == person and known.name in text and first <= day <= last for who, text, day in starts
        )
        expected[known.name] += named < rows
    found = Counter(
        why.ingredient
        for record in mimic.records
        for why in record.unplaced
        if why.events and why.events[0].startswith("drug_era.")
    )
    assert found == +expected
    assert found["ketamine"] == 1


@pytest.mark.parametrize("data", ["mimic", "synthea"])
def test_every_person_with_an_opioid_has_a_curve_or_a_reason(
    data: str, request: pytest.FixtureRequest
) -> None:
    """SQL: persons with an opioid by name, by concept name or by a drug era."""
    imported: Import = request.getfixturevalue(data)
    sql: Tables = request.getfixturevalue(f"{data}_sql")
    words = "morphine|fentan|oxycod|hydrocod|hydromorph|methad|codein|tramad|meperid"
    query = (
        f"select distinct person_id from {sql.of('drug_exposure')} "
        f"where regexp_matches(lower(drug_source_value), '{words}')"
    )
    if data == "synthea":
        query = (
            f"select distinct person_id from {sql.of('drug_exposure')} join {sql.of('concept')} "
            f"on concept_id = drug_concept_id where regexp_matches(lower(concept_name), '{words}')"
        )
    persons = {str(person) for (person,) in sql.all(query)}
    for person, concept in sql.all(f"select person_id, drug_concept_id from {sql.of('drug_era')}"):
        known = ingredient_by_omop(str(concept))
        if known is not None and known.kind == "opioid":
            persons.add(str(person))
    assert len(persons) >= 7
    records = {record.patient.id: record for record in imported.records}
    for person in persons:
        answers = [build_exposures(records[person], opioid_names(), basis) for basis in Basis]
        assert any(answer.items for answer in answers) or any(
            why.ingredient in opioid_names() and why.detail for answer in answers for why in answer.refused
        ), person


def test_synthea_supplies_of_each_opioid_are_those_of_sql(synthea: Import, synthea_sql: Tables) -> None:
    expected: Counter[str] = Counter()
    for word in ("oxycodone", "codeine", "tramadol", "fentanyl", "hydrocodone", "meperidine"):
        expected[word] = synthea_sql.one(
            f"select count(*) from {synthea_sql.of('drug_exposure')} join {synthea_sql.of('concept')} "
            f"on concept_id = drug_concept_id where regexp_matches(lower(concept_name), '(^| ){word}')"
        )
    found = Counter(
        item.name
        for record in synthea.records
        for supply in record.dispenses
        for item in supply.drug.ingredients
        if item.name in opioid_names()
    )
    assert found == expected


def test_synthea_pain_scores_are_those_of_sql(synthea: Import, synthea_sql: Tables) -> None:
    rows = synthea_sql.all(
        f"select value_as_number::int, count(*) from {synthea_sql.of('measurement')} "
        "where measurement_concept_id = 43055141 group by 1"
    )
    found = Counter(
        int(score.value)
        for record in synthea.records
        for score in record.pain
        if score.scale == "nrs_0_10" and score.value is not None
    )
    assert found == dict(rows)
    assert sum(found.values()) == 471


@pytest.mark.parametrize(
    ("kind", "concept"),
    [
        ("systolic", 3004249),
        ("diastolic", 3012888),
        ("heart_rate", 3027018),
        ("respiratory_rate", 3024171),
        ("spo2", 3016502),
    ],
)
def test_synthea_vital_signs_are_those_of_sql(
    synthea: Import, synthea_sql: Tables, kind: str, concept: int
) -> None:
    rows, total = synthea_sql.all(
        f"select count(*), sum(value_as_number)::double from {synthea_sql.of('measurement')} "
        f"where measurement_concept_id = {concept}"
    )[0]
    found = [vital.value.value for record in synthea.records for vital in record.vitals if vital.kind == kind]
    assert len(found) == rows
    assert float(sum(found)) == pytest.approx(total)


def test_cancer_is_found_in_the_same_persons_as_in_the_hospitals_own_codes(
    mimic: Import, mimic_sql: Tables, shared: Path
) -> None:
    """SQL over the same 60 subjects in MIMIC-IV's own tables, where each code says its version."""
    orders = Tables(shared / "data" / "mimic4_demo_orders")
    subjects = {
        subject
        for (subject,) in orders.all(
            f"select distinct subject_id from {orders.of('diagnoses_icd')} where "
            "(icd_version = '9' and regexp_matches(icd_code, '^(1[4-9][0-9]|20[0-8]|209[0-37])')) "
            "or (icd_version = '10' and regexp_matches(icd_code, '^C[0-9]'))"
        )
    }
    ids = dict(mimic_sql.all(f"select person_id, person_source_value from {mimic_sql.of('person')}"))
    found = {
        ids[record.patient.id]
        for record in mimic.records
        if any(condition.cancer for condition in record.conditions)
    }
    assert found == subjects
    assert len(found) == 13


@pytest.mark.parametrize("data", ["mimic", "synthea"])
def test_records_survive_the_store(data: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    imported: Import = request.getfixturevalue(data)
    store.write(tmp_path / "records", imported)
    found = store.read(tmp_path / "records")
    assert found.records == imported.records
    assert found.quality == imported.quality


@pytest.mark.parametrize("data", ["mimic", "synthea"])
def test_a_read_that_goes_on_after_a_person_gives_the_rest(data: str, request: pytest.FixtureRequest) -> None:
    imported: Import = request.getfixturevalue(data)
    sql: Tables = request.getfixturevalue(f"{data}_sql")
    last = imported.records[9].patient.id
    assert list(omop.stream(sql.folder, after=last).records) == list(imported.records[10:])


def test_a_curve_says_why_it_has_no_figure(mimic: Import) -> None:
    record = next(
        record
        for record in mimic.records
        if any(order.drug.name == "hydromorphone" for order in record.requests)
    )
    order = next(order for order in record.requests if order.drug.name == "hydromorphone")
    assert order.start is not None
    exposures = build_exposures(record, opioid_names(), Basis.ORDERED)
    span = Interval(order.start, order.start + timedelta(days=1))
    day, *_ = daily_curve(exposures, default_plan(), span, record.local)
    assert not day.complete
    assert any("the folder has no drug_strength" in why.detail for why in day.refused)
