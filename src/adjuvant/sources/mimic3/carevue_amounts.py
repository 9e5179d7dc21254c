"""CareVue's charted amounts: compared with the rates that they repeat, so that nothing counts twice."""

from __future__ import annotations

from bisect import bisect_left
from datetime import datetime
from fractions import Fraction

from adjuvant.errors import QuantityError
from adjuvant.library import canonical_route, setting
from adjuvant.quantity import Quantity, Unit, UnitStatus, parse_unit, read_unit
from adjuvant.record import AdministrationKind, Drug, MedicationAdministration, Outcome
from adjuvant.record.naming import product_form
from adjuvant.sources.mimic3.carevue import TABLE, Charted, charted_unit
from adjuvant.sources.mimic3.reading import Gathered, in_general, number, origin
from adjuvant.timeline import hours_between

__all__ = ["read_amounts"]

_REMEDY = "check the row in the source"
_AGREES = "the amount repeats what the charted rates give"
_DIFFERS = "the amount differs from what the charted rates give; the rates count"
_APART = "the amount cannot be compared with rates in another kind of unit; the rates count"
_UNEXPLAINED = "an amount that no charted rate explains"


def read_amounts(
    gathered: Gathered, drug: Drug, rows: list[Charted], running: list[MedicationAdministration] | None
) -> None:
    """Account for the amount rows of one drug of one patient, in order of time.

    An amount is the sum since the amount before it. Where rates ran in that time it is a duplicate, whether
    or not it agrees; amounts that agree only together with those that follow do agree. Where none ran it
    stays in view as a doubted dose, which no total counts. Without any charted rate an amount is a push.

    Args:
        running: the drug's infusions by rate; None if no rate was ever charted.
    """
    amounts: list[tuple[Charted, Quantity]] = []
    for one in rows:
        amount = _amount(gathered, drug, one, pushes=running is None)
        if amount is not None:
            amounts.append((one, amount))
    if running is None:
        for one, amount in amounts:
            gathered.medicine(TABLE, drug, charted_unit(one.row), Outcome.USED)
            gathered.add("administrations", TABLE, _dose(drug, one, amount, ""))
        return
    sums = _Sums(running)
    index = 0
    while index < len(amounts):
        since = amounts[index - 1][0].at if index else None
        one, amount = amounts[index]
        run = _agreeing(amounts[index:], since, sums)
        given = sums.given(since, one.at, amount.unit)
        if run:
            for early, _ in amounts[index : index + run]:
                gathered.medicine(TABLE, drug, charted_unit(early.row), Outcome.DUPLICATE)
                gathered.drop(Outcome.DUPLICATE, TABLE, f"{drug.text}: {_AGREES}", early.row)
        elif given == 0:
            gathered.medicine(TABLE, drug, charted_unit(one.row), Outcome.USED, doubted=True)
            gathered.add("administrations", TABLE, _dose(drug, one, amount, _UNEXPLAINED))
            gathered.doubt(TABLE, f"{drug.text}: {_UNEXPLAINED}", one.row, _REMEDY)
        elif given is None:
            gathered.medicine(TABLE, drug, charted_unit(one.row), Outcome.DUPLICATE)
            gathered.drop(Outcome.DUPLICATE, TABLE, f"{drug.text}: {_APART}", one.row)
        else:
            gathered.medicine(TABLE, drug, charted_unit(one.row), Outcome.DUPLICATE)
            gathered.drop(Outcome.DUPLICATE, TABLE, f"{drug.text}: {_DIFFERS}", one.row, _REMEDY)
            gathered.doubt(TABLE, f"{drug.text}: {_DIFFERS}", one.row, _REMEDY)
        index += run or 1


