"""One dosage instruction to one order of ours: dose, times a day, rate, patch change, span in force."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction

import msgspec

from adjuvant.errors import QuantityError
from adjuvant.library import ingredient, route_group
from adjuvant.quantity import Quantity, UnitStatus
from adjuvant.record import Drug, MedicationRequest
from adjuvant.sources.fhir import resources, shapes
from adjuvant.sources.fhir.dosage import Ordered, as_needed, as_needed_doubt, most_times, read_ordered
from adjuvant.sources.fhir.medicines import COUNTED_FORMS, Medicine
from adjuvant.sources.fhir.reading import Context, Found, Reading
from adjuvant.sources.fhir.slips import tenfold_doubt
from adjuvant.sources.fhir.terms import label, route_of
from adjuvant.sources.fhir.times import Moment, read_moment
from adjuvant.sources.fhir.timing import Schedule, read_schedule
from adjuvant.sources.fhir.units import read_amount

__all__ = ["Span", "agreed_route", "count_doubt", "read_instruction", "release_of", "volume_doubt"]

_SOLID = {"tablet", "capsule"}


@dataclass(frozen=True, slots=True)
class Span:
    """When an order is in force, as its resource says it; an instruction's own bounds go before."""

    start: Moment
    end: Moment


def read_instruction(
    found: Found, context: Context, medicine: Medicine, dosage: resources.Dosage, span: Span, reading: Reading
) -> MedicationRequest:
    """The order of one dosage instruction: what it does not say stays None, contradictions are doubts.

    Args:
        span: when the whole order is in force.
        reading: gets the warnings.
    """
    ordered = read_ordered(dosage)
    schedule = read_schedule(dosage.timing)
    needed = as_needed(dosage)
    times, doubts, notes = most_times(dosage, ordered, schedule, needed=bool(needed))
    route, route_doubt = agreed_route(dosage.route, medicine)
    start, end, span_doubt = _bounds(dosage, span, schedule, times, context, reading)
    form = medicine.form
    if form is None and ordered.dose is not None and ordered.dose.unit.has(**{"{patch}": 1}):
        form = "patch"
    found_doubts = [medicine.doubt, schedule.doubt, route_doubt, span_doubt, count_doubt(ordered.dose, form)]
    found_doubts += [
        as_needed_doubt(dosage),
        tenfold_doubt(dosage.text, ordered.dose, ordered.dose_high, ordered.rate),
    ]
    doubts = [*ordered.doubts, *doubts, *filter(None, found_doubts)]
    for note in (*ordered.notes, *notes, schedule.note):
        if note:
            reading.warn(note)
    event = MedicationRequest(
        id=found.id,
        drug=medicine.drug,
        origin=found.origin(*_raw(dosage, ordered)),
        start=start,
        end=end,
        route=route,
        form=form,
        dose=ordered.dose,
        dose_high=ordered.dose_high,
        times_per_day=times,
        rate=ordered.rate,
        as_needed=needed,
        text=dosage.text or dosage.patient_instruction or "",
        unit_status=ordered.status,
    )
    if form == "patch":
        event = _as_patch(event, schedule, doubts)
    else:
        event = _as_rate(event, schedule, reading)
    volume = volume_doubt(event.drug, event.dose, event.dose_high, event.rate)
    if volume:
        doubts.append(volume)
        event = replace(event, unit_status=UnitStatus.UNCONVERTIBLE)
    if not doubts:
        _missing(event, reading)
    return replace(event, doubt="; ".join(dict.fromkeys(doubts)))


def agreed_route(concept: shapes.Concept | None, medicine: Medicine) -> tuple[str | None, str]:
    """The route that is stated, else the one that the product implies; a doubt where both cannot hold."""
    if concept is None:
        return medicine.route, ""
    route, doubt = route_of(concept, medicine.form)
    if route is None or medicine.route is None or route_group(route) == route_group(medicine.route):
        # A route that was stated and is not known is not replaced by another one.
        return route, doubt
    return route, f"route and product contradict each other: {route}, {medicine.drug.text}"


def count_doubt(dose: Quantity | None, form: str | None) -> str:
    """Why a counted dose does not fit the product, such as one tablet of a patch; empty if it does."""
    for name, _ in dose.unit.dimension if dose is not None else ():
        thing = name.strip("{}")
        if thing in COUNTED_FORMS and form in COUNTED_FORMS and thing != form and not {thing, form} <= _SOLID:
            return f"the dose counts another thing than the product: {dose} of a {form}"
    return ""


def release_of(drug: Drug, patches: Quantity) -> Quantity | None:
    """What so many patches of a drug with one ingredient release, where its strength is known; else None."""
    strengths = [item.strength for item in drug.ingredients]
    if len(strengths) != 1 or strengths[0] is None or not patches.unit.has(**{"{patch}": 1}):
        return None
    return strengths[0] * patches.value if strengths[0].unit.has(mass=1, time=-1) else None


def volume_doubt(drug: Drug, *quantities: Quantity | None) -> str:
    """Why a volume, or a volume per time, says nothing about a followed drug's mass; empty if it does."""
    if not _followed(drug) or any(item.strength is not None for item in drug.ingredients):
        return ""
    for quantity in quantities:
        if quantity is not None and "length" in dict(quantity.unit.dimension):
            return f"a volume without a concentration: {quantity} of {drug.name}"
    return ""


def _followed(drug: Drug) -> bool:
    known = [ingredient(item.name) for item in drug.ingredients]
    return any(one is None or one.followed for one in known)


