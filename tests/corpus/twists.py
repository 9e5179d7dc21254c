"""What is done to a generated chart so that it meets every path of an evaluation: one function for each twist, all synthetic.

Each takes a record and the case's own random numbers, and gives the changed record. None of the figures is clinical advice,
evidence or a limit: doses go far past what anybody would give, because charts do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from typing import Any

from numpy.random import Generator

from adjuvant.quantity import Quantity, UnitStatus
from adjuvant.record import (
    AdministrationKind,
    AdministrationStatus,
    AdverseEvent,
    Drug,
    MedicationAdministration,
    MedicationDispense,
    NotAssessable,
    Origin,
    PainKind,
    PainReporter,
    PatientRecord,
    Refusal,
    RefusalReason,
    SedationScore,
    VitalSign,
)
from adjuvant.record.naming import resolve_drug

__all__ = ["TWISTS"]

Twist = Callable[[PatientRecord, Generator], PatientRecord]
_ORIGIN = Origin("synthetic", "twist", "1")


@lru_cache(maxsize=256)
def _drug(name: str) -> Drug:
    return resolve_drug(name)


def _pick(rng: Generator, items: tuple[Any, ...]) -> Any:
    return items[int(rng.integers(len(items)))]


def _likely(rng: Generator, share: float) -> bool:
    return bool(rng.random() < share)


def _is_ketamine(event: Any) -> bool:
    return any("ketamine" in item.name for item in event.drug.ingredients)


def _course(record: PatientRecord) -> tuple[datetime, datetime]:
    """First start and last stop of the ketamine that was charted, or the middle of the pain readings."""
    given = [event for event in record.administrations if _is_ketamine(event)]
    if given:
        return given[0].start, max(event.end or event.start for event in given)
    middle = record.pain[len(record.pain) // 2].at if record.pain else datetime(2031, 6, 1, tzinfo=UTC)
    return middle, middle


def _each(record: PatientRecord, change: Callable[[MedicationAdministration], Any]) -> PatientRecord:
    """The record with every opioid administration changed, left (the same object) or taken out (None)."""
    changed = [event if _is_ketamine(event) else change(event) for event in record.administrations]
    return replace(record, administrations=tuple(event for event in changed if event is not None))


def _also(record: PatientRecord, *events: MedicationAdministration) -> PatientRecord:
    return replace(record, administrations=(*record.administrations, *events))


def _given(name: str, number: int, start: datetime, **details: Any) -> MedicationAdministration:
    kind = details.pop("kind", AdministrationKind.DOSE)
    return MedicationAdministration(f"twist-{name}-{number}", _drug(name), kind, start, _ORIGIN, **details)


def _moved(event: Any, by: timedelta) -> Any:
    times = {
        item.name: value + by
        for item in fields(event)
        if isinstance(value := getattr(event, item.name), datetime)
    }
    return replace(event, **times) if times else event


# --- opioids ----------------------------------------------------------------------------------------------------------


def other_opioid(record: PatientRecord, rng: Generator) -> PatientRecord:
    """Everything of the regimen is another opioid by mouth."""
    name = _pick(rng, ("tapentadol", "tramadol", "codeine", "oxymorphone", "hydrocodone", "levorphanol", "meperidine", "dihydrocodeine",
                       "hydromorphone", "buprenorphine", "Percocet 5/325", "pentazocine", "butorphanol", "nalbuphine"))  # fmt: skip
    return _each(
        record,
        lambda event: replace(event, drug=_drug(name)) if event.kind is AdministrationKind.DOSE else event,
    )


def other_route(record: PatientRecord, rng: Generator) -> PatientRecord:
    """Single doses go in another way."""
    route = _pick(rng, ("subcutaneous", "intravenous", "intramuscular", "sublingual", "buccal", "rectal", "intranasal", "epidural",
                        "intrathecal", "enteral", None))  # fmt: skip
    return _each(
        record,
        lambda event: (
            replace(event, route=route, form=None) if event.kind is AdministrationKind.DOSE else event
        ),
    )


def methadone_at_an_edge(record: PatientRecord, rng: Generator) -> PatientRecord:
    """Scheduled drugs become methadone with days of a total at, below and above the edges of bands."""
    total = _pick(rng, ("5", "19.5", "20", "20.5", "30", "40", "40.5", "60", "60.5", "90", "100", "250"))
    dose = Quantity(Fraction(total) / 2, "mg")
    start, stop = record.encounters[0].start, record.encounters[0].end or _course(record)[1]
    days = (stop - start).days
    doses = [_given("methadone", day * 2 + n, start + timedelta(days=day, hours=6 + 12 * n), route="oral", form="tablet", dose=dose)
             for day in range(days) for n in range(2)]  # fmt: skip
    kept = tuple(event for event in record.administrations if _is_ketamine(event) or event.as_needed)
    return replace(record, administrations=(*kept, *doses))


def patches(record: PatientRecord, rng: Generator) -> PatientRecord:
    """Patches beside the regimen: never removed, removed late, two at once, buprenorphine, or a strength that is not known."""
    start, _ = _course(record)
    drug = _pick(rng, ("fentanyl", "buprenorphine"))
    rate = Quantity(_pick(rng, ("5", "12", "25", "75")), "ug/h")
    found = []
    for number in range(int(rng.integers(1, 5))):
        on = start - timedelta(days=8 - 3 * number, hours=int(rng.integers(0, 30)))
        details = {
            "route": "transdermal",
            "form": "patch",
            "patch": f"twist {number if _likely(rng, 0.7) else 0}",
        }
        hours = _pick(rng, (Fraction(72), Fraction(168), Fraction(48), None))
        dose = None if _likely(rng, 0.8) else Quantity(1, "{patch}")
        found.append(
            _given(
                drug,
                number * 2,
                on,
                kind=AdministrationKind.PATCH_ON,
                rate=None if dose else rate,
                dose=dose,
                wear_hours=hours,
                **details,
            )
        )
        if _likely(rng, 0.6):
            off = on + timedelta(hours=int(rng.integers(20, 200)))
            found.append(_given(drug, number * 2 + 1, off, kind=AdministrationKind.PATCH_OFF, **details))
    return _also(record, *found)


def pca_beside(record: PatientRecord, rng: Generator) -> PatientRecord:
    """A pump with a basal rate and demands, for some days round the course."""
    start, stop = _course(record)
    drug, rate, demand = _pick(
        rng,
        (
            ("hydromorphone", "0.2", "0.2"),
            ("morphine", "1", "1"),
            ("fentanyl", "0.025", "0.02"),
            ("sufentanil", "0.002", "0.002"),
        ),
    )
    found, at, number = [], start - timedelta(days=int(rng.integers(1, 5))), 0
    while at < stop + timedelta(days=2):
        end = at + timedelta(hours=8)
        found.append(
            _given(
                drug,
                number,
                at,
                kind=AdministrationKind.INFUSION,
                end=end,
                route="intravenous",
                rate=Quantity(rate, "mg/h"),
            )
        )
        doses = Quantity(Fraction(demand) * int(rng.integers(0, 9)), "mg")
        found.append(
            _given(
                drug,
                number + 1,
                at,
                kind=AdministrationKind.PCA_DEMAND,
                end=end,
                route="intravenous",
                dose=doses,
                as_needed=True,
            )
        )
        at, number = end, number + 2
    return _also(record, *found)


def rate_by_weight(record: PatientRecord, rng: Generator) -> PatientRecord:
    """An infusion per kilogram, with the weight on its row, in the record, or nowhere."""
    start, stop = _course(record)
    drug, rate = _pick(
        rng,
        (
            ("remifentanil", "0.05 ug/kg/min"),
            ("fentanyl", "1 ug/kg/h"),
            ("morphine", "0.02 mg/kg/h"),
            ("alfentanil", "0.5 ug/kg/min"),
        ),
    )
    number, unit = rate.split()
    weight = Quantity(70, "kg") if _likely(rng, 0.4) else None
    found = _given(drug, 1, start - timedelta(days=2), kind=AdministrationKind.INFUSION, end=stop, route="intravenous",
                   rate=Quantity(number, unit), body_weight=weight)  # fmt: skip
    return replace(_also(record, found), weights=record.weights if _likely(rng, 0.5) else ())


def unusable_amounts(record: PatientRecord, rng: Generator) -> PatientRecord:
    """Some doses cannot be read: no amount, tablets or millilitres without a strength, a doubted unit, nothing credible."""
    share = _pick(rng, (0.02, 0.2, 1.0))
    how = int(rng.integers(5))

    def change(event: MedicationAdministration) -> MedicationAdministration:
        if event.kind is not AdministrationKind.DOSE or not _likely(rng, share):
            return event
        if how == 0:
            return replace(event, dose=None)
        if how == 1:
            return replace(event, dose=Quantity(2, "{tablet}"))
        if how == 2:
            return replace(event, dose=Quantity(5, "mL"))
        if how == 3:
            return replace(
                event, unit_status=UnitStatus.UNCONVERTIBLE, doubt="5-10 mg: dose is a range, not one number"
            )
        return replace(event, dose=Quantity("900000", "mg"))

    return _each(record, change)


def unknown_drugs(record: PatientRecord, rng: Generator) -> PatientRecord:
    """Drugs that the library does not know, beside or in the place of the regimen, in one window or in both."""
    start, stop = _course(record)
    name = _pick(rng, ("Painaway forte", "study drug 12", "nameless infusion", "NOC-1"))
    days = _pick(rng, (range(-5, 6), range(1, 6), range(-5, 0)))
    found = [
        _given(
            name, day + 10, (start if day < 0 else stop) + timedelta(days=day), dose=Quantity(1, "{tablet}")
        )
        for day in days
    ]
    kept = record if _likely(rng, 0.7) else _each(record, lambda _: None)
    return _also(kept, *found)


def withheld(record: PatientRecord, rng: Generator) -> PatientRecord:
    """Doses charted as not given, or with a status that does not say."""
    share = _pick(rng, (0.1, 0.5))
    status = _pick(rng, (AdministrationStatus.NOT_GIVEN, AdministrationStatus.UNKNOWN))
    reason = _pick(rng, ("respiratory depression", "patient asleep", None))
    return _each(
        record,
        lambda event: (
            replace(event, status=status, reason_not_given=reason) if _likely(rng, share) else event
        ),
    )


def orders_only(record: PatientRecord, _rng: Generator) -> PatientRecord:
    """No opioid administration is charted: orders stand in."""
    return _each(record, lambda _: None)


def supply_only(record: PatientRecord, rng: Generator) -> PatientRecord:
    """Neither doses nor orders: what the pharmacy handed out."""
    start, _ = _course(record)
    drug = resolve_drug(
        _pick(
            rng, ("oxycodone 10 MG Oral Tablet", "morphine 30 MG Oral Tablet", "methadone 5 MG Oral Tablet")
        )
    )
    supply = [MedicationDispense(f"supply-{n}", drug, _ORIGIN, start + timedelta(days=day), Quantity(count, "{tablet}"), Fraction(days), "oral", "tablet")
              for n, (day, count, days) in enumerate(((-9, 60, 10), (1, int(rng.integers(10, 60)), 10)))]  # fmt: skip
    return replace(_each(record, lambda _: None), requests=(), dispenses=tuple(supply))


def new_after(record: PatientRecord, rng: Generator) -> PatientRecord:
    """An opioid, a coanalgesic or an antagonist begins after the course."""
    _, stop = _course(record)
    name, amount = _pick(
        rng,
        (
            ("tapentadol", "100"),
            ("celecoxib", "200"),
            ("pregabalin", "150"),
            ("naloxone", "0.4"),
            ("methadone", "10"),
            ("lidocaine", "100"),
        ),
    )
    return _also(
        record,
        *(
            _given(
                name,
                n,
                stop + timedelta(hours=6 + 12 * n),
                route="oral",
                form="tablet",
                dose=Quantity(amount, "mg"),
            )
            for n in range(10)
        ),
    )


def unplaced_row(record: PatientRecord, rng: Generator) -> PatientRecord:
    """A row of an opioid that could not be placed in time."""
    _, stop = _course(record)
    found = Refusal("administrations: morphine", RefusalReason.MISSING_TIMING, "its time cannot be read", "correct it in the source",
                    start=None if _likely(rng, 0.5) else stop, ingredient=_pick(rng, ("morphine", None)), events=("twist-row",))  # fmt: skip
    return replace(record, unplaced=(found,))


# --- pain and harms ---------------------------------------------------------------------------------------------------


def unable_to_score(record: PatientRecord, rng: Generator) -> PatientRecord:
    """Readings are lost to being unable, asleep or sedated, by chance or from the course on."""
    share, late = _pick(rng, (0.2, 0.55, 0.9)), _likely(rng, 0.5)
    why = _pick(
        rng, (NotAssessable.UNABLE, NotAssessable.SEDATED, NotAssessable.ASLEEP, NotAssessable.DECLINED)
    )
    start, _ = _course(record)
    lost = [
        replace(item, value=None, not_assessable=why)
        if (item.at >= start or not late) and _likely(rng, share)
        else item
        for item in record.pain
    ]
    return replace(record, pain=tuple(lost))


def few_readings(record: PatientRecord, rng: Generator) -> PatientRecord:
    """A handful of readings, or none before, after or at all."""
    start, stop = _course(record)
    how = int(rng.integers(4))
    kept = record.pain[:: int(rng.integers(6, 30))]
    if how == 1:
        kept = tuple(item for item in record.pain if item.at >= start)
    if how == 2:
        kept = tuple(item for item in record.pain if item.at <= stop)
    return replace(record, pain=() if how == 3 else tuple(kept))


def other_series(record: PatientRecord, rng: Generator) -> PatientRecord:
    """Some or all of the pain is of another kind or by another reporter."""
    kind = _pick(rng, (PainKind.AVERAGE, PainKind.WORST, PainKind.CURRENT, PainKind.LEAST))
    who = _pick(rng, (PainReporter.PROXY, PainReporter.UNSTATED, PainReporter.SELF, PainReporter.BEHAVIOURAL))
    share = _pick(rng, (0.3, 1.0))
    return replace(
        record,
        pain=tuple(
            replace(item, kind=kind, reporter=who) if _likely(rng, share) else item for item in record.pain
        ),
    )


def level(record: PatientRecord, rng: Generator) -> PatientRecord:
    """Pain is flat, at an end of the scale, or changes by exactly what a definition asks for."""
    before, after = _pick(
        rng,
        (
            ("10", "8"),
            ("7", "5"),
            ("10", "7"),
            ("8", "4"),
            ("0", "0"),
            ("3", "2"),
            ("6", "6"),
            ("2", "9"),
            ("5", "3.5"),
        ),
    )
    start, _ = _course(record)
    scored = [
        replace(item, value=Fraction(before if item.at < start else after))
        if item.value is not None
        else item
        for item in record.pain
    ]
    return replace(record, pain=tuple(scored))


def no_goal(record: PatientRecord, _rng: Generator) -> PatientRecord:
    """Nobody asked for a goal."""
    return replace(record, patient=replace(record.patient, pain_goal=None))


def harms(record: PatientRecord, rng: Generator) -> PatientRecord:
    """Unwanted events of every grade, low breathing rates, deep sedation."""
    start, stop = _course(record)
    found = []
    for number in range(int(rng.integers(1, 6))):
        at = start + (stop - start) * float(rng.random() * 2.5 - 0.5)
        found.append(AdverseEvent(f"twist-event-{number}", at.replace(microsecond=0), _pick(rng, ("hallucination", "dysphoria", "nausea", "hypertension", "a word")), _ORIGIN,
                                  grade=_pick(rng, (None, 1, 2, 3, 4)), severity=_pick(rng, (None, "mild", "severe")),
                                  led_to=_pick(rng, ("", "ketamine stopped", "rate halved"))))  # fmt: skip
    slow = VitalSign("twist-slow", start + timedelta(hours=3), "respiratory_rate", Quantity(_pick(rng, (4, 7, 9)), "/min"), _ORIGIN,
                     "" if _likely(rng, 0.8) else "flagged as an error")  # fmt: skip
    deep = SedationScore(
        "twist-deep",
        start + timedelta(hours=3),
        _pick(rng, ("poss", "rass")),
        _pick(rng, ("4", "-5", "3")),
        _ORIGIN,
    )
    return replace(
        record,
        adverse_events=(*record.adverse_events, *found),
        vitals=(*record.vitals, slow),
        sedation=(*record.sedation, deep),
    )


def nothing_watched(record: PatientRecord, _rng: Generator) -> PatientRecord:
    """No sedation, no vital signs, no unwanted events charted."""
    return replace(record, adverse_events=(), vitals=(), sedation=())


def died(record: PatientRecord, rng: Generator) -> PatientRecord:
    """Death in the course, soon after it, or a year later."""
    _, stop = _course(record)
    at = stop + timedelta(hours=_pick(rng, (-5, 20, 60, 9000)))
    return replace(record.known_at(at), patient=replace(record.patient, death=at), known_until=None)


# --- courses and calendar ---------------------------------------------------------------------------------------------


def discharged(record: PatientRecord, rng: Generator) -> PatientRecord:
    """The charting ends early: in the after window, or with the course."""
    _, stop = _course(record)
    return replace(record.known_at(stop + timedelta(hours=_pick(rng, (1, 14, 30, 50, 80)))), known_until=None)


def several_courses(record: PatientRecord, rng: Generator) -> PatientRecord:
    """The same ketamine again some days later, as a new course or as part of the old one, with the chart going on."""
    days = _pick(rng, (3, 7, 8, 9, 12))
    start, stop = _course(record)
    by = timedelta(days=(stop - start).days + days)
    again = [
        replace(_moved(event, by), id=f"{event.id}-again")
        for event in record.administrations
        if event.start >= start and (_is_ketamine(event) or _likely(rng, 0.9))
    ]
    pain = [replace(_moved(item, by), id=f"{item.id}-again") for item in record.pain if item.at >= start]
    kept = tuple(item for item in record.pain if item.at < start + by)
    return replace(_also(record, *again), pain=(*kept, *pain))


def other_ketamine(record: PatientRecord, rng: Generator) -> PatientRecord:
    """Esketamine, ketamine for an intubation, ketamine not given or of unknown status, an infusion without an end."""
    how = int(rng.integers(5))
    start, _ = _course(record)
    extra = _given("ketamine", 1, start - timedelta(days=2), route="intravenous", dose=Quantity(100, "mg"))

    def change(event: MedicationAdministration) -> MedicationAdministration:
        if not _is_ketamine(event):
            return event
        if how == 0:
            return replace(event, drug=_drug("esketamine"))
        if how == 1:
            return replace(
                event, status=_pick(rng, (AdministrationStatus.NOT_GIVEN, AdministrationStatus.UNKNOWN))
            )
        return (
            replace(event, end=None)
            if how == 2 and event.kind is AdministrationKind.INFUSION and event.rate is not None
            else event
        )

    changed = replace(record, administrations=tuple(change(event) for event in record.administrations))
    if how == 3:
        return _also(changed, replace(extra, drug=Drug("ketamine for intubation", extra.drug.ingredients)))
    return _also(changed, extra) if how == 4 else changed


def no_ketamine(record: PatientRecord, _rng: Generator) -> PatientRecord:
    """None was given."""
    return replace(
        record, administrations=tuple(event for event in record.administrations if not _is_ketamine(event))
    )


_CHANGES = (
    ("Europe/Amsterdam", "2031-03-30T01:00"), ("Europe/Amsterdam", "2031-10-26T01:00"), ("America/New_York", "2031-03-09T07:00"),
    ("America/New_York", "2031-11-02T06:00"), ("Australia/Lord_Howe", "2031-04-05T15:00"), ("Australia/Lord_Howe", "2031-10-04T15:30"),
    ("America/St_Johns", "2031-03-09T05:30"), ("Asia/Kathmandu", "2031-05-01T00:00"), ("Pacific/Chatham", "2031-04-05T14:00"), ("UTC", "2031-07-01T12:00"),
)  # fmt: skip


def clocks_changed(record: PatientRecord, rng: Generator) -> PatientRecord:
    """The whole chart moves so that the clocks change in the before window, in the course or in the after window."""
    zone, text = _pick(rng, _CHANGES)
    start, stop = _course(record)
    anchor = _pick(rng, (start - timedelta(days=2), start, stop + timedelta(days=2)))
    at = datetime.fromisoformat(text).replace(tzinfo=UTC)
    by = timedelta(minutes=round((at - anchor).total_seconds() / 60) + int(rng.integers(-90, 91)))
    kinds = (
        "encounters",
        "conditions",
        "consents",
        "requests",
        "dispenses",
        "administrations",
        "pain",
        "sedation",
        "vitals",
        "weights",
        "adverse_events",
    )
    lists = {name: tuple(_moved(event, by) for event in getattr(record, name)) for name in kinds}
    return replace(record, patient=replace(record.patient, zone=zone), **lists)


TWISTS: dict[str, Twist] = {
    twist.__name__: twist
    for twist in (
        other_opioid, other_route, methadone_at_an_edge, patches, pca_beside, rate_by_weight, unusable_amounts, unknown_drugs, withheld, orders_only,
        supply_only, new_after, unplaced_row, unable_to_score, few_readings, other_series, level, no_goal, harms, nothing_watched, died, discharged,
        several_courses, other_ketamine, no_ketamine, clocks_changed,
    )
}  # fmt: skip
"""Every twist by name; the order is part of the corpus."""
