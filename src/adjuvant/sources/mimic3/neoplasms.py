"""Which ICD-9-CM diagnosis codes are malignant neoplasms, by chapter 2 of the classification."""

from __future__ import annotations

import re

__all__ = ["malignant"]

# ICD-9-CM (US National Center for Health Statistics), tabular list, chapter 2 "Neoplasms": categories 140-208
# are malignant; 209 holds neuroendocrine tumours, 209.0-209.3 and 209.7 malignant and 209.4-209.6 benign.
# 210-229 are benign, 230-234 in situ, 235-239 uncertain; V10 is a history of cancer, not cancer.
_FIRST, _LAST = 140, 208
_NEUROENDOCRINE = re.compile(r"209[0-37]\d?")
_FORM = re.compile(r"(\d{3})\d{0,2}|[EV]\d{2,5}")


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
