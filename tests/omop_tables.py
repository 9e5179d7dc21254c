"""Small invented OMOP folders for tests: ``an_omop(path).exposure(...).strength(...).write()``.

Every person is made up and synthetic. Tables and columns are those of the published data model, 5.3 or 5.4; concept
ids are real where the reader decides by them, and of our own (9,000,000 and above) where it must not.
"""

from __future__ import annotations

import csv
import gzip
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from adjuvant.record import PatientRecord
from adjuvant.sources import omop
from adjuvant.sources.base import Import

Row = dict[str, str]

PRESCRIBED, DISPENSED, GIVEN, SELF_REPORT = "32838", "32825", "32818", "32865"
MG, UG, ML, HOUR, ACTUATION, KG = "8576", "9655", "8587", "8505", "45744809", "9529"
MORPHINE, OXYCODONE, FENTANYL, HYDROCODONE = "1110410", "1124957", "1154029", "1174888"
PAIN = "43055141"

_CONCEPT = "concept_id concept_name domain_id vocabulary_id concept_class_id standard_concept concept_code"
COLUMNS = {
    "person": "person_id gender_concept_id year_of_birth month_of_birth day_of_birth birth_datetime"
    " race_concept_id ethnicity_concept_id person_source_value gender_source_value",
    "drug_exposure": "drug_exposure_id person_id drug_concept_id drug_exposure_start_date"
    " drug_exposure_start_datetime drug_exposure_end_date drug_exposure_end_datetime verbatim_end_date"
    " drug_type_concept_id stop_reason refills quantity days_supply sig route_concept_id lot_number provider_id"
    " visit_occurrence_id visit_detail_id drug_source_value drug_source_concept_id route_source_value"
    " dose_unit_source_value",
    "visit_occurrence": "visit_occurrence_id person_id visit_concept_id visit_start_date visit_start_datetime"
    " visit_end_date visit_end_datetime visit_type_concept_id visit_source_value",
    "condition_occurrence": "condition_occurrence_id person_id condition_concept_id condition_start_date"
    " condition_start_datetime condition_type_concept_id condition_source_value condition_source_concept_id"
    " condition_status_source_value",
    "measurement": "measurement_id person_id measurement_concept_id measurement_date measurement_datetime"
    " measurement_type_concept_id operator_concept_id value_as_number value_as_concept_id unit_concept_id"
    " measurement_source_value measurement_source_concept_id unit_source_value value_source_value",
    "observation": "observation_id person_id observation_concept_id observation_date observation_datetime"
    " observation_type_concept_id value_as_number value_as_string value_as_concept_id unit_concept_id"
    " observation_source_value observation_source_concept_id unit_source_value value_source_value",
    "death": "person_id death_date death_datetime death_type_concept_id",
    "observation_period": "observation_period_id person_id observation_period_start_date"
    " observation_period_end_date period_type_concept_id",
    "drug_era": "drug_era_id person_id drug_concept_id drug_era_start_date drug_era_end_date"
    " drug_exposure_count gap_days",
    "cdm_source": "cdm_source_name source_description cdm_etl_reference cdm_version",
    "concept": f"{_CONCEPT} valid_start_date valid_end_date invalid_reason",
    "2b_concept": f"{_CONCEPT} valid_start_DATE valid_end_DATE invalid_reason",
    "concept_relationship": "concept_id_1 concept_id_2 relationship_id valid_start_date valid_end_date"
    " invalid_reason",
    "concept_ancestor": "ancestor_concept_id descendant_concept_id min_levels_of_separation"
    " max_levels_of_separation",
    "drug_strength": "drug_concept_id ingredient_concept_id amount_value amount_unit_concept_id numerator_value"
    " numerator_unit_concept_id denominator_value denominator_unit_concept_id box_size valid_start_date"
    " valid_end_date invalid_reason",
}
VISITS = {
    "5.3": " admitting_source_concept_id admitting_source_value",
    "5.4": " admitted_from_concept_id admitted_from_source_value",
}


