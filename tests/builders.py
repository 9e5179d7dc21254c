"""Synthetic patients and tables for tests, built in one breath: ``a_patient().on("morphine", "60 mg/d").with_pain(7)``.

A builder never changes: each call returns a new one, so that two stories can share their beginning. Times are hours
after the builder's start (an int, a Fraction or decimal text such as ``"1.5"``), or a datetime with a zone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from adjuvant.citation import Citation, Provenance
from adjuvant.library.model import Band, ConversionFactor, ConversionTable, TablePlan
from adjuvant.quantity import Quantity, parse_quantity, parse_unit
from adjuvant.record import (
    EVENT_KINDS,
    AdministrationKind,
    AdministrationStatus,
    AdverseEvent,
    Basis,
    BodyWeight,
    Condition,
    Drug,
    Exposures,
    Ingredient,
    MedicationAdministration,
    MedicationDispense,
    MedicationRequest,
    NotAssessable,
    Origin,
    PainScore,
    Patient,
    PatientRecord,
    SedationScore,
    VitalSign,
)
from adjuvant.record.exposures import build_exposures

Hours = int | Fraction | str
When = Hours | datetime
Amount = str | Quantity

_QUANTITIES = {"dose", "dose_high", "rate", "quantity", "body_weight"}
CITATION = Citation(
    key="invented", text="Invented for tests; no table prints it.", document="tests/builders.py"
)


@dataclass(frozen=True, slots=True)
class PatientBuilder:
    """A synthetic patient in the making; `record` ends the sentence."""

    patient: Patient
    start: datetime
    events: tuple[tuple[str, Any], ...] = ()

    # --- medicines that were given -------------------------------------------------------------------------

    def on(
        self, drug: str, amount: Amount, *, days: int = 3, times: int = 6, route: str = "oral", site: str = ""
    ) -> PatientBuilder:
        """A steady regimen from the start, charted as given: evenly spaced doses for an amount per day
        (``60 mg/d``), a patch for ``50 ug/h`` by the route ``transdermal``, else an infusion for a rate."""
        quantity = _quantity(amount)
        if route == "transdermal":
            worn = self.patch_on(drug, quantity, 0, site=site or None)
            return worn.patch_off(drug, 24 * days, site=site or None)
        if not quantity.unit.code.endswith("/d"):
            return self.infusion(
                drug, quantity, 0, 24 * days, route="intravenous" if route == "oral" else route
            )
        dose = Quantity(quantity.value / times, quantity.unit.code.removesuffix("/d"))
        built = self
        for number in range(days * times):
            built = built.given(drug, dose, Fraction(24 * number, times), route=route)
        return built

    def given(
        self, drug: str | Drug, dose: Amount | None, at: When = 0, *, route: str | None = "oral", **more: Any
    ) -> PatientBuilder:
        """One dose at one moment. `strength` makes a product of it; `more` are fields of the administration."""
        return self._administered(AdministrationKind.DOSE, drug, at, dose=dose, route=route, **more)

    def held(
        self, drug: str, dose: Amount, at: When = 0, *, reason: str = "held", **more: Any
    ) -> PatientBuilder:
        """A dose that was charted as not given."""
        status = AdministrationStatus.NOT_GIVEN
        return self.given(drug, dose, at, status=status, reason_not_given=reason, **more)

    def infusion(
        self,
        drug: str | Drug,
        rate: Amount | None,
        start: When = 0,
        end: When | None = 24,
        *,
        dose: Amount | None = None,
        route: str | None = "intravenous",
        order: str | None = None,
        **more: Any,
    ) -> PatientBuilder:
        """A constant rate from start to end, or a total `dose` over that time, or both."""
        more |= {"rate": rate, "dose": dose, "route": route, "request_id": order}
        return self._administered(AdministrationKind.INFUSION, drug, start, end=self._maybe(end), **more)

    def rates(
        self,
        drug: str,
        changes: Sequence[tuple[When, Amount]],
        until: When,
        *,
        order: str = "order",
        **more: Any,
    ) -> PatientBuilder:
        """One infusion with changes of rate: each begins a new administration of the same order."""
        built = self
        ends = [*(at for at, _ in changes[1:]), until]
        for (at, rate), end in zip(changes, ends, strict=True):
            built = built.infusion(drug, rate, at, end, order=order, **more)
        return built

    def patch_on(
        self,
        drug: str | Drug,
        release: Amount | None,
        at: When = 0,
        *,
        site: str | None = None,
        wear: Hours | None = None,
        **more: Any,
    ) -> PatientBuilder:
        """A patch put on, by its release rate; `wear` is how long the order says that it stays on."""
        more = {"route": "transdermal", "form": "patch", "rate": release} | more
        hours = Fraction(wear) if wear is not None else None
        return self._administered(AdministrationKind.PATCH_ON, drug, at, patch=site, wear_hours=hours, **more)

    def patch_off(
        self, drug: str | Drug, at: When, *, site: str | None = None, **more: Any
    ) -> PatientBuilder:
        """A patch taken off."""
        more = {"route": "transdermal", "form": "patch"} | more
        return self._administered(AdministrationKind.PATCH_OFF, drug, at, patch=site, **more)

    def pca(
        self,
        drug: str,
        start: When = 0,
        end: When | None = 8,
        *,
        basal: Amount | None = None,
        demand: Amount | None = None,
        route: str = "intravenous",
        **more: Any,
    ) -> PatientBuilder:
        """A patient-controlled pump over one interval: its basal rate, and the sum of delivered demand doses."""
        built = self
        if basal is not None:
            built = built.infusion(drug, basal, start, end, route=route, order="pca basal")
        if demand is not None:
            more |= {"dose": demand, "route": route}
            built = built._administered(
                AdministrationKind.PCA_DEMAND, drug, start, end=built._maybe(end), **more
            )
        return built

    def ketamine(self, dose: Amount, at: When = 0, hours: Hours = 1, **more: Any) -> PatientBuilder:
        """One ketamine infusion of `dose` in all."""
        start = self.when(at)
        return self.infusion("ketamine", None, start, start + _span(hours), dose=dose, **more)

    # --- medicines that were ordered or handed out ---------------------------------------------------------

    def order(
        self,
        drug: str | Drug,
        dose: Amount | None = None,
        start: When | None = 0,
        end: When | None = 24,
        *,
        times: Hours | None = None,
        rate: Amount | None = None,
        route: str | None = "oral",
        **more: Any,
    ) -> PatientBuilder:
        """One order over a span: a dose `times` a day, or a rate."""
        more |= {"dose": dose, "rate": rate, "route": route}
        more["times_per_day"] = Fraction(times) if times is not None else None
        return self._add(
            "requests", MedicationRequest, drug, start=self._maybe(start), end=self._maybe(end), **more
        )

    def dispense(
        self,
        drug: str | Drug,
        quantity: Amount | None,
        days: Hours | None,
        at: When = 0,
        *,
        route: str | None = "oral",
        **more: Any,
    ) -> PatientBuilder:
        """One supply from a pharmacy."""
        more |= {"quantity": quantity, "route": route}
        more["days_supply"] = Fraction(days) if days is not None else None
        return self._add("dispenses", MedicationDispense, drug, start=self.when(at), **more)

    # --- what was seen -------------------------------------------------------------------------------------

    def with_pain(self, points: Hours, *, every: int = 4, start: When = 0, days: int = 3) -> PatientBuilder:
        """The same score at even intervals."""
        built, first = self, self.when(start)
        for number in range(24 * days // every):
            built = built.pain(points, first + timedelta(hours=every * number))
        return built

    def pain(
        self,
        points: Hours | None,
        at: When = 0,
        *,
        scale: str = "nrs_0_10",
        why: str | None = None,
        **more: Any,
    ) -> PatientBuilder:
        """One pain score; None with `why` (a NotAssessable in words) for a reading that could not be taken."""
        value = Fraction(points) if points is not None else None
        reason = NotAssessable(why or "not recorded") if points is None else None
        return self._seen("pain", PainScore, at, scale=scale, value=value, not_assessable=reason, **more)

    def sedation(self, value: str, at: When = 0, *, scale: str = "poss") -> PatientBuilder:
        """One sedation score, as written."""
        return self._seen("sedation", SedationScore, at, scale=scale, value=value)

    def vital(self, kind: str, value: Amount, at: When = 0) -> PatientBuilder:
        """One vital sign."""
        return self._seen("vitals", VitalSign, at, kind=kind, value=_quantity(value))

    def weight(self, value: Amount, at: When = 0) -> PatientBuilder:
        """One body weight."""
        return self._seen("weights", BodyWeight, at, value=_quantity(value))

    def adverse(self, kind: str, at: When = 0, **more: Any) -> PatientBuilder:
        """One unwanted event."""
        return self._seen("adverse_events", AdverseEvent, at, kind=kind, **more)

    def condition(self, text: str, **more: Any) -> PatientBuilder:
        """One diagnosis."""
        return self._put("conditions", Condition, text=text, **more)

    # --- the ends of the sentence --------------------------------------------------------------------------

    def record(self) -> PatientRecord:
        """The patient's record."""
        lists: dict[str, tuple[Any, ...]] = {
            name: tuple(event for kind, event in self.events if kind == name) for name in EVENT_KINDS
        }
        return PatientRecord(self.patient, **lists)

    def exposures(self, *ingredients: str, basis: Basis = Basis.ADMINISTERED) -> Exposures:
        """The record's exposures to the named ingredients, or to every ingredient that it holds."""
        record = self.record()
        held = (record.administrations, record.requests, record.dispenses)
        every = {item.name for events in held for event in events for item in event.drug.ingredients}
        return build_exposures(record, frozenset(ingredients or every), basis)

    def when(self, at: When) -> datetime:
        """The instant that a time of this builder means."""
        return at if isinstance(at, datetime) else self.start + _span(at)

    def add(self, kind: str, event: Any) -> PatientBuilder:
        """Any ready-made event into the list of that name."""
        return replace(self, events=(*self.events, (kind, event)))

    def _maybe(self, at: When | None) -> datetime | None:
        return self.when(at) if at is not None else None

    def _administered(
        self, kind: AdministrationKind, drug: str | Drug, at: When, **more: Any
    ) -> PatientBuilder:
        more["body_weight"] = more.pop("weight", None)
        return self._add(
            "administrations", MedicationAdministration, drug, kind=kind, start=self.when(at), **more
        )

    def _add(self, name: str, event: type[Any], drug: str | Drug, **fields: Any) -> PatientBuilder:
        made = a_drug(drug, fields.pop("strength", None)) if isinstance(drug, str) else drug
        fields |= {key: _quantity(fields[key]) for key in _QUANTITIES & fields.keys()}
        return self._put(name, event, drug=made, **fields)

    def _seen(self, name: str, event: type[Any], at: When, **fields: Any) -> PatientBuilder:
        return self._put(name, event, at=self.when(at), **fields)

    def _put(self, name: str, event: type[Any], **fields: Any) -> PatientBuilder:
        number = len(self.events) + 1
        raw = fields.pop("raw", "")
        fields.setdefault("id", f"{name}-{number:04}")
        fields.setdefault("origin", Origin("builder", name, str(number), raw))
        return self.add(name, event(**fields))


