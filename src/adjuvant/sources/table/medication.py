"""Rows of administrations, orders and dispenses; what cannot be used stays in view with its reason."""

from __future__ import annotations

from datetime import datetime

from adjuvant.library import plausible_limit
from adjuvant.quantity import Quantity, UnitStatus
from adjuvant.record import (
    AdministrationKind,
    AdministrationStatus,
    MedicationAdministration,
    MedicationDispense,
    MedicationRequest,
)
from adjuvant.sources.table.amounts import Amount, amount, end_after, needs_strength, number, ordered_range
from adjuvant.sources.table.cells import Row, UnusableError
from adjuvant.sources.table.drugs import Named, named

__all__ = ["administration", "dispense", "order"]

_ZERO_DOSE = "chart it as not given, or correct the dose"


def administration(row: Row) -> MedicationAdministration:
    """One charted administration.

    Raises:
        UnusableError: no drug or no readable time, so that it cannot be placed at all.
    """
    start, what = row.need_time("time"), named(row)
    status = _status(row)
    kind = _kind(row)
    end = end_after(row, start)
    patch = kind is AdministrationKind.PATCH_ON
    zero_dose = "" if kind is AdministrationKind.PCA_DEMAND else _ZERO_DOSE
    dose = amount(row, "dose", zero_means=zero_dose)
    rate = amount(row, "rate", patch=patch, zero_means=_ZERO_DOSE if patch else "")
    if patch:
        rate = _patch_rate(dose, rate, what)
    weight = _weight(row)
    if status is AdministrationStatus.NOT_GIVEN:
        # What cannot be read of a dose that nobody had refuses nothing; it is still said.
        row.doubts += row.refused
        row.refused.clear()
    statuses = _understood(row, kind, dose, rate, what) if status is AdministrationStatus.GIVEN else ()
    if status is AdministrationStatus.GIVEN:
        _complete(row, kind, dose.value, rate.value, end is None, what)
    return MedicationAdministration(
        id=row.id,
        drug=what.drug,
        kind=kind,
        start=start,
        origin=row.origin,
        end=end,
        route=what.route,
        form=what.form,
        dose=dose.value,
        rate=rate.value,
        status=status,
        reason_not_given=row.text("reason_not_given"),
        as_needed=row.or_doubt(row.flag, "as_needed"),
        patch=row.text("patch"),
        wear_hours=number(row, "wear_hours"),
        unit_status=_worst(dose.status, rate.status, weight.status, *statuses),
        doubt=row.doubt_text,
        body_weight=weight.value,
        request_id=row.text("order"),
    )


def _weight(row: Row) -> Amount:
    """The weight charted beside a dose; where it is hardly possible, the dose is not used either."""
    found = amount(row, "weight", given=False)
    limit = plausible_limit("body_weight")
    if found.value is None or limit is None or not found.value.unit.has(mass=1):
        return found
    why = limit.doubt(found.value.in_(limit.unit))
    if why:
        row.refuse("weight is hardly possible", "correct it in the source", why)
    return found


def _status(row: Row) -> AdministrationStatus:
    """Given, where the table charts no status at all; an unexplained word is never taken for given."""
    mapped = "status" in row.table.columns or "status" in row.table.constants
    try:
        word = row.word("status")
    except UnusableError as error:
        row.refuse(error.reason, error.remedy, error.seen)
        return AdministrationStatus.UNKNOWN
    if word is None and mapped:
        row.refuse("status is empty", "fill it in, or map a constant status if all rows were given")
        return AdministrationStatus.UNKNOWN
    return AdministrationStatus(word) if word else AdministrationStatus.GIVEN


def _kind(row: Row) -> AdministrationKind:
    """The charted kind; where none is, a row with a rate is an infusion and any other a dose."""
    try:
        word = row.word("kind")
    except UnusableError as error:
        row.refuse(error.reason, error.remedy, error.seen)
        word = None
    if word is not None:
        return AdministrationKind(word)
    return AdministrationKind.DOSE if row.text("rate") is None else AdministrationKind.INFUSION


