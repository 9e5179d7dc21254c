"""One patient's figures from measured levels: against an optimum by brute force, and in words."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from adjuvant.citation import Provenance
from adjuvant.errors import InputError
from adjuvant.pk import CompartmentModel, Covariates, Figure, Infusion, Regimen, Source, load_model, simulate
from adjuvant.pk.estimation import Estimate, Learned, estimate
from adjuvant.pk.measured import Measured, read_measured
from adjuvant.pk.model import Variability
from adjuvant.quantity import Quantity

ADULT = Covariates(70.0)
DAY = Regimen((Infusion(0, 720, "7 mg/h", "iv"),), "esketamine")
OTTO = load_model("otto2021")


def figure(value: Fraction | int, unit: str = "1") -> Figure:
    return Figure("invented", Quantity(Fraction(value), unit), Source(None, Provenance.ASSUMED))


def of_one_figure(variance: Fraction, occasion: Fraction | None = None) -> CompartmentModel:
    """Otto's model in which the clearance alone varies."""
    within = Variability(logs={"CL": figure(occasion)}) if occasion is not None else None
    return replace(OTTO, between_subject=Variability(logs={"CL": figure(variance)}), between_occasion=within)


def with_clearance(factor: float, regimen: Regimen, minutes: list[float]) -> np.ndarray:
    """Levels where the clearance is so many times the typical one."""
    clearance = Fraction(factor * 95.2).limit_denominator(10**6)
    changed = {**OTTO.parameters, "CL": figure(clearance, "L/h")}
    return simulate(replace(OTTO, parameters=changed), regimen, minutes, ADULT).ng_per_ml["ketamine"]


def test_it_is_the_optimum_that_a_search_by_brute_force_finds() -> None:
    """One figure, three levels: minus twice the log posterior, worked out here over a grid of clearances."""
    minutes, seen = [360.0, 720.0, 840.0], [40.0, 49.0, 20.0]
    measured = [Measured(at, "ketamine", level, "venous") for at, level in zip(minutes, seen, strict=True)]
    found = estimate(of_one_figure(Fraction(1, 25)), DAY, ADULT, measured)
    shifts = np.linspace(-0.5, 0.8, 131)
    worth = []
    for shift in shifts:
        level = with_clearance(float(np.exp(shift)), DAY, minutes)
        spread = (0.23609 * level) ** 2
        worth.append(
            float((((np.array(seen) - level) ** 2) / spread + np.log(spread)).sum() + shift**2 / 0.04)
        )
    best = np.polynomial.Polynomial.fit(shifts, worth, 8)
    fine = np.linspace(-0.5, 0.8, 20001)
    (one,) = found.learned
    assert np.log(one.found / one.typical) == pytest.approx(fine[np.argmin(best(fine))], abs=2e-3)
    # The curvature of that curve at its lowest is what is expected of the spread, within what three samples give.
    bend = best.deriv(2)(fine[np.argmin(best(fine))])
    assert one.spread_after == pytest.approx((2 / bend) ** 0.5, rel=0.25)


def test_many_exact_levels_bring_the_true_clearance_and_few_leave_the_prior() -> None:
    minutes = [float(one) for one in range(60, 1201, 20)]
    level = with_clearance(1.3, DAY, minutes)
    many = estimate(
        of_one_figure(Fraction(1, 25)), DAY, ADULT,
        [Measured(at, "ketamine", float(one), "venous") for at, one in zip(minutes, level, strict=True)],
    )  # fmt: skip
    (one,) = many.learned
    assert one.found / one.typical == pytest.approx(1.3, rel=0.03) and one.told > 0.8
    (first,) = estimate(
        of_one_figure(Fraction(1, 25)), DAY, ADULT, [Measured(1.0, "ketamine", 1.0, "venous")]
    ).learned
    assert first.found / first.typical == pytest.approx(1, abs=0.05) and first.told < 0.05


def test_a_level_as_expected_moves_nothing_far() -> None:
    level = simulate(OTTO, DAY, [720.0], ADULT).ng_per_ml["ketamine"][0]
    found = estimate(OTTO, DAY, ADULT, [Measured(720.0, "ketamine", float(level), "venous")])
    assert all(one.found / one.typical == pytest.approx(1, abs=0.06) for one in found.learned)
    assert abs(found.misfits[0].surprise) < 0.01


