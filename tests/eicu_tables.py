"""Small invented eICU folders for tests: ``a_folder(path).infusion(...).order(...).write()``.

Every row is made up. The columns are those of the published tables (MIT-LCP/eicu-code, ``eicutables``); the names
and words are the ones that the source uses, because the reader decides by them.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from pathlib import Path

from adjuvant.record import PatientRecord
from adjuvant.sources import eicu
from adjuvant.sources.base import Import

Row = dict[str, str]

COLUMNS = {
    "patient": "patientunitstayid patienthealthsystemstayid gender age ethnicity hospitalid wardid"
    " apacheadmissiondx admissionheight hospitaladmittime24 hospitaladmitoffset hospitaladmitsource"
    " hospitaldischargeyear hospitaldischargetime24 hospitaldischargeoffset hospitaldischargelocation"
    " hospitaldischargestatus unittype unitadmittime24 unitadmitsource unitvisitnumber unitstaytype"
    " admissionweight dischargeweight unitdischargetime24 unitdischargeoffset unitdischargelocation"
    " unitdischargestatus uniquepid",
    "infusiondrug": "infusiondrugid patientunitstayid infusionoffset drugname drugrate infusionrate drugamount"
    " volumeoffluid patientweight",
    "medication": "medicationid patientunitstayid drugorderoffset drugstartoffset drugivadmixture"
    " drugordercancelled drugname drughiclseqno dosage routeadmin frequency loadingdose prn drugstopoffset gtc",
    "admissiondrug": "admissiondrugid patientunitstayid drugoffset drugenteredoffset drugnotetype specialtytype"
    " usertype rxincluded writtenineicu drugname drugdosage drugunit drugadmitfrequency drughiclseqno",
    "diagnosis": "diagnosisid patientunitstayid activeupondischarge diagnosisoffset diagnosisstring icd9code"
    " diagnosispriority",
    "vitalaperiodic": "vitalaperiodicid patientunitstayid observationoffset noninvasivesystolic"
    " noninvasivediastolic noninvasivemean paop cardiacoutput cardiacinput svr svri pvr pvri",
    "vitalperiodic": "vitalperiodicid patientunitstayid observationoffset temperature sao2 heartrate respiration cvp"
    " etco2 systemicsystolic systemicdiastolic systemicmean pasystolic padiastolic pamean st1 st2 st3 icp",
    "respiratorycharting": "respchartid patientunitstayid respchartoffset respchartentryoffset respcharttypecat"
    " respchartvaluelabel respchartvalue",
    "nursecharting": "nursingchartid patientunitstayid nursingchartoffset nursingchartentryoffset"
    " nursingchartcelltypecat nursingchartcelltypevallabel nursingchartcelltypevalname nursingchartvalue",
}


@dataclass
class Tables:
    """The rows of an invented folder in the making; one hospital stay ``900`` with the unit stay ``1``."""

    path: Path
    rows: dict[str, list[Row]] = field(default_factory=dict)
    count: int = 0

    def add(self, table: str, **values: str) -> Tables:
        """One row of `table`; columns that are not named are empty."""
        self.count += 1
        key = COLUMNS[table].split()[0]
        row = {"patientunitstayid": "1"} | ({} if table == "patient" else {key: str(self.count)})
        self.rows.setdefault(table, []).append(row | values)
        return self

    def stay(self, unit_stay: str = "1", **values: str) -> Tables:
        """One unit stay, admitted two hours after the hospital and discharged after two days."""
        known = {
            "patientunitstayid": unit_stay,
            "patienthealthsystemstayid": "900",
            "gender": "Female",
            "age": "61",
            "hospitaladmittime24": "05:06:00",
            "unitadmittime24": "07:06:00",
            "hospitaladmitoffset": "-120",
            "hospitaldischargeoffset": "4000",
            "hospitaldischargestatus": "Alive",
            "unittype": "Med-Surg ICU",
            "unitdischargeoffset": "2880",
            "unitdischargestatus": "Alive",
            "admissionweight": "70.5",
            "uniquepid": "002-1",
        }
        return self.add("patient", **(known | values))

    def infusion(self, offset: str, rate: str, name: str = "Fentanyl (mcg/hr)", **more: str) -> Tables:
        """One charted rate; `pump`, `amount`, `volume` and `weight` fill the columns beside it."""
        names = {
            "pump": "infusionrate",
            "amount": "drugamount",
            "volume": "volumeoffluid",
            "weight": "patientweight",
        }
        values = {"infusionoffset": offset, "drugname": name, "drugrate": rate}
        return self.add(
            "infusiondrug", **values, **{names.get(key, key): value for key, value in more.items()}
        )

    def order(self, name: str, dosage: str, route: str, frequency: str, **more: str) -> Tables:
        """One order, from the first hour to the twenty-fifth."""
        values = {
            "drugname": name,
            "dosage": dosage,
            "routeadmin": route,
            "frequency": frequency,
            "prn": "No",
            "drugordercancelled": "No",
            "drugivadmixture": "No",
            "drugorderoffset": "50",
            "drugstartoffset": "60",
            "drugstopoffset": "1500",
        }
        return self.add("medication", **(values | more))

    def nurse(self, label: str, name: str, value: str, offset: str = "60") -> Tables:
        """One cell of the nurses' flowsheet."""
        return self.add(
            "nursecharting",
            nursingchartoffset=offset,
            nursingchartcelltypecat="Scores",
            nursingchartcelltypevallabel=label,
            nursingchartcelltypevalname=name,
            nursingchartvalue=value,
        )

    def write(self) -> Path:
        """Write every table, with the unit stay if no row of it was added."""
        if "patient" not in self.rows:
            self.stay()
        self.path.mkdir(parents=True, exist_ok=True)
        for table, rows in {"infusiondrug": [], **self.rows}.items():
            columns = COLUMNS[table].split()
            with (self.path / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(columns)
                writer.writerows([row.get(column, "") for column in columns] for row in rows)
        return self.path

    def read(self, **how: str) -> Import:
        """Write the folder and read it."""
        return eicu.read(self.write(), **how)

    def record(self) -> PatientRecord:
        """The record of the one hospital stay."""
        return self.read().record("900")


def a_folder(path: Path) -> Tables:
    """An invented folder to be written below `path`."""
    return Tables(path / "eicu")
