"""Diagnoses of an OMOP folder, with cancer by their ICD code or by the code of their concept."""

from __future__ import annotations

import re

from adjuvant.codes import Code, Icd9, Icd10, Snomed
from adjuvant.errors import InputError
from adjuvant.record import Condition, Outcome
from adjuvant.sources.neoplasms import is_cancer
from adjuvant.sources.omop.reading import Reading, origin
from adjuvant.sources.omop.vocabulary import Concept, plain_id

__all__ = ["read_conditions"]

_TABLE = "condition_occurrence"
_VOCABULARIES: dict[str, type[Code]] = {
    "ICD9CM": Icd9,
    "ICD10": Icd10,
    "ICD10CM": Icd10,
    "SNOMED": Snomed,
}
# Without a vocabulary, codes are told by their shape. E and V codes are of either classification, and neither
# of them is a tumour; longer numbers are of no ICD.
_ICD9 = re.compile(r"\d{3}\.?\d{0,2}")
_ICD10 = re.compile(r"[A-DF-TW-Z]\d[0-9A-Z]\.?[0-9A-Z]{0,4}")
# SNOMED CT names what is malignant in words; a concept that says none of them is left open.
_MALIGNANT = re.compile(
    r"\b(malignant (neoplasm|tumou?r|neoplastic disease|melanoma|lymphoma)|carcinoma|adenocarcinoma|sarcoma|"
    r"leuk(a)?emia|(hodgkin|non-hodgkin)'?s?( disease| lymphoma)|multiple myeloma|metastas[ei]s|cancer)\b",
    re.IGNORECASE,
)
_NOT_THERE = re.compile(
    r"\b(history|family|screening|suspected|risk|fear|no evidence|in situ|benign|vaccin\w*|prevention)\b",
    re.IGNORECASE,
)


def read_conditions(reading: Reading) -> None:
    """Every diagnosis, with its source's code where that is of a known system, and its day."""
    for gathered, row in reading.rows(_TABLE):
        written = plain_id(row["condition_source_value"].strip())
        concept = reading.vocabulary.concept(row["condition_concept_id"])
        source = reading.vocabulary.concept(row["condition_source_concept_id"])
        try:
            onset = reading.instant(row["condition_start_date"], row["condition_start_datetime"])
        except InputError as error:
            gathered.drop(
                Outcome.NOT_USED, _TABLE, f"the date of the diagnosis {error.rule}", row, error.remedy
            )
            continue
        code = _code(written, source) or _code("", concept)
        number = plain_id(row["condition_concept_id"])
        text = (concept.name if concept else "") or (source.name if source else "")
        if not text and not written and number in ("", "0"):
            gathered.drop(Outcome.NOT_USED, _TABLE, "the diagnosis has neither a concept nor a code", row)
            continue
        gathered.add(
            "conditions",
            _TABLE,
            Condition(
                id=f"{_TABLE}.{row['condition_occurrence_id'] or 'row ' + row['row_number']}",
                text=text or str(code or written or f"OMOP concept {number}"),
                origin=origin(_TABLE, row, "condition_occurrence_id"),
                code=code,
                onset=onset,
                status=row["condition_status_source_value"],
                cancer=_cancer(code, text),
            ),
        )


def _code(written: str, concept: Concept | None) -> Code | None:
    """A concept's own code where its vocabulary is known; else what a source's code is by its shape."""
    if concept is not None:
        kind = _VOCABULARIES.get(concept.vocabulary)
        return kind(concept.code) if kind is not None and concept.code else None
    bare = written.upper()
    if _ICD9.fullmatch(bare):
        return Icd9(bare)
    return Icd10(bare) if _ICD10.fullmatch(bare) else None


def _cancer(code: Code | None, text: str) -> bool | None:
    """Whether a diagnosis is a cancer that is there, by the code's chapter, else by the concept's words."""
    if isinstance(code, Icd9 | Icd10) or is_cancer(code):
        return is_cancer(code)
    return True if _MALIGNANT.search(text) and not _NOT_THERE.search(text) else None
