"""Target control: sums by hand, the peers' dose, limits that are never passed, and what is refused."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from adjuvant.errors import InputError
from adjuvant.pk import (
    Covariates,
    RateLimits,
    RateTable,
    effect_bolus,
    equilibration,
    load_model,
    simulate,
    target_rates,
)

KAMP = load_model("kamp2020")
BODY = Covariates(70)
KE0 = equilibration().per_min
WIDE = RateLimits(Fraction(1, 10), Fraction(200), Fraction(2000), Fraction(2000))


def limits(**changed: Any) -> RateLimits:
    known = {name: getattr(WIDE, name) for name in RateLimits.__slots__}
    return RateLimits(**{**known, **changed})


def table(**asked: Any) -> RateTable:
    found: dict[str, Any] = {
        "target_ng_per_ml": 100, "limits": WIDE, "of": "blood", "hours": 6, "interval_min": 5,
        "effect_per_min": KE0, **asked,
    }  # fmt: skip
    return target_rates(KAMP, BODY, found.pop("target_ng_per_ml"), found.pop("limits"), **found)


def held_closely(found: RateTable, minutes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The levels of a table in blood and at the place of action, at any minutes, by the regimen that it is."""
    levels = simulate(KAMP, found.regimen("intravenous", "ketamine"), minutes, BODY, effect_per_min=KE0)
    assert levels.effect_ng_per_ml is not None
    return levels.ng_per_ml["ketamine"], levels.effect_ng_per_ml


@pytest.mark.shared
@pytest.mark.parametrize(("key", "peer"), [("kamp2020", "Kamp2020_simtiva"), ("domino1982", "Domino1982")])
def test_the_dose_for_a_level_is_that_of_simtiva(key: str, peer: str, shared: Any) -> None:
    """SimTIVA's own recursion of a second a step gave both figures, with its own rate of the effect site."""
    import json

    noted = json.loads((shared / "pk" / "reference_vectors.json").read_text(encoding="utf-8"))["vectors"]
    (vector, *_) = [one for one in noted if one["model"] == peer and "tci_cet_bolus_mg_for_Ce100" in one]
    found = effect_bolus(load_model(key), BODY, 100, effect_per_min=vector["params_min"]["ke0"])
    assert found.amount_mg == pytest.approx(vector["tci_cet_bolus_mg_for_Ce100"], rel=1e-9)
    assert found.after_s == vector["peak_time_s"] == 96


def test_twice_the_level_takes_twice_the_dose_at_the_same_second() -> None:
    one, two = (effect_bolus(KAMP, BODY, level, effect_per_min=KE0) for level in (50, 100))
    assert two.amount_mg == pytest.approx(2 * one.amount_mg, rel=1e-12)
    assert one.after_s == two.after_s


def test_a_slow_place_of_action_is_searched_for_a_day_and_then_refused() -> None:
    slow = effect_bolus(KAMP, BODY, 100, effect_per_min=10**-3)
    assert slow.after_s > 3600
    with pytest.raises(InputError, match="highest level comes after a day"):
        effect_bolus(KAMP, BODY, 100, effect_per_min=10**-6)


def test_the_target_in_blood_is_reached_at_the_end_of_the_first_interval_and_held() -> None:
    found = table()
    assert found.reached_min == pytest.approx(5, abs=0.5)
    blood, _ = held_closely(found, np.arange(5, 361, 5.0))
    assert blood.min() > 99.5 and blood.max() <= 100


def test_in_the_long_run_the_rate_that_holds_a_level_is_clearance_times_level() -> None:
    """At rest, what goes in is what is cleared: 84 L/h times 100 ng/mL are 8.4 mg/h."""
    found = table(hours=120, interval_min=60)
    assert float(found.rows[-1][1]) == pytest.approx(8.4, abs=0.1)


def test_the_target_at_the_place_of_action_is_the_highest_level_there_and_blood_goes_above_it() -> None:
    found = table(of="effect", interval_min=1)
    blood, effect = held_closely(found, np.linspace(0, 360, 7201))
    assert effect.max() <= 100 and effect[-1] > 99.5
    assert blood.max() > 150
    soon = found.reached_min
    assert soon is not None and soon < 15
    later = effect[np.linspace(0, 360, 7201) > 30]
    assert later.min() > 98.5


def test_a_target_at_the_place_of_action_is_reached_sooner_than_by_holding_blood() -> None:
    _, by_effect = held_closely(table(of="effect"), np.arange(0, 61.0))
    _, by_blood = held_closely(table(of="blood"), np.arange(0, 61.0))
    assert np.argmax(by_effect > 95) < np.argmax(by_blood > 95)


