"""MedicationAdministration: a dose at a moment, an infusion over a period, a patch, or demand doses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import msgspec

from adjuvant.errors import QuantityError
from adjuvant.library import route_group
from adjuvant.quantity import UnitStatus
from adjuvant.record import AdministrationKind, AdministrationStatus, MedicationAdministration, Outcome
from adjuvant.sources.fhir import resources
from adjuvant.sources.fhir.decoding import as_type, decode, medicine_of
from adjuvant.sources.fhir.dosage import Ordered, amount_doubt, rate_doubt
from adjuvant.sources.fhir.instructions import agreed_route, count_doubt, release_of, volume_doubt
from adjuvant.sources.fhir.medicines import Medicine
from adjuvant.sources.fhir.reading import Context, Found, Order, Reading, SetAside, doubtful
from adjuvant.sources.fhir.slips import tenfold_doubt
from adjuvant.sources.fhir.terms import code_in, label, words_of
from adjuvant.sources.fhir.times import Moment, read_moment
from adjuvant.sources.fhir.units import read_amount, read_fraction

__all__ = ["read_administration"]

_STATUS = {
    "completed": AdministrationStatus.GIVEN,
    "in-progress": AdministrationStatus.GIVEN,
    "stopped": AdministrationStatus.GIVEN,
    "not-done": AdministrationStatus.NOT_GIVEN,
    "on-hold": AdministrationStatus.UNKNOWN,
    "unknown": AdministrationStatus.UNKNOWN,
}
# SNOMED CT "removal - action"; beside it the words that charts use for taking a patch off.
_REMOVAL_CODE = "129303008"
_REMOVAL_WORDS = frozenset({"remove", "removed", "removal", "off", "patch off", "patch removed", "take off"})
_DAY = timedelta(days=1)
_AT_ONCE = ("enteral", "transmucosal")
_SOLID = frozenset({"tablet", "capsule", "lozenge", "film", "suppository", "spray"})


@dataclass(frozen=True, slots=True)
class _When:
    """When it was given: an instant, or a span whose end may be open."""

    start: datetime
    end: datetime | None
    instant: bool


def read_administration(found: Found, context: Context) -> Reading:
    """The administration of one MedicationAdministration.

    Raises:
        SetAside: entered in error; no time of day; a whole whose parts are read too.
    """
    given = decode(found, resources.Administration)
    if given.status == "entered-in-error":
        raise SetAside(Outcome.NOT_USED, "was entered in error")
    status = _STATUS.get(given.status or "")
    if status is None:
        known = ", ".join((*_STATUS, "entered-in-error"))
        raise SetAside(
            Outcome.NOT_USED, "has a status that R4 does not know", f"use one of {known}", f"{given.status}"
        )
    if found.key in context.known.parents:
        raise SetAside(Outcome.DUPLICATE, "is the whole of administrations that are read one by one")
    reading = Reading()
    when = _when(given, context)
    medicine, warnings = medicine_of(given, context)
    for text in warnings:
        reading.warn(text)
    dosage, bad = _dosage(given.dosage)
    event = _event(found, context, given, dosage, medicine, when, status, bad, reading)
    reading.add("administrations", event)
    if event.doubt:
        reading.set_aside = doubtful([event.doubt], "correct the chart")
    elif status is AdministrationStatus.UNKNOWN:
        reading.warn("does not say whether it was given", "give its status", str(given.status))
    return reading


def _when(given: resources.Administration, context: Context) -> _When:
    """The time of an administration; without an instant it cannot be placed."""
    period = given.effective_period
    if period is None:
        moment = read_moment(
            given.effective_date_time, "effectiveDateTime", context.local, given.effective_note
        )
        return _When(_placed(moment, "has no effective time"), None, instant=True)
    start = _placed(read_moment(period.start, "effectivePeriod.start", context.local), "has no start")
    end = read_moment(period.end, "effectivePeriod.end", context.local)
    if end.text and end.instant is None:
        raise SetAside(Outcome.UNCONVERTIBLE, end.doubt, "give date, time and offset", end.text)
    if end.instant is not None and end.instant < start:
        raise SetAside(
            Outcome.UNCONVERTIBLE,
            "ends before it starts",
            "correct the times",
            f"{period.start} to {period.end}",
        )
    return _When(start, end.instant, instant=False)


def _placed(moment: Moment, otherwise: str) -> datetime:
    if moment.instant is None:
        raise SetAside(
            Outcome.UNCONVERTIBLE, moment.doubt or otherwise, "give date, time and offset", moment.text
        )
    return moment.instant


def _dosage(raw: msgspec.Raw) -> tuple[resources.AdministrationDosage, str]:
    """The dosage, or an empty one with the reason why it is not valid: the administration stays in view."""
    if bytes(raw) in (b"", b"null"):
        return resources.AdministrationDosage(), ""
    try:
        return as_type(raw, resources.AdministrationDosage), ""
    except msgspec.DecodeError as error:
        return resources.AdministrationDosage(), f"not valid FHIR R4: dosage, {error}"


def _event(
    found: Found,
    context: Context,
    given: resources.Administration,
    dosage: resources.AdministrationDosage,
    medicine: Medicine,
    when: _When,
    status: AdministrationStatus,
    bad: str,
    reading: Reading,
) -> MedicationAdministration:
    amounts = _amounts(dosage, reading)
    route, route_doubt = agreed_route(dosage.route, medicine)
    form = medicine.form
    if form is None and amounts.dose is not None and amounts.dose.unit.has(**{"{patch}": 1}):
        form = "patch"
    request = context.known.key_of(given.request)
    order = context.known.orders.get(request, Order()) if request else Order()
    event = MedicationAdministration(
        id=found.id,
        drug=medicine.drug,
        kind=AdministrationKind.DOSE,
        start=when.start,
        end=when.end,
        origin=found.origin(*_raw(given, dosage, amounts)),
        route=route,
        form=form,
        dose=amounts.dose,
        rate=amounts.rate,
        status=status,
        reason_not_given=_reason(given) if status is AdministrationStatus.NOT_GIVEN else None,
        as_needed=order.as_needed,
        unit_status=amounts.status,
        request_id=request[1] if request else None,
    )
    doubts = [
        *filter(None, (bad, medicine.doubt, route_doubt, count_doubt(amounts.dose, form))),
        *amounts.doubts,
    ]
    if form == "patch":
        event = _as_patch(event, dosage, order, doubts)
    else:
        event = _as_shape(event, given, dosage, when, doubts, reading)
    if status is AdministrationStatus.NOT_GIVEN:
        # What was not given needs no dose that can be used.
        return replace(event, unit_status=UnitStatus.EXACT)
    volume = volume_doubt(event.drug, event.dose, event.rate)
    if volume:
        doubts.append(volume)
        event = replace(event, unit_status=UnitStatus.UNCONVERTIBLE)
    if status is AdministrationStatus.GIVEN and not doubts:
        _missing(event, given, reading)
        doubts += _stopped_early(event, given)
    return replace(event, doubt="; ".join(dict.fromkeys(doubts)))


def _amounts(dosage: resources.AdministrationDosage, reading: Reading) -> Ordered:
    """Dose and rate as charted, with why one of them cannot be used."""
    amounts = Ordered()
    if dosage.modifier_extension:
        amounts.doubts.append(f"the dosage carries a modifier: {dosage.modifier_extension[0].url}")
    if dosage.dose is not None:
        amounts.dose = amounts.take("dose", read_amount(dosage.dose, "dose"))
    rates = []
    if dosage.rate_quantity is not None:
        rates.append(amounts.take("rateQuantity", read_amount(dosage.rate_quantity, "rate")))
    if dosage.rate_ratio is not None:
        rates.append(amounts.take("rateRatio", read_fraction(dosage.rate_ratio, "rate")))
    if len(rates) > 1:
        amounts.doubts.append("two rates are charted")
    amounts.rate = rates[0] if rates else None
    if amounts.rate is not None and amounts.rate.unit.has(time=1):
        reading.warn("its rate is a length of time, which does not change the dose")
        amounts.rate = None
    if amounts.dose is not None and amounts.dose.unit.has(mass=1, time=-1) and amounts.rate is None:
        reading.warn("its dose is a rate and is read as one")
        amounts.dose, amounts.rate = None, amounts.dose
    slip = tenfold_doubt(dosage.text, amounts.dose, amounts.rate)
    for doubt in (amount_doubt(amounts.dose, "dose"), rate_doubt(amounts.rate, "rate"), slip):
        if doubt:
            amounts.doubts.append(doubt)
    return amounts


def _as_patch(
    event: MedicationAdministration,
    dosage: resources.AdministrationDosage,
    order: Order,
    doubts: list[str],
) -> MedicationAdministration:
    """A patch put on (until the end of its period, if it has one) or taken off."""
    site = label(dosage.site) or None
    if _is_removal(dosage):
        end = event.end if event.end is not None else event.start
        doubts[:] = [doubt for doubt in doubts if not doubt.startswith(("dose ", "rate "))]
        return replace(
            event, kind=AdministrationKind.PATCH_OFF, start=end, end=None, patch=site, dose=None, rate=None
        )
    rate, dose = event.rate, event.dose
    if dose is not None and dose.unit.has(mass=1):
        doubts.append(f"a patch whose dose is not what it releases per hour: {dose}")
    elif dose is not None and rate is None:
        rate = release_of(event.drug, dose)
    return replace(
        event, kind=AdministrationKind.PATCH_ON, rate=rate, patch=site, wear_hours=order.every_hours
    )


def _is_removal(dosage: resources.AdministrationDosage) -> bool:
    return code_in(dosage.method, _REMOVAL_CODE) or any(
        text.lower().strip(" .") in _REMOVAL_WORDS for text in words_of(dosage.method)
    )


def _as_shape(
    event: MedicationAdministration,
    given: resources.Administration,
    dosage: resources.AdministrationDosage,
    when: _When,
    doubts: list[str],
    reading: Reading,
) -> MedicationAdministration:
    """The shape in time: a dose at a moment, an infusion, or the demand doses of a pump."""
    method = " ".join([*words_of(dosage.method), *words_of(given.category)]).lower()
    if "pca" in method.split() or "patient controlled analgesia" in method.replace("-", " "):
        return _as_pca(event, method, doubts)
    if when.instant:
        return _at_once(event, doubts, reading)
    swallowed = (event.route is not None and route_group(event.route) in _AT_ONCE) or event.form in _SOLID
    if swallowed and event.rate is None:
        if event.end is not None and event.end - event.start >= _DAY:
            doubts.append("a dose that is taken at once lasts a day or longer, and may be the sum of many")
        elif event.end != event.start:
            reading.warn("a dose that is taken at once has a period: it is placed at its start")
        return replace(event, end=None)
    if event.end is None and event.rate is None and event.dose is not None:
        if given.status == "in-progress":
            doubts.append("it was still running, and how much of the dose had been given is not charted")
        reading.warn("its period has no end: the dose is placed at its start")
        return event
    if event.end is not None and event.end == event.start and event.dose is not None:
        return replace(event, end=None)
    return replace(event, kind=AdministrationKind.INFUSION)


def _as_pca(event: MedicationAdministration, method: str, doubts: list[str]) -> MedicationAdministration:
    """A patient-controlled pump: demand doses as their delivered sum, the basal part as an infusion."""
    if any(word in method for word in ("basal", "background", "continuous")):
        return replace(event, kind=AdministrationKind.INFUSION)
    delivered = any(word in method for word in ("demand", "delivered", "bolus"))
    if delivered and event.dose is not None and event.end is not None:
        return replace(event, kind=AdministrationKind.PCA_DEMAND)
    doubts.append(
        "it names a PCA and does not say whether the dose was delivered or is what the syringe holds"
    )
    return replace(
        event, kind=AdministrationKind.PCA_DEMAND if event.end is not None else AdministrationKind.DOSE
    )


def _at_once(
    event: MedicationAdministration, doubts: list[str], reading: Reading
) -> MedicationAdministration:
    """A moment: a dose, or a dose that ran in at a rate, or a rate whose end is not charted."""
    if event.rate is None:
        return event
    if event.dose is None:
        doubts.append("a rate is charted at one moment, and not until when it ran")
        return replace(event, kind=AdministrationKind.INFUSION)
    try:
        hours = (event.dose / event.rate).in_("h")
        end = event.start + timedelta(microseconds=round(hours * 3600 * 10**6))
    except (QuantityError, OverflowError):
        reading.warn("its rate is not used: it does not go with the dose")
        return replace(event, rate=None)
    derived = UnitStatus.DERIVED if event.unit_status is UnitStatus.EXACT else event.unit_status
    reading.warn("its end is worked out as dose over rate")
    return replace(event, kind=AdministrationKind.INFUSION, end=end, unit_status=derived)


def _missing(event: MedicationAdministration, given: resources.Administration, reading: Reading) -> None:
    """Warnings about what is not charted; whoever counts it refuses it for that."""
    if event.kind is AdministrationKind.PATCH_OFF:
        return
    if event.dose is None and event.rate is None:
        reading.warn("charts neither dose nor rate", "give a dose as a number with a unit")
    elif event.kind is AdministrationKind.INFUSION and event.end is None:
        reading.warn("has no end", "give the end, or a new row for each change of rate", str(given.status))


def _stopped_early(event: MedicationAdministration, given: resources.Administration) -> list[str]:
    if given.status != "stopped" or event.dose is None or event.kind is AdministrationKind.PATCH_ON:
        return []
    if event.kind is AdministrationKind.INFUSION and event.rate is not None:
        return []
    return ["it was stopped before it was complete, and how much had been given is not charted"]


def _reason(given: resources.Administration) -> str | None:
    reasons = [text for concept in given.status_reason if (text := label(concept))]
    return "; ".join(reasons) or None


def _raw(
    given: resources.Administration, dosage: resources.AdministrationDosage, amounts: Ordered
) -> list[str]:
    """The fields as they stood."""
    fields = [*amounts.written]
    if given.effective_period is not None:
        period = given.effective_period
        fields.append(f"effective={period.start or ''} to {period.end or ''}")
    elif given.effective_date_time:
        fields.append(f"effective={given.effective_date_time}")
    for name, concept in (("route", dosage.route), ("method", dosage.method), ("site", dosage.site)):
        if concept is not None:
            fields.append(f"{name}={label(concept)}")
    fields.append(f"status={given.status}")
    if dosage.text:
        fields.append(f"text={dosage.text}")
    return fields
