"""Which diagnosis codes are a cancer that is there: by chapter 2 of ICD-9-CM and ICD-10, and by SNOMED CT."""

from __future__ import annotations

import re

from adjuvant.codes import Code, Icd9, Icd10, Snomed

__all__ = ["is_cancer", "malignant", "malignant_icd10"]

# ICD-9-CM (US National Center for Health Statistics), tabular list, chapter 2 "Neoplasms": categories 140-208
# are malignant; 209 holds neuroendocrine tumours, 209.0-209.3 and 209.7 malignant and 209.4-209.6 benign.
# 210-229 are benign, 230-234 in situ, 235-239 uncertain or unspecified; V10 is a history of cancer.
_FIRST, _LAST = 140, 208
_OPEN_FIRST, _OPEN_LAST = 230, 239
_NEUROENDOCRINE = re.compile(r"209[0-37]\d?")
_FORM = re.compile(r"(\d{3})\d{0,2}|[EV]\d{2,5}")
# ICD-10 (World Health Organization) and ICD-10-CM, chapter 2: C00-C97 are malignant, with the neuroendocrine
# tumours of C7A and C7B; D00-D09 are in situ, D10-D36 benign (with the carcinoids of D3A), D37-D49 uncertain
# or unspecified. Z85 is a history of cancer.
_FORM_10 = re.compile(r"[A-Z]\d[\dAB][\dA-Z]{0,4}")
_LAST_C = 97
_IN_SITU = range(10)
_UNCERTAIN = range(37, 50)
# A history says that a cancer was there, and not whether it still is.
_HISTORY_9, _HISTORY_10 = "V10", "Z85"
# SNOMED CT concepts whose name was read beside them in HL7's examples or in public value sets.
_MALIGNANT_SNOMED = frozenset({"363346000", "254637007", "399068003", "93974005"})


def is_cancer(code: Code | None) -> bool | None:
    """Whether a diagnosis code means a cancer that is there; None where the code does not decide it.

    ICD decides by its ranges. Of SNOMED CT only a few concepts are known here, and only as cancer.
    """
    if isinstance(code, Icd9):
        return malignant(code.value)
    if isinstance(code, Icd10):
        return malignant_icd10(code.value)
    return True if isinstance(code, Snomed) and code.value in _MALIGNANT_SNOMED else None


def malignant(code: str) -> bool | None:
    """Whether an ICD-9-CM diagnosis code, with or without its point, is a malignant neoplasm.

    Returns:
        True or False by the code; None where it leaves that open (in situ, of uncertain or unspecified
        behaviour, a history of cancer, the bare category 209, which holds both) or is not of the form of an
        ICD-9-CM diagnosis.
    Source: ICD-9-CM tabular list, chapter 2.
    """
    bare = code.replace(".", "").strip().upper()
    match = _FORM.fullmatch(bare)
    if match is None or bare == "209" or bare.startswith(_HISTORY_9):
        return None
    if match[1] is None:
        return False
    category = int(match[1])
    if _OPEN_FIRST <= category <= _OPEN_LAST:
        return None
    return _FIRST <= category <= _LAST or _NEUROENDOCRINE.fullmatch(bare) is not None


def malignant_icd10(code: str) -> bool | None:
    """Whether an ICD-10 or ICD-10-CM diagnosis code, with or without its point, is a malignant neoplasm.

    Returns:
        True or False by the code; None where it leaves that open (in situ, of uncertain or unspecified
        behaviour, a history of cancer) or is not of the form of such a code.
    Source: ICD-10 and ICD-10-CM tabular lists, chapter 2.
    """
    bare = code.replace(".", "").strip().upper()
    if _FORM_10.fullmatch(bare) is None or bare.startswith(_HISTORY_10):
        return None
    if bare[2] in "AB":
        return bare[0] == "C"
    category = int(bare[1:3])
    if bare[0] == "D" and (category in _IN_SITU or category in _UNCERTAIN):
        return None
    return bare[0] == "C" and category <= _LAST_C
