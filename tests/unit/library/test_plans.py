"""Plans: single tables, named pairs, pairs that somebody asks for, and the range over tables."""

from __future__ import annotations

import pytest

from adjuvant.errors import LibraryError
from adjuvant.library import default_plan, load_table, named_pairs, plan, spread_plans


def test_one_table_alone_is_a_plan() -> None:
    alone = plan("cdc2022")
    assert alone.key == "cdc2022"
    assert alone.title == "CDC 2022"
    assert alone.tables == (load_table("cdc2022"),)
    assert alone.parenteral is None


def test_a_named_pair_is_found_by_its_two_tables_or_by_its_key() -> None:
    pair = plan("cdc2022", "us_equianalgesic_classic")
    assert pair is default_plan()
    assert pair is plan("cdc2022+us_equianalgesic_classic")
    assert pair.title == "CDC 2022, parenteral by US equianalgesic, classic"
    assert [table.key for table in pair.tables] == ["cdc2022", "us_equianalgesic_classic"]
    assert pair.why
    assert pair.in_spread


@pytest.mark.hazard("H-027")
def test_a_pair_that_nobody_named_may_be_asked_for_and_stays_out_of_the_range() -> None:
    pair = plan("heal2025", "fpm_anzca_2021")
    assert pair.key == "heal2025+fpm_anzca_2021"
    assert not pair.in_spread
    assert pair not in spread_plans()


def test_the_pair_with_the_measured_ratio_is_named_and_stays_out_of_the_range() -> None:
    pair = plan("cdc2022", "mdanderson_reddy2017")
    assert pair in named_pairs()
    assert pair not in spread_plans()


def test_the_default_stands_first_in_the_range() -> None:
    assert spread_plans()[0] is default_plan()
    assert len({one.key for one in spread_plans()}) == len(spread_plans())


@pytest.mark.parametrize(
    ("primary", "parenteral", "words"),
    [
        ("cdc2022", "cdc2022", r"pair cdc2022\+cdc2022: pairs a table with itself"),
        ("cdc2023", None, "did you mean 'cdc2022'"),
        ("cdc2022", "us_equianalgesic", "did you mean 'us_equianalgesic_classic'"),
        ("cdc2022+cdc2016+heal2025", None, r"conversion table 'cdc2016\+heal2025': does not exist"),
        ("cdc2022+", None, "conversion table '': does not exist"),
    ],
)
def test_a_plan_of_nothing_is_refused(primary: str, parenteral: str | None, words: str) -> None:
    with pytest.raises(LibraryError, match=words):
        plan(primary, parenteral)
