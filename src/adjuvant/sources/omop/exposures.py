"""``drug_exposure``: what was ordered, dispensed or given, as its type concept says, or none of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import groupby

from adjuvant.errors import InputError, QuantityError
from adjuvant.library import canonical_form, canonical_route, route_group
from adjuvant.library.omop import DrugType, omop_book
from adjuvant.record import (
    AdministrationKind,
    Basis,
    MedicationAdministration,
    MedicationDispense,
    MedicationRequest,
    Outcome,
    RefusalReason,
)
from adjuvant.sources.frequencies import says_as_needed
from adjuvant.sources.omop.drugs import Named
from adjuvant.sources.omop.ordered import daily
from adjuvant.sources.omop.reading import (
    REMEDY,
    Gathered,
    Reading,
    day_after,
    day_of,
    example,
    has_time,
    number,
    origin,
)
from adjuvant.sources.omop.strengths import STRENGTH_REMEDY, Amount, amount_of
from adjuvant.sources.omop.vocabulary import plain_id
from adjuvant.sources.tables import Row

__all__ = ["TABLE", "read_exposures"]

TABLE = "drug_exposure"
_KEY = "drug_exposure_id"
_DAY = timedelta(days=1)
_SUM = "it lasts a day or longer, and may be the sum of many doses"
_STOPPED = "the reason for its stop says that it may not have been given"
_NOT_GIVEN = re.compile(
    r"\b(entered in error|error|cancel\w*|refus\w*|declin\w*|withheld|held|hold|never|omitted|"
    r"not (?:given|taken|done|administered))\b",
    re.IGNORECASE,
)
_BASES = {"ordered": Basis.ORDERED, "dispensed": Basis.DISPENSED, "administered": Basis.ADMINISTERED}


@dataclass(frozen=True, slots=True)
class _Line:
    """One row with everything that its event needs."""

    row: Row
    id: str
    named: Named
    route: str | None
    form: str | None
    amount: Amount
    start: datetime | None
    end: datetime | None
    doubts: tuple[str, ...]


def read_exposures(reading: Reading) -> None:
    """Every row as an order, a supply, an administration or a statement of use; what it cannot be is said."""
    # A person's rows follow one another, and only those of one person are held at a time.
    for _, rows in groupby(reading.rows(TABLE), key=lambda found: found[0].person):
        seen: dict[str, int] = {}
        waiting = [(gathered, row) for gathered, row in rows if not _is_repeated(gathered, row, seen)]
        timed = any(_has_time(row) for _, row in waiting)
        for gathered, row in waiting:
            _read(reading, gathered, row, timed)


def _has_time(row: Row) -> bool:
    return has_time(row["drug_exposure_start_datetime"]) or has_time(row["drug_exposure_end_datetime"])


def _is_repeated(gathered: Gathered, row: Row, seen: dict[str, int]) -> bool:
    """Whether a row's id stood before: an equal row is a duplicate, another one contradicts the first."""
    own = row[_KEY]
    mark = hash(tuple(value for name, value in row.items() if name != "row_number"))
    if not own or own not in seen:
        seen[own] = mark
        return False
    unit = row["dose_unit_source_value"]
    if seen[own] == mark:
        gathered.drop(Outcome.DUPLICATE, TABLE, "the row stands twice with the same id", row)
        outcome = Outcome.DUPLICATE
    else:
        reason = "the id of the row is that of another one, which says something else"
        gathered.drop(Outcome.NOT_USED, TABLE, reason, row, "give each row an id of its own")
        gathered.lose(
            None, None, f"{reason}: {example(row)}", REMEDY, reason=RefusalReason.DOUBTED, event=row[_KEY]
        )
        outcome = Outcome.NOT_USED
    gathered.counter.medicine(TABLE, row["drug_source_value"], unit, outcome)
    return True


