"""Prescriptions with the pharmacy's word of how often: what was ordered, and never what was given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from adjuvant.errors import InputError, QuantityError
from adjuvant.library import canonical_form, canonical_route
from adjuvant.record import Basis, MedicationRequest, Outcome
from adjuvant.sources.frequencies import read_frequency
from adjuvant.sources.gathering import Gathered, instant, number
from adjuvant.sources.mimic3.drugs import matters
from adjuvant.sources.mimic4.reading import Reading
from adjuvant.sources.ordered import OrderedDose, ordered_dose, say_contents, with_strength
from adjuvant.sources.tables import Row

__all__ = ["one_dose_in", "read_orders"]

ORDERS, PHARMACY = "prescriptions", "pharmacy"
_REMEDY = "look up what was given; an order alone cannot say it"
_BASE = "base"
_STATUS = {
    "": "active",
    "active": "active",
    "expired": "completed",
    "discontinued": "stopped",
    "discontinued via patient discharge": "stopped",
    "inactive (due to a change order)": "stopped",
    "cancelled": "cancelled",
}
_CONTINUOUS = ("infusion", "titrate")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Often:
    """How often an order is due."""

    per_day: Fraction | None = None
    every_hours: Fraction | None = None
    as_needed: bool | None = None


def read_orders(reading: Reading) -> None:
    """Every prescription but the diluents, as a MedicationRequest; what is odd about one is said on it.

    The pharmacy's order of the same ``pharmacy_id`` says how often, as needed or not, and how it ended.
    """
    pharmacy: dict[str, tuple[Gathered, Row]] = {
        row["pharmacy_id"]: (gathered, row) for gathered, row in reading.rows(PHARMACY, key="pharmacy_id")
    }
    named: set[str] = set()
    for gathered, row in reading.rows(ORDERS):
        named.add(row["pharmacy_id"])
        if row["drug_type"].lower() == _BASE:
            gathered.drop(Outcome.NOT_USED, ORDERS, "the row is the diluent of another", row)
            continue
        _, beside = pharmacy.get(row["pharmacy_id"], (None, None))
        _keep(reading, gathered, row, beside)
    for key, (gathered, row) in pharmacy.items():
        if key in named:
            gathered.counter.used(PHARMACY)
            continue
        gathered.drop(Outcome.NOT_USED, PHARMACY, "no prescription belongs to the pharmacy's order", row)
        drug = reading.drug(row["medication"]) if row["medication"] else None
        if drug is not None and matters(drug):
            gathered.lose(drug, Basis.ORDERED, "the pharmacy's order has no prescription", row)


def _keep(reading: Reading, gathered: Gathered, row: Row, beside: Row | None) -> None:
    dose = ordered_dose(row["dose_val_rx"], row["dose_unit_rx"])
    start, end = _span(row, reading, dose)
    if not row["drug"]:
        gathered.counter.medicine(ORDERS, "", row["dose_unit_rx"], Outcome.NOT_USED)
        gathered.drop(Outcome.NOT_USED, ORDERS, "the order names no drug", row)
        gathered.lose(None, Basis.ORDERED, "the order names no drug", row, (start, end))
        return
    say_contents(row["route"], dose)
    often = _often(row, beside, dose, (start, end))
    status = _STATUS.get(beside["status"].lower(), "unknown") if beside is not None else "active"
    drug = with_strength(reading.drug(row["drug"]), row["prod_strength"])
    form, implied = reading.names.form(row["drug"])
    form = form or canonical_form(row["form_unit_disp"])
    patch = form == "patch"
    words = ("drug", "prod_strength", "dose_val_rx", "dose_unit_rx", "route")
    text = [row[word] for word in words if row[word]]
    if beside is not None and beside["frequency"]:
        text.append(beside["frequency"])
    event = MedicationRequest(
        id=f"{ORDERS}.{row['row_id']}",
        drug=drug,
        origin=reading.origin(ORDERS, {**row, **_beside(beside)}),
        start=start,
        end=end,
        route=canonical_route(row["route"], form) or implied,
        form=form,
        dose=dose.low,
        dose_high=dose.high,
        times_per_day=None if patch else often.per_day,
        rate=dose.rate,
        every_hours=often.every_hours if patch else None,
        as_needed=often.as_needed,
        status=status,
        text=" ".join(text),
        unit_status=dose.status,
        doubt="; ".join(dose.doubts.values()),
    )
    doubts = list(dose.doubts)
    if dose.high is not None:
        doubts.append("the dose is a range")
    if status == "unknown":
        doubts.append("the status of the order is none that is known")
    if often.per_day is None and dose.rate is None and not patch:
        doubts.append("the order does not say how often")
    gathered.add("requests", ORDERS, event)
    gathered.medicine(ORDERS, drug, row["dose_unit_rx"], Outcome.USED, doubted=bool(doubts))
    for doubt in doubts:
        gathered.doubt(ORDERS, doubt, row, _REMEDY)


def _beside(beside: Row | None) -> Row:
    """The pharmacy's part of an order, for its raw text."""
    words = ("frequency", "doses_per_24_hrs", "status", "lockout_interval", "basal_rate", "one_hr_max")
    return {f"pharmacy.{word}": beside.get(word, "") for word in words} if beside is not None else {}


def _span(row: Row, reading: Reading, dose: OrderedDose) -> tuple[datetime | None, datetime | None]:
    """From start to stop, to the minute; a stop before the start is none."""
    found: list[datetime | None] = []
    for name in ("starttime", "stoptime"):
        try:
            found.append(instant(row[name], reading.local) if row[name] else None)
        except InputError as error:
            dose.doubt(f"the {name} cannot be read", f"the {name} {row[name]!r} {error.rule}")
            found.append(None)
    start, end = found
    if start is not None and end is not None and end < start:
        dose.doubt("the order stops before it starts")
        return start, None
    return start, end


def _often(
    row: Row, beside: Row | None, dose: OrderedDose, span: tuple[datetime | None, datetime | None]
) -> _Often:
    """How often, from the pharmacy's words and the doses of a day; where they differ the order is doubted."""
    counted: set[Fraction] = set()
    for source in (row, *([beside] if beside is not None else [])):
        try:
            found = number(source["doses_per_24_hrs"])
        except QuantityError as error:
            dose.doubt("the doses of a day cannot be read", f"doses_per_24_hrs {error.rule}")
            continue
        if found is not None and found > 0:
            counted.add(found)
    words = beside["frequency"] if beside is not None else ""
    said = read_frequency(words)
    if said.once:
        return _Often(one_dose_in(span), None, said.as_needed or False)
    if (
        any(words.lower().startswith(start) for start in _CONTINUOUS)
        and dose.rate is None
        and dose.low is not None
    ):
        dose.doubt("the dose of a continuous order is the content of a bag, not what was given")
    if said.per_day is not None:
        counted.add(said.per_day)
    if len(counted) > 1:
        every = " and ".join(sorted(str(one) for one in counted))
        dose.doubt("the doses of a day contradict each other", f"{every} doses a day, and {words!r}")
        return _Often(None, said.every_hours, said.as_needed)
    per_day = next(iter(counted), None)
    as_needed = said.as_needed
    if as_needed is None and per_day is not None:
        as_needed = False
    return _Often(per_day, said.every_hours, as_needed)


def one_dose_in(span: tuple[datetime | None, datetime | None]) -> Fraction | None:
    """The doses a day of a span in which one dose is due in all; None for one that is open or empty."""
    start, end = span
    if start is None or end is None or end <= start:
        return None
    micro = timedelta(microseconds=1)
    return Fraction(_DAY // micro, (end - start) // micro)
