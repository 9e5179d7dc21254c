"""Diagnoses: their path in words, the ICD codes beside it, and whether one is a malignant neoplasm."""

from __future__ import annotations

from adjuvant.codes import Code, Icd9, Icd10
from adjuvant.record import Condition, Outcome
from adjuvant.sources.eicu.reading import Reading, origin
from adjuvant.sources.neoplasms import is_cancer

__all__ = ["read_diagnoses"]

TABLE = "diagnosis"


def read_diagnoses(reading: Reading) -> None:
    """Every diagnosis as a condition without an onset: its offset is when somebody entered it."""
    for gathered, _, row in reading.rows(TABLE, "diagnosisid"):
        if not row["diagnosisstring"] and not row["icd9code"]:
            gathered.drop(Outcome.NOT_USED, TABLE, "the diagnosis has neither words nor a code", row)
            continue
        codes = [code for part in row["icd9code"].split(",") if (code := _code(part.strip())) is not None]
        answers = [is_cancer(code) for code in codes]
        cancer = True if any(answers) else False if False in answers else None
        event = Condition(
            id=f"{TABLE}.{row['row_id']}",
            text=row["diagnosisstring"].replace("|", ": ") or row["icd9code"],
            origin=origin(TABLE, row),
            code=codes[0] if codes else None,
            status=row["diagnosispriority"].lower(),
            cancer=cancer,
        )
        gathered.add("conditions", TABLE, event)


def _code(text: str) -> Code | None:
    """A code of the column ``icd9code``, which has ICD-9-CM first and often ICD-10 after it.

    A code that begins with a digit is ICD-9-CM, and one with any letter but E and V is ICD-10. E begins codes
    of both; ICD-9-CM has three digits before the point there, and ICD-10 two.
    """
    if not text:
        return None
    head = text.partition(".")[0]
    if text[0].isdigit():
        return Icd9(text)
    if text[0] == "E" and len(head) > len("E11"):
        return Icd9(text)
    if text[0] == "V":
        return Icd9(text)
    return Icd10(text)