def _read(reading: Reading, gathered: Gathered, row: Row, timed: bool) -> None:
    named = reading.names.of(row)
    unit = row["dose_unit_source_value"]
    kind = omop_book().drug_types.get(plain_id(row["drug_type_concept_id"]))
    basis = _BASES.get(kind.basis) if kind is not None else None
    if not named.drug.ingredients:
        gathered.counter.unknown_name(TABLE, named.drug.text)
    try:
        line = _line(reading, row, named, timed)
        outcome = _event(reading, gathered, line, kind, timed)
    except InputError as error:
        reason = f"a date or time {error.rule}"
        gathered.drop(Outcome.NOT_USED, TABLE, reason, row, error.remedy)
        gathered.lose(
            named.drug, basis, f"{reason}: {example(row)}", REMEDY,
            reason=RefusalReason.MISSING_TIMING, event=row[_KEY],
        )  # fmt: skip
        outcome = Outcome.NOT_USED
    gathered.counter.medicine(TABLE, named.drug.name, unit, outcome)


def _line(reading: Reading, row: Row, named: Named, timed: bool) -> _Line:
    form = named.form or canonical_form(row["dose_unit_source_value"])
    spelled = row["route_source_value"]
    route = (
        canonical_route(spelled, form)
        or canonical_route(reading.vocabulary.name(row["route_concept_id"]) or None, form)
        or named.route
    )
    doubts: list[str] = []
    start = reading.instant(row["drug_exposure_start_date"], row["drug_exposure_start_datetime"])
    end = reading.instant("", row["drug_exposure_end_datetime"]) if timed else None
    last = row["drug_exposure_end_datetime"] or row["drug_exposure_end_date"]
    if end is None and last:
        end = day_after(day_of(last), reading.local)
    if end is not None and start is not None and end < start:
        doubts.append("it stops before it starts")
        end = None
    if named.doubt:
        doubts.append(named.doubt)
    amount = amount_of(row, named.drug, form, route, reading.vocabulary)
    identity = f"{TABLE}.{row[_KEY] or 'row ' + row['row_number']}"
    return _Line(row, identity, named, route, form, amount, start, end, tuple(doubts))


def _event(reading: Reading, gathered: Gathered, line: _Line, kind: DrugType | None, timed: bool) -> Outcome:
    """Add the event of one row, with what is doubted of it, or say why there is none."""
    row, drug = line.row, line.amount.drug
    span = (line.start, line.end)
    if kind is None:
        reason = "the type concept does not say whether it was ordered, dispensed or given"
        detail = f"type concept {row['drug_type_concept_id'] or 'empty'}: {reason}"
        gathered.drop(Outcome.NOT_USED, TABLE, reason, row, "give the row a type concept that says it")
        gathered.lose(
            drug, None, detail, "give the row a type concept that says it",
            reason=RefusalReason.DOUBTED, span=span, event=line.id,
        )  # fmt: skip
        return Outcome.NOT_USED
    if line.start is None:
        reason = "the row has no start"
        gathered.drop(Outcome.NOT_USED, TABLE, reason, row, REMEDY)
        gathered.lose(
            drug, _BASES.get(kind.basis), f"{reason}: {example(row)}", REMEDY,
            reason=RefusalReason.MISSING_TIMING, event=line.id,
        )  # fmt: skip
        return Outcome.NOT_USED
    if not line.named.by_words:
        gathered.nameless.add(line.id)
    if kind.basis == "administered":
        return _given(reading, gathered, line, line.start, timed)
    if kind.basis == "dispensed":
        gathered.add("dispenses", TABLE, _supply(line, line.start))
    else:
        gathered.add("requests", TABLE, _order(reading, line, timed, statement=kind.basis == "statement"))
        if not timed:
            gathered.doubt(
                TABLE, "the row has dates without times: it is taken for the whole of its days", row
            )
    _say(gathered, line)
    return Outcome.USED


def _say(gathered: Gathered, line: _Line) -> None:
    for doubt in (*line.doubts, line.amount.doubt):
        if doubt:
            gathered.doubt(TABLE, doubt, line.row, STRENGTH_REMEDY.get(doubt, REMEDY))


