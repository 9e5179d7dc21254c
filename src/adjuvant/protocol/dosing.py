"""One normaliser for doses: per kilogram to absolute by an explicit, dated weight; anything to 24 hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from math import ceil

from adjuvant.errors import QuantityError
from adjuvant.protocol.body import Weight
from adjuvant.protocol.regimen import Regimen
from adjuvant.protocol.values import is_rate, per_weight
from adjuvant.quantity import Quantity
from adjuvant.unknown import Unknown

__all__ = ["DosingWeight", "absolute", "as_charted", "choose_weight", "doses_per_day", "per_day"]

_DAY = Quantity(1, "d")


@dataclass(frozen=True, slots=True)
class DosingWeight:
    """The weight that doses per kilogram are worked out with.

    Args:
        value: in kilograms, after any cap.
        kind: ``actual`` or ``ideal``.
        at: when it was measured or worked out.
        derivation: how it came to be, in words, the cap included.
    """

    value: Quantity
    kind: str
    at: datetime
    derivation: str


def choose_weight(
    rule: Weight, actual: tuple[Quantity, datetime] | None, ideal: tuple[Quantity, datetime] | None
) -> DosingWeight | Unknown | None:
    """The weight that a protocol doses by.

    Args:
        rule: the protocol's own words on weight.
        actual, ideal: the patient's weights with their times, None where there is none.
    Returns:
        None where no dose is per kilogram; Unknown where the protocol does not say which, or it is missing.
    """
    if rule.kind == "not_used":
        return None
    if rule.kind == "not_stated":
        return Unknown("which body weight the protocol doses by")
    if rule.kind == "actual":
        chosen, kind = actual, "actual"
    elif rule.kind == "ideal":
        chosen, kind = ideal, "ideal"
    elif actual is None or ideal is None:
        chosen, kind = None, "lower of ideal and actual"
    else:
        chosen, kind = (actual, "actual") if actual[0] <= ideal[0] else (ideal, "ideal")
    if chosen is None:
        return Unknown(f"{kind} body weight")
    value, at = chosen
    kilograms = value.to("kg")
    words = f"{kind} body weight, {kilograms.for_people()}"
    if rule.cap is not None and kilograms > rule.cap:
        kilograms = rule.cap.to("kg")
        words += f", counted as {kilograms.for_people()}, the protocol's greatest"
    return DosingWeight(kilograms, kind, at, words)


def absolute(dose: Quantity, weight: DosingWeight | None) -> Quantity:
    """A dose in milligrams, or milligrams per hour where it is a rate.

    Raises:
        QuantityError: it is per kilogram, and there is no weight.
    """
    if per_weight(dose):
        if weight is None:
            raise QuantityError(f"dose {dose}", "is per kilogram, and no weight is known", "chart the weight")
        dose = dose.for_body(weight.value)
    return dose.to("mg/h" if is_rate(dose) else "mg")


def doses_per_day(regimen: Regimen) -> Fraction | None:
    """The most doses that a regimen of amounts gives in 24 hours; None where it is not said.

    A dose that comes less often than once a day still counts whole on the day on which it is given.
    """
    if regimen.times_per_day is not None:
        return Fraction(regimen.times_per_day)
    if regimen.times_per_week is not None:
        return Fraction(1)
    if regimen.every is not None and regimen.every.value is not None:
        return (_DAY / regimen.every.value).in_("1")
    course = regimen.course
    if course is not None and course.spacing is not None and course.spacing.value is not None:
        most = Fraction(max(1, ceil((_DAY / course.spacing.value).in_("1"))))
        return most if course.infusions is None else min(most, Fraction(course.infusions))
    return None


def per_day(dose: Quantity, regimen: Regimen, weight: DosingWeight | None) -> Quantity | Unknown:
    """All that is given in 24 hours at one dose, in mg/d, so that regimens can be compared.

    A single dose, or one infusion of a course that gives at most one a day, counts as that day's total.

    Returns:
        Unknown where the number of doses in a day is not said.
    """
    amount = absolute(dose, weight)
    if is_rate(amount):
        return amount.to("mg/d")
    if regimen.mode in ("slow_bolus", "timed_infusion", "injection", "intranasal"):
        times = doses_per_day(regimen) or Fraction(1)
    else:
        known = doses_per_day(regimen)
        if known is None:
            return Unknown("how often it is given in a day")
        times = known
    return Quantity(amount.value * times, "mg/d")


def as_charted(charted: Fraction, exact: Fraction) -> bool:
    """Whether a charted figure is what was worked out, or that rounded to the decimals that were charted.

    A third of 35 mg has no end: it is charted as 11.67 mg. A whole number stands for itself alone.
    """
    if charted == exact:
        return True
    places = next((n for n in range(1, 7) if (charted * 10**n).denominator == 1), None)
    return places is not None and abs(charted - exact) * 2 * 10**places <= 1
