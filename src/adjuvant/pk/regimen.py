"""What is given: boluses and infusions with their changes of rate, as a Regimen of one drug."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

from adjuvant.errors import InputError, QuantityError
from adjuvant.library import canonical_route
from adjuvant.pk.arrays import finite
from adjuvant.pk.reading import DRUGS
from adjuvant.quantity import Quantity, parse_quantity

__all__ = ["Bolus", "Infusion", "RateChange", "Regimen", "Span"]

_AMOUNTS = ({"mass": 1}, {"mass": 1, "body_weight": -1})
_RATES = ({"mass": 1, "time": -1}, {"mass": 1, "body_weight": -1, "time": -1})
_AN_AMOUNT = "such as 10 mg or 0.1 mg/kg"
_A_RATE = "such as 5 mg/h or 0.1 mg/kg/h"
_MINUTES = "give minutes from the start of the simulation, zero or more"


def _measured(
    what: str, value: Quantity | str, dimensions: Sequence[dict[str, int]], example: str
) -> Quantity:
    if not isinstance(value, Quantity | str):
        raise InputError(f"{what} {value!r}", "has no unit", f"write it {example}")
    try:
        found = parse_quantity(value) if isinstance(value, str) else value
    except QuantityError as error:
        raise InputError(f"{what} {value!r}", error.rule, f"write it {example}") from None
    if not any(found.unit.has(**one) for one in dimensions):
        raise InputError(f"{what} {found}", f"is no {what}", f"write it {example}")
    if found.value < 0:
        raise InputError(f"{what} {found}", "is negative", "leave the dose out, or correct it")
    return found


def _routed(what: str, route: str) -> str:
    known = canonical_route(route) if route else None
    if known is None:
        rule = "has no route" if not route else f"has the route {route!r}, which is not known"
        raise InputError(what, rule, "name one, such as intravenous, subcutaneous or oral")
    return known


@dataclass(frozen=True, slots=True)
class Bolus:
    """An amount given at once.

    Args:
        at_min: minutes from the start of the simulation.
        amount: mg or mg/kg of the base, with its unit; text is read.
        route: any spelling that records use.
    Raises:
        InputError: no unit, no route, NaN, or a negative time or amount.
    """

    at_min: float
    amount: Quantity
    route: str

    def __init__(self, at_min: float, amount: Quantity | str, route: str) -> None:
        object.__setattr__(self, "at_min", float(finite("time of a bolus", at_min, _MINUTES)))
        object.__setattr__(self, "amount", _measured("amount", amount, _AMOUNTS, _AN_AMOUNT))
        object.__setattr__(self, "route", _routed(f"bolus of {self.amount}", route))


@dataclass(frozen=True, slots=True)
class RateChange:
    """From a minute on, an infusion runs at another rate; zero is a pause."""

    at_min: float
    rate: Quantity

    def __init__(self, at_min: float, rate: Quantity | str) -> None:
        object.__setattr__(self, "at_min", float(finite("time of a change", at_min, _MINUTES)))
        object.__setattr__(self, "rate", _measured("rate", rate, _RATES, _A_RATE))


@dataclass(frozen=True, slots=True)
class Infusion:
    """An amount given over time.

    Args:
        start_min, end_min: minutes from the start of the simulation.
        rate: mg/h, mg/kg/h and the like of the base, with its unit; text is read.
        route: any spelling that records use.
        changes: later rates, in order of time, each after the start and before the end.
    Raises:
        InputError: as for a Bolus; an end that is not after the start; a change outside, or out of order.
    """

    start_min: float
    end_min: float
    rate: Quantity
    route: str
    changes: tuple[RateChange, ...] = field(default=())

    def __init__(
        self,
        start_min: float,
        end_min: float,
        rate: Quantity | str,
        route: str,
        changes: Sequence[RateChange] = (),
    ) -> None:
        object.__setattr__(self, "start_min", float(finite("start of an infusion", start_min, _MINUTES)))
        object.__setattr__(self, "end_min", float(finite("end of an infusion", end_min, _MINUTES)))
        object.__setattr__(self, "rate", _measured("rate", rate, _RATES, _A_RATE))
        object.__setattr__(self, "route", _routed(f"infusion at {self.rate}", route))
        object.__setattr__(self, "changes", tuple(changes))
        if not self.end_min > self.start_min:
            raise InputError(
                f"infusion from minute {self.start_min:g} to {self.end_min:g}",
                "does not end after it starts",
                "correct the times, or give a bolus",
            )
        edges = [self.start_min, *(change.at_min for change in self.changes), self.end_min]
        if any(not later > earlier for earlier, later in pairwise(edges)):
            raise InputError(
                f"infusion from minute {self.start_min:g} to {self.end_min:g}",
                "has changes of rate that are out of order or outside of it",
                "put them in order of time, after the start and before the end",
            )

    @classmethod
    def of_amount(cls, start_min: float, duration_min: float, amount: Quantity | str, route: str) -> Infusion:
        """An amount given evenly over a time.

        Raises:
            InputError: as for an Infusion.
        """
        lasting = float(finite("duration", duration_min, "give minutes above zero", above_zero=True))
        whole = _measured("amount", amount, _AMOUNTS, _AN_AMOUNT)
        rate = whole / Quantity(Fraction(lasting), "min")
        return cls(start_min, start_min + lasting, rate, route)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of constant rate, in mg and minutes; a bolus has no length, and `mg` instead of a rate."""

    start_min: float
    end_min: float
    mg_per_min: float
    mg: float
    route: str


