"""Small invented MIMIC-IV folders for tests: ``a_folder(path).order(...).emar(...).write()``.

Every row is made up. ``emar``, ``emar_detail``, ``inputevents``, ``chartevents`` and ``d_items`` are written from the
published columns (mimic.mit.edu/docs/iv); the words are those that the source uses, because the reader decides by
them.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from pathlib import Path

from adjuvant.record import PatientRecord
from adjuvant.sources import mimic4
from adjuvant.sources.base import Import

Row = dict[str, str]

COLUMNS = {
    "patients": "subject_id gender anchor_age anchor_year anchor_year_group dod",
    "admissions": "subject_id hadm_id admittime dischtime deathtime admission_type admit_provider_id"
    " admission_location discharge_location insurance language marital_status race edregtime edouttime"
    " hospital_expire_flag",
    "icustays": "subject_id hadm_id stay_id first_careunit last_careunit intime outtime los",
    "diagnoses_icd": "subject_id hadm_id seq_num icd_code icd_version",
    "d_icd_diagnoses": "icd_code icd_version long_title",
    "prescriptions": "subject_id hadm_id pharmacy_id poe_id poe_seq order_provider_id starttime stoptime drug_type"
    " drug formulary_drug_cd gsn ndc prod_strength form_rx dose_val_rx dose_unit_rx form_val_disp form_unit_disp"
    " doses_per_24_hrs route",
    "pharmacy": "subject_id hadm_id pharmacy_id poe_id starttime stoptime medication proc_type status entertime"
    " verifiedtime route frequency disp_sched infusion_type sliding_scale lockout_interval basal_rate one_hr_max"
    " doses_per_24_hrs duration duration_interval expiration_value expiration_unit expirationdate dispensation"
    " fill_quantity",
    "omr": "subject_id chartdate seq_num result_name result_value",
    "emar": "subject_id hadm_id emar_id emar_seq poe_id pharmacy_id enter_provider_id charttime medication event_txt"
    " scheduletime storetime",
    "emar_detail": "subject_id emar_id emar_seq parent_field_ordinal administration_type pharmacy_id barcode_type"
    " reason_for_no_barcode complete_dose_not_given dose_due dose_due_unit dose_given dose_given_unit"
    " will_remainder_of_dose_be_given product_amount_given product_unit product_code product_description"
    " product_description_other prior_infusion_rate infusion_rate infusion_rate_adjustment"
    " infusion_rate_adjustment_amount infusion_rate_unit route infusion_complete completion_interval"
    " new_iv_bag_hung continued_infusion_in_other_location restart_interval side site"
    " non_formulary_visual_verification",
    "d_items": "itemid label abbreviation linksto category unitname param_type lownormalvalue highnormalvalue",
    "inputevents": "subject_id hadm_id stay_id caregiver_id starttime endtime storetime itemid amount amountuom rate"
    " rateuom orderid linkorderid ordercategoryname secondaryordercategoryname ordercomponenttypedescription"
    " ordercategorydescription patientweight totalamount totalamountuom isopenbag continueinnextdept"
    " statusdescription originalamount originalrate",
    "chartevents": "subject_id hadm_id stay_id caregiver_id charttime storetime itemid value valuenum valueuom"
    " warning",
}
LABELS = {
    ("Pain Level", "chartevents"): "1",
    ("Pain Level Response", "chartevents"): "2",
    ("Richmond-RAS Scale", "chartevents"): "3",
    ("Goal Richmond-RAS Scale", "chartevents"): "4",
    ("Respiratory Rate", "chartevents"): "5",
    ("Fentanyl", "inputevents"): "6",
    ("Morphine Sulfate", "inputevents"): "7",
    ("Dextrose 5%", "inputevents"): "8",
}
"""Item ids of our own, so that nothing leans on the source's numbers."""

EIGHT, NINE, TEN = (f"2131-01-02 {hour}:00:00" for hour in ("08", "09", "10"))


