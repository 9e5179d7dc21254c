"""Prescriptions: what was ordered, by dates only; they are requests, and never what was given."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from adjuvant.errors import InputError, QuantityError
from adjuvant.library import canonical_form, canonical_route, route_group
from adjuvant.quantity import Quantity, UnitStatus, parse_decimal, read_unit
from adjuvant.record import Basis, Drug, Ingredient, MedicationRequest, Outcome
from adjuvant.record.naming import product_form
from adjuvant.sources.mimic3.folder import Row
from adjuvant.sources.mimic3.reading import Reading, instant, origin
from adjuvant.timeline import local_midnight

__all__ = ["TABLE", "read_orders"]

TABLE = "prescriptions"
_REMEDY = "look up what was given; an order alone cannot say it"
_BASE = "base"
_RANGE = re.compile(r"([0-9.]+)\s*-\s*([0-9.]+)")
# One strength for each ingredient, in the order of the name, before the thing that it is the strength of.
_STRENGTHS = re.compile(
    r"((?:[0-9.]+ ?(?:mg|mcg|g) ?/ ?)*[0-9.]+ ?(?:mg|mcg|g)) (tab(?:let)?s?|cap(?:sule)?s?)\b.*",
    re.IGNORECASE,
)
# Routes by which the "dose" is what the pharmacy sends, or a pump's setting, not what the patient gets.
_PCA = ("ivpca", "iv pca", "scpca", "sc pca", "edpca", "pca", "pcea")
_DRIPS = ("iv drip", "iv infusion", "drip")


@dataclass(slots=True)
class _Dose:
    """What an order says of its dose, and what is odd about it."""

    low: Quantity | None = None
    high: Quantity | None = None
    rate: Quantity | None = None
    status: UnitStatus = UnitStatus.EXACT
    doubts: dict[str, str] = field(default_factory=dict)
    """By the reason in words that are always the same: the reason as it stands on this row."""

    def doubt(self, reason: str, detail: str = "") -> None:
        """Note an oddity."""
        self.doubts[reason] = detail or reason


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
            gathered.drop(Outcome.NOT_USED, TABLE, "the order names no drug", row)
            gathered.lose(None, Basis.ORDERED, "the order names no drug", row)
            continue
        dose = _dose(row)
        start, end = _span(row, reading, dose)
        _contents(row, dose)
        drug = _with_strength(reading.drug(row["drug"]), row["prod_strength"])
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
        gathered.add("requests", TABLE, event)
        gathered.doubt(TABLE, "the order has dates without times, and no word of how often", row)
        if dose.high is not None:
            gathered.doubt(TABLE, "the dose is a range", row, _REMEDY)
        for doubt in dose.doubts:
            gathered.doubt(TABLE, doubt, row, _REMEDY)


def _span(row: Row, reading: Reading, dose: _Dose) -> tuple[datetime | None, datetime | None]:
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
    day = last.astimezone(reading.local).date() + timedelta(days=1)
    return start, local_midnight(day, reading.local)


def _dose(row: Row) -> _Dose:
    text, unit_text = row["dose_val_rx"], row["dose_unit_rx"]
    dose = _Dose()
    if not text:
        dose.doubt("the order has no dose")
        return dose
    try:
        unit = read_unit(unit_text)
    except QuantityError as error:
        dose.status = UnitStatus.UNCONVERTIBLE
        dose.doubt("the unit cannot be read", f"the unit {unit_text!r} {error.rule}")
        return dose
    spread = _RANGE.fullmatch(text)
    try:
        low = Quantity(parse_decimal(spread[1] if spread else text), unit)
        high = Quantity(parse_decimal(spread[2]), unit) if spread else None
    except QuantityError as error:
        dose.doubt("the dose cannot be read", f"the dose {text!r} {error.rule}")
        return dose
    if high is not None and high.value < low.value:
        dose.doubt(
            "the ends of the dose range are the wrong way round", f"the dose {text!r} falls from end to end"
        )
    elif not unit.has(mass=1, time=-1):
        dose.low, dose.high = low, high
    elif high is None:
        dose.rate = low
    else:
        dose.doubt("the rate is a range", f"the rate {text!r} is a range")
    return dose


def _contents(row: Row, dose: _Dose) -> None:
    spelled = row["route"].lower()
    route = canonical_route(spelled)
    if spelled in _PCA:
        dose.doubt("the dose is the content of a PCA syringe or a setting of its pump, not what was given")
    elif spelled in _DRIPS or (route is not None and route_group(route) == "neuraxial"):
        dose.doubt("the dose is the content of a bag or bottle, not what was given")


def _with_strength(drug: Drug, text: str) -> Drug:
    """The drug with the strengths of one tablet or capsule, if as many are printed as it has ingredients."""
    match = _STRENGTHS.fullmatch(text.strip())
    if match is None or not drug.ingredients or any(item.strength is not None for item in drug.ingredients):
        return drug
    thing = read_unit(match[2].lower()).code
    printed = [re.fullmatch(r"([0-9.]+) ?([a-z]+)", piece.strip().lower()) for piece in match[1].split("/")]
    if len(printed) != len(drug.ingredients) or not all(printed):
        return drug
    try:
        strengths = [
            Quantity(parse_decimal(piece[1]), f"{read_unit(piece[2]).code}/{thing}")
            for piece in printed
            if piece
        ]
    except QuantityError:
        return drug
    held = zip(drug.ingredients, strengths, strict=True)
    return replace(drug, ingredients=tuple(Ingredient(item.name, strength) for item, strength in held))


def _text(row: Row) -> str:
    words = (row["drug"], row["prod_strength"], row["dose_val_rx"], row["dose_unit_rx"], row["route"])
    return " ".join(word for word in words if word)
