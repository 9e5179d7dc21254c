"""The MIMIC-IV tables that are read, and the columns of each that are needed; others are left alone."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from adjuvant.sources.tables import TableShape

__all__ = ["EVENTS", "NEEDED", "PERSON", "TABLES"]

PERSON = "subject_id"

TABLES: Mapping[str, TableShape] = MappingProxyType(
    {
        "patients": TableShape((PERSON, "gender", "anchor_age", "anchor_year", "dod"), key=PERSON),
        "admissions": TableShape(
            (PERSON, "hadm_id", "admittime", "dischtime", "deathtime", "admission_type"), key=PERSON
        ),
        "icustays": TableShape((PERSON, "stay_id", "first_careunit", "intime", "outtime"), key=PERSON),
        "diagnoses_icd": TableShape((PERSON, "hadm_id", "seq_num", "icd_code", "icd_version"), key=PERSON),
        "d_icd_diagnoses": TableShape(("icd_code", "icd_version", "long_title")),
        "prescriptions": TableShape(
            (
                PERSON, "hadm_id", "pharmacy_id", "starttime", "stoptime", "drug_type", "drug",
                "prod_strength", "dose_val_rx", "dose_unit_rx", "form_val_disp", "form_unit_disp",
                "doses_per_24_hrs", "route",
            ),
            optional=("poe_id", "form_rx"),
            key=PERSON,
        ),
        "pharmacy": TableShape(
            (
                PERSON, "pharmacy_id", "starttime", "stoptime", "medication", "proc_type", "status", "route",
                "frequency", "doses_per_24_hrs",
            ),
            optional=("lockout_interval", "basal_rate", "one_hr_max", "infusion_type"),
            key=PERSON,
        ),
        "omr": TableShape((PERSON, "chartdate", "seq_num", "result_name", "result_value"), key=PERSON),
        "emar": TableShape(
            (PERSON, "emar_id", "pharmacy_id", "charttime", "medication", "event_txt"),
            optional=("hadm_id", "poe_id", "scheduletime"),
            key=PERSON,
        ),
        "emar_detail": TableShape(
            (
                PERSON, "emar_id", "parent_field_ordinal", "administration_type", "complete_dose_not_given",
                "dose_due", "dose_due_unit", "dose_given", "dose_given_unit", "product_amount_given",
                "product_unit", "product_description", "prior_infusion_rate", "infusion_rate",
                "infusion_rate_unit", "route",
            ),
            optional=("pharmacy_id", "barcode_type", "side", "site"),
            key=PERSON,
        ),
        "d_items": TableShape(("itemid", "label", "linksto")),
        "inputevents": TableShape(
            (
                PERSON, "starttime", "endtime", "itemid", "amount", "amountuom", "rate", "rateuom",
                "linkorderid", "ordercategoryname", "ordercategorydescription", "patientweight",
                "statusdescription",
            ),
            optional=("cancelreason", "stay_id", "orderid"),
            key=PERSON,
        ),
        "chartevents": TableShape(
            (PERSON, "itemid", "charttime", "value", "valuenum", "valueuom"),
            optional=("stay_id", "error", "warning"),
            key=PERSON,
        ),
    }
)  # fmt: skip

NEEDED = ("patients",)
EVENTS = ("prescriptions", "emar", "inputevents", "chartevents")