def _patch_rate(dose: Amount, rate: Amount, what: Named) -> Amount:
    """The release rate of all patches together: as charted, or their number times the strength of one."""
    if rate.value is not None or dose.value is None or len(what.drug.ingredients) != 1:
        return rate
    strength = what.drug.ingredients[0].strength
    if strength is None or not dose.value.unit.has(**{"{patch}": 1}):
        return rate
    for unit in (strength.unit, strength.unit * dose.value.unit):
        if unit.has(mass=1, time=-1):
            return Amount(Quantity(dose.value.value * strength.value, unit), UnitStatus.DERIVED)
    return rate


def _understood(
    row: Row, kind: AdministrationKind, dose: Amount, rate: Amount, what: Named
) -> tuple[UnitStatus, ...]:
    if kind in (AdministrationKind.PATCH_ON, AdministrationKind.PATCH_OFF):
        return ()
    if kind is AdministrationKind.INFUSION and rate.value is not None:
        return (needs_strength(row, "rate", rate, what, rate=True),)
    return (needs_strength(row, "dose", dose, what),)


def _complete(
    row: Row,
    kind: AdministrationKind,
    dose: Quantity | None,
    rate: Quantity | None,
    no_end: bool,
    what: Named,
) -> None:
    """Say what a given dose of a known drug lacks before it can count."""
    if not what.known or row.refused:
        return
    if kind is AdministrationKind.DOSE and what.route == "transdermal":
        row.refuse("a patch is charted as a single dose", "map kind: patch on, and patch off at its removal")
    elif kind in (AdministrationKind.DOSE, AdministrationKind.PCA_DEMAND) and dose is None:
        row.lack("no dose is charted", "chart the dose that was given")
    elif kind is AdministrationKind.INFUSION and dose is None and rate is None:
        row.lack("neither dose nor rate is charted", "chart one of the two")
    elif kind is AdministrationKind.PATCH_ON and rate is None:
        row.lack("no release rate is charted", "chart the patch as its rate, such as 25 ug/h")
    timed = kind is AdministrationKind.PCA_DEMAND
    timed = timed or (kind is AdministrationKind.INFUSION and not row.table.end_is_next_row)
    if timed and no_end:
        row.lack("no end is charted", "map the end column, or declare infusion_end: next row")


def order(row: Row) -> MedicationRequest:
    """One order.

    Raises:
        UnusableError: it names no drug.
    """
    what = named(row)
    start = _start(row)
    dose, high = ordered_range(row)
    rate = amount(row, "rate")
    return MedicationRequest(
        id=row.id,
        drug=what.drug,
        origin=row.origin,
        start=start,
        end=end_after(row, start),
        route=what.route,
        form=what.form,
        dose=dose.value,
        dose_high=high,
        times_per_day=number(row, "times_per_day"),
        rate=rate.value,
        every_hours=number(row, "every_hours"),
        as_needed=row.or_doubt(row.flag, "as_needed"),
        status=row.text("status") or "active",
        text=row.text("instructions") or "",
        unit_status=_worst(dose.status, rate.status, needs_strength(row, "dose", dose, what)),
        doubt=row.doubt_text,
    )


def dispense(row: Row) -> MedicationDispense:
    """One supply from a pharmacy.

    Raises:
        UnusableError: no drug or no readable time.
    """
    what = named(row)
    quantity = amount(row, "quantity", zero_means="correct the quantity")
    return MedicationDispense(
        id=row.id,
        drug=what.drug,
        origin=row.origin,
        start=row.need_time("time"),
        quantity=quantity.value,
        days_supply=number(row, "days_supply"),
        route=what.route,
        form=what.form,
        unit_status=_worst(quantity.status, needs_strength(row, "quantity", quantity, what)),
        doubt=row.doubt_text,
    )


def _start(row: Row) -> datetime | None:
    try:
        return row.time("time")
    except UnusableError as error:
        row.refuse(error.reason, error.remedy, error.seen)
        return None


def _worst(*statuses: UnitStatus) -> UnitStatus:
    return max(statuses, key=list(UnitStatus).index)
