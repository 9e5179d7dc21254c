"""Racemic ketamine and S-ketamine are two drugs, and what only sounds like ketamine is neither."""

from __future__ import annotations

from pathlib import Path

import pytest

from charts import a_chart, a_dose, days_of, pain_of
from running import Run

INFUSED = {"route": "intravenous", "kind": "infusion", "dose": "35 mg"}


def infused(day: int, drug: str) -> str:
    return a_dose(day, 10, drug=drug, end=f"2031-03-{day:02d}T11:00", **INFUSED)


@pytest.mark.hazard("H-015")
@pytest.mark.parametrize("other", ["esketamine", "S-ketamine", "Esketamine hydrochloride", "S(+)-ketamine"])
def test_the_two_are_two_courses_and_each_says_that_the_other_was_given(
    adjuvant: Run, tmp_path: Path, other: str
) -> None:
    chart = a_chart(
        tmp_path / "ward",
        days_of(1, 12) + infused(5, "ketamine") + infused(6, other),
        pain=pain_of(1, 12),
    )
    racemic, enantiomer = adjuvant("evaluate", chart, "--json").json["evaluations"]
    assert [racemic["course"]["number"], enantiomer["course"]["number"]] == [1, 2]
    assert "sketamine was also given outside this course" in racemic["verdict"]["flags"][0]
    assert "etamine was also given outside this course" in enantiomer["verdict"]["flags"][0]


@pytest.mark.hazard("H-015")
def test_their_milligrams_are_never_added(adjuvant: Run, tmp_path: Path) -> None:
    """A declared course may hold both; 35 mg of one and 35 mg of the other are not 70 mg of anything."""
    chart = a_chart(
        tmp_path / "ward",
        days_of(1, 12) + infused(5, "ketamine") + infused(6, "esketamine"),
        pain=pain_of(1, 12),
    )
    shown = adjuvant("evaluate", chart, "--course", "2031-03-05T09:00/2031-03-06T12:00").out
    assert "70 mg" not in shown
    assert shown.count("35 mg") >= 2


@pytest.mark.hazard("H-016")
@pytest.mark.parametrize(
    "drug", ["ketorolac", "ketoprofen", "ketotifen", "ketoconazole", "Ketalarc", "keta", "norketamine"]
)
def test_what_only_begins_like_ketamine_makes_no_course(adjuvant: Run, tmp_path: Path, drug: str) -> None:
    chart = a_chart(tmp_path / "ward", days_of(1, 12) + infused(5, drug), pain=pain_of(1, 12))
    answer = adjuvant("evaluate", chart)
    assert answer.code == 3 and "no ketamine course" in answer.err


@pytest.mark.hazard("H-016")
@pytest.mark.parametrize(
    "drug",
    ["apomorphine", "hydroxyzine", "naloxone", "oxybutynin", "morphin3", "hydro", "fent", "sufenta nil"],
)
def test_what_only_sounds_like_an_opioid_is_never_counted_as_one(adjuvant: Run, drug: str) -> None:
    """Known and no opioid: passed over. Not known: refused, because it could be one. Never a figure."""
    line = f'{{"medications": [{{"drug": "{drug}", "route": "oral", "dose": "10 mg", "times_per_day": 1}}]}}'
    (found,) = adjuvant("mme", "-", "--json", stdin=line).json["lines"]
    assert (found["mme_per_day"], found["status"] == "value") == (None, False)