@dataclass
class Tables:
    """The rows of an invented folder in the making; one patient, ``7``."""

    path: Path
    rows: dict[str, list[Row]] = field(default_factory=dict)
    count: int = 0

    def add(self, table: str, **values: str) -> Tables:
        """One row of `table`; columns that are not named are empty."""
        self.count += 1
        self.rows.setdefault(table, []).append({"subject_id": "7", "hadm_id": "70"} | values)
        return self

    def order(
        self, drug: str, dose: str, unit: str, route: str, frequency: str | None = "Q6H", **more: str
    ) -> Tables:
        """One prescription, for a day, and the pharmacy's order beside it unless `frequency` is None."""
        key = more.pop("pharmacy_id", "") or str(100 + self.count)
        status = more.pop("status", "Discontinued")
        values = {
            "pharmacy_id": key,
            "drug_type": "MAIN",
            "drug": drug,
            "dose_val_rx": dose,
            "dose_unit_rx": unit,
            "route": route,
            "starttime": EIGHT,
            "stoptime": "2131-01-03 08:00:00",
        }
        if frequency is not None:
            self.add(
                "pharmacy", pharmacy_id=key, medication=drug, frequency=frequency, status=status, route=route
            )
        return self.add("prescriptions", **(values | more))

    def emar(self, drug: str, event: str, at: str = EIGHT, *details: Row, **more: str) -> Tables:
        """One row of the medication record; each further argument is one row of its details."""
        key = f"7-{self.count}"
        for row in details:
            self.add("emar_detail", emar_id=key, **row)
        values = {"emar_id": key, "charttime": at, "medication": drug, "event_txt": event}
        return self.add("emar", **(values | more))

    def given(
        self,
        label: str,
        amount: str,
        unit: str,
        start: str,
        end: str,
        *,
        kind: str = "Continuous Med",
        **more: str,
    ) -> Tables:
        """One row of the ICU's inputs."""
        values = {
            "itemid": LABELS[label, "inputevents"],
            "starttime": start,
            "endtime": end,
            "amount": amount,
            "amountuom": unit,
            "ordercategorydescription": kind,
            "ordercategoryname": "01-Drips" if kind == "Continuous Med" else "05-Med Bolus",
            "statusdescription": "FinishedRunning",
            "patientweight": "70",
        }
        return self.add("inputevents", **(values | more))

    def chart(self, label: str, value: str, number: str = "", at: str = EIGHT) -> Tables:
        """One charted reading."""
        item = LABELS[label, "chartevents"]
        return self.add("chartevents", itemid=item, charttime=at, value=value, valuenum=number)

    def icu(self, start: str = "2131-01-02 00:00:00", end: str = "2131-01-04 00:00:00") -> Tables:
        """One stay in an intensive care unit."""
        return self.add("icustays", stay_id="700", first_careunit="Medical ICU", intime=start, outtime=end)

    def write(self) -> Path:
        """Write every table, with the patient and the items if no row of them was added."""
        if "patients" not in self.rows:
            self.add("patients", gender="F", anchor_age="61", anchor_year="2130")
        if "inputevents" in self.rows or "chartevents" in self.rows:
            for (label, table), item in LABELS.items():
                self.add("d_items", itemid=item, label=label, linksto=table)
        self.path.mkdir(parents=True, exist_ok=True)
        for table, rows in {"prescriptions": [], **self.rows}.items():
            columns = COLUMNS[table].split()
            with (self.path / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(columns)
                writer.writerows([row.get(column, "") for column in columns] for row in rows)
        return self.path

    def read(self, **how: str) -> Import:
        """Write the folder and read it."""
        return mimic4.read(self.write(), **how)

    def record(self) -> PatientRecord:
        """The record of the one patient."""
        return self.read().record("7")


def a_folder(path: Path) -> Tables:
    """An invented folder to be written below `path`."""
    return Tables(path / "mimic4")


def due(dose: str, unit: str, **more: str) -> Row:
    """The details' row that says what was due."""
    return {"dose_due": dose, "dose_due_unit": unit} | more


def scanned(dose: str, unit: str, ordinal: str = "1", **more: str) -> Row:
    """One product that was scanned."""
    return {"parent_field_ordinal": ordinal, "dose_given": dose, "dose_given_unit": unit} | more


def pump(rate: str, unit: str = "mg/hr", prior: str = "", **more: str) -> Row:
    """The pump's rate."""
    return {"infusion_rate": rate, "infusion_rate_unit": unit, "prior_infusion_rate": prior} | more
