"""From a patient's record to the facts that a protocol asks for, up to one instant; nothing is made up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from fractions import Fraction

from adjuvant.errors import QuantityError
from adjuvant.library import opioid_names, scale
from adjuvant.library.model import TablePlan
from adjuvant.library.vocabulary import conditions, observations
from adjuvant.opioids import factor_words, find_factor, window_mme
from adjuvant.protocol.chart import ChartEvent, Happened
from adjuvant.protocol.situation import Answer, Effect, Facts, Observed, WeightReading
from adjuvant.quantity import Quantity, parse_decimal
from adjuvant.record import (
    AdministrationKind,
    AdministrationStatus,
    Condition,
    MedicationAdministration,
    PainKind,
    PainReporter,
    PainScore,
    PatientRecord,
    Refusal,
)
from adjuvant.record.exposure import Exposures
from adjuvant.record.exposures import build_exposures
from adjuvant.timeline import Interval, as_instant, hours_between

__all__ = ["facts_from"]

_PAIN = {
    PainKind.CURRENT: "pain",
    PainKind.AVERAGE: "pain_average",
    PainKind.WORST: "pain_worst",
    PainKind.LEAST: "pain_least",
}
_SEDATION = {"poss": "sedation_poss", "rass": "sedation_rass"}
_VITALS = ("respiratory_rate", "spo2", "heart_rate", "systolic", "diastolic", "mean_pressure")
_DAY = timedelta(days=1)
_KETAMINE = frozenset({"ketamine", "esketamine"})


def facts_from(
    record: PatientRecord,
    instant: datetime,
    plan: TablePlan,
    answers: tuple[Answer, ...] = (),
    rated: bool = True,
) -> Facts:
    """What a record tells of a patient up to an instant.

    Pain is the patient's own, or of an unstated reporter; others' judgements are left out. A day's opioids
    are what was given in the 24 hours before, and are there only where everything given could be counted.

    Args:
        plan: the table, or named pair of tables, that opioids are added up by.
        answers: clinicians' answers to what no record holds.
        rated: whether infusions of ketamine are rates, as most protocols count them; False where one infusion
            is one dose.
    """
    now = as_instant(instant)
    known = record.known_at(now)
    began = min((row.start for row in known.administrations), default=None)
    died = known.patient.death
    return Facts(
        patient=known.patient.id,
        zone=known.patient.zone,
        age_years=_age(known, now),
        sex=known.patient.sex,
        goal=Fraction(known.patient.pain_goal) if known.patient.pain_goal is not None else None,
        synthetic=known.patient.synthetic,
        # A day's opioids are worked out, and charted by nobody: of the dead, of the day before the death.
        observed=tuple(_observed(known, died if died is not None else now, plan)),
        effects=tuple(
            Effect(
                item.kind,
                item.at,
                True,
                Fraction(item.grade) if item.grade is not None else None,
                item.end,
                str(item.origin),
            )
            for item in known.adverse_events
            if item.kind in observations()
        ),
        weights=tuple(WeightReading(item.at, item.value, "actual", item.method) for item in known.weights),
        conditions=tuple(_conditions(known)),
        taken=tuple(
            (part.name, row.start)
            for row in known.administrations
            if row.status is AdministrationStatus.GIVEN
            for part in row.drug.ingredients
        ),
        taken_known_since=began,
        answers=answers,
        ketamine=tuple(_ketamine(known, rated)),
        died=died,
    )


def _observed(record: PatientRecord, now: datetime, plan: TablePlan) -> Iterator[Observed]:
    yield from _pain(record)
    yield from _sedation(record)
    yield from _vitals(record)
    yield from _rescues(record)
    yield from _opioids(record, now, plan)


def _age(record: PatientRecord, now: datetime) -> Fraction | None:
    born = record.patient.birth_date
    if born is None:
        return Fraction(record.patient.age_years) if record.patient.age_years is not None else None
    today = now.date()
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    if years != 0:
        return Fraction(years)
    # Of the first year months count, and of the first month days: a limit may lie among them.
    in_a_year = int(Quantity(1, "a").in_("mo"))
    months = (today.year - born.year) * in_a_year + today.month - born.month - (today.day < born.day)
    age = Quantity(months, "mo") if months else Quantity((today - born).days, "d")
    return Fraction(age.in_("a"))


def _pain(record: PatientRecord) -> Iterator[Observed]:
    for item in record.pain:
        measure = _PAIN.get(item.kind)
        if (
            measure is None
            or item.reporter not in (PainReporter.SELF, PainReporter.UNSTATED)
            or not _of_ten(item)
        ):
            continue
        why = item.not_assessable.value if item.not_assessable is not None else str(item.origin)
        yield Observed(measure, item.at, item.value, why)


def _of_ten(item: PainScore) -> bool:
    """Whether a score counts from 0 to 10 and is the patient's own kind of score."""
    found, wanted = scale(item.scale), observations()["pain"]
    return found.kind == "pain self-report" and (found.low, found.high) == (wanted.low, wanted.high)


