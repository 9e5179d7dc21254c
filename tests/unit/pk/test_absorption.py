"""Routes that a model does not know: the share that arrives, the uptake, and the words that stand beside them."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from adjuvant.citation import Provenance
from adjuvant.errors import InputError
from adjuvant.pk import (
    Absorption,
    Bolus,
    Covariates,
    Infusion,
    Regimen,
    absorption,
    absorption_findings,
    equilibration,
    half_life_for_peak,
    load_model,
    simulate,
)

KAMP, NASAL = load_model("kamp2020"), load_model("perezruixo2020")
ADULT = Covariates(70.0, age_years=45)
ROUTES = {
    "IM": "intramuscular",
    "SC": "subcutaneous",
    "IN": "nasal",
    "SL": "sublingual",
    "PR": "rectal",
    "PO": "oral",
}


def one(amount: str, route: str) -> Regimen:
    return Regimen((Bolus(0, amount, route),))


@pytest.mark.shared
def test_every_share_is_one_of_the_notes_for_its_route(shared: Path) -> None:
    noted = json.loads((shared / "pk" / "models.json").read_text(encoding="utf-8"))["routes_F"]
    by_route: dict[str, set[Fraction]] = {}
    for word, entries in noted.items():
        if word == "IV":
            continue
        for entry in entries if isinstance(entries, list) else [entries]:
            text = json.dumps(entry["value"]).replace("-", " ")
            numbers = [part.strip('~[],"') for part in text.replace("assumed", "").split()]
            by_route.setdefault(ROUTES[word], set()).update(Fraction(part) for part in numbers if part)
    found: dict[str, set[Fraction]] = {}
    for finding in absorption_findings().values():
        shares = [finding.share] if finding.share else [finding.low, finding.high]
        found.setdefault(finding.route, set()).update(figure.value.value for figure in shares if figure)
    # The R-form of the slow tablet stands in the notes only: no model here is of the R-form.
    assert by_route.pop("oral") - found.pop("oral") == {Fraction(19, 100)}
    assert found == by_route


@pytest.mark.shared
def test_the_rate_of_equilibration_is_that_of_olofsen_in_the_notes(shared: Path) -> None:
    noted = json.loads((shared / "pk" / "models.json").read_text(encoding="utf-8"))["pd"]["olofsen2022"]
    found = equilibration()
    assert float(found.half_life.value.in_("min")) == noted["t_half_ke0"]["value"]
    assert [float(end.value.in_("min")) for end in (found.low, found.high)] == noted["t_half_ke0"]["ci95"]
    assert found.per_min == pytest.approx(0.0835, abs=5e-5)
    slow, fast = found.span_per_min
    assert slow < found.per_min < fast


def test_what_nobody_measured_under_the_skin_is_called_assumed_and_has_no_one_share() -> None:
    finding = absorption_findings()["subcutaneous_assumed"]
    assert finding.provenance is Provenance.ASSUMED and finding.source is None and finding.share is None
    with pytest.raises(InputError, match=r"has no one share, but 0\.75 to 1; choose a share within it"):
        absorption("subcutaneous_assumed", half_life_min=10)
    with pytest.raises(
        InputError, match=r"share 0\.5: is outside of 0\.75 to 1, which subcutaneous_assumed says"
    ):
        absorption("subcutaneous_assumed", half_life_min=10, share=0.5)


def test_an_uptake_at_once_of_the_whole_dose_is_a_dose_into_a_vein() -> None:
    times = np.linspace(0, 300, 31)
    whole = Absorption("im", 1.0, 0.0, "for a test")
    muscle = simulate(KAMP, one("20 mg", "im"), times, ADULT, absorptions=[whole]).ng_per_ml["ketamine"]
    vein = simulate(KAMP, one("20 mg", "iv"), times, ADULT).ng_per_ml["ketamine"]
    np.testing.assert_allclose(muscle, vein, rtol=1e-13)


def test_the_area_after_a_dose_by_another_route_is_its_share_of_the_dose_over_the_clearance() -> None:
    """0.93 of 20 mg over 84 L/h is 221.4 ng/mL x h, whatever the uptake; hand arithmetic."""
    minutes = np.concatenate([np.arange(0, 600, 0.25), np.arange(600, 20001, 5.0)])
    for half_life in (5.0, 60.0):
        given = absorption("intramuscular_clements", half_life_min=half_life)
        levels = simulate(KAMP, one("20 mg", "im"), minutes, ADULT, absorptions=[given]).ng_per_ml["ketamine"]
        assert np.trapezoid(levels, minutes) / 60 == pytest.approx(0.93 * 20 / 84 * 1000, rel=1e-4)


def test_an_infusion_under_the_skin_ends_at_its_share_of_that_into_a_vein() -> None:
    year = 60.0 * 24 * 365
    given = absorption("subcutaneous_assumed", half_life_min=30, share=0.8)
    regimen = Regimen((Infusion(0, year, "10 mg/h", "sc"),))
    level = simulate(KAMP, regimen, [year - 1], ADULT, absorptions=[given]).ng_per_ml["ketamine"][0]
    assert level == pytest.approx(0.8 * 10 / 84 * 1000, rel=1e-12)


def test_the_share_its_source_and_the_uptake_stand_beside_the_answer() -> None:
    given = absorption("subcutaneous_assumed", half_life_min=15, share=0.9)
    said = simulate(KAMP, one("5 mg", "sc"), [10.0], ADULT, absorptions=[given]).notices
    words = "subcutaneous: share 0.9 (subcutaneous_assumed, assumed); half-life of uptake 15 min (assumed by whoever asked)."
    assert words in said


def test_an_uptake_is_found_that_puts_the_highest_level_where_it_was_reported() -> None:
    """45 minutes after a wafer under the tongue, in the model of Kamp: checked on a fine grid."""
    half_life = half_life_for_peak(KAMP, "sublingual", 45, ADULT)
    given = absorption(
        "sublingual_rolan", half_life_min=half_life, because="peak at 45 min in kamp2020, inferred"
    )
    times = np.arange(0, 120, 0.01)
    levels = simulate(KAMP, one("25 mg", "sl"), times, ADULT, absorptions=[given]).ng_per_ml["ketamine"]
    assert times[levels.argmax()] == pytest.approx(45, abs=0.02)


def test_a_peak_that_no_uptake_gives_is_refused() -> None:
    with pytest.raises(InputError, match=r"is not reached in kamp2020 by any uptake; check the time\."):
        half_life_for_peak(KAMP, "sublingual", 10**6, ADULT)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (lambda: Absorption("sc", 1.1, 5, "x"), "share 1.1: is above one; give it above 0 and up to 1."),
        (lambda: Absorption("sc", math.nan, 5, "x"), "share nan: is not a finite number; give it above 0 and up to 1."),
        (lambda: Absorption("sc", 0.9, -5, "x"), "half-life of uptake -5: is negative; give minutes, zero for at once."),
        (lambda: Absorption("skin deep", 0.9, 5, "x"), "route 'skin deep': is not known; name one, such as subcutaneous."),
        (lambda: Absorption("sc", 0.9, 5, " "), "absorption by the route subcutaneous: has no source; say where it is from."),
        (lambda: absorption("subcutaneous", half_life_min=5), "absorption 'subcutaneous': is not in the library; did you mean 'subcutaneous_assumed'."),
        (
            lambda: simulate(
                NASAL,
                Regimen((Bolus(0, "28 mg", "nasal"),), "esketamine"),
                [1.0],
                ADULT,
                absorptions=[Absorption("nasal", 0.5, 5, "x")],
            ),
            "absorption by the route nasal: is stated, and perezruixo2020 has its own; leave it out, or choose a model that has none.",
        ),
        (
            lambda: simulate(KAMP, one("5 mg", "sc"), [1.0], ADULT, absorptions=[Absorption("sc", 0.5, 5, "x")] * 2),
            "absorption by the route subcutaneous: is stated twice; state one.",
        ),
    ],
)  # fmt: skip
def test_an_absorption_that_cannot_be_is_refused(asked, words: str) -> None:
    with pytest.raises(InputError) as caught:
        asked()
    assert str(caught.value) == words
