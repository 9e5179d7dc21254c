"""What is drawn, made up, set and left over; and what is refused in words instead of being prepared."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest

from adjuvant.errors import InputError, InternalError, RefusedError
from adjuvant.plan import InfusionPlan, RefusedPlan, draft, read_setup
from adjuvant.plan.arithmetic import Sum, agree, backward, forward
from adjuvant.protocol import Situation, Status
from adjuvant.quantity import Quantity, parse_quantity
from bedside import BEGINS, Chart, closed
from infusions import advice, founding, infusion, planned, refused, setup, situation


def test_the_founding_dose_of_a_man_of_62_kg_fills_the_bag_and_runs_in_forty_minutes() -> None:
    # By hand: 0.5 mg/kg × 62 kg = 31 mg; 31 mg ÷ 50 mg/mL = 0.62 mL; 50 mL in 40 min = 75 mL/h.
    made = planned().preparation
    assert (str(made.drawn), str(made.mass), str(made.added)) == ("0.62 mL", "31 mg", "49.38 mL")
    assert str(made.concentration) == "0.62 mg/mL"
    assert (str(made.rate), str(made.volume), str(made.total)) == ("75 mL/h", "50 mL", "31 mg")
    assert str(made.hourly) == "46.5 mg/h"
    assert made.dose.same_as(parse_quantity("0.5 mg/kg"))
    assert made.left is not None and [one.value for one in made.left] == [0, 0]
    assert made.lost.value == 0


def test_a_standard_bag_leaves_a_rest_that_is_discarded_before_a_witness() -> None:
    # 67.6 kg: 33.8 mg at 1 mg/mL is 33.8 mL in 40 min, 50.7 mL/h; 66.2 mL and 66.2 mg stay in a bag of 100 mL.
    made = planned(weight="67.6 kg", bag="100 mL", concentration="1 mg/mL").preparation
    assert (str(made.drawn), str(made.added), str(made.rate)) == ("2 mL", "98 mL", "50.7 mL/h")
    assert made.left is not None and [str(one) for one in made.left] == ["66.2 mL", "66.2 mg"]


def test_what_stays_in_a_bag_of_2_mg_per_ml_is_twice_as_many_milligrams_as_millilitres() -> None:
    # 60 kg: 30 mg are 15 mL, 22.5 mL/h for 40 min; 85 mL and 170 mg stay.
    made = planned(weight="60 kg", bag="100 mL", concentration="2 mg/mL").preparation
    assert (str(made.volume), str(made.rate)) == ("15 mL", "22.5 mL/h")
    assert made.left is not None and [str(one) for one in made.left] == ["85 mL", "170 mg"]


@pytest.mark.hazard("H-046")
def test_a_rate_is_rounded_down_and_says_by_how_much() -> None:
    # 61.3 kg: 30.65 mg at 1 mg/mL in 40 min is 45.975 mL/h. Down to 45.9: 0.075 mg/h less, 0.163 %.
    made = planned(weight="61.3 kg", bag="50 mL", concentration="1 mg/mL").preparation
    assert str(made.exact) == "45.975 mL/h" and str(made.rate) == "45.9 mL/h"
    assert str(made.lost_hourly) == "0.075 mg/h"
    # 45.9 mL/h for 40 min is 30.6 mL, and 30.6 mg of 30.65 mg is 0.163 % less.
    assert str(made.volume) == "30.6 mL"
    assert made.lost.value == max(Fraction(75, 45975), 1 - Fraction(306, 3065) * 10) * 100


@pytest.mark.hazard("H-046")
def test_what_rounding_takes_is_the_larger_share_of_the_rate_and_of_the_volume() -> None:
    # 13.5 kg: 6.75 mg at 1 mg/mL in 40 min are 10.125 mL/h, down to 10.1: 0.025 mg/h less, 0.25 %. Of the 6.73 mL that
    # run in the time 6.7 are set: 0.05 mg of 6.75 less, 20/27 %.
    made = planned(weight="13.5 kg", bag="100 mL", concentration="1 mg/mL").preparation
    assert (str(made.rate), str(made.volume)) == ("10.1 mL/h", "6.7 mL")
    assert str(made.lost_hourly) == "0.025 mg/h" and made.lost.value == Fraction(20, 27)


def test_what_is_left_in_the_vial_is_said_only_where_its_volume_is_stated() -> None:
    assert planned().preparation.left_in_vials is None
    made = planned(vial_holds="10 mL").preparation
    assert made.vials == 1
    assert made.left_in_vials is not None
    assert [str(one) for one in made.left_in_vials] == ["9.38 mL", "469 mg"]


@pytest.mark.hazard("H-012")
def test_the_vial_is_never_assumed() -> None:
    with pytest.raises(
        InputError, match=r"strength is not stated, and no strength is a default.*10 mg/mL, 50"
    ):
        infusion(vial=None)


@pytest.mark.hazard("H-012")
@pytest.mark.parametrize("strength", ["5 mg/mL", "500 mg/mL", "50.1 mg/mL"])
def test_a_strength_that_is_not_supplied_is_refused(strength: str) -> None:
    with pytest.raises(InputError, match="no strength that ketamine is supplied in, as far as was read"):
        infusion(vial=strength)


@pytest.mark.hazard("H-012")
@pytest.mark.parametrize(
    ("salt", "base"),
    [("11.53 mg/mL", "10 mg/mL"), ("57.67 mg/mL", "50 mg/mL"), ("115.33 mg/mL", "100 mg/mL")],
)
def test_the_strength_of_the_hydrochloride_is_named_as_such(salt: str, base: str) -> None:
    with pytest.raises(InputError, match=f"hydrochloride; as base it is {base}"):
        infusion(vial=salt)


@pytest.mark.hazard("H-012")
def test_a_vial_that_the_site_does_not_keep_is_refused() -> None:
    with pytest.raises(RefusedError, match="not among the vials of the site's profile"):
        infusion(vial="10 mg/mL")


def test_a_pump_with_another_step_than_the_site_s_is_refused() -> None:
    with pytest.raises(RefusedError, match=r"not that of the site's pump, 0\.1 mL/h"):
        infusion(pump_step="0.01 mL/h")


def test_without_a_pump_step_the_site_s_is_taken_and_else_it_is_asked_for() -> None:
    assert str(planned(pump_step=None).preparation.step) == "0.1 mL/h"
    with pytest.raises(InputError, match="pump step: is not stated"):
        infusion("civik", pump_step=None)


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("bag", "50", "has no unit"), ("bag", "50 mg", "measures"), ("bag", "0 mL", "not above zero"),
        ("vial", "fifty", "has no unit"), ("vial", "50 mg", "measures"), ("vial", "50-100 mg/mL", "range"),
        ("pump_step", "-0.1 mL/h", "negative"), ("pump_step", "0.1 mL", "measures"),
        ("concentration", "1,5 mg/mL", "comma"), ("lasts", "24 mL", "measures"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_by_its_field(field: str, text: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        read_setup(**{field: text})
    assert field.replace("_", " ") in str(caught.value)


@pytest.mark.hazard("H-012")
def test_a_vial_of_100_mg_per_ml_is_diluted_with_at_least_an_equal_volume() -> None:
    whole = refused("civik", vial="100 mg/mL", bag="50 mL", concentration="60 mg/mL")
    assert "not diluted with at least an equal volume" in whole.reasons[0]
    diluted = planned("civik", vial="100 mg/mL", bag="50 mL", concentration="1 mg/mL").preparation
    assert diluted.added >= diluted.drawn


@pytest.mark.hazard("H-046")
def test_rounding_that_takes_more_than_the_house_allows_asks_for_another_concentration() -> None:
    # CIVIK begins with 0.05 mg/kg/h: 3.1 mg/h at 62 kg. At 1 mg/mL that is 3.1 mL/h, which a pump with steps of
    # 1 mL/h sets to 3, and 0.1 of 3.1 is 3.2 %. With steps of 0.05 mL/h nothing is lost.
    plan = refused("civik", bag="100 mL", concentration="1 mg/mL", pump_step="1 mL/h")
    assert "less than was ordered, and the house allows 2 %" in plan.reasons[0]
    assert "another concentration" in plan.remedy
    assert (
        planned("civik", bag="100 mL", concentration="1 mg/mL", pump_step="0.05 mL/h").preparation.lost.value
        == 0
    )


def test_a_strength_that_the_syringe_cannot_make_is_refused_and_a_small_difference_is_said() -> None:
    # 59 mL at 1 mg/mL is 1.18 mL of 50 mg/mL: a syringe of 3 mL shows 1.1, 6.8 % less. 117 mL is 2.34 mL: 2.3, 1.7 %.
    plan = refused("civik", bag="59 mL", concentration="1 mg/mL", pump_step="0.01 mL/h")
    assert "1.18 mL of 50 mg/mL cannot be drawn up: 1.1 mL can" in plan.reasons[0]
    made = planned("civik", bag="117 mL", concentration="1 mg/mL", pump_step="0.01 mL/h").preparation
    assert str(made.drawn) == "2.3 mL" and "by the syringe's graduation" in made.filled
    # The rate makes up for it: 3.1 mg/h of 115 mg in 117 mL is 3.1539 mL/h, rounded down.
    assert str(made.rate) == "3.15 mL/h"


def test_a_rate_below_the_pump_s_least_step_is_refused_and_never_set_to_nothing() -> None:
    plan = refused("civik", bag="50 mL", concentration="10 mg/mL", pump_step="1 mL/h")
    assert "is less than the pump's step" in plan.reasons[0]


@pytest.mark.hazard("H-046")
def test_a_bag_that_is_too_small_for_the_dose_is_refused() -> None:
    plan = refused(bag="20 mL", concentration="1 mg/mL")
    assert "smaller than the dose" in plan.reasons[0]


def test_the_protocol_s_own_concentration_is_taken_where_it_has_one() -> None:
    made = planned("civik", bag="100 mL").preparation
    assert str(made.concentration) == "1 mg/mL" and "civik" in made.filled


def test_a_rate_without_a_concentration_asks_for_one() -> None:
    with pytest.raises(InputError, match="is not stated, and the protocol gives none"):
        infusion("islhd_burst", regimen="burst")


def test_a_driver_is_filled_so_that_it_lasts() -> None:
    # 100 mg a day in a syringe of 20 mL for 24 h: 2 mL of 50 mg/mL, 5 mg/mL, 0.8333 mL/h, down to 0.83.
    made = planned(
        "islhd_burst", regimen="burst", bag="20 mL", lasts="24 h", pump_step="0.01 mL/h"
    ).preparation
    assert (str(made.drawn), str(made.concentration), str(made.rate)) == ("2 mL", "5 mg/mL", "0.83 mL/h")


def test_an_unknown_diluent_is_refused_and_an_unstated_one_stays_blank() -> None:
    assert planned().preparation.diluent == ""
    assert planned(diluent="glucose 5 %").preparation.diluent == "glucose 5 %"
    with pytest.raises(InputError, match="none that the protocol or the label names"):
        infusion(diluent="tap water")


def test_a_plan_of_another_situation_is_refused() -> None:
    seen = situation(founding())
    guidance = replace(advice(founding(), seen), digest="other")
    with pytest.raises(InputError, match="another protocol, site or instant"):
        draft(guidance, founding(), seen, setup())


def test_advice_without_a_dose_is_a_refused_plan_in_its_own_words() -> None:
    seen = situation(founding())
    young = replace(seen, facts=replace(seen.facts, age_years=Fraction(12)))
    plan = draft(advice(founding(), young), founding(), young, setup())
    assert plan.reasons[0] == "The protocol's answer is: not eligible."
    assert "Aged 18 or older." in plan.reasons


@pytest.mark.hazard("H-046")
def test_both_sums_must_meet() -> None:
    one = Sum(parse_quantity("0.5 mg/kg"), Fraction(62), Fraction(40), Fraction(50), Fraction("0.62"),
              Fraction(50), Fraction("0.1"), whole=True)  # fmt: skip
    there = forward(one)
    back = backward(one, Fraction(there.rate), Fraction(there.volume or 0))
    agree(one, there, back)
    more = backward(one, Fraction(there.rate) + one.step, Fraction(there.volume or 0))
    with pytest.raises(InternalError, match="more flows in an hour than was ordered"):
        agree(one, there, more)
    too_much = replace(back, dose=Quantity(Fraction("0.51"), "mg/kg"))
    with pytest.raises(InternalError, match="above the order"):
        agree(one, there, too_much)
    with pytest.raises(InternalError, match="rounding took a whole step"):
        agree(one, replace(there, rate=there.rate - 1), back)


@pytest.mark.hazard("H-046")
def test_no_plan_is_given_out_while_its_two_sums_do_not_meet(monkeypatch: pytest.MonkeyPatch) -> None:
    """The way back is made to find a tenth more than flows."""
    from adjuvant.plan import preparation

    def off(one: Sum, rate: Fraction, volume: Fraction | None):  # type: ignore[no-untyped-def]
        found = backward(one, rate, volume)
        return replace(found, hourly=found.hourly * Fraction(11, 10))

    assert planned().preparation.rate.same_as(parse_quantity("75 mL/h"))
    monkeypatch.setattr(preparation, "backward", off)
    with pytest.raises(InternalError):
        planned()


def test_limits_stand_beside_what_is_delivered_and_say_whether_they_bind() -> None:
    found = {one.title: one for one in planned().limits}
    own = found["The protocol's own, single dose"]
    assert own.binds and own.kept and str(own.here) == "31 mg"
    asra = found["ASRA, acute pain, greatest rate"]
    assert not asra.binds and asra.kept and str(asra.here) == "62 mg/h" and str(asra.delivers) == "46.5 mg/h"


def test_drugs_that_must_not_meet_it_in_one_line_are_named_with_their_source() -> None:
    assert ("diazepam", "ketamine_label_legacy") in planned().line.never
    assert ("barbiturates", "cheo") in planned("cheo_infusion", bag="100 mL").line.never


@pytest.mark.hazard("H-003")
def test_a_lower_dose_that_is_not_lower_is_refused() -> None:
    """No limit holds a lower dose back, so that advice with a nought too many must not pass as one."""
    chart = Chart().answering(closed("civik").protocol).calm(5).seen(5, pain=9).felt(5, "hallucination")
    chart = chart.ketamine(0, "start", "0.2 mg/kg/h")
    seen = Situation.at(BEGINS + timedelta(hours=5.5), chart.facts)
    guidance = advice(closed("civik"), seen)
    (lower,) = [one for one in guidance.recommendations if one.dose is not None]
    assert guidance.status is Status.LOWER and str(lower.dose) == "0.15 mg/kg/h" and lower.amount is not None
    stated = setup(bag="100 mL", concentration="1 mg/mL")
    assert isinstance(draft(guidance, closed("civik"), seen, stated), InfusionPlan)
    for factor in (10, Fraction(4, 3)):
        wrong = replace(lower, dose=lower.dose * factor, amount=lower.amount * factor)
        plan = draft(replace(guidance, recommendations=(wrong,)), closed("civik"), seen, stated)
        assert isinstance(plan, RefusedPlan) and "is not under 0.2 mg/kg/h" in plan.reasons[0]


def test_a_dose_without_kilograms_is_held_to_a_limit_per_kilogram_by_the_weight_that_is_charted() -> None:
    """Emory's 10 mg into a vein meets the label's rate of a push, which is per kilogram."""
    plan = planned("emory_intranasal", regimen="vein", bag="20 mL")
    (push,) = [one for one in plan.limits if one.title.startswith("Fastest push")]
    # 0.5 mg/kg/min of 62 kg is 31 mg/min, 1860 mg/h; 10 mg over the site's minutes are far under it.
    assert (
        push.binds and push.kept and push.here is not None and push.here.same_as(parse_quantity("1860 mg/h"))
    )
