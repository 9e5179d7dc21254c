"""CareVue medication (``inputevents_cv``): charted rates become infusions, one row at a time.

CareVue charts one infusion twice: as a rate (``mcghr``), about hourly and at every change, and as an amount
(``mcg``), the sum of what ran since the amount before. The rates are read here; `carevue_amounts` compares
the amounts with them and sets them aside.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest

from adjuvant.errors import InputError, QuantityError
from adjuvant.library import canonical_route, setting
from adjuvant.quantity import Quantity, UnitStatus, read_unit
from adjuvant.record import (
    AdministrationKind,
    Basis,
    Drug,
    MedicationAdministration,
    Outcome,
)
from adjuvant.record.naming import product_form
from adjuvant.sources.mimic3.drugs import NOT_FOLLOWED, followed
from adjuvant.sources.mimic3.reading import Gathered, Reading, in_general, instant, number, origin
from adjuvant.sources.tables import Row
from adjuvant.timeline import hours_between

__all__ = ["TABLE", "Charted", "charted_unit", "read_carevue"]

TABLE = "inputevents_cv"
_STOPS = {"stopped", "d/c'd"}
_REMEDY = "check the row in the source"
_LAST = "nothing says how long the last charted rate ran; it counts up to here"
_EMPTY = "the rate is empty, and no other row says what ran"


@dataclass(frozen=True, slots=True)
class Charted:
    """One row whose time could be read."""

    at: datetime
    row: Row

    @property
    def is_rate(self) -> bool:
        """Whether the row charts a rate; the others chart an amount."""
        return bool(self.row["rate"] or self.row["rateuom"])

    @property
    def stops(self) -> bool:
        """Whether the row says that the infusion was stopped."""
        return self.row["stopped"].lower() in _STOPS


def read_carevue(reading: Reading) -> None:
    """Every charted infusion and push of a drug that matters here; rows of other items are counted."""
    from adjuvant.sources.mimic3.carevue_amounts import read_amounts

    if TABLE not in reading.folder:
        return
    counts = reading.counts(TABLE)
    wanted = followed(reading, TABLE, counts)
    charted: dict[tuple[str, str], list[Charted]] = {}
    for gathered, row in reading.rows(TABLE, sorted(wanted)):
        drug = wanted[row["itemid"]]
        try:
            at = instant(row["charttime"], reading.local)
        except InputError as error:
            gathered.medicine(TABLE, drug, charted_unit(row), Outcome.NOT_USED)
            gathered.drop(Outcome.NOT_USED, TABLE, f"{drug.text}: the time {error.rule}", row, error.remedy)
            gathered.lose(drug, Basis.ADMINISTERED, f"the time {error.rule}", row)
            continue
        if not any(row[name] for name in ("rate", "rateuom", "amount", "amountuom")):
            gathered.medicine(TABLE, drug, charted_unit(row), Outcome.NOT_USED)
            gathered.drop(Outcome.NOT_USED, TABLE, f"{drug.text}: the row has neither rate nor amount", row)
            continue
        charted.setdefault((gathered.patient, row["itemid"]), []).append(Charted(at, row))
    for (patient, item), rows in sorted(charted.items()):
        gathered, drug = reading.patients[patient], wanted[item]
        rows.sort(key=lambda one: (one.at, one.row["row_id"]))
        running = _read_rates(gathered, drug, [one for one in rows if one.is_rate])
        read_amounts(gathered, drug, [one for one in rows if not one.is_rate], running)
    reading.count_others(TABLE, counts, frozenset(wanted), NOT_FOLLOWED)


def _read_rates(
    gathered: Gathered, drug: Drug, rates: list[Charted]
) -> list[MedicationAdministration] | None:
    """An infusion from each charted rate to the next row of the same drug.

    Returns:
        The infusions that count; None if the drug has no charted rates at all.
    """
    telling = [one for one in rates if one.row["rate"] or one.stops]
    for one in (one for one in rates if not one.row["rate"] and not one.stops):
        _set_aside(gathered, drug, one, held=bool(telling) and telling[0].at <= one.at < telling[-1].at)
    given: list[MedicationAdministration] = []
    for one, following in zip_longest(telling, telling[1:]):
        if one.stops or _is_zero(one.row["rate"]):
            # It ends what ran before it, and is no dose that was withheld.
            gathered.medicine(TABLE, drug, charted_unit(one.row), Outcome.USED)
            gathered.counter.used(TABLE)
            continue
        if following is None:
            gathered.leave_open(drug, _LAST, TABLE, one.row, one.at)
        event = _infusion(drug, one, following)
        if following is None and not event.doubt:
            gathered.medicine(TABLE, drug, charted_unit(one.row), Outcome.USED, doubted=True)
            gathered.counter.used(TABLE)
            gathered.doubt(TABLE, f"{drug.text}: {_LAST}", one.row)
            continue
        gathered.medicine(TABLE, drug, charted_unit(one.row), Outcome.USED, doubted=bool(event.doubt))
        gathered.add("administrations", TABLE, event)
        if event.doubt:
            gathered.doubt(TABLE, f"{drug.text}: {in_general(event)}", one.row, _REMEDY)
        else:
            given.append(event)
    return given if rates else None


def _set_aside(gathered: Gathered, drug: Drug, one: Charted, *, held: bool) -> None:
    """A row without a rate: between two rates the one before it holds on, else nobody knows what ran."""
    why = "the rate is empty; the one before it holds on" if held else _EMPTY
    gathered.medicine(TABLE, drug, charted_unit(one.row), Outcome.UNCONVERTIBLE)
    gathered.drop(Outcome.UNCONVERTIBLE, TABLE, f"{drug.text}: {why}", one.row)
    if not held:
        gathered.leave_open(drug, _EMPTY, TABLE, one.row, one.at)


def _infusion(drug: Drug, one: Charted, following: Charted | None) -> MedicationAdministration:
    """What runs from one charted rate to the next; a last one, whose length nobody charted, has none."""
    rate, status, doubt = _rate(one.row)
    end = following.at if following is not None else one.at
    if not doubt and hours_between(one.at, end) > setting("rate_hold_h").value:
        doubt = "no row says for how long the rate was held"
    return MedicationAdministration(
        id=f"{TABLE}.{one.row['row_id']}",
        drug=drug,
        kind=AdministrationKind.INFUSION,
        start=one.at,
        end=end,
        origin=origin(TABLE, one.row, drug.text),
        route=canonical_route(one.row["originalroute"]),
        form=product_form(drug.text, None)[0],
        rate=rate,
        unit_status=status,
        doubt=doubt,
    )


def _is_zero(text: str) -> bool:
    """Whether a rate is 0, in whatever unit."""
    try:
        return number(text) == 0
    except QuantityError:
        return False


def charted_unit(row: Row) -> str:
    """The unit of a row's rate, else of its amount, as written."""
    return row["rateuom"] or row["amountuom"]


def _rate(row: Row) -> tuple[Quantity | None, UnitStatus, str]:
    try:
        value = number(row["rate"])
        if value is None:
            return None, UnitStatus.EXACT, ""
        rate = Quantity(value, read_unit(row["rateuom"]))
    except QuantityError as error:
        return None, UnitStatus.UNCONVERTIBLE, f"{error.thing} {error.rule}"
    if value < 0:
        return rate, UnitStatus.EXACT, "the rate is negative"
    return rate, UnitStatus.EXACT, ""
