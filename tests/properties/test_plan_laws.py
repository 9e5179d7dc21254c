"""Laws that every plan keeps, at every body weight: nothing above the order or a limit, and both sums meet."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adjuvant.errors import AdjuvantError, InternalError
from adjuvant.plan import InfusionPlan, RefusedPlan, draft, read_setup
from adjuvant.plan.limits import breaches
from adjuvant.protocol import load, protocol_keys
from adjuvant.protocol.limits import guardrails
from adjuvant.protocol.premises import weight_to_compare
from bedside import closed
from infusions import advice, founding, situation

PUMPED = ("timed_infusion", "slow_bolus", "continuous_infusion", "syringe_driver")
RUN = [
    (key, name)
    for key in protocol_keys()
    if load(key).protocol.kind == "protocol" and load(key).protocol.drug == "ketamine"
    for name, regimen in load(key).protocol.regimens.items()
    if regimen.mode in PUMPED
]
FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
WEIGHTS = st.decimals(20, 250, places=1).map(lambda kg: f"{kg} kg")
VIALS = st.sampled_from(["10 mg/mL", "50 mg/mL", "100 mg/mL"])
BAGS = st.sampled_from(["20 mL", "50 mL", "100 mL", "250 mL", "500 mL"])
STEPS = st.sampled_from(["0.01 mL/h", "0.1 mL/h", "0.5 mL/h", "1 mL/h"])
STRENGTHS = st.sampled_from([None, "0.4 mg/mL", "1 mg/mL", "2 mg/mL", "4 mg/mL", "10 mg/mL", "50 mg/mL"])


def complain(error: AdjuvantError) -> None:
    """A refusal names the thing, the rule and the remedy, and is no fault of the program."""
    assert error.exit_code in (3, 4) and error.thing and error.rule and error.remedy


def hold(plan: InfusionPlan, protocol, seen) -> None:
    """What every plan must keep."""
    made, order = plan.preparation, plan.order
    regimen = protocol.protocol.regimens[plan.guidance.regimen]
    kilograms = order.weight.value.in_("kg") if order.weight is not None else Fraction(1)
    per_kg = "/kg" in order.dose.unit.code
    # mg = mg/kg × kg = mL × mg/mL, of what was ordered and of what is drawn and given.
    unit = "mg/h" if order.over is None else "mg"
    ordered = order.dose.in_(unit.replace("mg", "mg/kg")) * kilograms if per_kg else order.dose.in_(unit)
    assert order.amount.in_(unit) == ordered
    assert (
        made.drawn.value * made.vial.strength.value
        == made.mass.value
        == made.bag.value * made.concentration.value
    )
    assert made.hourly.value == made.rate.value * made.concentration.value <= order.hourly.value
    given = made.hourly.value if made.volume is None else made.volume.value * made.concentration.value
    assert given <= ordered
    assert made.dose.in_(order.dose.unit) * (kilograms if per_kg else 1) == Fraction(
        given
        * order.dose.in_(order.dose.unit)
        / order.dose.in_(unit.replace("mg", "mg/kg") if per_kg else unit)
    )
    # The rate is one that the pump can be set to, and no larger one of its rates would do.
    assert (made.rate.value / made.step.value).denominator == 1
    assert made.rate.value <= made.exact.value < made.rate.value + made.step.value
    assert made.drawn.value + made.added.value == made.bag.value and made.added.value >= 0
    if made.volume is not None:
        assert made.volume.value <= made.bag.value
    assert 0 <= made.lost.value <= 2
    weight = order.weight or weight_to_compare(protocol, seen)
    found = breaches(order.dose, made.dose, regimen, protocol, seen, weight, guardrails())
    assert not found or plan.guidance.status.value == "lower"
    assert all(one.kept is not False for one in plan.limits if one.binds)


@pytest.mark.hazard("H-046")
@pytest.mark.parametrize(("key", "name"), RUN)
@FEW
@given(weight=WEIGHTS, vial=VIALS, bag=BAGS, step=STEPS, strength=STRENGTHS)
def test_no_plan_gives_more_than_was_ordered_or_than_any_limit_that_binds(
    key: str, name: str, weight: str, vial: str, bag: str, step: str, strength: str | None
) -> None:
    protocol = closed(key)
    seen = situation(protocol, weight)
    stated = read_setup(vial=vial, bag=bag, pump_step=step, concentration=strength)
    try:
        plan = draft(advice(protocol, seen, name), protocol, seen, stated)
    except InternalError:
        raise
    except AdjuvantError as error:
        complain(error)
        return
    if isinstance(plan, RefusedPlan):
        assert plan.reasons and all(one.endswith(".") for one in plan.reasons)
        return
    hold(plan, protocol, seen)


@settings(max_examples=150, deadline=None)
@given(weight=WEIGHTS, bag=BAGS, strength=st.sampled_from([None, "1 mg/mL", "2 mg/mL"]))
def test_the_founding_protocol_never_exceeds_half_a_milligram_per_kilogram(
    weight: str, bag: str, strength: str | None
) -> None:
    seen = situation(founding(), weight)
    stated = read_setup(vial="50 mg/mL", bag=bag, concentration=strength)
    plan = draft(advice(founding(), seen), founding(), seen, stated)
    kilograms = Fraction(weight.removesuffix(" kg"))
    dose = kilograms / 2
    if isinstance(plan, RefusedPlan):
        too_small = strength is not None and dose > Fraction(bag.split()[0]) * int(strength[0])
        # Up to 1 mL of 50 mg/mL the syringe has steps of 0.01 mL, 0.5 mg; above it of 0.1 mL, 5 mg.
        grain = Fraction(1, 2) if dose <= 50 else 5
        coarse = strength is None and dose % grain > dose / 50
        assert too_small or coarse or ("house allows" in plan.reasons[0] and strength is not None)
        return
    assert plan.preparation.total is not None
    assert plan.preparation.total.value <= kilograms / 2
    hold(plan, founding(), seen)


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["vial", "bag", "pump_step", "concentration", "lasts", "vial_holds", "ordered", "diluent"]),
        st.one_of(
            st.text(max_size=20),
            st.builds("{} {}".format, st.integers(-5, 500), st.sampled_from(["mg/mL", "mL", "mL/h", "h", "mg", "mg/kg"])),
        ),
    )
)  # fmt: skip
def test_whatever_is_stated_is_planned_with_or_refused_in_words(stated: dict[str, str]) -> None:
    seen = situation(founding())
    try:
        plan = draft(advice(founding(), seen), founding(), seen, read_setup(**stated))
    except InternalError:
        raise
    except AdjuvantError as error:
        complain(error)
        return
    assert isinstance(plan, RefusedPlan) or plan.preparation.rate.value > 0
