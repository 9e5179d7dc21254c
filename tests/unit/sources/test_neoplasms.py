"""Malignant neoplasms by chapter 2 of ICD-9-CM and of ICD-10, whose lists stand beside each code here."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

from adjuvant.codes import Icd9, Icd10, Loinc, Snomed
from adjuvant.sources import neoplasms
from adjuvant.sources.neoplasms import is_cancer, malignant_icd10


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("C34.90", True),  # lung
        ("C3490", True),
        ("C7951", True),  # secondary, bone
        ("C97", True),
        ("C7A019", True),  # malignant carcinoid tumour
        ("C7B02", True),  # secondary carcinoid tumour
        ("D059", None),  # carcinoma in situ
        ("D126", False),  # benign
        ("D3A8", False),  # benign carcinoid tumours
        ("D37", None),  # uncertain behaviour
        ("D469", None),
        ("D509", False),  # anaemia: chapter 3
        ("Z85118", None),  # a history of cancer: it was there, and nobody says whether it still is
        ("Z515", False),  # palliative care is no diagnosis of cancer
        ("E119", False),  # diabetes
        ("I10", False),
        ("162.9", None),  # a code of ICD-9-CM
        ("", None),
    ],
)
def test_a_code_of_icd_10_is_malignant_by_its_chapter(code: str, answer: bool | None) -> None:
    assert malignant_icd10(code) is answer


@pytest.mark.parametrize(
    ("code", "cancer"),
    [
        (Icd10("C61"), True),
        (Icd10("C79.51"), True),
        (Icd10("c00.0"), True),
        (Icd10("C98"), False),
        (Icd10("D05.1"), None),
        (Icd10("Z85.46"), None),
        (Icd10("nonsense"), None),
        (Icd9("185"), True),
        (Icd9("198.5"), True),
        (Icd9("209.7"), True),  # secondary neuroendocrine tumours
        (Icd9("209.4"), False),  # benign ones
        (Icd9("233.4"), None),
        (Icd9("250.00"), False),
        (Icd9("V10.46"), None),
        (Snomed("363346000"), True),
        (Snomed("312824007"), None),
        (Loinc("185"), None),
        (None, None),
    ],
)
def test_which_codes_mean_cancer(code: Any, cancer: bool | None) -> None:
    """ICD by its ranges; in situ, uncertain and history decide nothing; of SNOMED CT only what is known."""
    assert is_cancer(code) is cancer


def test_every_reader_asks_the_same_test_of_cancer() -> None:
    """Two tests of the same code would call one patient a cancer patient in one source and not in the other."""
    sources = Path(neoplasms.__file__).parent
    modules = [path for path in sources.rglob("*.py") if path.name != "neoplasms.py"]
    given = {
        path.parent.name
        for path in modules
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module == "adjuvant.sources.neoplasms"
        if [item.name for item in node.names] == ["is_cancer"]
    }
    assert given == {"eicu", "fhir", "mimic3", "mimic4", "omop"}
    assert not [path for path in modules if "malignant_icd" in path.read_text().lower()]
