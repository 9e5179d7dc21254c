"""The medication record (``emar``, ``emar_detail``): what was given, put on, started, changed and stopped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest

from adjuvant.errors import InputError
from adjuvant.library import canonical_form, canonical_route, setting
from adjuvant.quantity import Quantity, UnitStatus
from adjuvant.record import (
    AdministrationKind,
    AdministrationStatus,
    Basis,
    Drug,
    MedicationAdministration,
    Outcome,
)
from adjuvant.sources.gathering import Gathered, instant
from adjuvant.sources.mimic3.drugs import matters
from adjuvant.sources.mimic4.chart import INPUTS
from adjuvant.sources.mimic4.emar_detail import Details, Measure
from adjuvant.sources.mimic4.emar_words import Event, event_of
from adjuvant.sources.mimic4.reading import Reading
from adjuvant.sources.ordered import with_strength
from adjuvant.sources.tables import Row
from adjuvant.timeline import Interval, hours_between

__all__ = ["read_emar"]

TABLE, DETAIL = "emar", "emar_detail"
_REMEDY = "check the row in the source"
_NOT_FOLLOWED = "the drug is none that is followed here"
_TWICE = "the ICU's chart has the same drug in this stay; it may be charted twice"
_PUMP = "the dose of a patient's own pump may be what its syringe holds"
_LAST = "nothing says how long the last charted rate ran; it counts up to here"
_SILENCE = "no row says for how long the rate was held"
_NO_DOSE = {
    Event.FLUSHED: "the row is a flush",
    Event.CHECKED: "the row is a check, by which nothing was given or ended",
}
_RUNNING = (Event.STARTED, Event.RATE, Event.STOPPED)


@dataclass(frozen=True, slots=True)
class _Charted:
    """One row of the record with its details and its order."""

    at: datetime
    event: Event
    drug: Drug
    row: Row
    details: Details
    order: Row
    implied: tuple[str | None, str | None]
    """Form and route that the name implies."""

    @property
    def form(self) -> str | None:
        kind = self.details.first("administration_type").lower()
        known = self.implied[0] or canonical_form(self.order.get("form_unit_disp"))
        return "patch" if "patch" in kind else known

    @property
    def spelled_route(self) -> str:
        return self.details.first("route") or self.order.get("route", "")

    @property
    def route(self) -> str | None:
        return canonical_route(self.spelled_route, self.form) or self.implied[1]

    @property
    def by_own_pump(self) -> bool:
        words = f"{self.details.first('administration_type')} {self.spelled_route}".lower()
        return "pca" in words

    @property
    def patch(self) -> str | None:
        place = " ".join(filter(None, (self.details.first("side"), self.details.first("site"))))
        return place.lower() or None


def read_emar(reading: Reading) -> None:
    """Every row about a drug that matters; rows of other drugs are counted, with their details.

    What the words do not say to be given is not taken to be. Rates are joined by order: each holds until the
    next row of its order; where that states the rate before it, the two must be the same.
    """
    details: dict[tuple[str, str], Details] = {}
    for gathered, row in reading.rows(DETAIL, key="emar_id"):
        details.setdefault((gathered.patient, row["emar_id"]), Details()).rows.append(row)
    orders = _orders(reading)
    rates: dict[tuple[str, str], list[_Charted]] = {}
    for gathered, row in reading.rows(TABLE, key="emar_id"):
        found = details.pop((gathered.patient, row["emar_id"]), Details())
        one = _charted(reading, gathered, row, found, orders.get(row["pharmacy_id"], {}))
        if one is None:
            if found.rows:
                reason = "the detail belongs to a row that is not used"
                gathered.counter.line(Outcome.NOT_USED, DETAIL, reason, n=len(found.rows))
            continue
        gathered.counter.used(DETAIL, len(found.rows))
        if one.event in _RUNNING:
            rates.setdefault((gathered.patient, row["pharmacy_id"] or one.drug.text), []).append(one)
        else:
            _keep(reading, gathered, one)
    for (patient, _), chain in rates.items():
        _join(reading, reading.patients[patient], sorted(chain, key=lambda one: (one.at, one.row["row_id"])))
    for (patient, _), found in details.items():
        reason = "no row of emar belongs to the detail"
        reading.patients[patient].counter.line(Outcome.NOT_USED, DETAIL, reason, n=len(found.rows))


def _orders(reading: Reading) -> dict[str, Row]:
    """The first prescription of each pharmacy order, which knows route, form and strength."""
    found: dict[str, Row] = {}
    if "prescriptions" in reading.folder:
        for row in reading.folder.rows("prescriptions", keys=tuple(reading.patients)):
            if row["pharmacy_id"] and row["drug_type"].lower() == "main":
                found.setdefault(row["pharmacy_id"], row)
    return found


def _charted(reading: Reading, gathered: Gathered, row: Row, details: Details, order: Row) -> _Charted | None:
    event = event_of(row["event_txt"])
    name = row["medication"] or order.get("drug", "") or details.first("product_description")
    unit = details.unit()
    if not name:
        gathered.counter.medicine(TABLE, "", unit, Outcome.NOT_USED)
        gathered.drop(Outcome.NOT_USED, TABLE, "the row names no drug", row)
        if event is not Event.NOT_GIVEN and event not in _NO_DOSE:
            gathered.lose(None, Basis.ADMINISTERED, "the row names no drug", row)
        return None
    drug = reading.drug(name)
    if event in _NO_DOSE or not matters(drug):
        gathered.medicine(TABLE, drug, unit, Outcome.NOT_USED)
        reason = _NO_DOSE.get(event, _NOT_FOLLOWED)
        gathered.drop(Outcome.NOT_USED, TABLE, reason, {"row_id": name})
        return None
    try:
        at = instant(row["charttime"], reading.local)
    except InputError as error:
        gathered.medicine(TABLE, drug, unit, Outcome.NOT_USED)
        gathered.drop(Outcome.NOT_USED, TABLE, f"{drug.text}: the time {error.rule}", row, error.remedy)
        gathered.lose(drug, Basis.ADMINISTERED, f"the time {error.rule}", row)
        return None
    drug = with_strength(drug, order.get("prod_strength", ""))
    return _Charted(at, event, drug, row, details, order, reading.names.form(name))


def _keep(reading: Reading, gathered: Gathered, one: _Charted) -> None:
    """A dose, or a patch on or off."""
    given = one.details.given()
    patch = one.form == "patch"
    kinds = {
        Event.APPLIED: (AdministrationKind.PATCH_ON,),
        Event.REMOVED: (AdministrationKind.PATCH_OFF,),
        Event.CHANGED: (AdministrationKind.PATCH_OFF, AdministrationKind.PATCH_ON),
    }.get(one.event, (AdministrationKind.PATCH_ON if patch else AdministrationKind.DOSE,))
    status = AdministrationStatus.GIVEN
    if one.event is Event.NOT_GIVEN:
        status = AdministrationStatus.NOT_GIVEN
    elif one.event is Event.UNKNOWN:
        status = AdministrationStatus.UNKNOWN
    doubt = given.doubt
    if not doubt and status is AdministrationStatus.GIVEN and one.event is not Event.REMOVED:
        doubt = _PUMP if one.by_own_pump else _TWICE if _charted_in_icu(gathered, one) else ""
    for kind in kinds:
        _add(
            reading,
            gathered,
            one,
            kind,
            given if kind is not AdministrationKind.PATCH_OFF else Measure(),
            doubt,
            status,
        )
    said = [_in_general(given, doubt)] if doubt else []
    if status is AdministrationStatus.UNKNOWN:
        said.append("the words do not say whether it was given")
    elif (
        status is AdministrationStatus.GIVEN
        and given.value is None
        and not doubt
        and one.event is Event.GIVEN
    ):
        said.append("no dose that was given is charted; the dose that was due is not taken for it")
    elif (
        status is AdministrationStatus.GIVEN
        and given.value is not None
        and one.details.differs_from_due(given.value)
    ):
        said.append("what was scanned is not the dose that was due; what was scanned counts")
    _account(gathered, one, said)


def _add(
    reading: Reading,
    gathered: Gathered,
    one: _Charted,
    kind: AdministrationKind,
    given: Measure,
    doubt: str,
    status: AdministrationStatus,
) -> None:
    patch = kind in (AdministrationKind.PATCH_ON, AdministrationKind.PATCH_OFF)
    value = given.value
    released = value if patch and value is not None and value.unit.has(mass=1, time=-1) else None
    suffix = ".off" if one.event is Event.CHANGED and kind is AdministrationKind.PATCH_OFF else ""
    event = MedicationAdministration(
        id=f"{TABLE}.{one.row['row_id']}{suffix}",
        drug=one.drug,
        kind=kind,
        start=one.at,
        origin=reading.origin(TABLE, {**one.row, **_raw(one.details)}),
        route=one.route,
        form=one.form,
        dose=value if released is None else None,
        rate=released,
        status=status,
        reason_not_given=one.row["event_txt"] if status is AdministrationStatus.NOT_GIVEN else None,
        patch=one.patch if patch else None,
        unit_status=given.status,
        doubt=doubt,
        request_id=f"pharmacy.{one.row['pharmacy_id']}" if one.row["pharmacy_id"] else None,
    )
    gathered.keep("administrations", event)


def _raw(details: Details) -> dict[str, str]:
    """The details' fields as they stood, numbered where there are several rows."""
    return {
        f"detail{index}.{name}": value
        for index, row in enumerate(details.rows, start=1)
        for name, value in row.items()
        if value and name not in ("row_id", "subject_id", "emar_id")
    }


