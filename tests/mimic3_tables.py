"""Small invented MIMIC-III folders for tests: ``a_folder(path).chart(...).push(...).write()``.

Every row is made up. The columns are those of the published tables; the labels and words are the ones that the
source uses, because the reader decides by them.
"""

from __future__ import annotations

import csv
import gzip
from dataclasses import dataclass, field
from pathlib import Path

from adjuvant.record import PatientRecord
from adjuvant.sources import mimic3
from adjuvant.sources.base import Import

Row = dict[str, str]

COLUMNS = {
    "patients": "row_id subject_id gender dob dod dod_hosp dod_ssn expire_flag",
    "admissions": "row_id subject_id hadm_id admittime dischtime deathtime admission_type diagnosis",
    "icustays": "row_id subject_id hadm_id icustay_id dbsource first_careunit last_careunit intime outtime los",
    "d_items": "row_id itemid label abbreviation dbsource linksto category unitname param_type conceptid",
    "diagnoses_icd": "row_id subject_id hadm_id seq_num icd9_code",
    "d_icd_diagnoses": "row_id icd9_code short_title long_title",
    "chartevents": "row_id subject_id hadm_id icustay_id itemid charttime storetime cgid value valuenum valueuom"
    " warning error resultstatus stopped",
    "inputevents_mv": "row_id subject_id hadm_id icustay_id starttime endtime itemid amount amountuom rate rateuom"
    " storetime cgid orderid linkorderid ordercategoryname secondaryordercategoryname"
    " ordercomponenttypedescription ordercategorydescription patientweight totalamount totalamountuom isopenbag"
    " continueinnextdept cancelreason statusdescription",
    "inputevents_cv": "row_id subject_id hadm_id icustay_id charttime itemid amount amountuom rate rateuom storetime"
    " cgid orderid linkorderid stopped newbottle originalamount originalamountuom originalroute",
    "prescriptions": "row_id subject_id hadm_id icustay_id startdate enddate drug_type drug drug_name_poe"
    " drug_name_generic prod_strength dose_val_rx dose_unit_rx form_val_disp form_unit_disp route",
}
LABELS = {
    ("Pain Level", "chartevents"): "1",
    ("Pain Level (Rest)", "chartevents"): "2",
    ("Pain Level Response", "chartevents"): "3",
    ("Pain Level Acceptable", "chartevents"): "4",
    ("Riker-SAS Scale", "chartevents"): "5",
    ("Richmond-RAS Scale", "chartevents"): "6",
    ("Respiratory Rate", "chartevents"): "7",
    ("SpO2", "chartevents"): "8",
    ("Non Invasive Blood Pressure systolic", "chartevents"): "9",
    ("Admission Weight (Kg)", "chartevents"): "10",
    ("Admission Weight (lbs.)", "chartevents"): "11",
    ("Heart Rhythm", "chartevents"): "12",
    ("Goal Richmond-RAS Scale", "chartevents"): "13",
    ("Fentanyl", "inputevents_mv"): "21",
    ("Morphine Sulfate", "inputevents_mv"): "22",
    ("Ketamine (For Intubation)", "inputevents_mv"): "23",
    ("Ketorolac (Toradol)", "inputevents_mv"): "24",
    ("Naloxone (Narcan)", "inputevents_mv"): "25",
    ("Dextrose 5%", "inputevents_mv"): "26",
    ("Propofol", "inputevents_mv"): "27",
    ("Fentanyl", "inputevents_cv"): "31",
    ("Midazolam", "inputevents_cv"): "32",
    ("TPN", "inputevents_cv"): "33",
    ("Morphine (Dilaudid)", "inputevents_cv"): "34",
}
"""Item ids of our own, so that nothing leans on the source's numbers."""

MV_ROUTE = {
    "Drug Push": "05-Med Bolus",
    "Continuous Med": "01-Drips",
    "Non Iv Meds": "11-Prophylaxis (Non IV)",
}


