"""Conversion tables: loading, rows, bands, and the errors of a wrong key."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adjuvant.citation import Provenance
from adjuvant.errors import LibraryError
from adjuvant.library import Band, ConversionFactor, citation, load_table, route_group, table_keys
from adjuvant.library.tables import read_table
from adjuvant.quantity import parse_unit

HEAD = """table: mine
title: Mine
scope: a test
evidence: invented for a test
citation: dowell2022
provenance: assumed
rows:
"""


def read(folder: Path, rows: str) -> tuple[ConversionFactor, ...]:
    """The rows of a table with that text."""
    path = folder / "mine.yaml"
    path.write_text(HEAD + rows, encoding="utf-8")
    return read_table(path).factors


def test_a_row_holds_all_that_its_derivation_shows() -> None:
    (row,) = load_table("cdc2022").rows("fentanyl")
    assert row.routes == {"transdermal"}
    assert row.forms == {"patch"}
    assert row.unit.code == "ug/h"
    assert row.factor == Fraction("2.4")
    assert row.citation.identifier == "doi:10.15585/mmwr.rr7103a1"
    assert row.provenance is Provenance.SECONDARY
    assert row.row.startswith("opioids/cdc2022.yaml:")
    assert row.per_patch_hours is None
    assert row.refuse is None
    assert row.at(Fraction(1000)) == Fraction("2.4")


def test_a_table_says_whom_it_was_made_for_and_what_was_read() -> None:
    table = load_table("cdc2022")
    assert table.title == "CDC 2022"
    assert table.citation is citation("dowell2022")
    assert "outpatients" in table.scope
    assert "not read" in table.evidence
    assert len(table.digest) == 64
    assert table.rows("no such drug") == ()


def test_a_table_is_read_once() -> None:
    assert load_table("cdc2016") is load_table("cdc2016")


def test_keys_are_the_files_and_pairs_is_not_one_of_them() -> None:
    assert "cdc2022" in table_keys()
    assert "pairs" not in table_keys()
    assert list(table_keys()) == sorted(table_keys())


def test_an_unknown_table_names_the_nearest() -> None:
    with pytest.raises(
        LibraryError, match=r"conversion table 'cdc2023': does not exist; did you mean 'cdc2022'"
    ):
        load_table("cdc2023")
    with pytest.raises(LibraryError, match="use one of: cdc2016, cdc2022"):
        load_table("zzzzzz")


@pytest.mark.parametrize("key", ["../drugs", "pairs", "", "opioids/cdc2022", "CDC2022"])
def test_a_key_is_never_a_path(key: str) -> None:
    with pytest.raises(LibraryError, match="does not exist"):
        load_table(key)


def test_any_route_is_every_route_but_the_spine(tmp_path: Path) -> None:
    (row,) = read(
        tmp_path,
        "  - {ingredient: methadone, routes: any, unit: mg, factor: 3, citation: openprescribing, provenance: read}\n",
    )
    assert {"oral", "intravenous", "rectal"} <= row.routes
    assert not [name for name in row.routes if route_group(name) == "neuraxial"]


def test_two_forms_of_one_route_are_two_rows(tmp_path: Path) -> None:
    row = "  - {{ingredient: fentanyl, routes: [buccal], forms: [{}], unit: ug, factor: {}, citation: cms2018, provenance: read}}\n"
    rows = read(tmp_path, row.format("tablet", "0.13") + row.format("film", "0.18"))
    assert [row.factor for row in rows] == [Fraction("0.13"), Fraction("0.18")]


def banded(*bands: tuple[str, bool, str]) -> ConversionFactor:
    """A row with bands of (edge, inclusive, factor)."""
    return ConversionFactor(
        table="t",
        ingredient="methadone",
        routes=frozenset({"oral"}),
        forms=None,
        unit=parse_unit("mg"),
        factor=None,
        bands=tuple(Band(Fraction(edge), inclusive, Fraction(factor)) for edge, inclusive, factor in bands),
        citation=citation("dowell2016"),
        provenance=Provenance.ASSUMED,
    )


@pytest.mark.hazard("H-008")
def test_an_exclusive_edge_belongs_below_and_an_inclusive_one_above() -> None:
    above = banded(("0", False, "4"), ("20", False, "8"))
    start = banded(("0", True, "4"), ("20", True, "8"))
    assert (above.at(Fraction(20)), start.at(Fraction(20))) == (4, 8)
    assert above.at(Fraction("20.000001")) == 8
    assert start.at(Fraction("19.999999")) == 4
    assert above.at(Fraction(0)) == 4


@pytest.mark.hazard("H-008")
@given(daily=st.fractions(min_value=0, max_value=1000))
@pytest.mark.hazard("H-030")
def test_every_daily_dose_has_exactly_one_factor(daily: Fraction) -> None:
    """No gap: 20.5 mg a day has an answer, where tables printed in whole milligrams have none."""
    row = banded(("0", False, "4"), ("20", False, "8"), ("40", False, "10"), ("60", False, "12"))
    expected = 4 if daily <= 20 else 8 if daily <= 40 else 10 if daily <= 60 else 12
    assert row.at(daily) == expected


def test_rising_and_falling_bands_are_told_apart() -> None:
    assert banded(("0", True, "4"), ("20", True, "8")).monotone
    assert not banded(("0", True, "11.54"), ("30", True, "9.86")).monotone
    assert banded().monotone
    assert banded().at(Fraction(1)) is None
