"""The arithmetic of an infusion, twice: forward in decimals to the rate, back in fractions to the dose."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction

from adjuvant.errors import InternalError
from adjuvant.plan.figures import figure, words
from adjuvant.protocol.values import is_rate, per_weight
from adjuvant.quantity import Quantity
from adjuvant.quantity.quantity import readable_unit

__all__ = ["Backward", "Forward", "Line", "Sum", "agree", "backward", "forward"]

_CONTEXT = Context(prec=100, rounding=ROUND_HALF_EVEN)
_GRAIN = Decimal(1).scaleb(-60)
"""Below this a difference is the decimals' own: a hundred digits are kept, sixty are looked at."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the sum, such as ``0.5 mg/kg × 62 kg`` and ``31 mg``."""

    sum: str
    result: str


@dataclass(frozen=True, slots=True)
class Sum:
    """What the sum is made of, as stated; neither path takes anything from the other.

    Args:
        dose: as the protocol counts it.
        kilograms: None where the dose is not per kilogram.
        minutes: over which a dose with an end is given; None for a rate.
        vial, drawn, bag: mg/mL, mL drawn up, and mL once it is made up.
        step: the pump's least step, mL/h; it has an end in decimals.
        whole: True where the whole bag is the dose.
    """

    dose: Quantity
    kilograms: Fraction | None
    minutes: Fraction | None
    vial: Fraction
    drawn: Fraction
    bag: Fraction
    step: Fraction
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Forward:
    """From the order to the pump.

    Args:
        exact: mL/h before rounding.
        rate: mL/h, rounded down to the pump's step.
        volume: mL to be infused, rounded down to the same figure; None for a rate.
    """

    lines: tuple[Line, ...]
    exact: Decimal
    rate: Decimal
    volume: Decimal | None


@dataclass(frozen=True, slots=True)
class Backward:
    """From the pump to the dose.

    Args:
        hourly: mg/h that the pump delivers.
        total: mg in all; None for a rate.
        dose: in the unit of the order.
    """

    lines: tuple[Line, ...]
    hourly: Fraction
    total: Fraction | None
    dose: Quantity


def _decimal(value: Fraction) -> Decimal:
    return _CONTEXT.divide(Decimal(value.numerator), Decimal(value.denominator))


def _shown(value: Decimal) -> str:
    return figure(Fraction(value.quantize(_GRAIN, context=_CONTEXT)))


def _floor(value: Decimal, step: Decimal) -> Decimal:
    # What a division leaves in the last of a hundred digits must not cost a whole step of the pump.
    steps = _CONTEXT.divide(value, step).quantize(_GRAIN, context=_CONTEXT)
    return _CONTEXT.multiply(steps.to_integral_value(rounding=ROUND_FLOOR), step)


def forward(one: Sum) -> Forward:
    """From the order to the pump's rate, in decimals of a hundred digits, rounded down.

    Whoever sets the pump to less than was ordered gives less; to more is never chosen here.
    """
    c, lines = _CONTEXT, []
    per = "/kg" if per_weight(one.dose) else ""
    unit = f"mg{per}/h" if is_rate(one.dose) else f"mg{per}"
    dose = _decimal(one.dose.in_(unit))
    if one.dose.unit.code != unit:
        lines.append(Line(f"{words(one.dose)} in {readable_unit(unit)}", f"{_shown(dose)} {unit}"))
    amount, of = dose, unit.replace("/kg", "")
    if one.kilograms is not None:
        kilograms = _decimal(one.kilograms)
        amount = c.multiply(dose, kilograms)
        lines.append(Line(f"{_shown(dose)} {unit} × {_shown(kilograms)} kg", f"{_shown(amount)} {of}"))
    mass = c.multiply(_decimal(one.drawn), _decimal(one.vial))
    strength = c.divide(mass, _decimal(one.bag))
    drug = f"{figure(one.drawn)} mL × {figure(one.vial)} mg/mL"
    lines.append(Line(f"{drug} ÷ {figure(one.bag)} mL", f"{_shown(strength)} mg/mL"))
    step = _decimal(one.step)
    if one.minutes is None:
        exact = c.divide(amount, strength)
        lines.append(Line(f"{_shown(amount)} mg/h ÷ {_shown(strength)} mg/mL", f"{_shown(exact)} mL/h"))
    else:
        minutes = _decimal(one.minutes)
        volume = _decimal(one.bag) if one.whole else c.divide(amount, strength)
        if one.whole:
            dose_drawn = f"{_shown(amount)} mg ÷ {figure(one.vial)} mg/mL, down to the syringe's graduation"
            lines.insert(-1, Line(dose_drawn, f"{figure(one.drawn)} mL"))
        took = "the whole bag" if one.whole else f"{_shown(amount)} mg ÷ {_shown(strength)} mg/mL"
        lines.append(Line(took, f"{_shown(volume)} mL"))
        exact = c.divide(c.multiply(volume, Decimal(60)), minutes)
        lines.append(Line(f"{_shown(volume)} mL × 60 min/h ÷ {_shown(minutes)} min", f"{_shown(exact)} mL/h"))
    rate = _floor(exact, step)
    lines.append(Line(f"rounded down to steps of {figure(one.step)} mL/h", f"{_shown(rate)} mL/h"))
    if one.minutes is None:
        return Forward(tuple(lines), exact, rate, None)
    runs = c.divide(c.multiply(rate, _decimal(one.minutes)), Decimal(60))
    infused = _floor(runs, step)
    lines.append(
        Line(f"{_shown(rate)} mL/h for {figure(one.minutes)} min, rounded down", f"{_shown(infused)} mL")
    )
    return Forward(tuple(lines), exact, rate, infused)


