"""Making up: what is drawn from which vial, into how much, how strong it is, and what the pump is set to."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from adjuvant.errors import InputError, RefusedError
from adjuvant.library.preparations import Vial, preparations
from adjuvant.plan.arithmetic import Line, Sum, agree, backward, forward
from adjuvant.plan.figures import words
from adjuvant.plan.order import Order
from adjuvant.plan.setup import Setup, pump_step_of, vial_of
from adjuvant.protocol.model import Protocol
from adjuvant.protocol.site import Sited
from adjuvant.protocol.values import per_weight
from adjuvant.quantity import Quantity

__all__ = ["Preparation", "concentrations", "diluents_of", "drawn_up", "prepare"]


@dataclass(frozen=True, slots=True)
class Preparation:
    """One bag or syringe, and the rate of the pump.

    Args:
        drawn: mL from the vials; `mass` in it, mg.
        diluent: by name; empty where nobody has stated it.
        added: mL of diluent; with `drawn` it makes `bag`.
        filled: how the strength came about, in words.
        rate: mL/h: the one number that the pump is set to.
        exact: mL/h before it was rounded down.
        volume: mL to be infused; None for a rate.
        hourly: mg/h that flows; `total` mg in all, and `dose` the same as the order counts it.
        lasts: how long the bag runs.
        left: mL and mg that stay in the bag and are discarded; None for a rate, where the end decides.
        vial_content: mg and mL of one vial, so that neither is taken for the other; None where its volume is
            not stated.
        vials, left_in_vials: how many, and mL and mg left in them; None where a vial's volume is not stated.
        lost_hourly: what rounding takes, mg/h; `lost`, the share of the order in percent.
        there, back: the sum from the order to the pump, and from the pump to the order.
    """

    vial: Vial
    drawn: Quantity
    mass: Quantity
    diluent: str
    added: Quantity
    bag: Quantity
    concentration: Quantity
    filled: str
    step: Quantity
    rate: Quantity
    exact: Quantity
    volume: Quantity | None
    hourly: Quantity
    total: Quantity | None
    dose: Quantity
    lasts: Quantity
    left: tuple[Quantity, Quantity] | None
    vials: int | None
    vial_content: tuple[Quantity, Quantity] | None
    left_in_vials: tuple[Quantity, Quantity] | None
    lost_hourly: Quantity
    lost: Quantity
    there: tuple[Line, ...]
    back: tuple[Line, ...]


def concentrations(protocol: Protocol) -> tuple[Quantity, ...]:
    """The strengths at which a protocol's infusion is made up; none where it does not say.

    A strength counts where its diluents are named beside it: what has none is a solution for the mouth.
    """
    return tuple(
        value.to("mg/mL") for one in protocol.preparation if one.diluents for value in one.concentration
    )


def diluents_of(protocol: Protocol) -> tuple[str, ...]:
    """The diluents that a protocol names; those of the label where it names none."""
    own = tuple(dict.fromkeys(name for one in protocol.preparation for name in one.diluents))
    return own or tuple(one.name for one in preparations().diluents if one.of == protocol.drug)


def prepare(order: Order, setup: Setup, sited: Sited) -> Preparation:
    """The preparation of an order.

    Raises:
        InputError: something that must be stated is not, or is no such thing.
        RefusedError: it would be given undiluted where it may not, the bag is too small or too weak, no
            rate can be set, or rounding takes more of the dose than the house allows.
        InternalError: the two sums do not meet.
    """
    vial, step = vial_of(setup, sited), pump_step_of(setup, sited)
    if setup.bag is None:
        raise InputError("bag", "what it holds once made up is not stated", "state it, such as 50 mL")
    bag = setup.bag.to("mL")
    wanted, filled, whole = _wanted(order, setup, sited.protocol, bag)
    drawn = _drawn(wanted, vial, bag)
    if not whole:
        filled += _graduated(wanted, drawn, vial, bag)
    one = Sum(
        order.dose,
        order.weight.value.in_("kg") if order.weight is not None and per_weight(order.dose) else None,
        order.over.in_("min") if order.over is not None else None,
        vial.strength.value,
        drawn.value,
        bag.value,
        step.value,
        whole,
    )
    there = forward(one)
    if there.rate <= 0:
        raise RefusedError(
            f"rate {words(Quantity(Fraction(there.exact), 'mL/h'))}", f"is less than the pump's step, {step}",
            "make it weaker, or take a pump with finer steps",
        )  # fmt: skip
    volume = Fraction(there.volume) if there.volume is not None else None
    if volume is not None and volume > bag.value:
        raise RefusedError(
            f"bag of {bag}", f"is smaller than the dose, {words(Quantity(volume, 'mL'))}",
            "take a larger bag, or make it stronger",
        )  # fmt: skip
    rate = Fraction(there.rate)
    back = backward(one, rate, volume)
    agree(one, there, back)
    strength = vial.strength.value * drawn.value / bag.value
    vials, left_in_vials = _vials(drawn, vial, setup.vial_holds)
    lost_hourly = order.hourly.value - back.hourly
    lost = lost_hourly / order.hourly.value
    if back.total is not None:
        lost = max(lost, 1 - back.total / order.amount.value)
    made = Preparation(
        vial=vial,
        drawn=drawn,
        mass=Quantity(drawn.value * vial.strength.value, "mg"),
        diluent=_diluent(setup, sited.protocol),
        added=bag - drawn,
        bag=bag,
        concentration=Quantity(strength, "mg/mL"),
        filled=filled,
        step=step,
        rate=Quantity(rate, "mL/h"),
        exact=Quantity(Fraction(there.exact), "mL/h"),
        volume=Quantity(volume, "mL") if volume is not None else None,
        hourly=Quantity(back.hourly, "mg/h"),
        total=Quantity(back.total, "mg") if back.total is not None else None,
        dose=back.dose,
        lasts=Quantity((volume if volume is not None else bag.value) / rate, "h"),
        left=_left(bag, volume, strength),
        vials=vials,
        vial_content=_content(vial, setup.vial_holds),
        left_in_vials=left_in_vials,
        lost_hourly=Quantity(lost_hourly, "mg/h"),
        lost=Quantity(lost * 100, "%"),
        there=there.lines,
        back=back.lines,
    )
    _within_rounding(made, whole)
    _on_the_list(made, sited)
    return made


def _wanted(order: Order, setup: Setup, protocol: Protocol, bag: Quantity) -> tuple[Fraction, str, bool]:
    """The milligrams that are to be in the bag, how that came about, whether the bag is one whole dose."""
    if setup.concentration is not None and setup.lasts is not None:
        raise InputError(
            "preparation", "a concentration and how long a bag lasts are both stated", "state one of them"
        )
    if setup.concentration is not None:
        return setup.concentration.value * bag.value, f"as stated, {words(setup.concentration)}", False
    if setup.lasts is not None:
        if order.over is not None:
            raise InputError(
                f"lasts {setup.lasts}", f"the dose has an end of its own, {words(order.over)}", "leave it out"
            )
        mass = order.hourly.value * setup.lasts.in_("h")
        return mass, f"so that the bag lasts {words(setup.lasts)}", False
    own = concentrations(protocol)
    if len({one.value for one in own}) == 1:
        return own[0].value * bag.value, f"as {protocol.protocol} makes it up, {words(own[0])}", False
    if order.over is not None and not own:
        return order.amount.value, "one whole dose in the bag", True
    known = f"the protocol gives {' to '.join(map(words, own))}" if own else "the protocol gives none"
    raise InputError(
        "concentration",
        f"is not stated, and {known}",
        "state it in mg/mL, or for how long the bag is to last",
    )


def drawn_up(wanted: Fraction, vial: Vial) -> Quantity:
    """The volume of a mass, rounded down to the graduation of the smallest syringe that holds it.

    Args:
        wanted: mg.
    Raises:
        RefusedError: too little to be drawn up.
    """
    exact = wanted / vial.strength.value
    syringes = preparations().syringes
    syringe = next((one for one in syringes if exact <= one.holds.value), syringes[-1])
    drawn = Quantity(floor(exact / syringe.step.value) * syringe.step.value, "mL")
    if drawn.value <= 0:
        raise RefusedError(
            f"{words(Quantity(exact, 'mL'))} of {vial.strength}", "is too little to be drawn up",
            "take a weaker vial, or a larger bag",
        )  # fmt: skip
    return drawn


def _drawn(wanted: Fraction, vial: Vial, bag: Quantity) -> Quantity:
    """The same, where it fits into the bag with the diluent that its label asks for."""
    drawn = drawn_up(wanted, vial)
    added = bag.value - drawn.value
    if added < 0:
        raise RefusedError(
            f"bag of {bag}", f"does not hold the {words(drawn)} that would be drawn up",
            "take a larger bag, a stronger vial, or a weaker concentration",
        )  # fmt: skip
    if vial.diluent_at_least is not None and added < vial.diluent_at_least * drawn.value:
        raise RefusedError(
            f"{words(drawn)} of {vial.strength} in {bag}",
            "is not diluted with at least an equal volume, as its label asks"
            if vial.diluent_at_least == 1
            else f"has less diluent than the {vial.diluent_at_least} mL for each mL that its label asks for",
            "take a larger bag, or a weaker concentration",
        )
    return drawn


def _graduated(wanted: Fraction, drawn: Quantity, vial: Vial, bag: Quantity) -> str:
    """What the syringe's graduation makes of a strength that was stated; nothing where it is kept exactly."""
    mass = drawn.value * vial.strength.value
    lost = Quantity((1 - mass / wanted) * 100, "%")
    most = preparations().greatest_rounding
    if lost.value > most.value:
        exact = Quantity(wanted / vial.strength.value, "mL")
        raise RefusedError(
            f"{words(exact)} of {vial.strength}",
            f"cannot be drawn up: {words(drawn)} can, {words(lost)} less, and the house allows {words(most)}",
            "take another bag or concentration, for which a volume of the syringe's graduation is drawn",
        )
    return f"; {words(Quantity(mass / bag.value, 'mg/mL'))} by the syringe's graduation" if lost.value else ""


