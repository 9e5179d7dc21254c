"""An hour is not a minute, a day is not an hour, a millilitre is no milligram, a pound is no kilogram.

Each figure is reckoned by hand. The factor for morphine into a vein is 3, by mouth 1 (the default pair of tables).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from adjuvant.quantity import read_unit
from charts import MAPPING, a_chart, a_row, days_of, pain_of
from running import Run

INFUSION = {"drug": "morphine", "route": "intravenous"}
ORAL = {"drug": "morphine", "route": "oral"}
COURSE = ("--course", "2031-03-05T09:00/2031-03-05T12:00")


def regimen(weight: str | None = None, **line: Any) -> str:
    return json.dumps({"medications": [line], **({"weight": weight} if weight else {})})


@pytest.mark.hazard("H-001", "H-002")
@pytest.mark.parametrize(
    ("rate", "mme"),
    [
        ("3 mg/h", 216),  # 3 × 24 = 72 mg a day, × 3
        ("0.05 mg/min", 216),
        ("50 ug/min", 216),
        ("3000 mcg/hr", 216),
        ("72 mg/d", 216),
        ("3 mg/min", 216 * 60),
        ("3 mg/d", 9),
    ],
)
def test_a_rate_says_over_what_time_and_is_converted_by_it(adjuvant: Run, rate: str, mme: float) -> None:
    answer = adjuvant("mme", "-", "--json", stdin=regimen(**INFUSION, rate=rate)).json
    assert answer["total"] == {"mme_per_day": mme, "low": mme, "high": mme, "complete": True}


@pytest.mark.hazard("H-001", "H-002", "H-085")
@pytest.mark.parametrize("rate", ["3", "3 mg", "3 mg/", "3 /h", "3 mgh"])
def test_a_rate_that_does_not_say_over_what_time_is_refused(adjuvant: Run, rate: str) -> None:
    total = adjuvant("mme", "-", "--json", stdin=regimen(**INFUSION, rate=rate)).json["total"]
    assert (total["mme_per_day"], total["high"], total["complete"]) == (0, None, False)


SPELT = {
    "mcghr": "ug/h",
    "mghr": "mg/h",
    "mcgmin": "ug/min",
    "mgmin": "mg/min",
    "mcgkghr": "ug/kg/h",
    "mcg/kghr": "ug/kg/h",
    "mgkghr": "mg/kg/h",
    "mcgkgmin": "ug/kg/min",
    "mlhr": "mL/h",
    "cchr": "mL/h",
}


@pytest.mark.hazard("H-001")
@pytest.mark.parametrize("spelt", SPELT)
def test_a_unit_that_is_run_together_keeps_its_base_of_time(spelt: str) -> None:
    assert read_unit(spelt).code == SPELT[spelt]


@pytest.mark.hazard("H-001", "H-002")
@pytest.mark.parametrize("rate", ["3 mg/h", "0.05 mg/min", "72 mg/d", "3 mghr"])
def test_a_charted_infusion_reads_the_same_in_every_base_of_time(
    adjuvant: Run, tmp_path: Path, rate: str
) -> None:
    running = {"kind": "infusion", "route": "intravenous", "dose": "", "rate": rate}
    chart = a_chart(
        tmp_path / "ward",
        a_row("2031-03-01T00:00", end="2031-03-12T00:00", **running),
        pain=pain_of(1, 11),
    )
    opioids = adjuvant("evaluate", chart, *COURSE, "--json").json["opioids"]
    assert (opioids["before"], opioids["complete"]["before"]) == (216, True)


@pytest.mark.hazard("H-004")
@pytest.mark.parametrize(
    ("dose", "strength", "mme"),
    [("2 mL", "10 mg/mL", 80), ("2 mL", None, None), ("2 mg", "10 mg/mL", 8), ("2 mL", "10 mg", None)],
)
def test_a_volume_is_a_dose_only_by_its_concentration(
    adjuvant: Run, dose: str, strength: str | None, mme: float | None
) -> None:
    """2 mL of 10 mg/mL are 20 mg, four times a day 80; 2 mg stay 2 mg whatever the bottle holds."""
    line = {**ORAL, "dose": dose, "times_per_day": 4} | ({"strength": strength} if strength else {})
    total = adjuvant("mme", "-", "--json", stdin=regimen(**line)).json["total"]
    assert (total["mme_per_day"], total["complete"]) == ((mme, True) if mme else (0, False))


@pytest.mark.hazard("H-013")
@pytest.mark.parametrize("unit", ["{vial}", "{ampule}", "{syringe}", "{bag}"])
def test_a_strength_per_millilitre_is_never_the_content_of_a_container(adjuvant: Run, unit: str) -> None:
    """A 10 mL vial of 50 mg/mL holds 500 mg. Nobody said how large this one is, so it is neither 50 nor 500."""
    line = {**INFUSION, "dose": f"1 {unit}", "strength": "50 mg/mL", "times_per_day": 1}
    answer = adjuvant("mme", "-", "--json", stdin=regimen(**line)).json
    assert answer["total"]["complete"] is False
    assert answer["lines"][0]["reason"] == "ambiguous strength"


@pytest.mark.hazard("H-013")
def test_a_strength_per_container_is_its_whole_content(adjuvant: Run) -> None:
    """Two vials of 500 mg are 1000 mg, × 3."""
    line = {**INFUSION, "dose": "2 {vial}", "strength": "500 mg/{vial}", "times_per_day": 1}
    assert adjuvant("mme", "-", "--json", stdin=regimen(**line)).json["total"]["mme_per_day"] == 3000


@pytest.mark.hazard("H-005", "H-006")
@pytest.mark.parametrize(
    ("weight", "mme"),
    [
        ("100 kg", 40),  # 0.1 mg/kg × 100 kg × 4 a day
        ("100000 g", 40),
        ("100 lb", 18.1436948),  # a pound is 0.45359237 kg exactly
        ("100 [lb_av]", 18.1436948),
    ],
)
def test_a_dose_per_kilogram_takes_the_weight_in_its_own_unit(adjuvant: Run, weight: str, mme: float) -> None:
    line = {**ORAL, "dose": "0.1 mg/kg", "times_per_day": 4}
    assert adjuvant("mme", "-", "--json", stdin=regimen(weight, **line)).json["total"]["mme_per_day"] == mme


@pytest.mark.hazard("H-005")
def test_a_dose_per_kilogram_without_a_weight_is_never_taken_for_the_dose(adjuvant: Run) -> None:
    line = {**ORAL, "dose": "0.1 mg/kg", "times_per_day": 4}
    answer = adjuvant("mme", "-", "--json", stdin=regimen(**line)).json
    assert answer["lines"][0]["reason"] == "missing body weight"
    assert answer["total"]["complete"] is False


@pytest.mark.hazard("H-005")
def test_a_weight_changes_no_absolute_dose(adjuvant: Run) -> None:
    line = {**ORAL, "dose": "10 mg", "times_per_day": 4}
    for weight in (None, "70 kg"):
        assert (
            adjuvant("mme", "-", "--json", stdin=regimen(weight, **line)).json["total"]["mme_per_day"] == 40
        )


@pytest.mark.hazard("H-006")
@pytest.mark.parametrize("weight", ["100", "100 stone", "100 mL", "0 kg", "-70 kg", "7O kg", "70,5 kg"])
def test_a_weight_without_a_unit_of_mass_is_refused(adjuvant: Run, weight: str) -> None:
    answer = adjuvant("mme", "-", stdin=regimen(weight, **ORAL, dose="0.1 mg/kg", times_per_day=4))
    assert answer.code == 3 and "weight" in answer.err and answer.err.count("\n") == 1


WEIGHTS = (
    MAPPING + "  weights: {file: weights.csv, columns: {patient: patient, time: time, weight: weight}}\n"
)


@pytest.mark.hazard("H-006")
@pytest.mark.parametrize(
    ("cell", "outcome"), [("70 kg", "used"), ("154 lb", "used"), ("70", "not used"), ("154", "not used")]
)
def test_a_charted_weight_without_a_unit_is_not_used(
    adjuvant: Run, tmp_path: Path, cell: str, outcome: str
) -> None:
    """154 without a unit may be pounds; 70 without one may be too."""
    rows = f"patient,time,weight\na,2031-03-01T08:00,{cell}\n".encode()
    chart = a_chart(tmp_path / "ward", days_of(1, 2), mapping=WEIGHTS, weights=rows)
    lines = adjuvant("import", chart, "--json").json["quality"]
    assert outcome in {line["outcome"] for line in lines if line["table"] == "weights.csv"}
    assert any("unit" in line["reason"] for line in lines) == (outcome == "not used")