def _join(reading: Reading, gathered: Gathered, chain: list[_Charted]) -> None:
    """An infusion from each charted rate of one order to the next row of that order."""
    held = Measure()
    for one, following in zip_longest(chain, chain[1:]):
        rate = one.details.rate()
        if one.event is Event.STOPPED:
            held = Measure()
            _account(gathered, one, [])
            continue
        # A row that verifies, restarts or reconciles without a number leaves the rate before it to hold on.
        held = rate if rate.value is not None or rate.doubt else held
        _hold(reading, gathered, one, following, held)


def _hold(
    reading: Reading, gathered: Gathered, one: _Charted, following: _Charted | None, held: Measure
) -> None:
    if held.value is not None and held.value.value == 0:
        # It ends what ran before it, and is no dose that was withheld.
        _account(gathered, one, [])
        return
    if following is None:
        _account(gathered, one, [_LAST])
        gathered.leave_open(one.drug, _LAST, TABLE, one.row, one.at)
        return
    doubt = held.doubt
    if held.value is None and not doubt:
        doubt = "no rate is charted"
    elif not doubt:
        doubt = _held_so_long(held.value, one, following) or (_PUMP if one.by_own_pump else "")
    if not doubt and _charted_in_icu(gathered, one):
        doubt = _TWICE
    event = MedicationAdministration(
        id=f"{TABLE}.{one.row['row_id']}",
        drug=one.drug,
        kind=AdministrationKind.INFUSION,
        start=one.at,
        end=following.at,
        origin=reading.origin(TABLE, {**one.row, **_raw(one.details)}),
        route=one.route,
        form=one.form,
        rate=held.value,
        unit_status=held.status,
        doubt=doubt,
        request_id=f"pharmacy.{one.row['pharmacy_id']}" if one.row["pharmacy_id"] else None,
    )
    gathered.keep("administrations", event)
    _account(gathered, one, [_in_general(held, doubt)] if doubt else [])


