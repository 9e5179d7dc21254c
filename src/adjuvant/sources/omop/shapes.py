"""The OMOP tables that are read: their columns, and which version of the data model a folder is."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from adjuvant.errors import InputError
from adjuvant.sources.tables import TableFolder, TableShape

__all__ = ["EVENTS", "NEEDED", "SHAPES", "version_of"]

_PERSON = "person_id"


def _shape(needed: str, optional: str = "", key: str | None = _PERSON) -> TableShape:
    return TableShape(tuple(needed.split()), tuple(optional.split()), key)


_CONCEPT = _shape(
    "concept_id concept_name vocabulary_id concept_code", "concept_class_id invalid_reason", key=None
)
_RELATED = _shape("concept_id_1 concept_id_2 relationship_id", "invalid_reason", key=None)

SHAPES: Mapping[str, TableShape] = MappingProxyType(
    {
        "person": _shape(
            "person_id gender_concept_id year_of_birth",
            "month_of_birth day_of_birth birth_datetime gender_source_value person_source_value",
        ),
        "drug_exposure": _shape(
            "drug_exposure_id person_id drug_concept_id drug_exposure_start_date drug_type_concept_id",
            "drug_exposure_start_datetime drug_exposure_end_date drug_exposure_end_datetime verbatim_end_date"
            " stop_reason refills quantity days_supply sig route_concept_id drug_source_value"
            " drug_source_concept_id route_source_value dose_unit_source_value",
        ),
        "visit_occurrence": _shape(
            "visit_occurrence_id person_id visit_concept_id visit_start_date",
            "visit_start_datetime visit_end_date visit_end_datetime visit_source_value"
            " admitting_source_concept_id admitting_source_value admitted_from_concept_id"
            " admitted_from_source_value",
        ),
        "condition_occurrence": _shape(
            "condition_occurrence_id person_id condition_concept_id condition_start_date",
            "condition_start_datetime condition_type_concept_id condition_status_source_value"
            " condition_source_value condition_source_concept_id stop_reason",
        ),
        "measurement": _shape(
            "measurement_id person_id measurement_concept_id measurement_date",
            "measurement_datetime operator_concept_id value_as_number value_as_concept_id unit_concept_id"
            " measurement_source_value measurement_source_concept_id unit_source_value value_source_value",
        ),
        "observation": _shape(
            "observation_id person_id observation_concept_id observation_date",
            "observation_datetime value_as_number value_as_string value_as_concept_id unit_concept_id"
            " observation_source_value observation_source_concept_id unit_source_value value_source_value",
        ),
        "death": _shape("person_id death_date", "death_datetime"),
        "observation_period": _shape(
            "observation_period_id person_id observation_period_start_date observation_period_end_date"
        ),
        "drug_era": _shape(
            "person_id drug_concept_id drug_era_start_date drug_era_end_date",
            "drug_era_id drug_exposure_count",
        ),
        "cdm_source": _shape("cdm_source_name", "source_description cdm_etl_reference cdm_version", key=None),
        "concept": _CONCEPT,
        "2b_concept": _CONCEPT,
        "concept_relationship": _RELATED,
        "2b_concept_relationship": _RELATED,
        "concept_ancestor": _shape("ancestor_concept_id descendant_concept_id", key=None),
        "drug_strength": _shape(
            "drug_concept_id ingredient_concept_id",
            "amount_value amount_unit_concept_id numerator_value numerator_unit_concept_id denominator_value"
            " denominator_unit_concept_id box_size valid_start_date valid_end_date invalid_reason",
            key=None,
        ),
    }
)
"""The tables, the columns of each that are needed, those that are read where they are there, and its key."""

NEEDED = ("person", "drug_exposure")
EVENTS = ("drug_exposure",)

_READ = ("5.3", "5.4")
# What a visit says of where the patient came from has other names since 5.4.
_MARKS = {"5.3": "admitting_source_concept_id", "5.4": "admitted_from_concept_id"}


def version_of(folder: TableFolder) -> str:
    """The version of the data model: by ``cdm_source``, else by columns of visits; empty if neither tells.

    Raises:
        InputError: a version that is not read here.
    """
    stated = {
        row["cdm_version"].lower().removeprefix("cdm").strip().removeprefix("v").strip()
        for row in (folder.rows("cdm_source") if "cdm_source" in folder else ())
        if row["cdm_version"]
    }
    for version in sorted(stated):
        if not version.startswith(_READ):
            raise InputError(
                f"{folder.path}: cdm_source",
                f"says OMOP CDM {version}, and only {' and '.join(_READ)} are read",
                "convert the folder to one of them",
            )
    if len(stated) == 1:
        return stated.pop()
    columns = folder.columns("visit_occurrence") if "visit_occurrence" in folder else ()
    marked = [version for version, column in _MARKS.items() if column in columns]
    return marked[0] if len(marked) == 1 else ""