@dataclass
class Folder:
    """The rows of an invented folder in the making."""

    path: Path
    version: str = "5.4"
    rows: dict[str, list[Row]] = field(default_factory=dict)
    count: int = 0

    def add(self, table: str, **values: str) -> Folder:
        """One row of `table`; columns that are not named are empty."""
        self.count += 1
        own = (
            {f"{table}_id": str(self.count)} if f"{table}_id " in COLUMNS[table] and table != "person" else {}
        )
        self.rows.setdefault(table, []).append({"person_id": "7"} | own | values)
        return self

    def concept(
        self, number: str, name: str, vocabulary: str = "RxNorm", code: str = "", **more: str
    ) -> Folder:
        """One concept of the folder's vocabulary."""
        values = {
            "concept_id": number,
            "concept_name": name,
            "vocabulary_id": vocabulary,
            "concept_code": code,
        }
        return self.add("concept", **(values | more))

    def exposure(
        self,
        concept: str,
        kind: str = PRESCRIBED,
        *,
        start: str = "2026-03-02 08:00:00",
        end: str = "2026-03-12 08:00:00",
        **more: str,
    ) -> Folder:
        """One row of drug_exposure; its dates follow from its times."""
        values = {
            "drug_concept_id": concept,
            "drug_type_concept_id": kind,
            "drug_exposure_start_date": start[:10],
            "drug_exposure_start_datetime": start if len(start) > 10 else "",
            "drug_exposure_end_date": end[:10],
            "drug_exposure_end_datetime": end if len(end) > 10 else "",
        }
        return self.add("drug_exposure", **(values | more))

    def strength(self, product: str, ingredient: str, **more: str) -> Folder:
        """One row of drug_strength."""
        values = {
            "drug_concept_id": product,
            "ingredient_concept_id": ingredient,
            "valid_start_date": "1970-01-01",
            "valid_end_date": "2099-12-31",
        }
        return self.add("drug_strength", **(values | more))

    def measure(self, concept: str, value: str, at: str = "2026-03-02 09:00:00", **more: str) -> Folder:
        """One measurement."""
        values = {
            "measurement_concept_id": concept,
            "value_as_number": value,
            "measurement_date": at[:10],
            "measurement_datetime": at if len(at) > 10 else "",
        }
        return self.add("measurement", **(values | more))

    def write(self, *, parquet: bool = False, packed: bool = False, without: tuple[str, ...] = ()) -> Path:
        """The folder on disk; tables without rows are left out, but person and drug_exposure."""
        self.path.mkdir(parents=True, exist_ok=True)
        if "person" not in self.rows:
            self.add("person", person_id="7", gender_concept_id="8532", year_of_birth="1966")
        self.rows.setdefault("drug_exposure", [])
        for table, rows in self.rows.items():
            columns = COLUMNS[table] + (VISITS[self.version] if table == "visit_occurrence" else "")
            names = [name for name in columns.split() if name not in without]
            filled = [{name: row.get(name, "") for name in names} for row in rows]
            if parquet:
                _parquet(self.path / f"{table}.parquet", names, filled)
                continue
            opened = gzip.open if packed else open
            name = f"{table}.csv.gz" if packed else f"{table}.csv"
            with opened(self.path / name, "wt", encoding="utf-8", newline="") as file:  # type: ignore[operator]
                writer = csv.DictWriter(file, names)
                writer.writeheader()
                writer.writerows(filled)
        return self.path

    def read(self, **more: Any) -> Import:
        """What the reader makes of it, from CSV."""
        return omop.read(self.write(), **more)

    def record(self) -> PatientRecord:
        """The record of its only person."""
        return self.read().record()


def an_omop(path: Path, version: str = "5.4") -> Folder:
    """An empty folder of that version, which names it in cdm_source."""
    return Folder(path / "omop", version).add(
        "cdm_source", cdm_source_name="Invented", source_description="Synthetic persons", cdm_version=version
    )


def _parquet(path: Path, names: list[str], rows: list[Row]) -> None:
    """Columns in the types that databases export: integers for ids, decimals, dates, timestamps, text."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    arrays = {}
    for name in names:
        texts = [row[name] or None for row in rows]
        if name.endswith("_id") or "concept_id" in name or name.startswith("year_"):
            digits = all(text is None or text.lstrip("-").isdigit() for text in texts)
            arrays[name] = pa.array(
                [int(text) if text else None for text in texts] if digits else texts,
                pa.int64() if digits else pa.string(),
            )
        elif (name.endswith("_value") and "source" not in name) or name in ("quantity", "value_as_number"):
            numbers = [Decimal(text) if text else None for text in texts]
            arrays[name] = pa.array(numbers, pa.decimal128(18, 6))
        elif name.endswith("_date"):
            arrays[name] = pc.cast(pa.array(texts, pa.string()), pa.date32())
        elif name.endswith("_datetime"):
            arrays[name] = pc.cast(pa.array(texts, pa.string()), pa.timestamp("us"))
        else:
            arrays[name] = pa.array(texts, pa.string())
    pq.write_table(pa.table(arrays), path)