@dataclass
class Tables:
    """The rows of an invented folder in the making."""

    path: Path
    rows: dict[str, list[Row]] = field(default_factory=dict)
    count: int = 0

    def add(self, table: str, **values: str) -> Tables:
        """One row of `table`; columns that are not named are empty."""
        self.count += 1
        row = {"row_id": str(self.count), "subject_id": "7"} | values
        self.rows.setdefault(table, []).append(row)
        return self

    def chart(
        self, label: str, value: str, number: str = "", *, at: str = "2101-01-02 08:00:00", **more: str
    ) -> Tables:
        """One charted reading."""
        values = {"itemid": LABELS[label, "chartevents"], "charttime": at, "value": value, "valuenum": number}
        return self.add("chartevents", **(values | more))

    def given(
        self,
        label: str,
        amount: str,
        unit: str,
        start: str,
        end: str,
        *,
        kind: str = "Continuous Med",
        rate: str = "",
        rate_unit: str = "",
        **more: str,
    ) -> Tables:
        """One MetaVision row."""
        values = {
            "itemid": LABELS[label, "inputevents_mv"],
            "starttime": start,
            "endtime": end,
            "amount": amount,
            "amountuom": unit,
            "rate": rate,
            "rateuom": rate_unit,
            "ordercategorydescription": kind,
            "ordercategoryname": MV_ROUTE.get(kind, ""),
            "statusdescription": "FinishedRunning",
            "cancelreason": "0",
            "patientweight": "70",
        }
        return self.add("inputevents_mv", **(values | more))

    def rate(
        self, at: str, rate: str, unit: str = "mcghr", *, label: str = "Fentanyl", **more: str
    ) -> Tables:
        """One CareVue row that charts a rate."""
        values = {"itemid": LABELS[label, "inputevents_cv"], "charttime": at, "rate": rate, "rateuom": unit}
        return self.add("inputevents_cv", **(values | {"originalroute": "IV Drip"} | more))

    def amount(
        self, at: str, amount: str, unit: str = "mcg", *, label: str = "Fentanyl", **more: str
    ) -> Tables:
        """One CareVue row that charts an amount."""
        values = {
            "itemid": LABELS[label, "inputevents_cv"],
            "charttime": at,
            "amount": amount,
            "amountuom": unit,
        }
        return self.add("inputevents_cv", **(values | {"originalroute": "Intravenous Push"} | more))

    def order(self, drug: str, dose: str, unit: str, route: str, **more: str) -> Tables:
        """One prescription."""
        values = {
            "drug_type": "MAIN",
            "drug": drug,
            "dose_val_rx": dose,
            "dose_unit_rx": unit,
            "route": route,
            "startdate": "2101-01-02 00:00:00",
            "enddate": "2101-01-04 00:00:00",
        }
        return self.add("prescriptions", **(values | more))

    def write(self, *, upper: bool = False, packed: bool = False, delimiter: str = ",") -> Path:
        """Write every table, with the patient and the items if no row of them was added."""
        if "patients" not in self.rows:
            self.add("patients", gender="F", dob="2050-05-05 00:00:00")
        for (label, table), item in LABELS.items():
            self.add("d_items", itemid=item, label=label, linksto=table)
        self.path.mkdir(parents=True, exist_ok=True)
        for table, rows in {"chartevents": [], **self.rows}.items():
            columns = COLUMNS[table].split()
            name = f"{table.upper() if upper else table}.csv{'.gz' if packed else ''}"
            opened = gzip.open if packed else open
            with opened(self.path / name, "wt", encoding="utf-8", newline="") as file:
                writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
                writer.writerow([column.upper() if upper else column for column in columns])
                writer.writerows([row.get(column, "") for column in columns] for row in rows)
        return self.path

    def read(self, **how: str) -> Import:
        """Write the folder and read it."""
        return mimic3.read(self.write(), **how)

    def record(self) -> PatientRecord:
        """The record of the one patient."""
        return self.read().record("7")


def a_folder(path: Path) -> Tables:
    """An invented folder to be written below `path`."""
    return Tables(path / "mimic")


def told(quality: object, outcome: object) -> dict[str, int]:
    """Reasons and counts of one outcome."""
    lines = quality.lines  # type: ignore[attr-defined]
    return {line.reason: line.count for line in lines if line.outcome is outcome}
