"""Which diagnosis codes are malignant neoplasms, by chapter 2 of ICD-9-CM and of ICD-10."""

from __future__ import annotations

import re

__all__ = ["malignant", "malignant_icd10"]

# ICD-9-CM (US National Center for Health Statistics), tabular list, chapter 2 "Neoplasms": categories 140-208
# are malignant; 209 holds neuroendocrine tumours, 209.0-209.3 and 209.7 malignant and 209.4-209.6 benign.
# 210-229 are benign, 230-234 in situ, 235-239 uncertain; V10 is a history of cancer, not cancer.
_FIRST, _LAST = 140, 208
_NEUROENDOCRINE = re.compile(r"209[0-37]\d?")
_FORM = re.compile(r"(\d{3})\d{0,2}|[EV]\d{2,5}")
# ICD-10 (World Health Organization) and ICD-10-CM, chapter 2: C00-C97 are malignant, with the neuroendocrine
# tumours of C7A and C7B; D00-D09 are in situ, D10-D36 benign, D37-D49 uncertain. Z85 is a history of cancer.
_FORM_10 = re.compile(r"[A-Z]\d[\dAB][\dA-Z]{0,4}")
_LAST_C = 97


def malignant(code: str) -> bool | None:
    """Whether an ICD-9-CM diagnosis code, with or without its point, is a malignant neoplasm.

    Returns:
        True or False by the code; None where it is not of the form of an ICD-9-CM diagnosis, or is the bare
        category 209, which holds both.
    Source: ICD-9-CM tabular list, chapter 2.
    """
    bare = code.replace(".", "").strip().upper()
    match = _FORM.fullmatch(bare)
    if match is None or bare == "209":
        return None
    if match[1] is None:
        return False
    return _FIRST <= int(match[1]) <= _LAST or _NEUROENDOCRINE.fullmatch(bare) is not None


def malignant_icd10(code: str) -> bool | None:
    """Whether an ICD-10 or ICD-10-CM diagnosis code, with or without its point, is a malignant neoplasm.

    Returns:
        True or False by the code; None where it is not of the form of such a code.
    Source: ICD-10 and ICD-10-CM tabular lists, chapter 2.
    """
    bare = code.replace(".", "").strip().upper()
    if _FORM_10.fullmatch(bare) is None:
        return None
    return bare[0] == "C" and (bare[2] in "AB" or int(bare[1:3]) <= _LAST_C)
