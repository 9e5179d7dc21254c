"""The tables of MIMIC-III that are read, the columns of each, and how a folder of them is opened."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from adjuvant.sources.tables import TableFolder, TableShape

__all__ = ["OF_PATIENTS", "PERSON", "TABLES", "open_folder"]

PERSON = "subject_id"

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
_SHAPES = {
    name: TableShape(columns, key=PERSON if PERSON in columns else None) for name, columns in TABLES.items()
}
OF_PATIENTS = tuple(name for name, shape in _SHAPES.items() if shape.key and name != "patients")
"""The tables that are read patient by patient; the others are small and have no patient."""


def open_folder(path: Path, work: Path | None = None) -> TableFolder:
    """The MIMIC-III tables of one folder, each checked once before any is read.

    Raises:
        InputError: no folder, no ``patients`` or ``d_items``, no table of events, a table twice, a damaged or
            empty file, another delimiter than the comma, a missing column.
    """
    return TableFolder(path, _SHAPES, what="MIMIC-III", needed=_NEEDED, events=_EVENTS, work=work)
