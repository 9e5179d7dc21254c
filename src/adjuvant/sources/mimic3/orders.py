"""Prescriptions: what was ordered, by dates only; they are requests, and never what was given."""

from __future__ import annotations

from datetime import datetime

from adjuvant.errors import InputError
from adjuvant.library import canonical_form, canonical_route
from adjuvant.record import Basis, MedicationRequest, Outcome
from adjuvant.record.naming import product_form
from adjuvant.sources.mimic3.reading import Reading, instant, origin
from adjuvant.sources.ordered import OrderedDose, ordered_dose, say_contents, with_strength
from adjuvant.sources.tables import Row
from adjuvant.timeline import day_end, local_midnight

__all__ = ["TABLE", "read_orders"]

TABLE = "prescriptions"
_REMEDY = "look up what was given; an order alone cannot say it"
_BASE = "base"


def read_orders(reading: Reading) -> None:
    """Every prescription but the diluents, as a MedicationRequest; what is odd about one is said on it.

    Dates carry no time: an order is taken as in force from the start of its first day to the end of its last.
    How often a dose is due is nowhere in the table.
    """
    if TABLE not in reading.folder:
        return
    for gathered, row in reading.rows(TABLE):
        if row["drug_type"].lower() == _BASE:
            gathered.drop(Outcome.NOT_USED, TABLE, "the row is the diluent of another", row)
            continue
        if not row["drug"]:
            gathered.counter.medicine(TABLE, "", row["dose_unit_rx"], Outcome.NOT_USED)
            gathered.drop(Outcome.NOT_USED, TABLE, "the order names no drug", row)
            gathered.lose(None, Basis.ORDERED, "the order names no drug", row)
            continue
        dose = ordered_dose(row["dose_val_rx"], row["dose_unit_rx"])
        start, end = _span(row, reading, dose)
        say_contents(row["route"], dose)
        drug = with_strength(reading.drug(row["drug"]), row["prod_strength"])
        form, implied = product_form(row["drug"], None)
        form = form or canonical_form(row["form_unit_disp"])
        event = MedicationRequest(
            id=f"{TABLE}.{row['row_id']}",
            drug=drug,
            origin=origin(TABLE, row),
            start=start,
            end=end,
            route=canonical_route(row["route"], form) or implied,
            form=form,
            dose=dose.low,
            dose_high=dose.high,
            rate=dose.rate,
            text=_text(row),
            unit_status=dose.status,
            doubt="; ".join(dose.doubts.values()),
        )
        # Every order lacks its times, so all are doubted.
        gathered.medicine(TABLE, drug, row["dose_unit_rx"], Outcome.USED, doubted=True)
        gathered.add("requests", TABLE, event)
        gathered.doubt(TABLE, "the order has dates without times, and no word of how often", row)
        if dose.high is not None:
            gathered.doubt(TABLE, "the dose is a range", row, _REMEDY)
        for doubt in dose.doubts:
            gathered.doubt(TABLE, doubt, row, _REMEDY)


def _span(row: Row, reading: Reading, dose: OrderedDose) -> tuple[datetime | None, datetime | None]:
    days = []
    for name in ("startdate", "enddate"):
        try:
            days.append(instant(row[name], reading.local) if row[name] else None)
        except InputError as error:
            dose.doubt(f"the {name} cannot be read", f"the {name} {row[name]!r} {error.rule}")
            days.append(None)
    first, last = days
    start = (
        local_midnight(first.astimezone(reading.local).date(), reading.local) if first is not None else None
    )
    if last is None:
        return start, None
    if first is not None and last < first:
        dose.doubt("the order stops before it starts")
        return start, None
    try:
        return start, day_end(last.astimezone(reading.local).date(), reading.local)
    except InputError as error:
        dose.doubt("the end of the order cannot be read", f"its last day {error.rule}")
        return start, None


def _text(row: Row) -> str:
    words = (row["drug"], row["prod_strength"], row["dose_val_rx"], row["dose_unit_rx"], row["route"])
    return " ".join(word for word in words if word)
