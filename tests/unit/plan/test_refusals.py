"""What the person who prepares an infusion reads where nothing is prepared: the thing, the rule, the remedy.

Whole sentences, because a figure that is missing from one, or a remedy that fits another fault, misleads at the
bedside. The figures are reckoned beside each.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from adjuvant.errors import AdjuvantError, InputError, InternalError, RefusedError
from adjuvant.plan import InfusionPlan, RefusedPlan, Setup, draft, read_setup
from adjuvant.plan.preparation import concentrations, diluents_of
from adjuvant.plan.setup import pump_step_of, vial_of
from adjuvant.protocol import Sited
from adjuvant.protocol.model import Preparation
from adjuvant.quantity import Quantity, parse_quantity
from bedside import closed
from infusions import advice, founding, infusion, planned, refused, setup, situation, told


def says(kind: type[AdjuvantError], *args: str, **stated: str | None) -> tuple[str, str, str]:
    with pytest.raises(kind) as caught:
        infusion(*args, **stated)
    return told(caught.value)


# --- vial and pump ----------------------------------------------------------------------------------------


def test_a_vial_that_is_not_stated_is_asked_for_with_every_strength_there_is() -> None:
    assert says(InputError, vial=None) == (
        "vial",
        "its strength is not stated, and no strength is a default",
        "read the vial: 10 mg/mL, 50 mg/mL, 100 mg/mL",
    )


def test_a_strength_that_is_not_supplied_is_refused_with_those_that_are() -> None:
    assert says(InputError, vial="500 mg/mL") == (
        "vial 500 mg/mL",
        "is no strength that ketamine is supplied in, as far as was read",
        (
            "read it: 10 mg/mL, 50 mg/mL, 100 mg/mL; a site that keeps another gives it under own_vials, with its "
            "reference"
        ),
    )


def test_the_figure_of_the_salt_is_answered_with_that_of_the_base() -> None:
    assert says(InputError, vial="57.67 mg/mL") == (
        "vial 57.67 mg/mL", "is the strength of the hydrochloride; as base it is 50 mg/mL", "state 50 mg/mL",
    )  # fmt: skip


def test_a_vial_of_another_site_is_refused_with_those_of_this_one() -> None:
    assert says(RefusedError, vial="10 mg/mL") == (
        "vial 10 mg/mL",
        "is not among the vials of the site's profile (50 mg/mL)",
        "take a vial that the site keeps, or have its profile changed",
    )


def test_a_site_without_a_list_of_vials_keeps_all_that_are_supplied_and_a_list_may_hold_several() -> None:
    site = founding()
    assert site.profile is not None
    asked = Setup(vial=parse_quantity("10 mg/mL"))
    for kept in ((), (parse_quantity("10 mg/mL"), parse_quantity("50 mg/mL"))):
        profile = site.profile.model_copy(update={"vials": kept})
        assert str(vial_of(asked, replace(site, profile=profile)).strength) == "10 mg/mL"
    assert str(vial_of(asked, replace(site, profile=None)).strength) == "10 mg/mL"
    two = site.profile.model_copy(update={"vials": tuple(map(parse_quantity, ("50 mg/mL", "100 mg/mL")))})
    with pytest.raises(RefusedError, match=r"\(50 mg/mL, 100 mg/mL\)"):
        vial_of(asked, replace(site, profile=two))


def test_a_pump_whose_step_nobody_states_is_asked_for_and_another_than_the_site_s_is_refused() -> None:
    assert says(InputError, "civik", bag="100 mL", pump_step=None) == (
        "pump step", "is not stated", "state the least step of its rate, such as 0.1 mL/h",
    )  # fmt: skip
    assert says(RefusedError, pump_step="0.01 mL/h") == (
        "pump step 0.01 mL/h",
        "is not that of the site's pump, 0.1 mL/h",
        "take that pump, or have the profile changed",
    )


def test_the_pump_s_step_is_millilitres_an_hour_however_it_is_written() -> None:
    by_minute = Setup(pump_step=Quantity(Fraction(1, 600), "mL/min"))
    assert str(pump_step_of(by_minute, founding())) == "0.1 mL/h"
    assert str(pump_step_of(by_minute, replace(founding(), profile=None))) == "0.1 mL/h"
    assert str(pump_step_of(Setup(), founding())) == "0.1 mL/h"


def test_a_step_that_has_no_end_as_millilitres_an_hour_is_refused_and_not_a_fault_of_the_program() -> None:
    # 1 mL/d is 0.041666... mL/h. 100 mg/d at 1 mg/mL would be 100 of its steps, a rate that nobody can set.
    driver = {"regimen": "burst", "bag": "100 mL", "concentration": "1 mg/mL"}
    assert says(InputError, "islhd_burst", pump_step="1 mL/d", **driver) == (
        "pump step 1/24 mL/h", "has no end in decimals as mL/h", "take a pump whose rate is set in mL/h",
    )  # fmt: skip
    assert str(planned("islhd_burst", pump_step="2.4 mL/d", **driver).preparation.rate) == "4.1 mL/h"


# --- what is stated ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "text", "unit"),
    [
        ("vial", "50 mg", "mg/mL"), ("bag", "50 mg", "mL"), ("pump_step", "0.1 mL", "mL/h"),
        ("concentration", "1 mL", "mg/mL"), ("lasts", "24 mL", "h"), ("vial_holds", "10 mg", "mL"),
        ("bag_before", "1 mg", "mg/mL"),
    ],
)  # fmt: skip
def test_a_value_of_another_kind_is_refused_with_the_unit_that_is_asked_for(
    field: str, text: str, unit: str
) -> None:
    with pytest.raises(InputError) as caught:
        read_setup(**{field: text})
    thing, rule, remedy = told(caught.value)
    assert (thing, remedy) == (f"{field.replace('_', ' ')} {text!r}", f"write it in {unit}")
    assert "measures" in rule


def test_an_order_that_cannot_be_read_is_asked_for_in_the_protocol_s_own_unit() -> None:
    with pytest.raises(InputError) as caught:
        read_setup(ordered="half")
    assert told(caught.value)[::2] == ("ordered 'half'", "write it in the protocol's own unit")


def test_nothing_is_prepared_from_nothing() -> None:
    with pytest.raises(InputError) as caught:
        read_setup(vial_holds="0 mL")
    assert told(caught.value) == ("vial holds '0 mL'", "is not above zero", "state what is in hand")


def test_each_value_is_kept_in_one_unit_and_what_is_not_stated_stays_open() -> None:
    found = read_setup(
        vial="50000 ug/mL", bag="0.05 L", pump_step="0.1 mL/h", concentration="1 mg/mL", lasts="1 d",
        vial_holds="10 mL", ordered="500 ug/kg", diluent="glucose 5 %", bag_before="2 mg/mL",
    )  # fmt: skip
    assert [str(one) for one in (found.vial, found.bag, found.lasts)] == ["50 mg/mL", "50 mL", "24 h"]
    assert str(found.ordered) == "500 ug/kg"  # as it was written
    assert (str(found.bag_before), found.diluent) == ("2 mg/mL", "glucose 5 %")
    nothing = read_setup(vial=None, diluent=None, bag="50 mL")
    assert nothing == Setup(bag=parse_quantity("50 mL")) and nothing.diluent == ""


# --- making up --------------------------------------------------------------------------------------------


def test_a_bag_that_nobody_states_is_asked_for() -> None:
    assert says(InputError, bag=None) == (
        "bag", "what it holds once made up is not stated", "state it, such as 50 mL",
    )  # fmt: skip


def test_a_concentration_and_a_length_are_not_stated_both() -> None:
    assert says(InputError, "civik", bag="100 mL", concentration="1 mg/mL", lasts="24 h") == (
        "preparation", "a concentration and how long a bag lasts are both stated", "state one of them",
    )  # fmt: skip


def test_a_dose_with_an_end_lasts_as_long_as_it_does() -> None:
    assert says(InputError, lasts="24 h") == (
        "lasts 24 h", "the dose has an end of its own, 40 min", "leave it out",
    )  # fmt: skip


def test_a_rate_without_a_strength_asks_for_it_or_for_how_long_the_bag_is_to_last() -> None:
    assert says(InputError, "islhd_burst", regimen="burst") == (
        "concentration",
        "is not stated, and the protocol gives none",
        "state it in mg/mL, or for how long the bag is to last",
    )


def test_a_protocol_that_gives_several_strengths_leaves_the_choice() -> None:
    several = closed("civik")
    (one,) = several.protocol.preparation
    two = one.model_copy(update={"concentration": tuple(map(parse_quantity, ("1 mg/mL", "2 mg/mL")))})
    sited = replace(several, protocol=several.protocol.model_copy(update={"preparation": (two,)}))
    seen = situation(sited)
    with pytest.raises(InputError, match="is not stated, and the protocol gives 1 mg/mL to 2 mg/mL"):
        draft(advice(sited, seen), sited, seen, setup(bag="100 mL"))


def prepared(*made: dict[str, object]) -> Sited:
    """CIVIK, whose infusion is made up in these ways."""
    civik = closed("civik")
    parts = tuple(Preparation.model_validate({"printed": "as printed", **one}) for one in made)
    return replace(civik, protocol=civik.protocol.model_copy(update={"preparation": parts}))


def test_one_strength_in_two_units_is_one_and_a_solution_for_the_mouth_is_none_of_a_bag_s() -> None:
    saline = {"diluents": ["sodium chloride 0.9 %"]}
    sited = prepared(
        {"concentration": ["10 mg/mL"]},
        {"concentration": ["1 mg/mL"], **saline},
        {"concentration": ["1000 ug/mL"], "diluents": ["sodium chloride 0.9 %", "glucose 5 %"]},
    )
    seen = situation(sited)
    plan = draft(advice(sited, seen), sited, seen, setup(bag="100 mL"))
    assert isinstance(plan, InfusionPlan) and str(plan.preparation.concentration) == "1 mg/mL"
    assert [str(one) for one in concentrations(sited.protocol)] == ["1 mg/mL", "1 mg/mL"]
    assert diluents_of(sited.protocol) == ("sodium chloride 0.9 %", "glucose 5 %")


def test_a_volume_below_the_smallest_graduation_cannot_be_drawn_up() -> None:
    # 0.4 mg in 10 mL at 0.04 mg/mL is 0.008 mL of 50 mg/mL; a syringe of 1 mL shows 0.01.
    plan = refused("civik", bag="10 mL", concentration="0.04 mg/mL")
    assert plan.reasons == ("0.008 mL of 50 mg/mL is too little to be drawn up.",)
    assert plan.remedy == "take a weaker vial, or a larger bag."


def test_what_is_drawn_up_must_fit_into_the_bag() -> None:
    # 60 mg/mL in 50 mL are 3000 mg, 60 mL of 50 mg/mL.
    plan = refused("civik", bag="50 mL", concentration="60 mg/mL")
    assert plan.reasons == ("bag of 50 mL does not hold the 60 mL that would be drawn up.",)
    assert plan.remedy == "take a larger bag, a stronger vial, or a weaker concentration."


def test_what_fills_the_bag_to_the_brim_or_nearly_is_made_without_diluent() -> None:
    # 50 mg/mL in 50 mL are 50 mL of the vial; 49.5 mg/mL in 50 mL 49.5, drawn as 49 in whole mL: 1 mL is added.
    full = planned("civik", bag="50 mL", concentration="50 mg/mL", pump_step="0.001 mL/h").preparation
    assert (str(full.drawn), str(full.added)) == ("50 mL", "0 mL")
    # In a bag of 1 mL, 0.5 mL are drawn at 25 mg/mL, and half a millilitre is added.
    half = planned("civik", bag="1 mL", concentration="25 mg/mL", pump_step="0.001 mL/h").preparation
    assert (str(half.drawn), str(half.added)) == ("0.5 mL", "0.5 mL")


def test_too_little_diluent_for_the_label_is_refused_and_an_equal_volume_is_enough() -> None:
    # 60 mg/mL in 50 mL are 30 mL of 100 mg/mL, and 20 mL of diluent.
    plan = refused("civik", vial="100 mg/mL", bag="50 mL", concentration="60 mg/mL")
    assert plan.reasons == (
        "30 mL of 100 mg/mL in 50 mL is not diluted with at least an equal volume, as its label asks.",
    )
    assert plan.remedy == "take a larger bag, or a weaker concentration."
    # At 50 mg/mL they are 25 mL and 25 mL; 3.1 mg/h is 0.062 mL/h.
    half = planned("civik", vial="100 mg/mL", bag="50 mL", concentration="50 mg/mL", pump_step="0.001 mL/h")
    assert half.preparation.drawn.same_as(half.preparation.added)


def test_a_strength_that_no_graduation_makes_says_what_can_be_drawn() -> None:
    # 59 mg are 1.18 mL of 50 mg/mL; 1.1 mL are 55 mg, 4 of 59 less, 6.7797 %.
    plan = refused("civik", bag="59 mL", concentration="1 mg/mL", pump_step="0.01 mL/h")
    assert plan.reasons == (
        "1.18 mL of 50 mg/mL cannot be drawn up: 1.1 mL can, ≈ 6.7797 % less, and the house allows 2 %.",
    )
    assert plan.remedy == (
        "take another bag or concentration, for which a volume of the syringe's graduation is drawn."
    )


def test_a_graduation_that_takes_exactly_what_the_house_allows_is_drawn() -> None:
    # 12/49 mg/mL in 50 mL are 600/49 mg, 12/49 mL of 50 mg/mL; 0.24 mL is 0.98 of it, exactly 2 % less.
    civik = closed("civik")
    seen = situation(civik)
    stated = replace(setup(), concentration=Quantity(Fraction(12, 49), "mg/mL"))
    plan = draft(advice(civik, seen), civik, seen, stated)
    assert isinstance(plan, InfusionPlan), plan
    assert str(plan.preparation.drawn) == "0.24 mL"
    assert plan.preparation.filled == ("as stated, ≈ 0.2449 mg/mL; 0.24 mg/mL by the syringe's graduation")


def test_each_syringe_is_used_up_to_what_it_holds() -> None:
    # 1 mL holds to the hundredth, 3 mL to the tenth, 10 mL to two tenths, and what is larger to the whole.
    def drawn(bag: str, strength: str) -> str:
        made = planned("civik", bag=bag, concentration=strength, pump_step="0.001 mL/h").preparation
        return str(made.drawn)

    assert drawn("50 mL", "0.99 mg/mL") == "0.99 mL"  # 49.5 mg
    assert drawn("50 mL", "1 mg/mL") == "1 mL"
    assert drawn("145 mL", "1 mg/mL") == "2.9 mL"  # 145 mg
    assert drawn("150 mL", "1 mg/mL") == "3 mL"
    assert drawn("152.5 mL", "1 mg/mL") == "3 mL"  # 3.05 mL, and a syringe of 10 mL shows 3, then 3.2
    assert drawn("100 mL", "5 mg/mL") == "10 mL"
    assert drawn("100 mL", "5.05 mg/mL") == "10 mL"  # 10.1 mL, 1 % less
    assert drawn("200 mL", "20 mg/mL") == "80 mL"  # 4000 mg, more than the largest holds, to the whole mL
    assert drawn("201.25 mL", "20 mg/mL") == "80 mL"  # 4025 mg, 80.5 mL


def test_a_rate_that_is_less_than_one_step_is_refused_with_its_figure() -> None:
    # 3.1 mg/h at 10 mg/mL is 0.31 mL/h, and the pump's least is 1.
    plan = refused("civik", bag="50 mL", concentration="10 mg/mL", pump_step="1 mL/h")
    assert plan.reasons == ("rate 0.31 mL/h is less than the pump's step, 1 mL/h.",)
    assert plan.remedy == "make it weaker, or take a pump with finer steps."


def test_rounding_above_two_percent_is_refused_and_up_to_it_is_made() -> None:
    # 3.1 mg/h at 1 mg/mL, in steps of 1 mL/h: 3, and 0.1 of 3.1 is 3.2258 %.
    plan = refused("civik", bag="100 mL", concentration="1 mg/mL", pump_step="1 mL/h")
    assert plan.reasons == ("rate 3 mL/h gives ≈ 3.2258 % less than was ordered, and the house allows 2 %.",)
    assert plan.remedy == "choose another concentration, at which the rate is a larger number."
    # 60 kg: 3 mg/h. In steps of 0.98 mL/h the pump is set to 2.94, exactly 2 % less.
    made = planned("civik", "60 kg", bag="100 mL", concentration="1 mg/mL", pump_step="0.98 mL/h").preparation
    assert str(made.rate) == "2.94 mL/h" and made.lost.value == 2


def test_a_whole_dose_that_the_syringe_rounds_too_far_asks_for_a_concentration() -> None:
    # 104 kg: 52 mg are 1.04 mL; a syringe of 3 mL shows 1, 2 mg of 52 less, 3.8462 %.
    plan = refused(weight="104 kg")
    assert plan.reasons == ("rate 75 mL/h gives ≈ 3.8462 % less than was ordered, and the house allows 2 %.",)
    assert plan.remedy == "state a concentration."


def test_a_diluent_that_nobody_names_is_refused_with_those_that_are_named() -> None:
    assert says(InputError, diluent="tap water") == (
        "diluent 'tap water'",
        "is none that the protocol or the label names",
        "use sodium chloride 0.9 %, glucose 5 %, water for injections",
    )
    # CIVIK names its own two.
    assert says(InputError, "civik", bag="100 mL", diluent="water for injections")[2] == (
        "use glucose 5 %, sodium chloride 0.9 %"
    )


# --- the order --------------------------------------------------------------------------------------------

AGAIN = "have the prescriber write the order again, with its whole unit"


def test_an_order_of_another_kind_says_which_of_the_two_lacks_what() -> None:
    assert says(RefusedError, ordered="31 mg") == (
        "order 31 mg", "0.5 mg/kg has /kg and 31 mg has not: they are not one order", AGAIN,
    )  # fmt: skip
    assert says(RefusedError, ordered="0.5 mg/kg/h") == (
        "order 0.5 mg/kg/h", "0.5 mg/kg/h has per time and 0.5 mg/kg has not: they are not one order", AGAIN,
    )  # fmt: skip
    assert says(RefusedError, ordered="0.6 mg/kg") == (
        "order 0.6 mg/kg", "the protocol advises 0.5 mg/kg, which is another dose", AGAIN,
    )  # fmt: skip


def test_advice_of_another_situation_is_evaluated_again() -> None:
    seen = situation(founding())
    with pytest.raises(InputError) as caught:
        draft(replace(advice(founding(), seen), digest="other"), founding(), seen, setup())
    assert told(caught.value) == (
        "guidance", "is of another protocol, site or instant than the situation", "evaluate it again",
    )  # fmt: skip


@pytest.mark.parametrize("amount", ["32 mg", None])
def test_advice_whose_milligrams_are_not_its_dose_is_a_fault_and_gives_nothing(amount: str | None) -> None:
    seen = situation(founding())
    guidance = advice(founding(), seen)
    wrong = tuple(
        replace(one, amount=parse_quantity(amount) if amount else None) if one.dose is not None else one
        for one in guidance.recommendations
    )
    with pytest.raises(InternalError) as caught:
        draft(replace(guidance, recommendations=wrong), founding(), seen, setup())
    assert told(caught.value) == (
        "dose 0.5 mg/kg", f"came to {amount} in the advice and to 31 mg here", "report this with the scenario",
    )  # fmt: skip


def test_a_dose_that_no_pump_gives_has_no_rate() -> None:
    swallowed = closed("patel_ldk")
    regimen = swallowed.protocol.regimens["infusion"].model_copy(update={"mode": "oral_dose"})
    sited = replace(
        swallowed, protocol=swallowed.protocol.model_copy(update={"regimens": {"infusion": regimen}})
    )
    seen = situation(swallowed)
    plan = draft(advice(swallowed, seen), sited, seen, setup())
    assert isinstance(plan, RefusedPlan)
    assert plan.reasons == ("It is given as oral dose, and not by a pump: there is no rate to set.",)
    assert plan.remedy == "" and plan.guidance.protocol == "patel_ldk"


def test_a_dose_whose_length_nobody_says_has_no_rate() -> None:
    sited = closed("patel_ldk")
    seen = situation(sited)
    guidance = advice(sited, seen)
    infused = sited.protocol.regimens["infusion"]
    assert infused.duration is not None
    span = infused.duration.model_copy(
        update={"value": None, "low": parse_quantity("30 min"), "high": parse_quantity("60 min")}
    )
    for duration in (None, span):
        regimen = infused.model_copy(update={"duration": duration})
        silent = replace(
            sited, protocol=sited.protocol.model_copy(update={"regimens": {"infusion": regimen}})
        )
        plan = draft(guidance, silent, seen, setup())
        assert isinstance(plan, RefusedPlan)
        assert plan.reasons == ("Over how long the dose runs is not said, so that it has no rate.",)


def test_a_weight_that_is_missing_is_named_and_nothing_is_prepared() -> None:
    seen = situation(founding())
    bare = replace(seen, facts=replace(seen.facts, weights=()))
    plan = draft(advice(founding(), seen), founding(), bare, setup())
    assert isinstance(plan, RefusedPlan) and plan.reasons == ("Missing: actual body weight.",)
