"""Codes: a code of one system never equals one of another."""

import pytest

from adjuvant.codes import Icd9, Icd10, Loinc, OmopConcept, RxNorm, Snomed, code_from_system
from adjuvant.errors import InputError


def test_the_same_digits_in_two_systems_are_two_codes() -> None:
    assert RxNorm("7804") != OmopConcept("7804")
    assert len({RxNorm("7804"), OmopConcept("7804"), RxNorm("7804")}) == 2


@pytest.mark.parametrize("kind", [RxNorm, Snomed, OmopConcept])
@pytest.mark.parametrize("text", ["", " 7804", "78O4", "-1", "7804.0", "\u0667"])
def test_a_numeric_code_with_anything_but_digits_is_refused(kind: type[RxNorm], text: str) -> None:
    with pytest.raises(InputError):
        kind(text)


@pytest.mark.parametrize(
    ("system", "value", "expected"),
    [
        ("http://www.nlm.nih.gov/research/umls/rxnorm", "4337", RxNorm("4337")),
        ("http://loinc.org", "72514-3", Loinc("72514-3")),
        ("http://snomed.info/sct", "103735009", Snomed("103735009")),
        ("http://hl7.org/fhir/sid/icd-10", "C61", Icd10("C61")),
        ("http://hl7.org/fhir/sid/icd-9-cm", "185", Icd9("185")),
    ],
)
def test_a_fhir_system_address_gives_the_typed_code(system: str, value: str, expected: object) -> None:
    assert code_from_system(system, value) == expected


def test_a_system_that_is_not_ours_gives_none() -> None:
    assert code_from_system("http://hl7.org/fhir/sid/ndc", "0409-2051-05") is None
