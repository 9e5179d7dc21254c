"""Orders (``medication``) and home medication (``admissiondrug``): never what was given."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from adjuvant.errors import InputError
from adjuvant.library import canonical_route
from adjuvant.quantity import UnitStatus
from adjuvant.record import Basis, Drug, MedicationRequest, Outcome
from adjuvant.sources.eicu.reading import Reading, Stay, origin
from adjuvant.sources.frequencies import read_frequency
from adjuvant.sources.gathering import Gathered
from adjuvant.sources.ordered import OrderedDose, ordered_dose, say_contents
from adjuvant.sources.tables import Row

__all__ = ["read_home_medication", "read_orders"]

ORDERS, HOME = "medication", "admissiondrug"
_REMEDY = "look up what was given; an order alone cannot say it"
_DOSAGE = re.compile(r"([0-9.,]+(?:\s*-\s*[0-9.,]+)?)\s*(.*)")
_CONTINUOUS = re.compile(r"cont|infus|titrat|drip")
_DAY = timedelta(days=1)
_ZERO = ("0", "0.0")
# Parquet files may hold such a column as true and false.
_YES, _NO = ("yes", "true"), ("no", "false")


@dataclass(slots=True)
class _Span:
    """When an order was in force, as far as its offsets say."""

    start: datetime | None = None
    end: datetime | None = None


def read_orders(reading: Reading) -> None:
    """Every order that names a drug, as a MedicationRequest; what is odd about one is said on it.

    An order that stands word for word under several unit stays of a hospital stay, at the same time, is one.
    """
    seen: dict[tuple[object, ...], str] = {}
    for gathered, stay, row in reading.rows(ORDERS, "medicationid"):
        unit = _parts(row["dosage"])[1]
        dose = _dose(row["dosage"])
        span = _span(stay, row, dose)
        if not row["drugname"]:
            gathered.counter.medicine(ORDERS, "", unit, Outcome.NOT_USED)
            gathered.drop(Outcome.NOT_USED, ORDERS, "the order names no drug", row)
            if not _cancelled(row):
                gathered.lose(None, Basis.ORDERED, "the order names no drug", row, (span.start, span.end))
            continue
        drug = reading.drug(row["drugname"])
        words = ("drugname", "dosage", "routeadmin", "frequency", "prn", "drugordercancelled")
        key = (stay.record, span.start, span.end, *(row[word] for word in words))
        if span.start is not None and seen.setdefault(key, stay.id) != stay.id:
            gathered.medicine(ORDERS, drug, unit, Outcome.DUPLICATE)
            gathered.drop(
                Outcome.DUPLICATE, ORDERS, "the same order stands under another unit stay as well", row
            )
            continue
        _keep_order(reading, gathered, row, drug, dose, span)


def _keep_order(
    reading: Reading, gathered: Gathered, row: Row, drug: Drug, dose: OrderedDose, span: _Span
) -> None:
    often = read_frequency(row["frequency"])
    form, implied = reading.names.form(row["drugname"])
    say_contents(row["routeadmin"], dose)
    if _CONTINUOUS.search(row["frequency"].lower()) and dose.rate is None and dose.low is not None:
        dose.doubt("the dose of a continuous order is the content of a bag, not what was given")
    per_day = often.per_day
    if often.once and span.start is not None and span.end is not None and span.end > span.start:
        per_day = Fraction(
            _DAY // timedelta(microseconds=1), (span.end - span.start) // timedelta(microseconds=1)
        )
    as_needed = True if often.as_needed or row["prn"].lower() in _YES else None
    if as_needed is None and row["prn"].lower() in _NO:
        as_needed = False
    patch = form == "patch"
    event = MedicationRequest(
        id=f"{ORDERS}.{row['row_id']}",
        drug=drug,
        origin=origin(ORDERS, row),
        start=span.start,
        end=span.end,
        route=canonical_route(row["routeadmin"], form) or implied,
        form=form,
        dose=dose.low,
        dose_high=dose.high,
        times_per_day=None if patch else per_day,
        rate=dose.rate,
        every_hours=often.every_hours if patch else None,
        as_needed=as_needed,
        status="cancelled" if _cancelled(row) else "active",
        text=_text(row, "drugname", "dosage", "routeadmin", "frequency"),
        unit_status=dose.status,
        doubt="; ".join(dose.doubts.values()),
    )
    doubts = [*dose.doubts, *(["the dose is a range"] if dose.high is not None else [])]
    if per_day is None and dose.rate is None and not patch:
        doubts.append("the order does not say how often")
    gathered.add("requests", ORDERS, event)
    gathered.medicine(ORDERS, drug, _parts(row["dosage"])[1], Outcome.USED, doubted=bool(doubts))
    for doubt in doubts:
        gathered.doubt(ORDERS, doubt, row, _REMEDY)


def _cancelled(row: Row) -> bool:
    return row["drugordercancelled"].lower() in _YES


def _parts(dosage: str) -> tuple[str, str]:
    """Value and unit of a dosage such as ``1-2 TAB``; a text without a number is all unit."""
    match = _DOSAGE.fullmatch(dosage)
    return (match[1].strip(), match[2].strip().replace("(s)", "s")) if match else ("", dosage)


def _dose(dosage: str) -> OrderedDose:
    value, unit = _parts(dosage)
    if value or not dosage:
        return ordered_dose(value, unit)
    dose = OrderedDose(status=UnitStatus.UNCONVERTIBLE)
    dose.doubt("the dosage is a word", f"the dosage {dosage!r} is a word")
    return dose


def _span(stay: Stay, row: Row, dose: OrderedDose) -> _Span:
    """From start to stop. A stop of 0 stands for none, and one before the start is none."""
    found: list[datetime | None] = []
    for name in ("drugstartoffset", "drugstopoffset"):
        try:
            found.append(stay.at(row[name]) if row[name] else None)
        except InputError as error:
            dose.doubt(f"the {name} cannot be read", f"the {name} {row[name]!r} {error.rule}")
            found.append(None)
    start, end = found
    if row["drugstopoffset"] in _ZERO:
        return _Span(start)
    if start is not None and end is not None and end < start:
        dose.doubt("the order stops before it starts")
        return _Span(start)
    return _Span(start, end)


def read_home_medication(reading: Reading) -> None:
    """What the notes say that the patient takes at home: statements of use, which no total counts."""
    for gathered, stay, row in reading.rows(HOME, "admissiondrugid"):
        if not row["drugname"]:
            gathered.counter.medicine(HOME, "", row["drugunit"], Outcome.NOT_USED)
            gathered.drop(Outcome.NOT_USED, HOME, "the line names no drug", row)
            continue
        drug = reading.drug(row["drugname"])
        # A dosage of 0 without a unit stands for none: that is how the notes leave it out.
        silent = row["drugdosage"] in ("", *_ZERO) and not row["drugunit"]
        dose = OrderedDose() if silent else ordered_dose(row["drugdosage"], row["drugunit"])
        often = read_frequency(row["drugadmitfrequency"])
        form, route = reading.names.form(row["drugname"])
        try:
            start = stay.at(row["drugoffset"])
        except InputError as error:
            dose.doubt("the drugoffset cannot be read", f"the drugoffset {row['drugoffset']!r} {error.rule}")
            start = None
        event = MedicationRequest(
            id=f"{HOME}.{row['row_id']}",
            drug=drug,
            origin=origin(HOME, row),
            start=start,
            route=route,
            form=form,
            dose=dose.low,
            dose_high=dose.high,
            times_per_day=often.per_day,
            rate=dose.rate,
            as_needed=often.as_needed,
            statement=True,
            text=_text(row, "drugname", "drugdosage", "drugunit", "drugadmitfrequency"),
            unit_status=dose.status,
            doubt="; ".join(dose.doubts.values()),
        )
        gathered.add("requests", HOME, event)
        gathered.medicine(HOME, drug, row["drugunit"], Outcome.USED, doubted=bool(dose.doubts))
        for doubt in dose.doubts:
            gathered.doubt(HOME, doubt, row, "ask for what the patient takes at home")


def _text(row: Row, *names: str) -> str:
    return " ".join(row[name] for name in names if row[name])
