"""The pump at the bedside beside the plan: the rate that it shows, and what a change of bag does."""

from __future__ import annotations

from dataclasses import dataclass

from adjuvant.errors import InputError
from adjuvant.plan.figures import figure, words
from adjuvant.plan.order import Order
from adjuvant.plan.preparation import Preparation
from adjuvant.quantity import Quantity

__all__ = ["BagChange", "PumpCheck", "bag_change", "check_pump"]


@dataclass(frozen=True, slots=True)
class BagChange:
    """Another strength in the bag that follows.

    Args:
        before: strength of the bag that ran, mg/mL, and `old_rate`, mL/h, at which it gives the same order.
        kept: mg/h that would flow if the old rate were kept with the new bag.
        words: the change in one sentence, with both rates.
    """

    before: Quantity
    old_rate: Quantity
    kept: Quantity
    words: str


@dataclass(frozen=True, slots=True)
class PumpCheck:
    """The rate that a pump shows, held against the plan; what it has given is held against it in `alerts`.

    Args:
        words: the difference; empty where there is none.
    """

    as_planned: bool
    words: str


def bag_change(before: Quantity, order: Order, made: Preparation) -> BagChange:
    """What changes when a bag of another strength follows the one that runs.

    Args:
        before: strength of the bag that runs, mg/mL.
    Raises:
        InputError: the dose has an end of its own, so that no bag follows another.
    """
    if order.over is not None:
        raise InputError(
            f"bag before, {words(before)}", "no bag follows: the dose has an end of its own", "leave it out"
        )
    steps = order.hourly.value / before.value // made.step.value
    old = Quantity(steps * made.step.value, "mL/h")
    kept = Quantity(old.value * made.concentration.value, "mg/h")
    if made.concentration.same_as(before):
        text = f"The bag before has the same strength, {words(before)}: the rate stays {words(made.rate)}."
    else:
        text = (
            f"The bag before: {words(before)} at {words(old)}. This bag: {words(made.concentration)} at "
            f"{words(made.rate)}. Change bag and rate together: at the old rate this bag gives {words(kept)} "
            f"where {words(order.hourly)} are ordered."
        )
    return BagChange(before, old, kept, text)


def check_pump(made: Preparation, shown: Quantity) -> PumpCheck:
    """Whether the pump is set as planned, by the rate that somebody reads off it.

    Args:
        shown: on its display, mL/h. Another rate than the planned one is never near enough.
    """
    if shown.same_as(made.rate):
        return PumpCheck(True, "")
    given = Quantity(shown.in_("mL/h") * made.concentration.value, "mg/h")
    times = figure(shown.in_("mL/h") / made.rate.value)
    return PumpCheck(
        False,
        f"It shows {words(shown)} and the plan is {words(made.rate)}: {times} times as much, {words(given)}.",
    )
