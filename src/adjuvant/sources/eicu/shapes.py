"""The eICU tables that are read, and the columns of each that are needed; others are left alone."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from adjuvant.sources.tables import TableShape

__all__ = ["EVENTS", "NEEDED", "STAY", "TABLES"]

STAY = "patientunitstayid"

TABLES: Mapping[str, TableShape] = MappingProxyType(
    {
        "patient": TableShape(
            (
                STAY, "patienthealthsystemstayid", "gender", "age", "hospitaladmittime24",
                "hospitaladmitoffset", "hospitaldischargeoffset", "hospitaldischargestatus", "unittype",
                "admissionweight", "dischargeweight", "unitdischargeoffset", "unitdischargestatus",
                "uniquepid",
            ),
            optional=("unitadmittime24",),
            key="patienthealthsystemstayid",
        ),
        "infusiondrug": TableShape(
            (
                "infusiondrugid", STAY, "infusionoffset", "drugname", "drugrate", "infusionrate",
                "drugamount", "volumeoffluid", "patientweight",
            ),
            key=STAY,
        ),
        "medication": TableShape(
            (
                "medicationid", STAY, "drugorderoffset", "drugstartoffset", "drugordercancelled", "drugname",
                "dosage", "routeadmin", "frequency", "prn", "drugstopoffset",
            ),
            optional=("drugivadmixture", "loadingdose", "drughiclseqno"),
            key=STAY,
        ),
        "admissiondrug": TableShape(
            (
                "admissiondrugid", STAY, "drugoffset", "drugname", "drugdosage", "drugunit",
                "drugadmitfrequency",
            ),
            optional=("drughiclseqno",),
            key=STAY,
        ),
        "diagnosis": TableShape(
            ("diagnosisid", STAY, "diagnosisoffset", "diagnosisstring", "icd9code"),
            optional=("diagnosispriority",),
            key=STAY,
        ),
        "vitalaperiodic": TableShape(
            (
                "vitalaperiodicid", STAY, "observationoffset", "noninvasivesystolic", "noninvasivediastolic",
                "noninvasivemean",
            ),
            key=STAY,
        ),
        "vitalperiodic": TableShape(
            (
                "vitalperiodicid", STAY, "observationoffset", "sao2", "heartrate", "respiration",
                "systemicsystolic", "systemicdiastolic", "systemicmean",
            ),
            key=STAY,
        ),
        "respiratorycharting": TableShape(
            ("respchartid", STAY, "respchartoffset", "respchartvaluelabel", "respchartvalue"), key=STAY
        ),
        "nursecharting": TableShape(
            (
                "nursingchartid", STAY, "nursingchartoffset", "nursingchartcelltypevallabel",
                "nursingchartcelltypevalname", "nursingchartvalue",
            ),
            optional=("nursingchartentryoffset", "nursingchartcelltypecat"),
            key=STAY,
        ),
    }
)  # fmt: skip

NEEDED = ("patient",)
EVENTS = ("infusiondrug", "medication", "admissiondrug", "vitalaperiodic", "vitalperiodic", "nursecharting")
