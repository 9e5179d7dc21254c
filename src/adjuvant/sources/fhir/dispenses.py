"""MedicationDispense: what a pharmacy handed out, and for how many days."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from fractions import Fraction

from adjuvant.quantity import Quantity, UnitStatus
from adjuvant.record import MedicationDispense, Outcome
from adjuvant.sources.fhir import resources
from adjuvant.sources.fhir.decoding import decode, listed, medicine_of
from adjuvant.sources.fhir.dosage import amount_doubt
from adjuvant.sources.fhir.instructions import agreed_route, count_doubt, volume_doubt
from adjuvant.sources.fhir.orders import status_of
from adjuvant.sources.fhir.reading import Context, Found, Reading, SetAside, doubtful
from adjuvant.sources.fhir.times import read_date, read_moment
from adjuvant.sources.fhir.units import read_amount
from adjuvant.timeline import local_midnight

__all__ = ["read_dispense"]

_GONE = {
    "entered-in-error": "was entered in error",
    "preparation": "is being prepared and was not handed out",
    "in-progress": "is being prepared and was not handed out",
    "cancelled": "was cancelled and not handed out",
    "on-hold": "is on hold and was not handed out",
    "declined": "was declined and not handed out",
    "stopped": "was stopped, and does not say whether anything was handed out",
}
_STATUS = ("completed", "unknown")


def read_dispense(found: Found, context: Context) -> Reading:
    """The supply of one MedicationDispense.

    A date without a time counts from the beginning of that day: a supply is reckoned in days.

    Raises:
        SetAside: never handed out, entered in error, or without a day.
    """
    supply = decode(found, resources.Dispense)
    status = status_of(supply.status, _GONE, _STATUS)
    reading = Reading()
    if status == "unknown":
        reading.warn("does not say whether it was handed out", "give its status")
    start = _start(supply, context, reading)
    medicine, warnings = medicine_of(supply, context)
    for text in warnings:
        reading.warn(text)
    doubts = [medicine.doubt] if medicine.doubt else []
    unit_status = UnitStatus.EXACT
    quantity: Quantity | None = None
    written = ""
    if supply.quantity is not None:
        amount = read_amount(supply.quantity, "quantity")
        quantity, unit_status, written = amount.quantity, amount.status, f"quantity={amount.shown}"
        checks = (
            amount.doubt,
            amount_doubt(quantity, "quantity"),
            count_doubt(quantity, medicine.form),
            volume_doubt(medicine.drug, quantity),
        )
        doubts += [doubt for doubt in checks if doubt]
    days, doubt = _days(supply)
    doubts += [doubt] if doubt else []
    dosages, bad = listed(supply.dosage_instruction, resources.Dosage, "dosageInstruction")
    routes = {agreed_route(dosage.route, medicine) for dosage in dosages} or {agreed_route(None, medicine)}
    route, doubt = routes.pop() if len(routes) == 1 else (None, "its instructions name several routes")
    doubts += [text for text in (bad, doubt) if text]
    event = MedicationDispense(
        id=found.id,
        drug=medicine.drug,
        origin=found.origin(
            written,
            f"daysSupply={days or ''}",
            f"handedOver={supply.when_handed_over or ''}",
            f"status={status}",
        ),
        start=start,
        quantity=quantity,
        days_supply=days,
        route=route,
        form=medicine.form,
        unit_status=unit_status,
    )
    reading.add("dispenses", replace(event, doubt="; ".join(dict.fromkeys(doubts))))
    if doubts:
        reading.set_aside = doubtful(doubts, "correct the dispense")
    elif quantity is None:
        reading.warn("does not say how much was handed out", "give the quantity")
    elif days is None:
        reading.warn("does not say for how many days", "give daysSupply")
    return reading


def _start(supply: resources.Dispense, context: Context, reading: Reading) -> datetime:
    text = supply.when_handed_over or supply.when_prepared
    what = "whenHandedOver" if supply.when_handed_over else "whenPrepared"
    moment = read_moment(text, what, context.local)
    if moment.instant is not None:
        return moment.instant
    day = read_date(text)
    if day is None:
        raise SetAside(
            Outcome.UNCONVERTIBLE,
            moment.doubt or "does not say when it was handed out",
            "give whenHandedOver",
            moment.text,
        )
    reading.warn("is dated without a time: it counts from the beginning of that day", "", moment.text)
    try:
        return local_midnight(day, context.days)
    except OverflowError as error:
        raise SetAside(Outcome.UNCONVERTIBLE, f"{what} lies outside the calendar", "", moment.text) from error


def _days(supply: resources.Dispense) -> tuple[Fraction | None, str]:
    if supply.days_supply is None:
        return None, ""
    amount = read_amount(supply.days_supply, "daysSupply")
    if amount.quantity is None or not amount.quantity.unit.has(time=1) or amount.quantity.value <= 0:
        return None, amount.doubt or f"the days of supply are not a time: {amount.shown}"
    return amount.quantity.in_("d"), ""
