"""One dosage of an order: dose, range, rate and the most that it allows, as far as it says them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from adjuvant.errors import QuantityError
from adjuvant.quantity import Quantity, UnitStatus
from adjuvant.sources.fhir import resources, shapes
from adjuvant.sources.fhir.timing import Schedule
from adjuvant.sources.fhir.units import Amount, read_amount, read_fraction
from adjuvant.sources.frequencies import says_as_needed

__all__ = [
    "Ordered",
    "amount_doubt",
    "as_needed",
    "as_needed_doubt",
    "most_times",
    "rate_doubt",
    "read_ordered",
]

_ROLES = ("ordered", "calculated")


@dataclass(slots=True)
class Ordered:
    """What one dosage asks for, before the drug is known.

    Args:
        dose, dose_high: one dose, or its lower and upper end.
        rate: mass or volume per time.
        doubts: why something that is given cannot be used.
        notes: what a reader must know, though the dosage can be used.
        written: the amounts as they stood, for the raw text.
    """

    dose: Quantity | None = None
    dose_high: Quantity | None = None
    rate: Quantity | None = None
    status: UnitStatus = UnitStatus.EXACT
    doubts: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)

    def take(self, name: str, amount: Amount | None) -> Quantity | None:
        """Note an amount as written; its quantity, or None with the doubt kept."""
        if amount is None:
            return None
        self.written.append(f"{name}={amount.shown}")
        if amount.quantity is None:
            self.doubts.append(amount.doubt)
            self.status = UnitStatus.UNCONVERTIBLE
        elif amount.status is UnitStatus.DERIVED and self.status is UnitStatus.EXACT:
            self.status = UnitStatus.DERIVED
        return amount.quantity


def as_needed(dosage: resources.Dosage) -> bool | None:
    """Whether a dosage is as needed, by its fields, else by its words; None where neither says so."""
    if dosage.as_needed_codeable_concept is not None:
        return True
    if dosage.as_needed_boolean is None and says_as_needed(_words(dosage)):
        return True
    return dosage.as_needed_boolean


def as_needed_doubt(dosage: resources.Dosage) -> str:
    """Why a dosage cannot be called scheduled; empty if its fields and its words do not contradict."""
    denied = dosage.as_needed_boolean is False and dosage.as_needed_codeable_concept is None
    if denied and says_as_needed(_words(dosage)):
        return f"its words say as needed, and its field says not: {_words(dosage)!r}"
    return ""


def _words(dosage: resources.Dosage) -> str:
    return " ".join(filter(None, (dosage.text, dosage.patient_instruction)))


def amount_doubt(quantity: Quantity | None, what: str) -> str:
    """Why a quantity cannot be one dose of something; empty if it can."""
    if quantity is None:
        return ""
    dimension = dict(quantity.unit.dimension)
    if quantity.value <= 0:
        return f"{what} is {'zero' if quantity.value == 0 else 'negative'}: {quantity}"
    if not dimension:
        return f"{what} does not say what it counts: {quantity}"
    if "time" in dimension and not quantity.unit.has(mass=1, time=-1):
        return f"{what} is not an amount: {quantity}"
    # No single dose of any drug weighs a kilogram: megagrams and mistyped units show here.
    if quantity.unit.has(mass=1) and quantity >= Quantity(1, "kg"):
        return f"{what} is absurd: {quantity}"
    return ""


def rate_doubt(quantity: Quantity | None, what: str) -> str:
    """Why a quantity cannot be a rate of something; empty if it can. A rate of zero is a pause."""
    if quantity is None:
        return ""
    if quantity.value < 0:
        return f"{what} is negative: {quantity}"
    if dict(quantity.unit.dimension).get("time") != -1 or len(quantity.unit.dimension) < len(("of", "per")):
        return f"{what} is not an amount per time: {quantity}"
    if quantity.unit.has(mass=1, time=-1) and quantity >= Quantity(1, "kg/h"):
        return f"{what} is absurd: {quantity}"
    return ""


def read_ordered(dosage: resources.Dosage) -> Ordered:
    """Dose and rate of a dosage; contradictions become doubts, and nothing that is given is passed over."""
    ordered = Ordered()
    if dosage.modifier_extension:
        ordered.doubts.append(f"the dosage carries a modifier: {dosage.modifier_extension[0].url}")
    parts = [_part(item, ordered) for item in dosage.dose_and_rate]
    if parts:
        ordered.dose, ordered.dose_high, ordered.rate = _one_of(parts, dosage.dose_and_rate, ordered)
    for quantity, what in ((ordered.dose, "dose"), (ordered.dose_high, "dose")):
        _note(ordered, amount_doubt(quantity, what))
    if ordered.rate is not None and ordered.rate.unit.has(time=1):
        # "4 min" as a rate means: given over 4 minutes.
        ordered.rate = None
        ordered.notes.append("the rate is a length of time, which does not change the dose")
    _note(ordered, rate_doubt(ordered.rate, "rate"))
    if ordered.dose is not None and ordered.dose_high is not None:
        try:
            if ordered.dose_high < ordered.dose:
                ordered.doubts.append(f"the dose range falls: {ordered.dose} to {ordered.dose_high}")
        except QuantityError:
            ordered.doubts.append(f"the dose range mixes units: {ordered.dose} to {ordered.dose_high}")
    return ordered


def _note(ordered: Ordered, doubt: str) -> None:
    if doubt:
        ordered.doubts.append(doubt)


_Part = tuple[Quantity | None, Quantity | None, Quantity | None]


def _part(item: resources.DoseAndRate, ordered: Ordered) -> _Part:
    dose = high = rate = None
    if item.dose_quantity is not None:
        dose = ordered.take("doseQuantity", read_amount(item.dose_quantity, "dose"))
    if item.dose_range is not None:
        dose, high = _range(item.dose_range, "dose", ordered)
    if item.rate_quantity is not None:
        rate = ordered.take("rateQuantity", read_amount(item.rate_quantity, "rate"))
    if item.rate_ratio is not None:
        rate = ordered.take("rateRatio", read_fraction(item.rate_ratio, "rate"))
    if item.rate_range is not None:
        low, top = _range(item.rate_range, "rate", ordered)
        if low is not None and low.unit.has(time=1):
            ordered.notes.append("the rate is a range of lengths of time, which does not change the dose")
        elif low is not None and top is None:
            rate = low
        elif low is not None or top is not None:
            ordered.doubts.append(f"the rate is a range: {low} to {top}")
    return dose, high, rate


def _range(item: shapes.Range, what: str, ordered: Ordered) -> tuple[Quantity | None, Quantity | None]:
    low = ordered.take(f"{what}Range.low", read_amount(item.low, what) if item.low else None)
    high = ordered.take(f"{what}Range.high", read_amount(item.high, what) if item.high else None)
    if (item.low is None) != (item.high is None):
        ordered.doubts.append(f"the {what} range has one end only: {low or high}")
    if low is not None and high is not None and low.same_as(high):
        return low, None
    return low, high


def _one_of(parts: list[_Part], items: Iterable[resources.DoseAndRate], ordered: Ordered) -> _Part:
    """The one dose and rate of several doseAndRate elements: ordered 0.5 mg/kg and calculated 35 mg."""
    if len(parts) == 1:
        return parts[0]
    roles = [_role(item) for item in items]
    if len(set(roles)) != len(roles) or None in roles:
        if all(part == parts[0] for part in parts):
            return parts[0]
        ordered.doubts.append("several doses or rates are given for one dosage")
        return parts[0]
    by_role = dict(zip(roles, parts, strict=True))
    first, second = (by_role[role] for role in _ROLES)
    merged: list[Quantity | None] = []
    for asked, worked_out in zip(first, second, strict=True):
        if asked is not None and worked_out is not None and asked.unit.commensurable(worked_out.unit):
            if not asked.same_as(worked_out):
                ordered.doubts.append(
                    f"ordered and calculated dose contradict each other: {asked} and {worked_out}"
                )
            merged.append(asked)
        else:
            merged.append(worked_out or asked)
    return merged[0], merged[1], merged[2]


def _role(item: resources.DoseAndRate) -> str | None:
    for coding in item.type.coding if item.type else ():
        if coding.code in _ROLES:
            return coding.code
    return None


def most_times(
    dosage: resources.Dosage, ordered: Ordered, schedule: Schedule, *, needed: bool
) -> tuple[Fraction | None, list[str], list[str]]:
    """Doses a day: the scheduled ones, or the most that an as-needed dosage allows; with doubts and notes.

    A maximum per period (maxDosePerPeriod) lowers the most of an as-needed dosage, and stands in where the
    timing does not say how often. A schedule above its own maximum is a contradiction.
    """
    doubts: list[str] = []
    notes: list[str] = []
    times = schedule.most_per_day if needed else schedule.per_day
    if not needed and times is None and schedule.most_per_day is not None:
        doubts.append("the schedule is a range of doses a day")
    if dosage.max_dose_per_period is None:
        return times, doubts, notes
    amount = read_fraction(dosage.max_dose_per_period, "maximum dose per period")
    ordered.written.append(f"maxDosePerPeriod={amount.shown}")
    one = ordered.dose_high or ordered.dose
    allowed: Fraction | None = None
    if amount.quantity is None:
        notes.append("the maximum dose per period cannot be read and is not used")
    elif one is not None and one.value > 0:
        try:
            allowed = (amount.quantity / one).in_("/d")
        except QuantityError:
            notes.append("the maximum dose per period is in another unit than the dose and is not used")
    if allowed is None:
        return times, doubts, notes
    if allowed <= 0:
        doubts.append(f"the maximum dose per period is not above zero: {amount.shown}")
    elif not needed and times is not None and times > allowed:
        doubts.append(f"the schedule exceeds its own maximum dose per period: {amount.shown}")
    elif needed and (times is None or allowed < times):
        return allowed, doubts, notes
    return times, doubts, notes