def a_patient(
    name: str = "synthetic-1", *, zone: str = "UTC", start: str = "2026-03-02T00:00", **patient: Any
) -> PatientBuilder:
    """A synthetic patient with nothing charted; `start` is local time in `zone`."""
    first = datetime.fromisoformat(start).replace(tzinfo=ZoneInfo(zone)).astimezone(ZoneInfo("UTC"))
    return PatientBuilder(Patient(id=name, zone=zone, synthetic=True, **patient), first)


def a_drug(name: str, strength: Amount | Mapping[str, Amount | None] | None = None) -> Drug:
    """A drug of one ingredient of that name, or a combination where `strength` maps ingredients to strengths."""
    if isinstance(strength, Mapping):
        parts = tuple(Ingredient(item, _quantity(one)) for item, one in strength.items())
        return Drug(name, parts)
    return Drug(name, (Ingredient(name, _quantity(strength)),))


def a_row(
    ingredient: str,
    factor: str | None,
    unit: str = "mg",
    *,
    routes: str = "oral",
    bands: Sequence[tuple[str, str]] = (),
    inclusive: bool = False,
    table: str = "invented",
    **more: Any,
) -> ConversionFactor:
    """A row of an invented table; `bands` are pairs of lower edge and factor."""
    return ConversionFactor(
        table=table,
        ingredient=ingredient,
        routes=frozenset(routes.split()),
        forms=more.pop("forms", None),
        unit=parse_unit(unit),
        factor=Fraction(factor) if factor is not None else None,
        bands=tuple(Band(Fraction(edge), inclusive, Fraction(value)) for edge, value in bands),
        citation=CITATION,
        provenance=Provenance.ASSUMED,
        **more,
    )


def a_plan(*rows: ConversionFactor, key: str = "invented", warning: str = "") -> TablePlan:
    """A plan of one invented table."""
    table = ConversionTable(
        key=key,
        title=f"Invented table {key}",
        scope="tests",
        evidence="invented",
        citation=CITATION,
        provenance=Provenance.ASSUMED,
        factors=rows,
        warning=warning,
    )
    return TablePlan(table)


def _quantity(value: Amount | None) -> Any:
    return parse_quantity(value) if isinstance(value, str) else value


def _span(hours: Hours) -> timedelta:
    return timedelta(microseconds=round(Fraction(hours) * 3600 * 10**6))