def backward(one: Sum, rate: Fraction, volume: Fraction | None) -> Backward:
    """From what the pump is set to, back to the dose per kilogram, in exact fractions."""
    strength = one.vial * one.drawn / one.bag
    lines = [Line(f"{figure(one.vial * one.drawn)} mg in {figure(one.bag)} mL", f"{figure(strength)} mg/mL")]
    hourly = rate * strength
    lines.append(Line(f"{figure(rate)} mL/h × {figure(strength)} mg/mL", f"{figure(hourly)} mg/h"))
    total: Fraction | None = None
    found, unit = hourly, "mg/h"
    if volume is not None:
        total = found = volume * strength
        unit = "mg"
        lines.append(Line(f"{figure(volume)} mL × {figure(strength)} mg/mL", f"{figure(total)} mg"))
        lines.append(
            Line(f"{figure(volume)} mL ÷ {figure(rate)} mL/h × 60 min/h", f"{figure(volume / rate * 60)} min")
        )
    if one.kilograms is not None:
        found, before = found / one.kilograms, found
        per = unit.replace("mg", "mg/kg")
        lines.append(Line(f"{figure(before)} {unit} ÷ {figure(one.kilograms)} kg", f"{figure(found)} {per}"))
        unit = per
    dose = Quantity(found, unit).to(one.dose.unit)
    if one.dose.unit.code != unit:
        lines.append(Line(f"{figure(found)} {unit} in {readable_unit(one.dose.unit.code)}", words(dose)))
    return Backward(tuple(lines), hourly, total, dose)


def agree(one: Sum, there: Forward, back: Backward) -> None:
    """Hold the two paths against each other.

    Raises:
        InternalError: the dose that comes back is above the order, or differs from it by anything that the
            rounding, which the forward path did, does not explain to the last digit.
    """
    rate = Fraction(there.rate)
    kilograms = one.kilograms if one.kilograms is not None else Fraction(1)
    per = "/kg" if one.kilograms is not None else ""
    ordered = one.dose.in_(f"mg{per}/h" if one.minutes is None else f"mg{per}") * kilograms
    strength = one.vial * one.drawn / one.bag
    grain = Fraction(_GRAIN) * 10**6
    exact = Fraction(there.exact)
    hourly = ordered if one.minutes is None else ordered * 60 / one.minutes
    meant = one.bag * strength * 60 / one.minutes if one.whole and one.minutes is not None else hourly
    faults = {
        "the rate is above the exact one": rate > exact + grain,
        "rounding took a whole step": exact - rate >= one.step + grain,
        "the exact rate is not the order's": abs(exact * strength - meant) > grain * (1 + meant),
        "more flows in an hour than was ordered": back.hourly > hourly,
        "the dose that comes back is above the order": back.dose > one.dose,
    }
    if back.total is not None and there.volume is not None and one.minutes is not None:
        runs, volume = rate * one.minutes / 60, Fraction(there.volume)
        faults["the volume is not what runs in the time"] = not volume <= runs < volume + one.step
        faults["the volume is above the bag"] = volume > one.bag
        faults["the amount is above the order"] = back.total > ordered
    broken = [name for name, wrong in faults.items() if wrong]
    if broken:
        raise InternalError(
            f"the two sums of {one.dose}",
            f"do not meet: {'; '.join(broken)}",
            "give nothing, and report this",
        )