@dataclass(frozen=True, slots=True)
class Regimen:
    """Everything given of one drug, counted from the start of a simulation.

    Args:
        doses: boluses and infusions, in any order. Two infusions by one route do not overlap; what two pumps
            give is the sum of two regimens, `plus`.
        drug: ``ketamine``, which is the racemate, or ``esketamine``.
        counted_as: what the amounts are of; only ``base`` is taken.
        alongside: further regimens of the same drug, given at the same time.
    Raises:
        InputError: no doses, a drug that is not ketamine, amounts of a salt, or infusions that overlap.
    """

    doses: tuple[Bolus | Infusion, ...]
    drug: str = "ketamine"
    counted_as: str = "base"
    alongside: tuple[Regimen, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "doses", tuple(self.doses))
        if not self.doses:
            raise InputError("regimen", "has no doses", "add one")
        if self.drug not in DRUGS:
            raise InputError(f"drug {self.drug!r}", "has no model here", f"use one of: {', '.join(DRUGS)}")
        if self.counted_as != "base":
            raise InputError(
                f"amounts of {self.drug} as {self.counted_as!r}",
                "are not of the base, of which every model and every strength on a label is",
                "give the amounts as the label states them, of the base",
            )
        runs = sorted(
            (dose for dose in self.doses if isinstance(dose, Infusion)),
            key=lambda run: (run.route, run.start_min),
        )
        for first, second in pairwise(runs):
            if first.route == second.route and second.start_min < first.end_min:
                raise InputError(
                    f"infusions from minute {first.start_min:g} and from minute {second.start_min:g}",
                    f"overlap by the same route, {first.route}",
                    "write one infusion with its changes of rate; what two pumps give is `one.plus(other)`",
                )

    def plus(self, other: Regimen) -> Regimen:
        """Both regimens given to one patient, amounts and rates added up.

        Raises:
            InputError: they are of two drugs.
        """
        if other.drug != self.drug:
            raise InputError(
                f"regimens of {self.drug} and {other.drug}",
                "are of two drugs",
                "simulate each by its own model",
            )
        return Regimen(self.doses, self.drug, self.counted_as, (*self.alongside, other))

    def spans(self, weight_kg: float) -> list[Span]:
        """Every stretch of constant rate and every bolus, in mg and minutes, for a body weight."""
        found: list[Span] = []
        for dose in self.doses:
            if isinstance(dose, Bolus):
                amount = _bare(dose.amount, "mg", weight_kg)
                found.append(Span(dose.at_min, dose.at_min, 0.0, amount, dose.route))
                continue
            edges = [dose.start_min, *(change.at_min for change in dose.changes), dose.end_min]
            rates = [dose.rate, *(change.rate for change in dose.changes)]
            for start, end, rate in zip(edges[:-1], edges[1:], rates, strict=True):
                found.append(Span(start, end, _bare(rate, "mg/min", weight_kg), 0.0, dose.route))
        for other in self.alongside:
            found += other.spans(weight_kg)
        return found

    @property
    def first_min(self) -> float:
        """The minute of the first dose."""
        own = (dose.at_min if isinstance(dose, Bolus) else dose.start_min for dose in self.doses)
        return min([*own, *(other.first_min for other in self.alongside)])


def _bare(value: Quantity, unit: str, weight_kg: float) -> float:
    if "body_weight" not in dict(value.unit.dimension):
        return float(value.in_(unit))
    return float(value.in_(unit.replace("mg", "mg/kg", 1))) * weight_kg
