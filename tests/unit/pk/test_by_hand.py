"""Levels that can be worked out by hand or by an integral: steady states, sprays, ages, changing clearance."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad

from adjuvant.pk import Bolus, Covariates, Infusion, Regimen, load_model, simulate, typical

LONG = 60 * 24 * 365.0


def steady(model: str, person: Covariates, drug: str, analyte: str = "ketamine") -> float:
    """The level after a year of 10 mg/h."""
    regimen = Regimen((Infusion(0, LONG, "10 mg/h", "iv"),), drug)
    return float(simulate(load_model(model), regimen, [LONG - 1], person).ng_per_ml[analyte][0])


def test_a_long_infusion_of_10_mg_an_hour_ends_at_its_rate_over_the_clearance() -> None:
    """84 L/h of Kamp: 10 / 84 mg/L, which is 119.05 ng/mL; of Otto 10 / 95.2, and norketamine 10 / 57.72."""
    assert steady("kamp2020", Covariates(70.0), "ketamine") == pytest.approx(10 / 84 * 1000, rel=1e-12)
    otto = Covariates(70.0)
    assert steady("otto2021", otto, "esketamine") == pytest.approx(10 / 95.2 * 1000, rel=1e-12)
    assert steady("otto2021", otto, "esketamine", "norketamine") == pytest.approx(
        10 / 57.72 * 1000, rel=1e-12
    )


def test_the_liver_of_the_nasal_model_takes_out_what_its_flow_and_rates_say() -> None:
    """E = Vh (kel + kmet) / (Qh + Vh (kel + kmet)) = 391.88 / 542.88 = 0.722; CL = 151 E = 109 L/h."""
    clearance = 151 * (101 * 3.88) / (151 + 101 * 3.88)
    person = Covariates(70.0, age_years=40)
    assert steady("perezruixo2020", person, "esketamine") == pytest.approx(10 / clearance * 1000, rel=1e-12)
    assert clearance == pytest.approx(109, abs=0.1)


def test_flow_through_the_liver_falls_from_60_years_on() -> None:
    """At 70 years 151 - 10 x 2.19 = 129.1 L/h; at 60 and below nothing is taken off."""
    model = load_model("perezruixo2020")
    flows = [typical(model, Covariates(70.0, age_years=age)).values["Qh"] for age in (30, 60, 70)]
    assert [60 * float(flow) for flow in flows] == pytest.approx([151, 151, 129.1], rel=1e-12)


def test_ancestry_changes_what_the_model_says_and_nothing_else() -> None:
    model = load_model("perezruixo2020")
    plain, japanese = (
        typical(model, Covariates(70.0, 40, frozenset(of))).values for of in ((), ("asian", "japanese"))
    )
    changed = {
        name: float(japanese[name]) / float(plain[name]) for name in plain if japanese[name] != plain[name]
    }
    assert changed == pytest.approx({"kel": 0.36, "CLn_F": 0.81, "FRn": 1.34}, rel=1e-12)


def test_weights_go_into_volumes_by_one_and_into_clearances_by_three_quarters() -> None:
    """At 35 kg: 25 L becomes 12.5 L, and 84 L/h becomes 84 x 0.5^0.75 = 49.95 L/h; Domino's volume is 0.063 L/kg."""
    kamp = typical(load_model("kamp2020"), Covariates(35.0)).values
    assert float(kamp["V1"]) == pytest.approx(12.5, rel=1e-14)
    assert 60 * float(kamp["CL"]) == pytest.approx(84 * 0.5**0.75, rel=1e-14)
    assert float(typical(load_model("domino1982"), Covariates(35.0)).values["V1"]) == pytest.approx(
        0.063 * 35
    )