def _sedation(record: PatientRecord) -> Iterator[Observed]:
    for item in record.sedation:
        measure = _SEDATION.get(item.scale)
        if measure is None:
            continue
        try:
            value = parse_decimal(item.value, machine=True)
        except QuantityError:
            # A level in letters, such as the S of the POSS for natural sleep, is no number to compare.
            yield Observed(measure, item.at, None, f"charted as {item.value!r}")
            continue
        yield Observed(measure, item.at, value, str(item.origin))


def _vitals(record: PatientRecord) -> Iterator[Observed]:
    for item in record.vitals:
        if item.kind not in _VITALS:
            continue
        try:
            value: Fraction | None = item.value.in_(observations()[item.kind].unit)
        except QuantityError as error:
            yield Observed(item.kind, item.at, None, f"{error.thing} {error.rule}")
            continue
        yield Observed(item.kind, item.at, value, str(item.origin), item.flagged)


def _rescues(record: PatientRecord) -> Iterator[Observed]:
    """Opioid doses that were given as needed."""
    opioids = opioid_names()
    for row in record.administrations:
        given = row.status is AdministrationStatus.GIVEN and row.kind is AdministrationKind.DOSE
        if given and row.as_needed and any(part.name in opioids for part in row.drug.ingredients):
            yield Observed("rescue_doses", row.start, Fraction(1), str(row.origin))


def _opioids(record: PatientRecord, now: datetime, plan: TablePlan) -> Iterator[Observed]:
    """The day's opioids as oral and as intravenous morphine, where all that was given in it could be counted.

    Of now, and of the day before ketamine was first given, with which now is compared. The intravenous
    figure is the oral one by the tables' own row for morphine into a vein. It is there to be held against a
    criterion that counts so; nobody is dosed by it.
    """
    began = min((row.start for row in record.administrations if _is_given_ketamine(row)), default=now)
    exposures = build_exposures(record, opioid_names())
    before = list(_day(record, exposures, began, plan)) if began < now else []
    today = list(_day(record, exposures, now, plan))
    if before and not today:  # what was given before ketamine is never read as what is given now
        why = "what was given in the 24 h before is not charted"
        today = [Observed(one.measure, now, None, why) for one in before]
    yield from (*before, *today)


