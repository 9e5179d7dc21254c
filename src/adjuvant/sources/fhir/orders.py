"""MedicationRequest and MedicationStatement: one order of ours for every dosage instruction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from adjuvant.record import MedicationRequest, Outcome
from adjuvant.sources.fhir import resources
from adjuvant.sources.fhir.decoding import decode, listed, medicine_of
from adjuvant.sources.fhir.instructions import Span, read_instruction
from adjuvant.sources.fhir.reading import Context, Found, Reading, SetAside, doubtful
from adjuvant.sources.fhir.times import Moment, read_moment
from adjuvant.sources.fhir.timing import read_schedule

__all__ = ["ORDERS_THEMSELVES", "REQUEST_GONE", "read_request", "read_statement", "status_of"]

ORDERS_THEMSELVES = ("order", "original-order", "reflex-order")
_CHILD_ORDERS = ("filler-order", "instance-order")
REQUEST_GONE = {
    "entered-in-error": "was entered in error",
    "draft": "is a draft and was never in force",
    "cancelled": "was cancelled before it was in force",
}
_REQUEST_STATUS = ("active", "on-hold", "completed", "stopped", "unknown")
_STATEMENT_GONE = {
    "entered-in-error": "was entered in error",
    "not-taken": "says that the medicine was not taken",
    "intended": "says what is intended, not what is taken",
}
_STATEMENT_STATUS = ("active", "completed", "stopped", "on-hold", "unknown")


def read_request(found: Found, context: Context) -> Reading:
    """The orders of a MedicationRequest, one for each dosage instruction.

    Raises:
        SetAside: it is not an order (a proposal, a draft, entered in error), forbids, or repeats another one.
    """
    request = decode(found, resources.Request)
    if request.do_not_perform:
        raise SetAside(Outcome.NOT_USED, "says that the medicine must not be given (doNotPerform)")
    status = status_of(request.status, REQUEST_GONE, _REQUEST_STATUS)
    statement = _is_report(request, context)
    authored = read_moment(request.authored_on, "authoredOn", context.local, request.authored_note)
    dosages, bad = listed(request.dosage_instruction, resources.Dosage, "dosageInstruction")
    reading = _orders(found, context, request, dosages, bad, Span(authored, Moment()))
    return _marked(reading, status, statement=statement)


def read_statement(found: Found, context: Context) -> Reading:
    """The statements of use in a MedicationStatement, as orders marked `statement`.

    Raises:
        SetAside: entered in error, not taken, or merely intended.
    """
    stated = decode(found, resources.Statement)
    status = status_of(stated.status, _STATEMENT_GONE, _STATEMENT_STATUS)
    period = stated.effective_period
    span = Span(
        read_moment(
            period.start if period else stated.effective_date_time,
            "effectivePeriod.start" if period else "effectiveDateTime",
            context.local,
        ),
        read_moment(period.end if period else None, "effectivePeriod.end", context.local),
    )
    dosages, bad = listed(stated.dosage, resources.Dosage, "dosage")
    return _marked(_orders(found, context, stated, dosages, bad, span), status, statement=True)


def status_of(status: str | None, gone: Mapping[str, str], known: tuple[str, ...]) -> str:
    """A status that lets the resource be used.

    Args:
        gone: statuses that do not, with the reason.
    Raises:
        SetAside: one of those, none, or one that R4 does not have.
    """
    if status is not None and status in gone:
        raise SetAside(Outcome.NOT_USED, gone[status])
    if status is None or status not in known:
        raise SetAside(
            Outcome.NOT_USED,
            "has a status that R4 does not know",
            f"use one of {', '.join(known)}",
            f"{status}",
        )
    return status


def _is_report(request: resources.Request, context: Context) -> bool:
    """Whether the request only reports use.

    Raises:
        SetAside: it is neither that nor an order, or an order that another one of the read already states.
    """
    reported = bool(request.reported_boolean) or request.reported_reference is not None
    if request.intent == "plan" and reported:
        return True
    if request.intent not in (*ORDERS_THEMSELVES, *_CHILD_ORDERS):
        raise SetAside(Outcome.NOT_USED, "is not an order", "export orders", f"intent {request.intent}")
    asked = (context.known.key_of(item) for item in request.based_on)
    parents = {key for key in asked if key is not None and key in context.known.orders}
    if request.intent in _CHILD_ORDERS and parents:
        names = ", ".join("/".join(key) for key in sorted(parents))
        raise SetAside(Outcome.DUPLICATE, "carries out an order that is read too", "", f"of {names}")
    return reported


def _orders(
    found: Found,
    context: Context,
    resource: resources.MedicationShape,
    dosages: tuple[resources.Dosage, ...],
    bad: str,
    span: Span,
) -> Reading:
    reading = Reading()
    medicine, warnings = medicine_of(resource, context)
    for text in warnings:
        reading.warn(text)
    common = "; ".join(filter(None, (medicine.doubt, bad, _in_sequence(dosages))))
    medicine = replace(medicine, doubt=common)
    made: list[MedicationRequest] = []
    for number, dosage in enumerate(dosages or (resources.Dosage(),), start=1):
        event = read_instruction(found, context, medicine, dosage, span, reading)
        # The first instruction keeps the order's id, by which administrations name it.
        name = found.id if number == 1 else f"{found.id}#{number}"
        made.append(replace(event, id=name, instruction=number))
    reading.events = [("requests", event) for event in made]
    doubted = [event.doubt for event in made if event.doubt]
    if len(doubted) == len(made):
        reading.set_aside = doubtful(doubted, "correct the order")
    elif doubted:
        reading.warn("one of its dosage instructions cannot be used", "correct the order", doubted[0])
    return reading


def _marked(reading: Reading, status: str, *, statement: bool) -> Reading:
    reading.events = [
        (kind, replace(event, status=status, statement=statement)) for kind, event in reading.events
    ]
    ends = [event.end for _, event in reading.events]
    if status in ("completed", "stopped") and None in ends:
        reading.warn("is over, and does not say since when", "give the end (boundsPeriod)", status)
    elif status == "unknown":
        reading.warn("does not say whether it is in force", "give its status")
    return reading


def _in_sequence(dosages: tuple[resources.Dosage, ...]) -> str:
    """Why several instructions may not run side by side: numbered in sequence, and nothing tells their times.

    FHIR means instructions with different sequence numbers to follow one another. Where each has its own
    period, or they name different parts of one day, they are plain all the same.
    """
    numbers = {dosage.sequence for dosage in dosages}
    if len(numbers) <= 1 or None in numbers:
        return ""
    repeats = [dosage.timing.repeat if dosage.timing else None for dosage in dosages]
    if all(repeat is not None and repeat.bounds_period is not None for repeat in repeats):
        return ""
    parts = [read_schedule(dosage.timing).parts for dosage in dosages]
    if all(parts) and sum(map(len, parts)) == len(frozenset[str]().union(*parts)):
        return ""
    return "its dosage instructions follow one another, and it does not say when each begins"
