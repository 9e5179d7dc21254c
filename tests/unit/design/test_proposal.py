"""Target control under a protocol, and a protocol's next steps: limits refuse, and nothing is altered."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import Any

import pytest

from adjuvant.design import Asked, Group, NextSteps, Proposal, Pump, groups, next_steps, propose
from adjuvant.design.wire import steps_json
from adjuvant.errors import InputError
from adjuvant.library.folder import FOLDER
from adjuvant.pk import Covariates, Infusion, RateChange, Regimen, equilibration, load_model, simulate
from adjuvant.protocol import Sited, load, sited
from adjuvant.quantity import Quantity, parse_quantity

BODY, WEIGHT = Covariates(70, 60), parse_quantity("70 kg")
PUMP = Pump(Fraction(2), Fraction(1, 10))
BLOOD = Asked("blood", 70.0, 160.0, "a reason", 200.0, "a reason", None)


def run_by_example(key: str) -> Sited:
    return sited(load(key), FOLDER / "protocols" / key / "example_site.yaml")


def proposal(key: str = "civik", **changed: Any) -> Proposal:
    told: dict[str, Any] = {
        "target_ng_per_ml": 100.0, "of": "blood", "hours": 6.0, "interval_min": 30.0,
        "highest_mg_per_h": Fraction(35), "highest_mg_per_day": Fraction(400), "highest_mg": Fraction(400),
        **changed,
    }  # fmt: skip
    target = told.pop("target_ng_per_ml")
    return propose(run_by_example(key), "infusion", load_model("kamp2020"), BODY, PUMP, target, **told)


def test_each_rate_is_a_whole_number_of_the_pumps_steps_and_milligrams_are_millilitres_times_the_strength() -> (
    None
):
    found = proposal()
    assert found.rows and not found.refused
    for one in found.rows:
        assert (one.ml_per_h / PUMP.step).denominator == 1
        assert one.mg_per_h == one.ml_per_h * PUMP.concentration
    ends = [one.end_min for one in found.rows]
    assert [one.start_min for one in found.rows] == [0.0, *ends[:-1]] and ends[-1] == 360


def test_rates_over_the_protocols_ceiling_are_refused_and_leave_no_number_to_set() -> None:
    """CIVIK's highest rate is 0.5 mg/kg/h, 35 mg/h at 70 kg; the caller's own limit let more through."""
    found = proposal(highest_mg_per_h=Fraction(60), interval_min=5.0, target_ng_per_ml=200.0)
    assert max(rate for _, rate in found.table.rows) > 35
    assert any("0.5 mg/kg/h" in one for one in found.refused) and found.rows == ()


def test_rates_that_are_none_of_the_protocols_steps_say_that_its_gate_refuses_them_as_an_order() -> None:
    assert any("as an order its gate refuses them" in one for one in proposal().notices)


def test_single_infusions_are_held_by_their_whole_dose_too() -> None:
    """The founding limit is 35 mg: 100 ng/mL for six hours takes more."""
    found = proposal("patel_ldk")
    assert float(found.table.total_mg) > 35
    assert any("35 mg" in one for one in found.refused) and not found.rows
    assert not proposal("patel_ldk", highest_mg=Fraction(30)).refused


@pytest.mark.hazard("H-040")
def test_a_proposal_says_that_it_drives_nothing_and_advises_nothing() -> None:
    words = " ".join(proposal().notices)
    assert "drives no pump" in words and "Nothing here advises a dose" in words and "palliative" in words


@cache
def people() -> tuple[Group, ...]:
    return groups("ketamine", BODY, patients=50, seed=1)[0]


GIVEN = Regimen((Infusion(0, 960, "0.05 mg/kg/h", "intravenous", [RateChange(480, "0.1 mg/kg/h")]),))


def steps(**changed: Any) -> NextSteps:
    told: dict[str, Any] = {
        "given": GIVEN,
        "now_min": 960.0,
        "present": "0.1 mg/kg/h",
        "key": "civik",
        **changed,
    }
    hours = told.pop("hours", 8.0)
    return next_steps(
        run_by_example(told["key"]),
        "infusion",
        WEIGHT,
        told["given"],
        told["now_min"],
        parse_quantity(told["present"]),
        people(),
        BLOOD,
        hours=hours,
    )


def test_the_next_steps_of_civik_are_the_levels_beside_the_present_one_and_a_stop() -> None:
    doses = {one.action: one.dose for one in steps().options}
    assert doses["stop"] is None and set(doses) == {"keep", "raise", "lower", "stop"}
    assert doses["raise"] == parse_quantity("0.15 mg/kg/h") and doses["lower"] == parse_quantity(
        "0.05 mg/kg/h"
    )


def test_each_step_is_what_simulating_it_gives() -> None:
    (raised,) = [one for one in steps().options if one.action == "raise"]
    later = Regimen((Infusion(960, 1440, "0.15 mg/kg/h", "intravenous"),))
    for each in raised.expected:
        levels = simulate(load_model(each.model), GIVEN.plus(later), [1440], BODY).ng_per_ml["ketamine"]
        assert each.at_end.typical == pytest.approx(float(levels[0]), rel=1e-9)
        assert each.sampling == load_model(each.model).sampling


def test_more_drug_gives_higher_levels_step_by_step() -> None:
    by_action = {one.action: {each.model: each.at_end for each in one.expected} for one in steps().options}
    for model in by_action["keep"]:
        order = [by_action[name][model].typical for name in ("stop", "lower", "keep", "raise")]
        assert order == sorted(order)


@pytest.mark.hazard("H-040")
def test_next_steps_say_what_they_are_made_of_and_that_they_advise_nothing() -> None:
    found = steps()
    assert found.notices[0].startswith("Nothing here advises a dose") and "palliative" in found.notices[1]
    assert "coefficient of variation of CL: 0.25 (assumed)" in dict(found.assumed)["kamp2020"]
    assert steps_json(found)["assumed"]["kamp2020"]


def test_at_the_first_level_nothing_is_lower_and_at_the_highest_nothing_is_raised() -> None:
    low = steps(given=Regimen((Infusion(0, 960, "0.05 mg/kg/h", "intravenous"),)), present="0.05 mg/kg/h")
    assert [one.action for one in low.options] == ["keep", "raise", "stop"]
    top = steps(given=Regimen((Infusion(0, 960, "0.5 mg/kg/h", "intravenous"),)), present="0.5 mg/kg/h")
    assert [one.action for one in top.options] == ["keep", "lower", "stop"]


def test_a_single_infusion_is_repeated_over_its_duration() -> None:
    given = Regimen((Infusion.of_amount(0, 40, "35 mg", "intravenous"),))
    found = steps(key="patel_ldk", given=given, now_min=2880.0, present="0.5 mg/kg", hours=2.0)
    assert [one.action for one in found.options] == ["repeat", "stop"]
    again, stopped = (one.expected[0] for one in found.options)
    assert again.highest.typical > 10 * stopped.highest.typical


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"now_min": 900.0}, "goes on after minute 900, which is now"),
        ({"present": "0.12 mg/kg/h"}, "is none of the protocol's levels"),
        ({"hours": 0.0}, "has no length"),
    ],
)
def test_a_state_that_is_none_of_the_protocols_is_refused(changed: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        steps(**changed)


def test_absolute_doses_are_found_on_a_ladder_per_kilogram() -> None:
    assert [one.action for one in steps(present="7 mg/h").options] == ["keep", "raise", "lower", "stop"]
    assert steps(present="7 mg/h").options[0].dose == Quantity(Fraction(1, 10), "mg/kg/h")


def test_effect_targets_need_a_rate_of_equilibration() -> None:
    with pytest.raises(InputError, match="has no rate of equilibration"):
        proposal(of="effect")
    assert proposal(of="effect", effect_per_min=equilibration().per_min).rows