def test_what_differs_between_occasions_is_told_apart_from_the_patient() -> None:
    """The clearance is typical on the first occasion and half as much again on the second; both are found."""
    model = of_one_figure(Fraction(1, 100), Fraction(1, 10))
    week = 7 * 1440.0
    second = Infusion(week, week + 720, "7 mg/h", "iv")
    both = Regimen((*DAY.doses, second), "esketamine")
    minutes = [float(one) for one in range(60, 1201, 60)]
    early, late = with_clearance(1.0, DAY, minutes), with_clearance(1.5, DAY, minutes)
    measured = [
        Measured(at, "ketamine", float(one), "venous") for at, one in zip(minutes, early, strict=True)
    ]
    measured += [
        Measured(week + at, "ketamine", float(one), "venous") for at, one in zip(minutes, late, strict=True)
    ]
    learned = {
        one.occasion: one for one in estimate(model, both, ADULT, measured, occasions=[0, week]).learned
    }
    assert set(learned) == {0, 1, 2}
    shifts = {number: float(np.log(one.found / one.typical)) for number, one in learned.items()}
    assert shifts[0] + shifts[1] == pytest.approx(0, abs=0.05)
    assert shifts[0] + shifts[2] == pytest.approx(np.log(1.5), abs=0.05)
    assert shifts[2] > shifts[0] > shifts[1]


def high() -> Estimate:
    """Four times what is expected: a slip, or a patient that the model does not know."""
    level = simulate(OTTO, DAY, [360.0, 720.0], ADULT).ng_per_ml["ketamine"]
    return estimate(
        OTTO, DAY, ADULT, [Measured(at, "ketamine", 4 * float(one), "venous") for at, one in zip((360.0, 720.0), level, strict=True)]
    )  # fmt: skip


def test_the_statement_says_what_changed_what_did_not_and_what_to_check() -> None:
    """A half, a tenth and a thirtieth of a spread taken away; and the levels of a patient whom few are like."""
    learned = (
        Learned("CL", 0, 90.0, 135.0, 0.4, 0.2),
        Learned("Q2", 2, 23.0, 23.0, 0.5, 0.45),
        Learned("V1", 0, 133.0, 133.0, 0.3, 0.29),
    )
    assert replace(high(), learned=learned).statement[:4] == (
        "CL: 1.50 times the typical figure; the levels took 50% of its spread away.",
        "Little was learned of Q2 on occasion 2.",
        "Nothing was learned of V1: it stays as in the typical patient.",
        (
            "2 of 2 levels lie where fewer than 1 in 20 patients of this model would have them: check dose, time, side "
            "and laboratory before you believe it."
        ),
    )


def test_a_figure_that_moved_is_never_said_to_stay() -> None:
    """Next to nothing was learned of both; one moved by two percent, with what it varies with."""
    learned = (Learned("V1", 0, 100.0, 102.0, 0.3, 0.295), Learned("Q2", 0, 20.0, 20.0, 0.3, 0.3))
    assert replace(high(), learned=learned).statement[:2] == (
        "Nothing was learned of Q2: it stays as in the typical patient.",
        "Next to nothing was learned of V1: it moved by +2.0%, mostly along with what it varies with.",
    )
    both = (Learned("V1", 0, 100.0, 100.0, 0.3, 0.3), Learned("Q2", 0, 20.0, 20.0, 0.3, 0.3))
    assert replace(high(), learned=both).statement[0].endswith("V1, Q2: they stay as in the typical patient.")


def test_the_patients_own_band_is_narrower_than_that_over_patients_and_holds_the_level() -> None:
    level = float(simulate(OTTO, DAY, [720.0], ADULT).ng_per_ml["ketamine"][0])
    measured = [Measured(at, "ketamine", level, "venous") for at in (660.0, 690.0, 700.0, 715.0, 720.0)]
    found = estimate(OTTO, DAY, ADULT, measured)
    low, middle, high_ = found.drawn(np.array([720.0]), 4000, np.random.default_rng(1), (0.05, 0.5, 0.95))[
        :, 0
    ]
    assert low < middle < high_ and middle == pytest.approx(level, rel=0.1)
    assert high_ / low < 1.5  # over patients of the model it is 1.65: 55.5 to 91.6 in the infusion of a day


