"""MetaVision medication (``inputevents_mv``): pushes and infusions; rewritten rows are duplicates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from adjuvant.errors import InputError, QuantityError
from adjuvant.library import canonical_route, setting
from adjuvant.quantity import Quantity, UnitStatus, parse_unit, read_unit
from adjuvant.record import AdministrationKind, Basis, Drug, MedicationAdministration, Outcome
from adjuvant.record.naming import product_form
from adjuvant.sources.gathering import Charts, Gathered, in_general, instant, number
from adjuvant.sources.mimic3.drugs import NOT_FOLLOWED, followed
from adjuvant.sources.mimic3.reading import Reading
from adjuvant.sources.tables import Row
from adjuvant.timeline import Interval, hours_between

__all__ = ["REWRITTEN", "TABLE", "administration", "read_metavision", "say_overlaps"]

TABLE = "inputevents_mv"
REWRITTEN = "rewritten"
_REMEDY = "check the row in the source"
# What MetaVision's order category says of the route; the other categories leave it open.
_ROUTES = {
    "01-drips": "intravenous",
    "02-fluids (crystalloids)": "intravenous",
    "05-med bolus": "intravenous",
    "08-antibiotics (iv)": "intravenous",
    "10-prophylaxis (iv)": "intravenous",
}
_KINDS = {
    "drug push": AdministrationKind.DOSE,
    "bolus": AdministrationKind.DOSE,
    "non iv meds": AdministrationKind.DOSE,
    "continuous med": AdministrationKind.INFUSION,
    "continuous iv": AdministrationKind.INFUSION,
}


@dataclass(slots=True)
class _Amounts:
    """What a row says of amount and rate, and why it cannot be used if it cannot."""

    dose: Quantity | None
    rate: Quantity | None
    weight: Quantity | None
    status: UnitStatus = UnitStatus.EXACT
    doubt: str = ""


def read_metavision(reading: Reading) -> None:
    """Every charted push and infusion of a drug that matters here; rows of other items are counted.

    A row whose status is "Rewritten" repeats another and is a duplicate. What is left with the same item and
    overlapping times is used and said to overlap.
    """
    if TABLE not in reading.folder:
        return
    counts = reading.counts(TABLE)
    wanted = followed(reading, TABLE, counts)
    running: dict[tuple[str, str], list[tuple[Interval, Row]]] = {}
    for gathered, row in reading.rows(TABLE, sorted(wanted)):
        drug = wanted[row["itemid"]]
        if row["statusdescription"].lower() == REWRITTEN:
            gathered.medicine(TABLE, drug, row["amountuom"], Outcome.DUPLICATE)
            gathered.drop(
                Outcome.DUPLICATE,
                TABLE,
                f"{drug.text}: the row was rewritten, and another row stands for it",
                row,
            )
            continue
        event = administration(reading, TABLE, gathered, drug, reading.items[row["itemid"]].label, row)
        if event is None:
            gathered.medicine(TABLE, drug, row["amountuom"], Outcome.NOT_USED)
            continue
        gathered.medicine(TABLE, drug, row["amountuom"], Outcome.USED, doubted=bool(event.doubt))
        gathered.add("administrations", TABLE, event)
        if event.doubt:
            gathered.doubt(TABLE, f"{drug.text}: {in_general(event)}", row, _REMEDY)
        elif event.kind is AdministrationKind.INFUSION and event.end is not None:
            span = Interval(event.start, event.end)
            running.setdefault((gathered.patient, row["itemid"]), []).append((span, row))
    say_overlaps(reading.patients, TABLE, wanted, running)
    reading.count_others(TABLE, counts, frozenset(wanted), NOT_FOLLOWED)


def administration(
    reading: Charts, table: str, gathered: Gathered, drug: Drug, label: str, row: Row
) -> MedicationAdministration | None:
    """The push or infusion that one row charts; None, with its line, where its time cannot be read.

    Args:
        label: what `d_items` calls the item.
        row: with the columns that MetaVision's tables have in MIMIC-III and in MIMIC-IV.
    """
    try:
        start, end = instant(row["starttime"], reading.local), instant(row["endtime"], reading.local)
    except InputError as error:
        gathered.drop(Outcome.NOT_USED, table, f"{drug.text}: the time {error.rule}", row, error.remedy)
        gathered.lose(drug, Basis.ADMINISTERED, f"the time {error.rule}", row)
        return None
    kind = _KINDS.get(row["ordercategorydescription"].lower())
    amounts = _amounts(row)
    doubts = [amounts.doubt] if amounts.doubt else []
    if kind is None:
        doubts.append(
            f"the order category {row['ordercategorydescription']!r} says neither push nor infusion"
        )
    if row.get("cancelreason", "") not in ("", "0"):
        doubts.append("the order was cancelled")
    if kind is AdministrationKind.INFUSION and end <= start:
        doubts.append("the infusion does not end after it starts")
    elif kind is AdministrationKind.INFUSION and not doubts:
        doubts += _disagreement(amounts, start, end)
    push = kind is not AdministrationKind.INFUSION
    return MedicationAdministration(
        id=f"{table}.{row['row_id']}",
        drug=drug,
        kind=kind or AdministrationKind.DOSE,
        start=start,
        # A push is charted as one minute; an end before the start would not be a time at all.
        end=None if push or end < start else end,
        origin=reading.origin(table, row, label),
        route=canonical_route(_ROUTES.get(row["ordercategoryname"].lower(), "")),
        form=product_form(drug.text, None)[0],
        dose=amounts.dose,
        rate=None if push else amounts.rate,
        unit_status=amounts.status,
        doubt="; ".join(doubts),
        body_weight=amounts.weight,
        request_id=f"{table}.order.{row['linkorderid']}" if row["linkorderid"] else None,
    )


def _amounts(row: Row) -> _Amounts:
    try:
        weight = _measured(row["patientweight"], "kg")
        if weight is not None and weight.value <= 0:
            weight = None
        dose = _measured(row["amount"], row["amountuom"])
        rate = _measured(row["rate"], row["rateuom"])
    except QuantityError as error:
        return _Amounts(None, None, None, UnitStatus.UNCONVERTIBLE, f"{error.thing} {error.rule}")
    doubt = ""
    if dose is None:
        doubt = "the row has no amount"
    elif dose.value < 0 or (rate is not None and rate.value < 0):
        doubt = "the amount or the rate is negative"
    return _Amounts(dose, rate, weight, doubt=doubt)


def _measured(value: str, unit: str) -> Quantity | None:
    amount = number(value)
    return None if amount is None else Quantity(amount, read_unit(unit))


def _disagreement(amounts: _Amounts, start: datetime, end: datetime) -> list[str]:
    """Amount over duration must be the rate: this finds a wrong unit, a wrong time or a wrong amount."""
    dose, rate = amounts.dose, amounts.rate
    if dose is None or rate is None:
        return []
    try:
        if any(name == "body_weight" for name, _ in rate.unit.dimension):
            if amounts.weight is None:
                return ["the rate is per body weight, and the row has none"]
            rate = rate.for_body(amounts.weight)
        charted = rate.in_(dose.unit / parse_unit("h")) * hours_between(start, end)
    except QuantityError as error:
        return [f"amount and rate do not go together: {error.thing} {error.rule}"]
    if abs(charted - dose.value) > setting("rate_agreement").value * max(charted, dose.value):
        return ["the amount over the duration is not the charted rate"]
    return []


def say_overlaps(
    patients: Mapping[str, Gathered],
    table: str,
    drugs: Mapping[str, Drug],
    running: Mapping[tuple[str, str], list[tuple[Interval, Row]]],
) -> None:
    """Warn of infusions of one item and patient that cover the same time.

    Args:
        running: by patient and item.
    """
    for (patient, item), spans in running.items():
        latest: Interval | None = None
        for span, row in sorted(spans, key=lambda entry: (entry[0], entry[1]["row_id"])):
            if latest is not None and latest.overlap(span) is not None:
                patients[patient].doubt(
                    table,
                    f"{drugs[item].text}: overlaps another infusion of the same drug; both are used",
                    row,
                    "check whether two lines ran or one was charted twice",
                )
            if latest is None or span.end > latest.end:
                latest = span