def _diluent(setup: Setup, protocol: Protocol) -> str:
    known = diluents_of(protocol)
    if setup.diluent and setup.diluent not in known:
        raise InputError(
            f"diluent {setup.diluent!r}",
            "is none that the protocol or the label names",
            f"use {', '.join(known)}",
        )
    return setup.diluent


def _left(bag: Quantity, volume: Fraction | None, strength: Fraction) -> tuple[Quantity, Quantity] | None:
    if volume is None:
        return None
    rest = bag.value - volume
    return Quantity(rest, "mL"), Quantity(rest * strength, "mg")


def _content(vial: Vial, holds: Quantity | None) -> tuple[Quantity, Quantity] | None:
    if holds is None:
        return None
    return Quantity(vial.strength.value * holds.in_("mL"), "mg"), holds.to("mL")


def _vials(
    drawn: Quantity, vial: Vial, holds: Quantity | None
) -> tuple[int | None, tuple[Quantity, Quantity] | None]:
    if holds is None:
        return None, None
    count = ceil(drawn.value / holds.in_("mL"))
    rest = count * holds.in_("mL") - drawn.value
    return count, (Quantity(rest, "mL"), Quantity(rest * vial.strength.value, "mg"))


def _on_the_list(made: Preparation, sited: Sited) -> None:
    """Where a site makes bags up at certain strengths, no other is made."""
    listed = sited.profile.concentrations if sited.profile is not None else ()
    if listed and not any(made.concentration.same_as(one) for one in listed):
        raise RefusedError(
            f"{words(made.concentration)} in the bag",
            f"is not among the strengths of the site's profile ({', '.join(map(str, listed))})",
            "make it up at one of them, or have the profile changed",
        )


def _within_rounding(made: Preparation, whole: bool) -> None:
    most = preparations().greatest_rounding
    if made.lost.value <= most.value:
        return
    # One dose in the bag takes its rounding from the syringe; a stated concentration takes it from the pump.
    remedy = (
        "state a concentration"
        if whole
        else "choose another concentration, at which the rate is a larger number"
    )
    raise RefusedError(
        f"rate {words(made.rate)}",
        f"gives {words(made.lost)} less than was ordered, and the house allows {words(most)}",
        remedy,
    )
