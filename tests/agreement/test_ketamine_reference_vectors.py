"""Levels against 53 curves of independent engines: matrix exponential, SimTIVA, opentiva, deSolve, myokit."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from adjuvant.pk import Bolus, Covariates, Infusion, Levels, Regimen, load_model, simulate

MODELS = {
    "Kamp2020_simtiva": "kamp2020",
    "Domino1982": "domino1982",
    "Clements250_1981": "clements250",
    "Herd2007": "herd2007",
    "Hijazi2003": "hijazi2003",
    "Otto2021_Sket_Snorket": "otto2021",
    "Simons2022": "simons2022",
    "PerezRuixo2020": "perezruixo2020",
}
SINGLE = {
    "sl_film_50mg": Bolus(0, "50 mg", "sublingual"),
    "iv_20mg_20min": Infusion.of_amount(0, 20, "20 mg", "intravenous"),
    "po_84mg": Bolus(0, "84 mg", "oral"),
    "iv_28mg_40min": Infusion.of_amount(0, 40, "28 mg", "intravenous"),
}
METABOLITE = ("c_norket", "c_norket_Seq", "c_noresket")
PLACES = range(53)

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def noted(shared: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((shared / "pk" / "reference_vectors.json").read_text(encoding="utf-8"))
    return found


def regimen_of(vector: dict[str, Any], noted: dict[str, Any], drug: str) -> tuple[Regimen, list[float]]:
    if vector["regimen"] in SINGLE:
        times = vector.get("t_min") or [60 * hour for hour in vector["t_h"]]
        return Regimen((SINGLE[vector["regimen"]],), drug), times
    known = noted["regimens"][vector["regimen"]]
    runs = known["infusions_min_min_mgpermin"]
    doses = tuple(
        Infusion(start, start + lasting, f"{Decimal(repr(rate)):f} mg/min", "intravenous")
        for start, lasting, rate in runs
    )
    return Regimen(doses, drug), known["t_min"]


def effect_rate(vector: dict[str, Any]) -> float | None:
    """The rate that the other engine used: stated with the curve, or its file's own."""
    if "opentiva" in vector["source"]:
        rate = load_model(MODELS[vector["model"]]).effect_sites["opentiva_peak"].rate
        return None if rate is None else float(rate.value.value)
    return vector.get("ke0_per_min", vector.get("params_min", {}).get("ke0"))


def levels_of(vector: dict[str, Any], noted: dict[str, Any], shift_s: float = 0.0) -> Levels:
    model = load_model(MODELS[vector["model"]])
    regimen, times = regimen_of(vector, noted, model.drug)
    if "t_s_rows" in vector:  # opentiva's table has a row a second; these are the ones that were taken
        times = [(second - shift_s) / 60 for second in vector["t_s_rows"]]
    return simulate(model, regimen, times, Covariates(70.0, age_years=45), effect_per_min=effect_rate(vector))


def pairs(vector: dict[str, Any], levels: Levels) -> list[tuple[np.ndarray, np.ndarray]]:
    found = [(levels.ng_per_ml["ketamine"], np.array(vector["cp"]))]
    found += [
        (levels.ng_per_ml["norketamine"], np.array(vector[name])) for name in METABOLITE if name in vector
    ]
    return found


def test_there_are_the_53_curves_that_are_compared_here(noted: dict[str, Any]) -> None:
    assert len(noted["vectors"]) == len(PLACES)
    assert {vector["model"] for vector in noted["vectors"]} == set(MODELS)


@pytest.mark.hazard("H-040")
@pytest.mark.parametrize("place", PLACES)
def test_a_curve_agrees_at_each_of_its_points(place: int, noted: dict[str, Any]) -> None:
    """To one part in 10^9 of each point. deSolve and myokit ran with a tolerance of 10^-10 a step, which is seen

    in their tails, so that theirs is compared with the highest point of the curve: the matrix exponential of the
    same regimen agrees to 10^-12 at each point.
    """
    vector = noted["vectors"][place]
    levels = levels_of(vector, noted)
    for ours, theirs in pairs(vector, levels):
        if "deSolve" in vector["source"] or "myokit" in vector["source"]:
            assert np.abs(ours - theirs).max() <= 2e-9 * theirs.max()
        else:
            np.testing.assert_allclose(ours, theirs, rtol=1e-9)
    if "ce" in vector and "opentiva" not in vector["source"]:
        assert levels.effect_ng_per_ml is not None
        np.testing.assert_allclose(levels.effect_ng_per_ml, vector["ce"], rtol=1e-9)


@pytest.mark.parametrize("place", range(24, 28))
def test_the_effect_site_of_opentiva_lags_by_half_of_its_step(place: int, noted: dict[str, Any]) -> None:
    """It steps by a second, so that its value is that of half a second before: to its own 2 in 10,000 while the

    infusion runs, and to 2 in 1,000 after it, where the level falls fast within a step.
    """
    vector = noted["vectors"][place]
    assert "opentiva" in vector["source"] and vector["regimen"] == "iv_0.5mgkg_40min"
    ours = levels_of(vector, noted, shift_s=0.5).effect_ng_per_ml
    assert ours is not None
    running = np.array(vector["t_s_rows"]) <= 40 * 60
    theirs = np.array(vector["ce"])
    np.testing.assert_allclose(ours[running], theirs[running], rtol=2e-4)
    np.testing.assert_allclose(ours[~running], theirs[~running], rtol=2e-3)


@pytest.mark.parametrize(
    ("model", "bolus_mg"), [("kamp2020", 3.508026678), ("domino1982", 3.961213777)], ids=["kamp", "domino"]
)
def test_the_bolus_for_100_ng_per_ml_at_the_effect_site_is_that_of_simtiva(
    model: str, bolus_mg: float, noted: dict[str, Any]
) -> None:
    """1 mg over a second; the bolus is 100 over the highest level on SimTIVA's grid, 96 s after the mg is in."""
    name = {value: key for key, value in MODELS.items()}[model]
    vector = next(one for one in noted["vectors"] if one["model"] == name and "SimTIVA" in one["source"])
    found = simulate(
        load_model(model),
        Regimen((Infusion.of_amount(0, 1 / 60, "1 mg", "intravenous"),)),
        np.arange(0, 301) / 60,
        Covariates(70.0),
        effect_per_min=vector["params_min"]["ke0"],
    )
    assert found.effect_ng_per_ml is not None
    assert int(found.effect_ng_per_ml.argmax()) - 1 == vector["peak_time_s"] == 96
    assert 100 / found.effect_ng_per_ml.max() == pytest.approx(bolus_mg, rel=1e-9)
    assert 100 / found.effect_ng_per_ml.max() == pytest.approx(vector["tci_cet_bolus_mg_for_Ce100"], rel=1e-9)
