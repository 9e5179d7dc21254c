"""The chart of one synthetic patient while it is being written: calendar, ids, orders and administrations."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from adjuvant.quantity import Quantity
from adjuvant.record import (
    AdministrationKind,
    AdministrationStatus,
    Drug,
    MedicationAdministration,
    MedicationRequest,
    Origin,
    Patient,
    PatientRecord,
)
from adjuvant.record.naming import resolve_drug
from adjuvant.timeline import as_instant, zone

if TYPE_CHECKING:
    from numpy.random import Generator

__all__ = ["Chart", "drug", "snapped"]


@lru_cache(maxsize=256)
def drug(name: str) -> Drug:
    """The drug of that name, as the library knows it."""
    return resolve_drug(name)


def snapped(value: Quantity, kept: float, step: Quantity) -> Quantity:
    """`value` times the share that is kept, rounded to whole steps; at least one step."""
    steps = round(float(value.in_(step.unit) / step.value) * kept)
    return Quantity(step.value * max(steps, 1), step.unit)


@dataclass(slots=True)
class Chart:
    """One patient's chart.

    Attributes:
        rng: the patient's own random numbers.
        first_day: the local day on which charting begins; days are counted from it, from 0.
        days: how many days are charted.
        ketamine: first start and last stop of ketamine, once it has been charted.
        kept: the share of scheduled opioid that is kept from the day after the last ketamine on.
    """

    patient: Patient
    rng: Generator
    first_day: date
    before_days: int
    after_days: int
    kept: float = 1.0
    ketamine: tuple[datetime, datetime] | None = None
    events: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def last_ketamine_day(self) -> int:
        """The day of the last stop, counted from 0; the first ketamine day while there is none."""
        last = self.ketamine[1] if self.ketamine else self.at(self.before_days, "12:00")
        return (last.astimezone(zone(self.patient.zone)).date() - self.first_day).days

    @property
    def days(self) -> int:
        """How many days are charted."""
        return self.last_ketamine_day + self.after_days + 1

    @property
    def end(self) -> datetime:
        """The instant at which charting ends."""
        return self.at(self.days, "00:00")

    def at(self, day: int, clock: str, minutes: int = 0) -> datetime:
        """The instant of a local clock time on a day, and so many minutes later."""
        local = datetime.combine(
            self.first_day + timedelta(days=day), time.fromisoformat(clock), zone(self.patient.zone)
        )
        return as_instant(local) + timedelta(minutes=minutes)

    def share(self, day: int) -> float:
        """The share of scheduled opioid that is given on a day."""
        return self.kept if day > self.last_ketamine_day else 1.0

    def likely(self, probability: float) -> bool:
        """One throw of a coin with that probability."""
        return bool(self.rng.random() < probability)

    def choose(self, items: tuple[Any, ...]) -> Any:
        """One of several, each as likely."""
        return items[int(self.rng.integers(len(items)))]

    def origin(self, kind: str) -> tuple[str, Origin]:
        """A new id and origin for an event of that kind."""
        number = len(self.events.setdefault(kind, [])) + 1
        return f"{self.patient.id}-{kind}-{number}", Origin("synthetic", kind, str(number))

    def add(self, kind: str, event: Any) -> None:
        """Write an event down."""
        self.events.setdefault(kind, []).append(event)

    def give(
        self, name: str, kind: AdministrationKind, start: datetime, *, given: bool = True, **details: Any
    ) -> MedicationAdministration:
        """Chart an administration, given or refused."""
        id_, origin = self.origin("administrations")
        status = AdministrationStatus.GIVEN if given else AdministrationStatus.NOT_GIVEN
        if not given:
            details["reason_not_given"] = "declined by the patient"
        event = MedicationAdministration(id_, drug(name), kind, start, origin, status=status, **details)
        self.add("administrations", event)
        return event

    def order(self, name: str, start: datetime, end: datetime | None, **details: Any) -> str:
        """Chart an order, and give its id."""
        id_, origin = self.origin("requests")
        self.add("requests", MedicationRequest(id_, drug(name), origin, start, end, **details))
        return id_

    def record(self) -> PatientRecord:
        """What has been charted, as a record."""
        kept: dict[str, Any] = {name: tuple(events) for name, events in self.events.items()}
        return replace(PatientRecord(self.patient), **kept)
