"""Drugs and patches whose figure needs a second look say so: methadone, buprenorphine, the strengths of fentanyl."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from charts import MAPPING, a_chart, a_dose, days_of, pain_of
from running import Run

COURSE = ("--course", "2031-03-05T09:00/2031-03-05T12:00")


def regimen(*lines: dict[str, Any]) -> str:
    return json.dumps({"medications": list(lines)})


def patch(strength: str) -> dict[str, Any]:
    return {"drug": "fentanyl", "form": "patch", "route": "transdermal", "dose": strength}


METHADONE = {"drug": "methadone", "route": "oral", "dose": "10 mg", "times_per_day": 3}
OXYCODONE = {"drug": "oxycodone", "route": "oral", "dose": "10 mg", "times_per_day": 4}


@pytest.mark.hazard("H-030")
@pytest.mark.parametrize("lines", [(METHADONE,), (OXYCODONE, METHADONE)])
def test_a_regimen_with_methadone_says_so_beside_its_total(
    adjuvant: Run, lines: tuple[dict[str, Any], ...]
) -> None:
    assert "Contains methadone" in adjuvant("mme", "-", stdin=regimen(*lines)).out
    assert "Contains methadone" in adjuvant("mme", "-", "--json", stdin=regimen(*lines)).out


@pytest.mark.hazard("H-030")
def test_a_regimen_without_methadone_does_not(adjuvant: Run) -> None:
    assert "Contains methadone" not in adjuvant("mme", "-", stdin=regimen(OXYCODONE)).out


@pytest.mark.hazard("H-030")
def test_a_record_with_methadone_says_so_beside_its_total(adjuvant: Run, tmp_path: Path) -> None:
    chart = a_chart(tmp_path / "ward", days_of(1, 12, drug="methadone"), pain=pain_of(1, 12))
    opioids = adjuvant("evaluate", chart, *COURSE, "--json").json["opioids"]
    assert opioids["before"] > 0
    assert "methadone" in json.dumps(opioids["warnings"])


@pytest.mark.hazard("H-033")
@pytest.mark.parametrize(
    ("written", "mme"), [("12 ug/h", 28.8), ("12.5 ug/h", 30), ("25 ug/h", 60), ("125 ug/h", 300)]
)
def test_the_strength_that_is_written_is_the_strength_that_is_shown_and_counted(
    adjuvant: Run, written: str, mme: float
) -> None:
    """12 is not made 12.5, nor 12.5 made 12, and 125 stays 125: × 2.4, and the step is shown for a person to see."""
    answer = adjuvant("mme", "-", "--json", stdin=regimen(patch(written))).json
    assert answer["total"]["mme_per_day"] == mme
    steps = [step["text"] for step in answer["lines"][0]["derivation"]]
    number = written.split()[0]
    assert any(step.startswith(f"{number} microgram/h × 2.4") for step in steps)


@pytest.mark.hazard("H-033")
@pytest.mark.parametrize(
    "written", ["12,5 ug/h", "12-5 ug/h", "125", "12.5", "12 5 ug/h", "1 2.5 ug/h", "12.5 ug"]
)
def test_a_strength_that_lost_its_point_or_its_unit_is_refused(adjuvant: Run, written: str) -> None:
    total = adjuvant("mme", "-", "--json", stdin=regimen(patch(written))).json["total"]
    assert (total["mme_per_day"], total["complete"]) == (0, False)


@pytest.mark.hazard("H-033")
def test_a_strength_that_contradicts_the_product_is_refused(adjuvant: Run) -> None:
    """The product's own code says 12 microgram an hour (RxNorm 577057); the dose says 125."""
    line = patch("125 ug/h") | {"drug": "72 HR Fentanyl 0.012 MG/HR Transdermal System"}
    total = adjuvant("mme", "-", "--json", stdin=regimen(line)).json["total"]
    assert total["complete"] is False


@pytest.mark.hazard("H-031")
@pytest.mark.parametrize("times", [{"every_hours": 72}, {"every_hours": 48}, {"every_hours": 24}])
def test_how_often_a_patch_is_changed_never_multiplies_it(adjuvant: Run, times: dict[str, Any]) -> None:
    """75 × 2.4 = 180 MME a day however often it is changed; two worn at once are 360."""
    one = adjuvant("mme", "-", "--json", stdin=regimen(patch("75 ug/h") | times)).json["total"]
    two = adjuvant("mme", "-", "--json", stdin=regimen(patch("75 ug/h") | times | {"patches": 2})).json[
        "total"
    ]
    assert (one["mme_per_day"], two["mme_per_day"]) == (180, 360)


# The column that holds a strength elsewhere holds the site of a patch here.
SITES = MAPPING.replace("strength: strength", "patch: strength")


@pytest.mark.hazard("H-032")
def test_an_old_patch_that_nobody_took_off_counts_beside_the_new_one_at_another_site(
    adjuvant: Run, tmp_path: Path
) -> None:
    """25 on the left arm from day 1, 25 more on the right from day 3: over days 2 to 4 a mean of 125/3, × 2.4 = 100."""
    on = {"drug": "fentanyl", "route": "transdermal", "kind": "patch on", "dose": "", "rate": "25 ug/h"}
    rows = a_dose(1, 0, **on, strength="left arm") + a_dose(3, 0, **on, strength="right arm")
    chart = a_chart(tmp_path / "ward", rows, pain=pain_of(1, 12), mapping=SITES)
    assert adjuvant("evaluate", chart, *COURSE, "--json").json["opioids"]["before"] == 100


@pytest.mark.hazard("H-032")
def test_a_patch_put_on_without_a_site_and_never_removed_leaves_no_complete_total(
    adjuvant: Run, tmp_path: Path
) -> None:
    """A patch of 50 follows one of 25 with no removal charted: a change, or one more? Nobody can say."""
    on = {"drug": "fentanyl", "route": "transdermal", "kind": "patch on", "dose": ""}
    rows = a_dose(1, 0, **on, rate="25 ug/h") + a_dose(3, 0, **on, rate="50 ug/h")
    chart = a_chart(tmp_path / "ward", rows, pain=pain_of(1, 12))
    opioids = adjuvant("evaluate", chart, *COURSE, "--json").json["opioids"]
    assert opioids["complete"] == {"before": False, "after": False}
    assert opioids["percent"] is None
