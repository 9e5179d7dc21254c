"""Citations: an identifier or a named document, never a mirror's address."""

import pytest

from adjuvant.citation import Citation, Provenance
from adjuvant.errors import LibraryError


def test_a_citation_without_any_identifier_is_refused() -> None:
    with pytest.raises(LibraryError, match="no DOI, PMID, registry number or document"):
        Citation("x2020", "Somebody. A paper. 2020.")


def test_a_doi_written_as_an_address_is_refused() -> None:
    with pytest.raises(LibraryError, match="is not a DOI"):
        Citation("x2020", "Somebody.", doi="https://doi.org/10.15585/mmwr.rr7103a1")


def test_the_best_identifier_is_shown() -> None:
    assert Citation("a", "t", doi="10.1/x", pmid="1").identifier == "doi:10.1/x"
    assert Citation("a", "t", pmid="1").identifier == "PMID 1"
    assert Citation("a", "t", registry="NCT03362073").identifier == "NCT03362073"
    assert Citation("a", "t", document="Issuer, Title, 2016").identifier == "Issuer, Title, 2016"


def test_only_what_was_read_at_its_source_goes_unlabelled() -> None:
    words = ["", "read second-hand", "inferred", "assumed", "chosen by the site"]
    assert [kind.label for kind in Provenance] == words
