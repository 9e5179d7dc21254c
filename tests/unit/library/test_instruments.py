"""Scales of pain and sedation."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from adjuvant.errors import LibraryError
from adjuvant.library import scale, scale_by_loinc, scales
from adjuvant.library.folder import FOLDER
from adjuvant.library.instruments import read_scales


def test_the_numeric_rating_scale_takes_whole_points_from_0_to_10() -> None:
    nrs = scale("nrs_0_10")
    assert nrs.kind == "pain self-report"
    assert nrs.allows(Fraction(0))
    assert nrs.allows(Fraction(10))
    assert not nrs.allows(Fraction(11))
    assert not nrs.allows(Fraction(-1))
    assert not nrs.allows(Fraction(1, 2))


def test_rass_runs_below_zero() -> None:
    rass = scale("rass")
    assert (rass.low, rass.high) == (-5, 4)
    assert rass.allows(Fraction(-5))
    assert not rass.allows(Fraction(5))


def test_poss_has_levels_and_no_numbers() -> None:
    poss = scale("poss")
    assert [level.value for level in poss.levels] == ["S", "1", "2", "3", "4"]
    assert poss.low is None
    assert not poss.allows(Fraction(1))
    assert poss.levels[0].meaning


def test_behavioural_scales_are_marked_as_such_even_where_they_run_to_10() -> None:
    assert {one.key for one in scales() if one.kind == "pain behavioural"} == {"cpot", "painad"}


def test_a_loinc_code_means_one_scale_and_the_wrong_one_for_rass_means_none() -> None:
    assert scale_by_loinc("72514-3").key == "nrs_0_10"
    assert scale_by_loinc("75893-8").key == "nrs_past_week"
    assert scale_by_loinc("54632-5") is None
    assert scale_by_loinc("38208-5") is None, "pain severity without a scale is no scale"


def test_an_unknown_scale_names_the_nearest() -> None:
    with pytest.raises(LibraryError, match="did you mean 'nrs_0_10'"):
        scale("nrs_0_11")


def test_one_code_on_two_scales_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "scales"
    folder.mkdir()
    text = (FOLDER / "scales" / "nrs_0_10.yaml").read_text(encoding="utf-8")
    (folder / "nrs_0_10.yaml").write_text(text, encoding="utf-8")
    assert len(read_scales(folder)) == 1
    (folder / "other.yaml").write_text(text.replace("scale: nrs_0_10", "scale: other"), encoding="utf-8")
    with pytest.raises(LibraryError, match=r"scales/other\.yaml: has the code 72514-3 of nrs_0_10 too"):
        read_scales(folder)