def _day(record: PatientRecord, exposures: Exposures, at: datetime, plan: TablePlan) -> Iterator[Observed]:
    """One day's opioids, up to `at`; nothing where no drug of any kind is charted in it.

    A day without a single entry tells of the charting, not of the patient: it is no day without opioids.
    """
    day = Interval(at - _DAY, at)
    found = window_mme(exposures, plan, day, derive=False)
    charted = bool(found.drugs) or any(
        row.start < day.end and (row.end or row.start) >= day.start for row in record.administrations
    )
    if found.complete and charted:
        source = f"given in the 24 h before, by {plan.key}"
        yield Observed("medd_oral", at, found.per_day, source)
        row = find_factor(plan, "morphine", "intravenous", None)
        if isinstance(row, Refusal) or row.factor is None:
            yield Observed("medd_intravenous", at, None, f"{plan.key} has no row for morphine into a vein")
        else:
            ratio = factor_words(row)
            yield Observed("medd_intravenous", at, found.per_day / row.factor, f"{source}: {ratio}")
    elif found.refused:
        why = f"{len(found.refused)} entries could not be counted"
        yield Observed("medd_oral", at, None, why)
        yield Observed("medd_intravenous", at, None, why)


def _conditions(record: PatientRecord) -> Iterator[tuple[str, datetime, bool]]:
    start = min((item.start for item in record.encounters), default=None)
    for item in record.conditions:
        at = item.onset or start
        for key, known in conditions().items():
            if at is not None and _means(item, known.icd10, known.names):
                yield key, at, item.status in ("resolved", "inactive", "remission")


def _means(item: Condition, icd10: tuple[str, ...], names: tuple[str, ...]) -> bool:
    if item.code is not None and item.code.system == "ICD-10":
        code = item.code.value.replace(".", "").upper()
        return any(code.startswith(start.replace(".", "").upper()) for start in icd10)
    if item.code is not None:
        return False
    text = f" {item.text.lower()} "
    return any(f" {name.lower()} " in text for name in names)


def _ketamine(record: PatientRecord, rated: bool) -> Iterator[ChartEvent]:
    """Ketamine that was given, as events: infusions as rates with their changes, single doses as they are.

    What was given and cannot be read as either is an event without a dose, which contradicts: it is never
    left out, because ketamine that is not seen reads as none.
    """
    rows = [row for row in record.administrations if _is_given_ketamine(row)]
    running: datetime | None = None
    for row in rows:
        source, by = str(row.origin), row.route
        rate, over = _rate(row), _over(row)
        if rate is not None and over is not None and not rated:
            yield ChartEvent(row.start, Happened.GIVEN, rate * over, over, source, by)
        elif rate is not None and row.end is not None:
            going = running is not None and running == row.start
            if running is not None and not going:
                yield ChartEvent(running, Happened.STOP, source=source)
            what = Happened.CHANGE if going else Happened.START
            yield ChartEvent(row.start, what, rate, source=source, route=by)
            running = row.end
        elif row.kind is AdministrationKind.DOSE:
            yield ChartEvent(row.start, Happened.GIVEN, row.dose, source=source, route=by)
        else:
            yield ChartEvent(row.start, Happened.GIVEN, None, source=source, route=by)
    if running is not None and (record.known_until is None or running < record.known_until):
        yield ChartEvent(running, Happened.STOP)


def _over(row: MedicationAdministration) -> Quantity | None:
    """Over how long an infusion ran; None where that is not known, or no time at all."""
    hours = hours_between(row.start, row.end) if row.end is not None else None
    infused = row.kind is AdministrationKind.INFUSION and hours is not None and hours > 0
    return Quantity(hours, "h") if infused and hours is not None else None


def _rate(row: MedicationAdministration) -> Quantity | None:
    """The rate of an infusion as charted, or its amount over its time; None where neither is one of drug."""
    over = _over(row)
    rate = row.rate
    if over is None:
        return None
    if rate is None and row.dose is not None:
        rate = row.dose / over
    return rate if rate is not None and rate.unit.commensurable(Quantity(1, "mg/h").unit) else None


def _is_ketamine(row: MedicationAdministration) -> bool:
    return any(part.name in _KETAMINE for part in row.drug.ingredients)


def _is_given_ketamine(row: MedicationAdministration) -> bool:
    return _is_ketamine(row) and row.status is AdministrationStatus.GIVEN