def _bounds(
    dosage: resources.Dosage,
    span: Span,
    schedule: Schedule,
    times: Fraction | None,
    context: Context,
    reading: Reading,
) -> tuple[datetime | None, datetime | None, str]:
    """Start and end of one instruction, and why they cannot be right; dates without a time are warned of."""
    timing = dosage.timing or shapes.Timing()
    repeat = timing.repeat or shapes.Repeat()
    start, end = span.start, span.end
    if timing.event and timing.event[0]:
        start = read_moment(timing.event[0], "timing.event", context.local)
    if repeat.bounds_period is not None:
        if repeat.bounds_period.start is not None:
            start = read_moment(repeat.bounds_period.start, "boundsPeriod.start", context.local)
        end = read_moment(repeat.bounds_period.end, "boundsPeriod.end", context.local)
    for moment in (start, end):
        if moment.doubt:
            reading.warn(moment.doubt, "give date, time and offset", moment.text)
    if end.instant is None and not end.text:
        finish, doubt = _after(repeat, start.instant, schedule, times)
        return start.instant, finish, doubt
    if start.instant is not None and end.instant is not None and end.instant < start.instant:
        return start.instant, end.instant, "ends before it starts"
    return start.instant, end.instant, ""


def _after(
    repeat: shapes.Repeat, start: datetime | None, schedule: Schedule, times: Fraction | None
) -> tuple[datetime | None, str]:
    """The end that a length of time, or a number of doses in all, gives; a doubt where there is none."""
    if repeat.bounds_range is not None:
        return None, "the length of the treatment is a range"
    hours: Fraction | None = None
    if repeat.bounds_duration is not None:
        length = read_amount(repeat.bounds_duration, "boundsDuration")
        if length.quantity is None or not length.quantity.unit.has(time=1) or length.quantity.value <= 0:
            return None, length.doubt or f"the length of the treatment is not a time: {length.shown}"
        hours = length.quantity.in_("h")
    elif schedule.count is not None:
        if times is None or start is None:
            return None, f"a number of doses in all, not how many a day: {schedule.count}"
        hours = schedule.count * 24 / times
    elif times is None:
        hours = schedule.lasting_hours
    if hours is None or start is None:
        return None, ""
    try:
        return start + timedelta(microseconds=round(hours * 3600 * 10**6)), ""
    except OverflowError:
        return None, "its end lies outside the calendar"


def _as_patch(event: MedicationRequest, schedule: Schedule, doubts: list[str]) -> MedicationRequest:
    """A patch: its release rate from the dose or the strength, and how often it is changed."""
    rate, dose = event.rate, event.dose
    if event.dose_high is not None:
        doubts.append("the number of patches is a range")
    if dose is not None and dose.unit.has(mass=1, time=-1):
        rate, dose = dose, None
    elif dose is not None and dose.unit.has(mass=1):
        doubts.append(f"a patch whose dose is not what it releases per hour: {dose}")
    elif dose is not None and rate is None:
        rate = release_of(event.drug, dose)
    return replace(event, rate=rate, dose=dose, every_hours=schedule.every_hours)


def _as_rate(event: MedicationRequest, schedule: Schedule, reading: Reading) -> MedicationRequest:
    """An infusion: a continuous rate, or doses a day that each run in at a rate."""
    rate, dose = event.rate, event.dose
    if dose is not None and rate is None and dose.unit.has(mass=1, time=-1):
        reading.warn("its dose is a rate and is read as one")
        return replace(event, dose=None, rate=dose)
    if rate is None:
        return event
    if dose is not None and event.times_per_day is not None:
        # The doses and their times say all; the rate only says how fast each of them runs in.
        return replace(event, rate=None)
    if dose is not None:
        reading.warn(
            "gives a rate and a dose without times: the dose is read as what the bag or syringe holds"
        )
        return replace(event, dose=None, dose_high=None)
    if event.times_per_day is None or schedule.lasting_hours is None:
        return event
    # So often a day, each over so long: one dose is rate times length.
    try:
        made = (rate * Quantity(schedule.lasting_hours, "h")).to(rate.unit.code.rpartition("/")[0])
    except QuantityError:
        return event
    reading.warn("the dose is worked out as rate times duration")
    derived = UnitStatus.DERIVED if event.unit_status is UnitStatus.EXACT else event.unit_status
    return replace(event, dose=made, rate=None, unit_status=derived)


def _missing(event: MedicationRequest, reading: Reading) -> None:
    """Warnings about what an order does not say; whoever counts it refuses it for that."""
    if event.dose is None and event.rate is None:
        reading.warn("gives no dose", "give it as a number with a unit", event.text)
    elif event.form == "patch":
        if event.every_hours is None:
            reading.warn("does not say how often the patch is changed", "give a timing", event.text)
    elif event.rate is None and event.times_per_day is None:
        reading.warn("does not say how often", "give a timing", event.text)


def _raw(dosage: resources.Dosage, ordered: Ordered) -> list[str]:
    """The fields of a dosage as they stood."""
    fields = [*ordered.written]
    if dosage.route is not None:
        fields.append(f"route={label(dosage.route)}")
    if dosage.as_needed_codeable_concept is not None:
        fields.append(f"asNeeded={label(dosage.as_needed_codeable_concept)}")
    elif dosage.as_needed_boolean is not None:
        fields.append(f"asNeeded={str(dosage.as_needed_boolean).lower()}")
    if dosage.timing is not None:
        fields.append(f"timing={_timing(dosage.timing)}")
    if dosage.text:
        fields.append(f"text={dosage.text}")
    return fields


def _timing(timing: shapes.Timing) -> str:
    """A timing as it stood, as JSON."""
    return msgspec.json.encode(timing).decode("utf-8", "replace")
