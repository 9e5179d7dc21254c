"""Ways of giving that published protocols ask of the language, each written as a file, read and run."""

from __future__ import annotations

from pathlib import Path

import pytest

from adjuvant.errors import LibraryError
from adjuvant.protocol import Guidance, Status, lacking, load
from adjuvant.protocol.facts import fact_lines
from bedside import Chart
from written import written


def dose(guidance: Guidance) -> str:
    (found,) = [one.dose for one in guidance.recommendations if one.dose is not None]
    return str(found)


def said(key: str) -> str:
    return "\n".join(line for _, lines in fact_lines(load(key).protocol) for line in lines)


def calm(hour: float = 0, pain: int = 7) -> Chart:
    return Chart().seen(hour, pain=pain).calm(hour)


# --- in the cheek -----------------------------------------------------------------------------------------

CHEEK = "cheek: {title: In the cheek, route: buccal, mode: buccal, start: 10 mg, times_per_day: 3, course: {at_most: 5 d}}"


def test_a_dose_in_the_cheek_is_given_and_repeated(tmp_path: Path) -> None:
    site = written(tmp_path, CHEEK)
    assert dose(calm().ask(site, 0)) == "10 mg"
    later = calm(8).ketamine(0, "given", "10 mg").ask(site, 8)
    assert (later.status, dose(later)) == (Status.CONTINUE, "10 mg")


def test_how_often_a_dose_in_the_cheek_is_given_must_be_said(tmp_path: Path) -> None:
    with pytest.raises(
        LibraryError, match=r"regimens\.cheek\.times_per_day is neither given nor listed as absent"
    ):
        written(tmp_path, CHEEK.replace("times_per_day: 3, ", ""))


def test_the_cheek_is_not_the_mouth(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="is oral, and buccal is given by buccal"):
        written(tmp_path, CHEEK.replace("route: buccal", "route: oral"))


def test_a_route_whose_way_of_giving_is_not_said_waits_for_a_site() -> None:
    """Gwent names mouth, cheek and skin; how it is given under the skin was not read."""
    gwent = load("gwent").protocol
    assert {one.route for one in gwent.regimens.values()} == {"oral", "buccal", "subcutaneous"}
    assert "regimens.subcutaneous.mode" in {need.field for need in lacking(gwent)}
    assert "How it is given is not said, subcutaneous" in said("gwent")