def _doubt(line: _Line) -> str:
    return "; ".join(filter(None, (*line.doubts, line.amount.detail)))


def _order(reading: Reading, line: _Line, timed: bool, *, statement: bool) -> MedicationRequest:
    row = line.row
    plan = daily(line.amount.quantity, line.named.drug.text, _days(row), line.start, line.end, row["refills"])
    words = (line.named.drug.text, row["quantity"], row["dose_unit_source_value"], row["sig"])
    doubts = (_doubt(line), plan.doubt)
    return MedicationRequest(
        id=line.id,
        drug=line.amount.drug,
        origin=origin(TABLE, row, _KEY),
        start=line.start,
        end=plan.end,
        route=line.route,
        form=line.form,
        dose=plan.dose,
        times_per_day=plan.times_per_day,
        every_hours=plan.every_hours,
        as_needed=True if says_as_needed(row["sig"]) else None,
        statement=statement,
        text=" ".join(word for word in words if word),
        doubt="; ".join(filter(None, doubts)),
    )


def _days(row: Row) -> Fraction | None:
    """The days of supply, None where they are not stated or are no days."""
    try:
        days = number(row["days_supply"])
    except QuantityError:
        return None
    return days if days is not None and days > 0 else None


def _supply(line: _Line, start: datetime) -> MedicationDispense:
    return MedicationDispense(
        id=line.id,
        drug=line.amount.drug,
        origin=origin(TABLE, line.row, _KEY),
        start=start,
        quantity=line.amount.quantity,
        days_supply=_days(line.row),
        route=line.route,
        form=line.form,
        doubt=_doubt(line),
    )


def _given(reading: Reading, gathered: Gathered, line: _Line, start: datetime, timed: bool) -> Outcome:
    """An administration. One that is known to the day only stands at no moment, and is kept aside."""
    row = line.row
    if not timed:
        day = day_of(row["drug_exposure_start_date"] or row["drug_exposure_start_datetime"])
        reason = "the administration has a date without a time"
        gathered.drop(Outcome.NOT_USED, TABLE, reason, row, "give the time of each administration")
        gathered.lose(
            line.amount.drug, Basis.ADMINISTERED, f"{reason}: {example(row)}",
            "give the time of each administration", reason=RefusalReason.MISSING_TIMING,
            span=(start, line.end or day_after(day, reading.local)), event=line.id,
        )  # fmt: skip
        return Outcome.NOT_USED
    ends = line.end if row["drug_exposure_end_datetime"] else None
    kind = _kind(line, start, ends)
    doubts = list(line.doubts)
    if kind is AdministrationKind.DOSE and ends is not None and ends - start >= _DAY:
        doubts.append(_SUM)
    if _NOT_GIVEN.search(row["stop_reason"]):
        doubts.append(_STOPPED)
    line = replace(line, doubts=tuple(doubts))
    gathered.add(
        "administrations",
        TABLE,
        MedicationAdministration(
            id=line.id,
            drug=line.amount.drug,
            kind=kind,
            start=start,
            origin=origin(TABLE, row, _KEY),
            end=None if kind is AdministrationKind.DOSE else ends,
            route=line.route,
            form=line.form,
            dose=line.amount.quantity,
            doubt=_doubt(line),
        ),
    )
    _say(gathered, line)
    return Outcome.USED


def _kind(line: _Line, start: datetime, end: datetime | None) -> AdministrationKind:
    """A patch, an infusion (what is given parenterally over a span), or a dose at one moment."""
    if line.form == "patch":
        return AdministrationKind.PATCH_ON
    runs = end is not None and end - start > timedelta(0)
    parenteral = line.route is not None and route_group(line.route) in ("parenteral", "neuraxial")
    return AdministrationKind.INFUSION if runs and parenteral else AdministrationKind.DOSE