def test_once_reached_the_rate_does_not_swing() -> None:
    """The pump stopped and started by turns would hold the level too; a ward could not."""
    rates = [float(rate) for start, rate in table(of="effect", hours=24).rows if start > 60]
    assert all(later <= earlier + 0.3 for earlier, later in pairwise(rates))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"highest_mg_per_h": Fraction(30)}, "the greatest rate"),
        ({"highest_mg_per_day": Fraction(20)}, "the most in 24 hours"),
        ({"highest_mg": Fraction(20)}, "the most in all"),
        ({"highest_ng_per_ml": 110.0}, "the highest level in blood"),
    ],
)
def test_a_limit_that_holds_the_rate_back_is_named(changed: dict[str, Any], words: str) -> None:
    found = table(of="effect", limits=limits(**changed))
    assert words in found.held_by
    blood, effect = held_closely(found, np.linspace(0, 360, 3601))
    assert effect.max() <= 100
    assert float(max(rate for _, rate in found.rows)) <= float(changed.get("highest_mg_per_h", 200))
    assert found.total_mg <= changed.get("highest_mg", 2000)
    assert blood.max() <= changed.get("highest_ng_per_ml", math.inf)


def test_what_is_under_the_target_for_want_of_drug_is_not_called_reached() -> None:
    assert table(limits=limits(highest_mg_per_h=Fraction(1))).reached_min is None


def test_what_is_given_in_any_24_hours_keeps_its_limit_and_begins_again_on_the_next_day() -> None:
    found = table(hours=48, interval_min=60, limits=limits(highest_mg_per_day=Fraction(120)))
    minutes = np.arange(0, 48 * 60)
    rate = np.zeros(len(minutes))
    for start, value in found.rows:
        rate[minutes >= start] = float(value) / 60
    sums = np.concatenate([[0.0], np.cumsum(rate)])
    assert (sums[1440:] - sums[:-1440]).max() <= 120 + 1e-9
    assert float(found.total_mg) > 200


def test_the_table_says_that_it_drives_nothing_whom_no_model_was_made_from_and_whose_method_it_is() -> None:
    found = table()
    assert any("drives no pump" in one for one in found.notices)
    assert any("palliative" in one for one in found.notices)
    assert found.citation.identifier == "doi:10.1007/BF01070999"


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"target_ng_per_ml": float("nan")}, "target nan: is not a finite number"),
        ({"target_ng_per_ml": 0}, "target 0: is not above zero"),
        ({"of": "brain"}, "neither blood nor effect"),
        ({"of": "effect", "effect_per_min": None}, "has no rate of equilibration"),
        ({"effect_per_min": None, "limits": limits(highest_effect_ng_per_ml=50.0)}, "has no rate"),
        ({"hours": 1, "interval_min": 7}, "is no whole number of intervals of 7 min"),
        ({"hours": 10**7, "interval_min": 1}, "is too long"),
        ({"interval_min": 0}, "interval 0: is not above zero"),
        ({"limits": limits(highest_ng_per_ml=90.0)}, "target 100 ng/mL: is above its own limit, 90 ng/mL"),
        ({"route": "oral"}, "has no absorption in kamp2020"),
        ({"drug": "cocaine"}, "cocaine"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(asked: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        table(**asked)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"highest_mg_per_h": None}, "limit highest_mg_per_h None: is no exact number"),
        ({"highest_mg_per_h": float("nan")}, "limit highest_mg_per_h nan: is no exact number"),
        ({"highest_mg": Fraction(0)}, "limit highest_mg 0: is not above zero"),
        ({"highest_ng_per_ml": float("nan")}, "limit highest_ng_per_ml nan: is not a finite number"),
        ({"step_mg_per_h": Fraction(300)}, "step of 300 mg/h: is above the greatest rate, 200 mg/h"),
    ],
)
def test_a_limit_that_is_missing_or_no_number_refuses(changed: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        limits(**changed)


def test_a_model_whose_clearance_changes_with_time_is_refused() -> None:
    with pytest.raises(InputError, match="doses do not add up"):
        effect_bolus(load_model("flint2017"), Covariates(20), 100, effect_per_min=KE0)


def test_a_dose_of_no_length_is_refused() -> None:
    with pytest.raises(InputError, match="bolus over 0 s: has no length"):
        effect_bolus(KAMP, BODY, 100, effect_per_min=KE0, over_s=0)