def _held_so_long(rate: Quantity | None, one: _Charted, following: _Charted) -> str:
    """Why a rate is not believed to have run until the next row; empty if it is."""
    prior = following.details.prior_rate().value
    if rate is not None and prior is not None:
        same = prior.unit.commensurable(rate.unit) and prior.same_as(rate)
        return "" if same else "the next row states another rate before it"
    return _SILENCE if hours_between(one.at, following.at) > setting("rate_hold_h").value else ""


def _charted_in_icu(gathered: Gathered, one: _Charted) -> bool:
    """Whether the ICU's own chart has the same drug in the ICU stay that a row falls into."""
    names = {item.name for item in one.drug.ingredients}
    for stay in gathered.events.get("encounters", ()):
        if not stay.id.startswith("icustays.") or stay.end is None or stay.end <= stay.start:
            continue
        span = Interval(stay.start, stay.end)
        if one.at in span and any(
            event.origin.table == INPUTS
            and event.start in span
            and not names.isdisjoint(item.name for item in event.drug.ingredients)
            for event in gathered.events.get("administrations", ())
        ):
            return True
    return False


def _in_general(measure: Measure, doubt: str) -> str:
    return (
        "an amount, a rate or a unit cannot be read" if measure.status is UnitStatus.UNCONVERTIBLE else doubt
    )


def _account(gathered: Gathered, one: _Charted, doubts: list[str]) -> None:
    gathered.counter.used(TABLE)
    gathered.medicine(TABLE, one.drug, one.details.unit(), Outcome.USED, doubted=bool(doubts))
    for doubt in doubts:
        gathered.doubt(TABLE, f"{one.drug.text}: {doubt}", one.row, _REMEDY)
