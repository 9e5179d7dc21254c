"""Citations by key."""

from __future__ import annotations

from pathlib import Path

import pytest

from adjuvant.errors import LibraryError
from adjuvant.library import citation, citations, digest
from adjuvant.library.folder import FOLDER, shown_name


def test_a_citation_gives_its_best_identifier() -> None:
    assert citation("dowell2022").identifier == "doi:10.15585/mmwr.rr7103a1"
    assert citation("reddy2017").identifier == "PMID 28711751"
    assert citation("civik_registry").identifier == "NCT03362073"
    assert citation("nci_pdq2014").identifier == "NCI PDQ, Pain, table 3"


def test_an_unknown_key_names_the_nearest() -> None:
    with pytest.raises(
        LibraryError, match=r"citation 'dowel2022': is not in citations\.yaml; did you mean 'dowell2022'"
    ):
        citation("dowel2022")


def test_every_key_is_its_citation_s_own() -> None:
    assert all(cited.key == key for key, cited in citations().items())


def test_the_digest_is_the_same_at_every_call() -> None:
    assert digest() == digest()
    assert len(digest()) == 64


def test_a_file_is_shown_by_its_place_in_the_library() -> None:
    assert shown_name(FOLDER / "opioids" / "cdc2022.yaml") == "opioids/cdc2022.yaml"
    assert shown_name(Path("site.yaml")) == "site.yaml"
    assert shown_name(Path("wards/hill/site.yaml")) == "wards/hill/site.yaml"
