"""Malignant neoplasms by the chapters of ICD-10, whose lists stand beside each code here."""

from __future__ import annotations

import pytest

from adjuvant.sources.neoplasms import malignant_icd10


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("C34.90", True),  # lung
        ("C3490", True),
        ("C7951", True),  # secondary, bone
        ("C97", True),
        ("C7A019", True),  # malignant carcinoid tumour
        ("C7B02", True),  # secondary carcinoid tumour
        ("D059", False),  # carcinoma in situ
        ("D126", False),  # benign
        ("D469", False),  # uncertain behaviour
        ("Z85118", False),  # a history of cancer
        ("E119", False),  # diabetes
        ("I10", False),
        ("162.9", None),  # a code of ICD-9-CM
        ("", None),
    ],
)
def test_a_code_of_icd_10_is_malignant_by_its_chapter(code: str, answer: bool | None) -> None:
    assert malignant_icd10(code) is answer