class _Sums:
    """What the rates of one drug gave in all up to any moment."""

    def __init__(self, running: list[MedicationAdministration]) -> None:
        # Each infusion ends where the next begins or before, so their ends rise with their starts.
        self._rates: list[tuple[datetime, datetime, Quantity]] = [
            (event.start, event.end, event.rate)
            for event in running
            if event.rate is not None and event.end is not None
        ]
        self._starts = [start for start, _, _ in self._rates]
        self._totals: dict[str, list[Fraction]] = {}

    def given(self, since: datetime | None, until: datetime, unit: Unit) -> Fraction | None:
        """What was given between two moments, in `unit`; None if the rates cannot be told in it."""
        try:
            return self._until(until, unit) - (self._until(since, unit) if since is not None else 0)
        except QuantityError:
            return None

    def _until(self, moment: datetime, unit: Unit) -> Fraction:
        per_hour = unit / parse_unit("h")
        totals = self._totals.get(unit.code)
        if totals is None:
            totals = [Fraction(0)]
            for start, end, rate in self._rates:
                totals.append(totals[-1] + rate.in_(per_hour) * hours_between(start, end))
            self._totals[unit.code] = totals
        index = bisect_left(self._starts, moment)
        if index == 0:
            return Fraction(0)
        start, end, rate = self._rates[index - 1]
        return totals[index - 1] + rate.in_(per_hour) * hours_between(start, min(end, moment))


def _agreeing(amounts: list[tuple[Charted, Quantity]], since: datetime | None, sums: _Sums) -> int:
    """How many of the amounts, from the first on, together equal what the rates gave since `since`, or 0.

    The margin is a share of the first row alone, so that a long run cannot swallow a difference.
    """
    first, unit = amounts[0][1].value, amounts[0][1].unit
    margin = None
    total = Fraction(0)
    for count, (one, amount) in enumerate(amounts, start=1):
        given = sums.given(since, one.at, unit)
        if given is None or not amount.unit.commensurable(unit):
            return 0
        if margin is None:
            margin = setting("rate_agreement").value * max(first, given)
        total += amount.in_(unit)
        if abs(given - total) <= margin and (count == 1 or given > 0):
            return count
    return 0


def _amount(gathered: Gathered, drug: Drug, one: Charted, *, pushes: bool) -> Quantity | None:
    """The row's amount, if it can be read; a push of nothing is no push, but a sum of nothing is a sum."""
    try:
        value = number(one.row["amount"])
        if value is None:
            gathered.medicine(TABLE, drug, charted_unit(one.row), Outcome.UNCONVERTIBLE)
            gathered.drop(Outcome.UNCONVERTIBLE, TABLE, f"{drug.text}: the amount is empty", one.row)
            return None
        amount = Quantity(value, read_unit(one.row["amountuom"]))
    except QuantityError as error:
        event = _dose(drug, one, None, f"{error.thing} {error.rule}", UnitStatus.UNCONVERTIBLE)
        gathered.medicine(TABLE, drug, charted_unit(one.row), Outcome.USED, doubted=True)
        gathered.add("administrations", TABLE, event)
        gathered.doubt(TABLE, f"{drug.text}: {in_general(event)}", one.row, _REMEDY)
        return None
    if value < 0:
        gathered.medicine(TABLE, drug, charted_unit(one.row), Outcome.USED, doubted=True)
        gathered.add("administrations", TABLE, _dose(drug, one, amount, "the amount is negative"))
        gathered.doubt(TABLE, f"{drug.text}: the amount is negative", one.row, _REMEDY)
        return None
    if value == 0 and pushes:
        gathered.medicine(TABLE, drug, charted_unit(one.row), Outcome.NOT_USED)
        gathered.drop(Outcome.NOT_USED, TABLE, f"{drug.text}: the amount is 0", one.row)
        return None
    return amount


def _dose(
    drug: Drug, one: Charted, amount: Quantity | None, doubt: str, status: UnitStatus = UnitStatus.EXACT
) -> MedicationAdministration:
    return MedicationAdministration(
        id=f"{TABLE}.{one.row['row_id']}",
        drug=drug,
        kind=AdministrationKind.DOSE,
        start=one.at,
        origin=origin(TABLE, one.row, drug.text),
        route=canonical_route(one.row["originalroute"]),
        form=product_form(drug.text, None)[0],
        dose=amount,
        unit_status=status,
        doubt=doubt,
    )