REFUSED = {
    "the other side": (lambda: estimate(OTTO, DAY, ADULT, [Measured(60, "ketamine", 10, "arterial")]), "cannot be held against otto2021, which is of venous levels"),
    "a side that is not stated": (lambda: estimate(load_model("flint2017"), DAY, Covariates(20.0), [Measured(60, "ketamine", 10, "venous")]), "which does not say its side"),
    "no error of samples": (lambda: estimate(load_model("kamp2020"), DAY, ADULT, [Measured(60, "ketamine", 10, "arterial")]), "of which no error of single samples was read"),
    "no variability": (lambda: estimate(load_model("domino1982"), DAY, ADULT, [Measured(60, "ketamine", 10, "arterial")]), "has no variability between people"),
    "no levels": (lambda: estimate(OTTO, DAY, ADULT, []), "measured levels: are none"),
    "a level before any dose": (lambda: estimate(OTTO, DAY, ADULT, [Measured(0, "ketamine", 10, "venous")]), "stands where the model has none yet"),
    "occasions out of order": (lambda: estimate(OTTO, DAY, ADULT, [Measured(60, "ketamine", 10, "venous")], occasions=[0, 0]), "are none or out of order"),
    "a level of zero": (lambda: Measured(60, "ketamine", 0, "venous"), "measured level 0: is not above zero"),
    "a level that is no number": (lambda: Measured(60, "ketamine", float("nan"), "venous"), "measured level nan: is not a finite number"),
    "a side that is none": (lambda: Measured(60, "ketamine", 1, "capillary"), "side 'capillary' of a measured level: is not known"),
    "no unit": (lambda: read_measured([{"time": "1", "analyte": "ketamine", "level": "120", "side": "venous"}], float), "row 2: level '120'"),
    "a dose for a level": (lambda: read_measured([{"time": "1", "analyte": "ketamine", "level": "120 mg", "side": "venous"}], float), "row 2: level '120 mg': is no mass in a volume"),
    "a column that is empty": (lambda: read_measured([{"time": "1", "analyte": "ketamine", "level": "1 ng/mL"}], float), "row 2: column 'side': is empty"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_held_against_a_model_is_refused(name: str) -> None:
    asked, said = REFUSED[name]
    with pytest.raises(InputError) as caught:
        asked()
    assert said in str(caught.value)


def test_a_table_of_levels_is_read_in_any_unit_of_mass_in_a_volume() -> None:
    rows = [{"time": "60", "analyte": "ketamine", "level": "0.12 ug/mL", "side": "venous"}]
    assert read_measured(rows, float) == (Measured(60, "ketamine", 120, "venous"),)


@pytest.mark.hazard("H-040")
@pytest.mark.parametrize("wrong", [1000.0, 10.0, 1 / 10, 1 / 1000])
def test_a_level_that_was_keyed_in_another_unit_or_by_a_digit_is_called_out_and_not_believed(
    wrong: float,
) -> None:
    """An hour of ug/mL for ng/mL, a point that slipped: of the model's patients fewer than 1 in 20 are so."""
    level = float(simulate(OTTO, DAY, [720.0], ADULT).ng_per_ml["ketamine"][0])
    found = estimate(OTTO, DAY, ADULT, [Measured(720, "ketamine", level * wrong, "venous")])
    assert any(
        "check dose, time, side and laboratory before you believe it" in one for one in found.statement
    )
    right = estimate(OTTO, DAY, ADULT, [Measured(720, "ketamine", level, "venous")])
    assert not any("check dose" in one for one in right.statement)


@pytest.mark.hazard("H-040")
@pytest.mark.parametrize("name", ["the other side", "a side that is not stated"])
def test_a_level_of_another_side_of_the_circulation_is_never_taken_for_this_one(name: str) -> None:
    asked, said = REFUSED[name]
    with pytest.raises(InputError, match=said):
        asked()


@pytest.mark.slow
def test_over_many_patients_the_intervals_hold_what_they_promise() -> None:
    """A small study of recovery: 120 patients of known figures; ninety of a hundred lie in the 90 % interval."""
    from adjuvant.pk import draw
    from adjuvant.pk.population import curves

    rng = np.random.default_rng(7)
    person = draw(OTTO, ADULT, 120, rng)
    minutes = [60.0, 360.0, 720.0, 840.0, 1080.0]
    levels = curves(OTTO, person, DAY, minutes, 70.0, analytes=("ketamine",))["ketamine"]
    seen = levels * np.maximum(1 + 0.23609 * rng.standard_normal(levels.shape), 0.05)
    inside = {"CL": 0, "V1": 0}
    for place in range(120):
        measured = [
            Measured(at, "ketamine", one, "venous") for at, one in zip(minutes, seen[:, place], strict=True)
        ]
        for one in estimate(OTTO, DAY, ADULT, measured).learned:
            if one.name in inside:
                true = np.asarray(person.values[one.name])[place]
                inside[one.name] += int(abs(np.log(one.found / true)) < 1.6449 * one.spread_after)
    assert all(0.81 <= many / 120 <= 0.98 for many in inside.values()), inside