def test_of_three_sprays_the_nose_takes_up_less_than_three_times_one() -> None:
    """F of n sprays in the nose = 0.54 (1 + (n - 1) 0.62) / n, and the liver takes 0.722 of what is swallowed."""
    extracted = (101 * 3.88) / (151 + 101 * 3.88)
    areas = []
    for sprays in (1, 3):
        regimen = Regimen((Bolus(0, f"{28 * sprays} mg", "nasal"),), "esketamine")
        minutes = np.concatenate([np.arange(0, 600, 0.25), np.arange(600, 20001, 5.0)])
        levels = simulate(load_model("perezruixo2020"), regimen, minutes, Covariates(70.0, age_years=40))
        areas.append(np.trapezoid(levels.ng_per_ml["ketamine"], minutes) / 60)
        nose = 0.54 * (1 + (sprays - 1) * 0.62) / sprays
        arrived = nose + (1 - nose) * 0.64 * (1 - extracted)
        assert areas[-1] == pytest.approx(28 * sprays * arrived / (151 * extracted) * 1000, rel=1e-4)
    assert areas[1] < 3 * areas[0]


def test_a_clearance_that_grows_with_time_agrees_with_the_integral_worked_out_by_quadrature() -> None:
    """Flint's norketamine: M(t) = integral of k A(u) exp(-kM ((t - u) + s (t^2 - u^2) / 2)) du, A by its two modes."""
    weight, start, lasting = 10.0, 60.0, 1200.0
    rate = 0.2  # mg/min
    scale = weight / 70
    central, far = 7.73 * scale, 545 * scale
    loss, exchange, other = (value * scale**0.75 / 60 for value in (112, 196, 53.2))
    k10, k12, k21, km, slope = (
        loss / central,
        exchange / central,
        exchange / far,
        other / (1 * scale),
        0.0087 / 60,
    )
    total, product = k10 + k12 + k21, k10 * k21
    fast = (total + math.sqrt(total**2 - 4 * product)) / 2
    slow = product / fast

    def drug(minute: float) -> float:
        """mg in the central place, `minute` minutes after the start."""
        found = 0.0
        for own, other_one in ((fast, slow), (slow, fast)):
            weight_of = (k21 - own) / (other_one - own)
            gone = max(minute - lasting, 0.0)
            found += rate * weight_of * math.exp(-own * gone) * -math.expm1(-own * min(minute, lasting)) / own
        return found

    def metabolite(minute: float) -> float:
        def part(earlier: float) -> float:
            apart = (minute - earlier) + slope * (minute**2 - earlier**2) / 2
            return k10 * drug(earlier) * math.exp(-km * apart)

        cuts = [minute - back / km for back in (40, 10, 3, 1, 0.3)] + [lasting]
        points = sorted({cut for cut in cuts if 0 < cut < minute})
        edges = [0.0, *points, minute]
        return sum(quad(part, a, b, epsabs=0, epsrel=1e-11)[0] for a, b in pairwise(edges))

    minutes = np.array([30.0, 120, 600, 1199, 1260, 1500])
    regimen = Regimen((Infusion(start, start + lasting, "0.2 mg/min", "iv"),), "esketamine")
    found = simulate(load_model("flint2017"), regimen, minutes + start, Covariates(weight, age_years=1))
    by_hand = [metabolite(minute) / (1 * scale) * 1000 for minute in minutes]
    np.testing.assert_allclose(found.ng_per_ml["norketamine"], by_hand, rtol=1e-8)
    np.testing.assert_allclose(
        found.ng_per_ml["ketamine"], [drug(minute) / central * 1000 for minute in minutes], rtol=1e-8
    )


def test_two_pumps_are_the_sum_of_both() -> None:
    times, person, model = [30.0, 60, 120, 240], Covariates(70.0), load_model("kamp2020")
    one = Regimen((Infusion(0, 120, "10 mg/h", "iv"),))
    other = Regimen((Infusion(60, 180, "5 mg/h", "iv"), Bolus(0, "5 mg", "iv")))
    alone = [simulate(model, part, times, person).ng_per_ml["ketamine"] for part in (one, other)]
    both = simulate(model, one.plus(other), times, person).ng_per_ml["ketamine"]
    np.testing.assert_allclose(both, alone[0] + alone[1], rtol=1e-13)


def test_before_the_first_dose_there_is_nothing_and_at_a_bolus_it_is_the_level_after_it() -> None:
    model = load_model("kamp2020")
    levels = simulate(model, Regimen((Bolus(10, "25 mg", "iv"),)), [0.0, 9.999, 10.0], Covariates(70.0))
    assert levels.ng_per_ml["ketamine"] == pytest.approx([0, 0, 1000], rel=1e-12)
